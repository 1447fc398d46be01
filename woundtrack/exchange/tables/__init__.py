"""The tables of the tidy bundle, one row an observation, in the order they stand in the manifest.

Hides which facts each tells, and which of them stay in the clinic.
"""

from __future__ import annotations

from typing import Any, Final

from woundtrack.exchange.tables.change import CHANGE, ENDPOINTS
from woundtrack.exchange.tables.column import Table
from woundtrack.exchange.tables.images import IMAGES
from woundtrack.exchange.tables.lesions import LESION_LINKS, LESIONS
from woundtrack.exchange.tables.measurements import MEASUREMENTS, OUTLINES
from woundtrack.exchange.tables.outcomes import COUNTING_PROCESS, OUTCOMES, PATIENT_OUTCOMES
from woundtrack.exchange.tables.patients import PATIENTS
from woundtrack.exchange.tables.record import (
    EVENTS,
    FINDINGS,
    LABS,
    PAIN,
    RISK_FACTORS,
    TREATMENTS,
    VISITS,
)
from woundtrack.exchange.tables.reliability import RELIABILITY
from woundtrack.exchange.tables.scores import SCORES

TABLES: Final[tuple[Table[Any], ...]] = (
    PATIENTS,
    RISK_FACTORS,
    LESIONS,
    LESION_LINKS,
    VISITS,
    FINDINGS,
    MEASUREMENTS,
    OUTLINES,
    CHANGE,
    SCORES,
    PAIN,
    LABS,
    TREATMENTS,
    EVENTS,
    OUTCOMES,
    PATIENT_OUTCOMES,
    COUNTING_PROCESS,
    ENDPOINTS,
    IMAGES,
    RELIABILITY,
)
"""Every table of the bundle."""
