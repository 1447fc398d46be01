"""Two outlines of one lesion in a photograph are its parts: one assessment, stored and exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from woundtrack import imaging, workflow
from woundtrack.errors import NotUnderstood
from woundtrack.model import Assessment, BodySite, OutlineSource, WoundState
from woundtrack.records import Library

Examine = Callable[..., workflow.Examined]
DAY = date(2026, 3, 4)
SITE = BodySite(region="abdomen")


@pytest.fixture
def filed(library: Library, examined: Examine) -> workflow.Filed:
    """File a photograph with wounds of 20 and 30 mm a side, 90 mm from left edge to left edge."""
    one = examined(DAY, 20.0, 30.0)
    return workflow.file_photograph(library, one, patient_code="CX-001", site=SITE, by="Ann")


def as_one(decisions: Sequence[workflow.Decision]) -> list[workflow.Decision]:
    """Give all outlines to the first one's lesion."""
    return [replace(one, lesion=decisions[0].lesion, label="A1") for one in decisions]


def accepted(library: Library, filed: workflow.Filed) -> workflow.Acceptance:
    decisions = as_one(workflow.suggest(library, filed.proposal))
    return workflow.accept(library, filed.proposal, decisions, by="Ann")


def test_two_outlines_of_one_lesion_are_one_assessment(
    library: Library, filed: workflow.Filed
) -> None:
    (assessment,) = accepted(library, filed).after

    (outline,) = assessment.outlines
    assert len(outline.parts) == 2
    assert assessment.ulcer is not None
    assert assessment.ulcer.area_mm2 == pytest.approx(400 + 900)
    # From one part's corner to the other's: 90 + 30 mm across and 30 mm down.
    assert assessment.ulcer.length_mm == pytest.approx((120**2 + 30**2) ** 0.5)
    (lesion,) = library.lesions(library.patient_with_code("CX-001").id)
    assert lesion.label == "A1"


def test_a_picture_cut_to_a_lesion_shows_all_of_its_parts(
    library: Library, filed: workflow.Filed
) -> None:
    (assessment,) = accepted(library, filed).after

    around = assessment.outlines[0].around

    # Squares of 200 and 300 px, 900 px from left edge to left edge, from (1200, 300).
    assert (min(around.outer), max(around.outer)) == ((1200.0, 300.0), (2400.0, 600.0))
    assert around.centre == (1800.0, 450.0)


def test_a_known_lesion_takes_two_parts_as_well(
    library: Library, filed: workflow.Filed, examined: Examine
) -> None:
    accepted(library, filed)
    later = workflow.file_photograph(
        library, examined(date(2026, 4, 1), 10.0, 20.0), patient_code="CX-001", site=SITE, by="Ann"
    )
    decisions = workflow.suggest(library, later.proposal)
    (lesion,) = library.lesions(library.patient_with_code("CX-001").id)
    given = [replace(one, lesion=lesion) for one in decisions]

    (assessment,) = workflow.accept(library, later.proposal, given, by="Ann").after

    assert assessment.lesion_id == lesion.id
    assert assessment.ulcer is not None
    assert assessment.ulcer.area_mm2 == pytest.approx(100 + 400)


def test_a_second_photograph_that_shows_one_part_alone_takes_none_of_the_others_away(
    library: Library, filed: workflow.Filed, examined: Examine
) -> None:
    (first,) = accepted(library, filed).after
    close = workflow.file_photograph(
        library, examined(DAY, 20.0), patient_code="CX-001", site=SITE, by="Ann"
    )

    decisions = workflow.suggest(library, close.proposal)
    workflow.accept(library, close.proposal, decisions, by="Ann")

    (assessment,) = library.assessments()
    assert assessment.outlines == first.outlines
    assert assessment.photograph_ids == (filed.photograph.id, close.photograph.id)


def test_what_is_accepted_of_a_lesion_later_joins_what_was_before(
    library: Library, filed: workflow.Filed
) -> None:
    first, second = as_one(workflow.suggest(library, filed.proposal))
    workflow.accept(library, filed.proposal, [first], by="Ann")
    (lesion,) = library.lesions(library.patient_with_code("CX-001").id)
    reviewed = library.proposal_of(filed.photograph.id)

    acceptance = workflow.accept_more(library, reviewed, [replace(second, lesion=lesion)], by="Ann")

    (assessment,) = library.assessments()
    assert assessment.ulcer is not None
    assert assessment.ulcer.area_mm2 == pytest.approx(400 + 900)
    assert assessment.reason == "More was accepted from the same photograph"
    workflow.take_back(library, acceptance, by="Ann")
    (again,) = library.assessments()
    assert again.outlines[0].parts == (first.outline,)


def test_the_course_and_the_table_tell_the_parts(
    library: Library, filed: workflow.Filed, tmp_path: Path
) -> None:
    accepted(library, filed)

    course = workflow.timeline_of(library, library.patient_with_code("CX-001"))
    workflow.export_csv(library, tmp_path / "out", by="Ann")

    (point,) = course.lesions[0].points
    assert point.part_count == 2
    assert point.area_mm2 == pytest.approx(1300)
    head, row = (tmp_path / "out" / "measurements.csv").read_text("utf-8-sig").splitlines()
    cells = dict(zip(head.split(","), row.split(","), strict=True))
    assert (cells["n_parts"], cells["area_traced_cm2"]) == ("2", "13.0000")


