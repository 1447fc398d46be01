"""An import that is stopped, closed or killed is told of, and gone on with where it stopped."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from woundtrack import imaging, workflow
from woundtrack.model import Method, PrintScale, Progress, no_progress
from woundtrack.records import Library, Originals
from woundtrack.ui.imports.batch import State
from woundtrack.ui.imports.page import ImportPage
from woundtrack.ui.window.main_window import MainWindow

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Examiner:
    """Stands in for ``workflow.examine``: lets photographs through one by one, finds nothing."""

    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __call__(
        self,
        path: Path,
        *,
        originals: Originals,
        print_scale: PrintScale | None = None,
        progress: Progress = no_progress,
    ) -> workflow.Examined:
        while not self.gate.acquire(timeout=0.01):
            progress(0.5, path.name)
        data, file_time = imaging.read_file(path)
        _, photograph = imaging.read_photograph_bytes(data, path.name, file_time)
        originals.put(data, photograph.sha256, path.suffix)
        return workflow.Examined(
            path=path,
            photograph=photograph,
            calibration=None,
            outlines=(),
            doubts=(),
            method=Method(name="test", version="1", application_version="0"),
        )


@pytest.fixture
def examiner(monkeypatch: pytest.MonkeyPatch) -> Examiner:
    made = Examiner()
    monkeypatch.setattr(workflow, "examine", made)
    return made


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    """Return a folder with four photographs: three of one morning, one of the day after."""
    folder = tmp_path / "DCIM" / "100CANON"
    folder.mkdir(parents=True)
    for number, minutes in enumerate((0, 1, 2, 24 * 60)):
        facts = Image.Exif()
        details = facts.get_ifd(0x8769)
        details[0x9003] = (NINE + timedelta(minutes=minutes)).strftime("%Y:%m:%d %H:%M:%S")
        details[0x9011] = "+00:00"
        picture = Image.new("RGB", (64, 48), (40 * number, 90, 80))
        picture.save(folder / f"{number}.JPG", exif=facts)
    return folder


@dataclass
class Desk:
    """A window on a library, and what a person does there."""

    qtbot: QtBot
    make_window: Callable[..., MainWindow]
    path: Path
    camera: Path
    examiner: Examiner
    window: MainWindow

    @property
    def page(self) -> ImportPage:
        page = self.window.page("import")
        assert isinstance(page, ImportPage)
        return page

    @property
    def library(self) -> Library:
        assert self.window.session.library is not None
        return self.window.session.library

    @property
    def told(self) -> str:
        """What the bar above the room says."""
        return "" if self.window.banner is None else self.window.banner.accessibleName()

    def press(self, what: str | QAbstractButton) -> None:
        """Press a button, given itself or by its words."""
        if isinstance(what, str):
            QApplication.processEvents()  # what was just made is laid out first
            shown = [one for one in self.window.findChildren(QAbstractButton) if one.isVisible()]
            what = next(one for one in shown if one.text() == what)
        self.qtbot.mouseClick(what, Qt.MouseButton.LeftButton)

    def drop(self) -> None:
        """Bring the camera's folder in, and wait until its photographs were looked at."""
        self.window.session.go("import", paths=[self.camera])
        self.wait_looked(groups=2)

    def wait_looked(self, groups: int) -> None:
        page = self.page
        self.qtbot.waitUntil(lambda: not page._batch.is_looking and len(page.cards) == groups)

    def let_through(self, count: int) -> None:
        for _ in range(count):
            self.examiner.gate.release()

    def wait_ended(self) -> None:
        page = self.page
        self.qtbot.waitUntil(lambda: not page._batch.is_running)

    def begin(self, done: int) -> None:
        """Import the folder for KX-1's left thigh, until ``done`` photographs are in."""
        self.drop()
        fields = self.page.list.for_all
        fields.patient.setCurrentText("KX-1")
        fields._code_finished()
        fields.site.setCurrentIndex(fields.site.findData("thigh"))
        fields.side.setCurrentIndex(1)
        self.press(self.page.panel.checks["KX-1"].box)
        self.press(self.page.panel.main)
        self.let_through(done)
        self.qtbot.waitUntil(lambda: len(self.library.photographs()) == done)

    def start_again(self) -> None:
        """Open a new window, as after the first was closed."""
        self.window = self.make_window(self.path)
        self.window.activateWindow()

    def open_again(self, path: Path | None = None) -> None:
        """Close the library and open it, or another one, in the same window."""
        self.window.session.close_library()
        self.window.library_actions.open(path or self.path)


