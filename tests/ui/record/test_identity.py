"""Names: hidden at every start, shown on demand, hidden when nobody is there, never elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from woundtrack import workflow
from woundtrack.model import Identity
from woundtrack.ui.record.identity_view import IdentityView
from woundtrack.ui.record.patient_sheet import PatientSheet
from woundtrack.ui.session import Session
from woundtrack.ui.window.patient_header import PatientHeader

LEFT = Qt.MouseButton.LeftButton
NAME = "Wilhelmina Quackenbush"
NUMBER = "9434765919"  # the example of the NHS Data Model and Dictionary


@pytest.fixture
def named(clinic_session: Session) -> Session:
    library = clinic_session.library
    assert library is not None
    patient = library.patient_with_code("WT-0147")
    assert patient is not None
    identity = Identity(
        patient_id=patient.id, name=NAME, birth_date=date(1957, 8, 23), nhs_number=NUMBER
    )
    workflow.set_identity(library, identity, by="Ann")
    clinic_session.set_patient(patient)
    return clinic_session


@pytest.fixture
def sheet(qtbot: QtBot, named: Session) -> Iterator[PatientSheet]:
    window = QWidget()
    window.resize(1366, 696)
    qtbot.addWidget(window)
    made = PatientSheet(named, window)
    window.show()
    made.open_at(made.identity)
    yield made
    IdentityView.of(named).lock()
    window.close()


def shown(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_the_header_shows_no_name_until_names_are_unlocked(qtbot: QtBot, named: Session) -> None:
    header = PatientHeader(named)
    qtbot.addWidget(header)
    header.resize(1000, 48)
    header.show()
    assert NAME not in shown(header)

    IdentityView.of(named).unlock()
    qtbot.waitUntil(lambda: NAME in shown(header))  # once it is laid out

    IdentityView.of(named).lock()
    assert NAME not in shown(header)


def test_showing_names_is_in_the_trail_and_the_name_is_not(named: Session) -> None:
    names = IdentityView.of(named)

    names.unlock()
    names.lock()

    assert named.library is not None
    trail = named.library.audit_trail()
    assert (trail[-1].verb, trail[-1].by) == ("show names", "Ann")
    assert not any("Quackenbush" in repr(entry) for entry in trail)


def test_names_go_when_nobody_is_there(qtbot: QtBot, named: Session) -> None:
    names = IdentityView.of(named)
    names.set_idle(150)

    with qtbot.waitSignal(names.changed):
        names.unlock()
    with qtbot.waitSignal(names.changed):
        pass

    assert not names.is_unlocked


def test_a_key_keeps_names_a_little_longer(qtbot: QtBot, named: Session) -> None:
    names = IdentityView.of(named)
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    names.set_idle(600)
    names.unlock()

    for _ in range(4):
        qtbot.wait(200)
        qtbot.keyClick(widget, Qt.Key.Key_Shift)

    assert names.is_unlocked
    names.lock()


def test_names_are_hidden_when_the_library_closes(named: Session) -> None:
    names = IdentityView.of(named)
    names.unlock()

    named.close_library()

    assert not names.is_unlocked


def test_the_fields_are_empty_while_names_are_hidden(qtbot: QtBot, sheet: PatientSheet) -> None:
    page = sheet.identity
    assert page.name.text() == ""
    assert not page.name.isVisible()

    qtbot.mouseClick(page.switch, LEFT)

    assert page.name.text() == NAME
    assert page.nhs.text() == "943 476 5919"
    assert page.born.line.text() == "23 Aug 1957"


def test_a_name_is_recorded_and_undone(qtbot: QtBot, named: Session, sheet: PatientSheet) -> None:
    page = sheet.identity
    qtbot.mouseClick(page.switch, LEFT)
    page.name.selectAll()
    qtbot.keyClicks(page.name, "Nellie Bly")
    qtbot.mouseClick(sheet.keep, LEFT)

    library = named.library
    assert library is not None
    identity = library.identity("patient-WT-0147")
    assert identity is not None
    assert (identity.name, identity.nhs_number) == ("Nellie Bly", NUMBER)

    named.undo_stack.undo()
    identity = library.identity("patient-WT-0147")
    assert identity is not None
    assert identity.name == NAME
    assert page.name.text() == NAME


@pytest.mark.parametrize("number", ["9434765918", "943476591", "94347659190", "letters"])
def test_an_nhs_number_whose_check_digit_is_wrong_is_refused(
    qtbot: QtBot, named: Session, sheet: PatientSheet, number: str
) -> None:
    page = sheet.identity
    qtbot.mouseClick(page.switch, LEFT)
    page.nhs.selectAll()
    qtbot.keyClicks(page.nhs, number)
    qtbot.mouseClick(sheet.keep, LEFT)

    assert named.library is not None
    identity = named.library.identity("patient-WT-0147")
    assert identity is not None
    assert identity.nhs_number == NUMBER
    assert sheet.said.text().startswith("This is no NHS number")


def test_nothing_is_recorded_of_a_patient_whose_names_are_hidden(
    qtbot: QtBot, named: Session, sheet: PatientSheet
) -> None:
    qtbot.mouseClick(sheet.identity.switch, LEFT)
    qtbot.mouseClick(sheet.identity.switch, LEFT)

    assert sheet.identity.wanted() is None


def test_another_patient_has_another_name(
    qtbot: QtBot, named: Session, sheet: PatientSheet
) -> None:
    qtbot.mouseClick(sheet.identity.switch, LEFT)
    assert named.library is not None
    named.set_patient(named.library.patient_with_code("WT-0118"))

    sheet.open_at(sheet.identity)

    assert sheet.identity.name.text() == ""


def test_a_click_on_the_header_opens_what_is_known(qtbot: QtBot, named: Session) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    opened: list[bool] = []
    named.actions.bind("patient.details", lambda: opened.append(True), window)
    header = PatientHeader(named, parent=window)
    header.setGeometry(0, 0, 900, 48)
    window.show()

    qtbot.mouseClick(header.who, LEFT, pos=QPoint(150, 20))
    qtbot.keyClick(header.who, Qt.Key.Key_Return)

    assert opened == [True, True]


def test_no_file_of_the_library_but_the_database_holds_a_name(named: Session) -> None:
    library = named.library
    assert library is not None
    path: Path = library.path
    workflow.export_csv(library, path.parent / "out", by="Ann")
    named.close_library()

    for one in [*path.rglob("*"), *(path.parent / "out").rglob("*")]:
        assert "Quackenbush" not in one.name
        assert NUMBER not in one.name
        if one.is_file() and not one.name.startswith("library.db"):
            assert b"Quackenbush" not in one.read_bytes()


def test_an_identity_changed_meanwhile_is_not_overwritten(
    qtbot: QtBot, named: Session, sheet: PatientSheet
) -> None:
    page = sheet.identity
    qtbot.mouseClick(page.switch, LEFT)
    library = named.library
    assert library is not None
    there = library.identity("patient-WT-0147")
    assert there is not None
    workflow.set_identity(library, replace(there, local_id="RXH1"), by="Ben")
    page.name.selectAll()
    qtbot.keyClicks(page.name, "Nellie Bly")
    qtbot.mouseClick(sheet.keep, LEFT)

    kept = library.identity("patient-WT-0147")
    assert kept is not None
    assert (kept.name, kept.local_id) == (NAME, "RXH1")
    assert "changed meanwhile" in sheet.said.text()
