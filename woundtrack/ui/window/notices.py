"""The bar above the room: what is so here, what went wrong, what came of a check or a backup.

Hides which of these is shown: one at a time, and what stands by itself comes back when it closes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from woundtrack.errors import LibraryOnNetwork, WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.components import Message

if TYPE_CHECKING:
    from woundtrack.ui.components.message import MessageKind
    from woundtrack.ui.session import Session
    from woundtrack.ui.window.library_actions import LibraryActions
    from woundtrack.ui.window.welcome_page import WelcomePage

_ASKED: Final = "person/asked"

_Actions = list[tuple[str, Callable[[], None]]]


class Notices(QWidget):
    """One bar at most; without a library, ``welcome`` says it.

    Signals
    -------
    person_asked()
        Let the person say who works here.
    """

    person_asked = Signal()

    def __init__(
        self,
        session: Session,
        places: QSettings,
        library_actions: LibraryActions,
        welcome: WelcomePage,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._places = session, places
        self._library_actions, self._welcome = library_actions, welcome
        self._is_asking_who = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._bar = QVBoxLayout(self)
        self._bar.setContentsMargins(0, 0, 0, 0)
        self._bar.setSpacing(0)
        session.problem.connect(self.tell)
        session.settings_changed.connect(self._person_maybe_said)
        library_actions.refused.connect(self._refuse)
        library_actions.told.connect(self._tell_outcome)

    @property
    def message(self) -> Message | None:
        """What is shown, if anything is."""
        item = self._bar.itemAt(0)
        widget = None if item is None else item.widget()
        return widget if isinstance(widget, Message) else None

    def clear(self) -> None:
        """Show nothing."""
        self._is_asking_who = False
        while (item := self._bar.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show(self, kind: MessageKind, title: str, text: str, actions: _Actions) -> None:
        self.clear()
        self._bar.addWidget(Message(kind, title, text, actions, is_banner=True))

    # --- what stands by itself -------------------------------------------------------------------

    def show_standing(self) -> None:
        """Show what is to be known of the open library: it can only be read, or who works here."""
        self.clear()
        if self._session.library is None:
            return
        if self._session.library.is_read_only:
            self._show_read_only()
        elif not (self._session.settings.person or self._places.value(_ASKED, False, bool)):
            self._ask_who()

    def _show_read_only(self) -> None:
        reason = self._session.read_only_reason
        if reason is None:
            title = self.tr("Open for reading only")
            text = self.tr("Nothing can be recorded in this window.")
        else:
            title, text = messages.title_of(reason), messages.sentence_of(reason)
        self._show("doubt", title, text, [(self.tr("Try again"), self._open_again)])

    def _open_again(self) -> None:
        if self._session.library is not None:
            self._library_actions.open(self._session.library.path)

    def _ask_who(self) -> None:
        """Ask who works here, until a name is given or the question is closed for good."""
        text = self.tr("What you accept is signed “{name}”.").format(name=self._session.person)
        actions: _Actions = [
            (self.tr("Say who…"), self.person_asked.emit),
            (self.tr("Close"), self._stop_asking_who),
        ]
        self._show("info", self.tr("Who works here?"), text, actions)
        self._is_asking_who = True

    def _stop_asking_who(self) -> None:
        self._places.setValue(_ASKED, True)
        self.clear()

    def _person_maybe_said(self, _settings: object = None) -> None:
        if self._is_asking_who and self._session.settings.person:
            self.clear()

    # --- what happened ---------------------------------------------------------------------------

    def tell(self, problem: WoundtrackError) -> None:
        """Say a known fault, until it is closed."""
        self._tell(problem, [])

    def _tell(self, problem: WoundtrackError, actions: _Actions) -> None:
        if self._session.library is None:
            self._welcome.tell(problem, actions)
            return
        title, text = messages.title_of(problem), messages.sentence_of(problem)
        self._show("refuse", title, text, [*actions, self._closing()])

    def _tell_outcome(self, kind: MessageKind, title: str, text: str) -> None:
        self._show(kind, title, text, [self._closing()])

    def _closing(self) -> tuple[str, Callable[[], None]]:
        return self.tr("Close"), self.show_standing

    def _refuse(self, problem: WoundtrackError) -> None:
        """Say why a library isn't open: on the welcome page, or above the room that stays open."""
        actions: _Actions = []
        path = problem.values.get("path")
        if isinstance(problem, LibraryOnNetwork) and path is not None:

            def open_for_reading() -> None:
                self._library_actions.open_for_reading(Path(str(path)))

            actions.append((self.tr("Open for reading only"), open_for_reading))
        if path is not None and Path(str(path)) in self._session.settings.recent_libraries:

            def forget() -> None:
                self._welcome.clear()
                if self._session.library is not None:
                    self.show_standing()
                self._session.prefer(self._session.settings.forgotten(Path(str(path))))

            actions.append((self.tr("Take it off the list"), forget))
        self._tell(problem, actions)
