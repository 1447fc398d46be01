"""Is the right lesion proposed? Photographs of a second visit, of one to six lesions a site.

Lesions grow, shrink and change their shape, skin stretches, the camera is turned and tilted, and
the card lies elsewhere; some lesions are gone, new, merged, split or open again. Nothing is
rendered: outlines are projected through known cameras (``_visits.py`` says what is assumed).

Beside the method stand the one that it replaced (``by_size_and_shift``) and the nearest size. The
constants of ``workflow/constellation.py`` were chosen on the development seeds; the tables here are
of others.

    python benchmarks/identity.py [--quick] [--development]
"""

from __future__ import annotations

import argparse
import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks._visits import SITE, Case, area_of, case
from woundtrack.model import (
    AssessedOutline,
    Calibration,
    LinkKind,
    Measurement,
    Outline,
    WoundState,
)
from woundtrack.workflow.identity import Decision, KnownLesion, match

DEVELOPMENT: Final = 0  # the first seed of those that constants were chosen on
REPORTED: Final = 500_000  # the first of those that are reported

# --- methods -------------------------------------------------------------------------------------

Propose = Callable[[Case], tuple[tuple[frozenset[str], bool, float], ...]]
"""Returns for each outline the lesions that it is said to be, whether a piece, and how surely."""


def proposed(one: Case) -> tuple[tuple[frozenset[str], bool, float], ...]:
    """Return what the program proposes."""
    taken = [known.lesion.label for known in one.known]
    decisions = match(
        one.outlines,
        one.calibration,
        one.known,
        SITE,
        taken,
        head_deg=one.head_deg,
        width_px=4032.0,
    )
    split = {
        origin.lesion.id
        for decision in decisions
        for origin in decision.origins
        if origin.kind is LinkKind.SPLIT_FROM
    }
    return tuple(_said(decision, split) for decision in decisions)


def _said(decision: Decision, split: set[str]) -> tuple[frozenset[str], bool, float]:
    lesions = {origin.lesion.id for origin in decision.origins}
    if decision.lesion is not None:
        lesions.add(decision.lesion.id)
    is_piece = bool(lesions & split)
    return frozenset(lesions), is_piece, decision.confidence


def by_nearest_size(one: Case) -> tuple[tuple[frozenset[str], bool, float], ...]:
    """Return the open lesion of the nearest size for each outline, the best pair first."""
    areas = [_area(outline, one.calibration) for outline in one.outlines]
    pairs = sorted(
        (abs(math.log(area / _known_area(known))), number, place)
        for number, area in enumerate(areas)
        for place, known in enumerate(one.known)
        if known.state is not WoundState.CLOSED
    )
    found: dict[int, int] = {}
    for off, number, place in pairs:
        if number not in found and place not in found.values() and off < math.log(12):
            found[number] = place
    return tuple(
        (frozenset({one.known[found[number]].lesion.id} if number in found else ()), False, 1.0)
        for number in range(len(areas))
    )


def _area(outline: Outline, calibration: Calibration | None) -> float:
    ring = np.array([complex(x, y) for x, y in outline.outer])
    scale = 0.06 if calibration is None else calibration.mm_per_px
    return max(area_of(ring) * scale**2, 1e-6)


def _known_area(known: KnownLesion) -> float:
    return _seen(known)[1].area_mm2


def _seen(known: KnownLesion) -> tuple[AssessedOutline, Measurement]:
    if known.outline is None or known.outline.measurement is None:
        raise ValueError("every lesion of a drawn visit was outlined and measured")
    return known.outline, known.outline.measurement


def by_size_and_shift(one: Case) -> tuple[tuple[frozenset[str], bool, float], ...]:
    """Return what version 0.1 proposed: by size, and by the shift between two, never turned."""
    same_place_mm, closed_cost, new_cost, most_tried = 30.0, 1.0, 2.5, 5_000
    outlines, known, scale = one.outlines, one.known, one.calibration

    def size_cost(outline: Outline, candidate: KnownLesion) -> float:
        if candidate.state is WoundState.CLOSED:
            return closed_cost
        if scale is None:
            return 0.5
        return abs(math.log(_area(outline, scale) / _known_area(candidate)))

    def place_cost(
        first: Outline, then: KnownLesion | None, second: Outline, then_second: KnownLesion
    ) -> float:
        if then is None or scale is None:
            return 0.0
        if WoundState.CLOSED in {then.state, then_second.state}:
            return 0.0  # a closed lesion had no outline
        before, after = _seen(then)[0], _seen(then_second)[0]
        then_mm = 1.0 if before.calibration is None else before.calibration.mm_per_px
        ends = zip(before.outline.centre, after.outline.centre, strict=True)
        shift = [(b - a) * then_mm for a, b in ends]
        moved = [
            (b - a) * scale.mm_per_px for a, b in zip(first.centre, second.centre, strict=True)
        ]
        return math.dist(shift, moved) / same_place_mm

    if len(outlines) == 1 and len(known) == 1 and known[0].state is not WoundState.CLOSED:
        cost = size_cost(outlines[0], known[0])
        return ((frozenset({known[0].lesion.id}), False, 0.95 * math.exp(-cost / 3)),)
    best: tuple[KnownLesion | None, ...] = (None,) * len(outlines)
    lowest, tried = new_cost * len(outlines), 0

    def extend(chosen: tuple[KnownLesion | None, ...], cost: float) -> None:
        nonlocal best, lowest, tried
        tried += 1
        if cost >= lowest - 1e-9 or tried > most_tried:
            return
        if len(chosen) == len(outlines):
            best, lowest = chosen, cost
            return
        outline = outlines[len(chosen)]
        free = [each for each in known if each not in chosen]
        for candidate in sorted(free, key=lambda each: size_cost(outline, each)):
            added = size_cost(outline, candidate) + sum(
                place_cost(before, then, outline, candidate)
                for before, then in zip(outlines, chosen, strict=False)
            )
            extend((*chosen, candidate), cost + added)
        extend((*chosen, None), cost + new_cost)

    extend((), 0.0)
    return tuple(
        (frozenset(), False, 0.5)
        if each is None
        else (
            frozenset({each.lesion.id}),
            False,
            0.85 * math.exp(-size_cost(outline, each) / 3),
        )
        for outline, each in zip(outlines, best, strict=True)
    )


