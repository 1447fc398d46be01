"""How many actions does a nurse need, and how long does she wait? By mouse, in the real window.

The program runs as it is started by anybody, on a screen of 1366 × 768 that nobody looks at. A
library is made of real photographs with masks drawn by experts; then mouse and keys do, through the
X server, what a person would who knows where each wound's edge is:

* what is proposed where no wound is: Del where it is in hand, else an Alt-click in its middle, and
  where that leaves something of it, a click and Del; at the beginning where a box round a lesion
  would not take its place, else at the end;
* where what the program proposes has an IoU of 0.80 with the lesion: nothing;
* else a box round the lesion (15 % loose on each side, ± 10 % drawn by seed), then clicks at the
  deepest point of the largest mistake, with Alt where skin was taken in, until 0.80 or ten actions,
  which is a failure; after a click that changed nothing, a box again;
* outlines that are parts of one lesion: picked, and joined to it with J; at the end, Enter.

Every click, drag and key counts as one action, Enter as one of each lesion of the photograph. Wheel
and panning, where a lesion is small on the screen, are told beside. The time from a gesture to the
outline on the screen runs from the moment the X server took the button's release until the window
has painted the changed outline; the program's processor time meanwhile is told beside, since a
machine that does other things too makes the one longer and not the other. Counted without the
window: the ellipse of the same box, then discs at clicks or further boxes, no picture looked at.

    python -m benchmarks.by_mouse [FOLDER] [--count N] [--megapixels M] [--sheet sheet.jpg] [--each]
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks._outline_baselines import Bare
from benchmarks._real_window import Program, Seen, WindowStuck, opened, why_not
from benchmarks.outlines import FOLDER, contact_sheet, deepest, loose_box
from training import photographs
from training.photographs import FolderUnusable, Labelled
from woundtrack import workflow
from woundtrack.imaging import outline_method
from woundtrack.imaging.outline import outline_mask, union_mask
from woundtrack.model import BodySite, Outline, OutlineKind, Point, Ring
from woundtrack.records import Library

Mask = npt.NDArray[np.bool_]

ENOUGH: Final = 0.80
MOST_ACTIONS: Final = 10
WANTED_ACTIONS: Final = 3
WANTED_MS: Final = 150.0
WANTED_MB: Final = 600.0
LOOK_S: Final = 0.5
"""Nobody finds a wound in a photograph faster."""
_SMALL_PX: Final = 40.0  # a lesion smaller than this on the screen is enlarged first
_LARGE_PX: Final = 120.0  # to this
_ZOOM_STEP: Final = 1.25  # of a turn of the wheel


# --- what is counted -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One thing done; ``shown_ms`` from it to the changed outline on screen, None for unchanged.

    ``worked_ms`` is the program's processor time meanwhile, of all its threads.
    """

    kind: str
    waited_s: float = 0.0
    shown_ms: float | None = None
    worked_ms: float = 0.0


@dataclass(kw_only=True, slots=True, eq=False)
class LesionCount:
    """What one lesion took; ``iou`` is that on screen at Enter, then that of what is recorded."""

    lesion: Mask
    acts: list[Act] = field(default_factory=list)
    bare: int = 0
    is_failed: bool = False
    is_bare_failed: bool = False
    iou: float = 0.0

    @property
    def actions(self) -> int:
        """All actions, the photograph's Enter among them."""
        return len(self.acts) + 1


@dataclass(kw_only=True, slots=True, eq=False)
class PhotographCount:
    """What one photograph took; ``outlines`` are those on screen when it was accepted."""

    photograph: Labelled
    lesions: list[LesionCount]
    outlines: tuple[Outline, ...] = ()
    views: int = 0
    ended_with: str = "Enter"
    next_ms: float | None = None

    def line(self) -> str:
        """Return what was done, in a line."""
        told = []
        for one in self.lesions:
            done = " ".join(act.kind for act in one.acts) or "as proposed"
            told.append(f"{done} ({one.iou:.2f}{', failed' if one.is_failed else ''})")
        return f"{self.photograph.name:>28}  {'; '.join(told)}; {self.ended_with}"


