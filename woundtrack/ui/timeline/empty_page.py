"""What is said in the timeline room where there is no curve: why, and the way to one.

Hides which of the reasons counts: no photographs, no patient, nothing accepted, or no lesion there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from woundtrack.ui.components import KeyButton, Label

if TYPE_CHECKING:
    from woundtrack.ui.session import Session
    from woundtrack.ui.timeline.site_filter import Only


class EmptyPage(QWidget):
    """What is said where there is no curve: why, and the way to one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._title = Label("", "title")
        self._text = Label("", "body", "2")
        self._review = KeyButton.of(session.actions["room.review"], kind="main", shows_key=True)
        self._import = KeyButton.of(session.actions["room.import"], kind="main", shows_key=True)
        self.show_all = KeyButton(self.tr("Show all lesions"), "Esc", "main")
        self.show_all.clicked.connect(lambda: session.set_sites(()))
        column = QVBoxLayout()
        column.setSpacing(8)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        for button in (self._review, self._import, self.show_all):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(column)
        layout.addStretch(3)

    @property
    def title(self) -> str:
        """What is said first."""
        return self._title.text()

    @property
    def text(self) -> str:
        """What is said below."""
        return self._text.text()

    def show_reason(self, shown: Only | None = None) -> None:
        """Say why there is no curve for the patient in view, or for these sites of them."""
        self.show_all.setVisible(shown is not None)
        if shown is not None:
            self._review.hide()
            self._import.hide()
            self._title.setText(
                self.tr("No lesion there.") if shown.is_empty else self.tr("No areas there yet.")
            )
            self._text.setText(
                self.tr(
                    "Chosen on the body map: {sites}. What this patient has lies elsewhere."
                ).format(sites=shown.names)
                if shown.is_empty
                else shown.note
            )
            return
        library, patient = self._session.library, self._session.patient
        waiting = 0
        if library is not None and patient is not None:
            waiting = library.waiting_counts().get(patient.id, 0)
        self._review.setVisible(waiting > 0)
        has_photographs = self._session.has_photographs
        has_way = patient is not None or not has_photographs
        self._import.setVisible(has_way and waiting == 0 and self._session.can_write)
        if not has_photographs:
            self._title.setText(self.tr("No photographs yet."))
            self._text.setText(
                self.tr("Import photographs with the card in them, and the curves begin.")
            )
        elif patient is None:
            self._title.setText(self.tr("No patient chosen."))
            self._text.setText(self.tr("Choose one in the list at the left."))
        elif waiting:
            self._title.setText(self.tr("Nothing accepted yet."))
            self._text.setText(
                self.tr("1 photograph waits: accept its outlines, and the curve begins.")
                if waiting == 1
                else self.tr(
                    "%n photographs wait: accept their outlines, and the curves begin.", "", waiting
                )
            )
        else:
            self._title.setText(self.tr("No areas yet."))
            self._text.setText(
                self.tr("Import photographs with the card in them, and the curves begin.")
            )
