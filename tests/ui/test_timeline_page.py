from __future__ import annotations

import hashlib
import io
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from woundtrack.errors import FileUnwritable
from woundtrack.healing import chart_style
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    Patient,
    Photograph,
    Proposal,
    Side,
    TimeSource,
    Tissue,
    TissueState,
    Visit,
    VisitPhotograph,
    WoundState,
)
from woundtrack.records import Library
from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.components.tissue import LOOKS
from woundtrack.ui.session import Session
from woundtrack.ui.timeline.area_cells import AreaColumn
from woundtrack.ui.timeline.chart_says import chart_words
from woundtrack.ui.timeline.frames import extent_mm, px_per_mm
from woundtrack.ui.timeline.page import TimelinePage
from woundtrack.ui.window.main_window import MainWindow

AT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
METHOD = Method(name="test", version="1", application_version="0")
D1, D2, D3, D4 = date(2026, 1, 12), date(2026, 2, 9), date(2026, 3, 9), date(2026, 4, 6)
COURSE: dict[str, tuple[BodySite, dict[date, float | None]]] = {
    # Areas in cm²; None is closed. T1 was not photographed at D2.
    "A1": (BodySite(region="abdomen"), {D1: 16.0, D2: 12.0, D3: 9.0, D4: 4.0}),
    "T1": (BodySite(region="thigh", side=Side.LEFT), {D1: 4.0, D3: 1.0, D4: None}),
}


def _circle(centre: tuple[float, float], radius: float) -> tuple[tuple[float, float], ...]:
    return tuple(
        (
            centre[0] + radius * math.cos(math.tau * step / 48),
            centre[1] + radius * math.sin(math.tau * step / 48),
        )
        for step in range(48)
    )


def _write(library: Library) -> None:
    """Write one patient with photographs: red discs on skin, each at a scale of its own."""
    patient = Patient(id="patient", code="WT-0147", created_at=AT)
    nobody = Patient(id="nobody", code="WT-0200", created_at=AT)
    days = (D1, D2, D3, D4)
    visits = {
        on: Visit(id=f"visit-{on}", patient_id="patient", visited_on=on, created_at=AT)
        for on in days
    }
    with library.verb("import", by="Ann") as change:
        change.add_patient(patient)
        change.add_patient(nobody)
        for visit in visits.values():
            change.add_visit(visit)
        for number, (label, (site, areas)) in enumerate(COURSE.items(), start=1):
            lesion = Lesion(
                id=f"lesion-{label}",
                patient_id="patient",
                label=label,
                number=number,
                site=site,
                created_at=AT,
            )
            change.add_lesion(lesion)
            for place, (on, area_cm2) in enumerate(areas.items()):
                mm_per_px = 0.25 + 0.05 * place
                radius = math.sqrt((area_cm2 or 0) * 100 / math.pi) / mm_per_px
                ring = _circle((200.0 + 10 * place, 150.0), radius)
                picture = Image.new("RGB", (400, 300), (214, 168, 140 + number))
                if area_cm2 is not None:
                    ImageDraw.Draw(picture).polygon(ring, fill=(200, 0, 0))
                picture.putpixel((0, 0), (place, number, 0))
                stream = io.BytesIO()
                picture.save(stream, "PNG")
                data = stream.getvalue()
                sha256 = hashlib.sha256(data).hexdigest()
                library.originals.put(data, sha256, ".png")
                photograph = VisitPhotograph(
                    id=f"photograph-{label}-{on}",
                    visit_id=visits[on].id,
                    photograph=Photograph(
                        sha256=sha256,
                        original_name=f"{label} {on}.png",
                        format="PNG",
                        size_bytes=len(data),
                        width_px=400,
                        height_px=300,
                        orientation=1,
                        taken_at=AT,
                        taken_offset_minutes=0,
                        taken_from=TimeSource.EXIF,
                    ),
                    site=site,
                    filed_at=AT,
                )
                change.add_photograph(photograph)
                outlines: tuple[AssessedOutline, ...] = ()
                if area_cm2 is not None:
                    outlines = (
                        AssessedOutline(
                            kind=OutlineKind.ULCER,
                            photograph_id=photograph.id,
                            outline=Outline(outer=ring),
                            calibration=_calibration(mm_per_px),
                            measurement=Measurement(
                                area_mm2=area_cm2 * 100,
                                area_low_mm2=area_cm2 * 95,
                                area_high_mm2=area_cm2 * 105,
                                perimeter_mm=2 * math.sqrt(math.pi * area_cm2 * 100),
                                length_mm=2 * math.sqrt(area_cm2 * 100 / math.pi),
                                width_mm=2 * math.sqrt(area_cm2 * 100 / math.pi),
                            ),
                            method=METHOD,
                        ),
                    )
                change.add_assessment(
                    Assessment(
                        id=f"revision-{label}-{on}",
                        assessment_id=f"assessment-{label}-{on}",
                        revision=1,
                        supersedes=None,
                        lesion_id=lesion.id,
                        visit_id=visits[on].id,
                        photograph_ids=(photograph.id,),
                        state=WoundState.OPEN if outlines else WoundState.CLOSED,
                        outlines=outlines,
                        accepted_by="Ann",
                        reviewed_by="Ann",
                        recorded_at=AT,
                    )
                )


def _calibration(mm_per_px: float) -> Calibration:
    return Calibration(
        method="test",
        homography=((mm_per_px, 0.0, 0.0), (0.0, mm_per_px, 0.0), (0.0, 0.0, 1.0)),
        cards=(),
        mm_per_px=mm_per_px,
        tilt_deg=0.0,
        residual_mm=0.1,
    )


