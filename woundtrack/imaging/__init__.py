"""Photograph in, outlines and millimetres out.

Hides every format, card, colour space and geometry behind a dozen functions on plain arrays.
"""

from __future__ import annotations

from woundtrack.imaging.blinding import (
    Blinded,
    blinded,
    blinding_box,
    cut_out,
    place_within,
)
from woundtrack.imaging.cards.sheet import CardSheetLayout, card_layout, write_card_sheet
from woundtrack.imaging.cards.subject_code import NO_NAMES, may_be_a_name, subject_code
from woundtrack.imaging.colours.colour import ColourCorrection, apply_colour, colour_correction
from woundtrack.imaging.colours.tissue import (
    TissueGround,
    TissueRegion,
    blank_tissue,
    carried_tissue,
    painted_tissue,
    proposed_tissue,
    stroke_regions,
    tissue_cells,
    tissue_ground,
    tissue_regions,
    tissue_window,
    weighed_tissue,
)
from woundtrack.imaging.comparing.aligning import (
    FARTHEST_MM,
    MISPLACED_MM,
    Agreement,
    Laid,
    LaidBy,
    Layout,
    Sight,
    lay_out,
    rings_on_skin,
)
from woundtrack.imaging.comparing.film import write_film
from woundtrack.imaging.comparing.matching import is_on_card, matching_landmarks
from woundtrack.imaging.comparing.rectifying import FlatPicture, flattened
from woundtrack.imaging.geometry.closeness import Closeness, closeness
from woundtrack.imaging.geometry.limb import limb_lines
from woundtrack.imaging.geometry.planimetry import in_pixels, mm_per_px_at, points_on_skin
from woundtrack.imaging.leaving import (
    AROUND_MM,
    MARGIN_MM,
    LeavingPicture,
    leaving_frame,
    leaving_picture,
)
from woundtrack.imaging.outline import outline_mask, outlines_from_mask
from woundtrack.imaging.outlining.fitting import fitted_outline
from woundtrack.imaging.outlining.gesture import outline_method, refine_outline
from woundtrack.imaging.outlining.network_asset import NetworkInUse, network_in_use
from woundtrack.imaging.outlining.proposal import is_unsure, proposal_method, propose_outlines
from woundtrack.imaging.overlay import draw_overlay
from woundtrack.imaging.photograph import (
    photograph_facts,
    quick_thumbnail,
    read_file,
    read_photograph,
    read_photograph_bytes,
    thumbnail,
)
from woundtrack.imaging.picture_file import read_mask, write_picture
from woundtrack.imaging.scale.calibration import find_calibration
from woundtrack.imaging.scale.faults import looks_like_screenshot, with_faults
from woundtrack.imaging.scale.print_scale import (
    PRINT_DOUBTS,
    print_doubts,
    print_scale_on,
    rescaled,
)
from woundtrack.imaging.scale.ruler import (
    LEAST_RULER_MM,
    LEAST_RULER_PX,
    MOST_RULER_MM,
    RulerLine,
    ruler_calibration,
    ruler_of,
)
from woundtrack.imaging.sizes.joining import joined
from woundtrack.imaging.sizes.measurement import extents_by_head, measure, measure_parts

__all__ = [
    "AROUND_MM",
    "FARTHEST_MM",
    "LEAST_RULER_MM",
    "LEAST_RULER_PX",
    "MARGIN_MM",
    "MISPLACED_MM",
    "MOST_RULER_MM",
    "NO_NAMES",
    "PRINT_DOUBTS",
    "Agreement",
    "Blinded",
    "CardSheetLayout",
    "Closeness",
    "ColourCorrection",
    "FlatPicture",
    "Laid",
    "LaidBy",
    "Layout",
    "LeavingPicture",
    "NetworkInUse",
    "RulerLine",
    "Sight",
    "TissueGround",
    "TissueRegion",
    "apply_colour",
    "blank_tissue",
    "blinded",
    "blinding_box",
    "card_layout",
    "carried_tissue",
    "closeness",
    "colour_correction",
    "cut_out",
    "draw_overlay",
    "extents_by_head",
    "find_calibration",
    "fitted_outline",
    "flattened",
    "in_pixels",
    "is_on_card",
    "is_unsure",
    "joined",
    "lay_out",
    "leaving_frame",
    "leaving_picture",
    "limb_lines",
    "looks_like_screenshot",
    "matching_landmarks",
    "may_be_a_name",
    "measure",
    "measure_parts",
    "mm_per_px_at",
    "network_in_use",
    "outline_mask",
    "outline_method",
    "outlines_from_mask",
    "painted_tissue",
    "photograph_facts",
    "place_within",
    "points_on_skin",
    "print_doubts",
    "print_scale_on",
    "proposal_method",
    "propose_outlines",
    "proposed_tissue",
    "quick_thumbnail",
    "read_file",
    "read_mask",
    "read_photograph",
    "read_photograph_bytes",
    "refine_outline",
    "rescaled",
    "rings_on_skin",
    "ruler_calibration",
    "ruler_of",
    "stroke_regions",
    "subject_code",
    "thumbnail",
    "tissue_cells",
    "tissue_ground",
    "tissue_regions",
    "tissue_window",
    "weighed_tissue",
    "with_faults",
    "write_card_sheet",
    "write_film",
    "write_picture",
]
