"""Windows' refusals, raised as Windows raises them, and its rules for names."""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path, PureWindowsPath

import pytest

from woundtrack import disk
from woundtrack.errors import FileInUse, FileUnwritable

OPEN_ELSEWHERE, ACCESS_DENIED = 32, 5


class _Windows:
    """Refuses to rename, as Windows does while another program has a file open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refusals_left = 0
        self.code = OPEN_ELSEWHERE
        self.waited_s = 0.0
        self._replace = os.replace
        start = time.monotonic()
        monkeypatch.setattr(os, "replace", self._refuse)
        monkeypatch.setattr(time, "sleep", self._sleep)
        monkeypatch.setattr(time, "monotonic", lambda: start + self.waited_s)

    def _sleep(self, seconds: float) -> None:
        self.waited_s += seconds

    def _refuse(self, source: Path, target: Path) -> None:
        if self.refusals_left:
            self.refusals_left -= 1
            refusal = PermissionError(errno.EACCES, "Access is denied", str(target))
            vars(refusal)["winerror"] = self.code  # which other systems don't have
            raise refusal
        self._replace(source, target)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> _Windows:
    return _Windows(monkeypatch)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    (tmp_path / "part").write_text("new", encoding="ascii")
    return tmp_path / "part"


# --- into place ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [OPEN_ELSEWHERE, ACCESS_DENIED])
def test_a_file_that_a_virus_scanner_has_open_is_waited_for(
    windows: _Windows, part: Path, tmp_path: Path, code: int
) -> None:
    target = tmp_path / "measurements.csv"
    target.write_text("old", encoding="ascii")
    windows.refusals_left, windows.code = 5, code

    disk.put_in_place(part, target)

    assert target.read_text(encoding="ascii") == "new"
    assert 0 < windows.waited_s < disk.PATIENCE_S


def test_a_file_that_stays_open_in_another_program_is_named_in_one_sentence(
    windows: _Windows, part: Path, tmp_path: Path
) -> None:
    target = tmp_path / "measurements.csv"
    target.write_text("old", encoding="ascii")
    windows.refusals_left = 1_000

    with pytest.raises(FileInUse, match=r"measurements\.csv is open in another program"):
        disk.put_in_place(part, target)

    assert disk.PATIENCE_S <= windows.waited_s < disk.PATIENCE_S + 1
    assert target.read_text(encoding="ascii") == "old"
    assert part.exists()


def test_a_folder_with_a_file_that_is_open_is_waited_for(windows: _Windows, tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    windows.refusals_left, windows.code = 3, ACCESS_DENIED

    disk.put_in_place(tmp_path / "part", tmp_path / "library")

    assert (tmp_path / "library").is_dir()


def test_a_refusal_that_waiting_will_not_change_is_passed_on_at_once(
    windows: _Windows, part: Path, tmp_path: Path
) -> None:
    target = tmp_path / "may only be read"
    target.write_text("old", encoding="ascii")
    target.chmod(0o444)
    windows.refusals_left, windows.code = 1, ACCESS_DENIED

    with pytest.raises(PermissionError):
        disk.put_in_place(part, target)

    assert windows.waited_s == 0


def test_other_systems_are_never_waited_for(
    part: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)

    with pytest.raises(PermissionError):
        disk.put_in_place(part, tmp_path / "target")


# --- away ----------------------------------------------------------------------------------------


def test_a_file_that_may_only_be_read_is_made_writable_before_it_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = tmp_path / "originals" / "ab" / "abcd.jpg"
    original.parent.mkdir(parents=True)
    original.write_bytes(b"x")
    original.chmod(0o444)
    done: list[str] = []
    chmod, unlink = os.chmod, os.unlink

    def make_writable(path: Path, mode: int, **options: bool) -> None:
        done.append(f"{mode:o}")
        chmod(path, mode, **options)

    def take_away(path: Path, **options: int) -> None:
        done.append("away")
        unlink(path, **options)

    monkeypatch.setattr(os, "chmod", make_writable)
    monkeypatch.setattr(os, "unlink", take_away)

    disk.remove_folder(tmp_path / "originals")
    disk.remove(original)  # once more does nothing

    assert not original.exists()
    assert done[:2] == ["644", "away"]


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Users\Ann\Documents\Wound clinic",
        r"C:\Users\Ann\Documents\Wound clinic.2026",
        r"..\Zoë's clinic (2)",
        r"\\server\share\clinic",
        r"D:\CONSULTANTS\auxiliary\com10\console",
        r"D:\.hidden",
        "clinic",
        "D:\\",
    ],
)
def test_names_that_windows_keeps(path: str) -> None:
    assert disk.unkeepable_on_windows(PureWindowsPath(path)) is None


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (r"C:\clinic\CON", "device"),
        (r"C:\clinic\nul.csv", "device"),
        (r"C:\Com1\out", "device"),
        (r"C:\clinic\LPT¹.txt", "device"),
        (r"C:\clinic\aux .zip", "device"),
        (r"C:\clinic\week 1.", "dot or a space"),
        (r"C:\clinic \out", "dot or a space"),
        (r"C:\clinic\WT:0147", "in a name"),
        (r"C:\clinic\what?", "in a name"),
        ("C:\\clinic\\two\nlines", "in a name"),
    ],
)
def test_names_that_windows_does_not_keep(path: str, why: str) -> None:
    reason = disk.unkeepable_on_windows(PureWindowsPath(path))

    assert reason is not None
    assert why in reason


def test_a_path_is_refused_before_what_lies_in_it_gets_too_long() -> None:
    longest = PureWindowsPath("C:\\") / ("x" * 126)

    assert disk.unkeepable_on_windows(longest, room=130) is None
    reason = disk.unkeepable_on_windows(PureWindowsPath(f"{longest}x"), room=130)

    assert reason == "its path has 130 characters, and Windows can keep 129 here"


def test_a_character_outside_the_first_plane_counts_twice() -> None:
    path = PureWindowsPath("C:\\") / ("😀" * 128)

    assert disk.unkeepable_on_windows(path) is None
    assert disk.unkeepable_on_windows(PureWindowsPath(f"{path}😀")) is not None


def test_only_windows_refuses_what_windows_does_not_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    disk.refuse_unkeepable(tmp_path / "aux")

    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(FileUnwritable, match=r"“aux” is the name of a device in Windows\. Choose"):
        disk.refuse_unkeepable(tmp_path / "aux")
