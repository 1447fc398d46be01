"""Which tissue lies where in a wound: patches of like colour, painting, true shares of area.

Hides the grid over the photograph, the superpixels on it, and what tilt or a limb does to shares.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.errors import ColoursUnknown
from woundtrack.imaging.colours.colour import apply_colour, colour_correction
from woundtrack.imaging.drawing.strokes import Dab
from woundtrack.imaging.geometry.planimetry import points_on_skin
from woundtrack.imaging.outline import Mask, as_ring, smooth_outlines
from woundtrack.imaging.window import Window, crop, window_around
from woundtrack.model import Calibration, Outline, Point, Tissue, TissueMap, TissueSource

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]
Kinds = npt.NDArray[np.uint8]

SIDE: Final = 320
"""Cells along the longer side of an outline's box: the grid's bound, whatever the photograph's."""

CELLS_A_PATCH: Final = 110
COMPACTNESS: Final = 8.0
"""Of SLIC, on CIELAB: patches are some ten cells wide and follow edges of colour before shape."""

LEAST_PATCH_PX: Final = 36.0
"""Photograph pixels of a patch at least: fewer are noise, however finely a small wound is cut."""

FILLED_FROM: Final = 0.35
"""Share of a patch under the brush from which all of it is filled; the brush's middle line fills
whatever it crosses."""

_FINER: Final = 4  # times a cell's side, to find how much of it the outline covers
_NODES: Final = 65  # along either side, between which a cell's true area is a straight line
_CODES: Final = (None, *Tissue)


@dataclass(frozen=True, kw_only=True, eq=False)
class TissueGround:
    """What one outline's tissue is painted on; made once an outline, never changed.

    Attributes
    ----------
    window
        The grid of cells over the photograph.
    patches
        (rows, columns) int32: the number of each cell's superpixel, −1 outside the outline.
    areas
        (rows, columns): how much of the outline's true area each cell holds, mm²; px² without a
        scale.
    lab
        (patches, 3): mean CIELAB (D65; L* 0..100) of each superpixel.
    outline
        The outline's fingerprint.
    has_card_colours
        Whether the colours are those of the card, not the camera's.
    """

    window: Window
    patches: Labels
    areas: Floats
    lab: Floats
    outline: str
    has_card_colours: bool


def tissue_ground(
    pixels: Pixels, outline: Outline, calibration: Calibration | None = None
) -> TissueGround:
    """Return the patches of like colour inside an outline, at a bounded size; deterministic.

    SLIC (Achanta et al., doi 10.1109/TPAMI.2012.120) on the card's colours where the card tells
    them beyond doubt, else as photographed.

    Parameters
    ----------
    pixels
        Upright RGB uint8 (H, W, 3); not changed.
    calibration
        Of the same photograph; without one, cells are weighed by their pixels.
    """
    from skimage.segmentation import slic

    window = _window_of(outline, (pixels.shape[0], pixels.shape[1]))
    picture, has_card_colours = _in_card_colours(crop(pixels, window), pixels, calibration)
    lab = np.asarray(cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), np.float64)
    areas = _areas(window, outline, calibration)
    inside = areas > 0
    patches = np.full(inside.shape, -1, dtype=np.int32)
    count = int(np.count_nonzero(inside))
    if count:
        size = max(CELLS_A_PATCH, LEAST_PATCH_PX * float(window.scale.prod()))
        found = slic(
            lab,
            n_segments=max(round(count / size), 1),
            compactness=COMPACTNESS,
            convert2lab=False,
            mask=inside,
            start_label=1,
            channel_axis=-1,
        )
        # Cells that the patches left out, at the tip of a narrow wound, are one of their own.
        numbers, patches[inside] = np.unique(found[inside], return_inverse=True)
        count = len(numbers)
    sums = np.stack(
        [
            np.bincount(patches[inside], weights=lab[..., channel][inside], minlength=count)
            for channel in range(3)
        ],
        axis=1,
    )
    sizes = np.bincount(patches[inside], minlength=count)
    return TissueGround(
        window=window,
        patches=patches,
        areas=areas,
        lab=sums / np.maximum(sizes, 1)[:, None],
        outline=outline.fingerprint,
        has_card_colours=has_card_colours,
    )


def _window_of(outline: Outline, shape: tuple[int, int]) -> Window:
    height, width = shape
    xs, ys = zip(*outline.outer, strict=True)
    left, top = max(math.floor(min(xs)), 0), max(math.floor(min(ys)), 0)
    box = (left, top, min(math.ceil(max(xs)), width), min(math.ceil(max(ys)), height))
    empty = np.empty((height, width, 0), dtype=np.uint8)  # its size is all that is asked for
    return window_around(empty, box, SIDE, 0.02)


