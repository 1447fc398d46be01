"""``reliability.csv``: a row a reading of a reading session, blinded and beside the assessments.

Hides how a reader is called outside, and that a picture nobody could read is no area of zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from woundtrack.exchange.tables.column import Column, Table, Type, patient_id
from woundtrack.model import Asked, OutlineKind, ReadOnce, Tissue


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cell:
    """A column that needs to know no more than what ids and people are called."""

    name: str
    type: Type
    of: Callable[[ReadOnce, Callable[[str], str], Callable[[str], str | None]], object]
    description: str
    unit: str = ""
    decimals: int = 0
    words: tuple[str, ...] = ()
    is_key: bool = False


def _share(tissue: Tissue) -> _Cell:
    return _Cell(
        name=f"tissue_{tissue.value}_pct",
        type="number",
        unit="%",
        decimals=1,
        of=lambda row, _, __: (
            100 * dict(row.reading.tissue).get(tissue, 0.0) if row.reading.tissue else None
        ),
        description=(
            f"Share of the bed that the reader said is {tissue.value}; empty: not asked, or not "
            "said."
        ),
    )


def _answer(asked: Asked) -> _Cell:
    return _Cell(
        name=asked.value,
        type="code",
        words=asked.answers,
        of=lambda row, _, __: dict(row.reading.answers).get(asked),
        description="What the reader answered; empty: not asked, or no answer.",
    )


_CELLS = (
    _Cell(
        name="session_id",
        type="id",
        of=lambda row, alias, _: alias(row.session.id),
        description="Random id of the reading session.",
        is_key=True,
    ),
    _Cell(
        name="image_id",
        type="id",
        of=lambda row, alias, _: alias(row.item.photograph_id),
        description="Random id of the photograph that was read.",
        is_key=True,
    ),
    _Cell(
        name="lesion_id",
        type="id",
        of=lambda row, alias, _: alias(row.item.lesion_id),
        description="Random id of the lesion that was read in it.",
        is_key=True,
    ),
    _Cell(
        name="rater_id",
        type="text",
        of=lambda row, _, person: person(row.task.reader),
        description="Who read: reader-1, reader-2 … as in the other tables; reader- and the eight "
        "first digits of a random id, the same in every export of the study, for who read and "
        "recorded nothing else in this library; the name in an identified export.",
        is_key=True,
    ),
    _Cell(
        name="replicate",
        type="integer",
        of=lambda row, _, __: row.task.replicate,
        description="Which time this reader read it, from 1 on.",
        is_key=True,
    ),
    _Cell(
        name="blinded",
        type="boolean",
        of=lambda *_: True,
        description="Shown without patient, date, card and others' outlines.",
    ),
    _Cell(
        name="sampled",
        type="boolean",
        of=lambda row, _, __: row.session.is_sampled,
        description="Whether the session's pictures were drawn at random, not chosen.",
    ),
    _Cell(
        name="readable",
        type="boolean",
        of=lambda row, _, __: bool(row.reading.outlines),
        description="Whether the reader saw an edge to outline; without one there is no area.",
    ),
    _Cell(
        name="outline_kind",
        type="code",
        of=lambda row, _, __: row.item.kind,
        words=tuple(OutlineKind),
        description="Which edge was asked for.",
    ),
    _Cell(
        name="area_traced_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        of=lambda row, _, __: None if row.reading.area_mm2 is None else row.reading.area_mm2 / 100,
        description="Area of the reader's outline.",
    ),
    _Cell(
        name="perimeter_cm",
        type="number",
        unit="cm",
        decimals=3,
        of=lambda row, _, __: (
            None if row.reading.perimeter_mm is None else row.reading.perimeter_mm / 10
        ),
        description="Length of its outer edge.",
    ),
    *map(_share, Tissue),
    *(_answer(one) for one in Asked if one is not Asked.TISSUE),
    _Cell(
        name="seconds",
        type="number",
        unit="s",
        decimals=1,
        of=lambda row, _, __: row.reading.seconds,
        description="Time that the reader spent on it; empty: nobody took it.",
    ),
)


def _column(cell: _Cell) -> Column[ReadOnce]:
    return Column(
        name=cell.name,
        type=cell.type,
        of=lambda row, told: cell.of(row, told.profile.alias, told.person),
        description=cell.description,
        unit=cell.unit,
        decimals=cell.decimals,
        words=cell.words,
        is_key=cell.is_key,
    )


RELIABILITY: Table[ReadOnce] = Table(
    name="reliability.csv",
    title="Readings of reading sessions: how well readers agree. No row of it is an assessment.",
    columns=(*map(_column, _CELLS[:2]), patient_id(), *map(_column, _CELLS[2:])),
    rows=lambda told: told.file.readings,
    refers=(("lesion_id", "lesions.csv"),),
)
