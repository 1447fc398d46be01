"""A new patient by code, before there is a photograph: a card laid over the window.

Hides what a code may be, and that a code which is taken leads to the patient who has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from woundtrack import workflow
from woundtrack.errors import UnknownPatient, WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.ui.session import Session


class NewPatientSheet(Overlay):
    """Asks for the code; the patient is in view then, in the record room."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, 440)
        self._session = session
        self.inside.addWidget(Label(self.tr("New patient"), "section"))
        said = self.tr(
            "The code that stands on the card, never a name. The patient stays in the library, so "
            "compare it letter by letter."
        )
        self.inside.addWidget(Label(said, "body", "2", wraps=True))
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Code of the new patient"))
        self.field.setMaxLength(40)
        self.field.setMinimumHeight(32)
        self.field.returnPressed.connect(self._make)
        self.field.textEdited.connect(lambda _: self._refuse(""))
        self.inside.addWidget(self.field)
        self._refusal = Label("", "label", "refuse", wraps=True)
        self._refusal.hide()
        self.inside.addWidget(self._refusal)
        self.make = KeyButton(self.tr("Make the patient"), "Enter", "main")
        self.make.clicked.connect(self._make)
        self.cancel = KeyButton(self.tr("Cancel"), "Esc")
        self.cancel.clicked.connect(self.dismiss)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.make)
        self.inside.addLayout(buttons)

    @property
    def refusal(self) -> str:
        """Why the code can't be taken; nothing where nothing is wrong."""
        return self._refusal.text()

    def open_with(self, code: str = "") -> None:
        """Open it with a code that was searched for, to be changed or taken."""
        self._refuse("")
        self.field.setText(code.strip())
        self.open()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _make(self) -> None:
        library = self._session.library
        if library is None or not self._session.can_write:
            return
        code = self.field.text().strip()
        try:
            known = library.patient_with_code(code)
        except UnknownPatient:
            pass
        else:
            self._session.set_patient(known)
            said = self.tr("{code} is in this library already, and is in view now.")
            self._refuse(said.format(code=known.code))
            return
        try:
            patient = workflow.add_patient(library, code, by=self._session.person)
        except WoundtrackError as problem:
            self._refuse(messages.sentence_of(problem))
            return
        self.dismiss()
        self._session.changed("patients")
        self._session.set_patient(patient)
        self._session.go("record")
        said = self.tr("{code} is in the library. Photographs come with Import, answers go here.")
        self._session.said.emit(said.format(code=patient.code))

    def _refuse(self, sentence: str) -> None:
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))
        self.fit()
        if sentence:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            self.field.selectAll()
