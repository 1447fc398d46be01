"""Every noun comes back from a library equal to what went in."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from woundtrack.model import (
    AssessedOutline,
    BodySite,
    Calibration,
    Doubt,
    Limb,
    Method,
    Outline,
    OutlineKind,
    OutlineSource,
    Patient,
    Proposal,
    Side,
    TimeSource,
    Visit,
    WoundState,
    new_id,
)
from woundtrack.records import Library, rows

if TYPE_CHECKING:
    from tests.records.conftest import Clinic

numbers = st.floats(allow_nan=False, allow_infinity=False)
points = st.tuples(numbers, numbers)
rings = st.lists(points, min_size=3, max_size=6).map(tuple)
outlines = st.builds(
    Outline,
    outer=rings,
    islands=st.lists(rings, max_size=2).map(tuple),
    source=st.sampled_from(OutlineSource),
    confidence=st.none() | st.floats(0, 1),
    edge_sd_px=st.none() | st.floats(0, 1000),
)
doubts = st.builds(
    Doubt,
    code=st.text(min_size=1),
    values=st.lists(st.tuples(st.text(), st.text() | numbers), max_size=3).map(tuple),
    place_px=st.lists(points, max_size=4).map(tuple),
)
methods = st.builds(
    Method,
    name=st.text(),
    version=st.text(),
    application_version=st.text(),
    parameters=st.lists(
        st.tuples(st.text(), st.text() | numbers | st.integers() | st.booleans()), max_size=3
    ).map(tuple),
)
threes = st.tuples(numbers, numbers, numbers)
pairs = st.tuples(numbers, numbers)
limbs = st.builds(
    Limb,
    radius_mm=numbers,
    radius_sd_mm=numbers,
    axis_deg=numbers,
    origin_mm=pairs,
    focal_px=numbers,
    focal_spread=numbers,
    centre_px=pairs,
    lens_k1=numbers,
    unround=pairs,
    rotation=st.tuples(threes, threes, threes),
    shift_mm=threes,
)
calibrations = st.builds(
    Calibration,
    method=st.text(),
    homography=st.tuples(threes, threes, threes),
    cards=st.just(()),
    mm_per_px=numbers,
    tilt_deg=numbers,
    residual_mm=numbers,
    print_scale=numbers,
    print_scale_sd=numbers,
    printed_by=st.text(),
    focal_px=st.none() | numbers,
    focal_spread=numbers,
    centre_px=st.none() | points,
    limb=st.none() | limbs,
    doubts=st.lists(doubts, max_size=2).map(tuple),
)
moments = st.datetimes(
    timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
)


def reopened(library: Library) -> Library:
    library.close()
    return Library.open(library.path)


def test_a_patient_a_lesion_and_a_visit_come_back_equal(clinic: Clinic) -> None:
    patient = clinic.patient("Ünit-7 Ω")
    lesion = clinic.lesion(patient, label="“upper” ', ;--", site=BodySite(region="legs"))
    visit = clinic.visit(patient, date(2024, 2, 29))

    with reopened(clinic.library) as library:
        assert library.patients() == (patient,)
        assert library.patient(patient.id) == patient
        assert library.lesions(patient.id) == (lesion,)
        assert library.lesion(lesion.id) == lesion
        assert library.visits(patient.id) == (visit,)
        assert library.visit(visit.id) == visit


def test_a_photograph_comes_back_equal(clinic: Clinic) -> None:
    filed = clinic.photograph(clinic.visit(clinic.patient()))

    with reopened(clinic.library) as library:
        assert library.photograph(filed.id) == filed
        assert library.photograph_with_hash(filed.photograph.sha256) == filed


def test_a_photograph_of_which_nothing_is_known_comes_back_equal(clinic: Clinic) -> None:
    visit = clinic.visit(clinic.patient())
    filed = clinic.photograph(
        visit,
        taken_at=None,
        taken_offset_minutes=None,
        taken_from=TimeSource.UNKNOWN,
        camera_make=None,
        camera_model=None,
        focal_length_mm=None,
        focal_length_35mm=None,
    )

    assert clinic.library.photographs(visit_id=visit.id) == (filed,)


def test_a_proposal_comes_back_equal(clinic: Clinic) -> None:
    patient = clinic.patient()
    lesion = clinic.lesion(patient)
    photograph = clinic.photograph(clinic.visit(patient))
    proposal = clinic.proposal(photograph, lesion_id=lesion.id)

    with reopened(clinic.library) as library:
        assert library.proposal_of(photograph.id) == proposal


def test_an_assessment_comes_back_equal_with_its_photographs_and_outlines_in_order(
    clinic: Clinic,
) -> None:
    patient = clinic.patient()
    lesion = clinic.lesion(patient)
    visit = clinic.visit(patient)
    near = clinic.photograph(visit, b"near")
    far = clinic.photograph(visit, b"far")
    first = clinic.assessed(lesion, near)
    unmeasured = AssessedOutline(
        kind=OutlineKind.ESCHAR,
        photograph_id=far.id,
        outline=Outline(outer=((0, 0), (1, 0), (1, 1)), source=OutlineSource.DRAWN),
        calibration=None,
        measurement=None,
        method=Method(name="hand", version="1", application_version="0.1.0"),
    )
    assessment = replace(
        first,
        photograph_ids=(far.id, near.id),
        outlines=(unmeasured, *first.outlines),
        reviewed_by=None,
        reason="the first outline was of the eschar",
    )
    clinic.store(assessment)

    with reopened(clinic.library) as library:
        assert library.assessments() == (assessment,)


def test_a_closed_lesion_without_an_outline_comes_back_equal(clinic: Clinic) -> None:
    patient = clinic.patient()
    photograph = clinic.photograph(clinic.visit(patient))
    closed = clinic.assessed(
        clinic.lesion(patient), photograph, outlines=(), state=WoundState.CLOSED
    )
    clinic.store(closed)

    assert clinic.library.assessments() == (closed,)


@settings(max_examples=60)
@given(
    calibration=st.none() | calibrations,
    found=st.lists(outlines, max_size=3).map(tuple),
    said=st.lists(doubts, max_size=3).map(tuple),
    method=methods,
    moment=moments,
)
def test_any_proposal_comes_back_equal_to_the_last_bit(
    calibration: Calibration | None,
    found: tuple[Outline, ...],
    said: tuple[Doubt, ...],
    method: Method,
    moment: datetime,
) -> None:
    proposal = Proposal(
        id=new_id(),
        photograph_id=new_id(),
        calibration=calibration,
        outlines=found,
        doubts=said,
        method=method,
        created_at=moment,
    )

    assert rows.proposal_of(rows.proposal_row(proposal)) == proposal


@settings(max_examples=15)
@given(code=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), at=moments)
def test_any_code_and_moment_survive_the_database(code: str, at: datetime) -> None:
    patient = Patient(id=new_id(), code=code, created_at=at)

    with (
        tempfile.TemporaryDirectory() as folder,
        Library.create(Path(folder) / "clinic") as library,
    ):
        with library.verb("arrange", by="Ann") as change:
            change.add_patient(patient)
        found = library.patient_with_code(code)
        report = library.check()

    assert found == patient
    assert report.problems == ()


@given(first=moments, second=moments)
def test_the_text_of_times_sorts_as_the_times_do(first: datetime, second: datetime) -> None:
    as_text = rows.text_of_time(first) < rows.text_of_time(second)

    assert as_text == (first < second)


def test_a_time_is_stored_in_utc_with_microseconds() -> None:
    moment = datetime(2026, 1, 31, 23, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert rows.text_of_time(moment) == "2026-02-01T04:30:00.000000Z"
    assert rows.time_of_text("2026-02-01T04:30:00.000000Z") == datetime(
        2026, 2, 1, 4, 30, tzinfo=UTC
    )


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        rows.text_of_time(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_point_that_is_not_a_number_is_refused(clinic: Clinic) -> None:
    photograph = clinic.photograph(clinic.visit(clinic.patient()))
    nowhere = Outline(outer=((float("nan"), 0.0), (1.0, 0.0), (1.0, 1.0)))

    with pytest.raises(ValueError, match="not JSON compliant"):
        clinic.proposal(photograph, outlines=(nowhere,))

    assert clinic.library.proposals() == ()


def test_a_json_column_of_an_unknown_format_is_not_guessed_at(filled: Clinic) -> None:
    row = rows.proposal_row(filled.library.proposals()[0])
    row["outlines"] = json.dumps({**json.loads(row["outlines"]), "format": 2})

    with pytest.raises(ValueError, match="format 2"):
        rows.proposal_of(row)


def test_a_side_is_kept_apart_from_no_side(clinic: Clinic) -> None:
    patient = clinic.patient()
    left = clinic.lesion(patient, 1, site=BodySite(region="foot", side=Side.LEFT))
    none = clinic.lesion(patient, 2, site=BodySite(region="foot"))

    assert [lesion.site for lesion in clinic.library.lesions(patient.id)] == [left.site, none.site]


def test_a_visit_date_is_a_date_without_a_zone(clinic: Clinic) -> None:
    visit: Visit = clinic.visit(clinic.patient(), date(2026, 10, 25))

    stored = list(clinic.library._db.query("SELECT visited_on FROM visit"))

    assert stored == [{"visited_on": "2026-10-25"}]
    assert clinic.library.visit(visit.id).visited_on == date(2026, 10, 25)
