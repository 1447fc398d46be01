"""What is known of a patient: entered by mouse and keys, recorded together, told, undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from woundtrack import workflow
from woundtrack.model import (
    Certainty,
    ClinicalRecord,
    Consent,
    Dialysis,
    EndReason,
    LesionDetail,
    LinkKind,
    Missing,
    Morphology,
    PartialDate,
    Purpose,
    RiskFactorKind,
    Sex,
)
from woundtrack.ui.record.choice_bar import ChoiceBar
from woundtrack.ui.record.patient_sheet import PatientSheet
from woundtrack.ui.session import Session

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def sheet(qtbot: QtBot, clinic_session: Session) -> Iterator[PatientSheet]:
    assert clinic_session.library is not None
    clinic_session.set_patient(clinic_session.library.patient_with_code("WT-0147"))
    window = QWidget()
    window.resize(1366, 696)
    qtbot.addWidget(window)
    made = PatientSheet(clinic_session, window)
    window.show()
    made.open_at()
    yield made
    window.close()


def record_of(session: Session) -> ClinicalRecord:
    assert session.library is not None
    assert session.patient is not None
    return workflow.record_of(session.library, session.patient)


def click(qtbot: QtBot, bar: ChoiceBar, answer: object) -> None:
    qtbot.mouseClick(bar, LEFT, pos=bar.place_of(answer).center())  # type: ignore[arg-type]


def type_in(qtbot: QtBot, field: QWidget, text: str) -> None:
    field.setFocus()
    qtbot.keyClicks(field, text)


# --- background, diagnosis, risk factors ---------------------------------------------------------


def test_the_background_is_recorded_by_keys_alone_and_undone_in_one_step(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    page = sheet.background
    qtbot.keyClick(page.sex, Key.Key_1)
    type_in(qtbot, page.year, "1963")
    type_in(qtbot, page.height_cm, "164")
    type_in(qtbot, page.weight_kg, "90")
    qtbot.keyClick(page.dialysis, Key.Key_2)
    type_in(qtbot, page.since.line, "Mar 2021")
    qtbot.keyClick(page.centre, Key.Key_Return, CTRL)

    detail = record_of(clinic_session).detail
    assert detail is not None
    assert (detail.sex, detail.birth_year) == (Sex.FEMALE, 1963)
    assert (detail.height_cm, detail.weight_kg) == (164, 90)
    assert detail.bmi_kg_per_m2 == pytest.approx(33.46, abs=0.005)
    assert detail.dialysis is Dialysis.HAEMODIALYSIS
    assert detail.dialysis_start == PartialDate(text="2021-03")
    assert detail.recorded_by == "Ann"
    assert sheet.said.text() == "Recorded. Ctrl Z takes it back."

    clinic_session.undo_stack.undo()
    assert record_of(clinic_session).detail is None
    assert page.year.text() == ""


def test_not_known_is_an_answer_and_no_answer_is_none(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    click(qtbot, sheet.background.sex, Missing.UNKNOWN)
    qtbot.mouseClick(sheet.keep, LEFT)

    detail = record_of(clinic_session).detail
    assert detail is not None
    assert detail.sex is None
    assert detail.why_missing("sex") is Missing.UNKNOWN
    assert detail.why_missing("dialysis") is None


def test_changes_of_several_pages_are_recorded_together(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    click(qtbot, sheet.background.sex, Sex.MALE)
    sheet.pages.setCurrentRow(1)
    click(qtbot, sheet.diagnosis.certainty, Certainty.CLINICAL)
    type_in(qtbot, sheet.diagnosis.diagnosed_on.line, "2024")
    qtbot.keyClick(sheet.diagnosis.certainty, Key.Key_Return, CTRL)

    record = record_of(clinic_session)
    assert record.detail is not None
    assert record.diagnosis is not None
    assert record.diagnosis.diagnosed_on == PartialDate(text="2024")
    assert clinic_session.undo_stack.count() == 1


@pytest.mark.parametrize(
    ("typed", "meant", "said"),
    [
        ("2024", "2024", ""),
        ("Mar 2024", "2024-03", ""),
        ("3/2024", "2024-03", "Mar 2024"),
        ("11/03/2024", "2024-03-11", "11 Mar 2024"),
        ("2024-03-11", "2024-03-11", "11 Mar 2024"),
    ],
)
def test_a_date_of_any_precision_is_understood_and_said(
    qtbot: QtBot,
    clinic_session: Session,
    sheet: PatientSheet,
    typed: str,
    meant: str,
    said: str,
) -> None:
    sheet.pages.setCurrentRow(1)
    type_in(qtbot, sheet.diagnosis.first_sign_on.line, typed)

    assert sheet.diagnosis.first_sign_on.value == PartialDate(text=meant)
    if said:
        assert sheet.diagnosis.first_sign_on.said == said


@pytest.mark.parametrize("typed", ["31/02/2024", "2024-13", "someday"])
def test_an_impossible_date_is_refused_where_it_stands(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet, typed: str
) -> None:
    sheet.pages.setCurrentRow(1)
    type_in(qtbot, sheet.diagnosis.diagnosed_on.line, typed)
    sheet.pages.setCurrentRow(0)
    qtbot.mouseClick(sheet.keep, LEFT)

    assert record_of(clinic_session).diagnosis is None
    assert sheet.pages.currentRow() == 1
    assert sheet.said.text().startswith("Diagnosed: type a day, a month or a year")


def test_what_is_not_understood_stays_to_be_mended_while_another_answer_is_given(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(1)
    type_in(qtbot, sheet.diagnosis.diagnosed_on.line, "someday")
    sheet.pages.setCurrentRow(0)
    type_in(qtbot, sheet.background.weight_kg, "9000")
    click(qtbot, sheet.background.sex, Sex.MALE)
    sheet.background.centre.setFocus()

    assert sheet.diagnosis.diagnosed_on.line.text() == "someday"
    assert sheet.background.weight_kg.text() == "9000"
    qtbot.mouseClick(sheet.keep, LEFT)
    assert record_of(clinic_session).detail is None
    assert sheet.said.text() == "It can only be from 20 to 400\u202fkg."


def test_what_was_typed_of_one_lesion_is_not_said_of_another(
    qtbot: QtBot, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(3)
    type_in(qtbot, sheet.lesions.onset.line, "someday")

    sheet.lesions.choose("lesion-t1")

    assert sheet.lesions.onset.line.text() == ""


def test_a_date_in_the_future_is_refused(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(1)
    type_in(qtbot, sheet.diagnosis.diagnosed_on.line, str(date.today().year + 2))  # noqa: DTZ011
    qtbot.mouseClick(sheet.keep, LEFT)

    assert record_of(clinic_session).diagnosis is None
    assert "after today" in sheet.said.text()


def test_what_is_unusual_is_asked_once_and_recorded_the_second_time(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    type_in(qtbot, sheet.background.weight_kg, "240")
    qtbot.mouseClick(sheet.keep, LEFT)
    assert "unusual" in sheet.said.text()
    assert record_of(clinic_session).detail is None

    qtbot.mouseClick(sheet.keep, LEFT)

    detail = record_of(clinic_session).detail
    assert detail is not None
    assert detail.weight_kg == 240


def test_a_risk_factor_has_its_own_dates(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    kind = RiskFactorKind.VITAMIN_K_ANTAGONIST
    sheet.pages.setCurrentRow(2)
    assert not sheet.risks.starts[kind].isVisible()
    qtbot.keyClick(sheet.risks.bars[kind], Key.Key_1)
    assert sheet.risks.starts[kind].isVisible()
    type_in(qtbot, sheet.risks.starts[kind].line, "2019")
    type_in(qtbot, sheet.risks.stops[kind].line, "Jan 2026")
    qtbot.keyClick(sheet.risks.bars[RiskFactorKind.DIABETES], Key.Key_2)
    qtbot.mouseClick(sheet.keep, LEFT)

    risks = {one.kind: one for one in record_of(clinic_session).risk_factors}
    assert set(risks) == {kind, RiskFactorKind.DIABETES}
    assert risks[kind].is_present is True
    assert risks[kind].stop == PartialDate(text="2026-01")
    assert risks[RiskFactorKind.DIABETES].is_present is False


# --- history and leaving -------------------------------------------------------------------------


def test_who_changed_what_stands_beside_the_page(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    click(qtbot, sheet.background.sex, Sex.MALE)
    qtbot.mouseClick(sheet.keep, LEFT)
    click(qtbot, sheet.background.sex, Sex.FEMALE)
    qtbot.mouseClick(sheet.keep, LEFT)

    assert [told.splitlines()[1:] for told in sheet.history] == [
        ["Sex: Male → Female"],
        ["Sex: Male"],
    ]
    assert sheet.history[0].splitlines()[0].endswith("Ann")


def test_a_changed_answer_has_a_reason_and_an_added_one_needs_none(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    for change in (Sex.MALE, Sex.FEMALE):
        click(qtbot, sheet.background.sex, change)
        qtbot.mouseClick(sheet.keep, LEFT)
    type_in(qtbot, sheet.background.centre, "Leeds")
    qtbot.mouseClick(sheet.keep, LEFT)

    detail = record_of(clinic_session).detail
    assert detail is not None
    assert clinic_session.library is not None
    revisions = clinic_session.library.entry_revisions(type(detail), detail.entry_id)
    assert [one.reason for one in revisions] == [None, "Corrected in its form", None]


def test_leaving_with_something_unrecorded_says_so_once(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    click(qtbot, sheet.background.sex, Sex.MALE)

    qtbot.keyClick(sheet.pages, Key.Key_Escape)
    assert sheet.isVisible()
    assert sheet.said.text() == ("Some changes are not recorded. Record them, or leave once more.")
    qtbot.keyClick(sheet.pages, Key.Key_Escape)

    assert not sheet.isVisible()
    assert record_of(clinic_session).detail is None


def test_asking_for_it_twice_keeps_what_was_typed(qtbot: QtBot, sheet: PatientSheet) -> None:
    type_in(qtbot, sheet.background.centre, "Leeds")

    sheet.open_at()

    assert sheet.background.centre.text() == "Leeds"


def test_it_closes_when_another_patient_comes_into_view(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    assert clinic_session.library is not None
    type_in(qtbot, sheet.background.centre, "Leeds")

    clinic_session.set_patient(clinic_session.library.patient_with_code("WT-0118"))

    assert not sheet.isVisible()
    assert sheet.draft is None
    assert record_of(clinic_session).detail is None


def test_the_pages_are_turned_by_keys(qtbot: QtBot, sheet: PatientSheet) -> None:
    qtbot.keyClick(sheet.background.centre, Key.Key_PageDown, CTRL)
    assert sheet.pages.currentItem().text() == "Diagnosis"

    qtbot.keyClick(sheet.pages, Key.Key_Down)
    qtbot.keyClick(sheet.pages, Key.Key_Down)

    assert sheet.pages.currentItem().text() == "Lesions"


# --- lesions -------------------------------------------------------------------------------------


def lesions(record: ClinicalRecord) -> dict[str, LesionDetail]:
    return {one.lesion_id: one for one in record.lesion_details}


def test_a_click_on_the_map_says_where_a_lesion_is_and_arrows_move_it(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(3)
    point_map = sheet.lesions.map
    place = point_map.place_of((0.27, 0.43)).toPoint()
    qtbot.mouseClick(point_map, LEFT, pos=QPoint(place))
    before = point_map.point
    assert before is not None
    assert before[0] == pytest.approx(0.27, abs=0.003)
    assert before[1] == pytest.approx(0.43, abs=0.003)

    qtbot.keyClick(point_map, Key.Key_Right)
    qtbot.mouseClick(sheet.keep, LEFT)

    detail = lesions(record_of(clinic_session))["lesion-a1"]
    assert detail.map_x == pytest.approx(before[0] + 0.004)
    assert detail.map_y == pytest.approx(before[1])
    assert detail.diagram == "body_map-1"


def test_arrows_begin_where_the_site_is_and_del_takes_the_point_away(
    qtbot: QtBot, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(3)
    point_map = sheet.lesions.map

    qtbot.keyClick(point_map, Key.Key_Left)
    assert point_map.point is not None
    region = point_map.region_at(point_map.point)
    assert region is not None
    assert "abdomen" in region.sites
    qtbot.keyClick(point_map, Key.Key_Delete)

    assert point_map.point is None


def test_one_lesion_of_a_patient_is_the_sentinel(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(3)
    qtbot.mouseClick(sheet.lesions.sentinel, LEFT)
    qtbot.mouseClick(sheet.keep, LEFT)
    assert lesions(record_of(clinic_session))["lesion-a1"].is_sentinel

    sheet.lesions.choose("lesion-t1")
    qtbot.mouseClick(sheet.lesions.sentinel, LEFT)
    qtbot.mouseClick(sheet.keep, LEFT)

    found = lesions(record_of(clinic_session))
    assert (found["lesion-a1"].is_sentinel, found["lesion-t1"].is_sentinel) == (False, True)
    clinic_session.undo_stack.undo()
    found = lesions(record_of(clinic_session))
    assert found["lesion-a1"].is_sentinel


def test_what_a_lesion_looked_like_before_it_was_an_ulcer(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(3)
    for form in (Morphology.LIVEDO, Morphology.NODULE):
        qtbot.mouseClick(sheet.lesions.morphology.boxes[form], LEFT)
    type_in(qtbot, sheet.lesions.onset.line, "Dec 2025")
    qtbot.mouseClick(sheet.keep, LEFT)

    detail = lesions(record_of(clinic_session))["lesion-a1"]
    assert detail.morphology_at_entry == (Morphology.LIVEDO, Morphology.NODULE)
    assert detail.onset == PartialDate(text="2025-12")


def test_three_faces_of_a_lesion_are_refused(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(3)
    for box in list(sheet.lesions.aspects.boxes.values())[:3]:
        qtbot.mouseClick(box, LEFT)
    qtbot.mouseClick(sheet.keep, LEFT)

    assert lesions(record_of(clinic_session)) == {}
    assert sheet.said.text() == "A lesion has two faces at most: take one away."


def test_a_lesion_that_merged_has_its_lineage_and_its_end(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(3)
    sheet.lesions.choose("lesion-t1")
    type_in(qtbot, sheet.lesions.linked_on.line, "20 Jan 2026")
    qtbot.mouseClick(sheet.lesions.add, LEFT)
    assert sheet.lesions.links == ["T1 merged into A1, 20 Jan 2026"]
    qtbot.mouseClick(sheet.keep, LEFT)

    record = record_of(clinic_session)
    (link,) = record.links
    assert (link.lesion_id, link.other_lesion_id) == ("lesion-t1", "lesion-a1")
    assert (link.kind, link.on) == (LinkKind.MERGED_INTO, date(2026, 1, 20))
    detail = lesions(record)["lesion-t1"]
    assert detail.ended_on == PartialDate(text="2026-01-20")
    assert detail.end_reason is EndReason.MERGED
    sheet.lesions.choose("lesion-a1")
    assert sheet.lesions.links == ["T1 merged into A1, 20 Jan 2026"]

    qtbot.mouseClick(sheet.lesions.unlink[0], LEFT)
    qtbot.mouseClick(sheet.keep, LEFT)
    assert record_of(clinic_session).links == ()


def test_a_link_needs_a_whole_day(qtbot: QtBot, sheet: PatientSheet) -> None:
    sheet.pages.setCurrentRow(3)
    type_in(qtbot, sheet.lesions.linked_on.line, "Jan 2026")
    qtbot.mouseClick(sheet.lesions.add, LEFT)

    assert sheet.lesions.links == []


def test_a_patient_without_lesions_is_told_where_they_begin(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    assert clinic_session.library is not None
    clinic_session.set_patient(clinic_session.library.patient_with_code("WT-0092"))
    sheet.open_at(sheet.lesions)

    assert sheet.lesions.none.isVisible()
    assert not sheet.lesions.map.isVisible()


# --- consent -------------------------------------------------------------------------------------


def consents(session: Session) -> dict[Purpose, Consent]:
    return {one.purpose: one for one in record_of(session).consents}


def test_consent_is_given_for_one_purpose_and_withdrawn(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(4)
    row = sheet.consent.purposes[Purpose.RESEARCH]
    assert row.state.text() == "Not asked"
    qtbot.keyClick(row.answer, Key.Key_1)
    type_in(qtbot, row.given_by, "the patient")
    type_in(qtbot, row.version, "3.1")
    qtbot.mouseClick(sheet.keep, LEFT)

    today = date.today()  # noqa: DTZ011
    given = consents(clinic_session)
    assert set(given) == {Purpose.RESEARCH}
    assert given[Purpose.RESEARCH].is_given
    assert given[Purpose.RESEARCH].given_on == today
    assert given[Purpose.RESEARCH].given_by == "the patient"
    assert given[Purpose.RESEARCH].form_version == "3.1"

    qtbot.mouseClick(row.withdraw, LEFT)
    assert row.state.text() == "Withdrawn on"
    qtbot.mouseClick(sheet.keep, LEFT)
    assert consents(clinic_session)[Purpose.RESEARCH].withdrawn_on == today
    answer = workflow.may_leave(record_of(clinic_session), Purpose.RESEARCH, today)
    assert answer is workflow.Leave.REFUSED


def test_a_withdrawal_has_its_own_day_and_a_consent_a_note_on_capacity(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(4)
    row = sheet.consent.purposes[Purpose.MDT]
    qtbot.keyClick(row.answer, Key.Key_1)
    row.on.line.selectAll()
    type_in(qtbot, row.on.line, "6 Jan 2026")
    type_in(qtbot, row.capacity, "by her daughter")
    qtbot.mouseClick(row.withdraw, LEFT)
    row.off.line.selectAll()
    type_in(qtbot, row.off.line, "1 Feb 2026")
    qtbot.mouseClick(sheet.keep, LEFT)

    consent = consents(clinic_session)[Purpose.MDT]
    assert (consent.given_on, consent.withdrawn_on) == (date(2026, 1, 6), date(2026, 2, 1))
    assert consent.capacity_note == "by her daughter"


def test_a_withdrawal_before_the_answer_is_refused(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(4)
    row = sheet.consent.purposes[Purpose.MDT]
    qtbot.keyClick(row.answer, Key.Key_1)
    qtbot.mouseClick(row.withdraw, LEFT)
    row.off.line.selectAll()
    type_in(qtbot, row.off.line, "1 Feb 2020")
    qtbot.mouseClick(sheet.keep, LEFT)

    assert consents(clinic_session) == {}
    assert "which it follows" in sheet.said.text()


def test_a_refusal_is_an_answer(qtbot: QtBot, clinic_session: Session, sheet: PatientSheet) -> None:
    sheet.pages.setCurrentRow(4)
    row = sheet.consent.purposes[Purpose.TEACHING]
    qtbot.keyClick(row.answer, Key.Key_2)
    row.on.line.selectAll()
    type_in(qtbot, row.on.line, "6 Jan 2026")
    qtbot.mouseClick(sheet.keep, LEFT)

    refused = consents(clinic_session)[Purpose.TEACHING]
    assert not refused.is_given
    assert refused.given_on == date(2026, 1, 6)
    assert not row.withdraw.isVisible()


def test_an_answer_that_was_nobodys_is_taken_out_again(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(4)
    row = sheet.consent.purposes[Purpose.MDT]
    qtbot.keyClick(row.answer, Key.Key_1)
    qtbot.mouseClick(sheet.keep, LEFT)

    qtbot.keyClick(row.answer, Key.Key_Delete)
    qtbot.mouseClick(sheet.keep, LEFT)

    assert consents(clinic_session) == {}
    assert row.state.text() == "Not asked"


def test_a_month_is_no_day_of_consent(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    sheet.pages.setCurrentRow(4)
    row = sheet.consent.purposes[Purpose.MDT]
    qtbot.keyClick(row.answer, Key.Key_1)
    row.on.line.selectAll()
    type_in(qtbot, row.on.line, "Jan 2026")
    qtbot.mouseClick(sheet.keep, LEFT)

    assert consents(clinic_session) == {}
    assert sheet.said.text().startswith("MDT: the day of an answer is a whole date")


# --- reading only --------------------------------------------------------------------------------


def test_a_library_for_reading_only_shows_and_records_nothing(
    qtbot: QtBot, clinic_session: Session, sheet: PatientSheet
) -> None:
    library = clinic_session.library
    assert library is not None
    clinic_session.close_library()
    assert not sheet.isVisible()
    clinic_session.open_library(library.path, for_reading=True)
    assert clinic_session.library is not None
    clinic_session.set_patient(clinic_session.library.patient_with_code("WT-0147"))

    sheet.open_at()

    assert not sheet.keep.isEnabled()
