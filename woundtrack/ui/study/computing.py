"""What a worker does for the Study room: read the cohort, and compute its two figures.

Hides that both happen away from the window, with a connection of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from woundtrack import __version__
from woundtrack.healing.chart import save
from woundtrack.healing.chart_figure import figure_of, text_width
from woundtrack.healing.cohort import (
    CohortCurves,
    CohortIncidence,
    CohortPatient,
    Unit,
    chosen,
    courses_of,
    curves_of,
    incidence_of,
)
from woundtrack.healing.cohort_chart import FILE_SIZE, Look, lay_out_curves, lay_out_incidence
from woundtrack.healing.cohort_words import (
    CohortWords,
    Told,
    curves_caption,
    incidence_caption,
)
from woundtrack.healing.competing import Outcome
from woundtrack.model import Agent, CohortFilter, CohortUnit, Progress, no_progress
from woundtrack.workflow.cohort import Cohort, cohort_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """How the cohort is looked at; ``by`` is "all", "site", or a treatment."""

    unit: CohortUnit = CohortUnit.LESION
    value: Unit = "percent"
    by: str = "all"
    horizon_days: int = 364
    cause: Outcome = Outcome.CLOSED
    wanted: CohortFilter = field(default_factory=CohortFilter)

    @property
    def agent(self) -> Agent | None:
        """The treatment by whose start courses are told apart, if any."""
        return None if self.by in {"all", "site"} else Agent(self.by)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What was computed for a choice: who passed, and both figures."""

    choice: Choice
    cohort: Cohort
    passing: tuple[CohortPatient, ...]
    curves: CohortCurves
    incidence: CohortIncidence

    @property
    def told(self) -> Told:
        """What every caption says."""
        return Told(
            unit=self.choice.unit,
            by=self.choice.agent,
            wanted=self.choice.wanted,
            as_of=self.cohort.as_of,
            version=__version__,
        )


def read_cohort(folder: Path, *, with_unasked: bool, progress: Progress = no_progress) -> Cohort:
    """Read a library's cohort with a connection of its own."""
    from woundtrack.records import Library  # loads the database layer, on the worker

    with Library.open(folder, read_only=True) as library:
        return cohort_of(library, with_unasked=with_unasked, progress=progress)


def compute(cohort: Cohort, choice: Choice) -> Figures:
    """Compute both figures for those who pass the filters."""
    passing = chosen(cohort.patients, choice.wanted)
    courses = courses_of(passing, choice.unit)
    agent = choice.agent
    if agent is not None:
        by_curves = curves_of(
            courses, unit=choice.value, horizon_days=choice.horizon_days, by=agent
        )
        by_incidence = incidence_of(courses, horizon_days=choice.horizon_days, by=agent)
    else:
        is_site = choice.by == "site" and choice.unit is not CohortUnit.PATIENT
        by_curves = curves_of(
            courses,
            unit=choice.value,
            horizon_days=choice.horizon_days,
            by="site" if is_site else "all",
        )
        by_incidence = incidence_of(
            courses, horizon_days=choice.horizon_days, by="site" if is_site else "all"
        )
    return Figures(
        choice=choice, cohort=cohort, passing=passing, curves=by_curves, incidence=by_incidence
    )


def save_curves(figures: Figures, words: CohortWords, path: Path) -> None:
    """Write the curves with their caption as PNG, SVG or PDF, in light colours."""
    caption = curves_caption(figures.curves, figures.told, words)
    look = Look(width=FILE_SIZE[0], height=FILE_SIZE[1], words=words, caption=caption)
    save(figure_of(lay_out_curves(figures.curves, look, text_width)), path)


def save_incidence(figures: Figures, words: CohortWords, path: Path) -> None:
    """Write the cumulative incidence with its caption as PNG, SVG or PDF, in light colours."""
    caption = incidence_caption(figures.incidence, figures.told, words)
    look = Look(width=FILE_SIZE[0], height=FILE_SIZE[1], words=words, caption=caption)
    drawing = lay_out_incidence(figures.incidence, look, text_width, cause=figures.choice.cause)
    save(figure_of(drawing), path)
