"""Two visits of one to six lesions a site, drawn from numbers alone: outlines, cameras, truths.

Shapes vary as 1117 real outlines of the Foot Ulcer Segmentation Challenge do (training and
validation photographs, doi:10.3390/info15030140); how lesions change from visit to visit is assumed
(``CHANGE``): no collection of repeated photographs of ulcers is public.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack import imaging
from woundtrack.model import (
    AssessedOutline,
    BodySite,
    Calibration,
    Lesion,
    Matrix3,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    WoundState,
)
from woundtrack.workflow.identity import KnownLesion

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
Mask = npt.NDArray[np.uint8]
Plan = tuple[complex, float, Complexes]
"""A lesion's place, mm, its area, mm², and its shape."""

FIELD_MM: Final = (180.0, 130.0)
SITE: Final = BodySite(region="abdomen")
_MOMENT: Final = datetime(2026, 3, 1, tzinfo=UTC)
_METHOD: Final = Method(name="benchmark", version="1", application_version="0")

SPECTRUM: Final = (0.0277, 0.0048, 0.0025, 0.0011, 0.0007, 0.0004, 0.0003, 0.0002, 0.0002)
"""Mean squares of the Fourier coefficients of ln radius, orders 2 to 10, of real outlines."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """How much a visit differs from the one four weeks before: standard deviations, assumed."""

    ln_area_patient: float = 0.3
    ln_area_lesion: float = 0.35
    shape_kept: tuple[float, float] = (0.55, 0.95)  # likeness of a shape with its last, between
    moved_radii: float = 0.15
    moved_mm: float = 2.5
    stretch: float = 0.04
    edge_mm: float = 0.4
    scale: float = 0.015


CHANGE: Final = Change()


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Wound:
    """One open wound on the skin, and which lesions it is: two where they merged."""

    ring: Complexes  # mm
    lesions: tuple[int, ...]
    is_piece: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One photograph with what is known before it and what is true of each outline."""

    outlines: tuple[Outline, ...]
    calibration: Calibration | None
    known: tuple[KnownLesion, ...]
    truths: tuple[frozenset[str], ...]  # lesions each outline is: none where it is new
    pieces: tuple[bool, ...]
    closed: frozenset[str]
    head_deg: float | None = None


# --- skin and cameras ----------------------------------------------------------------------------


def blob(area_mm2: float, coefficients: Complexes) -> Complexes:
    """Return a ring round 0 of these shape coefficients and that area, as 180 points."""
    angle = np.linspace(0, 2 * math.pi, 180, endpoint=False)
    orders = np.arange(2, 2 + len(coefficients))
    log_radius = 2 * (np.exp(1j * np.outer(angle, orders)) @ coefficients).real
    ring = np.exp(np.clip(log_radius, -1.2, 1.2) + 1j * angle)
    ring = ring - middle_of(ring)
    return np.asarray(ring * math.sqrt(area_mm2 / area_of(ring)))


def area_of(ring: Complexes) -> float:
    """Return the area of a ring, by the shoelace formula."""
    return abs(float((ring.conjugate() * np.roll(ring, -1)).imag.sum())) / 2


def middle_of(ring: Complexes) -> complex:
    """Return the middle of its area."""
    following = np.roll(ring, -1)
    cross = (ring.conjugate() * following).imag
    return complex(((ring + following) * cross).sum() / (3 * cross.sum()))


def shape(draw: np.random.Generator) -> Complexes:
    """Return shape coefficients as spread as those of real outlines, with their long tail."""
    strength = math.sqrt(draw.gamma(2.0, 0.5))
    count = len(SPECTRUM)
    pair = draw.normal(size=count) + 1j * draw.normal(size=count)
    return np.asarray(pair * np.sqrt(np.array(SPECTRUM) / 2) * strength)


