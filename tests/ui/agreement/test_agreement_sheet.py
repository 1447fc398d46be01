"""Reading sessions in the window: made, read, sent away, taken back, told, decided, adopted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.workflow.readers import fill, oval, read_all, read_session, redness, say_yes
from woundtrack.model import Asked, Tissue
from woundtrack.records import Library
from woundtrack.settings import Settings, Theme
from woundtrack.ui.agreement import away
from woundtrack.ui.agreement.board import Board
from woundtrack.ui.agreement.limits_plot import lay_out_limits
from woundtrack.ui.agreement.reading_window import ReadingWindow
from woundtrack.ui.agreement.sheet import AgreementSheet
from woundtrack.ui.review.photo_item import Pixels
from woundtrack.ui.timeline.chart_painter import text_width
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.workflow.reader_error import adopted_error
from woundtrack.workflow.reading import begin_session, readable_items
from woundtrack.workflow.reading_away import FolderDesk
from woundtrack.workflow.reading_desk import LibraryDesk
from woundtrack.workflow.reading_results import session_results

WIDTHS = ((180, 160, 140), (260, 240), (90, 80, 70, 60), (400, 380, 360))  # twelve pictures
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.usefixtures("plain_rooms")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a clinic with a session that two of three readers have read; every test gets a copy."""
    folder = tmp_path_factory.mktemp("readers")
    with Library.create(folder / "library") as library:
        fill(library, WIDTHS, folder)
        say_yes(library)
        items = readable_items(library).items
        session = begin_session(
            library, "Autumn", items, readers=["Ben", "Cy"], by="Ann", seed=3, asks=[Asked.DEPTH]
        )
        read_session(library, session, log_sd=0.05, seed=1)
        begin_session(
            library,
            "Pilot",
            items,
            readers=["Ann", "Dora"],
            by="Cleo",
            count=2,
            seed=1,
            asks=[Asked.TISSUE],
        )
    return folder / "library"


@pytest.fixture
def sheet(
    make_window: Callable[..., MainWindow], filled: Path, tmp_path: Path, qtbot: QtBot
) -> AgreementSheet:
    """Return the sheet of a copy of that clinic, opened by its action."""
    shutil.copytree(filled, tmp_path / "clinic")
    window = make_window(tmp_path / "clinic", Settings(person="Ann", theme=Theme.LIGHT))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.session.actions["library.readings"].trigger()
    assert window.agreement.isVisible()
    return window.agreement


def library_of(sheet: AgreementSheet) -> Library:
    library = sheet._session.library
    assert library is not None
    return library


def choose(sheet: AgreementSheet, name: str) -> None:
    sheet.list.choose(next(r.session.id for r in sheet.list.rows if r.session.name == name))


def click(button: QWidget) -> None:
    QTest.mouseClick(button, LEFT, pos=QPoint(5, 5))


# --- sessions ------------------------------------------------------------------------------------


def test_the_list_says_how_far_every_reader_is(sheet: AgreementSheet) -> None:
    choose(sheet, "Autumn")
    model = sheet.list.readers.model()
    assert [model.index(row, 1).data() for row in range(2)] == ["12 of 12", "12 of 12"]
    assert not sheet.list.package.isEnabled()  # Ben has nothing left to read
    assert sheet.list.results.isEnabled()

    choose(sheet, "Pilot")

    assert sheet.list.reader == "Ann"
    assert sheet.list.read.isEnabled()
    assert sheet.list.package.isEnabled()
    assert not sheet.list.results.isEnabled()


def test_a_session_is_typed_and_made_and_why_not_is_said(
    sheet: AgreementSheet, qtbot: QtBot
) -> None:
    QTest.keyClick(sheet.list.sessions, Qt.Key.Key_N, CONTROL)
    new = sheet.new
    qtbot.waitUntil(lambda: new.list.count() == 12)
    assert "12 open, measured wounds" in new.who.text()
    assert not new.make.isEnabled()
    QTest.keyClicks(new.name, "autumn")
    new.count.setFocus()
    new.count.selectAll()
    QTest.keyClicks(new.count, "6")
    click(new.make)
    assert "there is a session autumn already" in new.refused.text()
    QTest.keyClicks(new.name, " two")
    QTest.keyClick(new.name, Qt.Key.Key_Return, CONTROL)
    assert "two readers" in new.refused.text()

    QTest.keyClicks(new.readers, ", Ben")
    assert "6 pictures for each of Ann and Ben" in new.sum.text()
    QTest.keyClick(new.name, Qt.Key.Key_Return, CONTROL)

    row = sheet.list.chosen
    assert row is not None
    assert (row.session.name, row.session.readers) == ("autumn two", ("Ann", "Ben"))
    assert (row.pictures, row.tasks, row.session.is_sampled) == (6, 12, True)
    assert "autumn two is made" in sheet.said.text()


