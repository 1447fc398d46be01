"""The pen that drags an outline's nodes.

Hides which node is in hand, and what mouse and keys do to it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from woundtrack.errors import EditImpossible
from woundtrack.imaging.drawing.mending import contains
from woundtrack.imaging.drawing.nodes import (
    is_sound,
    nearest_node,
    node_inserted,
    node_moved,
    node_removed,
    nodes_of,
)
from woundtrack.imaging.drawing.resizing import moved_within
from woundtrack.model import Outline
from woundtrack.ui import theme
from woundtrack.ui.review.outline_items import EDITED_PX, FINE_PX, path_of, photo_pen

if TYPE_CHECKING:
    from woundtrack.model import Point

HANDLE_PX: Final = 8.0
HOT_PX: Final = 12.0
_REACH_PX: Final = 10.0  # of the view, round a node
_EDGE_REACH_PX: Final = 8.0  # of the view, from the edge, where a double click sets a node
_STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_WALKS: Final = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_WHOLE: Final = Qt.Key.Key_Home
"""Takes the whole outline in hand: arrows move all of it then."""
_EDITS: Final = frozenset({*_STEPS, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Insert})


class NodesItem(QGraphicsItem):
    """An outline under the pen, with its nodes as handles."""

    def __init__(self) -> None:
        super().__init__()
        self._outline: Outline | None = None
        self._nodes: list[tuple[int, ...]] = []
        self._hot: tuple[int, int] | None = None
        self._is_whole = False
        self._is_fine = False
        self._ink = theme.PHOTO_EDITED
        self.setZValue(6)
        self.hide()

    def set_fine(self, *, is_fine: bool) -> None:
        """Draw the edge as a fine line without a casing, or not."""
        self._is_fine = is_fine
        self.update()

    def set_ink(self, colour: str) -> None:
        """Draw the edge in a colour: that of the kind of outline it is."""
        self._ink = colour
        self.update()

    def show_nodes(
        self,
        outline: Outline,
        nodes: list[tuple[int, ...]],
        hot: tuple[int, int] | None,
        *,
        is_whole: bool = False,
    ) -> None:
        """Show an outline's nodes; ``hot`` is (ring, node) of the one in hand, or all are."""
        self.prepareGeometryChange()
        self._outline, self._nodes, self._hot = outline, list(nodes), hot
        self._is_whole = is_whole
        self.show()

    def boundingRect(self) -> QRectF:
        if self._outline is None:
            return QRectF()
        # Handles are as wide as the view says: the view repaints the whole of itself.
        return path_of(self._outline).boundingRect().adjusted(-HOT_PX, -HOT_PX, HOT_PX, HOT_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        if self._outline is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = path_of(self._outline)
        pens = (
            photo_pen(theme.PHOTO_CASING, EDITED_PX + 2),
            photo_pen(self._ink, EDITED_PX),
        )
        for pen in (photo_pen(self._ink, FINE_PX),) if self._is_fine else pens:
            painter.setPen(pen)
            painter.drawPath(path)
        view = painter.worldTransform()
        painter.resetTransform()
        rings = (self._outline.outer, *self._outline.islands)
        for number, (ring, nodes) in enumerate(zip(rings, self._nodes, strict=True)):
            for which, place in enumerate(nodes):
                is_hot = (number, which) == self._hot
                side = HOT_PX if is_hot else HANDLE_PX
                at = view.map(QPointF(*ring[place]))
                painter.setPen(QPen(QColor(theme.PHOTO_CASING), 1.5))
                is_held = is_hot or self._is_whole
                painter.setBrush(QColor(theme.PHOTO_CARD_DOUBT if is_held else "#FFFFFF"))
                painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))
        painter.setWorldTransform(view)


