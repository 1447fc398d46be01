"""What a person enters is looked at: the impossible is refused, the unusual asked about.

Hides which field has which range and what must follow what. Unusual is never refused: a wound may
be 9 cm deep.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from woundtrack.errors import NotUnderstood, ValueImpossible
from woundtrack.model import (
    LAB_RANGES,
    PAIN_RANGES,
    RANGES,
    ClinicalRecord,
    Consent,
    Debrided,
    Diagnosis,
    Entry,
    Event,
    EventKind,
    Finding,
    LabResult,
    LesionDetail,
    LesionLink,
    Pain,
    PartialDate,
    PatientDetail,
    Precision,
    Range,
    RiskFactor,
    Score,
    Treatment,
    now,
)

_WORDS: Final = {
    "max_depth_cm": "The depth",
    "undermining_cm": "The undermining",
    "undermining_clock": "The clock position",
    "height_cm": "The height",
    "weight_kg": "The weight",
    "bmi_kg_per_m2": "The body mass index",
    "birth_year": "The year of birth",
    "value": "The value",
}

_PAIRS: Final[dict[type[Entry], tuple[tuple[str, str], ...]]] = {
    Treatment: (("start", "stop"),),
    RiskFactor: (("start", "stop"),),
    Event: (("on", "ended_on"),),
    Consent: (("given_on", "withdrawn_on"),),
    LesionDetail: (("onset", "ended_on"),),
    Diagnosis: (("first_sign_on", "diagnosed_on"),),
}
"""Dates of which the second can't lie before the first."""

_EARLIEST: Final = date(1900, 1, 1)  # of what happened to anybody who is photographed today

