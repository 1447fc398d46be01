"""Which visits are compared: the left, the right, and those shown between them.

Hides that the left is always the earlier one, and how a number of visits is spread between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from woundtrack.ui.compare.visits import MOST_SHOWN, spread

if TYPE_CHECKING:
    from woundtrack.ui.compare.visits import ComparedVisit

Side = Literal["left", "right"]
MOST_IN_FILM = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Places in the visits, oldest first; ``left`` is before ``right``.

    ``count`` of them are shown beside each other, evenly spread, unless ``picked`` says which ones
    stand between the two.
    """

    visits: tuple[ComparedVisit, ...]
    left: int
    right: int
    count: int = 2
    picked: frozenset[int] | None = field(default=None)

    @property
    def pair(self) -> tuple[ComparedVisit, ComparedVisit]:
        """The left and the right visit."""
        return self.visits[self.left], self.visits[self.right]

    @property
    def usable(self) -> tuple[int, ...]:
        """The visits whose photographs can be shown in true size."""
        return tuple(place for place, one in enumerate(self.visits) if one.can_be_shown)

    @property
    def shown(self) -> tuple[int, ...]:
        """The visits beside each other, two to six, oldest first."""
        if self.picked is not None:
            between = sorted(place for place in self.picked if self.left < place < self.right)
            return (self.left, *between[: MOST_SHOWN - 2], self.right)
        return spread(self.usable, self.left, self.right, self.count)

    @property
    def between(self) -> tuple[int, ...]:
        """Those of the shown ones that are neither left nor right."""
        return tuple(place for place in self.shown if place not in {self.left, self.right})

    @property
    def film(self) -> tuple[int, ...]:
        """The visits from left to right that can be shown one after the other."""
        ends = [place for place in self.usable if self.left <= place <= self.right]
        if len(ends) < 2:
            return tuple(ends)
        return spread(ends, ends[0], ends[-1], MOST_IN_FILM)

    def moved(self, side: Side, place: int) -> Choice:
        """Return the choice with one side at another visit, as far as the other side lets it."""
        if side == "left":
            return replace(self, left=min(max(place, 0), self.right - 1))
        return replace(self, right=max(min(place, len(self.visits) - 1), self.left + 1))

    def stepped(self, side: Side, way: int) -> Choice:
        """Return the choice with one side at the visit before or after."""
        return self.moved(side, (self.left if side == "left" else self.right) + way)

    def toggled(self, place: int) -> Choice:
        """Return the choice with one more visit between the two, or without it."""
        if not self.left < place < self.right or not self.visits[place].can_be_shown:
            return self
        between = set(self.between)
        if place in between:
            between.discard(place)
        elif len(between) < MOST_SHOWN - 2:
            between.add(place)
        return replace(self, picked=frozenset(between), count=len(between) + 2)

    def counted(self, count: int) -> Choice:
        """Return the choice of so many visits, evenly spread."""
        return replace(self, count=count, picked=None)

    def with_those_of(self, before: Choice) -> Choice:
        """Return the choice with as many visits shown as before, and the same between them."""
        picked = before.picked
        if picked is not None:
            known = {one.id: place for place, one in enumerate(self.visits)}
            ids = [before.visits[place].id for place in picked]
            picked = frozenset(known[one] for one in ids if one in known)
        return replace(self, count=before.count, picked=picked)


def first_choice(
    visits: Sequence[ComparedVisit],
    *,
    left_id: str | None = None,
    right_id: str | None = None,
    can_tell: Callable[[ComparedVisit, ComparedVisit], bool] = lambda _left, _right: True,
) -> Choice:
    """Return the choice to begin with: the visit in view, and the first one to compare it with.

    That is the first from which the change ``can_tell`` something: since the last debridement, say.
    Where there is none it is the first that can be shown; where the first is in view, the newest
    stands on the right. Raises ``ValueError`` for fewer than two visits.
    """
    if len(visits) < 2:
        raise ValueError("two visits are needed to compare")
    ids = [one.id for one in visits]
    usable = [place for place, one in enumerate(visits) if one.can_be_shown] or [0]
    right = ids.index(right_id) if right_id in ids else usable[-1]
    if left_id in ids:
        left = ids.index(left_id)
    else:
        if right <= usable[0]:
            right = usable[-1]
        earlier = [place for place in usable if place < right] or [0]
        telling = (place for place in earlier if can_tell(visits[place], visits[right]))
        left = next(telling, earlier[0])
    if right <= left:
        right = usable[-1] if usable[-1] > left else len(visits) - 1
    if left >= right:
        left = right - 1
    return Choice(visits=tuple(visits), left=left, right=right)
