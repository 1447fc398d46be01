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

    python -m benchmarks.outlines [FOLDER] [--limit N] [--clicks] [--noisy] [--sheet worst.jpg]
"""

from __future__ import annotations

import argparse
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

from training import photographs
from training.photographs import FolderUnusable, Labelled
from training.tone import tone
from woundtrack.errors import OutlineNotFound
from woundtrack.imaging import propose_outlines, refine_outline
from woundtrack.imaging.outline import union_mask
from woundtrack.imaging.outlining.outline_network import outline_network
from woundtrack.model import Outline, Point

Mask = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]
Outlines = tuple[Outline, ...]

FOLDER: Final = Path(__file__).resolve().parents[1] / "build" / "fuseg"
MOST_CLICKS: Final = 20
SMALL: Final = 256  # pixels a side that the slow ones work at
LEVELS: Final = (0.80, 0.85, 0.90)
WRONG_BY: Final = 0.02
RADIUS: Final = 25 / 512  # of a click's disc, in shares of the side: the training lesions' median


class Bare:
    """No picture is looked at: the ellipse in the box, a disc at the click."""

    label = "bare ellipse"
    is_automatic = False

    def box(self, pixels: Pixels, box: Box) -> Mask:
        """Return the ellipse that fills the box less its looseness."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        a, b = (box[2] - box[0]) / 2.6, (box[3] - box[1]) / 2.6
        rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]] + 0.5
        return np.asarray(((columns - x) / a) ** 2 + ((rows - y) / b) ** 2 <= 1)

    def clicks(self, pixels: Pixels, include: Sequence[Point], exclude: Sequence[Point]) -> Mask:
        """Return the discs of the include clicks less those of the exclude clicks."""
        inside, outside = _discs(pixels, include, 1.0), _discs(pixels, exclude, 0.4)
        return inside & ~outside


class Documented:
    """GrabCut as OpenCV's own tutorial shows it, on the whole photograph at 256 pixels."""

    label = "GrabCut, documented"
    is_automatic = False

    def box(self, pixels: Pixels, box: Box) -> Mask:
        """Return what five rounds from a rectangle leave."""
        x0, y0, x1, y1 = (edge * SMALL / max(pixels.shape[:2]) for edge in box)
        rectangle = (int(x0), int(y0), max(1, round(x1 - x0)), max(1, round(y1 - y0)))
        labels = np.zeros(pixels.shape[:2], np.uint8)
        return self._cut(pixels, labels, rectangle, cv2.GC_INIT_WITH_RECT)

    def clicks(self, pixels: Pixels, include: Sequence[Point], exclude: Sequence[Point]) -> Mask:
        """Return what five rounds from discs of sure wound and sure skin leave."""
        labels = np.full(pixels.shape[:2], cv2.GC_PR_BGD, np.uint8)
        labels[_discs(pixels, include, 1.0)] = cv2.GC_PR_FGD
        labels[_discs(pixels, include, 0.2)] = cv2.GC_FGD
        labels[_discs(pixels, exclude, 0.2)] = cv2.GC_BGD
        return self._cut(pixels, labels, (0, 0, 1, 1), cv2.GC_INIT_WITH_MASK)

    def _cut(self, pixels: Pixels, labels: Pixels, rectangle: tuple[int, ...], how: int) -> Mask:
        cv2.setRNGSeed(0)
        whole = (pixels.shape[1], pixels.shape[0])
        scale = SMALL / max(whole)
        size = (max(1, round(whole[0] * scale)), max(1, round(whole[1] * scale)))
        small = cv2.resize(pixels[..., ::-1], size, interpolation=cv2.INTER_AREA)
        labels = np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        models = np.zeros((1, 65)), np.zeros((1, 65))
        try:
            cv2.grabCut(np.ascontiguousarray(small), labels, rectangle, *models, 5, how)
        except cv2.error:  # no skin or no wound among the seeds
            return np.zeros(pixels.shape[:2], bool)
        return np.asarray(cv2.resize(labels % 2, whole) > 0, dtype=bool)


