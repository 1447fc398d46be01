"""What undo and redo do in the review room: swap values, in the view or in the library.

Hides that a command whose undoing is refused (a full disk, changed meanwhile) leaves the stack, so
that the stack never claims what the library doesn't hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.ui.review import saving
from woundtrack.ui.review.draft import Case, Draft
from woundtrack.ui.review.refile_card import Whereabouts

if TYPE_CHECKING:
    from woundtrack.model import Assessment, Lesion, Point, Proposal
    from woundtrack.records import Library
    from woundtrack.ui.review.photo_item import Pixels
    from woundtrack.ui.session import Session

Show = Callable[[], None]
"""Shows the photograph that undo or redo was about."""
CORRECTED: Final = "Corrected in review"
"""The reason recorded where a person gives none: the same in every language of the window."""
REFILED: Final = "Filed in the wrong place"
_REFILING_UNDONE: Final = "Refiling undone"
_KINDS: Final = ("patients", "photographs", "proposals", "assessments")


class EditOutline(QUndoCommand):
    """One change of a photograph's outlines or lesions, not yet recorded."""

    def __init__(
        self,
        text: str,
        before: Draft,
        after: Draft,
        *,
        put: Callable[[Draft], None],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(text)
        self._before, self._after, self._put, self._say = before, after, put, say
        self._was_undone = False

    def redo(self) -> None:
        """Put the changed draft; the first time it is what the person did, and nothing is said."""
        self._put(self._after)
        if self._was_undone:
            said = QCoreApplication.translate("Commands", "Done again: {what}.")
            self._say(said.format(what=self.text()))

    def undo(self) -> None:
        """Put the draft before."""
        self._was_undone = True
        self._put(self._before)
        said = QCoreApplication.translate("Commands", "Undone: {what}.")
        self._say(said.format(what=self.text()))


class _Recorded(QUndoCommand):
    """Something that stands in the library already when it is pushed."""

    def __init__(
        self,
        text: str,
        session: Session,
        *,
        undo: Callable[[Library], object],
        redo: Callable[[Library], object],
        show: Show,
    ) -> None:
        super().__init__(text)
        self._session, self._undo, self._redo, self._show = session, undo, redo, show
        self._is_done = True

    def redo(self) -> None:
        """Record it again; the first time it is recorded already."""
        if not self._is_done:
            said = QCoreApplication.translate("Commands", "Done again: {what}.")
            self._is_done = self._write(self._redo, said)

    def undo(self) -> None:
        """Take it back."""
        said = QCoreApplication.translate("Commands", "Undone: {what}.")
        self._is_done = not self._write(self._undo, said)

    def _write(self, verb: Callable[[Library], object], said: str) -> bool:
        library = self._session.library
        if library is None:
            return False
        try:
            verb(library)
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return False
        self._session.changed(*_KINDS)
        self._show()
        self._session.said.emit(said.format(what=self.text()))
        return True


def accept(session: Session, library: Library, case: Case, draft: Draft, show: Show) -> None:
    """Record what a draft says of a photograph, and push it; undone, the photograph waits again.

    Raises what ``workflow.accept`` raises; nothing is pushed then.
    """
    by = session.person
    acceptance = workflow.accept(library, case.proposal, draft.decisions, by=by)
    _push(
        session,
        case,
        QCoreApplication.translate("Commands", "Accepting {name}"),
        undo=lambda library: workflow.take_back(library, acceptance, by=by),
        redo=lambda library: workflow.accept_again(library, acceptance, by=by),
        show=show,
    )


def set_aside(session: Session, library: Library, case: Case, show: Show) -> None:
    """Record that a photograph holds nothing to record, and push it."""
    by = session.person
    proposal = workflow.set_aside(library, case.proposal, by=by)
    _push(
        session,
        case,
        QCoreApplication.translate("Commands", "Nothing to record in {name}"),
        undo=lambda library: workflow.undo_set_aside(library, proposal, by=by),
        redo=lambda library: workflow.set_aside(library, proposal, by=by),
        show=show,
    )


def bring_back(session: Session, library: Library, case: Case, show: Show) -> None:
    """Let a photograph wait again that was set aside, and push it.

    Raises what ``workflow.bring_back`` raises. What was accepted is changed by ``revise``.
    """
    by = session.person
    proposal = workflow.bring_back(library, case.proposal, by=by)
    _push(
        session,
        case,
        QCoreApplication.translate("Commands", "Reviewing {name} again"),
        undo=lambda library: workflow.set_aside(library, proposal, by=by),
        redo=lambda library: workflow.bring_back(library, proposal, by=by),
        show=show,
    )


def set_ruler(
    session: Session,
    library: Library,
    case: Case,
    marks: tuple[Point, Point],
    distance_mm: float,
    pixels: Pixels | None,
    show: Show,
) -> None:
    """Give a photograph the scale of two marks on a ruler, and push it; undone, it has the former.

    Raises what ``workflow.set_ruler`` raises; nothing is pushed then.
    """
    ruled = workflow.set_ruler(
        library, case.proposal, *marks, distance_mm, by=session.person, pixels=pixels
    )
    said = QCoreApplication.translate("Commands", "A ruler in {name}")
    _push_scale(session, case, said, ruled, show)


def remove_ruler(session: Session, library: Library, case: Case, show: Show) -> None:
    """Take the ruler of a photograph away, and push it.

    Raises what ``workflow.remove_ruler`` raises; nothing is pushed then.
    """
    ruled = workflow.remove_ruler(library, case.proposal, by=session.person)
    said = QCoreApplication.translate("Commands", "No ruler in {name}")
    _push_scale(session, case, said, ruled, show)


def _push_scale(session: Session, case: Case, text: str, ruled: workflow.Ruled, show: Show) -> None:
    by = session.person
    _push(
        session,
        case,
        text,
        undo=lambda library: workflow.restore_scale(library, ruled, by=by),
        redo=lambda library: workflow.scale_again(library, ruled, by=by),
        show=show,
    )


def set_head(
    session: Session, library: Library, case: Case, head_deg: float | None, show: Show
) -> None:
    """Say where the head is in a photograph, and push it; undone, it is where it was before.

    Raises what ``workflow.set_head`` raises; nothing is pushed then.
    """
    by, photograph_id, before = session.person, case.filed.id, case.filed.head_deg
    workflow.set_head(library, case.filed, head_deg, by=by)

    def turn(library: Library, to: float | None, instead_of: float | None) -> None:
        workflow.set_head_again(library, photograph_id, to, instead_of=instead_of, by=by)

    _push(
        session,
        case,
        QCoreApplication.translate("Commands", "The head in {name}"),
        undo=lambda library: turn(library, before, head_deg),
        redo=lambda library: turn(library, head_deg, before),
        show=show,
    )


def revise(
    session: Session, library: Library, case: Case, draft: Draft, reason: str, show: Show
) -> None:
    """Record how a draft differs from what was accepted, and push it; undone by newer revisions.

    Without a ``reason`` of the person's own, ``CORRECTED`` is recorded.

    Raises what ``saving.save`` raises; nothing is pushed then.
    """
    by = session.person
    saved = saving.save(library, case, draft, by=by, reason=reason or CORRECTED)
    _push(
        session,
        case,
        QCoreApplication.translate("Commands", "Correcting {name}"),
        undo=lambda library: saving.unsave(library, saved, by=by),
        redo=lambda library: saving.save_again(library, saved, by=by),
        show=show,
    )


def refile(
    session: Session,
    library: Library,
    case: Case,
    to: Whereabouts,
    settle: Callable[[bool], None],
    show: Show,
) -> tuple[Assessment, ...]:
    """Move a photograph where it belongs, and push it; undone, all is as it was.

    What was accepted counts again then, and a lesion named on import is named again.

    Parameters
    ----------
    settle
        Told whether the photograph is moved, each time after it was written and before it is shown.

    Returns
    -------
    tuple of Assessment
        What had been accepted from the photograph, as it was.

    Raises what ``workflow.refile`` raises; nothing is pushed then.
    """
    by = session.person
    rested = resting_on(library, case)

    def move(
        library: Library, place: Whereabouts, reason: str, lesion: Lesion | None = None
    ) -> None:
        workflow.refile(
            library,
            library.photograph(case.filed.id),
            patient_code=place.patient_code,
            site=place.site,
            visited_on=place.visited_on,
            by=by,
            reason=reason,
            lesion=lesion,
        )

    def there(library: Library) -> None:
        move(library, to, REFILED)
        settle(True)

    def back(library: Library) -> None:
        start = Whereabouts(
            patient_code=case.patient.code,
            visited_on=case.visit.visited_on,
            site=case.filed.site or to.site,
        )
        named = case.proposal.lesion_id
        move(library, start, _REFILING_UNDONE, None if named is None else library.lesion(named))
        _put_back(library, rested, case.proposal, by=by)
        settle(False)

    there(library)
    _push(
        session,
        case,
        QCoreApplication.translate("Commands", "Moving {name}"),
        undo=back,
        redo=there,
        show=show,
    )
    return rested


def resting_on(library: Library, case: Case) -> tuple[Assessment, ...]:
    """Return what was accepted from a photograph and counts."""
    return tuple(
        assessment
        for assessment in library.assessments(patient_id=case.patient.id)
        if assessment.visit_id == case.visit.id and case.filed.id in assessment.photograph_ids
    )


def _put_back(
    library: Library, rested: tuple[Assessment, ...], proposal: Proposal, *, by: str
) -> None:
    """Let what rested on a photograph count again, and take the photograph off the queue."""
    for assessment in rested:
        if library.revisions(assessment.assessment_id)[-1].id != assessment.id:
            workflow.put_back(library, assessment, by=by, reason=_REFILING_UNDONE)
    if not proposal.is_waiting:
        workflow.set_aside(library, proposal, by=by)


def _push(
    session: Session,
    case: Case,
    text: str,
    *,
    undo: Callable[[Library], object],
    redo: Callable[[Library], object],
    show: Show,
) -> None:
    said = text.format(name=case.filed.photograph.original_name)
    session.undo_stack.push(_Recorded(said, session, undo=undo, redo=redo, show=show))
    session.changed(*_KINDS)
