"""What is drawn on the photograph in its own pixels: outlines, the tags of cards, a ruler, a box.

Hides the pens: each line lies on a dark casing, and keeps its width at every zoom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from woundtrack.imaging import limb_lines
from woundtrack.model import Limb, Outline, OutlineKind, Point, Ring, Tag
from woundtrack.ui import theme
from woundtrack.ui.components.outline_kind import KIND_LOOKS

EDITED_PX: Final = 2.5
FINE_PX: Final = 1.2
"""Of a line that is to hide nothing of the edge beneath it."""
OTHER_PX: Final = 1.7
ASIDE_PX: Final = 1.5
"""Of the line of a kind that is not drawn now."""
_ASIDE_CASING: Final = 0.55
NET_MM: Final = 20.0
"""The side of a square of the net on a limb."""
_MARGIN: Final = 2.0
_END_PX: Final = 9.0  # half of the mark at either end of a ruler, in pixels of the view


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnOutline:
    """An outline to be shown: its lesion's label and the words beside it.

    ``key`` names it to whoever asked for it; ``is_last_visit`` draws it white and dashed. Its line
    has the colour of its ``kind``; one that ``is_aside``, since another kind is drawn, is thin and
    dashed.
    """

    key: str
    outline: Outline
    label: str
    words: str
    is_selected: bool = False
    is_last_visit: bool = False
    kind: OutlineKind = OutlineKind.ULCER
    is_aside: bool = False


def path_of(outline: Outline) -> QPainterPath:
    """Return the outer ring and the islands as one path, odd-even filled."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in (outline.outer, *outline.islands):
        path.addPolygon(_closed(ring))
        path.closeSubpath()
    return path


def _closed(ring: Ring) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in (*ring, ring[0])])


def _translucent(colour: str, opacity: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made


def photo_pen(colour: str, width: float, dashes: tuple[float, float] | None = None) -> QPen:
    """Return a pen that keeps its width at every zoom; ``dashes`` in pixels of the view."""
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if dashes is None else Qt.PenCapStyle.FlatCap)
    if dashes is not None:
        # Qt counts dashes in pen widths.
        pen.setDashPattern([dashes[0] / width, dashes[1] / width])
    return pen


class OutlineItem(QGraphicsItem):
    """One wound edge with its islands."""

    def __init__(self, drawn: DrawnOutline) -> None:
        super().__init__()
        self.drawn = drawn
        self._outer = QPainterPath()
        self._outer.addPolygon(_closed(drawn.outline.outer))
        self._islands = QPainterPath()
        for ring in drawn.outline.islands:
            self._islands.addPolygon(_closed(ring))
        self._whole = path_of(drawn.outline)
        self._fill = 0.0
        self._is_fine = False
        self.setZValue(3 if drawn.is_selected else 1.9 if drawn.is_aside else 2)

    def set_fill(self, opacity: float) -> None:
        """Tint the wound, 0 (its edge alone) to 1."""
        self._fill = opacity
        self.update()

    def set_fine(self, *, is_fine: bool) -> None:
        """Draw the edge as a fine line without a casing and the wound without a tint, or not."""
        self._is_fine = is_fine
        self.update()

    def boundingRect(self) -> QRectF:
        # Cosmetic pens are as wide as the view says: the view repaints the whole of itself.
        return self._whole.boundingRect().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def shape(self) -> QPainterPath:
        return self._whole

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        look, is_aside = KIND_LOOKS[self.drawn.kind], self.drawn.is_aside
        if self._fill and not (self.drawn.is_last_visit or self._is_fine or is_aside):
            soft = QColor(look.colour)
            soft.setAlphaF(self._fill)
            painter.fillPath(self._whole, soft)
        width = EDITED_PX if self.drawn.is_selected else OTHER_PX
        colour, dashes = look.colour, None
        if is_aside:
            width, dashes = ASIDE_PX, look.dashes
        if self.drawn.is_last_visit:
            width, colour, dashes = OTHER_PX, "#FFFFFF", (7.0, 5.0)
        if self._is_fine:
            for path in (self._outer, self._islands):
                painter.setPen(photo_pen(colour, FINE_PX, dashes))
                painter.drawPath(path)
            return
        casing = photo_pen(theme.PHOTO_CASING, width + 2)
        if is_aside:  # between short dashes a whole casing would be a black line
            casing.setColor(_translucent(theme.PHOTO_CASING, _ASIDE_CASING))
        for path, pen in (
            (self._outer, casing),
            (self._outer, photo_pen(colour, width, dashes)),
            (self._islands, photo_pen(theme.PHOTO_CASING, OTHER_PX + 2)),
            (self._islands, photo_pen(colour, OTHER_PX, (2.0, 4.0))),
        ):
            painter.setPen(pen)
            painter.drawPath(path)


