"""What is new since a day: lesions, treatments, events; and what is old is not told again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from woundtrack.healing.news import LesionNews, News, Turn, news_since, visit_before_last
from woundtrack.model import (
    Agent,
    ClinicalRecord,
    Debrided,
    EndReason,
    Event,
    EventKind,
    Finding,
    LesionLink,
    LesionState,
    LinkKind,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    StopReason,
    Timeline,
    Treatment,
)

Course = Mapping[str, Mapping[date, float | str]]
MakeTimeline = Callable[[Course], Timeline]

APR_16, APR_30, MAY_14, MAY_28, JUN_11 = (
    date(2026, 4, 16),
    date(2026, 4, 30),
    date(2026, 5, 14),
    date(2026, 5, 28),
    date(2026, 6, 11),
)


def record(course: Timeline, **parts: object) -> ClinicalRecord:
    """Return a record that holds these parts."""
    return ClinicalRecord(patient=course.patient, **parts)  # type: ignore[arg-type]


def told(news: News) -> list[tuple[Turn, str, date]]:
    """Return each turn with its lesion's label and its day."""
    return [(one.turn, one.lesion.label, one.on) for one in news.lesions]


def only(news: News) -> LesionNews:
    """Return the one turn that there is."""
    (one,) = news.lesions
    return one


# --- lesions -------------------------------------------------------------------------------------


def test_a_lesion_that_stays_closed_is_no_news_and_its_days_are_counted_to_the_last_visit(
    timeline: MakeTimeline,
) -> None:
    course = timeline(
        {
            "A1": {MAY_28: 15.5, JUN_11: 12.9},
            "C1": {APR_16: "closed", APR_30: "closed", JUN_11: "closed"},
        }
    )

    news = news_since(course, None, MAY_28)

    # 16 April to 11 June: 14 + 31 + 11 days.
    assert [(one.lesion.label, one.on, one.days) for one in news.still_closed] == [
        ("C1", APR_16, 56)
    ]
    assert news.is_empty
    assert not news.has_opened


def test_a_lesion_first_seen_open_after_the_day_opened_and_one_seen_on_the_day_did_not(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {MAY_28: 4.0, JUN_11: 4.0}, "T1": {JUN_11: 2.0}})

    news = news_since(course, None, MAY_28)

    assert told(news) == [(Turn.OPENED, "T1", JUN_11)]
    assert news.has_opened


def test_a_closed_lesion_that_is_open_again_reopened(timeline: MakeTimeline) -> None:
    course = timeline({"A1": {MAY_14: "closed", MAY_28: "closed", JUN_11: 1.0}})

    news = news_since(course, None, MAY_28)

    assert told(news) == [(Turn.REOPENED, "A1", JUN_11)]
    assert news.still_closed == ()


def test_a_closure_is_confirmed_by_a_visit_14_days_after_it_and_not_13(
    timeline: MakeTimeline,
) -> None:
    confirmed = timeline({"A1": {APR_30: 1.0, MAY_28: "closed", JUN_11: "closed"}})
    early = timeline({"A1": {APR_30: 1.0, MAY_28: "closed", date(2026, 6, 10): "closed"}})

    first = only(news_since(confirmed, None, APR_30))
    second = only(news_since(early, None, APR_30))

    assert (first.turn, first.on, first.confirmed) == (Turn.CLOSED, MAY_28, JUN_11)
    assert (second.turn, second.on, second.confirmed) == (Turn.CLOSED, MAY_28, None)


