"""Asks about a change of area that is unusual before it is recorded: once, and never refuses.

Hides that pressing the same key again is the answer, and that the answer is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from woundtrack import workflow
from woundtrack.model import OutlineKind
from woundtrack.ui import messages
from woundtrack.ui.components import words
from woundtrack.ui.review.draft import Case, Draft, whole_of
from woundtrack.ui.review.panel import Note

if TYPE_CHECKING:
    from woundtrack.ui.review.casework import Casework
    from woundtrack.ui.session import Session
    from woundtrack.workflow import AreaQuestion


class AreaCheck(QObject):
    """What is asked of the photograph that is open; nothing while nothing is asked."""

    def __init__(self, session: Session, work: Casework, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._work = session, work
        self._asked: tuple[AreaQuestion, ...] = ()
        self._of: tuple[str, Draft] | None = None

    @property
    def asked(self) -> tuple[AreaQuestion, ...]:
        """What stands to be answered; nothing once the outlines or their lesions are changed."""
        case = self._work.case
        if case is None or self._of != (case.filed.id, self._work.draft):
            return ()
        return self._asked

    @property
    def note(self) -> Note | None:
        """What is asked, to be said beside the numbers."""
        if not self.asked:
            return None
        title = self.tr("Is this size right?")
        said = " ".join(sentence_of(one) for one in self.asked)
        return Note("doubt", title, said)

    def must_ask(self) -> bool:
        """Ask what is to be asked before this is recorded; False where nothing is, or no longer.

        What was asked already is answered by this: that it is right is recorded, and asked of
        that visit no more.

        Raises ``WoundtrackError``: what ``workflow.confirm_areas`` raises.
        """
        case, library = self._work.case, self._session.library
        if case is None or library is None:
            return False
        if self.asked:
            workflow.confirm_areas(library, self.asked, by=self._session.person)
            self._asked, self._of = (), None
            return False
        draft = self._work.draft
        found = workflow.area_questions(library, case.patient, [*_sizes(case, draft)])
        self._asked, self._of = found, (case.filed.id, draft)
        if found:
            self._take_in_hand(found[0])
        return bool(found)

    def _take_in_hand(self, asked: AreaQuestion) -> None:
        for entry in self._work.draft.entries:
            lesion = None if entry.identity is None else entry.identity.lesion
            if lesion is not None and lesion.id == asked.lesion.id and entry.kind is asked.kind:
                self._work.select(entry.key)
                return


def sentence_of(asked: AreaQuestion) -> str:
    """Return what is asked, with numbers and day as they are written here."""
    question = asked.question
    values = dict(question.values) | {
        "area": words.number(asked.area_mm2 / 100, 1),
        "last": words.number(asked.last_mm2 / 100, 1),
        "last_on": words.day(asked.last_on),
    }
    return messages.question_of(replace(question, values=tuple(values.items())))


def _sizes(case: Case, draft: Draft) -> Iterator[workflow.SizedLesion]:
    """Yield what is about to be recorded of lesions known before, each by its main outline.

    Where something merged into a lesion, or it split from another, that explains its size; what is
    as it was accepted was asked about then.
    """
    told: set[str] = set()
    for kind in (OutlineKind.ULCER, OutlineKind.ESCHAR):
        for entry in draft.entries:
            identity = entry.identity
            if entry.kind is not kind or entry.is_closed or identity is None:
                continue
            lesion = identity.lesion
            if lesion is None or lesion.id in told or identity.origins:
                continue
            told.add(lesion.id)
            stored = case.stored.entries
            is_as_accepted = not case.is_waiting and all(
                one in stored for one in draft.parts_of(entry)
            )
            size = whole_of(case, draft, entry).measurement
            if size is not None and not is_as_accepted:
                yield workflow.SizedLesion(
                    visit=case.visit, lesion=lesion, kind=kind, measurement=size
                )
