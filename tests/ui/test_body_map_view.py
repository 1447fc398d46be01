"""The body map in use: mouse, keys and screen reader; the size, place and colour of its dots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from woundtrack.model import BodySite, Lesion, LesionTimeline, Side, TimelinePoint, WoundState
from woundtrack.ui import theme
from woundtrack.ui.body_map import BodyMap, drawing, name_of
from woundtrack.ui.body_map.dots import colour_of, paint_dot, radius_of
from woundtrack.ui.change import Change

LEFT_THIGH = BodySite(region="thigh", side=Side.LEFT)
RIGHT_THIGH = BodySite(region="thigh", side=Side.RIGHT)
LEFT_CALF = BodySite(region="lower-leg", side=Side.LEFT)
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def course(label: str, number: int, site: BodySite, *areas_cm2: float | None) -> LesionTimeline:
    """Return a lesion's course; an area of 0 is a closed one, None is one without a scale."""
    at = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
    points = []
    for place, area in enumerate(areas_cm2):
        is_measured = area is not None and area > 0
        points.append(
            TimelinePoint(
                assessment_id=f"{label}-{place}",
                on=date(2026, 1, 12) + timedelta(days=14 * place),
                state=WoundState.CLOSED if area == 0 else WoundState.OPEN,
                area_mm2=None if area is None else area * 100,
                area_low_mm2=area * 96 if is_measured and area else None,
                area_high_mm2=area * 104 if is_measured and area else None,
                perimeter_mm=None,
            )
        )
    return LesionTimeline(
        lesion=Lesion(
            id=label, patient_id="one", label=label, number=number, site=site, created_at=at
        ),
        points=tuple(points),
    )


@pytest.fixture
def body(qtbot: QtBot, dressed: QApplication) -> BodyMap:
    return shown(qtbot)


def shown(qtbot: QtBot) -> BodyMap:
    made = BodyMap()
    qtbot.addWidget(made)
    made.resize(240, 252)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def spot(body: BodyMap, region_id: str) -> QPoint:
    placed = body.stage.find(region_id)
    assert placed is not None
    return placed.spot.toPoint()


def dot_of(body: BodyMap, label: str) -> QPointF:
    return next(dot.centre for dot in body.stage.dots if dot.course.lesion.id == label)


