"""One row of what was measured again: its photograph with both outlines, in words, and what to do.

Hides what is said of a row, and the question why a new outline is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack.ui.components import KeyButton, Label, words
from woundtrack.ui.remeasuring import words as again
from woundtrack.ui.remeasuring.picture import ComparedPicture, LineSample

if TYPE_CHECKING:
    from woundtrack.ui.remeasuring.work import SeenAgain

_WIDTH: Final = 340


class RowPanel(QWidget):
    """Shows a row; the sheet does what is asked.

    Signals
    -------
    review_asked(), record_asked(), keep_asked()
        Open it in Review; record the new outline with the reason; keep the accepted one after all.
    asked(bool)
        A reason is asked for now, or no longer.
    """

    review_asked = Signal()
    record_asked = Signal()
    keep_asked = Signal()
    asked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.picture = ComparedPicture()
        self.picture.show_words(self.tr("Choose a row to see its photograph."))
        column.addWidget(self.picture, 1)
        lines = QHBoxLayout()
        lines.setSpacing(8)
        lines.addWidget(LineSample(is_accepted=True))
        lines.addWidget(Label(self.tr("Accepted"), "label", "2"))
        lines.addSpacing(8)
        self._automatic_line = QWidget()
        inner = QHBoxLayout(self._automatic_line)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addWidget(LineSample(is_accepted=False))
        inner.addWidget(Label(self.tr("Automatic, now"), "label", "2"))
        lines.addWidget(self._automatic_line)
        lines.addStretch(1)
        column.addLayout(lines)
        self.title = Label("", "body_strong")
        self.then = Label("", "label", "1", wraps=True)
        self.now = Label("", "label", "1", wraps=True)
        self.apart = Label("", "label", "1", wraps=True)
        for label in (self.title, self.then, self.now, self.apart):
            column.addWidget(label)
        self.review = KeyButton(self.tr("Open in Review"))
        self.review.clicked.connect(self.review_asked)
        self.use = KeyButton(self.tr("Use the new outline…"))
        self.use.clicked.connect(lambda: self.ask_reason(is_asked=True))
        self.reason = QLineEdit()
        self.reason.setAccessibleName(self.tr("Why the new outline is used"))
        self.reason.setPlaceholderText(self.tr("Why? It is recorded with the revision."))
        self.reason.setMaxLength(200)
        self.reason.textChanged.connect(self._reason_typed)
        self.record = KeyButton(self.tr("Record"))
        self.record.clicked.connect(self.record_asked)
        self.keep = KeyButton(self.tr("Keep the accepted one"))
        self.keep.clicked.connect(self.keep_asked)
        column.addWidget(self.reason)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.review, self.use, self.keep, self.record):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)

    def show_row(self, seen: SeenAgain | None) -> None:
        """Say all of the row that is looked at; None: there is none."""
        for widget in (self.title, self.then, self.now, self.apart):
            widget.setVisible(seen is not None)
        self._automatic_line.setVisible(seen is not None and seen.result.has_outlines)
        self.review.setEnabled(seen is not None)
        if seen is None:
            return
        result, automatic = seen.result, seen.result.automatic
        self.title.setText(
            self.tr("{patient}, {lesion}, {day}").format(
                patient=seen.patient.code, lesion=seen.lesion, day=words.day(seen.on)
            )
        )
        self.then.setText(
            self.tr("Accepted: {size}, {made}, with {version}.").format(
                size=again.size_in_words(result.accepted),
                made=again.made(result),
                version=again.version(result.accepted_by),
            )
        )
        self.now.setText(
            self.tr("The same outline now: {size}; {difference}.").format(
                size=again.size_in_words(result.anew), difference=again.difference(result)
            )
        )
        if not result.has_outlines:
            self.apart.setText(
                self.tr("To compare outlines, measure again with “Outline anew, too”.")
            )
        elif automatic is None:
            self.apart.setText(
                self.tr("Automatic outline: {why}.").format(why=again.why_no_outline(result))
            )
        else:
            text = self.tr(
                "Automatic outline: {size}. Dice {dice} (when it was accepted: {then}); "
                "edges {mm} mm apart."
            )
            if automatic.mean_mm is None:
                text = self.tr(
                    "Automatic outline: {size}. Dice {dice} (when it was accepted: {then})."
                )
            self.apart.setText(
                text.format(
                    size=again.size_in_words(automatic.measurement),
                    dice=again.dice(automatic.dice),
                    then=again.dice(automatic.dice_then),
                    mm=again.millimetres(automatic.mean_mm),
                )
            )

    def show_use(self, why_not: str) -> None:
        """Offer the new outline; not where there is a reason why it can't be."""
        self.use.setEnabled(not why_not)
        self.use.setToolTip(why_not)

    @property
    def why(self) -> str:
        """The reason that is typed."""
        return " ".join(self.reason.text().split())

    def ask_reason(self, *, is_asked: bool) -> None:
        """Ask why the new outline is used, or no longer."""
        self.reason.setVisible(is_asked)
        self.record.setVisible(is_asked)
        self.keep.setVisible(is_asked)
        self.use.setVisible(not is_asked)
        self.review.setVisible(not is_asked)
        self.asked.emit(is_asked)
        if is_asked:
            self.reason.clear()
            self._reason_typed("")
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _reason_typed(self, text: str) -> None:
        self.record.setEnabled(bool(text.strip()))
