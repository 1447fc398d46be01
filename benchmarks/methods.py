"""woundtrack beside the usual ways to get an area out of a photograph, all on the same pictures.

The true edge is given to every method, so that the errors are the scale's alone:

- *one scale*: the mean side of the nearest tag is a ruler for the whole picture, as in most apps;
- *one tag*: that tag's four corners give a homography;
- *two rulers*: its sides along and across give two scales, as with a ruler laid each way;
- *length × width*: the longest extent times the one square to it, by one scale, as on paper;
- *ImageJ*: "Set Scale…" along one tag's edge and "Measure" of the polygon, by its own macro, where
  ImageJ is installed (``apt install imagej xvfb``); elsewhere the column is left out.

Errors are of the area, in %: median and 95th percentile of their size. "holds" is the share of true
areas within woundtrack's 95 % interval, "±" its half width. A row marked * has what no photograph
can show, so that the interval alone can answer for it; the ball's site is told to be a knee, since
it is the site that says how round a part may be.

    python benchmarks/methods.py [--photographs 30] [--imagej 6]
"""

from __future__ import annotations

import argparse
import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.area_error import PERFECT, drawn, sheet_card
from benchmarks.coverage import _Inclined, in_view, shoelace, wound
from benchmarks.limbs import drawn as drawn_on_limb
from benchmarks.limbs import strips
from woundtrack import imaging, phantom
from woundtrack.errors import CardNotFound, CardUnreliable
from woundtrack.model import BodySite, Calibration, Outline, OutlineSource, PrintScale, Ring

Floats = npt.NDArray[np.float64]

METHODS = ("woundtrack", "one scale", "one tag", "two rulers", "length × width")


@dataclass(frozen=True)
class Cap:
    """The top of a ball under the skin, its apex at the origin: bulging, or hollow."""

    radius_mm: float
    is_hollow: bool = False

    def in_space(self, points_mm: Floats) -> Floats:
        """Return points (N, 2), polar about the apex and as far along the ball, in space."""
        around = np.arctan2(points_mm[:, 1], points_mm[:, 0])
        away = np.hypot(*points_mm.T) / self.radius_mm
        depth = self.radius_mm * (1 - np.cos(away)) * (-1 if self.is_hollow else 1)
        flat = self.radius_mm * np.sin(away)
        return np.column_stack([flat * np.cos(around), flat * np.sin(around), depth])

    def area_mm2(self, reach_mm: float) -> float:
        """Return the true area of a disc that reaches so far along the ball."""
        return 2 * math.pi * self.radius_mm**2 * (1 - math.cos(reach_mm / self.radius_mm))


@dataclass(kw_only=True)
class Row:
    """What came of one set of photographs."""

    label: str
    errors: dict[str, list[float]] = field(default_factory=dict)
    inside: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    refused: int = 0

    def add(self, method: str, area_mm2: float, true_mm2: float) -> None:
        """Add one method's answer."""
        self.errors.setdefault(method, []).append(100 * (area_mm2 / true_mm2 - 1))


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One photograph, its true edge in pixels and that edge's true area."""

    jpeg: bytes
    ring_px: Ring
    area_mm2: float
    print_scale: PrintScale | None = PERFECT
    site: BodySite | None = None


def by_other_ways(calibration: Calibration, ring_px: Ring) -> dict[str, float]:
    """Return the area by each usual way, mm²."""
    ring = np.array(ring_px)
    card, tag = min(
        ((card, tag) for card in calibration.cards for tag in card.tags),
        key=lambda pair: math.dist(np.mean(pair[1].corners_px, axis=0), ring.mean(axis=0)),
    )
    corners = np.array(tag.corners_px)
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    nominal = card.nominal_mm
    seen = shoelace(ring)
    scale = nominal / float(sides.mean())
    square = np.array([[0, 0], [nominal, 0], [nominal, nominal], [0, nominal]], dtype=np.float32)
    to_mm = cv2.getPerspectiveTransform(corners.astype(np.float32), square)
    flat = cv2.perspectiveTransform(ring.reshape(-1, 1, 2), to_mm).reshape(-1, 2)
    between = ring[:, None, :] - ring[None, :, :]
    distance = np.hypot(between[..., 0], between[..., 1])
    one, other = np.unravel_index(int(distance.argmax()), distance.shape)
    along = (ring[one] - ring[other]) / distance[one, other]
    width = float(np.ptp(ring @ np.array([-along[1], along[0]])))
    across = nominal / float((sides[0] + sides[2]) / 2)
    down = nominal / float((sides[1] + sides[3]) / 2)
    return {
        "one scale": seen * scale**2,
        "one tag": shoelace(np.asarray(flat, dtype=np.float64)),
        "two rulers": seen * across * down,
        "length × width": float(distance.max()) * width * scale**2,
    }


