"""Does the 95 % interval hold? Scenes drawn from the priors that the error budget declares.

Each scene is a rendered photograph of cards, found and solved by the program, and an outline that
is the true edge moved by the declared error of an edge. What no photograph shows is drawn, too: the
true print scale and how its bars were read, a wound above, below or inclined to the cards' plane,
the lens. "holds" is the share of scenes whose true size lies within the interval; it should be
93 to 97 % of all and 91 % or more in every row. "±" is the median half width beside it, so that a
wide interval is no way out. The scenes come in pairs, the same wound twice, unchanged: "change" is
the share of pairs in which the program would call a change beyond measuring error, 6.5 % at most.
Where a flat card lies on a limb the interval is an honest bound and may hold more often.

    python benchmarks/coverage.py [--scenes 2000]
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.area_error import PERFECT, sheet_card
from woundtrack import imaging, phantom
from woundtrack.errors import CardNotFound, CardUnreliable
from woundtrack.imaging.geometry import plane_spread
from woundtrack.imaging.sizes import uncertainty
from woundtrack.model import (
    PRINT_READ_MM,
    UNMEASURED_PRINT_SPREAD,
    BodySite,
    Measurement,
    Outline,
    OutlineSource,
    PrintScale,
    TimelinePoint,
    WoundState,
)
from woundtrack.phantom.limb import Limb
from woundtrack.ui import change

Floats = npt.NDArray[np.float64]

KINDS: Final = ("L card", "window", "square", "strip on limb")
SIZES: Final = ("area", "perimeter", "length", "width")
WIDTH_PX: Final = 1280


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of one scene: per size, whether the interval held and half its width."""

    kind: str
    area_mm2: float
    tilt_deg: float
    is_measured: bool
    is_refused: bool = False
    holds: tuple[bool, ...] = ()
    halves: tuple[float, ...] = ()
    error: float = 0.0
    size: Measurement | None = None


@dataclass(frozen=True)
class _Inclined:
    """The wound's own plane: ``height`` mm above the skin at the middle of the cards."""

    height: float
    slope: tuple[float, float]
    middle: tuple[float, float]

    def in_space(self, points_mm: Floats) -> Floats:
        """Return points (N, 2) of that plane in space (N, 3)."""
        off = points_mm - self.middle
        depth = -self.height + off @ np.array(self.slope)
        return np.column_stack([points_mm, depth])


@dataclass(frozen=True)
class _Swollen:
    """The skin of a limb that is so many millimetres thicker all round."""

    limb: Limb
    height: float

    def in_space(self, points_mm: Floats) -> Floats:
        """Return points (N, 2) of that skin in space (N, 3)."""
        thicker = Limb(
            radius_mm=self.limb.radius_mm + self.height,
            depth_mm=self.limb.half_depth_mm + self.height,
            axis_deg=self.limb.axis_deg,
        )
        return thicker.in_space(points_mm) - (0.0, 0.0, self.height)


def wound(draw: np.random.Generator, area_mm2: float) -> Floats:
    """Return an irregular ring (N, 2) of exactly this area round the origin, mm."""
    turn = np.linspace(0, 2 * math.pi, 720, endpoint=False)
    radius = np.ones_like(turn)
    for wave in range(2, 8):
        radius += draw.normal(0, 0.16 / wave) * np.cos(wave * turn + draw.uniform(0, 2 * math.pi))
    ring = np.column_stack([radius * np.cos(turn) * draw.uniform(1, 1.8), radius * np.sin(turn)])
    angle = draw.uniform(0, math.pi)
    cos, sin = math.cos(angle), math.sin(angle)
    ring = ring @ np.array([[cos, sin], [-sin, cos]])
    ring *= math.sqrt(area_mm2 / shoelace(ring))
    moved: Floats = ring - ring.mean(axis=0)
    return moved


def shoelace(ring: Floats) -> float:
    """Return the area in a ring (N, 2)."""
    x, y = ring.T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


def sizes_of(ring: Floats) -> Floats:
    """Return area, perimeter, length and the width square to it."""
    step = np.roll(ring, -1, axis=0) - ring
    between = ring[:, None, :] - ring[None, :, :]
    distance = np.hypot(between[..., 0], between[..., 1])
    one, other = np.unravel_index(int(distance.argmax()), distance.shape)
    along = (ring[one] - ring[other]) / distance[one, other]
    width = float(np.ptp(ring @ np.array([-along[1], along[0]])))
    perimeter = float(np.hypot(*step.T).sum())
    return np.array([shoelace(ring), perimeter, float(distance.max()), width])


