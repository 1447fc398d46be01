"""Keeps the answers that aren't saved in a file, a moment after each, and at once on leaving.

Hides the moment, and that a draft without unsaved answers is no draft.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from woundtrack.errors import WoundtrackError
from woundtrack.model import now
from woundtrack.records import KeptDraft, VisitDrafts

if TYPE_CHECKING:
    from woundtrack.model import Patient
    from woundtrack.ui.record.visit_draft import VisitDraft
    from woundtrack.ui.session import Session

_PAUSE_MS: Final = 300


class DraftKeeper(QObject):
    """Keeps one draft at a time, the one it was given last."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._draft: VisitDraft | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.flush)

    def keep(self, draft: VisitDraft) -> None:
        """Keep a draft soon: after the keys that follow at once."""
        self._draft = draft
        self._timer.start()

    def flush(self) -> None:
        """Keep now what waits; a fault is told, and the answers stay in the form."""
        self._timer.stop()
        draft, self._draft = self._draft, None
        drafts = self._drafts()
        if draft is None or drafts is None:
            return
        try:
            if draft.is_changed:
                drafts.keep(
                    KeptDraft(
                        patient_id=draft.patient.id,
                        day=draft.day,
                        kept_by=self._session.person,
                        kept_at=now(),
                        answers=draft.kept(),
                    )
                )
            else:
                drafts.drop(draft.patient.id, draft.day)
        except WoundtrackError as problem:
            self._session.problem.emit(problem)

    def drop(self, patient_id: str, day: date) -> None:
        """Keep the draft of a visit no longer."""
        self._timer.stop()
        self._draft = None
        drafts = self._drafts()
        if drafts is not None:
            try:
                drafts.drop(patient_id, day)
            except WoundtrackError as problem:
                self._session.problem.emit(problem)

    def put_back(self, kept: KeptDraft) -> None:
        """Keep a draft again that was thrown away."""
        drafts = self._drafts()
        if drafts is not None:
            try:
                drafts.keep(kept)
            except WoundtrackError as problem:
                self._session.problem.emit(problem)

    def of(self, patient_id: str, day: date) -> KeptDraft | None:
        """Return the draft of a visit, if one is kept."""
        library = self._session.library
        if library is None:
            return None
        return VisitDrafts(library.path, is_read_only=library.is_read_only).of(patient_id, day)

    def days(self, patient_id: str) -> frozenset[date]:
        """Return the days of a patient's visits that have a draft."""
        library = self._session.library
        if library is None:
            return frozenset()
        drafts = VisitDrafts(library.path, is_read_only=library.is_read_only)
        return frozenset(one.day for one in drafts.all() if one.patient_id == patient_id)

    def of_others(self, patient_id: str | None) -> tuple[tuple[Patient, date], ...]:
        """Return the visits of other patients that have a draft, the newest day first."""
        library = self._session.library
        if library is None:
            return ()
        kept = VisitDrafts(library.path, is_read_only=library.is_read_only).all()
        theirs = sorted(
            (one for one in kept if one.patient_id != patient_id), key=_day, reverse=True
        )
        if not theirs:
            return ()
        known = {one.patient.id: one.patient for one in library.patient_summaries()}
        return tuple((known[one.patient_id], one.day) for one in theirs if one.patient_id in known)

    def _drafts(self) -> VisitDrafts | None:
        """Return the drafts of the library; None where nothing can be written."""
        library = self._session.library
        if library is None or library.is_read_only:
            return None
        return VisitDrafts(library.path, is_read_only=False)


def _day(draft: KeptDraft) -> date:
    return draft.day
