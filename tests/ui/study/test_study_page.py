"""The Study room: who is looked at, what stands under the figures, and what is saved of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import FIRST_DAY, Clinic
from woundtrack.healing.cohort_words import ENGLISH_COHORT
from woundtrack.model import (
    Agent,
    CohortUnit,
    Consent,
    PartialDate,
    PatientDetail,
    Purpose,
    Sex,
    SiteGroup,
    Started,
    Treatment,
)
from woundtrack.records import Library
from woundtrack.ui.study.opening_choices import ManyChoice
from woundtrack.ui.study.page import StudyPage
from woundtrack.ui.study.said import cohort_words
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.workflow import record_entries

Key = Qt.Key
Control = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def recorded(clinic: Clinic) -> Clinic:
    """Return the clinic where WT-0147 is a woman, treated since a week after the first visit."""
    treated = clinic.patients[2].id
    with Library.open(clinic.path) as library:
        record_entries(
            library,
            [
                PatientDetail(patient_id=treated, sex=Sex.FEMALE),
                Treatment(
                    patient_id=treated,
                    agent=Agent.SODIUM_THIOSULFATE_IV,
                    start=PartialDate.of(date(2026, 1, 19)),
                ),
            ],
            by="Ann",
        )
    return clinic


def enter(qtbot: QtBot, window: MainWindow) -> StudyPage:
    """Go to the room by its key; return its page once all is computed."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Key.Key_7, Control)
    qtbot.waitUntil(lambda: not window.session.tasks.running)
    page = window.page("study")
    assert isinstance(page, StudyPage)
    return page


def tick(qtbot: QtBot, box: ManyChoice, value: object) -> None:
    """Tick a value of a filter, or take the tick away, by keys alone."""
    box.setFocus()
    qtbot.keyClick(box, Key.Key_Down)
    assert box.sheet.isVisible()
    box.tick_of(value).setFocus()
    qtbot.keyClick(box.tick_of(value), Key.Key_Space)
    qtbot.keyClick(box.tick_of(value), Key.Key_Escape)
    assert not box.sheet.isVisible()


def rest(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the figures are computed, as a date's writer is waited for."""
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not window.session.tasks.running)


def test_ctrl_7_leads_to_the_figures_with_what_was_computed_under_them(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)

    page = enter(qtbot, window)

    assert window.rail.item("room.study").is_here
    assert page.said.startswith("3 patients, 3 lesions, 6 areas. Data as of")
    caption = page.curves.caption.text()
    assert caption.startswith(
        "3 lesions, 2 patients. Traced area in % of each one's first open area"
    )
    assert "No filter." in caption
    assert "woundtrack" in caption
    assert "draws of whole patients" in page.incidence.caption.text()
    assert page.curves.table.numbers.columns == ("Week", "Known", "Closed", "Median", "Quartiles")
    assert page.curves.table.numbers.rows[0] == ("0", "3", "0", "–", "–")
    assert page.curves.plot.accessibleDescription().endswith(caption)
    qtbot.waitUntil(lambda: page.curves.plot.drawing is not None)
    assert page.curves.plot.drawing is not None
    assert "weeks since the first open area" in page.curves.plot.drawing.words()


