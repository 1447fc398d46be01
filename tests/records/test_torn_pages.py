"""Whichever page of the database is torn: nothing false is shown, and the backup brings it back."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import LibraryDamaged
from woundtrack.records import Library, recover

if TYPE_CHECKING:
    from tests.records.conftest import Clinic

PAGE = 4096
TORN = (bytes(PAGE), b"\xaa" * PAGE)
READS: tuple[Callable[[Library], object], ...] = (
    Library.patients,
    Library.patient_summaries,
    Library.photographs,
    Library.proposals,
    Library.assessments,
    Library.audit_trail,
    Library.waiting_counts,
)


def _wide(clinic: Clinic) -> None:
    """Add outlines so long that they fill pages of their own."""
    library = clinic.library
    (photograph,) = library.photographs()
    (assessment,) = library.assessments()
    (accepted,) = assessment.outlines
    outer = tuple((0.37 * number, 1000 / (number + 1)) for number in range(900))
    outline = replace(accepted.outline, outer=outer)
    with clinic.verb() as change:
        proposal = library.proposal_of(photograph.id)
        change.update_proposal(replace(proposal, outlines=(outline,)))
        change.add_assessment(
            assessment.revised(
                by="Ann", reason="drawn anew", outlines=(replace(accepted, outline=outline),)
            )
        )


def test_a_torn_page_shows_nothing_false_and_the_backup_brings_all_back(filled: Clinic) -> None:
    _wide(filled)
    library = filled.library
    backup = library.backup(library.path / "backups" / "monday.zip").path
    before = [read(library) for read in READS]
    library.close()
    file = library.path / "library.db"
    whole = file.read_bytes()

    # Every page, by turns with zeros and with garbage.
    for start, torn in zip(range(0, len(whole), PAGE), itertools.cycle(TORN), strict=False):
        file.write_bytes(whole[:start] + torn + whole[start + PAGE :])
        try:
            with Library.open(library.path) as damaged:
                for read, expected in zip(READS, before, strict=True):
                    try:
                        assert read(damaged) == expected
                    except LibraryDamaged:
                        continue
                assert damaged.check().problems, f"the page at {start}"
        except LibraryDamaged:
            pass
        report = recover(library.path, backup, by="Ann")
        assert report.backup is not None, f"the page at {start}"
        with Library.open(library.path) as again:
            assert [read(again) for read in READS[:5]] == before[:5]


@pytest.mark.parametrize("pages", [0, 1, 3, 10, 30])
def test_a_database_cut_short_is_refused_and_the_backup_brings_all_back(
    filled: Clinic, pages: int
) -> None:
    library = filled.library
    backup = library.backup(library.path / "backups" / "monday.zip").path
    before = library.assessments()
    library.close()
    file = library.path / "library.db"
    file.write_bytes(file.read_bytes()[: pages * PAGE])

    with pytest.raises(LibraryDamaged):
        Library.open(library.path)
    recover(library.path, backup, by="Ann")

    with Library.open(library.path) as again:
        assert again.assessments() == before
        assert again.check().problems == ()