_LIKELY_SLIP: Final = 5.0  # so many times the last value is likelier a slipped decimal point


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Something unusual about a field, to ask about. Sentences: ``errors.QUESTIONS``.

    ``suggestion`` is what may have been meant, such as 0.9 for 9 after 0.6; None where nothing is.
    """

    field: str
    code: str
    values: tuple[tuple[str, str | float], ...] = ()
    suggestion: float | None = None


def range_of(entry: Entry, field: str) -> Range | None:
    """Return what a number in a field of an entry may be; None where nothing is known of it."""
    if isinstance(entry, Pain):
        return PAIN_RANGES[entry.scale] if field == "value" else None
    if isinstance(entry, LabResult):
        return LAB_RANGES[entry.analyte] if field == "value" else None
    return RANGES.get(field)


def refuse_impossible(entry: Entry) -> None:
    """Refuse what can't be.

    Raises ``ValueImpossible`` for a number beyond its hard range; ``NotUnderstood`` for what is no
    number, a dose below zero, a date in the future or before 1900, dates in the wrong order, a
    laboratory unit that isn't the analyte's, a lesion linked to itself, more than two aspects, or a
    point beyond the body map.
    """
    for name, value, limits in _numbers(entry):
        if limits.is_impossible(value):
            raise ValueImpossible(
                what=_WORDS[name],
                given=f"{value:g}",
                low=limits.hard[0],
                high=limits.hard[1],
                unit=limits.unit_words,
            )
    _refuse_no_numbers(entry)
    for name, day in _days(entry):
        if day < _EARLIEST:
            raise NotUnderstood(
                what="The date",
                given=day.isoformat(),
                expected="nothing of a patient was before 1900; give the right date",
            )
        if day > now().astimezone().date():
            raise NotUnderstood(
                what="The date",
                given=day.isoformat(),
                expected=f"it is after today, and {name.replace('_', ' ')} is in the past; give "
                "the right date",
            )
    for first, second in _PAIRS.get(type(entry), ()):
        before, after = getattr(entry, first), getattr(entry, second)
        if before is not None and after is not None and _latest(after) < _earliest(before):
            raise NotUnderstood(
                what="The date",
                given=_text(after),
                expected=f"it lies before {_text(before)}, which it follows; give the right dates",
            )
    _refuse_impossible_kinds(entry)


def questions(
    entry: Entry, record: ClinicalRecord, *, days: Mapping[str, date] | None = None
) -> tuple[Question, ...]:
    """Return what is unusual about an entry, seen beside what is in the record already.

    ``days`` are those of visits by their ids: whether a debridement and what a visit says of it
    agree is known only of these.
    """
    found: list[Question] = []
    for name, value, limits in _numbers(entry):
        if limits.is_impossible(value):
            continue
        last = _last_value(entry, name, record)
        slip = last is not None and last > 0 and value >= _LIKELY_SLIP * last
        if slip and isinstance(entry, Finding) and name == "max_depth_cm":
            found.append(_slipped(name, value, last or 0.0, limits))
        elif limits.is_unusual(value):
            found.append(
                Question(
                    field=name,
                    code="value_unusual",
                    values=(
                        ("given", f"{value:g}"),
                        ("low", limits.soft[0]),
                        ("high", limits.soft[1]),
                        ("unit", limits.unit_words),
                    ),
                )
            )
    death = record.death
    is_death = isinstance(entry, Event) and entry.kind is EventKind.DEATH
    if death is not None and not is_death:
        for name, day in _days(entry):
            if day > death.on.latest:
                found.append(
                    Question(field=name, code="after_death", values=(("died_on", death.on.text),))
                )
    if isinstance(entry, Treatment) and entry.stop is None and entry.follows is None:
        found += [
            Question(
                field="agent",
                code="given_already",
                values=(("since", "long" if one.start is None else one.start.text),),
            )
            for one in record.treatments
            if one.entry_id != entry.entry_id
            and one.stop is None
            and (one.agent, one.text.casefold(), one.lesion_id)
            == (entry.agent, entry.text.casefold(), entry.lesion_id)
        ][:1]
    if is_death and death is not None and death.entry_id != entry.entry_id:
        found.append(Question(field="kind", code="dead_already", values=(("on", death.on.text),)))
    if isinstance(entry, Event | Finding):
        found += _debrided_or_not(entry, record, days or {})
    return tuple(found)


def _debrided_or_not(
    entry: Event | Finding, record: ClinicalRecord, days: Mapping[str, date]
) -> list[Question]:
    """Ask where a debridement and the answer "Debrided: No" of one day speak of one lesion.

    A debridement without a lesion contradicts no answer on a day on which another lesion was
    debrided.
    """
    if entry.is_retired:
        return []
    if isinstance(entry, Finding):
        day = days.get(entry.visit_id)
        events = [one for one in record.events if _is_debridement(one, day)]
        findings = [entry]
    else:
        day = entry.on.earliest
        events = [entry] if _is_debridement(entry, day) else []
        findings = [one for one in record.findings if days.get(one.visit_id) == day]
    answered = {
        one.lesion_id: one.debrided
        for one in (*record.findings, *findings)
        if days.get(one.visit_id) == day and one.debrided is not None
    }
    has_other = any(one is not Debrided.NO for one in answered.values())
    for event in events:
        for finding in findings:
            is_said = finding.debrided is Debrided.NO
            is_whole = event.lesion_id is None and not has_other
            if is_said and (is_whole or event.lesion_id == finding.lesion_id):
                is_finding = isinstance(entry, Finding)
                return [
                    Question(
                        field="debrided" if is_finding else "kind",
                        code="debrided_that_day" if is_finding else "visit_says_no",
                        values=(("on", event.on.text),),
                    )
                ]
    return []


def _is_debridement(event: Event, day: date | None) -> bool:
    """Return whether an event is a debridement on a day that is known to the day."""
    is_day = event.on.precision is Precision.DAY and event.on.earliest == day
    return event.kind is EventKind.DEBRIDEMENT and is_day


def _slipped(name: str, value: float, last: float, limits: Range) -> Question:
    return Question(
        field=name,
        code="value_jumped",
        values=(("given", f"{value:g}"), ("last", f"{last:g}"), ("unit", limits.unit_words)),
        suggestion=value / 10 if last / 3 <= value / 10 <= 3 * last else None,
    )


def _last_value(entry: Entry, name: str, record: ClinicalRecord) -> float | None:
    """Return the value of the same thing that was recorded last before this entry."""
    if not isinstance(entry, Finding):
        return None
    before = [
        getattr(one, name)
        for one in record.findings
        if one.lesion_id == entry.lesion_id and one.entry_id != entry.entry_id
    ]
    known = [one for one in before if one is not None]
    return float(known[-1]) if known else None


def _numbers(entry: Entry) -> Iterator[tuple[str, float, Range]]:
    for field in fields(entry):
        limits = range_of(entry, field.name)
        value = getattr(entry, field.name)
        if limits is not None and value is not None:
            yield field.name, float(value), limits
    if isinstance(entry, PatientDetail) and entry.bmi_kg_per_m2 is not None:
        yield "bmi_kg_per_m2", entry.bmi_kg_per_m2, RANGES["bmi_kg_per_m2"]


def _days(entry: Entry) -> Iterator[tuple[str, date]]:
    """Yield the days of what happened, each the first that it may be; a stop may be planned."""
    for field in fields(entry):
        value = getattr(entry, field.name)
        if field.name not in {"recorded_at", "stop"} and isinstance(value, date | PartialDate):
            yield field.name, _earliest(value)


def _refuse_no_numbers(entry: Entry) -> None:
    values = [getattr(entry, field.name) for field in fields(entry)]
    if isinstance(entry, Score):
        values += [value for _, value in entry.items]
    for value in values:
        if isinstance(value, float) and not math.isfinite(value):
            raise NotUnderstood(
                what="The number", given=str(value), expected="give one with an end"
            )
    if isinstance(entry, Treatment) and (entry.dose_value or 0) < 0:
        raise NotUnderstood(
            what="The dose", given=f"{entry.dose_value:g}", expected="it is no less than zero"
        )


def _refuse_impossible_kinds(entry: Entry) -> None:
    if isinstance(entry, LabResult) and entry.value is not None:
        unit = LAB_RANGES[entry.analyte].unit
        if entry.unit != unit:
            raise NotUnderstood(
                what="The unit",
                given=entry.unit or "(none)",
                expected=f"{entry.analyte.value.replace('_', ' ')} is entered in {unit}",
            )
        low, high = entry.reference_low, entry.reference_high
        if low is not None and high is not None and low > high:
            raise NotUnderstood(
                what="The laboratory's range",
                given=f"{low:g} to {high:g}",
                expected="its first number is the lower one",
            )
    if isinstance(entry, LesionLink) and entry.lesion_id == entry.other_lesion_id:
        raise NotUnderstood(
            what="The lesion", given="itself", expected="link it to another lesion of the patient"
        )
    if isinstance(entry, LesionDetail):
        if len(entry.aspects) > 2:
            raise NotUnderstood(
                what="The aspect",
                given=", ".join(entry.aspects),
                expected="give two of them at most",
            )
        place = [one for one in (entry.map_x, entry.map_y) if one is not None]
        if len(place) == 1 or not all(0 <= one <= 1 for one in place):
            raise NotUnderstood(
                what="The point", given="beyond the body map", expected="give one upon it"
            )
    if isinstance(entry, Score):
        codes = [code for code, _ in entry.items]
        if not entry.instrument or len(codes) != len(set(codes)):
            raise NotUnderstood(
                what="The answers",
                given=entry.instrument or "(no instrument)",
                expected="each item of an instrument is answered once",
            )


def _earliest(day: date | PartialDate) -> date:
    return day.earliest if isinstance(day, PartialDate) else day


def _latest(day: date | PartialDate) -> date:
    return day.latest if isinstance(day, PartialDate) else day


def _text(day: date | PartialDate) -> str:
    return day.text if isinstance(day, PartialDate) else day.isoformat()
