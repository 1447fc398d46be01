"""The card's colours over the photograph: a switch, its label, its reasons, a question in doubt."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import Room
from woundtrack import imaging, phantom
from woundtrack.model import Calibration
from woundtrack.ui.review.canvas import Canvas
from woundtrack.ui.review.card_colours import ACTION, CardColours
from woundtrack.ui.review.photo_item import Pixels, pyramid
from woundtrack.ui.review.photo_loader import Loaded
from woundtrack.ui.session import Session
from woundtrack.ui.window.main_window import MainWindow

C = Qt.Key.Key_C


def label_of(room: Room) -> str:
    return room.canvas.colours


def is_on(room: Room) -> bool:
    return room.window.session.actions[ACTION].isChecked()


def why_off(room: Room) -> str | None:
    return room.window.session.actions.why_off(ACTION)


def test_c_shows_the_cards_colours_with_what_is_left_and_c_takes_them_away(room: Room) -> None:
    room.qtbot.waitUntil(lambda: why_off(room) is None)

    room.press(C)
    room.qtbot.waitUntil(lambda: label_of(room) != "")

    assert label_of(room) in {
        "Colours from the card: true to the eye",
        "Colours from the card: close to true",
        "Colours from the card: roughly right",
    }
    assert is_on(room)
    view = room.canvas.viewport()
    at = QPoint(30, view.height() - 20)
    room.canvas.grab()
    QApplication.sendEvent(view, QHelpEvent(QHelpEvent.Type.ToolTip, at, view.mapToGlobal(at)))
    detail = QToolTip.text()
    QToolTip.hideText()
    assert detail.startswith("The card's patches come out ")
    assert "ΔE 2000" in detail

    room.press(C)

    assert label_of(room) == ""
    assert not is_on(room)


def test_area_and_outlines_are_the_same_with_the_cards_colours(room: Room) -> None:
    room.qtbot.waitUntil(lambda: why_off(room) is None)
    area, outlines = room.area, room.page.draft.outlines

    room.press(C)
    room.qtbot.waitUntil(lambda: label_of(room) != "")

    assert room.area == area
    assert room.page.draft.outlines == outlines


def test_a_wound_is_outlined_on_the_photograph_itself_not_on_its_colours(room: Room) -> None:
    room.go_to("thigh.jpg")
    room.drag_box(*room.wound())
    room.settle()
    on_photograph = room.page.draft.outlines
    room.undo()
    room.qtbot.waitUntil(lambda: why_off(room) is None)

    room.press(C)
    room.qtbot.waitUntil(lambda: label_of(room) != "")
    room.drag_box(*room.wound())
    room.settle()

    assert len(on_photograph) == 1
    assert room.page.draft.outlines[0].outer == on_photograph[0].outer


def test_the_choice_stays_from_photograph_to_photograph(room: Room) -> None:
    room.qtbot.waitUntil(lambda: why_off(room) is None)
    room.press(C)
    room.qtbot.waitUntil(lambda: label_of(room) != "")

    room.go_to("thigh.jpg")

    room.qtbot.waitUntil(lambda: label_of(room) != "")
    assert is_on(room)


def test_without_a_card_the_switch_is_off_and_says_why_and_the_choice_is_kept(room: Room) -> None:
    room.qtbot.waitUntil(lambda: why_off(room) is None)
    room.press(C)
    room.qtbot.waitUntil(lambda: label_of(room) != "")

    room.go_to("nocard.jpg")
    room.qtbot.waitUntil(lambda: why_off(room) == "No card was found in this photograph.")

    assert not is_on(room)
    assert label_of(room) == ""

    room.go_to("thigh.jpg")

    room.qtbot.waitUntil(lambda: label_of(room) != "")


def test_last_visits_photograph_takes_on_its_own_cards_colours(room: Room) -> None:
    room.window.resize(2000, 1000)
    room.qtbot.waitUntil(room.page.last.isVisible)
    room.qtbot.waitUntil(lambda: room.page.last.photo.is_sharp, timeout=20_000)
    room.qtbot.waitUntil(lambda: why_off(room) is None)

    room.canvas.setFocus()
    room.press(C)

    room.qtbot.waitUntil(lambda: room.page.last.photo.colours.startswith("Colours from the card"))
    room.press(C)
    assert room.page.last.photo.colours == ""


def test_without_a_photograph_there_is_nothing_to_colour(
    make_window: Callable[..., MainWindow],
) -> None:
    window = make_window()
    window.page("review")

    assert window.session.actions.why_off(ACTION) == "No library is open."


# --- where there is doubt ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shot() -> tuple[Pixels, Calibration]:
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet)
    layout = imaging.card_layout()
    card = phantom.CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 0.0),
    )
    camera = phantom.Camera(width_px=1000, height_px=750, focal_35mm=35.0, distance_mm=180.0)
    pixels = phantom.render(phantom.Scene(camera=camera, cards=(card,), hair=0.0)).pixels
    return pixels, imaging.find_calibration(pixels)


@pytest.fixture
def shadowed(shot: tuple[Pixels, Calibration]) -> tuple[Loaded, Calibration]:
    """Return the photograph with a shadow over the lower half of the card's patches."""
    pixels, calibration = shot
    dark = pixels.copy()
    tags = {tag.id: np.array(tag.corners_px) for tag in calibration.cards[0].tags}
    middle = (tags[0].mean(axis=0) + tags[1].mean(axis=0)) / 2
    rows = np.s_[int(middle[1]) : int(tags[1][:, 1].max())]
    dark[rows] = dark[rows] // 2
    return Loaded(sha256="shadowed", levels=pyramid(dark)), calibration


