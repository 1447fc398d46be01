"""How good are outlines on real wounds, by gesture? FUSeg's photographs, beside the bare ellipse.

Boxes are the truth's, 15 % looser on every side; clicks stand at a lesion's deepest point. "clicks
to IoU 0.85" is the usual protocol: no box, from nothing, the next click at the deepest point of the
largest error, at most 20, failures counted as 20. Photographs without a wound in the truth are left
out. Times are one thread's, per gesture; the last column is their ratio to one blur of the
photograph, taken beside them, since machines differ.

The photographs are not part of the project (CC BY-NC): give the folder that holds their ``images``
and ``labels``. The constants were tuned on some of these same photographs, several of which show
the same foot: on new patients expect less.

    python benchmarks/outline_gestures.py [FOLDER] [--limit N] [--clicks]
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from woundtrack.errors import OutlineNotFound
from woundtrack.imaging import propose_outlines, refine_outline
from woundtrack.imaging.outline import union_mask
from woundtrack.model import Outline, Point

Mask = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]

LEAST_PX = 30
LOOSENESS = 0.15
MOST_CLICKS = 20
DEFAULT_FOLDER = Path(__file__).resolve().parents[1] / "build" / "fuseg"


@dataclass(kw_only=True, slots=True)
class Case:
    """One photograph, its true wounds together and apart."""

    pixels: Pixels
    truth: Mask
    lesions: list[Mask]


@dataclass(kw_only=True, slots=True)
class Row:
    """The scores of one gesture."""

    label: str
    dice: list[float] = field(default_factory=list)
    shared: int = 0
    painted: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, found: Mask, truth: Mask, seconds: Sequence[float]) -> None:
        """Count one photograph."""
        both = int(np.count_nonzero(found & truth))
        sizes = int(np.count_nonzero(found)) + int(np.count_nonzero(truth))
        self.dice.append(2 * both / sizes)
        self.shared += 2 * both
        self.painted += sizes
        self.seconds += seconds

    def line(self, yardstick: float) -> str:
        """Return the row of the table."""
        dice = np.asarray(self.dice)
        times = 1000 * np.asarray(self.seconds)
        return (
            f"{self.label:34s} {dice.mean():6.3f} {np.median(dice):7.3f} "
            f"{self.shared / max(1, self.painted):7.3f} {100 * (dice < 0.5).mean():6.0f} "
            f"{np.median(times):8.0f} {np.percentile(times, 95):6.0f} "
            f"{np.median(times) / (1000 * yardstick):7.1f}"
        )


def cases(folder: Path, limit: int | None) -> Iterator[Case]:
    """Yield the photographs with a wound, in an order that is the same every time."""
    names = sorted(path.name for path in (folder / "images").glob("*.jpg"))
    random.Random(0).shuffle(names)
    count = 0
    for name in names:
        label = folder / "labels" / (Path(name).stem + ".png")
        truth = np.asarray(Image.open(label).convert("L")) > 127
        parts, labels, stats, _ = cv2.connectedComponentsWithStats(
            truth.astype(np.uint8), connectivity=8
        )
        sizes = stats[:, cv2.CC_STAT_AREA].tolist()
        lesions = [labels == part for part in range(1, parts) if sizes[part] >= LEAST_PX]
        if not lesions:
            continue
        pixels = np.asarray(Image.open(folder / "images" / name).convert("RGB"))
        yield Case(pixels=np.ascontiguousarray(pixels), truth=truth, lesions=lesions)
        count += 1
        if count == limit:
            return


def loose_box(lesion: Mask, rng: random.Random | None = None) -> Box:
    """Return a lesion's box, looser by 15 % a side, or by 0 to 30 % drawn for each side."""
    x, y, width, height = cv2.boundingRect(lesion.astype(np.uint8))
    by = [LOOSENESS if rng is None else rng.uniform(0, 2 * LOOSENESS) for _ in range(4)]
    rows, columns = lesion.shape
    return (
        max(0, x - by[0] * width),
        max(0, y - by[1] * height),
        min(columns, x + (1 + by[2]) * width),
        min(rows, y + (1 + by[3]) * height),
    )


def ellipse(box: Box, share: float, shape: tuple[int, int]) -> Mask:
    """Return the ellipse that fills a share of a box: no image is looked at."""
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    a, b = share * (box[2] - box[0]) / 2, share * (box[3] - box[1]) / 2
    return np.asarray(((columns - x) / a) ** 2 + ((rows - y) / b) ** 2 <= 1)


def deepest(mask: Mask) -> tuple[float, Point]:
    """Return the depth and the place of a mask's innermost pixel."""
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(depth[y, x]), (float(x) + 0.5, float(y) + 0.5)


def timed(work: Callable[[], Sequence[Outline]]) -> tuple[Sequence[Outline], float]:
    """Return what was found, nothing where nothing was, and the seconds it took."""
    start = time.perf_counter()
    try:
        found = work()
    except OutlineNotFound:
        found = ()
    return found, time.perf_counter() - start


