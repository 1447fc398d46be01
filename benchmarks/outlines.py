"""How good are outlines on real wounds, and after how many gestures? Any folder, one run.

Photographs and masks that nobody trained on: FUSeg's held-back look-alike groups
(``training/held_back.txt``), or all of a folder that holds none of them. All rows see the same
photographs, the same first gesture and the same rule of the next click.

"automatic" is without a gesture; "click" is one at the deepest point of every lesion; "box" is 15 %
loose on every side, ± 10 % drawn by seed. Dice is given per photograph (mean, median) and pooled
over all pixels (as the challenge's 0.888 is); "bound" is the mean distance between the two edges,
without the photographs in which nothing was found ("none"), and "surf" the share of both edges
within 2 px of the other, 0 in those; "area" is the median error of the area.
"clicks to IoU" starts from nothing: the next click is the deepest point of the largest mistake, at
most 20, and a failure counts as 20. "worse" is the share of clicks that lowered IoU by more than
0.02, "never" the share of photographs below IoU 0.80 after ten.

The seeded rows' constants were fitted on all of FUSeg's training photographs, those held back among
them (DECISIONS 13): the network's were not.

    python -m benchmarks.outlines [FOLDER] [--limit N] [--clicks] [--noisy] [--things]
        [--sheet worst.jpg] [--json figures.json]
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks._outline_baselines import Bare, Documented, Walker
from training import photographs, windows
from training.photographs import FolderUnusable, Labelled
from training.tone import tone
from woundtrack.errors import OutlineNotFound
from woundtrack.imaging import propose_outlines, refine_outline
from woundtrack.imaging.outline import union_mask
from woundtrack.imaging.outlining.network_asset import outline_network
from woundtrack.model import Outline, Point

Mask = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]
Outlines = tuple[Outline, ...]

FOLDER: Final = Path(__file__).resolve().parents[1] / "build" / "fuseg"
MOST_CLICKS: Final = 20
LEVELS: Final = (0.80, 0.85, 0.90)
GESTURES: Final = ("automatic", "click", "box")
WRONG_BY: Final = 0.02


class Ours:
    """woundtrack's own gestures, with or without the outline network."""

    is_automatic = True

    def __init__(self, *, with_network: bool) -> None:
        self.with_network = with_network
        self.label = "woundtrack" if with_network else "woundtrack, no network"

    def automatic(self, pixels: Pixels) -> Mask:
        """Return what is proposed."""
        found = propose_outlines(pixels, with_network=self.with_network)
        return union_mask(found, pixels.shape[:2])

    def box(self, pixels: Pixels, box: Box) -> Mask:
        """Return what a box gives on a photograph without outlines."""
        return self._mask(pixels, self.answer(pixels, box=box))

    def clicks(self, pixels: Pixels, include: Sequence[Point], exclude: Sequence[Point]) -> Mask:
        """Return what the clicks give together."""
        return self._mask(pixels, self.answer(pixels, include, exclude))

    def answer(
        self,
        pixels: Pixels,
        include: Sequence[Point] = (),
        exclude: Sequence[Point] = (),
        box: Box | None = None,
        start: Outlines = (),
    ) -> Outlines:
        """Return the outlines after a gesture; none where there are none."""
        try:
            return refine_outline(
                pixels, include, exclude, box, start, with_network=self.with_network
            )
        except OutlineNotFound:
            return ()

    def _mask(self, pixels: Pixels, outlines: Outlines) -> Mask:
        return union_mask(outlines, pixels.shape[:2])


Method = Bare | Documented | Walker | Ours


# --- scores --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One photograph's scores by one gesture."""

    name: str
    dice: float
    iou: float
    shared: int
    painted: int
    distance: float
    surface: float
    area_error: float
    seconds: float
    tone: str
    share: float


