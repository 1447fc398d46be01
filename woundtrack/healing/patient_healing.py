"""When a patient counts as healed: every lesion closed, and no new one for 28 days.

Hides which of several closures completes it, and what keeps it unconfirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from woundtrack.healing.closures import ClosureStatus
from woundtrack.healing.competing import Followed, Outcome
from woundtrack.healing.lesion_course import LesionCourse, LesionFollowUp
from woundtrack.healing.lesion_states import SURGICAL_ENDS
from woundtrack.model import EndReason

FREE_DAYS: Final = 28
"""Days without a new lesion after the last one closed."""


class HealedStatus(Enum):
    """What is known of the healing of all of a patient's lesions."""

    CONFIRMED = "every lesion healed, and no new one for 28 days"
    UNCONFIRMED = "every lesion healed, and a later visit must confirm it"
    NOT_HEALED = "a lesion is not healed"
    NO_LESION = "no open lesion was seen"


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientHealing:
    """A patient's healing (EP3); ``on`` is the day on which the last lesion was first healed."""

    status: HealedStatus
    on: date | None = None
    is_stopped_by_death: bool = False


def patient_healing_of(
    lesions: Sequence[LesionCourse | LesionFollowUp], last_visit: date | None, died_on: date | None
) -> PatientHealing:
    """Return when all of a patient's lesions were healed.

    The first day on which a lesion closed by which every lesion known within 28 days of it had
    closed, too, none had opened again, and no other had come, ulcerated or not yet. Lesions that
    merged or were split are left out: what became of them is in the others. A lesion that surgery
    closed has not healed. Unconfirmed while a closure is, or while nobody has been seen 28 days on.
    """
    counted = [
        one
        for one in lesions
        if one.first_open_on is not None
        and not (one.end is not None and one.end.reason in {EndReason.MERGED, EndReason.SPLIT})
    ]
    if not counted:
        return PatientHealing(status=HealedStatus.NO_LESION)
    for on in sorted({one.closure.on for one in counted if one.closure.on is not None}):
        until = on + timedelta(days=FREE_DAYS)
        known = [one for one in counted if one.first_open_on and one.first_open_on <= until]
        if not all(one.closure.on is not None and one.closure.on <= on for one in known):
            continue
        if any(day <= until for one in known for day in one.closure.reopened_on):
            continue
        if any(one.first_seen_on and on < one.first_seen_on <= until for one in lesions):
            continue
        is_confirmed = all(one.closure.status is ClosureStatus.CONFIRMED for one in known)
        if is_confirmed and last_visit is not None and last_visit >= until:
            return PatientHealing(status=HealedStatus.CONFIRMED, on=on)
        return PatientHealing(
            status=HealedStatus.UNCONFIRMED, on=on, is_stopped_by_death=died_on is not None
        )
    return PatientHealing(status=HealedStatus.NOT_HEALED)


def patient_followed(
    lesions: Sequence[LesionCourse | LesionFollowUp],
    healing: PatientHealing,
    *,
    last_visit: date | None,
    died_on: date | None,
) -> Followed | None:
    """Return the patient's row: the way to the day on which all lesions were healed.

    It competes with death, and with the first amputation, graft or closure by surgery of a lesion.
    None for a patient without an open lesion. Days count from the earliest origin of the lesions.
    """
    rows = [one.followed for one in lesions if one.followed is not None]
    opened = [one.first_open_on for one in lesions if one.first_open_on is not None]
    if not rows or last_visit is None:
        return None
    origin, entry = min(row.origin for row in rows), min(opened)
    happened: list[tuple[date, int, Outcome]] = []
    is_closed = healing.status is HealedStatus.CONFIRMED and healing.on is not None
    if is_closed and healing.on is not None:
        happened.append((healing.on, 0, Outcome.CLOSED))
    happened += [
        (one.end.on, 1, Outcome.REMOVED)
        for one in lesions
        if one.end is not None and one.end.reason in SURGICAL_ENDS and one.end.on >= entry
    ]
    if died_on is not None and died_on >= entry:
        happened.append((died_on, 2, Outcome.DIED))
    on, _, outcome = min(happened, default=(max(last_visit, entry), 3, Outcome.CENSORED))
    is_closed = outcome is Outcome.CLOSED
    # The patient was last seen unhealed when the lesion that closed last was.
    left = [
        one.closure.last_open_on if is_closed and one.closure.on == on else None for one in lesions
    ]
    known = [day for day in left if day is not None]
    return Followed(
        patient_id=rows[0].patient_id,
        lesion_id=None,
        origin=origin,
        has_onset=any(row.has_onset and row.origin == origin for row in rows),
        entry_day=(entry - origin).days,
        left_day=(max(known) - origin).days if known else None,
        right_day=(on - origin).days if is_closed else None,
        day=(on - origin).days,
        outcome=outcome,
        is_unconfirmed=healing.status is HealedStatus.UNCONFIRMED,
    )