@dataclass(kw_only=True, slots=True, eq=False)
class Work:
    """What all photographs took."""

    counts: list[PhotographCount] = field(default_factory=list)
    factor: float = 1.0
    first_mb: float = math.nan
    most_mb: float = math.nan
    releases: int = 0
    as_on_screen: int = 0

    @property
    def lesions(self) -> list[LesionCount]:
        """All lesions."""
        return [lesion for count in self.counts for lesion in count.lesions]

    @property
    def acts(self) -> list[Act]:
        """All actions but Enter."""
        return [act for lesion in self.lesions for act in lesion.acts]


# --- the person ----------------------------------------------------------------------------------


class Person:
    """Somebody who knows where the wound's edge is, and has a mouse and a keyboard.

    ``factor`` is how much larger the photograph in the window is than the mask.
    """

    def __init__(self, program: Program, count: PhotographCount, factor: float, seed: int) -> None:
        self._program, self._hand = program, program.hand
        self._count, self._factor, self._seed = count, factor, seed
        self._truth = count.photograph.mask
        self._masks: tuple[tuple[Outline, ...], list[Mask]] = ((), [])

    def review(self) -> None:
        """Do all that the photograph asks for, and go on to the next."""
        name = self._count.photograph.name
        self._program.until(lambda seen: seen.photograph == name and seen.is_open, f"show {name}")
        time.sleep(LOOK_S)
        self._remove_false(_is_replaced)
        for place, lesion in enumerate(self._count.lesions):
            self._outline(lesion, np.random.default_rng((self._seed, place)))
        self._remove_false(lambda _mask, _lesion: True)
        for lesion in self._count.lesions:
            self._join(lesion)
        self._go_on()

    # --- looking ---------------------------------------------------------------------------------

    def _looked(self) -> list[Mask]:
        """Return the masks of what is drawn, in the truth's pixels."""
        outlines = self._program.seen.outlines
        if self._masks[0] is not outlines:
            self._masks = (outlines, [self._mask(one) for one in outlines])
        return self._masks[1]

    def _mask(self, outline: Outline) -> Mask:
        return as_mask((outline,), self._truth, self._factor)

    def _union(self, lesion: Mask) -> Mask:
        return union_of_own(self._looked(), lesion)

    # --- doing -----------------------------------------------------------------------------------

    def _outline(self, count: LesionCount, draw: np.random.Generator) -> None:
        lesion, acts = count.lesion, count.acts
        is_box_next = True
        while iou(mask := self._union(lesion), lesion) < ENOUGH and len(acts) < MOST_ACTIONS:
            if is_box_next:
                box = loose_box(lesion, draw)
                self._bring(box)
                act = self._gesture("box", partial(self._drag_box, box))
                is_box_next = False
            else:
                act = self._click_mistake(lesion, mask)
                is_box_next = act.shown_ms is None
            acts.append(act)
        count.is_failed = iou(self._union(lesion), lesion) < ENOUGH

    def _drag_box(self, box: tuple[float, float, float, float]) -> None:
        seen = self._program.seen
        (x0, y0), (x1, y1) = (self._place(seen, corner) for corner in (box[:2], box[2:]))
        left, top, right, bottom = seen.view
        keep = 2  # within the view: beyond its edge the press is another part's
        start = (max(x0, left + keep), max(y0, top + keep))
        end = (min(x1, right - 1 - keep), min(y1, bottom - 1 - keep))
        self._hand.drag(start, end)

    def _click_mistake(self, lesion: Mask, mask: Mask) -> Act:
        (depth, place), (other, beside) = deepest(lesion & ~mask), deepest(mask & ~lesion)
        is_wound = depth >= other
        point = place if is_wound else beside
        self._bring_point(point)
        at = self._place(self._program.seen, point)
        held = "" if is_wound else "alt"
        kind = "include" if is_wound else "exclude"
        return self._gesture(kind, lambda: self._hand.click(at, held))

    def _gesture(self, kind: str, do: Callable[[], None]) -> Act:
        before = self._program.seen
        do()
        seen = self._program.until(
            lambda seen: seen.releases > before.releases and seen.is_open, f"answer a {kind}"
        )
        waited = time.monotonic() - seen.released_at
        if seen.version == before.version or seen.painted_at is None:
            return Act(kind=kind, waited_s=waited)
        shown = seen.painted_at - seen.released_at
        worked_ms = 1000 * seen.worked_s
        return Act(kind=kind, waited_s=shown, shown_ms=1000 * shown, worked_ms=worked_ms)

    def _pick(self, place: int, count: LesionCount) -> None:
        """Take an outline in hand, where it isn't."""
        if self._program.seen.in_hand == place:
            return
        _, point = deepest(self._looked()[place])
        self._bring_point(point)
        at = self._place(self._program.seen, point)
        count.acts.append(self._gesture("pick", lambda: self._hand.click(at)))

    def _remove_false(self, may_stay: Callable[[Mask, Mask], bool]) -> None:
        """Remove what is outlined where no wound is.

        What is a lesion's, though mostly not on wound, stays where ``may_stay`` says so of it.
        """
        for _ in range(MOST_ACTIONS):
            masks = self._looked()
            own = {
                at
                for one in self._count.lesions
                for at in own_of(masks, one.lesion)
                if iou(masks[at], one.lesion) >= ENOUGH or may_stay(masks[at], one.lesion)
            }
            false = next(
                (
                    place
                    for place, mask in enumerate(masks)
                    if place not in own and _share(mask, self._truth) < 0.5
                ),
                None,
            )
            if false is None:
                return
            count = self._nearest(masks[false])
            if self._program.seen.in_hand != false:
                count.acts.append(self._take_away(masks[false]))
                if len(self._program.seen.outlines) < len(masks):
                    continue
                self._pick(self._same(masks[false]), count)
            count.acts.append(self._delete())

    def _take_away(self, mask: Mask) -> Act:
        """Alt-click the middle of an outline, which goes where it looks the same throughout."""
        _, point = deepest(mask)
        self._bring_point(point)
        at = self._place(self._program.seen, point)
        return self._gesture("Alt", lambda: self._hand.click(at, "alt"))

    def _same(self, mask: Mask) -> int:
        """Return the place of what is left of an outline."""
        masks = self._looked()
        return max(range(len(masks)), key=lambda place: iou(masks[place], mask))

    def _delete(self) -> Act:
        before, began = self._program.seen, time.monotonic()
        self._hand.key("Delete")
        self._program.until(
            lambda seen: seen.version > before.version and seen.is_open, "remove an outline"
        )
        return Act(kind="Del", waited_s=time.monotonic() - began)

    def _nearest(self, mask: Mask) -> LesionCount:
        _, (x, y) = deepest(mask)
        return min(
            self._count.lesions,
            key=lambda one: math.dist((x, y), np.argwhere(one.lesion).mean(axis=0)[::-1]),
        )

    def _join(self, count: LesionCount) -> None:
        """Say of a lesion's further outlines that they are parts of it."""
        masks = self._looked()
        own = sorted(own_of(masks, count.lesion), key=lambda place: -int(masks[place].sum()))
        for place in own[1:]:
            self._pick(place, count)
            self._hand.key("j")
            time.sleep(0.1)
            count.acts.append(Act(kind="J"))

    def _go_on(self) -> None:
        name, seen = self._count.photograph.name, self._program.seen
        self._count.outlines = seen.outlines
        for lesion in self._count.lesions:
            lesion.iou = iou(self._union(lesion.lesion), lesion.lesion)
        self._count.ended_with = "Enter" if seen.can_accept else "nothing to record"
        began = time.monotonic()
        self._hand.key("Return" if seen.can_accept else "shift+Delete")
        gone = self._program.until(
            lambda seen: seen.photograph != name and (seen.is_open or not seen.photograph),
            f"go on from {name}",
        )
        if gone.photograph:
            self._count.next_ms = 1000 * (time.monotonic() - began)

    # --- the view --------------------------------------------------------------------------------

    def _place(self, seen: Seen, point: Sequence[float]) -> Point:
        return seen.on_screen((point[0] * self._factor, point[1] * self._factor))

    def _is_in_view(self, *points: Sequence[float]) -> bool:
        seen = self._program.seen
        factor = self._factor
        return all(seen.is_in_view((x * factor, y * factor), room=-1) for x, y in points)

    def _bring_point(self, point: Point) -> None:
        if not self._is_in_view(point):
            self._view(lambda: self._hand.key("0"))  # the whole photograph

    def _bring(self, box: tuple[float, float, float, float]) -> None:
        """Have a box in view, large enough to be drawn."""
        corners, middle = (box[:2], box[2:]), ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        side = min(box[2] - box[0], box[3] - box[1]) * self._factor * self._program.seen.scale
        if side >= _SMALL_PX and not self._is_in_view(*corners):
            self._view(lambda: self._hand.key("0"))
            side = min(box[2] - box[0], box[3] - box[1]) * self._factor * self._program.seen.scale
        if side < _SMALL_PX:
            self._bring_point(middle)
            turns = math.ceil(math.log(_LARGE_PX / side, _ZOOM_STEP))
            at = self._place(self._program.seen, middle)
            self._view(lambda: self._hand.wheel(at, turns))
        if not self._is_in_view(*corners):
            self._pan_to(middle)

    def _pan_to(self, point: Point) -> None:
        """Bring a place to the middle of the view, by dragging with the middle button."""
        seen = self._program.seen
        x0, y0, x1, y1 = seen.view
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        there = self._place(seen, point)
        # From one side of the view to the other at most: beyond it there is nothing to drag on.
        across = [min(max(m - t, -s), s) for m, t, s in zip(
            middle, there, ((x1 - x0) * 0.45, (y1 - y0) * 0.45), strict=True)]  # fmt: skip
        start = (middle[0] - across[0] / 2, middle[1] - across[1] / 2)
        end = (middle[0] + across[0] / 2, middle[1] + across[1] / 2)
        self._view(lambda: self._hand.drag(start, end, button=2))

    def _view(self, do: Callable[[], None]) -> None:
        self._count.views += 1
        do()
        last = self._program.seen
        for _ in range(40):  # until it moves no more
            time.sleep(0.06)
            now = self._program.seen
            if (now.scale, now.origin) == (last.scale, last.origin):
                return
            last = now


