"""A clinic's whole life by Windows' rules for files, and the lock as only Windows runs it."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path, PureWindowsPath
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import pytest
from PIL import Image

from woundtrack import workflow
from woundtrack.disk import LONGEST_PATH, unkeepable_on_windows
from woundtrack.errors import Cancelled, LibraryInUse
from woundtrack.model import BodySite
from woundtrack.records import Library, back_up_daily, lock, recover
from woundtrack.records.backup import ROOM_IN_LIBRARY

OPEN_FILES: Final = Path("/proc/self/fd")
CODE: Final = 'CON/1:*?"<>|. '
"""A patient's code that can be no name of a file."""


def photograph(path: Path, spread: int) -> Path:
    Image.effect_noise((320, 240), spread).convert("RGB").save(path, "JPEG")
    return path


def filled(folder: Path, at: Path) -> None:
    """Make a library with three photographs of a patient whose code could be no file's name."""
    at.mkdir()
    photographs = [
        photograph(at / name, spread)
        for spread, name in enumerate(("one.jpg", "two.jpeg", "three.JPG"), start=20)
    ]
    with Library.create(folder) as library:
        workflow.import_photographs(
            library,
            photographs,
            patient_code=CODE,
            site=BodySite(region="abdomen"),
            by="Ann",
            visited_on=date(2026, 3, 3),
        )


class _Rules:
    """Refuses what Windows refuses, before the system that runs the tests carries it out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refused: list[str] = []
        self.touched: set[Path] = set()
        for name in ("mkdir", "replace", "rename", "unlink", "remove", "rmdir"):
            monkeypatch.setattr(os, name, self._checked(name, getattr(os, name)))

    def _checked(self, name: str, call: Callable[..., None]) -> Callable[..., None]:
        def checked(*paths: Any, **options: Any) -> None:
            folder = options.get("dir_fd")
            for number, path in enumerate(paths[:1] if name == "mkdir" else paths):
                told = os.fspath(path)
                whole = told if folder is None else OPEN_FILES / str(folder) / told
                is_renamed = number == 0 and name in {"replace", "rename"}
                self._look(name, Path(whole), is_renamed=is_renamed)
            call(*paths, **options)

        return checked

    def _look(self, name: str, path: Path, *, is_renamed: bool) -> None:
        """Raise what Windows raises where a file is open, or may only be read."""
        real = path.resolve()
        self.touched.add(real)
        if name == "mkdir":
            return
        inside = [file for file in _open_files() if file == real or real in file.parents]
        if inside:
            self._refuse(name, real, f"{inside[0].name} is open")
        # A read-only file may be renamed, but neither deleted nor replaced by another.
        if not is_renamed and real.is_file() and not real.stat().st_mode & stat.S_IWUSR:
            self._refuse(name, real, "it may only be read")

    def _refuse(self, name: str, path: Path, why: str) -> None:
        self.refused.append(f"{name} {path.name}: {why}")
        raise PermissionError(errno.EACCES, "Access is denied", str(path))


def _open_files() -> Iterator[Path]:
    """Yield the files that this process has open; a folder that is read is open on Linux alone."""
    for entry in OPEN_FILES.iterdir():
        try:
            target = Path(entry.readlink())
        except OSError:  # the one this loop itself was opened by
            continue
        if target.is_file():
            yield target


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> _Rules:
    """Let no file be renamed, replaced or deleted that Windows would refuse to."""
    if not OPEN_FILES.is_dir():
        pytest.skip("only where a process can see which files it has open")
    return _Rules(monkeypatch)


# --- files ---------------------------------------------------------------------------------------


def test_a_library_lives_its_whole_life_by_the_rules_of_windows(
    windows: _Rules, tmp_path: Path
) -> None:
    folder = tmp_path / "Wound clinic"
    filled(folder, tmp_path / "photographs")
    (tmp_path / "backups").mkdir()

    with Library.open(folder) as library:
        workflow.export_csv(library, tmp_path / "out", by="Ann", identified=True)
        workflow.export_csv(library, tmp_path / "out", by="Ann", identified=True)  # over itself
        library.backup(tmp_path / "whole.zip")
    back_up_daily(folder)
    back_up_daily(folder, tmp_path / "backups")
    Library.restore(tmp_path / "whole.zip", tmp_path / "again")

    assert windows.refused == []
    with Library.open(tmp_path / "again", read_only=True) as again:
        assert again.check().problems == ()
        assert len(tuple(again.originals.files())) == 3


def test_a_damaged_library_is_recovered_by_the_rules_of_windows(
    windows: _Rules, tmp_path: Path
) -> None:
    folder = tmp_path / "Wound clinic"
    filled(folder, tmp_path / "photographs")
    with Library.open(folder) as library:
        library.backup(folder / "backups" / "whole.zip")
        first = next(path for _, path in library.originals.files())
    first.chmod(0o644)
    first.write_bytes(b"cut")
    first.chmod(0o444)
    database = (folder / "library.db").read_bytes()
    (folder / "library.db").write_bytes(database[:4096] + bytes(len(database) - 4096))

    report = recover(folder, folder / "backups" / "whole.zip", by="Ann")

    assert (windows.refused, report.mended) == ([], 1)
    with Library.open(folder, read_only=True) as library:
        assert library.check().problems == ()


def test_no_file_bears_a_name_that_windows_does_not_keep(tmp_path: Path) -> None:
    folder = tmp_path / "Wound clinic"
    filled(folder, tmp_path / "photographs")
    with Library.open(folder) as library:
        workflow.export_csv(library, tmp_path / "out", by="Ann")
    back_up_daily(folder)

    names = {path.name for path in tmp_path.rglob("*")}

    assert [why for name in names if (why := unkeepable_on_windows(PureWindowsPath(name)))] == []
    assert len({name.casefold() for name in names}) == len(names)


def test_no_path_in_a_library_outgrows_the_room_that_is_kept_for_it(
    windows: _Rules, tmp_path: Path
) -> None:
    folder = tmp_path / "c"
    filled(folder, tmp_path / "photographs")
    with Library.open(folder) as library:
        library.backup(tmp_path / "whole.zip")
    back_up_daily(folder)
    longest = "x" * (LONGEST_PATH - ROOM_IN_LIBRARY - len("C:\\"))

    Library.restore(tmp_path / "whole.zip", tmp_path / longest)

    inside = [
        PureWindowsPath("C:\\", *path.relative_to(tmp_path).parts)
        for path in windows.touched
        if path.is_relative_to(tmp_path) and longest in path.as_posix()
    ]
    other = [path.relative_to(folder) for path in windows.touched if path.is_relative_to(folder)]
    assert inside
    assert max(len(str(path)) for path in inside) <= LONGEST_PATH
    assert max(len(str(path)) for path in other) < ROOM_IN_LIBRARY


def test_what_a_stopped_restore_leaves_is_taken_away_though_originals_may_only_be_read(
    windows: _Rules, tmp_path: Path
) -> None:
    filled(tmp_path / "clinic", tmp_path / "photographs")
    with Library.open(tmp_path / "clinic") as library:
        library.backup(tmp_path / "whole.zip")

    def stop(fraction: float, _: str) -> None:
        if fraction > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        Library.restore(tmp_path / "whole.zip", tmp_path / "again", progress=stop)

    assert windows.refused == []
    assert list(tmp_path.glob("*.part")) == []


def test_what_a_crash_left_half_written_keeps_nobody_out(windows: _Rules, tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    filled(folder, tmp_path / "photographs")
    left = folder / "originals" / ".incoming" / "1.part"
    left.write_bytes(b"half")
    left.chmod(0o444)

    Library.open(folder).close()

    assert not left.exists()


# --- the lock ------------------------------------------------------------------------------------


class _Msvcrt(ModuleType):
    """Locks as Windows' runtime does: by file, from where the descriptor stands, by descriptor."""

    LK_UNLCK, LK_NBLCK, LK_NBRLCK = 0, 2, 4

    def __init__(self) -> None:
        super().__init__("msvcrt")
        self.holders: dict[tuple[int, int], int] = {}

    def locking(self, file: int, mode: int, size: int) -> None:
        assert size == 1
        place = (os.fstat(file).st_ino, os.lseek(file, 0, os.SEEK_CUR))
        if mode == self.LK_UNLCK:
            if self.holders.pop(place, None) != file:
                raise PermissionError(errno.EACCES, "Permission denied")
        elif place in self.holders:  # its "read" lock is one alone, too
            raise PermissionError(errno.EACCES, "Permission denied")
        else:
            self.holders[place] = file


