"""The page without a library: begin, or read why a library isn't open."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack.records import Library
from woundtrack.settings import Settings
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.ui.window.welcome_page import _RecentRow


def message_of(window: MainWindow) -> tuple[str, str]:
    assert window.stack.currentWidget() is window.welcome
    message = window.welcome.message
    assert message is not None
    return message.title, message.text


def test_a_new_library_is_made_where_the_person_says(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "New clinic"
    monkeypatch.setattr(window.library_actions, "ask_new_folder", lambda: place)

    qtbot.mouseClick(window.welcome.new_button, Qt.MouseButton.LeftButton)

    assert window.session.library is not None
    assert window.session.library.path == place
    assert (place / "library.db").is_file()


def test_asking_can_be_answered_with_nothing(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for question in ("ask_new_folder", "ask_folder", "ask_card_file"):
        monkeypatch.setattr(window.library_actions, question, lambda *_: None)

    for button in (
        window.welcome.new_button,
        window.welcome.open_button,
        window.welcome.card_button,
    ):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert window.session.library is None
    assert window.welcome.message is None


def test_a_folder_that_holds_no_library_is_said_on_the_page(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.library_actions, "ask_folder", lambda: tmp_path)

    window.session.actions["library.open"].trigger()

    title, text = message_of(window)
    assert title == "No library there"
    assert str(tmp_path) in text


def test_a_folder_that_is_not_empty_becomes_no_library(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letter.txt").write_text("hello")
    monkeypatch.setattr(window.library_actions, "ask_new_folder", lambda: tmp_path)

    window.session.actions["library.new"].trigger()

    assert message_of(window)[0] == "This folder is not empty"
    assert not (tmp_path / "library.db").exists()


def test_a_damaged_library_is_said_on_the_page(window: MainWindow, clinic: Clinic) -> None:
    (clinic.path / "library.db").write_bytes(b"not a database at all" * 100)

    window.library_actions.open(clinic.path)

    title, text = message_of(window)
    assert title == "This library is damaged"
    assert "restore" in text


def test_a_newer_library_is_said_on_the_page(window: MainWindow, clinic: Clinic) -> None:
    connection = sqlite3.connect(clinic.path / "library.db")
    table, column = connection.execute(
        "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p"
        " WHERE m.name LIKE '%migrations%' AND p.name = 'name'"
    ).fetchone()
    others = [
        row[1]
        for row in connection.execute(f"PRAGMA table_info({table})")
        if row[1] not in {column, "id"}
    ]
    names = ", ".join([column, *others])
    chosen = ", ".join(["'m999_from_the_future'", *others])
    connection.execute(
        f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {table} LIMIT 1"  # noqa: S608
    )
    connection.commit()
    connection.close()

    window.library_actions.open(clinic.path)

    assert message_of(window)[0] == "Written by a newer woundtrack"


def test_a_recent_library_that_is_gone_can_be_taken_off_the_list(
    qtbot: QtBot,
    plain_rooms: None,
    make_window: Callable[..., MainWindow],
    clinic: Clinic,
) -> None:
    shutil.rmtree(clinic.path)
    window = make_window(settings=Settings(recent_libraries=(clinic.path,)))
    qtbot.mouseClick(window.welcome.findChild(_RecentRow), Qt.MouseButton.LeftButton)
    assert message_of(window)[0] == "No library there"

    message = window.welcome.message
    assert message is not None
    qtbot.mouseClick(message.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)

    assert window.session.settings.recent_libraries == ()
    assert window.welcome.message is None


def test_a_recent_library_is_opened_by_pressing_it_and_says_when_it_was(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    window.library_actions.open(clinic.path)
    window.session.close_library()

    def shown() -> list[_RecentRow]:
        return [row for row in window.welcome.findChildren(_RecentRow) if row.isVisible()]

    qtbot.waitUntil(lambda: len(shown()) == 1)
    row = shown()[0]
    assert row.name == "Renal wound clinic"
    assert row.when.startswith("opened today, ")

    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)

    assert window.session.library is not None


def test_without_recent_libraries_there_is_no_empty_list(window: MainWindow) -> None:
    assert not window.welcome._recent.isVisible()


def test_the_card_is_saved_and_opened_for_printing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    place = tmp_path / "card.pdf"
    monkeypatch.setattr(window.library_actions, "ask_card_file", lambda _kind: (place, "letter"))
    monkeypatch.setattr(window.library_actions, "show_file", shown.append)

    with qtbot.waitSignal(window.library_actions.card_saved):
        window.session.actions["card.print"].trigger()

    assert shown == [place]
    assert place.read_bytes().startswith(b"%PDF")
    assert message_of(window)[0] == "The card's sheet is saved"


def test_a_card_that_cannot_be_saved_is_said_on_the_page(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "no such folder" / "card.pdf"
    monkeypatch.setattr(window.library_actions, "ask_card_file", lambda _kind: (place, "a4"))

    with qtbot.waitSignal(window.session.problem):
        window.session.actions["card.print"].trigger()

    assert message_of(window)[0] == "This file can't be written"


def test_the_demonstration_is_made_on_a_worker_and_opened(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build() -> Path:
        with Library.open(clinic.path):
            return clinic.path

    monkeypatch.setattr("woundtrack.ui.window.library_actions._build_demo", build)

    with qtbot.waitSignal(window.session.library_opened):
        qtbot.mouseClick(window.welcome.demo_button, Qt.MouseButton.LeftButton)

    assert window.session.library is not None
    assert window.session.library.path == clinic.path
    qtbot.waitUntil(window.session.actions["library.demo"].isEnabled)


def test_enter_on_the_page_makes_a_library(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(window.library_actions, "ask_new_folder", partial(asked.append, True))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    assert window.welcome.new_button.hasFocus()
    qtbot.keyClick(window.welcome.new_button, Qt.Key.Key_Return)

    assert asked == [True]


def test_photographs_dropped_without_a_library_are_told_what_they_need(
    window: MainWindow, tmp_path: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "IMG_1.JPG"))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier

    QApplication.sendEvent(window, QDragEnterEvent(QPoint(500, 300), action, data, button, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(500, 300), action, data, button, none))

    assert window.session.library is None
    assert message_of(window)[0] == "Photographs are kept in a library"


@pytest.mark.parametrize("kind", ["strip", "window", "square"])
def test_every_kind_of_card_is_printed_from_the_window(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    asked: list[str] = []
    place = tmp_path / "sheet.pdf"

    def ask(kind: str) -> tuple[Path, str]:
        asked.append(kind)
        return place, "a4"

    monkeypatch.setattr(window.library_actions, "ask_card_file", ask)
    monkeypatch.setattr(window.library_actions, "show_file", lambda _: None)

    with qtbot.waitSignal(window.library_actions.card_saved):
        window.session.actions[f"card.print_{kind}"].trigger()

    assert asked == [kind]
    assert f"woundtrack {kind} sheet".encode() in place.read_bytes()