def click(qtbot: QtBot, body: BodyMap, place: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
    qtbot.mouseClick(body.viewport(), Qt.MouseButton.LeftButton, held, place)


# --- the mouse -----------------------------------------------------------------------------------


def test_every_region_is_chosen_by_clicking_on_it(qtbot: QtBot, body: BodyMap) -> None:
    chosen: list[str] = []
    body.region_chosen.connect(lambda region, _: chosen.append(region))
    regions = [region.id for region in drawing().regions]

    for region in regions:
        click(qtbot, body, spot(body, region))

    assert chosen == regions


def test_ctrl_and_a_click_add_a_region(qtbot: QtBot, body: BodyMap) -> None:
    with qtbot.waitSignal(body.region_chosen) as chosen:
        click(qtbot, body, spot(body, "back-sacrum"), CTRL)

    assert chosen.args == ["back-sacrum", True]


def test_a_dot_lies_above_its_region(qtbot: QtBot, body: BodyMap) -> None:
    body.show_lesions([course("T1", 1, LEFT_THIGH, 4.0)])

    with qtbot.assertNotEmitted(body.region_chosen), qtbot.waitSignal(body.lesion_chosen) as chosen:
        click(qtbot, body, dot_of(body, "T1").toPoint())

    assert chosen.args == ["T1"]


def test_the_smallest_dot_is_caught_as_if_it_were_18_wide(qtbot: QtBot, body: BodyMap) -> None:
    body.show_lesions([course("T1", 1, LEFT_THIGH, 0.1)])

    with qtbot.waitSignal(body.lesion_chosen):
        click(qtbot, body, (dot_of(body, "T1") + QPointF(8, 0)).toPoint())


def test_a_click_beside_the_figure_chooses_nothing(qtbot: QtBot, body: BodyMap) -> None:
    with qtbot.assertNotEmitted(body.region_chosen):
        click(qtbot, body, QPoint(120, 60))


def test_a_press_that_is_dragged_off_its_region_chooses_nothing(
    qtbot: QtBot, body: BodyMap
) -> None:
    with qtbot.assertNotEmitted(body.region_chosen):
        qtbot.mousePress(
            body.viewport(), Qt.MouseButton.LeftButton, pos=spot(body, "front-thigh-left")
        )
        qtbot.mouseRelease(
            body.viewport(), Qt.MouseButton.LeftButton, pos=spot(body, "back-sacrum")
        )


def test_the_tooltip_says_region_lesions_and_change(body: BodyMap) -> None:
    body.show_lesions([course("T1", 1, LEFT_THIGH, 8.0, 4.0)])

    at_dot = body.tip_at(dot_of(body, "T1"))
    at_back = body.tip_at(QPointF(spot(body, "back-thigh-left")))

    assert at_dot.startswith("T1 · Left thigh\n4.0")
    assert at_dot.endswith("smaller")
    assert at_back.startswith("Left thigh, back\nT1  4.0")
    assert body.tip_at(QPointF(120, 60)) == ""


# --- the keys ------------------------------------------------------------------------------------


def test_tab_reaches_the_first_region_and_enter_chooses_it(qtbot: QtBot, body: BodyMap) -> None:
    body.setFocus(Qt.FocusReason.TabFocusReason)

    with qtbot.waitSignal(body.region_chosen) as chosen:
        qtbot.keyClick(body, Qt.Key.Key_Return)

    assert chosen.args == ["front-head", False]


def test_ctrl_and_space_add_the_region_the_keys_are_at(qtbot: QtBot, body: BodyMap) -> None:
    body.setFocus(Qt.FocusReason.TabFocusReason)

    with qtbot.waitSignal(body.region_chosen) as chosen:
        qtbot.keyClick(body, Qt.Key.Key_Space, CTRL)

    assert chosen.args == ["front-head", True]


def test_the_arrows_reach_every_region(qtbot: QtBot, body: BodyMap) -> None:
    arrows = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
    reached: set[str] = set()
    body.setFocus(Qt.FocusReason.TabFocusReason)
    waiting = ["front-head"]

    while waiting:
        start = waiting.pop()
        if start in reached:
            continue
        reached.add(start)
        for arrow in arrows:
            body._go_to(start)
            qtbot.keyClick(body, arrow)
            assert body.current is not None
            waiting.append(body.current)

    assert reached == {region.id for region in drawing().regions}


def test_the_arrows_go_where_they_point(qtbot: QtBot, body: BodyMap) -> None:
    body.setFocus(Qt.FocusReason.TabFocusReason)
    names = []

    for arrow in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_Right):
        qtbot.keyClick(body, arrow)
        assert body.current is not None
        names.append(name_of(drawing().region(body.current)))

    assert names == ["Neck, front", "Right heel", "Head, front", "Left upper arm, front"]


def test_page_down_goes_from_lesion_to_lesion_and_enter_chooses_one(
    qtbot: QtBot, body: BodyMap
) -> None:
    body.show_lesions([course("T1", 1, LEFT_THIGH, 4.0), course("T2", 2, RIGHT_THIGH, 4.0)])
    body.setFocus(Qt.FocusReason.TabFocusReason)

    qtbot.keyClick(body, Qt.Key.Key_PageDown)
    qtbot.keyClick(body, Qt.Key.Key_PageDown)
    with qtbot.waitSignal(body.lesion_chosen) as chosen:
        qtbot.keyClick(body, Qt.Key.Key_Return)
    qtbot.keyClick(body, Qt.Key.Key_PageDown)

    assert chosen.args == ["T2"]
    assert body.current == "T1"


def test_esc_clears_what_is_selected_and_is_left_alone_when_nothing_is(
    qtbot: QtBot, body: BodyMap
) -> None:
    body.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.assertNotEmitted(body.cleared):
        qtbot.keyClick(body, Qt.Key.Key_Escape)
    body.select([LEFT_THIGH])

    with qtbot.waitSignal(body.cleared):
        qtbot.keyClick(body, Qt.Key.Key_Escape)


