"""The page of one lesion: every visit's number, two photographs at one scale, what was done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.exchange.report.sheets import (
    images_in,
    outlined_as,
    page_count,
    picture,
    sheet,
    strip,
    text_of,
    timeline,
)
from woundtrack.exchange.report import Sheet, lesion_report
from woundtrack.exchange.report.figures import ended_of, figures_of, status_of
from woundtrack.model import (
    Agent,
    ClinicalRecord,
    EndReason,
    Event,
    EventKind,
    LesionDetail,
    Morphology,
    OutlineKind,
    PartialDate,
    StopReason,
    Treatment,
)


def _report(one: Sheet) -> bytes:
    return lesion_report(one, one.lesions[0])


def test_every_visit_stands_with_its_interval_and_its_change() -> None:
    text = text_of(_report(sheet(timeline([12.0, 7.2, 7.1]))))

    # ± 5 % each: 11.4 to 12.6, 6.8 to 7.6; 7.2 of 12 is 40 % less.
    assert "12 Jan 2026 12.0 11.4–12.6 first measurement" in text
    assert "7.2 6.8–7.6 −40 %: smaller" in text.replace("\u202f", " ")
    assert "7.1 6.7–7.5 −1 %: within error" in text.replace("\u202f", " ")


def test_the_change_since_the_first_has_its_interval() -> None:
    text = text_of(_report(sheet(timeline([12.0, 7.2])))).replace("\u202f", " ")

    # exp(ln 0.6 ± hypot(ln 0.95, ln 1.05)): 0.559 to 0.644.
    assert "−44 to −36 %; smaller" in text


def test_from_an_eschars_area_to_an_ulcers_no_change_is_told_and_no_rate() -> None:
    eschar, ulcer = OutlineKind.ESCHAR, OutlineKind.ULCER

    gone = text_of(_report(sheet(outlined_as(timeline([12.0, 7.2]), eschar, ulcer))))
    since = text_of(
        _report(sheet(outlined_as(timeline([12.0, 8.0, 4.0]), eschar, ulcer, ulcer)))
    ).replace("\u202f", " ")

    assert "cannot tell: another edge outlined" in gone
    assert "40" not in gone.split("Visits")[1].split("Treatments")[0]
    assert "the first is of another edge" in gone
    assert "mm/week" not in gone
    # 4 of 8 cm²: since the ulcer was outlined, not since the eschar.
    assert "this edge −50 %" in since
    assert "−67" not in since


def test_a_change_over_the_new_year_names_the_year() -> None:
    text = text_of(_report(sheet(timeline([12.0, 9.0, 7.2], every_days=200))))

    # 12 January 2026, 31 July 2026, 16 February 2027.
    assert "Since 31 Jul 2026" in text
    assert "Since 12 Jan 2026, the first" in text


def test_a_lesion_known_to_have_ended_in_a_month_is_given_no_day() -> None:
    course = timeline([12.0, 9.0])
    known = LesionDetail(
        patient_id=course.patient.id,
        lesion_id="lesion 0",
        ended_on=PartialDate(text="2026-03"),
        end_reason=EndReason.AMPUTATED,
    )
    record = ClinicalRecord(patient=course.patient, lesion_details=(known,))

    one = sheet(course, record=record)

    assert ended_of(one, one.course.lesion("lesion 0")) == "amputated, Mar 2026"


@pytest.mark.parametrize(
    ("reason", "word", "note"),
    [
        (EndReason.LOST, "Lost to follow-up, 3 Mar 2026", "of 2 seen, 1 lost to follow-up"),
        (EndReason.DEATH, "Died, 3 Mar 2026", "of 2 seen, 1 open at death"),
    ],
)
def test_a_lesion_followed_no_more_isn_t_counted_as_open_and_keeps_its_last_area(
    reason: EndReason, word: str, note: str
) -> None:
    course = timeline([12.0, 9.0], [4.0, 3.0])
    known = LesionDetail(
        patient_id=course.patient.id,
        lesion_id="lesion 0",
        ended_on=PartialDate(text="2026-03-03"),
        end_reason=reason,
    )
    one = sheet(course, record=ClinicalRecord(patient=course.patient, lesion_details=(known,)))

    area, interval, told = status_of(one, one.lesions[0])
    counted = figures_of(one)[0]

    assert (area.replace("\u202f", " "), interval, told) == ("9.0 cm²", "8.6 to 9.4", word)
    assert counted == ("Open lesions", "1", note)


def test_of_a_patient_who_died_it_is_counted_what_was_open_then() -> None:
    course = timeline([12.0, 9.0], [4.0, 3.0], [2.0, 0.0])
    known = LesionDetail(
        patient_id=course.patient.id,
        lesion_id="lesion 0",
        ended_on=PartialDate(text="2026-03-03"),
        end_reason=EndReason.DEATH,
    )
    died = Event(
        patient_id=course.patient.id, kind=EventKind.DEATH, on=PartialDate(text="2026-03-03")
    )
    record = ClinicalRecord(patient=course.patient, lesion_details=(known,), events=(died,))

    assert figures_of(sheet(course, record=record))[0] == ("Open at death", "2", "of 3 seen")


def test_an_area_whose_interval_reaches_nothing_has_no_interval_since_and_is_not_closed() -> None:
    course = timeline([12.0, 7.2])
    (group,) = course.groups
    (curve,) = group.lesions
    points = (curve.points[0], replace(curve.points[1], area_low_mm2=0.0))
    groups = (replace(group, lesions=(replace(curve, points=points),)),)

    text = text_of(_report(sheet(replace(course, groups=groups)))).replace("\u202f", " ")

    assert "−40 % no interval" in " ".join(text.split())
    assert "closed" not in text.split("Visits")[0]


def test_the_curve_is_lines_and_the_photographs_are_pictures() -> None:
    course = timeline([12.0, 7.2])
    strips = (strip(course, 0, picture(30.0), picture(20.0)),)

    data = _report(sheet(course, strips=strips))

    assert images_in(data) == 2
    assert "both at the same scale" in text_of(data)
    assert page_count(data) == 1


def test_treatments_and_events_stand_with_their_days() -> None:
    course = timeline([12.0, 7.2])
    whose = course.patient.id
    record = ClinicalRecord(
        patient=course.patient,
        lesion_details=(
            LesionDetail(
                patient_id=whose,
                lesion_id=course.lesions[0].lesion.id,
                onset=PartialDate(text="2025-12"),
                morphology_at_entry=(Morphology.LIVEDO,),
            ),
        ),
        treatments=(
            Treatment(
                patient_id=whose,
                agent=Agent.HYPERBARIC_OXYGEN,
                start=PartialDate(text="2026-02"),
                stop=PartialDate(text="2026-03-05"),
                stop_reason=StopReason.COMPLETED,
            ),
        ),
        events=(
            Event(patient_id=whose, kind=EventKind.DEBRIDEMENT, on=PartialDate(text="2026-02-16")),
        ),
    )

    text = text_of(_report(sheet(course, record=record)))

    assert "Hyperbaric oxygen" in text
    assert "Feb 2026 to 5 Mar 2026" in text
    assert "Debridement" in text
    assert "16 Feb 2026" in text
    assert "Since Dec 2025; livedo" in text


def test_a_visit_without_a_photograph_is_a_gap_of_the_table() -> None:
    course = timeline([12.0, 9.0, 8.0], visits=4)

    assert "23 Feb 2026 no photograph" in text_of(_report(sheet(course)))


def test_a_lesion_that_was_never_accepted_has_a_page_that_says_so() -> None:
    course = timeline([])

    assert "nothing was accepted from the photographs of this lesion" in text_of(
        _report(sheet(course))
    )


def test_of_a_hundred_visits_the_page_shows_what_it_has_room_for() -> None:
    course = timeline([100.0 - number / 2 for number in range(100)], every_days=7)
    strips = (strip(course, 0, picture(30.0), picture(20.0)),)

    data = _report(sheet(course, strips=strips))

    text = text_of(data)
    assert page_count(data) == 1
    assert "of 100 visits." in text
    assert "50.5" in text


def test_the_same_sheet_gives_the_same_bytes() -> None:
    course = timeline([12.0, 7.2])
    one = sheet(course, strips=(strip(course, 0, picture(30.0), picture(20.0)),))

    assert _report(one) == _report(replace(one))