def by_lesion(row: Row, case: Case, gesture: Callable[[Mask], Sequence[Outline]]) -> None:
    """Count one photograph on which a gesture is made for every lesion on its own."""
    found = np.zeros_like(case.truth)
    seconds = []
    for lesion in case.lesions:

        def work(lesion: Mask = lesion) -> Sequence[Outline]:
            return gesture(lesion)

        outlines, taken = timed(work)
        found |= union_mask(outlines, case.truth.shape)
        seconds.append(taken)
    row.add(found, case.truth, seconds)


def clicks_needed(case: Case, at: dict[int, list[float]]) -> tuple[int, list[float]]:
    """Return the clicks to IoU 0.85 and their seconds; ``at`` collects Dice after n clicks."""
    outlines: Sequence[Outline] = ()
    mask = np.zeros_like(case.truth)
    seconds: list[float] = []
    needed = MOST_CLICKS
    score = 0.0
    for number in range(1, MOST_CLICKS + 1):
        if needed == MOST_CLICKS:
            missed, lost = deepest(case.truth & ~mask)
            extra, surplus = deepest(mask & ~case.truth)
            include = [lost] if missed >= extra else []
            exclude = [] if include else [surplus]

            def work(
                include: list[Point] = include,
                exclude: list[Point] = exclude,
                start: Sequence[Outline] = outlines,
            ) -> Sequence[Outline]:
                return refine_outline(case.pixels, include, exclude, start=start)

            outlines, taken = timed(work)
            seconds.append(taken)
            mask = union_mask(outlines, case.truth.shape)
            shared, either = int((mask & case.truth).sum()), int((mask | case.truth).sum())
            score = 2 * shared / (shared + either)
            if shared >= 0.85 * either:
                needed = number
        if number in at:
            at[number].append(score)
    return needed, seconds


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--limit", type=int, help="only so many photographs")
    parser.add_argument("--clicks", action="store_true", help="also count clicks to IoU 0.85")
    options = parser.parse_args()
    if not (options.folder / "images").is_dir():
        print(f"{options.folder} holds no photographs: give FUSeg's folder.", file=sys.stderr)
        return 1
    cv2.setNumThreads(1)
    bare = Row(label="ellipse in the exact box, no image")
    boxed = Row(label="box, 15 % loose")
    uneven = Row(label="box, 0 to 30 % loose")
    clicked = Row(label="one click a lesion")
    automatic = Row(label="automatic, no gesture")
    rows = (bare, boxed, uneven, clicked, automatic)
    after: dict[int, list[float]] = {1: [], 2: [], 3: [], 5: [], 10: []}
    needed: list[int] = []
    click_seconds: list[float] = []
    blurs = []
    rng = random.Random(1)
    for case in cases(options.folder, options.limit):
        shape = case.truth.shape
        pixels = case.pixels
        start = time.perf_counter()
        cv2.GaussianBlur(pixels, (0, 0), 3)
        blurs.append(time.perf_counter() - start)
        plain = np.any(
            [ellipse(loose_box(m), 1 / (1 + 2 * LOOSENESS), shape) for m in case.lesions], axis=0
        )
        bare.add(plain, case.truth, [0.0])
        by_lesion(boxed, case, lambda m, p=pixels: refine_outline(p, box=loose_box(m), start=()))  # type: ignore[misc]
        by_lesion(
            uneven,
            case,
            lambda m, p=pixels: refine_outline(p, box=loose_box(m, rng), start=()),  # type: ignore[misc]
        )
        by_lesion(
            clicked,
            case,
            lambda m, p=pixels: refine_outline(p, include=[deepest(m)[1]], start=()),  # type: ignore[misc]
        )
        found, taken = timed(lambda p=pixels: propose_outlines(p))  # type: ignore[misc]
        automatic.add(union_mask(found, shape), case.truth, [taken])
        if options.clicks:
            count, seconds = clicks_needed(case, after)
            needed.append(count)
            click_seconds += seconds
    yardstick = float(np.median(blurs))
    print(f"{len(bare.dice)} photographs; one blur takes {1000 * yardstick:.1f} ms")
    print(f"{'':34s} {'mean':>6} {'median':>7} {'pooled':>7} {'<0.5 %':>6} {'ms':>8} ", end="")
    print(f"{'p95':>6} {'blurs':>7}")
    for row in rows:
        print(row.line(yardstick))
    if needed:
        failed = sum(count == MOST_CLICKS for count in needed) / len(needed)
        print(
            f"clicks to IoU 0.85: {np.mean(needed):.2f} on average, {100 * failed:.0f} % never; "
            f"{1000 * np.median(click_seconds):.0f} ms a click, "
            f"p95 {1000 * np.percentile(click_seconds, 95):.0f}"
        )
        steps = ", ".join(f"{number}: {np.mean(scores):.3f}" for number, scores in after.items())
        print(f"mean Dice after so many clicks (stopped at IoU 0.85): {steps}")
    return 0 if math.isfinite(yardstick) else 1


if __name__ == "__main__":
    sys.exit(main())
