"""How an entry of the record came to be: who recorded which values when, and why they changed.

Hides the fields that are of no interest to a person, and how each value is worded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from woundtrack.model import Entry, Missing, PartialDate
from woundtrack.ui.components import words
from woundtrack.ui.record.answer_words import word_of
from woundtrack.ui.record.lesion_card import question_words

if TYPE_CHECKING:
    from collections.abc import Mapping


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("History", text))


_NAMES: Final = {
    "agent": _("Treatment"),
    "text": _("Which"),
    "route": _("Route"),
    "dose_value": _("Dose"),
    "dose_unit": _("Unit"),
    "frequency": _("How often"),
    "start": _("From"),
    "stop": _("Until"),
    "stop_reason": _("Why stopped"),
    "why": _("Note"),
    "is_intensified": _("Intensified"),
    "lesion_id": _("Lesion"),
    "kind": _("What happened"),
    "on": _("Day"),
    "ended_on": _("Until"),
    "is_related": _("From calciphylaxis"),
    "is_serious": _("Serious"),
    "death_cause": _("Cause"),
    "source": _("Source"),
    "analyte": _("Value of"),
    "taken_on": _("Taken"),
    "value": _("Value"),
    "unit": _("Unit"),
    "relation_to_dialysis": _("Dialysis"),
    "reference_low": _("Reference from"),
    "reference_high": _("Reference to"),
    "scale": _("Scale"),
    "context": _("Pain"),
    "setting": _("Seen at"),
    "assessor_role": _("Seen by"),
    "is_dressing_removed": _("Dressings removed"),
    "planned_label": _("Planned as"),
}
_UNTOLD: Final = frozenset(
    {
        "patient_id",
        "recorded_by",
        "recorded_at",
        "id",
        "entry_id",
        "revision",
        "supersedes",
        "reason",
        "is_retired",
        "missing",
        "visit_id",
        "follows",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One revision in words: who and when, what was given or changed, and why."""

    head: str
    lines: tuple[str, ...]
    reason: str


def told_history(
    revisions: Sequence[Entry], today: date, labels: Mapping[str, str] | None = None
) -> tuple[Told, ...]:
    """Return the revisions of an entry in words, the newest first.

    Parameters
    ----------
    labels
        What lesions are called, by their ids.
    """
    told = []
    before: Entry | None = None
    for revision in revisions:
        when = words.moment(revision.recorded_at, today)
        if revision.is_retired:
            head = QCoreApplication.translate("History", "{who} took it out, {when}")
            lines: tuple[str, ...] = ()
        elif before is None:
            head = QCoreApplication.translate("History", "{who} recorded it, {when}")
            lines = tuple(_given(revision, labels or {}))
        else:
            head = QCoreApplication.translate("History", "{who} changed it, {when}")
            lines = tuple(_changes(before, revision, labels or {}))
        told.append(
            Told(
                head=head.format(who=revision.recorded_by, when=when),
                lines=lines,
                reason=revision.reason or "",
            )
        )
        before = revision
    return tuple(reversed(told))


def _given(entry: Entry, labels: Mapping[str, str]) -> list[str]:
    return [
        f"{_name(one.name)}: {said}"
        for one in fields(entry)
        if one.name not in _UNTOLD and (said := _said(entry, one.name, labels))
    ]


def _changes(before: Entry, after: Entry, labels: Mapping[str, str]) -> list[str]:
    lines = []
    for one in fields(after):
        if one.name in _UNTOLD:
            continue
        old, new = _said(before, one.name, labels), _said(after, one.name, labels)
        if old != new:
            lines.append(f"{_name(one.name)}: {old or '–'} → {new or '–'}")
    return lines


def _name(field: str) -> str:
    if field in _NAMES:
        return QCoreApplication.translate("History", _NAMES[field])
    try:
        return question_words(field)[0]
    except KeyError:
        return field.replace("_", " ").capitalize()


def _said(entry: Entry, name: str, labels: Mapping[str, str]) -> str:
    value = getattr(entry, name)
    if value in (None, "", ()):
        why = entry.why_missing(name)
        return word_of(why) if isinstance(why, Missing) else ""
    if name == "lesion_id":
        return labels.get(value, "")
    if isinstance(value, PartialDate):
        return words.partial_day(value)
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, tuple | bool | int | float | StrEnum):
        return word_of(value)
    return str(value)
