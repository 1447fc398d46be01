"""Assessments become curves: one a lesion, the total of each site group, and the patient's total.

Hides what counts as measured, what stays a gap, and which points the rates are taken from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Final

from woundtrack.healing import fits, rates
from woundtrack.healing.burden import Burden
from woundtrack.healing.closures import closure_from, looks_of
from woundtrack.healing.estimates import Spreads
from woundtrack.healing.lesion_states import (
    Record,
    Standing,
    is_broken,
    laid_out,
    last_run,
    line_breaks,
)
from woundtrack.healing.reader_error import with_reader_error
from woundtrack.model import (
    Assessment,
    ClinicalRecord,
    Finding,
    GroupTimeline,
    Lesion,
    LesionEnd,
    LesionTimeline,
    NestedCurve,
    OutlineKind,
    Patient,
    ReaderError,
    SiteGroup,
    SizedAssessment,
    SizedOutline,
    Timeline,
    TimelinePoint,
    TotalPoint,
    Visit,
    WoundState,
)

_AS_RECORDED: Final = attrgetter("recorded_at", "revision", "id")


def timeline_of(
    patient: Patient,
    lesions: Sequence[Lesion],
    visits: Sequence[Visit],
    assessments: Iterable[Assessment | SizedAssessment],
    *,
    record: ClinicalRecord | None = None,
    reader_error: ReaderError | None = None,
) -> Timeline:
    """Return one patient's course from the newest revision of each assessment.

    Retired lesions and retired assessments are left out; so is what belongs to neither a given
    lesion nor a given visit. With a ``reader_error`` the intervals of ulcers and eschars hold what
    readers were measured to differ by, in place of what is assumed (``with_reader_error``).

    The rules:

    - A point's area is that of its ulcer outline; where there is only an outline of the eschar,
      that of the eschar, because eschar-covered is open. Zero comes only with a closed state; open
      without a scale is None.
    - Eschar and margin have *nested* curves of their own, with a point at each visit at which they
      were outlined. They change no total, gap or rate.
    - A *gap* of a lesion is a visit of this patient after the lesion was first seen at which it has
      no area, unless the lesion was last seen closed and never seen open after. With a ``record``
      there is none after the lesion's end: merged, split, amputated, or ended otherwise.
    - A *total* at a visit is the sum over the lesions seen at or before it. A lesion last seen
      closed counts zero, and stays zero until it is seen open again; where any other has no area at
      this visit, the total is None. Totals begin with the first visit at which a lesion was seen.
      With a ``record`` they survive merging, splitting and ending, and findings count beside the
      assessments: see ``burden.Burden``.
    - The newest unbroken *run* of open areas is since the lesion was last seen closed, since the
      other of eschar and ulcer was outlined and, with a ``record``, since the last debridement,
      merge or split. The reduction is from its first area to the latest, which is zero where the
      lesion closed. The Gilman rate is from its first area to its last, over all the time between:
      the day of closure itself is not known, only its visit. Neither goes over a break.
    """
    dated = sorted(visits, key=lambda visit: (visit.visited_on, visit.created_at, visit.id))
    known = {visit.id for visit in dated}
    newest: dict[tuple[str, str], SizedAssessment] = {}
    for assessment in sorted(assessments, key=_AS_RECORDED):
        if not assessment.is_retired and assessment.visit_id in known:
            sized = assessment.sized
            newest[assessment.lesion_id, assessment.visit_id] = (
                sized if reader_error is None else _read(sized, reader_error)
            )
    in_view = sorted(
        (lesion for lesion in lesions if not lesion.is_retired),
        key=lambda lesion: (lesion.number, lesion.label, lesion.id),
    )
    # For each lesion, what was recorded at each visit, in the order of the visits.
    seen = {
        lesion.id: tuple(_point(visit, newest.get((lesion.id, visit.id))) for visit in dated)
        for lesion in in_view
    }
    known_of = laid_out(record, dated)
    burden = Burden(dated, seen, known_of)
    spreads = Spreads(point for points in seen.values() for point in points if point is not None)

    def totals(lesion_ids: Iterable[str] | None) -> tuple[TotalPoint, ...]:
        return tuple(one.total(spreads) for one in burden.sums(lesion_ids))

    nested = {
        lesion.id: _nested([(visit, newest.get((lesion.id, visit.id))) for visit in dated])
        for lesion in in_view
    }
    labels = {lesion.id: lesion.label for lesion in in_view}
    groups = tuple(
        GroupTimeline(
            group=group,
            lesions=tuple(
                _lesion_timeline(
                    lesion, dated, seen[lesion.id], nested[lesion.id], known_of, labels
                )
                for lesion in members
            ),
            points=totals(lesion.id for lesion in members),
        )
        for group in SiteGroup
        if (members := [lesion for lesion in in_view if lesion.site.group is group])
    )
    return Timeline(
        patient=patient,
        groups=groups,
        total=totals(None),
        visits=tuple(dated),
        reader_error=reader_error,
    )


def closure_of(curve: LesionTimeline) -> tuple[date, date | None] | None:
    """Return when a lesion that is now closed was first seen so, and the visit that confirmed it.

    Confirmed at the first closed visit at least 14 days after (FDA 2006, docket FDA-2000-D-0037:
    two consecutive visits two weeks apart); None while there is none. Where the curve was made with
    a record, both visits must also have found neither drainage nor a need for a dressing
    (``closures``). None for a lesion that is open or was never seen.
    """
    closed: list[date] = []
    for point in reversed(curve.points):
        if point.state is not WoundState.CLOSED:
            break
        closed.append(point.on)
    if not closed:
        return None
    first = closed[-1]
    if curve.has_findings:
        return first, curve.confirmed_on
    return first, next((on for on in reversed(closed) if (on - first).days >= 14), None)


def half_life_of(curve: LesionTimeline) -> float | None:
    """Return the half-life of a lesion's newest unbroken run of open areas, days.

    That of the exponential fitted to it. None with fewer than three areas, and unless the whole
    interval of the fit is one of falling (``fits.exponential``): a level or growing curve has none.
    Nor has one that is closed: there is no half of it left to come.
    """
    if closure_of(curve) is not None:
        return None
    run = [
        point
        for point in curve.points
        if _is_open_area(point) and (curve.run_from is None or point.on >= curve.run_from)
    ]
    fit = fits.exponential(run)
    return None if fit is None or fit.half_life is None else fit.half_life.value


def baseline_of(curve: LesionTimeline | NestedCurve) -> TimelinePoint | None:
    """Return the first point with an open area, or None."""
    return next((point for point in curve.points if _is_open_area(point)), None)


def _read(assessment: SizedAssessment, error: ReaderError) -> SizedAssessment:
    """Return an assessment with the readers' error in its intervals; not in a margin's."""
    outlines = tuple(
        outline
        if outline.measurement is None or outline.kind is OutlineKind.MARGIN
        else replace(outline, measurement=with_reader_error(outline.measurement, error))
        for outline in assessment.outlines
    )
    return replace(assessment, outlines=outlines)


def _point(visit: Visit, assessment: SizedAssessment | None) -> TimelinePoint | None:
    return None if assessment is None else _point_of(visit, assessment, assessment.main)


def _nested(seen: Sequence[tuple[Visit, SizedAssessment | None]]) -> tuple[NestedCurve, ...]:
    """Return the curves of the outlines besides the ulcer's, for those kinds that have any."""
    curves = []
    kinds = {one.kind for _, assessment in seen if assessment for one in assessment.outlines}
    for kind in OutlineKind:
        if kind is OutlineKind.ULCER or kind not in kinds:
            continue
        points = tuple(
            _point_of(visit, assessment, outline)
            for visit, assessment in seen
            if assessment is not None and (outline := assessment.outline_of(kind)) is not None
        )
        if points:
            curves.append(NestedCurve(kind=kind, points=points))
    return tuple(curves)


