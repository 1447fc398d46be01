"""The whole edge is changed by a key: grown, shrunk, smoothed, and all of it undone."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.hand_tools.conftest import CTRL, SHIFT, Hands
from woundtrack.imaging.outline import area_px
from woundtrack.model import Measurement, OutlineSource
from woundtrack.ui.review.edge_tools import EdgeTools


def size(hands: Hands) -> Measurement:
    measurement = hands.page.draft.entries[0].measurement
    assert measurement is not None
    return measurement


def said_by(hands: Hands) -> list[str]:
    said: list[str] = []
    hands.page._session.said.connect(said.append)
    return said


def test_page_up_grows_the_edge_by_a_tenth_of_a_millimetre_and_undo_takes_it_back(
    hands: Hands,
) -> None:
    before, outline = size(hands), hands.outline
    said = said_by(hands)

    hands.press(Qt.Key.Key_PageUp)

    gained = size(hands).area_mm2 - before.area_mm2
    assert gained == pytest.approx(0.1 * before.perimeter_mm, rel=0.05)
    assert hands.outline.source is OutlineSource.DRAWN
    assert said == ["The edge is moved outwards by 0.1\u202fmm."]
    hands.press(Qt.Key.Key_Z, CTRL)
    assert hands.outline == outline


def test_with_shift_it_shrinks_by_half_a_millimetre(hands: Hands) -> None:
    before = size(hands)

    hands.press(Qt.Key.Key_PageDown, SHIFT)

    lost = before.area_mm2 - size(hands).area_mm2
    assert lost == pytest.approx(0.5 * before.perimeter_mm - math.pi * 0.25, rel=0.05)


def test_smoothing_keeps_the_area_and_the_lesion(hands: Hands) -> None:
    before, identity = hands.outline, hands.page.draft.entries[0].identity

    hands.press(Qt.Key.Key_S, SHIFT)

    assert hands.outline != before
    assert area_px(hands.outline) == pytest.approx(area_px(before), rel=0.005)
    assert hands.page.draft.entries[0].identity == identity
    hands.press(Qt.Key.Key_Z, CTRL)
    assert hands.outline == before


def test_without_an_outline_nothing_grows_and_it_says_so(hands: Hands) -> None:
    hands.press(Qt.Key.Key_Delete)

    hands.press(Qt.Key.Key_PageUp)

    assert hands.outlines == ()
    assert hands.canvas.notice == "The outline is as it was: no outline is in hand."


def test_the_menu_offers_them_all_with_their_keys(hands: Hands) -> None:
    edge = hands.page.findChild(EdgeTools)
    assert edge is not None

    QTest.keyClick(hands.canvas, Qt.Key.Key_E, SHIFT)
    hands.qtbot.waitUntil(edge.menu.isVisible)
    before = area_px(hands.outline)
    QTest.keyClick(edge.menu, Qt.Key.Key_Return)  # the first one
    hands.settle()

    shown = [one.text() for one in edge.menu.actions() if one.text()]
    assert "Smooth the edge" in shown
    assert all(one.shortcut().toString() for one in edge.menu.actions() if one.text())
    assert area_px(hands.outline) > before
    assert not edge.menu.isVisible()


def test_an_outline_that_is_about_right_moves_onto_the_edge_and_undo_takes_it_back(
    hands: Hands,
) -> None:
    truth = area_px(hands.outline)  # that of the rendered wound
    for _ in range(4):
        hands.press(Qt.Key.Key_PageUp, SHIFT)
    rough = hands.outline
    assert area_px(rough) > 1.2 * truth

    hands.press(Qt.Key.Key_Q, SHIFT)

    assert area_px(hands.outline) == pytest.approx(truth, rel=0.06)
    assert hands.outline.source is OutlineSource.GUIDED
    hands.press(Qt.Key.Key_Z, CTRL)
    assert hands.outline == rough


def test_without_an_outline_there_is_nothing_to_fit_and_it_says_so(hands: Hands) -> None:
    hands.press(Qt.Key.Key_Delete)

    hands.press(Qt.Key.Key_Q, SHIFT)

    assert hands.canvas.notice == "The outline is as it was: no outline is in hand."
