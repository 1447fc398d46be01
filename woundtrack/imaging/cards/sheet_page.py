"""A PDF page drawn on in millimetres: lines, words, tags and patches.

Hides points, the page's upside-down axis, and the hairlines that neighbouring boxes would leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.imaging.cards.card import tag_modules
from woundtrack.model import Ring

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.pdfgen.pathobject import PDFPathObject

Box = tuple[float, float, float, float]
"""x, y of the top left corner, width and height, mm."""

PT_PER_MM: Final = 72 / 25.4
Ink = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""

BLACK: Final[Ink] = (0.0, 0.0, 0.0)
GREY: Final[Ink] = (0.30, 0.30, 0.30)


class Page:
    """A PDF page drawn on in millimetres from its top left."""

    def __init__(self, canvas: Canvas, height_mm: float) -> None:
        self._canvas = canvas
        self._height_mm = height_mm

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x * PT_PER_MM, (self._height_mm - y) * PT_PER_MM

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size_pt: float,
        *,
        bold: bool = False,
        anchor: str = "left",
        colour: Ink = BLACK,
        room_mm: float | None = None,
    ) -> None:
        """Write words from a baseline on the left, the middle or the right.

        Words that are longer than ``room_mm`` are written smaller.
        """
        font = "Helvetica-Bold" if bold else "Helvetica"
        if room_mm is not None:
            long_pt = self._canvas.stringWidth(words, font, size_pt)
            size_pt *= min(1.0, room_mm * PT_PER_MM / max(long_pt, 1e-9))
        self._canvas.setFont(font, size_pt)
        self._canvas.setFillColorRGB(*colour)
        draw = {
            "left": self._canvas.drawString,
            "middle": self._canvas.drawCentredString,
            "right": self._canvas.drawRightString,
        }[anchor]
        draw(*self._at(x, y), words)

    def line(self, x0: float, y0: float, x1: float, y1: float, width_mm: float) -> None:
        """Draw a black line."""
        self._canvas.setStrokeColorRGB(*BLACK)
        self._canvas.setLineWidth(width_mm * PT_PER_MM)
        self._canvas.line(*self._at(x0, y0), *self._at(x1, y1))

    def cut(self, ring: Ring) -> None:
        """Draw a dashed line to cut along."""
        path = self._canvas.beginPath()
        path.moveTo(*self._at(*ring[0]))
        for point in ring[1:]:
            path.lineTo(*self._at(*point))
        path.close()
        self._canvas.saveState()
        self._canvas.setStrokeColorRGB(*GREY)
        self._canvas.setLineWidth(0.3 * PT_PER_MM)
        self._canvas.setDash(2.0 * PT_PER_MM, 1.4 * PT_PER_MM)
        self._canvas.drawPath(path, stroke=1, fill=0)
        self._canvas.restoreState()

    def patch(self, box: Box, rgb: tuple[int, int, int]) -> None:
        """Fill a box with an sRGB colour."""
        x, y, width, height = box
        left, bottom = self._at(x, y + height)
        self._canvas.setFillColorRGB(*(value / 255 for value in rgb))
        self._canvas.setStrokeColorRGB(0.62, 0.62, 0.62)
        self._canvas.setLineWidth(0.1 * PT_PER_MM)
        self._canvas.rect(left, bottom, width * PT_PER_MM, height * PT_PER_MM, stroke=1, fill=1)

    def tag(self, ring: Ring, tag_id: int) -> None:
        """Draw a tag into its four corners."""
        (left, top), (right, _) = ring[0], ring[1]
        self._modules(tag_modules(tag_id), left, top, right - left)

    def code(self, left: float, top: float, side: float, words: str) -> None:
        """Draw words as a QR code (ISO/IEC 18004, level M), without the white round it."""
        wanted = cv2.QRCodeEncoder.Params()
        wanted.correction_level = cv2.QRCODE_ENCODER_CORRECT_LEVEL_M
        picture = np.asarray(cv2.QRCodeEncoder.create(wanted).encode(words)) < 128
        rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
        black = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        self._modules(black, left, top, side)

    def _modules(self, modules: NDArray[np.bool_], left: float, top: float, side: float) -> None:
        module = side / len(modules)
        # One path for all of them: drawn one by one, neighbours would leave hairlines between.
        path = self._canvas.beginPath()
        for row, blacks in enumerate(modules.tolist()):
            column = 0
            while column < len(blacks):
                end = column
                while end < len(blacks) and blacks[end]:
                    end += 1
                if end > column:
                    corner = self._at(left + column * module, top + (row + 1) * module)
                    path.rect(*corner, (end - column) * module * PT_PER_MM, module * PT_PER_MM)
                column = end + 1
        self._canvas.setFillColorRGB(*BLACK)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def shape(
        self,
        points: Sequence[tuple[float, float]],
        *,
        width_mm: float = 0.35,
        stroke: Ink | None = BLACK,
        fill: Ink | None = None,
        is_open: bool = False,
        dash_mm: tuple[float, float] | None = None,
        corner_mm: float = 0.0,
        is_smooth: bool = False,
    ) -> None:
        """Draw a line through points, closed unless ``is_open``, with round ends.

        ``corner_mm`` rounds its corners; ``is_smooth`` bends it from the middle of one side to the
        middle of the next, so that the points lie a little outside.
        """
        path = self._canvas.beginPath()
        if is_smooth or corner_mm:
            self._rounded(path, points, None if is_smooth else corner_mm)
        else:
            path.moveTo(*self._at(*points[0]))
            for point in points[1:]:
                path.lineTo(*self._at(*point))
        if not is_open:
            path.close()
        self._canvas.saveState()
        self._canvas.setLineCap(1)
        self._canvas.setLineJoin(1)
        self._canvas.setLineWidth(width_mm * PT_PER_MM)
        if stroke is not None:
            self._canvas.setStrokeColorRGB(*stroke)
        if fill is not None:
            self._canvas.setFillColorRGB(*fill)
        if dash_mm is not None:
            self._canvas.setDash(dash_mm[0] * PT_PER_MM, dash_mm[1] * PT_PER_MM)
        self._canvas.drawPath(path, stroke=int(stroke is not None), fill=int(fill is not None))
        self._canvas.restoreState()

    @contextmanager
    def within(self, points: Sequence[tuple[float, float]], *, corner_mm: float) -> Iterator[None]:
        """Draw nothing outside a ring with rounded corners meanwhile."""
        path = self._canvas.beginPath()
        self._rounded(path, points, corner_mm)
        path.close()
        self._canvas.saveState()
        self._canvas.clipPath(path, stroke=0, fill=0)
        yield
        self._canvas.restoreState()

    def _rounded(
        self, path: PDFPathObject, points: Sequence[tuple[float, float]], corner_mm: float | None
    ) -> None:
        """Go round a ring whose corners are cubic bends (0.55 of the way: close to circles)."""
        ring = np.asarray(points, dtype=np.float64)
        before, after = np.roll(ring, 1, axis=0) - ring, np.roll(ring, -1, axis=0) - ring
        if corner_mm is None:
            enter, leave = ring + before / 2, ring + after / 2
        else:
            enter = ring + corner_mm * before / np.hypot(*before.T)[:, None]
            leave = ring + corner_mm * after / np.hypot(*after.T)[:, None]
        path.moveTo(*self._at(*leave[-1]))
        for corner, start, end in zip(ring, enter, leave, strict=True):
            path.lineTo(*self._at(*start))
            bend = (start + 0.55 * (corner - start), end + 0.55 * (corner - end))
            path.curveTo(*self._at(*bend[0]), *self._at(*bend[1]), *self._at(*end))

    def ring(
        self,
        x: float,
        y: float,
        radius_mm: float,
        *,
        width_mm: float = 0.35,
        stroke: Ink | None = BLACK,
        fill: Ink | None = None,
    ) -> None:
        """Draw a circle."""
        self._canvas.setLineWidth(width_mm * PT_PER_MM)
        if stroke is not None:
            self._canvas.setStrokeColorRGB(*stroke)
        if fill is not None:
            self._canvas.setFillColorRGB(*fill)
        self._canvas.circle(
            *self._at(x, y),
            radius_mm * PT_PER_MM,
            stroke=int(stroke is not None),
            fill=int(fill is not None),
        )

    def numbered(self, x: float, y: float, number: int) -> None:
        """Draw a number in a ring."""
        self._canvas.setStrokeColorRGB(*BLACK)
        self._canvas.setLineWidth(0.35 * PT_PER_MM)
        self._canvas.circle(*self._at(x, y), 2.7 * PT_PER_MM, stroke=1, fill=0)
        self.text(x, y + 1.32, str(number), 10.5, bold=True, anchor="middle")
