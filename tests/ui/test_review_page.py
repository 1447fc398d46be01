"""The review room, driven by mouse and keys on a real library of small rendered photographs."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTranslator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from woundtrack import imaging, phantom, workflow
from woundtrack.errors import ChangedMeanwhile, DiskFull
from woundtrack.model import (
    BodySite,
    Lesion,
    Outline,
    OutlineKind,
    OutlineSource,
    Patient,
    Point,
    Side,
    WoundState,
)
from woundtrack.records import Library
from woundtrack.ui.review import commands
from woundtrack.ui.review import draft as review_draft
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.review.page import ReviewPage
from woundtrack.ui.window.main_window import MainWindow

ABDOMEN = BodySite(region="abdomen", side=Side.LEFT)
THIGH = BodySite(region="thigh", side=Side.LEFT)
FIRST, SECOND = date(2026, 1, 12), date(2026, 2, 9)
CODE = "WT-0147"


def _card() -> phantom.CardPrint:
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet)
    layout = imaging.card_layout()
    card = layout.cards[0]
    return phantom.CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=tuple(tuple((x, y) for x, y in ring) for ring in card.paper_mm),
        centre_mm=(-20.0, 40.0),
    )


def _shot(
    areas: tuple[float, ...], on: date, card: phantom.CardPrint | None, seed: int
) -> phantom.Phantom:
    places = ((15.0, -30.0), (62.0, 8.0))
    return phantom.render(
        phantom.Scene(
            seed=seed,
            lesions=tuple(
                phantom.Lesion(centre_mm=place, area_mm2=area, shape_seed=2 + number, redness=0.3)
                for number, (place, area) in enumerate(zip(places, areas, strict=False))
            ),
            cards=() if card is None else (card,),
            camera=phantom.Camera(width_px=1000, height_px=750, distance_mm=330),
            taken_at=datetime(on.year, on.month, on.day, 9, seed, tzinfo=UTC),
        )
    )


def _about(outline: Outline, factor: float) -> Outline:
    x0, y0 = outline.centre
    ring = tuple((x0 + (x - x0) * factor, y0 + (y - y0) * factor) for x, y in outline.outer)
    return replace(outline, outer=ring)


@pytest.fixture(scope="module")
def made_clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a library with one visit accepted (A1, A2) and four photographs that wait.

    In the order of the queue: A1 and A2 again, smaller, A1's outline drawn too small on purpose;
    the same without a card; a thigh with a wound that nobody has outlined; the abdomen once more,
    with nothing to be seen.
    """
    folder = tmp_path_factory.mktemp("review")
    card = _card()
    with Library.create(folder / "clinic") as library:

        def file(
            name: str, shot: phantom.Phantom, site: BodySite, on: date, factor: float | None
        ) -> workflow.Filed:
            path = folder / name
            path.write_bytes(shot.jpeg)
            examined = workflow.examine(path, originals=library.originals)
            truths = [
                Outline(outer=tuple(truth.ring_px[::12]), source=OutlineSource.PROPOSED)
                for truth in shot.lesions
            ]
            if factor is None:
                truths = []
            elif truths:
                truths[0] = _about(truths[0], factor)
            return workflow.file_photograph(
                library,
                replace(examined, outlines=tuple(truths)),
                patient_code=CODE,
                site=site,
                visited_on=on,
                by="Ann",
            )

        filed = file("first.jpg", _shot((1200.0, 300.0), FIRST, card, 1), ABDOMEN, FIRST, 1.0)
        decisions = workflow.suggest(library, filed.proposal)
        workflow.accept(library, filed.proposal, decisions, by="Ann")
        both = _shot((1000.0, 240.0), SECOND, card, 2)
        file("second.jpg", both, ABDOMEN, SECOND, 0.6)
        file("nocard.jpg", _shot((1000.0, 240.0), SECOND, None, 3), ABDOMEN, SECOND, 1.0)
        file("thigh.jpg", _shot((600.0,), SECOND, card, 4), THIGH, SECOND, None)
        file("bare.jpg", _shot((), SECOND, card, 5), ABDOMEN, SECOND, None)
    return folder / "clinic"


