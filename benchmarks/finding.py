"""Are the cards found? Phantoms over size of the picture, tilt, blur, light, skin, and company.

"found" is the share of photographs in which a card was; "whole" that in which all its tags were;
"scale" that which gave a scale, and "doubted" that whose scale came with a doubt about the card.
"tag" is the median side of a tag, px. "OpenCV" is the share in which ``ArucoDetector``, untuned,
finds every tag on the whole picture. Pictures of 48 and 108 megapixels are of 12 made larger, with
new noise, as phones make them from fewer sensors.

    python benchmarks/finding.py [--photographs 12]
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.area_error import drawn, sheet_card
from woundtrack import imaging, phantom
from woundtrack.errors import CardNotFound, CardUnreliable
from woundtrack.imaging.cards.card import tag_dictionary

Pixels = npt.NDArray[np.uint8]

_OF_THE_PRINTER = frozenset({"print_scale_unmeasured", "print_scale_old"})


@dataclass(kw_only=True)
class Row:
    """What came of one set of photographs."""

    photographs: int = 0
    found: int = 0
    whole: int = 0
    scaled: int = 0
    doubted: int = 0
    by_opencv: int = 0
    sides: list[float] = field(default_factory=list)


def rows() -> Iterator[tuple[str, dict[str, float]]]:
    """Yield what each row fixes: what ``drawn`` knows, and what is done to the picture after."""
    yield "3 megapixels", {"width_px": 2048}
    yield "12 megapixels", {"width_px": 4000}
    yield "48 megapixels", {"width_px": 4000, "larger": 2}
    yield "108 megapixels", {"width_px": 4000, "larger": 3}
    for tilt in (0.0, 20.0, 35.0, 45.0, 50.0, 54.0, 57.0):
        yield f"tilt {tilt:.0f}°", {"tilt_deg": tilt}
    for further in (1.5, 2.5, 3.5, 5.0):
        yield f"{further:g} times as far", {"further": further}
    for blur in (2.0, 3.0, 4.0):
        yield f"blur {blur:.0f} px", {"blur_px": blur}
    yield "dark, grainy", {"noise": 4.0, "dark": 0.25}
    yield "very dark", {"noise": 4.0, "dark": 0.1}
    yield "skin I", {"skin_tone": 0.0}
    yield "skin VI", {"skin_tone": 1.0}
    yield "a third is hidden", {"hidden": 0.33}
    yield "a corner cut off", {"cut": 0.2}
    yield "JPEG at 30 %", {"quality": 30}
    yield "other print in view", {"print": 1.0}


def taken(seed: int, card: phantom.CardPrint, fixed: dict[str, float]) -> Pixels:
    """Return one photograph of a row."""
    known = {
        name: fixed[name]
        for name in fixed
        if name in {"width_px", "tilt_deg", "further", "blur_px", "noise", "skin_tone"}
    }
    scene = drawn(5000 + seed, card, **known)
    if "hidden" in fixed:
        scene = replace(scene, cards=(replace(scene.cards[0], hidden=fixed["hidden"]),))
    jpeg = phantom.render(scene).jpeg
    if "quality" in fixed:
        whole, _ = imaging.read_photograph_bytes(jpeg, "phantom.jpg")
        turned = np.ascontiguousarray(whole[..., ::-1])
        _, packed = cv2.imencode(".jpg", turned, [cv2.IMWRITE_JPEG_QUALITY, int(fixed["quality"])])
        jpeg = packed.tobytes()
    pixels, _ = imaging.read_photograph_bytes(jpeg, "phantom.jpg")
    noise = np.random.default_rng([11, seed])
    if "larger" in fixed:
        size = (int(pixels.shape[1] * fixed["larger"]), int(pixels.shape[0] * fixed["larger"]))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
        grain = noise.integers(-4, 5, pixels.shape[:2], dtype=np.int8)
        coloured = np.repeat(grain[..., None], 3, axis=2)
        pixels = np.asarray(cv2.add(pixels, coloured, dtype=cv2.CV_8U), dtype=np.uint8)
    if "dark" in fixed:
        light = (pixels / 255.0) ** 2.2 * fixed["dark"]
        light += noise.normal(0, 0.004, pixels.shape)
        pixels = (255 * np.clip(light, 0, 1) ** (1 / 2.2)).astype(np.uint8)
    if "cut" in fixed:
        pixels = np.ascontiguousarray(pixels[:, int(pixels.shape[1] * fixed["cut"]) :])
    if "print" in fixed:
        pixels = _among_print(np.asarray(pixels, dtype=np.uint8), noise)
    return np.asarray(pixels, dtype=np.uint8)


def _among_print(pixels: Pixels, draw: np.random.Generator) -> Pixels:
    """Return the picture with a page of words, a QR code and a foreign tag at its edges."""
    busy = pixels.copy()
    side = min(busy.shape[:2]) // 7
    other = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    code = cv2.QRCodeEncoder.create().encode("ward 3, bed 12")
    prints = [
        cv2.aruco.generateImageMarker(other, int(draw.integers(50)), side),
        cv2.resize(code, (side, side), interpolation=cv2.INTER_NEAREST),
    ]
    page = np.full((side, 2 * side), 250, np.uint8)
    for line in range(5):
        place = (4, int((line + 0.8) * side / 5))
        cv2.putText(page, "Wound care chart 0123", place, 0, side / 220, 20, 1, cv2.LINE_AA)
    prints.append(page)
    for number, print_ in enumerate(prints):
        height, width = print_.shape[:2]
        y = busy.shape[0] - height - 6 if number % 2 else 6
        x = 6 if number < 2 else busy.shape[1] - width - 6
        busy[y : y + height, x : x + width] = print_[..., None]
    return busy


def looked_at(row: Row, pixels: Pixels, *, with_opencv: bool) -> None:
    """Look for the card in one picture, and add what came of it."""
    row.photographs += 1
    try:
        calibration = imaging.find_calibration(pixels)
    except CardNotFound:
        calibration = None
    except CardUnreliable:
        calibration = None
        row.found += 1
    if calibration is not None:
        row.found += 1
        row.scaled += 1
        row.whole += len(calibration.cards[0].tags) == 4
        row.doubted += any(doubt.code not in _OF_THE_PRINTER for doubt in calibration.doubts)
        for card in calibration.cards:
            for tag in card.tags:
                corners = np.array(tag.corners_px)
                x, y = corners.T
                area = abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2
                row.sides.append(math.sqrt(area))
    if with_opencv:
        detector = cv2.aruco.ArucoDetector(tag_dictionary(), cv2.aruco.DetectorParameters())
        quads, ids, _ = detector.detectMarkers(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
        seen = set(np.ravel(ids).tolist()) if len(quads) else set()
        row.by_opencv += {0, 1, 2, 3} <= seen


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--photographs", type=int, default=12, help="photographs a row")
    options = parser.parse_args()
    card = sheet_card(0)
    print(f"{options.photographs} photographs a row (large ones a third of that)\n")
    print(f"{'row':22} tag px   found   whole   scale  doubted   OpenCV")
    for label, fixed in rows():
        row = Row()
        is_large = fixed.get("width_px", 0) >= 4000
        for seed in range(max(2, options.photographs // 3) if is_large else options.photographs):
            looked_at(row, taken(seed, card, fixed), with_opencv=fixed.get("larger", 1) < 3)
        side = f"{np.median(row.sides):6.0f}" if row.sides else "     –"
        cells = [row.found, row.whole, row.scaled, row.doubted]
        shares = "".join(f"{count / row.photographs:8.0%}" for count in cells)
        opencv = (
            f"{row.by_opencv / row.photographs:9.0%}" if fixed.get("larger", 1) < 3 else "        –"
        )
        print(f"{label:22} {side}{shares}{opencv}", flush=True)


if __name__ == "__main__":
    main()