def by_imagej(taken: Taken, calibration: Calibration) -> float:
    """Return the area that ImageJ measures when its scale is set along the nearest tag's edge, mm².

    Nearest to the wound, as a person would choose: a strip's far tags turn away from the camera.
    """
    card = calibration.cards[0]
    middle = np.mean(taken.ring_px, axis=0)
    nearest = min(
        card.tags, key=lambda tag: float(np.hypot(*(np.mean(tag.corners_px, axis=0) - middle)))
    )
    (x0, y0), (x1, y1) = nearest.corners_px[2:4]
    length = math.hypot(x1 - x0, y1 - y0)
    points = np.array(taken.ring_px)[::4]
    with tempfile.TemporaryDirectory() as folder:
        photo, macro = Path(folder) / "photo.jpg", Path(folder) / "measure.ijm"
        photo.write_bytes(taken.jpeg)
        xs = ",".join(f"{x:.3f}" for x in points[:, 0])
        ys = ",".join(f"{y:.3f}" for y in points[:, 1])
        macro.write_text(
            "setBatchMode(true);\n"
            f'open("{photo}");\n'
            f'run("Set Scale...", "distance={length:.4f} known={card.nominal_mm} unit=mm");\n'
            f'makeSelection("polygon", newArray({xs}), newArray({ys}));\n'
            'run("Set Measurements...", "area redirect=None decimal=6");\n'
            "List.setMeasurements;\n"
            'print("AREA " + List.getValue("Area"));\n',
            encoding="utf-8",
        )
        done = subprocess.run(
            ["xvfb-run", "-a", "imagej", "-b", str(macro)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("AREA "))
    return float(line.split()[1])


# --- the pictures --------------------------------------------------------------------------------


def on_the_flat(low_deg: float, high_deg: float) -> Callable[[int], Taken]:
    """Return what takes L cards on flat skin between two tilts."""

    def take(seed: int) -> Taken:
        tilt = float(np.random.default_rng([5, seed]).uniform(low_deg, high_deg))
        taken = phantom.render(drawn(3000 + seed, sheet_card(0), tilt_deg=tilt))
        truth = taken.lesions[0]
        return Taken(jpeg=taken.jpeg, ring_px=truth.ring_px, area_mm2=truth.area_mm2)

    return take


def on_a_limb(seed: int) -> Taken:
    """Take a strip round a limb of 35 to 90 mm radius."""
    taken = phantom.render(drawn_on_limb(9000 + seed, strips(1)))
    truth = taken.lesions[0]
    return Taken(jpeg=taken.jpeg, ring_px=truth.ring_px, area_mm2=truth.area_mm2)


def _set(seed: int, kind: str, wound_mm: Floats, limb: phantom.Limb | None = None) -> phantom.Scene:
    """Return a scene of one card beside a wound at the origin, the camera nearly straight above."""
    draw = np.random.default_rng([6, seed])
    reach = float(np.abs(wound_mm).max())
    turn = 0.0 if limb is None else limb.axis_deg + 90
    centre = (0.0, reach + 22.0) if kind == "strip" else (-30.0 + 5.0, reach + 8.0)
    if kind == "card":
        angle = 0.0
        centre = (60 - 25 - 8 - reach, 40 - 55 + 8 + reach)
        turn = angle
    card = replace(sheet_card(0, kind), centre_mm=centre, angle_deg=turn)
    camera = phantom.Camera(
        width_px=1600,
        height_px=1200,
        focal_35mm=float(draw.choice([26.0, 35.0, 50.0])),
        tilt_deg=float(draw.uniform(0, 20)),
        tilt_azimuth_deg=float(draw.uniform(0, 360)),
        k1=float(draw.normal(0, 0.01)),
        look_at_mm=(centre[0] / 2, centre[1] / 2),
        limb=limb,
    )
    return phantom.Scene(
        seed=seed,
        camera=in_view(camera, card, wound_mm),
        cards=(card,),
        skin_tone=float(draw.uniform(0, 1)),
        hair=0.0,
        blur_px=float(draw.uniform(0.5, 1.2)),
    )


def _disc(radius_mm: float = 20.0) -> Floats:
    turn = np.linspace(0, 2 * math.pi, 480, endpoint=False)
    return radius_mm * np.column_stack([np.cos(turn), np.sin(turn)])


def _ring(points: Floats) -> Ring:
    return tuple((float(x), float(y)) for x, y in points)


def disc_flat(seed: int) -> Taken:
    """Take a disc of 4 cm across on flat skin."""
    scene = _set(seed, "card", _disc())
    seen = scene.camera.project(_disc())
    return Taken(jpeg=phantom.render(scene).jpeg, ring_px=_ring(seen), area_mm2=shoelace(_disc()))


def disc_on_cylinder(seed: int) -> Taken:
    """Take that disc on a cylinder of 8.8 cm across, a strip round it."""
    limb = phantom.Limb(radius_mm=44.0, axis_deg=90.0)
    scene = _set(seed, "strip", _disc(), limb)
    seen = scene.camera.project(_disc())
    return Taken(jpeg=phantom.render(scene).jpeg, ring_px=_ring(seen), area_mm2=shoelace(_disc()))


def disc_on_cap(*, is_hollow: bool) -> Callable[[int], Taken]:
    """Return what takes that disc on a ball of 60 mm, a flat card beside it."""

    def take(seed: int) -> Taken:
        scene = _set(seed, "card", _disc())
        cap = Cap(60.0, is_hollow)
        seen = scene.camera.project(_disc(), cap)  # type: ignore[arg-type]
        return Taken(
            jpeg=phantom.render(scene).jpeg,
            ring_px=_ring(seen),
            area_mm2=cap.area_mm2(20.0),
            site=None if is_hollow else BodySite(region="knee"),
        )

    return take


def off_plane(height_mm: float) -> Callable[[int], Taken]:
    """Return what takes a wound so far below the card's plane."""

    def take(seed: int) -> Taken:
        ring = wound(np.random.default_rng([8, seed]), 800.0)
        scene = _set(seed, "card", ring)
        lower = _Inclined(-height_mm, (0.0, 0.0), (0.0, 0.0))
        seen = scene.camera.project(ring, lower)  # type: ignore[arg-type]
        return Taken(jpeg=phantom.render(scene).jpeg, ring_px=_ring(seen), area_mm2=shoelace(ring))

    return take


def misprinted(seed: int) -> Taken:
    """Take a card that a printer made 94 to 106 % large, its bars never measured."""
    draw = np.random.default_rng([9, seed])
    ring = wound(draw, 800.0)
    scene = _set(seed, "card", ring)
    card = replace(scene.cards[0], print_scale=float(draw.uniform(0.94, 1.06)))
    scene = replace(scene, cards=(card,))
    seen = scene.camera.project(ring)
    return Taken(
        jpeg=phantom.render(scene).jpeg,
        ring_px=_ring(seen),
        area_mm2=shoelace(ring),
        print_scale=None,
    )


def sets() -> Iterator[tuple[str, Callable[[int], Taken]]]:
    """Yield the rows."""
    yield "flat, tilt to 35°", on_the_flat(0, 35)
    yield "flat, tilt 35 to 50°", on_the_flat(35, 50)
    yield "limb, strip round it", on_a_limb
    yield "4 cm disc, flat", disc_flat
    yield "4 cm disc on a cylinder", disc_on_cylinder
    yield "4 cm disc on a ball *", disc_on_cap(is_hollow=False)
    yield "4 cm disc in a hollow *", disc_on_cap(is_hollow=True)
    for height in (2.0, 5.0, 10.0, 30.0):
        yield f"{height:.0f} mm off the plane *", off_plane(height)
    yield "printed 94 to 106 % *", misprinted


def measured(row: Row, taken: Taken, *, with_imagej: bool) -> None:
    """Measure one photograph every way."""
    pixels, photograph = imaging.read_photograph_bytes(taken.jpeg, "phantom.jpg")
    outline = Outline(outer=taken.ring_px, source=OutlineSource.GIVEN)
    try:
        calibration = imaging.find_calibration(pixels, photograph, print_scale=taken.print_scale)
        size = imaging.measure(outline, calibration, taken.site)
    except (CardNotFound, CardUnreliable):
        row.refused += 1
        return
    row.add("woundtrack", size.area_mm2, taken.area_mm2)
    row.inside.append(size.area_low_mm2 <= taken.area_mm2 <= size.area_high_mm2)
    row.widths.append((size.area_high_mm2 - size.area_low_mm2) / 2 / size.area_mm2)
    for method, area in by_other_ways(calibration, taken.ring_px).items():
        row.add(method, area, taken.area_mm2)
    if with_imagej:
        row.add("ImageJ", by_imagej(taken, calibration), taken.area_mm2)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--photographs", type=int, default=30, help="photographs a row")
    parser.add_argument("--imagej", type=int, default=6, help="photographs a row by ImageJ")
    options = parser.parse_args()
    has_imagej = all(shutil.which(program) for program in ("imagej", "xvfb-run"))
    names = (*METHODS, *(["ImageJ"] if has_imagej else []))
    print(f"{options.photographs} photographs a row; errors of the area, %: median and 95 %\n")
    print(f"{'':26}" + "".join(f"{name:>17}" for name in names) + "   holds      ±  refused")
    for label, take in sets():
        row = Row(label=label)
        for seed in range(options.photographs):
            measured(row, take(seed), with_imagej=has_imagej and seed < options.imagej)
        cells = ""
        for name in names:
            size = np.abs(row.errors.get(name, [math.nan]))
            cells += f"{np.median(size):9.2f}{np.percentile(size, 95):8.2f}"
        print(
            f"{label:26}{cells}{np.mean(row.inside):8.0%}{np.median(row.widths):7.1%}{row.refused:9d}",
            flush=True,
        )
    if not has_imagej:
        print("\nImageJ is not installed here: its column is left out.")


if __name__ == "__main__":
    main()
