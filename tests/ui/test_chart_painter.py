"""Painting a laid-out chart in the window."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from woundtrack.healing.chart_paper import Paper
from woundtrack.healing.chart_style import STYLES
from woundtrack.ui.timeline.chart_painter import paint, text_width


def test_words_beside_the_axes_are_painted_whole_after_a_line_that_is_cut_there(
    dressed: QApplication,
) -> None:
    paper = Paper(width=200, height=40, style=STYLES["light"], measure=text_width)
    paper.line([(0, 20), (200, 20)], colour="#FF0000", width=3.0, in_span=True)
    paper.text(10, 20, "████", size=16, colour="#000000")
    picture = QImage(200, 40, QImage.Format.Format_RGB32)
    picture.fill(QColor("#FFFFFF"))

    painter = QPainter(picture)
    paint(painter, paper.drawing(dates=(100.0, 150.0)))
    painter.end()

    def ink(left: int, right: int) -> set[str]:
        return {picture.pixelColor(x, y).name() for x in range(left, right) for y in range(40)} - {
            "#ffffff"
        }

    assert any(QColor(name).lightness() < 60 for name in ink(0, 100))
    assert "#ff0000" not in ink(0, 99)  # the line is cut at the ends of the axis
    assert "#ff0000" in ink(100, 150)
