"""Which outline network a copy works with, and how a broken one is told from one left out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.red_network import VERSION, write_red_network
from woundtrack import imaging, resources
from woundtrack.errors import NetworkBroken, OwnNetworkBroken
from woundtrack.imaging.outlining import network_asset
from woundtrack.imaging.outlining.network_asset import (
    CLOSE,
    FACTS,
    WEIGHTS,
    farthest_off,
    network_in_use,
    outline_network,
    read_facts,
)
from woundtrack.imaging.outlining.outline_network import OutlineNetwork

DIGESTS = ["1332d1a948a3", "3b247c7a8ae4", "7f83d45ded12"]
ASSET = Path(__file__).resolve().parents[3] / "assets" / "outline"


@pytest.fixture
def shipped(of_the_copy: Path) -> Path:
    """Return the folder of a network that came with this copy."""
    write_red_network(of_the_copy)
    return of_the_copy


def test_a_copy_without_a_network_has_neither_a_network_nor_a_fault(of_the_copy: Path) -> None:
    used = network_in_use()

    assert (used.network, used.facts, used.folder, used.fault) == (None, None, None, None)
    assert outline_network() is None


def test_a_note_on_a_network_that_is_not_there_is_no_network(of_the_copy: Path) -> None:
    of_the_copy.mkdir(parents=True)
    (of_the_copy / "LICENCE.md").write_text("Terms", "utf-8")

    assert network_in_use() == network_asset.NetworkInUse()


def test_the_network_of_the_copy_is_used_with_its_version_and_hash(shipped: Path) -> None:
    used = network_in_use()

    assert used.network is not None
    assert used.network.version == VERSION
    digest = hashlib.sha256((shipped / WEIGHTS).read_bytes()).hexdigest()
    assert used.network.sha256 == digest
    assert (used.folder, used.is_own, used.fault) == (shipped, False, None)
    for method in (imaging.proposal_method(), imaging.outline_method()):
        told = dict(method.parameters)
        assert (told["network_version"], told["network_sha256"]) == (VERSION, digest)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("other weights", "outline.onnx is not the file that outline.json describes"),
        ("half of the weights", "outline.onnx is not the file that outline.json describes"),
        ("no network", "outline.onnx is no outline network"),
        ("no facts", r"outline\.json can't be read"),
        ("half of the facts", "outline.json is not understood"),
        ("facts of a later format", "outline.json is not understood"),
        ("a number for the version", "outline.json is not understood"),
    ],
)
def test_a_broken_network_is_not_used_and_says_why(shipped: Path, damage: str, reason: str) -> None:
    weights, facts = shipped / WEIGHTS, shipped / FACTS
    written = json.loads(facts.read_text("utf-8"))
    match damage:
        case "other weights":
            data = weights.read_bytes()
            weights.write_bytes(data.replace(b"red", b"rot"))
        case "half of the weights":
            weights.write_bytes(weights.read_bytes()[:100])
        case "no network":
            weights.write_bytes(b"not a network")
            digest = hashlib.sha256(b"not a network").hexdigest()
            facts.write_text(json.dumps({**written, "sha256": digest}), "utf-8")
        case "no facts":
            facts.unlink()
        case "half of the facts":
            facts.write_text(facts.read_text("utf-8")[:100], "utf-8")
        case "facts of a later format":
            facts.write_text(json.dumps({**written, "format": 2}), "utf-8")
        case _:
            facts.write_text(json.dumps({**written, "version": 7}), "utf-8")

    used = network_in_use()

    assert used.network is None
    assert type(used.fault) is NetworkBroken
    with pytest.raises(NetworkBroken, match=reason):
        raise used.fault
    assert "Install woundtrack again" in str(used.fault)
    assert imaging.proposal_method().name == "automatic-grabcut"


def test_a_clinics_own_network_comes_before_that_of_the_copy(shipped: Path) -> None:
    own = resources.own_folder("outline")
    write_red_network(own, version="ward-3", terms=network_asset.OWN)

    used = network_in_use()

    assert used.network is not None
    assert (used.network.version, used.folder, used.is_own) == ("ward-3", own, True)


def test_a_clinics_own_network_that_is_broken_is_not_replaced_by_another(shipped: Path) -> None:
    own = resources.own_folder("outline")
    write_red_network(own, terms=network_asset.OWN)
    (own / WEIGHTS).write_bytes(b"not a network")

    used = network_in_use()

    assert used.network is None
    assert isinstance(used.fault, OwnNetworkBroken)
    assert "Train it again, or take that folder away" in str(used.fault)


def test_half_of_a_clinics_own_network_is_told_and_not_passed_over(shipped: Path) -> None:
    own = resources.own_folder("outline")
    write_red_network(own, terms=network_asset.OWN)
    (own / WEIGHTS).unlink()

    used = network_in_use()

    assert used.network is None
    assert isinstance(used.fault, OwnNetworkBroken)
    assert "outline.onnx can't be read" in str(used.fault)


@pytest.mark.parametrize("name", [None, "file"], ids=["a disk that fails", "a folder closed to us"])
def test_a_network_that_cannot_be_read_is_told_as_broken(
    shipped: Path, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> bytes:
        raise PermissionError(13, "Permission denied", str(path) if name else None)

    if name is None:
        monkeypatch.setattr(Path, "read_bytes", refuse)
    else:
        monkeypatch.setattr(Path, "is_file", refuse)
        monkeypatch.setattr(Path, "read_text", refuse)

    used = network_in_use()

    assert used.network is None
    assert used.fault is not None
    file = "outline.onnx" if name is None else "outline.json"
    assert f"{file} can't be read" in str(used.fault)


def test_what_is_written_of_a_network_is_read_again(tmp_path: Path) -> None:
    written = write_red_network(tmp_path)

    assert read_facts(tmp_path / FACTS) == written


def test_another_answer_than_the_kept_one_is_noticed(tmp_path: Path) -> None:
    facts = write_red_network(tmp_path)
    network = OutlineNetwork(tmp_path / WEIGHTS)

    assert farthest_off(network, facts) < 1e-4
    (first, *others), *rest = facts.answers
    moved = replace(facts, answers=((first + 0.01, *others), *rest))
    assert farthest_off(network, moved) == pytest.approx(0.01, abs=1e-4)
    assert farthest_off(network, replace(facts, answers=())) == float("inf")


def test_the_trials_are_the_same_on_every_computer() -> None:
    digests = [
        hashlib.sha256(np.round(planes * 1020).astype("<i4").tobytes()).hexdigest()[:12]
        for planes in network_asset.trials()
    ]

    assert digests == DIGESTS


@pytest.mark.skipif(not (ASSET / WEIGHTS).is_file(), reason="this checkout has no outline network")
def test_the_network_of_this_checkout_is_whole_and_answers_on_this_opencv_as_it_should() -> None:
    facts = read_facts(ASSET / FACTS)
    network = OutlineNetwork(ASSET / WEIGHTS, facts.version)

    assert network.sha256 == facts.sha256
    assert (ASSET / WEIGHTS).stat().st_size <= 12e6
    assert farthest_off(network, facts) <= CLOSE
    assert all((ASSET / name).stat().st_size > 200 for name in network_asset.FILES)
