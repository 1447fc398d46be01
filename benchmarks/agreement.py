"""Do the 95 % intervals of agreement between readers hold? Studies drawn from known errors.

Every study is a number of wounds (ln(area) with a standard deviation of 1), read by readers each of
whom draws a little larger or smaller than the others, sees each wound in a way of his own, and
doesn't draw it twice alike. "holds" is the share of studies whose true value lies in the interval,
in per cent: 93 or more. "upper" is the median upper end by the true value, so that a wide interval
is no way out; with two or three readers it is wide, for they say little of other readers.

Beside it what one would do without thinking of readers: all readings of a wound as one sample, its
pooled variance with a chi-squared interval.

    python benchmarks/agreement.py [--studies 1000]
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.healing.agreement import Observation, log_agreement
from woundtrack.healing.estimates import Estimate

Floats = npt.NDArray[np.float64]

ITEM_SD: Final = 1.0
READER_SD: Final = 0.03
MIXED_SD: Final = 0.03
ERROR_SD: Final = 0.04
S_W: Final = math.hypot(READER_SD, MIXED_SD, ERROR_SD)
ICC: Final = ITEM_SD**2 / (ITEM_SD**2 + S_W**2)

DESIGNS: Final = (
    # wounds, readers, repeats
    (20, 2, 1),
    (20, 3, 1),
    (30, 3, 2),
    (60, 2, 2),
    (200, 2, 1),
    (30, 6, 1),
    (30, 10, 2),
)


@dataclass(slots=True)
class Column:
    """How often the intervals of one value held, and how far up they went."""

    truth: float
    held: list[bool] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)

    def add(self, low: float | None, high: float | None) -> None:
        """Count one interval."""
        if low is not None and high is not None:
            self.held.append(low <= self.truth <= high)
            self.uppers.append(high / self.truth)

    @property
    def text(self) -> str:
        """What the table says of it."""
        if not self.held:
            return f"{'–':>14}"
        return f"{100 * np.mean(self.held):6.1f} {np.median(self.uppers):7.2f}"


def study(items: int, readers: int, repeats: int, chance: np.random.Generator) -> Floats:
    """Return the ln(area) (items, readers, repeats) of one study."""
    shape = (items, readers, repeats)
    return np.asarray(
        chance.normal(0, ITEM_SD, (items, 1, 1))
        + chance.normal(0, READER_SD, (1, readers, 1))
        + chance.normal(0, MIXED_SD, (items, readers, 1))
        + chance.normal(0, ERROR_SD, shape)
    )


def plain(table: Floats) -> tuple[float, float]:
    """Return the interval of the pooled standard deviation within wounds, as if all were alike."""
    from scipy.special import chdtri

    flat = table.reshape(len(table), -1)
    freedom = len(flat) * (flat.shape[1] - 1)
    total = float(((flat - flat.mean(axis=1, keepdims=True)) ** 2).sum())
    return math.sqrt(total / chdtri(freedom, 0.025)), math.sqrt(total / chdtri(freedom, 0.975))


def row(items: int, readers: int, repeats: int, studies: int, seed: int) -> str:
    """Return one line of the table."""
    chance = np.random.default_rng(seed)
    icc, s_w, repeat, without = (
        Column(ICC),
        Column(S_W),
        Column(ERROR_SD),
        Column(S_W),
    )
    for _ in range(studies):
        table = study(items, readers, repeats, chance)
        found = log_agreement(
            Observation(
                item=str(item),
                reader=str(reader),
                replicate=turn + 1,
                value=math.exp(table[item, reader, turn]),
            )
            for item in range(items)
            for reader in range(readers)
            for turn in range(repeats)
        )
        _add(icc, found.of_logs.icc)
        _add(s_w, found.s_w)
        if found.repeat_s_w is not None:
            _add(repeat, found.repeat_s_w)
        without.add(*plain(table))
    return (
        f"{items:6d} {readers:7d} {repeats:7d}  {icc.text} {s_w.text} {repeat.text} {without.text}"
    )


def _add(column: Column, found: Estimate) -> None:
    column.add(found.low, found.high)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(
        f"true ICC {ICC:.4f}, s_w {S_W:.4f} (readers {READER_SD}, reader by wound {MIXED_SD}, "
        f"repeats {ERROR_SD}); {chosen.studies} studies a line\n"
    )
    print(f"{'':22}  {'ICC':^14} {'s_w':^14} {'one reader':^14} {'s_w, plain':^14}")
    print(f"{'wounds readers repeats':22}  " + " ".join([f"{'holds':>6} {'upper':>7}"] * 4))
    for design in DESIGNS:
        print(row(*design, chosen.studies, chosen.seed), flush=True)


if __name__ == "__main__":
    main()
