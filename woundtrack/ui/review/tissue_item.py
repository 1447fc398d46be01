"""A tissue map on the photograph: each tissue in its colour and pattern, with its number.

Hides that patterns and numbers are as large at every zoom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from woundtrack.imaging import tissue_regions
from woundtrack.model import Outline, TissueMap
from woundtrack.ui import theme
from woundtrack.ui.components.tissue import tissue_brush, tissue_key
from woundtrack.ui.review.outline_items import path_of, photo_pen

OPACITY: Final = 0.36
"""Of a tissue's fill: the wound shows through, and its pattern stands out."""
_FAINT: Final = 0.2
_LINE_PX: Final = 1.4
_LEAST_PX: Final = 26.0  # of the view: a smaller region has no room for its number


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnTissue:
    """A map to be shown inside an outline; fainter where another lesion is in hand."""

    tissue: TissueMap
    outline: Outline
    is_selected: bool = True


class TissueItem(QGraphicsItem):
    """One tissue map."""

    def __init__(self, drawn: DrawnTissue) -> None:
        super().__init__()
        self.drawn = drawn
        self._clip = path_of(drawn.outline)
        self._regions = []
        for region in tissue_regions(drawn.tissue):
            path = QPainterPath()
            for outline in region.outlines:
                path.addPath(path_of(outline))
            path.setFillRule(Qt.FillRule.OddEvenFill)
            self._regions.append((region.tissue, path, QPointF(*region.middle)))
        self.setZValue(1)

    def boundingRect(self) -> QRectF:
        return self._clip.boundingRect()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = painter.worldTransform().m11()
        ratio = painter.device().devicePixelRatio()
        opacity = OPACITY if self.drawn.is_selected else _FAINT
        painter.save()
        painter.setClipPath(self._clip, Qt.ClipOperation.IntersectClip)
        for tissue, path, _ in self._regions:
            painter.fillPath(path, tissue_brush(tissue, opacity=opacity, scale=scale, ratio=ratio))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(photo_pen(theme.PHOTO_CASING, _LINE_PX))
        for _, path, _ in self._regions:
            painter.drawPath(path)
        painter.restore()
        if self.drawn.is_selected:
            self._number(painter, scale)

    def _number(self, painter: QPainter, scale: float) -> None:
        """Write each tissue's key in its largest region, in view coordinates."""
        to_view = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setFont(theme.font("caption", 600))
        for tissue, path, middle in self._regions:
            if min(path.boundingRect().width(), path.boundingRect().height()) * scale < _LEAST_PX:
                continue
            at = to_view.map(middle)
            place = QRectF(at.x() - 8, at.y() - 8, 16, 16)
            painter.setPen(QColor("#FFFFFF"))
            painter.setBrush(QColor(theme.PHOTO_CASING))
            painter.drawRoundedRect(place, 4, 4)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tissue_key(tissue))
        painter.restore()
