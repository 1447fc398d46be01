"""A patient's days moved so that they tell no date: all that is pseudonymised is written from them.

Hides how a date known by its month or year alone is told beside days that are told exactly, so that
the two together don't tell on which day of a month or year the index event was.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar, get_args, get_type_hints

from woundtrack.exchange.patient_file import Index, PatientFile
from woundtrack.model import (
    ENTRIES,
    Aetiology,
    ClinicalRecord,
    Consent,
    Entry,
    LesionState,
    PartialDate,
    PatientDetail,
    Precision,
    Treatment,
    WoundState,
)

E = TypeVar("E", bound=Entry)

DISGUISED_INDEX_DAY: Final = date(2000, 6, 15)
"""Everybody's index event in a pseudonymised export is this day: the middle of a month that is
about the middle of a year, so that a month or year told by its middle lies whole months or years
from it."""

_DAYS_A_MONTH: Final = 365.25 / 12
_DAYS_A_YEAR: Final = 365.25

_DATED: Final[Mapping[type[Entry], tuple[str, ...]]] = {
    kind: tuple(
        name
        for name, hint in get_type_hints(kind).items()
        if {date, PartialDate} & {hint, *get_args(hint)}
    )
    for kind in ENTRIES
}
"""The fields of each kind of entry that hold a day, or as much of one as is known."""

_NO_LONGER_OPEN: Final = frozenset(
    {LesionState.EPITHELIALISED, LesionState.SURGICALLY_CLOSED, LesionState.GRAFTED}
)

_FURTHEST: Final = 2
"""By so many months or years a number may differ from one that fits whatever the day was."""


@dataclass(slots=True)
class _Bounds:
    """What a date can't lie before, and what not after."""

    after: list[PartialDate] = field(default_factory=list)
    before: list[PartialDate] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Disguise:
    """How the days of one patient are moved; made by ``disguised``.

    A day is moved by as many days as the index event is from ``DISGUISED_INDEX_DAY``. Of a date
    known by its month or year alone only the number of calendar months or years from the index
    event's own is kept. That number alone tells nothing of the day of the index event. Beside an
    exact day it might: who died in the next month, and was seen 58 days after the index event, had
    that event in the first days of its month. So what the record says comes before an exact day, or
    after it, is told by a number that fits whatever the day was: the nearest such one.
    """

    anchor: date = field(repr=False)
    bounds: Mapping[tuple[str, str], _Bounds] = field(default_factory=dict, repr=False)

    def day(self, on: date) -> date:
        """Return a day as told."""
        return DISGUISED_INDEX_DAY + (on - self.anchor)

    def entry(self, entry: E) -> E:
        """Return an entry of the record with all its days as told; who recorded it when stays."""
        told: dict[str, Any] = {}
        for name in _DATED[type(entry)]:
            value = getattr(entry, name)
            if isinstance(value, PartialDate):
                told[name] = self._partial(value, self.bounds.get((entry.id, name)))
            elif value is not None:
                told[name] = self.day(value)
        if isinstance(entry, PatientDetail) and entry.birth_year is not None:
            told["birth_year"] = DISGUISED_INDEX_DAY.year + entry.birth_year - self.anchor.year
        return replace(entry, **told) if told else entry

    def _partial(self, on: PartialDate, bounds: _Bounds | None) -> PartialDate:
        if on.precision is Precision.DAY:
            return PartialDate.of(self.day(on.earliest))
        known = _Bounds() if bounds is None else bounds
        if on.precision is Precision.MONTH:
            number = _months(on) - _months(self.anchor)
            least = [_least_months(self._days(one)) for one in known.after if _is_day(one)]
            most = [_most_months(self._days(one)) for one in known.before if _is_day(one)]
        else:
            number = on.earliest.year - self.anchor.year
            least = [self._least_years(one) for one in known.after]
            most = [self._most_years(one) for one in known.before]
        # What can't be, whatever the day of the index event was, the record contradicts: no bound.
        least = [one for one in least if one <= number + _FURTHEST]
        most = [one for one in most if one >= number - _FURTHEST]
        # Where no number fits both, the first alone counts: then it tells nothing of the date.
        number = max([min([number, *most]), *least])
        if on.precision is Precision.YEAR:
            return PartialDate(text=f"{max(DISGUISED_INDEX_DAY.year + number, 1):04d}")
        year, month = divmod(_months(DISGUISED_INDEX_DAY) + number, 12)
        return PartialDate(text=f"{max(year, 1):04d}-{month + 1:02d}")

    def _days(self, on: PartialDate) -> int:
        return (on.earliest - self.anchor).days

    def _least_years(self, bound: PartialDate) -> int:
        """Return the first year that doesn't end before a date, whenever in its year the index."""
        if _is_day(bound):
            return _least_years(self._days(bound))
        if bound.precision is Precision.MONTH:
            return math.ceil((_months(bound) - _months(self.anchor)) / 12)
        return bound.earliest.year - self.anchor.year

    def _most_years(self, bound: PartialDate) -> int:
        """Return the last year that doesn't begin after a date, whenever in its year the index."""
        if _is_day(bound):
            return _most_years(self._days(bound))
        if bound.precision is Precision.MONTH:
            return math.floor((_months(bound) - _months(self.anchor)) / 12)
        return bound.earliest.year - self.anchor.year


