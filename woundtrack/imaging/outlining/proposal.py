"""Find wounds in a photograph that nobody has pointed at yet.

Hides what skin looks like, where a wound is suspected, and which suspicions are worth showing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from woundtrack import __version__
from woundtrack.errors import CardUnreliable
from woundtrack.imaging.cards.card import TAGS_PER_BLOCK, design_of_tag
from woundtrack.imaging.drawing.mending import settled
from woundtrack.imaging.outline import Mask, area_px, as_ring
from woundtrack.imaging.outlining import network_cut, wound_edge
from woundtrack.imaging.outlining.network_asset import outline_network
from woundtrack.imaging.outlining.outline_network import OutlineNetwork
from woundtrack.imaging.outlining.wound_edge import Cut
from woundtrack.imaging.sizes.measurement import measure
from woundtrack.imaging.window import Box, Floats, Pixels, Window, crop, halved, window_at
from woundtrack.model import Calibration, Method, Outline, OutlineSource

SEARCH_SHORTER_PX: Final = 700  # the shorter side that wounds are looked for in, at least
LEAST_CM2: Final = 0.05
"""Smaller spots are not proposed where there is a scale."""

LEAST_CONFIDENCE: Final = 0.2
"""Less than this, and a suspicion is not shown beside others: best mean Dice on FUSeg."""

LEAST_ALONE: Final = 0.15
"""The same for the first one: whoever takes a photograph has most often a wound to show."""

SURE_FROM: Final = 0.5
"""Below this a person is told that a proposal is unsure, before accepting it.

