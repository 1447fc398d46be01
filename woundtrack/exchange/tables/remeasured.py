"""``woundtrack remeasure``'s table: a row an accepted outline, its size then and now.

Hides nothing but the order of the columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from woundtrack.exchange.tables.column import Column, Told, on_day, patient_id
from woundtrack.model import Lesion, Measurement, OutlineKind, OutlineSource, Visit
from woundtrack.model.remeasurings import AutomaticOutline, Remeasurement

NO_SIZE: Final = (
    "original_missing",
    "original_damaged",
    "photograph_unreadable",
    "photograph_too_large",
    "card_not_found",
    "card_unreliable",
    "card_too_small",
    "card_too_tilted",
    "card_off_plane",
    "cards_too_far_apart",
    "ruler_impossible",
    "outline_beyond_card",
)
"""Why there may be no size now."""
NO_AUTOMATIC: Final = (*NO_SIZE[:4], "outline_not_found", "outline_elsewhere")
"""Why there may be no automatic outline to compare."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RemeasuredRow:
    """One accepted outline as it was measured again, its lesion and its visit."""

    result: Remeasurement
    lesion: Lesion
    visit: Visit


def _of(
    size_of: Callable[[Remeasurement], Measurement | None], name: str
) -> Callable[[RemeasuredRow, Told], object]:
    """Return what tells one area of a size, cm²."""

    def cell(row: RemeasuredRow, _: Told) -> object:
        size = size_of(row.result)
        return None if size is None else getattr(size, name)

    return cell


def _automatic(name: str) -> Callable[[RemeasuredRow, Told], object]:
    """Return what tells a value of the comparison with the automatic outline."""

    def cell(row: RemeasuredRow, _: Told) -> object:
        automatic: AutomaticOutline | None = row.result.automatic
        return None if automatic is None else getattr(automatic, name)

    return cell


def _areas(
    prefix: str, of: Callable[[Remeasurement], Measurement | None], what: str
) -> tuple[Column[RemeasuredRow], ...]:
    return tuple(
        Column(
            name=f"{prefix}area{end}_cm2",
            type="number",
            unit="cm2",
            decimals=4,
            least=0,
            of=_of(of, f"area{end}_cm2"),
            description=description,
        )
        for end, description in (
            ("", f"Area {what}."),
            ("_low", f"Lower end of the 95 % interval of the area {what}."),
            ("_high", f"Upper end of the 95 % interval of the area {what}."),
        )
    )


def _automatic_size(result: Remeasurement) -> Measurement | None:
    return None if result.automatic is None else result.automatic.measurement


