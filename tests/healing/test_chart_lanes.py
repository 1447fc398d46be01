from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from woundtrack import healing
from woundtrack.healing.chart import Chart, Plan, lay_out, text_width
from woundtrack.healing.chart_paper import Area, Drawing, Marks, Stroke, Words
from woundtrack.healing.chart_record import dose_words, treatment_name
from woundtrack.healing.chart_style import ChartWords
from woundtrack.model import (
    Agent,
    Analyte,
    ClinicalRecord,
    DialysisRelation,
    EndReason,
    Event,
    EventKind,
    Finding,
    LabResult,
    LesionDetail,
    LesionLink,
    LesionState,
    LinkKind,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    Score,
    Timeline,
    Treatment,
)

Make = Callable[[Mapping[str, Mapping[date, float | str]]], Timeline]

D1, D2, D3, D4, D5 = DAYS = [
    date(2026, 1, 12),
    date(2026, 2, 9),
    date(2026, 3, 16),
    date(2026, 4, 13),
    date(2026, 4, 27),
]
COURSE: Mapping[str, Mapping[date, float | str]] = {
    "A1": {D1: 18.0, D2: 26.0, D3: 34.0, D4: 24.0, D5: 21.0},
    "T1": {D1: 3.0, D2: 4.0, D3: 2.0, D4: "closed", D5: "closed"},
}
P = "p"


def on(day: date) -> PartialDate:
    return PartialDate.of(day)


def record(course: Timeline, **entries: Any) -> ClinicalRecord:
    return ClinicalRecord(patient=course.patient, **entries)


def laid_out(course: Timeline, known: ClinicalRecord, **options: Any) -> Drawing:
    return lay_out(Chart(timeline=course, record=known, **options), text_width)


def lanes(drawing: Drawing) -> list[str]:
    return [key for key, _, _ in drawing.lanes]


def said(drawing: Drawing, lane: str) -> list[str]:
    return [" | ".join(spot.words) for spot in drawing.spots if spot.lane == lane]


# --- which lanes there are -----------------------------------------------------------------------


def test_without_a_record_there_are_no_lanes(timeline: Make) -> None:
    course = timeline(COURSE)

    assert lanes(lay_out(Chart(timeline=course), text_width)) == []
    # What was measured tells of a closure, which stands among the events.
    assert lanes(laid_out(course, record(course))) == ["events"]


