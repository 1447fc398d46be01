"""``change.csv`` and ``endpoints.csv``: what follows from the measurements; derived, never typed.

Hides from which measurement each counts, and which row stands for which week.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from woundtrack.exchange.tables.closed import DOSE_UNITS, UNLISTED, listed
from woundtrack.exchange.tables.column import Column, Table, Told, on_day, patient_id
from woundtrack.exchange.tables.words import RESULTS
from woundtrack.healing import estimates, rates
from woundtrack.healing.change import Change
from woundtrack.healing.endpoints import (
    TITLES,
    Endpoint,
    EndpointStatus,
    IntervalKind,
    Note,
    Why,
)
from woundtrack.healing.estimates import Estimate
from woundtrack.healing.lesion_course import LesionCourse
from woundtrack.healing.lesion_states import is_broken
from woundtrack.model import TimelinePoint, WoundState

_STEM = "reduction_week_"
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeRow:
    """The change of one lesion from its first open area to a day."""

    course: LesionCourse
    on: date
    days: int
    reduction: Estimate | None
    log_ratio: Estimate | None
    advance: Estimate | None
    rate: Estimate | None
    per_day: float | None
    week: str | None
    is_interpolated: bool = False

    @property
    def is_over_break(self) -> bool:
        """Whether a debridement, a merger or a split lies between."""
        baseline = self.course.baseline
        return baseline is not None and is_broken(self.course.breaks, baseline.on, self.on)

    @property
    def is_within_error(self) -> bool | None:
        """Whether the interval of the reduction holds zero; None where there is no interval."""
        if self.reduction is None or self.reduction.low is None or self.reduction.high is None:
            return None
        return self.reduction.low <= 0 <= self.reduction.high


def _changes(told: Told) -> Iterator[ChangeRow]:
    for course in told.file.course.lesions:
        baseline = course.baseline
        if baseline is None:
            continue
        of_weeks = {
            one.on: one
            for one in told.file.course.endpoints
            if one.lesion_id == course.lesion.id
            and one.what.startswith(_STEM)
            and one.on is not None
            and Note.CARRIED not in one.notes
        }
        rows = [
            _change(course, baseline, point, of_weeks.get(point.on))
            for point in course.measured
            if point.on > baseline.on
        ]
        rows += [
            _interpolated(course, baseline, one)
            for one in of_weeks.values()
            if Note.INTERPOLATED in one.notes
        ]
        yield from sorted(rows, key=lambda row: row.on)


def _change(
    course: LesionCourse, baseline: TimelinePoint, point: TimelinePoint, week: Endpoint | None
) -> ChangeRow:
    days = (point.on - baseline.on).days
    is_open = point.state is WoundState.OPEN and bool(point.area_mm2)
    return ChangeRow(
        course=course,
        on=point.on,
        days=days,
        reduction=estimates.area_reduction(baseline, point),
        log_ratio=estimates.log_area_ratio(baseline, point),
        advance=estimates.margin_advance(baseline, point) if is_open else None,
        rate=estimates.gilman_rate(baseline, point) if is_open else None,
        per_day=(
            rates.exponential_per_day(baseline.area_mm2, point.area_mm2, days=days)
            if is_open and baseline.area_mm2 and point.area_mm2
            else None
        ),
        week=_label(week) if week is not None and Note.INTERPOLATED not in week.notes else None,
    )


def _interpolated(course: LesionCourse, baseline: TimelinePoint, week: Endpoint) -> ChangeRow:
    assert week.on is not None and isinstance(week.value, float)  # noqa: S101, PT018  # chosen so
    return ChangeRow(
        course=course,
        on=week.on,
        days=(week.on - baseline.on).days,
        reduction=Estimate(value=week.value, unit="%", low=week.low, high=week.high),
        log_ratio=None,
        advance=None,
        rate=None,
        per_day=None,
        week=_label(week),
        is_interpolated=True,
    )


def _label(week: Endpoint) -> str:
    return f"W{week.what.removeprefix(_STEM)}"


def _number(
    name: str, which: str, end: str, unit: str, decimals: int, description: str
) -> Column[ChangeRow]:
    def value(row: ChangeRow, _: Told) -> object:
        estimate: Estimate | None = getattr(row, which)
        return None if estimate is None else getattr(estimate, end)

    return Column(
        name=name, type="number", unit=unit, decimals=decimals, of=value, description=description
    )


CHANGE: Table[ChangeRow] = Table(
    name="change.csv",
    title="Change of each lesion from its first open area: a row a later measurement.",
    is_derived=True,
    columns=(
        Column(
            name="lesion_id",
            type="id",
            of=lambda row, told: told.alias(row.course.lesion.id),
            description="Random id of the lesion, a key of lesions.csv.",
            is_key=True,
        ),
        patient_id(),
        Column(
            name="day",
            type="integer",
            unit="d",
            of=lambda row, told: told.day(row.on),
            description="Days since the patient's index event.",
            is_key=True,
        ),
        Column(
            name="days_since_baseline",
            type="integer",
            unit="d",
            least=0,
            of=lambda row, _: row.days,
            description="Days since the lesion's first open area.",
        ),
        _number("par_pct", "reduction", "value", "%", 2, "Area reduction; positive is smaller."),
        _number("par_lo_pct", "reduction", "low", "%", 2, "Lower end of its 95 % interval."),
        _number("par_hi_pct", "reduction", "high", "%", 2, "Upper end of its 95 % interval."),
        _number("lar", "log_ratio", "value", "", 5, "ln(area / first area); empty once closed."),
        _number("gilman_d_cm", "advance", "value", "cm", 4, "Advance of the margin (Gilman)."),
        _number("gilman_rate_cmwk", "rate", "value", "cm/wk", 4, "The same by the week."),
        _number("gilman_rate_lo_cmwk", "rate", "low", "cm/wk", 4, "Lower end of its interval."),
        _number("gilman_rate_hi_cmwk", "rate", "high", "cm/wk", 4, "Upper end of its interval."),
        Column(
            name="k_per_day",
            type="number",
            unit="1/d",
            decimals=6,
            of=lambda row, _: row.per_day,
            description="ln(first area / area) by the day.",
        ),
        Column(
            name="within_error",
            type="boolean",
            of=lambda row, _: row.is_within_error,
            description="Whether the change is within measuring error: the interval of par_pct "
            "holds zero.",
        ),
        Column(
            name="week_label",
            type="code",
            of=lambda row, _: row.week,
            words=("W2", "W4", "W8", "W12", "W24", "W52"),
            description="The week of a protocol that this measurement stands for.",
        ),
        Column(
            name="interpolated",
            type="boolean",
            of=lambda row, _: row.is_interpolated,
            description="Whether it lies between two measurements, log-linear, and is none itself.",
        ),
        Column(
            name="over_break",
            type="boolean",
            of=lambda row, _: row.is_over_break,
            description="Whether a debridement, merger or split lies between: then it is more than "
            "healing.",
        ),
    ),
    rows=_changes,
    refers=(("patient_id", "patients.csv"), ("lesion_id", "lesions.csv")),
)


def _word_of(row: Endpoint, told: Told) -> str | None:
    """Return a result that is a word; a date is one that stays, where dates aren't told."""
    if not isinstance(row.value, str):
        return None
    return None if _DATE.fullmatch(row.value) and not told.profile.is_identified else row.value


