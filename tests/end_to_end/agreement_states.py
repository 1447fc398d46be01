"""States of blinded reading and of measuring again: sessions, agreement, what differs now.

Hides who read: three pretended readers of known error, two of them done.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.end_to_end import export_states
from woundtrack.records.remeasurings import Remeasurings
from woundtrack.workflow import remeasuring

if TYPE_CHECKING:
    from woundtrack.model import Outline, Ring
    from woundtrack.records import Library
    from woundtrack.ui.window.main_window import MainWindow

NAME = "Autumn"
REMEASURED = "WT-0058"


def empty(window: MainWindow) -> None:
    """Show blinded reading before there is a session."""
    export_states.leave(window)
    window.agreement.open()


def sessions(window: MainWindow) -> None:
    """Show the reading sessions."""
    export_states.leave(window)
    library = window.session.library
    if library is None:
        return
    if not library.reading_sessions():
        _read(library)
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


def _read(library: Library) -> None:
    from woundtrack.model import Asked
    from woundtrack.workflow.reading import begin_session, readable_items
    from woundtrack.workflow.reading_desk import Answer, LibraryDesk

    known = readable_items(library).items
    session = begin_session(
        library,
        NAME,
        known,
        readers=["Ann", "Ben", "Cy"],
        by="Dora",
        count=16,
        seed=4,
        asks=[Asked.EXUDATE_AMOUNT],
    )
    accepted = {(one.photograph.id, one.lesion.id): one.accepted.parts for one in known}
    items = {one.id: one for one in library.reading_items(session.id)}
    chance = random.Random(2)
    for reader, larger in (("Ann", 0.0), ("Ben", 0.04)):
        desk = LibraryDesk(library, session, reader)
        for task in library.reading_tasks(session.id, reader):
            item = items[task.item_id]
            side = math.exp(chance.gauss(larger, 0.06) / 2)
            parts = accepted[item.photograph_id, item.lesion_id]
            drawn = tuple(_stretched(one, side, item.box_px[:2]) for one in parts)
            amount = ("none", "small", "large")[(item.place + (chance.random() < 0.2)) % 3]
            answers = ((Asked.EXUDATE_AMOUNT, amount),)
            desk.record(task.place, Answer(outlines=drawn, answers=answers, seconds=40))


def _stretched(outline: Outline, side: float, corner: tuple[int, int]) -> Outline:
    x0, y0 = outline.centre

    def ring(points: Ring) -> Ring:
        return tuple(
            (x0 + (x - x0) * side - corner[0], y0 + (y - y0) * side - corner[1]) for x, y in points
        )

    return replace(
        outline, outer=ring(outline.outer), islands=tuple(ring(one) for one in outline.islands)
    )
