"""What the world does to a clinic: each fault is one clear sentence, and nothing is lost."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from woundtrack.phantom import Phantom
from woundtrack.records import Library

Run = Callable[..., Any]


@pytest.fixture
def photo(tmp_path: Path, phantom: Phantom) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(phantom.jpeg)
    return path


@pytest.fixture
def library(run: Run, tmp_path: Path, photo: Path) -> Path:
    """Return a library with one photograph accepted."""
    path = tmp_path / "library"
    run("import", path, photo, "--patient", "WT-1", "--site", "thigh")
    run("accept", path, "--patient", "WT-1", "--all")
    return path


def huge_png(path: Path, width: int, height: int) -> None:
    """Write a valid black PNG of any size without holding it in memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    packer = zlib.compressobj(1)
    line = bytes(1 + width)
    packed = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def one_sentence(error: str) -> str:
    """Return the one line printed, without its prefix."""
    (line,) = error.strip().splitlines()
    assert line.startswith("woundtrack: ")
    assert "Traceback" not in line
    return line.removeprefix("woundtrack: ")


def areas(path: Path) -> list[float]:
    with Library.open(path, read_only=True) as opened:
        return [one.ulcer.area_mm2 for one in opened.assessments() if one.ulcer is not None]


def test_a_truncated_jpeg_is_told_and_the_others_go_on(
    run: Run, library: Path, photo: Path, tmp_path: Path, phantom: Phantom
) -> None:
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(phantom.jpeg[: len(phantom.jpeg) // 2])
    before = areas(library)

    ran = run("import", library, cut, "--patient", "WT-1", "--site", "thigh")

    assert ran.code == 1
    assert "cut short" in one_sentence(ran.err)
    assert areas(library) == before


def test_a_200_megapixel_png_is_refused_by_its_size(
    run: Run, library: Path, tmp_path: Path
) -> None:
    huge = tmp_path / "huge.png"
    huge_png(huge, 20_000, 10_000)

    ran = run("import", library, huge, "--patient", "WT-1", "--site", "thigh")

    assert ran.code == 1
    assert one_sentence(ran.err).startswith(f"{huge} has 200 megapixels, more than the 150")


def test_a_text_file_called_jpg_is_not_a_photograph(
    run: Run, library: Path, tmp_path: Path
) -> None:
    text = tmp_path / "notes.jpg"
    text.write_text("Dressing changed, see notes.", encoding="utf-8")

    ran = run("import", library, text, "--patient", "WT-1", "--site", "thigh")

    assert ran.code == 1
    assert "not a picture in a format known here" in one_sentence(ran.err)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="the superuser may write everywhere; the next test takes the right away",
)
def test_a_read_only_folder_is_told_and_can_still_be_read(
    run: Run, library: Path, photo: Path
) -> None:
    library.chmod(0o500)
    try:
        refused = run("accept", library, "--patient", "WT-1")
        shown = run("timeline", library, "--patient", "WT-1")
    finally:
        library.chmod(0o700)

    assert refused.code == 1
    assert "can't be written" in one_sentence(refused.err)
    assert shown.code == 0


def test_a_folder_that_refuses_writing_is_told_as_anyone(
    run: Run, tmp_path: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)

    ran = run("import", tmp_path / "new", photo, "--patient", "WT-1", "--site", "thigh")

    assert ran.code == 1
    assert "can't be written" in one_sentence(ran.err)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("word", ["export", "remeasure"])
def test_nothing_that_names_patients_leaves_without_a_note(
    run: Run, tmp_path: Path, word: str
) -> None:
    out = tmp_path / ("out" if word == "export" else "out.csv")
    command = [word, tmp_path / "clinic", out, "--identified", "--by", "Ann"]
    command += ["--format", "csv"] if word == "export" else []

    with Library.create(tmp_path / "clinic"):
        refused = run(*command)
    written = run(*command)

    assert refused.code == 1
    assert "is being written by" in one_sentence(refused.err)
    assert written.code == 0
    with Library.open(tmp_path / "clinic", read_only=True) as opened:
        (note,) = opened.audit_trail(verb="export")
    assert note.why is not None
    assert "identified" in note.why


def test_a_newer_library_is_refused_and_not_touched(run: Run, library: Path, photo: Path) -> None:
    import sqlite3

    with sqlite3.connect(library / "library.db") as database:
        database.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "SELECT migration_set, 'm999_from_the_future', applied_at "
            "FROM _sqlite_migrations LIMIT 1"
        )
    database.close()

    ran = run("import", library, "--patient", "WT-1", "--site", "thigh", photo)

    assert ran.code == 1
    assert "newer woundtrack" in one_sentence(ran.err)


def test_a_second_writer_is_told_who_writes_and_may_read(
    run: Run, library: Path, photo: Path
) -> None:
    with Library.open(library):
        refused = run("accept", library, "--patient", "WT-1")
        shown = run("timeline", library, "--patient", "WT-1")

    assert refused.code == 1
    assert "is being written by" in one_sentence(refused.err)
    assert shown.code == 0


def test_stopping_an_import_leaves_whole_photographs_and_the_rest_can_follow(
    series: Any, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    command = [sys.executable, "-m", "woundtrack", "import", str(library), str(series.folder)]
    command += ["--patient", "WT-1", "--site", "abdomen", "--by", "Ann"]
    stopped = subprocess.run(
        [sys.executable, "-c", STOP_AFTER_FIVE, *command[3:]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert stopped.returncode == 130, stopped.stderr
    with Library.open(library) as opened:
        assert len(opened.photographs()) == 5
        assert opened.check().problems == ()

    again = subprocess.run(command, capture_output=True, text=True, check=False)

    with Library.open(library) as opened:
        assert len(opened.photographs()) == len(series.painted)
        assert opened.check().problems == ()
    assert again.stdout.startswith("11 of 16 photographs imported")


# A person presses Ctrl-C after the fifth photograph: the interrupt arrives in the main thread.
STOP_AFTER_FIVE = """
import sys
from woundtrack import cli
from woundtrack.workflow import batch

file_photograph = batch.file_photograph
filed = 0

def filing(*arguments, **named):
    global filed
    if filed == 5:
        raise KeyboardInterrupt
    filed += 1
    return file_photograph(*arguments, **named)

batch.file_photograph = filing
sys.exit(cli.main(sys.argv[1:]))
"""
