"""A PDF page drawn on in millimetres: lines, words, tags and patches.

Hides points, the page's upside-down axis, and the hairlines that neighbouring boxes would leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from woundtrack.imaging.card import tag_modules
from woundtrack.model import Ring

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Box = tuple[float, float, float, float]
"""x, y of the top left corner, width and height, mm."""

PT_PER_MM: Final = 72 / 25.4
BLACK: Final = (0.0, 0.0, 0.0)
GREY: Final = (0.30, 0.30, 0.30)


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
        colour: tuple[float, float, float] = BLACK,
    ) -> None:
        """Write words from a baseline on the left, the middle or the right."""
        self._canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size_pt)
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
        modules = tag_modules(tag_id)
        (left, top), (right, _) = ring[0], ring[1]
        module = (right - left) / len(modules)
        # One path for the whole tag: drawn one by one, neighbours would leave hairlines between.
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

    def numbered(self, x: float, y: float, number: int) -> None:
        """Draw a number in a ring."""
        self._canvas.setStrokeColorRGB(*BLACK)
        self._canvas.setLineWidth(0.35 * PT_PER_MM)
        self._canvas.circle(*self._at(x, y), 2.7 * PT_PER_MM, stroke=1, fill=0)
        self.text(x, y + 1.32, str(number), 10.5, bold=True, anchor="middle")
