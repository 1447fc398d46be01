"""The brush that paints tissue: a digit takes a tissue in hand, Alt takes off what was painted.

Hides the stroke under way, shown in the tissue's own colour.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from woundtrack.model import Outline, Tissue
from woundtrack.ui.components.tissue import tissue_brush
from woundtrack.ui.review.outline_items import path_of, photo_pen
from woundtrack.ui.review.pens import BrushPen, Ink

ACTION: Final = "review.tissue"
KINDS: Final[tuple[Tissue | None, ...]] = (*Tissue, None)
"""What the keys 1 to 6 take in hand; None takes off what was painted."""
_FIRST: Final = Qt.Key.Key_1.value


class TissuePen(BrushPen):
    """A brush of a tissue.

    Signals
    -------
    painted(tuple[Dab, ...], Tissue | None)
        A stroke is done; None takes off.
    chosen(Tissue | None)
        Another tissue is in hand.
    stroking(tuple[Dab, ...])
        A stroke has come so far; ``show_filled`` shows what it will paint.
    """

    stroking = Signal(object)
    painted = Signal(object, object)
    chosen = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(erases=False, parent=parent)
        self._kind: Tissue | None = Tissue.GRANULATION
        self._band_item = _BandItem()
        self.stroked.connect(
            lambda dabs, takes: self.painted.emit(dabs, None if takes else self._kind)
        )

    @property
    def kind(self) -> Tissue | None:
        """The tissue in hand; None takes off."""
        return self._kind

    def choose(self, kind: Tissue | None) -> None:
        """Take a tissue in hand."""
        self._kind = kind
        self.chosen.emit(kind)

    @property
    def item(self) -> QGraphicsItem:
        return self._band_item

    def cancel(self) -> None:
        super().cancel()
        self._band_item.hide()

    def wants(self, key: Qt.Key) -> bool:
        return _FIRST <= key.value < _FIRST + len(KINDS)

    def key(self, event: QKeyEvent, scale: float) -> bool:
        key = Qt.Key(event.key())
        has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_ctrl or not self.wants(key):
            return False
        self.choose(KINDS[key.value - _FIRST])
        return True

    def _dab(self, at: QPointF, scale: float, pressure: float) -> None:
        super()._dab(at, scale, pressure)
        self._band_item.show_band(self._band, None if self._ink is Ink.TAKES else self._kind)
        self.stroking.emit(tuple(self._dabs))

    def show_filled(self, outlines: Iterable[Outline]) -> None:
        """Show what the stroke under way will paint, in place of where the brush went."""
        path = QPainterPath()
        for outline in outlines:
            path.addPath(path_of(outline))
        self._band_item.show_band(path, None if self._ink is Ink.TAKES else self._kind)


class _BandItem(QGraphicsItem):
    """Where the brush went: in the tissue's colour, or as an empty band where it takes off."""

    def __init__(self) -> None:
        super().__init__()
        self._band = QPainterPath()
        self._kind: Tissue | None = None
        self.setZValue(5)
        self.hide()

    def show_band(self, band: QPainterPath, kind: Tissue | None) -> None:
        """Show where a brush went."""
        self.prepareGeometryChange()
        self._band, self._kind = band, kind
        self.show()

    def boundingRect(self) -> QRectF:
        return self._band.boundingRect().adjusted(-4, -4, 4, 4)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._kind is None:
            soft = QColor("#FFFFFF")
            soft.setAlphaF(0.3)
            painter.fillPath(self._band, soft)
        else:
            scale, ratio = painter.worldTransform().m11(), painter.device().devicePixelRatio()
            fill = tissue_brush(self._kind, opacity=0.6, scale=scale, ratio=ratio)
            painter.fillPath(self._band, fill)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(photo_pen("#FFFFFF", 1.2))
        painter.drawPath(self._band.simplified())
