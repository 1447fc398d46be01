"""Whether names are shown in this window: off at every start, and off again when nobody is there.

Hides the clock that locks it, and that showing names is written into the audit trail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from woundtrack.errors import WoundtrackError

if TYPE_CHECKING:
    from woundtrack.model import Identity
    from woundtrack.ui.session import Session

IDLE_MS: Final = 5 * 60 * 1000
"""After so long without a key or a click the names go."""
_SIGNS_OF_LIFE: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel}
)


def note_names_shown(session: Session) -> bool:
    """Write into the audit trail that somebody looks at names; return whether they may be shown.

    A library that is opened for reading only can't note it.
    """
    library = session.library
    if library is None:
        return False
    if not library.is_read_only:
        try:
            with library.verb("show names", by=session.person):
                pass
        except WoundtrackError as problem:
            session.problem.emit(problem)
            return False
    return True


class IdentityView(QObject):
    """Names unlocked or not, for one window.

    Signals
    -------
    changed()
        Names were unlocked or locked.
    """

    changed = Signal()

    def __init__(self, session: Session, idle_ms: int = IDLE_MS) -> None:
        super().__init__(session)
        self._session = session
        self._is_unlocked = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(idle_ms)
        self._clock.timeout.connect(self._lock_when_idle)
        session.library_closed.connect(self.lock)

    @classmethod
    def of(cls, session: Session) -> IdentityView:
        """Return the session's own; it is made, locked, when it is first asked for."""
        found = session.findChild(cls)
        return cls(session) if found is None else found

    @property
    def is_unlocked(self) -> bool:
        """Whether names may be shown now."""
        return self._is_unlocked

    def set_idle(self, idle_ms: int) -> None:
        """Lock after so many milliseconds without a key or a click."""
        self._clock.setInterval(idle_ms)

    def identity(self, patient_id: str) -> Identity | None:
        """Return who a patient is, while names are unlocked; None where locked or not recorded."""
        library = self._session.library
        if not self._is_unlocked or library is None:
            return None
        return library.identity(patient_id)

    def toggle(self) -> None:
        """Unlock names, or lock them."""
        if self._is_unlocked:
            self.lock()
            # That they are shown may still stand in the status bar.
            self._session.said.emit(self.tr("Names are hidden."))
        else:
            self.unlock()

    def unlock(self) -> None:
        """Show names from now on; the audit trail says who did. Nothing without a library."""
        session = self._session
        if self._is_unlocked or not note_names_shown(session):
            return
        self._is_unlocked = True
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        self._clock.start()
        session.said.emit(
            self.tr("Names are shown. They are hidden again after {n} minutes without use.").format(
                n=max(1, round(self._clock.interval() / 60_000))
            )
        )
        self.changed.emit()

    def lock(self) -> None:
        """Hide names."""
        if not self._is_unlocked:
            return
        self._is_unlocked = False
        self._clock.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self.changed.emit()

    def _lock_when_idle(self) -> None:
        self.lock()
        self._session.said.emit(self.tr("Names are hidden: nobody used the window for a while."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE and self._is_unlocked:
            self._clock.start()
        return False
