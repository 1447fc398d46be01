"""What a person might do with a window of a photograph: nothing, a box, clicks, corrections.

Hides how gestures are simulated. The rule of a correction is the usual one: in the middle of the
largest mistake.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from training.photographs import Mask, parts
from woundtrack.imaging.outlining.network_planes import BOX_LEVEL, Planes
from woundtrack.model import Point

Draw = np.random.Generator

NOTHING: Final = 0.3  # share of the windows without any gesture
BOXED: Final = 0.2
CLICKED: Final = 0.25
FROM_BEFORE: Final = 0.1  # an outline of last time; the rest corrects the network's own proposal

LOOSE: Final = 0.15  # a box a person drags stands off so much a side, more or less


@dataclass(kw_only=True, slots=True)
class Gestures:
    """Clicks (x, y) in a window and the outline so far; ``truth`` is what they ask for."""

    truth: Mask
    include: list[Point] = field(default_factory=list)
    exclude: list[Point] = field(default_factory=list)
    current: Planes | None = None
    corrects: bool = False  # the network's own proposal is to be corrected


def drawn(draw: Draw, wound: Mask) -> Gestures:
    """Return gestures at random for a window's wound (side, side)."""
    lesions = parts(wound)
    kind = draw.random()
    if not lesions:
        # Healed skin: shown as it is, or with a wrong proposal to be taken away.
        made = Gestures(truth=wound, corrects=kind > 0.5)
        if kind < 0.2:
            made.exclude = [_anywhere(draw, ~wound)]
        return made
    if kind < NOTHING:
        return Gestures(truth=wound)
    if kind < NOTHING + BOXED:
        return _boxed(draw, lesions)
    if kind < NOTHING + BOXED + CLICKED:
        return _clicked(draw, wound, lesions)
    if kind < NOTHING + BOXED + CLICKED + FROM_BEFORE:
        return _from_before(draw, wound)
    return Gestures(truth=wound, corrects=True)


def box_level(shape: tuple[int, int], box: tuple[float, float, float, float]) -> Planes:
    """Return the current outline's plane of a dragged box (x0, y0, x1, y1)."""
    plane = np.zeros(shape, np.float32)
    x0, y0, x1, y1 = (round(edge) for edge in box)
    plane[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = BOX_LEVEL
    return plane


def loose_box(draw: Draw, lesion: Mask, jitter: float = 0.1) -> tuple[float, float, float, float]:
    """Return a box round a lesion, ``LOOSE`` of its size off on each side, jittered by seed."""
    x, y, w, h = cv2.boundingRect(lesion.astype(np.uint8))
    left, right, top, bottom = LOOSE + draw.uniform(-jitter, jitter, 4)
    return (x - left * w, y - top * h, x + w + right * w, y + h + bottom * h)


def _boxed(draw: Draw, lesions: list[Mask]) -> Gestures:
    lesion = lesions[draw.integers(len(lesions))]
    box = loose_box(draw, lesion, 0.15)
    plane = box_level(lesion.shape, box)
    within = plane > 0
    # A box that holds a second lesion asks for both.
    held = [part for part in lesions if (part & within).sum() > 0.5 * part.sum()]
    asked: Mask = np.logical_or.reduce(held or [lesion])
    made = Gestures(truth=asked, current=plane)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if draw.random() < 0.5 and asked[int(np.clip(y, 0, asked.shape[0] - 1)),
                                     int(np.clip(x, 0, asked.shape[1] - 1))]:  # fmt: skip
        made.include = [(x, y)]
    return made


def _clicked(draw: Draw, wound: Mask, lesions: list[Mask]) -> Gestures:
    made = Gestures(truth=wound.copy())
    if len(lesions) > 1 and draw.random() < 0.25:
        unwanted = lesions.pop(int(draw.integers(len(lesions))))
        made.truth &= ~unwanted
        made.exclude.append(_inside(draw, unwanted))
    if draw.random() < 0.6:  # one a lesion, as a person would begin
        made.include = [_inside(draw, lesion) for lesion in lesions[:6]]
    else:
        made.include = [
            _inside(draw, lesions[draw.integers(len(lesions))]) for _ in range(draw.integers(1, 5))
        ]
    outside = ~cv2.dilate(wound.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    for _ in range(int(draw.choice(4, p=(0.55, 0.25, 0.12, 0.08)))):
        if outside.any():
            made.exclude.append(_anywhere(draw, _near(wound, outside, draw)))
    return made


def _from_before(draw: Draw, wound: Mask) -> Gestures:
    """Last visit's outline: moved, grown or shrunk, perhaps turned."""
    side = wound.shape[0]
    ys, xs = np.nonzero(wound)
    middle = (float(xs.mean()), float(ys.mean()))
    grown = float(np.exp(draw.normal(0, 0.2)))
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, draw.normal(0, 12), grown), np.float64)
    matrix[:, 2] += draw.normal(0, 0.06 * np.sqrt(wound.sum()), 2)
    before = cv2.warpAffine(wound.astype(np.uint8), matrix, (side, side), flags=cv2.INTER_NEAREST)
    made = Gestures(truth=wound, current=before.astype(np.float32))
    if draw.random() < 0.5:
        correct(draw, made, before > 0)
    return made


def correct(draw: Draw, made: Gestures, shown: Mask) -> bool:
    """Add the click that a person would make next to what is shown; False: nothing to correct."""
    missed, wrong = made.truth & ~shown, shown & ~made.truth
    best: tuple[float, Point, bool] | None = None
    for mistake, is_missed in ((missed, True), (wrong, False)):
        if not mistake.any():
            continue
        padded = np.pad(mistake.astype(np.uint8), 1)
        depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
        deepest = float(depth.max())
        if best is None or deepest > best[0]:
            rows, columns = np.nonzero(depth >= deepest * draw.uniform(0.7, 1.0))
            pick = draw.integers(len(rows))
            best = (deepest, (columns[pick] + 0.5, rows[pick] + 0.5), is_missed)
    if best is None or best[0] < 1.5:
        return False
    (made.include if best[2] else made.exclude).append(best[1])
    made.current = shown.astype(np.float32)
    return True


def _inside(draw: Draw, lesion: Mask) -> Point:
    depth = cv2.distanceTransform(np.pad(lesion.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    rows, columns = np.nonzero(depth >= depth.max() * draw.uniform(0.3, 1.0))
    pick = draw.integers(len(rows))
    return (float(columns[pick]) + 0.5, float(rows[pick]) + 0.5)


def _anywhere(draw: Draw, where: Mask) -> Point:
    rows, columns = np.nonzero(where)
    pick = draw.integers(len(rows))
    return (float(columns[pick]) + 0.5, float(rows[pick]) + 0.5)


def _near(wound: Mask, outside: Mask, draw: Draw) -> Mask:
    """Return the skin close to the wound, where a person takes away what was too much."""
    if draw.random() < 0.3:
        return outside
    away = cv2.distanceTransform((~wound).astype(np.uint8), cv2.DIST_L2, 5)
    near = outside & (away < max(8.0, 0.3 * np.sqrt(wound.sum())))
    return near if near.any() else outside
