"""The rows of a REDCap data file: written from typed values, and read back as the same.

Hides how a value of each type of field is written, and where in the row it stands.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, TextIO

from woundtrack.exchange.redcap.dictionary import (
    RECORD_ID,
    Dictionary,
    Field,
    checkbox_column,
    complete_column,
)

EVENT: Final = "redcap_event_name"
INSTRUMENT: Final = "redcap_repeat_instrument"
INSTANCE: Final = "redcap_repeat_instance"

Value = str | int | float | bool | date | tuple[str, ...]
"""What a field holds: ``bool`` of a yes-no field, ``tuple`` the ticked codes of a checkbox."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of the data: of a record, or of one instance of a form of it.

    ``values`` are by the field's name; ``complete`` by the form's, 0, 1 or 2. ``event`` is empty in
    a project without events, ``instrument`` where the forms of the row don't repeat.
    """

    record: str
    values: Mapping[str, Value]
    complete: Mapping[str, int] = field(default_factory=dict)
    instrument: str = ""
    instance: int | None = None
    event: str = ""


def structure(*, longitudinal: bool) -> tuple[str, ...]:
    """Return the columns that say whose row it is, and of what."""
    return (RECORD_ID, *((EVENT,) if longitudinal else ()), INSTRUMENT, INSTANCE)


class RowWriter:
    """Writes rows to a file that is open; the header first. LF, UTF-8, RFC 4180 quotes.

    Text stands as it is: REDCap would keep an apostrophe that is set before a formula for a
    spreadsheet, and give it back in every export.
    """

    def __init__(self, stream: TextIO, dictionary: Dictionary, *, longitudinal: bool) -> None:
        header = [*structure(longitudinal=longitudinal), *dictionary.columns]
        self._writer = csv.writer(stream, lineterminator="\n")
        self._writer.writerow(header)
        self._place = {column: place for place, column in enumerate(header)}
        self._fields = dictionary.by_name
        self._is_longitudinal = longitudinal

    def write(self, row: Row) -> None:
        """Write one row. Raises ``KeyError`` for a value of no field of the dictionary."""
        cells = [""] * len(self._place)
        head = [row.record, row.instrument, "" if row.instance is None else str(row.instance)]
        if self._is_longitudinal:
            head.insert(1, row.event)
        cells[: len(head)] = head
        for name, value in row.values.items():
            found = self._fields[name]
            if isinstance(value, tuple):
                for raw, _ in found.choices:
                    column = checkbox_column(name, raw)
                    cells[self._place[column]] = "1" if raw in value else "0"
            else:
                cells[self._place[name]] = written(value)
        for form, state in row.complete.items():
            cells[self._place[complete_column(form)]] = str(state)
        self._writer.writerow(cells)


def written(value: Value) -> str:
    """Return a value as its cell: 1 and 0, YYYY-MM-DD, numbers with a point and no exponent."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        text = f"{Decimal(repr(value)):f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def read(field: Field, cell: str) -> Value:
    """Return what a cell that isn't empty holds. Raises ``ValueError`` for another type's."""
    if field.kind == "yesno":
        if cell not in {"0", "1"}:
            raise ValueError(f"{cell!r} is neither 1 nor 0")
        return cell == "1"
    if field.validation == "integer":
        return int(cell)
    if field.validation == "number":
        return float(cell)
    if field.validation == "date_ymd":
        return date.fromisoformat(cell)
    return cell


def raw_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a data file, cells by their columns, as they stand there.

    Raises ``ValueError`` for a row with more or fewer cells than the header, and for a column that
    is there twice.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = csv.reader(stream)
        header = next(lines, [])
        if len(set(header)) != len(header):
            raise ValueError("a column is there twice")
        for cells in lines:
            yield dict(zip(header, cells, strict=True))


def read_rows(path: Path, dictionary: Dictionary) -> Iterator[Row]:
    """Yield the rows of a data file, one after another.

    An empty cell is no value; a checkbox is one where any of its columns isn't empty. Raises
    ``ValueError`` for what ``check_data`` tells in words.
    """
    for cells in raw_rows(path):
        values: dict[str, Value] = {}
        complete: dict[str, int] = {}
        for form, fields in dictionary.forms.items():
            for one in fields:
                if one.name == RECORD_ID:
                    continue
                if one.kind == "checkbox":
                    ticks = [cells[column] for column in one.columns]
                    if any(ticks):
                        raws = [raw for raw, _ in one.choices]
                        pairs = zip(raws, ticks, strict=True)
                        values[one.name] = tuple(raw for raw, tick in pairs if tick == "1")
                elif cells[one.name]:
                    values[one.name] = read(one, cells[one.name])
            if state := cells[complete_column(form)]:
                complete[form] = int(state)
        instance = cells[INSTANCE]
        yield Row(
            record=cells[RECORD_ID],
            event=cells.get(EVENT, ""),
            instrument=cells[INSTRUMENT],
            instance=int(instance) if instance else None,
            values=values,
            complete=complete,
        )
