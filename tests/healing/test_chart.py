from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from woundtrack import healing
from woundtrack.errors import DiskFull, FileUnwritable, NotUnderstood
from woundtrack.healing.chart import (
    NESTED_PREFIX,
    PANEL_PREFIX,
    POINTS_PREFIX,
    Chart,
    Plan,
    lay_out,
    text_width,
)
from woundtrack.healing.chart_panel import LONE_BAR_PREFIX
from woundtrack.healing.chart_paper import Drawing, Ink, Marks, Stroke
from woundtrack.model import NestedCurve, OutlineKind, Timeline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Make = Callable[[Mapping[str, Mapping[date, float | str]]], Timeline]

DAYS = [
    date(2026, 1, 12),
    date(2026, 2, 9),
    date(2026, 3, 16),
    date(2026, 4, 13),
    date(2026, 4, 27),
]
D1, D2, D3, D4, D5 = DAYS
COURSE: Mapping[str, Mapping[date, float | str]] = {
    "A1": {D1: 18.4, D2: 26.3, D3: 30.2, D4: 24.6, D5: 21.3},
    "A2": {D1: 6.2, D2: 8.4, D3: 7.7, D4: 6.1, D5: 20.9},
    "T1": {D2: 3.1, D3: 11.8, D5: 14.6},
    "C1": {D1: 4.8, D2: 3.3, D3: 1.1, D4: "closed", D5: "closed"},
}


def _words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.texts]


def _laid_out(timeline: Timeline, **options: Any) -> Drawing:
    return lay_out(Chart(timeline=timeline, **options), text_width)


def _keyed(drawing: Drawing, prefix: str) -> dict[str, Ink]:
    keyed = {str(getattr(ink, "key", "")): ink for ink in drawing.ink}
    return {key: ink for key, ink in keyed.items() if key.startswith(prefix)}


def test_each_site_group_has_its_axes_and_they_share_their_dates(timeline: Make) -> None:
    drawing = _laid_out(timeline(COURSE))

    assert [key for key, _, _ in drawing.panels] == ["abdomen", "legs"]
    assert list(_keyed(drawing, PANEL_PREFIX)) == ["site-abdomen", "site-legs"]
    by_day = {on: {point.x for point in drawing.points if point.on == on} for on in DAYS}
    assert [len(places) for places in by_day.values()] == [1] * 5
    assert drawing.words().count("0") == 2


def test_a_lesions_points_are_its_measured_areas(timeline: Make) -> None:
    drawing = _laid_out(timeline(COURSE))

    points = [point for point in drawing.points if point.lesion_id == "lesion T1"]
    assert [point.on for point in points] == [D2, D3, D5]
    assert [point.value for point in points] == pytest.approx([3.1, 11.8, 14.6])
    drawn = _keyed(drawing, f"{POINTS_PREFIX}lesion T1").values()
    assert [list(ink.points) for ink in drawn if isinstance(ink, Marks)] == [
        [(point.x, point.y) for point in points]
    ]


def test_eschar_and_margin_are_named_at_their_ends_and_nothing_is_where_there_are_none(
    timeline: Make,
) -> None:
    plain = timeline({"A1": {D1: 18.0, D2: 12.0}})
    (group,) = plain.groups
    (curve,) = group.lesions
    eschar = NestedCurve(kind=OutlineKind.ESCHAR, points=curve.points)
    curve = replace(curve, nested=(eschar,))
    nested = replace(plain, groups=(replace(group, lesions=(curve,)),))

    drawn = _laid_out(nested)

    assert "A1 eschar" in drawn.words()
    assert list(_keyed(drawn, NESTED_PREFIX)) == [f"{NESTED_PREFIX}eschar-lesion A1"]
    points = [point for point in drawn.points if point.kind is OutlineKind.ESCHAR]
    assert [point.value for point in points] == pytest.approx([18.0, 12.0])
    without = healing.draw_chart(nested, outlines="ulcer")
    assert _words(without) == _words(healing.draw_chart(plain))


