"""What there is to doubt is shown on the photograph, at the place that its sentence is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import Room, about
from woundtrack.model import Doubt, Ring
from woundtrack.records import Library
from woundtrack.ui import theme
from woundtrack.ui.review.doubt_marks import DoubtMark, marks_of
from woundtrack.ui.review.doubt_note import DoubtNote
from woundtrack.ui.window.main_window import MainWindow

HERE: Ring = ((100.0, 100.0), (300.0, 100.0), (300.0, 200.0), (100.0, 200.0))
THERE: Ring = ((600.0, 500.0), (700.0, 500.0), (700.0, 600.0), (600.0, 600.0))
GLARE = Doubt(code="card_glare", place_px=HERE)
TILTED = Doubt(code="card_tilted", values=(("tilt_deg", 41.0),), place_px=THERE)


@pytest.fixture
def doubted(clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot) -> Room:
    """Return the review room on a photograph with two doubts, each with a place of its own."""
    with Library.open(clinic_copy) as library:
        proposal = library.proposals()[0]
        assert proposal.calibration is not None
        calibration = replace(proposal.calibration, doubts=(GLARE, TILTED))
        with library.verb("doubt", by="Ann") as change:
            change.update_proposal(replace(proposal, calibration=calibration))
    return Room(make_window(clinic_copy), qtbot)


def note_of(room: Room, code: str) -> DoubtNote:
    notes = [one for one in room.page.panel.notes if isinstance(one, DoubtNote)]
    return next(one for one in notes if one.doubt.code == code)


def chosen(room: Room) -> list[str]:
    return [mark.words for mark in room.canvas.marks if mark.is_chosen]


def press(note: DoubtNote, at: QPoint | None = None) -> None:
    QTest.mouseClick(note, Qt.MouseButton.LeftButton, pos=at or QPoint(4, 4))


def test_each_place_is_marked_and_said_in_a_word(doubted: Room) -> None:
    assert [mark.words for mark in doubted.canvas.marks] == ["Glare", "Tilted"]
    assert doubted.canvas.marks[0].place == QRectF(100, 100, 200, 100)
    assert chosen(doubted) == []


def test_a_sentence_that_was_pressed_stays_so_while_outlines_change(doubted: Room) -> None:
    press(note_of(doubted, "card_tilted"))
    shown = note_of(doubted, "card_tilted")
    first, second = doubted.page.draft.outlines

    doubted.page.work.take_outlines(((about(first, 1.2), None), (second, None)))

    assert doubted.page.draft.outlines != (first, second)
    assert note_of(doubted, "card_tilted") is shown
    assert shown.is_kept
    assert chosen(doubted) == ["Tilted"]


def test_its_words_stand_at_a_corner_of_the_card_itself(dressed: QApplication) -> None:
    l_card = ((100.0, 100.0), (140.0, 100.0), (140.0, 260.0), (400.0, 260.0), (400.0, 300.0))
    askew = ((300.0, 100.0), (500.0, 250.0), (480.0, 290.0), (280.0, 140.0))

    upright, turned = (
        DoubtMark(ring, (GLARE,)).named_at for ring in ((*l_card, (100.0, 300.0)), askew)
    )

    assert (upright.x(), upright.y()) == (400.0, 260.0)
    assert (turned.x(), turned.y()) == (500.0, 250.0)


def test_the_pointer_over_a_sentence_lets_its_place_stand_out(doubted: Room) -> None:
    note = note_of(doubted, "card_tilted")

    doubted.qtbot.mouseMove(note, note.rect().center())
    QApplication.sendEvent(note, _entered(note))
    over = chosen(doubted)
    QApplication.sendEvent(note, _left())

    assert over == ["Tilted"]
    assert chosen(doubted) == []


def test_a_press_on_a_sentence_keeps_its_place_until_another_is_pressed(doubted: Room) -> None:
    glare, tilted = note_of(doubted, "card_glare"), note_of(doubted, "card_tilted")

    press(glare)
    QApplication.sendEvent(glare, _left())
    first = chosen(doubted)
    press(tilted)
    second = chosen(doubted)
    press(tilted)

    assert (first, second, chosen(doubted)) == (["Glare"], ["Tilted"], [])
    assert not glare.is_kept


def test_marks_go_with_what_is_drawn_on_the_card_but_not_while_pointed_at(doubted: Room) -> None:
    doubted.canvas.show_card(is_shown=False)
    hidden = [mark.isVisible() for mark in doubted.canvas.marks]
    press(note_of(doubted, "card_glare"))
    pointed = [mark.isVisible() for mark in doubted.canvas.marks]
    doubted.canvas.hide_overlays(is_hidden=True)

    assert hidden == [False, False]
    assert pointed == [True, False]
    assert [mark.isVisible() for mark in doubted.canvas.marks] == [False, False]


def test_the_next_photograph_has_no_mark_of_the_one_before(doubted: Room) -> None:
    doubted.press(Qt.Key.Key_Right)
    doubted.sharp()

    assert "Glare" not in [mark.words for mark in doubted.canvas.marks]


def test_doubts_of_one_place_share_a_mark() -> None:
    blurred = Doubt(code="photograph_blurred", values=(("edge_mm", 2.0),), place_px=HERE)
    nowhere = Doubt(code="print_scale_unmeasured")

    (mark,) = marks_of([GLARE, blurred, nowhere])

    assert mark.words == "Glare · Blurred"


def test_nothing_of_a_mark_is_drawn_over_a_wound(dressed: QApplication) -> None:
    mark = DoubtMark(HERE, (GLARE,))
    mark.choose(is_chosen=True)
    wound = QPainterPath()
    wound.addRect(QRectF(150, 80, 60, 90))
    mark.keep_clear(wound)

    drawn = _painted(mark)

    assert drawn.pixelColor(180, 100) == QColor("white")
    assert drawn.pixelColor(250, 100) == QColor(theme.PHOTO_CARD_DOUBT)


def _painted(mark: DoubtMark) -> QImage:
    from PySide6.QtWidgets import QStyleOptionGraphicsItem

    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    mark.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    return image


def _entered(note: DoubtNote) -> QEvent:
    from PySide6.QtGui import QEnterEvent

    at = QPointF(note.rect().center())
    return QEnterEvent(at, at, QPointF(note.mapToGlobal(note.rect().center())))


def _left() -> QEvent:
    return QEvent(QEvent.Type.Leave)
