"""What an import has still to bring in is kept beside the records, and never in their way."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import LibraryReadOnly
from woundtrack.model import BodySite, Side
from woundtrack.records import Library, PlannedPhotograph

if TYPE_CHECKING:
    from tests.records.conftest import Clinic

CAMERA = Path("/media/card/DCIM")


def planned(number: int, data: bytes = b"") -> PlannedPhotograph:
    return PlannedPhotograph(
        path=CAMERA / f"IMG_{number}.JPG",
        sha256=hashlib.sha256(data or b"%d" % number).hexdigest(),
        patient_code="WT-0147",
        site=BodySite(region="lower-leg", side=Side.LEFT),
        visited_on=date(2026, 3, 2),
    )


def files(library: Library) -> set[str]:
    return {path.name for path in library.path.iterdir()}


def test_a_plan_is_there_when_the_library_is_opened_again(library: Library) -> None:
    library.import_plan.add([planned(1), replace(planned(2), site=BodySite(region="back"))])
    library.close()

    with Library.open(library.path) as again:
        left = again.import_plan.left()

    assert left == (planned(1), replace(planned(2), site=BodySite(region="back")))


def test_what_is_filed_is_no_longer_left_and_what_was_withdrawn_is_again(clinic: Clinic) -> None:
    library = clinic.library
    visit = clinic.visit(clinic.patient())
    library.import_plan.add([planned(1, b"a photograph"), planned(2)])

    filed = clinic.photograph(visit, b"a photograph")
    left_while_filed = library.import_plan.left()
    with clinic.verb() as change:
        change.update_photograph(replace(filed, is_retired=True))

    assert left_while_filed == (planned(2),)
    assert library.import_plan.left() == (planned(1, b"a photograph"), planned(2))


def test_plans_are_added_up_and_the_same_file_is_planned_once(library: Library) -> None:
    library.import_plan.add([planned(1), planned(2)])

    library.import_plan.add([replace(planned(2), patient_code="KX-1"), planned(3)])

    left = library.import_plan.left()
    assert left == (planned(1), replace(planned(2), patient_code="KX-1"), planned(3))


def test_a_file_that_was_changed_since_is_planned_as_it_is_now(library: Library) -> None:
    library.import_plan.add([planned(1)])

    library.import_plan.add([planned(1, b"turned upright")])

    assert library.import_plan.left() == (planned(1, b"turned upright"),)


def test_a_plan_of_which_nothing_is_left_leaves_no_file(library: Library) -> None:
    before = files(library)
    library.import_plan.add([planned(1), planned(2)])

    library.import_plan.drop({planned(1).sha256})
    library.import_plan.drop({planned(2).sha256})

    assert library.import_plan.left() == ()
    assert files(library) == before


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"format": 99, "photographs": []}', '{"format": 1, "photographs": [7]}'],
)
def test_a_file_that_is_no_plan_plans_nothing(library: Library, text: str) -> None:
    (library.path / "unfinished-import.json").write_text(text)

    assert library.import_plan.left() == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows file names are always Unicode")
def test_a_file_whose_name_is_not_unicode_can_be_planned(library: Library) -> None:
    odd = replace(planned(1), path=Path(os.fsdecode(b"/media/card/caf\xe9.jpg")))

    library.import_plan.add([odd])

    assert library.import_plan.left() == (odd,)


def test_a_library_open_for_reading_plans_nothing(library: Library) -> None:
    library.import_plan.add([planned(1)])
    library.close()

    with Library.open(library.path, read_only=True) as reader:
        with pytest.raises(LibraryReadOnly):
            reader.import_plan.add([planned(2)])

        assert reader.import_plan.left() == (planned(1),)


def test_a_plan_is_no_record_so_check_and_backup_pass_it_over(
    filled: Clinic, tmp_path: Path
) -> None:
    filled.library.import_plan.add([planned(1)])

    problems = filled.library.check().problems
    filled.library.backup(tmp_path / "backup.zip")
    Library.restore(tmp_path / "backup.zip", tmp_path / "restored")

    assert problems == ()
    assert not (tmp_path / "restored" / "unfinished-import.json").exists()