def test_moving_the_keys_selects_nothing(qtbot: QtBot, body: BodyMap) -> None:
    body.setFocus(Qt.FocusReason.TabFocusReason)
    body.select([LEFT_THIGH])

    qtbot.keyClick(body, Qt.Key.Key_Down)

    assert body.selected == {"front-thigh-left", "back-thigh-left"}


# --- said to those who can't see it --------------------------------------------------------------


def _spoken(body: BodyMap) -> list[str]:
    model = body.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(model.index(row, 0).data(role)) for row in range(model.rowCount())]


def test_every_row_has_words_of_its_own(body: BodyMap) -> None:
    body.show_lesions([course("T1", 1, LEFT_THIGH, 8.0, 4.0), course("T2", 2, RIGHT_THIGH, 4.0)])

    said = _spoken(body)

    assert len(said) == len(set(said)) == 60
    assert "Left heel" in said
    assert "Left thigh, front, 1 lesion: T1 4.0\u202fcm² (3.8 to 4.2\u202fcm²), smaller" in said
    assert said[-1] == "T2, right thigh, 4.0\u202fcm² (3.8 to 4.2\u202fcm²), first measurement"


def test_another_patients_lesions_take_the_place_of_those_before(body: BodyMap) -> None:
    body.show_lesions([course("T1", 1, LEFT_THIGH, 4.0), course("T2", 2, RIGHT_THIGH, 4.0)])

    body.show_lesions([course("C1", 1, LEFT_CALF, 4.0)])

    said = _spoken(body)
    assert len(said) == 59
    assert said[-1].startswith("C1, left lower leg")
    assert "Left thigh, front" in said


def test_the_map_as_a_whole_tells_its_lesions(body: BodyMap) -> None:
    assert body.accessibleName() == "Body map"
    assert body.accessibleDescription() == "No lesions."

    body.show_lesions([course("T1", 1, LEFT_THIGH, 0)])

    assert body.accessibleDescription() == "T1, left thigh, closed"


def test_the_selected_regions_are_selected_rows(body: BodyMap) -> None:
    body.select([BodySite(region="abdomen", side=Side.LEFT)])

    rows = body.selectionModel().selectedIndexes()

    assert {str(index.data()) for index in rows} == {"Left upper abdomen", "Left lower abdomen"}


# --- dots ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area_cm2", "radius"),
    [(0.1, 5.0), (16.0, 7.0), (36.0, 10.5), (64.0, 14.0), (400.0, 14.0), (None, 5.0), (0, 5.0)],
)
def test_a_dots_area_is_in_proportion_to_its_lesions_between_two_ends(
    area_cm2: float | None, radius: float
) -> None:
    assert radius_of(course("T1", 1, LEFT_THIGH, area_cm2)) == pytest.approx(radius)


