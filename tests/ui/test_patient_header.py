"""The header says whose numbers these are, and follows the session."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from woundtrack.ui.session import Session
from woundtrack.ui.window.patient_header import PatientHeader


def texts(header: PatientHeader) -> list[str]:
    return [label.text() for label in header.findChildren(QLabel) if label.text()]


def test_without_a_patient_the_header_says_so(qtbot: QtBot, session: Session) -> None:
    header = PatientHeader(session)
    qtbot.addWidget(header)

    assert texts(header) == ["No patient chosen"]
    assert header.height() == 48


def test_the_header_follows_the_patient_in_view(qtbot: QtBot, clinic_session: Session) -> None:
    header = PatientHeader(clinic_session, [QPushButton("Save picture…")])
    qtbot.addWidget(header)
    library = clinic_session.library
    assert library is not None

    clinic_session.set_patient(library.patient_with_code("WT-0147"))
    assert texts(header) == [
        "WT-0147",
        "2 lesions open",
        "last visit 26 Jan 2026 · 2 photographs to review",
    ]

    clinic_session.set_patient(library.patient_with_code("WT-0092"))
    assert texts(header) == [
        "WT-0092",
        "No lesion recorded yet",
        "last visit 12 Jan 2026 · 1 photograph to review",
    ]
    assert header.accessibleName() == "Patient WT-0092"


def test_a_library_that_closes_takes_the_patient_out_of_the_header(
    qtbot: QtBot, clinic_session: Session
) -> None:
    header = PatientHeader(clinic_session)
    qtbot.addWidget(header)
    library = clinic_session.library
    assert library is not None
    clinic_session.set_patient(library.patient_with_code("WT-0147"))

    clinic_session.close_library()

    assert texts(header) == ["No patient chosen"]
