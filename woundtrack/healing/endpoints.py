"""What an endpoint of a natural-history study is: EP1 to EP19, and why one can't be computed.

Hides nothing: ``endpoints_lesion`` and ``endpoints_patient`` hold the rules. No endpoint is a
verdict on a treatment, and none is made up where the record is silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Final

from woundtrack.healing.estimates import Estimate
from woundtrack.healing.scores import Instrument
from woundtrack.model import ClinicalRecord, Precision

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "EP1": "Onset and form of a lesion",
        "EP2": "Complete closure",
        "EP3": "Healing of the patient",
        "EP4": "Time to closure",
        "EP5": "Reopening and recurrence",
        "EP6": "Area reduction and log area ratio at set weeks",
        "EP7": "Gilman rate",
        "EP8": "Course of the area",
        "EP9": "Change of BWAT-CUA, baseline to week 12",
        "EP10": "Change of pain (VAS), baseline to week 12",
        "EP11": "Change of Wound-QoL, baseline to week 12",
        "EP12": "Change of BCWAS of the sentinel ulcer, baseline to week 12",
        "EP13": "Survival",
        "EP14": "Infection, bacteraemia, sepsis",
        "EP15": "Admissions",
        "EP16": "Amputation",
        "EP17": "Opioids: stopped or stepped down",
        "EP18": "Ulcer-free days alive",
        "EP19": "Exposure to treatments",
    }
)
"""Every endpoint and its name in English."""


class EndpointStatus(Enum):
    """What is known of an endpoint."""

    COMPUTED = "computed"
    UNCONFIRMED = "unconfirmed"
    NOT_COMPUTABLE = "not computable"


class Why(Enum):
    """Why an endpoint is unconfirmed, or can't be computed."""

    NOT_RECORDED = "it was not recorded"
    NEVER_OPEN = "the lesion was never seen open"
    NO_BASELINE = "no open area was measured"
    NO_MEASUREMENT = "no area was measured in the window"
    NO_INTERVAL = "a measurement has no interval"
    WIDE_INTERVAL = "a change's interval is too wide to tell"
    NOT_YET = "the window isn't over"
    DIED_BEFORE = "the patient died before"
    ENDED_BEFORE = "the lesion ended before"
    CLOSED_HAS_NO_LOG = "a closed lesion has no log area ratio and no margin"
    BROKEN = "a debridement, a merge or a split lies between"
    TOO_FEW = "there are fewer than two intervals in a row"
    MIXED = "the last two intervals differ"
    SECOND_VISIT = "a second visit at least 14 days later must confirm it"
    STOPPED_BY_DEATH = "the patient died before it was confirmed"
    LATER_VISIT = "a visit 28 days later must confirm it"
    DRAINAGE_OR_DRESSING = "drainage or dressing is not recorded"
    NOT_CLOSED = "the lesion is not closed"
    DIED_OPEN = "the patient died with the lesion open"
    REMOVED = "the lesion was amputated, grafted or closed by surgery"
    MERGED = "the lesion merged into another"
    NO_DEFINITION = "no verified definition of the instrument is installed"
    INCOMPLETE = "an item isn't answered, so that there is no total"
    NOT_FOLLOWED = "the patient was not followed so long"
    PARTIAL_DATE = "the date is known by its month or year alone"
    STILL_GOING_ON = "it is not over"
    NO_CONVERSION = "the doses can't be compared without a table of conversion"
    CHANGED_TO_UNKNOWN = "the last one was changed to something that isn't recorded"
    UNKNOWN_RELATION = "of some it isn't recorded whether they are related"


class Note(Enum):
    """What must be said beside a number."""

    INTERPOLATED = "interpolated"
    ASSUMED_SPREAD = "the interval is assumed"
    OVER_BREAK = "a debridement, a merge or a split lies between"
    OTHER_EDGE = "one area is the eschar's, the other the open ulcer's"
    PARTIAL_DATE = "the date is known by its month or year alone"
    CARRIED = "closed before, and not seen open since"
    FROM_FIRST_VISIT = "counted from the first visit; the onset is not known"


class IntervalKind(Enum):
    """What the two ends of an endpoint are."""

    MEASUREMENTS = "95 % interval of the measurements"
    VISITS = "between visits"
    DATES = "as far as the dates are known"
    RECORD = "without and with what isn't recorded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One endpoint's result, of a lesion or, without ``lesion_id``, of the patient.

    ``code`` is one of ``TITLES``, and ``what`` names the result within it by a word that is
    exported as it stands, such as ``reduction_week_4``. ``value`` is None where ``status`` is
    NOT_COMPUTABLE, and ``why`` then says why. ``low`` and ``high`` are what ``interval`` says.
    ``on`` is the day the value stands for, and ``since`` that from which it counts; where either
    rests on a date known by its month or year alone, it is the middle of that, and
    ``on_precision`` or ``since_precision`` says so. ``text`` is what was recorded beside it: a
    treatment's name, the level of an amputation.
    """

    code: str
    what: str
    value: float | str | bool | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    interval: IntervalKind | None = None
    on: date | None = None
    since: date | None = None
    on_precision: Precision = Precision.DAY
    since_precision: Precision = Precision.DAY
    lesion_id: str | None = None
    status: EndpointStatus = EndpointStatus.COMPUTED
    why: Why | None = None
    notes: tuple[Note, ...] = ()
    text: str = ""


def estimated(
    code: str,
    what: str,
    estimate: Estimate,
    *,
    on: date,
    since: date,
    lesion_id: str,
    notes: Iterable[Note] = (),
) -> Endpoint:
    """Return an endpoint that is a number with the interval of the measurements."""
    found = tuple(notes)
    if estimate.is_assumed:
        found = (*found, Note.ASSUMED_SPREAD)
    return Endpoint(
        code=code,
        what=what,
        value=estimate.value,
        unit=estimate.unit,
        low=estimate.low,
        high=estimate.high,
        interval=None if estimate.low is None else IntervalKind.MEASUREMENTS,
        on=on,
        since=since,
        lesion_id=lesion_id,
        notes=found,
    )


def untold(code: str, what: str, why: Why, *, lesion_id: str | None = None) -> Endpoint:
    """Return an endpoint that can't be computed."""
    return Endpoint(
        code=code, what=what, lesion_id=lesion_id, status=EndpointStatus.NOT_COMPUTABLE, why=why
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreTotals:
    """The totals of recorded scores, by the score's ``entry_id``; None where one is incomplete.

    ``verified`` are the ids of the instruments with a verified definition: no other is in it.
    """

    verified: frozenset[str] = frozenset()
    totals: Mapping[str, float | None] = field(default_factory=dict)


NO_TOTALS: Final = ScoreTotals()
"""No instrument with a verified definition is installed."""


def score_totals(record: ClinicalRecord, instruments: Iterable[Instrument]) -> ScoreTotals:
    """Return the totals of a record's scores by the instruments that have a total.

    An instrument whose definition isn't verified never has one. A score counts by the version of
    the instrument that it was answered in.
    """
    known = {(one.id, one.version): one for one in instruments if one.total is not None}
    totals = {
        score.entry_id: known[score.instrument, score.instrument_version].total_of(
            dict(score.items)
        )
        for score in record.scores
        if (score.instrument, score.instrument_version) in known
    }
    return ScoreTotals(verified=frozenset(name for name, _ in known), totals=totals)