class Walker:
    """The random walker of scikit-image (Grady, doi 10.1109/TPAMI.2006.233) at 256 pixels."""

    label = "random walker"
    is_automatic = False

    def box(self, pixels: Pixels, box: Box) -> Mask:
        """Return the walk from the middle of the box and from beyond it."""
        rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]] + 0.5
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        away = np.hypot((columns - x) / (box[2] - box[0]), (rows - y) / (box[3] - box[1])) * 2
        outside = (columns < box[0]) | (columns > box[2]) | (rows < box[1]) | (rows > box[3])
        return self._walk(pixels, away < 0.35, outside)

    def clicks(self, pixels: Pixels, include: Sequence[Point], exclude: Sequence[Point]) -> Mask:
        """Return the walk from the clicks and from far beyond them."""
        beyond = ~_discs(pixels, include, 2.0)
        return self._walk(
            pixels, _discs(pixels, include, 0.2), beyond | _discs(pixels, exclude, 0.2)
        )

    def _walk(self, pixels: Pixels, inside: Mask, outside: Mask) -> Mask:
        from skimage.segmentation import random_walker

        size = (256, round(256 * pixels.shape[0] / pixels.shape[1]))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) / 255.0
        labels = np.zeros(small.shape[:2], np.int32)
        labels[cv2.resize(outside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0] = 2
        labels[cv2.resize(inside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0] = 1
        if not (labels == 1).any() or not (labels == 2).any() or (labels != 0).all():
            return inside
        walked = random_walker(small, labels, beta=130, mode="cg_j", channel_axis=-1)
        whole = (pixels.shape[1], pixels.shape[0])
        return np.asarray(cv2.resize((walked == 1).astype(np.uint8), whole) > 0)


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


def _discs(pixels: Pixels, points: Sequence[Point], share: float) -> Mask:
    plane = np.zeros(pixels.shape[:2], np.uint8)
    radius = max(2, round(RADIUS * share * max(pixels.shape[:2])))
    for x, y in points:
        cv2.circle(plane, (int(x), int(y)), radius, 1, -1)
    return plane > 0


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


def line(label: str, scores: Sequence[Score]) -> str:
    """Return a row of the table."""
    dice = np.array([score.dice for score in scores])
    pooled = 2 * sum(s.shared for s in scores) / max(1, sum(s.painted for s in scores))
    distances = np.array([score.distance for score in scores])
    return (
        f"{label:36s} {len(dice):4d} {dice.mean():6.3f} {np.median(dice):6.3f} {pooled:6.3f} "
        f"{np.mean([s.iou for s in scores]):6.3f} {100 * (dice < 0.5).mean():5.0f} "
        f"{100 * np.isnan(distances).mean():4.0f} "
        f"{np.nanmean(distances) if np.isfinite(distances).any() else math.nan:6.1f} "
        f"{np.mean([s.surface for s in scores]):6.2f} "
        f"{100 * np.median([s.area_error for s in scores]):5.0f} "
        f"{1000 * np.median([s.seconds for s in scores]):6.0f}"
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

    def lines(self, label: str, photographs_seen: int) -> str:
        """Return what is printed of it."""
        needed = ", ".join(
            f"{level:.2f}: {np.mean(found):.2f} ({100 * np.mean(np.array(found) >= 20):.0f} %)"
            for level, found in self.needed.items()
        )
        after = ", ".join(f"{number}: {np.mean(found):.3f}" for number, found in self.after.items())
        return (
            f"{label}: clicks to IoU (failed) {needed}; mean Dice after n clicks {after}; "
            f"worse {100 * self.worse / max(1, self.steps):.1f} % of {self.steps} clicks; never "
            f"{100 * self.never / max(1, photographs_seen):.1f} %; not obeyed {self.disobeyed}; "
            f"{1000 * np.median(self.seconds):.0f} ms a click"
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
                new = ([point], []) if is_wound else ([], [point])
                outlines = method.answer(pixels, *new, start=outlines)
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


def groups(scores: Sequence[Score]) -> list[tuple[str, list[Score]]]:
    """Return the scores by size of the wound in the picture and by tone of the skin."""
    sizes = ((0.0, 0.002), (0.002, 0.005), (0.005, 0.01), (0.01, 0.03), (0.03, 1.0))
    by_size = [
        (f"  wound {100 * low:g}-{100 * high:g} % of the picture",
         [s for s in scores if low <= s.share < high])
        for low, high in sizes
    ]  # fmt: skip
    by_tone = [
        (f"  {name} skin, as photographed", [s for s in scores if s.tone == name])
        for name in ("dark", "medium", "light")
    ]
    return [(label, found) for label, found in by_size + by_tone if found]


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
    parser.add_argument("--threads", type=int, default=1, help="of OpenCV")
    parser.add_argument("--sheet", type=Path, help="write the fifty worst proposals as a picture")
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
    for number, photograph in enumerate(judged):
        for method in methods:
            by_gesture(photograph, method, rows, seed=number)
            if asked.clicks and not isinstance(method, Walker):
                click_through(photograph, method, clicking[method.label], None)
            if asked.noisy and isinstance(method, Ours):
                draw = np.random.default_rng((7, number))
                click_through(photograph, method, noisy[method.label], draw)
        if asked.sheet:
            found = ours[-1].automatic(photograph.pixels)
            worst.append((scored(photograph, found, 0).dice, photograph, found))
    print(f"{len(judged)} photographs, {asked.threads} thread(s) of OpenCV\n\n{HEAD}")
    for gesture in ("automatic", "click", "box"):
        for label, scores in rows.items():
            if label.startswith(gesture):
                print(line(label, scores))
    for gesture in ("automatic", "box"):
        print(f"\n{gesture}: {ours[-1].label}, by size and tone\n{HEAD}")
        for label, scores in groups(rows[f"{gesture}: {ours[-1].label}"]):
            print(line(label, scores))
    print()
    for label, told in clicking.items():
        if told.steps:
            print(told.lines(label, len(judged)))
    for label, told in noisy.items():
        if told.steps:
            print(told.lines(f"{label}, clicks beside", len(judged)))
    if asked.sheet:
        worst.sort(key=lambda one: one[0])
        contact_sheet(worst[:50], asked.sheet)
    return 0


if __name__ == "__main__":
    sys.exit(main())