COLUMNS: Final[tuple[Column[RemeasuredRow], ...]] = (
    Column(
        name="measurement_id",
        type="id",
        of=lambda row, told: told.alias(row.result.assessment_id),
        description="Random id of the assessment, a key of measurements.csv.",
        is_key=True,
    ),
    Column(
        name="outline_kind",
        type="code",
        of=lambda row, _: row.result.kind,
        words=tuple(OutlineKind),
        description="The edge that was outlined: the ulcer's, an eschar's, a margin's.",
        is_key=True,
    ),
    Column(
        name="lesion_id",
        type="id",
        of=lambda row, told: told.alias(row.lesion.id),
        description="Random id of the lesion, a key of lesions.csv.",
    ),
    Column(
        name="lesion",
        type="text",
        of=lambda row, _: row.lesion.label,
        description="What the lesion is called in the clinic.",
        only="identified",
    ),
    patient_id(),
    Column(
        name="visit_id",
        type="id",
        of=lambda row, told: told.alias(row.visit.id),
        description="Random id of the visit, a key of visits.csv.",
    ),
    Column(
        name="image_id",
        type="id",
        of=lambda row, told: told.alias(row.result.photograph_id),
        description="The photograph that the outline is on, a key of images.csv.",
    ),
    *on_day("day", lambda row: row.visit.visited_on, "The day of the visit"),
    *_areas("accepted_", lambda result: result.accepted, "as it was accepted"),
    Column(
        name="accepted_scale",
        type="text",
        of=lambda row, _: row.result.accepted_scale,
        description="How the scale was found then; empty without one.",
    ),
    Column(
        name="accepted_version",
        type="text",
        of=lambda row, _: row.result.accepted_by.application,
        description="The version of woundtrack that it was accepted with.",
    ),
    Column(
        name="accepted_outlining",
        type="text",
        of=lambda row, _: row.result.accepted_by.outlining,
        description="How the accepted outline was made: method, its version, and the network's.",
    ),
    Column(
        name="accepted_source",
        type="code",
        of=lambda row, _: row.result.source,
        words=tuple(OutlineSource),
        description="How the accepted outline came to be: proposed by the program alone, guided by "
        "a person's gestures, drawn by hand, or given.",
    ),
    Column(
        name="accepted_edited_share",
        type="number",
        decimals=4,
        least=0,
        most=1,
        of=lambda row, _: row.result.edited_share,
        description="How much of it differs from what the program had proposed; empty where that "
        "was not recorded.",
    ),
    *_areas("", lambda result: result.anew, "of the same outline now, the scale found anew"),
    Column(
        name="area_na",
        type="code",
        of=lambda row, _: row.result.why_not,
        words=NO_SIZE,
        description="Why there is no area now.",
    ),
    Column(
        name="scale",
        type="text",
        of=lambda row, _: row.result.anew_scale,
        description="How the scale was found now; empty without one.",
    ),
    Column(
        name="version",
        type="text",
        of=lambda row, _: row.result.by.application,
        description="The version of woundtrack that measured now.",
    ),
    Column(
        name="outlining",
        type="text",
        of=lambda row, _: row.result.by.outlining,
        description="What outlines automatically now: method, its version, and the network's.",
    ),
    Column(
        name="area_change_percent",
        type="number",
        unit="%",
        decimals=2,
        of=lambda row, _: None if row.result.change is None else 100 * row.result.change,
        description="By how much the area now differs from the accepted one, as a share of that.",
    ),
    Column(
        name="within_measurement_error",
        type="boolean",
        of=lambda row, _: row.result.is_within_error,
        description="Whether both may be one area, by their 95 % intervals; empty where one is "
        "wanting.",
    ),
    *_areas("automatic_", _automatic_size, "of the automatic outline"),
    Column(
        name="automatic_na",
        type="code",
        of=lambda row, _: row.result.why_no_automatic,
        words=NO_AUTOMATIC,
        description="Why there is no automatic outline to compare: outline_elsewhere means that "
        "one was drawn in the photograph, and none over this lesion.",
    ),
    Column(
        name="automatic_parts",
        type="integer",
        of=_automatic("part_count"),
        least=1,
        description="Of how many parts the automatic outline is.",
    ),
    Column(
        name="automatic_area_ratio",
        type="number",
        decimals=4,
        least=0,
        of=_automatic("area_ratio"),
        description="Area of the automatic outline by that of the accepted one, both now.",
    ),
    Column(
        name="dice",
        type="number",
        decimals=4,
        least=0,
        most=1,
        of=_automatic("dice"),
        description="Dice of the automatic outline of now and the accepted one; on the skin where "
        "there is a scale, else in the picture.",
    ),
    Column(
        name="dice_then",
        type="number",
        decimals=4,
        least=0,
        most=1,
        of=_automatic("dice_then"),
        description="Dice of the outline that had been proposed then and the accepted one.",
    ),
    Column(
        name="edge_mean_mm",
        type="number",
        unit="mm",
        decimals=3,
        least=0,
        of=_automatic("mean_mm"),
        description="Mean distance of both edges from each other.",
    ),
    Column(
        name="edge_hausdorff_95_mm",
        type="number",
        unit="mm",
        decimals=3,
        least=0,
        of=_automatic("hausdorff_95_mm"),
        description="The larger of the two 95th percentiles of the edges' distances.",
    ),
)
