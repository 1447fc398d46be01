"""Photographs wait for an archive, are sent one by one, and what became of each stands there."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack.errors import ArchiveRefused, ArchiveUnreachable, WoundtrackError
from woundtrack.model import Archive, Sending, SendState
from woundtrack.settings import Settings, Theme
from woundtrack.ui.exporting.archive_sheet import ArchiveSheet
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.workflow import archiving
from woundtrack.workflow.archiving import Outcome

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton
PACS = Archive(name="PACS", host="pacs.hospital.example", port=11112, title="STORE")
AWAY = ArchiveUnreachable(archive="PACS", address=PACS.address)
FULL = ArchiveRefused(archive="PACS", what="IMG_0.JPG", reason="it has no room")


@pytest.fixture
def sheet(
    plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic, qtbot: QtBot
) -> ArchiveSheet:
    """Return the sheet of a clinic with one archive, opened by its key; WT-0147 is in view."""
    settings = Settings(person="Ann", theme=Theme.LIGHT, archives=(PACS,))
    window = make_window(clinic.path, settings)
    window.session.set_patient(clinic.patients[2])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_E, CONTROL | ALT)
    assert window.archive_sheet.isVisible()
    return window.archive_sheet


def queue(sheet: ArchiveSheet) -> tuple[Sending, ...]:
    library = sheet._session.library
    assert library is not None
    return library.sendings("PACS")


def states(sheet: ArchiveSheet) -> list[str]:
    texts = []
    for row in range(sheet.table.rowCount()):
        item = sheet.table.item(row, 2)
        assert item is not None
        texts.append(item.text())
    return texts


def type_into(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


def answer_with(monkeypatch: pytest.MonkeyPatch, *faults: WoundtrackError | None) -> None:
    """Let the archive answer in turn with these."""
    answers = iter(faults)

    def deliver(*_: object) -> Outcome:
        return Outcome(fault=next(answers))

    monkeypatch.setattr(archiving, "deliver", deliver)


# --- archives ------------------------------------------------------------------------------------


def test_an_archive_is_typed_kept_changed_and_forgotten(sheet: ArchiveSheet) -> None:
    form, session = sheet.form, sheet._session
    form.which.setFocus()
    QTest.keyClick(form.which, Qt.Key.Key_Down)
    assert form.archive is None
    assert sheet.why.text().startswith("Give the archive's address and title")
    for field, text in (
        (form.name, "Ward"),
        (form.host, "10.0.0.7"),
        (form.port, "104"),
        (form.title, "WARD"),
    ):
        type_into(field, text)
    QTest.mouseClick(form.keep, LEFT)
    assert session.settings.archive("ward") == Archive(
        name="Ward", host="10.0.0.7", port=104, title="WARD"
    )
    assert form.which.currentText() == "Ward"
    assert form.said.text() == "Ward is kept on this computer."

    type_into(form.name, "Ward 7")
    QTest.mouseClick(form.keep, LEFT)
    assert [one.name for one in session.settings.archives] == ["PACS", "Ward 7"]

    QTest.mouseClick(form.forget, LEFT)
    assert [one.name for one in session.settings.archives] == ["PACS"]


def test_what_no_archive_can_have_is_told_at_its_field(sheet: ArchiveSheet) -> None:
    form = sheet.form
    for field, typed, told in (
        (form.port, "70000", "A port is a number from 1 to 65535, often 104 or 11112."),
        (form.title, "A\\\\B", "A title has 1 to 16 letters, digits or signs, without accents."),
        (form.host, "", "Give the archive's address; who runs it knows it."),
        (form.name, "", "Give the archive a name, to know it again by."),
    ):
        before = field.text()
        type_into(field, typed)
        QTest.mouseClick(form.keep, LEFT)
        assert form.said.text() == told
        assert QApplication.focusWidget() is field
        type_into(field, before)
    assert sheet._session.settings.archives == (PACS,)


def test_an_encrypted_connection_has_its_port_and_its_certificates(sheet: ArchiveSheet) -> None:
    form = sheet.form
    type_into(form.port, "104")

    QTest.mouseClick(form.encrypts, LEFT)

    assert form.port.text() == "2762"
    assert form.ca_file.isVisible()
    type_into(form.ca_file, "/nowhere/ca.pem")
    QTest.mouseClick(form.keep, LEFT)
    assert form.said.text() == "There is no such file. Give its whole path."


def test_the_connection_is_tried_beside_the_window(
    sheet: ArchiveSheet, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[Archive] = []
    monkeypatch.setattr(archiving, "check_connection", asked.append)
    QTest.mouseClick(sheet.form.test, LEFT)
    qtbot.waitUntil(lambda: "answers at" in sheet.form.said.text())
    assert asked == [PACS]

    def away(_: Archive) -> None:
        raise AWAY

    monkeypatch.setattr(archiving, "check_connection", away)
    QTest.mouseClick(sheet.form.test, LEFT)
    qtbot.waitUntil(lambda: sheet.form.said.text().startswith("Nothing answers at"))
    assert sheet.form.test.isEnabled()


# --- the queue -----------------------------------------------------------------------------------


def test_a_patients_photographs_wait_once(sheet: ArchiveSheet) -> None:
    assert sheet.add.text() == "Add those of WT-0147"
    assert sheet.send.text() == "Nothing waits"
    assert sheet.why.text().startswith("Nothing waits for this archive.")

    QTest.mouseClick(sheet.add, LEFT)

    assert sheet.said.text() == "2 photographs wait now."
    assert states(sheet) == ["Waits", "Waits"]
    assert sheet.send.text() == "Send 2 photographs"
    QTest.mouseClick(sheet.add, LEFT)
    assert sheet.said.text() == "Nothing new of WT-0147 to send."
    assert len(queue(sheet)) == 2


def test_what_is_sent_and_what_is_set_aside_stands_there_with_why(
    sheet: ArchiveSheet, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    answer_with(monkeypatch, None, FULL)
    QTest.mouseClick(sheet.add, LEFT)

    QTest.keyClick(sheet.table, Qt.Key.Key_Return, CONTROL)

    qtbot.waitUntil(lambda: not sheet.run.is_running)
    assert sheet.said.text() == "1 photograph was sent. 1 was set aside."
    assert [one.split()[0] for one in states(sheet)] == ["Set", "Sent"]
    sheet.table.setFocus()
    sheet.table.selectRow(0)
    assert sheet.why.text().startswith("PACS doesn't take IMG_0.JPG: it has no room.")

    QTest.mouseClick(sheet.retry, LEFT)
    assert states(sheet)[0] == "Waits"
    assert sheet.send.text() == "Send 1 photograph"
    QTest.keyClick(sheet.table, Qt.Key.Key_Delete)
    assert [one.state for one in queue(sheet)] == [SendState.SENT, SendState.CANCELLED]
    assert states(sheet)[1] == "Taken out"


def test_an_archive_that_is_away_ends_the_run_and_all_waits_on(
    sheet: ArchiveSheet, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    answer_with(monkeypatch, AWAY)
    QTest.mouseClick(sheet.add, LEFT)

    QTest.mouseClick(sheet.send, LEFT)

    qtbot.waitUntil(lambda: not sheet.run.is_running)
    assert sheet.said.text().startswith("PACS can't be reached: nothing answers at")
    assert [one.state for one in queue(sheet)] == [SendState.WAITING] * 2
    assert states(sheet)[0].startswith("Waits, tried once, last today")
    assert sheet.send.isEnabled()


def test_a_run_is_stopped_and_what_is_not_confirmed_waits(
    sheet: ArchiveSheet, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    go_on = Event()

    def deliver(_parcel: object, _archive: object, progress: Callable[..., None]) -> Outcome:
        while not go_on.wait(0.01):
            progress(0.5, "IMG_0.JPG")
        return Outcome()

    monkeypatch.setattr(archiving, "deliver", deliver)
    QTest.mouseClick(sheet.add, LEFT)
    QTest.mouseClick(sheet.send, LEFT)
    assert sheet.stop.isVisible()
    assert not sheet.send.isVisible()

    QTest.mouseClick(sheet.stop, LEFT)

    qtbot.waitUntil(lambda: not sheet.run.is_running)
    assert [one.state for one in queue(sheet)] == [SendState.WAITING] * 2
    assert sheet.said.text() == "0 photographs were sent."


def test_a_fault_is_told_by_the_window_where_the_sheet_was_closed(
    sheet: ArchiveSheet, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window = sheet.window()
    assert isinstance(window, MainWindow)
    answer_with(monkeypatch, AWAY)
    QTest.mouseClick(sheet.add, LEFT)
    QTest.mouseClick(sheet.send, LEFT)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: window.banner is not None)
    assert window.banner is not None
    assert window.banner.title == "The archive can't be reached"


def test_under_a_studys_code_the_study_is_asked_for(sheet: ArchiveSheet) -> None:
    assert not sheet.study.isVisible()
    button = next(
        one for one in sheet.under.findChildren(QAbstractButton) if one.text().endswith("code")
    )
    QTest.mouseClick(button, LEFT)
    QTest.keyClicks(sheet.study, "BLOOM")

    QTest.mouseClick(sheet.add, LEFT)

    assert {one.study for one in queue(sheet)} == {"BLOOM"}
    assert "only pictures that a person released" in sheet.under_said.text()


def test_every_control_has_a_name(sheet: ArchiveSheet) -> None:
    buttons = [one for one in sheet.findChildren(QAbstractButton) if one.isVisible()]
    fields = sheet.form.findChildren(QLineEdit)

    assert all(one.accessibleName() or one.text() or one.toolTip() for one in buttons if one.text())
    assert all(one.accessibleName() for one in fields)
    assert sheet.table.accessibleName()
