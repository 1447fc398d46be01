"""A session's limits of agreement as a figure that leaves: what its readers are called there.

Hides that the readers have the numbers of every table that leaves, whether one does or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from woundtrack import __version__
from woundtrack.model import ReadingSession, now
from woundtrack.records import Library

if TYPE_CHECKING:
    from woundtrack.healing.agreement import Limits
    from woundtrack.workflow.exporting import Export
    from woundtrack.workflow.reading_results import SessionResults


def readers_told(
    library: Library, session: ReadingSession, export: Export | None = None
) -> dict[str, str]:
    """Return what stands for each reader of a session outside: the numbers of every table.

    They are those of ``export`` where something of it leaves, too. Whoever read elsewhere alone and
    never recorded anything here has no number: without an export, a letter stands for him.
    """
    if export is not None:
        return {one: export.profile.person(one) or one for one in session.readers}
    known = {name: f"reader-{place}" for place, name in enumerate(library.people(), start=1)}
    elsewhere = [one for one in session.readers if one not in known]
    lettered = {
        one: f"reader-{chr(ord('A') + at % 26)}{at // 26 or ''}" for at, one in enumerate(elsewhere)
    }
    return {one: (known | lettered)[one] for one in session.readers}


def _told(limits: Sequence[Limits], readers: Mapping[str, str]) -> tuple[Limits, ...]:
    """Return limits with what stands for each reader in the place of his name."""
    told = {
        f"{name}{turn}": f"{other}{turn}"
        for turn in (", 2", ", 1", "")
        for name, other in readers.items()
    }
    return tuple(replace(one, first=told[one.first], second=told[one.second]) for one in limits)


def write_limits(found: SessionResults, readers: Mapping[str, str], path: Path) -> None:
    """Write the plot of a session's limits on ln(area); ``readers`` is what each is called in it.

    Raises what ``chart.save`` raises, and ``ValueError`` for a session that has no limits yet.
    """
    from woundtrack.healing.agreement_chart import Plotted, save_limits

    plotted = Plotted(
        session=found.session.name,
        pictures=found.items,
        read=found.read,
        tasks=found.tasks,
        as_of=now().astimezone().date(),
        version=__version__,
    )
    save_limits(_told(found.log_limits, readers), plotted, path)
