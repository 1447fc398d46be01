"""The healing room against R: survival's Aalen-Johansen, lm, nls and profiles of them.

Skipped where R isn't installed with both (Debian: r-cran-survival, r-cran-jsonlite).
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from tests.healing.points import point, term
from woundtrack.healing import estimates, fits, rates
from woundtrack.healing.competing import CumulativeIncidence, Outcome, cumulative_incidence
from woundtrack.healing.estimates import Estimate

SCRIPT: Final = Path(__file__).with_name("reference.R")
LACKS_PACKAGES: Final = 3
CLOSE: Final = 1e-6


# --- the cases, as both sides get them -----------------------------------------------------------


def _followed(kind: str, count: int, *, seed: int) -> dict[str, Any]:
    """Return rows of lesions, three to a patient, of which each outcome has its share."""
    chance = np.random.default_rng(seed)
    entries = chance.integers(0, 20, count)
    shared = np.repeat(chance.integers(0, 40, -(-count // 3)), 3)[:count]
    apart = np.zeros(count) if kind == "tied" else np.arange(count) / count  # no two at once
    ends = entries + 1 + shared + chance.integers(0, 60, count) + apart
    return {
        "kind": kind,
        "times": [float(one) for one in ends],
        "outcomes": [int(one) for one in chance.choice(4, count, p=[0.3, 0.4, 0.2, 0.1])],
        "entries": [float(one) for one in entries],
        "patients": [place // 3 for place in range(count)],
    }


CURVES: Final = {
    "apart": _followed("apart", 80, seed=1),
    "tied": _followed("tied", 80, seed=2),
    "delayed": _followed("delayed", 80, seed=3),
    "clustered": _followed("clustered", 120, seed=4),
}
# Days, areas in cm², each area's own share of uncertainty, and what one printer is to some of them.
EXPONENTIALS: Final = {
    "scatter": (
        (0, 7, 14, 28, 42, 56),
        (20, 18.5, 14.9, 10.2, 7.6, 5.1),
        (0.05, 0.05, 0.1, 0.05, 0.08, 0.05),
        0,
    ),
    "measurements": ((0, 7, 15, 21, 30), (9.1, 8.1, 6.95, 6.2, 5.2), (0.06,) * 5, 0),
    "printer": ((0, 7, 14, 21, 28), (10, 9.0, 8.2, 7.2, 6.6), (0.02,) * 5, 3),
}
DELAYS: Final = {
    "measurements": (
        (0, 7, 14, 21, 28, 35, 42, 49),
        (20.2, 19.7, 20.4, 18.1, 14.9, 12.4, 10.0, 8.3),
        (0.05,) * 8,
    ),
    "scatter": (
        (0, 7, 14, 21, 28, 35, 42, 49, 56),
        (12.0, 12.5, 11.7, 12.2, 10.2, 8.0, 6.9, 5.1, 4.4),
        (0.02, 0.02, 0.03, 0.02, 0.02, 0.03, 0.02, 0.02, 0.02),
    ),
}
REDUCTIONS: Final = {
    "smaller": ((12.0, 11.2, 13.1), (7.2, 6.9, 7.4)),
    "larger": ((3.0, 2.9, 3.2), (5.5, 5.0, 5.8)),
}
PRINTER: Final = 0.08
"""What one printer's scale is to the area of the photographs that share it: its half interval."""


