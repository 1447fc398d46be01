"""The list of what waits shows a visit's photographs as they were taken, however they came in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import ABDOMEN, CODE, Room
from woundtrack import workflow
from woundtrack.records import Library
from woundtrack.ui import theme
from woundtrack.ui.review.queue import GroupRow, group_words
from woundtrack.ui.window.main_window import MainWindow

NEXT = date(2026, 3, 9)


@pytest.fixture
def library_filed_backwards(clinic_copy: Path, tmp_path: Path) -> Path:
    """File three photographs of one visit: the last taken first, and one of an unknown hour."""
    draw = np.random.default_rng(5)
    with Library.open(clinic_copy) as library:
        for name, minute in (("third.png", 9), ("unknown.png", None), ("second.png", 7)):
            Image.fromarray(draw.integers(90, 120, (60, 80, 3), dtype=np.uint8)).save(
                tmp_path / name
            )
            examined = workflow.examine(tmp_path / name, originals=library.originals)
            at = None if minute is None else datetime(2026, 3, 9, 9, minute, tzinfo=UTC)
            photograph = replace(examined.photograph, taken_at=at, taken_offset_minutes=0)
            workflow.file_photograph(
                library,
                replace(examined, photograph=photograph),
                patient_code=CODE,
                site=ABDOMEN,
                visited_on=NEXT,
                by="Ann",
            )
    return clinic_copy


def test_photographs_follow_as_they_were_taken_and_those_of_no_hour_come_last(
    library_filed_backwards: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    room = Room(make_window(library_filed_backwards), qtbot)
    names = []

    for _ in range(7):
        names.append(room.name)
        room.press(Qt.Key.Key_Right)

    assert names[4:] == ["second.png", "third.png", "unknown.png"]
    assert names[:4] == ["second.jpg", "nocard.jpg", "thigh.jpg", "bare.jpg"]


def test_the_head_of_a_group_never_writes_its_count_over_its_day(
    clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    room = Room(make_window(clinic_copy), qtbot)
    case = room.page.case
    assert case is not None
    visit = replace(case.visit, visited_on=date(2025, 12, 12))
    long = GroupRow(patient=case.patient, visit=visit, count=12, has_year=True)
    bold, plain = (QFontMetricsF(theme.font(name)) for name in ("label_strong", "label"))

    wide = group_words(long, 400)
    narrow = [group_words(long, width) for width in (199, 150, 110)]

    assert wide == (f"{CODE} · 12 Dec 2025", "12 photos")
    for (title, count), width in zip(narrow, (199, 150, 110), strict=True):
        assert bold.horizontalAdvance(title) + plain.horizontalAdvance(count) < width
        assert count in {"12", "12 photos"}
    assert narrow[-1][0].endswith("2025")
    coded = replace(long, patient=replace(case.patient, code="BIRMINGHAM-RENAL-LEFT-0000014"))
    assert group_words(coded, 199)[0].endswith("014 · 12 Dec 2025")


def test_what_is_set_aside_leads_to_the_same_patient_before_another(
    clinic_copy: Path, tmp_path: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    draw = np.random.default_rng(6)
    with Library.open(clinic_copy) as library:
        for code, name, on in (
            ("WT-0900", "other.png", date(2026, 3, 16)),
            ("WT-0901", "mine.png", date(2026, 3, 16)),
            ("WT-0900", "later.png", date(2026, 3, 23)),
        ):
            Image.fromarray(draw.integers(90, 120, (60, 80, 3), dtype=np.uint8)).save(
                tmp_path / name
            )
            examined = workflow.examine(tmp_path / name, originals=library.originals)
            workflow.file_photograph(
                library, examined, patient_code=code, site=ABDOMEN, visited_on=on, by="Ann"
            )
    room = Room(make_window(clinic_copy), qtbot)
    while room.name != "other.png":
        room.press(Qt.Key.Key_Right)
    names = [row.filed.photograph.original_name for row in room.page.queue.rows]
    assert names.index("mine.png") < names.index("later.png")

    room.window.session.actions["review.set_aside"].trigger()

    assert room.name == "later.png"
