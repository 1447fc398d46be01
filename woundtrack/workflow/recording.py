"""The clinical record is written: entries recorded, amended, retired, taken back and brought again.

Hides that all of it are revisions, and which entries there can be only one of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final, TypeVar

from woundtrack.errors import ChangedMeanwhile, NotUnderstood
from woundtrack.model import (
    ENTRIES,
    ClinicalRecord,
    Consent,
    Diagnosis,
    Entry,
    Event,
    Finding,
    Identity,
    LabResult,
    LesionDetail,
    LesionLink,
    LinkKind,
    Pain,
    Patient,
    PatientDetail,
    RiskFactor,
    Score,
    Treatment,
    Visit,
    VisitDetail,
    new_id,
    now,
)
from woundtrack.records import Library, Past
from woundtrack.workflow.intake import EARLIEST_VISIT, visit_of_day
from woundtrack.workflow.plausible import refuse_impossible

Kind = TypeVar("Kind", bound=Entry)
AtVisit = TypeVar("AtVisit", Finding, VisitDetail)

_ONE_OF: Final[dict[type[Entry], tuple[str, ...]]] = {
    PatientDetail: (),
    Diagnosis: (),
    RiskFactor: ("kind",),
    Consent: ("purpose",),
    LesionDetail: ("lesion_id",),
    LesionLink: ("lesion_id", "other_lesion_id", "kind"),
    Finding: ("lesion_id", "visit_id"),
    VisitDetail: ("visit_id",),
}
"""Of these kinds a patient has one entry in view for each value of these fields."""


def record_of(
    library: Library,
    patient: Patient,
    *,
    as_of: datetime | None = None,
    past: Past | None = None,
    kinds: Collection[type[Entry]] = ENTRIES,
) -> ClinicalRecord:
    """Return all that counts of a patient's record, oldest first; what is retired isn't there.

    What was recorded of a lesion that is out of view isn't there either. ``as_of``: as it was at
    that moment; with ``past``, as it was at the moment of that, lesions and visits too. ``kinds``:
    only these are read, where not all are asked for.
    """
    if past is not None:
        as_of = past.moment
        seen = {one.id for one in past.lesions(patient.id)}
        visits = past.visits(patient.id)
    else:
        # A lesion that was retired since ``as_of`` was in view then.
        is_then = as_of is not None
        seen = {one.id for one in library.lesions(patient.id, include_retired=is_then)}
        visits = library.visits(patient.id, include_retired=is_then)
    whose = {None, *seen}

    def of(kind: type[Kind]) -> tuple[Kind, ...]:
        if kind not in kinds:
            return ()
        found = library.entries(kind, patient_id=patient.id, as_of=as_of)
        return tuple(one for one in found if getattr(one, "lesion_id", None) in whose)

    days = {visit.id: visit.visited_on for visit in visits}

    def at_visits(found: tuple[AtVisit, ...]) -> tuple[AtVisit, ...]:
        known = [one for one in found if one.visit_id in days]
        return tuple(sorted(known, key=lambda one: days[one.visit_id]))

    details, diagnoses = of(PatientDetail), of(Diagnosis)
    return ClinicalRecord(
        patient=patient,
        detail=details[-1] if details else None,
        diagnosis=diagnoses[-1] if diagnoses else None,
        risk_factors=of(RiskFactor),
        consents=of(Consent),
        lesion_details=of(LesionDetail),
        links=tuple(
            sorted(
                (one for one in of(LesionLink) if one.other_lesion_id in seen),
                key=lambda one: one.on,
            )
        ),
        findings=at_visits(of(Finding)),
        visit_details=at_visits(of(VisitDetail)),
        pains=tuple(sorted(of(Pain), key=lambda one: one.on)),
        treatments=tuple(
            sorted(
                of(Treatment), key=lambda one: date.min if one.start is None else one.start.earliest
            )
        ),
        labs=tuple(sorted(of(LabResult), key=lambda one: one.taken_on)),
        events=tuple(sorted(of(Event), key=lambda one: one.on.earliest)),
        scores=tuple(sorted(of(Score), key=lambda one: one.on)),
    )


def record_entries(
    library: Library, entries: Sequence[Kind], *, by: str, why: str | None = None
) -> tuple[Kind, ...]:
    """Record entries, each new or the next revision of one, all of them or none.

    Returns them as recorded. Nothing is recorded where nothing is given. A visit or a patient that
    was taken out of view comes back with what is recorded of them.

    Raises
    ------
    ValueImpossible, NotUnderstood
        For what can't be (``plausible.refuse_impossible``); for a lesion or a visit of another
        patient; for lesions that would have merged into each other.
    ChangedMeanwhile
        Where somebody recorded a newer revision, or a second entry of what there is one of.
    LibraryReadOnly, DiskFull
        As the disk says.
    """
    for entry in entries:
        refuse_impossible(entry)
        _refuse_another_patients(library, entry)
    _refuse_seconds(library, entries)
    recorded = tuple(replace(entry, recorded_by=by, recorded_at=now()) for entry in entries)
    if recorded:
        gone = _gone(library, recorded)
        with library.verb("record", by=by, why=why) as change:
            for entry in recorded:
                change.add_entry(entry)
            for visit in gone:
                change.update_visit(replace(visit, is_retired=False))
            for patient_id in sorted({one.patient_id for one in recorded if not one.is_retired}):
                patient = library.patient(patient_id)
                if patient.is_retired:
                    change.update_patient(replace(patient, is_retired=False))
    return recorded


def amend_entry(library: Library, entry: Kind, *, by: str, reason: str, **changes: object) -> Kind:
    """Record an entry with other values, as its next revision; returns that.

    Raises as ``record_entries``; ``NotUnderstood`` without a reason.
    """
    _need_reason(reason)
    revised = entry.revised(by=by, reason=reason, **changes)
    return record_entries(library, [revised], by=by, why=reason)[0]


def retire_entry(library: Library, entry: Kind, *, by: str, reason: str) -> Kind:
    """Take an entry out of view that was recorded by mistake; returns its next revision."""
    _need_reason(reason)
    retired = entry.revised(by=by, reason=reason, is_retired=True)
    with library.verb("retire entry", by=by, why=reason) as change:
        change.add_entry(retired)
    return retired


def restore_entry(library: Library, entry: Kind, *, by: str) -> Kind:
    """Bring an entry that was retired into view again; returns its next revision."""
    restored = entry.revised(by=by, reason=None, is_retired=False)
    _refuse_seconds(library, [restored])
    gone = _gone(library, [restored])
    with library.verb("restore entry", by=by) as change:
        change.add_entry(restored)
        for visit in gone:
            change.update_visit(replace(visit, is_retired=False))
    return restored


def take_back_entries(library: Library, recorded: Sequence[Kind], *, by: str) -> tuple[Kind, ...]:
    """Undo what was recorded or retired: as next revisions with the values before.

    What was new is retired, and so is a visit that holds nothing by that. Something recorded after
    it and taken back by now doesn't stand in the way.

    Raises ``ChangedMeanwhile`` where an entry holds anything else by now, or another of what there
    is one of was recorded in its place.
    """
    back = []
    for entry in recorded:
        there = _standing(library, entry)
        before = _before(library, entry)
        back.append(there.followed_by(before, by=by, reason="Taken back"))
    _refuse_seconds(library, back)
    emptied = _emptied(library, back)
    with library.verb("take back", by=by) as change:
        for one in back:
            change.add_entry(one)
        for visit in emptied:
            change.update_visit(replace(visit, is_retired=True))
    return tuple(back)


def record_again(library: Library, recorded: Sequence[Kind], *, by: str) -> tuple[Kind, ...]:
    """Redo what was recorded or retired and taken back, as next revisions.

    A visit that went out of view with it is in view again.

    Raises ``ChangedMeanwhile`` where an entry doesn't hold what it held before, or another of what
    there is one of was recorded in its place.
    """
    again = [
        _standing(library, _before(library, wanted)).followed_by(
            wanted, by=by, reason=wanted.reason
        )
        for wanted in recorded
    ]
    _refuse_seconds(library, again)
    gone = _gone(library, again)
    with library.verb("record", by=by) as change:
        for one in again:
            change.add_entry(one)
        for visit in gone:
            change.update_visit(replace(visit, is_retired=False))
    return tuple(again)


def visit_on(library: Library, patient: Patient, day: date, *, by: str) -> Visit:
    """Return the patient's visit of a day; one is made where there was none.

    One that had gone out of view is in view again: a day has one visit, and redo finds it.

    Raises ``NotUnderstood`` for a day in the future, or before there were digital cameras.
    """
    known = visit_of_day(library, patient, day)
    if known is not None:
        if known.is_retired:
            with library.verb("visit", by=by) as change:
                known = change.update_visit(replace(known, is_retired=False))
        return known
    if not EARLIEST_VISIT <= day <= now().astimezone().date():
        raise NotUnderstood(
            what="The visit date",
            given=day.isoformat(),
            expected=f"it should lie between {EARLIEST_VISIT.isoformat()} and today",
        )
    visit = Visit(id=new_id(), patient_id=patient.id, visited_on=day, created_at=now())
    with library.verb("visit", by=by) as change:
        change.add_visit(visit)
    return visit


def set_identity(library: Library, identity: Identity, *, by: str) -> Identity:
    """Record who a patient is; the trail says that it was recorded, and not what.

    Raises ``NotUnderstood`` for an NHS number whose check digit isn't right (modulus 11),
    ``ChangedMeanwhile``.
    """
    number = "".join(identity.nhs_number.split())
    if number and not is_nhs_number(number):
        raise NotUnderstood(
            what="The NHS number",
            given=f"of {len(number)} characters",  # who it is of stands in no sentence
            expected="it has ten digits, and the last one is checked by the others",
        )
    with library.verb("identify", by=by) as change:
        return change.set_identity(replace(identity, nhs_number=number))


def is_nhs_number(text: str) -> bool:
    """Return whether ten digits end in the check digit of an NHS number.

    The first nine are weighted 10 to 2 and summed; 11 less the remainder by 11 is the tenth, 0 for
    11, and no number has 10 (NHS Data Model and Dictionary, "NHS number").
    """
    if len(text) != 10 or not (text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in text]
    check = (
        11
        - sum(digit * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
        % 11
    )
    return check != 10 and check % 11 == digits[9]


def _visits_of(library: Library, entries: Sequence[Entry]) -> tuple[Visit, ...]:
    """Return the visits that entries are of, each once."""
    ids = dict.fromkeys(getattr(entry, "visit_id", None) for entry in entries)
    return tuple(library.visit(visit_id) for visit_id in ids if visit_id is not None)


def _gone(library: Library, entries: Sequence[Entry]) -> tuple[Visit, ...]:
    """Return the visits out of view that are in view again with what is recorded of them."""
    seen = [entry for entry in entries if not entry.is_retired]
    return tuple(visit for visit in _visits_of(library, seen) if visit.is_retired)


def _emptied(library: Library, back: Sequence[Entry]) -> tuple[Visit, ...]:
    """Return the visits in view that hold nothing once entries are as they are in ``back``.

    One that a photograph was ever filed under stays: its undo is the import's.
    """
    taken = {entry.entry_id for entry in back if entry.is_retired}
    found = []
    for visit in _visits_of(library, [entry for entry in back if entry.is_retired]):
        held = {
            entry.entry_id
            for kind in ENTRIES
            if "visit_id" in kind.__dataclass_fields__
            for entry in library.entries(kind, patient_id=visit.patient_id)
            if getattr(entry, "visit_id", None) == visit.id
        }
        has_photograph = bool(library.photographs(visit_id=visit.id, include_retired=True))
        if not visit.is_retired and not has_photograph and held <= taken:
            found.append(visit)
    return tuple(found)


def _before(library: Library, entry: Kind) -> Kind:
    """Return what stood before a revision; of the first one, the entry as if it were retired."""
    if entry.supersedes is None:
        return replace(entry, is_retired=True)
    return library.entry_revisions(type(entry), entry.entry_id)[entry.revision - 2]


def _standing(library: Library, expected: Kind) -> Kind:
    """Return the newest revision of an entry, which has to hold what this one holds."""
    newest = library.entry_revisions(type(expected), expected.entry_id)[-1]
    both_retired = newest.is_retired and expected.is_retired
    if not (both_retired or newest.says_as(expected)):
        raise ChangedMeanwhile(what="The record")
    return newest


def _refuse_another_patients(library: Library, entry: Entry) -> None:
    """Refuse an entry of one patient about another's lesion or visit."""
    for name in ("lesion_id", "other_lesion_id"):
        lesion_id = getattr(entry, name, None)
        if lesion_id is not None:
            lesion = library.lesion(lesion_id)
            if lesion.patient_id != entry.patient_id:
                raise NotUnderstood(
                    what="The lesion",
                    given=lesion.label,
                    expected="it is another patient's; choose one of this patient's",
                )
    visit_id = getattr(entry, "visit_id", None)
    if visit_id is not None and library.visit(visit_id).patient_id != entry.patient_id:
        raise NotUnderstood(
            what="The visit", given="another patient's", expected="choose one of this patient's"
        )


