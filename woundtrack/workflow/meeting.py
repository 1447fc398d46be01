"""The multidisciplinary meeting: who is to be shown, who was shown when, and who might be.

Hides where the list is kept: with the library, so that a list made at one desk is there in the
meeting room. It holds ids and days and nothing of any patient.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from woundtrack.healing import change, lesion_states
from woundtrack.healing.change import Change
from woundtrack.healing.lesion_course import first_comparable
from woundtrack.healing.news import OPENINGS, news_since
from woundtrack.model import (
    ClinicalRecord,
    Consent,
    Entry,
    Event,
    LesionTimeline,
    Patient,
    Progress,
    Purpose,
    Timeline,
    Treatment,
    no_progress,
)
from woundtrack.records import Library
from woundtrack.workflow.consenting import Leave, answer_to
from woundtrack.workflow.course import timeline_of
from woundtrack.workflow.recording import record_of

Kind = TypeVar("Kind", bound=Entry)

_SETTING: Final = "mdt"
_KEPT: Final = 2
"""Days kept of each patient: the last, and the one before, for a meeting that is shown twice."""
USUAL_DAYS: Final = 28
"""Where no meeting was held yet, who was seen in so many days is suggested."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """The patients to be shown, in their order, and the days on which any were shown.

    ``patients`` and the keys of ``shown`` are ids of patients; ``shown`` has the newest day last.
    """

    patients: tuple[str, ...] = ()
    shown: Mapping[str, tuple[date, ...]] = field(default_factory=dict)

    def last_shown(self, patient_id: str, today: date) -> date | None:
        """Return when a patient was shown last before today; None where never."""
        earlier = [day for day in self.shown.get(patient_id, ()) if day < today]
        return max(earlier, default=None)

    def last_held(self, today: date) -> date | None:
        """Return the day of the last meeting before today; None where none was held."""
        every = [day for days in self.shown.values() for day in days if day < today]
        return max(every, default=None)


def meeting_of(library: Library) -> Meeting:
    """Return the meeting that is kept with a library; an empty one where none is."""
    stored = library.setting(_SETTING)
    if stored is None:
        return Meeting()
    kept = json.loads(stored)
    known = {one.id for one in library.patients()}
    return Meeting(
        patients=tuple(one for one in kept["patients"] if one in known),
        shown={
            one: tuple(date.fromisoformat(day) for day in days)
            for one, days in kept["shown"].items()
            if one in known
        },
    )


def set_meeting(library: Library, patients: Sequence[str], *, by: str) -> Meeting:
    """Keep who is to be shown, in their order; return the meeting. Nothing where it is so already.

    Raises ``KeyError`` for a patient that isn't there, ``LibraryReadOnly`` and ``DiskFull``.
    """
    before = meeting_of(library)
    for patient_id in patients:
        library.patient(patient_id)
    made = Meeting(patients=tuple(dict.fromkeys(patients)), shown=before.shown)
    if made.patients != before.patients:
        _keep(library, made, "set MDT list", by)
    return made


def note_shown(library: Library, patients: Iterable[str], day: date, *, by: str) -> Meeting:
    """Note that patients were shown on a day; return the meeting.

    Raises ``LibraryReadOnly`` and ``DiskFull``.
    """
    before = meeting_of(library)
    shown = dict(before.shown)
    for patient_id in patients:
        shown[patient_id] = tuple(sorted({*shown.get(patient_id, ()), day}))[-_KEPT:]
    made = Meeting(patients=before.patients, shown=shown)
    if made.shown != before.shown:
        _keep(library, made, "hold MDT", by)
    return made


def _keep(library: Library, meeting: Meeting, verb: str, by: str) -> None:
    kept = {
        "patients": list(meeting.patients),
        "shown": {
            one: [day.isoformat() for day in days] for one, days in sorted(meeting.shown.items())
        },
    }
    with library.verb(verb, by=by) as change_:
        change_.set_setting(_SETTING, json.dumps(kept))


# --- who might be shown --------------------------------------------------------------------------


class Occasion(StrEnum):
    """Why a patient might be shown."""

    DIED = "died"
    NEW_LESION = "new lesion"
    LARGER = "larger"
    SEEN = "seen"
    NEWS = "news"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grown:
    """The lesion that grew most beyond error: by a share of its area, since a day.

    ``is_since_first`` says that the day isn't that of the visit before, which can't tell.
    """

    label: str
    share: float
    on: date
    is_since_first: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A patient who might be shown, and why: what weighs most comes first.

    ``since`` is the day that "new" counts from. ``occasions`` of a patient who said no to the MDT
    are not looked for. ``largest_mm2`` is the newest area of the largest open lesion, of those
    who were looked at more closely.
    """

    patient: Patient
    since: date
    occasions: tuple[Occasion, ...] = ()
    answer: Leave = Leave.NOT_ASKED
    grown: Grown | None = None
    largest_mm2: float | None = None


