"""The outline network goes in with its terms, or stays out wholly: one option decides."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import bill
import build
import contents
import deb
import pytest

from tests.red_network import VERSION, write_red_network
from woundtrack import resources
from woundtrack.imaging.outlining import network_asset

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FILES = {f"outline/{name}" for name in network_asset.FILES}


@pytest.fixture(autouse=True)
def by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(contents.WITHOUT_NETWORK, "")


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the checkout's assets be two files and a network."""
    folder = tmp_path / "assets"
    (folder / "icons").mkdir(parents=True)
    (folder / "icons" / "woundtrack.svg").write_text("<svg/>", "utf-8")
    write_red_network(folder / "outline")
    monkeypatch.setattr(resources, "_PLACES", (folder,))
    monkeypatch.setattr(contents, "assets_asked_for", lambda: {"icons"})
    monkeypatch.setattr(contents, "assets_in_repository", lambda: {"icons/woundtrack.svg", *FILES})
    return folder


def made(at: Path) -> Path:
    """Return a folder as PyInstaller makes it, as far as the assets go."""
    for name, source, _ in contents.asset_entries():
        target = at / "_internal" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path(source).read_bytes())
    return at


def names(program: Path) -> set[str]:
    inside = program / "_internal" / "woundtrack" / "assets"
    return {path.relative_to(inside).as_posix() for path in inside.rglob("*") if path.is_file()}


def test_by_default_the_network_goes_in_and_is_listed_with_its_terms(
    assets: Path, tmp_path: Path
) -> None:
    program = made(tmp_path / "program")

    parts = bill.collect(program, [])

    assert names(program) == {"icons/woundtrack.svg", *FILES}
    assert set(contents.check_assets(program)) == names(program)
    (part,) = (one for one in parts if one.name == "Outline network")
    assert part.version == VERSION
    assert part.terms is not None
    assert part.terms.words == "Not for commercial use"
    document = bill.document(parts, version="1", made_at=MOMENT)
    (listed,) = (one for one in document["components"] if one["name"] == "Outline network")
    assert listed["type"] == "machine-learning-model"
    assert listed["purl"] == f"pkg:generic/outline-network@{VERSION}"
    (weights,) = listed["components"]
    sha256 = json.loads((assets / "outline/outline.json").read_text("utf-8"))["sha256"]
    assert weights["name"] == "woundtrack/assets/outline/outline.onnx"
    assert weights["hashes"] == [{"alg": "SHA-256", "content": sha256}]
    laid = program / "_internal" / "woundtrack" / "licences"
    for one in listed["properties"]:
        assert (laid / one["value"]).stat().st_size > 20
    text = deb.copyright_file(parts)
    assert f"Outline network {VERSION}: Not for commercial use" in text
    assert "is not for commercial use: LICENCE.md there says why" in text.replace("\n", " ")


def test_one_option_leaves_it_out_wholly(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(contents.WITHOUT_NETWORK, "1")

    program = made(tmp_path / "program")

    assert names(program) == {"icons/woundtrack.svg"}
    assert contents.check_assets(program) == ("icons/woundtrack.svg",)
    parts = bill.collect(program, [])
    assert "Outline network" not in {part.name for part in parts}
    assert "commercial" not in deb.copyright_file(parts)
    assert "The package as a whole may be passed on" in deb.copyright_file(parts)
    assert contents.suffix() == "-without-network"


def test_a_folder_with_the_network_is_not_packed_as_one_without(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = made(tmp_path / "program")
    monkeypatch.setenv(contents.WITHOUT_NETWORK, "1")

    with pytest.raises(contents.PackageIncomplete, match=r"outline/outline\.onnx"):
        contents.check_assets(program)


@pytest.mark.parametrize("name", ["outline.json", "LICENCE.md", "MODEL_CARD.md"])
def test_a_network_without_its_terms_its_facts_or_its_card_is_not_packaged(
    assets: Path, name: str
) -> None:
    (assets / "outline" / name).unlink()

    with pytest.raises(contents.PackageIncomplete, match=f"lacks {name}"):
        contents.asset_entries()


def test_a_network_that_is_not_the_described_one_is_not_packaged(assets: Path) -> None:
    weights = assets / "outline" / "outline.onnx"
    weights.write_bytes(weights.read_bytes() + b" ")

    with pytest.raises(contents.PackageIncomplete, match="not the one that"):
        contents.asset_entries()


def test_weights_that_the_repository_holds_may_not_be_missing(assets: Path) -> None:
    (assets / "outline" / "outline.onnx").unlink()

    with pytest.raises(contents.PackageIncomplete, match=r"outline/outline\.onnx"):
        contents.asset_entries()


def test_a_checkout_that_never_had_a_network_is_packaged_without_notes_on_one(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        contents,
        "assets_in_repository",
        lambda: {"icons/woundtrack.svg", "outline/LICENCE.md"},
    )
    for name in ("outline.onnx", "outline.json", "MODEL_CARD.md"):
        (assets / "outline" / name).unlink()

    assert [name for name, _, _ in contents.asset_entries()] == [
        "woundtrack/assets/icons/woundtrack.svg"
    ]


def test_a_debian_package_with_the_network_is_none_of_debians_free_ones() -> None:
    needs = deb.Relations(depends=("libc6",), recommends=(), suggests=())

    free = deb.control(needs, architecture="amd64", installed_kib=1)
    other = deb.control(needs, architecture="amd64", installed_kib=1, has_network=True)

    assert "\nSection: science\n" in free
    assert "\nSection: non-free/science\n" in other


def test_the_option_is_said_to_the_processes_of_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop() -> None:
        raise contents.PackageIncomplete(os.environ[contents.WITHOUT_NETWORK])

    monkeypatch.setattr(contents, "asset_entries", stop)
    said: list[str] = []
    monkeypatch.setattr(build, "say", said.append)
    monkeypatch.setattr("sys.argv", ["build.py", "--without-network"])

    assert build.main() == 1
    assert said == ["nothing was packaged: 1"]


@pytest.mark.parametrize("is_left_out", [False, True], ids=["with", "without"])
def test_a_wheel_says_on_what_terms_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_left_out: bool
) -> None:
    monkeypatch.setattr(contents, "has_network", lambda: not is_left_out)

    with zipfile.ZipFile(build.wheel(tmp_path)) as archive:
        held = set(archive.namelist())
        (metadata,) = (name for name in held if name.endswith(".dist-info/METADATA"))
        told = archive.read(metadata).decode("utf-8")

    assert "woundtrack/cli/__init__.py" in held
    assert any(name.startswith("woundtrack/assets/outline/") for name in held) is not is_left_out
    assert ("non-commercial" in told) is not is_left_out
    assert (
        any(name.endswith("assets/outline/LICENCE.md") and "dist-info" in name for name in held)
        is not is_left_out
    )
