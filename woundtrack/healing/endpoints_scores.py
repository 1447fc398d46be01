"""Endpoints that are the change of a score or of pain from baseline to week 12.

Hides which of several answers stands for a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from woundtrack.healing.endpoints import Endpoint, ScoreTotals, Why, untold
from woundtrack.model import ClinicalRecord, PainContext, PainScale

if TYPE_CHECKING:
    from woundtrack.healing.course import PatientCourse

WEEK: Final = 12
WINDOW_DAYS: Final = 7
"""How far from baseline, or from the end of week 12, an answer may stand for it."""


def score_change(
    code: str,
    instrument: str,
    course: PatientCourse,
    record: ClinicalRecord,
    totals: ScoreTotals,
    *,
    baseline: date | None,
    lesion_id: str | None,
) -> Endpoint:
    """Return the change of a total from baseline to week 12; below zero is fewer points.

    Only where a verified definition of the instrument is installed. Baseline is the lesion's first
    open visit, or the patient's first one; the nearest score within a week of each day counts.
    """
    what = f"{instrument}_change_week_{WEEK}"
    if instrument not in totals.verified:
        return untold(code, what, Why.NO_DEFINITION, lesion_id=lesion_id)
    rows = [
        (score.on, totals.totals.get(score.entry_id))
        for score in record.scores
        if score.instrument == instrument and score.lesion_id == lesion_id
    ]
    return _change(code, what, rows, course, baseline=baseline, unit="points", lesion_id=lesion_id)


def pain_changes(course: PatientCourse, record: ClinicalRecord) -> Iterator[Endpoint]:
    """Yield EP10, the change of VAS pain, for each context in which it was asked.

    A number on another scale is never converted. Pain of one lesion is left out.
    """
    asked = [
        pain
        for pain in record.pains
        if pain.scale is PainScale.VAS100 and pain.lesion_id is None and pain.on <= course.as_of
    ]
    contexts = [one for one in PainContext if any(pain.context is one for pain in asked)]
    if not contexts:
        yield untold("EP10", f"pain_vas_change_week_{WEEK}", Why.NOT_RECORDED)
    for context in contexts:
        yield _change(
            "EP10",
            f"pain_vas_{context}_change_week_{WEEK}",
            [(pain.on, pain.value) for pain in asked if pain.context is context],
            course,
            baseline=course.first_visit_on,
            unit="mm",
            lesion_id=None,
        )


def _change(
    code: str,
    what: str,
    rows: Iterable[tuple[date, float | None]],
    course: PatientCourse,
    *,
    baseline: date | None,
    unit: str,
    lesion_id: str | None,
) -> Endpoint:
    if baseline is None:
        return untold(code, what, Why.NO_BASELINE, lesion_id=lesion_id)
    known = [row for row in rows if row[0] <= course.as_of]
    target = baseline + timedelta(days=7 * WEEK)
    first, last = _nearest(known, baseline), _nearest(known, target)
    if first is None or last is None:
        until = target + timedelta(days=WINDOW_DAYS)
        why = Why.NOT_RECORDED
        if first is not None and course.died_on is not None and course.died_on <= until:
            why = Why.DIED_BEFORE
        elif first is not None and course.as_of < until:
            why = Why.NOT_YET
        return untold(code, what, why, lesion_id=lesion_id)
    if first[1] is None or last[1] is None:
        return untold(code, what, Why.INCOMPLETE, lesion_id=lesion_id)
    return Endpoint(
        code=code,
        what=what,
        value=last[1] - first[1],
        unit=unit,
        on=last[0],
        since=first[0],
        lesion_id=lesion_id,
    )


def _nearest(
    rows: Iterable[tuple[date, float | None]], target: date
) -> tuple[date, float | None] | None:
    """Return the row nearest to a day within the window; one with a value before one without."""
    near = [row for row in rows if abs((row[0] - target).days) <= WINDOW_DAYS]
    return min(
        near, key=lambda row: (row[1] is None, abs((row[0] - target).days), row[0]), default=None
    )
