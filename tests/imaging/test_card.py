from __future__ import annotations

import itertools

import pytest

from woundtrack.imaging.card import (
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


@pytest.mark.parametrize(("tag_id", "name"), [(0, "L1-A"), (3, "L1-A"), (8, "L1-B"), (11, "L1-B")])
def test_a_tag_names_its_card(tag_id: int, name: str) -> None:
    design = design_of_tag(tag_id)

    assert design is not None
    assert design.name == name


@pytest.mark.parametrize("tag_id", [4, 7, 12, 16, 128, 586])
def test_a_tag_of_no_printed_card_names_none(tag_id: int) -> None:
    assert design_of_tag(tag_id) is None


@pytest.mark.parametrize(
    ("tag_id", "kind"),
    [(0, None), (16, "card"), (128, "window"), (192, "square"), (256, "strip"), (448, None)],
)
def test_blocks_are_promised_to_kinds_to_come(tag_id: int, kind: str | None) -> None:
    assert reserved_kind(tag_id) == kind


def test_no_block_is_dealt_twice() -> None:
    dealt = [design.block for design in DESIGNS]
    dealt += [block for blocks, _ in RESERVED_KINDS for block in blocks]

    assert len(dealt) == len(set(dealt))
    assert max(dealt) < 587 // 8


def test_every_tag_keeps_a_white_margin_on_its_card() -> None:
    module = 15 / 8
    for design in DESIGNS:
        for ring in design.tags_mm:
            (left, top), _, (right, bottom), _ = ring
            # The L: a standing arm 25 mm wide, and a lying one from 55 mm down.
            is_in_standing = right + module <= 25
            is_in_lying = top - module >= 55
            assert left - module >= 0
            assert bottom + module <= 80
            assert right + module <= 120
            assert is_in_standing or is_in_lying


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
