"""What a person chooses of an export, and under each choice in a sentence what it means.

Hides which choices stand for others, as of an identified export, and what an export's folder is
called until somebody types another.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCompleter,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from woundtrack.errors import FileUnwritable
from woundtrack.model import Framing, now
from woundtrack.ui.components import KeyButton, Label, Segmented, TickBox
from woundtrack.ui.exporting.export_words import (
    folder_name,
    format_meaning,
    format_name,
    picture_meaning,
)
from woundtrack.ui.exporting.picture_words import framing_name
from woundtrack.ui.imports.fields import DayField
from woundtrack.ui.usual_folder import usual_folder
from woundtrack.workflow.export_formats import FORMATS, WITH_PICTURES, refuse_folder
from woundtrack.workflow.exporting import ExportChoice

if TYPE_CHECKING:
    from woundtrack.records import Library
    from woundtrack.ui.session import Session

OWN_FOLDER: Final = "woundtrack_export"


class ExportChoices(QWidget):
    """The left of the export's sheet: format, for whom, study, day, pictures, folder.

    Signals
    -------
    chosen()
        Something was chosen.
    typed()
        Something was typed, or a day changed: a burst of keys sends it many times.
    placed()
        The folder is another.
    """

    chosen = Signal()
    typed = Signal()
    placed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._is_own_folder = self._is_text_wanted = False
        self._wanted_pictures: Framing | None = None
        self._is_unasked_wanted = session.settings.exports_unasked
        self._why_not = ""
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build_controls()
        self._build_rows()
        self.format.chosen.connect(self.chosen)
        self.to_whom.chosen.connect(self.chosen)
        self.known.chosen.connect(self._known_chosen)
        self.day.dateChanged.connect(lambda _day: self.typed.emit())
        self.study.textEdited.connect(lambda _text: self.typed.emit())
        self.pictures.chosen.connect(self.choose_pictures)
        self.masks.clicked.connect(lambda _is_on: self.chosen.emit())
        self.filtered.clicked.connect(lambda _is_on: self.chosen.emit())
        for box in (self.free_text, self.unasked):
            box.clicked.connect(self._tick)
        self.folder.textEdited.connect(self._folder_typed)
        self.choose.clicked.connect(self._choose)

    # --- building --------------------------------------------------------------------------------

    def _build_controls(self) -> None:
        self.format = Segmented(
            [(name, format_name(name)) for name in FORMATS], name=self.tr("Format"), has_tick=True
        )
        self.to_whom = Segmented(
            [(False, self.tr("Pseudonymised")), (True, self.tr("Identified"))],
            name=self.tr("To whom it is identifiable"),
            has_tick=True,
        )
        self.study = QLineEdit()
        self.study.setAccessibleName(self.tr("Name of the study"))
        self.study.setMaxLength(60)
        self.study.setPlaceholderText(self.tr("The clinic's own evaluation"))
        self.known = Segmented(
            [(False, self.tr("Now")), (True, self.tr("At the end of a day"))],
            name=self.tr("As it was known"),
            has_tick=True,
        )
        self.day = DayField(136)
        self.day.setAccessibleName(self.tr("The day it was known on"))
        self.free_text = TickBox(self.tr("What people typed"))
        self.unasked = TickBox(self.tr("Patients whom nobody asked"))
        self.pictures = Segmented(
            [(None, self.tr("None")), *((one, framing_name(one)) for one in Framing)],
            name=self.tr("Pictures"),
            has_tick=True,
        )
        self.masks = TickBox(self.tr("Outlines as masks"))
        self.filtered = TickBox(self.tr("Only who passes the Study room's filters"))
        self.folder = QLineEdit()
        self.folder.setAccessibleName(self.tr("Folder of the export"))
        self.choose = KeyButton(self.tr("Choose…"), icon="folder")
        self.choose.setAccessibleName(self.tr("Choose where the folder lies"))
        self.choose.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _build_rows(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(2, 2, 8, 2)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, 92)
        grid.setColumnStretch(1, 1)
        self.format_said = self._add(grid, self.tr("Format"), self.format)
        self.to_whom_said = self._add(grid, self.tr("For whom"), self.to_whom)
        self.study_said = self._add(grid, self.tr("Study"), self.study)
        self.known_said = self._add(grid, self.tr("As known"), _beside(self.known, self.day))
        self.also_said = self._add(grid, self.tr("Also"), _beside(self.free_text, self.unasked))
        self.filtered_said = self._add(grid, self.tr("Filters"), self.filtered)
        named = grid.itemAtPosition(grid.rowCount() - 2, 0)
        self._filtered_name = None if named is None else named.widget()
        self.pictures_said = self._add(grid, self.tr("Pictures"), self.pictures)
        grid.addWidget(self.masks, grid.rowCount(), 1)
        self.folder_said = self._add(
            grid, self.tr("Folder"), _beside(self.folder, self.choose, fills=True)
        )
        grid.setRowStretch(grid.rowCount(), 1)

    def _add(self, grid: QGridLayout, title: str, control: QWidget) -> Label:
        """Add a row; return the label of what it means."""
        row = grid.rowCount()
        name = Label(title, "body_strong")
        name.setMinimumHeight(28)
        grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        is_wide = isinstance(control, QLineEdit) or control is self.folder.parentWidget()
        side = Qt.AlignmentFlag(0) if is_wide else Qt.AlignmentFlag.AlignLeading
        grid.addWidget(control, row, 1, side)
        said = Label("", "label", "2", wraps=True)
        said.setContentsMargins(0, 0, 0, 7)
        grid.addWidget(said, row + 1, 1)
        return said

    # --- what is chosen --------------------------------------------------------------------------

    @property
    def choice(self) -> ExportChoice:
        """What is chosen by now."""
        is_identified = bool(self.to_whom.value())
        return ExportChoice(
            is_identified=is_identified,
            study=" ".join(self.study.text().split()),
            as_of=self._as_of,
            with_free_text=self._is_text_wanted and not is_identified,
            with_unasked=self._is_unasked_wanted,
            pictures=self._framing,
            with_masks=self._framing is not None and self.masks.isChecked(),
            filters=self._session.cohort_filter if self.filtered.isChecked() else None,
        )

    @property
    def kind(self) -> str:
        """The format, by the command line's word for it."""
        return str(self.format.value())

    @property
    def folder_path(self) -> Path | None:
        """Where the export goes; None where no whole path is given."""
        typed = self.folder.text().strip()
        path = Path(typed).expanduser() if typed else None
        return path if path is not None and path.is_absolute() else None

    @property
    def may_go(self) -> bool:
        """Whether there is a folder that it may go into, as far as can be seen from here."""
        return self.folder_path is not None and not self._why_not

    @property
    def _framing(self) -> Framing | None:
        """How much of the photographs leaves with the tables; None: nothing."""
        return self._wanted_pictures if self.kind in WITH_PICTURES else None

    @property
    def _as_of(self) -> date | None:
        if not self.known.value():
            return None
        day = self.day.date()
        return date(day.year(), day.month(), day.day())

    def begin(self, library: Library) -> None:
        """Offer what there is to choose in a library."""
        known = QCompleter([one.name for one in library.studies() if one.name], self)
        known.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.study.setCompleter(known)
        today = now().astimezone().date()
        self.day.setMaximumDate(QDate(today.year, today.month, today.day))
        if not self.known.value():
            self.day.setDate(QDate(today.year, today.month, today.day))
        self._is_unasked_wanted = self._session.settings.exports_unasked
        self._offer_filters()

    def forget_folder(self) -> None:
        """Suggest a folder again: another library is open."""
        self._is_own_folder = False

    def choose_pictures(self, framing: Framing | None) -> None:
        """Let so much of the photographs leave with the tables; None: nothing."""
        self._wanted_pictures = framing
        self.chosen.emit()

    def choose_identified(self) -> None:
        """Choose the patients' own record, under their codes and with true dates."""
        self.to_whom.set_value(True)
        self.chosen.emit()

    def show_folder_in(self, place: Path) -> None:
        """Suggest the export's folder in another place."""
        self.folder.setText(str(place / self._suggested_name()))
        self._is_own_folder = False
        self.chosen.emit()

    def ask_folder(self) -> Path | None:
        """Ask for the folder that the export's folder lies in."""
        begin = self.folder_path
        chosen = QFileDialog.getExistingDirectory(
            self.window(),
            self.tr("Where the export's folder is to lie"),
            str(usual_folder() if begin is None else begin.parent),
        )
        return Path(chosen) if chosen else None

    def _choose(self) -> None:
        chosen = self.ask_folder()
        if chosen is None:
            return
        # An earlier export's own folder is meant itself: a repeat replaces it.
        is_export = chosen.name.startswith(OWN_FOLDER)
        path = chosen if is_export else chosen / self._suggested_name()
        self._is_own_folder = is_export
        self.folder.setText(str(path))
        self.chosen.emit()

    def _suggested_name(self) -> str:
        choice = self.choice
        on = self._as_of or now().astimezone().date()
        return folder_name(choice.study, on, kind=self.kind, is_identified=choice.is_identified)

    def _folder_typed(self, _text: str) -> None:
        self._is_own_folder = bool(self.folder.text().strip())
        self._tell_folder()
        self.placed.emit()

    def _known_chosen(self, is_earlier: bool) -> None:
        self.chosen.emit()
        if is_earlier:
            self.day.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tick(self) -> None:
        self._is_text_wanted = self.free_text.isChecked()
        self._is_unasked_wanted = self.unasked.isChecked()
        self.chosen.emit()

    # --- what it means ---------------------------------------------------------------------------

    def tell(self) -> None:
        """Say under each choice what it means by now, and suggest a folder where none was typed."""
        choice = self.choice
        self.day.setVisible(bool(self.known.value()))
        self._show_also(choice)
        self._show_pictures(choice)
        self.format_said.setText(format_meaning(self.kind))
        self.to_whom_said.setText(
            self.tr("The patients' codes, true dates, names and all that was typed.")
            if choice.is_identified
            else self.tr("Random codes, days from an index event, people by number.")
        )
        self.study_said.setText(self._study_words(choice))
        self.known_said.setText(
            self.tr("Nothing later: the same export can be made again next year.")
            if choice.as_of is not None
            else self.tr("The newest revision of everything.")
        )
        self.also_said.setText(
            self.tr("An identified export holds both.")
            if choice.is_identified
            else self.tr("What people typed may hold names: look through it first.")
        )
        if not self._is_own_folder:
            parent = usual_folder() if self.folder_path is None else self.folder_path.parent
            self.folder.setText(str(parent / self._suggested_name()))
        self._tell_folder()

    def _show_also(self, choice: ExportChoice) -> None:
        """Show both as in it while an identified export is chosen; what was ticked comes back."""
        for box, is_ticked in (
            (self.free_text, self._is_text_wanted),
            (self.unasked, self._is_unasked_wanted),
        ):
            box.setEnabled(not choice.is_identified)
            box.setChecked(choice.is_identified or is_ticked)

    def _show_pictures(self, choice: ExportChoice) -> None:
        has_pictures = self.kind in WITH_PICTURES
        self.pictures.setEnabled(has_pictures)
        shown = self._wanted_pictures if has_pictures else None
        if self.kind == "dicom":
            shown = Framing.WHOLE if choice.is_identified else Framing.LESION
        self.pictures.set_value(shown)
        self.masks.setVisible(choice.pictures is not None)
        self.pictures_said.setText(picture_meaning(self.kind, choice.pictures))

    def _study_words(self, choice: ExportChoice) -> str:
        library = self._session.library
        if choice.is_identified or library is None:
            if not choice.study:
                return self.tr(
                    "Patients keep their own codes; a name given here stands beside them."
                )
            return self.tr("Stands in the export; patients keep their own codes.")
        known = {one.name.casefold() for one in library.studies()}
        if choice.study.casefold() in known:
            return self.tr("Patients keep the codes they were given in it before.")
        return self.tr("New: random codes are given out, and kept in this library alone.")

    def _tell_folder(self) -> None:
        path, library = self.folder_path, self._session.library
        self._why_not = ""
        said = self.tr("It is made, and written whole or not at all.")
        if path is None:
            said = self.tr("Give the whole path of a folder, or choose one.")
        elif path.is_dir() and any(path.iterdir()):
            said = self.tr("It is there: an earlier export in it is replaced, other files stay.")
        if path is not None and library is not None:
            try:
                refuse_folder(library, self.choice, self.kind, path)
            except FileUnwritable as problem:
                self._why_not = str(problem.values["reason"])
                said = self.tr("Not into this folder: {reason}.").format(reason=self._why_not)
        self.folder.setToolTip("" if path is None else str(path))
        self.folder_said.setText(said)
        self.folder_said.set_tone("2" if self.may_go else "doubt")

    def _offer_filters(self) -> None:
        """Let only those leave who pass the Study room's filters, where it is in view with any."""
        wanted = self._session.cohort_filter
        for widget in (self._filtered_name, self.filtered, self.filtered_said):
            if widget is not None:
                widget.setVisible(wanted is not None)
        self.filtered.setChecked(wanted is not None)
        if wanted is not None:
            from woundtrack.healing.cohort_words import in_words
            from woundtrack.ui.study.said import filter_words

            self.filtered_said.setText(in_words(wanted, filter_words()))


def _beside(*controls: QWidget, fills: bool = False) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(12)
    for place, control in enumerate(controls):
        layout.addWidget(control, 1 if fills and not place else 0)
    if not fills:
        layout.addStretch(1)
    return row
