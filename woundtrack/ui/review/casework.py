"""The photograph that is worked on: its lesions as drawn, the one in hand, and what is recorded.

Hides which draft belongs to which photograph, that every change is a step of undo, and what was
drawn meanwhile when undo, or another window's work, changes what is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import Outline, OutlineKind, new_id, now
from woundtrack.ui.review import commands
from woundtrack.ui.review import draft as review_draft
from woundtrack.ui.review.commands import EditOutline
from woundtrack.ui.review.draft import Case, Draft, Entry, Identity
from woundtrack.ui.review.offers import why_not_accept

if TYPE_CHECKING:
    from woundtrack.model import Assessment, Point, TissueMap
    from woundtrack.records import Library
    from woundtrack.ui.review.outliner import Found
    from woundtrack.ui.review.photo_item import Pixels
    from woundtrack.ui.review.queue import QueueRow
    from woundtrack.ui.review.refile_card import Whereabouts
    from woundtrack.ui.session import Session

Verb = Callable[["Session", "Library", Case, Callable[[], None]], None]


class Casework(QObject):
    """One photograph at a time, and the drafts of those that were open before.

    Signals
    -------
    changed()
        The lesions, the one in hand or the fault to be said are others now.
    wanted(str)
        Undo or redo changes this photograph's draft: show it first, if another is in view.
    rerecorded(str, bool)
        Undo or redo changed what is recorded of a photograph; whether it waits now.
    """

    changed = Signal()
    wanted = Signal(str)
    rerecorded = Signal(str, bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._case: Case | None = None
        self._draft = Draft()
        self._selected: str | None = None
        self._kind = OutlineKind.ULCER
        self._is_editing = False
        self._problem: WoundtrackError | None = None
        self._drafts: dict[tuple[str, bool], Draft] = {}
        self._reviewed: dict[str, datetime] = {}

    # --- what is open ----------------------------------------------------------------------------

    @property
    def case(self) -> Case | None:
        """The photograph that is open."""
        return self._case

    @property
    def draft(self) -> Draft:
        """Its lesions as they stand."""
        return self._draft

    @property
    def kind(self) -> OutlineKind:
        """Which of a lesion's outlines is drawn: ulcer, eschar or margin."""
        return self._kind

    @property
    def in_hand(self) -> Entry | None:
        """The lesion in hand, by its outline of the kind that is drawn, else by another.

        None only where the photograph has none.
        """
        return self.selected or self._draft.entry(self._selected)

    @property
    def selected(self) -> Entry | None:
        """The outline in hand; None where the lesion has none of the kind that is drawn."""
        entry = self._draft.entry(self._selected)
        return None if entry is None else self._draft.as_kind(entry, self._kind)

    @property
    def problem(self) -> WoundtrackError | None:
        """What went wrong with this photograph last."""
        return self._problem

    def open(self, photograph_id: str) -> Case:
        """Open a photograph with what was drawn on it before; whoever opens it shows it.

        The lesion in hand is the session's where it was accepted in this photograph.

        Raises ``KeyError`` for an id that is not in the library, ``LookupError`` without a library.
        """
        library = self._session.library
        if library is None:
            raise LookupError("no library is open")
        case = review_draft.open_case(library, photograph_id)
        self._case = case
        self._problem = None
        self._kind = OutlineKind.ULCER
        self._draft = self._begun(library, case)
        self._selected = None if case.is_waiting else self._of_session()
        self._keep_one_in_hand()
        entry = self.in_hand
        if entry is not None and self._draft.as_kind(entry, self._kind) is None:
            self._kind = entry.kind  # of a lesion without an ulcer what there is, with its size
        return case

    def _of_session(self) -> str | None:
        """Return the key of the lesion that is in view in the whole window."""
        for entry in self._draft.entries:
            lesion = None if entry.identity is None else entry.identity.lesion
            if lesion is not None and lesion.id == self._session.lesion_id:
                return entry.key
        return None

    def _keep_one_in_hand(self) -> None:
        if self.in_hand is None:
            self._selected = self._draft.entries[0].key if self._draft.entries else None

    def draw(self, kind: OutlineKind) -> None:
        """Draw another of the lesion's outlines from now on; the lesion in hand stays."""
        self._kind = kind
        self._tell_changed()

    def close(self) -> None:
        """Have no photograph open; what was drawn is kept."""
        self._case = None
        self._draft = Draft()
        self._selected = None
        self._problem = None

    def forget(self) -> None:
        """Close, and let all that was drawn and counted go: another library is open."""
        self.close()
        self._drafts.clear()
        self._reviewed.clear()

    def read_again(self) -> bool:
        """Take over what was recorded of the photograph meanwhile; what was drawn stays.

        Returns False where it was withdrawn, filed elsewhere or has another scale: it is no longer
        what was opened.
        """
        library, case = self._session.library, self._case
        if library is None or case is None:
            return True
        fresh = review_draft.open_case(library, case.filed.id)
        is_here = (fresh.visit, fresh.filed.site) == (case.visit, case.filed.site)
        has_its_scale = fresh.proposal.calibration == case.proposal.calibration
        if fresh.filed.is_retired or not is_here or not has_its_scale:
            return False
        if (fresh.patient, fresh.filed, fresh.is_waiting, fresh.stored, fresh.elsewhere) != (
            case.patient,
            case.filed,
            case.is_waiting,
            case.stored,
            case.elsewhere,
        ):
            self._case = fresh
            self._draft = self._begun(library, fresh)
            self._tell_changed()
        return True

    def _begun(self, library: Library, case: Case) -> Draft:
        """Return what was drawn on a photograph, true to what is recorded now; else what is."""
        kept = self._drafts.get((case.filed.id, case.is_waiting))
        return case.stored if kept is None else review_draft.renewed(library, case, kept)

    def _tell_changed(self) -> None:
        self._keep_one_in_hand()
        self.changed.emit()

    # --- the lesion in hand ----------------------------------------------------------------------

    def select(self, key: str) -> None:
        """Take a lesion of the photograph in hand."""
        self._selected = key
        self._tell_changed()

    def select_next(self) -> None:
        """Take the next lesion in hand; after the last, the first."""
        stops, entry = self._draft.stops(self._kind), self.in_hand
        if entry is None:
            return
        here = next((place for place, one in enumerate(stops) if one.key == entry.key), None)
        if here is None:  # by an outline of yet another kind
            own = self._draft.whole_lesion(entry)
            here = next((place for place, one in enumerate(stops) if one in own), -1)
        self.select(stops[(here + 1) % len(stops)].key)

    def assign(self, identity: Identity) -> None:
        """Say which lesion the outline in hand is; what lies in and round an ulcer goes along."""
        if (entry := self.selected) is not None:
            changed = self._draft
            for one in self._draft.moving_with(entry):
                changed = changed.with_entry(replace(one, identity=identity))
            self._edit(self.tr("Lesion"), changed)

    def exchange(self, key: str) -> None:
        """Let the outline in hand and another one be each other's lesions."""
        entry, other = self.selected, self._draft.entry(key)
        if entry is None or other is None or entry.identity is None or other.identity is None:
            return
        mine = replace(entry.identity, confidence=1.0, reason=review_draft.CHOSEN)
        theirs = replace(other.identity, confidence=1.0, reason=review_draft.CHOSEN)
        changed = self._draft
        for moved, identity in ((entry, theirs), (other, mine)):
            for one in self._draft.moving_with(moved):
                changed = changed.with_entry(replace(one, identity=identity))
        self._edit(self.tr("Lesion"), changed)

    def make_part(self) -> None:
        """Say that the outline in hand is an open part of the nearest other lesion."""
        entry = self.selected
        near = None if entry is None else review_draft.nearest_lesion(self._draft, entry)
        if near is not None:
            chosen = replace(near, confidence=1.0, reason=review_draft.CHOSEN, origins=())
            self.assign(chosen)

    def add_closed(self, identity: Identity) -> None:
        """Say that a lesion is closed in this photograph."""
        entry = Entry(key=new_id(), outline=None, measurement=None, identity=identity)
        self._edit(self.tr("Closed lesion"), self._draft.with_entry(entry))
        self.select(entry.key)

    def remove(self) -> None:
        """Take the outline in hand out."""
        if (entry := self.selected) is not None:
            # The lesion stays in hand where something else of it is outlined.
            left = [one for one in self._draft.whole_lesion(entry) if one is not entry]
            self._edit(self.tr("Removing an outline"), self._draft.without(entry.key))
            if left:
                self.select(left[0].key)

    def paint(self, tissue: TissueMap) -> None:
        """Give the outline in hand a tissue map; one on which nothing is painted is none."""
        if (entry := self.selected) is not None:
            kept = tissue if tissue.shares else None
            self._edit(self.tr("Tissue"), self._draft.with_entry(replace(entry, tissue=kept)))

    def outlines_of(self, kind: OutlineKind) -> tuple[Outline, ...]:
        """Return what is outlined of a kind as it stands."""
        return self._draft.outlines_of(kind)

    def outline_in_hand(self, kind: OutlineKind) -> Outline | None:
        """Return the outline of a kind that the lesion in hand has."""
        entry = self._draft.entry(self._selected)
        own = None if entry is None else self._draft.as_kind(entry, kind)
        return None if own is None else own.outline

    def take_outlines(self, found: Found, kind: OutlineKind = OutlineKind.ULCER) -> bool:
        """Take over all outlines of a kind as a gesture left them; return if it changed any."""
        case, library = self._case, self._session.library
        if case is None or library is None:
            return False
        before = self._draft
        in_hand = None if self.in_hand is None else self.in_hand.identity

        def identify(draft: Draft, outline: Outline) -> Identity | None:
            return review_draft.identity_of_new(library, case, draft, outline, kind, in_hand)

        after = review_draft.with_outlines(before, found, identify, kind)
        if after == before:
            return False
        added = [entry.key for entry in after.entries if before.entry(entry.key) is None]
        changed = [
            entry.key for entry in after.entries if before.entry(entry.key) not in {None, entry}
        ]
        chosen = next(iter((*added, *changed)), self._selected)
        self._selected = chosen  # before the edit is told: all of it is shown once
        self._edit(self.tr("Outline"), after)
        if chosen is not None and chosen != self._selected:
            self.select(chosen)
        return True

    def _edit(self, what: str, after: Draft) -> None:
        case = self._case
        if case is None or after == self._draft:
            return
        put = partial(self._put, case.filed.id, case.is_waiting)
        text = self.tr("{what} in {name}").format(
            what=what, name=case.filed.photograph.original_name
        )
        self._is_editing = True
        say = self._session.said.emit
        self._session.undo_stack.push(EditOutline(text, self._draft, after, put=put, say=say))
        self._is_editing = False

    def _put(self, photograph_id: str, is_waiting: bool, draft: Draft) -> None:
        """Take over a draft: of the photograph that is open, or of one that undo goes back to."""
        self._drafts[photograph_id, is_waiting] = draft
        self._problem = None
        self.wanted.emit(photograph_id)
        case = self._case
        if case is not None and (case.filed.id, case.is_waiting) == (photograph_id, is_waiting):
            if draft == case.stored:
                # Undone to how it began: what is accepted until it is opened again is matched anew.
                self._drafts.pop((photograph_id, is_waiting))
            kinds = {
                one.kind
                for here, there in ((draft, self._draft), (self._draft, draft))
                for one in here.entries
                if one not in there.entries
            }
            if len(kinds) == 1 and not self._is_editing:  # what undo brings back is drawn on
                self._kind = kinds.pop()
            self._draft = draft
            self._tell_changed()

    # --- recording -------------------------------------------------------------------------------

    def accept(self, reason: str) -> bool:
        """Record the photograph's lesions, or the changes to what was accepted; whether it is done.

        ``reason`` is why what was accepted is changed; it may be empty.
        """
        case, library = self._case, self._session.library
        if case is None or library is None or why_not_accept(case, self._draft):
            return False
        show = partial(self._tell_rerecorded, case.filed.id)
        touched = None
        try:
            if case.is_waiting:
                self._reviewed[case.filed.id] = now()
                commands.accept(self._session, library, case, self._draft, show)
            else:  # from now on what is recorded counts, not what was drawn
                touched = self._drafts.pop((case.filed.id, False), None)
                commands.revise(self._session, library, case, self._draft, reason, show)
        except WoundtrackError as problem:
            if touched is not None:
                self._drafts[case.filed.id, False] = touched
            self.tell(problem)
            return False
        return True

    def set_aside(self) -> bool:
        """Record that there is nothing to record; whether it is done."""
        return self._decide(commands.set_aside)

    def bring_back(self) -> bool:
        """Let the photograph wait again; whether it is done."""
        return self._decide(commands.bring_back)

    def _decide(self, verb: Verb) -> bool:
        case, library = self._case, self._session.library
        if case is None or library is None:
            return False
        if case.is_waiting:
            self._reviewed[case.filed.id] = now()
        try:
            verb(self._session, library, case, partial(self._tell_rerecorded, case.filed.id))
        except WoundtrackError as problem:
            self.tell(problem)
            return False
        return True

    def set_ruler(
        self, marks: tuple[Point, Point], distance_mm: float, pixels: Pixels | None
    ) -> bool:
        """Give the photograph the scale of two marks on a ruler; whether it is done."""

        def verb(session: Session, library: Library, case: Case, show: commands.Show) -> None:
            commands.set_ruler(session, library, case, marks, distance_mm, pixels, show)

        return self._rescale(verb)

    def set_head(self, head_deg: float | None) -> bool:
        """Say where the head is in the photograph, None for nowhere; whether it is done."""
        case = self._case
        if case is None or case.filed.head_deg == head_deg:
            return False

        def verb(session: Session, library: Library, case: Case, _show: commands.Show) -> None:
            # Undone, the photograph is shown: nothing of it was reviewed by this.
            show = partial(self.wanted.emit, case.filed.id)
            commands.set_head(session, library, case, head_deg, show)

        return self._rescale(verb)

    def remove_ruler(self) -> bool:
        """Take the photograph's ruler away; whether it is done."""
        return self._rescale(commands.remove_ruler)

    def _rescale(self, verb: Verb) -> bool:
        case, library = self._case, self._session.library
        if case is None or library is None:
            return False
        show = partial(self._tell_rerecorded, case.filed.id)
        if not case.is_waiting:  # it was reviewed before and stays so: nobody goes on from it
            show = partial(self.wanted.emit, case.filed.id)
        try:
            verb(self._session, library, case, show)
        except WoundtrackError as problem:
            self.tell(problem)
            return False
        return True

    def refile(self, to: Whereabouts) -> tuple[Assessment, ...]:
        """Move the photograph where it belongs; what was drawn on it moves along.

        Returns what had been accepted from it, and is retired.

        Raises what ``workflow.refile`` raises; nothing is moved then.
        """
        case, library = self._case, self._session.library
        if case is None or library is None:
            return ()
        photograph_id, draft = case.filed.id, self._draft
        kept = {key: one for key, one in self._drafts.items() if key[0] == photograph_id}

        def settle(is_moved: bool) -> None:
            for key in ((photograph_id, True), (photograph_id, False)):
                self._drafts.pop(key, None)
            if not is_moved:
                self._drafts.update(kept)
            elif draft.outlines:
                fresh = review_draft.open_case(library, photograph_id)
                carried = review_draft.carried(library, fresh, draft)
                self._drafts[photograph_id, True] = carried

        def show() -> None:
            self._session.go("review", photograph_id=photograph_id)

        return commands.refile(self._session, library, case, to, settle, show)

    def tell(self, problem: WoundtrackError) -> None:
        """Have a known fault said beside the numbers; what was drawn stays."""
        self._problem = problem
        if self._case is not None and self._case.is_waiting:
            self._reviewed.pop(self._case.filed.id, None)
        self._tell_changed()

    def _tell_rerecorded(self, photograph_id: str) -> None:
        library = self._session.library
        if library is None:
            return
        is_waiting = library.proposal_of(photograph_id).is_waiting
        if not is_waiting:
            self._reviewed[photograph_id] = now()
        self.rerecorded.emit(photograph_id, is_waiting)

    # --- all of them -----------------------------------------------------------------------------

    @property
    def reviewed_at(self) -> tuple[datetime, ...]:
        """When photographs were reviewed in this window, each once."""
        return tuple(self._reviewed.values())

    def count_out(self, waiting: Collection[str]) -> None:
        """Count the photographs that wait as not reviewed."""
        for photograph_id in set(waiting) & set(self._reviewed):
            del self._reviewed[photograph_id]

    def lesions_of(self, row: QueueRow) -> str:
        """Return the lesions a waiting photograph is suggested to show, or was drawn to: words."""
        library = self._session.library
        if library is None:
            return ""
        draft = self._drafts.get((row.filed.id, True))
        if draft is not None:
            named = (entry.identity.label for entry in draft.entries if entry.identity)
            labels = list(dict.fromkeys(named))  # once where a lesion has several parts
        else:
            labels = [one.label for one in workflow.suggest(library, row.proposal)]
        return ", ".join(labels) if labels else self.tr("Which lesion?")
