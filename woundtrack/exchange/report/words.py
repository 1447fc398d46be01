"""Numbers, days and entries of the record as a report says them, in English.

Hides decimals by size, the true minus, thin spaces, and what is said of what nobody recorded.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from woundtrack.healing.change import Change
from woundtrack.healing.chart_record import dose_words, treatment_name
from woundtrack.healing.chart_style import ENGLISH
from woundtrack.healing.chart_words import EVENTS
from woundtrack.model import (
    BiopsyResult,
    Certainty,
    ClinicalRecord,
    Dialysis,
    Event,
    LesionTimeline,
    PartialDate,
    Precision,
    Sex,
    TimelinePoint,
    Treatment,
    WoundState,
)

THIN: Final = "\u202f"
MINUS: Final = "\u2212"
DASH: Final = "\u2013"
CANNOT_TELL: Final = "cannot tell"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def number(value: float, decimals: int) -> str:
    """Return a number with a true minus; −0 is 0."""
    text = f"{abs(value):.{decimals}f}"
    return text if value >= 0 or not text.strip("0.") else MINUS + text


def decimals_for(area_cm2: float) -> int:
    """Return how many decimals an area gets: one, two below 1 cm², none for zero."""
    if area_cm2 == 0:
        return 0
    return 2 if area_cm2 < 0.995 else 1


def area(area_cm2: float, *, has_unit: bool = False) -> str:
    """Return an area in cm²: ``12.9``, ``0.40``, ``0``."""
    text = number(area_cm2, decimals_for(area_cm2))
    return f"{text}{THIN}cm²" if has_unit else text


def area_of(point: TimelinePoint) -> str:
    """Return a visit's area with its unit, or what stands for it."""
    if point.state is WoundState.CLOSED:
        return "closed"
    return "no area" if point.area_cm2 is None else area(point.area_cm2, has_unit=True)


def interval(point: TimelinePoint, *, is_short: bool = False) -> str:
    """Return the interval of a visit's area: ``12.1 to 13.8``, or ``12.1–13.8``; maybe empty."""
    if point.area_low_mm2 is None or point.area_high_mm2 is None or not point.area_mm2:
        return ""
    return ends(point.area_low_mm2 / 100, point.area_high_mm2 / 100, is_short=is_short)


def ends(low: float, high: float, *, is_short: bool = False) -> str:
    """Return the ends of an interval of areas in cm²."""
    decimals = decimals_for(high)
    between = DASH if is_short else " to "
    return f"{number(low, decimals)}{between}{number(high, decimals)}"


def percent(fraction: float) -> str:
    """Return a fraction as whole per cent with its sign: ``−17 %``."""
    value = round(fraction * 100)
    return f"{'+' if value > 0 else ''}{number(value, 0)}{THIN}%"


def percent_ends(low: float, high: float) -> str:
    """Return the ends of a change: ``−24 to −9 %``."""
    first, second = percent(low), percent(high)
    return f"{first.removesuffix(f'{THIN}%')} to {second}"


def day(on: date) -> str:
    """Return a date: ``11 Jun 2026``."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def day_short(on: date, beside: date | None = None) -> str:
    """Return a date without its year: ``11 Jun``; with it beside a date of another year."""
    if beside is not None and beside.year != on.year:
        return day(on)
    return f"{on.day} {MONTHS[on.month - 1]}"


def day_long(on: date) -> str:
    """Return a date for a letter: ``11 June 2026``."""
    return f"{on.day} {LONG_MONTHS[on.month - 1]} {on.year}"


def partial(on: PartialDate) -> str:
    """Return as much of a date as is known: ``2021``, ``Jan 2026``, ``6 Jan 2026``."""
    first = on.earliest
    if on.precision is Precision.YEAR:
        return str(first.year)
    return (
        f"{MONTHS[first.month - 1]} {first.year}" if on.precision is Precision.MONTH else day(first)
    )


def said(what: Change) -> str:
    """Return a change in a word or three."""
    return "within error" if what is Change.WITHIN_ERROR else what.value


def capital(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def plain(value: StrEnum) -> str:
    """Return a stored word as a reader writes it."""
    return value.value.replace("_", " ")


def site_of(lesion: LesionTimeline) -> str:
    """Return a lesion's site: ``Left lower leg``."""
    return capital(lesion.lesion.site.words)