def mistaken(draw: np.random.Generator, ring: Floats) -> Floats:
    """Return the ring with its edge put off by the declared spread, over the declared stretch.

    A Gaussian process along the edge whose correlation, exp(−π (s / ℓ)²), has ℓ as its integral.
    """
    step = np.roll(ring, -1, axis=0) - ring
    lengths = np.hypot(*step.T)
    at = np.concatenate([[0.0], np.cumsum(lengths)])
    total = float(at[-1])
    count = 256
    even = np.linspace(0, total, count, endpoint=False)
    apart = np.minimum(even, total - even)
    turns = apart + total * np.arange(-3, 4)[:, None]
    wraps = np.exp(-math.pi * (turns / uncertainty.EDGE_CORRELATION_MM) ** 2).sum(axis=0)
    power = np.maximum(np.fft.fft(wraps / wraps[0]).real, 0.0)
    noise = np.fft.fft(draw.normal(size=count)) * np.sqrt(power)
    off = uncertainty.EDGE_SD_MM * np.fft.ifft(noise).real
    closed = np.concatenate([ring, ring[:1]])
    spread = np.column_stack([np.interp(even, at, closed[:, axis]) for axis in (0, 1)])
    along = np.roll(spread, -1, axis=0) - np.roll(spread, 1, axis=0)
    along /= np.hypot(*along.T)[:, None]
    normal = np.column_stack([along[:, 1], -along[:, 0]])
    # The finest part of the shape is finer than what is drawn by hand: the edge is moved whole.
    moved = np.column_stack(
        [
            np.interp(at[:-1], even, (normal * off[:, None])[:, axis], period=total)
            for axis in (0, 1)
        ]
    )
    found: Floats = ring + moved
    return found


def laid(
    draw: np.random.Generator, kind: str, reach: float, camera: phantom.Camera
) -> tuple[tuple[phantom.CardPrint, ...], Floats]:
    """Return the cards of a scene and their middle, mm; the wound lies at the origin."""
    turn = float(draw.uniform(0, 360))
    angle = math.radians(turn)
    rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    if kind == "L card":
        gap = draw.uniform(5, 15)
        centre = -rotation @ (np.array([25 + gap + reach, 55 - gap - reach]) - np.array([60, 40]))
        name = "card"
    elif kind == "square":
        centre = rotation @ np.array([reach + draw.uniform(18, 30), draw.uniform(-8, 8)])
        name = "square"
    elif kind == "window":
        centre, name = draw.uniform(-3, 3, 2), "window"
    elif camera.limb is not None:
        axis = math.radians(camera.limb.axis_deg)
        along = np.array([math.cos(axis), math.sin(axis)])
        centre = along * (reach + 12 + draw.uniform(3, 15))
        turn = camera.limb.axis_deg + 90 + float(draw.normal(0, 4))
        name = "strip"
    else:
        raise ValueError("a strip wants a limb")
    card = replace(
        sheet_card(0, name), centre_mm=(float(centre[0]), float(centre[1])), angle_deg=turn
    )
    return (card,), np.asarray(centre, dtype=np.float64)


