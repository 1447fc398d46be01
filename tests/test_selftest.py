"""What the check of an installation says of the outline network."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.red_network import VERSION, write_red_network
from woundtrack import cli, selftest
from woundtrack.imaging.outlining import network_asset


def said_of_the_network() -> tuple[bool, str]:
    checks = [one for one in selftest.CHECKS if one[0] == "outline network"]
    ((_, is_well, detail),) = selftest.run(checks)
    return is_well, detail


def test_the_network_is_named_and_tried(of_the_copy: Path) -> None:
    facts = write_red_network(of_the_copy)

    is_well, detail = said_of_the_network()

    assert is_well
    assert f"version {VERSION}, {facts.sha256[:12]}, answers as expected" in detail
    assert float(detail.rpartition("Dice ")[2]) > 0.7


def test_a_network_that_was_left_out_is_no_fault(of_the_copy: Path) -> None:
    assert said_of_the_network() == (True, "left out: outlines are made by OpenCV alone")


def test_a_broken_network_is_a_fault_and_says_what_to_do(of_the_copy: Path) -> None:
    write_red_network(of_the_copy)
    (of_the_copy / network_asset.FACTS).unlink()

    is_well, detail = said_of_the_network()

    assert not is_well
    assert "Install woundtrack again" in detail


def test_a_network_that_answers_otherwise_than_it_should_is_a_fault(of_the_copy: Path) -> None:
    facts = write_red_network(of_the_copy)
    other = replace(facts, answers=tuple(tuple(one + 0.1 for one in a) for a in facts.answers))
    network_asset.write_facts(other, of_the_copy / network_asset.FACTS)

    is_well, detail = said_of_the_network()

    assert not is_well
    assert "answers otherwise than where it was made" in detail


def said_of_the_scores() -> tuple[bool, str]:
    checks = [one for one in selftest.CHECKS if one[0] == "scores"]
    ((_, is_well, detail),) = selftest.run(checks)
    return is_well, detail


def test_the_scores_that_can_be_answered_are_named() -> None:
    assert said_of_the_scores() == (True, "bwat 1, bwat-cua 1, nrs-11 1, push 3.0, vas-100 1")


def test_a_clinics_score_that_can_not_be_used_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WOUNDTRACK_CONFIG_DIR", str(tmp_path))
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores" / "own.json").write_text("{}", encoding="utf-8")

    is_well, detail = said_of_the_scores()

    assert not is_well
    assert "own.json can't be used: the definition has no “format”" in detail


def said_of_the_exports() -> tuple[bool, str]:
    checks = [one for one in selftest.CHECKS if one[0] == "exports"]
    ((_, is_well, detail),) = selftest.run(checks)
    return is_well, detail


def test_every_format_and_a_page_are_written() -> None:
    is_well, detail = said_of_the_exports()

    assert is_well
    assert [word.split()[0] for word in detail.split(";")[0].split(": ")[1].split(", ")] == [
        "csv",
        "redcap",
        "fhir",
        "dicom",
        "page",
    ]


def test_an_installation_that_can_not_encrypt_says_so() -> None:
    script = (
        "import sys; sys.modules['ssl'] = None; from woundtrack import selftest; "
        "print(*selftest.run([one for one in selftest.CHECKS if one[0] == 'exports']))"
    )

    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert "False" in answer.stdout
    assert "ssl" in answer.stdout


# --- the command line ----------------------------------------------------------------------------


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    from woundtrack.phantom import Camera, Lesion, Scene, render

    camera = Camera(width_px=800, height_px=600)
    path = tmp_path / "one.jpg"
    path.write_bytes(render(Scene(lesions=(Lesion(area_mm2=900),), camera=camera)).jpeg)
    return path


@pytest.mark.parametrize("command", ["measure", "outline", "import"])
def test_a_broken_network_is_told_once_a_run_and_the_work_goes_on(
    of_the_copy: Path,
    photo: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    command: str,
) -> None:
    write_red_network(of_the_copy)
    (of_the_copy / network_asset.WEIGHTS).write_bytes(b"none")
    other = photo.with_name("two.jpg")
    other.write_bytes(photo.read_bytes() + b" ")

    arguments = {
        "measure": ["measure", str(photo), str(other)],
        "outline": ["outline", str(photo), str(other), "--masks", str(tmp_path / "masks")],
        "import": ["import", str(tmp_path / "clinic"), str(photo), str(other), "--patient", "WT-1",
                   "--site", "thigh"],
    }[command]  # fmt: skip
    cli.main(arguments)

    said = capfd.readouterr()
    assert said.err.count("The outline network in") == 1
    assert said.out


@pytest.mark.parametrize("command", ["measure", "outline"])
def test_a_network_that_was_left_out_is_not_told_there(
    of_the_copy: Path,
    photo: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    command: str,
) -> None:
    masks = ["--masks", str(tmp_path / "masks")] if command == "outline" else []

    cli.main([command, str(photo), *masks])

    assert "outline network" not in capfd.readouterr().err
