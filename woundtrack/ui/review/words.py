"""What the review room says: why a lesion is suggested, what is doubtful, what the mouse does.

Hides how codes and clauses become sentences for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from woundtrack import workflow
from woundtrack.imaging import is_unsure
from woundtrack.model import (
    Assessment,
    Calibration,
    Doubt,
    OutlineKind,
    TimelinePoint,
    WoundState,
)
from woundtrack.ui import messages
from woundtrack.ui.components import words
from woundtrack.ui.components.message import MessageKind
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.review.draft import Case, Draft, Entry
from woundtrack.ui.review.identity_words import is_doubtful, lineage_notes, reason_of
from woundtrack.ui.review.kind_words import notes_of_kinds
from woundtrack.ui.review.outline_items import DrawnOutline
from woundtrack.ui.review.panel import Head, Note

NESTING: Final = workflow.NESTING
_ABOUT_THE_DATE: Final = frozenset({"time_assumed", "time_from_file"})
_NO_SCALE: Final = frozenset(
    {
        "card_not_found",
        "card_unreliable",
        "card_too_small",
        "card_too_tilted",
        "card_off_plane",
        "cards_too_far_apart",
    }
)
_NO_CARD: Final = "card_not_found"
_ABOUT_THE_FILE: Final = frozenset({"photograph_screenshot"})
_WIDENS_NOTHING: Final = frozenset(
    {
        "outline_cut_off",
        *NESTING,
        "card_shadowed",
        "card_glare",
        "colour_cast",
        "photograph_blurred",
        "photograph_dark",
        "photograph_of_screen",
    }
)
"""Doubts that no interval reaches: what they do to a number can't be reckoned, or is nothing."""


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Review", text))


def head_of(case: Case, draft: Draft, entry: Entry | None, last: TimelinePoint | None) -> Head:
    """Return which lesion is in hand, and why it is thought to be that one."""
    if entry is None:
        site = case.filed.site
        title = (
            QCoreApplication.translate("Review", "Photograph")
            if site is None
            else site.words.capitalize()
        )
        return Head(title=title, has_buttons=False)
    place = ""
    alike = [one for one in draft.entries if one.kind is entry.kind]
    if len(alike) > 1:
        place = QCoreApplication.translate("Review", "{place} of {count}").format(
            place=alike.index(entry) + 1, count=len(alike)
        )
    parts = draft.parts_of(entry)
    if len(parts) > 1:
        place = QCoreApplication.translate("Review", "part {place} of {count}").format(
            place=parts.index(entry) + 1, count=len(parts)
        )
    identity = entry.identity
    if identity is None:
        return Head(
            title=QCoreApplication.translate("Review", "Not given to a lesion"),
            place=place,
            reason=QCoreApplication.translate(
                "Review", "It is not recorded until you say which lesion it is."
            ),
            is_doubtful=True,
        )
    return Head(
        title=identity.site.words.capitalize(),
        chip=(identity.label, identity.number),
        reason=QCoreApplication.translate("Review", "Closed in this photograph")
        if entry.is_closed
        else reason_of(identity, last),
        place=place,
        tag=_tag_of(case, entry),
        is_doubtful=is_doubtful(identity),
    )


def _tag_of(case: Case, entry: Entry) -> str:
    if entry.identity is not None and entry.identity.lesion is None:
        return QCoreApplication.translate("Review", "new")
    if _revision_of(case, entry) is None:
        return ""
    return QCoreApplication.translate("Review", "revised")


def size_of(entry: Entry) -> str:
    """Return the size of a lesion for its label on the photograph."""
    if entry.identity is None:
        return QCoreApplication.translate("Review", "which lesion?")
    if entry.measurement is None:
        return QCoreApplication.translate("Review", "no area")
    return words.area(entry.measurement.area_cm2, has_unit=True)