def as_mask(outlines: Sequence[Outline], like: Mask, factor: float) -> Mask:
    """Return what outlines of a larger photograph enclose, in the pixels of a mask."""
    smaller = [
        Outline(
            outer=tuple((x / factor, y / factor) for x, y in one.outer),
            islands=tuple(tuple((x / factor, y / factor) for x, y in ring) for ring in one.islands),
        )
        for one in outlines
    ]
    shape = (like.shape[0], like.shape[1])
    return outline_mask(smaller[0], shape) if len(smaller) == 1 else union_mask(smaller, shape)


def _rings(outlines: Sequence[Outline]) -> set[tuple[Ring, tuple[Ring, ...]]]:
    return {(one.outer, one.islands) for one in outlines}


def iou(one: Mask, other: Mask) -> float:
    """Return what two masks share of what they cover together; 0 where both are empty."""
    together = int((one | other).sum())
    return int((one & other).sum()) / together if together else 0.0


def _share(mask: Mask, of: Mask) -> float:
    whole = int(mask.sum())
    return int((mask & of).sum()) / whole if whole else 0.0


def own_of(masks: Sequence[Mask], lesion: Mask) -> list[int]:
    """Return the places of a lesion's outlines: the one most like it, and those mostly in it."""
    found = {place for place, mask in enumerate(masks) if _share(mask, lesion) > 0.5}
    best = max(range(len(masks)), key=lambda place: iou(masks[place], lesion), default=None)
    if best is not None and (masks[best] & lesion).any():
        found.add(best)
    return sorted(found)


