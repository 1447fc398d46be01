"""Studies to rows and back: whose code is whose outside, and the secret that ids are disguised by.

Hides the tables of the key. It stays in the library; nothing pseudonymous holds it, nor the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from woundtrack.records.rows import Row, text_of_time, time_of_text

STUDY_TABLES: Final = (
    """
    CREATE TABLE study (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL COLLATE NOCASE UNIQUE,
        salt TEXT NOT NULL,
        created_by TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE study_code (
        id TEXT PRIMARY KEY,
        study_id TEXT NOT NULL REFERENCES study (id),
        patient_id TEXT NOT NULL REFERENCES patient (id),
        study_code TEXT NOT NULL CHECK (study_code <> ''),
        UNIQUE (study_id, patient_id),
        UNIQUE (study_id, study_code)
    ) STRICT
    """,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Study:
    """A study that a library's patients are exported for, under codes of its own.

    ``salt`` (hexadecimal, 16 bytes) is random: with it, ids are disguised in the same way in every
    export of the study, and in another way in any other's.
    """

    id: str
    name: str
    salt: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyCode:
    """What a patient is called in a study."""

    id: str
    study_id: str
    patient_id: str
    code: str


def study_row(study: Study) -> dict[str, Any]:
    """Return the columns of a study."""
    return {
        "id": study.id,
        "name": study.name,
        "salt": study.salt,
        "created_by": study.created_by,
        "created_at": text_of_time(study.created_at),
    }


def study_of(row: Row) -> Study:
    """Return the study of a row."""
    return Study(
        id=row["id"],
        name=row["name"],
        salt=row["salt"],
        created_by=row["created_by"],
        created_at=time_of_text(row["created_at"]),
    )


def study_code_row(code: StudyCode) -> dict[str, Any]:
    """Return the columns of a patient's code in a study."""
    return {
        "id": code.id,
        "study_id": code.study_id,
        "patient_id": code.patient_id,
        "study_code": code.code,
    }


def study_code_of(row: Row) -> StudyCode:
    """Return the code of a row."""
    return StudyCode(
        id=row["id"],
        study_id=row["study_id"],
        patient_id=row["patient_id"],
        code=row["study_code"],
    )
