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
from woundtrack.healing.cohort import (
    BIN_DAYS,
    LEAST_OF_BAND,
    CohortCurves,
    CohortIncidence,
    GroupKey,
)
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

    everybody: str = "No filter"
    sites: str = "sites: {sites}"
    sentinel: str = "sentinel lesions alone"
    sexes: str = "sex: {sexes}"
    certainties: str = "diagnosis: {certainties}"
    dialysis: str = "dialysis: {dialysis}"
    agent: str = "ever given: {agent}"
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
    weeks: str = "weeks"
    closed_rail: str = "closed"
    median: str = "Median"
    sign_closed: str = "closed"
    sign_died: str = "died"
    sign_surgery: str = "surgery"
    at_risk: str = "At risk"
    closed: str = "Closed"
    died: str = "Died, open"
    surgery: str = "Surgery"
    not_yet: str = "Not yet started"
    started: str = "Started"
    no_areas: str = "No open area was measured."
    no_followed: str = "Nobody was seen with an open lesion."
    units: Callable[[CohortUnit, int], str] = _english_units
    patients: Callable[[int], str] = lambda count: (
        "1 patient" if count == 1 else f"{count} patients"
    )
    percent_of_first: str = "Share of the first open area since its day"
    area_itself: str = "Open area since its first day"
    curves_method: str = (
        "{what}, on a logarithmic scale; median and quartiles every {days} days of the nearest "
        "values within {half}, where {least} are known. Closed counts zero while the patient is "
        "seen; who died, was operated on, merged or is seen no more counts no longer."
    )
    cuts: str = "{count} hold a debridement, merge, split or eschar's removal: the line breaks."
    incidence_method: str = (
        "Aalen–Johansen since the first visit with an open lesion. Closed: {closed}. Death and "
        "amputation, graft or closure by surgery compete."
    )
    closed_lesion: str = "healed at two visits 14 days apart, on the day of the first"
    closed_patient: str = "every lesion healed and no new one for 28 days"
    log_log: str = "Bands: 95 %, log-log."
    clustered: str = "Bands: 95 %, by drawing whole patients anew."
    few: str = "Of so few patients they are too narrow."
    unconfirmed: str = "{count} healed and not yet confirmed: counted as open."
    by_agent: str = (
        "{agent}: each counts as not yet started until the day of the first start, as started "
        "from then on; no comparison of who was chosen for it."
    )
    as_of: str = "Data as of {day}. woundtrack {version}."
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

    def cause(self, outcome: int) -> str:
        """Return what an outcome is called."""
        return {Outcome.CLOSED: self.closed, Outcome.DIED: self.died}.get(
            Outcome(outcome), self.surgery
        )


ENGLISH_COHORT: Final = CohortWords()


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What every caption says beside the figure's own: of what, as of when, by which program."""

    unit: CohortUnit
    by: Agent | None
    wanted: CohortFilter
    as_of: date
    version: str


def in_words(wanted: CohortFilter, words: FilterWords) -> str:
    """Return a filter in words, what it asks one after the other."""
    said: list[str] = []

    def listed(template: str, name: str, values: Sequence[str]) -> None:
        if values:
            said.append(template.format(**{name: ", ".join(values)}))

    listed(words.sites, "sites", [words.site(one) for one in wanted.groups])
    if wanted.sentinel_only:
        said.append(words.sentinel)
    listed(words.sexes, "sexes", [words.sex(one) for one in wanted.sexes])
    listed(words.certainties, "certainties", [words.certainty(one) for one in wanted.certainties])
    listed(words.dialysis, "dialysis", [words.dialysis_kind(one) for one in wanted.dialysis])
    if wanted.agent is not None:
        said.append(words.agent.format(agent=words.treatment(wanted.agent)))
    if wanted.entered_from is not None:
        said.append(words.entered_from.format(day=words.day(wanted.entered_from)))
    if wanted.entered_to is not None:
        said.append(words.entered_to.format(day=words.day(wanted.entered_to)))
    if wanted.least_visits:
        said.append(words.least_visits.format(count=wanted.least_visits))
    text = "; ".join(said) or words.everybody
    return f"{text[:1].upper()}{text[1:]}."


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
        said.append(words.cuts.format(count=curves.cut_count))
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
    if incidence.is_clustered and min(one.patient_count for one in incidence.groups) < FEW_PATIENTS:
        said.append(words.few)
    if incidence.unconfirmed_count:
        said.append(words.unconfirmed.format(count=incidence.unconfirmed_count))
    return " ".join([*said, *_ending(told, words)])


def _counted(unit: CohortUnit, count: int, patients: int, words: CohortWords) -> str:
    counted = words.units(unit, count)
    if unit is CohortUnit.PATIENT:
        return f"{counted}."
    return f"{counted}, {words.patients(patients)}."


def _ending(told: Told, words: CohortWords) -> list[str]:
    said = []
    if told.by is not None:
        said.append(words.by_agent.format(agent=words.filters.treatment(told.by)))
    said.append(in_words(told.wanted, words.filters))
    said.append(words.as_of.format(day=words.day(told.as_of), version=told.version))
    return said


# --- the numbers of a figure, for a table --------------------------------------------------------


def ticks_of(horizon_days: int) -> tuple[int, ...]:
    """Return the five days that the axis of time and its tables name."""
    return tuple(round(horizon_days * place / 4) for place in range(5))
