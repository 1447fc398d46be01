"""What is being changed of a patient's record and isn't recorded yet: values by entry and field.

Hides how changes become entries, new or next revisions, and what follows from one: the mark of the
sentinel lesion moves, a lesion that merged has ended. No Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

from woundtrack.model import (
    ClinicalRecord,
    Consent,
    Diagnosis,
    EndReason,
    Entry,
    Lesion,
    LesionDetail,
    LesionLink,
    LinkKind,
    Missing,
    PartialDate,
    PatientDetail,
    Purpose,
    RiskFactor,
    RiskFactorKind,
)

CORRECTED: Final = "Corrected in its form"
"""The reason recorded where an answer is changed: the same in every language of the window."""


class Part(NamedTuple):
    """An entry of which there is one: its kind, and of which risk, purpose or lesion it is."""

    kind: type[Entry]
    key: str = ""


BACKGROUND = Part(PatientDetail)
DIAGNOSIS = Part(Diagnosis)
_NOTHING: Final = (None, "", ())


def part_of(entry: Entry) -> Part:
    """Return the part that an entry stands for. Raises ``TypeError`` for another kind."""
    match entry:
        case PatientDetail() | Diagnosis():
            return Part(type(entry))
        case RiskFactor():
            return Part(RiskFactor, entry.kind.value)
        case Consent():
            return Part(Consent, entry.purpose.value)
        case LesionDetail():
            return Part(LesionDetail, entry.lesion_id)
        case _:
            raise TypeError(f"{type(entry).__name__} is no part of a patient's form")


class PatientDraft:
    """A patient's record with changes laid over it.

    Attributes
    ----------
    record
        As it is recorded.
    lesions
        The patient's lesions, in the order of their numbers.
    """

    def __init__(self, record: ClinicalRecord, lesions: Sequence[Lesion]) -> None:
        self.record = record
        self.lesions = tuple(sorted(lesions, key=lambda one: one.number))
        self._there: dict[Part, Entry] = {}
        self._values: dict[tuple[Part, str], object] = {}
        self._links_added: list[LesionLink] = []
        self._links_removed: dict[str, LesionLink] = {}
        known: list[Entry | None] = [record.detail, record.diagnosis]
        known += [*record.risk_factors, *record.consents, *record.lesion_details]
        for entry in known:
            if entry is not None:
                self._there[part_of(entry)] = entry

    # --- values ----------------------------------------------------------------------------------

    def there(self, part: Part) -> Entry | None:
        """Return the entry of a part as it is recorded; None where there is none."""
        return self._there.get(part)

    def value(self, part: Part, field: str) -> Any:  # noqa: ANN401  as wide as the fields
        """Return a field's value, or the ``Missing`` that says why there is none; None for neither.

        An empty text and an empty set count as none.
        """
        if (part, field) in self._values:
            return self._values[part, field]
        return self._recorded(part, field)

    def set(self, part: Part, field: str, value: object) -> None:
        """Give a field a value, a ``Missing``, or None; what is as recorded is no change."""
        if value in _NOTHING:
            value = None
        recorded = self._recorded(part, field)
        if _is_same(value, recorded):
            self._values.pop((part, field), None)
        else:
            self._values[part, field] = value
        if field == "is_sentinel" and value is True:
            self._unmark_others(part)

    def _recorded(self, part: Part, field: str) -> object:
        entry = self._there.get(part)
        if entry is None:
            return None
        value = getattr(entry, field)
        if value in _NOTHING:
            return entry.why_missing(field)
        return value

    def _unmark_others(self, part: Part) -> None:
        for lesion in self.lesions:
            other = Part(LesionDetail, lesion.id)
            if other != part and self.value(other, "is_sentinel"):
                self.set(other, "is_sentinel", False)

    # --- lineage ---------------------------------------------------------------------------------

    @property
    def links(self) -> tuple[LesionLink, ...]:
        """The links between lesions, those not yet recorded included."""
        kept = [one for one in self.record.links if one.entry_id not in self._links_removed]
        return (*kept, *self._links_added)

    def link(self, lesion_id: str, kind: LinkKind, other_lesion_id: str, on: date) -> None:
        """Link a lesion to another; one that merged has ended with that day, where none is given.

        Raises ``ValueError`` for a lesion linked to itself, and for a link that is there already.
        """
        if lesion_id == other_lesion_id:
            raise ValueError("a lesion can't be linked to itself")
        for one in self.links:
            if {one.lesion_id, one.other_lesion_id} == {lesion_id, other_lesion_id}:
                raise ValueError("these two are linked already")
        self._links_added.append(
            LesionLink(
                patient_id=self.record.patient.id,
                lesion_id=lesion_id,
                other_lesion_id=other_lesion_id,
                kind=kind,
                on=on,
            )
        )
        part = Part(LesionDetail, lesion_id)
        if kind is LinkKind.MERGED_INTO and self.value(part, "ended_on") is None:
            self.set(part, "ended_on", PartialDate.of(on))
            self.set(part, "end_reason", EndReason.MERGED)

    def unlink(self, link: LesionLink) -> None:
        """Take a link away."""
        if link in self._links_added:
            self._links_added.remove(link)
        else:
            self._links_removed[link.entry_id] = link

    # --- what is to be recorded ------------------------------------------------------------------

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to record."""
        return bool(self.entries("?"))

    def entries(self, by: str) -> tuple[Entry, ...]:
        """Return the entries that the changes make, in an order that can be recorded."""
        changed: dict[Part, dict[str, object]] = {}
        for (part, field), value in self._values.items():
            changed.setdefault(part, {})[field] = value
        made = [self._entry(part, values, by) for part, values in changed.items()]
        entries: list[Entry] = [one for one in made if one is not None]
        # The mark is taken off one lesion before another bears it.
        entries.sort(key=lambda one: bool(getattr(one, "is_sentinel", False)))
        entries += self._links_added
        entries += [
            one.revised(by=by, reason="Linked by mistake", is_retired=True)
            for one in self._links_removed.values()
        ]
        return tuple(entries)

    def _entry(self, part: Part, values: dict[str, object], by: str) -> Entry | None:
        there = self._there.get(part)
        changes: dict[str, Any] = {}
        missing = {} if there is None else dict(there.missing)
        blank = _blank(part, self.record.patient.id)
        for field, value in values.items():
            missing.pop(field, None)
            is_missing = isinstance(value, Missing)
            if isinstance(value, Missing):
                missing[field] = value
            changes[field] = getattr(blank, field) if value is None or is_missing else value
        changes["missing"] = tuple(sorted(missing.items()))
        if part.kind is Consent:
            return self._consent(part, there, changes, by)
        if there is None:
            return replace(blank, recorded_by=by, **changes)
        return there.revised(by=by, reason=_why(part, values, self._recorded), **changes)

    def _consent(
        self, part: Part, there: Entry | None, changes: dict[str, Any], by: str
    ) -> Entry | None:
        """Return a consent; without an answer there is none, and what was there is taken out."""
        answer = self.value(part, "is_given")
        if answer is None:
            if there is None:
                return None
            return there.revised(by=by, reason="Nobody asked", is_retired=True)
        if there is None:
            return replace(_blank(part, self.record.patient.id), recorded_by=by, **changes)
        return there.revised(by=by, reason=_why(part, changes, self._recorded), **changes)


def _why(part: Part, values: Iterable[str], recorded: Callable[[Part, str], object]) -> str | None:
    """Return why an entry is changed: None where only what was open is answered."""
    is_new = all(name == "missing" or recorded(part, name) in {None, False} for name in values)
    return None if is_new else CORRECTED


def _is_same(one: object, other: object) -> bool:
    """Whether two answers are one; members of two sets with the same word are not."""
    is_missing = isinstance(one, Missing)
    return is_missing == isinstance(other, Missing) and one == other


def _blank(part: Part, patient_id: str) -> Entry:
    """Return an entry of a part that says nothing yet."""
    if part.kind is RiskFactor:
        return RiskFactor(patient_id=patient_id, kind=RiskFactorKind(part.key))
    if part.kind is Consent:
        today = date.today()  # noqa: DTZ011  the person's own day
        return Consent(
            patient_id=patient_id, purpose=Purpose(part.key), is_given=False, given_on=today
        )
    if part.kind is LesionDetail:
        return LesionDetail(patient_id=patient_id, lesion_id=part.key)
    return part.kind(patient_id=patient_id)
