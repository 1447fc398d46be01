"""A lesion's visits in a row: every day is read whole, with its year where it is another one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from woundtrack.ui import theme
from woundtrack.ui.review.history_strip import HistoryStrip, Past


@pytest.fixture
def strip(qtbot: QtBot, dressed: QApplication) -> HistoryStrip:
    made = HistoryStrip()
    qtbot.addWidget(made)
    made.resize(700, 92)
    made.show()
    return made


def test_a_day_of_another_year_is_shown_with_its_year_and_not_cut(
    qtbot: QtBot, strip: HistoryStrip
) -> None:
    days = ("29 Sep 2025", "9 Mar", "Today")
    visits = [Past(day, day, "14.2", QImage(), day == "Today") for day in days]

    strip.show_visits("A1 over time", visits)

    cells = strip.findChildren(QAbstractButton)
    long, short, _ = cells
    metrics = QFontMetricsF(theme.font("caption"))
    assert long.width() >= 66 + metrics.horizontalAdvance("29 Sep 2025")
    assert short.width() == 112
    with qtbot.waitSignal(strip.opened) as opened:
        qtbot.mouseClick(long, Qt.MouseButton.LeftButton)
    assert opened.args == ["29 Sep 2025"]


def test_the_visit_that_is_open_is_in_view_and_else_the_newest(
    qtbot: QtBot, strip: HistoryStrip
) -> None:
    days = [f"{n} Mar 2025" for n in range(1, 16)]

    strip.show_visits("A1 over time", [Past(day, day, "14.2", QImage()) for day in days])
    cells = strip.findChildren(QAbstractButton)
    qtbot.waitUntil(lambda: not cells[-1].visibleRegion().isEmpty())
    assert cells[0].visibleRegion().isEmpty()

    visits = [Past(day, day, "14.2", QImage(), day == days[1]) for day in days]
    strip.show_visits("A1 over time", visits)
    found = strip.findChildren(QAbstractButton)
    open_one = next(one for one in found if one not in cells and one.accessibleName()[0] == "2")
    qtbot.waitUntil(lambda: open_one.visibleRegion().boundingRect().width() == open_one.width())