class Room:
    """The review room in a window, and hands to work with."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        page = window.page("review")
        assert isinstance(page, ReviewPage)
        self.page = page
        self.canvas = page.canvas
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        self.sharp()

    @property
    def library(self) -> Library:
        library = self.window.session.library
        assert library is not None
        return library

    @property
    def name(self) -> str:
        """The file in view; empty for none."""
        case = self.page.case
        return "" if case is None else case.filed.photograph.original_name

    @property
    def area(self) -> float:
        """The area in hand, cm²."""
        entry = self.page.selected
        assert entry is not None
        assert entry.measurement is not None
        return entry.measurement.area_cm2

    @property
    def labels(self) -> list[str]:
        """The lesions of the photograph."""
        return [entry.identity.label for entry in self.page.draft.entries if entry.identity]

    def tool(self) -> Tool:
        """Return the tool in hand."""
        return self.canvas.tool

    def is_bare(self) -> bool:
        """Tell whether what is drawn is hidden."""
        return self.canvas.is_bare

    def is_boxing(self) -> bool:
        """Tell whether a box is dragged."""
        return self.canvas.is_dragging_box

    def sharp(self) -> None:
        self.qtbot.waitUntil(lambda: self.canvas.is_sharp, timeout=20_000)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier or Qt.KeyboardModifier.NoModifier)

    def undo(self) -> None:
        self.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    def redo(self) -> None:
        modifier = Qt.KeyboardModifier
        self.press(Qt.Key.Key_Z, modifier.ControlModifier | modifier.ShiftModifier)

    def at(self, point: Point) -> QPoint:
        return self.canvas.mapFromScene(QPointF(*point))

    def click(self, point: Point, modifier: Qt.KeyboardModifier | None = None) -> None:
        QTest.mouseClick(
            self.canvas.viewport(),
            Qt.MouseButton.LeftButton,
            modifier or Qt.KeyboardModifier.NoModifier,
            self.at(point),
        )

    def begin_box(self, start: Point, end: Point) -> None:
        view = self.canvas.viewport()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=self.at(start))
        QTest.mouseMove(view, self.at(end))

    def drag_box(self, start: Point, end: Point) -> None:
        self.begin_box(start, end)
        view = self.canvas.viewport()
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=self.at(end))

    def settle(self) -> None:
        """Wait for the gestures made."""
        self.qtbot.waitUntil(lambda: not self.page.is_working, timeout=20_000)

    def go_to(self, name: str) -> None:
        for _ in range(5):
            if self.name == name:
                self.sharp()
                return
            self.press(Qt.Key.Key_Right)
        raise AssertionError(f"{name} is not in the queue")

    def wound(self) -> tuple[Point, Point]:
        """Return the corners of a box a little larger than the thigh's wound."""
        shot = _shot((600.0,), SECOND, None, 4).lesions[0]
        xs, ys = [x for x, _ in shot.ring_px], [y for _, y in shot.ring_px]
        return (min(xs) - 12, min(ys) - 12), (max(xs) + 12, max(ys) + 12)

    def lesion(self, label: str) -> Lesion:
        patient = self.library.patient_with_code(CODE)
        return next(one for one in self.library.lesions(patient.id) if one.label == label)


