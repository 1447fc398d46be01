"""The audit trail on the command line: when, who, what and why, without changing anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from woundtrack.cli import woundtrack
from woundtrack.records import Library


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Return a library in which two things were done."""
    with Library.create(tmp_path / "clinic") as library:
        with library.verb("export", by="Ann", why="csv, pseudonymised, 2 patients, to out"):
            pass
        with library.verb("retire", by="Ben", why="a slip\nof the \x1b[31mpen"):
            pass
    return tmp_path / "clinic"


def run(*words: object) -> Result:
    return CliRunner().invoke(woundtrack, [str(one) for one in words])


def test_the_trail_tells_when_who_did_what_and_why_a_line_each(clinic: Path) -> None:
    with Library.open(clinic):  # another window has it
        ran = run("trail", clinic)

    assert ran.exit_code == 0, ran.output
    *_, first, second = (line.split("  ") for line in ran.stdout.splitlines())
    assert first[1:] == ["Ann", "export", "csv, pseudonymised, 2 patients, to out"]
    assert second[1:] == ["Ben", "retire", "a slip of the [31mpen"]
    assert abs((datetime.fromisoformat(second[0]) - datetime.now()).total_seconds()) < 3600  # noqa: DTZ005 - the clinic's clock


def test_the_trail_is_told_as_json_with_the_moment_and_its_offset(clinic: Path) -> None:
    ran = run("trail", clinic, "--json")

    last = json.loads(ran.stdout)[-1]
    assert (last["by"], last["verb"], last["why"]) == (
        "Ben",
        "retire",
        "a slip\nof the \x1b[31mpen",
    )
    assert abs((datetime.fromisoformat(last["at"]) - datetime.now(UTC)).total_seconds()) < 3600
    with Library.open(clinic, read_only=True) as library:
        assert last["seq"] == library.audit_trail(1)[0].seq
        assert len(json.loads(ran.stdout)) == len(library.audit_trail())


def test_the_trail_since_a_day_leaves_out_what_was_before(clinic: Path) -> None:
    nothing = run("trail", clinic, "--since", "2999-01-01")
    everything = run("trail", clinic, "--since", "2020-01-01")

    assert (nothing.stdout, nothing.stderr) == (
        "",
        "Nothing is in the audit trail since 2999-01-01.\n",
    )
    assert everything.stdout == run("trail", clinic).stdout
