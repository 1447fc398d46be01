"""What the tests of the record room share: a clinic with a first visit recorded, and hands.

WT-0147 was seen twice, fourteen days apart; of the first visit pain, two lesions, blood and a
treatment are recorded, of the second nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import FIRST_DAY, Clinic
from woundtrack import workflow
from woundtrack.model import (
    Agent,
    Analyte,
    Debrided,
    Edge,
    ExudateAmount,
    ExudateType,
    Finding,
    InfectionSign,
    LabResult,
    LesionState,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    Patient,
    Periwound,
    Setting,
    Treatment,
    VisitDetail,
)
from woundtrack.records import Library
from woundtrack.ui.record.answer_row import AnswerRow
from woundtrack.ui.record.choice_bar import ChoiceBar
from woundtrack.ui.record.page import RecordPage
from woundtrack.ui.record.visit_draft import Answer
from woundtrack.ui.window.main_window import MainWindow

SECOND_DAY = FIRST_DAY + timedelta(days=14)
FIRST_VISIT, SECOND_VISIT = "visit-2-0", "visit-2-1"


def recorded_first_visit(library: Library, patient: Patient) -> None:
    """Record what was asked and found at the first visit of WT-0147."""
    finding = Finding(
        patient_id=patient.id,
        lesion_id="lesion-a1",
        visit_id=FIRST_VISIT,
        state=LesionState.OPEN,
        exudate_amount=ExudateAmount.MODERATE,
        exudate_type=ExudateType.SEROUS,
        edge=Edge.ROLLED,
        max_depth_cm=0.6,
        periwound=(Periwound.ERYTHEMA, Periwound.INDURATION),
        infection_signs=(InfectionSign.NONE,),
        has_drainage=True,
        needs_dressing=True,
        dressing="Silicone foam 15 × 15 cm",
        debrided=Debrided.NO,
    )
    other = replace(
        finding,
        id="finding-t1",
        entry_id="thread-t1",
        lesion_id="lesion-t1",
        max_depth_cm=0.3,
        dressing="",
    )
    workflow.record_entries(
        library,
        [
            finding,
            other,
            VisitDetail(patient_id=patient.id, visit_id=FIRST_VISIT, setting=Setting.CLINIC),
            _pain(patient, PainContext.WORST_24H, 3),
            _pain(patient, PainContext.DRESSING_CHANGE, 6),
            LabResult(
                patient_id=patient.id,
                analyte=Analyte.PHOSPHATE,
                taken_on=FIRST_DAY,
                value=1.4,
                unit="mmol/L",
                visit_id=FIRST_VISIT,
            ),
            Treatment(
                patient_id=patient.id,
                agent=Agent.SODIUM_THIOSULFATE_IV,
                dose_value=25,
                dose_unit="g",
                frequency="3 × week",
                start=PartialDate(text="2026-01-16"),
            ),
        ],
        by="Ann",
    )


def _pain(patient: Patient, context: PainContext, value: float) -> Pain:
    return Pain(
        patient_id=patient.id,
        on=FIRST_DAY,
        scale=PainScale.NRS11,
        context=context,
        value=value,
        visit_id=FIRST_VISIT,
    )


@pytest.fixture
def recorded_clinic(clinic: Clinic) -> Clinic:
    """Return the clinic with the first visit of WT-0147 recorded."""
    with Library.open(clinic.path) as library:
        recorded_first_visit(library, clinic.patients[2])
    return clinic


class Room:
    """The record room in its window, and hands to work in it."""

    def __init__(self, window: MainWindow, page: RecordPage) -> None:
        self.window, self.page, self.session = window, page, window.session
        self.keys = 0

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press a key where the keyboard is, and count it."""
        self.keys += 1
        focused = QApplication.focusWidget() or self.window
        QTest.keyClick(focused, key, modifier or Qt.KeyboardModifier.NoModifier)

    def type(self, text: str) -> None:
        """Type a text, key by key."""
        for one in text:
            self.keys += 1
            QTest.keyClicks(QApplication.focusWidget() or self.window, one)

    def save(self) -> None:
        """Press Ctrl Enter."""
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def same_as_last(self) -> None:
        """Press Ctrl D."""
        self.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)

    def row(self, field: str) -> AnswerRow:
        """Return the row of a question about the lesion in view."""
        return self.page.form.lesions.rows_of[field]

    def pain(self, context: PainContext) -> AnswerRow:
        """Return the row of pain on the scale of ten."""
        return self.page.form.whole.pains[context, PainScale.NRS11]

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a widget with the mouse."""
        where = at if at is not None else widget.rect().center()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=where)

    def choose(self, row: AnswerRow, answer: Answer) -> None:
        """Click an answer of a row."""
        bar = row.control
        assert isinstance(bar, ChoiceBar)
        self.click(bar, bar.place_of(answer).center())

    def finding(self, lesion_id: str = "lesion-a1", visit_id: str = SECOND_VISIT) -> Finding | None:
        """Return what the library holds of a lesion at a visit."""
        library, patient = self.session.library, self.session.patient
        assert library is not None
        assert patient is not None
        return workflow.record_of(library, patient).finding_of(lesion_id, visit_id)


@pytest.fixture
def open_room(
    make_window: Callable[..., MainWindow], recorded_clinic: Clinic, qtbot: QtBot
) -> Callable[..., Room]:
    """Return a maker of rooms on a visit of WT-0147, or of another patient."""

    def make(day: date | None = SECOND_DAY, patient: int = 2) -> Room:
        window = make_window(recorded_clinic.path)
        window.session.set_patient(recorded_clinic.patients[patient])
        window.session.go("record", **({} if day is None else {"day": day}))
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.waitUntil(lambda: not window.session.tasks.running)
        page = window.page("record")
        assert isinstance(page, RecordPage)
        return Room(window, page)

    return make


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    """Return the room on the second visit of WT-0147, of which nothing is recorded."""
    return open_room()
