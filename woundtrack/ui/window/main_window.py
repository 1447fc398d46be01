"""The window: the rail, the patients beside the room, the room, the bar at the foot.

Hides that rooms are built on first visit, what is dropped where, and the order of closing.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from PySide6.QtCore import QPoint, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack.settings import Theme
from woundtrack.ui import theme
from woundtrack.ui.components import Label, icon
from woundtrack.ui.reports import ReportActions
from woundtrack.ui.window.about_sheet import AboutSheet, LicencesSheet
from woundtrack.ui.window.drop_hint import DropHint
from woundtrack.ui.window.focus_ring import FocusRing
from woundtrack.ui.window.library_actions import LibraryActions
from woundtrack.ui.window.main_menu import main_menu
from woundtrack.ui.window.notices import Notices
from woundtrack.ui.window.palette import Palette
from woundtrack.ui.window.patient_actions import PatientActions
from woundtrack.ui.window.patients_panel import PatientsPanel
from woundtrack.ui.window.rail import Rail
from woundtrack.ui.window.remembered import Remembered
from woundtrack.ui.window.settings_sheet import SettingsSheet
from woundtrack.ui.window.sheets import ClosingSheet, KeysSheet, PersonSheet
from woundtrack.ui.window.status_bar import StatusBar
from woundtrack.ui.window.tour import Tour, steps_of
from woundtrack.ui.window.undoing import Undoing
from woundtrack.ui.window.welcome_page import WelcomePage

if TYPE_CHECKING:
    from woundtrack.imaging import NetworkInUse
    from woundtrack.model import Framing, Patient
    from woundtrack.records import Library, VisitDrafts
    from woundtrack.ui.agreement.sheet import AgreementSheet
    from woundtrack.ui.components import Message
    from woundtrack.ui.exporting.archive_sheet import ArchiveSheet
    from woundtrack.ui.exporting.export_sheet import ExportSheet
    from woundtrack.ui.exporting.pictures_sheet import PicturesSheet
    from woundtrack.ui.record.patient_sheet import PatientSheet
    from woundtrack.ui.remeasuring.sheet import RemeasuringSheet
    from woundtrack.ui.session import Session
    from woundtrack.ui.window.new_patient_sheet import NewPatientSheet
    from woundtrack.ui.window.printed_cards import PrintedCardsSheet


class Page(Protocol):
    """What the window asks of a room's page, besides being a QWidget made from the session."""

    page_id: str

    def enter(self, **context: object) -> None:
        """Be shown, with what ``session.go`` was given."""

    def leave(self) -> None:
        """Be hidden."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A room: where its page comes from, and whether the patients are shown in it at first."""

    id: str
    module: str
    page: str
    has_patients: bool


ROOMS: Final = (
    Room(id="import", module="imports.page", page="ImportPage", has_patients=False),
    Room(id="review", module="review.page", page="ReviewPage", has_patients=False),
    Room(id="timeline", module="timeline.page", page="TimelinePage", has_patients=True),
    Room(id="compare", module="compare.page", page="ComparePage", has_patients=False),
    Room(id="record", module="record.page", page="RecordPage", has_patients=False),
    Room(id="mdt", module="mdt.page", page="MdtPage", has_patients=False),
    Room(id="study", module="study.page", page="StudyPage", has_patients=False),
)
"""The rooms of a library, besides the patients' panel."""

SMALLEST: Final = QSize(1280, 640)


