"""Small pictures of the photographs of one visit, each with the sign of its state.

Hides their painting, the rows that are folded away, and how one is chosen by mouse or keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from woundtrack.ui import messages, theme
from woundtrack.ui.components import paint_icon
from woundtrack.ui.components import words as in_words
from woundtrack.ui.imports.batch import Incoming, State, doubts_told

THUMB: Final = QSize(80, 60)
LARGE: Final = QSize(160, 120)
GAP: Final = 6
_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(10**6)}


class Thumbs(QWidget):
    """Pictures of 80 × 60 or 160 × 120 in rows; what doesn't fit is counted, a press unfolds it.

    Signals
    -------
    menu_asked(Incoming, QPoint)
        What can be done with a photograph was asked for, at a place on the screen.
    removed(Incoming)
        Del was pressed on it.
    """

    menu_asked = Signal(object, QPoint)
    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._incoming: list[Incoming] = []
        self._images: dict[Incoming, QImage] = {}
        self._is_running = False
        self._is_open = False
        self._rows = 1
        self._size = THUMB
        self._at = 0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(THUMB.height())

    def set_large(self, is_large: bool) -> None:
        """Show the pictures large, or not."""
        size = LARGE if is_large else THUMB
        if size != self._size:
            self._size = size
            self._fit()
            self.update()

    def show_incoming(self, incoming: Sequence[Incoming], *, rows: int, is_running: bool) -> None:
        """Show these photographs in up to ``rows`` rows; those not read yet are pale in a run."""
        self._incoming, self._rows, self._is_running = list(incoming), rows, is_running
        self._images = {
            one: self._images.get(one) or _picture(one) for one in incoming if one.scanned
        }
        self._at = min(self._at, max(0, len(self._incoming) - 1))
        self.setAccessibleName(
            ", ".join(f"{one.path.name}: {_in_short(one)}" for one in self._incoming)
        )
        self._fit()
        self.update()

    @property
    def shown(self) -> int:
        """How many pictures are in view; the rest is counted in the last place."""
        room = self._columns() * self._rows
        count = len(self._incoming)
        return count if self._is_open or count <= room else room - 1

    def place_of(self, incoming: Incoming) -> QRect:
        """Return where a photograph's picture is, in the widget's coordinates."""
        return self._place(self._incoming.index(incoming))

    def _columns(self) -> int:
        return max(2, (self.width() + GAP) // (self._size.width() + GAP))

    def _fit(self) -> None:
        cells = self.shown + (self.shown < len(self._incoming))
        rows = max(1, -(-cells // self._columns()))
        self.setFixedHeight(rows * (self._size.height() + GAP) - GAP)

    def _place(self, at: int) -> QRect:
        row, column = divmod(at, self._columns())
        width, height = self._size.width(), self._size.height()
        return QRect(QPoint(column * (width + GAP), row * (height + GAP)), self._size)

    def _found(self, point: QPoint) -> int | None:
        cells = range(self.shown + (self.shown < len(self._incoming)))
        return next((at for at in cells if self._place(at).contains(point)), None)

    # --- mouse and keys --------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._found(event.position().toPoint())
        if at is None:
            return
        if at == self.shown < len(self._incoming):
            self._is_open = True
            self._fit()
        else:
            self._at = at
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        at = self._at if by_key else self._found(event.pos())
        if at is None or at >= min(self.shown, len(self._incoming)):
            return
        self._at = at
        where = self._place(at).center() if by_key else event.pos()
        self.menu_asked.emit(self._incoming[at], self.mapToGlobal(where))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {**_STEPS, Qt.Key.Key_Up: -self._columns(), Qt.Key.Key_Down: self._columns()}
        steps[Qt.Key.Key_End] = len(self._incoming)
        step = steps.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Delete and self._incoming:
            self.removed.emit(self._incoming[self._at])
        elif step is not None and self._incoming:
            self._at = min(max(0, self._at + step), len(self._incoming) - 1)
            if self._at >= self.shown:
                self._is_open = True
                self._fit()
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            at = self._found(event.pos())
            if at is None or at >= len(self._incoming):
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), _told(self._incoming[at]), self)
            return True
        return super().event(event)

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current()
        shown = self.shown
        for at, one in enumerate(self._incoming[:shown]):
            self._paint(painter, self._place(at), one, tokens)
        if shown < len(self._incoming):
            painter.setPen(QColor(tokens.text2))
            painter.setFont(theme.font("body"))
            rest = f"+{in_words.THIN}{len(self._incoming) - shown}"
            painter.drawText(self._place(shown), Qt.AlignmentFlag.AlignCenter, rest)
        if self.hasFocus() and self._incoming and self._at < shown:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self._place(self._at)).adjusted(1, 1, -1, -1), 3, 3)

    def _paint(self, painter: QPainter, place: QRect, one: Incoming, tokens: theme.Tokens) -> None:
        image = self._images.get(one)
        waits = one.state in {State.WAITING, State.KNOWN}
        area = QRectF(place)
        painter.save()
        edge = QPainterPath()
        edge.addRoundedRect(area, 3, 3)
        painter.setClipPath(edge)
        is_pale = waits and self._is_running
        painter.fillRect(place, QColor(tokens.surface if is_pale else tokens.photo_surround))
        if image is not None and not image.isNull():
            painter.setOpacity(0.35 if is_pale else 1.0)
            painter.drawImage(place, image)
            painter.setOpacity(1.0)
        if one.state is State.READING:
            bar = QRectF(area.left(), area.bottom() - 3, area.width(), 3)
            painter.fillRect(bar, QColor(tokens.line))
            bar.setWidth(area.width() * max(0.08, one.fraction))
            painter.fillRect(bar, QColor(tokens.accent))
        painter.restore()
        line = {
            State.IN_DOUBT: tokens.doubt,
            State.NO_AREA: tokens.refuse,
            State.PROBLEM: tokens.refuse,
        }.get(one.state)
        painter.setPen(QPen(QColor(line or tokens.line), 2 if line else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = 1 if line else 0.5
        painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), 3, 3)
        sign = {
            State.READY: ("check-circle", tokens.good),
            State.IN_DOUBT: ("warning", tokens.doubt),
            State.NO_AREA: ("warning-octagon", tokens.refuse),
            State.PROBLEM: ("warning-octagon", tokens.refuse),
            State.KNOWN: ("info", tokens.text2),
        }.get(one.state)
        doubts = doubts_told(one)
        if doubts and place.width() >= LARGE.width():
            strip = area.adjusted(2, area.height() - 24, -2, -2)
            ground = QColor(tokens.surface)
            ground.setAlphaF(0.94)
            painter.fillRect(strip, ground)
            painter.setFont(theme.font("caption"))
            painter.setPen(QColor(tokens.text))
            words = strip.adjusted(6, 0, -24, 0)
            short = " · ".join(dict.fromkeys(messages.short_of(doubt) for doubt in doubts))
            text = painter.fontMetrics().elidedText(
                short, Qt.TextElideMode.ElideRight, int(words.width())
            )
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        if sign is not None:
            badge = QRectF(area.right() - 23, area.bottom() - 23, 20, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.surface))
            painter.drawRoundedRect(badge, 3, 3)
            paint_icon(painter, badge.adjusted(2, 2, -2, -2), *sign)


def words_of(state: State) -> str:
    """Return a photograph's state as a person reads it."""
    return {
        State.WAITING: QCoreApplication.translate("import", "not imported yet"),
        State.READING: QCoreApplication.translate("import", "being read"),
        State.READY: QCoreApplication.translate("import", "imported"),
        State.IN_DOUBT: QCoreApplication.translate("import", "imported, in doubt"),
        State.NO_AREA: QCoreApplication.translate("import", "imported, without an area"),
        State.PROBLEM: QCoreApplication.translate("import", "not imported"),
        State.KNOWN: QCoreApplication.translate("import", "already in the library"),
    }[state]


def _in_short(one: Incoming) -> str:
    """Return a photograph's state, and in a few words what there is to doubt of it."""
    titles = [messages.title_of(doubt) for doubt in doubts_told(one)]
    return "; ".join([words_of(one.state), *titles])


def _told(one: Incoming) -> str:
    lines = [one.path.name, words_of(one.state)]
    if one.taken_at is not None:
        taken = f"{in_words.day(one.taken_at.date())}, {in_words.clock(one.taken_at)}"
        lines.insert(1, taken)
    lines += [messages.doubt_sentence(doubt) for doubt in doubts_told(one)]
    return "\n".join(lines)


def _picture(one: Incoming) -> QImage:
    """Return the middle of a photograph's small picture, as large as it may be needed."""
    size = THUMB * 4
    if one.scanned is None:
        return QImage()
    image = QImage.fromData(one.scanned.thumbnail).scaled(
        size,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    crop = QRect(QPoint(0, 0), size)
    crop.moveCenter(image.rect().center())
    return image.copy(crop)
