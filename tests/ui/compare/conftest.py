"""A clinic whose photographs can be compared: skin with spots, seen turned and shifted each time.

Hides how the pictures are made; a test asks for the place of a spot in a photograph.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    Patient,
    Photograph,
    Point,
    Proposal,
    Side,
    TimeSource,
    Visit,
    VisitPhotograph,
    WoundState,
)
from woundtrack.records import Library
from woundtrack.ui.compare.page import ComparePage
from woundtrack.ui.compare.scene import skin_to_view
from woundtrack.ui.window.main_window import MainWindow

SPOTS_MM = {1: (-22.0, -12.0), 2: (20.0, -14.0), 3: (2.0, 22.0), 4: (-16.0, 15.0)}
"""Moles round the wound, from its middle."""

SIZE = (640, 480)
PX_PER_MM = 6.0
METHOD = Method(name="test", version="1", application_version="0")
CALIBRATION = Calibration(
    method="test",
    homography=((1 / PX_PER_MM, 0.0, 0.0), (0.0, 1 / PX_PER_MM, 0.0), (0.0, 0.0, 1.0)),
    cards=(),
    mm_per_px=1 / PX_PER_MM,
    tilt_deg=0.0,
    residual_mm=0.1,
)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How one photograph was taken: its camera's roll, where the wound lies, the wound's radius."""

    on: date
    roll_deg: float = 0.0
    middle: Point = (320.0, 240.0)
    radius_mm: float = 10.0
    has_scale: bool = True
    is_readable: bool = True

    def seen(self, at_mm: Point) -> Point:
        """Return where a place of the skin, from the wound's middle, is in the photograph."""
        turn = math.radians(self.roll_deg)
        x, y = at_mm
        across = x * math.cos(turn) - y * math.sin(turn)
        down = x * math.sin(turn) + y * math.cos(turn)
        return self.middle[0] + PX_PER_MM * across, self.middle[1] + PX_PER_MM * down

    @property
    def outline(self) -> Outline:
        ring = [
            self.seen((self.radius_mm * math.cos(turn), self.radius_mm * math.sin(turn)))
            for turn in np.linspace(0, 2 * math.pi, 60, endpoint=False)
        ]
        return Outline(outer=tuple(ring))

    def picture(self) -> np.ndarray:
        pixels = np.full((SIZE[1], SIZE[0], 3), (214, 170, 150), dtype=np.uint8)
        for number, at in SPOTS_MM.items():
            x, y = self.seen(at)
            cv2.circle(pixels, (round(x), round(y)), 8, (60 + 20 * number, 50, 40), -1)
        ring = np.round(np.array(self.outline.outer)).astype(np.int32)
        cv2.fillPoly(pixels, [ring], (150, 20, 30))
        return pixels


FIRST = date(2026, 1, 12)
SEEN = (
    Taken(on=FIRST, radius_mm=12.0),
    Taken(on=FIRST + timedelta(days=14), roll_deg=90.0, middle=(300.0, 260.0), radius_mm=10.0),
    Taken(on=FIRST + timedelta(days=28), roll_deg=200.0, middle=(340.0, 220.0), radius_mm=8.0),
    Taken(on=FIRST + timedelta(days=42), roll_deg=-35.0, middle=(330.0, 250.0), radius_mm=6.0),
)


