"""The two actions on the patient in view that change who is in the list: code, and taking out.

Hides that the sheets, and the verbs with them, are loaded when they are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from woundtrack.ui.session import Session
    from woundtrack.ui.window.patient_change_sheets import CorrectCodeSheet, TakeOutSheet


class PatientActions(QObject):
    """Binds them to the window."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._code_sheet: CorrectCodeSheet | None = None
        self._take_out_sheet: TakeOutSheet | None = None
        session.actions.bind("patient.correct", self._correct, window)
        session.actions.bind("patient.remove", self._remove, window)

    @property
    def code_sheet(self) -> CorrectCodeSheet:
        """The sheet of the corrected code; it is built when it is asked for."""
        if self._code_sheet is None:
            from woundtrack.ui.window.patient_change_sheets import CorrectCodeSheet

            self._code_sheet = CorrectCodeSheet(self._session, self._window)
        return self._code_sheet

    @property
    def take_out_sheet(self) -> TakeOutSheet:
        """The sheet of taking a patient out; it is built when it is asked for."""
        if self._take_out_sheet is None:
            from woundtrack.ui.window.patient_change_sheets import TakeOutSheet

            self._take_out_sheet = TakeOutSheet(self._session, self._window)
        return self._take_out_sheet

    def _correct(self) -> None:
        if (patient := self._session.patient) is None:
            self._say_none()
        else:
            self.code_sheet.open_for(patient)

    def _remove(self) -> None:
        if (patient := self._session.patient) is None:
            self._say_none()
        else:
            self.take_out_sheet.open_for(patient)

    def _say_none(self) -> None:
        self._session.said.emit(self.tr("Choose a patient first."))
