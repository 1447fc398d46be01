"""Endpoints EP1 to EP19 against courses whose answers are worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from tests.healing.record import course, day, ended, event, finding, healed, link, record_with
from woundtrack.healing.change import Change
from woundtrack.healing.course import PatientCourse, course_of
from woundtrack.healing.endpoints import (
    NO_TOTALS,
    TITLES,
    Endpoint,
    EndpointStatus,
    IntervalKind,
    Note,
    ScoreTotals,
    Why,
)
from woundtrack.model import (
    Agent,
    ClinicalRecord,
    Debrided,
    Diagnosis,
    EndReason,
    EventKind,
    LesionDetail,
    LinkKind,
    Morphology,
    OutlineKind,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    Precision,
    Score,
    StopReason,
    Treatment,
    Trigger,
)

Areas = dict[str, dict[int, float | str]]
OPEN: Areas = {"T1": {0: 10.0, 14: 8.0, 28: 6.0}}


def read(
    areas: Areas,
    record: ClinicalRecord | None = None,
    *,
    as_of: int = 400,
    totals: ScoreTotals = NO_TOTALS,
) -> PatientCourse:
    """Return the course of areas and a record."""
    record = record or record_with()
    return course_of(course(areas, record), record, day(as_of), totals=totals)


def all_of(found: PatientCourse, what: str) -> list[Endpoint]:
    """Return every endpoint of a name."""
    return [one for one in found.endpoints if one.what == what]


def one_of(found: PatientCourse, what: str) -> Endpoint:
    """Return the one endpoint of a name."""
    (only,) = all_of(found, what)
    return only


def opioid(start: int, stop: int | None, dose: float, text: str = "oxycodone") -> Treatment:
    """Return one dose of an opioid."""
    return Treatment(
        patient_id="p",
        agent=Agent.OPIOID,
        text=text,
        route="oral",
        dose_value=dose,
        dose_unit="mg",
        frequency="2/day",
        start=PartialDate.of(day(start)),
        stop=None if stop is None else PartialDate.of(day(stop)),
    )


def pain(number: int, value: float | None, scale: PainScale = PainScale.VAS100) -> Pain:
    """Return the worst pain of a day."""
    return Pain(
        patient_id="p",
        on=day(number),
        scale=scale,
        context=PainContext.WORST_24H,
        value=value,
    )


def test_every_endpoint_has_a_result_even_of_a_patient_without_lesions() -> None:
    assert {one.code for one in read(OPEN).endpoints} == set(TITLES)
    assert {one.code for one in read({}).endpoints} == set(TITLES)


def test_what_cannot_be_computed_has_no_value_and_says_why() -> None:
    for found in (read(OPEN), read({}), read({"T1": {0: "no scale"}})):
        for one in found.endpoints:
            is_untold = one.status is EndpointStatus.NOT_COMPUTABLE
            assert (one.value is None) == is_untold, one
            assert (one.why is not None) == (one.status is not EndpointStatus.COMPUTED), one


# --- EP1 to EP5 ----------------------------------------------------------------------------------


def test_ep1_tells_onset_as_far_as_it_is_known_form_site_and_trigger() -> None:
    detail = LesionDetail(
        patient_id="p",
        lesion_id="lesion T1",
        onset=PartialDate(text="2025-11"),
        morphology_at_entry=(Morphology.PLAQUE, Morphology.ULCER),
    )
    diagnosis = Diagnosis(patient_id="p", trigger=Trigger.BITE, trigger_text="a flea")

    found = read(OPEN, record_with(detail, diagnosis=diagnosis))

    onset = one_of(found, "onset")
    assert (onset.value, onset.on, onset.notes) == (
        "2025-11",
        date(2025, 11, 15),
        (Note.PARTIAL_DATE,),
    )
    assert one_of(found, "first_form").value == "plaque, ulcer"
    assert one_of(found, "site").value == "left thigh"
    assert one_of(found, "distribution").value == "central"
    assert (one_of(found, "trigger").value, one_of(found, "trigger").text) == ("bite", "a flea")


def test_ep1_says_what_was_not_recorded() -> None:
    found = read(OPEN)

    assert [one_of(found, what).why for what in ("onset", "first_form", "trigger")] == [
        Why.NOT_RECORDED
    ] * 3


def test_ep2_and_ep4_of_a_confirmed_closure_stand_at_its_first_visit() -> None:
    areas: Areas = {"T1": {0: 4.0, 20: 1.0, 34: "closed", 48: "closed"}}

    found = read(areas, record_with(healed("T1", 34), healed("T1", 48)))

    closed, days = one_of(found, "closed"), one_of(found, "days_to_closure")
    assert (closed.value, closed.on, closed.status) == (True, day(34), EndpointStatus.COMPUTED)
    assert (days.value, days.low, days.high) == (34.0, 20.0, 34.0)
    assert days.interval is IntervalKind.VISITS
    assert days.notes == (Note.FROM_FIRST_VISIT,)


def test_ep2_stays_unconfirmed_after_one_visit_and_for_ever_after_death() -> None:
    areas: Areas = {"T1": {0: 4.0, 34: "closed"}}
    once = record_with(healed("T1", 34))
    dead = record_with(healed("T1", 34), event(EventKind.DEATH, 40))

    for record, why in ((once, Why.SECOND_VISIT), (dead, Why.STOPPED_BY_DEATH)):
        closed = one_of(read(areas, record), "closed")
        assert (closed.status, closed.why, closed.on) == (
            EndpointStatus.UNCONFIRMED,
            why,
            day(34),
        )


def test_ep2_is_no_closure_without_drainage_and_dressing() -> None:
    found = read({"T1": {0: 4.0, 34: "closed", 60: "closed"}})

    assert one_of(found, "closed").why is Why.DRAINAGE_OR_DRESSING
    assert one_of(read(OPEN), "closed").value is False


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (record_with(), Why.NOT_CLOSED),
        (record_with(event(EventKind.DEATH, 50)), Why.DIED_OPEN),
        (record_with(event(EventKind.AMPUTATION, 50, "T1")), Why.REMOVED),
        (record_with(ended("T1", EndReason.MERGED, 50)), Why.MERGED),
    ],
)
def test_ep4_says_what_came_instead_of_closure(record: ClinicalRecord, why: Why) -> None:
    assert one_of(read(OPEN, record), "days_to_closure").why is why


def test_ep3_of_a_healed_patient() -> None:
    areas: Areas = {"T1": {0: 4.0, 34: "closed", 48: "closed", 62: "closed"}}

    found = read(areas, record_with(healed("T1", 34), healed("T1", 48)))

    assert (one_of(found, "healed").value, one_of(found, "healed").on) == (True, day(34))
    assert one_of(read(OPEN), "healed").value is False


def test_ep5_counts_reopening_and_lesions_that_are_recurrences() -> None:
    areas: Areas = {"T1": {0: 4.0, 34: "closed", 48: "closed", 80: 1.0}, "T2": {120: 2.0}}
    record = record_with(
        healed("T1", 34), healed("T1", 48), link("T2", LinkKind.RECURRENCE_OF, "T1", 120)
    )

    recurrences = all_of(read(areas, record), "recurrences")

    assert [(one.value, one.on, one.why) for one in recurrences] == [
        (2.0, day(80), None),
        (None, None, Why.NOT_CLOSED),
    ]


# --- EP6 to EP8 ----------------------------------------------------------------------------------


def test_ep6_takes_the_visit_nearest_to_the_week_in_its_window() -> None:
    areas: Areas = {
        "T1": {0: 10.0, 12: 9.0, 25: 8.0, 30: 6.0, 63: 5.0, 85: 4.0, 160: 3.0, 380: 1.0}
    }

    found = read(areas)

    values = {week: one_of(found, f"reduction_week_{week}") for week in (2, 4, 8, 12, 24, 52)}
    assert {week: one.value for week, one in values.items()} == pytest.approx(
        {2: 10.0, 4: 40.0, 8: 50.0, 12: 60.0, 24: 70.0, 52: 90.0}
    )
    assert {week: (one.on - day(0)).days for week, one in values.items() if one.on} == {
        2: 12, 4: 30, 8: 63, 12: 85, 24: 160, 52: 380,
    }  # fmt: skip


def test_ep6_takes_nothing_from_outside_the_window() -> None:
    areas: Areas = {"T1": {0: 10.0, 18: 9.0, 64: 8.0, 92: 7.0, 183: 6.0, 393: 5.0}}

    found = read(areas, as_of=500)

    whys = [one_of(found, f"reduction_week_{week}").why for week in (2, 8, 12, 24, 52)]
    assert whys == [Why.NO_MEASUREMENT] * 5


def test_ep6_carries_the_interval_of_the_measurements_and_the_log_ratio() -> None:
    found = read(OPEN)

    reduction, ratio = one_of(found, "reduction_week_4"), one_of(found, "log_ratio_week_4")
    half = math.hypot(math.log(1 / 0.95), math.log(1.05))
    assert ratio.value == pytest.approx(math.log(0.6))
    assert (ratio.low, ratio.high) == pytest.approx((math.log(0.6) - half, math.log(0.6) + half))
    assert reduction.value == pytest.approx(40.0)
    assert (reduction.low, reduction.high) == pytest.approx(
        (100 * (1 - 0.6 * math.exp(half)), 100 * (1 - 0.6 * math.exp(-half)))
    )
    assert reduction.interval is IntervalKind.MEASUREMENTS


def test_week_4_is_interpolated_on_the_log_scale_where_no_visit_is_near_and_said_so() -> None:
    found = read({"T1": {0: 16.0, 14: 8.0, 42: 2.0}})

    # Half way between 8 and 2 on the log scale is 4.
    ratio, reduction = one_of(found, "log_ratio_week_4"), one_of(found, "reduction_week_4")
    sd = math.log(1.05 / 0.95) / 3.92
    half = 1.96 * sd * math.sqrt(1 + 0.25 + 0.25)
    assert ratio.value == pytest.approx(math.log(4 / 16))
    assert (ratio.low, ratio.high) == pytest.approx((math.log(0.25) - half, math.log(0.25) + half))
    assert reduction.value == pytest.approx(75.0)
    assert reduction.notes == (Note.INTERPOLATED,)
    assert reduction.on == day(28)


def test_week_4_is_interpolated_from_the_baseline_itself() -> None:
    found = read({"T1": {0: 16.0, 56: 4.0}})

    assert one_of(found, "log_ratio_week_4").value == pytest.approx(math.log(0.5))
    assert one_of(found, "reduction_week_4").value == pytest.approx(50.0)


def test_week_4_is_not_interpolated_to_a_closed_lesion_nor_over_a_debridement() -> None:
    closed = read({"T1": {0: 16.0, 14: 8.0, 42: "closed"}})
    broken = read(
        {"T1": {0: 16.0, 14: 8.0, 42: 9.0}},
        record_with(finding("T1", 42, debrided=Debrided.BEFORE_PHOTOGRAPH)),
    )

    assert one_of(closed, "reduction_week_4").why is Why.NO_MEASUREMENT
    assert one_of(broken, "reduction_week_4").why is Why.NO_MEASUREMENT


def test_a_reduction_over_a_debridement_says_so_and_keeps_its_baseline() -> None:
    record = record_with(event(EventKind.DEBRIDEMENT, 7, "T1"))

    found = read(OPEN, record)

    assert one_of(found, "reduction_week_4").value == pytest.approx(40.0)
    assert Note.OVER_BREAK in one_of(found, "reduction_week_4").notes
    assert Note.OVER_BREAK in one_of(found, "gilman_first_4_weeks").notes


def test_a_closed_lesion_is_reduced_by_all_and_has_no_log_ratio() -> None:
    areas: Areas = {"T1": {0: 4.0, 28: "closed", 42: "closed"}}

    found = read(areas, record_with(healed("T1", 28), healed("T1", 42)))

    assert one_of(found, "reduction_week_4").value == 100.0
    assert one_of(found, "log_ratio_week_4").why is Why.CLOSED_HAS_NO_LOG
    carried = one_of(found, "reduction_week_12")
    assert (carried.value, carried.notes) == (100.0, (Note.CARRIED,))


@pytest.mark.parametrize(
    ("record", "as_of", "why"),
    [
        (record_with(), 60, Why.NOT_YET),
        (record_with(), 400, Why.NO_MEASUREMENT),
        (record_with(event(EventKind.DEATH, 60)), 400, Why.DIED_BEFORE),
        (record_with(ended("T1", EndReason.MERGED, 60)), 400, Why.ENDED_BEFORE),
    ],
)
def test_a_week_without_a_measurement_says_why(
    record: ClinicalRecord, as_of: int, why: Why
) -> None:
    assert one_of(read(OPEN, record, as_of=as_of), "reduction_week_12").why is why


def test_without_an_open_area_there_is_no_baseline() -> None:
    assert one_of(read({"T1": {0: "no scale"}}), "reduction_week_4").why is Why.NO_BASELINE


def test_ep7_is_the_gilman_rate_over_four_weeks_and_between_visits() -> None:
    areas: Areas = {"T1": {0: 9 * math.pi, 14: 6.25 * math.pi, 28: 4 * math.pi}}

    found = read(areas)

    # Circles of radius 3, 2.5 and 2 cm.
    assert one_of(found, "gilman_first_4_weeks").value == pytest.approx(0.25)
    assert one_of(found, "gilman_first_4_weeks").unit == "cm/week"
    steps = all_of(found, "gilman_interval")
    assert [one.value for one in steps] == pytest.approx([0.25, 0.25])
    assert [(one.since, one.on) for one in steps] == [(day(0), day(14)), (day(14), day(28))]


def test_ep7_leaves_out_intervals_with_a_debridement() -> None:
    record = record_with(finding("T1", 14, debrided=Debrided.BEFORE_PHOTOGRAPH))

    steps = all_of(read(OPEN, record), "gilman_interval")

    assert [(one.since, one.on) for one in steps] == [(day(14), day(28))]


@pytest.mark.parametrize(
    ("seen", "value", "why"),
    [
        ({0: 10.0, 7: 8.0, 14: 6.0}, "smaller", None),
        ({0: 6.0, 7: 8.0, 14: 10.0}, "larger", None),
        ({0: 10.0, 7: 10.1, 14: 10.0}, "within measurement error", None),
        ({0: 10.0, 7: 8.0, 14: 8.1}, None, Why.MIXED),
        ({0: 10.0, 7: 8.0}, None, Why.TOO_FEW),
        ({0: 10.0, 7: 8.0, 14: "closed"}, "smaller", None),
        ({0: 6.0, 7: 10.0, 14: 8.0, 21: 6.0}, "smaller", None),
    ],
)
def test_ep8_needs_two_intervals_in_a_row_outside_measurement_error(
    seen: dict[int, float | str], value: str | None, why: Why | None
) -> None:
    found = one_of(read({"T1": seen}), "course")

    assert (found.value, found.why) == (value, why)


def test_ep8_has_no_class_where_an_interval_is_too_wide_to_tell() -> None:
    record = record_with()
    timeline = course({"T1": {0: 10.0, 7: 10.5, 14: 11.0}}, record)
    (curve,) = timeline.lesions
    points = tuple(
        replace(one, area_low_mm2=one.area_mm2 * 0.7, area_high_mm2=one.area_mm2 * 1.3)
        for one in curve.points
        if one.area_mm2 is not None
    )
    (group,) = timeline.groups
    wide = replace(timeline, groups=(replace(group, lesions=(replace(curve, points=points),)),))

    found = one_of(course_of(wide, record, day(400)), "course")

    assert (found.value, found.why) == (None, Why.WIDE_INTERVAL)


def test_an_eschars_area_and_an_ulcers_are_no_change_of_either() -> None:
    record = record_with()
    timeline = course({"T1": {0: 10.0, 14: 8.0, 28: 5.0}}, record)
    (curve,) = timeline.lesions
    kinds = (OutlineKind.ESCHAR, OutlineKind.ESCHAR, OutlineKind.ULCER)
    points = tuple(
        replace(point, kind=kind) for point, kind in zip(curve.points, kinds, strict=True)
    )
    groups = tuple(
        replace(group, lesions=tuple(replace(one, points=points) for one in group.lesions))
        for group in timeline.groups
    )

    found = course_of(replace(timeline, groups=groups), record, day(60))

    assert found.lesions[0].change is Change.CANNOT_TELL
    assert found.lesions[0].is_other_edge
    assert one_of(found, "course").why is Why.TOO_FEW
    assert one_of(found, "reduction_week_4").notes == (Note.OTHER_EDGE,)
    assert [one.on for one in all_of(found, "gilman_interval")] == [day(14)]


def test_ep8_counts_anew_after_a_debridement() -> None:
    areas: Areas = {"T1": {0: 10.0, 7: 8.0, 14: 9.0, 21: 7.0}}
    record = record_with(finding("T1", 14, debrided=Debrided.BEFORE_PHOTOGRAPH))

    assert one_of(read(areas, record), "course").why is Why.TOO_FEW


# --- EP9 to EP12 ---------------------------------------------------------------------------------


def score(number: int, instrument: str, key: str, lesion: str | None = "lesion T1") -> Score:
    """Return a recorded score."""
    return Score(
        patient_id="p",
        instrument=instrument,
        instrument_version="1",
        on=day(number),
        lesion_id=lesion,
        entry_id=key,
    )


def test_ep9_is_the_change_of_the_total_where_a_verified_definition_is_installed() -> None:
    record = record_with(score(2, "bwat-cua", "a"), score(80, "bwat-cua", "b"))
    totals = ScoreTotals(verified=frozenset({"bwat-cua"}), totals={"a": 21.0, "b": 15.0})

    found = one_of(read(OPEN, record, totals=totals), "bwat-cua_change_week_12")

    assert (found.value, found.unit, found.since, found.on) == (-6.0, "points", day(2), day(80))


def test_ep9_is_not_computed_without_a_verified_definition_nor_from_an_incomplete_score() -> None:
    record = record_with(score(2, "bwat-cua", "a"), score(80, "bwat-cua", "b"))
    partly = ScoreTotals(verified=frozenset({"bwat-cua"}), totals={"a": 21.0, "b": None})

    untold = one_of(read(OPEN, record), "bwat-cua_change_week_12")
    incomplete = one_of(read(OPEN, record, totals=partly), "bwat-cua_change_week_12")

    assert (untold.why, incomplete.why) == (Why.NO_DEFINITION, Why.INCOMPLETE)


def test_ep10_is_the_change_of_vas_pain_and_converts_no_other_scale() -> None:
    vas = read(OPEN, record_with(pain(1, 70.0), pain(84, 45.0)))
    nrs = read(OPEN, record_with(pain(1, 7, PainScale.NRS11), pain(84, 4, PainScale.NRS11)))

    found = one_of(vas, "pain_vas_worst_24h_change_week_12")
    assert (found.value, found.unit) == (-25.0, "mm")
    assert one_of(nrs, "pain_vas_change_week_12").why is Why.NOT_RECORDED


def test_ep10_says_that_week_12_is_not_over_or_was_never_reached() -> None:
    name = "pain_vas_worst_24h_change_week_12"
    asked = record_with(pain(1, 70.0))
    dead = record_with(pain(1, 70.0), event(EventKind.DEATH, 60))

    assert one_of(read(OPEN, asked, as_of=60), name).why is Why.NOT_YET
    assert one_of(read(OPEN, dead), name).why is Why.DIED_BEFORE


def test_ep12_is_of_the_sentinel_ulcer_alone() -> None:
    sentinel = LesionDetail(patient_id="p", lesion_id="lesion T1", is_sentinel=True)
    areas: Areas = {**OPEN, "C1": {0: 3.0}}

    found = all_of(read(areas, record_with(sentinel)), "bcwas_change_week_12")

    assert [(one.lesion_id, one.why) for one in found] == [("lesion T1", Why.NO_DEFINITION)]


# --- EP13 to EP16 --------------------------------------------------------------------------------


def test_ep13_is_alive_dead_or_not_followed_so_long() -> None:
    dead = read(OPEN, record_with(event(EventKind.DEATH, 100)))
    living = read({"T1": {0: 10.0, 95: 8.0}})

    def alive(found: PatientCourse, days: int) -> object:
        result = one_of(found, f"alive_{days}_days_from_first_photograph")
        return result.why if result.value is None else result.value

    assert [alive(dead, days) for days in (30, 90, 180, 365)] == [True, True, False, False]
    assert [alive(living, days) for days in (30, 90, 180)] == [True, True, Why.NOT_FOLLOWED]


def test_ep13_is_unconfirmed_where_the_month_of_death_leaves_it_open() -> None:
    # 2026-03 is from day 59 to day 89; 60 days after the diagnosis of day 0 is not asked, but 90
    # days after that of day −15 is day 75.
    diagnosis = Diagnosis(patient_id="p", diagnosed_on=PartialDate(text="2025-12-17"))
    death = event(EventKind.DEATH, 0, on=PartialDate(text="2026-03"))

    found = read(OPEN, record_with(death, diagnosis=diagnosis))

    ninety = one_of(found, "alive_90_days_from_diagnosis")
    assert (ninety.value, ninety.status, ninety.why) == (
        False,
        EndpointStatus.UNCONFIRMED,
        Why.PARTIAL_DATE,
    )
    assert one_of(found, "alive_30_days_from_diagnosis").status is EndpointStatus.COMPUTED


def test_ep14_counts_what_was_recorded_and_tells_each_further_one() -> None:
    record = record_with(
        event(EventKind.SEPSIS, 30), event(EventKind.SEPSIS, 90), event(EventKind.SEPSIS, 500)
    )

    found = read(OPEN, record)

    first = one_of(found, "sepsis_recorded")
    assert (first.value, first.on) == (2.0, day(30))
    assert [one.on for one in all_of(found, "sepsis_again")] == [day(90)]
    assert one_of(found, "bacteraemia_recorded").value == 0.0


def test_ep15_tells_nights_and_what_is_related_and_what_is_not_known_to_be() -> None:
    record = record_with(
        event(EventKind.ADMISSION, 10, ended_on=PartialDate.of(day(17)), is_related=True),
        event(EventKind.ADMISSION, 40, ended_on=PartialDate.of(day(42))),
        event(EventKind.ADMISSION, 60, is_related=False),
    )

    found = read(OPEN, record)

    related = one_of(found, "related_admissions_recorded")
    assert (related.value, related.low, related.high) == (1.0, 1.0, 2.0)
    assert (related.status, related.why) == (EndpointStatus.UNCONFIRMED, Why.UNKNOWN_RELATION)
    nights = all_of(found, "admission_nights")
    assert [(one.value, one.text) for one in nights] == [
        (7.0, "related"),
        (2.0, "relation not recorded"),
        (None, "not related"),
    ]
    assert nights[2].why is Why.STILL_GOING_ON


def test_ep15_of_partial_dates_lies_between_what_they_may_be() -> None:
    stay = event(
        EventKind.ADMISSION,
        0,
        on=PartialDate(text="2026-02-10"),
        ended_on=PartialDate(text="2026-03"),
        is_related=True,
    )

    nights = one_of(read(OPEN, record_with(stay)), "admission_nights")

    assert (nights.value, nights.low, nights.high) == (34.0, 19.0, 49.0)
    assert nights.interval is IntervalKind.DATES


def test_ep15_never_tells_fewer_nights_than_none() -> None:
    # Discharged in 2026, admitted in October: the middle of 2026 lies before.
    stay = event(
        EventKind.ADMISSION,
        0,
        on=PartialDate(text="2026-10-10"),
        ended_on=PartialDate(text="2026"),
    )
    found = course_of(course(OPEN, record_with(stay)), record_with(stay), day(400))

    nights = one_of(found, "admission_nights")

    assert (nights.value, nights.low, nights.high) == (0.0, 0.0, 82.0)


def test_ep16_tells_level_and_side() -> None:
    record = record_with(event(EventKind.AMPUTATION, 50, "T1", text="below the knee"))

    found = read(OPEN, record)

    assert one_of(found, "amputations_recorded").value == 1.0
    assert one_of(found, "amputation").text == "below the knee, left"


# --- EP17 to EP19 --------------------------------------------------------------------------------


def test_ep17_tells_a_stop_and_a_step_down_of_one_opioid() -> None:
    record = record_with(opioid(0, 30, 20), opioid(30, 60, 10))

    found = read(OPEN, record)

    down = one_of(found, "opioid_step_down")
    assert (down.value, down.unit, down.on) == (-10, "mg", day(30))
    assert (one_of(found, "opioid_stopped").value, one_of(found, "opioid_stopped").on) == (
        True,
        day(60),
    )


def test_ep17_has_no_stop_while_an_opioid_goes_on_and_none_by_death() -> None:
    ongoing = read(OPEN, record_with(opioid(0, 30, 20), opioid(20, None, 10, "morphine")))
    by_death = replace(opioid(0, 60, 20), stop_reason=StopReason.DEATH)
    dead = read(OPEN, record_with(by_death, event(EventKind.DEATH, 60)))

    assert one_of(ongoing, "opioid_stopped").value is False
    assert one_of(dead, "opioid_stopped").value is False
    assert all_of(ongoing, "opioid_step_down") == []


def test_ep17_does_not_take_a_change_to_something_unknown_for_a_stop() -> None:
    changed = replace(opioid(0, 60, 20), stop_reason=StopReason.CHANGED)

    stopped = one_of(read(OPEN, record_with(changed)), "opioid_stopped")

    assert (stopped.status, stopped.why) == (EndpointStatus.UNCONFIRMED, Why.CHANGED_TO_UNKNOWN)


def test_ep17_takes_a_dose_that_begins_a_month_later_for_no_step_down() -> None:
    found = read(OPEN, record_with(opioid(0, 30, 20), opioid(60, None, 10)))

    assert all_of(found, "opioid_step_down") == []


def test_ep17_compares_no_two_opioids_without_a_table() -> None:
    first = opioid(0, 30, 20)
    second = replace(opioid(30, None, 10, "morphine"), follows=first.entry_id)

    change = one_of(read(OPEN, record_with(first, second)), "opioid_dose_change")

    assert (change.value, change.why) == (None, Why.NO_CONVERSION)


def test_ep18_is_the_share_of_days_at_risk_between_its_bounds() -> None:
    found = read({"T1": {0: 4.0, 20: "closed", 50: "closed"}})

    share, days = one_of(found, "ulcer_free_share"), one_of(found, "ulcer_free_days")
    assert (share.value, share.low, share.high) == pytest.approx((0.6, 0.6, 1.0))
    assert (days.value, days.low, days.high) == (30.0, 30.0, 50.0)


def test_ep19_gives_each_time_on_a_treatment_and_never_ever_treated() -> None:
    given = Treatment(
        patient_id="p",
        agent=Agent.SODIUM_THIOSULFATE_IV,
        dose_value=25,
        dose_unit="g",
        frequency="3/week",
        route="IV",
        start=PartialDate.of(day(10)),
        stop=PartialDate.of(day(40)),
    )
    again = replace(given, start=PartialDate.of(day(60)), stop=None)
    late = replace(given, start=PartialDate.of(day(390)), stop=None)

    found = read(OPEN, record_with(given, again, late), as_of=100)

    times = all_of(found, "exposure_sodium_thiosulfate_iv")
    assert [(one.value, one.since, one.on) for one in times] == [
        (30.0, day(10), day(40)),
        (40.0, day(60), None),
    ]
    assert times[0].text == "25 g 3/week IV"


def test_ep19_ends_with_death_and_says_how_far_a_month_is_known() -> None:
    given = Treatment(patient_id="p", agent=Agent.CINACALCET, start=PartialDate(text="2026-02"))

    found = read(OPEN, record_with(given, event(EventKind.DEATH, 69)))

    # February is from day 31 to day 58, its middle day 44 (the 14th).
    time = one_of(found, "exposure_cinacalcet")
    assert (time.value, time.low, time.high) == (25.0, 11.0, 38.0)
    assert time.notes == (Note.PARTIAL_DATE,)


def test_a_treatment_without_a_start_has_no_exposure() -> None:
    given = Treatment(patient_id="p", agent=Agent.CINACALCET)

    assert one_of(read(OPEN, record_with(given)), "exposure_cinacalcet").why is Why.NOT_RECORDED


def test_a_day_that_rests_on_a_month_or_a_year_says_so_itself() -> None:
    record = record_with(
        LesionDetail(
            patient_id="p",
            entry_id="lesion T1",
            lesion_id="lesion T1",
            onset=PartialDate(text="2025-10"),
        ),
        replace(event(EventKind.SEPSIS, 20), on=PartialDate(text="2026-02")),
        replace(
            event(EventKind.ADMISSION, 20),
            on=PartialDate(text="2026-02"),
            ended_on=PartialDate(text="2026-03-03"),
            is_related=True,
        ),
        replace(event(EventKind.AMPUTATION, 20), on=PartialDate(text="2026-02")),
        replace(
            opioid(0, 40, 10), start=PartialDate(text="2026-01"), stop=PartialDate(text="2026")
        ),
        healed("T1", 42),
        healed("T1", 56),
        diagnosis=Diagnosis(patient_id="p", diagnosed_on=PartialDate(text="2025")),
    )
    found = read({"T1": OPEN["T1"] | {42: "closed", 56: "closed"}}, record)

    month, year, whole = Precision.MONTH, Precision.YEAR, Precision.DAY

    def known(what: str) -> tuple[Precision | None, Precision | None]:
        one = all_of(found, what)[0]
        return (
            None if one.on is None else one.on_precision,
            None if one.since is None else one.since_precision,
        )

    assert known("onset") == (month, None)
    assert known("days_to_closure") == (whole, month)
    assert known("alive_30_days_from_diagnosis") == (year, year)
    assert known("alive_30_days_from_first_photograph") == (whole, whole)
    assert known("sepsis_recorded") == known("amputation") == (month, None)
    assert known("related_admissions_recorded") == (month, None)
    assert known("admission_nights") == (whole, month)
    assert known("exposure_opioid") == known("opioid_stopped") == (year, month)
    assert known("reduction_week_2") == (whole, whole)


def test_ulcer_free_days_that_end_with_a_month_of_death_end_with_that_month() -> None:
    died = replace(event(EventKind.DEATH, 60), on=PartialDate(text="2026-04"))
    found = read(OPEN, record_with(died))
    alive = read(OPEN)

    assert one_of(found, "ulcer_free_days").on_precision is Precision.MONTH
    assert one_of(alive, "ulcer_free_days").on_precision is Precision.DAY
