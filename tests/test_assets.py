"""Assets: found wherever woundtrack runs from, loud when missing, and every picture draws."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from woundtrack import resources
from woundtrack.resources import asset, assets

ROOT = Path(__file__).resolve().parent.parent
PICTURES = sorted(path.relative_to(ROOT / "assets") for path in (ROOT / "assets").rglob("*.svg"))


def test_the_assets_of_a_checkout_are_found() -> None:
    assert asset("icons") == ROOT / "assets" / "icons"
    assert PICTURES


def test_the_assets_beside_the_package_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "beside" / "icons").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PLACES", (tmp_path / "beside", ROOT / "assets"))

    assert asset("icons") == tmp_path / "beside" / "icons"


def test_a_missing_asset_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=re.escape("icons/nowhere.svg")):
        asset("icons/nowhere.svg")


@pytest.mark.parametrize("name", ["", ".", "../pyproject.toml", "/etc/hostname", "icons/../../a"])
def test_a_name_cannot_lead_out_of_the_assets(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of an asset"):
        asset(name)


def test_every_asset_the_source_asks_for_is_there() -> None:
    asked = [
        name
        for path in (ROOT / "woundtrack").rglob("*.py")
        for name in re.findall(r"\basset\(\s*\"([^\"{]+)\"", path.read_text(encoding="utf-8"))
    ]

    missing = [name for name in asked if not (ROOT / "assets" / name).exists()]

    assert missing == []


def test_every_listed_asset_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "icons" / "small").mkdir(parents=True)
    (tmp_path / "icons" / "small" / "card.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "body_map.svg").write_text("<svg/>", encoding="utf-8")
    monkeypatch.setattr(resources, "_PLACES", (tmp_path / "absent", tmp_path))

    assert assets() == ("body_map.svg", "icons/small/card.svg")
    assert [asset(name).read_text(encoding="utf-8") for name in assets()] == ["<svg/>", "<svg/>"]


def test_a_copy_without_assets_lists_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_PLACES", (tmp_path / "absent",))

    assert assets() == ()


def test_a_built_wheel_holds_every_asset_and_every_module(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )

    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "woundtrack").rglob("*.py")}

    assert {f"woundtrack/assets/{name}" for name in assets()} <= held
    assert modules <= held


@pytest.mark.usefixtures("qapp")  # some have words in them
@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.as_posix())
def test_every_picture_draws_something(picture: Path) -> None:
    renderer = QSvgRenderer(QByteArray(asset(picture.as_posix()).read_bytes()))
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(0)

    painter = QPainter(image)
    renderer.render(painter)
    painter.end()

    assert renderer.isValid()
    assert any(image.constBits())
