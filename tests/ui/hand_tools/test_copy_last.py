"""Last visit's outline as a start, and an outline moved as a whole."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from tests.ui.hand_tools.conftest import CTRL, FIRST, SHIFT, Hands
from woundtrack.model import OutlineKind, OutlineSource
from woundtrack.records import Library


def area_then(hands: Hands) -> float:
    """Return the area that was accepted at the first visit, mm²."""
    library = hands.page._session.library
    assert isinstance(library, Library)
    (accepted,) = library.assessments()
    assert library.visit(accepted.visit_id).visited_on == FIRST
    measured = accepted.outline_of(OutlineKind.ULCER)
    assert measured is not None
    assert measured.measurement is not None
    return measured.measurement.area_mm2


def area_now(hands: Hands) -> float:
    measurement = hands.page.draft.entries[0].measurement
    assert measurement is not None
    return measurement.area_mm2


def test_last_visits_outline_takes_the_place_of_todays_in_true_size(hands: Hands) -> None:
    before, identity = hands.outline, hands.page.draft.entries[0].identity

    hands.press(Qt.Key.Key_G, SHIFT)

    assert area_now(hands) == pytest.approx(area_then(hands), rel=0.01)
    assert hands.outline.source is OutlineSource.DRAWN
    assert math.dist(hands.outline.centre, before.centre) < 15
    assert hands.page.draft.entries[0].identity == identity
    hands.press(Qt.Key.Key_Z, CTRL)
    assert hands.outline == before


def test_with_nothing_outlined_the_lesion_of_the_site_is_copied(hands: Hands) -> None:
    hands.press(Qt.Key.Key_Delete)

    hands.press(Qt.Key.Key_G, SHIFT)

    assert area_now(hands) == pytest.approx(area_then(hands), rel=0.01)
    identity = hands.page.draft.entries[0].identity
    assert identity is not None
    assert identity.label == "A1"


def test_a_new_lesion_has_no_earlier_outline_and_it_says_so(hands: Hands) -> None:
    before, identity = hands.outline, hands.page.draft.entries[0].identity
    assert identity is not None
    hands.page.work.assign(replace(identity, lesion=None, label="A2"))

    hands.press(Qt.Key.Key_G, SHIFT)

    assert hands.outline == before
    assert hands.canvas.notice.startswith("The outline is as it was: no earlier outline")


def test_dragged_inside_the_whole_outline_moves(hands: Hands) -> None:
    before = hands.outline
    x, y = hands.middle

    hands.press(Qt.Key.Key_D)
    hands.draw([(x, y), (x + 20, y + 10), (x + 40, y + 20)])

    by = (hands.outline.centre[0] - before.centre[0], hands.outline.centre[1] - before.centre[1])
    assert by == pytest.approx((40, 20), abs=2)
    assert area_now(hands) > 0
    hands.press(Qt.Key.Key_Z, CTRL)
    assert hands.outline == before


def test_home_takes_the_whole_outline_in_hand_for_the_arrows(hands: Hands) -> None:
    before = hands.outline

    hands.press(Qt.Key.Key_D)
    hands.press(Qt.Key.Key_Home)
    hands.press(Qt.Key.Key_Right, SHIFT)
    hands.press(Qt.Key.Key_Down)

    assert hands.outline.outer[0][0] - before.outer[0][0] == pytest.approx(10)
    assert hands.outline.outer[0][1] - before.outer[0][1] == pytest.approx(1)
    assert hands.page.case is not None
    assert hands.page.case.is_waiting


def test_tab_lets_the_whole_go_and_takes_a_node(hands: Hands) -> None:
    before = hands.outline
    hands.press(Qt.Key.Key_D)
    hands.press(Qt.Key.Key_Home)

    hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Right, SHIFT)

    kept = set(before.outer) & set(hands.outline.outer)
    assert kept
    assert kept != set(before.outer)
