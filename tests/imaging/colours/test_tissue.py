"""Tissue painted inside an outline: what a stroke fills, and how much of the true area it is."""

from __future__ import annotations

import functools
import io
import math
from dataclasses import replace

import numpy as np
import pytest

from woundtrack import imaging, phantom
from woundtrack.imaging.colours.tissue import SIDE
from woundtrack.imaging.geometry.planimetry import on_skin
from woundtrack.imaging.outline import shoelace
from woundtrack.model import (
    Calibration,
    Limb,
    Outline,
    Tissue,
    TissueMap,
    TissueSource,
    TissueState,
)

SHAPE = (600, 800)
RED, YELLOW, BLACK, PINK = (150, 40, 40), (190, 160, 70), (30, 26, 24), (235, 160, 160)


def box(x0: float, y0: float, x1: float, y1: float) -> Outline:
    return Outline(outer=((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


def picture(*fields: tuple[tuple[int, int, int, int], tuple[int, int, int]]) -> np.ndarray:
    """Return skin with fields of colour (x0, y0, x1, y1) on it, a little noisy as cameras are."""
    pixels = np.full((*SHAPE, 3), (196, 160, 140), dtype=np.int16)
    for (x0, y0, x1, y1), colour in fields:
        pixels[y0:y1, x0:x1] = colour
    noise = np.random.default_rng(3).integers(-4, 5, pixels.shape)
    return np.asarray(np.clip(pixels + noise, 0, 255), dtype=np.uint8)


def flat(homography: list[list[float]]) -> Calibration:
    rows = tuple((a, b, c) for a, b, c in homography)
    assert len(rows) == 3
    return Calibration(
        method="given",
        homography=(rows[0], rows[1], rows[2]),
        cards=(),
        mm_per_px=0.1,
        tilt_deg=0.0,
        residual_mm=0.0,
    )


RED_HALF = [
    (210.0, 300.0, 104.0),
    (285.0, 300.0, 104.0),
    (380.0, 215.0, 14.0),
    (380.0, 385.0, 14.0),
]
"""A stroke over all of the red half that ends 6 px short of the line between red and yellow."""


def share(tissue: TissueMap, kind: Tissue) -> float:
    return dict(tissue.shares).get(kind, 0.0)


def across(x0: float, x1: float, y: float, radius: float) -> list[tuple[float, float, float]]:
    return [(x0, y, radius), (x1, y, radius)]


HALVES = picture(((200, 200, 400, 400), RED), ((400, 200, 600, 400), YELLOW))
WOUND = box(200, 200, 600, 400)


def test_a_stroke_fills_the_patches_of_its_colour_and_stops_where_the_colour_changes() -> None:
    ground = imaging.tissue_ground(HALVES, WOUND)
    blank = imaging.blank_tissue(ground)

    found = imaging.painted_tissue(blank, ground, RED_HALF, Tissue.GRANULATION)

    cells = imaging.tissue_cells(found)
    window = imaging.tissue_window(found)
    middle = round(float(window.to_working([(400, 300)])[0][0]))
    assert share(found, Tissue.GRANULATION) == pytest.approx(0.5, abs=0.04)
    assert not cells[:, middle + 2 :].any()


def test_without_patches_the_stroke_alone_is_painted() -> None:
    ground = imaging.tissue_ground(HALVES, WOUND)
    blank = imaging.blank_tissue(ground)

    found = imaging.painted_tissue(
        blank, ground, [(300, 300, 40)], Tissue.SLOUGH, fills_patches=False
    )

    assert share(found, Tissue.SLOUGH) == pytest.approx(math.pi * 40**2 / (400 * 200), rel=0.02)


def test_a_click_with_the_finest_brush_fills_the_patch_under_it() -> None:
    ground = imaging.tissue_ground(HALVES, WOUND)
    x, y = ground.window.to_working([(300, 300)])[0].astype(int)
    number = ground.patches[y, x]

    found = imaging.painted_tissue(
        imaging.blank_tissue(ground), ground, [(300, 300, 0.5)], Tissue.OTHER
    )

    filled = imaging.tissue_cells(found) > 0
    assert (filled == (ground.patches == number)).all()
    assert filled.sum() > 20


def test_a_stroke_beside_the_wound_paints_nothing() -> None:
    ground = imaging.tissue_ground(HALVES, WOUND)
    blank = imaging.blank_tissue(ground)

    for far in ([(20.0, 20.0, 10.0)], [(780.0, 590.0, 10.0)], [(50.0, 300.0, 5.0)] * 2):
        assert imaging.painted_tissue(blank, ground, far, Tissue.OTHER) == blank


def test_tissue_taken_off_is_not_painted_again() -> None:
    ground = imaging.tissue_ground(HALVES, WOUND)
    blank = imaging.blank_tissue(ground)
    all_over = across(200, 600, 300, 120)
    full = imaging.painted_tissue(blank, ground, all_over, Tissue.ESCHAR)

    bare = imaging.painted_tissue(full, ground, all_over, None)

    ((kind, share),) = full.shares
    assert kind is Tissue.ESCHAR
    assert share == pytest.approx(1.0)
    assert full.unpainted == pytest.approx(0.0, abs=1e-12)
    assert bare.shares == ()
    assert bare.unpainted == 1.0


def test_shares_and_what_is_not_painted_are_one_together() -> None:
    ground = imaging.tissue_ground(HALVES, WOUND)
    tissue = imaging.blank_tissue(ground)
    for number, kind in enumerate(Tissue):
        dab = [(230.0 + 60 * number, 300.0, 20.0)]
        tissue = imaging.painted_tissue(tissue, ground, dab, kind)

    assert [kind for kind, _ in tissue.shares] == list(Tissue)
    assert sum(part for _, part in tissue.shares) + tissue.unpainted == pytest.approx(1.0)
    assert 0.3 < tissue.unpainted < 0.97


def test_islands_are_no_part_of_the_area_that_shares_are_of() -> None:
    island = ((300.0, 250.0), (300.0, 350.0), (400.0, 350.0), (400.0, 250.0))
    wound = replace(WOUND, islands=(island,))
    ground = imaging.tissue_ground(HALVES, wound)

    full = imaging.painted_tissue(
        imaging.blank_tissue(ground), ground, across(200, 600, 300, 120), Tissue.OTHER
    )

    assert ground.areas.sum() == pytest.approx(400 * 200 - 100 * 100, rel=1e-3)
    assert share(full, Tissue.OTHER) == pytest.approx(1.0)


def test_on_a_tilted_plane_each_pixel_counts_by_its_true_area() -> None:
    # x_mm = x / (5 + x/200), y_mm = y / (5 + x/200): what lies to the right is nearer together.
    tilted = flat([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1 / 200, 0.0, 5.0]])
    left = box(200, 200, 400, 400)
    ground = imaging.tissue_ground(HALVES, WOUND, tilted)
    proposed = imaging.proposed_tissue(ground)

    # The homography's determinant is 25·w⁻³ with w = 5 + x/200, so a strip of 200 px height from x0
    # to x1 has 200·5·∫w⁻³dx = 200·5·100·(w0⁻² − w1⁻²); from 200 to 600 px, w runs 6, 7, 8.
    whole = 200 * 5 * 100 * (1 / 36 - 1 / 64)
    first = 200 * 5 * 100 * (1 / 36 - 1 / 49)
    assert imaging.measure(WOUND, tilted).area_mm2 == pytest.approx(whole, rel=1e-6)
    assert imaging.measure(left, tilted).area_mm2 == pytest.approx(first, rel=1e-6)
    assert ground.areas.sum() == pytest.approx(whole, rel=1e-3)
    # By pixels each would be a half.
    assert share(proposed, Tissue.GRANULATION) == pytest.approx(first / whole, abs=0.005)
    assert share(proposed, Tissue.SLOUGH) == pytest.approx(1 - first / whole, abs=0.005)


def test_a_new_scale_gives_new_shares_and_nothing_else() -> None:
    plain = flat([[0.1, 0.0, 0.0], [0.0, 0.1, 0.0], [0.0, 0.0, 1.0]])
    tilted = flat([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1 / 200, 0.0, 5.0]])
    ground = imaging.tissue_ground(HALVES, WOUND, plain)
    painted = imaging.painted_tissue(
        imaging.blank_tissue(ground), ground, RED_HALF, Tissue.GRANULATION
    ).approved("Ann")

    again = imaging.weighed_tissue(painted, WOUND, tilted)

    assert share(painted, Tissue.GRANULATION) == pytest.approx(0.5, abs=0.03)
    assert share(again, Tissue.GRANULATION) > share(painted, Tissue.GRANULATION) + 0.05
    assert replace(again, shares=painted.shares, weight=painted.weight) == painted
    assert painted.weight == pytest.approx(800.0, rel=1e-3)


def test_a_wound_of_the_whole_photograph_has_a_grid_of_bounded_size() -> None:
    ground = imaging.tissue_ground(HALVES, box(0, 0, 800, 600))

    assert max(ground.patches.shape) <= SIDE
    assert ground.areas.sum() == pytest.approx(800 * 600, rel=1e-9)


def test_patches_of_a_small_wound_are_no_finer_than_the_photograph() -> None:
    small, large = box(260, 260, 310, 300), WOUND

    ground = imaging.tissue_ground(HALVES, small)
    finer = imaging.tissue_ground(HALVES, large)

    # 50 × 40 px in patches of 36 px; 400 × 200 px of 110 cells, each 1.69 px.
    assert 35 <= len(ground.lab) <= 70
    assert 300 <= len(finer.lab) <= 520


def test_a_wound_of_a_few_pixels_can_be_painted() -> None:
    tiny = box(300, 300, 303, 302)
    ground = imaging.tissue_ground(HALVES, tiny)

    found = imaging.painted_tissue(
        imaging.blank_tissue(ground), ground, [(301.5, 301, 3)], Tissue.SLOUGH
    )

    assert share(found, Tissue.SLOUGH) == pytest.approx(1.0)


def test_colours_suggest_the_tissue_and_the_map_says_that_it_is_a_proposal() -> None:
    fields = (
        ((200, 200, 300, 400), RED),
        ((300, 200, 400, 400), YELLOW),
        ((400, 200, 500, 400), BLACK),
        ((500, 200, 600, 400), PINK),
    )
    ground = imaging.tissue_ground(picture(*fields), WOUND)

    found = imaging.proposed_tissue(ground)

    assert found.source is TissueSource.PROPOSED
    assert found.state_in(WOUND) is TissueState.NOT_APPROVED
    for kind in (Tissue.GRANULATION, Tissue.SLOUGH, Tissue.ESCHAR, Tissue.EPITHELIUM):
        assert share(found, kind) == pytest.approx(0.25, abs=0.02), kind


def test_the_same_photograph_and_outline_give_the_same_proposal() -> None:
    first = imaging.proposed_tissue(imaging.tissue_ground(HALVES, WOUND))
    second = imaging.proposed_tissue(imaging.tissue_ground(HALVES.copy(), WOUND))

    assert first == second


def test_a_proposal_leaves_what_a_person_painted() -> None:
    ground = imaging.tissue_ground(HALVES, WOUND)
    own = imaging.painted_tissue(imaging.blank_tissue(ground), ground, RED_HALF, Tissue.OTHER)

    found = imaging.proposed_tissue(ground, own)

    assert share(found, Tissue.OTHER) == pytest.approx(share(own, Tissue.OTHER))
    assert found.unpainted == pytest.approx(0.0, abs=1e-9)
    assert found.source is TissueSource.CORRECTED


def test_what_is_painted_on_is_approved_no_more() -> None:
    ground = imaging.tissue_ground(HALVES, WOUND)
    approved = imaging.proposed_tissue(ground).approved("Ann")

    found = imaging.painted_tissue(approved, ground, [(300, 300, 20)], Tissue.ESCHAR)
    beside = imaging.painted_tissue(approved, ground, [(30, 30, 20)], Tissue.ESCHAR)

    assert approved.state_in(WOUND) is TissueState.APPROVED
    assert found.approved_by is None
    assert found.approved_at is None
    assert found.source is TissueSource.CORRECTED
    assert beside == approved


def test_a_map_of_another_edge_is_carried_over_and_the_new_part_is_not_painted() -> None:
    small, large = box(250, 200, 400, 400), box(250, 200, 550, 400)
    old = imaging.proposed_tissue(imaging.tissue_ground(HALVES, small)).approved("Ann")
    ground = imaging.tissue_ground(HALVES, large)

    found = imaging.carried_tissue(old, ground)

    assert old.state_in(large) is TissueState.OUTLINE_CHANGED
    assert found.state_in(large) is TissueState.NOT_APPROVED
    assert share(found, Tissue.GRANULATION) == pytest.approx(0.5, abs=0.01)
    assert found.unpainted == pytest.approx(0.5, abs=0.01)


def test_on_a_limb_the_grid_holds_the_unrolled_area() -> None:
    limb = Limb(
        radius_mm=45.0,
        radius_sd_mm=0.5,
        axis_deg=90.0,
        origin_mm=(0.0, 0.0),
        focal_px=900.0,
        focal_spread=0.03,
        centre_px=(400.0, 300.0),
        lens_k1=0.0,
        unround=(0.0, 0.0),
        rotation=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        shift_mm=(0.0, 0.0, 250.0),
    )
    scale = 250 / 900
    round_ = replace(
        flat([[scale, 0.0, -400 * scale], [0.0, scale, -300 * scale], [0.0, 0.0, 1.0]]), limb=limb
    )
    # It reaches from the limb's middle to where it turns away.
    wound = box(400, 220, 520, 380)

    ground = imaging.tissue_ground(HALVES, wound, round_)

    unrolled = abs(shoelace(on_skin(np.asarray(wound.outer), round_)))
    seen = 120 * 160 * scale**2
    assert unrolled > 1.08 * seen
    assert ground.areas.sum() == pytest.approx(unrolled, rel=2e-3)


@functools.cache
def _photographed(warmth: float) -> tuple[np.ndarray, Calibration, Outline]:
    """Photograph a wound of slough, eschar and granulation beside a card, in this light."""
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf)
    layout = imaging.card_layout()
    card = phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 5.0),
    )
    lesion = phantom.Lesion(centre_mm=(15.0, -10.0), area_mm2=700.0, slough=0.35, eschar=0.2)
    shot = phantom.render(
        phantom.Scene(
            camera=phantom.Camera(width_px=1000, height_px=750, focal_35mm=35, distance_mm=180),
            light=phantom.Light(warmth=warmth, gradient=0.1, tint=-0.1 * warmth),
            cards=(card,),
            lesions=(lesion,),
        )
    )
    wound = Outline(outer=tuple((x, y) for x, y in shot.lesions[0].ring_px[::6]))
    return shot.pixels, imaging.find_calibration(shot.pixels), wound


