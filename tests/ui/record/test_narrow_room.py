"""Where there is little room nothing is cut off: the visit's words, the scale of pain, the why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.record.conftest import Room
from woundtrack.model import ExudateAmount, PainContext
from woundtrack.ui.components import Label
from woundtrack.ui.record.answer_row import AnswerRow
from woundtrack.ui.record.choice_bar import ChoiceBar
from woundtrack.ui.record.lesion_photo import LesionPhotoCard
from woundtrack.ui.record.visit_chooser import OfferedVisit, VisitChooser


@pytest.mark.parametrize("is_new", [True, False])
def test_an_unsaved_visit_of_today_is_told_whole_in_its_box(qtbot: QtBot, *, is_new: bool) -> None:
    chooser = VisitChooser()
    qtbot.addWidget(chooser)
    day = date(2026, 11, 21)
    visit = OfferedVisit(day=day, is_new=is_new, is_unsaved=True, is_today=True)

    chooser.show_visits([visit], day, can_add=True, latest=day)

    said = chooser.list.currentText()
    assert said == "Today, 21 Nov 2026, not saved"
    assert chooser.list.fontMetrics().horizontalAdvance(said) < chooser.list.width() - 44


def test_the_scale_of_ten_keeps_to_one_line_beside_the_patients(qtbot: QtBot) -> None:
    bar = ChoiceBar([(float(n), str(n)) for n in range(11)], name="Pain", by_value=True)
    qtbot.addWidget(bar)

    bar.resize(315, 28)

    assert bar.place_of(10.0).top() == bar.place_of(0.0).top()
    assert bar.place_of(10.0).right() <= 315
    assert bar.heightForWidth(315) == bar.heightForWidth(600)


def test_beside_a_long_name_that_a_photograph_waits_is_said_in_one_line(room: Room) -> None:
    library = room.session.library
    assert library is not None
    lesion = library.lesion("lesion-a1")
    card = room.page.findChildren(LesionPhotoCard)[0]
    card.setFixedWidth(322)

    named = replace(lesion, id="another", label="Left lower leg, medial, the older of two")
    card.show_lesion(named, library.visit("visit-2-1"))

    assert card.said == "A photograph waits to be reviewed."
    (said,) = (one for one in card.findChildren(Label) if one.text() == card.said)
    assert said.isVisible()
    assert said.heightForWidth(322) <= said.fontMetrics().lineSpacing() + 8 + 2


def test_where_no_photograph_is_shown_it_says_why(room: Room, qtbot: QtBot) -> None:
    library = room.session.library
    assert library is not None
    card = room.page.findChildren(LesionPhotoCard)[0]

    card.show_lesion(library.lesion("lesion-l1"), library.visit("visit-1-1"))
    assert card.said == "closed"
    assert card.picture.said == "Nothing is outlined: press to see the photograph."
    empty = card.picture.grab().toImage()
    card.show_lesion(library.lesion("lesion-a1"), library.visit("visit-2-0"))

    qtbot.waitUntil(lambda: card.picture.said == "This photograph can't be opened.")
    assert card.picture.grab().toImage() != empty
    assert not card.picture.has_picture


def test_the_reason_for_a_change_is_inside_its_bar(room: Room) -> None:
    room.choose(room.pain(PainContext.WORST_24H), 4.0)
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.save()
    room.choose(room.row("exudate_amount"), ExudateAmount.LARGE)

    bar, why = room.page.unsaved, room.page.unsaved.why

    assert why.isVisible()
    assert bar.contentsRect().contains(why.geometry())


def test_of_a_long_note_of_last_visit_the_head_is_shown_and_all_is_told(qtbot: QtBot) -> None:
    bar = ChoiceBar([(ExudateAmount.SMALL, "Small")], name="Exudate")
    row = AnswerRow("Exudate", bar)
    qtbot.addWidget(row)
    note = "Changed at home on Saturdays, " * 8

    row.show_answer(None, None, last_words=note)

    texts = [label.text() for label in row.findChildren(Label) if label.toolTip() == note]
    assert row.last_words == note
    assert len(texts) == 1
    assert texts[0].startswith("Changed at home")
    assert texts[0].endswith("…")
    assert len(texts[0]) < 80
