"""The nouns that travel between the rooms: frozen values, standard library only.

Lengths are millimetres and areas mm² inside; the ``*_cm`` and ``*_cm2`` properties are the surface.
Image coordinates are pixels of the upright photograph, (x, y), x right, y down; (0, 0) is the outer
corner of the top-left pixel, whose centre is (0.5, 0.5). Times are aware and in UTC; ``*_on`` are
the clinic's local calendar dates. Unknown is ``None`` and never zero.
"""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

Point = tuple[float, float]
Ring = tuple[Point, ...]
Matrix3 = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

Progress = Callable[[float, str], None]
"""Called with a fraction in 0..1 and what is being done; raises ``Cancelled`` to stop the work."""


def no_progress(fraction: float, message: str) -> None:
    """Ignore progress: for callers that show none."""


def new_id() -> str:
    """Return a random UUID as text: the key of every stored row."""
    return str(uuid.uuid4())


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)


# --- where on the body ---------------------------------------------------------------------------


class Side(StrEnum):
    """Side of the body, the patient's own."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"


class SiteGroup(StrEnum):
    """The groups that healing is summed over."""

    ABDOMEN = "abdomen"
    LEGS = "legs"
    TORSO = "torso"
    ARMS = "arms"
    HEAD = "head"
    BREAST = "breast"
    GENITALIA = "genitalia"


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """One word for a part of the skin, its group, and its SNOMED CT skin-structure concept."""

    word: str
    group: SiteGroup
    snomed: str | None
    letter: str


def _regions() -> Mapping[str, Region]:
    table = (
        ("abdomen", SiteGroup.ABDOMEN, "75093004", "A"),
        ("flank", SiteGroup.TORSO, "34284005", "F"),
        ("groin", SiteGroup.TORSO, "39687006", "G"),
        ("pelvis", SiteGroup.TORSO, "82654007", "P"),
        ("chest", SiteGroup.TORSO, "74160004", "C"),
        ("breast", SiteGroup.BREAST, "82038008", "B"),
        ("back", SiteGroup.TORSO, "66643007", "K"),
        ("lumbar", SiteGroup.TORSO, "286591006", "U"),
        ("sacrum", SiteGroup.TORSO, "51027004", "S"),
        ("buttock", SiteGroup.LEGS, "22180002", "Q"),
        ("thigh", SiteGroup.LEGS, "371305003", "T"),
        ("knee", SiteGroup.LEGS, "63464009", "N"),
        ("lower-leg", SiteGroup.LEGS, "75144006", "L"),
        ("ankle", SiteGroup.LEGS, "67269001", "M"),
        ("foot", SiteGroup.LEGS, "60496002", "O"),
        ("toe", SiteGroup.LEGS, "52034004", "D"),
        ("shoulder", SiteGroup.ARMS, "76552005", "H"),
        ("upper-arm", SiteGroup.ARMS, "371309009", "R"),
        ("elbow", SiteGroup.ARMS, "74757004", "E"),
        ("forearm", SiteGroup.ARMS, "5742000", "R"),
        ("wrist", SiteGroup.ARMS, "24785000", "W"),
        ("hand", SiteGroup.ARMS, "33712006", "W"),
        ("finger", SiteGroup.ARMS, "56213003", "W"),
        ("neck", SiteGroup.HEAD, "43081002", "J"),
        ("head", SiteGroup.HEAD, "70762009", "J"),
        ("genitalia", SiteGroup.GENITALIA, None, "V"),
        ("perineum", SiteGroup.GENITALIA, "48014002", "V"),
        # A group's name stands for "somewhere in this group, site not further known".
        ("legs", SiteGroup.LEGS, None, "L"),
        ("torso", SiteGroup.TORSO, None, "X"),
        ("arms", SiteGroup.ARMS, None, "R"),
    )
    return MappingProxyType(
        {
            word: Region(word=word, group=group, snomed=snomed, letter=letter)
            for word, group, snomed, letter in table
        }
    )


REGIONS: Final[Mapping[str, Region]] = _regions()
"""Every accepted SITE word, in display order. SNOMED CT codes: HL7 skin wound guide value sets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BodySite:
    """A region of skin and its side.

    Raises ``ValueError`` for a word that is not in ``REGIONS``.
    """

    region: str
    side: Side | None = None

    def __post_init__(self) -> None:
        if self.region not in REGIONS:
            raise ValueError(f"{self.region!r} is not a site; the sites are: {', '.join(REGIONS)}")

    @property
    def group(self) -> SiteGroup:
        """The group this site is summed under."""
        return REGIONS[self.region].group

    @property
    def words(self) -> str:
        """The site in words, e.g. ``left lower leg``."""
        region = self.region.replace("-", " ")
        return region if self.side is None else f"{self.side.value} {region}"


