"""Tools that change the whole edge of the outline in hand at one press, and a menu of them.

Hides how far a press moves the edge, and what is said of it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from woundtrack.ui.components import words
from woundtrack.ui.review.hand_edits import Resized, Smoothed
from woundtrack.ui.review.outliner import Gesture

if TYPE_CHECKING:
    from woundtrack.model import Calibration
    from woundtrack.ui.action_table import ActionTable

ACTION: Final = "review.edge"
STEPS: Final = {
    "review.grow": 1,
    "review.shrink": -1,
    "review.grow_more": 5,
    "review.shrink_more": -5,
}
"""The actions that move the edge, by how many steps outwards."""
STEP_MM: Final = 0.1
STEP_PX: Final = 1.0
"""A step where the photograph has no scale."""


class EdgeTools(QObject):
    """Binds the keys of these tools and says what they ask for.

    Signals
    -------
    asked(HandEdit | Gesture)
        What is to become of the outline in hand.
    said(str)
        What a press does, in a sentence.
    """

    asked = Signal(object)
    said = Signal(str)

    def __init__(self, canvas: QWidget, table: ActionTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._calibration: Calibration | None = None
        self._beside: QWidget | None = None
        for action_id, steps in STEPS.items():
            table.bind(action_id, partial(self._resize, steps), canvas)
        table.bind("review.smooth", self._smooth, canvas)
        table.bind("review.fit_edge", lambda: self.asked.emit(Gesture(fits=True)), canvas)
        table.bind(ACTION, self._open_menu, canvas)
        self.menu = QMenu(canvas)
        """All of them, to be chosen from."""
        self.menu.setAccessibleName(table.entry(ACTION).words)
        self.menu.addActions([table[action_id] for action_id in STEPS])
        self.menu.addSeparator()
        self.menu.addActions([table["review.smooth"], table["review.fit_edge"]])
        self.menu.addAction(table["review.copy_last"])

    def begin(self, calibration: Calibration | None) -> None:
        """Work on a photograph with this scale, or with none."""
        self._calibration = calibration

    def stand_beside(self, button: QWidget) -> None:
        """Open the menu beside a button."""
        self._beside = button

    def _resize(self, steps: int) -> None:
        has_scale = self._calibration is not None
        far = steps * (STEP_MM if has_scale else STEP_PX)
        unit = self.tr("mm") if has_scale else self.tr("px")
        number = words.number(abs(far), 1 if has_scale else 0)
        size = words.kept_whole(f"{number}{words.THIN}{unit}")
        way = (
            self.tr("The edge is moved outwards by {size}.")
            if steps > 0
            else self.tr("The edge is moved inwards by {size}.")
        )
        self.said.emit(way.format(size=size))
        self.asked.emit(Resized(by=far, calibration=self._calibration))

    def _smooth(self) -> None:
        self.said.emit(self.tr("The edge is smoothed; its area stays."))
        self.asked.emit(Smoothed())

    def _open_menu(self) -> None:
        beside = self._beside or self._canvas
        corner = QPoint(beside.width() + 4, 0) if self._beside is not None else QPoint(8, 8)
        self.menu.popup(beside.mapToGlobal(corner))
        self.menu.setActiveAction(self.menu.actions()[0])
