"""The review room: look at a photograph, correct its outlines, say which lesion, accept, go on.

Hides the order of things: what is opened next, what waits for a worker, where undo leads.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from woundtrack.errors import WoundtrackError
from woundtrack.model import now
from woundtrack.ui.components import words
from woundtrack.ui.components.outline_kind import KIND_ACTIONS
from woundtrack.ui.imports.batch import ImportCommand
from woundtrack.ui.review import offers
from woundtrack.ui.review import words as review_words
from woundtrack.ui.review.area_question import AreaCheck
from woundtrack.ui.review.casework import Casework
from woundtrack.ui.review.drawing import Drawing
from woundtrack.ui.review.edge_tools import ACTION as EDGE
from woundtrack.ui.review.ghost import KEY as GHOST
from woundtrack.ui.review.ghost import Ghost
from woundtrack.ui.review.lesion_question import LesionQuestion
from woundtrack.ui.review.place_question import PlaceQuestion
from woundtrack.ui.review.queue import read_queue
from woundtrack.ui.review.room import ReviewRoom
from woundtrack.ui.review.tissue_work import TissueWork
from woundtrack.ui.review.trail import Trail
from woundtrack.ui.small_copies import SmallCopies

if TYPE_CHECKING:
    from woundtrack.model import Patient, Photograph
    from woundtrack.ui.review.draft import Case, Draft, Entry
    from woundtrack.ui.session import Session

_STRIP_MS: Final = 150
"""After a small copy was made anew: the strip is shown once for several of them."""


class ReviewPage(QWidget):
    """The room, the work on the photograph that is open in it, and the way through the queue.

    Attributes
    ----------
    work
        The photograph that is open, its lesions, and what is recorded of them.
    canvas, queue, strip, panel, last, hand
        The room's parts.
    """

    page_id = "review"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._trail = Trail()
        self._back_to = ""
        self._is_opening = False
        self._is_stale = True

        self.work = Casework(session, self)
        self._copies = SmallCopies(session, self)
        self._copies.made.connect(self._copy_made)
        self._strip_later = QTimer(self)
        self._strip_later.setSingleShot(True)
        self._strip_later.setInterval(_STRIP_MS)
        self._strip_later.timeout.connect(self._show_strip_again)
        self._room = room = ReviewRoom(session, self.work.lesions_of, self._copies.of)
        self.canvas, self.queue, self.panel = room.canvas, room.queue, room.panel
        self.strip, self.last = room.strip, room.last
        self._drawing = Drawing(session, self.work, self.canvas, self._following, self)
        self.hand = self._drawing.tools.hand
        self._drawing.tools.edge.stand_beside(room.tools.buttons[EDGE])
        self._drawing.colours.wanted.connect(self.last.want_card_colours)
        self.tissue = TissueWork(
            session, self.work, self.canvas, self._drawing.tools, self.panel.tissue, self
        )
        self._drawing.opened.connect(self.tissue.begin)
        self._drawing.stopped.connect(self.tissue.stop)
        self._ghost = Ghost(self.canvas, session.actions, self)
        self._sizes = AreaCheck(session, self.work, self)
        self._which = LesionQuestion(session, self.work, self.panel.picker, self)
        self._where = PlaceQuestion(session, self.work, self.panel.refiling, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(room)
        self.setFocusProxy(self.canvas)
        self._bind()
        self._connect()
        self._show_nothing()

    def _bind(self) -> None:
        for action_id, do in (
            ("review.accept", self.accept),
            ("review.skip", self._go_forward),
            ("review.back", self._go_back),
            ("review.set_aside", self._set_aside),
            ("review.reopen", self._bring_back),
            ("review.refile", self._where.ask),
            ("review.closed", self._which.ask_closed),
            ("review.new_lesion", self._which.ask_new),
            ("review.other_lesion", self._which.ask_which),
            ("review.next_lesion", self.work.select_next),
            ("review.part", self.work.make_part),
            ("review.retire", self.work.remove),
            ("review.no_ruler", self.work.remove_ruler),
        ):
            self._session.actions.bind(action_id, do, self.canvas)
        for kind, action_id in KIND_ACTIONS.items():
            self._session.actions.bind(action_id, partial(self._drawing.draw, kind), self.canvas)
        why, show = "review.uncertainty", self.panel.answer_uncertainty
        self._session.actions.bind(why, show, self.canvas, is_checkable=True)

    def _connect(self) -> None:
        session, room = self._session, self._room
        self.work.changed.connect(self._show_lesions)
        self.work.wanted.connect(self._show_wanted)
        self.work.rerecorded.connect(self._show_rerecorded)
        self.queue.chosen.connect(self._open)
        self.queue.left_for_photo.connect(self._focus_canvas)
        self.strip.opened.connect(self._open)
        room.widened.connect(self._show_lesions)
        room.empty.next_asked.connect(partial(self._step, 1))
        room.empty.last_asked.connect(self._go_back)
        self._ghost.changed.connect(self._show_ghost)
        self.panel.picker.dismissed.connect(self._focus_canvas)
        self.panel.refiling.dismissed.connect(self._focus_canvas)
        self.panel.why.returnPressed.connect(self.accept)
        session.library_changed.connect(self._library_changed)
        # Not at opening: the window has entered this room by then, and one library closes before
        # another opens.
        session.library_closed.connect(self._start_afresh)
        session.patient_changed.connect(self._patient_changed)
        session.undo_stack.indexChanged.connect(self._undo_moved)

    # --- what is in view -------------------------------------------------------------------------

    @property
    def case(self) -> Case | None:
        """The photograph in view."""
        return self.work.case

    @property
    def draft(self) -> Draft:
        """Its lesions as they stand."""
        return self.work.draft

    @property
    def selected(self) -> Entry | None:
        """The outline in hand; None where the lesion has none of the kind that is drawn."""
        return self.work.selected

    @property
    def is_working(self) -> bool:
        """Whether a gesture is being worked out."""
        return self._drawing.is_working

    @property
    def empty_title(self) -> str:
        """What is said where no photograph is open."""
        return self._room.empty.title

    # --- coming and going ------------------------------------------------------------------------

    def enter(
        self, photograph_id: str | None = None, back_to: str = "", **_context: object
    ) -> None:
        """Show a photograph; without one, what was in view, or the first that waits.

        ``back_to`` is the room that Esc goes back to.
        """
        self._back_to = back_to
        if self._is_stale:
            self._read_queue()
        if photograph_id is not None:
            self._open(photograph_id)
        elif self.case is None or self._is_of_another(self._session.patient):
            self._open_of(self._session.patient)
        self._focus_canvas()

    def leave(self) -> None:
        """Stop what is being worked out; the photograph and what was drawn stay."""
        self._drawing.cancel()
        self.panel.dismiss()

    def _start_afresh(self) -> None:
        """Forget everything: another library is open, or none."""
        self.work.forget()
        self._trail.forget()
        self._copies.forget()
        self._drawing.forget()
        self.last.forget()
        self._is_stale = True
        self.queue.show_rows((), 0, self._copies.of)
        self._show_nothing()

    def _library_changed(self, kinds: frozenset[str]) -> None:
        if not kinds & {"patients", "photographs", "proposals", "assessments"}:
            return
        if not self.isVisible():
            self._is_stale = True
            return
        self._read_queue()
        self._read_again()

    def _patient_changed(self, patient: Patient | None) -> None:
        """Another patient was chosen beside the room: their photographs, or say there are none."""
        if not self._is_opening and self.isVisible() and self._is_of_another(patient):
            self._open_of(patient)

    def _is_of_another(self, patient: Patient | None) -> bool:
        return self.case is not None and patient is not None and patient.id != self.case.patient.id

    def _read_queue(self) -> None:
        library = self._session.library
        if library is None:
            return
        rows = read_queue(library)
        self.work.count_out([row.filed.id for row in rows])
        has_any = bool(rows) or self._session.has_photographs
        count = len(self.work.reviewed_at)
        self.queue.show_rows(rows, count, self._copies.of, has_any=has_any)
        self.queue.show_current(None if self.case is None else self.case.filed.id)
        self._is_stale = False

    def _copy_made(self, sha256: str) -> None:
        """Show a small copy that was gone: in the queue now, in the strip with others."""
        self.queue.show_copy(sha256)
        self._strip_later.start()

    def _show_strip_again(self) -> None:
        if self.case is not None and self.isVisible():
            self._show_lesions()

    def _read_again(self) -> None:
        """Take over what was recorded of the photograph in view."""
        case, patient = self.case, self._session.patient
        if case is None:
            # What was undone is there again: nothing is in hand that it could take the place of.
            if any(row.patient == patient for row in self.queue.rows):
                self._open_first(patient)
            return
        if self.work.read_again():
            return
        if self._is_there(case.filed.id):  # filed elsewhere by now: all of it is shown anew
            self.work.close()
            self._open(case.filed.id)
        else:
            self._open_first(self._session.patient)

    # --- opening ---------------------------------------------------------------------------------

    def _open_of(self, patient: Patient | None) -> None:
        """Open the first photograph of a patient, or say that there is none.

        The header names the session's patient: no photograph of another stays in view.
        """
        if patient is None or any(row.patient == patient for row in self.queue.rows):
            self._open_first(patient)
        else:
            self._show_nothing()

    def _open_first(self, patient: Patient | None) -> None:
        rows = self.queue.rows
        own = next((row for row in rows if patient is not None and row.patient == patient), None)
        row = own or (rows[0] if rows else None)
        if row is None:
            self._show_nothing()
        else:
            self._open(row.filed.id)

    def _open(self, photograph_id: str) -> None:
        library = self._session.library
        if library is None:
            return
        if self.case is not None and self.case.filed.id == photograph_id:
            self.queue.show_current(photograph_id)
            self._session.set_patient(self.case.patient)
            self._read_again()
            return
        self._drawing.stop()
        self.panel.dismiss()
        self.panel.show_top()
        case = self.work.open(photograph_id)
        self._trail.went(photograph_id)
        self._is_opening = True
        self._session.set_patient(case.patient)
        self._session.set_visit(case.visit.id)
        self._is_opening = False
        of_visit = [one.id for one in library.photographs(visit_id=case.visit.id)]
        self._room.show_photograph(case, of_visit)
        self._drawing.begin(case)
        self._show_lesions()

    def _following(self) -> Photograph | None:
        """Return the photograph that will probably be opened next."""
        following = None if self.case is None else self.queue.following(self.case.filed.id)
        rows = (row.filed for row in self.queue.rows if row.filed.id == following)
        return next((filed.photograph for filed in rows), None)

    # --- showing ---------------------------------------------------------------------------------

    def _show_nothing(self) -> None:
        self._drawing.stop()
        self.work.close()
        patient = self._session.patient
        is_of_others = bool(self.queue.rows) and patient is not None
        is_undone = self._is_import_undone
        title, text = review_words.why_empty(
            patient_code=patient.code if is_of_others and patient is not None else "",
            is_undone=is_undone,
            has_photographs=self._session.has_photographs,
            reviewed_at=self.work.reviewed_at,
            bare_code=self._bare_code(patient),
        )
        shown = self._trail.shown
        has_last = not is_undone and shown is not None and self._is_there(shown)
        self._room.show_empty(
            title, text, has_next=is_of_others, can_redo=is_undone, has_last=has_last
        )
        self._show_offers()

    def _bare_code(self, patient: Patient | None) -> str:
        """Return the code of a patient of whom there is no photograph; empty where there is one."""
        library = self._session.library
        if library is None or patient is None or library.photographed_visits(patient.id):
            return ""
        return patient.code

    @property
    def _is_import_undone(self) -> bool:
        """Whether an import was undone last and can be redone."""
        stack = self._session.undo_stack
        return stack.canRedo() and isinstance(stack.command(stack.index()), ImportCommand)

    def _undo_moved(self, _index: int) -> None:
        """Say anew what can be done, and where nothing is open, why."""
        if self.case is None and self._session.library is not None:
            self._show_nothing()
        else:
            self._show_offers()

    def _show_lesions(self) -> None:
        case, library, entry = self.case, self._session.library, self.selected
        if case is None or library is None:
            return
        lesion = self.work.in_hand
        if lesion is not None and lesion.identity is not None and lesion.identity.lesion:
            self._session.set_lesion(lesion.identity.lesion.id)
        self._room.show_lesions(
            library,
            case,
            self.draft,
            lesion,
            kind=self.work.kind,
            ghost=self._ghost.drawn(library, case, self.draft, entry),
            problem=self.work.problem,
            asked=self._sizes.note,
        )
        parts = () if entry is None else self.draft.parts_of(entry)
        self.hand.know_parts(tuple(one.outline for one in parts if one.outline is not None))
        self.queue.say_again(case.filed.id)
        self._drawing.tools.draw(self.work.kind)
        self._drawing.tools.follow(None if entry is None else entry.outline)
        self.tissue.follow()
        self._show_offers()

    def _show_offers(self) -> None:
        """Switch the actions on or off, each with its reason."""
        table, case, draft = self._session.actions, self.case, self.draft
        reasons = offers.reasons_against(
            case,
            draft,
            self.selected,
            has_next=bool(self.queue.rows) or self._trail.has_ahead,
            has_last=bool(self.queue.rows) or self._trail.has_past,
        )
        for action_id, reason in reasons.items():
            table.switch(action_id, is_on=not reason, why_off=reason)
        is_asked = bool(self._sizes.asked)
        table["review.accept"].setText(offers.words_to_accept(case, draft, is_asked=is_asked))

    def _show_ghost(self) -> None:
        """Show the ghost or take it away; where there is none to show, say so."""
        self._show_lesions()
        has_one = any(one.key == GHOST for one in self.canvas.outlines)
        if self._ghost.is_on and self.case is not None and not has_one:
            self.canvas.say(self.tr("No earlier outline of this lesion can be shown here."))

    # --- recording -------------------------------------------------------------------------------

    def accept(self) -> None:
        """Record the photograph's lesions and go on; or the changes to what was accepted."""
        case = self.case
        if case is None or not self._session.can_write:
            return
        if self._drawing.is_working:
            self._session.said.emit(self.tr("The edge is still being found: look first."))
            return
        if self.tissue.has_waiting:
            self._session.said.emit(self.tr("The tissue is still being painted: look first."))
            return
        if self._asks_first() or not self.work.accept(self.panel.why.text().strip()):
            return
        saved = self.tr("Saved {time}").format(time=words.clock(now().astimezone()))
        self._session.said.emit(saved)
        if case.is_waiting:
            self._go_on(case.filed.id)
        else:
            self._read_again()

    def _asks_first(self) -> bool:
        """Ask about a size that is unusual; whether that is to be answered before it is recorded.

        The key that asked is the answer, too.
        """
        try:
            is_asked = self._sizes.must_ask()
        except WoundtrackError as problem:
            self.work.tell(problem)
            return True
        if is_asked:
            self._show_lesions()
            said = self.tr("Not recorded yet: look at the size, and press the key again.")
            self._session.said.emit(said)
        return is_asked

    def _set_aside(self) -> None:
        case = self.case
        if case is not None and self.work.set_aside():
            if case.is_waiting:
                self._go_on(case.filed.id)
            said = self.tr("{name} is set aside. Ctrl Z brings it back, ← shows it.")
            self._session.said.emit(said.format(name=case.filed.photograph.original_name))

    def _bring_back(self) -> None:
        case = self.case
        if case is not None and self.work.bring_back() and case.is_waiting:
            self._go_on(case.filed.id)

    def _show_wanted(self, photograph_id: str) -> None:
        """Show the photograph whose draft undo or redo is about to change."""
        if self.case is None or self.case.filed.id != photograph_id or not self.isVisible():
            self._session.go("review", photograph_id=photograph_id)

    def _show_rerecorded(self, photograph_id: str, is_waiting: bool) -> None:
        """After undo or redo of something recorded: show the photograph, or go on from it."""
        if self.isVisible():
            self._read_queue()  # only now is it known whether this one counts as reviewed
        if is_waiting or not self.queue.was_here(photograph_id):
            self._session.go("review", photograph_id=photograph_id)
        else:
            self._go_on(photograph_id)

    # --- going on --------------------------------------------------------------------------------

    def _go_on(self, photograph_id: str) -> None:
        following = self.queue.following(photograph_id)
        if following is None:
            self._show_nothing()
        else:
            self._open(following)
        self._focus_canvas()

    def _go_back(self) -> None:
        """Show what was shown before; at the beginning, the one before in the queue."""
        shown = self._trail.shown
        if self.case is not None or shown is None or not self._is_there(shown):
            shown = self._trail.back(self._is_there)
        self._go_to(shown, -1)

    def _go_forward(self) -> None:
        """Show what ← came from; else go on to the next that waits."""
        self._go_to(self._trail.forward(self._is_there), 1)

    def _go_to(self, photograph_id: str | None, step: int) -> None:
        if photograph_id is None:
            self._step(step)
        else:
            self._open(photograph_id)
            self._focus_canvas()

    def _step(self, step: int) -> None:
        there = self.queue.neighbour(None if self.case is None else self.case.filed.id, step)
        if there is not None:
            self._open(there)
            self._focus_canvas()

    def _is_there(self, photograph_id: str) -> bool:
        """Whether a photograph is in view in the library, and not withdrawn."""
        library = self._session.library
        return library is not None and not library.photograph(photograph_id).is_retired

    # --- keys ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._drawing.cancel():
                self._session.said.emit(self.tr("Stopped: the outline is as it was."))
            elif self._back_to:
                self._session.go(self._back_to)
            else:
                self.panel.dismiss()
                self.canvas.say("")
            event.accept()
            return
        super().keyPressEvent(event)

    def _focus_canvas(self) -> None:
        if self.case is not None and self.isVisible():
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
