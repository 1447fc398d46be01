"""Bundles of FHIR R4 (4.0.1), one a patient, for hospital records and research platforms.

Hides what of woundtrack's record is which resource, and by which codes.
"""

from __future__ import annotations

from woundtrack.exchange.fhir.folder import (
    FHIR_VERSION,
    MANIFEST,
    WrittenFhir,
    bundle_of,
    write_bundles,
)
from woundtrack.exchange.fhir.withdrawn import Withdrawn

__all__ = [
    "FHIR_VERSION",
    "MANIFEST",
    "Withdrawn",
    "WrittenFhir",
    "bundle_of",
    "write_bundles",
]
