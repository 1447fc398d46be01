"""Scoring in the window: by digits and by mouse, what a photograph can't tell, undo, the card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from woundtrack import workflow
from woundtrack.model import Finding, Lesion, Missing, RatedFrom, Score
from woundtrack.model.value_sets import ExudateAmount
from woundtrack.ui.record.score_card import ScoreCard
from woundtrack.ui.record.score_sheet import ScoreSheet
from woundtrack.ui.session import Session

TODAY = date(2026, 1, 26)
BEFORE = date(2026, 1, 12)
Key = Qt.Key


@pytest.fixture
def lesion(clinic_session: Session) -> Lesion:
    library = clinic_session.library
    assert library is not None
    patient = library.patient_with_code("WT-0147")
    clinic_session.set_patient(patient)
    return library.lesions(patient.id)[0]


@pytest.fixture
def card(qtbot: QtBot, clinic_session: Session, lesion: Lesion) -> Iterator[ScoreCard]:
    window = QWidget()
    window.resize(1366, 696)
    made = ScoreCard(clinic_session, window)
    made.setGeometry(1000, 100, 336, 140)
    qtbot.addWidget(window)
    window.show()
    made.show_for(TODAY, visit_id="visit-2-1", lesion=lesion)
    yield made
    window.close()


def press(qtbot: QtBot, sheet: ScoreSheet, keys: str) -> None:
    for key in keys:
        qtbot.keyClick(sheet.items, key)


def scored(session: Session, lesion: Lesion, answers: dict[str, float], on: date) -> None:
    library = session.library
    assert library is not None
    score = Score(
        patient_id=lesion.patient_id,
        lesion_id=lesion.id,
        instrument="bwat",
        instrument_version="1",
        on=on,
        items=tuple(answers.items()),
    )
    workflow.record_entries(library, [score], by="Ann")
    session.changed("record")


def recorded(session: Session) -> tuple[Score, ...]:
    assert session.library is not None
    assert session.patient is not None
    return workflow.record_of(session.library, session.patient).scores


def test_thirteen_digits_and_enter_record_a_whole_bwat(
    qtbot: QtBot, clinic_session: Session, card: ScoreCard
) -> None:
    qtbot.mouseClick(card.button, Qt.MouseButton.LeftButton)
    press(qtbot, card.sheet, "2331434341245")
    assert card.sheet.total.text() == "Total 39 (13 to 65), in the band “moderate”."
    qtbot.keyClick(card.sheet.items, Key.Key_Return)

    (score,) = recorded(clinic_session)
    assert not card.sheet.isVisible()
    assert (score.instrument, score.instrument_version) == ("bwat", "1")
    assert (score.on, score.visit_id, score.lesion_id) == (TODAY, "visit-2-1", "lesion-a1")
    assert [value for _, value in score.items] == [2, 3, 3, 1, 4, 3, 4, 3, 4, 1, 2, 4, 5]
    assert score.rated_from is RatedFrom.BEDSIDE
    assert score.recorded_by == "Ann"
    assert card.count.text() == "13 of 13 answered"
    assert card.said.text() == "Total 39 (13 to 65), in the band “moderate”."


def test_there_is_no_total_until_all_are_answered(qtbot: QtBot, card: ScoreCard) -> None:
    card.open()

    press(qtbot, card.sheet, "2331")

    assert card.sheet.count.text() == "4 of 13 answered"
    assert card.sheet.total.text() == "The total (13 to 65) appears when all 13 are answered."


def test_what_is_felt_can_not_be_rated_from_a_photograph(
    qtbot: QtBot, clinic_session: Session, card: ScoreCard
) -> None:
    card.open()
    cell = card.sheet.rated.findChildren(QWidget)[1]
    press(qtbot, card.sheet, "2331434341245")

    qtbot.mouseClick(cell, Qt.MouseButton.LeftButton)
    assert card.sheet.count.text() == "9 of 13 answered"
    assert card.sheet.total.text() == "No total: 4 items can't be assessed."
    card.sheet.items.choose("oedema")
    press(qtbot, card.sheet, "5")
    assert card.sheet.items.row_words("oedema") == "Oedema around: can't be assessed"
    qtbot.keyClick(card.sheet.items, Key.Key_Return)

    (score,) = recorded(clinic_session)
    assert score.rated_from is RatedFrom.PHOTOGRAPH
    assert dict(score.missing) == dict.fromkeys(
        ("undermining", "skin_colour", "oedema", "induration"), Missing.NOT_ASSESSABLE
    )
    assert "oedema" not in dict(score.items)


def test_answers_that_are_felt_come_back_with_the_wound(qtbot: QtBot, card: ScoreCard) -> None:
    card.open()
    press(qtbot, card.sheet, "2331434341245")
    cells = card.sheet.rated.findChildren(QWidget)

    qtbot.mouseClick(cells[1], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(cells[2], Qt.MouseButton.LeftButton)

    assert card.sheet.count.text() == "13 of 13 answered"


def test_last_times_answers_stand_beside_and_are_not_taken_over(
    qtbot: QtBot, clinic_session: Session, lesion: Lesion, card: ScoreCard
) -> None:
    scored(clinic_session, lesion, {"size": 3, "depth": 2}, BEFORE)

    card.open()

    assert card.sheet.items.row_words("size") == "Size: not answered, last 3"
    assert card.sheet.items.row_words("edges") == "Edges: not answered"
    assert card.sheet.buttons[2].accessibleName() == ("3, above 16 to 36, the answer of last time")
    assert card.said.text().endswith("Scored last on 12 Jan 2026.")


def test_the_last_total_stands_on_the_card(
    clinic_session: Session, lesion: Lesion, card: ScoreCard
) -> None:
    codes = [item.code for item in card.offered[0].items]

    scored(clinic_session, lesion, dict.fromkeys(codes, 3.0), BEFORE)

    assert card.said.text().endswith("12 Jan 2026: 39.")


def test_a_measurement_only_suggests(
    qtbot: QtBot, clinic_session: Session, lesion: Lesion, card: ScoreCard
) -> None:
    # A1 measures 3 × 3 cm on this visit: 9 cm² is 2 of BWAT.
    card.open()
    assert card.sheet.items.code == "size"
    assert card.sheet.items.row_words("size") == "Size: not answered"
    assert card.sheet.take.text() == "Use 2"

    qtbot.keyClick(card.sheet.items, Key.Key_Space)

    assert card.sheet.items.row_words("size") == "Size: 2  4 to 16"
    assert card.sheet.items.code == "depth"


def test_what_was_found_at_the_visit_is_suggested(
    clinic_session: Session, lesion: Lesion, card: ScoreCard
) -> None:
    library = clinic_session.library
    assert library is not None
    finding = Finding(
        patient_id=lesion.patient_id,
        lesion_id=lesion.id,
        visit_id="visit-2-1",
        exudate_amount=ExudateAmount.MODERATE,
    )

    workflow.record_entries(library, [finding], by="Ann")
    clinic_session.changed("record")

    assert card.draft is not None
    assert card.draft.suggestions["exudate_amount"].value == 4


def test_answers_by_mouse(qtbot: QtBot, card: ScoreCard) -> None:
    card.open()

    qtbot.mouseClick(card.sheet.buttons[4], Qt.MouseButton.LeftButton)

    assert card.sheet.items.row_words("size") == "Size: 5  above 80"
    assert card.sheet.items.code == "depth"
    assert card.sheet.items.hasFocus()


def test_an_answer_is_taken_away_and_an_item_can_not_be_assessed(
    qtbot: QtBot, card: ScoreCard
) -> None:
    card.open()
    press(qtbot, card.sheet, "2")
    qtbot.keyClick(card.sheet.items, Key.Key_Up)
    qtbot.keyClick(card.sheet.items, Key.Key_Delete)
    assert card.sheet.items.row_words("size") == "Size: not answered"

    qtbot.keyClick(card.sheet.items, Key.Key_Minus)

    assert card.sheet.items.row_words("size") == "Size: can't be assessed"
    assert card.sheet.items.code == "depth"


def test_esc_keeps_the_answers_without_recording_them(
    qtbot: QtBot, clinic_session: Session, card: ScoreCard
) -> None:
    card.open()
    press(qtbot, card.sheet, "233")

    qtbot.keyClick(card.sheet.items, Key.Key_Escape)
    assert recorded(clinic_session) == ()
    assert card.said.text().startswith("Not recorded yet.")
    assert card.button.text() == "Answer the other 10…"
    card.open()

    assert card.sheet.count.text() == "3 of 13 answered"
    assert card.sheet.items.code == "undermining"


def test_answers_of_one_lesion_are_not_those_of_another(
    qtbot: QtBot, clinic_session: Session, card: ScoreCard
) -> None:
    library = clinic_session.library
    assert library is not None
    other = library.lesions("patient-WT-0147")[1]
    card.open()
    press(qtbot, card.sheet, "233")
    qtbot.keyClick(card.sheet.items, Key.Key_Escape)

    card.show_for(TODAY, visit_id="visit-2-1", lesion=other)

    assert card.title.text() == "BWAT, T1"
    assert card.count.text() == "0 of 13 answered"


def test_recording_again_on_the_same_day_corrects_and_undo_takes_it_back(
    qtbot: QtBot, clinic_session: Session, card: ScoreCard
) -> None:
    card.open()
    press(qtbot, card.sheet, "2")
    qtbot.keyClick(card.sheet.items, Key.Key_Return)
    card.open()
    card.sheet.items.choose("size")
    press(qtbot, card.sheet, "4")
    qtbot.keyClick(card.sheet.items, Key.Key_Return)
    (score,) = recorded(clinic_session)
    assert (score.revision, score.items) == (2, (("size", 4.0),))

    clinic_session.undo_stack.undo()
    assert recorded(clinic_session)[0].items == (("size", 2.0),)
    clinic_session.undo_stack.undo()
    assert recorded(clinic_session) == ()
    assert card.count.text() == "0 of 13 answered"

    clinic_session.undo_stack.redo()
    clinic_session.undo_stack.redo()
    assert recorded(clinic_session)[0].items == (("size", 4.0),)


def test_a_score_recorded_by_mistake_is_taken_out_and_brought_back(
    qtbot: QtBot, clinic_session: Session, card: ScoreCard
) -> None:
    card.open()
    assert not card.sheet.out.isVisible()
    press(qtbot, card.sheet, "2")
    qtbot.keyClick(card.sheet.items, Key.Key_Return)
    card.open()

    qtbot.mouseClick(card.sheet.out, Qt.MouseButton.LeftButton)
    assert recorded(clinic_session) == ()
    assert card.count.text() == "0 of 13 answered"
    assert not card.sheet.isVisible()

    clinic_session.undo_stack.undo()
    assert recorded(clinic_session)[0].items == (("size", 2.0),)


def test_a_corrected_score_says_why_in_its_history(
    qtbot: QtBot, clinic_session: Session, card: ScoreCard
) -> None:
    for digit in "24":
        card.open()
        card.sheet.items.choose("size")
        press(qtbot, card.sheet, digit)
        qtbot.keyClick(card.sheet.items, Key.Key_Return)

    assert clinic_session.library is not None
    (score,) = recorded(clinic_session)
    revisions = clinic_session.library.entry_revisions(Score, score.entry_id)
    assert [one.reason for one in revisions] == [None, "Corrected in its form"]


def test_a_clinics_score_that_can_not_be_used_is_told_once(
    qtbot: QtBot, clinic_session: Session, card: ScoreCard
) -> None:
    assert clinic_session.library is not None
    folder = clinic_session.library.path / "scores"
    folder.mkdir()
    (folder / "own.json").write_text("{}", encoding="utf-8")

    with qtbot.waitSignal(clinic_session.problem) as told:
        card.open()
    assert "own.json can't be used" in str(told.args[0])
    qtbot.keyClick(card.sheet.items, Key.Key_Escape)

    with qtbot.assertNotEmitted(clinic_session.problem):
        card.open()


def test_answers_beyond_nine_take_two_digits(qtbot: QtBot, card: ScoreCard) -> None:
    card.open()
    place = card.sheet.instrument.findData("push")
    card.sheet.instrument.setCurrentIndex(place)
    card.sheet.instrument.activated.emit(place)
    assert card.sheet.items.code == "area"

    press(qtbot, card.sheet, "10")
    assert card.sheet.items.row_words("area") == "Length × width: 10  above 24"
    press(qtbot, card.sheet, "24")

    assert card.sheet.total.text() == "Total 16 (0 to 17)."


def test_a_ruler_gives_the_answer_of_the_table_and_enter_takes_it(
    qtbot: QtBot, card: ScoreCard
) -> None:
    card.open()
    place = card.sheet.instrument.findData("push")
    card.sheet.instrument.setCurrentIndex(place)
    card.sheet.instrument.activated.emit(place)
    ruler = card.sheet.ruler

    qtbot.keyClicks(ruler.length, "4.2")
    qtbot.keyClick(ruler.length, Key.Key_Return)
    qtbot.keyClicks(ruler.width_, "2,8")
    assert ruler.value == 8  # 11.76 cm² lies in the row of 8.1 to 12.0
    assert ruler.take.text() == "Use 8"
    qtbot.keyClick(ruler.width_, Key.Key_Return)

    assert card.sheet.items.row_words("area") == "Length × width: 8  8.1 to 12.0"
    assert card.sheet.items.code == "exudate"
    assert not ruler.isVisible()


def test_what_is_no_length_gives_no_answer(qtbot: QtBot, card: ScoreCard) -> None:
    card.open()

    qtbot.keyClicks(card.sheet.ruler.length, "4")
    qtbot.keyClicks(card.sheet.ruler.width_, "nan")
    qtbot.keyClick(card.sheet.ruler.width_, Key.Key_Return)

    assert card.sheet.ruler.value is None
    assert card.sheet.items.code == "size"


def test_bwat_cua_says_that_it_is_not_verified_and_has_no_total(
    qtbot: QtBot, card: ScoreCard
) -> None:
    card.open()
    place = card.sheet.instrument.findData("bwat-cua")
    card.sheet.instrument.setCurrentIndex(place)
    card.sheet.instrument.activated.emit(place)

    press(qtbot, card.sheet, "432441")

    assert card.sheet.count.text() == "6 of 6 answered"
    assert card.sheet.total.text() == "This definition has no total."
    assert cast(QWidget, card.sheet._unverified).isVisible()


def test_a_library_for_reading_only_takes_no_scores(
    qtbot: QtBot, clinic_session: Session, card: ScoreCard, lesion: Lesion
) -> None:
    assert clinic_session.library is not None
    path = clinic_session.library.path
    clinic_session.close_library()
    clinic_session.open_library(path, for_reading=True)
    assert clinic_session.library is not None
    clinic_session.set_patient(clinic_session.library.patient_with_code("WT-0147"))

    card.show_for(TODAY, visit_id=None, lesion=lesion)

    assert not card.button.isEnabled()


def test_nothing_in_view_is_nothing_to_score(clinic_session: Session, card: ScoreCard) -> None:
    clinic_session.close_library()

    assert card.draft is None
    assert not card.button.isEnabled()
    assert card.said.text() == "Choose a patient and a visit to score."
