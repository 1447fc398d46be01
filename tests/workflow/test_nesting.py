"""Ulcer, eschar and margin of one lesion: each measured for itself, and told where not nested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.workflow.conftest import flat, square
from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile, NothingToAccept, NotUnderstood
from woundtrack.model import (
    Assessment,
    BodySite,
    Outline,
    OutlineKind,
    OutlineSource,
    WoundState,
)
from woundtrack.records import Library

Examine = Callable[..., workflow.Examined]
DAY = date(2026, 3, 4)
SITE = BodySite(region="abdomen")
ULCER, ESCHAR, MARGIN = OutlineKind.ULCER, OutlineKind.ESCHAR, OutlineKind.MARGIN


def drawn(x: float, y: float, side_mm: float) -> Outline:
    return Outline(outer=square(x, y, side_mm * 10), source=OutlineSource.DRAWN)


INSIDE = drawn(1250, 350, 10.0)
ROUND = drawn(1100, 200, 40.0)
"""An eschar of 1 cm² in the ulcer of 4 cm² at (1200, 300), and a margin of 16 cm² round it."""


@pytest.fixture
def filed(library: Library, examined: Examine) -> workflow.Filed:
    """File a photograph with a wound of 20 mm a side."""
    return workflow.file_photograph(
        library, examined(DAY, 20.0), patient_code="CX-001", site=SITE, by="Ann"
    )


def accepted(library: Library, filed: workflow.Filed, **nested: Outline) -> Assessment:
    (ulcer,) = workflow.suggest(library, filed.proposal)
    decisions = [
        ulcer,
        *(
            replace(ulcer, outline=outline, kind=OutlineKind(kind))
            for kind, outline in nested.items()
        ),
    ]
    (assessment,) = workflow.accept(library, filed.proposal, decisions, by="Ann").after
    return assessment


def areas_cm2(assessment: Assessment) -> dict[str, float]:
    return {
        one.kind.value: round(one.measurement.area_cm2, 6)
        for one in assessment.outlines
        if one.measurement is not None
    }


def doubts_of(assessment: Assessment, kind: OutlineKind) -> list[str]:
    outline = assessment.outline_of(kind)
    assert outline is not None
    assert outline.measurement is not None
    codes = [doubt.code for doubt in outline.measurement.doubts]
    return [code for code in codes if code in workflow.NESTING]


def test_all_three_are_accepted_together_each_with_its_own_size_and_interval(
    library: Library, filed: workflow.Filed
) -> None:
    assessment = accepted(library, filed, margin=ROUND, eschar=INSIDE)

    assert areas_cm2(assessment) == {"ulcer": 4.0, "eschar": 1.0, "margin": 16.0}
    assert [one.kind for one in assessment.outlines] == [ULCER, ESCHAR, MARGIN]
    for one in assessment.outlines:
        assert one.measurement is not None
        assert one.measurement.area_low_mm2 < one.measurement.area_mm2
        assert one.measurement.area_high_mm2 > one.measurement.area_mm2
    (read,) = library.assessments()
    assert read == assessment


def test_nested_outlines_raise_no_doubt(library: Library, filed: workflow.Filed) -> None:
    assessment = accepted(library, filed, margin=ROUND, eschar=INSIDE)

    assert [doubts_of(assessment, kind) for kind in OutlineKind] == [[], [], []]


def test_an_eschar_that_sticks_out_is_told_with_its_place_and_left_as_it_is(
    library: Library, filed: workflow.Filed
) -> None:
    out = drawn(1350, 350, 10.0)  # to 5 mm beyond the ulcer's right edge at 1400

    assessment = accepted(library, filed, eschar=out)

    assert doubts_of(assessment, ESCHAR) == ["eschar_beyond_ulcer"]
    assert doubts_of(assessment, ULCER) == []
    kept = assessment.outline_of(ESCHAR)
    assert kept is not None
    assert kept.outline == out
    assert kept.measurement is not None
    (doubt,) = kept.measurement.doubts
    left, right = min(x for x, _ in doubt.place_px), max(x for x, _ in doubt.place_px)
    assert left == pytest.approx(1420, abs=3)  # beyond what two hands differ by
    assert right == pytest.approx(1450, abs=3)


def test_an_eschar_drawn_along_the_same_rim_is_no_doubt(
    library: Library, filed: workflow.Filed
) -> None:
    assessment = accepted(library, filed, eschar=drawn(1190, 290, 22.0))  # 1 mm outside all round

    assert doubts_of(assessment, ESCHAR) == []


def test_a_margin_that_leaves_some_of_the_wound_out_is_told(
    library: Library, filed: workflow.Filed
) -> None:
    assessment = accepted(library, filed, margin=drawn(1300, 200, 40.0))

    assert doubts_of(assessment, MARGIN) == ["wound_beyond_margin"]


def test_a_margin_elsewhere_altogether_is_told() -> None:
    parts = {ULCER: (drawn(0, 0, 20.0),), MARGIN: (drawn(900, 900, 5.0),)}

    with_scale = workflow.nesting_doubts(parts, flat())
    without = workflow.nesting_doubts(parts, None)

    for found in (with_scale, without):
        assert {kind: doubt.code for kind, doubt in found.items()} == {
            MARGIN: "wound_beyond_margin"
        }


def test_an_eschar_without_an_ulcer_is_the_whole_lesion_and_open(
    library: Library, examined: Examine
) -> None:
    filed = workflow.file_photograph(
        library, examined(DAY), patient_code="CX-001", site=SITE, by="Ann"
    )
    decision = workflow.Decision(outline=INSIDE, lesion=None, site=SITE, label="A1", kind=ESCHAR)

    (assessment,) = workflow.accept(library, filed.proposal, [decision], by="Ann").after

    assert assessment.state is WoundState.OPEN
    assert assessment.main is assessment.outlines[0]
    assert doubts_of(assessment, ESCHAR) == []
    (curve,) = workflow.timeline_of(library, library.patient_with_code("CX-001")).lesions
    assert [point.area_mm2 for point in curve.points] == pytest.approx([100.0])


def test_a_lesion_is_not_closed_under_an_eschar(library: Library, filed: workflow.Filed) -> None:
    (ulcer,) = workflow.suggest(library, filed.proposal)
    closed = replace(ulcer, outline=None, state=WoundState.CLOSED)

    with pytest.raises(NotUnderstood, match="closed and something else"):
        workflow.accept(
            library, filed.proposal, [closed, replace(ulcer, outline=INSIDE, kind=ESCHAR)], by="Ann"
        )

    assert library.assessments() == ()


def test_correcting_the_ulcer_keeps_the_others_and_tells_what_no_longer_fits(
    library: Library, filed: workflow.Filed
) -> None:
    before = accepted(library, filed, margin=ROUND, eschar=INSIDE)

    after = workflow.correct(library, before, drawn(1200, 300, 10.0), by="Ben", reason="too large")

    assert areas_cm2(after) == {"ulcer": 1.0, "eschar": 1.0, "margin": 16.0}
    assert doubts_of(after, ESCHAR) == ["eschar_beyond_ulcer"]
    assert after.outline_of(MARGIN) == before.outline_of(MARGIN)
    again = workflow.correct(library, after, drawn(1200, 300, 20.0), by="Ben", reason="it was not")
    assert doubts_of(again, ESCHAR) == []


def test_correcting_the_eschar_leaves_the_ulcer_to_the_last_bit(
    library: Library, filed: workflow.Filed
) -> None:
    before = accepted(library, filed, eschar=INSIDE)

    after = workflow.correct(
        library, before, drawn(1250, 350, 12.0), by="Ben", reason="wider", kind=ESCHAR
    )

    assert after.outline_of(ULCER) == before.outline_of(ULCER)
    assert areas_cm2(after) == {"ulcer": 4.0, "eschar": 1.44}


def test_a_kind_is_added_to_what_was_accepted_and_taken_away_again(
    library: Library, filed: workflow.Filed
) -> None:
    before = accepted(library, filed)
    (ulcer,) = before.outlines
    own = workflow.Drawn(kind=ULCER, parts=ulcer.parts)

    added = workflow.redraw(
        library,
        before,
        filed.photograph,
        [own, workflow.Drawn(kind=ESCHAR, parts=(INSIDE,))],
        by="Ben",
        reason="there is eschar",
    )
    removed = workflow.redraw(
        library, added, filed.photograph, [own], by="Ben", reason="there is none"
    )

    assert areas_cm2(added) == {"ulcer": 4.0, "eschar": 1.0}
    assert removed.outlines == before.outlines
    assert [one.reason for one in library.revisions(before.assessment_id)] == [
        None,
        "there is eschar",
        "there is none",
    ]


def test_the_last_outline_of_an_open_lesion_is_not_taken_away_but_retired(
    library: Library, filed: workflow.Filed
) -> None:
    before = accepted(library, filed)

    with pytest.raises(NothingToAccept):
        workflow.redraw(library, before, filed.photograph, [], by="Ben", reason="none")

    assert library.assessments() == (before,)


def test_what_changed_meanwhile_is_not_redrawn(library: Library, filed: workflow.Filed) -> None:
    before = accepted(library, filed)
    workflow.correct(library, before, drawn(1200, 300, 19.0), by="Ben", reason="smaller")

    with pytest.raises(ChangedMeanwhile):
        workflow.redraw(
            library,
            before,
            filed.photograph,
            [workflow.Drawn(kind=ESCHAR, parts=(INSIDE,))],
            by="Ann",
            reason="eschar",
        )


def test_an_eschar_of_another_photograph_of_the_day_stays_when_the_ulcer_is_accepted_again(
    library: Library, filed: workflow.Filed, examined: Examine
) -> None:
    before = accepted(library, filed, eschar=INSIDE)
    close = workflow.file_photograph(
        library, examined(DAY, 20.5), patient_code="CX-001", site=SITE, by="Ann"
    )

    decisions = workflow.suggest(library, close.proposal)
    (after,) = workflow.accept(library, close.proposal, decisions, by="Ann").after

    assert after.outline_of(ESCHAR) == before.outline_of(ESCHAR)
    ulcer = after.outline_of(ULCER)
    assert ulcer is not None
    assert ulcer.photograph_id == close.photograph.id


def test_undo_of_an_acceptance_takes_all_kinds_back(
    library: Library, filed: workflow.Filed
) -> None:
    (ulcer,) = workflow.suggest(library, filed.proposal)
    both = [ulcer, replace(ulcer, outline=INSIDE, kind=ESCHAR)]
    acceptance = workflow.accept(library, filed.proposal, both, by="Ann")

    workflow.take_back(library, acceptance, by="Ann")
    assert library.assessments() == ()

    workflow.accept_again(library, acceptance, by="Ann")
    (again,) = library.assessments()
    assert areas_cm2(again) == {"ulcer": 4.0, "eschar": 1.0}


def test_only_the_ulcer_tells_how_much_of_the_proposal_was_edited(
    library: Library, filed: workflow.Filed
) -> None:
    assessment = accepted(library, filed, eschar=INSIDE)

    shares = {
        one.kind: dict(one.method.parameters).get("edited_share") for one in assessment.outlines
    }
    assert shares == {ULCER: 0.0, ESCHAR: None}


def test_the_course_has_a_curve_a_kind_and_its_totals_are_the_ulcers(
    library: Library, filed: workflow.Filed, examined: Examine
) -> None:
    accepted(library, filed, eschar=INSIDE, margin=ROUND)
    later = workflow.file_photograph(
        library, examined(date(2026, 4, 1), 10.0), patient_code="CX-001", site=SITE, by="Ann"
    )
    decisions = workflow.suggest(library, later.proposal)
    workflow.accept(library, later.proposal, decisions, by="Ann")

    course = workflow.timeline_of(library, library.patient_with_code("CX-001"))

    (curve,) = course.lesions
    assert [point.area_mm2 for point in curve.points] == pytest.approx([400.0, 100.0])
    assert {one.kind: [point.area_mm2 for point in one.points] for one in curve.nested} == {
        ESCHAR: pytest.approx([100.0]),
        MARGIN: pytest.approx([1600.0]),
    }
    assert [point.area_mm2 for point in course.total] == pytest.approx([400.0, 100.0])
    assert curve.area_reduction_percent == pytest.approx(75.0)


def test_a_doubt_about_nesting_is_about_the_nested_curve_alone(
    library: Library, filed: workflow.Filed
) -> None:
    accepted(library, filed, eschar=drawn(1350, 350, 10.0))

    (curve,) = workflow.timeline_of(library, library.patient_with_code("CX-001")).lesions

    (eschar,) = curve.nested
    assert [one.code for one in eschar.points[0].doubts] == ["eschar_beyond_ulcer"]
    assert curve.points[0].doubts == ()


def test_measured_anew_at_a_print_scale_each_keeps_what_was_told_of_it(
    library: Library, filed: workflow.Filed
) -> None:
    before = accepted(library, filed, eschar=drawn(1350, 350, 10.0), margin=ROUND)
    workflow.record_print_scale(library, "Ward 3", 90.0, 90.0, DAY, by="Ann")
    scale = workflow.print_scale_in_use(library)
    assert scale is not None

    anew = workflow.measured_anew(workflow.accepted_before(library), scale)
    workflow.rescale_accepted(library, anew, by="Ann")

    after = library.revisions(before.assessment_id)[-1]
    assert areas_cm2(after) == pytest.approx({"ulcer": 3.24, "eschar": 0.81, "margin": 12.96})
    assert doubts_of(after, ESCHAR) == ["eschar_beyond_ulcer"]
    assert doubts_of(after, MARGIN) == []


def test_a_margin_alone_is_open_without_an_area(library: Library, examined: Examine) -> None:
    filed = workflow.file_photograph(
        library, examined(DAY), patient_code="CX-001", site=SITE, by="Ann"
    )
    decision = workflow.Decision(outline=ROUND, lesion=None, site=SITE, label="A1", kind=MARGIN)

    workflow.accept(library, filed.proposal, [decision], by="Ann")

    (curve,) = workflow.timeline_of(library, library.patient_with_code("CX-001")).lesions
    assert [point.area_mm2 for point in curve.points] == [None]
    (margin,) = curve.nested
    assert [point.area_mm2 for point in margin.points] == pytest.approx([1600.0])
