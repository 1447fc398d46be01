"""The words of one patient's page: who, what became of each lesion, what is new.

Hides the wording and its order; facts come from the course.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QCoreApplication

from woundtrack.healing.change import Change
from woundtrack.healing.chart_record import dose_words, treatment_name
from woundtrack.healing.lesion_states import BreakReason
from woundtrack.healing.news import OPENINGS, Turn
from woundtrack.model import (
    DeathCause,
    Dialysis,
    EndReason,
    EventKind,
    PartialDate,
    Precision,
    Sex,
    WoundState,
)
from woundtrack.ui import change
from woundtrack.ui.components import words
from woundtrack.ui.timeline.chart_says import chart_words
from woundtrack.workflow import Leave

if TYPE_CHECKING:
    from collections.abc import Iterable

    from woundtrack.healing.news import LesionNews, News
    from woundtrack.model import Event, Identity, Treatment
    from woundtrack.ui.mdt.course import LesionRow, PatientCourse

Sign = Literal["down", "up", "same", "unknown", ""]


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
            sentences.append(_dialysis(detail.dialysis))
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
        on = words.day(death.on.earliest) if exact else _day(death.on)
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


# --- lesions -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class RowWords:
    """A row of the table: two lines of the area, a sign, two lines of the change.

    ``interval`` is that of the area alone. ``short`` is the change where there is room for a word.
    """

    value: str
    unit: str
    under: str
    sign: Sign
    change: str
    beside: str
    change_under: str
    interval: str = ""
    short: str = ""

    @property
    def line(self) -> str:
        """The change in one line, without its interval: ``−17 % smaller``."""
        return " ".join(part for part in (self.change, self.beside) if part)

    @property
    def detail(self) -> str:
        """What one line leaves out: the area's interval, and the change's or why there is none."""
        area = self.under.replace(self.interval, f"{self.interval} {self.unit}", 1)
        area = area if self.interval else self.under
        if self.beside:
            return ", ".join(part for part in (area, f"{self.change_under} {self.beside}") if part)
        told = ", ".join(part for part in (self.line, self.change_under) if part)
        return ", ".join(part for part in (area, told) if part)

    @property
    def spoken(self) -> str:
        """All of it in one line."""
        area = " ".join(part for part in (self.value, self.unit) if part)
        change_ = " ".join(part for part in (self.change, self.beside) if part)
        return ", ".join(part for part in (area, self.under, change_, self.change_under) if part)


def row_words(row: LesionRow, course: PatientCourse, since: date | None) -> RowWords:
    """Return the words of a row; ``since`` is the day that the table's head names."""
    value, unit, interval, when = _area(row, course)
    sign: Sign = ""
    said = beside = below = ""
    short: str | None = None
    before = row.before
    if row.end is not None and row.is_gone:
        known = row.end.known or PartialDate.of(row.end.on)
        said, below = _ending(row), words.partial_day(known)
        short = change.end_words(row.end) if row.end.into is None else None
        if row.into is not None:
            short = QCoreApplication.translate("MDT", "in {lesion}").format(lesion=row.into.label)
        elif row.end.reason is EndReason.LOST:
            short = QCoreApplication.translate("MDT", "lost")
        elif row.end.reason is EndReason.AMPUTATED:
            short = QCoreApplication.translate("MDT", "amput.")
    elif row.newest is None:
        said = QCoreApplication.translate("MDT", "not seen yet")
        short = QCoreApplication.translate("MDT", "not seen")
    elif row.change is Change.CLOSED:
        said = change.said(Change.CLOSED)
        below = _closure(row)
    elif row.change is Change.FIRST or before is None:
        said = change.said(Change.FIRST)
        short = QCoreApplication.translate("MDT", "first")
        if row.newest.area_mm2 is None:
            said = change.said(Change.CANNOT_TELL)
            below = change.why_no_area(row.newest)
            sign, short = "unknown", ""
    elif row.change is Change.CANNOT_TELL:
        sign, said, below = "unknown", change.said(Change.CANNOT_TELL), _why_not(row, course)
        short = ""
    else:
        sign = {Change.SMALLER: "down", Change.LARGER: "up"}.get(row.change, "same")  # type: ignore[assignment]
        beside = change.said(row.change)
        if row.ratio is not None:
            said = words.percent(row.ratio[0], has_sign=True)
            below = QCoreApplication.translate("MDT", "{low} to {high}").format(
                low=words.percent(row.ratio[1], has_sign=True).removesuffix("%").rstrip(),
                high=words.percent(row.ratio[2], has_sign=True),
            )
        else:
            said, beside = beside, ""
            below = QCoreApplication.translate("MDT", "was closed {day}").format(
                day=words.day_short(before.on)
            )
    if before is not None and sign and before.on != since and row.change is not Change.CANNOT_TELL:
        below = f"{below} ({words.day_short(before.on)})"
    if row.end is not None and not row.is_gone:
        until = row.end.known or PartialDate.of(row.end.on)
        died = QCoreApplication.translate("MDT", "died {day}").format(day=_day(until))
        below = ", ".join(part for part in (below, died) if part)
    return RowWords(
        value=value,
        unit=unit,
        under=", ".join(part for part in (interval, when) if part),
        sign=sign,
        change=said,
        beside=beside,
        change_under=below,
        interval=interval,
        short=said if short is None else short,
    )


