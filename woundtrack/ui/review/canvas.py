"""The photograph as it is worked on: turns mouse, pen and keys into points, boxes and strokes.

Hides what a press, a drag and a release mean for the tool in hand. Whoever owns it is told in
pixels of the photograph.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from woundtrack.ui.review.outline_items import BoxItem, OutlineItem
from woundtrack.ui.review.pen_hand import PenHand
from woundtrack.ui.review.pens import Pen
from woundtrack.ui.review.photo_view import PhotoView, turned

DRAG_PX: Final = 6
"""A press that moves less is a click."""


class Tool(Enum):
    """What the left button does; with ``PEN`` it is the pen that was given with it."""

    PAN = "pan"
    INCLUDE = "include"
    EXCLUDE = "exclude"
    BOX = "box"
    CIRCLE = "circle"
    PEN = "pen"


class Canvas(PhotoView):
    """One photograph to be outlined.

    Signals
    -------
    clicked(Point, bool)
        A point to include, or to exclude when the second is true; pixels of the photograph.
    boxed(tuple)
        A box was dragged, or a circle, whose box it is: (x0, y0, x1, y1), pixels.
    picked(str)
        The key of the outline that was clicked.
    sized(float)
        The wheel was turned with Ctrl, by so many steps, while a pen with a width is in hand.
    """

    clicked = Signal(object, bool)
    boxed = Signal(object)
    picked = Signal(str)
    sized = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool = Tool.INCLUDE
        self._is_space_down = False
        self._was_bare = False
        self._allows_gestures = True
        self._pressed_at: QPoint | None = None
        self._is_dragging = False
        self._box = BoxItem()
        self._scene.addItem(self._box)
        self._hand = PenHand(self)
        self._hand.tool = self
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._show_cursor()

    def show_photograph(self, width_px: int, height_px: int) -> None:
        """Make room for a photograph of this size; what is under way is dropped."""
        self._forget_press()
        super().show_photograph(width_px, height_px)

    # --- tools -----------------------------------------------------------------------------------

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    def set_tool(self, tool: Tool, pen: Pen | None = None) -> None:
        """Take another tool; ``Tool.PEN`` comes with its pen."""
        self._forget_press()
        self._tool = tool
        self._hand.take(pen)
        self._hand.tool = None if tool in {Tool.PAN, Tool.PEN} else self
        self._show_cursor()

    def draw_in(self, colour: str) -> None:
        """Draw boxes and circles in a colour: that of the kind of outline they are for."""
        self._box.draw_in(colour)

    @property
    def pen(self) -> Pen | None:
        """The pen in hand."""
        return self._hand.pen

    def show_loupe(self, *, is_shown: bool) -> None:
        """Enlarge what is under the pointer, or stop."""
        self._hand.has_loupe = is_shown
        self.viewport().update()

    def allow_gestures(self, *, is_allowed: bool) -> None:
        """Let clicks and boxes through, or only moves: while there is nothing to outline on."""
        self._allows_gestures = is_allowed
        self._hand.allow(is_allowed=is_allowed)
        self._show_cursor()

    @property
    def is_dragging_box(self) -> bool:
        """Whether a box is being dragged."""
        return self._box.isVisible()

    # --- mouse -----------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        is_sizing = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_sizing and self._hand.has_width:
            self.sized.emit(turned(event))
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at = event.position().toPoint()
        is_left = event.button() is Qt.MouseButton.LeftButton
        is_pan = event.button() is Qt.MouseButton.MiddleButton or (is_left and self._is_space_down)
        if is_pan:
            self._begin_pan(at)
        elif is_left and self._hand.draws:
            self._notice = None
            self._hand.press(at, event.modifiers())
        elif is_left:
            self._notice = None
            self._pressed_at = at
            self._is_dragging = False
            self.viewport().update()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._panned_from is not None:
            self._pan_to(at)
        elif self._hand.draws:
            self._hand.move(at)
        elif self._pressed_at is not None:
            moved = (at - self._pressed_at).manhattanLength()
            if not self._is_dragging and moved >= DRAG_PX:
                self._is_dragging = True
                if self._tool is Tool.PAN:
                    self._begin_pan(self._pressed_at)
                    self._pan_to(at)
            if self._is_dragging:
                self._stretch_box(at, event.modifiers())
        elif self._hand.has_loupe:
            self._hand.move(at)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and not self._is_space_down and self._hand.double_press(at):
            event.accept()
        else:
            self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton and self._hand.release(at):
            event.accept()
            return
        pressed_at, self._pressed_at = self._pressed_at, None
        was_dragging, self._is_dragging = self._is_dragging, False
        if self._panned_from is not None:
            self._end_pan()
            return
        if pressed_at is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        event.accept()
        if was_dragging:
            self._end_box()
        else:
            self._click(at, event.modifiers())

    def _stretch_box(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        if self._draws_boxes:
            is_round = self._is_round(modifiers)
            self._box.set_box(self._box_to(at, is_round=is_round), is_round=is_round)

    def _end_box(self) -> None:
        if self._box.isVisible():
            box = self._box.box
            self._box.set_box(QRectF())
            self.boxed.emit((box.left(), box.top(), box.right(), box.bottom()))

    def _click(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        point = self.mapToScene(at)
        if not self._photo.boundingRect().contains(point):
            return
        is_exclude = self._tool is Tool.EXCLUDE or bool(modifiers & Qt.KeyboardModifier.AltModifier)
        only_picks = self._tool in {Tool.PAN, Tool.BOX, Tool.CIRCLE} or not self._allows_gestures
        hit = self._outline_at(point, with_aside=only_picks)
        if hit is not None and not hit.drawn.is_selected and (only_picks or not is_exclude):
            self.picked.emit(hit.drawn.key)
        elif not only_picks:
            self.clicked.emit((point.x(), point.y()), is_exclude)

    def _outline_at(self, point: QPointF, *, with_aside: bool) -> OutlineItem | None:
        """Return the outline at a point, of the kind that is drawn first.

        Where none of that kind is there the smallest of another, if ``with_aside``: a margin goes
        round them all.
        """
        if self._is_bare:
            return None
        there = [
            item
            for item in self._outlines
            if not item.drawn.is_last_visit and item.shape().contains(point)
        ]
        own = [item for item in there if not item.drawn.is_aside]
        if own or not with_aside:
            return own[0] if own else None
        return min(there, key=_extent, default=None)

    @property
    def _draws_boxes(self) -> bool:
        is_one = self._tool in {Tool.INCLUDE, Tool.BOX, Tool.CIRCLE}
        return self._allows_gestures and is_one

    def _is_round(self, modifiers: Qt.KeyboardModifier) -> bool:
        """Say whether a circle is dragged, from its middle: Shift makes one of a box."""
        return self._tool is Tool.CIRCLE or bool(modifiers & Qt.KeyboardModifier.ShiftModifier)

    def _box_to(self, at: QPoint, *, is_round: bool) -> QRectF:
        start = self.mapToScene(self._pressed_at if self._pressed_at is not None else at)
        if is_round:
            edge = self.mapToScene(at)
            radius = math.hypot(edge.x() - start.x(), edge.y() - start.y())
            whole = QRectF(start.x() - radius, start.y() - radius, 2 * radius, 2 * radius)
            return whole & self._photo.boundingRect()
        return QRectF(start, self.mapToScene(at)).normalized() & self._photo.boundingRect()

    def _forget_press(self) -> None:
        self._hand.drop()
        self._pressed_at = None
        self._is_dragging = False
        self._box.set_box(QRectF())
        self._end_pan()

    def viewportEvent(self, event: QEvent) -> bool:
        # A tablet's pen, with its pressure; what is not taken here comes again as a mouse's.
        if isinstance(event, QTabletEvent) and self._hand.draws:
            if event.type() is QEvent.Type.TabletPress:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self._notice = None
            self._hand.tablet(event)
            event.accept()
            return True
        if event.type() is QEvent.Type.Leave:
            self._hand.leave()
        return super().viewportEvent(event)

    # --- keys ------------------------------------------------------------------------------------

    def begin_keys_at(self, at: tuple[float, float] | None) -> None:
        """Let keys bring their pointer to this place, in pixels; None: to the view's middle."""
        self._hand.home = None if at is None else QPointF(*at)

    def point_to(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Stretch the box that keys began, as ``PenHand`` moves its pointer."""
        if self._pressed_at is not None:
            self._stretch_box(at, modifiers)

    def tap(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Click where the keys' pointer is; with a box in hand, begin it there, or end it."""
        self._notice = None
        if self._tool not in {Tool.BOX, Tool.CIRCLE}:
            self._click(at, modifiers)
        elif self._pressed_at is None:
            self._pressed_at = at
        else:
            self._pressed_at = None
            self._end_box()

    def event(self, event: QEvent) -> bool:
        # Some keys are shortcuts, too: Esc while a box is dragged or a stroke drawn is theirs, and
        # with a pen in hand arrows, Tab and Del are the pen's.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_esc = event.key() == Qt.Key.Key_Escape and self._is_under_way
            # With Ctrl they are the window's: Ctrl+W closes the library, Ctrl+2 goes to a room.
            has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            is_wanted = not has_ctrl and self._hand.wants(event.key())
            if is_esc or is_wanted or self._hand.takes_back(event):
                event.accept()
                return True
        # Tab would leave the canvas before any key event.
        if (
            event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
            and self._hand.key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    @property
    def _is_under_way(self) -> bool:
        return self._pressed_at is not None or self._hand.is_under_way

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._is_space_down = True
                self._was_bare = self._is_bare
                self._show_cursor()
                self.hide_overlays(is_hidden=True)
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self._is_under_way:
            self._forget_press()
            event.accept()
        elif self._hand.key(event):
            event.accept()
        else:
            # Not the view's own keys: arrows would scroll it.
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._let_space_go()
            event.accept()
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._let_space_go()
        super().focusOutEvent(event)

    def _let_space_go(self) -> None:
        if self._is_space_down:
            self._is_space_down = False
            self._show_cursor()
            self.hide_overlays(is_hidden=self._was_bare)

    def _cursor_shape(self) -> Qt.CursorShape:
        if self._panned_from is not None or self._busy:
            return super()._cursor_shape()
        if self._is_space_down or self._tool is Tool.PAN:
            return Qt.CursorShape.OpenHandCursor
        return Qt.CursorShape.CrossCursor if self._allows_gestures else Qt.CursorShape.ArrowCursor

    def _paint_pointer(self, painter: QPainter) -> None:
        self._hand.paint(painter)


def _extent(item: OutlineItem) -> float:
    box = item.shape().boundingRect()
    return float(box.width() * box.height())
