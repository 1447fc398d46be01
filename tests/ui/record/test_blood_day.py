"""The day the blood was taken is typed over the part of the date that is clicked."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QPoint

from tests.ui.record.conftest import Room
from woundtrack.model import Analyte
from woundtrack.ui.record.visit_draft import TAKEN_ON


def test_a_day_typed_after_a_click_takes_the_place_of_the_blood_results_day(room: Room) -> None:
    labs = room.page.form.whole.labs
    labs.fields[Analyte.PHOSPHATE].setFocus()
    room.type("1.8")
    field = labs.taken_on
    field.setDate(QDate(2026, 1, 1))

    line = field.lineEdit()
    middle = line.height() // 2
    after_1 = next(x for x in range(line.width()) if line.cursorPositionAt(QPoint(x, middle)) == 1)

    room.click(line, QPoint(after_1 + 1, middle))
    room.type("21")

    assert field.date() == QDate(2026, 1, 21)
    assert room.page.draft is not None
    assert room.page.draft.answer(TAKEN_ON) == date(2026, 1, 21)