def _in_card_colours(
    picture: Pixels, pixels: Pixels, calibration: Calibration | None
) -> tuple[Pixels, bool]:
    if calibration is None:
        return picture, False
    try:
        correction = colour_correction(pixels, calibration)
    except ColoursUnknown:
        return picture, False
    if not correction.is_trusted:
        return picture, False
    return apply_colour(np.ascontiguousarray(picture), correction), True


def _areas(window: Window, outline: Outline, calibration: Calibration | None) -> Floats:
    """Return the true area of the outline's part in each cell, (rows, columns)."""
    fine = replace(window, columns=window.columns * _FINER, rows=window.rows * _FINER)
    inside = fine.mask_of([outline]).astype(np.float64)
    blocks = inside.reshape(window.rows, _FINER, window.columns, _FINER)
    covered = np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float64)
    across, down = window.scale.tolist()
    areas: Floats = covered / (across * down)
    return areas if calibration is None else areas * _true_area_of_px(window, calibration)


def _true_area_of_px(window: Window, calibration: Calibration) -> Floats:
    """Return how many mm² of skin a pixel of the photograph covers at each cell.

    The determinant of the way to the skin, at nodes of a lattice and straight between them.
    """
    columns: Floats = np.linspace(0.0, window.columns, _NODES)
    rows: Floats = np.linspace(0.0, window.rows, _NODES)
    x, y = np.meshgrid(columns, rows)
    nodes = window.to_photograph(np.column_stack((x.ravel(), y.ravel())))
    steps = np.array([[0.5, 0.0], [-0.5, 0.0], [0.0, 0.5], [0.0, -0.5]])
    seen = points_on_skin((nodes[:, None] + steps).reshape(-1, 2), calibration).reshape(-1, 4, 2)
    u, v = seen[:, 0] - seen[:, 1], seen[:, 2] - seen[:, 3]
    scale = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    known = np.isfinite(scale)
    # Where a limb shows none of its skin, a corner of the box and not the wound, all count alike.
    scale[~known] = np.median(scale[known]) if known.any() else calibration.mm_per_px**2
    between_x = _between(columns, np.arange(window.columns) + 0.5)
    between_y = _between(rows, np.arange(window.rows) + 0.5)
    spread: Floats = between_y @ scale.reshape(_NODES, _NODES) @ between_x.T
    return spread


def _between(nodes: Floats, at: npt.NDArray[np.floating]) -> Floats:
    """Return the weights (at, nodes) of straight lines between nodes."""
    return np.column_stack([np.interp(at, nodes, unit) for unit in np.eye(len(nodes))])


# --- maps ----------------------------------------------------------------------------------------


def blank_tissue(ground: TissueGround) -> TissueMap:
    """Return a map on which nobody has painted yet."""
    return _map_of(np.zeros(ground.patches.shape, np.uint8), ground, TissueSource.PAINTED)


def tissue_cells(tissue: TissueMap) -> Kinds:
    """Return a map's cells (rows, columns): 0 not painted, else 1 + the place in ``Tissue``."""
    codes = np.array([_CODES.index(kind) for kind, _ in tissue.runs], dtype=np.uint8)
    cells = np.repeat(codes, [count for _, count in tissue.runs])
    return cells.reshape(tissue.rows, tissue.columns)


