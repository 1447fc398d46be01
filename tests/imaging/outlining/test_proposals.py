from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest

from woundtrack.imaging import (
    card_layout,
    find_calibration,
    outline_mask,
    proposal_method,
    propose_outlines,
    write_card_sheet,
)
from woundtrack.imaging.outline import union_mask
from woundtrack.imaging.outlining.proposal import card_outlines, is_crumb_of
from woundtrack.model import Outline, OutlineSource
from woundtrack.phantom import Camera, CardPrint, Lesion, Phantom, Scene, render

pytestmark = pytest.mark.usefixtures("is_with_network")


@pytest.fixture(scope="module")
def card() -> CardPrint:
    sheet = io.BytesIO()
    write_card_sheet(sheet)
    layout = card_layout()
    printed = layout.cards[0]
    return CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=printed.rect_mm,
        paper_mm=printed.paper_mm,
        centre_mm=(10.0, 55.0),
    )


def photograph(
    *lesions: Lesion, cards: tuple[CardPrint, ...] = (), tone: float = 0.25, seed: int = 3
) -> Phantom:
    camera = Camera(width_px=1100, height_px=825)
    return render(Scene(seed=seed, lesions=lesions, cards=cards, skin_tone=tone, camera=camera))


def overlap(phantom: Phantom, found: npt.NDArray[np.bool_]) -> float:
    true = np.any([lesion.mask() for lesion in phantom.lesions], axis=0)
    return 2 * float((found & true).sum()) / max(1, int(found.sum()) + int(true.sum()))


@pytest.mark.parametrize(
    ("slough", "eschar", "tone"),
    [
        *((0.1, 0.0, tone) for tone in (0.05, 0.3, 0.6, 0.8)),
        *((0.1, 0.8, tone) for tone in (0.05, 0.3, 0.6)),
        # On darker skin mottled slough is found in part only.
        *((0.6, 0.0, tone) for tone in (0.05, 0.3)),
    ],
)
def test_a_wound_beside_a_card_is_proposed(
    card: CardPrint, slough: float, eschar: float, tone: float
) -> None:
    lesion = Lesion(area_mm2=420, centre_mm=(-5, -15), slough=slough, eschar=eschar, shape_seed=4)
    phantom = photograph(lesion, cards=(card,), tone=tone)

    outlines = propose_outlines(phantom.pixels, find_calibration(phantom.pixels))

    assert overlap(phantom, union_mask(outlines, phantom.pixels.shape[:2])) > 0.8
    assert {outline.source for outline in outlines} == {OutlineSource.PROPOSED}
    assert all(0 < (outline.confidence or 0) <= 1 for outline in outlines)


def test_two_wounds_are_two_proposals_the_bigger_first(card: CardPrint) -> None:
    lesions = (
        Lesion(area_mm2=150, centre_mm=(-35, -20), shape_seed=1),
        Lesion(area_mm2=500, centre_mm=(20, -20), shape_seed=2),
    )
    phantom = photograph(*lesions, cards=(card,))

    outlines = propose_outlines(phantom.pixels, find_calibration(phantom.pixels))

    assert len(outlines) == 2
    assert outlines[0].centre[0] > outlines[1].centre[0]


def test_the_card_is_never_in_a_proposal(card: CardPrint) -> None:
    phantom = photograph(Lesion(area_mm2=250, centre_mm=(0, 12)), cards=(card,), tone=0.7)
    calibration = find_calibration(phantom.pixels)
    shape = phantom.pixels.shape[:2]

    outlines = propose_outlines(phantom.pixels, calibration)

    paper = union_mask(card_outlines(calibration), shape)
    assert np.count_nonzero(paper) > 20_000
    assert np.count_nonzero(union_mask(outlines, shape) & paper) < 0.001 * np.count_nonzero(paper)


def square(x: float, y: float, side: float) -> Outline:
    return Outline(outer=((x, y), (x + side, y), (x + side, y + side), (x, y + side)))


@pytest.mark.parametrize(
    ("small", "is_crumb"),
    [
        (square(101, 40, 20), True),  # 4 % of the area, a pixel from the edge
        (square(40, 40, 20), True),  # inside
        (square(120, 40, 20), False),  # a lesion of its own, 20 px away
        (square(101, 30, 40), False),  # 16 % of the area: two wounds may touch
    ],
)
def test_a_sliver_at_the_edge_of_a_wound_is_no_wound_of_its_own(
    small: Outline, is_crumb: bool
) -> None:
    assert is_crumb_of(small, square(0, 0, 100)) is is_crumb


def test_nothing_is_proposed_on_a_plain_grey_picture() -> None:
    assert propose_outlines(np.full((300, 400, 3), 128, dtype=np.uint8)) == ()


@pytest.mark.parametrize("shape", [(1, 1, 3), (31, 500, 3), (64, 64, 3)])
def test_a_picture_of_any_size_is_borne(shape: tuple[int, int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)

    outlines = propose_outlines(noise)

    assert all(outline_mask(outline, shape[:2]).any() for outline in outlines)


def test_proposals_are_the_same_every_time() -> None:
    phantom = photograph(Lesion(area_mm2=300, centre_mm=(0, 0)))

    assert propose_outlines(phantom.pixels) == propose_outlines(phantom.pixels)


def test_black_bars_round_the_photograph_are_no_wound() -> None:
    phantom = photograph(Lesion(area_mm2=300, centre_mm=(0, 0)))
    padded = np.pad(phantom.pixels, ((0, 0), (300, 300), (0, 0)))

    outlines = propose_outlines(padded)

    mask = union_mask(outlines, padded.shape[:2])
    assert not mask[:, :296].any()
    assert not mask[:, -296:].any()
    assert overlap(phantom, mask[:, 300:-300]) > 0.8


def test_the_method_names_itself(is_with_network: bool) -> None:
    named = "automatic-network" if is_with_network else "automatic-grabcut"
    assert proposal_method().name == named