def test_a_filter_leaves_out_who_does_not_pass_and_is_told_under_the_figures(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)

    tick(qtbot, page.filters.sex, Sex.FEMALE)
    rest(qtbot, window)
    only, caption = page.said, page.curves.caption.text()
    tick(qtbot, page.filters.sex, Sex.FEMALE)
    tick(qtbot, page.filters.sex, Sex.MALE)
    rest(qtbot, window)

    assert only.startswith("1 patient, 2 lesions, 4 areas")
    assert only.endswith("Filtered, of 3 patients and 3 lesions.")
    assert "Filtered to sex female." in caption
    assert page.pages.currentWidget() is page.empty
    assert page.empty.title.text() == "Nobody passes these filters."
    qtbot.mouseClick(page.empty.clear_button, Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    assert page.filters.value.is_empty
    assert page.pages.currentWidget() is not page.empty


def test_several_values_of_one_filter_are_ticked_with_the_keys_and_any_takes_them_back(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)
    box = page.filters.site

    box.setFocus()
    qtbot.keyClick(box, Key.Key_Down)
    for key in (Key.Key_Down, Key.Key_Space, Key.Key_Down, Key.Key_Space):
        qtbot.keyClick(box.sheet.focusWidget(), key)
    rest(qtbot, window)

    assert page.filters.value.groups == (SiteGroup.ABDOMEN, SiteGroup.LEGS)
    assert box.currentText() == "Lesions: Abdomen, Legs"
    assert "Filtered to site Abdomen or Legs." in page.incidence.caption.text()
    assert not box.any.isChecked()
    qtbot.mouseClick(box.any, Qt.MouseButton.LeftButton)
    assert page.filters.value.is_empty
    assert box.any.isChecked()
    qtbot.keyClick(box.any, Key.Key_Escape)
    assert box.hasFocus()


def test_the_numbers_and_all_that_was_computed_stand_on_the_other_face_of_a_figure(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)
    assert page.curves.plot.isVisible()

    figure, numbers = page.curves.face.findChildren(QAbstractButton)
    figure.setFocus()
    qtbot.keyClick(figure, Key.Key_Right)

    assert numbers.isChecked()
    assert page.curves.table.isVisible()
    assert page.curves.caption.isVisible()
    assert not page.curves.plot.isVisible()


def test_without_a_reading_session_the_room_says_what_one_is_for(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)

    assert page.readers.text.isVisible()
    assert page.readers.text.text().startswith("No blinded reading yet.")
    qtbot.mouseClick(page.readers.begin, Qt.MouseButton.LeftButton)
    assert window.agreement.isVisible()


def test_a_typed_day_is_a_filter_once_its_writer_pauses(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)

    period = page.filters.period
    period.setFocus()
    qtbot.keyClick(period, Key.Key_Space)
    qtbot.keyClicks(period.since.line, "Jan 2026")

    qtbot.waitUntil(lambda: "first visit from" in page.curves.caption.text())
    assert page.filters.value.entered_from == FIRST_DAY.replace(day=1)
    qtbot.keyClick(period.since.line, Key.Key_Return)
    assert not period.sheet.isVisible()
    assert period.currentText() == "First visit: from Jan 2026"


def test_by_a_treatments_start_a_lesion_goes_from_one_group_to_the_other(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)

    page.look.by.setFocus()
    qtbot.keyClick(page.look.by, Key.Key_End)
    rest(qtbot, window)

    assert page.figures is not None
    assert [one.key for one in page.figures.curves.bands] == [Started.NOT_YET, Started.STARTED]
    assert page.curves.table.numbers.columns[0] == "Group"
    assert "yet who was given it was chosen" in page.incidence.caption.text()
    assert page.look.cause.isVisible()
    died = page.look.cause.findChildren(QAbstractButton)[1]
    qtbot.mouseClick(died, Qt.MouseButton.LeftButton)
    assert page.incidence.plot.accessibleDescription().startswith(
        "Cumulative incidence: Died, open."
    )


def test_whole_patients_are_not_told_apart_by_site(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)
    page.look.by.setFocus()
    qtbot.keyClick(page.look.by, Key.Key_Down)
    rest(qtbot, window)
    assert page.choice.by == "site"

    qtbot.mouseClick(page.look.unit.findChildren(QAbstractButton)[2], Qt.MouseButton.LeftButton)
    rest(qtbot, window)

    assert page.choice.by == "all"
    assert page.figures is not None
    assert page.figures.choice.unit is CohortUnit.PATIENT
    assert page.curves.caption.text().startswith("2 patients as a whole.")


def test_figures_are_saved_with_their_caption(
    qtbot: QtBot,
    make_window: Callable[..., MainWindow],
    recorded: Clinic,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)
    places = iter([tmp_path / "areas.svg", tmp_path / "incidence.pdf"])
    monkeypatch.setattr(page, "ask_file", lambda _name: next(places))

    qtbot.keyClick(window, Key.Key_S, Control)
    rest(qtbot, window)
    qtbot.keyClick(window, Key.Key_S, Control | Qt.KeyboardModifier.ShiftModifier)
    rest(qtbot, window)

    text = (tmp_path / "areas.svg").read_text(encoding="utf-8")
    assert "Area over time" in text
    assert "3 lesions, 2 patients." in text
    assert "Not a medical device" in text
    assert (tmp_path / "incidence.pdf").read_bytes().startswith(b"%PDF")


def test_ctrl_c_copies_the_numbers_for_a_spreadsheet(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)

    page.incidence.table.setFocus()
    qtbot.keyClick(page.incidence.table, Key.Key_C, Control)

    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Week\tAt risk\tClosed\tDied, open\tSurgery"
    assert lines[1].startswith("0\t3\t")
    assert lines[2] == "13\t0\t–\t–\t–"  # nobody was followed for so long
    assert len(lines) == 6


def test_who_refused_research_is_left_out_and_counted(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    with Library.open(recorded.path) as library:
        no = Consent(
            patient_id=recorded.patients[1].id,
            purpose=Purpose.RESEARCH,
            is_given=False,
            given_on=FIRST_DAY,
        )
        record_entries(library, [no], by="Ann")
    window = make_window(recorded.path)

    page = enter(qtbot, window)

    assert page.said.startswith("2 patients, 2 lesions, 4 areas")
    assert page.look.note.text().startswith("1 patient without consent to research is left out.")


def test_who_is_left_out_stands_in_one_line_where_there_is_room(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    with Library.open(recorded.path) as library:
        no = Consent(
            patient_id=recorded.patients[1].id,
            purpose=Purpose.RESEARCH,
            is_given=False,
            given_on=FIRST_DAY,
        )
        record_entries(library, [no], by="Ann")
    window = make_window(recorded.path)
    page = enter(qtbot, window)
    note = page.look.note
    line = note.fontMetrics().lineSpacing()

    heights = {}
    for width in (1280, 2560):
        window.resize(width, 700)
        qtbot.wait(20)
        heights[width] = note.heightForWidth(note.width())
        assert note.geometry().right() <= page.look.width()

    assert heights[2560] < 1.5 * line
    assert heights[1280] > 1.5 * line


def test_reading_that_was_stopped_is_said_and_begun_again(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    window.session.go("study")
    page = window.page("study")
    assert isinstance(page, StudyPage)

    window.session.tasks.cancel_all()
    rest(qtbot, window)

    assert page.empty.title.text() == "The cohort was not read to its end."
    qtbot.mouseClick(page.empty.read_button, Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    assert page.pages.currentWidget() is not page.empty


def test_a_library_without_patients_says_how_to_begin(
    qtbot: QtBot, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    Library.create(tmp_path / "Ward 7").close()
    window = make_window(tmp_path / "Ward 7")

    page = enter(qtbot, window)

    assert page.empty.title.text() == "No patients yet."
    assert page.empty.import_button.isVisible()


def test_what_was_recorded_meanwhile_is_in_the_figures(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)
    library = window.session.library
    assert library is not None

    record_entries(
        library, [PatientDetail(patient_id=recorded.patients[1].id, sex=Sex.MALE)], by="Ann"
    )
    window.session.library_changed.emit(frozenset({"record"}))
    rest(qtbot, window)

    assert page.figures is not None
    assert {one.sex for one in page.figures.passing} == {None, Sex.MALE, Sex.FEMALE}


def test_the_windows_words_are_those_of_the_files(dressed: object) -> None:
    said = cohort_words()

    for one in fields(ENGLISH_COHORT):
        ours, theirs = getattr(said, one.name), getattr(ENGLISH_COHORT, one.name)
        if isinstance(theirs, str):
            assert ours == theirs, one.name
    for one in fields(ENGLISH_COHORT.filters):
        ours, theirs = (getattr(each.filters, one.name) for each in (said, ENGLISH_COHORT))
        if isinstance(theirs, str):
            assert ours == theirs, one.name
    assert said.units(CohortUnit.LESION, 1) == ENGLISH_COHORT.units(CohortUnit.LESION, 1)
    assert [said.filters.treatment(one) for one in Agent] == [
        ENGLISH_COHORT.filters.treatment(one) for one in Agent
    ]


def test_blinded_reading_is_begun_from_here(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)

    qtbot.mouseClick(page.readings_button, Qt.MouseButton.LeftButton)

    assert window.agreement.isVisible()


def test_an_export_begun_here_holds_only_who_passes_the_filters(
    qtbot: QtBot,
    make_window: Callable[..., MainWindow],
    recorded: Clinic,
    tmp_path: Path,
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)
    tick(qtbot, page.filters.sex, Sex.FEMALE)
    rest(qtbot, window)

    qtbot.mouseClick(page.export_button, Qt.MouseButton.LeftButton)
    sheet = window.export_sheet
    rest(qtbot, window)
    sheet.choices.folder.selectAll()
    qtbot.keyClicks(sheet.choices.folder, str(tmp_path / "out"))
    qtbot.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    rest(qtbot, window)

    assert sheet.choices.filtered.isChecked()
    assert [number.text() for number, _ in sheet.leaving._numbers][:2] == ["1", "2"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["filters"] == {"sex": ["female"]}
    assert manifest["patients"] == 1
    assert sheet.result is not None
    sheet.dismiss()
    window.session.go("timeline")
    sheet.open()
    assert sheet.choice.filters is None
    assert not sheet.choices.filtered.isVisible()


def test_on_the_smallest_window_no_choice_of_the_bar_is_cut(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)
    page.look.by.setFocus()
    qtbot.keyClick(page.look.by, Key.Key_End)
    rest(qtbot, window)

    window.resize(1280, 640)
    qtbot.wait(20)

    for choice in (page.look.unit, page.look.value, page.look.cause):
        assert choice.isVisible()
        assert choice.width() >= choice.sizeHint().width()
    assert page.look.note.geometry().right() <= page.look.width()


def test_the_tick_that_has_the_keys_looks_different_in_a_sheet(
    qtbot: QtBot, make_window: Callable[..., MainWindow], recorded: Clinic
) -> None:
    window = make_window(recorded.path)
    page = enter(qtbot, window)
    box = page.filters.sex
    box.setFocus()
    qtbot.keyClick(box, Key.Key_Down)
    tick = box.tick_of(Sex.MALE)
    before = tick.grab().toImage()

    tick.setFocus()

    assert tick.grab().toImage() != before
    qtbot.keyClick(tick, Key.Key_Escape)
