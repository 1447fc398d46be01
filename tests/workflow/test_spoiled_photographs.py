"""What spoils a photograph reaches the proposal that waits, as codes with their places."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from woundtrack import imaging, workflow
from woundtrack.phantom import Camera, CardPrint, Phantom, Scene, render, spoiled


@pytest.fixture(scope="module")
def card() -> CardPrint:
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf)
    layout = imaging.card_layout()
    placed = layout.cards[0]
    return CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=placed.rect_mm,
        paper_mm=placed.paper_mm,
        centre_mm=(0.0, 0.0),
    )


@pytest.fixture(scope="module")
def taken(card: CardPrint) -> Phantom:
    camera = Camera(width_px=1366, height_px=768, focal_35mm=35.0, distance_mm=190.0)
    return render(Scene(camera=camera, cards=(card,), hair=0.0, moles=0.0))


def test_glare_is_a_doubt_about_the_scale_with_its_place(
    tmp_path: Path, taken: Phantom, card: CardPrint
) -> None:
    path = tmp_path / "glare.jpg"
    path.write_bytes(spoiled.with_glare(taken, card, (61.5, 66.5), 6.0, 0.8).jpeg)

    calibration = workflow.examine(path).calibration

    assert calibration is not None
    (doubt,) = [doubt for doubt in calibration.doubts if doubt.code == "card_glare"]
    assert len(doubt.place_px) >= 4


def test_a_screenshot_is_measured_and_called_one(tmp_path: Path, taken: Phantom) -> None:
    path = tmp_path / "Screenshot.png"
    path.write_bytes(spoiled.without_camera(taken, as_png=True))

    examined = workflow.examine(path)

    assert examined.calibration is not None
    assert "photograph_screenshot" in [doubt.code for doubt in examined.doubts]


def test_a_refusal_says_where_the_card_is(tmp_path: Path, card: CardPrint) -> None:
    camera = Camera(
        width_px=1400, height_px=1050, focal_35mm=35.0, distance_mm=250.0, tilt_deg=62.0
    )
    path = tmp_path / "askew.jpg"
    path.write_bytes(render(Scene(camera=camera, cards=(card,))).jpeg)

    examined = workflow.examine(path)

    assert examined.calibration is None
    (doubt,) = [doubt for doubt in examined.doubts if doubt.code == "card_too_tilted"]
    assert all(0 <= x <= 1400 and 0 <= y <= 1050 for x, y in doubt.place_px)
    assert len(doubt.place_px) >= 4
