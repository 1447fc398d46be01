"""The outlines of one lesion lie in each other: where they don't, it is told, and nothing changed.

Hides which outline holds which, and how far two hands may differ before it is worth a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from woundtrack import imaging
from woundtrack.imaging.drawing.nesting import sticking_out
from woundtrack.model import AssessedOutline, Calibration, Doubt, Outline, OutlineKind

SLACK_MM: Final = 2.0  # two edges drawn along the same rim lie this near to each other
_SLACK_SHARE: Final = 0.04  # of the inner outline's width, where there is no scale
ESCHAR_BEYOND: Final = "eschar_beyond_ulcer"
WOUND_BEYOND: Final = "wound_beyond_margin"
NESTING: Final = frozenset({ESCHAR_BEYOND, WOUND_BEYOND})
"""The codes of what is told here: doubts about eschar and margin, never about the ulcer."""


def nesting_doubts(
    parts: Mapping[OutlineKind, Sequence[Outline]], calibration: Calibration | None
) -> dict[OutlineKind, Doubt]:
    """Return what is doubtful of a lesion's eschar and of its margin, in one photograph.

    The eschar lies in the ulcer's bed; where there is no ulcer outline it is the whole lesion. The
    margin goes round the ulcer, or round the eschar that covers it. Each doubt says where.
    """
    ulcer = parts.get(OutlineKind.ULCER, ())
    eschar = parts.get(OutlineKind.ESCHAR, ())
    wound = ulcer or eschar
    found = {}
    for kind, code, inner, outer in (
        (OutlineKind.ESCHAR, ESCHAR_BEYOND, eschar, ulcer),
        (OutlineKind.MARGIN, WOUND_BEYOND, wound, parts.get(OutlineKind.MARGIN, ())),
    ):
        if inner and outer:
            place = sticking_out(inner, outer, _slack_px(inner, calibration))
            if place:
                found[kind] = Doubt(code=code, place_px=place)
    return found


def _slack_px(inner: Sequence[Outline], calibration: Calibration | None) -> float:
    if calibration is not None:
        return SLACK_MM / imaging.mm_per_px_at(inner[0].centre, calibration)
    xs = [x for one in inner for x, _ in one.outer]
    return _SLACK_SHARE * (max(xs) - min(xs))


def with_nesting(outlines: Sequence[AssessedOutline]) -> tuple[AssessedOutline, ...]:
    """Return a lesion's outlines at one visit, each told anew where it doesn't lie as it should.

    Outlines in different photographs are not compared.
    """
    told = []
    for one in outlines:
        beside = [other for other in outlines if other.photograph_id == one.photograph_id]
        found = nesting_doubts({other.kind: other.parts for other in beside}, one.calibration)
        told.append(_told(one, found.get(one.kind)))
    return tuple(told)


def _told(outline: AssessedOutline, doubt: Doubt | None) -> AssessedOutline:
    size = outline.measurement
    if size is None:
        return outline
    kept = tuple(known for known in size.doubts if known.code not in NESTING)
    doubts = kept if doubt is None else (*kept, doubt)
    if doubts == size.doubts:
        return outline
    return replace(outline, measurement=replace(size, doubts=doubts))
