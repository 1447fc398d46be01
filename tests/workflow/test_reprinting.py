"""Accepted before a printer was measured: counted, and measured anew as revisions, undoably."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import Assessment, BodySite
from woundtrack.records import Library

Examine = Callable[..., workflow.Examined]
DAY, LATER = date(2026, 3, 4), date(2026, 3, 11)


def accept(library: Library, one: workflow.Examined) -> Assessment:
    proposal = workflow.file_photograph(
        library, one, patient_code="CX-001", site=BodySite(region="abdomen"), by="Ann"
    ).proposal
    return workflow.accept(library, proposal, workflow.suggest(library, proposal), by="Ann").after[
        0
    ]


def measure(library: Library, printer: str = "Ward 3", mm: float = 97.0, on: date = LATER) -> None:
    workflow.record_print_scale(library, printer, mm, mm, on, by="Ann")


def anew(library: Library) -> workflow.MeasuredAnew:
    scale = workflow.print_scale_in_use(library)
    assert scale is not None
    return workflow.measured_anew(workflow.accepted_before(library), scale)


def newest(library: Library, one: Assessment) -> Assessment:
    return library.revisions(one.assessment_id)[-1]


def area(one: Assessment) -> float:
    assert one.ulcer is not None
    return one.ulcer.area_cm2


def test_accepted_visits_that_keep_another_scale_are_counted_once_each(
    library: Library, examined: Examine
) -> None:
    accept(library, examined(DAY, 20.0, 10.0))
    accept(library, examined(LATER, 20.0))
    assert workflow.kept_scales(library).visits == 0

    measure(library)

    assert workflow.kept_scales(library) == workflow.KeptScales(
        visits=2, unmeasured=2, printer="Ward 3"
    )


def test_measuring_a_printer_again_leaves_what_was_accepted_at_its_former_scale_for_good(
    library: Library, examined: Examine
) -> None:
    measure(library, on=DAY)
    accept(library, examined(LATER, 20.0))
    assert workflow.kept_scales(library).visits == 0

    measure(library, mm=99.0)

    kept = workflow.kept_scales(library)
    assert (kept.visits, kept.unmeasured) == (1, 0)
    assert workflow.accepted_before(library) == ()


def test_what_has_a_rulers_scale_or_none_is_no_printers(
    library: Library, examined: Examine
) -> None:
    accept(library, examined(DAY, 20.0, calibration=None))

    measure(library)

    assert workflow.kept_scales(library).visits == 0


def test_what_was_accepted_before_is_measured_anew_in_a_revision(
    library: Library, examined: Examine
) -> None:
    before = accept(library, examined(DAY, 20.0))
    assert area(before) == pytest.approx(4.0)
    measure(library)

    reprinted = workflow.rescale_accepted(library, anew(library), by="Ben")

    after = newest(library, before)
    assert reprinted.visits == 1
    assert area(after) == pytest.approx(4.0 * 0.97**2)
    assert after.reason == "Measured anew at the print scale of Ward 3"
    assert (after.accepted_by, after.reviewed_by) == ("Ben", "Ann")
    assert library.revisions(before.assessment_id) == (before, after)
    assert workflow.kept_scales(library).visits == 0
    entry = library.audit_trail()[-1]
    assert (entry.verb, entry.why) == ("measure accepted anew", "1 assessment measured anew")


def test_the_interval_of_what_is_measured_anew_allows_for_no_unmeasured_printer_any_more(
    library: Library, examined: Examine
) -> None:
    before = accept(library, examined(DAY, 20.0))
    measure(library)

    workflow.rescale_accepted(library, anew(library), by="Ben")

    was, now = before.ulcer, newest(library, before).ulcer
    assert was is not None
    assert now is not None
    wide = was.area_high_mm2 - was.area_low_mm2
    assert now.area_high_mm2 - now.area_low_mm2 < 0.8 * wide


def test_a_later_correction_of_what_was_measured_anew_is_at_the_same_scale(
    library: Library, examined: Examine
) -> None:
    before = accept(library, examined(DAY, 20.0))
    measure(library)
    workflow.rescale_accepted(library, anew(library), by="Ben")
    photograph_id = before.photograph_ids[0]

    calibration = library.proposal_of(photograph_id).calibration

    assert calibration == newest(library, before).outlines[0].calibration
    assert not library.proposal_of(photograph_id).is_waiting


def test_measuring_accepted_visits_anew_is_undone_and_redone(
    library: Library, examined: Examine
) -> None:
    before = accept(library, examined(DAY, 20.0))
    measure(library)
    reprinted = workflow.rescale_accepted(library, anew(library), by="Ben")

    assert workflow.restore_accepted(library, reprinted, by="Ben") == 1
    undone = newest(library, before)
    assert workflow.rescale_again(library, reprinted, by="Ben") == 1

    assert undone.outlines == before.outlines
    assert area(newest(library, before)) == pytest.approx(4.0 * 0.97**2)
    assert len(library.revisions(before.assessment_id)) == 4


def test_it_is_not_undone_over_what_another_person_changed_since(
    library: Library, examined: Examine
) -> None:
    before = accept(library, examined(DAY, 20.0))
    measure(library)
    reprinted = workflow.rescale_accepted(library, anew(library), by="Ben")
    workflow.retire(library, newest(library, before), by="Ann", reason="another wound")

    with pytest.raises(ChangedMeanwhile):
        workflow.restore_accepted(library, reprinted, by="Ben")

    assert newest(library, before).is_retired


def test_nothing_is_recorded_where_an_assessment_was_changed_while_it_was_measured(
    library: Library, examined: Examine
) -> None:
    before = accept(library, examined(DAY, 20.0))
    other = accept(library, examined(LATER, 20.0))
    measure(library)
    measured = anew(library)
    workflow.retire(library, other, by="Ann", reason="another wound")

    with pytest.raises(ChangedMeanwhile):
        workflow.rescale_accepted(library, measured, by="Ben")

    assert newest(library, before) == before


def test_nothing_is_recorded_where_another_printer_is_in_use_by_now(
    library: Library, examined: Examine
) -> None:
    before = accept(library, examined(DAY, 20.0))
    measure(library)
    measured = anew(library)
    measure(library, "Ward 5", 99.0, date(2026, 3, 12))

    with pytest.raises(ChangedMeanwhile):
        workflow.rescale_accepted(library, measured, by="Ben")

    assert newest(library, before) == before


def test_where_nothing_was_accepted_before_nothing_is_recorded(
    library: Library, examined: Examine
) -> None:
    measure(library)
    accept(library, examined(LATER, 20.0))
    entries = len(library.audit_trail())

    reprinted = workflow.rescale_accepted(library, anew(library), by="Ben")

    assert reprinted.visits == 0
    assert len(library.audit_trail()) == entries


def test_how_many_visits_keep_their_scale_is_told_without_reading_what_was_accepted(
    library: Library, examined: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(library, examined(DAY, 20.0))
    accept(library, examined(LATER, 20.0, calibration=None))
    retired = accept(library, examined(LATER + timedelta(7), 20.0))
    workflow.retire(library, retired, by="Ann", reason="blurred")
    measure(library)
    library.close()

    def read(*_: object) -> None:
        raise AssertionError("an assessment was read")

    with Library.open(tmp_path / "library") as again:
        monkeypatch.setattr("woundtrack.records.rows.assessment_of", read)
        kept = workflow.kept_scales(again)

    assert kept == workflow.KeptScales(visits=1, unmeasured=1, printer="Ward 3")


def test_visits_measured_by_a_reading_that_was_corrected_the_same_day_are_told(
    library: Library, examined: Examine
) -> None:
    measure(library, mm=97.0)
    accept(library, examined(DAY, 20.0))
    assert workflow.kept_scales(library).visits == 0

    measure(library, mm=99.0)

    assert workflow.kept_scales(library) == workflow.KeptScales(
        visits=1, unmeasured=0, printer="Ward 3"
    )
