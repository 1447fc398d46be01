"""The review room as it is seen: its parts, where they stand, and what they show of a photograph.

Hides the arrangement, and what stands beside the canvas in a wide window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from woundtrack.model import OutlineKind, now
from woundtrack.ui import messages
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.review import area_panel, kind_words, lesion_course
from woundtrack.ui.review import words as review_words
from woundtrack.ui.review.canvas import Canvas
from woundtrack.ui.review.draft import whole_of
from woundtrack.ui.review.frame import EmptyRoom, PhotoBar
from woundtrack.ui.review.hand_tools import PENS
from woundtrack.ui.review.history_strip import HistoryStrip
from woundtrack.ui.review.last_visit_view import LastVisitView
from woundtrack.ui.review.panel import Note, ReviewPanel
from woundtrack.ui.review.provenance import made_by
from woundtrack.ui.review.queue import QueueRow, ReviewQueue
from woundtrack.ui.review.tool_strip import ToolStrip
from woundtrack.ui.review.toolbox import TOOLS
from woundtrack.ui.window.patient_header import PatientHeader

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.records import Library
    from woundtrack.ui.review.draft import Case, Draft, Entry
    from woundtrack.ui.review.lesion_course import Thumb
    from woundtrack.ui.review.outline_items import DrawnOutline
    from woundtrack.ui.session import Session

WIDE: Final = 1800
"""From this window width on, last visit's photograph stands beside today's."""


class ReviewRoom(QWidget):
    """The queue, the canvas with its tools, the numbers, and the lesion's earlier visits.

    Parameters
    ----------
    lesions_of
        Returns the words for a waiting photograph's lesions.
    thumb
        Returns the small copy of an original by its hash.

    Signals
    -------
    widened()
        It became wide or narrow: what stands beside the canvas comes or goes.
    """

    widened = Signal()

    def __init__(
        self,
        session: Session,
        lesions_of: Callable[[QueueRow], str],
        thumb: Thumb,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._thumb = thumb
        table = session.actions
        self.canvas = Canvas()
        self.canvas.setAccessibleName(self.tr("Photograph"))
        self.queue = ReviewQueue(lesions_of, table)
        self.strip = HistoryStrip()
        self.panel = ReviewPanel(table)
        self.panel.doubt_pointed.connect(self.canvas.point_at)
        self.last = LastVisitView(session, self.canvas)
        self.tools = ToolStrip(
            table,
            (
                tuple(TOOLS.values()),
                PENS,
                ("review.edge", "review.merge", "review.part", "review.retire"),
                ("review.tissue", "review.ruler", "review.head", "review.loupe"),
                ("edit.undo", "edit.redo"),
            ),
        )
        self.empty = EmptyRoom(table)
        self._bar = PhotoBar(table)
        self._pages = QStackedWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        side_by_side = _tight(QHBoxLayout())
        side_by_side.addWidget(self.last, 1)
        side_by_side.addWidget(self.canvas, 1)
        self.last.hide()
        middle = _tight(QVBoxLayout())
        middle.addWidget(self._bar)
        middle.addLayout(side_by_side, 1)
        middle.addWidget(self.strip)
        full = QWidget()
        across = _tight(QHBoxLayout(full))
        across.addWidget(self.tools)
        across.addLayout(middle, 1)
        across.addWidget(self.panel)
        self._pages.addWidget(full)
        self._pages.addWidget(self.empty)
        below = _tight(QHBoxLayout())
        below.addWidget(self.queue)
        below.addWidget(self._pages, 1)
        layout = _tight(QVBoxLayout(self))
        layout.addWidget(PatientHeader(self._session))
        layout.addLayout(below, 1)

    # --- what is shown ---------------------------------------------------------------------------

    def show_photograph(self, case: Case, of_visit: Sequence[str]) -> None:
        """Show a photograph by its small copy, with nothing drawn on it yet.

        ``of_visit`` are the ids of all photographs of its visit.
        """
        photograph = case.filed.photograph
        self.canvas.show_photograph(photograph.width_px, photograph.height_px)
        self.canvas.set_draft(self._thumb(photograph.sha256))
        self.canvas.set_calibration(case.proposal.calibration)
        self.canvas.set_doubts(())
        self.canvas.allow_gestures(is_allowed=self._session.can_write)
        self._bar.show_case(case, of_visit)
        self.queue.show_current(case.filed.id)
        self._pages.setCurrentIndex(0)

    def show_lesions(
        self,
        library: Library,
        case: Case,
        draft: Draft,
        entry: Entry | None,
        *,
        kind: OutlineKind,
        ghost: DrawnOutline | None,
        problem: WoundtrackError | None,
        asked: Note | None = None,
    ) -> None:
        """Show the lesions of the photograph, the numbers of the one in hand, and its visits.

        Parameters
        ----------
        entry
            The lesion in hand: by another outline where it has none of the kind that is drawn.
        kind
            Which of its outlines is drawn.
        ghost
            An earlier visit's outline to be drawn over them.
        problem
            What went wrong last, to be said beside the numbers.
        asked
            What is asked before this is recorded.
        """
        is_there = entry is not None and entry.kind is kind
        drawn = review_words.drawn_of(
            draft, entry.key if entry is not None and is_there else None, kind
        )
        self.canvas.set_outlines(drawn if ghost is None else (*drawn, ghost))
        self.canvas.show_head(case.filed.head_deg)
        nesting = kind_words.nesting_of(case, draft, entry)
        self.panel.show_kinds(kind, kind_words.sizes_of_kinds(case, draft, entry, kind, nesting))
        self._show_numbers(library, case, draft, entry, kind)
        notes = review_words.notes_of(
            case,
            draft,
            entry,
            kind,
            nesting,
            self._session.actions["review.refile"].trigger,
            ruler_key=self._session.actions.keys_of("review.ruler")
            if self._session.can_write
            else None,
        )
        if asked is not None:
            notes.insert(0, asked)
        if problem is not None:
            title = messages.title_of(problem)
            notes.insert(0, Note("refuse", title, messages.sentence_of(problem)))
        self.panel.show_notes(notes)
        if asked is not None:
            self.panel.reach_notes()
        self.canvas.set_doubts([note.doubt for note in notes if note.doubt is not None])
        is_changed = not case.is_waiting and draft != case.stored
        self.panel.ask_why(self.tr("Corrected in review") if is_changed else "")
        whole = entry and whole_of(case, draft, entry)
        self._show_visits(library, case, draft, whole, kind)

    def show_empty(
        self, title: str, text: str, *, has_next: bool, can_redo: bool, has_last: bool
    ) -> None:
        """Show no photograph, and say why; the rest is offered as ways on."""
        self.canvas.clear()
        self.queue.show_current(None)
        self.last.show_visit(None, None, None)
        self.empty.say(title, text, has_next=has_next, can_redo=can_redo, has_last=has_last)
        self._pages.setCurrentIndex(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_wide != (event.oldSize().width() + 64 >= WIDE):
            self.widened.emit()

    @property
    def _is_wide(self) -> bool:
        return self.window().width() >= WIDE

    def _show_numbers(
        self, library: Library, case: Case, draft: Draft, entry: Entry | None, kind: OutlineKind
    ) -> None:
        lesion = None if entry is None or entry.identity is None else entry.identity.lesion
        last = lesion_course.last_point(library, lesion, case.visit.visited_on, kind)
        self.panel.show_head(review_words.head_of(case, draft, entry, last))
        if entry is None:
            self.panel.show_area(None)
            return
        if entry.kind is not kind and not entry.is_closed:
            self.panel.show_area(area_panel.not_outlined(kind, last))
            return
        whole = whole_of(case, draft, entry)
        today = now().astimezone().date()
        calibration = case.proposal.calibration
        self.panel.show_area(
            area_panel.view_of(
                whole.measurement,
                lesion_course.point_of_entry(whole, case.visit),
                last,
                is_widened=review_words.is_widened(case, whole),
                now_name=review_words.day_name(case.visit.visited_on, today),
                limb=None if calibration is None else calibration.limb,
                part_count=len(draft.parts_of(entry)),
            ),
            whole.measurement,
            made_by(case, entry),
        )

    def _show_visits(
        self,
        library: Library,
        case: Case,
        draft: Draft,
        entry: Entry | None,
        kind: OutlineKind,
    ) -> None:
        """Show the lesion's other visits in the strip, and on wide windows the last one beside."""
        last = None
        if entry is None or entry.identity is None:
            self.strip.show_visits(self.tr("No lesion in hand"), ())
        else:
            ulcer = draft.as_kind(entry, OutlineKind.ULCER)
            around = entry.outline if ulcer is None else ulcer.outline
            of = entry.identity.label
            if kind is not OutlineKind.ULCER:
                of = f"{of} {kind_word(kind)}"
            self.strip.show_visits(
                self.tr("{lesion} over time").format(lesion=of),
                lesion_course.visits_of(library, case, entry, kind, around, self._thumb),
            )
            if self._is_wide:
                last = lesion_course.visit_beside(
                    library, entry.identity.lesion, case.visit.visited_on, kind
                )
        middle = None
        if entry is not None and entry.outline is not None:
            middle = QPointF(*entry.outline.centre)
        calibration = case.proposal.calibration
        self.last.setVisible(last is not None)
        self.last.show_visit(last, middle, None if calibration is None else calibration.mm_per_px)


def _tight(layout: QBoxLayout) -> QBoxLayout:
    """Return a layout with no room between or round its parts."""
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout
