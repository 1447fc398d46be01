"""A clinic's folder of photographs, rendered once for all the tests of the whole path."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from woundtrack import cli, imaging
from woundtrack.phantom import Camera, CardPrint, Lesion, Phantom, Scene, render

FIRST_DAY = date(2026, 1, 12)
VISITS = 16


@dataclass(frozen=True, kw_only=True)
class Series:
    """Photographs of one patient's abdomen, two lesions in each, and their painted areas in mm²."""

    folder: Path
    painted: dict[date, tuple[float, float]]


def printed_card() -> CardPrint:
    """Return the card as it comes from the printer, beside the wound."""
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet)
    layout = imaging.card_layout()
    card = layout.cards[0]
    return CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=card.paper_mm,
        centre_mm=(0.0, 16.0),
        angle_deg=3.0,
    )


def scene(card: CardPrint | None, day: date, areas_mm2: tuple[float, ...], **more: object) -> Scene:
    """Describe a photograph of lesions of these areas, the first beside the card's corner."""
    places = ((0.0, -2.0), (50.0, -12.0))
    return Scene(
        seed=5,
        shot=day.toordinal(),
        skin_tone=0.3,
        camera=Camera(width_px=1296, height_px=972, distance_mm=300, tilt_deg=8),
        cards=() if card is None else (card,),
        lesions=tuple(
            Lesion(centre_mm=place, area_mm2=area, shape_seed=3 + number, slough=0.15, redness=0.3)
            for number, (place, area) in enumerate(zip(places, areas_mm2, strict=False))
        ),
        taken_at=datetime(day.year, day.month, day.day, 10, 0, tzinfo=UTC),
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="session")
def card() -> CardPrint:
    return printed_card()


@pytest.fixture(scope="session")
def series(tmp_path_factory: pytest.TempPathFactory, card: CardPrint) -> Series:
    """Render the series: two lesions that shrink by a tenth and by a twentieth a week."""
    folder = tmp_path_factory.mktemp("photographs")
    painted = {}
    for week in range(VISITS):
        day = FIRST_DAY + timedelta(weeks=week)
        areas = (1200 * 0.9**week, 350 * 0.95**week)
        phantom = render(scene(card, day, areas))
        (folder / f"IMG_{week:04}.JPG").write_bytes(phantom.jpeg)
        painted[day] = areas
    return Series(folder=folder, painted=painted)


@pytest.fixture(scope="session")
def phantom(card: CardPrint) -> Phantom:
    """Render one photograph of one lesion of 8 cm²."""
    return render(scene(card, FIRST_DAY, (800.0,)))


@pytest.fixture(scope="session")
def cardless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render a photograph in which the card was forgotten."""
    path = tmp_path_factory.mktemp("cardless") / "forgotten.jpg"
    path.write_bytes(render(scene(None, FIRST_DAY, (800.0,))).jpeg)
    return path


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process."""

    def ran(*arguments: object) -> Ran:
        capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(code=code, out=printed.out, err=printed.err)

    return ran
