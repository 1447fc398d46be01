"""What is remembered, seen over time: curves, rates, closure, and the one chart of them.

Hides the clinical rules; knows no file format, no database and no window. Each part is loaded when
it is first asked for: the window needs the word for a change before it is up, and numpy only after.

``course_of`` gives the one value that report, MDT and study screens read: burden, closures, fits,
endpoints. ``competing`` counts closures over many patients; ``breaks_of`` says where a line breaks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from woundtrack.healing import change, competing, endpoints, fits, rates
    from woundtrack.healing.chart import draw as draw_chart
    from woundtrack.healing.chart import save as save_chart
    from woundtrack.healing.course import PatientCourse, course_of, followed_of
    from woundtrack.healing.lesion_states import BreakReason, LineBreak, breaks_of
    from woundtrack.healing.timeline import baseline_of, closure_of, half_life_of, timeline_of

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
    "endpoints",
    "fits",
    "followed_of",
    "half_life_of",
    "rates",
    "save_chart",
    "timeline_of",
]

# Where each name is: its module and what it is called there; a module itself has no second name.
_PLACES: Final = {
    "BreakReason": ("lesion_states", "BreakReason"),
    "LineBreak": ("lesion_states", "LineBreak"),
    "PatientCourse": ("course", "PatientCourse"),
    "baseline_of": ("timeline", "baseline_of"),
    "breaks_of": ("lesion_states", "breaks_of"),
    "change": ("change", ""),
    "closure_of": ("timeline", "closure_of"),
    "competing": ("competing", ""),
    "course_of": ("course", "course_of"),
    "draw_chart": ("chart", "draw"),
    "endpoints": ("endpoints", ""),
    "fits": ("fits", ""),
    "followed_of": ("course", "followed_of"),
    "half_life_of": ("timeline", "half_life_of"),
    "rates": ("rates", ""),
    "save_chart": ("chart", "save"),
    "timeline_of": ("timeline", "timeline_of"),
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, inside = _PLACES[name]
    found = import_module(f"{__name__}.{module}")
    value = getattr(found, inside) if inside else found
    globals()[name] = value
    return value
