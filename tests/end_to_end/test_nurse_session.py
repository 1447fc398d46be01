"""A nurse's visit of three lesions goes through the real window, and is counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.end_to_end import nurse_session
from tests.end_to_end.nurse_session import BEFORE, CODE, TODAY
from woundtrack import workflow
from woundtrack.model import Agent, Debrided, ExudateAmount, LesionState
from woundtrack.records import Library
from woundtrack.settings import Settings, Theme
from woundtrack.ui import theme
from woundtrack.ui.session import Session
from woundtrack.ui.window.main_window import MainWindow


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    return nurse_session.make_clinic(tmp_path_factory.mktemp("nurse"))


@pytest.fixture
def window(
    qapp: QApplication, qtbot: QtBot, clinic: tuple[Path, list[Path]], tmp_path: Path
) -> Iterator[MainWindow]:
    """Return the window on the clinic with last week's visit."""
    theme.apply(qapp, "light")
    session = Session(Settings(person="Ben", theme=Theme.LIGHT))
    places = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = MainWindow(session, places)
    made.resize(1366, 696)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    session.open_library(clinic[0])
    yield made
    made.close()
    made.deleteLater()


def test_a_visit_of_three_lesions_is_recorded_from_the_drop_to_the_curve(
    window: MainWindow, clinic: tuple[Path, list[Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    hands = nurse_session.drive(window, clinic[1])

    with capsys.disabled():
        print("\n" + nurse_session.told(hands))  # noqa: T201  what the visit took
    library = window.session.library
    assert isinstance(library, Library)
    patient = library.patient_with_code(CODE)
    timeline = workflow.timeline_of(library, patient)
    record = workflow.record_of(library, patient)
    assert [lesion.lesion.label for lesion in timeline.lesions] == ["A1", "T1", "C1"]
    for lesion in timeline.lesions:
        assert [point.on for point in lesion.points] == [BEFORE, TODAY]
        before, now = (point.area_mm2 or 0 for point in lesion.points)
        assert 0.6 < now / before < 1.1
    visit = library.visits(patient.id)[-1]
    assert [(one.on, one.value) for one in record.pains] == [(TODAY, 6)]
    found = {one.lesion_id: one for one in record.findings if one.visit_id == visit.id}
    assert len(found) == 3
    # The lesion she reviewed last is in view; the others are as at the visit before.
    *others, last = sorted(found.values(), key=lambda one: one.debrided is not None)
    assert last.debrided is Debrided.AFTER_PHOTOGRAPH
    assert last.exudate_amount is ExudateAmount.SMALL
    assert {one.exudate_amount for one in others} == {ExudateAmount.MODERATE}
    assert {one.state for one in found.values()} == {LesionState.OPEN}
    (treatment,) = record.treatments
    assert (treatment.agent, treatment.dose_value) == (Agent.SODIUM_THIOSULFATE_IV, 25)
    assert library.check().problems == ()
    # A goal of three actions a lesion is for its outlines; the whole visit is printed above.
    assert hands.by_part["confirm six, correct one"][0] <= 9
