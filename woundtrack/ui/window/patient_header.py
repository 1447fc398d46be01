"""The bar that says whose photographs and numbers these are: on top of every room with a patient.

Hides reading the patient's figures; it follows the session by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.ui.components import Label, Panel, rule, words

if TYPE_CHECKING:
    from woundtrack.records import PatientSummary
    from woundtrack.ui.session import Session


class PatientHeader(Panel):
    """The code and figures of the patient in view, 48 high; a page puts it on top of itself.

    Parameters
    ----------
    widgets
        What the page wants at its right: its own buttons, 32 high.
    """

    def __init__(
        self, session: Session, widgets: Sequence[QWidget] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__("bar", parent)
        self._session = session
        self.setFixedHeight(48)
        self._code = Label("", "patient")
        self._line = rule(vertical=True)
        self._line.setFixedHeight(24)
        self._first = Label("", "label")
        self._second = Label("", "caption", "2")
        facts = QVBoxLayout()
        facts.setSpacing(0)
        facts.setContentsMargins(0, 0, 0, 0)
        facts.addStretch(1)
        facts.addWidget(self._first)
        facts.addWidget(self._second)
        facts.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(12)
        layout.addWidget(self._code)
        layout.addWidget(self._line)
        layout.addLayout(facts)
        layout.addStretch(1)
        for widget in widgets:
            layout.addWidget(widget)
        session.patient_changed.connect(self._show)
        session.library_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        patient, library = self._session.patient, self._session.library
        summaries: tuple[PatientSummary, ...] = ()
        if patient is not None and library is not None:
            summaries = library.patient_summaries(patient.id)
        self._line.setVisible(bool(summaries))
        if not summaries or patient is None:
            self._code.setText(self.tr("No patient chosen"))
            self._first.clear()
            self._second.clear()
            return
        summary = summaries[0]
        self._code.setText(patient.code)
        if not summary.lesion_count:
            self._first.setText(self.tr("No lesion recorded yet"))
        elif summary.open_lesion_count == 1:
            self._first.setText(self.tr("1 lesion open"))
        else:
            self._first.setText(self.tr("%n lesions open", "", summary.open_lesion_count))
        parts = []
        if summary.last_visited_on is not None:
            parts.append(self.tr("last visit {day}").format(day=words.day(summary.last_visited_on)))
        if summary.waiting_count == 1:
            parts.append(self.tr("1 photograph to review"))
        elif summary.waiting_count:
            parts.append(self.tr("%n photographs to review", "", summary.waiting_count))
        self._second.setText(" · ".join(parts))
        self.setAccessibleName(self.tr("Patient {code}").format(code=patient.code))
