"""An outline that is about right, drawn roughly or from last visit, moved onto today's edge.

Hides how the network is told of it, and what counts as still the same lesion.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from woundtrack.errors import EditImpossible
from woundtrack.imaging.drawing.mending import settled
from woundtrack.imaging.outline import outline_mask
from woundtrack.imaging.outlining import network_cut, wound_edge
from woundtrack.imaging.outlining.network_asset import outline_network
from woundtrack.imaging.outlining.proposal import card_outlines
from woundtrack.imaging.outlining.wound_edge import Cut
from woundtrack.imaging.window import Box, Pixels
from woundtrack.model import Calibration, Outline, OutlineSource

LEAST_ALIKE: Final = 0.3
"""Least IoU of an outline and what it was fitted to: less, and that is another thing."""

_LOOSE: Final = 0.15  # of its size, on every side: how far from the edge an outline may lie


def fitted_outline(
    pixels: Pixels,
    outline: Outline,
    others: Sequence[Outline] = (),
    calibration: Calibration | None = None,
    *,
    with_network: bool = True,
) -> tuple[Outline, ...]:
    """Return an outline moved onto the wound's edge: one, or its parts where skin divides them.

    Parameters
    ----------
    pixels
        Upright RGB uint8 (H, W, 3).
    outline
        About right: most of it lies on the wound that is meant.
    others
        Lesions that lie apart from it.
    calibration
        Keeps the printed cards out; None: nothing is known of any.
    with_network
        False: by OpenCV alone, as where the outline network was left out.

    Raises
    ------
    EditImpossible
        No edge is seen near it.
    """
    apart = [*others, *card_outlines(calibration)]
    network = outline_network() if with_network else None
    box = _loose_box(outline)
    cut: Cut | None = None
    if network is not None:
        cut = network_cut.cut_like(network, pixels, outline, box, others=apart)
    if cut is None:
        cut = wound_edge.cut_box(pixels, box, others=apart)
    shape = (pixels.shape[0], pixels.shape[1])
    found = wound_edge.outlines_of(pixels, cut, source=OutlineSource.GUIDED)
    parts = settled(found, apart, (), (), shape)
    before = outline_mask(outline, shape)
    after = np.zeros(shape, dtype=bool)
    for part in parts:
        after |= outline_mask(part, shape)
    whole = int(np.count_nonzero(before | after))
    if not whole or np.count_nonzero(before & after) < LEAST_ALIKE * whole:
        raise EditImpossible(reason="no edge like it is seen there")
    return tuple(parts)


def _loose_box(outline: Outline) -> Box:
    ring = np.asarray(outline.outer)
    low, high = ring.min(axis=0), ring.max(axis=0)
    slack = _LOOSE * (high - low)
    return (*(low - slack).tolist(), *(high + slack).tolist())
