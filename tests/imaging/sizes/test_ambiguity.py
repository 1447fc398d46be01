"""An edge that the program could have put elsewhere widens the interval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.imaging.geometry.test_planimetry import ellipse, plain
from woundtrack.imaging import measure
from woundtrack.model import Outline, OutlineSource

FOUND = Outline(outer=ellipse(600, 400, 200, 100), source=OutlineSource.PROPOSED)


def test_an_edge_without_a_spread_has_no_such_cause() -> None:
    assert "ambiguity" not in {term.name for term in measure(FOUND, plain()).terms}


def test_a_spread_counts_all_round_in_true_size() -> None:
    unclear = replace(FOUND, edge_sd_px=4.0)

    (term,) = (term for term in measure(unclear, plain()).terms if term.name == "ambiguity")

    # 4 px are 0.4 mm, over 96.9 mm of edge.
    assert term.area_mm2 == pytest.approx(1.96 * 0.4 * 96.9, rel=0.005)
    assert term.length_mm == pytest.approx(1.96 * 0.4 * 2, rel=0.005)


def test_the_interval_holds_a_wound_whose_edge_lies_a_spread_further_out() -> None:
    truth = Outline(outer=ellipse(600, 400, 208, 108), source=OutlineSource.GIVEN)
    found = measure(replace(FOUND, edge_sd_px=8.0), plain())

    assert found.area_high_mm2 > measure(truth, plain()).area_mm2
    assert measure(FOUND, plain()).area_high_mm2 < measure(truth, plain()).area_mm2


def test_who_draws_an_edge_takes_the_programs_doubt_away() -> None:
    drawn = replace(FOUND, edge_sd_px=4.0, confidence=0.4).as_drawn()

    assert (drawn.edge_sd_px, drawn.confidence, drawn.source) == (None, None, OutlineSource.DRAWN)
    assert np.array_equal(drawn.outer, FOUND.outer)
