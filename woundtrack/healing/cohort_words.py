"""The words of a cohort's figures, in English; the window hands in its own language's.

Hides how a caption is put together: who was counted, how, up to which day, and what isn't in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from woundtrack.healing.chart_style import ENGLISH
from woundtrack.healing.chart_words import AGENTS
from woundtrack.healing.cohort import Grouping, GroupKey
from woundtrack.healing.cohort_curves import BIN_DAYS, LEAST_OF_BAND, CohortCurves
from woundtrack.healing.cohort_incidence import CohortIncidence
from woundtrack.healing.competing import Outcome
from woundtrack.model import (
    Agent,
    Certainty,
    CohortFilter,
    CohortUnit,
    Dialysis,
    Sex,
    SiteGroup,
    Started,
)


def _english_units(unit: CohortUnit, count: int) -> str:
    one = {
        CohortUnit.SENTINEL: "sentinel lesion",
        CohortUnit.LESION: "lesion",
        CohortUnit.PATIENT: "patient as a whole",
    }[unit]
    many = {
        CohortUnit.SENTINEL: "sentinel lesions",
        CohortUnit.LESION: "lesions",
        CohortUnit.PATIENT: "patients as a whole",
    }[unit]
    return f"{count} {one if count == 1 else many}"


FEW_PATIENTS: Final = 30
"""Patients that drawing them anew needs, for its intervals to hold: with fewer clusters than 20 to
50 they are too narrow (Cameron and Miller 2015, doi:10.3368/jhr.50.2.317)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterWords:
    """What is said of each filter that is set."""

    everybody: str = "No filter."
    filtered: str = "Filtered to {all}."
    either: str = " or "
    sites: str = "site {sites}"
    sentinel: str = "sentinel lesions alone"
    sexes: str = "sex {sexes}"
    certainties: str = "diagnosis {certainties}"
    dialysis: str = "dialysis {dialysis}"
    agents: str = "ever given {agents}"
    entered_from: str = "first visit from {day}"
    entered_to: str = "first visit up to {day}"
    least_visits: str = "at least {count} visits"
    site: Callable[[SiteGroup], str] = lambda group: group.value.capitalize()
    sex: Callable[[Sex], str] = str
    certainty: Callable[[Certainty], str] = str
    dialysis_kind: Callable[[Dialysis], str] = str
    treatment: Callable[[Agent], str] = lambda agent: AGENTS[agent]
    day: Callable[[date], str] = ENGLISH.long_day


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortWords:
    """Every word on a cohort's figures and under them."""

    curves_title: str = "Area over time"
    incidence_title: str = "Cumulative incidence"
    percent: str = "area, % of first"
    area: str = "area, cm²"
    weeks_of_areas: str = "weeks since the first open area"
    weeks_of_visits: str = "weeks since the first visit with an open lesion"
    closed_rail: str = "closed"
    median: str = "median, quartiles"
    sign_closed: str = "closed"
    sign_died: str = "died"
    sign_surgery: str = "surgery"
    at_risk: str = "At risk"
    closed: str = "Closed"
    died: str = "Died, open"
    surgery: str = "Surgery"
    group_of: str = "{group}, {count}"
    not_yet: str = "Not yet started"
    started: str = "Started"
    no_areas: str = "No open area was measured."
    no_followed: str = "Nobody was seen with an open lesion."
    units: Callable[[CohortUnit, int], str] = _english_units
    patients: Callable[[int], str] = lambda count: (
        "1 patient" if count == 1 else f"{count} patients"
    )
    percent_of_first: str = "Traced area in % of each one's first open area"
    area_itself: str = "Traced area in cm²"
    curves_method: str = (
        "{what}, on a logarithmic scale, since the day of the first open area. Thin lines: every "
        "one. Thick: median, with quartiles as a band, every {days} days, of each one's area "
        "nearest to that day and within {half} days of it, where at least {least} are known. "
        "Closed counts as zero while the patient is seen; who died, was operated on, merged or is "
        "seen no more drops out: a median is that of those who are left."
    )
    cuts: str = "The lines of {count} break at a debridement, merge, split or removal of eschar."
    curves_short: str = (
        "A thin line each, broken at debridement and where eschar goes. Closed counts as zero."
    )
    incidence_method: str = (
        "Cumulative incidence by Aalen and Johansen since the first visit with an open lesion; at "
        "risk: seen then with no outcome yet. Closed: {closed}. Death with a lesion open, and "
        "amputation, graft or closure by surgery compete; who is seen no more, or merged, is "
        "censored at the last visit."
    )
    incidence_short: str = (
        "Death and surgery compete with closure (Aalen–Johansen). Bands: 95 % intervals."
    )
    closed_lesion: str = "healed at two visits at least 14 days apart, on the day of the first"
    closed_patient: str = "every lesion healed so and no new one for 28 days"
    log_log: str = (
        "Bands: 95 % intervals at each day, on the log-log scale, which has none where everybody "
        "or nobody of a group has come to the outcome."
    )
    clustered: str = (
        "Bands: 95 % intervals at each day, the 2.5th and 97.5th percentiles of 1000 draws of "
        "whole patients."
    )
    few: str = "Of fewer than {least} patients in a group such bands are too narrow."
    small: str = "A group of fewer than {least} patients tells little."
    unconfirmed: str = "{count} healed at the last visit and not yet confirmed: counted as open."
    by_site: str = "Told apart by the site of the lesion."
    by_agent: str = (
        "{agent}: each counts as not yet started until the day of the first start, as started "
        "from then on. So nobody's waiting counts for the treatment; yet who was given it was "
        "chosen, and neither curve is how likely those treated, or those not, come to it."
    )
    left_out: str = "Left out for want of consent to research: {count}."
    unasked: str = "Not asked for consent, and counted: {count}."
    as_of: str = "Data as of {day}. woundtrack {version}."
    recorded_by: str = "Data as recorded by the end of {day}. woundtrack {version}."
    filters: FilterWords = field(default_factory=FilterWords)
    research: str = (
        "Research software. Not a medical device: don't use as the only basis for treatment."
    )
    day: Callable[[date], str] = ENGLISH.long_day
    number: Callable[[float, int], str] = lambda value, decimals: f"{value:.{decimals}f}"
    share: Callable[[float], str] = lambda share: f"{100 * share:.0f} %"

    def group(self, key: GroupKey) -> str:
        """Return what a group is called; nothing for all."""
        if key is None:
            return ""
        if isinstance(key, Started):
            return self.started if key is Started.STARTED else self.not_yet
        return self.filters.site(key)

    def of_group(self, key: GroupKey, count: int) -> str:
        """Return what a group is called, and of how many courses it is."""
        return self.group_of.format(group=self.group(key), count=count)

    def cause(self, outcome: int) -> str:
        """Return what an outcome is called."""
        return {Outcome.CLOSED: self.closed, Outcome.DIED: self.died}.get(
            Outcome(outcome), self.surgery
        )


