"""Landmarks are remembered as revisions: none is changed, and nobody's is overwritten unseen."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import Landmark, LandmarkSet, LandmarkSource, Lesion, VisitPhotograph
from woundtrack.records import Library

if TYPE_CHECKING:
    from tests.records.conftest import Clinic

OLD = Path(__file__).parent / "old" / "m005.zip"
"""A backup of a small library, written before there were landmarks."""

MARKS = (
    Landmark(number=1, at_px=(100.25, 1 / 3)),
    Landmark(number=3, at_px=(812.0, 40.5), source=LandmarkSource.CONFIRMED),
)


def photographed(clinic: Clinic) -> tuple[Lesion, VisitPhotograph]:
    patient = clinic.patient()
    lesion, photograph = clinic.lesion(patient), clinic.photograph(clinic.visit(patient))
    return lesion, photograph


def store(clinic: Clinic, marked: LandmarkSet) -> None:
    with clinic.verb() as change:
        change.add_landmarks(marked)


def test_landmarks_come_back_as_they_were_marked(clinic: Clinic) -> None:
    lesion, photograph = photographed(clinic)
    marked = LandmarkSet.first(lesion.id, photograph.id, MARKS, by="Ann")

    store(clinic, marked)

    clinic.library.close()
    with Library.open(clinic.library.path, read_only=True) as library:
        assert library.landmarks(lesion.id) == (marked,)
        assert library.landmarks("another lesion") == ()
        assert library.check().problems == ()


def test_the_newest_revision_counts_and_the_others_stay(clinic: Clinic) -> None:
    lesion, photograph = photographed(clinic)
    first = LandmarkSet.first(lesion.id, photograph.id, MARKS, by="Ann")
    store(clinic, first)
    taken_away = first.revised((), by="Ben")

    store(clinic, taken_away)

    (found,) = clinic.library.landmarks(lesion.id)
    assert found == taken_away
    assert (found.revision, found.supersedes, found.landmarks) == (2, first.id, ())
    assert clinic.library.check().problems == ()


def test_what_somebody_else_marked_meanwhile_is_not_overwritten(clinic: Clinic) -> None:
    lesion, photograph = photographed(clinic)
    first = LandmarkSet.first(lesion.id, photograph.id, MARKS, by="Ann")
    store(clinic, first)
    store(clinic, first.revised(MARKS[:1], by="Ben"))

    with pytest.raises(ChangedMeanwhile):
        store(clinic, first.revised((), by="Ann"))
    with pytest.raises(ChangedMeanwhile):
        store(clinic, LandmarkSet.first(lesion.id, photograph.id, (), by="Ann"))

    (found,) = clinic.library.landmarks(lesion.id)
    assert found.landmarks == MARKS[:1]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM landmark_set",
        "UPDATE landmark_set SET marked_by = 'Zoe'",
        "INSERT OR REPLACE INTO landmark_set SELECT * FROM landmark_set",
    ],
)
def test_the_database_refuses_to_change_what_was_marked(clinic: Clinic, statement: str) -> None:
    lesion, photograph = photographed(clinic)
    store(clinic, LandmarkSet.first(lesion.id, photograph.id, MARKS, by="Ann"))

    with pytest.raises(sqlite3.IntegrityError, match="rows of landmark_set are kept"):
        clinic.library._db.execute(statement)


def test_two_places_of_one_number_are_no_landmarks() -> None:
    twice = (Landmark(number=1, at_px=(0.0, 0.0)), Landmark(number=1, at_px=(5.0, 5.0)))

    with pytest.raises(ValueError, match="a number stands for one place"):
        LandmarkSet.first("lesion", "photograph", twice, by="Ann")


def test_landmarks_can_be_marked_in_an_old_library(tmp_path: Path) -> None:
    folder = Library.restore(OLD, tmp_path / "old").folder

    with Library.open(folder) as library:
        (assessment,) = library.assessments()
        assert library.landmarks(assessment.lesion_id) == ()
        marked = LandmarkSet.first(
            assessment.lesion_id, assessment.photograph_ids[0], MARKS, by="Ann"
        )
        with library.verb("mark landmarks", by="Ann") as change:
            change.add_landmarks(marked)

    with Library.open(folder, read_only=True) as library:
        assert library.landmarks(assessment.lesion_id) == (marked,)
        assert library.check().problems == ()
