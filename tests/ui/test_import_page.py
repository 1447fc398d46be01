"""The import room, driven by mouse and keys; pictures are small files, examined by made-up values.

One test goes the whole way with phantom photographs, from the drop to Review.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import types
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QDate, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from woundtrack import imaging, workflow
from woundtrack.errors import DiskFull, NotUnderstood
from woundtrack.model import (
    BodySite,
    Calibration,
    Card,
    Doubt,
    Method,
    Outline,
    Patient,
    PrintScale,
    Progress,
    Side,
    VisitPhotograph,
    no_progress,
)
from woundtrack.phantom import Camera, CardPrint, Lesion, Scene, render
from woundtrack.records import Library, Originals
from woundtrack.ui.components import KeyButton
from woundtrack.ui.imports import page as import_page
from woundtrack.ui.imports.batch import Incoming, State
from woundtrack.ui.imports.fields import PlaceFields
from woundtrack.ui.imports.groups import Regrouping, grouped
from woundtrack.ui.imports.page import ImportPage
from woundtrack.ui.window.main_window import MainWindow

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEG = BodySite(region="lower-leg", side=Side.LEFT)
SQUARE = ((10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0))
METHOD = Method(name="test", version="1", application_version="0")


def scale(*doubts: Doubt) -> Calibration:
    return Calibration(
        method="test",
        homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
        cards=(),
        mm_per_px=0.1,
        tilt_deg=0.0,
        residual_mm=0.1,
        doubts=doubts,
    )


@dataclass
class Examiner:
    """Stands in for ``workflow.examine``: quick, and held back while it is ``gated``."""

    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    is_gated: bool = False
    faults: dict[str, BaseException] = field(default_factory=dict)
    without_scale: set[str] = field(default_factory=set)
    in_doubt: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)

    def __call__(
        self,
        path: Path,
        *,
        originals: Originals | None = None,
        print_scale: PrintScale | None = None,
        progress: Progress = no_progress,
    ) -> workflow.Examined:
        while self.is_gated and not self.gate.acquire(timeout=0.01):
            progress(0.5, path.name)
        if path.name in self.faults:
            raise self.faults[path.name]
        data, file_time = imaging.read_file(path)
        _, photograph = imaging.read_photograph_bytes(data, path.name, file_time)
        if originals is not None:
            originals.put(data, photograph.sha256, path.suffix)
        doubts = (Doubt(code="card_not_found"),) if path.name in self.without_scale else ()
        bent = (Doubt(code="card_bent", values=(("residual_mm", 1.4),)),)
        return workflow.Examined(
            path=path,
            photograph=photograph,
            calibration=None if doubts else scale(*(bent if path.name in self.in_doubt else ())),
            outlines=(Outline(outer=SQUARE, confidence=0.41 if path.name in self.unsure else 0.9),),
            doubts=doubts,
            method=METHOD,
        )


@pytest.fixture
def examiner(monkeypatch: pytest.MonkeyPatch) -> Examiner:
    made = Examiner()
    monkeypatch.setattr(workflow, "examine", made)
    return made


def write_photograph(path: Path, taken_at: datetime | None) -> Path:
    """Write a small picture; no two are alike, and one without a time has the file's own."""
    colour = (sum(path.name.encode()) % 256, 90, 80)
    facts = Image.Exif()
    if taken_at is not None:
        details = facts.get_ifd(0x8769)
        details[0x9003] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
        details[0x9011] = "+00:00"
    data = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(data, "JPEG", exif=facts, comment=path.name.encode())
    path.write_bytes(data.getvalue())
    if taken_at is None:
        os.utime(path, (NINE.timestamp(), NINE.timestamp()))
    return path


UNMEASURED = "The printer was never measured"
"""The title of the note on the cards' printer, which is the last one until it is measured."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "camera"
    made.mkdir()
    return made


def three(folder: Path) -> list[Path]:
    return [
        write_photograph(folder / f"IMG_{n}.JPG", NINE + timedelta(minutes=n)) for n in range(3)
    ]


def popup_of(fields: PlaceFields) -> QWidget:
    """Return the list of codes that opens while one is typed."""
    completer = fields.patient.completer()
    assert completer is not None
    popup = completer.popup()
    assert isinstance(popup, QWidget)
    return popup


@dataclass
class Desk:
    """The window, its import room, and what a person does there."""

    qtbot: QtBot
    window: MainWindow
    page: ImportPage
    library: Library

    def drop(self, *paths: Path) -> None:
        """Drop files on the window and wait until they were looked at."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(600, 300), action, data, button, none)
        drop = QDropEvent(QPointF(600, 300), action, data, button, none)
        QApplication.sendEvent(self.window, enter)
        QApplication.sendEvent(self.window, drop)
        self.wait_looked()

    def wait_looked(self) -> None:
        self.qtbot.waitUntil(lambda: not self.page._batch.is_looking)
        # A layout shows what it was given when the event loop comes round next.
        self.qtbot.waitUntil(self._is_laid_out)

    def _is_laid_out(self) -> bool:
        return not self.page.isVisible() or all(one.isVisible() for one in self.page.cards)

    def wait_stopped(self) -> None:
        self.qtbot.waitUntil(lambda: not self.page._batch.is_running)

    def press(self, key: Qt.Key, widget: QWidget | None = None) -> None:
        target = widget or QApplication.focusWidget()
        assert target is not None
        self.qtbot.keyClick(target, key)

    def place(self, code: str, site: str = "lower-leg", at: int = 0) -> None:
        """Give a visit its patient and site."""
        fields = self.page.cards[at].place
        edit = fields.patient.lineEdit()
        assert edit is not None
        edit.setFocus()
        edit.selectAll()
        self.qtbot.keyClicks(fields.patient, code)
        popup = popup_of(fields)
        if popup.isVisible():
            self.press(Qt.Key.Key_Return, popup)
            self.wait_list_closed(fields)
        self.press(Qt.Key.Key_Return, fields.patient)
        fields.site.setCurrentIndex(fields.site.findData(site))

    def wait_list_closed(self, fields: PlaceFields) -> None:
        """Wait until the list of codes is closed, and the window has the keyboard again."""
        popup = popup_of(fields)
        self.qtbot.waitUntil(lambda: not popup.isVisible())
        # A window manager does this; where the tests run there is none.
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)

    def run(self) -> None:
        """Import what there is, to its end."""
        self.qtbot.mouseClick(self.page.panel.main, Qt.MouseButton.LeftButton)
        self.wait_stopped()

    def filed(self, code: str) -> tuple[VisitPhotograph, ...]:
        return self.library.photographs(patient_id=self.library.patient_with_code(code).id)

    def states(self) -> dict[str, State]:
        return {one.path.name: one.state for one in self.page._incoming}


