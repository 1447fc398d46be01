"""Clinical records written out by hand, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tests.healing.conftest import AT, SITES, Course, assessed
from tests.healing.points import START
from woundtrack import healing
from woundtrack.model import (
    ClinicalRecord,
    EndReason,
    Entry,
    Event,
    EventKind,
    Finding,
    Lesion,
    LesionDetail,
    LesionLink,
    LesionState,
    LinkKind,
    PartialDate,
    Patient,
    Timeline,
    Visit,
)

PATIENT: Final = Patient(id="p", code="WT-0147", created_at=AT)


def day(number: int) -> date:
    """Return the day so many days after START."""
    return START + timedelta(days=number)


def partial(number: int) -> PartialDate:
    """Return a day as a date of full precision."""
    return PartialDate.of(day(number))


def finding(label: str, number: int, state: LesionState | None = None, **values: object) -> Finding:
    """Return what was found of a lesion on a day."""
    return replace(
        Finding(
            patient_id="p",
            lesion_id=f"lesion {label}",
            visit_id=f"visit {day(number)}",
            state=state,
            recorded_at=datetime(2026, 6, 1, tzinfo=UTC),
        ),
        **values,  # type: ignore[arg-type]
    )


def healed(label: str, number: int) -> Finding:
    """Return what complete closure is: covered, no drainage, no dressing."""
    return finding(
        label, number, LesionState.EPITHELIALISED, has_drainage=False, needs_dressing=False
    )


def event(kind: EventKind, number: int, label: str | None = None, **values: object) -> Event:
    """Return what happened on a day, to the patient or to one lesion."""
    return replace(
        Event(
            patient_id="p",
            kind=kind,
            on=partial(number),
            lesion_id=None if label is None else f"lesion {label}",
        ),
        **values,  # type: ignore[arg-type]
    )


def link(label: str, kind: LinkKind, other: str, number: int) -> LesionLink:
    """Return what one lesion has to do with another since a day."""
    return LesionLink(
        patient_id="p",
        lesion_id=f"lesion {label}",
        other_lesion_id=f"lesion {other}",
        kind=kind,
        on=day(number),
    )


def ended(label: str, reason: EndReason, number: int | None) -> LesionDetail:
    """Return a lesion's end."""
    return LesionDetail(
        patient_id="p",
        lesion_id=f"lesion {label}",
        end_reason=reason,
        ended_on=None if number is None else partial(number),
    )


_FIELDS: Final = {
    "Finding": "findings",
    "Event": "events",
    "LesionLink": "links",
    "LesionDetail": "lesion_details",
    "Pain": "pains",
    "Treatment": "treatments",
    "Score": "scores",
}


def record_with(*entries: Entry, **values: object) -> ClinicalRecord:
    """Return a record of these entries."""
    fields: dict[str, list[Entry]] = {}
    for entry in entries:
        fields.setdefault(_FIELDS[type(entry).__name__], []).append(entry)
    return replace(
        ClinicalRecord(patient=PATIENT),
        **{name: tuple(rows) for name, rows in fields.items()},  # type: ignore[arg-type]
        **values,  # type: ignore[arg-type]
    )


def course(
    areas: Mapping[str, Mapping[int, float | str]],
    record: ClinicalRecord | None = None,
    *,
    visits: tuple[int, ...] = (),
) -> Timeline:
    """Return the timeline of areas (cm², ``closed`` or ``no scale``) by lesion and day.

    Its visits are all the days at which anything was seen, and those that are named.
    """
    dated: Course = {
        label: {day(number): seen for number, seen in rows.items()} for label, rows in areas.items()
    }
    days = sorted({on for rows in dated.values() for on in rows} | {day(one) for one in visits})
    known = {
        on: Visit(id=f"visit {on}", patient_id="p", visited_on=on, created_at=AT) for on in days
    }
    lesions = [
        Lesion(
            id=f"lesion {label}",
            patient_id="p",
            label=label,
            number=number,
            site=SITES[label[0]],
            created_at=AT,
        )
        for number, label in enumerate(dated, start=1)
    ]
    assessments = [
        assessed(lesion, known[on], seen)
        for lesion in lesions
        for on, seen in dated[lesion.label].items()
    ]
    return healing.timeline_of(PATIENT, lesions, list(known.values()), assessments, record=record)
