"""Which visits are shown, how panes are laid, how the bar of change follows from the interval."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QApplication

from tests.ui.compare.conftest import CALIBRATION, FIRST, SEEN
from woundtrack.healing import BreakReason, LineBreak
from woundtrack.model import (
    Landmark,
    LandmarkSource,
    TimelinePoint,
    Visit,
    WoundState,
    now,
)
from woundtrack.ui.compare.care import is_after_debridement, read_with_care
from woundtrack.ui.compare.choice import Choice, first_choice
from woundtrack.ui.compare.labels import KeepOff, corners, paint_message
from woundtrack.ui.compare.marking import Marking
from woundtrack.ui.compare.numbers import Spread, bar_ticks, spread_of
from woundtrack.ui.compare.scene import View, grid
from woundtrack.ui.compare.visits import ComparedVisit, spread


def point(area_mm2: float | None, half: float = 0.1) -> TimelinePoint:
    return TimelinePoint(
        on=FIRST,
        state=WoundState.OPEN,
        area_mm2=area_mm2,
        area_low_mm2=None if area_mm2 is None else area_mm2 * math.exp(-half),
        area_high_mm2=None if area_mm2 is None else area_mm2 * math.exp(half),
        perimeter_mm=None,
        assessment_id="a",
    )


def visits(count: int, *, without_scale: tuple[int, ...] = ()) -> tuple[ComparedVisit, ...]:
    return tuple(
        ComparedVisit(
            visit=Visit(
                id=f"visit-{place}",
                patient_id="p",
                visited_on=FIRST + timedelta(days=7 * place),
                created_at=now(),
            ),
            point=point(100.0),
            days=7 * place,
            filed=None,
            accepted=None,
            outlines=(),
            calibration=None if place in without_scale else CALIBRATION,
            why_not="no scale" if place in without_scale else "",
        )
        for place in range(count)
    )


# --- which visits --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (2, (0, 9)),
        (3, (0, 5, 9)),
        (4, (0, 3, 6, 9)),
        (6, (0, 2, 4, 5, 7, 9)),
    ],
)
def test_visits_are_spread_evenly_between_left_and_right(
    count: int, shown: tuple[int, ...]
) -> None:
    found = spread(range(10), 0, 9, count)

    assert len(found) == len(shown)
    assert found[0] == 0
    assert found[-1] == 9
    gaps = [b - a for a, b in itertools.pairwise(found)]
    assert max(gaps) - min(gaps) <= 1


def test_fewer_visits_than_asked_for_are_all_shown() -> None:
    assert spread((0, 1, 2), 0, 2, 6) == (0, 1, 2)
    assert spread((0, 1), 0, 1, 4) == (0, 1)


def test_visits_without_a_scale_are_left_out_between_the_two() -> None:
    choice = Choice(visits=visits(6, without_scale=(2, 3)), left=0, right=5, count=6)

    assert choice.shown == (0, 1, 4, 5)
    assert choice.film == (0, 1, 4, 5)


def test_six_visits_at_most_are_shown_however_many_are_picked() -> None:
    choice = Choice(visits=visits(9), left=0, right=8)

    for place in range(1, 8):
        choice = choice.toggled(place)

    assert choice.shown == (0, 1, 2, 3, 4, 8)
    assert choice.toggled(2).shown == (0, 1, 3, 4, 8)


def test_a_film_of_very_many_visits_shows_two_dozen_of_them() -> None:
    choice = Choice(visits=visits(100), left=0, right=99)

    assert len(choice.film) == 24
    assert (choice.film[0], choice.film[-1]) == (0, 99)


@pytest.mark.parametrize(
    ("left_id", "right_id", "pair"),
    [
        (None, None, (0, 4)),
        (None, "visit-2", (0, 2)),
        (None, "visit-0", (0, 4)),
        ("visit-1", "visit-3", (1, 3)),
        ("visit-4", None, (3, 4)),
        ("gone", "gone", (0, 4)),
    ],
)
def test_the_first_choice_takes_what_was_asked_for(
    left_id: str | None, right_id: str | None, pair: tuple[int, int]
) -> None:
    choice = first_choice(visits(5), left_id=left_id, right_id=right_id)

    assert (choice.left, choice.right) == pair


def test_the_first_choice_begins_after_the_last_debridement() -> None:
    all_of_them = visits(5)

    choice = first_choice(all_of_them, can_tell=lambda left, _right: left.days >= 14)
    never = first_choice(all_of_them, can_tell=lambda _left, _right: False)

    assert (choice.left, choice.right) == (2, 4)
    assert (never.left, never.right) == (0, 4)


def test_one_visit_can_not_be_compared() -> None:
    with pytest.raises(ValueError, match="two visits are needed"):
        first_choice(visits(1))


# --- where things are ----------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 3), (6, 3)])
def test_panes_fill_the_canvas_as_squarely_as_they_come(count: int, columns: int) -> None:
    panes = grid(QRectF(0, 0, 990, 476), count)

    assert len({pane.left() for pane in panes}) == columns
    assert len({(pane.width(), pane.height()) for pane in panes}) == 1
    assert all(QRectF(0, 0, 990.1, 476.1).contains(pane) for pane in panes)
    assert not any(one.intersects(other) for one in panes for other in panes if one is not other)


def test_a_view_puts_its_middle_into_the_middle_at_its_scale() -> None:
    view = View(middle_mm=(10.0, -5.0), px_per_mm=4.0)

    to_view = view.to_view(QRectF(100, 0, 200, 100))

    assert to_view.map(QPointF(10.0, -5.0)) == QPointF(200, 50)
    assert to_view.map(QPointF(12.0, -5.0)) == QPointF(208, 50)


# --- the change ----------------------------------------------------------------------------------


def test_a_change_has_the_interval_of_both_areas_together() -> None:
    # Log half-widths 0.1 and 0.1 each way: 0.1414 together.
    spread_found = spread_of(point(1000.0), point(500.0))

    assert spread_found is not None
    assert spread_found.middle == pytest.approx(-0.5)
    assert spread_found.low == pytest.approx(0.5 * math.exp(-0.14142) - 1, abs=1e-4)
    assert spread_found.high == pytest.approx(0.5 * math.exp(0.14142) - 1, abs=1e-4)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.86, 6.04, (0.0, 2.0, 4.0, 6.0, 8.0)),
        (-0.45, 5.0, (-1.0, 0.0, 2.0, 4.0, 6.0)),
        (-0.56, -0.43, (-0.75, -0.5, -0.25, 0.0)),
        (-0.1, 0.09, (-0.1, -0.05, 0.0, 0.05, 0.1)),
    ],
)
def test_the_axis_of_a_change_holds_no_change_and_never_goes_below_all_of_it_gone(
    low: float, high: float, ticks: tuple[float, ...]
) -> None:
    found = bar_ticks(Spread(middle=(low + high) / 2, low=low, high=high))

    assert found == pytest.approx(ticks)


def test_an_interval_beyond_every_axis_is_not_drawn() -> None:
    assert bar_ticks(Spread(middle=100.0, low=-0.5, high=1000.0)) == ()


# --- what is written on photographs --------------------------------------------------------------


def lesion(*corners_: tuple[float, float]) -> QPolygonF:
    """Return an outline through these corners."""
    return QPolygonF([QPointF(x, y) for x, y in corners_])


def test_a_label_goes_to_another_corner_where_the_lesion_lies() -> None:
    area = QRectF(0, 0, 300, 300)
    boxes = corners(area, 12, 100, 30, is_right=True, is_at_foot=True)
    at_foot_right = lesion((180, 180), (300, 180), (300, 300), (180, 300))

    free = KeepOff().place(boxes)
    kept_off = KeepOff(outlines=(at_foot_right,)).place(boxes)

    assert free == QRectF(188, 258, 100, 30)
    assert kept_off == QRectF(188, 12, 100, 30)


def test_labels_keep_off_each_other_even_where_one_must_lie_on_the_lesion() -> None:
    area = QRectF(0, 0, 300, 300)
    everywhere = lesion((0, 0), (300, 0), (300, 300), (0, 300))
    keep_off = KeepOff(outlines=(everywhere,))

    placed = [
        keep_off.place(corners(area, 12, 130, 40, is_at_foot=is_at_foot))
        for is_at_foot in (False, True, True, False)
    ]

    assert not any(one.intersects(other) for one in placed for other in placed if one is not other)


def test_without_an_area_there_is_no_change() -> None:
    assert spread_of(point(None), point(500.0)) is None


# --- what lies between ---------------------------------------------------------------------------


def broken(
    on: str, after: int | None, before: int | None, reason: BreakReason = BreakReason.DEBRIDEMENT
) -> LineBreak:
    """Return a break between two of the visits."""
    days = [one.on for one in visits(4)]
    return LineBreak(
        on=date.fromisoformat(on),
        after=None if after is None else days[after],
        before=None if before is None else days[before],
        reason=reason,
    )


def test_what_breaks_the_line_between_two_visits_is_said_and_nothing_else() -> None:
    all_of_them = visits(4)
    breaks = (
        broken("2026-01-14", 0, 1),
        broken("2026-01-20", 1, 2, BreakReason.MERGED),
        broken("2026-01-28", 2, 3, BreakReason.SPLIT),
    )

    whole = read_with_care(all_of_them[0], all_of_them[3], breaks)
    middle = read_with_care(all_of_them[1], all_of_them[2], breaks)

    assert [one.split(" between")[0] for one in whole] == [
        "Dead tissue was removed",
        "Another lesion merged into this one",
        "A part became a lesion of its own",
    ]
    (only,) = middle
    assert only == (
        "Another lesion merged into this one between the two photos (20 Jan 2026): its area came "
        "to this one's."
    )


def test_a_photo_is_the_first_after_a_debridement_only_where_that_is_known() -> None:
    first, second, third, _ = visits(4)
    before_the_photo = (broken("2026-01-19", 0, 1),)
    some_time_that_day = (broken("2026-01-19", 0, 1), broken("2026-01-19", 1, 2))

    assert is_after_debridement(second, before_the_photo)
    assert not is_after_debridement(first, before_the_photo)
    assert not is_after_debridement(second, some_time_that_day)
    assert is_after_debridement(third, some_time_that_day)


# --- marking -------------------------------------------------------------------------------------


def marked(*numbers: int) -> tuple[Landmark, ...]:
    return tuple(Landmark(number=number, at_px=(10.0 * number, 5.0)) for number in numbers)


def test_known_places_of_one_photo_are_wanted_in_the_other_first() -> None:
    left, right = visits(2)
    marking = Marking(left=replace(left, landmarks=marked(2, 4)), right=right)

    wanted: list[object] = []
    while marking.wanted is not None and len(wanted) < 4:
        one, number = marking.wanted
        wanted.append((one.id, number))
        marking.pick(one.id, (0.0, 0.0))

    assert wanted == [("visit-1", 2), ("visit-1", 4), ("visit-0", 1), ("visit-1", 1)]


def test_with_four_places_in_both_no_more_are_wanted() -> None:
    left, right = (replace(one, landmarks=marked(1, 2, 3, 4)) for one in visits(2))
    marking = Marking(left=left, right=right)

    assert marking.wanted is None
    assert not marking.pick(left.id, (0.0, 0.0))
    assert marking.changes == {}


def test_a_new_place_may_be_begun_in_the_right_photo() -> None:
    left, right = visits(2)
    marking = Marking(left=left, right=right)

    is_taken = marking.pick(right.id, (7.0, 7.0))

    assert is_taken
    assert marking.wanted is not None
    assert (marking.wanted[0].id, marking.wanted[1]) == (left.id, 1)


def test_a_confirmed_landmark_that_is_moved_is_the_persons_own() -> None:
    left, right = visits(2)
    marking = Marking(left=left, right=right, proposed=[((1.0, 1.0), (2.0, 2.0))])

    marking.keep_proposed()
    marking.move(right.id, 1, (3.0, 3.0))

    assert marking.marks[left.id][1].source is LandmarkSource.CONFIRMED
    assert marking.marks[right.id][1].source is LandmarkSource.PICKED


def test_the_clinic_of_these_tests_is_seen_as_it_says() -> None:
    # A quarter turn clockwise: what is right of the wound is seen below it.
    taken = SEEN[1]

    assert taken.seen((10.0, 0.0)) == pytest.approx((300.0, 260.0 + 60.0))
    assert taken.on == date(2026, 1, 26)


def test_the_name_of_an_original_that_is_missing_is_broken_inside_its_pane(
    dressed: QApplication,
) -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)

    paint_message(painter, QRectF(0, 0, 400, 300), f"the original {'0a' * 32} is missing", 1.0)
    painter.end()

    inked = [
        x for x in range(400) if any(image.pixelColor(x, y).lightness() > 60 for y in range(300))
    ]
    assert inked[0] >= 23
    assert inked[-1] <= 377
