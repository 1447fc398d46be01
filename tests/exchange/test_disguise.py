"""No pseudonymised export tells on which day of its month, or its year, an index event was."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.fhir.full_patient import FullPatient
from woundtrack.exchange.bundle import BundleFacts, write_bundle
from woundtrack.exchange.disguise import disguised
from woundtrack.exchange.fhir import Withdrawn, bundle_of
from woundtrack.exchange.manifest import ExportFacts
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.profile import Profile
from woundtrack.exchange.redcap import write_project
from woundtrack.model import (
    Agent,
    BodySite,
    ClinicalRecord,
    Diagnosis,
    EndReason,
    Entry,
    Event,
    EventKind,
    Finding,
    Lesion,
    LesionDetail,
    LesionState,
    PartialDate,
    Patient,
    PatientDetail,
    Precision,
    StopReason,
    Treatment,
    Visit,
    new_id,
)

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
EXPORTED = date(2027, 6, 30)
INDEX = date(2026, 6, 1)


def partial(text: str) -> PartialDate:
    return PartialDate(text=text)


def later(found: Any, days: int) -> Any:
    """Return a value with its exact days later; months and years stay."""
    if isinstance(found, PartialDate):
        is_day = found.precision is Precision.DAY
        return PartialDate.of(found.earliest + timedelta(days=days)) if is_day else found
    if type(found) is date:
        return found + timedelta(days=days)
    if isinstance(found, tuple):
        return tuple(later(one, days) for one in found)
    if isinstance(found, Entry):
        held = {one.name: getattr(found, one.name) for one in fields(found)}
        return replace(found, **{name: later(value, days) for name, value in held.items()})
    return found


def moved(file: PatientFile, days: int) -> PatientFile:
    """Return a patient all of whose exact days are so many later, exported on the same day."""
    record = ClinicalRecord(
        patient=file.record.patient,
        **{
            one.name: later(getattr(file.record, one.name), days)
            for one in fields(file.record)
            if one.name != "patient"
        },
    )
    visits = tuple(
        replace(one, visited_on=one.visited_on + timedelta(days=days)) for one in file.visits
    )
    return replace(file, record=record, visits=visits)


@pytest.fixture(scope="module")
def everything() -> FullPatient:
    return FullPatient()


@pytest.fixture(scope="module")
def rough(everything: FullPatient) -> PatientFile:
    """Return a patient of whom everything is recorded, much of it by the month or the year."""
    file = everything.file(with_identity=False)
    record, patient = file.record, everything.patient
    whose: dict[str, Any] = {"patient_id": patient.id, "recorded_by": "Ann Smith"}

    def given(start: str, stop: str | None, **more: Any) -> Treatment:
        ends = None if stop is None else partial(stop)
        return Treatment(
            **whose, agent=Agent.OPIOID, text="morphine", start=partial(start), stop=ends, **more
        )

    first = given("2026-06-11", "2026-07", dose_value=20.0, dose_unit="mg")
    events = (
        *(
            replace(one, on=partial("2026-09")) if one.kind is EventKind.DEATH else one
            for one in record.events
        ),
        Event(**whose, kind=EventKind.DEBRIDEMENT, on=partial("2026-07")),
        Event(
            **whose,
            kind=EventKind.ADMISSION,
            on=partial("2026-06-15"),
            ended_on=partial("2026-08"),
        ),
    )
    treatments = (
        *record.treatments,
        first,
        given("2026-07", None, dose_value=10.0, dose_unit="mg", follows=first.entry_id),
        given("2026-06-12", "2026"),
        given("2025", "2026-06-20", stop_reason=StopReason.DEATH),
        given("2026-06-03", None),
    )
    return replace(
        file,
        as_of=EXPORTED,
        record=replace(record, events=events, treatments=treatments),
    )


def written(file: PatientFile, profile: Profile, folder: Path) -> dict[str, bytes]:
    """Return all that the formats of files tell of a patient; DICOM tells of exact days alone."""
    write_bundle(folder / "csv", [file], profile, BundleFacts(audit_head="aa"))
    facts = ExportFacts(audit_head="aa")
    write_project(folder / "redcap", [file], profile, facts, file.instruments)
    found = {
        f"{path.parent.name}/{path.name}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    return found | {"fhir": json.dumps(bundle_of(file, profile), indent=1).encode()}


def test_on_whichever_day_of_its_month_the_index_was_the_same_bytes_leave(
    everything: FullPatient, rough: PatientFile, tmp_path: Path
) -> None:
    profile = everything.profile()
    on_the_first = written(rough, profile, tmp_path / "1")

    for days in range(1, 30):
        file = moved(rough, days)
        assert file.index.on == INDEX + timedelta(days=days)
        told = written(file, profile, tmp_path / str(days + 1))
        assert {name for name in told if told[name] != on_the_first[name]} == set(), days

    precise = written(moved(rough, 30), profile, tmp_path / "July")
    assert precise["csv/treatments.csv"] != on_the_first["csv/treatments.csv"]


def test_of_an_identified_export_every_day_is_told_as_typed(
    everything: FullPatient, rough: PatientFile, tmp_path: Path
) -> None:
    told = written(rough, everything.profile(is_identified=True), tmp_path)

    rows = csv.DictReader(told["csv/treatments.csv"].decode().splitlines())
    starts = {row["start_date"]: (row["start_day"], row["start_precision"]) for row in rows}
    assert starts["2026-06"] == ("14", "month")  # its middle, the 15th
    assert starts["2025"] == ("-334", "year")
    assert '"start": "2026-06"' in told["fhir"].decode()


def test_what_was_taken_back_tells_no_date_either(
    everything: FullPatient, rough: PatientFile
) -> None:
    mistaken = [
        replace(one, id=new_id(), entry_id=new_id(), is_retired=True)
        for one in (*rough.record.events, *rough.record.treatments, *rough.record.risk_factors)
    ]

    told = json.dumps(
        bundle_of(rough, everything.profile(), withdrawn=Withdrawn(entries=tuple(mistaken)))
    )

    assert "entered-in-error" in told
    assert "2026-" not in told
    assert "2027-" not in told


# --- months and years beside exact days ----------------------------------------------------------

PATIENT = Patient(id=new_id(), code="WT-1", created_at=AT)
LESION = Lesion(
    id=new_id(),
    patient_id=PATIENT.id,
    label="A1",
    number=1,
    site=BodySite(region="thigh"),
    created_at=AT,
)


def seen_on(*days: date, **entries: Any) -> PatientFile:
    """Return a patient whose lesion was found open on some days."""
    visits = tuple(
        Visit(id=f"visit {place}", patient_id=PATIENT.id, visited_on=day, created_at=AT)
        for place, day in enumerate(days)
    )
    findings = tuple(
        Finding(
            patient_id=PATIENT.id,
            lesion_id=LESION.id,
            visit_id=visit.id,
            state=LesionState.OPEN,
            recorded_at=AT,
        )
        for visit in visits
    )
    return PatientFile(
        record=ClinicalRecord(patient=PATIENT, findings=findings, **entries),
        lesions=(LESION,),
        visits=visits,
        photographs=(),
        assessments=(),
        as_of=EXPORTED,
    )


def death_on(on: PartialDate) -> dict[str, Any]:
    return {"events": (Event(patient_id=PATIENT.id, kind=EventKind.DEATH, on=on),)}


def onset_on(on: PartialDate) -> dict[str, Any]:
    return {"lesion_details": (LesionDetail(patient_id=PATIENT.id, lesion_id=LESION.id, onset=on),)}


def dates_of(precision: Precision) -> list[PartialDate]:
    """Return the months, or years, from a while before January 2026 to a while after."""
    if precision is Precision.YEAR:
        return [partial(str(year)) for year in range(2023, 2030)]
    return [partial(f"{year}-{month:02d}") for year in (2025, 2026, 2027) for month in range(1, 13)]


@pytest.mark.parametrize("precision", [Precision.MONTH, Precision.YEAR])
@pytest.mark.parametrize(
    ("recorded", "can_be"),
    [
        (death_on, lambda on, days: on.latest >= max(days)),
        (onset_on, lambda on, days: on.earliest <= min(days)),
    ],
    ids=["a death after the last visit", "an onset before the first"],
)
def test_beside_exact_days_a_month_or_year_excludes_no_day_of_the_index(
    precision: Precision,
    recorded: Callable[[PartialDate], dict[str, Any]],
    can_be: Callable[[PartialDate, list[date]], bool],
) -> None:
    """Whoever knows what is told, and what must come first, can exclude no day of the index."""
    whole, step = (31, 1) if precision is Precision.MONTH else (365, 13)
    candidates = {date(2026, 1, 1) + timedelta(days=days) for days in range(0, whole, step)}
    for after in (0, 1, 10, 20, 27, 30, 45, 58, 59, 89, 200, 365, 400):
        possible: dict[str, set[date]] = defaultdict(set)
        for index in candidates:
            days = [index, index + timedelta(days=after)]
            for on in dates_of(precision):
                if can_be(on, days):
                    told = disguised(seen_on(*days, **recorded(on))).record
                    known: list[PartialDate | None] = [one.on for one in told.events]
                    known += [one.onset for one in told.lesion_details]
                    assert len(known) == 1
                    assert known[0] is not None
                    possible[known[0].text].add(index)
        assert len(possible) > 1
        assert all(found == candidates for found in possible.values()), after


@pytest.mark.parametrize(("start", "death"), [(3, 20), (20, 58), (5, 400)])
def test_between_two_exact_days_a_month_excludes_no_day_of_the_index_either(
    start: int, death: int
) -> None:
    """Where no month fits between both whatever the day was, what is told rests on them alone."""
    candidates = {date(2026, 1, 1) + timedelta(days=days) for days in range(31)}
    possible: dict[str, set[date]] = defaultdict(set)
    for index in candidates:
        begun, died = (index + timedelta(days=days) for days in (start, death))
        for on in dates_of(Precision.MONTH):
            if begun <= on.latest and on.earliest <= died:
                given = Treatment(
                    patient_id=PATIENT.id,
                    agent=Agent.OPIOID,
                    start=PartialDate.of(begun),
                    stop=on,
                )
                file = seen_on(index, treatments=(given,), **death_on(PartialDate.of(died)))
                (told,) = disguised(file).record.treatments
                assert told.stop is not None
                possible[told.stop.text].add(index)

    assert possible
    assert all(found == candidates for found in possible.values())


def dose(start: PartialDate | None, follows: Treatment | None = None) -> Treatment:
    before = None if follows is None else follows.entry_id
    return Treatment(patient_id=PATIENT.id, agent=Agent.OPIOID, start=start, follows=before)


def three_doses(day: date, on: PartialDate, between: PartialDate | None) -> dict[str, Any]:
    first = dose(PartialDate.of(day))
    second = dose(between, first)
    return {"treatments": (first, second, dose(on, second))}


@pytest.mark.parametrize("days", [20, 31, 59])
@pytest.mark.parametrize("is_dated", [True, False], ids=["by its month", "without a date"])
def test_beyond_a_dose_that_has_no_day_an_exact_one_excludes_no_day_of_the_index_either(
    days: int, is_dated: bool
) -> None:
    candidates = {date(2026, 1, 1) + timedelta(days=day) for day in range(31)}
    possible: dict[tuple[str, ...], set[date]] = defaultdict(set)
    months = dates_of(Precision.MONTH)[10:20]
    for index in candidates:
        begun = index + timedelta(days=days)
        for on in months:
            for between in [one for one in months if one <= on] if is_dated else [None]:
                if (on if between is None else between).latest < begun:
                    continue
                file = seen_on(index, **three_doses(begun, on, between))
                told = [one.start.text for one in disguised(file).record.treatments if one.start]
                possible[tuple(told)].add(index)

    assert len(possible) > 3
    assert all(found == candidates for found in possible.values())


def test_what_was_done_to_a_lesion_before_it_was_seen_tells_nothing_beside_its_onset() -> None:
    candidates = {date(2026, 1, 1) + timedelta(days=day) for day in range(31)}
    possible: dict[str, set[date]] = defaultdict(set)
    for index in candidates:
        done = index - timedelta(days=40)
        debrided = Event(
            patient_id=PATIENT.id,
            kind=EventKind.DEBRIDEMENT,
            on=PartialDate.of(done),
            lesion_id=LESION.id,
        )
        for on in dates_of(Precision.MONTH)[:12]:
            if on.earliest <= done:
                (detail,) = disguised(
                    seen_on(index, events=(debrided,), **onset_on(on))
                ).record.lesion_details
                assert detail.onset is not None
                possible[detail.onset.text].add(index)

    assert len(possible) > 3
    assert all(found == candidates for found in possible.values())


def test_a_first_sign_known_by_its_month_tells_nothing_beside_the_onset_of_a_lesion() -> None:
    candidates = {date(2026, 1, 1) + timedelta(days=day) for day in range(31)}
    possible: dict[str, set[date]] = defaultdict(set)
    for index in candidates:
        onset = index - timedelta(days=40)
        for on in dates_of(Precision.MONTH)[:12]:
            if on.earliest <= onset:
                diagnosis = Diagnosis(patient_id=PATIENT.id, first_sign_on=on)
                told = disguised(
                    seen_on(index, diagnosis=diagnosis, **onset_on(PartialDate.of(onset)))
                ).record.diagnosis
                assert told is not None
                assert told.first_sign_on is not None
                possible[told.first_sign_on.text].add(index)

    assert len(possible) > 3
    assert all(found == candidates for found in possible.values())


@pytest.mark.parametrize(
    ("state", "told"),
    [(LesionState.OPEN, "2000-09"), (LesionState.EPITHELIALISED, "2000-07")],
)
def test_a_visit_that_confirms_a_closure_does_not_move_the_end_of_the_lesion(
    state: LesionState, told: str
) -> None:
    ended = LesionDetail(
        patient_id=PATIENT.id,
        lesion_id=LESION.id,
        ended_on=partial("2026-04"),
        end_reason=EndReason.CLOSED,
    )
    file = seen_on(date(2026, 3, 2), date(2026, 5, 11), lesion_details=(ended,))
    first, last = file.record.findings
    record = replace(file.record, findings=(first, replace(last, state=state)))

    (detail,) = disguised(replace(file, record=record)).record.lesion_details

    assert detail.ended_on == PartialDate(text=told)


def test_a_death_is_never_told_before_a_visit_nor_an_onset_after_one() -> None:
    days = (date(2026, 3, 2), date(2026, 4, 29))  # 58 days later

    died = disguised(seen_on(*days, **death_on(partial("2026-04"))))
    came = disguised(seen_on(*days, **onset_on(partial("2026-03"))))

    # April is the next month; told as that, the index must have been on one of its first three.
    assert died.record.events[0].on == PartialDate(text="2000-08")
    assert died.course.died_on == date(2000, 8, 16)
    (detail,) = came.record.lesion_details
    assert detail.onset == PartialDate(text="2000-06")
    (lesion,) = came.course.lesions
    assert lesion.followed is not None
    assert lesion.followed.has_onset
    assert (lesion.followed.entry_day, lesion.followed.day) == (0, 58)


def test_what_goes_on_is_counted_to_the_last_day_known_and_not_to_that_of_the_export() -> None:
    days = (date(2026, 3, 2), date(2026, 4, 29))
    given = Treatment(
        patient_id=PATIENT.id,
        agent=Agent.SODIUM_THIOSULFATE_IV,
        start=PartialDate(text="2026-03-10"),
    )
    planned = replace(
        given, id=new_id(), entry_id=new_id(), stop=PartialDate.of(EXPORTED + timedelta(days=9))
    )

    course = disguised(seen_on(*days, treatments=(given, planned))).course

    exposures = [one.value for one in course.endpoints if one.code == "EP19"]
    assert exposures == [50.0, 50.0]
    assert course.as_of == date(2000, 6, 15) + timedelta(days=58)


def test_ages_and_durations_stay_and_a_file_is_disguised_once() -> None:
    days = (date(2026, 3, 2), date(2026, 3, 16))
    detail = PatientDetail(
        patient_id=PATIENT.id, birth_year=1957, dialysis_start=PartialDate(text="2024-03")
    )

    file = seen_on(*days, detail=detail)
    told = disguised(file)

    assert [one.visited_on for one in told.visits] == [date(2000, 6, 15), date(2000, 6, 29)]
    assert told.record.detail is not None
    assert told.record.detail.birth_year == 1931
    assert told.record.detail.dialysis_start == PartialDate(text="1998-06")
    profile = Profile(is_identified=False, salt=b"0" * 16, codes={PATIENT.id: "P-1"})
    assert profile.age_at_index(told) == profile.age_at_index(file) == 69
    assert profile.told(told) is told


def test_without_any_visit_days_are_moved_all_the_same() -> None:
    start, stop = PartialDate(text="2026-03-10"), PartialDate(text="2026-03-24")
    given = Treatment(patient_id=PATIENT.id, agent=Agent.CINACALCET, start=start, stop=stop)

    told = disguised(seen_on(treatments=(given,)))

    assert told.index.on is None
    assert told.record.treatments[0].start == PartialDate(text="2000-06-15")
    assert told.record.treatments[0].stop == PartialDate(text="2000-06-29")