def scored(photograph: Labelled, found: Mask, seconds: float) -> Score:
    """Return how a mask compares with a photograph's own."""
    truth = photograph.mask
    both, painted = int((found & truth).sum()), int(found.sum() + truth.sum())
    distance, surface = edges_apart(found, truth)
    return Score(
        name=photograph.name,
        dice=2 * both / painted if painted else 1.0,
        iou=both / (painted - both) if painted else 1.0,
        shared=both,
        painted=painted,
        distance=distance,
        surface=surface,
        area_error=abs(int(found.sum()) - int(truth.sum())) / max(1, int(truth.sum())),
        seconds=seconds,
        tone=tone(photograph),
        share=float(truth.mean()),
    )


def edges_apart(one: Mask, other: Mask, near: float = 2.0) -> tuple[float, float]:
    """Return the mean distance between two edges, px, and the share within ``near`` px.

    Both ways together (Nikolov et al., doi 10.2196/26151, for the share). NaN and 0 where one of
    them has no edge.
    """
    edges = [_edge(mask) for mask in (one, other)]
    if not all(edge.any() for edge in edges):
        return math.nan, 0.0
    away = [cv2.distanceTransform((~edge).astype(np.uint8), cv2.DIST_L2, 5) for edge in edges]
    gaps = np.concatenate([away[1][edges[0]], away[0][edges[1]]])
    return float(gaps.mean()), float((gaps <= near).mean())


def _edge(mask: Mask) -> Mask:
    inner = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0)
    return np.asarray(mask & (inner == 0), dtype=bool)


def facts(scores: Sequence[Score]) -> dict[str, float]:
    """Return what a row of the table says, by name; ``none`` and ``failed`` are shares."""
    dice = np.array([score.dice for score in scores])
    distances = np.array([score.distance for score in scores])
    return {
        "n": len(dice),
        "mean": float(dice.mean()),
        "median": float(np.median(dice)),
        "pooled": 2 * sum(s.shared for s in scores) / max(1, sum(s.painted for s in scores)),
        "iou": float(np.mean([s.iou for s in scores])),
        "failed": float((dice < 0.5).mean()),
        "none": float(np.isnan(distances).mean()),
        "distance_px": float(np.nanmean(distances)) if np.isfinite(distances).any() else math.nan,
        "surface": float(np.mean([s.surface for s in scores])),
        "area_error": float(np.median([s.area_error for s in scores])),
        "seconds": float(np.median([s.seconds for s in scores])),
    }


def line(label: str, scores: Sequence[Score]) -> str:
    """Return a row of the table."""
    row = facts(scores)
    return (
        f"{label:36s} {row['n']:4.0f} {row['mean']:6.3f} {row['median']:6.3f} {row['pooled']:6.3f} "
        f"{row['iou']:6.3f} {100 * row['failed']:5.0f} {100 * row['none']:4.0f} "
        f"{row['distance_px']:6.1f} {row['surface']:6.2f} {100 * row['area_error']:5.0f} "
        f"{1000 * row['seconds']:6.0f}"
    )


HEAD: Final = (
    f"{'':36s} {'n':>4} {'mean':>6} {'median':>6} {'pooled':>6} {'IoU':>6} {'<.5 %':>5} "
    f"{'none':>4} {'bound':>6} {'surf':>6} {'area%':>5} {'ms':>6}"
)


# --- gestures ------------------------------------------------------------------------------------


def loose_box(lesion: Mask, draw: np.random.Generator) -> Box:
    """Return a lesion's box, 15 % loose on each side, ± 10 % by seed, within the photograph."""
    x, y, width, height = cv2.boundingRect(lesion.astype(np.uint8))
    left, right, top, bottom = 0.15 + draw.uniform(-0.1, 0.1, 4)
    return (
        max(0.0, x - left * width),
        max(0.0, y - top * height),
        min(float(lesion.shape[1]), x + (1 + right) * width),
        min(float(lesion.shape[0]), y + (1 + bottom) * height),
    )


def deepest(mask: Mask) -> tuple[float, Point]:
    """Return the depth and the place of a mask's innermost pixel."""
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(depth[y, x]), (float(x) + 0.5, float(y) + 0.5)


def _aside(draw: np.random.Generator, mistake: Mask, depth: float, point: Point) -> Point:
    """Return a click that misses the deepest point by up to 60 % of the depth, as hands do."""
    x, y = np.array(point) + draw.uniform(-0.6, 0.6, 2) * depth
    row, column = int(np.clip(y, 0, len(mistake) - 1)), int(np.clip(x, 0, mistake.shape[1] - 1))
    return (float(x), float(y)) if mistake[row, column] else point


