"""What the present program makes of an accepted outline, beside what was accepted.

No records: they can be made again from the originals at any time, and nothing rests on them.
"""

from __future__ import annotations

from dataclasses import dataclass

from woundtrack.model.measurements import Measurement
from woundtrack.model.outlines import OutlineKind, OutlineSource


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgramVersions:
    """Which woundtrack, and what it outlines with: the name, version and network of its method."""

    application: str
    outlining: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AutomaticOutline:
    """The outline that the program draws by itself, beside the one that was accepted.

    ``dice`` is 2|A ∩ B| / (|A| + |B|) of both, on the skin where there is a scale, else in the
    picture. ``dice_then`` is that of what had been proposed before it was accepted; None where
    nothing near it was. ``area_ratio`` is its area by that of the accepted one, both measured now.
    The distances between the edges are as in ``imaging.Closeness``; they and ``measurement`` are
    None without a scale. ``part_count`` is of how many parts it is.
    """

    measurement: Measurement | None
    dice: float
    area_ratio: float | None
    mean_mm: float | None
    hausdorff_95_mm: float | None
    dice_then: float | None
    part_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Remeasurement:
    """One accepted outline: its size as it was accepted, and as it comes out now.

    ``revision_id`` is the revision that was looked at. Both sizes are without their causes, and
    None where there is none. ``accepted_by`` is the program's version at accepting and how it had
    outlined; the scales are the calibrations' methods, empty where there is none. ``source`` is how
    the accepted outline came to be, by hand where any of its parts did, and ``edited_share`` how
    much of it differs from what had been proposed, 0 to 1; None where that wasn't recorded.

    ``is_within_error`` says whether both areas may be one, by their intervals; None where one is
    wanting. ``why_not`` is the code of the fault or doubt that there is no size for now, and
    ``why_no_automatic`` why there is no outline to compare: empty where there is, or where nobody
    asked (``has_outlines`` False).
    """

    patient_id: str
    lesion_id: str
    visit_id: str
    photograph_id: str
    assessment_id: str
    revision_id: str
    kind: OutlineKind
    by: ProgramVersions
    accepted_by: ProgramVersions
    accepted: Measurement | None
    accepted_scale: str
    source: OutlineSource
    edited_share: float | None
    anew: Measurement | None
    anew_scale: str
    is_within_error: bool | None
    why_not: str = ""
    has_outlines: bool = False
    automatic: AutomaticOutline | None = None
    why_no_automatic: str = ""

    @property
    def change(self) -> float | None:
        """By how much the area now differs from the accepted one, as a ratio of that one."""
        return _change(self.accepted, self.anew)

    @property
    def automatic_change(self) -> float | None:
        """By how much the automatic outline's area differs from the accepted one's, now."""
        automatic = self.automatic
        return (
            None if automatic is None or automatic.area_ratio is None else automatic.area_ratio - 1
        )


def _change(before: Measurement | None, after: Measurement | None) -> float | None:
    if before is None or after is None or before.area_mm2 <= 0:
        return None
    return after.area_mm2 / before.area_mm2 - 1
