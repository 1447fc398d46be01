"""Gestures become outlines on a worker, one after the other, none lost.

Hides the queue of gestures, when being busy is worth showing, and measuring beside outlining.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from woundtrack import imaging, workflow
from woundtrack.errors import EditImpossible, OutlineNotFound
from woundtrack.model import OutlineKind
from woundtrack.ui.review.hand_edits import instead_of, others_of
from woundtrack.ui.review.photo_item import Pixels

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.model import (
        BodySite,
        Calibration,
        Measurement,
        Outline,
        Photograph,
        Point,
        VisitPhotograph,
    )
    from woundtrack.ui.review.hand_edits import HandEdit
    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task

PATIENCE_MS: Final = 150


@dataclass(frozen=True, kw_only=True, slots=True)
class Gesture:
    """One thing a person did: a click that includes or excludes, or a box; pixels.

    ``fits`` asks that the outline in hand be moved onto the edge that is seen there.
    """

    include: tuple[Point, ...] = ()
    exclude: tuple[Point, ...] = ()
    box: tuple[float, float, float, float] | None = None
    fits: bool = False


Found = tuple[tuple["Outline", "Measurement | None"], ...]


def refine(
    pixels: Pixels,
    gesture: Gesture | HandEdit,
    start: tuple[Outline, ...],
    in_hand: Outline | None,
    calibration: Calibration | None,
    photograph: Photograph,
    site: BodySite | None,
    head_deg: float | None = None,
    kind: OutlineKind = OutlineKind.ULCER,
) -> Found:
    """Return all outlines after a gesture or an edit by hand, each measured; worker-safe.

    Raises ``OutlineNotFound`` or ``EditImpossible``.
    """
    # The network has learnt ulcers: where another edge is asked for, it would draw theirs.
    with_network = kind is OutlineKind.ULCER
    if isinstance(gesture, Gesture) and gesture.fits:
        outlines = _fitted(pixels, start, in_hand, calibration, with_network=with_network)
    elif isinstance(gesture, Gesture):
        outlines = _refined(pixels, gesture, start, calibration, with_network=with_network)
    else:
        outlines = gesture.after(start, in_hand, (pixels.shape[0], pixels.shape[1]))
    return tuple(
        (outline, workflow.measured(outline, calibration, photograph, site, head_deg))
        for outline in outlines
    )


def _refined(
    pixels: Pixels,
    gesture: Gesture,
    start: tuple[Outline, ...],
    calibration: Calibration | None,
    *,
    with_network: bool,
) -> tuple[Outline, ...]:
    try:
        return imaging.refine_outline(
            pixels,
            include=gesture.include,
            exclude=gesture.exclude,
            box=gesture.box,
            start=start,
            calibration=calibration,
            with_network=with_network,
        )
    except OutlineNotFound:
        if not (gesture.exclude and start):
            raise
        return ()  # the last outline was on no wound, and has been taken away


def _fitted(
    pixels: Pixels,
    start: tuple[Outline, ...],
    in_hand: Outline | None,
    calibration: Calibration | None,
    *,
    with_network: bool,
) -> tuple[Outline, ...]:
    if in_hand is None:
        raise EditImpossible(reason="no outline is in hand")
    parts = imaging.fitted_outline(
        pixels,
        in_hand,
        others_of(start, in_hand),
        calibration,
        with_network=with_network,
    )
    return instead_of(start, in_hand, parts)


class Outliner(QObject):
    """Works out the gestures made on one photograph at a time.

    Signals
    -------
    found(tuple, OutlineKind)
        What one gesture made of the outlines of its kind that were there when its turn came.
    missed(WoundtrackError)
        It found no edge; the outlines stay.
    busy_changed(bool)
        It takes long enough to say so, or is done.
    """

    found = Signal(object, object)
    missed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: deque[tuple[Gesture | HandEdit, OutlineKind]] = deque()
        self._ask: Callable[[Gesture | HandEdit, OutlineKind], tuple[object, ...]] | None = None
        self._task: Task | None = None
        self._is_running = False
        session.tasks.ended.connect(self._ended)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PATIENCE_MS)
        self._timer.timeout.connect(self._show_busy)

    @property
    def is_working(self) -> bool:
        """Whether a gesture is being worked out, or waits to be."""
        return self._is_running

    def begin(
        self,
        pixels: Pixels,
        calibration: Calibration | None,
        filed: Callable[[], VisitPhotograph],
        outlines: Callable[[OutlineKind], tuple[Outline, ...]],
        in_hand: Callable[[OutlineKind], Outline | None],
    ) -> None:
        """Work on a photograph, first on the gestures made while it was being decoded.

        Parameters
        ----------
        filed, outlines, in_hand
            Tell what is known of the photograph, what is there of a kind, and which outline of it
            is chosen, when a gesture's turn comes.
        """

        def ask(gesture: Gesture | HandEdit, kind: OutlineKind) -> tuple[object, ...]:
            now = filed()
            of_photograph = (calibration, now.photograph, now.site, now.head_deg)
            return (pixels, gesture, outlines(kind), in_hand(kind), *of_photograph, kind)

        self._ask = ask
        if self._waiting:
            self._next()

    def stop(self) -> None:
        """Drop what is under way and what waits; let the photograph go."""
        self.cancel()
        self._ask = None

    def cancel(self) -> bool:
        """Drop the gestures under way and waiting; return whether there were any."""
        was_working = self._is_running
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        self._rest()
        return was_working

    def add(self, gesture: Gesture | HandEdit, kind: OutlineKind) -> None:
        """Take a gesture on the outlines of a kind; it is worked out after those before it."""
        self._waiting.append((gesture, kind))
        if not self._is_running:
            self._is_running = True
            self._timer.start()
            self._next()

    def _next(self) -> None:
        if self._ask is None:
            return  # the photograph is still being decoded
        if not self._waiting:
            self._rest()
            return
        gesture, kind = self._waiting.popleft()
        self._task = self._session.tasks.run(
            refine,
            *self._ask(gesture, kind),
            on_done=lambda found: self._done(found, kind),
            on_error=self._failed,
            key="outline",
            says=self.tr("Finding the wound's edge"),
        )

    def _done(self, found: Found, kind: OutlineKind) -> None:
        self._task = None
        self.found.emit(found, kind)
        self._next()

    def _failed(self, problem: WoundtrackError) -> None:
        self._task = None
        self.missed.emit(problem)
        self._next()

    def _ended(self, task: Task) -> None:
        if task is self._task and task.is_cancelled:  # from the status bar
            self._task = None
            self._rest()

    def _show_busy(self) -> None:
        if self._is_running:
            self.busy_changed.emit(True)

    def _rest(self) -> None:
        self._timer.stop()
        self._waiting.clear()
        if self._is_running:
            self._is_running = False
            self.busy_changed.emit(False)
