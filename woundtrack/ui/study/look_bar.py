"""How the cohort is looked at: what is counted, as what, told apart by what, how far.

Hides that whole patients have no site, and which choices are remembered.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QWidget

from woundtrack.healing.competing import Outcome
from woundtrack.model import Agent, CohortFilter, CohortUnit
from woundtrack.ui.components import DropDown, Label, Segmented
from woundtrack.ui.study.said import agent_name
from woundtrack.workflow.study_figures import Choice

if TYPE_CHECKING:
    from woundtrack.ui.session import Session

_BY_LEAST: Final = 130
_BY_MOST: Final = 300
_HORIZON_WIDTH: Final = 116
_NOTE_WIDTH: Final = 222
_NOTE_SPARE: Final = 4
_MARGINS: Final = 2 * 16 + 6 * 8
_HORIZONS: Final = (182, 364, 728, 1456)


class LookBar(QWidget):
    """The choices above the figures, and who isn't looked at.

    Signals
    -------
    changed()
        A person chose another way to look at it: both figures are others.
    cause_changed()
        Of several groups, another outcome is shown.
    """

    changed = Signal()
    cause_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.unit = Segmented(
            (
                (CohortUnit.SENTINEL, self.tr("Sentinel lesion")),
                (CohortUnit.LESION, self.tr("All lesions")),
                (CohortUnit.PATIENT, self.tr("Whole patient")),
            ),
            name=self.tr("What is counted"),
        )
        self.value = Segmented(
            (("percent", self.tr("% of first")), ("area", self.tr("cm²"))),
            name=self.tr("Areas as"),
        )
        self.by = DropDown()
        self.by.setFixedHeight(32)
        self.by.setAccessibleName(self.tr("Told apart by"))
        self.by.setFixedWidth(_BY_MOST)
        self.offer([])
        self.horizon = DropDown()
        self.horizon.setFixedHeight(32)
        self.horizon.setFixedWidth(_HORIZON_WIDTH)
        self.horizon.setAccessibleName(self.tr("How far"))
        for days in _HORIZONS:
            self.horizon.addItem(self.tr("{n} weeks").format(n=days // 7), days)
        self.horizon.setCurrentIndex(1)
        self.cause = Segmented(
            (
                (Outcome.CLOSED, self.tr("Closed")),
                (Outcome.DIED, self.tr("Died")),
                (Outcome.REMOVED, self.tr("Surgery")),
            ),
            name=self.tr("Incidence of"),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        for widget in self.fields:
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self.note = Label("", "caption", "2", wraps=True)
        self.note.setFixedWidth(_NOTE_WIDTH)
        row.addWidget(self.note, 0, Qt.AlignmentFlag.AlignVCenter)
        self.unit.set_value(CohortUnit.LESION)
        for name, choice in (("unit", self.unit), ("value", self.value)):
            kept = self._kept(name)
            if kept in choice.values:
                choice.set_value(kept)
            choice.chosen.connect(partial(self._chosen, name))
        self._let_sites()
        self.cause.chosen.connect(lambda _cause: self.cause_changed.emit())
        for box in (self.by, self.horizon):
            box.currentIndexChanged.connect(lambda _place: self.changed.emit())

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """The choices in the order in which Tab goes through them."""
        return (self.unit, self.value, self.by, self.horizon, self.cause)

    def choice(self, wanted: CohortFilter) -> Choice:
        """Return how the cohort is looked at, with a filter."""
        by = str(self.by.currentData())
        return Choice(
            unit=CohortUnit(self.unit.value()),
            value=self.value.value(),
            by="all" if by == "all" else "site" if by == "site" else Agent(by),
            horizon_days=int(self.horizon.currentData()),
            cause=Outcome(self.cause.value()),
            wanted=wanted,
        )

    def offer(self, agents: list[Agent]) -> None:
        """Let courses be told apart by site, or by the start of what anybody was given."""
        chosen = self.by.currentData()
        with QSignalBlocker(self.by):
            self.by.clear()
            self.by.addItem(self.tr("All together"), "all")
            self.by.addItem(self.tr("By site"), "site")
            for one in agents:
                said = self.tr("By start: {agent}").format(agent=agent_name(one))
                self.by.addItem(said, str(one))
            self.by.setCurrentIndex(max(0, self.by.findData(chosen)))
        self._let_sites()

    def show_cause(self, *, is_shown: bool) -> None:
        """Offer the outcomes of which one is shown, where groups are told apart."""
        self.cause.setVisible(is_shown)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give the list of treatments the room that the others leave: its words are long.

        What it leaves, too, is the note's, as far as its one line goes.
        """
        others = [self.unit, self.value, self.horizon]
        if not self.cause.isHidden():
            others.append(self.cause)
        room = self.width() - _MARGINS - sum(one.sizeHint().width() for one in others)
        line = self.note.fontMetrics().horizontalAdvance(self.note.text()) + _NOTE_SPARE
        note = min(max(room - _BY_MOST, _NOTE_WIDTH), line)
        self.note.setFixedWidth(note)
        self.by.setFixedWidth(min(max(room - note, _BY_LEAST), _BY_MOST))

    def show_note(self, note: str) -> None:
        """Say who isn't looked at, or is though nobody asked them."""
        self.note.setText(note)
        self.note.setToolTip(note)
        self._fit()

    def _kept(self, name: str) -> str | None:
        choices = self._session.choices
        return None if choices is None else choices.choice(f"study/{name}")

    def _chosen(self, name: str, value: object) -> None:
        if self._session.choices is not None:
            self._session.choices.keep_choice(f"study/{name}", str(value))
        self._let_sites()
        self.changed.emit()

    def _let_sites(self) -> None:
        """Let lesions be told apart by site, and whole patients not."""
        is_lesions = self.unit.value() is not CohortUnit.PATIENT
        model = self.by.model()
        if isinstance(model, QStandardItemModel):
            model.item(self.by.findData("site")).setEnabled(is_lesions)
        if not is_lesions and self.by.currentData() == "site":
            with QSignalBlocker(self.by):
                self.by.setCurrentIndex(0)