# --- who and when --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """A person, known by a code alone."""

    id: str
    code: str
    created_at: datetime
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesion:
    """One ulcer or pre-ulcer at one site over its whole life.

    ``number`` (1, 2, …) is its place in the patient's series and fixes its colour for life.
    A retired lesion is out of view: it was recorded by mistake.
    """

    id: str
    patient_id: str
    label: str
    number: int
    site: BodySite
    created_at: datetime
    is_retired: bool = False
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One day on which one patient's lesions were photographed."""

    id: str
    patient_id: str
    visited_on: date
    created_at: datetime
    version: int = 1


# --- photographs and scale -----------------------------------------------------------------------


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
class Doubt:
    """A reason to doubt a number, or for there being none. Sentences: ``errors.DOUBTS``.

    ``place_px`` is a ring round what it concerns on the photograph; empty where that is no place.
    """

    code: str
    values: tuple[tuple[str, str | float], ...] = ()
    place_px: Ring = ()


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


# --- outlines and measurements -------------------------------------------------------------------


class OutlineKind(StrEnum):
    """Which edge of a lesion an outline follows.

    They are nested: the eschar lies in the ulcer's bed or covers all of it, the margin goes round
    both. The area within a margin is all of it, the ulcer included.
    """

    ULCER = "ulcer"
    ESCHAR = "eschar"
    MARGIN = "margin"  # of livedo or induration