def test_a_session_taken_out_of_view_comes_back_by_undo(sheet: AgreementSheet) -> None:
    choose(sheet, "Pilot")
    click(sheet.list.retire)
    assert [row.session.name for row in sheet.list.rows] == ["Autumn"]

    sheet._session.undo_stack.undo()

    assert {row.session.name for row in sheet.list.rows} == {"Autumn", "Pilot"}


# --- reading -------------------------------------------------------------------------------------


def ready(reading: ReadingWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: reading._picture is not None)
    qtbot.waitUntil(lambda: reading.board.canvas.is_sharp)


def is_reading(sheet: AgreementSheet) -> bool:
    """Say whether a reader is at work."""
    return sheet.reading is not None


def count(reading: ReadingWindow) -> int:
    """Return how many outlines there are."""
    return len(reading.board.outlines)


def draw(reading: ReadingWindow, qtbot: QtBot) -> None:
    """Draw round what is to be read."""
    assert reading._picture is not None
    draw_on(reading.board, reading._picture.pixels, qtbot)


def draw_on(board: Board, pixels: Pixels, qtbot: QtBot) -> None:
    """Draw a loop round the red oval with the free hand."""
    left, top, right, bottom = redness(pixels)
    canvas = board.canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_A)
    ring = oval(right - left, bottom - top, at=((left + right) / 2, (top + bottom) / 2))
    places = [canvas.mapFromScene(x, y) for x, y in ring]
    QTest.mousePress(canvas.viewport(), LEFT, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas.viewport(), place)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=places[-1])
    qtbot.waitUntil(lambda: bool(board.outlines) and not board.is_working)


def test_a_reader_outlines_corrects_stops_and_goes_on(sheet: AgreementSheet, qtbot: QtBot) -> None:
    choose(sheet, "Pilot")
    library = library_of(sheet)
    accepted = len(library.assessments())
    click(sheet.list.read)
    reading = sheet.reading
    assert reading is not None
    ready(reading, qtbot)
    assert reading.progress.text() == "1 of 2"
    shown = " ".join(reading.task.text().split())
    assert "CX-" not in shown + reading.title.text()
    QTest.keyClick(reading.board.canvas, Qt.Key.Key_Return)
    assert reading.number == 1  # nothing is drawn yet
    draw(reading, qtbot)
    QTest.keyClick(reading, Qt.Key.Key_Z, CONTROL)
    assert count(reading) == 0
    QTest.keyClick(reading, Qt.Key.Key_Y, CONTROL)
    assert count(reading) == 1
    QTest.keyClick(reading, Qt.Key.Key_Escape)
    assert reading.isVisible()  # what is drawn isn't accepted: told first
    QTest.keyClick(reading.board.canvas, Qt.Key.Key_Return)
    assert reading.number == 2
    QTest.keyClick(reading, Qt.Key.Key_Escape)
    assert not is_reading(sheet)
    row = sheet.list.chosen
    assert row is not None
    assert [one.read for one in row.progress] == [1, 0]

    click(sheet.list.read)

    again = sheet.reading
    assert again is not None
    ready(again, qtbot)
    assert again.number == 2
    QTest.keyClicks(again.why, "out of focus")
    QTest.keyClick(again.why, Qt.Key.Key_Return)
    assert again.done.text() == "All pictures are read."
    session = row.session
    readings = library.readings(session.id)
    assert sorted(one.unreadable for one in readings) == ["", "out of focus"]
    assert any((one.area_mm2 or 0) > 0 for one in readings)
    assert len(library.assessments()) == accepted
    again.close()