def counted(count: int, one: str, many: str) -> str:
    """Return ``1 lesion`` or ``3 lesions``."""
    return f"{count} {one if count == 1 else many}"


def about(record: ClinicalRecord, on: date) -> str:
    """Return who a patient is, in a line: sex, age, dialysis, diagnosis, death."""
    said_of: list[str] = []
    if (detail := record.detail) is not None:
        who = []
        if detail.sex is not None:
            who.append({Sex.FEMALE: "Female", Sex.MALE: "Male"}.get(detail.sex, "Other sex"))
        if detail.birth_year is not None:
            until = on if record.death is None else min(on, record.death.on.latest)
            who.append(f"{until.year - detail.birth_year}{THIN}y")
        if who:
            said_of.append(", ".join(who))
        if detail.dialysis is not None:
            way = {
                Dialysis.NONE: "Not on dialysis",
                Dialysis.HAEMODIALYSIS: "Haemodialysis",
                Dialysis.PERITONEAL: "Peritoneal dialysis",
                Dialysis.TRANSPLANT: "Working transplant",
            }[detail.dialysis]
            since = detail.dialysis_start
            is_dated = since is not None and detail.dialysis is not Dialysis.NONE
            line = way
            if is_dated and since:
                line = f"{way} since {partial(since)}"
            if (changed := record.dialysis_change) is not None and changed.on.earliest <= on:
                line = f"{way} from {partial(since)}" if is_dated and since else way
                line = f"{line}, changed {partial(changed.on)}"
                line = f"{line} {changed.text}" if changed.text else line
            said_of.append(line)
    if (found := record.diagnosis) is not None and found.certainty is not None:
        sure = {
            Certainty.SUSPECTED: "suspected",
            Certainty.CLINICAL: "diagnosed clinically",
            Certainty.CONFIRMED: "confirmed",
        }[found.certainty]
        line = f"Calciphylaxis, {sure}"
        if found.biopsy_result is BiopsyResult.POSITIVE:
            line += " by biopsy"
            if found.biopsy_on is not None:
                line += f" {partial(found.biopsy_on)}"
        elif found.diagnosed_on is not None:
            line += f" {partial(found.diagnosed_on)}"
        said_of.append(line)
    if record.death is not None:
        said_of.append(f"Died {partial(record.death.on)}")
    return ". ".join(said_of) + "." if said_of else ""


def nhs_number(digits: str) -> str:
    """Return an NHS number as it is read: ``943 476 5919``."""
    bare = digits.replace(" ", "")
    return f"{bare[:3]} {bare[3:6]} {bare[6:]}" if len(bare) == 10 else digits


def treatment(entry: Treatment) -> str:
    """Return a treatment and its dose: ``Sodium thiosulfate IV 25 g × 3/week``."""
    return f"{treatment_name(entry, ENGLISH)} {dose_words(entry, ENGLISH)}".strip()


def treatment_days(entry: Treatment) -> str:
    """Return from when to when it was given; what isn't known is said so."""
    start = "start not known" if entry.start is None else partial(entry.start)
    return f"{start} to {partial(entry.stop)}" if entry.stop is not None else f"{start}, continuing"


def event(entry: Event) -> str:
    """Return an event in words."""
    name = EVENTS[entry.kind]
    return f"{name}: {entry.text}" if entry.text else name


def event_days(entry: Event) -> str:
    """Return when it was."""
    if entry.ended_on is None:
        return partial(entry.on)
    return f"{partial(entry.on)} to {partial(entry.ended_on)}"
