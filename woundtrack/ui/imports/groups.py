"""Which of the photographs that come in belong to one visit: those of a day, taken together.

Hides the order of capture, the pause that parts two patients, and what a person parted or joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from woundtrack.ui.imports.batch import Incoming

PAUSE: Final = timedelta(minutes=15)
"""A longer pause parts groups: the next patient. Groups of one patient and day are one visit."""


@dataclass(slots=True)
class Regrouping:
    """What a person changed: photographs that begin a group, or go on with the one before."""

    parted: set[Incoming] = field(default_factory=set)
    joined: set[Incoming] = field(default_factory=set)

    def part(self, incoming: Incoming) -> None:
        """Let a photograph begin a group."""
        self.joined.discard(incoming)
        self.parted.add(incoming)

    def join(self, incoming: Incoming) -> None:
        """Let a photograph go on with the group before it."""
        self.parted.discard(incoming)
        self.joined.add(incoming)


def grouped(incoming: Sequence[Incoming], regrouping: Regrouping) -> list[list[Incoming]]:
    """Return the photographs in the order of capture, parted into groups; undated ones last."""
    groups: list[list[Incoming]] = []
    for one in sorted(incoming, key=_order):
        before = groups[-1][-1] if groups else None
        is_parted = before is None or before.day != one.day or one in regrouping.parted
        if before is not None and not is_parted and one not in regrouping.joined:
            is_parted = _is_after_pause(before, one)
        if is_parted:
            groups.append([one])
        else:
            groups[-1].append(one)
    return groups


def _order(one: Incoming) -> tuple[date, datetime, str, str]:
    return (
        one.day or date.max,
        one.taken_at or datetime.max,  # noqa: DTZ901  a local moment, like those it is beside
        one.path.name,
        str(one.path),
    )


def _is_after_pause(before: Incoming, one: Incoming) -> bool:
    if before.taken_at is None or one.taken_at is None or one.day is None:
        return False
    return one.taken_at - before.taken_at > PAUSE
