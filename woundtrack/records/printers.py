"""Which printers made a clinic's cards, how long they made the two bars, and which is in use.

Hides the columns of both tables, and how accepted scales are told without reading outlines. A
measurement is never changed; a wrong one is retired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlite_utils import Database

from woundtrack.model import PrintScale
from woundtrack.records.database import rows
from woundtrack.records.rows import text_of_time, time_of_text

PRINTER_IN_USE: Final = "printer_in_use"
"""The setting of a library that names the printer whose cards are laid beside wounds now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintMeasurement:
    """The two bars of one printer's sheet as a person measured them once.

    A retired one is out of view: it was recorded by mistake.
    """

    id: str
    print_scale: PrintScale
    recorded_at: datetime
    is_retired: bool = False
    version: int = 1

    @property
    def printer(self) -> str:
        """The printer's name."""
        return self.print_scale.printer


def measurement_row(measurement: PrintMeasurement) -> dict[str, Any]:
    """Return the columns of a measurement."""
    return {
        "id": measurement.id,
        "printer": measurement.printer,
        "across_mm": measurement.print_scale.across_mm,
        "down_mm": measurement.print_scale.down_mm,
        "measured_on": measurement.print_scale.measured_on.isoformat(),
        "recorded_at": text_of_time(measurement.recorded_at),
        "is_retired": int(measurement.is_retired),
        "version": measurement.version,
    }


def measurement_of(row: Mapping[str, Any]) -> PrintMeasurement:
    """Return the measurement of a row."""
    return PrintMeasurement(
        id=row["id"],
        print_scale=PrintScale(
            printer=row["printer"],
            across_mm=row["across_mm"],
            down_mm=row["down_mm"],
            measured_on=date.fromisoformat(row["measured_on"]),
        ),
        recorded_at=time_of_text(row["recorded_at"]),
        is_retired=bool(row["is_retired"]),
        version=row["version"],
    )


def newest_of_each(measurements: Iterable[PrintMeasurement]) -> tuple[PrintMeasurement, ...]:
    """Return the measurement that counts for each printer, the one measured last first.

    ``measurements`` are in the order they were measured. Names that differ in case alone are one
    printer's.
    """
    newest: dict[str, PrintMeasurement] = {}
    for measurement in measurements:
        name = measurement.printer.casefold()
        newest.pop(name, None)
        newest[name] = measurement
    return tuple(reversed(newest.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedScale:
    """At which print scale a visit was measured by cards; the last two as in ``Calibration``."""

    patient_id: str
    visit_id: str
    printed_by: str
    print_scale: float


def scales_accepted(db: Database) -> tuple[AcceptedScale, ...]:
    """Return the print scales of all that counts, each once a visit."""
    found = rows(
        db,
        """
        SELECT DISTINCT lesion.patient_id, assessment.visit_id,
            coalesce(json_extract(outline.calibration, '$.printed_by'), '') AS printed_by,
            coalesce(json_extract(outline.calibration, '$.print_scale'), 1.0) AS print_scale
        FROM assessed_outline AS outline
        JOIN assessment ON assessment.id = outline.revision_id
        JOIN lesion ON lesion.id = assessment.lesion_id
        WHERE json_array_length(outline.calibration, '$.cards') > 0
            AND assessment.is_retired = 0 AND lesion.is_retired = 0
            AND NOT EXISTS (
                SELECT 1 FROM assessment AS newer WHERE newer.supersedes = assessment.id
            )
        ORDER BY lesion.patient_id, assessment.visit_id, printed_by
        """,
    )
    return tuple(AcceptedScale(**row) for row in found)
