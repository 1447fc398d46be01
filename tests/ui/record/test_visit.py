from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import FIRST_DAY, Clinic
from tests.ui.record.conftest import FIRST_VISIT, SECOND_DAY, Room
from woundtrack import workflow
from woundtrack.model import (
    BodySite,
    Debrided,
    ExudateAmount,
    InfectionSign,
    Lesion,
    LesionDetail,
    LesionState,
    Missing,
    PainContext,
    PainScale,
    PartialDate,
    Setting,
    Side,
)
from woundtrack.records import VisitDrafts
from woundtrack.ui.record.answer_row import OfferedText
from woundtrack.ui.record.choice_bar import ChoiceBar
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.tick_bar import TickBar
from woundtrack.ui.record.visit_draft import of_lesion
from woundtrack.ui.window.focus_ring import FocusRing


def test_last_visits_answers_stand_beside_the_questions(room: Room) -> None:
    assert room.page.form.whole.pains
    assert room.pain(PainContext.WORST_24H).last_words == "3 of 10"
    assert room.row("exudate_amount").last_words == "Moderate"
    assert room.row("periwound").last_words == "Erythema, induration"
    assert room.row("max_depth_cm").last_words == "0.6\u202fcm"


def test_the_state_comes_from_the_photograph_that_was_accepted_and_is_not_asked_again(
    room: Room,
) -> None:
    assert room.row("state").answer is LesionState.OPEN
    assert not room.page.draft.is_changed  # type: ignore[union-attr]


def test_digits_set_pain_and_two_of_them_set_ten(room: Room) -> None:
    room.pain(PainContext.WORST_24H).control.setFocus()

    room.type("10")

    assert room.pain(PainContext.WORST_24H).answer == 10


def test_a_visit_is_saved_by_one_key_and_taken_back_by_another(room: Room, qtbot: QtBot) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.choose(room.pain(PainContext.WORST_24H), 0.0)

    room.save()

    finding = room.finding()
    assert finding is not None
    assert finding.exudate_amount is ExudateAmount.SMALL
    assert finding.state is LesionState.OPEN  # with what the photograph said
    assert finding.recorded_by == "Ann"
    assert room.page.draft is not None
    assert not room.page.draft.is_changed
    room.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert room.finding() is None
    assert room.row("exudate_amount").answer is None
    room.press(
        Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert room.row("exudate_amount").answer is ExudateAmount.SMALL


def test_pain_of_zero_is_recorded_as_zero_and_no_answer_as_none(room: Room) -> None:
    room.choose(room.pain(PainContext.WORST_24H), 0.0)

    room.save()

    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    pains = [one for one in workflow.record_of(library, patient).pains if one.on == SECOND_DAY]
    assert [(one.context, one.value) for one in pains] == [(PainContext.WORST_24H, 0.0)]


def test_same_as_last_answers_what_may_be_copied_and_marks_it(room: Room) -> None:
    room.same_as_last()

    draft = room.page.draft
    assert draft is not None
    assert room.row("exudate_amount").answer is ExudateAmount.MODERATE
    assert room.page.form.whole.seen_at.answer is Setting.CLINIC
    copied = {key.field for key in draft.copied if key.subject == "finding/lesion-a1"}
    assert copied == {
        "exudate_amount",
        "exudate_type",
        "edge",
        "periwound",
        "infection_signs",
        "has_drainage",
        "needs_dressing",
        "dressing",
    }
    assert "as last visit" in room.row("exudate_amount").control.accessibleName()


def test_same_as_last_copies_neither_pain_nor_numbers_nor_what_was_done(room: Room) -> None:
    room.same_as_last()

    assert room.pain(PainContext.WORST_24H).answer is None
    assert room.row("max_depth_cm").answer is None
    assert room.row("debrided").answer is None


def test_same_as_last_leaves_what_is_answered(room: Room) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.LARGE)

    room.same_as_last()

    assert room.row("exudate_amount").answer is ExudateAmount.LARGE


