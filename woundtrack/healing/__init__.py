"""What is remembered, seen over time: curves, rates, closure, and the one chart of them.

Hides the clinical rules; knows no file, no database and no window.
"""

from __future__ import annotations

from woundtrack.healing import rates
from woundtrack.healing.timeline import baseline_of, closure_of, timeline_of

__all__ = [
    "baseline_of",
    "closure_of",
    "rates",
    "timeline_of",
]
