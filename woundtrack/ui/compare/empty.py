"""What is said in the compare room where nothing can be compared: why, and the way on.

Hides the wording, and which way on belongs to which reason.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, Label

if TYPE_CHECKING:
    from woundtrack.ui.session import Session


class Lack(Enum):
    """What lacks for a comparison."""

    NO_PHOTOGRAPHS = auto()
    NO_PATIENT = auto()
    NOT_ACCEPTED = auto()
    NO_LESION = auto()
    ONE_VISIT = auto()
    NO_SCALE = auto()


class EmptyComparison(QWidget):
    """A title, a sentence, and one button.

    Signals
    -------
    opening_asked()
        The photograph without a scale is to be opened in the review room.
    """

    opening_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        actions = session.actions
        self._is_projected = False
        self._lack: Lack | None = None
        self._title = Label("", "title")
        self._text = Label("", "body", "2", wraps=True)
        self._text.setFixedWidth(560)  # a wrapped label alone is given too little height
        self.review = KeyButton.of(actions["room.review"], kind="main")
        self.bring = KeyButton.of(actions["room.import"], kind="main")
        self.opening = KeyButton(self.tr("Open the photo in Review"), kind="main")
        self.opening.clicked.connect(self.opening_asked)
        column = QVBoxLayout()
        column.setSpacing(8)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        for button in (self.review, self.bring, self.opening):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(column)
        layout.addStretch(3)

    def project(self, type_scale: float | None) -> None:
        """Write so many times as large, without the ways on; None: as in the window."""
        scale = type_scale or 1.0
        for label, role in ((self._title, "title"), (self._text, "body")):
            size = round(theme.font(role).pixelSize() * scale)  # type: ignore[arg-type]
            label.setStyleSheet("" if type_scale is None else f"font-size: {size}px")
        self._text.setFixedWidth(round(560 * scale))
        self._is_projected = type_scale is not None
        self._offer_ways()

    @property
    def title(self) -> str:
        """What is said first."""
        return self._title.text()

    @property
    def text(self) -> str:
        """What is said below."""
        return self._text.text()

    def show_lack(self, lack: Lack, *, label: str = "", lacking: int = 0, count: int = 0) -> None:
        """Say what lacks; ``lacking`` of ``count`` photographs of a lesion have no scale."""
        title, text = {
            Lack.NO_PHOTOGRAPHS: (
                self.tr("No photographs yet."),
                self.tr("Import photographs of two visits with the card in them."),
            ),
            Lack.NO_PATIENT: (
                self.tr("No patient chosen."),
                self.tr("Choose one in the list at the left (Ctrl+B)."),
            ),
            Lack.NOT_ACCEPTED: (
                self.tr("Nothing accepted yet."),
                self.tr("Accept the outlines of the photographs that wait, then compare them."),
            ),
            Lack.NO_LESION: (
                self.tr("No lesion recorded yet."),
                self.tr("Import photographs of two visits with the card in them."),
            ),
            Lack.ONE_VISIT: (
                self.tr("One visit so far."),
                self.tr("{lesion} was recorded at one visit alone: a comparison needs two.").format(
                    lesion=label
                ),
            ),
            Lack.NO_SCALE: (
                self.tr("No scale."),
                self.tr(
                    "{lacking} of {count} photos of {lesion} have no scale, so they can't be shown "
                    "in true size. Mark a ruler in one, or import a visit with the card."
                ).format(lacking=lacking, count=count, lesion=label),
            ),
        }[lack]
        self._title.setText(title)
        self._text.setText(text)
        self._lack = lack
        self._offer_ways()

    def _offer_ways(self) -> None:
        """Show the buttons that help against what lacks."""
        ways = {
            self.review: {Lack.NOT_ACCEPTED},
            self.opening: {Lack.NO_SCALE},
            self.bring: {Lack.NO_PHOTOGRAPHS, Lack.NO_LESION, Lack.ONE_VISIT},
        }
        for button, lacks in ways.items():
            button.setVisible(self._lack in lacks and not self._is_projected)
