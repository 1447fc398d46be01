"""PDFs of the patient in view: the page for the MDT, that of one lesion, the patient's own sheet.

Hides the file dialog (one method, so that a test can answer), and that drawing is a worker's.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack.errors import WoundtrackError
from woundtrack.model import now

if TYPE_CHECKING:
    from woundtrack.model import Patient, Progress
    from woundtrack.ui.session import Session
    from woundtrack.workflow.reporting import ReportPlan

_IDS = ("report.patient", "report.lesion", "report.plain")


class ReportActions(QObject):
    """Binds the ``report.`` actions to one window: on wherever a patient is in view."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        table = session.actions
        table.bind("report.patient", self.save_patient, window)
        table.bind("report.lesion", self.save_lesion, window)
        table.bind("report.plain", self.save_plain, window)
        session.patient_changed.connect(self._follow)
        session.lesion_changed.connect(self._follow)
        self._follow()

    # --- questions -------------------------------------------------------------------------------

    def ask_file(self, title: str, name: str) -> Path | None:
        """Ask where to save a PDF, with a name to begin with."""
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, title, str(_documents() / name), self.tr("PDF (*.pdf)")
        )
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")

    def show_file(self, path: Path) -> None:
        """Open a file with the desktop's own program for it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    # --- verbs -----------------------------------------------------------------------------------

    def save_patient(self) -> None:
        """Save the page of the patient in view."""
        self._save(self.tr("One-page PDF of the patient"))

    def save_lesion(self) -> None:
        """Save the page of the lesion in view."""
        library, lesion_id = self._session.library, self._session.lesion_id
        if library is not None and lesion_id is not None:
            label = library.lesion(lesion_id).label
            self._save(self.tr("One-page PDF of the lesion"), lesion=label)

    def save_plain(self) -> None:
        """Save the sheet for the patient in view, in plain words."""
        self._save(self.tr("Sheet for the patient"), for_patient=True)

    def _save(self, title: str, *, lesion: str | None = None, for_patient: bool = False) -> None:
        from woundtrack.workflow import reporting

        library, patient = self._session.library, self._session.patient
        if library is None or patient is None:
            return
        try:
            plan = reporting.plan_report(
                library,
                patient,
                lesion=lesion,
                for_patient=for_patient,
                printed_on=now().astimezone().date(),
            )
        except WoundtrackError as problem:
            self._session.problem.emit(problem)
            return
        path = self.ask_file(title, plan.file_name)
        if path is None:
            return
        self._session.tasks.run(
            _write,
            plan,
            path,
            on_done=partial(self._written, plan, patient),
            key="report",
            says=self.tr("Writing {name}").format(name=path.name),
        )

    def _written(self, plan: ReportPlan, patient: Patient, path: Path) -> None:
        from woundtrack.workflow import reporting

        library = self._session.library
        # Another library may have been opened meanwhile: this one's trail is closed then.
        is_same = library is not None and library.originals is plan.originals
        if library is not None and is_same:
            try:
                reporting.note_report(library, plan, by=self._session.person)
            except WoundtrackError as problem:
                self._session.problem.emit(problem)
        said = self.tr("The PDF of {code} is saved: {path}")
        self._session.said.emit(said.format(code=patient.code, path=path))
        self.show_file(path)

    def _follow(self, _: object = None) -> None:
        has_patient = self._session.patient is not None
        why_not = self.tr("No patient is chosen.")
        for action_id in _IDS:
            self._session.actions.switch(action_id, has_patient, why_not)
        if has_patient and self._session.lesion_id is None:
            self._session.actions.switch(
                "report.lesion", is_on=False, why_off=self.tr("No lesion is chosen.")
            )


def _write(plan: ReportPlan, path: Path, progress: Progress) -> Path:
    """Draw and write a report, on a worker."""
    from woundtrack.workflow import reporting

    return reporting.write_report(plan, path, progress)


def _documents() -> Path:
    """Return the person's folder for documents; the home folder where there is none."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    documents = Path(QStandardPaths.writableLocation(place))
    return documents if documents.is_dir() else Path.home()
