"""Entries of the clinical record come back as they went in, as revisions that nothing changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.records.conftest import Clinic
from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import (
    ENTRIES,
    Aetiology,
    Agent,
    Analyte,
    Aspect,
    BiopsyResult,
    Certainty,
    Confirmation,
    Consent,
    DeathCause,
    Debrided,
    Depth,
    Diagnosis,
    Dialysis,
    DialysisRelation,
    Edge,
    EndReason,
    Entry,
    Event,
    EventKind,
    ExudateAmount,
    ExudateType,
    Finding,
    Identity,
    InfectionSign,
    LabResult,
    LesionDetail,
    LesionLink,
    LesionState,
    LinkKind,
    Missing,
    Morphology,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    PatientDetail,
    Periwound,
    Purpose,
    RatedFrom,
    RiskFactor,
    RiskFactorKind,
    Score,
    Setting,
    Sex,
    StopReason,
    Treatment,
    Trend,
    Trigger,
    VisitDetail,
)
from woundtrack.records import Library
from woundtrack.records.entries import TABLES, table_of
from woundtrack.records.record_tables import RECORD_TABLES

DAY = date(2026, 3, 4)
MONTH = PartialDate(text="2026-02")


@dataclass(frozen=True)
class Place:
    """A library with one patient who has a lesion and a visit."""

    library: Library
    patient_id: str
    lesion_id: str
    visit_id: str


@pytest.fixture
def place(library: Library) -> Place:
    """Make them."""
    clinic = Clinic(library)
    patient = clinic.patient()
    return Place(library, patient.id, clinic.lesion(patient).id, clinic.visit(patient).id)


def full_entries(place: Place) -> list[Entry]:
    """Return one entry of every kind with every field filled."""
    who, lesion, visit = place.patient_id, place.lesion_id, place.visit_id
    return [
        PatientDetail(
            patient_id=who,
            sex=Sex.FEMALE,
            birth_year=1963,
            ethnic_category="A",
            height_cm=164.5,
            weight_kg=1 / 3 + 90,
            dialysis=Dialysis.HAEMODIALYSIS,
            dialysis_start=PartialDate(text="2021"),
            centre="North",
        ),
        Diagnosis(
            patient_id=who,
            certainty=Certainty.CONFIRMED,
            diagnosed_on=MONTH,
            first_sign_on=PartialDate(text="2025"),
            trigger=Trigger.GRAZE,
            trigger_text="a wall",
            is_uraemic=True,
            biopsy_on=PartialDate(text="2026-01-06"),
            biopsy_result=BiopsyResult.POSITIVE,
            has_imaging_calcification=False,
            diagnosed_by="dermatology",
        ),
        RiskFactor(
            patient_id=who,
            kind=RiskFactorKind.VITAMIN_K_ANTAGONIST,
            is_present=True,
            start=PartialDate(text="2019"),
            stop=MONTH,
        ),
        Consent(
            patient_id=who,
            purpose=Purpose.MDT,
            is_given=True,
            given_by="the patient",
            given_on=DAY,
            form_version="3",
            withdrawn_on=DAY + timedelta(days=3),
            capacity_note="has capacity",
        ),
        LesionDetail(
            patient_id=who,
            lesion_id=lesion,
            site_text="above the scar",
            aspects=(Aspect.LATERAL, Aspect.ANTERIOR),
            map_x=0.1,
            map_y=1 / 3,
            diagram="figures-1",
            onset=MONTH,
            morphology_at_entry=(Morphology.LIVEDO, Morphology.PLAQUE),
            aetiology=Aetiology.CALCIPHYLAXIS,
            is_sentinel=True,
            ended_on=MONTH,
            end_reason=EndReason.MERGED,
        ),
        LesionLink(
            patient_id=who,
            lesion_id=lesion,
            other_lesion_id=lesion,
            kind=LinkKind.MERGED_INTO,
            on=DAY,
        ),
        Finding(
            patient_id=who,
            lesion_id=lesion,
            visit_id=visit,
            state=LesionState.OPEN,
            depth=Depth.DEEP,
            max_depth_cm=0.6,
            undermining_cm=2.5,
            undermining_clock=12,
            exudate_amount=ExudateAmount.NONE,
            exudate_type=ExudateType.SEROUS,
            edge=Edge.ROLLED,
            periwound=(Periwound.ERYTHEMA, Periwound.INDURATION),
            infection_signs=(InfectionSign.NONE,),
            has_drainage=False,
            needs_dressing=True,
            dressing="silicone foam",
            debrided=Debrided.AFTER_PHOTOGRAPH,
            trend=Trend.STABLE,
            note="“painful”",
            missing=(("odour", Missing.NOT_ASSESSABLE),),
        ),
        VisitDetail(
            patient_id=who,
            visit_id=visit,
            setting=Setting.DIALYSIS_UNIT,
            assessor_role="nurse",
            planned_label="W12",
            is_dressing_removed=True,
            note="late",
        ),
        Pain(
            patient_id=who,
            on=DAY,
            scale=PainScale.NRS11,
            context=PainContext.DRESSING_CHANGE,
            value=0.0,
            visit_id=visit,
            lesion_id=lesion,
        ),
        Treatment(
            patient_id=who,
            agent=Agent.SODIUM_THIOSULFATE_IV,
            text="after dialysis",
            route="IV",
            dose_value=25.0,
            dose_unit="g",
            frequency="3/week",
            start=MONTH,
            stop=PartialDate(text="2026-06-01"),
            stop_reason=StopReason.CHANGED,
            why="nausea",
            is_intensified=False,
            follows="another",
            lesion_id=lesion,
        ),
        LabResult(
            patient_id=who,
            analyte=Analyte.PHOSPHATE,
            taken_on=DAY,
            value=1.4,
            unit="mmol/L",
            relation_to_dialysis=DialysisRelation.PRE,
            reference_low=0.8,
            reference_high=1.5,
            visit_id=visit,
        ),
        Event(
            patient_id=who,
            kind=EventKind.DEATH,
            on=MONTH,
            ended_on=MONTH,
            lesion_id=lesion,
            is_related=None,
            is_serious=True,
            death_cause=DeathCause.SEPSIS,
            text="at home",
            source="letter",
        ),
        Score(
            patient_id=who,
            instrument="bwat",
            instrument_version="2001",
            on=DAY,
            items=(("depth", 3.0), ("edges", 2.0)),
            rated_from=RatedFrom.PHOTOGRAPH,
            visit_id=visit,
            lesion_id=lesion,
            missing=(("oedema", Missing.NOT_ASSESSABLE),),
        ),
        Confirmation(
            patient_id=who,
            question="area_grew",
            given="12.3 cm² after 4.1 cm² in 7 days",
            visit_id=visit,
            lesion_id=lesion,
        ),
    ]


def bare_entries(place: Place) -> list[Entry]:
    """Return one entry of every kind with nothing but what it needs."""
    who, lesion, visit = place.patient_id, place.lesion_id, place.visit_id
    return [
        PatientDetail(patient_id=who),
        Diagnosis(patient_id=who),
        RiskFactor(patient_id=who, kind=RiskFactorKind.OBESITY),
        Consent(patient_id=who, purpose=Purpose.RECORD, is_given=False, given_on=DAY),
        LesionDetail(patient_id=who, lesion_id=lesion),
        LesionLink(
            patient_id=who,
            lesion_id=lesion,
            other_lesion_id=lesion,
            kind=LinkKind.RECURRENCE_OF,
            on=DAY,
        ),
        Finding(patient_id=who, lesion_id=lesion, visit_id=visit),
        VisitDetail(patient_id=who, visit_id=visit),
        Pain(patient_id=who, on=DAY, scale=PainScale.VAS100, context=PainContext.REST),
        Treatment(patient_id=who, agent=Agent.OTHER),
        LabResult(patient_id=who, analyte=Analyte.CRP, taken_on=DAY),
        Event(patient_id=who, kind=EventKind.SEPSIS, on=PartialDate(text="2026")),
        Score(patient_id=who, instrument="push", instrument_version="3.0", on=DAY),
        Confirmation(patient_id=who, question="area_grew"),
    ]


def test_every_kind_has_a_table_and_every_table_a_kind() -> None:
    assert set(TABLES) == {*RECORD_TABLES, "confirmation"}
    assert len(TABLES) == len(ENTRIES) == 14


@pytest.mark.parametrize("make", [full_entries, bare_entries], ids=["full", "bare"])
def test_what_is_read_equals_what_was_written(
    place: Place, make: Callable[[Place], list[Entry]]
) -> None:
    library = place.library
    entries = make(place)
    assert [type(entry) for entry in entries] == list(ENTRIES)

    with library.verb("record", by="Ann") as change:
        for entry in entries:
            change.add_entry(entry)

    for entry in entries:
        assert library.entries(type(entry), patient_id=place.patient_id) == (entry,)
        assert library.entries(type(entry), patient_id="nobody") == ()
    assert library.check().problems == ()


def test_the_newest_revision_counts_and_the_others_stay(place: Place) -> None:
    library = place.library
    first = Pain(
        patient_id=place.patient_id,
        on=DAY,
        scale=PainScale.NRS11,
        context=PainContext.REST,
        value=8.0,
        recorded_at=datetime(2026, 3, 4, tzinfo=UTC),
    )
    second = first.revised(by="Bob", reason="misheard", value=3.0)
    with library.verb("record", by="Ann") as change:
        change.add_entry(first)
    with library.verb("record", by="Bob") as change:
        change.add_entry(second)

    assert library.entries(Pain) == (second,)
    assert library.entry_revisions(Pain, first.entry_id) == (first, second)
    assert library.entries(Pain, as_of=datetime(2026, 3, 5, tzinfo=UTC)) == (first,)
    assert library.entries(Pain, as_of=datetime(2026, 3, 3, tzinfo=UTC)) == ()


def test_a_retired_entry_is_out_of_view_until_asked_for(place: Place) -> None:
    library = place.library
    entry = bare_entries(place)[11]
    retired = entry.revised(by="Ann", reason="another patient's", is_retired=True)
    with library.verb("record", by="Ann") as change:
        change.add_entry(entry)
        change.add_entry(retired)

    assert library.entries(Event) == ()
    assert library.entries(Event, include_retired=True) == (retired,)


def test_two_people_can_not_amend_the_same_revision(place: Place) -> None:
    library = place.library
    entry = bare_entries(place)[8]
    with library.verb("record", by="Ann") as change:
        change.add_entry(entry)
        change.add_entry(entry.revised(by="Ann", reason="a"))

    with pytest.raises(ChangedMeanwhile), library.verb("record", by="Bob") as change:
        change.add_entry(entry.revised(by="Bob", reason="b"))


@pytest.mark.parametrize("table", TABLES)
def test_no_program_can_change_or_delete_an_entry(place: Place, table: str) -> None:
    library = place.library
    entry = next(one for one in bare_entries(place) if table_of(type(one)) == table)
    with library.verb("record", by="Ann") as change:
        change.add_entry(entry)

    deleting = f"DELETE FROM {table}"  # noqa: S608
    changing = f"UPDATE {table} SET recorded_by = 'Eve'"  # noqa: S608
    for statement in (deleting, changing):
        with pytest.raises(sqlite3.IntegrityError, match="are kept"):
            library._db.execute(statement)


def test_who_a_patient_is_stands_in_its_table_alone(place: Place) -> None:
    library = place.library
    identity = Identity(
        patient_id=place.patient_id,
        name="Zebedee Quux",
        birth_date=date(1951, 12, 25),
        nhs_number="9434765919",
        local_id="QX-77",
    )
    assert library.identity(place.patient_id) is None

    with library.verb("identify", by="Ann") as change:
        stored = change.set_identity(identity)
    with library.verb("identify", by="Ann") as change:
        change.set_identity(
            Identity(patient_id=place.patient_id, name="Z. Quux", version=stored.version)
        )

    assert library.identity(place.patient_id) == Identity(
        patient_id=place.patient_id, name="Z. Quux", version=2
    )
    trail = " ".join(entry.what for entry in library.audit_trail())
    for secret in ("Quux", "1951", "9434765919", "QX-77"):
        assert secret not in trail
    assert library.check().problems == ()
