"""The photograph with everything drawn on it; turns the mouse into points, boxes and moves.

Hides zooming, panning, and what a press, a drag and a release mean for the tool in hand. It knows
neither lesions nor the library: whoever owns it says what to draw and is told in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QTabletEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from woundtrack.model import Calibration
from woundtrack.ui import theme
from woundtrack.ui.review.outline_items import BoxItem, DrawnOutline, OutlineItem, TagItem
from woundtrack.ui.review.pen_hand import PenHand
from woundtrack.ui.review.pens import Pen
from woundtrack.ui.review.photo_item import PhotoItem, Pixels
from woundtrack.ui.review.photo_labels import Labels

ZOOM_STEP: Final = 1.25
MOST_PX: Final = 16.0
"""A pixel of the photograph is never shown larger than this."""
DRAG_PX: Final = 6
"""A press that moves less is a click."""


class Tool(Enum):
    """What the left button does; with ``PEN`` it is the pen that was given with it."""

    PAN = "pan"
    INCLUDE = "include"
    EXCLUDE = "exclude"
    BOX = "box"
    PEN = "pen"


class Canvas(QGraphicsView):
    """One photograph.

    Signals
    -------
    clicked(Point, bool)
        A point to include, or to exclude when the second is true; pixels of the photograph.
    boxed(tuple)
        A box was dragged: (x0, y0, x1, y1), pixels.
    picked(str)
        The key of the outline that was clicked.
    sized(float)
        The wheel was turned with Ctrl, by so many steps, while a pen with a width is in hand.
    view_changed()
        It was zoomed or moved.
    """

    clicked = Signal(object, bool)
    boxed = Signal(object)
    picked = Signal(str)
    sized = Signal(float)
    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._photo = PhotoItem()
        self._box = BoxItem()
        self._scene.addItem(self._photo)
        self._scene.addItem(self._box)
        self._outlines: list[OutlineItem] = []
        self._tags: list[TagItem] = []
        self._px_per_mm: float | None = None
        self._tool = Tool.INCLUDE
        self._hints: tuple[str, ...] = ()
        self._notice: tuple[str, str, str] | None = None
        self._busy = ""
        self._corner = ""
        self._is_fitted = True
        self._is_bare = False
        self._is_space_down = False
        self._was_bare = False
        self._shows_card = True
        self._allows_gestures = True
        self._hand = PenHand(self)
        self._fill = 0.0
        self._pressed_at: QPoint | None = None
        self._panned_from: QPoint | None = None
        self._is_dragging = False

        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is written in view coordinates would be dragged along by a partial update.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(QSize(160, 120))
        self._show_cursor()

    # --- what is shown ---------------------------------------------------------------------------

    def show_photograph(self, width_px: int, height_px: int) -> None:
        """Make room for a photograph of this size; fitted, with nothing drawn yet."""
        self._forget_press()
        self._photo.set_size(width_px, height_px)
        # Half a photograph all round: every corner can be brought to the middle.
        self._scene.setSceneRect(-width_px / 2, -height_px / 2, 2 * width_px, 2 * height_px)
        self._notice = None
        self._busy = ""
        self.fit()

    def clear(self) -> None:
        """Show nothing."""
        self.set_outlines(())
        self.set_calibration(None)
        self.show_photograph(0, 0)

    def set_draft(self, image: QImage) -> None:
        """Paint a small copy until the photograph itself is there."""
        if not self._photo.is_sharp:
            self._photo.set_draft(image)

    def set_levels(self, levels: tuple[Pixels, ...]) -> None:
        """Paint the photograph itself: the levels of ``photo_item.pyramid``."""
        self._photo.set_levels(levels)

    @property
    def is_sharp(self) -> bool:
        """Whether the photograph itself is painted, not a small copy of it."""
        return self._photo.is_sharp

    def set_outlines(self, drawn: Sequence[DrawnOutline]) -> None:
        """Draw these outlines in place of those before."""
        for item in self._outlines:
            self._scene.removeItem(item)
        self._outlines = [OutlineItem(one) for one in drawn]
        for item in self._outlines:
            item.set_fill(self._fill)
            item.setVisible(not self._is_bare)
            self._scene.addItem(item)

    @property
    def outlines(self) -> tuple[DrawnOutline, ...]:
        """What is drawn."""
        return tuple(item.drawn for item in self._outlines)

    def set_calibration(self, calibration: Calibration | None) -> None:
        """Draw the card's tags and the scale bar of a calibration; None for neither."""
        for item in self._tags:
            self._scene.removeItem(item)
        self._tags = []
        self._px_per_mm = None
        if calibration is None:
            return
        self._px_per_mm = 1 / calibration.mm_per_px
        is_bent = any(doubt.code == "card_bent" for doubt in calibration.doubts)
        tags = [tag for card in calibration.cards for tag in card.tags]
        worst = max((tag.residual_mm for tag in tags), default=0.0)
        for tag in tags:
            is_good = not (is_bent and tag.residual_mm > 0.5 * worst)
            item = TagItem(tag, is_good=is_good)
            item.setVisible(self._shows_card and not self._is_bare)
            self._tags.append(item)
            self._scene.addItem(item)

    def show_card(self, *, is_shown: bool) -> None:
        """Show or hide what is drawn on the card."""
        self._shows_card = is_shown
        self._apply_bare()

    def hide_overlays(self, *, is_hidden: bool) -> None:
        """Hide everything that is drawn on the photograph, or show it again."""
        self._is_bare = is_hidden
        self._apply_bare()

    @property
    def is_bare(self) -> bool:
        """Whether everything drawn on the photograph is hidden."""
        return self._is_bare

    def set_hints(self, hints: Sequence[str]) -> None:
        """Write at the top what the mouse does."""
        self._hints = tuple(hints)
        self.viewport().update()

    def set_corner(self, text: str) -> None:
        """Write a label at the top left, where there is no hint."""
        self._corner = text
        self.viewport().update()

    def say(self, text: str, *, is_refused: bool = False) -> None:
        """Write a sentence on the photograph until the next press; empty text takes it away."""
        colour = "#FF9489" if is_refused else theme.PHOTO_CARD_DOUBT
        icon = "warning-octagon" if is_refused else "warning"
        self._notice = (text, icon, colour) if text else None
        self.viewport().update()

    @property
    def notice(self) -> str:
        """The sentence written on the photograph."""
        return self._notice[0] if self._notice else ""

    def set_busy(self, text: str) -> None:
        """Say what is being worked out; empty text when it is done."""
        self._busy = text
        self._show_cursor()
        self.viewport().update()

    @property
    def busy(self) -> str:
        """What is said to be worked out."""
        return self._busy

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
        self._show_cursor()

    @property
    def pen(self) -> Pen | None:
        """The pen in hand."""
        return self._hand.pen

    def show_loupe(self, *, is_shown: bool) -> None:
        """Enlarge what is under the pointer, or stop."""
        self._hand.has_loupe = is_shown
        self.viewport().update()

    @property
    def fill(self) -> float:
        """How strongly the inside of the outlines is tinted, 0 to 1."""
        return self._fill

    def set_fill(self, opacity: float) -> None:
        """Tint the inside of the outlines, 0 (the edge alone) to 1."""
        self._fill = opacity
        for item in self._outlines:
            item.set_fill(opacity)
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

    # --- zoom and place --------------------------------------------------------------------------

    @property
    def scale_now(self) -> float:
        """View pixels for one pixel of the photograph."""
        return self.transform().m11()

    def fit(self) -> None:
        """Show the whole photograph."""
        whole = self._photo.boundingRect()
        self._is_fitted = True
        if whole.isEmpty():
            return
        scale = self._fitting_scale()
        self.setTransform(QTransform.fromScale(scale, scale))
        self.centerOn(whole.center())
        self.view_changed.emit()

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        """Zoom; what is at ``at`` in the view, its middle unless said, stays where it is."""
        if self._photo.boundingRect().isEmpty():
            return
        least = min(self._fitting_scale() * 0.5, 1.0)
        scale = min(max(self.scale_now * factor, least), MOST_PX)
        at = at if at is not None else self.viewport().rect().center()
        self.set_scale(scale, self.mapToScene(at), at)

    def set_scale(self, scale: float, point: QPointF, at: QPoint | None = None) -> None:
        """Show at a scale, with a point of the photograph at a place in the view."""
        at = at if at is not None else self.viewport().rect().center()
        self._is_fitted = False
        self.setTransform(QTransform.fromScale(scale, scale))
        there = self.mapFromScene(point)
        self._move_by(there - at)

    def _fitting_scale(self) -> float:
        whole = self._photo.boundingRect()
        view = self.viewport().rect()
        return min(view.width() / whole.width(), view.height() / whole.height())

    def _move_by(self, by: QPoint) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + by.x())
        down.setValue(down.value() + by.y())
        self.view_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        centre = self.mapToScene(
            QRectF(0, 0, event.oldSize().width(), event.oldSize().height()).center().toPoint()
        )
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()
        else:
            self.centerOn(centre)
            self.view_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.pixelDelta().y()
        is_sizing = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if turn and is_sizing and self._hand.has_width:
            self.sized.emit(turn / 120)
        elif turn:
            self.zoom_by(ZOOM_STEP ** (turn / 120), event.position().toPoint())
        event.accept()

    # --- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        at = event.position().toPoint()
        is_left = event.button() is Qt.MouseButton.LeftButton
        is_pan = event.button() is Qt.MouseButton.MiddleButton or (is_left and self._is_space_down)
        if is_pan:
            self._panned_from = at
            self._show_cursor()
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
            self._is_fitted = False
            self._move_by(self._panned_from - at)
            self._panned_from = at
        elif self._hand.draws:
            self._hand.move(at)
        elif self._pressed_at is not None:
            moved = (at - self._pressed_at).manhattanLength()
            if not self._is_dragging and moved >= DRAG_PX:
                self._is_dragging = True
                if self._tool is Tool.PAN:
                    self._panned_from = self._pressed_at
                    self._show_cursor()
                    self.mouseMoveEvent(event)
                    return
            if self._is_dragging and self._draws_boxes:
                self._box.set_box(self._box_to(at))
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
            self._panned_from = None
            self._show_cursor()
            return
        if pressed_at is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        event.accept()
        if was_dragging:
            if self._box.isVisible():
                box = self._box.box
                self._box.set_box(QRectF())
                self.boxed.emit((box.left(), box.top(), box.right(), box.bottom()))
            return
        self._click(at, event.modifiers())

    def _click(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        point = self.mapToScene(at)
        if not self._photo.boundingRect().contains(point):
            return
        hit = self._outline_at(point)
        is_exclude = self._tool is Tool.EXCLUDE or bool(modifiers & Qt.KeyboardModifier.AltModifier)
        only_picks = self._tool in {Tool.PAN, Tool.BOX} or not self._allows_gestures
        if hit is not None and not hit.drawn.is_selected and (only_picks or not is_exclude):
            self.picked.emit(hit.drawn.key)
        elif not only_picks:
            self.clicked.emit((point.x(), point.y()), is_exclude)

    def _outline_at(self, point: QPointF) -> OutlineItem | None:
        if self._is_bare:
            return None
        return next(
            (
                item
                for item in self._outlines
                if not item.drawn.is_last_visit and item.shape().contains(point)
            ),
            None,
        )

    @property
    def _draws_boxes(self) -> bool:
        return self._allows_gestures and self._tool in {Tool.INCLUDE, Tool.BOX}

    def _box_to(self, at: QPoint) -> QRectF:
        start = self.mapToScene(self._pressed_at if self._pressed_at is not None else at)
        return QRectF(start, self.mapToScene(at)).normalized() & self._photo.boundingRect()

    def _forget_press(self) -> None:
        self._hand.drop()
        self._pressed_at = None
        self._panned_from = None
        self._is_dragging = False
        self._box.set_box(QRectF())

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

    def event(self, event: QEvent) -> bool:
        # Some keys are shortcuts, too: Esc while a box is dragged or a stroke drawn is theirs, and
        # with a pen in hand arrows, Tab and Del are the pen's.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_esc = event.key() == Qt.Key.Key_Escape and self._is_under_way
            if is_esc or self._hand.wants(event.key()):
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
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def _let_space_go(self) -> None:
        if self._is_space_down:
            self._is_space_down = False
            self._show_cursor()
            self.hide_overlays(is_hidden=self._was_bare)

    def _show_cursor(self) -> None:
        shape = Qt.CursorShape.CrossCursor
        if self._panned_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._busy:
            shape = Qt.CursorShape.BusyCursor
        elif self._is_space_down or self._tool is Tool.PAN:
            shape = Qt.CursorShape.OpenHandCursor
        elif not self._allows_gestures:
            shape = Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    # --- painting --------------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.fillRect(rect, QColor(theme.current().photo_surround))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self._photo.boundingRect().isEmpty():
            return
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view = QRectF(self.viewport().rect())
        if not self._is_bare:
            self._label(painter, view)
        self._hand.paint(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(theme.current().accent))
            painter.drawRect(view.adjusted(0, 0, -1, -1))
        painter.restore()

    def _label(self, painter: QPainter, view: QRectF) -> None:
        labels = Labels(painter, view)
        top = QRectF()
        if self._busy:
            top = labels.hint((self._busy,))
        elif self._corner:
            top = labels.hint((self._corner,))
        elif self._hints:
            top = labels.hint(self._hints)
        if self._notice is not None:
            labels.notice(*self._notice, top)
        if self._px_per_mm is not None:
            labels.scale_bar(self._px_per_mm * self.scale_now)
        if self._shows_card:
            for item in self._tags:
                corner = self.mapFromScene(QPointF(*item.tag.corners_px[0]))
                lowest = min(self.mapFromScene(QPointF(x, y)).y() for x, y in item.tag.corners_px)
                number = str(item.tag.id % 8 + 1)
                labels.tag(QPointF(corner.x(), lowest), number, is_good=item.is_good)
        ordered = sorted(self._outlines, key=lambda one: not one.drawn.is_selected)
        places = [self.mapFromScene(one.shape().boundingRect()).boundingRect() for one in ordered]
        labels.keep_clear([QRectF(place) for place in places])
        for outline, place in zip(ordered, places, strict=True):
            if view.intersects(QRectF(place)):
                labels.beside(QRectF(place), outline.drawn.label, outline.drawn.words)

    def _apply_bare(self) -> None:
        for outline in self._outlines:
            outline.setVisible(not self._is_bare)
        for tag in self._tags:
            tag.setVisible(self._shows_card and not self._is_bare)
        self.viewport().update()
