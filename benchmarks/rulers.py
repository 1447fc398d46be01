"""Does the interval of an area hold that was measured by a ruler? Coverage over tilted cameras.

An ellipse and a ruler beside it are seen by a camera that is tilted as the declared prior says; the
ruler's points are set as roughly, and it lies as far off the skin. No picture is rendered: what is
asked is whether the declared causes are carried to the interval rightly, not where ticks are.

    python benchmarks/rulers.py [--quick]
"""

from __future__ import annotations

import argparse
import math
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from woundtrack import imaging
from woundtrack.imaging.scale.ruler import (
    LENGTH_SD,
    OFFSET_SD_MM,
    POINT_SD_MM,
    POINT_SD_PX,
    TILT_SD_DEG,
)
from woundtrack.model import Outline, OutlineSource, Photograph, TimeSource

Floats = NDArray[np.float64]

WIDTH_PX, HEIGHT_PX = 4000, 3000
FOCAL_PX = 27 / math.hypot(36, 24) * 5000
DISTANCES_MM = (30.0, 50.0, 100.0)
PHOTOGRAPH = Photograph(
    sha256="a" * 64,
    original_name="old.jpg",
    format="JPEG",
    size_bytes=1,
    width_px=WIDTH_PX,
    height_px=HEIGHT_PX,
    orientation=1,
    taken_at=datetime(2019, 3, 1, tzinfo=UTC),
    taken_offset_minutes=None,
    taken_from=TimeSource.EXIF,
    focal_length_35mm=27.0,
)


def scene(draw: np.random.Generator, distance_mm: float) -> tuple[float, float, float] | None:
    """Return area, low and high of one ellipse by the area it has; None where the ruler is off."""
    tilt = math.radians(min(abs(draw.normal(0, TILT_SD_DEG)), 50.0))
    turn = draw.uniform(0, 2 * math.pi)
    x, y = math.cos(turn), math.sin(turn)
    cross = np.array([[0, 0, y], [0, 0, -x], [-y, x, 0]])
    rotation = np.eye(3) + math.sin(tilt) * cross + (1 - math.cos(tilt)) * cross @ cross
    height = draw.uniform(200, 450)

    def seen(points: Floats) -> Floats:
        space = points @ rotation.T + np.array([0, 0, height])
        shown: Floats = FOCAL_PX * space[:, :2] / space[:, 2:] + [WIDTH_PX / 2, HEIGHT_PX / 2]
        return shown

    radius, flat = draw.uniform(5, 25), draw.uniform(0.6, 1.0)
    centre = draw.uniform(-15, 15, 2)
    angles = np.linspace(0, 2 * math.pi, 120, endpoint=False)
    ring = np.column_stack([radius * np.cos(angles), flat * radius * np.sin(angles)]) + centre
    beside = draw.uniform(0, 2 * math.pi)
    towards = np.array([math.cos(beside), math.sin(beside)])
    along = np.array([-towards[1], towards[0]]) * distance_mm / 2 * (1 + draw.normal(0, LENGTH_SD))
    middle = centre + towards * (radius + draw.uniform(5, 25))
    off = draw.normal(0, OFFSET_SD_MM)
    ends = seen(np.array([[*(middle - along), off], [*(middle + along), off]]))
    px_per_mm = float(np.linalg.norm(ends[1] - ends[0])) / distance_mm
    ends += draw.normal(0, max(POINT_SD_PX, POINT_SD_MM * px_per_mm), (2, 2))
    if not ((ends > 0) & (ends < [WIDTH_PX, HEIGHT_PX])).all():
        return None
    start, end = ((float(one[0]), float(one[1])) for one in ends)
    scale = imaging.ruler_calibration(start, end, distance_mm, PHOTOGRAPH)
    outer = tuple((float(u), float(v)) for u, v in seen(np.column_stack([ring, np.zeros(120)])))
    size = imaging.measure(Outline(outer=outer, source=OutlineSource.GIVEN), scale)
    true = math.pi * radius**2 * flat
    return size.area_mm2 / true, size.area_low_mm2 / true, size.area_high_mm2 / true


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="40 scenes a row in place of 1,000")
    count = 40 if parser.parse_args(arguments).quick else 1000
    print("| ruler, mm | scenes | median error | p95 error | interval, ± | holds in |")
    print("| --- | --- | --- | --- | --- | --- |")
    for distance_mm in DISTANCES_MM:
        draw = np.random.default_rng(20)
        found = [one for one in (scene(draw, distance_mm) for _ in range(count)) if one]
        area, low, high = np.array(found).T
        error = np.abs(area - 1)
        holds = float(((low <= 1) & (high >= 1)).mean())
        half = float(np.mean((high - low) / 2))
        print(
            f"| {distance_mm:.0f} | {len(found)} | {100 * np.median(error):.1f} % "
            f"| {100 * np.percentile(error, 95):.1f} % | {100 * half:.1f} % | {100 * holds:.1f} % |"
        )


if __name__ == "__main__":
    main()
