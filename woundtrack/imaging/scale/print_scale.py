"""What a printer's two measured bars do to a scale: applied, doubted, applied anew later.

Hides which parts of a calibration are lengths on paper, so that one printed too small is put right
without its photograph.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from woundtrack.imaging.geometry.limb import scaled_limb
from woundtrack.model import (
    UNMEASURED_PRINT_SPREAD,
    Calibration,
    Card,
    Doubt,
    Matrix3,
    PrintScale,
    Tag,
)

MEASURED_FOR: Final = timedelta(days=365)
"""How long a printer's bars count after they were measured: rollers wear, drivers are replaced."""

PRINT_DOUBTS: Final = frozenset({"print_scale_unmeasured", "print_scale_old"})
"""The doubts that ``print_doubts`` tells of."""


def print_scale_on(print_scale: PrintScale | None, day: date | None) -> PrintScale | None:
    """Return the print scale as it counts for a photograph of a day; None stays None.

    One measured later than the photograph was taken counts, too: the card is the same. A photograph
    without a day takes the scale as it is.
    """
    if print_scale is None or day is None or day - print_scale.measured_on <= MEASURED_FOR:
        return print_scale
    return replace(print_scale, is_old=True)


def print_doubts(print_scale: PrintScale | None) -> tuple[Doubt, ...]:
    """Return what is to be doubted of a photograph whose cards were printed at this scale."""
    if print_scale is None:
        return (Doubt(code="print_scale_unmeasured"),)
    if print_scale.is_old:
        values = (
            ("printer", print_scale.printer),
            ("measured_on", print_scale.measured_on.isoformat()),
        )
        return (Doubt(code="print_scale_old", values=values),)
    return ()


def rescaled(
    calibration: Calibration, print_scale: PrintScale | None, day: date | None = None
) -> Calibration:
    """Return the calibration as ``find_calibration`` would make it with another print scale.

    Parameters
    ----------
    calibration
        Made with whatever print scale was known then.
    print_scale
        That of the printer which made the cards; None where nobody measured its bars.
    day
        When the photograph was taken.

    A scale that is of no card, but of a ruler, is of no printer: it stays as it is.
    """
    if not calibration.cards:
        return calibration
    known = print_scale_on(print_scale, day)
    scale = 1.0 if known is None else known.scale
    by = scale / calibration.print_scale
    kept = [doubt for doubt in calibration.doubts if doubt.code not in PRINT_DOUBTS]
    return replace(
        calibration,
        homography=_enlarged(calibration.homography, by),
        cards=tuple(_card(card, by) for card in calibration.cards),
        mm_per_px=calibration.mm_per_px * by,
        residual_mm=calibration.residual_mm * by,
        print_scale=scale,
        print_scale_sd=UNMEASURED_PRINT_SPREAD if known is None else known.spread,
        printed_by="" if known is None else known.name,
        limb=None if calibration.limb is None else scaled_limb(calibration.limb, by),
        doubts=(*(_doubt(doubt, by) for doubt in kept), *print_doubts(known)),
    )


def _enlarged(to_mm: Matrix3, by: float) -> Matrix3:
    """Return the map to a card that is ``by`` times as large; its last row stays."""
    (a, b, c), (d, e, f), last = to_mm
    return ((a * by, b * by, c * by), (d * by, e * by, f * by), last)


def _card(card: Card, by: float) -> Card:
    return replace(card, tags=tuple(_tag(tag, by) for tag in card.tags))


def _tag(tag: Tag, by: float) -> Tag:
    return replace(
        tag,
        corners_mm=tuple((x * by, y * by) for x, y in tag.corners_mm),
        residual_mm=tag.residual_mm * by,
    )


def _doubt(doubt: Doubt, by: float) -> Doubt:
    """Return a doubt whose lengths on the card are ``by`` times as long."""
    return replace(
        doubt,
        values=tuple(
            (name, value * by if name.endswith("_mm") and not isinstance(value, str) else value)
            for name, value in doubt.values
        ),
    )
