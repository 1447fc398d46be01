"""What REDCap would say of a dictionary and of data before it takes them, found before they leave.

Hides REDCap's rules of names, choices, types, ranges, instances and events. They are those of its
help and of what its users report; a project's own settings, such as codes for missing data, may
allow more.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from woundtrack.exchange.redcap.dictionary import (
    LONGEST_NAME,
    RECORD_ID,
    WITH_CHOICES,
    Dictionary,
    Field,
    complete_column,
)
from woundtrack.exchange.redcap.project import DATA, read_project
from woundtrack.exchange.redcap.rows import EVENT, INSTANCE, INSTRUMENT

KINDS: Final = frozenset(
    {
        "text",
        "notes",
        "dropdown",
        "radio",
        "checkbox",
        "yesno",
        "truefalse",
        "calc",
        "slider",
        "file",
        "descriptive",
        "sql",
    }
)
VALIDATIONS: Final = frozenset(
    {
        "integer",
        "number",
        "number_1dp",
        "number_2dp",
        "number_3dp",
        "number_4dp",
        "date_ymd",
        "date_mdy",
        "date_dmy",
        "datetime_ymd",
        "datetime_seconds_ymd",
        "time",
        "email",
        "phone",
        "zipcode",
        "alpha_only",
    }
)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_RAW: Final = re.compile(r"[A-Za-z0-9._-]+")
_INTEGER: Final = re.compile(r"-?\d+")
_NUMBER: Final = re.compile(r"-?(\d+\.?\d*|\.\d+)")
_CLAUSE: Final = re.compile(r"\[(\w+)(?:\(([\w.-]+)\))?\]\s*(=|<>|!=)\s*'([^']*)'")
_JOINED: Final = re.compile(r"\s+(and|or)\s+")
_RESERVED: Final = frozenset({EVENT, INSTRUMENT, INSTANCE, "redcap_data_access_group"})
_LONGEST_RECORD: Final = 100
_STATES: Final = frozenset({"0", "1", "2"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    ``is_refused`` False: REDCap takes it, and then shows it as out of range or hides it.
    """

    where: str
    what: str
    is_refused: bool = True


def check_project(folder: str | Path) -> tuple[Fault, ...]:
    """Return all that is wrong with a project's dictionary and data.

    Raises ``ValueError`` for a file that isn't one of a project at all, and ``FileNotFoundError``.
    """
    project = read_project(folder)
    faults = check_dictionary(project.dictionary)
    if any(one.is_refused for one in faults):
        return faults
    data = check_data(
        Path(folder) / DATA,
        project.dictionary,
        repeating=project.repeating,
        mapping=project.mapping,
    )
    return (*faults, *data)


# --- the dictionary ------------------------------------------------------------------------------


def check_dictionary(dictionary: Dictionary) -> tuple[Fault, ...]:
    """Return all that is wrong with a dictionary."""
    return tuple(_faults_of(dictionary))


def _faults_of(dictionary: Dictionary) -> Iterator[Fault]:
    fields = dictionary.fields
    if not fields or fields[0].kind != "text":
        yield Fault(where="the first row", what="isn't a text field that names the record")
    seen: set[str] = set()
    left: set[str] = set()
    columns: set[str] = set()
    status = {complete_column(form) for form in dictionary.forms}
    form = ""
    for field in fields:
        if field.name in seen:
            yield Fault(where=field.name, what="is there twice")
        seen.add(field.name)
        if field.form != form:
            if field.form in left:
                yield Fault(where=field.name, what=f"stands apart from its form {field.form}")
            left.add(form)
            form = field.form
        yield from _faults_of_names(field)
        if field.name in status | _RESERVED:
            yield Fault(where=field.name, what="has a name that REDCap keeps for itself")
        for column in field.columns:
            if column in columns and field.kind == "checkbox":
                yield Fault(where=field.name, what=f"has the column {column} twice")
            columns.add(column)
        yield from _faults_of_answers(field)
        yield from _faults_of_validation(field)
        yield from _faults_of_branching(field, dictionary)


def _faults_of_names(field: Field) -> Iterator[Fault]:
    if not _NAME.fullmatch(field.name) or "___" in field.name:
        yield Fault(
            where=field.name,
            what="isn't a name of lower-case letters, digits and underscores, a letter first",
        )
    if not 2 <= len(field.name) <= LONGEST_NAME:
        yield Fault(where=field.name, what=f"isn't 2 to {LONGEST_NAME} characters long")
    if not _NAME.fullmatch(field.form):
        yield Fault(where=field.name, what=f"has a form with a name not allowed: {field.form!r}")
    if not field.label.strip():
        yield Fault(where=field.name, what="has no label")
    if field.kind not in KINDS:
        yield Fault(where=field.name, what=f"has a field type that isn't known: {field.kind!r}")


