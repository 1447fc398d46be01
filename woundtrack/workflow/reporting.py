"""A report of a patient: what is read of the library, who may have it, and the file.

Hides which photographs are shown, what was known on a day, and that nothing leaves without
consent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal, TypeVar

from woundtrack import __version__, healing
from woundtrack.errors import (
    NotUnderstood,
    ReportRefused,
)
from woundtrack.exchange import report
from woundtrack.model import (
    Assessment,
    ClinicalRecord,
    Entry,
    Landmark,
    Lesion,
    LesionTimeline,
    Patient,
    Progress,
    Purpose,
    Score,
    Timeline,
    TimelinePoint,
    VisitPhotograph,
    WoundState,
    no_progress,
    now,
)
from woundtrack.records import Library, Originals
from woundtrack.workflow import report_photos
from woundtrack.workflow.consenting import leaves, may_leave
from woundtrack.workflow.course import end_of_day
from woundtrack.workflow.instruments import Instruments, known_instruments
from woundtrack.workflow.landmarks import landmarks_of
from woundtrack.workflow.recording import record_of
from woundtrack.workflow.report_photos import Shot

_AnEntry = TypeVar("_AnEntry", bound=Entry)

Kind = Literal["patient", "lesion", "for patient"]
"""The page of a patient, that of one lesion, or the sheet for the patient in plain words."""

FORMULAS: Final = "1"
"""Raised whenever a number on a report comes out otherwise from the same measurements."""

_MOST_PHOTOS: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportPlan:
    """Everything a report needs of a library, read; the rest may be done by a worker."""

    kind: Kind
    lesion: LesionTimeline | None
    sheet: report.Sheet
    originals: Originals
    shots: tuple[tuple[LesionTimeline, tuple[Shot, ...]], ...]

    @property
    def file_name(self) -> str:
        """A name for the file, from the code and what it is, without signs a disk refuses."""
        words = [self.sheet.timeline.patient.code]
        if self.lesion is not None:
            words.append(self.lesion.lesion.label)
        if self.kind == "for patient":
            words.append("for the patient")
        made = self.sheet.made
        words.append((made.as_of or made.printed_on).isoformat())
        kept = "".join(one if one.isalnum() or one in "-_ " else "-" for one in " ".join(words))
        return f"{kept}.pdf"


def plan_report(
    library: Library,
    patient: Patient,
    *,
    lesion: str | None = None,
    for_patient: bool = False,
    as_of: date | None = None,
    printed_on: date,
    identified: bool = False,
) -> ReportPlan:
    """Read what a report needs of a library.

    Parameters
    ----------
    lesion
        The label of one lesion, for its own page; None for the patient's.
    for_patient
        The sheet for the patient in plain words instead.
    as_of
        As it was known at the end of that day; None for the newest.
    printed_on
        Stated on the page as the day of printing. Consent must hold on it and today.
    identified
        With the patient's name and numbers, where they are recorded.

    Raises
    ------
    NotUnderstood
        There is no such lesion.
    ReportRefused
        The patient didn't agree to it or no longer does, or it makes no sense: a sheet for a
        patient who died.
    """
    moment = end_of_day(as_of)
    record = record_of(library, patient, as_of=moment)
    # What counts for leaving is what is known of the consent today, not what the page shows.
    now_known = record if moment is None else record_of(library, patient)
    # The day that is stated on the page doesn't make what was withdrawn since count again.
    today = max(printed_on, now().astimezone().date())
    _refuse_without_consent(now_known, Purpose.RECORD if for_patient else Purpose.MDT, today)
    if for_patient and now_known.death is not None:
        raise ReportRefused(
            patient=patient.code, reason="the patient has died, so there is no sheet for them"
        )
    timeline, assessments = _course(library, patient, record, moment)
    chosen = None if lesion is None else _lesion_named(timeline, lesion)
    if chosen is not None:
        timeline, record = _of_one(timeline, chosen), _record_of_one(record, chosen.lesion)
    photographs = {
        one.id: one
        for one in library.photographs(patient_id=patient.id)
        if moment is None or one.filed_at <= moment
    }
    kind: Kind = "for patient" if for_patient else "patient" if chosen is None else "lesion"
    shown = [] if for_patient else [chosen] if chosen is not None else _pictured(timeline)
    shots = tuple(
        (
            one,
            _shots(
                library,
                one,
                {each.id: each for each in assessments},
                photographs,
                [0, -1] if chosen is not None else None,
            ),
        )
        for one in shown
    )
    methods = sorted(
        {
            f"{outline.method.name} {outline.method.version}"
            for one in assessments
            if any(one.lesion_id == each.lesion.id for each in timeline.lesions)
            for outline in one.outlines
        }
    )
    scales = sorted(
        {
            outline.calibration.method
            for one in assessments
            if any(one.lesion_id == each.lesion.id for each in timeline.lesions)
            for outline in one.outlines
            if outline.calibration is not None
        }
    )
    instruments = known_instruments(library)
    return ReportPlan(
        kind=kind,
        lesion=chosen,
        sheet=report.Sheet(
            timeline=timeline,
            record=record,
            course=healing.course_of(timeline, record, as_of or printed_on),
            score_total=_total_by(instruments),
            score_name=_name_by(instruments),
            identity=library.identity(patient.id) if identified else None,
            waiting=library.waiting_counts().get(patient.id, 0),
            waits=_waits(library, timeline),
            made=report.Made(
                software=f"woundtrack {__version__}",
                formulas=FORMULAS,
                record_hash=_hash_of(timeline, record, shots),
                printed_on=printed_on,
                as_of=as_of,
                methods=tuple(methods),
                scales=tuple(scales),
            ),
        ),
        originals=library.originals,
        shots=shots,
    )


def report_pdf(plan: ReportPlan, progress: Progress = no_progress) -> bytes:
    """Cut the photographs and return the PDF's bytes; may run on a worker, stopped by ``progress``.

    The same plan gives the same bytes. A photograph that can't be read is said so on the page.
    """
    strips = report_photos.strips_of(plan.originals, plan.shots, progress)
    sheet = replace(plan.sheet, strips=strips)
    progress(0.9, sheet.timeline.patient.code)
    if plan.kind == "for patient":
        return report.plain_report(sheet)
    if plan.kind == "lesion" and plan.lesion is not None:
        return report.lesion_report(sheet, plan.lesion)
    return report.patient_report(sheet)


def write_report(plan: ReportPlan, out: Path, progress: Progress = no_progress) -> Path:
    """Write a report's PDF whole or not at all; returns where it is.

    Raises ``FileUnwritable``, ``DiskFull``, ``FileInUse``; what was there is then as it was.
    """
    return report.put_report(Path(out), report_pdf(plan, progress))


def note_report(library: Library, plan: ReportPlan, *, by: str) -> None:
    """Note in the audit trail that a report leaves, before it is written.

    A library that is open for reading only notes nothing. Raises ``DiskFull``.
    """
    if library.is_read_only:
        return
    whose = "identified" if plan.sheet.identity is not None else "pseudonymised"
    why = f"{plan.kind}, {whose}, record {plan.sheet.made.record_hash[:12]}"
    with library.verb("report", by=by, why=why):
        pass


def _refuse_without_consent(record: ClinicalRecord, purpose: Purpose, day: date) -> None:
    if leaves(may_leave(record, purpose, day), purpose):
        return
    for_what = "the MDT" if purpose is Purpose.MDT else "the record"
    raise ReportRefused(
        patient=record.patient.code,
        reason=f"the patient doesn't agree that photographs and numbers are used for {for_what}",
    )


# --- what is read --------------------------------------------------------------------------------


def _course(
    library: Library, patient: Patient, record: ClinicalRecord, moment: datetime | None
) -> tuple[Timeline, tuple[Assessment, ...]]:
    """Return a patient's curves as they were known at a moment, and what they are made of."""
    assessments = library.assessments(patient_id=patient.id, as_of=moment)
    seen = {
        photograph.visit_id
        for photograph in library.photographs(patient_id=patient.id)
        if moment is None or photograph.filed_at <= moment
    } | {finding.visit_id for finding in record.findings}
    timeline = healing.timeline_of(
        patient,
        [one for one in library.lesions(patient.id) if moment is None or one.created_at <= moment],
        [
            visit
            for visit in library.visits(patient.id, include_retired=moment is not None)
            if visit.id in seen
        ],
        assessments,
        record=record,
    )
    return timeline, assessments


