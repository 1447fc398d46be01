"""Who saw the patient, dressings, plan and note of a visit are asked on demand and recorded."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.record.conftest import FIRST_VISIT, SECOND_DAY, SECOND_VISIT, Room
from woundtrack import workflow
from woundtrack.model import Missing, Setting, VisitDetail
from woundtrack.ui.record.answer_row import OfferedText
from woundtrack.ui.record.entry_panel import HistoryPanel

MORE = ("assessor_role", "is_dressing_removed", "planned_label", "note")


def shown(room: Room) -> list[str]:
    rows = room.page.form.whole.more_rows
    return [name for name in MORE if rows[name].isVisible()]


def detail(room: Room, visit_id: str = SECOND_VISIT) -> VisitDetail | None:
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    found = workflow.record_of(library, patient).visit_details
    return next((one for one in found if one.visit_id == visit_id), None)


def test_more_is_asked_on_demand_by_keyboard_and_saved_with_the_visit(room: Room) -> None:
    whole = room.page.form.whole
    assert shown(room) == []
    whole.more.setFocus()

    room.press(Qt.Key.Key_Space)
    role = whole.more_rows["assessor_role"].control
    assert shown(room) == list(MORE)
    assert not whole.more.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert role.isAncestorOf(focused) or role is focused
    room.type("Renal nurse")
    whole.more_rows["is_dressing_removed"].control.setFocus()
    room.type("2")
    whole.more_rows["note"].control.setFocus()
    room.type("Came late from dialysis.")
    room.save()

    kept = detail(room)
    assert kept is not None
    assert (kept.assessor_role, kept.is_dressing_removed, kept.note) == (
        "Renal nurse",
        False,
        "Came late from dialysis.",
    )
    assert (kept.setting, kept.planned_label) == (None, "")
    assert shown(room) == list(MORE)


def test_the_place_stays_when_the_note_is_changed_and_the_history_names_what_changed(
    open_room: Callable[..., Room],
) -> None:
    room = open_room(SECOND_DAY)
    whole = room.page.form.whole
    room.choose(whole.seen_at, Setting.WARD)
    room.save()
    room.click(whole.more)
    whole.more_rows["note"].control.setFocus()
    room.type("Dressing by the ward.")
    room.save()

    kept = detail(room)
    assert kept is not None
    assert (kept.revision, kept.setting, kept.note) == (2, Setting.WARD, "Dressing by the ward.")
    assert kept.reason is None  # something was added, nothing corrected
    room.click(whole.history)
    (panel,) = room.page.side.findChildren(HistoryPanel)
    assert "Note: – → Dressing by the ward." in panel.lines


def test_why_there_is_no_answer_is_kept_and_a_role_known_before_is_offered(room: Room) -> None:
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    first = detail(room, FIRST_VISIT)
    assert first is not None
    workflow.amend_entry(library, first, by="Ann", reason="told later", assessor_role="Podiatrist")
    room.session.changed("record")
    whole = room.page.form.whole
    room.click(whole.more)
    role = whole.more_rows["assessor_role"].control
    assert isinstance(role, OfferedText)
    assert role.itemText(0) == "Podiatrist"
    assert whole.more_rows["assessor_role"].last_words == "Podiatrist"

    whole.more_rows["is_dressing_removed"].say_why(Missing.UNKNOWN)
    room.save()

    kept = detail(room)
    assert kept is not None
    assert kept.is_dressing_removed is None
    assert kept.why_missing("is_dressing_removed") is Missing.UNKNOWN


def test_a_visit_is_gone_through_with_enter_without_what_is_asked_on_demand(room: Room) -> None:
    room.click(room.page.form.whole.more)
    keys = {one.key for one in room.page.form.whole.more_rows.values()}

    assert not keys & set(room.page.form._open_keys())
