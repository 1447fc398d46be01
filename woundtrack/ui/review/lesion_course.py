"""A lesion's other visits as the review room needs them: what it is compared with.

Hides which assessment is the one before, and which photograph stands for a visit. Reads only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from woundtrack import workflow
from woundtrack.model import (
    Assessment,
    Lesion,
    Measurement,
    Outline,
    OutlineKind,
    TimelinePoint,
    Visit,
    WoundState,
    now,
)
from woundtrack.records import Library
from woundtrack.ui.components import words
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.review import words as review_words
from woundtrack.ui.review.draft import Case, Entry
from woundtrack.ui.review.history_strip import Past, cut_out
from woundtrack.ui.review.last_visit_view import LastVisit

Thumb = Callable[[str], QImage]
"""Returns the small copy of an original by its hash."""


def point_of(assessment: Assessment, visit: Visit) -> TimelinePoint:
    """Return an assessment as a point on its lesion's curve."""
    main = assessment.main
    size = None if main is None else main.measurement
    return _point(visit, assessment.state, size, assessment.assessment_id)


def point_of_entry(entry: Entry, visit: Visit) -> TimelinePoint:
    """Return a lesion as it stands in a draft as a point on its curve."""
    state = WoundState.CLOSED if entry.is_closed else WoundState.OPEN
    return _point(visit, state, entry.measurement, entry.thread or "")


def _point(
    visit: Visit, state: WoundState, measurement: Measurement | None, assessment_id: str
) -> TimelinePoint:
    is_closed = state is WoundState.CLOSED
    return TimelinePoint(
        on=visit.visited_on,
        state=state,
        area_mm2=0.0 if is_closed else measurement.area_mm2 if measurement else None,
        area_low_mm2=measurement.area_low_mm2 if measurement else None,
        area_high_mm2=measurement.area_high_mm2 if measurement else None,
        perimeter_mm=measurement.perimeter_mm if measurement else None,
        assessment_id=assessment_id,
        terms=measurement.terms if measurement else (),
    )


def last_point(
    library: Library,
    lesion: Lesion | None,
    before: date,
    kind: OutlineKind = OutlineKind.ULCER,
) -> TimelinePoint | None:
    """Return the lesion as it was at its newest visit of an earlier day, or None.

    Of another ``kind`` than the ulcer, as it was when that was last outlined.
    """
    if kind is not OutlineKind.ULCER:
        past = () if lesion is None else visits_before(library, lesion, before, kind)
        return past[0].point if past else None
    assessment = None if lesion is None else workflow.previous_assessment(library, lesion, before)
    return None if assessment is None else point_of(assessment, library.visit(assessment.visit_id))


def last_visit(
    library: Library,
    lesion: Lesion | None,
    before: date,
    kind: OutlineKind = OutlineKind.ULCER,
) -> LastVisit | None:
    """Return the photograph and outline of that visit; None where there is no outline.

    Of another ``kind`` than the ulcer, of the visit at which that was last outlined.
    """
    if kind is not OutlineKind.ULCER:
        past = () if lesion is None else visits_before(library, lesion, before, kind)
        return past[0] if past else None
    assessment = None if lesion is None else workflow.previous_assessment(library, lesion, before)
    main = None if assessment is None else assessment.main
    if lesion is None or assessment is None or main is None:
        return None
    return _looked_back_at(library, lesion, assessment, main.kind)


def visit_beside(
    library: Library, lesion: Lesion | None, before: date, kind: OutlineKind
) -> LastVisit | None:
    """Return what stands beside today's photograph: that kind's last visit, else the ulcer's.

    So both photographs stay where they are while a kind is begun that nobody outlined before; the
    label says which outline it is then.
    """
    last = last_visit(library, lesion, before, kind)
    if last is not None or lesion is None or kind is OutlineKind.ULCER:
        return last
    other = last_visit(library, lesion, before)
    if other is None:
        return None
    return replace(other, label=f"{lesion.label} {kind_word(other.accepted.kind)}")


