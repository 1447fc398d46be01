"""A library with one patient's visits, made of values: no picture is read here."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from woundtrack import workflow
from woundtrack.model import (
    Calibration,
    Card,
    Doubt,
    Method,
    Outline,
    Photograph,
    Ring,
    Tag,
    TimeSource,
)
from woundtrack.records import Library


def square(x: float, y: float, side: float) -> Ring:
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def flat(doubts: tuple[Doubt, ...] = ()) -> Calibration:
    """Return a scale of 0.1 mm a pixel, seen straight from above, by the four tags of a card."""
    tags = tuple(
        Tag(
            id=number,
            corners_px=square(x * 10, y * 10, 150),
            corners_mm=square(x, y, 15),
            residual_mm=0.01,
        )
        for number, (x, y) in enumerate(((5, 5), (5, 60), (50, 60), (100, 60)))
    )
    return Calibration(
        method="plane",
        homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
        cards=(Card(kind="card", design_version=1, copy="A", nominal_mm=120.0, tags=tags),),
        mm_per_px=0.1,
        tilt_deg=0.0,
        residual_mm=0.01,
        doubts=doubts,
    )


@pytest.fixture
def tilted() -> Calibration:
    """Make a scale that is in doubt."""
    return flat((Doubt(code="card_tilted", values=(("tilt_deg", 40.0),)),))


Examine = Callable[..., workflow.Examined]


@pytest.fixture
def examined() -> Examine:
    """Make what examining a photograph of a day gives: squares of the sides asked for, in mm."""
    counter = itertools.count(1)

    def make(
        day: date | None,
        *sides_mm: float,
        calibration: Calibration | None = flat(),  # noqa: B008
        at: tuple[float, float] = (1200.0, 300.0),
    ) -> workflow.Examined:
        number = next(counter)
        photograph = Photograph(
            sha256=f"{number:064x}",
            original_name=f"IMG_{number:04}.JPG",
            format="JPEG",
            size_bytes=1000,
            width_px=4000,
            height_px=3000,
            orientation=1,
            taken_at=None
            if day is None
            else datetime(day.year, day.month, day.day, 10, number % 60, tzinfo=UTC),
            taken_offset_minutes=None if day is None else 0,
            taken_from=TimeSource.UNKNOWN if day is None else TimeSource.EXIF,
        )
        outlines = tuple(
            Outline(outer=square(at[0] + 900 * place, at[1], side * 10), confidence=0.9)
            for place, side in enumerate(sides_mm)
        )
        doubts = []
        if calibration is None:
            doubts.append(Doubt(code="card_not_found"))
        if not outlines:
            doubts.append(Doubt(code="outline_not_found"))
        return workflow.Examined(
            path=Path(photograph.original_name),
            photograph=photograph,
            calibration=calibration,
            outlines=outlines,
            doubts=tuple(doubts),
            method=Method(name="test", version="1", application_version="0"),
        )

    return make


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "library") as made:
        yield made
