"""Measure again, by mouse and key: run, stopped, looked at, one outline taken over, and saved."""

from __future__ import annotations

import csv
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.remeasured_clinic import CODE, make_clinic
from woundtrack import imaging, workflow
from woundtrack.imaging import network_in_use
from woundtrack.model import Assessment, Outline, OutlineSource
from woundtrack.records import Library
from woundtrack.records.remeasurings import REMEASURED_FILE
from woundtrack.ui.remeasuring import words as again
from woundtrack.ui.remeasuring.sheet import RemeasuringSheet
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.workflow import remeasuring

Window = Callable[..., MainWindow]


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clinic(tmp_path_factory.mktemp("accepted"))


@pytest.fixture
def folder(accepted: Path, tmp_path: Path, of_the_copy: Path) -> Path:
    """Return a copy of the clinic whose first outline was drawn half as wide by a person."""
    shutil.copytree(accepted, tmp_path / "Wound clinic")
    network_in_use.cache_clear()
    with Library.open(tmp_path / "Wound clinic") as library:
        before = library.assessments()[0]
        whole = before.outlines[0].outline
        x, y = whole.centre
        ring = tuple(((a + x) / 2, (b + y) / 2) for a, b in whole.outer)
        smaller = Outline(outer=ring, source=OutlineSource.DRAWN)
        workflow.correct(library, before, smaller, by="Ben", reason="Only the middle is open")
    return tmp_path / "Wound clinic"


@pytest.fixture
def window(plain_rooms: None, make_window: Window, folder: Path) -> MainWindow:
    return make_window(folder)


def library_of(window: MainWindow) -> Library:
    assert window.session.library is not None
    return window.session.library


def opened(window: MainWindow) -> RemeasuringSheet:
    window.activateWindow()
    window.session.actions["library.remeasure"].trigger()
    return window.remeasuring


def measured(window: MainWindow, qtbot: QtBot) -> RemeasuringSheet:
    """Open the sheet, measure all with Enter, and look at the outlines of now."""
    sheet = opened(window)
    qtbot.keyClick(sheet.go, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.session.tasks.running, timeout=20_000)
    return sheet


def newest(window: MainWindow) -> Assessment:
    return library_of(window).assessments()[0]


def test_it_is_in_the_menu_and_says_that_nothing_was_measured_again_yet(
    window: MainWindow,
) -> None:
    groups = window.menu().findChildren(QMenu)
    texts = [action.text() for group in groups for action in group.actions()]
    sheet = opened(window)

    assert "Measure again…" in texts
    assert sheet.isVisible()
    assert "Nothing was measured again" in sheet._empty.text()
    assert not sheet.save.isEnabled()
    assert not sheet.side.review.isEnabled()
    assert not sheet.side.use.isEnabled()


def test_measuring_fills_the_table_the_largest_difference_first_and_records_nothing(
    window: MainWindow, qtbot: QtBot
) -> None:
    head = library_of(window).audit_head()

    sheet = measured(window, qtbot)

    rows = [sheet.table.again.cells(one) for one in sheet.table.again.rows]
    assert [row[:3] for row in rows] == [
        (CODE, "A1", "4 Mar 2026"),
        (CODE, "A1", "11 Mar 2026"),
    ]
    assert rows[0][5] == "0\u202f%, within measurement error"
    assert rows[0][3] == rows[0][4] != "–"
    assert rows[1][3:6] == ("–", "–", "no card is found now")
    assert sheet.said.text() == "All is measured: nothing differs by more than measurement error."
    assert sheet._counted.text() == (
        "2 outlines · 0 beyond measurement error · 1 without an area now"
    )

    qtbot.mouseClick(sheet.compared._cells[1], Qt.MouseButton.LeftButton)
    rows = [sheet.table.again.cells(one) for one in sheet.table.again.rows]
    assert rows[0][5].startswith("+30")  # twice as wide: + 300 %
    assert float(rows[0][6]) == pytest.approx(0.4, abs=0.01)
    assert rows[1][5:7] == ("no card is found now", "1.000")
    assert library_of(window).audit_head() == head
    assert (library_of(window).path / REMEASURED_FILE).is_file()


