"""What a picture that leaves shows: a lesion and its skin; no card, no code, nothing else."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from woundtrack import imaging, phantom
from woundtrack.errors import CardNotFound
from woundtrack.imaging.cards.card import tag_dictionary
from woundtrack.imaging.cards.look import design_of_card, placed_on_photograph
from woundtrack.model import Calibration, Framing, Outline

Pixels = npt.NDArray[np.uint8]

CAMERA = phantom.Camera(
    width_px=1152,
    height_px=864,
    focal_35mm=26,
    distance_mm=180,
    tilt_deg=12,
    tilt_azimuth_deg=40,
    roll_deg=25,
)
CODE = "WT-0147"


@cache
def sheet(kind: str, subject: str | None) -> tuple[bytes, imaging.CardSheetLayout]:
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf, kind, "a4", subject)
    return pdf.getvalue(), imaging.card_layout(kind)


def printed(
    kind: str, subject: str | None, number: int = 0, at: tuple[float, float] = (0.0, 0.0)
) -> phantom.CardPrint:
    pdf, layout = sheet(kind, subject)
    card = layout.cards[number]
    return phantom.CardPrint(
        pdf=pdf,
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=card.paper_mm,
        centre_mm=at,
    )


@cache
def taken(case: str) -> tuple[Pixels, Calibration | None, Outline]:
    """Return a photograph with the patient's code in it, its scale, and the true outline."""
    card, limb, where = printed("card", CODE), None, (4.0, -6.0)
    camera = CAMERA
    cards = [card]
    if case == "limb":
        limb, where = phantom.Limb(radius_mm=50, axis_deg=0), (36.0, -3.0)
        cards = [replace(printed("strip", CODE), angle_deg=92.0)]
    elif case == "window":
        cards, where = [printed("window", CODE)], (0.0, 0.0)
    elif case == "two cards":
        cards = [card, printed("square", CODE, 1, (52.0, -30.0))]
    elif case == "cut off":
        cards = [replace(card, centre_mm=(46.0, 22.0))]
        where = (34.0, 10.0)
    wound = phantom.Lesion(centre_mm=where, area_mm2=700.0, shape_seed=3)
    made = phantom.render(
        phantom.Scene(camera=replace(camera, limb=limb), cards=tuple(cards), lesions=(wound,))
    )
    try:
        calibration = imaging.find_calibration(made.pixels)
    except CardNotFound:
        calibration = None
    return made.pixels, calibration, Outline(outer=made.lesions[0].ring_px)


CASES = ("flat", "limb", "window", "two cards", "cut off")


def picture(
    case: str,
    framing: Framing = Framing.LESION,
    *,
    has_scale: bool = True,
    is_flat: bool = True,
) -> imaging.LeavingPicture:
    pixels, calibration, outline = taken(case)
    around = [] if framing is Framing.WHOLE else [outline]
    return imaging.leaving_picture(
        pixels,
        around,
        [outline],
        calibration if has_scale else None,
        framing,
        is_flat=is_flat,
    )


def assert_nothing_decodes(pixels: Pixels) -> None:
    for factor in (1, 2) if max(pixels.shape) < 900 else (0.6, 1):
        resized = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        scaled = resized.astype(np.uint8)
        grey = cv2.cvtColor(scaled, cv2.COLOR_RGB2GRAY)
        assert cv2.QRCodeDetector().detectAndDecode(grey)[0] == ""
        assert "".join(cv2.QRCodeDetector().detectAndDecodeMulti(grey)[1]) == ""
        found = cv2.aruco.ArucoDetector(tag_dictionary()).detectMarkers(grey)
        assert not found[0]
        with pytest.raises(CardNotFound):
            imaging.find_calibration(scaled)


@pytest.mark.parametrize("case", CASES)
def test_neither_code_nor_tag_can_be_read_in_what_leaves(case: str) -> None:
    pixels, calibration, _ = taken(case)
    assert calibration is not None
    if case in {"flat", "window"}:
        assert imaging.subject_code(pixels, calibration) == CODE

    for framing in (Framing.LESION, Framing.WHOLE):
        made = picture(case, framing)

        assert_nothing_decodes(made.pixels)
        assert not made.still_readable
        assert not made.has_other_codes
        assert made.hidden < 0.02


