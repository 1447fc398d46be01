"""A picture that readers disagree about: their outlines on it, and what a third person decides.

Hides whose outline is which on the canvas; the decision stands beside the readings.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack.errors import WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.agreement import said, steps
from woundtrack.ui.agreement.board import Board
from woundtrack.ui.components import KeyButton, Label, Panel, rule, words
from woundtrack.ui.review.outline_items import DrawnOutline
from woundtrack.ui.review.photo_item import pyramid
from woundtrack.ui.review.photo_view import PhotoView

if TYPE_CHECKING:
    from collections.abc import Callable

    from woundtrack.imaging import Blinded
    from woundtrack.model import Outline, Reading, ReadingSession
    from woundtrack.ui.review.photo_item import Pixels
    from woundtrack.ui.session import Session
    from woundtrack.workflow.reading_disagreements import Disagreement

_READ: Final = "decided picture"
_OWN: Final = ""
_ROW: Final = 28

Shown = tuple["Blinded", "tuple[Pixels, ...]"]


def read_piece(piece_of: Callable[[], Blinded]) -> Shown:
    """Read a piece of a photograph and its halvings; worker-safe."""
    piece = piece_of()
    return piece, pyramid(np.ascontiguousarray(piece.pixels))


class _Choices(QListWidget):
    """What may be right; nothing is chosen before a person does, and then the first key does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_move = event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Space}
        if is_move and not self.selectedItems():
            self.setCurrentRow(self.count() - 1 if event.key() == Qt.Key.Key_Up else 0)
            event.accept()
        else:
            super().keyPressEvent(event)