def test_what_is_kept_is_there_when_the_window_is_opened_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(window, qtbot).dismiss()
    window.session.close_library()
    window.library_actions.open(window.session.settings.recent_libraries[0])
    looked: list[object] = []
    monkeypatch.setattr(remeasuring, "look_again", lambda *given, **_: looked.append(given))

    sheet = opened(window)

    qtbot.waitUntil(lambda: len(sheet.table.again.rows) == 2)
    assert looked == []


@pytest.mark.parametrize("by_button", [True, False], ids=["button", "status bar"])
def test_it_is_stopped_and_what_is_done_is_kept(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, by_button: bool
) -> None:
    look_again, sheet = remeasuring.look_again, opened(window)
    is_begun, is_stopped = threading.Event(), threading.Event()

    def slow(*given: object, **more: object) -> object:
        is_begun.set()
        assert is_stopped.wait(20)
        return look_again(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(remeasuring, "look_again", slow)
    qtbot.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    assert sheet.go.text() == "Stop"
    assert not sheet.outlines.isEnabled()
    assert is_begun.wait(20)
    if by_button:
        qtbot.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    else:
        qtbot.waitUntil(window.session.actions["window.cancel"].isEnabled)
        window.session.actions["window.cancel"].trigger()
    is_stopped.set()
    qtbot.waitUntil(lambda: not sheet.is_measuring)

    assert sheet.said.text().startswith("Stopped.")
    assert len(sheet.table.again.rows) == 1
    assert sheet.go.text() == "Measure again"


def test_rows_of_a_library_that_was_closed_meanwhile_dont_come_into_the_next(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    look_again, sheet = remeasuring.look_again, opened(window)
    is_begun, is_closed = threading.Event(), threading.Event()

    def slow(*given: object, **more: object) -> object:
        is_begun.set()
        assert is_closed.wait(20)
        return look_again(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(remeasuring, "look_again", slow)
    qtbot.keyClick(sheet.go, Qt.Key.Key_Return)
    assert is_begun.wait(20)
    window.session.close_library()
    assert not sheet.isVisible()
    window.session.create_library(tmp_path / "Another")
    opened(window)
    is_closed.set()
    qtbot.waitUntil(lambda: not window.session.tasks.running, timeout=10_000)

    assert sheet.table.again.rows == ()


def test_the_chosen_row_is_shown_with_both_outlines_and_opens_in_review(
    window: MainWindow, qtbot: QtBot
) -> None:
    sheet = measured(window, qtbot)
    sheet.table.setFocus()
    qtbot.waitUntil(lambda: sheet.side.picture.has_picture)

    colours = sheet.side.picture.grab().toImage()
    seen = {
        colours.pixelColor(x, y).name()
        for x in range(colours.width())
        for y in range(colours.height())
    }
    assert {"#19d3ff", "#ffffff"} <= seen
    assert sheet.side.picture.accessibleName() == "A1 of CX-001 on 4 Mar 2026, with both outlines"
    assert "Dice 0.4" in sheet.side.apart.text()
    assert "drawn by a person" in sheet.side.then.text()

    qtbot.keyClick(sheet.table, Qt.Key.Key_Down)
    assert "11 Mar 2026" in sheet.side.title.text()
    qtbot.mouseClick(sheet.side.review, Qt.MouseButton.LeftButton)

    assert not sheet.isVisible()
    assert window.room == "review"
    second = library_of(window).assessments()[1].photograph_ids[0]
    assert window.page("review").entered[-1]["photograph_id"] == second  # type: ignore[attr-defined]


def test_the_new_outline_is_taken_over_with_a_reason_and_undone(
    window: MainWindow, qtbot: QtBot
) -> None:
    sheet, before = measured(window, qtbot), newest(window)
    qtbot.waitUntil(sheet.side.use.isEnabled)

    qtbot.mouseClick(sheet.side.use, Qt.MouseButton.LeftButton)
    assert sheet.side.reason.hasFocus()
    assert not sheet.side.record.isEnabled()
    qtbot.keyClick(sheet.side.reason, Qt.Key.Key_Return)  # without a reason nothing is recorded
    assert newest(window) == before
    qtbot.keyClicks(sheet.side.reason, "The network follows the edge")
    qtbot.keyClick(sheet.side.reason, Qt.Key.Key_Return)

    after = newest(window)
    assert (after.revision, after.reason) == (before.revision + 1, "The network follows the edge")
    assert (after.accepted_by, after.reviewed_by) == ("Ann", "Ann")
    assert before.ulcer is not None
    assert after.ulcer is not None
    assert after.ulcer.area_mm2 == pytest.approx(4 * before.ulcer.area_mm2, rel=0.02)
    made_by = imaging.proposal_method()  # not what had proposed the former outline
    assert after.outlines[0].method == replace(
        made_by, parameters=(*made_by.parameters, ("edited_share", 0.0))
    )
    qtbot.waitUntil(lambda: not window.session.tasks.running, timeout=10_000)
    again_of = next(one for one in sheet.table.again.rows if one.key[0] == after.assessment_id)
    assert again_of.result.revision_id == after.id
    assert again_of.result.automatic is not None
    assert again_of.result.automatic.dice == pytest.approx(1.0)

    window.session.actions["edit.undo"].trigger()
    assert newest(window).outlines == before.outlines
    window.session.actions["edit.redo"].trigger()
    assert newest(window).outlines == after.outlines
    qtbot.waitUntil(lambda: not window.session.tasks.running, timeout=10_000)


def test_esc_leaves_the_reason_first_and_then_the_sheet(window: MainWindow, qtbot: QtBot) -> None:
    sheet = measured(window, qtbot)
    qtbot.waitUntil(sheet.side.use.isEnabled)
    qtbot.mouseClick(sheet.side.use, Qt.MouseButton.LeftButton)

    qtbot.keyClick(sheet.side.reason, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    assert not sheet.side.reason.isVisible()

    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_the_table_is_saved_under_study_codes_or_the_patients_own(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = measured(window, qtbot)
    for is_identified in (False, True):
        out = tmp_path / f"{is_identified}.csv"
        answer = (out, is_identified)
        monkeypatch.setattr(sheet, "ask_table_file", lambda answer=answer: answer)
        qtbot.mouseClick(sheet.save, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(out.is_file)
        qtbot.waitUntil(lambda: sheet.said.text().startswith("Saved"))

        with out.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == 2
        assert (rows[0]["patient_id"] == CODE) is is_identified
        trail = library_of(window).audit_trail(2)
        assert [one.verb for one in trail] == ["begin export", "export"]
        assert all(str(one.why).startswith("measured again, ") for one in trail)
        sheet.said.clear()

    sheet.table.setFocus()
    qtbot.keyClick(sheet.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Patient\tLesion\tVisit")
    assert len(lines) == 3


def test_for_reading_alone_it_measures_and_keeps_and_records_nothing(
    plain_rooms: None, make_window: Window, folder: Path, qtbot: QtBot
) -> None:
    window = make_window()
    window.library_actions.open_for_reading(folder)

    sheet = measured(window, qtbot)

    assert len(sheet.table.again.rows) == 2
    assert not (folder / REMEASURED_FILE).exists()
    assert not sheet.side.use.isEnabled()
    assert "reading only" in sheet.side.use.toolTip()
    out = folder.parent / "again.csv"
    sheet.ask_table_file = lambda: (out, False)  # type: ignore[method-assign]
    qtbot.mouseClick(sheet.save, Qt.MouseButton.LeftButton)
    assert "nothing leaves without a note in its audit trail" in sheet.said.text()
    assert not out.exists()


def test_everything_is_reached_by_tab_and_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    sheet = measured(window, qtbot)
    qtbot.waitUntil(sheet.side.use.isEnabled)
    reached: list[QWidget] = []
    for _ in range(20):
        focused: QWidget = window.focusWidget()
        if focused not in reached:
            reached.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)

    wanted = [
        sheet.table,
        sheet.beyond,
        sheet.outlines,
        sheet.side.review,
        sheet.side.use,
        sheet.save,
    ]
    assert all(one in reached for one in (*wanted, sheet.close_button, sheet.go))
    for one in reached:
        assert one.accessibleName() or (isinstance(one, QAbstractButton) and one.text()), one


def test_words_of_differences() -> None:
    assert again.signed(0.0) == "0\u202f%"
    assert again.signed(-0.168) == "−17\u202f%"
    assert again.signed(0.0042) == "+0.4\u202f%"
    assert again.signed(-0.0004) == "−0.04\u202f%"
    assert again.size_of_difference(1.0) == pytest.approx(again.size_of_difference(-0.5))
    assert again.size_of_difference(None) < again.size_of_difference(0.0)
    assert again.why_not("card_too_tilted") == "the card gives no sure scale now"