def camera(draw: np.random.Generator, turn_deg: float) -> tuple[Floats, Floats]:
    """Return skin → pixels and pixels → card, 3 × 3 each: the card lies and turns anyhow."""
    width, height = 4032.0, 3024.0
    focal, tilt, axis = 3100.0, math.radians(draw.uniform(0, 25)), draw.uniform(0, 2 * math.pi)
    distance = draw.uniform(300, 420)
    across = np.array([math.cos(axis), math.sin(axis), 0.0])
    turn, _ = cv2.Rodrigues(across * tilt)
    spin, _ = cv2.Rodrigues(np.array([0.0, 0.0, math.radians(turn_deg)]))
    rotation = turn @ spin
    middle = np.array([FIELD_MM[0] / 2, FIELD_MM[1] / 2, 0.0])
    shift = np.array([0.0, 0.0, distance]) - rotation @ middle
    lens = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    to_px = lens @ np.column_stack([rotation[:, 0], rotation[:, 1], shift])
    card, place = draw.uniform(0, 2 * math.pi), draw.uniform(-80, 80, 2)
    printed = math.exp(draw.normal(0, CHANGE.scale))
    cos, sin = math.cos(card), math.sin(card)
    on_card = printed * np.array([[cos, -sin, place[0]], [sin, cos, place[1]], [0, 0, 1 / printed]])
    return to_px, on_card @ np.linalg.inv(to_px)


def photographed(
    draw: np.random.Generator, rings: Sequence[Complexes], turn_deg: float
) -> tuple[list[Outline], Calibration]:
    """Return outlines in pixels, with an edge that nobody puts twice alike, and the scale."""
    to_px, to_mm = camera(draw, turn_deg)
    outlines = []
    for ring in rings:
        angle = np.linspace(0, 2 * math.pi, len(ring), endpoint=False)
        waves = np.exp(1j * np.outer(angle, np.arange(1, 12)))
        size = draw.normal(size=11) + 1j * draw.normal(size=11)
        wobble = (waves @ size).real * CHANGE.edge_mm / math.sqrt(11)
        away = ring - middle_of(ring)
        noisy = ring + wobble * away / np.maximum(np.abs(away), 1e-6)
        points = np.column_stack([noisy.real, noisy.imag, np.ones(len(noisy))]) @ to_px.T
        seen = points[:, :2] / points[:, 2:]
        outlines.append(Outline(outer=tuple((float(x), float(y)) for x, y in seen)))
    plain = Calibration(
        method="plane",
        homography=matrix_of(to_mm),
        cards=(),
        mm_per_px=0.1,
        tilt_deg=0.0,
        residual_mm=0.0,
    )
    near = imaging.mm_per_px_at((2016.0, 1512.0), plain)
    return outlines, replace(plain, mm_per_px=near)


def matrix_of(rows: Floats) -> Matrix3:
    """Return a 3 × 3 array as the model keeps it."""
    a, b, c = (tuple(float(one) for one in row) for row in rows)
    return ((a[0], a[1], a[2]), (b[0], b[1], b[2]), (c[0], c[1], c[2]))


def turn_of(draw: np.random.Generator) -> float:
    """Return by how much a camera is turned since the last visit, degrees: mostly not by much."""
    kind = draw.uniform()
    if kind < 0.5:
        return float(draw.normal(0, 10))
    if kind < 0.75:
        return float(draw.choice([-90.0, 90.0, 180.0]) + draw.normal(0, 10))
    return float(draw.uniform(-180, 180))


# --- visits --------------------------------------------------------------------------------------


def settled(draw: np.random.Generator, count: int) -> list[Plan]:
    """Return lesions that don't touch: place, area and shape of each; beyond six on more skin."""
    found: list[Plan] = []
    more = math.sqrt(max(count / 6, 1.0))
    while len(found) < count:
        area = float(np.exp(np.clip(draw.normal(math.log(250), 1.1), math.log(15), math.log(5000))))
        place = complex(draw.uniform(0, more * FIELD_MM[0]), draw.uniform(0, more * FIELD_MM[1]))
        if is_free(place, area, found):
            found.append((place, area, shape(draw)))
    return found


def is_free(place: complex, area: float, others: Sequence[Plan]) -> bool:
    reach = 1.35 * math.sqrt(area / math.pi)
    return all(
        abs(place - other) > reach + 1.35 * math.sqrt(size / math.pi) + 3
        for other, size, _ in others
    )


def grown(
    draw: np.random.Generator,
    lesion: Plan,
    trend: float,
    days: float,
    stretch: Floats,
) -> Plan:
    """Return a lesion some days later."""
    place, area, coefficients = lesion
    time_share = math.sqrt(days / 28)
    ratio = math.exp((trend + draw.normal(0, CHANGE.ln_area_lesion)) * time_share)
    kept = draw.uniform(*CHANGE.shape_kept) ** min(days / 28, 2)
    changed = kept * coefficients + math.sqrt(1 - kept**2) * shape(draw)
    radius = math.sqrt(area / math.pi)
    moved = draw.normal(0, CHANGE.moved_radii * radius * time_share, 2)
    moved += draw.normal(0, CHANGE.moved_mm, 2)
    at = stretch @ np.array([place.real, place.imag]) + moved
    return complex(*at), float(np.clip(area * ratio, 8, 9000)), changed


