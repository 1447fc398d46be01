"""Answers to whether pictures may leave, to rows and back: every row a revision.

Hides the table's columns.
"""

from __future__ import annotations

from typing import Any, Final

from woundtrack.model import Framing, PictureRelease, ReleaseAnswer
from woundtrack.records.rows import Row, text_of_time, time_of_text

RELEASE_STEPS: Final = (
    """
    CREATE TABLE picture_release (
        id TEXT PRIMARY KEY,
        photograph_id TEXT NOT NULL REFERENCES photograph (id),
        lesion_id TEXT REFERENCES lesion (id),
        framing TEXT NOT NULL CHECK (framing IN ('lesion', 'around', 'whole')),
        revision INTEGER NOT NULL,
        supersedes TEXT UNIQUE REFERENCES picture_release (id),
        answer TEXT NOT NULL CHECK (answer IN ('released', 'refused', 'withdrawn')),
        left_px INTEGER NOT NULL,
        top_px INTEGER NOT NULL,
        right_px INTEGER NOT NULL,
        bottom_px INTEGER NOT NULL,
        decided_by TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        reason TEXT,
        CHECK ((revision = 1) = (supersedes IS NULL) AND revision > 0)
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX picture_release_of_photograph ON picture_release
        (photograph_id, ifnull(lesion_id, ''), framing, revision)
    """,
)

RELEASE_KEYS: Final = (
    "id = NEW.id",
    (
        "photograph_id = NEW.photograph_id AND lesion_id IS NEW.lesion_id "
        "AND framing = NEW.framing AND revision = NEW.revision"
    ),
    "supersedes = NEW.supersedes",
)

RELEASES: Final = """
    SELECT picture_release.* FROM picture_release
    JOIN photograph ON photograph.id = picture_release.photograph_id
    JOIN visit ON visit.id = photograph.visit_id
    WHERE (:photograph_id IS NULL OR picture_release.photograph_id = :photograph_id)
        AND (:patient_id IS NULL OR visit.patient_id = :patient_id)
    ORDER BY picture_release.rowid
"""


def release_row(answer: PictureRelease) -> dict[str, Any]:
    """Return the columns of an answer."""
    left, top, right, bottom = answer.frame_px
    return {
        "id": answer.id,
        "photograph_id": answer.photograph_id,
        "lesion_id": answer.lesion_id,
        "framing": answer.framing.value,
        "revision": answer.revision,
        "supersedes": answer.supersedes,
        "answer": answer.answer.value,
        "left_px": left,
        "top_px": top,
        "right_px": right,
        "bottom_px": bottom,
        "decided_by": answer.decided_by,
        "recorded_at": text_of_time(answer.recorded_at),
        "reason": answer.reason,
    }


def release_of(row: Row) -> PictureRelease:
    """Return the answer of a row. Raises ``ValueError`` for what can't have been written."""
    return PictureRelease(
        id=row["id"],
        photograph_id=row["photograph_id"],
        lesion_id=row["lesion_id"],
        framing=Framing(row["framing"]),
        revision=row["revision"],
        supersedes=row["supersedes"],
        answer=ReleaseAnswer(row["answer"]),
        frame_px=(row["left_px"], row["top_px"], row["right_px"], row["bottom_px"]),
        decided_by=row["decided_by"],
        recorded_at=time_of_text(row["recorded_at"]),
        reason=row["reason"],
    )
