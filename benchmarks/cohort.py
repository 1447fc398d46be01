"""How quick is a whole cohort? Read from a library, and its two figures computed.

Patients of a generated library have 100 assessments each, a finding, a pain and a blood value at
each visit. "rows alone" reads from the database what a cohort is made of, and makes nothing of it:
the same assessments, visits, lesions and entries. "cohort" is all of ``workflow.cohort_of``;
"figures" computes curves and cumulative incidence of all lesions, whose intervals come from drawing
whole patients anew 1000 times. "kept" is what Python holds for the cohort when it was read, and
"peak" how much more was held at any time while it was read: the patient who was just being read.
Both are measured in a second run, since measuring takes time.

    python -m benchmarks.cohort [--patients 100 --patients 500] [--assessments 100]
"""

from __future__ import annotations

import argparse
import tempfile
import time
import tracemalloc
from pathlib import Path

from benchmarks._large_library import write_library
from woundtrack.healing.cohort import courses_of
from woundtrack.healing.cohort_curves import curves_of
from woundtrack.healing.cohort_incidence import incidence_of
from woundtrack.model import (
    CohortUnit,
    Diagnosis,
    Event,
    Finding,
    LesionDetail,
    LesionLink,
    PatientDetail,
    Treatment,
)
from woundtrack.records import Library
from woundtrack.workflow.cohort import cohort_of

KINDS = (PatientDetail, Diagnosis, LesionDetail, LesionLink, Finding, Treatment, Event)


def read_rows(library: Library) -> None:
    """Read what a cohort is made of, patient by patient, and make nothing of it."""
    for patient in library.patients():
        library.sizes(patient.id)
        library.visits(patient.id)
        library.lesions(patient.id)
        library.photographed_visits(patient.id)
        for kind in KINDS:
            library.entries(kind, patient_id=patient.id)


def measured(folder: Path, patients: int) -> tuple[float, float, float, float, float]:
    """Return the seconds of rows, cohort and figures, and megabytes kept and at the peak."""
    with Library.open(folder, read_only=True) as library:
        cohort_of(library)  # what is loaded and read from the disk the first time
        began = time.perf_counter()
        read_rows(library)
        rows = time.perf_counter() - began
        began = time.perf_counter()
        cohort = cohort_of(library)
        read = time.perf_counter() - began
        if len(cohort.patients) != patients:
            raise AssertionError("a cohort holds everybody who didn't refuse")
        began = time.perf_counter()
        courses = courses_of(cohort.patients, CohortUnit.LESION)
        curves_of(courses)
        incidence_of(courses)
        figures = time.perf_counter() - began
        del cohort, courses
        tracemalloc.start()
        kept = cohort_of(library)
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del kept
    return rows, read, figures, held / 1e6, (peak - held) / 1e6


def main() -> None:
    """Print a row for each number of patients."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, action="append", help="100 and 500 where none")
    parser.add_argument("--assessments", type=int, default=100, help="of each patient")
    given = parser.parse_args()
    print(
        f"{'patients':>9}{'areas':>8}{'rows alone':>12}{'cohort':>9}{'times':>7}"
        f"{'figures':>9}{'kept':>10}{'peak':>10}"
    )
    for patients in given.patients or [100, 500]:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "library"
            write_library(folder, patients, patients * given.assessments)
            rows, read, figures, held, peak = measured(folder, patients)
        print(
            f"{patients:9}{patients * given.assessments:8}{rows:10.2f} s{read:7.2f} s"
            f"{read / rows:7.1f}{figures:7.2f} s{held:7.1f} MB{peak:7.1f} MB"
        )


if __name__ == "__main__":
    main()
