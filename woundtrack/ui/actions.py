"""The one list of every action: its words, keys, icon, and the rooms it belongs to.

Hides nothing but the marking for translation: whoever adds an action adds a row here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

ROOMS: Final = ("welcome", "patients", "import", "review", "timeline")
"""The rooms, in the order they are met. ``patients`` is the panel beside the other rooms."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One thing a person can do.

    Attributes
    ----------
    id
        ``room.verb`` for what belongs to a room, else ``window.verb``, ``library.verb`` ….
    text
        What it is called, as a verb, in English; ``words`` is the translation.
    keys
        Its shortcuts, the first one shown; in Qt's portable spelling.
    rooms
        Where it can be used; empty: everywhere.
    tip
        One sentence for the tooltip.
    needs_library, records
        Off while no library is open; off while the library is read only.
    is_on_canvas
        Its keys count only while the canvas (or list) it was bound to has the focus: these may be
        single letters, and can be switched off.
    is_held
        It lasts while its key is held; the page handles the key itself.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str | None = None
    rooms: tuple[str, ...] = ()
    tip: str = ""
    needs_library: bool = False
    records: bool = False
    is_on_canvas: bool = False
    is_held: bool = False

    @property
    def words(self) -> str:
        """The translated text."""
        return QCoreApplication.translate("Actions", self.text)

    @property
    def tip_words(self) -> str:
        """The translated tip."""
        return QCoreApplication.translate("Actions", self.tip) if self.tip else ""


def _(text: str) -> str:
    """Mark a text of the table for translation."""
    return str(QT_TRANSLATE_NOOP("Actions", text))


_REVIEW: Final = ("review",)
_TIMELINE: Final = ("timeline",)
_IMPORT: Final = ("import",)

