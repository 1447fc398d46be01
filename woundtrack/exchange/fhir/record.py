"""The rest of the record: findings, pain, blood, scores, treatments, events and visits.

Hides which of them is an observation, which was done to the patient and which was taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final

from woundtrack.exchange.fhir.chart import Chart, part, quantity
from woundtrack.exchange.fhir.codes import (
    DRUGS,
    ILLNESSES,
    INSTRUMENTS,
    LOINC,
    OPERATIONS,
    OWN,
    UNITS,
    Json,
    absent,
    answer,
    clock,
    coding,
    hl7,
    loinc,
    often,
    own,
    worded,
)
from woundtrack.exchange.fhir.person import disease_of
from woundtrack.exchange.tables.closed import FREQUENCIES, ROUTES, ScoreNames
from woundtrack.model import (
    LAB_RANGES,
    Agent,
    Entry,
    Event,
    Finding,
    InfectionSign,
    LabResult,
    Pain,
    PainScale,
    Score,
    StopReason,
    Treatment,
    VisitDetail,
)
from woundtrack.model import LOINC as ANALYTES

_PAIN_CODES: Final = {PainScale.NRS11: "72514-3", PainScale.VAS100: "38214-3"}
_PAIN_UNITS: Final = {PainScale.NRS11: "{score}", PainScale.VAS100: "mm"}

_NO_TOTAL: Final[Json] = {
    "coding": [*absent(None)["coding"], coding(OWN, "incomplete")],
    "text": "Not all items are answered, or the definition here has no total",
}


def add_record(chart: Chart) -> None:
    """Add every entry of the record that isn't of the patient, a lesion or a photograph."""
    record = chart.told.file.record
    entries: tuple[Sequence[Entry], ...] = (
        record.findings,
        record.visit_details,
        record.pains,
        record.labs,
        record.scores,
        record.treatments,
        record.events,
    )
    for entry in itertools.chain.from_iterable(entries):
        add_entry(chart, entry)


def add_entry(chart: Chart, entry: Entry) -> None:
    """Add one of these entries; nothing for one of a lesion or a visit that the file lacks."""
    lesion_id = getattr(entry, "lesion_id", None)
    if lesion_id is not None and chart.lesion(lesion_id) is None:
        return
    match entry:
        case Finding():
            _add_finding(chart, entry)
        case VisitDetail():
            _add_visit(chart, entry)
        case Pain():
            _add_pain(chart, entry)
        case LabResult():
            _add_lab(chart, entry)
        case Score():
            _add_score(chart, entry)
        case Treatment():
            _add_treatment(chart, entry)
        case Event():
            _add_event(chart, entry)


# --- parts of an observation ---------------------------------------------------------------------


def _coded(entry: Entry, name: str, code: Json | None = None) -> list[Json]:
    """Return the component of a coded answer, or why there is none; nothing where nobody said."""
    value: StrEnum | None = getattr(entry, name)
    why = entry.why_missing(name)
    if value is None and why is None:
        return []
    given = None if value is None else {"valueCodeableConcept": answer(value)}
    return [part(code or own(name.replace("_", "-")), given, why=why)]


def _told(entry: Entry, name: str, word: str) -> list[Json]:
    """Return the component of a yes or no."""
    value: bool | None = getattr(entry, name)
    why = entry.why_missing(name)
    if value is None and why is None:
        return []
    return [part(own(word), None if value is None else {"valueBoolean": value}, why=why)]


def _sized(entry: Entry, name: str, code: Json) -> list[Json]:
    """Return the component of a length, cm."""
    value: float | None = getattr(entry, name)
    why = entry.why_missing(name)
    if value is None and why is None:
        return []
    given = None if value is None else {"valueQuantity": quantity(value, "cm", decimals=2)}
    return [part(code, given, why=why)]


def _each(entry: Entry, name: str, code: Json) -> list[Json]:
    """Return a component for each of several answers."""
    values: tuple[StrEnum, ...] = getattr(entry, name)
    why = entry.why_missing(name)
    if not values:
        return [] if why is None else [part(code, None, why=why)]
    return [part(code, {"valueCodeableConcept": answer(one)}) for one in values]


# --- visits, wounds, pain, blood, scores ----------------------------------------------------------