class DecidingWindow(QWidget):
    """Shown by ``begin``; closed by Esc.

    Signals
    -------
    left()
        It was decided, or left as it is.
    """

    left = Signal()

    def __init__(
        self,
        session: Session,
        of: ReadingSession,
        found: Disagreement,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session, self._of, self._found = session, of, found
        self._piece: Blinded | None = None
        library = session.library
        tasks = {} if library is None else {one.id: one for one in library.reading_tasks(of.id)}
        self._readings: dict[str, Reading] = {
            one.id: one for one in found.readings if one.task_id in tasks
        }
        self._names = {
            one.id: self._name(tasks[one.task_id].reader, tasks[one.task_id].replicate)
            for one in self._readings.values()
        }
        self.setWindowTitle(self.tr("Disagreement"))
        self.view = PhotoView()
        self.view.setAccessibleName(self.tr("The outlines of all readers"))
        self.board = Board(session)
        self.board.hide()
        self.which = _Choices()
        self.which.setAccessibleName(self.tr("What is right"))
        for reading in self._readings.values():
            self.which.addItem(self._line(reading))
        self.which.addItem(self.tr("An outline of my own"))
        self.which.setUniformItemSizes(True)
        for place in range(self.which.count()):
            self.which.item(place).setSizeHint(QSize(0, _ROW))
        self.about = Label("", "body", "1", wraps=True)
        self.decided = Label("", "body", "2", wraps=True)
        self.reason = QLineEdit()
        self.reason.setAccessibleName(self.tr("Reason of the decision"))
        self.reason.setPlaceholderText(self.tr("Why: Ben took the red skin"))
        self.problem = Label("", "body", "refuse", wraps=True)
        self.decide = KeyButton(self.tr("Decide so"), self.tr("Enter"), "main")
        self.close_button = KeyButton(self.tr("Leave it"), self.tr("Esc"))
        self._lay_out()
        self.which.itemSelectionChanged.connect(self._show_choice)
        self.reason.textChanged.connect(self._show_ready)
        self.reason.returnPressed.connect(self.record)
        self.board.changed.connect(self._show_ready)
        self.board.accepted.connect(self.record)
        self.decide.clicked.connect(self.record)
        self.close_button.clicked.connect(self.close)
        session.library_closed.connect(self.close)

    @property
    def chosen(self) -> str:
        """The id of the reading that is chosen; empty for an outline of one's own."""
        return self._ids[self.which.currentRow()] if self.is_chosen else _OWN

    @property
    def is_chosen(self) -> bool:
        """Whether anything is chosen: nothing is before a person does so."""
        return bool(self.which.selectedItems())

    @property
    def _ids(self) -> list[str]:
        return [*self._readings, _OWN]

    def _name(self, reader: str, replicate: int) -> str:
        if self._of.repeats == 1:
            return reader
        return self.tr("{reader}, reading {n}").format(reader=reader, n=replicate)

    def _lay_out(self) -> None:
        side = Panel("panel_right")
        side.setFixedWidth(340)
        in_side = QVBoxLayout(side)
        in_side.setContentsMargins(16, 16, 16, 16)
        in_side.setSpacing(10)
        place = self.tr("Picture {n} of {session}")
        title = place.format(n=self._found.item.place, session=self._of.name)
        in_side.addWidget(Label(title, "section", wraps=True))
        in_side.addWidget(self.about)
        in_side.addWidget(self.decided)
        in_side.addWidget(rule())
        in_side.addWidget(Label(self.tr("What is right?"), "label_strong", "2"))
        in_side.addWidget(self.which, 1)
        in_side.addWidget(
            Label(
                self.tr(
                    "A third person decides, none of the readers. It is recorded beside the "
                    "readings; what was accepted of the lesion stays as it is."
                ),
                "label",
                "2",
                wraps=True,
            )
        )
        in_side.addWidget(self.reason)
        in_side.addWidget(self.problem)
        row = QHBoxLayout()
        row.addWidget(self.close_button)
        row.addStretch(1)
        row.addWidget(self.decide)
        in_side.addLayout(row)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.view, 1)
        middle.addWidget(self.board, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(middle, 1)
        layout.addWidget(side)

    def begin(self) -> None:
        """Show it on the whole screen."""
        from woundtrack.workflow.reading_desk import piece_reader

        library = self._session.library
        if library is None:
            return
        _, dice, ratio, besides = said.disagreement(self._found)
        self.about.setText(
            self.tr("Least Dice {dice}; areas up to {ratio}. Besides: {besides}.").format(
                dice=dice, ratio=ratio, besides=besides
            )
        )
        decided = self._found.decided
        if decided is not None:
            self.decided.setText(
                self.tr("Decided by {who}: {why}").format(
                    who=decided.decided_by, why=decided.reason
                )
            )
            self.which.setCurrentRow(self._ids.index(decided.chosen_reading_id or _OWN))
        self.decided.setVisible(decided is not None)
        self._show_ready()
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.window().screen().geometry())
        self.showFullScreen()
        self.activateWindow()
        self._session.tasks.run(
            read_piece,
            piece_reader(library, self._found.item),
            on_done=self._show,
            on_error=self._missed,
            key=_READ,
        )
        self._take_focus()

    def _take_focus(self) -> None:
        target = self.reason if self.is_chosen else self.which
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, reading: Reading) -> str:
        name = self._names[reading.id]
        if reading.area_mm2 is None:
            return self.tr("{reader}: no edge, {why}").format(reader=name, why=reading.unreadable)
        area = words.area(reading.area_mm2 / 100, has_unit=True)
        return self.tr("{reader}: {area}").format(reader=name, area=area)

    def _missed(self, problem: WoundtrackError) -> None:
        self.problem.setText(messages.sentence_of(problem))

    def _show(self, shown: Shown) -> None:
        piece, levels = shown
        self._piece = piece
        height, width = piece.pixels.shape[:2]
        self.view.show_photograph(width, height)
        self.view.set_levels(levels)
        x, y = piece.corner_px
        item = self._found.item
        at = (item.at_px[0] - x, item.at_px[1] - y)
        self.board.show_picture(levels, piece.calibration, at, item.kind)
        self._show_choice()
        self.view.fit()
        self._take_focus()

    def _show_choice(self, _value: object = None) -> None:
        chosen = self.chosen
        is_own = self.is_chosen and chosen == _OWN
        self.view.setVisible(not is_own)
        self.board.setVisible(is_own)
        if self._piece is not None:
            drawn = []
            for one in self._readings.values():
                for outline in one.outlines:
                    is_it = self.is_chosen and one.id == chosen
                    drawn.append(
                        DrawnOutline(
                            key=one.id,
                            outline=_moved(outline, self._piece.corner_px),
                            label=self._names[one.id],
                            words="",
                            is_selected=is_it,
                            is_last_visit=not is_it,
                            kind=self._found.item.kind,
                        )
                    )
            self.view.set_outlines(drawn)
        self._show_ready()

    def _show_ready(self) -> None:
        is_own = self.chosen == _OWN
        has_what = bool(self.board.outlines) if is_own else bool(self._readings)
        has_reason = bool(self.reason.text().split())
        self.decide.setEnabled(self.is_chosen and has_what and has_reason)

    def record(self) -> None:
        """Record what is chosen or drawn, with its reason."""
        from woundtrack.workflow.reading_disagreements import adjudicate

        library, piece = self._session.library, self._piece
        if library is None or piece is None or not self.decide.isEnabled():
            return
        chosen = self.chosen
        try:
            decided = adjudicate(
                library,
                self._of,
                self._found.item,
                chosen=self._readings.get(chosen),
                outlines=piece.back(self.board.outlines) if chosen == _OWN else (),
                reason=self.reason.text(),
                by=self._session.person,
            )
        except WoundtrackError as problem:
            self.problem.setText(messages.sentence_of(problem))
            return
        step = steps.decided(
            self._session, self._of, self._found.item, self._found.decided, decided
        )
        self._session.undo_stack.push(step)
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            event.accept()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._session.tasks.cancel(_READ)
        self.board.stop()
        self.left.emit()


def _moved(outline: Outline, corner_px: tuple[int, int]) -> Outline:
    x, y = corner_px

    def ring(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return tuple((one - x, other - y) for one, other in points)

    return replace(
        outline, outer=ring(outline.outer), islands=tuple(ring(one) for one in outline.islands)
    )
