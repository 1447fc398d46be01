"""A ruler set by hand: a line from one mark to another, and a field beside it for their distance.

Hides the line under way, where the field finds room, and the distance that was given last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGraphicsItem, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack import imaging
from woundtrack.ui.components import Card, KeyButton, Label, words
from woundtrack.ui.review.outline_items import RulerItem
from woundtrack.ui.window.measure_sheet import length_of

if TYPE_CHECKING:
    from woundtrack.model import Point
    from woundtrack.ui.review.canvas import Canvas

ACTION: Final = "review.ruler"
_GAP: Final = 40
"""Below the line, so that the numbers of most rulers stay in view."""


class RulerPen(QObject):
    """Draws the line; it stays until it is set, drawn anew or dropped.

    Signals
    -------
    drawn(Point, Point)
        Two marks were pointed at.
    dropped()
        There is no line any more.
    """

    drawn = Signal(object, object)
    dropped = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._item = RulerItem()
        self._start: QPointF | None = None
        self._is_drawn = False

    @property
    def item(self) -> QGraphicsItem:
        return self._item

    @property
    def line(self) -> QLineF | None:
        """The line that is drawn, and not set yet."""
        return self._item.line if self._is_drawn else None

    @property
    def is_down(self) -> bool:
        return self._start is not None

    def press(self, at: QPointF, scale: float, pressure: float, *, is_alt: bool) -> None:
        self.cancel()
        self._start = at

    def move(self, at: QPointF, scale: float, pressure: float) -> None:
        if self._start is not None:
            self._item.show_line(self._start, at)

    def release(self, at: QPointF, scale: float) -> None:
        start, self._start = self._start, None
        if start is None:
            return
        if QLineF(start, at).length() < imaging.LEAST_RULER_PX:
            self.cancel()
            return
        self._item.show_line(start, at)
        self._is_drawn = True
        self.drawn.emit((start.x(), start.y()), (at.x(), at.y()))

    def cancel(self) -> None:
        was_there = self._is_drawn
        self._start = None
        self._is_drawn = False
        self._item.hide()
        if was_there:
            self.dropped.emit()

    def wants(self, key: Qt.Key) -> bool:
        return key == Qt.Key.Key_Escape and self._is_drawn

    def key(self, event: QKeyEvent, scale: float) -> bool:
        if not self.wants(Qt.Key(event.key())):
            return False
        self.cancel()
        return True

    def cursor_radius(self) -> float:
        return 0.0


class RulerCard(Card):
    """Asks how far apart two marks are.

    Signals
    -------
    given(float)
        The distance, mm.
    left()
        It was left without an answer.
    """

    given = Signal(float)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hint = Label("", "label", "doubt", wraps=True)
        self._hint.hide()
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Distance of the two marks in millimetres"))
        self.field.setMaxLength(8)
        self.field.setFixedWidth(72)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.returnPressed.connect(self._give)
        self.field.textEdited.connect(lambda _text: self._hint.hide())
        self.field.installEventFilter(self)
        self.set = KeyButton(self.tr("Set"), "Enter", "main", size="small")
        self.set.clicked.connect(self._give)
        row = QHBoxLayout()
        row.setSpacing(8)
        label = Label(self.tr("Distance"), "label")
        label.setBuddy(self.field)
        row.addWidget(label)
        row.addWidget(self.field)
        row.addWidget(Label(self.tr("mm"), "label", "2"))
        row.addWidget(self.set)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 10, 10)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self._hint)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.hide()

    @property
    def hint(self) -> str:
        """What is said of a distance that can't be meant; empty where nothing is."""
        return self._hint.text() if self._hint.isVisible() else ""

    def ask(self, distance_mm: float | None) -> None:
        """Show the field with a distance to be confirmed or typed over; at first it is empty.

        A distance that nobody read off a ruler would be recorded by a hurried Enter.
        """
        self._hint.hide()
        self.field.clear()
        if distance_mm is not None:
            decimals = next(d for d in range(4) if d == 3 or round(distance_mm, d) == distance_mm)
            self.field.setText(words.number(distance_mm, decimals))
        self.adjustSize()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _give(self) -> None:
        value = length_of(self.field.text())
        if value is None or not imaging.LEAST_RULER_MM <= value <= imaging.MOST_RULER_MM:
            said = self.tr("Give {least} to {most} mm.").format(
                least=words.number(imaging.LEAST_RULER_MM, 0),
                most=words.number(imaging.MOST_RULER_MM, 0),
            )
            self._hint.setText(said)
            self._hint.show()
            self.adjustSize()
            self.field.selectAll()
            return
        self.given.emit(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # What is typed here is nobody's shortcut: letters take tools, Enter accepts, Esc goes back.
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.left.emit()
                return True
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent):
            has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if not has_ctrl:
                event.accept()
                return True
        return super().eventFilter(watched, event)


class RulerTool(QObject):
    """The pen, and the card that asks beside its line.

    Signals
    -------
    used(Point, Point, float)
        Two marks and their distance, mm.
    """

    used = Signal(object, object, float)

    def __init__(self, canvas: Canvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.distance_mm: float | None = None
        self.pen = RulerPen(self)
        self.card = RulerCard(canvas)
        self.pen.drawn.connect(self._ask)
        self.pen.dropped.connect(self.card.hide)
        self.card.given.connect(self._give)
        self.card.left.connect(self._leave)
        canvas.view_changed.connect(self._place)

    def _ask(self, _start: Point, _end: Point) -> None:
        self.card.ask(self.distance_mm)
        self._place()

    def _give(self, distance_mm: float) -> None:
        line = self.pen.line
        if line is None:
            return
        self.distance_mm = distance_mm
        start, end = (line.x1(), line.y1()), (line.x2(), line.y2())
        self._leave()
        self.used.emit(start, end, distance_mm)

    def _leave(self) -> None:
        self.card.hide()
        self.pen.cancel()
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        """Put the card below the line's middle, or above where there is no room."""
        line = self.pen.line
        if line is None:
            return
        one, other = (self._canvas.mapFromScene(point) for point in (line.p1(), line.p2()))
        view = self._canvas.viewport().rect()
        wide, high = self.card.width(), self.card.height()
        x = (one.x() + other.x() - wide) // 2
        y = max(one.y(), other.y()) + _GAP
        if y + high > view.bottom():
            y = min(one.y(), other.y()) - _GAP - high
        x = min(max(x, view.left() + 8), view.right() - wide - 8)
        y = min(max(y, view.top() + 8), view.bottom() - high - 8)
        self.card.move(x, y)