@pytest.fixture
def course_session(session: Session, tmp_path: Path) -> Session:
    """Return a session on a library with one patient's course, in view."""
    with Library.create(tmp_path / "clinic") as library:
        _write(library)
    session.open_library(tmp_path / "clinic")
    assert session.library is not None
    session.set_patient(session.library.patient_with_code("WT-0147"))
    return session


@pytest.fixture
def page(course_session: Session, qtbot: QtBot) -> Iterator[TimelinePage]:
    """Return the room, shown and drawn."""
    made = TimelinePage(course_session)
    qtbot.addWidget(made)
    made.resize(1060, 620)
    made.show()
    made.enter()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.chart.picture is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not course_session.tasks.running, timeout=20_000)
    yield made
    made.leave()


@pytest.fixture
def went(course_session: Session) -> list[tuple[str, Any]]:
    """Return what rooms were asked for, with their context."""
    asked: list[tuple[str, Any]] = []
    course_session.room_asked.connect(lambda room, context: asked.append((room, context)))
    return asked


def _point(page: TimelinePage, lesion_id: str, on: date) -> QPoint:
    assert page.chart.picture is not None
    (point,) = [
        point
        for point in page.chart.picture.points
        if (point.lesion_id, point.on) == (lesion_id, on)
    ]
    return QPoint(round(point.x), round(point.y))


def _press(page: TimelinePage, key: Qt.Key) -> None:
    page.chart.setFocus()
    QTest.keyClick(page.chart, key)


# --- in step -------------------------------------------------------------------------------------


def test_the_room_opens_on_the_first_lesion_at_the_newest_visit(page: TimelinePage) -> None:
    assert page.curve is not None
    assert page.curve.lesion.label == "A1"
    assert page.visit_on == D4


def test_every_measured_area_is_a_point_on_the_picture(page: TimelinePage) -> None:
    assert page.chart.picture is not None
    points = {(point.lesion_id, point.on) for point in page.chart.picture.points}

    assert points == {
        *(("lesion-A1", on) for on in (D1, D2, D3, D4)),
        *(("lesion-T1", on) for on in (D1, D3, D4)),
    }


def test_the_arrows_move_visit_and_lesion_in_chart_strip_and_table(
    page: TimelinePage, course_session: Session
) -> None:
    _press(page, Qt.Key.Key_Left)
    _press(page, Qt.Key.Key_Left)
    _press(page, Qt.Key.Key_Down)

    assert page.visit_on == D2
    assert course_session.lesion_id == "lesion-T1"
    assert page.table.currentIndex().row() == 2
    assert page.table.currentIndex().column() == 1
    assert [frame.note for frame in page.strip.frames] == ["", "no photo", "", "closed"]


def test_the_arrows_stop_at_both_ends(page: TimelinePage) -> None:
    for _ in range(6):
        _press(page, Qt.Key.Key_Left)
    assert page.visit_on == D1

    for _ in range(6):
        _press(page, Qt.Key.Key_Right)
    assert page.visit_on == D4


def test_a_choice_made_elsewhere_is_followed(page: TimelinePage, course_session: Session) -> None:
    course_session.set_lesion("lesion-T1")
    course_session.set_visit(f"visit-{D1}")

    assert page.table.is_in_view(3, 1) == (True, True)
    assert page.course.text.startswith("Closed 6 Apr, not confirmed yet")


def test_a_click_between_points_chooses_the_nearest_visit(page: TimelinePage, qtbot: QtBot) -> None:
    place = _point(page, "lesion-A1", D2)

    qtbot.mouseClick(page.chart, Qt.MouseButton.LeftButton, pos=place + QPoint(6, 60))

    assert page.visit_on == D2


def test_a_click_on_a_point_brings_its_visit_into_view_and_a_double_click_its_photograph(
    page: TimelinePage, qtbot: QtBot, went: list[tuple[str, Any]]
) -> None:
    place = _point(page, "lesion-T1", D3)

    qtbot.mouseClick(page.chart, Qt.MouseButton.LeftButton, pos=place)

    assert went == []
    assert page.visit_on == D3
    assert page.curve is not None
    assert page.curve.lesion.id == "lesion-T1"

    qtbot.mouseDClick(page.chart, Qt.MouseButton.LeftButton, pos=place)

    assert went == [("review", {"photograph_id": f"photograph-T1-{D3}", "back_to": "timeline"})]


def test_copying_is_said_with_how_many_rows(page: TimelinePage, qtbot: QtBot) -> None:
    said: list[str] = []
    page._session.said.connect(said.append)

    qtbot.mouseClick(page.numbers.copy_button, Qt.MouseButton.LeftButton)

    assert said == [f"Copied {page.table.areas.rowCount()} rows."]


def test_enter_opens_the_photograph_in_view(
    page: TimelinePage, went: list[tuple[str, Any]]
) -> None:
    _press(page, Qt.Key.Key_Return)

    assert went == [("review", {"photograph_id": f"photograph-A1-{D4}", "back_to": "timeline"})]


def test_where_there_is_no_photograph_it_is_said(
    page: TimelinePage, course_session: Session, went: list[tuple[str, Any]]
) -> None:
    said: list[str] = []
    course_session.said.connect(said.append)
    course_session.set_lesion("lesion-T1")
    course_session.set_visit(f"visit-{D2}")

    _press(page, Qt.Key.Key_Return)

    assert went == []
    assert said == ["There is no photo of T1 on 9 Feb 2026."]


