"""May this leave? What a patient agreed to decides over every export, list, report and picture.

Hides what counts where an answer was given, changed or withdrawn, and what where nobody asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from woundtrack.errors import ConsentRefused
from woundtrack.model import ClinicalRecord, Consent, Event, EventKind, Patient, Purpose
from woundtrack.records import Library, Past


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


def refuse_without_record(record: ClinicalRecord, day: date) -> None:
    """Refuse to let a picture of a course leave. Raises ``ConsentRefused``."""
    if not leaves(may_leave(record, Purpose.RECORD, day), Purpose.RECORD):
        raise ConsentRefused(patient=record.patient.code)


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """Whose records go out for a purpose, and whose don't, each in the library's order.

    ``refused`` never leave. ``not_asked`` are those whom nobody asked; ``with_unasked`` says
    whether they are among the ``patients`` all the same.
    """

    purpose: Purpose
    patients: tuple[Patient, ...]
    refused: tuple[Patient, ...]
    not_asked: tuple[Patient, ...]
    with_unasked: bool

    @property
    def left_out(self) -> tuple[Patient, ...]:
        """Everybody whose record stays."""
        return self.refused if self.with_unasked else (*self.refused, *self.not_asked)


def leaving(
    library: Library,
    purpose: Purpose,
    day: date,
    *,
    with_unasked: bool = True,
    past: Past | None = None,
) -> Leaving:
    """Return whose records of a library may go out for a purpose on a day.

    ``with_unasked`` as in ``leaves``. With a ``past`` the patients are those in view then, under
    the codes they had then; their answers are today's.
    """
    consents: dict[str, list[Consent]] = {}
    for consent in library.entries(Consent):
        consents.setdefault(consent.patient_id, []).append(consent)
    events: dict[str, list[Event]] = {}
    for event in library.entries(Event):
        events.setdefault(event.patient_id, []).append(event)
    patients = (library if past is None else past).patients()
    answers = {
        one.id: answer_to(consents.get(one.id, ()), events.get(one.id, ()), purpose, day)
        for one in patients
    }
    return Leaving(
        purpose=purpose,
        patients=tuple(
            one for one in patients if leaves(answers[one.id], purpose, with_unasked=with_unasked)
        ),
        refused=tuple(one for one in patients if answers[one.id] is Leave.REFUSED),
        not_asked=tuple(one for one in patients if answers[one.id] is Leave.NOT_ASKED),
        with_unasked=leaves(Leave.NOT_ASKED, purpose, with_unasked=with_unasked),
    )