class _Lock(ModuleType):
    """``woundtrack.records.lock`` as Windows runs it."""

    WriterLock: Any
    writer_of: Any
    is_on_network: Any


@pytest.fixture
def msvcrt(monkeypatch: pytest.MonkeyPatch) -> _Msvcrt:
    return _Msvcrt()


@pytest.fixture
def windows_lock(monkeypatch: pytest.MonkeyPatch, msvcrt: _Msvcrt) -> _Lock:
    def kind_of_drive(root: str | None) -> int:
        return 4 if str(root).upper().startswith("N:") else 3

    kernel = SimpleNamespace(kernel32=SimpleNamespace(GetDriveTypeW=kind_of_drive))
    source = Path(lock.__file__).read_text(encoding="utf-8")
    module = _Lock("windows_lock")
    with monkeypatch.context() as during:
        during.setattr(sys, "platform", "win32")
        during.setitem(sys.modules, "msvcrt", msvcrt)
        exec(compile(source, lock.__file__, "exec"), module.__dict__)  # noqa: S102
    monkeypatch.setattr(ctypes, "windll", kernel, raising=False)
    return module


def test_on_windows_one_window_writes_and_the_next_is_told_who(
    windows_lock: _Lock, tmp_path: Path
) -> None:
    first = windows_lock.WriterLock(tmp_path)

    with pytest.raises(LibraryInUse, match=f"process {os.getpid()}"):
        windows_lock.WriterLock(tmp_path)
    assert f"process {os.getpid()}" in windows_lock.writer_of(tmp_path)

    first.release()


def test_on_windows_the_lock_is_given_back_and_not_left_to_the_system(
    windows_lock: _Lock, msvcrt: _Msvcrt, tmp_path: Path
) -> None:
    first = windows_lock.WriterLock(tmp_path)
    assert len(msvcrt.holders) == 1

    first.release()

    assert msvcrt.holders == {}
    assert windows_lock.writer_of(tmp_path) is None
    assert msvcrt.holders == {}
    windows_lock.WriterLock(tmp_path).release()


def test_on_windows_the_file_that_is_locked_can_still_say_whose_it_is(
    windows_lock: _Lock, tmp_path: Path
) -> None:
    """A byte that is locked can't be read there: whose lock it is stands in another file."""
    held = windows_lock.WriterLock(tmp_path)

    assert (tmp_path / "library.lock").stat().st_size == 0
    assert held.writer.endswith(f"(process {os.getpid()})")

    held.release()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"\\server\share\clinic", True),
        (r"N:\clinic", True),
        (r"C:\Users\Ann\clinic", False),
    ],
)
def test_on_windows_shares_and_mapped_drives_are_known(
    windows_lock: _Lock, path: str, expected: bool
) -> None:
    whole = PureWindowsPath(path)

    assert windows_lock.is_on_network(SimpleNamespace(absolute=lambda: whole)) is expected
