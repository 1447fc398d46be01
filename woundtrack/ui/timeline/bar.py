"""The two lists of the timeline's bar: which lanes stand under the curves, and which period.

Hides the menus' ticks, and that a choice of lanes is remembered as a word.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from woundtrack.healing.chart_layout import Period
from woundtrack.healing.chart_record import LANES, USUAL_ANALYTES, Lane
from woundtrack.model import Analyte
from woundtrack.ui.components import KeyButton, words
from woundtrack.ui.timeline.chart_says import analyte_name
from woundtrack.ui.timeline.period import PRESETS, preset_name

_NONE: Final = "-"


class LaneButton(KeyButton):
    """Opens a menu of the lanes, each with a tick, and of the analytes that were measured.

    Signals
    -------
    lanes_chosen()
        Another choice was made.
    """

    lanes_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", "normal", "list", "small", parent)
        self.setText(self.tr("Lanes"))
        self.setAccessibleName(self.tr("Which lanes stand under the curves"))
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._lanes: frozenset[Lane] = frozenset(LANES)
        self._analytes: tuple[Analyte, ...] | None = None
        self._known: tuple[Analyte, ...] = ()
        names = {
            "treatments": self.tr("Treatments"),
            "events": self.tr("Events"),
            "pain": self.tr("Pain"),
            "labs": self.tr("Blood"),
            "scores": self.tr("Scores"),
        }
        self._lane_actions: dict[Lane, QAction] = {}
        for lane in LANES:
            action = self._add(names[lane], is_on=True)
            self._lane_actions[lane] = action
        self._menu.addSeparator()
        self._analyte_actions: dict[Analyte, QAction] = {}

    def _add(self, text: str, *, is_on: bool) -> QAction:
        action = self._menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(is_on)
        action.triggered.connect(self._take)
        return action

    @property
    def lanes(self) -> frozenset[Lane]:
        """The lanes that are chosen."""
        return self._lanes

    @property
    def analytes(self) -> tuple[Analyte, ...] | None:
        """The analytes that are chosen; None are the usual ones."""
        return self._analytes

    def show_known(self, lanes: Collection[Lane], analytes: Sequence[Analyte]) -> None:
        """Offer what a patient has: lanes with anything in them, and what was measured."""
        for lane, action in self._lane_actions.items():
            action.setEnabled(lane in lanes)
        if tuple(analytes) != self._known:
            self._known = tuple(analytes)
            for action in self._analyte_actions.values():
                self._menu.removeAction(action)
            self._analyte_actions = {
                analyte: self._add(analyte_name(analyte), is_on=False) for analyte in self._known
            }
        self._show_ticks()

    def _show_ticks(self) -> None:
        for lane, action in self._lane_actions.items():
            action.setChecked(lane in self._lanes)
        usual = self._known[:USUAL_ANALYTES]
        for analyte, action in self._analyte_actions.items():
            action.setChecked(analyte in (usual if self._analytes is None else self._analytes))
            action.setEnabled("labs" in self._lanes)

    def _take(self) -> None:
        self._lanes = frozenset(
            lane for lane, action in self._lane_actions.items() if action.isChecked()
        )
        chosen = tuple(one for one, action in self._analyte_actions.items() if action.isChecked())
        if self._analyte_actions and chosen != (self._analytes or self._known[:USUAL_ANALYTES]):
            self._analytes = chosen
        self._show_ticks()
        self.lanes_chosen.emit()

    # --- remembered ------------------------------------------------------------------------------

    @property
    def word(self) -> str:
        """The choice as a word that can be remembered."""
        lanes = ",".join(lane for lane in LANES if lane in self._lanes) or _NONE
        analytes = self._analytes
        return lanes if analytes is None else f"{lanes};{','.join(analytes) or _NONE}"

    def take_word(self, word: str) -> None:
        """Choose what was remembered; what isn't known any more is left out."""
        lanes, _, analytes = word.partition(";")
        self._lanes = frozenset(lane for lane in LANES if lane in lanes.split(","))
        self._analytes = None
        if analytes:
            known = {one.value: one for one in Analyte}
            self._analytes = tuple(known[one] for one in analytes.split(",") if one in known)
        self._show_ticks()


class PeriodButton(KeyButton):
    """Says which part of the course is shown, and opens a menu of others.

    Signals
    -------
    days_chosen(int)
        The last so many days; 0 is the whole course.
    """

    days_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", "normal", "calendar-blank", "small", parent)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._actions: dict[int, QAction] = {}
        for days, _ in PRESETS:
            action = self._menu.addAction(preset_name(days))
            action.triggered.connect(lambda _=False, chosen=days: self.days_chosen.emit(chosen))
            self._actions[days] = action
        self.show_period(None, 0)

    def show_period(self, period: Period | None, course_days: int, preset: int | None = 0) -> None:
        """Say which period is shown; ``preset`` is its number of days, None where it is no preset.

        Presets longer than the course are switched off.
        """
        for days, action in self._actions.items():
            action.setEnabled(days < course_days)
        if period is None:
            text = preset_name(0)
        elif preset:
            text = preset_name(preset)
        else:
            text = f"{words.day_short(period[0])} {words.DASH} {words.day(period[1])}"
        self.setText(text)
        said = QCoreApplication.translate("period", "Period shown: {period}")
        self.setAccessibleName(said.format(period=text))
        self.updateGeometry()