def ring_of(lesion: Plan) -> Complexes:
    """Return the edge of a lesion."""
    place, area, coefficients = lesion
    return blob(area, coefficients) + place


def as_mask(rings: Sequence[Complexes], per_mm: float = 4.0) -> tuple[Mask, complex]:
    points = np.concatenate(rings)
    low = complex(points.real.min() - 15, points.imag.min() - 15)
    high = complex(points.real.max() + 15, points.imag.max() + 15)
    size = (int((high - low).imag * per_mm), int((high - low).real * per_mm))
    mask = np.zeros(size, np.uint8)
    for ring in rings:
        at = (ring - low) * per_mm
        cv2.fillPoly(mask, [np.column_stack([at.real, at.imag]).round().astype(np.int32)], 1)
    return mask, low


def rings_in(mask: Mask, low: complex, per_mm: float = 4.0) -> list[Complexes]:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for contour in sorted(contours, key=cv2.contourArea, reverse=True):
        if cv2.contourArea(contour) > 8 * per_mm**2:
            points = contour[:: max(len(contour) // 180, 1), 0].astype(float)
            found.append((points[:, 0] + 1j * points[:, 1]) / per_mm + low)
    return found


def merged(*rings: Complexes) -> Complexes | None:
    """Return the one wound that several become when the skin between them breaks down."""
    mask, low = as_mask(rings)
    for reach in range(5, 120, 4):
        if len(rings_in(_closed(mask, reach), low)) == 1:
            return rings_in(_closed(mask, reach + 16), low)[0]
    return None


def _closed(mask: Mask, reach: int) -> Mask:
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, disk), np.uint8)


def divided(draw: np.random.Generator, ring: Complexes) -> list[Complexes]:
    """Return the two pieces that new skin across a wound leaves."""
    mask, low = as_mask([ring])
    points = np.column_stack([ring.real, ring.imag])
    axis = np.linalg.svd(points - points.mean(axis=0))[2][0]
    turn = draw.normal(0, 0.25)
    axis = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) @ axis
    radius = math.sqrt(area_of(ring) / math.pi)
    rows, columns = np.mgrid[: mask.shape[0], : mask.shape[1]]
    along = (columns / 4 + low.real - points[:, 0].mean()) * axis[0]
    along += (rows / 4 + low.imag - points[:, 1].mean()) * axis[1]
    middle = draw.normal(0, 0.3) * radius
    half = draw.uniform(0.1, 0.25) * radius + 0.8
    mask[np.abs(along - middle) < half] = 0
    worn = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=1 + int(radius / 6))
    return rings_in(np.asarray(worn, np.uint8), low)[:2]


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Scene:
    """A visit before it is photographed: the edges at the last one, and what there is today."""

    rings: list[Complexes]
    wounds: list[Wound]
    closed: frozenset[int]
    days: float


def scene(draw: np.random.Generator, count: int, event: str, days: float | None) -> Scene | None:
    """Return what there is at two visits; None where the event has no room.

    ``event`` is "", "missing", "beside gone" (of two side by side, as before a merger), "new",
    "merge", "merge three", "split", "split three", "recurrence", "mixed" or "close-up" (of one
    lesion, on the same day).
    """
    after = float(draw.choice([7.0, 14.0, 28.0, 28.0, 56.0]) if days is None else days)
    before = settled(draw, count)
    beside = {"merge": 2, "beside gone": 2, "merge three": 3}.get(event, 1)
    if count < beside and event == "merge three":
        return None
    for number in range(1, min(beside, count)):
        moved = neighbours(draw, before, number)
        if moved is None:
            return None
        before = moved
    trend = draw.normal(0, CHANGE.ln_area_patient)
    pull = np.eye(2) + draw.normal(0, CHANGE.stretch, (2, 2))
    is_same_day = event == "close-up"
    later = [one if is_same_day else grown(draw, one, trend, after, pull) for one in before]
    wounds = [Wound(ring=ring_of(one), lesions=(number,)) for number, one in enumerate(later)]
    closed: set[int] = set()
    kinds = {event}
    if event == "mixed":
        options = ["", "missing", "new", "merge", "split", "recurrence"]
        kinds = set(
            draw.choice(options, size=draw.integers(1, 3), p=[0.5, 0.15, 0.15, 0.07, 0.07, 0.06])
        )
    changed = evolved(draw, wounds, later, kinds, closed)
    if changed is None:
        return None
    wounds = changed
    if is_same_day:
        wounds = [wounds[draw.integers(len(wounds))]]
    if not wounds:
        return None
    return Scene(
        rings=[ring_of(one) for one in before],
        wounds=[wounds[place] for place in draw.permutation(len(wounds))],
        closed=frozenset(closed),
        days=0.0 if is_same_day else after,
    )


