"""The bar over the curves: what is drawn, in which panels and lanes, of which period and sites.

Hides what is remembered from start to start, and what the bar has room to explain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from woundtrack.ui.components import Label, Segmented
from woundtrack.ui.timeline.bar import LaneButton, PeriodButton
from woundtrack.ui.timeline.chart_view import ChartChoices
from woundtrack.ui.timeline.site_filter import FilterChip

if TYPE_CHECKING:
    from woundtrack.ui.session import Session


class ChoiceBar(QWidget):
    """What a person chooses to see of a course.

    Attributes
    ----------
    unit, scaling, split, outlines, lanes
        What is drawn, and how.
    period, chip
        Of which days, and of which sites.

    Signals
    -------
    chosen()
        A person chose something about what is drawn; it is remembered by then.
    """

    chosen = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._has_recalled = False
        self.unit = Segmented(
            [("area", self.tr("Area, cm²")), ("percent", self.tr("% of baseline"))],
            name=self.tr("What is drawn"),
        )
        self.scaling = Segmented(
            [("linear", self.tr("Linear")), ("log", self.tr("Log"))], name=self.tr("Scale")
        )
        self.split = Segmented(
            [
                ("site", self.tr("By site")),
                ("patient", self.tr("Whole patient")),
                ("lesion", self.tr("One lesion")),
            ],
            name=self.tr("Panels"),
        )
        self.outlines = Segmented(
            [("ulcer", self.tr("Ulcer")), ("all", self.tr("+ eschar, margin"))],
            name=self.tr("Outlines"),
        )
        self.outlines.set_value("all")
        self.lanes = LaneButton()
        self.period = PeriodButton()
        self.chip = FilterChip()
        self._key = Label("", "caption", "2")
        self.setFixedHeight(44)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(12)
        for choice in self._segments:
            choice.chosen.connect(self._choose)
        self.lanes.lanes_chosen.connect(self._choose)
        for shown in self._shown:
            layout.addWidget(shown)
        layout.addStretch(1)
        layout.addWidget(self._key)

    @property
    def choices(self) -> ChartChoices:
        """What a person chose to see."""
        return ChartChoices(
            unit=self.unit.value(),
            scaling=self.scaling.value(),
            split=self.split.value(),
            outlines=self.outlines.value(),
            lanes=self.lanes.lanes,
            analytes=self.lanes.analytes,
        )

    def switch_unit(self) -> None:
        """Draw per cent of the baseline instead of areas, or the other way."""
        self.unit.set_value("area" if self.unit.value() == "percent" else "percent")
        self._choose()

    def switch_scaling(self) -> None:
        """Draw on a log scale instead of a linear one, or the other way."""
        self.scaling.set_value("linear" if self.scaling.value() == "log" else "log")
        self._choose()

    def switch_outlines(self) -> None:
        """Draw eschar and margin, too, or ulcers alone."""
        self.outlines.set_value("ulcer" if self.outlines.value() == "all" else "all")
        self._choose()

    def recall(self) -> None:
        """Show what was chosen last, on this computer; a second call does nothing."""
        if self._session.choices is None or self._has_recalled:
            return
        self._has_recalled = True
        for name, choice in self._remembered.items():
            stored = self._session.choices.choice(name)
            if stored in choice.values:
                choice.set_value(stored)
        lanes = self._session.choices.choice("timeline/lanes")
        if lanes is not None:
            self.lanes.take_word(lanes)

    def share_room(self) -> None:
        """Say what bands and dots mean in the room that the choices leave."""
        whole = self.tr("Band or bar: 95 % interval of each area. Dotted: no area.")
        short = self.tr("Band or bar: 95 % interval. Dotted: no area.")
        metrics = QFontMetricsF(self._key.font())
        shown = [one for one in self._shown if not one.isHidden()]
        taken = sum(one.sizeHint().width() + 12 for one in shown) + 32
        fitting = [
            one for one in (whole, short) if metrics.horizontalAdvance(one) + taken < self.width()
        ]
        self._key.setText(fitting[0] if fitting else "")
        self._key.setVisible(bool(fitting))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_room()

    @property
    def _segments(self) -> tuple[Segmented, ...]:
        return (self.unit, self.scaling, self.split, self.outlines)

    @property
    def _shown(self) -> tuple[QWidget, ...]:
        return (*self._segments, self.lanes, self.period, self.chip)

    @property
    def _remembered(self) -> dict[str, Segmented]:
        return {
            "timeline/unit": self.unit,
            "timeline/scaling": self.scaling,
            "timeline/split": self.split,
            "timeline/outlines": self.outlines,
        }

    def _choose(self, _: object = None) -> None:
        """Remember what a person has just chosen to see, and say so."""
        if self._session.choices is not None:
            for name, choice in self._remembered.items():
                self._session.choices.keep_choice(name, str(choice.value()))
            self._session.choices.keep_choice("timeline/lanes", self.lanes.word)
        self.chosen.emit()
