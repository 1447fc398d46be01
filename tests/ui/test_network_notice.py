"""The bar that says, once, that outlines are made without the outline network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

import woundtrack
from tests.red_network import write_red_network
from tests.ui.conftest import Clinic
from woundtrack.imaging import network_in_use
from woundtrack.imaging.outlining.network_asset import WEIGHTS
from woundtrack.ui.components import KeyButton
from woundtrack.ui.window.main_window import MainWindow

Start = Callable[[], MainWindow]


@pytest.fixture
def start(
    plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic, qtbot: QtBot
) -> Start:
    """Return what starts the program anew on the clinic, with the settings of the last time."""
    before: list[MainWindow] = []

    def started() -> MainWindow:
        network_in_use.cache_clear()
        while before:
            before.pop().close()
        window = make_window()
        window.start(clinic.path)
        qtbot.waitUntil(lambda: window.session.library is not None)
        qtbot.waitUntil(lambda: not window.session.tasks.running)
        before.append(window)
        return window

    return started


def told(window: MainWindow) -> str:
    return "" if window.banner is None else f"{window.banner.title}. {window.banner.text}"


def close(qtbot: QtBot, window: MainWindow) -> None:
    assert window.banner is not None
    (button,) = window.banner.findChildren(KeyButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_copy_without_a_network_says_so_until_it_is_closed_and_never_again(
    of_the_copy: Path, start: Start, qtbot: QtBot
) -> None:
    assert "This copy has no outline network" in told(start())
    again = start()
    assert "by OpenCV alone" in told(again)  # nobody closed it

    close(qtbot, again)

    assert told(again) == ""
    assert told(start()) == ""


def test_another_copy_of_the_program_says_it_again(
    of_the_copy: Path, start: Start, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(qtbot, start())

    monkeypatch.setattr(woundtrack, "__version__", "99.0")

    assert "no outline network" in told(start())


def test_a_broken_network_says_what_to_do_and_is_told_again_when_it_breaks_anew(
    of_the_copy: Path, start: Start, qtbot: QtBot
) -> None:
    write_red_network(of_the_copy)
    weights = (of_the_copy / WEIGHTS).read_bytes()
    (of_the_copy / WEIGHTS).write_bytes(b"none")
    broken = start()
    assert "The outline network can't be used" in told(broken)
    assert "Install woundtrack again" in told(broken)
    close(qtbot, broken)
    assert told(start()) == ""

    (of_the_copy / WEIGHTS).write_bytes(weights)
    assert told(start()) == ""
    (of_the_copy / WEIGHTS).write_bytes(b"none")

    assert "Install woundtrack again" in told(start())


def test_with_a_network_nothing_is_said(of_the_copy: Path, start: Start) -> None:
    write_red_network(of_the_copy)

    assert told(start()) == ""
