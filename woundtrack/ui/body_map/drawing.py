"""The drawing of the body, read from ``assets/body_map.svg``: its regions, outlines and details.

Hides SVG. Lengths are the drawing's own; front and back lie side by side on one sheet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF, QXmlStreamReader
from PySide6.QtGui import QPainterPath

from woundtrack.model import Side
from woundtrack.resources import asset

View = Literal["front", "back"]

_TOKEN: Final = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[^\s,]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """One part of the skin on one view of the body.

    ``part`` is the id without its side. ``sites`` are the words of the model's sites it stands for,
    the usual one first, and ``at`` is where a dot of each of them stands.
    """

    id: str
    view: View
    part: str
    side: Side
    sites: tuple[str, ...]
    at: tuple[QPointF, ...]
    path: QPainterPath


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """The whole sheet; the front is its left half, the back its right one.

    ``regions`` are from below to above. ``outlines`` and ``details`` only decorate.
    """

    size: QRectF
    regions: tuple[Region, ...]
    details: tuple[QPainterPath, ...]
    outlines: tuple[QPainterPath, ...]

    def half(self, view: View) -> QRectF:
        """Return the part of the sheet that a view lies on."""
        width = self.size.width() / 2
        left = 0.0 if view == "front" else width
        return QRectF(left, 0, width, self.size.height())

    def region(self, region_id: str) -> Region:
        """Return a region by its id. Raises ``KeyError`` for one that the drawing hasn't."""
        for region in self.regions:
            if region.id == region_id:
                return region
        raise KeyError(region_id)


@cache
def drawing() -> Drawing:
    """Return the drawing that comes with woundtrack, read once."""
    return read_drawing(asset("body_map.svg").read_text(encoding="utf-8"))


def read_drawing(svg: str) -> Drawing:
    """Read a drawing from the text of its SVG.

    Raises ``ValueError`` for what is no drawing of this kind.
    """
    reader = QXmlStreamReader(svg)
    size, group = QRectF(), ""
    regions: list[Region] = []
    plain: dict[str, list[QPainterPath]] = {"details": [], "outline": []}
    while not reader.atEnd():
        if reader.readNext() is not QXmlStreamReader.TokenType.StartElement:
            continue
        said = reader.attributes().value
        if reader.name() == "svg":
            size = QRectF(*(float(number) for number in said("viewBox").split()))
        elif reader.name() == "g":
            group = said("id")
        elif reader.name() == "path" and group == "regions":
            regions.append(
                _region(
                    said("id"), said("data-side"), said("data-sites"), said("data-at"), said("d")
                )
            )
        elif reader.name() == "path":
            plain[group].append(read_path(said("d")))
    if reader.hasError():
        raise ValueError(reader.errorString())
    return Drawing(
        size=size,
        regions=tuple(regions),
        details=tuple(plain["details"]),
        outlines=tuple(plain["outline"]),
    )


def _region(region_id: str, side: str, sites: str, places: str, path: str) -> Region:
    view, _, _ = region_id.partition("-")
    pairs = [place.split(",") for place in places.split()]
    return Region(
        id=region_id,
        view="front" if view == "front" else "back",
        part=region_id.removesuffix(f"-{side}"),
        side=Side(side),
        sites=tuple(sites.split()),
        at=tuple(QPointF(float(x), float(y)) for x, y in pairs),
        path=read_path(path),
    )


def read_path(text: str) -> QPainterPath:
    """Read the ``d`` of an SVG path made of absolute M, C and Z alone.

    Raises ``ValueError`` for any other command, and for numbers that are missing or too many.
    """
    path = QPainterPath()
    tokens = _TOKEN.findall(text)
    place = 0

    def points(count: int) -> list[QPointF]:
        numbers = [float(token) for token in tokens[place : place + 2 * count]]
        if len(numbers) != 2 * count:
            raise ValueError(f"a path ends early: {text[-40:]!r}")
        return [QPointF(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]

    while place < len(tokens):
        command, place = tokens[place], place + 1
        if command == "M":
            path.moveTo(*points(1))
            place += 2
        elif command == "C":
            # One C may be followed by many curves.
            while place < len(tokens) and not tokens[place].isalpha():
                path.cubicTo(*points(3))
                place += 6
        elif command == "Z":
            path.closeSubpath()
        else:
            raise ValueError(f"{command!r} is not one of M, C and Z")
    return path