@pytest.fixture
def window(
    monkeypatch: pytest.MonkeyPatch, make_window: Callable[..., MainWindow], tmp_path: Path
) -> MainWindow:
    """Return a window on a library with the patient WT-0147, whose other rooms are bare."""
    for module, name in (("review.page", "ReviewPage"), ("timeline.page", "TimelinePage")):
        bare = types.ModuleType(f"woundtrack.ui.{module}")

        class Bare(QWidget):
            def __init__(self, session: object) -> None:
                super().__init__()
                self.entered: list[dict[str, object]] = []

            def enter(self, **context: object) -> None:
                self.entered.append(context)

            def leave(self) -> None:
                pass

        setattr(bare, name, Bare)
        monkeypatch.setitem(sys.modules, f"woundtrack.ui.{module}", bare)
    monkeypatch.setattr(import_page, "ask_for_files", lambda _: pytest.fail("a dialog opened"))
    path = tmp_path / "Clinic"
    old = write_photograph(tmp_path / "OLD.JPG", NINE - timedelta(days=14))
    with Library.create(path) as library:
        examined = Examiner()(old, originals=library.originals)
        workflow.file_photograph(library, examined, patient_code="WT-0147", site=LEG, by="Ann")
    made = make_window(path)
    made.activateWindow()
    return made


@pytest.fixture
def desk(qtbot: QtBot, window: MainWindow, examiner: Examiner) -> Desk:
    window.session.go("import")
    page = window.page("import")
    assert isinstance(page, ImportPage)
    assert window.session.library is not None
    return Desk(qtbot=qtbot, window=window, page=page, library=window.session.library)


# --- the whole way -------------------------------------------------------------------------------


def test_from_the_drop_to_review_it_takes_two_presses_of_enter(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    layout = imaging.card_layout("card", "a4")
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet, "card", "a4")
    card = CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 28.0),
    )
    for shot in range(2):
        scene = Scene(
            shot=shot,
            camera=Camera(width_px=1024, height_px=768, distance_mm=260),
            lesions=(Lesion(area_mm2=900, shape_seed=shot),),
            cards=(card,),
            taken_at=NINE + timedelta(minutes=shot),
        )
        (folder / f"IMG_{shot}.JPG").write_bytes(render(scene).jpeg)
    library = window.session.library
    assert library is not None
    patient = library.patient_with_code("WT-0147")
    window.session.set_patient(patient)
    window.session.go("import")
    page = window.page("import")
    assert isinstance(page, ImportPage)
    desk = Desk(qtbot=qtbot, window=window, page=page, library=library)

    desk.drop(folder)
    desk.press(Qt.Key.Key_Return)
    desk.wait_stopped()
    desk.press(Qt.Key.Key_Return)

    assert window.room == "review"
    filed = [one for one in desk.filed("WT-0147") if one.photograph.original_name != "OLD.JPG"]
    assert [one.photograph.original_name for one in filed] == ["IMG_0.JPG", "IMG_1.JPG"]
    assert {one.site for one in filed} == {LEG}
    assert library.visit(filed[0].visit_id).visited_on == date(2026, 3, 2)
    assert window.page("review").entered[-1] == {"photograph_id": filed[0].id}  # type: ignore[attr-defined]
    assert all(library.proposal_of(one.id).calibration is not None for one in filed)
    assert not library.assessments(patient_id=patient.id)


# --- grouping ------------------------------------------------------------------------------------


def incoming(folder: Path, *minutes: int) -> list[Incoming]:
    found = []
    for minute in minutes:
        path = write_photograph(folder / f"{minute}.JPG", NINE + timedelta(minutes=minute))
        found.append(Incoming(path, scanned=workflow.scan(path)))
    return found


def test_a_day_and_a_long_pause_part_groups(folder: Path) -> None:
    photographs = incoming(folder, 0, 5, 20, 36, 36 + 24 * 60)

    groups = grouped(list(reversed(photographs)), Regrouping())

    assert [[one.path.stem for one in group] for group in groups] == [
        ["0", "5", "20"],
        ["36"],
        ["1476"],
    ]


def test_what_a_person_parts_and_joins_holds(folder: Path) -> None:
    photographs = incoming(folder, 0, 5, 40)
    regrouping = Regrouping()

    regrouping.part(photographs[1])
    regrouping.join(photographs[2])

    groups = grouped(photographs, regrouping)
    assert [[one.path.stem for one in group] for group in groups] == [["0"], ["5", "40"]]


