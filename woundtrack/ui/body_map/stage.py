"""The drawing laid out on a widget: what is where, in logical px, and what lies under a place.

Hides scaling, and where the dots have room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QTransform

from woundtrack.ui.body_map.dots import SMALLEST, Dot, place_dot
from woundtrack.ui.body_map.drawing import Region, drawing
from woundtrack.ui.body_map.sites import home_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from woundtrack.model import LesionTimeline

_MARGIN: Final = 5
_TRAY: Final = QRectF(260, 492, 224, 220)
"""The part of the sheet for dots without a side: between the feet of the two figures."""
_TRAY_HEAD: Final = 18
_CATCH: Final = 6.0
"""A region is caught from this far away: an arm is narrower than a fingertip."""
_DOT_CATCH: Final = 9.0
"""A dot is caught as if it were 18 px wide: more would leave nothing of a thigh under it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A region on the widget; ``spot`` is where its usual site's dot would stand."""

    region: Region
    path: QPainterPath
    spot: QPointF


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """What a body map of one size shows.

    ``placed`` holds the regions, from below to above, ``tinted`` those with a dot. ``halves`` are
    the front's and the back's. ``tray`` is where dots stand whose side isn't known, and
    ``unplaced`` counts them.
    """

    scale: float
    placed: tuple[Placed, ...]
    tinted: frozenset[str]
    outlines: tuple[QPainterPath, ...]
    details: tuple[QPainterPath, ...]
    dots: tuple[Dot, ...]
    halves: tuple[QRectF, QRectF]
    tray: QRectF
    unplaced: int

    def dot_at(self, place: QPointF) -> Dot | None:
        """Return the dot at a place, or the nearest one within reach of a finger."""
        near = [dot for dot in self.dots if dot.is_at(place, max(0, _DOT_CATCH - dot.radius))]
        return min(near, key=lambda dot: _away(dot.centre, place) - dot.radius, default=None)

    def region_at(self, place: QPointF) -> Placed | None:
        """Return the topmost region at a place, or the nearest one close by."""
        for placed in reversed(self.placed):
            if placed.path.contains(place):
                return placed
        for reach in (_CATCH / 2, _CATCH):
            box = QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach)
            for placed in reversed(self.placed):
                if placed.path.intersects(box):
                    return placed
        return None

    def find(self, region_id: str) -> Placed | None:
        """Return a region; None for what is none."""
        return next((one for one in self.placed if one.region.id == region_id), None)

    def towards(self, region_id: str, x: int, y: int) -> Placed | None:
        """Return the region nearest to another in a direction: ``x`` and ``y`` are −1, 0 or 1.

        None at the edge. What lies straight ahead is nearer than what lies aside.
        """
        start = self.find(region_id)
        if start is None:
            return self.first
        found: list[tuple[float, int]] = []
        for number, placed in enumerate(self.placed):
            step = placed.spot - start.spot
            ahead = step.x() * x + step.y() * y
            aside = abs(step.x() * y) + abs(step.y() * x)
            if ahead > 0.5 and aside <= 2 * ahead:
                found.append((ahead + 1.6 * aside, number))
        return self.placed[min(found)[1]] if found else None

    @property
    def in_order(self) -> tuple[Placed, ...]:
        """The regions as they are read: view by view, from head to foot."""
        return tuple(
            sorted(
                self.placed,
                key=lambda one: (one.region.view != "front", round(one.spot.y()), one.spot.x()),
            )
        )

    @property
    def first(self) -> Placed:
        """The region that is read first."""
        return self.in_order[0]


def lay_out(room: QRectF, courses: Sequence[LesionTimeline]) -> Stage:
    """Lay the drawing out in a room, with a dot for each lesion."""
    bare, onto = _bare(room.x(), room.y(), room.width(), room.height())
    homes = {course.lesion.id: home_of(course.lesion.site) for course in courses}
    return replace(
        bare,
        tinted=frozenset(region.id for home in homes.values() if home for region in home[0]),
        dots=_place(courses, homes, bare, onto),
        unplaced=sum(home is None for home in homes.values()),
    )


@lru_cache(maxsize=4)
def _bare(left: float, top: float, width: float, height: float) -> tuple[Stage, QTransform]:
    """Return the drawing without dots in a room, and what maps the sheet onto it.

    The same for every patient: kept for the rooms that were last asked for.
    """
    sheet = drawing()
    inside = QRectF(left, top, width, height).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    size = sheet.size
    scale = max(0.01, min(inside.width() / size.width(), inside.height() / size.height()))
    shift = inside.center() - size.center() * scale
    onto = QTransform.fromTranslate(shift.x(), shift.y()).scale(scale, scale)
    stage = Stage(
        scale=scale,
        placed=tuple(
            Placed(region=region, path=onto.map(region.path), spot=onto.map(region.at[0]))
            for region in sheet.regions
        ),
        tinted=frozenset(),
        outlines=tuple(onto.map(path) for path in sheet.outlines),
        details=tuple(onto.map(path) for path in sheet.details),
        dots=(),
        halves=(onto.mapRect(sheet.half("front")), onto.mapRect(sheet.half("back"))),
        tray=onto.mapRect(_TRAY),
        unplaced=0,
    )
    return stage, onto


def _place(
    courses: Sequence[LesionTimeline],
    homes: Mapping[str, tuple[tuple[Region, ...], QPointF] | None],
    bare: Stage,
    onto: QTransform,
) -> tuple[Dot, ...]:
    """Return the dots of the lesions, by number; those whose side isn't known in the tray."""
    dots: list[Dot] = []
    tray, bounds = bare.tray, onto.mapRect(drawing().size)
    paths = {placed.region.id: placed.path for placed in bare.placed}
    for course in sorted(courses, key=lambda one: one.lesion.number):
        home = homes[course.lesion.id]
        if home is None:
            under = tray.adjusted(0, _TRAY_HEAD, 0, 0)
            start = QPointF(tray.center().x(), under.top() + SMALLEST)
            dots.append(place_dot(course, start, dots, under.contains, bounds))
            continue
        regions, middle = home
        skin = [paths[region.id] for region in regions]

        def holds(place: QPointF, skin: Sequence[QPainterPath] = tuple(skin)) -> bool:
            return any(path.contains(place) for path in skin)

        dots.append(place_dot(course, onto.map(middle), dots, holds, bounds))
    return tuple(dots)


def _away(one: QPointF, other: QPointF) -> float:
    step = one - other
    return math.hypot(step.x(), step.y())
