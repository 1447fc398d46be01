"""Which patients and lesions: filters of an export, and the command that draws a study's figures.

Hides how words that are typed become a filter, and that nothing is written of nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from woundtrack.cli.asking import FAILED, FILE, FOLDER, Date, progress_bar, quiet_option, say
from woundtrack.model import (
    Agent,
    Certainty,
    CohortFilter,
    CohortUnit,
    Dialysis,
    Sex,
    SiteGroup,
)

if TYPE_CHECKING:
    from woundtrack.workflow.exporting import Export

_SUFFIXES: Final = (".svg", ".pdf", ".png")
_OUTCOMES: Final = {"closed": 1, "died": 2, "surgery": 3}


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filters of the Study room; the command is given them as ``filters``, None for none.

    What is given several times asks for one of them.
    """

    def many(name: str, kind: type[Any], text: str) -> Callable[[Any], Any]:
        choice = click.Choice([str(one) for one in kind])
        return click.option(
            f"--{name}", f"only_{name}", type=choice, multiple=True, metavar=name.upper(), help=text
        )

    @wraps(function)
    def command(
        *args: Any,  # noqa: ANN401
        only_site: tuple[str, ...],
        only_sex: tuple[str, ...],
        only_diagnosis: tuple[str, ...],
        only_dialysis: tuple[str, ...],
        only_treatment: tuple[str, ...],
        only_sentinel: bool,
        since: date | None,
        until: date | None,
        least_visits: int,
        **kwargs: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        wanted = CohortFilter(
            groups=tuple(one for one in SiteGroup if one in only_site),
            sentinel_only=only_sentinel,
            sexes=tuple(one for one in Sex if one in only_sex),
            certainties=tuple(one for one in Certainty if one in only_diagnosis),
            dialysis=tuple(one for one in Dialysis if one in only_dialysis),
            agents=tuple(one for one in Agent if one in only_treatment),
            entered_from=since,
            entered_to=until,
            least_visits=least_visits,
        )
        return function(*args, filters=None if wanted.is_empty else wanted, **kwargs)

    options = (
        many("site", SiteGroup, f"Only lesions there: {_listed(SiteGroup)}. May be given again."),
        click.option("--sentinel", "only_sentinel", is_flag=True, help="Only sentinel lesions."),
        many("sex", Sex, f"Only patients of it: {_listed(Sex)}."),
        many("diagnosis", Certainty, f"Only where it is so sure: {_listed(Certainty)}."),
        many("dialysis", Dialysis, f"Only patients dialysed so: {_listed(Dialysis)}."),
        many("treatment", Agent, "Only patients who were ever given it, such as cinacalcet."),
        click.option("--since", type=Date(), help="Only whose first visit was that day or later."),
        click.option("--until", type=Date(), help="Only whose first visit was up to that day."),
        click.option(
            "--visits",
            "least_visits",
            type=click.IntRange(min=0),
            default=0,
            metavar="N",
            help="Only patients with so many visits or more.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _listed(kind: type[Any]) -> str:
    return ", ".join(str(one) for one in kind)


def in_english(filters: CohortFilter) -> str:
    """Return a filter in a sentence, as the captions have it."""
    from woundtrack.healing.cohort_words import ENGLISH_COHORT, in_words

    return in_words(filters, ENGLISH_COHORT.filters)


def nobody_passes(export: Export) -> bool:
    """Return whether an export's filters leave nobody, and say so."""
    filters = export.choice.filters
    if filters is None or next(iter(export.files()), None) is not None:
        return False
    say(f"{in_english(filters)} Nobody passes, so nothing is written: ask for less.")
    return True


@click.command()
@click.argument("library", type=FOLDER)
@click.argument("out", metavar="OUT.svg|pdf|png", type=FILE)
@click.option(
    "--figure",
    type=click.Choice(["areas", "incidence"]),
    default="areas",
    show_default=True,
    help="Areas over time, or the cumulative incidence of closure.",
)
@click.option(
    "--count",
    "unit",
    type=click.Choice([str(one) for one in CohortUnit]),
    default="lesion",
    show_default=True,
    help="What is counted.",
)
@click.option(
    "--by",
    type=click.Choice(["site", *(str(one) for one in Agent)]),
    metavar="site|TREATMENT",
    help="Told apart by site, or by whether a treatment has begun, such as cinacalcet.",
)
@click.option("--cm2", is_flag=True, help="Areas in cm², not in per cent of the first.")
@click.option(
    "--weeks",
    type=click.IntRange(min=4, max=1040),
    default=52,
    show_default=True,
    help="How far.",
)
@click.option(
    "--outcome",
    type=click.Choice(list(_OUTCOMES)),
    help="With --figure incidence --by: the outcome shown of each group [default: closed].",
)
@click.option("--as-of", type=Date(), help="As it was recorded by the end of that day.")
@click.option("--asked-only", is_flag=True, help="Leave out patients whom nobody asked.")
@filter_options
@quiet_option
def study(
    library: Path,
    out: Path,
    figure: str,
    unit: str,
    by: str | None,
    weeks: int,
    outcome: str | None,
    as_of: date | None,
    filters: CohortFilter | None,
    *,
    cm2: bool,
    asked_only: bool,
    quiet: bool,
) -> int:
    """Draw a cohort's figure with its caption, as the Study room does.

    Patients who refused or withdrew consent to research are left out. With --as-of the figure is
    the same whenever it is drawn, but for patients who withdrew since.
    """
    from woundtrack.healing.competing import Outcome
    from woundtrack.records import Library
    from woundtrack.settings import read_settings
    from woundtrack.workflow.cohort import cohort_of
    from woundtrack.workflow.study_figures import (
        Choice,
        caption_of,
        compute,
        save_curves,
        save_incidence,
    )

    if out.suffix.lower() not in _SUFFIXES:
        raise click.UsageError("OUT ends in .svg, .pdf or .png.")
    if by == "site" and unit == CohortUnit.PATIENT:
        raise click.UsageError("--by site goes with --count lesion or sentinel.")
    if outcome is not None and (figure != "incidence" or by is None):
        raise click.UsageError("--outcome goes with --figure incidence --by site or a treatment.")
    if cm2 and figure != "areas":
        raise click.UsageError("--cm2 goes with --figure areas.")
    wanted = filters or CohortFilter()
    with (
        Library.open(library, read_only=True) as opened,
        progress_bar("Reading the cohort", quiet=quiet) as progress,
    ):
        cohort = cohort_of(
            opened,
            as_of=as_of,
            is_past=as_of is not None,
            with_unasked=not asked_only and read_settings().settings.exports_unasked,
            progress=progress,
        )
    figures = compute(
        cohort,
        Choice(
            unit=CohortUnit(unit),
            value="area" if cm2 else "percent",
            by="all" if by is None else "site" if by == "site" else Agent(by),
            horizon_days=7 * weeks,
            cause=Outcome(_OUTCOMES[outcome or "closed"]),
            wanted=wanted,
        ),
    )
    if not figures.passing:
        if cohort.patients:
            say(f"{in_english(wanted)} Nobody passes, so nothing is written: ask for less.")
        elif as_of is not None:
            say(
                f"Nothing is written: of nobody who may be looked at for research was anything "
                f"recorded by {as_of}. What counts is the day on which something was recorded."
            )
        else:
            say("Nothing is written: the library has no patient who may be looked at for research.")
        return FAILED
    save = save_curves if figure == "areas" else save_incidence
    save(figures, out)
    click.echo(str(out))
    say(caption_of(figures, "areas" if figure == "areas" else "incidence"))
    return 0
