"""What is said in the Study room where there is no figure: why, and the way to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from woundtrack.ui.components import KeyButton, Label

if TYPE_CHECKING:
    from woundtrack.ui.session import Session
    from woundtrack.workflow.cohort import Cohort


class EmptyStudy(QWidget):
    """What is said where there is no figure: why, and the way to one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.title = Label("", "title")
        self.text = Label("", "body", "2")
        actions = session.actions
        self.import_button = KeyButton.of(actions["room.import"], kind="main")
        self.clear_button = KeyButton.of(actions["study.clear"], kind="main")
        self.read_button = KeyButton.of(actions["study.read"], kind="main")
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(2)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(8)
        for button in (self.import_button, self.clear_button, self.read_button):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)

    def show_reason(self, cohort: Cohort | None, *, is_reading: bool) -> None:
        """Say why there is no figure."""
        is_bare = cohort is not None and not cohort.patients
        is_refused = is_bare and cohort is not None and bool(cohort.leaving.left_out)
        self.import_button.setVisible(is_bare and not is_refused and self._session.can_write)
        self.clear_button.setVisible(cohort is not None and not is_bare)
        self.read_button.setVisible(cohort is None and not is_reading)
        if cohort is None and is_reading:
            self.title.setText(self.tr("Reading the cohort."))
            self.text.setText(self.tr("Every patient's course is read once."))
        elif cohort is None:
            self.title.setText(self.tr("The cohort was not read to its end."))
            self.text.setText(self.tr("Read it again for the figures."))
        elif is_refused:
            self.title.setText(self.tr("Nobody may be looked at."))
            self.text.setText(self.tr("No patient of this library agreed to research."))
        elif is_bare:
            self.title.setText(self.tr("No patients yet."))
            self.text.setText(
                self.tr("Import photographs with the card in them, and the cohort begins.")
            )
        else:
            self.title.setText(self.tr("Nobody passes these filters."))
            self.text.setText(self.tr("Ask for less above, or clear the filters."))
