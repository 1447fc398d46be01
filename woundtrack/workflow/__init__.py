"""The verbs a person performs, without Qt: the window and the command line are faces over these.

Photographs come in (``intake``, ``batch``), are matched to lesions (``identity``), decided upon
(``accepting``, ``revising``), and become a course of healing (``course``); ``measuring`` needs no
library.
"""

from woundtrack.workflow.accepting import (
    Acceptance,
    AcceptReport,
    accept,
    accept_again,
    accept_proposals,
    bring_back,
    measured,
    misgivings,
    previous_assessment,
    set_aside,
    suggest,
    take_back,
)
from woundtrack.workflow.batch import (
    ImportItem,
    ImportProblem,
    ImportReport,
    concerns_one_file,
    import_items,
    import_photographs,
    photographs_in,
    read_manifest,
)
from woundtrack.workflow.course import export_csv, timeline_of
from woundtrack.workflow.identity import Decision, next_label
from woundtrack.workflow.intake import (
    Examined,
    Filed,
    Scanned,
    checked_patient_code,
    checked_visit_date,
    examine,
    file_photograph,
    filed_already,
    parse_date,
    parse_site,
    refile,
    scan,
    withdraw,
)
from woundtrack.workflow.measuring import MeasuredPhotograph, masks_of, measure_photograph
from woundtrack.workflow.revising import (
    NewLesion,
    correct,
    put_back,
    reassign,
    restore,
    retire,
)

__all__ = [
    "AcceptReport",
    "Acceptance",
    "Decision",
    "Examined",
    "Filed",
    "ImportItem",
    "ImportProblem",
    "ImportReport",
    "MeasuredPhotograph",
    "NewLesion",
    "Scanned",
    "accept",
    "accept_again",
    "accept_proposals",
    "bring_back",
    "checked_patient_code",
    "checked_visit_date",
    "concerns_one_file",
    "correct",
    "examine",
    "export_csv",
    "file_photograph",
    "filed_already",
    "import_items",
    "import_photographs",
    "masks_of",
    "measure_photograph",
    "measured",
    "misgivings",
    "next_label",
    "parse_date",
    "parse_site",
    "photographs_in",
    "previous_assessment",
    "put_back",
    "read_manifest",
    "reassign",
    "refile",
    "restore",
    "retire",
    "scan",
    "set_aside",
    "suggest",
    "take_back",
    "timeline_of",
    "withdraw",
]