@pytest.fixture
def desk(
    qtbot: QtBot,
    make_window: Callable[..., MainWindow],
    tmp_path: Path,
    camera: Path,
    examiner: Examiner,
) -> Desk:
    path = tmp_path / "Clinic"
    Library.create(path).close()
    window = make_window(path)
    window.activateWindow()
    return Desk(qtbot, make_window, path, camera, examiner, window)


# --- closing -------------------------------------------------------------------------------------


def test_closing_in_the_middle_asks_and_says_how_many_are_not_imported(desk: Desk) -> None:
    desk.begin(done=1)

    desk.window.close()

    assert desk.window.isVisible()
    assert desk.window.closing_sheet.isVisible()
    expected = "3 photographs are not imported yet. Close all the same?"
    assert desk.window.closing_sheet.title == expected


def test_enter_goes_on_importing(desk: Desk) -> None:
    desk.begin(done=1)
    desk.window.close()

    desk.qtbot.keyClick(desk.window.closing_sheet.stay, Qt.Key.Key_Return)

    assert desk.window.isVisible()
    assert not desk.window.closing_sheet.isVisible()
    desk.let_through(3)
    desk.wait_ended()
    assert len(desk.library.photographs()) == 4


def test_the_question_counts_down_and_goes_when_all_are_imported(desk: Desk) -> None:
    desk.begin(done=1)
    desk.window.close()
    sheet = desk.window.closing_sheet

    desk.let_through(2)
    expected = "1 photograph is not imported yet. Close all the same?"
    desk.qtbot.waitUntil(lambda: sheet.title == expected)
    desk.let_through(1)

    desk.qtbot.waitUntil(lambda: not sheet.isVisible())
    assert desk.window.isVisible()
    assert len(desk.library.photographs()) == 4


def test_a_window_without_an_import_under_way_closes_at_once(desk: Desk) -> None:
    desk.begin(done=4)
    desk.wait_ended()

    desk.window.close()

    assert not desk.window.isVisible()


# --- going on ------------------------------------------------------------------------------------


def test_after_closing_now_the_next_start_tells_and_goes_on_with_the_rest(desk: Desk) -> None:
    desk.begin(done=1)
    desk.window.close()
    desk.press("Close now")
    assert not desk.window.isVisible()

    desk.start_again()
    told = desk.told
    desk.press("Go on with it")
    desk.wait_looked(groups=2)

    where = Path("DCIM", "100CANON")
    assert told == f"An import was not finished. 3 photographs from {where} are not imported yet."
    assert desk.window.room == "import"
    assert desk.told == ""
    filed = {one.photograph.original_name for one in desk.library.photographs()}
    offered = {one.path.name for one in desk.page._incoming}
    assert len(filed) == 1
    assert offered == {"0.JPG", "1.JPG", "2.JPG", "3.JPG"} - filed
    assert desk.page.panel.main.text() == "Yes, KX-1: import 3"


def test_the_rest_is_filed_where_the_first_were(desk: Desk) -> None:
    desk.begin(done=1)
    desk.open_again()
    desk.press("Go on with it")
    desk.wait_looked(groups=2)

    desk.let_through(3)
    desk.qtbot.keyClick(desk.window.focusWidget(), Qt.Key.Key_Return)
    desk.wait_ended()

    filed = desk.library.photographs(desk.library.patient_with_code("KX-1").id)
    assert len(filed) == 4
    assert {one.site.words for one in filed if one.site} == {"left thigh"}
    assert desk.library.import_plan.left() == ()


