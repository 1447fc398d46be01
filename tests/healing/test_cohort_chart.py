"""The figures of a cohort: what is written on them and under them, and where things lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.healing.points import START
from tests.healing.test_cohort import lesion
from woundtrack import __version__
from woundtrack.healing.chart import save
from woundtrack.healing.chart_figure import figure_of
from woundtrack.healing.chart_paper import Drawing, Marks, Stroke, Words
from woundtrack.healing.chart_style import STYLES
from woundtrack.healing.cohort_chart import lay_out_curves, lay_out_incidence
from woundtrack.healing.cohort_curves import curves_of
from woundtrack.healing.cohort_incidence import incidence_of
from woundtrack.healing.cohort_looks import group_look
from woundtrack.healing.cohort_page import Look
from woundtrack.healing.cohort_words import (
    ENGLISH_COHORT,
    Told,
    curves_caption,
    in_words,
    incidence_caption,
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

LOOK = Look(width=500, height=300)
TOLD = Told(
    unit=CohortUnit.LESION, by="all", wanted=CohortFilter(), as_of=START, version=__version__
)


def width(text: str, size: float, weight: int = 400) -> float:
    """Return how wide a text is, about."""
    return 0.55 * size * len(text)


def strokes(drawing: Drawing, colour: str) -> list[Stroke]:
    """Return the lines of a colour."""
    return [ink for ink in drawing.ink if isinstance(ink, Stroke) and ink.colour == colour]


COURSES = [
    lesion("p", {0: 10.0, 28: 5.0, 56: 0.0}, outcome=Outcome.CLOSED, until=56),
    lesion("q", {0: 10.0, 28: 20.0}, outcome=Outcome.DIED, until=40),
    lesion("r", {0: 10.0, 28: 10.0, 56: 10.0}, outcome=Outcome.REMOVED, until=70),
    lesion("s", {0: 10.0, 28: 2.5, 56: 1.25}, group=SiteGroup.LEGS),
]


def test_curves_have_a_hundred_per_cent_line_a_rail_for_closed_and_signs_for_ends() -> None:
    drawing = lay_out_curves(curves_of(COURSES, horizon_days=84), LOOK, width)

    assert {
        "closed",
        "died",
        "surgery",
        "100",
        "median, quartiles",
        "weeks since the first open area",
    } <= set(drawing.words())
    rail = next(ink for ink in drawing.ink if isinstance(ink, Words) and ink.text == "closed").y
    hundred = next(ink for ink in drawing.ink if isinstance(ink, Words) and ink.text == "100").y
    rings = [ink.points for ink in drawing.ink if isinstance(ink, Marks) and ink.marker == "o"]
    crosses = [ink.points for ink in drawing.ink if isinstance(ink, Marks) and ink.marker == "x"]
    assert rings[0][0][1] == pytest.approx(rail)
    # q died at twice its first area: above the line of a hundred.
    assert crosses[0][0][1] < hundred
    left, right = drawing.dates or (0, 0)
    assert crosses[0][0][0] == pytest.approx(left + (right - left) * 40 / 84)


def test_a_median_of_one_time_alone_is_a_sign_and_no_line() -> None:
    courses = [lesion(f"p{number}", {0: 10.0}, until=10) for number in range(5)]

    drawing = lay_out_curves(curves_of(courses), LOOK, width)

    signs = [ink.marker for ink in drawing.ink if isinstance(ink, Marks)]
    assert signs == ["o"] * 5 + ["D"]  # a dot for each, which has no line either


def test_incidence_names_each_outcome_that_happened_and_counts_who_is_at_risk() -> None:
    drawing = lay_out_incidence(incidence_of(COURSES, horizon_days=84), LOOK, width)

    said = drawing.words()
    assert {"Closed", "Died, open", "Surgery", "At risk"} <= set(said)
    at = said.index("At risk")
    assert said[at + 1 : at + 6] == ["4", "4", "3", "2", "1"]
    without = lay_out_incidence(incidence_of(COURSES[:2]), LOOK, width)
    assert "Surgery" not in without.words()


def test_groups_have_each_a_curve_of_one_outcome_and_a_row_at_risk() -> None:
    incidence = incidence_of(COURSES, by="site", horizon_days=84)

    drawing = lay_out_incidence(incidence, replace(LOOK, caption="x"), width, cause=Outcome.DIED)

    said = drawing.words()
    assert "Cumulative incidence: Died, open" in said
    assert said.count("Abdomen") == said.count("Legs") == 2  # at the line's end and beside the row


def test_every_group_is_named_with_its_own_line_also_one_of_too_few_for_a_median() -> None:
    crowd = [lesion(f"p{number}", {0: 10.0, 28: 5.0, 56: 4.0}) for number in range(5)]
    alone = lesion("q", {0: 10.0, 28: 20.0}, group=SiteGroup.BREAST)

    drawing = lay_out_curves(
        curves_of([*crowd, alone], by="site", horizon_days=84), replace(LOOK, caption="x"), width
    )

    names = {ink.text: ink for ink in drawing.ink if isinstance(ink, Words)}
    right = (drawing.dates or (0, 0))[1]
    for name in ("Abdomen, 5", "Breast, 1"):
        beside = [
            ink
            for ink in drawing.ink
            if isinstance(ink, Stroke)
            and ink.points[0][0] > right
            and ink.points[0][1] == pytest.approx(names[name].y)
        ]
        assert len(beside) == 1, name
    assert drawing.words().count("closed") == 1  # the rail's name alone: none is closed


def test_no_two_groups_are_told_apart_by_colour_alone() -> None:
    for keys in (tuple(SiteGroup), tuple(Started)):
        looks = [group_look(key, STYLES["light"]) for key in keys]
        partners = {(one.dashes, one.marker, one.is_hollow) for one in looks}
        assert len(partners) == len(looks)


def test_a_site_keeps_its_look_whichever_others_there_are() -> None:
    legs = [lesion(f"p{number}", group=SiteGroup.LEGS) for number in range(5)]
    both = [*legs, *(lesion(f"q{number}", group=SiteGroup.TORSO) for number in range(5))]
    all_three = [*both, *(lesion(f"r{number}") for number in range(5))]

    drawn = [
        {
            ink.colour
            for ink in lay_out_incidence(incidence_of(some, by="site"), LOOK, width).ink
            if isinstance(ink, Stroke) and ink.z == 5.0
        }
        for some in (both, all_three)
    ]

    assert drawn[0] < drawn[1]


def test_without_anybody_a_figure_says_so() -> None:
    assert lay_out_curves(curves_of([]), LOOK, width).words() == ["No open area was measured."]
    assert lay_out_incidence(incidence_of([]), LOOK, width).words() == [
        "Nobody was seen with an open lesion."
    ]


def test_captions_say_of_whom_how_as_of_when_and_by_which_program() -> None:
    told = replace(TOLD, by=Agent.CINACALCET, wanted=CohortFilter(sexes=(Sex.FEMALE,)))

    curves = curves_caption(curves_of(COURSES), told, ENGLISH_COHORT)
    incidence = incidence_caption(incidence_of(COURSES), told, ENGLISH_COHORT)

    for caption in (curves, incidence):
        assert caption.startswith("4 lesions, 4 patients.")
        assert "Cinacalcet: each counts as not yet started until" in caption
        assert caption.endswith(
            f"Filtered to sex female. Data as of 1 Jan 2026. woundtrack {__version__}."
        )
    assert "every 28 days, of each one's area nearest to that day and within 14 days" in curves
    assert "Bands: 95 % intervals at each day, on the log-log scale, which has none" in incidence
    assert "A group of fewer than 30 patients tells little." in incidence
    assert "Closed: healed at two visits at least 14 days apart" in incidence
    assert "compete" in incidence
    whole = incidence_caption(
        incidence_of(COURSES), replace(told, unit=CohortUnit.PATIENT), ENGLISH_COHORT
    )
    assert "Closed: every lesion healed so and no new one for 28 days." in whole


def test_intervals_of_a_few_patients_are_told_to_be_too_narrow() -> None:
    def caption(patients: int) -> str:
        courses = [
            lesion(f"p{number}", label=label) for number in range(patients) for label in ("A", "B")
        ]
        return incidence_caption(incidence_of(courses, repeats=10), TOLD, ENGLISH_COHORT)

    assert (
        "1000 draws of whole patients. Of fewer than 30 patients in a group such bands are too "
        "narrow." in caption(29)
    )
    assert "too narrow" not in caption(30)


def test_a_caption_counts_who_was_left_out_and_says_what_was_recorded_by_then() -> None:
    told = replace(TOLD, by="site", is_past=True, left_out=1, unasked=2)

    caption = curves_caption(curves_of(COURSES, by="site"), told, ENGLISH_COHORT)

    assert caption.endswith(
        "Told apart by the site of the lesion. No filter. Left out for want of consent to "
        "research: 1 patient. Not asked for consent, and counted: 2 patients. Data as recorded by "
        f"the end of 1 Jan 2026. woundtrack {__version__}."
    )


def test_a_filter_is_told_whole_in_words() -> None:
    wanted = CohortFilter(
        groups=(SiteGroup.LEGS, SiteGroup.TORSO),
        sentinel_only=True,
        certainties=(Certainty.CLINICAL, Certainty.CONFIRMED),
        dialysis=(Dialysis.PERITONEAL,),
        agents=(Agent.WARFARIN, Agent.CINACALCET),
        entered_from=START,
        entered_to=START,
        least_visits=3,
    )

    assert in_words(wanted, ENGLISH_COHORT.filters) == (
        "Filtered to site Legs or Torso; sentinel lesions alone; diagnosis clinical or confirmed; "
        "dialysis peritoneal; ever given Warfarin or Cinacalcet; first visit from 1 Jan 2026; "
        "first visit up to 1 Jan 2026; at least 3 visits."
    )
    assert in_words(CohortFilter(), ENGLISH_COHORT.filters) == "No filter."


def test_the_same_figure_gives_the_same_file(tmp_path: Path) -> None:
    look = replace(LOOK, caption=curves_caption(curves_of(COURSES), TOLD, ENGLISH_COHORT))

    for name in ("one.svg", "two.svg"):
        save(figure_of(lay_out_curves(curves_of(COURSES), look, width)), tmp_path / name)

    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert "4 lesions, 4 patients." in (tmp_path / "one.svg").read_text(encoding="utf-8")