def case(
    seed: int,
    count: int,
    event: str = "",
    *,
    has_scale: bool = True,
    has_head: bool = False,
    days: float | None = None,
) -> Case | None:
    """Return one photograph of a second visit; None where its event has no room."""
    draw = np.random.default_rng([seed, count, sum(map(ord, event))])
    there = scene(draw, count, event, days)
    if there is None:
        return None
    turn = turn_of(draw)
    known = known_of(draw, there)
    now, now_scale = photographed(draw, [one.ring for one in there.wounds], turn)
    head = None
    if has_head:
        start = float(draw.uniform(0, 360))
        known = tuple(replace(one, head_deg=start) for one in known)
        # The camera's turn moves the head in the picture as it moves everything else.
        head = (start + turn + draw.normal(0, 8)) % 360
    return case_of(there, there.wounds, now, now_scale if has_scale else None, known, head)


def known_of(draw: np.random.Generator, there: Scene) -> tuple[KnownLesion, ...]:
    """Return what is known of the lesions from one photograph of the last visit."""
    then, scale = photographed(draw, there.rings, 0.0)
    return tuple(
        known_lesion(number, outline, scale, there.days, number in there.closed)
        for number, outline in enumerate(then)
    )


def case_of(
    there: Scene,
    wounds: Sequence[Wound],
    outlines: Sequence[Outline],
    scale: Calibration | None,
    known: tuple[KnownLesion, ...],
    head_deg: float | None = None,
) -> Case:
    """Return a photograph of some of the wounds, with what is true of them."""
    return Case(
        outlines=tuple(outlines),
        calibration=scale,
        known=known,
        truths=tuple(frozenset(f"L{number}" for number in one.lesions) for one in wounds),
        pieces=tuple(one.is_piece for one in wounds),
        closed=frozenset(f"L{number}" for number in there.closed),
        head_deg=head_deg,
    )


def visit(
    seed: int, count: int, event: str, photographs: int, *, most: int = 3
) -> tuple[tuple[Case, ...], tuple[tuple[int, ...], ...]] | None:
    """Return several photographs of a second visit, and which wounds are in each.

    The first shows everything, the others from one to ``most`` that lie side by side, each with its
    own camera, in the order in which they come in: anyhow.
    """
    draw = np.random.default_rng([seed, count, sum(map(ord, event)), photographs])
    there = scene(draw, count, event, None)
    if there is None:
        return None
    known = known_of(draw, there)
    middles = np.array([middle_of(one.ring) for one in there.wounds])
    shown = [tuple(range(len(middles)))]
    while len(shown) < photographs:
        middle = middles[draw.integers(len(middles))]
        near = np.argsort(np.abs(middles - middle))[: draw.integers(1, most + 1)]
        shown.append(tuple(draw.permutation(near).tolist()))
    shown = [shown[place] for place in draw.permutation(len(shown))]
    cases = []
    for numbers in shown:
        wounds = [there.wounds[number] for number in numbers]
        outlines, scale = photographed(draw, [one.ring for one in wounds], turn_of(draw))
        cases.append(case_of(there, wounds, outlines, scale, known))
    return tuple(cases), tuple(shown)


def neighbours(
    draw: np.random.Generator, lesions: Sequence[Plan], number: int = 1
) -> list[Plan] | None:
    """Return the lesions with one moved beside that before it: these are about to merge."""
    first, second = lesions[number - 1], lesions[number]
    others = [*lesions[: number - 1], *lesions[number + 1 :]]
    reach = sum(math.sqrt(area / math.pi) for _, area, _ in (first, second))
    angle = draw.uniform(0, 2 * math.pi)
    place = first[0] + (reach * 1.15 + draw.uniform(2, 8)) * complex(
        math.cos(angle), math.sin(angle)
    )
    if not is_free(place, second[1], others):
        return None
    return [*lesions[:number], (place, second[1], second[2]), *lesions[number + 1 :]]


