"""The meeting on the full screen: a key a patient, names hidden, nothing without consent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import FIRST_DAY, Clinic
from woundtrack import workflow
from woundtrack.model import (
    Consent,
    Event,
    EventKind,
    Identity,
    PartialDate,
    PatientDetail,
    Purpose,
    Sex,
)
from woundtrack.ui.mdt.projected import SMALL
from woundtrack.ui.mdt.screen import MdtScreen
from woundtrack.ui.session import Session

Key = Qt.Key
TODAY = date(2026, 1, 26)


@pytest.fixture
def screen(qtbot: QtBot, clinic_session: Session) -> Iterator[MdtScreen]:
    """Return the meeting's screen, not begun."""
    made = MdtScreen(clinic_session)
    yield made
    made.close()
    made.deleteLater()


def begin(qtbot: QtBot, screen: MdtScreen, clinic: Clinic, *places: int) -> None:
    """Begin the meeting with patients of the clinic, by their places; all where none is given."""
    session = screen._session
    assert session.library is not None
    patients = [clinic.patients[place] for place in places or range(3)]
    screen.begin(patients, workflow.meeting_of(session.library), TODAY)
    settle(qtbot, screen)


def settle(qtbot: QtBot, screen: MdtScreen) -> None:
    """Wait until all that is wanted has been read."""
    qtbot.waitUntil(lambda: not screen.ahead.is_reading)


def code(screen: MdtScreen) -> str:
    """Return whose page it is."""
    return screen.head.accessibleName().split(",")[0]


# --- going ---------------------------------------------------------------------------------------


def test_each_key_of_a_presenter_shows_the_next_patient_and_the_last_stays(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic)
    seen = [code(screen)]

    for key in (Key.Key_Right, Key.Key_Space):
        qtbot.keyClick(screen, key)
        seen.append(code(screen))
    qtbot.keyClick(screen, Key.Key_PageDown)

    assert seen == ["WT-0092", "WT-0118", "WT-0147"]
    assert code(screen) == "WT-0147"
    assert "last patient" in screen.foot.told
    settle(qtbot, screen)


def test_ten_patients_take_nine_keys(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic, clinic_session: Session
) -> None:
    library = clinic_session.library
    assert library is not None
    with library.verb("import", by="Ann") as change:
        for number in range(7):
            name = f"WT-020{number}"
            change.add_patient(replace(clinic.patients[0], id=f"patient {name}", code=name))
    screen.begin(library.patients(), workflow.meeting_of(library), TODAY)
    seen = [code(screen)]

    for _ in range(9):
        settle(qtbot, screen)
        qtbot.keyClick(screen, Key.Key_Right)
        assert not screen.notice.words
        seen.append(code(screen))

    assert seen == [patient.code for patient in library.patients()]
    assert len(seen) == 10
    settle(qtbot, screen)


def test_the_lesion_below_is_read_before_it_is_asked_for(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic, 2)

    qtbot.keyClick(screen, Key.Key_Down)

    assert not screen.ahead.is_reading
    assert screen.photos.pair is not None
    assert screen.photos.pair.plan.lesion_id == clinic.lesions[1].id


def test_left_and_home_go_back(qtbot: QtBot, screen: MdtScreen, clinic: Clinic) -> None:
    begin(qtbot, screen, clinic)

    qtbot.keyClick(screen, Key.Key_End)
    qtbot.keyClick(screen, Key.Key_Left)
    assert code(screen) == "WT-0118"
    qtbot.keyClick(screen, Key.Key_Home)
    assert code(screen) == "WT-0092"
    settle(qtbot, screen)


def test_the_next_patient_is_read_before_it_is_asked_for(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic, 2, 1)

    assert screen.ahead.course(clinic.patients[1].id) is not None
    qtbot.keyClick(screen, Key.Key_Right)

    assert not screen.ahead.is_reading
    assert "L1" in screen.table.text


def test_esc_leaves_and_says_who_was_shown(qtbot: QtBot, screen: MdtScreen, clinic: Clinic) -> None:
    begin(qtbot, screen, clinic)
    qtbot.keyClick(screen, Key.Key_Right)
    settle(qtbot, screen)

    qtbot.keyClick(screen, Key.Key_Escape)
    assert screen.isVisible()
    assert screen.foot.told == "Esc again ends the meeting."
    with qtbot.waitSignal(screen.left) as told:
        qtbot.keyClick(screen, Key.Key_Escape)

    assert told.args == [(clinic.patients[0].id, clinic.patients[1].id)]
    assert not screen.isVisible()