def test_a_lesion_of_which_one_part_was_drawn_is_told_as_drawn(
    library: Library, filed: workflow.Filed, tmp_path: Path
) -> None:
    first, second = as_one(workflow.suggest(library, filed.proposal))
    assert first.outline is not None
    assert second.outline is not None
    unsure = replace(first, outline=replace(first.outline, confidence=0.4))
    by_hand = replace(
        second, outline=replace(second.outline, source=OutlineSource.DRAWN, confidence=None)
    )
    (assessment,) = workflow.accept(library, filed.proposal, [unsure, by_hand], by="Ann").after

    workflow.export_csv(library, tmp_path / "out", by="Ann")

    assert assessment.outlines[0].method.name == imaging.outline_method().name
    head, row = (tmp_path / "out" / "measurements.csv").read_text("utf-8-sig").splitlines()
    cells = dict(zip(head.split(","), row.split(","), strict=True))
    assert (cells["outline_source"], cells["outline_confidence"]) == ("drawn", "0.400")


def test_the_parts_survive_a_restart(
    library: Library, filed: workflow.Filed, tmp_path: Path
) -> None:
    (assessment,) = accepted(library, filed).after
    library.close()

    with Library.open(tmp_path / "library") as again:
        assert again.assessments() == (assessment,)
        assert len(again.assessments()[0].outlines[0].further) == 1


def test_at_the_next_visit_both_parts_are_suggested_to_be_the_lesion(
    library: Library, filed: workflow.Filed, examined: Examine
) -> None:
    accepted(library, filed)
    later = workflow.file_photograph(
        library, examined(date(2026, 4, 1), 18.0, 27.0), patient_code="CX-001", site=SITE, by="Ann"
    )

    decisions = workflow.suggest(library, later.proposal)
    (assessment,) = workflow.accept(library, later.proposal, decisions, by="Ann").after

    assert [one.label for one in decisions] == ["A1", "A1"]
    assert assessment.ulcer is not None
    assert assessment.ulcer.area_mm2 == pytest.approx(18**2 + 27**2)


def test_a_lesion_of_two_parts_is_known_again_when_one_is_left(
    library: Library, filed: workflow.Filed, examined: Examine
) -> None:
    accepted(library, filed)
    later = workflow.file_photograph(
        library, examined(date(2026, 4, 1), 5.0), patient_code="CX-001", site=SITE, by="Ann"
    )

    (decision,) = workflow.suggest(library, later.proposal)

    assert (decision.label, decision.reason) == ("A1", "the only lesion at this site")


def test_taking_back_and_accepting_again_keep_both_parts(
    library: Library, filed: workflow.Filed
) -> None:
    acceptance = accepted(library, filed)

    workflow.take_back(library, acceptance, by="Ann")
    assert library.assessments() == ()
    workflow.accept_again(library, acceptance, by="Ann")

    (again,) = library.assessments()
    assert again.outlines == acceptance.after[0].outlines


def test_a_correction_takes_one_part_away_or_adds_one(
    library: Library, filed: workflow.Filed
) -> None:
    def area(assessment: Assessment) -> float:
        assert assessment.ulcer is not None
        return assessment.ulcer.area_mm2

    (assessment,) = accepted(library, filed).after
    first, second = assessment.outlines[0].parts

    one = workflow.correct(library, assessment, first, by="Ann", reason="closed there")
    two = workflow.correct(library, one, first, by="Ann", reason="open", further=(second,))

    assert area(one) == pytest.approx(400)
    assert one.outlines[0].further == ()
    assert area(two) == pytest.approx(1300)


def test_the_head_is_measured_over_all_parts(library: Library, filed: workflow.Filed) -> None:
    (assessment,) = accepted(library, filed).after

    workflow.set_head(library, filed.photograph, 90.0, by="Ann")

    size = library.revisions(assessment.assessment_id)[-1].ulcer
    assert size is not None
    assert (size.head_to_toe_mm, size.side_to_side_mm) == pytest.approx((120, 30))


def test_a_part_without_a_scale_is_kept_without_an_area(
    library: Library, examined: Examine
) -> None:
    bare = examined(DAY, 20.0, 30.0, calibration=None)
    filed = workflow.file_photograph(library, bare, patient_code="CX-001", site=SITE, by="Ann")

    (assessment,) = accepted(library, filed).after

    assert assessment.ulcer is None
    assert len(assessment.outlines[0].parts) == 2


def test_a_lesion_is_not_open_and_closed_in_one_photograph(
    library: Library, filed: workflow.Filed
) -> None:
    first, second = as_one(workflow.suggest(library, filed.proposal))
    closed = replace(second, outline=None, state=WoundState.CLOSED)

    with pytest.raises(NotUnderstood, match="closed and something else"):
        workflow.accept(library, filed.proposal, [first, closed], by="Ann")

    assert library.assessments() == ()
