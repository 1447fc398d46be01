"""The words of the meeting's page: what is new, what a row says, how the chart makes room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QApplication

from tests.healing.conftest import timeline_from
from woundtrack.healing.chart_scales import DateScale
from woundtrack.healing.news import news_since, visit_before_last
from woundtrack.model import (
    Agent,
    ClinicalRecord,
    DeathCause,
    Debrided,
    Dialysis,
    EndReason,
    Event,
    EventKind,
    Finding,
    LesionDetail,
    LesionLink,
    LinkKind,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    PatientDetail,
    Treatment,
)
from woundtrack.ui.mdt import said
from woundtrack.ui.mdt.course import PatientCourse, rows_of
from woundtrack.ui.mdt.course_chart import CourseChart, beside_ends, date_ticks, free_box
from woundtrack.ui.mdt.course_lanes import (
    bars_of,
    events_of,
    named_lines,
    pain_of,
    pain_title,
    pain_words,
)
from woundtrack.ui.mdt.projected import SMALL, text_width
from woundtrack.ui.mdt.row_words import row_words
from woundtrack.ui.mdt.table import grid_of, needs_width

pytestmark = pytest.mark.usefixtures("dressed")

APR_16, MAY_14, MAY_28, JUN_11, JUN_30 = (
    date(2026, 4, 16),
    date(2026, 5, 14),
    date(2026, 5, 28),
    date(2026, 6, 11),
    date(2026, 6, 30),
)
Course = Mapping[str, Mapping[date, float | str]]


def course(seen: Course, **parts: object) -> PatientCourse:
    """Return the page of what was seen and recorded."""
    timeline = timeline_from(seen)
    record = ClinicalRecord(patient=timeline.patient, **parts)  # type: ignore[arg-type]
    since = visit_before_last(timeline)
    return PatientCourse(
        patient=timeline.patient,
        today=JUN_11,
        timeline=timeline,
        record=record,
        news=None if since is None else news_since(timeline, record, since),
        rows=rows_of(timeline, record, {}),
    )


def news(one: PatientCourse) -> str:
    """Return what the foot says."""
    head, sentences = said.news_sentences(one)
    return f"{head} {said.sentence(sentences)}".replace("\u202f", " ")


def row(one: PatientCourse, label: str) -> str:
    """Return what the table says of a lesion, with plain spaces."""
    found = next(each for each in one.rows if each.lesion.label == label)
    return row_words(found, one, MAY_28).spoken.replace("\u202f", " ")


# --- what is new ---------------------------------------------------------------------------------


def test_nothing_new_is_said_with_how_long_a_lesion_is_closed() -> None:
    one = course(
        {
            "A1": {MAY_28: 15.5, JUN_11: 12.9},
            "C1": {APR_16: "closed", MAY_14: "closed", JUN_11: "closed"},
        }
    )

    told = "New since 28 May: A1 −17 % smaller. Nothing opened. C1 still closed, 56 days."
    assert news(one) == told


def test_death_comes_first_then_events_then_lesions_then_treatments() -> None:
    day = PartialDate(text="2026-06-03")
    one = course(
        {"A1": {MAY_28: 15.5, JUN_11: 12.9}, "T1": {JUN_11: 2.0}},
        events=(
            Event(
                patient_id="p",
                kind=EventKind.ADMISSION,
                on=PartialDate(text="2026-06-01"),
                ended_on=PartialDate(text="2026-06-05"),
            ),
            Event(patient_id="p", kind=EventKind.DEATH, on=day, death_cause=DeathCause.SEPSIS),
        ),
        treatments=(
            Treatment(
                patient_id="p",
                agent=Agent.SODIUM_THIOSULFATE_IV,
                dose_value=25,
                dose_unit="g",
                frequency="3/week",
                start=day,
            ),
        ),
    )

    assert news(one) == (
        "New since 28 May: died 3 Jun, sepsis. Admission 1 Jun to 5 Jun. T1 opened 11 Jun. "
        "A1 −17 % smaller. Sodium thiosulfate IV 25 g × 3/week started."
    )


def test_a_patient_seen_once_has_no_news() -> None:
    assert news(course({"A1": {JUN_11: 2.0}})).strip() == "One visit so far."


# --- a row ---------------------------------------------------------------------------------------


def test_smaller_and_within_error_have_figures_and_a_first_measurement_has_none() -> None:
    one = course({"A1": {MAY_28: 16.0, JUN_11: 8.0}, "T1": {JUN_11: 2.0}})

    # ±5 % each: ln 0.5 ± √(0.0513² + 0.0488²) = −0.6931 ± 0.0708: −53.4 to −46.3 %.
    assert row(one, "A1") == "8.0 cm², 7.6–8.4, −50 % smaller, −53 to −46 %"
    assert row(one, "T1") == "2.0 cm², 1.9–2.1, first measurement"


def test_over_a_debridement_nothing_is_said_of_larger_or_smaller() -> None:
    finding = Finding(
        patient_id="p",
        lesion_id="lesion A1",
        visit_id=f"visit {JUN_11}",
        debrided=Debrided.BEFORE_PHOTOGRAPH,
    )
    one = course({"A1": {MAY_28: 9.0, JUN_11: 16.0}}, findings=(finding,))

    assert row(one, "A1") == "16.0 cm², 15.2–16.8, cannot tell, debrided 11 Jun"


def test_a_lesion_without_a_scale_has_no_area_and_nothing_can_be_told() -> None:
    one = course({"A1": {MAY_28: 9.0, JUN_11: "no scale"}})

    assert row(one, "A1") == "–, no area, cannot tell, no area: no scale"


def test_a_closure_says_whether_it_is_confirmed_and_a_lesion_not_seen_its_day() -> None:
    one = course(
        {
            "A1": {APR_16: 2.0, MAY_28: "closed", JUN_11: "closed"},
            "T1": {APR_16: 2.0, JUN_11: "closed"},
            "K1": {APR_16: 2.0, MAY_28: 2.0},
        }
    )

    assert row(one, "A1") == "0 cm², closed, 14 days, confirmed"
    assert row(one, "T1") == "0 cm², closed, seen 11 Jun, unconfirmed"
    assert row(one, "K1").startswith("2.0 cm², 1.9–2.1, 28 May, 0 % within measurement error")


def test_a_lesion_that_merged_says_into_which_and_stands_below_the_others() -> None:
    link = LesionLink(
        patient_id="p",
        lesion_id="lesion A1",
        other_lesion_id="lesion A2",
        kind=LinkKind.MERGED_INTO,
        on=JUN_11,
    )
    one = course({"A1": {MAY_28: 2.0}, "A2": {MAY_28: 5.0, JUN_11: 9.0}}, links=(link,))

    assert [each.lesion.label for each in one.rows] == ["A2", "A1"]
    assert "merged into A2" in row(one, "A1")
    assert "was 2.0 cm²" in row(one, "A1")
    assert row(one, "A2").endswith("cannot tell, merged or split 11 Jun")


def test_what_is_known_by_its_month_is_said_by_its_month() -> None:
    month = PartialDate(text="2026-06")
    seen = {"A1": {MAY_28: 15.5, JUN_11: 12.9}, "T1": {MAY_28: 3.0}, "T2": {MAY_28: 3.0, JUN_30: 2}}
    one = course(
        seen,
        events=(
            Event(
                patient_id="p", kind=EventKind.AMPUTATION, on=month, lesion_id="lesion T1", text=""
            ),
            Event(
                patient_id="p", kind=EventKind.DEBRIDEMENT, on=month, lesion_id="lesion T2", text=""
            ),
        ),
    )
    assert one.timeline is not None
    since_may = replace(one, news=news_since(one.timeline, one.record, MAY_28))

    assert "T1 amputated Jun 2026. T2 debrided Jun 2026." in news(since_may)
    assert row(one, "T1").endswith("amputated, Jun 2026")
    assert row(one, "T2").endswith("debrided Jun 2026")


def test_a_closed_lesion_that_came_back_names_the_other_and_the_open_one_is_shown_first() -> None:
    link = LesionLink(
        patient_id="p",
        lesion_id="lesion T2",
        other_lesion_id="lesion T1",
        kind=LinkKind.RECURRENCE_OF,
        on=JUN_11,
    )
    one = course(
        {"T1": {APR_16: 5.0, MAY_14: "closed", MAY_28: "closed"}, "T2": {JUN_11: 1.0}},
        links=(link,),
    )

    assert row(one, "T1").endswith("closed, came back as T2")
    assert one.first_lesion == "lesion T2"


# --- the chart -----------------------------------------------------------------------------------


def shown(one: PatientCourse) -> CourseChart:
    """Return the chart of a page, as large as on a screen of 1366 × 768."""
    chart = CourseChart()
    chart.resize(740, 556)
    chart.show_course(one, None)
    return chart


DATES = DateScale(first=APR_16, last=JUN_11, left_px=60.0, width_px=600.0, pad_px=22.0)


def test_the_words_of_a_treatment_stand_beside_a_bar_that_is_too_short(
    dressed: QApplication,
) -> None:
    given = tuple(
        Treatment(
            patient_id="p",
            agent=Agent.SODIUM_THIOSULFATE_IV,
            dose_value=25,
            dose_unit="g",
            start=PartialDate.of(start),
            stop=None if stop is None else PartialDate.of(stop),
        )
        for start, stop in ((APR_16, None), (JUN_11, None), (APR_16, date(2026, 4, 18)))
    )
    chart = shown(course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, treatments=given))

    bars, rows, hidden = bars_of(chart.lanes, DATES, 740.0, 3)

    assert (rows, hidden) == (3, [])
    inside, before, after = bars
    assert inside.left < inside.text_x < inside.right
    assert before.text_x + text_width(before.text, SMALL) < before.left
    assert after.text_x > after.right
    assert {bar.text for bar in bars} == {"Sodium thiosulfate IV 25 g"}
    chart.deleteLater()


def test_a_dose_that_its_bar_has_no_room_for_stands_beyond_the_bar_s_end(
    dressed: QApplication,
) -> None:
    given = Treatment(
        patient_id="p",
        agent=Agent.SODIUM_THIOSULFATE_IV,
        dose_value=25,
        dose_unit="g",
        frequency="3/week",
        start=PartialDate.of(date(2026, 4, 20)),
        stop=PartialDate.of(date(2026, 5, 18)),
    )
    chart = shown(course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, treatments=(given,)))

    ((bar,), _, _) = bars_of(chart.lanes, DATES, 640.0, 3)

    assert (bar.text, bar.more) == ("Sodium thiosulfate IV", "25 g × 3/week")
    assert bar.text_x + text_width(bar.text, SMALL) < bar.right < bar.more_x
    assert bar.more_x + text_width(bar.more, SMALL) <= 640.0
    chart.deleteLater()


def test_where_there_is_no_room_beside_a_bar_its_name_is_cut_and_never_its_dose(
    dressed: QApplication,
) -> None:
    given = Treatment(
        patient_id="p",
        agent=Agent.SODIUM_THIOSULFATE_IV,
        dose_value=25,
        dose_unit="g",
        frequency="3/week",
        start=PartialDate.of(date(2026, 4, 20)),
        stop=PartialDate.of(date(2026, 5, 18)),
    )
    chart = shown(course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, treatments=(given,)))

    ((bar,), _, _) = bars_of(chart.lanes, DATES, 480.0, 3)

    assert bar.text.startswith("Sodi")
    assert "…" in bar.text
    assert bar.text.endswith(" 25 g × 3/week")
    chart.deleteLater()


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        (date(2026, 10, 9), date(2026, 11, 13), "15 Oct, 22 Oct, 1 Nov, 8 Nov"),
        (date(2026, 10, 2), date(2026, 11, 18), "15 Oct, 1 Nov, 15 Nov"),
        (date(2026, 10, 9), date(2026, 10, 20), "10 Oct, 15 Oct, 20 Oct"),
        (date(2026, 10, 9), date(2026, 10, 9), "9 Oct"),
    ],
)
def test_the_axis_of_a_few_weeks_names_round_days_of_the_calendar(
    first: date, last: date, named: str
) -> None:
    dates = DateScale(first=first, last=last, left_px=60.0, width_px=600.0, pad_px=22.0)

    assert ", ".join(name for _, name in date_ticks(dates)).replace("\u00a0", " ") == named


def test_treatments_that_find_no_row_are_named_with_their_months(dressed: QApplication) -> None:
    given = tuple(
        Treatment(patient_id="p", agent=agent, start=PartialDate.of(APR_16))
        for agent in (Agent.CINACALCET, Agent.MAGNESIUM, Agent.VITAMIN_K1, Agent.WARFARIN)
    )
    chart = shown(course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, treatments=given))

    bars, rows, hidden = bars_of(chart.lanes, DATES, 740.0, 3)

    assert (len(bars), rows, hidden) == (3, 3, ["Warfarin (since Apr)"])
    assert named_lines(hidden, 740.0, 1) == (["Also: Warfarin (since Apr)."], 0)
    chart.deleteLater()


def test_a_treatment_that_is_only_named_keeps_its_dose_and_what_it_became(
    dressed: QApplication,
) -> None:
    first = Treatment(
        patient_id="p",
        agent=Agent.SODIUM_THIOSULFATE_IV,
        dose_value=25,
        dose_unit="g",
        frequency="3/week",
        start=PartialDate.of(APR_16),
        stop=PartialDate.of(MAY_14),
    )
    then = replace(
        first,
        id="next",
        entry_id="next",
        dose_value=12.5,
        start=first.stop,
        stop=PartialDate.of(JUN_11),
        follows=first.entry_id,
    )
    on_top = Treatment(patient_id="p", agent=Agent.CINACALCET, start=PartialDate.of(APR_16))
    chart = shown(course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, treatments=(first, then, on_top)))

    _, _, hidden = bars_of(chart.lanes, DATES, 740.0, 1)

    assert hidden == ["Sodium thiosulfate IV 25 g × 3/week → 12.5 g × 3/week (Apr–Jun)"]
    chart.deleteLater()


def test_eleven_treatments_are_each_drawn_or_named_under_the_curves(
    dressed: QApplication,
) -> None:
    given = tuple(
        Treatment(patient_id="p", agent=agent, start=PartialDate.of(APR_16))
        for agent in list(Agent)[:11]
    )
    chart = shown(course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, treatments=given))

    under = chart._under(DATES, chart.room)

    assert not any("more" in line for line in under.also)
    named = sum(line.count("Apr)") for line in under.also)
    assert len(under.bars) + named == 11
    chart.deleteLater()


def test_a_word_before_its_sign_doesn_t_stand_beside_another(dressed: QApplication) -> None:
    happened = (
        Event(patient_id="p", kind=EventKind.SEPSIS, on=PartialDate.of(MAY_14)),
        Event(patient_id="p", kind=EventKind.ADMISSION, on=PartialDate.of(JUN_11)),
    )
    chart = shown(course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, events=happened))
    first = DATES.x(MAY_14)

    named = events_of(chart.lanes.happenings, DATES, DATES.x(JUN_11) + 20, 1)

    admission = next(one for one in named if one.what.on == JUN_11)
    assert admission.text == "Admission"
    assert admission.text_x - first > 34
    chart.deleteLater()


def test_twenty_lesions_are_all_shown_at_once_and_thirty_leaf_round_the_chosen() -> None:
    few = grid_of(3, 0, 0, 278.0, 528.0)
    five = grid_of(5, 0, 0, 278.0, 528.0)
    twenty = grid_of(20, 16, 0, 278.0, 732.0)
    thirty = grid_of(30, 28, 0, 278.0, 732.0)

    assert (few.is_whole, few.is_all) == (True, True)
    assert (five.is_whole, five.is_all, five.columns) == (False, True, 1)
    assert (twenty.is_all, twenty.columns, list(twenty.shown)) == (True, 3, list(range(20)))
    assert twenty.box_of(19, 732.0).bottom() <= 278.0 - 32
    assert not thirty.is_all
    assert 28 in thirty.shown
    assert needs_width(20)
    assert not needs_width(14)


def test_a_row_says_in_a_word_what_its_line_has_no_room_for() -> None:
    one = course(
        {"A1": {MAY_28: 15.5, JUN_11: 12.9}, "T1": {MAY_28: 4.0}, "C1": {JUN_11: 2.0}},
        lesion_details=(
            LesionDetail(
                patient_id="p",
                lesion_id="lesion T1",
                ended_on=PartialDate.of(JUN_11),
                end_reason=EndReason.LOST,
            ),
        ),
    )

    told = {each.lesion.label: row_words(each, one, MAY_28) for each in one.rows}

    assert told["A1"].short.replace("\u202f", " ") == "−17 %"
    assert told["C1"].short == "first"
    assert (told["T1"].short, told["T1"].change) == ("lost", "lost to follow-up")


def test_words_of_events_keep_off_each_other(dressed: QApplication) -> None:
    happened = tuple(
        Event(patient_id="p", kind=kind, on=PartialDate(text=f"2026-05-{day:02}"))
        for day, kind in (
            (10, EventKind.ADMISSION),
            (12, EventKind.SEPSIS),
            (13, EventKind.WOUND_INFECTION),
            (14, EventKind.BACTERAEMIA),
        )
    )
    chart = shown(course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, events=happened))

    named = events_of(chart.lanes.happenings, DATES, 740.0, 2)

    spans = sorted(
        (one.row, one.text_x, one.text_x + text_width(one.text, SMALL)) for one in named if one.text
    )
    assert len(spans) >= 3
    for (row_a, _, end), (row_b, begin, _) in pairwise(spans):
        assert row_a != row_b or end <= begin
    chart.deleteLater()


def test_a_course_with_everything_and_one_with_nothing_are_painted(dressed: QApplication) -> None:
    pain = tuple(
        Pain(
            patient_id="p",
            on=on,
            scale=PainScale.NRS11,
            context=PainContext.WORST_24H,
            value=value,
        )
        for on, value in ((APR_16, 8), (JUN_11, 3))
    )
    patient = timeline_from({"A1": {JUN_11: 1.0}}).patient
    empty = PatientCourse(patient=patient, today=JUN_11)

    for one in (course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, pains=pain), empty):
        chart = shown(one)
        assert not chart.grab().isNull()
        chart.deleteLater()


def test_a_pain_of_zero_is_a_figure_and_pain_of_another_kind_is_named(
    dressed: QApplication,
) -> None:
    pains = tuple(
        Pain(patient_id="p", on=on, scale=PainScale.NRS11, context=context, value=value)
        for on, context, value in (
            (APR_16, PainContext.WORST_24H, 8),
            (APR_16, PainContext.DRESSING_CHANGE, 9),
            (MAY_28, PainContext.WORST_24H, 0),
            (JUN_11, PainContext.DRESSING_CHANGE, 0),
        )
    )
    chart = shown(course({"A1": {APR_16: 2.0, JUN_11: 2.0}}, pains=pains))

    lane = pain_of(chart.lanes)

    assert lane is not None
    assert pain_title(lane) == "Pain, worst in 24 h"
    told = pain_words(lane)
    assert told[:2] == ((APR_16, "8"), (MAY_28, "0"))
    assert told[2] == (JUN_11, f"0 {lane.series[1].name}")
    chart.deleteLater()


def test_names_of_two_curves_that_end_together_lie_apart_and_near_their_ends() -> None:
    ends = [QPointF(400, 250), QPointF(400, 262)]
    lines = [[QPointF(60, 150), ends[0]], [QPointF(60, 262), ends[1]]]
    taken: list[QRectF] = []

    limits = (50.0, 280.0)
    for end, beside in zip(ends, beside_ends(ends, limits), strict=True):
        taken.append(free_box(end, 30.0, 740.0, limits, lines, taken, beside))

    assert taken[1].center().y() - taken[0].center().y() >= 26
    for box, end in zip(taken, ends, strict=True):
        assert abs(box.center().y() - end.y()) <= 15
        assert box.left() - end.x() == 14


def test_a_lesion_until_death_keeps_its_change_and_is_not_taken_for_over() -> None:
    one = course(
        {"A1": {MAY_28: 5.0, JUN_11: 12.9}, "T1": {MAY_28: 4.0, JUN_11: 4.1}},
        lesion_details=(
            LesionDetail(
                patient_id="p",
                lesion_id="lesion A1",
                ended_on=PartialDate.of(JUN_30),
                end_reason=EndReason.DEATH,
            ),
        ),
    )

    said_ = row(one, "A1")

    assert said_.startswith("12.9 cm²")
    assert "+158 % larger" in said_
    assert said_.endswith("died 30 Jun")
    assert one.first_lesion == "lesion A1"


# --- since the first, and what must not be hidden ------------------------------------------------


def widened(one: PatientCourse, share: float) -> PatientCourse:
    """Return the same page with intervals of so much to each side."""
    assert one.timeline is not None
    assert one.record is not None
    timeline = replace(
        one.timeline,
        groups=tuple(
            replace(
                group,
                lesions=tuple(
                    replace(
                        curve,
                        points=tuple(
                            replace(
                                point,
                                area_low_mm2=(point.area_mm2 or 0) * (1 - share),
                                area_high_mm2=(point.area_mm2 or 0) * (1 + share),
                            )
                            for point in curve.points
                        ),
                    )
                    for curve in group.lesions
                ),
            )
            for group in one.timeline.groups
        ),
    )
    return replace(one, timeline=timeline, rows=rows_of(timeline, one.record, {}))


def test_a_fourfold_growth_is_told_beside_a_visit_before_that_cannot_tell() -> None:
    one = widened(course({"A1": {APR_16: 2.9, MAY_28: 9.6, JUN_11: 11.3}}), 0.3)

    # ln(11.3 / 2.9) = 1.3602 ± √(0.3567² + 0.2624²) = 0.4428: +150 to +507 %.
    assert row(one, "A1") == (
        "11.3 cm², 7.9–14.7, +18 % cannot tell, −24 to +83 %, "
        "since 16 Apr +290 % larger, +150 to +507 %"
    )
    assert news(one) == "New since 28 May: A1 +290 % larger than 16 Apr. Nothing opened."


def test_since_the_first_means_since_a_debridement_where_there_was_one() -> None:
    cut = Finding(
        patient_id="p",
        lesion_id="lesion A1",
        visit_id=f"visit {MAY_14}",
        debrided=Debrided.BEFORE_PHOTOGRAPH,
    )
    one = course({"A1": {APR_16: 2.0, MAY_14: 8.0, MAY_28: 6.0, JUN_11: 4.0}}, findings=(cut,))

    told = row(one, "A1")

    assert "since 14 May −50 % smaller" in told
    assert "16 Apr" not in told


def test_what_waits_for_review_is_said_first_and_until_when_the_news_go() -> None:
    one = replace(course({"A1": {MAY_28: 2.0, JUN_11: 2.0}}), waiting=2)

    assert news(one) == (
        "2 photographs wait for review. New since 28 May, up to 11 Jun: nothing opened."
    )


def test_where_nothing_since_was_reviewed_it_is_not_said_that_nothing_opened() -> None:
    one = course({"A1": {MAY_28: 2.0, JUN_11: 2.0}})
    assert one.timeline is not None
    one = replace(one, waiting=1, news=news_since(one.timeline, one.record, JUN_11))

    assert news(one) == "1 photograph waits for review. New since 11 Jun: nothing reviewed yet."


def test_larger_and_smaller_are_news_the_largest_change_first() -> None:
    one = course(
        {
            "A1": {MAY_28: 10.0, JUN_11: 8.0},
            "A2": {MAY_28: 2.0, JUN_11: 4.0},
            "T1": {MAY_28: 3.0, JUN_11: 3.0},
        }
    )

    assert news(one) == "New since 28 May: A2 +100 % larger. A1 −20 % smaller. Nothing opened."


def test_a_change_of_dialysis_is_told_with_its_date_until_the_background_tells_it() -> None:
    before = PatientDetail(
        patient_id="p", dialysis=Dialysis.PERITONEAL, dialysis_start=PartialDate(text="2023")
    )
    after = replace(
        before, dialysis=Dialysis.HAEMODIALYSIS, dialysis_start=PartialDate(text="2026-06-03")
    )
    changed = Event(
        patient_id="p",
        kind=EventKind.DIALYSIS_CHANGE,
        on=PartialDate(text="2026-06-02"),
        text="to haemodialysis",
    )
    seen = {"A1": {MAY_28: 2.0, JUN_11: 2.0}}

    told = [said.facts(course(seen, detail=one, events=(changed,))) for one in (before, after)]

    assert told[0].startswith("Peritoneal dialysis from 2023, 2 Jun to haemodialysis. Day")
    assert told[1].startswith("Haemodialysis. Day")


def test_twenty_lesions_are_all_shown_with_both_changes_on_a_small_projector() -> None:
    grid = grid_of(20, 0, 0, 278.0, 728.0)

    assert (grid.is_all, grid.columns, grid.is_whole) == (True, 3, False)


def test_three_lesions_have_both_changes_in_two_lines_and_room_for_intervals() -> None:
    grid = grid_of(3, 0, 0, 240.0, 528.0)

    assert grid.is_whole
    assert grid.box_of(2, 528.0).bottom() <= 240.0 - 27.9


def test_six_lesions_stand_in_one_column_so_that_each_change_has_its_word() -> None:
    grid = grid_of(6, 0, 0, 268.0, 528.0)

    assert (grid.columns, grid.is_all) == (1, True)


def test_the_line_below_narrow_rows_has_both_words_however_short_it_gets() -> None:
    one = course({"A1": {APR_16: 4.0, MAY_28: 10.0, JUN_11: 8.0}})

    briefest = row_words(one.rows[0], one, MAY_28).details[-1].replace("\u202f", " ")

    assert briefest == "−20 % smaller; since 16 Apr +100 % larger"
