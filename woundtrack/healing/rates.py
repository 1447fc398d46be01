"""How fast a wound changes, as the literature measures it, and whether that is more than noise.

Hides the formulas; every function says where its formula comes from. Areas may be in any one unit
where only their ratio counts; elsewhere the unit is in the name.
"""

from __future__ import annotations

import math
from typing import Final

ASSUMED_LOG_SD: Final = 0.05
"""Assumed standard deviation of repeated measurements of ln(area), until a clinic has its own.

A declared default, to be shown as *assumed* wherever it decides something. Digital planimetry has
reached a smallest detectable change of 0.27 cm² at a standard error of 0.10 cm² (PMC7949804).
"""

_Z95: Final = 1.96  # two-sided 95 % point of the normal distribution


def area_reduction_percent(baseline: float, latest: float) -> float:
    """Return the percentage area reduction, 100 (A₀ - A) / A₀: positive is smaller.

    Sheehan et al. 2003, doi 10.2337/diacare.26.6.1879. Raises ``ValueError`` where the baseline is
    not an open area: a reduction of nothing is not defined.
    """
    _need_open(baseline)
    return 100 * (baseline - latest) / baseline


def log_area_ratio(baseline: float, latest: float) -> float:
    """Return ln(A / A₀): symmetric, so that halving and doubling weigh the same.

    Raises ``ValueError`` where either is not an open area; closure is a state, not a small area.
    """
    _need_open(baseline, latest)
    return math.log(latest / baseline)


def gilman_advance_cm(
    baseline_cm2: float, baseline_perimeter_cm: float, latest_cm2: float, latest_perimeter_cm: float
) -> float:
    """Return how far the margin advanced: the lost area over the mean perimeter, in cm.

    Gilman 1990 (Wounds 2:95); Gorin et al. 1996 (doi 10.1016/S0741-5214(96)80021-8) show that it
    doesn't depend on size or shape. For circles it is exactly the difference of the radii.
    Negative where the wound grew. Raises ``ValueError`` where both perimeters are zero.
    """
    mean_perimeter_cm = (baseline_perimeter_cm + latest_perimeter_cm) / 2
    if mean_perimeter_cm <= 0:
        raise ValueError("a margin advance needs a perimeter")
    return (baseline_cm2 - latest_cm2) / mean_perimeter_cm


def gilman_cm_per_week(
    baseline_cm2: float,
    baseline_perimeter_cm: float,
    latest_cm2: float,
    latest_perimeter_cm: float,
    *,
    days: float,
) -> float:
    """Return the Gilman margin advance per week. Raises ``ValueError`` for no time between."""
    _need_time(days)
    advance_cm = gilman_advance_cm(
        baseline_cm2, baseline_perimeter_cm, latest_cm2, latest_perimeter_cm
    )
    return advance_cm / (days / 7)


def kundin_volume_cm3(length_cm: float, width_cm: float, depth_cm: float) -> float:
    """Return Kundin's volume of a wound, 0.327 L W D, cm³.

    Kundin 1989; the coefficient is quoted from secondary sources. A rough figure: no surface was
    measured.
    """
    return 0.327 * length_cm * width_cm * depth_cm


def exponential_per_day(baseline: float, latest: float, *, days: float) -> float:
    """Return k of A(t) = A₀ exp(-k t) through two areas, ln(A₀ / A) / t: positive is smaller.

    Exponential decay fitted 72 % of 338 venous ulcers: doi 10.1186/1471-5945-9-2. Raises
    ``ValueError`` where either is not an open area, or for no time between.
    """
    _need_time(days)
    return -log_area_ratio(baseline, latest) / days


def half_life_days(per_day: float) -> float:
    """Return ln 2 / k. Raises ``ValueError`` where k is not positive: what grows never halves."""
    if per_day <= 0:
        raise ValueError("a wound that doesn't shrink has no half-life")
    return math.log(2) / per_day


def detectable_ratio(log_sd: float = ASSUMED_LOG_SD) -> tuple[float, float]:
    """Return the smallest area ratios, down and up, that are more than measuring error.

    exp(∓1.96 √2 s): the minimal detectable change at 95 % on the log scale, because the error of an
    area grows with the area. 0.871 and 1.149 for the assumed s of 0.05.
    """
    reach = _Z95 * math.sqrt(2) * log_sd
    return math.exp(-reach), math.exp(reach)


def is_within_measuring_error(
    baseline: float, latest: float, log_sd: float = ASSUMED_LOG_SD
) -> bool:
    """Return whether two open areas differ by less than two measurements of one wound may.

    Raises ``ValueError`` where either is not an open area: closing is always a change.
    """
    return abs(log_area_ratio(baseline, latest)) < _Z95 * math.sqrt(2) * log_sd


def area_reduction_interval_percent(
    baseline: float, latest: float, log_sd: float = ASSUMED_LOG_SD
) -> tuple[float, float]:
    """Return the 95 % interval of a percentage area reduction, lower end first.

    100 (1 - (A / A₀) exp(±1.96 √2 s)), with the detectable ratios of ``detectable_ratio``. A closed
    wound is 100 % without an interval. Raises ``ValueError`` where the baseline is not open.
    """
    _need_open(baseline)
    down, up = detectable_ratio(log_sd)
    return 100 * (1 - latest / baseline * up), 100 * (1 - latest / baseline * down)


def _need_open(*areas: float) -> None:
    if not all(math.isfinite(area) and area > 0 for area in areas):
        raise ValueError("this needs open areas, larger than zero")


def _need_time(days: float) -> None:
    if not days > 0:
        raise ValueError("this needs time between the measurements")