def _area(row: LesionRow, course: PatientCourse) -> tuple[str, str, str, str]:
    """Return the newest area, its unit, its interval, and its day where that is an earlier one."""
    newest = row.newest
    if newest is None:
        return words.DASH, "", "", ""
    # What was seen last at an earlier visit says so.
    when = "" if newest.on == course.measured_on else words.day_short(newest.on)
    if newest.state is WoundState.CLOSED:
        return "0", "cm²", "", when
    if newest.area_cm2 is None:
        return words.DASH, "", "", when or QCoreApplication.translate("MDT", "no area")
    interval = ""
    if newest.area_low_mm2 is not None and newest.area_high_mm2 is not None:
        interval = words.interval_short(newest.area_low_mm2 / 100, newest.area_high_mm2 / 100)
    return words.area(newest.area_cm2), "cm²", interval, when


def _closure(row: LesionRow) -> str:
    if row.back_as is not None:
        text = QCoreApplication.translate("MDT", "came back as {lesion}")
        return text.format(lesion=row.back_as.label)
    if row.closed_on is None:
        return ""
    if row.confirmed_on is not None and row.newest is not None:
        days = (row.newest.on - row.closed_on).days
        return QCoreApplication.translate("MDT", "{days} days, confirmed").format(days=days)
    return QCoreApplication.translate("MDT", "seen {day}, unconfirmed").format(
        day=words.day_short(row.closed_on)
    )


def _why_not(row: LesionRow, course: PatientCourse) -> str:
    if row.why_not is not None:
        text = {
            BreakReason.DEBRIDEMENT: QCoreApplication.translate("MDT", "debrided {day}"),
        }.get(row.why_not.reason)
        if text is None:
            text = QCoreApplication.translate("MDT", "merged or split {day}")
        return text.format(day=_day(_as_known(row.why_not.on, course)))
    if row.is_other_kind:
        return QCoreApplication.translate("MDT", "eschar and ulcer compared")
    if row.newest is not None and row.newest.area_mm2 is None:
        return change.why_no_area(row.newest)
    return QCoreApplication.translate("MDT", "no interval before")


def _as_known(on: date, course: PatientCourse) -> PartialDate:
    """Return a debridement's day, or its month where it stands for the middle of that."""
    events = () if course.record is None else course.record.events
    cuts = (one.on for one in events if one.kind is EventKind.DEBRIDEMENT)
    return next((one for one in cuts if one.middle == on), PartialDate.of(on))