def union_of_own(masks: Sequence[Mask], lesion: Mask) -> Mask:
    """Return what a lesion's outlines enclose together."""
    whole = np.zeros_like(lesion)
    for place in own_of(masks, lesion):
        whole |= masks[place]
    return whole


def _is_replaced(mask: Mask, lesion: Mask) -> bool:
    """Whether a box round a lesion takes an outline's place: it is mostly in it, or covers it."""
    x, y, width, height = cv2.boundingRect(lesion.astype(np.uint8))
    box = np.zeros_like(lesion)
    left, top = max(0, round(x - 0.15 * width)), max(0, round(y - 0.15 * height))
    box[top : round(y + 1.15 * height), left : round(x + 1.15 * width)] = True
    return max(_share(mask, box), _share(box, mask)) > 0.5


# --- no picture looked at ------------------------------------------------------------------------


def bare(lesion: Mask, draw: np.random.Generator) -> tuple[int, bool]:
    """Return the actions that the box's ellipse and discs at clicks take, and whether they fail.

    It is made easy: of a click and of another box, each time what brings more is done.
    """
    method, nothing = Bare(), np.zeros((*lesion.shape, 3), np.uint8)
    mask = method.box(nothing, loose_box(lesion, draw))
    actions = 1
    while iou(mask, lesion) < ENOUGH and actions < MOST_ACTIONS:
        (depth, place), (other, beside) = deepest(lesion & ~mask), deepest(mask & ~lesion)
        if depth >= other:
            clicked = mask | method.clicks(nothing, [place], [])
        else:
            ring = method.clicks(nothing, [beside], [beside])
            clicked = mask & ~(method.clicks(nothing, [beside], []) & ~ring)
        boxed = method.box(nothing, loose_box(lesion, draw))
        mask = max((mask, clicked, boxed), key=lambda one: iou(one, lesion))
        actions += 1
    return actions + 1, iou(mask, lesion) < ENOUGH


