"""Intervals of a course with the readers' own error, as it was measured, in place of the assumed.

Hides which cause of a measurement's interval it replaces. The measurement as it was recorded is
never changed: a course alone is made with the other interval.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from woundtrack.healing.estimates import Z95
from woundtrack.model import Measurement, ReaderError, Term, area_interval

ASSUMED: Final = "edge"
"""The cause that is assumed of every person's edge (``imaging/sizes/uncertainty.py``)."""
MEASURED: Final = "reader"
"""The cause that stands in its place."""


def with_reader_error(size: Measurement, error: ReaderError | None) -> Measurement:
    """Return a size whose assumed edge is replaced by what readers were measured to differ by.

    Half of its 95 % interval is 1.96 s of the area and of the perimeter, s being the standard
    deviation on the log scale; length and width keep what is assumed, since a session doesn't
    measure them. Every other cause stays. A size without recorded causes keeps its interval, as
    does one of an exact edge, which has no such cause.
    """
    if error is None or not any(term.name == ASSUMED for term in size.terms):
        return size
    terms = tuple(
        Term(
            name=MEASURED,
            area_mm2=Z95 * error.log_sd * size.area_mm2,
            perimeter_mm=Z95 * error.perimeter_log_sd * size.perimeter_mm,
            length_mm=term.length_mm,
            width_mm=term.width_mm,
        )
        if term.name == ASSUMED
        else term
        for term in size.terms
    )
    low, high = area_interval(size.area_mm2, terms)
    return replace(
        size,
        area_low_mm2=min(low, size.area_mm2),
        area_high_mm2=max(high, size.area_mm2),
        terms=tuple(sorted(terms, key=lambda term: -abs(term.area_mm2))),
    )


def error_words(error: ReaderError | None) -> str:
    """Return in English where the readers' part of a course's intervals comes from."""
    if error is None:
        return "The readers' part of the intervals is assumed, not measured."
    return (
        f"The readers' part of the intervals was measured in the session “{error.session}”: "
        f"readings of one wound differ by {100 * error.log_sd:.1f} % "
        f"({100 * error.log_sd_low:.1f} to {100 * error.log_sd_high:.1f}), one standard deviation."
    )
