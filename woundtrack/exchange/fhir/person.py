"""The patient, what they agreed to, the disease and what makes it likelier, as resources.

Hides which of these identify a person and stay in the clinic.
"""

from __future__ import annotations

from typing import Final

from woundtrack.exchange.fhir.chart import Chart, part, quantity
from woundtrack.exchange.fhir.codes import (
    ASSERTED,
    DISEASE,
    ETHNICITY,
    NHS_NUMBERS,
    Json,
    absent,
    answer,
    coding,
    hl7,
    loinc,
    own,
)
from woundtrack.exchange.tables.closed import ETHNIC_CATEGORIES
from woundtrack.model import (
    Certainty,
    Consent,
    Diagnosis,
    PartialDate,
    PatientDetail,
    Purpose,
    RiskFactor,
)

_SCOPES: Final = {Purpose.RESEARCH: "research"}
_PURPOSES: Final = {Purpose.RECORD: "TREAT", Purpose.RESEARCH: "HRESCH"}
_CERTAINTIES: Final = {
    Certainty.SUSPECTED: "provisional",
    Certainty.CLINICAL: "confirmed",
    Certainty.CONFIRMED: "confirmed",
}


def add_person(chart: Chart) -> None:
    """Add the patient, what was recorded of them, their consents, disease and risk factors."""
    chart.add("Patient", chart.told.file.patient.id, _patient(chart))
    detail, diagnosis = chart.told.file.record.detail, chart.told.file.record.diagnosis
    if detail is not None:
        _add_detail(chart, detail)
    _add_age(chart)
    for consent in chart.told.file.record.consents:
        add_consent(chart, consent)
    if diagnosis is not None:
        add_disease(chart, diagnosis)
        _add_features(chart, diagnosis)
    for risk in chart.told.file.record.risk_factors:
        add_risk(chart, risk)


def add_consent(chart: Chart, consent: Consent) -> None:
    """Add what the patient agreed to for one purpose."""
    chart.revised(consent, chart.add("Consent", consent.entry_id, _consent(chart, consent)))


def add_disease(chart: Chart, diagnosis: Diagnosis) -> None:
    """Add the disease."""
    found = chart.add("Condition", diagnosis.entry_id, _disease(chart, diagnosis))
    chart.revised(diagnosis, found)


def add_risk(chart: Chart, risk: RiskFactor) -> None:
    """Add a risk factor that was asked about, there or not."""
    value: Json = {"dataAbsentReason": absent(risk.why_missing("is_present"))}
    if risk.is_present is not None:
        value = {"valueBoolean": risk.is_present}
    plain = risk.kind.value.replace("_", " ")
    code = own(f"risk-factor-{risk.kind.value}", f"Risk factor: {plain}")
    during = chart.during(risk.start, risk.stop)
    chart.observe(risk, code, category="social-history", value=value, effectivePeriod=during)


def disease_of(chart: Chart) -> Json | None:
    """Return a reference to the disease; None where no diagnosis was recorded."""
    diagnosis = chart.told.file.record.diagnosis
    return None if diagnosis is None else chart.ref("Condition", diagnosis.entry_id)


# --- who it is -----------------------------------------------------------------------------------


def _patient(chart: Chart) -> Json:
    file, told = chart.told.file, chart.told
    detail, identity = file.record.detail, file.identity
    of_study = "urn:woundtrack:study-codes"
    system = "urn:woundtrack:patient-codes" if told.profile.is_identified else of_study
    identifiers = [{"system": system, "value": told.code}]
    name, birth = None, None
    if identity is not None:
        if identity.nhs_number:
            identifiers.append({"system": NHS_NUMBERS, "value": identity.nhs_number})
        if identity.local_id:
            identifiers.append({"system": "urn:woundtrack:local-ids", "value": identity.local_id})
        name = [{"text": identity.name}] if identity.name else None
        birth = None if identity.birth_date is None else identity.birth_date.isoformat()
    if birth is None and told.profile.is_identified and detail is not None and detail.birth_year:
        birth = f"{detail.birth_year:04d}"
    gender, centre = None, None
    if detail is not None:
        if told.profile.is_identified and detail.centre.strip():
            centre = {"display": detail.centre.strip()}
        unknown = "unknown" if detail.why_missing("sex") else None
        gender = unknown if detail.sex is None else detail.sex.value
    return {
        "identifier": identifiers,
        "active": True,
        "name": name,
        "gender": gender,
        "birthDate": birth,
        "managingOrganization": centre,
        **_death(chart),
    }


def _death(chart: Chart) -> Json:
    course = chart.told.file.course
    if course.death is None:
        return {}
    day = chart.on(course.death.on)
    return {"deceasedBoolean": True} if day is None else {"deceasedDateTime": day}


def _add_age(chart: Chart) -> None:
    profile, file = chart.told.profile, chart.told.file
    age = profile.age_at_index(file)
    if age is None:
        return
    chart.add(
        "Observation",
        file.patient.id,
        {
            "status": "final",
            "code": own("age-at-index", "Age at the index event; 90 stands for 90 and over"),
            "subject": chart.subject,
            "effectiveDateTime": chart.on(chart.told.calendar.index_on),
            "valueQuantity": quantity(age, "a"),
        },
        "age",
    )


