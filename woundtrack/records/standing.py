"""How much counts of a patient today: whether anything clinical would go out of view with them.

Hides which revision of a row is the newest.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from woundtrack.records.database import rows
from woundtrack.records.entries import TABLES


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What counts of a patient: nothing that was retired, withdrawn or moved to somebody else.

    ``entries`` are those of the clinical record. Visits and lesions that hold none of these are
    not counted: they mean nothing by themselves.
    """

    photographs: int
    assessments: int
    entries: int
    has_identity: bool

    @property
    def is_nothing(self) -> bool:
        """Whether nothing counts."""
        return not (self.photographs or self.assessments or self.entries or self.has_identity)


def standing_of(db: Database, patient_id: str) -> Standing:
    """Return what counts of a patient."""
    photographs = """
        SELECT count(*) AS number FROM photograph JOIN visit ON visit.id = photograph.visit_id
        WHERE visit.patient_id = :patient_id AND photograph.is_retired = 0
    """
    assessments = """
        SELECT count(*) AS number FROM assessment JOIN visit ON visit.id = assessment.visit_id
        WHERE visit.patient_id = :patient_id AND assessment.is_retired = 0 AND NOT EXISTS (
            SELECT 1 FROM assessment AS newer WHERE newer.supersedes = assessment.id
        )
    """
    entries = " UNION ALL ".join(
        f"SELECT count(*) AS number FROM {table} AS entry "  # noqa: S608
        "WHERE patient_id = :patient_id AND is_retired = 0 AND NOT EXISTS "
        f"(SELECT 1 FROM {table} AS newer WHERE newer.supersedes = entry.id)"
        for table in TABLES
    )
    identity = """
        SELECT count(*) AS number FROM identity WHERE id = :patient_id
        AND (name <> '' OR nhs_number <> '' OR local_id <> '' OR birth_date IS NOT NULL)
    """

    def count(query: str) -> int:
        return sum(row["number"] for row in rows(db, query, {"patient_id": patient_id}))

    return Standing(
        photographs=count(photographs),
        assessments=count(assessments),
        entries=count(entries),
        has_identity=count(identity) > 0,
    )
