"""A picture to be outlined with Review's tools, and nothing else of Review: no lesion, no record.

Hides the tools' wiring, which outline is in hand, and the steps of undo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QUndoCommand, QUndoStack
from PySide6.QtWidgets import (
    QGraphicsItem,
    QHBoxLayout,
    QStyleOptionGraphicsItem,
    QWidget,
)

from woundtrack.model import OutlineKind, Photograph, TimeSource, VisitPhotograph
from woundtrack.ui import messages
from woundtrack.ui.action_table import ActionTable
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.review.canvas import Canvas, Tool
from woundtrack.ui.review.hand_tools import PENS
from woundtrack.ui.review.outline_items import DrawnOutline, photo_pen
from woundtrack.ui.review.outliner import Outliner
from woundtrack.ui.review.tool_strip import ToolStrip
from woundtrack.ui.review.toolbox import TOOLS, Toolbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from woundtrack.errors import WoundtrackError
    from woundtrack.model import Calibration, Outline, Point
    from woundtrack.ui.review.hand_edits import HandEdit
    from woundtrack.ui.review.outliner import Found, Gesture
    from woundtrack.ui.review.photo_item import Pixels
    from woundtrack.ui.session import Session

_OFF: Final = ("review.ruler", "review.head", "review.tissue", "review.copy_last")
"""Tools of Review that have nothing to do on a blinded picture."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What is outlined, and the place of the outline in hand."""

    outlines: tuple[Outline, ...] = ()
    place: int = -1

    @property
    def in_hand(self) -> Outline | None:
        return self.outlines[self.place] if 0 <= self.place < len(self.outlines) else None


class _Step(QUndoCommand):
    def __init__(self, before: _Drawn, after: _Drawn, put: Callable[[_Drawn], None]) -> None:
        super().__init__()
        self._before, self._after, self._put = before, after, put

    def redo(self) -> None:
        self._put(self._after)

    def undo(self) -> None:
        self._put(self._before)