def _point_of(
    visit: Visit, assessment: SizedAssessment, outline: SizedOutline | None
) -> TimelinePoint:
    """Return what one outline of an assessment says, or that there is none."""
    size = None if outline is None else outline.measurement
    is_ulcer = outline is not None and outline.kind is OutlineKind.ULCER
    area_mm2 = low_mm2 = high_mm2 = perimeter_mm = None
    # A margin may stay round a lesion that has closed.
    if assessment.state is WoundState.CLOSED and outline is None:
        area_mm2 = low_mm2 = high_mm2 = perimeter_mm = 0.0
    elif size is not None and size.area_mm2 > 0:  # zero comes only with a closed state
        area_mm2, perimeter_mm = size.area_mm2, size.perimeter_mm
        low_mm2, high_mm2 = size.area_low_mm2, size.area_high_mm2
    return TimelinePoint(
        on=visit.visited_on,
        state=assessment.state,
        area_mm2=area_mm2,
        area_low_mm2=low_mm2,
        area_high_mm2=high_mm2,
        perimeter_mm=perimeter_mm,
        assessment_id=assessment.assessment_id,
        photograph_ids=assessment.photograph_ids,
        terms=() if size is None or area_mm2 is None else size.terms,
        doubts=() if area_mm2 is None or outline is None else outline.doubts,
        head_to_toe_mm=size.head_to_toe_mm if size is not None and area_mm2 else None,
        side_to_side_mm=size.side_to_side_mm if size is not None and area_mm2 else None,
        part_count=0 if outline is None else outline.part_count,
        tissue_state=outline.tissue_state if outline is not None and is_ulcer else None,
        tissue_shares=outline.tissue_shares if outline is not None and is_ulcer else None,
        kind=None if outline is None else outline.kind,
    )


