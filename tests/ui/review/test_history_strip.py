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
