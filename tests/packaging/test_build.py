"""The archive for Windows and what its program says of itself; the moment a package bears."""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import build
import look
import pytest
from contents import PackageIncomplete
from PIL import Image

MOMENT = datetime(2026, 3, 4, 5, 6, 8, tzinfo=UTC)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "woundtrack"
    (folder / "_internal" / "b").mkdir(parents=True)
    for name in ("woundtrack.exe", "_internal/b/two.dll", "_internal/a.dll"):
        (folder / name).write_bytes(name.encode("ascii") * 100)
    return folder


def test_the_portable_zip_unpacks_into_one_folder_and_brings_its_starter(
    program: Path, tmp_path: Path
) -> None:
    starter = build.WINDOWS / "woundtrack-portable.cmd"

    out = build.write_zip(program, tmp_path / "p.zip", extra=[starter], made_at=MOMENT)

    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "woundtrack/_internal/a.dll",
            "woundtrack/_internal/b/two.dll",
            "woundtrack/woundtrack-portable.cmd",
            "woundtrack/woundtrack.exe",
        ]
        assert archive.read("woundtrack/woundtrack-portable.cmd") == starter.read_bytes()


def test_the_same_folder_gives_the_same_zip(program: Path, tmp_path: Path) -> None:
    first = build.write_zip(program, tmp_path / "1.zip", extra=[], made_at=MOMENT).read_bytes()
    (program / "_internal" / "a.dll").touch()

    second = build.write_zip(program, tmp_path / "2.zip", extra=[], made_at=MOMENT).read_bytes()

    assert second == first


def test_a_package_bears_the_moment_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(MOMENT.timestamp())))

    assert build.moment() == MOMENT


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [("echo '[{\"lesions\": [1]}]'", False), ("echo it broke >&2; exit 1", True)],
)
def test_a_program_that_breaks_on_a_limb_is_not_packaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, is_refused: bool
) -> None:
    if sys.platform == "win32":
        pytest.skip("the program is stood in for by a shell script")
    program = tmp_path / "woundtrack"
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
    program.chmod(0o755)
    for name in ("WORK", "DIST", "PROGRAM"):
        monkeypatch.setattr(build, name, tmp_path)

    if is_refused:
        with pytest.raises(PackageIncomplete, match="it broke"):
            build.measure_on_a_limb()
    else:
        build.measure_on_a_limb()

    assert (tmp_path / "limb.jpg").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1.2.3", (1, 2, 3, 0)), ("1.2.3rc1", (1, 2, 3, 0)), ("2.0.dev4", (2, 0, 0, 0))],
)
def test_windows_compares_versions_by_four_numbers(
    version: str, expected: tuple[int, int, int, int]
) -> None:
    assert look.numbers(version) == expected


def test_what_windows_shows_of_the_program_can_be_read_by_the_packager(tmp_path: Path) -> None:
    text = look.write_windows_version(tmp_path / "version.txt").read_text(encoding="utf-8")

    compile(text, "version.txt", "eval")
    assert "woundtrack.exe" in text


@pytest.mark.parametrize("size", [16, 48, 256])
def test_the_icon_is_drawn_anew_in_every_size(size: int) -> None:
    image = Image.open(io.BytesIO(look.drawn(size)))

    assert image.size == (size, size)
    corner, colours = image.getpixel((0, 0)), image.getcolors(size * size)
    assert isinstance(corner, tuple)
    assert corner[3] == 0  # see-through outside its round shape
    assert colours is not None
    assert len(colours) > 8


def test_windows_finds_all_its_sizes_in_one_file(tmp_path: Path) -> None:
    path = look.write_ico(tmp_path / "woundtrack.ico")

    with Image.open(path) as icon:
        assert icon.info["sizes"] == {(size, size) for size in look.WINDOWS_SIZES}
