"""What a lesion's course says of an interval that is too wide, and of a lesion that has closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from tests.healing.conftest import timeline_from
from woundtrack.ui.timeline.course_panel import CoursePanel

JAN, FEB, MAR, APR = (date(2026, month, 12) for month in (1, 2, 3, 4))

pytestmark = pytest.mark.usefixtures("dressed")


def test_a_wide_interval_that_holds_no_change_cannot_tell_and_shows_its_ends(qtbot: QtBot) -> None:
    (curve,) = timeline_from({"A1": {JAN: 10.0, APR: 11.0}}).lesions
    points = tuple(
        replace(one, area_low_mm2=one.area_mm2 * 0.75, area_high_mm2=one.area_mm2 * 1.25)
        for one in curve.points
        if one.area_mm2 is not None
    )
    panel = CoursePanel()
    qtbot.addWidget(panel)

    panel.show_curve(replace(curve, points=points))

    # ln 1.1 = 0.0953 ± √(0.2877² + 0.2231²) = 0.3641: −24 to +58 %.
    assert panel.text.splitlines()[0] == "Cannot tell against 12 Jan (−24 to +58\u202f%)"


def test_a_closed_lesion_halves_no_more(qtbot: QtBot) -> None:
    (curve,) = timeline_from({"A1": {JAN: 16.0, FEB: 8.0, MAR: 4.0, APR: "closed"}}).lesions
    panel = CoursePanel()
    qtbot.addWidget(panel)

    panel.show_curve(curve)

    assert "halves" not in panel.text
    assert panel.text.startswith("Closed 12 Apr")
