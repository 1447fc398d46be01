"""What a REDCap form is made of: fields, and where each one's value comes from in a patient's file.

Hides which columns of the tidy bundle a field is taken from, what stays in which profile, and that
a question without an answer has a second field that says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Final

from woundtrack.exchange.profile import Profile
from woundtrack.exchange.redcap.dictionary import Choices, Field
from woundtrack.exchange.redcap.rows import Value
from woundtrack.exchange.redcap.words import label_of, raw_of
from woundtrack.exchange.tables.column import Column, Kept, Table, Told
from woundtrack.model import Entry, Missing, PartialDate, Precision

COMPLETE: Final = 2
NOT_LOOKED_AT: Final = 1
INCOMPLETE: Final = 0
"""The states of a form in REDCap, where 1 is called unverified."""

MISSING: Final[Choices] = tuple((one.value, label_of(one.value)) for one in Missing)
PRECISION: Final[Choices] = tuple((one.value, label_of(one.value)) for one in Precision)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """One patient's file, and which instance of its form each thing is that rows refer to.

    Lesions go by their number, which is theirs for life; visits and treatments by their place.
    """

    told: Told
    lesions: Mapping[str, int]
    visits: Mapping[str, int]
    treatments: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A field, and what it is filled with.

    ``only`` keeps it out of the other profile, ``is_free_text`` out of a pseudonymised export that
    free text wasn't asked for in. ``identifies`` flags it where patients aren't disguised.
    """

    field: Field
    of: Callable[[Any, Numbers], object]
    decimals: int = 0
    only: Kept | None = None
    is_free_text: bool = False
    identifies: bool = False

    def stays_in(self, profile: Profile) -> bool:
        """Return whether an export of this profile has the field."""
        if self.is_free_text and not (profile.is_identified or profile.with_free_text):
            return False
        return self.only is None or self.only == profile.name

    def field_in(self, profile: Profile) -> Field:
        """Return the field as the dictionary of a profile has it."""
        flagged = self.is_free_text or (self.identifies and profile.is_identified)
        return replace(self.field, is_identifier=self.field.is_identifier or flagged)

    def value(self, row: Any, numbers: Numbers) -> Value | None:  # noqa: ANN401  # of any form
        """Return what the field holds; None where nothing is known."""
        found: Any = self.of(row, numbers)
        if found is None or found in {(), ""}:
            return None
        kind, validation = self.field.kind, self.field.validation
        if kind == "checkbox":
            return tuple(raw_of(one) for one in found)
        if kind in {"dropdown", "radio"}:
            return str(found) if found in dict(self.field.choices) else raw_of(found)
        if kind == "yesno":
            return bool(found)
        if validation == "date_ymd":
            return found.middle if isinstance(found, PartialDate) else found
        if validation == "integer":
            return int(found)
        if validation == "number":
            return round(float(found), self.decimals)
        return _text(found, is_long=kind == "notes") or None


def _text(found: object, *, is_long: bool) -> str:
    """Return text as REDCap keeps it: without blanks at its ends; line feeds in notes alone."""
    if isinstance(found, tuple):
        found = "; ".join(str(one.value if isinstance(one, Enum) else one) for one in found)
    if isinstance(found, Enum):
        found = found.value
    text = str(found).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    return text if is_long else " ".join(text.splitlines())


@dataclass(frozen=True, kw_only=True)
class Form:
    """One instrument: its fields, and a patient's rows of it.

    ``on`` gives the day of a row, which says at which event it was; None: the form is of the whole
    course, and stands at the first. ``instance`` numbers a row; None: by its place.
    """

    name: str
    fields: tuple[Filled, ...]
    rows: Callable[[Told], Iterable[Any]]
    repeats: bool = True
    on: Callable[[Any, Told], date | None] | None = None
    instance: Callable[[Any], int] | None = None
    complete: Callable[[Any, Told], int] = lambda _row, _told: COMPLETE
    label: str = ""

    def in_profile(self, profile: Profile) -> Form:
        """Return the form as an export of a profile has it; its record's name is left to that."""
        kept = tuple(
            replace(one, field=one.field_in(profile))
            for one in self.fields
            if one.stays_in(profile)
        )
        return replace(self, fields=kept)

    def values(self, row: Any, numbers: Numbers) -> dict[str, Value]:  # noqa: ANN401  # of this form
        """Return what a row's fields hold, without those that hold nothing."""
        pairs = ((one.field.name, one.value(row, numbers)) for one in self.fields)
        return {name: value for name, value in pairs if value is not None}