def _is_open_area(point: TimelinePoint) -> bool:
    return point.state is WoundState.OPEN and bool(point.area_mm2)


def _lesion_timeline(
    lesion: Lesion,
    visits: Sequence[Visit],
    seen: Sequence[TimelinePoint | None],
    nested: tuple[NestedCurve, ...],
    record: Record,
    labels: Mapping[str, str],
) -> LesionTimeline:
    points = tuple(point for point in seen if point is not None)
    open_areas = [point for point in points if _is_open_area(point)]
    measured = [point for point in points if point.area_mm2 is not None]
    breaks = line_breaks(lesion.id, points, record)
    run = last_run(points, breaks)
    reduction = gilman = None
    if run and run[0] is not measured[-1]:
        reduction = rates.area_reduction_percent(run[0].area_mm2 or 0, measured[-1].area_mm2 or 0)
    if run and run[-1].on > run[0].on:
        gilman = rates.gilman_cm_per_week(
            (run[0].area_mm2 or 0) / 100,
            (run[0].perimeter_mm or 0) / 10,
            (run[-1].area_mm2 or 0) / 100,
            (run[-1].perimeter_mm or 0) / 10,
            days=(run[-1].on - run[0].on).days,
        )
    return LesionTimeline(
        lesion=lesion,
        points=points,
        nested=nested,
        gaps=_gaps(visits, seen, record.ends.get(lesion.id)),
        area_reduction_percent=reduction,
        gilman_cm_per_week=gilman,
        has_findings=record.is_there,
        confirmed_on=_confirmed_on(points, record.findings.get(lesion.id, ())),
        ended=_named(record.ends.get(lesion.id), labels),
        is_apart=len(measured) > 1
        and all(point.area_mm2 for point in measured[-2:])
        and is_broken(breaks, measured[-2].on, measured[-1].on),
        run_from=run[0].on if run and open_areas and run[0].on > open_areas[0].on else None,
    )


def _named(end: LesionEnd | None, labels: Mapping[str, str]) -> LesionEnd | None:
    return end and replace(end, into_label=labels.get(end.into or "", ""))


def _confirmed_on(
    points: Sequence[TimelinePoint], findings: Sequence[tuple[date, Finding]]
) -> date | None:
    """Return the visit that confirmed the closure since the lesion was last open."""
    is_open = bool(points) and points[-1].state is WoundState.OPEN
    if is_open and all(on <= points[-1].on for on, _ in findings):
        return None
    looks = looks_of(points, findings)
    opened = [place for place, look in enumerate(looks) if look.standing is Standing.OPEN]
    return closure_from(looks[opened[-1] + 1 if opened else 0 :]).confirmed_on


def _gaps(
    visits: Sequence[Visit], seen: Sequence[TimelinePoint | None], end: LesionEnd | None
) -> tuple[date, ...]:
    places = [place for place, point in enumerate(seen) if point is not None]
    if not places:
        return ()
    last = seen[places[-1]]
    is_closed = last is not None and last.state is WoundState.CLOSED
    until = places[-1] + 1 if is_closed else len(visits)
    if end is not None:
        ended = (place for place, visit in enumerate(visits) if visit.visited_on >= end.on)
        # What was seen after the end all the same is part of the course.
        until = min(until, max(next(ended, len(visits)), places[-1] + 1))
    return tuple(
        visit.visited_on
        for visit, point in zip(visits[places[0] : until], seen[places[0] : until], strict=True)
        if point is None or point.area_mm2 is None
    )
