"""Saying a site by pointing at it: the pop-up with the body map, by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from woundtrack.model import BodySite, Side
from woundtrack.ui import theme
from woundtrack.ui.body_map import BodySitePicker


@pytest.fixture
def anchor(qtbot: QtBot, dressed: QApplication) -> QPushButton:
    made = QPushButton("Where?")
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def picker(anchor: QPushButton) -> BodySitePicker:
    made = BodySitePicker(anchor)
    made.open_at(anchor, None)
    return made


def click(qtbot: QtBot, picker: BodySitePicker, region_id: str) -> None:
    placed = picker.map.stage.find(region_id)
    assert placed is not None
    qtbot.mouseClick(picker.map.viewport(), Qt.MouseButton.LeftButton, pos=placed.spot.toPoint())


@pytest.mark.parametrize(
    ("region_id", "site"),
    [
        ("front-thigh-left", BodySite(region="thigh", side=Side.LEFT)),
        ("back-thigh-left", BodySite(region="thigh", side=Side.LEFT)),
        ("back-sacrum", BodySite(region="sacrum")),
        ("front-abdomen-lower-right", BodySite(region="abdomen", side=Side.RIGHT)),
        ("front-breast-right", BodySite(region="breast", side=Side.RIGHT)),
    ],
)
def test_a_click_says_the_site_with_its_side_and_closes(
    qtbot: QtBot, picker: BodySitePicker, region_id: str, site: BodySite
) -> None:
    with qtbot.waitSignal(picker.site_chosen) as chosen:
        click(qtbot, picker, region_id)

    assert chosen.args == [site]
    assert not picker.isVisible()


def test_where_a_region_stands_for_several_sites_it_is_asked_which(
    qtbot: QtBot, picker: BodySitePicker
) -> None:
    with qtbot.assertNotEmitted(picker.site_chosen):
        click(qtbot, picker, "front-hand-right")
    assert picker.question == "Right palm: which?"
    assert [button.text() for button in picker.buttons] == ["Hand", "Wrist", "Finger"]

    with qtbot.waitSignal(picker.site_chosen) as chosen:
        qtbot.mouseClick(picker.buttons[2], Qt.MouseButton.LeftButton)

    assert chosen.args == [BodySite(region="finger", side=Side.RIGHT)]


def test_nobody_is_asked_about_words_for_a_whole_group(
    qtbot: QtBot, picker: BodySitePicker
) -> None:
    with qtbot.waitSignal(picker.site_chosen) as chosen:
        click(qtbot, picker, "front-chest-left")

    assert chosen.args == [BodySite(region="chest", side=Side.LEFT)]


def test_keys_alone_say_a_site(qtbot: QtBot, picker: BodySitePicker) -> None:
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down):
        qtbot.keyClick(picker.map, key)
    assert picker.question == "Neck, front"

    with qtbot.waitSignal(picker.site_chosen) as chosen:
        qtbot.keyClick(picker.map, Qt.Key.Key_Return)

    assert chosen.args == [BodySite(region="neck")]


def test_the_question_takes_the_keys_and_is_answered_by_them(
    qtbot: QtBot, picker: BodySitePicker
) -> None:
    click(qtbot, picker, "front-genital")
    assert picker.focusWidget() is picker.buttons[0]

    qtbot.keyClick(picker.buttons[0], Qt.Key.Key_Right)
    assert picker.focusWidget() is picker.buttons[1]
    with qtbot.waitSignal(picker.site_chosen) as chosen:
        qtbot.keyClick(picker.buttons[1], Qt.Key.Key_Return)

    assert chosen.args == [BodySite(region="perineum")]


@pytest.mark.parametrize("site", [None, BodySite(region="knee", side=Side.LEFT)])
def test_esc_closes_it_and_says_nothing(
    qtbot: QtBot, picker: BodySitePicker, anchor: QPushButton, site: BodySite | None
) -> None:
    picker.open_at(anchor, site)

    with qtbot.assertNotEmitted(picker.site_chosen):
        qtbot.keyClick(picker.map, Qt.Key.Key_Escape)

    assert not picker.isVisible()


def test_it_opens_on_the_site_that_is_chosen(picker: BodySitePicker, anchor: QPushButton) -> None:

    picker.open_at(anchor, BodySite(region="knee", side=Side.LEFT))

    assert picker.map.selected == {"front-knee-left", "back-knee-left"}
    assert picker.map.current == "front-knee-left"


def test_it_stays_on_the_screen(picker: BodySitePicker, anchor: QPushButton) -> None:
    screen = anchor.screen().availableGeometry()
    anchor.move(QPoint(screen.right() - 20, screen.bottom() - 20))

    picker.open_at(anchor, None)

    assert screen.contains(picker.geometry())


def test_who_opens_it_by_keyboard_sees_where_the_keys_are_before_pressing_one(
    picker: BodySitePicker,
) -> None:
    current = picker.map.current
    assert current is not None
    placed = picker.map.stage.find(current)
    assert placed is not None

    picture = picker.map.viewport().grab().toImage()

    ring = QColor(theme.current().text).rgb()
    around = placed.path.boundingRect().toAlignedRect().adjusted(-2, -2, 2, 2)
    painted = [
        picture.pixel(x, y) == ring
        for x in range(max(0, around.left()), around.right())
        for y in range(max(0, around.top()), around.bottom())
    ]
    assert sum(painted) > 40
