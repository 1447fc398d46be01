"""How much of an outline a person changed is recorded with the assessment, and exported."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from woundtrack import workflow
from woundtrack.model import Assessment, BodySite, Outline, OutlineSource
from woundtrack.records import Library

Examine = Callable[..., workflow.Examined]
DAY = date(2026, 3, 4)
SITE = BodySite(region="abdomen")


@pytest.fixture
def filed(library: Library, examined: Examine) -> workflow.Filed:
    """File a photograph with one wound of 20 mm a side."""
    return workflow.file_photograph(
        library, examined(DAY, 20.0), patient_code="CX-001", site=SITE, by="Ann"
    )


def half_of(outline: Outline) -> Outline:
    """Return the upper half of a square outline, as drawn by hand."""
    top = min(y for _, y in outline.outer)
    middle = (top + max(y for _, y in outline.outer)) / 2
    ring = tuple((x, min(y, middle)) for x, y in outline.outer)
    return replace(outline, outer=ring, source=OutlineSource.DRAWN, confidence=None)


def share_of(assessment: Assessment) -> object:
    return dict(assessment.outlines[0].method.parameters).get("edited_share")


def test_accepted_as_proposed_nothing_was_edited(library: Library, filed: workflow.Filed) -> None:
    decisions = workflow.suggest(library, filed.proposal)

    (assessment,) = workflow.accept(library, filed.proposal, decisions, by="Ann").after

    assert share_of(assessment) == 0.0
    assert share_of(library.assessments()[0]) == 0.0


def test_what_a_person_changed_is_recorded_and_exported(
    library: Library, filed: workflow.Filed, tmp_path: Path
) -> None:
    (decision,) = workflow.suggest(library, filed.proposal)
    assert decision.outline is not None
    changed = replace(decision, outline=half_of(decision.outline))

    (assessment,) = workflow.accept(library, filed.proposal, [changed], by="Ann").after
    workflow.export_csv(library, tmp_path / "out", by="Ann")

    assert share_of(assessment) == pytest.approx(0.5, abs=0.01)
    with (tmp_path / "out" / "measurements.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert float(row["edit_fraction"]) == pytest.approx(0.5, abs=0.01)


def test_a_correction_is_compared_with_what_the_program_proposed_at_first(
    library: Library, filed: workflow.Filed
) -> None:
    (decision,) = workflow.suggest(library, filed.proposal)
    assert decision.outline is not None
    half = half_of(decision.outline)
    changed = replace(decision, outline=half)
    (assessment,) = workflow.accept(library, filed.proposal, [changed], by="Ann").after

    quarter = workflow.correct(library, assessment, half_of(half), by="Ann", reason="smaller")
    whole = replace(decision.outline, source=OutlineSource.DRAWN)
    as_at_first = workflow.correct(library, quarter, whole, by="Ann", reason="it was right")

    assert share_of(quarter) == pytest.approx(0.75, abs=0.01)
    assert share_of(as_at_first) == 0.0
