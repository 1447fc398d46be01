"""Reads the patients one may go to next while nothing else is done, the nearest in the list first.

Hides how many are read, and that one is read at a time on a worker, with a pause before each: the
nearest always, the others as long as there is room to keep them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from woundtrack.model import Patient
    from woundtrack.ui.session import Session

_WAIT_MS: Final = 250
_NEAREST: Final = 12
"""Fewer than the session keeps at least: the patient in view stays kept."""


class ReadAhead(QObject):
    """Reads courses ahead: of those beside the patient in view ``prepare`` does more than that."""

    def __init__(
        self, session: Session, prepare: Callable[[Patient], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._prepare = session, prepare
        self._is_under_way = False
        self._prepared: set[Patient] = set()
        self._near: tuple[tuple[int, Patient], ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._do_one)

    def start(self) -> None:
        """Begin, or begin anew, once nothing was done for a moment."""
        self._is_under_way = True
        self._prepared.clear()
        self._near = ()
        self._timer.start()

    def stop(self) -> None:
        """Read nothing more."""
        self._is_under_way = False
        self._timer.stop()

    def _go_on(self) -> None:
        if self._is_under_way:
            self._timer.start()

    def _do_one(self) -> None:
        """Read one patient on a worker, or prepare one who was read."""
        if self._session.library is None or self._session.patient is None:
            return
        self._near = self._near or self._listed_by_nearness()
        for order, (distance, other) in enumerate(self._near):
            if not self._session.has_course(other):
                if order < _NEAREST or self._session.has_room_for_course:
                    self._session.read_ahead(other, self._go_on)
                return
            if distance == 1 and other not in self._prepared:
                self._prepared.add(other)
                self._prepare(other)
                self._go_on()
                return

    def _listed_by_nearness(self) -> tuple[tuple[int, Patient], ...]:
        """Return the other patients, each with how far down or up the list it stands."""
        library, patient = self._session.library, self._session.patient
        listed = [one.patient for one in library.patient_summaries()] if library else []
        if patient not in listed:
            return ()
        place = listed.index(patient)
        # The one after comes before the one before it: one goes down a list.
        near = sorted(range(len(listed)), key=lambda at: (abs(at - place), at < place))[1:]
        return tuple((abs(at - place), listed[at]) for at in near)
