"""The settings: each shown with its meaning, tried, kept or left as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack.records import daily
from woundtrack.settings import Settings, Theme, read_settings
from woundtrack.ui import theme
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.ui.window.settings_sheet import SettingsSheet, scales_for


def opened(window: MainWindow) -> SettingsSheet:
    window.session.actions["window.settings"].trigger()
    return window.settings_sheet


def cell(sheet: SettingsSheet, name: str) -> QAbstractButton:
    found = sheet.findChildren(QAbstractButton)
    return next(button for button in found if button.accessibleName() == name)


def test_what_is_set_is_kept_from_now_on(qtbot: QtBot, window: MainWindow) -> None:
    sheet = opened(window)
    sheet.person.clear()
    qtbot.keyClicks(sheet.person, "  Sister   Mary ")
    qtbot.mouseClick(sheet.letters, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(cell(sheet, "Size of text and controls: 90\u202f%"), Qt.MouseButton.LeftButton)

    qtbot.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)

    assert not sheet.isVisible()
    kept = Settings(
        person="Sister Mary", theme=Theme.LIGHT, single_letter_keys=False, text_scale=90
    )
    assert window.session.settings == kept
    assert read_settings().settings == kept
    assert window.status.text.endswith("The size changes when woundtrack is started again.")


def test_exports_can_be_kept_to_those_who_were_asked(qtbot: QtBot, window: MainWindow) -> None:
    sheet = opened(window)
    assert sheet.unasked.isChecked()

    qtbot.mouseClick(sheet.unasked, Qt.MouseButton.LeftButton)
    qtbot.keyClick(sheet.person, Qt.Key.Key_Return)

    assert not read_settings().settings.exports_unasked


def test_a_theme_is_worn_at_once_and_taken_off_by_cancel(qtbot: QtBot, window: MainWindow) -> None:
    sheet = opened(window)
    qtbot.mouseClick(cell(sheet, "Colours: Dark"), Qt.MouseButton.LeftButton)
    assert theme.current() is theme.DARK

    qtbot.keyClick(sheet.cancel, Qt.Key.Key_Escape)

    assert not sheet.isVisible()
    assert theme.current() is theme.LIGHT
    assert window.session.settings == Settings(person="Ann", theme=Theme.LIGHT)
    assert read_settings().settings == Settings(person="Ann", theme=Theme.LIGHT)


def test_cancel_leaves_name_letters_and_folder_as_they_were(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = window.session.settings
    sheet = opened(window)
    monkeypatch.setattr(sheet, "ask_folder", lambda: tmp_path)
    qtbot.keyClicks(sheet.person, "Mary")
    qtbot.mouseClick(sheet.letters, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(sheet.choose, Qt.MouseButton.LeftButton)

    qtbot.mouseClick(sheet.cancel, Qt.MouseButton.LeftButton)

    assert window.session.settings == before
    reopened = opened(window)
    assert reopened.person.text() == "Ann"
    assert reopened.letters.isChecked()
    assert not reopened.beside.isVisible()
    reopened.dismiss()


def test_the_folder_of_the_backups_is_chosen_and_given_back(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = opened(window)
    monkeypatch.setattr(sheet, "ask_folder", lambda: tmp_path)

    qtbot.mouseClick(sheet.choose, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)
    assert window.session.settings.backup_folder == tmp_path

    qtbot.mouseClick(opened(window).beside, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)
    assert window.session.settings.backup_folder is None


def test_a_folder_that_is_not_there_or_in_the_library_is_doubted(
    clinic_window: MainWindow, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet = opened(clinic_window)

    monkeypatch.setattr(sheet, "ask_folder", lambda: tmp_path / "unplugged")
    sheet.choose.click()
    assert "not there now" in sheet.folder_said.text()

    monkeypatch.setattr(sheet, "ask_folder", lambda: clinic.path / "backups")
    sheet.choose.click()
    assert "inside the library" in sheet.folder_said.text()
    sheet.dismiss()


def test_how_many_backups_are_said_to_be_kept_are_kept(window: MainWindow) -> None:
    said = opened(window).folder_said.text()

    assert f"{daily.KEPT_DAYS} days" in said
    assert f"{daily.KEPT_WEEKS} weeks" in said
    assert f"{daily.KEPT_MONTHS} months" in said
    window.settings_sheet.dismiss()


def test_every_control_is_reached_by_tab_and_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    sheet = opened(window)

    met: list[QWidget] = []
    while (focused := QApplication.focusWidget()) is not None and focused not in met:
        met.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)

    assert {sheet.person, sheet.letters, sheet.choose, sheet.cancel, sheet.keep} <= set(met)
    for widget in met:
        named = isinstance(widget, QAbstractButton) and widget.text()
        assert widget.accessibleName() or named, widget
    sheet.dismiss()


def test_on_a_clinic_monitor_all_settings_are_in_view(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1366, 696)

    sheet = opened(window)

    qtbot.waitUntil(sheet.person.hasFocus)
    area = sheet.findChild(QScrollArea)
    assert area is not None
    assert area.verticalScrollBar().maximum() == 0
    sheet.dismiss()


def test_in_a_window_that_is_too_low_the_rows_scroll_to_what_has_the_focus(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.setMinimumSize(400, 300)
    window.resize(900, 420)
    sheet = opened(window)
    qtbot.waitUntil(sheet.person.hasFocus)

    for _ in range(12):
        qtbot.keyClick(QApplication.focusWidget() or sheet, Qt.Key.Key_Tab)
        if sheet.choose.hasFocus():
            break

    assert sheet.choose.hasFocus()
    assert sheet.choose.visibleRegion().boundingRect() == sheet.choose.rect()
    assert sheet.keep.visibleRegion().boundingRect() == sheet.keep.rect()
    sheet.dismiss()


def test_enter_in_the_name_keeps_the_settings(qtbot: QtBot, window: MainWindow) -> None:
    sheet = opened(window)
    assert isinstance(sheet.person, QLineEdit)
    qtbot.keyClicks(sheet.person, "Mary")

    qtbot.keyClick(sheet.person, Qt.Key.Key_Return)

    assert window.session.person == "Mary"
    assert not sheet.isVisible()


@pytest.mark.parametrize(
    ("width", "height", "largest"),
    [(1366, 768, 125), (1280, 720, 110), (1920, 1080, 150), (800, 600, 100)],
)
def test_only_sizes_that_the_screen_has_room_for_are_offered(
    width: int, height: int, largest: int
) -> None:
    assert scales_for(width, height)[-1] == largest


def test_the_size_is_in_qts_environment_while_the_application_is_made_and_no_longer(
    dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
    monkeypatch.setattr(theme, "_scale_at_start", 1.0)
    seen: list[str | None] = []

    def start() -> QApplication:
        seen.append(os.environ.get("QT_SCALE_FACTOR"))
        return dressed

    theme.start_scaled(125, start)

    assert seen == ["1.25"]
    assert "QT_SCALE_FACTOR" not in os.environ
    assert theme.scale_at_start() == 1.25


# --- daily backups -------------------------------------------------------------------------------


def test_a_library_that_is_opened_is_backed_up_once_that_day(
    qtbot: QtBot, clinic_window: MainWindow, clinic: Clinic
) -> None:
    qtbot.waitUntil(lambda: not clinic_window.session.tasks.running)
    clinic_window.session.changed("patients")
    qtbot.waitUntil(lambda: not clinic_window.session.tasks.running)

    assert len(list((clinic.path / "backups").glob("daily *.zip"))) == 1


def test_without_the_chosen_folder_the_backup_goes_into_the_library_and_that_is_told(
    qtbot: QtBot, plain_rooms: None, make_window: object, clinic: Clinic, tmp_path: Path
) -> None:
    settings = Settings(person="Ann", theme=Theme.LIGHT, backup_folder=tmp_path / "unplugged")

    window: MainWindow = make_window(clinic.path, settings)  # type: ignore[operator]
    qtbot.waitUntil(lambda: not window.session.tasks.running)

    assert len(list((clinic.path / "backups").glob("daily *.zip"))) == 1
    assert window.banner is not None
    assert "connect its disk" in window.banner.text


def test_enter_keeps_the_settings_from_a_choice_too(qtbot: QtBot, window: MainWindow) -> None:
    sheet = opened(window)
    dark = cell(sheet, "Colours: Dark")
    qtbot.mouseClick(dark, Qt.MouseButton.LeftButton)
    focused = QApplication.focusWidget()
    assert focused is not None

    qtbot.keyClick(focused, Qt.Key.Key_Return)

    assert not sheet.isVisible()
    assert window.session.settings.theme is Theme.DARK
