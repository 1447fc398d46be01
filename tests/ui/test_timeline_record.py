"""The timeline with a clinical record: lanes, their numbers, a period of the course, the tip."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from woundtrack import workflow
from woundtrack.healing import chart_words
from woundtrack.model import (
    Agent,
    Analyte,
    DialysisRelation,
    Entry,
    Event,
    EventKind,
    LabResult,
    LesionLink,
    LinkKind,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    Patient,
    Treatment,
)
from woundtrack.ui.session import Session
from woundtrack.ui.timeline import chart_says
from woundtrack.ui.timeline.page import TimelinePage

P = "patient-WT-0147"
D1, D2 = date(2026, 1, 12), date(2026, 1, 26)
"""The two visits of the clinic's patient."""
ADMITTED = date(2026, 3, 2)


def _entries() -> list[Entry]:
    first = Treatment(
        patient_id=P,
        agent=Agent.SODIUM_THIOSULFATE_IV,
        dose_value=25,
        dose_unit="g",
        frequency="3/week",
        start=PartialDate.of(D1),
        stop=PartialDate.of(date(2026, 2, 16)),
    )
    return [
        first,
        Treatment(
            patient_id=P,
            agent=Agent.SODIUM_THIOSULFATE_IV,
            dose_value=12.5,
            dose_unit="g",
            frequency="3/week",
            start=PartialDate.of(date(2026, 2, 16)),
            follows=first.entry_id,
        ),
        Event(
            patient_id=P,
            kind=EventKind.ADMISSION,
            on=PartialDate.of(ADMITTED),
            ended_on=PartialDate.of(ADMITTED + timedelta(days=8)),
        ),
        Pain(
            patient_id=P,
            on=D1,
            scale=PainScale.NRS11,
            context=PainContext.WORST_24H,
            value=8,
        ),
        Pain(
            patient_id=P,
            on=date(2026, 4, 20),
            scale=PainScale.NRS11,
            context=PainContext.WORST_24H,
            value=3,
        ),
        LabResult(
            patient_id=P,
            analyte=Analyte.PHOSPHATE,
            taken_on=D1,
            value=2.1,
            unit="mmol/L",
            reference_low=0.8,
            reference_high=1.5,
            relation_to_dialysis=DialysisRelation.PRE,
        ),
        LabResult(
            patient_id=P, analyte=Analyte.CRP, taken_on=D2, value=44, unit="mg/L", reference_high=5
        ),
        LabResult(patient_id=P, analyte=Analyte.ALBUMIN, taken_on=D2, value=28, unit="g/L"),
    ]


@pytest.fixture
def page(clinic_session: Session, qtbot: QtBot) -> Iterator[TimelinePage]:
    """Return the room on a patient with a record, shown."""
    library = clinic_session.library
    assert library is not None
    workflow.record_entries(library, _entries(), by="Ann")
    clinic_session.set_patient(library.patient_with_code("WT-0147"))
    made = TimelinePage(clinic_session)
    qtbot.addWidget(made)
    made.resize(1060, 620)
    made.show()
    made.enter()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.chart.picture is not None)
    yield made
    made.leave()


def _lanes(page: TimelinePage) -> list[str]:
    assert page.chart.picture is not None
    return [key for key, _, _ in page.chart.picture.lanes]


def _x(page: TimelinePage, on: date) -> int:
    x = page.chart.place_of(on)
    assert x is not None
    return round(x)


