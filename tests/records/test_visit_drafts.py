from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from woundtrack.errors import LibraryReadOnly
from woundtrack.records import KeptDraft, VisitDrafts

DRAFT = KeptDraft(
    patient_id="one",
    day=date(2026, 6, 11),
    kept_by="Ann",
    kept_at=datetime(2026, 6, 11, 10, 42, tzinfo=UTC),
    answers={"finding/a1/dressing": "Schaumverband 15 × 15"},
)


def test_what_is_kept_is_there_for_another_start(tmp_path: Path) -> None:
    VisitDrafts(tmp_path, is_read_only=False).keep(DRAFT)

    assert VisitDrafts(tmp_path, is_read_only=False).of("one", date(2026, 6, 11)) == DRAFT


def test_a_draft_takes_the_place_of_the_one_of_its_patient_and_day(tmp_path: Path) -> None:
    drafts = VisitDrafts(tmp_path, is_read_only=False)
    other = replace(DRAFT, day=date(2026, 6, 12))
    drafts.keep(DRAFT)
    drafts.keep(other)

    drafts.keep(replace(DRAFT, answers={}))

    assert drafts.all() == (other, replace(DRAFT, answers={}))


def test_the_last_draft_dropped_takes_the_file_away(tmp_path: Path) -> None:
    drafts = VisitDrafts(tmp_path, is_read_only=False)
    drafts.keep(DRAFT)

    drafts.drop("one", date(2026, 6, 11))

    assert drafts.all() == ()
    assert not (tmp_path / "unsaved-visits.json").exists()


def test_a_file_that_is_not_understood_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "unsaved-visits.json").write_text('{"format": 1, "visits": [{"day": "never"}]}')

    assert VisitDrafts(tmp_path, is_read_only=False).all() == ()


def test_nothing_is_kept_beside_a_library_that_is_only_read(tmp_path: Path) -> None:
    with pytest.raises(LibraryReadOnly):
        VisitDrafts(tmp_path, is_read_only=True).keep(DRAFT)
