"""The patients beside a room: found by code, with what waits; their lesions and their change."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from woundtrack.model import Patient
from woundtrack.ui.session import Session
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.ui.window.patients_panel import PatientsPanel


@pytest.fixture
def panel(qtbot: QtBot, clinic_session: Session) -> PatientsPanel:
    made = PatientsPanel(clinic_session)
    qtbot.addWidget(made)
    made.resize(240, 600)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def codes(panel: PatientsPanel) -> list[str]:
    model = panel.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def spoken(panel: PatientsPanel) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    lists = (panel.list.model(), panel.lesion_list.model())
    return [
        str(model.index(row, 0).data(role))
        for model in lists
        for row in range(model.rowCount())
        if model.index(row, 0).data(role)
    ]


def press(qtbot: QtBot, panel: PatientsPanel, row: int) -> None:
    place = panel.list.visualRect(panel.list.model().index(row, 0)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_every_patient_is_listed_with_what_is_open_and_what_waits(panel: PatientsPanel) -> None:
    assert spoken(panel) == [
        "WT-0092, No lesion yet · 12 Jan 2026, 1 to review",
        "WT-0118, All closed · 26 Jan 2026",
        "WT-0147, 2 open · 26 Jan 2026, 2 to review",
    ]


def test_pressing_a_patient_brings_them_into_view_with_their_lesions(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    press(qtbot, panel, 2)

    assert clinic_session.patient is not None
    assert clinic_session.patient.code == "WT-0147"
    assert spoken(panel)[3:] == [
        "A1, left abdomen, 9.0\u202fcm² (8.6 to 9.4\u202fcm²), smaller",
        "T1, left thigh, 4.1\u202fcm² (3.9 to 4.3\u202fcm²), within measurement error",
    ]


def test_a_closed_lesion_is_said_to_be_closed(qtbot: QtBot, panel: PatientsPanel) -> None:
    press(qtbot, panel, 1)

    assert spoken(panel)[3:] == ["L1, right lower leg, closed"]


def test_typing_a_part_of_a_code_and_enter_takes_the_first(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    panel.start_search()
    qtbot.keyClicks(panel.search, "147")
    assert codes(panel) == ["WT-0147"]

    qtbot.keyClick(panel.search, Qt.Key.Key_Return)

    assert clinic_session.patient is not None
    assert clinic_session.patient.code == "WT-0147"
    assert panel.list.hasFocus()


def test_a_code_that_nobody_has_is_said(qtbot: QtBot, panel: PatientsPanel) -> None:
    panel.start_search()
    qtbot.keyClicks(panel.search, "999")

    assert codes(panel) == []
    assert panel.empty.isVisible()
    assert "No patient's code" in panel.empty.text()
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert len(codes(panel)) == 3


def test_the_arrows_go_from_patient_to_patient(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    panel.start_search()
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)

    assert clinic_session.patient is not None
    assert clinic_session.patient.code == "WT-0118"


def test_the_panel_follows_the_patient_chosen_elsewhere(
    panel: PatientsPanel, clinic_session: Session
) -> None:
    assert clinic_session.library is not None
    patient = clinic_session.library.patient_with_code("WT-0118")

    clinic_session.set_patient(patient)

    assert panel.list.currentIndex().data() == "WT-0118"


def test_pressing_a_lesion_brings_it_into_view(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    press(qtbot, panel, 2)
    index = panel.lesion_list.model().index(1, 0)

    qtbot.mouseClick(
        panel.lesion_list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=panel.lesion_list.visualRect(index).center(),
    )

    assert clinic_session.lesion_id == "lesion-a1"


def test_the_list_is_read_again_when_rows_were_written(
    panel: PatientsPanel, clinic_session: Session
) -> None:
    library = clinic_session.library
    assert library is not None
    first = library.patients()[0]
    with library.verb("import", by="Ann") as change:
        change.add_patient(Patient(id="new", code="WT-0200", created_at=first.created_at))

    clinic_session.changed("patients")

    assert codes(panel)[-1] == "WT-0200"


def test_a_library_without_patients_says_where_they_come_from(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.session.create_library(clinic_window.session.library.path.parent / "new")  # type: ignore[union-attr]
    clinic_window.session.actions["patient.find"].trigger()

    assert clinic_window.patients.empty.isVisible()
    assert "They come with the photographs" in clinic_window.patients.empty.text()


@pytest.fixture
def heard(clinic_window: MainWindow) -> list[str]:
    """Return the codes of the patients that came into view, as they come."""
    codes_heard: list[str] = []
    clinic_window.session.patient_changed.connect(
        lambda patient: codes_heard.append("none" if patient is None else patient.code)
    )
    return codes_heard


def test_showing_the_patients_again_keeps_the_patient_in_view(
    qtbot: QtBot, clinic_window: MainWindow, heard: list[str]
) -> None:
    session, rail = clinic_window.session, clinic_window.rail.item("room.patients")
    assert session.library is not None
    session.go("timeline")
    press(qtbot, clinic_window.patients, 0)
    qtbot.mouseClick(rail, Qt.MouseButton.LeftButton)
    session.changed("patients")
    before = list(heard)

    qtbot.mouseClick(rail, Qt.MouseButton.LeftButton)

    assert clinic_window.patients.isVisible()
    assert session.patient is not None
    assert session.patient.code == "WT-0092"
    assert heard == before
    assert clinic_window.patients.list.currentIndex().data() == "WT-0092"


def test_rows_written_meanwhile_change_neither_patient_nor_lesion_nor_scroll(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    library = clinic_session.library
    assert library is not None
    at = library.patients()[0].created_at
    with library.verb("import", by="Ann") as change:
        for number in range(30):
            change.add_patient(Patient(id=f"n{number}", code=f"WT-02{number:02}", created_at=at))
    clinic_session.changed("patients")
    press(qtbot, panel, 2)
    qtbot.keyClick(panel.lesion_list, Qt.Key.Key_Down)
    lesion = clinic_session.lesion_id
    scrolled = panel.list.verticalScrollBar()
    scrolled.setValue(60)
    heard: list[object] = []
    clinic_session.patient_changed.connect(heard.append)
    clinic_session.lesion_changed.connect(heard.append)

    clinic_session.changed("patients", "photographs")

    assert heard == []
    assert lesion is not None
    assert clinic_session.lesion_id == lesion
    assert panel.list.currentIndex().data() == "WT-0147"
    assert scrolled.value() == 60


def test_searching_for_a_code_keeps_the_patient_in_view_until_one_is_chosen(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    press(qtbot, panel, 0)
    panel.start_search()

    qtbot.keyClicks(panel.search, "118")
    qtbot.keyClick(panel.search, Qt.Key.Key_Tab)

    assert panel.list.hasFocus()
    assert clinic_session.patient is not None
    assert clinic_session.patient.code == "WT-0092"
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    assert clinic_session.patient.code == "WT-0118"


def test_import_is_a_button_under_the_patients(qtbot: QtBot, clinic_window: MainWindow) -> None:
    clinic_window.session.go("timeline")

    qtbot.mouseClick(clinic_window.patients.to_import, Qt.MouseButton.LeftButton)

    assert clinic_window.room == "import"
