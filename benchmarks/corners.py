"""How exactly are a tag's corners found? The table that chose the refinement.

A tag is cut from the printed PDF and photographed at every rotation, tilted by up to 35°, with
several sizes and blurs: the blur in linear light, then noise, the sRGB curve and JPEG. Beside our
own edges stand OpenCV's three refinements on the same pictures. Lengths in px.

    python benchmarks/corners.py [--quick]
"""

from __future__ import annotations

import argparse
import io
import math
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.imaging.cards.card import DESIGNS
from woundtrack.imaging.cards.sheet import card_layout, write_card_sheet
from woundtrack.imaging.cards.tag_edges import refined_corners

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]
Refinement = Callable[[Grey, Floats], Floats | None]

SIDE_MM = 15.0
_DPI = 1200
_FINE = 4
_PAPER, _TONER = 0.80, 0.03  # of the light


def printed_tag() -> tuple[NDArray[np.float32], Floats]:
    """Return a tag with 4 mm of paper round it, as light 0..1, and its corners in its pixels."""
    import pypdfium2

    sheet = io.BytesIO()
    write_card_sheet(sheet)
    document = pypdfium2.PdfDocument(sheet.getvalue())
    page = document[0].render(scale=_DPI / 72, grayscale=True).to_numpy()
    document.close()
    x, y = card_layout().cards[0].rect_mm[:2]
    corners = (np.array(DESIGNS[0].tags_mm[1]) + np.array([x, y])) * _DPI / 25.4
    low = np.floor(corners.min(axis=0) - 4 * _DPI / 25.4).astype(int)
    high = np.ceil(corners.max(axis=0) + 4 * _DPI / 25.4).astype(int)
    cut = page.reshape(page.shape[:2])[low[1] : high[1], low[0] : high[0]]
    light = _TONER + (_PAPER - _TONER) * cut.astype(np.float32) / 255
    return light, corners - low


def photographed(
    tag: tuple[NDArray[np.float32], Floats], side_px: float, blur_px: float, seed: int
) -> tuple[Grey, Floats]:
    """Return a picture (H, W) of the tag and its true corners (4, 2), pixel-edge origin."""
    light, corners = tag
    draw = np.random.default_rng(seed)
    roll, azimuth = draw.uniform(0, 2 * math.pi, 2)
    tilt = math.radians(draw.uniform(0, 35))
    scale = side_px / (SIDE_MM * _DPI / 25.4)
    size = math.ceil(side_px * 2.4)
    turn = np.array([[math.cos(roll), -math.sin(roll)], [math.sin(roll), math.cos(roll)]])
    axis = np.array([math.cos(azimuth), math.sin(azimuth)])
    squeeze = turn @ (np.eye(2) - (1 - math.cos(tilt)) * np.outer(axis, axis)) * scale
    to_px = np.eye(3)
    to_px[:2, :2] = squeeze
    to_px[2, :2] = axis * math.sin(tilt) * scale / (20 * side_px)  # seen from 20 sides away
    centre = cv2.perspectiveTransform(corners.mean(axis=0).reshape(1, 1, 2), to_px).ravel()
    shift = np.array([size / 2, size / 2]) - centre + draw.uniform(-0.5, 0.5, 2)
    to_px = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]]) @ to_px
    true = cv2.perspectiveTransform(corners.reshape(1, -1, 2), to_px).reshape(4, 2)

    # From pixel centres of the print to those of a picture of _FINE × _FINE samples a pixel.
    fine = np.array([[_FINE, 0, -0.5], [0, _FINE, -0.5], [0, 0, 1]])
    centres = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    soft = cv2.GaussianBlur(light, (0, 0), max(0.35 / (scale * _FINE), 0.3))
    picture: Any = cv2.warpPerspective(
        soft, fine @ to_px @ centres, (size * _FINE, size * _FINE), borderValue=_PAPER
    )
    picture = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    picture = cv2.GaussianBlur(picture, (0, 0), blur_px) if blur_px else picture
    picture = picture + draw.normal(0, 1, picture.shape) * np.sqrt(4e-6 + 1.1e-4 * picture)
    level = np.clip(picture, 0, 1)
    coded = np.where(level <= 0.0031308, 12.92 * level, 1.055 * level ** (1 / 2.4) - 0.055)
    _, data = cv2.imencode(".jpg", np.round(coded * 255).astype(np.uint8), [1, 92])
    decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    return decoded, np.asarray(true, dtype=np.float64)


def by_opencv(method: int, offset: float) -> Refinement:
    """Return one of OpenCV's refinements; ``offset`` brings it to the pixel-edge origin."""

    def refine(grey: Grey, start: Floats) -> Floats | None:
        parameters = cv2.aruco.DetectorParameters()
        parameters.cornerRefinementMethod = method
        dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
        del start  # OpenCV finds the tag itself
        quads, _, _ = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(grey)
        return quads[0].reshape(4, 2).astype(np.float64) + offset if len(quads) == 1 else None

    return refine


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer pictures")
    trials = 12 if parser.parse_args().quick else 60
    cv2.setNumThreads(1)
    tag = printed_tag()
    rough = by_opencv(cv2.aruco.CORNER_REFINE_NONE, 0.5)
    methods: dict[str, Refinement] = {
        "NONE": rough,
        "SUBPIX": by_opencv(cv2.aruco.CORNER_REFINE_SUBPIX, 0.5),
        "APRILTAG": by_opencv(cv2.aruco.CORNER_REFINE_APRILTAG, 0.0),
        "edges": refined_corners,
    }
    print(f"{trials} pictures a row: every rotation, tilt to 35°; corners in px, side in %\n")
    print("tag  blur  refinement  found  offset x, y       SD   worst   side bias   ms")
    for side_px in (40, 60, 100, 160):
        for blur_px in (0.5, 1.0, 2.0, 3.0):
            errors: dict[str, list[Floats]] = {name: [] for name in methods}
            sides: dict[str, list[float]] = {name: [] for name in methods}
            spent = dict.fromkeys(methods, 0.0)
            for seed in range(trials):
                grey, true = photographed(tag, side_px, blur_px, seed)
                start = rough(grey, true)
                if start is None:
                    continue
                for name, method in methods.items():
                    begun = time.perf_counter()
                    found = method(grey, start)
                    spent[name] += time.perf_counter() - begun
                    if found is not None:
                        errors[name].append(found - true)
                        sides[name].append(math.sqrt(_area(found) / _area(true)) - 1)
            for name, each in errors.items():
                label = f"{side_px:3d}  {blur_px:4.1f}  {name:10}  {len(each) / trials:4.0%}"
                if not each:
                    print(label)
                    continue
                error = np.array(each).reshape(-1, 2)
                offset = error.mean(axis=0)
                print(
                    f"{label}  {offset[0]:+6.3f}, {offset[1]:+6.3f}  {error.std():6.3f}  "
                    f"{np.abs(error).max():6.2f}  {100 * np.mean(sides[name]):+8.2f} %  "
                    f"{1000 * spent[name] / trials:5.1f}"
                )


def _area(ring: Floats) -> float:
    x, y = ring.T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


if __name__ == "__main__":
    main()
