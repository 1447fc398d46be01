"""Landmarks to rows and back: every row a revision of one lesion's in one photograph.

Hides the table's columns and the JSON of its places.
"""

from __future__ import annotations

import json
from typing import Any, Final

from woundtrack.model import Landmark, LandmarkSet, LandmarkSource
from woundtrack.records.rows import Row, canonical_json, text_of_time, time_of_text

_FORMAT: Final = 1

LANDMARK_TABLE: Final = """
    CREATE TABLE landmark_set (
        id TEXT PRIMARY KEY,
        lesion_id TEXT NOT NULL REFERENCES lesion (id),
        photograph_id TEXT NOT NULL REFERENCES photograph (id),
        revision INTEGER NOT NULL,
        supersedes TEXT UNIQUE REFERENCES landmark_set (id),
        landmarks TEXT NOT NULL,
        marked_by TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        UNIQUE (lesion_id, photograph_id, revision),
        CHECK ((revision = 1) = (supersedes IS NULL) AND revision > 0)
    ) STRICT
"""

NEWEST_LANDMARKS: Final = """
    SELECT landmark_set.* FROM landmark_set
    JOIN photograph ON photograph.id = landmark_set.photograph_id
    WHERE landmark_set.lesion_id = :lesion_id AND NOT EXISTS (
        SELECT 1 FROM landmark_set AS newer WHERE newer.supersedes = landmark_set.id
    )
    ORDER BY photograph.taken_at, photograph.filed_at, photograph.id
"""


def landmark_row(marked: LandmarkSet) -> dict[str, Any]:
    """Return the columns of a set of landmarks."""
    places = [[one.number, *one.at_px, one.source.value] for one in marked.landmarks]
    return {
        "id": marked.id,
        "lesion_id": marked.lesion_id,
        "photograph_id": marked.photograph_id,
        "revision": marked.revision,
        "supersedes": marked.supersedes,
        "landmarks": canonical_json({"format": _FORMAT, "landmarks": places}),
        "marked_by": marked.marked_by,
        "recorded_at": text_of_time(marked.recorded_at),
    }


def landmarks_of(row: Row) -> LandmarkSet:
    """Return the landmarks of a row. Raises ``ValueError`` for what can't have been written."""
    values = json.loads(row["landmarks"])
    if values["format"] != _FORMAT:
        raise ValueError(f"JSON format {values['format']} is not known")
    return LandmarkSet(
        id=row["id"],
        lesion_id=row["lesion_id"],
        photograph_id=row["photograph_id"],
        revision=row["revision"],
        supersedes=row["supersedes"],
        landmarks=tuple(
            Landmark(number=number, at_px=(x, y), source=LandmarkSource(source))
            for number, x, y, source in values["landmarks"]
        ),
        marked_by=row["marked_by"],
        recorded_at=time_of_text(row["recorded_at"]),
    )
