"""Measure photographs without a library: what the ``measure`` and ``outline`` commands do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from woundtrack import imaging
from woundtrack.errors import (
    CardNotFound,
    MaskUnusable,
    OutlineNotFound,
    PartsDontJoin,
    RulerImpossible,
    WoundtrackError,
)
from woundtrack.model import (
    BodySite,
    Calibration,
    Doubt,
    Measurement,
    Outline,
    OutlineSource,
    Photograph,
    PrintScale,
)
from woundtrack.workflow.accepting import measured
from woundtrack.workflow.intake import Examined, examine
from woundtrack.workflow.ruler import ruler_scale, why_no_ruler


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredPhotograph:
    """One photograph's measurements; ``error`` is set, and the rest empty, when it can't be read.

    ``lesions`` pairs each outline with its measurement, None without a calibration; ``colour`` is
    None where no card tells the colours, ``subject_code`` where none bears a patient's code, or one
    that might be a person's name.
    """

    path: Path
    photograph: Photograph | None
    calibration: Calibration | None
    lesions: tuple[tuple[Outline, Measurement | None], ...]
    doubts: tuple[Doubt, ...]
    error: WoundtrackError | None = None
    colour: imaging.ColourCorrection | None = None
    subject_code: str | None = None


def measure_photograph(
    path: Path,
    *,
    given: Path | None = None,
    site: BodySite | None = None,
    print_scale: PrintScale | None = None,
    head_deg: float | None = None,
    ruler: imaging.RulerLine | None = None,
) -> MeasuredPhotograph:
    """Measure every lesion of a photograph, or those of the mask file ``given``.

    ``site`` is where on the body it is; None is taken as flat. ``print_scale`` is how long the
    printer made the card's bars; None where nobody measured them. ``head_deg`` is where the head is
    in the picture, clockwise from its top: with it come the extents head to toe and side to side.
    ``ruler`` is two points on a ruler in a photograph without a card, and their distance.

    A photograph or mask that can't be read is returned with its ``error``.
    """
    try:
        examined = examine(path, print_scale=print_scale)
        if ruler is not None:
            examined = _by_ruler(examined, ruler)
        outlines = examined.outlines
        if given is not None:
            outlines = outlines_given(given, examined.photograph)
    except WoundtrackError as error:
        return MeasuredPhotograph(
            path=path, photograph=None, calibration=None, lesions=(), doubts=(), error=error
        )
    doubts = list(examined.doubts)
    if given is not None:
        doubts = [doubt for doubt in doubts if doubt.code != "outline_not_found"]
    if examined.calibration is not None:
        doubts += examined.calibration.doubts
    lesions = tuple(
        (outline, measured(outline, examined.calibration, examined.photograph, site, head_deg))
        for outline in outlines
    )
    for _, size in lesions:
        if size is not None:
            doubts += size.doubts
        elif examined.calibration is not None:
            doubts.append(Doubt(code="outline_beyond_card"))
    code = examined.subject_code
    return MeasuredPhotograph(
        path=path,
        photograph=examined.photograph,
        calibration=examined.calibration,
        lesions=lesions,
        doubts=tuple(dict.fromkeys(doubts)),
        colour=examined.colour,
        subject_code=None if code is None or imaging.may_be_a_name(code) else code,
    )


def measure_joined(
    paths: Sequence[Path],
    *,
    given: Sequence[Path] = (),
    site: BodySite | None = None,
    print_scale: PrintScale | None = None,
) -> Measurement:
    """Measure one wound that several photographs show parts of, with one strip in all of them.

    The largest outline of each photograph is a part, or that of its mask in ``given``, in the same
    order; the rest is as in ``measure_photograph``.

    Raises ``PhotographUnreadable``, ``PhotographTooLarge``, ``MaskUnusable``, ``CardNotFound``,
    ``CardUnreliable``, ``PartsDontJoin``, and ``OutlineNotFound`` for one without an outline.
    """
    parts = []
    for place, path in enumerate(paths):
        examined = examine(path, print_scale=print_scale)
        outlines = examined.outlines
        if given:
            outlines = outlines_given(given[place], examined.photograph)
        if examined.calibration is None:
            raise PartsDontJoin(reason=f"{path.name} has no scale")
        if not outlines:
            raise OutlineNotFound
        parts.append((outlines[0], examined.calibration))
    return imaging.joined(parts, site)


def _by_ruler(examined: Examined, ruler: imaging.RulerLine) -> Examined:
    """Return what was found in a photograph, with a ruler's scale in place of none.

    Raises ``RulerImpossible`` where a card gives one, or the points can't be meant.
    """
    if why_not := why_no_ruler(examined.calibration, examined.doubts):
        raise RulerImpossible(reason=why_not)
    pixels, _ = imaging.read_photograph(examined.path)
    scale = ruler_scale(
        examined.photograph, ruler.start_px, ruler.end_px, ruler.distance_mm, pixels
    )
    doubts = tuple(doubt for doubt in examined.doubts if doubt.code != CardNotFound.code)
    return replace(examined, calibration=scale, doubts=doubts)


def outlines_given(path: Path, photograph: Photograph) -> tuple[Outline, ...]:
    """Return the exact outlines of a mask file: > 127 is wound, each part of ≥ 30 px a lesion.

    Raises ``MaskUnusable`` when it isn't a picture of the upright photograph's size, or is empty.
    """
    mask = imaging.read_mask(path)
    height, width = mask.shape
    if (width, height) != (photograph.width_px, photograph.height_px):
        raise MaskUnusable(
            path=str(path),
            reason=f"it is {width} × {height} pixels and the photograph "
            f"{photograph.width_px} × {photograph.height_px}",
        )
    outlines = imaging.outlines_from_mask(mask, source=OutlineSource.GIVEN)
    if not outlines:
        raise MaskUnusable(path=str(path), reason="nothing in it is white")
    return outlines


def masks_of(path: Path) -> tuple[MeasuredPhotograph, tuple[np.ndarray, ...]]:
    """Return a photograph's measurements and, for each lesion, its mask: uint8 (H, W), 0 or 255."""
    result = measure_photograph(path)
    if result.photograph is None:
        return result, ()
    shape = (result.photograph.height_px, result.photograph.width_px)
    return result, tuple(
        imaging.outline_mask(outline, shape).astype(np.uint8) * 255 for outline, _ in result.lesions
    )
