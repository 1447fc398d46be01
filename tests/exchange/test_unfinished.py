"""What an export leaves that was cut short is known again and taken away; a running one is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from woundtrack.exchange.placing import placed, sha256_of
from woundtrack.exchange.unfinished import clear_unfinished

WRITES = """
import os, signal, sys
from pathlib import Path
from woundtrack.exchange.placing import placed

out, dies = Path(sys.argv[1]), sys.argv[2]
rename = Path.rename

def rename_and_die(path, to):
    rename(path, to)
    if ".earlier-export-" in to.name:
        os.kill(os.getpid(), signal.SIGKILL)

if dies == "between the swap's two halves":
    Path.rename = rename_and_die
with placed(out, "manifest.json", lambda _: None) as beside:
    (beside / "table").write_text("new")
    (beside / "manifest.json").write_text('{"files": [{"name": "table", "sha256": "%s"}]}' % (
        "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"))
    print("written", flush=True)
    if dies == "while it is written":
        os.kill(os.getpid(), signal.SIGKILL)
    if dies == "never":
        sys.stdin.readline()
"""


def _write(target: Path, text: str) -> None:
    with placed(target, "manifest.json", lambda _: None) as beside:
        (beside / "table").write_text(text, encoding="utf-8")
        digest = sha256_of(beside / "table")
        listed = f'{{"files": [{{"name": "table", "sha256": "{digest}"}}]}}'
        (beside / "manifest.json").write_text(listed, encoding="utf-8")


def _killed(target: Path, when: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WRITES, str(target), when], capture_output=True, check=False
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize("was_there", [False, True])
def test_what_a_killed_export_left_says_what_it_is_and_goes_at_the_next_start(
    tmp_path: Path, was_there: bool
) -> None:
    target = tmp_path / "out"
    if was_there:
        _write(target, "old")
    before = _names(tmp_path)

    _killed(target, "while it is written")

    (left,) = [path for path in tmp_path.rglob("*") if path.is_dir() and path != target]
    assert left.name.startswith("out.unfinished-export-")
    clear_unfinished()
    assert _names(tmp_path) == before
    if was_there:
        assert (target / "table").read_text(encoding="utf-8") == "old"


def test_an_export_that_made_room_when_the_computer_died_is_back_at_the_next_start(
    tmp_path: Path,
) -> None:
    target = tmp_path / "out"
    _write(target, "old")

    _killed(target, "between the swap's two halves")

    assert not target.exists()
    clear_unfinished()
    assert _names(tmp_path) == ["out", "out/manifest.json", "out/table"]
    assert (target / "table").read_text(encoding="utf-8") == "old"


def test_the_next_export_anywhere_takes_away_what_a_killed_one_left(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    _killed(tmp_path / "stick" / "out", "while it is written")
    assert len(_names(tmp_path / "stick")) == 3

    _write(tmp_path / "elsewhere", "new")

    assert _names(tmp_path / "stick") == []


def test_what_lies_on_a_stick_that_is_out_goes_when_it_is_back(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    _killed(stick / "out", "while it is written")
    stick.rename(tmp_path / "pocket")
    clear_unfinished()

    (tmp_path / "pocket").rename(stick)
    clear_unfinished()

    assert _names(stick) == []


def test_an_export_that_another_process_writes_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "out"
    command = [sys.executable, "-c", WRITES, str(target), "never"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "written\n"

        clear_unfinished()
        _write(tmp_path / "mine", "mine")

        other.stdin.write("go on\n")
        other.stdin.flush()
        assert other.wait() == 0
    assert (target / "table").read_text(encoding="utf-8") == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "out"]


@pytest.mark.parametrize(
    "name", ["out.unfinished-export-00c0ffee", f".out.{'0' * 32}.part", f".out.{'0' * 32}.old"]
)
def test_what_another_computer_left_on_a_share_goes_after_a_day(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / name
    left.mkdir()
    (left / "table").write_text("?", encoding="utf-8")

    _write(tmp_path / "out", "1")
    assert left.is_dir()  # it may be running there

    later = time.time() + 25 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    _write(tmp_path / "out", "2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_the_leftovers_of_a_longer_name_are_none_of_an_exports_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = tmp_path / "out.2026.unfinished-export-00c0ffee"
    others.mkdir()
    later = time.time() + 25 * 3600
    monkeypatch.setattr(time, "time", lambda: later)

    _write(tmp_path / "out", "1")

    assert others.is_dir()


def test_an_export_is_written_where_nothing_can_be_kept_beside_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("WOUNDTRACK_CONFIG_DIR", str(tmp_path / "settings"))

    _write(tmp_path / "out", "1")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "settings"]


def test_a_note_that_names_nothing_goes_and_one_just_made_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "settings" / "unfinished-exports"
    notes.mkdir(parents=True)
    monkeypatch.setenv("WOUNDTRACK_CONFIG_DIR", str(tmp_path / "settings"))
    for name in ("old", "new"):
        (notes / f"{name}.json").touch()
    os.utime(notes / "old.json", (0, 0))

    clear_unfinished()

    assert [path.name for path in notes.iterdir()] == ["new.json"]
