"""How well readers agree, in the Study room: which session, which two readings, and the file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.workflow.readers import fill, read_session, say_yes
from woundtrack.records import Library
from woundtrack.settings import Settings
from woundtrack.ui.study.page import StudyPage
from woundtrack.ui.study.readers import Readers
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.workflow.reading import (
    begin_session,
    readable_items,
    retire_session,
    session_named,
)
from woundtrack.workflow.reading_results import session_results

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a clinic whose first session three people read, and whose second nobody began."""
    folder = tmp_path_factory.mktemp("study readers")
    with Library.create(folder / "library") as library:
        fill(library, ((180, 160, 140), (260, 240, 220), (330, 300, 280)), folder)
        say_yes(library)
        items = readable_items(library).items
        first = begin_session(
            library, "Autumn", items, readers=["Ben", "Cy", "Dora"], by="Ann", seed=3
        )
        read_session(library, first, log_sd=0.05, seed=1)
        begin_session(library, "Winter", items, readers=["Ben", "Cy"], by="Ann", seed=4)
    return folder / "library"


@pytest.fixture
def readers(
    make_window: Callable[..., MainWindow], read: Path, tmp_path: Path, qtbot: QtBot
) -> Readers:
    """Return what the Study room of a copy shows of the readers."""
    shutil.copytree(read, tmp_path / "clinic")
    window = make_window(tmp_path / "clinic", Settings(person="Ann"))
    window.session.go("study")
    qtbot.waitUntil(lambda: not window.session.tasks.running, timeout=20_000)
    page = window.page("study")
    assert isinstance(page, StudyPage)
    return page.readers


def test_the_newest_session_that_was_read_is_shown_with_its_reliability(
    readers: Readers, tmp_path: Path
) -> None:
    with Library.open(tmp_path / "clinic", read_only=True) as library:
        known = next(one for one in library.reading_sessions() if one.name == "Autumn")
        results = session_results(library, known)

    assert readers.session_box.currentText() == "Autumn"
    assert readers.agreement.plot.isVisible()
    assert "Area of Ben against that of Cy, 9 pictures" in readers.agreement.brief.text()
    rows = {row[0]: row for row in readers.reliability.numbers.rows}
    assert "SEM" not in readers.reliability.numbers.columns
    assert results.area is not None
    assert rows["Area, between readers"][1] == f"{results.area.icc.value:.3f}"
    assert readers.about.text().startswith("27 of 27 readings of 9 pictures by Ben, Cy and Dora")


def test_another_pair_is_plotted_and_saved_with_its_caption(
    readers: Readers, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers.pair.setFocus()
    qtbot.keyClick(readers.pair, Qt.Key.Key_Down)
    monkeypatch.setattr(
        "woundtrack.ui.study.saving.ask_figure", lambda _parent, name: tmp_path / f"{name}.svg"
    )

    qtbot.mouseClick(readers.save_button, LEFT)
    qtbot.waitUntil(lambda: not readers._session.tasks.running)

    assert "Area of Ben against that of Dora" in readers.agreement.brief.text()
    drawn = (tmp_path / "Autumn Ben Dora.svg").read_text(encoding="utf-8")
    assert "Area of Ben against that of Dora" in drawn


def test_who_is_compared_and_what_the_numbers_are_of_can_be_read_in_full(
    readers: Readers, qtbot: QtBot
) -> None:
    window = readers.window()
    session = readers._session
    assert session.library is not None
    winter = session_named(session.library, "Winter")
    retire_session(session.library, winter, by="Ann")  # of one session none is chosen
    session.changed("readings")
    qtbot.waitUntil(lambda: not session.tasks.running, timeout=20_000)

    for size in ((1366, 696), (2560, 1440)):
        window.resize(*size)
        qtbot.wait(20)
        metrics = readers.pair.fontMetrics()
        words = readers.pair.currentText()
        assert readers.pair.width() - 40 >= metrics.horizontalAdvance(words)
        first = readers.reliability.columnWidth(0)
        names = [row[0] for row in readers.reliability.numbers.rows]
        widest = max(readers.reliability.fontMetrics().horizontalAdvance(one) for one in names)
        assert first >= widest + 16
    assert readers.save_button.accessibleName() == "Save figure…"


def test_the_closeness_of_outlines_stands_on_the_other_face(readers: Readers, qtbot: QtBot) -> None:
    numbers = readers.agreement.face.findChildren(QAbstractButton)[1]

    qtbot.mouseClick(numbers, LEFT)

    assert readers.agreement.table.isVisible()
    assert readers.agreement.table.numbers.rows[0][0] == "Dice, between readers"


def test_a_session_that_nobody_read_says_how_many_readings_are_wanting(
    readers: Readers, qtbot: QtBot
) -> None:
    place = readers.session_box.findText("Winter")
    step = Qt.Key.Key_Down if place > readers.session_box.currentIndex() else Qt.Key.Key_Up
    readers.session_box.setFocus()
    qtbot.keyClick(readers.session_box, step)
    qtbot.waitUntil(lambda: not readers._session.tasks.running)

    assert readers.text.isVisible()
    assert readers.text.text().startswith("“Winter”: 0 of 18 readings made.")
    back = Qt.Key.Key_Up if step is Qt.Key.Key_Down else Qt.Key.Key_Down
    readers.strip_box.setFocus()
    qtbot.keyClick(readers.strip_box, back)
    qtbot.waitUntil(readers.agreement.plot.isVisible, timeout=20_000)
    assert readers.session_box.currentText() == "Autumn"
