"""``scores.csv``: a row an answer to an item of an instrument; numbers and codes alone.

Hides how an answer that wasn't given is told apart from one that couldn't be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from woundtrack.exchange.tables.closed import UNLISTED
from woundtrack.exchange.tables.column import Column, Table, Told, on_day, patient_id, recorded
from woundtrack.model import Missing, RatedFrom, Score

_PLAIN_VERSION: Final = re.compile(r"\d{1,2}(\.\d{1,2}){0,2}")


def _is_told(told: Told) -> bool:
    return told.profile.is_identified or told.profile.with_free_text


def _instrument(row: Answer, told: Told) -> str:
    """Return which score it is; of one that no definition is known of, what stands for its name."""
    typed = row.score.instrument
    if _is_told(told) or any(one.id == typed for one in told.file.instruments):
        return typed
    return f"{UNLISTED}-{told.profile.alias(f'instrument {typed}')[:8]}"


def _version(row: Answer, told: Told) -> str:
    typed = row.score.instrument_version
    known = {(one.id, one.version) for one in told.file.instruments}
    is_known = _is_told(told) or (row.score.instrument, typed) in known
    return typed if is_known or _PLAIN_VERSION.fullmatch(typed) else UNLISTED


def _item(row: Answer, told: Told) -> str:
    """Return which item it is, by its code; of one in no definition, what stands for it."""
    of = [one for one in told.file.instruments if one.id == row.score.instrument]
    if _is_told(told) or any(row.item == item.code for one in of for item in one.items):
        return row.item
    return f"{UNLISTED}-{told.profile.alias(f'item {row.item}')[:8]}"


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
            type="code",
            of=_instrument,
            description="Which score; unlisted-…: one that no definition is known of.",
        ),
        Column(
            name="instrument_version",
            type="code",
            of=_version,
            description="Version of its definition.",
        ),
        Column(
            name="item_code",
            type="code",
            of=_item,
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
