"""Where the head is in a photograph: remembered, measured along, undoable; areas stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile, NotUnderstood
from woundtrack.model import Assessment, BodySite, Measurement, Outline, VisitPhotograph
from woundtrack.records import Library

Examine = Callable[..., workflow.Examined]
DAY = date(2026, 3, 4)
OBLONG = Outline(outer=((1200.0, 300.0), (1600.0, 300.0), (1600.0, 500.0), (1200.0, 500.0)))


@pytest.fixture
def filed(library: Library, examined: Examine) -> workflow.Filed:
    """File a photograph of a wound 40 mm wide and 20 mm high in the picture."""
    one = replace(examined(DAY, 20.0), outlines=(OBLONG,))
    site = BodySite(region="abdomen")
    return workflow.file_photograph(library, one, patient_code="CX-001", site=site, by="Ann")


def accepted(library: Library, filed: workflow.Filed) -> Assessment:
    decisions = workflow.suggest(library, filed.proposal)
    (assessment,) = workflow.accept(library, filed.proposal, decisions, by="Ann").after
    return assessment


def newest(library: Library, assessment: Assessment) -> Assessment:
    return library.revisions(assessment.assessment_id)[-1]


def extents(assessment: Assessment) -> tuple[float | None, float | None]:
    assert assessment.ulcer is not None
    return assessment.ulcer.head_to_toe_mm, assessment.ulcer.side_to_side_mm


def of(library: Library, filed: workflow.Filed) -> VisitPhotograph:
    return library.photograph(filed.photograph.id)


def size_of(assessment: Assessment) -> Measurement:
    assert assessment.ulcer is not None
    return replace(assessment.ulcer, head_to_toe_mm=None, side_to_side_mm=None)


def test_what_is_accepted_after_the_head_was_set_is_measured_along_it(
    library: Library, filed: workflow.Filed
) -> None:
    workflow.set_head(library, of(library, filed), 90.0, by="Ann")

    assessment = accepted(library, filed)

    assert extents(assessment) == pytest.approx((40.0, 20.0))


def test_what_was_accepted_before_gets_its_extents_and_keeps_its_area(
    library: Library, filed: workflow.Filed
) -> None:
    assessment = accepted(library, filed)
    assert extents(assessment) == (None, None)

    workflow.set_head(library, of(library, filed), 0.0, by="Bea")

    revised = newest(library, assessment)
    assert extents(revised) == pytest.approx((20.0, 40.0))
    assert size_of(revised) == size_of(assessment)
    assert (revised.revision, revised.accepted_by) == (2, "Bea")


def test_taking_the_head_away_leaves_no_extents(library: Library, filed: workflow.Filed) -> None:
    assessment = accepted(library, filed)
    workflow.set_head(library, of(library, filed), 0.0, by="Ann")

    workflow.set_head(library, of(library, filed), None, by="Ann")

    assert of(library, filed).head_deg is None
    assert extents(newest(library, assessment)) == (None, None)


def test_the_head_survives_a_restart(
    library: Library, filed: workflow.Filed, tmp_path: Path
) -> None:
    assessment = accepted(library, filed)
    workflow.set_head(library, of(library, filed), 270.0, by="Ann")
    library.close()

    with Library.open(tmp_path / "library") as again:
        assert of(again, filed).head_deg == 270.0
        assert extents(newest(again, assessment)) == pytest.approx((40.0, 20.0))


def test_setting_the_head_is_one_entry_of_the_audit_trail(
    library: Library, filed: workflow.Filed
) -> None:
    accepted(library, filed)
    before = len(library.audit_trail())

    workflow.set_head(library, of(library, filed), 0.0, by="Ann")

    entries = library.audit_trail()[before:]
    assert [(entry.verb, entry.by) for entry in entries] == [("set head", "Ann")]


def test_a_correction_is_measured_along_the_body_too(
    library: Library, filed: workflow.Filed
) -> None:
    assessment = accepted(library, filed)
    workflow.set_head(library, of(library, filed), 90.0, by="Ann")
    longer = Outline(outer=((1200.0, 300.0), (1800.0, 300.0), (1800.0, 500.0), (1200.0, 500.0)))

    corrected = workflow.correct(
        library, newest(library, assessment), longer, by="Ann", reason="seen again"
    )

    assert extents(corrected) == pytest.approx((60.0, 20.0))


def test_the_course_and_the_table_of_measurements_tell_the_extents(
    library: Library, filed: workflow.Filed, tmp_path: Path
) -> None:
    accepted(library, filed)
    workflow.set_head(library, of(library, filed), 90.0, by="Ann")

    course = workflow.timeline_of(library, library.patient_with_code("CX-001"))
    workflow.export_csv(library, tmp_path / "out", by="Ann")

    (point,) = course.lesions[0].points
    assert (point.head_to_toe_mm, point.side_to_side_mm) == pytest.approx((40.0, 20.0))
    head, row = (tmp_path / "out" / "measurements.csv").read_text("utf-8-sig").splitlines()
    cells = dict(zip(head.split(","), row.split(","), strict=True))
    assert (cells["head_to_toe_cm"], cells["side_to_side_cm"]) == ("4.000", "2.000")
    assert cells["head_deg"] == "90.0"


@pytest.mark.parametrize("turn", [-1.0, 360.0, float("nan")])
def test_a_direction_beyond_a_turn_is_not_taken(
    library: Library, filed: workflow.Filed, turn: float
) -> None:
    with pytest.raises(NotUnderstood, match="0 up to 360"):
        workflow.set_head(library, of(library, filed), turn, by="Ann")


def test_a_photograph_that_was_changed_meanwhile_keeps_its_head(
    library: Library, filed: workflow.Filed
) -> None:
    stale = of(library, filed)
    workflow.set_head(library, stale, 90.0, by="Ann")

    with pytest.raises(ChangedMeanwhile):
        workflow.set_head(library, stale, 0.0, by="Bea")

    assert of(library, filed).head_deg == 90.0


def test_undoing_the_head_leaves_what_another_person_set_since(
    library: Library, filed: workflow.Filed
) -> None:
    workflow.set_head(library, of(library, filed), 90.0, by="Ann")
    workflow.set_head(library, of(library, filed), 180.0, by="Bea")

    with pytest.raises(ChangedMeanwhile):
        workflow.set_head_again(library, filed.photograph.id, None, instead_of=90.0, by="Ann")

    assert of(library, filed).head_deg == 180.0


def test_a_retired_assessment_that_is_restored_is_measured_along_the_head_of_now(
    library: Library, filed: workflow.Filed
) -> None:
    workflow.set_head(library, of(library, filed), 0.0, by="Ann")
    retired = workflow.retire(library, accepted(library, filed), by="Ann", reason="doubtful")
    workflow.set_head(library, of(library, filed), 90.0, by="Ann")

    restored = workflow.restore(library, newest(library, retired), by="Ann", reason="it is right")

    assert extents(restored) == pytest.approx((40.0, 20.0))


def test_no_extents_of_another_direction_are_left_where_a_new_one_gives_none(
    library: Library, filed: workflow.Filed
) -> None:
    workflow.set_head(library, of(library, filed), 0.0, by="Ann")
    ulcer = accepted(library, filed).outlines[0]
    assert ulcer.calibration is not None
    steep = ((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, -0.0025, 1.0))
    beyond = replace(ulcer.calibration, homography=steep)

    size = workflow.with_head(ulcer.measurement, ulcer.parts, beyond, 90.0)

    assert size is not None
    assert (size.head_to_toe_mm, size.side_to_side_mm) == (None, None)
