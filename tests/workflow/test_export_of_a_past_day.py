"""An export as of a day holds what was known then, whatever was changed since."""

from __future__ import annotations

import filecmp
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from woundtrack import workflow
from woundtrack.model import BodySite, Consent, Patient, Purpose, Side, new_id
from woundtrack.records import Library
from woundtrack.workflow.course import end_of_day

if TYPE_CHECKING:
    from pathlib import Path

Examine = Callable[..., workflow.Examined]
THEN = date(2026, 6, 1)


@pytest.fixture
def filed_then(
    library: Library, examined: Examine, monkeypatch: pytest.MonkeyPatch
) -> tuple[Library, Callable[[datetime], None]]:
    """File and accept two visits on a day of the past; return how to move the clock."""

    def clock(moment: datetime) -> None:
        for module in NOW:
            monkeypatch.setattr(f"woundtrack.{module}.now", lambda: moment)

    clock(datetime(2026, 6, 1, 9, tzinfo=UTC))
    for place, code in enumerate(("CX-001", "CX-002")):
        one = examined(date(2026, 5, 4 + place), 20.0 + place)
        workflow.file_photograph(
            library, one, patient_code=code, site=BodySite(region="thigh", side=Side.LEFT), by="Ann"
        )
        patient = library.patient_with_code(code)
        workflow.accept_proposals(library, patient, include_doubted=True, by="Ann")
    return library, clock


NOW = (
    "model.basics",
    "records.audit",
    "workflow.identity",
    "workflow.intake",
    "workflow.accepting",
    "workflow.exporting",
)


def same(one: Path, other: Path) -> bool:
    names = sorted(path.name for path in one.iterdir())
    match, mismatch, errors = filecmp.cmpfiles(one, other, names, shallow=False)
    return match == names and not mismatch and not errors


def test_what_was_changed_since_is_as_it_was(
    filed_then: tuple[Library, Callable[[datetime], None]], tmp_path: Path
) -> None:
    library, clock = filed_then
    workflow.export_csv(library, tmp_path / "then", as_of=THEN, by="Ann")

    clock(datetime(2026, 9, 1, 9, tzinfo=UTC))
    patient = library.patient_with_code("CX-001")
    (lesion,) = library.lesions(patient.id)
    (visit,) = library.visits(patient.id)
    other = library.lesions(library.patient_with_code("CX-002").id)[0]
    with library.verb("correct", by="Bob") as change:
        change.update_lesion(replace(lesion, site=BodySite(region="knee", side=Side.RIGHT)))
        change.update_visit(replace(visit, visited_on=visit.visited_on + timedelta(days=1)))
        change.update_lesion(replace(other, is_retired=True))
    workflow.export_csv(library, tmp_path / "again", as_of=THEN, by="Cyd")
    workflow.export_csv(library, tmp_path / "now", by="Cyd")

    rows = (tmp_path / "then" / "measurements.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 3
    assert same(tmp_path / "then", tmp_path / "again")
    assert not same(tmp_path / "then", tmp_path / "now")
    assert "knee" not in (tmp_path / "again" / "lesions.csv").read_text(encoding="utf-8")
    assert "knee" in (tmp_path / "now" / "lesions.csv").read_text(encoding="utf-8")


def test_who_came_since_and_refused_changes_nothing_of_it(
    filed_then: tuple[Library, Callable[[datetime], None]], tmp_path: Path
) -> None:
    library, clock = filed_then
    workflow.export_csv(library, tmp_path / "then", as_of=THEN, by="Ann")

    clock(datetime(2026, 9, 1, 9, tzinfo=UTC))
    come = Patient(id=new_id(), code="CX-003", created_at=datetime(2026, 9, 1, 9, tzinfo=UTC))
    with library.verb("import", by="Ann") as change:
        change.add_patient(come)
    no = Consent(
        patient_id=come.id,
        purpose=Purpose.RESEARCH,
        is_given=False,
        given_on=date(2026, 9, 1),
    )
    workflow.record_entries(library, [no], by="Ann")
    workflow.export_csv(library, tmp_path / "again", as_of=THEN, by="Ann")
    workflow.export_csv(library, tmp_path / "now", by="Ann")

    assert same(tmp_path / "then", tmp_path / "again")
    told = [entry.why for entry in library.audit_trail() if entry.verb == "export"]
    assert told == [
        "csv, pseudonymised, 2 patients, as of 2026-06-01, to then",
        "csv, pseudonymised, 2 patients, as of 2026-06-01, to again",
        "csv, pseudonymised, 2 patients, 1 who refused or withdrew left out, to now",
    ]


def test_the_past_has_the_rows_that_were_in_view_then(
    filed_then: tuple[Library, Callable[[datetime], None]],
) -> None:
    library, clock = filed_then
    first, second = library.patients()
    (visit,) = library.visits(first.id)
    clock(datetime(2026, 9, 1, 9, tzinfo=UTC))
    with library.verb("refile", by="Bob") as change:
        moved = change.update_visit(replace(visit, patient_id=second.id))
        change.update_visit(replace(moved, visited_on=date(2026, 8, 1)))
    moment = end_of_day(THEN)
    assert moment is not None

    past = library.past(moment)

    assert [one.visited_on for one in past.visits(first.id)] == [visit.visited_on]
    assert past.visits(first.id)[0].patient_id == first.id
    assert len(past.visits(second.id)) == 1
    assert len(past.photographs(past.visits(first.id))) == 1
    assert past.lesions(first.id) == library.lesions(first.id)
    assert library.past(datetime(2026, 1, 1, tzinfo=UTC)).visits(first.id) == ()