def _add_visit(chart: Chart, detail: VisitDetail) -> None:
    parts = [*_coded(detail, "setting"), *_told(detail, "is_dressing_removed", "dressing-removed")]
    visit = chart.told.file.visit(detail.visit_id)
    if parts and visit is not None:
        code = own("visit", "Circumstances of the visit")
        typed = (detail.planned_label, detail.assessor_role, detail.note)
        chart.observe(detail, code, on=visit.visited_on, parts=parts, notes=typed)


def _add_finding(chart: Chart, finding: Finding) -> None:
    visit = chart.told.file.visit(finding.visit_id)
    if visit is None:
        return
    is_measured = any(
        (one.lesion_id, one.visit_id) == (finding.lesion_id, finding.visit_id)
        for one in chart.told.file.assessments
    )
    parts = [
        *_coded(finding, "state", own("wound-state")),
        *_coded(finding, "depth", loinc("39114-4")),
        # With a photograph, the depth stands among the other sizes; why there is none, here.
        *(
            []
            if is_measured and finding.max_depth_cm is not None
            else _sized(finding, "max_depth_cm", loinc("39127-6", "Greatest depth, by probe"))
        ),
        *_sized(finding, "undermining_cm", loinc("72293-4")),
    ]
    if finding.undermining_clock is not None:
        given = {"valueCodeableConcept": clock(finding.undermining_clock)}
        parts.append(part(loinc("72294-2"), given))
    parts += [
        *_coded(finding, "exudate_amount", loinc("39116-9")),
        *_coded(finding, "exudate_type", loinc("72290-0")),
        *_coded(finding, "edge", loinc("72304-9")),
        *_each(finding, "periwound", own("periwound", "Skin around the wound")),
    ]
    if InfectionSign.ODOUR in finding.infection_signs:
        given = {"valueCodeableConcept": answer(InfectionSign.ODOUR)}
        parts.append(part(loinc("72288-4"), given))
    parts += [
        *_each(finding, "infection_signs", own("infection-sign")),
        *_told(finding, "has_drainage", "drainage"),
        *_told(finding, "needs_dressing", "dressing-needed"),
        *_coded(finding, "debrided"),
        *_coded(finding, "trend", own("trend", "Trend, in the opinion of who looked")),
    ]
    chart.observe(
        finding,
        loinc("39135-9"),
        on=visit.visited_on,
        parts=parts,
        notes=(finding.dressing, finding.note),
    )


def _add_pain(chart: Chart, pain: Pain) -> None:
    value: Json = {"dataAbsentReason": absent(pain.why_missing("value"))}
    if pain.value is not None:
        value = {"valueQuantity": quantity(pain.value, _PAIN_UNITS[pain.scale], decimals=1)}
    code = loinc(_PAIN_CODES[pain.scale], f"Pain, {pain.scale.value}")
    when = part(
        own("pain-context", "When the pain is"), {"valueCodeableConcept": answer(pain.context)}
    )
    chart.observe(pain, code, category="survey", on=pain.on, value=value, parts=[when])


def _add_lab(chart: Chart, lab: LabResult) -> None:
    unit = LAB_RANGES[lab.analyte].unit
    other = "" if lab.unit == unit else lab.unit  # of a library that knew no better
    value: Json = {"dataAbsentReason": absent(lab.why_missing("value"))}
    if lab.value is not None and not other:
        value = {"valueQuantity": quantity(lab.value, unit)}
    elif lab.value is not None:
        typed = chart.told.profile.text(other)
        masked = {"dataAbsentReason": absent(None, otherwise="masked")}
        value = {"valueString": f"{lab.value:g} {typed}"} if typed else masked
    ends = {
        name: quantity(end, unit)
        for name, end in (("low", lab.reference_low), ("high", lab.reference_high))
        if end is not None and not other
    }
    codings = [coding(LOINC, ANALYTES[lab.analyte]), coding(OWN, lab.analyte.value)]
    code: Json = {"coding": codings, "text": worded(lab.analyte.value)}
    parts = _coded(lab, "relation_to_dialysis")
    chart.observe(
        lab,
        code,
        category="laboratory",
        on=lab.taken_on,
        value=value,
        parts=parts,
        referenceRange=[ends] if ends else None,
    )


