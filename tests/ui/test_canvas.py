"""The canvas: what is painted at which zoom, and what presses and drags mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.imaging.scale.test_limb import LIMB
from woundtrack.model import Calibration, Outline
from woundtrack.ui.review.canvas import Canvas, Tool
from woundtrack.ui.review.outline_items import DrawnOutline
from woundtrack.ui.review.photo_item import image_of, pyramid

RING = ((100.0, 100.0), (300.0, 100.0), (300.0, 250.0), (100.0, 250.0))


def picture(width: int = 1200, height: int = 900) -> np.ndarray:
    """Return a picture that is red at the left and blue at the right."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[:, : width // 2, 0] = 200
    pixels[:, width // 2 :, 2] = 200
    return pixels


@pytest.fixture
def canvas(dressed: QApplication, qtbot: QtBot) -> Iterator[Canvas]:
    made = Canvas()
    made.resize(600, 450)
    made.show_photograph(1200, 900)
    made.set_levels(pyramid(picture()))
    made.show()
    yield made
    made.close()


def drawn(key: str, *, is_selected: bool) -> DrawnOutline:
    return DrawnOutline(
        key=key, outline=Outline(outer=RING), label="A1", words="1 cm²", is_selected=is_selected
    )


def test_each_level_holds_the_means_of_four_pixels() -> None:
    pixels = np.zeros((1200, 1200, 3), dtype=np.uint8)
    pixels[0:2, 0:2] = [[[10, 20, 30], [20, 20, 30]], [[30, 20, 30], [40, 20, 31]]]

    levels = pyramid(pixels)

    assert [level.shape[:2] for level in levels] == [(1200, 1200), (600, 600), (300, 300)]
    assert levels[0] is pixels
    assert levels[1][0, 0].tolist() == [30, 20, 25, 255]  # blue, green, red, opaque


def test_the_largest_level_is_shown_without_being_copied() -> None:
    pixels = picture()

    image = image_of(pixels)
    pixels[0, 0] = (1, 2, 3)

    assert image.pixelColor(0, 0) == QColor(1, 2, 3)


def test_red_is_red_and_blue_is_blue_at_every_zoom(canvas: Canvas) -> None:
    for zoom in (1.0, 3.0, 8.0):
        canvas.fit()
        canvas.zoom_by(zoom)
        grabbed = canvas.viewport().grab().toImage()
        middle = canvas.mapFromScene(QPointF(600, 450))
        left = grabbed.pixelColor(middle + QPoint(-30, 40))
        right = grabbed.pixelColor(middle + QPoint(30, 40))

        assert (left.red(), left.blue()) == (200, 0)
        assert (right.red(), right.blue()) == (0, 200)


def test_a_click_is_told_in_pixels_of_the_photograph(canvas: Canvas) -> None:
    told: list[tuple[object, bool]] = []
    canvas.clicked.connect(lambda point, is_exclude: told.append((point, is_exclude)))

    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 225))
    QTest.mouseClick(
        canvas.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.AltModifier,
        QPoint(300, 225),
    )

    assert told == [((600.0, 450.0), False), ((600.0, 450.0), True)]


def test_a_drag_draws_a_box_and_a_shaky_click_none(canvas: Canvas) -> None:
    boxes: list[object] = []
    clicks: list[object] = []
    canvas.boxed.connect(boxes.append)
    canvas.clicked.connect(lambda point, _: clicks.append(point))
    view = canvas.viewport()

    for end in (QPoint(200, 150), QPoint(102, 101)):
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        QTest.mouseMove(view, end)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)

    assert boxes == [(200.0, 200.0, 400.0, 300.0)]
    assert len(clicks) == 1


def test_the_middle_button_moves_the_picture_with_any_tool(canvas: Canvas) -> None:
    canvas.zoom_by(4.0)
    before = canvas.mapToScene(QPoint(0, 0))
    view = canvas.viewport()

    QTest.mousePress(view, Qt.MouseButton.MiddleButton, pos=QPoint(100, 100))
    QTest.mouseMove(view, QPoint(140, 130))
    QTest.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=QPoint(140, 130))

    moved = canvas.mapToScene(QPoint(0, 0)) - before
    assert (moved.x(), moved.y()) == pytest.approx((-20.0, -15.0), abs=0.6)