@pytest.fixture
def clinic_copy(made_clinic: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a library of the test's own."""
    path = tmp_path / "Renal wound clinic"
    shutil.copytree(made_clinic, path)
    yield path
    for file in path.rglob("*"):
        file.chmod(0o700 if file.is_dir() else 0o600)


@pytest.fixture
def room(clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot) -> Room:
    """Return the review room, on the first photograph that waits."""
    return Room(make_window(clinic_copy), qtbot)


# --- accepting -----------------------------------------------------------------------------------


def test_the_room_opens_on_the_first_that_waits_with_known_lesions_suggested(room: Room) -> None:
    assert room.name == "second.jpg"
    assert room.labels == ["A1", "A2"]
    assert room.page.queue.count_text == "4 of 4 left"
    assert "Matches 12 Jan by size and place" in room.page.panel.reason


def test_enter_accepts_all_outlines_and_goes_on_to_the_next(room: Room) -> None:
    room.press(Qt.Key.Key_Return)

    assert room.name == "nocard.jpg"
    assert room.page.queue.count_text == "3 of 4 left"
    for label in ("A1", "A2"):
        newest = room.library.assessments(lesion_id=room.lesion(label).id)[-1]
        assert newest.reviewed_by == "Ann"
        assert newest.ulcer is not None


def test_the_button_accepts_as_enter_does(room: Room) -> None:
    QTest.mouseClick(room.page.panel.main, Qt.MouseButton.LeftButton)

    assert room.name == "nocard.jpg"


def test_undo_brings_an_accepted_photograph_back_and_redo_accepts_it_again(room: Room) -> None:
    a1 = room.lesion("A1")
    room.press(Qt.Key.Key_Return)
    assert len(room.library.assessments(lesion_id=a1.id)) == 2

    room.undo()

    assert room.name == "second.jpg"
    assert room.page.queue.count_text == "4 of 4 left"
    assert len(room.library.assessments(lesion_id=a1.id)) == 1

    room.redo()

    assert room.name == "nocard.jpg"
    assert len(room.library.assessments(lesion_id=a1.id)) == 2


def test_arrows_skip_and_go_back_without_recording(room: Room) -> None:
    room.press(Qt.Key.Key_Right)
    assert room.name == "nocard.jpg"

    room.press(Qt.Key.Key_Left)
    assert room.name == "second.jpg"
    assert room.page.queue.count_text == "4 of 4 left"


def test_without_a_card_there_is_no_area_and_it_can_be_kept_so(room: Room) -> None:
    room.go_to("nocard.jpg")
    assert room.page.panel.area.view.value == "No area"
    assert room.page.panel.main.text() == "Keep without area"
    assert "No card found" in [note.title for note in room.page.panel.notes]

    room.press(Qt.Key.Key_Return)

    newest = room.library.assessments(lesion_id=room.lesion("A1").id)[-1]
    assert newest.ulcer is None
    assert newest.outline_of(OutlineKind.ULCER) is not None


def test_a_fault_while_accepting_is_said_and_the_outline_stays(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="the library")

    monkeypatch.setattr(workflow, "accept", full)

    room.press(Qt.Key.Key_Return)

    assert room.name == "second.jpg"
    assert room.labels == ["A1", "A2"]
    assert "The disk is full" in [note.title for note in room.page.panel.notes]


def test_the_empty_queue_says_that_all_is_reviewed(room: Room) -> None:
    for name in ("second.jpg", "nocard.jpg", "thigh.jpg", "bare.jpg"):
        room.go_to(name)
        room.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)

    assert room.name == ""
    assert room.page.queue.count_text == "None left"
    assert room.page.empty_title == "All reviewed."
    assert room.window.session.library is not None


def test_nothing_to_record_takes_a_photograph_off_the_queue_until_undone(room: Room) -> None:
    room.go_to("bare.jpg")

    room.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert room.page.queue.count_text == "3 of 4 left"

    room.undo()
    assert room.name == "bare.jpg"
    assert room.page.queue.count_text == "4 of 4 left"


# --- gestures ------------------------------------------------------------------------------------


def test_a_box_gives_an_outline_and_undo_takes_it_away(room: Room) -> None:
    room.go_to("thigh.jpg")
    assert room.tool() is Tool.BOX
    assert room.labels == []

    room.drag_box(*room.wound())
    room.settle()

    assert [one.label for one in room.canvas.outlines] == ["T1"]
    assert room.area == pytest.approx(6.0, rel=0.15)
    assert room.tool() is Tool.INCLUDE

    room.undo()
    assert [one.label for one in room.canvas.outlines] == []

    room.redo()
    assert [one.label for one in room.canvas.outlines] == ["T1"]


def test_a_click_takes_in_what_was_left_out_and_keeps_the_lesion(room: Room) -> None:
    small = room.area
    outline = room.page.draft.outlines[0]
    beyond = _about(outline, 1.35).outer[0]

    room.click(beyond)
    room.settle()

    assert room.area > 1.05 * small
    assert room.labels == ["A1", "A2"]


def test_an_alt_click_takes_out_what_was_taken_in(room: Room) -> None:
    outline = room.page.draft.outlines[0]
    beyond = _about(outline, 1.35).outer[0]
    room.click(beyond)
    room.settle()
    large = room.area

    room.click(beyond, Qt.KeyboardModifier.AltModifier)
    room.settle()

    assert room.area < large


