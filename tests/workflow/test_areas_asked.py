"""A change of area beyond -60 to +100 % a week is asked about once, and nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from woundtrack import workflow
from woundtrack.cli import woundtrack
from woundtrack.errors import QUESTIONS
from woundtrack.model import BodySite, Event, EventKind, PartialDate, Patient
from woundtrack.records import Library
from woundtrack.workflow.areas_asked import percent_per_week

THIGH = BodySite(region="thigh")
MAY = date(2026, 5, 4)


@pytest.fixture
def accept(library: Library, examined: Callable[..., workflow.Examined]) -> Callable[..., Any]:
    """Accept square wounds of these sides in mm on a day; return what was accepted."""

    def accepted(day: date, *sides_mm: float) -> workflow.Acceptance:
        filed = workflow.file_photograph(
            library, examined(day, *sides_mm), patient_code="WT-1", site=THIGH, by="Ann"
        )
        decisions = [replace(one, origins=()) for one in workflow.suggest(library, filed.proposal)]
        return workflow.accept(library, filed.proposal, decisions, by="Ann")

    return accepted


def asked_of(
    library: Library, acceptance: workflow.Acceptance
) -> tuple[workflow.AreaQuestion, ...]:
    return workflow.area_questions_of(library, patient_of(library), acceptance.after)


def patient_of(library: Library) -> Patient:
    (patient,) = library.patients()
    return patient


@pytest.mark.parametrize(
    ("last", "area", "days", "percent"),
    [
        (400, 900, 7, 125),
        (400, 900, 14, 62.5),
        (400, 100, 7, -75),
        (400, 64, 14, -60),  # (64 / 400) ** (1 / 2) = 0.4
        (400, 200, 1, -99.21875),  # 1 / 128 of it would be left
        (400, 440, 1, 70),
    ],
)
def test_growth_is_spread_evenly_over_the_time_and_a_loss_compounded(
    last: float, area: float, days: int, percent: float
) -> None:
    assert percent_per_week(last, area, days=days) == pytest.approx(percent)


@pytest.mark.parametrize(
    ("first_mm", "second_mm", "days", "code"),
    [
        (20, 30, 7, "area_grew"),  # + 125 % a week
        (20, 28, 7, None),  # + 96 %
        (20, 30, 14, None),  # + 62.5 %
        (20, 12, 7, "area_shrank"),  # - 64 %
        (20, 13, 7, None),  # - 58 %
        (20, 20.3, 1, None),  # + 21 % a week, within measurement error
        (4, 7, 7, None),  # three times as large, and under half a square centimetre still
        (4, 8, 7, "area_grew"),
    ],
)
def test_only_what_changed_faster_than_usual_is_asked_about(
    library: Library,
    accept: Callable[..., Any],
    first_mm: float,
    second_mm: float,
    days: int,
    code: str | None,
) -> None:
    accept(MAY, first_mm)

    second = accept(MAY + timedelta(days=days), second_mm)

    assert [one.code for one in asked_of(library, second)] == ([] if code is None else [code])


def test_the_question_gives_the_numbers_and_what_could_explain_them(
    library: Library, accept: Callable[..., Any]
) -> None:
    accept(MAY, 20)
    second = accept(MAY + timedelta(days=7), 30)

    (asked,) = asked_of(library, second)
    question = asked.question
    sentence = QUESTIONS[question.code].format(**dict(question.values))

    assert sentence == (
        f"{asked.lesion.label} measures 9.0 cm² after 4.0 cm² on 2026-05-04, +125 % a week: is it "
        "another lesion, was it debrided, was a card misread, or is the margin outlined and not "
        "the ulcer?"
    )


def test_what_a_person_said_is_right_is_not_asked_again_of_that_visit(
    library: Library, accept: Callable[..., Any]
) -> None:
    accept(MAY, 20)
    second = accept(MAY + timedelta(days=7), 30)
    asked = asked_of(library, second)

    (kept,) = workflow.confirm_areas(library, asked, by="Ann")

    assert asked_of(library, second) == ()
    assert (kept.question, kept.given, kept.recorded_by) == (
        "area_grew",
        "9.0 cm² after 4.0 cm² on 2026-05-04",
        "Ann",
    )
    third = accept(MAY + timedelta(days=14), 60)
    assert [one.code for one in asked_of(library, third)] == ["area_grew"]


def test_a_debridement_in_the_record_explains_it_already(
    library: Library, accept: Callable[..., Any]
) -> None:
    accept(MAY, 20)
    second = accept(MAY + timedelta(days=7), 30)
    debrided = Event(
        patient_id=patient_of(library).id,
        kind=EventKind.DEBRIDEMENT,
        on=PartialDate(text="2026-05-08"),
    )

    workflow.record_entries(library, [debrided], by="Ann")

    assert asked_of(library, second) == ()


def test_the_command_line_tells_it_and_accepts_all_the_same(
    library: Library, accept: Callable[..., Any], examined: Callable[..., workflow.Examined]
) -> None:
    accept(MAY, 20)
    workflow.file_photograph(
        library, examined(MAY + timedelta(days=7), 30), patient_code="WT-1", site=THIGH, by="Ann"
    )
    library.close()

    result = CliRunner().invoke(
        woundtrack, ["accept", str(library.path), "--patient", "WT-1", "--all", "--quiet"]
    )

    assert result.exit_code == 0
    assert "measures 9.0 cm² after 4.0 cm² on 2026-05-04, +125 % a week" in result.stderr
    assert "1 photograph accepted, 0 left for review." in result.stdout