class OutlineSource(StrEnum):
    """How an outline came to be; decides the edge term of its interval."""

    GIVEN = "given"  # the exact edge, e.g. a mask handed in: no edge term
    PROPOSED = "proposed"  # by the program alone
    GUIDED = "guided"  # by the program, from a person's gestures
    DRAWN = "drawn"  # by hand


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """A wound edge with its islands of new skin; rings are open (the first point is not repeated).

    ``confidence`` is 0..1, or None where nobody estimated one. ``edge_sd_px`` is by how much the
    program may have put the edge too far out, or in, as one standard deviation; None where a person
    put it, or nobody estimated it.
    """

    outer: Ring
    islands: tuple[Ring, ...] = ()
    source: OutlineSource = OutlineSource.PROPOSED
    confidence: float | None = None
    edge_sd_px: float | None = None

    def as_drawn(self) -> Outline:
        """Return the same rings as a person's: without what the program thought of its own."""
        return replace(self, source=OutlineSource.DRAWN, confidence=None, edge_sd_px=None)

    @property
    def centre(self) -> Point:
        """The mean of the outer ring's points, px."""
        count = len(self.outer)
        return (sum(x for x, _ in self.outer) / count, sum(y for _, y in self.outer) / count)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its points, whoever drew them: it tells this edge from any other."""
        rings = [[(float(x), float(y)) for x, y in ring] for ring in (self.outer, *self.islands)]
        return hashlib.sha256(repr(rings).encode()).hexdigest()


# --- tissue --------------------------------------------------------------------------------------


class Tissue(StrEnum):
    """What covers the bed of a wound, as a person tells it by eye."""

    ESCHAR = "eschar"
    SLOUGH = "slough"
    GRANULATION = "granulation"
    EPITHELIUM = "epithelium"
    OTHER = "other"


class TissueSource(StrEnum):
    """How a tissue map came to be."""

    PAINTED = "painted"
    PROPOSED = "proposed"  # from colour, by the program alone
    CORRECTED = "corrected"  # proposed from colour, and painted upon


class TissueState(StrEnum):
    """What a tissue map is worth; only an approved one gives numbers."""

    NOT_APPROVED = "not_approved"
    OUTLINE_CHANGED = "outline_changed"
    APPROVED = "approved"


@dataclass(frozen=True, kw_only=True, slots=True)
class TissueMap:
    """Which tissue lies where inside one outline, on a grid over its photograph.

    ``x``, ``y``, ``width`` and ``height`` are the grid's rectangle in photograph pixels. ``runs``
    are its cells row by row: a tissue, or None where nobody painted, and how many follow each
    other. ``outline`` is the fingerprint of the outline it was painted in.

    ``shares`` is how much of the outline's true area each tissue covers, 0..1; what they leave of 1
    is not painted. ``weight`` is that area as the grid holds it, mm² (px² without a scale): it
    weighs the parts of one lesion against each other.
    """

    x: int
    y: int
    width: int
    height: int
    columns: int
    rows: int
    runs: tuple[tuple[Tissue | None, int], ...]
    outline: str
    shares: tuple[tuple[Tissue, float], ...]
    weight: float
    source: TissueSource = TissueSource.PAINTED
    has_card_colours: bool = False
    approved_by: str | None = None
    approved_at: datetime | None = None

    def state_in(self, outline: Outline) -> TissueState:
        """Return what the map is worth in an outline: for another edge none is approved."""
        if self.outline != outline.fingerprint:
            return TissueState.OUTLINE_CHANGED
        return TissueState.NOT_APPROVED if self.approved_by is None else TissueState.APPROVED

    def approved(self, by: str) -> TissueMap:
        """Return the map as one that a person approved, now."""
        return replace(self, approved_by=by, approved_at=now())

    @property
    def unpainted(self) -> float:
        """The share of the outline's area that nobody painted, 0..1."""
        return max(1 - sum(share for _, share in self.shares), 0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One cause of uncertainty: how far it alone may move each size, as half a 95 % interval.

    The names are explained in ``imaging/sizes/uncertainty.py``. A bound (``is_bound``) is no spread
    about what was measured but how much more it may be, or less where it is negative; it is added
    to that end.
    ``common`` names what several measurements have in common, such as one printer's scale: where
    two have the same, it moved both alike and counts in neither's part of the change.
    """

    name: str
    area_mm2: float
    perimeter_mm: float
    length_mm: float
    width_mm: float
    is_bound: bool = False
    common: str = ""


def area_interval(area_mm2: float, terms: Iterable[Term]) -> tuple[float, float]:
    """Return the 95 % interval of an area from its terms, mm².

    The spreads are added as squares, and are even on the scale of the root of the area, a length,
    since they are of lengths: a wound that may be 1 mm wider or narrower all round may be larger by
    more than smaller. Past the area itself that is no guide any more: a fissure is no disc. Bounds
    are added after.
    """
    if area_mm2 <= 0:
        return 0.0, 0.0
    terms = tuple(terms)
    spread = math.hypot(*(term.area_mm2 for term in terms if not term.is_bound)) / area_mm2
    bounds = [term.area_mm2 for term in terms if term.is_bound]
    low = area_mm2 * max(1 - spread / 2, 0.0) ** 2 + sum(min(bound, 0.0) for bound in bounds)
    high = area_mm2 * (1 + spread + min(spread, 1.0) ** 2 / 4) + sum(
        max(bound, 0.0) for bound in bounds
    )
    return max(low, 0.0), high


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """Size of one outline in one calibration, with the 95 % interval of its area.

    ``terms`` are what makes it uncertain, the largest first; empty where that was not recorded.
    ``head_to_toe_mm`` and ``side_to_side_mm`` are its extents along the body and across, as scores
    such as PUSH want them; None where nobody said where the head is.
    Raises ``ValueError`` for a size that is not finite, or an interval that misses its area.
    """

    area_mm2: float
    area_low_mm2: float
    area_high_mm2: float
    perimeter_mm: float
    length_mm: float
    width_mm: float
    doubts: tuple[Doubt, ...] = ()
    terms: tuple[Term, ...] = ()
    head_to_toe_mm: float | None = None
    side_to_side_mm: float | None = None

    def __post_init__(self) -> None:
        areas = (self.area_mm2, self.area_low_mm2, self.area_high_mm2)
        sizes = (*areas, self.perimeter_mm, self.length_mm, self.width_mm)
        if not all(math.isfinite(size) and size >= 0 for size in sizes):
            raise ValueError("a measurement needs finite sizes of zero or more")
        if not self.area_low_mm2 <= self.area_mm2 <= self.area_high_mm2:
            raise ValueError("the interval must contain the area")

    @property
    def area_cm2(self) -> float:
        """Area in cm²."""
        return self.area_mm2 / 100

    @property
    def area_low_cm2(self) -> float:
        """Lower end of the 95 % interval in cm²."""
        return self.area_low_mm2 / 100

    @property
    def area_high_cm2(self) -> float:
        """Upper end of the 95 % interval in cm²."""
        return self.area_high_mm2 / 100

    @property
    def perimeter_interval_mm(self) -> tuple[float, float] | None:
        """The 95 % interval of the perimeter; None where its terms were not recorded."""
        return self._interval(self.perimeter_mm, [term.perimeter_mm for term in self.terms])

    @property
    def length_interval_mm(self) -> tuple[float, float] | None:
        """The 95 % interval of the length; None where its terms were not recorded."""
        return self._interval(self.length_mm, [term.length_mm for term in self.terms])

    @property
    def width_interval_mm(self) -> tuple[float, float] | None:
        """The 95 % interval of the width; None where its terms were not recorded."""
        return self._interval(self.width_mm, [term.width_mm for term in self.terms])

    def _interval(self, size: float, halves: list[float]) -> tuple[float, float] | None:
        if not self.terms:
            return None
        named = list(zip(halves, self.terms, strict=True))
        spread = math.hypot(*(half for half, term in named if not term.is_bound))
        bounds = [half for half, term in named if term.is_bound]
        less, more = sum(min(one, 0.0) for one in bounds), sum(max(one, 0.0) for one in bounds)
        return max(size - spread + less, 0.0), size + spread + more

    @property
    def perimeter_cm(self) -> float:
        """Length of the outer edge in cm."""
        return self.perimeter_mm / 10

    @property
    def length_cm(self) -> float:
        """Greatest extent in cm."""
        return self.length_mm / 10

    @property
    def width_cm(self) -> float:
        """Extent square to the length in cm."""
        return self.width_mm / 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """How an outline was made: enough to explain a number years later."""

    name: str
    version: str
    application_version: str
    parameters: tuple[tuple[str, str | float | int | bool], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What the program made of one filed photograph, waiting for a person.

    Exactly one proposal per photograph. ``doubts`` holds why there is no calibration or no outline.
    ``lesion_id`` is the lesion that was named for this photograph on import, if one was.
    """

    id: str
    photograph_id: str
    calibration: Calibration | None
    outlines: tuple[Outline, ...]
    doubts: tuple[Doubt, ...]
    method: Method
    created_at: datetime
    lesion_id: str | None = None
    is_waiting: bool = True
    version: int = 1


class WoundState(StrEnum):
    """What was seen of a lesion at a visit."""

    OPEN = "open"  # eschar-covered is open
    CLOSED = "closed"  # fully covered with new skin, as seen at this one visit


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessedOutline:
    """One accepted outline of an assessment.

    ``further`` are the lesion's other open parts in the same photograph, where bridges of new skin
    divide it; ``measurement`` is that of all parts together, and None exactly when the photograph
    has no calibration. ``tissue`` are the parts' tissue maps in their order, None where there is
    none; empty where no part has one.
    """

    kind: OutlineKind
    photograph_id: str
    outline: Outline
    calibration: Calibration | None
    measurement: Measurement | None
    method: Method
    further: tuple[Outline, ...] = ()
    tissue: tuple[TissueMap | None, ...] = ()

    @property
    def parts(self) -> tuple[Outline, ...]:
        """All open parts of the lesion, the one that stands for it first."""
        return (self.outline, *self.further)

    @property
    def around(self) -> Outline:
        """Where the lesion lies and how far it reaches: its outline, or the box round all parts."""
        if not self.further:
            return self.outline
        xs, ys = zip(*(point for part in self.parts for point in part.outer), strict=True)
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        return Outline(outer=((left, top), (right, top), (right, bottom), (left, bottom)))

    @property
    def tissue_maps(self) -> tuple[TissueMap | None, ...]:
        """The tissue map of each part, in the order of ``parts``."""
        count = len(self.parts)
        return (*self.tissue, *(None,) * count)[:count]

    @property
    def tissue_state(self) -> TissueState | None:
        """What the tissue of all parts is worth: as much as the least of them; None without any."""
        maps = self.tissue_maps
        if all(one is None for one in maps):
            return None
        states = {
            TissueState.NOT_APPROVED if one is None else one.state_in(part)
            for one, part in zip(maps, self.parts, strict=True)
        }
        order = (TissueState.OUTLINE_CHANGED, TissueState.NOT_APPROVED, TissueState.APPROVED)
        return next(state for state in order if state in states)

    @property
    def tissue_shares(self) -> tuple[tuple[Tissue, float], ...] | None:
        """The share of each tissue in the area of all parts, 0..1; None unless it is approved."""
        if self.tissue_state is not TissueState.APPROVED:
            return None
        return pooled_shares([one for one in self.tissue_maps if one is not None])

    def __post_init__(self) -> None:
        if (self.calibration is None) != (self.measurement is None):
            raise ValueError("a measurement can't exist without a calibration, nor be left out")


def pooled_shares(maps: Iterable[TissueMap]) -> tuple[tuple[Tissue, float], ...]:
    """Return the share of every tissue in the area of several maps together, 0..1 each."""
    maps = tuple(maps)
    whole = sum(one.weight for one in maps)
    return tuple(
        (
            tissue,
            sum(dict(one.shares).get(tissue, 0.0) * one.weight for one in maps) / whole
            if whole > 0
            else 0.0,
        )
        for tissue in Tissue
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """One lesion at one visit: photographs, at most one accepted outline a kind, who and how.

    Rows are revisions: ``id`` names this revision, ``assessment_id`` the thread it belongs to, and
    ``supersedes`` the revision before it. Nothing is updated; the newest revision counts, and a
    retired one is out of view. ``reviewed_by`` is None when it was accepted without review.
    """

    id: str
    assessment_id: str
    revision: int
    supersedes: str | None
    lesion_id: str
    visit_id: str
    photograph_ids: tuple[str, ...]
    state: WoundState
    outlines: tuple[AssessedOutline, ...]
    accepted_by: str
    reviewed_by: str | None
    recorded_at: datetime
    reason: str | None = None
    is_retired: bool = False

    def __post_init__(self) -> None:
        kinds = [outline.kind for outline in self.outlines]
        if len(kinds) != len(set(kinds)):
            raise ValueError("an assessment holds one outline of a kind")
        is_covered = OutlineKind.ULCER in kinds or OutlineKind.ESCHAR in kinds
        if self.state is WoundState.CLOSED and is_covered:
            raise ValueError("a closed lesion has no ulcer outline, nor one of an eschar")
        if self.state is WoundState.OPEN and not kinds:
            raise ValueError("an open lesion needs an outline")

    def outline_of(self, kind: OutlineKind) -> AssessedOutline | None:
        """Return the accepted outline of one kind, or None."""
        return next((outline for outline in self.outlines if outline.kind is kind), None)

    @property
    def main(self) -> AssessedOutline | None:
        """The outline whose area counts: the ulcer's, or the eschar's where that covers all."""
        return self.outline_of(OutlineKind.ULCER) or self.outline_of(OutlineKind.ESCHAR)

    @property
    def ulcer(self) -> Measurement | None:
        """The measurement of the ulcer outline, or None where there is none."""
        outline = self.outline_of(OutlineKind.ULCER)
        return None if outline is None else outline.measurement

    def revised(self, *, by: str, reason: str | None, **changes: object) -> Assessment:
        """Return the next revision of this thread with ``changes`` applied."""
        return replace(
            self,
            id=new_id(),
            revision=self.revision + 1,
            supersedes=self.id,
            accepted_by=by,
            recorded_at=now(),
            reason=reason,
            **changes,  # type: ignore[arg-type]
        )


# --- what it means over time ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelinePoint:
    """One visit on a curve. ``area_mm2`` is None where the lesion was seen but not measured.

    ``terms`` are what makes the area uncertain, where that was recorded, and ``doubts`` what there
    is to doubt about it and its scale. ``head_to_toe_mm`` and ``side_to_side_mm`` are as in
    ``Measurement``; ``part_count`` is of how many open parts the area is the sum, 0 where none
    is outlined. ``tissue_state`` is
    None where no tissue was painted; ``tissue_shares`` are there where it was approved alone.
    """

    on: date
    state: WoundState
    area_mm2: float | None
    area_low_mm2: float | None
    area_high_mm2: float | None
    perimeter_mm: float | None
    assessment_id: str
    photograph_ids: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    head_to_toe_mm: float | None = None
    side_to_side_mm: float | None = None
    part_count: int = 1
    tissue_state: TissueState | None = None
    tissue_shares: tuple[tuple[Tissue, float], ...] | None = None

    @property
    def area_cm2(self) -> float | None:
        """Area in cm²; zero when closed, None when not measured."""
        return None if self.area_mm2 is None else self.area_mm2 / 100


@dataclass(frozen=True, kw_only=True, slots=True)
class NestedCurve:
    """The curve of a lesion's eschar, or of its margin: a point a visit at which it was outlined.

    A visit without a point says nothing: nobody outlined one, which is not the same as none.
    """

    kind: OutlineKind
    points: tuple[TimelinePoint, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionTimeline:
    """One lesion's curve, oldest point first; rates are None where they are not defined.

    ``gaps`` are visits of the patient at which this lesion, already known and not yet closed for
    good, has no measured area: the curve is broken there. ``nested`` are the curves of its other
    outlines, where there are any; no rate and no total is taken from them.
    """

    lesion: Lesion
    points: tuple[TimelinePoint, ...]
    nested: tuple[NestedCurve, ...] = ()
    gaps: tuple[date, ...] = ()
    area_reduction_percent: float | None = None
    gilman_cm_per_week: float | None = None
    half_life_days: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TotalPoint:
    """The summed open area at one visit; None where any lesion due there was not measured."""

    on: date
    area_mm2: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupTimeline:
    """The lesions of one site group and the total open area of the group."""

    group: SiteGroup
    lesions: tuple[LesionTimeline, ...]
    points: tuple[TotalPoint, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """One patient's course: a curve per lesion, a total per site group, and the patient's total."""

    patient: Patient
    groups: tuple[GroupTimeline, ...]
    total: tuple[TotalPoint, ...]
    visits: tuple[Visit, ...] = field(default=())

    @property
    def lesions(self) -> tuple[LesionTimeline, ...]:
        """All lesions' curves, in the order of the groups."""
        return tuple(lesion for group in self.groups for lesion in group.lesions)