def test_quick_gestures_are_all_worked_out_each_a_step_of_undo(room: Room) -> None:
    ring = _about(room.page.draft.outlines[0], 1.35).outer
    small = room.area

    room.click(ring[0])
    room.click(ring[len(ring) // 2])
    room.settle()

    after_both = room.area
    room.undo()
    after_one = room.area
    room.undo()
    assert small == room.area < after_one < after_both


def test_esc_gives_up_a_box_that_is_being_dragged(room: Room) -> None:
    room.go_to("thigh.jpg")
    start, end = room.wound()

    room.begin_box(start, end)
    assert room.is_boxing()
    room.press(Qt.Key.Key_Escape)
    QTest.mouseRelease(room.canvas.viewport(), Qt.MouseButton.LeftButton, pos=room.at(end))

    assert not room.is_boxing()
    assert not room.page.is_working
    assert room.canvas.outlines == ()


def test_a_gesture_that_finds_nothing_says_so_on_the_photograph(room: Room) -> None:
    room.go_to("thigh.jpg")

    room.press(Qt.Key.Key_X)
    room.click((500.0, 300.0))
    room.settle()

    assert "Drag a box round the wound" in room.canvas.notice
    assert room.canvas.outlines == ()


def test_enter_waits_for_an_outline_that_is_still_being_found(room: Room) -> None:
    room.click(_about(room.page.draft.outlines[0], 1.35).outer[0])
    assert room.page.is_working

    room.press(Qt.Key.Key_Return)

    assert room.name == "second.jpg"
    room.settle()


def test_del_takes_an_outline_out_and_undo_puts_it_back(room: Room) -> None:
    room.press(Qt.Key.Key_Delete)
    assert room.labels == ["A2"]

    room.undo()
    assert room.labels == ["A1", "A2"]


def test_undo_goes_back_to_the_photograph_it_is_about(room: Room) -> None:
    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Right)
    assert room.name == "nocard.jpg"

    room.undo()

    assert room.name == "second.jpg"
    assert room.labels == ["A1", "A2"]


# --- which lesion --------------------------------------------------------------------------------


def test_n_and_enter_make_it_a_new_lesion_at_the_site(room: Room) -> None:
    room.press(Qt.Key.Key_N)
    assert room.page.panel.picker.name.text() == "A3"
    room.press(Qt.Key.Key_Return)
    assert room.labels == ["A3", "A2"]

    room.press(Qt.Key.Key_Return)

    made = room.lesion("A3")
    assert made.site == ABDOMEN
    assert made.number == 3


def test_a_new_lesion_s_name_that_is_taken_is_asked_again(room: Room) -> None:
    room.press(Qt.Key.Key_N)
    QTest.keyClicks(room.page.panel.picker.name, "a2")
    room.press(Qt.Key.Key_Return)

    assert room.page.panel.picker.isVisible()
    assert room.labels == ["A1", "A2"]

    room.press(Qt.Key.Key_Escape)
    assert not room.page.panel.picker.isVisible()
    assert room.canvas.hasFocus()


def test_l_gives_an_outline_to_another_known_lesion(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)  # A2 is free now

    room.press(Qt.Key.Key_L)
    room.press(Qt.Key.Key_Return)

    assert room.labels == ["A2"]
    assert room.page.panel.reason == "Chosen by you"


def test_tab_goes_to_the_next_lesion_and_round(room: Room) -> None:
    selected = room.page.selected
    room.press(Qt.Key.Key_Tab)
    assert room.page.selected != selected

    room.press(Qt.Key.Key_Tab)
    assert room.page.selected == selected


def test_a_click_inside_another_outline_takes_it_in_hand(room: Room) -> None:
    room.click(room.page.draft.outlines[1].centre)

    assert room.page.selected == room.page.draft.entries[1]
    assert not room.page.is_working


def test_a_lesion_is_recorded_as_closed(room: Room) -> None:
    room.go_to("bare.jpg")

    room.press(Qt.Key.Key_O)
    room.press(Qt.Key.Key_Return)
    assert room.page.panel.area.view.value == "Closed"
    room.press(Qt.Key.Key_Return)

    newest = room.library.assessments(lesion_id=room.lesion("A1").id)[-1]
    assert newest.state is WoundState.CLOSED


# --- looking -------------------------------------------------------------------------------------


def test_letters_are_keys_only_while_the_photograph_has_the_focus(room: Room) -> None:
    room.page.queue.list.setFocus()

    room.press(Qt.Key.Key_V)
    room.press(Qt.Key.Key_Delete)
    assert room.tool() is Tool.INCLUDE
    assert room.labels == ["A1", "A2"]

    room.canvas.setFocus()
    room.press(Qt.Key.Key_V)
    assert room.tool() is Tool.PAN


def test_space_hides_what_is_drawn_while_it_is_held(room: Room) -> None:
    QTest.keyPress(room.canvas, Qt.Key.Key_Space)
    assert room.is_bare()

    QTest.keyRelease(room.canvas, Qt.Key.Key_Space)
    assert not room.is_bare()


def test_the_wheel_zooms_round_the_cursor_and_nought_fits_again(room: Room) -> None:
    fitted = room.canvas.scale_now
    at = QPoint(200, 150)
    under = room.canvas.mapToScene(at)

    room.canvas.zoom_by(2.0, at)
    assert room.canvas.scale_now == pytest.approx(2 * fitted)
    there = room.canvas.mapToScene(at)
    assert (there - under).manhattanLength() < 2.5

    room.press(Qt.Key.Key_0)
    assert room.canvas.scale_now == pytest.approx(fitted)


def test_the_area_stands_beside_the_visit_before(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)  # A2, outlined true: 2.4 cm², 3.0 before

    view = room.page.panel.area.view

    assert view.value == "2.4"
    assert view.last is not None
    assert view.last.area_cm2 == pytest.approx(3.0, rel=0.03)
    assert view.comparison is not None
    assert view.comparison.second == "Smaller by more than measurement error"


def test_a_click_in_the_history_opens_the_earlier_photograph(room: Room) -> None:
    earlier = room.page.strip.shown[0]
    assert earlier.day == "12 Jan"
    assert earlier.area == "12.0"

    cell = room.page.strip.findChildren(QAbstractButton)[0]
    assert cell.accessibleName() == "12 Jan, 12.0"

    QTest.mouseClick(cell, Qt.MouseButton.LeftButton)

    assert room.name == "first.jpg"


def test_on_a_wide_window_the_last_visit_stands_beside_at_the_same_scale(room: Room) -> None:
    assert not room.page.last.isVisible()

    room.window.resize(2560, 1368)

    room.qtbot.waitUntil(room.page.last.isVisible)
    case = room.page.case
    shown = room.page.last.shown
    assert case is not None
    assert shown is not None
    assert case.proposal.calibration is not None
    assert shown.accepted.calibration is not None
    here = room.canvas.scale_now / case.proposal.calibration.mm_per_px
    there = room.page.last.canvas.scale_now / shown.accepted.calibration.mm_per_px
    assert there == pytest.approx(here)


def test_a_library_open_for_reading_lets_one_look_only(
    clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    with Library.open(clinic_copy):
        room = Room(make_window(clinic_copy), qtbot)

        assert room.tool() is Tool.PAN
        assert not room.page.panel.main.isEnabled()
        assert "reading only" in room.page.panel.main.toolTip()
        room.press(Qt.Key.Key_Return)
        assert room.name == "second.jpg"


def test_an_original_that_is_missing_is_said_and_the_room_goes_on(
    clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    with Library.open(clinic_copy, read_only=True) as library:
        patient = library.patient_with_code(CODE)
        names = {
            one.photograph.original_name: one.photograph.sha256
            for one in library.photographs(patient.id)
        }
        path = library.originals.path(names["nocard.jpg"])
    path.chmod(0o600)
    path.unlink()
    room = Room(make_window(clinic_copy), qtbot)

    room.press(Qt.Key.Key_Right)
    qtbot.waitUntil(
        lambda: "This library is damaged" in [note.title for note in room.page.panel.notes]
    )
    room.click(room.page.draft.outlines[0].centre)
    assert not room.page.is_working

    room.press(Qt.Key.Key_Right)
    room.sharp()
    assert room.name == "thigh.jpg"


# --- what was accepted ---------------------------------------------------------------------------


def _first(room: Room) -> str:
    patient = room.library.patient_with_code(CODE)
    return room.library.photographs(patient.id)[0].id


def test_an_accepted_photograph_is_shown_as_it_was_accepted(room: Room) -> None:
    room.window.session.go("review", photograph_id=_first(room))

    assert room.name == "first.jpg"
    assert room.labels == ["A1", "A2"]
    assert not room.page.panel.main.isEnabled()
    assert room.page.panel.main.text() == "Save the change"


def test_a_correction_becomes_a_revision_with_its_reason_and_undo_another(room: Room) -> None:
    room.window.session.go("review", photograph_id=_first(room))
    room.sharp()
    before = room.area
    outline = room.page.draft.outlines[0]
    xs, ys = [x for x, _ in outline.outer], [y for _, y in outline.outer]
    a1 = room.library.assessments(lesion_id=room.lesion("A1").id)[0]

    room.drag_box((min(xs) - 25, min(ys) - 25), (max(xs) + 25, max(ys) + 25))
    room.settle()
    assert room.page.panel.why.isVisible()
    room.page.panel.why.setFocus()
    QTest.keyClicks(room.page.panel.why, "edge was too tight")
    room.press(Qt.Key.Key_Return)

    revisions = room.library.revisions(a1.assessment_id)
    assert [one.reason for one in revisions] == [None, "edge was too tight"]
    assert not room.page.panel.why.isVisible()
    corrected = revisions[-1].ulcer
    assert corrected is not None
    assert corrected.area_cm2 == pytest.approx(room.area)

    room.canvas.setFocus()
    room.undo()
    again = room.library.revisions(a1.assessment_id)[-1].ulcer
    assert again is not None
    assert again.area_cm2 == pytest.approx(before)


def test_an_accepted_outline_is_retired_with_del_and_enter(room: Room) -> None:
    room.window.session.go("review", photograph_id=_first(room))
    room.press(Qt.Key.Key_Tab)
    selected = room.page.selected
    assert selected is not None
    assert selected.thread is not None

    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Return)

    newest = room.library.revisions(selected.thread)[-1]
    assert newest.is_retired
    assert newest.reason == "Corrected in review"
    assert room.labels == ["A1"]

    room.undo()
    assert room.labels == ["A1", "A2"]


def test_an_accepted_outline_is_given_to_another_lesion(room: Room) -> None:
    room.window.session.go("review", photograph_id=_first(room))
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Return)  # A2 was a mistake; A1's outline is A2
    a1, a2 = room.lesion("A1"), room.lesion("A2")

    room.press(Qt.Key.Key_L)
    room.press(Qt.Key.Key_Return)
    assert room.labels == ["A2"]
    room.press(Qt.Key.Key_Return)

    assert room.library.assessments(lesion_id=a1.id) == ()
    assert len(room.library.assessments(lesion_id=a2.id)) == 1


def test_n_and_enter_make_an_accepted_outline_a_new_lesion_and_undo_takes_it_back(
    room: Room,
) -> None:
    room.window.session.go("review", photograph_id=_first(room))
    a1 = room.lesion("A1")
    (accepted,) = room.library.assessments(lesion_id=a1.id)

    room.press(Qt.Key.Key_N)
    assert room.page.panel.picker.name.text() == "A3"
    room.press(Qt.Key.Key_Return)
    assert room.labels == ["A3", "A2"]
    assert room.library.assessments(lesion_id=a1.id) == (accepted,)  # nothing is recorded yet
    room.press(Qt.Key.Key_Return)

    made = room.lesion("A3")
    assert (made.number, made.site) == (3, ABDOMEN)
    assert room.library.assessments(lesion_id=a1.id) == ()
    (moved,) = room.library.assessments(lesion_id=made.id)
    assert (moved.assessment_id, moved.outlines) == (accepted.assessment_id, accepted.outlines)
    assert room.labels == ["A2", "A3"]
    assert room.page.panel.title == "Left abdomen"
    assert not room.page.panel.main.isEnabled()

    room.undo()
    assert room.labels == ["A1", "A2"]
    assert room.library.lesion(made.id).is_retired
    assert len(room.library.assessments(lesion_id=a1.id)) == 1

    room.redo()
    assert room.labels == ["A2", "A3"]
    assert room.lesion("A3").id == made.id


def test_an_accepted_outline_is_given_to_a_new_lesion_elsewhere_by_mouse(room: Room) -> None:
    room.window.session.go("review", photograph_id=_first(room))
    room.press(Qt.Key.Key_Tab)

    for text in ("Another lesion…", "New lesion…"):
        button = next(
            one
            for one in room.page.panel.findChildren(QAbstractButton)
            if one.text() == text and one.isVisible()
        )
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    picker = room.page.panel.picker
    QTest.keyClicks(picker.site, "thi")
    assert picker.name.text() == "T1"
    QTest.mouseClick(picker.make, Qt.MouseButton.LeftButton)
    assert room.labels == ["A1", "T1"]
    QTest.mouseClick(room.page.panel.main, Qt.MouseButton.LeftButton)

    (moved,) = room.library.assessments(lesion_id=room.lesion("T1").id)
    assert room.lesion("T1").site == THIGH
    assert moved.reason == "Corrected in review"
    assert room.library.assessments(lesion_id=room.lesion("A2").id) == ()


def test_where_not_all_can_be_recorded_the_new_lesion_is_taken_back_too(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="the library")

    room.window.session.go("review", photograph_id=_first(room))
    room.press(Qt.Key.Key_N)
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)
    monkeypatch.setattr(workflow, "retire", full)

    room.press(Qt.Key.Key_Return)

    assert "The disk is full" in [note.title for note in room.page.panel.notes]
    patient = room.library.patient_with_code(CODE)
    assert [lesion.label for lesion in room.library.lesions(patient.id)] == ["A1", "A2"]
    assert len(room.library.assessments(lesion_id=room.lesion("A1").id)) == 1


