"""Answers side by side, of which one is chosen or none: one stop of the keyboard, digits, arrows.

Hides the painting and the lines it takes where there is little room. Last visit's answer is dotted;
one that was copied from it bears the sign of a copy until it is confirmed or changed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from woundtrack.model import Missing
from woundtrack.ui import theme
from woundtrack.ui.components import paint_icon
from woundtrack.ui.record.visit_draft import Answer, is_same

_HEIGHT: Final = 28
_GAP: Final = 4
_PADDING: Final = 11
_SIGN: Final = 14
_LEAST: Final = 31
_NARROWEST: Final = 0.75
_WITHIN_S: Final = 1.2  # a second digit counts with the first


class ChoiceBar(QWidget):
    """One of a few answers.

    Parameters
    ----------
    choices
        Pairs of answer and words.
    name
        What is asked, for those who can't see it.
    by_value
        Whether digits give the answer itself, as in pain; else its place, from 1.

    Signals
    -------
    answered(object)
        A person chose an answer, confirmed the one that was copied, or took it away (None).
    """

    answered = Signal(object)

    def __init__(
        self,
        choices: Sequence[tuple[Answer, str]],
        *,
        name: str,
        by_value: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self._name = name
        self._by_value = by_value
        self._answer: Answer | None = None
        self._last: Answer | None = None
        self._is_copied = False
        self._hovered: int | None = None
        self._wide: list[float] = []
        self._typed, self._typed_at = "", 0.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._say()

    @property
    def answer(self) -> Answer | None:
        """What is chosen."""
        return self._answer

    @property
    def choices(self) -> tuple[Answer, ...]:
        """All it can be set to."""
        return tuple(answer for answer, _ in self._choices)

    def show_answer(self, answer: Answer | None, last: Answer | None, *, is_copied: bool) -> None:
        """Show an answer and last visit's; an answer that isn't offered shows as none."""
        is_as_it_was = is_same(answer, self._answer) and is_same(last, self._last)
        if is_as_it_was and is_copied == self._is_copied:
            return
        self._answer, self._last, self._is_copied = answer, last, is_copied
        self._say()
        self.update()

    def place_of(self, answer: Answer) -> QRect:
        """Return where an answer is. Raises ``ValueError`` for one that isn't offered."""
        return self._places(self.width())[self._index(answer)].toRect()

    # --- choosing --------------------------------------------------------------------------------

    def _index(self, answer: Answer | None) -> int:
        for at, (offered, _) in enumerate(self._choices):
            if answer is not None and is_same(offered, answer):
                return at
        raise ValueError(f"{answer!r} is not offered")

    def _chosen(self) -> int | None:
        try:
            return self._index(self._answer)
        except ValueError:
            return None

    def _choose(self, at: int) -> None:
        answer = self._choices[at][0]
        if not is_same(answer, self._answer) or self._is_copied:
            self.answered.emit(answer)

    def _step(self, step: int) -> None:
        at = self._chosen()
        if at is None:
            try:
                self._choose(self._index(self._last))
            except ValueError:
                self._choose(0 if step > 0 else len(self._choices) - 1)
        elif 0 <= at + step < len(self._choices):
            self._choose(at + step)

    def _take_digit(self, digit: str) -> None:
        now = time.monotonic()
        typed = self._typed + digit if now - self._typed_at < _WITHIN_S else digit
        for text in (typed, digit):
            at = self._place_typed(text)
            if at is not None:
                self._typed, self._typed_at = text, now
                self._choose(at)
                return

    def _place_typed(self, text: str) -> int | None:
        if not self._by_value:
            return int(text) - 1 if 1 <= int(text) <= len(self._choices) else None
        if str(int(text)) != text:
            return None
        values = [words for _, words in self._choices]
        return values.index(text) if text in values else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        if key in {Qt.Key.Key_Right, Qt.Key.Key_Left}:
            self._step(1 if (key == Qt.Key.Key_Right) != is_mirrored else -1)
        elif key == Qt.Key.Key_Home:
            self._choose(0)
        elif key == Qt.Key.Key_End:
            self._choose(len(self._choices) - 1)
        elif key == Qt.Key.Key_Space:
            if self._answer is None:
                self._step(1)
            elif (at := self._chosen()) is not None:
                self._choose(at)
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            if self._answer is not None:
                self.answered.emit(None)
        elif (text := event.text()) and text in "0123456789" and not event.modifiers():
            self._take_digit(text)
        elif text and text in "0123456789":
            if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                super().keyPressEvent(event)
            else:
                self._take_digit(text)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            at = self._at(event.position())
            if at is not None:
                self._choose(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._typed = ""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _hover(self, at: int | None) -> None:
        if at != self._hovered:
            self._hovered = at
            self.update()

    def _at(self, where: QPointF) -> int | None:
        places = self._places(self.width())
        return next((at for at, place in enumerate(places) if place.contains(where)), None)

    def _say(self) -> None:
        said = next((text for one, text in self._choices if is_same(one, self._answer)), "")
        if self._is_copied:
            said = self.tr("{answer}, as last visit").format(answer=said)
        self.setAccessibleName(f"{self._name}: {said}" if said else self._name)
        last = next((text for one, text in self._choices if is_same(one, self._last)), "")
        self.setAccessibleDescription(
            self.tr("last visit: {answer}").format(answer=last) if last else ""
        )

    # --- size ------------------------------------------------------------------------------------

    def _widths(self) -> list[float]:
        if self._wide:
            return self._wide
        # As wide as when chosen, so that choosing moves nothing.
        metrics = QFontMetricsF(theme.font("label", 600))
        room = 2 * (_PADDING - 1 if self._by_value else _PADDING)  # the sign has room in it
        advances = [metrics.horizontalAdvance(text) for _, text in self._choices]
        self._wide = [max(_LEAST, advance + room) for advance in advances]
        return self._wide

    def _places(self, width: int) -> list[QRectF]:
        places: list[QRectF] = []
        x, y = 0.0, 0.0
        widths = self._widths()
        if self._by_value and width < (total := sum(widths)) <= width / _NARROWEST:
            widths = [wide * width / total for wide in widths]  # a scale keeps to one line
        for wide in widths:
            if x and x + wide > width + 0.5:
                x, y = 0.0, y + _HEIGHT + _GAP
            places.append(QRectF(x, y, wide, _HEIGHT))
            x += wide
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            places = [place.translated(width - place.left() - place.right(), 0) for place in places]
        return places

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._places(width)[-1].bottom())

    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._widths()) + 1), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(max(self._widths())), self.heightForWidth(max(1, self.width())))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            self._wide = []
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self.heightForWidth(self.width()))

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self._places(self.width())
        lines: dict[float, list[int]] = {}
        for at, place in enumerate(places):
            lines.setdefault(place.top(), []).append(at)
        tokens = theme.current()
        for cells in lines.values():
            around = places[cells[0]].united(places[cells[-1]])
            frame = around.adjusted(0.5, 0.5, -0.5, -0.5)
            shape = QPainterPath()
            shape.addRoundedRect(frame, 4, 4)
            painter.fillPath(shape, QColor(tokens.surface))
            painter.save()
            painter.setClipPath(shape)
            for at in cells:
                self._paint_cell(painter, at, places[at], is_last=at == cells[-1])
            painter.restore()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            edge = tokens.edge if self.isEnabled() else tokens.line
            is_in = self.hasFocus()
            painter.setPen(QPen(QColor(tokens.accent if is_in else edge), 2 if is_in else 1))
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5) if is_in else frame, 4, 4)

    def _paint_cell(self, painter: QPainter, at: int, place: QRectF, *, is_last: bool) -> None:
        tokens = theme.current()
        answer, text = self._choices[at]
        is_chosen = is_same(answer, self._answer)
        if is_chosen:
            painter.fillRect(place, QColor(tokens.accent_soft))
            bar = QRectF(place.left(), place.bottom() - 3, place.width(), 3)
            painter.fillRect(bar, QColor(tokens.accent))
        elif self._hovered == at and self.isEnabled():
            painter.fillRect(place, QColor(tokens.inset))
        if not is_last:
            painter.fillRect(
                QRectF(place.right() - 1, place.top(), 1, place.height()), QColor(tokens.line)
            )
        ink = tokens.accent if is_chosen else tokens.text2
        if not self.isEnabled():
            ink = tokens.text2 if is_chosen else tokens.text3
        font = theme.font("label", 600 if is_chosen else 500)
        width = QFontMetricsF(font).horizontalAdvance(text)
        has_sign = is_chosen and (self._is_copied or not self._by_value)
        x = place.left() + (place.width() - width - (_SIGN if has_sign else 0)) / 2
        if has_sign:
            sign = QRectF(x, place.center().y() - 6, 12, 12)
            paint_icon(painter, sign, "copy" if self._is_copied else "check", ink)
            x += _SIGN
        painter.setFont(font)
        painter.setPen(QColor(ink))
        words = QRectF(x, place.top(), width + 2, place.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        if is_same(answer, self._last) and not is_chosen and not isinstance(answer, Missing):
            painter.setPen(QPen(QColor(ink), 1, Qt.PenStyle.DotLine))
            under = place.center().y() + 8
            painter.drawLine(QPointF(x, under), QPointF(x + width, under))
