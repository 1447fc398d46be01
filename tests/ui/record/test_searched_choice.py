"""A treatment is found by any part of its name or a drug's, and never taken for another."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.record.conftest import Room
from woundtrack import workflow
from woundtrack.model import Agent, Treatment
from woundtrack.ui import theme
from woundtrack.ui.record.entry_panel import EntryPanel
from woundtrack.ui.record.searched_choice import SearchedChoice
from woundtrack.ui.record.side_column import WIDTH

ENTRIES = (
    ("a", "Sodium thiosulfate IV", ()),
    ("b", "Sodium thiosulfate into the lesion", ()),
    ("c", "Binder without calcium", ("sevelamer", "lanthanum")),
    ("d", "Warfarin", ()),
    ("e", "Warfarin stopped", ()),
)


@pytest.fixture
def choice(dressed: QApplication, qtbot: QtBot) -> SearchedChoice:
    made = SearchedChoice(ENTRIES)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("typed", "chosen", "named"),
    [
        ("", None, ""),
        ("sodium", None, ""),  # two of them
        ("thiosulfate iv", "a", ""),
        ("SEVEL", "c", "sevelamer"),
        ("lanth", "c", "lanthanum"),
        ("warfarin", "d", ""),  # its whole name, though another begins with it
        ("sevelamex", None, ""),
    ],
)
def test_one_entry_is_meant_or_none(
    choice: SearchedChoice, qtbot: QtBot, typed: str, chosen: str | None, named: str
) -> None:
    qtbot.keyClicks(choice.lineEdit(), typed)

    assert (choice.chosen, choice.named) == (chosen, named)


def test_what_is_offered_while_one_types_is_read_on_the_surface_of_a_field(
    choice: SearchedChoice, qtbot: QtBot
) -> None:
    qtbot.keyClicks(choice.lineEdit(), "sodium")

    completer = choice.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    shown = popup.grab().toImage()
    assert popup.isVisible()
    assert shown.pixelColor(shown.width() - 4, 4) == QColor(theme.current().surface)


@pytest.mark.parametrize("kind", ["treatment", "event", "lab"])
def test_a_form_beside_the_visit_is_as_wide_as_its_column_and_no_wider(
    room: Room, kind: str
) -> None:
    room.session.actions[f"record.add_{kind}"].trigger()
    QApplication.processEvents()

    form = room.page.side.panel
    assert isinstance(form, EntryPanel)
    assert form.minimumSizeHint().width() <= WIDTH


def new_treatments(room: Room) -> list[Treatment]:
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    return [one for one in workflow.record_of(library, patient).treatments if one.text]


def type_agent(room: Room, text: str) -> None:
    """Open the form of a treatment, type what is given, and press Enter."""
    room.click(room.page.side.treatments.add_button)
    room.type(text)
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    room.press(Qt.Key.Key_Return)


def test_a_drug_is_found_under_its_class_and_keeps_its_name(room: Room) -> None:
    type_agent(room, "sevel")

    (added,) = new_treatments(room)
    assert (added.agent, added.text) == (Agent.NON_CALCIUM_BINDER, "sevelamer")


def test_what_is_several_or_none_is_never_recorded(room: Room) -> None:
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    before = workflow.record_of(library, patient).treatments

    type_agent(room, "sodium")

    assert workflow.record_of(library, patient).treatments == before
    panel = room.page.side.panel
    assert isinstance(panel, EntryPanel)
    assert "“sodium” is none or several of the list" in panel.said.text()