class _Mark(QGraphicsItem):
    """Where the wound that is meant lies: a small cross in a ring, as wide at every zoom."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(4)
        self.hide()

    def boundingRect(self) -> QRectF:
        return QRectF(-12, -12, 24, 24)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in (("#101418", 3.5), ("#FFFFFF", 1.5)):
            painter.setPen(photo_pen(colour, width))
            painter.drawEllipse(QPointF(0, 0), 7, 7)
            for one, other in ((4, 10), (-10, -4)):
                painter.drawLine(QPointF(one, 0), QPointF(other, 0))
                painter.drawLine(QPointF(0, one), QPointF(0, other))


class Board(QWidget):
    """One picture, its tools at the left.

    Signals
    -------
    changed()
        Something else is outlined now.
    accepted(), back_asked()
        Enter, and the arrow to the left, on the picture.
    """

    changed = Signal()
    accepted = Signal()
    back_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn = _Drawn()
        self._kind = OutlineKind.ULCER
        self._stand_in: VisitPhotograph | None = None
        self.table = ActionTable(self)
        self.table.set_library(is_open=True, why_read_only=None)
        self.table.set_letters(session.settings.single_letter_keys)
        self.undo_stack = QUndoStack(self)
        self.canvas = Canvas()
        self.canvas.setAccessibleName(self.tr("Picture to outline"))
        self._mark = _Mark()
        self.canvas.scene().addItem(self._mark)
        self.toolbox = Toolbox(self.canvas, self.table, self)
        self.outliner = Outliner(session, self)
        bind = self.table.bind
        bind("review.accept", self.accepted.emit, self.canvas)
        bind("review.back", self.back_asked.emit, self.canvas)
        bind("review.retire", self._remove, self.canvas)
        bind("edit.undo", self.undo_stack.undo, self)
        bind("edit.redo", self.undo_stack.redo, self)
        for action_id in _OFF:
            self.table.switch(action_id, is_on=False, why_off=self.tr("Not in a blinded reading."))
        self.tools = ToolStrip(
            self.table,
            (
                tuple(TOOLS.values()),
                PENS,
                ("review.edge", "review.merge", "review.retire"),
                ("review.loupe",),
                ("edit.undo", "edit.redo"),
            ),
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self.canvas, 1)
        self.toolbox.used.connect(self._use)
        self.toolbox.refused.connect(self._refuse)
        self.toolbox.said.connect(self.canvas.say)
        self.canvas.picked.connect(self._pick)
        self.outliner.found.connect(self._take)
        self.outliner.missed.connect(self._refuse)
        self.outliner.busy_changed.connect(self._show_busy)
        self.undo_stack.indexChanged.connect(self._show_steps)
        self._show_steps()

    # --- a picture -------------------------------------------------------------------------------

    def show_picture(
        self,
        levels: tuple[Pixels, ...],
        calibration: Calibration,
        at_px: Point,
        kind: OutlineKind,
        outlines: tuple[Outline, ...] = (),
    ) -> None:
        """Show a picture, with what was outlined in it before.

        Parameters
        ----------
        levels
            As ``photo_item.pyramid`` makes them.
        at_px
            A place inside the wound that is meant.
        """
        height, width = levels[0].shape[:2]
        self._kind = kind
        self._stand_in = _stand_in(width, height)
        self.undo_stack.clear()
        self.canvas.show_photograph(width, height)
        self.canvas.set_levels(levels)
        self.canvas.set_calibration(None)
        self.canvas.allow_gestures(is_allowed=True)
        self.canvas.begin_keys_at(at_px)
        self._mark.setPos(*at_px)
        self._mark.show()
        self.toolbox.draw(kind)
        self.toolbox.take(Tool.INCLUDE)
        self.toolbox.hand.begin(levels[0])
        self.toolbox.edge.begin(calibration)
        self.outliner.stop()
        self.outliner.begin(
            levels[0], calibration, self._photograph, lambda _: self.outlines, self._in_hand
        )
        self._put(_Drawn(tuple(outlines), 0 if outlines else -1))
        self.canvas.fit()
        self.canvas.setFocus()

    def clear(self) -> None:
        """Show no picture."""
        self.outliner.stop()
        self.undo_stack.clear()
        self._mark.hide()
        self._put(_Drawn())
        self.canvas.clear()

    def stop(self) -> None:
        """Drop what is being worked out."""
        self.outliner.stop()

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """What is outlined, in pixels of the picture."""
        return self._drawn.outlines

    @property
    def is_working(self) -> bool:
        """Whether a gesture is being worked out."""
        return self.outliner.is_working

    def _photograph(self) -> VisitPhotograph:
        if self._stand_in is None:
            raise LookupError("there is no picture")
        return self._stand_in

    def _in_hand(self, _kind: OutlineKind) -> Outline | None:
        return self._drawn.in_hand

    # --- drawing ---------------------------------------------------------------------------------

    def _use(self, gesture: Gesture | HandEdit) -> None:
        if self.canvas.is_sharp:
            self.outliner.add(gesture, self._kind)

    def _take(self, found: Found, _kind: OutlineKind) -> None:
        outlines = tuple(outline for outline, _ in found)
        before = self._drawn
        if outlines == before.outlines:
            return
        fresh = [place for place, one in enumerate(outlines) if one not in before.outlines]
        place = fresh[0] if fresh else min(before.place, len(outlines) - 1)
        self._edit(_Drawn(outlines, place))

    def _remove(self) -> None:
        now = self._drawn
        if now.in_hand is not None:
            left = (*now.outlines[: now.place], *now.outlines[now.place + 1 :])
            self._edit(_Drawn(left, min(now.place, len(left) - 1)))

    def _edit(self, after: _Drawn) -> None:
        self.undo_stack.push(_Step(self._drawn, after, self._put))

    def _pick(self, key: str) -> None:
        self._put(_Drawn(self._drawn.outlines, int(key)))

    def _put(self, drawn: _Drawn) -> None:
        self._drawn = drawn
        self.canvas.set_outlines(
            [
                DrawnOutline(
                    key=str(place),
                    outline=one,
                    label=kind_word(self._kind),
                    words="",
                    is_selected=place == drawn.place,
                    kind=self._kind,
                )
                for place, one in enumerate(drawn.outlines)
            ]
        )
        self.toolbox.hand.know_parts(drawn.outlines)
        self.toolbox.follow(drawn.in_hand)
        self.changed.emit()

    # --- said ------------------------------------------------------------------------------------

    def _refuse(self, problem: WoundtrackError) -> None:
        self.canvas.say(messages.sentence_of(problem), is_refused=True)

    def _show_busy(self, is_busy: bool) -> None:
        self.canvas.set_busy(self.tr("Finding the edge") if is_busy else "")

    def _show_steps(self, _index: int = 0) -> None:
        stack = self.undo_stack
        self.table.switch("edit.undo", stack.canUndo(), self.tr("Nothing to undo."))
        self.table.switch("edit.redo", stack.canRedo(), self.tr("Nothing to redo."))


def _stand_in(width: int, height: int) -> VisitPhotograph:
    """Return facts of a picture of which nothing is known but its size."""
    facts = Photograph(
        sha256="",
        original_name="",
        format="JPEG",
        size_bytes=0,
        width_px=width,
        height_px=height,
        orientation=1,
        taken_at=None,
        taken_offset_minutes=None,
        taken_from=TimeSource.UNKNOWN,
    )
    filed_at = datetime.fromtimestamp(0, UTC)
    return VisitPhotograph(id="", visit_id="", photograph=facts, site=None, filed_at=filed_at)
