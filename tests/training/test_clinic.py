"""A clinic's accepted outlines become a folder that the network can learn from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from training import clinic, photographs
from training.photographs import FolderUnusable
from woundtrack import workflow
from woundtrack.model import BodySite, Outline
from woundtrack.phantom import Camera, Lesion, Scene, render
from woundtrack.records import Library


def a_library(path: Path, *, is_accepted: bool, is_reviewed: bool = True) -> Library:
    phantom = render(
        Scene(
            seed=3,
            lesions=(Lesion(area_mm2=500, shape_seed=1),),
            camera=Camera(width_px=1600, height_px=1200),
        )
    )
    photo = path.parent / "visit.jpg"
    photo.write_bytes(phantom.jpeg)
    library = Library.create(path)
    workflow.import_photographs(
        library, [photo], patient_code="WT-7", site=BodySite(region="abdomen"), by="nurse"
    )
    if is_accepted:
        (photograph,) = library.photographs(library.patient_with_code("WT-7").id)
        proposal = library.proposal_of(photograph.id)
        decisions = workflow.suggest(library, proposal)
        workflow.accept(library, proposal, decisions, by="nurse", reviewed=is_reviewed)
    return library


def test_accepted_outlines_are_written_as_masks_and_nothing_names_the_patient(
    tmp_path: Path,
) -> None:
    with a_library(tmp_path / "clinic", is_accepted=True) as library:
        (assessment,) = library.assessments()
        area_px = cv2.contourArea(
            np.array(assessment.outlines[0].outline.outer, np.float32).reshape(-1, 1, 2)
        )
    out = tmp_path / "data"
    assert clinic.is_library(tmp_path / "clinic")
    accepted = clinic.write_folder(tmp_path / "clinic", out)
    assert (accepted.count, accepted.last_on) == (1, assessment.recorded_at.date())
    assert accepted.data.terms == "own"
    assert not accepted.are_enough()
    (name,) = photographs.names_in(out)
    made = photographs.read(out, name)
    assert "WT-7" not in name
    assert "visit" not in name
    assert max(made.mask.shape) == clinic.LONGEST_PX
    assert made.mask.sum() * (1600 / 1024) ** 2 == pytest.approx(area_px, rel=0.02)
    assert clinic.write_folder(tmp_path / "clinic", out).count == 1  # a later leg finds it there


def test_what_was_corrected_is_written_anew_and_what_was_withdrawn_taken_away(
    tmp_path: Path,
) -> None:
    out = tmp_path / "data"
    with a_library(tmp_path / "clinic", is_accepted=True) as library:
        clinic.write_folder(tmp_path / "clinic", out)
        (assessment,) = library.assessments()
        square = Outline(outer=((400, 300), (800, 300), (800, 700), (400, 700)))
        corrected = workflow.correct(library, assessment, square, by="nurse", reason="larger")

        clinic.write_folder(tmp_path / "clinic", out)

        (name,) = photographs.names_in(out)
        mask = photographs.read(out, name).mask
        assert mask.sum() * (1600 / 1024) ** 2 == pytest.approx(400 * 400, rel=0.02)
        workflow.retire(library, corrected, by="nurse", reason="withdrawn")

    with pytest.raises(FolderUnusable):
        clinic.write_folder(tmp_path / "clinic", out)
    assert [*(out / "images").iterdir(), *(out / "labels").iterdir()] == []


def test_a_library_without_accepted_outlines_says_what_to_do(tmp_path: Path) -> None:
    a_library(tmp_path / "clinic", is_accepted=False).close()
    with pytest.raises(FolderUnusable, match="review photographs first"):
        clinic.write_folder(tmp_path / "clinic", tmp_path / "data")


def test_what_was_accepted_without_review_does_not_teach(tmp_path: Path) -> None:
    a_library(tmp_path / "clinic", is_accepted=True, is_reviewed=False).close()

    with pytest.raises(FolderUnusable, match="no reviewed outlines yet"):
        clinic.write_folder(tmp_path / "clinic", tmp_path / "data")


def test_a_photograph_with_one_ulcer_reviewed_and_another_not_teaches_nothing(
    tmp_path: Path,
) -> None:
    with a_library(tmp_path / "clinic", is_accepted=False) as library:
        (photograph,) = library.photographs(library.patient_with_code("WT-7").id)
        proposal = library.proposal_of(photograph.id)
        (suggested,) = workflow.suggest(library, proposal)
        workflow.accept(library, proposal, [suggested], by="nurse", reviewed=False)
        beside = Outline(outer=((100, 100), (200, 100), (200, 200), (100, 200)))
        second = replace(suggested, outline=beside, label="another")
        workflow.accept_more(library, proposal, [second], by="nurse")
        reviewers = {one.reviewed_by for one in library.assessments()}
        assert reviewers == {None, "nurse"}

    with pytest.raises(FolderUnusable, match="no reviewed outlines yet"):
        clinic.write_folder(tmp_path / "clinic", tmp_path / "data")


def test_when_training_is_over_no_copy_of_a_photograph_is_left(tmp_path: Path) -> None:
    a_library(tmp_path / "clinic", is_accepted=True).close()
    work = tmp_path / "work"
    clinic.write_folder(tmp_path / "clinic", work / clinic.FOLDER)
    (work / "learning.pt").write_bytes(b"what was learnt")
    (work / "curve.csv").write_text("step\n", "utf-8")

    clinic.remove_copies(work)
    assert sorted(path.name for path in work.rglob("*")) == ["curve.csv", "learning.pt"]
    clinic.tidy(work)

    assert list(work.rglob("*")) == []