# --- the library ---------------------------------------------------------------------------------


def make_library(
    folder: Path, chosen: Sequence[Labelled], place: Path, megapixels: float | None
) -> float:
    """Import photographs as they are, or enlarged; return how much larger they are.

    Each is filed under a patient of its own, through what both faces of the program file with.
    """
    factor = 1.0
    with Library.create(place / "library") as library:
        for number, photograph in enumerate(chosen):
            path = place / photograph.name
            if megapixels is None:
                shutil.copyfile(folder / "images" / photograph.name, path)
            else:
                height, width = photograph.mask.shape
                factor = round(1000 * math.sqrt(megapixels * 1e6 / (height * width))) / 1000
                size = (round(width * factor), round(height * factor))
                large = cv2.resize(photograph.pixels, size, interpolation=cv2.INTER_LANCZOS4)
                cv2.imwrite(str(path), large[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, 93))
            examined = workflow.examine(path, originals=library.originals)
            workflow.file_photograph(
                library,
                examined,
                patient_code=f"WT-{number + 1:04d}",
                site=BodySite(region="foot"),
                by="benchmark",
            )
            path.unlink()
    return factor


def recorded(place: Path) -> dict[str, list[Outline]]:
    """Return the outlines that count in a library, by the names of the photographs."""
    found: dict[str, list[Outline]] = {}
    with Library.open(place / "library", read_only=True) as library:
        for assessment in library.assessments():
            for one in assessment.outlines:
                if one.kind is OutlineKind.ULCER:
                    name = library.photograph(one.photograph_id).photograph.original_name
                    found.setdefault(name, []).extend(one.parts)
    return found


