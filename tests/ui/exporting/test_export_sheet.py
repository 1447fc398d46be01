"""The export's sheet: what leaves is seen before, written beside the window, noted after."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from tests.ui.exporting.export_seen import is_counting, library_of, manifest, numbers, press, verbs
from woundtrack.model import Framing
from woundtrack.records import AuditEntry
from woundtrack.ui.exporting.export_sheet import ExportSheet
from woundtrack.ui.exporting.export_words import folder_name, format_name, past_export
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.workflow.export_formats import FORMATS
from woundtrack.workflow.exporting_notes import PastNote

CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


# --- what is seen before -------------------------------------------------------------------------


def test_what_leaves_is_counted_and_who_stays_is_told_by_code(sheet: ExportSheet) -> None:
    view = sheet.leaving

    assert numbers(sheet) == ["2", "2", "3", "4"]
    assert view.refused.text() == "1 patient refused or withdrew: WT-0118."
    assert view.unasked.text() == "2 patients whom nobody asked are in it: WT-0092, WT-0147."
    assert view.identifiable.text().endswith("Nobody else: names, codes and dates stay here.")
    assert view.warning is not None
    assert "2 patients are in groups of fewer than five" in view.warning.text
    assert view.past == ()


def test_a_choice_changes_what_leaves_at_once(sheet: ExportSheet) -> None:
    QTest.mouseClick(sheet.choices.unasked, LEFT)
    assert numbers(sheet) == ["0", "0", "0", "0"]
    assert sheet.leaving.later.text() == "No patient is in it."
    assert "2 patients whom nobody asked are left out" in sheet.leaving.unasked.text()

    press(sheet, "Identified")

    assert numbers(sheet) == ["3", "3", "5", "6"]
    assert sheet.leaving.refused.text().startswith("Nobody refused to have their record leave;")
    assert sheet.leaving.identifiable.text().startswith("Whoever opens these files can tell who")
    assert sheet.leaving.warning is None
    assert sheet.go.text() == "Export what identifies the patients"
    assert not sheet.choices.free_text.isEnabled()
    assert sheet.choices.free_text.isChecked()
    assert sheet.choices.unasked.isChecked()

    press(sheet, "Pseudonymised")
    assert not sheet.choices.free_text.isChecked()
    assert not sheet.choices.unasked.isChecked()


def test_the_clinics_setting_is_where_the_choice_begins(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.prefer(replace(session.settings, exports_unasked=False))

    session.actions["library.export"].trigger()

    assert not window.export_sheet.choices.unasked.isChecked()
    assert "are left out" in window.export_sheet.leaving.unasked.text()


def test_typed_text_is_told_to_identify(sheet: ExportSheet) -> None:
    QTest.mouseClick(sheet.choices.free_text, LEFT)

    assert "finds a name in what was typed" in sheet.leaving.identifiable.text()
    assert sheet.choice.with_free_text


def test_on_a_day_before_they_were_known_nobody_leaves(sheet: ExportSheet, qtbot: QtBot) -> None:
    press(sheet, "At the end of a day")
    assert QApplication.focusWidget() is sheet.choices.day
    QTest.keyClicks(sheet.choices.day, "01")
    QTest.keyClick(sheet.choices.day, Qt.Key.Key_Right)
    sheet.choices.day.setDate(sheet.choices.day.date().addYears(-10))

    qtbot.waitUntil(lambda: numbers(sheet)[0] == "0")
    assert sheet.leaving.later.text() == (
        "No patient is in it: none was recorded yet by that day. What counts is the day on which "
        "something was recorded, not the day of the visit."
    )


def test_a_folder_is_suggested_that_every_system_keeps() -> None:
    on = date(2026, 11, 22)

    assert folder_name("", on) == "woundtrack_export_20261122"
    assert folder_name("", on, is_identified=True) == "woundtrack_export_identified_20261122"
    assert folder_name("", on, kind="dicom") == "woundtrack_export_dicom_20261122"
    assert folder_name("BLOOM", on) == "woundtrack_export_BLOOM_20261122"
    assert folder_name("Läsion: α/β 2?", on) == "woundtrack_export_Lasion_2_20261122"


def test_the_folder_follows_the_study_until_it_is_typed(
    sheet: ExportSheet, tmp_path: Path, qtbot: QtBot
) -> None:
    QTest.keyClicks(sheet.choices.study, "BLOOM")
    qtbot.waitUntil(lambda: "BLOOM" in sheet.choices.folder.text())
    assert sheet.choices.folder_path is not None
    assert sheet.choices.folder_path.parent == tmp_path

    sheet.choices.folder.selectAll()
    QTest.keyClicks(sheet.choices.folder, "here")
    assert not sheet.go.isEnabled()
    assert sheet.choices.folder_said.text() == "Give the whole path of a folder, or choose one."

    sheet.choices.folder.selectAll()
    QTest.keyClicks(sheet.choices.folder, str(tmp_path / "mine"))
    QTest.keyClicks(sheet.choices.study, "2")
    assert sheet.choices.folder_path == tmp_path / "mine"
    assert sheet.go.isEnabled()


def test_a_chosen_place_gets_the_exports_folder_and_an_exports_folder_is_meant_itself(
    sheet: ExportSheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet.choices, "ask_folder", lambda: tmp_path / "stick")
    QTest.mouseClick(sheet.choices.choose, LEFT)
    assert sheet.choices.folder_path is not None
    assert sheet.choices.folder_path.parent == tmp_path / "stick"

    earlier = tmp_path / "woundtrack_export_BLOOM_20251122"
    monkeypatch.setattr(sheet.choices, "ask_folder", lambda: earlier)
    QTest.mouseClick(sheet.choices.choose, LEFT)
    assert sheet.choices.folder_path == earlier


# --- exporting -----------------------------------------------------------------------------------


def test_an_export_is_written_noted_and_its_folder_can_be_opened(
    sheet: ExportSheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(sheet, "show_folder", opened.append)
    QTest.keyClicks(sheet.choices.study, "BLOOM")

    QTest.keyClick(sheet.choices.study, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: sheet.result is not None)
    folder = sheet.choices.folder_path
    assert folder is not None
    with (folder / "patients.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["patient_id"][:2] for row in rows] == ["P-", "P-"]
    assert manifest(folder)["patients_left_out"] == 1
    assert sheet.result is not None
    assert sheet.result.title == "Exported"
    assert sheet.result.text == f"2 patients as CSV tables in {folder}."
    assert verbs(sheet) == ["begin export", "export"]
    (noted,) = library_of(sheet).audit_trail(verb="export")
    assert noted.why == (
        "csv, pseudonymised, 2 patients, 1 who refused or withdrew left out, study BLOOM, "
        f"to {folder.name}"
    )
    assert noted.by == "Ann"
    (line,) = sheet.leaving.past
    assert line.endswith(" · Ann · 2 patients as CSV tables · pseudonymised")
    assert QApplication.focusWidget() is sheet.go

    press(sheet, "Open folder")
    assert opened == [folder]


def test_a_fault_is_told_on_the_sheet_and_noted_as_one(
    sheet: ExportSheet, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    (folder / "patients.csv").write_text("somebody's own\n", encoding="utf-8")
    sheet.choices.folder.selectAll()
    QTest.keyClicks(sheet.choices.folder, str(folder))

    QTest.mouseClick(sheet.go, LEFT)

    qtbot.waitUntil(lambda: sheet.result is not None)
    assert sheet.result is not None
    assert sheet.result.title == "This file can't be written"
    assert (folder / "patients.csv").read_text(encoding="utf-8") == "somebody's own\n"
    assert verbs(sheet) == ["begin export", "stop export"]
    assert sheet.leaving.past == ()
    qtbot.waitUntil(sheet.go.isVisible)


def test_from_a_library_that_is_only_read_nothing_leaves_and_the_sheet_says_why(
    window: MainWindow, clinic: Clinic, qtbot: QtBot
) -> None:
    window.session.open_library(clinic.path, for_reading=True)

    window.session.actions["library.export"].trigger()

    sheet = window.export_sheet
    for words in ("Identified", "Pseudonymised"):
        press(sheet, words)
        assert sheet.result is not None
        assert sheet.result.title == "Nothing can leave from here"
        assert "it is open for reading only, and nothing leaves without a note" in sheet.result.text
        assert not sheet.go.isEnabled()
    QTest.keyClick(sheet.choices.study, Qt.Key.Key_Return)
    assert sheet.choices.folder_path is not None
    assert not sheet.choices.folder_path.exists()


def test_a_folder_that_holds_an_export_of_another_kind_is_refused_before(
    sheet: ExportSheet, tmp_path: Path, qtbot: QtBot
) -> None:
    QTest.mouseClick(sheet.go, LEFT)
    qtbot.waitUntil(lambda: sheet.result is not None)
    folder = sheet.choices.folder_path
    assert folder is not None

    press(sheet, "Identified")
    assert sheet.choices.folder_path != folder  # its name says so
    sheet.choices.folder.selectAll()
    QTest.keyClicks(sheet.choices.folder, str(folder))

    assert sheet.choices.folder_said.text() == (
        "Not into this folder: it holds a pseudonymised export, which an identified one never "
        "joins or replaces."
    )
    assert not sheet.go.isEnabled()
    QTest.keyClick(sheet.choices.folder, Qt.Key.Key_Return)
    assert manifest(folder)["profile"] == "pseudonymised"


def test_into_the_librarys_own_folder_nothing_is_exported(
    sheet: ExportSheet, clinic: Clinic
) -> None:
    sheet.choices.folder.selectAll()
    QTest.keyClicks(sheet.choices.folder, str(clinic.path / "out"))

    assert sheet.choices.folder_said.text() == (
        "Not into this folder: it lies in the folder of the library itself."
    )
    assert not sheet.go.isEnabled()


def test_a_sheet_that_is_closed_counts_no_more_and_counts_when_it_is_opened_again(
    window: MainWindow, qtbot: QtBot
) -> None:
    sheet = window.export_sheet
    sheet.open()
    assert is_counting(sheet)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not is_counting(sheet)

    sheet.open()

    qtbot.waitUntil(lambda: numbers(sheet)[0] == "2")


# --- by keyboard, and for those who can't see ----------------------------------------------------


def test_every_control_has_a_name_and_tab_comes_round(sheet: ExportSheet) -> None:
    buttons = [one for one in sheet.findChildren(QAbstractButton) if one.isVisible()]
    assert all(one.accessibleName() or one.text() for one in buttons)
    assert all(
        one.accessibleName()
        for one in (sheet.choices.study, sheet.choices.folder, sheet.choices.day)
    )

    met = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in met:
            break
        met.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert {
        sheet.choices.study,
        sheet.choices.folder,
        sheet.choices.choose,
        sheet.choices.free_text,
        sheet.choices.unasked,
        sheet.go,
    } <= {*met}
    assert QApplication.focusWidget() is met[0]


# --- the trail in words --------------------------------------------------------------------------


def entry(why: str) -> AuditEntry:
    return AuditEntry(
        seq=1,
        at=datetime.now(UTC) - timedelta(days=400),
        offset_minutes=0,
        by="Ben",
        account="ben",
        verb="export",
        why=why,
        what="{}",
        application_version="0",
        previous_hash="",
        hash="",
    )


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        (
            "csv, identified, 12 patients, 3 without consent left out",
            "Ben · 12 patients as CSV tables · identifies the patients",
        ),
        (
            "dicom, 4 photographs, pseudonymised, 1 patients",
            "Ben · 1 patient as DICOM files · pseudonymised",
        ),
        (
            'csv, pseudonymised, 7 patients, filtered by {"sex": ["female"], "ever": []}',
            "Ben · 7 patients as CSV tables · pseudonymised",
        ),
        (
            (
                "fhir, identified, 8 patients, 1 whom nobody asked left out, study A, 9 patients, "
                "as of 2026-11-22, with free text, to pseudonymised"
            ),
            "Ben · 8 patients as FHIR bundles · identifies the patients",
        ),
        ("to a place of old", "Ben · to a place of old"),
    ],
)
def test_the_trails_notes_are_told_in_words(noted: str, told: str, dressed: QApplication) -> None:
    said = past_export(PastNote(entry=entry(noted)), datetime.now(UTC).date())

    assert said.line == f"{said.when} · {told}"


def test_an_export_whose_end_nobody_knows_says_so(dressed: QApplication) -> None:
    begun = PastNote(entry=entry("csv, pseudonymised, 2 patients"), is_ended=False)

    said = past_export(begun, datetime.now(UTC).date())

    assert said.line.endswith(
        "2 patients as CSV tables · pseudonymised · cut short, or its end isn't known"
    )


def test_a_filtered_export_that_was_cut_short_tells_of_how_many_patients_it_would_have_been(
    dressed: QApplication,
) -> None:
    why = 'csv, pseudonymised, those of 9 patients who pass the filters, filtered by {"sex": []}'
    begun = PastNote(entry=entry(why), is_ended=False)

    said = past_export(begun, datetime.now(UTC).date())

    assert "Ben · those of 9 patients who pass the filters as CSV tables · " in said.line


def test_what_identifies_is_told_by_format(sheet: ExportSheet) -> None:
    press(sheet, "Identified")
    said = sheet.leaving.identifiable
    assert "birth date" not in said.text()

    for name in ("FHIR", "DICOM"):
        press(sheet, name)
        assert "name, birth date, NHS and hospital numbers where recorded" in said.text()
    assert "all of every photograph" in said.text()

    press(sheet, "REDCap")
    assert "birth date" not in said.text()


def test_a_format_without_pictures_shows_none_and_the_wish_comes_back(sheet: ExportSheet) -> None:
    press(sheet, "Lesion")
    assert [sheet.choice.pictures] == [Framing.LESION]
    assert sheet.choices.masks.isVisible()

    press(sheet, "FHIR")
    assert [sheet.choice.pictures] == [Framing.LESION]

    press(sheet, "REDCap")
    assert sheet.choice.pictures is None
    assert sheet.choices.pictures.value() is None
    assert sheet.choices.pictures_said.text() == "This format holds none."

    press(sheet, "DICOM")
    assert sheet.choices.pictures.value() is Framing.LESION
    assert not sheet.choices.pictures.isEnabled()

    press(sheet, "Tables (CSV)")
    assert sheet.choice.pictures is Framing.LESION


@pytest.mark.parametrize("words", [format_name(name) for name in FORMATS])
def test_every_format_is_written_from_the_sheet_and_noted(
    words: str, sheet: ExportSheet, qtbot: QtBot
) -> None:
    press(sheet, words)

    QTest.mouseClick(sheet.go, LEFT)

    qtbot.waitUntil(lambda: sheet.result is not None, timeout=20_000)
    assert sheet.result is not None
    assert sheet.result.title == "Exported", sheet.result.text
    assert sheet.choices.folder_path is not None
    assert any(sheet.choices.folder_path.iterdir())
    assert len(library_of(sheet).audit_trail(verb="export")) == 1
    assert "2 patients" in sheet.leaving.past[0]
