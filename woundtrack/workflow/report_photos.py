"""The photographs of a report, laid at one scale and cut from their originals, on a worker.

Hides how they are turned beside each other, and what is shown where there is no scale or no place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from woundtrack import imaging
from woundtrack.errors import WoundtrackError
from woundtrack.exchange import report
from woundtrack.model import (
    Calibration,
    Landmark,
    LesionTimeline,
    Outline,
    Photograph,
    Progress,
    TimelinePoint,
)
from woundtrack.records import Originals

if TYPE_CHECKING:
    from woundtrack.imaging import Laid, Sight

_MOST_PX: Final = 700_000  # of a picture, half of which the page shows
_ROOM: Final = 2.1  # of skin round the lesion, of which the page shows what it has room for
_LEAST_REACH_MM: Final = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """One visit of a lesion: its photograph, where there is one, and what lies on it."""

    point: TimelinePoint
    photograph_id: str = ""
    photograph: Photograph | None = None
    calibration: Calibration | None = None
    parts: tuple[Outline, ...] = ()
    head_deg: float | None = None
    landmarks: tuple[Landmark, ...] = ()
    why_none: str = ""


def strips_of(
    originals: Originals,
    chosen: Sequence[tuple[LesionTimeline, Sequence[Shot]]],
    progress: Progress,
) -> tuple[report.Strip, ...]:
    """Return the photographs of each lesion, as many mm of skin round all of them.

    One that can't be read is said so in its place. Raises ``Cancelled`` through ``progress``.
    """
    strips = []
    count = max(sum(len(shots) for _, shots in chosen), 1)
    done = 0
    laid = [_laid(shots) for _, shots in chosen]
    reach = max(
        (_reach_mm(shots, there) for (_, shots), there in zip(chosen, laid, strict=True)),
        default=_LEAST_REACH_MM,
    )
    for (lesion, shots), there in zip(chosen, laid, strict=True):
        photos = []
        for shot, where in zip(shots, there, strict=True):
            name = shot.photograph.original_name if shot.photograph is not None else ""
            progress(0.9 * done / count, name)
            done += 1
            photos.append(_photo(originals, shot, where, reach))
        strips.append(report.Strip(lesion=lesion, photos=tuple(photos)))
    return tuple(strips)


def _laid(shots: Sequence[Shot]) -> list[Laid | None]:
    """Return how each photograph with a scale is turned and moved beside the others."""
    sights = [_sight(shot) for shot in shots]
    known = [sight for sight in sights if sight is not None]
    if not known:
        return [None for _ in shots]
    laid = iter(imaging.lay_out(known).laid)
    return [None if sight is None else next(laid) for sight in sights]


def _sight(shot: Shot) -> Sight | None:
    if shot.calibration is None or shot.photograph is None:
        return None
    middle = (shot.photograph.width_px / 2, shot.photograph.height_px / 2)
    return imaging.Sight(
        calibration=shot.calibration,
        middle_px=middle,
        parts=shot.parts,
        head_deg=shot.head_deg,
        landmarks={one.number: one.at_px for one in shot.landmarks},
    )


def _rings_mm(shot: Shot, laid: Laid, *, islands: bool) -> tuple[NDArray[np.float64], ...]:
    if shot.calibration is None:
        return ()
    rings = [ring for part in shot.parts for ring in (part.islands if islands else (part.outer,))]
    placed = []
    for ring in rings:
        skin = imaging.points_on_skin(np.asarray(ring, dtype=np.float64), shot.calibration)
        skin = skin[np.isfinite(skin).all(axis=1)]
        if len(skin) > 2:
            placed.append(laid.placed(skin))
    return tuple(placed)


def _reach_mm(shots: Sequence[Shot], laid: Sequence[Laid | None]) -> float:
    """Return how far from the lesion's middle its outlines reach in any photograph, mm."""
    reaches = [
        float(np.abs(ring).max())
        for shot, where in zip(shots, laid, strict=True)
        if where is not None
        for ring in _rings_mm(shot, where, islands=False)
    ]
    return max([_LEAST_REACH_MM, *reaches])


def _photo(originals: Originals, shot: Shot, laid: Laid | None, reach_mm: float) -> report.Photo:
    if shot.photograph is None:
        return report.Photo(point=shot.point, picture=None, why_none=shot.why_none)
    name = shot.photograph.original_name
    try:
        pixels, _ = imaging.read_photograph_bytes(originals.read(shot.photograph.sha256), name)
    except WoundtrackError:
        # That of the name would say more than the page may: a file's name can hold a person's.
        why = "The photograph can't be read: its original is missing or damaged."
        return report.Photo(point=shot.point, picture=None, why_none=why)
    is_placed = laid is not None and laid.by is imaging.LaidBy.LANDMARKS
    if not shot.parts and not is_placed:
        # Nobody said where on it the lesion was, and what lies in its middle may be another one.
        note = "closed: the whole photograph, not to scale; other lesions may be in it"
        return report.Photo(point=shot.point, picture=_without_scale(pixels, shot, note))
    if laid is None or shot.calibration is None:
        note = "no scale: not the size of the others"
        return report.Photo(point=shot.point, picture=_without_scale(pixels, shot, note))
    middle = laid.taken_back(np.zeros((1, 2)))
    at = imaging.in_pixels(middle, shot.calibration)[0]
    if not np.isfinite(at).all():
        at = np.array([shot.photograph.width_px / 2, shot.photograph.height_px / 2])
    flat = imaging.flattened(
        pixels,
        shot.calibration,
        (float(at[0]), float(at[1])),
        _ROOM * reach_mm,
        most_px=_MOST_PX,
    )
    return report.Photo(
        point=shot.point,
        picture=report.Picture(
            pixels=flat.rgba[..., :3],
            is_skin=flat.rgba[..., 3] > 0,
            px_per_mm=flat.px_per_mm,
            corner_mm=(flat.left_mm, flat.top_mm),
            turn_rad=laid.turn_rad,
            shift_mm=laid.shift_mm,
            rings_mm=_rings_mm(shot, laid, islands=False),
            islands_mm=_rings_mm(shot, laid, islands=True),
        ),
    )


def _without_scale(pixels: NDArray[np.uint8], shot: Shot, note: str) -> report.Picture:
    """Return a photograph as it was taken, made smaller, with its outline on it."""
    fewer = max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / _MOST_PX) + 0.5))
    high, wide = (side - side % fewer for side in pixels.shape[:2])
    blocks = pixels[:high, :wide].reshape(high // fewer, fewer, wide // fewer, fewer, 3)
    return report.Picture(
        pixels=blocks.mean(axis=(1, 3)).round().astype(np.uint8),
        px_per_mm=None,
        note=note,
        rings_mm=tuple(np.asarray(part.outer) / fewer for part in shot.parts),
        islands_mm=tuple(np.asarray(ring) / fewer for part in shot.parts for ring in part.islands),
    )