def _lesion_named(timeline: Timeline, label: str) -> LesionTimeline:
    for one in timeline.lesions:
        if one.lesion.label == label:
            return one
    known = ", ".join(one.lesion.label for one in timeline.lesions) or "none yet"
    raise NotUnderstood(
        what="The lesion", given=repr(label), expected=f"the patient's lesions are {known}"
    )


def _of_one(timeline: Timeline, chosen: LesionTimeline) -> Timeline:
    groups = tuple(
        replace(group, lesions=(chosen,), points=())
        for group in timeline.groups
        if any(one.lesion.id == chosen.lesion.id for one in group.lesions)
    )
    return replace(timeline, groups=groups, total=())


def _record_of_one(record: ClinicalRecord, lesion: Lesion) -> ClinicalRecord:
    """Return the record without what belongs to other lesions alone."""

    def kept(entries: tuple[_AnEntry, ...]) -> tuple[_AnEntry, ...]:
        return tuple(one for one in entries if getattr(one, "lesion_id", None) in {None, lesion.id})

    return replace(
        record,
        lesion_details=kept(record.lesion_details),
        findings=kept(record.findings),
        pains=kept(record.pains),
        treatments=kept(record.treatments),
        events=kept(record.events),
        scores=kept(record.scores),
    )


def _pictured(timeline: Timeline) -> list[LesionTimeline]:
    """Return the lesions whose photographs are shown, by number: open ones, the largest first."""
    seen = [one for one in timeline.lesions if any(point.photograph_ids for point in one.points)]
    largest = sorted(
        seen,
        key=lambda one: (
            one.points[-1].state is WoundState.CLOSED,
            -max((point.area_mm2 or 0) for point in one.points),
            one.lesion.number,
        ),
    )[: report.strips_for(len(timeline.lesions))]
    return sorted(largest, key=lambda one: one.lesion.number)