def test_the_mouse_over_a_visit_shows_its_values(page: TimelinePage) -> None:
    text = page.chart.values_at(D3, _point(page, "lesion-A1", D3).y())
    below = page.chart.values_at(D2, _point(page, "lesion-T1", D3).y())

    assert text == "9 Mar 2026\nA1  9.0\u202fcm²  (8.6–9.4)"
    assert below == "9 Feb 2026\nT1  no photo"


def test_the_mouse_over_a_lesion_in_parts_tells_how_many(page: TimelinePage) -> None:
    course = page.chart._timeline
    assert course is not None
    groups = tuple(
        replace(
            group,
            lesions=tuple(
                replace(curve, points=tuple(replace(point, part_count=3) for point in curve.points))
                for curve in group.lesions
            ),
        )
        for group in course.groups
    )
    page.chart._timeline = replace(course, groups=groups)

    text = page.chart.values_at(D3, _point(page, "lesion-A1", D3).y())

    assert text == "9 Mar 2026\nA1  9.0\u202fcm²  (8.6–9.4), 3 parts"


def test_hovering_marks_the_point_under_the_mouse(page: TimelinePage, qtbot: QtBot) -> None:
    qtbot.mouseMove(page.chart, pos=_point(page, "lesion-A1", D2))

    assert page.chart.cursor().shape() is Qt.CursorShape.PointingHandCursor

    qtbot.mouseMove(page.chart, pos=QPoint(20, 300))

    assert page.chart.cursor().shape() is Qt.CursorShape.ArrowCursor


# --- choices -------------------------------------------------------------------------------------


def test_letters_switch_per_cent_and_log(page: TimelinePage, qtbot: QtBot) -> None:
    before = page.chart.picture

    _press(page, Qt.Key.Key_P)
    _press(page, Qt.Key.Key_O)

    assert (page.bar.choices.unit, page.bar.choices.scaling) == ("percent", "log")
    assert page.table.areas.cell(0, 0).value == "25\u202f%"
    qtbot.waitUntil(lambda: page.chart.picture is not before, timeout=20_000)

    _press(page, Qt.Key.Key_P)

    assert page.bar.choices.unit == "area"


def test_the_whole_patient_is_one_panel(page: TimelinePage, qtbot: QtBot) -> None:
    assert page.chart.picture is not None
    assert [key for key, _, _ in page.chart.picture.panels] == ["abdomen", "legs"]

    QTest.mouseClick(
        page.bar.split.findChildren(type(page.bar.split._cells[0]))[1], Qt.MouseButton.LeftButton
    )

    qtbot.waitUntil(
        lambda: (
            page.chart.picture is not None
            and [key for key, _, _ in page.chart.picture.panels] == ["patient"]
        ),
        timeout=20_000,
    )


def test_another_theme_draws_the_curves_anew(page: TimelinePage, qtbot: QtBot) -> None:
    before = page.chart.picture
    app = QGuiApplication.instance()

    theme.apply(app, "dark")  # type: ignore[arg-type]

    qtbot.waitUntil(lambda: page.chart.picture is not before, timeout=20_000)
    theme.apply(app, "light")  # type: ignore[arg-type]


def test_the_chart_and_the_window_give_a_lesion_the_same_series() -> None:
    for name, tokens in (("light", theme.LIGHT), ("dark", theme.DARK)):
        style = chart_style.STYLES[name]  # type: ignore[index]
        for number in range(1, 14):
            window, chart = (
                theme.lesion_series(number, tokens),
                chart_style.series_of(number, style),
            )
            assert (window.colour, window.is_dashed) == (chart.colour, chart.is_dashed)
            marker = {
                "circle": "o",
                "square": "s",
                "triangle_up": "^",
                "diamond": "D",
                "triangle_down": "v",
                "cross": "x",
                "plus": "+",
            }[window.marker]
            assert marker == chart.marker
        assert (style.grid, style.edge, style.text, style.text2, style.surface) == (
            tokens.grid,
            tokens.edge,
            tokens.text,
            tokens.text2,
            tokens.surface,
        )


# --- eschar and margin ---------------------------------------------------------------------------


def _outline(page: TimelinePage, kinds: dict[OutlineKind, dict[date, float]]) -> None:
    """Have eschar and margin of A1 outlined, cm² by kind and day."""
    library = page._session.library
    assert library is not None
    with library.verb("correct", by="Ann") as change:
        for assessment in library.assessments(lesion_id="lesion-A1"):
            on = library.visit(assessment.visit_id).visited_on
            (ulcer,) = assessment.outlines
            assert ulcer.measurement is not None
            nested = tuple(
                replace(
                    ulcer,
                    kind=kind,
                    measurement=replace(
                        ulcer.measurement,
                        area_mm2=areas[on] * 100,
                        area_low_mm2=areas[on] * 90,
                        area_high_mm2=areas[on] * 110,
                    ),
                )
                for kind, areas in kinds.items()
                if on in areas
            )
            if nested:
                outlines = (ulcer, *nested)
                change.add_assessment(assessment.revised(by="Ann", reason="", outlines=outlines))
    page._session.changed("assessments")


@pytest.fixture
def nested(page: TimelinePage, qtbot: QtBot) -> TimelinePage:
    """Return the room with a course whose first ulcer has an eschar, and a margin round it."""
    before = page.chart.picture
    _outline(
        page,
        {OutlineKind.ESCHAR: {D1: 10.0, D2: 5.0}, OutlineKind.MARGIN: {D1: 40.0, D4: 20.0}},
    )
    qtbot.waitUntil(lambda: page.chart.picture is not before, timeout=20_000)
    return page