def tissue_window(tissue: TissueMap) -> Window:
    """Return where a map's grid lies on its photograph."""
    return Window(
        x=tissue.x,
        y=tissue.y,
        width=tissue.width,
        height=tissue.height,
        columns=tissue.columns,
        rows=tissue.rows,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class TissueRegion:
    """Where one tissue was painted: its patches, and the place inside that is furthest from edges.

    In pixels of the photograph; ``outlines`` are smooth, and may reach over the wound's edge by
    part of a cell.
    """

    tissue: Tissue
    outlines: tuple[Outline, ...]
    middle: Point


def tissue_regions(tissue: TissueMap) -> tuple[TissueRegion, ...]:
    """Return where each tissue of a map lies, to be drawn; those that aren't there are left out."""
    cells, window = tissue_cells(tissue), tissue_window(tissue)
    regions = []
    for code, kind in enumerate(_CODES):
        mask = cells == code
        if kind is None or not mask.any():
            continue
        inside = cv2.distanceTransform(np.pad(mask, 1).view(np.uint8), cv2.DIST_L2, 3)
        row, column = np.unravel_index(int(inside.argmax()), inside.shape)
        x, y = window.to_photograph(np.array([[column - 0.5, row - 0.5]]))[0].tolist()
        regions.append(
            TissueRegion(
                tissue=kind,
                outlines=_placed(mask, window),
                middle=(x, y),
            )
        )
    return tuple(regions)


def painted_tissue(
    tissue: TissueMap,
    ground: TissueGround,
    stroke: Sequence[Dab],
    kind: Tissue | None,
    *,
    fills_patches: bool = True,
) -> TissueMap:
    """Return a map with a stroke of the brush painted, or with ``kind`` None, taken off.

    A map that is painted on is no longer approved. One of another edge or grid is carried over
    first, as ``carried_tissue`` does.

    Parameters
    ----------
    stroke
        Touches of the brush, pixels of the photograph.
    fills_patches
        Whether the patches under the brush are filled whole, or what it touches alone.
    """
    tissue = carried_tissue(tissue, ground)
    band = _filled(ground, stroke, fills_patches=fills_patches)
    cells = np.where(band, _CODES.index(kind), tissue_cells(tissue)).astype(np.uint8)
    source = tissue.source
    if source is TissueSource.PROPOSED:
        source = TissueSource.CORRECTED
    changed = _map_of(cells, ground, source)
    # A stroke beside the wound, or in its own colour, leaves what was approved as it was.
    return tissue if changed.runs == tissue.runs else changed


def stroke_regions(
    ground: TissueGround, stroke: Sequence[Dab], *, fills_patches: bool = True
) -> tuple[Outline, ...]:
    """Return what a stroke would paint, to be shown while it is drawn; as ``painted_tissue``."""
    band = _filled(ground, stroke, fills_patches=fills_patches) & (ground.patches >= 0)
    return _placed(band, ground.window)


def _filled(ground: TissueGround, stroke: Sequence[Dab], *, fills_patches: bool) -> Mask:
    band, line = _under(stroke, ground.window)
    if not fills_patches:
        return band
    inside = ground.patches >= 0
    count = len(ground.lab)
    sizes = np.bincount(ground.patches[inside], minlength=count)
    under = np.bincount(ground.patches[inside & band], minlength=count)
    is_filled = under >= FILLED_FROM * np.maximum(sizes, 1)
    is_filled[np.unique(ground.patches[inside & line])] = True
    filled: Mask = np.zeros_like(inside)
    filled[inside] = is_filled[ground.patches[inside]]
    return filled


def _placed(mask: Mask, window: Window) -> tuple[Outline, ...]:
    """Return the smooth outlines of a mask of cells, in pixels of the photograph."""
    return tuple(
        Outline(
            outer=as_ring(window.to_photograph(np.asarray(part.outer))),
            islands=tuple(as_ring(window.to_photograph(np.asarray(ring))) for ring in part.islands),
        )
        for part in smooth_outlines(mask, min_px=1)
    )


def _under(stroke: Sequence[Dab], window: Window) -> tuple[Mask, Mask]:
    """Return the cells under a stroke, and those that its middle line crosses."""
    shape = (window.rows, window.columns)
    band, line = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    scale = float(np.sqrt(window.scale.prod()))
    places = window.to_working([(x, y) for x, y, _ in stroke])
    radii = [max(radius * scale, 0.5) for _, _, radius in stroke]
    touches = list(zip(places, radii, strict=True))
    for (a, wide), (b, wide_b) in [
        (touches[0], touches[0]),
        *itertools.pairwise(touches),
    ]:
        reach = max(wide, wide_b) + 1
        low = np.floor(np.minimum(a, b) - reach).astype(int).clip(0)
        high = np.minimum(np.ceil(np.maximum(a, b) + reach).astype(int), shape[::-1])
        if (high <= low).any():
            continue
        part = np.s_[low[1] : high[1], low[0] : high[0]]
        y, x = np.mgrid[part]
        along = b - a
        length = max(float(along @ along), 1e-12)
        share = (((x + 0.5 - a[0]) * along[0] + (y + 0.5 - a[1]) * along[1]) / length).clip(0, 1)
        away = np.hypot(x + 0.5 - a[0] - share * along[0], y + 0.5 - a[1] - share * along[1])
        band[part] |= away <= wide + share * (wide_b - wide)
        line[part] |= away <= 0.71
    return band, line


def proposed_tissue(ground: TissueGround, onto: TissueMap | None = None) -> TissueMap:
    """Return a map with every patch that nobody painted filled with what its colour suggests.

    A suggestion to begin with and nothing more: five fixed rules on the mean colour of a patch, no
    training and no measured accuracy, since no photographs with labelled tissue exist for wounds of
    this disease; and experts who painted the same wounds agree with a mean Dice of only 0.2 to 0.45
    (granulation 0.455, slough 0.349, epithelium 0.259, necrosis 0.208: LUTSeg's raters). A wet
    bed that shines, blood, a shadow, a dyed dressing and another lamp all mislead it. The map says
    that it was proposed, and nothing counts before a person approves it. The same photograph and
    outline give the same map.

    Dark, dark brown, or dim and nearly grey, is eschar; red is granulation, and where it is pale
    pink, epithelium; yellow to light brown is slough, and so is pale grey; what is left is other.
    What shines white stays unpainted.
    """
    tissue = blank_tissue(ground) if onto is None else carried_tissue(onto, ground)
    cells = tissue_cells(tissue)
    suggested = np.array([_CODES.index(_by_colour(*lab)) for lab in ground.lab.tolist()], np.uint8)
    inside = ground.patches >= 0
    is_free = inside & (cells == 0)
    cells[is_free] = suggested[ground.patches[is_free]]
    had_any = bool(tissue.shares)
    source = TissueSource.CORRECTED if had_any else TissueSource.PROPOSED
    if had_any and tissue.source is TissueSource.PROPOSED:
        source = TissueSource.PROPOSED
    return _map_of(cells, ground, source)


def _by_colour(lightness: float, a: float, b: float) -> Tissue | None:
    chroma, hue = math.hypot(a, b), math.degrees(math.atan2(b, a))
    if lightness > 93 and chroma < 12:
        return None
    if lightness < 25 or (lightness < 38 and chroma < 18):
        return Tissue.ESCHAR
    if chroma >= 16 and -30 <= hue < 46:
        is_pale = lightness >= 66 and chroma < 38
        return Tissue.EPITHELIUM if is_pale else Tissue.GRANULATION
    if chroma >= 14 and 46 <= hue < 115:
        return Tissue.SLOUGH if lightness >= 38 else Tissue.ESCHAR
    return Tissue.SLOUGH if lightness >= 55 and hue > 0 else Tissue.OTHER


def carried_tissue(tissue: TissueMap, ground: TissueGround) -> TissueMap:
    """Return a map as it is, or where it is of another edge, laid into this one.

    What the new edge takes in is not painted yet, and the map is no longer approved.
    """
    own, window = tissue_window(tissue), ground.window
    if tissue.outline == ground.outline and own == window:
        return tissue
    x, y = np.meshgrid(np.arange(window.columns) + 0.5, np.arange(window.rows) + 0.5)
    seen = own.to_working(window.to_photograph(np.column_stack((x.ravel(), y.ravel()))))
    column, row = np.floor(seen).astype(int).T
    there = (column >= 0) & (column < own.columns) & (row >= 0) & (row < own.rows)
    cells = np.zeros(window.rows * window.columns, dtype=np.uint8)
    cells[there] = tissue_cells(tissue)[row[there], column[there]]
    return _map_of(cells.reshape(window.rows, window.columns), ground, tissue.source)


def weighed_tissue(
    tissue: TissueMap, outline: Outline, calibration: Calibration | None
) -> TissueMap:
    """Return a map with its shares by a calibration: all that a new scale changes of it.

    A map of another edge is returned as it is.
    """
    if tissue.outline != outline.fingerprint:
        return tissue
    areas = _areas(tissue_window(tissue), outline, calibration)
    return replace(tissue, shares=_shares(tissue_cells(tissue), areas), weight=float(areas.sum()))


def _map_of(cells: Kinds, ground: TissueGround, source: TissueSource) -> TissueMap:
    cells = np.where(ground.patches >= 0, cells, 0)
    flat = cells.ravel()
    ends = np.append(np.flatnonzero(np.diff(flat)) + 1, len(flat))
    counts = np.diff(ends, prepend=0)
    window = ground.window
    return TissueMap(
        x=window.x,
        y=window.y,
        width=window.width,
        height=window.height,
        columns=window.columns,
        rows=window.rows,
        runs=tuple(
            (_CODES[code], count)
            for code, count in zip(flat[ends - 1].tolist(), counts.tolist(), strict=True)
        ),
        outline=ground.outline,
        shares=_shares(cells, ground.areas),
        weight=float(ground.areas.sum()),
        source=source,
        has_card_colours=ground.has_card_colours,
    )


def _shares(cells: Kinds, areas: Floats) -> tuple[tuple[Tissue, float], ...]:
    held = np.bincount(cells.ravel(), weights=areas.ravel(), minlength=len(_CODES))
    whole = float(held.sum())
    return tuple(
        (kind, float(held[code]) / whole)
        for code, kind in enumerate(_CODES)
        if kind is not None and held[code] > 0
    )
