"""The words of one lesion's row: its area, its change since the visit before and since the first.

Hides the wording, what is left out where there is little room, and what can't be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication

from woundtrack.healing.change import Change
from woundtrack.healing.lesion_states import BreakReason
from woundtrack.model import EndReason, EventKind, PartialDate, WoundState
from woundtrack.ui import change
from woundtrack.ui.components import words
from woundtrack.ui.mdt.said import known_day

if TYPE_CHECKING:
    from woundtrack.model import TimelinePoint
    from woundtrack.ui.mdt.course import LesionRow, PatientCourse

Sign = Literal["down", "up", "same", "unknown", ""]


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstWords:
    """The change since the first visit that can be compared: a sign, a figure, a word, a day.

    ``interval`` is the change's. ``is_other`` says that it isn't the visit before, ``is_anew`` that
    it is the first one since the line broke, and not the first of all.
    """

    sign: Sign
    change: str
    word: str
    interval: str
    day: str
    is_other: bool
    is_anew: bool

    @property
    def spoken(self) -> str:
        """All of it in one line: ``since 3 Jan +290 % larger, +86 to +604 %``."""
        text = QCoreApplication.translate("MDT", "since {day} {change} {word}, {interval}")
        return text.format(day=self.day, change=self.change, word=self.word, interval=self.interval)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowWords:
    """A row of the table: two lines of the area, a sign, two lines of the change.

    ``interval`` is that of the area alone. ``short`` is the change where there is room for a word.
    ``day`` is that of the visit before, where it isn't the one that the table's head names.
    ``first`` is the change since the first visit; None where there is none to compare.
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
    day: str = ""
    first: FirstWords | None = None

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
            told = f"{self.change_under} {self.beside}"
            return ", ".join(part for part in (area, told, self._since_first) if part)
        told = ", ".join(part for part in (self.line, self.change_under) if part)
        return ", ".join(part for part in (area, told) if part)

    @property
    def details(self) -> tuple[str, ...]:
        """What one line leaves out, in ever fewer words; both changes have theirs in each."""
        if not self.beside:
            return (self.detail,)
        line = f"{self.line} ({self.change_under})"
        if self.first is None or not self.first.is_other:
            return self.detail, line, self.line
        text = QCoreApplication.translate("MDT", "{before}; since {day} {first}")
        first = f"{self.first.change} {self.first.word}"
        return (
            self.detail,
            text.format(before=line, day=self.first.day, first=f"{first} ({self.first.interval})"),
            text.format(before=self.line, day=self.first.day, first=first),
        )

    @property
    def spoken(self) -> str:
        """All of it in one line."""
        area = " ".join(part for part in (self.value, self.unit) if part)
        change_ = " ".join(part for part in (self.change, self.beside) if part)
        parts = (area, self.under, change_, self.change_under, self._since_first)
        return ", ".join(part for part in parts if part)

    @property
    def intervals(self) -> str:
        """The intervals of both changes, for the line below rows that have no room for them."""
        if not self.beside:
            return self.change_under
        if self.first is None or not self.first.is_other:
            return self.change_under
        text = QCoreApplication.translate("MDT", "{before}; first {first}")
        if self.first.is_anew:
            text = QCoreApplication.translate("MDT", "{before}; since {day} {first}")
        return text.format(before=self.change_under, day=self.first.day, first=self.first.interval)

    @property
    def _since_first(self) -> str:
        return self.first.spoken if self.first is not None and self.first.is_other else ""


def row_words(row: LesionRow, course: PatientCourse, since: date | None) -> RowWords:
    """Return the words of a row; ``since`` is the day that the table's head names."""
    value, unit, interval, when = _area(row, course)
    sign: Sign = ""
    said = beside = below = ""
    short: str | None = None
    before = row.before
    is_wide = (
        row.newest is not None
        and before is not None
        and row.ratio is not None
        and change.is_too_wide(before, row.newest)
    )
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
    elif row.change is Change.CANNOT_TELL and not is_wide:
        sign, said, below = "unknown", change.said(Change.CANNOT_TELL), _why_not(row, course)
        short = ""
    else:
        sign = _sign(row.change)
        beside = change.said(row.change)
        if row.ratio is not None:
            said = words.percent(row.ratio[0], has_sign=True)
            below = _ends(row.ratio)
        else:
            said, beside = beside, ""
            below = QCoreApplication.translate("MDT", "was closed {day}").format(
                day=words.day_short(before.on)
            )
    is_told = is_wide or row.change is not Change.CANNOT_TELL
    day = ""
    if before is not None and sign and before.on != since and is_told:
        day = words.day_short(before.on)
        below = f"{below} ({day})"
    if row.end is not None and not row.is_gone:
        until = row.end.known or PartialDate.of(row.end.on)
        died = QCoreApplication.translate("MDT", "died {day}").format(day=known_day(until))
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
        day=day if beside else "",
        first=_first(row),
    )


def _sign(what: Change) -> Sign:
    signs: dict[Change, Sign] = {
        Change.SMALLER: "down",
        Change.LARGER: "up",
        Change.WITHIN_ERROR: "same",
    }
    return signs.get(what, "unknown")


def _ends(ratio: tuple[float, float, float]) -> str:
    """Return the ends of a change's interval: ``−24 to −9 %``."""
    return QCoreApplication.translate("MDT", "{low} to {high}").format(
        low=words.percent(ratio[1], has_sign=True).removesuffix("%").rstrip(),
        high=words.percent(ratio[2], has_sign=True),
    )


def _first(row: LesionRow) -> FirstWords | None:
    first, found = row.first, row.first_ratio
    if first is None or found is None or row.newest is None or row.is_over:
        return None
    is_far = first.on.year != row.newest.on.year
    return FirstWords(
        sign=_sign(row.since_first),
        change=words.percent(found[0], has_sign=True),
        word=change.said(row.since_first),
        interval=_ends(found),
        day=words.day(first.on) if is_far else words.day_short(first.on),
        is_other=row.before is None or first.on != row.before.on,
        is_anew=any(one.area_mm2 and one.on < first.on for one in row.curve.points),
    )


def _area(row: LesionRow, course: PatientCourse) -> tuple[str, str, str, str]:
    """Return the newest area, its unit, its interval, and its day where that is an earlier one."""
    newest = row.newest
    if newest is None:
        return words.DASH, "", "", ""
    if row.end is not None and row.is_gone:
        return words.DASH, "", "", _was(newest)
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


def _was(newest: TimelinePoint) -> str:
    """Return how large a lesion was when it was seen last, that is there no more."""
    if newest.area_cm2 is None:
        return words.day_short(newest.on)
    text = QCoreApplication.translate("MDT", "was {area} cm²")
    return text.format(area=words.area(newest.area_cm2))


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
        return text.format(day=known_day(_as_known(row.why_not.on, course)))
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
