"""The tissues of a wound as they are called and drawn: name, key, colour and pattern.

Hides how each stays apart from the others for every eye: by lightness, pattern and number, not hue
alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform

from woundtrack.model import Tissue, TissueState
from woundtrack.ui.components import words

_TILE: Final = 12  # side of a pattern's tile, in pixels of the view


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a tissue is drawn in both themes: what fills it, and the strokes of its pattern."""

    fill: str
    mark: str


LOOKS: Final = {
    Tissue.ESCHAR: Look(fill="#15171C", mark="#F4F5F6"),
    Tissue.SLOUGH: Look(fill="#EFB820", mark="#4A3600"),
    Tissue.GRANULATION: Look(fill="#B3123F", mark="#FFD9E2"),
    Tissue.EPITHELIUM: Look(fill="#FFD3E4", mark="#8A2F5C"),
    Tissue.OTHER: Look(fill="#2C7FD0", mark="#E2F0FF"),
}
"""Dark, yellow, deep red, pale pink and blue: any two differ by 22 ΔE*ab for every eye."""


def tissue_name(tissue: Tissue) -> str:
    """Return what a tissue is called."""
    return {
        Tissue.ESCHAR: QCoreApplication.translate("Tissue", "Eschar"),
        Tissue.SLOUGH: QCoreApplication.translate("Tissue", "Slough"),
        Tissue.GRANULATION: QCoreApplication.translate("Tissue", "Granulation"),
        Tissue.EPITHELIUM: QCoreApplication.translate("Tissue", "Epithelium"),
        Tissue.OTHER: QCoreApplication.translate("Tissue", "Other"),
    }[tissue]


def tissue_key(tissue: Tissue) -> str:
    """Return the digit that takes a tissue in hand, and stands on it in the photograph."""
    return str(list(Tissue).index(tissue) + 1)


def tissue_words(state: TissueState, shares: Iterable[tuple[Tissue, float]] | None) -> str:
    """Return a lesion's tissue as a sentence would have it: shares where approved, else why not."""
    if state is TissueState.OUTLINE_CHANGED:
        return QCoreApplication.translate(
            "Tissue", "tissue: not approved, the outline changed since"
        )
    if state is TissueState.NOT_APPROVED or shares is None:
        return QCoreApplication.translate("Tissue", "tissue: not approved")
    said = tissue_shares(shares)
    return QCoreApplication.translate("Tissue", "tissue: {shares}").format(shares=said)


def tissue_shares(shares: Iterable[tuple[Tissue, float]]) -> str:
    """Return shares in words, what is not painted among them: ``eschar 24 %, slough 76 %``."""
    shares = tuple(shares)
    parts = [(tissue_name(tissue).lower(), share) for tissue, share in shares]
    rest = 1 - sum(share for _, share in shares)
    parts.append((QCoreApplication.translate("Tissue", "not painted"), rest))
    return ", ".join(f"{name} {words.percent(share)}" for name, share in parts if share >= 0.005)


def tissue_brush(
    tissue: Tissue, *, opacity: float = 1.0, scale: float = 1.0, ratio: float = 1.0
) -> QBrush:
    """Return a tissue's fill with its pattern.

    Parameters
    ----------
    opacity
        Of the fill, 0 to 1; the pattern is drawn more strongly.
    scale
        View pixels for one unit painted: the pattern is as large at every zoom.
    ratio
        Pixels of the screen for one of the view.
    """
    look = LOOKS[tissue]
    tile = QPixmap(round(_TILE * ratio), round(_TILE * ratio))
    fill = QColor(look.fill)
    fill.setAlphaF(opacity)
    tile.fill(fill)
    mark = QColor(look.mark)
    mark.setAlphaF(min(1.0, opacity + 0.3))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(ratio, ratio)
    pen = QPen(mark, 1.2)
    painter.setPen(pen)
    _paint_pattern(painter, tissue, mark)
    painter.end()
    brush = QBrush(tile)
    brush.setTransform(QTransform.fromScale(1 / (scale * ratio), 1 / (scale * ratio)))
    return brush


def _paint_pattern(painter: QPainter, tissue: Tissue, mark: QColor) -> None:
    side = float(_TILE)
    if tissue is Tissue.ESCHAR:
        painter.drawLines([*_diagonals(side, is_rising=True), *_diagonals(side, is_rising=False)])
    elif tissue is Tissue.SLOUGH:
        painter.drawLines(_diagonals(side, is_rising=True))
    elif tissue is Tissue.GRANULATION:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark)
        for x, y in ((side / 4, side / 4), (3 * side / 4, 3 * side / 4)):
            painter.drawEllipse(QPointF(x, y), 1.5, 1.5)
    elif tissue is Tissue.EPITHELIUM:
        painter.drawLines([QLineF(0, side / 4, side, side / 4), QLineF(0, 9, side, 9)])
    else:
        painter.drawLines([QLineF(3, 0, 3, side), QLineF(9, 0, 9, side)])


def _diagonals(side: float, *, is_rising: bool) -> list[QLineF]:
    """Return the lines of one direction that meet their own at the tile's edges."""
    starts = (-side, 0.0, side)
    if is_rising:
        return [QLineF(x, side, x + side, 0) for x in starts]
    return [QLineF(x, 0, x + side, side) for x in starts]


def paint_swatch(painter: QPainter, place: QRectF, tissue: Tissue, line: str) -> None:
    """Paint a tissue's swatch: its fill, its pattern, and a line round it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(place, 3, 3)
    ratio = painter.device().devicePixelRatio()
    brush = tissue_brush(tissue, ratio=ratio)
    painter.setBrushOrigin(place.topLeft())
    painter.fillPath(path, brush)
    painter.setPen(QColor(line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.restore()


def paint_shares(
    painter: QPainter, place: QRectF, shares: Iterable[tuple[Tissue, float]], *, line: str
) -> None:
    """Paint shares as a thin strip, what is not painted left empty; without any, a dashed line."""
    shares = tuple(shares)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    middle = place.center().y()
    pen = QPen(QColor(line), 1)
    if not shares:
        pen.setDashPattern([2, 2])
    painter.setPen(pen)
    painter.drawLine(QLineF(place.left(), middle, place.right(), middle))
    left = place.left()
    for tissue, share in shares:
        part = QRectF(left, place.top(), share * place.width(), place.height())
        painter.fillRect(part, QColor(LOOKS[tissue].fill))
        left = part.right()
    painter.restore()
