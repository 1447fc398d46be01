"""Entries of the clinical record to rows and back: one table a kind, one column a field.

Hides how each type of field is stored. A kind's table is its name in small letters
(``LabResult`` is ``lab_result``).
"""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from woundtrack.model import ENTRIES, Entry, Identity, Missing, PartialDate
from woundtrack.records.rows import canonical_json, text_of_time, time_of_text

Kind = TypeVar("Kind", bound=Entry)
Values = dict[str, Any]


def table_of(kind: type[Entry]) -> str:
    """Return the table that holds a kind of entry."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


TABLES: Final = tuple(map(table_of, ENTRIES))
"""The tables of all kinds of entries."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Column:
    """How one field is written and read."""

    name: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def entry_row(entry: Entry) -> Values:
    """Return the columns of an entry."""
    return {one.name: one.write(getattr(entry, one.name)) for one in _COLUMNS[type(entry)]}


def entry_of(kind: type[Kind], row: Mapping[str, Any]) -> Kind:
    """Return the entry of a row. Raises ``ValueError`` for what can't have been written."""
    return kind(**{one.name: one.read(row[one.name]) for one in _COLUMNS[kind]})


def identity_row(identity: Identity) -> Values:
    """Return the columns of an identity."""
    return {
        "id": identity.patient_id,
        "name": identity.name,
        "birth_date": None if identity.birth_date is None else identity.birth_date.isoformat(),
        "nhs_number": identity.nhs_number,
        "local_id": identity.local_id,
        "version": identity.version,
    }


def identity_of(row: Mapping[str, Any]) -> Identity:
    """Return the identity of a row."""
    birth_date = row["birth_date"]
    return Identity(
        patient_id=row["id"],
        name=row["name"],
        birth_date=None if birth_date is None else date.fromisoformat(birth_date),
        nhs_number=row["nhs_number"],
        local_id=row["local_id"],
        version=row["version"],
    )


def _columns(kind: type[Entry]) -> tuple[_Column, ...]:
    hints = typing.get_type_hints(kind)
    return tuple(_column(field.name, hints[field.name]) for field in fields(kind))


def _column(name: str, hint: object) -> _Column:
    write, read = _ways(name, hint)
    return _Column(name=name, write=_unless_none(write), read=_unless_none(read))


def _unless_none(way: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else way(value)


def _ways(name: str, hint: object) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return how a value of a type is written, and read."""
    if isinstance(hint, types.UnionType):
        (hint,) = [one for one in typing.get_args(hint) if one is not type(None)]
    if typing.get_origin(hint) is tuple:
        return _ways_of_tuple(name, typing.get_args(hint)[0])
    if hint is datetime:
        return text_of_time, time_of_text
    if hint is date:
        return date.isoformat, date.fromisoformat
    if hint is PartialDate:
        return (lambda value: value.text), (lambda text: PartialDate(text=text))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return (lambda value: value.value), hint
    if hint is bool:
        return int, bool
    if isinstance(hint, type) and hint in {str, int, float}:
        return hint, hint
    raise TypeError(f"{name} is of no type that a column is known for: {hint}")


def _ways_of_tuple(name: str, one: object) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    if isinstance(one, type) and issubclass(one, StrEnum):
        kind = one
        return (
            lambda values: canonical_json([value.value for value in values]),
            lambda text: tuple(kind(value) for value in json.loads(text)),
        )
    if typing.get_origin(one) is tuple:
        of = Missing if typing.get_args(one)[1] is Missing else float
        return (
            lambda pairs: canonical_json([[key, value] for key, value in pairs]),
            lambda text: tuple((key, of(value)) for key, value in json.loads(text)),
        )
    raise TypeError(f"{name} is a tuple of no type that a column is known for: {one}")


_COLUMNS: Final = {kind: _columns(kind) for kind in ENTRIES}
