"""The nouns that travel between the rooms: frozen values, standard library only.

Lengths are millimetres and areas mm² inside; the ``*_cm`` and ``*_cm2`` properties are the surface.
Image coordinates are pixels of the upright photograph, (x, y), x right, y down; (0, 0) is the outer
corner of the top-left pixel, whose centre is (0.5, 0.5). Times are aware and in UTC; ``*_on`` are
the clinic's local calendar dates. Unknown is ``None`` and never zero.
"""

from __future__ import annotations

from woundtrack.model.assessments import (
    AssessedOutline,
    Assessment,
    Method,
    Proposal,
    WoundState,
    pooled_shares,
)
from woundtrack.model.basics import (
    Doubt,
    Matrix3,
    Point,
    Progress,
    Ring,
    new_id,
    no_progress,
    now,
)
from woundtrack.model.body import (
    REGIONS,
    BodySite,
    Region,
    Side,
    SiteGroup,
)
from woundtrack.model.measurements import (
    Measurement,
    Term,
    area_interval,
)
from woundtrack.model.outlines import (
    Outline,
    OutlineKind,
    OutlineSource,
    Tissue,
    TissueMap,
    TissueSource,
    TissueState,
)
from woundtrack.model.patients import (
    Lesion,
    Patient,
    Visit,
)
from woundtrack.model.photographs import (
    PRINT_READ_MM,
    UNMEASURED_PRINT_SPREAD,
    Calibration,
    Card,
    Limb,
    Photograph,
    PrintScale,
    Tag,
    TimeSource,
    VisitPhotograph,
)
from woundtrack.model.timelines import (
    GroupTimeline,
    LesionTimeline,
    NestedCurve,
    Timeline,
    TimelinePoint,
    TotalPoint,
)

__all__ = [
    "PRINT_READ_MM",
    "REGIONS",
    "UNMEASURED_PRINT_SPREAD",
    "AssessedOutline",
    "Assessment",
    "BodySite",
    "Calibration",
    "Card",
    "Doubt",
    "GroupTimeline",
    "Lesion",
    "LesionTimeline",
    "Limb",
    "Matrix3",
    "Measurement",
    "Method",
    "NestedCurve",
    "Outline",
    "OutlineKind",
    "OutlineSource",
    "Patient",
    "Photograph",
    "Point",
    "PrintScale",
    "Progress",
    "Proposal",
    "Region",
    "Ring",
    "Side",
    "SiteGroup",
    "Tag",
    "Term",
    "TimeSource",
    "Timeline",
    "TimelinePoint",
    "Tissue",
    "TissueMap",
    "TissueSource",
    "TissueState",
    "TotalPoint",
    "Visit",
    "VisitPhotograph",
    "WoundState",
    "area_interval",
    "new_id",
    "no_progress",
    "now",
    "pooled_shares",
]
