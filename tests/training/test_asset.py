"""What is written beside the weights, so that the program takes them up and says what they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.red_network import red_onnx
from tests.training.test_windows_and_gestures import a_folder
from training import asset, photographs
from woundtrack import imaging, resources
from woundtrack.imaging.outlining import network_asset
from woundtrack.imaging.outlining.network_asset import farthest_off, network_in_use, read_facts

OWN = asset.Data(learnt_from="outlines of this clinic", on="until 2026-11-20", terms="own")
DAY = date(2026, 11, 21)


def test_a_clinics_own_network_is_taken_up_by_the_program_and_named_in_its_methods(
    of_the_copy: Path,
) -> None:
    folder = resources.own_folder(network_asset.FOLDER)
    folder.mkdir(parents=True)
    (folder / network_asset.WEIGHTS).write_bytes(red_onnx())

    facts = asset.describe(folder, OWN, version="own-7", count=31, steps=400, seed=2, made_on=DAY)

    used = network_in_use()
    assert used.is_own
    assert used.facts == facts == read_facts(folder / network_asset.FACTS)
    assert used.network is not None
    assert farthest_off(used.network, facts) < 1e-4
    named = dict(imaging.proposal_method().parameters)
    assert (named["network_version"], named["network_sha256"]) == ("own-7", facts.sha256)
    licence = (folder / network_asset.LICENCE).read_text("utf-8")
    assert "from 31 photographs of its own" in licence
    card = (folder / network_asset.CARD).read_text("utf-8")
    assert facts.sha256 in card
    assert "Nobody has measured yet" in card


def test_what_pytorch_answers_is_what_is_kept(tmp_path: Path) -> None:
    (tmp_path / network_asset.WEIGHTS).write_bytes(red_onnx())
    given = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]

    facts = asset.describe(
        tmp_path, OWN, version="1", count=1, steps=1, seed=0, made_on=DAY, answers=given
    )

    assert facts.answers == ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0))


def test_the_projects_own_licence_note_and_card_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / network_asset.WEIGHTS).write_bytes(red_onnx())
    (tmp_path / network_asset.LICENCE).write_text("Why not", "utf-8")
    data = asset.Data(learnt_from="a challenge", on="2021", terms="non-commercial")

    asset.describe(tmp_path, data, version="1", count=1, steps=1, seed=0, made_on=DAY)

    assert (tmp_path / network_asset.LICENCE).read_text("utf-8") == "Why not"
    assert not (tmp_path / network_asset.CARD).exists()


def test_weights_that_opencv_cannot_read_are_not_described(tmp_path: Path) -> None:
    (tmp_path / network_asset.WEIGHTS).write_bytes(b"none")

    with pytest.raises(ValueError, match="is no outline network"):
        asset.describe(tmp_path, OWN, version="1", count=1, steps=1, seed=0, made_on=DAY)

    assert not (tmp_path / network_asset.FACTS).exists()


def test_the_challenges_photographs_are_known_and_others_are_not_called_theirs(
    tmp_path: Path,
) -> None:
    theirs = a_folder(tmp_path / "theirs")
    one = next(iter((theirs / "images").iterdir()))
    one.rename(one.with_name(min(photographs.held_back())))
    others = a_folder(tmp_path / "others")
    for path in (others / "images").iterdir():
        path.rename(path.with_name(f"ward-{path.name}"))

    assert "Foot Ulcer Segmentation" in asset.data_of(theirs).learnt_from
    assert asset.data_of(others).learnt_from == "a folder of photographs and masks"
    assert asset.data_of(others).terms == "non-commercial"
    assert asset.data_of(others, is_own=True).terms == "own"
    assert asset.data_of(theirs, is_own=True).terms == "non-commercial"