def _picture_of(qtbot: QtBot, *areas_cm2: float | None) -> QImage:
    body = shown(qtbot)
    body.show_lesions([course("T1", 1, LEFT_THIGH, *areas_cm2)])
    dot = body.stage.dots[0]
    image = QImage(36, 36, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.translate(QPointF(18, 18) - dot.centre)
    paint_dot(painter, dot)
    painter.end()
    return image


CHANGES: dict[Change, tuple[float | None, ...]] = {
    Change.SMALLER: (80.0, 64.0),
    Change.LARGER: (40.0, 64.0),
    Change.WITHIN_ERROR: (64.0, 64.5),
    Change.CANNOT_TELL: (64.0, None),
    Change.CLOSED: (64.0, 0),
    Change.FIRST: (64.0,),
}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_change_that_has_a_fill_has_its_own_colour_and_can_be_seen(
    dressed: QApplication, name: Literal["light", "dark"]
) -> None:
    theme.apply(dressed, name)

    colours = {colour_of(what) for what in (Change.SMALLER, Change.LARGER, Change.WITHIN_ERROR)}

    assert len(colours) == 3
    for colour in colours:
        # Round every dot, and in its sign, lies the ground.
        assert _contrast(colour, theme.current().surface) >= 3


def test_dots_differ_without_their_colour(qtbot: QtBot, dressed: QApplication) -> None:
    greys = {}
    for what, areas in CHANGES.items():
        image = _picture_of(qtbot, *areas).convertToFormat(QImage.Format.Format_Mono)
        greys[what] = bytes(image.constBits())

    assert len(set(greys.values())) == len(CHANGES)


def test_a_dot_takes_the_colour_of_its_change_not_of_its_lesion(
    qtbot: QtBot, dressed: QApplication
) -> None:
    # Left of the sign, well inside the dot.
    smaller = _picture_of(qtbot, *CHANGES[Change.SMALLER]).pixelColor(7, 18)
    larger = _picture_of(qtbot, *CHANGES[Change.LARGER]).pixelColor(7, 18)

    assert smaller == QColor(theme.current().accent)
    assert larger == QColor("#B4530A")


def test_a_closed_lesion_is_a_ring(qtbot: QtBot, dressed: QApplication) -> None:
    image = _picture_of(qtbot, *CHANGES[Change.CLOSED])

    assert image.pixelColor(18, 18) == QColor("#FFFFFF")
    assert image.pixelColor(18, 14) != QColor("#FFFFFF")


def test_dots_of_one_place_keep_clear_of_each_other_on_their_region(body: BodyMap) -> None:
    body.show_lesions([course(f"C{n}", n, LEFT_CALF, 1.0) for n in range(1, 5)])

    dots = body.stage.dots
    gaps = [
        (one.centre - other.centre).manhattanLength()
        for place, one in enumerate(dots)
        for other in dots[place + 1 :]
    ]

    assert len(dots) == 4
    assert min(gaps) >= 10
    placed = body.stage.find("front-lower-leg-left")
    assert placed is not None
    assert sum(placed.path.contains(dot.centre) for dot in dots) >= 2


def test_a_lesion_without_a_side_stands_between_the_feet_not_on_a_guessed_leg(
    body: BodyMap,
) -> None:
    body.show_lesions([course("T1", 1, BodySite(region="thigh"), 4.0)])

    centre = body.stage.dots[0].centre

    assert body.stage.tray.contains(centre)
    assert body.stage.unplaced == 1
    assert not any(placed.path.contains(centre) for placed in body.stage.placed)


@pytest.mark.parametrize("side", [None, Side.MIDLINE])
def test_a_lesion_of_the_midline_stands_on_it(body: BodyMap, side: Side | None) -> None:
    body.show_lesions([course("A1", 1, BodySite(region="abdomen", side=side), 4.0)])

    front = body.stage.halves[0]

    assert body.stage.dots[0].centre.x() == pytest.approx(front.center().x(), abs=2)


def test_a_site_without_a_side_selects_both_sides(body: BodyMap) -> None:
    body.select([BodySite(region="thigh")])

    assert body.selected == {
        "front-thigh-left",
        "front-thigh-right",
        "back-thigh-left",
        "back-thigh-right",
    }


# --- left and right ------------------------------------------------------------------------------


@pytest.fixture
def from_right_to_left(dressed: QApplication) -> Iterator[None]:
    dressed.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    dressed.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def picture(qtbot: QtBot, dressed: QApplication) -> Callable[[], QImage]:
    def take() -> QImage:
        body = shown(qtbot)
        body.show_lesions([course("T1", 1, LEFT_THIGH, 8.0, 4.0)])
        body.select([LEFT_CALF])
        return body.viewport().grab().toImage()

    return take


def test_a_language_written_from_the_right_changes_nothing_of_the_figure(
    dressed: QApplication, picture: Callable[[], QImage]
) -> None:
    before = picture()

    dressed.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        after = picture()
    finally:
        dressed.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    assert after == before


@pytest.mark.usefixtures("from_right_to_left")
def test_in_a_language_written_from_the_right_left_is_still_the_figures_left(
    qtbot: QtBot, body: BodyMap
) -> None:
    front = body.stage.halves[0]
    place = spot(body, "front-thigh-left")
    assert place.x() > front.center().x()

    with qtbot.waitSignal(body.region_chosen) as chosen:
        click(qtbot, body, place)
    qtbot.keyClick(body, Qt.Key.Key_Left)

    assert chosen.args == ["front-thigh-left", False]
    assert body.current == "front-thigh-right"


def _contrast(one: str, other: str) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
