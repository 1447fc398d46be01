"""The scripts of ``packaging/`` by their bare names, and Windows' rules for files on any system."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

LONGEST_PATH: Final = 259
"""Of a path that every program on Windows can open: 260 less the zero at its end."""
OPEN_FILES: Final = Path("/proc/self/fd")


def wrong_on_windows(name: str) -> str | None:
    """Return why Windows can't keep a file or folder of this name; None where it can.

    https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    """
    if re.search(r'[<>:"/\\|?*\x00-\x1f]', name):
        return "it holds a character that Windows keeps for itself"
    if name != name.rstrip(". "):
        return "Windows drops dots and spaces at the end"
    if PureWindowsPath(name).is_reserved():
        return "it is the name of a device"
    if len(name.encode("utf-16-le")) // 2 > 255:
        return "it is longer than 255 characters"
    return None


class _Rules:
    """Refuses what Windows refuses, before the system that runs the tests carries it out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refused: list[str] = []
        for name in ("replace", "rename", "unlink", "remove", "rmdir"):
            monkeypatch.setattr(os, name, self._checked(name, getattr(os, name)))

    def _checked(self, name: str, call: Callable[..., None]) -> Callable[..., None]:
        def checked(*paths: Any, **options: Any) -> None:
            folder = options.get("dir_fd")
            for path in paths:
                told = os.fspath(path)
                whole = told if folder is None else OPEN_FILES / str(folder) / told
                self._look(name, Path(whole))
            call(*paths, **options)

        return checked

    def _look(self, name: str, path: Path) -> None:
        """Raise what Windows raises where a file is open, or may only be read."""
        real = path.resolve()
        inside = [file for file in _open_files() if file == real or real in file.parents]
        if inside:
            self._refuse(name, real, f"{inside[0].name} is open")
        # A read-only file may be renamed, but neither deleted nor replaced by another.
        if name in {"unlink", "remove", "replace"} and real.is_file():
            is_source = name == "replace" and path.name.endswith(".part")
            if not is_source and not real.stat().st_mode & stat.S_IWUSR:
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
