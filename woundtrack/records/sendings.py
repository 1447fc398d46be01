"""The queue of photographs for hospital archives, to rows and back.

Hides the table's columns, and which of them may change: what is sent where never does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from woundtrack.model import Sending, SendState
from woundtrack.records.rows import Row, canonical_json, text_of_time, time_of_text

SENDING_TABLE: Final = """
    CREATE TABLE sending (
        id TEXT PRIMARY KEY,
        photograph_id TEXT NOT NULL REFERENCES photograph (id),
        archive TEXT NOT NULL CHECK (archive <> ''),
        study TEXT,
        queued_at TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'refused', 'cancelled')),
        attempts INTEGER NOT NULL CHECK (attempts >= 0),
        tried_at TEXT,
        next_try_at TEXT,
        basis TEXT NOT NULL,
        answer_code TEXT NOT NULL,
        answer_values TEXT NOT NULL,
        version INTEGER NOT NULL
    ) STRICT
"""

SENDING_STEPS: Final = (
    SENDING_TABLE,
    "CREATE INDEX sending_waiting ON sending (archive) WHERE state = 'waiting'",
    "CREATE INDEX sending_of_photograph ON sending (photograph_id)",
    """
    CREATE TRIGGER sending_keeps_what_goes_where BEFORE UPDATE OF
        photograph_id, archive, study, queued_at
    ON sending
    BEGIN SELECT RAISE(ABORT, 'what is sent where never changes'); END
    """,
)


def sending_row(sending: Sending) -> dict[str, Any]:
    """Return the columns of a row of the queue."""
    return {
        "id": sending.id,
        "photograph_id": sending.photograph_id,
        "archive": sending.archive,
        "study": sending.study,
        "queued_at": text_of_time(sending.queued_at),
        "state": sending.state.value,
        "attempts": sending.attempts,
        "tried_at": _text(sending.tried_at),
        "next_try_at": _text(sending.next_try_at),
        "basis": sending.basis,
        "answer_code": sending.answer_code,
        "answer_values": canonical_json(dict(sending.answer_values)),
        "version": sending.version,
    }


def sending_of(row: Row) -> Sending:
    """Return the row of the queue that columns tell."""
    values: Mapping[str, str | float] = json.loads(row["answer_values"])
    return Sending(
        id=row["id"],
        photograph_id=row["photograph_id"],
        archive=row["archive"],
        study=row["study"],
        queued_at=time_of_text(row["queued_at"]),
        state=SendState(row["state"]),
        attempts=row["attempts"],
        tried_at=_moment(row["tried_at"]),
        next_try_at=_moment(row["next_try_at"]),
        basis=row["basis"],
        answer_code=row["answer_code"],
        answer_values=MappingProxyType(dict(values)),
        version=row["version"],
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else text_of_time(moment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else time_of_text(text)