def _faults_of_answers(field: Field) -> Iterator[Fault]:
    if field.kind not in WITH_CHOICES:
        if field.choices or (field.calculation and field.kind not in {"calc", "slider", "sql"}):
            yield Fault(where=field.name, what="has choices, and isn't of a type that has")
        return
    if not field.choices:
        yield Fault(where=field.name, what="has no choices")
    raws = [raw for raw, _ in field.choices]
    if len(set(raws)) != len(raws):
        yield Fault(where=field.name, what="has a raw code twice")
    for raw, label in field.choices:
        if not _RAW.fullmatch(raw):
            yield Fault(where=field.name, what=f"has a raw code not allowed: {raw!r}")
        if not label or "|" in label or "\n" in label:
            yield Fault(where=field.name, what=f"has a label not allowed: {label!r}")


def _faults_of_validation(field: Field) -> Iterator[Fault]:
    ends = [end for end in (field.least, field.most) if end]
    if not field.validation:
        if ends:
            yield Fault(where=field.name, what="has a range without a validation")
        return
    if field.kind != "text" or field.validation not in VALIDATIONS:
        yield Fault(where=field.name, what=f"has a validation not allowed: {field.validation!r}")
        return
    wrong = [end for end in ends if _fault_of_text(field, end) is not None]
    for end in wrong:
        yield Fault(where=field.name, what=f"has a range that ends at {end!r}")
    if len(ends) == 2 and not wrong and _order(field, ends[0]) > _order(field, ends[1]):
        yield Fault(where=field.name, what="has a range that ends before it begins")


def _faults_of_branching(field: Field, dictionary: Dictionary) -> Iterator[Fault]:
    for name, raw in re.findall(r"\[(\w+)(?:\(([\w.-]+)\))?\]", field.branching):
        named = dictionary.by_name.get(name)
        if named is None:
            yield Fault(where=field.name, what=f"is shown for a field that isn't there: {name}")
        elif raw and raw not in dict(named.choices):
            yield Fault(where=field.name, what=f"is shown for a choice that {name} hasn't: {raw}")
    for each in _CLAUSE.finditer(field.branching):
        named, raw = dictionary.by_name.get(each[1]), each[4]
        if named is None or not raw or named.kind not in {"dropdown", "radio"}:
            continue
        if raw not in dict(named.choices):
            yield Fault(where=field.name, what=f"is shown for a choice not in {each[1]}: {raw}")


# --- the data ------------------------------------------------------------------------------------


def check_data(
    path: Path,
    dictionary: Dictionary,
    *,
    repeating: Mapping[str, frozenset[str]],
    mapping: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Fault, ...]:
    """Return all that is wrong with a data file of a project.

    ``repeating`` are the forms that repeat, by event; ``mapping`` the forms of each event, None in
    a project without events (its one is named ``""``).
    """
    return tuple(_faults_of_data(path, dictionary, repeating, mapping))


def _faults_of_data(
    path: Path,
    dictionary: Dictionary,
    repeating: Mapping[str, frozenset[str]],
    mapping: Mapping[str, frozenset[str]] | None,
) -> Iterator[Fault]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = csv.reader(stream)
        header = next(lines, [])
        wrong = list(_faults_of_header(header, dictionary, is_longitudinal=mapping is not None))
        yield from wrong
        if wrong:
            return
        of_form = {
            form: {column for field in fields for column in field.columns} | {complete_column(form)}
            for form, fields in dictionary.forms.items()
        }
        seen: set[tuple[str, ...]] = set()
        for number, line in enumerate(lines, start=2):
            where = f"row {number}"
            if len(line) != len(header):
                yield Fault(where=where, what=f"has {len(line)} cells instead of {len(header)}")
                continue
            cells = dict(zip(header, line, strict=True))
            key = tuple(cells.get(one, "") for one in (RECORD_ID, EVENT, INSTRUMENT, INSTANCE))
            if key in seen:
                yield Fault(where=where, what="is of an instance that is there twice")
            seen.add(key)
            event, instrument = key[1], key[2]
            if mapping is not None and event not in mapping:
                yield Fault(where=where, what=f"is of an event that isn't there: {event!r}")
                continue
            repeats = repeating.get(event, frozenset())
            yield from _faults_of_key(where, key, repeats)
            there = frozenset(dictionary.forms) if mapping is None else mapping[event]
            here = ({instrument} if instrument else set(dictionary.forms) - repeats) & there
            own = {column for form in here for column in of_form[form]} | {RECORD_ID}
            for column, cell in cells.items():
                if cell and column not in own and column not in _RESERVED:
                    what = "is of another form than the row, or of none at its event"
                    yield Fault(where=f"{where}, {column}", what=what)
            for form in here:
                yield from _faults_of_form(where, form, cells, dictionary)


