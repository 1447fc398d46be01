"""The forms of scores: one an instrument, its items as it defines them; and one for any other.

Hides how items get names that REDCap takes, each its own whatever instruments a clinic has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from woundtrack.exchange.redcap.dictionary import LONGEST_NAME, Field
from woundtrack.exchange.redcap.filling import (
    COMPLETE,
    INCOMPLETE,
    Filled,
    Form,
    Maker,
    Numbers,
    choices_of,
)
from woundtrack.exchange.redcap.words import plain, raw_of
from woundtrack.exchange.tables.column import Told
from woundtrack.exchange.tables.scores import SCORES, Answer
from woundtrack.healing.scores import Instrument, Item, Subject
from woundtrack.model import RatedFrom, Score

_NOT_A_NAME: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_PREFIX: Final = 10
_WHY: Final = "_na"


class _Names:
    """Gives names of fields and forms: short enough, and none twice."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def of(self, wish: str, longest: int) -> str:
        """Return a name as like the wish as can be; with room for a companion's ending."""
        name, place = wish[:longest].rstrip("_"), 1
        while name in self._taken or f"{name}{_WHY}" in self._taken:
            place += 1
            name = f"{wish[: longest - len(str(place))].rstrip('_')}{place}"
        self._taken |= {name, f"{name}{_WHY}"}
        return name


def score_forms(instruments: Iterable[Instrument], taken: Iterable[str]) -> tuple[Form, ...]:
    """Return a form for every instrument, and the one for answers to any other.

    Where several versions of an instrument are known, each has a form of its own: their items may
    differ. ``taken`` are the names of the other forms' fields.
    """
    known = sorted(instruments, key=lambda one: (one.id, one.version))
    versions = [one.id for one in known]
    names = frozenset(taken)
    # A prefix is one form's alone: so no name of one can be that of another's field.
    prefixes = _Names({"so", "other", *(name.split("_")[0] for name in names)})
    fields = _Names(names)
    forms = []
    for one in known:
        wish = _squeezed(one.id) + (_squeezed(one.version) if versions.count(one.id) > 1 else "")
        prefix = prefixes.of(wish if wish[:1].isalpha() else f"s{wish}", _LONGEST_PREFIX)
        forms.append(_form(one, prefix, fields))
    there = {(one.id, one.version): frozenset(item.code for item in one.items) for one in known}
    return (*forms, _other(there))


def _squeezed(text: str) -> str:
    return _NOT_A_NAME.sub("", text.lower())


