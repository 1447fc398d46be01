"""The header says whose numbers these are, and follows the session."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from woundtrack import workflow
from woundtrack.model import (
    BiopsyResult,
    Certainty,
    Diagnosis,
    Dialysis,
    Event,
    EventKind,
    PartialDate,
    Patient,
    PatientDetail,
    Sex,
    now,
)
from woundtrack.ui.record.patient_words import diagnosis_words
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


def test_the_header_says_who_it_is_without_a_name(qtbot: QtBot, clinic_session: Session) -> None:
    library = clinic_session.library
    assert library is not None
    patient = library.patient_with_code("WT-0147")
    clinic_session.set_patient(patient)
    header = PatientHeader(clinic_session)
    qtbot.addWidget(header)
    header.resize(1200, 48)
    header.show()

    detail = PatientDetail(
        patient_id=patient.id,
        sex=Sex.FEMALE,
        birth_year=1950,
        dialysis=Dialysis.HAEMODIALYSIS,
        dialysis_start=PartialDate(text="2021-03"),
    )
    diagnosis = Diagnosis(
        patient_id=patient.id,
        certainty=Certainty.CONFIRMED,
        biopsy_on=PartialDate(text="2026-01-06"),
        biopsy_result=BiopsyResult.POSITIVE,
    )
    workflow.record_entries(library, [detail, diagnosis], by="Ann")
    clinic_session.changed("record")
    age = date.today().year - 1950  # noqa: DTZ011
    assert texts(header) == [
        "WT-0147",
        f"Female, {age} y · Haemodialysis since 2021",
        "Calciphylaxis, confirmed by biopsy 6 Jan 2026",
    ]

    moved = Event(
        patient_id=patient.id,
        kind=EventKind.DIALYSIS_CHANGE,
        on=PartialDate(text="2026-04"),
        text="to peritoneal",
    )
    (changed,) = workflow.record_entries(library, [moved], by="Ann")
    clinic_session.changed("record")
    assert texts(header)[1].endswith(
        "Haemodialysis since 2021 · dialysis changed Apr 2026 to peritoneal"
    )
    workflow.retire_entry(library, changed, by="Ann", reason="Not so")
    clinic_session.changed("record")

    death = Event(patient_id=patient.id, kind=EventKind.DEATH, on=PartialDate(text="2026-05-03"))
    workflow.record_entries(library, [death], by="Ann")
    clinic_session.changed("record")
    assert texts(header)[1] == ("Female, 76 y · Died 3 May 2026 · Haemodialysis since 2021")


@pytest.mark.parametrize(
    ("diagnosis", "said"),
    [
        ({"certainty": Certainty.SUSPECTED}, "Calciphylaxis, suspected"),
        (
            {"certainty": Certainty.CLINICAL, "diagnosed_on": PartialDate(text="2025-11")},
            "Calciphylaxis, diagnosed clinically Nov 2025",
        ),
        (
            {"certainty": Certainty.CONFIRMED, "diagnosed_on": PartialDate(text="2025")},
            "Calciphylaxis, confirmed 2025",
        ),
        ({"biopsy_on": PartialDate(text="2025")}, ""),
    ],
)
def test_a_diagnosis_is_told_as_sure_as_it_is(
    qapp: object, diagnosis: dict[str, object], said: str
) -> None:
    assert diagnosis_words(Diagnosis(patient_id="p", **diagnosis)) == said  # type: ignore[arg-type]


def test_a_long_line_ends_in_dots_and_its_whole_is_the_tooltip(
    qtbot: QtBot, clinic_session: Session
) -> None:
    library = clinic_session.library
    assert library is not None
    patient = library.patient_with_code("WT-0147")
    clinic_session.set_patient(patient)
    detail = PatientDetail(
        patient_id=patient.id, sex=Sex.FEMALE, birth_year=1950, dialysis=Dialysis.PERITONEAL
    )
    workflow.record_entries(library, [detail], by="Ann")
    header = PatientHeader(clinic_session)
    qtbot.addWidget(header)
    header.resize(240, 48)
    header.show()

    line = next(label for label in header.findChildren(QLabel) if "Female" in label.text())

    assert line.text().endswith("…")
    assert line.toolTip().endswith("Peritoneal dialysis")


def test_a_long_code_gives_way_before_who_it_is(qtbot: QtBot, clinic_session: Session) -> None:
    library = clinic_session.library
    assert library is not None
    code = "NORTHUMBRIA-RENAL-WOUND-STUDY-2026-00187"
    with library.verb("import", by="Ann") as change:
        change.add_patient(Patient(id="long", code=code, created_at=now()))
    header = PatientHeader(clinic_session, [QPushButton("Save picture…")])
    qtbot.addWidget(header)
    clinic_session.set_patient(library.patient_with_code(code))

    header.resize(560, 48)
    header.show()
    qtbot.waitExposed(header)
    narrow, facts = texts(header)[0], header.findChildren(QLabel)[2]
    header.resize(1400, 48)

    assert narrow.startswith("NORTH")
    assert narrow.endswith("187")
    assert "…" in narrow
    assert facts.text() == "No lesion recorded yet"
    qtbot.waitUntil(lambda: texts(header)[0] == code)