def said_of(point: TimelinePoint | None) -> str:
    """Return when a lesion was last seen and how large it was, for a list."""
    if point is None:
        return QCoreApplication.translate("Review", "not recorded yet")
    on = words.day(point.on)
    if point.state is WoundState.CLOSED:
        return QCoreApplication.translate("Review", "closed on {day}").format(day=on)
    if point.area_cm2 is None:
        return QCoreApplication.translate("Review", "{day}, no area").format(day=on)
    return f"{on}, {words.area(point.area_cm2, has_unit=True)}"


def drawn_of(
    draft: Draft, selected: str | None, kind: OutlineKind = OutlineKind.ULCER
) -> tuple[DrawnOutline, ...]:
    """Return a draft's outlines as the canvas draws them while one kind is drawn."""
    return tuple(
        DrawnOutline(
            key=entry.key,
            outline=entry.outline,
            label=_label_of(entry, kind),
            words=size_of(entry),
            is_selected=entry.key == selected,
            kind=entry.kind,
            is_aside=entry.kind is not kind,
        )
        for entry in draft.entries
        if entry.outline is not None
    )


def _label_of(entry: Entry, kind: OutlineKind) -> str:
    """Return what an outline is called on the photograph: an ulcer by its lesion alone."""
    label = "" if entry.identity is None else entry.identity.label
    if entry.kind is OutlineKind.ULCER and kind is OutlineKind.ULCER:
        return label
    return f"{label} {kind_word(entry.kind)}".strip()


def hints_of(tool: Tool, kind: OutlineKind = OutlineKind.ULCER) -> tuple[str, ...]:
    """Return what the mouse does with a tool while a kind of outline is drawn."""
    what = kind_word(kind)
    if kind is OutlineKind.ULCER:
        what = QCoreApplication.translate("Review", "wound")
    return {
        Tool.PAN: (
            QCoreApplication.translate("Review", "Drag moves the picture"),
            QCoreApplication.translate("Review", "The wheel zooms"),
        ),
        Tool.INCLUDE: (
            QCoreApplication.translate("Review", "Click adds"),
            QCoreApplication.translate("Review", "Alt-click removes"),
            QCoreApplication.translate("Review", "Drag draws a box"),
        ),
        Tool.EXCLUDE: (QCoreApplication.translate("Review", "Click removes"),),
        Tool.BOX: (
            QCoreApplication.translate("Review", "Drag a box round the {what}").format(what=what),
            QCoreApplication.translate("Review", "With Shift a circle, from its middle"),
        ),
        Tool.CIRCLE: (
            QCoreApplication.translate("Review", "Drag a circle from the {what}'s middle").format(
                what=what
            ),
        ),
        Tool.PEN: (),
    }[tool]


def pen_hints_of(action_id: str) -> tuple[str, ...]:
    """Return what the mouse does with the pen of an action."""
    sizes = QCoreApplication.translate("Review", "Ctrl and wheel size it")
    return {
        "review.brush": (
            QCoreApplication.translate("Review", "Paint to add"),
            QCoreApplication.translate("Review", "Alt removes"),
            sizes,
        ),
        "review.eraser": (
            QCoreApplication.translate("Review", "Rub out what is no wound"),
            QCoreApplication.translate("Review", "Alt adds"),
            sizes,
        ),
        "review.lasso": (
            QCoreApplication.translate("Review", "Draw round what to add"),
            QCoreApplication.translate("Review", "Alt removes"),
        ),
        "review.wire": (
            QCoreApplication.translate("Review", "Click along the edge"),
            QCoreApplication.translate("Review", "A click on the first point closes"),
            QCoreApplication.translate("Review", "Enter ends a stretch"),
        ),
        "review.island": (
            QCoreApplication.translate("Review", "Draw round new skin"),
            QCoreApplication.translate("Review", "Click fills an island"),
        ),
        "review.split": (QCoreApplication.translate("Review", "Draw a line across"),),
        "review.ruler": (
            QCoreApplication.translate("Review", "Drag from one mark of the ruler to another"),
            QCoreApplication.translate("Review", "Z enlarges"),
        ),
        "review.tissue": (
            QCoreApplication.translate("Review", "Paint the patches of a tissue"),
            QCoreApplication.translate("Review", "Keys 1 to 6 choose it"),
            QCoreApplication.translate("Review", "Hold Space to see the wound"),
        ),
        "review.head": (
            QCoreApplication.translate("Review", "Drag towards the head"),
            QCoreApplication.translate("Review", "Or press an arrow key"),
            QCoreApplication.translate("Review", "Del takes it away"),
        ),
        "review.nodes": (
            QCoreApplication.translate("Review", "Drag a handle"),
            QCoreApplication.translate("Review", "Double-click sets one"),
            QCoreApplication.translate("Review", "Alt-click removes"),
            QCoreApplication.translate("Review", "Drag inside to move it all"),
        ),
    }[action_id]