class NodePen(QObject):
    """Drags, inserts and takes away the nodes of one outline.

    A press on a node drags it; a double click on the edge sets one; Alt-click, or Del, takes one
    away. Tab goes from node to node, arrows move the one in hand by a pixel, with Shift by ten,
    Insert sets one after it. A press inside, beside all nodes, drags the whole outline, and Home
    takes all of it in hand for the arrows.

    Signals
    -------
    redrawn(Outline, Outline)
        The outline as it was, and with its nodes elsewhere.
    refused(EditImpossible)
        Why a node stays.
    """

    redrawn = Signal(object, object)
    refused = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._item = NodesItem()
        self._outline: Outline | None = None
        self._nodes: list[tuple[int, ...]] = []
        self._hot: tuple[int, int] | None = None
        self._moved: Outline | None = None
        self._is_down = False
        self._is_whole = False
        self._offset = QPointF()
        self._shape = (0, 0)

    def begin(self, shape: tuple[int, int]) -> None:
        """Work on a photograph of this (height, width); (0, 0) while there is none."""
        self._shape = shape

    def draw_fine(self, *, is_fine: bool) -> None:
        """Draw the edge between the nodes as a fine line, or not."""
        self._item.set_fine(is_fine=is_fine)

    def draw_in(self, colour: str) -> None:
        """Draw the edge in a colour: that of the kind of outline it is."""
        self._item.set_ink(colour)

    @property
    def item(self) -> QGraphicsItem:
        return self._item

    @property
    def is_down(self) -> bool:
        return self._is_down

    @property
    def hot(self) -> tuple[int, int] | None:
        """(ring, node) of the node in hand, or None."""
        return self._hot

    @property
    def hot_at(self) -> Point | None:
        """Where the node in hand is, px of the photograph."""
        if self._outline is None or self._hot is None:
            return None
        ring, which = self._hot
        return _rings(self._outline)[ring][self._nodes[ring][which]]

    @property
    def nodes(self) -> tuple[Point, ...]:
        """All nodes, pixels of the photograph."""
        if self._outline is None:
            return ()
        rings = (self._outline.outer, *self._outline.islands)
        return tuple(
            ring[place] for ring, places in zip(rings, self._nodes, strict=True) for place in places
        )

    def take(self, outline: Outline | None) -> None:
        """Show the nodes of an outline; its own, as it was just redrawn, keeps the node in hand."""
        if outline is None:
            self._outline, self._nodes, self._hot = None, [], None
            self._is_whole = False
            self._item.hide()
            return
        is_own = self._outline is not None and _rings(outline) == _rings(self._outline)
        self._outline = outline
        if not is_own:
            self._is_whole = False
            self._nodes = [nodes_of(ring) for ring in _rings(outline)]
            self._hot = None
        self._show()

    def press(self, at: QPointF, scale: float, pressure: float, *, is_alt: bool) -> None:
        outline = self._outline
        if outline is None:
            return
        point = (at.x(), at.y())
        self._hot = nearest_node(outline, self._nodes, point, _REACH_PX / scale)
        self._is_whole = False
        if self._hot is not None and is_alt:
            self._remove()
            return
        if self._hot is not None:
            ring, which = self._hot
            self._offset = QPointF(*_rings(outline)[ring][self._nodes[ring][which]]) - at
            self._is_down = True
        elif any(self._shape) and not is_alt and contains(outline, point):
            self._offset, self._is_down, self._is_whole = at, True, True
        self._show()

    def move(self, at: QPointF, scale: float, pressure: float) -> None:
        if self._is_down and self._is_whole and self._outline is not None:
            by = at - self._offset
            self._try(moved_within(self._outline, (by.x(), by.y()), self._shape))
        elif self._is_down and self._hot is not None:
            there = at + self._offset
            self._try(self._with_hot_at((there.x(), there.y())))

    def release(self, at: QPointF, scale: float) -> None:
        self._is_down = False
        self._is_whole = False
        moved, self._moved = self._moved, None
        if moved is not None:
            self._put(moved)

    def double_press(self, at: QPointF, scale: float) -> None:
        """Set a node where the edge passes near a point."""
        outline = self._outline
        if outline is None:
            return
        point = (at.x(), at.y())
        best: tuple[float, int] | None = None
        for number, ring in enumerate(_rings(outline)):
            found, nodes, which = node_inserted(ring, self._nodes[number], point)
            away = math.dist(found[nodes[which]], point)
            if away * scale <= _EDGE_REACH_PX and (best is None or away < best[0]):
                best = (away, number)
        if best is not None:
            self._insert(best[1], point)

    def cancel(self) -> None:
        self._is_down = False
        self._is_whole = False
        self._moved = None
        if self._outline is not None:
            self._show()

    def cursor_radius(self) -> float:
        return 0.0

    def wants(self, key: Qt.Key) -> bool:
        if self._outline is None:
            return False
        if self._is_whole and key in _STEPS:
            return True
        return key in _WALKS or key == _WHOLE or (self._hot is not None and key in _EDITS)

    def key(self, event: QKeyEvent, scale: float) -> bool:
        outline, key = self._outline, Qt.Key(event.key())
        if outline is None or not any(self._nodes):
            return False
        if key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            self._step(-1 if key == Qt.Key.Key_Backtab else 1)
            return True
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if key == _WHOLE and any(self._shape):
            self._hot, self._is_whole = None, True
            self._show()
            return True
        if self._is_whole and key in _STEPS:
            across, down = _STEPS[key]
            self._put(moved_within(outline, (far * across, far * down), self._shape))
            return True
        if self._hot is None:
            return False
        ring, which = self._hot
        if key in _STEPS:
            x, y = _rings(outline)[ring][self._nodes[ring][which]]
            across, down = _STEPS[key]
            moved = self._with_hot_at((x + far * across, y + far * down))
            if is_sound(moved):
                self._put(moved)
            return True
        if key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._remove()
            return True
        if key == Qt.Key.Key_Insert:
            points, nodes = _rings(outline)[ring], self._nodes[ring]
            after = nodes[(which + 1) % len(nodes)]
            steps = (after - nodes[which]) % len(points)
            middle = nodes[which] + steps / 2
            one = points[math.floor(middle) % len(points)]
            other = points[math.ceil(middle) % len(points)]
            self._insert(ring, ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2))
            return True
        return False

    # --- what it does ----------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        every = [
            (ring, which) for ring, nodes in enumerate(self._nodes) for which in range(len(nodes))
        ]
        place = every.index(self._hot) if self._hot in every else (-1 if by > 0 else 0)
        self._hot, self._is_whole = every[(place + by) % len(every)], False
        self._show()

    def _with_hot_at(self, to: Point) -> Outline:
        assert self._outline is not None  # noqa: S101 - a node is in hand
        assert self._hot is not None  # noqa: S101
        ring, which = self._hot
        return _with_ring(
            self._outline,
            ring,
            node_moved(_rings(self._outline)[ring], self._nodes[ring], which, to),
        )

    def _try(self, moved: Outline) -> None:
        """Show the edge under the pen; one that would cross itself waits where it was."""
        if is_sound(moved):
            self._moved = moved
            self._item.show_nodes(moved, self._nodes, self._hot, is_whole=self._is_whole)

    def _insert(self, number: int, point: Point) -> None:
        assert self._outline is not None  # noqa: S101 - it has an edge
        found, nodes, which = node_inserted(
            _rings(self._outline)[number], self._nodes[number], point
        )
        self._nodes[number] = nodes
        self._hot = (number, which)
        self._put(_with_ring(self._outline, number, found))

    def _remove(self) -> None:
        assert self._outline is not None  # noqa: S101 - a node is in hand
        assert self._hot is not None  # noqa: S101
        number, which = self._hot
        try:
            found, left = node_removed(_rings(self._outline)[number], self._nodes[number], which)
        except EditImpossible as problem:
            self.refused.emit(problem)
            return
        changed = _with_ring(self._outline, number, found)
        if not is_sound(changed):
            self.refused.emit(EditImpossible(reason="its edge would cross itself"))
            return
        self._nodes[number] = left
        self._hot = (number, which % len(left))
        self._put(changed)

    def _put(self, changed: Outline) -> None:
        changed = changed.as_drawn()
        before, self._outline = self._outline, changed
        self._show()
        if before is not None and changed != before:
            self.redrawn.emit(before, changed)

    def _show(self) -> None:
        if self._outline is not None:
            self._item.show_nodes(self._outline, self._nodes, self._hot, is_whole=self._is_whole)


def _rings(outline: Outline) -> tuple[tuple[Point, ...], ...]:
    return (outline.outer, *outline.islands)


def _with_ring(outline: Outline, number: int, ring: tuple[Point, ...]) -> Outline:
    if number == 0:
        return replace(outline, outer=ring)
    islands = list(outline.islands)
    islands[number - 1] = ring
    return replace(outline, islands=tuple(islands))