def photographed(number: int) -> Outcome:
    """Render and measure one scene; scenes 2 n and 2 n + 1 show the same wound, unchanged."""
    same = np.random.default_rng([3, number // 2])
    draw = np.random.default_rng([4, number])
    kind = KINDS[(number // 2) % len(KINDS)]
    largest = {"window": 700, "square": 2500, "strip on limb": 1800}.get(kind, 4000)
    area = float(np.exp(same.uniform(math.log(40), math.log(largest))))
    ring = wound(same, area)
    is_measured = bool(same.uniform() < 0.7)
    scale = 1 + same.normal(0, UNMEASURED_PRINT_SPREAD)
    print_scale = None
    if is_measured:
        bars = 100 * scale + same.normal(0, PRINT_READ_MM, 2)
        print_scale = PrintScale(
            printer="ward", across_mm=bars[0], down_mm=bars[1], measured_on=date(2026, 1, 5)
        )
    elif number % 2:
        scale = 1 + draw.normal(0, UNMEASURED_PRINT_SPREAD)  # another printer, perhaps
    limb = None
    if kind == "strip on limb":
        radius = float(same.uniform(35, 90))
        limb = Limb(
            radius_mm=radius,
            depth_mm=radius * float(same.uniform(0.8, 1.3)) if same.uniform() < 0.5 else None,
            axis_deg=float(draw.uniform(0, 180)),
        )
        ring *= min(1.0, 0.75 * radius / float(np.abs(ring).max()))
    area = shoelace(ring)
    reach = float(np.hypot(*ring.T).max())
    focal = float(draw.choice([26.0, 35.0, 50.0]))
    camera = phantom.Camera(
        width_px=WIDTH_PX,
        height_px=WIDTH_PX * 3 // 4,
        focal_35mm=focal,
        tilt_deg=float(draw.uniform(0, 25 if limb else 50)),
        tilt_azimuth_deg=float(draw.uniform(0, 360)),
        roll_deg=float(draw.uniform(0, 360)),
        k1=float(draw.normal(0, plane_spread.LENS_SD)),
        limb=limb,
    )
    cards, middle = laid(draw, kind, reach, camera)
    cards = tuple(replace(card, print_scale=float(scale)) for card in cards)
    look_at = tuple(float(value) for value in 0.5 * middle)
    camera = in_view(replace(camera, look_at_mm=(look_at[0], look_at[1])), cards[0], ring)
    scene = phantom.Scene(
        seed=number,
        camera=camera,
        cards=cards,
        skin_tone=float(draw.uniform(0, 1)),
        light=phantom.Light(azimuth_deg=float(draw.uniform(0, 360))),
        blur_px=float(draw.uniform(0.5, 1.2)),
        hair=0.0,
    )
    told = {"kind": kind, "area_mm2": area, "tilt_deg": camera.tilt_deg, "is_measured": is_measured}
    pixels, photograph = imaging.read_photograph_bytes(phantom.render(scene).jpeg, "phantom.jpg")
    height = float(draw.normal(0, uncertainty.OFFSET_SD_MM))
    if limb is None:
        slope = np.tan(np.radians(draw.normal(0, uncertainty.SLOPE_SD_DEG, 2)))
        surface: _Inclined | _Swollen = _Inclined(
            height, (float(slope[0]), float(slope[1])), (float(middle[0]), float(middle[1]))
        )
    else:
        surface = _Swollen(limb, height)
    seen = camera.project(mistaken(draw, ring), surface)  # type: ignore[arg-type]
    outline = Outline(
        outer=tuple((float(x), float(y)) for x, y in seen), source=OutlineSource.DRAWN
    )
    try:
        calibration = imaging.find_calibration(pixels, photograph, print_scale=print_scale)
        size = imaging.measure(outline, calibration)
    except (CardNotFound, CardUnreliable):
        return Outcome(**told, is_refused=True)  # type: ignore[arg-type]
    true = sizes_of(ring)
    measured = np.array([size.area_mm2, size.perimeter_mm, size.length_mm, size.width_mm])
    intervals = (
        (size.area_low_mm2, size.area_high_mm2),
        size.perimeter_interval_mm or (0.0, 0.0),
        size.length_interval_mm or (0.0, 0.0),
        size.width_interval_mm or (0.0, 0.0),
    )
    return Outcome(
        **told,  # type: ignore[arg-type]
        holds=tuple(
            low <= value <= high for value, (low, high) in zip(true, intervals, strict=True)
        ),
        halves=tuple(
            (high - low) / 2 / value for value, (low, high) in zip(measured, intervals, strict=True)
        ),
        error=float(size.area_mm2 / true[0] - 1),
        size=size,
    )


def in_view(camera: phantom.Camera, card: phantom.CardPrint, ring: Floats) -> phantom.Camera:
    """Return the camera moved back until card and wound just fit."""
    x, y, width, height = card.rect_mm
    turn = math.radians(card.angle_deg)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    paper = np.array(card.paper_mm[0]) - (x + width / 2, y + height / 2)
    if camera.limb is not None:
        paper = paper[np.abs(paper[:, 0]) > -1] * (0.5, 1.0)  # its ends are round the limb
    edge = np.concatenate([paper @ rotation.T + card.centre_mm, ring * 1.2])
    camera = replace(camera, distance_mm=6.0 * camera.focal_35mm)
    for _ in range(100):
        try:
            seen = camera.project(edge) / (camera.width_px, camera.height_px)
            if seen.min() > 0.03 and seen.max() < 0.97:
                break
        except ValueError:
            pass
        camera = replace(camera, distance_mm=camera.distance_mm * 1.04)
    return camera


def row(label: str, outcomes: Sequence[Outcome]) -> str:
    """Return one line of the table."""
    good = [outcome for outcome in outcomes if outcome.holds]
    line = f"{label:24} {len(outcomes):6d} {1 - len(good) / max(1, len(outcomes)):8.1%}"
    if not good:
        return line
    for place in range(len(SIZES)):
        holds = np.mean([outcome.holds[place] for outcome in good])
        half = np.median([outcome.halves[place] for outcome in good])
        line += f"   {holds:6.1%} {half:6.1%}"
    bias = 100 * float(np.mean([outcome.error for outcome in good]))
    return f"{line}   {bias:+5.2f} %"


def called(outcomes: Sequence[Outcome]) -> float:
    """Return the share of unchanged pairs of which a change would be called."""
    flags = []
    for one, other in zip(outcomes[::2], outcomes[1::2], strict=True):
        if one.size is None or other.size is None:
            continue
        points = [
            TimelinePoint(
                on=date(2026, 1, 5),
                state=WoundState.OPEN,
                area_mm2=size.area_mm2,
                area_low_mm2=size.area_low_mm2,
                area_high_mm2=size.area_high_mm2,
                perimeter_mm=None,
                assessment_id="",
                terms=size.terms,
            )
            for size in (one.size, other.size)
        ]
        flags.append(change.between(*points) is not change.Change.WITHIN_ERROR)
    return float(np.mean(flags)) if flags else math.nan


def flat_on_limb(number: int) -> tuple[bool, float, float]:
    """Return of one stiff L card on a limb: did the interval hold, half its width, the error."""
    from benchmarks.limbs import drawn, l_card

    scene = drawn(7000 + number, l_card(is_stiff=True))
    taken = phantom.render(scene)
    truth = taken.lesions[0]
    pixels, photograph = imaging.read_photograph_bytes(taken.jpeg, "phantom.jpg")
    is_thick = scene.camera.limb is not None and scene.camera.limb.radius_mm > 65
    region = "thigh" if is_thick else "lower-leg"
    outline = Outline(outer=truth.ring_px, source=OutlineSource.DRAWN)
    try:
        calibration = imaging.find_calibration(pixels, photograph, print_scale=PERFECT)
        size = imaging.measure(outline, calibration, BodySite(region=region))
    except (CardNotFound, CardUnreliable):
        return True, math.nan, math.nan
    return (
        size.area_low_mm2 <= truth.area_mm2 <= size.area_high_mm2,
        (size.area_high_mm2 - size.area_low_mm2) / 2 / size.area_mm2,
        size.area_mm2 / truth.area_mm2 - 1,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scenes", type=int, default=2000, help="scenes, an even number")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.workers) as pool:
        outcomes = list(pool.map(photographed, range(options.scenes), chunksize=8))
        stiff = list(pool.map(flat_on_limb, range(max(4, options.scenes // 20)), chunksize=2))
    print(f"{options.scenes} scenes; share of intervals that hold, and half their median width\n")
    names = "".join(f"   {name:>6}      ±" for name in SIZES)
    print(f"{'scenes':24} {'number':>6} {'refused':>8}{names}   bias of area")
    print(row("all", outcomes))
    for kind in KINDS:
        print(row(kind, [one for one in outcomes if one.kind == kind]))
    for label, low, high in (
        ("below 1.5 cm²", 0, 150),
        ("1.5 to 5 cm²", 150, 500),
        ("from 5 cm²", 500, math.inf),
    ):
        print(row(label, [one for one in outcomes if low <= one.area_mm2 < high]))
    for label, low, high in (("tilt to 15°", 0, 15), ("15 to 35°", 15, 35), ("35 to 50°", 35, 90)):
        print(row(label, [one for one in outcomes if low <= one.tilt_deg < high]))
    print(row("bars measured", [one for one in outcomes if one.is_measured]))
    print(row("bars not measured", [one for one in outcomes if not one.is_measured]))
    print(f"\nchange called of {options.scenes // 2} unchanged pairs: {called(outcomes):.1%}")
    widths = [half for _, half, _ in stiff if math.isfinite(half)]
    errors = [abs(error) for _, _, error in stiff if math.isfinite(error)]
    held = float(np.mean([ok for ok, _, _ in stiff]))
    print(
        f"stiff L card on a limb, {len(stiff)} scenes: holds {held:.0%}, half the width "
        f"{np.median(widths):.0%}; errors {np.median(errors):.1%} in the median, "
        f"{np.percentile(errors, 95):.1%} at the 95th percentile"
    )


if __name__ == "__main__":
    main()
