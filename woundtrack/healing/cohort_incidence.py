"""How closure, death and surgery add up over a cohort, with numbers at risk.

Hides on which day a lesion goes over to those whose treatment has begun.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from woundtrack.healing.cohort import CohortCourse, Grouping, GroupKey, order_of
from woundtrack.healing.competing import (
    CumulativeIncidence,
    Followed,
    Outcome,
    cumulative_incidence,
)
from woundtrack.model import Agent, Started

CAUSES: Final = (Outcome.CLOSED, Outcome.DIED, Outcome.REMOVED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Incidence:
    """The cumulative incidence of one group, and of how many courses of how many patients."""

    key: GroupKey
    curve: CumulativeIncidence
    count: int
    patient_count: int

    def happened(self, day: float, cause: int) -> int:
        """Return how many of those at risk had an outcome by a day."""
        place = self.curve.causes.index(cause)
        return sum(step.events[place] for step in self.curve.steps if step.time <= day)


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortIncidence:
    """How closure, death and surgery add up since the first open visit.

    ``is_clustered``: the intervals come of patients drawn anew, because several lesions of one
    patient are counted; else they are the log-log ones of the estimator.
    ``unconfirmed_count`` were healed at the last visits and count as not closed.
    """

    horizon_days: int
    groups: tuple[Incidence, ...]
    patient_count: int
    count: int
    unconfirmed_count: int
    is_clustered: bool


def incidence_of(
    courses: Iterable[CohortCourse],
    *,
    horizon_days: int = 364,
    by: Grouping = "all",
    repeats: int = 1000,
) -> CohortIncidence:
    """Return the cumulative incidence of closure, with death and surgery competing.

    Time runs from the first visit at which a lesion was open. ``by`` an agent: until the treatment
    starts a course is followed among those not yet treated, and censored there on that day; from
    then on it is at risk among those treated (delayed entry, as by Simon and Makuch 1984,
    doi:10.1002/sim.4780030106). So nobody is credited with the time that it took to be treated. An
    outcome on the day of the start belongs to those not yet treated.
    """
    rows: list[tuple[GroupKey, CohortCourse, Followed, float, float, int]] = []
    for one in courses:
        followed = one.followed
        if followed is None:
            continue
        end = float(followed.day - followed.entry_day)
        outcome = int(followed.outcome)
        if by in {"all", "site"}:
            rows.append((one.group if by == "site" else None, one, followed, 0.0, end, outcome))
            continue
        started = one.starts.get(Agent(by))
        entered = followed.origin + timedelta(days=followed.entry_day)
        start = None if started is None else float((started - entered).days)
        if start is None or 0 < start >= end:
            rows.append((Started.NOT_YET, one, followed, 0.0, end, outcome))
        elif start <= 0:
            rows.append((Started.STARTED, one, followed, 0.0, end, outcome))
        else:
            censored = int(Outcome.CENSORED)
            rows.append((Started.NOT_YET, one, followed, 0.0, start, censored))
            rows.append((Started.STARTED, one, followed, start, end, outcome))
    patients = {row[1].patient_id for row in rows}
    courses_seen = {(row[1].patient_id, row[1].lesion_id) for row in rows}
    is_clustered = len(courses_seen) > len(patients)
    groups = []
    for key in sorted({row[0] for row in rows}, key=order_of):
        here = [row for row in rows if row[0] == key]
        owners = [row[1].patient_id for row in here]
        groups.append(
            Incidence(
                key=key,
                curve=cumulative_incidence(
                    [row[4] for row in here],
                    [row[5] for row in here],
                    causes=CAUSES,
                    entries=[row[3] for row in here],
                    clusters=owners if is_clustered else None,
                    repeats=repeats,
                ),
                count=len(here),
                patient_count=len(set(owners)),
            )
        )
    unconfirmed = {(row[1].patient_id, row[1].lesion_id) for row in rows if row[2].is_unconfirmed}
    return CohortIncidence(
        horizon_days=horizon_days,
        groups=tuple(groups),
        patient_count=len(patients),
        count=len(courses_seen),
        unconfirmed_count=len(unconfirmed),
        is_clustered=is_clustered,
    )
