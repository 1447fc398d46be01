"""Is the right lesion proposed? Photographs of a second visit, of one to six lesions a site.

Lesions grow, shrink and change their shape, skin stretches, the camera is turned and tilted, and
the card lies elsewhere; some lesions are gone, new, merged, split or open again. Nothing is
rendered: outlines are projected through known cameras (``_visits.py`` says what is assumed).

Beside the method stand the one that it replaced (``by_size_and_shift``) and the nearest size; of
visits with several photographs the same method for each photograph by itself. The constants of
``workflow/likeness.py`` and how sure it is told (``same_day.py``) were chosen on the development
seeds; the tables here are of others.

    python benchmarks/identity.py [--quick] [--development] [--visits]
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

from benchmarks._visits import SITE, Case, area_of, case, visit
from woundtrack.model import (
    AssessedOutline,
    Calibration,
    LinkKind,
    Measurement,
    Outline,
    WoundState,
)
from woundtrack.workflow.identity import Decision, KnownLesion, Shown, match, match_visit

DEVELOPMENT: Final = 0  # the first seed of those that constants were chosen on
REPORTED: Final = 500_000  # the first of those that are reported

# --- methods -------------------------------------------------------------------------------------

Propose = Callable[[Case], tuple[tuple[frozenset[str], bool, float], ...]]
"""Returns for each outline the lesions that it is said to be, whether a piece, and how surely."""


def proposed(one: Case) -> tuple[tuple[frozenset[str], bool, float], ...]:
    """Return what the program proposes."""
    decisions = _by_itself(one)
    split = _split(decisions)
    return tuple(_said(decision, split) for decision in decisions)


def _by_itself(one: Case) -> tuple[Decision, ...]:
    return match(
        one.outlines,
        one.calibration,
        one.known,
        SITE,
        [known.lesion.label for known in one.known],
        head_deg=one.head_deg,
        width_px=4032.0,
    )


def _together(photographs: Sequence[Case]) -> tuple[tuple[Decision, ...], ...]:
    shown = [
        Shown(outlines=one.outlines, calibration=one.calibration, width_px=4032.0)
        for one in photographs
    ]
    known = photographs[0].known
    return match_visit(shown, known, SITE, [one.lesion.label for one in known])


def _each_by_itself(photographs: Sequence[Case]) -> tuple[tuple[Decision, ...], ...]:
    return tuple(_by_itself(one) for one in photographs)


def _split(decisions: Sequence[Decision]) -> set[str]:
    """Return the lesions of which any decision says that they split."""
    return {
        origin.lesion.id
        for decision in decisions
        for origin in decision.origins
        if origin.kind is LinkKind.SPLIT_FROM
    }


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


@dataclass(frozen=True, slots=True)
class Told:
    """How sure the program said it is of one outline, whether it was right, and at which visit."""

    sure: float
    is_right: bool
    visit: str


@dataclass(kw_only=True, slots=True)
class Row:
    """What came of one set of photographs, by method."""

    label: str
    photographs: int = 0
    outlines: int = 0
    right: dict[str, int] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)  # of the method
    seconds: float = 0.0
    mergers: int = 0
    merged: dict[str, int] = field(default_factory=dict)  # mergers proposed with all their lesions
    pairs: dict[str, int] = field(default_factory=dict)  # with some of them
    untrue: dict[str, int] = field(default_factory=dict)  # photographs with one that isn't


def is_right(said: frozenset[str], is_piece: bool, truth: frozenset[str], piece: bool) -> bool:
    """Say whether a proposal is the truth to the last word: both lesions of a merger, a piece."""
    return said == truth and is_piece == piece


def count(counts: dict[str, int], name: str, more: int) -> None:
    """Add to a method's count."""
    counts[name] = counts.get(name, 0) + more


def run(label: str, cases: Sequence[Case | None]) -> Row:
    """Propose for all photographs by every method."""
    row = Row(label=label)
    for number, one in enumerate(cases):
        if one is None:
            continue
        row.photographs += 1
        row.outlines += len(one.outlines)
        row.mergers += sum(len(truth) > 1 for truth in one.truths)
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
            told = [said for said, _, _ in found]
            pairs = list(zip(told, one.truths, strict=True))
            as_one = [(said, truth) for said, truth in pairs if len(truth) > 1]
            count(row.merged, name, sum(said == truth for said, truth in as_one))
            count(row.pairs, name, sum(len(said) > 1 and said < truth for said, truth in as_one))
            count(
                row.untrue, name, any(len(said) > 1 and not said <= truth for said, truth in pairs)
            )
            if method is proposed:
                row.told += [
                    Told(sure, hit, f"{label} {number}")
                    for (_, _, sure), hit in zip(found, hits, strict=True)
                ]
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
        ("merge three", "three merged"),
        ("split", "one split"),
        ("split three", "one split into three"),
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


@dataclass(kw_only=True, slots=True)
class VisitRow:
    """What came of visits of several photographs: matched together, and each by itself."""

    label: str
    visits: int = 0
    outlines: int = 0
    right: list[int] = field(default_factory=lambda: [0, 0])
    whole: list[int] = field(default_factory=lambda: [0, 0])
    named: list[int] = field(default_factory=lambda: [0, 0])
    seconds: list[float] = field(default_factory=lambda: [0.0, 0.0])
    slowest: float = 0.0
    told: list[Told] = field(default_factory=list)


