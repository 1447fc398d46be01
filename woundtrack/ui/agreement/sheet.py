"""Blinded reading, over the window: the sessions, a new one, a package that leaves, the results.

Hides which page is in view and the way back; what is done is done by ``workflow.reading`` and its
neighbours.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from woundtrack.errors import WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.agreement import steps
from woundtrack.ui.agreement.leaving_page import LeavingPage
from woundtrack.ui.agreement.new_page import NewPage
from woundtrack.ui.agreement.results_page import ResultsPage
from woundtrack.ui.agreement.sessions_page import SessionRow, SessionsPage
from woundtrack.ui.components import KeyButton, Label, rule, words
from woundtrack.ui.usual_folder import usual_folder
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.model import ReadingSession
    from woundtrack.ui.agreement.reading_window import ReadingWindow
    from woundtrack.ui.components.surfaces import Tone
    from woundtrack.ui.session import Session
    from woundtrack.workflow.reading import ReadableItems
    from woundtrack.workflow.reading_away import ReadingsTaken
    from woundtrack.workflow.reading_disagreements import Disagreement

_WIDTH: Final = 1240
_HEIGHT: Final = 700
_COUNT: Final = "readable pictures"


def read_readable(folder: Path, *, with_unasked: bool) -> ReadableItems:
    """Read what of a library may be shown to readers, with a connection of its own."""
    from woundtrack.records import Library
    from woundtrack.workflow.reading import readable_items

    with Library.open(folder, read_only=True) as library:
        return readable_items(library, with_unasked=with_unasked)


class AgreementSheet(Overlay):
    """The reading sessions of the library that is open."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH, _HEIGHT, widest=1720, highest=1080)
        self._session = session
        self.reading: ReadingWindow | None = None
        self.inside.setSpacing(10)
        self.back = KeyButton(
            self.tr("All sessions"), self.tr("Alt ←"), "quiet", "arrow-left", "small"
        )
        self.back.clicked.connect(self.show_list)
        self._about = Label(
            self.tr("The same photographs outlined by several people, who see nothing else."),
            "body",
            "2",
        )
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Label(self.tr("Blinded reading"), "title"))
        head.addWidget(self._about, 1)
        head.addWidget(self.back)
        self.inside.addLayout(head)
        self.list = SessionsPage()
        self.new = NewPage(session)
        self.leaving = LeavingPage(session)
        self.results = ResultsPage(session)
        self.pages = QStackedWidget()
        for page in (self.list, self.new, self.leaving, self.results):
            self.pages.addWidget(page)
        self.inside.addWidget(self.pages, 1)
        self.inside.addWidget(rule())
        self.said = Label("", "body", "2", wraps=True)
        self.close_button = KeyButton(self.tr("Close"), self.tr("Esc"))
        self.close_button.clicked.connect(self.dismiss)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.close_button)
        self.inside.addLayout(foot)
        self._connect()

    def _connect(self) -> None:
        self.list.new_asked.connect(self.show_new)
        self.list.answers_asked.connect(self.take_answers)
        self.list.results_asked.connect(self.show_results)
        self.list.read_asked.connect(self.read)
        self.list.package_asked.connect(self.look_through)
        self.list.retire_asked.connect(self._retire)
        self.new.made.connect(self._made)
        self.leaving.write_asked.connect(self._write_package)
        self.results.look_asked.connect(self._look_at)
        self.results.adopted.connect(self._adopted)
        self._session.library_changed.connect(self._follow)
        self._session.library_closed.connect(self.dismiss)

    # --- opening, pages --------------------------------------------------------------------------

    def open(self) -> None:
        if self._session.library is None:
            return
        self._say("")
        super().open()
        self.list.person = self._session.person
        self.show_list()
        self.list.choose_reader(self._session.person)

    def dismiss(self) -> None:
        self.results.stop()
        super().dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        has_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        page, key = self.pages.currentWidget(), event.key()
        is_enter = key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        goes_back = key == Qt.Key.Key_Escape or (has_alt and key == Qt.Key.Key_Left)
        if goes_back and page is not self.list:
            self.show_list()
        elif is_enter and has_control and page is self.new:
            self.new.begin()
        elif is_enter and has_control and page is self.leaving and self.leaving.write.isEnabled():
            self._write_package()
        elif is_enter:
            pass  # Enter on a field must not press what lies far from it
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def event(self, event: QEvent) -> bool:
        # Ctrl N is the window's, too; over the list it and Ctrl R are these.
        has_control = (
            isinstance(event, QKeyEvent)
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
            and self.pages.currentWidget() is self.list
        )
        if has_control and isinstance(event, QKeyEvent):
            button = {Qt.Key.Key_N: self.list.new, Qt.Key.Key_R: self.list.results}.get(
                Qt.Key(event.key())
            )
            if button is not None and event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if button is not None and event.type() is QEvent.Type.KeyPress:
                button.click()
                return True
        return super().event(event)

    def _turn_to(self, page: QWidget) -> None:
        if page is not self.results:
            self.results.stop()
        self.pages.setCurrentWidget(page)
        self.back.setVisible(page is not self.list)
        self._say("")

    def show_list(self) -> None:
        """Show the sessions."""
        self._turn_to(self.list)
        self.refresh()
        target = self.list.sessions if self.list.rows else self.list.first
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Read how far the sessions are."""
        from woundtrack.workflow.reader_error import adopted_error
        from woundtrack.workflow.reading import reading_progress

        library = self._session.library
        if library is None:
            return
        rows = [
            SessionRow(
                session=one,
                pictures=len(library.reading_items(one.id)),
                progress=reading_progress(library, one),
            )
            for one in library.reading_sessions()
        ]
        self.list.show_sessions(
            rows, adopted=adopted_error(library), can_write=self._session.can_write
        )

    def _follow(self, _kinds: object = None) -> None:
        if not self.isVisible():
            return
        if self.pages.currentWidget() is self.list:
            self.refresh()
        elif self.pages.currentWidget() is self.results and self.results.session_shown is not None:
            self.results.begin(self.results.session_shown)  # undone or done again meanwhile

    # --- a new session ---------------------------------------------------------------------------

    def show_new(self) -> None:
        """Ask for a new session; who may be shown is counted meanwhile."""
        library = self._session.library
        if library is None or not self._session.can_write:
            return
        self._turn_to(self.new)
        self.new.begin_anew()
        self._session.tasks.run(
            read_readable,
            library.path,
            with_unasked=self._session.settings.exports_unasked,
            on_done=self.new.offer,
            key=_COUNT,
            says=self.tr("Counting who agrees"),
        )
        self.new.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _made(self, made: ReadingSession) -> None:
        self._session.changed("readings")
        self.show_list()
        self.list.choose(made.id)
        self.list.choose_reader(self._session.person)
        self._say(self.tr("{name} is made.").format(name=made.name))

    def _retire(self) -> None:
        row, library = self.list.chosen, self._session.library
        if row is None or library is None:
            return
        try:
            step = steps.retire(self._session, library, row.session)
        except WoundtrackError as problem:
            self._say(messages.sentence_of(problem), "refuse")
            return
        self._session.undo_stack.push(step)
        self._session.changed("readings")
        self.refresh()
        said = self.tr("{name} is out of view; what was read stays recorded. Undo brings it back.")
        self._say(said.format(name=row.session.name))

    # --- reading ---------------------------------------------------------------------------------

    def read(self, reader: str) -> None:
        """Open the reading of the chosen session for one of its readers."""
        from woundtrack.ui.agreement.reading_window import ReadingWindow
        from woundtrack.workflow.reading_desk import LibraryDesk

        row, library = self.list.chosen, self._session.library
        if row is None or library is None:
            return
        try:
            desk = LibraryDesk(library, row.session, reader)
        except WoundtrackError as problem:
            self._say(messages.sentence_of(problem), "refuse")
            return
        self.reading = ReadingWindow(self._session, desk, self._window)
        self.reading.left.connect(self._left_reading)
        self.reading.begin()

    def _left_reading(self) -> None:
        window, self.reading = self.reading, None
        if window is not None:
            window.deleteLater()
        self._session.changed("readings")
        if self.isVisible():
            self._window.activateWindow()
            self.refresh()
            self.list.readers.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- packages --------------------------------------------------------------------------------

    def look_through(self, reader: str) -> None:
        """Look at every picture that would leave for a reader."""
        row = self.list.chosen
        if row is not None:
            self._turn_to(self.leaving)
            self.leaving.begin(row.session, reader)

    def ask_package(self, name: str) -> Path | None:
        """Ask where to write a package, with a name to begin with."""
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Write the package"),
            str(usual_folder() / name),
            self.tr("Packages (*.zip)"),
        )
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix.lower() == ".zip" else path.with_name(f"{path.name}.zip")

    def _write_package(self) -> None:
        from woundtrack.workflow.reading_leaving import write_reading_package

        library, session, reader = (
            self._session.library,
            self.leaving.session_read,
            self.leaving.reader,
        )
        if library is None or session is None or not self.leaving.is_seen:
            return
        path = self.ask_package(f"{session.name} {reader}.zip")
        if path is None:
            return
        without = self.leaving.without

        def progress(share: float, _said: str) -> None:
            self.leaving.show_progress(share)
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

        try:
            write_reading_package(
                library,
                session,
                reader,
                path,
                are_pictures_seen=True,
                without=without,
                by=self._session.person,
                progress=progress,
            )
        except WoundtrackError as problem:
            self._say(messages.sentence_of(problem), "refuse")
            return
        finally:
            self.leaving.show_progress(None)
        self.show_list()
        self._say(
            self.tr(
                "{file} is written for {reader}. There: Read a package…, and the file "
                "answers.json comes back."
            ).format(file=path.name, reader=reader)
        )

    def ask_answers(self) -> Path | None:
        """Ask for a file of answers that came back."""
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Take answers"), str(usual_folder()), self.tr("Answers (*.json)")
        )
        return Path(chosen) if chosen else None

    def take_answers(self) -> None:
        """Take a reader's answers; what can't be taken is told in sentences."""
        from woundtrack.workflow.reading_away import import_answers

        library, path = self._session.library, self.ask_answers()
        if library is None or path is None:
            return
        try:
            taken = import_answers(library, path, by=self._session.person)
        except WoundtrackError as problem:
            self._say(messages.sentence_of(problem), "refuse")
            return
        self._session.changed("readings")
        self.refresh()
        self.list.choose(taken.session.id)
        self.list.choose_reader(taken.reader)
        self._say(self._said_of(taken), "refuse" if taken.refused else "2")

    def _said_of(self, taken: ReadingsTaken) -> str:
        found = [
            words.counted(
                len(taken.taken),
                self.tr("1 reading of {reader} was taken."),
                self.tr("{n} readings of {reader} were taken."),
            ).replace("{reader}", taken.reader)
        ]
        if taken.known:
            found.append(
                words.counted(
                    taken.known, self.tr("1 was here already."), self.tr("{n} were here already.")
                )
            )
        for place, why in taken.refused[:3]:
            found.append(
                self.tr("Picture {n} was not taken: {why}.").format(n=place, why=why.rstrip("."))
            )
        if len(taken.refused) > 3:
            found.append(
                self.tr("{n} more were not taken, either.").format(n=len(taken.refused) - 3)
            )
        if taken.left:
            found.append(
                words.counted(
                    taken.left, self.tr("1 is not read yet."), self.tr("{n} are not read yet.")
                )
            )
        return " ".join(found)

    # --- results ---------------------------------------------------------------------------------

    def show_results(self) -> None:
        """Show how well the readers of the chosen session agree."""
        row = self.list.chosen
        if row is not None and row.read:
            self._turn_to(self.results)
            self.results.begin(row.session)
            self.results.take_focus()

    def _adopted(self) -> None:
        self._session.changed("readings", "assessments")

    def _look_at(self, found: Disagreement) -> None:
        from woundtrack.ui.agreement.deciding_window import DecidingWindow

        session = self.results.session_shown
        if session is None:
            return
        self.deciding = DecidingWindow(self._session, session, found, self._window)
        self.deciding.left.connect(self._decided)
        self.deciding.begin()

    def _decided(self) -> None:
        session = self.results.session_shown
        self.deciding.deleteLater()
        if session is not None and self.isVisible():
            self._window.activateWindow()
            self._session.changed("readings")
            self.results.begin(session)
            self.results.apart.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, said: str, tone: Tone = "2") -> None:
        self.said.setText(said)
        self.said.set_tone(tone)