def test_a_copied_answer_that_is_pressed_is_confirmed(room: Room) -> None:
    room.same_as_last()

    room.choose(room.row("exudate_amount"), ExudateAmount.MODERATE)

    assert "as last visit" not in room.row("exudate_amount").control.accessibleName()
    assert room.row("exudate_amount").answer is ExudateAmount.MODERATE


def test_one_letter_says_why_there_is_no_answer_and_that_is_recorded(room: Room) -> None:
    room.row("max_depth_cm").control.setFocus()

    room.type("a")
    room.save()

    finding = room.finding()
    assert finding is not None
    assert finding.max_depth_cm is None
    assert finding.why_missing("max_depth_cm") is Missing.NOT_ASSESSABLE


def test_f2_offers_every_reason_for_no_answer(room: Room) -> None:
    room.row("edge").control.setFocus()

    room.press(Qt.Key.Key_F2)

    menu = QApplication.activePopupWidget()
    assert menu is not None
    said = [action.text() for action in menu.actions()]
    menu.close()
    assert any("Not done" in one for one in said)
    assert any("Declined" in one for one in said)
    assert any("Not known" in one for one in said)


def test_letters_are_no_keys_where_they_are_switched_off(room: Room) -> None:
    room.session.actions["window.letters"].trigger()
    room.row("edge").control.setFocus()

    room.type("u")

    assert room.row("edge").answer is None


def test_nine_centimetres_after_zero_point_six_are_asked_about(room: Room) -> None:
    field = room.row("max_depth_cm").control
    assert isinstance(field, NumberField)
    field.setFocus()

    room.type("9")
    room.press(Qt.Key.Key_Return)

    row = room.row("max_depth_cm")
    assert row.question == ("9\u202fcm is unusual (last 0.6). Did you mean 0.9\u202fcm?")
    room.press(Qt.Key.Key_Space)  # the keyboard is on "Use 0.9"
    assert row.answer == 0.9
    assert row.question == ""


def test_an_unusual_number_that_is_right_is_recorded(room: Room) -> None:
    room.row("max_depth_cm").control.setFocus()
    room.type("9")
    room.press(Qt.Key.Key_Return)

    room.click(room.row("max_depth_cm").question_buttons[1])
    room.save()

    finding = room.finding()
    assert finding is not None
    assert finding.max_depth_cm == 9


def test_an_unusual_number_is_asked_about_before_it_is_saved_and_then_once(room: Room) -> None:
    room.row("max_depth_cm").control.setFocus()
    room.type("9")

    room.save()
    assert "9\u202fcm is unusual (last 0.6)" in room.row("max_depth_cm").question
    assert room.finding() is None
    room.save()

    finding = room.finding()
    assert finding is not None
    assert finding.max_depth_cm == 9


def test_an_unusual_number_of_another_lesion_brings_that_into_view_before_saving(
    room: Room,
) -> None:
    draft = room.page.draft
    assert draft is not None
    draft.give(of_lesion("lesion-t1", "max_depth_cm"), 3.0)
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)

    room.save()

    assert room.page.lesion is not None
    assert room.page.lesion.label == "T1"
    assert "3\u202fcm is unusual (last 0.3)" in room.row("max_depth_cm").question


def test_where_enter_leads_to_can_be_seen(room: Room) -> None:
    room.row("max_depth_cm").control.setFocus()
    room.type("9")

    QTest.keyClick(room.window.windowHandle(), Qt.Key.Key_Return)  # as the system sends it

    (ring,) = room.window.findChildren(FocusRing)
    assert ring.widget() is room.row("max_depth_cm").question_buttons[0]


def test_f4_scores_the_lesion_in_view(room: Room) -> None:
    room.press(Qt.Key.Key_F4)

    assert room.page.side.score.sheet.isVisible()
    room.page.side.score.sheet.dismiss()


def test_an_impossible_number_is_refused_in_words_and_the_visit_is_not_saved(room: Room) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.row("max_depth_cm").control.setFocus()

    room.type("-1")
    room.press(Qt.Key.Key_Return)
    room.save()

    assert room.row("max_depth_cm").question == "It can only be from 0 to 15\u202fcm."
    assert room.finding() is None
    assert room.row("max_depth_cm").control.hasFocus()


