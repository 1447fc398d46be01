"""Who is looked at: the filters in a row under the bar.

Hides how a field without a choice asks nothing.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from woundtrack.model import Agent, Certainty, CohortFilter, Dialysis, Sex, SiteGroup
from woundtrack.ui import theme
from woundtrack.ui.components import DropDown, KeyButton
from woundtrack.ui.components.flow import FlowLayout
from woundtrack.ui.record.patient_words import choices_of
from woundtrack.ui.study.opening_choices import ManyChoice, OpeningChoice, PeriodChoice
from woundtrack.ui.study.said import agent_name, group_name

_VISITS: Final = (0, 2, 3, 5, 10)


class FilterBar(QWidget):
    """The filters.

    Signals
    -------
    changed(CohortFilter)
        A person set another one.
    """

    changed = Signal(object)

    def __init__(self, clear: KeyButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = CohortFilter()
        self.site = ManyChoice(
            self.tr("Lesions"),
            [(one, group_name(one)) for one in SiteGroup],
            also=self.tr("Sentinel lesions alone"),
        )
        self.sex = ManyChoice(self.tr("Sex"), choices_of(Sex))
        self.certainty = ManyChoice(self.tr("Diagnosis"), choices_of(Certainty))
        self.dialysis = ManyChoice(self.tr("Dialysis"), choices_of(Dialysis))
        self.agent = ManyChoice(self.tr("Ever given"))
        self.period = PeriodChoice(self.tr("First visit"))
        self.visits = DropDown()
        self.visits.setFixedHeight(32)
        self.visits.setAccessibleName(self.tr("Visits"))
        for least in _VISITS:
            said = self.tr("{n} or more").format(n=least) if least else self.tr("any")
            self.visits.addItem(self.tr("Visits: {number}").format(number=said), least)
        self.visits.setFont(theme.font("label", 500))
        row = QWidget()
        flow = FlowLayout(8, row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 8)
        layout.addWidget(row, 1)
        for widget in (*self._opening, self.visits, clear):
            flow.addWidget(widget)
        clear.setFixedHeight(32)
        self.visits.currentIndexChanged.connect(self._tell)
        for one in self._opening:
            one.changed.connect(self._tell)

    @property
    def _many(self) -> tuple[ManyChoice, ...]:
        return (self.site, self.sex, self.certainty, self.dialysis, self.agent)

    @property
    def _opening(self) -> tuple[OpeningChoice, ...]:
        return (*self._many, self.period)

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """The fields in the order in which Tab goes through them."""
        return (*self._opening, self.visits)

    # --- what is asked ---------------------------------------------------------------------------

    @property
    def value(self) -> CohortFilter:
        """The filter as it is set."""
        since, until = self.period.since.value, self.period.until.value
        return CohortFilter(
            groups=self.site.value,
            sentinel_only=self.site.also.isChecked(),
            sexes=self.sex.value,
            certainties=self.certainty.value,
            dialysis=self.dialysis.value,
            agents=self.agent.value,
            entered_from=None if since is None else since.earliest,
            entered_to=None if until is None else until.latest,
            least_visits=int(self.visits.currentData()),
        )

    def clear(self) -> None:
        """Ask nothing any more."""
        for one in self._many:
            one.clear()
        self.period.clear()
        with QSignalBlocker(self.visits):
            self.visits.setCurrentIndex(0)
        self._tell()

    def offer(self, agents: list[Agent]) -> None:
        """Let these treatments be ticked: those that anybody was given."""
        self.agent.offer([(one, agent_name(one)) for one in agents])
        self.agent.setEnabled(bool(agents))

    def _tell(self, _changed: object = None) -> None:
        value = self.value
        if value != self._told:
            self._told = value
            self.changed.emit(value)
