"""The lines that the command line prints for people."""

from __future__ import annotations

import pytest

from woundtrack.documents import check_lines
from woundtrack.records import CheckReport


@pytest.mark.parametrize(
    ("orphans", "said"),
    [
        (1, "1 original belongs to no photograph: left by an import that was stopped. It does"),
        (2, "2 originals belong to no photograph: left by an import that was stopped. They do"),
    ],
)
def test_originals_without_a_photograph_are_counted(orphans: int, said: str) -> None:
    report = CheckReport(
        problems=(),
        patients=1,
        lesions=2,
        visits=1,
        photographs=1,
        assessments=1,
        audit_entries=1,
        audit_head="ab" * 32,
        originals=1 + orphans,
        orphan_originals=("cd" * 32,) * orphans,
    )

    counts, told, *_ = check_lines(report)

    assert counts.startswith("1 patient, 2 lesions, 1 visit, 1 photograph, 1 assessment, 1 entry ")
    assert told.startswith(said)
