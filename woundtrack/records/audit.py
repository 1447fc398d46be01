"""The audit trail: one row a verb, each sealed with the hash of the one before.

Hides the chain. A row's hash is the SHA-256 of the UTF-8 of this JSON array, written with sorted
keys, without spaces and without escapes beyond JSON's own (``rows.canonical_json``)::

    [seq, at, offset_minutes, by, account, verb, why, what, application_version, previous_hash]

``what`` is the row's JSON text, taken as one string. The first row's ``previous_hash`` is the
SHA-256 of ``"woundtrack library "`` followed by the library's id.

What the chain shows: a row that was changed, taken out, put in or moved; and rows cut off at the
end, for the library's own row counts them and holds the newest hash, and backups hold the hash of
their day. What it can't show: somebody who may write the file and rewrites the whole chain, its
count and every backup, or who cuts off the newest rows, their records and the count alike after
the last backup. A head written down elsewhere (every backup and export has one) is what shows that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlite_utils import Database

import woundtrack
from woundtrack.model import now
from woundtrack.records.database import Row, each_row, rows
from woundtrack.records.lock import account
from woundtrack.records.rows import canonical_json, text_of_time, time_of_text

_NEWEST: Final = 50  # rows looked at when a library is opened; check() looks at all

RECOVER: Final = "recover"
"""The verb that follows on a backup's last: what was done after that is not in the trail."""

_HASHED_COLUMNS: Final = (
    "seq",
    "at",
    "offset_minutes",
    "by",
    "account",
    "verb",
    "why",
    "what",
    "application_version",
    "previous_hash",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One verb as it was done.

    ``at`` is UTC and ``offset_minutes`` the computer's offset from it; ``account`` is the
    computer's own account, beside the name in ``by``; ``what`` is JSON text: ``added`` holds each
    new row's values, ``changed`` the old and new values of each changed row.
    """

    seq: int
    at: datetime
    offset_minutes: int
    by: str
    account: str
    verb: str
    why: str | None
    what: str
    application_version: str
    previous_hash: str
    hash: str


def entry_of(row: Row) -> AuditEntry:
    """Return the audit entry of a row."""
    return AuditEntry(**{**row, "at": time_of_text(row["at"])})


def genesis(library_id: str) -> str:
    """Return the hash that stands before the first row of a library's trail."""
    return hashlib.sha256(f"woundtrack library {library_id}".encode()).hexdigest()


def hash_of(values: Mapping[str, Any]) -> str:
    """Return the hash of one audit row, from its other columns."""
    text = canonical_json([values[column] for column in _HASHED_COLUMNS])
    return hashlib.sha256(text.encode()).hexdigest()


def append(
    db: Database, *, verb: str, by: str, why: str | None, what: Mapping[str, object]
) -> None:
    """Add one row to the trail, inside the transaction of the verb it tells of."""
    (library,) = rows(db, "SELECT id, audit_count, audit_head FROM library")
    moment = now()
    offset = moment.astimezone().utcoffset() or timedelta()
    values: dict[str, Any] = {
        "seq": library["audit_count"] + 1,
        "at": text_of_time(moment),
        "offset_minutes": round(offset.total_seconds() / 60),
        "by": by,
        "account": account(),
        "verb": verb,
        "why": why,
        "what": canonical_json(what),
        "application_version": woundtrack.__version__,
        "previous_hash": library["audit_head"] or genesis(library["id"]),
    }
    values["hash"] = hash_of(values)
    db.execute(
        """
        INSERT INTO audit VALUES (:seq, :at, :offset_minutes, :by, :account, :verb, :why, :what,
            :application_version, :previous_hash, :hash)
        """,
        values,
    )
    db.execute("UPDATE library SET audit_count = :seq, audit_head = :hash", values)


def what_of(text: str) -> dict[str, list[dict[str, Any]]]:
    """Return what a row of the trail tells of, from its ``what``."""
    what: dict[str, list[dict[str, Any]]] = json.loads(text)
    return what


def left_behind(db: Database) -> set[tuple[int, str]]:
    """Return the ends of the trails that were left when the library was brought back from a backup.

    Each as the number of its entries and the newest one's hash.
    """
    found = rows(db, "SELECT what FROM audit WHERE verb = :verb", {"verb": RECOVER})
    return {(end[0], end[1]) for row in found for end in json.loads(row["what"])["left"]}


def append_recovery(db: Database, *, by: str, why: str, left: Iterable[tuple[int, str]]) -> None:
    """Add the entry of a library brought back from a backup; ``left`` as ``left_behind`` says."""
    append(
        db, verb=RECOVER, by=by, why=why, what={"added": [], "changed": [], "left": sorted(left)}
    )


def head(db: Database) -> tuple[int, str]:
    """Return the number of rows in the trail, and the newest row's hash."""
    (library,) = rows(db, "SELECT id, audit_count, audit_head FROM library")
    return library["audit_count"], library["audit_head"] or genesis(library["id"])


def problem_at_the_end(db: Database) -> str | None:
    """Return what is wrong with the newest rows of the trail, or None: quick, for every opening."""
    newest = rows(
        db,
        "SELECT * FROM (SELECT * FROM audit ORDER BY seq DESC LIMIT :newest) ORDER BY seq",
        {"newest": _NEWEST},
    )
    (library,) = rows(db, "SELECT id, audit_count, audit_head FROM library")
    previous = genesis(library["id"])
    if newest and newest[0]["seq"] > 1:
        previous = newest[0]["previous_hash"]
    return _problem(newest, library, max(1, library["audit_count"] - _NEWEST + 1), previous)


def problem(db: Database) -> str | None:
    """Return what is wrong with the trail, followed from its first row to its last, or None."""
    (library,) = rows(db, "SELECT id, audit_count, audit_head FROM library")
    every = each_row(db, "SELECT * FROM audit ORDER BY seq")
    return _problem(every, library, 1, genesis(library["id"]))


def _problem(entries: Iterable[Row], library: Row, first: int, previous: str) -> str | None:
    expected = first
    for entry in entries:
        if entry["seq"] != expected:
            return f"entry {expected} of the audit trail is missing"
        if entry["previous_hash"] != previous or entry["hash"] != hash_of(entry):
            return f"entry {expected} of the audit trail is not as it was written"
        previous, expected = entry["hash"], expected + 1
    if expected != library["audit_count"] + 1:
        return f"the audit trail ends before entry {library['audit_count']}"
    if previous != (library["audit_head"] or genesis(library["id"])):
        return "the audit trail does not end with the entry it was left with"
    return None
