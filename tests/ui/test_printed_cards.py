"""The printers of a library: measured by keyboard, listed, chosen, undone, and asked for again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack import workflow
from woundtrack.errors import DiskFull
from woundtrack.model import now
from woundtrack.records import Library
from woundtrack.ui.components import Label
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.ui.window.measure_sheet import MeasureSheet, length_of
from woundtrack.ui.window.printed_cards import PrintedCardsSheet


def library_of(window: MainWindow) -> Library:
    assert window.session.library is not None
    return window.session.library


def opened(window: MainWindow) -> PrintedCardsSheet:
    window.session.actions["card.printers"].trigger()
    return window.printed_cards


def measuring(window: MainWindow) -> MeasureSheet:
    window.activateWindow()
    window.session.actions["card.measure"].trigger()
    return window.printed_cards.measuring


def said_in(sheet: QWidget) -> list[str]:
    return [label.text() for label in sheet.findChildren(Label) if label.isVisible()]


def button(sheet: QWidget, name: str) -> QAbstractButton:
    found = [
        one
        for one in sheet.findChildren(QAbstractButton)
        if name in (one.accessibleName(), one.text()) and not one.isHidden()
    ]
    return found[0]


def typed(qtbot: QtBot, sheet: MeasureSheet, printer: str, across: str, down: str) -> None:
    for field, text in ((sheet.printer, printer), (sheet.across, across), (sheet.down, down)):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)


def titles(window: MainWindow) -> list[str]:
    """Return the title of the bar above the room, if one is shown."""
    return [] if window.banner is None else [window.banner.title]


def today() -> date:
    return now().astimezone().date()


# --- measuring -----------------------------------------------------------------------------------


def test_from_settings_a_printer_is_measured_with_the_keyboard_alone(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    clinic_window.session.actions["window.settings"].trigger()
    settings = clinic_window.settings_sheet
    assert settings.cards_said.text() == "No printer was measured yet."
    settings.cards.setFocus()
    qtbot.keyClick(settings.cards, Qt.Key.Key_Space)
    cards = clinic_window.printed_cards
    assert cards.isVisible()
    qtbot.keyClick(QApplication.focusWidget() or cards, Qt.Key.Key_Return)
    sheet = cards.measuring
    assert sheet.printer.hasFocus()

    for text in ("Ward 3, Canon", "99.4", "99.6"):
        focused = QApplication.focusWidget()
        assert isinstance(focused, QLineEdit)
        qtbot.keyClicks(focused, text)
        qtbot.keyClick(focused, Qt.Key.Key_Return)

    (measurement,) = library_of(clinic_window).print_measurements()
    scale = measurement.print_scale
    assert (scale.printer, scale.across_mm, scale.down_mm) == ("Ward 3, Canon", 99.4, 99.6)
    assert scale.measured_on == today()
    assert cards.isVisible()
    assert not sheet.isVisible()
    assert {"Ward 3, Canon", "99.4\u202fmm", "99.6\u202fmm", "99.5\u202f%"} <= set(said_in(cards))
    assert clinic_window.status.text.startswith(
        "Ward 3, Canon prints at 99.5\u202f%. 3 photographs that wait are measured anew."
    )
    qtbot.keyClick(QApplication.focusWidget() or cards, Qt.Key.Key_Escape)
    assert not cards.isVisible()
    assert settings.isVisible()
    assert settings.cards.hasFocus()
    assert settings.cards_said.text().startswith("Ward 3, Canon prints at 99.5\u202f%, measured on")
    settings.dismiss()


def test_measuring_is_undone_and_done_again(qtbot: QtBot, clinic_window: MainWindow) -> None:
    library, undo = library_of(clinic_window), clinic_window.session.undo_stack
    sheet = measuring(clinic_window)
    typed(qtbot, sheet, "Ward 3", "97", "97")
    qtbot.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)
    calibrations = [one.calibration for one in library.proposals()]
    assert {one.print_scale for one in calibrations if one} == {0.97}
    assert undo.undoText() == "Measuring the printer Ward 3"

    undo.undo()

    assert workflow.print_scale_in_use(library) is None
    assert {one.calibration.print_scale for one in library.proposals() if one.calibration} == {1.0}
    assert clinic_window.status.text.startswith("Undone: Measuring the printer Ward 3.")
    undo.redo()
    scale = workflow.print_scale_in_use(library)
    assert scale is not None
    assert scale.scale == 0.97
    assert len(library.print_measurements(include_retired=True)) == 1


def test_what_can_not_be_recorded_is_told_and_is_no_step_of_undo(
    qtbot: QtBot, clinic_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise DiskFull(path="clinic")

    monkeypatch.setattr(workflow, "record_print_scale", full)
    sheet = measuring(clinic_window)
    typed(qtbot, sheet, "Ward 3", "97", "97")

    qtbot.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)

    assert clinic_window.banner is not None
    assert clinic_window.banner.title == "The disk is full"
    assert not clinic_window.session.undo_stack.canUndo()


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("99.4", 99.4),
        (" 99,4 ", 99.4),
        ("99.4 mm", 99.4),
        ("100", 100.0),
        ("", None),
        ("1.000,5", None),
        ("ninety", None),
    ],
)
def test_a_length_is_read_with_a_point_or_a_comma(text: str, length: float | None) -> None:
    assert length_of(text) == length


def test_a_length_is_read_as_the_person_writes_numbers(dressed: QApplication) -> None:
    before = QLocale()
    try:
        QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))

        assert (length_of("99,4"), length_of("99.4")) == (99.4, 99.4)
    finally:
        QLocale.setDefault(before)


def test_what_the_bars_come_to_is_said_before_they_are_kept(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    sheet = measuring(clinic_window)

    typed(qtbot, sheet, "Ward 3", "97", "97")
    assert sheet.said.text() == (
        "This printer prints at 97.0\u202f%: areas come out 5.9\u202f% smaller."
    )
    typed(qtbot, sheet, "Ward 3", "101", "101")
    assert sheet.said.text().endswith("areas come out 2.0\u202f% larger.")
    typed(qtbot, sheet, "Ward 3", "100", "100")
    assert sheet.said.text().endswith("areas stay as they are.")
    assert sheet.keep.text() == "Keep these bars"
    sheet.dismiss()


def test_a_repair_that_is_offered_moves_no_field(qtbot: QtBot, clinic_window: MainWindow) -> None:
    sheet = measuring(clinic_window)
    typed(qtbot, sheet, "Ward 3", "99.4", "99.6")
    fields = (sheet.printer, sheet.across, sheet.down, sheet.day)
    before = [field.pos() for field in fields]

    typed(qtbot, sheet, "Ward 3", "99.4", "9.96")
    sheet.day.setFocus()
    QApplication.processEvents()

    assert sheet.repair.isVisible()
    assert [field.pos() for field in fields] == before
    sheet.dismiss()


def test_centimetres_are_taken_as_such_by_one_press(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    sheet = measuring(clinic_window)

    typed(qtbot, sheet, "Ward 3", "9.94", "99.6")
    assert sheet.said.text().startswith("A bar across of 9.94 mm can't be")
    assert not sheet.keep.isEnabled()
    assert sheet.across.property("refused") == "true"
    qtbot.mouseClick(sheet.repair, Qt.MouseButton.LeftButton)

    assert sheet.across.text() == "99.4"
    assert not sheet.repair.isVisible()
    assert sheet.print_scale is not None
    sheet.dismiss()


@pytest.mark.parametrize(
    ("across", "down", "said"),
    [
        ("92.5", "92.5", "This is no 100 % print: a bar has 92 % of its length."),
        ("99", "100.5", "This printer stretches: one bar is 1.5 % longer than the other."),
    ],
)
def test_odd_bars_are_doubted_and_kept_all_the_same(
    qtbot: QtBot, clinic_window: MainWindow, across: str, down: str, said: str
) -> None:
    sheet = measuring(clinic_window)
    typed(qtbot, sheet, "Ward 3", across, down)
    assert sheet.said.text().startswith(said)
    assert sheet.keep.text() == "Keep them all the same"

    qtbot.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)

    assert len(library_of(clinic_window).print_measurements()) == 1
    assert any(text.startswith(said) for text in said_in(opened(clinic_window)))
    clinic_window.printed_cards.dismiss()


def test_what_is_no_number_and_a_printer_without_a_name_are_asked_for(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    sheet = measuring(clinic_window)
    typed(qtbot, sheet, "", "about 99", "99")
    assert sheet.said.text() == "Type the length as a number of millimetres, such as 99.5."
    typed(qtbot, sheet, "", "99", "99")
    assert sheet.said.text() == "Give the printer a name, to know it again by."

    qtbot.keyClick(sheet.down, Qt.Key.Key_Return)

    assert sheet.isVisible()
    assert sheet.printer.hasFocus()
    assert not sheet.keep.isEnabled()
    sheet.dismiss()


def test_half_a_number_is_not_wrong_while_it_is_typed(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    sheet = measuring(clinic_window)
    sheet.across.setFocus()
    qtbot.keyClicks(sheet.across, "10")
    assert sheet.across.property("refused") == "false"

    qtbot.keyClick(sheet.across, Qt.Key.Key_Tab)

    assert sheet.across.property("refused") == "true"
    sheet.dismiss()


def test_the_bar_in_hand_is_drawn_in_colour(qtbot: QtBot, clinic_window: MainWindow) -> None:
    sheet = measuring(clinic_window)
    qtbot.waitUntil(clinic_window.isActiveWindow)
    sheet.printer.setFocus()
    neither = sheet.drawing.grab().toImage()

    sheet.across.setFocus()
    across = sheet.drawing.grab().toImage()
    sheet.down.setFocus()
    down = sheet.drawing.grab().toImage()

    assert neither != across != down != neither
    sheet.dismiss()


def test_cancel_keeps_nothing(qtbot: QtBot, clinic_window: MainWindow) -> None:
    sheet = measuring(clinic_window)
    typed(qtbot, sheet, "Ward 3", "97", "97")

    qtbot.keyClick(sheet.down, Qt.Key.Key_Escape)

    assert not sheet.isVisible()
    assert library_of(clinic_window).print_measurements() == ()


def test_the_day_of_measuring_is_today_where_it_is_left_alone(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    sheet = measuring(clinic_window)
    assert sheet.measured_on == today()
    typed(qtbot, sheet, "Ward 3", "99", "99")

    qtbot.keyClick(sheet.down, Qt.Key.Key_Return)

    (measurement,) = library_of(clinic_window).print_measurements()
    assert measurement.print_scale.measured_on == today()


def test_another_day_of_measuring_is_typed_and_kept(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    sheet = measuring(clinic_window)
    typed(qtbot, sheet, "Ward 3", "99", "99")
    sheet.day.setFocus()
    sheet.day.setSelectedSection(sheet.day.Section.YearSection)
    qtbot.keyClick(sheet.day, Qt.Key.Key_Down)
    expected = sheet.measured_on
    assert expected.year == today().year - 1

    qtbot.keyClick(sheet.day, Qt.Key.Key_Return)

    assert not sheet.isVisible()
    (measurement,) = library_of(clinic_window).print_measurements()
    assert measurement.print_scale.measured_on == expected


def test_a_day_that_is_still_to_come_is_refused_in_a_sentence(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    sheet = measuring(clinic_window)
    typed(qtbot, sheet, "Ward 3", "99", "99")
    sheet.day.setFocus()
    sheet.day.setSelectedSection(sheet.day.Section.YearSection)

    qtbot.keyClick(sheet.day, Qt.Key.Key_Up)
    qtbot.keyClick(sheet.day, Qt.Key.Key_Return)

    assert sheet.isVisible()
    assert not sheet.keep.isEnabled()
    assert sheet.said.text().startswith("The day of measuring is still to come")
    assert library_of(clinic_window).print_measurements() == ()
    qtbot.keyClick(sheet.day, Qt.Key.Key_Down)
    assert sheet.keep.isEnabled()
    sheet.dismiss()


def test_the_day_is_today_again_when_the_sheet_is_opened_again(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    sheet = measuring(clinic_window)
    qtbot.keyClick(sheet.day, Qt.Key.Key_Down)
    assert sheet.measured_on != today()
    sheet.dismiss()

    assert measuring(clinic_window).measured_on == today()
    sheet.dismiss()


# --- from settings -------------------------------------------------------------------------------


def test_printed_cards_lie_over_settings_and_keep_none_of_them(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    before = clinic_window.session.settings
    clinic_window.session.actions["window.settings"].trigger()
    settings, cards = clinic_window.settings_sheet, clinic_window.printed_cards
    settings.person.selectAll()
    qtbot.keyClicks(settings.person, "Somebody else")

    qtbot.mouseClick(settings.cards, Qt.MouseButton.LeftButton)
    assert cards.isVisible()
    assert settings.isVisible()
    assert clinic_window.session.settings == before
    qtbot.mouseClick(cards.close_button, Qt.MouseButton.LeftButton)

    assert not cards.isVisible()
    assert settings.isVisible()
    assert settings.person.text() == "Somebody else"
    assert clinic_window.session.settings == before
    qtbot.keyClick(settings.cards, Qt.Key.Key_Escape)
    assert not settings.isVisible()
    assert clinic_window.session.settings == before


def test_enter_uses_the_settings_after_printed_cards_were_looked_at_by_mouse(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    clinic_window.session.actions["window.settings"].trigger()
    settings, cards = clinic_window.settings_sheet, clinic_window.printed_cards
    settings.person.selectAll()
    qtbot.keyClicks(settings.person, "Somebody else")
    qtbot.mouseClick(settings.cards, Qt.MouseButton.LeftButton)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not cards.isVisible()

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)

    assert not cards.isVisible()
    assert not settings.isVisible()
    assert clinic_window.session.settings.person == "Somebody else"


def test_settings_say_at_once_what_was_measured_over_them(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.session.actions["window.settings"].trigger()
    settings, cards = clinic_window.settings_sheet, clinic_window.printed_cards
    settings.cards.click()
    cards.measure.click()
    typed(qtbot, cards.measuring, "Ward 3", "99", "99")

    qtbot.keyClick(cards.measuring.down, Qt.Key.Key_Return)
    cards.dismiss()

    assert settings.isVisible()
    assert settings.cards_said.text().startswith("Ward 3 prints at 99.0\u202f%")
    settings.dismiss()


# --- the list ------------------------------------------------------------------------------------


@pytest.fixture
def two_printers(clinic_window: MainWindow) -> MainWindow:
    library = library_of(clinic_window)
    long_ago = today() - timedelta(days=400)
    workflow.record_print_scale(library, "Ward 3", 98.0, 98.0, long_ago, by="Ann")
    workflow.record_print_scale(library, "Ward 5", 101.0, 101.25, by="Ann")
    return clinic_window


def test_another_printers_cards_are_used_and_that_is_undone(
    qtbot: QtBot, two_printers: MainWindow
) -> None:
    library, sheet = library_of(two_printers), opened(two_printers)
    assert "101.25\u202fmm" in said_in(sheet)

    qtbot.mouseClick(button(sheet, "Use the cards of Ward 3"), Qt.MouseButton.LeftButton)

    assert [one.name for one in workflow.printers(library) if one.is_in_use] == ["Ward 3"]
    assert button(sheet, "Use the cards of Ward 5").isEnabled()
    assert two_printers.status.text.startswith("The cards of Ward 3 are used from now on.")
    assert "The bars of Ward 3 were last measured on" in sheet.said.text()
    two_printers.session.undo_stack.undo()
    assert [one.name for one in workflow.printers(library) if one.is_in_use] == ["Ward 5"]
    assert workflow.chosen_printer(library) is None
    assert not sheet.said.isVisible()
    sheet.dismiss()


def test_a_printer_is_measured_again_under_its_name(qtbot: QtBot, two_printers: MainWindow) -> None:
    sheet = opened(two_printers)

    qtbot.mouseClick(button(sheet, "Measure Ward 3 again"), Qt.MouseButton.LeftButton)
    assert sheet.measuring.printer.text() == "Ward 3"
    assert sheet.measuring.across.hasFocus()
    typed(qtbot, sheet.measuring, "Ward 3", "99", "99")
    qtbot.keyClick(sheet.measuring.down, Qt.Key.Key_Return)

    names = [one.name for one in workflow.printers(library_of(two_printers))]
    assert names == ["Ward 3", "Ward 5"]
    assert len(library_of(two_printers).print_measurements("Ward 3")) == 2
    assert sheet.isVisible()
    sheet.dismiss()


def accepted_areas(window: MainWindow) -> dict[str, float]:
    found = library_of(window).assessments()
    return {one.assessment_id: one.ulcer.area_cm2 for one in found if one.ulcer}


def accepted_scales(window: MainWindow) -> set[float]:
    return {
        outline.calibration.print_scale
        for assessment in library_of(window).assessments()
        for outline in assessment.outlines
        if outline.calibration
    }


def test_what_becomes_of_accepted_visits_is_said_with_their_count(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    sheet = opened(clinic_window)
    assert not sheet.kept.isVisible()
    before = accepted_areas(clinic_window)
    sheet.measure.click()

    typed(qtbot, sheet.measuring, "Ward 3", "97", "97")
    qtbot.keyClick(sheet.measuring.down, Qt.Key.Key_Return)

    count = workflow.kept_scales(library_of(clinic_window)).visits
    assert count > 1
    sentence = f"{count} accepted visits keep the scale they were accepted with."
    assert clinic_window.status.text.endswith(sentence)
    assert sheet.kept.text().startswith(sentence)
    assert "They were accepted before a printer was measured" in sheet.kept.text()
    assert "if their cards came from Ward 3, measure them anew" in sheet.kept.text()
    assert accepted_areas(clinic_window) == before
    sheet.dismiss()


def test_accepted_visits_are_measured_anew_by_a_button_and_that_is_undone(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    library = library_of(clinic_window)
    workflow.record_print_scale(library, "Ward 3", 97.0, 97.0, by="Ann")
    before = accepted_areas(clinic_window)
    sheet = opened(clinic_window)
    count = workflow.kept_scales(library).unmeasured
    assert sheet.anew.text() == f"Measure {count} visits anew with Ward 3"

    qtbot.mouseClick(sheet.anew, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workflow.kept_scales(library).visits == 0, timeout=20_000)

    assert accepted_scales(clinic_window) == {0.97}
    assert not sheet.anew.isVisible()
    assert not sheet.kept.isVisible()
    assert clinic_window.status.text.startswith(f"{count} accepted visits are measured anew")
    clinic_window.session.undo_stack.undo()
    assert accepted_scales(clinic_window) == {1.0}
    assert accepted_areas(clinic_window) == before
    assert sheet.anew.isVisible()
    clinic_window.session.undo_stack.redo()
    assert workflow.kept_scales(library).visits == 0
    sheet.dismiss()


def test_visits_accepted_at_a_measured_scale_are_not_offered_to_be_measured_anew(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    library = library_of(clinic_window)
    workflow.record_print_scale(library, "Ward 3", 97.0, 97.0, by="Ann")
    scale = workflow.print_scale_in_use(library)
    assert scale is not None
    anew = workflow.measured_anew(workflow.accepted_before(library), scale)
    workflow.rescale_accepted(library, anew, by="Ann")
    workflow.record_print_scale(library, "Ward 3", 99.0, 99.0, by="Ann")

    sheet = opened(clinic_window)

    assert sheet.kept.text().endswith("accepted visits keep the scale they were accepted with.")
    assert not sheet.anew.isVisible()
    sheet.dismiss()


def test_a_library_that_can_only_be_read_shows_its_printers_and_changes_none(
    make_window: Callable[..., MainWindow], plain_rooms: None, clinic: Clinic
) -> None:
    with Library.open(clinic.path) as library:
        workflow.record_print_scale(library, "Ward 3", 98.0, 98.0, by="Ann")
        window = make_window(clinic.path)
        assert library_of(window).is_read_only

        sheet = opened(window)

        assert "Ward 3" in said_in(sheet)
        assert not sheet.measure.isEnabled()
        assert not button(sheet, "Measure Ward 3 again").isEnabled()
        assert not window.session.actions["card.measure"].isEnabled()
        sheet.dismiss()


def test_closing_the_library_closes_the_list(clinic_window: MainWindow) -> None:
    sheet = opened(clinic_window)

    clinic_window.session.close_library()

    assert not sheet.isVisible()
    assert not clinic_window.session.actions["card.printers"].isEnabled()


@pytest.mark.parametrize("place", ["list", "measuring"])
def test_every_control_is_reached_by_tab_and_has_a_name(
    qtbot: QtBot, two_printers: MainWindow, place: str
) -> None:
    two_printers.activateWindow()
    qtbot.waitUntil(two_printers.isActiveWindow)
    cards = opened(two_printers)
    sheet: QWidget = cards
    wanted: set[QWidget] = {cards.close_button, cards.measure}
    wanted |= {button(cards, "Use the cards of Ward 3"), button(cards, "Measure Ward 5 again")}
    if place == "measuring":
        cards.measure.click()
        sheet = cards.measuring
        wanted = {cards.measuring.printer, cards.measuring.across, cards.measuring.down}
        wanted |= {cards.measuring.day, cards.measuring.cancel}

    met: list[QWidget] = []
    while (focused := QApplication.focusWidget()) is not None and focused not in met:
        met.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)

    assert wanted <= set(met)
    for widget in met:
        assert sheet.isAncestorOf(widget)
        assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
    cards.measuring.dismiss()
    cards.dismiss()


# --- asked for -----------------------------------------------------------------------------------


def test_after_printing_a_card_its_bars_are_asked_for_until_they_are_entered(
    qtbot: QtBot, clinic_window: MainWindow, tmp_path: Path
) -> None:
    clinic_window.library_actions.card_saved.emit(tmp_path / "card.pdf")
    assert titles(clinic_window) == ["Measure the sheet that was printed"]
    button(clinic_window.notices, "Enter the bars…").click()
    sheet = clinic_window.printed_cards.measuring
    assert sheet.isVisible()

    typed(qtbot, sheet, "Ward 3", "99", "99")
    qtbot.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)

    assert titles(clinic_window) == []
    assert not clinic_window.printed_cards.isVisible()
    clinic_window.library_actions.card_saved.emit(tmp_path / "card.pdf")
    assert titles(clinic_window) == []
    assert clinic_window.status.text.startswith("The card's sheet is saved")


def test_bars_measured_long_ago_are_asked_for_again_after_printing(
    clinic_window: MainWindow, tmp_path: Path
) -> None:
    long_ago = today() - timedelta(days=400)
    workflow.record_print_scale(library_of(clinic_window), "Ward 3", 98.0, 98.0, long_ago, by="Ann")

    clinic_window.library_actions.card_saved.emit(tmp_path / "card.pdf")

    assert clinic_window.banner is not None
    assert "more than a year ago" in clinic_window.banner.text
    button(clinic_window.banner, "Enter the bars…").click()
    assert clinic_window.printed_cards.measuring.printer.text() == "Ward 3"
    clinic_window.printed_cards.measuring.dismiss()


def test_without_a_library_settings_say_what_the_cards_need(window: MainWindow) -> None:
    window.session.actions["window.settings"].trigger()

    assert window.settings_sheet.cards_said.text() == "Open a library first."
    assert not window.settings_sheet.cards.isEnabled()
    window.settings_sheet.dismiss()
