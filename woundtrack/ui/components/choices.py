"""Choosing: one among a few side by side (weight, bar and maybe a tick), a list, and the tick box.

Hides the button group; the arrow keys move between the choices, Tab enters and leaves the group.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QToolTip,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.components.icons import paint_icon

_HEIGHT: Final = 28
_PADDING: Final = 10
_CARET: Final = 14


class Segmented(QWidget):
    """One of a few choices.

    Parameters
    ----------
    choices
        Pairs of value and words.
    name
        The accessible name of the whole choice.
    has_tick
        Whether the chosen one carries a tick besides its bar and weight.

    Signals
    -------
    chosen(object)
        The value a person has chosen; not sent for ``set_value``.
    """

    chosen = Signal(object)

    def __init__(
        self,
        choices: Sequence[tuple[Any, str]],
        *,
        name: str = "",
        has_tick: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._values = [value for value, _ in choices]
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        self._cells: list[_Cell] = []
        for place, (_, words) in enumerate(choices):
            ends = (place == 0, place == len(choices) - 1)
            cell = _Cell(words, ends=ends, has_tick=has_tick, parent=self)
            cell.setAccessibleName(f"{name}: {words}" if name else words)
            self._group.addButton(cell, place)
            layout.addWidget(cell)
            self._cells.append(cell)
        if self._cells:
            self._cells[0].setChecked(True)
        self._group.idClicked.connect(self._tell)

    @property
    def values(self) -> tuple[Any, ...]:
        """All it can be set to."""
        return tuple(self._values)

    def value(self) -> Any:  # noqa: ANN401
        """Return the value that is chosen."""
        return self._values[self._group.checkedId()]

    def set_value(self, value: object) -> None:
        """Show a value as chosen, without a signal. Raises ``ValueError`` for one not offered."""
        self._cells[self._values.index(value)].setChecked(True)

    def set_offered(self, values: Sequence[object]) -> None:
        """Let only these be chosen; the others stay in their places, off."""
        for value, cell in zip(self._values, self._cells, strict=True):
            cell.setEnabled(value in values)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.edge if self.isEnabled() else tokens.line), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _tell(self, place: int) -> None:
        self.chosen.emit(self._values[place])


class _Cell(QToolButton):
    """One choice."""

    def __init__(
        self, words: str, *, ends: tuple[bool, bool], has_tick: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setText(words)
        self.setCheckable(True)
        self.setFont(theme.font("label", 500))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ends = ends
        self._has_tick = has_tick
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        # As wide as it is when chosen, so that choosing moves nothing.
        words = QFontMetricsF(theme.font("label", 600)).horizontalAdvance(self.text())
        tick = 18 if self._has_tick else 0
        return QSize(round(words + tick + 2 * _PADDING + 0.5), _HEIGHT - 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        is_chosen = self.isChecked()
        if is_chosen:
            painter.fillRect(area, QColor(tokens.accent_soft))
        elif self.underMouse() and self.isEnabled():
            painter.fillRect(area, QColor(tokens.inset))
        if not self._ends[1]:
            painter.fillRect(
                QRectF(area.right() - 1, area.top(), 1, area.height()), QColor(tokens.line)
            )
        if is_chosen:
            painter.fillRect(
                QRectF(area.left(), area.bottom() - 2, area.width(), 2), QColor(tokens.accent)
            )
        ink = tokens.accent if is_chosen else tokens.text2
        if not self.isEnabled():
            ink = tokens.text3
        made = theme.font("label", 600 if is_chosen else 500)
        width = QFontMetricsF(made).horizontalAdvance(self.text())
        tick = 18 if is_chosen and self._has_tick else 0
        x = (area.width() - width - tick) / 2
        if tick:
            paint_icon(painter, QRectF(x, (area.height() - 14) / 2, 14, 14), "check", ink)
            x += tick
        painter.setFont(made)
        painter.setPen(QColor(ink))
        place = QRectF(x, 0, width + 2, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus() and not is_chosen:
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.drawRect(area.adjusted(1.5, 1.5, -2.5, -1.5))


class DropDown(QComboBox):
    """A list that opens; its caret is painted, as the style sheet leaves none to the style.

    A text that is longer than the box ends in dots, and the tooltip has it whole.
    """

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        edit = self.lineEdit()
        if edit is not None:
            edit.setCursorPosition(0)  # the head of a long text is shown, not its tail

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the wheel scrolls the page; an answer is never changed in passing

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() is QEvent.Type.ToolTip and not self.toolTip()
        if is_asked and isinstance(event, QHelpEvent) and self._shown() != self.currentText():
            QToolTip.showText(event.globalPos(), self.currentText(), self)
            return True
        return super().event(event)

    def _shown(self) -> str:
        """Return the chosen text as far as there is room for it."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        return self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, field.width() + 1
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.isEditable() or self.currentIndex() < 0:
            super().paintEvent(event)
        else:
            styled = QStylePainter(self)
            option = QStyleOptionComboBox()
            self.initStyleOption(option)
            styled.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
            option.currentText = self._shown()
            styled.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
            styled.end()
        tokens = theme.current()
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = 24 - _CARET if is_mirrored else self.width() - 24
        place = QRectF(x, (self.height() - _CARET) / 2, _CARET, _CARET)
        colour = tokens.text2 if self.isEnabled() else tokens.text3
        paint_icon(QPainter(self), place, "caret-down", colour)


class TickBox(QCheckBox):
    """Off, on or mixed; painted, so that the tick has the colours of the theme."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(theme.font("body"))

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        return QSize(round(words + 16 + 8 + 4), 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, (self.height() - 16) / 2, 16, 16)
        state = self.checkState()
        is_filled = state is not Qt.CheckState.Unchecked and self.isEnabled()
        line = tokens.accent if is_filled else (tokens.edge if self.isEnabled() else tokens.line)
        painter.setPen(QPen(QColor(line), 1))
        painter.setBrush(QColor(tokens.accent if is_filled else tokens.surface))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        ink = tokens.on_accent if self.isEnabled() else tokens.text3
        if state is Qt.CheckState.Checked:
            paint_icon(painter, box.adjusted(2, 2, -2, -2), "check-bold", ink)
        elif state is Qt.CheckState.PartiallyChecked:
            paint_icon(painter, box.adjusted(2, 2, -2, -2), "minus-bold", ink)
        painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.text3))
        painter.setFont(self.font())
        words = QRectF(25, 0, self.width() - 25, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
