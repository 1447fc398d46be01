"""May this leave? What a patient agreed to decides over every export, list, report and picture.

Hides what counts where an answer was given, changed or withdrawn, and what where nobody asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from woundtrack.model import ClinicalRecord, Consent, Event, EventKind, Purpose


class Leave(StrEnum):
    """Whether something of a patient may go out for a purpose."""

    ALLOWED = "allowed"
    REFUSED = "refused"  # never given, or withdrawn
    NOT_ASKED = "not_asked"


UNASKED_LEAVES: Final[Mapping[Purpose, bool]] = MappingProxyType(
    {
        Purpose.RECORD: True,
        Purpose.MDT: True,
        Purpose.RESEARCH: True,
        Purpose.TEACHING: False,
        Purpose.PUBLICATION: False,
    }
)
"""What becomes of a patient whom nobody asked, unless a clinic's setting is stricter.

The record and the MDT are direct care. The pseudonymised export serves a clinic's own evaluation
too, so it holds those who weren't asked, counted in words; a setting leaves them out. Teaching and
publication need a yes (https://www.gmc-uk.org/guidance/ethical_guidance/7840.asp).
"""

_USES: Final = frozenset({Purpose.RESEARCH, Purpose.TEACHING, Purpose.PUBLICATION})
"""What the event *consent withdrawn* ends: all but a patient's own care."""


def may_leave(record: ClinicalRecord, purpose: Purpose, day: date) -> Leave:
    """Return what a patient agreed to for a purpose, as it stands on a day.

    ``day`` is the day on which something leaves, not the day that it shows: who withdraws today is
    left out of last year's figures from today on. An answer dated after ``day`` wasn't asked yet.
    """
    return answer_to(record.consents, record.events, purpose, day)


def answer_to(
    consents: Iterable[Consent], events: Iterable[Event], purpose: Purpose, day: date
) -> Leave:
    """Return what one patient's consents and events say of a purpose on a day.

    The newest answer counts. The event *consent withdrawn* of the same day or a later one ends
    research, teaching and publication; where only its month or year is known it counts from the
    first day that it may be. In doubt nothing leaves: a no counts whatever its date.
    """
    known = [
        one
        for one in consents
        if one.purpose is purpose and (one.given_on <= day or not one.is_given)
    ]
    newest = max(known, key=lambda one: (one.given_on, one.recorded_at), default=None)
    if newest is not None and not newest.holds_on(day):
        return Leave.REFUSED
    if purpose in _USES and any(
        event.kind is EventKind.CONSENT_WITHDRAWN
        and event.on.earliest <= day
        and (newest is None or newest.given_on <= event.on.latest)
        for event in events
    ):
        return Leave.REFUSED
    return Leave.NOT_ASKED if newest is None else Leave.ALLOWED


def leaves(answer: Leave, purpose: Purpose, *, with_unasked: bool = True) -> bool:
    """Return whether something goes out, after the answer to ``may_leave``.

    ``with_unasked`` False is a clinic's stricter setting: nobody asked is a no for every purpose
    but the record.
    """
    if answer is Leave.NOT_ASKED:
        return UNASKED_LEAVES[purpose] and (with_unasked or purpose is Purpose.RECORD)
    return answer is Leave.ALLOWED