def test_with_a_record_a_closure_is_confirmed_by_drainage_and_dressing_too_never_by_the_skin_alone(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {APR_30: 1.0, MAY_28: "closed", JUN_11: "closed"}})
    (curve,) = course.lesions
    visits = {visit.visited_on: visit.id for visit in course.visits}
    healed = tuple(
        Finding(
            patient_id=course.patient.id,
            lesion_id=curve.lesion.id,
            visit_id=visits[on],
            state=LesionState.EPITHELIALISED,
            has_drainage=False,
            needs_dressing=False,
        )
        for on in (MAY_28, JUN_11)
    )

    silent = only(news_since(course, record(course), APR_30))
    once = only(news_since(course, record(course, findings=healed[:1]), APR_30))
    twice = only(news_since(course, record(course, findings=healed), APR_30))

    assert (silent.turn, silent.confirmed) == (Turn.CLOSED, None)
    assert (once.turn, once.confirmed) == (Turn.CLOSED, None)
    assert (twice.turn, twice.confirmed) == (Turn.CLOSED, JUN_11)


def test_a_death_or_an_infection_known_by_its_month_is_new_after_the_middle_of_that_month(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {APR_30: 1.0}})
    june = PartialDate(text="2026-06")
    key = course.patient.id
    events = (
        Event(patient_id=key, kind=EventKind.SEPSIS, on=june),
        Event(patient_id=key, kind=EventKind.DEATH, on=june),
    )

    news = news_since(course, record(course, events=events), date(2026, 6, 20))
    later = news_since(course, record(course, events=events), date(2026, 6, 30))

    assert (news.death, news.events) == (events[1], events[:1])
    assert (later.death, later.events) == (None, ())


def test_a_lesion_that_opened_and_closed_between_is_told_twice_in_their_order(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {APR_16: 5.0}, "T1": {MAY_14: 2.0, MAY_28: "closed"}})

    news = news_since(course, None, APR_16)

    assert told(news)[-2:] == [(Turn.OPENED, "T1", MAY_14), (Turn.CLOSED, "T1", MAY_28)]


def test_an_open_lesion_seen_at_no_visit_since_is_told_with_the_day_it_was_seen_last(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {MAY_14: 5.0, JUN_11: 4.0}, "T1": {MAY_14: 2.0}})

    news = news_since(course, None, MAY_28)

    assert told(news) == [(Turn.NOT_SEEN, "T1", MAY_14)]


def test_without_a_visit_since_nothing_is_told_as_not_seen(timeline: MakeTimeline) -> None:
    course = timeline({"A1": {MAY_14: 5.0, MAY_28: 4.0}})

    news = news_since(course, None, JUN_11)

    assert news.visits == ()
    assert news.is_empty


def test_lesions_that_merge_are_told_with_what_they_merged_into_and_not_as_missing(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {MAY_28: 5.0, JUN_11: 9.0}, "A2": {MAY_28: 2.0}})
    link = LesionLink(
        patient_id="p",
        lesion_id="lesion A2",
        other_lesion_id="lesion A1",
        kind=LinkKind.MERGED_INTO,
        on=JUN_11,
    )

    one = only(news_since(course, record(course, links=(link,)), MAY_28))

    assert (one.turn, one.lesion.label, one.on) == (Turn.MERGED, "A2", JUN_11)
    assert one.other is not None
    assert one.other.label == "A1"
    assert one.reason is EndReason.MERGED


@pytest.mark.parametrize(
    ("kind", "turn"),
    [(LinkKind.SPLIT_FROM, Turn.SPLIT_OFF), (LinkKind.RECURRENCE_OF, Turn.RECURRED)],
)
def test_a_lesion_that_came_of_another_is_told_with_that_one(
    timeline: MakeTimeline, kind: LinkKind, turn: Turn
) -> None:
    course = timeline({"A1": {MAY_28: 5.0, JUN_11: 3.0}, "A2": {JUN_11: 1.0}})
    link = LesionLink(
        patient_id="p",
        lesion_id="lesion A2",
        other_lesion_id="lesion A1",
        kind=kind,
        on=JUN_11,
    )

    news = news_since(course, record(course, links=(link,)), MAY_28)

    one = only(news)
    assert one.turn is turn
    assert one.other is not None
    assert one.other.label == "A1"
    assert news.has_opened