def _refuse_loop(link: LesionLink, others: Sequence[Entry]) -> None:
    """Refuse lesions that merged into each other: neither would count any more."""
    into = {
        one.lesion_id: one.other_lesion_id
        for one in others
        if isinstance(one, LesionLink) and one.kind is LinkKind.MERGED_INTO and not one.is_retired
    }
    follows: str | None = link.other_lesion_id
    for _ in range(len(into) + 1):
        if follows == link.lesion_id:
            raise NotUnderstood(
                what="The lesion",
                given="merged",
                expected="the other one merged into this one already; take that back first",
            )
        follows = into.get(follows or "")


def _refuse_seconds(library: Library, entries: Sequence[Entry]) -> None:
    """Refuse entries that come into view together where they would be a second one.

    What is in view already is read once of each kind: a visit may have thirty lesions.
    """
    known: dict[tuple[type[Entry], str], dict[str, Entry]] = {}
    for entry in entries:
        kind, whose = type(entry), entry.patient_id
        if entry.is_retired or kind not in _ONE_OF:
            continue
        if (kind, whose) not in known:
            there = library.entries(kind, patient_id=whose)
            changed = [one for one in entries if (type(one), one.patient_id) == (kind, whose)]
            known[kind, whose] = {one.entry_id: one for one in (*there, *changed)}
        others = [
            one
            for one in known[kind, whose].values()
            if one.entry_id != entry.entry_id and not one.is_retired
        ]
        _refuse_second(entry, others)


def _refuse_second(entry: Entry, others: Sequence[Entry]) -> None:
    """Refuse an entry beside others of its kind and patient."""
    if isinstance(entry, LesionDetail) and entry.is_sentinel:
        for one in others:
            if isinstance(one, LesionDetail) and one.is_sentinel:
                raise NotUnderstood(
                    what="The sentinel lesion",
                    given="a second one",
                    expected="a patient has one; take the mark off the other first",
                )
    if isinstance(entry, LesionLink) and entry.kind is LinkKind.MERGED_INTO:
        _refuse_loop(entry, others)
    names = _ONE_OF[type(entry)]
    for one in others:
        if all(getattr(one, name) == getattr(entry, name) for name in names):
            raise ChangedMeanwhile(what="The record")


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise NotUnderstood(
            what="The reason", given="(none)", expected="say why, in a few words, for the trail"
        )
