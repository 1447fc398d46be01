"""The lesions of the patient side by side: chip, site, a tick when all that is needed is answered.

Hides the lines they take where there are many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import paint_icon
from woundtrack.ui.components.chips import CHIP_SIZE, chip_width, paint_lesion_chip
from woundtrack.ui.components.flow import FlowLayout

_HEIGHT: Final = 40
_PADDING: Final = 14
_GAP: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionTab:
    """A lesion as its tab shows it; ``look_only`` are the words of a closed one, else empty."""

    lesion_id: str
    label: str
    number: int
    site: str
    is_complete: bool = False
    look_only: str = ""


class LesionTabs(QWidget):
    """The tabs.

    Signals
    -------
    chosen(str)
        A person chose a lesion, by its id.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, _Tab] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 0, 4, 0)
        self._lines = FlowLayout(0)
        box.addLayout(self._lines)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Lesions"))

    def show_lesions(self, tabs: Sequence[LesionTab], current: str | None) -> None:
        """Show lesions, one of them as chosen; the tabs stay where the lesions are the same."""
        if list(self.buttons) != [tab.lesion_id for tab in tabs]:
            for button in self.buttons.values():
                self._lines.removeWidget(button)
                button.hide()
                button.deleteLater()
            self.buttons = {}
            for tab in tabs:
                button = _Tab(self)
                button.clicked.connect(lambda _=False, of=tab.lesion_id: self.chosen.emit(of))
                self.buttons[tab.lesion_id] = button
                self._lines.addWidget(button)
                button.show()
        for tab in tabs:
            self.buttons[tab.lesion_id].show_tab(tab, is_chosen=tab.lesion_id == current)
        self._lines.invalidate()
        self.updateGeometry()


class _Tab(QToolButton):
    """One lesion."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._tab = LesionTab(lesion_id="", label="", number=1, site="")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_tab(self, tab: LesionTab, *, is_chosen: bool) -> None:
        """Show a lesion as it now is."""
        self._tab = tab
        if is_chosen:
            self.setChecked(True)
        said = f"{tab.label}, {tab.site}"
        if tab.look_only:
            said = f"{said}, {tab.look_only}"
        elif tab.is_complete:
            said = self.tr("{lesion}, all answered").format(lesion=said)
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(theme.font("body", 600)).horizontalAdvance(self._words())
        tick = 22 if self._tab.is_complete and not self._tab.look_only else 0
        width = 2 * _PADDING + chip_width(self._tab.label) + _GAP + words + tick
        return QSize(round(width + 1), _HEIGHT)

    def _words(self) -> str:
        return self._tab.look_only or self._tab.site

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self.underMouse() and not self.isChecked():
            painter.fillRect(area.adjusted(0, 4, 0, -4), QColor(tokens.inset))
        if self.isChecked():
            painter.fillRect(
                QRectF(area.left(), area.bottom() - 3, area.width(), 3), QColor(tokens.accent)
            )
        if self.hasFocus():
            painter.setPen(QColor(tokens.accent))
            painter.drawRoundedRect(area.adjusted(1.5, 3.5, -1.5, -5.5), 3, 3)
        wide = chip_width(self._tab.label)
        chip = QRectF(_PADDING, (area.height() - CHIP_SIZE.height()) / 2, wide, CHIP_SIZE.height())
        paint_lesion_chip(painter, chip, self._tab.label, self._tab.number)
        painter.setFont(theme.font("body", 600 if self.isChecked() else 400))
        painter.setPen(QColor(tokens.text if self.isChecked() else tokens.text2))
        x = chip.right() + _GAP
        metrics = QFontMetricsF(theme.font("body", 600 if self.isChecked() else 400))
        words = self._words()
        painter.drawText(
            QRectF(x, 0, area.right() - x, area.height()), Qt.AlignmentFlag.AlignVCenter, words
        )
        if self._tab.is_complete and not self._tab.look_only:
            tick = QRectF(x + metrics.horizontalAdvance(words) + 6, area.center().y() - 8, 16, 16)
            paint_icon(painter, tick, "check-circle", tokens.good)
