"""What will leave, beside the choices: how much, to whom it is identifiable, who stays and why.

Hides the layout alone; what is counted and decided comes from the verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.ui.components import KeyButton, Label, Message, rule, words
from woundtrack.ui.exporting.export_words import PastExport, identifiable, listed_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.model import Patient
    from woundtrack.workflow import Leaving
    from woundtrack.workflow.exporting import ExportChoice
    from woundtrack.workflow.previewing import Preview


class LeavingView(QWidget):
    """The right half of the export's sheet."""

    pictures_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(6)
        layout.addWidget(Label(self.tr("What leaves"), "section"))
        self._numbers: list[tuple[Label, Label]] = []
        across = QHBoxLayout()
        across.setSpacing(24)
        for _ in range(4):
            number, noun = Label("", "title"), Label("", "label", "2")
            cell = QVBoxLayout()
            cell.setSpacing(0)
            cell.addWidget(number)
            cell.addWidget(noun)
            across.addLayout(cell)
            self._numbers.append((number, noun))
        across.addStretch(1)
        layout.addLayout(across)
        layout.addSpacing(4)
        layout.addWidget(Label(self.tr("Who can tell whose it is"), "body_strong"))
        self.identifiable = Label("", "body", wraps=True)
        layout.addWidget(self.identifiable)
        layout.addSpacing(4)
        layout.addWidget(Label(self.tr("Consent"), "body_strong"))
        self.refused = Label("", "body", wraps=True)
        self.unasked = Label("", "body", wraps=True)
        self.later = Label("", "body", "2", wraps=True)
        for line in (self.refused, self.unasked, self.later):
            layout.addWidget(line)
        self._pictures = QWidget()
        in_pictures = QVBoxLayout(self._pictures)
        in_pictures.setContentsMargins(0, 4, 0, 0)
        in_pictures.setSpacing(6)
        in_pictures.addWidget(Label(self.tr("Pictures"), "body_strong"))
        self.pictures = Label("", "body", wraps=True)
        in_pictures.addWidget(self.pictures)
        self.look = KeyButton(self.tr("Look at them…"), icon="eye", size="small")
        self.look.clicked.connect(self.pictures_asked)
        in_pictures.addWidget(self.look, 0, Qt.AlignmentFlag.AlignLeading)
        layout.addWidget(self._pictures)
        self._warnings = QVBoxLayout()
        layout.addLayout(self._warnings)
        layout.addSpacing(4)
        layout.addWidget(rule())
        layout.addWidget(Label(self.tr("Last exports"), "body_strong"))
        self._past = QVBoxLayout()
        self._past.setSpacing(2)
        layout.addLayout(self._past)
        layout.addStretch(1)
        self.past: tuple[str, ...] = ()
        self.warning: Message | None = None
        self._said_few = ""

    # --- what is shown ---------------------------------------------------------------------------

    def show_choice(
        self,
        going: Leaving,
        choice: ExportChoice,
        *,
        kind: str = "csv",
        with_pictures: bool = False,
    ) -> None:
        """Show whom a choice leaves out, and to whom what leaves is identifiable."""
        self.identifiable.setText(
            identifiable(
                is_identified=choice.is_identified,
                with_free_text=choice.with_free_text,
                with_pictures=with_pictures,
                kind=kind,
            )
        )
        self.identifiable.set_tone("refuse" if choice.is_identified else "1")
        if going.refused:
            one = self.tr("1 patient refused or withdrew: {codes}.")
            many = self.tr("{n} patients refused or withdrew: {codes}.")
            self.refused.setText(_told(going.refused, one, many))
        elif choice.is_identified:
            self.refused.setText(
                self.tr("Nobody refused to have their record leave; research isn't asked here.")
            )
        else:
            self.refused.setText(self.tr("Nobody refused or withdrew."))
        one = self.tr("1 patient whom nobody asked is left out: {codes}.")
        many = self.tr("{n} patients whom nobody asked are left out: {codes}.")
        if going.with_unasked:
            one = self.tr("1 patient whom nobody asked is in it: {codes}.")
            many = self.tr("{n} patients whom nobody asked are in it: {codes}.")
        self.unasked.setText(_told(going.not_asked, one, many) if going.not_asked else "")
        self.unasked.setVisible(bool(going.not_asked))

    def show_counts(
        self,
        seen: Preview,
        going: int,
        *,
        is_identified: bool,
        is_filtered: bool = False,
        is_of_a_day: bool = False,
    ) -> None:
        """Show how much leaves; ``going`` is how many patients may, known on the day or not.

        ``is_filtered``: only who passes filters is counted as leaving. ``is_of_a_day``: as it was
        known at the end of one.
        """
        told = (
            (seen.patients, self.tr("patient"), self.tr("patients")),
            (seen.lesions, self.tr("lesion"), self.tr("lesions")),
            (seen.visits, self.tr("visit"), self.tr("visits")),
            (seen.assessments, self.tr("assessment"), self.tr("assessments")),
        )
        for (number, noun), (count, one, many) in zip(self._numbers, told, strict=True):
            number.setText(words.number(count, 0))
            noun.setText(one if count == 1 else many)
            number.setAccessibleName(f"{count} {noun.text()}")
        later = going - seen.patients
        said = ""
        if not seen.patients:
            said = self._nobody(is_filtered=is_filtered and later > 0, is_of_a_day=is_of_a_day)
        elif later and is_filtered:
            one = self.tr("1 patient doesn't pass the filters, or wasn't known yet.")
            many = self.tr("{n} patients don't pass the filters, or weren't known yet.")
            said = words.counted(later, one, many)
        elif later:
            one = self.tr("1 patient wasn't known yet on that day.")
            said = words.counted(later, one, self.tr("{n} patients weren't known yet on that day."))
        self.later.setText(said)
        self.later.set_tone("2" if seen.patients else "doubt")
        self.later.setVisible(bool(said))
        self._warn_of_few("" if is_identified or not seen.told_apart else self._few(seen))

    def _nobody(self, *, is_filtered: bool, is_of_a_day: bool) -> str:
        if is_filtered:
            return self.tr("No patient is in it: nobody who may leave passes the filters.")
        if is_of_a_day:
            return self.tr(
                "No patient is in it: none was recorded yet by that day. What counts is the day on "
                "which something was recorded, not the day of the visit."
            )
        return self.tr("No patient is in it.")

    def show_counting(self, how_far: str = "") -> None:
        """Say that it is being counted."""
        nouns = (
            self.tr("patients"),
            self.tr("lesions"),
            self.tr("visits"),
            self.tr("assessments"),
        )
        for (number, label), noun in zip(self._numbers, nouns, strict=True):
            number.setText("…")
            number.setAccessibleName(self.tr("being counted"))
            label.setText(noun)
        self.later.set_tone("2")
        self.later.setText(
            self.tr("Counting, {done} patients.").format(done=how_far) if how_far else ""
        )
        self.later.setVisible(bool(how_far))

    def show_pictures(self, said: str, *, waiting: int) -> None:
        """Say what becomes of pictures; nothing where none are wanted."""
        self.pictures.setText(said)
        self.look.setVisible(bool(waiting))
        self._pictures.setVisible(bool(said))

    def show_past(self, past: Sequence[PastExport]) -> None:
        """Show the last exports, newest first."""
        while (item := self._past.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.past = tuple(one.line for one in past)
        for line in self.past or (self.tr("Nothing has left this library yet."),):
            self._past.addWidget(Label(line, "label", "2", wraps=True))

    def _few(self, seen: Preview) -> str:
        return words.counted(
            seen.told_apart,
            self.tr(
                "1 patient is in a group of fewer than five with the same sex, five years of age "
                "and centre: somebody who knows the clinic may know them again."
            ),
            self.tr(
                "{n} patients are in groups of fewer than five with the same sex, five years of "
                "age and centre: somebody who knows the clinic may know them again."
            ),
        )

    def _warn_of_few(self, said: str) -> None:
        if said == self._said_few:
            return
        self._said_few = said
        if self.warning is not None:
            self._warnings.removeWidget(self.warning)
            self.warning.hide()
            self.warning.deleteLater()
            self.warning = None
        if said:
            self.warning = Message("doubt", self.tr("Small groups"), said)
            self._warnings.addWidget(self.warning)


def _told(patients: Sequence[Patient], one: str, many: str) -> str:
    said = one if len(patients) == 1 else many
    return said.format(n=len(patients), codes=words.kept_whole(listed_codes(patients)))