ACTIONS: Final[tuple[Action, ...]] = (
    # --- everywhere ------------------------------------------------------------------------------
    Action(
        id="room.patients",
        text=_("Show or hide patients"),
        keys=("Ctrl+1", "Ctrl+B"),
        icon="users",
        needs_library=True,
        tip=_("The list of patients beside the room."),
    ),
    Action(
        id="room.review",
        text=_("Go to Review"),
        keys=("Ctrl+2",),
        icon="crosshair",
        needs_library=True,
        tip=_("Check the outlines of the photographs that wait, and accept them."),
    ),
    Action(
        id="room.timeline",
        text=_("Go to Timeline"),
        keys=("Ctrl+3",),
        icon="chart-line",
        needs_library=True,
        tip=_("The course of every lesion of this patient."),
    ),
    Action(
        id="room.import",
        text=_("Import photographs…"),
        keys=("Ctrl+I",),
        icon="download-simple",
        needs_library=True,
        records=True,
        tip=_("Bring photographs or whole folders into the library."),
    ),
    Action(
        id="patient.find",
        text=_("Find a patient"),
        keys=("Ctrl+F",),
        icon="magnifying-glass",
        needs_library=True,
        tip=_("Search the patients by their code."),
    ),
    Action(
        id="edit.undo",
        text=_("Undo"),
        keys=("Ctrl+Z",),
        icon="arrow-u-up-left",
        needs_library=True,
    ),
    Action(
        id="edit.redo",
        text=_("Redo"),
        keys=("Ctrl+Shift+Z", "Ctrl+Y"),
        icon="arrow-u-up-right",
        needs_library=True,
    ),
    Action(
        id="library.new",
        text=_("New library…"),
        keys=("Ctrl+N",),
        icon="plus",
        tip=_("Choose an empty folder on this computer; photographs and records are kept there."),
    ),
    Action(
        id="library.open",
        text=_("Open library…"),
        keys=("Ctrl+O",),
        icon="folder",
        tip=_("Choose the folder of a library."),
    ),
    Action(
        id="library.demo",
        text=_("Explore a demonstration clinic"),
        icon="star",
        tip=_("A generated clinic with invented patients, to try everything on."),
    ),
    Action(
        id="library.close",
        text=_("Close library"),
        keys=("Ctrl+W",),
        icon="x",
        needs_library=True,
        tip=_("Go back to the welcome page."),
    ),
    Action(
        id="library.backup",
        text=_("Back up the library…"),
        icon="copy",
        needs_library=True,
        tip=_("Write everything into one file, to keep on another disk."),
    ),
    Action(
        id="library.check",
        text=_("Check the library"),
        icon="check-circle",
        needs_library=True,
        tip=_("Look at every record and every original photograph: is all of it whole?"),
    ),
    Action(
        id="card.print",
        text=_("Print card…"),
        icon="printer",
        tip=_("Save the sheet with the cards as a PDF and open it for printing."),
    ),
    Action(
        id="card.print_strip",
        text=_("Print strip for limbs…"),
        icon="printer",
        tip=_("Save the sheet of strips, to be laid round a limb, as a PDF and open it."),
    ),
    Action(
        id="card.print_window",
        text=_("Print window card…"),
        icon="printer",
        tip=_("Save the sheet of cards that surround a small wound as a PDF and open it."),
    ),
    Action(
        id="card.print_square",
        text=_("Print small square…"),
        icon="printer",
        tip=_("Save the sheet of small squares for tight places as a PDF and open it."),
    ),
    Action(
        id="card.printers",
        text=_("Printed cards…"),
        icon="ruler",
        needs_library=True,
        tip=_("Which printers the cards come from, and how large each of them prints."),
    ),
    Action(
        id="card.measure",
        text=_("Measure a printed sheet…"),
        icon="ruler",
        needs_library=True,
        records=True,
        tip=_("Enter how long the two bars of a printed sheet are, once for each printer."),
    ),
    Action(
        id="window.find",
        text=_("Find any action"),
        keys=("Ctrl+K",),
        icon="magnifying-glass",
        tip=_("Type a few letters of what you want to do."),
    ),
    Action(id="window.menu", text=_("Menu"), keys=("F10",), icon="list"),
    Action(
        id="window.keys",
        text=_("Keys of this room"),
        keys=("F1",),
        icon="keyboard",
    ),
    Action(
        id="window.cancel",
        text=_("Cancel"),
        keys=("Esc",),
        tip=_("Stop the work under way; what is done stays."),
    ),
    Action(id="window.next_panel", text=_("Next panel"), keys=("F6",)),
    Action(id="window.previous_panel", text=_("Previous panel"), keys=("Shift+F6",)),
    Action(id="theme.system", text=_("Colours as the system"), icon="circle-half"),
    Action(id="theme.light", text=_("Light colours"), icon="sun"),
    Action(id="theme.dark", text=_("Dark colours"), icon="moon"),
    Action(id="window.person", text=_("Who works here…"), icon="user"),
    Action(
        id="window.letters",
        text=_("Single-letter keys on or off"),
        icon="keyboard",
        tip=_("Plain letters as keys, while a photograph or a list has the focus."),
    ),
    Action(
        id="window.settings",
        text=_("Settings…"),
        keys=("Ctrl+,",),
        icon="gear",
        tip=_("Your name, colours, size, keys, daily backups and printed cards."),
    ),
    Action(
        id="window.tour",
        text=_("Show me around"),
        icon="compass",
        tip=_("The window in a few steps."),
    ),
    Action(id="window.about", text=_("About woundtrack"), icon="info"),
    Action(id="window.close", text=_("Close window"), keys=("Ctrl+Q",), icon="x"),
    # --- import ----------------------------------------------------------------------------------
    Action(
        id="import.add_files",
        text=_("Add photographs…"),
        icon="image",
        rooms=_IMPORT,
        needs_library=True,
        records=True,
    ),
    Action(
        id="import.add_folder",
        text=_("Add a folder…"),
        icon="folder",
        rooms=_IMPORT,
        needs_library=True,
        records=True,
    ),
    Action(
        id="import.start",
        text=_("Import"),
        keys=("Ctrl+Return",),
        icon="download-simple",
        rooms=_IMPORT,
        needs_library=True,
        records=True,
    ),
    # --- review ----------------------------------------------------------------------------------
    Action(
        id="review.accept",
        text=_("Accept, next photo"),
        keys=("Return", "Enter"),
        icon="check",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Record these outlines and go on to the next photograph that waits."),
    ),
    Action(
        id="review.skip",
        text=_("Skip"),
        keys=("Right",),
        icon="arrow-right",
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
        tip=_("Leave this photograph waiting and go on to the next."),
    ),
    Action(
        id="review.back",
        text=_("Back"),
        keys=("Left",),
        icon="arrow-left",
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
        tip=_("Go back to the photograph before."),
    ),
    Action(
        id="review.set_aside",
        text=_("Nothing to record in this photo"),
        keys=("Shift+Del",),
        icon="tray",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("The photograph is kept, but no longer waits."),
    ),
    Action(
        id="review.reopen",
        text=_("Review it again"),
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        tip=_("The photograph waits again."),
    ),
    Action(
        id="review.refile",
        text=_("Wrong patient, site or date…"),
        icon="calendar-blank",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        tip=_("Move the photograph to the patient, site and day it belongs to."),
    ),
    Action(
        id="review.closed",
        text=_("Lesion is closed…"),
        keys=("O",),
        icon="check",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Say which lesion is fully covered with new skin in this photo."),
    ),
    Action(
        id="review.pan",
        text=_("Move the picture"),
        keys=("V",),
        icon="arrows-out-cardinal",
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
        tip=_("Drag to move the picture; the wheel zooms."),
    ),
    Action(
        id="review.include",
        text=_("Include by clicking"),
        keys=("I",),
        icon="plus-circle",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Click what belongs to the wound; Alt-click removes."),
    ),
    Action(
        id="review.exclude",
        text=_("Exclude by clicking"),
        keys=("X",),
        icon="minus-circle",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Click what doesn't belong to the wound."),
    ),
    Action(
        id="review.box",
        text=_("Draw a box round the wound"),
        keys=("R",),
        icon="selection",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Drag a box a little larger than the wound."),
    ),
    Action(
        id="review.brush",
        text=_("Brush"),
        keys=("B",),
        icon="paint-brush",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Paint what belongs to the wound; Alt takes away, Ctrl and wheel size the brush."),
    ),
    Action(
        id="review.eraser",
        text=_("Eraser"),
        keys=("E",),
        icon="eraser",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Rub out what doesn't belong to the wound; Alt paints."),
    ),
    Action(
        id="review.lasso",
        text=_("Lasso"),
        keys=("A",),
        icon="polygon",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Draw round what belongs to the wound; with Alt, round what doesn't."),
    ),
    Action(
        id="review.island",
        text=_("Island of new skin"),
        keys=("H",),
        icon="circle-dashed",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Draw round new skin within the wound; click an island to fill it."),
    ),
    Action(
        id="review.split",
        text=_("Split in two"),
        keys=("S",),
        icon="scissors",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Draw a line across: two lesions where there was one."),
    ),
    Action(
        id="review.nodes",
        text=_("Drag the edge at its handles"),
        keys=("D",),
        icon="path",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Drag a handle; double-click sets one, Alt-click or Del takes one away."),
    ),
    Action(
        id="review.merge",
        text=_("Merge with the nearest outline"),
        keys=("M",),
        icon="intersect",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("One lesion where two outlines are."),
    ),
    Action(
        id="review.part",
        text=_("Part of the nearest lesion"),
        keys=("J",),
        icon="link",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("One lesion that new skin divides: its open parts are measured together."),
    ),
    Action(
        id="review.ruler",
        text=_("Set a ruler"),
        keys=("T",),
        icon="ruler",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("In a photograph without a card: drag from one mark of a ruler to another."),
    ),
    Action(
        id="review.no_ruler",
        text=_("Take the ruler away"),
        icon="x-circle",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        tip=_("The photograph has no scale then, and no area."),
    ),
    Action(
        id="review.head",
        text=_("Say where the head is"),
        keys=("Y",),
        icon="arrow-up",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Drag towards the patient's head, or press an arrow key: for head-to-toe length."),
    ),
    Action(
        id="review.brush_larger",
        text=_("Larger brush"),
        keys=("Ctrl+Up",),
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="review.brush_smaller",
        text=_("Smaller brush"),
        keys=("Ctrl+Down",),
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="review.loupe",
        text=_("Loupe"),
        keys=("Z",),
        icon="magnifying-glass",
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
        tip=_("Enlarge what is under the pointer."),
    ),
    Action(
        id="review.fill",
        text=_("Tint the wound"),
        keys=("F",),
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
        tip=_("The edge alone, a light tint, or a strong one."),
    ),
    Action(
        id="review.ghost",
        text=_("Show last visit's outline"),
        keys=("G",),
        icon="ghost",
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
        tip=_("Over today's photograph, in true size, where it fits best."),
    ),
    Action(
        id="review.ghost_earlier",
        text=_("Ghost of an earlier visit"),
        keys=("[",),
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="review.ghost_later",
        text=_("Ghost of a later visit"),
        keys=("]",),
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="review.new_lesion",
        text=_("New lesion"),
        keys=("N",),
        icon="plus",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("This outline is of a lesion not seen before."),
    ),
    Action(
        id="review.other_lesion",
        text=_("Another lesion…"),
        keys=("L",),
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("Say which known lesion this outline is of."),
    ),
    Action(
        id="review.next_lesion",
        text=_("Next lesion in this photo"),
        keys=("Tab",),
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="review.retire",
        text=_("Remove this outline"),
        keys=("Del",),
        icon="x-circle",
        rooms=_REVIEW,
        needs_library=True,
        records=True,
        is_on_canvas=True,
        tip=_("This is not a lesion."),
    ),
    Action(
        id="review.card",
        text=_("Show or hide the card's outline"),
        keys=("K",),
        icon="ruler",
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="review.uncertainty",
        text=_("What makes this uncertain?"),
        keys=("U",),
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
        tip=_("The causes of the interval, the largest first, and what to do about it."),
    ),
    Action(
        id="review.colours",
        text=_("Card colours"),
        keys=("C",),
        icon="palette",
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
        tip=_("Colours as the card's patches tell them, to look at; what is measured stays."),
    ),
    Action(
        id="review.hide_all",
        text=_("Hide everything drawn on the photo"),
        keys=("Space",),
        icon="eye",
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
        is_held=True,
        tip=_("While the key is held."),
    ),
    Action(
        id="review.zoom_in",
        text=_("Zoom in"),
        keys=("+", "="),
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="review.zoom_out",
        text=_("Zoom out"),
        keys=("-",),
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="review.fit",
        text=_("Fit the photo"),
        keys=("0",),
        icon="magnifying-glass-plus",
        rooms=_REVIEW,
        needs_library=True,
        is_on_canvas=True,
    ),
    # --- timeline --------------------------------------------------------------------------------
    Action(
        id="timeline.previous_visit",
        text=_("Visit before"),
        keys=("Left",),
        rooms=_TIMELINE,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="timeline.next_visit",
        text=_("Visit after"),
        keys=("Right",),
        rooms=_TIMELINE,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="timeline.previous_lesion",
        text=_("Lesion above"),
        keys=("Up",),
        rooms=_TIMELINE,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="timeline.next_lesion",
        text=_("Lesion below"),
        keys=("Down",),
        rooms=_TIMELINE,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="timeline.open_photo",
        text=_("Open the photo"),
        keys=("Return", "Enter"),
        icon="image",
        rooms=_TIMELINE,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="timeline.percent",
        text=_("Area or % of baseline"),
        keys=("P",),
        rooms=_TIMELINE,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="timeline.log",
        text=_("Linear or log"),
        keys=("O",),
        rooms=_TIMELINE,
        needs_library=True,
        is_on_canvas=True,
    ),
    Action(
        id="timeline.show_all",
        text=_("Show all lesions"),
        icon="x",
        rooms=_TIMELINE,
        needs_library=True,
        tip=_("Let go of the sites chosen on the body map."),
    ),
    Action(
        id="timeline.save_picture",
        text=_("Save picture…"),
        keys=("Ctrl+S",),
        icon="export",
        rooms=_TIMELINE,
        needs_library=True,
        tip=_("Save the chart as PNG, SVG or PDF."),
    ),
    Action(
        id="timeline.copy",
        text=_("Copy the table"),
        icon="copy",
        rooms=_TIMELINE,
        needs_library=True,
        tip=_("Copy the areas for a spreadsheet."),
    ),
    Action(
        id="timeline.export",
        text=_("Export CSV…"),
        keys=("Ctrl+E",),
        icon="export",
        needs_library=True,
        tip=_("One row an assessment, pseudonymised."),
        rooms=_TIMELINE,
    ),
)
"""Every action there is, in the order menus and the list of keys show them."""