def test_a_visit_that_no_other_is_joined_to_shows_its_interval_too(timeline: Make) -> None:
    course = timeline(
        {"T1": {D1: 4.0, D2: "no scale", D3: 11.8, D4: 12.0}, "A1": {D1: 9.0}, "C1": {D1: "closed"}}
    )

    drawing = _laid_out(course)

    drawn = _keyed(drawing, LONE_BAR_PREFIX)
    assert set(drawn) == {f"{LONE_BAR_PREFIX}lesion T1", f"{LONE_BAR_PREFIX}lesion A1"}
    point = next(one for one in drawing.points if one.lesion_id == "lesion A1")
    band = drawn[f"{LONE_BAR_PREFIX}lesion A1"]
    assert isinstance(band, Stroke)
    (x0, low), (x1, high) = band.points
    assert x0 == x1 == point.x
    # 9 cm² with 8.55 to 9.45: as far below the point as above, a twentieth of its height each.
    (zero,) = [
        ink.points[0][1]
        for key, ink in _keyed(drawing, PANEL_PREFIX).items()
        if key == "site-abdomen" and isinstance(ink, Stroke)
    ]
    assert low - point.y == pytest.approx((zero - point.y) / 20)
    assert point.y - high == pytest.approx((zero - point.y) / 20)
    # An end above and one below, wider than the sign of the point.
    ends = [
        ink.points
        for ink in drawing.ink
        if isinstance(ink, Stroke) and ink.colour == band.colour and len(ink.points) == 2
        for (left, y), (right, other) in [ink.points]
        if y == other and left < x0 < right
    ]
    assert [y for (_, y), _ in ends] == [low, high]
    assert all(right - left == pytest.approx(10) for (left, _), (right, _) in ends)


def test_a_gap_is_said_in_words_and_so_is_closure(timeline: Make) -> None:
    words = _words(healing.draw_chart(timeline(COURSE)))

    assert "no photo" in words
    assert "Closed 13 Apr, confirmed 27 Apr" in words
    assert "first seen" in words
    assert {"Abdomen", "Legs", "total", "A1", "A2", "T1", "C1"} <= set(words)


def test_visits_without_an_area_are_on_the_axis_and_said(timeline: Make) -> None:
    course = timeline({"A1": {D1: 9.0, D2: 8.0}, "T1": {D1: 4.0, D5: "no scale"}})

    drawing = _laid_out(course)

    assert drawing.ordinals[1] > D5.toordinal()
    assert "no area since 9 Feb" in drawing.words()


def test_names_at_the_ends_of_lines_stand_thirteen_pixels_apart(timeline: Make) -> None:
    figure = healing.draw_chart(timeline(COURSE), width_px=706, height_px=420)

    height_px = figure.get_figheight() * 100
    places = sorted(
        text.get_position()[1] * height_px
        for text in figure.texts
        if text.get_text() in {"A1", "A2"}
    )
    assert len(places) == 2
    assert places[1] - places[0] >= 13 - 1e-6


@pytest.mark.parametrize(("lesions", "said"), [(13, "1 other"), (14, "2 others")])
def test_lesions_that_have_no_series_of_their_own_are_counted(
    timeline: Make, lesions: int, said: str
) -> None:
    course = timeline({f"A{n}": {D1: float(n), D2: float(n)} for n in range(1, lesions + 1)})

    figure = healing.draw_chart(course)

    assert said in _words(figure)


def test_the_whole_patient_is_one_panel_with_its_total(timeline: Make) -> None:
    drawing = _laid_out(timeline(COURSE), split="patient")

    assert [key for key, _, _ in drawing.panels] == ["patient"]
    assert drawing.words().count("total") == 1


def test_one_visit_is_shown_and_said(timeline: Make) -> None:
    words = _words(healing.draw_chart(timeline({"A1": {D1: 12.0}})))

    assert "One visit so far." in words
    assert "A curve needs two." in words


