"""A folder that appears whole: what was cut short is known again, and strangers' things are kept.

What the formats' own tests hold of a full disk and of another library's export isn't repeated here.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import FileUnwritable
from woundtrack.exchange.placing import placed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST = "manifest.json"


def _export(target: Path, **texts: str) -> None:
    with placed(target, MANIFEST, lambda _: None) as beside:
        for name, text in texts.items():
            (beside / name).write_text(text, encoding="utf-8")
        (beside / MANIFEST).write_text(_manifest(texts), encoding="utf-8")


def _manifest(texts: Mapping[str, str]) -> str:
    return json.dumps(
        {
            "files": [
                {"name": name, "sha256": hashlib.sha256(text.encode()).hexdigest()}
                for name, text in texts.items()
            ]
        }
    )


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def _left_behind(home: Path, name: str, ending: str, **texts: str) -> Path:
    folder = home / f".{name}.{'0' * 32}{ending}"
    folder.mkdir(parents=True)
    for key, text in {**texts, MANIFEST: _manifest(texts)}.items():
        (folder / key).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("ending", [".part", ".old"])
def test_what_a_dead_computer_left_beside_a_whole_export_is_taken_away(
    tmp_path: Path, ending: str
) -> None:
    _export(tmp_path / "out", table="1")
    _left_behind(tmp_path, "out", ending, table="0")

    _export(tmp_path / "out", table="2")

    assert _names(tmp_path) == ["out", "out/manifest.json", "out/table"]
    assert (tmp_path / "out" / "table").read_text(encoding="utf-8") == "2"


def test_an_export_that_stood_aside_when_the_computer_died_is_replaced_at_once(
    tmp_path: Path,
) -> None:
    _left_behind(tmp_path, "out", ".old", table="1", gone="1")
    _left_behind(tmp_path, "out", ".part", table="2")

    _export(tmp_path / "out", table="3")

    assert _names(tmp_path) == ["out", "out/manifest.json", "out/table"]
    assert (tmp_path / "out" / "table").read_text(encoding="utf-8") == "3"


def test_an_export_to_a_folder_of_a_longer_name_is_none_of_its_own(tmp_path: Path) -> None:
    others = _left_behind(tmp_path, "out.2026", ".part", table="0")
    old = _left_behind(tmp_path, "out.2026", ".old", table="0")

    _export(tmp_path / "out", table="1")

    assert others.is_dir()
    assert old.is_dir()
    assert (tmp_path / "out" / "table").read_text(encoding="utf-8") == "1"


@pytest.mark.parametrize("kind", ["download", "empty folder", "broken link"])
def test_what_is_a_strangers_in_an_earlier_exports_folder_stays(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "out"
    _export(target, table="1")
    mine = target / "thesis.pdf.part"
    if kind == "download":
        mine.write_text("mine", encoding="utf-8")
    elif kind == "empty folder":
        mine.mkdir()
    else:
        mine.symlink_to(tmp_path / "nothing")

    _export(target, table="2")

    assert _names(target) == ["manifest.json", "table", "thesis.pdf.part"]
    assert (target / "table").read_text(encoding="utf-8") == "2"


def test_where_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    _export(tmp_path / "share" / "out", table="1")
    (tmp_path / "out").symlink_to(tmp_path / "share" / "out")

    _export(tmp_path / "out", table="2")

    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "share" / "out" / "table").read_text(encoding="utf-8") == "2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "share"]


@pytest.mark.parametrize("name", ["../mine.txt", "{home}/mine.txt"])
def test_a_manifest_that_lists_files_elsewhere_takes_none_of_them_away(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    target = tmp_path / "out"
    target.mkdir()
    listed = {name.format(home=tmp_path.as_posix()): "mine"}
    (target / MANIFEST).write_text(_manifest(listed), encoding="utf-8")
    (target / "notes").write_text("so that files are put in place one by one", encoding="utf-8")

    with pytest.raises(FileUnwritable, match="no export wrote"):
        _export(target, table="1")

    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