def _add_score(chart: Chart, score: Score) -> None:
    """Add a score: every answer a component, the total its value only where there is one."""
    total = chart.told.file.totals.get(score.entry_id)
    value: Json = {"dataAbsentReason": _NO_TOTAL}
    if total is not None:
        value = {"valueQuantity": quantity(total, "{score}", decimals=2)}
    given, missing = dict(score.items), dict(score.missing)
    names = ScoreNames(score, chart.told.file.instruments, chart.told.profile)
    system = f"{INSTRUMENTS}:{names.instrument}"
    parts = []
    for item in sorted({*given, *missing}):
        found = given.get(item)
        shown = None if found is None else {"valueQuantity": quantity(found, "{score}", decimals=2)}
        told = names.item(item)
        asked: Json = {"coding": [coding(system, told)], "text": worded(told)}
        parts.append(part(asked, shown, why=missing.get(item)))
    parts += _coded(score, "rated_from")
    named = {**coding(INSTRUMENTS, names.instrument), "version": names.version}
    code = {"coding": [named], "text": names.instrument.upper()}
    chart.observe(score, code, category="survey", on=score.on, value=value, parts=parts)


# --- treatments ----------------------------------------------------------------------------------


def _add_treatment(chart: Chart, treatment: Treatment) -> None:
    by_drug = treatment.agent in DRUGS
    kind = "MedicationStatement" if by_drug else "Procedure"
    content = _medication(chart, treatment) if by_drug else _procedure(chart, treatment)
    found = chart.add(kind, treatment.entry_id, content)
    chart.revised(treatment, found)


def _agent(chart: Chart, treatment: Treatment) -> Json:
    code = own(treatment.agent.value)
    typed = chart.told.profile.text(treatment.text)
    return code if typed is None else {**code, "text": f"{code['text']}: {typed}"}


def _is_over(chart: Chart, treatment: Treatment) -> bool:
    stop = treatment.stop
    return stop is not None and stop.earliest <= chart.told.file.course.as_of


def _dose(chart: Chart, treatment: Treatment) -> Json | None:
    """Return a dose whose unit is known; a typed one only where that is told."""
    if treatment.dose_value is None or not treatment.dose_unit:
        return None
    if (unit := UNITS.get(treatment.dose_unit)) is not None:
        return quantity(treatment.dose_value, unit, shown=treatment.dose_unit)
    typed = chart.told.profile.text(treatment.dose_unit)
    return None if typed is None else {"value": treatment.dose_value, "unit": typed}


def _chosen(chart: Chart, word: str, offered: Collection[str]) -> str | None:
    """Return a word that a form offers; what was typed instead, only where that is told."""
    return word if word in offered else chart.told.profile.text(word)


def _medication(chart: Chart, treatment: Treatment) -> Json:
    if treatment.agent is Agent.WARFARIN_STOPPED:
        status = "stopped"
    elif not _is_over(chart, treatment):
        status = "active"
    else:
        is_done = treatment.stop_reason in {None, StopReason.COMPLETED}
        status = "completed" if is_done else "stopped"
    route = _chosen(chart, treatment.route, ROUTES)
    dose, frequency = _dose(chart, treatment), _chosen(chart, treatment.frequency, FREQUENCIES)
    is_rate = treatment.dose_unit.endswith("/h")  # a patch is told by what it gives in an hour
    dosage: Json = {
        **(often(frequency) if frequency else {}),
        **({"route": {"text": route}} if route else {}),
        **(
            {"doseAndRate": [{"rateQuantity" if is_rate else "doseQuantity": dose}]} if dose else {}
        ),
    }
    earlier = {one.entry_id: one for one in chart.told.file.record.treatments}
    before = earlier.get(treatment.follows or "")
    follows = (
        before is not None
        and before.agent in DRUGS
        and (before.lesion_id is None or chart.lesion(before.lesion_id) is not None)
    )
    intensified = [{"text": "Intensified because nothing changed"}]
    notes = (chart.notes(treatment.why) or []) + (intensified if treatment.is_intensified else [])
    reason = treatment.stop_reason
    return {
        "identifier": chart.identifiers(treatment.entry_id),
        "status": status,
        "statusReason": None if reason is None else [answer(reason)],
        "medicationCodeableConcept": _agent(chart, treatment),
        "subject": chart.subject,
        "effectivePeriod": chart.during(None, treatment.start)
        if treatment.agent is Agent.WARFARIN_STOPPED
        else chart.during(treatment.start, treatment.stop),
        "dateAsserted": chart.moment(treatment.recorded_at),
        "informationSource": chart.person(treatment.recorded_by),
        "derivedFrom": [chart.ref("MedicationStatement", before.entry_id)]
        if follows and before is not None
        else None,
        "reasonReference": chart.lesion(treatment.lesion_id),
        "note": notes,
        "dosage": [dosage] if dosage else None,
    }


