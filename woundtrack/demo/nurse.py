"""The nurse of the demonstration: sees the wound, accepts a good outline, corrects a poor one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack import imaging, workflow
from woundtrack.demo.scenes import PlannedPhotograph
from woundtrack.errors import OutlineNotFound
from woundtrack.imaging.drawing.resizing import grown, smoothed
from woundtrack.model import Calibration, Lesion, Outline, OutlineKind, WoundState
from woundtrack.records import Library

GOOD_ENOUGH: Final = 0.94  # Dice: a proposal nearer the edge than this, a nurse leaves alone
BOXES: Final = 3  # how often she drags the box anew
CLICKS: Final = 6  # what a nurse has patience for
_REDUCED: Final = 4  # outlines are compared on masks this many times smaller


def decided(
    library: Library, filed: workflow.Filed, planned: PlannedPhotograph
) -> tuple[list[workflow.Decision], int]:
    """Return what the nurse decides about a photograph, and how many outlines she corrected."""
    patient = library.patient_with_code(planned.patient.code)
    known = {lesion.label: lesion for lesion in library.lesions(patient.id)}
    truth = json.loads(planned.truth_path.read_text(encoding="utf-8"))
    pixels: npt.NDArray[np.uint8] | None = None
    rng = np.random.default_rng([planned.patient.seed, planned.view.seed, planned.shot.week, 7])
    decisions: list[workflow.Decision] = []
    corrected = 0
    courses = planned.view.courses_at(planned.shot.week)
    for course, painted in zip(courses, truth["lesions"], strict=True):
        lesion: Lesion | None = known.get(course.label)
        edge = np.array(painted["ring_px"], dtype=np.float64).reshape(-1, 2)
        if not edge.size:
            if lesion is not None:
                decisions.append(_closed(lesion))
            continue
        outline, likeness = _nearest(filed.proposal.outlines, edge)
        if outline is None or likeness < GOOD_ENOUGH:
            if pixels is None:
                pixels, _ = imaging.read_photograph(planned.path)
            drawn = _guided(pixels, edge, filed.proposal.outlines, rng)
            if drawn is not None and _likeness(drawn, edge) > likeness:
                outline = drawn
                corrected += 1
        if outline is None:
            continue
        decision = workflow.Decision(
            outline=outline,
            lesion=lesion,
            site=planned.view.site,
            label=course.label,
        )
        decisions.append(decision)
        if course.is_nested:
            if pixels is None:
                pixels, _ = imaging.read_photograph(planned.path)
            livedo = course.at(planned.shot.week).livedo
            nested = _nested(pixels, outline, filed.proposal.calibration, livedo)
            decisions += [replace(decision, outline=one, kind=kind) for kind, one in nested]
    return decisions, corrected


def _nested(
    pixels: npt.NDArray[np.uint8],
    ulcer: Outline,
    calibration: Calibration | None,
    livedo: float,
) -> Iterator[tuple[OutlineKind, Outline]]:
    """Draw what is black in an ulcer's bed, and how far the livedo round it reaches."""
    shape = (pixels.shape[0], pixels.shape[1])
    bed = imaging.outline_mask(ulcer, shape)
    light = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), 3)
    level, _ = cv2.threshold(light[bed], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    # Below the middle between black and red: the brown rim is no eschar to her.
    black = (bed & (light < 0.8 * level)).astype(np.uint8)
    # Her hand follows the plate's rim, not each of its cracks.
    hand = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (25, 25))
    plate = cv2.morphologyEx(black, cv2.MORPH_CLOSE, hand)
    plate = cv2.morphologyEx(plate, cv2.MORPH_OPEN, hand)
    for found in imaging.outlines_from_mask((plate > 0) & bed)[:1]:
        (rim,) = smoothed(replace(found, islands=()).as_drawn(), shape=shape)
        yield OutlineKind.ESCHAR, rim
    for margin in grown(ulcer, 5 + 11 * livedo, calibration=calibration, shape=shape)[:1]:
        yield OutlineKind.MARGIN, replace(margin, islands=()).as_drawn()


def _closed(lesion: Lesion) -> workflow.Decision:
    return workflow.Decision(
        outline=None,
        lesion=lesion,
        site=lesion.site,
        label=lesion.label,
        state=WoundState.CLOSED,
    )


