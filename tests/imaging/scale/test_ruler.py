"""A scale from a ruler in view, on rulers drawn at several scales, tilts and noises."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from woundtrack.imaging.scale.print_scale import rescaled
from woundtrack.imaging.scale.ruler import (
    TICKS,
    TWO_POINTS,
    RulerLine,
    ruler_calibration,
    ruler_of,
    ruler_terms,
    ticked_mm,
)
from woundtrack.imaging.sizes.measurement import measure
from woundtrack.model import (
    BodySite,
    Measurement,
    Outline,
    OutlineSource,
    Photograph,
    Point,
    TimeSource,
)

Pixels = npt.NDArray[np.uint8]

PHOTOGRAPH = Photograph(
    sha256="a" * 64,
    original_name="old.jpg",
    format="JPEG",
    size_bytes=1,
    width_px=1600,
    height_px=1200,
    orientation=1,
    taken_at=datetime(2019, 3, 1, tzinfo=UTC),
    taken_offset_minutes=None,
    taken_from=TimeSource.EXIF,
)
_FINE = 12  # pixels a millimetre of the drawn sheet


class DrawnRuler:
    """A white ruler with millimetre ticks on grey skin, seen by a camera 300 mm away."""

    def __init__(
        self,
        px_per_mm: float,
        *,
        tilt_deg: float = 0.0,
        turn_deg: float = 20.0,
        noise: float = 4.0,
        pitch_mm: float = 1.0,
        has_ticks: bool = True,
    ) -> None:
        sheet = np.full((60 * _FINE, 140 * _FINE), 165, np.uint8)
        cv2.rectangle(sheet, (10 * _FINE, 20 * _FINE), (130 * _FINE, 40 * _FINE), 235, -1)
        ticks = int(110 / pitch_mm) if has_ticks else -1
        for tick in range(ticks + 1):
            down = 20 + (8 if tick % 10 == 0 else 6 if tick % 5 == 0 else 4)
            x = round((15 + tick * pitch_mm) * _FINE)
            cv2.rectangle(sheet, (x - 1, 20 * _FINE), (x + 1, down * _FINE), 90, -1)
            if tick % 10 == 0:
                at = (x - 10, 33 * _FINE)
                cv2.putText(sheet, str(tick // 10), at, cv2.FONT_HERSHEY_SIMPLEX, 1.6, 40, 3)
        turn, tilt = math.radians(turn_deg), math.radians(tilt_deg)
        round_ = np.array(
            [
                [math.cos(turn), -math.sin(turn), 0],
                [math.sin(turn), math.cos(turn), 0],
                [0, 0, 1],
            ]
        )
        lean = np.array(
            [
                [math.cos(tilt), 0, math.sin(tilt)],
                [0, 1, 0],
                [-math.sin(tilt), 0, math.cos(tilt)],
            ]
        )
        pose = lean @ round_
        side = int(140 * px_per_mm + 60)
        focal = 300 * px_per_mm
        camera = np.array([[focal, 0, side / 2], [0, focal, side / 2], [0, 0, 1]])
        self._to_px = camera @ np.column_stack([pose[:, 0], pose[:, 1], [0, 0, 300]])
        finer = max(1, round(_FINE / px_per_mm))
        on_sheet = np.array([[1 / _FINE, 0, -70], [0, 1 / _FINE, -30], [0, 0, 1]])
        seen = cv2.warpPerspective(
            sheet,
            np.diag([finer, finer, 1.0]) @ self._to_px @ on_sheet,
            (side * finer, side * finer),
            borderValue=165,
        )
        small = cv2.resize(seen, (side, side), interpolation=cv2.INTER_AREA)
        rough = np.random.default_rng(7).normal(0, noise, small.shape)
        noisy = cv2.GaussianBlur(small, (0, 0), 0.6) + rough
        is_written, jpeg = cv2.imencode(
            ".jpg", noisy.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85]
        )
        assert is_written
        read = cv2.imdecode(jpeg, 0)
        assert read is not None
        self.pixels: Pixels = np.repeat(read[:, :, None], 3, axis=2).astype(np.uint8)

    def at(self, mm: float) -> Point:
        """Return where a place on the ruler's edge is seen, beneath the ticks' upper ends."""
        x, y, depth = self._to_px @ (15 + mm - 70, 22 - 30, 1)
        return float(x / depth), float(y / depth)


@pytest.mark.parametrize("turn_deg", [0.0, 63.0, 200.0])
@pytest.mark.parametrize("tilt_deg", [0.0, 20.0, 35.0])
@pytest.mark.parametrize(("px_per_mm", "noise"), [(3.4, 2.0), (5.0, 12.0), (11.0, 8.0)])
def test_ticks_tell_the_distance_of_two_points_that_were_set_half_a_millimetre_off_or_nothing(
    px_per_mm: float, noise: float, tilt_deg: float, turn_deg: float
) -> None:
    ruler = DrawnRuler(px_per_mm, tilt_deg=tilt_deg, turn_deg=turn_deg, noise=noise)
    line = RulerLine(start_px=ruler.at(20.4), end_px=ruler.at(79.9), distance_mm=60.0)

    counted = ticked_mm(ruler.pixels, line)

    assert counted is None or counted == pytest.approx(59.5, abs=0.2)


@pytest.mark.parametrize("px_per_mm", [3.4, 5.0, 11.0])
def test_ticks_seen_from_straight_above_are_counted_to_a_twentieth_of_one(
    px_per_mm: float,
) -> None:
    ruler = DrawnRuler(px_per_mm, noise=8.0)
    line = RulerLine(start_px=ruler.at(30.3), end_px=ruler.at(80.0), distance_mm=50.0)

    counted = ticked_mm(ruler.pixels, line)

    assert counted == pytest.approx(49.7, abs=0.05)


@pytest.mark.parametrize("tilt_deg", [0.0, 30.0])
@pytest.mark.parametrize("px_per_mm", [4.0, 8.0])
def test_a_ruler_without_ticks_has_none(px_per_mm: float, tilt_deg: float) -> None:
    ruler = DrawnRuler(px_per_mm, tilt_deg=tilt_deg, noise=10.0, has_ticks=False)
    line = RulerLine(start_px=ruler.at(20), end_px=ruler.at(80), distance_mm=60.0)

    counted = ticked_mm(ruler.pixels, line)

    assert counted is None


def test_ticks_of_sixteenths_of_an_inch_are_not_taken_for_millimetres() -> None:
    ruler = DrawnRuler(8.0, pitch_mm=25.4 / 16)
    line = RulerLine(start_px=ruler.at(20), end_px=ruler.at(80), distance_mm=60.0)

    counted = ticked_mm(ruler.pixels, line)

    assert counted is None


def test_ticks_that_say_a_distance_far_from_the_persons_are_not_believed() -> None:
    ruler = DrawnRuler(8.0)
    line = RulerLine(start_px=ruler.at(20), end_px=ruler.at(70), distance_mm=54.0)

    counted = ticked_mm(ruler.pixels, line)

    assert counted is None


@pytest.mark.parametrize("seed", range(6))
def test_skin_with_a_grain_has_no_ticks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (400, 400)), (0, 0), 0.6 + 0.4 * seed)
    grey = (150 + 25 * grain / grain.std()).clip(0, 255).astype(np.uint8)
    pixels = np.repeat(grey[:, :, None], 3, axis=2)

    counted = ticked_mm(pixels, RulerLine(start_px=(60, 200), end_px=(340, 204), distance_mm=50.0))

    assert counted is None


def test_the_scale_of_two_points_is_their_distance_by_the_pixels_between_them() -> None:
    scale = ruler_calibration((100.0, 200.0), (400.0, 600.0), 50.0, PHOTOGRAPH)

    assert scale.method == TWO_POINTS
    assert scale.mm_per_px == pytest.approx(0.1)
    assert scale.cards == ()
    assert [doubt.code for doubt in scale.doubts] == ["ruler_scale"]


def test_the_points_of_a_ruler_are_known_from_its_calibration() -> None:
    scale = ruler_calibration((100.0, 200.0), (400.0, 600.0), 50.0, PHOTOGRAPH)

    line = ruler_of(scale)

    assert line is not None
    assert line.start_px == pytest.approx((100.0, 200.0))
    assert line.end_px == pytest.approx((400.0, 600.0))
    assert line.distance_mm == 50.0


def test_a_ruler_with_ticks_gives_the_scale_of_its_ticks() -> None:
    ruler = DrawnRuler(8.0)
    height, width = ruler.pixels.shape[:2]
    photograph = replace(PHOTOGRAPH, width_px=width, height_px=height)

    scale = ruler_calibration(ruler.at(20), ruler.at(69.4), 50.0, photograph, ruler.pixels)

    assert scale.method == TICKS
    assert 1 / scale.mm_per_px == pytest.approx(8.0, rel=0.001)


@pytest.mark.parametrize(
    ("end_px", "distance_mm"),
    [((110.0, 200.0), 50.0), ((400.0, 600.0), 0.0), ((400.0, 600.0), math.nan), ((4000.0, 1), 50)],
)
def test_points_that_can_be_no_ruler_are_refused(end_px: Point, distance_mm: float) -> None:
    with pytest.raises(ValueError, match="two points"):
        ruler_calibration((100.0, 200.0), end_px, distance_mm, PHOTOGRAPH)


def test_a_rulers_scale_is_of_no_printer() -> None:
    scale = ruler_calibration((100.0, 200.0), (400.0, 600.0), 50.0, PHOTOGRAPH)

    assert rescaled(scale, None) == scale


def _disc(radius_mm: float, centre_mm: Point) -> npt.NDArray[np.float64]:
    turns = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    x, y = centre_mm
    return np.column_stack([x + radius_mm * np.cos(turns), y + radius_mm * np.sin(turns)])


def test_each_cause_that_a_ruler_leaves_unsaid_has_its_share() -> None:
    photograph = replace(PHOTOGRAPH, focal_length_35mm=27.0)
    scale = ruler_calibration((600.0, 600.0), (1000.0, 600.0), 40.0, photograph)
    # 27 mm by 43.27 mm of 2000 px: 1248 px, which 0.1 mm a pixel puts 124.8 mm away.

    shares = ruler_terms(scale, _disc(10, (20.0, 15.0)))

    assert set(shares) == {"tilt", "reading", "plane", "ruler"}
    assert shares["plane"] == pytest.approx(np.array([2, 1, 1, 1]) * 5 / 124.8, rel=1e-3)
    assert shares["reading"] == pytest.approx(
        np.array([2, 1, 1, 1]) * math.sqrt(2) * 0.5 / 40, rel=1e-3
    )
    assert shares["ruler"] == pytest.approx([0.02, 0.01, 0.01, 0.01])


def test_what_a_tilt_does_to_an_area_is_what_the_cosine_says_where_perspective_is_weak() -> None:
    # As from 12 m away: the area is off by cos t / (cos² a + cos² t sin² a), a the ruler's angle to
    # the tilt's axis. Its 95th percentile was drawn from the prior a million times.
    photograph = replace(PHOTOGRAPH, focal_length_35mm=2700.0)
    scale = ruler_calibration((600.0, 600.0), (1000.0, 600.0), 40.0, photograph)

    share = ruler_terms(scale, _disc(10, (20.0, 0.0)))["tilt"][0]

    assert share * 1.96 == pytest.approx(0.0957, rel=0.08)


def test_a_wound_further_from_the_ruler_is_less_sure() -> None:
    scale = ruler_calibration((600.0, 600.0), (1000.0, 600.0), 40.0, PHOTOGRAPH)

    near = ruler_terms(scale, _disc(10, (20.0, 15.0)))["tilt"][0]
    far = ruler_terms(scale, _disc(10, (20.0, 60.0)))["tilt"][0]

    assert far > 1.5 * near


def test_ticks_make_the_reading_surer() -> None:
    two = ruler_calibration((600.0, 600.0), (1000.0, 600.0), 40.0, PHOTOGRAPH)
    ticks = replace(two, method=TICKS)

    by_hand = ruler_terms(two, _disc(10, (20.0, 15.0)))["reading"][0]
    by_ticks = ruler_terms(ticks, _disc(10, (20.0, 15.0)))["reading"][0]

    assert by_ticks < by_hand / 3


def test_an_area_by_a_ruler_has_an_interval_as_wide_as_its_causes_together() -> None:
    scale = ruler_calibration((600.0, 600.0), (1000.0, 600.0), 40.0, PHOTOGRAPH)
    ring = _disc(100, (800.0, 800.0))  # of 10 mm
    outline = Outline(
        outer=tuple((float(x), float(y)) for x, y in ring), source=OutlineSource.GIVEN
    )

    size = measure(outline, scale)

    shares = ruler_terms(scale, _disc(10, (20.0, 20.0)))
    half = 1.96 * math.hypot(*(share[0] for share in shares.values()))
    assert size.area_mm2 == pytest.approx(314.2, rel=0.002)
    assert {term.name for term in size.terms} == {"tilt", "reading", "plane", "ruler"}
    assert (size.area_high_mm2 - size.area_low_mm2) / 2 == pytest.approx(
        half * size.area_mm2, rel=0.02
    )


def _sized(
    region: str | None, radius_px: int = 200, centre_px: Point = (800.0, 900.0)
) -> Measurement:
    """Return a disc beside a ruler of 40 mm, at a site."""
    scale = ruler_calibration((600.0, 600.0), (1000.0, 600.0), 40.0, PHOTOGRAPH)
    ring = tuple((float(x), float(y)) for x, y in _disc(radius_px, centre_px))
    outline = Outline(outer=ring, source=OutlineSource.GIVEN)
    return measure(outline, scale, None if region is None else BodySite(region=region))


def test_a_ruler_on_a_limb_is_doubted_and_the_interval_reaches_to_what_curves_away() -> None:
    flat, limb = _sized("abdomen"), _sized("lower-leg")

    (doubt,) = limb.doubts
    assert doubt.code == "ruler_on_limb"
    assert float(dict(doubt.values)["percent"]) > 2
    assert "curvature" in {term.name for term in limb.terms if term.is_bound}
    assert limb.area_mm2 == flat.area_mm2
    assert limb.area_high_mm2 > flat.area_high_mm2 * 1.02


@pytest.mark.parametrize("region", [None, "abdomen"])
def test_a_ruler_on_flat_skin_is_not_doubted_for_a_round(region: str | None) -> None:
    size = _sized(region)

    assert size.doubts == ()
    assert "curvature" not in {term.name for term in size.terms}


def test_the_smaller_the_limb_the_further_the_interval_of_a_ruler_reaches() -> None:
    near = (800.0, 700.0)

    thigh, wrist = _sized("thigh", 60, near), _sized("wrist", 60, near)

    assert wrist.area_high_mm2 > 1.02 * thigh.area_high_mm2


def test_a_small_wound_close_to_a_ruler_on_a_thigh_is_as_on_flat_skin() -> None:
    size = _sized("thigh", 15, (800.0, 620.0))

    assert size.doubts == ()
