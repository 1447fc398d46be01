"""A cohort's two figures: computed for those who pass filters, and saved with their captions.

Hides that whole patients aren't told apart by site, and what every caption must say.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from woundtrack import __version__
from woundtrack.healing.chart import save
from woundtrack.healing.chart_figure import figure_of, text_width
from woundtrack.healing.cohort import CohortPatient, Grouping, chosen, courses_of
from woundtrack.healing.cohort_chart import lay_out_curves, lay_out_incidence
from woundtrack.healing.cohort_curves import CohortCurves, Unit, curves_of
from woundtrack.healing.cohort_incidence import CohortIncidence, incidence_of
from woundtrack.healing.cohort_page import FILE_SIZE, Look
from woundtrack.healing.cohort_words import (
    ENGLISH_COHORT,
    CohortWords,
    Told,
    curves_caption,
    incidence_caption,
)
from woundtrack.healing.competing import Outcome
from woundtrack.model import CohortFilter, CohortUnit
from woundtrack.workflow.cohort import Cohort

Figure = Literal["areas", "incidence"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """How a cohort is looked at; of several groups the incidence shows one ``cause``."""

    unit: CohortUnit = CohortUnit.LESION
    value: Unit = "percent"
    by: Grouping = "all"
    horizon_days: int = 364
    cause: Outcome = Outcome.CLOSED
    wanted: CohortFilter = field(default_factory=CohortFilter)


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
        going = self.cohort.leaving
        return Told(
            unit=self.choice.unit,
            by=self.choice.by,
            wanted=self.choice.wanted,
            as_of=self.cohort.as_of,
            version=__version__,
            is_past=self.cohort.is_past,
            left_out=len(going.left_out),
            unasked=len(going.not_asked) if going.with_unasked else 0,
        )


def compute(cohort: Cohort, choice: Choice) -> Figures:
    """Compute both figures for those who pass the filters.

    Whole patients have no site: where they are asked for by site they stay together, and the
    choice that comes back says so.
    """
    passing = chosen(cohort.patients, choice.wanted)
    courses = courses_of(passing, choice.unit)
    by: Grouping = choice.by
    if by == "site" and choice.unit is CohortUnit.PATIENT:
        by = "all"
    return Figures(
        choice=replace(choice, by=by),
        cohort=cohort,
        passing=passing,
        curves=curves_of(courses, unit=choice.value, horizon_days=choice.horizon_days, by=by),
        incidence=incidence_of(courses, horizon_days=choice.horizon_days, by=by),
    )


def caption_of(figures: Figures, figure: Figure, words: CohortWords = ENGLISH_COHORT) -> str:
    """Return what a figure is of and how it was computed."""
    if figure == "areas":
        return curves_caption(figures.curves, figures.told, words)
    return incidence_caption(figures.incidence, figures.told, words)


def save_curves(figures: Figures, path: Path, words: CohortWords = ENGLISH_COHORT) -> None:
    """Write the curves with their caption as PNG, SVG or PDF, in light colours.

    Raises ``FileUnwritable``.
    """
    caption = caption_of(figures, "areas", words)
    look = Look(width=FILE_SIZE[0], height=FILE_SIZE[1], words=words, caption=caption)
    save(figure_of(lay_out_curves(figures.curves, look, text_width)), path)


def save_incidence(figures: Figures, path: Path, words: CohortWords = ENGLISH_COHORT) -> None:
    """Write the cumulative incidence with its caption as PNG, SVG or PDF, in light colours.

    Raises ``FileUnwritable``.
    """
    caption = caption_of(figures, "incidence", words)
    look = Look(width=FILE_SIZE[0], height=FILE_SIZE[1], words=words, caption=caption)
    drawing = lay_out_incidence(figures.incidence, look, text_width, cause=figures.choice.cause)
    save(figure_of(drawing), path)
