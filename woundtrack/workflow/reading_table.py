"""The readings of one session as a table that leaves: of whom, and under which names.

Hides that it is the bundle's table, cut down to a session: the same ids, codes and readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from woundtrack.exchange.own_table import write_own_table
from woundtrack.exchange.tables.column import Told
from woundtrack.exchange.tables.reliability import RELIABILITY
from woundtrack.model import ReadingSession, ReadOnce
from woundtrack.workflow.consenting import Leaving
from woundtrack.workflow.exporting import Export
from woundtrack.workflow.exporting_notes import ExportNote, noted


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingsTable:
    """What was written: how many readings, and whose patients' left and stayed."""

    path: Path
    rows: int
    leaving: Leaving


def write_readings_table(
    export: Export,
    session: ReadingSession,
    out: Path,
    *,
    by: str,
    note: ExportNote | None = None,
) -> ReadingsTable:
    """Write a row a reading of a session, of the patients who leave by an export.

    Codes, ids and the readers' numbers are those of the tidy bundle of the same study, so that both
    join. That it leaves is noted in the audit trail before and after; ``note`` as in ``noted``. An
    earlier table of readings is replaced, any other file is left alone.

    Raises what ``noted`` raises, ``FileUnwritable``, ``FileInUse`` and ``DiskFull``.
    """
    of_session = of_session_alone(export, session)

    def rows() -> Iterator[tuple[ReadOnce, Told]]:
        for file in of_session.files():
            told = Told.of(file, of_session.profile)
            for row in file.readings:
                if row.session.id == session.id:
                    yield row, told

    with noted(of_session, told_of(session), out, by=by, note=note):
        count = write_own_table(
            out, RELIABILITY.columns, rows(), of_session.profile, writer="agreement results"
        )
    return ReadingsTable(path=out, rows=count, leaving=of_session.leaving)


def of_session_alone(export: Export, session: ReadingSession) -> Export:
    """Return an export of those patients alone whose wounds a session has readings of."""
    whose = {
        patient_id
        for patient_id, rows in export.readings.items()
        if any(row.session.id == session.id for row in rows)
    }
    going = export.leaving
    return replace(
        export,
        leaving=replace(
            going,
            patients=tuple(one for one in going.patients if one.id in whose),
            refused=tuple(one for one in going.refused if one.id in whose),
            not_asked=tuple(one for one in going.not_asked if one.id in whose),
        ),
    )


def told_of(session: ReadingSession) -> str:
    """Return what the audit trail calls a session's readings."""
    return f"readings of {session.name}"
