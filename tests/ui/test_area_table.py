"""The table of areas, its days whole and its per cent with their baseline; what is opened on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from tests.healing.conftest import timeline_from
from woundtrack.healing.chart_layout import Cut, Story
from woundtrack.ui import theme
from woundtrack.ui.timeline.area_table import AreaTable
from woundtrack.ui.timeline.page import first_to_show

D1, D2, D3, D4 = date(2025, 11, 13), date(2025, 12, 24), date(2026, 2, 18), date(2026, 11, 28)


@pytest.fixture
def table(dressed: QApplication) -> Iterator[AreaTable]:
    """Return an empty table."""
    made = AreaTable()
    yield made
    made.deleteLater()


@pytest.mark.parametrize("days", [(D1, D2, D3, D4), (D3, D4)])
def test_no_day_is_cut_not_even_that_in_view_in_bold(
    table: AreaTable, days: tuple[date, ...]
) -> None:
    table.show_timeline(timeline_from({"A1": dict.fromkeys(days, 2.0)}), "area")

    widths = [
        QFontMetricsF(theme.font("label", 600)).horizontalAdvance(table.areas.day_words(row)[0])
        for row in range(len(days))
    ]
    assert max(widths) <= table.verticalHeader().width() - 15


def test_per_cent_after_a_break_say_that_they_have_another_baseline(table: AreaTable) -> None:
    course = timeline_from({"A1": {D1: 4.0, D2: 8.0, D3: 20.0, D4: 10.0}})
    lesion_id = course.lesions[0].lesion.id
    cut = Cut(on=D3, after=D2, before=D3, lesion="A1", why="joined")

    table.show_timeline(course, "percent", story=Story(cuts={lesion_id: (cut,)}))

    cells = [table.areas.cell(row, 0) for row in range(4)]
    shown = [cell.value.replace("\u202f", " ") for cell in cells]
    assert shown == ["50 %", "100 %", "200 %", "100 %"]
    assert (cells[1].under, cells[3].under) == ("new baseline", "baseline")
    assert "the baseline since the curve broke" in cells[0].spoken
    assert "of baseline" in cells[2].spoken


def test_the_room_opens_on_what_grows_and_not_on_what_is_closed() -> None:
    course = timeline_from(
        {
            "A1": {D1: 4.0, D2: "closed"},
            "A2": {D1: 8.0, D2: 4.0},
            "A3": {D1: 2.0, D2: 9.0},
        }
    )

    assert first_to_show(course.lesions).lesion.label == "A3"
    assert first_to_show(course.lesions[:2]).lesion.label == "A2"
    assert first_to_show(course.lesions[:1]).lesion.label == "A1"
