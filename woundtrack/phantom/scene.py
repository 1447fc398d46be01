"""What is to be photographed: the words a test or the demo describes a picture with.

Values only; the painting is elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from woundtrack.phantom.camera import Camera
from woundtrack.phantom.limb import Limb, Plate, Resting, Surface

SKIN_TONES: Final = {"I": 0.0, "II": 0.16, "III": 0.34, "IV": 0.55, "V": 0.78, "VI": 1.0}
"""Fitzpatrick's types on the scale of ``Scene.skin_tone``."""


class Backdrop(StrEnum):
    """What lies beside the body where the skin ends."""

    SHEET = "sheet"  # white cotton in folds
    PAD = "pad"  # blue absorbent pad
    PAPER = "paper"  # couch roll


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesion:
    """One ulcer, or the scar of one, on the skin plane.

    The edge has the shape of ``shape_seed`` at every size, so that the same seed with other areas
    and tissues is the same lesion at other visits. ``area_mm2`` is the open bed; 0 is closed.
    ``healed_mm2`` is the extent it once had: what lies between is new pink skin.
    ``slough`` and ``eschar`` are fractions of the bed; the rest is granulation. ``redness``,
    ``livedo``, ``maceration``, ``rolled`` and ``pallor`` are strengths from 0 to 1.
    """

    centre_mm: tuple[float, float] = (0.0, 0.0)
    area_mm2: float = 800.0
    shape_seed: int = 1
    irregularity: float = 0.5
    elongation: float = 1.25
    angle_deg: float = 0.0
    slough: float = 0.2
    eschar: float = 0.0
    redness: float = 0.5
    redness_mm: float = 9.0
    livedo: float = 0.0
    livedo_mm: float = 22.0
    maceration: float = 0.1
    rolled: float = 0.3
    pallor: float = 0.0
    depth_mm: float = 2.0
    new_skin_mm: float = 0.8
    healed_mm2: float = 0.0
    scar_age: float = 0.3
    wetness: float = 0.6

    def __post_init__(self) -> None:
        if self.area_mm2 < 0 or self.healed_mm2 < 0:
            raise ValueError("an area is zero or more")
        if not 0 <= self.slough + self.eschar <= 1.0001:
            raise ValueError("slough and eschar are fractions of the bed")
        if not 0 <= self.irregularity <= 1:
            raise ValueError("the irregularity lies between 0 and 1")


@dataclass(frozen=True, kw_only=True, slots=True)
class CardPrint:
    """A printed sheet (its PDF bytes) and the card cut from it.

    ``rect_mm`` (x, y, width, height) and the cut-out rings ``paper_mm`` are from the page's top
    left. ``centre_mm`` and ``angle_deg`` say where the middle of ``rect_mm`` lies on the skin and
    how it is turned. ``print_scale`` is printed length by nominal length. ``hidden`` hides that
    fraction of the card's width, from its right end, under a fold of the sheet.

    ``ink_fault`` is how far the printer's inks are from what the sheet asks for: 1 makes its
    colours 4 to 8 CIEDE2000 off, as an office printer's are.

    ``stretch`` is how much longer than it should be, for its width, it was printed downwards.

    Paper follows the skin it lies on. A ``is_stiff`` card stays flat and touches a limb in its
    middle; ``lift_mm`` holds a card so far above the skin, flat; ``lean_deg`` tips it about its
    middle, on flat skin, round the line at ``lean_azimuth_deg``; ``bent_over`` bends it over a
    round of its own, which touches the skin at the card's middle.
    """

    pdf: bytes
    page_mm: tuple[float, float]
    rect_mm: tuple[float, float, float, float]
    paper_mm: tuple[tuple[tuple[float, float], ...], ...]
    centre_mm: tuple[float, float] = (0.0, 60.0)
    angle_deg: float = 0.0
    print_scale: float = 1.0
    hidden: float = 0.0
    ink_fault: float = 0.0
    is_stiff: bool = False
    lift_mm: float = 0.0
    lean_deg: float = 0.0
    lean_azimuth_deg: float = 0.0
    stretch: float = 1.0
    bent_over: Limb | None = None

    def surface(self, limb: Limb | None) -> Surface | None:
        """Return what the card lies on where that isn't simply the skin of ``limb``."""
        if self.bent_over is not None:
            return Resting(self.bent_over, self.centre_mm, self.lift_mm)
        if self.lean_deg:
            return Plate.leaning(self.centre_mm, self.lift_mm, self.lean_deg, self.lean_azimuth_deg)
        if self.lift_mm or (self.is_stiff and limb is not None):
            return Plate.touching(limb, self.centre_mm, self.lift_mm)
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Light:
    """How the scene is lit; 0 to 1 but where said.

    The colour is what the camera's own white balance leaves of it: ``warmth`` -1 (blue) to 2
    (tungsten, the camera set to daylight), ``tint`` -1 (magenta) to 1 (green). ``dullness`` is how
    much of all colour the camera loses under it. ``red_loss`` is the deep red that a lamp lacks:
    skin and wounds look duller under it, printed red less so, and no grey tells.
    """

    azimuth_deg: float = 215.0
    elevation_deg: float = 55.0
    gradient: float = 0.25
    warmth: float = 0.05
    tint: float = 0.0
    dullness: float = 0.0
    red_loss: float = 0.0
    vignette: float = 0.25
    glare: float = 0.3
    exposure: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One photograph to be taken. ``seed`` draws the skin; ``shot`` the noise of this exposure.

    ``skin_tone`` runs from 0 (Fitzpatrick I) to 1 (VI). ``limb_width_mm`` None fills the picture
    with skin; otherwise the body ends on both sides of a line through ``limb_centre_mm`` at
    ``limb_angle_deg`` and ``backdrop`` shows beyond. ``curvature`` shades the body as if it were
    round, while the plane stays flat. ``blur_px`` is the sigma of the lens, ``noise`` the read and
    shot noise relative to a phone indoors.
    """

    seed: int = 1
    shot: int = 0
    skin_tone: float = 0.16
    camera: Camera = field(default_factory=Camera)
    light: Light = field(default_factory=Light)
    lesions: tuple[Lesion, ...] = ()
    cards: tuple[CardPrint, ...] = ()
    limb_width_mm: float | None = None
    limb_centre_mm: tuple[float, float] = (0.0, 0.0)
    limb_angle_deg: float = 0.0
    curvature: float = 0.4
    backdrop: Backdrop = Backdrop.SHEET
    hair: float = 0.1
    veins: float = 0.2
    dryness: float = 0.3
    moles: float = 0.4
    blur_px: float = 0.6
    noise: float = 1.0
    jpeg_quality: int = 92
    taken_at: datetime = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
