"""What is remembered: patients, visits, photographs, assessments, the audit trail, and originals.

Hides SQLite, the library's folder and its files; ``Library`` is the way in.
"""

from woundtrack.records.archive import Backup
from woundtrack.records.audit import AuditEntry
from woundtrack.records.backup import BackupReport, RestoreReport
from woundtrack.records.changes import Change
from woundtrack.records.check import CheckReport
from woundtrack.records.daily import DailyReport, back_up_daily, backups_of
from woundtrack.records.import_plan import ImportPlan, PlannedPhotograph
from woundtrack.records.library import Library
from woundtrack.records.originals import Originals
from woundtrack.records.past import Past
from woundtrack.records.printers import PRINTER_IN_USE, PrintMeasurement, newest_of_each
from woundtrack.records.recovery import RecoveryReport, recover
from woundtrack.records.standing import Standing
from woundtrack.records.studies import Study, StudyCode
from woundtrack.records.summaries import PatientSummary
from woundtrack.records.visit_drafts import KeptDraft, VisitDrafts

__all__ = [
    "PRINTER_IN_USE",
    "AuditEntry",
    "Backup",
    "BackupReport",
    "Change",
    "CheckReport",
    "DailyReport",
    "ImportPlan",
    "KeptDraft",
    "Library",
    "Originals",
    "Past",
    "PatientSummary",
    "PlannedPhotograph",
    "PrintMeasurement",
    "RecoveryReport",
    "RestoreReport",
    "Standing",
    "Study",
    "StudyCode",
    "VisitDrafts",
    "back_up_daily",
    "backups_of",
    "newest_of_each",
    "recover",
]
