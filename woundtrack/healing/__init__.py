"""What is remembered, seen over time: curves, rates, closure, and the one chart of them.

Hides the clinical rules; knows no file format, no database and no window. matplotlib is loaded when
a chart is drawn.
"""

from __future__ import annotations

from woundtrack.healing import change, competing, rates
from woundtrack.healing.chart import draw as draw_chart
from woundtrack.healing.chart import save as save_chart
from woundtrack.healing.course import PatientCourse, course_of
from woundtrack.healing.lesion_states import BreakReason, LineBreak, breaks_of
from woundtrack.healing.timeline import baseline_of, closure_of, timeline_of

__all__ = [
    "BreakReason",
    "LineBreak",
    "PatientCourse",
    "baseline_of",
    "breaks_of",
    "change",
    "closure_of",
    "competing",
    "course_of",
    "draw_chart",
    "rates",
    "save_chart",
    "timeline_of",
]
