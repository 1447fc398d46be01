"""Cumulative incidence against lifelines, scikit-survival and the golden table of the notes.

lifelines 0.30.3, scikit-survival 0.28.0, with alpha = 2 (1 - Φ(1.96)) = 0.04999579.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from woundtrack.healing.competing import Outcome, cumulative_incidence

GOLDEN_TIMES = (20, 30, 40, 50, 60, 80, 84)
GOLDEN = (1, 2, 1, 0, 2, 1, 0)

TIMES = (3, 5, 7, 9, 11, 14, 18, 21, 22, 27, 30, 33, 40, 41, 44, 52, 60, 61, 75, 90)
OUTCOMES = (1, 2, 1, 0, 1, 3, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 3, 0, 1, 0)
ENTRIES = (0, 2, 0, 6, 0, 10, 0, 4, 0, 0, 8, 0, 0, 20, 0, 31, 0, 0, 6, 0)

TIED_TIMES = (10, 10, 10, 20, 20, 30, 30, 30, 40, 50)
TIED = (1, 2, 0, 1, 1, 0, 2, 1, 1, 0)


def test_the_seven_lesions_of_the_notes_have_their_golden_incidence() -> None:
    found = cumulative_incidence(GOLDEN_TIMES, GOLDEN)

    assert found.at(84, Outcome.CLOSED)[0] == pytest.approx(0.4762, abs=5e-5)
    assert found.at(84, Outcome.DIED)[0] == pytest.approx(0.3333, abs=5e-5)
    assert found.survival_at(84) == pytest.approx(0.1905, abs=5e-5)


def test_censoring_at_death_would_make_closure_look_likelier() -> None:
    alone = [0 if outcome == Outcome.DIED else outcome for outcome in GOLDEN]

    naive = cumulative_incidence(GOLDEN_TIMES, alone, causes=(Outcome.CLOSED,))

    assert naive.at(84, Outcome.CLOSED)[0] == pytest.approx(0.6571, abs=5e-5)


@pytest.mark.parametrize(
    ("cause", "expected", "variance", "low", "high"),
    # f = AalenJohansenFitter(calculate_variance=True, alpha=alpha)
    # f.fit(times, outcomes, event_of_interest=cause); the last row of f.cumulative_density_,
    # f.variance_ and f.confidence_interval_
    [
        (1, 0.55397727, 0.016383374586070136, 0.28041722621037163, 0.760056395246173),
        (2, 0.22731331, 0.010173574770537442, 0.06962373514490126, 0.438846082476505),
        (3, 0.11935877, 0.0063329028762514694, 0.01962813988452143, 0.3168094427383125),
    ],
)
def test_incidence_variance_and_interval_agree_with_lifelines(
    cause: int, expected: float, variance: float, low: float, high: float
) -> None:
    found = cumulative_incidence(TIMES, OUTCOMES)

    assert found.at(90, cause) == pytest.approx((expected, low, high), abs=1e-6)
    assert found.steps[-1].error[cause - 1] ** 2 == pytest.approx(variance, abs=1e-9)


@pytest.mark.parametrize(
    ("time", "cause", "expected", "variance", "low", "high"),
    # The same with fit(…, entry=ENTRIES), at the row of the time.
    [
        (3, 1, 0.07692307692307693, 0.005461993627674101, 0.004773316043717701, 0.2920210704138913),
        (41, 1, 0.41163593078820715, 0.014305936017468688, 0.1852459626098969, 0.6267064595796011),
        (75, 1, 0.5563619530652498, 0.015936373873374585, 0.2859752230165028, 0.7598565266205557),
        (41, 2, 0.18450670208911973, 0.009301941362683825, 0.0451076286771807, 0.3978088183199175),
        (75, 2, 0.2423971109999368, 0.011169196944193332, 0.07501872808640635, 0.4605028652681004),
    ],
)  # fmt: skip
def test_delayed_entry_agrees_with_lifelines(
    time: int, cause: int, expected: float, variance: float, low: float, high: float
) -> None:
    found = cumulative_incidence(TIMES, OUTCOMES, entries=ENTRIES)

    step = next(one for one in found.steps if one.time == time)
    assert found.at(time, cause) == pytest.approx((expected, low, high), abs=1e-6)
    assert step.error[cause - 1] ** 2 == pytest.approx(variance, abs=1e-9)


def test_ties_agree_with_scikit_survival() -> None:
    found = cumulative_incidence(TIED_TIMES, TIED)

    # cumulative_incidence_competing_risks(outcomes, times, conf_type="log-log",
    #     conf_level=2 * norm.cdf(1.96) - 1, var_type="Dinse_Approx")
    incidence = [step.incidence[0] for step in found.steps]
    low = [step.low[0] for step in found.steps]
    high = [step.high[0] for step in found.steps]
    assert [step.time for step in found.steps] == [10, 20, 30, 40]
    assert incidence == pytest.approx(
        [0.1, 0.32857142857142857, 0.4428571428571429, 0.6142857142857143], abs=1e-6
    )
    assert low == pytest.approx(
        [0.005723017887093601, 0.0764889133915506, 0.1347112860594948, 0.2123405118923903], abs=1e-6
    )
    assert high == pytest.approx(
        [0.358132917410031, 0.6176101218141562, 0.7182432705114717, 0.857923055281853], abs=1e-6
    )


def test_whoever_is_censored_at_a_time_is_at_risk_at_it() -> None:
    found = cumulative_incidence(TIED_TIMES, TIED)

    assert [step.at_risk for step in found.steps] == [10, 7, 5, 2]
    assert [step.events for step in found.steps] == [(1, 1, 0), (2, 0, 0), (1, 1, 0), (1, 0, 0)]


def test_numbers_at_risk_count_who_has_entered_and_is_not_out() -> None:
    found = cumulative_incidence(TIMES, OUTCOMES, entries=ENTRIES)

    # Of those still there on day 30 the one who enters on day 31 isn't yet: 10 less 1.
    assert found.at_risk(30) == 9
    assert found.at_risk(0) == 12
    assert found.at_risk(91) == 0


def test_a_merged_lesion_is_censored() -> None:
    merged = cumulative_incidence([10, 20, 30], [Outcome.MERGED, Outcome.CLOSED, Outcome.CENSORED])

    # One of the two left closes.
    assert merged.at(30, Outcome.CLOSED)[0] == pytest.approx(0.5)


def test_before_the_first_event_nothing_has_happened_and_nobody_at_all_is_no_curve() -> None:
    found = cumulative_incidence(GOLDEN_TIMES, GOLDEN)

    assert found.at(19, Outcome.CLOSED) == (0.0, 0.0, 0.0)
    assert found.survival_at(19) == 1.0
    assert cumulative_incidence([], []).steps == ()


def test_whoever_leaves_as_he_enters_is_never_at_risk() -> None:
    found = cumulative_incidence([5, 10, 20], [1, 1, 0], entries=[5, 0, 0])

    assert [step.time for step in found.steps] == [10]
    assert found.at(20, Outcome.CLOSED)[0] == pytest.approx(0.5)


def test_whoever_enters_later_is_not_at_risk_of_what_happens_on_the_first_day() -> None:
    found = cumulative_incidence([0, 10, 20], [2, 0, 1], entries=[0, 0, 5])

    # One of the two who are there on day 0 dies.
    assert found.steps[0].at_risk == 2
    assert found.at(0, Outcome.DIED)[0] == pytest.approx(0.5)


def test_lesions_of_one_patient_widen_the_interval() -> None:
    # Ten patients; each one's four lesions share their fate.
    times = [10 + patient for patient in range(10) for _ in range(4)]
    outcomes = [patient % 2 for patient in range(10) for _ in range(4)]
    patients = [patient for patient in range(10) for _ in range(4)]

    apart = cumulative_incidence(times, outcomes)
    together = cumulative_incidence(times, outcomes, clusters=patients)

    # On day 15 two of five have closed. Four lesions as one: the error is about twice as large.
    assert together.at(15, 1)[0] == apart.at(15, 1)[0]
    places = [[step.time for step in one.steps].index(15.0) for one in (together, apart)]
    ratio = together.steps[places[0]].error[0] / apart.steps[places[1]].error[0]
    assert 1.6 < ratio < 2.4
    assert together == cumulative_incidence(times, outcomes, clusters=patients)


def test_a_follow_up_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        cumulative_incidence([5], [1], entries=[6])


def test_rows_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        cumulative_incidence([5, 6], [1])


FOLLOWED = st.lists(
    st.tuples(st.integers(min_value=1, max_value=30), st.sampled_from(list(Outcome))),
    min_size=1,
    max_size=25,
)


@given(FOLLOWED)
def test_what_happened_and_what_did_not_are_all_there_is(rows: list[tuple[int, Outcome]]) -> None:
    found = cumulative_incidence([time for time, _ in rows], [outcome for _, outcome in rows])

    for step in found.steps:
        assert sum(step.incidence) + step.survival == pytest.approx(1.0)


@given(FOLLOWED)
def test_the_interval_holds_the_incidence_and_stays_within_nothing_and_all(
    rows: list[tuple[int, Outcome]],
) -> None:
    found = cumulative_incidence([time for time, _ in rows], [outcome for _, outcome in rows])

    for step in found.steps:
        for low, value, high in zip(step.low, step.incidence, step.high, strict=True):
            assert 0 <= low <= value + 1e-12
            assert value - 1e-12 <= high <= 1


@given(FOLLOWED)
def test_nobody_is_closed_less_often_over_time(rows: list[tuple[int, Outcome]]) -> None:
    found = cumulative_incidence([time for time, _ in rows], [outcome for _, outcome in rows])

    closed = [step.incidence[0] for step in found.steps]
    assert closed == sorted(closed)
