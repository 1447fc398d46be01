"""What is known of a patient, in the real window: its keys are its own while it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from tests.ui.test_rooms import spoken_name
from woundtrack import workflow
from woundtrack.model import ClinicalRecord, Sex
from woundtrack.ui.record.identity_view import IdentityView
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.ui.window.patient_header import PatientHeader

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(make_window: Callable[..., MainWindow], clinic: Clinic) -> Iterator[MainWindow]:
    made = make_window(clinic.path)
    library = made.session.library
    assert library is not None
    made.session.set_patient(library.patient_with_code("WT-0147"))
    made.session.go("record")
    made.activateWindow()
    QApplication.processEvents()
    made.page("record").setFocus()
    yield made
    IdentityView.of(made.session).lock()


def record_of(window: MainWindow) -> ClinicalRecord:
    assert window.session.library is not None
    assert window.session.patient is not None
    return workflow.record_of(window.session.library, window.session.patient)


def test_ctrl_enter_records_the_patient_and_not_the_visit_behind(
    qtbot: QtBot, window: MainWindow
) -> None:
    saved: list[bool] = []
    save = window.session.actions["record.save"]
    save.triggered.connect(lambda: saved.append(True))
    qtbot.keyClick(window, Key.Key_F3)
    sheet = window.patient_sheet
    assert sheet.isVisible()
    save.setEnabled(True)  # as where a visit has answers that aren't saved

    qtbot.keyClick(sheet.background.sex, Key.Key_2)
    qtbot.keyClick(sheet.background.sex, Key.Key_Return, CTRL)

    record = record_of(window)
    assert record.detail is not None
    assert record.detail.sex is Sex.MALE
    assert saved == []


def test_the_header_of_every_room_opens_it(qtbot: QtBot, window: MainWindow) -> None:
    for room in ("timeline", "record"):
        window.session.go(room)
        header = window.page(room).findChild(PatientHeader)
        assert header is not None

        qtbot.mouseClick(header.who, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))

        assert window.patient_sheet.isVisible()
        window.patient_sheet.dismiss()


def test_the_keys_of_a_score_are_its_own_while_it_is_open(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Key.Key_F4)
    card = window.page("record").side.score  # type: ignore[attr-defined]
    assert card.sheet.isVisible()

    for digit in "2331434341245":
        qtbot.keyClick(card.sheet.items, digit)
    qtbot.keyClick(card.sheet.items, Key.Key_Return)

    (score,) = record_of(window).scores
    assert len(score.items) == 13


def nameless(card: QWidget) -> list[str]:
    """Return what takes the focus on a card and has no name for those who can't see it."""
    return [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in card.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not spoken_name(widget)
    ]


def test_everything_on_the_pages_of_a_patient_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    sheet = window.patient_sheet
    sheet.open_at()
    IdentityView.of(window.session).unlock()

    for row in range(sheet.pages.count()):
        sheet.pages.setCurrentRow(row)
        assert nameless(sheet.card) == []


def test_everything_on_a_score_has_a_name(qtbot: QtBot, window: MainWindow) -> None:
    card = window.page("record").side.score  # type: ignore[attr-defined]

    card.open()

    assert nameless(card.sheet.card) == []


def test_tab_reaches_every_answer_of_a_page_and_stays_on_the_card(
    qtbot: QtBot, window: MainWindow
) -> None:
    sheet = window.patient_sheet
    sheet.open_at()
    page = sheet.background
    wanted = {
        page.sex,
        page.year,
        page.ethnic,
        page.height_cm,
        page.weight_kg,
        page.dialysis,
        page.centre,
        sheet.leave,
        sheet.keep,
    }
    reached: set[QWidget] = set()

    for _ in range(20):
        focused = QApplication.focusWidget()
        assert focused is not None
        assert sheet.isAncestorOf(focused)
        reached.add(focused)
        qtbot.keyClick(focused, Key.Key_Tab)

    assert wanted <= reached


def test_names_are_off_at_every_start_and_come_by_a_key(qtbot: QtBot, window: MainWindow) -> None:
    names = IdentityView.of(window.session)
    assert not names.is_unlocked

    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Key.Key_N, CTRL | shift)

    assert names.is_unlocked


def test_that_names_are_hidden_again_is_said(qtbot: QtBot, window: MainWindow) -> None:
    said: list[str] = []
    window.session.said.connect(said.append)
    shift = Qt.KeyboardModifier.ShiftModifier

    qtbot.keyClick(window, Key.Key_N, CTRL | shift)
    qtbot.keyClick(window, Key.Key_N, CTRL | shift)

    assert said[0].startswith("Names are shown.")
    assert said[1:] == ["Names are hidden."]
