"""Small copies that are gone, as after a restore from a backup, are made anew when wanted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from woundtrack import imaging, workflow
from woundtrack.model import BodySite, Doubt, VisitPhotograph
from woundtrack.records import Library
from woundtrack.ui.imports.batch import Incoming
from woundtrack.ui.imports.check import Arriving, SiteRow, known_of
from woundtrack.ui.session import Session
from woundtrack.ui.small_copies import SmallCopies
from woundtrack.ui.window.main_window import MainWindow

SITE = BodySite(region="abdomen")


def file_one(library: Library, folder: Path, number: int) -> VisitPhotograph:
    """File a photograph of one colour that waits; the small copy is stored as on import."""
    path = folder / f"IMG_{number}.jpg"
    Image.new("RGB", (640, 480), (160, 40 + 20 * number, 60)).save(path)
    facts = imaging.photograph_facts(path)
    examined = workflow.Examined(
        path=path,
        photograph=facts,
        calibration=None,
        outlines=(),
        doubts=(Doubt(code="card_not_found"),),
        method=imaging.proposal_method(),
    )
    library.originals.put(path.read_bytes(), facts.sha256, ".jpg")
    library.originals.put_thumbnail(facts.sha256, imaging.quick_thumbnail(path))
    return workflow.file_photograph(
        library,
        examined,
        patient_code="CX-001",
        site=SITE,
        visited_on=date(2026, 3, number),
        by="Ann",
    ).photograph


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a library of three photographs that wait, whose small copies are gone."""
    with Library.create(tmp_path / "library") as library:
        for number in (1, 2, 3):
            file_one(library, tmp_path, number)
    shutil.rmtree(tmp_path / "library" / "thumbnails")
    return tmp_path / "library"


def hashes(session: Session) -> list[str]:
    assert session.library is not None
    return [one.photograph.sha256 for one in session.library.photographs()]


def test_a_copy_that_is_gone_is_made_once_and_kept(
    session: Session, folder: Path, qtbot: QtBot
) -> None:
    session.open_library(folder)
    assert session.library is not None
    copies, (first, second, third) = SmallCopies(session, session), hashes(session)
    made: list[str] = []
    copies.made.connect(made.append)

    assert all(copies.of(one).isNull() for one in (first, second, third, first))
    qtbot.waitUntil(lambda: len(made) == 3)

    assert made == [first, third, second]  # the first was begun; then what was asked for last
    assert all(copies.of(one).width() == 320 for one in made)
    for one in made:
        kept = session.library.originals.thumbnail_path(one)
        assert QImage(str(kept)).size() == copies.of(one).size()
        assert b"Exif" not in kept.read_bytes()


def test_one_that_cannot_be_made_is_tried_once_and_nothing_is_said(
    session: Session, folder: Path, qtbot: QtBot
) -> None:
    session.open_library(folder)
    assert session.library is not None
    problems: list[object] = []
    session.problem.connect(problems.append)
    copies, (first, second, _) = SmallCopies(session, session), hashes(session)
    session.library.originals.path(first).unlink()

    copies.of(first)
    copies.of(second)
    qtbot.waitUntil(lambda: not copies.of(second).isNull())

    assert copies.of(first).isNull()
    assert session.tasks.running == ()
    assert problems == []


def test_a_library_for_reading_shows_them_and_writes_nothing(
    session: Session, folder: Path, qtbot: QtBot
) -> None:
    session.open_library(folder, for_reading=True)
    copies = SmallCopies(session, session)
    one = hashes(session)[0]

    copies.of(one)

    qtbot.waitUntil(lambda: not copies.of(one).isNull())
    assert not (folder / "thumbnails").exists()


def test_the_queue_shows_them_as_they_come(
    make_window: Callable[..., MainWindow], folder: Path, qtbot: QtBot
) -> None:
    window = make_window(folder)
    window.session.go("review")
    thumbnails = folder / "thumbnails"

    qtbot.waitUntil(lambda: len(list(thumbnails.rglob("*.jpg"))) == 3)
    qtbot.waitUntil(lambda: not window.session.tasks.running)

    red = window.page("review").queue.list.viewport().grab().toImage()  # type: ignore[attr-defined]
    seen = [
        red.pixelColor(x, y).red()
        for x in range(0, red.width(), 4)
        for y in range(0, red.height(), 4)
        if red.pixelColor(x, y).red() > 1.4 * red.pixelColor(x, y).green()
    ]
    assert len(seen) > 100


def test_the_check_on_import_shows_the_last_photograph_again(
    session: Session, folder: Path, qtbot: QtBot
) -> None:
    session.open_library(folder)
    assert session.library is not None
    path = folder.parent / "IMG_1.jpg"
    coming = Incoming(path=path, scanned=workflow.scan(path))
    row = SiteRow(
        known_of(session.library, "CX-001"),
        Arriving(site=SITE, on=date(2026, 3, 20), photographs=(coming,)),
        SmallCopies(session, session),
    )
    qtbot.addWidget(row)
    assert not row.last.has_picture

    qtbot.waitUntil(lambda: row.last.has_picture)

    assert row.last.said == "Last, 3 Mar 2026, abdomen"