def _guided(
    pixels: npt.NDArray[np.uint8],
    edge: npt.NDArray[np.float64],
    start: Sequence[Outline],
    rng: np.random.Generator,
) -> Outline | None:
    """Return what the program makes of the nurse's gestures: a box round the wound, then clicks.

    She clicks where most is missing or too much, and stops when it is good or nothing helps.
    """
    found: Sequence[Outline] = ()
    best: Outline | None = None
    likeness = 0.0
    for _ in range(BOXES):
        boxed = _boxed(pixels, edge, start, rng)
        after, likeness_after = _nearest(boxed, edge)
        if likeness_after > likeness:
            found, best, likeness = boxed, after, likeness_after
        if likeness >= GOOD_ENOUGH:
            break
    for _ in range(CLICKS):
        if likeness >= GOOD_ENOUGH:
            break
        # Where a click doesn't help she takes it back, and tries the other sort of mistake.
        for is_missing in _worst_first(best, edge):
            point = _worst_place(best, edge, is_missing=is_missing)
            include, exclude = ([point], []) if is_missing else ([], [point])
            try:
                clicked = imaging.refine_outline(pixels, include, exclude, start=found)
            except OutlineNotFound:
                continue
            after, likeness_after = _nearest(clicked, edge)
            if likeness_after > likeness:
                found, best, likeness = clicked, after, likeness_after
                break
        else:
            break
    return best


def _boxed(
    pixels: npt.NDArray[np.uint8],
    edge: npt.NDArray[np.float64],
    start: Sequence[Outline],
    rng: np.random.Generator,
) -> Sequence[Outline]:
    """Return the outlines after one box, a few per cent loose on each side."""
    height, width = pixels.shape[:2]
    low, high = edge.min(axis=0), edge.max(axis=0)
    loose = (high - low) * rng.uniform(0.03, 0.12, 2)
    x0, y0 = np.maximum(low - loose, 1)
    x1, y1 = np.minimum(high + loose, (width - 1, height - 1))
    box = (float(x0), float(y0), float(x1), float(y1))
    try:
        return imaging.refine_outline(pixels, box=box, start=start)
    except OutlineNotFound:
        return ()


def _worst_first(outline: Outline | None, edge: npt.NDArray[np.float64]) -> tuple[bool, bool]:
    """Return the sorts of mistake, the larger first: True where wound is missing."""
    _, (missing, too_much) = _mistakes(outline, edge)
    return (True, False) if missing.max() >= too_much.max() else (False, True)


def _worst_place(
    outline: Outline | None, edge: npt.NDArray[np.float64], *, is_missing: bool
) -> tuple[float, float]:
    """Return the middle of the largest mistake of a sort, px."""
    low, (missing, too_much) = _mistakes(outline, edge)
    deepest = missing if is_missing else too_much
    row, column = np.unravel_index(int(deepest.argmax()), deepest.shape)
    x, y = low + (np.array([column, row]) + 0.5) * _REDUCED
    return (float(x), float(y))


def _mistakes(
    outline: Outline | None, edge: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    """Return a grid's corner, px, and how deep in missing wound and in too much each place is."""
    rings = [np.array(ring) for ring in (outline.outer, *outline.islands)] if outline else []
    low = np.vstack([*rings, edge]).min(axis=0) - 2 * _REDUCED
    high = np.vstack([*rings, edge]).max(axis=0) + 2 * _REDUCED
    size = np.ceil((high - low) / _REDUCED).astype(int)
    seen, wound = _filled(rings, low, size), _filled([edge], low, size)
    missing, too_much = (
        np.asarray(
            cv2.distanceTransform(mistake.astype(np.uint8), cv2.DIST_L2, 3), dtype=np.float32
        )
        for mistake in (wound & ~seen, seen & ~wound)
    )
    return low, (missing, too_much)


def _nearest(
    outlines: Sequence[Outline], edge: npt.NDArray[np.float64]
) -> tuple[Outline | None, float]:
    """Return the outline that covers the wound best, with its likeness; None when none does."""
    best: Outline | None = None
    highest = 0.0
    for outline in outlines:
        likeness = _likeness(outline, edge)
        if likeness > highest:
            best, highest = outline, likeness
    return best, highest


def _likeness(outline: Outline, edge: npt.NDArray[np.float64]) -> float:
    """Return the Dice coefficient of an outline and the wound's edge."""
    rings = [np.array(ring) for ring in (outline.outer, *outline.islands)]
    points = np.vstack([rings[0], edge])
    low = points.min(axis=0) - 2
    size = np.ceil((points.max(axis=0) + 2 - low) / _REDUCED).astype(int)
    one, two = _filled(rings, low, size), _filled([edge], low, size)
    return float(2 * (one & two).sum() / max(1, one.sum() + two.sum()))


def _filled(
    rings: Sequence[npt.NDArray[np.float64]],
    low: npt.NDArray[np.float64],
    size: npt.NDArray[np.int_],
) -> npt.NDArray[np.bool_]:
    """Return the inside of rings (even-odd) on a reduced grid that starts at ``low``."""
    mask = np.zeros((int(size[1]), int(size[0])), dtype=np.uint8)
    corners = [np.round(((ring - low) / _REDUCED - 0.5) * 16).astype(np.int32) for ring in rings]
    if corners:
        cv2.fillPoly(mask, corners, 1, shift=4)
    return mask.astype(bool)
