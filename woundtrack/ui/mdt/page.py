"""The MDT room: who is to be shown, in which order, and why; from here the meeting begins.

Hides where the list is kept, who is suggested, and that a library for reading keeps nothing.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import no_progress, now
from woundtrack.ui.components import Card, KeyButton, Label, Panel, words
from woundtrack.ui.mdt.lists import ListedPatient, PatientList
from woundtrack.ui.mdt.screen import MdtScreen
from woundtrack.ui.record.identity_view import IdentityView
from woundtrack.workflow import Candidate, Leave, Meeting, Occasion

if TYPE_CHECKING:
    from woundtrack.model import Patient, Progress
    from woundtrack.records import PatientSummary
    from woundtrack.ui.components.chips import TagKind
    from woundtrack.ui.session import Session

_KEY: Final = "mdt candidates"
_KEEP_MS: Final = 1500


class MdtPage(QWidget):
    """The list of the meeting."""

    page_id = "mdt"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._meeting = Meeting()
        self._order: list[str] = []
        self._candidates: dict[str, Candidate] = {}
        self._summaries: dict[str, PatientSummary] = {}
        self._is_entered = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_KEEP_MS)
        self._timer.timeout.connect(self.keep)
        self.screen_ = MdtScreen(session, self)
        self.screen_.shown.connect(lambda patient_id: self._note_shown((patient_id,)))
        self.screen_.left.connect(self._come_back)
        self._build()
        actions = session.actions
        actions.bind("mdt.begin", self.begin, self)
        actions.bind("mdt.from_start", lambda: self.begin(from_start=True), self)
        actions.bind("mdt.suggested", self.add_suggested, self)
        actions.bind("mdt.empty", self.empty, self)
        # The keys stand on the page: who was ticked a moment ago is moved without leaving its row.
        actions.bind("mdt.up", lambda: self._move_held(-1), self)
        actions.bind("mdt.down", lambda: self._move_held(1), self)
        self._names = IdentityView.of(session)
        self._names.changed.connect(self._follow)
        session.library_changed.connect(self._follow)
        session.library_opened.connect(self._forget)
        session.library_closed.connect(self._forget)

    def _build(self) -> None:
        actions = self._session.actions
        head = Panel("bar")
        head.setFixedHeight(48)
        in_head = QHBoxLayout(head)
        in_head.setContentsMargins(16, 0, 16, 0)
        in_head.setSpacing(12)
        in_head.addWidget(Label(self.tr("MDT"), "patient"))
        self._said = Label("", "label", "2")
        in_head.addWidget(self._said)
        in_head.addStretch(1)
        self.begin_button = KeyButton.of(
            actions["mdt.begin"], kind="main", icon="presentation-chart"
        )
        self.start_button = KeyButton.of(actions["mdt.from_start"], shows_key=False)
        in_head.addWidget(self.start_button)
        in_head.addWidget(self.begin_button)

        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find a patient by code"))
        self.search.setAccessibleName(self.tr("Find a patient by code"))
        self.search.textChanged.connect(self._show)
        self.everyone = PatientList(self.tr("All patients"), has_ticks=True)
        self.everyone.toggled.connect(self.toggle)
        self.chosen = PatientList(
            self.tr("Patients of the meeting, in their order"), has_ticks=False
        )
        self.chosen.removed.connect(self.toggle)
        self.everyone_label = Label("", "caption", "2")
        self.chosen_label = Label("", "caption", "2")
        left = self._card(
            self.tr("All patients"),
            self.everyone_label,
            self.everyone,
            [KeyButton.of(actions["mdt.suggested"], icon="plus")],
            search=self.search,
            hint=self.tr("Space ticks a patient."),
        )
        right = self._card(
            self.tr("To be shown"),
            self.chosen_label,
            self.chosen,
            [
                KeyButton.of(actions["mdt.up"], kind="quiet", size="small"),
                KeyButton.of(actions["mdt.down"], kind="quiet", size="small"),
                KeyButton.of(actions["mdt.empty"], kind="quiet", size="small"),
            ],
            hint=self.tr("Del takes a patient off the list."),
        )
        cards = QHBoxLayout()
        cards.setContentsMargins(16, 16, 16, 12)
        cards.setSpacing(12)
        cards.addWidget(left, 3)
        cards.addWidget(right, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addLayout(cards, 1)

    def _card(
        self,
        title: str,
        label: Label,
        view: PatientList,
        buttons: list[KeyButton],
        *,
        hint: str,
        search: QLineEdit | None = None,
    ) -> Card:
        card = Card()
        layout = QVBoxLayout(card)
        layout.setContentsMargins(1, 8, 1, 8)
        layout.setSpacing(6)
        top = QHBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.setSpacing(12)
        top.addStrut(32)
        top.addWidget(Label(title, "section"))
        top.addWidget(label)
        top.addStretch(1)
        if search is not None:
            search.setFixedWidth(220)
            top.addWidget(search)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 0)
        foot.setSpacing(8)
        for button in buttons:
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(Label(hint, "caption", "2"))
        layout.addLayout(top)
        layout.addWidget(view, 1)
        layout.addLayout(foot)
        return card

    # --- coming and going ------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Be shown; a ``patient_id`` in the context is chosen in the list of all."""
        self._is_entered = True
        self._read()
        patient_id = context.get("patient_id")
        if isinstance(patient_id, str):
            self.everyone.hold(patient_id)
        self.everyone.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Be hidden: the list is kept."""
        self._is_entered = False
        self._session.tasks.cancel(_KEY)
        self.keep()

    def _forget(self) -> None:
        self._timer.stop()
        self._meeting, self._order = Meeting(), []
        self._candidates, self._summaries = {}, {}

    def _follow(self, _kinds: object = None) -> None:
        if self._is_entered:
            self._read()

    def _read(self) -> None:
        """Read patients and list anew; why to show each is looked for by a worker."""
        library = self._session.library
        if library is None:
            return
        self._summaries = {one.patient.id: one for one in library.patient_summaries()}
        if not self._timer.isActive():
            self._meeting = workflow.meeting_of(library)
            if self._session.can_write or not self._order:
                self._order = list(self._meeting.patients)
        self._show()
        self._session.tasks.run(
            _look_for_candidates,
            library.path,
            self._meeting,
            self._today,
            on_done=self._take_candidates,
            key=_KEY,
        )

    @property
    def _today(self) -> date:
        return now().astimezone().date()

    def _take_candidates(self, found: tuple[Candidate, ...]) -> None:
        self._candidates = {one.patient.id: one for one in found}
        self._show()

    # --- what is shown ---------------------------------------------------------------------------

    def _show(self, _text: str = "") -> None:
        wanted = self.search.text().strip().casefold()
        find = self.tr("Find a patient by code")
        if self._names.is_unlocked:
            find = self.tr("Find by code or name")
        self.search.setPlaceholderText(find)
        self.search.setAccessibleName(find)
        rows = [
            self._row(summary)
            for summary in self._summaries.values()
            if wanted in f"{summary.code} {self._name(summary.patient.id)}".casefold()
        ]
        self.everyone.show_rows(rows)
        known = [one for one in self._order if one in self._summaries]
        self.chosen.show_rows([self._row(self._summaries[one]) for one in known])
        count = len(known)
        self.everyone_label.setText(
            words.counted(len(self._summaries), self.tr("1 patient"), self.tr("{n} patients"))
        )
        self.chosen_label.setText(
            words.counted(count, self.tr("1 patient"), self.tr("{n} patients"))
            if count
            else self.tr("nobody yet")
        )
        held = self._meeting.last_held(self._today)
        said = []
        if held is not None:
            said.append(self.tr("Last meeting {day}.").format(day=words.day(held)))
        elif self._summaries:
            usual = self.tr("No meeting so far: news of the last {days} days is marked.")
            said.append(usual.format(days=workflow.USUAL_DAYS))
        if not self._session.can_write:
            said.append(self.tr("Open for reading only: this list isn't kept."))
        self._said.setText(" ".join(said))
        actions = self._session.actions
        actions.switch("mdt.begin", bool(known), self.tr("Tick a patient first."))
        place = self._going_on
        begin_text = actions["mdt.begin"].text()
        if place:
            begin_text = self.tr("Go on at {place} of {count}").format(place=place + 1, count=count)
        self.begin_button.reword(begin_text)
        self.begin_button.setAccessibleName(begin_text)
        self.start_button.setVisible(bool(place))
        actions.switch("mdt.from_start", bool(place), self.tr("Nobody was shown today yet."))
        actions.switch("mdt.empty", bool(known), self.tr("Nobody is on the list."))
        for action_id in ("mdt.up", "mdt.down"):
            actions.switch(action_id, count > 1, self.tr("There is nothing to order."))
        new = [one for one in self._suggested if one not in self._order]
        actions.switch(
            "mdt.suggested",
            bool(new),
            self.tr("Everybody with news since the last meeting is on the list."),
        )

    def _row(self, summary: PatientSummary) -> ListedPatient:
        patient = summary.patient
        candidate = self._candidates.get(patient.id)
        tags: list[tuple[str, TagKind]] = []
        if summary.died_on is not None:
            died = self.tr("died {day}").format(day=words.partial_day(summary.died_on))
            tags.append((died, "info"))
        is_refused = candidate is not None and candidate.answer is Leave.REFUSED
        if is_refused:
            tags.append((self.tr("no consent to the MDT"), "refuse"))
        elif candidate is not None:
            found = (self._occasion(one, candidate) for one in candidate.occasions)
            tags += [(text, "info") for text in found if text]
        if summary.waiting_count:
            tags.append((self.tr("{count} to review").format(count=summary.waiting_count), "doubt"))
        if self._was_shown_today(patient.id):
            tags.append((self.tr("shown today"), "good"))
        seen = ""
        if summary.last_visited_on is not None:
            seen = self.tr("seen {day}").format(day=words.day(summary.last_visited_on))
        number = self._order.index(patient.id) + 1 if patient.id in self._order else None
        return ListedPatient(
            id=patient.id,
            code=patient.code,
            name=self._name(patient.id),
            under="" if is_refused else self._under(summary, candidate),
            seen=seen,
            tags=tuple(tags),
            number=number,
        )

    def _name(self, patient_id: str) -> str:
        """Return a patient's name while names are shown."""
        identity = self._names.identity(patient_id)
        return "" if identity is None else identity.name

    def _under(self, summary: PatientSummary, candidate: Candidate | None) -> str:
        """Return how many lesions there are, and the largest area of those open."""
        if not summary.lesion_count:
            return self.tr("no lesion yet")
        parts = [
            self.tr("{count} of {all} open").format(
                count=summary.open_lesion_count, all=summary.lesion_count
            )
            if summary.open_lesion_count
            else self.tr("all closed")
        ]
        if candidate is not None and candidate.largest_mm2 and summary.open_lesion_count:
            area = words.area(candidate.largest_mm2 / 100, has_unit=True)
            parts.append(self.tr("largest {area}").format(area=area))
        return ", ".join(parts)

    def _occasion(self, one: Occasion, candidate: Candidate) -> str:
        """Return why to show a patient; nothing for what stands there anyway."""
        grown = candidate.grown
        if one is Occasion.LARGER and grown is not None:
            text = self.tr("{lesion} {percent}")
            if grown.is_since_first:
                text = self.tr("{lesion} {percent} since the first")
            return text.format(
                lesion=grown.label, percent=words.percent(grown.share, has_sign=True)
            )
        return {
            Occasion.NEW_LESION: self.tr("new lesion"),
            Occasion.NEWS: self.tr("news"),
        }.get(one, "")

    @property
    def _suggested(self) -> list[str]:
        return [one.patient.id for one in self._candidates.values() if one.occasions]

    # --- the list --------------------------------------------------------------------------------

    @property
    def said(self) -> str:
        """What is said beside the room's name."""
        return self._said.text()

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of the patients to be shown, in their order."""
        return tuple(self._order)

    def toggle(self, patient_id: str) -> None:
        """Put a patient at the end of the list, or take one off it."""
        if patient_id in self._order:
            self._order.remove(patient_id)
        else:
            self._order.append(patient_id)
        self._changed()
        self.chosen.hold(patient_id)

    def _move_held(self, step: int) -> None:
        held = self.chosen.held
        if self.everyone.hasFocus() and self.everyone.held in self._order:
            held = self.everyone.held
        if held is None or held not in self._order:
            return
        here = self._order.index(held)
        there = min(max(here + step, 0), len(self._order) - 1)
        self._order.insert(there, self._order.pop(here))
        self._changed()
        self.chosen.hold(held)

    def add_suggested(self) -> None:
        """Put everybody with news since the last meeting on the list."""
        self._order += [one for one in self._suggested if one not in self._order]
        self._changed()

    def empty(self) -> None:
        """Take everybody off the list."""
        self._order.clear()
        self._changed()

    def _changed(self) -> None:
        self._show()
        if self._session.can_write:
            self._timer.start()

    def keep(self) -> None:
        """Keep the list with the library, where it can be written."""
        self._timer.stop()
        library = self._session.library
        if library is None or not self._session.can_write:
            return
        try:
            self._meeting = workflow.set_meeting(library, self._order, by=self._session.person)
        except WoundtrackError as problem:
            self._session.problem.emit(problem)

    # --- the meeting -----------------------------------------------------------------------------

    def _was_shown_today(self, patient_id: str) -> bool:
        return self._today in self._meeting.shown.get(patient_id, ())

    @property
    def _going_on(self) -> int:
        """The place of the list at which a meeting begun today goes on; 0: from the start.

        That of the first patient not shown yet; where all were, there is nothing to go on with.
        """
        was_shown = [self._was_shown_today(one) for one in self._order if one in self._summaries]
        if any(was_shown) and not all(was_shown):
            return was_shown.index(False)
        return 0

    def begin(self, *, from_start: bool = False) -> None:
        """Show the meeting on the full screen, from where it was left today."""
        self.keep()
        place = 0 if from_start else self._going_on
        patients: list[Patient] = [
            self._summaries[one].patient for one in self._order if one in self._summaries
        ]
        if patients:
            self.screen_.begin(patients, self._meeting, self._today, place=place)

    def _come_back(self, shown: tuple[str, ...]) -> None:
        self._note_shown(shown)
        if self._session.library is not None:
            self._show()

    def _note_shown(self, shown: tuple[str, ...]) -> None:
        """Keep who was shown today at once: it is there after the power went, too."""
        library = self._session.library
        if library is None or not self._session.can_write or not shown:
            return
        try:
            self._meeting = workflow.note_shown(
                library, shown, self._today, by=self._session.person
            )
        except WoundtrackError as problem:
            self._session.problem.emit(problem)


def _look_for_candidates(
    folder: Path, meeting: Meeting, today: date, progress: Progress = no_progress
) -> tuple[Candidate, ...]:
    """Look for who might be shown, on a worker and with a connection of its own."""
    from woundtrack.records import Library  # loads the database layer, on the worker

    with Library.open(folder, read_only=True) as library:
        return workflow.candidates(library, meeting, today, progress=progress)
