"""Sheets scanned from their own PDFs: are they as laid out, and do the bars tell their scale.

Every sheet's own PDF is printed at several scales and scanned at 300 dpi: laid a little askew, a
little soft, noisy, as a JPEG. The tags are found as in a photograph; the two bars are measured
between the middles of their end ticks, as with a ruler. How far a corner is from where the layout
has it is told after shift, turn and one scale are taken off: what remains is a wrong sheet.

    python benchmarks/printed_sheets.py [--scales 94,97,100,103,106]
"""

from __future__ import annotations

import argparse
import io
import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.errors import CardNotFound
from woundtrack.imaging.cards.card import DESIGNS
from woundtrack.imaging.cards.finder import SeenCard, cards_in
from woundtrack.imaging.cards.sheet import CardSheetLayout, card_layout, write_card_sheet

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

DPI: Final = 300
PX_PER_MM: Final = DPI / 25.4
KINDS: Final = ("card", "window", "square", "strip")
PAPERS: Final = ("a4", "letter")
_PAPER, _TONER = 0.85, 0.02  # of the light
SCALES: Final = (94.0, 97.0, 100.0, 103.0, 106.0)


@dataclass(frozen=True, kw_only=True)
class Read:
    """What one scan shows: tags found of those printed, the bars, and the worst corner, mm."""

    found: int
    printed: int
    across_mm: float
    down_mm: float
    off_mm: float


