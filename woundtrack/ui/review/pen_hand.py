"""The hand that holds a pen over the canvas: mouse, tablet and keys become one pointer.

Hides pressure, the pointer that keys move where there is no mouse, and the loupe beside it.
"""

from __future__ import annotations

from typing import Final, Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPointingDevice,
    QTabletEvent,
)
from PySide6.QtWidgets import QGraphicsView

from woundtrack.ui import theme
from woundtrack.ui.review import loupe
from woundtrack.ui.review.node_pen import NodePen
from woundtrack.ui.review.pens import BrushPen, Pen
from woundtrack.ui.review.wire_pen import WirePen

PEN_KEY: Final = Qt.Key.Key_W
"""Without a mouse: brings the pointer, then sets the pen down and lifts it; Esc sends it away."""
POINTER_STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_STEP_PX: Final = 8
_FAR_PX: Final = 40


class PointedTool(Protocol):
    """What is told where the keys' pointer is, in the view's pixels, where there is no pen."""

    def point_to(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Take the pointer's new place."""

    def tap(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Take a press of the pen's key."""


class PenHand:
    """Holds at most one pen. Places are the view's pixels; pens are told the photograph's."""

    def __init__(self, view: QGraphicsView) -> None:
        self._view = view
        self._pen: Pen | None = None
        self._pointer: QPoint | None = None
        self._points_by_key = False
        self._is_allowed = True
        self.home: QPointF | None = None
        """Where keys bring their pointer, in the scene; None: the middle of the view."""
        self.tool: PointedTool | None = None
        """What keys point with where no pen is in hand."""
        self.has_loupe = False
        """Whether what is under the pointer is enlarged."""

    @property
    def pen(self) -> Pen | None:
        """The pen in hand."""
        return self._pen

    @property
    def draws(self) -> bool:
        """Whether the left button draws."""
        return self._pen is not None and self._is_allowed

    @property
    def has_width(self) -> bool:
        """Whether the pen in hand is one that can be sized."""
        return self._pen is not None and self._pen.cursor_radius() > 0

    @property
    def is_under_way(self) -> bool:
        """Whether there is something for Esc to drop."""
        return self._points_by_key or (self._pen is not None and self._pen.is_down)

    def take(self, pen: Pen | None) -> None:
        """Take another pen, or none."""
        self.drop()
        scene = self._view.scene()
        if self._pen is not None:
            scene.removeItem(self._pen.item)
        self._pen = pen
        self._pointer = None
        if pen is not None:
            scene.addItem(pen.item)
        self._repaint()

    def allow(self, *, is_allowed: bool) -> None:
        """Let the pen draw, or not: while there is nothing to outline on."""
        self._is_allowed = is_allowed

    def drop(self) -> None:
        """Drop the stroke under way, and the pointer that keys moved."""
        if self._pen is not None:
            self._pen.cancel()
        self._points_by_key = False

    # --- mouse and tablet ------------------------------------------------------------------------

    def press(self, at: QPoint, modifiers: Qt.KeyboardModifier, pressure: float = 1.0) -> None:
        """Set the pen down; beside the photograph there is nothing to draw on."""
        point = self._view.mapToScene(at)
        photograph = self._view.sceneRect()
        # The scene is half a photograph larger on every side.
        across, down = photograph.width() / 4, photograph.height() / 4
        if self._pen is not None and photograph.adjusted(across, down, -across, -down).contains(
            point
        ):
            is_alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
            self._pen.press(point, self._scale, pressure, is_alt=is_alt)
        self._point_at(at)

    def move(self, at: QPoint, pressure: float = 1.0) -> None:
        """Move the pointer, and the pen if it is down."""
        if self._pen is not None and self._pen.is_down:
            self._pen.move(self._view.mapToScene(at), self._scale, pressure)
        self._point_at(at)

    def release(self, at: QPoint) -> bool:
        """Lift the pen; whether it was down."""
        if self._pen is None or not self._pen.is_down:
            return False
        self._pen.release(self._view.mapToScene(at), self._scale)
        return True

    def double_press(self, at: QPoint) -> bool:
        """Take a double click; whether the pen in hand knows what to do with it."""
        if not (isinstance(self._pen, NodePen | WirePen) and self._is_allowed):
            return False
        self._pen.double_press(self._view.mapToScene(at), self._scale)
        return True

    def tablet(self, event: QTabletEvent) -> None:
        """Draw with a tablet's pen, as wide as it is pressed."""
        at = event.position().toPoint()
        kind = event.type()
        if kind is QEvent.Type.TabletPress and event.button() is Qt.MouseButton.LeftButton:
            # The other end of a tablet's pen is its rubber.
            is_rubber = event.pointerType() is QPointingDevice.PointerType.Eraser
            if is_rubber and isinstance(self._pen, BrushPen) and not self._pen.erases:
                self.press(at, Qt.KeyboardModifier.AltModifier, event.pressure())
            else:
                self.press(at, event.modifiers(), event.pressure())
        elif kind is QEvent.Type.TabletMove:
            self.move(at, event.pressure())
        elif kind is QEvent.Type.TabletRelease:
            self.release(at)

    def leave(self) -> None:
        """Forget where the pointer was: it has left the canvas."""
        self._pointer = None
        self._repaint()

    # --- keys ------------------------------------------------------------------------------------

    def wants(self, key: int) -> bool:
        """Whether a key is the pen's as things stand, before it is anyone's shortcut."""
        if not self._can_point:
            return False
        is_pointing = self._points_by_key and key in POINTER_STEPS
        is_pens = self._pen is not None and self._pen.wants(Qt.Key(key))
        return key == PEN_KEY or is_pointing or is_pens

    @property
    def _can_point(self) -> bool:
        return self._is_allowed and (self._pen is not None or self.tool is not None)

    def takes_back(self, event: QKeyEvent) -> bool:
        """Whether undo takes back a point of the line under way, and nothing that is drawn."""
        is_undo = event.matches(QKeySequence.StandardKey.Undo)
        return is_undo and isinstance(self._pen, WirePen) and self._pen.is_down

    def key(self, event: QKeyEvent) -> bool:
        """Take a key, for the pen or for the pointer; whether it was taken."""
        pen = self._pen
        if not self._can_point:
            return False
        if isinstance(pen, WirePen) and self.takes_back(event):
            pen.take_back(self._scale)
            return True
        if pen is not None and pen.key(event, self._scale):
            self._follow_node()
            self._repaint()
            return True
        key = Qt.Key(event.key())
        if key in POINTER_STEPS and self._points_by_key:
            is_far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            across, down = POINTER_STEPS[key]
            step = _FAR_PX if is_far else _STEP_PX
            self.move(self._pointer_now() + QPoint(step * across, step * down))
            if pen is None and self.tool is not None:
                self.tool.point_to(self._pointer_now(), event.modifiers())
            return True
        if key == PEN_KEY and not event.isAutoRepeat():
            self._tap(self._pointer_now(), event.modifiers())
            return True
        return False

    def _follow_node(self) -> None:
        """Let the loupe enlarge the node that keys have in hand."""
        at = self._pen.hot_at if isinstance(self._pen, NodePen) else None
        if at is not None and self.has_loupe:
            self._pointer = self._view.mapFromScene(QPointF(*at))

    def _tap(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        if not self._points_by_key:
            self._points_by_key = True
            self.move(at)
        elif self._pen is None:
            if self.tool is not None:
                self.tool.tap(at, modifiers)
        elif isinstance(self._pen, WirePen) or not self.release(at):
            self.press(at, modifiers)

    def _pointer_now(self) -> QPoint:
        view = self._view.viewport().rect()
        home = view.center() if self.home is None else self._view.mapFromScene(self.home)
        at = self._pointer if self._pointer is not None else home
        return QPoint(
            min(max(at.x(), view.left()), view.right()), min(max(at.y(), view.top()), view.bottom())
        )

    # --- painting --------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        """Paint the pen's pointer and the loupe, in view coordinates."""
        if self._pointer is None:
            return
        at = QPointF(self._pointer)
        if self._pen is not None:
            loupe.paint_pointer(painter, at, self._pen.cursor_radius())
        elif self._points_by_key:
            loupe.paint_pointer(painter, at, 0.0)
        if self.has_loupe:
            spot = loupe.Spot.beside(at, QRectF(self._view.viewport().rect()))
            source = spot.source(self._view.mapToScene(self._pointer), self._scale)
            painter.save()
            painter.setClipPath(spot.path)
            painter.fillPath(spot.path, QColor(theme.current().photo_surround))
            self._view.scene().render(painter, spot.area, source)
            painter.restore()
            spot.paint_rim(painter)

    def _point_at(self, at: QPoint) -> None:
        self._pointer = at
        self._repaint()

    def _repaint(self) -> None:
        self._view.viewport().update()

    @property
    def _scale(self) -> float:
        return self._view.transform().m11()