def why_empty(
    *,
    patient_code: str,
    is_undone: bool,
    has_photographs: bool,
    reviewed_at: Sequence[datetime],
    bare_code: str = "",
) -> tuple[str, str]:
    """Return why no photograph is open: a title and a sentence.

    Parameters
    ----------
    patient_code
        The patient of whom nothing waits while photographs of others do; empty for none.
    is_undone
        Whether an import was undone last.
    has_photographs
        Whether the library holds any.
    reviewed_at
        When photographs were reviewed.
    bare_code
        The patient in view, where there is no photograph of them at all.
    """
    if is_undone:
        return (
            QCoreApplication.translate("Review", "The import was undone."),
            QCoreApplication.translate(
                "Review", "Its photographs are out of view; the files are where they were."
            ),
        )
    if bare_code and has_photographs:
        return (
            QCoreApplication.translate("Review", "No photographs of {patient} yet.").format(
                patient=bare_code
            ),
            QCoreApplication.translate(
                "Review", "Those that are imported come up here to be checked."
            ),
        )
    if patient_code:
        return (
            QCoreApplication.translate("Review", "Nothing of {patient} waits.").format(
                patient=patient_code
            ),
            QCoreApplication.translate("Review", "Photographs of other patients do."),
        )
    if not has_photographs:
        return (
            QCoreApplication.translate("Review", "No photographs yet."),
            QCoreApplication.translate(
                "Review", "Those that are imported come up here to be checked."
            ),
        )
    return QCoreApplication.translate("Review", "All reviewed."), _said_of_reviewed(reviewed_at)


def _said_of_reviewed(reviewed_at: Sequence[datetime]) -> str:
    if not reviewed_at:
        return QCoreApplication.translate(
            "Review", "No photograph waits. Those that are imported come up here."
        )
    last = words.clock(max(reviewed_at).astimezone())
    if len(reviewed_at) == 1:
        return QCoreApplication.translate("Review", "1 photograph reviewed, at {time}.").format(
            time=last
        )
    return QCoreApplication.translate(
        "Review", "{count} photographs reviewed, the last at {time}."
    ).format(count=len(reviewed_at), time=last)


def day_name(on: date, today: date) -> str:
    """Return what a visit is called beside the one before: "Today", or its day."""
    return QCoreApplication.translate("Review", "Today") if on == today else words.day_short(on)


def is_widened(case: Case, entry: Entry) -> bool:
    """Whether a doubt has made the interval of an outline wider."""
    own = entry.measurement.doubts if entry.measurement is not None else ()
    doubts = (*_doubts_of(case.proposal.calibration), *own)
    return any(doubt.code not in _WIDENS_NOTHING for doubt in doubts)


def _doubts_of(calibration: Calibration | None) -> tuple[Doubt, ...]:
    return () if calibration is None else calibration.doubts


