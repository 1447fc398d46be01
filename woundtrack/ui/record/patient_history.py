"""How a patient's background came to be: who recorded which values when, the newest first.

Hides the fields that are of no interest to a person, and how each value is worded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from woundtrack.model import Consent, Entry, LesionDetail, LesionLink, PartialDate, RiskFactor
from woundtrack.ui.components import words
from woundtrack.ui.record.patient_draft import CORRECTED
from woundtrack.ui.record.patient_words import ethnic_words, word_of


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("History", text))


_NAMES: Final = {
    "sex": _("Sex"),
    "birth_year": _("Year of birth"),
    "ethnic_category": _("Ethnic category"),
    "height_cm": _("Height, cm"),
    "weight_kg": _("Weight, kg"),
    "dialysis": _("Dialysis"),
    "dialysis_start": _("Dialysis since"),
    "centre": _("Centre"),
    "certainty": _("Certainty"),
    "diagnosed_on": _("Diagnosed"),
    "first_sign_on": _("First sign"),
    "trigger": _("Trigger"),
    "trigger_text": _("Trigger, in words"),
    "is_uraemic": _("Uraemic"),
    "biopsy_on": _("Biopsy"),
    "biopsy_result": _("Result of the biopsy"),
    "has_imaging_calcification": _("Calcification on imaging"),
    "diagnosed_by": _("Diagnosed by"),
    "is_present": _("Present"),
    "start": _("From"),
    "stop": _("Until"),
    "is_given": _("Agreed"),
    "given_by": _("Answered by"),
    "given_on": _("Asked on"),
    "form_version": _("Version of the form"),
    "withdrawn_on": _("Withdrawn on"),
    "capacity_note": _("Capacity"),
    "site_text": _("Place, in words"),
    "aspects": _("Face"),
    "map_x": _("Point on the map"),
    "onset": _("Began"),
    "morphology_at_entry": _("Looked like"),
    "aetiology": _("Comes from"),
    "is_sentinel": _("Sentinel lesion"),
    "ended_on": _("Ended"),
    "end_reason": _("Ended because"),
    "kind": _("Link"),
    "other_lesion_id": _("To"),
    "on": _("On"),
}


_NO_COUNTS: Final = frozenset({"is_given", "is_present", "is_uraemic", "has_imaging_calcification"})
"""Fields of which a no is an answer from the first revision on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One revision in words: of what, who and when, what was given or changed, and why."""

    at: datetime
    head: str
    lines: tuple[str, ...]


def told(
    threads: Iterable[Sequence[Entry]], today: date, labels: dict[str, str]
) -> tuple[Told, ...]:
    """Return all revisions of several entries in words, the newest first.

    ``labels`` are what lesions are called, by their ids.
    """
    found = [one for revisions in threads for one in _thread(revisions, today, labels)]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _thread(revisions: Sequence[Entry], today: date, labels: dict[str, str]) -> list[Told]:
    made = []
    before: Entry | None = None
    for revision in revisions:
        lines = _changes(before, revision, labels)
        if revision.is_retired:
            lines = [QCoreApplication.translate("History", "Taken out")]
        subject = _subject(revision, labels)
        head = f"{words.moment(revision.recorded_at, today)} · {revision.recorded_by}"
        if subject:
            lines = [subject, *lines]
        if revision.reason and revision.reason != CORRECTED:
            lines.append(f"“{revision.reason}”")
        if lines:
            made.append(Told(at=revision.recorded_at, head=head, lines=tuple(lines)))
        before = revision
    return made


def _subject(entry: Entry, labels: dict[str, str]) -> str:
    """Return which of several an entry is of."""
    match entry:
        case RiskFactor():
            return word_of(entry.kind)
        case Consent():
            return word_of(entry.purpose)
        case LesionDetail() | LesionLink():
            return labels.get(entry.lesion_id, "")
        case _:
            return ""


def _changes(before: Entry | None, after: Entry, labels: dict[str, str]) -> list[str]:
    lines = []
    for field in fields(after):
        if field.name not in _NAMES or (field.name == "kind" and isinstance(after, RiskFactor)):
            continue
        old = "" if before is None else _said(before, field.name, labels)
        new = _said(after, field.name, labels)
        is_first_no = before is None and getattr(after, field.name) is False
        if old == new or (is_first_no and field.name not in _NO_COUNTS):
            continue
        name = QCoreApplication.translate("History", _NAMES[field.name])
        lines.append(f"{name}: {new or '–'}" if not old else f"{name}: {old} → {new or '–'}")
    return lines


def _said(entry: Entry, name: str, labels: dict[str, str]) -> str:
    value = getattr(entry, name)
    if value in (None, "", ()):
        why = entry.why_missing(name)
        return "" if why is None else word_of(why)
    if name == "map_x":
        across, down = value, getattr(entry, "map_y", None)
        return f"{words.number(across * 100, 1)}, {words.number((down or 0) * 100, 1)}"
    if name == "other_lesion_id":
        return labels.get(value, "")
    if name == "ethnic_category":
        return ethnic_words(value)
    if isinstance(value, PartialDate):
        return words.partial_day(value)
    if isinstance(value, date):
        return words.day(value)
    if name == "birth_year":
        return str(value)
    return word_of(value)