def test_a_patient_without_areas_has_a_sentence_instead_of_axes(timeline: Make) -> None:
    nothing = healing.draw_chart(timeline({}))
    no_scale = healing.draw_chart(timeline({"A1": {D1: "no scale"}}))

    assert _laid_out(timeline({})).dates is None
    assert "No areas yet." in _words(nothing)
    assert "Seen, but in no photograph with a scale." in _words(no_scale)


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("unit", ["area", "percent"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_form_is_drawn_without_a_warning(
    timeline: Make, tmp_path: Path, scale: str, unit: str, theme: str
) -> None:
    figure = healing.draw_chart(
        timeline(COURSE),
        scale=scale,  # type: ignore[arg-type]
        unit=unit,  # type: ignore[arg-type]
        theme=theme,  # type: ignore[arg-type]
        width_px=400,
        height_px=260,
    )

    healing.save_chart(figure, tmp_path / "chart.png")

    assert (tmp_path / "chart.png").stat().st_size > 1000


def test_thirty_lesions_with_long_names_are_drawn(timeline: Make, tmp_path: Path) -> None:
    course = timeline(
        {
            f"{'ATCK'[number % 4]} a long name {number}": {D1: 1.0 + number, D3: 2.0, D5: 1.5}
            for number in range(30)
        }
    )

    figure = healing.draw_chart(course, width_px=706)
    healing.save_chart(figure, tmp_path / "chart.svg")

    plan = Plan(Chart(timeline=course, width_px=706), text_width)
    assert figure.get_figheight() * 100 == pytest.approx(plan.natural_px)
    assert any("…" in text for text in _words(figure))


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "begins"), [("c.png", b"\x89PNG"), ("c.svg", b"<?xml"), ("C.PDF", b"%PDF")]
)
def test_a_chart_is_saved_by_its_suffix(
    timeline: Make, tmp_path: Path, name: str, begins: bytes
) -> None:
    healing.save_chart(healing.draw_chart(timeline(COURSE)), tmp_path / name)

    assert (tmp_path / name).read_bytes().startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_svg_keeps_its_words_as_text_and_names_its_sites(timeline: Make, tmp_path: Path) -> None:
    path = tmp_path / "chart.svg"

    healing.save_chart(healing.draw_chart(timeline(COURSE)), path)

    svg = path.read_text(encoding="utf-8")
    assert ">Closed 13 Apr, confirmed 27 Apr</text>" in svg
    assert 'id="site-legs"' in svg


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_chart_gives_the_same_file(timeline: Make, tmp_path: Path, suffix: str) -> None:
    for name in ("one", "two"):
        healing.save_chart(healing.draw_chart(timeline(COURSE)), tmp_path / f"{name}{suffix}")

    one, two = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("one", "two"))
    assert one == two


def test_another_suffix_is_not_understood(timeline: Make, tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood, match=r"must end in \.png, \.svg or \.pdf"):
        healing.save_chart(healing.draw_chart(timeline(COURSE)), tmp_path / "chart.gif")


def test_a_place_that_cannot_be_written_is_one_sentence(timeline: Make, tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable, match=r"can't be written: .*\. Choose another place\."):
        healing.save_chart(healing.draw_chart(timeline({})), tmp_path / "missing" / "chart.png")


def test_a_full_disk_leaves_the_picture_that_was_there(
    timeline: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chart.svg"
    path.write_text("mine", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        healing.save_chart(healing.draw_chart(timeline({})), path)

    assert path.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_healing_loads_matplotlib_only_to_draw_and_never_pyplot() -> None:
    code = (
        "import sys, datetime as d\n"
        "from woundtrack import healing\n"
        "from woundtrack.model import Patient, Timeline\n"
        "assert 'matplotlib' not in sys.modules\n"
        "patient = Patient(id='p', code='P', created_at=d.datetime.now(d.UTC))\n"
        "healing.draw_chart(Timeline(patient=patient, groups=(), total=()))\n"
        "assert 'matplotlib' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )

    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