def notes_of(
    case: Case,
    draft: Draft,
    entry: Entry | None,
    kind: OutlineKind,
    nesting: Mapping[OutlineKind, Doubt],
    change_date: Callable[[], object],
    *,
    ruler_key: str | None = None,
) -> list[Note]:
    """Return what there is to say about a photograph and the lesion in hand.

    ``kind`` is which of its outlines is drawn, ``nesting`` what ``nesting_of`` says of them.
    ``change_date`` is the way out where the date is doubtful. ``ruler_key`` takes the ruler, empty
    where no key does; None where nobody can set one.
    """
    notes: list[Note] = []
    if not draft.entries:
        notes.append(_nothing_there(case))
    unnamed = [one for one in draft.entries if one.identity is None]
    if unnamed:
        notes.append(_unnamed(len(unnamed), is_this=entry in unnamed))
    notes += [_about(doubt, "doubt") for doubt in nesting.values()]
    notes += notes_of_kinds(draft, entry, kind)
    notes += lineage_notes(case, draft, entry)
    notes += _unsure(draft, entry)
    has_outline = entry is not None and entry.outline is not None
    if case.proposal.calibration is None and (has_outline or not draft.entries):
        takes_ruler = case.takes_scale and ruler_key is not None
        notes += [
            _no_card(case, doubt, ruler_key or "")
            if takes_ruler and doubt.code == _NO_CARD
            else _about(doubt, "refuse")
            for doubt in case.proposal.doubts
            if doubt.code in _NO_SCALE
        ]
    notes += [
        _about(doubt, "doubt") for doubt in case.proposal.doubts if doubt.code in _ABOUT_THE_FILE
    ]
    if not draft.entries:
        # What is wrong with the photograph is told before anybody draws in it.
        doubts = _doubts_of(case.proposal.calibration)
        notes += [
            _about_scale(case, doubt)
            for doubt in doubts
            if doubt.place_px or doubt.code == "ruler_scale"
        ]
    if entry is not None and has_outline:
        own = entry.measurement.doubts if entry.measurement is not None else ()
        told = dict.fromkeys((*_doubts_of(case.proposal.calibration), *own))
        # How outlines lie in each other is told as they stand now, not as they were accepted.
        notes += [_about_scale(case, doubt) for doubt in told if doubt.code not in NESTING]
    notes += _revised(case, entry)
    if case.is_waiting:
        notes += [
            Note(
                "info",
                messages.title_of(doubt),
                messages.doubt_sentence(doubt),
                ((QCoreApplication.translate("Review", "Change the date…"), change_date),),
            )
            for doubt in case.proposal.doubts
            if doubt.code in _ABOUT_THE_DATE
        ]
    return notes


def _about(doubt: Doubt, kind: MessageKind) -> Note:
    return Note(kind, messages.title_of(doubt), messages.doubt_sentence(doubt), doubt=doubt)


def _about_scale(case: Case, doubt: Doubt) -> Note:
    """Return what is doubtful of a scale; that of a ruler with what can be done about it."""
    note = _about(doubt, "doubt")
    if doubt.code == "ruler_scale" and case.takes_scale:
        note = replace(note, action_ids=("review.ruler", "review.no_ruler"))
    return note


def _no_card(case: Case, doubt: Doubt, key: str) -> Note:
    """Return that no card was found, and that a ruler in view gives a scale, too."""
    said = QCoreApplication.translate(
        "Review", "Where a ruler is in view, set it: two of its marks give a scale."
    )
    if key:
        said = QCoreApplication.translate(
            "Review", "Where a ruler is in view, set it ({key}): two of its marks give a scale."
        ).format(key=key)
    if not case.is_waiting:
        then = QCoreApplication.translate(
            "Review", "What was accepted is measured anew by it, as a revision."
        )
        said = f"{said} {then}"
    note = _about(doubt, "refuse")
    return replace(note, text=f"{note.text} {said}", action_ids=("review.ruler",))


_WHY_REVISED: Final = (
    _("Corrected in review"),
    _("A ruler was set in its photograph"),
    _("The ruler of its photograph was taken away"),
    _("The scale of its photograph is the former again"),
    _("The scale of its photograph was changed again"),
    _("The direction of the head was set in its photograph"),
    _("The direction of the head was taken away from its photograph"),
    _("The former print scale again"),
    _("Measured anew at the print scale again"),
    _("Another photograph of the same visit"),
    _("More was accepted from the same photograph"),
    _("undone"),
    _("done again"),
    _("not all could be recorded"),
)
"""Reasons that the program records; those of persons stand as they were typed."""


_ACCEPTED_AGAIN: Final = frozenset({None, "take back", "accept again"})
"""Reasons of revisions in which nothing but the acceptance itself was taken back or repeated."""


