"""Reads the patients one may go to next while nothing else is done, the nearest in the list first.

Hides how many are read, and that one is read at a time, with a pause before each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from woundtrack.model import Patient
    from woundtrack.ui.session import Session

_WAIT_MS: Final = 250
_MOST: Final = 12
"""Fewer than the session keeps: the patient in view stays kept."""


class ReadAhead(QObject):
    """Reads courses ahead: of those beside the patient in view ``prepare`` does more than that."""

    def __init__(
        self, session: Session, prepare: Callable[[Patient], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._prepare = session, prepare
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._read_one)

    def start(self) -> None:
        """Begin, or begin anew, once nothing was done for a moment."""
        self._timer.start()

    def stop(self) -> None:
        """Read nothing more."""
        self._timer.stop()

    def _read_one(self) -> None:
        library, patient = self._session.library, self._session.patient
        if library is None or patient is None:
            return
        listed = [one.patient for one in library.patient_summaries()]
        if patient not in listed:
            return
        place = listed.index(patient)
        # The one after comes before the one before it: one goes down a list.
        near = sorted(range(len(listed)), key=lambda at: (abs(at - place), at < place))[1:]
        unread = [at for at in near[:_MOST] if not self._session.has_course(listed[at])]
        if not unread:
            return
        if abs(unread[0] - place) == 1:
            self._prepare(listed[unread[0]])
        else:
            self._session.course_of(listed[unread[0]])
        if len(unread) > 1:
            self._timer.start()