def run_visits(label: str, event: str, seeds: Sequence[int], lesions: int, photos: int) -> VisitRow:
    """Propose for all photographs of visits, together and each by itself."""
    row = VisitRow(label=label)
    for seed in seeds:
        drawn = visit(seed, lesions or 2 + seed % 5, event, photos)
        if drawn is None:
            continue
        cases, wounds = drawn
        row.visits += 1
        row.outlines += sum(len(one.outlines) for one in cases)
        for place, propose in enumerate((_together, _each_by_itself)):
            begun = time.process_time()
            found = propose(cases)
            spent = time.process_time() - begun
            row.seconds[place] += spent
            split = _split([one for decisions in found for one in decisions])
            hits = []
            names: set[tuple[int, str]] = set()
            for one, decisions, numbers in zip(cases, found, wounds, strict=True):
                names |= {(n, each.label) for n, each in zip(numbers, decisions, strict=True)}
                for each, truth, piece in zip(decisions, one.truths, one.pieces, strict=True):
                    said, is_piece, sure = _said(each, split)
                    hits.append(is_right(said, is_piece, truth, piece))
                    if not place:
                        row.told.append(Told(sure, hits[-1], f"{label} {seed}"))
            row.right[place] += sum(hits)
            row.whole[place] += all(hits)
            row.named[place] += (
                len(names) == len({n for n, _ in names}) == len({label for _, label in names})
            )
            if not place:
                row.slowest = max(row.slowest, spent)
    return row


def visit_rows(first: int, size: int) -> list[VisitRow]:
    """Return a row for every kind of visit of several photographs."""
    seeds = range(first, first + size)
    kinds = [
        ("", "nothing but time"),
        ("missing", "one is gone"),
        ("new", "one is new"),
        ("merge", "two merged"),
        ("merge three", "three merged"),
        ("split", "one split"),
        ("recurrence", "a closed one is open again"),
        ("mixed", "everything, as it comes"),
    ]
    found = [run_visits(label, event, seeds, 0, 4) for event, label in kinds]
    few = seeds[: max(size // 8, 3)]
    return [*found, run_visits("20 lesions, 10 photographs", "mixed", few, 20, 10)]


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
    print(
        "\nMergers: of all that there are, missed (named in part); photographs with an untrue one\n"
    )
    first, before = names[0], names[1]
    print(f"{'':32s}{'mergers':>8s}{'missed, %':>11s}{'in part':>9s}{'untrue, %':>11s}")
    for row in found:
        missed = "–"
        if row.mergers:
            missed = f"{100 * (1 - row.merged[first] / row.mergers):.1f}"
        untrue = 100 * row.untrue[first] / row.photographs
        print(f"{row.label:32s}{row.mergers:8d}{missed:>11s}{row.pairs[first]:9d}{untrue:11.1f}")
    print(f"({before}, and {names[2]}: no merger is ever proposed)")
    print("\nHow sure the program says it is, and how often it is right, over all kinds\n")
    show_sure([one for row in found for one in row.told])


def show_sure(told: Sequence[Told]) -> None:
    """Print how sure the program says it is, and how often it is right.

    With the 95 % interval of that, visits drawn: outlines of one are right or wrong together.
    """
    print(f"{'said':>14s}{'outlines':>10s}{'visits':>8s}", end="")
    print(f"{'mean said, %':>14s}{'right, %':>10s}{'95 % of visits drawn':>22s}")
    for low, high in itertools.pairwise(BINS):
        here = [one for one in told if low <= one.sure < high]
        if here:
            said = 100 * float(np.mean([one.sure for one in here]))
            hits = 100 * float(np.mean([one.is_right for one in here]))
            visits: dict[str, list[bool]] = {}
            for one in here:
                visits.setdefault(one.visit, []).append(one.is_right)
            least, most = (100 * one for one in right_interval(list(visits.values())))
            print(f"{low:7.2f}–{min(high, 1.0):.2f}{len(here):10d}{len(visits):8d}", end="")
            print(f"{said:14.1f}{hits:10.1f}{least:14.1f} to {most:.1f}")


def right_interval(visits: Sequence[Sequence[bool]]) -> tuple[float, float]:
    """Return the 95 % interval of the share that is right, by drawing visits again and again."""
    right = np.array([sum(one) for one in visits])
    count = np.array([len(one) for one in visits])
    drawn = np.random.default_rng(1).integers(len(visits), size=(2000, len(visits)))
    shares = right[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def show_visits(found: Sequence[VisitRow]) -> None:
    """Print what matching a visit's photographs together is worth."""
    print("\nVisits of four photographs (one of all, the others of one to three that lie side by")
    print("side): together, and each photograph by itself. ms: of this process, a visit\n")
    pair = f"{'together':>10s}{'by itself':>10s}"
    print(f"{'':28s}{'':14s}{'outlines right, %':>20s}{'visits right, %':>20s}", end="")
    print(f"{'one name each, %':>20s}{'ms, mean':>16s}{'slowest':>8s}")
    print(f"{'':28s}{'visits':>6s}{'outl.':>8s}{pair * 3}{'tog.':>8s}{'by its.':>8s}")
    for row in found:
        cells = [
            *(f"{100 * one / row.outlines:10.1f}" for one in row.right),
            *(f"{100 * one / row.visits:10.1f}" for one in row.whole),
            *(f"{100 * one / row.visits:10.1f}" for one in row.named),
            *(f"{1000 * one / row.visits:8.0f}" for one in row.seconds),
            f"{1000 * row.slowest:8.0f}",
        ]
        print(f"{row.label:28s}{row.visits:6d}{row.outlines:8d}{''.join(cells)}")
    print()
    show_sure([one for row in found for one in row.told])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer photographs")
    parser.add_argument("--development", action="store_true", help="the seeds for choosing by")
    parser.add_argument("--visits", action="store_true", help="only visits of several photographs")
    asked = parser.parse_args()
    first, size = DEVELOPMENT if asked.development else REPORTED, 40 if asked.quick else 150
    if not asked.visits:
        show(rows(first, size))
    show_visits(visit_rows(first, size // 2))


if __name__ == "__main__":
    main()
