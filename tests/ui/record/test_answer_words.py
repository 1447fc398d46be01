from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import get_args, get_type_hints

import pytest
from PySide6.QtWidgets import QApplication

from woundtrack.model import (
    Edge,
    Entry,
    Event,
    ExudateAmount,
    Finding,
    InfectionSign,
    LabResult,
    LesionState,
    Missing,
    Pain,
    PartialDate,
    Treatment,
    VisitDetail,
    record,
)
from woundtrack.ui.components import words
from woundtrack.ui.components.words import THIN
from woundtrack.ui.record.answer_words import offered, with_unit, word_of

ASKED: tuple[type[Entry], ...] = (Finding, VisitDetail, Pain, Treatment, LabResult, Event)


def sets_of(kind: type[Entry]) -> set[type[StrEnum]]:
    """Return the value sets that the fields of an entry take."""
    found: set[type[StrEnum]] = set()
    hints = get_type_hints(kind, vars(record))
    todo = [hints[one.name] for one in fields(kind)]
    while todo:
        one = todo.pop()
        todo += get_args(one)
        if isinstance(one, type) and issubclass(one, StrEnum):
            found.add(one)
    return found


@pytest.mark.parametrize("kind", ASKED, ids=lambda kind: kind.__name__)
def test_every_answer_that_an_entry_can_hold_has_words(
    kind: type[Entry], dressed: QApplication
) -> None:
    wordless = [
        f"{of.__name__}.{one.name}" for of in sets_of(kind) for one in of if not word_of(one)
    ]

    assert sets_of(kind)
    assert wordless == []


@pytest.mark.parametrize("of", [LesionState, ExudateAmount, Edge, InfectionSign])
def test_every_member_of_a_set_is_offered_once(of: type[StrEnum]) -> None:
    assert sorted(offered(of)) == sorted(of)


def test_words_of_equal_members_of_two_sets_are_their_own(dressed: QApplication) -> None:
    assert word_of(ExudateAmount.NONE) == "None"
    assert word_of(InfectionSign.NONE) == "None seen"
    assert word_of(Missing.NOT_DONE) == "Not done"


def test_several_answers_are_one_phrase(dressed: QApplication) -> None:
    assert word_of((InfectionSign.PUS, InfectionSign.ODOUR)) == "Pus, odour"


def test_a_number_keeps_the_decimals_it_was_given_with(dressed: QApplication) -> None:
    assert with_unit(0.6, "cm") == f"0.6{THIN}cm"
    assert with_unit(12.0, "mg/L") == f"12{THIN}mg/L"
    assert with_unit(1.25, "{ratio}") == "1.25"


@pytest.mark.parametrize(
    ("text", "said"), [("2026", "2026"), ("2026-06", "Jun 2026"), ("2026-06-11", "11 Jun 2026")]
)
def test_a_date_is_told_as_far_as_it_is_known(text: str, said: str, dressed: QApplication) -> None:
    assert words.partial_day(PartialDate(text=text)) == said