def test_a_closed_state_leaves_only_what_closure_needs(room: Room) -> None:
    room.choose(room.row("state"), LesionState.EPITHELIALISED)

    shown = {name for name, row in room.page.form.lesions.rows_of.items() if row.isVisible()}

    assert {"has_drainage", "needs_dressing"} <= shown
    assert not {"exudate_amount", "edge", "max_depth_cm", "debrided"} & shown


def test_where_there_is_no_exudate_its_type_is_not_asked(room: Room) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.NONE)

    assert not room.row("exudate_type").isVisible()


def test_a_tab_gets_its_tick_when_all_that_is_needed_is_answered(room: Room) -> None:
    room.same_as_last()
    room.row("max_depth_cm").control.setFocus()
    room.type("0.4")
    room.choose(room.row("debrided"), Debrided.NO)

    names = {key: one.accessibleName() for key, one in room.page.form.lesions.tabs.buttons.items()}

    assert names["lesion-a1"].endswith("all answered")
    assert not names["lesion-t1"].endswith("all answered")


def test_ctrl_page_down_goes_to_the_next_lesion(room: Room) -> None:
    room.press(Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)

    assert room.page.lesion is not None
    assert room.page.lesion.label == "T1"
    assert room.row("max_depth_cm").last_words == "0.3\u202fcm"


def test_the_dressings_used_before_are_offered(room: Room) -> None:
    dressing = room.row("dressing").control
    assert isinstance(dressing, OfferedText)

    assert dressing.itemText(0) == "Silicone foam 15 × 15 cm"


def test_answers_that_are_not_saved_outlive_leaving_the_room(room: Room) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)

    room.session.go("timeline")

    library = room.session.library
    assert library is not None
    assert len(VisitDrafts(library.path, is_read_only=True).all()) == 1
    assert room.window.rail.item("room.record").count == 1
    room.session.go("record")
    assert room.row("exudate_amount").answer is ExudateAmount.SMALL
    assert room.finding() is None


def test_answers_that_are_not_saved_outlive_the_window(
    room: Room, open_room: Callable[..., Room]
) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.same_as_last()
    room.window.close()

    again = open_room()

    assert again.row("exudate_amount").answer is ExudateAmount.SMALL
    assert "as last visit" in again.row("edge").control.accessibleName()
    assert "not saved yet" in again.page.unsaved.said


def test_answers_are_kept_a_moment_after_they_are_given(room: Room, qtbot: QtBot) -> None:
    library = room.session.library
    assert library is not None

    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)

    qtbot.waitUntil(lambda: len(VisitDrafts(library.path, is_read_only=True).all()) == 1)


def test_answers_that_are_not_saved_stay_with_their_patient(
    room: Room, recorded_clinic: Clinic
) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)

    room.session.set_patient(recorded_clinic.patients[1])
    assert room.row("exudate_amount").answer is None
    room.session.set_patient(recorded_clinic.patients[2])

    assert room.page.day == SECOND_DAY
    assert room.row("exudate_amount").answer is ExudateAmount.SMALL


def test_pain_that_is_taken_away_again_is_taken_out_of_the_record(room: Room) -> None:
    row = room.pain(PainContext.WORST_24H)
    room.choose(row, 4.0)
    room.save()
    row.control.setFocus()

    room.press(Qt.Key.Key_Delete)
    room.save()

    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    assert [one.on for one in workflow.record_of(library, patient).pains] == [FIRST_DAY] * 2
    assert row.answer is None


def test_the_hundred_millimetre_scale_has_its_own_field_and_stays_the_patients(room: Room) -> None:
    room.click(room.page.form.whole.scale.findChildren(QAbstractButton)[1])
    field = room.page.form.whole.pains[PainContext.WORST_24H, PainScale.VAS100].control
    assert field.isVisible()
    field.setFocus()
    room.type("55")

    room.save()

    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    today = [one for one in workflow.record_of(library, patient).pains if one.on == SECOND_DAY]
    assert [(one.scale, one.value) for one in today] == [(PainScale.VAS100, 55)]
    room.page.show_day(SECOND_DAY.replace(month=2, day=12))
    assert room.page.draft is not None
    assert room.page.draft.scale is PainScale.VAS100