def _unit_of(row: Endpoint, told: Told) -> str | None:
    """Return a value's unit; that of a dose may have been typed."""
    if row.code != "EP17":
        return row.unit
    return listed(row.unit, DOSE_UNITS, told.profile)


def _number_of(row: Endpoint, _: Told) -> float | None:
    is_number = isinstance(row.value, (int, float)) and not isinstance(row.value, bool)
    return row.value if is_number else None  # type: ignore[return-value]


ENDPOINTS: Table[Endpoint] = Table(
    name="endpoints.csv",
    title="Endpoints of a natural-history study, as defined in the data dictionary.",
    is_derived=True,
    columns=(
        patient_id(),
        Column(
            name="lesion_id",
            type="id",
            of=lambda row, told: told.alias(row.lesion_id),
            description="Random id of the lesion, a key of lesions.csv; empty: of the patient.",
        ),
        Column(
            name="endpoint",
            type="code",
            of=lambda row, _: row.code,
            words=tuple(TITLES),
            description="; ".join(f"{code}: {title}" for code, title in TITLES.items()),
        ),
        Column(
            name="result",
            type="code",
            of=lambda row, _: row.what,
            words=RESULTS,
            description="Which result within it; of exposure_… and opioid_… the treatment is in "
            "treatments.csv; lesions: there is none to tell it of.",
        ),
        Column(
            name="value",
            type="number",
            decimals=5,
            of=_number_of,
            description="The result, where it is a number.",
        ),
        Column(
            name="value_text",
            type="text",
            of=_word_of,
            description="The result, where it is words: of first_form, morphologies as in "
            "lesions.csv with commas between; of site, side and region; of distribution and "
            "trigger, a word of their own tables; of course, "
            f"{', '.join(one.value for one in Change)}. A date stands in day alone; of an "
            "identified export, here as typed, too.",
        ),
        Column(
            name="value_boolean",
            type="boolean",
            of=lambda row, _: row.value if isinstance(row.value, bool) else None,
            description="The result, where it is yes or no.",
        ),
        Column(
            name="unit",
            type="text",
            of=_unit_of,
            description="The value's unit: d, %, cm/week, mm (of pain), points (of a score), or "
            f"of a dose {', '.join(DOSE_UNITS)}; {UNLISTED}: another one, that was typed. Empty "
            "where it has none.",
        ),
        Column(
            name="low",
            type="number",
            decimals=5,
            of=lambda row, _: row.low,
            description="Lower end of the interval.",
        ),
        Column(
            name="high",
            type="number",
            decimals=5,
            of=lambda row, _: row.high,
            description="Upper end of the interval.",
        ),
        Column(
            name="interval",
            type="code",
            of=lambda row, _: row.interval and row.interval.name.lower(),
            words=tuple(one.name.lower() for one in IntervalKind),
            description="What the interval is of.",
        ),
        *on_day(
            "day",
            lambda row: row.on,
            "The day that the value stands for",
            precision=lambda row: row.on_precision,
        ),
        *on_day(
            "since_day",
            lambda row: row.since,
            "The day that it counts from",
            precision=lambda row: row.since_precision,
        ),
        Column(
            name="status",
            type="code",
            of=lambda row, _: row.status.name.lower(),
            words=tuple(one.name.lower() for one in EndpointStatus),
            description="Whether it could be computed, or waits for a later visit.",
        ),
        Column(
            name="why",
            type="code",
            of=lambda row, _: row.why and row.why.name.lower(),
            words=tuple(one.name.lower() for one in Why),
            description="Why it is unconfirmed or couldn't be computed. "
            + "; ".join(f"{one.name.lower()}: {one.value}" for one in Why)
            + ".",
        ),
        Column(
            name="notes",
            type="text",
            of=lambda row, _: tuple(one.name.lower() for one in row.notes),
            description="What to know of it, separated by semicolons. "
            + "; ".join(f"{one.name.lower()}: {one.value}" for one in Note)
            + ".",
        ),
        Column(
            name="detail",
            type="text",
            of=lambda row, _: row.text,
            description="What was recorded beside it.",
            is_free_text=True,
        ),
    ),
    rows=lambda told: told.file.course.endpoints,
    refers=(("patient_id", "patients.csv"), ("lesion_id", "lesions.csv")),
)