def test_a_reader_outlines_by_keys_alone(sheet: AgreementSheet, qtbot: QtBot) -> None:
    choose(sheet, "Pilot")
    QTest.keyClick(sheet.list.sessions, Qt.Key.Key_Return)  # the first Enter begins to read
    reading = sheet.reading
    assert reading is not None
    ready(reading, qtbot)
    canvas = reading.board.canvas
    qtbot.waitUntil(canvas.hasFocus)
    assert reading._picture is not None
    at = reading._picture.at_px

    def press(*keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(canvas, key)

    press(Qt.Key.Key_W, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: count(reading) == 1 and not reading.board.is_working)
    across, down = zip(*reading.board.outlines[0].outer, strict=True)
    assert min(across) < at[0] < max(across)
    assert min(down) < at[1] < max(down)
    QTest.keyClick(reading, Qt.Key.Key_Z, CONTROL)
    press(Qt.Key.Key_Escape, Qt.Key.Key_A, Qt.Key.Key_W, Qt.Key.Key_W)
    right, low, left, up = Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up
    press(*[right] * 6, *[low] * 6, *[left] * 6, *[up] * 3, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: count(reading) == 1 and not reading.board.is_working)
    across, down = zip(*reading.board.outlines[0].outer, strict=True)
    assert (min(across), min(down)) == pytest.approx(at, abs=12.0)  # it began at the cross

    press(Qt.Key.Key_Return)

    assert reading.number == 2
    reading.close()


def test_a_library_without_a_session_offers_the_first_one(
    make_window: Callable[..., MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    with Library.create(tmp_path / "clinic") as library:
        fill(library, ((180,),), tmp_path)
    window = make_window(tmp_path / "clinic", Settings(person="Ann", theme=Theme.LIGHT))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.session.actions["library.readings"].trigger()
    page = window.agreement.list
    assert page.empty.isVisible()
    assert not page.sessions.isVisible()
    qtbot.waitUntil(page.first.hasFocus)

    QTest.keyClick(page.first, Qt.Key.Key_Return)

    assert window.agreement.pages.currentWidget() is window.agreement.new


def test_the_keys_go_to_what_waits_once_the_results_are_there(
    sheet: AgreementSheet, qtbot: QtBot
) -> None:
    library = library_of(sheet)
    pilot = next(row.session for row in sheet.list.rows if row.session.name == "Pilot")
    read_all(LibraryDesk(library, pilot, "Ann"), lambda _: 1.0)
    read_all(LibraryDesk(library, pilot, "Dora"), lambda _: 1.5)
    sheet.refresh()
    choose(sheet, "Pilot")

    QTest.keyClick(sheet.list.sessions, Qt.Key.Key_R, CONTROL)

    qtbot.waitUntil(lambda: sheet.results.apart.rowCount() == 2)
    assert sheet.results.apart.hasFocus()
    assert sheet.results.apart.currentRow() == 0


def test_tissue_makes_a_hundred_per_cent_or_is_not_said_at_all(
    sheet: AgreementSheet, qtbot: QtBot
) -> None:
    choose(sheet, "Pilot")
    click(sheet.list.read)
    reading = sheet.reading
    assert reading is not None
    ready(reading, qtbot)
    draw(reading, qtbot)
    form = reading.tissue
    assert form is not None
    assert reading.accept_button.isEnabled()  # tissue isn't said
    slough, granulation = form.fields[Tissue.SLOUGH], form.fields[Tissue.GRANULATION]
    slough.setFocus()
    QTest.keyClicks(slough, "30")
    assert "70\u202f% is missing" in form.sum.text()
    assert not reading.accept_button.isEnabled()
    QTest.keyClick(slough, Qt.Key.Key_Return)
    assert (reading.number, "is missing" in reading.problem.text()) == (1, True)
    granulation.setFocus()
    QTest.keyClicks(granulation, "90")
    assert "20\u202f% too much" in form.sum.text()
    for _ in range(4):
        QTest.keyClick(granulation, Qt.Key.Key_Down)
    assert form.sum.text() == "Tissue makes 100\u202f%."
    for field in (slough, granulation):
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
    eschar = form.fields[Tissue.ESCHAR]
    QTest.keyClick(eschar, Qt.Key.Key_Up)
    assert (eschar.text(), form.missing) == ("0", 100)  # a zero is said, and not enough

    QTest.keyClick(eschar, Qt.Key.Key_Down)

    assert (eschar.text(), form.missing, form.shares) == ("", 0, ())
    QTest.keyClick(eschar, Qt.Key.Key_Return)
    assert reading.number == 2
    row = sheet.list.chosen
    assert row is not None
    (kept,) = library_of(sheet).readings(row.session.id)
    assert kept.tissue == ()
    reading.close()


def test_enter_in_a_share_of_tissue_accepts_the_picture(
    sheet: AgreementSheet, qtbot: QtBot
) -> None:
    choose(sheet, "Pilot")
    click(sheet.list.read)
    reading = sheet.reading
    assert reading is not None
    ready(reading, qtbot)
    draw(reading, qtbot)
    assert reading.tissue is not None
    share = reading.tissue.fields[Tissue.SLOUGH]
    share.setFocus()
    QTest.keyClicks(share, "100")

    QTest.keyClick(share, Qt.Key.Key_Return)

    assert reading.number == 2
    row = sheet.list.chosen
    assert row is not None
    (kept,) = library_of(sheet).readings(row.session.id)
    assert dict(kept.tissue) == {Tissue.SLOUGH: 1.0}
    reading.close()


def test_a_package_leaves_once_all_was_seen_is_read_there_and_comes_back(
    sheet: AgreementSheet, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(sheet, "Pilot")
    sheet.list.choose_reader("Dora")
    package = tmp_path / "away" / "dora.zip"
    package.parent.mkdir()
    monkeypatch.setattr(sheet, "ask_package", lambda _name: package)
    click(sheet.list.package)
    leaving = sheet.leaving
    qtbot.waitUntil(leaving.yes.isEnabled)
    assert not leaving.write.isVisible()
    QTest.keyClick(leaving.view, Qt.Key.Key_Y)
    qtbot.waitUntil(leaving.no.isEnabled)
    QTest.keyClick(leaving.view, Qt.Key.Key_N)
    assert leaving.sum.text() == "1 picture may leave. 1 stays here."
    click(leaving.write)
    assert "dora.zip is written for Dora" in sheet.said.text()

    window = sheet.window()
    assert isinstance(window, MainWindow)
    monkeypatch.setattr(away, "ask_package", lambda _window: package)
    reading = away.open_package(window.session, window)
    assert reading is not None
    ready(reading, qtbot)
    draw(reading, qtbot)
    QTest.keyClick(reading.board.canvas, Qt.Key.Key_Return)
    assert "answers.json" in reading.done_text.text()
    reading.close()
    answers = FolderDesk(package.with_suffix("")).answers_file
    monkeypatch.setattr(sheet, "ask_answers", lambda: answers)
    click(sheet.list.answers)
    assert "1 reading of Dora was taken." in sheet.said.text()

    click(sheet.list.answers)

    assert "all that is in it was taken before" in sheet.said.text()


# --- results -------------------------------------------------------------------------------------


def show_results(sheet: AgreementSheet, qtbot: QtBot) -> None:
    choose(sheet, "Autumn")
    QTest.keyClick(sheet.list.sessions, Qt.Key.Key_R, CONTROL)
    qtbot.waitUntil(lambda: sheet.results.results is not None)


def test_results_show_what_the_verb_says_and_can_be_saved(
    sheet: AgreementSheet, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_results(sheet, qtbot)
    library, page = library_of(sheet), sheet.results
    of = page.session_shown
    assert of is not None
    expected = session_results(library, of)
    assert expected.area is not None
    row = page.reliability.numbers.rows[0]
    assert row[:2] == ("Area, between readers", f"{expected.area.icc.value:.3f}")
    assert page.others.numbers.rows[0][0] == "Dice, between readers"
    limits = page.limits
    assert limits is not None
    for size in ((320.0, 160.0), (900.0, 400.0)):
        drawing = lay_out_limits(limits, *size, text_width, theme="dark")
        assert any(text.endswith(" bias") for text in drawing.words())

    monkeypatch.setattr(page, "ask_file", lambda _t, name, _k: tmp_path / name)
    monkeypatch.setattr(page.saver, "ask_file", lambda name: (tmp_path / name, False))
    click(page.save_figure)
    click(page.save_table)

    qtbot.waitUntil(lambda: library.audit_trail(1)[0].verb == "export")
    assert library.audit_trail(1)[0].why == (
        "readings of Autumn, pseudonymised, 4 patients, to Autumn reliability.csv"
    )
    assert "<svg" in (tmp_path / "Autumn Ben Cy.svg").read_text(encoding="utf-8")
    table = (tmp_path / "Autumn reliability.csv").read_text(encoding="utf-8")
    assert len(table.splitlines()) == 25
    assert "Ben" not in table


def test_the_error_is_adopted_with_a_reason_and_taken_back(
    sheet: AgreementSheet, qtbot: QtBot
) -> None:
    show_results(sheet, qtbot)
    page, library = sheet.results, library_of(sheet)
    assert not page.adopt.isEnabled()
    QTest.keyClicks(page.reason, "our own readers")
    click(page.adopt)
    error = adopted_error(library)
    assert error is not None
    assert error.session == "Autumn"
    assert "our own readers" in page.adopt_said.text()
    assert not page.adopt.isVisible()

    QTest.keyClicks(page.reason, "a new session comes")
    click(page.take_back)

    assert adopted_error(library) is None
    assert page.adopt.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Z, CONTROL)
    again = adopted_error(library)
    assert again is not None
    assert (again.session, again.log_sd) == ("Autumn", error.log_sd)
    QTest.keyClick(focused, Qt.Key.Key_Z, CONTROL)
    assert adopted_error(library) is None
    QTest.keyClick(focused, Qt.Key.Key_Y, CONTROL)
    assert adopted_error(library) is not None


def test_a_third_person_chooses_or_draws_what_is_right(sheet: AgreementSheet, qtbot: QtBot) -> None:
    library = library_of(sheet)
    pilot = next(row.session for row in sheet.list.rows if row.session.name == "Pilot")
    read_all(LibraryDesk(library, pilot, "Ann"), lambda _: 1.0)
    read_all(LibraryDesk(library, pilot, "Dora"), lambda _: 1.5)
    sheet.refresh()
    choose(sheet, "Pilot")
    QTest.keyClick(sheet.list.sessions, Qt.Key.Key_R, CONTROL)
    page = sheet.results
    qtbot.waitUntil(lambda: page.apart.rowCount() == 2)
    click(page.look)
    deciding = sheet.deciding
    qtbot.waitUntil(lambda: len(deciding.view.outlines) == 2)
    assert not any(one.is_selected for one in deciding.view.outlines)  # a person chooses
    QTest.keyClicks(deciding.reason, "so")
    assert not deciding.decide.isEnabled()
    deciding.reason.clear()
    QTest.keyClick(deciding.which, Qt.Key.Key_Down)
    assert [one.is_selected for one in deciding.view.outlines] == [True, False]
    QTest.keyClick(deciding.which, Qt.Key.Key_Down)
    assert [one.is_selected for one in deciding.view.outlines] == [False, True]
    QTest.keyClicks(deciding.reason, "Ann saw less")
    QTest.keyClick(deciding.reason, Qt.Key.Key_Return)
    assert "a third person decides" in deciding.problem.text()
    deciding.close()

    sheet._session.prefer(Settings(person="Cleo", theme=Theme.LIGHT))
    click(page.look)
    deciding = sheet.deciding
    qtbot.waitUntil(lambda: len(deciding.view.outlines) == 2)
    QTest.keyClick(deciding.which, Qt.Key.Key_Down)
    QTest.keyClicks(deciding.reason, "Ann saw less")
    click(deciding.decide)

    qtbot.waitUntil(lambda: page.apart_said.text() == "1 waits for a third person.")
    decided = library.adjudications(pilot.id)
    assert [(one.decided_by, one.reason) for one in decided] == [("Cleo", "Ann saw less")]
    assert decided[0].chosen_reading_id is not None
    sheet._session.undo_stack.undo()
    qtbot.waitUntil(lambda: page.apart_said.text() == "2 wait for a third person.")
    sheet._session.undo_stack.redo()
    qtbot.waitUntil(lambda: page.apart_said.text() == "1 waits for a third person.")
    (decided_again,) = library.adjudications(pilot.id)
    assert (decided_again.revision, decided_again.reason) == (3, "Ann saw less")
    assert decided_again.chosen_reading_id == decided[0].chosen_reading_id
    assert library.check().problems == ()

    QTest.keyClick(page.apart, Qt.Key.Key_Return)
    drawing = sheet.deciding
    qtbot.waitUntil(lambda: len(drawing.view.outlines) == 2)
    assert "Decided by Cleo: Ann saw less" in drawing.decided.text()
    QTest.keyClick(drawing.which, Qt.Key.Key_End)
    assert drawing._piece is not None
    draw_on(drawing.board, drawing._piece.pixels, qtbot)
    QTest.keyClicks(drawing.reason, "neither")
    QTest.keyClick(drawing.reason, Qt.Key.Key_Return)
    newest = library.adjudications(pilot.id)[0]
    assert (newest.revision, newest.reason, len(newest.outlines)) == (4, "neither", 1)
    x0, y0, x1, y1 = drawing._found.item.box_px
    x, y = newest.outlines[0].centre
    assert x0 < x < x1
    assert y0 < y < y1


def test_every_control_has_a_name(sheet: AgreementSheet) -> None:
    window = sheet.window()
    for page in (sheet.list, sheet.new, sheet.leaving, sheet.results):
        for widget in page.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                text = getattr(widget, "text", lambda: "")()
                has_name = widget.accessibleName() or (isinstance(text, str) and text)
                is_inner = widget.objectName().startswith("qt_") or widget.window() is not window
                assert has_name or is_inner or widget is page, widget
    assert QApplication.focusWidget() is sheet.list.sessions
