"""Which of the two faces a start shows: the window, on a library or not, or a command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from woundtrack import __version__, cli
from woundtrack.records import Library
from woundtrack.ui import app


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """Keep on what the window would have been opened."""
    found: list[Path | None] = []

    def run(library: Path | None = None) -> int:
        found.append(library)
        return 0

    monkeypatch.setattr(app, "run", run)
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to type in that holds two libraries, one of a command's name."""
    monkeypatch.chdir(tmp_path)
    for name in ("Wound clinic", "demo"):
        Library.create(tmp_path / name).close()
    return tmp_path


def test_alone_it_opens_the_window(opened: list[Path | None]) -> None:
    code = cli.main([])

    assert (code, opened) == (0, [None])


@pytest.mark.parametrize(
    "typed",
    [
        ("Wound clinic",),
        ("Wound clinic", ""),
        (".", "Wound clinic"),
        ("Wound clinic", "library.db"),
        ("", "Wound clinic"),
        ("", "Wound clinic", "library.db"),
    ],
    ids="/".join,
)
def test_a_library_is_opened_by_its_folder_or_its_database(
    opened: list[Path | None], here: Path, typed: tuple[str, ...]
) -> None:
    argument = os.sep.join(typed)  # noqa: PTH118 - a Path would drop what is tested
    if not typed[0]:
        argument = f"{here}{argument}"

    code = cli.main([argument])

    assert (code, opened) == (0, [here / "Wound clinic"])


def test_the_database_is_opened_from_within_its_folder(
    opened: list[Path | None], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here / "Wound clinic")

    cli.main(["library.db"])
    cli.main(["."])

    assert opened == [here / "Wound clinic", here / "Wound clinic"]


def test_a_folder_that_is_called_like_the_database_is_a_folder(
    opened: list[Path | None], here: Path
) -> None:
    (here / "Wound clinic").rename(here / "library.db")

    cli.main(["library.db"])

    assert opened == [here / "library.db"]


def test_a_command_stays_one_where_a_folder_has_its_name(
    opened: list[Path | None], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    is_command = cli.main(["demo", "--help"])
    help_text = capsys.readouterr().out

    cli.main([os.path.join(".", "demo")])  # noqa: PTH118 - a Path would drop the dot

    assert (is_command, help_text.startswith("Usage: woundtrack demo")) == (0, True)
    assert opened == [here / "demo"]


def test_every_command_is_told_from_a_library_by_its_name_alone(
    opened: list[Path | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in cli.woundtrack.commands:
        (tmp_path / name).mkdir()

        cli.main([name, "--help"])

    assert len(cli.woundtrack.commands) > 10
    assert opened == []


def test_what_is_there_and_is_no_library_is_left_to_the_window_to_say(
    opened: list[Path | None], tmp_path: Path
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")

    cli.main([str(tmp_path)])
    cli.main([str(tmp_path / "photo.jpg")])

    assert opened == [tmp_path, tmp_path / "photo.jpg"]


@pytest.mark.parametrize("typed", ["mesure", "/nowhere/clinic", "./library.db"])
def test_what_is_not_there_is_told_in_one_sentence_where_it_was_typed(
    opened: list[Path | None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    code = cli.main([typed])

    assert (code, opened) == (2, [])
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        f"woundtrack: The word {Path(typed)} is not understood: it is neither a command nor a "
        "library's folder; woundtrack --help lists the commands."
    )


def test_a_program_without_a_terminal_leaves_that_to_the_window_too(
    opened: list[Path | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "stdout", None)

    code = cli.main([str(tmp_path / "gone")])

    assert (code, opened) == (0, [tmp_path / "gone"])


def test_two_words_are_a_command_and_its_argument(
    opened: list[Path | None], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.main(["Wound clinic", "demo"])

    assert (code, opened) == (2, [])
    assert "No such command 'Wound clinic'" in capsys.readouterr().err


def test_help_tells_of_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--help"])
    text = capsys.readouterr().out
    cli.main(["--version"])

    assert text.startswith("Usage: woundtrack [OPTIONS] [LIBRARY | COMMAND [ARGS]...]")
    assert __version__ in capsys.readouterr().out


_START = """
import sys
from PySide6.QtCore import QTimer
from woundtrack import cli
from woundtrack.ui import app

application = app.make_application()


def look():
    windows = [one for one in application.topLevelWidgets() if hasattr(one, "session")]
    if windows and windows[0].session.library is not None:
        print(windows[0].session.library.path)
        windows[0].close()
    else:
        QTimer.singleShot(20, look)


QTimer.singleShot(20, look)
sys.exit(cli.main())
"""


_START_IN_VAIN = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel
from woundtrack import cli
from woundtrack.ui import app

application = app.make_application()


def look():
    labels = [one for one in application.allWidgets() if isinstance(one, QLabel)]
    told = [one for one in labels if one.isVisible() and "no woundtrack library" in one.text()]
    if told:
        print(told[0].text())
        told[0].window().close()
    else:
        QTimer.singleShot(20, look)


QTimer.singleShot(20, look)
sys.exit(cli.main())
"""


def started(script: str, argument: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, str(argument)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )


def test_the_window_says_in_one_sentence_that_a_folder_is_no_library(
    own_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "holiday").mkdir()

    run = started(_START_IN_VAIN, tmp_path / "holiday")

    assert run.returncode == 0, run.stderr
    assert f"There is no woundtrack library in {tmp_path / 'holiday'}." in run.stdout


def test_a_double_click_on_the_database_shows_its_library(own_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Renal wound clinic"
    Library.create(folder).close()

    run = started(_START, folder / "library.db")

    assert (run.returncode, run.stdout.strip()) == (0, str(folder)), run.stderr
