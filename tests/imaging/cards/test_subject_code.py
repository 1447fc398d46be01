"""Whose card it is: read from the place where the code is printed, and from nowhere else."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from woundtrack import imaging, phantom, workflow

# As many pixels a millimetre as a phone has from 300 mm, and no more skin than there must be.
CAMERA = phantom.Camera(
    width_px=1920,
    height_px=1440,
    focal_35mm=26,
    distance_mm=180,
    tilt_deg=12,
    tilt_azimuth_deg=40,
    roll_deg=25,
)


@cache
def printed(kind: str, subject: str | None, number: int = 0) -> phantom.CardPrint:
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf, kind, "a4", subject)
    layout = imaging.card_layout(kind)
    card = layout.cards[number]
    return phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=card.paper_mm,
        centre_mm=(0.0, 0.0),
    )


def code_on(
    *cards: phantom.CardPrint, camera: phantom.Camera = CAMERA, blur_px: float = 0.6
) -> str | None:
    taken = phantom.render(phantom.Scene(camera=camera, cards=cards, blur_px=blur_px))
    pixels, photograph = imaging.read_photograph_bytes(taken.jpeg, "card.jpg")
    return imaging.subject_code(pixels, imaging.find_calibration(pixels, photograph))


LONGEST = "a code of 40 letters, all that it can be"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("card", "WT-0147"), ("card", "Zoë 12/b"), ("card", LONGEST), ("window", LONGEST)],
)
def test_a_card_tells_whose_it_is(kind: str, subject: str) -> None:
    assert code_on(printed(kind, subject)) == subject


def test_a_card_of_before_tells_whose_it_is_by_letters_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as before:
        before.setattr("woundtrack.imaging.cards.sheet.may_be_a_name", lambda _: False)
        card = printed("card", "KLM")
    path = tmp_path / "card.jpg"
    path.write_bytes(phantom.render(phantom.Scene(camera=CAMERA, cards=(card,))).jpeg)

    told = workflow.measure_photograph(path).subject_code

    assert code_on(card) == "KLM"
    assert told is None  # what is printed for everybody names nobody


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_code_is_read_at_every_turn_of_the_card(turn: int) -> None:
    assert code_on(replace(printed("card", "WT-0147"), angle_deg=turn)) == "WT-0147"


def test_the_code_is_read_from_aslant() -> None:
    camera = replace(CAMERA, tilt_deg=40)

    assert code_on(printed("card", "WT-0147"), camera=camera) == "WT-0147"


@pytest.mark.parametrize("turn", [0, 43])
def test_the_code_is_read_out_of_focus(turn: int) -> None:
    card = replace(printed("card", "WT-0147"), angle_deg=turn)

    assert code_on(card, blur_px=2.0) == "WT-0147"


def test_the_code_is_read_from_a_card_bent_round_a_limb() -> None:
    camera = replace(CAMERA, limb=phantom.Limb(radius_mm=60, axis_deg=90))

    assert code_on(printed("card", "WT-0147"), camera=camera) == "WT-0147"


@pytest.mark.parametrize("kind", ["card", "window", "square"])
def test_a_card_printed_for_nobody_names_nobody(kind: str) -> None:
    assert code_on(printed(kind, None)) is None


def test_cards_of_different_patients_name_nobody() -> None:
    first = replace(printed("card", "WT-0147"), centre_mm=(0.0, -45.0))
    second = replace(printed("card", "WT-0148", 1), centre_mm=(0.0, 45.0))

    assert code_on(first, second) is None
    assert code_on(first, replace(printed("card", "WT-0147", 1), centre_mm=(0, 45))) == "WT-0147"


def test_a_code_that_is_out_of_the_picture_names_nobody() -> None:
    camera = replace(CAMERA, tilt_deg=0, roll_deg=0)
    aside = replace(printed("card", "WT-0147"), centre_mm=(82.0, 0.0))

    assert code_on(aside, camera=camera) is None


def test_a_code_beside_the_cards_is_not_looked_at() -> None:
    # A card whose tags are another's: its code lies where no card of this photograph has one.
    square = replace(printed("square", None), centre_mm=(-60.0, 0.0))
    sticker = printed("card", "OTHER-2")
    x, y, _, _ = sticker.rect_mm
    box = (x + 80.0, y + 56.0, 20.0, 19.0)
    ring = (
        (box[0], box[1]),
        (box[0] + 20, box[1]),
        (box[0] + 20, box[1] + 19),
        (box[0], box[1] + 19),
    )
    alone = replace(sticker, rect_mm=box, paper_mm=(ring,))

    assert code_on(square, alone) is None