def test_where_only_ulcers_were_outlined_there_is_nothing_to_choose(page: TimelinePage) -> None:
    assert page.bar.outlines.isHidden()
    assert not page._session.actions["timeline.outlines"].isEnabled()


def test_the_bar_says_what_the_lines_are_where_it_has_room(page: TimelinePage) -> None:
    assert page.bar._key.isVisibleTo(page) is bool(page.bar._key.text())

    page.resize(2000, 620)

    assert page.bar._key.isVisible()


def test_eschar_and_margin_have_columns_beside_their_lesion(nested: TimelinePage) -> None:
    areas = nested.table.areas

    heads = [
        areas.headerData(column, Qt.Orientation.Horizontal) for column in range(areas.columnCount())
    ]
    assert heads == ["A1", "A1 eschar", "A1 margin", "T1", "Total"]
    values = [[areas.cell(row, column).value for column in (0, 1, 2)] for row in range(4)]
    assert values == [
        ["4.0", "–", "20.0"],
        ["9.0", "–", "–"],
        ["12.0", "5.0", "–"],
        ["16.0", "10.0", "40.0"],
    ]
    assert areas.cell(3, 1).spoken.startswith("A1 eschar: 10.0")
    assert areas.cell(0, 1).spoken == "A1 eschar: not outlined"
    assert areas.cell(3, 4).value == "20.0"  # the total is of the ulcers


def test_the_copied_table_names_the_kind(nested: TimelinePage) -> None:
    head, first, *_ = nested.table.areas.tsv().splitlines()

    cells = dict(zip(head.split("\t"), first.split("\t"), strict=True))
    assert cells["A1 cm2"] == "16.0000"
    assert cells["A1 eschar cm2"] == "10.0000"
    assert cells["A1 eschar low cm2"] == "9.0000"
    assert cells["A1 margin high cm2"] == "44.0000"


def test_eschar_and_margin_are_curves_whose_points_lead_to_their_visit(
    nested: TimelinePage,
) -> None:
    picture = nested.chart.picture
    assert picture is not None
    found = [(point.kind, point.on) for point in picture.points if point.lesion_id == "lesion-A1"]
    assert [on for kind, on in found if kind is OutlineKind.ESCHAR] == [D1, D2]
    assert [on for kind, on in found if kind is OutlineKind.MARGIN] == [D1, D4]
    point = next(one for one in picture.points if (one.kind, one.on) == (OutlineKind.ESCHAR, D2))

    QTest.mouseClick(
        nested.chart, Qt.MouseButton.LeftButton, pos=QPoint(round(point.x), round(point.y))
    )

    assert nested.visit_on == D2
    assert "A1 eschar  5.0" in nested.chart.values_at(D2, point.y)


def test_a_visit_with_a_margin_alone_is_not_said_to_lack_a_scale(
    nested: TimelinePage, qtbot: QtBot
) -> None:
    library, before = nested._session.library, nested.chart.picture
    assert library is not None
    (first,) = [one for one in library.assessments(lesion_id="lesion-A1") if len(one.outlines) == 3]
    margin = first.outline_of(OutlineKind.MARGIN)
    assert margin is not None

    with library.verb("correct", by="Ann") as change:
        change.add_assessment(first.revised(by="Ann", reason="", outlines=(margin,)))
    nested._session.changed("assessments")
    qtbot.waitUntil(lambda: nested.chart.picture is not before, timeout=20_000)

    picture = nested.chart.picture
    assert picture is not None
    at = next(point.y for point in picture.points if point.lesion_id == "lesion-A1")
    assert "A1  no area: only the margin was outlined" in nested.chart.values_at(D1, at)
    assert nested.strip.frames[0].note == "margin alone"


def test_a_letter_leaves_the_ulcers_alone_and_that_is_remembered(
    nested: TimelinePage, qtbot: QtBot
) -> None:
    before = nested.chart.picture
    assert not nested.bar.outlines.isHidden()

    _press(nested, Qt.Key.Key_E)

    assert nested.bar.choices.outlines == "ulcer"
    qtbot.waitUntil(lambda: nested.chart.picture is not before, timeout=20_000)
    assert nested.chart.picture is not None
    assert {point.kind for point in nested.chart.picture.points} == {OutlineKind.ULCER}
    assert nested.table.areas.columnCount() == 3
    assert "timeline/outlines" in nested.bar._remembered


def test_per_cent_of_an_eschar_is_of_its_own_first_area(nested: TimelinePage) -> None:
    _press(nested, Qt.Key.Key_P)

    assert nested.table.areas.cell(2, 1).value == "50\u202f%"
    assert nested.table.areas.cell(0, 2).value == "50\u202f%"


def test_in_per_cent_a_point_tells_per_cent_and_what_it_is_of(page: TimelinePage) -> None:
    _press(page, Qt.Key.Key_P)
    picture = page.chart.picture
    assert picture is not None
    at = next(point.y for point in picture.points if point.lesion_id == "lesion-A1")

    first = page.chart.values_at(D1, at, lesion_id="lesion-A1")
    later = page.chart.values_at(D2, at, lesion_id="lesion-A1")

    assert "A1  100\u202f%, baseline; " in first
    assert f"of {words.day(D1)}; " in later
    assert "cm²" in later


# --- the table -----------------------------------------------------------------------------------


