"""The command line: a thin face over the verbs, for scripts, researchers and administrators.

Exit codes: 0 all well, 1 some item failed or could not be measured, 2 wrong use, 130 stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from woundtrack import __version__
from woundtrack.cli import archives, cohort, keeping, leaving, measuring, trail
from woundtrack.cli.agreement import agreement
from woundtrack.cli.asking import ANY, FAILED, STOPPED, WRONG_USE, open_window
from woundtrack.errors import Cancelled, NotUnderstood, WoundtrackError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        outcome = woundtrack.main(args=arguments, prog_name="woundtrack", standalone_mode=False)
    except (Cancelled, click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return STOPPED
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except NotUnderstood as wrong:
        click.echo(f"woundtrack: {wrong}", err=True)
        return WRONG_USE
    except WoundtrackError as error:
        click.echo(f"woundtrack: {error}", err=True)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output stopped reading (``| head``): not ours to complain about.
        sys.stderr.close()
        return FAILED
    return outcome if isinstance(outcome, int) else 0


class _CommandOrLibrary(click.Group):
    """A group whose one argument may be a library in place of a command, as a desktop gives it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # A command's name is the command wherever it is typed: a folder of that name is ./demo.
        if len(args) == 1 and self.get_command(ctx, args[0]) is None:
            return args[0], _open, args
        return super().resolve_command(ctx, args)


@click.group(
    cls=_CommandOrLibrary,
    invoke_without_command=True,
    subcommand_metavar="[LIBRARY | COMMAND [ARGS]...]",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="woundtrack")
@click.pass_context
def woundtrack(context: click.Context) -> int | None:
    """Measure skin ulcers in serial photographs, and see how they heal.

    Without a command, opens the window: on LIBRARY, a folder or the library.db in it, else on the
    library opened last. Research software, not a medical device.
    """
    if context.invoked_subcommand is not None:
        return None
    return open_window(None)


@click.command()
@click.argument("path", metavar="LIBRARY", type=ANY)
def _open(path: Path) -> int:
    """Open the window on a library; what is there and is none, the window says."""
    # What isn't there was typed wrong, and is told where it was typed: in a window's program,
    # which has no standard error, that is the window.
    if not path.exists() and sys.stderr is not None:
        raise NotUnderstood(
            what="The word",
            given=str(path),
            expected="it is neither a command nor a library's folder; woundtrack --help lists "
            "the commands",
        )
    return open_window(_folder_of(path.absolute()))


def _folder_of(path: Path) -> Path:
    """Return the library's folder, named by itself or by the ``library.db`` in it."""
    is_database = path.name.casefold() == "library.db" and not path.is_dir()
    return path.parent if is_database else path


for _command in (
    agreement,
    archives.archives,
    archives.send,
    cohort.study,
    keeping.accept,
    keeping.backup,
    keeping.check,
    keeping.import_,
    keeping.printers,
    keeping.restore,
    keeping.timeline,
    leaving.export,
    leaving.remeasure,
    leaving.report,
    measuring.card,
    measuring.demo,
    measuring.join,
    measuring.measure,
    measuring.outline,
    measuring.selftest,
    trail.trail,
):
    woundtrack.add_command(_command)
