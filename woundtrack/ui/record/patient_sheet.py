"""What is known of a patient, on a card over the window: six pages, their history, one recording.

Hides reading and recording; every page changes one draft, and all of it is recorded together.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import LesionLink
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label, rule
from woundtrack.ui.record import patient_commands
from woundtrack.ui.record.consent_form import ConsentSection
from woundtrack.ui.record.identity_form import IdentitySection, record_identity
from woundtrack.ui.record.lesion_detail import LesionSection
from woundtrack.ui.record.patient_draft import PatientDraft
from woundtrack.ui.record.patient_form import Section, plain_ground
from woundtrack.ui.record.patient_history import told
from woundtrack.ui.record.patient_sections import (
    BackgroundSection,
    DiagnosisSection,
    RiskSection,
)
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.model import Entry, Patient
    from woundtrack.ui.session import Session

_WIDTH: Final = 1180
_HEIGHT: Final = 640
_PAGES: Final = 148
_HISTORY: Final = 232
_MOST_TOLD: Final = 40
_OWN: Final = frozenset(
    {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}
)
"""With Ctrl: record, the next page, the page before."""


class PatientSheet(Overlay):
    """A patient's background, diagnosis, risk factors, lesions, consent and names."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH, _HEIGHT, widest=1760, highest=820)
        self._session = session
        self._asked: tuple[str, ...] = ()
        self._told: list[str] = []
        self._history = QVBoxLayout()
        self._is_leaving = False
        self.draft: PatientDraft | None = None
        self.background = BackgroundSection()
        self.diagnosis = DiagnosisSection()
        self.risks = RiskSection()
        self.lesions = LesionSection()
        self.consent = ConsentSection()
        self.identity = IdentitySection(session)
        self.sections: tuple[Section, ...] = (
            self.background,
            self.diagnosis,
            self.risks,
            self.lesions,
            self.consent,
            self.identity,
        )
        self._build()
        for section in self.sections:
            section.changed.connect(self._changed)
        session.library_changed.connect(self._follow)
        session.library_closed.connect(self._close)
        session.patient_changed.connect(self._follow_patient)

    # --- opening and leaving ---------------------------------------------------------------------

    def open_at(self, section: Section | None = None, lesion_id: str | None = None) -> None:
        """Open for the patient in view; nothing where there is none.

        Where it is open already, what was typed stays.
        """
        library, patient = self._session.library, self._session.patient
        if library is None or patient is None:
            return
        if self.isVisible() and self.draft is not None:
            if section is not None:
                self.pages.setCurrentRow(self.sections.index(section))
            return
        self.code.setText(patient.code)
        self.setAccessibleName(self.tr("What is known of {code}").format(code=patient.code))
        self._read()
        self.identity.show_patient()
        self._say("")
        if lesion_id is not None:
            section = self.lesions
            self.lesions.choose(lesion_id)
        if section is not None:
            self.pages.setCurrentRow(self.sections.index(section))
        self.open()
        self.pages.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Leave; where something isn't recorded, say so first and leave the second time."""
        if self.isVisible() and self._has_changes and not self._is_leaving:
            self._is_leaving = True
            self._say(
                self.tr("Some changes are not recorded. Record them, or leave once more."), "doubt"
            )
            return
        self._close()

    def _close(self) -> None:
        self._is_leaving = False
        self.draft = None
        super().dismiss()

    @property
    def _has_changes(self) -> bool:
        has_draft = self.draft is not None and self.draft.is_changed
        return has_draft or self.identity.wanted() is not None

    # --- recording -------------------------------------------------------------------------------

    def record(self) -> None:
        """Record every change of every page together; what is unusual is asked about once."""
        draft, library = self.draft, self._session.library
        if draft is None or library is None or not self._session.can_write:
            return
        for row, section in enumerate(self.sections):
            refused = section.refusal()
            if refused is not None:
                self.pages.setCurrentRow(row)
                self._say(refused[1], "refuse")
                refused[0].setFocus(Qt.FocusReason.OtherFocusReason)
                return
        entries, identity = draft.entries(self._session.person), self.identity.wanted()
        if not entries and identity is None:
            self._say(self.tr("There is nothing new to record."))
            return
        asked = self._questions(entries)
        if asked and asked != self._asked:
            self._asked = asked
            again = self.tr("Record once more if it is right.")
            self._say(" ".join((*asked, again)), "doubt")
            return
        try:
            if entries:
                code = draft.record.patient.code
                text = self.tr("Record of {code}").format(code=code)
                patient_commands.record(self._session, entries, text)
            if identity is not None:
                record_identity(self._session, identity)
        except WoundtrackError as problem:
            self._say(messages.sentence_of(problem), "refuse")
            return
        self._read()
        self.identity.show_patient()
        self._say(self.tr("Recorded. Ctrl Z takes it back."), "good")

    def _questions(self, entries: tuple[Entry, ...]) -> tuple[str, ...]:
        if self.draft is None:
            return ()
        found = [
            messages.question_of(question)
            for entry in entries
            for question in workflow.questions(entry, self.draft.record)
        ]
        return tuple(dict.fromkeys(found))

    # --- showing ---------------------------------------------------------------------------------

    def _read(self) -> None:
        library, patient = self._session.library, self._session.patient
        if library is None or patient is None:
            return
        record = workflow.record_of(library, patient)
        self.draft = PatientDraft(record, library.lesions(patient.id))
        self._asked = ()
        self._is_leaving = False
        for section in self.sections:
            section.show_draft(self.draft)
        self._show_state()
        self._show_history()

    def _changed(self) -> None:
        self._is_leaving = False
        if self.draft is not None:
            for section in self.sections:
                section.show_draft(self.draft)
        self._show_state()
        self._say("")

    def _show_state(self) -> None:
        self.keep.setEnabled(self._session.can_write)

    def _follow(self, kinds: frozenset[str]) -> None:
        """Read anew what was undone or recorded elsewhere; what was typed here goes with it."""
        if self.isVisible() and "record" in kinds:
            self._read()
            self.identity.show_patient()

    def _follow_patient(self, patient: Patient | None) -> None:
        """Close where another patient comes into view: nothing is recorded of the wrong one."""
        draft = self.draft
        if draft is not None and (patient is None or patient.id != draft.record.patient.id):
            self._close()

    def _show_page(self, row: int) -> None:
        if row >= 0:
            self._stack.setCurrentIndex(row)
            self._show_history()

    @property
    def history(self) -> tuple[str, ...]:
        """What stands in the history beside the page in view, a text each."""
        return tuple(self._told)

    def _show_history(self) -> None:
        while self._history.count():
            item = self._history.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._told = []
        library, draft = self._session.library, self.draft
        if library is None or draft is None:
            return
        section = self.sections[max(0, self.pages.currentRow())]
        there = [draft.there(part) for part in section.parts()]
        threads = [
            library.entry_revisions(type(one), one.entry_id) for one in there if one is not None
        ]
        if section is self.lesions:
            links = library.entries(
                LesionLink, patient_id=draft.record.patient.id, include_retired=True
            )
            threads += [library.entry_revisions(LesionLink, one.entry_id) for one in links]
        labels = {lesion.id: lesion.label for lesion in draft.lesions}
        today = date.today()  # noqa: DTZ011  the person's own day
        for one in told(threads, today, labels)[:_MOST_TOLD]:
            head = Label(one.head, "caption", "2", wraps=True)
            lines = Label("\n".join(one.lines), "label", wraps=True)
            lines.setContentsMargins(0, 0, 0, 8)
            self._history.addWidget(head)
            self._history.addWidget(lines)
            self._told.append("\n".join((one.head, *one.lines)))
        if not self._told:
            nothing = (
                self.tr("Who recorded names, and when, stands in the audit trail.")
                if section is self.identity
                else self.tr("Nothing is recorded yet.")
            )
            self._history.addWidget(Label(nothing, "label", "2", wraps=True))
        self._history.addStretch(1)

    def _say(self, text: str, tone: str = "2") -> None:
        self.said.setText(text)
        self.said.set_tone("doubt" if tone == "doubt" else "refuse" if tone == "refuse" else "2")

    # --- keys ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        # Some of its keys are also shortcuts of the rooms; while this is open they are its own.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
            and event.key() in _OWN
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_enter and has_ctrl:
            self.record()
        elif has_ctrl and event.key() in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            step = 1 if event.key() == Qt.Key.Key_PageDown else -1
            self.pages.setCurrentRow((self.pages.currentRow() + step) % len(self.sections))
            self.pages.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    # --- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.code = Label("", "patient")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.code)
        head.addWidget(Label(self.tr("What is known of this patient"), "body", "2"), 1)
        self.inside.addLayout(head)
        self.inside.addWidget(rule())
        self.pages = QListWidget()
        self.pages.setFixedWidth(_PAGES)
        self.pages.setAccessibleName(self.tr("Pages"))
        for section in self.sections:
            page = QListWidgetItem(section.title, self.pages)
            page.setSizeHint(QSize(0, 36))
        self._stack = QStackedWidget()
        for section in self.sections:
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setWidget(plain_ground(section))
            self._stack.addWidget(area)
        told_in = QWidget()
        told_in.setLayout(self._history)
        self._history.setContentsMargins(0, 0, 8, 0)
        self._history.setSpacing(0)
        past = QScrollArea()
        past.setWidgetResizable(True)
        past.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        past.setAccessibleName(self.tr("History of this page"))
        past.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        past.setWidget(plain_ground(told_in))
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(Label(self.tr("History"), "label_strong", "2"))
        side.addWidget(past, 1)
        beside = QWidget()
        beside.setLayout(side)
        side.setContentsMargins(12, 2, 0, 0)
        beside.setFixedWidth(_HISTORY)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self.pages)
        body.addWidget(rule(vertical=True))
        body.addWidget(self._stack, 1)
        body.addWidget(rule(vertical=True))
        body.addWidget(beside)
        self.inside.addLayout(body, 1)
        self.said = Label("", "label", wraps=True)
        self.leave = KeyButton(self.tr("Leave"), self.tr("Esc"))
        self.leave.clicked.connect(self.dismiss)
        self.keep = KeyButton(self.tr("Record changes"), self.tr("Ctrl Enter"), "main")
        self.keep.clicked.connect(self.record)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.leave)
        foot.addWidget(self.keep)
        self.inside.addWidget(rule())
        self.inside.addLayout(foot)
        self.pages.currentRowChanged.connect(self._show_page)
        self.pages.setCurrentRow(0)