def test_the_table_says_what_the_curves_show(page: TimelinePage) -> None:
    areas = page.table.areas
    cells = [
        [areas.cell(row, column) for column in range(areas.columnCount())]
        for row in range(areas.rowCount())
    ]

    assert [[cell.value for cell in row] for row in cells] == [
        ["4.0", "0", "4.0"],
        ["9.0", "1.0", "10.0"],
        ["12.0", "no photo", "–"],
        ["16.0", "4.0", "20.0"],
    ]
    assert [row[0].under for row in cells] == ["3.8–4.2", "8.6–9.4", "11.4–12.6", "15.2–16.8"]
    assert cells[0][1].under == "closed"
    assert [areas.day_words(row) for row in (0, 3)] == [("6 Apr", "day 84"), ("12 Jan", "baseline")]


def test_a_cell_is_read_out_with_unit_and_interval(page: TimelinePage) -> None:
    index = page.table.areas.index(0, 0)

    spoken = page.table.areas.data(index, int(Qt.ItemDataRole.AccessibleTextRole))

    assert spoken == "A1: 4.0\u202fcm², 3.8 to 4.2\u202fcm²"


def test_a_cell_tells_parts_and_extents_along_the_body(page: TimelinePage) -> None:
    areas = page.table.areas
    curves = [
        replace(
            curve,
            points=tuple(
                replace(point, part_count=2, head_to_toe_mm=31.0, side_to_side_mm=124.0)
                for point in curve.points
            ),
        )
        for curve in areas.curves
    ]
    areas._columns = tuple(AreaColumn(curve=curve) for curve in curves)

    cell = areas.cell(0, 0)

    assert cell.under == "2 parts · 3.8–4.2"
    assert cell.spoken.splitlines()[1:] == [
        "2 open parts, measured together",
        "head to toe 3.1\u202fcm, side to side 12.4\u202fcm",
    ]


def _with_tissue(
    page: TimelinePage, state: TissueState, shares: tuple[tuple[Tissue, float], ...] | None
) -> None:
    """Let the newest visit of A1 have tissue."""
    areas = page.table.areas
    first, *others = areas.curves
    *before, newest = first.points
    newest = replace(newest, tissue_state=state, tissue_shares=shares)
    changed = (replace(first, points=(*before, newest)), *others)
    areas._columns = tuple(AreaColumn(curve=curve) for curve in changed)


def test_a_cell_tells_approved_tissue_in_words_and_as_a_strip(page: TimelinePage) -> None:
    shares = ((Tissue.SLOUGH, 0.25), (Tissue.GRANULATION, 0.5))
    table = page.table
    bare = table.viewport().grab().toImage()

    _with_tissue(page, TissueState.APPROVED, shares)
    table.viewport().update()

    said = "tissue: slough 25\u202f%, granulation 50\u202f%, not painted 25\u202f%"
    assert table.areas.cell(0, 0).spoken.splitlines()[1:] == [said]
    assert table.areas.cell(1, 0).tissue is None
    picture = table.viewport().grab().toImage()
    place = table.visualRect(table.areas.index(0, 0))
    seen = {picture.pixelColor(x, place.bottom() - 3).name() for x in range(place.width())}
    assert {LOOKS[Tissue.SLOUGH].fill.lower(), LOOKS[Tissue.GRANULATION].fill.lower()} <= seen
    assert picture != bare


def test_the_course_tells_the_newest_tissue_in_words(page: TimelinePage) -> None:
    _with_tissue(page, TissueState.APPROVED, ((Tissue.SLOUGH, 1.0),))
    page.course.show_curve(page.table.areas.curves[0])
    approved = page.course.text.splitlines()[-1]

    _with_tissue(page, TissueState.NOT_APPROVED, None)
    page.course.show_curve(page.table.areas.curves[0])

    assert approved == "6 Apr, tissue: slough 100\u202f%"
    assert page.course.text.splitlines()[-1] == "6 Apr, tissue: not approved"


@pytest.mark.parametrize("state", [TissueState.NOT_APPROVED, TissueState.OUTLINE_CHANGED])
def test_a_cell_gives_no_shares_of_tissue_that_nobody_approved(
    page: TimelinePage, state: TissueState
) -> None:
    _with_tissue(page, state, None)

    cell = page.table.areas.cell(0, 0)

    assert cell.tissue == ()
    assert "not approved" in cell.spoken
    assert "%" not in cell.spoken


def test_the_copied_table_has_a_column_of_tissue_where_any_was_painted(page: TimelinePage) -> None:
    before = page.table.areas.tsv().splitlines()[0]
    _with_tissue(page, TissueState.APPROVED, ((Tissue.ESCHAR, 1.0),))

    head, *_, newest = (line.split("\t") for line in page.table.areas.tsv().splitlines())

    assert "tissue" not in before
    assert head[2:7] == ["A1 cm2", "A1 low cm2", "A1 high cm2", "A1 tissue", "T1 cm2"]
    assert newest[5] == "tissue: eschar 100\u202f%"


def test_a_click_in_the_table_brings_its_visit_and_lesion_into_view(
    page: TimelinePage, qtbot: QtBot, course_session: Session
) -> None:
    table = page.table
    place = table.visualRect(table.areas.index(1, 1)).center()

    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert page.visit_on == D3
    assert course_session.lesion_id == "lesion-T1"


