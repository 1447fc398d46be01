"""The tables of the clinical record, as the step that makes them knows them.

Every row is a revision and none is ever changed; identity alone is a row a patient, and its values
stand nowhere else. Part of a released step: never edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

_VISIT: Final = "visit_id TEXT REFERENCES visit (id)"
_LESION: Final = "lesion_id TEXT REFERENCES lesion (id)"


def _flag(name: str, *, is_needed: bool = False) -> str:
    return f"{name} INTEGER{' NOT NULL' if is_needed else ''} CHECK ({name} IN (0, 1))"


def _texts(*names: str) -> tuple[str, ...]:
    return tuple(f"{name} TEXT NOT NULL" for name in names)


def _any(*names: str, of: str = "TEXT") -> tuple[str, ...]:
    return tuple(f"{name} {of}" for name in names)


RECORD_TABLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "patient_detail": (
            *_any("sex", "dialysis", "dialysis_start"),
            "birth_year INTEGER",
            *_texts("ethnic_category", "centre"),
            *_any("height_cm", "weight_kg", of="REAL"),
        ),
        "diagnosis": (
            *_any("certainty", "diagnosed_on", "first_sign_on", "trigger"),
            *_texts("trigger_text", "diagnosed_by"),
            _flag("is_uraemic"),
            *_any("biopsy_on", "biopsy_result"),
            _flag("has_imaging_calcification"),
        ),
        "risk_factor": ("kind TEXT NOT NULL", _flag("is_present"), *_any("start", "stop")),
        "consent": (
            "purpose TEXT NOT NULL",
            _flag("is_given", is_needed=True),
            *_texts("given_by", "given_on", "form_version", "capacity_note"),
            "withdrawn_on TEXT",
        ),
        "lesion_detail": (
            f"{_LESION} NOT NULL",
            *_texts("site_text", "aspects", "diagram", "morphology_at_entry"),
            *_any("map_x", "map_y", of="REAL"),
            *_any("onset", "aetiology", "ended_on", "end_reason"),
            _flag("is_sentinel", is_needed=True),
        ),
        "lesion_link": (
            f"{_LESION} NOT NULL",
            "other_lesion_id TEXT NOT NULL REFERENCES lesion (id)",
            *_texts("kind", '"on"'),
        ),
        "finding": (
            f"{_LESION} NOT NULL",
            f"{_VISIT} NOT NULL",
            *_any("state", "depth", "exudate_amount", "exudate_type", "edge", "debrided", "trend"),
            *_any("max_depth_cm", "undermining_cm", of="REAL"),
            "undermining_clock INTEGER",
            *_texts("periwound", "infection_signs", "dressing", "note"),
            _flag("has_drainage"),
            _flag("needs_dressing"),
        ),
        "visit_detail": (
            f"{_VISIT} NOT NULL",
            "setting TEXT",
            *_texts("assessor_role", "planned_label", "note"),
            _flag("is_dressing_removed"),
        ),
        "pain": (*_texts('"on"', "scale", "context"), "value REAL", _VISIT, _LESION),
        "treatment": (
            *_texts("agent", "text", "route", "dose_unit", "frequency", "why"),
            "dose_value REAL",
            *_any("start", "stop", "stop_reason", "follows"),
            _flag("is_intensified"),
            _LESION,
        ),
        "lab_result": (
            *_texts("analyte", "taken_on", "unit"),
            *_any("value", "reference_low", "reference_high", of="REAL"),
            "relation_to_dialysis TEXT",
            _VISIT,
        ),
        "event": (
            *_texts("kind", '"on"', "text", "source"),
            *_any("ended_on", "death_cause"),
            _LESION,
            _flag("is_related"),
            _flag("is_serious"),
        ),
        "score": (
            *_texts("instrument", "instrument_version", '"on"', "items"),
            "rated_from TEXT",
            _VISIT,
            _LESION,
        ),
    }
)
"""What the columns of each kind of entry are, beside those that all have."""

CONFIRMATION: Final = ("question TEXT NOT NULL", "given TEXT NOT NULL", _VISIT, _LESION)
"""Those of a confirmation, which came with a later step."""

_COMMON: Final = """
    id TEXT PRIMARY KEY,
    entry_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    supersedes TEXT UNIQUE REFERENCES {table} (id),
    patient_id TEXT NOT NULL REFERENCES patient (id),
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    reason TEXT,
    is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
    missing TEXT NOT NULL,
    {columns},
    UNIQUE (entry_id, revision),
    CHECK ((revision = 1) = (supersedes IS NULL) AND revision > 0)
"""

IDENTITY_TABLE: Final = """
    CREATE TABLE identity (
        id TEXT PRIMARY KEY REFERENCES patient (id),
        name TEXT NOT NULL,
        birth_date TEXT,
        nhs_number TEXT NOT NULL,
        local_id TEXT NOT NULL,
        version INTEGER NOT NULL
    ) STRICT
"""


def statements(table: str, own: Sequence[str] | None = None) -> tuple[str, str]:
    """Return what makes one kind's table, and its index; ``own`` where a later step brings it."""
    columns = ",\n    ".join(RECORD_TABLES[table] if own is None else own)
    return (
        f"CREATE TABLE {table} ({_COMMON.format(table=table, columns=columns)}) STRICT",
        f"CREATE INDEX {table}_of_patient ON {table} (patient_id)",
    )