def candidates(
    library: Library, meeting: Meeting, today: date, *, progress: Progress = no_progress
) -> tuple[Candidate, ...]:
    """Return every patient, by code, with the reasons to show them; quickly for a large clinic.

    Whoever was neither seen nor has an event or a treatment since is not looked at more closely.
    """
    found = []
    summaries = library.patient_summaries()
    usual = meeting.last_held(today) or today - timedelta(days=USUAL_DAYS)
    consents = _by_patient(library.entries(Consent))
    events = _by_patient(library.entries(Event))
    treatments = _by_patient(library.entries(Treatment))
    for place, summary in enumerate(summaries):
        progress(place / len(summaries), summary.code)
        patient = summary.patient
        since = meeting.last_shown(patient.id, today) or usual
        own = events.get(patient.id, [])
        answer = answer_to(consents.get(patient.id, ()), own, Purpose.MDT, today)
        occasions: list[Occasion] = []
        grown, largest = None, None
        seen = summary.last_visited_on is not None and summary.last_visited_on > since
        is_told = any(one.on.latest > since for one in own) or any(
            day is not None and day.latest > since
            for one in treatments.get(patient.id, ())
            for day in (one.start, one.stop)
        )
        if answer is not Leave.REFUSED and (seen or is_told):
            record = record_of(library, patient)
            timeline = timeline_of(library, patient, record=record)
            news = news_since(timeline, record, since)
            if news.death is not None:
                occasions.append(Occasion.DIED)
            if any(one.turn in OPENINGS for one in news.lesions):
                occasions.append(Occasion.NEW_LESION)
            grown = _grown(timeline, record, since)
            largest = max((one for one in map(_open_mm2, timeline.lesions) if one), default=None)
            if grown is not None:
                occasions.append(Occasion.LARGER)
            if news.visits:
                occasions.append(Occasion.SEEN)
            elif not news.is_empty and news.death is None:
                occasions.append(Occasion.NEWS)
        found.append(
            Candidate(
                patient=patient,
                since=since,
                occasions=tuple(occasions),
                answer=answer,
                grown=grown,
                largest_mm2=largest,
            )
        )
    return tuple(found)


def _open_mm2(curve: LesionTimeline) -> float | None:
    """Return the newest area of a lesion that is still followed as itself."""
    return None if curve.ended is not None or not curve.points else curve.points[-1].area_mm2


def _grown(timeline: Timeline, record: ClinicalRecord, since: date) -> Grown | None:
    """Return the lesion that grew most since the visit before; where that can't tell, the first."""
    known = lesion_states.laid_out(record, timeline.visits)
    found = []
    for curve in timeline.lesions:
        if not curve.points or curve.points[-1].on <= since or curve.ended is not None:
            continue
        newest = curve.points[-1]
        what = change.of(curve)
        before = next((one for one in reversed(curve.points[:-1]) if one.area_mm2), None)
        is_first = what is not Change.LARGER
        if is_first:
            breaks = lesion_states.line_breaks(curve.lesion.id, curve.points, known)
            before = first_comparable(curve.points, breaks)
        if before is None or what in {Change.SMALLER, Change.CLOSED}:
            continue
        figures = change.ratio(before, newest)
        if figures is not None and change.between(before, newest) is Change.LARGER:
            found.append(
                Grown(
                    label=curve.lesion.label,
                    share=figures[0],
                    on=before.on,
                    is_since_first=is_first,
                )
            )
    return max(found, key=lambda one: one.share, default=None)


def _by_patient(entries: Iterable[Kind]) -> dict[str, list[Kind]]:
    found: dict[str, list[Kind]] = {}
    for one in entries:
        found.setdefault(one.patient_id, []).append(one)
    return found
