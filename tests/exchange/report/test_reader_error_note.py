"""A page says of which session the readers' part of its intervals was measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.exchange.report.sheets import sheet, text_of, timeline
from woundtrack.exchange.report import lesion_report, patient_report, plain_report
from woundtrack.model import ErrorBasis, ReaderError

ERROR = ReaderError(
    id="error",
    session_id="session",
    session="Autumn 2026",
    basis=ErrorBasis.ANY_READER,
    log_sd=0.061,
    log_sd_low=0.04,
    log_sd_high=0.09,
    perimeter_log_sd=0.03,
    items=30,
    readers=3,
    reason="our own",
    adopted_by="Cleo",
    adopted_at=datetime(2026, 11, 1, tzinfo=UTC),
)


def test_a_page_names_the_session_of_an_adopted_error_and_none_otherwise() -> None:
    course = timeline([18.4, 20.0, 15.6])
    lesion = course.lesions[0]
    plain, adopted = sheet(course), sheet(replace(course, reader_error=ERROR))

    for write in (patient_report, lambda one: lesion_report(one, lesion)):
        text = " ".join(text_of(write(adopted)).split())
        assert "measured in the session “Autumn 2026”" in text
        assert "6.1 % (4.0 to 9.0)" in text
        assert "session" not in text_of(write(plain))


def test_the_sheet_for_the_patient_names_the_session_too() -> None:
    course = timeline([18.4, 20.0, 15.6])
    plain, adopted = sheet(course), sheet(replace(course, reader_error=ERROR))

    assert "tested in “Autumn 2026”" in " ".join(text_of(plain_report(adopted)).split())
    assert "tested" not in text_of(plain_report(plain))
