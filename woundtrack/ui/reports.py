"""PDFs of the patient in view: the page for the MDT, that of one lesion, the patient's own sheet.

Hides the file dialog (one method, so that a test can answer), that drawing is a worker's, and that
a PDF carries a name only after the sheet that says who can tell then whom.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack.errors import WoundtrackError
from woundtrack.model import now
from woundtrack.ui.components import KeyButton, Label
from woundtrack.ui.usual_folder import usual_folder
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.model import Identity, Patient, Progress
    from woundtrack.ui.session import Session
    from woundtrack.workflow.reporting import ReportPlan

_KINDS = ("report.patient", "report.lesion", "report.plain", "report.named")
_IDS = ("report.choose", *_KINDS)


class PagesSheet(Overlay):
    """Which PDF is to be saved: the patient's page, a lesion's, a sheet to take home, a named one.

    Attributes
    ----------
    buttons
        One a PDF, in the order shown, with what it is for below.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, 520)
        self.inside.setSpacing(5)
        self._session = session
        self._title = Label("", "section", wraps=True)
        self.inside.addWidget(self._title)
        self.buttons: list[KeyButton] = []
        self._why: list[Label] = []
        for place, action_id in enumerate(_KINDS):
            button = KeyButton(
                session.actions[action_id].text(),
                "Enter" if not place else "",
                "main" if not place else "normal",
            )
            button.clicked.connect(partial(self._choose, action_id))
            why = Label("", "caption", "2", wraps=True)
            self.inside.addSpacing(8)
            self.inside.addWidget(button)
            self.inside.addWidget(why)
            self.buttons.append(button)
            self._why.append(why)
        stay = KeyButton(self.tr("Save none"), "Esc", "quiet")
        stay.clicked.connect(self.dismiss)
        self.inside.addWidget(stay, 0, Qt.AlignmentFlag.AlignRight)

    def ask(self, code: str, lesion: str | None) -> None:
        """Open for a patient, and the lesion in view."""
        self._title.setText(self.tr("Save which PDF of {code}?").format(code=code))
        table = self._session.actions
        for action_id, button, why in zip(_KINDS, self.buttons, self._why, strict=True):
            button.setEnabled(table[action_id].isEnabled())
            why.setText(table.why_off(action_id) or table.entry(action_id).tip_words)
            if action_id == "report.lesion" and lesion is not None:
                button.setText(self.tr("One-page PDF of {lesion}…").format(lesion=lesion))
        self.open()
        self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def words(self) -> str:
        """What is said of each."""
        return " ".join(one.text() for one in self._why)

    def _choose(self, action_id: str) -> None:
        self.dismiss()
        self._session.actions[action_id].trigger()


class NamedSheet(Overlay):
    """Asks before a PDF with a patient's name is made: what it carries, and who can tell whom.

    Signals
    -------
    chosen(str)
        Which is wanted: ``patient``, ``lesion`` or ``plain``.
    """

    chosen = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, 560)
        self._title = Label(self.tr("A PDF with the patient's name"), "section", wraps=True)
        self._said = Label("", "body", wraps=True)
        self._then = Label(
            self.tr(
                "Whoever opens or finds the file can tell who this patient is, and has the "
                "photographs, numbers and treatments beside the name. The name can't be taken off "
                "again. Save it only where names may lie, such as the hospital's own record."
            ),
            "body",
            wraps=True,
        )
        self._noted = Label("", "body", "2", wraps=True)
        for line in (self._title, self._said, self._then, self._noted):
            self.inside.addWidget(line)
        self.patient_button = KeyButton(self.tr("Save the patient's page with the name…"))
        self.lesion_button = KeyButton("")
        self.plain_button = KeyButton(self.tr("Save the sheet for the patient with the name…"))
        for button, kind in (
            (self.patient_button, "patient"),
            (self.lesion_button, "lesion"),
            (self.plain_button, "plain"),
        ):
            button.clicked.connect(partial(self._choose, kind))
            self.inside.addWidget(button)
        self.stay = KeyButton(self.tr("Make none"), "Esc", "main")
        self.stay.clicked.connect(self.dismiss)
        self.inside.addWidget(self.stay, 0, Qt.AlignmentFlag.AlignRight)

    def ask(self, code: str, who: Identity, lesion: str | None, *, person: str | None) -> None:
        """Open for a patient; ``person`` is who is noted, None where nothing can be noted."""
        carried = [
            said
            for said, is_there in (
                (self.tr("the name"), bool(who.name)),
                (self.tr("the date of birth"), who.birth_date is not None),
                (self.tr("the NHS number"), bool(who.nhs_number)),
                (self.tr("the hospital's number"), bool(who.local_id)),
            )
            if is_there
        ]
        *first, last = carried
        what = last
        if first:
            what = self.tr("{first} and {last}").format(first=", ".join(first), last=last)
        self._said.setText(self.tr("It carries {what} of {code}.").format(code=code, what=what))
        self._noted.setText(
            self.tr("The audit trail notes that {person} made it.").format(person=person)
            if person is not None
            else self.tr(
                "This library is open for reading only, so nothing notes that you made it."
            )
        )
        self.lesion_button.setVisible(lesion is not None)
        if lesion is not None:
            text = self.tr("Save the page of {lesion} with the name…").format(lesion=lesion)
            self.lesion_button.setText(text)
            self.lesion_button.setAccessibleName(text)
        self.open()
        self.stay.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def words(self) -> str:
        """All that is said."""
        return " ".join(one.text() for one in (self._said, self._then, self._noted))

    def _choose(self, kind: str) -> None:
        self.dismiss()
        self.chosen.emit(kind)


