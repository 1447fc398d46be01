from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from tests.ui.record.conftest import SECOND_DAY, Room
from woundtrack import workflow
from woundtrack.model import (
    Analyte,
    ClinicalRecord,
    Debrided,
    EventKind,
    PartialDate,
    StopReason,
)
from woundtrack.ui.components import DropDown, Label
from woundtrack.ui.record.entry_panel import EntryPanel
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.partial_date_field import PartialDateField, read_partial_date


def record(room: Room) -> ClinicalRecord:
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    return workflow.record_of(library, patient)


def panel(room: Room) -> EntryPanel:
    assert isinstance(room.page.side.panel, EntryPanel)
    return room.page.side.panel


def pick(room: Room, name: str, value: str) -> None:
    box = cast(DropDown, panel(room).fields[name])
    box.setFocus()
    box.setCurrentIndex(box.findData(value))


def write(room: Room, name: str, text: str) -> None:
    field = panel(room).fields[name]
    field.setFocus()
    line = field.line if isinstance(field, PartialDateField) else field
    if isinstance(line, DropDown):
        line.setCurrentText("")
    else:
        cast(QLineEdit, line).clear()
    room.type(text)


def test_a_treatment_is_added_beside_the_form_and_undone(room: Room) -> None:
    room.click(room.page.side.treatments.add_button)
    pick(room, "agent", "cinacalcet")
    write(room, "dose_value", "60")
    write(room, "dose_unit", "mg")
    write(room, "start", "Jan 2026")

    room.click(panel(room).save)

    added = record(room).treatments[0]
    assert (added.agent, added.dose_value, added.dose_unit) == ("cinacalcet", 60, "mg")
    assert added.start == PartialDate(text="2026-01")
    names = [row.title for row in room.page.side.treatments.rows]
    assert "Cinacalcet 60\u202fmg" in names
    room.session.undo_stack.undo()
    assert len(record(room).treatments) == 1


def test_a_dose_without_its_unit_is_asked_for(room: Room) -> None:
    room.page.side.open_form("treatment")
    pick(room, "agent", "cinacalcet")
    write(room, "dose_value", "60")

    room.press(Qt.Key.Key_Return)

    assert panel(room).said.text() == "A dose needs its unit."
    assert len(record(room).treatments) == 1


def test_a_treatment_is_stopped_with_its_reason(room: Room) -> None:
    room.click(room.page.side.treatments.rows[0].buttons[0])
    pick(room, "stop_reason", "side_effect")

    room.click(panel(room).save)

    stopped = record(room).treatments[0]
    assert stopped.stop == PartialDate.of(SECOND_DAY)
    assert stopped.stop_reason is StopReason.SIDE_EFFECT
    assert room.page.side.treatments.rows == ()


def test_another_dose_ends_the_treatment_and_follows_it(room: Room) -> None:
    there = record(room).treatments[0]
    room.page.side.open_form("dose", there)
    write(room, "dose_value", "12.5")

    room.press(Qt.Key.Key_Return)

    before, after = record(room).treatments
    assert before.stop_reason is StopReason.CHANGED
    assert (after.dose_value, after.follows) == (12.5, before.entry_id)
    (row,) = room.page.side.treatments.rows
    assert row.caption == "since 16 Jan 2026, this dose since 26 Jan 2026"


def test_a_treatment_is_corrected_and_its_history_tells_it(room: Room) -> None:
    there = record(room).treatments[0]
    room.page.side.open_form("treatment", there)
    write(room, "dose_value", "20")
    panel(room).why_changed.setFocus()
    room.type("misread")
    room.click(panel(room).save)

    room.page.side.open_form("treatment", record(room).treatments[0])

    corrected = record(room).treatments[0]
    assert (corrected.revision, corrected.dose_value) == (2, 20)
    told = [one.text() for one in panel(room).findChildren(Label)]
    assert "Dose: 25 → 20" in told
    assert "Reason: misread" in told


def test_an_entry_is_taken_out_with_a_reason_and_no_other_way(room: Room) -> None:
    room.page.side.open_form("treatment", record(room).treatments[0])

    room.click(panel(room).take_out)
    assert "why it is taken out" in panel(room).said.text()
    panel(room).why_out.setFocus()
    room.type("another patient")
    room.click(panel(room).take_out)

    assert record(room).treatments == ()
    room.session.undo_stack.undo()
    assert len(record(room).treatments) == 1


def test_an_event_of_a_month_is_recorded_and_listed(room: Room) -> None:
    room.click(room.page.side.treatments.event_button)
    pick(room, "kind", "sepsis")
    write(room, "on", "Jan 2026")

    room.click(panel(room).save)

    (event,) = record(room).events
    assert (event.kind, event.on.text) == (EventKind.SEPSIS, "2026-01")
    assert [row.title for row in room.page.side.events.rows] == ["Sepsis"]
    assert room.page.side.events.rows[0].caption == "Jan 2026"


def test_escape_leaves_a_form_and_nothing_is_recorded(room: Room) -> None:
    room.page.side.open_form("event")

    room.press(Qt.Key.Key_Escape)

    assert room.page.side.panel is None
    assert record(room).events == ()
    assert room.page.side.treatments.isVisible()