def test_a_photograph_set_aside_can_be_reviewed_again(room: Room) -> None:
    room.go_to("bare.jpg")
    case = room.page.case
    assert case is not None
    room.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    room.window.session.go("review", photograph_id=case.filed.id)
    assert "Nothing recorded" in [note.title for note in room.page.panel.notes]

    room.window.session.actions["review.reopen"].trigger()

    assert room.name == "bare.jpg"
    assert room.page.queue.count_text == "4 of 4 left"


def test_an_accepted_photograph_is_changed_and_not_reviewed_again(room: Room) -> None:
    room.window.session.go("review", photograph_id=_first(room))
    again = room.window.session.actions["review.reopen"]
    before = room.library.audit_head()

    assert not again.isEnabled()
    assert "Something is recorded from this photograph" in again.toolTip()

    for _ in range(2):
        room.press(Qt.Key.Key_Delete)  # removed, and not saved yet: still recorded
    assert room.labels == []
    assert not again.isEnabled()
    assert [note.title for note in room.page.panel.notes] == ["Nothing is left"]
    assert room.library.audit_head() == before


def test_a_photograph_whose_lesions_are_measured_in_another_is_not_reviewed_again(
    room: Room,
) -> None:
    room.go_to("nocard.jpg")
    case = room.page.case
    assert case is not None
    room.go_to("second.jpg")
    room.press(Qt.Key.Key_Return)
    room.go_to("nocard.jpg")
    room.press(Qt.Key.Key_Return)

    room.window.session.go("review", photograph_id=case.filed.id)

    assert room.page.case is not None
    assert [one.label for one in room.page.case.elsewhere] == ["A1", "A2"]
    assert not room.window.session.actions["review.reopen"].isEnabled()