def disguised(file: PatientFile) -> PatientFile:
    """Return a patient's file with all its days moved, and the course worked out anew from these.

    Whatever an export tells follows from the days as moved, so that it can tell no more than they
    do. The day of the course is the last of which anything is known: counted to the day of the
    export, a treatment that goes on would tell how many days before it the index event was.
    """
    index, record = file.index, file.record
    disguise = Disguise(anchor=_anchor_of(file), bounds=_bounds_of(file))
    told = ClinicalRecord(
        patient=record.patient,
        **{
            one.name: _moved(disguise, getattr(record, one.name))
            for one in fields(record)
            if one.name != "patient"
        },
    )
    visits = tuple(replace(one, visited_on=disguise.day(one.visited_on)) for one in file.visits)
    return replace(
        file,
        record=told,
        visits=visits,
        as_of=_last_day(disguise, file, told),
        disguise=disguise,
        whole_index=Index(on=None if index.on is None else DISGUISED_INDEX_DAY, event=index.event),
    )


def _moved(disguise: Disguise, found: object) -> Any:  # noqa: ANN401  # what a record holds
    if isinstance(found, Entry):
        return disguise.entry(found)
    if isinstance(found, tuple):
        return tuple(disguise.entry(one) for one in found)
    return found


def _entries(record: ClinicalRecord) -> Iterator[Entry]:
    for one in fields(record):
        found = getattr(record, one.name)
        if isinstance(found, Entry):
            yield found
        elif isinstance(found, tuple):
            yield from found


def _dates(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str, PartialDate]]:
    """Yield every date of entries: whose, the field, and the date as far as it is known."""
    for entry in entries:
        for name in _DATED[type(entry)]:
            value = getattr(entry, name)
            if value is not None:
                yield entry, name, _partial(value)


def _anchor_of(file: PatientFile) -> date:
    """Return the index event's day; without one the first day of anything that is known."""
    if file.index.on is not None:
        return file.index.on
    known = [one for _, _, one in _dates(_entries(file.record))]
    exact = [one for one in known if _is_day(one)]
    return min((one.earliest for one in exact or known), default=DISGUISED_INDEX_DAY)


def _last_day(disguise: Disguise, file: PatientFile, told: ClinicalRecord) -> date:
    """Return the last day, as told, of which anything is known by the day of the course."""
    days = [disguise.day(one.visited_on) for one in file.visits if one.visited_on <= file.as_of]
    known, moved = _dates(_entries(file.record)), _dates(_entries(told))
    for (_, _, was), (_, _, on) in zip(known, moved, strict=True):
        if was.earliest <= file.as_of:
            days.append(on.middle)
    return max(days, default=DISGUISED_INDEX_DAY)


# --- what comes before what ----------------------------------------------------------------------


def _bounds_of(file: PatientFile) -> dict[tuple[str, str], _Bounds]:
    """Return what the record implies of dates that aren't known to the day."""
    record = file.record
    found: dict[tuple[str, str], _Bounds] = {}

    def put(
        entry: Entry,
        name: str,
        *,
        after: Iterable[PartialDate | date | None] = (),
        before: Iterable[PartialDate | date | None] = (),
    ) -> None:
        bounds = found.setdefault((entry.id, name), _Bounds())
        bounds.after += [_partial(one) for one in after if one is not None]
        bounds.before += [_partial(one) for one in before if one is not None]

    death = record.death
    if death is not None:
        put(death, "on", after=[one.visited_on for one in file.visits])
        for entry, name, on in _dates(_entries(record)):
            if entry is not death and not isinstance(entry, Consent):
                put(entry, name, before=[death.on])
                put(death, "on", after=[on])
    _put_lesions(file, put)
    for event in record.events:
        put(event, "ended_on", after=[event.on, *found.get((event.id, "on"), _Bounds()).after])
        put(event, "on", before=[event.ended_on])
    for risk in record.risk_factors:
        put(risk, "start", before=[risk.stop])
        put(risk, "stop", after=[risk.start])
    _put_treatments(record.treatments, put)
    diagnosis = record.diagnosis
    if diagnosis is not None:
        first_seen = min((one.visited_on for one in file.visits), default=None)
        put(diagnosis, "first_sign_on", before=[diagnosis.diagnosed_on, first_seen])
        put(diagnosis, "diagnosed_on", after=[diagnosis.first_sign_on])
    return found


