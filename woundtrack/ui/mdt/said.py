"""The words of one patient's page: who, what became of each lesion, what is new.

Hides the wording and its order; facts come from the course.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from woundtrack.healing.change import Change
from woundtrack.healing.chart_record import dose_words, treatment_name
from woundtrack.healing.news import OPENINGS, Turn
from woundtrack.model import (
    DeathCause,
    Dialysis,
    EndReason,
    EventKind,
    PartialDate,
    Precision,
    Sex,
)
from woundtrack.ui import change
from woundtrack.ui.components import words
from woundtrack.ui.timeline.chart_says import chart_words
from woundtrack.workflow import Leave

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from woundtrack.healing.news import LesionNews, News
    from woundtrack.model import ClinicalRecord, Event, Identity, PatientDetail, Treatment
    from woundtrack.ui.mdt.course import PatientCourse

# --- who -----------------------------------------------------------------------------------------


def facts(course: PatientCourse) -> str:
    """Return a patient in figures, such as "Female, 63 y. Haemodialysis. Day 150."."""
    sentences = []
    detail = None if course.record is None else course.record.detail
    death = None if course.record is None else course.record.death
    until = course.last_on or course.today
    if detail is not None:
        person = []
        if detail.sex is not None:
            person.append(_sex(detail.sex))
        if detail.birth_year is not None:
            years = (death.on.middle if death else until).year - detail.birth_year
            age = QCoreApplication.translate("MDT", "{years} y").format(years=years)
            person.append(age if person else age.capitalize())
        if person:
            sentences.append(", ".join(person))
        if detail.dialysis is not None:
            sentences.append(_dialysis_line(course.record, detail))
    if course.last_on is not None and course.first_on is not None:
        if course.diagnosed_on is not None and course.diagnosed_on <= course.last_on:
            days = (course.last_on - course.diagnosed_on).days
            sentences.append(
                QCoreApplication.translate("MDT", "Day {days} since diagnosis").format(days=days)
            )
        else:
            days = (course.last_on - course.first_on).days
            sentences.append(QCoreApplication.translate("MDT", "Day {days}").format(days=days))
    if death is not None:
        said = QCoreApplication.translate("MDT", "Died {day}")
        exact = death.on.precision is Precision.DAY
        on = words.day(death.on.earliest) if exact else known_day(death.on)
        sentences.append(said.format(day=on))
    elif course.last_on is not None:
        said = QCoreApplication.translate("MDT", "Seen {day}")
        sentences.append(said.format(day=words.day(course.last_on)))
    return "".join(f"{one}. " for one in sentences).strip()


def _sex(sex: Sex) -> str:
    return {
        Sex.FEMALE: QCoreApplication.translate("MDT", "Female"),
        Sex.MALE: QCoreApplication.translate("MDT", "Male"),
        Sex.OTHER: QCoreApplication.translate("MDT", "Sex: other"),
    }[sex]


def _dialysis(how: Dialysis) -> str:
    return {
        Dialysis.NONE: QCoreApplication.translate("MDT", "No dialysis"),
        Dialysis.HAEMODIALYSIS: QCoreApplication.translate("MDT", "Haemodialysis"),
        Dialysis.PERITONEAL: QCoreApplication.translate("MDT", "Peritoneal dialysis"),
        Dialysis.TRANSPLANT: QCoreApplication.translate("MDT", "Kidney transplant"),
    }[how]


def _dialysis_line(record: ClinicalRecord | None, detail: PatientDetail) -> str:
    """Return the dialysis; where it was changed since, both with their dates."""
    said = "" if detail.dialysis is None else _dialysis(detail.dialysis)
    changed = None if record is None else record.dialysis_change
    if changed is None:
        return said
    if detail.dialysis_start is not None and detail.dialysis is not Dialysis.NONE:
        since = QCoreApplication.translate("MDT", "{dialysis} from {year}")
        said = since.format(dialysis=said, year=detail.dialysis_start.earliest.year)
    text = QCoreApplication.translate("MDT", "{dialysis}, changed {day}")
    if changed.text:
        text = QCoreApplication.translate("MDT", "{dialysis}, {day} {what}")
    return text.format(dialysis=said, day=known_day(changed.on), what=changed.text)


def identity(known: Identity | None) -> str:
    """Return who a patient is by name, for the one page where it was asked for."""
    if known is None or not (known.name or known.birth_date or known.nhs_number):
        return QCoreApplication.translate("MDT", "No name is recorded for this code.")
    parts = [known.name] if known.name else []
    if known.birth_date is not None:
        born = QCoreApplication.translate("MDT", "born {day}")
        parts.append(born.format(day=words.day(known.birth_date)))
    if known.nhs_number:
        number = known.nhs_number.replace(" ", "")
        spaced = f"{number[:3]} {number[3:6]} {number[6:]}" if len(number) == 10 else number
        parts.append(QCoreApplication.translate("MDT", "NHS {number}").format(number=spaced))
    return ", ".join(parts)


def refusal() -> str:
    """Return why nothing is shown of a patient."""
    return QCoreApplication.translate(
        "MDT",
        "This patient said no to being shown at the MDT, or took the consent back. "
        "Nothing is shown.",
    )


def consent_note(course: PatientCourse) -> str:
    """Return what is to be said of the consent beside the data; empty where it was given."""
    if course.answer is Leave.NOT_ASKED and course.is_shown:
        return QCoreApplication.translate("MDT", "MDT consent not asked")
    return ""


# --- what is new ---------------------------------------------------------------------------------

_MOST_CLOSED: Final = 3
_MOST_CHANGED: Final = 3


def news_sentences(course: PatientCourse) -> tuple[str, tuple[str, ...]]:
    """Return the head, such as ``New since 28 May:``, and the sentences, what weighs most first."""
    news = course.news
    if news is None:
        if course.timeline is not None and course.first_on is not None:
            return QCoreApplication.translate("MDT", "One visit so far."), ()
        return "", ()
    year = course.last_on.year if course.last_on is not None else course.today.year
    until = course.measured_on
    is_read = until is not None and until > news.since
    text = QCoreApplication.translate("MDT", "New since {day}:")
    if course.is_since_meeting:
        text = QCoreApplication.translate("MDT", "New since the MDT of {day}:")
    if course.waiting and is_read:
        text = QCoreApplication.translate("MDT", "New since {day}, up to {until}:")
        if course.is_since_meeting:
            text = QCoreApplication.translate("MDT", "New since the MDT of {day}, up to {until}:")
    head = text.format(
        day=_day_of(news.since, year), until="" if until is None else _day_of(until, year)
    )
    if course.waiting:
        # What nobody looked at yet is said before anything else: no news is none then.
        waits = words.counted(
            course.waiting,
            QCoreApplication.translate("MDT", "1 photograph waits for review."),
            QCoreApplication.translate("MDT", "{n} photographs wait for review."),
        )
        head = f"{waits} {head}"
    return head, tuple(_sentences(course, news, is_read=is_read))


def _day_of(on: date, year: int) -> str:
    return words.day_short(on) if on.year == year else words.day(on)


def _sentences(course: PatientCourse, news: News, *, is_read: bool) -> Iterable[str]:
    if news.death is not None:
        cause = ""
        if news.death.death_cause is not None:
            cause = f", {_cause(news.death.death_cause)}"
        said = QCoreApplication.translate("MDT", "died {day}")
        yield said.format(day=known_day(news.death.on)) + cause
    for event in news.events:
        yield _event(event)
    # Whether a lesion is on a photograph that waits for review nobody has said yet.
    turns = [one for one in news.lesions if not (course.waiting and one.turn is Turn.NOT_SEEN)]
    for one in turns:
        if one.turn in OPENINGS:
            yield _turn(one)
    yield from _changes(course, news.since)
    if not news.has_opened:
        yield _nothing_opened(course, news, is_read=is_read)
    for one in turns:
        if one.turn not in OPENINGS:
            yield _turn(one)
    both = [one for one in news.started if one in news.stopped]
    for given in both:
        yield _course_of(given)
    for given in news.started:
        if given in both:
            continue
        yield _treatment(QCoreApplication.translate("MDT", "{what} started"), given)
    for given in news.changed:
        yield _treatment(QCoreApplication.translate("MDT", "{what} from {day}"), given)
    for given in news.stopped:
        if given in both:
            continue
        yield _treatment(QCoreApplication.translate("MDT", "{what} stopped"), given)
    for closed in news.still_closed[:_MOST_CLOSED]:
        said = QCoreApplication.translate("MDT", "{lesion} still closed, {days} days")
        yield said.format(lesion=closed.lesion.label, days=closed.days)
    if (more := len(news.still_closed) - _MOST_CLOSED) > 0:
        yield words.counted(
            more,
            QCoreApplication.translate("MDT", "1 more is still closed"),
            QCoreApplication.translate("MDT", "{n} more are still closed"),
        )


def _nothing_opened(course: PatientCourse, news: News, *, is_read: bool) -> str:
    if course.waiting and not is_read:
        return QCoreApplication.translate("MDT", "nothing reviewed yet")
    if news.visits:
        return QCoreApplication.translate("MDT", "nothing opened")
    return QCoreApplication.translate("MDT", "not seen since")


def _changes(course: PatientCourse, since: date) -> Iterable[str]:
    """Yield what is larger or smaller beyond error, the largest change first.

    Since the visit before; where that can't tell, since the first visit that can be compared.
    """
    found = []
    for row in course.rows:
        if row.newest is None or row.newest.on <= since or row.is_over:
            continue
        both = (
            (row.change, row.ratio, row.before),
            (row.since_first, row.first_ratio, row.first),
        )
        for what, ratio, before in both:
            if what in {Change.LARGER, Change.SMALLER} and ratio is not None and before is not None:
                text = QCoreApplication.translate("MDT", "{lesion} {percent} {change}")
                if before.on != since:
                    text = QCoreApplication.translate(
                        "MDT", "{lesion} {percent} {change} than {day}"
                    )
                said = text.format(
                    lesion=row.lesion.label,
                    percent=words.percent(ratio[0], has_sign=True),
                    change=change.said(what),
                    day=_day_of(before.on, row.newest.on.year),
                )
                found.append((-abs(math.log1p(ratio[0])), said))
                break
    found.sort()
    yield from (said for _, said in found[:_MOST_CHANGED])
    if (more := len(found) - _MOST_CHANGED) > 0:
        yield words.counted(
            more,
            QCoreApplication.translate("MDT", "1 more is larger or smaller"),
            QCoreApplication.translate("MDT", "{n} more are larger or smaller"),
        )


def _turn(one: LesionNews) -> str:
    label = one.lesion.label
    day = words.day_short(one.on) if one.known is None else known_day(one.known)
    other = "" if one.other is None else one.other.label
    if one.turn is Turn.CLOSED:
        text = QCoreApplication.translate("MDT", "{lesion} closed {day}")
        if one.confirmed is None:
            text = QCoreApplication.translate("MDT", "{lesion} seen closed {day}, unconfirmed")
    elif one.turn is Turn.ENDED:
        text = {
            EndReason.AMPUTATED: QCoreApplication.translate("MDT", "{lesion} amputated {day}"),
            EndReason.GRAFTED: QCoreApplication.translate("MDT", "{lesion} grafted {day}"),
            EndReason.SURGICALLY_CLOSED: QCoreApplication.translate(
                "MDT", "{lesion} closed by surgery {day}"
            ),
            EndReason.SPLIT: QCoreApplication.translate("MDT", "{lesion} split {day}"),
            EndReason.LOST: QCoreApplication.translate("MDT", "{lesion} lost to follow-up {day}"),
        }.get(
            one.reason or EndReason.MERGED,
            QCoreApplication.translate("MDT", "{lesion} no longer followed from {day}"),
        )
    else:
        text = {
            Turn.FOUND: QCoreApplication.translate("MDT", "{lesion} found {day}, not an ulcer"),
            Turn.OPENED: QCoreApplication.translate("MDT", "{lesion} opened {day}"),
            Turn.SPLIT_OFF: QCoreApplication.translate("MDT", "{lesion} split from {other} {day}"),
            Turn.RECURRED: QCoreApplication.translate(
                "MDT", "{lesion} opened {day} where {other} was"
            ),
            Turn.REOPENED: QCoreApplication.translate("MDT", "{lesion} opened again {day}"),
            Turn.DEBRIDED: QCoreApplication.translate("MDT", "{lesion} debrided {day}"),
            Turn.MERGED: QCoreApplication.translate("MDT", "{lesion} merged into {other} {day}"),
            Turn.NOT_SEEN: QCoreApplication.translate("MDT", "{lesion} not seen since {day}"),
        }[one.turn]
    return text.format(lesion=label, other=other, day=day)


def _cause(cause: DeathCause) -> str:
    return {
        DeathCause.SEPSIS: QCoreApplication.translate("MDT", "sepsis"),
        DeathCause.CARDIOVASCULAR: QCoreApplication.translate("MDT", "cardiovascular"),
        DeathCause.DIALYSIS_WITHDRAWAL: QCoreApplication.translate("MDT", "dialysis withdrawn"),
        DeathCause.OTHER: QCoreApplication.translate("MDT", "other cause"),
    }[cause]


def _event(event: Event) -> str:
    what = _inside(chart_words().lanes.event(event.kind))
    if event.text:
        what = f"{what}: {event.text}"
    if event.kind is EventKind.ADMISSION and event.ended_on is not None:
        text = QCoreApplication.translate("MDT", "{what} {day} to {until}")
        return text.format(what=what, day=known_day(event.on), until=known_day(event.ended_on))
    return f"{what} {known_day(event.on)}"


def _inside(text: str) -> str:
    """Return a name as it stands inside a sentence; what begins with two capitals stays."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _course_of(one: Treatment) -> str:
    """Return a treatment that began and ended since."""
    text = QCoreApplication.translate("MDT", "{what} {day} to {until}")
    until = "" if one.stop is None else known_day(one.stop)
    return _treatment(text.replace("{until}", until), one)


def _treatment(text: str, one: Treatment) -> str:
    say = chart_words()
    what = _inside(f"{treatment_name(one, say)} {dose_words(one, say)}".strip())
    day = "" if one.start is None else known_day(one.start)
    return text.format(what=what, day=day)


def known_day(on: PartialDate) -> str:
    """Return a date as far as it is known: ``3 Jun``, ``Jun 2026``, ``2026``."""
    is_exact = on.precision is Precision.DAY
    return words.day_short(on.earliest) if is_exact else words.partial_day(on)


def sentence(parts: Iterable[str]) -> str:
    """Return parts as sentences: a full stop after each, a capital after the first."""
    made = [part for part in parts if part]
    if not made:
        return ""
    first, *more = made
    return " ".join([f"{first}.", *(f"{part[:1].upper()}{part[1:]}." for part in more)])