METHODS: Final[tuple[tuple[str, Propose], ...]] = (
    ("constellation", proposed),
    ("before", by_size_and_shift),
    ("nearest size", by_nearest_size),
)


# --- tables --------------------------------------------------------------------------------------


@dataclass(kw_only=True, slots=True)
class Row:
    """What came of one set of photographs, by method."""

    label: str
    photographs: int = 0
    outlines: int = 0
    right: dict[str, int] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)
    told: list[tuple[float, bool]] = field(default_factory=list)  # of the method: sure, and right
    seconds: float = 0.0


def is_right(said: frozenset[str], is_piece: bool, truth: frozenset[str], piece: bool) -> bool:
    """Say whether a proposal is the truth to the last word: both lesions of a merger, a piece."""
    return said == truth and is_piece == piece


def run(label: str, cases: Sequence[Case | None]) -> Row:
    """Propose for all photographs by every method."""
    row = Row(label=label)
    for one in cases:
        if one is None:
            continue
        row.photographs += 1
        row.outlines += len(one.outlines)
        for name, method in METHODS:
            begun = time.perf_counter()
            found = method(one)
            if method is proposed:
                row.seconds += time.perf_counter() - begun
            hits = [
                is_right(said, is_piece, truth, piece)
                for (said, is_piece, _), truth, piece in zip(
                    found, one.truths, one.pieces, strict=True
                )
            ]
            row.right[name] = row.right.get(name, 0) + sum(hits)
            row.whole[name] = row.whole.get(name, 0) + all(hits)
            if method is proposed:
                row.told += [(sure, hit) for (_, _, sure), hit in zip(found, hits, strict=True)]
    return row


def rows(first: int, size: int) -> list[Row]:
    """Return a row for every kind of visit."""
    found: list[Row] = []
    seeds = range(first, first + size)
    found += [
        run(f"{count} a site", [case(seed, count) for seed in seeds]) for count in range(1, 7)
    ]
    many = [(seed, 2 + seed % 5) for seed in seeds]
    events = [
        ("missing", "one is gone"),
        ("beside gone", "of two side by side one is gone"),
        ("new", "one is new"),
        ("merge", "two merged"),
        ("split", "one split"),
        ("recurrence", "a closed one is open again"),
        ("close-up", "close-up of one, same day"),
        ("mixed", "everything, as it comes"),
    ]
    found += [
        run(label, [case(seed, count, event) for seed, count in many]) for event, label in events
    ]
    found.append(
        run("everything, head known", [case(s, n, "mixed", has_head=True) for s, n in many])
    )
    found.append(
        run("without a scale", [case(s, n, has_scale=False) for s, n in many[: max(size // 3, 1)]])
    )
    return found


BINS: Final = (0.0, 0.5, 0.75, 0.9, 0.97, 1.01)


def show(found: Sequence[Row]) -> None:
    """Print how often every outline's proposal is right, and how sure the program says it is."""
    print("Right lesion proposed, % of outlines (whole photographs right, %)\n")
    names = [name for name, _ in METHODS]
    heads = "".join(f"{name:>18s}" for name in names)
    print(f"{'':32s}{'photos':>7s}{'outlines':>9s}{heads}{'ms':>7s}")
    for row in found:
        cells = "".join(
            f"{100 * row.right[name] / row.outlines:11.1f} "
            f"({100 * row.whole[name] / row.photographs:3.0f}) "
            for name in names
        )
        spent = 1000 * row.seconds / row.photographs
        print(f"{row.label:32s}{row.photographs:7d}{row.outlines:9d}{cells}{spent:7.0f}")
    print("\nHow sure the program says it is, and how often it is right, over all kinds\n")
    told = [one for row in found for one in row.told]
    print(f"{'said':>14s}{'outlines':>10s}{'mean said, %':>14s}{'right, %':>10s}")
    for low, high in itertools.pairwise(BINS):
        here = [(sure, hit) for sure, hit in told if low <= sure < high]
        if here:
            said = 100 * float(np.mean([sure for sure, _ in here]))
            hits = 100 * float(np.mean([hit for _, hit in here]))
            print(f"{low:7.2f}–{min(high, 1.0):.2f}{len(here):10d}{said:14.1f}{hits:10.1f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer photographs")
    parser.add_argument("--development", action="store_true", help="the seeds for choosing by")
    asked = parser.parse_args()
    show(rows(DEVELOPMENT if asked.development else REPORTED, 40 if asked.quick else 150))


if __name__ == "__main__":
    main()
