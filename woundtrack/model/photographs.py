"""Original files, the cards seen in them, and the scale that follows.

Lengths are millimetres, image coordinates pixels of the upright photograph.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from woundtrack.model.basics import Doubt, Matrix3, Point, Ring
from woundtrack.model.body import BodySite


class TimeSource(StrEnum):
    """Where a capture time came from."""

    EXIF = "exif"  # with its own offset from UTC
    EXIF_LOCAL = "exif_local"  # no offset in the file: this computer's time zone was assumed
    FILE = "file"  # no time in the file: when the file was last written
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Photograph:
    """The facts of one original file; never its location, which stays in the original alone.

    ``width_px`` and ``height_px`` are those of the upright photograph. ``orientation`` is the EXIF
    value (1..8) that was applied to make it upright.
    """

    sha256: str
    original_name: str
    format: str
    size_bytes: int
    width_px: int
    height_px: int
    orientation: int
    taken_at: datetime | None
    taken_offset_minutes: int | None
    taken_from: TimeSource
    camera_make: str | None = None
    camera_model: str | None = None
    focal_length_mm: float | None = None
    focal_length_35mm: float | None = None

    @property
    def taken_on(self) -> date | None:
        """The local calendar date of the capture, or None when the time is unknown."""
        if self.taken_at is None:
            return None
        return (self.taken_at + timedelta(minutes=self.taken_offset_minutes or 0)).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitPhotograph:
    """A photograph filed under a visit; ``site`` is where on the body it was said to be taken.

    ``head_deg`` is where the patient's head is, clockwise from the picture's top, 0 up to 360; None
    where nobody said.
    """

    id: str
    visit_id: str
    photograph: Photograph
    site: BodySite | None
    filed_at: datetime
    is_retired: bool = False
    version: int = 1
    head_deg: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintScale:
    """How long a printer made the sheet's two bars of 100 mm, and when that was measured.

    ``is_old`` says that it was measured too long before the photograph to be relied on.
    """

    printer: str
    across_mm: float
    down_mm: float
    measured_on: date
    is_old: bool = False

    @property
    def scale(self) -> float:
        """Printed length by nominal length, of both directions together."""
        return (self.across_mm + self.down_mm) / 200

    @property
    def name(self) -> str:
        """What tells this measurement from others: the printer and the day."""
        return f"{self.printer}, {self.measured_on.isoformat()}"

    @property
    def spread(self) -> float:
        """Standard deviation of ``scale``, as a ratio.

        A ruler read to a quarter of a millimetre at both ends of both bars; half of how far either
        direction is from their mean; three times as much when it is old.
        """
        apart = abs(self.across_mm - self.down_mm) / 400
        read = PRINT_READ_MM / 100 / math.sqrt(2)
        return math.hypot(read, apart) * (3.0 if self.is_old else 1.0)


PRINT_READ_MM: Final = 0.35
"""Spread of a bar's length as a person reads it off a ruler: a quarter millimetre at either end."""

UNMEASURED_PRINT_SPREAD: Final = 0.03
"""Spread of the print scale of a printer whose bars nobody measured: "fit to page" makes 94 to 97 %
of a sheet, and some drivers 103."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """One square tag seen in a photograph.

    ``corners_px`` are top-left, top-right, bottom-right, bottom-left of the printed tag, in pixels;
    ``corners_mm`` the same on the card's own plane, print scale applied; ``residual_mm`` how far
    the solved plane puts the tag from where it was seen (RMS over its corners).
    """

    id: int
    corners_px: Ring
    corners_mm: Ring
    residual_mm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One printed card seen in a photograph."""

    kind: str
    design_version: int
    copy: str
    nominal_mm: float
    tags: tuple[Tag, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limb:
    """A round under the cards, and how the camera saw it.

    The skin is unrolled into the first card's frame, mm; the limb's axis lies at ``axis_deg`` in it
    (0: along x). ``radius_mm`` is that at ``origin_mm``, ``radius_sd_mm`` its spread, and
    ``unround`` says how the curve changes round the limb (``imaging/geometry/limb.py``). ``taper``
    is the share of the radius by which it grows less along its axis, for a radius of way.

    The camera sees a point (x, y, depth) of space, from that origin and with x and y in the plane
    that touches the skin there, at ``rotation`` · point + ``shift_mm``; then through the radial
    term ``lens_k1`` of the ray, ``focal_px`` and ``centre_px``. ``focal_spread`` is how well the
    focal length was known beforehand, as a ratio.
    """

    radius_mm: float
    radius_sd_mm: float
    axis_deg: float
    origin_mm: Point
    focal_px: float
    focal_spread: float
    centre_px: Point
    lens_k1: float
    unround: tuple[float, float]
    rotation: Matrix3
    shift_mm: tuple[float, float, float]
    taper: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """The pixel → millimetre mapping of one photograph.

    ``homography`` maps homogeneous (x, y, 1) pixels to millimetres on the card's plane; with a
    ``limb``, on the plane that touches the skin at its origin, and the limb tells what is true.
    ``mm_per_px`` is the scale at the centre of the cards; ``residual_mm`` the RMS over all corners.
    ``print_scale_sd`` is the spread of ``print_scale``, and ``printed_by`` names the measurement it
    is from (empty where nobody measured). ``focal_px`` is the camera's focal length,
    known to ``focal_spread`` as a ratio, and ``centre_px`` where its axis meets the picture; None
    in calibrations of versions that didn't keep them.
    """

    method: str
    homography: Matrix3
    cards: tuple[Card, ...]
    mm_per_px: float
    tilt_deg: float
    residual_mm: float
    print_scale: float = 1.0
    print_scale_sd: float = UNMEASURED_PRINT_SPREAD
    printed_by: str = ""
    focal_px: float | None = None
    focal_spread: float = 0.25
    centre_px: Point | None = None
    limb: Limb | None = None
    doubts: tuple[Doubt, ...] = ()