def work_through(
    folder: Path,
    chosen: Sequence[Labelled],
    megapixels: float | None = None,
    told: Callable[[PhotographCount], None] | None = None,
) -> Work:
    """Outline photographs through the real window.

    Raises ``WindowStuck``.
    """
    work = Work()
    counts = {
        one.name: PhotographCount(
            photograph=one, lesions=[LesionCount(lesion=lesion) for lesion in one.lesions]
        )
        for one in chosen
    }
    with tempfile.TemporaryDirectory(prefix="by-mouse-") as made:
        place = Path(made)
        work.factor = make_library(folder, chosen, place, megapixels)
        with opened(place / "library", place / "settings") as program:
            work.first_mb = program.memory_mb(is_most=False)
            while name := program.seen.photograph:
                count = counts[name]
                seed = chosen.index(count.photograph)
                Person(program, count, work.factor, seed).review()
                work.counts.append(count)
                if told is not None:
                    told(count)
            work.most_mb = program.memory_mb(is_most=True)
            work.releases = program.seen.releases
        kept = recorded(place)
        for path in (place / "library").rglob("*"):  # originals are read-only
            path.chmod(0o700 if path.is_dir() else 0o600)
    for number, photograph in enumerate(chosen):
        count = counts[photograph.name]
        outlines = kept.get(photograph.name, [])
        work.as_on_screen += _rings(outlines) == _rings(count.outlines)
        masks = [as_mask((one,), photograph.mask, work.factor) for one in outlines]
        for at, lesion in enumerate(count.lesions):
            lesion.iou = iou(union_of_own(masks, lesion.lesion), lesion.lesion)
            draw = np.random.default_rng((number, at))
            lesion.bare, lesion.is_bare_failed = bare(lesion.lesion, draw)
    return work


# --- the tables ----------------------------------------------------------------------------------


def tables(work: Work) -> str:
    """Return what is printed of the whole."""
    return "\n\n".join((_head(work), _actions(work), _waits(work), _verdicts(work)))


def _head(work: Work) -> str:
    height, width = work.counts[0].photograph.mask.shape
    megapixels = height * width * work.factor**2 / 1e6
    by = outline_method()
    busy = f"; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    return (
        f"{len(work.counts)} photographs, {len(work.lesions)} lesions, the first of "
        f"{megapixels:.1f} megapixels; gestures by {by.name} {by.version}{busy}"
    )


def _row(label: str, actions: Sequence[int], failed: int) -> str:
    found = np.array(actions)
    return (
        f"{label:40s} {np.median(found):6.1f} {found.mean():6.2f} {np.percentile(found, 90):6.1f} "
        f"{100 * (found > WANTED_ACTIONS).mean():6.0f} {failed:7d}"
    )


def _actions(work: Work) -> str:
    lesions, counts = work.lesions, work.counts
    failed = sum(one.is_failed for one in lesions)
    bare_failed = sum(one.is_bare_failed for one in lesions)
    kinds = Counter(act.kind for act in work.acts)
    ends = Counter(count.ended_with for count in counts)
    done = ", ".join(f"{number} {kind}" for kind, number in (*kinds.most_common(), *ends.items()))
    pressed = sum(kinds.values()) - kinds["Del"] - kinds["J"]
    untouched = sum(not one.acts for one in lesions)
    by_box = sum([act.kind for act in one.acts] == ["box"] for one in lesions)
    ious = np.array([one.iou for one in lesions])
    return f"""\
{"actions of a lesion":40s} {"median":>6} {"mean":>6} {"90 %":>6} {"> 3, %":>6} {"failed":>7}
{_row("woundtrack, Enter among them", [one.actions for one in lesions], failed)}
{_row("woundtrack, without Enter", [one.actions - 1 for one in lesions], failed)}
{_row("no picture looked at, Enter among them", [one.bare for one in lesions], bare_failed)}

all that was done: {done}
clicks and drags that reached the photograph: {work.releases} of {pressed}
beside: zoomed or moved the view {sum(one.views for one in counts)} times
lesions kept as proposed {untouched}, after one box alone {by_box}, of {len(lesions)}
IoU of what is recorded: median {np.median(ious):.3f}, at least {ENOUGH:.2f} in \
{100 * (ious >= ENOUGH).mean():.0f} % of the lesions
recorded as it was on screen: {work.as_on_screen} of {len(counts)} photographs"""


