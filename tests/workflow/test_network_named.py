"""What is stored of an outline names the outline network that it was made with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.red_network import VERSION, write_red_network
from woundtrack import imaging, workflow
from woundtrack.imaging import network_in_use
from woundtrack.model import BodySite, Method
from woundtrack.phantom import Camera, Lesion, Scene, render
from woundtrack.records import Library


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    camera = Camera(width_px=1200, height_px=900)
    path = tmp_path / "visit.jpg"
    path.write_bytes(render(Scene(lesions=(Lesion(area_mm2=1200),), camera=camera)).jpeg)
    return path


def import_one(library: Path, photo: Path) -> None:
    with Library.create(library) as opened:
        workflow.import_photographs(
            opened, [photo], patient_code="WT-1", site=BodySite(region="thigh"), by="Ann"
        )


def accepted_method(library: Path, *, by_hand: bool) -> Method:
    """Accept what is proposed, or what a person's box gave in its place; read it from the disk."""
    with Library.open(library) as opened:
        (proposal,) = opened.proposals()
        decisions = workflow.suggest(opened, proposal)[:1]
        if by_hand:
            filed = opened.photograph(proposal.photograph_id)
            data = opened.originals.read(filed.photograph.sha256)
            pixels, _ = imaging.read_photograph_bytes(data, "visit.jpg")
            rows, columns = pixels.shape[:2]
            box = (0.2 * columns, 0.2 * rows, 0.8 * columns, 0.8 * rows)
            (outline,) = imaging.refine_outline(pixels, box=box, start=())
            decisions = (replace(decisions[0], outline=outline),)
        workflow.accept(opened, proposal, decisions, by="Ann")
    with Library.open(library, read_only=True) as opened:
        (assessment,) = opened.assessments()
        return assessment.outlines[0].method


@pytest.mark.parametrize("by_hand", [False, True], ids=["as proposed", "by a box"])
def test_an_assessment_keeps_version_and_hash_of_the_network_it_was_made_with(
    of_the_copy: Path, photo: Path, tmp_path: Path, by_hand: bool
) -> None:
    facts = write_red_network(of_the_copy)
    import_one(tmp_path / "clinic", photo)

    method = accepted_method(tmp_path / "clinic", by_hand=by_hand)

    told = dict(method.parameters)
    assert method.name == ("guided-network" if by_hand else "automatic-network")
    assert (told["network_version"], told["network_sha256"]) == (VERSION, facts.sha256)


def test_a_proposal_keeps_the_network_of_its_day_when_another_has_come_since(
    of_the_copy: Path, photo: Path, tmp_path: Path
) -> None:
    first = write_red_network(of_the_copy)
    import_one(tmp_path / "clinic", photo)
    write_red_network(of_the_copy, version="red-2")
    network_in_use.cache_clear()

    told = dict(accepted_method(tmp_path / "clinic", by_hand=False).parameters)

    assert (told["network_version"], told["network_sha256"]) == (VERSION, first.sha256)


def test_an_outline_made_without_a_network_names_none(
    of_the_copy: Path, photo: Path, tmp_path: Path
) -> None:
    import_one(tmp_path / "clinic", photo)

    method = accepted_method(tmp_path / "clinic", by_hand=False)

    assert method.name == "automatic-grabcut"
    assert not any(name.startswith("network") for name, _ in method.parameters)