def test_ctrl_c_copies_the_areas_as_tab_separated_text(page: TimelinePage) -> None:
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().text().splitlines() == [
        "date\tday\tA1 cm2\tA1 low cm2\tA1 high cm2\tT1 cm2\tT1 low cm2\tT1 high cm2\tTotal cm2",
        "2026-01-12\t0\t16.0000\t15.2000\t16.8000\t4.0000\t3.8000\t4.2000\t20.0000",
        "2026-02-09\t28\t12.0000\t11.4000\t12.6000\t\t\t\t",
        "2026-03-09\t56\t9.0000\t8.5500\t9.4500\t1.0000\t0.9500\t1.0500\t10.0000",
        "2026-04-06\t84\t4.0000\t3.8000\t4.2000\t0\t0\t0\t4.0000",
    ]


def test_the_course_is_told_with_its_interval(page: TimelinePage) -> None:
    # 16 → 4 cm²: 75 %, each area with its own interval of about ± 5 %. Circles: the radius falls
    # from 2.2568 to 1.1284 cm in 12 weeks, 0.0940 cm a week.
    assert page.course.text.splitlines()[:3] == [
        "75\u202f% smaller than 12 Jan (73 to 77\u202f%)",
        "Since 9 Mar, the visit before: smaller",
        "Edge moved inwards 0.094 cm a week",
    ]


# --- the filmstrip -------------------------------------------------------------------------------


def test_the_pictures_are_cut_at_one_physical_scale(page: TimelinePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: all(not page.strip.picture_of(on).isNull() for on in (D1, D2, D3, D4)),
        timeout=20_000,
    )

    shares = []
    for on in (D1, D2, D3, D4):
        picture = page.strip.picture_of(on)
        pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1, 4)
        shares.append(float(((pixels[..., 0] > 150) & (pixels[..., 1] < 80)).mean()))
    # The red discs are 16, 12, 9 and 4 cm², in photographs of different scales.
    assert [share / shares[0] * 16 for share in shares] == pytest.approx([16, 12, 9, 4], rel=0.06)


def test_a_click_on_a_picture_brings_its_visit_into_view(page: TimelinePage, qtbot: QtBot) -> None:
    place = next(place for frame, place in page.strip.places() if frame.on == D2)

    qtbot.mouseClick(page.strip, Qt.MouseButton.LeftButton, pos=place.center().toPoint())

    assert page.visit_on == D2


def test_a_double_click_on_a_picture_opens_it(
    page: TimelinePage, qtbot: QtBot, went: list[tuple[str, Any]]
) -> None:
    place = next(place for frame, place in page.strip.places() if frame.on == D3)

    qtbot.mouseDClick(page.strip, Qt.MouseButton.LeftButton, pos=place.center().toPoint())

    assert went == [("review", {"photograph_id": f"photograph-A1-{D3}", "back_to": "timeline"})]


def test_the_scale_of_a_tilted_photograph_is_that_at_the_wound() -> None:
    # x / (1 - x / 2000): at x = 1000 a pixel is worth four times the millimetres it is at x = 0
    # along x and twice along y, so that lengths grow by the root of eight.
    tilted = Calibration(
        method="test",
        homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (-0.0005, 0.0, 1.0)),
        cards=(),
        mm_per_px=0.1,
        tilt_deg=30.0,
        residual_mm=0.1,
    )
    near, far = (Outline(outer=_circle((x, 0.0), 5.0)) for x in (0.0, 1000.0))

    assert px_per_mm(near, tilted) == pytest.approx(10.0, rel=1e-6)
    assert px_per_mm(far, tilted) == pytest.approx(10.0 / math.sqrt(8), rel=1e-6)
    assert extent_mm(near, tilted)[0] == pytest.approx(1.0, rel=1e-6)


def test_a_photograph_that_cannot_be_read_leaves_an_empty_frame(
    clinic_session: Session, qtbot: QtBot
) -> None:
    assert clinic_session.library is not None
    problems: list[object] = []
    clinic_session.problem.connect(problems.append)
    clinic_session.set_patient(clinic_session.library.patient_with_code("WT-0147"))
    made = TimelinePage(clinic_session)
    qtbot.addWidget(made)
    made.resize(1060, 620)
    made.show()
    made.enter()

    qtbot.waitUntil(lambda: made.chart.picture is not None, timeout=20_000)
    made.strip.grab()
    qtbot.waitUntil(lambda: not clinic_session.tasks.running, timeout=20_000)

    assert all(made.strip.picture_of(frame.on).isNull() for frame in made.strip.frames)
    assert problems == []


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_picture_is_saved(
    page: TimelinePage,
    qtbot: QtBot,
    course_session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
) -> None:
    path = tmp_path / f"course{suffix}"
    monkeypatch.setattr(page.files, "ask_picture_file", lambda _: path)

    with qtbot.waitSignal(course_session.said, timeout=20_000) as said:
        course_session.actions["timeline.save_picture"].trigger()

    assert path.stat().st_size > 1000
    assert said.args == [f"Saved course{suffix}."]


def test_a_picture_that_cannot_be_saved_is_told(
    page: TimelinePage,
    qtbot: QtBot,
    course_session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        page.files, "ask_picture_file", lambda _: tmp_path / "missing" / "course.png"
    )

    with qtbot.waitSignal(course_session.problem, timeout=20_000) as problem:
        course_session.actions["timeline.save_picture"].trigger()

    assert problem.args is not None
    assert isinstance(problem.args[0], FileUnwritable)


# --- nothing to show -----------------------------------------------------------------------------


