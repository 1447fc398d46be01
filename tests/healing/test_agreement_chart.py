"""The plot of limits of agreement: its caption, and axes that can be read."""

from __future__ import annotations

from datetime import date

import pytest

from woundtrack.healing.agreement import Observation, limits_between, limits_of_repeats
from woundtrack.healing.agreement_chart import Plotted, limits_caption, limits_figure

TOLD = Plotted(
    session="Autumn $1", pictures=4, read=15, tasks=16, as_of=date(2026, 11, 2), version="9.8"
)


def readings(areas: list[float]) -> list[Observation]:
    return [
        Observation(item=f"i{at}", reader=reader, replicate=turn, value=area * by * (1 + 0.01 * at))
        for at, area in enumerate(areas)
        for reader, by in (("Ann", 1.0), ("Ben", 1.1))
        for turn in (1, 2)
    ]


@pytest.mark.parametrize(
    "areas",
    [
        [2.2, 3.0, 4.4],
        [2.1, 2.2, 2.3],
        [6.1, 7.0, 8.5],
        [11.0, 14.0, 18.0],
        [3.1, 3.11, 3.12],
        [0.2, 4, 80],
    ],
)
def test_both_axes_of_a_panel_have_two_ticks_or_more(areas: list[float]) -> None:
    found = limits_between(readings(areas), "Ann", "Ben", is_log=True)

    (axes,) = limits_figure([found], TOLD).axes

    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        labels = {
            label.get_text()
            for tick, label in zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=True)
            if low <= tick <= high
        }
        assert len(labels) >= 2, labels


def test_the_caption_says_what_was_read_and_what_lines_and_bands_are() -> None:
    several = readings([2.0, 4.0, 8.0])
    pair = limits_between(several, "Ann", "Ben", is_log=True)
    repeats = limits_of_repeats(several, "Ann", is_log=True)

    alone, both = limits_caption([pair], TOLD), limits_caption([pair, repeats], TOLD)

    assert alone == (
        "4 pictures, 15 of 16 readings. The ratio of two areas of one wound over their mean; each "
        "point is a picture, 3 in each panel. Heavy line: bias; dashes: 95 % limits of agreement; "
        "bands: the 95 % intervals of all three (Bland and Altman 1999). Thin line: no difference. "
        "Data as of 2 Nov 2026. woundtrack 9.8."
    )
    assert "“, 1” and “, 2”: the first and second reading of the same reader." in both


def test_the_figure_has_the_session_above_and_its_caption_below_within_the_paper() -> None:
    found = limits_between(readings([2.0, 4.0, 8.0]), "Ann", "Ben", is_log=True)

    figure = limits_figure([found], TOLD)
    figure.draw_without_rendering()

    texts = [one.get_text() for one in figure.texts]
    assert texts[0] == "Limits of agreement: Autumn $1"
    assert " ".join(texts[1:]) == limits_caption([found], TOLD)
    boxes = [one.get_window_extent() for one in figure.texts]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)
    panel = figure.axes[0].get_tightbbox()
    assert panel is not None
    assert boxes[0].y0 >= panel.y1
    assert boxes[1].y1 <= panel.y0
