"""The lesions: a place on the body and a condition each, and what one has to do with another.

Hides how the end of a lesion, which is no healing in every case, is told as a condition's status.
"""

from __future__ import annotations

from typing import Final

from woundtrack.exchange.fhir.chart import Chart
from woundtrack.exchange.fhir.codes import DUE_TO, Json, answer, hl7, own, worded
from woundtrack.exchange.fhir.person import disease_of
from woundtrack.exchange.tables.lesions import LesionRow, lesion_rows
from woundtrack.model import Aetiology, EndReason, LesionLink, LinkKind

_RESOLVED: Final = frozenset({EndReason.CLOSED, EndReason.SURGICALLY_CLOSED, EndReason.GRAFTED})


def add_lesions(chart: Chart) -> None:
    """Add a body structure and a condition for every lesion, and their links."""
    recurred = {
        link.lesion_id
        for link in chart.told.file.record.links
        if link.kind is LinkKind.RECURRENCE_OF
    }
    for row in lesion_rows(chart.told):
        chart.add("BodyStructure", row.lesion.id, _structure(chart, row))
        content = _condition(chart, row, is_recurrence=row.lesion.id in recurred)
        found = chart.add("Condition", row.lesion.id, content)
        if row.detail is not None:
            chart.revised(row.detail, found)
            _add_first_look(chart, row)
    for link in chart.told.file.record.links:
        add_link(chart, link)


def _structure(chart: Chart, row: LesionRow) -> Json:
    aspects = () if row.detail is None else row.detail.aspects
    side = row.lesion.site.side
    return {
        "identifier": chart.identifiers(row.lesion.id),
        "active": True,
        "location": chart.site(row.lesion.site),
        "locationQualifier": [answer(one) for one in ((side,) if side else ()) + aspects],
        "description": chart.told.profile.text(row.lesion.label),
        "patient": chart.subject,
    }


def _condition(chart: Chart, row: LesionRow, *, is_recurrence: bool) -> Json:
    lesion, detail = row.lesion, row.detail
    end = None if row.course is None else row.course.end
    if end is None:
        status = "recurrence" if is_recurrence else "active"
    else:
        status = "resolved" if end.reason in _RESOLVED else "inactive"
    aetiology = None if detail is None else detail.aetiology
    disease = disease_of(chart)
    due = aetiology is Aetiology.CALCIPHYLAXIS and disease is not None
    code = own("lesion", f"Lesion {lesion.number}")
    if aetiology is not None:
        code["coding"] += own(f"lesion-of-{aetiology.value}")["coding"]
        code["text"] += f", {worded(aetiology.value).lower()}"
    onset = None if detail is None else chart.on(detail.onset)
    ended = None if end is None else chart.on(end.known or end.on)
    typed = "" if detail is None else detail.site_text
    return {
        "extension": [{"url": DUE_TO, "valueReference": disease}] if due else None,
        "identifier": chart.identifiers(lesion.id),
        "clinicalStatus": hl7("condition-clinical", status),
        "verificationStatus": hl7("condition-ver-status", "confirmed"),
        "category": [hl7("condition-category", "encounter-diagnosis")],
        "code": code,
        "bodySite": [chart.site(lesion.site, lesion)],
        "subject": chart.subject,
        "onsetDateTime": onset,
        "abatementDateTime": ended,
        "recorder": None if detail is None else chart.person(detail.recorded_by),
        "note": chart.notes(typed),
    }


def _add_first_look(chart: Chart, row: LesionRow) -> None:
    """Add what a lesion looked like when it was first seen, whether it is the sentinel, its end."""
    detail = row.detail
    if detail is None:
        return
    parts: list[Json] = [
        {"code": own("morphology"), "valueCodeableConcept": answer(one)}
        for one in detail.morphology_at_entry
    ]
    if detail.is_sentinel:
        parts.append({"code": own("sentinel", "Sentinel lesion"), "valueBoolean": True})
    end = None if row.course is None else row.course.end
    if end is not None:
        parts.append({"code": own("end-reason"), "valueCodeableConcept": answer(end.reason)})
    if parts:
        code = own("lesion-facts", "What was recorded of the lesion")
        chart.observe(detail, code, on=row.entered_on, parts=parts, role="facts")


def add_link(chart: Chart, link: LesionLink) -> None:
    """Add what one lesion has to do with another: ``focus`` names the one, then the other."""
    one, other = chart.lesion(link.lesion_id), chart.lesion(link.other_lesion_id)
    if one is None or other is None:
        return
    value = {"valueCodeableConcept": answer(link.kind)}
    code = own("lesion-link", "What the first lesion in focus is to the second")
    chart.observe(link, code, on=link.on, value=value, focus=[*one, *other])
