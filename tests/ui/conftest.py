"""What the window's tests share: an application in its theme, a small clinic, a window on it.

The clinic is written straight into a library, without photographs to decode: three patients, so
that lists, badges and signs have something to show. Tests that need pictures make phantoms.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget

from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Card,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    Patient,
    Photograph,
    Proposal,
    Side,
    Tag,
    TimeSource,
    Visit,
    VisitPhotograph,
    WoundState,
)
from woundtrack.records import Library
from woundtrack.settings import Settings, Theme
from woundtrack.ui import theme
from woundtrack.ui.session import Session
from woundtrack.ui.window.main_window import MainWindow

FIRST_DAY = date(2026, 1, 12)
_METHOD = Method(name="test", version="1", application_version="0")
_SQUARE = ((100.0, 100.0), (200.0, 100.0), (200.0, 200.0), (100.0, 200.0))
_CALIBRATION = Calibration(
    method="test",
    homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
    cards=(
        Card(
            kind="card",
            design_version=1,
            copy="A",
            nominal_mm=120.0,
            tags=(
                Tag(
                    id=0,
                    corners_px=((10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0)),
                    corners_mm=((1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 9.0)),
                    residual_mm=0.1,
                ),
            ),
        ),
    ),
    mm_per_px=0.1,
    tilt_deg=0.0,
    residual_mm=0.1,
)


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """A small clinic's library, closed."""

    path: Path
    patients: tuple[Patient, ...]
    lesions: tuple[Lesion, ...]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["woundtrack"]


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """Return the application in the light theme."""
    theme.apply(qapp, "light")
    return qapp


