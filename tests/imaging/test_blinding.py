"""What a blinded reader is shown: one wound, its skin, a scale that is as true, and no card."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from woundtrack import imaging, phantom
from woundtrack.errors import CardNotFound
from woundtrack.model import Calibration, Outline, Photograph

FLAT = phantom.Camera(
    width_px=1920,
    height_px=1440,
    focal_35mm=26,
    distance_mm=180,
    tilt_deg=12,
    tilt_azimuth_deg=40,
    roll_deg=25,
)


@cache
def printed(kind: str, subject: str | None) -> phantom.CardPrint:
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf, kind, "a4", subject)
    layout = imaging.card_layout(kind)
    card = layout.cards[0]
    return phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=card.paper_mm,
        centre_mm=(0.0, 0.0),
    )


@cache
def taken(
    limb: phantom.Limb | None = None,
) -> tuple[npt.NDArray[np.uint8], Photograph, Calibration, Outline]:
    # Near enough that the cut round the wound holds the card with the patient's code.
    where = (4.0, -6.0) if limb is None else (36.0, -3.0)
    wound = phantom.Lesion(centre_mm=where, area_mm2=700.0, shape_seed=3)
    card = printed("card", "WT-0147")
    if limb is not None:
        card = replace(printed("strip", None), angle_deg=92.0)
    scene = phantom.Scene(camera=replace(FLAT, limb=limb), cards=(card,), lesions=(wound,))
    made = phantom.render(scene)
    pixels, photograph = imaging.read_photograph_bytes(made.jpeg, "one.jpg")
    calibration = imaging.find_calibration(pixels, photograph)
    return pixels, photograph, calibration, Outline(outer=made.lesions[0].ring_px)


def cut(limb: phantom.Limb | None = None) -> imaging.Blinded:
    pixels, photograph, calibration, outline = taken(limb)
    box = imaging.blinding_box(
        [outline], calibration, (photograph.width_px, photograph.height_px), random.Random(5)
    )
    return imaging.blinded(pixels, calibration, box)


def test_no_card_and_no_code_of_a_patient_is_left_in_a_blinded_piece() -> None:
    pixels, photograph, calibration, outline = taken()
    assert imaging.subject_code(pixels, calibration) == "WT-0147"

    piece = cut()

    height, width = piece.pixels.shape[:2]
    assert width < photograph.width_px
    grey = (piece.pixels == 128).all(axis=2)
    assert grey.mean() > 0.02, "the card lies in the piece"
    ring = np.asarray(outline.outer, dtype=np.float32) - piece.corner_px
    inside = cv2.fillPoly(np.zeros((height, width), np.uint8), [ring.astype(np.int32)], 1) > 0
    assert not grey[inside].any(), "the card goes round the wound, and nothing of that is lost"
    for scale in (1, 2, 3):
        larger = cv2.resize(piece.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        assert cv2.QRCodeDetector().detectAndDecode(larger)[0] == ""
    with pytest.raises(CardNotFound):
        imaging.find_calibration(
            piece.pixels, replace(photograph, width_px=width, height_px=height)
        )


@pytest.mark.parametrize(
    "limb", [None, phantom.Limb(radius_mm=50, axis_deg=0)], ids=["flat", "limb"]
)
def test_a_blinded_piece_measures_as_the_whole_photograph(limb: phantom.Limb | None) -> None:
    _, _, calibration, outline = taken(limb)
    assert (calibration.limb is None) == (limb is None)
    piece = cut(limb)
    x, y = piece.corner_px
    inside = Outline(outer=tuple((px - x, py - y) for px, py in outline.outer))

    there = imaging.measure(inside, piece.calibration)
    whole = imaging.measure(piece.back([inside])[0], calibration)

    assert there.area_mm2 == pytest.approx(whole.area_mm2, rel=1e-9)
    assert there.area_high_mm2 == pytest.approx(whole.area_high_mm2, rel=1e-4)
    np.testing.assert_allclose(piece.back([inside])[0].outer, outline.outer, atol=1e-9)


def test_the_cut_shows_the_whole_wound_and_not_where_its_middle_is() -> None:
    _, photograph, calibration, outline = taken()
    size = (photograph.width_px, photograph.height_px)
    ring = np.asarray(outline.outer)

    boxes = [
        imaging.blinding_box([outline], calibration, size, random.Random(seed))
        for seed in range(20)
    ]
    places = [imaging.place_within([outline], random.Random(seed)) for seed in range(20)]

    for left, top, right, bottom in boxes:
        assert (ring > (left, top)).all()
        assert (ring < (right, bottom)).all()
    offsets = {round((left + right) / 2 - ring[:, 0].mean()) for left, _, right, _ in boxes}
    assert len(offsets) > 10
    for place in places:
        polygon = ring.astype(np.float32)
        assert cv2.pointPolygonTest(polygon, place, measureDist=False) > 0
    assert len(set(places)) == 20
    assert boxes[3] == imaging.blinding_box([outline], calibration, size, random.Random(3))
