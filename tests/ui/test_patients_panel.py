"""The patients beside a room: found by code, with what waits; their lesions and their change."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from woundtrack import workflow
from woundtrack.model import BodySite, Identity, Patient, Side
from woundtrack.ui.record.identity_view import IdentityView
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


def test_two_long_codes_that_differ_at_their_ends_look_different(
    panel: PatientsPanel, clinic_session: Session
) -> None:
    library = clinic_session.library
    assert library is not None
    for number in (1, 2):
        workflow.add_patient(library, f"BIRMINGHAM-RENAL-0123456789-LEFT-000000{number}", by="Ann")
    clinic_session.changed("patients")

    shown = panel.list.viewport().grab().toImage()
    first, second = (
        shown.copy(panel.list.visualRect(panel.list.model().index(row, 0))) for row in (0, 1)
    )

    assert codes(panel)[0] == "BIRMINGHAM-RENAL-0123456789-LEFT-0000001"
    assert first != second
    tip = panel.list.model().index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert str(tip).startswith("BIRMINGHAM-RENAL-0123456789-LEFT-0000002, ")


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


# --- the body map --------------------------------------------------------------------------------


def show_patient(session: Session, code: str) -> None:
    assert session.library is not None
    session.set_patient(session.library.patient_with_code(code))


def click_region(
    qtbot: QtBot,
    panel: PatientsPanel,
    region_id: str,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    placed = panel.body.stage.find(region_id)
    assert placed is not None
    # Low on the thigh, clear of its dot.
    box = placed.path.boundingRect()
    place = QPointF(box.center().x(), box.top() + 0.85 * box.height())
    assert panel.body.stage.dot_at(place) is None
    qtbot.mouseClick(panel.body.viewport(), Qt.MouseButton.LeftButton, held, place.toPoint())


def dots(panel: PatientsPanel) -> list[str]:
    return [dot.course.lesion.label for dot in panel.body.stage.dots]


def test_the_body_of_the_patient_in_view_has_a_dot_a_lesion(
    panel: PatientsPanel, clinic_session: Session
) -> None:
    assert not panel.body.isVisible()

    show_patient(clinic_session, "WT-0147")
    assert panel.body.isVisible()
    assert dots(panel) == ["A1", "T1"]

    show_patient(clinic_session, "WT-0092")
    assert panel.body.isVisible()
    assert dots(panel) == []


def test_clicking_a_dot_chooses_its_lesion_in_the_list_too(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    show_patient(clinic_session, "WT-0147")
    dot = next(dot for dot in panel.body.stage.dots if dot.course.lesion.label == "T1")

    qtbot.mouseClick(panel.body.viewport(), Qt.MouseButton.LeftButton, pos=dot.centre.toPoint())

    assert clinic_session.lesion_id == "lesion-t1"
    assert clinic_session.sites == ()
    assert panel.lesion_list.currentIndex().data() == "T1"


def test_choosing_in_the_list_marks_the_dot(panel: PatientsPanel, clinic_session: Session) -> None:
    show_patient(clinic_session, "WT-0147")
    before = panel.body.viewport().grab().toImage()

    clinic_session.set_lesion("lesion-t1")

    assert panel.body.viewport().grab().toImage() != before


def test_clicking_a_region_chooses_its_site_and_the_lesion_there(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    show_patient(clinic_session, "WT-0147")
    clinic_session.set_lesion("lesion-a1")

    click_region(qtbot, panel, "front-thigh-left")

    assert clinic_session.sites == (BodySite(region="thigh", side=Side.LEFT),)
    assert clinic_session.lesion_id == "lesion-t1"
    # The model knows no front and back of a thigh: both are chosen.
    assert panel.body.selected == {"front-thigh-left", "back-thigh-left"}


def test_clicking_it_again_or_esc_lets_go_of_the_site(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    show_patient(clinic_session, "WT-0147")
    click_region(qtbot, panel, "front-thigh-left")
    click_region(qtbot, panel, "back-thigh-left")
    assert clinic_session.sites == ()

    click_region(qtbot, panel, "front-thigh-left")
    qtbot.keyClick(panel.body, Qt.Key.Key_Escape)

    assert clinic_session.sites == ()
    assert panel.body.selected == frozenset()


def test_ctrl_adds_and_takes_away_a_region_and_a_plain_click_leaves_one(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    show_patient(clinic_session, "WT-0147")
    ctrl = Qt.KeyboardModifier.ControlModifier
    left, right = (BodySite(region="thigh", side=side) for side in (Side.LEFT, Side.RIGHT))

    chosen = []
    clinic_session.sites_changed.connect(lambda: chosen.append(clinic_session.sites))

    click_region(qtbot, panel, "front-thigh-left")
    click_region(qtbot, panel, "front-thigh-right", ctrl)
    click_region(qtbot, panel, "front-thigh-left", ctrl)
    click_region(qtbot, panel, "front-thigh-left", ctrl)
    click_region(qtbot, panel, "front-thigh-left")

    assert chosen == [(left,), (left, right), (right,), (right, left), (left,)]


def test_a_region_without_a_lesion_keeps_the_lesion_in_view(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    show_patient(clinic_session, "WT-0147")
    clinic_session.set_lesion("lesion-a1")

    click_region(qtbot, panel, "front-knee-right")

    assert clinic_session.lesion_id == "lesion-a1"


def test_a_lesion_that_lies_elsewhere_lets_go_of_the_site(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    show_patient(clinic_session, "WT-0147")
    click_region(qtbot, panel, "front-thigh-left")
    row = next(
        panel.lesion_list.model().index(row, 0)
        for row in range(panel.lesion_list.model().rowCount())
        if panel.lesion_list.model().index(row, 0).data() == "A1"
    )

    panel.lesion_list.setCurrentIndex(row)

    assert clinic_session.lesion_id == "lesion-a1"
    assert clinic_session.sites == ()


def test_another_patient_lets_go_of_the_site(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    show_patient(clinic_session, "WT-0147")
    click_region(qtbot, panel, "front-thigh-left")

    show_patient(clinic_session, "WT-0118")

    assert clinic_session.sites == ()
    assert panel.body.selected == frozenset()


def test_tab_goes_from_search_to_patients_to_the_body_to_the_lesions(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    show_patient(clinic_session, "WT-0147")
    panel.start_search()

    stops = []
    for _ in range(3):
        qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Tab)
        stops.append(panel.focusWidget())

    assert stops == [panel.list, panel.body, panel.lesion_list]


@pytest.mark.parametrize("height", [616, 672, 1416])
def test_patients_body_and_lesions_all_have_room(
    panel: PatientsPanel, clinic_session: Session, height: int
) -> None:
    panel.resize(240, height)

    show_patient(clinic_session, "WT-0147")

    assert panel.height() == height
    assert panel.list.height() >= 110
    assert panel.body.height() == 252
    assert panel.lesion_list.height() >= 84
    assert panel.to_import.mapTo(panel, QPoint(0, panel.to_import.height())).y() <= height


def test_the_patient_in_view_stays_in_the_list_when_their_lesions_take_its_height(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    library = clinic_session.library
    assert library is not None
    fullest = library.patient_with_code("WT-0147")
    with library.verb("import", by="Ann") as change:
        for number in range(8):
            code = f"WT-01{number:02d}"
            change.add_patient(Patient(id=code, code=code, created_at=fullest.created_at))
    clinic_session.library_changed.emit(frozenset({"patients"}))
    panel.resize(240, 560)

    clinic_session.set_patient(library.patient_with_code("WT-0100"))
    qtbot.wait(20)  # without lesions the list is high
    clinic_session.set_patient(fullest)
    qtbot.wait(20)

    row = panel.list.visualRect(panel.list.currentIndex())
    assert panel.list.currentIndex().data() == "WT-0147"
    assert row.top() >= 0
    assert row.bottom() < panel.list.viewport().height()


def test_a_name_finds_a_patient_while_names_are_shown_and_no_longer(
    qtbot: QtBot, panel: PatientsPanel, clinic_session: Session
) -> None:
    library = clinic_session.library
    assert library is not None
    patient = library.patient_with_code("WT-0118")
    workflow.set_identity(library, Identity(patient_id=patient.id, name="Rosalind Bird"), by="Ann")
    names = IdentityView.of(clinic_session)

    panel.start_search()
    qtbot.keyClicks(panel.search, "rosal")
    locked = codes(panel), panel.empty.text()
    names.unlock()
    shown = codes(panel)
    names.lock()

    assert locked == ([], "No patient's code has these letters. Names are found while shown.")
    assert shown == ["WT-0118"]
    assert codes(panel) == []