class TagItem(QGraphicsItem):
    """One tag of the card: as it should be, or in doubt."""

    def __init__(self, tag: Tag, *, is_good: bool) -> None:
        super().__init__()
        self.tag = tag
        self.is_good = is_good
        self._polygon = QPolygonF([QPointF(x, y) for x, y in tag.corners_px])
        self.setZValue(1)

    def boundingRect(self) -> QRectF:
        return self._polygon.boundingRect().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = photo_pen(theme.PHOTO_CARD_GOOD, OTHER_PX)
        if not self.is_good:
            pen = photo_pen(theme.PHOTO_CARD_DOUBT, 2.0, (7.0, 4.0))
        for one in (photo_pen(theme.PHOTO_CASING, OTHER_PX + 2), pen):
            painter.setPen(one)
            painter.drawPolygon(self._polygon)


class LimbItem(QGraphicsItem):
    """The round that was found under the cards: a net of ``NET_MM`` on the skin.

    ``frame`` is the photograph, px: beyond its edge there is no skin to lie on.
    """

    def __init__(self, limb: Limb, frame: QRectF) -> None:
        super().__init__()
        self._frame = frame
        self._path = QPainterPath()
        for line in limb_lines(limb, apart_mm=NET_MM):
            self._path.addPolygon(QPolygonF([QPointF(x, y) for x, y in line]))
        self._clear = QPainterPath()
        self.setZValue(0.5)

    def keep_clear(self, path: QPainterPath) -> None:
        """Draw nothing within a path: what is looked at is the wound."""
        self._clear = path
        self.update()

    def boundingRect(self) -> QRectF:
        return self._path.boundingRect().intersected(self._frame)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setOpacity(0.55)
        around = QPainterPath()
        around.addRect(self.boundingRect())
        painter.setClipPath(around.subtracted(self._clear))
        for colour, width in ((theme.PHOTO_CASING, 2.0), (theme.PHOTO_CARD_GOOD, 1.0)):
            painter.setPen(photo_pen(colour, width))
            painter.drawPath(self._path)


class BoxItem(QGraphicsItem):
    """The box while it is dragged, or the circle."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QRectF()
        self._is_round = False
        self._colour = theme.PHOTO_EDITED
        self.setZValue(4)
        self.hide()

    @property
    def box(self) -> QRectF:
        """The box, px."""
        return self._box

    def draw_in(self, colour: str) -> None:
        """Draw it in a colour: that of the kind of outline it is for."""
        self._colour = colour
        self.update()

    def set_box(self, box: QRectF, *, is_round: bool = False) -> None:
        """Draw another box, or what is round in it; an empty one hides it."""
        self.prepareGeometryChange()
        self._box = box.normalized()
        self._is_round = is_round
        self.setVisible(not box.isNull())

    def boundingRect(self) -> QRectF:
        return self._box.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        soft = QColor(self._colour)
        soft.setAlphaF(0.08)
        shape = QPainterPath()
        if self._is_round:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shape.addEllipse(self._box)
        else:
            shape.addRect(self._box)
        painter.fillPath(shape, soft)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (
            photo_pen(theme.PHOTO_CASING, OTHER_PX + 2),
            photo_pen(self._colour, OTHER_PX, (7.0, 4.0)),
        ):
            painter.setPen(pen)
            painter.drawPath(shape)


class RulerItem(QGraphicsItem):
    """A line from mark to mark with a tick at either end, as wide at every zoom."""

    def __init__(self, start: Point | None = None, end: Point | None = None) -> None:
        super().__init__()
        self._line = QLineF()
        self.setZValue(5)
        if start is None or end is None:
            self.hide()
        else:
            self.show_line(QPointF(*start), QPointF(*end))

    @property
    def line(self) -> QLineF:
        """From mark to mark, pixels of the photograph."""
        return self._line

    def show_line(self, start: QPointF, end: QPointF) -> None:
        """Draw it between two marks."""
        self.prepareGeometryChange()
        self._line = QLineF(start, end)
        self.show()
        self.update()

    def boundingRect(self) -> QRectF:
        # Ticks are as long in the view at every zoom: at the smallest they reach far here.
        room = 40 * _END_PX
        around = QRectF(self._line.p1(), self._line.p2()).normalized()
        return around.adjusted(-room, -room, room, room)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        length = self._line.length()
        if length <= 0:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = _END_PX / painter.worldTransform().m11()
        across = QPointF(-self._line.dy(), self._line.dx()) * (half / length)
        lines = [self._line]
        lines += [QLineF(end - across, end + across) for end in (self._line.p1(), self._line.p2())]
        for pen in (
            photo_pen(theme.PHOTO_CASING, OTHER_PX + 2),
            photo_pen(theme.PHOTO_HANDLE_HOT, OTHER_PX),
        ):
            painter.setPen(pen)
            painter.drawLines(lines)