@pytest.fixture(scope="session")
def written_clinic(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """Return the clinic that every test gets a copy of: writing it takes longer than most tests."""
    with Library.create(tmp_path_factory.mktemp("clinic") / "written") as library:
        return write_clinic(library)


@pytest.fixture
def clinic(tmp_path: Path, written_clinic: Clinic) -> Clinic:
    """Return a library with three patients.

    WT-0092 has one photograph waiting and no lesion. WT-0118 has one lesion, closed. WT-0147 has
    two: A1 on the abdomen, shrinking from 16 to 9 cm², and T1 on the left thigh, 4.0 then 4.1 cm²
    with intervals that overlap; two of its photographs wait.
    """
    path = tmp_path / "Renal wound clinic"
    shutil.copytree(written_clinic.path, path)
    return replace(written_clinic, path=path)


def write_clinic(library: Library) -> Clinic:
    """Write the clinic's rows, in one verb."""
    at = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
    patients = tuple(
        Patient(id=f"patient-{code}", code=code, created_at=at)
        for code in ("WT-0092", "WT-0118", "WT-0147")
    )
    lesions = (
        _lesion("a1", patients[2], "A1", 1, BodySite(region="abdomen", side=Side.LEFT)),
        _lesion("t1", patients[2], "T1", 2, BodySite(region="thigh", side=Side.LEFT)),
        _lesion("l1", patients[1], "L1", 1, BodySite(region="lower-leg", side=Side.RIGHT)),
    )
    visits = {
        (place, number): Visit(
            id=f"visit-{place}-{number}",
            patient_id=patients[place].id,
            visited_on=FIRST_DAY + timedelta(days=14 * number),
            created_at=at,
        )
        for place, number in ((0, 0), (1, 0), (1, 1), (2, 0), (2, 1))
    }
    with library.verb("import", by="Ann") as change:
        for patient in patients:
            change.add_patient(patient)
        for visit in visits.values():
            change.add_visit(visit)
        for lesion in lesions:
            change.add_lesion(lesion)
        for place, number, count, waiting in ((0, 0, 1, 1), (1, 0, 1, 0), (1, 1, 1, 0)):
            _photographs(change, visits[place, number], count, waiting)
        _photographs(change, visits[2, 0], 1, 0)
        _photographs(change, visits[2, 1], 3, 2)
        for lesion, place, number, area in (
            (lesions[0], 2, 0, 1600.0),
            (lesions[0], 2, 1, 900.0),
            (lesions[1], 2, 0, 400.0),
            (lesions[1], 2, 1, 410.0),
            (lesions[2], 1, 0, 50.0),
            (lesions[2], 1, 1, None),
        ):
            change.add_assessment(_assessment(lesion, visits[place, number], area, at))
    return Clinic(path=library.path, patients=patients, lesions=lesions)


def _lesion(key: str, patient: Patient, label: str, number: int, site: BodySite) -> Lesion:
    return Lesion(
        id=f"lesion-{key}",
        patient_id=patient.id,
        label=label,
        number=number,
        site=site,
        created_at=patient.created_at,
    )


def _photographs(change: object, visit: Visit, count: int, waiting: int) -> None:
    for place in range(count):
        key = f"{visit.id}-{place}"
        photograph = Photograph(
            sha256=hashlib.sha256(key.encode()).hexdigest(),
            original_name=f"IMG_{place}.JPG",
            format="JPEG",
            size_bytes=1000,
            width_px=400,
            height_px=300,
            orientation=1,
            taken_at=visit.created_at,
            taken_offset_minutes=0,
            taken_from=TimeSource.EXIF,
        )
        filed = VisitPhotograph(
            id=f"photograph-{key}",
            visit_id=visit.id,
            photograph=photograph,
            site=BodySite(region="abdomen"),
            filed_at=visit.created_at,
        )
        proposal = Proposal(
            id=f"proposal-{key}",
            photograph_id=filed.id,
            calibration=_CALIBRATION,
            outlines=(Outline(outer=_SQUARE),),
            doubts=(),
            method=_METHOD,
            created_at=visit.created_at,
            is_waiting=place < waiting,
        )
        change.add_photograph(filed)  # type: ignore[attr-defined]
        change.add_proposal(proposal)  # type: ignore[attr-defined]


def _assessment(lesion: Lesion, visit: Visit, area_mm2: float | None, at: datetime) -> Assessment:
    key = f"{lesion.id}-{visit.id}"
    photograph_id = f"photograph-{visit.id}-0"
    outlines: tuple[AssessedOutline, ...] = ()
    if area_mm2 is not None:
        measurement = Measurement(
            area_mm2=area_mm2,
            area_low_mm2=area_mm2 * 0.96,
            area_high_mm2=area_mm2 * 1.04,
            perimeter_mm=4 * area_mm2**0.5,
            length_mm=area_mm2**0.5,
            width_mm=area_mm2**0.5,
        )
        outlines = (
            AssessedOutline(
                kind=OutlineKind.ULCER,
                photograph_id=photograph_id,
                outline=Outline(outer=_SQUARE),
                calibration=_CALIBRATION,
                measurement=measurement,
                method=_METHOD,
            ),
        )
    return Assessment(
        id=f"revision-{key}",
        assessment_id=f"assessment-{key}",
        revision=1,
        supersedes=None,
        lesion_id=lesion.id,
        visit_id=visit.id,
        photograph_ids=(photograph_id,),
        state=WoundState.OPEN if outlines else WoundState.CLOSED,
        outlines=outlines,
        accepted_by="Ann",
        reviewed_by="Ann",
        recorded_at=at,
    )


@pytest.fixture
def session(dressed: QApplication) -> Iterator[Session]:
    """Return a session without a library; it is closed after the test."""
    made = Session(Settings(person="Ann", theme=Theme.LIGHT))
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def clinic_session(session: Session, clinic: Clinic) -> Session:
    """Return a session on the clinic."""
    session.open_library(clinic.path)
    return session


class PlainPage(QWidget):
    """A page that notes how it is entered and left: the window's tests need no real room."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.entered: list[dict[str, object]] = []
        self.left = 0

    def enter(self, **context: object) -> None:
        self.entered.append(context)

    def leave(self) -> None:
        self.left += 1


@pytest.fixture
def plain_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Furnish every room with a plain page."""
    for module, name in (
        ("imports.page", "ImportPage"),
        ("review.page", "ReviewPage"),
        ("timeline.page", "TimelinePage"),
        ("mdt.page", "MdtPage"),
        ("compare.page", "ComparePage"),
        ("record.page", "RecordPage"),
    ):
        made = types.ModuleType(f"woundtrack.ui.{module}")
        setattr(made, name, type(name, (PlainPage,), {"page_id": module.removesuffix("_page")}))
        monkeypatch.setitem(sys.modules, f"woundtrack.ui.{module}", made)


@pytest.fixture
def make_window(dressed: QApplication, tmp_path: Path) -> Iterator[Callable[..., MainWindow]]:
    """Return a maker of windows 1366 × 696; they are closed after the test."""
    made: list[MainWindow] = []

    def make(
        library: Path | None = None, settings: Settings | None = None, *, has_tour: bool = False
    ) -> MainWindow:
        chosen = settings or Settings(person="Ann", theme=Theme.LIGHT)
        session = Session(chosen)
        places = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat, session)
        if not has_tour:
            places.setValue("tour/seen", True)
        window = MainWindow(session, places)
        session.setParent(window)
        made.append(window)
        window.resize(1366, 696)
        window.show()
        if library is not None:
            window.library_actions.open(library)
        return window

    yield make
    for window in made:
        window.session.close()  # else one that is importing would ask
        window.close()
        window.deleteLater()
    dressed.sendPostedEvents(None, 52)  # DeferredDelete


@pytest.fixture
def window(plain_rooms: None, make_window: Callable[..., MainWindow]) -> MainWindow:
    """Return a window without a library."""
    return make_window()


@pytest.fixture
def clinic_window(
    plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic
) -> MainWindow:
    """Return a window on the clinic, its rooms plain."""
    return make_window(clinic.path)
