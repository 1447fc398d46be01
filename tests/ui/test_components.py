"""Buttons, choices and messages do what they show, with mouse and keyboard, and have names."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QColor, QFocusEvent, QHelpEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from woundtrack.model import BodySite, Side
from woundtrack.ui import theme
from woundtrack.ui.components import (
    BodySiteFields,
    DropDown,
    KeyButton,
    LesionChip,
    Message,
    Segmented,
    Tag,
    TickBox,
    icon,
)
from woundtrack.ui.components.buttons import shown_key
from woundtrack.ui.review.lesion_picker import LesionPicker
from woundtrack.ui.window.focus_ring import FocusRing


def test_a_button_of_an_action_follows_its_words_key_and_state(
    qtbot: QtBot, dressed: QApplication
) -> None:
    action = QAction("Accept, next photo")
    action.setShortcut(QKeySequence("Return"))
    button = KeyButton.of(action, "main")
    qtbot.addWidget(button)
    width = button.sizeHint().width()

    action.setText("Accept")
    action.setEnabled(False)

    assert button.text() == "Accept"
    assert not button.isEnabled()
    assert button.accessibleName() == "Accept"
    assert button.sizeHint().width() < width


def test_pressing_a_button_of_an_action_triggers_it(qtbot: QtBot, dressed: QApplication) -> None:
    action = QAction("Accept")
    done: list[bool] = []
    action.triggered.connect(lambda: done.append(True))
    button = KeyButton.of(action)
    qtbot.addWidget(button)
    button.show()

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.keyClick(button, Qt.Key.Key_Return)

    assert len(done) == 3


def test_keys_are_shown_as_on_the_keyboard() -> None:
    assert shown_key("Ctrl+Shift+Z") == "Ctrl Shift Z"
    assert shown_key("Return") == "Enter"
    assert shown_key("Right") == "→"
    assert shown_key("Ctrl++") == "Ctrl +"
    assert shown_key("+") == "+"


def test_a_choice_is_made_with_the_mouse_and_with_the_arrows(
    qtbot: QtBot, dressed: QApplication
) -> None:
    choice = Segmented([("area", "Area"), ("percent", "% of baseline")], name="Unit")
    qtbot.addWidget(choice)
    chosen: list[object] = []
    choice.chosen.connect(chosen.append)
    cells = choice._cells
    with qtbot.waitActive(choice):
        choice.show()
        choice.activateWindow()

    qtbot.mouseClick(cells[1], Qt.MouseButton.LeftButton)
    cells[1].setFocus()
    qtbot.keyClick(cells[1], Qt.Key.Key_Left)

    assert chosen == ["percent", "area"]
    assert choice.value() == "area"
    assert cells[1].accessibleName() == "Unit: % of baseline"


def test_setting_a_choice_sends_nothing(qtbot: QtBot, dressed: QApplication) -> None:
    choice = Segmented([("a", "A"), ("b", "B")])
    qtbot.addWidget(choice)
    chosen: list[object] = []
    choice.chosen.connect(chosen.append)

    choice.set_value("b")

    assert choice.value() == "b"
    assert chosen == []


def test_a_message_offers_its_ways_out(qtbot: QtBot, dressed: QApplication) -> None:
    done: list[str] = []
    message = Message(
        "doubt",
        "Scale in doubt",
        "The card was bent.",
        [("Leave out tag 3", lambda: done.append("3"))],
    )
    qtbot.addWidget(message)
    message.show()

    qtbot.mouseClick(message.findChild(QPushButton), Qt.MouseButton.LeftButton)

    assert done == ["3"]
    assert message.accessibleName() == "Scale in doubt. The card was bent."


def test_the_name_of_an_original_does_not_widen_a_message(
    qtbot: QtBot, dressed: QApplication
) -> None:
    text = f"The original {'c9f932c178f9f181' * 4} is missing."
    message = Message("refuse", "This library is damaged", text)
    qtbot.addWidget(message)

    assert message.minimumSizeHint().width() < 260
    assert message.text == text


def test_the_buttons_of_a_message_go_on_the_next_line_where_there_is_no_room(
    qtbot: QtBot, dressed: QApplication
) -> None:
    message = Message(
        "doubt", "No outline yet", "", [("Lesion is closed", list), ("Nothing to record", list)]
    )
    qtbot.addWidget(message)
    first, second = message.findChildren(QPushButton)
    message.resize(480, message.heightForWidth(480))
    message.show()
    assert first.y() == second.y()

    message.resize(200, message.heightForWidth(200))

    assert second.y() == first.y() + 32
    assert second.x() == first.x()
    assert message.heightForWidth(200) == message.heightForWidth(480) + 32


def test_a_tick_box_is_ticked_anywhere_on_it(qtbot: QtBot, dressed: QApplication) -> None:
    box = TickBox("Wound bed covered")
    qtbot.addWidget(box)
    box.resize(200, 24)
    box.show()

    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)

    assert box.isChecked()


def test_painted_parts_have_names(qtbot: QtBot, dressed: QApplication) -> None:
    chip, tag = LesionChip("A1", 1), Tag("in doubt", "doubt", "warning")
    qtbot.addWidget(chip)
    qtbot.addWidget(tag)

    assert chip.accessibleName() == "A1"
    assert tag.accessibleName() == "in doubt"


def test_an_icon_takes_the_colours_of_the_theme_that_is_on(dressed: QApplication) -> None:
    made = icon("users")

    light = made.pixmap(20, 20).toImage()
    theme.apply(dressed, "dark")
    dark = icon("users").pixmap(20, 20).toImage()

    darkest = min(
        light.pixelColor(x, y).lightness()
        for x in range(20)
        for y in range(20)
        if light.pixelColor(x, y).alpha() > 200
    )
    lightest = max(
        dark.pixelColor(x, y).lightness()
        for x in range(20)
        for y in range(20)
        if dark.pixelColor(x, y).alpha() > 200
    )
    assert darkest < 60
    assert lightest > 200


def test_the_ring_shows_for_the_keyboard_and_not_for_the_mouse(
    qtbot: QtBot, dressed: QApplication
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QHBoxLayout(window)
    first, second = KeyButton("First"), KeyButton("Second")
    layout.addWidget(first)
    layout.addWidget(second)
    ring = FocusRing(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    first.setFocus()
    assert ring.isHidden()

    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Tab)

    assert second.hasFocus()
    assert ring.widget() is second
    assert ring.geometry() == second.geometry().adjusted(-4, -4, 4, 4)
    assert ring.isVisible()

    qtbot.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton)

    assert ring.isHidden()


def test_the_ring_is_not_cut_off_by_a_row_without_margins(
    qtbot: QtBot, dressed: QApplication
) -> None:
    window, row = QWidget(), QWidget()
    qtbot.addWidget(window)
    outside, inside = QHBoxLayout(window), QHBoxLayout(row)
    inside.setContentsMargins(0, 0, 0, 0)
    outside.addWidget(row)
    first, second = KeyButton("First"), KeyButton("Second")
    inside.addWidget(first)
    inside.addWidget(second)
    ring = FocusRing(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    second.setFocus()

    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)

    assert first.hasFocus()
    assert ring.visibleRegion().boundingRect() == ring.rect()
    parent = ring.parentWidget()
    assert parent is not None
    at = first.mapTo(parent, first.rect().topLeft())
    assert ring.pos() == at - QPoint(4, 4)


def _colours(box: QComboBox, left: int, right: int) -> set[str]:
    """Return the colours found between two distances from the right edge of a box."""
    shot = box.grab().toImage()
    ratio = shot.devicePixelRatio()
    return {
        shot.pixelColor(x, y).name().upper()
        for x in range(int((box.width() - left) * ratio), int((box.width() - right) * ratio))
        for y in range(int(6 * ratio), int((box.height() - 6) * ratio))
    }


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_drop_down_shows_a_caret_in_the_colours_of_the_theme(
    qtbot: QtBot, dressed: QApplication, choice: theme.ThemeChoice
) -> None:
    tokens = theme.apply(dressed, choice)
    plain, box = QComboBox(), DropDown()
    for one in (plain, box):
        qtbot.addWidget(one)
        one.addItem("Abdomen")
        one.resize(160, 32)
        one.show()

    def contrast(one: QComboBox) -> int:
        ground = QColor(tokens.surface).lightness()
        return max(abs(QColor(colour).lightness() - ground) for colour in _colours(one, 26, 6))

    assert contrast(plain) == 0  # the style itself draws none
    enabled = contrast(box)
    assert enabled > 80
    box.setEnabled(False)
    assert 20 < contrast(box) < enabled


def test_the_lists_of_a_new_lesions_form_show_that_they_open(
    qtbot: QtBot, dressed: QApplication
) -> None:
    picker = LesionPicker()
    qtbot.addWidget(picker)

    lists = picker.findChildren(QComboBox)

    assert len(lists) == 2
    assert all(isinstance(one, DropDown) for one in lists)


def test_an_editable_list_shows_the_head_of_a_long_text_when_it_is_left(
    qtbot: QtBot, dressed: QApplication
) -> None:
    box, other = DropDown(), DropDown()
    box.setEditable(True)
    for one in (box, other):
        qtbot.addWidget(one)
        one.show()
    edit = box.lineEdit()
    assert edit is not None
    box.setFocus()
    QTest.keyClicks(box, "a code that is longer than its field")
    assert edit.cursorPosition() == 36

    QApplication.sendEvent(box, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))

    assert edit.cursorPosition() == 0


def test_a_site_and_its_side_are_chosen_and_said_together(
    qtbot: QtBot, dressed: QApplication
) -> None:
    fields = BodySiteFields(can_be_none=True)
    for one in (fields.site, fields.side):
        qtbot.addWidget(one)
        one.show()
    assert fields.value is None

    with qtbot.waitSignals([fields.changed, fields.changed]):
        QTest.keyClicks(fields.site, "lower")
        QTest.keyClicks(fields.side, "ri")

    assert fields.value == BodySite(region="lower-leg", side=Side.RIGHT)


def test_a_site_that_is_shown_is_not_told_as_a_choice(qtbot: QtBot, dressed: QApplication) -> None:
    fields, other = BodySiteFields(can_be_none=True), BodySiteFields(can_be_none=True)
    for one in (fields.site, fields.side, other.site, other.side):
        qtbot.addWidget(one)
    told: list[bool] = []
    for either in (fields, other):
        either.changed.connect(lambda: told.append(True))

    fields.show(BodySite(region="thigh", side=Side.LEFT))
    other.follow(fields)
    fields.show(None)

    assert other.value == BodySite(region="thigh", side=Side.LEFT)
    assert (fields.site.currentText(), fields.side.currentText()) == ("Site…", "No side")
    assert told == []


def test_where_a_site_must_be_given_none_is_not_offered(
    qtbot: QtBot, dressed: QApplication
) -> None:
    fields = BodySiteFields(can_be_none=False)
    for one in (fields.site, fields.side):
        qtbot.addWidget(one)

    assert fields.site.findData(None) == -1
    assert fields.value is not None


def test_a_long_lesions_name_is_shortened_in_its_chip_and_whole_in_the_tooltip(
    qtbot: QtBot,
) -> None:
    chip = LesionChip("A1", 1)
    qtbot.addWidget(chip)
    short_tip = chip.toolTip()

    chip.set_lesion("Left medial malleolus upper edge", 1)

    assert short_tip == ""
    assert chip.sizeHint().width() == 150
    assert chip.toolTip() == chip.accessibleName() == "Left medial malleolus upper edge"


@pytest.mark.usefixtures("dressed")
def test_a_list_tells_what_it_has_no_room_for(qtbot: QtBot) -> None:
    drop_down, told = DropDown(), []
    qtbot.addWidget(drop_down)
    drop_down.addItem("T1   right thigh")
    drop_down.resize(drop_down.sizeHint())  # has room for just this
    drop_down.addItem("Left medial malleolus upper edge, left lower leg")
    drop_down.show()

    for place in (0, 1):
        drop_down.setCurrentIndex(place)
        asked = QHelpEvent(QEvent.Type.ToolTip, QPoint(9, 9), drop_down.mapToGlobal(QPoint(9, 9)))
        QApplication.sendEvent(drop_down, asked)
        told.append(QToolTip.text())

    assert told == ["", "Left medial malleolus upper edge, left lower leg"]