def _waits(library: Library, timeline: Timeline) -> frozenset[tuple[str, date]]:
    """Return lesions and days without an area whose site has a photograph to review that day."""
    filed = {one.id: one for one in library.photographs(timeline.patient.id)}
    days = {visit.id: visit.visited_on for visit in timeline.visits}
    found: set[tuple[str, date]] = set()
    for proposal in library.proposals(timeline.patient.id):
        photograph = filed.get(proposal.photograph_id)
        if photograph is None or photograph.visit_id not in days:
            continue
        on = days[photograph.visit_id]
        group = None if photograph.site is None else photograph.site.group
        found |= {
            (curve.lesion.id, on)
            for curve in timeline.lesions
            if on in curve.gaps and group in {None, curve.lesion.site.group}
        }
    return frozenset(found)


def _shots(
    library: Library,
    lesion: LesionTimeline,
    assessments: Mapping[str, Assessment],
    photographs: Mapping[str, VisitPhotograph],
    which: Sequence[int] | None,
) -> tuple[Shot, ...]:
    """Return the visits whose photographs are shown: given ones, or first, last and between."""
    by_thread = {one.assessment_id: one for one in assessments.values()}
    points = lesion.points
    if not points:
        return ()
    places = _places(points) if which is None else sorted({place % len(points) for place in which})
    marks = landmarks_of(library, lesion.lesion.id)
    return tuple(_shot(library, points[place], by_thread, photographs, marks) for place in places)


def _places(points: Sequence[TimelinePoint]) -> list[int]:
    """Return which of a lesion's visits are shown: both ends, the largest, and evenly between."""
    if len(points) <= _MOST_PHOTOS:
        return list(range(len(points)))
    last = len(points) - 1
    kept = {0, last, max(range(len(points)), key=lambda place: points[place].area_mm2 or 0.0)}
    days = [point.on.toordinal() for point in points]
    while len(kept) < _MOST_PHOTOS:
        # The visit that lies furthest in time from all that are shown.
        kept.add(
            max(
                (place for place in range(len(points)) if place not in kept),
                key=lambda place: (min(abs(days[place] - days[one]) for one in kept), -place),
            )
        )
    return sorted(kept)


def _shot(
    library: Library,
    point: TimelinePoint,
    assessments: Mapping[str, Assessment],
    photographs: Mapping[str, VisitPhotograph],
    marks: Mapping[str, Sequence[Landmark]],
) -> Shot:
    assessment = assessments.get(point.assessment_id)
    main = None if assessment is None else assessment.main
    ids = [main.photograph_id] if main is not None else list(point.photograph_ids)
    filed = next((photographs[one] for one in ids if one in photographs), None)
    if filed is None:
        return Shot(point=point, why_none="There is no photograph of this visit.")
    calibration = None if main is None else main.calibration
    if main is None:  # closed: no outline, but the photograph may have its card
        with suppress(KeyError):  # an old library's photograph without a proposal
            calibration = library.proposal_of(filed.id).calibration
    return Shot(
        point=point,
        photograph_id=filed.id,
        photograph=filed.photograph,
        calibration=calibration,
        parts=() if main is None else main.parts,
        head_deg=filed.head_deg,
        landmarks=tuple(marks.get(filed.id, ())),
    )


def _hash_of(
    timeline: Timeline,
    record: ClinicalRecord,
    shots: Sequence[tuple[LesionTimeline, Sequence[Shot]]],
) -> str:
    """Return the SHA-256 of everything that a report shows: the same as long as nothing changed.

    Not the trail's: that grows by every report.
    """
    shown = (timeline, record, [one for _, each in shots for one in each])
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _total_by(instruments: Instruments) -> Callable[[Score], float | None]:
    def total(score: Score) -> float | None:
        known = instruments.find(score.instrument, score.instrument_version)
        return None if known is None else known.total_of(dict(score.items))

    return total


def _name_by(instruments: Instruments) -> Callable[[str], str]:
    def name(instrument: str) -> str:
        known = instruments.find(instrument)
        return instrument if known is None else known.name

    return name
