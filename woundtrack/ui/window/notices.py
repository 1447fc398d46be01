"""The bar above the room: what is so here, what went wrong, what came of a check or a backup.

Hides which of these is shown: one at a time, and what stands by itself comes back when it closes;
and how an import that was not finished is gone on with.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

import woundtrack
from woundtrack.errors import LibraryOnNetwork, WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.components import Message

if TYPE_CHECKING:
    from woundtrack.imaging import NetworkInUse
    from woundtrack.records import PlannedPhotograph
    from woundtrack.ui.components.message import MessageKind
    from woundtrack.ui.session import Session
    from woundtrack.ui.window.library_actions import LibraryActions
    from woundtrack.ui.window.welcome_page import WelcomePage

_ASKED: Final = "person/asked"
_TOLD: Final = "network/told"
"""Which state of the outline network a person has read and closed."""

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
        self._unfinished: tuple[PlannedPhotograph, ...] = ()
        self._network: NetworkInUse | None = None
        self._is_asking_who = self._is_on_unfinished = self._is_on_bars = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._bar = QVBoxLayout(self)
        self._bar.setContentsMargins(0, 0, 0, 0)
        self._bar.setSpacing(0)
        session.library_changed.connect(self._count_unfinished)
        session.library_changed.connect(self._bars_maybe_entered)
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
        self._is_asking_who = self._is_on_unfinished = self._is_on_bars = False
        while (item := self._bar.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show(self, kind: MessageKind, title: str, text: str, actions: _Actions) -> None:
        self.clear()
        self._bar.addWidget(Message(kind, title, text, actions, is_banner=True))

    # --- what stands by itself -------------------------------------------------------------------

    def greet(self) -> None:
        """Show what is to be known of a library that was just opened."""
        library = self._session.library
        can_import = library is not None and self._session.can_write
        self._unfinished = library.import_plan.left() if library and can_import else ()
        self.show_standing()

    def show_standing(self) -> None:
        """Show what stands: read alone, an import not finished, who works here, no network."""
        self.clear()
        if self._session.library is None:
            return
        if self._session.library.is_read_only:
            self._show_read_only()
        elif self._unfinished:
            self._show_unfinished()
        elif not (self._session.settings.person or self._places.value(_ASKED, False, bool)):
            self._ask_who()
        elif self._network is not None:
            self._show_network(self._network)

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

    # --- the outline network ---------------------------------------------------------------------

    def note_network(self, used: NetworkInUse) -> None:
        """Tell, once a copy of the program, that outlines are made without the outline network."""
        if used.network is not None:
            self._places.remove(_TOLD)
            self._network = None
        elif self._places.value(_TOLD, "", str) != _state_of(used):
            self._network = used
            if self.message is None:
                self.show_standing()

    def _show_network(self, used: NetworkInUse) -> None:
        actions: _Actions = [(self.tr("Close"), self._stop_telling_network)]
        if used.fault is not None:
            title, text = messages.title_of(used.fault), messages.sentence_of(used.fault)
            self._show("doubt", title, text, actions)
            return
        text = self.tr(
            "Outlines are made by OpenCV alone, from colours and edges: look at each, and correct "
            "it with a box or a click."
        )
        self._show("info", self.tr("This copy has no outline network"), text, actions)

    def _stop_telling_network(self) -> None:
        if self._network is not None:
            self._places.setValue(_TOLD, _state_of(self._network))
        self._network = None
        self.show_standing()

    # --- an import that was not finished ---------------------------------------------------------

    def _show_unfinished(self, *, is_away: bool = False) -> None:
        """Say what is not imported yet; ``is_away``: its files are not where they were."""
        count = len(self._unfinished)
        folders = {one.path.parent for one in self._unfinished}
        where = self.tr("{n} folders").format(n=len(folders))
        if len(folders) == 1:
            # As much of it as tells one folder of a camera from another.
            where = str(Path(*next(iter(folders)).parts[-2:]))
        one = self.tr("1 photograph from {folder} is not imported yet.")
        many = self.tr("{n} photographs from {folder} are not imported yet.")
        if is_away:
            one = self.tr("1 photograph is not in {folder} now. Put the camera's card in again?")
            many = self.tr(
                "{n} photographs are not in {folder} now. Put the camera's card in again?"
            )
        text = (one if count == 1 else many).format(n=count, folder=where)
        actions: _Actions = [
            (self.tr("Try again") if is_away else self.tr("Go on with it"), self._go_on),
            (self.tr("Leave them out"), self._leave_out),
        ]
        self._show("info", self.tr("An import was not finished"), text, actions)
        self._is_on_unfinished = True

    def _go_on(self) -> None:
        if not any(one.path.is_file() for one in self._unfinished):
            self._show_unfinished(is_away=True)
            return
        self._unfinished = ()
        self.show_standing()
        self._session.go("import", goes_on=True)

    def _leave_out(self) -> None:
        left, self._unfinished = self._unfinished, ()
        self.show_standing()
        if self._session.library is not None:
            try:
                self._session.library.import_plan.drop({one.sha256 for one in left})
            except WoundtrackError as problem:
                self.tell(problem)

    def _count_unfinished(self, _kinds: object = None) -> None:
        """See which of them were imported meanwhile, in another way."""
        library = self._session.library
        if not self._unfinished or library is None:
            return
        left = {one.sha256 for one in library.import_plan.left()}
        self._unfinished = tuple(one for one in self._unfinished if one.sha256 in left)
        if self._is_on_unfinished:
            self.show_standing()

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

    def tell_done(self, title: str, text: str, actions: _Actions) -> None:
        """Say what work came to that ended while something else was looked at."""
        if self._session.library is not None:
            self._show("good", title, text, [*actions, self._closing()])

    def tell_card_saved(self) -> None:
        """Say what is to be done with a printed sheet, unless its printer was measured lately."""
        from woundtrack import workflow  # not before the window is up

        library = self._session.library
        if library is None or library.is_read_only:
            return
        doubt = workflow.print_doubt(library)
        if doubt is None:
            return
        title = self.tr("Measure the sheet that was printed")
        text = self.tr(
            "Its two bars tell how large this printer prints. Until they are entered, every "
            "interval allows for 94 to 106 %."
        )
        if doubt.code == "print_scale_old":
            text = self.tr(
                "The bars were last measured more than a year ago. Until they are measured again, "
                "every interval is wider."
            )
        measure = self._session.actions["card.measure"].trigger
        actions: _Actions = [(self.tr("Enter the bars…"), measure), self._closing()]
        self._show("info", title, text, actions)
        self._is_on_bars = True

    def _bars_maybe_entered(self, kinds: frozenset[str]) -> None:
        if self._is_on_bars and "printers" in kinds:
            self.show_standing()

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


def _state_of(used: NetworkInUse) -> str:
    """Return what a person was told: of another copy, or of another fault, it is told again."""
    return f"{woundtrack.__version__} {'left out' if used.fault is None else used.fault}"
