"""A print scale that is measured later gives the scale that it would have given at once."""

from __future__ import annotations

import functools
import io
from dataclasses import asdict, replace
from datetime import date

import numpy as np
import pytest

from woundtrack import imaging, phantom
from woundtrack.imaging.cards.sheet import card_layout, write_card_sheet
from woundtrack.imaging.scale.print_scale import print_scale_on, rescaled
from woundtrack.model import Calibration, Card, Doubt, Outline, OutlineSource, PrintScale

CAMERA = phantom.Camera(width_px=1600, height_px=1200, focal_35mm=27.0, distance_mm=300.0)
WOUND = phantom.Lesion(area_mm2=480.0, shape_seed=4)
SHOT_ON = date(2026, 6, 1)


def measured(length_mm: float, on: date = SHOT_ON, printer: str = "ward 3") -> PrintScale:
    return PrintScale(printer=printer, across_mm=length_mm, down_mm=length_mm, measured_on=on)


@functools.cache
def shot(kind: str) -> tuple[np.ndarray, Outline]:
    """Take a photograph of a wound beside a flat card, or beside a strip round a limb."""
    pdf = io.BytesIO()
    write_card_sheet(pdf, kind)
    layout = card_layout(kind)
    placed = layout.cards[0]
    is_strip = kind == "strip"
    card = phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=placed.rect_mm,
        paper_mm=placed.paper_mm,
        centre_mm=(36.0, 0.0) if is_strip else (0.0, 60.0),
        angle_deg=92.0 if is_strip else 4.0,
        print_scale=0.97,
    )
    limb = phantom.Limb(radius_mm=50.0, axis_deg=0.0) if is_strip else None
    camera = replace(CAMERA, limb=limb)
    taken = phantom.render(phantom.Scene(camera=camera, cards=(card,), lesions=(WOUND,)))
    pixels, _ = imaging.read_photograph_bytes(taken.jpeg, "shot.jpg")
    return pixels, Outline(outer=taken.lesions[0].ring_px, source=OutlineSource.GIVEN)


def numbers_in(values: object) -> list[float]:
    if isinstance(values, dict):
        return [number for each in values.values() for number in numbers_in(each)]
    if isinstance(values, list | tuple):
        return [number for each in values for number in numbers_in(each)]
    return [float(values)] if isinstance(values, float | int) else []


@pytest.mark.parametrize("kind", ["card", "strip"])
def test_rescaled_is_what_the_photograph_itself_would_give(kind: str) -> None:
    pixels, outline = shot(kind)
    unmeasured = imaging.find_calibration(pixels)

    later = rescaled(unmeasured, measured(97.0))

    at_once = imaging.find_calibration(pixels, print_scale=measured(97.0))
    assert (at_once.limb is not None) == (kind == "strip")
    assert at_once.print_scale == 0.97
    assert numbers_in(asdict(later)) == pytest.approx(numbers_in(asdict(at_once)), rel=1e-9)
    assert [doubt.code for doubt in later.doubts] == [doubt.code for doubt in at_once.doubts]
    area, area_at_once = imaging.measure(outline, later), imaging.measure(outline, at_once)
    assert area.area_mm2 == pytest.approx(area_at_once.area_mm2, rel=1e-6)
    before = imaging.measure(outline, unmeasured)
    assert area.area_mm2 == pytest.approx(before.area_mm2 * 0.97**2, rel=1e-6)
    assert area.area_high_mm2 - area.area_low_mm2 < before.area_high_mm2 - before.area_low_mm2


def test_taking_the_print_scale_away_gives_what_was_before() -> None:
    unmeasured = imaging.find_calibration(shot("card")[0])

    back = rescaled(rescaled(unmeasured, measured(97.0)), None)

    assert back.print_scale == 1.0
    assert back.doubts == unmeasured.doubts
    assert "print_scale_unmeasured" in [doubt.code for doubt in back.doubts]
    assert numbers_in(asdict(back)) == pytest.approx(numbers_in(asdict(unmeasured)), rel=1e-12)


def test_the_same_print_scale_changes_nothing() -> None:
    calibration = imaging.find_calibration(shot("card")[0], print_scale=measured(98.3))

    assert rescaled(calibration, measured(98.3)) == calibration


def flat(doubts: tuple[Doubt, ...] = ()) -> Calibration:
    return Calibration(
        method="plane",
        homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
        cards=(Card(kind="card", design_version=1, copy="A", nominal_mm=15.0, tags=()),),
        mm_per_px=0.1,
        tilt_deg=3.0,
        residual_mm=0.02,
        doubts=doubts,
    )


def test_what_is_doubted_in_millimetres_is_rescaled_and_all_else_is_kept() -> None:
    small = Doubt(code="card_small", values=(("tag_px", 70.0),))
    bent = Doubt(code="card_bent", values=(("residual_mm", 0.5),), place_px=((1, 2), (3, 4)))

    later = rescaled(flat((Doubt(code="print_scale_unmeasured"), small, bent)), measured(98.0))

    assert later.doubts == (
        small,
        Doubt(code="card_bent", values=(("residual_mm", 0.49),), place_px=((1, 2), (3, 4))),
    )


def test_a_scale_that_is_of_no_card_is_of_no_printer() -> None:
    ruler = replace(flat(), cards=())

    assert rescaled(ruler, measured(98.0)) == ruler


def test_bars_measured_more_than_a_year_before_the_photograph_are_old() -> None:
    a_year_before, longer_before = (
        measured(99.0, date(2025, 6, 1)),
        measured(99.0, date(2025, 5, 31)),
    )

    assert rescaled(flat(), a_year_before, SHOT_ON).doubts == ()
    old = rescaled(flat(), longer_before, SHOT_ON)

    (doubt,) = old.doubts
    assert doubt.code == "print_scale_old"
    assert dict(doubt.values) == {"printer": "ward 3", "measured_on": "2025-05-31"}
    assert old.print_scale == 0.99
    assert old.print_scale_sd == pytest.approx(3 * longer_before.spread)


def test_bars_measured_after_the_photograph_count_as_new() -> None:
    after = measured(99.0, date(2026, 7, 1))

    assert print_scale_on(after, SHOT_ON) == after


def test_a_photograph_finds_by_itself_that_its_printer_was_measured_long_ago() -> None:
    pdf = io.BytesIO()
    write_card_sheet(pdf)
    layout = card_layout()
    card = phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 50.0),
    )
    taken = phantom.render(phantom.Scene(camera=CAMERA, cards=(card,)))
    pixels, photograph = imaging.read_photograph_bytes(taken.jpeg, "shot.jpg")
    assert photograph.taken_on is not None
    long_ago = photograph.taken_on.replace(year=photograph.taken_on.year - 2)

    old = imaging.find_calibration(pixels, photograph, print_scale=measured(100.0, long_ago))

    assert "print_scale_old" in [doubt.code for doubt in old.doubts]
