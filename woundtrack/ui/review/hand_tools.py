"""The hand tools of the review room: which pen an action takes, and what a stroke asks for.

Hides the pens, and that one outline at a time is in hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from woundtrack.errors import EditImpossible
from woundtrack.ui.review.canvas import Canvas, Tool
from woundtrack.ui.review.hand_edits import (
    FilledIsland,
    HandEdit,
    Loop,
    MergeNearest,
    Redrawn,
    Rerouted,
    SplitLine,
    Stroke,
    Traced,
)
from woundtrack.ui.review.node_pen import NodePen
from woundtrack.ui.review.pens import BrushPen, Ink, LinePen, Pen, StrokeItem
from woundtrack.ui.review.wire_pen import WirePen

if TYPE_CHECKING:
    from woundtrack.imaging.drawing.strokes import Dab
    from woundtrack.model import Outline, Point
    from woundtrack.ui.action_table import ActionTable
    from woundtrack.ui.review.photo_item import Pixels

PENS: Final = (
    "review.brush",
    "review.eraser",
    "review.lasso",
    "review.wire",
    "review.island",
    "review.split",
    "review.nodes",
)
"""The actions that take a pen, in the order of the tool strip."""

FILLS: Final = (0.0, 0.2, 0.45)
"""How strongly the inside of an outline is tinted: not at all, lightly, strongly."""


class HandTools(QObject):
    """Takes pens and says what was drawn.

    Signals
    -------
    drawn(HandEdit)
        What is to become of the outlines.
    refused(WoundtrackError)
        Why a stroke changes nothing.
    taken(str)
        The action whose pen is in hand now.
    """

    drawn = Signal(object)
    refused = Signal(object)
    taken = Signal(str)

    def __init__(self, canvas: Canvas, table: ActionTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._table = table
        self._in_hand: Outline | None = None
        self._parts: tuple[Outline, ...] = ()
        self._fill = 0
        self.brush = BrushPen(erases=False, parent=self)
        self.eraser = BrushPen(erases=True, parent=self)
        self._lasso = LinePen(Ink.ADDS, is_closed=True, parent=self)
        self._island = LinePen(Ink.TAKES, is_closed=True, parent=self)
        self._split = LinePen(Ink.CUTS, is_closed=False, parent=self)
        self.nodes = NodePen(self)
        self.wire = WirePen(self)
        drawn = (self._lasso, self.wire, self._island, self._split, self.nodes)
        self._pens: dict[str, Pen] = dict(zip(PENS, (self.brush, self.eraser, *drawn), strict=True))
        for brush in (self.brush, self.eraser):
            brush.stroked.connect(self._stroked)
        self._lasso.drawn.connect(lambda ring, is_alt: self._ask(Loop(ring=ring, adds=not is_alt)))
        self.wire.closed.connect(self._traced)
        self.wire.crossed.connect(lambda line: self._ask(Rerouted(line=line)))
        self._island.drawn.connect(lambda ring, is_alt: self._ask(Loop(ring=ring, adds=is_alt)))
        self._island.clicked.connect(self._fill_island)
        self._split.drawn.connect(lambda line, _is_alt: self._ask(SplitLine(line=line)))
        self.nodes.redrawn.connect(
            lambda before, after: self._ask(Redrawn(before=before, outline=after))
        )
        self.nodes.refused.connect(self.refused)
        canvas.sized.connect(self._resize)
        self._bind()

    def _bind(self) -> None:
        bind = self._table.bind
        for action_id in PENS:
            bind(action_id, partial(self.take, action_id), self._canvas, is_checkable=True)
        larger, smaller = partial(self._resize, 1.0), partial(self._resize, -1.0)
        merging: tuple[tuple[str, Callable[[], object]], ...] = (
            ("review.merge", lambda: self._ask(MergeNearest(parts=self._parts))),
            ("review.brush_larger", larger),
            ("review.brush_smaller", smaller),
            ("review.fill", self._next_fill),
        )
        for action_id, do in merging:
            bind(action_id, do, self._canvas)
        loupe = bind("review.loupe", self._toggle_loupe, self._canvas, is_checkable=True)
        loupe.setChecked(False)

    def take(self, action_id: str) -> None:
        """Take the pen of an action in hand."""
        self._canvas.set_tool(Tool.PEN, self._pens[action_id])
        self.follow(self._in_hand)
        self.taken.emit(action_id)

    @property
    def in_hand(self) -> Outline | None:
        """The outline that is in hand."""
        return self._in_hand

    def begin(self, pixels: Pixels | None) -> None:
        """Draw on this photograph; None where there is none yet."""
        self.wire.begin(pixels)
        self.nodes.begin((0, 0) if pixels is None else (pixels.shape[0], pixels.shape[1]))

    def draw_in(self, colour: str) -> None:
        """Draw what pens add in a colour: that of the kind of outline that is drawn."""
        self.nodes.draw_in(colour)
        for pen in self._pens.values():
            if isinstance(pen.item, StrokeItem):
                pen.item.draw_in(colour)

    def know_parts(self, parts: tuple[Outline, ...]) -> None:
        """Know all open parts of the lesion whose outline is in hand."""
        self._parts = parts

    def follow(self, outline: Outline | None) -> None:
        """Know which outline is in hand; its nodes are shown while their pen is taken."""
        self._in_hand = outline
        self.wire.take(outline)
        is_shown = self._canvas.pen is self.nodes
        self.nodes.take(outline if is_shown else None)

    def _ask(self, edit: HandEdit) -> None:
        self.drawn.emit(edit)

    def _stroked(self, dabs: tuple[Dab, ...], erases: bool) -> None:
        self._ask(Stroke(dabs=dabs, erases=erases))

    def _traced(self, ring: tuple[Point, ...], is_alt: bool) -> None:
        self._ask(Loop(ring=ring, adds=False) if is_alt else Traced(ring=ring))

    def _fill_island(self, point: Point) -> None:
        if self._in_hand is None:
            self.refused.emit(EditImpossible(reason="no outline is in hand"))
        else:
            self._ask(FilledIsland(point=point))

    def _resize(self, steps: float) -> None:
        for brush in (self.brush, self.eraser):
            brush.resize(steps)
        self._canvas.viewport().update()

    def _next_fill(self) -> None:
        self._fill = (self._fill + 1) % len(FILLS)
        self._canvas.set_fill(FILLS[self._fill])

    def _toggle_loupe(self) -> None:
        self._canvas.show_loupe(is_shown=self._table["review.loupe"].isChecked())
