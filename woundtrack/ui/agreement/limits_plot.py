"""The Bland-Altman plot of two readings, laid out once and painted anywhere, as other charts are.

Hides scales and ticks. Both axes are logarithmic; differences are told as shares.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from woundtrack.healing.chart_paper import Drawing, Paper, TextWidth
from woundtrack.healing.chart_spacing import LABEL_GAP_PX, spread
from woundtrack.healing.chart_style import STYLES, Theme
from woundtrack.ui.agreement import said
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from woundtrack.healing.agreement import Limits

_LEFT: Final = 58.0
_RIGHT: Final = 96.0
_TOP: Final = 12.0
_FOOT: Final = 40.0
_SHARES: Final = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0)
_AREAS: Final = tuple(step * 10.0**power for power in range(-3, 4) for step in (1, 2, 5))
FILE_SIZE: Final = (640.0, 380.0)
"""The plot in a file, logical px, without its caption."""


def lay_out_limits(
    found: Limits,
    width: float,
    height: float,
    measure: TextWidth,
    *,
    theme: Theme,
    caption: str = "",
) -> Drawing:
    """Lay out the differences of two readings over their mean; of logarithms alone.

    ``width`` and ``height`` are logical px; a ``caption`` stands beneath, and makes it higher.
    """
    style = STYLES[theme]
    paper = Paper(width=width, height=height, style=style, measure=measure)
    lines = paper.wrapped(caption, 11, width - 24) if caption else []
    paper.height = height + 16 * len(lines)
    left, right, top, bottom = _LEFT, width - _RIGHT, _TOP, height - _FOOT
    values = [found.bias, found.lower, found.upper]
    ends = [end for one in values for end in (one.value, one.low, one.high) if end is not None]
    most = 1.08 * max(
        0.05, *(abs(end) for end in ends), *(abs(one.difference) for one in found.points)
    )
    means = [one.mean for one in found.points]
    low, high = min(means) - 0.25, max(means) + 0.25

    def x(mean: float) -> float:
        return left + (mean - low) / (high - low) * (right - left)

    def y(difference: float) -> float:
        return (top + bottom) / 2 - difference / most * (bottom - top) / 2

    inside = [one for one in _SHARES if math.log1p(one) < most]
    for share in (0.0, *inside[-3::2], *(-one / (1 + one) for one in inside[-3::2])):
        at = y(math.log1p(share))
        paper.line([(left, at), (right, at)], colour=style.grid, z=0.5)
        text = words.percent(share, has_sign=True)
        paper.text(left - 8, at, text, colour=style.text2, align="right")
    for area in _AREAS:
        if low <= math.log(area) <= high:
            at = x(math.log(area))
            paper.line([(at, bottom), (at, bottom + 4)], colour=style.edge, z=0.6)
            text = words.number(area, 0 if area >= 1 else 1 if area >= 0.1 else 2)
            paper.text(at, bottom + 13, text, colour=style.text2, align="center")
    paper.line([(left, bottom), (right, bottom)], colour=style.edge, z=0.6)
    mean_area = QCoreApplication.translate("Agreement", "mean area, cm²")
    paper.text((left + right) / 2, bottom + 30, mean_area, colour=style.text2, align="center")
    blue = style.series[0]
    for one in values:
        if one.low is not None and one.high is not None:
            band = [
                (left, y(one.low)),
                (right, y(one.low)),
                (right, y(one.high)),
                (left, y(one.high)),
            ]
            paper.area(band, fill=blue, alpha=0.16, z=1.0)
    bias = QCoreApplication.translate("Agreement", "{share} bias")
    names = []
    for one in values:
        is_bias = one is found.bias
        dashes = () if is_bias else (5.0, 4.0)
        at = y(one.value)
        paper.line(
            [(left, at), (right, at)], colour=blue, width=2.0 if is_bias else 1.4, dashes=dashes
        )
        text = said.share(math.expm1(one.value), has_sign=True)
        names.append((at, bias.format(share=text) if is_bias else text))
    places = spread([at for at, _ in names], LABEL_GAP_PX, top, bottom)
    for at, (_, text) in zip(places, names, strict=True):
        paper.text(right + 8, at, text, colour=style.text)
    points = [(x(one.mean), y(one.difference)) for one in found.points]
    paper.sign(points, "o", 6.0, fill=style.surface, edge=style.text2, edge_width=1.4, z=9.0)
    for place, line in enumerate(lines):
        paper.text(12, height + 16 * place + 6, line, colour=style.text2)
    return paper.drawing()
