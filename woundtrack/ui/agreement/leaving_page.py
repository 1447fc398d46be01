"""Before a package leaves: every picture of it is looked at, as a blinded reader will see it.

Hides reading pictures ahead on a worker, and that nothing can be written before all were seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from woundtrack.ui.agreement import said
from woundtrack.ui.components import KeyButton, Label, words
from woundtrack.ui.exporting.picture_view import PictureView

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.imaging import Blinded
    from woundtrack.model import ReadingItem, ReadingSession
    from woundtrack.ui.session import Session

_READ: Final = "reading picture"


class LeavingPage(QWidget):
    """One picture after the other, a yes or a no to each; then the file.

    Signals
    -------
    write_asked()
        Every picture was seen: write the package.
    """

    write_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._items: tuple[ReadingItem, ...] = ()
        self._place = 0
        self._answers: dict[int, bool] = {}
        self.session_read: ReadingSession | None = None
        self.reader = ""
        self.title = Label("", "section")
        self.progress = Label("", "body_strong", "2")
        self.view = PictureView()
        self.view.setAccessibleName(self.tr("Picture as it would leave"))
        self.yes = KeyButton(self.tr("Tells nothing, next"), self.tr("Y"), "main", "check")
        self.no = KeyButton(self.tr("Keep it here"), self.tr("N"))
        self.back = KeyButton(self.tr("Back"), kind="quiet", icon="arrow-left")
        self.write = KeyButton(self.tr("Write the package…"), self.tr("Ctrl Enter"), "main")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(self.tr("Writing the package"))
        self.bar.hide()
        self.sum = Label("", "body", "2", wraps=True)
        hint = Label(
            self.tr(
                "A program sees no tattoo, no name on skin or bandage and no face. Look at every "
                "picture: what tells who somebody is stays here."
            ),
            "body",
            "2",
            wraps=True,
        )
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.progress)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.sum, 1)
        foot.addWidget(self.bar)
        for button in (self.back, self.no, self.yes, self.write):
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(hint)
        layout.addWidget(self.view, 1)
        layout.addLayout(foot)
        self.yes.clicked.connect(lambda: self.answer(is_fine=True))
        self.no.clicked.connect(lambda: self.answer(is_fine=False))
        self.back.clicked.connect(self.go_back)
        self.write.clicked.connect(self.write_asked)

    def begin(self, session: ReadingSession, reader: str) -> None:
        """Look at what a reader has left to read."""
        from woundtrack.workflow.reading import items_that_may_be_shown

        library = self._session.library
        if library is None:
            return
        read = {one.task_id for one in library.readings(session.id)}
        tasks = library.reading_tasks(session.id, reader)
        left = {one.item_id for one in tasks if one.id not in read}
        self.session_read, self.reader = session, reader
        going = items_that_may_be_shown(library, session, is_leaving=True)
        self._items = tuple(one for one in going if one.id in left)
        self._place, self._answers = 0, {}
        self.title.setText(
            self.tr("Package of {session} for {reader}").format(session=session.name, reader=reader)
        )
        self._show()

    @property
    def is_seen(self) -> bool:
        """Whether every picture was answered for."""
        return bool(self._items) and len(self._answers) == len(self._items)

    @property
    def without(self) -> tuple[int, ...]:
        """The places of the items that stay here."""
        return tuple(one.place for one in self._items if self._answers.get(one.place) is False)

    def answer(self, *, is_fine: bool) -> None:
        """Say of the picture in view whether it may leave, and go on to the next."""
        if self._place >= len(self._items) or not self.view.has_picture:
            return
        self._answers[self._items[self._place].place] = is_fine
        self._place += 1
        self._show()

    def go_back(self) -> None:
        """Look at the picture before again."""
        if self._place:
            self._place -= 1
            self._answers.pop(self._items[self._place].place, None)
            self._show()

    def show_progress(self, share: float | None) -> None:
        """Show how far writing is; None: it isn't being written."""
        self.bar.setVisible(share is not None)
        self.bar.setValue(round(100 * (share or 0.0)))
        self.write.setEnabled(share is None and self.is_seen)

    def _show(self) -> None:
        count, place = len(self._items), self._place
        is_over = place >= count
        self.progress.setText("" if is_over else self.tr("{n} of {m}").format(n=place + 1, m=count))
        for button in (self.yes, self.no):
            button.setVisible(not is_over)
            button.setEnabled(False)
        self.back.setEnabled(place > 0)
        leaving = sum(self._answers.values())
        self.write.setVisible(is_over)
        self.write.setEnabled(self.is_seen and leaving > 0)
        if not is_over:
            self.sum.setText("")
            self.view.say(self.tr("Reading the picture."))
            self._read(self._items[place])
            return
        self.view.say(
            self.tr("{reader} has nothing left to read.").format(reader=self.reader)
            if not count
            else self.tr("All pictures were seen.")
        )
        stay = count - leaving
        self.sum.setText(
            self.tr("{pictures} may leave.").format(pictures=said.pictures(leaving))
            + (
                " " + words.counted(stay, self.tr("1 stays here."), self.tr("{n} stay here."))
                if stay
                else ""
            )
        )
        (self.write if self.write.isEnabled() else self.back).setFocus()

    def _read(self, item: ReadingItem) -> None:
        from woundtrack.workflow.reading_desk import piece_reader

        library = self._session.library
        if library is None:
            return

        def take(piece: Blinded) -> None:
            if self._place < len(self._items) and self._items[self._place] == item:
                name = self.tr("Picture {n}").format(n=self._place + 1)
                self.view.show_picture(piece.pixels, name)
                for button in (self.yes, self.no):
                    button.setEnabled(True)
                self.view.setFocus()

        def refuse(problem: WoundtrackError) -> None:
            from woundtrack.ui import messages

            self.view.say(messages.sentence_of(problem))
            self.no.setEnabled(True)

        self._session.tasks.run(
            piece_reader(library, item), on_done=take, on_error=refuse, key=_READ
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Y and self.yes.isEnabled():
            self.answer(is_fine=True)
        elif event.key() == Qt.Key.Key_N and self.no.isEnabled():
            self.answer(is_fine=False)
        elif event.key() == Qt.Key.Key_Left:
            self.go_back()
        else:
            super().keyPressEvent(event)
