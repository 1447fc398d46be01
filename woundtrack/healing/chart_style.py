"""How the chart looks: colours of both themes, the series that lesions keep for life, fonts, words.

Hides the tables; the same numbers dress the window (a test there compares the two).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from woundtrack.healing.chart_words import END_REASONS, ENGLISH_LANES, LaneWords
from woundtrack.model import BodySite, EndReason, PartialDate, Precision, Side, SiteGroup

Theme = Literal["light", "dark"]

FAMILIES: Final = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans")
"""The font where the system has it, then what takes its place; the last comes with matplotlib."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartStyle:
    """The colours of one theme, ``#rrggbb``."""

    surface: str
    grid: str
    edge: str
    text: str
    text2: str
    text3: str
    accent: str
    line: str
    inset: str
    reference: str
    series: tuple[str, ...]


STYLES: Final[dict[Theme, ChartStyle]] = {
    "light": ChartStyle(
        surface="#FFFFFF",
        grid="#E6E9EC",
        edge="#7E8892",
        text="#182028",
        text2="#4A5560",
        text3="#626C76",
        accent="#0B5A78",
        line="#D5DADF",
        inset="#F6F7F8",
        reference="#E3EBE7",
        series=("#0590F5", "#E06A0C", "#0D5237", "#991C9C", "#694C04", "#737D88"),
    ),
    "dark": ChartStyle(
        surface="#1D2125",
        grid="#2A3036",
        edge="#7F8A95",
        text="#ECEFF1",
        text2="#B7C0C8",
        text3="#98A2AC",
        accent="#62BCDD",
        line="#384048",
        inset="#262B30",
        reference="#26332D",
        series=("#7BADE6", "#E0703F", "#2EE09A", "#CB4BF0", "#F0C32B", "#DADFE5"),
    ),
}

# matplotlib's marker and its size in px: equal sizes would look unequal.
_MARKERS: Final = (("o", 9.0), ("s", 8.0), ("^", 9.6), ("D", 8.0), ("v", 9.6), ("x", 8.0))
_PLUS: Final = ("+", 10.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """How one lesion is drawn, for life; ``is_dashed`` ones (7 to 12) are hollow too."""

    colour: str
    marker: str
    marker_px: float
    is_dashed: bool


def series_of(number: int, style: ChartStyle) -> Series:
    """Return the series of the lesion with this number (1, 2, …); after 12 they repeat."""
    place = (number - 1) % 12
    marker, marker_px = _PLUS if place == 11 else _MARKERS[place % 6]
    return Series(
        colour=style.series[place % 6],
        marker=marker,
        marker_px=marker_px,
        is_dashed=place >= 6,
    )


_MONTHS: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short(site: BodySite) -> str:
    region = site.region.replace("-", " ")
    return region if site.side in {None, Side.MIDLINE} else f"{site.side[0].upper()} {region}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartWords:
    """Every word on a chart, in English; the window hands in its own language's."""

    area: str = "area, cm²"
    percent: str = "% of baseline"
    percent_anew: str = "anew at breaks"
    total: str = "total"
    eschar: str = "{lesion} eschar"
    margin: str = "{lesion} margin"
    one_other: str = "1 other"
    others: str = "{count} others"
    closed_rail: str = "closed"
    closed: str = "Closed {day}"
    confirmed: str = "Closed {day}, confirmed {confirmed}"
    no_photo: str = "no photo"
    no_area: str = "no area"
    to_review: str = "to review"
    no_area_since: str = "no area since {day}"
    first_seen: str = "first seen"
    eschar_removed: str = "eschar removed"
    debrided: str = "debrided"
    joined: str = "another merged in"
    parted: str = "a part split off"
    merged: str = "into {lesion}"
    became: str = "{lesion} into {other}"
    split: str = "split from {lesion}"
    recurrence: str = "{lesion} again"
    ended: Callable[[EndReason], str] = lambda reason: END_REASONS[reason]
    today: str = "today"
    died: str = "Died {day}"
    whole_patient: str = "All sites"
    no_scale: str = "Seen, but in no photograph with a scale."
    one_visit: str = "One visit so far."
    one_visit_more: str = "A curve needs two."
    nothing: str = "No areas yet."
    nothing_more: str = "Accept an outline, and its lesion's curve begins here."
    caption: str = (
        "Band or bar: 95 % interval of each area. Dotted: no area. "
        "Research software. Not a medical device: don't use as the only basis for treatment."
    )
    measured_in: str = "The readers' part of the bands was measured in the session “{session}”."
    lanes: LaneWords = ENGLISH_LANES
    long_day: Callable[[date], str] = lambda on: f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
    day: Callable[[date], str] = lambda on: f"{on.day} {_MONTHS[on.month - 1]}"
    month: Callable[[date], str] = lambda on: f"{_MONTHS[on.month - 1]} {on.year}"
    site: Callable[[BodySite], str] = lambda site: _capital(site.words)
    site_short: Callable[[BodySite], str] = _short
    year: Callable[[date], str] = lambda on: f"{on.year:04d}"
    group: Callable[[SiteGroup], str] = lambda group: _capital(group.value)

    def partial(self, on: PartialDate) -> str:
        """Return a date as far as it is known: ``11 Jun 2026``, ``Jun 2026``, ``2026``."""
        say = {
            Precision.DAY: self.long_day,
            Precision.MONTH: self.month,
            Precision.YEAR: self.year,
        }[on.precision]
        return say(on.earliest)

    def stretch(self, on: PartialDate, until: PartialDate | None) -> str:
        """Return a day, or from when to when."""
        if until is None or until == on:
            return self.partial(on)
        return f"{self.partial(on)} – {self.partial(until)}"


ENGLISH: Final = ChartWords()
"""The words of files written by the command line."""
