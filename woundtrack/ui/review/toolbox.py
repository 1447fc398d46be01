"""Tools for the canvas: which one is in hand, what a gesture with it asks for, and the view.

Hides that pens and the program's own tools share one strip, of which one at a time is taken.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal

from woundtrack.model import OutlineKind
from woundtrack.ui.components.outline_kind import KIND_LOOKS
from woundtrack.ui.review import words as review_words
from woundtrack.ui.review.canvas import Canvas, Tool
from woundtrack.ui.review.edge_tools import EdgeTools
from woundtrack.ui.review.hand_tools import PENS, HandTools
from woundtrack.ui.review.head_tool import ACTION as HEAD
from woundtrack.ui.review.head_tool import HeadPen
from woundtrack.ui.review.outliner import Gesture
from woundtrack.ui.review.photo_view import ZOOM_STEP
from woundtrack.ui.review.ruler_tool import ACTION as RULER
from woundtrack.ui.review.ruler_tool import RulerTool
from woundtrack.ui.review.tissue_pen import ACTION as TISSUE
from woundtrack.ui.review.tissue_pen import TissuePen

if TYPE_CHECKING:
    from woundtrack.model import Outline, Point
    from woundtrack.ui.action_table import ActionTable
    from woundtrack.ui.review.pens import Pen

TOOLS: Final = {
    Tool.PAN: "review.pan",
    Tool.INCLUDE: "review.include",
    Tool.EXCLUDE: "review.exclude",
    Tool.BOX: "review.box",
}
"""The actions that take a tool of the program, in the order of the tool strip."""
CIRCLE: Final = "review.circle"
"""Takes a tool that Shift makes of the box, so that the strip needs no button for it."""


class Toolbox(QObject):
    """Takes tools in hand and says what is done with them; binds the keys of the view.

    Attributes
    ----------
    hand
        The pens.
    edge
        What changes the whole edge at a press.
    ruler
        What is set in a photograph without a card.
    head
        Points to the patient's head.
    tissue
        Paints tissue.

    Signals
    -------
    taken(str)
        The action of the tool that is in hand now.
    used(Gesture | HandEdit)
        What is to become of the outlines.
    refused(WoundtrackError)
        Why a stroke changes nothing.
    said(str)
        What a press of a key does, where it shows nothing else.
    """

    taken = Signal(str)
    used = Signal(object)
    refused = Signal(object)
    said = Signal(str)

    def __init__(self, canvas: Canvas, table: ActionTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._table = table
        self._taken = ""
        self._kind = OutlineKind.ULCER
        self.hand = HandTools(canvas, table, self)
        self.edge = EdgeTools(canvas, table, self)
        self.ruler = RulerTool(canvas, self)
        self.head = HeadPen(self)
        self.tissue = TissuePen(self)
        self.hand.drawn.connect(self.used)
        self.hand.refused.connect(self.refused)
        self.hand.taken.connect(self._took)
        self.edge.asked.connect(self.used)
        self.edge.said.connect(self.said)
        canvas.clicked.connect(self._clicked)
        canvas.boxed.connect(lambda box: self.used.emit(Gesture(box=box)))
        self._bind()

    def _bind(self) -> None:
        bind, canvas = self._table.bind, self._canvas
        for tool, action_id in (*TOOLS.items(), (Tool.CIRCLE, CIRCLE)):
            bind(action_id, partial(self.take, tool), canvas, is_checkable=True)
        bind(RULER, partial(self._take_pen, RULER, self.ruler.pen), canvas, is_checkable=True)
        bind(HEAD, partial(self._take_pen, HEAD, self.head), canvas, is_checkable=True)
        bind(TISSUE, self._toggle_tissue, canvas, is_checkable=True)
        for action_id, steps in (("review.brush_larger", 1.0), ("review.brush_smaller", -1.0)):
            self._table[action_id].triggered.connect(partial(self._resize_tissue, steps))
        canvas.sized.connect(self._resize_tissue)
        bind("review.zoom_in", lambda: canvas.zoom_by(ZOOM_STEP), canvas)
        bind("review.zoom_out", lambda: canvas.zoom_by(1 / ZOOM_STEP), canvas)
        bind("review.fit", canvas.fit, canvas)
        card = bind("review.card", self._toggle_card, canvas, is_checkable=True)
        card.setChecked(True)
        edges = bind("review.edges_only", self._toggle_edges, canvas, is_checkable=True)
        edges.setChecked(False)
        hidden = bind("review.hide_all", self._toggle_all, canvas, is_checkable=True)
        hidden.setChecked(False)

    @property
    def taken_now(self) -> str:
        """The action of the tool that is in hand."""
        return self._taken

    def take(self, tool: Tool) -> None:
        """Take a tool of the program in hand."""
        self._canvas.set_tool(tool)
        self._canvas.set_hints(review_words.hints_of(tool, self._kind))
        self.hand.follow(self.hand.in_hand)  # its pen is put down
        self._check(CIRCLE if tool is Tool.CIRCLE else TOOLS[tool])

    def _take_pen(self, action_id: str, pen: Pen) -> None:
        """Take a pen in hand that draws no outline."""
        self._canvas.set_tool(Tool.PEN, pen)
        self._canvas.set_hints(review_words.pen_hints_of(action_id))
        self.hand.follow(self.hand.in_hand)
        self._check(action_id)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _toggle_tissue(self) -> None:
        """Take the tissue pen, or where it is in hand, put it down."""
        if self._canvas.pen is self.tissue:
            self.take(Tool.INCLUDE)
        else:
            self._take_pen(TISSUE, self.tissue)

    def _resize_tissue(self, steps: float, *_checked: object) -> None:
        self.tissue.resize(steps)
        self._canvas.viewport().update()

    def draw(self, kind: OutlineKind) -> None:
        """Know which of a lesion's outlines is drawn: its colour, and what the hints call it."""
        if kind is self._kind:
            return
        self._kind = kind
        colour = KIND_LOOKS[kind].colour
        self._canvas.draw_in(colour)
        self.hand.draw_in(colour)
        if self._canvas.tool is not Tool.PEN:
            self._canvas.set_hints(review_words.hints_of(self._canvas.tool, kind))

    def follow(self, outline: Outline | None) -> None:
        """Know which outline is in hand."""
        self.hand.follow(outline)

    def _took(self, action_id: str) -> None:
        """Say what the pen does that was taken."""
        self._canvas.set_hints(review_words.pen_hints_of(action_id))
        self._check(action_id)

    def _check(self, chosen: str) -> None:
        for action_id in (*TOOLS.values(), CIRCLE, *PENS, RULER, HEAD, TISSUE):
            self._table[action_id].setChecked(action_id == chosen)
        self._taken = chosen
        self.taken.emit(chosen)

    def _clicked(self, point: Point, is_exclude: bool) -> None:
        self.used.emit(Gesture(exclude=(point,)) if is_exclude else Gesture(include=(point,)))

    def _toggle_card(self) -> None:
        self._canvas.show_card(is_shown=self._table["review.card"].isChecked())

    def _toggle_edges(self) -> None:
        is_shown = self._table["review.edges_only"].isChecked()
        self._canvas.show_edges_only(is_shown=is_shown)
        self.hand.nodes.draw_fine(is_fine=is_shown)
        self.said.emit(
            self.tr("Edges alone, as fine lines: no labels, no card.")
            if is_shown
            else self.tr("Labels and card are shown again.")
        )

    def _toggle_all(self) -> None:
        self._canvas.hide_overlays(is_hidden=self._table["review.hide_all"].isChecked())
