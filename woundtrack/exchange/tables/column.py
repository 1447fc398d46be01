"""What a table of the tidy bundle is: its columns, where each cell comes from, how it is written.

Hides the guard against formulas, how missing answers are told, and what stays in which profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any, Final, Generic, Literal, TypeVar

from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.pictures import Picture, PictureKey
from woundtrack.exchange.profile import Calendar, Profile
from woundtrack.model import Missing, PartialDate, Precision

R = TypeVar("R")

Type = Literal["id", "text", "code", "number", "integer", "boolean", "date", "datetime"]
"""What a cell holds: ``code`` is a word of a closed set, ``id`` a random name of a row."""

_LETTERS: Final = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}
"""How much of a date as ISO 8601 writes it is known."""

Kept = Literal["pseudonymised", "identified"]

_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text cell that begins with one of these is run as a formula by spreadsheet programs."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One patient's file, how its names and days are told, and which pictures leave or stay."""

    file: PatientFile
    profile: Profile
    calendar: Calendar
    pictures: Mapping[PictureKey, Picture] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        file: PatientFile,
        profile: Profile,
        pictures: Mapping[PictureKey, Picture] | None = None,
    ) -> Told:
        """Return a file as a profile tells it, with the pictures that leave."""
        told = profile.told(file)
        calendar = profile.calendar(told)
        return cls(file=told, profile=profile, calendar=calendar, pictures=pictures or {})

    @property
    def code(self) -> str:
        """What the patient is called."""
        return self.profile.code(self.file.patient)

    def alias(self, key: str | None) -> str | None:
        """Return what a row's id is outside; None for None."""
        return None if key is None else self.profile.alias(key)

    def day(self, on: date | PartialDate | None) -> int | None:
        """Return the days from the index event."""
        return self.calendar.day(on)

    def person(self, name: str | None) -> str | None:
        """Return a person's name, or what stands for it."""
        return self.profile.person(name)

    @cached_property
    def days_of_visits(self) -> dict[str, int | None]:
        """The day of each visit."""
        return {visit.id: self.day(visit.visited_on) for visit in self.file.visits}


@dataclass(frozen=True, kw_only=True, slots=True)
class Column(Generic[R]):
    """One column: what the dictionary says of it, and where its cell comes from.

    ``only`` keeps it out of the other profile; ``is_free_text`` out of a pseudonymised export that
    free text wasn't asked for in. ``decimals`` is for numbers that aren't whole. ``words`` is the
    closed set of a code. ``least`` and ``most`` are what a number may be at all.
    """

    name: str
    type: Type
    of: Callable[[R, Told], object]
    description: str
    unit: str = ""
    decimals: int = 0
    words: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    only: Kept | None = None
    is_free_text: bool = False
    is_key: bool = False

    def stays_in(self, profile: Profile) -> bool:
        """Return whether an export of this profile has the column."""
        if self.is_free_text and not (profile.is_identified or profile.with_free_text):
            return False
        return self.only is None or self.only == profile.name

    def cell(self, row: R, told: Told) -> str:
        """Return the cell as written; empty where nothing is known."""
        return written(self.of(row, told), self.type, self.decimals)


def written(value: object, kind: Type, decimals: int = 0) -> str:
    """Return a value as a cell: RFC 4180 quotes aside, as it stands in the file."""
    if value is None or value == "":
        return ""
    if kind == "number":
        return _number(float(value), decimals)  # type: ignore[arg-type]
    if kind == "integer":
        return f"{value:d}"
    if kind == "boolean":
        return "true" if value else "false"
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, PartialDate):
        return value.text
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        value = "; ".join(str(one.value if isinstance(one, Enum) else one) for one in value)
    text = str(value)
    guarded = f"'{text}" if text.startswith(_TRIGGERS) else text
    # A bare CR would not be quoted and would end the row for many readers.
    return guarded.replace("\r\n", "\n").replace("\r", "\n")


