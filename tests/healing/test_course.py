"""One value holds all that follows from a patient's timeline and record up to a day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.healing.record import (
    course,
    day,
    ended,
    event,
    finding,
    healed,
    link,
    partial,
    record_with,
)
from woundtrack.healing import change
from woundtrack.healing.change import Change
from woundtrack.healing.closures import ClosureStatus
from woundtrack.healing.competing import Followed, Outcome
from woundtrack.healing.course import PatientCourse, course_of, followed_of
from woundtrack.healing.distribution import Distribution
from woundtrack.healing.patient_healing import HealedStatus
from woundtrack.model import (
    ClinicalRecord,
    Debrided,
    EndReason,
    EventKind,
    LesionDetail,
    LesionState,
    LinkKind,
    PartialDate,
)

Areas = dict[str, dict[int, float | str]]


def read(areas: Areas, record: ClinicalRecord | None = None, *, as_of: int = 400) -> PatientCourse:
    """Return the course of areas and a record."""
    record = record or record_with()
    return course_of(course(areas, record), record, day(as_of))


def test_a_course_reads_burden_rates_and_fit_of_one_lesion() -> None:
    areas: Areas = {"T1": {0: 16.0, 14: 8.0, 28: 4.0}}

    found = read(areas)

    lesion = found.lesions[0]
    assert [one.area_mm2 for one in found.burden] == pytest.approx([1600, 800, 400])
    assert lesion.reduction is not None
    assert lesion.reduction.value == pytest.approx(75.0)
    assert lesion.exponential is not None
    assert lesion.exponential.half_life is not None
    assert lesion.exponential.half_life.value == pytest.approx(14.0)
    assert lesion.change is Change.SMALLER
    assert lesion.delayed is None
    assert found.area_under_curve is not None
    assert found.area_under_curve.value.value == pytest.approx((12 + 6) * 14)


def test_what_comes_after_the_day_is_left_out() -> None:
    areas: Areas = {"T1": {0: 16.0, 14: 8.0, 28: "closed"}}
    record = record_with(event(EventKind.DEATH, 40), healed("T1", 28))

    found = read(areas, record, as_of=20)

    assert [one.on for one in found.burden] == [day(0), day(14)]
    assert found.death is None
    assert found.lesions[0].closure.status is ClosureStatus.NOT_CLOSED


def test_a_debridement_leaves_the_baseline_and_says_that_it_was_passed() -> None:
    areas: Areas = {"T1": {0: 10.0, 7: 14.0, 14: 12.0, 21: 10.0, 28: 8.0}}
    record = record_with(finding("T1", 7, debrided=Debrided.BEFORE_PHOTOGRAPH))

    lesion = read(areas, record).lesions[0]

    assert lesion.baseline is not None
    assert lesion.baseline.on == day(0)
    assert lesion.is_rebased
    assert lesion.reduction is not None
    assert lesion.reduction.value == pytest.approx(20.0)
    assert lesion.run_reduction is not None
    assert lesion.run_reduction.value == pytest.approx(100 * 6 / 14)
    assert lesion.exponential is not None
    assert lesion.exponential.count == 4


def test_the_newest_change_cannot_be_told_over_a_debridement() -> None:
    record = record_with(event(EventKind.DEBRIDEMENT, 10, "T1"))

    assert read({"T1": {0: 10.0, 14: 14.0}}, record).lesions[0].change is Change.CANNOT_TELL
    assert read({"T1": {0: 10.0, 14: 14.0}}).lesions[0].change is Change.LARGER


def test_lists_that_read_the_curve_alone_do_not_call_a_debrided_or_merged_lesion_larger() -> None:
    areas: Areas = {"T1": {0: 10.0, 14: 14.0}, "T2": {0: 3.0}}
    debrided = record_with(event(EventKind.DEBRIDEMENT, 10, "T1"))
    merged = record_with(link("T2", LinkKind.MERGED_INTO, "T1", 14))
    earlier = record_with(event(EventKind.DEBRIDEMENT, 10, "T1"))

    assert change.of(course(areas).lesions[0]) is Change.LARGER
    assert change.of(course(areas, debrided).lesions[0]) is Change.CANNOT_TELL
    assert change.of(course(areas, merged).lesions[0]) is Change.CANNOT_TELL
    since = course({"T1": {0: 10.0, 14: 14.0, 28: 9.0}}, earlier).lesions[0]
    assert change.of(since) is Change.SMALLER
    closed = course({"T1": {0: 10.0, 14: "closed"}}, earlier).lesions[0]
    assert change.of(closed) is Change.CLOSED


def test_a_closed_lesion_is_followed_from_onset_to_the_first_of_its_two_visits() -> None:
    areas: Areas = {"T1": {10: 4.0, 24: 1.0, 38: "closed", 52: "closed"}}
    onset = LesionDetail(patient_id="p", lesion_id="lesion T1", onset=partial(0))
    record = record_with(onset, healed("T1", 38), healed("T1", 52))

    found = read(areas, record)

    assert found.lesions[0].followed == Followed(
        patient_id="p",
        lesion_id="lesion T1",
        origin=day(0),
        has_onset=True,
        entry_day=10,
        left_day=24,
        right_day=38,
        day=38,
        outcome=Outcome.CLOSED,
    )


def test_death_before_a_closure_is_confirmed_is_a_death_with_the_lesion_open() -> None:
    record = record_with(healed("T1", 38), event(EventKind.DEATH, 45))

    found = read({"T1": {10: 4.0, 38: "closed"}}, record)

    row = found.lesions[0].followed
    assert row is not None
    assert (row.outcome, row.day, row.right_day, row.is_unconfirmed) == (
        Outcome.DIED,
        35,
        None,
        True,
    )
    assert found.lesions[0].closure.is_stopped_by_death
    assert found.healing.status is HealedStatus.UNCONFIRMED
    assert found.healing.is_stopped_by_death


def test_a_death_known_by_its_month_counts_from_the_day_it_is_known() -> None:
    # START is 1 January, so that the middle of the month is still to come on the 5th.
    month = PartialDate(text=day(0).isoformat()[:7])
    record = record_with(event(EventKind.DEATH, 0, on=month))

    known = read({"T1": {0: 10.0}}, record, as_of=4)

    assert known.death is not None
    assert known.died_on == day(4)
    assert known.lesions[0].followed is not None
    assert known.lesions[0].followed.outcome is Outcome.DIED


def test_a_death_known_by_its_year_is_not_before_the_last_visit_of_that_year() -> None:
    year = PartialDate(text=str(day(0).year))
    record = record_with(event(EventKind.DEATH, 0, on=year))

    known = read({"T1": {0: 10.0, 200: 8.0}}, record)

    # The middle of the year is 2 July, day 182; the patient was alive on day 200.
    assert year.middle < day(200)
    assert known.died_on == day(200)
    assert known.lesions[0].followed is not None
    assert (known.lesions[0].followed.outcome, known.lesions[0].followed.day) == (Outcome.DIED, 200)
    assert known.ulcer_free is not None
    assert known.ulcer_free.at_risk == 200


def test_an_amputation_known_by_its_month_ends_a_lesion_before_the_middle_of_that_month() -> None:
    month = PartialDate(text=day(0).isoformat()[:7])
    record = record_with(event(EventKind.AMPUTATION, 0, "T1", on=month))

    (lesion,) = read({"T1": {0: 10.0}}, record, as_of=4).lesions

    assert lesion.end is not None
    assert (lesion.end.on, lesion.end.reason) == (day(4), EndReason.AMPUTATED)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (EndReason.AMPUTATED, Outcome.REMOVED),
        (EndReason.SURGICALLY_CLOSED, Outcome.REMOVED),
        (EndReason.GRAFTED, Outcome.REMOVED),
        (EndReason.MERGED, Outcome.MERGED),
        (EndReason.SPLIT, Outcome.CENSORED),
    ],
)
def test_how_a_lesion_ends_is_its_outcome(reason: EndReason, outcome: Outcome) -> None:
    row = read({"T1": {0: 4.0, 14: 3.0}}, record_with(ended("T1", reason, 20))).lesions[0].followed

    assert row is not None
    assert (row.outcome, row.day) == (outcome, 20)


@pytest.mark.parametrize("reason", [EndReason.LOST, None])
def test_a_lesion_of_which_nothing_more_is_known_is_censored_when_last_seen(
    reason: EndReason | None,
) -> None:
    record = record_with() if reason is None else record_with(ended("T1", reason, 90))

    row = read({"T1": {0: 4.0, 14: 3.0}}, record).lesions[0].followed

    assert row is not None
    assert (row.outcome, row.day, row.left_day) == (Outcome.CENSORED, 14, 14)


def test_an_onset_after_the_first_visit_is_no_origin() -> None:
    late = LesionDetail(patient_id="p", lesion_id="lesion T1", onset=partial(30))

    row = read({"T1": {10: 4.0, 24: 3.0}}, record_with(late)).lesions[0].followed

    assert row is not None
    assert (row.origin, row.has_onset, row.entry_day) == (day(10), False, 0)


def test_a_month_of_onset_stands_for_its_middle() -> None:
    onset = LesionDetail(patient_id="p", lesion_id="lesion T1", onset=PartialDate(text="2026-01"))

    row = read({"T1": {40: 4.0}}, record_with(onset)).lesions[0].followed

    assert row is not None
    assert (row.origin, row.entry_day) == (day(15), 25)


def test_a_lesion_that_never_ulcerated_is_not_at_risk_of_closing() -> None:
    record = record_with(finding("T1", 0, LesionState.NOT_ULCERATED))

    found = course_of(course({"T1": {}}, record, visits=(0,)), record, day(10))

    assert found.lesions[0].followed is None
    assert found.healing.status is HealedStatus.NO_LESION


def test_a_patient_is_healed_when_all_lesions_are_and_none_comes_for_28_days() -> None:
    areas: Areas = {
        "T1": {0: 4.0, 20: "closed", 34: "closed", 62: "closed"},
        "C1": {0: 2.0, 20: 1.0, 34: "closed", 48: "closed"},
    }
    findings = [healed("T1", 20), healed("T1", 34), healed("C1", 34), healed("C1", 48)]

    found = read(areas, record_with(*findings))

    assert (found.healing.status, found.healing.on) == (HealedStatus.CONFIRMED, day(34))
    assert found.followed is not None
    assert (found.followed.outcome, found.followed.left_day, found.followed.right_day) == (
        Outcome.CLOSED,
        20,
        34,
    )


def test_a_patient_is_unconfirmed_until_28_days_have_been_seen() -> None:
    areas: Areas = {"T1": {0: 4.0, 20: "closed", 34: "closed"}}

    found = read(areas, record_with(healed("T1", 20), healed("T1", 34)))

    assert (found.healing.status, found.healing.on) == (HealedStatus.UNCONFIRMED, day(20))


def test_a_new_lesion_within_28_days_keeps_a_patient_from_being_healed() -> None:
    areas: Areas = {
        "T1": {0: 4.0, 20: "closed", 34: "closed", 90: "closed"},
        "C1": {48: 2.0, 90: 1.0},
    }
    findings = record_with(healed("T1", 20), healed("T1", 34))
    late = replace_days(areas, "C1", {49: 2.0, 90: 1.0})

    assert read(areas, findings).healing.status is HealedStatus.NOT_HEALED
    assert read(late, findings).healing.status is HealedStatus.CONFIRMED


def test_a_new_lesion_that_has_not_ulcerated_yet_counts_as_new() -> None:
    areas: Areas = {"T1": {0: 4.0, 20: "closed", 34: "closed", 90: "closed"}, "C1": {}}
    record = record_with(
        healed("T1", 20), healed("T1", 34), finding("C1", 34, LesionState.NOT_ULCERATED)
    )

    assert read(areas, record).healing.status is HealedStatus.NOT_HEALED


def test_rows_are_given_by_patient_by_lesion_or_by_sentinel() -> None:
    sentinel = LesionDetail(patient_id="p", lesion_id="lesion T1", is_sentinel=True)
    found = read({"T1": {0: 4.0}, "C1": {0: 2.0}}, record_with(sentinel))

    rows = {unit: followed_of([found], unit) for unit in ("patient", "sentinel", "lesion")}

    assert [row.lesion_id for row in rows["patient"]] == [None]
    assert [row.lesion_id for row in rows["sentinel"]] == ["lesion T1"]
    assert [row.lesion_id for row in rows["lesion"]] == ["lesion T1", "lesion C1"]


def replace_days(areas: Areas, label: str, seen: dict[int, float | str]) -> Areas:
    """Return areas with those of one lesion replaced."""
    return {**areas, label: seen}


def test_a_merged_lesion_is_judged_by_the_one_it_went_into() -> None:
    areas: Areas = {
        "T1": {0: 4.0},
        "T2": {0: 2.0, 14: 5.0, 28: "closed", 42: "closed", 70: "closed"},
    }
    record = record_with(
        link("T1", LinkKind.MERGED_INTO, "T2", 14), healed("T2", 28), healed("T2", 42)
    )

    found = read(areas, record)

    assert (found.healing.status, found.healing.on) == (HealedStatus.CONFIRMED, day(28))


def test_an_amputation_competes_with_the_healing_of_the_patient() -> None:
    areas: Areas = {"T1": {0: 4.0, 20: "closed", 34: "closed", 62: "closed"}, "C1": {0: 2.0}}
    record = record_with(healed("T1", 20), healed("T1", 34), event(EventKind.AMPUTATION, 30, "C1"))

    found = read(areas, record)

    assert found.healing.status is HealedStatus.NOT_HEALED
    assert found.followed is not None
    assert (found.followed.outcome, found.followed.day) == (Outcome.REMOVED, 30)


def test_the_patients_distribution_is_over_all_lesions_that_were_seen() -> None:
    assert read({"T1": {0: 4.0}, "C1": {0: 2.0}}).distribution is Distribution.BOTH
    assert read({"C1": {0: 2.0}}).distribution is Distribution.PERIPHERAL


def test_the_burden_of_a_site_survives_merging() -> None:
    areas: Areas = {
        "T1": {0: 8.0, 10: 7.0},
        "T2": {0: 4.0, 10: 5.0, 20: 11.0},
        "A1": {0: 1.0, 10: 1.0, 20: 1.0},
    }
    record = record_with(link("T1", LinkKind.MERGED_INTO, "T2", 20))

    found = read(areas, record)

    legs = next(one for one in found.groups if one.group.value == "legs")
    assert [one.area_mm2 for one in legs.totals] == pytest.approx([1200, 1200, 1100])
    assert legs.area_under_curve is not None
    assert legs.area_under_curve.value.value == pytest.approx(120 + 115)


def test_a_patient_without_a_visit_has_an_empty_course() -> None:
    record = record_with()

    found = course_of(course({}), record, day(0))

    assert (found.lesions, found.burden, found.followed) == ((), (), None)
    assert found.area_under_curve is None
    assert found.ulcer_free is None


def test_a_lesion_is_found_by_its_id_or_not_at_all() -> None:
    found = read({"T1": {0: 4.0}})

    assert found.lesion("lesion T1") is found.lesions[0]
    with pytest.raises(KeyError):
        found.lesion("another")


def test_the_sentinel_is_the_one_that_was_named() -> None:
    detail = LesionDetail(patient_id="p", lesion_id="lesion T1")

    assert not read({"T1": {0: 4.0}}, record_with(detail)).lesions[0].is_sentinel
    named = record_with(replace(detail, is_sentinel=True))
    assert read({"T1": {0: 4.0}}, named).lesions[0].is_sentinel
