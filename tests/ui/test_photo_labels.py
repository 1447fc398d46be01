"""Labels on the photograph stand beside what they name, not on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from woundtrack.ui.review.photo_labels import Labels

VIEW = QRectF(0, 0, 720, 480)


def _placed(wounds: list[QRectF]) -> list[QRectF]:
    image = QImage(720, 480, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    labels = Labels(painter, VIEW)
    labels.keep_clear(wounds)
    placed = [labels.beside(wound, "A1", "12.9 cm²") for wound in wounds]
    painter.end()
    return placed


def test_a_label_covers_neither_its_own_wound_nor_its_neighbour(dressed: QApplication) -> None:
    wounds = [QRectF(200, 200, 150, 100), QRectF(300, 120, 120, 70), QRectF(300, 310, 120, 90)]

    placed = _placed(wounds)

    assert not [(label, wound) for label in placed for wound in wounds if label.intersects(wound)]


def test_labels_of_neighbours_are_moved_apart(dressed: QApplication) -> None:
    first, second = _placed([QRectF(200, 200, 40, 40), QRectF(250, 205, 40, 40)])

    assert not first.intersects(second)


def test_at_the_upper_edge_a_label_goes_beside_its_wound(dressed: QApplication) -> None:
    wound = QRectF(200, 2, 150, 100)

    (label,) = _placed([wound])

    assert not label.intersects(wound)
    assert VIEW.contains(label)


def _tags(corners: list[QPointF]) -> tuple[QRectF, list[QRectF]]:
    """Write a hint and then the numbers of tags; return where they came to stand."""
    image = QImage(720, 480, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    labels = Labels(painter, VIEW)
    hint = labels.hint(("Click adds", "Alt-click removes"))
    placed = [labels.tag(corner, "4", is_good=True) for corner in corners]
    painter.end()
    return hint, placed


def test_the_number_of_a_tag_is_not_written_over_the_hint(dressed: QApplication) -> None:
    hint, (free, low) = _tags([QPointF(300, 200), QPointF(60, 48)])

    assert free.bottom() < 200
    assert not low.isEmpty()
    assert not low.intersects(hint)


def test_a_tag_that_lies_wholly_under_the_hint_is_not_numbered(dressed: QApplication) -> None:
    hint, (under,) = _tags([QPointF(60, -2)])

    assert under.isEmpty() or not under.intersects(hint)
