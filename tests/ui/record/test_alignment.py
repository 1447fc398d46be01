"""Words of the form stand in line: what belongs together begins, or is centred, at one place."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.record.conftest import Room
from woundtrack.model import Analyte
from woundtrack.ui.components import Label
from woundtrack.ui.record.entry_panel import EntryPanel


def _centre_y(widget: QWidget) -> int:
    return widget.mapTo(widget.window(), widget.rect().center()).y()


def _left(widget: QWidget) -> int:
    return widget.mapTo(widget.window(), QPoint(0, 0)).x()


def _right(widget: QWidget) -> int:
    return _left(widget) + widget.width()


def _label(parent: QWidget, text: str) -> Label:
    return next(one for one in parent.findChildren(Label) if one.text() == text)


def test_the_words_of_the_blood_stand_in_the_line_of_its_values(room: Room) -> None:
    labs = room.page.form.whole.labs
    value = _centre_y(labs.fields[Analyte.PHOSPHATE])

    assert abs(_centre_y(_label(labs, "Blood results")) - value) <= 1
    assert abs(_centre_y(labs.choose) - value) <= 1


def test_with_a_value_the_day_of_the_blood_stands_whole_beneath_its_name(
    qtbot: QtBot, room: Room
) -> None:
    labs = room.page.form.whole.labs
    field = labs.fields[Analyte.PHOSPHATE]

    room.click(field)
    qtbot.keyClicks(field, "1.4")
    qtbot.waitUntil(labs._caption.isVisible)

    assert labs._caption.height() >= labs._caption.sizeHint().height()
    name = _label(labs, "Blood results")
    assert name.height() >= name.sizeHint().height()
    assert abs((_centre_y(name) + _centre_y(labs._caption)) / 2 - _centre_y(field)) <= 3


def test_in_a_wide_form_of_a_treatment_the_unit_follows_its_dose(qtbot: QtBot, room: Room) -> None:
    window = room.page.window()
    window.resize(2560, 1200)
    qtbot.waitUntil(lambda: room.page.side.has_two_columns)
    room.click(room.page.side.treatments.add_button)
    form = room.page.side.panel
    assert isinstance(form, EntryPanel)
    qtbot.waitUntil(lambda: _right(form.fields["frequency"]) > _right(form) - 24)

    assert _left(form.fields["dose_unit"]) - _right(form.fields["dose_value"]) == 8


def test_the_cards_at_the_side_end_beneath_the_button_that_saves(qtbot: QtBot, room: Room) -> None:
    side, window = room.page.side, room.page.window()
    bar = side.verticalScrollBar()

    def margin() -> int:
        return window.width() - _right(side.treatments)

    window.resize(1366, 1000)
    qtbot.waitUntil(lambda: (bar.maximum(), margin()) == (0, 16))

    window.resize(1366, 640)
    qtbot.waitUntil(bar.isVisible)
    qtbot.waitUntil(lambda: margin() == 16)