ENGLISH_COHORT: Final = CohortWords()


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What every caption says beside the figure's own: of what, as of when, by which program.

    ``by``: how groups are told apart. ``is_past``: nothing recorded after ``as_of`` counts.
    ``left_out`` patients stay out for want of consent to research; ``unasked`` were not asked.
    """

    unit: CohortUnit
    by: Grouping
    wanted: CohortFilter
    as_of: date
    version: str
    is_past: bool = False
    left_out: int = 0
    unasked: int = 0


def in_words(wanted: CohortFilter, words: FilterWords) -> str:
    """Return a filter in words, what it asks one after the other."""
    said: list[str] = []

    def listed(template: str, name: str, values: Sequence[str]) -> None:
        if values:
            said.append(template.format(**{name: words.either.join(values)}))

    listed(words.sites, "sites", [words.site(one) for one in wanted.groups])
    if wanted.sentinel_only:
        said.append(words.sentinel)
    listed(words.sexes, "sexes", [words.sex(one) for one in wanted.sexes])
    listed(words.certainties, "certainties", [words.certainty(one) for one in wanted.certainties])
    listed(words.dialysis, "dialysis", [words.dialysis_kind(one) for one in wanted.dialysis])
    listed(words.agents, "agents", [words.treatment(one) for one in wanted.agents])
    if wanted.entered_from is not None:
        said.append(words.entered_from.format(day=words.day(wanted.entered_from)))
    if wanted.entered_to is not None:
        said.append(words.entered_to.format(day=words.day(wanted.entered_to)))
    if wanted.least_visits:
        said.append(words.least_visits.format(count=wanted.least_visits))
    return words.filtered.format(all="; ".join(said)) if said else words.everybody


def curves_caption(curves: CohortCurves, told: Told, words: CohortWords) -> str:
    """Return what the curves are of and how they were computed."""
    said = [
        _counted(told.unit, len(curves.lines), curves.patient_count, words),
        words.curves_method.format(
            what=words.percent_of_first if curves.unit == "percent" else words.area_itself,
            days=BIN_DAYS,
            half=BIN_DAYS // 2,
            least=LEAST_OF_BAND,
        ),
    ]
    if curves.cut_count:
        said.append(words.cuts.format(count=words.units(told.unit, curves.cut_count)))
    return " ".join([*said, *_ending(told, words)])


def incidence_caption(incidence: CohortIncidence, told: Told, words: CohortWords) -> str:
    """Return what the cumulative incidence is of and how it was computed."""
    said = [
        _counted(told.unit, incidence.count, incidence.patient_count, words),
        words.incidence_method.format(
            closed=words.closed_patient if told.unit is CohortUnit.PATIENT else words.closed_lesion
        ),
        words.clustered if incidence.is_clustered else words.log_log,
    ]
    if min((one.patient_count for one in incidence.groups), default=0) < FEW_PATIENTS:
        few = words.few if incidence.is_clustered else words.small
        said.append(few.format(least=FEW_PATIENTS))
    if incidence.unconfirmed_count:
        said.append(
            words.unconfirmed.format(count=words.units(told.unit, incidence.unconfirmed_count))
        )
    return " ".join([*said, *_ending(told, words)])


def _counted(unit: CohortUnit, count: int, patients: int, words: CohortWords) -> str:
    counted = words.units(unit, count)
    if unit is CohortUnit.PATIENT:
        return f"{counted}."
    return f"{counted}, {words.patients(patients)}."


def _ending(told: Told, words: CohortWords) -> list[str]:
    said = []
    if isinstance(told.by, Agent):
        said.append(words.by_agent.format(agent=words.filters.treatment(told.by)))
    elif told.by == "site":
        said.append(words.by_site)
    said.append(in_words(told.wanted, words.filters))
    if told.left_out:
        said.append(words.left_out.format(count=words.patients(told.left_out)))
    if told.unasked:
        said.append(words.unasked.format(count=words.patients(told.unasked)))
    day = words.recorded_by if told.is_past else words.as_of
    said.append(day.format(day=words.day(told.as_of), version=told.version))
    return said


# --- the numbers of a figure, for a table --------------------------------------------------------


def ticks_of(horizon_days: int) -> tuple[int, ...]:
    """Return the five days that the axis of time and its tables name."""
    return tuple(round(horizon_days * place / 4) for place in range(5))
