"""The widgets of the compare room and where they stand; what they do is the page's.

Hides the layout, and what has no room on a narrow window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

from woundtrack.ui.compare.canvas import CompareCanvas
from woundtrack.ui.compare.empty import EmptyComparison, Lack
from woundtrack.ui.compare.ladder import VisitLadder
from woundtrack.ui.compare.marking_bar import MarkingBar, lined_up, lined_up_tip
from woundtrack.ui.compare.numbers import WIDTH, Numbers
from woundtrack.ui.compare.scene import Mode
from woundtrack.ui.compare.visits import MOST_SHOWN, lesion_words
from woundtrack.ui.components import (
    DropDown,
    KeyButton,
    KeyCap,
    Label,
    Panel,
    Segmented,
    TickBox,
    rule,
    words,
)
from woundtrack.ui.window.patient_header import PatientHeader

if TYPE_CHECKING:
    from woundtrack.imaging import Agreement
    from woundtrack.model import Lesion
    from woundtrack.ui.compare.choice import Choice
    from woundtrack.ui.session import Session
    from woundtrack.ui.small_copies import SmallCopies

_WIDE: Final = 1800
_WIDE_NUMBERS: Final = 400
_NARROW: Final = 1080


class CompareRoom(QWidget):
    """Header, bar, canvas, ladder and numbers."""

    def __init__(self, session: Session, small: SmallCopies, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.canvas = CompareCanvas()
        self.ladder = VisitLadder(small)
        self.numbers = Numbers()
        self.empty = EmptyComparison(session)
        self.marking_bar = MarkingBar(session)
        self._build_header()
        self._build_bar()
        self._arrange()

    def _build_header(self) -> None:
        actions = self._session.actions
        self.mode = Segmented(
            [
                (Mode.SIDE, self.tr("Side by side")),
                (Mode.SLIDER, self.tr("Slider")),
                (Mode.GHOST, self.tr("Ghost")),
                (Mode.BLINK, self.tr("Blink")),
                (Mode.LAPSE, self.tr("Time-lapse")),
            ],
            name=self.tr("How the visits are shown"),
        )
        self.save = KeyButton.of(
            actions["compare.save_picture"], icon="export", text=self.tr("Save picture…")
        )
        self.header = PatientHeader(self._session, [self.mode, self.save])

    def _build_bar(self) -> None:
        actions = self._session.actions
        self.lesions = DropDown()
        self.lesions.setAccessibleName(self.tr("Lesion"))
        self.lesions.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToContents)
        self.lesions.setMinimumWidth(120)
        self.lesions.setMaximumWidth(300)
        self.count = Segmented(
            [(number, str(number)) for number in range(2, MOST_SHOWN + 1)],
            name=self.tr("How many photos beside each other"),
        )
        self.outlines = TickBox(self.tr("Outlines"))
        self.outlines.setChecked(True)
        self.colours = TickBox(self.tr("Same colours"))
        self.colours.setToolTip(actions["compare.colours"].toolTip())
        self.outlines.setToolTip(actions["compare.outlines"].toolTip())
        self.ghost = QSlider(Qt.Orientation.Horizontal)
        self.ghost.setRange(0, 100)
        self.ghost.setValue(60)
        self.ghost.setPageStep(10)
        self.ghost.setFixedWidth(96)
        self.ghost.setAccessibleName(self.tr("How much of the right photo is seen, per cent"))
        self._ghost_words = Label("", "label")
        self._ghost_words.setMinimumWidth(36)
        self.play = KeyButton.of(actions["compare.play"], size="small", text=self.tr("Pause"))
        self._status = Label("", "label", "2")
        self.line_up = KeyButton.of(
            actions["compare.line_up"], size="small", icon="crosshair", text=self.tr("Line up…")
        )
        self._count_words = Label(self.tr("Photos"), "label", "2")
        self._ghost_name = Label(self.tr("Ghost"), "label", "2")
        self.bar = Panel("bar")
        self.bar.setFixedHeight(44)
        layout = QHBoxLayout(self.bar)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self.lesions)
        layout.addStretch(1)
        layout.addWidget(self._count_words)
        layout.addWidget(self.count)
        layout.addWidget(self._ghost_name)
        layout.addWidget(self.ghost)
        layout.addWidget(self._ghost_words)
        layout.addWidget(self.play)
        layout.addSpacing(4)
        self._caps = [KeyCap("O"), KeyCap("K")]
        for box, cap in zip((self.outlines, self.colours), self._caps, strict=True):
            layout.addWidget(box)
            layout.addWidget(cap)
        layout.addWidget(rule(vertical=True))
        layout.addWidget(self._status)
        layout.addWidget(self.line_up)

    def _arrange(self) -> None:
        self._bars = QStackedWidget()
        self._bars.setFixedHeight(44)
        self._bars.addWidget(self.bar)
        self._bars.addWidget(self.marking_bar)
        below = QWidget()
        stacked = QVBoxLayout(below)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.setSpacing(0)
        stacked.addWidget(self.canvas, 1)
        stacked.addWidget(rule())
        stacked.addWidget(self.ladder)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(below)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bars)
        column.addWidget(self._pages, 1)
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addLayout(column, 1)
        across.addWidget(self.numbers)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(across, 1)

    # --- what is shown ---------------------------------------------------------------------------

    def show_lesions(self, lesions: Sequence[Lesion], lesion_id: str) -> None:
        """Offer the patient's lesions."""
        self.lesions.blockSignals(True)
        self.lesions.clear()
        for lesion in lesions:
            self.lesions.addItem(lesion_words(lesion), lesion.id)
        self.lesions.setCurrentIndex([lesion.id for lesion in lesions].index(lesion_id))
        self.lesions.blockSignals(False)

    def show_lack(self, lack: Lack, *, label: str, lacking: int, count: int) -> None:
        """Say why nothing is compared."""
        self.empty.show_lack(lack, label=label, lacking=lacking, count=count)
        self._pages.setCurrentIndex(0)
        self.numbers.hide()
        has_lesions = lack in {Lack.ONE_VISIT, Lack.NO_SCALE}
        self._bars.setVisible(has_lesions and not self._is_projected)
        if not has_lesions:
            self.lesions.clear()
        self._show_tools(is_shown=False)

    def show_comparison(self) -> None:
        """Show photographs, ladder and numbers."""
        self._pages.setCurrentIndex(1)
        self._bars.setVisible(not self._is_projected)
        self.numbers.setVisible(self.has_numbers)
        self._show_tools(is_shown=True)

    _has_room = True
    _is_projected = False

    def _show_tools(self, *, is_shown: bool) -> None:
        self.mode.setEnabled(is_shown)
        for widget in (self.outlines, self.colours, self._status, self.line_up):
            widget.setVisible(is_shown)
        for cap in self._caps:
            cap.setVisible(is_shown and self._has_room)
        if not is_shown:
            for tool in (
                self._count_words,
                self.count,
                self._ghost_name,
                self.ghost,
                self._ghost_words,
                self.play,
            ):
                tool.hide()

    def show_mode(
        self, mode: Mode, choice: Choice, agreement: Agreement | None, *, is_playing: bool
    ) -> None:
        """Show what belongs to the way the visits are shown."""
        is_side, is_ghost = mode is Mode.SIDE, mode is Mode.GHOST
        self._count_words.setVisible(is_side and self._has_room)
        self.count.setVisible(is_side)
        self.count.set_value(min(max(len(choice.shown), 2), MOST_SHOWN))
        most = len([place for place in choice.usable if choice.left < place < choice.right]) + 2
        self.count.set_offered([number for number in self.count.values if number <= most])
        for widget in (self._ghost_name, self.ghost, self._ghost_words):
            widget.setVisible(is_ghost)
        self._ghost_words.setText(words.percent(self.ghost.value() / 100))
        is_moving = mode in {Mode.BLINK, Mode.LAPSE}
        self.play.setVisible(is_moving)
        self.play.reword(self.tr("Pause") if is_playing else self.tr("Play"))
        self.save.reword(self.tr("Save film…") if mode is Mode.LAPSE else self.tr("Save picture…"))
        self._status.setText(lined_up(agreement))
        self._status.setToolTip(lined_up_tip(agreement))
        self._status.setAccessibleDescription(lined_up_tip(agreement))

    def show_marking(self, *, is_on: bool) -> None:
        """Show the bar of the marking, or that of the comparison."""
        self._bars.setCurrentIndex(1 if is_on else 0)
        self._bars.setVisible(is_on or not self._is_projected)
        self.mode.setEnabled(not is_on)

    @property
    def has_numbers(self) -> bool:
        """Whether there is room for the numbers beside the photographs."""
        return self._has_room and not self._is_projected

    def project(self, type_scale: float | None) -> None:
        """Show the photographs alone with what is written on them, as on a projector, or all."""
        is_on = self._is_projected = type_scale is not None
        self.empty.project(type_scale)
        self.header.setVisible(not is_on)
        self.ladder.setVisible(not is_on)
        has_bar = self._pages.currentIndex() == 1 or self.lesions.count() > 0
        self._bars.setVisible((has_bar and not is_on) or self._bars.currentIndex() == 1)
        self.numbers.setVisible(self.has_numbers and self._pages.currentIndex() == 1)

    def share(self, width: int) -> None:
        """Give the numbers what room there is."""
        self._has_room = width >= _NARROW
        self.numbers.setFixedWidth(_WIDE_NUMBERS if width >= _WIDE else WIDTH)
        if self._pages.currentIndex() == 1:
            self.numbers.setVisible(self.has_numbers)
            for cap in self._caps:
                cap.setVisible(self._has_room)
