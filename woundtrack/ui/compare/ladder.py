"""The visits below the canvas, with the handles L and R: which ones are compared.

Hides where visits stand by their days, what finds no room, and the dragging.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from woundtrack.ui.compare.visits import ComparedVisit
    from woundtrack.ui.small_copies import SmallCopies

Side = Literal["left", "right"]
HEIGHT: Final = 104
_EDGE: Final = 40.0
_HINT: Final = 22.0
_THUMB: Final = QSize(46, 36)
_GAP: Final = 6.0
_LABEL_TOP: Final = 26.0 + 36.0 + 1.0
_TRACK: Final = 91.0
_HANDLE: Final = 8.5
_GRAB: Final = 14.0
_ROOM: Final = 1.5
"""How much wider than the lesion a small picture is."""


class VisitLadder(QWidget):
    """All visits of the lesion, by their days.

    Signals
    -------
    moved(str, int)
        ``left`` or ``right`` was put on another visit, by its place.
    toggled(int)
        A visit between them was clicked with Ctrl: to be shown, or no longer.
    """

    moved = Signal(str, int)
    toggled = Signal(int)

    def __init__(self, small: SmallCopies, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._small = small
        small.made.connect(self._show_made)
        self._visits: tuple[ComparedVisit, ...] = ()
        self._left, self._right = 0, 0
        self._between: frozenset[int] = frozenset()
        self._drag: Side | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Visits of this lesion"))

    # --- what is shown ---------------------------------------------------------------------------

    def show_visits(
        self, visits: Sequence[ComparedVisit], left: int, right: int, between: Sequence[int] = ()
    ) -> None:
        """Show the visits, which two are compared, and which ones are shown besides."""
        self._visits = tuple(visits)
        self._left, self._right, self._between = left, right, frozenset(between)
        if self._visits:
            self.setAccessibleDescription(
                self.tr("{count} visits. Left {left}, right {right}.").format(
                    count=len(self._visits),
                    left=words.day(self._visits[left].on),
                    right=words.day(self._visits[right].on),
                )
            )
        self.update()

    def _show_made(self, _sha256: str) -> None:
        self.update()

    def place_of(self, place: int) -> float:
        """Return where a visit stands, from the left edge of the widget, px."""
        first, last = self._visits[0].on, self._visits[-1].on
        span = max((last - first).days, 1)
        room = max(self.width() - 2 * _EDGE, 1.0)
        if first == last:
            return self.width() / 2
        return _EDGE + room * (self._visits[place].on - first).days / span

    def handle_of(self, side: Side) -> QPointF:
        """Return the middle of a handle."""
        return QPointF(self.place_of(self._left if side == "left" else self._right), _TRACK)

    def thumbs(self) -> list[tuple[int, QRectF]]:
        """Return which visits' small pictures find room, and where; the compared ones always do."""
        order = [self._right, self._left, *sorted(self._between)]
        order += [place for place in range(len(self._visits)) if place not in order]
        found: dict[int, QRectF] = {}
        for place in order:
            if place in found:
                continue
            x = self.place_of(place) - _THUMB.width() / 2
            rect = QRectF(x, _HINT + 4, _THUMB.width(), _THUMB.height())
            # The two compared may lie a little over each other; the rest keep clear.
            room = rect.adjusted(-_GAP / 2, 0, _GAP / 2, 0)
            is_compared = place in {self._left, self._right}
            if is_compared or not any(room.intersects(one) for one in found.values()):
                found[place] = rect
        return sorted(found.items(), key=lambda item: item[0] in {self._left, self._right})

    # --- painting --------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(990, HEIGHT)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.setPen(QColor(tokens.text2))
        painter.setFont(theme.font("caption"))
        painter.drawText(
            QRectF(16, 4, self.width() - 32, 18),
            Qt.AlignmentFlag.AlignVCenter,
            self.tr(
                "Drag L and R along the visits, or press ← → for the left photo, Shift for the "
                "right. Ctrl and a click show one more beside them."
            ),
        )
        if not self._visits:
            return
        for place, rect in self.thumbs():
            self._paint_thumb(painter, place, rect)
        self._paint_days(painter)
        self._paint_track(painter)

    def _paint_thumb(self, painter: QPainter, place: int, rect: QRectF) -> None:
        tokens = theme.current()
        one = self._visits[place]
        shape = QPainterPath()
        shape.addRoundedRect(rect, 3, 3)
        painter.fillPath(shape, QColor(tokens.inset))
        if one.filed is not None:
            small = self._small.of(one.filed.photograph.sha256)
            if not small.isNull():
                painter.save()
                painter.setClipPath(shape)
                painter.drawImage(rect, small, _part_of(one, small, rect))
                painter.restore()
        is_chosen = place in {self._left, self._right}
        is_between = place in self._between
        colour = tokens.accent if is_chosen or is_between else tokens.edge
        pen = QPen(QColor(colour), 3 if is_chosen else 2 if is_between else 1)
        if place == self._left and place != self._right:
            pen.setDashPattern([2.0, 1.2])
        if not one.can_be_shown and not is_chosen:
            pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 3, 3)

    def _paint_days(self, painter: QPainter) -> None:
        tokens = theme.current()
        taken: list[QRectF] = []
        has_years = len({one.on.year for one in self._visits}) > 1
        ends = [self._right, self._left]
        order = ends + [place for place, _ in self.thumbs() if place not in ends]
        for place in order:
            is_chosen = place in ends
            font = theme.font("caption", 600 if is_chosen else 400)
            on = self._visits[place].on
            text = words.day(on) if has_years and is_chosen else words.day_short(on)
            wide = QFontMetricsF(font).horizontalAdvance(text) + 2
            x = min(max(self.place_of(place) - wide / 2, 2.0), self.width() - wide - 2)
            rect = QRectF(x, _LABEL_TOP, wide, 16)
            if any(rect.adjusted(-3, 0, 3, 0).intersects(one) for one in taken):
                continue
            taken.append(rect)
            painter.setFont(font)
            painter.setPen(QColor(tokens.text if is_chosen else tokens.text2))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_track(self, painter: QPainter) -> None:
        tokens = theme.current()
        first, last = self.place_of(0), self.place_of(len(self._visits) - 1)
        painter.setPen(QPen(QColor(tokens.edge), 2))
        painter.drawLine(QPointF(first, _TRACK), QPointF(last, _TRACK))
        left, right = self.handle_of("left"), self.handle_of("right")
        painter.setPen(QPen(QColor(tokens.accent), 3))
        painter.drawLine(left, right)
        for place, one in enumerate(self._visits):
            at = QPointF(self.place_of(place), _TRACK)
            is_within = self._left <= place <= self._right
            colour = QColor(tokens.accent if is_within else tokens.edge)
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(colour if one.can_be_shown else QColor(tokens.surface))
            radius = 4.5 if place in self._between else 3.0
            painter.drawEllipse(at, radius, radius)
        for at, letter in ((left, self.tr("L")), (right, self.tr("R"))):
            painter.setPen(QPen(QColor(tokens.accent), 2.5))
            painter.setBrush(QColor(tokens.surface))
            painter.drawEllipse(at, _HANDLE, _HANDLE)
            painter.setPen(QColor(tokens.text))
            painter.setFont(theme.font("tool_key", 600))
            box = QRectF(at.x() - 8, at.y() - 8, 16, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)

    # --- mouse -----------------------------------------------------------------------------------

    def nearest(self, x: float) -> int:
        """Return the place of the visit nearest to where the mouse is."""
        return min(range(len(self._visits)), key=lambda place: abs(self.place_of(place) - x))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() is not Qt.MouseButton.LeftButton or not self._visits:
            return
        at = event.position()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.toggled.emit(self._hit(at))
            return
        away = {side: abs(self.handle_of(side).x() - at.x()) for side in ("left", "right")}
        side: Side = "left" if away["left"] < away["right"] else "right"
        if away["left"] == away["right"]:  # both on one visit: away from it to either side
            side = "left" if at.x() < self.handle_of("left").x() else "right"
        is_on_handle = abs(at.y() - _TRACK) <= _GRAB and away[side] <= _GRAB
        self._drag = side
        if not is_on_handle:
            self._move(side, self._hit(at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._drag is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._move(self._drag, self.nearest(at.x()))
            return
        if not self._visits:
            return
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        one = self._visits[self._hit(at)]
        tip = words.day(one.on)
        if one.why_not:
            tip = f"{tip}\n{one.why_not}"
        QToolTip.showText(event.globalPosition().toPoint(), tip, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

    def _hit(self, at: QPointF) -> int:
        """Return the visit whose picture is under the mouse, or the nearest one."""
        over = [place for place, rect in self.thumbs() if rect.contains(at)]
        return over[-1] if over else self.nearest(at.x())

    def _move(self, side: Side, place: int) -> None:
        if place != (self._left if side == "left" else self._right):
            self.moved.emit(side, place)


def _part_of(one: ComparedVisit, small: QImage, rect: QRectF) -> QRectF:
    """Return the part of a small copy that shows the lesion, in the shape of ``rect``."""
    wide, tall = small.width(), small.height()
    shape = rect.width() / rect.height()
    facts = None if one.filed is None else one.filed.photograph
    if one.accepted is None or facts is None:
        height = min(tall, wide / shape)
        return QRectF((wide - height * shape) / 2, (tall - height) / 2, height * shape, height)
    by = wide / facts.width_px
    xs, ys = zip(*one.accepted.around.outer, strict=True)
    height = max(max(ys) - min(ys), (max(xs) - min(xs)) / shape) * by * _ROOM
    height = min(height, tall, wide / shape)
    x, y = (min(xs) + max(xs)) / 2 * by, (min(ys) + max(ys)) / 2 * by
    left = min(max(x - height * shape / 2, 0.0), wide - height * shape)
    top = min(max(y - height / 2, 0.0), tall - height)
    return QRectF(left, top, height * shape, height)
