"""The sizes of a patient's assessments, without their outlines: what a course of healing needs.

Hides that outlines and scales are JSON that takes a hundred times as long to read: it is read only
where a lesion has several parts, or tissue was painted on it, or its scale is in doubt. What makes
a size uncertain is read when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

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

# Everything at once, a row for each photograph and outline of a revision: one, nearly always. A
# scale without doubts, as nearly all are, has an empty list: canonical JSON has no spaces.
_REVISIONS: Final = """
    SELECT assessment.id, assessment.assessment_id, assessment.revision, assessment.lesion_id,
    assessment.visit_id, assessment.state, assessment.recorded_at,
    shown.place, shown.photograph_id,
    part.place, part.kind, part.area_mm2, part.area_low_mm2, part.area_high_mm2,
    part.perimeter_mm, part.length_mm, part.width_mm, part.doubts,
    part.head_to_toe_mm, part.side_to_side_mm, part.terms, json_valid(part.terms),
    part.further IS NOT NULL OR part.tissue IS NOT NULL
    OR (part.calibration IS NOT NULL AND instr(part.calibration, '"doubts":[]') = 0),
    visit.visited_on, lesion.number
    FROM lesion JOIN assessment ON assessment.lesion_id = lesion.id
    JOIN visit ON visit.id = assessment.visit_id
    LEFT JOIN assessment_photograph AS shown ON shown.revision_id = assessment.id
    LEFT JOIN assessed_outline AS part ON part.revision_id = assessment.id
    WHERE lesion.patient_id = :patient_id AND assessment.is_retired = 0 AND lesion.is_retired = 0
    AND NOT EXISTS (SELECT 1 FROM assessment AS newer WHERE newer.supersedes = assessment.id)
"""

_IN_ORDER: Final = itemgetter(23, 24, 6, 0)
"""Day, lesion, moment and id, as they are written: text that sorts as they do."""

# As ``rows`` writes them.
_TERMS: Final = '{"format":1,"terms":['
_COMMON: Final = '"common":'
_NOTHING_COMMON: Final = '"common":""'

_KINDS: Final = {kind.value: kind for kind in OutlineKind}
_STATES: Final = {state.value: state for state in WoundState}
_AT_ONCE: Final = 500

Whole = Callable[[Sequence[str]], Sequence[Assessment]]
"""Reads the assessments of some revisions with everything they hold."""


def sizes_of(db: Database, patient_id: str, whole: Whole) -> tuple[SizedAssessment, ...]:
    """Return the newest revision of each assessment of a patient in view, oldest visit first."""
    rows = db.execute(_REVISIONS, {"patient_id": patient_id}).fetchall()
    rows.sort(key=_IN_ORDER)  # the rows of a revision come to lie together
    ids = [*dict.fromkeys(row[0] for row in rows if row[22])]
    read = {
        one.id: one.sized
        for start in range(0, len(ids), _AT_ONCE)
        for one in whole(ids[start : start + _AT_ONCE])
    }
    if not read and len({row[0] for row in rows}) == len(rows):
        return tuple([_sized(row) for row in rows])
    revisions = [list(together) for _, together in groupby(rows, key=itemgetter(0))]
    return tuple(
        [read.get(together[0][0]) or _sized(together[0], together) for together in revisions]
    )


def _sized(row: Sequence[Any], rows: Sequence[Sequence[Any]] = ()) -> SizedAssessment:
    """Return a revision from its row, or its rows."""
    outlines: tuple[SizedOutline, ...]
    if len(rows) < 2:
        photographs = () if row[8] is None else (row[8],)
        outlines = () if row[10] is None else (_outline(row),)
    else:
        shown = {one[7]: one[8] for one in rows if one[8] is not None}
        drawn = {one[10]: one for one in rows if one[10] is not None}.values()
        photographs = tuple(shown[place] for place in sorted(shown))
        outlines = tuple(_outline(one) for one in sorted(drawn, key=itemgetter(9)))
    return SizedAssessment(
        id=row[0],
        assessment_id=row[1],
        revision=row[2],
        lesion_id=row[3],
        visit_id=row[4],
        photograph_ids=photographs,
        state=_STATES[row[5]],
        outlines=outlines,
        recorded_at=conversion.time_of_text(row[6]),
    )


def _outline(row: Sequence[Any]) -> SizedOutline:
    if row[11] is None:
        return SizedOutline(kind=_KINDS[row[10]], measurement=None)
    doubts = conversion.doubts_of(row[17])
    measurement = Measurement(
        area_mm2=row[11],
        area_low_mm2=row[12],
        area_high_mm2=row[13],
        perimeter_mm=row[14],
        length_mm=row[15],
        width_mm=row[16],
        doubts=doubts,
        terms=_terms(row[20], is_sound=row[21] == 1),
        head_to_toe_mm=row[18],
        side_to_side_mm=row[19],
    )
    return SizedOutline(
        kind=_KINDS[row[10]],
        measurement=measurement,
        doubts=tuple(dict.fromkeys(doubts)) if doubts else (),
    )


def _terms(written: str | None, *, is_sound: bool) -> Sequence[Term]:
    """Return causes that are read when they are looked at; at once where they look torn."""
    if written is None or not (is_sound and written.startswith(_TERMS)):
        return conversion.terms_of(written)
    has_common = written.count(_COMMON) != written.count(_NOTHING_COMMON)
    return UnreadTerms(written, conversion.terms_of, has_common=has_common)
