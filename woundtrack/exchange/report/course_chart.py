"""The curves of a report with the record's lanes below them, as high as there is room.

Hides what is left out where the room is little.
"""

from __future__ import annotations

from dataclasses import replace

from woundtrack.exchange.report import words
from woundtrack.exchange.report.paper import Paper
from woundtrack.exchange.report.sheet import Sheet
from woundtrack.healing.chart import Chart, Plan
from woundtrack.healing.chart_paper import Drawing
from woundtrack.healing.chart_record import Lane
from woundtrack.healing.chart_style import ENGLISH


def course_chart(
    paper: Paper,
    sheet: Sheet,
    *,
    width_px: int,
    width_mm: float,
    height_mm: float,
    lesion_id: str | None = None,
) -> Drawing | None:
    """Return the chart of a course with its lanes, laid out as high as there is room.

    Where the sites of a patient don't fit one below the other they share one panel, and where the
    lanes don't either, laboratory values and scores are left out. None where no area was measured.
    """
    if not any(point.area_mm2 is not None for one in sheet.lesions for point in one.points):
        return None
    most = height_mm / width_mm * width_px
    day = sheet.made.as_of or sheet.made.printed_on
    whole = Chart(
        timeline=sheet.timeline,
        record=sheet.record,
        lesion_id=lesion_id,
        score_total=sheet.score_total,
        today=day,
        # On paper "today" is whenever it is read; whose error bands hold stands at the foot.
        words=replace(ENGLISH, today=words.day_short(day), measured_in=""),
        width_px=width_px,
        waiting=sheet.waits,
        has_caption=False,
        outlines="ulcer" if lesion_id is None else "all",
    )
    fewer: tuple[Lane, ...] = ("treatments", "events", "pain")
    tried = [
        whole,
        replace(whole, split="patient"),
        replace(whole, lanes=fewer),
        replace(whole, split="patient", lanes=fewer),
    ]
    plans = [Plan(one, paper.measure) for one in tried]
    plan = next((one for one in plans if one.least_px <= most), plans[-1])
    return plan.lay_out(min(most, 1.5 * plan.natural_px))