def test_a_click_inside_another_outline_picks_it_and_inside_its_own_does_not(
    canvas: Canvas,
) -> None:
    picked: list[str] = []
    canvas.picked.connect(picked.append)
    inside = canvas.mapFromScene(QPointF(200, 170))

    canvas.set_outlines([drawn("other", is_selected=False)])
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=inside)
    canvas.set_outlines([drawn("own", is_selected=True)])
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=inside)

    assert picked == ["other"]


def test_without_leave_to_draw_a_drag_makes_no_box(canvas: Canvas) -> None:
    boxes: list[object] = []
    canvas.boxed.connect(boxes.append)
    canvas.allow_gestures(is_allowed=False)
    view = canvas.viewport()

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(view, QPoint(200, 150))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))

    assert boxes == []


def test_the_picture_stays_fitted_when_the_window_grows(canvas: Canvas) -> None:
    canvas.resize(1200, 900)

    assert canvas.scale_now == pytest.approx(1.0)

    canvas.zoom_by(2.0)
    canvas.resize(600, 450)
    assert canvas.scale_now == pytest.approx(2.0)


def test_zoom_has_ends(canvas: Canvas) -> None:
    for _ in range(60):
        canvas.zoom_by(1.25)
    assert canvas.scale_now == pytest.approx(16.0)

    for _ in range(60):
        canvas.zoom_by(0.8)
    assert canvas.scale_now == pytest.approx(0.25)


def test_a_tool_says_what_it_is(canvas: Canvas) -> None:
    canvas.set_tool(Tool.PAN)

    assert canvas.viewport().cursor().shape() is Qt.CursorShape.OpenHandCursor


def test_the_net_of_a_limb_is_drawn_with_the_card_and_hidden_with_it(canvas: Canvas) -> None:
    calibration = Calibration(
        method="limb",
        homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
        cards=(),
        mm_per_px=0.1,
        tilt_deg=5.0,
        residual_mm=0.01,
        limb=replace(LIMB, centre_px=(600.0, 450.0)),
    )
    plain = canvas.viewport().grab().toImage()

    canvas.set_calibration(calibration)
    with_net = canvas.viewport().grab().toImage()
    canvas.show_card(is_shown=False)
    canvas.set_calibration(replace(calibration, limb=None))
    without = canvas.viewport().grab().toImage()

    middle = QRect(100, 60, 400, 250)  # clear of the scale bar
    assert with_net.copy(middle) != plain.copy(middle)
    assert without.copy(middle) == plain.copy(middle)


def test_the_net_of_a_limb_ends_with_the_photograph_and_its_squares_are_told(
    canvas: Canvas,
) -> None:
    canvas.resize(900, 400)  # wider than the photograph: its surround is seen at both sides
    canvas.fit()
    edge = canvas.mapFromScene(QPointF(0, 0)).x()
    assert edge > 40
    beside = QRect(0, 60, edge - 2, 200)
    plain = canvas.viewport().grab().toImage().copy(beside)
    assert canvas.foot == ""

    canvas.set_calibration(
        Calibration(
            method="limb",
            homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
            cards=(),
            mm_per_px=0.1,
            tilt_deg=5.0,
            residual_mm=0.01,
            limb=replace(LIMB, centre_px=(100.0, 450.0)),
        )
    )

    assert canvas.viewport().grab().toImage().copy(beside) == plain
    assert "20" in canvas.foot
    assert canvas.foot.startswith("Net on the limb: squares of ")
    canvas.show_card(is_shown=False)
    assert canvas.foot == ""


def test_the_net_of_a_limb_is_kept_off_the_wounds(canvas: Canvas) -> None:
    ring = ((400.0, 250.0), (800.0, 250.0), (800.0, 650.0), (400.0, 650.0))
    wound = DrawnOutline(key="a", outline=Outline(outer=ring), label="A1", words="")
    within = QRect(canvas.mapFromScene(QPointF(420, 300)), canvas.mapFromScene(QPointF(780, 630)))
    canvas.set_outlines([wound])
    without_net = canvas.viewport().grab().toImage().copy(within)

    canvas.set_calibration(
        Calibration(
            method="limb",
            homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
            cards=(),
            mm_per_px=0.1,
            tilt_deg=5.0,
            residual_mm=0.01,
            limb=replace(LIMB, centre_px=(600.0, 450.0)),
        )
    )

    assert canvas.viewport().grab().toImage().copy(within) == without_net


def test_what_is_dropped_on_the_photograph_is_left_to_the_window(canvas: Canvas) -> None:
    assert not canvas.acceptDrops()
    assert not canvas.viewport().acceptDrops()