def _faults_of_header(
    header: list[str], dictionary: Dictionary, *, is_longitudinal: bool
) -> Iterator[Fault]:
    if len(set(header)) != len(header):
        yield Fault(where="the first row", what="names a column twice")
    if header[:1] != [RECORD_ID]:
        yield Fault(where="the first row", what=f"doesn't begin with {RECORD_ID}")
    if is_longitudinal != (EVENT in header):
        what = "has no events" if is_longitudinal else "has events, and the project hasn't"
        yield Fault(where="the first row", what=what)
    for column in set(header) - {RECORD_ID, *_RESERVED, *dictionary.columns}:
        yield Fault(where="the first row", what=f"names a field that isn't there: {column}")
    for column in {INSTRUMENT, INSTANCE} - set(header):
        yield Fault(where="the first row", what=f"has no {column}")


def _faults_of_key(where: str, key: tuple[str, ...], repeats: frozenset[str]) -> Iterator[Fault]:
    record, _, instrument, instance = key
    if not record.strip() or len(record) > _LONGEST_RECORD:
        yield Fault(where=where, what="has no name of a record, or too long a one")
    if instrument and instrument not in repeats:
        yield Fault(where=where, what=f"repeats a form that doesn't repeat: {instrument!r}")
    if bool(instrument) != bool(instance) or (
        instance and not (instance.isdecimal() and int(instance) >= 1)
    ):
        yield Fault(where=where, what=f"has an instance that isn't 1, 2, …: {instance!r}")


def _faults_of_form(
    where: str, form: str, cells: Mapping[str, str], dictionary: Dictionary
) -> Iterator[Fault]:
    state = cells.get(complete_column(form), "")
    if state and state not in _STATES:
        yield Fault(where=f"{where}, {complete_column(form)}", what=f"is {state!r}, not 0, 1 or 2")
    for field in dictionary.forms[form]:
        if field.name == RECORD_ID:
            continue
        values = [cells.get(column, "") for column in field.columns]
        if not any(values):
            continue
        at = f"{where}, {field.name}"
        for value in values:
            if value and (what := _fault_of(field, value)) is not None:
                yield Fault(where=at, what=what)
                break
        else:
            yield from _faults_of_range(at, field, values[0])
        if _is_shown(field.branching, cells, dictionary) is False:
            yield Fault(where=at, what="has a value, and isn't shown", is_refused=False)


def _fault_of(field: Field, cell: str) -> str | None:
    if field.kind in {"checkbox", "yesno", "truefalse"}:
        return None if cell in {"0", "1"} else f"is {cell!r}, not 1 or 0"
    if field.kind in WITH_CHOICES:
        return None if cell in dict(field.choices) else f"is none of the choices: {cell!r}"
    if field.kind in {"calc", "descriptive", "file"}:
        return "is of a field that can't be loaded"
    return _fault_of_text(field, cell)


def _fault_of_text(field: Field, cell: str) -> str | None:
    if field.validation == "integer" and not _INTEGER.fullmatch(cell):
        return f"isn't a whole number: {cell!r}"
    if field.validation.startswith("number") and not _NUMBER.fullmatch(cell):
        return f"isn't a number: {cell!r}"
    if field.validation.startswith("date_"):
        try:
            is_date = date.fromisoformat(cell).isoformat() == cell
        except ValueError:
            is_date = False
        return None if is_date else f"isn't a day as YYYY-MM-DD: {cell!r}"
    return None


def _faults_of_range(at: str, field: Field, cell: str) -> Iterator[Fault]:
    if not field.validation:
        return
    below = field.least and _order(field, cell) < _order(field, field.least)
    above = field.most and _order(field, cell) > _order(field, field.most)
    if below or above:
        what = f"is out of the range {field.least or '…'} to {field.most or '…'}: {cell}"
        yield Fault(where=at, what=what, is_refused=False)


def _order(field: Field, cell: str) -> float:
    if field.validation.startswith("date_"):
        return date.fromisoformat(cell).toordinal()
    return float(cell) if _NUMBER.fullmatch(cell) else 0.0


def _is_shown(branching: str, cells: Mapping[str, str], dictionary: Dictionary) -> bool | None:
    """Return whether a field is shown beside what its row holds; None for logic not known here.

    Known are comparisons of fields with a text, all joined by ``and`` or all by ``or``.
    """
    if not branching:
        return True
    pieces = _JOINED.split(branching)
    clauses, joins = pieces[::2], set(pieces[1::2])
    answers = []
    for clause in clauses:
        found = _CLAUSE.fullmatch(clause.strip())
        if found is None or found[1] not in dictionary.by_name or len(joins) > 1:
            return None
        field = dictionary.by_name[found[1]]
        column = found[1]
        if found[2]:
            place = [raw for raw, _ in field.choices].index(found[2])
            column = field.columns[place]
        is_equal = cells.get(column, "") == found[4]
        answers.append(is_equal if found[3] == "=" else not is_equal)
    return any(answers) if joins == {"or"} else all(answers)
