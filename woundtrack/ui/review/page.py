"""The review room: look at a photograph, correct its outlines, say which lesion, accept, go on.

Hides the order of things: what is opened next, what waits for a worker, what undo brings back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import (
    Lesion,
    Patient,
    Point,
    TimelinePoint,
    new_id,
    now,
)
from woundtrack.ui import messages
from woundtrack.ui.components import words
from woundtrack.ui.imports.batch import ImportCommand
from woundtrack.ui.review import area_panel, commands, lesion_course
from woundtrack.ui.review import draft as review_draft
from woundtrack.ui.review import words as review_words
from woundtrack.ui.review.canvas import ZOOM_STEP, Canvas, Tool
from woundtrack.ui.review.commands import EditOutline
from woundtrack.ui.review.draft import Case, Draft, Entry, Identity
from woundtrack.ui.review.frame import EmptyRoom, PhotoBar
from woundtrack.ui.review.ghost import KEY as GHOST
from woundtrack.ui.review.ghost import Ghost
from woundtrack.ui.review.hand_tools import PENS, HandTools
from woundtrack.ui.review.history_strip import HistoryStrip
from woundtrack.ui.review.last_visit_view import LastVisitView
from woundtrack.ui.review.lesion_question import LesionQuestion
from woundtrack.ui.review.outliner import Found, Gesture, Outliner
from woundtrack.ui.review.panel import Note, ReviewPanel
from woundtrack.ui.review.photo_loader import Loaded, PhotoLoader, small_copy
from woundtrack.ui.review.queue import QueueRow, ReviewQueue, read_queue
from woundtrack.ui.review.refile_card import Whereabouts
from woundtrack.ui.review.tool_strip import ToolStrip
from woundtrack.ui.window.patient_header import PatientHeader

if TYPE_CHECKING:
    from woundtrack.records import Library
    from woundtrack.ui.session import Session

WIDE: Final = 1800
"""From this window width on, last visit's photograph stands beside today's."""
_TOOLS: Final = {
    Tool.PAN: "review.pan",
    Tool.INCLUDE: "review.include",
    Tool.EXCLUDE: "review.exclude",
    Tool.BOX: "review.box",
}
_MOST_THUMBS: Final = 300


class ReviewPage(QWidget):
    """The queue, the canvas with its tools, the numbers, and the lesion's earlier visits."""

    page_id = "review"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._case: Case | None = None
        self._draft = Draft()
        self._selected: str | None = None
        self._drafts: dict[tuple[str, bool], Draft] = {}
        self._reviewed: dict[str, datetime] = {}
        self._thumbs: dict[str, QImage] = {}
        self._problem: WoundtrackError | None = None
        self._shown: str | None = None
        self._past: list[str] = []
        self._ahead: list[str] = []
        self._back_to = ""
        self._is_opening = False
        self._is_stale = True

        self.canvas = Canvas()
        self.canvas.setAccessibleName(self.tr("Photograph"))
        self.queue = ReviewQueue(self._lesions_of, session.actions)
        self.strip = HistoryStrip()
        self._loader = PhotoLoader(session, "photograph", self)
        self._outliner = Outliner(session, self)
        self.hand = HandTools(self.canvas, session.actions, self)
        self._ghost = Ghost()
        self._bind()
        self.panel = ReviewPanel(session.actions)
        self.last = LastVisitView(session, self.canvas)
        self._build()

        self.canvas.clicked.connect(self._clicked)
        self.canvas.boxed.connect(self._boxed)
        self.canvas.picked.connect(self.select)
        self.queue.chosen.connect(self._open)
        self.queue.left_for_photo.connect(self._focus_canvas)
        self.strip.opened.connect(self._open)
        self._loader.loaded.connect(self._loaded)
        self._loader.refused.connect(self._not_loaded)
        self.hand.drawn.connect(self._outliner.add)
        self.hand.refused.connect(self._missed)
        self.hand.taken.connect(self._took)
        self._outliner.found.connect(self._found)
        self._outliner.missed.connect(self._missed)
        self._outliner.busy_changed.connect(self._show_busy)
        self._question = LesionQuestion(self.panel.picker, self)
        self.panel.picker.dismissed.connect(self._focus_canvas)
        self.panel.refiling.dismissed.connect(self._focus_canvas)
        self.panel.refiling.answered.connect(self._refile)
        self.panel.why.returnPressed.connect(self.accept)
        session.library_changed.connect(self._library_changed)
        session.library_opened.connect(self._start_afresh)
        session.library_closed.connect(self._start_afresh)
        session.patient_changed.connect(self._patient_changed)
        session.undo_stack.indexChanged.connect(self._undo_moved)
        self._show_nothing()

    # --- building --------------------------------------------------------------------------------

    def _bind(self) -> None:
        table = self._session.actions
        for action_id, do in (
            ("review.accept", self.accept),
            ("review.skip", self._go_forward),
            ("review.back", self._go_back),
            ("review.set_aside", self._set_aside),
            ("review.reopen", self._reopen),
            ("review.refile", self._ask_where),
            ("review.closed", self._ask_closed),
            ("review.new_lesion", self._ask_new),
            ("review.other_lesion", self._ask_other),
            ("review.next_lesion", self._select_next),
            ("review.retire", self._remove),
            ("review.zoom_in", lambda: self.canvas.zoom_by(ZOOM_STEP)),
            ("review.zoom_out", lambda: self.canvas.zoom_by(1 / ZOOM_STEP)),
            ("review.fit", self.canvas.fit),
        ):
            table.bind(action_id, do, self.canvas)
        for tool, action_id in _TOOLS.items():
            table.bind(action_id, partial(self._take, tool), self.canvas, is_checkable=True)
        ghost = table.bind("review.ghost", self._toggle_ghost, self.canvas, is_checkable=True)
        ghost.setChecked(False)
        table.bind("review.ghost_earlier", partial(self._step_ghost, 1), self.canvas)
        table.bind("review.ghost_later", partial(self._step_ghost, -1), self.canvas)
        card = table.bind("review.card", self._toggle_card, self.canvas, is_checkable=True)
        card.setChecked(True)
        hidden = table.bind("review.hide_all", self._toggle_all, self.canvas, is_checkable=True)
        hidden.setChecked(False)

    def _build(self) -> None:
        table = self._session.actions
        self.tools = ToolStrip(
            table,
            (
                ("review.pan", "review.include", "review.exclude", "review.box"),
                PENS,
                ("review.merge", "review.retire"),
                ("review.loupe", "review.ghost"),
                ("edit.undo", "edit.redo"),
            ),
        )
        self._bar = PhotoBar(table)
        side_by_side = QHBoxLayout()
        side_by_side.setContentsMargins(0, 0, 0, 0)
        side_by_side.setSpacing(0)
        side_by_side.addWidget(self.last, 1)
        side_by_side.addWidget(self.canvas, 1)
        self.last.hide()
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self._bar)
        middle.addLayout(side_by_side, 1)
        middle.addWidget(self.strip)
        room = QWidget()
        across = QHBoxLayout(room)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.tools)
        across.addLayout(middle, 1)
        across.addWidget(self.panel)

        self._empty = EmptyRoom(table)
        self._empty.next_asked.connect(partial(self._step, 1))
        self._empty.last_asked.connect(self._go_back)
        self._pages = QStackedWidget()
        self._pages.addWidget(room)
        self._pages.addWidget(self._empty)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.queue)
        below.addWidget(self._pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(PatientHeader(self._session))
        layout.addLayout(below, 1)

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
        elif self._case is None or self._is_of_another(self._session.patient):
            self._open_of(self._session.patient)
        self._focus_canvas()

    def leave(self) -> None:
        """Stop what is being worked out; the photograph and what was drawn stay."""
        self._outliner.cancel()
        self.panel.dismiss()

    def _is_of_another(self, patient: Patient | None) -> bool:
        return self._case is not None and patient is not None and patient != self._case.patient

    def _open_first(self, patient: Patient | None) -> None:
        rows = self.queue.rows
        own = next((row for row in rows if patient is not None and row.patient == patient), None)
        row = own or (rows[0] if rows else None)
        if row is None:
            self._show_nothing()
        else:
            self._open(row.filed.id)

    def _start_afresh(self) -> None:
        """Forget everything: another library is open, or none."""
        self._drafts.clear()
        self._reviewed.clear()
        self._past.clear()
        self._ahead.clear()
        self._shown = None
        self._thumbs.clear()
        self._loader.forget()
        self.last.forget()
        self._is_stale = True
        self.queue.show_rows((), 0, self._thumb)
        self._show_nothing()

    def _library_changed(self, kinds: frozenset[str]) -> None:
        if not kinds & {"photographs", "proposals", "assessments"}:
            return
        if not self.isVisible():
            self._is_stale = True
            return
        self._read_queue()
        self._read_case_again()

    def _patient_changed(self, patient: Patient | None) -> None:
        """Another patient was chosen beside the room: their photographs, or say there are none."""
        if self._is_opening or not self.isVisible() or not self._is_of_another(patient):
            return
        self._open_of(patient)

    def _open_of(self, patient: Patient | None) -> None:
        """Open the first photograph of a patient, or say that there is none.

        The header names the session's patient: no photograph of another stays in view.
        """
        if patient is None or any(row.patient == patient for row in self.queue.rows):
            self._open_first(patient)
        else:
            self._show_nothing()

    def _read_queue(self) -> None:
        library = self._session.library
        if library is None:
            return
        rows = read_queue(library)
        waiting = {row.filed.id for row in rows}
        for photograph_id in waiting & set(self._reviewed):
            del self._reviewed[photograph_id]
        has_any = bool(rows) or self._session.has_photographs
        self.queue.show_rows(rows, len(self._reviewed), self._thumb, has_any=has_any)
        self.queue.show_current(None if self._case is None else self._case.filed.id)
        self._is_stale = False

    def _read_case_again(self) -> None:
        """Take over what was recorded of the photograph in view; what was drawn stays."""
        library, case = self._session.library, self._case
        if library is None or case is None:
            return
        fresh = review_draft.open_case(library, case.filed.id)
        if fresh.filed.is_retired:
            self._open_first(self._session.patient)
        elif (fresh.visit, fresh.filed.site) != (case.visit, case.filed.site):
            self._case = None  # filed elsewhere by now: all of it is shown anew
            self._open(case.filed.id)
        elif (fresh.is_waiting, fresh.stored, fresh.elsewhere) != (
            case.is_waiting,
            case.stored,
            case.elsewhere,
        ):
            is_touched = (fresh.filed.id, fresh.is_waiting) in self._drafts
            self._case = fresh
            self._draft = self._drafts.get((fresh.filed.id, fresh.is_waiting), fresh.stored)
            if is_touched:
                self._draft = review_draft.renewed(library, fresh, self._draft)
            self._show_draft()

    # --- one photograph --------------------------------------------------------------------------

    @property
    def case(self) -> Case | None:
        """The photograph in view."""
        return self._case

    @property
    def draft(self) -> Draft:
        """Its lesions as they stand."""
        return self._draft

    @property
    def is_working(self) -> bool:
        """Whether a gesture is being worked out."""
        return self._outliner.is_working

    @property
    def empty_title(self) -> str:
        """What is said where no photograph is open."""
        return self._empty.title

    @property
    def selected(self) -> Entry | None:
        """The lesion in hand."""
        return self._draft.entry(self._selected)

    def _open(self, photograph_id: str) -> None:
        library = self._session.library
        if library is None:
            return
        if self._case is not None and self._case.filed.id == photograph_id:
            self.queue.show_current(photograph_id)
            self._session.set_patient(self._case.patient)
            self._read_case_again()
            return
        self._outliner.stop()
        self.panel.dismiss()
        case = review_draft.open_case(library, photograph_id)
        if self._shown not in {None, photograph_id}:
            self._past.append(str(self._shown))
            self._ahead.clear()
        self._shown = photograph_id
        self._case = case
        self._problem = None
        kept = self._drafts.get((photograph_id, case.is_waiting))
        self._draft = case.stored if kept is None else review_draft.renewed(library, case, kept)
        wanted = next(
            (
                entry.key
                for entry in self._draft.entries
                if entry.identity is not None
                and entry.identity.lesion is not None
                and entry.identity.lesion.id == self._session.lesion_id
            ),
            None,
        )
        first = self._draft.entries[0].key if self._draft.entries else None
        self._selected = wanted if not case.is_waiting and wanted is not None else first
        self._is_opening = True
        self._session.set_patient(case.patient)
        self._session.set_visit(case.visit.id)
        self._is_opening = False
        self._show_photograph(case)
        self._pages.setCurrentIndex(0)
        self._take(self._first_tool())
        self.queue.show_current(photograph_id)
        self._show_draft()

    def _show_photograph(self, case: Case) -> None:
        photograph = case.filed.photograph
        self.canvas.show_photograph(photograph.width_px, photograph.height_px)
        self.canvas.set_draft(self._thumb(photograph.sha256))
        self.canvas.set_calibration(case.proposal.calibration)
        self.canvas.allow_gestures(is_allowed=self._session.can_write)
        library = self._session.library
        photographs = () if library is None else library.photographs(visit_id=case.visit.id)
        self._bar.show_case(case, [one.id for one in photographs])
        self._loader.show(photograph)

    def _first_tool(self) -> Tool:
        if not self._session.can_write:
            return Tool.PAN
        return Tool.INCLUDE if self._draft.outlines else Tool.BOX

    def _loaded(self, loaded: Loaded) -> None:
        case = self._case
        if case is None or case.filed.photograph.sha256 != loaded.sha256:
            return
        self.canvas.set_levels(loaded.levels)
        self._outliner.begin(
            loaded.pixels,
            case.proposal.calibration,
            case.filed.photograph,
            lambda: self._draft.outlines,
            lambda: None if self.selected is None else self.selected.outline,
        )
        following = self.queue.following(case.filed.id)
        row = next((row for row in self.queue.rows if row.filed.id == following), None)
        if row is not None:
            self._loader.fetch_ahead(row.filed.photograph)

    def _not_loaded(self, _sha256: str, problem: WoundtrackError) -> None:
        self._outliner.stop()
        self.canvas.allow_gestures(is_allowed=False)
        self._tell(problem)

    def _show_nothing(self) -> None:
        self._outliner.stop()
        self._case = None
        self._draft = Draft()
        self._selected = None
        self._problem = None
        self.canvas.clear()
        self.hand.follow(None)
        self.queue.show_current(None)
        self.last.show_visit(None, None, None)
        is_of_others = bool(self.queue.rows) and self._session.patient is not None
        redo = self._undone_import
        if redo is not None:
            title = self.tr("The import was undone.")
            text = self.tr("Its photographs are out of view; the files are where they were.")
        elif is_of_others and self._session.patient is not None:
            title = self.tr("Nothing of {patient} waits.").format(
                patient=self._session.patient.code
            )
            text = self.tr("Photographs of other patients do.")
        elif not self._session.has_photographs:
            title = self.tr("No photographs yet.")
            text = self.tr("Those that are imported come up here to be checked.")
        else:
            title, text = self.tr("All reviewed."), self._said_of_reviewed()
        self._empty.say(
            title,
            text,
            has_next=is_of_others,
            can_redo=redo is not None,
            has_last=redo is None and self._shown is not None and self._is_there(self._shown),
        )
        self._pages.setCurrentIndex(1)
        self._show_state()

    @property
    def _undone_import(self) -> ImportCommand | None:
        """The import that was undone last and can be redone, or None."""
        stack = self._session.undo_stack
        command = stack.command(stack.index()) if stack.canRedo() else None
        return command if isinstance(command, ImportCommand) else None

    def _undo_moved(self, _index: int) -> None:
        """Say anew what can be done, and where nothing is open, why."""
        if self._case is None and self._session.library is not None:
            self._show_nothing()
        else:
            self._show_state()

    def _said_of_reviewed(self) -> str:
        if not self._reviewed:
            return self.tr("No photograph waits. Those that are imported come up here.")
        last = words.clock(max(self._reviewed.values()).astimezone())
        if len(self._reviewed) == 1:
            return self.tr("1 photograph reviewed, at {time}.").format(time=last)
        return self.tr("{count} photographs reviewed, the last at {time}.").format(
            count=len(self._reviewed), time=last
        )

    # --- showing a draft -------------------------------------------------------------------------

    def _show_draft(self) -> None:
        case, library = self._case, self._session.library
        if case is None or library is None:
            return
        if self._draft.entry(self._selected) is None:
            self._selected = self._draft.entries[0].key if self._draft.entries else None
        entry = self.selected
        lesion = entry.identity.lesion if entry is not None and entry.identity else None
        if lesion is not None:
            self._session.set_lesion(lesion.id)
        drawn = list(review_words.drawn_of(self._draft, self._selected))
        if (ghost := self._ghost.drawn(library, case, entry)) is not None:
            drawn.append(ghost)
        self.canvas.set_outlines(drawn)
        self.hand.follow(None if entry is None else entry.outline)
        last = lesion_course.last_point(library, lesion, case.visit.visited_on)
        self._show_panel(case, entry, last)
        self._show_visits(library, case, entry, lesion)
        self._show_state()

    def _show_panel(self, case: Case, entry: Entry | None, last: TimelinePoint | None) -> None:
        self.panel.show_head(review_words.head_of(case, self._draft, entry, last))
        if entry is None:
            self.panel.show_area(None)
        else:
            today = now().astimezone().date()
            self.panel.show_area(
                area_panel.view_of(
                    entry.measurement,
                    lesion_course.point_of_entry(entry, case.visit),
                    last,
                    is_widened=review_words.is_widened(case, entry),
                    now_name=review_words.day_name(case.visit.visited_on, today),
                )
            )
        notes = review_words.notes_of(case, self._draft, entry, self._ask_where)
        if self._problem is not None:
            title = messages.title_of(self._problem)
            notes.insert(0, Note("refuse", title, messages.sentence_of(self._problem)))
        self.panel.show_notes(notes)
        is_changed = not case.is_waiting and self._draft != case.stored
        self.panel.ask_why(self.tr("Corrected in review") if is_changed else "")

    def _show_visits(
        self, library: Library, case: Case, entry: Entry | None, lesion: Lesion | None
    ) -> None:
        """Show the lesion's other visits in the strip, and on wide windows the last one beside."""
        if entry is None or entry.identity is None:
            self.strip.show_visits(self.tr("No lesion in hand"), ())
        else:
            title = self.tr("{lesion} over time").format(lesion=entry.identity.label)
            visits = lesion_course.visits_of(library, case, entry, self._thumb)
            self.strip.show_visits(title, visits)
        last = None
        if self.window().width() >= WIDE:
            last = lesion_course.last_visit(library, lesion, case.visit.visited_on)
        middle = None
        if entry is not None and entry.outline is not None:
            middle = QPointF(*entry.outline.centre)
        calibration = case.proposal.calibration
        self.last.setVisible(last is not None)
        self.last.show_visit(last, middle, None if calibration is None else calibration.mm_per_px)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.window().width() >= WIDE
        if is_wide != (event.oldSize().width() + 64 >= WIDE) and self._case is not None:
            self._show_draft()

    def _show_state(self, _index: int = 0) -> None:
        """Switch the actions on or off, each with its reason."""
        table, case = self._session.actions, self._case
        none_open = self.tr("No photograph is open.")
        entry = self.selected
        is_waiting = case is not None and case.is_waiting
        in_hand = self.tr("No outline is in hand.")
        why_not_again = self.tr(
            "Something is recorded from this photograph: change it here, then save the change."
        )
        if case is None:
            why_not_again = none_open
        elif is_waiting:
            why_not_again = self.tr("This photograph waits already.")
        for action_id, is_on, why_off in (
            ("review.next_lesion", len(self._draft.entries) > 1, self.tr("There is one only.")),
            ("review.retire", entry is not None, in_hand),
            ("review.other_lesion", entry is not None, in_hand),
            ("review.new_lesion", entry is not None, in_hand),
            ("review.set_aside", is_waiting, self.tr("This photograph doesn't wait.")),
            ("review.closed", is_waiting, self.tr("This photograph doesn't wait.")),
            ("review.reopen", case is not None and case.is_set_aside, why_not_again),
            ("review.refile", case is not None, none_open),
            (
                "review.skip",
                bool(self.queue.rows or self._ahead),
                self.tr("No other photograph waits."),
            ),
            (
                "review.back",
                bool(self.queue.rows or self._past),
                self.tr("No photograph was shown before."),
            ),
        ):
            table.switch(action_id, is_on=is_on, why_off=why_off)
        why_not = none_open if case is None else self._why_not_accept(case)
        table.switch("review.accept", is_on=why_not is None, why_off=why_not or "")
        text = self.tr("Accept, next photo")
        if case is not None and not case.is_waiting:
            text = self.tr("Save the change")
        elif case is not None and case.proposal.calibration is None and self._draft.outlines:
            text = self.tr("Keep without area")
        table["review.accept"].setText(text)

    def _why_not_accept(self, case: Case) -> str | None:
        if not case.is_waiting:
            return self.tr("Nothing was changed.") if self._draft == case.stored else None
        if not self._draft.entries:
            return self.tr("Outline the wound first, or say which lesion is closed.")
        if not self._draft.decisions:
            return self.tr("Say first which lesion this is.")
        return None

    # --- selecting -------------------------------------------------------------------------------

    def select(self, key: str) -> None:
        """Take a lesion of the photograph in hand."""
        self._selected = key
        self._show_draft()

    def _select_next(self) -> None:
        keys = [entry.key for entry in self._draft.entries]
        if keys:
            place = keys.index(self._selected) if self._selected in keys else -1
            self.select(keys[(place + 1) % len(keys)])

    # --- gestures --------------------------------------------------------------------------------

    def _take(self, tool: Tool) -> None:
        self.canvas.set_tool(tool)
        self.canvas.set_hints(review_words.hints_of(tool))
        self.hand.follow(self.hand.in_hand)
        self._check_tool(_TOOLS[tool])

    def _took(self, action_id: str) -> None:
        """Say what the pen does that was taken."""
        self.canvas.set_hints(review_words.pen_hints_of(action_id))
        self._check_tool(action_id)

    def _check_tool(self, chosen: str) -> None:
        for action_id in (*_TOOLS.values(), *PENS):
            self._session.actions[action_id].setChecked(action_id == chosen)

    def _clicked(self, point: Point, is_exclude: bool) -> None:
        gesture = Gesture(exclude=(point,)) if is_exclude else Gesture(include=(point,))
        self._outliner.add(gesture)

    def _boxed(self, box: tuple[float, float, float, float]) -> None:
        self._outliner.add(Gesture(box=box))

    def _found(self, found: Found) -> None:
        case, library = self._case, self._session.library
        if case is None or library is None:
            return
        before = self._draft

        def identify(draft: Draft, outline: object) -> Identity | None:
            return review_draft.identity_of_new(library, case, draft, outline)  # type: ignore[arg-type]

        after = review_draft.with_outlines(before, found, identify)
        added = [entry.key for entry in after.entries if before.entry(entry.key) is None]
        changed = [
            entry.key for entry in after.entries if before.entry(entry.key) not in {None, entry}
        ]
        if after == before:
            self.canvas.say(self.tr("That changes nothing: it is inside the outline already."))
            return
        self._edit(self.tr("Outline"), after)
        if chosen := (added or changed):
            self.select(chosen[0])
        if self.canvas.tool is Tool.BOX and not before.outlines:
            self._take(Tool.INCLUDE)

    def _missed(self, problem: WoundtrackError) -> None:
        self.canvas.say(messages.sentence_of(problem))
        self._session.said.emit(messages.title_of(problem))

    def _show_busy(self, is_busy: bool) -> None:
        self.canvas.set_busy(self.tr("Finding the edge…") if is_busy else "")

    def _edit(self, what: str, after: Draft) -> None:
        case = self._case
        if case is None or after == self._draft:
            return
        photograph_id, is_waiting = case.filed.id, case.is_waiting

        def put(draft: Draft) -> None:
            self._put(photograph_id, draft, is_waiting=is_waiting)

        text = self.tr("{what} in {name}").format(
            what=what, name=case.filed.photograph.original_name
        )
        self._session.undo_stack.push(EditOutline(text, self._draft, after, put))

    def _put(self, photograph_id: str, draft: Draft, *, is_waiting: bool) -> None:
        """Show a draft: of the photograph in view, or of another one that undo goes back to."""
        self._drafts[photograph_id, is_waiting] = draft
        self._problem = None
        case = self._case
        if case is None or case.filed.id != photograph_id or not self.isVisible():
            self._session.go("review", photograph_id=photograph_id)
        case = self._case
        if case is not None and case.filed.id == photograph_id and case.is_waiting == is_waiting:
            self._draft = draft
            self._show_draft()

    def _remove(self) -> None:
        entry = self.selected
        if entry is not None:
            self._edit(self.tr("Removing an outline"), self._draft.without(entry.key))

    # --- which lesion ----------------------------------------------------------------------------

    def _ask_other(self) -> None:
        entry, case, library = self.selected, self._case, self._session.library
        if entry is not None and case is not None and library is not None:
            self._question.ask_which(library, case, self._draft, entry, self._assign)
            self.panel.place_picker()

    def _ask_new(self) -> None:
        entry, case, library = self.selected, self._case, self._session.library
        if entry is not None and case is not None and library is not None:
            self._question.ask_new(library, case, self._draft, entry, self._assign)
            self.panel.place_picker()

    def _ask_closed(self) -> None:
        case, library = self._case, self._session.library
        if case is not None and library is not None:
            self._question.ask_closed(library, case, self._draft, self._close)
            self.panel.place_picker()

    def _assign(self, identity: Identity) -> None:
        entry = self.selected
        if entry is not None:
            changed = self._draft.with_entry(replace(entry, identity=identity))
            self._edit(self.tr("Lesion"), changed)

    def _close(self, identity: Identity) -> None:
        entry = Entry(key=new_id(), outline=None, measurement=None, identity=identity)
        self._edit(self.tr("Closed lesion"), self._draft.with_entry(entry))
        self.select(entry.key)

    # --- where it belongs ------------------------------------------------------------------------

    def _ask_where(self) -> None:
        case, library = self._case, self._session.library
        if case is None or library is None or not self._session.can_write:
            return
        count = len(commands.resting_on(library, case))
        note = ""
        if count:
            note = self.tr(
                "What was accepted from it is retired; it waits to be reviewed where it belongs."
            )
        self.panel.refiling.ask(
            patient_code=case.patient.code,
            visited_on=case.visit.visited_on,
            site=case.filed.site,
            codes=[patient.code for patient in library.patients()],
            note=note,
        )
        self.panel.place_picker()

    def _refile(self, to: Whereabouts) -> None:
        case, library = self._case, self._session.library
        if case is None or library is None:
            return
        photograph_id, draft = case.filed.id, self._draft
        kept = {key: one for key, one in self._drafts.items() if key[0] == photograph_id}

        def settle(is_moved: bool) -> None:
            for key in ((photograph_id, True), (photograph_id, False)):
                self._drafts.pop(key, None)
            if is_moved and library is not None:
                fresh = review_draft.open_case(library, photograph_id)
                if draft.outlines:
                    carried = review_draft.carried(library, fresh, draft)
                    self._drafts[photograph_id, True] = carried
            elif not is_moved:
                self._drafts.update(kept)

        try:
            retired = commands.refile(
                self._session,
                library,
                case,
                to,
                settle,
                lambda: self._session.go("review", photograph_id=photograph_id),
            )
        except WoundtrackError as problem:
            self.panel.refiling.say_doubt(messages.sentence_of(problem))
            return
        self.panel.dismiss()
        said = self.tr("{name} is moved to {patient}, {day}.").format(
            name=case.filed.photograph.original_name,
            patient=to.patient_code,
            day=words.day(to.visited_on),
        )
        if retired:
            what = self.tr("What was accepted from it is retired.")
            said = f"{said} {what}"
        back = self.tr("Ctrl Z brings it back.")
        self._session.said.emit(f"{said} {back}")

    # --- recording -------------------------------------------------------------------------------

    def accept(self) -> None:
        """Record the photograph's lesions and go on; or the changes to what was accepted."""
        case, library = self._case, self._session.library
        if case is None or library is None or not self._session.can_write:
            return
        if self._outliner.is_working:
            self._session.said.emit(self.tr("The edge is still being found: look first."))
            return
        if self._why_not_accept(case) is not None:
            return
        show = partial(self._recorded, case.filed.id)
        touched = None
        if case.is_waiting:
            self._reviewed[case.filed.id] = now()
        else:  # from now on what is recorded is shown
            touched = self._drafts.pop((case.filed.id, False), None)
        try:
            if case.is_waiting:
                commands.accept(self._session, library, case, self._draft, show)
            else:
                reason = self.panel.why.text().strip()
                commands.revise(self._session, library, case, self._draft, reason, show)
        except WoundtrackError as problem:
            if touched is not None:
                self._drafts[case.filed.id, False] = touched
            self._tell(problem)
            return
        self._say_saved()
        if case.is_waiting:
            self._go_on(case.filed.id)
        else:
            self._read_case_again()

    def _set_aside(self) -> None:
        case = self._case
        if case is not None and self._decide(commands.set_aside):
            said = self.tr("{name} is set aside. Ctrl Z brings it back, ← shows it.")
            self._session.said.emit(said.format(name=case.filed.photograph.original_name))

    def _reopen(self) -> None:
        self._decide(commands.bring_back)

    def _decide(self, verb: Callable[[Session, Library, Case, Callable[[], None]], None]) -> bool:
        """Take the photograph in view off the queue, or put it back on; whether that was done."""
        case, library = self._case, self._session.library
        if case is None or library is None:
            return False
        if case.is_waiting:
            self._reviewed[case.filed.id] = now()
        try:
            verb(self._session, library, case, partial(self._recorded, case.filed.id))
        except WoundtrackError as problem:
            self._tell(problem)
            return False
        if case.is_waiting:
            self._go_on(case.filed.id)
        return True

    def _recorded(self, photograph_id: str) -> None:
        """After undo or redo of something recorded: show the photograph it was about."""
        library = self._session.library
        if library is None:
            return
        is_waiting = library.proposal_of(photograph_id).is_waiting
        if not is_waiting:
            self._reviewed[photograph_id] = now()
        if is_waiting or not self.queue.was_here(photograph_id):
            self._session.go("review", photograph_id=photograph_id)
        else:
            self._go_on(photograph_id)

    def _go_on(self, photograph_id: str) -> None:
        following = self.queue.following(photograph_id)
        if following is None:
            self._show_nothing()
        else:
            self._open(following)
        self._focus_canvas()

    def _go_back(self) -> None:
        """Show what was shown before; at the beginning, the one before in the queue."""
        if self._case is None and self._shown is not None and self._is_there(self._shown):
            self._open(self._shown)
            self._focus_canvas()
            return
        self._past = [one for one in self._past if self._is_there(one)]
        if not self._past:
            self._step(-1)
            return
        here, past, ahead = self._shown, self._past[:-1], list(self._ahead)
        self._open(self._past[-1])
        self._past = past
        self._ahead = ahead if here is None else [*ahead, here]
        self._show_state()
        self._focus_canvas()

    def _go_forward(self) -> None:
        """Show what ← came from; else go on to the next that waits."""
        self._ahead = [one for one in self._ahead if self._is_there(one)]
        if not self._ahead:
            self._step(1)
            return
        ahead = self._ahead[:-1]
        self._open(self._ahead[-1])
        self._ahead = ahead
        self._show_state()
        self._focus_canvas()

    def _is_there(self, photograph_id: str) -> bool:
        """Whether a photograph is in view in the library, and not withdrawn."""
        library = self._session.library
        return library is not None and not library.photograph(photograph_id).is_retired

    def _step(self, step: int) -> None:
        here = None if self._case is None else self._case.filed.id
        there = self.queue.neighbour(here, step)
        if there is not None:
            self._open(there)
            self._focus_canvas()

    def _say_saved(self) -> None:
        self._session.said.emit(
            self.tr("Saved {time}").format(time=words.clock(now().astimezone()))
        )

    def _tell(self, problem: WoundtrackError) -> None:
        """Say a known fault beside the numbers; what was drawn stays on the screen."""
        self._problem = problem
        if self._case is not None and self._case.is_waiting:
            self._reviewed.pop(self._case.filed.id, None)
        self._show_draft()

    # --- keys and small things -------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._outliner.cancel():
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
        if self._case is not None and self.isVisible():
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _toggle_ghost(self) -> None:
        self._ghost.is_on = self._session.actions["review.ghost"].isChecked()
        self._show_ghost()

    def _step_ghost(self, by: int) -> None:
        self._ghost.step(by)
        self._session.actions["review.ghost"].setChecked(True)
        self._show_ghost()

    def _show_ghost(self) -> None:
        """Show the ghost or take it away; where there is none to show, say so."""
        self._show_draft()
        has_one = any(one.key == GHOST for one in self.canvas.outlines)
        if self._ghost.is_on and self._case is not None and not has_one:
            self.canvas.say(self.tr("No earlier outline of this lesion can be shown here."))

    def _toggle_card(self) -> None:
        is_shown = self._session.actions["review.card"].isChecked()
        self.canvas.show_card(is_shown=is_shown)

    def _toggle_all(self) -> None:
        is_hidden = self._session.actions["review.hide_all"].isChecked()
        self.canvas.hide_overlays(is_hidden=is_hidden)

    def _thumb(self, sha256: str) -> QImage:
        library = self._session.library
        if library is None:
            return QImage()
        if sha256 not in self._thumbs:
            if len(self._thumbs) >= _MOST_THUMBS:
                self._thumbs.clear()
            self._thumbs[sha256] = small_copy(library.originals.thumbnail_path(sha256))
        return self._thumbs[sha256]

    def _lesions_of(self, row: QueueRow) -> str:
        """Return the lesions a waiting photograph is suggested to show: for its row."""
        library = self._session.library
        if library is None:
            return ""
        draft = self._drafts.get((row.filed.id, True))
        if draft is not None:
            labels = [entry.identity.label for entry in draft.entries if entry.identity]
        else:
            labels = [one.label for one in workflow.suggest(library, row.proposal)]
        if not labels:
            return self.tr("Which lesion?")
        return ", ".join(labels)
