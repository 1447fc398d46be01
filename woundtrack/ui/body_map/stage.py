"""The drawing laid out on a widget: what is where, in logical px, and what lies under a place.

Hides scaling, which of the two views are shown, and where the dots have room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QTransform

from woundtrack.ui.body_map.dots import SMALLEST, Dot, place_dot
from woundtrack.ui.body_map.drawing import Region, View, drawing
from woundtrack.ui.body_map.sites import home_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.model import LesionTimeline

BOTH_FROM: Final = 200
"""From this width on front and back are shown side by side."""
_MARGIN: Final = 5
_TRAY_HEAD: Final = 18
_CATCH: Final = 6.0
"""A region is caught from this far away: an arm is narrower than a fingertip."""
_DOT_CATCH: Final = 12.0
"""A dot is caught as if it were 24 px wide."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A region on the widget; ``spot`` is where its usual site's dot would stand."""

    region: Region
    path: QPainterPath
    spot: QPointF


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """What a body map of one size shows.

    ``placed`` holds the regions in view, from below to above, ``tinted`` those with a dot. ``tray``
    is where dots stand whose side isn't known, and ``unplaced`` counts them.
    """

    views: tuple[View, ...]
    scale: float
    placed: tuple[Placed, ...]
    tinted: frozenset[str]
    outlines: tuple[QPainterPath, ...]
    details: tuple[QPainterPath, ...]
    dots: tuple[Dot, ...]
    halves: tuple[QRectF, ...]
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
        """Return a region where it is in view."""
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
        """The regions in view as they are read: view by view, from head to foot."""
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


def lay_out(room: QRectF, view: View, courses: Sequence[LesionTimeline]) -> Stage:
    """Lay the drawing out in a room; ``view`` is the one shown where there is room for one."""
    sheet = drawing()
    views: tuple[View, ...] = ("front", "back") if room.width() >= BOTH_FROM else (view,)
    area = sheet.size if len(views) == 2 else sheet.half(view)
    inside = room.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    scale = max(0.01, min(inside.width() / area.width(), inside.height() / area.height()))
    shift = inside.center() - area.center() * scale
    onto = QTransform.fromTranslate(shift.x(), shift.y()).scale(scale, scale)
    shown = QRectF(area)
    regions = [region for region in sheet.regions if region.view in views]
    tray = onto.mapRect(_tray_of(views, area))
    dots, unplaced = _place(courses, views, onto, tray, onto.mapRect(area))
    return Stage(
        views=views,
        scale=scale,
        placed=tuple(
            Placed(region=region, path=onto.map(region.path), spot=onto.map(region.at[0]))
            for region in regions
        ),
        tinted=frozenset(
            region.id
            for course in courses
            if (home := home_of(course.lesion.site)) is not None
            for region in home[0]
        ),
        outlines=_mapped(sheet.outlines, onto, shown),
        details=_mapped(sheet.details, onto, shown),
        dots=dots,
        halves=tuple(onto.mapRect(sheet.half(one)) for one in views),
        tray=tray,
        unplaced=unplaced,
    )


def _mapped(
    paths: Sequence[QPainterPath], onto: QTransform, shown: QRectF
) -> tuple[QPainterPath, ...]:
    return tuple(onto.map(path) for path in paths if shown.contains(path.boundingRect().center()))


def _tray_of(views: tuple[View, ...], area: QRectF) -> QRectF:
    """Return the part of the sheet for dots without a side: beside the feet."""
    if len(views) == 2:
        return QRectF(area.center().x() - 112, 492, 224, 220)
    return QRectF(area.right() - 116, 492, 112, 220)


def _place(
    courses: Sequence[LesionTimeline],
    views: tuple[View, ...],
    onto: QTransform,
    tray: QRectF,
    bounds: QRectF,
) -> tuple[tuple[Dot, ...], int]:
    """Return the dots of the lesions in view, by number, and how many stand in the tray."""
    dots: list[Dot] = []
    unplaced = 0
    for course in sorted(courses, key=lambda one: one.lesion.number):
        home = home_of(course.lesion.site)
        if home is None:
            unplaced += 1
            under = tray.adjusted(0, _TRAY_HEAD, 0, 0)
            start = QPointF(tray.center().x(), under.top() + SMALLEST)
            dots.append(place_dot(course, start, dots, under.contains, bounds))
            continue
        regions, middle = home
        if regions[0].view not in views:
            continue
        skin = [onto.map(region.path) for region in regions]

        def holds(place: QPointF, skin: Sequence[QPainterPath] = tuple(skin)) -> bool:
            return any(path.contains(place) for path in skin)

        dots.append(place_dot(course, onto.map(middle), dots, holds, bounds))
    return tuple(dots), unplaced


def _away(one: QPointF, other: QPointF) -> float:
    step = one - other
    return math.hypot(step.x(), step.y())
