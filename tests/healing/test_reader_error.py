"""The readers' error as it was measured, in place of what is assumed of a person's edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.healing.points import term
from woundtrack.healing.chart import Chart, lay_out, text_width
from woundtrack.healing.reader_error import error_words, with_reader_error
from woundtrack.model import ErrorBasis, Measurement, ReaderError, Timeline

ERROR = ReaderError(
    id="error",
    session_id="session",
    session="Autumn",
    basis=ErrorBasis.ANY_READER,
    log_sd=0.08,
    log_sd_low=0.06,
    log_sd_high=0.12,
    perimeter_log_sd=0.03,
    items=30,
    readers=3,
    reason="our own",
    adopted_by="Cleo",
    adopted_at=datetime(2026, 11, 1, tzinfo=UTC),
)


def size(*terms: object) -> Measurement:
    return Measurement(
        area_mm2=1000.0,
        area_low_mm2=950.0,
        area_high_mm2=1050.0,
        perimeter_mm=120.0,
        length_mm=40.0,
        width_mm=30.0,
        terms=terms,  # type: ignore[arg-type]
    )


def test_the_assumed_edge_is_replaced_and_every_other_cause_stays() -> None:
    plane, edge = term(0.3, name="plane"), term(0.2, name="edge")

    found = with_reader_error(size(plane, edge), ERROR)

    assert [one.name for one in found.terms] == ["reader", "plane"]
    assert found.terms[1] == plane
    # 1.96 · 0.08 · 1000 mm², and 1.96 · 0.03 · 120 mm.
    assert found.terms[0].area_mm2 == pytest.approx(156.8)
    assert found.terms[0].perimeter_mm == pytest.approx(7.056)
    assert found.terms[0].length_mm == edge.length_mm
    # √(0.1568² + 0.03²) = 0.15964, even on the scale of the root of the area.
    assert found.area_low_mm2 == pytest.approx(1000 * (1 - 0.15964 / 2) ** 2, abs=0.1)
    assert found.area_high_mm2 == pytest.approx(1000 * (1 + 0.15964 / 2) ** 2, abs=0.1)
    assert (found.area_mm2, found.perimeter_mm) == (1000.0, 120.0)


def test_a_size_without_an_assumed_edge_keeps_its_interval() -> None:
    exact, unrecorded = size(term(0.3, name="plane")), size()

    assert with_reader_error(exact, ERROR) is exact
    assert with_reader_error(unrecorded, ERROR) is unrecorded
    assert with_reader_error(size(term(0.2, name="edge")), None).terms[0].name == "edge"


def test_the_words_say_measured_in_a_session_or_assumed() -> None:
    assert "measured in the session “Autumn”" in error_words(ERROR)
    assert "8.0 % (6.0 to 12.0)" in error_words(ERROR)
    assert "assumed, not measured" in error_words(None)


@pytest.mark.parametrize("has_caption", [True, False], ids=["file", "window"])
def test_a_chart_names_the_session_whose_error_its_bands_hold(
    timeline: Callable[[object], Timeline], *, has_caption: bool
) -> None:
    course = timeline({"A1": {date(2026, 1, 12): 18.4, date(2026, 2, 9): 26.3}})

    plain, adopted = (
        " ".join(lay_out(Chart(timeline=one, has_caption=has_caption), text_width).words())
        for one in (course, replace(course, reader_error=ERROR))
    )

    assert "measured in the session “Autumn”." in adopted
    assert "session" not in plain
