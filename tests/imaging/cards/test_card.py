from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from woundtrack.imaging.cards.card import (
    DESIGNS,
    RESERVED_KINDS,
    design_of_tag,
    reserved_kind,
    tag_dictionary,
    tag_modules,
)


def test_the_first_cards_are_as_printed_for_ever() -> None:
    first = DESIGNS[0]

    assert first.name == "L1-A"
    assert first.tag_ids == (0, 1, 2, 3)
    assert first.size_mm == (120.0, 80.0)
    assert first.nominal_mm == 15
    assert [ring[0] for ring in first.tags_mm] == [
        (5.0, 5.0),
        (5.0, 59.0),
        (54.0, 59.0),
        (101.0, 59.0),
    ]
    assert first.tags_mm[2] == ((54.0, 59.0), (69.0, 59.0), (69.0, 74.0), (54.0, 74.0))
    assert DESIGNS[1].name == "L1-B"
    assert DESIGNS[1].tag_ids == (8, 9, 10, 11)


def test_the_places_of_the_codes_are_for_ever_and_touch_no_tag_and_no_patch() -> None:
    places = {design.kind: design.code_mm for design in DESIGNS}

    assert places == {
        "card": (83.0, 58.5, 14.0),
        "window": (58.5, 3.0, 14.0),
        "square": None,
        "strip": None,
    }
    for design in DESIGNS:
        if design.code_mm is None:
            continue
        x, y, side = design.code_mm
        white = 4 * side / 21  # ISO/IEC 18004 asks for four modules of white round a small code
        for ring in design.tags_mm:
            (left, top), _, (right, bottom), _ = ring
            away = max(left - x - side, x - right, top - y - side, y - bottom)
            assert away >= white
        for patch in design.patches:
            left, top, across, down = patch.box_mm
            assert max(left - x - side, x - left - across, top - y - side, y - top - down) > white


def test_the_other_kinds_are_as_printed_for_ever() -> None:
    window, square, strip = (
        next(one for one in DESIGNS if one.kind == kind) for kind in ("window", "square", "strip")
    )

    assert (window.name, window.tag_ids[0], window.nominal_mm) == ("W1-A", 128, 14)
    assert [ring[0] for ring in window.tags_mm[:4]] == [
        (3.0, 3.0),
        (40.0, 3.0),
        (77.0, 3.0),
        (3.0, 40.0),
    ]
    assert window.holes_mm == (((20.0, 20.0), (74.0, 20.0), (74.0, 74.0), (20.0, 74.0)),)
    assert (square.name, square.tag_ids[0], square.nominal_mm) == ("S1-A", 192, 11)
    assert [ring[0] for ring in square.tags_mm] == [
        (3.5, 3.5),
        (17.5, 3.5),
        (3.5, 17.5),
        (17.5, 17.5),
    ]
    assert (strip.name, strip.tag_ids[0], strip.nominal_mm) == ("T1-A", 256, 12)
    assert [ring[0] for ring in strip.tags_mm] == [(5 + 22.5 * place, 4.0) for place in range(8)]


@pytest.mark.parametrize(
    ("tag_id", "name"),
    [
        (0, "L1-A"),
        (3, "L1-A"),
        (8, "L1-B"),
        (11, "L1-B"),
        (143, "W1-B"),
        (219, "S1-D"),
        (256, "T1-A"),
        (287, "T1-D"),
    ],
)
def test_a_tag_names_its_card(tag_id: int, name: str) -> None:
    design = design_of_tag(tag_id)

    assert design is not None
    assert design.name == name


@pytest.mark.parametrize("tag_id", [4, 7, 12, 16, 144, 196, 288, 586])
def test_a_tag_of_no_printed_card_names_none(tag_id: int) -> None:
    assert design_of_tag(tag_id) is None


@pytest.mark.parametrize(
    ("tag_id", "kind"),
    [(0, None), (16, "card"), (144, "window"), (224, "square"), (288, "strip"), (448, None)],
)
def test_blocks_are_promised_to_kinds_to_come(tag_id: int, kind: str | None) -> None:
    assert reserved_kind(tag_id) == kind


def test_no_block_is_dealt_twice() -> None:
    dealt = [design.block for design in DESIGNS]
    dealt += [block for blocks, _ in RESERVED_KINDS for block in blocks]

    assert len(dealt) == len(set(dealt))
    assert max(dealt) < 587 // 8


def test_every_tag_keeps_a_white_margin_on_its_card() -> None:
    for design in DESIGNS:
        module = design.nominal_mm / 8
        paper, *holes = (
            np.array(ring, dtype=np.float32).reshape(-1, 1, 2)
            for ring in (design.outline_mm, *design.holes_mm)
        )
        for ring in design.tags_mm:
            (left, top), _, (right, bottom), _ = ring
            for x in (left - module, (left + right) / 2, right + module):
                for y in (top - module, (top + bottom) / 2, bottom + module):
                    assert cv2.pointPolygonTest(paper, (x, y), measureDist=True) >= 0
                    assert all(cv2.pointPolygonTest(hole, (x, y), True) <= 0 for hole in holes)


def test_tags_of_one_card_do_not_touch() -> None:
    for design in DESIGNS:
        for one, other in itertools.combinations(design.tags_mm, 2):
            apart = max(abs(a - b) for a, b in zip(one[0], other[0], strict=True))
            assert apart >= design.nominal_mm * 1.25


def test_every_tag_has_a_black_frame_and_its_own_bits() -> None:
    ids = [tag_id for design in DESIGNS for tag_id in design.tag_ids]
    for tag_id in ids:
        modules = tag_modules(tag_id)

        assert modules.shape == (8, 8)
        assert modules[[0, -1]].all()
        assert modules[:, [0, -1]].all()
    for one, other in itertools.combinations(ids, 2):
        assert (tag_modules(one) != tag_modules(other)).sum() >= 11


def test_the_family_has_587_tags_of_six_by_six_bits() -> None:
    dictionary = tag_dictionary()

    assert len(dictionary.bytesList) == 587
    assert dictionary.markerSize == 6
