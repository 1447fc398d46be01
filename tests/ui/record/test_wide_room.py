"""Where there is much room the cards beside the form use it: the lesion's, and the patient's."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.ui.record.conftest import Room


def test_in_a_wide_window_a_treatment_is_written_beside_the_lesions_photograph(
    qtbot: QtBot, room: Room
) -> None:
    side, window = room.page.side, room.page.window()
    had_two, narrow = side.has_two_columns, side.photo.width()

    window.resize(2560, 1200)
    qtbot.waitUntil(lambda: side.has_two_columns)
    qtbot.waitUntil(lambda: side.treatments.x() > side.photo.geometry().right())
    room.click(side.treatments.add_button)
    form = side.panel

    assert not had_two
    assert narrow <= 336
    assert side.photo.width() > 500
    assert side.photo.isVisible()
    assert side.score.isVisible()
    assert form is not None
    assert not side.treatments.isVisible()

    window.resize(1366, 696)
    qtbot.waitUntil(lambda: not side.has_two_columns)

    assert form.isVisible()
    assert not side.photo.isVisible()
    assert side.dismiss()
    assert [card.isVisible() for card in (side.photo, side.treatments)] == [True, True]
