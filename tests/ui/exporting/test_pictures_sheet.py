"""A person looks at each picture that shows more than a lesion: one key a yes, one a no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack import workflow
from woundtrack.errors import PhotographUnreadable
from woundtrack.imaging import LeavingPicture
from woundtrack.model import Consent, Framing, Purpose, ReleaseAnswer
from woundtrack.records import Library
from woundtrack.ui.components import Label
from woundtrack.ui.exporting import export_choices, pictures_sheet
from woundtrack.ui.exporting.pictures_sheet import PicturesSheet
from woundtrack.ui.window.main_window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(
    plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic, qtbot: QtBot
) -> MainWindow:
    """Return the window on the clinic, in which all but WT-0118 agreed to research."""
    with Library.open(clinic.path) as library:
        agreed = [
            Consent(
                patient_id=f"patient-{code}",
                purpose=Purpose.RESEARCH,
                is_given=True,
                given_on=date(2026, 1, 6),
            )
            for code in ("WT-0092", "WT-0147")
        ]
        workflow.record_entries(library, agreed, by="Ann")
    made = make_window(clinic.path)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[LeavingPicture]:
    """Let pictures be made without photographs; the one given last is what they all look like."""
    plain = LeavingPicture(
        pixels=np.full((60, 80, 3), 120, np.uint8), mask=None, frame_px=(90, 90, 210, 210)
    )
    looks = [plain]
    monkeypatch.setattr(pictures_sheet, "picture_to_look_at", lambda *_: looks[-1])
    return looks


@pytest.fixture
def sheet(window: MainWindow, made: list[LeavingPicture], qtbot: QtBot) -> PicturesSheet:
    """Return the sheet on the four pictures with their surroundings that wait."""
    focused = QApplication.focusWidget() or window
    QTest.keyClick(focused, Qt.Key.Key_E, CONTROL | SHIFT)
    opened = window.pictures_sheet
    assert opened.isVisible()
    qtbot.waitUntil(lambda: opened.view.accessibleName().startswith("No picture waits. What shows"))
    press(opened, "Around it")
    qtbot.waitUntil(lambda: opened.view.has_picture)
    return opened


def press(sheet: PicturesSheet, words: str) -> None:
    button = next(one for one in sheet.findChildren(QAbstractButton) if one.text() == words)
    QTest.mouseClick(button, LEFT)


def answers(window: MainWindow) -> list[ReleaseAnswer]:
    assert window.session.library is not None
    return [one.answer for one in window.session.library.picture_releases()]


def test_each_picture_is_shown_as_it_would_leave_with_whose_it_is_and_why(
    sheet: PicturesSheet,
) -> None:
    assert sheet.head.text() == "WT-0147 · A1 · left\xa0abdomen · 12\xa0Jan\xa02026"
    assert sheet.why.text() == "It shows more than the lesion."
    assert sheet.state.text() == "It stays here until somebody has looked at it."
    assert sheet._count.text() == "1 of 4 · 4 are left to look at"
    assert sheet.view.accessibleName() == f"{sheet.head.text()}, as it would leave"
    assert QApplication.focusWidget() is sheet.view


def test_one_key_lets_it_leave_one_keeps_it_and_the_next_comes(
    sheet: PicturesSheet, window: MainWindow, qtbot: QtBot
) -> None:
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)

    # The two lesions of that photograph have the same frame here: a yes is for what was seen.
    assert answers(window) == [ReleaseAnswer.RELEASED]
    assert sheet._count.text() == "3 of 4 · 2 are left to look at"
    qtbot.waitUntil(lambda: sheet.view.has_picture)

    QTest.keyClick(sheet.view, Qt.Key.Key_Delete)

    assert answers(window) == [ReleaseAnswer.RELEASED, ReleaseAnswer.REFUSED]
    assert sheet.left == 0
    press(sheet, "Kept here")
    assert len(sheet._shown) == 2
    assert sheet.state.text().startswith("It is kept here (Ann, today")
    assert not sheet.no.isEnabled()


def test_an_answer_is_undone_and_done_again_and_its_picture_is_shown(
    sheet: PicturesSheet, window: MainWindow, qtbot: QtBot
) -> None:
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)
    assert sheet._at == 2

    QTest.keyClick(sheet.view, Qt.Key.Key_Z, CONTROL)

    assert answers(window) == [ReleaseAnswer.WITHDRAWN]
    assert (sheet._at, sheet.left) == (0, 4)
    assert window.status.text == "Undone: It may leave: WT-0147 A1."

    window.session.actions["edit.redo"].trigger()
    assert answers(window) == [ReleaseAnswer.RELEASED]
    assert sheet.left == 2


def test_a_yes_in_place_of_a_no_goes_back_to_the_no(
    sheet: PicturesSheet, window: MainWindow, qtbot: QtBot
) -> None:
    QTest.mouseClick(sheet.no, LEFT)
    QTest.keyClick(sheet.view, Qt.Key.Key_Left)
    QTest.keyClick(sheet.view, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: sheet.view.has_picture)
    assert sheet._at == 0

    QTest.mouseClick(sheet.yes, LEFT)
    assert answers(window) == [ReleaseAnswer.RELEASED]

    QTest.keyClick(sheet.view, Qt.Key.Key_Z, CONTROL)
    assert answers(window) == [ReleaseAnswer.REFUSED]


def test_the_arrows_go_through_them_without_answering(
    sheet: PicturesSheet, window: MainWindow
) -> None:
    QTest.keyClick(sheet.view, Qt.Key.Key_Right)
    assert sheet.head.text().startswith("WT-0147 · T1")
    QTest.keyClick(sheet.view, Qt.Key.Key_Left)
    assert sheet.head.text().startswith("WT-0147 · A1")
    assert answers(window) == []
    assert not sheet.back.isEnabled()


def test_a_picture_is_looked_at_closer_and_the_next_is_whole_again(
    sheet: PicturesSheet,
) -> None:
    for _ in range(3):
        QTest.keyClick(sheet.view, Qt.Key.Key_Plus)
    assert sheet.view.closer == pytest.approx(1.25**3)
    assert sheet.view._image is not None
    before = sheet.view._place(sheet.view._image)

    middle = sheet.view.rect().center()
    QTest.mousePress(sheet.view, LEFT, pos=middle)
    QTest.mouseMove(sheet.view, middle + QPoint(30, 0))
    QTest.mouseRelease(sheet.view, LEFT, pos=middle)
    assert sheet.view._place(sheet.view._image).x() == pytest.approx(before.x() + 30)

    QTest.keyClick(sheet.view, Qt.Key.Key_0)
    assert sheet.view.closer == 1
    QTest.keyClick(sheet.view, Qt.Key.Key_Plus)
    QTest.keyClick(sheet.view, Qt.Key.Key_Right)
    assert sheet.view.closer == 1


def test_what_was_not_seen_is_not_answered(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def unreadable(*_: object) -> LeavingPicture:
        raise PhotographUnreadable(path="IMG_0.JPG", reason="it is cut off")

    monkeypatch.setattr(pictures_sheet, "picture_to_look_at", unreadable)
    window.pictures_sheet.open_for(Framing.WHOLE)
    sheet = window.pictures_sheet
    qtbot.waitUntil(lambda: "IMG_0.JPG" in sheet.view.accessibleName())

    QTest.keyClick(sheet.view, Qt.Key.Key_Return)
    QTest.keyClick(sheet.view, Qt.Key.Key_Delete)

    assert answers(window) == []
    assert not sheet.yes.isEnabled()


def test_a_picture_with_a_code_that_can_be_read_stays_whatever_is_said(
    window: MainWindow, made: list[LeavingPicture], qtbot: QtBot
) -> None:
    made.append(
        LeavingPicture(
            pixels=np.zeros((40, 40, 3), np.uint8),
            mask=None,
            frame_px=(0, 0, 40, 40),
            has_other_codes=True,
            still_readable=True,
        )
    )
    window.pictures_sheet.open_for(Framing.AROUND)
    sheet = window.pictures_sheet
    qtbot.waitUntil(lambda: sheet.view.has_picture)

    assert not sheet.yes.isEnabled()
    assert sheet.no.isEnabled()
    assert "can still read a code" in sheet.problem.text()
    assert "A code of another kind was in it" in sheet.why.text()


def test_in_a_library_that_is_only_read_pictures_are_seen_and_not_answered(
    window: MainWindow, made: list[LeavingPicture], clinic: Clinic, qtbot: QtBot
) -> None:
    window.session.open_library(clinic.path, for_reading=True)
    window.pictures_sheet.open_for(Framing.AROUND)
    sheet = window.pictures_sheet
    qtbot.waitUntil(lambda: sheet.view.has_picture)

    assert not sheet.yes.isEnabled()
    assert not sheet.no.isEnabled()


def test_where_none_is_in_view_nothing_is_asked_and_a_sentence_says_what_to_do(
    sheet: PicturesSheet,
) -> None:
    asked = ("Why you are asked", "Look for")
    texts = {one.text(): one for one in sheet.findChildren(Label) if one.text() in asked}
    assert all(one.isVisible() for one in texts.values())

    press(sheet, "Kept here")

    assert sheet.view.accessibleName() == "No picture is kept here."
    assert not any(one.isVisible() for one in texts.values())
    assert sheet._count.text() == ""
    assert not sheet.yes.isEnabled()


def test_the_export_counts_them_and_leads_here_and_back(
    window: MainWindow,
    made: list[LeavingPicture],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    monkeypatch.setattr(export_choices, "usual_folder", lambda: tmp_path)
    window.session.actions["library.export"].trigger()
    export = window.export_sheet
    qtbot.waitUntil(lambda: export.leaving._numbers[0][0].text() == "3")
    button = next(
        one
        for one in export.choices.pictures.findChildren(QAbstractButton)
        if one.text() == "Around it"
    )
    QTest.mouseClick(button, LEFT)
    assert export.leaving.pictures.text().startswith("0 may leave, 4 wait.")

    QTest.mouseClick(export.leaving.look, LEFT)
    sheet = window.pictures_sheet
    qtbot.waitUntil(lambda: sheet.view.has_picture)
    QTest.keyClick(sheet.view, Qt.Key.Key_Return)
    QTest.keyClick(sheet.view, Qt.Key.Key_Escape)

    assert not sheet.isVisible()
    assert export.isVisible()
    qtbot.waitUntil(lambda: export.leaving.pictures.text().startswith("2 may leave, 2 wait."))


def test_every_control_of_the_sheet_has_a_name(sheet: PicturesSheet) -> None:
    buttons = [one for one in sheet.findChildren(QAbstractButton) if one.isVisible()]

    assert all(one.accessibleName() or one.text() for one in buttons)
    assert sheet.framing.accessibleName()
    assert sheet.which.accessibleName()
