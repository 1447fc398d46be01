"""The area never stands alone: what is said beside it, for every state of a lesion."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication

from tests.imaging.scale.test_limb import LIMB
from woundtrack.model import Measurement, TimelinePoint, WoundState
from woundtrack.ui.change import Change
from woundtrack.ui.review.area_panel import AreaPanel, AreaView, view_of

BEFORE, NOW = date(2026, 5, 28), date(2026, 6, 11)


def size(area_mm2: float, share: float = 0.05) -> Measurement:
    return Measurement(
        area_mm2=area_mm2,
        area_low_mm2=area_mm2 * (1 - share),
        area_high_mm2=area_mm2 * (1 + share),
        perimeter_mm=146,
        length_mm=49,
        width_mm=36,
    )


def point(on: date, measurement: Measurement | None, *, closed: bool = False) -> TimelinePoint:
    return TimelinePoint(
        on=on,
        state=WoundState.CLOSED if closed else WoundState.OPEN,
        area_mm2=0.0 if closed else measurement.area_mm2 if measurement else None,
        area_low_mm2=measurement.area_low_mm2 if measurement else None,
        area_high_mm2=measurement.area_high_mm2 if measurement else None,
        perimeter_mm=None,
        assessment_id="",
    )


def shown(
    measurement: Measurement | None,
    last: TimelinePoint | None,
    *,
    closed: bool = False,
    is_widened: bool = False,
) -> AreaView:
    now = point(NOW, measurement, closed=closed)
    return view_of(measurement, now, last, is_widened=is_widened, now_name="Today")


def test_a_measured_lesion_has_value_unit_interval_and_sizes(dressed: QApplication) -> None:
    view = shown(size(1290), None, is_widened=True)

    assert (view.value, view.unit) == ("12.9", "cm²")
    assert view.interval == "12.3 to 13.5\u202fcm²"
    assert view.note == "95\u202f% interval, widened"
    assert [(one.name, one.size) for one in view.sizes] == [
        ("Length", "4.9\u202fcm"),
        ("Width", "3.6\u202fcm"),
        ("Perimeter", "14.6\u202fcm"),
    ]
    assert view.comparison is not None
    assert view.comparison.strong == "First measurement"


def test_a_change_is_said_in_per_cent_with_its_interval(dressed: QApplication) -> None:
    view = shown(size(1290), point(BEFORE, size(1560)))

    assert view.comparison is not None
    assert view.comparison.what is Change.SMALLER
    assert view.comparison.strong == "−17\u202f%"
    # ln(12.9 / 15.6) = −0.190; half-widths √(0.0488² + 0.0513²) = 0.0708 both ways.
    assert view.comparison.rest == "since 28 May (−23 to −11\u202f%)"
    assert view.comparison.second == "Smaller by more than measurement error"


def test_a_change_inside_the_intervals_is_within_measurement_error(dressed: QApplication) -> None:
    view = shown(size(1290), point(BEFORE, size(1320)))

    assert view.comparison is not None
    assert view.comparison.what is Change.WITHIN_ERROR
    assert view.comparison.second == "Within measurement error"


def test_without_a_scale_there_is_no_area_and_nothing_can_be_told(dressed: QApplication) -> None:
    view = shown(None, point(BEFORE, size(1560)))

    assert (view.value, view.unit, view.interval) == ("No area", "", "")
    assert view.comparison is not None
    assert view.comparison.what is Change.CANNOT_TELL


def test_a_closed_lesion_says_what_it_was(dressed: QApplication) -> None:
    view = shown(None, point(BEFORE, size(40)), closed=True)

    assert view.value == "Closed"
    assert view.comparison is not None
    assert view.comparison.second == "Was 0.40\u202fcm²"


def test_a_lesion_open_again_says_that_it_was_closed(dressed: QApplication) -> None:
    view = shown(size(40), point(BEFORE, None, closed=True))

    assert view.comparison is not None
    assert view.comparison.what is Change.LARGER
    assert view.comparison.strong == "Open again"


@pytest.mark.parametrize("word", ["better", "worse", "improved", "deteriorated"])
def test_no_verdict_is_spoken(dressed: QApplication, word: str) -> None:
    for last in (None, point(BEFORE, size(1560)), point(BEFORE, size(900))):
        assert word not in shown(size(1290), last).spoken.lower()


def test_the_panel_is_named_for_those_who_listen(dressed: QApplication) -> None:
    panel = AreaPanel()

    panel.show_view(shown(size(1290), point(BEFORE, size(1560))))

    assert panel.accessibleName().startswith("12.9 square centimetres, 12.3 to 13.5")
    assert "Smaller by more than measurement error" in panel.accessibleName()


def test_a_lesion_on_a_limb_is_told_with_the_limbs_radius(dressed: QApplication) -> None:
    measurement = size(1290)

    view = view_of(
        measurement, point(NOW, measurement), None, is_widened=False, now_name="Today", limb=LIMB
    )

    assert (view.sizes[-1].name, view.sizes[-1].size) == ("Limb radius", "4.8\u202fcm")
    assert view.sizes[-1].spread.startswith("±")
    assert "Limb radius" in view.spoken
