"""States of blinded reading and of measuring again: sessions, agreement, what differs now.

Hides that the session is the demonstration's own, out of view for as long as there is to be none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.end_to_end import export_states
from woundtrack.records.remeasurings import Remeasurings
from woundtrack.workflow import remeasuring
from woundtrack.workflow.reading import restore_session, retire_session

if TYPE_CHECKING:
    from woundtrack.ui.window.main_window import MainWindow

REMEASURED = "WT-0058"


def empty(window: MainWindow) -> None:
    """Show blinded reading before there is a session."""
    export_states.leave(window)
    library = window.session.library
    if library is None:
        return
    for one in library.reading_sessions():
        retire_session(library, one, by="Ann")
    window.agreement.open()


def sessions(window: MainWindow) -> None:
    """Show the reading sessions."""
    export_states.leave(window)
    library = window.session.library
    if library is None:
        return
    for one in library.reading_sessions(include_retired=True):
        if one.is_retired:
            restore_session(library, one, by="Ann")
    window.agreement.open()


def new(window: MainWindow) -> None:
    """Ask for a new session."""
    sessions(window)
    window.agreement.list.new.click()


def results(window: MainWindow) -> None:
    """Show how well the readers agree."""
    sessions(window)
    window.agreement.list.results.click()


def remeasured(window: MainWindow) -> None:
    """Show what the present program makes of one patient's accepted outlines."""
    leave(window)
    library = window.session.library
    if library is None:
        return
    kept = Remeasurings(library.path, is_read_only=False)
    patient = library.patient_with_code(REMEASURED)
    for _ in remeasuring.remeasured(library, [patient], kept=kept, with_outlines=True):
        pass
    window.remeasuring.open()


def leave(window: MainWindow) -> None:
    """Take the sheets away."""
    window.agreement.dismiss()
    window.remeasuring.dismiss()
