"""Patients are read ahead on a worker: nobody waits for it, and nobody's numbers are another's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack import workflow
from woundtrack.model import Pain, PainContext, PainScale, Patient
from woundtrack.records import Library
from woundtrack.ui import kept_courses
from woundtrack.ui.session import Session
from woundtrack.ui.timeline import ahead
from woundtrack.ui.timeline.page import TimelinePage
from woundtrack.ui.window.patients_panel import PatientsPanel

_AT = datetime(2026, 6, 12, 9, 0, tzinfo=UTC)


class Gate:
    """Holds workers that read a course until it is opened; notes who read on which thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened, self.reached = threading.Event(), threading.Event()
        self.read: list[tuple[str, bool]] = []
        read = workflow.timeline_of

        def held(library: Library, patient: Patient, **given: Any) -> object:
            is_worker = threading.current_thread() is not threading.main_thread()
            self.read.append((patient.code, is_worker))
            if is_worker:
                self.reached.set()
                assert self.opened.wait(20)
            return read(library, patient, **given)

        monkeypatch.setattr(workflow, "timeline_of", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(monkeypatch)
    yield made
    made.opened.set()


def _patient(session: Session, code: str) -> Patient:
    assert session.library is not None
    return session.library.patient_with_code(code)


def test_a_patient_is_read_ahead_on_a_worker(
    clinic_session: Session, gate: Gate, qtbot: QtBot
) -> None:
    patient = _patient(clinic_session, "WT-0147")
    gate.opened.set()
    done: list[bool] = []

    clinic_session.read_ahead(patient, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))

    kept = clinic_session.course_of(patient)
    assert gate.read == [("WT-0147", True)]
    assert clinic_session.library is not None
    assert kept[1] == workflow.record_of(clinic_session.library, patient)
    assert kept[0] == workflow.timeline_of(clinic_session.library, patient)


def test_what_was_read_before_something_was_recorded_is_not_kept(
    clinic_session: Session, gate: Gate, qtbot: QtBot
) -> None:
    patient = _patient(clinic_session, "WT-0147")
    done: list[bool] = []
    clinic_session.read_ahead(patient, lambda: done.append(True))
    qtbot.waitUntil(gate.reached.is_set)

    pain = Pain(
        patient_id=patient.id,
        on=_AT.date(),
        scale=PainScale.NRS11,
        context=PainContext.WORST_24H,
        value=5,
    )
    assert clinic_session.library is not None
    workflow.record_entries(clinic_session.library, [pain], by="Ann")
    gate.opened.set()
    qtbot.waitUntil(lambda: bool(done))

    assert not clinic_session.has_course(patient)
    assert len(clinic_session.course_of(patient)[1].pains) == 1


def test_nothing_is_kept_of_a_library_that_was_closed_meanwhile(
    clinic_session: Session, gate: Gate, clinic: Clinic, qtbot: QtBot
) -> None:
    patient = _patient(clinic_session, "WT-0147")
    done: list[bool] = []
    clinic_session.read_ahead(patient, lambda: done.append(True))
    qtbot.waitUntil(gate.reached.is_set)

    clinic_session.open_library(clinic.path)
    gate.opened.set()
    qtbot.waitUntil(lambda: not clinic_session.tasks.running)

    assert not done
    assert not clinic_session.has_course(patient)


@pytest.fixture
def beside(clinic_session: Session, qtbot: QtBot) -> Iterator[tuple[PatientsPanel, TimelinePage]]:
    """Return the list and the timeline beside each other, on WT-0118."""
    panel, page = PatientsPanel(clinic_session), TimelinePage(clinic_session)
    for widget, width in ((panel, 264), (page, 1060)):
        qtbot.addWidget(widget)
        widget.resize(width, 696)
        widget.show()
    clinic_session.set_patient(_patient(clinic_session, "WT-0118"))
    page.enter()
    qtbot.waitUntil(lambda: page.chart.picture is not None)
    yield panel, page
    page.leave()


def _focus_list(panel: PatientsPanel, qtbot: QtBot) -> None:
    panel.activateWindow()
    panel.list.setFocus()
    qtbot.waitUntil(panel.list.hasFocus)


def _names(page: TimelinePage) -> set[str]:
    curves = () if page.timeline is None else page.timeline.lesions
    return {curve.lesion.label for curve in curves}


