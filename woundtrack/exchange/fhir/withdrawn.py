"""What was recorded by mistake and taken out of view: told as that, so that a copy learns of it.

Hides that a resource keeps its id when what it says is taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from woundtrack.exchange.fhir.chart import Chart
from woundtrack.exchange.fhir.lesions import add_link
from woundtrack.exchange.fhir.person import add_consent, add_disease, add_risk
from woundtrack.exchange.fhir.record import add_entry
from woundtrack.exchange.fhir.wounds import add_assessment
from woundtrack.exchange.tables.assessment_row import assessment_rows
from woundtrack.model import Assessment, Consent, Diagnosis, Entry, LesionLink, RiskFactor


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawn:
    """A patient's entries and assessments whose newest revision is retired."""

    entries: tuple[Entry, ...] = ()
    assessments: tuple[Assessment, ...] = ()


def add_withdrawn(chart: Chart, withdrawn: Withdrawn) -> None:
    """Add what was withdrawn, after all that counts; of lesions and visits in view alone."""
    told = chart.told
    chart.is_withdrawing = True
    try:
        for row in assessment_rows(
            replace(told, file=replace(told.file, assessments=withdrawn.assessments))
        ):
            add_assessment(chart, row)
        for one in withdrawn.entries:
            disguise = told.file.disguise
            entry = one if disguise is None else disguise.entry(one)
            match entry:
                case Consent():
                    add_consent(chart, entry)
                case Diagnosis():
                    add_disease(chart, entry)
                case RiskFactor():
                    add_risk(chart, entry)
                case LesionLink():
                    add_link(chart, entry)
                case _:
                    add_entry(chart, entry)
    finally:
        chart.is_withdrawing = False
