"""Who is looked at: the filters at the side, and how many pass them.

Hides how a field without a choice asks nothing.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from woundtrack.model import Agent, Certainty, CohortFilter, Dialysis, Sex, SiteGroup
from woundtrack.ui.components import DropDown, KeyButton, Label, Panel, TickBox, rule
from woundtrack.ui.record.partial_date_field import PartialDateField
from woundtrack.ui.record.patient_words import choices_of
from woundtrack.ui.study.said import agent_name, group_name

WIDTH: Final = 272
_VISITS: Final = (0, 2, 3, 5, 10)
_WAIT_MS: Final = 400


class FilterPanel(Panel):
    """The filters, and what passes them.

    Signals
    -------
    changed(CohortFilter)
        A person set another one.
    """

    changed = Signal(object)

    def __init__(self, clear: KeyButton, parent: QWidget | None = None) -> None:
        super().__init__("panel_right", parent)
        self.setFixedWidth(WIDTH)
        self._told = CohortFilter()
        self._clear = clear
        every = self.tr("All")
        self.site = _drop([(None, every), *((one, group_name(one)) for one in SiteGroup)])
        self.sex = _drop([(None, every), *choices_of(Sex)])
        self.certainty = _drop(
            [
                ((), every),
                *(((one,), said) for one, said in choices_of(Certainty)),
                (
                    (Certainty.CLINICAL, Certainty.CONFIRMED),
                    self.tr("Clinical or confirmed"),
                ),
            ]
        )
        self.dialysis = _drop([(None, every), *choices_of(Dialysis)])
        self.agent = _drop([(None, every)])
        self.visits = _drop(
            [(one, self.tr("{n} or more").format(n=one) if one else every) for one in _VISITS]
        )
        self.sentinel = TickBox(self.tr("Sentinel lesions alone"))
        self.since = PartialDateField(name=self.tr("First visit from"), hint=self.tr("any day"))
        self.until = PartialDateField(name=self.tr("First visit up to"), hint=self.tr("any day"))
        # A date is read when its writer pauses.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._tell)
        self.counts = QGridLayout()
        self.note = Label("", "caption", "2", wraps=True)
        self._build()
        for box in self._boxes:
            box.currentIndexChanged.connect(self._tell)
        self.sentinel.toggled.connect(self._tell)
        for field in (self.since, self.until):
            field.edited.connect(self._timer.start)

    @property
    def _boxes(self) -> tuple[DropDown, ...]:
        return (self.site, self.sex, self.certainty, self.dialysis, self.agent, self.visits)

    def _build(self) -> None:
        inside = QWidget()
        rows = QGridLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(8)
        rows.setVerticalSpacing(6)
        rows.setColumnStretch(1, 1)
        fields: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Site"), self.site),
            (self.tr("Sex"), self.sex),
            (self.tr("Diagnosis"), self.certainty),
            (self.tr("Dialysis"), self.dialysis),
            (self.tr("Ever given"), self.agent),
            (self.tr("Visits"), self.visits),
            (self.tr("First visit from"), self.since),
            (self.tr("up to"), self.until),
        )
        for place, (text, field) in enumerate(fields):
            label = Label(text, "label", "2")
            rows.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
            label.setFixedHeight(32)
            rows.addWidget(field, place, 1)
            if not field.accessibleName():
                field.setAccessibleName(text)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Filters"), "section"))
        head.addStretch(1)
        head.addWidget(self._clear)
        self.counts.setContentsMargins(0, 0, 0, 0)
        self.counts.setVerticalSpacing(4)
        self.counts.setColumnStretch(0, 1)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addLayout(rows)
        layout.addWidget(self.sentinel)
        layout.addWidget(rule())
        layout.addWidget(Label(self.tr("Who is looked at"), "section"))
        layout.addLayout(self.counts)
        layout.addWidget(self.note)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    # --- what is asked ---------------------------------------------------------------------------

    @property
    def value(self) -> CohortFilter:
        """The filter as it is set."""
        group, sex, dialysis = (box.currentData() for box in (self.site, self.sex, self.dialysis))
        since, until = self.since.value, self.until.value
        return CohortFilter(
            groups=() if group is None else (SiteGroup(group),),
            sentinel_only=self.sentinel.isChecked(),
            sexes=() if sex is None else (Sex(sex),),
            certainties=tuple(Certainty(one) for one in self.certainty.currentData()),
            dialysis=() if dialysis is None else (Dialysis(dialysis),),
            agents=() if self.agent.currentData() is None else (Agent(self.agent.currentData()),),
            entered_from=None if since is None else since.earliest,
            entered_to=None if until is None else until.latest,
            least_visits=int(self.visits.currentData()),
        )

    def clear(self) -> None:
        """Ask nothing any more."""
        blockers = [QSignalBlocker(one) for one in (*self._boxes, self.sentinel)]
        for box in self._boxes:
            box.setCurrentIndex(0)
        self.sentinel.setChecked(False)
        self.since.set_value(None)
        self.until.set_value(None)
        del blockers
        self._tell()

    def offer(self, agents: list[Agent]) -> None:
        """Let these treatments be chosen: those that anybody was given."""
        chosen = self.agent.currentData()
        blocker = QSignalBlocker(self.agent)
        while self.agent.count() > 1:
            self.agent.removeItem(1)
        for one in agents:
            self.agent.addItem(agent_name(one), one)
        self.agent.setCurrentIndex(max(0, _place_of(self.agent, chosen)))
        del blocker
        if self.agent.currentData() != chosen:
            self._tell()

    def _tell(self, _changed: object = None) -> None:
        value = self.value
        if value != self._told:
            self._told = value
            self.changed.emit(value)

    # --- what passes -----------------------------------------------------------------------------

    def show_counts(self, counts: list[tuple[str, str]], note: str) -> None:
        """Show how many pass, as pairs of words and number, and who isn't looked at."""
        while (item := self.counts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for row, (text, number) in enumerate(counts):
            self.counts.addWidget(Label(text, "label", "2"), row, 0)
            value = Label(number, "label_strong")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.counts.addWidget(value, row, 1)
        self.note.setText(note)
        self.note.setVisible(bool(note))


def _drop(choices: list[tuple[Any, str]]) -> DropDown:
    made = DropDown()
    made.setFixedHeight(32)
    made.setMinimumContentsLength(6)
    for value, said in choices:
        made.addItem(said, value)
    return made


def _place_of(box: DropDown, value: object) -> int:
    return next((place for place in range(box.count()) if box.itemData(place) == value), 0)