def evolved(
    draw: np.random.Generator,
    wounds: list[Wound],
    later: Sequence[Plan],
    kinds: set[str],
    closed: set[int],
) -> list[Wound] | None:
    """Return the wounds after these events; None where one has no room. Fills ``closed``."""
    if kinds & {"missing", "mixed"} and len(wounds) >= 2:
        wounds.pop(int(draw.integers(len(wounds))))
    if "beside gone" in kinds:
        wounds.pop(int(draw.integers(2)))
    if "merge" in kinds:
        near = nearest(wounds)
        if near is None:
            return None
        one, other = near
        whole = merged(one.ring, other.ring)
        if whole is None:
            return None
        wounds = [each for each in wounds if each not in near]
        wounds.append(Wound(ring=whole, lesions=(*one.lesions, *other.lesions)))
    if "merge three" in kinds:
        together = wounds[:3]
        whole = merged(*(one.ring for one in together))
        if whole is None:
            return None
        wounds = [*wounds[3:], Wound(ring=whole, lesions=(0, 1, 2))]
    if kinds & {"split", "split three"}:
        big = max(wounds, key=lambda one: area_of(one.ring))
        pieces = divided(draw, big.ring)
        count = 2
        if "split three" in kinds:
            count = 3
            pieces = [*pieces[1:], *divided(draw, pieces[0])] if pieces else []
        if len(pieces) < count or area_of(big.ring) < 80 or len(big.lesions) > 1:
            return None
        wounds = [one for one in wounds if one is not big]
        wounds += [Wound(ring=ring, lesions=big.lesions, is_piece=True) for ring in pieces]
    if "recurrence" in kinds:
        alone = [one for one in wounds if len(one.lesions) == 1 and not one.is_piece]
        if not alone:
            return None
        again = alone[int(draw.integers(len(alone)))]
        closed.add(again.lesions[0])
        # New skin broke there: of another size and shape, not far from where it was.
        away = draw.normal(0, 0.4 * math.sqrt(area_of(again.ring) / math.pi), 2)
        area = float(np.exp(np.clip(draw.normal(math.log(90), 0.8), math.log(10), math.log(900))))
        ring = blob(area, shape(draw)) + middle_of(again.ring) + complex(*away)
        wounds[wounds.index(again)] = replace(again, ring=ring)
    if "new" in kinds:
        area = float(np.exp(draw.normal(math.log(120), 0.9)))
        for _ in range(200):
            place = complex(draw.uniform(0, FIELD_MM[0]), draw.uniform(0, FIELD_MM[1]))
            if is_free(place, area, later):
                fresh = (place, area, shape(draw))
                wounds.append(Wound(ring=ring_of(fresh), lesions=()))
                break
    return wounds


def nearest(wounds: Sequence[Wound]) -> tuple[Wound, Wound] | None:
    pairs = [
        (float(np.abs(one.ring[:, None] - other.ring[None, :]).min()), first, second)
        for first, one in enumerate(wounds)
        for second, other in enumerate(wounds[:first])
        if one.lesions and other.lesions
    ]
    if not pairs:
        return None
    gap, first, second = min(pairs)
    return (wounds[first], wounds[second]) if gap < 25 else None


def known_lesion(
    number: int, outline: Outline, scale: Calibration, days: float, is_closed: bool
) -> KnownLesion:
    size = imaging.measure(outline, scale, SITE)
    return KnownLesion(
        lesion=Lesion(
            id=f"L{number}",
            patient_id="P",
            label=f"A{number + 1}",
            number=number + 1,
            site=SITE,
            created_at=_MOMENT,
        ),
        state=WoundState.CLOSED if is_closed else WoundState.OPEN,
        outline=AssessedOutline(
            kind=OutlineKind.ULCER,
            photograph_id="last",
            outline=outline,
            calibration=scale,
            measurement=Measurement(
                area_mm2=size.area_mm2,
                area_low_mm2=size.area_mm2,
                area_high_mm2=size.area_mm2,
                perimeter_mm=1.0,
                length_mm=1.0,
                width_mm=1.0,
            ),
            method=_METHOD,
        ),
        days=days,
    )
