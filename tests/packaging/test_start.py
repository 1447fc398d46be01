"""Where a packaged woundtrack starts, and that desktops are told the same as the program reads."""

from __future__ import annotations

import configparser
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import contents
import pytest
import start

from woundtrack import cli
from woundtrack.records import Library
from woundtrack.ui import app

LINUX = contents.ROOT / "packaging" / "linux"
WINDOWS = contents.ROOT / "packaging" / "windows"
FREEDESKTOP = "{http://www.freedesktop.org/standards/shared-mime-info}"


def test_a_package_starts_with_the_words_it_was_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[Path | None] = []

    def run(library: Path | None = None) -> int:
        opened.append(library)
        return 0

    monkeypatch.setattr(app, "run", run)
    monkeypatch.setattr(sys, "argv", ["woundtrack", str(tmp_path)])
    by_double_click = start.main()
    monkeypatch.setattr(sys, "argv", ["woundtrack", "check", str(tmp_path)])
    by_command = start.main()

    assert (by_double_click, opened) == (0, [tmp_path])
    assert (by_command, capsys.readouterr().out) == (1, "")


def root_of(name: str) -> ET.Element:
    return ET.parse(LINUX / name).getroot()  # noqa: S314 - a file of this repository


@pytest.fixture
def desktop() -> configparser.SectionProxy:
    """Return what the .desktop file says."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(LINUX / "woundtrack.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_a_desktop_starts_the_program_with_one_file_or_none(
    desktop: configparser.SectionProxy,
) -> None:
    program, argument = desktop["Exec"].split()

    assert program == cli.woundtrack.name
    assert argument == "%f"  # a path, and one: of two libraries each gets a window
    assert desktop["Terminal"] == "false"


def test_the_kind_of_file_is_called_the_same_everywhere(
    desktop: configparser.SectionProxy,
) -> None:
    kind = root_of("woundtrack.xml").find(f"{FREEDESKTOP}mime-type")
    told = root_of("woundtrack.metainfo.xml")

    assert kind is not None
    assert desktop["MimeType"] == f"{kind.get('type')};"
    assert told.findtext("provides/mediatype") == kind.get("type")
    assert told.findtext("provides/binary") == desktop["Exec"].split()[0]


def test_a_library_of_today_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    Library.create(tmp_path / "clinic").close()
    head = (tmp_path / "clinic" / "library.db").read_bytes()[:100]
    other = b"SQLite format 3\0" + bytes(84)
    (outer,) = root_of("woundtrack.xml").iter(f"{FREEDESKTOP}magic")
    (text,) = outer
    (number,) = text

    def is_library(data: bytes) -> bool:
        value = int(number.get("value", ""), 16).to_bytes(4, "big")
        offset = int(number.get("offset", ""))
        begins = data.startswith(text.get("value", "?").encode("ascii"))
        return begins and data[offset : offset + 4] == value

    assert (text.get("offset"), text.get("type"), number.get("type")) == ("0", "string", "big32")
    assert is_library(head)
    assert not is_library(other)


def test_windows_opens_folders_with_the_program_that_shows_no_terminal() -> None:
    script = (WINDOWS / "woundtrack.iss").read_text(encoding="utf-8")
    portable = (WINDOWS / "woundtrack-portable.cmd").read_text(encoding="utf-8")
    spec = (contents.ROOT / "packaging" / "woundtrack.spec").read_text(encoding="utf-8")

    assert '"""{app}\\woundtrack-window.exe"" ""%1"""' in script
    assert portable.rstrip().endswith('start "" "%~dp0woundtrack-window.exe" %*')
    assert 'name="woundtrack-window", console=False' in spec