@pytest.fixture
def plain(shot: tuple[Pixels, Calibration]) -> tuple[Loaded, Calibration]:
    pixels, calibration = shot
    return Loaded(sha256="plain", levels=pyramid(pixels)), calibration


@pytest.fixture
def session(session: Session) -> Session:
    """Return a session in which actions can be used; photographs are handed to it."""
    session.actions.set_library(is_open=True, why_read_only=None)
    return session


@pytest.fixture
def canvas(dressed: QApplication, qtbot: QtBot) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.show_photograph(1000, 750)
    return made


def settle(session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not session.tasks.running)


def test_a_shadowed_card_is_asked_about_before_its_colours_are_shown(
    session: Session, canvas: Canvas, qtbot: QtBot, shadowed: tuple[Loaded, Calibration]
) -> None:
    colours = CardColours(session, canvas)
    switch = session.actions[ACTION]
    colours.open()
    colours.begin(*shadowed)
    settle(session, qtbot)

    switch.trigger()
    settle(session, qtbot)

    assert not switch.isChecked()
    assert canvas.colours == ""
    assert canvas.notice.startswith("A shadow lies on the card's colour patches")
    assert canvas.notice.endswith("choose Card colours once more.")

    switch.trigger()
    settle(session, qtbot)

    assert switch.isChecked()
    assert canvas.colours == "Colours from a card in doubt: look twice"
    assert canvas.notice == ""


def test_a_choice_made_before_does_not_colour_a_shadowed_photograph_and_asks_once(
    session: Session,
    canvas: Canvas,
    qtbot: QtBot,
    plain: tuple[Loaded, Calibration],
    shadowed: tuple[Loaded, Calibration],
) -> None:
    colours = CardColours(session, canvas)
    colours.open()
    colours.begin(*plain)
    settle(session, qtbot)
    session.actions[ACTION].trigger()
    settle(session, qtbot)
    assert canvas.colours.startswith("Colours from the card: ")

    colours.open()
    colours.begin(*shadowed)
    settle(session, qtbot)

    assert canvas.colours == ""
    assert canvas.notice.startswith("A shadow lies on")

    canvas.say("")
    for photograph in (plain, shadowed):
        colours.open()
        colours.begin(*photograph)
        settle(session, qtbot)

    assert canvas.notice == ""
    assert canvas.colours == ""


def test_an_answer_is_remembered_for_its_photograph(
    session: Session,
    canvas: Canvas,
    qtbot: QtBot,
    plain: tuple[Loaded, Calibration],
    shadowed: tuple[Loaded, Calibration],
) -> None:
    colours = CardColours(session, canvas)
    colours.open()
    colours.begin(*shadowed)
    settle(session, qtbot)
    session.actions[ACTION].trigger()
    session.actions[ACTION].trigger()
    settle(session, qtbot)

    for photograph in (plain, shadowed):
        colours.open()
        colours.begin(*photograph)
        settle(session, qtbot)

    assert canvas.colours.startswith("Colours from a card in doubt")


def test_a_photograph_left_while_its_colours_are_worked_out_colours_nothing_else(
    session: Session, canvas: Canvas, qtbot: QtBot, plain: tuple[Loaded, Calibration]
) -> None:
    colours = CardColours(session, canvas)
    colours.open()
    colours.begin(*plain)
    settle(session, qtbot)
    session.actions[ACTION].trigger()

    colours.close()
    settle(session, qtbot)

    assert canvas.colours == ""
    assert session.actions.why_off(ACTION) == "No photograph is open."