def test_keys_that_go_on_while_a_patient_is_read_show_nobody_elses_numbers(
    beside: tuple[PatientsPanel, TimelinePage], gate: Gate, qtbot: QtBot
) -> None:
    panel, page = beside
    session = page._session
    qtbot.waitUntil(gate.reached.is_set)  # the patient after this one is being read ahead
    _focus_list(panel, qtbot)

    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    shown = session.patient, page.timeline, _names(page)
    gate.opened.set()
    qtbot.waitUntil(lambda: not session.tasks.running)
    QApplication.processEvents()

    assert shown[0] == _patient(session, "WT-0147")
    assert shown[1] is not None
    assert shown[1].patient == shown[0]
    assert shown[2] == {"A1", "T1"}
    assert page.timeline is shown[1]
    assert {dot.course.lesion.label for dot in panel.body.stage.dots} == {"A1", "T1"}
    assert page.chart._timeline is shown[1]


def test_keys_that_go_there_and_back_end_with_the_first_patients_numbers(
    beside: tuple[PatientsPanel, TimelinePage], gate: Gate, qtbot: QtBot
) -> None:
    panel, page = beside
    session = page._session
    qtbot.waitUntil(gate.reached.is_set)
    _focus_list(panel, qtbot)

    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    went_to = session.patient
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    gate.opened.set()
    qtbot.waitUntil(lambda: not session.tasks.running)
    QApplication.processEvents()

    assert went_to == _patient(session, "WT-0147")
    assert session.patient == _patient(session, "WT-0118")
    assert _names(page) == {"L1"}
    assert {dot.course.lesion.label for dot in panel.body.stage.dots} == {"L1"}


def test_the_keyboard_is_free_while_a_patient_is_read_ahead(
    beside: tuple[PatientsPanel, TimelinePage], gate: Gate, qtbot: QtBot
) -> None:
    panel, page = beside
    qtbot.waitUntil(gate.reached.is_set)

    panel.search.setFocus()
    QTest.keyClicks(panel.search, "0147")

    assert not gate.opened.is_set()
    assert panel.search.text() == "0147"
    assert page.timeline is not None
    gate.opened.set()
    qtbot.waitUntil(lambda: not page._session.tasks.running)


def test_both_neighbours_are_laid_out_ahead_though_they_were_read_before(
    beside: tuple[PatientsPanel, TimelinePage], qtbot: QtBot
) -> None:
    _, page = beside
    session = page._session
    after = _patient(session, "WT-0147")
    session.course_of(after)

    def is_laid_out() -> bool:
        return any(
            kept.shown.timeline.patient == after and kept.picture is not None
            for kept in page.chart._kept.values()
        )

    was_laid_out = is_laid_out()
    qtbot.waitUntil(is_laid_out, timeout=5000)

    assert not was_laid_out


def test_patients_far_down_the_list_are_read_ahead_as_long_as_there_is_room(
    clinic_session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_NEAREST", 1)
    assert clinic_session.library is not None
    others = clinic_session.library.patients()
    clinic_session.set_patient(others[0])
    reading = ahead.ReadAhead(clinic_session, lambda _: None, clinic_session)

    reading.start()

    qtbot.waitUntil(lambda: all(clinic_session.has_course(one) for one in others[1:]))
    reading.stop()


def test_where_there_is_no_room_the_nearest_alone_are_read_ahead(
    clinic_session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_NEAREST", 1)
    monkeypatch.setattr(kept_courses, "_LEAST", 1)
    monkeypatch.setattr(kept_courses, "_ROOM_FOR", 0)
    assert clinic_session.library is not None
    first, near, far = clinic_session.library.patients()
    clinic_session.set_patient(first)
    prepared: list[Patient] = []
    reading = ahead.ReadAhead(clinic_session, prepared.append, clinic_session)

    reading.start()

    qtbot.waitUntil(lambda: prepared == [near])
    qtbot.wait(600)  # twice the pause before one more would be read
    reading.stop()
    assert not clinic_session.has_course(far)


def test_the_longest_unused_course_goes_first_and_the_nearest_are_never_too_many(
    monkeypatch: pytest.MonkeyPatch, clinic_session: Session
) -> None:
    monkeypatch.setattr(kept_courses, "_LEAST", 1)
    monkeypatch.setattr(kept_courses, "_ROOM_FOR", 5)
    assert clinic_session.library is not None
    codes = ("WT-0147", "WT-0118", "WT-0092")
    patients = [_patient(clinic_session, code) for code in codes]
    courses = [clinic_session.course_of(one) for one in patients]
    kept = kept_courses.KeptCourses()

    for patient, course in zip(patients, courses, strict=True):
        kept.keep("head", patient, course)
    has_before = [kept.has("head", one) for one in patients]
    kept.keep("another head", patients[1], courses[1])

    areas = [sum(len(one.points) for one in course[0].lesions) for course in courses]
    assert areas[0] + areas[1] > 5 >= areas[1] + areas[2]
    assert has_before == [False, True, True]
    assert [kept.has("another head", one) for one in patients] == [False, True, False]
    assert kept.of("head", patients[1]) is None