def _ending(row: LesionRow) -> str:
    end = row.end
    if end is None:
        return ""
    if end.reason is EndReason.MERGED and row.into is not None:
        text = QCoreApplication.translate("MDT", "merged into {lesion}")
        return text.format(lesion=row.into.label)
    return {
        EndReason.MERGED: QCoreApplication.translate("MDT", "merged"),
        EndReason.SPLIT: QCoreApplication.translate("MDT", "split"),
        EndReason.AMPUTATED: QCoreApplication.translate("MDT", "amputated"),
        EndReason.SURGICALLY_CLOSED: QCoreApplication.translate("MDT", "closed by surgery"),
        EndReason.GRAFTED: QCoreApplication.translate("MDT", "grafted"),
        EndReason.LOST: QCoreApplication.translate("MDT", "lost to follow-up"),
        EndReason.CLOSED: QCoreApplication.translate("MDT", "closed"),
        EndReason.DEATH: QCoreApplication.translate("MDT", "died"),
    }[end.reason]


# --- what is new ---------------------------------------------------------------------------------

_MOST_CLOSED: Final = 3


def news_sentences(course: PatientCourse) -> tuple[str, tuple[str, ...]]:
    """Return the head, such as ``New since 28 May:``, and the sentences, what weighs most first."""
    news = course.news
    if news is None:
        if course.timeline is not None and course.first_on is not None:
            return QCoreApplication.translate("MDT", "One visit so far."), ()
        return "", ()
    year = course.last_on.year if course.last_on is not None else course.today.year
    day = words.day_short(news.since) if news.since.year == year else words.day(news.since)
    head = QCoreApplication.translate("MDT", "New since {day}:")
    if course.is_since_meeting:
        head = QCoreApplication.translate("MDT", "New since the MDT of {day}:")
    said = list(_sentences(news, has_waiting=course.waiting > 0))
    if course.waiting:
        said.append(
            words.counted(
                course.waiting,
                QCoreApplication.translate("MDT", "1 photograph waits for review"),
                QCoreApplication.translate("MDT", "{n} photographs wait for review"),
            )
        )
    return head.format(day=day), tuple(said)


def _sentences(news: News, *, has_waiting: bool) -> Iterable[str]:
    if news.death is not None:
        cause = ""
        if news.death.death_cause is not None:
            cause = f", {_cause(news.death.death_cause)}"
        said = QCoreApplication.translate("MDT", "died {day}")
        yield said.format(day=_day(news.death.on)) + cause
    for event in news.events:
        yield _event(event)
    # Whether a lesion is on a photograph that waits for review nobody has said yet.
    turns = [one for one in news.lesions if not (has_waiting and one.turn is Turn.NOT_SEEN)]
    if not news.has_opened:
        yield (
            QCoreApplication.translate("MDT", "nothing opened")
            if news.visits
            else QCoreApplication.translate("MDT", "not seen since")
        )
    for one in sorted(turns, key=lambda one: one.turn not in OPENINGS):
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


def _turn(one: LesionNews) -> str:
    label = one.lesion.label
    day = words.day_short(one.on) if one.known is None else _day(one.known)
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
        return text.format(what=what, day=_day(event.on), until=_day(event.ended_on))
    return f"{what} {_day(event.on)}"


def _inside(text: str) -> str:
    """Return a name as it stands inside a sentence; what begins with two capitals stays."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _course_of(one: Treatment) -> str:
    """Return a treatment that began and ended since."""
    text = QCoreApplication.translate("MDT", "{what} {day} to {until}")
    until = "" if one.stop is None else _day(one.stop)
    return _treatment(text.replace("{until}", until), one)


def _treatment(text: str, one: Treatment) -> str:
    say = chart_words()
    what = _inside(f"{treatment_name(one, say)} {dose_words(one, say)}".strip())
    day = "" if one.start is None else _day(one.start)
    return text.format(what=what, day=day)


def _day(on: PartialDate) -> str:
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
