"""The sheet for the patient: plain words, no verdict and no advice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from tests.exchange.report.sheets import (
    images_in,
    outlined_as,
    page_count,
    sheet,
    text_of,
    timeline,
)
from woundtrack.exchange.report import plain_report
from woundtrack.exchange.report.plain_page import INTRODUCTION, LINE_EXPLAINED, sentences_of
from woundtrack.model import (
    ClinicalRecord,
    Event,
    EventKind,
    LesionLink,
    LinkKind,
    OutlineKind,
    PartialDate,
)

HARD_WORDS = (
    "lesion", "ulcer", "baseline", "interval", "calibration", "debridement", "eschar", "perimeter",
    "percent", "%", "better", "worse", "improv", "deteriorat", "heal", "good", "bad", "should",
    "must", "please",
)  # fmt: skip


def _told(areas: list[float | None]) -> list[str]:
    one = sheet(timeline(areas))
    return sentences_of(one, one.lesions[0])


def test_a_smaller_wound_is_told_in_three_sentences_and_its_size() -> None:
    told = _told([12.0, 7.2])

    # A circle of 7.2 cm² is 2 x root(7.2 / pi) = 3.03 cm across.
    assert told == [
        "On 26 January 2026 it was about 7.2 square centimetres.",
        "That is as much as a circle 3 cm across.",
        "The first time, on 12 January 2026, it was about 12 square centimetres.",
        "It is smaller than at the visit before, on 12 January 2026.",
    ]


def test_a_change_within_measuring_error_is_about_the_same() -> None:
    told = _told([7.2, 7.0])

    assert told[-1] == ("It is about the same as at the visit before, on 12 January 2026.")


def test_a_photo_that_cannot_tell_is_not_about_the_same_and_the_rise_since_the_first_is_told() -> (
    None
):
    course = timeline([2.9, 7.9, 11.3])
    ((group,), (curve,)) = course.groups, course.lesions
    points = [
        replace(one, area_low_mm2=one.area_mm2 * 0.6, area_high_mm2=one.area_mm2 * 1.6)
        for one in curve.points
        if one.area_mm2 is not None
    ]
    curve = replace(curve, points=tuple(points))
    one = sheet(replace(course, groups=(replace(group, lesions=(curve,)),)))

    told = sentences_of(one, one.lesions[0])

    assert told[-2:] == [
        "This photo can’t tell us whether it changed since the visit before, on 26 January 2026.",
        "It is bigger than the first time we measured it.",
    ]


def test_a_closed_wound_is_told_as_skin_that_closed() -> None:
    told = _told([7.2, 0])

    assert told[0] == "On 26 January 2026 the skin had closed over."


def test_a_photo_without_a_scale_is_told_and_what_was_known_before() -> None:
    told = _told([7.2, None])

    assert told[:2] == [
        "On 26 January 2026 the photo could not be measured.",
        "Before that, on 12 January 2026, it was about 7.2 square centimetres.",
    ]


@pytest.mark.parametrize(
    "areas", [[12.0, 7.2], [7.2, 12.0], [7.2, 7.0], [7.2, 0], [3.0, None], [3.0, 0, 2.0], [3.0]]
)
def test_there_is_no_word_to_look_up_no_verdict_and_no_advice(
    areas: list[float | None],
) -> None:
    text = text_of(plain_report(sheet(timeline(areas)))).lower()

    assert [word for word in HARD_WORDS if word in text] == []


def _debrided(areas: list[float | None], *days: str) -> list[str]:
    course = timeline(areas)
    events = tuple(
        Event(patient_id="patient", kind=EventKind.DEBRIDEMENT, on=PartialDate(text=day))
        for day in days
    )
    one = sheet(course, record=ClinicalRecord(patient=course.patient, events=events))
    return sentences_of(one, one.lesions[0])


def test_over_a_debridement_the_jump_is_explained_and_sizes_are_not_compared() -> None:
    told = _debrided([7.0, 9.0], "2026-01-20")

    assert told[-2:] == [
        (
            "Between 12 January 2026 and 26 January 2026 dead skin was taken away. More of a wound "
            "can be seen after that, so it can measure bigger at once; that is where the line has "
            "a gap."
        ),
        "We don’t compare the size before that with the one after it.",
    ]


def test_an_earlier_debridement_is_explained_beside_what_changed_since() -> None:
    told = _debrided([7.0, 9.0, 4.0, 0.0], "2026-01-20")

    assert sum("dead skin was taken away" in one for one in told) == 1
    assert "skin had closed over" in told[0]
    told = _debrided([7.0, 9.0, 4.0], "2026-01-20")
    assert told[-1] == "It is smaller than at the visit before, on 26 January 2026."
    assert [word for word in HARD_WORDS if word in " ".join(told).lower()] == []


def test_a_wound_that_another_joined_says_so_beside_what_was_taken_away() -> None:
    course = timeline([7.0, 19.0, 15.0], [4.0])
    event = Event(
        patient_id="patient", kind=EventKind.DEBRIDEMENT, on=PartialDate(text="2026-01-20")
    )
    joined = LesionLink(
        patient_id="patient",
        lesion_id="lesion 1",
        kind=LinkKind.MERGED_INTO,
        other_lesion_id="lesion 0",
        on=date(2026, 1, 26),
    )
    one = sheet(
        course, record=ClinicalRecord(patient=course.patient, events=(event,), links=(joined,))
    )

    told = sentences_of(one, one.lesions[0])

    assert "dead skin was taken away" in told[-3]
    assert told[-2] == (
        "Between 12 January 2026 and 26 January 2026 another of your wounds joined it. The two "
        "have been measured as one since then."
    )
    assert told[-1] == "It is smaller than at the visit before, on 26 January 2026."


def test_an_eschars_size_and_an_ulcers_are_not_compared_either() -> None:
    course = outlined_as(timeline([12.0, 7.2]), OutlineKind.ESCHAR, OutlineKind.ULCER)
    one = sheet(course)

    assert sentences_of(one, one.lesions[0])[-1] == (
        "We can’t tell whether it changed since the visit before, on 12 January 2026."
    )


def test_twenty_wounds_take_seven_pages_of_three() -> None:
    data = plain_report(sheet(timeline(*([9.0, 8.0] for _ in range(20)))))

    assert page_count(data) == 7
    assert "Page 7 of 7" in text_of(data)
    assert "in our notes: A20" in text_of(data)


def test_its_curves_are_lines() -> None:
    assert images_in(plain_report(sheet(timeline([9.0, 8.0, 7.0])))) == 0


def test_without_a_measurement_it_says_so() -> None:
    assert "Nothing has been measured yet." in text_of(plain_report(sheet(timeline())))


def test_the_same_sheet_gives_the_same_bytes() -> None:
    one = sheet(timeline([9.0, 8.0]))

    assert plain_report(one) == plain_report(one)


def _syllables(word: str) -> int:
    """Return about how many syllables a word has: its groups of vowels, without a silent e."""
    groups = len(re.findall(r"[aeiouy]+", word))
    is_silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(groups - is_silent, 1)


def test_a_child_of_eleven_can_read_it() -> None:
    one = sheet(timeline([12.0, 9.0, 7.2], [3.0, 3.1, 3.0], [2.0, 1.0, 0]))
    told = [
        sentence
        for lesion in one.lesions
        for said in sentences_of(one, lesion)
        for sentence in re.split(r"(?<=[.])\s", said)
    ]
    told += [INTRODUCTION.format(many="each of your wounds is"), LINE_EXPLAINED]

    words = [word for one in told for word in re.findall(r"[a-z]+", one.lower())]
    count = sum(len(re.findall(r"[.](?:\s|$)", one)) for one in told)

    # Flesch-Kincaid grade (Kincaid et al. 1975): 6 is read at eleven.
    grade = 0.39 * len(words) / count + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
    assert grade < 6.0
    assert max(len(one.split()) for one in told) <= 24
