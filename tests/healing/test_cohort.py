"""Cohorts: who passes a filter, what stands for a lesion at a time, and who is at risk when.

Expected numbers are worked out by hand; the seven lesions are the golden table of the notes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.healing.points import START
from tests.healing.record import (
    course,
    day,
    ended,
    event,
    finding,
    healed,
    partial,
    record_with,
)
from woundtrack.healing import cohort
from woundtrack.healing.cohort import CohortCourse, CohortPatient
from woundtrack.healing.cohort_curves import curves_of
from woundtrack.healing.cohort_incidence import CAUSES, incidence_of
from woundtrack.healing.competing import Followed, Outcome
from woundtrack.healing.course import course_of, follow_up_of
from woundtrack.model import (
    Agent,
    Certainty,
    CohortFilter,
    CohortUnit,
    Debrided,
    Dialysis,
    EndReason,
    EventKind,
    LesionDetail,
    PatientDetail,
    Sex,
    SiteGroup,
    Started,
    Treatment,
)


def lesion(
    patient: str,
    areas: dict[int, float] | None = None,
    *,
    label: str = "A1",
    group: SiteGroup = SiteGroup.ABDOMEN,
    outcome: Outcome = Outcome.CENSORED,
    until: int = 84,
    starts: dict[Agent, int] | None = None,
    is_sentinel: bool = False,
) -> CohortCourse:
    """Return a course with areas (cm²) by day since START, followed until a day."""
    areas = {0: 10.0} if areas is None else areas
    return CohortCourse(
        patient_id=patient,
        lesion_id=f"{patient} {label}",
        group=group,
        is_sentinel=is_sentinel,
        first_on=START,
        baseline_cm2=areas[0],
        days=tuple(areas),
        areas_cm2=tuple(areas.values()),
        cuts=frozenset(),
        last_day=until,
        followed=Followed(
            patient_id=patient,
            lesion_id=f"{patient} {label}",
            origin=START,
            has_onset=False,
            entry_day=0,
            left_day=None,
            right_day=None,
            day=until,
            outcome=outcome,
        ),
        starts={agent: day(on) for agent, on in (starts or {}).items()},
    )


def patient(*lesions: CohortCourse, key: str = "p", **values: object) -> CohortPatient:
    """Return a patient of these lesions."""
    return replace(
        CohortPatient(
            patient_id=key,
            sex=None,
            certainty=None,
            dialysis=None,
            agents=frozenset(),
            entered_on=START,
            visit_count=1,
            lesions=lesions,
            whole=replace(lesions[0], lesion_id=None) if lesions else lesion(key),
        ),
        **values,  # type: ignore[arg-type]
    )


# --- one patient ---------------------------------------------------------------------------------


def test_a_member_keeps_the_areas_since_the_first_one_and_where_no_line_leads() -> None:
    timeline = course({"A1": {0: "no scale", 7: 8.0, 21: 12.0, 35: 6.0}, "T1": {7: 2.0}})
    record = record_with(
        finding("A1", 21, debrided=Debrided.BEFORE_PHOTOGRAPH),
        Treatment(patient_id="p", agent=Agent.CINACALCET, start=partial(14)),
        Treatment(patient_id="p", agent=Agent.CINACALCET, start=partial(3), lesion_id="lesion T1"),
        Treatment(patient_id="p", agent=Agent.WARFARIN),
        LesionDetail(patient_id="p", lesion_id="lesion A1", is_sentinel=True),
        detail=PatientDetail(patient_id="p", sex=Sex.FEMALE, dialysis=Dialysis.PERITONEAL),
    )

    member = cohort.member_of(follow_up_of(timeline, record, day(40)), record)

    abdomen, leg = member.lesions
    assert abdomen.first_on == day(7)
    assert (abdomen.days, abdomen.areas_cm2) == ((0, 14, 28), (8.0, 12.0, 6.0))
    assert abdomen.cuts == {1}
    assert abdomen.last_day == 28
    assert (abdomen.is_sentinel, leg.is_sentinel) == (True, False)
    assert abdomen.starts == {Agent.CINACALCET: day(14)}
    assert leg.starts == {Agent.CINACALCET: day(3)}
    assert member.agents == {Agent.CINACALCET}
    assert (member.sex, member.dialysis, member.certainty) == (
        Sex.FEMALE,
        Dialysis.PERITONEAL,
        None,
    )
    assert (member.entered_on, member.visit_count) == (START, 4)


def test_what_became_of_a_patient_is_the_same_with_and_without_the_fits() -> None:
    timeline = course(
        {"A1": {0: 9.0, 14: 6.0, 28: "closed"}, "T1": {0: 4.0, 14: 5.0, 28: 7.0, 60: 8.0}},
        visits=(45,),
    )
    record = record_with(
        healed("A1", 28),
        healed("A1", 45),
        ended("T1", EndReason.AMPUTATED, 62),
        event(EventKind.DEATH, 70),
    )

    whole = course_of(timeline, record, day(80))
    short = follow_up_of(timeline, record, day(80))

    assert [one.followed for one in short.lesions] == [one.followed for one in whole.lesions]
    assert (short.followed, short.healing, short.died_on) == (
        whole.followed,
        whole.healing,
        whole.died_on,
    )
    assert [
        one.outcome for one in (short.lesions[0].followed, short.lesions[1].followed) if one
    ] == [
        Outcome.CLOSED,
        Outcome.REMOVED,
    ]
    assert cohort.member_of(short, record) == cohort.member_of(whole, record)


# --- filters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (CohortFilter(), True),
        (CohortFilter(sexes=(Sex.FEMALE, Sex.OTHER)), True),
        (CohortFilter(sexes=(Sex.MALE,)), False),
        (CohortFilter(certainties=(Certainty.CONFIRMED,)), False),  # never recorded
        (CohortFilter(dialysis=(Dialysis.NONE,)), True),
        (CohortFilter(agents=(Agent.CINACALCET, Agent.WARFARIN)), True),
        (CohortFilter(agents=(Agent.WARFARIN,)), False),
        (CohortFilter(least_visits=3), True),
        (CohortFilter(least_visits=4), False),
        (CohortFilter(entered_from=START, entered_to=START), True),
        (CohortFilter(entered_from=START + timedelta(days=1)), False),
        (CohortFilter(entered_to=START - timedelta(days=1)), False),
        (CohortFilter(groups=(SiteGroup.HEAD,)), False),
    ],
)
def test_a_filter_asks_what_was_recorded(wanted: CohortFilter, *, passes: bool) -> None:
    member = patient(
        lesion("p"),
        sex=Sex.FEMALE,
        dialysis=Dialysis.NONE,
        agents=frozenset({Agent.CINACALCET}),
        visit_count=3,
    )

    assert (cohort.passing(member, wanted) == member) is passes
    assert cohort.chosen([member], wanted) == ((member,) if passes else ())


def test_a_filter_of_lesions_leaves_the_patients_own_course_whole() -> None:
    member = patient(
        lesion("p", label="A1", is_sentinel=True),
        lesion("p", label="L1", group=SiteGroup.LEGS),
    )

    by_site = cohort.passing(member, CohortFilter(groups=(SiteGroup.LEGS,)))
    sentinel = cohort.passing(member, CohortFilter(sentinel_only=True))

    assert by_site is not None
    assert sentinel is not None
    assert [one.lesion_id for one in by_site.lesions] == ["p L1"]
    assert [one.lesion_id for one in sentinel.lesions] == ["p A1"]
    assert by_site.whole == member.whole


def test_a_filter_is_told_as_it_was_set_and_an_empty_one_as_nothing() -> None:
    wanted = CohortFilter(
        groups=(SiteGroup.LEGS, SiteGroup.ABDOMEN),
        agents=(Agent.WARFARIN, Agent.SODIUM_THIOSULFATE_IV),
        entered_from=date(2025, 1, 1),
        least_visits=2,
    )

    assert wanted.as_dict() == {
        "site_groups": ["abdomen", "legs"],
        "treatment_ever_given": ["sodium_thiosulfate_iv", "warfarin"],
        "first_visit_from": "2025-01-01",
        "least_visits": 2,
    }
    assert CohortFilter().as_dict() == {}


# --- curves --------------------------------------------------------------------------------------


def test_medians_are_of_those_known_about_each_time_and_closed_ones_are_zero() -> None:
    courses = [
        lesion("p", {0: 10.0, 27: 8.0, 40: 1.0}),
        lesion("q", {0: 20.0, 30: 18.0}),
        lesion("r", {0: 5.0, 28: 2.0}),
        lesion("s", {0: 2.0, 14: 1.0, 41: 0.0}),  # of day 28, 41 is nearer than 14
        lesion("t", {0: 4.0, 10: 0.0}, until=60),  # closed, and seen until day 60
        lesion("u", {0: 4.0, 10: 0.0}, until=20),
    ]

    (band,) = curves_of(courses, horizon_days=56).bands

    first, second, third = band.bins
    assert (first.count, first.low, first.median, first.high) == (6, 100, 100, 100)
    # 80, 90 and 40 per cent and two that are closed: sorted 0, 0, 40, 80, 90.
    assert (second.count, second.closed) == (5, 2)
    assert (second.low, second.median, second.high) == pytest.approx((0, 40, 80))
    # Two are closed; 10 per cent of day 40 isn't nearer than half of 28 days to day 56.
    assert (third.count, third.closed, third.median) == (2, 2, None)


def test_a_lesion_goes_over_to_the_treated_on_the_day_of_the_start() -> None:
    agent = Agent.SODIUM_THIOSULFATE_IV
    courses = [
        lesion(name, {0: 10.0, 28: 8.0, 56: 4.0}, starts={agent: start})
        for name, start in (("p", 28), ("q", 29), ("r", 0))
    ] + [lesion("s", {0: 10.0, 28: 12.0, 56: 14.0})]

    not_yet, started = curves_of(courses, by=agent, horizon_days=56, unit="area").bands

    assert (not_yet.key, started.key) == (Started.NOT_YET, Started.STARTED)
    assert [one.count for one in not_yet.bins] == [3, 2, 1]
    assert [one.count for one in started.bins] == [1, 2, 3]
    assert (not_yet.count, started.count) == (3, 3)


def test_site_groups_have_each_a_band_in_the_order_of_the_body() -> None:
    courses = [lesion("p", group=SiteGroup.LEGS), lesion("q"), lesion("r")]

    bands = curves_of(courses, by="site").bands

    assert [(one.key, one.count) for one in bands] == [(SiteGroup.ABDOMEN, 2), (SiteGroup.LEGS, 1)]


def test_lines_break_where_no_line_leads_and_say_how_they_ended() -> None:
    one = replace(
        lesion("p", {0: 10.0, 7: 14.0, 14: 7.0}, outcome=Outcome.DIED, until=20),
        cuts=frozenset({1}),
    )

    curves = curves_of([one])

    (line,) = curves.lines
    assert line.pieces == (((0, 100.0),), ((7, 140.0), (14, 70.0)))
    assert (line.ended, line.ended_day) == (Outcome.DIED, 20)
    assert curves.cut_count == 1


def test_a_lesion_without_an_area_is_no_line() -> None:
    unmeasured = replace(
        lesion("p"), first_on=None, baseline_cm2=None, days=(), areas_cm2=(), last_day=0
    )

    curves = curves_of([unmeasured])

    assert (curves.lines, curves.bands, curves.patient_count) == ((), (), 0)


# --- incidence -----------------------------------------------------------------------------------


def test_the_seven_lesions_of_the_notes_have_their_golden_incidence() -> None:
    ends = ((20, 1), (30, 2), (40, 1), (50, 0), (60, 2), (80, 1), (84, 0))
    courses = [
        lesion(f"p{place}", outcome=Outcome(outcome), until=until)
        for place, (until, outcome) in enumerate(ends)
    ]

    found = incidence_of(courses)

    (group,) = found.groups
    assert group.curve.at(84, Outcome.CLOSED)[0] == pytest.approx(0.4762, abs=5e-5)
    assert group.curve.at(84, Outcome.DIED)[0] == pytest.approx(0.3333, abs=5e-5)
    assert group.curve.survival_at(84) == pytest.approx(0.1905, abs=5e-5)
    assert [group.happened(84, cause) for cause in CAUSES] == [3, 2, 0]
    assert (found.count, found.patient_count, found.is_clustered) == (7, 7, False)


def test_time_before_a_treatment_counts_among_those_not_yet_treated() -> None:
    agent = Agent.SODIUM_THIOSULFATE_IV
    courses = [
        lesion("p", outcome=Outcome.CLOSED, until=40, starts={agent: 10}),
        lesion("q", outcome=Outcome.CENSORED, until=60, starts={agent: 20}),
        lesion("r", outcome=Outcome.DIED, until=15),
        lesion("s", outcome=Outcome.DIED, until=30, starts={agent: 30}),  # on the very day
        lesion("t", outcome=Outcome.CENSORED, until=50),
    ]

    not_yet, started = incidence_of(courses, by=agent).groups

    # On day 15 q, r, s and t aren't treated; on day 30 s and t aren't.
    assert [(one.time, one.at_risk) for one in not_yet.curve.steps] == [(15, 4), (30, 2)]
    assert not_yet.curve.at(30, Outcome.DIED)[0] == pytest.approx(1 / 4 + 3 / 4 / 2)
    # On day 40 p and q are treated; had they been counted as ever treated, s would be the third.
    assert [(one.time, one.at_risk) for one in started.curve.steps] == [(40, 2)]
    assert started.curve.at_risk(10) == 0
    assert (not_yet.count, started.count) == (5, 2)


def test_several_lesions_of_a_patient_are_drawn_together() -> None:
    courses = [
        lesion(f"p{place}", label=label, outcome=Outcome(1 + place % 2), until=10 + place)
        for place in range(8)
        for label in ("A1", "A2")
    ]

    found = incidence_of(courses, repeats=200)

    assert (found.count, found.patient_count, found.is_clustered) == (16, 8, True)
    alone = incidence_of(courses[::2], repeats=200)
    assert not alone.is_clustered


def test_units_are_sentinel_lesions_all_lesions_or_patients() -> None:
    members = [
        patient(lesion("p", is_sentinel=True), lesion("p", label="A2"), key="p"),
        patient(lesion("q"), key="q"),
    ]

    counts = {unit: len(cohort.courses_of(members, unit)) for unit in CohortUnit}

    assert counts == {CohortUnit.SENTINEL: 1, CohortUnit.LESION: 3, CohortUnit.PATIENT: 2}