def _drag(page: TimelinePage, one: date, two: date) -> None:
    y = page.chart.height() // 3
    left = Qt.MouseButton.LeftButton
    start, end = QPoint(_x(page, one), y), QPoint(_x(page, two), y)
    QTest.mousePress(page.chart, left, pos=start)
    for share in (0.3, 0.7, 1.0):
        at = QPointF(start) + (QPointF(end) - QPointF(start)) * share
        event_at = QPointF(page.chart.mapToGlobal(at.toPoint()))

        move = QMouseEvent(
            QEvent.Type.MouseMove,
            at,
            event_at,
            Qt.MouseButton.NoButton,
            left,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(page.chart, move)
    QTest.mouseRelease(page.chart, left, pos=end)


# --- lanes ---------------------------------------------------------------------------------------


def test_the_record_stands_in_lanes_under_the_curves(page: TimelinePage) -> None:
    assert _lanes(page) == ["treatments", "events", "pain-NRS-11", "lab-phosphate", "lab-crp"]


def test_what_is_recorded_meanwhile_is_shown(page: TimelinePage) -> None:
    library = page._session.library
    assert library is not None
    sepsis = Event(patient_id=P, kind=EventKind.SEPSIS, on=PartialDate.of(D2))

    workflow.record_entries(library, [sepsis], by="Ann")
    page._session.changed("record")

    assert page.chart.picture is not None
    assert "Sepsis" in page.chart.picture.words()


def test_lanes_are_chosen_in_a_menu_and_remembered(page: TimelinePage) -> None:
    page.bar.lanes._lane_actions["events"].trigger()
    page.bar.lanes._analyte_actions[Analyte.ALBUMIN].trigger()

    assert _lanes(page) == [
        "treatments",
        "pain-NRS-11",
        "lab-phosphate",
        "lab-crp",
        "lab-albumin",
    ]
    word = page.bar.lanes.word
    page.bar.lanes._lane_actions["pain"].trigger()
    page.bar.lanes.take_word(word)
    assert page.bar.lanes.word == word == "treatments,pain,labs,scores;phosphate,crp,albumin"


def test_the_mouse_over_a_lane_tells_what_is_there(page: TimelinePage, qtbot: QtBot) -> None:
    picture = page.chart.picture
    assert picture is not None
    (spot,) = [spot for spot in picture.spots if spot.lane == "lab-phosphate"]

    found = page.chart._spot_at(QPointF(spot.box[0] + 6, (spot.box[1] + spot.box[3]) / 2))

    assert found is spot
    assert found.words == (
        "Phosphate  2.1 mmol/L",
        "12 Jan 2026",
        "before dialysis",
        "reference 0.8 to 1.5",
    )


def test_a_record_without_areas_has_lanes_and_a_sentence(
    clinic_session: Session, qtbot: QtBot
) -> None:
    library = clinic_session.library
    assert library is not None
    patient = library.patient_with_code("WT-0092")
    pain = Pain(
        patient_id=patient.id,
        on=D1,
        scale=PainScale.NRS11,
        context=PainContext.REST,
        value=4,
    )
    workflow.record_entries(library, [pain], by="Ann")
    clinic_session.set_patient(patient)
    made = TimelinePage(clinic_session)
    qtbot.addWidget(made)
    made.resize(1060, 620)
    made.show()
    made.enter()

    assert made.pages.currentIndex() == 1
    assert made.chart.picture is not None
    assert "No areas yet." in made.chart.picture.words()
    assert _lanes(made) == ["pain-NRS-11"]
    assert [row.what for row in made.record_table.entries.rows] == ["Pain, rest"]
    clinic_session.set_patient(library.patient_with_code("WT-0147"))
    assert made.numbers.side.value() == "areas"
    made.leave()


def test_one_lesion_alone_follows_the_lesion_in_view(page: TimelinePage) -> None:
    QTest.mouseClick(page.bar.split._cells[2], Qt.MouseButton.LeftButton)
    picture = page.chart.picture
    assert picture is not None
    assert [key for key, _, _ in picture.panels] == ["lesion-a1"]

    page.chart.setFocus()
    QTest.keyClick(page.chart, Qt.Key.Key_Down)

    picture = page.chart.picture
    assert picture is not None
    assert [key for key, _, _ in picture.panels] == ["lesion-t1"]


# --- a period ------------------------------------------------------------------------------------


def test_dragging_over_the_curves_shows_that_period(page: TimelinePage) -> None:
    _drag(page, date(2026, 2, 1), date(2026, 3, 20))

    assert page.chart.period is not None
    first, last = page.chart.period
    assert abs((first - date(2026, 2, 1)).days) <= 1
    assert abs((last - date(2026, 3, 20)).days) <= 1
    assert page.chart.place_of(D1) is None
    assert page.bar.period.text() == f"{first.day} {first:%b} – {last.day} {last:%b %Y}"


def test_esc_and_the_key_0_show_the_whole_course_again(page: TimelinePage) -> None:
    page.chart.setFocus()
    is_whole = []
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_0, Qt.Key.Key_Plus, Qt.Key.Key_Escape):
        QTest.keyClick(page.chart, key)
        is_whole.append(page.chart.period is None)

    assert is_whole == [False, True, False, True]


