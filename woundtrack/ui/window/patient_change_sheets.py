"""Two small cards over the window: a patient's corrected code, and taking a patient out.

Hides what is said where a code is taken or something counts of the patient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack.errors import WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label
from woundtrack.ui.window import patient_changes
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.model import Patient
    from woundtrack.ui.session import Session

_WIDTH = 440
_REASON_LENGTH = 200


class CorrectCodeSheet(Overlay):
    """Shows the code as it is and asks for the right one, and why, where a person wants to say."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH)
        self._session = session
        self._patient: Patient | None = None
        self.inside.addWidget(Label(self.tr("Correct the code"), "section"))
        said = self.tr(
            "Everything recorded stays with the patient. Both codes stand in the audit trail, and "
            "what was exported or printed before bears the old one."
        )
        self.inside.addWidget(Label(said, "body", "2", wraps=True))
        self._before = Label("", "body_strong", wraps=True)
        self._headed(self.tr("Code until now"), self._before)
        self.field = self._line(self.tr("Right code"))
        self.field.setMaxLength(40)
        self._headed(self.tr("Right code, as on the card"), self.field)
        self._refusal = Label("", "label", "refuse", wraps=True)
        self._refusal.hide()
        self.inside.addWidget(self._refusal)
        self.reason = self._line(self.tr("Reason"))
        self.reason.setMaxLength(_REASON_LENGTH)
        self._headed(self.tr("Reason (may stay empty)"), self.reason)
        self.correct = KeyButton(self.tr("Correct the code"), "Enter", "main")
        self.correct.clicked.connect(self._correct)
        self.cancel = KeyButton(self.tr("Cancel"), "Esc")
        self.cancel.clicked.connect(self.dismiss)
        self.inside.addLayout(_row(self.cancel, self.correct))

    @property
    def before(self) -> str:
        """The code as it is."""
        return self._before.text()

    @property
    def refusal(self) -> str:
        """Why the code can't be taken; nothing where nothing is wrong."""
        return self._refusal.text()

    def open_for(self, patient: Patient) -> None:
        """Open it for a patient, with the code as it is to be changed."""
        self._patient = patient
        self._refuse("")
        self._before.setText(patient.code)
        self.field.setText(patient.code)
        self.reason.clear()
        self.open()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setMinimumHeight(32)
        line.returnPressed.connect(self._correct)
        line.textEdited.connect(lambda _: self._refuse(""))
        return line

    def _headed(self, head: str, widget: QWidget) -> None:
        part = QVBoxLayout()
        part.setSpacing(4)
        part.addWidget(Label(head, "label", "2"))
        part.addWidget(widget)
        self.inside.addLayout(part)

    def _correct(self) -> None:
        patient, code = self._patient, self.field.text().strip()
        if patient is None or not self._session.can_write:
            return
        if code == patient.code:
            self._refuse(self.tr("That is the code until now: type the right one."))
            return
        if why_not := patient_changes.why_not_now(self._session, patient):
            self._refuse(why_not)
            return
        if (other := patient_changes.who_else_has(self._session, patient, code)) is not None:
            said = self.tr(
                "{code} is another patient of this library, and nothing was changed. If they are "
                "the same person, move the photographs to {code} in Review."
            )
            self._refuse(said.format(code=other.code))
            return
        try:
            called = patient_changes.correct(
                self._session, patient, code, reason=self.reason.text()
            )
        except WoundtrackError as problem:
            self._refuse(messages.sentence_of(problem))
            return
        self.dismiss()
        said = self.tr("{before} is called {after} from now on. Ctrl Z takes it back.")
        self._session.said.emit(said.format(before=patient.code, after=called.code))

    def _refuse(self, sentence: str) -> None:
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))
        self.fit()
        if sentence:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            self.field.selectAll()


class TakeOutSheet(Overlay):
    """Asks whether to take a patient out; where something counts of them it says so instead."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH)
        self._session = session
        self._patient: Patient | None = None
        self._title = Label("", "section", wraps=True)
        self._text = Label("", "body", "2", wraps=True)
        self._refusal = Label("", "body", wraps=True)
        for label in (self._title, self._text, self._refusal):
            self.inside.addWidget(label)
        self.take_out = KeyButton(self.tr("Take out"), "Enter", "main")
        self.take_out.clicked.connect(self._take_out)
        self.correct = KeyButton(session.actions["patient.correct"].text())
        self.correct.clicked.connect(self._correct_instead)
        self.cancel = KeyButton(self.tr("Cancel"), "Esc")
        self.cancel.clicked.connect(self.dismiss)
        self.inside.addLayout(_row(self.correct, self.cancel, self.take_out))

    @property
    def title(self) -> str:
        """What is asked, or said."""
        return self._title.text()

    @property
    def refusal(self) -> str:
        """Why the patient stays; nothing where they can be taken out."""
        return self._refusal.text()

    def open_for(self, patient: Patient) -> None:
        """Open it for a patient: asks, or says why they stay."""
        self._patient = patient
        self._title.setText(self.tr("Take {code} out?").format(code=patient.code))
        self._text.setText(
            self.tr(
                "For a patient made by a slip. No photograph and nothing recorded is lost, for "
                "there is none: lists, reports and exports know {code} no more. Ctrl Z, or a new "
                "patient by this code, brings them back."
            ).format(code=patient.code)
        )
        why_not = patient_changes.why_not_now(self._session, patient)
        try:
            patient_changes.check_removable(self._session, patient)
        except WoundtrackError as problem:
            why_not = messages.sentence_of(problem)
        self._refuse(why_not)
        self.open()
        self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _first(self) -> KeyButton:
        return self.cancel if self.refusal else self.take_out

    def _take_out(self) -> None:
        patient = self._patient
        if patient is None or not self._session.can_write:
            return
        try:
            patient_changes.remove(self._session, patient)
        except WoundtrackError as problem:
            self._refuse(messages.sentence_of(problem))
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.dismiss()
        said = self.tr("{code} is out of view. Ctrl Z brings the patient back.")
        self._session.said.emit(said.format(code=patient.code))

    def _correct_instead(self) -> None:
        self.dismiss()
        self._session.actions["patient.correct"].trigger()

    def _refuse(self, sentence: str) -> None:
        if sentence and self._patient is not None:
            self._title.setText(self.tr("{code} stays").format(code=self._patient.code))
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))
        for widget in (self._text, self.take_out):
            widget.setVisible(not sentence)
        self.correct.setVisible(bool(sentence))
        self.cancel.reword(self.tr("Close") if sentence else self.tr("Cancel"))
        self.fit()


def _row(*buttons: KeyButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return row
