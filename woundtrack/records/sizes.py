"""The sizes of a patient's assessments, without their outlines: what a course of healing needs.

Hides that outlines and scales are JSON that takes a hundred times as long to read: it is read only
where a lesion has several parts, or tissue was painted on it, or its scale is in doubt. What makes
a size uncertain is read when somebody asks for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from sqlite_utils import Database

from woundtrack.model import (
    Assessment,
    Measurement,
    OutlineKind,
    SizedAssessment,
    SizedOutline,
    Term,
    UnreadTerms,
    WoundState,
)
from woundtrack.records import rows as conversion

_NEWEST: Final = """
    FROM assessment JOIN lesion ON lesion.id = assessment.lesion_id
    JOIN visit ON visit.id = assessment.visit_id
    WHERE lesion.patient_id = :patient_id AND assessment.is_retired = 0 AND lesion.is_retired = 0
    AND NOT EXISTS (SELECT 1 FROM assessment AS newer WHERE newer.supersedes = assessment.id)
"""
_ASSESSMENTS: Final = f"""
    SELECT assessment.id, assessment.assessment_id, assessment.revision, assessment.lesion_id,
    assessment.visit_id, assessment.state, assessment.recorded_at {_NEWEST}
    ORDER BY visit.visited_on, lesion.number, assessment.recorded_at, assessment.id
"""
_PHOTOGRAPHS: Final = f"""
    WITH chosen AS (SELECT assessment.id {_NEWEST})
    SELECT part.revision_id, part.place, part.photograph_id FROM chosen
    JOIN assessment_photograph AS part ON part.revision_id = chosen.id
"""  # noqa: S608
# A scale without doubts, as nearly all are, has an empty list: canonical JSON has no spaces.
_OUTLINES: Final = f"""
    WITH chosen AS (SELECT assessment.id {_NEWEST})
    SELECT part.revision_id, part.kind, part.area_mm2, part.area_low_mm2, part.area_high_mm2,
    part.perimeter_mm, part.length_mm, part.width_mm, part.doubts, part.terms,
    part.head_to_toe_mm, part.side_to_side_mm,
    part.further IS NOT NULL OR part.tissue IS NOT NULL
    OR (part.calibration IS NOT NULL AND instr(part.calibration, '"doubts":[]') = 0) AS is_whole,
    json_valid(part.terms) AS is_sound, part.place
    FROM chosen JOIN assessed_outline AS part ON part.revision_id = chosen.id
"""  # noqa: S608

# As ``rows`` writes them.
_TERMS: Final = '{"format":1,"terms":['
_COMMON: Final = '"common":'
_NOTHING_COMMON: Final = '"common":""'

_KINDS: Final = {kind.value: kind for kind in OutlineKind}
_STATES: Final = {state.value: state for state in WoundState}
_AT_ONCE: Final = 500

_Part = TypeVar("_Part")

Whole = Callable[[Sequence[str]], Sequence[Assessment]]
"""Reads the assessments of some revisions with everything they hold."""


def sizes_of(db: Database, patient_id: str, whole: Whole) -> tuple[SizedAssessment, ...]:
    """Return the newest revision of each assessment of a patient in view, oldest visit first."""
    values = {"patient_id": patient_id}
    photographs: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for revision_id, place, photograph_id in db.execute(_PHOTOGRAPHS, values):
        photographs[revision_id].append((place, photograph_id))
    outlines: defaultdict[str, list[tuple[int, SizedOutline]]] = defaultdict(list)
    wanted: dict[str, None] = {}
    for row in db.execute(_OUTLINES, values):
        if row[12]:
            wanted[row[0]] = None
        else:
            outlines[row[0]].append((row[14], _outline(row)))
    ids = tuple(wanted)
    read = {
        one.id: one.sized
        for start in range(0, len(ids), _AT_ONCE)
        for one in whole(ids[start : start + _AT_ONCE])
    }
    return tuple(
        read.get(row[0])
        or SizedAssessment(
            id=row[0],
            assessment_id=row[1],
            revision=row[2],
            lesion_id=row[3],
            visit_id=row[4],
            photograph_ids=_in_order(photographs.get(row[0], ())),
            state=_STATES[row[5]],
            outlines=_in_order(outlines.get(row[0], ())),
            recorded_at=conversion.time_of_text(row[6]),
        )
        for row in db.execute(_ASSESSMENTS, values)
    )


def _in_order(placed: Sequence[tuple[int, _Part]]) -> tuple[_Part, ...]:
    """Return the parts of a revision by their places: one alone, nearly always."""
    if len(placed) == 1:
        return (placed[0][1],)
    return tuple(part for _, part in sorted(placed, key=lambda one: one[0]))


def _outline(row: Sequence[Any]) -> SizedOutline:
    if row[2] is None:
        return SizedOutline(kind=_KINDS[row[1]], measurement=None)
    doubts = conversion.doubts_of(row[8])
    measurement = Measurement(
        area_mm2=row[2],
        area_low_mm2=row[3],
        area_high_mm2=row[4],
        perimeter_mm=row[5],
        length_mm=row[6],
        width_mm=row[7],
        doubts=doubts,
        terms=_terms(row[9], is_sound=row[13] == 1),
        head_to_toe_mm=row[10],
        side_to_side_mm=row[11],
    )
    return SizedOutline(
        kind=_KINDS[row[1]],
        measurement=measurement,
        doubts=tuple(dict.fromkeys(doubts)) if doubts else (),
    )


def _terms(written: str | None, *, is_sound: bool) -> Sequence[Term]:
    """Return causes that are read when they are looked at; at once where they look torn."""
    if written is None or not (is_sound and written.startswith(_TERMS)):
        return conversion.terms_of(written)
    has_common = written.count(_COMMON) != written.count(_NOTHING_COMMON)
    return UnreadTerms(written, conversion.terms_of, has_common=has_common)