@dataclass(kw_only=True, slots=True)
class Clicking:
    """What clicking from nothing came to, over all photographs."""

    needed: dict[float, list[int]] = field(default_factory=lambda: {lv: [] for lv in LEVELS})
    after: dict[int, list[float]] = field(default_factory=lambda: {n: [] for n in (1, 3, 5, 10)})
    steps: int = 0
    worse: int = 0
    never: int = 0
    disobeyed: int = 0
    seconds: list[float] = field(default_factory=list)

    def facts(self, photographs_seen: int) -> dict[str, float]:
        """Return what clicking came to, by name: clicks, and shares of steps and photographs."""
        told = {}
        for level, found in self.needed.items():
            told[f"noc{100 * level:.0f}"] = float(np.mean(found))
            told[f"failed{100 * level:.0f}"] = float((np.array(found) >= MOST_CLICKS).mean())
        for number, reached in self.after.items():
            told[f"dice_after_{number}"] = float(np.mean(reached))
        return told | {
            "steps": self.steps,
            "worse": self.worse / max(1, self.steps),
            "never": self.never / max(1, photographs_seen),
            "disobeyed": self.disobeyed,
            "seconds": float(np.median(self.seconds)),
        }

    def line(self, label: str, photographs_seen: int) -> str:
        """Return what is printed of it."""
        told = self.facts(photographs_seen)
        needed = ", ".join(
            f"{level:.2f}: {told[f'noc{100 * level:.0f}']:.2f} "
            f"({100 * told[f'failed{100 * level:.0f}']:.0f} %)"
            for level in self.needed
        )
        after = ", ".join(f"{n}: {told[f'dice_after_{n}']:.3f}" for n in self.after)
        return (
            f"{label}: clicks to IoU (failed) {needed}; mean Dice after n clicks {after}; "
            f"worse {100 * told['worse']:.1f} % of {self.steps} clicks; never "
            f"{100 * told['never']:.1f} %; not obeyed {self.disobeyed}; "
            f"{1000 * told['seconds']:.0f} ms a click"
        )


def click_through(
    photograph: Labelled, method: Method, told: Clicking, draw: np.random.Generator | None
) -> None:
    """Click at one photograph until IoU 0.90 is reached, at most ``MOST_CLICKS`` times."""
    pixels, truth = photograph.pixels, photograph.mask
    include: list[Point] = []
    exclude: list[Point] = []
    outlines: Outlines = ()
    mask = np.zeros_like(truth)
    missing = list(LEVELS)
    iou = dice = 0.0
    at_ten = 0.0
    for number in range(1, MOST_CLICKS + 1):
        if missing:
            lost, wrong = truth & ~mask, mask & ~truth
            (depth, place), (other, beside) = deepest(lost), deepest(wrong)
            is_wound = depth >= other
            mistake = lost if is_wound else wrong
            point = place if is_wound else beside
            if draw is not None:
                point = _aside(draw, mistake, max(depth, other), point)
            (include if is_wound else exclude).append(point)
            began = time.perf_counter()
            if isinstance(method, Ours):
                outlines = method.answer(pixels, include, exclude, start=outlines)
                mask = union_mask(outlines, truth.shape)
            else:
                mask = method.clicks(pixels, include, exclude)
            told.seconds.append(time.perf_counter() - began)
            told.disobeyed += bool(mask[int(point[1]), int(point[0])]) != is_wound
            both, painted = int((mask & truth).sum()), int(mask.sum() + truth.sum())
            before, iou, dice = iou, both / (painted - both), 2 * both / painted
            told.steps += 1
            told.worse += iou < before - WRONG_BY
            for level in [level for level in missing if iou >= level]:
                told.needed[level].append(number)
                missing.remove(level)
        if number in told.after:
            told.after[number].append(dice)
        if number <= 10:
            at_ten = max(at_ten, iou)
    for level in missing:
        told.needed[level].append(MOST_CLICKS)
    told.never += at_ten < 0.80


