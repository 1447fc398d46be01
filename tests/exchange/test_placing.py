"""A folder that appears whole: strangers' things are kept, and nothing unfinished is left.

What the formats' own tests hold of a full disk and of another library's export isn't repeated here.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import FileUnwritable
from woundtrack.exchange.placing import placed

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def test_an_export_that_cannot_take_its_place_leaves_the_earlier_one_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    _export(target, table="1")
    rename = Path.rename

    def refuse_the_last(path: Path, to: Path) -> Path:
        if to == target and "unfinished" in path.name:
            raise PermissionError(13, "Permission denied")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", refuse_the_last)

    with pytest.raises(FileUnwritable, match="permission denied"):
        _export(target, table="2")

    assert _names(tmp_path) == ["out", "out/manifest.json", "out/table"]
    assert (target / "table").read_text(encoding="utf-8") == "1"


@pytest.mark.parametrize("where", ["in the part", "above"])
def test_a_place_that_cannot_be_written_is_told_by_the_name_that_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    target = tmp_path / "nowhere" / "out"
    mkdir = Path.mkdir

    def refuse(path: Path, mode: int = 0o777, **more: bool) -> None:
        is_part = path.name.startswith("out.unfinished-export-")
        if is_part if where == "in the part" else path == target.parent:
            raise FileNotFoundError(2, "No such file or directory", str(path))
        mkdir(path, mode, **more)

    monkeypatch.setattr(Path, "mkdir", refuse)

    with pytest.raises(FileUnwritable) as refused:
        _export(target, table="1")

    assert str(target) in str(refused.value)
    assert "unfinished-export" not in str(refused.value)