def scanned(pdf: bytes, page_mm: tuple[float, float], scale: float, seed: int) -> Grey:
    """Return the page (H, W) printed about its middle at a scale and scanned."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=2 * DPI * scale / 72, grayscale=True).to_numpy()
    document.close()
    page = np.ascontiguousarray(page.reshape(page.shape[:2]))
    draw = np.random.default_rng(seed)
    turn = math.radians(draw.uniform(-0.6, 0.6))
    shift = draw.uniform(-6, 6, 2)
    width, height = (round(side * PX_PER_MM) for side in page_mm)
    half = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) / 2
    middle = np.array([page.shape[1], page.shape[0]]) / 2
    # From pixel centres to pixel centres: the print's middle comes to the scan's, less the shift.
    place = np.array([width, height]) / 2 + shift - half @ (middle - 0.5) - 0.5
    # A pixel half covered by ink gives half the light; a scanner softens light, then codes sRGB.
    light = _TONER + (_PAPER - _TONER) * page.astype(np.float32) / 255
    soft = cv2.GaussianBlur(light, (0, 0), 1.2)
    scan = cv2.warpAffine(
        soft, np.column_stack((half, place)), (width, height), borderValue=float(_PAPER)
    )
    coded = 255 * (1.055 * np.maximum(scan, 0.0031308) ** (1 / 2.4) - 0.055)
    noisy = coded + draw.normal(0, 3, scan.shape)
    _, jpeg = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [1, 88])
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def read(scan: Grey, layout: CardSheetLayout) -> Read:
    """Find the tags and measure the bars."""
    designs = {design.name: design for design in DESIGNS}
    printed = sum(len(designs[card.name].tags_mm) for card in layout.cards)
    try:
        seen = cards_in(scan)
    except CardNotFound:
        seen = ()
    placed, corners = _matched(seen, layout)
    if not seen:
        return Read(found=0, printed=printed, across_mm=math.nan, down_mm=math.nan, off_mm=math.nan)
    to_px = _similarity(placed, corners)
    size = float(np.hypot(*to_px[:, 0]))
    off = np.hypot(*(_at(to_px, placed) - corners).T).max() / size
    # Beyond the ticks every 10 mm: 2 mm long across the page, 1.2 mm down it.
    across = _bar_mm(scan, to_px, layout.bars_mm[0], (3.0, 4.4))
    down = _bar_mm(scan, to_px, layout.bars_mm[1], (1.6, 2.2))
    return Read(
        found=len(corners) // 4,
        printed=printed,
        across_mm=across,
        down_mm=down,
        off_mm=float(off),
    )


def _matched(seen: tuple[SeenCard, ...], layout: CardSheetLayout) -> tuple[Floats, Floats]:
    """Return the layout's corners (N, 2) mm and the found ones px; each copy goes to its place.

    A sheet has several prints of one card: they are told apart by where they lie on the page.
    """
    # Any card tells roughly how the page lies; those of one name are then the nearest.
    middle = np.array(layout.page_mm) / 2
    placed, corners = [], []
    taken: Counter[int] = Counter()
    for card in seen:
        nominal = card.places_mm
        per_mm = np.hypot(*np.ptp(card.corners_px, axis=0)) / np.hypot(*np.ptp(nominal, axis=0))
        on_page = (card.corners_px.mean(axis=0) / PX_PER_MM - middle) * PX_PER_MM / per_mm + middle
        copies = [
            (float(np.hypot(*(nominal.mean(axis=0) + one.rect_mm[:2] - on_page))), number)
            for number, one in enumerate(layout.cards)
            if one.name == card.design.name
        ]
        _, number = min(copies)
        taken[number] += 1
        placed.append(nominal + np.array(layout.cards[number].rect_mm[:2]))
        corners.append(card.corners_px)
    if any(times > 1 for times in taken.values()):
        raise RuntimeError("two cards were found in one place of the sheet")
    if not seen:
        return np.empty((0, 2)), np.empty((0, 2))
    return np.concatenate(placed), np.concatenate(corners)


def _similarity(source: Floats, target: Floats) -> Floats:
    """Return the shift, turn and scale (2, 3) from points (N, 2) to points, least squares."""
    x, y = source.T
    zero, one = np.zeros_like(x), np.ones_like(x)
    rows = np.concatenate([np.column_stack((x, -y, one, zero)), np.column_stack((y, x, zero, one))])
    a, b, u, v = np.linalg.lstsq(rows, np.concatenate(target.T), rcond=None)[0]
    return np.array([[a, -b, u], [b, a, v]])


def _at(to_px: Floats, points: Floats) -> Floats:
    return points @ to_px[:, :2].T + to_px[:, 2]


def _bar_mm(
    scan: Grey,
    to_px: Floats,
    ends: tuple[tuple[float, float], tuple[float, float]],
    reach_mm: tuple[float, float],
) -> float:
    """Return how long a bar is on the scan, between the middles of its end ticks."""
    start, end = np.array(ends)
    along = (end - start) / 100.0
    aside = np.array([-along[1], along[0]])
    middles = []
    for tip in (start, end):
        reach = np.linspace(*reach_mm, 9)
        run = np.linspace(-1.5, 1.5, 181)
        places = tip + np.concatenate([reach, -reach])[:, None, None] * aside
        seen = _at(to_px, (places + run[:, None] * along).reshape(-1, 2)).astype(np.float32) - 0.5
        grey = cv2.remap(
            scan,
            np.ascontiguousarray(seen[:, 0].reshape(18, -1)),
            np.ascontiguousarray(seen[:, 1].reshape(18, -1)),
            cv2.INTER_LINEAR,
        ).astype(np.float64)
        dark = np.clip(200 - grey.mean(axis=0), 0, None)
        if dark.sum() == 0:
            return math.nan
        middles.append(_at(to_px, (tip + float(run @ dark / dark.sum()) * along)[None])[0])
    return float(np.hypot(*(middles[1] - middles[0]))) / PX_PER_MM


def main() -> None:
    """Read the command line and run."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--scales", default=",".join(f"{scale:g}" for scale in SCALES))
    scales = [float(word) for word in reader.parse_args().scales.split(",")]
    print(
        "| sheet | paper | printed at | tags | bar across, mm | bar down, mm | bars say |", end=""
    )
    print(" worst corner, mm |")
    print("| --- | --- | --: | --: | --: | --: | --: | --: |")
    reads = []
    for kind in KINDS:
        for paper in PAPERS:
            out = io.BytesIO()
            write_card_sheet(out, kind, paper)
            layout = card_layout(kind, paper)
            for number, scale in enumerate(scales):
                seed = 10 * KINDS.index(kind) + 100 * PAPERS.index(paper) + number
                scan = scanned(out.getvalue(), layout.page_mm, scale / 100, seed)
                told = read(scan, layout)
                said = (told.across_mm + told.down_mm) / 2
                reads.append((scale, told, said))
                print(
                    f"| {kind} | {paper} | {scale:g} % | {told.found}/{told.printed} "
                    f"| {told.across_mm:.2f} | {told.down_mm:.2f} | {said:.2f} % "
                    f"| {told.off_mm:.3f} |"
                )
    missed = sum(told.printed - told.found for _, told, _ in reads)
    worst = max(abs(said - scale) for scale, _, said in reads)
    off = max(told.off_mm for _, told, _ in reads)
    print(
        f"\n{len(reads)} scans: {missed} tags missed; the bars say the scale to {worst:.2f} %; "
        f"the worst corner is {off:.3f} mm from the layout"
    )


if __name__ == "__main__":
    main()