def test_an_import_that_was_killed_is_told_at_the_next_start(desk: Desk, tmp_path: Path) -> None:
    desk.begin(done=2)

    # What the disk holds at this moment is what a killed program leaves behind.
    left = tmp_path / "left"
    shutil.copytree(desk.path, left)
    desk.open_again(left)

    assert "An import was not finished" in desk.told
    assert "2 photographs from " in desk.told


def test_a_cancelled_import_is_told_when_the_library_is_opened_again(desk: Desk) -> None:
    desk.begin(done=3)
    desk.page._batch.stop()
    desk.wait_ended()

    desk.open_again()

    assert "1 photograph from " in desk.told


def test_photographs_of_several_patients_get_each_their_own_place_again(desk: Desk) -> None:
    desk.drop()
    page = desk.page
    page.list._part(page.cards[0].incoming[2])
    for card, code, site in zip(
        page.cards, ("A1", "B1", "C1"), ("thigh", "foot", "back"), strict=True
    ):
        card.place.patient.setCurrentText(code)
        card.place._code_finished()
        card.place.site.setCurrentIndex(card.place.site.findData(site))
    page.cards[2]._day_edited(page.cards[2].day_field.date().addDays(-7))
    for check in page.panel.checks.values():
        desk.press(check.box)
    desk.press(page.panel.main)

    desk.open_again()
    desk.press("Go on with it")
    desk.wait_looked(groups=3)

    found = [(one.place.patient_code, one.place.body_site, one.day) for one in page.cards]
    assert [(code, site and site.region, day) for code, site, day in found] == [
        ("A1", "thigh", date(2026, 3, 2)),
        ("B1", "foot", date(2026, 3, 2)),
        ("C1", "back", date(2026, 2, 24)),
    ]


def test_what_is_left_out_is_not_told_again(desk: Desk) -> None:
    desk.begin(done=1)
    desk.open_again()

    desk.press("Leave them out")
    told = desk.told
    desk.open_again()

    assert told == ""
    assert desk.told == ""


def test_a_card_that_was_taken_out_is_asked_for(desk: Desk) -> None:
    desk.begin(done=2)
    away = desk.camera.with_name("away")
    desk.camera.rename(away)
    desk.open_again()

    desk.press("Go on with it")
    asked = desk.told
    away.rename(desk.camera)
    desk.press("Try again")
    desk.qtbot.waitUntil(lambda: len(desk.page._incoming) == 2)

    where = Path("DCIM", "100CANON")
    expected = f"2 photographs are not in {where} now. Put the camera's card in again?"
    assert asked.endswith(expected)
    assert desk.window.room == "import"


def test_a_finished_import_leaves_nothing_to_go_on_with(desk: Desk) -> None:
    desk.begin(done=4)
    desk.wait_ended()

    assert not (desk.path / "unfinished-import.json").exists()


def test_one_left_out_by_hand_is_not_told_and_neither_is_an_undone_import(desk: Desk) -> None:
    desk.begin(done=2)
    desk.page._batch.stop()
    desk.wait_ended()
    waiting = [one for one in desk.page._incoming if one.state is State.WAITING]

    desk.page._leave_out(waiting[0])
    left_by_hand = desk.library.import_plan.left()
    desk.window.session.undo_stack.undo()

    assert [one.path for one in left_by_hand] == [waiting[1].path]
    assert desk.library.import_plan.left() == ()


def test_once_the_folder_was_dropped_again_and_imported_nothing_more_is_told(desk: Desk) -> None:
    desk.begin(done=1)
    desk.open_again()
    told = desk.told
    desk.window.session.set_patient(desk.library.patient_with_code("KX-1"))

    desk.drop()
    desk.press(desk.page.panel.main)
    desk.let_through(3)
    desk.wait_ended()

    assert told != ""
    assert desk.told == ""