def _shown_ms(work: Work) -> list[float]:
    return [act.shown_ms for act in work.acts if act.shown_ms is not None]


def _spread(found: Sequence[float]) -> str:
    if not found:
        return "none"
    middle, high = np.median(found), np.percentile(found, 95)
    return f"median {middle:.0f} ms, 95 % {high:.0f} ms, of {len(found)}"


def _waits(work: Work) -> str:
    waited = np.array([sum(act.waited_s for act in one.acts) for one in work.lesions])
    following = [one.next_ms for one in work.counts if one.next_ms is not None]
    worked = [act.worked_ms for act in work.acts if act.shown_ms is not None]
    return f"""\
machine waited for, of a lesion: median {np.median(waited):.2f} s, mean {waited.mean():.2f} s
gesture to outline on screen: {_spread(_shown_ms(work))}
    the program's own processor time in it: {_spread(worked)}
Enter to the next photograph as it is: {_spread(following)}
memory of the program: {work.first_mb:.0f} MB at the first photograph, \
{work.most_mb:.0f} MB at most"""


def _verdicts(work: Work) -> str:
    """Return what was aimed at, and whether it is held."""
    median = float(np.median([one.actions for one in work.lesions]))
    shown = _shown_ms(work)
    aims = {
        f"median of at most {WANTED_ACTIONS} actions a lesion": median <= WANTED_ACTIONS,
        f"at most {WANTED_MB:.0f} MB": work.most_mb <= WANTED_MB,
    }
    if shown:
        is_quick = float(np.median(shown)) <= WANTED_MS
        aims[f"gesture to outline in a median of at most {WANTED_MS:.0f} ms"] = is_quick
    return "\n".join(f"{aim}: {'held' if held else 'not held'}" for aim, held in aims.items())


def chosen_of(folder: Path, count: int) -> list[Labelled]:
    """Return so many of the photographs that may judge, spread evenly; each has a lesion.

    Raises ``FolderUnusable``.
    """
    names = [one.name for one in photographs.judged(folder) if one.lesions]
    if not names:
        raise FolderUnusable(f"{folder} has no photograph with a lesion in its mask.")
    places = np.linspace(0, len(names), min(count, len(names)), endpoint=False).astype(int)
    return [photographs.read(folder, names[place]) for place in places]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--count", type=int, default=50, help="how many photographs")
    parser.add_argument("--megapixels", type=float, help="enlarge each photograph to so many")
    parser.add_argument("--sheet", type=Path, help="write the outlines as a picture, worst first")
    parser.add_argument("--each", action="store_true", help="say what each photograph took")
    asked = parser.parse_args()
    if lack := why_not():
        print(lack, file=sys.stderr)
        return 1
    try:
        chosen = chosen_of(asked.folder, asked.count)
        told = (lambda count: print(count.line(), flush=True)) if asked.each else None
        work = work_through(asked.folder, chosen, asked.megapixels, told)
    except (FolderUnusable, WindowStuck) as fault:
        print(fault, file=sys.stderr)
        return 1
    print(tables(work))
    if asked.sheet:
        factor = work.factor
        worst = [
            (
                min(lesion.iou for lesion in one.lesions),
                one.photograph,
                as_mask(one.outlines, one.photograph.mask, factor),
            )
            for one in work.counts
        ]
        contact_sheet(sorted(worst, key=lambda one: one[0]), asked.sheet)
    return 0


if __name__ == "__main__":
    sys.exit(main())
