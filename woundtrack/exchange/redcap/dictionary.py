"""A REDCap data dictionary: the fields of each form, as the file of 18 columns that REDCap loads.

Hides how choices are written in one cell, and which columns of the data file a field has.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

HEADERS: Final = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
"""The columns of a data dictionary, in REDCap's order."""

RECORD_ID: Final = "record_id"
LONGEST_NAME: Final = 26
"""REDCap asks for names of fields that aren't longer."""

WITH_CHOICES: Final = frozenset({"dropdown", "radio", "checkbox"})

Choices = tuple[tuple[str, str], ...]
"""Raw code and label of each answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of a form, as its row of the dictionary tells it.

    ``choices`` are those of a dropdown, radio or checkbox field; ``calculation`` is what stands in
    that cell of any other. ``least`` and ``most`` are as written.
    """

    name: str
    form: str
    label: str
    kind: str = "text"
    section: str = ""
    choices: Choices = ()
    calculation: str = ""
    note: str = ""
    validation: str = ""
    least: str = ""
    most: str = ""
    is_identifier: bool = False
    branching: str = ""
    is_required: bool = False
    alignment: str = ""
    question_number: str = ""
    matrix: str = ""
    matrix_ranking: str = ""
    annotation: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the data file: one, or one a choice of a checkbox."""
        if self.kind != "checkbox":
            return (self.name,)
        return tuple(checkbox_column(self.name, raw) for raw, _ in self.choices)

    @property
    def cells(self) -> tuple[str, ...]:
        """Its row of the dictionary."""
        return (
            self.name,
            self.form,
            self.section,
            self.kind,
            self.label,
            written_choices(self.choices) if self.choices else self.calculation,
            self.note,
            self.validation,
            self.least,
            self.most,
            "y" if self.is_identifier else "",
            self.branching,
            "y" if self.is_required else "",
            self.alignment,
            self.question_number,
            self.matrix,
            self.matrix_ranking,
            self.annotation,
        )

    @classmethod
    def of(cls, cells: Sequence[str]) -> Field:
        """Return the field that a row of the dictionary tells. Raises ``ValueError``."""
        if len(cells) != len(HEADERS):
            raise ValueError(f"{len(cells)} cells instead of {len(HEADERS)}")
        has_choices = cells[3] in WITH_CHOICES
        return cls(
            name=cells[0],
            form=cells[1],
            section=cells[2],
            kind=cells[3],
            label=cells[4],
            choices=read_choices(cells[5]) if has_choices else (),
            calculation="" if has_choices else cells[5],
            note=cells[6],
            validation=cells[7],
            least=cells[8],
            most=cells[9],
            is_identifier=cells[10] == "y",
            branching=cells[11],
            is_required=cells[12] == "y",
            alignment=cells[13],
            question_number=cells[14],
            matrix=cells[15],
            matrix_ranking=cells[16],
            annotation=cells[17],
        )


def checkbox_column(name: str, raw: str) -> str:
    """Return the column of the data file that says whether a checkbox's choice is ticked."""
    return f"{name}___{raw.lower().replace('-', '_').replace('.', '_')}"


def complete_column(form: str) -> str:
    """Return the column that says whether a form is filled in: 0 not, 1 not looked at, 2 yes."""
    return f"{form}_complete"


def written_choices(choices: Choices) -> str:
    """Return answers as one cell: ``raw, Label | raw, Label``."""
    return " | ".join(f"{raw}, {label}" for raw, label in choices)


def read_choices(cell: str) -> Choices:
    """Return the answers of a cell. Raises ``ValueError`` for one without a label."""
    choices = []
    for each in cell.split("|"):
        raw, comma, label = each.strip().partition(",")
        if not comma:
            raise ValueError(f"{each.strip()!r} is not a code, a comma and a label")
        choices.append((raw.strip(), label.strip()))
    return tuple(choices)


@dataclass(frozen=True)
class Dictionary:
    """The fields of a project in their order, the record's name first."""

    fields: tuple[Field, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Each field by its name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def forms(self) -> Mapping[str, tuple[Field, ...]]:
        """Each form and its fields, in their order."""
        forms: dict[str, list[Field]] = {}
        for field in self.fields:
            forms.setdefault(field.form, []).append(field)
        return {form: tuple(fields) for form, fields in forms.items()}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the data file after those of its structure, as REDCap exports them."""
        return tuple(self._columns())

    def _columns(self) -> Iterator[str]:
        for form, fields in self.forms.items():
            for field in fields:
                if field.name != RECORD_ID:
                    yield from field.columns
            yield complete_column(form)


def write_dictionary(path: Path, dictionary: Dictionary) -> None:
    """Write a dictionary: UTF-8 without a byte-order mark, LF, comma, RFC 4180 quotes."""
    write_csv(path, HEADERS, (field.cells for field in dictionary.fields))


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write one of REDCap's files. No apostrophe is set before what a spreadsheet would run."""
    with path.open("x", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def read_dictionary(path: Path) -> Dictionary:
    """Return a dictionary from its file, as it stands there: ``check_dictionary`` judges it.

    Raises ``ValueError`` for a file with other columns, and for choices that can't be told apart.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows, [])
        if tuple(header) != HEADERS:
            raise ValueError("the first row isn't that of a REDCap data dictionary")
        return Dictionary(tuple(Field.of(row) for row in rows))