def test_saved_answers_are_no_draft_any_more(room: Room, qtbot: QtBot) -> None:
    library = room.session.library
    assert library is not None
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    qtbot.waitUntil(lambda: bool(VisitDrafts(library.path, is_read_only=True).all()))

    room.save()

    assert VisitDrafts(library.path, is_read_only=True).all() == ()
    assert room.page.unsaved.said == "Everything is saved."


def test_unsaved_answers_are_thrown_away_and_brought_back(room: Room) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)

    room.click(room.page.unsaved.throw_away)
    assert room.row("exudate_amount").answer is None
    room.session.undo_stack.undo()

    assert room.row("exudate_amount").answer is ExudateAmount.SMALL


def test_a_visit_without_a_photograph_is_made_when_it_is_saved(
    open_room: Callable[..., Room],
) -> None:
    day = FIRST_DAY.replace(month=2, day=20)
    room = open_room(day)
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    assert day not in {one.visited_on for one in library.visits(patient.id)}

    room.choose(room.pain(PainContext.WORST_24H), 4.0)
    room.save()

    assert day in {one.visited_on for one in library.visits(patient.id)}


def test_a_changed_answer_is_a_revision_with_its_reason(room: Room) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.save()
    room.choose(room.row("exudate_amount"), ExudateAmount.LARGE)
    room.page.unsaved.why.setFocus()
    room.type("read the wrong line")

    room.save()

    finding = room.finding()
    assert finding is not None
    assert (finding.revision, finding.reason) == (2, "read the wrong line")
    room.click(room.page.form.lesions.history)
    assert room.page.side.panel is not None
    lines = "\n".join(room.page.side.panel.lines)  # type: ignore[union-attr]
    assert "Exudate amount: Small → Large" in lines
    assert "read the wrong line" in lines


def test_a_correction_that_is_saved_is_no_longer_counted_as_unsaved(room: Room) -> None:
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.save()
    room.choose(room.row("exudate_amount"), ExudateAmount.LARGE)
    room.session.go("timeline")
    room.session.go("record")
    assert room.window.rail.item("room.record").count == 1

    room.save()

    assert room.window.rail.item("room.record").count == 0


def test_who_recorded_the_pain_of_a_visit_and_changed_it_is_told(room: Room) -> None:
    row = room.pain(PainContext.WORST_24H)
    assert not room.page.form.whole.history.isVisible()
    for pain in (4.0, 5.0):
        room.choose(row, pain)
        room.save()

    room.click(room.page.form.whole.history)

    lines = room.page.side.panel.lines  # type: ignore[union-attr]
    assert "Value: 4 → 5" in lines
    assert lines[0].startswith("Worst pain, 24 h: Ann changed it, today")


def test_a_bar_of_answers_is_one_stop_of_the_keyboard_and_arrows_choose_in_it(room: Room) -> None:
    bar = room.row("edge").control
    assert isinstance(bar, ChoiceBar)
    bar.setFocus()

    room.press(Qt.Key.Key_Right)  # the first arrow takes last visit's answer
    assert room.row("edge").last_words == "Rolled"
    first = bar.answer
    room.press(Qt.Key.Key_Right)

    assert first == "rolled"
    assert bar.answer == "diffuse"
    room.press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is room.row("depth").control


def test_down_and_up_go_from_row_to_row_and_leave_the_answers(room: Room) -> None:
    room.row("edge").control.setFocus()

    room.press(Qt.Key.Key_Down)
    assert QApplication.focusWidget() is room.row("depth").control
    room.press(Qt.Key.Key_Up)

    assert QApplication.focusWidget() is room.row("edge").control
    assert not room.page.draft.is_changed  # type: ignore[union-attr]


