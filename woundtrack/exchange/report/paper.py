"""A page of paper drawn on in millimetres from its top left: words, lines, pictures, charts.

Hides reportlab: points, the page's upside-down axis, fonts, and that the same page is always the
same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from woundtrack.exchange.report.fonts import BOLD, REGULAR, Fonts
from woundtrack.healing.chart_fonts import Step
from woundtrack.healing.chart_paper import CAP_SHARE, Area, Drawing, Ink, Marks, Stroke, Words

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""

PT_PER_MM: Final = 72 / 25.4
A4_MM: Final = (210.0, 297.0)

INK: Final[Colour] = (0x18 / 255, 0x20 / 255, 0x28 / 255)
INK2: Final[Colour] = (0x4A / 255, 0x55 / 255, 0x60 / 255)
EDGE: Final[Colour] = (0x7E / 255, 0x88 / 255, 0x92 / 255)
LINE: Final[Colour] = (0xD5 / 255, 0xDA / 255, 0xDF / 255)
WHITE: Final[Colour] = (1.0, 1.0, 1.0)

_JPEG_QUALITY: Final = 88


def rgb(code: str) -> Colour:
    """Return a colour written ``#rrggbb``."""
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


class Document:
    """A PDF of A4 pages; the same drawing gives the same bytes, without date or random name."""

    def __init__(self, *, title: str, subject: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._out = io.BytesIO()
        size = (A4_MM[0] * PT_PER_MM, A4_MM[1] * PT_PER_MM)
        self.canvas = Canvas(self._out, pagesize=size, invariant=1, pageCompression=1, lang="en")
        self.canvas.setTitle(title)
        self.canvas.setAuthor("woundtrack")
        self.canvas.setCreator("woundtrack")
        self.canvas.setSubject(subject)
        # Photographs and their scale bars are in proportion however large the page is printed.
        self.canvas.setViewerPreference("PrintScaling", "AppDefault")
        self.fonts = Fonts()
        self.paper = Paper(self)

    def next_page(self) -> None:
        """End the page and begin another."""
        self.canvas.showPage()

    def finished(self) -> bytes:
        """End the last page and return the file."""
        self.canvas.showPage()
        self.canvas.save()
        return self._out.getvalue()


class Paper:
    """The page that is being drawn. Places and lengths are mm from its top left, type in points."""

    def __init__(self, document: Document) -> None:
        self._canvas: Any = document.canvas
        self._fonts = document.fonts

    @staticmethod
    def _at(x: float, y: float) -> tuple[float, float]:
        return x * PT_PER_MM, (A4_MM[1] - y) * PT_PER_MM

    # --- words -----------------------------------------------------------------------------------

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a line is, mm."""
        return self._fonts.width(text, size, BOLD if bold else REGULAR) / PT_PER_MM

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: Colour = INK,
        align: Literal["left", "middle", "right"] = "left",
        room: float | None = None,
    ) -> float:
        """Write a line on a baseline, and return its width, mm.

        A line wider than ``room`` is written smaller, to seven tenths; then it is cut short with …
        """
        if room is not None:
            wide = self.width(text, size, bold=bold)
            if wide > room:
                size *= max(0.7, room / wide)
                text = self.fitted(text, size, room * 1.002, bold=bold)
        wide = self.width(text, size, bold=bold)
        x -= {"left": 0.0, "middle": wide / 2, "right": wide}[align]
        weight = BOLD if bold else REGULAR
        self._write(self._at(x, y), text, weight, size, colour)
        return wide

    def _write(
        self,
        at: tuple[float, float],
        text: str,
        weight: int,
        size: float,
        colour: Colour,
    ) -> None:
        x, y = at
        for name, piece in self._fonts.parts(text, weight):
            self._canvas.setFillColorRGB(*colour)
            if name is None:
                self._canvas.saveState()
                self._canvas.translate(x, y)
                steps, _ = self._fonts.outline(piece, size, weight)
                self._canvas.drawPath(self._path(steps), stroke=0, fill=1)
                self._canvas.restoreState()
            else:
                self._canvas.setFont(name, size)
                self._canvas.drawString(x, y, piece)
            x += self._fonts.piece_width(name, piece, size, weight)

    def fitted(self, text: str, size: float, room: float, *, bold: bool = False) -> str:
        """Return a line cut short with … where it is wider than ``room`` mm."""
        if self.width(text, size, bold=bold) <= room:
            return text
        while text and self.width(f"{text}…", size, bold=bold) > room:
            text = text[:-1]
        return f"{text.rstrip()}…"

    def wrapped(
        self, text: str, size: float, room: float, *, bold: bool = False, most: int | None = None
    ) -> list[str]:
        """Return a text in lines no wider than ``room`` mm; what is over ``most`` is cut with ….

        Lines break at spaces, and within a word that alone is too long.
        """
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size, bold=bold) <= room:
                lines[-1] = longer
                continue
            rest = word
            while self.width(rest, size, bold=bold) > room and len(rest) > 1:
                end = len(rest) - 1
                while end > 1 and self.width(rest[:end], size, bold=bold) > room:
                    end -= 1
                lines.append(rest[:end])
                rest = rest[end:]
            lines.append(rest)
        if most is not None and len(lines) > most:
            lines = lines[:most]
            lines[-1] = self.fitted(f"{lines[-1]}…", size, room, bold=bold)
        return lines

    def paragraph(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        room: float,
        *,
        leading: float | None = None,
        bold: bool = False,
        colour: Colour = INK,
        most: int | None = None,
    ) -> float:
        """Write lines from a first baseline; returns the baseline that would be next, mm."""
        step = leading or size * 1.35 / PT_PER_MM
        for line in self.wrapped(text, size, room, bold=bold, most=most):
            self.text(x, y, line, size, bold=bold, colour=colour)
            y += step
        return y

    # --- shapes ----------------------------------------------------------------------------------

    def line(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        width: float = 0.2,
        colour: Colour = LINE,
        dash: tuple[float, ...] = (),
    ) -> None:
        """Draw a line; ``width`` and ``dash`` are mm."""
        self.shape([(x0, y0), (x1, y1)], stroke=colour, width=width, dash=dash, is_open=True)

    def shape(
        self,
        points: Sequence[tuple[float, float]],
        *,
        stroke: Colour | None = INK,
        fill: Colour | None = None,
        width: float = 0.3,
        dash: tuple[float, ...] = (),
        is_open: bool = False,
    ) -> None:
        """Draw a line through points, closed unless ``is_open``, with round corners."""
        path = self._canvas.beginPath()
        path.moveTo(*self._at(*points[0]))
        for point in points[1:]:
            path.lineTo(*self._at(*point))
        if not is_open:
            path.close()
        self._canvas.saveState()
        self._dress(stroke=stroke, fill=fill, width=width, dash=dash)
        self._canvas.drawPath(path, stroke=int(stroke is not None), fill=int(fill is not None))
        self._canvas.restoreState()

    def curves(
        self,
        steps: Sequence[Step],
        *,
        at: tuple[float, float],
        scale: float,
        stroke: Colour | None = INK,
        fill: Colour | None = None,
        width: float = 0.2,
    ) -> None:
        """Draw a path whose own numbers run right and down, ``scale`` mm each, from a place."""
        x, y = self._at(*at)
        self._canvas.saveState()
        self._canvas.translate(x, y)
        self._dress(stroke=stroke, fill=fill, width=width, dash=())
        size = scale * PT_PER_MM
        turned = [
            (
                kind,
                tuple(
                    number * (size if place % 2 == 0 else -size)
                    for place, number in enumerate(numbers)
                ),
            )
            for kind, numbers in steps
        ]
        self._canvas.drawPath(
            self._path(turned), stroke=int(stroke is not None), fill=int(fill is not None)
        )
        self._canvas.restoreState()

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        stroke: Colour | None = INK,
        fill: Colour | None = None,
        thick: float = 0.3,
        radius: float = 0.0,
        dash: tuple[float, ...] = (),
    ) -> None:
        """Draw a rectangle from its top left, with round corners of ``radius`` mm."""
        left, bottom = self._at(x, y + height)
        self._canvas.saveState()
        self._dress(stroke=stroke, fill=fill, width=thick, dash=dash)
        self._canvas.roundRect(
            left,
            bottom,
            width * PT_PER_MM,
            height * PT_PER_MM,
            radius * PT_PER_MM,
            stroke=int(stroke is not None),
            fill=int(fill is not None),
        )
        self._canvas.restoreState()

    def ring(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        stroke: Colour | None = INK,
        fill: Colour | None = None,
        width: float = 0.3,
        dash: tuple[float, ...] = (),
    ) -> None:
        """Draw a circle round a place."""
        self._canvas.saveState()
        self._dress(stroke=stroke, fill=fill, width=width, dash=dash)
        self._canvas.circle(
            *self._at(x, y),
            radius * PT_PER_MM,
            stroke=int(stroke is not None),
            fill=int(fill is not None),
        )
        self._canvas.restoreState()

    def _dress(
        self, *, stroke: Colour | None, fill: Colour | None, width: float, dash: tuple[float, ...]
    ) -> None:
        self._canvas.setLineCap(1 if not dash else 0)
        self._canvas.setLineJoin(1)
        self._canvas.setLineWidth(width * PT_PER_MM)
        if stroke is not None:
            self._canvas.setStrokeColorRGB(*stroke)
        if fill is not None:
            self._canvas.setFillColorRGB(*fill)
        if dash:
            self._canvas.setDash([length * PT_PER_MM for length in dash])

    @contextmanager
    def within(self, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """Draw nothing outside a rectangle meanwhile."""
        left, bottom = self._at(x, y + height)
        path = self._canvas.beginPath()
        path.rect(left, bottom, width * PT_PER_MM, height * PT_PER_MM)
        self._canvas.saveState()
        self._canvas.clipPath(path, stroke=0, fill=0)
        try:
            yield
        finally:
            self._canvas.restoreState()

    def _path(self, steps: Sequence[Step]) -> Any:  # noqa: ANN401 - reportlab ships no types
        path = self._canvas.beginPath()
        for kind, numbers in steps:
            if kind == "move":
                path.moveTo(*numbers)
            elif kind == "line":
                path.lineTo(*numbers)
            elif kind == "curve":
                path.curveTo(*numbers)
            else:
                path.close()
        return path

    # --- pictures and charts ---------------------------------------------------------------------

    @contextmanager
    def turned(self, at: NDArray[np.float64], by_rad: float) -> Iterator[None]:
        """Move the origin of pictures that are drawn turned to a place, and turn them clockwise."""
        self._canvas.saveState()
        self._canvas.translate(*self._at(float(at[0]), float(at[1])))
        self._canvas.rotate(-math.degrees(by_rad))
        try:
            yield
        finally:
            self._canvas.restoreState()

    def picture(
        self,
        pixels: NDArray[np.uint8],
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        is_turned: bool = False,
    ) -> None:
        """Put an RGB picture (H, W, 3) into a rectangle; ``is_turned`` as ``turned`` has it."""
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        encoded = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(pixels)).save(encoded, "JPEG", quality=_JPEG_QUALITY)
        encoded.seek(0)
        left, bottom = self._at(x, y + height)
        if is_turned:
            left, bottom = x * PT_PER_MM, -(y + height) * PT_PER_MM
        self._canvas.drawImage(
            ImageReader(encoded), left, bottom, width * PT_PER_MM, height * PT_PER_MM
        )

    def measure(self, text: str, size: float, weight: int) -> float:
        """Return how wide a text is in the unit of its size, as ``healing.chart`` wants it."""
        return self._fonts.width(text, size, BOLD if weight >= 600 else REGULAR)

    def chart(
        self, drawing: Drawing, x: float, y: float, *, width: float, inset: float = 0.0
    ) -> float:
        """Draw a laid-out chart as vectors with its words as words; returns its height, mm.

        Nothing is drawn in the ``inset`` mm at its left.
        """
        scale = width * PT_PER_MM / drawing.width
        height = drawing.height * scale / PT_PER_MM
        canvas = self._canvas
        canvas.saveState()
        frame = canvas.beginPath()
        frame.rect(
            *self._at(x + inset, y + height), (width - inset) * PT_PER_MM, height * PT_PER_MM
        )
        canvas.clipPath(frame, stroke=0, fill=0)
        canvas.translate(*self._at(x, y))
        canvas.scale(scale, scale)
        for ink in drawing.ink:
            canvas.saveState()
            if not isinstance(ink, Words) and ink.in_span and drawing.dates is not None:
                left, right = drawing.dates
                span = canvas.beginPath()
                span.rect(left, -drawing.height, right - left, drawing.height)
                canvas.clipPath(span, stroke=0, fill=0)
            self._ink(ink)
            canvas.restoreState()
        canvas.restoreState()
        return float(height)

    def _ink(self, ink: Ink) -> None:
        """Draw one thing of a chart; the canvas is in the chart's px, but y runs upwards."""
        canvas = self._canvas
        if isinstance(ink, Words):
            weight = BOLD if ink.weight >= 600 else REGULAR
            wide = self._fonts.width(ink.text, ink.size, weight)
            x = ink.x - {"left": 0.0, "center": wide / 2, "right": wide}[ink.align]
            at = (x, -(ink.y + CAP_SHARE * ink.size))
            self._write(at, ink.text, weight, ink.size, rgb(ink.colour))
        elif isinstance(ink, Stroke):
            canvas.setLineCap(1 if ink.is_round else 0)
            canvas.setLineJoin(1)
            canvas.setLineWidth(ink.width)
            canvas.setStrokeColorRGB(*rgb(ink.colour))
            if ink.alpha < 1:
                canvas.setStrokeAlpha(ink.alpha)
            if ink.dashes:
                canvas.setDash(list(ink.dashes))
            canvas.drawPath(self._polygon(ink.points, is_open=True), stroke=1, fill=0)
        elif isinstance(ink, Area):
            if ink.fill is not None:
                canvas.setFillColorRGB(*rgb(ink.fill))
                canvas.setFillAlpha(ink.alpha)
            if ink.edge is not None:
                canvas.setStrokeColorRGB(*rgb(ink.edge))
                canvas.setStrokeAlpha(ink.alpha)
                canvas.setLineWidth(ink.edge_width)
                canvas.setLineJoin(1)
                if ink.dashes:
                    canvas.setDash(list(ink.dashes))
            canvas.drawPath(
                self._polygon(ink.points),
                stroke=int(ink.edge is not None),
                fill=int(ink.fill is not None),
            )
        else:
            self._marks(ink)

    def _marks(self, ink: Marks) -> None:
        canvas = self._canvas
        canvas.setLineJoin(0)
        canvas.setLineWidth(ink.edge_width)
        canvas.setStrokeColorRGB(*rgb(ink.edge))
        canvas.setFillColorRGB(*rgb(ink.fill))
        half, edge = ink.size / 2, int(ink.edge_width > 0)
        for x, y in ink.points:
            if ink.marker == "o":
                canvas.circle(x, -y, half, stroke=edge, fill=1)
                continue
            for line in _SIGN_LINES.get(ink.marker, ()):
                points = [(x + half * u, y + half * v) for u, v in line]
                canvas.drawPath(self._polygon(points, is_open=True), stroke=1, fill=0)
            if (ring := _SIGN_RINGS.get(ink.marker)) is not None:
                points = [(x + half * u, y + half * v) for u, v in ring]
                canvas.drawPath(self._polygon(points), stroke=edge, fill=1)

    def _polygon(self, points: Sequence[tuple[float, float]], *, is_open: bool = False) -> Any:  # noqa: ANN401
        """Return a path through points whose y runs downwards."""
        path = self._canvas.beginPath()
        path.moveTo(points[0][0], -points[0][1])
        for x, y in points[1:]:
            path.lineTo(x, -y)
        if not is_open:
            path.close()
        return path


_ROOT2: Final = math.sqrt(2)
_SIGN_RINGS: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    "s": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "^": ((0, -1), (1, 1), (-1, 1)),
    "v": ((0, 1), (1, -1), (-1, -1)),
    "D": ((0, -_ROOT2), (_ROOT2, 0), (0, _ROOT2), (-_ROOT2, 0)),
}
"""matplotlib's signs, in halves of their size, y downwards."""
_SIGN_LINES: Final[dict[str, tuple[tuple[tuple[float, float], ...], ...]]] = {
    "x": (((-1, -1), (1, 1)), ((-1, 1), (1, -1))),
    "+": (((-1, 0), (1, 0)), ((0, -1), (0, 1))),
    "_": (((-1, 0), (1, 0)),),
    "|": (((0, -1), (0, 1)),),
}