def _number(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text[1:] if float(text) == 0 and text.startswith("-") else text


@dataclass(frozen=True, kw_only=True, slots=True)
class Table(Generic[R]):
    """One file of the bundle: a row an observation, in an order that stays the same.

    ``rows`` gives a patient's rows; patients come by what they are called outside. ``refers`` names
    the columns that are keys of other files, as (column, file).
    """

    name: str
    title: str
    columns: tuple[Column[R], ...]
    rows: Callable[[Told], Iterable[R]]
    refers: tuple[tuple[str, str], ...] = ()
    is_derived: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together name a row."""
        return tuple(column.name for column in self.columns if column.is_key)

    def columns_in(self, profile: Profile) -> tuple[Column[R], ...]:
        """Return the columns that an export of this profile has."""
        return tuple(column for column in self.columns if column.stays_in(profile))

    def cells(self, told: Told, columns: Sequence[Column[R]]) -> Iterable[list[str]]:
        """Return a patient's rows as they are written."""
        for row in self.rows(told):
            yield [column.cell(row, told) for column in columns]


# --- columns that many tables have ---------------------------------------------------------------


def patient_id() -> Column[Any]:
    """Return the column that says whose row it is."""
    return Column(
        name="patient_id",
        type="id",
        of=lambda _, told: told.code,
        description="What the patient is called in this study; in an identified export, the code "
        "the patient is known by in the clinic.",
    )


def entry_key(name: str) -> Column[Any]:
    """Return the key of a table of entries."""
    return Column(
        name=name,
        type="id",
        of=lambda row, told: told.alias(row.entry_id),
        description="Random id, the same in every export of the study.",
        is_key=True,
    )


def lesion_id(*, is_key: bool = False) -> Column[Any]:
    """Return the column that says which lesion a row is of."""
    return Column(
        name="lesion_id",
        type="id",
        of=lambda row, told: told.alias(row.lesion_id),
        description="Random id of the lesion, a key of lesions.csv; empty: of the patient.",
        is_key=is_key,
    )


def on_day(
    name: str,
    of: Callable[[Any], date | PartialDate | None],
    what: str,
    *,
    precision: Callable[[Any], Precision] | None = None,
) -> tuple[Any, ...]:
    """Return the columns of a day: as days since the index event, and as the date where told.

    Of a date that may be partial there is its precision, too: its own, or what ``precision`` says
    where the day is one that was worked out from such a date.
    """
    stem = name.removesuffix("day").removesuffix("_")
    prefix = f"{stem}_" if stem else ""

    def known(row: Any) -> PartialDate | None:  # noqa: ANN401  # a row of any table
        on = of(row)
        if on is None or isinstance(on, PartialDate):
            return on
        how = Precision.DAY if precision is None else precision(row)
        return PartialDate(text=on.isoformat()[: _LETTERS[how]])

    def how_much(row: Any, _: Told) -> Precision | None:  # noqa: ANN401
        on = known(row)
        return None if on is None else on.precision

    return (
        Column(
            name=name,
            type="integer",
            unit="d",
            of=lambda row, told: told.day(of(row)),
            description=f"{what}: days since the patient's index event, negative before it. Of a "
            "date known by its month or year alone: pseudonymised, how many calendar months (30.4 "
            "d) or years (365.25 d) lie between, no closer; identified, the days to its middle.",
        ),
        Column(
            name=f"{prefix}date",
            type="text",
            of=lambda row, _: known(row),
            description=f"{what}: YYYY-MM-DD, or as much of it as is known.",
            only="identified",
        ),
        Column(
            name=f"{prefix}precision",
            type="code",
            of=how_much,
            words=("day", "month", "year"),
            description="How much of that date is known.",
        ),
    )


def asked(
    name: str,
    kind: Type,
    description: str,
    *,
    field: str = "",
    of: Callable[[Any], object] | None = None,
    **more: Any,  # noqa: ANN401  # as Column takes them
) -> tuple[Column[Any], Column[Any]]:
    """Return the column of an answer of the record, and that of why there is none.

    ``field`` is its name in the entry, where that is another; ``of`` takes the entry from the row,
    where the row isn't the entry itself.
    """
    inside = field or name

    def entry(row: Any) -> Any:  # noqa: ANN401  # a row of any table
        return row if of is None else of(row)

    def value(row: Any, _: Told) -> object:  # noqa: ANN401
        found = entry(row)
        answer = None if found is None else getattr(found, inside)
        return None if answer == () else answer

    def why(row: Any, told: Told) -> object:  # noqa: ANN401
        found = entry(row)
        if found is None or value(row, told) is not None:
            return None
        return found.why_missing(inside)

    return (
        Column(name=name, type=kind, of=value, description=description, **more),
        Column(
            name=f"{name}_na",
            type="code",
            of=why,
            words=tuple(one.value for one in Missing),
            description=f"Why {name} is empty, where a person said so.",
        ),
    )


def recorded() -> tuple[Column[Any], ...]:
    """Return who recorded an entry and when."""
    return (
        Column(
            name="recorded_by",
            type="text",
            of=lambda row, told: told.person(row.recorded_by),
            description="Who recorded it: reader-1, reader-2 … in the order of first entries; the "
            "name in an identified export.",
        ),
        Column(
            name="recorded_at",
            type="datetime",
            of=lambda row, _: row.recorded_at,
            description="When this revision was recorded, UTC.",
            only="identified",
        ),
    )
