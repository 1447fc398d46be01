"""The sizes of assessments say what the assessments themselves say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.records.conftest import CALIBRATION, MEASUREMENT, NOON, OUTLINE
from woundtrack.model import OutlineKind, Term, WoundState

if TYPE_CHECKING:
    from tests.records.conftest import Clinic


def test_sizes_are_those_of_the_assessments(clinic: Clinic) -> None:
    patient = clinic.patient()
    first, second = clinic.lesion(patient, 1), clinic.lesion(patient, 2)
    early = clinic.photograph(clinic.visit(patient, date(2026, 3, 4)), b"1")
    late = clinic.photograph(clinic.visit(patient, date(2026, 3, 11)), b"2")
    (outline,) = clinic.assessed(first, early).outlines
    term = Term(
        name="plane", area_mm2=3.0, perimeter_mm=0.1, length_mm=0.2, width_mm=0.3, is_bound=False
    )
    plain = replace(
        outline,
        calibration=replace(CALIBRATION, doubts=()),
        measurement=replace(MEASUREMENT, doubts=(), terms=(term,)),
    )
    clinic.store(
        clinic.assessed(first, early),  # its scale is in doubt
        clinic.assessed(second, early, outlines=(plain,)),
        clinic.assessed(first, late, outlines=(replace(plain, further=(OUTLINE,)),)),
        clinic.assessed(second, late, outlines=(), state=WoundState.CLOSED),
        clinic.assessed(
            clinic.lesion(patient, 3),
            late,
            outlines=(replace(plain, calibration=None, measurement=None),),
        ),
    )

    sizes = clinic.library.sizes(patient.id)

    whole = clinic.library.assessments(patient_id=patient.id)
    assert sizes == tuple(one.sized for one in whole)
    assert [one.outlines[0].part_count for one in sizes if one.outlines] == [1, 1, 2, 1]
    assert sizes[0].outlines[0].doubts == (*CALIBRATION.doubts, *MEASUREMENT.doubts)
    (known,) = [one for one in sizes if one.lesion_id == second.id and one.outlines]
    measured = known.outlines[0].measurement
    assert measured is not None
    assert (measured.area_mm2, measured.terms) == (1234.5678901234567, (term,))


def test_a_revision_of_several_photographs_and_outlines_is_one_with_each_once(
    clinic: Clinic,
) -> None:
    patient = clinic.patient()
    lesion, visit = clinic.lesion(patient), clinic.visit(patient)
    near, far = clinic.photograph(visit, b"1"), clinic.photograph(visit, b"2")
    (ulcer,) = clinic.assessed(lesion, far).outlines
    plain = replace(ulcer, calibration=replace(CALIBRATION, doubts=()))
    margin = replace(plain, kind=OutlineKind.MARGIN, photograph_id=near.id)
    clinic.store(
        clinic.assessed(lesion, far, photograph_ids=(far.id, near.id), outlines=(margin, plain))
    )

    (size,) = clinic.library.sizes(patient.id)

    assert size.photograph_ids == (far.id, near.id)
    assert [one.kind for one in size.outlines] == [OutlineKind.MARGIN, OutlineKind.ULCER]


def test_only_the_newest_revision_in_view_has_a_size(clinic: Clinic) -> None:
    patient, other = clinic.patient(), clinic.patient("CX-002")
    lesion = clinic.lesion(patient)
    photograph = clinic.photograph(clinic.visit(patient))
    first = clinic.assessed(lesion, photograph)
    second = replace(
        first.revised(by="Ben", reason="seen anew", state=WoundState.CLOSED, outlines=()),
        recorded_at=NOON + timedelta(minutes=1),
    )
    retired = clinic.assessed(clinic.lesion(patient, 2), photograph, is_retired=True)
    gone = clinic.assessed(clinic.lesion(patient, 3, is_retired=True), photograph)
    clinic.store(first, second, retired, gone)

    assert [one.id for one in clinic.library.sizes(patient.id)] == [second.id]
    assert clinic.library.sizes(other.id) == ()


def test_visits_are_photographed_while_a_photograph_is_in_view(clinic: Clinic) -> None:
    patient = clinic.patient()
    seen, empty = clinic.visit(patient), clinic.visit(patient, date(2026, 3, 11))
    withdrawn = clinic.visit(patient, date(2026, 3, 18))
    clinic.photograph(seen, b"1")
    photograph = clinic.photograph(withdrawn, b"2")
    with clinic.verb() as change:
        change.update_photograph(replace(photograph, is_retired=True))

    assert clinic.library.photographed_visits(patient.id) == {seen.id}
    assert empty.id not in clinic.library.photographed_visits(patient.id)
