"""Where a photograph belongs: patient, day, site and side, corrected after it was imported.

Hides the small card that is laid into the panel for it; Esc takes it away and nothing is moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate, QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from woundtrack.model import BodySite
from woundtrack.ui.components import BodySiteFields, Card, KeyButton, Label
from woundtrack.ui.imports.fields import CODE_LENGTH, DayField

_LABEL_WIDTH = 48
_DAY_WIDTH = 148
_ANY_WIDTH = 16777215


@dataclass(frozen=True, kw_only=True, slots=True)
class Whereabouts:
    """Where a photograph is filed, or is to be."""

    patient_code: str
    visited_on: date
    site: BodySite


class RefileCard(Card):
    """The fields, filled with where the photograph is filed now.

    Signals
    -------
    answered(Whereabouts)
        A person wants it moved there; the card stays until ``dismiss`` or ``say_doubt``.
    asked(), dismissed()
        Laid over the panel; taken away.
    """

    answered = Signal(object)
    asked = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._codes: tuple[str, ...] = ()
        self._start: Whereabouts | None = None
        self._close = KeyButton(self.tr("Cancel"), "Esc", "quiet", size="small")
        self._close.clicked.connect(self.dismiss)
        self.patient = QLineEdit()
        self.patient.setMaxLength(CODE_LENGTH)
        self.patient.setAccessibleName(self.tr("Patient code"))
        self.day = DayField(_DAY_WIDTH)
        self.day.setMaximumWidth(_ANY_WIDTH)
        self.day.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.day.setAccessibleName(self.tr("Day of the visit"))
        self._where = BodySiteFields(can_be_none=True, parent=self)
        self.site, self.side = self._where.site, self._where.side
        self._note = Label("", "label", "2", wraps=True)
        self._doubt = Label("", "label", "doubt", wraps=True)
        self.move_button = KeyButton(self.tr("Move the photograph"), "Enter", "main")
        self.move_button.clicked.connect(self._submit)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Where it belongs"), "body_strong"), 1)
        head.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        for text, field in (
            (self.tr("Patient"), self.patient),
            (self.tr("Day"), self.day),
            (self.tr("Site"), self.site),
            (self.tr("Side"), self.side),
        ):
            row = QHBoxLayout()
            row.setSpacing(8)
            label = Label(text, "label", "2")
            label.setFixedWidth(_LABEL_WIDTH)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field, 1)
            layout.addLayout(row)
        layout.addWidget(self._note)
        layout.addWidget(self._doubt)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.move_button)
        layout.addLayout(foot)

    def ask(
        self,
        *,
        patient_code: str,
        visited_on: date,
        site: BodySite | None,
        codes: Sequence[str],
        note: str,
    ) -> None:
        """Ask where the photograph belongs.

        Parameters
        ----------
        codes
            The patients known, to complete what is typed; a code of none of them is a new patient.
        note
            What moving it does to what was accepted; empty for nothing.
        """
        self._codes = tuple(codes)
        completer = QCompleter(list(codes), self.patient)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.patient.setCompleter(completer)
        self.patient.setText(patient_code)
        self.day.setDate(QDate(visited_on.year, visited_on.month, visited_on.day))
        self._where.show(site)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._start = self._given
        self.say_doubt("")
        self.show()
        self.asked.emit()
        self._grow()
        self.day.setFocus()

    def say_doubt(self, sentence: str) -> None:
        """Say why the photograph can't be moved there; the fields stay."""
        self._doubt.setText(sentence)
        self._doubt.setVisible(bool(sentence))
        if self.isVisible():
            self._grow()

    @property
    def doubt(self) -> str:
        """What is said of the answer given."""
        return self._doubt.text()

    @property
    def note(self) -> str:
        """What moving the photograph does to what was accepted."""
        return self._note.text()

    def dismiss(self) -> None:
        """Take the question away."""
        if self.isVisible():
            self.hide()
            self.dismissed.emit()

    def event(self, event: QEvent) -> bool:
        # Esc is also a shortcut of the window; while this is open it closes this.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._submit()
        else:
            super().keyPressEvent(event)

    @property
    def _given(self) -> Whereabouts | None:
        """What stands in the fields; None without a site."""
        site = self._where.value
        if site is None:
            return None
        typed = self.patient.text().strip()
        alike = [code for code in self._codes if code.casefold() == typed.casefold()]
        day = self.day.date()
        return Whereabouts(
            patient_code=typed if typed in alike or len(alike) != 1 else alike[0],
            visited_on=date(day.year(), day.month(), day.day()),
            site=site,
        )

    def _submit(self) -> None:
        given = self._given
        if given is None:
            self.say_doubt(self.tr("Choose the site that the photograph shows."))
        elif given == self._start:
            self.say_doubt(self.tr("It is filed there already: change what is wrong first."))
        else:
            self.answered.emit(given)

    def _grow(self) -> None:
        """Be as high as what is said needs."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            self.setFixedHeight(max(needed, layout.totalSizeHint().height()))