def test_a_new_group_is_started_from_a_photographs_menu(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    card = desk.page.cards[0]

    menu = card.menu_for(card.incoming[1])
    menu.actions()[0].trigger()
    menu.deleteLater()

    assert [len(card.incoming) for card in desk.page.cards] == [1, 2]


def test_groups_are_joined_again(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.page.list._part(desk.page.cards[0].incoming[1])

    second = desk.page.cards[1]
    menu = second.menu_for(second.incoming[1])
    menu.actions()[1].trigger()
    menu.deleteLater()

    assert [len(card.incoming) for card in desk.page.cards] == [3]


def test_delete_leaves_a_photograph_out_and_it_can_be_dropped_again(
    desk: Desk, folder: Path
) -> None:
    paths = three(folder)
    desk.drop(*paths)

    desk.press(Qt.Key.Key_Delete, desk.page.cards[0].thumbs)
    assert "IMG_0.JPG" not in desk.states()
    desk.drop(paths[0])

    assert desk.states()["IMG_0.JPG"] is State.WAITING


def test_a_right_click_offers_what_can_be_done(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    thumbs = desk.page.cards[0].thumbs
    asked: list[Incoming] = []
    thumbs.menu_asked.disconnect()
    thumbs.menu_asked.connect(lambda one, _where: asked.append(one))
    second = desk.page.cards[0].incoming[1]
    point = thumbs.place_of(second).center()

    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, thumbs.mapToGlobal(point))
    QApplication.sendEvent(thumbs, event)

    assert asked == [second]


def test_pictures_that_do_not_fit_are_unfolded_by_a_press(desk: Desk, folder: Path) -> None:
    for day in range(4):
        for n in range(14):
            at = NINE + timedelta(days=day, minutes=n)
            write_photograph(folder / f"{day}-{n:02}.JPG", at)
    desk.drop(folder)
    thumbs = desk.page.cards[0].thumbs
    assert thumbs.shown == 9
    place = thumbs._place(9)

    desk.qtbot.mouseClick(thumbs, Qt.MouseButton.LeftButton, pos=place.center())

    assert thumbs.shown == 14
    assert thumbs.height() == 2 * 60 + 6


# --- whose and where -----------------------------------------------------------------------------


def test_the_patient_in_view_and_the_site_of_last_time_are_suggested(
    desk: Desk, folder: Path
) -> None:
    desk.window.session.set_patient(desk.library.patient_with_code("WT-0147"))

    desk.drop(*three(folder))

    place = desk.page.cards[0].place
    assert (place.patient_code, place.body_site) == ("WT-0147", LEG)
    assert desk.page.panel.main.text() == "Yes, WT-0147: import 3"
    assert QApplication.focusWidget() is desk.page.panel.main


def test_a_site_a_person_chose_is_not_overwritten(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    place = desk.page.cards[0].place
    place.site.setCurrentIndex(place.site.findData("abdomen"))

    desk.page.cards[0].place.patient.setCurrentText("WT-0147")

    assert place.body_site == BodySite(region="abdomen")


def test_beside_the_patients_the_groups_still_fit_a_clinic_monitor(
    desk: Desk, folder: Path
) -> None:
    desk.drop(
        *three(folder),
        write_photograph(folder / "LATER.JPG", NINE + timedelta(hours=1)),
    )
    desk.page.list.for_all.patient.setCurrentText("WT-0147")
    desk.window.session.actions["room.patients"].trigger()
    desk.qtbot.waitUntil(desk.window.patients.isVisible)
    QApplication.processEvents()

    card = desk.page.cards[1]
    scroll = next(one for one in desk.page.findChildren(QScrollArea) if one.isAncestorOf(card))
    assert card.same_visit.isVisible()
    assert card.width() <= scroll.viewport().width()
    assert desk.window.width() == 1366


def test_in_a_wide_room_groups_stand_side_by_side_and_tab_goes_row_by_row(
    desk: Desk, folder: Path
) -> None:
    desk.drop(
        *three(folder),
        write_photograph(folder / "LATER.JPG", NINE + timedelta(hours=1)),
    )
    small = desk.page.cards[0].thumbs.height()
    narrow = [card.pos() for card in desk.page.cards]

    desk.window.resize(2560, 1440)
    first, second = desk.page.cards[:2]
    desk.qtbot.waitUntil(lambda: second.x() > first.geometry().right())
    first.thumbs.setFocus()
    desk.press(Qt.Key.Key_Tab)

    assert narrow[0].x() == narrow[1].x()
    assert narrow[0].y() < narrow[1].y()
    assert (second.y(), second.height()) == (first.y(), first.height())
    assert first.thumbs.height() == 2 * small
    assert QApplication.focusWidget() is second.place.patient

    desk.window.resize(1366, 696)
    desk.qtbot.waitUntil(lambda: second.y() > first.geometry().bottom())
    assert first.thumbs.height() == small


def test_the_cards_end_where_the_bar_for_all_groups_ends(desk: Desk, folder: Path) -> None:
    def right_of(widget: QWidget) -> int:
        return widget.mapTo(desk.page, QPoint(widget.width(), 0)).x()

    later = [
        write_photograph(folder / f"{hour}.JPG", NINE + timedelta(hours=hour)) for hour in range(7)
    ]
    bar = desk.page.list._for_all_card
    area = desk.page.list._scroll.verticalScrollBar()

    desk.drop(*later[:2])
    few = (area.isVisible(), right_of(desk.page.cards[0]) - right_of(bar))
    desk.drop(*later)
    desk.qtbot.waitUntil(area.isVisible)
    QApplication.processEvents()

    assert few == (False, 0)
    assert right_of(desk.page.cards[0]) == right_of(bar)
    assert right_of(bar) == desk.page.list.width() - 16


def test_a_site_chosen_on_the_body_map_is_the_groups_own(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.page.cards[0].place.patient.setCurrentText("WT-0147")
    card = desk.page.cards[0]

    desk.qtbot.mouseClick(card.place.on_body, Qt.MouseButton.LeftButton)
    picker = card.place.picker
    placed = picker.map.stage.find("back-thigh-right")
    assert placed is not None
    desk.qtbot.mouseClick(
        picker.map.viewport(), Qt.MouseButton.LeftButton, pos=placed.spot.toPoint()
    )

    assert card.place.body_site == BodySite(region="thigh", side=Side.RIGHT)
    assert desk.page.panel.main.text() == "Yes, WT-0147: import 3"


def test_nothing_is_imported_before_the_questions_are_answered(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))

    assert not desk.page.panel.main.isEnabled()
    assert desk.page.panel.why.startswith("Whose photographs are these?")
    assert QApplication.focusWidget() is desk.page.cards[0].place.patient


def test_enter_in_a_field_goes_to_the_next_open_question(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))

    desk.qtbot.keyClicks(desk.page.cards[0].place.patient, "NEW-1")
    desk.press(Qt.Key.Key_Return)

    assert QApplication.focusWidget() is desk.page.cards[0].place.site
    assert desk.page.panel.why.startswith("Where on the body")


def test_enter_in_the_list_of_codes_takes_the_code_and_the_next_one_goes_on(
    desk: Desk, folder: Path
) -> None:
    desk.drop(*three(folder))
    fields = desk.page.cards[0].place
    desk.qtbot.keyClicks(fields.patient, "147")
    popup = popup_of(fields)
    assert popup.isVisible()

    desk.press(Qt.Key.Key_Down, popup)
    desk.press(Qt.Key.Key_Return, popup)
    desk.wait_list_closed(fields)
    desk.press(Qt.Key.Key_Return, fields.patient)

    assert QApplication.focusWidget() is desk.page.panel.main
    assert fields.patient_code == "WT-0147"
    assert len(desk.filed("WT-0147")) == 1  # nothing is imported by the same Enter


def test_a_new_code_is_only_taken_once_it_is_ticked(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("KX-1")
    check = desk.page.panel.checks["KX-1"]
    assert not desk.page.panel.main.isEnabled()

    desk.qtbot.mouseClick(check.box, Qt.MouseButton.LeftButton)
    desk.run()

    assert len(desk.filed("KX-1")) == 3


def test_a_code_like_a_known_one_can_be_put_right(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0I47")
    check = desk.page.panel.checks["WT-0I47"]
    assert check.known.alike == ("WT-0147",)

    check.meant.emit("WT-0147")

    assert desk.page.cards[0].place.patient_code == "WT-0147"
    assert desk.page.panel.main.isEnabled()


def test_a_code_in_other_letters_is_the_same_patient(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))

    desk.place("wt-0147")

    assert list(desk.page.panel.checks) == ["WT-0147"]


def test_two_patients_at_once_are_each_ticked_and_each_get_their_own(
    desk: Desk, folder: Path
) -> None:
    early = write_photograph(folder / "A.JPG", NINE)
    late = write_photograph(folder / "B.JPG", NINE + timedelta(hours=1))
    desk.drop(early, late)

    desk.place("WT-0147", at=0)
    desk.place("KX-1", "foot", at=1)
    for check in desk.page.panel.checks.values():
        desk.qtbot.mouseClick(check.box, Qt.MouseButton.LeftButton)
    desk.run()

    assert [one.photograph.original_name for one in desk.filed("KX-1")] == ["B.JPG"]
    assert "A.JPG" in [one.photograph.original_name for one in desk.filed("WT-0147")]


def test_groups_of_a_day_are_counted_as_visits_once_their_patients_are_known(
    desk: Desk, folder: Path
) -> None:
    for hour in (0, 1, 2, 24):
        write_photograph(folder / f"{hour}.JPG", NINE + timedelta(hours=hour))
    desk.page.list.for_all.patient.setCurrentText("")
    desk.drop(folder)
    before = desk.page.list.title

    desk.page.list.for_all.patient.setCurrentText("WT-0147")

    assert before == "Import: 4 photographs, 4 groups"
    assert desk.page.list.title == "Import: 4 photographs, 4 groups, 2 visits"
    notes = [card.same_visit for card in desk.page.cards]
    assert [not note.isHidden() for note in notes] == [False, True, True, False]
    assert notes[1].text() == notes[2].text() == "same visit as 9:00"


def test_the_title_promises_the_visits_that_are_then_in_the_library(
    desk: Desk, folder: Path
) -> None:
    for hour in (0, 1, 24):
        write_photograph(folder / f"{hour}.JPG", NINE + timedelta(hours=hour))
    desk.drop(folder)
    desk.page.list.for_all.patient.setCurrentText("KX-1")
    desk.page.list.for_all.site.setCurrentIndex(desk.page.list.for_all.site.findData("foot"))
    desk.press(Qt.Key.Key_Return, desk.page.list.for_all.patient)
    promised = desk.page.list.title
    desk.qtbot.mouseClick(desk.page.panel.checks["KX-1"].box, Qt.MouseButton.LeftButton)

    desk.run()

    patient = desk.library.patient_with_code("KX-1")
    assert promised == "Import: 3 photographs, 3 groups, 2 visits"
    assert len(desk.library.visits(patient.id)) == 2


def test_where_each_group_is_a_visit_of_its_own_only_visits_are_counted(
    desk: Desk, folder: Path
) -> None:
    early = write_photograph(folder / "A.JPG", NINE)
    late = write_photograph(folder / "B.JPG", NINE + timedelta(hours=1))
    desk.drop(early, late)

    desk.place("WT-0147", at=0)
    desk.place("KX-1", "foot", at=1)

    assert desk.page.list.title == "Import: 2 photographs, 2 visits"
    assert all(card.same_visit.isHidden() for card in desk.page.cards)


def test_what_is_set_for_all_groups_counts_for_those_without_their_own(
    desk: Desk, folder: Path
) -> None:
    for day in range(3):
        write_photograph(folder / f"{day}.JPG", NINE + timedelta(days=day))
    desk.drop(folder)
    desk.place("KX-1", "foot", at=2)

    desk.page.list.for_all.patient.setCurrentText("WT-0147")

    codes = [card.place.patient_code for card in desk.page.cards]
    assert codes == ["WT-0147", "WT-0147", "KX-1"]


# --- problems ------------------------------------------------------------------------------------


def test_an_unreadable_file_is_told_and_the_others_go_on(desk: Desk, folder: Path) -> None:
    three(folder)
    (folder / "TEXT.jpg").write_text("not a picture")
    desk.drop(folder)
    desk.place("WT-0147")

    desk.run()

    assert desk.states()["TEXT.jpg"] is State.PROBLEM
    assert len(desk.filed("WT-0147")) == 1 + 3
    assert desk.page.panel.title == "1 problem"
    (note,) = [note for note in desk.page.panel.notes if note.kind == "refuse"]
    assert note.words[2] == "TEXT.jpg"


def test_a_file_that_was_put_right_is_looked_at_again(desk: Desk, folder: Path) -> None:
    broken = folder / "IMG_9.JPG"
    broken.write_text("not a picture")
    desk.drop(broken)
    write_photograph(broken, NINE)

    desk.page.panel.retried.emit(list(desk.page._incoming))
    desk.wait_looked()

    assert desk.states() == {"IMG_9.JPG": State.WAITING}


def test_files_in_the_library_already_are_counted_and_not_imported_twice(
    desk: Desk, folder: Path
) -> None:
    paths = three(folder)
    desk.drop(paths[0])
    desk.place("WT-0147")
    desk.run()
    copy = folder / "COPY.JPG"
    copy.write_bytes(paths[1].read_bytes())

    desk.drop(*paths, copy)

    states = desk.states()
    assert (states["IMG_0.JPG"], states["IMG_2.JPG"]) == (State.KNOWN, State.WAITING)
    # Of two that are alike, the one that was looked at first is imported.
    assert {states["IMG_1.JPG"], states["COPY.JPG"]} == {State.KNOWN, State.WAITING}
    assert [note.words[1] for note in desk.page.panel.notes] == [
        "1 already in the library",
        "1 comes twice in this import",
        UNMEASURED,
    ]


def test_when_nothing_is_new_that_is_said(desk: Desk, folder: Path) -> None:
    paths = three(folder)
    desk.drop(*paths)
    desk.place("WT-0147")
    desk.run()

    desk.drop(*paths)

    assert desk.page.list.title == "Nothing new"
    assert not desk.page.panel.main.isEnabled()
    assert not desk.page.cards


def test_an_empty_folder_is_told(desk: Desk, folder: Path) -> None:
    desk.drop(folder)

    assert desk.page.big_drop._head.text() == "No photographs in there: drop others"


def test_a_photograph_without_a_card_is_filed_and_named(
    desk: Desk, folder: Path, examiner: Examiner
) -> None:
    examiner.without_scale, examiner.in_doubt = {"IMG_1.JPG"}, {"IMG_2.JPG"}
    desk.drop(*three(folder))
    desk.place("WT-0147")

    desk.run()

    assert desk.states() == {
        "IMG_0.JPG": State.READY,
        "IMG_1.JPG": State.NO_AREA,
        "IMG_2.JPG": State.IN_DOUBT,
    }
    told = [(note.kind, note.words[1], note.words[2]) for note in desk.page.panel.notes]
    assert told == [
        ("refuse", "No card found", "IMG_1.JPG"),
        ("doubt", "The card was bent or lifted", "IMG_2.JPG"),
        ("info", UNMEASURED, ""),
    ]
    assert desk.page.panel.main.text() == "Review the 3 that are ready"


def test_the_pointer_over_a_picture_says_what_there_is_to_doubt_of_it(
    desk: Desk, folder: Path, examiner: Examiner
) -> None:
    examiner.in_doubt = {"IMG_2.JPG"}
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.run()
    (thumbs,) = [card.thumbs for card in desk.page.cards]
    doubted = next(one for one in desk.page._incoming if one.path.name == "IMG_2.JPG")

    at = thumbs.place_of(doubted).center()
    QApplication.sendEvent(thumbs, QHelpEvent(QHelpEvent.Type.ToolTip, at, thumbs.mapToGlobal(at)))

    told = QToolTip.text()
    QToolTip.hideText()
    assert told.startswith("IMG_2.JPG")
    assert "lay it flat next time" in told
    assert "IMG_2.JPG: imported, in doubt; The card was bent or lifted" in thumbs.accessibleName()


def test_an_unsure_outline_is_told_before_anybody_goes_to_accept_it(
    desk: Desk, folder: Path, examiner: Examiner
) -> None:
    examiner.unsure = {"IMG_1.JPG"}
    desk.drop(*three(folder))
    desk.place("WT-0147")

    desk.run()

    assert desk.states()["IMG_1.JPG"] is State.IN_DOUBT
    assert desk.states()["IMG_2.JPG"] is State.READY
    [note] = [one for one in desk.page.panel.notes if one.kind == "doubt"]
    assert note.words[1:3] == ("The outline is unsure", "IMG_1.JPG")
    assert "Check its edge all round" in note.words[3]


def test_a_bug_at_one_photograph_does_not_stop_the_others(
    desk: Desk, folder: Path, examiner: Examiner
) -> None:
    examiner.faults = {"IMG_1.JPG": ZeroDivisionError(), "IMG_2.JPG": ZeroDivisionError()}
    desk.drop(*three(folder))
    desk.place("WT-0147")

    with desk.qtbot.capture_exceptions() as told:
        desk.run()

    assert [kind for kind, _, _ in told] == [ZeroDivisionError]
    assert desk.states()["IMG_0.JPG"] is State.READY
    assert desk.states()["IMG_1.JPG"] is State.PROBLEM


def test_a_full_disk_stops_the_import_is_told_once_and_it_can_go_on(
    desk: Desk, folder: Path, examiner: Examiner
) -> None:
    full = DiskFull(path="/disk")
    examiner.faults = {f"IMG_{n}.JPG": full for n in range(3)}
    told: list[object] = []
    desk.window.session.problem.connect(told.append)
    desk.drop(*three(folder))
    desk.place("WT-0147")

    desk.run()
    assert told == [full]
    assert set(desk.states().values()) == {State.WAITING}
    examiner.faults = {}
    desk.run()

    assert len(desk.filed("WT-0147")) == 1 + 3


# --- days ----------------------------------------------------------------------------------------


def test_a_camera_that_tells_the_future_is_asked_for_its_day(desk: Desk, folder: Path) -> None:
    desk.drop(write_photograph(folder / "F.JPG", datetime(2199, 8, 3, 10, 0, tzinfo=UTC)))
    desk.place("WT-0147")
    visit = desk.page.cards[0]
    assert visit.day is None
    assert not desk.page.panel.main.isEnabled()

    desk.qtbot.mouseClick(visit.day_asked, Qt.MouseButton.LeftButton)
    desk.run()

    assert desk.states() == {"F.JPG": State.READY}
    newest = desk.library.visits(desk.library.patient_with_code("WT-0147").id)[-1]
    assert newest.visited_on == date.today()  # noqa: DTZ011  the clinic's own day


def test_a_photograph_refused_for_its_day_goes_in_with_another(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_it = workflow.file_photograph
    refused = date(2026, 3, 2)

    def refuse_a_day(library: Library, examined: workflow.Examined, **place: object) -> object:
        if place["visited_on"] == refused:
            raise NotUnderstood(what="The visit date", given="2026-03-02", expected="another")
        return file_it(library, examined, **place)  # type: ignore[arg-type]

    monkeypatch.setattr(workflow, "file_photograph", refuse_a_day)
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.run()
    assert set(desk.states().values()) == {State.PROBLEM}

    visit = desk.page.cards[0]
    visit.day_field.setFocus()
    desk.press(Qt.Key.Key_Up, visit.day_field)
    desk.run()

    assert visit.day != refused
    assert set(desk.states().values()) == {State.READY}


def test_a_camera_clock_that_disagrees_with_the_visit_is_asked_about(
    desk: Desk, folder: Path
) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")
    visit = desk.page.cards[0]
    assert "The camera says 2 Mar 2026" not in [note.words[1] for note in desk.page.panel.notes]

    visit.day_field.setDate(QDate(2026, 3, 11))

    note = next(note for note in desk.page.panel.notes if note.words[0] == "doubt")
    assert note.words[1] == "The camera says 2 Mar 2026"
    assert "The visit is to be on 11 Mar 2026, 9 days apart." in note.words[3]
    kept, camera = note.findChildren(KeyButton)
    assert (kept.text(), camera.text()) == ("On 11 Mar 2026", "On 2 Mar 2026")
    desk.qtbot.mouseClick(camera, Qt.MouseButton.LeftButton)
    assert visit.day == date(2026, 3, 2)


def test_a_day_that_a_person_keeps_against_the_camera_is_not_asked_about_again(
    desk: Desk, folder: Path
) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")
    visit = desk.page.cards[0]
    visit.day_field.setDate(QDate(2026, 3, 11))
    note = next(note for note in desk.page.panel.notes if note.words[0] == "doubt")

    desk.qtbot.mouseClick(note.findChildren(KeyButton)[0], Qt.MouseButton.LeftButton)

    assert visit.day == date(2026, 3, 11)
    assert [note for note in desk.page.panel.notes if note.words[0] == "doubt"] == []


def test_a_day_next_to_the_cameras_is_no_question(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")

    desk.page.cards[0].day_field.setDate(QDate(2026, 3, 3))

    assert [note for note in desk.page.panel.notes if note.words[0] == "doubt"] == []


def test_the_files_own_date_is_said_to_be_that(desk: Desk, folder: Path) -> None:
    desk.drop(write_photograph(folder / "N.JPG", None))

    visit = desk.page.cards[0]
    assert visit.day == date(2026, 3, 2)
    assert visit._when.text() == "date of the file"


# --- stopping ------------------------------------------------------------------------------------


def test_an_import_is_one_piece_of_work_and_cancel_keeps_whole_photographs(
    desk: Desk, folder: Path, examiner: Examiner
) -> None:
    examiner.is_gated = True
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.qtbot.mouseClick(desk.page.panel.main, Qt.MouseButton.LeftButton)
    examiner.gate.release()
    desk.qtbot.waitUntil(lambda: State.READY in desk.states().values())
    (task,) = [task for task in desk.window.session.tasks.running if task.says]

    task.cancel()
    desk.wait_stopped()

    assert sorted(desk.states().values()) == [State.READY, State.WAITING, State.WAITING]
    assert len(desk.filed("WT-0147")) == 1 + 1
    assert desk.page.panel.main.text() == "Yes, WT-0147: import 2"


def test_a_stopped_import_goes_on_with_enter(desk: Desk, folder: Path, examiner: Examiner) -> None:
    examiner.is_gated = True
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.qtbot.mouseClick(desk.page.panel.main, Qt.MouseButton.LeftButton)
    desk.page._batch.stop()
    desk.wait_stopped()
    examiner.is_gated = False

    desk.press(Qt.Key.Key_Return, desk.page.panel.main)
    desk.wait_stopped()

    assert len(desk.filed("WT-0147")) == 1 + 3


def test_while_it_runs_what_is_ready_can_be_reviewed(
    desk: Desk, folder: Path, examiner: Examiner
) -> None:
    examiner.is_gated = True
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.press(Qt.Key.Key_Return, desk.page.panel.main)
    desk.press(Qt.Key.Key_Return, desk.page.panel.main)
    assert desk.window.room == "import"  # nothing is ready: the second press does nothing
    examiner.gate.release()
    desk.qtbot.waitUntil(desk.page.panel.main.isEnabled)

    desk.press(Qt.Key.Key_Return, desk.page.panel.main)
    assert desk.window.room == "review"
    examiner.is_gated = False
    desk.wait_stopped()

    assert len(desk.filed("WT-0147")) == 1 + 3


def test_another_library_gets_nothing_of_an_import_under_way(
    desk: Desk, folder: Path, examiner: Examiner, tmp_path: Path
) -> None:
    examiner.is_gated = True
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.qtbot.mouseClick(desk.page.panel.main, Qt.MouseButton.LeftButton)
    examiner.gate.release()
    desk.qtbot.waitUntil(lambda: State.READY in desk.states().values())
    first = desk.library.path

    desk.window.session.create_library(tmp_path / "Other")
    examiner.is_gated = False
    desk.qtbot.waitUntil(lambda: not desk.window.session.tasks.running)

    other = desk.window.session.library
    assert other is not None
    assert not other.photographs()
    assert not desk.page._incoming
    assert not desk.window.session.undo_stack.count()
    desk.window.session.close_library()
    with Library.open(first) as library:
        assert len(library.photographs()) == 2
        assert library.check().problems == ()


# --- undo ----------------------------------------------------------------------------------------


def test_an_import_is_undone_and_redone_as_one(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.run()
    stack = desk.window.session.undo_stack
    assert stack.count() == 1

    stack.undo()
    after_undo = len(desk.filed("WT-0147"))
    states_after_undo = set(desk.states().values())
    stack.redo()

    assert after_undo == 1
    assert states_after_undo == {State.WAITING}
    assert len(desk.filed("WT-0147")) == 1 + 3
    assert set(desk.states().values()) == {State.READY}


def test_an_undone_import_can_be_imported_for_another_patient(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.run()

    desk.window.session.undo_stack.undo()
    desk.place("KX-1", "foot")
    desk.qtbot.mouseClick(desk.page.panel.checks["KX-1"].box, Qt.MouseButton.LeftButton)
    desk.run()

    assert len(desk.filed("WT-0147")) == 1
    assert len(desk.filed("KX-1")) == 3


def test_undo_in_the_middle_stops_the_import(desk: Desk, folder: Path, examiner: Examiner) -> None:
    examiner.is_gated = True
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.qtbot.mouseClick(desk.page.panel.main, Qt.MouseButton.LeftButton)
    examiner.gate.release()
    desk.qtbot.waitUntil(lambda: State.READY in desk.states().values())

    desk.window.session.undo_stack.undo()
    desk.wait_stopped()

    assert len(desk.filed("WT-0147")) == 1
    assert set(desk.states().values()) == {State.WAITING}


# --- coming and going ----------------------------------------------------------------------------


def test_after_a_finished_import_the_next_one_starts_afresh(desk: Desk, folder: Path) -> None:
    paths = three(folder)
    desk.drop(*paths[:2])
    desk.place("WT-0147")
    desk.run()

    desk.drop(paths[2])

    assert list(desk.states()) == ["IMG_2.JPG"]


def test_coming_back_from_review_finds_the_room_empty_again(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.run()
    desk.press(Qt.Key.Key_Return, desk.page.panel.main)

    desk.window.session.go("import")

    assert not desk.page._incoming
    assert QApplication.focusWidget() is desk.page.big_drop.files


def test_the_head_of_a_long_code_is_shown(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))

    desk.place("CALCIPHYLAXIS-REGISTRY-2026-SITE-14-0003")

    edit = desk.page.cards[0].place.patient.lineEdit()
    assert edit is not None
    assert edit.cursorPosition() == 0
    assert edit.toolTip() == "CALCIPHYLAXIS-REGISTRY-2026-SITE-14-0003"


def test_photographs_that_wait_keep_their_patient_when_another_comes_into_view(
    desk: Desk, folder: Path
) -> None:
    session = desk.window.session
    session.set_patient(desk.library.patient_with_code("WT-0147"))
    desk.drop(*three(folder))
    with desk.library.verb("import", by="Ann") as change:
        change.add_patient(Patient(id="other", code="KX-1", created_at=NINE))

    session.set_patient(desk.library.patient_with_code("KX-1"))
    session.go("import")

    assert desk.page.cards[0].place.patient_code == "WT-0147"


def test_a_library_for_reading_only_says_why_nothing_is_imported(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    library = window.session.library
    assert library is not None
    window.session.open_library(library.path, for_reading=True)
    window.session.go("import")
    page = window.page("import")
    assert isinstance(page, ImportPage)

    page.add(three(folder))

    assert not page._batch.is_looking
    assert not page.big_drop.files.isEnabled()
    assert page.big_drop._note.text() == window.session.why_read_only


def test_every_field_has_a_name_and_tab_goes_from_the_patient_to_the_main_button(
    desk: Desk, folder: Path
) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")
    visit = desk.page.cards[0]
    visit.place.patient.setFocus()

    passed: list[QWidget | None] = []
    for _ in range(6):
        desk.press(Qt.Key.Key_Tab)
        passed.append(QApplication.focusWidget())

    assert passed == [
        visit.place.site,
        visit.place.side,
        visit.place.on_body,
        visit.day_field,
        visit.thumbs,
        desk.page.panel.main,
    ]
    assert all(widget.accessibleName() for widget in passed[:-1] if widget is not None)


def test_enter_goes_from_the_site_to_its_side_and_on(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")
    place = desk.page.cards[0].place
    place.side.setCurrentIndex(0)
    place.site.setFocus()
    QTest.keyClicks(place.site, "thi")

    desk.press(Qt.Key.Key_Return)
    at_side = QApplication.focusWidget()
    QTest.keyClicks(place.side, "l")
    desk.press(Qt.Key.Key_Return)

    assert at_side is place.side
    assert place.body_site == BodySite(region="thigh", side=Side.LEFT)
    assert QApplication.focusWidget() is not place.side


def test_a_press_of_control_enter_imports_from_within_a_field(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.page.cards[0].place.patient.setFocus()

    desk.qtbot.keyClick(
        desk.page.cards[0].place.patient, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    desk.wait_stopped()

    assert len(desk.filed("WT-0147")) == 1 + 3


def test_a_place_on_the_screen_is_where_a_photograph_is(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    visit = desk.page.cards[0]

    # A lone visit's few pictures are large: 160 × 120, 6 apart.
    assert visit.thumbs.place_of(visit.incoming[1]).topLeft() == QPoint(166, 0)


# --- counts --------------------------------------------------------------------------------------


def test_twice_in_one_import_is_not_said_to_be_in_the_library(desk: Desk, folder: Path) -> None:
    first = write_photograph(folder / "IMG_0.JPG", NINE)
    for name in ("COPY.JPG", "COPY2.JPG"):
        (folder / name).write_bytes(first.read_bytes())

    desk.drop(folder)

    note, _ = desk.page.panel.notes
    assert note.words[1] == "2 come twice in this import"
    assert desk.page.list.title == "Import: 1 photograph, 1 visit"


def test_title_button_and_note_count_the_same_photographs(desk: Desk, folder: Path) -> None:
    three(folder)
    (folder / "TEXT.jpg").write_text("not a picture")
    desk.drop(folder)
    desk.place("WT-0147")
    before = (desk.page.list.title, desk.page.panel.main.text())

    desk.run()

    assert before == ("Import: 3 photographs, 1 visit", "Yes, WT-0147: import 3")
    assert (desk.page.panel.title, desk.page.panel._note.text()) == (
        "1 problem",
        "3 imported",
    )
    assert desk.page.panel.main.text() == "Review the 3 that are ready"


def test_one_without_a_scale_goes_on_with_the_others(
    desk: Desk, folder: Path, examiner: Examiner
) -> None:
    examiner.without_scale = {"IMG_1.JPG"}
    desk.drop(*three(folder))
    desk.place("WT-0147")

    desk.run()

    assert (desk.page.panel.title, desk.page.panel._note.text()) == ("1 problem", "3 imported")


# --- the wheel -----------------------------------------------------------------------------------


def test_the_wheel_over_a_field_scrolls_and_leaves_the_answer(desk: Desk, folder: Path) -> None:
    for day in range(12):
        write_photograph(folder / f"{day}.JPG", NINE + timedelta(days=day))
    desk.drop(folder)
    desk.place("WT-0147")
    visit = desk.page.cards[0]
    scroll = next(
        one for one in desk.page.findChildren(QScrollArea) if one.isAncestorOf(visit.day_field)
    )
    fields = (visit.place.patient, visit.place.site, visit.place.side, visit.day_field)

    def answers() -> tuple[object, ...]:
        place = visit.place
        return place.patient_code, place.body_site, visit.day, visit.day_field.date()

    before = answers()
    moved = []
    for one in fields:
        one.setFocus()
        scroll.verticalScrollBar().setValue(0)
        window = desk.window.windowHandle()
        middle = QPointF(one.mapTo(desk.window, one.rect().center()))
        QTest.wheelEvent(window, middle, QPoint(0, -120))
        moved.append(scroll.verticalScrollBar().value() > 0)

    assert answers() == before
    assert moved == [True] * 4


# --- the printer of the cards --------------------------------------------------------------------


def test_an_unmeasured_printer_is_said_once_and_puts_no_photograph_in_doubt(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.page.print_line.isVisible()
    assert "measure the two bars of a printed sheet" in desk.page.print_said.text()
    unmeasured = replace(scale(), doubts=(Doubt(code="print_scale_unmeasured"),))
    monkeypatch.setattr(sys.modules[__name__], "scale", lambda *_: unmeasured)

    desk.drop(*three(folder))
    desk.place("WT-0147")
    desk.run()

    assert set(desk.states().values()) == {State.READY}
    assert [note.words[1] for note in desk.page.panel.notes] == [
        "3 photographs imported",
        UNMEASURED,
    ]


def test_in_a_wide_room_the_button_for_the_bars_stands_beside_its_sentence(desk: Desk) -> None:
    desk.window.resize(2560, 1440)
    said, button = desk.page.print_said, desk.page.enter_bars
    desk.qtbot.waitUntil(lambda: desk.page.print_line.width() > 2000)
    QApplication.processEvents()

    words = said.fontMetrics().horizontalAdvance(said.text())
    assert words <= said.width()
    assert button.x() - (said.x() + words) < 32


def test_a_printer_that_is_measured_meanwhile_is_no_longer_asked_for(
    desk: Desk, folder: Path
) -> None:
    desk.drop(*three(folder))
    assert [note.words[1] for note in desk.page.panel.notes] == [UNMEASURED]

    workflow.record_print_scale(desk.library, "Ward 3", 98.0, 98.0, by="Ann")
    desk.window.session.changed("printers", "proposals")

    assert not desk.page.panel.notes
    assert desk.page._print_doubt is None


def test_photographs_are_read_at_the_scale_of_the_printer_in_use(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch, examiner: Examiner
) -> None:
    workflow.record_print_scale(desk.library, "Ward 3", 98.0, 98.0, by="Ann")
    given: list[PrintScale | None] = []
    card = Card(kind="card", design_version=1, copy="A", nominal_mm=15.0, tags=())
    on_a_card = replace(scale(), cards=(card,))
    monkeypatch.setattr(sys.modules[__name__], "scale", lambda *_: on_a_card)

    def examine(path: Path, **options: Any) -> workflow.Examined:
        given.append(options["print_scale"])
        return examiner(path, **options)

    monkeypatch.setattr(workflow, "examine", examine)
    desk.drop(*three(folder))
    desk.place("WT-0147")

    desk.run()

    assert [one.scale for one in given if one is not None] == [0.98, 0.98, 0.98]
    scales = [one.calibration for one in desk.library.proposals() if one.calibration is not None]
    assert [one.print_scale for one in scales if one.cards] == [0.98, 0.98, 0.98]


def test_the_bars_are_entered_from_the_import_room(desk: Desk) -> None:
    desk.page.enter_bars.click()

    assert desk.window.printed_cards.measuring.isVisible()
    desk.window.printed_cards.measuring.dismiss()


# --- is it the right patient? --------------------------------------------------------------------


def test_the_last_photograph_of_the_same_site_stands_beside_what_comes_in(
    desk: Desk, folder: Path, tmp_path: Path
) -> None:
    chest = write_photograph(tmp_path / "CHEST.JPG", NINE - timedelta(days=7))
    examined = Examiner()(chest, originals=desk.library.originals)
    site = BodySite(region="chest")
    workflow.file_photograph(desk.library, examined, patient_code="WT-0147", site=site, by="Ann")
    for one in desk.library.photographs():
        small = io.BytesIO()
        Image.new("RGB", (64, 48), (90, 60, 50)).save(small, "JPEG")
        desk.library.originals.put_thumbnail(one.photograph.sha256, small.getvalue())
    desk.drop(*three(folder))
    desk.place("WT-0147", site="lower-leg")
    fields = desk.page.cards[0].place

    fields.side.setCurrentIndex(fields.side.findData(Side.LEFT.value))

    [row] = desk.page.panel.checks["WT-0147"].rows
    assert row.last.said == "Last, 16 Feb 2026, left lower leg"
    assert row.last.has_picture
    fields.side.setCurrentIndex(fields.side.findData(None))
    [row] = desk.page.panel.checks["WT-0147"].rows
    assert row.last.said == "Last, 16 Feb 2026, left lower leg"
    desk.qtbot.waitUntil(row.last.isVisible)


def test_where_none_is_of_the_site_that_is_said_and_no_other_is_shown(
    desk: Desk, folder: Path
) -> None:
    desk.drop(*three(folder))

    desk.place("WT-0147", site="abdomen")

    [row] = desk.page.panel.checks["WT-0147"].rows
    assert row.last.said == "No earlier photograph of left abdomen"
    assert not row.last.has_picture


def test_all_that_come_in_can_be_looked_at_one_by_one(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("WT-0147")
    [row] = desk.page.panel.checks["WT-0147"].rows
    seen = [row.incoming.said]

    desk.qtbot.mouseClick(row.incoming, Qt.MouseButton.LeftButton)
    seen.append(row.incoming.said)
    row.next.setFocus()
    desk.press(Qt.Key.Key_Return)
    seen.append(row.incoming.said)
    desk.press(Qt.Key.Key_Space, row.next)

    assert seen == [f"Coming in, {n + 1} of 3, IMG_{n}.JPG" for n in range(3)]
    assert row.incoming.said == seen[0]
    desk.press(Qt.Key.Key_Space, row.back)
    assert row.incoming.said == seen[2]
    assert desk.filed("WT-0147")[0].photograph.original_name == "OLD.JPG"  # nothing was imported


def test_a_tick_stays_when_the_site_is_chosen_afterwards(desk: Desk, folder: Path) -> None:
    desk.drop(*three(folder))
    desk.place("KX-1")
    check = desk.page.panel.checks["KX-1"]
    desk.qtbot.mouseClick(check.box, Qt.MouseButton.LeftButton)
    fields = desk.page.cards[0].place

    fields.site.setCurrentIndex(fields.site.findData("thigh"))

    assert desk.page.panel.checks["KX-1"] is check
    assert check.box.isChecked()


def test_two_sites_of_a_patient_are_compared_each_with_its_own(desk: Desk, folder: Path) -> None:
    later = write_photograph(folder / "LATE.JPG", NINE + timedelta(hours=2))
    desk.drop(*three(folder), later)
    desk.place("WT-0147", site="abdomen", at=0)
    desk.place("WT-0147", site="thigh", at=1)

    rows = desk.page.panel.checks["WT-0147"].rows

    assert [row.last.said for row in rows] == [
        "No earlier photograph of left abdomen",
        "No earlier photograph of left thigh",
    ]
    assert [row.incoming.said for row in rows] == [
        "Coming in, 1 of 3, IMG_0.JPG",
        "Coming in, LATE.JPG",
    ]


def test_a_new_code_that_may_be_a_name_is_refused_and_the_field_asked_again(
    desk: Desk, folder: Path
) -> None:
    desk.drop(*three(folder))
    desk.place("Anna Schmidt", site="abdomen")
    check = desk.page.panel.checks["Anna Schmidt"]

    desk.page.cards[0].place.side.setFocus()
    desk.press(Qt.Key.Key_Return)

    assert not check.box.isVisible()
    assert not desk.page.panel.main.isEnabled()
    assert desk.page.panel.why == "A code is never a name: type one with a digit in it."
    assert QApplication.focusWidget() is desk.page.cards[0].place.patient
    desk.place("AS-12", site="abdomen")
    desk.qtbot.mouseClick(desk.page.panel.checks["AS-12"].box, Qt.MouseButton.LeftButton)
    assert desk.page.panel.main.isEnabled()


def test_a_long_code_is_seen_whole_where_there_is_room(qtbot: QtBot) -> None:
    fields, code = PlaceFields("all groups"), "NORTHUMBRIA-RENAL-WOUND-STUDY-2026-00187"
    qtbot.addWidget(fields)
    fields.offer(["WT-0147"])
    fields.set_roomy(True)
    short = fields.patient.width()

    fields.offer(["WT-0147", code])
    roomy = fields.patient.width()
    fields.set_roomy(False)

    assert short == fields.patient.width() == 148
    assert fields.patient.fontMetrics().horizontalAdvance(code) < roomy - 40


def test_a_click_into_the_code_selects_it_so_that_what_is_typed_takes_its_place(
    qtbot: QtBot,
) -> None:
    fields = PlaceFields("all groups")
    qtbot.addWidget(fields)
    fields.show()
    fields.activateWindow()
    qtbot.waitUntil(fields.isActiveWindow)
    fields.site.setFocus()
    fields.set_patient("WT-0058")
    code = fields.patient.lineEdit()
    assert code is not None

    qtbot.mouseClick(code, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(code, "WT-0092")

    assert fields.patient_code == "WT-0092"
    # Beyond the last letter, which depends on the font.
    qtbot.mouseClick(code, Qt.MouseButton.LeftButton, pos=code.rect().center() + QPoint(40, 0))
    qtbot.keyClicks(code, "5")
    assert fields.patient_code == "WT-00925"
