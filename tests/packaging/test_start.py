"""Where a packaged woundtrack starts: the window on a library, or the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
import start

from woundtrack import cli
from woundtrack.ui import app


def named(*parts: str) -> str:
    return os.path.join(*parts)  # noqa: PTH118 - with the separator of this system


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([named("clinic", "2026")], Path("clinic", "2026")),
        ([named("clinic", "library.db")], Path("clinic")),
        ([named(".", "demo")], Path("demo")),
        (["demo"], None),
        (["selftest"], None),
        (["--version"], None),
        ([], None),
        (["check", named("clinic", "2026")], None),
    ],
    ids=str,
)
def test_a_library_is_told_from_a_command(arguments: list[str], expected: Path | None) -> None:
    assert start.library_named(arguments) == expected


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Keep what would have been started."""
    found: list[object] = []

    def window(library: Path | None = None) -> int:
        found.append(library)
        return 0

    def command(arguments: Sequence[str] | None = None) -> int:
        found.append(arguments)
        return 1

    monkeypatch.setattr(app, "run", window)
    monkeypatch.setattr(cli, "main", command)
    return found


def test_a_double_click_on_the_database_opens_its_library(started: list[object]) -> None:
    code = start.main([named("clinic", "library.db")])

    assert (code, started) == (0, [Path("clinic")])


def test_a_command_ends_with_its_own_code(started: list[object]) -> None:
    code = start.main(["check", "clinic"])

    assert (code, started) == (1, [["check", "clinic"]])
