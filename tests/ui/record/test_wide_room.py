"""Where there is much room the cards beside the form use it: the lesion's, and the patient's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.record.conftest import Room
from woundtrack.model import RiskFactorKind
from woundtrack.ui.components import Label
from woundtrack.ui.window.main_window import MainWindow


def test_in_a_wide_window_a_treatment_is_written_beside_the_lesions_photograph(
    qtbot: QtBot, room: Room
) -> None:
    side, window = room.page.side, room.page.window()
    had_two, narrow = side.has_two_columns, side.photo.width()

    window.resize(2560, 1200)
    qtbot.waitUntil(lambda: side.has_two_columns)
    qtbot.waitUntil(lambda: side.treatments.x() > side.photo.geometry().right())
    room.click(side.treatments.add_button)
    form = side.panel

    assert not had_two
    assert narrow <= 336
    assert side.photo.width() > 500
    assert side.photo.isVisible()
    assert side.score.isVisible()
    assert form is not None
    assert not side.treatments.isVisible()

    window.resize(1366, 696)
    qtbot.waitUntil(lambda: not side.has_two_columns)

    assert form.isVisible()
    assert not side.photo.isVisible()
    assert side.dismiss()
    assert [card.isVisible() for card in (side.photo, side.treatments)] == [True, True]


def test_in_a_wide_window_risk_factors_and_lesions_stand_in_two_columns(
    qtbot: QtBot, room: Room
) -> None:
    window = room.page.window()
    assert isinstance(window, MainWindow)
    sheet = window.patient_sheet
    sheet.open_at(sheet.risks)
    bars = list(sheet.risks.bars.values())
    narrow = _left_edges(bars)

    window.resize(2560, 1440)
    qtbot.waitUntil(lambda: len(_left_edges(bars)) == 2)
    qtbot.keyClick(sheet.pages, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: _right_of(sheet.lesions.map) < _left_of(sheet.lesions.onset))

    assert len(narrow) == 1
    qtbot.keyClick(sheet.pages, Qt.Key.Key_Up)
    window.resize(1366, 696)
    qtbot.waitUntil(lambda: len(_left_edges(bars)) == 1)


def test_no_word_of_a_risk_factor_is_cut_off(room: Room) -> None:
    window = room.page.window()
    assert isinstance(window, MainWindow)
    sheet = window.patient_sheet
    sheet.open_at(sheet.risks)

    names = [one for one in sheet.risks.findChildren(Label) if one.wordWrap() and one.isVisible()]

    assert len(names) > len(RiskFactorKind)
    for name in names:
        widest = max(name.fontMetrics().horizontalAdvance(word) for word in name.text().split())
        assert widest <= name.width(), name.text()


def _left_of(widget: QWidget) -> int:
    return widget.mapTo(widget.window(), QPoint(0, 0)).x()


def _right_of(widget: QWidget) -> int:
    return _left_of(widget) + widget.width()


def _left_edges(bars: Sequence[QWidget]) -> set[int]:
    return {_left_of(bar) for bar in bars}