class ReportActions(QObject):
    """Binds the ``report.`` actions to one window: on wherever a patient is in view."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        table = session.actions
        table.bind("report.choose", self.ask_which, window)
        table.bind("report.patient", self.save_patient, window)
        table.bind("report.lesion", self.save_lesion, window)
        table.bind("report.plain", self.save_plain, window)
        table.bind("report.named", self.ask_named, window)
        self.named_sheet: NamedSheet | None = None
        self.pages_sheet: PagesSheet | None = None
        session.library_changed.connect(self._follow)
        session.patient_changed.connect(self._follow)
        session.lesion_changed.connect(self._follow)
        self._follow()

    # --- questions -------------------------------------------------------------------------------

    def ask_file(self, title: str, name: str) -> Path | None:
        """Ask where to save a PDF, with a name to begin with."""
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, title, str(usual_folder() / name), self.tr("PDF (*.pdf)")
        )
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")

    def show_file(self, path: Path) -> None:
        """Open a file with the desktop's own program for it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    # --- verbs -----------------------------------------------------------------------------------

    def ask_which(self) -> None:
        """Let one of the PDFs of the patient in view be chosen."""
        library, patient = self._session.library, self._session.patient
        if library is None or patient is None:
            return
        if self.pages_sheet is None:
            self.pages_sheet = PagesSheet(self._session, self._window)
        lesion_id = self._session.lesion_id
        self.pages_sheet.ask(
            patient.code, None if lesion_id is None else library.lesion(lesion_id).label
        )

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

    def ask_named(self) -> None:
        """Say what a PDF with the patient's name means, and let one be chosen."""
        library, patient = self._session.library, self._session.patient
        who = None if library is None or patient is None else library.identity(patient.id)
        if library is None or patient is None or who is None:
            return
        if self.named_sheet is None:
            self.named_sheet = NamedSheet(self._window)
            self.named_sheet.chosen.connect(self._save_named)
        lesion = self._session.lesion_id
        self.named_sheet.ask(
            patient.code,
            who,
            None if lesion is None else library.lesion(lesion).label,
            person=None if library.is_read_only else self._session.person,
        )

    def _save_named(self, kind: str) -> None:
        library, lesion_id = self._session.library, self._session.lesion_id
        title = self.tr("PDF with the patient's name")
        if kind == "lesion" and library is not None and lesion_id is not None:
            self._save(title, lesion=library.lesion(lesion_id).label, identified=True)
        elif kind != "lesion":
            self._save(title, for_patient=kind == "plain", identified=True)

    def _save(
        self,
        title: str,
        *,
        lesion: str | None = None,
        for_patient: bool = False,
        identified: bool = False,
    ) -> None:
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
                identified=identified,
            )
        except WoundtrackError as problem:
            self._session.problem.emit(problem)
            return
        path = self.ask_file(title, plan.file_name)
        if path is None or self._session.library is not library:
            return
        try:
            # Before it is written: killed or closed in between, no page has left unnoted.
            reporting.note_report(library, plan, by=self._session.person)
        except WoundtrackError as problem:
            self._session.problem.emit(problem)
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
        said = self.tr("The PDF of {code} is saved: {path}")
        if plan.sheet.identity is not None:
            said = self.tr("The PDF of {code} with the patient's name is saved: {path}")
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
        if has_patient and not self._has_identity():
            self._session.actions.switch(
                "report.named",
                is_on=False,
                why_off=self.tr("No name is recorded for this patient."),
            )

    def _has_identity(self) -> bool:
        library, patient = self._session.library, self._session.patient
        who = None if library is None or patient is None else library.identity(patient.id)
        return who is not None and bool(
            who.name or who.birth_date or who.nhs_number or who.local_id
        )


def _write(plan: ReportPlan, path: Path, progress: Progress) -> Path:
    """Draw and write a report, on a worker."""
    from woundtrack.workflow import reporting

    return reporting.write_report(plan, path, progress)
