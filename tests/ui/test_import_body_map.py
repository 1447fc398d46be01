"""The body map beside the fields of an import: what is pointed at is what the fields say."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from woundtrack.model import BodySite, Side
from woundtrack.ui.body_map import drawing, sites_of
from woundtrack.ui.body_map.picker import pointed_at
from woundtrack.ui.imports.fields import PlaceFields


@pytest.fixture
def fields(qtbot: QtBot, dressed: QApplication) -> PlaceFields:
    made = PlaceFields("11 Jun 2026")
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def choose(fields: PlaceFields, region_id: str) -> None:
    placed = fields.picker.map.stage.find(region_id)
    assert placed is not None
    QTest.mouseClick(
        fields.picker.map.viewport(), Qt.MouseButton.LeftButton, pos=placed.spot.toPoint()
    )


def open_map(fields: PlaceFields) -> None:
    QTest.mouseClick(fields.on_body, Qt.MouseButton.LeftButton)


def test_a_region_fills_in_site_and_side(qtbot: QtBot, fields: PlaceFields) -> None:
    open_map(fields)

    with qtbot.waitSignal(fields.edited):
        choose(fields, "front-lower-leg-right")

    assert (fields.site.currentText(), fields.side.currentText()) == ("Lower leg", "Right")
    assert fields.body_site == BodySite(region="lower-leg", side=Side.RIGHT)
    assert fields.is_site_chosen
    assert not fields.picker.isVisible()


def test_a_region_of_the_middle_takes_the_side_back(fields: PlaceFields) -> None:
    fields.side.setCurrentIndex(fields.side.findData(Side.LEFT))
    open_map(fields)

    choose(fields, "back-sacrum")

    assert fields.body_site == BodySite(region="sacrum")
    assert fields.side.currentText() == "No side"


def test_the_map_opens_on_what_the_fields_say(fields: PlaceFields) -> None:
    fields.site.setCurrentIndex(fields.site.findData("foot"))
    fields.side.setCurrentIndex(fields.side.findData(Side.LEFT))

    open_map(fields)

    assert fields.picker.map.selected == {"front-foot-left", "back-foot-left"}


def test_keys_alone_open_the_map_and_choose(fields: PlaceFields) -> None:
    fields.side.setFocus()
    QTest.keyClick(fields.side, Qt.Key.Key_Tab)
    assert fields.on_body.hasFocus()

    QTest.keyClick(fields.on_body, Qt.Key.Key_Space)
    QTest.keyClick(fields.picker.map, Qt.Key.Key_Home)
    QTest.keyClick(fields.picker.map, Qt.Key.Key_Down)
    QTest.keyClick(fields.picker.map, Qt.Key.Key_Return)

    assert fields.body_site == BodySite(region="neck")
    assert fields.site.hasFocus()


def test_esc_leaves_the_fields_as_they_were(qtbot: QtBot, fields: PlaceFields) -> None:
    fields.site.setCurrentIndex(fields.site.findData("foot"))
    open_map(fields)

    with qtbot.assertNotEmitted(fields.edited):
        QTest.keyClick(fields.picker.map, Qt.Key.Key_Escape)

    assert fields.body_site == BodySite(region="foot")


def test_the_fields_offer_every_site_that_can_be_pointed_at(fields: PlaceFields) -> None:
    for region in drawing().regions:
        assert set(pointed_at(region)) <= set(sites_of(region))
        for site in pointed_at(region):
            assert fields.site.findData(site.region) > 0, site.words
            assert fields.side.findData(site.side) >= 0, site.words


def test_the_button_says_what_it_is_for(fields: PlaceFields) -> None:
    assert fields.on_body.accessibleName() == "Site on the body map, 11 Jun 2026"
    assert fields.on_body.toolTip() == "Choose site and side on the body map"