def _timed(work: Callable[[], Mask]) -> tuple[Mask, float]:
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began


def by_gesture(
    photograph: Labelled, method: Method, rows: dict[str, list[Score]], seed: int
) -> None:
    """Count one photograph for every first gesture of a method."""
    pixels = photograph.pixels
    if isinstance(method, Ours):
        found, seconds = _timed(lambda: method.automatic(pixels))
        rows.setdefault(f"automatic: {method.label}", []).append(scored(photograph, found, seconds))
    draw = np.random.default_rng(seed)
    boxes = [loose_box(lesion, draw) for lesion in photograph.lesions]
    points = [deepest(lesion)[1] for lesion in photograph.lesions]
    for gesture, parts in (
        ("click", [lambda p=p: method.clicks(pixels, [p], []) for p in points]),
        ("box", [lambda b=b: method.box(pixels, b) for b in boxes]),
    ):
        whole = np.zeros_like(photograph.mask)
        taken = []
        for part in parts:
            found, seconds = _timed(part)
            whole |= found
            taken.append(seconds)
        rows.setdefault(f"{gesture}: {method.label}", []).append(
            scored(photograph, whole, float(np.median(taken)))
        )


SIZES: Final = ((0.0, 0.002), (0.002, 0.005), (0.005, 0.01), (0.01, 0.03), (0.03, 1.0))


def by_size(scores: Sequence[Score]) -> dict[str, list[Score]]:
    """Return the scores by the share of the picture that is wound."""
    found = {
        f"{100 * low:g}-{100 * high:g} % of the picture": [
            s for s in scores if low <= s.share < high
        ]
        for low, high in SIZES
    }
    return {label: group for label, group in found.items() if group}


def by_tone(scores: Sequence[Score]) -> dict[str, list[Score]]:
    """Return the scores by the tone of the skin, as photographed."""
    found = {name: [s for s in scores if s.tone == name] for name in ("dark", "medium", "light")}
    return {f"{label} skin": group for label, group in found.items() if group}


