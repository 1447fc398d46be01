"""Tissue goes along with an assessment: accepted, painted later, out of date with another edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from woundtrack import imaging, workflow
from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Outline,
    Tissue,
    TissueMap,
    TissueState,
)
from woundtrack.records import Library

Examine = Callable[..., workflow.Examined]
DAY = date(2026, 3, 4)
WOUND = Outline(outer=((1200.0, 300.0), (1600.0, 300.0), (1600.0, 500.0), (1200.0, 500.0)))
LARGER = replace(WOUND, outer=((1200.0, 300.0), (1600.0, 300.0), (1600.0, 550.0), (1200.0, 550.0)))


@pytest.fixture
def filed(library: Library, examined: Examine) -> workflow.Filed:
    one = replace(examined(DAY, 20.0), outlines=(WOUND,))
    site = BodySite(region="abdomen")
    return workflow.file_photograph(library, one, patient_code="CX-001", site=site, by="Ann")


@pytest.fixture
def painted(filed: workflow.Filed) -> TissueMap:
    """Make a map whose left half is slough; a stroke ends in half a disc of 100 px radius."""
    pixels = np.full((3000, 4000, 3), 128, dtype=np.uint8)
    ground = imaging.tissue_ground(pixels, WOUND, filed.proposal.calibration)
    stroke = [(1200.0, 400.0, 150.0), (1250.0, 400.0, 150.0)]
    return imaging.painted_tissue(
        imaging.blank_tissue(ground), ground, stroke, Tissue.SLOUGH, fills_patches=False
    )


def accepted(library: Library, filed: workflow.Filed, tissue: TissueMap | None) -> Assessment:
    (decision,) = workflow.suggest(library, filed.proposal)
    decision = replace(decision, tissue=tissue)
    (assessment,) = workflow.accept(library, filed.proposal, [decision], by="Ann").after
    return assessment


def outline_of(library: Library, assessment: Assessment) -> AssessedOutline:
    (outline,) = library.revisions(assessment.assessment_id)[-1].outlines
    return outline


def test_tissue_is_recorded_with_the_assessment_and_is_not_approved_by_that(
    library: Library, filed: workflow.Filed, painted: TissueMap
) -> None:
    assessment = accepted(library, filed, painted)

    found = outline_of(library, assessment)

    assert found.tissue_maps == (painted,)
    assert found.tissue_state is TissueState.NOT_APPROVED
    assert found.tissue_shares is None


def test_approved_tissue_is_on_the_timeline_and_other_tissue_is_not(
    library: Library, filed: workflow.Filed, painted: TissueMap
) -> None:
    assessment = accepted(library, filed, painted)
    patient = library.patient_with_code("CX-001")
    ((before,),) = [curve.points for curve in workflow.timeline_of(library, patient).lesions]

    workflow.paint_tissue(
        library, assessment, (painted.approved("Ann"),), by="Ann", reason="approved"
    )

    ((after,),) = [curve.points for curve in workflow.timeline_of(library, patient).lesions]
    assert (before.tissue_state, before.tissue_shares) == (TissueState.NOT_APPROVED, None)
    assert after.tissue_state is TissueState.APPROVED
    # 50 px, and the rest of a disc of 150 px cut off 100 px above and below its middle.
    assert after.tissue_shares is not None
    shares = dict(after.tissue_shares)
    assert shares[Tissue.SLOUGH] == pytest.approx((50 * 200 + 27_599) / (400 * 200), abs=0.005)
    assert after.area_mm2 == before.area_mm2


def test_painting_leaves_outline_and_size_to_the_last_bit(
    library: Library, filed: workflow.Filed, painted: TissueMap
) -> None:
    assessment = accepted(library, filed, None)

    revision = workflow.paint_tissue(library, assessment, (painted,), by="Bo", reason="painted")

    found = outline_of(library, revision)
    assert revision.revision == 2
    assert replace(found, tissue=()) == assessment.outlines[0]
    with pytest.raises(ChangedMeanwhile):
        workflow.paint_tissue(library, assessment, (None,), by="Bo", reason="again")


def test_a_corrected_edge_leaves_an_approved_map_out_of_date(
    library: Library, filed: workflow.Filed, painted: TissueMap
) -> None:
    assessment = accepted(library, filed, painted.approved("Ann"))
    assert outline_of(library, assessment).tissue_state is TissueState.APPROVED

    revision = workflow.correct(library, assessment, LARGER, by="Bo", reason="edge")

    found = outline_of(library, revision)
    assert found.tissue_maps[0] is not None
    assert found.tissue_state is TissueState.OUTLINE_CHANGED
    assert found.tissue_shares is None


def test_the_edge_put_back_brings_the_approved_map_back(
    library: Library, filed: workflow.Filed, painted: TissueMap
) -> None:
    assessment = accepted(library, filed, painted.approved("Ann"))
    workflow.correct(library, assessment, LARGER, by="Bo", reason="edge")

    revision = workflow.put_back(library, assessment, by="Bo", reason="undone")

    assert outline_of(library, revision).tissue_state is TissueState.APPROVED