def test_a_closed_lesion_that_came_back_as_another_is_no_longer_said_to_be_closed(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {APR_16: "closed", APR_30: "closed"}, "A2": {JUN_11: 1.0}})
    link = LesionLink(
        patient_id="p",
        lesion_id="lesion A2",
        other_lesion_id="lesion A1",
        kind=LinkKind.RECURRENCE_OF,
        on=JUN_11,
    )

    news = news_since(course, record(course, links=(link,)), MAY_28)

    assert news.still_closed == ()
    assert told(news) == [(Turn.RECURRED, "A2", JUN_11)]


def test_an_amputation_ends_its_lesion_and_is_told_once(timeline: MakeTimeline) -> None:
    course = timeline({"T1": {MAY_28: 5.0}, "A1": {MAY_28: 1.0, JUN_11: 1.0}})
    event = Event(
        patient_id="p",
        kind=EventKind.AMPUTATION,
        on=PartialDate(text="2026-06-03"),
        lesion_id="lesion T1",
    )

    news = news_since(course, record(course, events=(event,)), MAY_28)

    one = only(news)
    assert (one.turn, one.reason, one.on) == (
        Turn.ENDED,
        EndReason.AMPUTATED,
        date(2026, 6, 3),
    )
    assert news.events == ()


def test_skin_that_is_not_an_ulcer_yet_is_found_and_opens_later(timeline: MakeTimeline) -> None:
    course = timeline({"A1": {APR_30: 5.0, MAY_14: 5.0, MAY_28: 5.0}, "T1": {MAY_28: 1.0}})
    finding = Finding(
        patient_id="p",
        lesion_id="lesion T1",
        visit_id=f"visit {MAY_14}",
        state=LesionState.NOT_ULCERATED,
    )

    news = news_since(course, record(course, findings=(finding,)), APR_30)

    assert told(news) == [(Turn.FOUND, "T1", MAY_14), (Turn.OPENED, "T1", MAY_28)]


def test_a_debridement_told_as_event_and_as_finding_is_told_once(timeline: MakeTimeline) -> None:
    course = timeline({"A1": {MAY_28: 5.0, JUN_11: 9.0}})
    event = Event(
        patient_id="p",
        kind=EventKind.DEBRIDEMENT,
        on=PartialDate.of(JUN_11),
        lesion_id="lesion A1",
    )
    finding = Finding(
        patient_id="p",
        lesion_id="lesion A1",
        visit_id=f"visit {JUN_11}",
        debrided=Debrided.BEFORE_PHOTOGRAPH,
    )

    news = news_since(course, record(course, events=(event,), findings=(finding,)), MAY_28)

    assert told(news) == [(Turn.DEBRIDED, "A1", JUN_11)]
    assert news.events == ()


# --- treatments and events -----------------------------------------------------------------------


def treatment(
    entry_id: str, start: str | None, stop: str | None = None, **more: object
) -> Treatment:
    """Return a treatment with dates as they were written."""
    return Treatment(
        patient_id="p",
        entry_id=entry_id,
        agent=Agent.SODIUM_THIOSULFATE_IV,
        start=None if start is None else PartialDate(text=start),
        stop=None if stop is None else PartialDate(text=stop),
        **more,  # type: ignore[arg-type]
    )


def test_treatments_started_and_stopped_after_the_day_are_new_and_those_of_the_day_are_not(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {MAY_28: 5.0, JUN_11: 5.0}})
    given = (
        treatment("on the day", "2026-05-28", "2026-05-28"),
        treatment("started", "2026-05-29"),
        treatment("stopped", "2026-01-10", "2026-06-01"),
        treatment("unknown", None),
    )

    news = news_since(course, record(course, treatments=given), MAY_28)

    assert [one.entry_id for one in news.started] == ["started"]
    assert [one.entry_id for one in news.stopped] == ["stopped"]


