"""The lines that the command line prints for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.healing.record import course, day, event, finding, record_with
from woundtrack.documents import check_lines, timeline_document, timeline_lines
from woundtrack.model import (
    BodySite,
    Debrided,
    EventKind,
    GroupTimeline,
    Lesion,
    LesionTimeline,
    NestedCurve,
    OutlineKind,
    PartialDate,
    Patient,
    SiteGroup,
    Timeline,
    TimelinePoint,
    Tissue,
    TissueState,
    WoundState,
)
from woundtrack.records import CheckReport


@pytest.fixture
def parted() -> Timeline:
    """Make the course of one lesion of two parts, with the head of its photograph known."""
    at = datetime(2026, 3, 4, tzinfo=UTC)
    lesion = Lesion(
        id="l",
        patient_id="p",
        label="A1",
        number=1,
        site=BodySite(region="abdomen"),
        created_at=at,
    )
    point = TimelinePoint(
        on=date(2026, 3, 4),
        state=WoundState.OPEN,
        area_mm2=1300.0,
        area_low_mm2=1200.0,
        area_high_mm2=1400.0,
        perimeter_mm=200.0,
        assessment_id="a",
        head_to_toe_mm=31.0,
        side_to_side_mm=124.0,
        part_count=2,
    )
    curve = LesionTimeline(lesion=lesion, points=(point,))
    group = GroupTimeline(group=SiteGroup.ABDOMEN, lesions=(curve,), points=())
    patient = Patient(id="p", code="CX-001", created_at=at)
    return Timeline(patient=patient, groups=(group,), total=())


def test_a_course_tells_parts_and_extents_along_the_body_to_people(parted: Timeline) -> None:
    _, line, *_ = timeline_lines(parted)

    assert line.endswith(
        "13.00 cm²  (12.00 to 14.00), 2 parts, head to toe 3.1 cm, side to side 12.4 cm"
    )


def test_a_course_tells_parts_and_extents_along_the_body_to_scripts(parted: Timeline) -> None:
    (lesion,) = timeline_document(parted, 0)["lesions"]

    (point,) = lesion["points"]
    assert (point["parts"], point["head_to_toe_cm"], point["side_to_side_cm"]) == (2, 3.1, 12.4)


def with_margin(course: Timeline) -> Timeline:
    (group,) = course.groups
    (curve,) = group.lesions
    point = replace(
        curve.points[0],
        area_mm2=5200.0,
        area_low_mm2=5000.0,
        area_high_mm2=5400.0,
        head_to_toe_mm=None,
        side_to_side_mm=None,
        part_count=1,
    )
    margin = NestedCurve(kind=OutlineKind.MARGIN, points=(point,))
    curve = replace(curve, nested=(margin,))
    return replace(course, groups=(replace(group, lesions=(curve,)),))


def test_a_course_tells_a_margin_after_the_area_it_goes_round(parted: Timeline) -> None:
    _, line, *_ = timeline_lines(with_margin(parted))

    assert line.endswith("side to side 12.4 cm, margin 52.00 cm² (50.00 to 54.00)")


def test_a_margin_stands_under_a_key_of_its_own_that_others_have_not(parted: Timeline) -> None:
    (plain,) = timeline_document(parted, 0)["lesions"]
    (lesion,) = timeline_document(with_margin(parted), 0)["lesions"]

    nested = lesion.pop("nested")

    assert lesion == plain
    assert nested == {
        "margin": [
            {
                "date": "2026-03-04",
                "area_cm2": 52.0,
                "area_low_cm2": 50.0,
                "area_high_cm2": 54.0,
                "head_to_toe_cm": None,
                "side_to_side_cm": None,
                "parts": 1,
                "warnings": [],
            }
        ]
    }


def with_tissue(
    course: Timeline, state: TissueState, shares: tuple[tuple[Tissue, float], ...] | None
) -> Timeline:
    (group,) = course.groups
    (curve,) = group.lesions
    point = replace(curve.points[0], tissue_state=state, tissue_shares=shares)
    curve = replace(curve, points=(point,))
    return replace(course, groups=(replace(group, lesions=(curve,)),))


def test_a_course_tells_approved_tissue_and_what_nobody_painted(parted: Timeline) -> None:
    shares = ((Tissue.SLOUGH, 0.25), (Tissue.GRANULATION, 0.625))
    painted = with_tissue(parted, TissueState.APPROVED, shares)

    (lesion,) = timeline_document(painted, 0)["lesions"]
    _, line, *_ = timeline_lines(painted)

    assert lesion["points"][0]["tissue"] == {
        "state": "approved",
        "shares": {"slough": 0.25, "granulation": 0.625, "unpainted": 0.125},
    }
    assert line.endswith("slough 25 %, granulation 62 %, not painted 12 %")


def test_a_course_tells_no_shares_of_tissue_that_nobody_approved(parted: Timeline) -> None:
    painted = with_tissue(parted, TissueState.OUTLINE_CHANGED, None)

    (lesion,) = timeline_document(painted, 0)["lesions"]
    _, line, *_ = timeline_lines(painted)

    assert lesion["points"][0]["tissue"] == {"state": "outline_changed", "shares": None}
    assert line.endswith("tissue not approved")


def test_a_break_of_a_curve_is_named_and_no_rate_goes_over_it() -> None:
    areas: dict[str, dict[int, float | str]] = {"T1": {0: 10.0, 7: 16.0, 14: 8.0}, "T2": {0: 4.0}}
    debrided = finding("T1", 7, debrided=Debrided.BEFORE_PHOTOGRAPH)
    once = event(EventKind.DEBRIDEMENT, 0, "T2", on=PartialDate(text="2026-02"))
    record = record_with(debrided, once)
    timeline = course(areas, record)

    first, second = timeline_document(timeline, 0, record)["lesions"]
    (plain, _) = timeline_document(course(areas), 0)["lesions"]

    assert first["breaks"] == [
        {
            "date": day(7).isoformat(),
            "reason": "debridement",
            "after": day(0).isoformat(),
            "before": day(7).isoformat(),
        }
    ]
    assert first["compared_since"] == day(7).isoformat()
    assert first["area_reduction_percent"] == pytest.approx(50.0)  # 16 to 8, not 10 to 8
    assert [one["date"] for one in second["breaks"]] == ["2026-02"]
    assert (plain["breaks"], plain["compared_since"]) == ([], None)
    assert plain["area_reduction_percent"] == pytest.approx(20.0)
    lines = list(timeline_lines(timeline, record))
    assert f"  {day(7).isoformat()}  the curve breaks: debridement" in lines
    assert f"  compared since {day(7).isoformat()}" in lines


@pytest.mark.parametrize(
    ("orphans", "said"),
    [
        (1, "1 original belongs to no photograph: left by an import that was stopped. It does"),
        (2, "2 originals belong to no photograph: left by an import that was stopped. They do"),
    ],
)
def test_originals_without_a_photograph_are_counted(orphans: int, said: str) -> None:
    report = CheckReport(
        problems=(),
        patients=1,
        lesions=2,
        visits=1,
        photographs=1,
        assessments=1,
        audit_entries=1,
        audit_head="ab" * 32,
        originals=1 + orphans,
        orphan_originals=("cd" * 32,) * orphans,
    )

    counts, told, *_ = check_lines(report)

    assert counts.startswith("1 patient, 2 lesions, 1 visit, 1 photograph, 1 assessment, 1 entry ")
    assert told.startswith(said)
