"""The command that reads a library's audit trail: when, who, what, why.

Hides on which day an entry stands: that of the computer which wrote it, wherever it is read.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from woundtrack.cli.asking import FOLDER, Date, say

if TYPE_CHECKING:
    from woundtrack.records import AuditEntry


@click.command()
@click.argument("library", type=FOLDER)
@click.option("--since", type=Date(), help="Only of that day or later.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def trail(library: Path, since: date | None, *, as_json: bool) -> None:
    """Tell from the audit trail when who did what, and why; oldest first, changes nothing.

    Reasons stand as they were typed. What was changed in each row is in the library itself, and
    whether the trail is whole is told by: woundtrack check.
    """
    from woundtrack.records import Library

    with Library.open(library, read_only=True) as opened:
        known = [(_moment(one), one) for one in opened.audit_trail()]
    entries = [(at, one) for at, one in known if since is None or at.date() >= since]
    if as_json:
        told = [
            {
                "seq": one.seq,
                "at": moment.isoformat(timespec="seconds"),
                "by": one.by,
                "verb": one.verb,
                "why": one.why,
            }
            for moment, one in entries
        ]
        click.echo(json.dumps(told, indent=1))
        return
    for moment, one in entries:
        parts = (f"{moment:%Y-%m-%d %H:%M:%S}", one.by, one.verb, one.why or "")
        click.echo("  ".join(_on_a_line(part) for part in parts if part))
    if not entries:
        say("Nothing is in the audit trail" + (f" since {since}." if since else " yet."))


def _moment(entry: AuditEntry) -> datetime:
    """Return when something was done, by the clock of the computer that wrote it."""
    return entry.at.astimezone(timezone(timedelta(minutes=entry.offset_minutes)))


def _on_a_line(text: str) -> str:
    """Return a text without anything that a terminal would obey."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
