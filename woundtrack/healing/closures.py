"""When a lesion counts as healed: new skin, no drainage, no dressing, at two visits 14 days apart.

Hides how outlines and findings are read together for it, and what isn't enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from woundtrack.healing.lesion_states import Standing, standing_of
from woundtrack.model import Finding, TimelinePoint

CONFIRMING_DAYS: Final = 14
"""Days between the two visits of a closure (FDA 2006, docket FDA-2000-D-0037)."""


class ClosureStatus(Enum):
    """What the visits say of a lesion's healing."""

    CONFIRMED = "healed at two visits at least 14 days apart"
    UNCONFIRMED = "healed, and not yet seen so again 14 days later"
    NOT_RECORDED = "covered, but drainage or dressing is not recorded"
    NOT_CLOSED = "not closed"
    NEVER_SEEN = "not seen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Closure:
    """One lesion's complete closure (EP2), or what stands in for it.

    ``on`` is the first of the visits at which it was healed, ``confirmed_on`` the one that
    confirmed it, ``last_open_on`` the last visit before ``on`` at which it was not: the closure
    itself lies between that and ``on``. ``reopened_on`` are the visits at which it was open again
    after a confirmed closure. ``is_stopped_by_death``: unconfirmed, and it will stay so.
    ``last_seen_on`` is the last visit at which anything of it is known.
    """

    status: ClosureStatus
    on: date | None = None
    confirmed_on: date | None = None
    last_open_on: date | None = None
    reopened_on: tuple[date, ...] = ()
    is_stopped_by_death: bool = False
    last_seen_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What is known of a lesion at one visit; ``is_healed`` None where that was not recorded."""

    on: date
    standing: Standing
    is_healed: bool | None


def looks_of(
    points: Sequence[TimelinePoint], findings: Sequence[tuple[date, Finding]]
) -> tuple[Look, ...]:
    """Return what each visit says of a lesion, oldest first; visits that say nothing are left out.

    Healed is closed by the accepted outline or the finding, neither of which says otherwise, with
    neither drainage nor a dressing needed, both of which must be recorded. The finding alone may
    say so, of a visit without a photograph; the outline alone can't.
    """
    seen = {point.on: point for point in points}
    found: Mapping[date, Finding] = dict(findings)
    looks = []
    for on in sorted({*seen, *found}):
        finding = found.get(on)
        standing = standing_of(seen.get(on), finding)
        if standing is Standing.UNKNOWN:
            continue
        looks.append(Look(on=on, standing=standing, is_healed=_is_healed(standing, finding)))
    return tuple(looks)


def closure_from(looks: Sequence[Look], died_on: date | None = None) -> Closure:
    """Return a lesion's closure from what its visits say.

    The first and the second visit are consecutive: none between them says that it is not healed.
    A visit at which it was covered and drainage or dressing was not recorded neither counts nor
    breaks the row; nor does one at which it was not seen. A second visit within 14 days is waited
    past. The event's date is the first visit's. After a confirmed closure the lesion may open
    again, which doesn't undo it; before it is confirmed, opening begins the wait anew.
    """
    if not looks:
        return Closure(status=ClosureStatus.NEVER_SEEN)
    first: date | None = None
    confirmed: date | None = None
    last_open: date | None = None
    reopened: list[date] = []
    is_open = True
    for look in looks:
        if confirmed is not None:
            if look.standing is Standing.OPEN and not is_open:
                reopened.append(look.on)
            is_open = look.standing is Standing.OPEN
        elif look.is_healed:
            first = first or look.on
            if (look.on - first).days >= CONFIRMING_DAYS:
                confirmed, is_open = look.on, False
        elif look.is_healed is False:
            first, last_open = None, look.on
    status = ClosureStatus.NOT_CLOSED
    if confirmed is not None:
        status = ClosureStatus.CONFIRMED
    elif first is not None:
        status = ClosureStatus.UNCONFIRMED
    elif looks[-1].is_healed is None:
        status = ClosureStatus.NOT_RECORDED
    return Closure(
        status=status,
        on=first,
        confirmed_on=confirmed,
        last_open_on=last_open,
        reopened_on=tuple(reopened),
        is_stopped_by_death=status is ClosureStatus.UNCONFIRMED and died_on is not None,
        last_seen_on=looks[-1].on,
    )


def _is_healed(standing: Standing, finding: Finding | None) -> bool | None:
    if standing is not Standing.CLOSED:
        # A lesion that never ulcerated, or that surgery closed, hasn't healed.
        return False
    if finding is None:
        return None
    if finding.has_drainage or finding.needs_dressing:
        return False
    if finding.has_drainage is None or finding.needs_dressing is None:
        return None
    return True