def visits_before(
    library: Library, lesion: Lesion, before: date, kind: OutlineKind = OutlineKind.ULCER
) -> tuple[LastVisit, ...]:
    """Return the lesion's outlines of a kind at visits of earlier days, newest first."""
    found = []
    for assessment in library.assessments(lesion_id=lesion.id):
        on = library.visit(assessment.visit_id).visited_on
        past = _looked_back_at(library, lesion, assessment, kind) if on < before else None
        if past is not None:
            found.append((on, past))
    return tuple(past for _, past in sorted(found, key=lambda one: one[0], reverse=True))


def _looked_back_at(
    library: Library,
    lesion: Lesion,
    assessment: Assessment,
    kind: OutlineKind,
) -> LastVisit | None:
    accepted = assessment.outline_of(kind)
    if accepted is None:
        return None
    visit = library.visit(assessment.visit_id)
    on = words.day(visit.visited_on)
    area = _area(assessment.state, accepted.measurement, has_unit=True)
    return LastVisit(
        filed=library.photograph(accepted.photograph_id),
        accepted=accepted,
        label=lesion.label if kind is OutlineKind.ULCER else f"{lesion.label} {kind_word(kind)}",
        words=f"{on} · {area}",
        point=_point(visit, assessment.state, accepted.measurement, assessment.assessment_id),
    )


def visits_of(
    library: Library,
    case: Case,
    entry: Entry,
    kind: OutlineKind,
    around: Outline | None,
    thumb: Thumb,
) -> tuple[Past, ...]:
    """Return every photograph the lesion in hand was accepted in, and the one in view, by day.

    Each with the area of the ``kind`` that is drawn, and cut to the lesion itself: in the one in
    view, ``around`` is where that lies.
    """
    lesion = None if entry.identity is None else entry.identity.lesion
    visits = {visit.id: visit for visit in library.visits(case.patient.id)}
    photographs = {one.id: one for one in library.photographs(case.patient.id)}
    dated: list[tuple[date, str, Past]] = []
    for assessment in () if lesion is None else library.assessments(lesion_id=lesion.id):
        accepted = assessment.main
        key = accepted.photograph_id if accepted is not None else assessment.photograph_ids[0]
        if key == case.filed.id or key not in photographs:
            continue
        on = visits[assessment.visit_id].visited_on
        photograph = photographs[key].photograph
        size = (photograph.width_px, photograph.height_px)
        outline = None if accepted is None else accepted.around
        picture = cut_out(thumb(photograph.sha256), outline, *size)
        shown = accepted if kind is OutlineKind.ULCER else assessment.outline_of(kind)
        area = words.DASH
        if shown is not None or assessment.state is WoundState.CLOSED:
            area = _area(assessment.state, None if shown is None else shown.measurement)
        is_this_year = on.year == case.visit.visited_on.year
        day = words.day_short(on) if is_this_year else words.day(on)
        past = Past(key, day, area, picture)
        dated.append((on, _moment(photograph.taken_at), past))
    photograph = case.filed.photograph
    size = (photograph.width_px, photograph.height_px)
    on = case.visit.visited_on
    state = WoundState.CLOSED if entry.is_closed else WoundState.OPEN
    here = Past(
        case.filed.id,
        review_words.day_name(on, now().astimezone().date()),
        _area(state, entry.measurement) if entry.kind is kind or entry.is_closed else words.DASH,
        cut_out(thumb(photograph.sha256), around, *size),
        is_now=True,
    )
    dated.append((on, _moment(photograph.taken_at), here))
    return tuple(past for _, _, past in sorted(dated, key=lambda one: one[:2]))


def _moment(taken_at: datetime | None) -> str:
    return "" if taken_at is None else taken_at.isoformat()


def _area(state: WoundState, measurement: Measurement | None, *, has_unit: bool = False) -> str:
    if state is WoundState.CLOSED:
        return QCoreApplication.translate("Review", "closed")
    if measurement is None:
        return QCoreApplication.translate("Review", "no area")
    return words.area(measurement.area_cm2, has_unit=has_unit)
