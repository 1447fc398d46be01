"""PDFs from the window: by key from every room, drawn by a worker, told where they are."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from woundtrack import workflow
from woundtrack.errors import FileUnwritable, ReportRefused
from woundtrack.model import Consent, Identity, Purpose
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.workflow import reporting


@pytest.fixture
def asked(
    clinic_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, str]]:
    """Answer the question for a file with one in a folder of the test; note what was asked."""
    seen: list[tuple[str, str]] = []

    def answer(title: str, name: str) -> Path:
        seen.append((title, name))
        return tmp_path / "report.pdf"

    monkeypatch.setattr(clinic_window.reports, "ask_file", answer)
    monkeypatch.setattr(clinic_window.reports, "show_file", lambda _: None)
    return seen


def _choose(window: MainWindow, code: str) -> None:
    library = window.session.library
    assert library is not None
    window.session.set_patient(library.patient_with_code(code))


def _text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize("room", ["timeline", "review", "compare"])
def test_control_p_and_enter_save_the_patient_in_view_from_every_room(
    clinic_window: MainWindow,
    asked: list[tuple[str, str]],
    qtbot: QtBot,
    tmp_path: Path,
    room: str,
) -> None:
    _choose(clinic_window, "WT-0147")
    clinic_window.session.go(room)

    with qtbot.waitSignal(clinic_window.session.said, timeout=30_000) as said:
        qtbot.keyClick(clinic_window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        sheet = clinic_window.reports.pages_sheet
        assert sheet is not None
        qtbot.keyClick(sheet.buttons[0], Qt.Key.Key_Return)

    today = date.today().isoformat()  # noqa: DTZ011 - the clinic's own day
    assert asked == [("One-page PDF of the patient", f"WT-0147 {today}.pdf")]
    assert said.args == [f"The PDF of WT-0147 is saved: {tmp_path / 'report.pdf'}"]
    assert "WT-0147" in _text(tmp_path / "report.pdf")
    assert "can't be read" in _text(tmp_path / "report.pdf")  # rows alone: no originals


def test_control_p_offers_each_pdf_and_says_why_one_can_t_be_had(
    clinic_window: MainWindow, asked: list[tuple[str, str]], qtbot: QtBot, tmp_path: Path
) -> None:
    _choose(clinic_window, "WT-0147")
    qtbot.keyClick(clinic_window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    sheet = clinic_window.reports.pages_sheet
    assert sheet is not None
    assert [button.isEnabled() for button in sheet.buttons] == [True, False, True, False]
    assert "No lesion is chosen." in sheet.words
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()

    clinic_window.session.set_lesion("lesion-t1")
    qtbot.keyClick(clinic_window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert sheet.buttons[1].text() == "One-page PDF of T1…"
    with qtbot.waitSignal(clinic_window.session.said, timeout=30_000):
        qtbot.mouseClick(sheet.buttons[1], Qt.MouseButton.LeftButton)

    assert asked[0][1].startswith("WT-0147 T1 ")


def test_the_lesion_in_view_has_a_page_of_its_own(
    clinic_window: MainWindow, asked: list[tuple[str, str]], qtbot: QtBot, tmp_path: Path
) -> None:
    _choose(clinic_window, "WT-0147")
    clinic_window.session.set_lesion("lesion-t1")

    with qtbot.waitSignal(clinic_window.session.said, timeout=30_000):
        clinic_window.session.actions["report.lesion"].trigger()

    assert asked[0][1].startswith("WT-0147 T1 ")
    assert "Left thigh" in _text(tmp_path / "report.pdf")


def test_the_sheet_for_the_patient_is_in_plain_words(
    clinic_window: MainWindow, asked: list[tuple[str, str]], qtbot: QtBot, tmp_path: Path
) -> None:
    _choose(clinic_window, "WT-0147")

    with qtbot.waitSignal(clinic_window.session.said, timeout=30_000):
        clinic_window.session.actions["report.plain"].trigger()

    assert asked[0][0] == "Sheet for the patient"
    assert "Your wounds, measured" in _text(tmp_path / "report.pdf")


def test_that_a_report_left_is_noted_in_the_trail(
    clinic_window: MainWindow, asked: list[tuple[str, str]], qtbot: QtBot
) -> None:
    _choose(clinic_window, "WT-0147")

    with qtbot.waitSignal(clinic_window.session.said, timeout=30_000):
        clinic_window.session.actions["report.patient"].trigger()

    library = clinic_window.session.library
    assert library is not None
    assert asked
    last = library.audit_trail()[-1]
    assert (last.verb, last.by) == ("report", "Ann")
    assert (last.why or "").startswith("patient, pseudonymised, record ")


def test_a_report_is_noted_before_it_is_written(
    clinic_window: MainWindow,
    asked: list[tuple[str, str]],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = threading.Event()
    write = reporting.write_report

    def waiting(*given: Any) -> Path:
        assert held.wait(20)
        return write(*given)

    monkeypatch.setattr(reporting, "write_report", waiting)
    _choose(clinic_window, "WT-0147")

    clinic_window.session.actions["report.patient"].trigger()

    library = clinic_window.session.library
    assert library is not None
    noted = library.audit_trail()[-1]
    with qtbot.waitSignal(clinic_window.session.said, timeout=30_000):
        held.set()
    assert asked
    assert (noted.verb, noted.by) == ("report", "Ann")


def test_without_a_patient_the_actions_are_off_and_say_why(clinic_window: MainWindow) -> None:
    actions = clinic_window.session.actions

    for action_id in ("report.patient", "report.lesion", "report.plain", "report.named"):
        assert not actions[action_id].isEnabled()
        assert actions.why_off(action_id) == "No patient is chosen."


def test_the_lesion_s_page_is_off_until_one_is_in_view(clinic_window: MainWindow) -> None:
    _choose(clinic_window, "WT-0147")

    assert clinic_window.session.actions["report.patient"].isEnabled()
    assert clinic_window.session.actions.why_off("report.lesion") == "No lesion is chosen."


def test_a_question_that_is_not_answered_writes_nothing(
    clinic_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(clinic_window, "WT-0147")
    monkeypatch.setattr(clinic_window.reports, "ask_file", lambda *_: None)

    clinic_window.session.actions["report.patient"].trigger()

    assert "report" not in [task.key for task in clinic_window.session.tasks.running]
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_patient_who_refused_the_mdt_has_no_page_and_it_is_said(
    clinic_window: MainWindow, asked: list[tuple[str, str]], qtbot: QtBot
) -> None:
    _choose(clinic_window, "WT-0147")
    library, patient = clinic_window.session.library, clinic_window.session.patient
    assert library is not None
    assert patient is not None
    refused = Consent(
        patient_id=patient.id, purpose=Purpose.MDT, is_given=False, given_on=date(2026, 1, 1)
    )
    workflow.record_entries(library, [refused], by="Ann")

    with qtbot.waitSignal(clinic_window.session.problem) as problem:
        clinic_window.session.actions["report.patient"].trigger()

    assert problem.args is not None
    assert isinstance(problem.args[0], ReportRefused)
    assert asked == []


def test_a_place_that_can_not_be_written_is_told(
    clinic_window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(clinic_window, "WT-0147")
    monkeypatch.setattr(
        clinic_window.reports, "ask_file", lambda *_: tmp_path / "missing" / "report.pdf"
    )

    with qtbot.waitSignal(clinic_window.session.problem, timeout=30_000) as problem:
        clinic_window.session.actions["report.patient"].trigger()

    assert problem.args is not None
    assert isinstance(problem.args[0], FileUnwritable)


def test_a_pdf_with_the_name_says_first_who_can_tell_whom_and_makes_none_unless_told_to(
    clinic_window: MainWindow, asked: list[tuple[str, str]], qtbot: QtBot, tmp_path: Path
) -> None:
    session, reports = clinic_window.session, clinic_window.reports
    library = session.library
    assert library is not None
    _choose(clinic_window, "WT-0147")
    assert session.actions.why_off("report.named") == "No name is recorded for this patient."
    assert session.patient is not None
    who = Identity(patient_id=session.patient.id, name="Ann Example", nhs_number="943 476 5919")
    workflow.set_identity(library, who, by="Ann")
    session.changed("record")

    session.actions["report.named"].trigger()
    sheet = reports.named_sheet
    assert sheet is not None
    assert "can tell who this patient is" in sheet.words
    assert "It carries the name and the NHS number of WT-0147." in sheet.words
    assert "notes that Ann made it" in sheet.words
    assert "Ann Example" not in sheet.words
    assert sheet.stay.hasFocus()
    qtbot.keyClick(sheet.stay, Qt.Key.Key_Space)
    assert not sheet.isVisible()
    assert asked == []

    session.actions["report.named"].trigger()
    with qtbot.waitSignal(session.said, timeout=30_000):
        qtbot.mouseClick(sheet.patient_button, Qt.MouseButton.LeftButton)

    assert "Ann Example" in _text(tmp_path / "report.pdf")
    assert "Ann Example" not in asked[0][1]
    assert (library.audit_trail()[-1].why or "").startswith("patient, identified, record ")


def test_other_pdfs_carry_no_name_even_where_one_is_recorded(
    clinic_window: MainWindow, asked: list[tuple[str, str]], qtbot: QtBot, tmp_path: Path
) -> None:
    session = clinic_window.session
    assert session.library is not None
    _choose(clinic_window, "WT-0147")
    assert session.patient is not None
    who = Identity(patient_id=session.patient.id, name="Ann Example")
    workflow.set_identity(session.library, who, by="Ann")

    with qtbot.waitSignal(session.said, timeout=30_000):
        session.actions["report.patient"].trigger()

    assert asked
    assert "Ann Example" not in _text(tmp_path / "report.pdf")
