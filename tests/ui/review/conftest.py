"""What the tests of the review room share: a library of rendered photographs, and hands.

The library is made once; every test works on a copy.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from woundtrack import imaging, phantom, workflow
from woundtrack.model import (
    BodySite,
    Lesion,
    Outline,
    OutlineSource,
    Point,
    Side,
)
from woundtrack.records import Library
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.review.page import ReviewPage
from woundtrack.ui.window.main_window import MainWindow

ABDOMEN = BodySite(region="abdomen", side=Side.LEFT)
THIGH = BodySite(region="thigh", side=Side.LEFT)
FIRST, SECOND = date(2026, 1, 12), date(2026, 2, 9)
CODE = "WT-0147"
BESIDE_CARD: tuple[Point, ...] = ((320.0, 500.0), (400.0, 500.0), (400.0, 570.0), (320.0, 570.0))
"""A ring in the crook of the card as it lies in all these photographs."""


def _card() -> phantom.CardPrint:
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet)
    layout = imaging.card_layout()
    card = layout.cards[0]
    return phantom.CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=tuple(tuple((x, y) for x, y in ring) for ring in card.paper_mm),
        centre_mm=(-20.0, 40.0),
    )


def _shot(
    areas: tuple[float, ...], on: date, card: phantom.CardPrint | None, seed: int
) -> phantom.Phantom:
    places = ((15.0, -30.0), (62.0, 8.0))
    return phantom.render(
        phantom.Scene(
            seed=seed,
            lesions=tuple(
                phantom.Lesion(centre_mm=place, area_mm2=area, shape_seed=2 + number, redness=0.3)
                for number, (place, area) in enumerate(zip(places, areas, strict=False))
            ),
            cards=() if card is None else (card,),
            camera=phantom.Camera(width_px=1000, height_px=750, distance_mm=330),
            taken_at=datetime(on.year, on.month, on.day, 9, seed, tzinfo=UTC),
        )
    )


def about(outline: Outline, factor: float) -> Outline:
    x0, y0 = outline.centre
    ring = tuple((x0 + (x - x0) * factor, y0 + (y - y0) * factor) for x, y in outline.outer)
    return replace(outline, outer=ring)


@pytest.fixture(scope="session")
def made_clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a library with one visit accepted (A1, A2) and four photographs that wait.

    In the order of the queue: A1 and A2 again, smaller, A1's outline drawn too small on purpose;
    the same without a card; a thigh with a wound that nobody has outlined; the abdomen once more,
    with nothing to be seen.
    """
    folder = tmp_path_factory.mktemp("review")
    card = _card()
    with Library.create(folder / "clinic") as library:

        def file(
            name: str, shot: phantom.Phantom, site: BodySite, on: date, factor: float | None
        ) -> workflow.Filed:
            path = folder / name
            path.write_bytes(shot.jpeg)
            examined = workflow.examine(path, originals=library.originals)
            truths = [
                Outline(outer=tuple(truth.ring_px[::12]), source=OutlineSource.PROPOSED)
                for truth in shot.lesions
            ]
            if factor is None:
                truths = []
            elif truths:
                truths[0] = about(truths[0], factor)
            return workflow.file_photograph(
                library,
                replace(examined, outlines=tuple(truths)),
                patient_code=CODE,
                site=site,
                visited_on=on,
                by="Ann",
            )

        filed = file("first.jpg", _shot((1200.0, 300.0), FIRST, card, 1), ABDOMEN, FIRST, 1.0)
        decisions = workflow.suggest(library, filed.proposal)
        workflow.accept(library, filed.proposal, decisions, by="Ann")
        both = _shot((1000.0, 240.0), SECOND, card, 2)
        file("second.jpg", both, ABDOMEN, SECOND, 0.6)
        file("nocard.jpg", _shot((1000.0, 240.0), SECOND, None, 3), ABDOMEN, SECOND, 1.0)
        file("thigh.jpg", _shot((600.0,), SECOND, card, 4), THIGH, SECOND, None)
        file("bare.jpg", _shot((), SECOND, card, 5), ABDOMEN, SECOND, None)
    return folder / "clinic"