class MainWindow(QMainWindow):
    """One window on one session; closing it ends the session.

    Parameters
    ----------
    session
        What the pages share.
    places
        Where the window's size, its panels and the times libraries were opened are remembered.
    """

    def __init__(self, session: Session, places: QSettings) -> None:
        super().__init__()
        self.session = session
        self._places = places
        self._remembered = Remembered(places)
        session.choices = self._remembered
        self._pages: dict[str, QWidget] = {}
        self._printed_cards: PrintedCardsSheet | None = None
        self.new_patient_sheet: NewPatientSheet | None = None
        self._patient_sheet: PatientSheet | None = None
        self._remeasuring: RemeasuringSheet | None = None
        self._export_sheet: ExportSheet | None = None
        self._pictures_sheet: PicturesSheet | None = None
        self._archive_sheet: ArchiveSheet | None = None
        self._agreement: AgreementSheet | None = None
        self._room: str | None = None
        self._is_closing = False
        self._worn = session.settings.theme
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST.boundedTo(QGuiApplication.primaryScreen().availableSize()))

        self.library_actions = LibraryActions(session, places, self)
        self.reports = ReportActions(session, self)
        self.patient_actions = PatientActions(session, self)
        # Those that others bind: the status bar its Cancel, the panel nothing.
        self._undoing = Undoing(session, self)
        self._bind()
        self.rail = Rail(session)
        self.patients = PatientsPanel(session)
        self.patients.hide()
        self.status = StatusBar(session)
        self.welcome = WelcomePage(session, self.library_actions.opened_at)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.welcome)
        self.notices = Notices(session, places, self.library_actions, self.welcome)
        self._build()

        self.palette_sheet = Palette(session, self)
        self.keys_sheet = KeysSheet(session, self)
        self.about_sheet = AboutSheet(session, self)
        self.licences_sheet = LicencesSheet(self)
        self.person_sheet = PersonSheet(session, self)
        self.settings_sheet = SettingsSheet(session, self)
        self.closing_sheet = ClosingSheet(self)
        self.tour = Tour(session, places, self, steps_of(self))
        self._drop_hint = DropHint(self)
        self._focus_ring = FocusRing(self)

        session.library_opened.connect(self._show_library)
        session.library_closed.connect(self._show_no_library)
        session.library_changed.connect(self._count)
        session.tasks.ended.connect(self._keep_asking)
        session.room_asked.connect(self._go)
        session.patient_changed.connect(self._keep_patient)
        session.settings_changed.connect(self._show_theme)
        self.library_actions.card_saved.connect(self._tell_card_saved)
        self.about_sheet.licences_asked.connect(self.licences_sheet.open)
        self.about_sheet.network_asked.connect(self.licences_sheet.open_network)
        self.notices.person_asked.connect(self._open_person)
        self.closing_sheet.closing_chosen.connect(self._close_for_sure)
        self.welcome.library_chosen.connect(self.library_actions.open)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._remembered.restore_geometry(self)
        self._show_no_library()
        self._undoing.show_steps()
        self._show_theme()

    # --- rooms -----------------------------------------------------------------------------------

    @property
    def room(self) -> str | None:
        """The id of the room one is in; None on the welcome page."""
        return self._room

    def page(self, room: str) -> QWidget:
        """Return a room's page; it is built at the first call. Raises ``KeyError``."""
        if room not in self._pages:
            entry = next((entry for entry in ROOMS if entry.id == room), None)
            if entry is None:
                raise KeyError(room)
            module = importlib.import_module(f"woundtrack.ui.{entry.module}")
            page = cast(QWidget, getattr(module, entry.page)(self.session))
            self._pages[room] = page
            self.stack.addWidget(page)
        return self._pages[room]

    def lend(self, room: str) -> QWidget:
        """Take a room's page out of the window, for the meeting's full screen; return it."""
        page = self.page(room)
        self.stack.removeWidget(page)
        return page

    def take_back(self, room: str) -> None:
        """Put a page that was lent back into the window, not shown."""
        self.stack.addWidget(self.page(room))

    def _go(self, room: str, context: dict[str, object]) -> None:
        if room == "welcome":
            self.session.close_library()
            return
        if self.session.library is None:
            return
        page = self.page(room)
        of_one_patient = {"timeline", "compare", "record"}
        if self._room in of_one_patient or room in of_one_patient:
            self._choose_a_patient()
        if page is not self.stack.currentWidget():
            self._leave()
            self._count_unsaved()
            self._room = room
            self.stack.setCurrentWidget(page)
        self._room = room
        self.rail.show_room(f"room.{room}")
        self._show_patients(is_shown=self._remembers_patients(room))
        cast(Page, page).enter(**context)

    def _leave(self) -> None:
        page = self.stack.currentWidget()
        if page is self.welcome or page in self._pages.values():
            cast(Page, page).leave()

    def _choose_a_patient(self) -> None:
        """Where none is in view: the one with photographs waiting, else the one seen last.

        Of several with photographs waiting, the one of them that was seen last.
        """
        library = self.session.library
        if library is None or self.session.patient is not None:
            return
        summaries = library.patient_summaries()
        if summaries:
            best = max(
                summaries,
                key=lambda one: (one.waiting_count > 0, one.last_visited_on or date.min),
            )
            self.session.set_patient(best.patient)

    def _choose_last_patient(self, library: Library) -> None:
        """Bring the patient into view who was when this library was open last, if still there."""
        last = self._remembered.patient_in(library.path)
        found = (one.patient for one in library.patient_summaries() if one.patient.id == last)
        if (patient := next(found, None)) is not None:
            self.session.set_patient(patient)

    def _keep_patient(self, patient: Patient | None) -> None:
        if patient is not None and self.session.library is not None:
            self._remembered.keep_patient(self.session.library.path, patient.id)

    # --- the library -----------------------------------------------------------------------------

    def _show_library(self) -> None:
        library = self.session.library
        if library is None:
            return
        self.setWindowTitle(f"{library.name} – woundtrack")
        self.notices.greet()
        self._count()
        self.session.said.emit(self.tr("{name} is open.").format(name=library.name))
        if self.rail.item("room.review").count:
            self.session.go("review")
        elif library.patient_summaries() or not self.session.can_write:
            self._choose_last_patient(library)
            self.session.go("timeline")
        else:
            self.session.go("import")
        self.tour.offer()

    def _show_no_library(self) -> None:
        if self._is_closing:
            return
        self._leave()
        self._room = None
        self.stack.setCurrentWidget(self.welcome)
        self.setWindowTitle("woundtrack")
        self.notices.clear()
        self.tour.dismiss()
        self.rail.show_room(None)
        self.rail.item("room.review").set_count(0)
        self._count_unsaved()
        self._show_patients(is_shown=False)
        self.session.said.emit(self.tr("No library open"))
        self.welcome.enter()

    def _count(self, _kinds: object = None) -> None:
        self._keep_asking()
        library = self.session.library
        waiting = 0 if library is None else sum(library.waiting_counts().values())
        self.rail.item("room.review").set_count(waiting)
        self._count_unsaved()

    def _count_unsaved(self) -> None:
        """Count the visits whose answers wait to be saved."""
        library = self.session.library
        drafts = () if library is None else _visit_drafts_of(library).all()
        self.rail.item("room.record").set_count(len(drafts))

    def _tell_card_saved(self, path: Path) -> None:
        if self.session.library is None:
            self.welcome.tell_card_saved(path)
        else:
            self.notices.tell_card_saved()
        self.session.said.emit(
            self.tr("The card's sheet is saved: print it at 100 %, then measure its two bars.")
        )

    @property
    def banner(self) -> Message | None:
        """The bar above the room, if one is shown."""
        return self.notices.message

    # --- actions of the window -------------------------------------------------------------------

    def _bind(self) -> None:
        table = self.session.actions
        for action_id, do in (
            ("room.patients", self._toggle_patients),
            ("room.review", lambda: self.session.go("review")),
            ("room.timeline", lambda: self.session.go("timeline")),
            ("room.compare", lambda: self.session.go("compare")),
            ("room.record", lambda: self.session.go("record")),
            ("room.import", lambda: self.session.go("import")),
            ("room.mdt", lambda: self.session.go("mdt")),
            ("room.study", lambda: self.session.go("study")),
            ("patient.find", self._find_patient),
            ("patient.new", self._open_new_patient),
            ("patient.details", self._open_patient),
            ("patient.names", self._toggle_names),
            ("edit.undo", self._undoing.undo),
            ("edit.redo", self._undoing.redo),
            ("window.find", self._open_palette),
            ("window.menu", self._open_menu),
            ("window.keys", self._open_keys),
            ("window.next_panel", lambda: self._next_panel(1)),
            ("window.previous_panel", lambda: self._next_panel(-1)),
            ("theme.system", lambda: self._dress(Theme.SYSTEM)),
            ("theme.light", lambda: self._dress(Theme.LIGHT)),
            ("theme.dark", lambda: self._dress(Theme.DARK)),
            ("window.settings", self._open_settings),
            ("card.printers", self._open_printed_cards),
            ("card.measure", self._measure_sheet),
            ("library.remeasure", self._open_remeasuring),
            ("window.person", self._open_person),
            ("window.letters", self._switch_letters),
            ("window.tour", self._open_tour),
            ("window.about", self._open_about),
            ("library.export", self._open_export),
            ("library.pictures", self._open_pictures),
            ("library.archive", self._open_archive),
            ("library.readings", self._open_readings),
            ("window.package", self._open_package),
            ("window.close", self.close),
        ):
            table.bind(action_id, do, self)

    def _open_person(self) -> None:
        self.person_sheet.open()

    def _open_tour(self) -> None:
        self.tour.start()

    def _open_settings(self) -> None:
        self.settings_sheet.open()

    @property
    def printed_cards(self) -> PrintedCardsSheet:
        """The sheet of the printers; it is built when it is asked for."""
        if self._printed_cards is None:
            from woundtrack.ui.window.printed_cards import PrintedCardsSheet  # loads the verbs

            self._printed_cards = PrintedCardsSheet(self.session, self)
        return self._printed_cards

    def _open_printed_cards(self) -> None:
        self.printed_cards.open()

    @property
    def export_sheet(self) -> ExportSheet:
        """The sheet of what leaves the library; it is built when it is asked for."""
        if self._export_sheet is None:
            from woundtrack.ui.exporting.export_sheet import ExportSheet  # loads the verbs

            self._export_sheet = ExportSheet(self.session, self)
            self._export_sheet.exported.connect(self._tell_exported)
            self._export_sheet.pictures_asked.connect(self._look_at_pictures)
        return self._export_sheet

    @property
    def pictures_sheet(self) -> PicturesSheet:
        """The sheet of the pictures that a person looks at; it is built when it is asked for."""
        if self._pictures_sheet is None:
            from woundtrack.ui.exporting.pictures_sheet import PicturesSheet  # loads the verbs

            self._pictures_sheet = PicturesSheet(self.session, self)
            self._pictures_sheet.left_it.connect(self._pictures_looked_at)
        return self._pictures_sheet

    def _open_pictures(self) -> None:
        self.pictures_sheet.open_for()

    def _look_at_pictures(self, framing: Framing) -> None:
        self.pictures_sheet.open_for(framing)

    @property
    def archive_sheet(self) -> ArchiveSheet:
        """The sheet of the archives and their queues; it is built when it is asked for."""
        if self._archive_sheet is None:
            from woundtrack.ui.exporting.archive_sheet import ArchiveSheet  # loads the verbs

            self._archive_sheet = ArchiveSheet(self.session, self)
        return self._archive_sheet

    def _open_archive(self) -> None:
        self.archive_sheet.open()

    @property
    def agreement(self) -> AgreementSheet:
        """The sheet of the reading sessions; it is built when it is asked for."""
        if self._agreement is None:
            from woundtrack.ui.agreement.sheet import AgreementSheet  # loads the verbs

            self._agreement = AgreementSheet(self.session, self)
        return self._agreement

    def _open_readings(self) -> None:
        self.agreement.open()

    def _open_package(self) -> None:
        from woundtrack.ui.agreement.away import open_package  # loads the verbs

        open_package(self.session, self)

    def _pictures_looked_at(self) -> None:
        if self._export_sheet is not None:
            self._export_sheet.refresh()

    def _open_export(self) -> None:
        self.export_sheet.open()

    def _tell_exported(self, said: str, folder: Path) -> None:
        def show() -> None:
            self.export_sheet.show_folder(folder)

        self.notices.tell_done(self.tr("Exported"), said, [(self.tr("Open folder"), show)])

    @property
    def patient_sheet(self) -> PatientSheet:
        """The sheet of what is known of a patient; it is built when it is asked for."""
        if self._patient_sheet is None:
            from woundtrack.ui.record.patient_sheet import PatientSheet  # loads the verbs

            self._patient_sheet = PatientSheet(self.session, self)
        return self._patient_sheet

    @property
    def remeasuring(self) -> RemeasuringSheet:
        """The sheet of what was measured again; it is built when it is asked for."""
        if self._remeasuring is None:
            from woundtrack.ui.remeasuring.sheet import RemeasuringSheet  # loads the verbs

            self._remeasuring = RemeasuringSheet(self.session, self)
        return self._remeasuring

    def _open_remeasuring(self) -> None:
        self.remeasuring.open()

    def _open_new_patient(self) -> None:
        from woundtrack.ui.window.new_patient_sheet import NewPatientSheet  # loads the verbs

        if self.new_patient_sheet is None:
            self.new_patient_sheet = NewPatientSheet(self.session, self)
        searched = self.patients.search.text() if self.patients.isVisible() else ""
        self.new_patient_sheet.open_with(searched)

    def _open_patient(self) -> None:
        if self.session.patient is None:
            self.session.said.emit(self.tr("Choose a patient first."))
        else:
            self.patient_sheet.open_at()

    def _toggle_names(self) -> None:
        from woundtrack.ui.record.identity_view import IdentityView

        IdentityView.of(self.session).toggle()

    def _measure_sheet(self) -> None:
        self.printed_cards.open_measuring()

    def _open_about(self) -> None:
        self.about_sheet.open()

    def _open_palette(self) -> None:
        self.palette_sheet.open_in(self._room)

    def _open_keys(self) -> None:
        if self.keys_sheet.isVisible():
            self.keys_sheet.dismiss()
            return
        words = {
            None: self.tr("Welcome"),
            "import": self.tr("Import"),
            "review": self.tr("Review"),
            "timeline": self.tr("Timeline"),
            "compare": self.tr("Compare"),
            "record": self.tr("Record"),
            "mdt": self.tr("MDT"),
            "study": self.tr("Study"),
        }[self._room]
        self.keys_sheet.open_in(self._room, words)

    def menu(self) -> QMenu:
        """Return the menu, made anew: what can be done apart from the rooms."""
        return main_menu(self.session.actions, self)

    def _open_menu(self) -> None:
        menu = self.menu()
        item = self.rail.item("window.menu")
        corner = item.mapToGlobal(QPoint(item.width(), item.height()))
        menu.popup(QPoint(corner.x(), corner.y() - menu.sizeHint().height()))

    def _find_patient(self) -> None:
        self._show_patients(is_shown=True)
        self.patients.start_search()

    def _toggle_patients(self) -> None:
        is_shown = not self.patients.isVisible()
        if self._room is not None:
            self._remembered.keep_panel(self._room, is_shown=is_shown)
        self._show_patients(is_shown=is_shown)
        if is_shown:  # a code typed next must find a patient, not answer or accept in the room
            self.patients.start_search()

    def _remembers_patients(self, room: str) -> bool:
        at_first = next(entry.has_patients for entry in ROOMS if entry.id == room)
        return self._remembered.is_panel_shown(room, at_first=at_first)

    def _show_patients(self, *, is_shown: bool) -> None:
        self.patients.setVisible(is_shown)
        self.rail.item("room.patients").set_here(is_here=False)

    def _next_panel(self, step: int) -> None:
        """F6: go round rail, patients, room and bar."""
        panels = [self.rail, self.patients, self.stack.currentWidget(), self.status]
        shown = [panel for panel in panels if panel is not None and panel.isVisible()]
        focused = QApplication.focusWidget()
        here = next(
            (
                place
                for place, panel in enumerate(shown)
                if focused is not None and (panel is focused or panel.isAncestorOf(focused))
            ),
            -1 if step > 0 else 0,
        )
        for turn in range(1, len(shown) + 1):
            panel = shown[(here + step * turn) % len(shown)]
            first = _first_stop(panel)
            if first is not None:
                first.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _switch_letters(self) -> None:
        settings = self.session.settings
        has_letters = not settings.single_letter_keys
        self.session.prefer(replace(settings, single_letter_keys=has_letters))
        self.session.said.emit(
            self.tr("Single-letter keys are on.")
            if has_letters
            else self.tr("Single-letter keys are off.")
        )

    # --- theme -----------------------------------------------------------------------------------

    def _show_theme(self, _settings: object = None) -> None:
        """Wear the theme that is preferred, and tick it in the menu and in the palette."""
        if self.session.settings.theme is not self._worn:
            self._wear()
        for choice in Theme:
            entry = self.session.actions.entry(f"theme.{choice.value}")
            is_on = choice is self.session.settings.theme
            self.session.actions[entry.id].setIcon(icon("check" if is_on else entry.icon or ""))

    def _dress(self, choice: Theme) -> None:
        self.session.prefer(replace(self.session.settings, theme=choice))

    def _follow_system(self) -> None:
        if self.session.settings.theme is Theme.SYSTEM:
            self._wear()

    def _wear(self) -> None:
        self._worn = self.session.settings.theme
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application, self._worn.value)

    # --- dropping --------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not _dropped_paths(event):
            return
        if self.session.library is None:
            words = self.tr("Drop a library's folder to open it")
        elif self.session.can_write:
            words = self.tr("Drop to import into {name}").format(name=self.session.library.name)
        else:
            return
        event.acceptProposedAction()
        self._drop_hint.show_words(words)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        paths = _dropped_paths(event)
        if not paths:
            return
        event.acceptProposedAction()
        if self.session.library is None:
            if not self.library_actions.open_dropped(paths[0]):
                self.welcome.tell_library_first()
        elif self.session.can_write:
            self.session.go("import", paths=paths)

    # --- opening and closing ---------------------------------------------------------------------

    def start(self, library: Path | None) -> None:
        """Open a library as soon as the window has been shown, then load what rooms will need."""
        if library is None:
            self._load_libraries()
            return
        opening = Label(self.tr("Opening {name}…").format(name=library.name), "section", "2")
        opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(opening)
        self.stack.setCurrentWidget(opening)

        def open_it() -> None:
            self.stack.setCurrentWidget(self.welcome)
            self.stack.removeWidget(opening)
            opening.deleteLater()
            self.library_actions.open(library)
            self._load_libraries()

        QTimer.singleShot(0, self, open_it)

    def _load_libraries(self) -> None:
        self.session.tasks.run(_loaded_libraries, on_done=self.notices.note_network)

    def _photographs_left(self) -> int:
        """Return how many photographs the import under way has still to bring in."""
        library, tasks = self.session.library, self.session.tasks.running
        is_importing = any(task.key == "import" and not task.is_cancelled for task in tasks)
        return len(library.import_plan.left()) if library is not None and is_importing else 0

    def _keep_asking(self, _change: object = None) -> None:
        if self.closing_sheet.isVisible():
            self.closing_sheet.ask(self._photographs_left())

    def _close_for_sure(self) -> None:
        self._is_closing = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        application = QGuiApplication.instance()
        # When the computer shuts down nobody is there to answer.
        is_session_over = isinstance(application, QGuiApplication) and application.isSavingSession()
        if not self._is_closing and not is_session_over and (left := self._photographs_left()):
            event.ignore()
            self.closing_sheet.ask(left)
            return
        self._is_closing = True
        self._remembered.keep_geometry(self)
        self.status.stop()
        self._leave()
        self.session.close()
        self._places.sync()
        super().closeEvent(event)

    def _build(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.notices)
        right.addWidget(self.stack, 1)
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addWidget(self.patients)
        across.addLayout(right, 1)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(across, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(whole)


def _visit_drafts_of(library: Library) -> VisitDrafts:
    """Return what is kept of visits that aren't saved."""
    from woundtrack.records import VisitDrafts  # loads the database layer, after the window is up

    return VisitDrafts(library.path, is_read_only=library.is_read_only)


def _loaded_libraries() -> NetworkInUse:
    """Load, on a worker, what the rooms will need: the window is up, and stays quick.

    Returns the outline network, which is among it.
    """
    for name in ("woundtrack.workflow", "woundtrack.healing.chart", "matplotlib.figure"):
        importlib.import_module(name)
    from woundtrack.imaging import network_in_use

    return network_in_use()


def _dropped_paths(event: QDropEvent) -> list[Path]:
    data = event.mimeData()
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _first_stop(panel: QWidget) -> QWidget | None:
    """Return the first widget of a panel that Tab stops at."""
    return next(
        (
            widget
            for widget in panel.findChildren(QWidget)
            if widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ),
        None,
    )