@pytest.fixture(scope="module")
def by_r() -> Any:
    """Return R's numbers for all cases: one start of R, which takes about a second."""
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R (Rscript) is not installed")
    cases = {
        "curves": CURVES,
        "exponential": {
            name: {
                "days": days,
                "areas": areas,
                # A spread with a cause is even on the scale of lengths, an interval as it stands.
                "own": [
                    2 * _log_sd(share / 2) if place < count else _log_sd(share)
                    for place, share in enumerate(shares)
                ],
                "shared": [PRINTER / 1.96 * (place < count) for place in range(len(days))],
            }
            for name, (days, areas, shares, count) in EXPONENTIALS.items()
        },
        "delayed": {
            name: {
                "days": days,
                "areas": areas,
                "own": [_log_sd(share) for share in shares],
            }
            for name, (days, areas, shares) in DELAYS.items()
        },
        "reduction": {
            name: {"first": first, "second": second} for name, (first, second) in REDUCTIONS.items()
        },
    }
    answer = subprocess.run(
        [program, "--vanilla", str(SCRIPT)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode == LACKS_PACKAGES:
        pytest.skip("R's packages survival and jsonlite are not installed")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def _log_sd(share: float) -> float:
    """Return the standard deviation of ln(area) of an interval of ± a share of the area."""
    return math.log((1 + share) / (1 - share)) / 3.92


def _numbers(estimate: Estimate | None) -> tuple[float | None, ...]:
    assert estimate is not None
    return estimate.value, estimate.low, estimate.high


def _found(kind: str) -> CumulativeIncidence:
    case = CURVES[kind]
    return cumulative_incidence(
        case["times"],
        case["outcomes"],
        entries=case["entries"] if kind == "delayed" else None,
        clusters=case["patients"] if kind == "clustered" else None,
    )


# --- what is compared ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(CURVES))
def test_incidence_and_survival_agree_with_survfit(by_r: Any, kind: str) -> None:
    steps, expected = _found(kind).steps, by_r["curves"][kind]

    assert [step.time for step in steps] == pytest.approx(expected["time"])
    assert [step.survival for step in steps] == pytest.approx(expected["survival"], abs=CLOSE)
    incidence = np.array([step.incidence for step in steps])
    assert np.abs(incidence - np.array(expected["incidence"])).max() < CLOSE


@pytest.mark.parametrize("kind", ["apart", "tied"])
def test_errors_and_intervals_agree_with_survfit(by_r: Any, kind: str) -> None:
    steps, expected = _found(kind).steps, by_r["curves"][kind]

    # With delayed entry the jackknife's variance is another one than the delta method's: for that
    # test_competing.py has lifelines, which has the same.
    for name in ("error", "low", "high"):
        ours = np.array([getattr(step, name) for step in steps])
        theirs = np.array(expected[name])
        inside = np.array([step.incidence for step in steps]) > 0  # R has no interval about zero
        assert inside.sum() > 100
        assert np.abs(ours[inside] - theirs[inside].astype(float)).max() < CLOSE, name


def test_errors_of_lesions_drawn_by_patient_are_the_clustered_jackknifes(by_r: Any) -> None:
    ours = np.array(_found("clustered").steps[-1].error)

    # A thousand draws against a formula: alike within what the draws and 40 patients allow.
    assert ours == pytest.approx(np.array(by_r["curves"]["clustered"]["error"][-1]), rel=0.1)


@pytest.mark.parametrize("name", list(EXPONENTIALS))
def test_the_exponential_and_its_intervals_agree_with_lm(by_r: Any, name: str) -> None:
    days, areas, shares, count = EXPONENTIALS[name]
    shared = [PRINTER * area if place < count else 0.0 for place, area in enumerate(areas)]
    points = [
        point(
            area,
            day,
            share=share,
            terms=(term(share * area), term(moved, common="printer")) if moved else (),
        )
        for day, area, share, moved in zip(days, areas, shares, shared, strict=True)
    ]

    fit, expected = fits.exponential(points), by_r["exponential"][name]

    assert fit is not None
    assert _numbers(fit.per_day) == pytest.approx(expected["per_day"], abs=CLOSE)
    assert _numbers(fit.area) == pytest.approx(expected["area"], abs=CLOSE)
    assert _numbers(fit.half_life) == pytest.approx(expected["half_life"], abs=CLOSE)
    assert fit.chi2 == pytest.approx(expected["chi2"], abs=CLOSE)


@pytest.mark.parametrize("name", list(DELAYS))
def test_the_delayed_exponential_and_its_intervals_agree_with_nls(by_r: Any, name: str) -> None:
    days, areas, shares = DELAYS[name]
    points = [
        point(area, day, share=share) for day, area, share in zip(days, areas, shares, strict=True)
    ]

    fit, expected = fits.delayed_exponential(points), by_r["delayed"][name]

    assert fit is not None
    assert _numbers(fit.delay) == pytest.approx(expected["delay"], abs=CLOSE)
    assert _numbers(fit.per_day) == pytest.approx(expected["per_day"], abs=CLOSE)
    assert _numbers(fit.area) == pytest.approx(expected["area"], abs=CLOSE)
    assert fit.chi2 == pytest.approx(expected["chi2"], abs=CLOSE)


def test_both_kinds_of_interval_are_among_the_cases(by_r: Any) -> None:
    for kind in ("exponential", "delayed"):
        cases = by_r[kind]
        assert cases["scatter"]["is_scatter"]
        assert not cases["measurements"]["is_scatter"]


@pytest.mark.parametrize("name", list(REDUCTIONS))
def test_the_interval_of_an_area_reduction_agrees(by_r: Any, name: str) -> None:
    before, after = (
        replace(point(area, day), area_low_mm2=100 * low, area_high_mm2=100 * high)
        for day, (area, low, high) in zip((0, 28), REDUCTIONS[name], strict=True)
    )

    found = estimates.area_reduction(before, after)

    assert _numbers(found) == pytest.approx(by_r["reduction"][name], abs=CLOSE)


def test_the_golden_table_of_the_notes_agrees(by_r: Any) -> None:
    golden = by_r["golden"]
    days, outcomes = (20, 30, 40, 50, 60, 80, 84), (1, 2, 1, 0, 2, 1, 0)
    alone = [one if one == Outcome.CLOSED else Outcome.CENSORED for one in outcomes]

    whole = cumulative_incidence(days, outcomes)
    naive = cumulative_incidence(days, alone, causes=(Outcome.CLOSED,))
    per_day = rates.exponential_per_day(12.0, 7.2, days=28)
    found = {
        "reduction": rates.area_reduction_percent(12.0, 7.2),
        "advance": rates.gilman_advance_cm(12.0, 14.0, 7.2, 10.6),
        "weekly": rates.gilman_cm_per_week(12.0, 14.0, 7.2, 10.6, days=28),
        "per_day": per_day,
        "half_life": rates.half_life_days(per_day),
        "circle": rates.gilman_advance_cm(9 * math.pi, 6 * math.pi, 4 * math.pi, 4 * math.pi),
        "kundin": rates.kundin_volume_cm3(4.2, 2.8, 1.1),
        "closed": whole.at(84, Outcome.CLOSED)[0],
        "died": whole.at(84, Outcome.DIED)[0],
        "free": whole.survival_at(84),
        "naive": naive.at(84, Outcome.CLOSED)[0],
    }

    assert found == pytest.approx({name: golden[name] for name in found}, abs=CLOSE)
    assert rates.detectable_ratio(0.05) == pytest.approx(golden["detectable"], abs=CLOSE)
    assert rates.area_reduction_interval_percent(12.0, 7.2, 0.05) == pytest.approx(
        golden["reduction_interval"], abs=CLOSE
    )
