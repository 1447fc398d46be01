"""How wrong is an area on a limb? Phantoms of round, oval and tapered limbs, by what lies there.

Each row is a set of seeded photographs of wounds on limbs of 35 to 90 mm radius (half of them oval,
1 : 0.8 to 1 : 1.3). Tapered ones are cones that narrow by up to 8° either side of their axis, the
same limbs otherwise. The painted edge itself is measured, so that the error is the card's alone.
"plane" is what the same cards give when they are taken for flat; "one-edge ruler" one edge of the
nearest tag as a ruler for the whole picture, as with ImageJ's "Set Scale". Errors are of the area,
in %. "holds" is the share of true areas within the 95 % interval, "flagged" that of measured
photographs in which something of the card is doubted beside what every bent card is told (they
have 3 megapixels: most of a strip's tags are called small). "radius" is the median error of that of
round limbs, at the wound.

    python benchmarks/limbs.py [--photographs 60]
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from benchmarks.area_error import PERFECT, sheet_card, spread
from woundtrack import imaging, phantom
from woundtrack.errors import CardNotFound, CardUnreliable
from woundtrack.imaging.geometry.planimetry import on_skin
from woundtrack.model import Calibration, Outline, OutlineSource, Ring


@dataclass(kw_only=True, slots=True)
class Row:
    """What came of one set of photographs."""

    photographs: int = 0
    refused: int = 0
    flagged: int = 0
    limbs: int = 0
    errors: list[float] = field(default_factory=list)
    planes: list[float] = field(default_factory=list)
    rulers: list[float] = field(default_factory=list)
    radii: list[float] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    inside: list[bool] = field(default_factory=list)


_ALWAYS = {"card_round", "print_scale_unmeasured"}
MOST_TAPER_DEG = 8.0


def drawn(
    seed: int, lay: Callable[..., tuple[phantom.CardPrint, ...]], *, is_tapered: bool = False
) -> phantom.Scene:
    """Return the scene of a seed, as a nurse might take it."""
    draw = np.random.default_rng(seed)
    radius = float(draw.uniform(35, 90))
    limb = phantom.Limb(
        radius_mm=radius,
        depth_mm=radius * float(draw.uniform(0.8, 1.3)) if seed % 2 else None,
        axis_deg=float(draw.uniform(0, 180)),
    )
    if is_tapered:
        # A generator of its own: the limbs are those of the rows above.
        taper = np.random.default_rng([seed, 8]).uniform(-MOST_TAPER_DEG, MOST_TAPER_DEG)
        limb = replace(limb, taper_deg=float(taper))
    # From a lentil to what is seen of a limb without turning it.
    area = float(np.exp(draw.uniform(math.log(50), math.log(min(2000, 0.5 * radius**2)))))
    camera = phantom.Camera(
        width_px=2000,
        height_px=1500,
        focal_35mm=float(draw.choice([26.0, 35.0, 50.0])),
        tilt_deg=float(draw.uniform(0, 25)),
        tilt_azimuth_deg=float(draw.uniform(0, 360)),
        roll_deg=float(draw.uniform(0, 360)),
        k1=float(draw.normal(0, 0.01)),
        limb=limb,
    )
    camera = replace(camera, distance_mm=camera.focal_35mm / 26 * float(draw.uniform(190, 250)))
    return phantom.Scene(
        seed=seed,
        camera=camera,
        cards=lay(draw, limb, math.sqrt(area / math.pi) * 1.4),
        lesions=(
            phantom.Lesion(area_mm2=area, shape_seed=seed, angle_deg=float(draw.uniform(0, 180))),
        ),
        skin_tone=float(draw.uniform(0, 1)),
        light=phantom.Light(azimuth_deg=float(draw.uniform(0, 360))),
        blur_px=float(draw.uniform(0.5, 1.2)),
    )


def strips(count: int) -> Callable[..., tuple[phantom.CardPrint, ...]]:
    """Return what lays strips round a limb, on one side of the wound or on both."""

    def lay(
        draw: np.random.Generator, limb: phantom.Limb, reach: float
    ) -> tuple[phantom.CardPrint, ...]:
        axis = math.radians(limb.axis_deg)
        along = np.array([math.cos(axis), math.sin(axis)])
        cards = []
        for number, side in enumerate((1, -1)[:count]):
            away = side * (reach + 12 + draw.uniform(3, 15))
            centre = along * away + draw.uniform(-8, 8) * np.array([-along[1], along[0]])
            cards.append(
                replace(
                    sheet_card(number, "strip"),
                    centre_mm=(float(centre[0]), float(centre[1])),
                    angle_deg=limb.axis_deg + 90 + float(draw.normal(0, 4)),
                )
            )
        return tuple(cards)

    return lay


def l_card(*, is_stiff: bool) -> Callable[..., tuple[phantom.CardPrint, ...]]:
    """Return what lays an L card beside the wound, its long arm along the limb."""

    def lay(
        draw: np.random.Generator, limb: phantom.Limb, reach: float
    ) -> tuple[phantom.CardPrint, ...]:
        turn = limb.axis_deg + float(draw.normal(0, 6))
        angle = math.radians(turn)
        # The wound lies in the crook of the L.
        gap = draw.uniform(4, 12)
        wound = np.array([25 + gap + reach, 55 - gap - reach]) - np.array([60, 40])
        rotation = np.array(
            [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
        )
        centre = -rotation @ wound
        return (
            replace(
                sheet_card(0),
                centre_mm=(float(centre[0]), float(centre[1])),
                angle_deg=turn,
                is_stiff=is_stiff,
            ),
        )

    return lay


def ruler_error(calibration: Calibration, ring_px: Ring, true_mm2: float) -> float:
    """Return the relative error when one edge of the nearest tag is a ruler for everything."""
    card, tag = min(
        ((card, tag) for card in calibration.cards for tag in card.tags),
        key=lambda pair: math.dist(pair[1].corners_px[0], ring_px[0]),
    )
    scale = card.nominal_mm / math.dist(tag.corners_px[2], tag.corners_px[3])
    ring = np.array(ring_px, dtype=np.float32).reshape(-1, 1, 2)
    return float(cv2.contourArea(ring)) * scale**2 / true_mm2 - 1


def photographed(row: Row, scene: phantom.Scene) -> None:
    """Render one scene, measure it, and add what came of it to the row."""
    taken = phantom.render(scene)
    truth = taken.lesions[0]
    row.photographs += 1
    pixels, photograph = imaging.read_photograph_bytes(taken.jpeg, "phantom.jpg")
    outline = Outline(outer=truth.ring_px, source=OutlineSource.GIVEN)
    try:
        calibration = imaging.find_calibration(pixels, photograph, print_scale=PERFECT)
        measured = imaging.measure(outline, calibration)
    except (CardNotFound, CardUnreliable):
        row.refused += 1
        return
    row.flagged += any(doubt.code not in _ALWAYS for doubt in calibration.doubts)
    row.errors.append(measured.area_mm2 / truth.area_mm2 - 1)
    row.inside.append(measured.area_low_mm2 <= truth.area_mm2 <= measured.area_high_mm2)
    row.widths.append((measured.area_high_mm2 - measured.area_mm2) / measured.area_mm2)
    row.rulers.append(ruler_error(calibration, truth.ring_px, truth.area_mm2))
    if calibration.limb is not None:
        row.limbs += 1
        if scene.camera.limb is not None and scene.camera.limb.depth_mm is None:
            row.radii.append(radius_at(outline, calibration) / scene.camera.limb.radius_mm - 1)
        flat = imaging.measure(outline, replace(calibration, limb=None))
        row.planes.append(flat.area_mm2 / truth.area_mm2 - 1)


def radius_at(outline: Outline, calibration: Calibration) -> float:
    """Return the radius of a limb at a wound, mm: a tapered one has another at the card."""
    limb = calibration.limb
    if limb is None:
        raise ValueError("there is no limb")
    x, y = on_skin(np.asarray(outline.outer), calibration).mean(axis=0) - limb.origin_mm
    axis = math.radians(limb.axis_deg)
    return limb.radius_mm - limb.taper * (math.cos(axis) * float(x) + math.sin(axis) * float(y))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--photographs", type=int, default=60, help="photographs a row")
    options = parser.parse_args()
    print(f"{options.photographs} photographs a row; errors of the area: median and 95 %, in %\n")
    print(
        "                                               woundtrack                     "
        "the same, flat   one-edge ruler   radius\n"
        "what lies on the limb  refused flagged  limb  median     95 %  ±      holds   "
        "median    95 %    median    95 %   median"
    )
    bent = l_card(is_stiff=False)
    for label, lay, is_tapered in (
        ("one strip round it", strips(1), False),
        ("two strips", strips(2), False),
        ("an L card, bent", bent, False),
        ("an L card, stiff", l_card(is_stiff=True), False),
        ("tapered: one strip", strips(1), True),
        ("tapered: two strips", strips(2), True),
        ("tapered: L card, bent", bent, True),
    ):
        row = Row()
        for seed in range(options.photographs):
            photographed(row, drawn(7000 + seed, lay, is_tapered=is_tapered))
        width = f"{100 * np.median(row.widths):4.1f} %" if row.widths else "   –  "
        holds = f"{np.mean(row.inside):5.0%}" if row.inside else "    –"
        radius = f"{100 * np.median(np.abs(row.radii)):5.1f} %" if row.radii else "    –"
        print(
            f"{label:22} {row.refused / row.photographs:7.0%} "
            f"{row.flagged / max(1, len(row.errors)):7.0%} "
            f"{row.limbs / max(1, len(row.errors)):5.0%}  {spread(row.errors)}  {width}  {holds}  "
            f" {spread(row.planes)}   {spread(row.rulers)}   {radius}",
            flush=True,
        )


if __name__ == "__main__":
    main()
