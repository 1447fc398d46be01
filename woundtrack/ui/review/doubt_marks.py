"""Where on the photograph there is something to doubt: a ring of its own, and the words beside it.

Hides how doubts about one place share a ring, and that none is drawn over a wound.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from woundtrack.model import Doubt, Ring
from woundtrack.ui import messages, theme
from woundtrack.ui.review.outline_items import photo_pen

WIDTH_PX: Final = 1.5
CHOSEN_PX: Final = 3.0
_MARGIN: Final = 24.0
_ALIKE: Final = 0.02  # of the longer side: rings that differ by less are one place


class DoubtMark(QGraphicsItem):
    """A ring round what some doubts are about."""

    def __init__(self, place: Ring, doubts: tuple[Doubt, ...]) -> None:
        super().__init__()
        self.doubts = doubts
        self._polygon = QPolygonF([QPointF(x, y) for x, y in place])
        self._clear = QPainterPath()
        self._is_chosen = False
        self.setZValue(1.5)

    @property
    def words(self) -> str:
        """What is written beside it."""
        return " · ".join(dict.fromkeys(messages.short_of(doubt) for doubt in self.doubts))

    @property
    def is_chosen(self) -> bool:
        """Whether it stands out, because its sentence is pointed at."""
        return self._is_chosen

    def choose(self, *, is_chosen: bool) -> None:
        """Let it stand out, or not."""
        self._is_chosen = is_chosen
        self.update()

    def keep_clear(self, path: QPainterPath) -> None:
        """Draw nothing within a path: what is looked at is the wound."""
        self._clear = path
        self.update()

    @property
    def place(self) -> QRectF:
        """The rectangle round it, px."""
        return self._polygon.boundingRect()

    @property
    def named_at(self) -> QPointF:
        """The ring's own corner that its words stand at, up and to the right, px.

        A corner of the rectangle round it can lie far from a card that is an L or lies askew.
        """
        return max(self._polygon.toList(), key=lambda at: at.x() - at.y())

    def boundingRect(self) -> QRectF:
        return self.place.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._clear.isEmpty():
            around = QPainterPath()
            around.addRect(self.boundingRect())
            painter.setClipPath(around.subtracted(self._clear))
        if self._is_chosen:
            soft = QColor(theme.PHOTO_CARD_DOUBT)
            soft.setAlphaF(0.55)
            hatch = QBrush(soft, Qt.BrushStyle.BDiagPattern)
            # As fine on screen at any zoom.
            hatch.setTransform(painter.worldTransform().inverted()[0])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(hatch)
            painter.drawPolygon(self._polygon)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = CHOSEN_PX if self._is_chosen else WIDTH_PX
        dashes = None if self._is_chosen else (6.0, 4.0)
        for pen in (
            photo_pen(theme.PHOTO_CASING, width + 2),
            photo_pen(theme.PHOTO_CARD_DOUBT, width, dashes),
        ):
            painter.setPen(pen)
            painter.drawPolygon(self._polygon)


def marks_of(doubts: Iterable[Doubt]) -> list[DoubtMark]:
    """Return a mark for each place that doubts are about; doubts of one place share it."""
    places: list[tuple[Ring, list[Doubt]]] = []
    for doubt in dict.fromkeys(doubts):
        if len(doubt.place_px) < 3:
            continue
        for place, there in places:
            if _are_alike(place, doubt.place_px):
                there.append(doubt)
                break
        else:
            places.append((doubt.place_px, [doubt]))
    return [DoubtMark(place, tuple(there)) for place, there in places]


def _are_alike(one: Ring, other: Ring) -> bool:
    first, second = _box(one), _box(other)
    size = max(first[2] - first[0], first[3] - first[1], 1.0)
    return all(abs(a - b) <= _ALIKE * size for a, b in zip(first, second, strict=True))


def _box(ring: Ring) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)
