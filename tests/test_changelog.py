"""The changelog: what a release holds is written before it is released."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import woundtrack

ROOT = Path(__file__).resolve().parent.parent
HEADINGS = re.findall(
    r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE
)


def _is_released(version: str) -> bool:
    """Return whether this version has a tag; skips where this is no checkout."""
    try:
        answer = subprocess.run(
            ["git", "tag", "--list", f"v{version}"],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this tree is not a git checkout")
    return bool(answer.stdout.strip())


def test_what_comes_next_stands_first() -> None:
    assert HEADINGS[0] == "Unreleased"


def test_every_released_version_has_its_date() -> None:
    released = re.compile(r"\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}")

    assert [heading for heading in HEADINGS[1:] if not released.fullmatch(heading)] == []


def test_a_released_version_has_its_entry() -> None:
    if _is_released(woundtrack.__version__):
        assert woundtrack.__version__ in {heading.split()[0] for heading in HEADINGS}
    else:
        assert HEADINGS[0] == "Unreleased"