def _form(instrument: Instrument, prefix: str, names: _Names) -> Form:
    make = Maker(f"score_{prefix}", prefix)

    def rows(told: Told) -> Iterator[Score]:
        lesions = {None, *(lesion.id for lesion in told.file.lesions)}
        for one in told.file.record.scores:
            is_of_it = (one.instrument, one.instrument_version) == (
                instrument.id,
                instrument.version,
            )
            if is_of_it and one.lesion_id in lesions:
                yield one

    def complete(row: Score, _: Told) -> int:
        given = dict(row.items)
        return COMPLETE if all(item.code in given for item in instrument.items) else INCOMPLETE

    def named(field: Field) -> Field:
        return Field(
            name=names.of(f"{prefix}_{field.name}", LONGEST_NAME - len(_WHY)),
            form=make.form,
            kind=field.kind,
            label=field.label,
            choices=field.choices,
            validation=field.validation,
            least=field.least,
            most=field.most,
            note=field.note,
            section=field.section,
        )

    def made(field: Field, of: Callable[[Score, Numbers], object], decimals: int = 0) -> Filled:
        return Filled(field=named(field), of=of, decimals=decimals)

    head = [
        make.key(lambda row, told: told.alias(row.entry_id)),
        *make.when("", "When it was rated", lambda row, _: row.on, is_required=True),
    ]
    if instrument.subject is Subject.LESION:
        head.insert(
            1,
            make.number_of(
                "lesion_no",
                "Lesion (its instance)",
                lambda row, numbers: numbers.lesions.get(row.lesion_id),
                is_required=True,
            ),
        )
    recorder = Field(name=f"{prefix}_by", form=make.form, label="Recorded by")
    head.append(
        Filled(
            field=recorder,
            of=lambda row, numbers: numbers.told.person(row.recorded_by),
            identifies=True,
        )
    )
    # The names of what every form has are taken before its items are given theirs.
    for one in head:
        names.of(one.field.name, LONGEST_NAME)
    rated = Field(
        name="rated_from",
        form="",
        kind="dropdown",
        label="Rated from",
        choices=choices_of(RatedFrom),
    )
    version = Field(name="version", form="", label="Version of the definition")
    head += [
        made(rated, lambda row, _: row.rated_from),
        made(version, lambda row, _: row.instrument_version),
    ]
    items = []
    for place, item in enumerate(instrument.items):
        asked = _item(item, section=plain(instrument.name) if place == 0 else "")
        filled = made(asked, _answer_of(item), decimals=2)
        items += [filled, make.why(filled.field, _why_of(item))]
    total = Field(
        name="total",
        form="",
        label="Total",
        validation="number",
        least="" if instrument.total is None else f"{instrument.total.low:g}",
        most="" if instrument.total is None else f"{instrument.total.high:g}",
        note="Empty unless all items are answered, and where the definition isn't verified.",
    )
    tail = made(total, lambda row, numbers: numbers.told.file.totals.get(row.entry_id), decimals=2)
    return Form(
        name=make.form,
        rows=rows,
        on=lambda row, _: row.on,
        complete=complete,
        fields=(*head, *items, tail),
    )


def _item(item: Item, *, section: str) -> Field:
    stem = _NOT_A_NAME.sub("_", item.code.lower()).strip("_") or "item"
    label, note = plain(item.label), plain(item.hint)
    if item.scale is not None:
        return Field(
            name=stem,
            form="",
            label=label,
            note=note,
            section=section,
            validation="integer" if item.scale.is_whole else "number",
            least=f"{item.scale.low:g}",
            most=f"{item.scale.high:g}",
        )
    return Field(
        name=stem,
        form="",
        label=label,
        note=note,
        section=section,
        kind="radio",
        choices=tuple((raw_of(float(one.value)), plain(one.label)) for one in item.choices),
    )


def _answer_of(item: Item) -> Callable[[Score, Numbers], object]:
    return lambda row, _: dict(row.items).get(item.code)


def _why_of(item: Item) -> Callable[[Score, Numbers], object]:
    return lambda row, _: None if item.code in dict(row.items) else row.why_missing(item.code)


def _other(known: Mapping[tuple[str, str], frozenset[str]]) -> Form:
    """Return the form of answers that have no field in the form of an instrument."""
    make = Maker("score_other", "so", SCORES)

    def rows(told: Told) -> Iterator[Answer]:
        for one in SCORES.rows(told):
            version = (one.score.instrument, one.score.instrument_version)
            if one.item not in known.get(version, ()):
                yield one

    return Form(
        name=make.form,
        rows=rows,
        on=lambda row, _: row.score.on,
        fields=(
            *make.taken("score_id", "Name of the score in woundtrack", name="key"),
            make.number_of(
                "lesion_no",
                "Lesion (its instance); empty: of the patient",
                lambda row, numbers: numbers.lesions.get(row.score.lesion_id),
            ),
            *make.when("", "When it was rated", lambda row, _: row.score.on, is_required=True),
            *make.taken("instrument", "Score"),
            *make.taken("instrument_version", "Version of its definition", name="version"),
            *make.taken("item_code", "Item", name="item"),
            *make.taken("value", "Answer"),
            *make.taken("rated_from", "Rated from"),
            *make.taken("recorded_by", "Recorded by", name="by", identifies=True),
        ),
    )
