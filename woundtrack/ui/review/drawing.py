"""Drawing on a photograph: it is decoded, tools are taken, gestures become outlines of the work.

Hides what waits for a worker: gestures made while the photograph is still being decoded are kept,
and the next photograph is decoded ahead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from woundtrack.imaging import ruler_of
from woundtrack.model import OutlineKind
from woundtrack.ui import messages
from woundtrack.ui.components import words
from woundtrack.ui.review.canvas import Canvas, Tool
from woundtrack.ui.review.card_colours import CardColours
from woundtrack.ui.review.copy_last import CopyLast
from woundtrack.ui.review.outliner import Found, Gesture, Outliner
from woundtrack.ui.review.photo_loader import Loaded, PhotoLoader
from woundtrack.ui.review.tissue_pen import ACTION as TISSUE
from woundtrack.ui.review.toolbox import Toolbox

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.model import Photograph, Point
    from woundtrack.ui.review.casework import Casework
    from woundtrack.ui.review.draft import Case
    from woundtrack.ui.review.hand_edits import HandEdit
    from woundtrack.ui.review.photo_item import Pixels
    from woundtrack.ui.session import Session

FREE_PENS: Final = frozenset({"review.brush", "review.lasso", "review.wire"})
"""The actions of pens that need no outline to begin with."""


class Drawing(QObject):
    """The canvas with its tools, on the photograph that is worked on.

    Parameters
    ----------
    following
        Returns the photograph that will probably be shown next.

    Attributes
    ----------
    tools
        What is taken in hand.
    colours
        The switch that shows the card's colours.

    Signals
    -------
    opened(object)
        The photograph's pixels are there.
    stopped()
        It was let go.
    """

    opened = Signal(object)
    stopped = Signal()

    def __init__(
        self,
        session: Session,
        work: Casework,
        canvas: Canvas,
        following: Callable[[], Photograph | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._work, self._canvas = session, work, canvas
        self._following = following
        self.tools = Toolbox(canvas, session.actions, self)
        self.colours = CardColours(session, canvas, self)
        self._copy = CopyLast(session, work, canvas, self)
        self._loader = PhotoLoader(session, "photograph", self)
        self._outliner = Outliner(session, self)
        self._pixels: Pixels | None = None
        self._lent = ""  # the tool that a kind without an outline was begun with
        canvas.picked.connect(work.select)
        self.tools.used.connect(self._use)
        self._copy.asked.connect(self._use)
        self._copy.refused.connect(self._missed)
        self.tools.refused.connect(self._missed)
        self.tools.said.connect(session.said)
        self.tools.ruler.used.connect(self._set_ruler)
        self.tools.head.pointed.connect(self._set_head)
        self._loader.loaded.connect(self._loaded)
        self._loader.refused.connect(self._not_loaded)
        self._outliner.found.connect(self._found)
        self._outliner.missed.connect(self._missed)
        self._outliner.busy_changed.connect(self._show_busy)

    @property
    def is_working(self) -> bool:
        """Whether a gesture is being worked out."""
        return self._outliner.is_working

    def begin(self, case: Case) -> None:
        """Have the photograph of the work decoded and shown; take the tool to begin with."""
        self.colours.open()
        self._loader.show(case.filed.photograph)
        self.tools.edge.begin(case.proposal.calibration)
        if not self._session.can_write:
            self.tools.take(Tool.PAN)
        else:
            self._take_first()

    def _take_first(self) -> None:
        has_one = bool(self._work.draft.outlines_of(self._work.kind))
        self.tools.take(Tool.INCLUDE if has_one else Tool.BOX)
        self._lent = ""

    def draw(self, kind: OutlineKind) -> None:
        """Draw another of the lesion's outlines from now on, with a tool that can begin one.

        A pen that draws freely stays in hand. Else a margin is begun with the lasso: its edge is a
        change of skin that a box finds nothing in. A tool that was lent in this way is put down
        again where there is an outline to change.
        """
        if kind is self._work.kind:
            return
        self._work.draw(kind)
        if not self._session.can_write or self._work.case is None:
            return
        pen = self.tools.taken_now
        begins = pen in FREE_PENS or (pen == "review.box" and kind is not OutlineKind.MARGIN)
        if self._work.selected is not None:
            if pen in {TISSUE, self._lent}:
                self.tools.take(Tool.INCLUDE)
            self._lent = ""
        elif not begins and kind is OutlineKind.MARGIN:
            self.tools.hand.take("review.lasso")
            self._lent = "review.lasso"
        elif not begins:
            self.tools.take(Tool.BOX)
            self._lent = "review.box"

    def _use(self, gesture: Gesture | HandEdit) -> None:
        self._outliner.add(gesture, self._work.kind)

    def cancel(self) -> bool:
        """Drop the gestures under way and waiting; return whether there were any."""
        return self._outliner.cancel()

    def stop(self) -> None:
        """Drop what is under way and let the photograph go."""
        self._outliner.stop()
        self.colours.close()
        self.tools.hand.begin(None)
        self._pixels = None

    def forget(self) -> None:
        """Stop, and let all that is in memory go."""
        self.stop()
        self._loader.forget()

    def _loaded(self, loaded: Loaded) -> None:
        case, work = self._work.case, self._work
        if case is None or case.filed.photograph.sha256 != loaded.sha256:
            return
        self._canvas.set_levels(loaded.levels)
        self._pixels = loaded.pixels
        self.tools.hand.begin(loaded.pixels)
        self.colours.begin(loaded, case.proposal.calibration)
        self._outliner.begin(
            loaded.pixels,
            case.proposal.calibration,
            lambda: case.filed if work.case is None else work.case.filed,
            work.outlines_of,
            work.outline_in_hand,
        )
        self.opened.emit(loaded.pixels)
        following = self._following()
        if following is not None:
            self._loader.fetch_ahead(following)

    def _not_loaded(self, _sha256: str, problem: WoundtrackError) -> None:
        self.stop()
        self._canvas.allow_gestures(is_allowed=False)
        self._work.tell(problem)

    def _set_ruler(self, start: Point, end: Point, distance_mm: float) -> None:
        if self._work.set_ruler((start, end), distance_mm, self._pixels):
            self._say_ruler(distance_mm)

    def _set_head(self, head_deg: float | None) -> None:
        if self._work.set_head(head_deg):
            self._session.said.emit(
                self.tr("No head is set in this photograph.")
                if head_deg is None
                else self.tr("The head is set: sizes along the body follow it.")
            )
            self._take_first()

    def _say_ruler(self, given_mm: float) -> None:
        """Say what was read off the ruler, where its ticks say it better than the person did."""
        case = self._work.case
        line = None if case is None else ruler_of(case.proposal.calibration)
        if line is not None and line.is_by_ticks:
            said = self.tr("The ruler's ticks were counted: {counted} mm between the marks.")
            said = said.format(counted=words.number(line.distance_mm, 1))
        else:
            said = self.tr("The ruler is set at {given} mm, as you marked it.")
            said = said.format(given=words.number(given_mm, 1))
        if case is not None and not case.is_waiting:
            anew = words.counted(
                len(case.stored.outlines),
                self.tr("1 accepted outline is measured anew, as a revision."),
                self.tr("{n} accepted outlines are measured anew, as revisions."),
            )
            said = f"{said} {anew}"
        self._session.said.emit(said)

    def _found(self, found: Found, kind: OutlineKind) -> None:
        if self._work.case is None:
            return
        had_none = not self._work.draft.outlines_of(kind)
        if not self._work.take_outlines(found, kind):
            said = self.tr("That changes nothing: it is inside the outline already.")
            self._canvas.say(said)
        elif had_none and self._canvas.tool in {Tool.BOX, Tool.CIRCLE}:
            self.tools.take(Tool.INCLUDE)

    def _missed(self, problem: WoundtrackError) -> None:
        self._canvas.say(messages.sentence_of(problem))
        self._session.said.emit(messages.title_of(problem))

    def _show_busy(self, is_busy: bool) -> None:
        self._canvas.set_busy(self.tr("Finding the edge…") if is_busy else "")
