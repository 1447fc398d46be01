"""How true are the colours that the card's patches give? Phantoms under three lights, five skins.

Each scene is photographed under daylight, an LED and tungsten as the camera's own white balance
leaves them. "off the scene" is CIEDE2000 between the photograph and the scene's own colours, which
no camera has touched, over skin and over wound; "between lights" the same between two photographs
of one scene. Medians over pixels, then over photographs. Beside the camera's picture stand
grey-world, the usual way without a card, the white balance of the patches alone, and the matrix.

A second set of tables has the card from a printer whose inks are not what the sheet asks for,
always the same; a third a phone that makes every picture harder, as many do to please.

    python benchmarks/colour.py [--scenes N]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

import cv2
import numpy as np

from benchmarks.area_error import drawn, sheet_card
from woundtrack import imaging, phantom
from woundtrack.errors import WoundtrackError
from woundtrack.imaging.colours.colour import printed_light
from woundtrack.imaging.colours.colour_difference import (
    ciede2000,
    lab_of_light,
    linear_light,
    srgb_coded,
)

LIGHTS: Mapping[str, dict[str, float]] = {
    "daylight": {"warmth": -0.4, "tint": 0.1, "dullness": 0.1},
    "LED": {"warmth": 0.3, "tint": 0.8, "dullness": 0.3, "red_loss": 1.0},
    "tungsten": {"warmth": 1.7, "tint": -0.2, "dullness": 0.4},
}
WAYS = ("camera", "grey-world", "white balance", "matrix")
STEP = 3  # every third pixel each way is plenty


def scenes(count: int, ink_fault: float) -> Iterator[phantom.Scene]:
    """Yield scenes with a card and a wound, the five skin tones in turn."""
    card = replace(sheet_card(0), ink_fault=ink_fault)
    tones = [tone for name, tone in phantom.SKIN_TONES.items() if name != "I"]
    for seed in range(count):
        draw = np.random.default_rng([seed, 77])
        yield drawn(
            seed,
            card,
            skin_tone=tones[seed % len(tones)],
            area_mm2=float(draw.uniform(300, 2500)),
            width_px=1224,
        )


def harder(pixels: np.ndarray, contrast: float) -> np.ndarray:
    """Return the picture with an S-curve; at 1 its middle is 1.4 times as steep."""
    level = np.arange(256) / 255
    curve = level - 0.065 * contrast * np.sin(2 * np.pi * level)
    return np.asarray(np.round(255 * curve).astype(np.uint8)[pixels])


def grey_world(pixels: np.ndarray) -> np.ndarray:
    """Return the picture with its mean made grey, in linear light, as bright as before."""
    light = linear_light(pixels)
    mean = light.reshape(-1, 3).mean(axis=0)
    return np.round(srgb_coded(light * (mean.mean() / mean))).astype(np.uint8)


def pictures(pixels: np.ndarray, found: imaging.ColourCorrection) -> dict[str, np.ndarray]:
    """Return the picture by each way."""
    greys = [patch for patch in found.patches if len(set(patch.printed_rgb)) == 1]
    seen = linear_light([patch.seen_rgb for patch in greys])
    wanted = printed_light([patch.printed_rgb for patch in greys])
    red, green, blue = ((wanted * seen).sum(axis=0) / (seen**2).sum(axis=0)).tolist()
    balance = replace(
        found,
        tone=(1.0, 1.0, 1.0),
        matrix=((red, 0.0, 0.0), (0.0, green, 0.0), (0.0, 0.0, blue)),
    )
    return {
        "camera": pixels,
        "grey-world": grey_world(pixels),
        "white balance": imaging.apply_colour(pixels, balance),
        "matrix": imaging.apply_colour(pixels, found),
    }


def lab(pixels: np.ndarray) -> np.ndarray:
    """Return CIELAB of a picture without its noise, every third pixel."""
    smooth = cv2.blur(pixels, (5, 5))[::STEP, ::STEP]
    return lab_of_light(linear_light(smooth))


def parts(taken: phantom.Phantom) -> dict[str, np.ndarray]:
    """Return where skin is, and where wound: well inside both, off the card."""
    wound = taken.lesions[0].mask().astype(np.uint8)
    spared = cv2.dilate(wound, np.ones((25, 25), np.uint8))
    (card,) = taken.scene.cards
    ring = np.array(card.paper_mm[0]) - (
        card.rect_mm[0] + card.rect_mm[2] / 2,
        card.rect_mm[1] + card.rect_mm[3] / 2,
    )
    turn = np.radians(card.angle_deg)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    seen = taken.scene.camera.project(ring @ rotation.T + card.centre_mm)
    cv2.fillPoly(spared, [np.round(seen).astype(np.int32)], 1)
    spared = cv2.dilate(spared, np.ones((41, 41), np.uint8))  # and the shadow that the card casts
    inner = cv2.erode(wound, np.ones((9, 9), np.uint8))
    return {
        "skin": (spared == 0)[::STEP, ::STEP],
        "wound": (inner > 0)[::STEP, ::STEP],
    }


def median(values: list[float]) -> float:
    """Return the median, or NaN of nothing."""
    return float(np.median(values)) if values else float("nan")


def p95(values: list[float]) -> float:
    """Return the 95th percentile, or NaN of nothing."""
    return float(np.percentile(values, 95)) if values else float("nan")


def run(count: int, *, ink_fault: float = 0.0, contrast: float = 0.0) -> None:
    """Photograph, correct, compare, and print the tables."""
    absolute: dict[tuple[str, str, str], list[float]] = {}
    between: dict[tuple[str, str], list[float]] = {}
    told: dict[str, list[float]] = {light: [] for light in LIGHTS}
    doubted = refused = 0
    took: list[float] = []
    for scene in scenes(count, ink_fault):
        truth = lab(phantom.ideal(scene))
        seen: dict[str, dict[str, np.ndarray]] = {}
        where: dict[str, np.ndarray] = {}
        for name, light in LIGHTS.items():
            taken = phantom.render(replace(scene, light=replace(scene.light, **light)))
            where = parts(taken)
            pixels = harder(taken.pixels, contrast)
            try:
                calibration = imaging.find_calibration(pixels)
                begun = time.perf_counter()
                found = imaging.colour_correction(pixels, calibration)
                took.append(time.perf_counter() - begun)
            except WoundtrackError:
                refused += 1
                continue
            doubted += not found.is_trusted
            told[name].append(found.delta_e)
            seen[name] = {way: lab(one) for way, one in pictures(pixels, found).items()}
            for way, picture in seen[name].items():
                off = ciede2000(picture, truth)
                for part, here in where.items():
                    absolute.setdefault((name, part, way), []).append(float(np.median(off[here])))
        for one, other in combinations(seen, 2):
            for way in WAYS:
                off = ciede2000(seen[one][way], seen[other][way])
                for part, here in where.items():
                    between.setdefault((part, way), []).append(float(np.median(off[here])))
    print(f"{count} scenes, {3 * count} photographs, {refused} refused, {doubted} doubted")
    print("\nCIEDE2000 off the scene: median (95th percentile)\n")
    print("| light | of | " + " | ".join(WAYS) + " |")
    print("| --- | --- | " + " | ".join("---" for _ in WAYS) + " |")
    for name in (*LIGHTS, "all"):
        for part in ("skin", "wound"):
            cells = []
            for way in WAYS:
                lights = LIGHTS if name == "all" else (name,)
                values = [v for one in lights for v in absolute.get((one, part, way), [])]
                cells.append(f"{median(values):.1f} ({p95(values):.1f})")
            print(f"| {name} | {part} | " + " | ".join(cells) + " |")
    print("\nCIEDE2000 between two photographs of one scene under two lights\n")
    print("| of | " + " | ".join(WAYS) + " |")
    print("| --- | " + " | ".join("---" for _ in WAYS) + " |")
    for part in ("skin", "wound"):
        cells = [
            f"{median(between.get((part, way), [])):.1f} ({p95(between.get((part, way), [])):.1f})"
            for way in WAYS
        ]
        print(f"| {part} | " + " | ".join(cells) + " |")
    print("\nwhat the card says of itself, one patch left out:")
    for name, values in told.items():
        print(f"  {name}: ΔE {median(values):.1f} (95th percentile {p95(values):.1f})")
    print(f"found in {1000 * median(took):.1f} ms")


def main() -> None:
    """Read the command line and run."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--scenes", type=int, default=25)
    count = reader.parse_args().scenes
    print("# A printer that keeps to the sheet\n")
    run(count)
    print("\n# A printer whose inks are off it\n")
    run(count, ink_fault=1.0)
    print("\n# A phone that makes pictures harder\n")
    run(count, contrast=1.0)


if __name__ == "__main__":
    main()