def test_ctrl_and_the_wheel_zoom_about_the_mouse(page: TimelinePage) -> None:
    at = QPointF(_x(page, ADMITTED), 40)
    up = QWheelEvent(
        at,
        QPointF(page.chart.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(page.chart, up)

    assert page.chart.period is not None
    assert abs(_x(page, ADMITTED) - at.x()) <= 12


def test_a_preset_is_named_on_its_button(page: TimelinePage) -> None:
    page.bar.period._actions[28].trigger()

    assert page.bar.period.text() == "Last 4 weeks"
    assert page.chart.period is not None
    assert (page.chart.period[1] - page.chart.period[0]).days == 28


def test_the_photographs_are_those_of_the_period(page: TimelinePage) -> None:
    assert [frame.on for frame in page.strip.frames] == [D1, D2]

    _drag(page, date(2026, 1, 20), date(2026, 2, 20))

    assert [frame.on for frame in page.strip.frames] == [D2]


def test_going_to_a_visit_outside_takes_the_period_along(page: TimelinePage) -> None:
    _drag(page, date(2026, 1, 20), date(2026, 2, 20))
    page.chart.setFocus()
    assert page.visit_on == D2

    QTest.keyClick(page.chart, Qt.Key.Key_Left)

    assert page.visit_on == D1
    assert page.chart.period is not None
    assert page.chart.period[0] <= D1 <= page.chart.period[1]


def test_another_patient_begins_with_the_whole_course(page: TimelinePage) -> None:
    _drag(page, date(2026, 2, 1), date(2026, 3, 20))
    library = page._session.library
    assert library is not None

    page._session.set_patient(library.patient_with_code("WT-0118"))

    assert page.chart.period is None


# --- the numbers ---------------------------------------------------------------------------------


def test_every_number_of_the_lanes_stands_in_a_table(page: TimelinePage) -> None:
    QTest.mouseClick(page.numbers.side._cells[1], Qt.MouseButton.LeftButton)

    rows = {(row.shown_on, row.what, row.shown_value) for row in page.record_table.entries.rows}

    assert rows == {
        ("12 Jan 2026", "Sodium thiosulfate IV", "25 g × 3/week"),
        ("16 Feb 2026", "Sodium thiosulfate IV", "12.5 g × 3/week"),
        ("2 Mar 2026", "Admission", "2 Mar 2026 – 10 Mar 2026"),
        ("12 Jan 2026", "Pain, worst", "8\u202fNRS 0–10"),
        ("20 Apr 2026", "Pain, worst", "3\u202fNRS 0–10"),
        ("12 Jan 2026", "Phosphate", "2.1\u202fmmol/L"),
        ("26 Jan 2026", "CRP", "44\u202fmg/L"),
        ("26 Jan 2026", "Albumin", "28\u202fg/L"),
    }


def test_the_table_of_the_record_is_copied_for_a_spreadsheet(
    page: TimelinePage, qtbot: QtBot
) -> None:
    QTest.mouseClick(page.numbers.side._cells[1], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page._session.said) as told:
        page._session.actions["timeline.copy"].trigger()

    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:5] == ["date", "until", "kind", "what", "value"]
    phosphate = [
        "2026-01-12",
        "",
        "Blood",
        "Phosphate",
        "2.1",
        "mmol/L",
        "0.8",
        "1.5",
        "",
        "before dialysis",
    ]
    assert phosphate in [line.split("\t") for line in lines]
    assert told.args == ["Copied 8 rows."]


def test_a_row_of_the_record_brings_its_visit_into_view(page: TimelinePage) -> None:
    QTest.mouseClick(page.numbers.side._cells[1], Qt.MouseButton.LeftButton)
    rows = page.record_table.entries.rows
    place = next(at for at, row in enumerate(rows) if row.what == "Phosphate")
    at = page.record_table.visualRect(page.record_table.entries.index(place, 1)).center()

    QTest.mouseClick(page.record_table.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert page.visit_on == D1


def test_an_entry_known_by_its_month_brings_that_month_into_view_and_no_visit(
    page: TimelinePage,
) -> None:
    library = page._session.library
    assert library is not None
    march = Event(patient_id=P, kind=EventKind.BACTERAEMIA, on=PartialDate(text="2026-03"))
    workflow.record_entries(library, [march], by="Ann")
    page._session.changed("record")
    QTest.mouseClick(page.numbers.side._cells[1], Qt.MouseButton.LeftButton)
    _drag(page, date(2026, 1, 15), date(2026, 2, 10))
    table, before = page.record_table, page.visit_on
    place = next(at for at, row in enumerate(table.entries.rows) if row.what == "Bacteraemia")
    at = table.visualRect(table.entries.index(place, 1)).center()

    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert page.chart.span == (date(2026, 3, 1), date(2026, 3, 31))
    period = page.chart.period
    assert period is not None
    assert period[0] <= date(2026, 3, 1) <= period[1]
    assert (page.visit_on, table.currentIndex().row()) == (before, place)


def test_links_between_lesions_stand_in_the_table(page: TimelinePage) -> None:
    library = page._session.library
    assert library is not None
    link = LesionLink(
        patient_id=P,
        lesion_id="lesion-t1",
        other_lesion_id="lesion-a1",
        kind=LinkKind.MERGED_INTO,
        on=D2,
    )

    workflow.record_entries(library, [link], by="Ann")
    page._session.changed("record")
    QTest.mouseClick(page.numbers.side._cells[1], Qt.MouseButton.LeftButton)

    assert "T1: into A1" in [row.what for row in page.record_table.entries.rows]


# --- reading ahead, the tip, files ---------------------------------------------------------------


def test_the_patient_after_is_read_ahead(page: TimelinePage, qtbot: QtBot) -> None:
    session = page._session
    assert session.library is not None
    before = session.library.patient_with_code("WT-0118")

    qtbot.waitUntil(lambda: session.has_course(before), timeout=5000)

    timeline, record = session.course_of(before)
    assert timeline.patient == record.patient == before


def test_patients_farther_along_the_list_are_read_ahead_too(
    page: TimelinePage, qtbot: QtBot
) -> None:
    session = page._session
    assert session.library is not None
    at = datetime(2026, 5, 1, tzinfo=UTC)
    added = [Patient(id=f"z{place}", code=f"ZZ-{place}", created_at=at) for place in range(2)]
    with session.library.verb("import", by="Ann") as change:
        for patient in added:
            change.add_patient(patient)

    session.changed("patients")

    qtbot.waitUntil(lambda: all(session.has_course(one) for one in added), timeout=5000)
    assert session.has_course(page.timeline.patient if page.timeline else added[0])


def test_the_chart_of_the_patient_after_is_laid_out_ahead(page: TimelinePage, qtbot: QtBot) -> None:
    session = page._session
    assert session.library is not None
    before = session.library.patient_with_code("WT-0118")
    qtbot.waitUntil(lambda: len(page.chart._kept) > 1, timeout=5000)
    ahead = [kept for kept in page.chart._kept.values() if kept.shown.timeline.patient == before]

    session.set_patient(before)
    page.chart.repaint()

    assert page.chart.picture is not None
    assert [kept.picture for kept in ahead] == [page.chart.picture]


def test_a_chart_that_is_kept_is_laid_out_anew_for_another_size_or_choice(
    page: TimelinePage,
) -> None:
    first = page.chart.picture

    page.resize(1200, 620)
    QApplication.processEvents()
    wider = page.chart.picture
    page.bar.switch_unit()
    percent = page.chart.picture

    assert first is not None
    assert wider is not None
    assert percent is not None
    assert wider.width > first.width
    assert "% of baseline" in percent.words()
    assert "% of baseline" not in wider.words()


def test_what_was_kept_is_read_anew_once_anything_is_recorded(page: TimelinePage) -> None:
    session = page._session
    assert session.library is not None
    assert session.patient is not None
    _, before = session.course_of(session.patient)

    pain = Pain(patient_id=P, on=D2, scale=PainScale.NRS11, context=PainContext.WORST_24H, value=5)
    workflow.record_entries(session.library, [pain], by="Ann")

    assert not session.has_course(session.patient)
    _, after = session.course_of(session.patient)
    assert len(after.pains) == len(before.pains) + 1


def test_over_a_point_its_photograph_is_shown_with_its_words(page: TimelinePage) -> None:
    picture = page.chart.picture
    assert picture is not None
    point = next(one for one in picture.points if (one.lesion_id, one.on) == ("lesion-a1", D2))

    QTest.mouseMove(page.chart, QPoint(round(point.x), round(point.y)))

    assert page.chart.tip.isVisible()
    assert page.chart.tip.lines[0] == "26 Jan 2026"
    assert page.chart.tip.lines[1].startswith("A1  9.0\u202fcm²")
    QTest.mouseMove(page.chart, QPoint(4, 4))
    assert not page.chart.tip.isVisible()


def test_the_picture_that_is_saved_has_lanes_and_period(
    page: TimelinePage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drag(page, date(2026, 2, 1), date(2026, 3, 20))
    path = tmp_path / "chart.svg"
    monkeypatch.setattr(page.files, "ask_picture_file", lambda _: path)

    page.files.save_picture()

    qtbot.waitUntil(path.exists, timeout=20_000)
    qtbot.waitUntil(lambda: not page._session.tasks.running)
    svg = path.read_text(encoding="utf-8")
    assert ">Admission, 8 nights</text>" in svg
    assert 'id="lane-pain-NRS-11"' in svg
    assert ">Jan 2026</text>" not in svg


def test_the_chart_has_the_same_words_in_the_window_as_in_files() -> None:
    for name in ("AGENTS", "EVENTS", "ANALYTES", "CONTEXTS", "SCALES", "RELATIONS", "END_REASONS"):
        assert getattr(chart_says, name) == getattr(chart_words, name), name


def test_lists_and_buttons_have_names(page: TimelinePage) -> None:
    assert page.bar.lanes.accessibleName() == "Which lanes stand under the curves"
    assert page.bar.period.accessibleName() == "Period shown: Whole course"
    assert page.record_table.accessibleName()
    assert page.numbers.side.accessibleName()


def test_the_keys_reach_lanes_period_and_both_tables(page: TimelinePage) -> None:
    page.bar.split._cells[0].setFocus()
    reached = []
    for _ in range(14):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())

    wanted = [
        page.bar.lanes,
        page.bar.period,
        page.chart,
        page.strip,
        page.numbers.copy_button,
        page.table,
    ]
    assert [one for one in reached if one in wanted][: len(wanted)] == wanted