def test_a_photograph_whose_assessments_are_all_retired_can_be_reviewed_again(room: Room) -> None:
    first = _first(room)
    room.window.session.go("review", photograph_id=first)
    for _ in range(2):
        room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Return)
    assert [note.title for note in room.page.panel.notes] == ["Nothing recorded"]

    room.window.session.actions["review.reopen"].trigger()
    assert room.labels == ["A1", "A2"]
    room.press(Qt.Key.Key_Return)

    counting = [one for one in room.library.assessments() if first in one.photograph_ids]
    assert len(counting) == 2
    assert {one.lesion_id for one in counting} == {room.lesion("A1").id, room.lesion("A2").id}


def test_what_was_accepted_meanwhile_is_not_brought_back(room: Room) -> None:
    accepted = review_draft.open_case(room.library, _first(room))
    count = room.window.session.undo_stack.count()

    with pytest.raises(ChangedMeanwhile):
        commands.bring_back(room.window.session, room.library, accepted, lambda: None)

    assert not room.library.proposal_of(accepted.filed.id).is_waiting
    assert room.window.session.undo_stack.count() == count


class _Foreign(QTranslator):
    """Marks every text of the window, as another language would change it."""

    def translate(
        self,
        context: str,
        sourceText: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        return f"«{sourceText}»"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def foreign_room(room: Room, dressed: QApplication) -> Iterator[Room]:
    """Return the review room in a foreign language."""
    foreign = _Foreign()
    dressed.installTranslator(foreign)
    yield room
    dressed.removeTranslator(foreign)


def test_what_is_recorded_does_not_depend_on_the_windows_language(foreign_room: Room) -> None:
    room = foreign_room
    room.press(Qt.Key.Key_Return)  # accepted
    room.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)  # set aside
    room.undo()
    room.window.session.go("review", photograph_id=_first(room))
    assert room.page.panel.why.placeholderText() == ""
    room.press(Qt.Key.Key_Delete)
    assert room.page.panel.why.placeholderText() == "«Corrected in review»"

    room.press(Qt.Key.Key_Return)  # one retired

    trail = room.library.audit_trail()
    retired = next(entry for entry in trail if entry.verb == "retire")
    assert retired.why == "Corrected in review"
    assert "«" not in repr(trail)
    revisions = room.library.assessments(include_retired=True)
    assert "«" not in repr([room.library.revisions(one.assessment_id) for one in revisions])
    assert "«" not in repr(room.library.lesions(room.library.patient_with_code(CODE).id))


