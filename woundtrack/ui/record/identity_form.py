"""Who a patient is: shown and changed only while names are unlocked, kept apart from all the rest.

Hides that an NHS number is checked as it is typed, and how a change is undone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand
from PySide6.QtWidgets import QLineEdit, QWidget

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import Identity, PartialDate, Precision
from woundtrack.ui.components import KeyButton, Label, Message
from woundtrack.ui.record.identity_view import IdentityView
from woundtrack.ui.record.partial_date_field import PartialDateField
from woundtrack.ui.record.patient_form import Section

if TYPE_CHECKING:
    from woundtrack.ui.session import Session


class IdentitySection(Section):
    """Name, birth date, NHS number and the hospital's own number."""

    def __init__(self, session: Session) -> None:
        super().__init__("")
        self.title = self.tr("Names")
        self.setAccessibleName(self.title)
        self._session = session
        self._names = IdentityView.of(session)
        self._names.changed.connect(self._show)
        self._there: Identity | None = None
        self.heading(
            self.title,
            self.tr("Kept in a table of its own. Exports, reports and the audit trail hold none."),
        )
        self._locked = Message(
            "info",
            self.tr("Names are hidden"),
            self.tr("Showing them is written into the audit trail, with your name."),
        )
        self.rows.addWidget(self._locked)
        self.rows.addSpacing(8)
        self.switch = KeyButton(self.tr("Show names"), icon="eye")
        self.switch.clicked.connect(self._names.toggle)
        self.rows.addWidget(self.switch)
        self.rows.addSpacing(8)
        name, born = self.tr("Name"), self.tr("Date of birth")
        number, local = self.tr("NHS number"), self.tr("Hospital number")
        self.name = self._line(name)
        self.born = PartialDateField(name=born, hint=self.tr("such as 23 Aug 1957"))
        self.born.setFixedWidth(190)
        self.born.edited.connect(self.changed)
        self.nhs = self._line(number)
        self.nhs.setFixedWidth(190)
        self._checked = Label("", "label", "2")
        self.local = self._line(local)
        self._fields = [
            self.row(name, self.name),
            self.row(born, self.born),
            self.row(number, self.nhs, self._checked),
            self.row(local, self.local),
        ]
        self.nhs.textChanged.connect(self._check)
        self.rows.addStretch(1)
        self._refusals.append(self._refused)
        self._show()

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setMaxLength(200)
        line.setMinimumHeight(32)
        line.textEdited.connect(self.changed)
        return line

    # --- showing ---------------------------------------------------------------------------------

    def show_patient(self) -> None:
        """Read the patient in view anew; what was typed and not recorded goes."""
        self._show()

    def _show(self) -> None:
        patient = self._session.patient
        is_open = self._names.is_unlocked
        self._there = None if patient is None else self._names.identity(patient.id)
        self._locked.setVisible(not is_open)
        self.switch.setText(self.tr("Hide names") if is_open else self.tr("Show names"))
        self.switch.updateGeometry()
        for row in self._fields:
            row.setVisible(is_open)
        known = self._there or Identity(patient_id="")
        self.name.setText(known.name)
        self.nhs.setText(_grouped(known.nhs_number))
        self.local.setText(known.local_id)
        self.born.set_value(None if known.birth_date is None else PartialDate.of(known.birth_date))

    def _check(self) -> None:
        number = "".join(self.nhs.text().split())
        if not number:
            self._checked.setText("")
            return
        is_good = workflow.is_nhs_number(number)
        said = (
            self.tr("The check digit is right.")
            if is_good
            else self.tr("Ten digits are needed, the last one checked by the others.")
        )
        self._checked.setText(said)
        self._checked.set_tone("2" if is_good else "doubt")

    # --- what is to be recorded ------------------------------------------------------------------

    def wanted(self) -> Identity | None:
        """Return what is to be recorded; None where names are hidden, or nothing was changed."""
        patient = self._session.patient
        if patient is None or not self._names.is_unlocked:
            return None
        there = self._there or Identity(patient_id=patient.id)
        born = self.born.value
        made = replace(
            there,
            name=" ".join(self.name.text().split()),
            birth_date=None if born is None else born.earliest,
            nhs_number="".join(self.nhs.text().split()),
            local_id=self.local.text().strip(),
        )
        return None if made == there else made

    def _refused(self) -> tuple[QWidget, str] | None:
        if not self._names.is_unlocked:
            return None
        born = self.born.value
        if self.born.line.text().strip() and (
            born is None or born.precision is not Precision.DAY or born.earliest > date.today()  # noqa: DTZ011  the person's own day
        ):
            return self.born.line, self.tr("A date of birth is a whole date, such as 23 Aug 1957.")
        number = "".join(self.nhs.text().split())
        if number and not workflow.is_nhs_number(number):
            return self.nhs, self.tr(
                "This is no NHS number: it has ten digits, the last one checked by the others."
            )
        return None


def _grouped(number: str) -> str:
    """Return an NHS number as it is written: 943 476 5919."""
    if len(number) != 10:
        return number
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def record_identity(session: Session, identity: Identity) -> None:
    """Record who a patient is, and push that.

    Raises what ``workflow.set_identity`` raises; nothing is pushed then.
    """
    library = session.library
    if library is None:
        return
    before = library.identity(identity.patient_id) or Identity(patient_id=identity.patient_id)
    after = workflow.set_identity(library, identity, by=session.person)
    session.undo_stack.push(_Identified(session, before, after))
    session.changed("record")


class _Identified(QUndoCommand):
    """Who a patient is, recorded already when this is pushed."""

    def __init__(self, session: Session, before: Identity, after: Identity) -> None:
        super().__init__(QCoreApplication.translate("Commands", "Names"))
        self._session, self._before, self._after = session, before, after
        self._is_first = True

    def redo(self) -> None:
        """Record it anew; the first time it is recorded already."""
        if self._is_first:
            self._is_first = False
            return
        self._write(self._after)

    def undo(self) -> None:
        """Record what was known before."""
        self._write(self._before)

    def _write(self, wanted: Identity) -> None:
        library = self._session.library
        if library is None:
            return
        there = library.identity(wanted.patient_id)
        version = wanted.version if there is None else there.version
        try:
            workflow.set_identity(
                library, replace(wanted, version=version), by=self._session.person
            )
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return
        self._session.changed("record")
