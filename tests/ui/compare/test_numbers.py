"""The numbers beside the photographs: sizes with their signs, tissue only where it was approved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QGridLayout
from pytestqt.qtbot import QtBot

from tests.ui.compare.test_parts import point, visits
from woundtrack.model import Tissue, TissueState
from woundtrack.ui.compare.numbers import Numbers
from woundtrack.ui.compare.visits import ComparedVisit


@pytest.fixture
def numbers(qtbot: QtBot, dressed: QApplication) -> Numbers:
    made = Numbers()
    qtbot.addWidget(made)
    return made


def rows(numbers: Numbers) -> list[list[str]]:
    """Return the table's cells as they stand."""
    grid = numbers._table
    assert isinstance(grid, QGridLayout)
    found = []
    for row in range(grid.rowCount()):
        cells = [grid.itemAtPosition(row, column) for column in range(4)]
        widgets = [None if cell is None else cell.widget() for cell in cells]
        if any(widgets):
            found.append([widget.text() if widget else "" for widget in widgets])  # type: ignore[attr-defined]
    return found


def measured(area_mm2: float, **shares: float) -> ComparedVisit:
    one = visits(2)[0]
    made = replace(
        point(area_mm2),
        tissue_state=TissueState.APPROVED if shares else None,
        tissue_shares=tuple((Tissue(name), share) for name, share in shares.items()) or None,
    )
    return replace(one, point=made)


def test_a_smaller_area_stands_with_its_sign(numbers: Numbers) -> None:
    numbers.show_pair(measured(3480.0), measured(1290.0), ())

    assert rows(numbers)[1] == ["Area, cm²", "34.8", "12.9", "−21.9"]


def test_a_larger_area_stands_with_a_plus(numbers: Numbers) -> None:
    numbers.show_pair(measured(40.0), measured(90.0), ())

    assert rows(numbers)[1] == ["Area, cm²", "0.40", "0.90", "+0.50"]


def test_tissue_is_shown_where_it_was_approved_alone(numbers: Numbers) -> None:
    numbers.show_pair(
        measured(3480.0, granulation=0.43, slough=0.55, eschar=0.02), measured(1290.0), ()
    )

    table = {row[0]: row[1:] for row in rows(numbers)}
    assert table["Granulation"] == ["43\u202f%", "–", ""]
    assert table["Slough"] == ["55\u202f%", "–", ""]
    assert numbers._note.text() == "Tissue shares are shown where a person approved them alone."


def test_shares_of_both_photos_have_a_difference_and_a_word_of_care(numbers: Numbers) -> None:
    numbers.show_pair(
        measured(3480.0, granulation=0.43, slough=0.57),
        measured(1290.0, granulation=0.85, slough=0.15),
        (),
    )

    table = {row[0]: row[1:] for row in rows(numbers)}
    assert table["Granulation"] == ["43\u202f%", "85\u202f%", "+42"]
    assert table["Slough"] == ["57\u202f%", "15\u202f%", "−42"]
    assert "Eschar" not in table
    assert numbers._note.text() == (
        "Tissue shares vary between readers and are not used for change."
    )


def test_without_tissue_nothing_is_said_of_it(numbers: Numbers) -> None:
    numbers.show_pair(measured(3480.0), measured(1290.0), ())

    assert numbers._note.isHidden()


def test_a_small_change_is_within_measurement_error(numbers: Numbers) -> None:
    numbers.show_pair(measured(1000.0), measured(1050.0), ())

    assert numbers.change.text() == "+5\u202f%"
    assert numbers.verdict.text() == "Within measurement error"
    assert numbers._rule.text() == ("The interval holds 0 (no change), and no change that matters.")


def test_larger_is_said_by_the_rule_that_the_bar_shows(numbers: Numbers) -> None:
    numbers.show_pair(measured(1000.0), measured(3000.0), ())

    assert numbers.verdict.text() == "Larger by more than measurement error"
    assert numbers._rule.text() == "The interval doesn't hold 0 (no change)."


def test_an_interval_that_holds_no_change_and_one_that_matters_cannot_tell(
    numbers: Numbers,
) -> None:
    before, after = (
        replace(
            one,
            point=replace(
                one.point,
                area_low_mm2=(one.point.area_mm2 or 0) * 0.6,
                area_high_mm2=(one.point.area_mm2 or 0) * 1.6,
                terms=(),
            ),
        )
        for one in (measured(1000.0), measured(1180.0))
    )

    numbers.show_pair(before, after, ())

    assert numbers.change.text() == "+18\u202f%"
    assert numbers.verdict.text() == "Cannot tell: the interval is too wide"
