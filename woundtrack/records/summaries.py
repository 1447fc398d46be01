"""The patients' list: one line a patient, for a whole clinic in one query.

Hides how the newest state of each lesion is found without reading every assessment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlite_utils import Database

from woundtrack.model import PartialDate, Patient
from woundtrack.records import rows as conversion
from woundtrack.records.database import rows


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientSummary:
    """One line of the patients' list.

    ``lesion_count`` counts lesions not retired; ``open_lesion_count`` those of them that were open
    when last assessed and are still followed as themselves: one that merged is not.
    ``waiting_count`` counts proposals that wait for a person. ``died_on`` is the earliest death
    that is recorded, as in ``ClinicalRecord.death``.
    """

    patient: Patient
    lesion_count: int
    open_lesion_count: int
    waiting_count: int
    last_visited_on: date | None
    died_on: PartialDate | None = None

    @property
    def code(self) -> str:
        """The patient's code."""
        return self.patient.code


def read(db: Database, patient_id: str | None) -> tuple[PatientSummary, ...]:
    """Return the lines of all patients, by code, or of one."""
    where = "patient.is_retired IS NULL" if patient_id is None else "patient.id = :patient_id"
    found = rows(db, _SUMMARIES.format(where=where), {"patient_id": patient_id})
    return tuple(
        PatientSummary(
            patient=conversion.patient_of(row),
            lesion_count=row["lesion_count"],
            open_lesion_count=row["open_lesion_count"],
            waiting_count=row["waiting_count"],
            last_visited_on=(
                date.fromisoformat(row["last_visited_on"]) if row["last_visited_on"] else None
            ),
            died_on=PartialDate(text=row["died_on"]) if row["died_on"] else None,
        )
        for row in found
    )


# The newest state of a lesion is looked for from the patient's last visit backwards, so that the
# list takes as long for ten years of photographs as for one: CROSS JOIN fixes that order.
_SUMMARIES: Final = """
    WITH waiting AS (
        SELECT visit.patient_id, count(*) AS number FROM proposal
        JOIN photograph ON photograph.id = proposal.photograph_id
        JOIN visit ON visit.id = photograph.visit_id
        WHERE proposal.is_waiting = 1 AND photograph.is_retired = 0 GROUP BY visit.patient_id
    )
    SELECT patient.*, coalesce(waiting.number, 0) AS waiting_count,
        (
            SELECT max(visited_on) FROM visit
            WHERE visit.patient_id = patient.id AND visit.is_retired IS NULL
        ) AS last_visited_on,
        (
            SELECT count(*) FROM lesion
            WHERE lesion.patient_id = patient.id AND lesion.is_retired = 0
        ) AS lesion_count,
        (
            SELECT count(*) FROM lesion
            WHERE lesion.patient_id = patient.id AND lesion.is_retired = 0 AND 'open' = (
                SELECT assessment.state FROM visit CROSS JOIN assessment
                WHERE visit.patient_id = lesion.patient_id AND assessment.visit_id = visit.id
                    AND assessment.lesion_id = lesion.id AND assessment.is_retired = 0
                    AND NOT EXISTS (
                        SELECT 1 FROM assessment AS newer WHERE newer.supersedes = assessment.id
                    )
                ORDER BY visit.visited_on DESC, assessment.recorded_at DESC, assessment.id LIMIT 1
            ) AND NOT EXISTS (
                SELECT 1 FROM lesion_detail AS ended
                WHERE ended.patient_id = lesion.patient_id AND ended.lesion_id = lesion.id
                    AND ended.is_retired = 0 AND ended.end_reason IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM lesion_detail AS newer WHERE newer.supersedes = ended.id
                    )
            )
        ) AS open_lesion_count,
        (
            SELECT event."on" FROM event
            WHERE event.patient_id = patient.id AND event.kind = 'death' AND event.is_retired = 0
                AND NOT EXISTS (SELECT 1 FROM event AS newer WHERE newer.supersedes = event.id)
            ORDER BY substr(event."on" || '-01-01', 1, 10), event.rowid LIMIT 1
        ) AS died_on
    FROM patient LEFT JOIN waiting ON waiting.patient_id = patient.id
    WHERE {where}
    ORDER BY patient.code, patient.id
"""
