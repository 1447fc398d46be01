"""Do the 95 % intervals of what is made of areas hold? Courses drawn from curves that are known.

Each course is a lesion whose area follows a known curve, measured at weekly visits by photographs
of unlike quality: each measurement's own error is 2 to 12 % (its standard deviation, on the log
scale) and is told as its interval. "as told" draws the errors from just that; "one printer" adds a
scale that half the visits share, and that is told, too; "more than told" scatters twice as far, as
where the wound itself wavers. "holds" is the share of courses whose true value lies in the
interval, in per cent: 93 or more as told and with one printer. A fit should hold so often with more
than told, too, since it sees the scatter; two areas alone can't. "±" is the median half width
beside it, in the value's unit, so that a wide interval is no way out.

Beside it what one would do without intervals: for fits least squares in which every area weighs
alike, with 1.96 standard errors of the scatter; for a reduction and a margin advance the assumed
spread of 5 % that stands in where measurements have no interval.

    python -m benchmarks.fit_intervals [--courses 400]
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.healing import estimates, fits
from woundtrack.healing.estimates import Estimate
from woundtrack.model import Term, TimelinePoint, WoundState, area_interval

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float] | None

AS_TOLD: Final = "as told"
PRINTER: Final = "one printer"
MORE: Final = "more than told"
NOISES: Final = (AS_TOLD, PRINTER, MORE)
PRINTER_SD: Final = 0.03  # of ln(area): a scale that is off by 1.5 %
_START: Final = date(2026, 1, 5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """What is true of a lesion, and the points that were measured of it."""

    start_cm2: float
    per_day: float
    delay: float
    points: tuple[TimelinePoint, ...]

    def area_cm2(self, day: float) -> float:
        """Return the true area."""
        return self.start_cm2 * math.exp(-self.per_day * max(day - self.delay, 0.0))

    @property
    def last(self) -> int:
        """The day of the last point."""
        return (self.points[-1].on - _START).days


@dataclass(slots=True)
class Row:
    """How often the intervals of one value held, and how wide they were."""

    held: list[bool] = field(default_factory=list)
    halves: list[float] = field(default_factory=list)

    def add(self, truth: float, interval: Interval) -> None:
        """Count one interval; none at all isn't counted."""
        if interval is not None:
            self.held.append(interval[0] <= truth <= interval[1])
            self.halves.append((interval[1] - interval[0]) / 2)

    def text(self, digits: int) -> str:
        """Return share and half width for the table."""
        if not self.held:
            return f"{'none':>8}{'':>10}"
        return f"{100 * np.mean(self.held):8.1f}{np.median(self.halves):10.{digits}f}"


# --- courses -------------------------------------------------------------------------------------


def courses(draw: np.random.Generator, count: int, noise: str, *, is_delayed: bool) -> list[Course]:
    """Draw so many courses: round wounds that shrink, some hardly, a few by three quarters."""
    found = []
    for _ in range(count):
        visits = int(draw.integers(8, 13) if is_delayed else draw.integers(4, 10))
        days = [7 * place + int(draw.integers(-1, 2)) * (place > 0) for place in range(visits)]
        course = Course(
            start_cm2=math.exp(draw.uniform(math.log(2), math.log(40))),
            per_day=draw.uniform(0.015, 0.04) if is_delayed else draw.uniform(0.0, 0.03),
            delay=draw.uniform(7, days[-1] / 2) if is_delayed else 0.0,
            points=(),
        )
        found.append(replace(course, points=tuple(_measured(draw, course, days, noise))))
    return found


def _measured(
    draw: np.random.Generator, course: Course, days: list[int], noise: str
) -> Iterator[TimelinePoint]:
    """Measure each day: an edge seen too far out moves area and perimeter together."""
    scale = draw.normal(0, PRINTER_SD)
    for place, day in enumerate(days):
        own = math.exp(draw.uniform(math.log(0.02), math.log(0.12)))
        is_shared = noise == PRINTER and place % 2 == 0
        off = draw.normal(0, own * (2 if noise == MORE else 1)) + (scale if is_shared else 0.0)
        area = 100 * course.area_cm2(day) * math.exp(off)
        edge = 2 * math.sqrt(math.pi * area)
        terms = tuple(
            Term(
                name=name,
                area_mm2=1.96 * spread * area,
                perimeter_mm=1.96 * spread * edge / 2,
                length_mm=0.0,
                width_mm=0.0,
                common=common,
            )
            for name, spread, common, is_there in (
                ("edge", own, "", True),
                ("print", PRINTER_SD, "printer", is_shared),
            )
            if is_there
        )
        low, high = area_interval(area, terms)
        yield TimelinePoint(
            on=_START + timedelta(days=day),
            state=WoundState.OPEN,
            area_mm2=area,
            area_low_mm2=low,
            area_high_mm2=high,
            perimeter_mm=edge,
            assessment_id=f"day {day}",
            terms=terms,
        )


# --- the intervals, woundtrack's and the plain ones ----------------------------------------------