def test_an_esc_long_before_is_forgotten_on_the_next_page(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic)
    qtbot.keyClick(screen, Key.Key_Escape)
    qtbot.keyClick(screen, Key.Key_Right)
    settle(qtbot, screen)

    qtbot.keyClick(screen, Key.Key_Escape)

    assert screen.isVisible()


def test_after_the_last_patient_one_esc_leaves(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic, 2)
    qtbot.keyClick(screen, Key.Key_Right)

    qtbot.keyClick(screen, Key.Key_Escape)

    assert not screen.isVisible()


def test_a_full_stop_covers_the_page_and_any_key_for_next_uncovers_it(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic)

    qtbot.keyClick(screen, Key.Key_Period)
    assert screen.cover.isVisible()
    assert screen.cover.hint == "Press . to go on"
    qtbot.keyClick(screen, Key.Key_Right)

    assert not screen.cover.isVisible()
    assert code(screen) == "WT-0092"


def test_under_the_cover_no_key_acts_but_those_that_take_it_away(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask() -> None:
        asked.append("folder")

    monkeypatch.setattr(screen, "ask_folder", ask)
    begin(qtbot, screen, clinic)
    qtbot.keyClick(screen, Key.Key_Right)
    qtbot.keyClick(screen, Key.Key_Period)

    for key in (Key.Key_P, Key.Key_N, Key.Key_Left, Key.Key_End, Key.Key_C):
        qtbot.keyClick(screen, key)
    assert (asked, code(screen)) == ([], "WT-0118")
    qtbot.keyClick(screen, Key.Key_Period)
    qtbot.keyClick(screen, Key.Key_P)

    assert not screen.cover.isVisible()
    assert asked == ["folder"]
    settle(qtbot, screen)


def test_what_is_recorded_meanwhile_comes_without_the_page_going_away(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic, clinic_session: Session
) -> None:
    begin(qtbot, screen, clinic, 2)
    pair = screen.photos.pair
    detail = PatientDetail(patient_id=clinic.patients[2].id, sex=Sex.FEMALE, birth_year=1963)
    assert clinic_session.library is not None
    workflow.record_entries(clinic_session.library, [detail], by="Ann")

    clinic_session.changed("record")
    assert not screen.notice.words
    settle(qtbot, screen)

    assert screen.head.facts.startswith("Female, 63 y.")
    assert screen.photos.pair is pair


def test_f1_shows_the_keys_over_the_page_and_f1_or_esc_takes_them_away(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic, 2)

    qtbot.keyClick(screen, Key.Key_F1)
    sheet = screen.keys_sheet
    assert sheet is not None
    assert sheet.isVisible()
    qtbot.keyClick(sheet, Key.Key_F1)
    assert not sheet.isVisible()
    qtbot.keyClick(screen, Key.Key_F1)
    qtbot.keyClick(sheet, Key.Key_Escape)

    assert not sheet.isVisible()
    assert screen.isVisible()


# --- names ---------------------------------------------------------------------------------------


def test_a_name_is_hidden_until_asked_for_and_again_on_the_next_page(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic, clinic_session: Session
) -> None:
    assert clinic_session.library is not None
    for patient in clinic.patients:
        known = Identity(patient_id=patient.id, name="Jane Example", birth_date=date(1963, 3, 3))
        workflow.set_identity(clinic_session.library, known, by="Ann")
    begin(qtbot, screen, clinic)
    assert "Jane" not in screen.head.accessibleName()

    qtbot.keyClick(screen, Key.Key_N)
    assert "Jane Example, born 3 Mar 1963" in screen.head.facts
    qtbot.keyClick(screen, Key.Key_Right)
    assert "Jane" not in screen.head.accessibleName()
    qtbot.keyClick(screen, Key.Key_Left)

    assert "Jane" not in screen.head.accessibleName()
    settle(qtbot, screen)


def test_where_no_name_is_recorded_the_page_says_so(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic)

    qtbot.keyClick(screen, Key.Key_N)

    assert screen.head.facts == "No name is recorded for this code."


# --- consent -------------------------------------------------------------------------------------


def test_of_a_patient_who_said_no_only_the_code_is_shown(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic, clinic_session: Session
) -> None:
    patient = clinic.patients[2]
    assert clinic_session.library is not None
    refusal = Consent(
        patient_id=patient.id, purpose=Purpose.MDT, is_given=False, given_on=FIRST_DAY
    )
    known = Identity(patient_id=patient.id, name="Jane Example")
    workflow.record_entries(clinic_session.library, [refusal], by="Ann")
    workflow.set_identity(clinic_session.library, known, by="Ann")

    begin(qtbot, screen, clinic, 2)
    qtbot.keyClick(screen, Key.Key_N)

    assert "said no to being shown at the MDT" in screen.notice.words
    assert screen.head.accessibleName() == "WT-0147, 1 of 1"
    assert not any(pane.isVisible() for pane in (screen.chart, screen.photos, screen.table))
    assert screen.table.text == ""
    assert screen.foot.text == ""
    assert screen.foot.keys == (("Esc", "leave"),)


def test_a_patient_whom_nobody_asked_is_shown_with_a_note(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic, 2)

    assert "MDT consent not asked" in screen.foot.accessibleName()
    assert screen.table.isVisible()
    assert [name for _, name in screen.foot.keys] == [
        "leave",
        "lesion",
        "compare",
        "save page as PDF",
        "name",
    ]


# --- the page ------------------------------------------------------------------------------------


def test_each_lesion_has_area_interval_and_what_became_of_it(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic, 2)

    # 16 to 9 cm², each ±4 %: ln 0.5625 ± √(0.0408² + 0.0392²) = −0.5754 ± 0.0566.
    first, second = screen.table.text.splitlines()
    plain = first.replace("\u202f", " ")
    assert plain == "A1, 9.0 cm², 8.6–9.4, −44 % smaller, −47 to −40 %"
    assert "+3" in second
    assert "within measurement error" in second


def test_the_head_says_sex_age_and_day_and_the_foot_what_is_new(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic, clinic_session: Session
) -> None:
    assert clinic_session.library is not None
    patient_id = clinic.patients[2].id
    detail = PatientDetail(patient_id=patient_id, sex=Sex.FEMALE, birth_year=1963)
    death = Event(patient_id=patient_id, kind=EventKind.DEATH, on=PartialDate(text="2026-01-27"))
    workflow.record_entries(clinic_session.library, [detail], by="Ann")
    workflow.record_entries(clinic_session.library, [death], by="Ann")

    begin(qtbot, screen, clinic, 2)

    assert screen.head.facts == "Female, 63 y. Day 14. Died 27 Jan 2026."
    assert screen.foot.text == (
        "2 photographs wait for review. New since 12 Jan, up to 26 Jan: died 27 Jan. "
        "A1 −44\u202f% smaller. Nothing opened."
    )


def test_up_and_down_choose_the_lesion_and_stop_at_the_ends(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic, 2)
    a1, t1 = clinic.lesions[0].id, clinic.lesions[1].id
    assert screen.lesion_id == a1

    qtbot.keyClick(screen, Key.Key_Down)
    assert screen.lesion_id == t1
    qtbot.keyClick(screen, Key.Key_Down)
    assert screen.lesion_id == t1
    qtbot.keyClick(screen, Key.Key_Up)

    assert screen.lesion_id == a1
    settle(qtbot, screen)


def test_photographs_that_cannot_be_read_leave_the_page_with_its_numbers(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic, 2)

    assert screen.photos.pair is not None
    assert screen.photos.pair.pictures == (None, None)
    assert all(problem is not None for problem in screen.photos.pair.problems)
    screen.grab()


def test_a_patient_without_lesions_has_a_page(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic
) -> None:
    begin(qtbot, screen, clinic, 0)

    screen.grab()

    assert code(screen) == "WT-0092"
    assert not screen.table.isVisible()
    assert "One visit so far." in screen.foot.text


@pytest.mark.parametrize("size", [(1366, 768), (2560, 1440), (1280, 1024)])
def test_everything_lies_on_the_screen_and_no_type_is_under_22_of_1366(
    qtbot: QtBot, screen: MdtScreen, clinic: Clinic, size: tuple[int, int]
) -> None:
    begin(qtbot, screen, clinic, 2)

    screen.showNormal()
    screen.resize(*size)

    unit = min(size[0] / 1366, size[1] / 768)
    panes = (screen.head, screen.chart, screen.photos, screen.table, screen.foot)
    assert all(screen.rect().contains(pane.geometry()) for pane in panes)
    assert [pane.unit for pane in panes] == pytest.approx([unit] * 5)
    assert SMALL == 22