# --- whose photograph it is ----------------------------------------------------------------------


def _patient_without_photographs(room: Room, code: str) -> Patient:
    patient = Patient(id=f"patient-{code}", code=code, created_at=datetime.now(UTC))
    with room.library.verb("import", by="Ann") as change:
        change.add_patient(patient)
    room.window.session.changed("patients")
    return patient


def test_back_in_review_no_photograph_of_another_patient_is_in_view(room: Room) -> None:
    _patient_without_photographs(room, "WT-0104")
    assert room.name == "second.jpg"
    room.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    codes = room.window.patients.list
    row = codes.model().index(0, 0)
    assert row.data() == "WT-0104"
    QTest.mouseClick(
        codes.viewport(), Qt.MouseButton.LeftButton, pos=codes.visualRect(row).center()
    )

    QTest.mouseClick(room.window.rail.item("room.review"), Qt.MouseButton.LeftButton)

    assert room.window.session.patient is not None
    assert room.window.session.patient.code == "WT-0104"
    assert room.page.case is None
    assert room.page.empty_title == "Nothing of WT-0104 waits."
    assert not room.window.session.actions["review.accept"].isEnabled()

    on = next(
        button
        for button in room.page.findChildren(QAbstractButton)
        if button.isVisible() and button.text() == "Review the next that waits"
    )
    QTest.mouseClick(on, Qt.MouseButton.LeftButton)

    assert room.name == "second.jpg"
    assert room.window.session.patient.code == CODE