class Room:
    """The review room in a window, and hands to work with."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        page = window.page("review")
        assert isinstance(page, ReviewPage)
        self.page = page
        self.canvas = page.canvas
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        self.sharp()

    @property
    def library(self) -> Library:
        library = self.window.session.library
        assert library is not None
        return library

    @property
    def name(self) -> str:
        """The file in view; empty for none."""
        case = self.page.case
        return "" if case is None else case.filed.photograph.original_name

    @property
    def area(self) -> float:
        """The area in hand, cm²."""
        entry = self.page.selected
        assert entry is not None
        assert entry.measurement is not None
        return entry.measurement.area_cm2

    @property
    def labels(self) -> list[str]:
        """The lesions of the photograph."""
        return [entry.identity.label for entry in self.page.draft.entries if entry.identity]

    def tool(self) -> Tool:
        """Return the tool in hand."""
        return self.canvas.tool

    def is_bare(self) -> bool:
        """Tell whether what is drawn is hidden."""
        return self.canvas.is_bare

    def is_boxing(self) -> bool:
        """Tell whether a box is dragged."""
        return self.canvas.is_dragging_box

    def sharp(self) -> None:
        self.qtbot.waitUntil(lambda: self.canvas.is_sharp, timeout=20_000)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier or Qt.KeyboardModifier.NoModifier)

    def undo(self) -> None:
        self.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    def redo(self) -> None:
        modifier = Qt.KeyboardModifier
        self.press(Qt.Key.Key_Z, modifier.ControlModifier | modifier.ShiftModifier)

    def at(self, point: Point) -> QPoint:
        return self.canvas.mapFromScene(QPointF(*point))

    def click(self, point: Point, modifier: Qt.KeyboardModifier | None = None) -> None:
        QTest.mouseClick(
            self.canvas.viewport(),
            Qt.MouseButton.LeftButton,
            modifier or Qt.KeyboardModifier.NoModifier,
            self.at(point),
        )

    def begin_box(self, start: Point, end: Point) -> None:
        view = self.canvas.viewport()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=self.at(start))
        QTest.mouseMove(view, self.at(end))

    def drag_box(self, start: Point, end: Point) -> None:
        self.begin_box(start, end)
        view = self.canvas.viewport()
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=self.at(end))

    def settle(self) -> None:
        """Wait for the gestures made."""
        self.qtbot.waitUntil(lambda: not self.page.is_working, timeout=20_000)

    def go_to(self, name: str) -> None:
        for _ in range(5):
            if self.name == name:
                self.sharp()
                return
            self.press(Qt.Key.Key_Right)
        raise AssertionError(f"{name} is not in the queue")

    def wound(self) -> tuple[Point, Point]:
        """Return the corners of a box a little larger than the thigh's wound."""
        shot = _shot((600.0,), SECOND, None, 4).lesions[0]
        xs, ys = [x for x, _ in shot.ring_px], [y for _, y in shot.ring_px]
        return (min(xs) - 12, min(ys) - 12), (max(xs) + 12, max(ys) + 12)

    def lesion(self, label: str) -> Lesion:
        patient = self.library.patient_with_code(CODE)
        return next(one for one in self.library.lesions(patient.id) if one.label == label)

    @property
    def first(self) -> str:
        """The photograph of the first visit, which is accepted."""
        patient = self.library.patient_with_code(CODE)
        return self.library.photographs(patient.id)[0].id


@pytest.fixture
def clinic_copy(made_clinic: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a library of the test's own."""
    path = tmp_path / "Renal wound clinic"
    shutil.copytree(made_clinic, path)
    yield path
    for file in path.rglob("*"):
        file.chmod(0o700 if file.is_dir() else 0o600)


@pytest.fixture
def room(clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot) -> Room:
    """Return the review room, on the first photograph that waits."""
    return Room(make_window(clinic_copy), qtbot)
