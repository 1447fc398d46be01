"""Before cards are printed from a library: for whom, if for one patient.

Hides the field and what stands in it; the file dialog comes after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from woundtrack.ui.components import KeyButton, Label, rule, words
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.ui.session import Session

_WIDTH: Final = 560
_LONGEST_CODE: Final = 40


class CardForSheet(Overlay):
    """Asks whose code the cards shall bear; with none they have lines to write on.

    Signals
    -------
    answered(str, str)
        The kind of card, and the code or an empty string.
    """

    answered = Signal(str, str)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH)
        self._session = session
        self._kind = "card"
        self._title = Label("", "title")
        self.inside.addWidget(self._title)
        self._said = Label("", "body", "2", wraps=True)
        self.inside.addWidget(self._said)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.code = QLineEdit()
        self.code.setAccessibleName(self.tr("Patient code on the cards"))
        self.code.setMaxLength(_LONGEST_CODE)
        self.code.setPlaceholderText(self.tr("Empty: lines to write on"))
        self.code.textChanged.connect(self._forget_refusal)
        self.use = KeyButton(self.tr("Use the patient in view"), size="small")
        self.use.clicked.connect(self._use)
        row.addWidget(Label(self.tr("Patient code"), "body_strong"))
        row.addWidget(self.code, 1)
        row.addWidget(self.use)
        self.inside.addLayout(row)
        self._refused = Label("", "label", "refuse", wraps=True)
        self._refused.hide()
        self.inside.addWidget(self._refused)
        self.inside.addWidget(rule())
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.cancel = KeyButton(self.tr("Cancel"), self.tr("Esc"))
        self.cancel.clicked.connect(self.dismiss)
        self.save = KeyButton(self.tr("Save the sheet…"), self.tr("Enter"), "main")
        self.save.clicked.connect(self._answer)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        self.inside.addLayout(foot)
        session.library_closed.connect(self.dismiss)

    @property
    def refused(self) -> str:
        """Why the code that was given is no code; empty where nothing was said."""
        return self._refused.text()

    def open_for(self, kind: str) -> None:
        """Ask for a kind of card: ``card``, ``window``, ``square``, ``strip``."""
        self._kind = kind
        self._title.setText(
            {
                "card": self.tr("Print card"),
                "strip": self.tr("Print strip for limbs"),
                "window": self.tr("Print window card"),
                "square": self.tr("Print small square"),
            }[kind]
        )
        if kind in {"card", "window"}:
            said = self.tr(
                "Cards for one patient bear the code in words and as a QR code, and a photograph "
                "then tells whose it is. For every patient, leave it empty."
            )
        else:
            said = self.tr(
                "Cards for one patient bear the code in words. There is no room for a QR code on "
                "these. For every patient, leave it empty."
            )
        self._said.setText(said)
        self.code.clear()
        patient = self._session.patient
        self.use.setVisible(patient is not None)
        if patient is not None:
            code = words.kept_whole(patient.code)
            self.use.setText(self.tr("Use {code}").format(code=code))
        self.open()
        self.code.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._answer()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _use(self) -> None:
        if self._session.patient is not None:
            self.code.setText(self._session.patient.code)
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self) -> None:
        # Loaded here: the window is up before what measures is.
        from woundtrack.imaging import may_be_a_name

        code = self.code.text().strip()
        if code and may_be_a_name(code):
            # Before a file is asked for: what is printed lies about, and anybody reads it.
            self._refused.setText(
                self.tr(
                    "A patient code has a digit in it, such as WT-0147. It must not be a person's "
                    "name: everybody who finds the sheet can read it."
                )
            )
            self._refused.show()
            self.fit()
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)
            self.code.selectAll()
            return
        self.dismiss()
        self.answered.emit(self._kind, code)

    def _forget_refusal(self) -> None:
        if self._refused.text():
            self._refused.clear()
            self._refused.hide()
            self.fit()
