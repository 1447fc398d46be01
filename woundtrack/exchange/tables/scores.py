"""``scores.csv``: a row an answer to an item of an instrument; numbers and codes alone.

Hides how an answer that wasn't given is told apart from one that couldn't be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from woundtrack.exchange.tables.closed import ScoreNames
from woundtrack.exchange.tables.column import Column, Table, Told, on_day, patient_id, recorded
from woundtrack.model import Missing, RatedFrom, Score


def _names(row: Answer, told: Told) -> ScoreNames:
    return ScoreNames(row.score, told.file.instruments, told.profile)


@dataclass(frozen=True, slots=True)
class Answer:
    """One item's answer in one score; ``value`` None where there is none, ``why`` as was said."""

    score: Score
    item: str
    value: float | None
    why: Missing | None

    @property
    def recorded_by(self) -> str:
        """Who recorded the score."""
        return self.score.recorded_by

    @property
    def recorded_at(self) -> object:
        """When it was recorded."""
        return self.score.recorded_at


def _answers(told: Told) -> Iterator[Answer]:
    lesions = {None, *(lesion.id for lesion in told.file.lesions)}
    for score in told.file.record.scores:
        if score.lesion_id not in lesions:
            continue
        given, missing = dict(score.items), dict(score.missing)
        for item in sorted({*given, *missing}):
            yield Answer(score, item, given.get(item), missing.get(item))


SCORES: Table[Answer] = Table(
    name="scores.csv",
    title="Answers to the items of scores; totals only of what is complete.",
    columns=(
        Column(
            name="score_id",
            type="id",
            of=lambda row, told: told.alias(row.score.entry_id),
            description="Random id of the score, the same in every export of the study.",
            is_key=True,
        ),
        patient_id(),
        Column(
            name="lesion_id",
            type="id",
            of=lambda row, told: told.alias(row.score.lesion_id),
            description="Random id of the lesion, a key of lesions.csv; empty: of the patient.",
        ),
        *on_day("day", lambda row: row.score.on, "When it was rated"),
        Column(
            name="instrument",
            type="text",
            of=lambda row, told: _names(row, told).instrument,
            description="Which score; unlisted-…: one that no definition is known of.",
        ),
        Column(
            name="instrument_version",
            type="text",
            of=lambda row, told: _names(row, told).version,
            description="Version of its definition.",
        ),
        Column(
            name="item_code",
            type="text",
            of=lambda row, told: _names(row, told).item(row.item),
            description="Which item of it; unlisted-…: one that isn't in its definition.",
            is_key=True,
        ),
        Column(
            name="value",
            type="number",
            decimals=2,
            of=lambda row, _: row.value,
            description="The answer.",
        ),
        Column(
            name="value_na",
            type="code",
            of=lambda row, _: row.why,
            words=tuple(Missing),
            description="Why value is empty, where a person said so.",
        ),
        Column(
            name="total",
            type="number",
            decimals=2,
            of=lambda row, told: told.file.totals.get(row.score.entry_id),
            description="The score's total, the same in each of its rows; empty unless all items "
            "are answered, and where the instrument's definition isn't verified.",
        ),
        Column(
            name="complete",
            type="boolean",
            of=lambda row, told: told.file.totals.get(row.score.entry_id) is not None,
            description="Whether it has a total.",
        ),
        Column(
            name="rated_from",
            type="code",
            of=lambda row, _: row.score.rated_from,
            words=tuple(RatedFrom),
            description="Bedside, photograph or both: touch can't be rated from a photograph.",
        ),
        *recorded(),
    ),
    rows=_answers,
    refers=(("patient_id", "patients.csv"), ("lesion_id", "lesions.csv")),
)