def test_lanes_stand_under_the_curves_one_below_the_other(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(
        course,
        treatments=(Treatment(patient_id=P, agent=Agent.CINACALCET, start=on(D1)),),
        pains=(_pain(D1, 8), _pain(D2, 6)),
        labs=(_phosphate(D1, 2.1),),
    )

    drawing = laid_out(course, known)

    assert lanes(drawing) == ["treatments", "events", "pain-NRS-11", "lab-phosphate"]
    edges = [place for _, top, bottom in drawing.lanes for place in (top, bottom)]
    assert edges == sorted(edges)
    assert edges[0] >= max(bottom for _, _, bottom in drawing.panels)


def test_chosen_lanes_and_analytes_are_the_ones_drawn(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(
        course,
        pains=(_pain(D1, 8),),
        labs=(
            _phosphate(D1, 2.1),
            LabResult(patient_id=P, analyte=Analyte.CRP, taken_on=D1, value=40, unit="mg/L"),
            LabResult(patient_id=P, analyte=Analyte.ALBUMIN, taken_on=D1, value=28, unit="g/L"),
        ),
    )

    assert lanes(laid_out(course, known, lanes=("labs",), analytes=(Analyte.ALBUMIN,))) == [
        "lab-albumin"
    ]
    assert lanes(laid_out(course, known, lanes=("labs",))) == ["lab-phosphate", "lab-crp"]


def test_lanes_make_a_chart_higher_and_not_its_curves_lower(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(course, pains=(_pain(D1, 8),))

    bare = Plan(Chart(timeline=course, has_caption=False), text_width).natural_px
    high = Plan(Chart(timeline=course, record=known, has_caption=False), text_width).natural_px
    drawing = laid_out(course, known, has_caption=False)

    assert high > bare
    before = lay_out(Chart(timeline=course, has_caption=False), text_width)
    assert [bottom - top for _, top, bottom in drawing.panels] == pytest.approx(
        [bottom - top for _, top, bottom in before.panels]
    )


# --- treatments ----------------------------------------------------------------------------------


def test_a_treatment_that_goes_on_ends_in_an_arrow_and_says_so(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(
        course,
        treatments=(
            Treatment(
                patient_id=P,
                agent=Agent.SODIUM_THIOSULFATE_IV,
                dose_value=25,
                dose_unit="g",
                frequency="3/week",
                start=on(D1),
            ),
            Treatment(
                patient_id=P,
                agent=Agent.SYSTEMIC_ANTIBIOTIC,
                text="Co-amoxiclav",
                start=on(D2),
                stop=on(date(2026, 2, 20)),
            ),
        ),
    )

    drawing = laid_out(course, known)

    assert said(drawing, "treatments") == [
        "Sodium thiosulfate IV 25 g × 3/week | 12 Jan 2026 – goes on",
        "Co-amoxiclav | 9 Feb 2026 – 20 Feb 2026",
    ]
    corners = {len(ink.points) for ink in _bars(drawing)}
    assert corners == {4, 7}


def test_bars_and_their_words_never_lie_on_each_other(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(
        course,
        treatments=tuple(
            Treatment(
                patient_id=P,
                agent=Agent.OTHER,
                text=f"A treatment with quite a long name {number}",
                start=on(DAYS[number % 4]),
                stop=on(DAYS[number % 4 + 1]) if number % 3 else None,
            )
            for number in range(12)
        ),
    )

    drawing = laid_out(course, known, width_px=706)

    boxes = [
        (
            min(x for x, _ in ink.points),
            max(x for x, _ in ink.points),
            round(min(y for _, y in ink.points)),
        )
        for ink in _bars(drawing)
    ]
    assert len(boxes) == 12
    for place, (left, right, row) in enumerate(boxes):
        for other_left, other_right, other_row in boxes[place + 1 :]:
            assert row != other_row or right <= other_left or other_right <= left


def test_a_dose_and_how_often_read_as_one_whatever_the_words() -> None:
    def said(often: str) -> str:
        one = Treatment(
            patient_id=P,
            agent=Agent.SODIUM_THIOSULFATE_IV,
            dose_value=25,
            dose_unit="g",
            frequency=often,
            start=on(D1),
        )
        return dose_words(one, ChartWords())

    assert [said(one) for one in ("", "3/week", "3 × week", "weekly")] == [
        "25 g",
        "25 g × 3/week",
        "25 g 3 × week",
        "25 g weekly",
    ]


def test_the_next_dose_joins_the_bar_of_the_one_before(timeline: Make) -> None:
    course = timeline(COURSE)
    first = Treatment(
        patient_id=P,
        agent=Agent.SODIUM_THIOSULFATE_IV,
        dose_value=25,
        dose_unit="g",
        start=on(D1),
        stop=on(D3),
    )
    after = Treatment(
        patient_id=P,
        agent=Agent.SODIUM_THIOSULFATE_IV,
        dose_value=12.5,
        dose_unit="g",
        start=on(D3),
        follows=first.entry_id,
    )

    drawing = laid_out(course, record(course, treatments=(after, first)))

    assert len(_bars(drawing)) == 1
    words = drawing.words()
    assert "Sodium thiosulfate IV 25 g" in words
    assert "12.5 g" in words


# --- events --------------------------------------------------------------------------------------


def test_events_have_their_words_and_an_admission_its_nights(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(
        course,
        events=(
            Event(
                patient_id=P,
                kind=EventKind.ADMISSION,
                on=on(date(2026, 2, 10)),
                ended_on=on(date(2026, 2, 18)),
            ),
            Event(
                patient_id=P,
                kind=EventKind.WOUND_INFECTION,
                on=on(D3),
                lesion_id="lesion A1",
            ),
        ),
    )

    words = laid_out(course, known).words()

    assert {"Admission, 8 nights", "Wound infection A1", "T1 closed"} <= set(words)


def test_a_debridement_told_twice_is_one_and_breaks_the_curve(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(
        course,
        events=(
            Event(
                patient_id=P,
                kind=EventKind.DEBRIDEMENT,
                on=on(date(2026, 2, 20)),
                lesion_id="lesion A1",
            ),
        ),
        findings=(
            Finding(
                patient_id=P,
                lesion_id="lesion A1",
                visit_id=f"visit {D2}",
                state=LesionState.ESCHAR_COVERED,
            ),
        ),
    )

    drawing = laid_out(course, known)

    assert drawing.words().count("Debridement A1") == 1
    assert "eschar removed" in drawing.words()
    places = {point.on: point.x for point in drawing.points if point.lesion_id == "lesion A1"}
    spans = [
        (ink.points[0][0], ink.points[-1][0])
        for ink in drawing.ink
        if isinstance(ink, Stroke) and ink.is_round and ink.in_span
    ]
    assert (places[D1], places[D2]) in spans
    assert (places[D3], places[D5]) in spans


def test_death_ends_the_axis(timeline: Make) -> None:
    course = timeline(COURSE)
    died = date(2026, 5, 4)
    known = record(
        course,
        treatments=(Treatment(patient_id=P, agent=Agent.CINACALCET, start=on(D1)),),
        events=(Event(patient_id=P, kind=EventKind.DEATH, on=on(died)),),
    )

    drawing = laid_out(course, known, today=date(2026, 11, 1))

    assert "Died 4 May 2026" in drawing.words()
    assert "today" not in drawing.words()
    (bar,) = _bars(drawing)
    assert max(x for x, _ in bar.points) == pytest.approx((drawing.x(died) or 0) + 6, abs=1)
    assert drawing.ordinals[1] < died.toordinal() + 20


def test_a_death_of_which_the_month_is_known_is_told_by_its_month(timeline: Make) -> None:
    course = timeline(COURSE)
    died = Event(patient_id=P, kind=EventKind.DEATH, on=PartialDate(text="2026-05"))

    assert "Died May 2026" in laid_out(course, record(course, events=(died,))).words()


def test_long_words_of_a_treatment_are_cut_short_inside_the_picture(timeline: Make) -> None:
    course = timeline(COURSE)
    long = Treatment(
        patient_id=P,
        agent=Agent.OTHER,
        text="A treatment whose name somebody wrote out at quite some length, with its maker",
        start=on(D2),
        stop=on(date(2026, 2, 14)),
    )

    drawing = laid_out(course, record(course, treatments=(long,)), width_px=706)

    (words,) = [
        ink for ink in drawing.ink if isinstance(ink, Words) and ink.text.startswith("A treatment")
    ]
    assert words.text.endswith("…")
    assert words.x + text_width(words.text, 11) < 706
    assert said(drawing, "treatments")[0].startswith(long.text)


def test_lesions_that_merge_or_come_back_say_so(timeline: Make) -> None:
    course = timeline(
        {
            "A1": {D1: 9.0, D3: 12.0, D5: 8.0},
            "A2": {D1: 4.0, D2: 3.0},
            "T1": {D1: 2.0, D2: "closed"},
            "T2": {D4: 1.0, D5: 2.0},
        }
    )
    known = record(
        course,
        links=(
            LesionLink(
                patient_id=P,
                lesion_id="lesion A2",
                other_lesion_id="lesion A1",
                kind=LinkKind.MERGED_INTO,
                on=D3,
            ),
            LesionLink(
                patient_id=P,
                lesion_id="lesion T2",
                other_lesion_id="lesion T1",
                kind=LinkKind.RECURRENCE_OF,
                on=D4,
            ),
        ),
        lesion_details=(
            LesionDetail(patient_id=P, lesion_id="lesion A2", end_reason=EndReason.MERGED),
        ),
    )

    words = laid_out(course, known).words()

    assert {"A2 into A1", "T1 again", "another merged in"} <= set(words)
    assert not [text for text in words if text.startswith("no area since")]


# --- values --------------------------------------------------------------------------------------


def test_pain_is_drawn_in_steps_and_each_scale_has_its_own_lane(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(
        course,
        pains=(
            _pain(D1, 8),
            _pain(D3, 4),
            Pain(patient_id=P, on=D2, scale=PainScale.VAS100, context=PainContext.REST, value=55),
        ),
    )

    drawing = laid_out(course, known)

    assert lanes(drawing) == ["events", "pain-NRS-11", "pain-VAS-100"]
    assert {"NRS 0–10, worst", "VAS 0–100, rest"} <= set(drawing.words())
    (_, top, bottom) = next(lane for lane in drawing.lanes if lane[0] == "pain-NRS-11")
    (steps,) = [
        ink
        for ink in drawing.ink
        if isinstance(ink, Stroke)
        and ink.width == 1.6
        and all(top <= y <= bottom for _, y in ink.points)
    ]
    (_, y0), (x1, y1), (x2, y2) = steps.points
    assert (y0, x1) == (y1, x2)
    assert y2 > y1


def test_pain_that_was_asked_and_not_told_is_a_gap_not_a_zero(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(course, pains=(_pain(D1, 8), _pain(D2, None), _pain(D3, 6), _pain(D4, 5)))

    drawing = laid_out(course, known)

    assert said(drawing, "pain-NRS-11")[1] == "Pain worst  not told | 9 Feb 2026"
    x = drawing.x(D2) or 0
    (_, top, bottom) = next(lane for lane in drawing.lanes if lane[0] == "pain-NRS-11")
    crossing = [
        ink
        for ink in drawing.ink
        if isinstance(ink, Stroke)
        and ink.width == 1.6
        and all(top <= y <= bottom for _, y in ink.points)
        and ink.points[0][0] < x < ink.points[-1][0]
    ]
    assert crossing == []


def test_blood_taken_after_dialysis_stands_apart(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(
        course,
        labs=(
            _phosphate(D1, 2.1, DialysisRelation.PRE),
            _phosphate(D2, 0.9, DialysisRelation.POST),
            _phosphate(D3, 1.9, DialysisRelation.PRE),
        ),
    )

    drawing = laid_out(course, known)

    (_, top, bottom) = next(lane for lane in drawing.lanes if lane[0] == "lab-phosphate")
    dots = [
        ink
        for ink in drawing.ink
        if isinstance(ink, Marks) and all(top <= y <= bottom for _, y in ink.points)
    ]
    assert sorted(len(ink.points) for ink in dots) == [1, 2]
    assert said(drawing, "lab-phosphate")[1].endswith("after dialysis | reference 0.8 to 1.5")


def test_a_score_without_a_total_has_no_dot(timeline: Make) -> None:
    course = timeline(COURSE)
    scores = tuple(
        Score(patient_id=P, instrument="PUSH", instrument_version="3.0", on=day, items=items)
        for day, items in ((D1, (("a", 4.0),)), (D2, ()), (D3, (("a", 3.0),)))
    )

    drawing = laid_out(
        course,
        record(course, scores=scores),
        score_total=lambda score: dict(score.items).get("a"),
    )

    assert lanes(drawing) == ["events", "score-PUSH"]
    assert [line.split(" | ")[0] for line in said(drawing, "score-PUSH")] == [
        "PUSH  4",
        "PUSH  not told",
        "PUSH  3",
    ]


# --- the axis of dates ---------------------------------------------------------------------------


def test_today_is_a_line_where_it_is_near(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(course)

    near = laid_out(course, known, today=date(2026, 5, 20))
    far = laid_out(course, known, today=date(2027, 5, 20))

    assert "today" in near.words()
    assert near.ordinals[1] > date(2026, 5, 20).toordinal()
    assert "today" not in far.words()
    assert far.ordinals[1] < date(2026, 6, 1).toordinal()


def test_a_period_shows_its_days_alone(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(course, pains=tuple(_pain(day, 5) for day in DAYS))

    drawing = laid_out(course, known, period=(D2, D4))

    assert drawing.ordinals == pytest.approx((D2.toordinal(), D4.toordinal()))
    assert {point.on for point in drawing.points} == {D2, D3, D4}
    left, right = drawing.dates or (0, 0)
    signs = [ink for ink in drawing.ink if isinstance(ink, Marks) and ink.key]
    assert all(left - 1 <= x <= right + 1 for ink in signs for x, _ in ink.points)


def test_what_began_years_ago_does_not_stretch_the_axis(timeline: Make) -> None:
    course = timeline(COURSE)
    known = record(
        course,
        treatments=(
            Treatment(patient_id=P, agent=Agent.WARFARIN, start=PartialDate(text="2019")),
            Treatment(patient_id=P, agent=Agent.CINACALCET, start=on(date(2025, 12, 20))),
        ),
    )

    drawing = laid_out(course, known)

    assert drawing.ordinals[0] > date(2025, 12, 1).toordinal()
    assert "Warfarin | 2019 – goes on" in said(drawing, "treatments")


def test_one_lesion_alone_is_one_panel(timeline: Make) -> None:
    course = timeline(COURSE)

    drawing = laid_out(course, record(course), lesion_id="lesion T1")

    assert [key for key, _, _ in drawing.panels] == ["lesion T1"]
    assert {point.lesion_id for point in drawing.points} == {"lesion T1"}


def test_a_record_without_any_area_still_has_its_lanes(timeline: Make) -> None:
    course = timeline({})
    known = record(course, pains=(_pain(D1, 8), _pain(D2, 6)))

    drawing = laid_out(course, known)

    assert "No areas yet." in drawing.words()
    assert lanes(drawing) == ["pain-NRS-11"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_signs_grow_for_a_projector(timeline: Make, tmp_path: Path, theme: Any) -> None:
    course = timeline(COURSE)
    known = record(course, pains=(_pain(D1, 8), _pain(D2, 6)))

    figure = healing.draw_chart(
        course, record=known, width_px=1600, height_px=900, text_scale=2, theme=theme
    )

    assert (figure.get_figwidth() * 100, figure.get_figheight() * 100) == (1600, 900)
    sizes = {round(float(text.get_fontsize()) * 100 / 72) for text in figure.texts}
    assert min(sizes) >= 20
    healing.save_chart(figure, tmp_path / "large.svg")
    assert 'id="lane-pain-NRS-11"' in (tmp_path / "large.svg").read_text(encoding="utf-8")


# --- makers --------------------------------------------------------------------------------------


def _pain(day: date, value: float | None) -> Pain:
    return Pain(
        patient_id=P,
        on=day,
        scale=PainScale.NRS11,
        context=PainContext.WORST_24H,
        value=value,
    )


def _phosphate(day: date, value: float, relation: DialysisRelation | None = None) -> LabResult:
    return LabResult(
        patient_id=P,
        analyte=Analyte.PHOSPHATE,
        taken_on=day,
        value=value,
        unit="mmol/L",
        relation_to_dialysis=relation,
        reference_low=0.8,
        reference_high=1.5,
    )


def _bars(drawing: Drawing) -> list[Area]:
    (_, top, bottom) = next(lane for lane in drawing.lanes if lane[0] == "treatments")
    return [
        ink
        for ink in drawing.ink
        if isinstance(ink, Area) and ink.z == 3 and all(top <= y <= bottom for _, y in ink.points)
    ]


def test_a_drug_that_was_typed_small_begins_with_a_capital_as_any_other_name() -> None:
    given = Treatment(patient_id=P, agent=Agent.OPIOID, text="oxycodone")

    assert treatment_name(given, ChartWords()) == "Oxycodone"