def _revision_of(case: Case, entry: Entry | None) -> Assessment | None:
    """Return what is recorded of an entry, where it was revised since it was accepted."""
    thread = None if entry is None else entry.thread
    one = next((one for one in case.accepted if one.assessment_id == thread), None)
    return None if one is None or one.reason in _ACCEPTED_AGAIN else one


def _revised(case: Case, entry: Entry | None) -> list[Note]:
    """Return who revised what was accepted of the lesion in hand, when and why."""
    one = _revision_of(case, entry)
    if one is None:
        return []
    at = one.recorded_at.astimezone()
    said = QCoreApplication.translate("Review", "{person}, {day}, {time}").format(
        person=words.kept_whole(one.accepted_by), day=words.day(at.date()), time=words.clock(at)
    )
    why = one.reason or ""
    if why in _WHY_REVISED:
        why = QCoreApplication.translate("Review", why)
    title = QCoreApplication.translate("Review", "Revised since it was accepted")
    return [Note("info", title, f"{said}: {why.rstrip('.')}." if why else f"{said}.")]


def _nothing_there(case: Case) -> Note:
    if case.is_waiting:
        return Note(
            "info",
            QCoreApplication.translate("Review", "No outline yet"),
            QCoreApplication.translate(
                "Review",
                "Drag a box round the wound, or click inside it. Or say what else there is.",
            ),
            action_ids=("review.closed", "review.set_aside"),
        )
    if case.stored.entries:
        return Note(
            "doubt",
            QCoreApplication.translate("Review", "Nothing is left"),
            QCoreApplication.translate(
                "Review",
                "Save the change, and what was recorded from this photograph counts no longer.",
            ),
        )
    if case.elsewhere:
        labels = ", ".join(lesion.label for lesion in case.elsewhere)
        return Note(
            "info",
            QCoreApplication.translate("Review", "Measured in another photograph"),
            QCoreApplication.translate(
                "Review", "Of {lesions}, the outline of another photograph of this visit counts."
            ).format(lesions=labels),
        )
    return Note(
        "info",
        QCoreApplication.translate("Review", "Nothing recorded"),
        QCoreApplication.translate(
            "Review", "This photograph was looked at, and nothing was recorded from it."
        ),
        action_ids=("review.reopen",),
    )


def _unsure(draft: Draft, entry: Entry | None) -> list[Note]:
    """Return what is said before a proposal that is probably wrong somewhere is accepted."""
    unsure = unsure_of(draft)
    if entry in unsure:
        return [
            Note(
                "doubt",
                QCoreApplication.translate("Review", "This outline is unsure"),
                QCoreApplication.translate(
                    "Review",
                    "The program proposes it but may well be wrong. Check the edge all round. "
                    "Where it is wrong, drag a box round the wound, or click inside it.",
                ),
            )
        ]
    if not unsure:
        return []
    return [
        Note(
            "doubt",
            QCoreApplication.translate("Review", "Another outline here is unsure"),
            QCoreApplication.translate(
                "Review", "It is accepted together with this one. Tab goes to it."
            ),
        )
    ]


def unsure_of(draft: Draft) -> tuple[Entry, ...]:
    """Return what waits to be accepted and is only a proposal that the program is unsure of."""
    return tuple(
        entry
        for entry in draft.entries
        if entry.thread is None
        and entry.identity is not None
        and entry.outline is not None
        and is_unsure(entry.outline)
    )


def _unnamed(count: int, *, is_this: bool) -> Note:
    if is_this:
        return Note(
            "doubt",
            QCoreApplication.translate("Review", "Which lesion is this?"),
            QCoreApplication.translate(
                "Review", "It is recorded once you say so: another lesion (L), or a new one (N)."
            ),
        )
    return Note(
        "doubt",
        QCoreApplication.translate("Review", "An outline has no lesion yet")
        if count == 1
        else QCoreApplication.translate("Review", "Outlines have no lesion yet"),
        QCoreApplication.translate(
            "Review", "What is not given to a lesion is not recorded. Tab goes to it."
        ),
    )
