"""The body map on paper: front and back of a figure with every lesion's own mark.

Hides the drawing's file, where a site lies on it, and how marks keep clear of each other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from woundtrack.exchange.report.paper import EDGE, INK2, WHITE, Paper, rgb
from woundtrack.healing.chart_fonts import Step
from woundtrack.healing.chart_style import STYLES, series_of
from woundtrack.model import BodySite, LesionDetail, LesionTimeline, Side, WoundState
from woundtrack.resources import asset

_SKIN: Final = rgb("#F6F7F8")
_TINTED: Final = rgb("#DCE6EB")
_HAIRLINE: Final = rgb("#B4BEC5")
_OUTLINE: Final = rgb("#56646E")
_TRAY: Final = (372.0, 610.0)
"""Between the feet of the two figures: for lesions whose side isn't known."""
_NO_SIDE: Final = "side not known"
_LEADER: Final = 5.0
"""A mark that stands further than this from its place has a line to it, mm."""
_Box = tuple[float, float, float, float]
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Region:
    """One part of the skin on one view; ``at`` is where the mark of each of its sites stands."""

    view: str
    side: Side
    sites: tuple[str, ...]
    at: tuple[tuple[float, float], ...]
    path: tuple[Step, ...]

    @property
    def left(self) -> float:
        """The least x of its path."""
        return min(x for _, numbers in self.path for x in numbers[::2])

    @property
    def right(self) -> float:
        """The greatest x of its path."""
        return max(x for _, numbers in self.path for x in numbers[::2])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Drawing:
    """The whole sheet; front at the left, back at the right."""

    size: tuple[float, float]
    regions: tuple[_Region, ...]
    outlines: tuple[tuple[Step, ...], ...]


@cache
def _drawing() -> _Drawing:
    svg = asset("body_map.svg").read_text(encoding="utf-8")
    box = re.search(r'viewBox="0 0 (\S+) (\S+)"', svg)
    if box is None:
        raise ValueError("the body map has no size")
    parts = dict(re.findall(r'<g id="(\w+)"(.*?)</g>', svg, re.DOTALL))
    regions = []
    for tag in re.findall(r"<path (.*?)/>", parts["regions"], re.DOTALL):
        said = dict(re.findall(r'([\w-]+)="(.*?)"', tag, re.DOTALL))
        numbers = [float(one) for one in _NUMBER.findall(said["data-at"])]
        regions.append(
            _Region(
                view=said["id"].partition("-")[0],
                side=Side(said["data-side"]),
                sites=tuple(said["data-sites"].split()),
                at=tuple(zip(numbers[::2], numbers[1::2], strict=True)),
                path=_steps(said["d"]),
            )
        )
    return _Drawing(
        size=(float(box[1]), float(box[2])),
        regions=tuple(regions),
        outlines=tuple(_steps(one) for one in re.findall(r' d="(.*?)"', parts["outline"])),
    )


def _steps(text: str) -> tuple[Step, ...]:
    """Read the ``d`` of a path of absolute M, C and Z."""
    steps: list[Step] = []
    for command, rest in re.findall(r"([MCZ])([^MCZ]*)", text):
        numbers = [float(one) for one in _NUMBER.findall(rest)]
        if command == "M":
            steps.append(("move", tuple(numbers)))
        elif command == "C":
            steps += [
                ("curve", tuple(numbers[place : place + 6])) for place in range(0, len(numbers), 6)
            ]
        else:
            steps.append(("close", ()))
    return tuple(steps)


def marks_of(lesions: Sequence[LesionTimeline]) -> dict[str, str]:
    """Return what stands on the map for each lesion, by its id: its name where all are short."""
    is_short = all(len(one.lesion.label) <= 3 for one in lesions)
    return {
        one.lesion.id: one.lesion.label if is_short else str(one.lesion.number) for one in lesions
    }