On FUSeg's 810 training photographs 62 % of the proposals by colour below it are wrong (Dice with
the experts' outline under 0.7) and 17 % of those above; 94 % of the wrong ones lie below, and so do
four of five proposals. On the darker skins above it 26 % are wrong: a proposal that is told as sure
is still for a person to look at. Of proposals by the network, ``network_cut`` has counted.
"""

_BY_COLOUR: Final = Method(
    name="automatic-grabcut",
    version="1",
    application_version=__version__,
    parameters=(
        ("least_cm2", LEAST_CM2),
        ("least_confidence", LEAST_CONFIDENCE),
        ("least_alone", LEAST_ALONE),
    ),
)

# Wounds are looked for at these radii, in shares of the photograph's shorter side, each on a copy
# of the photograph that makes the radius 3 px.
_RADII: Final = tuple(0.014 * 1.5**rung for rung in range(7))
_RADIUS_PX: Final = 3.0
_SUSPICIONS: Final = 6
_NEAR: Final = 1.2
_JOIN_LOSS: Final = 0.05
_CLUSTER_SHARE: Final = 0.6
_CRUMB_SHARE: Final = 0.1
_CRUMB_GAP: Final = 0.03
_MOST_JOINS: Final = 6
_NEUTRAL_CHROMA: Final = 9.0
_PAPER_FACT: Final = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspicion:
    """A disc of the photograph that may hold a wound; ``log_odds`` says how surely."""

    log_odds: float
    x: float
    y: float
    radius: float


def proposal_method() -> Method:
    """Return how ``propose_outlines`` works in this copy, for the record of an assessment."""
    network = outline_network()
    if network is None:
        return _BY_COLOUR
    return Method(
        name="automatic-network",
        version="1",
        application_version=__version__,
        parameters=(
            ("least_cm2", LEAST_CM2),
            ("least_confidence", LEAST_CONFIDENCE),
            ("least_alone", LEAST_ALONE),
            *network_cut.PARAMETERS,
            *network.parameters,
        ),
    )


def propose_outlines(
    pixels: Pixels, calibration: Calibration | None = None, *, with_network: bool = True
) -> tuple[Outline, ...]:
    """Return the outlines of what looks like wounds, biggest first; none where nothing does.

    The outline network finds and draws them where there is one (``network_cut.find``). By colour
    alone every place and size is scored by how it stands out from the skin round it; the best are
    solved like a person's boxes (``wound_edge.cut_box``), and those that then stand out across
    their edge are kept. Either misses wounds: a proposal is for a person to accept or correct, and
    never says that there is no wound.

    Parameters
    ----------
    pixels
        Upright RGB uint8 (H, W, 3).
    calibration
        Keeps the printed card out, and spots of less than ``LEAST_CM2``; None: by colour alone,
        bright neutral areas are taken for paper.
    with_network
        False: by colour alone, as where the outline network was left out.

    Returns
    -------
    Outlines with ``confidence`` and source ``PROPOSED``; two that touch may share a pixel or two.
    """
    if min(pixels.shape[:2]) < 32:
        return ()
    cards = card_outlines(calibration)
    network = outline_network() if with_network else None
    if network is not None:
        return _by_network(network, pixels, cards, calibration)
    coarse, times = _reduced(pixels)
    kept_out = [_resized(card, 1 / times) for card in cards]
    patches: list[Patch] = []
    for suspicion in suspicions(coarse, kept_out)[:_SUSPICIONS]:
        if any(_covers(patch.box, suspicion) for patch in patches):
            continue
        cut = _quick_cut(coarse, box_round(suspicion), kept_out)
        confidence = _confidence(suspicion, cut)
        if confidence < (LEAST_CONFIDENCE if patches else LEAST_ALONE):
            continue
        patches.append(Patch(cut=_sized(coarse, cut, kept_out), confidence=confidence))
    found: list[Outline] = []
    for patch in _joined(coarse, patches, kept_out):
        others = [*cards, *found]
        x0, y0, x1, y1 = (times * edge for edge in wound_edge.box_of(patch.cut))
        cut = wound_edge.cut_box(pixels, (x0, y0, x1, y1), others=others)
        outlines = wound_edge.outlines_of(
            pixels, cut, source=OutlineSource.PROPOSED, confidence=patch.confidence
        )
        apart = settled(outlines, others, (), (), (pixels.shape[0], pixels.shape[1]))
        found += [outline for outline in apart if _is_large_enough(outline, calibration)]
    found.sort(key=area_px, reverse=True)
    lesions: list[Outline] = []
    for outline in found:
        if not any(is_crumb_of(outline, larger) for larger in lesions):
            lesions.append(outline)
    return tuple(lesions)


def is_unsure(outline: Outline) -> bool:
    """Return whether an outline is still the program's proposal, and more likely wrong than not.

    One that a person drew or corrected is theirs, whatever it began as.
    """
    return outline.source is OutlineSource.PROPOSED and (
        outline.confidence is not None and outline.confidence < SURE_FROM
    )


def _by_network(
    network: OutlineNetwork,
    pixels: Pixels,
    cards: Sequence[Outline],
    calibration: Calibration | None,
) -> tuple[Outline, ...]:
    found: list[Outline] = []
    for lesion in network_cut.find(network, pixels, cards):
        if lesion.confidence < (LEAST_CONFIDENCE if found else LEAST_ALONE):
            break  # the surest come first
        outlines = wound_edge.outlines_of(
            pixels, lesion.cut, source=OutlineSource.PROPOSED, confidence=lesion.confidence
        )
        others = [*cards, *found]
        apart = settled(outlines, others, (), (), (pixels.shape[0], pixels.shape[1]))
        found += [outline for outline in apart if _is_large_enough(outline, calibration)]
    return tuple(sorted(found, key=area_px, reverse=True))


def is_crumb_of(outline: Outline, larger: Outline) -> bool:
    """Return whether an outline is a sliver at a larger one's edge: that wound's own rim."""
    whole = area_px(larger)
    if area_px(outline) > _CRUMB_SHARE * whole:
        return False
    ring = np.asarray(larger.outer, dtype=np.float32)
    away = min(-cv2.pointPolygonTest(ring, point, measureDist=True) for point in outline.outer)
    return away < _CRUMB_GAP * math.sqrt(whole)


def _reduced(pixels: Pixels) -> tuple[Pixels, int]:
    """Return the photograph at the size that places are looked for in, and how much smaller it is.

    Halved as often as it takes, so that a pixel of it is a square of whole pixels: wounds are
    looked for in as few pixels as show them, and only their edges are solved in all of them.
    """
    times = 1
    while min(pixels.shape[:2]) >= 2 * SEARCH_SHORTER_PX:
        pixels = halved(pixels)
        times *= 2
    return pixels, times


def _resized(outline: Outline, times: float) -> Outline:
    return Outline(
        outer=tuple((x * times, y * times) for x, y in outline.outer),
        islands=tuple(tuple((x * times, y * times) for x, y in ring) for ring in outline.islands),
    )


def _is_large_enough(outline: Outline, calibration: Calibration | None) -> bool:
    if calibration is None:
        return True
    try:
        return measure(outline, calibration).area_cm2 >= LEAST_CM2
    except CardUnreliable:  # beyond the horizon of the card's plane: a wound without a size
        return True


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Patch:
    """A solved suspicion that is worth showing."""

    cut: Cut
    confidence: float

    @property
    def box(self) -> Box:
        """The box of what was solved, in the photograph."""
        return wound_edge.box_of(self.cut, 0)


def _quick_cut(pixels: Pixels, box: Box, cards: Sequence[Outline]) -> Cut:
    return wound_edge.cut_box(
        pixels, box, others=cards, side=wound_edge.SEARCH_SIDE_PX, is_voted=False
    )


def _sized(pixels: Pixels, cut: Cut, cards: Sequence[Outline]) -> Cut:
    """Return the lesion at the size that stands out best: smaller, larger, or as solved.

    Redness round a wound has an edge of its own outside the wound's; slough and eschar make patches
    within it that have theirs.
    """
    for looseness, least_gain, times in ((-0.1, 0.1, 2), (0.6, 0.0, 4)):
        for _ in range(times):
            other = _quick_cut(pixels, wound_edge.box_of(cut, looseness), cards)
            if other.score < cut.score + least_gain:
                break
            cut = other
    return cut


def _joined(pixels: Pixels, patches: Sequence[Patch], cards: Sequence[Outline]) -> list[Patch]:
    """Return the patches, neighbours made one where together they stand out as well as apart."""
    result = list(patches)
    groups = _groups(result)
    for _ in range(_MOST_JOINS):
        group = next(groups, None)
        if group is None:
            break
        corners = np.array([patch.box for patch in group])
        x0, y0 = corners[:, :2].min(axis=0).tolist()
        x1, y1 = corners[:, 2:].max(axis=0).tolist()
        across, down = 0.15 * (x1 - x0), 0.15 * (y1 - y0)
        cut = _quick_cut(pixels, (x0 - across, y0 - down, x1 + across, y1 + down), cards)
        scores = [patch.cut.score for patch in group]
        held = sum(_holds_middle(cut, patch.box) for patch in group)
        if len(group) > 2:
            # Three or more in a cluster are patches of one mottled wound more often than not.
            # But one that stands out far better alone is a lesion beside them.
            is_one = cut.score >= _CLUSTER_SHARE * max(scores) and 2 * held > len(group)
        else:
            is_one = cut.score >= max(scores) - _JOIN_LOSS and held == len(group)
        if is_one:
            whole = Patch(cut=cut, confidence=max(patch.confidence for patch in group))
            result = [patch for patch in result if patch not in group] + [whole]
            groups = _groups(result)
    return sorted(result, key=lambda patch: -patch.confidence)


def _groups(patches: Sequence[Patch]) -> Iterator[tuple[Patch, ...]]:
    """Yield the patches that may be one lesion: all that hang together, then every near pair."""
    pairs = [
        (one, other)
        for number, one in enumerate(patches)
        for other in patches[number + 1 :]
        if _gap(one.box, other.box) < _NEAR * max(_side(one.box), _side(other.box))
    ]
    for first in patches:
        group = [first]
        for member in group:
            group += [
                other for pair in pairs if member in pair for other in pair if other not in group
            ]
        if len(group) > 2 and group[0] is min(group, key=patches.index):
            yield tuple(group)
    yield from pairs


def _gap(one: Box, other: Box) -> float:
    across = max(one[0] - other[2], other[0] - one[2], 0)
    return math.hypot(across, max(one[1] - other[3], other[1] - one[3], 0))


def _side(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def _holds_middle(cut: Cut, box: Box) -> bool:
    x, y = cut.window.to_working((((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),))[0]
    row = min(max(int(y), 0), cut.window.rows - 1)
    return bool(cut.mask[row, min(max(int(x), 0), cut.window.columns - 1)])


def box_round(suspicion: Suspicion) -> Box:
    """Return the box that a person would drag round a suspected wound."""
    half = suspicion.radius / wound_edge.EDGE_AT
    x, y = suspicion.x, suspicion.y
    return (x - half, y - half, x + half, y + half)


def _covers(box: Box, suspicion: Suspicion) -> bool:
    return box[0] <= suspicion.x <= box[2] and box[1] <= suspicion.y <= box[3]


# --- where -----------------------------------------------------------------------------------


def suspicions(pixels: Pixels, cards: Sequence[Outline] = ()) -> list[Suspicion]:
    """Return the discs that look most like a wound, surest first, none inside another.

    ``cards`` are where no wound is.
    """
    window = content(pixels)
    shorter = min(window.width, window.height)
    paper = window.mask_of(cards)
    peaks: list[Suspicion] = []
    for share, facts in zip(_RADII, evidence(pixels, window, paper), strict=True):
        odds: Floats = np.tensordot(_EVIDENCE_WEIGHTS, facts, axes=1) + _EVIDENCE_BASE
        highest = cv2.dilate(odds, np.ones((3, 3), np.uint8))
        # Paper under the disc itself: not on a wound.
        rows, columns = np.nonzero((odds >= highest) & (facts[_PAPER_FACT] < 0.5))
        per_px = window.width / odds.shape[1], window.height / odds.shape[0]
        peaks += [
            Suspicion(
                log_odds=float(odds[row, column]),
                x=window.x + (column + 0.5) * per_px[0],
                y=window.y + (row + 0.5) * per_px[1],
                radius=share * shorter,
            )
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]
    peaks.sort(key=lambda peak: -peak.log_odds)
    kept: list[Suspicion] = []
    for peak in peaks:
        apart = (
            math.hypot(peak.x - other.x, peak.y - other.y) > 0.9 * max(peak.radius, other.radius)
            for other in kept
        )
        if all(apart):
            kept.append(peak)
        if len(kept) == 2 * _SUSPICIONS:
            break
    return kept


def content(pixels: Pixels) -> Window:
    """Return the photograph without black bars round it, at the size the smallest radius needs."""
    lit = pixels[::8, ::8].max(axis=2) > 16
    rows = np.flatnonzero(lit.mean(axis=1) > 0.02)
    columns = np.flatnonzero(lit.mean(axis=0) > 0.02)
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = 0, 0, width, height
    if len(rows) > 4 and len(columns) > 4:
        x0, y0 = int(columns[0]) * 8, int(rows[0]) * 8
        x1, y1 = min(width, int(columns[-1]) * 8 + 8), min(height, int(rows[-1]) * 8 + 8)
    scale = min(1.0, _RADIUS_PX / _RADII[0] / min(x1 - x0, y1 - y0))
    return window_at(x0, y0, x1 - x0, y1 - y0, scale)


def card_outlines(calibration: Calibration | None) -> list[Outline]:
    """Return the cut edges of the printed cards of a photograph, from where their tags are.

    What is cut out of a window card is an island: the wound lies there.
    """
    edges = []
    for card in calibration.cards if calibration is not None else ():
        design = design_of_tag(card.tags[0].id) if card.tags else None
        if design is None:
            continue
        printed = [
            corner for tag in card.tags for corner in design.tags_mm[tag.id % TAGS_PER_BLOCK]
        ]
        seen = [corner for tag in card.tags for corner in tag.corners_px]
        homography, _ = cv2.findHomography(np.asarray(printed), np.asarray(seen), 0)
        outer, *holes = (
            as_ring(
                np.asarray(
                    cv2.perspectiveTransform(
                        np.asarray(ring, dtype=np.float64).reshape(-1, 1, 2), homography
                    ),
                    dtype=np.float64,
                ).reshape(-1, 2)
            )
            for ring in (design.outline_mm, *design.holes_mm)
        )
        edges.append(Outline(outer=outer, islands=tuple(holes)))
    return edges


def evidence(pixels: Pixels, window: Window, card: Mask) -> list[Floats]:
    """Return what each place shows at each of ``_RADII``: (facts, rows, columns) arrays.

    Facts: colour of a disc against the ring round it and against the skin's median, unevenness of
    both, how much of the surround is skin or paper, the distance from the middle, and the size.
    """
    small = crop(pixels, window).astype(np.float32) / 255
    lab: Floats = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2Lab), dtype=np.float32)
    lightness, red, yellow = (np.ascontiguousarray(lab[..., axis]) for axis in range(3))
    chroma = np.hypot(red, yellow)
    hue = np.degrees(np.arctan2(yellow, red))
    skin = (chroma > 8) & (hue > 10) & (hue < 80) & (lightness > 12) & (lightness < 92)
    paper = _paper(lightness, chroma, skin, window) | card
    sure = skin & ~paper
    if np.count_nonzero(sure) < 0.01 * sure.size:
        sure = ~paper if not paper.all() else np.ones_like(paper)
    median = np.median(lab[sure], axis=0).astype(np.float32)
    weight = np.where(paper, 0.02, np.where(skin, 1.0, 0.25)).astype(np.float32)
    weighted = weight[..., None] * lab
    squared = (weighted * lab).sum(axis=2)
    shares = cv2.merge((weight, sure.astype(np.float32), paper.astype(np.float32), squared))
    planes = (weighted, shares)
    shape = weight.shape
    result = []
    for rung, share in enumerate(_RADII):
        scale = min(1.0, _RADIUS_PX / share / min(shape))
        size = (max(8, round(shape[1] * scale)), max(8, round(shape[0] * scale)))
        level = [
            np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
            for one in planes
        ]
        inner, outer = _blurred(level, 0.6 * _RADIUS_PX), _blurred(level, 1.6 * _RADIUS_PX)
        result.append(_facts(inner, outer, median, rung))
    return result


def _paper(lightness: Floats, chroma: Floats, skin: Mask, window: Window) -> Mask:
    """Return bright neutral areas with what is printed on them."""
    white = ((lightness > 62) & (chroma < _NEUTRAL_CHROMA)).view(np.uint8)
    across = max(3, int(0.09 * min(window.rows, window.columns)) | 1)
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
    opened = cv2.morphologyEx(white, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, element).astype(bool)
    both = (closed & ~skin) | white.astype(bool)
    return cv2.dilate(both.view(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)


def _blurred(level: Sequence[Floats], spread: float) -> Floats:
    """Return the channels of pictures blurred, as one array (planes, rows, columns)."""
    planes = [
        plane
        for picture in level
        for plane in cv2.split(
            cv2.GaussianBlur(picture, (0, 0), spread, borderType=cv2.BORDER_REFLECT)
        )
    ]
    return np.asarray(planes, dtype=np.float32)


def _facts(inner: Floats, outer: Floats, median: Floats, rung: int) -> Floats:
    disc, ring = inner[:3] / inner[3], outer[:3] / outer[3]
    disc_var = inner[6] / inner[3] - (disc**2).sum(axis=0)
    ring_var = outer[6] / outer[3] - (ring**2).sum(axis=0)
    step, off = disc - ring, disc - median[:, None, None]
    rows, columns = disc.shape[1:]
    y, x = np.ogrid[:rows, :columns]
    middle_2 = ((x + 0.5) / columns - 0.5) ** 2 + ((y + 0.5) / rows - 0.5) ** 2
    skin, paper = outer[4], inner[5]
    redder = np.maximum(step[1], 0)
    facts = (
        *step,
        np.abs(step[0]),
        np.maximum(-step[0], 0) * redder * 0.1,
        *off,
        np.maximum(off[1], 0),
        np.maximum(-off[0], 0),
        np.sqrt(np.maximum(disc_var, 0)),
        np.sqrt(np.maximum(ring_var, 0)),
        skin,
        skin**2,
        paper,
        np.sqrt(middle_2),
        middle_2,
        disc[1],
        np.hypot(disc[1], disc[2]),
        disc[0] / 50,
        (disc[0] / 50) ** 2,
        np.sqrt((step**2).sum(axis=0)),
        skin * redder,
        disc[1] / (np.abs(disc[2]) + 5),
        rung,
        rung**2,
    )
    planes: Floats = np.empty((len(facts), rows, columns), dtype=np.float32)
    for plane, fact in zip(planes, facts, strict=True):
        plane[:] = fact
    return planes


_EVIDENCE_WEIGHTS: Final = np.array(
    [
        -0.032,
        0.014,
        0.095,
        -0.019,
        0.000,
        0.019,
        0.010,
        0.009,
        -0.038,
        0.010,
        0.141,
        -0.111,
        5.547,
        -3.327,
        -3.897,
        -6.458,
        -5.301,
        0.030,
        0.010,
        -1.021,
        -0.192,
        0.114,
        0.159,
        0.192,
        0.634,
        -0.061,
    ],
    dtype=np.float32,
)
_EVIDENCE_BASE: Final = np.float32(-2.15)


# --- whether -------------------------------------------------------------------------------------


def confidence_facts(suspicion: Suspicion, cut: Cut) -> tuple[float, ...]:
    """Return what a solved suspicion is judged by: itself and ``Cut.facts``."""
    return (suspicion.log_odds, *cut.facts)


def _confidence(suspicion: Suspicion, cut: Cut) -> float:
    """Return the Dice with a person's outline to expect, 0..1."""
    if not cut.facts:
        return 0.0
    facts = confidence_facts(suspicion, cut)
    return float(np.clip(_CONFIDENCE_BASE + np.dot(_CONFIDENCE_WEIGHTS, facts), 0.0, 1.0))


_CONFIDENCE_BASE: Final = -0.205
_CONFIDENCE_WEIGHTS: Final = (0.0754, 0.1453, -0.0012, 0.0002, 0.5353, -1.2706, 0.0004, 0.0007)
