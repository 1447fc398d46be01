from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, Qt

from tests.ui.conftest import FIRST_DAY, Clinic
from tests.ui.record.conftest import SECOND_DAY, SECOND_VISIT, Room
from woundtrack.model import ExudateAmount

TODAY = date.today()  # noqa: DTZ011  the clinic's own day


def offered(room: Room) -> list[str]:
    shown = room.page.chooser.list
    return [shown.itemText(at) for at in range(shown.count())]


def test_the_visits_are_listed_with_where_they_were_and_today_comes_first(room: Room) -> None:
    assert offered(room)[0].startswith("Today, ")
    assert offered(room)[0].endswith(", new")
    assert offered(room)[1:] == ["26 Jan 2026", "12 Jan 2026, clinic", "Another day…"]
    assert room.page.chooser.list.currentText() == "26 Jan 2026"


def test_the_keyboard_goes_from_visit_to_visit(room: Room) -> None:
    room.page.chooser.list.setFocus()

    room.press(Qt.Key.Key_Down)

    assert room.page.day == FIRST_DAY
    assert room.row("exudate_amount").answer is ExudateAmount.MODERATE


def test_the_day_of_a_visit_that_is_chosen_is_the_one_in_every_room(room: Room) -> None:
    room.page.show_day(FIRST_DAY)
    assert room.session.visit_id == "visit-2-0"

    room.session.set_visit(SECOND_VISIT)

    assert room.page.day == SECOND_DAY


def test_a_visit_on_another_day_is_begun_by_keys(room: Room) -> None:
    room.session.actions["record.another_day"].trigger()
    field = room.page.chooser.day
    assert field.hasFocus()
    field.setDate(QDate(2026, 2, 20))

    room.press(Qt.Key.Key_Return)

    assert room.page.day == date(2026, 2, 20)
    assert "20 Feb 2026, new" in offered(room)
    assert room.row("exudate_amount").answer is None
    assert room.row("exudate_amount").last_words == "Moderate"


def test_escape_leaves_the_question_for_another_day(room: Room) -> None:
    room.session.actions["record.another_day"].trigger()

    room.press(Qt.Key.Key_Escape)

    assert not room.page.chooser.is_asking
    assert room.page.day == SECOND_DAY


def test_no_visit_can_be_begun_in_the_future(room: Room) -> None:
    assert room.page.chooser.day.maximumDate().toPython() == TODAY


def test_a_visit_whose_answers_wait_is_marked_in_the_list(room: Room) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)

    room.page.show_day(FIRST_DAY)

    assert "26 Jan 2026, not saved" in offered(room)


def test_where_photographs_are_in_and_nothing_is_recorded_that_visit_is_begun_with(
    open_room: Callable[..., Room], recorded_clinic: Clinic
) -> None:
    room = open_room(day=None)

    assert room.page.day == SECOND_DAY


def test_where_the_last_visit_is_recorded_today_is_begun_with(
    open_room: Callable[..., Room],
) -> None:
    room = open_room()
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.save()
    room.session.set_patient(None)

    room.session.set_visit(None)
    room.session.set_patient(room.session.library.patient_with_code("WT-0147"))  # type: ignore[union-attr]

    assert room.page.day == TODAY


def test_answers_that_wait_are_come_back_to_from_the_timeline(room: Room) -> None:
    room.page.show_day(TODAY)
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    patient = room.session.patient
    room.session.set_patient(None)

    room.session.set_patient(patient)
    room.session.go("timeline")
    room.session.set_visit(SECOND_VISIT)  # the latest, which the timeline shows by itself
    room.session.go("record")

    assert room.page.day == TODAY


def test_an_earlier_visit_in_view_is_the_one_in_the_form(room: Room) -> None:
    room.session.go("timeline")
    room.session.set_visit("visit-2-0")

    room.session.go("record")

    assert room.page.day == FIRST_DAY


def test_looking_at_a_day_makes_no_visit(room: Room) -> None:
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    before = library.visits(patient.id)

    room.page.show_day(TODAY)
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.session.go("timeline")

    assert library.visits(patient.id) == before
