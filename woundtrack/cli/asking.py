"""What the commands share: options, kinds of values, the progress bar, how a library is opened.

Hides who a person is when nobody says, and that standard error tells while standard output answers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from woundtrack.errors import NotUnderstood
from woundtrack.model import REGIONS, Progress, Side, no_progress

if TYPE_CHECKING:
    from woundtrack.records import Library

STOPPED: Final = 130
FAILED: Final = 1
WRONG_USE: Final = 2


class _Place(click.Path):
    """A path; an empty one, as of a variable that isn't set, is not the folder one is in."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        if value == "":
            self.fail("its name is empty: give one, or . for the folder you are in.", param, ctx)
        return super().convert(value, param, ctx)


ANY: Final = _Place(path_type=Path)
FOLDER: Final = _Place(path_type=Path, file_okay=False)
FILE: Final = _Place(path_type=Path, dir_okay=False)


def person_named(by: str | None) -> str:
    """Return who does this: as said, else as the settings say, else the account."""
    from woundtrack.settings import account_name, read_settings

    return (by or "").strip() or read_settings().settings.person.strip() or account_name()


def by_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--by NAME`` to a command that records something."""
    return click.option(
        "--by",
        metavar="NAME",
        help="Who does this, for the record [default: the name in the settings, else the account].",
    )(function)


def quiet_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--quiet`` to a command that shows progress."""
    return click.option("--quiet", "-q", is_flag=True, help="Show no progress.")(function)


def site_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--site`` and ``--side``."""
    side = click.option("--side", type=click.Choice([side.value for side in Side]))
    site = click.option(
        "--site", type=click.Choice(list(REGIONS)), metavar="SITE", help="Where on the body."
    )
    return site(side(function))


class Date(click.ParamType[date]):
    """A day, as ``YYYY-MM-DD``."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day that was typed; a wrong one ends the command with a sentence."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as YYYY-MM-DD.", param, ctx)


class Length(click.ParamType[float]):
    """Millimetres, with a decimal point or comma."""

    name = "MM"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the millimetres that were typed; others end the command with a sentence."""
        try:
            return number(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a length; write it as 99.4 or 99,4.", param, ctx)


def number(typed: str) -> float:
    """Return a number written with a point or, as most of Europe does, with a comma.

    Raises ``ValueError``.
    """
    return float(typed.replace(",", ".", 1) if "." not in typed else typed)


@contextmanager
def progress_bar(label: str, *, quiet: bool) -> Iterator[Progress]:
    """Show a bar on a terminal, and nothing when quiet or when standard error is a file."""
    if quiet or not sys.stderr.isatty():
        yield no_progress
        return
    with click.progressbar(
        length=1000, label=label, file=sys.stderr, item_show_func=lambda item: item or ""
    ) as bar:

        def show(fraction: float, message: str) -> None:
            bar.update(max(0, round(fraction * 1000) - bar.pos), message)

        yield show


def photographs_named(named: Sequence[Path]) -> tuple[Path, ...]:
    """Return the photographs among files and folders; raises ``NotUnderstood`` where none is."""
    from woundtrack.workflow import photographs_in

    paths = photographs_in(named)
    if not any(path.exists() for path in named):
        raise NotUnderstood(
            what="The place",
            given=", ".join(str(path) for path in named),
            expected="there is no such file or folder",
        )
    if not any(path.exists() for path in paths):
        raise NotUnderstood(
            what="The folder",
            given=", ".join(str(path) for path in named),
            expected="there is no photograph there (JPEG, PNG, TIFF, WebP or HEIC)",
        )
    return paths


def refuse_same_names(paths: Sequence[Path]) -> None:
    """Refuse photographs whose pictures would be written over each other."""
    stems = [path.stem.casefold() for path in paths]
    for path in paths:
        if stems.count(path.stem.casefold()) > 1:
            raise NotUnderstood(
                what="The name",
                given=path.stem,
                expected="two photographs have it, and their pictures would be the same file; "
                "give each folder a command and an output folder of its own",
            )


def say(message: str) -> None:
    """Tell a person something beside the answer: on standard error."""
    click.echo(message, err=True)


def tell_broken_network() -> None:
    """Say, once a run, that the outline network can't be used; one left out is no news here."""
    from woundtrack import imaging

    fault = imaging.network_in_use().fault
    if fault is not None:
        say(f"woundtrack: {fault}")


def opened_to_note(folder: Path, *, names_patients: bool = False) -> Library:
    """Open a library to note in it what left; for reading where another window writes it.

    Nothing that ``names_patients`` leaves without a note: then it is refused there.
    """
    from woundtrack.errors import LibraryInUse, LibraryReadOnly
    from woundtrack.records import Library

    try:
        return Library.open(folder)
    except (LibraryInUse, LibraryReadOnly):
        if names_patients:
            raise
        return Library.open(folder, read_only=True)


def open_window(library: Path | None) -> int:
    """Run the window on a library, or on the one opened last; return its exit code."""
    from woundtrack.ui import app  # Qt loads for the window alone

    return app.run(library)