def ends(estimate: Estimate | None) -> Interval:
    """Return the ends of an estimate's interval; None where it has none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return None
    return estimate.low, estimate.high


def plain_line(course: Course, delay: float | None) -> dict[str, Interval]:
    """Return the intervals of unweighted least squares of ln(area), by 1.96 standard errors.

    Without a delay a line; else the delay is sought, and its error is that of the linearised curve.
    """
    days = np.array([float((point.on - _START).days) for point in course.points])
    logs = np.log([point.area_mm2 or 0.0 for point in course.points]) - math.log(100)
    delays = np.array([0.0]) if delay is None else np.linspace(0, days[-2], 600)
    tried = []
    for one in delays:
        design = np.column_stack([np.ones_like(days), -np.maximum(days - one, 0.0)])
        solved, *_ = np.linalg.lstsq(design, logs, rcond=None)
        tried.append((float(np.sum((logs - design @ solved) ** 2)), float(one), solved))
    left, at, (start, per_day) = min(tried, key=lambda fit: fit[0])
    columns = [np.ones_like(days), -np.maximum(days - at, 0.0)]
    if delay is not None:
        columns.append(per_day * (days > at))
    design = np.column_stack(columns)
    square = design.T @ design
    if np.linalg.matrix_rank(square) < square.shape[0]:
        return {}
    errors = np.sqrt(left / (len(days) - len(columns)) * np.diag(np.linalg.inv(square)))
    found: dict[str, Interval] = {
        "start": (
            math.exp(start - 1.96 * errors[0]),
            math.exp(start + 1.96 * errors[0]),
        ),
        "per_day": (per_day - 1.96 * errors[1], per_day + 1.96 * errors[1]),
    }
    if delay is not None:
        found["delay"] = (at - 1.96 * errors[2], at + 1.96 * errors[2])
    return found


def without_intervals(point: TimelinePoint) -> TimelinePoint:
    """Return the point as if nobody had said how uncertain it is."""
    return replace(point, area_low_mm2=None, area_high_mm2=None, terms=())


def between(
    course: Course, of: Callable[[TimelinePoint, TimelinePoint], Estimate | None]
) -> tuple[Interval, Interval]:
    """Return the interval of a change from first to last point: as told, and as assumed."""
    first, last = course.points[0], course.points[-1]
    return ends(of(first, last)), ends(of(without_intervals(first), without_intervals(last)))


def advance_cm(course: Course) -> float:
    """Return the true margin advance of a round wound: the difference of the radii, cm."""
    areas = (course.area_cm2(0), course.area_cm2(course.last))
    return math.sqrt(areas[0] / math.pi) - math.sqrt(areas[1] / math.pi)


# --- the table -----------------------------------------------------------------------------------

ROWS: Final = (
    ("exponential: k, 1/day", 4),
    ("exponential: A₀, cm²", 2),
    ("delayed exponential: k, 1/day", 4),
    ("delayed exponential: A₀, cm²", 2),
    ("delayed exponential: delay, days", 1),
    ("area reduction, %", 1),
    ("Gilman's margin advance, cm", 3),
)


def rows_of(seed: int, count: int, noise: str) -> tuple[dict[str, tuple[Row, Row]], int]:
    """Return woundtrack's row and the plain one for each value, and how many delays were told."""
    draw = np.random.default_rng(seed)
    table = {name: (Row(), Row()) for name, _ in ROWS}
    told = 0

    def add(name: str, truth: float, ours: Interval, plain: Interval) -> None:
        for row, interval in zip(table[name], (ours, plain), strict=True):
            row.add(truth, interval)

    for course in courses(draw, count, noise, is_delayed=False):
        fit, plain = fits.exponential(course.points), plain_line(course, None)
        if fit is not None:
            add(ROWS[0][0], course.per_day, ends(fit.per_day), plain["per_day"])
            add(ROWS[1][0], course.start_cm2, ends(fit.area), plain["start"])
        lost = 100 * (1 - course.area_cm2(course.last) / course.area_cm2(0))
        add(ROWS[5][0], lost, *between(course, estimates.area_reduction))
        add(ROWS[6][0], advance_cm(course), *between(course, estimates.margin_advance))
    for course in courses(draw, count, noise, is_delayed=True):
        late, plain = fits.delayed_exponential(course.points), plain_line(course, course.delay)
        if late is None:
            continue
        told += late.status is fits.DelayStatus.IDENTIFIED
        add(ROWS[2][0], course.per_day, ends(late.per_day), plain.get("per_day"))
        add(ROWS[3][0], course.start_cm2, ends(late.area), plain.get("start"))
        add(ROWS[4][0], course.delay, ends(late.delay), plain.get("delay"))
    return table, told


def main() -> None:
    """Print for each kind of noise how often the intervals hold, and how wide they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--courses", type=int, default=400, help="of each kind of curve and noise")
    parser.add_argument("--seed", type=int, default=6)
    given = parser.parse_args()
    for place, noise in enumerate(NOISES):
        table, told = rows_of(given.seed + place, given.courses, noise)
        print(f"\nerrors: {noise}; {given.courses} courses of each curve")
        print(f"  {'':34}{'woundtrack':>18}{'plain':>18}")
        print(f"  {'':34}{'holds':>8}{'±':>10}{'holds':>8}{'±':>10}")
        for name, digits in ROWS:
            ours, plain = table[name]
            print(f"  {name:34}{ours.text(digits)}{plain.text(digits)}")
        print(f"  a delay can be told in {100 * told / given.courses:.0f} %")


if __name__ == "__main__":
    main()