def test_with_the_card_patches_look_alike_in_lamplight_and_daylight() -> None:
    def colours(warmth: float, *, by_card: bool) -> np.ndarray:
        pixels, calibration, wound = _photographed(warmth)
        ground = imaging.tissue_ground(pixels, wound, calibration if by_card else None)
        assert ground.has_card_colours is by_card
        return np.asarray(ground.lab.mean(axis=0))

    with_card = np.linalg.norm(colours(0.0, by_card=True) - colours(1.7, by_card=True))
    without = np.linalg.norm(colours(0.0, by_card=False) - colours(1.7, by_card=False))

    assert without > 5
    assert with_card < without / 2


@pytest.mark.parametrize("warmth", [0.0, 1.7])
def test_a_rendered_wounds_tissues_are_proposed_roughly_as_they_were_made(warmth: float) -> None:
    pixels, calibration, wound = _photographed(warmth)

    found = imaging.proposed_tissue(imaging.tissue_ground(pixels, wound, calibration))

    # A phantom's tissues are of clearer colours than a patient's: this holds the rules, and says
    # nothing of how true a proposal is on real wounds.
    assert share(found, Tissue.SLOUGH) == pytest.approx(0.35, abs=0.12)
    assert share(found, Tissue.ESCHAR) == pytest.approx(0.2, abs=0.08)
    assert share(found, Tissue.GRANULATION) == pytest.approx(0.45, abs=0.12)