def _procedure(chart: Chart, treatment: Treatment) -> Json:
    if not _is_over(chart, treatment):
        status = "completed" if treatment.agent is Agent.PARATHYROIDECTOMY else "in-progress"
    else:
        is_done = treatment.stop_reason in {None, StopReason.COMPLETED}
        status = "completed" if is_done else "stopped"
    code, dose = _agent(chart, treatment), _dose(chart, treatment)
    if dose is not None:
        code = {**code, "text": f"{code['text']}, {dose['value']:g} {treatment.dose_unit}"}
    frequency = _chosen(chart, treatment.frequency, FREQUENCIES)
    how_often = [{"text": frequency}] if frequency else []
    reason = treatment.stop_reason
    site = chart.site_of(treatment.lesion_id)
    return {
        "identifier": chart.identifiers(treatment.entry_id),
        "status": status,
        "statusReason": None if reason is None else answer(reason),
        "code": code,
        "subject": chart.subject,
        "performedPeriod": chart.during(treatment.start, treatment.stop),
        "recorder": chart.person(treatment.recorded_by),
        "reasonReference": chart.lesion(treatment.lesion_id),
        "bodySite": None if site is None else [site],
        "note": [*how_often, *(chart.notes(treatment.why) or [])],
    }


# --- events --------------------------------------------------------------------------------------


def _add_event(chart: Chart, event: Event) -> None:
    """Add an event as what it is; whether it is serious and related is an observation always."""
    if event.kind in OPERATIONS:
        found = chart.add("Procedure", event.entry_id, _operation(chart, event))
        chart.revised(event, found)
    elif event.kind in ILLNESSES:
        found = chart.add("Condition", event.entry_id, _illness(chart, event))
        chart.revised(event, found)
    parts = [
        *_told(event, "is_related", "related-to-calciphylaxis"),
        *_told(event, "is_serious", "serious"),
        *_coded(event, "death_cause"),
    ]
    when: Json = {"effectiveDateTime": chart.on(event.on)}
    if event.ended_on is not None:
        when = {"effectivePeriod": chart.during(event.on, event.ended_on)}
    code = own(f"event-{event.kind.value}", f"Event: {worded(event.kind.value).lower()}")
    typed = (event.text, event.source)
    chart.observe(event, code, category=None, parts=parts, role="event", notes=typed, **when)


def _operation(chart: Chart, event: Event) -> Json:
    site = chart.site_of(event.lesion_id)
    disease = disease_of(chart)
    reasons = chart.lesion(event.lesion_id) or []
    if event.is_related and disease is not None:
        reasons = [*reasons, disease]
    when: Json = {"performedDateTime": chart.on(event.on)}
    if event.ended_on is not None:
        when = {"performedPeriod": chart.during(event.on, event.ended_on)}
    return {
        "identifier": chart.identifiers(event.entry_id),
        "status": "completed",
        "code": own(event.kind.value),
        "subject": chart.subject,
        **when,
        "recorder": chart.person(event.recorded_by),
        "reasonReference": reasons,
        "bodySite": None if site is None else [site],
        "note": chart.notes(event.text),
    }


def _illness(chart: Chart, event: Event) -> Json:
    site = chart.site_of(event.lesion_id)
    ended = chart.on(event.ended_on)
    return {
        "identifier": chart.identifiers(event.entry_id),
        "clinicalStatus": None if ended is None else hl7("condition-clinical", "resolved"),
        "verificationStatus": hl7("condition-ver-status", "confirmed"),
        "category": [hl7("condition-category", "encounter-diagnosis")],
        "code": own(event.kind.value),
        "bodySite": None if site is None else [site],
        "subject": chart.subject,
        "onsetDateTime": chart.on(event.on),
        "abatementDateTime": ended,
        "recorder": chart.person(event.recorded_by),
        "note": chart.notes(event.text),
    }