@pytest.mark.parametrize("case", CASES)
def test_all_of_a_cards_face_is_painted_over_also_where_there_is_no_scale(case: str) -> None:
    _, calibration, _ = taken(case)
    assert calibration is not None

    for has_scale in (True, False):
        whole = picture(case, Framing.WHOLE, has_scale=has_scale).pixels
        grey = (whole == 128).all(axis=2)

        for card in calibration.cards:
            design = design_of_card(card)
            x, y = np.meshgrid(np.arange(0.5, design.size_mm[0]), np.arange(0.5, design.size_mm[1]))
            face = np.column_stack([x.ravel(), y.ravel()])
            rings = [np.asarray(r, np.float32) for r in (design.outline_mm, *design.holes_mm)]
            inside = [[cv2.pointPolygonTest(r, p, False) > 0 for p in face.tolist()] for r in rings]
            on_card = np.array(inside[0]) & ~np.any(inside[1:], axis=0)
            places = placed_on_photograph(face[on_card], calibration, card, design)
            good: npt.NDArray[np.bool_] = np.asarray(np.isfinite(places).all(axis=1))
            good[good] = ((places[good] >= 0) & (places[good] < grey.shape[::-1])).all(axis=1)
            at = places[good].astype(int)
            assert len(at) > 100
            if has_scale or calibration.limb is None:
                assert grey[at[:, 1], at[:, 0]].all()
            else:  # where no limb is known the far ends of a strip are told by its tags alone
                assert grey[at[:, 1], at[:, 0]].mean() > 0.97


def test_a_flat_picture_is_at_the_scale_that_it_states_and_its_mask_has_the_wounds_area() -> None:
    for case in ("flat", "limb"):
        _, calibration, outline = taken(case)
        assert calibration is not None
        made = picture(case)

        assert made.mm_per_px == 0.2
        assert made.margin_mm == imaging.MARGIN_MM == 15.0
        assert made.mask is not None
        assert made.mask.shape == made.pixels.shape[:2]
        assert set(np.unique(made.mask)) == {0, 255}
        area = float((made.mask > 0).sum()) * 0.2**2
        assert area == pytest.approx(imaging.measure(outline, calibration).area_mm2, rel=0.01)
        rows, columns = np.nonzero(made.mask)
        for near, far in (
            (rows.min(), made.mask.shape[0] - 1 - rows.max()),
            (columns.min(), made.mask.shape[1] - 1 - columns.max()),
        ):
            assert near * 0.2 == pytest.approx(15.0, abs=0.5)
            assert far * 0.2 == pytest.approx(15.0, abs=0.5)


def test_no_more_of_the_photograph_is_shown_than_the_frame_says() -> None:
    pixels, calibration, outline = taken("flat")
    frame = imaging.leaving_frame([outline], calibration, (1152, 864), Framing.LESION)
    left, top, right, bottom = frame
    marked = np.full_like(pixels, 255)
    marked[top:bottom, left:right] = pixels[top:bottom, left:right]

    made = imaging.leaving_picture(marked, [outline], [outline], calibration)

    assert made.frame_px == frame
    assert not (made.pixels == 255).all(axis=2).any()
    assert picture("flat", is_flat=False).pixels.shape == (bottom - top, right - left, 3)


def test_a_label_with_a_code_of_its_own_is_painted_over_and_told() -> None:
    pixels, calibration, outline = taken("flat")
    code = cv2.QRCodeEncoder.create().encode("NHS 943 476 5919")
    label = cv2.resize(code, (105, 105), interpolation=cv2.INTER_NEAREST)
    labelled = pixels.copy()
    x, y = (round(value) for value in np.max(outline.outer, axis=0))
    labelled[y - 115 : y - 10, x + 5 : x + 110] = label[..., None]

    made = imaging.leaving_picture(labelled, [outline], [outline], calibration, Framing.AROUND)

    assert made.has_other_codes
    assert not made.still_readable
    assert_nothing_decodes(made.pixels)


def test_a_card_of_which_one_tag_is_seen_is_told() -> None:
    pixels, calibration, outline = taken("flat")
    assert calibration is not None
    (card,) = calibration.cards
    hidden = pixels.copy()
    for tag in card.tags[1:]:
        cv2.fillPoly(hidden, [np.asarray(tag.corners_px).astype(np.int32)], (200, 160, 140))
    little = replace(calibration, cards=(replace(card, tags=card.tags[:1]),))

    for scale in (little, None):
        made = imaging.leaving_picture(hidden, [outline], [outline], scale)
        assert made.has_card_in_part
        assert not made.has_other_codes
    assert not picture("flat").has_card_in_part


def test_a_file_that_leaves_holds_pixels_alone_and_is_the_same_each_time() -> None:
    first, again = picture("flat"), picture("flat")

    assert first.jpeg == again.jpeg
    assert first.mask_png == again.mask_png
    with Image.open(io.BytesIO(first.jpeg)) as opened:
        assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not opened.getexif()
        segments = opened.applist  # type: ignore[attr-defined]  # of JPEG files alone
        assert [name for name, _ in segments] == ["APP0"]
    with Image.open(io.BytesIO(first.mask_png)) as opened:
        assert opened.info == {}
        assert opened.mode == "L"


def test_a_picture_without_a_scale_is_cut_in_proportion_and_a_ring_is_asked_for() -> None:
    made = picture("flat", has_scale=False)

    assert made.mm_per_px is None
    assert made.margin_mm is None
    assert_nothing_decodes(made.pixels)
    with pytest.raises(ValueError, match="no outline"):
        imaging.leaving_frame([], None, (100, 100), Framing.LESION)
