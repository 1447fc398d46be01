"""The shares of tissue of a wound bed, typed: a field a tissue, and what is missing to the whole.

Hides that an empty field is no answer while 0 is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QRegularExpression, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack.model import Tissue
from woundtrack.ui.components import Label, words
from woundtrack.ui.components.tissue import tissue_name

_STEP: Final = 5
_WHOLE: Final = 100


class ShareField(QLineEdit):
    """A whole number of per cent, or nothing: not said. The arrows up and down go by five."""

    def __init__(self, tissue: Tissue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(
            self.tr("Share of {tissue}, per cent").format(tissue=tissue_name(tissue).lower())
        )
        self.setPlaceholderText(self.tr("not said"))
        self.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        self.setFixedSize(84, 28)
        self.setValidator(QRegularExpressionValidator(QRegularExpression("100|[1-9]?[0-9]?"), self))

    @property
    def percent(self) -> int | None:
        """What is typed, 0..100; None for nothing."""
        return int(self.text()) if self.text() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: _STEP, Qt.Key.Key_Down: -_STEP}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        now = self.percent
        if now is None:
            after = "0" if step > 0 else ""
        elif now == 0 and step < 0:
            after = ""  # one step down from zero takes the answer away
        else:
            after = str(min(max(now + step, 0), _WHOLE))
        self.setText(after)
        self.textEdited.emit(after)
        event.accept()


class SharesForm(QWidget):
    """The fields of all tissues, and a line beneath that says what they come to.

    Signals
    -------
    changed()
        Something else is typed.
    entered()
        Enter in one of the fields.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = {tissue: ShareField(tissue) for tissue in Tissue}
        self.sum = Label("", "label", "2", wraps=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for place, (tissue, field) in enumerate(self.fields.items()):
            grid.addWidget(Label(tissue_name(tissue), "label", "2"), place, 0)
            grid.addWidget(field, place, 1)
            grid.addWidget(Label("%", "label", "2"), place, 2)
            field.textEdited.connect(self._edited)
            field.returnPressed.connect(self.entered)
        grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(grid)
        column.addWidget(self.sum)
        self._show_sum()

    def show_shares(self, shares: Iterable[tuple[Tissue, float]]) -> None:
        """Show shares, 0..1; fields of what isn't among them are empty."""
        known = dict(shares)
        for tissue, field in self.fields.items():
            with QSignalBlocker(field):
                field.setText(str(round(_WHOLE * known[tissue])) if tissue in known else "")
        self._show_sum()

    @property
    def shares(self) -> tuple[tuple[Tissue, float], ...]:
        """What is typed, 0..1: a zero that was typed is among them, an empty field isn't."""
        return tuple(
            (tissue, field.percent / _WHOLE)
            for tissue, field in self.fields.items()
            if field.percent is not None
        )

    @property
    def missing(self) -> int:
        """Per cent that are missing to the whole, below 0 for too many; 0 where nothing is said."""
        typed = [one.percent for one in self.fields.values() if one.percent is not None]
        return _WHOLE - sum(typed) if typed else 0

    @property
    def lack(self) -> str:
        """What is wrong with the shares, as a sentence; nothing where they can be kept."""
        missing = self.missing
        if missing > 0:
            said = self.tr("Tissue makes {sum}: {rest} is missing. Add it, or clear all of it.")
        elif missing < 0:
            said = self.tr("Tissue makes {sum}: {rest} too much.")
        else:
            return ""
        return said.format(
            sum=words.percent((_WHOLE - missing) / _WHOLE),
            rest=words.percent(abs(missing) / _WHOLE),
        )

    def _edited(self, _text: str) -> None:
        self._show_sum()
        self.changed.emit()

    def _show_sum(self) -> None:
        lack = self.lack
        is_said = any(one.percent is not None for one in self.fields.values())
        self.sum.set_tone("doubt" if lack else "2")
        self.sum.setText(
            lack
            or (
                self.tr("Tissue makes {sum}.").format(sum=words.percent(1.0))
                if is_said
                else self.tr("Shares make {sum} together; empty is not said.").format(
                    sum=words.percent(1.0)
                )
            )
        )