def _add_detail(chart: Chart, detail: PatientDetail) -> None:
    """Add what was recorded of a patient beside the diagnosis.

    Height, weight and body mass index are vital signs of FHIR, which have a day; disguised there is
    none, and so only the index, as woundtrack's own.
    """
    if chart.told.profile.is_identified:
        on = PartialDate.of(detail.recorded_at.date())
        for vital, measured, unit in (
            ("8302-2", detail.height_cm, "cm"),
            ("29463-7", detail.weight_kg, "kg"),
            ("39156-5", detail.bmi_kg_per_m2, "kg/m2"),
        ):
            if measured is not None:
                size = {"valueQuantity": quantity(measured, unit, decimals=1)}
                code = loinc(vital)
                chart.observe(detail, code, category="vital-signs", on=on, value=size, role=vital)
    elif detail.bmi_kg_per_m2 is not None:
        index = quantity(detail.bmi_kg_per_m2, "kg/m2", decimals=1)
        code = own("bmi", "Body mass index as last recorded")
        chart.observe(detail, code, value={"valueQuantity": index}, role="bmi")
    if detail.dialysis is not None or detail.why_missing("dialysis") is not None:
        value: Json = {"dataAbsentReason": absent(detail.why_missing("dialysis"))}
        if detail.dialysis is not None:
            value = {"valueCodeableConcept": answer(detail.dialysis)}
        code = own("dialysis", "Dialysis as last recorded")
        during = chart.during(detail.dialysis_start, None)
        chart.observe(detail, code, value=value, role="dialysis", effectivePeriod=during)
    _add_ethnicity(chart, detail)


def _add_ethnicity(chart: Chart, detail: PatientDetail) -> None:
    """Add the ethnic category: a letter of the NHS data dictionary, or as typed where told."""
    told = detail.ethnic_category.strip()
    if told in ETHNIC_CATEGORIES:
        concept: Json = {"coding": [coding(ETHNICITY, told)]}
    elif (typed := chart.told.profile.text(told)) is not None:
        concept = {"text": typed}
    else:
        return
    value = {"valueCodeableConcept": concept}
    code = own("ethnic-category", "Ethnic category")
    chart.observe(detail, code, category="social-history", value=value, role="ethnic")


# --- what they agreed to -------------------------------------------------------------------------


def _consent(chart: Chart, consent: Consent) -> Json:
    if not consent.is_given:
        status, kind = "rejected", "deny"
    elif consent.withdrawn_on is not None:
        status, kind = "inactive", "permit"
    else:
        status, kind = "active", "permit"
    purpose = _PURPOSES.get(consent.purpose)
    system = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
    form = chart.told.profile.text(consent.form_version)
    giver = chart.told.profile.text(consent.given_by)
    return {
        "identifier": chart.identifiers(consent.entry_id),
        "status": status,
        "scope": hl7("consentscope", _SCOPES.get(consent.purpose, "patient-privacy")),
        "category": [_category(consent)],
        "patient": chart.subject,
        "dateTime": chart.on(consent.given_on),
        "performer": None if giver is None else [{"display": giver}],
        "policyRule": own("as-recorded", f"As recorded{'' if form is None else f', form {form}'}"),
        "provision": {
            "type": kind,
            "period": chart.during(consent.given_on, consent.withdrawn_on),
            "purpose": None if purpose is None else [coding(system, purpose)],
        },
    }


def _category(consent: Consent) -> Json:
    """Return which consent it is: by FHIR's value set of categories, and in woundtrack's word."""
    found = own(f"consent-{consent.purpose.value}", f"Consent: {consent.purpose.value}")
    if consent.purpose is Purpose.RESEARCH:
        known = hl7("consentcategorycodes", "research")["coding"]
    else:
        known = loinc("59284-0")["coding"]
    return {**found, "coding": [*known, *found["coding"]]}


# --- the disease ---------------------------------------------------------------------------------


def _disease(chart: Chart, diagnosis: Diagnosis) -> Json:
    verified: Json | None = None
    if diagnosis.certainty is not None:
        verified = hl7("condition-ver-status", _CERTAINTIES[diagnosis.certainty])
    on = chart.on(diagnosis.diagnosed_on)
    return {
        "extension": None if on is None else [{"url": ASSERTED, "valueDateTime": on}],
        "identifier": chart.identifiers(diagnosis.entry_id),
        "clinicalStatus": hl7("condition-clinical", "active"),
        "verificationStatus": verified,
        "category": [hl7("condition-category", "encounter-diagnosis")],
        "code": DISEASE,
        "subject": chart.subject,
        "onsetDateTime": chart.on(diagnosis.first_sign_on),
        "recorder": chart.person(diagnosis.recorded_by),
        "note": chart.notes(diagnosis.trigger_text),
    }


def _add_features(chart: Chart, diagnosis: Diagnosis) -> None:
    """Add what the diagnosis rests on, as one observation of several parts."""
    parts = []
    for name in ("certainty", "trigger", "biopsy_result"):
        value, why = getattr(diagnosis, name), diagnosis.why_missing(name)
        if value is not None or why is not None:
            given = None if value is None else {"valueCodeableConcept": answer(value)}
            parts.append(part(own(name.replace("_", "-")), given, why=why))
    for name, word in (
        ("is_uraemic", "uraemic"),
        ("has_imaging_calcification", "imaging-calcification"),
    ):
        value, why = getattr(diagnosis, name), diagnosis.why_missing(name)
        if value is not None or why is not None:
            given = None if value is None else {"valueBoolean": value}
            parts.append(part(own(word), given, why=why))
    biopsy_on = chart.on(diagnosis.biopsy_on)
    if biopsy_on is not None:
        parts.append(part(own("biopsy-date"), {"valueDateTime": biopsy_on}))
    if parts:
        disease = chart.ref("Condition", diagnosis.entry_id)
        code = own("diagnosis-features", "What the diagnosis rests on")
        on = diagnosis.diagnosed_on
        chart.observe(diagnosis, code, on=on, parts=parts, role="features", focus=[disease])
