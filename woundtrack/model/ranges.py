"""What a value may plausibly be: beyond the soft range it is asked about, beyond the hard refused.

The table is the project's own, except where a source is named beside a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from woundtrack.model.value_sets import Analyte, PainScale


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """What a value may be, in ``unit`` (UCUM): usual in ``soft``, possible in ``hard``.

    ``is_whole`` says that it is a whole number.
    """

    unit: str
    soft: tuple[float, float]
    hard: tuple[float, float]
    is_whole: bool = False

    @property
    def unit_words(self) -> str:
        """The unit as it follows a number, space and all: nothing where that is a mere number."""
        return "" if self.unit.startswith("{") or self.unit in {"h", "a"} else f" {self.unit}"

    def is_unusual(self, value: float) -> bool:
        """Return whether a possible value is to be asked about."""
        return not self.soft[0] <= value <= self.soft[1]

    def is_impossible(self, value: float) -> bool:
        """Return whether a value is to be refused; one that is no number is."""
        return not self.hard[0] <= value <= self.hard[1] or (self.is_whole and value % 1 != 0)


RANGES: Final[Mapping[str, Range]] = MappingProxyType(
    {
        "max_depth_cm": Range(unit="cm", soft=(0, 5), hard=(0, 15)),
        "undermining_cm": Range(unit="cm", soft=(0, 8), hard=(0, 20)),
        "undermining_clock": Range(unit="h", soft=(1, 12), hard=(1, 12), is_whole=True),
        "height_cm": Range(unit="cm", soft=(130, 210), hard=(50, 250)),
        "weight_kg": Range(unit="kg", soft=(35, 200), hard=(20, 400)),
        "bmi_kg_per_m2": Range(unit="kg/m2", soft=(15, 60), hard=(8, 100)),
        "birth_year": Range(unit="a", soft=(1920, 2010), hard=(1900, 2100), is_whole=True),
    }
)
"""By the name of the entry's field."""

PAIN_RANGES: Final[Mapping[PainScale, Range]] = MappingProxyType(
    {
        PainScale.NRS11: Range(unit="{score}", soft=(0, 10), hard=(0, 10), is_whole=True),
        PainScale.VAS100: Range(unit="mm", soft=(0, 100), hard=(0, 100)),
    }
)

LAB_RANGES: Final[Mapping[Analyte, Range]] = MappingProxyType(
    {
        Analyte.ADJUSTED_CALCIUM: Range(unit="mmol/L", soft=(1.8, 3.0), hard=(0.5, 5)),
        Analyte.PHOSPHATE: Range(unit="mmol/L", soft=(0.4, 3.5), hard=(0.1, 6)),
        Analyte.INTACT_PTH: Range(unit="pmol/L", soft=(0.5, 250), hard=(0, 600)),
        Analyte.ALBUMIN: Range(unit="g/L", soft=(15, 50), hard=(5, 70)),
        Analyte.CRP: Range(unit="mg/L", soft=(0, 400), hard=(0, 700)),
        Analyte.ALP: Range(unit="U/L", soft=(20, 1000), hard=(1, 5000)),
        Analyte.HAEMOGLOBIN: Range(unit="g/L", soft=(60, 160), hard=(20, 250)),
        Analyte.INR: Range(unit="{ratio}", soft=(0.8, 5), hard=(0.5, 20)),
    }
)
"""In the one unit that each analyte is entered in; another unit is refused, never converted
silently."""