def draw_body(
    paper: Paper,
    lesions: Sequence[LesionTimeline],
    details: Sequence[LesionDetail],
    *,
    x: float,
    y: float,
    width: float,
) -> float:
    """Draw front and back with a mark for every lesion; returns the height, mm.

    A closed lesion's mark has a dashed edge. Lesions whose side isn't known stand between the feet.
    """
    drawing = _drawing()
    scale = width / drawing.size[0]
    height = drawing.size[1] * scale
    homes = {one.lesion.id: _home(one.lesion.site) for one in lesions}
    tinted = {id(region) for home in homes.values() if home for region in home[0]}
    for region in drawing.regions:
        paper.curves(
            region.path,
            at=(x, y),
            scale=scale,
            stroke=_HAIRLINE,
            fill=_TINTED if id(region) in tinted else _SKIN,
            width=0.1,
        )
    for outline in drawing.outlines:
        paper.curves(outline, at=(x, y), scale=scale, stroke=_OUTLINE, width=0.2)
    for words, middle in (("Front", 0.25), ("Back", 0.75)):
        paper.text(x + width * middle, y + height + 2.6, words, 6, colour=INK2, align="middle")
    for words, place in (("R", 0.06), ("L", 0.44), ("L", 0.56), ("R", 0.94)):
        paper.text(x + width * place, y + height * 0.24, words, 6, colour=INK2, align="middle")
    known = {one.lesion_id: one for one in details}
    size = 5.2 if len(lesions) <= 12 else 4.6
    taken: list[_Box] = []
    starts: list[tuple[LesionTimeline, str, tuple[float, float]]] = []
    has_unplaced = any(
        homes[one.lesion.id] is None and not _is_pointed_at(known.get(one.lesion.id))
        for one in lesions
    )
    where = (x + _TRAY[0] * scale, y + (_TRAY[1] - 24) * scale)
    if has_unplaced:
        half = paper.width(_NO_SIDE, 5.5) / 2
        taken.append((where[0] - half, where[1] - 2.0, where[0] + half, where[1] + 0.6))
    for lesion in sorted(lesions, key=lambda one: one.lesion.number):
        home = homes[lesion.lesion.id]
        detail = known.get(lesion.lesion.id)
        if detail is not None and detail.map_x is not None and detail.map_y is not None:
            spot = (detail.map_x * drawing.size[0], detail.map_y * drawing.size[1])
        elif home is not None:
            spot = home[1]
        else:
            spot = _TRAY
        start = (x + spot[0] * scale, y + spot[1] * scale)
        text = marks_of(lesions)[lesion.lesion.id]
        box = _place(paper, text, start, size, taken, (x, y, x + width, y + height))
        taken.append(box)
        starts.append((lesion, text, start))
    boxes = taken[len(taken) - len(starts) :]
    for (_, _, spot), box in zip(starts, boxes, strict=True):
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        if math.hypot(centre[0] - spot[0], centre[1] - spot[1]) > _LEADER:
            paper.line(*spot, *centre, width=0.15, colour=EDGE)
    for (one, text, _), box in zip(starts, boxes, strict=True):
        _draw_mark(paper, one, text, size, box)
    if has_unplaced:
        paper.text(*where, _NO_SIDE, 5.5, colour=INK2, align="middle")
    return height + 3.0


def _is_pointed_at(detail: LesionDetail | None) -> bool:
    """Whether a lesion has a place of its own on the map."""
    return detail is not None and detail.map_x is not None and detail.map_y is not None


def _place(
    paper: Paper,
    text: str,
    start: tuple[float, float],
    size: float,
    taken: Sequence[_Box],
    bounds: _Box,
) -> _Box:
    """Return the box of a mark, clear of those before it and as near its place as can be."""
    high = size * 0.353 + 0.9
    wide = max(paper.width(text, size, bold=True) + 1.3, high)
    for x, y in _round_about(start):
        box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        is_inside = (
            bounds[0] <= box[0]
            and bounds[1] <= box[1]
            and box[2] <= bounds[2]
            and box[3] <= bounds[3]
        )
        if is_inside and all(
            box[2] + 0.2 <= other[0]
            or other[2] + 0.2 <= box[0]
            or box[3] + 0.2 <= other[1]
            or other[3] + 0.2 <= box[1]
            for other in taken
        ):
            return box
    x, y = start
    return (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _draw_mark(paper: Paper, lesion: LesionTimeline, text: str, size: float, box: _Box) -> None:
    is_closed = bool(lesion.points) and lesion.points[-1].state is WoundState.CLOSED
    x0, y0, x1, y1 = box
    paper.box(
        x0,
        y0,
        x1 - x0,
        y1 - y0,
        stroke=rgb(series_of(lesion.lesion.number, STYLES["light"]).colour),
        fill=WHITE,
        thick=0.35,
        radius=0.6,
        dash=(0.7, 0.5) if is_closed else (),
    )
    paper.text((x0 + x1) / 2, (y0 + y1) / 2 + size * 0.125, text, size, bold=True, align="middle")


def _round_about(start: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Give places on rings round a start, the nearest first, to 30 mm away."""
    yield start
    for ring in range(1, 60):
        away = ring * 0.5
        for step in range(6 * ring):
            angle = 2 * math.pi * step / (6 * ring)
            yield start[0] + away * math.cos(angle), start[1] + away * math.sin(angle)


def _home(site: BodySite) -> tuple[tuple[_Region, ...], tuple[float, float]] | None:
    """Return the regions of one view that a site lies in, and where its mark stands.

    None where no place would be true: a thigh of which the side isn't known.
    """
    one_side = site.side if site.side in {Side.LEFT, Side.RIGHT} else None
    regions = [
        region
        for region in _drawing().regions
        if site.region in region.sites
        and (one_side in {None, region.side} or region.side is Side.MIDLINE)
    ]
    home = tuple(region for region in regions if region.view == regions[0].view)
    sides = {region.side for region in home}
    if len(sides) > 1:
        middle = (min(one.left for one in home) + max(one.right for one in home)) / 2
        left = max(one.right for one in home if (one.left + one.right) / 2 < middle)
        right = min(one.left for one in home if (one.left + one.right) / 2 > middle)
        if right - left >= 1.0:
            return None
    places = [region.at[region.sites.index(site.region)] for region in home]
    x = sum(place[0] for place in places) / len(places)
    y = sum(place[1] for place in places) / len(places)
    if sides == {Side.MIDLINE} and one_side is not None:
        # The figure's left is at the right of its front, and at the left of its back.
        is_at_right = (one_side is Side.LEFT) == (home[0].view == "front")
        x += (1 if is_at_right else -1) * (home[0].right - home[0].left) / 5
    return home, (x, y)
