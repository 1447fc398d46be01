"""The page of a patient: what stands on it, that its chart is lines, and that its scale is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pypdfium2
import pytest

from tests.exchange.report.sheets import (
    FIRST,
    images_in,
    page_count,
    picture,
    rendered,
    sheet,
    strip,
    text_of,
    timeline,
)
from woundtrack.exchange.report import patient_report, words
from woundtrack.exchange.report.parts import scale_length_mm
from woundtrack.exchange.report.sheet import common_scale
from woundtrack.model import (
    Agent,
    Certainty,
    ClinicalRecord,
    Diagnosis,
    Dialysis,
    Event,
    EventKind,
    Finding,
    Identity,
    LesionLink,
    LesionState,
    LinkKind,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    PatientDetail,
    Sex,
    Timeline,
    Treatment,
)


def test_the_five_figures_and_the_table_say_what_was_measured() -> None:
    course = timeline([18.4, 20.0, 15.6, 12.9], [6.2, 5.0, 2.6, 0])

    text = text_of(patient_report(sheet(course)))

    assert "WT-0147" in text
    assert "of 2 seen" in text
    # 12.9 cm² ± 5 % alone; 18.2 cm² at the visit before.
    assert "12.3 to 13.5" in text
    assert "−29" in text
    for area in ("18.4", "20.0", "15.6", "12.9", "6.2", "5.0", "2.6"):
        assert area in text
    assert "Skin closed 23 Feb 2026; drainage, dressing not recorded" in text


def test_it_says_what_it_is_and_where_it_comes_from() -> None:
    text = text_of(patient_report(sheet(timeline([3.0, 2.0]))))

    assert "Research software, not a medical device." in text
    assert "woundtrack 1.0, formulas 3." in text
    assert "Outlines: guided 1" in text
    assert "Record 7f3c91b2–0000. Page 1 of 1" in text
    assert "Printed 11 Jun 2026" in text
    assert "Pseudonymised. No name or NHS number." in text


def test_the_chart_is_lines_and_words_and_no_picture() -> None:
    data = patient_report(sheet(timeline([18.4, 20.0, 15.6, 12.9])))

    assert images_in(data) == 0
    assert "Left abdomen" in text_of(data)
    assert "area, cm²" in text_of(data)


def test_only_photographs_are_pictures() -> None:
    course = timeline([18.4, 20.0, 15.6])
    strips = (strip(course, 0, picture(30), None, picture(20)),)

    data = patient_report(sheet(course, strips=strips))

    assert images_in(data) == 2
    assert "The photograph can't be read." in text_of(data)


def test_the_same_sheet_gives_the_same_bytes() -> None:
    course = timeline([18.4, 20.0], [2.0, 1.0])
    one = sheet(course, strips=(strip(course, 0, picture(30), picture(20)),))

    assert patient_report(one) == patient_report(one)


def test_another_day_of_printing_gives_other_bytes() -> None:
    one = sheet(timeline([18.4, 20.0]))
    other = replace(one, made=replace(one.made, printed_on=date(2026, 6, 12)))

    assert patient_report(one) != patient_report(other)


@pytest.mark.parametrize(
    ("turn_rad", "across_mm"), [(0.0, 20.0), (0.6, 24.2)], ids=["as it lies", "turned"]
)
def test_skin_is_as_large_on_paper_as_the_scale_says(turn_rad: float, across_mm: float) -> None:
    course = timeline([4.0, 4.0, 4.0])
    one = replace(picture(20.0, turn_rad=turn_rad), rings_mm=())
    strips = (strip(course, 0, one, one, one),)

    page = rendered(patient_report(sheet(course, strips=strips)))

    # Without outlines the scale is one to one. The row through the middle of a square of 20 mm is
    # 20 mm long, or 20 / cos 0.6 = 24.2 mm where it is turned.
    assert common_scale(strips, (50.0, 37.0)) == 1.0
    black = page.max(axis=2) < 110
    assert max(_longest_run(row) for row in black[1400:2400]) / 10 == pytest.approx(
        across_mm, abs=0.3
    )


def test_the_scale_fits_the_largest_outline_of_all_strips_into_a_frame() -> None:
    course = timeline([4.0], [40.0])
    strips = (strip(course, 0, picture(20.0)), strip(course, 1, picture(60.0)))

    # 60 mm across: 30 each way; 0.42 of a frame 34 x 25 mm.
    assert common_scale(strips, (34.0, 25.0)) == pytest.approx(0.42 * 25.0 / 30.0)


def test_a_small_wound_is_shown_twice_its_size_at_the_most() -> None:
    course = timeline([0.2])

    assert common_scale((strip(course, 0, picture(4.0)),), (34.0, 25.0)) == 2.0


@pytest.mark.parametrize(
    ("scale", "room", "length"), [(0.35, 16.0, 20.0), (1.0, 16.0, 10.0), (2.0, 16.0, 5.0)]
)
def test_a_scale_bar_is_of_a_round_length(scale: float, room: float, length: float) -> None:
    assert scale_length_mm(scale, room) == length


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    course = timeline([9.0, 9.0, 9.0])
    strips = (strip(course, 0, *(picture(30.0) for _ in range(3))),)
    wide = (180 - 2 * 2.4) / 3
    scale = common_scale(strips, (wide, wide * 0.74))

    data = patient_report(sheet(course, strips=strips))

    page = rendered(data)
    length = scale_length_mm(scale, 16.0)
    # The bar is the only dark line of that length above the photographs.
    dark = page.max(axis=2) < 90
    runs = [
        _longest_run(dark[row, 300:1500])
        for row in range(1200, 2600)
        if dark[row, 300:1500].sum() > 50
    ]
    assert any(abs(run - length * scale * 10) <= 4 for run in runs)
    assert f"{length / 10:g} cm" in text_of(data).replace("\u202f", " ")


def _longest_run(row: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    longest = here = 0
    for one in row.tolist():
        here = here + 1 if one else 0
        longest = max(longest, here)
    return longest


def test_a_record_is_told_in_a_line_and_in_lanes_below_the_curves() -> None:
    course = timeline([18.4, 20.0, 15.6])
    whose = course.patient.id
    record = ClinicalRecord(
        patient=course.patient,
        detail=PatientDetail(
            patient_id=whose,
            sex=Sex.FEMALE,
            birth_year=1963,
            dialysis=Dialysis.HAEMODIALYSIS,
            dialysis_start=PartialDate(text="2021"),
        ),
        diagnosis=Diagnosis(
            patient_id=whose,
            certainty=Certainty.CLINICAL,
            diagnosed_on=PartialDate(text="2026-01-06"),
        ),
        pains=(
            Pain(
                patient_id=whose,
                on=FIRST,
                scale=PainScale.NRS11,
                context=PainContext.WORST_24H,
                value=8,
            ),
        ),
        treatments=(
            Treatment(
                patient_id=whose,
                agent=Agent.SODIUM_THIOSULFATE_IV,
                dose_value=25.0,
                dose_unit="g",
                frequency="3/week",
                start=PartialDate(text="2026-01-14"),
            ),
        ),
        events=(
            Event(patient_id=whose, kind=EventKind.ADMISSION, on=PartialDate(text="2026-01-20")),
        ),
    )

    text = text_of(patient_report(sheet(course, record=record)))

    assert "Female, 63 y. Haemodialysis since 2021." in text.replace("\u202f", " ")
    assert "Calciphylaxis, diagnosed clinically 6 Jan 2026." in text
    assert "8 of 10" in text
    assert "Sodium thiosulfate" in text
    assert "Admission" in text


def test_a_patient_who_died_is_said_to_have() -> None:
    course = timeline([18.4, 20.0])
    died = Event(
        patient_id=course.patient.id, kind=EventKind.DEATH, on=PartialDate(text="2026-03-03")
    )
    record = ClinicalRecord(patient=course.patient, events=(died,))

    text = text_of(patient_report(sheet(course, record=record)))

    assert "Died 3 Mar 2026." in text


def test_there_is_a_page_without_any_visit() -> None:
    data = patient_report(sheet(timeline()))

    text = text_of(data)
    assert page_count(data) == 1
    assert "No visits yet." in text
    assert "No lesion recorded yet." in text


def test_one_visit_is_a_page_and_a_change_takes_two() -> None:
    text = text_of(patient_report(sheet(timeline([12.0]))))

    assert "takes two visits with all areas" in text
    assert "First measurement" in text


def test_photographs_without_a_scale_have_no_curve_and_say_so() -> None:
    course = timeline([None, None])
    flat = replace(picture(20.0), px_per_mm=None, rings_mm=(), note="no scale")

    text = text_of(patient_report(sheet(course, strips=(strip(course, 0, flat, None),))))

    assert "Seen, but in no photograph with a scale" in text
    assert "no scale" in text
    assert "not measured yet" in text


def test_twenty_lesions_are_all_in_the_table_of_one_page() -> None:
    course = timeline(*([10.0 + number, 9.0 + number] for number in range(20)))

    data = patient_report(sheet(course))

    text = text_of(data)
    assert page_count(data) == 1
    for number in range(1, 21):
        assert f"A{number} " in text
    assert "29.0" in text


def test_lesions_that_the_page_has_no_room_for_stand_on_the_next() -> None:
    course = timeline(*([10.0 + number, 9.0 + number] for number in range(40)))

    data = patient_report(sheet(course))

    text = text_of(data)
    assert page_count(data) == 2
    assert "Page 1 of 2" in text
    assert "Page 2 of 2" in text
    assert "Areas, continued" in text
    for number in range(1, 41):
        assert f"A{number} " in text


def test_a_hundred_and_fifty_lesions_stand_on_as_many_pages_as_they_need() -> None:
    course = timeline(*([10.0 + number] for number in range(150)))

    data = patient_report(sheet(course))

    text = text_of(data)
    assert page_count(data) == 3
    assert "Page 3 of 3" in text
    for number in range(1, 151):
        assert f"A{number} " in text


def test_of_very_many_visits_both_ends_are_shown_and_that_there_are_more() -> None:
    course = timeline([100.0 - number / 2 for number in range(100)], every_days=7)

    text = text_of(patient_report(sheet(course)))

    assert "The table shows 8 of 100 visits." in text
    assert "100.0" in text
    assert "50.5" in text


def test_a_long_code_is_never_cut_short() -> None:
    code = "STUDY-NORTH-EAST-2026/CALCIPHYLAXIS/00147"[:40]

    text = text_of(patient_report(sheet(timeline([3.0, 2.0], code=code))))

    assert code in text.replace(" ", "") or code in text


def test_a_long_name_ends_before_the_areas_of_its_row() -> None:
    name = "Right thigh lateral the one that merged with others in March"
    areas = [113.7, 105.0, 97.8, 81.4, 76.3, 65.2, 54.1, 43.9]
    report = patient_report(sheet(timeline(areas, labels=[name], every_days=70)))

    with pypdfium2.PdfDocument(report) as document:
        text = document[0].get_textpage()
        found = text.search("113.7")
        places = []
        while (place := found.get_next()) is not None:
            places.append(place)
        boxes = [text.get_charbox(place[0]) for place in places]
        left, bottom, _, top = max(boxes, key=lambda box: -box[1])  # the table is below the chart
        frames = [
            one.get_bounds()
            for one in document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])
        ]

    beside = [box for box in frames if box[1] < bottom and box[3] > top and box[2] < 200]
    assert beside
    assert max(box[2] for box in beside) < left


@pytest.mark.parametrize("code", ["ПАЦИЕНТ-7", "Ωμέγα-12", "Łódź-3"])
def test_a_code_in_another_alphabet_is_text(code: str) -> None:
    assert code in text_of(patient_report(sheet(timeline([3.0, 2.0], code=code))))


def test_a_code_that_no_font_has_is_said_to_be_boxes() -> None:
    text = text_of(patient_report(sheet(timeline([3.0], code="W\U0001f9ff1"))))

    assert "U+1F9FF" in text


def test_a_name_is_there_only_where_it_was_handed_in() -> None:
    course = timeline([3.0, 2.0])
    who = Identity(
        patient_id=course.patient.id,
        name="Ann Example",
        birth_date=date(1963, 2, 1),
        nhs_number="999 000 0000",
    )

    text = text_of(patient_report(sheet(course, identity=who)))

    assert "Ann Example, born 1 Feb 1963, NHS number 999 000 0000" in text
    assert "Pseudonymised" not in text


def _record(course: Timeline, **entries: Any) -> ClinicalRecord:
    return ClinicalRecord(patient=course.patient, **entries)


def test_closure_is_confirmed_by_skin_drainage_and_dressing_at_two_visits() -> None:
    course = timeline([3.0, 0, 0])
    findings = tuple(
        Finding(
            patient_id=course.patient.id,
            lesion_id="lesion 0",
            visit_id=f"visit {place}",
            state=LesionState.EPITHELIALISED,
            has_drainage=False,
            needs_dressing=False,
        )
        for place in (1, 2)
    )

    one = text_of(patient_report(sheet(course, record=_record(course, findings=findings[:1]))))
    both = text_of(patient_report(sheet(course, record=_record(course, findings=findings))))

    assert "Closed 26 Jan 2026, not yet confirmed" in one
    assert "Closed 26 Jan 2026, confirmed 9 Feb" in both


def test_over_a_debridement_no_change_is_told() -> None:
    course = timeline([12.0, 20.0])
    debrided = Event(
        patient_id=course.patient.id,
        kind=EventKind.DEBRIDEMENT,
        on=PartialDate(text="2026-01-20"),
        lesion_id="lesion 0",
    )

    text = text_of(patient_report(sheet(course, record=_record(course, events=(debrided,)))))

    assert "cannot tell debrided between the two visits" in text
    assert "Cannot tell: debrided since 12 Jan" in text
    assert "larger" not in text.replace("“larger”", "")


def test_a_lesion_that_merged_is_not_open_and_says_into_which() -> None:
    course = timeline([5.0, 5.0], [8.0, 8.0, 14.0])
    merged = LesionLink(
        patient_id=course.patient.id,
        lesion_id="lesion 0",
        other_lesion_id="lesion 1",
        kind=LinkKind.MERGED_INTO,
        on=date(2026, 2, 9),
    )

    text = text_of(patient_report(sheet(course, record=_record(course, links=(merged,)))))

    assert "Merged into A2, 9 Feb 2026" in text
    assert "in A2" in text


def test_a_change_of_dialysis_since_the_background_is_told_with_its_date() -> None:
    course = timeline([9.0, 8.0])
    record = ClinicalRecord(
        patient=course.patient,
        detail=PatientDetail(
            patient_id="patient",
            dialysis=Dialysis.PERITONEAL,
            dialysis_start=PartialDate(text="2023"),
        ),
        events=(
            Event(
                patient_id="patient",
                kind=EventKind.DIALYSIS_CHANGE,
                on=PartialDate(text="2026-01-20"),
                text="to haemodialysis",
            ),
        ),
    )

    told = words.about(record, date(2026, 6, 11))

    assert told == "Peritoneal dialysis from 2023, changed 20 Jan 2026 to haemodialysis."


def test_the_table_tells_each_change_since_the_visit_before_and_since_the_first() -> None:
    text = text_of(patient_report(sheet(timeline([3.0, 9.8, 10.0], [6.2, 5.0, 0])))).replace(
        "\u202f", " "
    )

    assert "since the visit before" in text
    assert "since the first" in text
    # 10.0 to 9.8 cm², each ± 5 %: −5 to +10 %.
    assert "+2 % within error" in text
    assert "+233 % larger" in text
    assert "closed" in text