def _put_lesions(file: PatientFile, put: Any) -> None:  # noqa: ANN401  # of _bounds_of
    """Put that a lesion came before all that is known of it, and ended after it was last open.

    A lesion that is no longer open is looked at, scored and asked about after its end, too.
    """
    record = file.record
    days = {one.id: one.visited_on for one in file.visits}
    known: dict[str, list[PartialDate | date | None]] = {}
    while_open: dict[str, list[PartialDate | date | None]] = {}

    def add(lesion_id: str | None, on: PartialDate | date | None, *, is_open: bool) -> None:
        if lesion_id is not None:
            known.setdefault(lesion_id, []).append(on)
            if is_open:
                while_open.setdefault(lesion_id, []).append(on)

    for look in file.assessments:
        add(look.lesion_id, days.get(look.visit_id), is_open=look.state is not WoundState.CLOSED)
    for finding in record.findings:
        on = days.get(finding.visit_id)
        add(finding.lesion_id, on, is_open=finding.state not in _NO_LONGER_OPEN)
    for event in record.events:
        add(event.lesion_id, event.on, is_open=True)
    for pain in record.pains:
        add(pain.lesion_id, pain.on, is_open=False)
    for score in record.scores:
        add(score.lesion_id, score.on, is_open=False)
    first_sign = None if record.diagnosis is None else record.diagnosis.first_sign_on
    for detail in record.lesion_details:
        put(detail, "onset", before=[*known.get(detail.lesion_id, ()), detail.ended_on])
        put(detail, "ended_on", after=[detail.onset, *while_open.get(detail.lesion_id, ())])
        if record.diagnosis is not None and detail.aetiology in {None, Aetiology.CALCIPHYLAXIS}:
            put(detail, "onset", after=[first_sign])
            put(record.diagnosis, "first_sign_on", before=[detail.onset])


def _put_treatments(treatments: Iterable[Treatment], put: Any) -> None:  # noqa: ANN401  # likewise
    """Put that a treatment began before it was stopped, and a dose before all that follow it."""
    known = {one.entry_id: one for one in treatments}
    for one in known.values():
        put(one, "start", before=[one.stop])
        put(one, "stop", after=[one.start])
        for earlier in _doses_before(one, known):
            put(one, "start", after=[earlier.start, earlier.stop])
            put(one, "stop", after=[earlier.start, earlier.stop])
            put(earlier, "start", before=[one.start, one.stop])
            put(earlier, "stop", before=[one.start, one.stop])


def _doses_before(dose: Treatment, known: Mapping[str, Treatment]) -> Iterator[Treatment]:
    """Yield all doses before one, the nearest first: also those beyond one without a date."""
    passed = {dose.entry_id}
    while dose.follows is not None and dose.follows not in passed:
        earlier = known.get(dose.follows)
        if earlier is None:
            return
        yield earlier
        passed.add(earlier.entry_id)
        dose = earlier


def _partial(on: PartialDate | date) -> PartialDate:
    return on if isinstance(on, PartialDate) else PartialDate.of(on)


def _is_day(on: PartialDate) -> bool:
    return on.precision is Precision.DAY


# --- months and years that fit whatever the day of the index event -------------------------------


def _months(on: date | PartialDate) -> int:
    day = on.earliest if isinstance(on, PartialDate) else on
    return day.year * 12 + day.month - 1


def _first(month: int) -> int:
    year, place = divmod(month, 12)
    return date(year, place + 1, 1).toordinal()


_LEAP_CYCLE: Final = range(2001 * 12, 2005 * 12)
"""The months of four years: every order in which months of different lengths follow."""


@lru_cache(maxsize=4096)
def _least_months(days: int) -> int:
    """Return the first month that ends on no day before this one, whatever day the index was.

    Both count from the index event: months from its own calendar month, days from its day.
    """
    number = math.floor(days / _DAYS_A_MONTH) - 2
    while min(_first(at + number + 1) - _first(at + 1) for at in _LEAP_CYCLE) < days:
        number += 1
    return number


@lru_cache(maxsize=4096)
def _most_months(days: int) -> int:
    """Return the last month that begins on no day after this one, whatever day the index was."""
    number = math.ceil(days / _DAYS_A_MONTH) + 2
    while max(_first(at + number) - _first(at) for at in _LEAP_CYCLE) > days:
        number -= 1
    return number


@lru_cache(maxsize=4096)
def _least_years(days: int) -> int:
    """Return the first year that ends on no day before this one, whatever day the index was."""
    number = math.floor(days / _DAYS_A_YEAR) - 2
    while min(_first(12 * (y + number)) - _first(12 * y) for y in range(2001, 2005)) < days:
        number += 1
    return number


@lru_cache(maxsize=4096)
def _most_years(days: int) -> int:
    """Return the last year that begins on no day after this one, whatever day the index was."""
    number = math.ceil(days / _DAYS_A_YEAR) + 2
    while max(_first(12 * (y + number)) - _first(12 * y) for y in range(2001, 2005)) > days:
        number -= 1
    return number