def test_another_dose_is_a_change_and_neither_a_start_nor_a_stop(timeline: MakeTimeline) -> None:
    course = timeline({"A1": {MAY_28: 5.0, JUN_11: 5.0}})
    given = (
        treatment("first", "2026-01-10", "2026-06-01", stop_reason=StopReason.CHANGED),
        treatment("second", "2026-06-02", follows="first"),
    )

    news = news_since(course, record(course, treatments=given), MAY_28)

    assert [one.entry_id for one in news.changed] == ["second"]
    assert news.started == ()
    assert news.stopped == ()


def test_a_month_stands_for_its_middle(timeline: MakeTimeline) -> None:
    # The middle of May is the 16th: not after the 28th.
    course = timeline({"A1": {MAY_28: 5.0, JUN_11: 5.0}})
    given = (treatment("may", "2026-05"), treatment("june", "2026-06"))

    news = news_since(course, record(course, treatments=given), MAY_28)

    assert [one.entry_id for one in news.started] == ["june"]


def test_a_stay_in_hospital_that_ended_since_is_told_and_one_that_ended_before_is_not(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {MAY_28: 5.0, JUN_11: 5.0}})
    stays = tuple(
        Event(
            patient_id="p",
            entry_id=name,
            kind=EventKind.ADMISSION,
            on=PartialDate(text=on),
            ended_on=PartialDate(text=until),
        )
        for name, on, until in (
            ("before", "2026-05-01", "2026-05-20"),
            ("over it", "2026-05-20", "2026-06-02"),
            ("since", "2026-06-03", "2026-06-05"),
        )
    )

    news = news_since(course, record(course, events=stays), MAY_28)

    assert [one.entry_id for one in news.events] == ["over it", "since"]


def test_a_death_is_told_apart_from_other_events_and_no_more_once_it_is_old(
    timeline: MakeTimeline,
) -> None:
    course = timeline({"A1": {MAY_28: 5.0}})
    death = Event(patient_id="p", kind=EventKind.DEATH, on=PartialDate.of(JUN_11))
    known = record(course, events=(death,))

    fresh, old = news_since(course, known, MAY_28), news_since(course, known, JUN_11)

    assert fresh.death is death
    assert fresh.events == ()
    assert not fresh.is_empty
    assert old.death is None


# --- since when ----------------------------------------------------------------------------------


def test_the_visit_before_the_last_is_the_usual_day_and_one_visit_has_none(
    timeline: MakeTimeline,
) -> None:
    two = timeline({"A1": {MAY_14: 1.0, MAY_28: 1.0, JUN_11: 1.0}})
    one = timeline({"A1": {MAY_14: 1.0}})

    assert visit_before_last(two) == MAY_28
    assert visit_before_last(one) is None


def test_a_visit_at_which_pain_alone_was_told_is_the_last_and_one_with_nothing_is_not(
    timeline: MakeTimeline,
) -> None:
    two = timeline({"A1": {MAY_14: 2.0, MAY_28: 2.0}})
    more = replace(two.visits[0], id="visit more", visited_on=JUN_11)
    course = replace(two, visits=(*two.visits, more))
    told = Pain(
        patient_id="p",
        on=JUN_11,
        scale=PainScale.NRS11,
        context=PainContext.WORST_24H,
        value=0,
    )

    assert visit_before_last(course, record(course)) == MAY_14
    assert visit_before_last(course, record(course, pains=(told,))) == MAY_28


def test_a_lesion_with_an_answer_at_a_visit_was_seen_there(timeline: MakeTimeline) -> None:
    course = timeline({"A1": {MAY_14: 2.0}, "T1": {MAY_14: 2.0, JUN_11: 2.0}})
    finding = Finding(
        patient_id="p",
        lesion_id="lesion A1",
        visit_id=f"visit {JUN_11}",
        debrided=Debrided.AFTER_PHOTOGRAPH,
    )

    without = news_since(course, record(course), MAY_14)
    answered = news_since(course, record(course, findings=(finding,)), MAY_14)

    assert told(without) == [(Turn.NOT_SEEN, "A1", MAY_14)]
    assert told(answered) == [(Turn.DEBRIDED, "A1", JUN_11)]