# --- fields --------------------------------------------------------------------------------------


def choices_of(words: Iterable[str]) -> Choices:
    """Return the answers of a closed set, with a label in plain English each."""
    return tuple((raw_of(word), label_of(word)) for word in words)


def entry_name(row: Any, told: Told) -> str | None:  # noqa: ANN401  # an entry of any kind
    """Return what a row of the record is called outside."""
    return told.alias(row.entry_id)


def why_no(
    name: str, entry: Callable[[Any], Entry | None] = lambda row: row
) -> Callable[[Any, Numbers], Missing | None]:
    """Return what tells why a field of an entry has no value, where a person said so."""

    def why(row: Any, _: Numbers) -> Missing | None:  # noqa: ANN401  # of any form
        found = entry(row)
        if found is None or getattr(found, name) is not None:
            return None
        return found.why_missing(name)

    return why


def lesion_of(row: Any, numbers: Numbers) -> int | None:  # noqa: ANN401  # of any kind
    """Return the instance of the lesion that a row is of; None for one of the patient."""
    return numbers.lesions.get(row.lesion_id)


@dataclass(frozen=True)
class Maker:
    """Makes the fields of one form; their names begin with its prefix.

    ``table`` is the file of the tidy bundle with the same rows: what a cell is taken from, and
    whether it may leave at all, stands there alone.
    """

    form: str
    prefix: str
    table: Table[Any] | None = None

    def name(self, stem: str) -> str:
        """Return the name of a field."""
        return f"{self.prefix}_{stem}" if self.prefix else stem

    def taken(
        self,
        column: str,
        label: str,
        *,
        name: str = "",
        words: Iterable[str] = (),
        missing: Iterable[str] = (),
        is_many: bool = False,
        within: tuple[float, float] | None = None,
        is_long: bool = False,
        identifies: bool = False,
        note: str | None = None,
        branching: str = "",
        section: str = "",
    ) -> tuple[Filled, ...]:
        """Return the field of a column of the table, and that of why there is no answer.

        ``within`` is what a number may be at all; ``words`` the closed set of a column that has
        none of its own, of which ``is_many`` may hold at once; ``missing`` that of why there is no
        answer, where it isn't the record's. ``note`` stands for what the bundle's dictionary says.
        """
        source = self._column(column)
        if source is None:
            raise KeyError(column)
        field = replace(
            _typed_as(source, self.name(name or column), self.form, label, is_long=is_long),
            branching=branching,
            section=section,
        )
        offered = tuple(words) or source.words
        if offered:
            kind = "checkbox" if is_many else "dropdown"
            field = replace(field, kind=kind, choices=choices_of(offered))
        if note is not None or is_many or _says_as(field.note, label):
            field = replace(field, note=note or "")
        if within is not None:
            field = replace(field, least=f"{within[0]:g}", most=f"{within[1]:g}")
        filled = Filled(
            field=field,
            of=_cell_of(source),
            decimals=source.decimals,
            only=source.only,
            is_free_text=source.is_free_text,
            identifies=identifies or source.is_free_text,
        )
        why = self._column(f"{column}_na")
        if why is None:
            return (filled,)
        return (filled, self.why(field, _cell_of(why), missing=choices_of(missing) or MISSING))

    def why(
        self,
        field: Field,
        of: Callable[[Any, Numbers], object],
        *,
        missing: Choices = MISSING,
    ) -> Filled:
        """Return the field that says why another is empty; shown while that one is."""
        asked_where = f"[{field.name}] = ''" if field.kind != "checkbox" else ""
        both = " and ".join(part for part in (field.branching, asked_where) if part)
        return Filled(
            field=Field(
                name=f"{field.name}_na",
                form=self.form,
                kind="dropdown",
                label=f"Why there is no answer: {field.label}",
                choices=missing,
                branching=both if " or " not in field.branching else asked_where,
            ),
            of=of,
        )

    def key(self, of: Callable[[Any, Told], object]) -> Filled:
        """Return the field of the row's own name, the same in every export of a study."""
        field = Field(
            name=self.name("key"),
            form=self.form,
            label="Name of this row in woundtrack",
            note="Random, and the same in every export of the study.",
            annotation="@READONLY",
        )
        return Filled(field=field, of=lambda row, numbers: of(row, numbers.told))

    def number_of(
        self,
        name: str,
        label: str,
        of: Callable[[Any, Numbers], object],
        *,
        is_required: bool = False,
    ) -> Filled:
        """Return a field that says which instance of another form a row refers to."""
        field = Field(
            name=self.name(name),
            form=self.form,
            label=label,
            validation="integer",
            least="1",
            is_required=is_required,
        )
        return Filled(field=field, of=of)

    def when(
        self,
        stem: str,
        label: str,
        on: Callable[[Any, Told], date | PartialDate | None],
        *,
        is_partial: bool = False,
        is_required: bool = False,
        why: Callable[[Any, Numbers], object] | None = None,
    ) -> tuple[Filled, ...]:
        """Return the fields of a day: its date, or disguised, the days since the index event.

        Of a date that may be partial there is its precision, and where that is asked for, ``why``
        there is none; its middle stands for it.
        """
        begin = f"{stem}_" if stem else ""
        day = Field(
            name=self.name(f"{begin}day"),
            form=self.form,
            label=f"{label}, days from the patient's index event",
            note="Negative before it."
            + (" Whole months or years where no more is known." if is_partial else ""),
            validation="integer",
            is_required=is_required,
        )
        on_date = replace(
            day,
            name=self.name(f"{begin}date"),
            label=f"{label}, date",
            note="The middle of the month or year where no more is known." if is_partial else "",
            validation="date_ymd",
        )
        fields = [
            Filled(
                field=day,
                of=lambda row, numbers: numbers.told.day(on(row, numbers.told)),
                only="pseudonymised",
            ),
            Filled(
                field=on_date,
                of=lambda row, numbers: on(row, numbers.told),
                only="identified",
                identifies=True,
            ),
        ]
        if is_partial:
            precision = Field(
                name=self.name(f"{begin}prec"),
                form=self.form,
                kind="dropdown",
                label=f"{label}: how much of the date is known",
                choices=PRECISION,
            )
            fields.append(Filled(field=precision, of=lambda row, n: _precision(on(row, n.told))))
            if why is not None:
                missing = self.why(replace(precision, label=label), why)
                named = replace(missing.field, name=self.name(f"{begin}na"))
                fields.append(replace(missing, field=named))
        return tuple(fields)

    def by(self) -> tuple[Filled, ...]:
        """Return the field of who recorded the row."""
        return self.taken("recorded_by", "Recorded by", name="by", identifies=True)

    def shown_for(self, stem: str, raws: Iterable[str]) -> str:
        """Return the branching logic that shows a field for these answers of another."""
        return " or ".join(f"[{self.name(stem)}] = '{raw}'" for raw in raws)

    def own(self, field: Field, of: Callable[[Any, Numbers], object], **more: Any) -> Filled:  # noqa: ANN401  # as Filled takes them
        """Return a field that no column of the table stands for; ``field``'s name is its stem."""
        named = replace(field, name=self.name(field.name), form=self.form)
        return Filled(field=named, of=of, **more)

    def _column(self, name: str) -> Column[Any] | None:
        columns = () if self.table is None else self.table.columns
        return next((one for one in columns if one.name == name), None)


def _cell_of(column: Column[Any]) -> Callable[[Any, Numbers], object]:
    return lambda row, numbers: column.of(row, numbers.told)


def _precision(on: date | PartialDate | None) -> str | None:
    if on is None:
        return None
    return on.precision.value if isinstance(on, PartialDate) else Precision.DAY.value


def _says_as(note: str, label: str) -> bool:
    """Return whether a note says no more than the label does."""
    return note.rstrip(".").casefold() == label.casefold()


def _typed_as(column: Column[Any], name: str, form: str, label: str, *, is_long: bool) -> Field:
    field = Field(name=name, form=form, label=label, note=column.description)
    if column.type == "boolean":
        return replace(field, kind="yesno")
    if column.type in {"number", "integer"}:
        return replace(
            field,
            validation=column.type,
            least="" if column.least is None else f"{column.least:g}",
            most="" if column.most is None else f"{column.most:g}",
        )
    if column.type in {"date", "datetime"}:
        raise TypeError(f"{column.name} is a day: use when()")
    return replace(field, kind="notes") if is_long else field
