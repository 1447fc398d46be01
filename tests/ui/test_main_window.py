"""The window: rooms, what is dropped, what is told, what is remembered, how it closes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic, PlainPage
from woundtrack import workflow
from woundtrack.errors import DiskFull, LibraryInUse
from woundtrack.model import Patient, Progress, Visit
from woundtrack.records import Library
from woundtrack.settings import Settings, Theme, read_settings
from woundtrack.ui import theme
from woundtrack.ui.window.main_window import MainWindow


def entered(window: MainWindow, room: str) -> list[dict[str, object]]:
    page = window.page(room)
    assert isinstance(page, PlainPage)
    return page.entered


def _visit(patient: Patient, on: date) -> Visit:
    at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    return Visit(id=f"visit-{on}", patient_id=patient.id, visited_on=on, created_at=at)


def test_without_a_library_the_rooms_are_off_and_the_welcome_page_shows(
    window: MainWindow,
) -> None:
    assert window.stack.currentWidget() is window.welcome
    assert not window.rail.item("room.review").isEnabled()
    assert "No library is open." in window.rail.item("room.review").toolTip()
    assert window.status.text == "No library open"
    assert window.windowTitle() == "woundtrack"


def test_the_research_sentence_is_always_there(
    window: MainWindow, clinic: Clinic, qtbot: QtBot
) -> None:
    for _ in range(2):
        assert window.status.research.isVisible()
        assert window.status.research.text().startswith("Research software. Not a medical device")
        window.library_actions.open(clinic.path)


def test_a_library_with_photographs_waiting_opens_in_review_with_their_count(
    clinic_window: MainWindow,
) -> None:
    assert clinic_window.room == "review"
    assert clinic_window.rail.item("room.review").count == 3
    assert clinic_window.rail.item("room.review").is_here
    assert clinic_window.rail.item("room.review").accessibleName() == "Review, 3 waiting"
    assert clinic_window.windowTitle() == "Renal wound clinic – woundtrack"


def test_an_empty_library_opens_in_import(window: MainWindow, tmp_path: Path) -> None:
    Library.create(tmp_path / "new").close()

    window.library_actions.open(tmp_path / "new")

    assert window.room == "import"


def test_rooms_are_reached_by_rail_by_key_and_by_the_session(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    qtbot.mouseClick(clinic_window.rail.item("room.timeline"), Qt.MouseButton.LeftButton)
    assert clinic_window.room == "timeline"

    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    qtbot.keyClick(clinic_window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert clinic_window.room == "review"

    clinic_window.session.go("review", photograph_id="p1")
    assert entered(clinic_window, "review")[-1] == {"photograph_id": "p1"}


def test_a_page_is_left_when_another_is_entered_and_built_once(
    clinic_window: MainWindow,
) -> None:
    review = clinic_window.page("review")
    assert isinstance(review, PlainPage)

    clinic_window.session.go("timeline")
    clinic_window.session.go("review")

    assert clinic_window.page("review") is review
    assert review.left == 1
    assert len(review.entered) == 2


def test_the_timeline_opens_on_a_patient_with_photographs_waiting(
    clinic_window: MainWindow, clinic: Clinic
) -> None:
    library = clinic_window.session.library
    assert library is not None
    with library.verb("import", by="Ann") as change:  # nothing of WT-0118 waits
        change.add_visit(_visit(clinic.patients[1], date(2026, 3, 2)))

    clinic_window.session.go("timeline")

    assert clinic_window.session.patient is not None
    assert clinic_window.session.patient.code == "WT-0147"


def test_the_timeline_opens_on_the_patient_seen_last_where_nothing_waits(
    clinic_window: MainWindow, clinic: Clinic
) -> None:
    library = clinic_window.session.library
    assert library is not None
    for proposal in library.proposals():
        workflow.set_aside(library, proposal, by="Ann")
    with library.verb("import", by="Ann") as change:
        change.add_visit(_visit(clinic.patients[0], date(2026, 3, 2)))

    clinic_window.session.go("timeline")

    assert clinic_window.session.patient is not None
    assert clinic_window.session.patient.code == "WT-0092"


def test_the_patients_are_shown_in_the_timeline_at_first_and_the_choice_is_remembered(
    clinic_window: MainWindow,
) -> None:
    assert not clinic_window.patients.isVisible()
    clinic_window.session.go("timeline")
    assert clinic_window.patients.isVisible()

    clinic_window.session.actions["room.patients"].trigger()
    clinic_window.session.go("review")
    clinic_window.session.actions["room.patients"].trigger()

    assert clinic_window.patients.isVisible()
    clinic_window.session.go("timeline")
    assert not clinic_window.patients.isVisible()


def test_a_code_typed_after_the_patients_were_shown_finds_a_patient(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.session.go("review")
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)

    qtbot.mouseClick(clinic_window.rail.item("room.patients"), Qt.MouseButton.LeftButton)
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClicks(focused, "0092")

    assert clinic_window.patients.search.text() == "0092"


def _drag(window: MainWindow, *paths: Path) -> tuple[QDragEnterEvent, QDropEvent, QMimeData]:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(500, 300), action, data, button, none)
    drop = QDropEvent(QPointF(500, 300), action, data, button, none)
    enter.setAccepted(False)
    return enter, drop, data


def test_dropped_files_go_to_import(clinic_window: MainWindow, tmp_path: Path) -> None:
    photo = tmp_path / "IMG_1.JPG"
    enter, drop, _data = _drag(clinic_window, photo)

    QApplication.sendEvent(clinic_window, enter)
    QApplication.sendEvent(clinic_window, drop)

    assert enter.isAccepted()
    assert clinic_window.room == "import"
    assert entered(clinic_window, "import")[-1] == {"paths": [photo]}


def test_a_librarys_folder_dropped_on_the_welcome_page_is_opened(
    window: MainWindow, clinic: Clinic
) -> None:
    enter, drop, _data = _drag(window, clinic.path)

    QApplication.sendEvent(window, enter)
    QApplication.sendEvent(window, drop)

    assert window.session.library is not None
    assert window.session.library.path == clinic.path


def test_a_library_in_use_is_shown_read_only_with_who_writes(
    window: MainWindow, clinic: Clinic, tmp_path: Path
) -> None:
    with Library.open(clinic.path) as other:
        window.library_actions.open(clinic.path)

        assert window.banner is not None
        assert window.banner.title == "Open for reading only"
        assert str(other.writer) in window.banner.text
        assert not window.session.actions["room.import"].isEnabled()
        assert "reading only" in window.session.actions["room.import"].toolTip()
        enter, _drop, _data = _drag(window, tmp_path / "IMG_1.JPG")
        QApplication.sendEvent(window, enter)
        assert not enter.isAccepted()


def test_a_read_only_window_can_write_once_the_other_is_closed(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    with Library.open(clinic.path):
        window.library_actions.open(clinic.path)
    assert window.banner is not None

    qtbot.mouseClick(window.banner.findChildren(QAbstractButton)[0], Qt.MouseButton.LeftButton)

    assert window.session.can_write
    qtbot.waitUntil(lambda: window.banner is None)


def test_a_wrong_folder_is_told_above_the_room_and_the_library_stays_open(
    qtbot: QtBot, clinic_window: MainWindow, clinic: Clinic, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    clinic_window.session.prefer(clinic_window.session.settings.opened(gone))

    clinic_window.library_actions.open(gone)

    assert clinic_window.session.library is not None
    assert clinic_window.session.library.path == clinic.path
    assert clinic_window.room == "review"
    assert clinic_window.banner is not None
    assert clinic_window.banner.title == "No library there"
    off_the_list, close = clinic_window.banner.findChildren(QAbstractButton)
    assert [off_the_list.text(), close.text()] == ["Take it off the list", "Close"]
    qtbot.mouseClick(off_the_list, Qt.MouseButton.LeftButton)
    assert gone not in clinic_window.session.settings.recent_libraries
    assert clinic_window.banner is None


def test_a_fault_is_told_above_the_room_until_it_is_closed(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.session.problem.emit(DiskFull(path="/home/ann/clinic"))

    assert clinic_window.banner is not None
    assert clinic_window.banner.title == "The disk is full"
    button = clinic_window.banner.findChildren(QAbstractButton)[0]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert clinic_window.banner is None


def test_work_of_more_than_a_second_shows_progress_and_esc_stops_it(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    status = clinic_window.status
    stopped: list[bool] = []

    def work(progress: Progress) -> None:
        try:
            while True:
                progress(0.25, "12 of 48")
                threading.Event().wait(0.01)
        finally:
            stopped.append(True)

    clinic_window.session.tasks.run(work, says="Importing")
    assert status.shown_task is None
    qtbot.waitUntil(lambda: status.shown_task is not None)
    assert status.text == "Importing · 12 of 48"
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    qtbot.keyClick(clinic_window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(stopped) and status.shown_task is None)

    assert not clinic_window.session.actions["window.cancel"].isEnabled()


def test_quick_and_quiet_work_shows_no_progress(qtbot: QtBot, clinic_window: MainWindow) -> None:
    tasks = clinic_window.session.tasks
    qtbot.waitUntil(lambda: not tasks.running)  # today's backup

    with qtbot.waitSignal(tasks.ended):
        tasks.run(lambda: 1, says="Importing")

    assert clinic_window.status.shown_task is None
    assert not clinic_window.status._timer.isActive()


def test_the_window_closes_while_work_is_under_way(
    clinic_window: MainWindow, clinic: Clinic
) -> None:
    begun = threading.Event()

    def work(progress: Progress) -> None:
        begun.set()
        while True:
            progress(0.5, "working")

    clinic_window.session.tasks.run(work, says="Importing")
    begun.wait(5)

    clinic_window.close()

    assert clinic_window.session.library is None
    Library.open(clinic.path).close()


def test_the_theme_changes_while_the_window_is_open_and_is_kept(
    clinic_window: MainWindow, dressed: QApplication
) -> None:
    clinic_window.session.actions["theme.dark"].trigger()

    assert dressed.palette().color(QPalette.ColorRole.Window).name().upper() == theme.DARK.bg
    assert read_settings().settings.theme is Theme.DARK


def test_the_system_changing_its_colours_is_followed_only_when_asked_for(
    clinic_window: MainWindow, dressed: QApplication
) -> None:
    clinic_window.session.actions["theme.light"].trigger()

    dressed.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)

    assert theme.current() is theme.LIGHT


def test_the_systems_colours_are_worn_and_followed_while_the_window_is_open(
    clinic_window: MainWindow, dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = dressed.styleHints()
    clinic_window.session.actions["theme.system"].trigger()
    assert theme.current() is theme.LIGHT  # what this system says before it changes

    monkeypatch.setattr(theme, "resolve", lambda _choice: theme.DARK)  # the desktop turned dark
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is theme.DARK

    monkeypatch.undo()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.current() is theme.LIGHT


@pytest.mark.parametrize(
    ("scheme", "tokens"),
    [(Qt.ColorScheme.Dark, theme.DARK), (Qt.ColorScheme.Light, theme.LIGHT)],
)
def test_what_the_system_wears_is_asked_of_qt(
    scheme: Qt.ColorScheme, tokens: theme.Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = SimpleNamespace(colorScheme=lambda: scheme)
    monkeypatch.setattr(theme, "QGuiApplication", SimpleNamespace(styleHints=lambda: hints))

    assert theme.resolve("system") is tokens


def test_a_second_start_finds_size_and_panels_as_they_were(
    plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    first = make_window(clinic.path)
    first.resize(1500, 700)
    first.session.actions["room.patients"].trigger()
    first.close()

    second = make_window()
    second.library_actions.open(clinic.path)

    assert second._places.value("patients/review", False, bool) is True
    assert second.patients.isVisible()
    assert second.library_actions.opened_at(clinic.path) is not None


def test_leaving_a_library_goes_back_to_the_welcome_page(clinic_window: MainWindow) -> None:
    clinic_window.session.actions["library.close"].trigger()

    assert clinic_window.session.library is None
    assert clinic_window.stack.currentWidget() is clinic_window.welcome
    assert clinic_window.rail.item("room.review").count == 0


def test_f6_goes_round_the_panels(qtbot: QtBot, clinic_window: MainWindow) -> None:
    clinic_window.session.go("timeline")
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    clinic_window.patients.start_search()
    order: list[str] = []

    for _ in range(2):
        clinic_window.session.actions["window.next_panel"].trigger()
        focused = QApplication.focusWidget()
        assert focused is not None
        order.append("rail" if clinic_window.rail.isAncestorOf(focused) else "patients")

    assert order == ["rail", "patients"]


def test_everything_that_can_be_pressed_has_a_name(clinic_window: MainWindow) -> None:
    clinic_window.session.go("timeline")
    buttons = clinic_window.findChildren(QAbstractButton)

    nameless = [
        type(button).__name__
        for button in buttons
        if button.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (button.accessibleName() or button.text())
    ]

    assert buttons
    assert nameless == []


def test_the_menu_offers_the_library_the_card_the_theme_and_about(
    clinic_window: MainWindow,
) -> None:
    menu = clinic_window.menu()
    groups = [one for one in menu.findChildren(QMenu) if one.menuAction() in menu.actions()]
    rows = [one.text() for one in menu.actions() if not one.isSeparator()]
    words = [one.text() for shown in (menu, *groups) for one in shown.actions()]
    height = menu.sizeHint().height()
    highest = max(group.sizeHint().height() for group in groups)
    menu.deleteLater()

    assert rows[:6] == ["Library", "Patient", "On paper", "Export", "Blinded reading", "Colours"]
    assert max(height, highest) < 500  # one column, on a screen of 768 lines
    assert "Open library…" in words
    assert "Take out this patient…" in words
    assert "Print card…" in words
    assert "Back up the library…" in words
    assert "Check the library" in words
    assert "Export…" in words
    assert "Dark colours" in words
    assert "About woundtrack" in words


def test_the_menu_is_walked_by_keys_into_its_groups(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    qtbot.keyClick(clinic_window, Qt.Key.Key_F10)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Right)
    group = QApplication.activePopupWidget()
    assert isinstance(group, QMenu)
    assert group.title() == "Patient"

    qtbot.keyClick(group, Qt.Key.Key_Down)
    qtbot.keyClick(group, Qt.Key.Key_Return)

    assert clinic_window.new_patient_sheet is not None
    assert clinic_window.new_patient_sheet.isVisible()


@pytest.mark.parametrize("name", ["about_sheet", "keys_sheet", "person_sheet", "palette_sheet"])
def test_a_sheet_closes_with_esc_and_gives_the_focus_back(
    qtbot: QtBot, clinic_window: MainWindow, name: str
) -> None:
    opener = {
        "about_sheet": "window.about",
        "keys_sheet": "window.keys",
        "person_sheet": "window.person",
        "palette_sheet": "window.find",
    }[name]
    clinic_window.session.go("timeline")
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    clinic_window.patients.start_search()
    sheet: QWidget = getattr(clinic_window, name)

    clinic_window.session.actions[opener].trigger()
    assert sheet.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Escape)

    assert not sheet.isVisible()
    assert clinic_window.patients.search.hasFocus()


def test_the_keys_of_a_room_list_each_bound_key(clinic_window: MainWindow) -> None:
    clinic_window.session.actions["window.keys"].trigger()

    shown = [child.accessibleName() for child in clinic_window.keys_sheet.findChildren(QWidget)]

    assert "Ctrl K" in shown
    assert "F1" in shown
    clinic_window.keys_sheet.dismiss()


def test_a_name_that_is_entered_is_the_one_that_records(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.session.actions["window.person"].trigger()
    field = clinic_window.person_sheet.field
    field.clear()
    qtbot.keyClicks(field, "Sister Mary")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert clinic_window.session.person == "Sister Mary"
    assert read_settings().settings.person == "Sister Mary"


# --- backup and check ----------------------------------------------------------------------------


def _choose_in_menu(qtbot: QtBot, window: MainWindow, text: str) -> None:
    menu = window.menu()
    menu.popup(window.mapToGlobal(QPoint(80, 80)))
    group = next(
        one for one in menu.findChildren(QMenu) if text in [act.text() for act in one.actions()]
    )
    place = menu.actionGeometry(group.menuAction()).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(group.isVisible)
    action = next(action for action in group.actions() if action.text() == text)
    qtbot.mouseClick(group, Qt.MouseButton.LeftButton, pos=group.actionGeometry(action).center())


def _empty_library_window(window: MainWindow, folder: Path) -> MainWindow:
    window.session.create_library(folder)
    return window


def _banner_title(window: MainWindow) -> str:
    return "" if window.banner is None else window.banner.title


def test_a_library_is_backed_up_from_the_menu_while_it_is_open(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _empty_library_window(window, tmp_path / "new")
    out = tmp_path / "kept.zip"
    monkeypatch.setattr(window.library_actions, "ask_backup_file", lambda: out)

    _choose_in_menu(qtbot, window, "Back up the library…")
    qtbot.waitUntil(lambda: _banner_title(window) == "Backed up.")

    assert Library.restore(out, tmp_path / "again").folder.is_dir()
    with pytest.raises(LibraryInUse):  # the window still has the library to itself
        Library.open(tmp_path / "new")
    assert window.session.can_write


def test_a_backup_that_cannot_be_written_is_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _empty_library_window(window, tmp_path / "new")
    out = tmp_path / "kept.zip"
    out.write_bytes(b"of last week")
    monkeypatch.setattr(window.library_actions, "ask_backup_file", lambda: out)

    _choose_in_menu(qtbot, window, "Back up the library…")
    qtbot.waitUntil(lambda: _banner_title(window) == "This file can't be written")

    assert out.read_bytes() == b"of last week"


def test_a_check_says_that_all_is_whole_and_counts_one_as_one(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    _empty_library_window(window, tmp_path / "new")
    library = window.session.library
    assert library is not None
    with library.verb("import", by="Ann") as change:
        change.add_patient(Patient(id="p", code="WT-1", created_at=datetime.now(UTC)))

    _choose_in_menu(qtbot, window, "Check the library")
    qtbot.waitUntil(lambda: _banner_title(window) == "All is whole.")

    assert window.banner is not None
    assert window.banner.text == "Looked at: 1 patient, 0 photographs, 0 assessments."


def test_a_check_names_the_first_problems_and_counts_the_rest(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    _choose_in_menu(qtbot, clinic_window, "Check the library")  # it has no originals: 7 are gone
    qtbot.waitUntil(lambda: _banner_title(clinic_window) == "Something is wrong in this library")

    assert clinic_window.banner is not None
    assert clinic_window.banner.text.endswith("more.")
    assert clinic_window.banner.text.count("original") >= 3


# --- who works here ------------------------------------------------------------------------------


def _asked_window(make_window: Callable[..., MainWindow], clinic: Clinic) -> MainWindow:
    window = make_window(clinic.path, Settings(theme=Theme.LIGHT))
    window.activateWindow()
    return window


def test_who_works_here_is_asked_until_a_name_is_given(
    qtbot: QtBot, plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    window = _asked_window(make_window, clinic)
    assert window.banner is not None
    assert window.banner.title == "Who works here?"
    assert window.banner.text == f"What you accept is signed “{window.session.person}”."

    qtbot.mouseClick(window.banner.findChildren(QAbstractButton)[0], Qt.MouseButton.LeftButton)
    qtbot.keyClicks(window.person_sheet.field, "Sister Mary")
    qtbot.keyClick(window.person_sheet.field, Qt.Key.Key_Return)

    assert window.session.person == "Sister Mary"
    assert window.banner is None


def test_who_works_here_is_not_asked_again_once_closed(
    qtbot: QtBot, plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    window = _asked_window(make_window, clinic)
    assert window.banner is not None
    qtbot.mouseClick(window.banner.findChildren(QAbstractButton)[1], Qt.MouseButton.LeftButton)

    window.library_actions.open(clinic.path)

    assert window.banner is None


def test_the_keys_on_the_welcome_page_are_those_that_work_there(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    qtbot.keyClick(window, Qt.Key.Key_F1)

    assert window.keys_sheet.isVisible()
    shown = {child.accessibleName() for child in window.keys_sheet.findChildren(QWidget)}
    assert {"Ctrl N", "Ctrl O", "F1"} <= shown
    assert not {"Ctrl 2", "Ctrl 3", "Ctrl I", "Ctrl F", "Ctrl Z"} & shown
    window.keys_sheet.dismiss()
