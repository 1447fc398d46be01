"""Patients, lesions, visits, photographs and sessions as of a moment: changes since are undone.

Hides the audit trail's JSON. Revisions need none of this: of assessments and entries every one is
kept. These rows are changed in place, and the trail keeps what they said before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database

from woundtrack.model import Lesion, Patient, ReadingSession, Visit, VisitPhotograph
from woundtrack.records import rows as conversion
from woundtrack.records.database import Row, each_row, rows
from woundtrack.records.readings import session_of
from woundtrack.records.rows import text_of_time

_TABLES: Final = ("patient", "lesion", "visit", "photograph", "reading_session")
_MADE_AT: Final = {"lesion": "created_at", "visit": "created_at", "photograph": "filed_at"}
_HELD_BY: Final = {"lesion": "patient_id", "visit": "patient_id", "photograph": "visit_id"}
"""The column by which rows of a table are asked for."""


class Past:
    """A library's patients, lesions, visits, photographs and reading sessions as of a moment.

    Reads what was changed since from the trail, once; the rows themselves when they are asked for.
    What was made later isn't there, and what was retired since is in view.
    """

    def __init__(self, db: Database, moment: datetime) -> None:
        self.moment: Final = moment
        self._db = db
        self._old = _changed_since(db, text_of_time(moment))
        self._held = {table: _held_then(self._old[table], by) for table, by in _HELD_BY.items()}

    def patients(self) -> tuple[Patient, ...]:
        """Return the patients in view then, by the codes they had then."""
        found = rows(
            self._db,
            "SELECT * FROM patient WHERE created_at <= :moment",
            {"moment": text_of_time(self.moment)},
        )
        old = self._old["patient"]
        patients = (conversion.patient_of({**row, **old.get(row["id"], {})}) for row in found)
        in_view = (one for one in patients if not one.is_retired)
        return tuple(sorted(in_view, key=lambda one: (one.code.casefold(), one.id)))

    def lesions(self, patient_id: str) -> tuple[Lesion, ...]:
        """Return a patient's lesions in view then, by their numbers."""
        lesions = map(conversion.lesion_of, self._rows("lesion", patient_id))
        in_view = (one for one in lesions if not one.is_retired)
        return tuple(sorted(in_view, key=lambda one: (one.number, one.id)))

    def visits(self, patient_id: str) -> tuple[Visit, ...]:
        """Return a patient's visits in view then, oldest first."""
        visits = map(conversion.visit_of, self._rows("visit", patient_id))
        in_view = (one for one in visits if not one.is_retired)
        return tuple(sorted(in_view, key=lambda one: (one.visited_on, one.created_at, one.id)))

    def photographs(self, visits: Iterable[Visit]) -> tuple[VisitPhotograph, ...]:
        """Return the photographs filed at these visits, retired ones too; visit by visit."""
        found: list[VisitPhotograph] = []
        for visit in visits:
            of_visit = map(conversion.photograph_of, self._rows("photograph", visit.id))
            found += sorted(of_visit, key=lambda one: (one.filed_at, one.id))
        return tuple(found)

    def reading_sessions(self) -> tuple[ReadingSession, ...]:
        """Return the reading sessions in view then, in the order they were made."""
        found = rows(
            self._db,
            "SELECT * FROM reading_session WHERE created_at <= :moment ORDER BY created_at, rowid",
            {"moment": text_of_time(self.moment)},
        )
        old = self._old["reading_session"]
        sessions = (session_of({**row, **old.get(row["id"], {})}) for row in found)
        return tuple(one for one in sessions if not one.is_retired)

    def _rows(self, table: str, holder: str) -> list[Row]:
        column, made_at = _HELD_BY[table], _MADE_AT[table]
        old = self._old[table]
        moved_away = self._held[table].get(holder, ())
        named = {f"id_{place}": key for place, key in enumerate(moved_away)}
        also = f" OR id IN ({', '.join(':' + name for name in named)})" if named else ""
        found = rows(
            self._db,
            f"SELECT * FROM {table} WHERE ({column} = :holder{also}) "  # noqa: S608
            f"AND {made_at} <= :moment",
            {"holder": holder, "moment": text_of_time(self.moment), **named},
        )
        then = [{**row, **old.get(row["id"], {})} for row in found]
        return [row for row in then if row[column] == holder]


def _changed_since(db: Database, moment: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Return by table and id the values that were replaced after a moment, the oldest of each."""
    old: dict[str, dict[str, dict[str, Any]]] = {table: {} for table in _TABLES}
    found = each_row(
        db,
        """
        SELECT json_extract(one.value, '$.entity') AS entity, json_extract(one.value, '$.id') AS id,
               json_extract(one.value, '$.old') AS old
        FROM audit JOIN json_each(audit.what, '$.changed') AS one
        WHERE audit.at > :moment
          AND json_extract(one.value, '$.entity')
              IN ('patient', 'lesion', 'visit', 'photograph', 'reading_session')
        ORDER BY audit.seq DESC
        """,
        {"moment": moment},
    )
    for change in found:
        # Newest first, so that the oldest value of each column is the one that stays.
        old[change["entity"]].setdefault(change["id"], {}).update(json.loads(change["old"]))
    return old


def _held_then(old: dict[str, dict[str, Any]], column: str) -> dict[str, list[str]]:
    """Return by whom rows were held that others hold now; looked up once for every holder."""
    found: dict[str, list[str]] = {}
    for key, values in old.items():
        if column in values:
            found.setdefault(values[column], []).append(key)
    return found
