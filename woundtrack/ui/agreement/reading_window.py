"""A reader at work on a full screen: one blinded picture, the tools, what is asked, and the next.

Hides where the reader sits (in a library or in an unpacked package), and reading on a worker.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack.errors import WoundtrackError
from woundtrack.model import Asked
from woundtrack.ui import messages
from woundtrack.ui.agreement import said
from woundtrack.ui.agreement.board import Board
from woundtrack.ui.agreement.shares_form import SharesForm
from woundtrack.ui.components import DropDown, KeyButton, Label, Panel, rule
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.review.photo_item import pyramid

if TYPE_CHECKING:
    from collections.abc import Callable

    from woundtrack.ui.review.photo_item import Pixels
    from woundtrack.ui.session import Session
    from woundtrack.workflow.reading_desk import Answer, ReadingDesk, ReadingPicture

_READ: Final = "blinded picture"
_RIGHT: Final = 300

Shown = tuple["ReadingPicture", "tuple[Pixels, ...]"]


def read_picture(prepared: Callable[[], ReadingPicture]) -> Shown:
    """Read a turn's picture and its halvings; worker-safe."""
    picture = prepared()
    return picture, pyramid(np.ascontiguousarray(picture.pixels))


class ReadingWindow(QWidget):
    """Shown by ``begin``; Esc stops for now, and it goes on there another time.

    Signals
    -------
    left()
        The reader stopped, or is done.
    """

    left = Signal()

    def __init__(self, session: Session, desk: ReadingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session = session
        self._desk = desk
        self._picture: ReadingPicture | None = None
        self._number = 0
        self._spent = 0.0
        self._began: float | None = None
        self._is_told = False
        self.setWindowTitle(self.tr("Blinded reading"))
        self.board = Board(session)
        self.title = Label("", "section")
        self.progress = Label("", "body_strong", "2")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(200)
        self.back = KeyButton(self.tr("Back"), kind="quiet", icon="arrow-left")
        self.stop_button = KeyButton(self.tr("Stop for now"), self.tr("Esc"))
        self.accept_button = KeyButton(self.tr("Accept, next picture"), self.tr("Enter"), "main")
        self.skip = KeyButton(self.tr("Leave for later"), icon="arrow-right")
        self.why = QLineEdit()
        self.why.setAccessibleName(self.tr("Why there is no edge to see"))
        self.why.setPlaceholderText(self.tr("No edge to see: why"))
        self.why.setMaxLength(500)
        self.asked: dict[Asked, DropDown] = {}
        self.tissue: SharesForm | None = None
        self.task = Label("", "body", "1", wraps=True)
        self.by_keys = Label(
            self.tr(
                "By keys alone: W brings a pointer to the cross, W again outlines there. With A it "
                "draws: W sets the pen down, arrows draw, W lifts it. Shift Q fits an outline to "
                "the edge, Page Up and Down make it larger and smaller."
            ),
            "label",
            "2",
            wraps=True,
        )
        self.problem = Label("", "body", "refuse", wraps=True)
        self.done = Label("", "title")
        self.done_text = Label("", "body", "2", wraps=True)
        self.close_button = KeyButton(self.tr("Close"), self.tr("Esc"), "main")
        self._questions = QFormLayout()
        self.pages = QStackedWidget()
        self._lay_out()
        self.board.accepted.connect(self.accept)
        self.board.back_asked.connect(self.go_back)
        self.board.changed.connect(self._show_ready)
        self.back.clicked.connect(self.go_back)
        self.skip.clicked.connect(self.go_on)
        self.accept_button.clicked.connect(self.accept)
        self.stop_button.clicked.connect(self.close)
        self.close_button.clicked.connect(self.close)
        self.why.textChanged.connect(self._show_ready)
        self.why.returnPressed.connect(self.accept)
        session.library_closed.connect(self.close)

    def _lay_out(self) -> None:
        head = Panel("bar")
        head.setFixedHeight(48)
        in_head = QHBoxLayout(head)
        in_head.setContentsMargins(16, 0, 16, 0)
        in_head.setSpacing(12)
        for widget in (self.title, self.progress, self.bar):
            in_head.addWidget(widget)
        in_head.addStretch(1)
        in_head.addWidget(self.back)
        in_head.addWidget(self.stop_button)
        side = Panel("panel_right")
        side.setFixedWidth(_RIGHT)
        in_side = QVBoxLayout(side)
        in_side.setContentsMargins(16, 16, 16, 16)
        in_side.setSpacing(10)
        in_side.addWidget(self.task)
        in_side.addWidget(self.by_keys)
        in_side.addWidget(rule())
        self._questions.setSpacing(8)
        self._questions.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        in_side.addLayout(self._questions)
        in_side.addStretch(1)
        in_side.addWidget(self.why)
        in_side.addWidget(self.problem)
        in_side.addWidget(self.skip)
        in_side.addWidget(self.accept_button)
        work = QWidget()
        across = QHBoxLayout(work)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.board, 1)
        across.addWidget(side)
        over = QWidget()
        in_over = QVBoxLayout(over)
        in_over.addStretch(2)
        for label in (self.done, self.done_text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            in_over.addWidget(label)
        in_over.addSpacing(8)
        in_over.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignCenter)
        in_over.addStretch(3)
        self.pages.addWidget(work)
        self.pages.addWidget(over)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.pages, 1)

    # --- from picture to picture -----------------------------------------------------------------

    def begin(self) -> None:
        """Show the first picture that is left, on the whole screen."""
        self.title.setText(self.tr("{reader} reads").format(reader=self._desk.reader))
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.window().screen().geometry())
        self.showFullScreen()
        self.activateWindow()
        unread = self._desk.unread
        if unread:
            self.go_to(unread[0])
        else:
            self._show_done()

    @property
    def number(self) -> int:
        """The turn in view; 0 where there is none."""
        return self._number

    def go_to(self, number: int) -> None:
        """Show the picture of a turn."""
        self._number, self._picture = number, None
        self.pages.setCurrentIndex(0)
        self.board.clear()
        self.problem.setText("")
        self._is_told = False
        self._show_progress()
        self._show_ready()
        try:
            prepared = self._desk.prepared(number)
        except WoundtrackError as problem:
            self.problem.setText(messages.sentence_of(problem))
            return
        self._session.tasks.run(
            read_picture, prepared, on_done=self._show, on_error=self._missed, key=_READ
        )

    def _missed(self, problem: WoundtrackError) -> None:
        self.problem.setText(messages.sentence_of(problem))

    def _show(self, shown: Shown) -> None:
        picture, levels = shown
        if picture.number != self._number:
            return
        self._picture = picture
        answer = picture.answer
        self._ask(picture)
        self.why.setText("" if answer is None else answer.unreadable)
        self.task.setText(
            self.tr(
                "Outline the {kind} that the cross marks. Click in it, drag a box round it, or "
                "draw it by hand."
            ).format(kind=kind_word(picture.kind))
        )
        outlines = () if answer is None else answer.outlines
        self.board.show_picture(levels, picture.calibration, picture.at_px, picture.kind, outlines)
        self._spent = 0.0 if answer is None else answer.seconds or 0.0
        self._began = time.monotonic()
        self._show_ready()

    def _show_progress(self) -> None:
        numbers = self._desk.numbers
        read = len(numbers) - len(self._desk.unread)
        self.bar.setRange(0, max(1, len(numbers)))
        self.bar.setValue(read)
        self.bar.setAccessibleName(self.tr("{n} of {m} are read").format(n=read, m=len(numbers)))
        place = numbers.index(self._number) + 1 if self._number in numbers else len(numbers)
        self.progress.setText(self.tr("{n} of {m}").format(n=place, m=len(numbers)))
        self.back.setEnabled(bool(numbers) and numbers[0] != self._number)

    def go_back(self) -> None:
        """Show the picture before, with what was made of it."""
        numbers = self._desk.numbers
        if self.pages.currentIndex() == 1 and numbers:
            self.go_to(numbers[-1])
        elif self._number in numbers and numbers.index(self._number):
            self.go_to(numbers[numbers.index(self._number) - 1])

    def go_on(self) -> None:
        """Show the next picture that is left; those left for later come again at the end."""
        left = self._desk.unread
        later = [one for one in left if one > self._number]
        following = later or [one for one in left if one != self._number]
        if following:
            self.go_to(following[0])
        elif not left:
            self._show_done()

    def _show_done(self) -> None:
        self._number, self._picture = 0, None
        self.board.clear()
        self._show_progress()
        self.pages.setCurrentIndex(1)
        self.done.setText(self.tr("All pictures are read."))
        answers = getattr(self._desk, "answers_file", None)
        self.done_text.setText(
            self.tr("Thank you. Back shows the pictures again, to correct a reading.")
            if answers is None
            else self.tr("Send this file back: {path}").format(path=answers)
        )
        self.close_button.setFocus()

    # --- what is asked ---------------------------------------------------------------------------

    def _ask(self, picture: ReadingPicture) -> None:
        while self._questions.rowCount():
            self._questions.removeRow(0)
        self.asked, self.tissue = {}, None
        given = {} if picture.answer is None else dict(picture.answer.answers)
        shares = () if picture.answer is None else picture.answer.tissue
        for asked in picture.asks:
            if asked is Asked.TISSUE:
                self.tissue = SharesForm()
                self.tissue.show_shares(shares)
                self.tissue.changed.connect(self._show_ready)
                self.tissue.entered.connect(self.accept)
                self._questions.addRow(Label(said.asked_name(asked), "label_strong", "2"))
                self._questions.addRow(self.tissue)
                continue
            box = DropDown()
            box.setAccessibleName(said.asked_name(asked))
            box.addItem(self.tr("Not said"), "")
            for value, word in said.answers_of(asked):
                box.addItem(word, value)
            box.setCurrentIndex(max(0, box.findData(given.get(asked, ""))))
            self.asked[asked] = box
            self._questions.addRow(Label(said.asked_name(asked), "label", "2"), box)

    @property
    def answer(self) -> Answer:
        """What the reader makes of the picture in view, as it stands."""
        from woundtrack.workflow.reading_desk import Answer

        why = " ".join(self.why.text().split())
        return Answer(
            outlines=() if why else self.board.outlines,
            unreadable=why,
            tissue=() if self.tissue is None else self.tissue.shares,
            answers=tuple(
                (one, str(box.currentData()))
                for one, box in self.asked.items()
                if box.currentData()
            ),
            seconds=self.seconds,
        )

    @property
    def seconds(self) -> float:
        """The time spent on the picture in view, while this window was in front."""
        return self._spent + (0.0 if self._began is None else time.monotonic() - self._began)

    def changeEvent(self, event: QEvent) -> None:
        # A reader who looks at something else isn't reading: the clock stands meanwhile.
        if event.type() is QEvent.Type.ActivationChange:
            if self.isActiveWindow():
                self._began = self._began or time.monotonic()
            else:
                self._spent, self._began = self.seconds, None
        super().changeEvent(event)

    def _show_ready(self) -> None:
        has_any = bool(self.board.outlines) or bool(self.why.text().split())
        is_whole = self.tissue is None or not self.tissue.lack
        self.accept_button.setEnabled(self._picture is not None and has_any and is_whole)
        self.problem.setText("")
        self._is_told = False

    def accept(self) -> None:
        """Keep what was made of the picture in view, and go on to the next."""
        if self._picture is None or self.board.is_working:
            return
        if self.tissue is not None and self.tissue.lack:
            self.problem.setText(self.tissue.lack)
            return
        if not self.accept_button.isEnabled():
            self.board.canvas.say(
                self.tr("Outline the wound first, or say why there is no edge to see."),
                is_refused=True,
            )
            return
        try:
            self._desk.record(self._number, self.answer)
        except WoundtrackError as problem:
            self.problem.setText(messages.sentence_of(problem))
            return
        self.go_on()

    # --- leaving ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape:
            self._stop_or_tell()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and has_control:
            self.accept()
        elif key == Qt.Key.Key_Right and self.pages.currentIndex() == 0:
            self.go_on()
        elif key == Qt.Key.Key_Left:
            self.go_back()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _stop_or_tell(self) -> None:
        """Stop; where something is drawn that isn't accepted, say so first."""
        before = None if self._picture is None else self._picture.answer
        kept = () if before is None else before.outlines
        if self._picture is None or self.board.outlines == kept or self._is_told:
            self.close()
            return
        self._is_told = True
        self.board.canvas.say(
            self.tr("This picture isn't accepted yet. Esc again stops without it.")
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._session.tasks.cancel(_READ)
        self.board.stop()
        self._picture = None
        self.left.emit()
