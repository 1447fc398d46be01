"""Python looks for cycles again once nobody waits."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from woundtrack.ui.session import Session
from woundtrack.ui.unhurried import Unhurried


@pytest.fixture
def unhurried(qapp: object) -> Iterator[Unhurried]:
    owner = QObject()
    yield Unhurried(owner)
    gc.enable()


def test_what_was_put_off_goes_on_a_moment_later(unhurried: Unhurried, qtbot: QtBot) -> None:
    unhurried.put_off()
    was_on = gc.isenabled()

    qtbot.waitUntil(gc.isenabled)

    assert not was_on


def test_meanwhile_nothing_is_looked_for_and_afterwards_it_is(unhurried: Unhurried) -> None:
    with unhurried.meanwhile():
        was_on = gc.isenabled()

    assert not was_on
    assert gc.isenabled()


def test_what_was_put_off_meanwhile_stays_off_until_it_is_stopped(unhurried: Unhurried) -> None:
    with unhurried.meanwhile():
        unhurried.put_off()
    was_on = gc.isenabled()

    unhurried.stop()

    assert not was_on
    assert gc.isenabled()


def test_what_somebody_else_put_off_stays_off(unhurried: Unhurried) -> None:
    gc.disable()

    with unhurried.meanwhile():
        unhurried.put_off()
    unhurried.stop()

    assert not gc.isenabled()


def test_a_closed_session_leaves_nothing_put_off(session: Session) -> None:
    session.unhurried.put_off()

    session.close()

    assert gc.isenabled()