def test_ticks_are_one_stop_and_the_rare_ones_are_a_step_away(room: Room) -> None:
    bar = room.row("infection_signs").control
    assert isinstance(bar, TickBar)
    bar.setFocus()

    room.type("2")  # pus
    for _ in range(5):
        room.press(Qt.Key.Key_Right)
    room.press(Qt.Key.Key_Return)  # on "More…"
    room.press(Qt.Key.Key_Space)

    assert room.row("infection_signs").answer == (InfectionSign.PUS, InfectionSign.SWELLING)
    room.type("1")  # none seen rules out the others
    assert room.row("infection_signs").answer == (InfectionSign.NONE,)


def test_a_reader_sees_the_record_and_is_told_why_it_cannot_be_changed(
    open_room: Callable[..., Room],
) -> None:
    writing = open_room()
    reading = open_room()

    assert not reading.session.can_write
    assert reading.row("exudate_amount").last_words == "Moderate"
    assert not reading.row("exudate_amount").isEnabled()
    assert "reading only" in reading.page.notes[0]
    assert not reading.page.save_button.isEnabled()
    assert writing.session.can_write


def test_a_patient_without_a_lesion_can_be_asked_about_pain(open_room: Callable[..., Room]) -> None:
    room = open_room(patient=0, day=None)

    # A photograph of theirs waits: what is to be done is to accept it, not to import one.
    assert room.page.form.to_review.isVisible()
    assert not room.page.form.no_lesion.isVisible()
    room.choose(room.pain(PainContext.WORST_24H), 4.0)
    room.save()

    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    assert [one.value for one in workflow.record_of(library, patient).pains] == [4.0]


def with_a_third_lesion(room: Room) -> None:
    """Give the patient one more lesion, seen open at the first visit."""
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    site = BodySite(region="thigh", side=Side.RIGHT)
    with library.verb("accept", by="Ann") as change:
        change.add_lesion(
            Lesion(
                id="lesion-t2",
                patient_id=patient.id,
                label="T2",
                number=3,
                site=site,
                created_at=patient.created_at,
            )
        )
    first = workflow.record_of(library, patient).finding_of("lesion-t1", FIRST_VISIT)
    assert first is not None
    third = replace(first, id="t2", entry_id="t2", lesion_id="lesion-t2")
    workflow.record_entries(library, [third], by="Ann")
    room.session.changed("patients", "record")


def test_a_visit_of_three_lesions_is_recorded_by_keys_alone_with_same_as_last(room: Room) -> None:
    with_a_third_lesion(room)
    room.keys = 0

    room.same_as_last()  # the keyboard is then on the first question without an answer
    for pain in ("3", "5"):
        room.type(pain)
        room.press(Qt.Key.Key_Return)
    for depth in ("0.6", "0.3", "0.4"):
        room.type(depth)
        room.press(Qt.Key.Key_Return)
        room.type("1")  # not debrided
        room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Return)  # on the main button

    print(f"a visit of three lesions with same as last: {room.keys} keys")  # noqa: T201
    depths = []
    for lesion_id in ("lesion-a1", "lesion-t1", "lesion-t2"):
        finding = room.finding(lesion_id)
        assert finding is not None
        assert finding.debrided is Debrided.NO
        depths.append(finding.max_depth_cm)
    assert depths == [0.6, 0.3, 0.4]
    assert room.keys == 24
    assert not room.page.draft.is_changed  # type: ignore[union-attr]


def test_a_closed_lesion_is_there_to_be_looked_at_and_is_recorded_if_wanted(
    open_room: Callable[..., Room],
) -> None:
    room = open_room(patient=1, day=FIRST_DAY + timedelta(days=60))
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    ended = LesionDetail(
        patient_id=patient.id, lesion_id="lesion-l1", ended_on=PartialDate(text="2026-02")
    )
    workflow.record_entries(library, [ended], by="Ann")
    room.session.changed("record")

    tab = room.page.form.lesions.tabs.buttons["lesion-l1"]
    assert "closed, look only" in tab.accessibleName()
    assert not room.row("state").isEnabled()
    room.click(room.page.form.lesions.reopen)

    assert room.row("state").isEnabled()
    assert room.row("state").control.hasFocus()
