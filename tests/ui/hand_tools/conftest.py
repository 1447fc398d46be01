"""A photograph in the review room, and hands that draw on it by mouse, pen and keys."""

from __future__ import annotations

import io
import math
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from woundtrack import imaging, phantom, workflow
from woundtrack.model import BodySite, Outline, OutlineSource, Point, Side
from woundtrack.records import Library
from woundtrack.ui.review.page import ReviewPage
from woundtrack.ui.window.main_window import MainWindow

FIRST, SECOND = date(2026, 1, 12), date(2026, 2, 9)
SITE = BodySite(region="abdomen", side=Side.LEFT)
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="session")
def made_clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a library: A1 accepted at a first visit, and smaller at a second one that waits."""
    folder = tmp_path_factory.mktemp("hand")
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet)
    layout = imaging.card_layout()
    card = phantom.CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=tuple(tuple((x, y) for x, y in ring) for ring in layout.cards[0].paper_mm),
        centre_mm=(-20.0, 40.0),
    )
    with Library.create(folder / "clinic") as library:
        for seed, (area, on) in enumerate(((1800.0, FIRST), (1300.0, SECOND))):
            shot = phantom.render(
                phantom.Scene(
                    seed=seed,
                    lesions=(phantom.Lesion(centre_mm=(15.0, -30.0), area_mm2=area, shape_seed=2),),
                    cards=(card,),
                    camera=phantom.Camera(width_px=1000, height_px=750, distance_mm=330),
                    taken_at=datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC),
                )
            )
            path = folder / f"visit-{seed}.jpg"
            path.write_bytes(shot.jpeg)
            examined = workflow.examine(path, originals=library.originals)
            truth = Outline(
                outer=tuple(shot.lesions[0].ring_px[::12]), source=OutlineSource.PROPOSED
            )
            filed = workflow.file_photograph(
                library,
                replace(examined, outlines=(truth,)),
                patient_code="WT-0147",
                site=SITE,
                visited_on=on,
                by="Ann",
            )
            if on == FIRST:
                decisions = workflow.suggest(library, filed.proposal)
                workflow.accept(library, filed.proposal, decisions, by="Ann")
    return folder / "clinic"


class Hands:
    """The review room, and hands that draw in it."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        page = window.page("review")
        assert isinstance(page, ReviewPage)
        self.window, self.page, self.canvas, self.qtbot = window, page, page.canvas, qtbot
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.waitUntil(lambda: self.canvas.is_sharp, timeout=20_000)
        self.canvas.setFocus()

    @property
    def outlines(self) -> tuple[Outline, ...]:
        return self.page.draft.outlines

    @property
    def outline(self) -> Outline:
        (only,) = self.outlines
        return only

    @property
    def middle(self) -> Point:
        return self.outline.centre

    @property
    def nodes(self) -> tuple[Point, ...]:
        return self.page.hand.nodes.nodes

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier or Qt.KeyboardModifier.NoModifier)
        self.settle()

    def draw(self, points: Sequence[Point], modifier: Qt.KeyboardModifier | None = None) -> None:
        view, left = self.canvas.viewport(), Qt.MouseButton.LeftButton
        held = modifier or Qt.KeyboardModifier.NoModifier
        places = [self.at(point) for point in points]
        QTest.mousePress(view, left, held, places[0])
        for place in places[1:]:
            QTest.mouseMove(view, place)
        QTest.mouseRelease(view, left, held, places[-1])
        self.settle()

    def at(self, point: Point) -> QPoint:
        return self.canvas.mapFromScene(QPointF(*point))

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.page.is_working, timeout=20_000)


@pytest.fixture
def hands(
    made_clinic: Path, tmp_path: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> Hands:
    path = tmp_path / "clinic"
    shutil.copytree(made_clinic, path)
    return Hands(make_window(path), qtbot)


def edge_right(outline: Outline) -> Point:
    """Return the rightmost point of an outline."""
    return max(outline.outer)


def ring_round(middle: Point, radius: float) -> list[Point]:
    turns = [2 * math.pi * step / 24 for step in range(25)]
    return [(middle[0] + radius * math.cos(t), middle[1] + radius * math.sin(t)) for t in turns]