def as_json(
    rows: dict[str, list[Score]], clicking: dict[str, dict[str, float]], label: str, seen: int
) -> dict[str, object]:
    """Return all that is printed, for the network's model card; ``label`` is our last row's."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    for name, scores in rows.items():
        gesture, _, method = name.partition(": ")
        table.setdefault(method, {})[gesture] = facts(scores)
    parts: dict[str, dict[str, dict[str, float]]] = {}
    for key, split in (("by_size", by_size), ("by_tone", by_tone)):
        groups: dict[str, dict[str, float]] = {}
        for gesture in GESTURES:
            for group, scores in split(rows[f"{gesture}: {label}"]).items():
                into = groups.setdefault(group, {"n": len(scores)})
                into[gesture] = float(np.mean([score.dice for score in scores]))
        parts[key] = groups
    network = outline_network()
    return {
        "photographs": seen,
        "method": label,
        "network_sha256": "" if network is None else network.sha256,
        "rows": table,
        "clicks": clicking,
        **parts,
    }


def painted_over(photograph: Labelled, method: Ours, seed: int) -> dict[str, float]:
    """Return the share of each thing laid beside the wound that a proposal takes for wound.

    The things are those that the network learnt to leave out, drawn by another seed.
    """
    side = max(photograph.mask.shape)
    seen, wound = windows.whole(photograph, side)
    found = {}
    for number, thing in enumerate(windows.THINGS):
        draw = np.random.default_rng((11, seed, number))
        pixels, covers = windows.laid(draw, seen, wound, thing)
        if covers.any():
            found[thing] = float(method.automatic(pixels)[covers].mean())
    return found


def contact_sheet(worst: Sequence[tuple[float, Labelled, Mask]], path: Path) -> None:
    """Write the pictures with the truth in green and what was found in red, worst first."""
    tiles = []
    for dice, photograph, found in worst:
        tile = np.ascontiguousarray(photograph.pixels[..., ::-1])
        for mask, colour in ((photograph.mask, (80, 220, 60)), (found, (60, 60, 255))):
            contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_LIST, 1)
            cv2.drawContours(tile, contours, -1, colour, 2)
        small = np.asarray(cv2.resize(tile, (256, 256), interpolation=cv2.INTER_AREA), np.uint8)
        label = f"{photograph.name} {dice:.2f}"
        cv2.putText(small, label, (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1)
        tiles.append(small)
    tiles += [np.zeros((256, 256, 3), np.uint8)] * (-len(tiles) % 10)
    rows = [np.hstack(tiles[start : start + 10]) for start in range(0, len(tiles), 10)]
    cv2.imwrite(str(path), np.vstack(rows))


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--limit", type=int, help="only so many photographs")
    parser.add_argument("--clicks", action="store_true", help="also click on to IoU 0.90")
    parser.add_argument("--noisy", action="store_true", help="and once more with clicks beside")
    parser.add_argument("--things", action="store_true", help="also lay cards and gloves beside")
    parser.add_argument("--threads", type=int, default=1, help="of OpenCV")
    parser.add_argument("--sheet", type=Path, help="write the fifty worst proposals as a picture")
    parser.add_argument("--json", type=Path, help="write the figures for the model card, too")
    asked = parser.parse_args()
    cv2.setNumThreads(asked.threads)
    try:
        judged = [one for one in photographs.judged(asked.folder) if one.lesions][: asked.limit]
    except FolderUnusable as fault:
        print(fault, file=sys.stderr)
        return 1
    ours = [Ours(with_network=False)]
    if outline_network() is not None:
        ours.append(Ours(with_network=True))
    methods: list[Method] = [Bare(), Documented(), Walker(), *ours]
    rows: dict[str, list[Score]] = {}
    clicking = {method.label: Clicking() for method in methods}
    noisy = {method.label: Clicking() for method in ours}
    worst: list[tuple[float, Labelled, Mask]] = []
    laid: dict[str, dict[str, list[float]]] = {method.label: {} for method in ours}
    for number, photograph in enumerate(judged):
        for method in methods:
            by_gesture(photograph, method, rows, seed=number)
            if asked.clicks and not isinstance(method, Walker):
                click_through(photograph, method, clicking[method.label], None)
            if asked.noisy and isinstance(method, Ours):
                draw = np.random.default_rng((7, number))
                click_through(photograph, method, noisy[method.label], draw)
        for method in ours if asked.things else ():
            for thing, share in painted_over(photograph, method, number).items():
                laid[method.label].setdefault(thing, []).append(share)
        if asked.sheet:
            found = ours[-1].automatic(photograph.pixels)
            worst.append((scored(photograph, found, 0).dice, photograph, found))
    print(f"{len(judged)} photographs, {asked.threads} thread(s) of OpenCV\n\n{HEAD}")
    for gesture in GESTURES:
        for label, scores in rows.items():
            if label.startswith(gesture):
                print(line(label, scores))
    for gesture in GESTURES:
        print(f"\n{gesture}: {ours[-1].label}, by size and tone\n{HEAD}")
        scores = rows[f"{gesture}: {ours[-1].label}"]
        for label, group in (by_size(scores) | by_tone(scores)).items():
            print(line(f"  {label}", group))
    print()
    clicked = [(label, told) for label, told in clicking.items() if told.steps]
    clicked += [(f"{label}, clicks beside", told) for label, told in noisy.items() if told.steps]
    for label, told in clicked:
        print(told.line(label, len(judged)))
    for label, things in laid.items():
        for thing, shares in things.items():
            much = 100 * np.mean(np.array(shares) > 0.05)
            print(f"{label}: of a {thing}, {100 * np.mean(shares):.2f} % is taken for wound; "
                  f"more than 5 % in {much:.1f} % of {len(shares)} photographs")  # fmt: skip
    if asked.json:
        told_by = {label: told.facts(len(judged)) for label, told in clicked}
        figures = as_json(rows, told_by, ours[-1].label, len(judged))
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if asked.sheet:
        worst.sort(key=lambda one: one[0])
        contact_sheet(worst[:50], asked.sheet)
    return 0


if __name__ == "__main__":
    sys.exit(main())