@pytest.fixture
def enter(qtbot: QtBot) -> Callable[[Session], TimelinePage]:
    """Return a maker of the room, entered."""

    def make(session: Session) -> TimelinePage:
        made = TimelinePage(session)
        qtbot.addWidget(made)
        made.show()
        made.enter()
        return made

    return make


def test_without_a_patient_one_is_to_be_chosen(
    clinic_session: Session, enter: Callable[[Session], TimelinePage]
) -> None:
    page = enter(clinic_session)

    assert page.empty.isVisible()
    assert page.empty.title == "No patient chosen."
    assert not clinic_session.actions["timeline.save_picture"].isEnabled()


def test_with_photographs_waiting_the_way_leads_to_review(
    clinic_session: Session, enter: Callable[[Session], TimelinePage]
) -> None:
    assert clinic_session.library is not None
    clinic_session.set_patient(clinic_session.library.patient_with_code("WT-0092"))

    page = enter(clinic_session)

    assert page.empty.title == "Nothing accepted yet."


def test_a_patient_without_photographs_has_no_areas(
    course_session: Session, enter: Callable[[Session], TimelinePage]
) -> None:
    assert course_session.library is not None
    course_session.set_patient(course_session.library.patient_with_code("WT-0200"))

    assert enter(course_session).empty.title == "No areas yet."


def test_what_is_accepted_meanwhile_is_shown(
    page: TimelinePage, course_session: Session, qtbot: QtBot
) -> None:
    library = course_session.library
    assert library is not None
    newest = next(
        one for one in library.assessments(lesion_id="lesion-A1") if one.visit_id == f"visit-{D4}"
    )
    with library.verb("retire", by="Ann") as change:
        change.add_assessment(newest.revised(by="Ann", reason="blurred", is_retired=True))

    course_session.changed("assessments")

    assert page.table.areas.cell(0, 0).value == "no photo"


def test_a_photograph_that_waits_is_not_said_to_be_missing(
    page: TimelinePage, course_session: Session, went: list[tuple[str, Any]]
) -> None:
    library = course_session.library
    assert library is not None
    photograph = replace(
        library.photograph(f"photograph-T1-{D1}"), id="waiting", visit_id=f"visit-{D2}"
    )
    facts = replace(photograph.photograph, sha256="ab" * 32)
    proposal = Proposal(
        id="proposal",
        photograph_id="waiting",
        calibration=None,
        outlines=(),
        doubts=(),
        method=METHOD,
        created_at=AT,
    )
    with library.verb("import", by="Ann") as change:
        change.add_photograph(replace(photograph, photograph=facts))
        change.add_proposal(proposal)

    course_session.changed("photographs", "proposals")

    assert page.table.areas.cell(2, 1).value == "to review"
    assert page.chart.values_at(D2, _point(page, "lesion-T1", D3).y()).endswith("T1  to review")

    course_session.set_lesion("lesion-T1")
    course_session.set_visit(f"visit-{D2}")
    _press(page, Qt.Key.Key_Return)

    assert [frame.note for frame in page.strip.frames] == ["", "to review", "", "closed"]
    assert went == [("review", {"photograph_id": "waiting", "back_to": "timeline"})]


def test_matplotlib_is_not_loaded_with_the_room() -> None:
    code = (
        "import sys\n"
        "import woundtrack.ui.timeline.page\n"
        "assert 'matplotlib' not in sys.modules, 'matplotlib'\n"
    )

    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr


def test_a_library_without_photographs_offers_to_import(
    qtbot: QtBot, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    Library.create(tmp_path / "new").close()
    window = make_window(tmp_path / "new")
    qtbot.mouseClick(window.rail.item("room.timeline"), Qt.MouseButton.LeftButton)
    page = window.page("timeline")
    assert isinstance(page, TimelinePage)

    assert page.empty.title == "No photographs yet."
    way = next(
        one
        for one in page.empty.findChildren(QAbstractButton)
        if one.isVisible() and one.text().startswith("Import photographs")
    )
    qtbot.mouseClick(way, Qt.MouseButton.LeftButton)
    assert window.room == "import"


# --- the sites chosen on the body map ------------------------------------------------------------

LEFT_THIGH = BodySite(region="thigh", side=Side.LEFT)
ABDOMEN = BodySite(region="abdomen", side=Side.RIGHT)
RIGHT_KNEE = BodySite(region="knee", side=Side.RIGHT)


def _lesions_drawn(page: TimelinePage) -> set[str]:
    picture = page.chart.picture
    return set() if picture is None else {point.lesion_id for point in picture.points}


def test_the_sites_chosen_narrow_curves_table_and_photographs(
    page: TimelinePage, course_session: Session, qtbot: QtBot
) -> None:
    course_session.set_sites([LEFT_THIGH])

    assert page.curve is not None
    assert page.curve.lesion.label == "T1"
    assert page.table.areas.lesion_ids == ("lesion-T1",)
    assert [frame.note for frame in page.strip.frames] == ["", "no photo", "", "closed"]
    qtbot.waitUntil(lambda: _lesions_drawn(page) == {"lesion-T1"}, timeout=20_000)


def test_a_lesion_whose_side_is_not_known_is_shown_on_both(
    page: TimelinePage, course_session: Session
) -> None:
    course_session.set_sites([ABDOMEN])

    assert page.table.areas.lesion_ids == ("lesion-A1",)


def test_a_chip_says_what_is_shown_and_one_press_shows_all(
    page: TimelinePage, course_session: Session, qtbot: QtBot
) -> None:
    assert not page.bar.chip.isVisible()

    course_session.set_sites([LEFT_THIGH])
    assert page.bar.chip.isVisible()
    assert page.bar.chip.text() == "Left thigh: 1 of 2"
    assert page.bar.chip.accessibleName() == "Only left thigh: 1 of 2 lesions. Show all lesions"
    qtbot.mouseClick(page.bar.chip, Qt.MouseButton.LeftButton)

    assert course_session.sites == ()
    assert not page.bar.chip.isVisible()
    assert page.table.areas.lesion_ids == ("lesion-A1", "lesion-T1")


@pytest.mark.parametrize("focus", ["chart", "strip", "table", "chip"])
def test_esc_shows_all_lesions_from_wherever_the_keys_are(
    page: TimelinePage, course_session: Session, focus: str
) -> None:
    course_session.set_sites([LEFT_THIGH])
    widget = page.bar.chip if focus == "chip" else getattr(page, focus)
    widget.setFocus()

    QTest.keyClick(widget, Qt.Key.Key_Escape)

    assert course_session.sites == ()


def test_show_all_lesions_is_an_action_while_sites_are_chosen(
    page: TimelinePage, course_session: Session
) -> None:
    action = course_session.actions["timeline.show_all"]
    assert not action.isEnabled()

    course_session.set_sites([LEFT_THIGH])
    action.trigger()

    assert course_session.sites == ()


def test_sites_without_a_lesion_have_their_sentence_and_the_way_back(
    page: TimelinePage, course_session: Session, qtbot: QtBot
) -> None:
    course_session.set_sites([RIGHT_KNEE])

    assert page.empty.isVisible()
    assert page.empty.title == "No lesion there."
    assert page.empty.text == (
        "Chosen on the body map: right knee. What this patient has lies elsewhere."
    )
    assert not course_session.actions["timeline.copy"].isEnabled()
    qtbot.mouseClick(page.empty.show_all, Qt.MouseButton.LeftButton)

    assert not page.empty.isVisible()
    assert page.table.areas.lesion_ids == ("lesion-A1", "lesion-T1")


def test_what_is_copied_of_some_sites_says_so_in_its_first_line(
    page: TimelinePage, course_session: Session, qtbot: QtBot
) -> None:
    said: list[str] = []
    course_session.said.connect(said.append)
    course_session.set_sites([LEFT_THIGH])

    qtbot.mouseClick(page.numbers.copy_button, Qt.MouseButton.LeftButton)

    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Only left thigh: 1 of 2 lesions."
    assert lines[1] == "date\tday\tT1 cm2\tT1 low cm2\tT1 high cm2"
    assert said == ["Copied 4 rows. Only left thigh: 1 of 2 lesions."]
    assert page.table.accessibleDescription() == "Only left thigh: 1 of 2 lesions."


def test_a_picture_saved_of_some_sites_says_so(
    page: TimelinePage,
    course_session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "thigh.svg"
    monkeypatch.setattr(page.files, "ask_picture_file", lambda _: path)
    course_session.set_sites([LEFT_THIGH])

    with qtbot.waitSignal(course_session.said, timeout=20_000):
        course_session.actions["timeline.save_picture"].trigger()

    assert "Only left thigh: 1 of 2 lesions." in path.read_text(encoding="utf-8")


def test_totals_are_of_the_sites_chosen(page: TimelinePage, course_session: Session) -> None:
    course_session.set_sites([LEFT_THIGH, ABDOMEN])

    assert page.bar.chip.text() == "Left thigh, right abdomen: 2 of 2"
    assert page.timeline is not None
    # D1: 16 and 4 cm².
    assert page.timeline.total[0].area_mm2 == pytest.approx(2000)
    course_session.set_sites([LEFT_THIGH])

    assert page.timeline.total[0].area_mm2 == pytest.approx(400)


def test_the_whole_patient_of_some_sites_is_not_called_all_sites(
    page: TimelinePage, course_session: Session
) -> None:
    course_session.set_sites([LEFT_THIGH, ABDOMEN])

    assert page.only is not None
    assert chart_words(page.only).whole_patient == "Sites chosen"
    assert chart_words(page.only).total == "total shown"
    assert chart_words().whole_patient == "All sites"


def test_a_lesion_chosen_elsewhere_lets_go_of_the_sites(
    page: TimelinePage, course_session: Session
) -> None:
    course_session.set_sites([LEFT_THIGH])

    course_session.set_lesion("lesion-A1")

    assert course_session.sites == ()
    assert page.curve is not None
    assert page.curve.lesion.label == "A1"


def test_coming_back_with_a_lesion_that_lies_elsewhere_shows_all(
    page: TimelinePage, course_session: Session
) -> None:
    course_session.set_sites([LEFT_THIGH])
    page.leave()

    page.enter(lesion_id="lesion-A1")

    assert course_session.sites == ()
    assert page.table.areas.lesion_ids == ("lesion-A1", "lesion-T1")


def test_coming_back_keeps_the_sites(page: TimelinePage, course_session: Session) -> None:
    course_session.set_sites([LEFT_THIGH])
    page.leave()

    page.enter()

    assert course_session.sites == (LEFT_THIGH,)
    assert page.table.areas.lesion_ids == ("lesion-T1",)


def test_the_lesion_keys_stay_among_those_that_are_shown(
    page: TimelinePage, course_session: Session
) -> None:
    course_session.set_sites([LEFT_THIGH])

    _press(page, Qt.Key.Key_Up)

    assert course_session.lesion_id == "lesion-T1"
    assert course_session.sites == (LEFT_THIGH,)
