"""Landmarks are picked once and remembered; undoing never undoes what somebody else marked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import BodySite, Landmark
from woundtrack.records import Library

MARKS = (Landmark(number=1, at_px=(10.0, 20.0)), Landmark(number=2, at_px=(300.0, 20.0)))


@pytest.fixture
def places(library: Library, examined: Callable[..., workflow.Examined]) -> tuple[str, str, str]:
    """Accept one lesion at two visits; return its id and those of its two photographs."""
    photographs = []
    for day in (date(2026, 3, 4), date(2026, 3, 18)):
        filed = workflow.file_photograph(
            library,
            examined(day, 20.0),
            patient_code="CX-001",
            site=BodySite(region="abdomen"),
            by="Ann",
        )
        decisions = workflow.suggest(library, filed.proposal)
        workflow.accept(library, filed.proposal, decisions, by="Ann")
        photographs.append(filed.photograph.id)
    patient = library.patient_with_code("CX-001")
    (lesion,) = library.lesions(patient.id)
    return lesion.id, photographs[0], photographs[1]


def test_landmarks_of_both_photographs_are_recorded_at_once(
    library: Library, places: tuple[str, str, str]
) -> None:
    lesion, first, second = places

    workflow.mark_landmarks(library, lesion, {first: MARKS, second: MARKS[:1]}, by="Ann")

    assert workflow.landmarks_of(library, lesion) == {first: MARKS, second: MARKS[:1]}
    assert library.audit_trail(1)[0].verb == "mark landmarks"


def test_marking_the_same_again_records_nothing(
    library: Library, places: tuple[str, str, str]
) -> None:
    lesion, first, _ = places
    workflow.mark_landmarks(library, lesion, {first: MARKS}, by="Ann")
    head = library.audit_head()

    workflow.mark_landmarks(library, lesion, {first: MARKS}, by="Ben")

    assert library.audit_head() == head


def test_undo_and_redo_put_back_what_was_there(
    library: Library, places: tuple[str, str, str]
) -> None:
    lesion, first, second = places
    after = {first: MARKS, second: MARKS}
    before = workflow.mark_landmarks(library, lesion, after, by="Ann")

    workflow.mark_landmarks_again(library, lesion, before, instead_of=after, by="Ann")
    undone = workflow.landmarks_of(library, lesion)
    workflow.mark_landmarks_again(library, lesion, after, instead_of=before, by="Ann")

    assert undone == {}
    assert workflow.landmarks_of(library, lesion) == after
    assert [one.revision for one in library.landmarks(lesion)] == [3, 3]


def test_undo_is_refused_where_somebody_marked_others_since(
    library: Library, places: tuple[str, str, str]
) -> None:
    lesion, first, _ = places
    after = {first: MARKS}
    before = workflow.mark_landmarks(library, lesion, after, by="Ann")
    workflow.mark_landmarks(library, lesion, {first: MARKS[:1]}, by="Ben")

    with pytest.raises(ChangedMeanwhile):
        workflow.mark_landmarks_again(library, lesion, before, instead_of=after, by="Ann")

    assert workflow.landmarks_of(library, lesion) == {first: MARKS[:1]}