def test_a_second_death_is_asked_about_before_it_is_recorded(room: Room) -> None:
    for _ in range(2):
        room.page.side.open_form("event")
        pick(room, "kind", "death")
        room.click(panel(room).save)

    assert "is recorded already" in panel(room).said.text()
    assert panel(room).save.text() == "Record it all the same"
    assert len(record(room).events) == 1


def test_after_a_death_the_visit_can_be_completed_and_none_be_added_later(
    open_room: Callable[..., Room],
) -> None:
    room = open_room()
    room.page.side.open_form("event")
    pick(room, "kind", "death")
    room.click(panel(room).save)

    assert room.page.notes[0].startswith("Died on 26 Jan 2026.")
    assert room.page.chooser.day.maximumDate().toPython() == SECOND_DAY


def test_a_debridement_answered_in_its_row_is_among_the_events_and_not_asked_again(
    room: Room,
) -> None:
    room.choose(room.row("debrided"), Debrided.BEFORE_PHOTOGRAPH)

    room.save()

    (row,) = room.page.side.events.rows
    assert row.title == "Debridement, A1"
    assert "answered in the lesion's row" in row.caption
    assert record(room).events == ()
    room.click(row.buttons[0])
    assert room.row("debrided").control.hasFocus()


def test_a_lab_result_has_the_one_unit_of_its_analyte(room: Room) -> None:
    room.click(room.page.side.treatments.lab_button)
    pick(room, "analyte", "crp")
    field = cast(NumberField, panel(room).fields["value_crp"])
    assert field.unit == "mg/L"
    write(room, "value_crp", "42")
    write(room, "taken_on", "20 Jan 2026")

    room.click(panel(room).save)

    added = next(one for one in record(room).labs if one.analyte is Analyte.CRP)
    assert (added.value, added.unit, added.taken_on) == (42, "mg/L", date(2026, 1, 20))


def test_the_laboratorys_own_range_goes_with_the_value_and_its_lower_end_comes_first(
    room: Room,
) -> None:
    room.page.side.open_form("lab")
    pick(room, "analyte", "crp")
    write(room, "value_crp", "42")
    write(room, "reference_low", "5")
    write(room, "reference_high", "0")
    room.click(panel(room).save)
    assert "its first number is the lower one" in panel(room).said.text()

    write(room, "reference_low", "0")
    write(room, "reference_high", "5")
    room.click(panel(room).save)

    added = next(one for one in record(room).labs if one.analyte is Analyte.CRP)
    assert (added.value, added.reference_low, added.reference_high) == (42, 0, 5)


def test_an_event_says_where_it_is_known_from(room: Room) -> None:
    room.page.side.open_form("event")
    pick(room, "kind", "admission")
    write(room, "on", "20 Jan 2026")
    write(room, "source", "Discharge letter")

    room.click(panel(room).save)

    (event,) = record(room).events
    assert (event.kind, event.source) == (EventKind.ADMISSION, "Discharge letter")


def test_an_unusual_lab_result_is_asked_about_and_recorded_all_the_same(room: Room) -> None:
    room.page.side.open_form("lab")
    pick(room, "analyte", "phosphate")
    write(room, "value_phosphate", "5")

    room.press(Qt.Key.Key_Return)
    assert panel(room).said.text().startswith("5\u202fmmol/L is unusual")
    room.click(panel(room).save)

    assert 5 in [one.value for one in record(room).labs]


def test_blood_results_of_the_visit_are_saved_with_it(room: Room) -> None:
    field = room.page.form.whole.labs.fields[Analyte.PHOSPHATE]
    field.setFocus()
    room.type("1,6")

    room.save()

    today = [one for one in record(room).labs if one.taken_on == SECOND_DAY]
    assert [(one.analyte, one.value, one.unit) for one in today] == [
        (Analyte.PHOSPHATE, 1.6, "mmol/L")
    ]


def test_an_unusual_blood_result_is_asked_about(room: Room) -> None:
    field = room.page.form.whole.labs.fields[Analyte.PHOSPHATE]
    field.setFocus()

    room.type("5")
    room.press(Qt.Key.Key_Return)

    assert room.page.form.whole.labs.doubt == (
        "Phosphate: 5\u202fmmol/L is unusual: mostly it is 0.4 to 3.5. Is it right?"
    )


def test_which_blood_results_are_asked_is_chosen_once(room: Room) -> None:
    labs = room.page.form.whole.labs
    assert not labs.fields[Analyte.INR].isVisible()

    menu = labs.choice_menu()
    next(one for one in menu.actions() if one.text() == "INR").trigger()

    assert labs.fields[Analyte.INR].isVisible()
    assert Analyte.INR in labs.chosen


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026", "2026"),
        ("6/2026", "2026-06"),
        ("Jun 2026", "2026-06"),
        ("2026-06", "2026-06"),
        ("11 Jun 2026", "2026-06-11"),
        ("11.6.2026", "2026-06-11"),
        ("11/06/26", "2026-06-11"),
        ("2026-06-11", "2026-06-11"),
        ("11 June", "2026-06-11"),
        ("12 Dec", "2025-12-12"),
    ],
)
def test_dates_are_read_as_people_write_them(typed: str, meant: str) -> None:
    assert read_partial_date(typed, date(2026, 6, 20)) == PartialDate(text=meant)


@pytest.mark.parametrize("typed", ["31 Feb 2026", "soon", "13/13/2026", "6"])
def test_what_is_no_date_is_not_guessed(typed: str) -> None:
    assert read_partial_date(typed, date(2026, 6, 20)) is None