class CompareClinic:
    """A library for the compare room, filled as a test wants it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.library = Library.create(path)
        self._count = 0
        self.patient = self.add_patient("WT-0147")

    def add_patient(self, code: str) -> Patient:
        patient = Patient(id=f"patient-{code}", code=code, created_at=_at(FIRST))
        with self.library.verb("import", by="Ann") as change:
            change.add_patient(patient)
        return patient

    def add_lesion(
        self, label: str, seen: tuple[Taken, ...] = SEEN, *, number: int = 1, closed: int = 0
    ) -> Lesion:
        """Add a lesion with its visits and photographs; the last ``closed`` visits are closed."""
        lesion = Lesion(
            id=f"lesion-{label}",
            patient_id=self.patient.id,
            label=label,
            number=number,
            site=BodySite(region="abdomen", side=Side.LEFT),
            created_at=_at(FIRST),
        )
        visits = {one.visited_on: one for one in self.library.visits(self.patient.id)}
        with self.library.verb("accept", by="Ann") as change:
            change.add_lesion(lesion)
            for place, taken in enumerate(seen):
                visit = visits.get(taken.on)
                if visit is None:
                    visit = Visit(
                        id=f"visit-{taken.on}",
                        patient_id=self.patient.id,
                        visited_on=taken.on,
                        created_at=_at(taken.on),
                    )
                    change.add_visit(visit)
                filed = self._photograph(change, lesion, visit, taken)
                is_closed = place >= len(seen) - closed
                change.add_assessment(_assessed(lesion, visit, filed, taken, is_closed=is_closed))
        return lesion

    def _photograph(
        self, change: object, lesion: Lesion, visit: Visit, taken: Taken
    ) -> VisitPhotograph:
        self._count += 1
        pixels = taken.picture()
        pixels[0, 0] = self._count  # no two files of the same bytes
        encoded = io.BytesIO()
        Image.fromarray(pixels).save(encoded, "PNG")
        data = encoded.getvalue()
        sha256 = hashlib.sha256(data).hexdigest()
        if taken.is_readable:
            self.library.originals.put(data, sha256, ".png")
        filed = VisitPhotograph(
            id=f"photograph-{lesion.label}-{visit.visited_on}",
            visit_id=visit.id,
            photograph=Photograph(
                sha256=sha256,
                original_name=f"IMG_{self._count}.PNG",
                format="PNG",
                size_bytes=len(data),
                width_px=SIZE[0],
                height_px=SIZE[1],
                orientation=1,
                taken_at=visit.created_at,
                taken_offset_minutes=0,
                taken_from=TimeSource.EXIF,
            ),
            site=lesion.site,
            filed_at=visit.created_at,
        )
        change.add_photograph(filed)  # type: ignore[attr-defined]
        change.add_proposal(  # type: ignore[attr-defined]
            Proposal(
                id=f"proposal-{filed.id}",
                photograph_id=filed.id,
                calibration=CALIBRATION if taken.has_scale else None,
                outlines=(taken.outline,),
                doubts=(),
                method=METHOD,
                created_at=visit.created_at,
                is_waiting=False,
            )
        )
        return filed


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


def _assessed(
    lesion: Lesion, visit: Visit, filed: VisitPhotograph, taken: Taken, *, is_closed: bool
) -> Assessment:
    area = math.pi * taken.radius_mm**2
    size = Measurement(
        area_mm2=area,
        area_low_mm2=area * 0.94,
        area_high_mm2=area * 1.06,
        perimeter_mm=2 * math.pi * taken.radius_mm,
        length_mm=2 * taken.radius_mm,
        width_mm=2 * taken.radius_mm,
    )
    accepted = AssessedOutline(
        kind=OutlineKind.ULCER,
        photograph_id=filed.id,
        outline=taken.outline,
        calibration=CALIBRATION if taken.has_scale else None,
        measurement=size if taken.has_scale else None,
        method=METHOD,
    )
    key = f"{lesion.label}-{visit.visited_on}"
    return Assessment(
        id=f"revision-{key}",
        assessment_id=f"assessment-{key}",
        revision=1,
        supersedes=None,
        lesion_id=lesion.id,
        visit_id=visit.id,
        photograph_ids=(filed.id,),
        state=WoundState.CLOSED if is_closed else WoundState.OPEN,
        outlines=() if is_closed else (accepted,),
        accepted_by="Ann",
        reviewed_by="Ann",
        recorded_at=visit.created_at,
    )


@pytest.fixture
def empty_clinic(tmp_path: Path) -> CompareClinic:
    """Return a library with one patient and nothing else."""
    return CompareClinic(tmp_path / "Renal wound clinic")


@pytest.fixture
def compare_clinic(empty_clinic: CompareClinic) -> CompareClinic:
    """Return a library with one lesion, A1, photographed at four visits."""
    empty_clinic.add_lesion("A1")
    return empty_clinic


Enter = Callable[[CompareClinic], tuple[MainWindow, ComparePage]]


@pytest.fixture
def enter(qtbot: QtBot, make_window: Callable[..., MainWindow]) -> Enter:
    """Return what opens a clinic's library and goes to the compare room."""

    def go(clinic: CompareClinic) -> tuple[MainWindow, ComparePage]:
        clinic.library.close()
        window = make_window(clinic.path)
        assert window.session.library is not None
        window.session.set_patient(window.session.library.patient(clinic.patient.id))
        window.session.go("compare")
        page = window.page("compare")
        assert isinstance(page, ComparePage)
        settle(qtbot, window)
        return window, page

    return go


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait for the workers."""
    qtbot.waitUntil(lambda: not window.session.tasks.running, timeout=20_000)


def view_place(page: ComparePage, visit: int, at_px: Point) -> QPointF:
    """Return where a place of a visit's photograph is on the canvas."""
    canvas = page.room.canvas
    assert page.choice is not None
    wanted = page.choice.visits[visit].id
    for one, pane in canvas.scene.panes(canvas.rect().toRectF()):
        if one.visit.id == wanted:
            assert one.laid is not None
            mm = QPointF(at_px[0] / PX_PER_MM, at_px[1] / PX_PER_MM)
            return skin_to_view(one.laid, canvas.scene.view, pane).map(mm)
    raise AssertionError("this visit is not shown")