def test_asked_for_the_photograph_that_is_open_its_patient_is_named(room: Room) -> None:
    other = _patient_without_photographs(room, "WT-0104")
    case = room.page.case
    assert case is not None
    room.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    room.window.session.set_patient(other)

    room.window.session.go("review", photograph_id=case.filed.id)

    assert room.name == "second.jpg"
    assert room.window.session.patient is not None
    assert room.window.session.patient.code == CODE


def test_a_library_without_photographs_has_nothing_reviewed(
    make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    Library.create(tmp_path / "new").close()
    window = make_window(tmp_path / "new")
    QTest.mouseClick(window.rail.item("room.review"), Qt.MouseButton.LeftButton)
    page = window.page("review")
    assert isinstance(page, ReviewPage)

    assert page.empty_title == "No photographs yet."
    assert page.queue.count_text == "None yet"
    assert page.queue.done_fraction == 0
    buttons = [one for one in page.findChildren(QAbstractButton) if one.isVisible()]
    way = next(one for one in buttons if one.text() == "Import photographs")
    QTest.mouseClick(way, Qt.MouseButton.LeftButton)
    assert window.room == "import"


def test_import_is_a_button_under_the_queue_and_belongs_to_review(room: Room) -> None:
    QTest.mouseClick(room.page.queue.to_import, Qt.MouseButton.LeftButton)

    assert room.window.room == "import"
    assert room.window.rail.item("room.review").is_here
