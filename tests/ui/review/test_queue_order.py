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
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import ABDOMEN, CODE, Room
from woundtrack import workflow
from woundtrack.records import Library
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
