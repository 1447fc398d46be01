"""A printer is measured once: what waits is measured anew with it, what was accepted is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile, NotUnderstood, doubt_sentence
from woundtrack.model import BodySite, Calibration, Doubt, now
from woundtrack.records import PRINTER_IN_USE, Library

Examine = Callable[..., workflow.Examined]
ABDOMEN = BodySite(region="abdomen")
DAY = date(2026, 3, 4)
A_WEEK_LATER = date(2026, 3, 11)


def filed(library: Library, examined: workflow.Examined) -> workflow.Filed:
    return workflow.file_photograph(
        library, examined, patient_code="CX-001", site=ABDOMEN, by="Ann"
    )


def recorded(
    library: Library, printer: str = "Ward 3", mm: float = 98.0, on: date = DAY
) -> workflow.Recorded:
    return workflow.record_print_scale(library, printer, mm, mm, on, by="Ann")


def calibration_of(library: Library, one: workflow.Filed) -> Calibration:
    calibration = library.proposal_of(one.photograph.id).calibration
    assert calibration is not None
    return calibration


def codes(doubts: tuple[Doubt, ...]) -> list[str]:
    return [doubt.code for doubt in doubts]


# --- which printer counts ------------------------------------------------------------------------


def test_a_library_where_nothing_was_measured_has_no_print_scale(library: Library) -> None:
    assert workflow.print_scale_in_use(library) is None
    assert workflow.printers(library) == ()
    doubt = workflow.print_doubt(library)
    assert doubt is not None
    assert doubt.code == "print_scale_unmeasured"


def test_the_printer_measured_last_is_in_use_until_another_is_chosen(library: Library) -> None:
    recorded(library, "Ward 3", 98.0, DAY)
    recorded(library, "Ward 5", 99.0, A_WEEK_LATER)
    assert [(one.name, one.is_in_use) for one in workflow.printers(library)] == [
        ("Ward 5", True),
        ("Ward 3", False),
    ]

    workflow.use_printer(library, "ward 3", by="Ann")

    assert [one.name for one in workflow.printers(library) if one.is_in_use] == ["Ward 3"]
    scale = workflow.print_scale_in_use(library)
    assert scale is not None
    assert (scale.printer, scale.scale) == ("Ward 3", 0.98)
    workflow.use_printer(library, None, by="Ann")
    scale = workflow.print_scale_in_use(library)
    assert scale is not None
    assert scale.printer == "Ward 5"


def test_a_chosen_printer_that_has_no_measurement_left_makes_way(library: Library) -> None:
    one = recorded(library, "Ward 3", 98.0, A_WEEK_LATER).measurement
    recorded(library, "Ward 5", 99.0, DAY)
    workflow.use_printer(library, "Ward 3", by="Ann")

    workflow.retire_print_scale(library, one, by="Ann")

    assert [printer.name for printer in workflow.printers(library)] == ["Ward 5"]
    assert workflow.printers(library)[0].is_in_use


def test_measured_again_the_new_bars_count_and_the_name_stays_as_it_was_written(
    library: Library,
) -> None:
    recorded(library, "Ward 3", 98.0, DAY)

    recorded(library, " ward  3 ", 99.0, A_WEEK_LATER)

    (printer,) = workflow.printers(library)
    assert (printer.name, printer.print_scale.across_mm) == ("Ward 3", 99.0)
    assert len(library.print_measurements()) == 2


def test_a_printer_that_nobody_measured_can_not_be_used(library: Library) -> None:
    recorded(library, "Ward 3")

    with pytest.raises(NotUnderstood, match="never measured in this library; measured are Ward 3"):
        workflow.use_printer(library, "Ward 4", by="Ann")

    assert library.setting(PRINTER_IN_USE) is None


def test_bars_measured_long_ago_are_old_today(library: Library) -> None:
    long_ago = now().date() - timedelta(days=400)

    recorded(library, "Ward 3", 98.0, long_ago)

    doubt = workflow.print_doubt(library)
    assert doubt is not None
    assert doubt.code == "print_scale_old"
    assert "Ward 3" in doubt_sentence(doubt)
    assert workflow.printers(library)[0].print_scale.is_old
    assert workflow.print_doubt(library, long_ago + timedelta(days=300)) is None


# --- what can have been measured -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("across_mm", "down_mm", "said"),
    [
        (9.94, 99.6, "bar across of 9.94 mm"),
        (99.4, 996.0, "bar down of 996 mm"),
        (float("nan"), 99.0, "bar across of nan mm"),
        (79.9, 99.0, "measure it in millimetres from end to end, and give 80 to 120"),
        (100.0, 120.1, "bar down of 120.1 mm"),
    ],
)
def test_bars_that_can_not_be_meant_are_refused(
    library: Library, across_mm: float, down_mm: float, said: str
) -> None:
    with pytest.raises(NotUnderstood, match=said):
        workflow.record_print_scale(library, "Ward 3", across_mm, down_mm, by="Ann")

    assert library.print_measurements() == ()
    assert library.audit_trail() == ()


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x07b"])
def test_a_printer_needs_a_name(library: Library, name: str) -> None:
    with pytest.raises(NotUnderstood, match="The printer's name"):
        workflow.record_print_scale(library, name, 99.0, 99.0, by="Ann")


def test_bars_can_not_be_measured_tomorrow(library: Library) -> None:
    tomorrow = now().astimezone().date() + timedelta(days=1)

    with pytest.raises(NotUnderstood, match="between 2000-01-01 and today"):
        workflow.record_print_scale(library, "Ward 3", 99.0, 99.0, tomorrow, by="Ann")


@pytest.mark.parametrize(
    ("across_mm", "down_mm", "expected"),
    [
        (100.0, 100.0, []),
        (94.0, 94.5, []),
        (106.0, 105.5, []),
        (93.9, 94.2, ["print_not_actual_size"]),
        (106.5, 106.0, ["print_not_actual_size"]),
        (99.0, 100.2, ["print_stretched"]),
        (99.4, 100.3, []),
        (92.0, 97.0, ["print_not_actual_size", "print_stretched"]),
    ],
)
def test_odd_bars_are_told_of(across_mm: float, down_mm: float, expected: list[str]) -> None:
    assert codes(workflow.bar_doubts(across_mm, down_mm)) == expected


def test_odd_bars_are_recorded_all_the_same(library: Library) -> None:
    outcome = workflow.record_print_scale(library, "Ward 3", 92.0, 97.0, by="Ann")

    assert [doubt_sentence(doubt).partition(":")[0] for doubt in outcome.doubts] == [
        "This is no 100 % print",
        "This printer stretches",
    ]
    assert "92 %" in doubt_sentence(outcome.doubts[0])
    assert "5.4 %" in doubt_sentence(outcome.doubts[1])
    scale = workflow.print_scale_in_use(library)
    assert scale is not None
    assert scale.scale == 0.945


# --- photographs ---------------------------------------------------------------------------------


def test_a_photograph_is_filed_with_the_scale_of_the_printer_in_use(
    library: Library, examined: Examine
) -> None:
    recorded(library, "Ward 3", 98.0)

    calibration = calibration_of(library, filed(library, examined(DAY, 20.0)))

    assert calibration.print_scale == 0.98
    assert calibration.mm_per_px == pytest.approx(0.098)
    assert calibration.homography[0][0] == pytest.approx(0.098)
    assert calibration.doubts == ()


def test_a_library_without_a_printer_leaves_the_scale_that_was_handed_in(
    library: Library, examined: Examine, tilted: Calibration
) -> None:
    own = replace(tilted, print_scale=0.963)

    assert calibration_of(library, filed(library, examined(DAY, 20.0, calibration=own))) == own


def test_photographs_that_wait_are_measured_anew_and_the_entry_says_how_many(
    library: Library, examined: Examine, tilted: Calibration
) -> None:
    first = filed(library, examined(DAY, 20.0))
    second = filed(library, examined(A_WEEK_LATER, 18.0, calibration=tilted))
    filed(library, examined(A_WEEK_LATER, 18.0, calibration=None))

    outcome = recorded(library, "Ward 3", 98.0)

    assert outcome.rescaled == 2
    for one in (first, second):
        assert calibration_of(library, one).print_scale == 0.98
    assert codes(calibration_of(library, second).doubts) == ["card_tilted"]
    entry = library.audit_trail()[-1]
    assert (entry.verb, entry.by) == ("measure printer", "Ann")
    assert entry.why == "2 photographs waiting for review measured anew"
    what = json.loads(entry.what)
    assert [row["entity"] for row in what["added"]] == ["print_measurement"]
    assert [row["entity"] for row in what["changed"]] == ["proposal", "proposal"]
    # Of these photographs, made of values, no file was ever put there.
    assert all(problem.endswith("is missing") for problem in library.check().problems)


def test_what_was_accepted_keeps_the_scale_it_was_accepted_with(
    library: Library, examined: Examine
) -> None:
    one = filed(library, examined(DAY, 20.0))
    workflow.accept(library, one.proposal, workflow.suggest(library, one.proposal), by="Ann")
    (before,) = library.assessments()

    assert recorded(library, "Ward 3", 98.0).rescaled == 0

    assert library.assessments() == (before,)
    assert calibration_of(library, one).print_scale == 1.0
    assert library.audit_trail()[-1].why is None


def test_a_printer_that_is_not_in_use_changes_no_photograph(
    library: Library, examined: Examine
) -> None:
    recorded(library, "Ward 3", 98.0)
    workflow.use_printer(library, "Ward 3", by="Ann")
    one = filed(library, examined(DAY, 20.0))

    assert recorded(library, "Ward 5", 101.0, A_WEEK_LATER).rescaled == 0

    assert calibration_of(library, one).print_scale == 0.98
    assert workflow.use_printer(library, "Ward 5", by="Ann") == 1
    assert calibration_of(library, one).print_scale == 1.01
    assert library.audit_trail()[-1].why == "1 photograph waiting for review measured anew"


def test_a_measurement_taken_back_and_brought_again_takes_what_waits_along(
    library: Library, examined: Examine
) -> None:
    recorded(library, "Ward 3", 99.0, DAY)
    one = filed(library, examined(A_WEEK_LATER, 20.0))
    wrong = recorded(library, "Ward 3", 96.0, A_WEEK_LATER).measurement
    assert calibration_of(library, one).print_scale == 0.96

    assert workflow.retire_print_scale(library, wrong, by="Ann") == 1
    assert calibration_of(library, one).print_scale == 0.99

    assert workflow.restore_print_scale(library, wrong, by="Ann") == 1
    assert calibration_of(library, one).print_scale == 0.96
    assert [entry.verb for entry in library.audit_trail()][-2:] == [
        "retire printer's measurement",
        "restore printer's measurement",
    ]


def test_without_any_measurement_left_photographs_are_of_an_unmeasured_printer_again(
    library: Library, examined: Examine
) -> None:
    one = filed(library, examined(DAY, 20.0))
    only = recorded(library, "Ward 3", 96.0).measurement

    workflow.retire_print_scale(library, only, by="Ann")

    calibration = calibration_of(library, one)
    assert calibration.print_scale == 1.0
    assert codes(calibration.doubts) == ["print_scale_unmeasured"]
    assert workflow.print_scale_in_use(library) is None


def test_each_photograph_is_as_old_as_it_is(library: Library, examined: Examine) -> None:
    early = filed(library, examined(date(2025, 3, 1), 20.0))
    late = filed(library, examined(date(2026, 3, 1), 20.0))

    recorded(library, "Ward 3", 98.0, date(2025, 1, 1))

    assert codes(calibration_of(library, early).doubts) == []
    assert codes(calibration_of(library, late).doubts) == ["print_scale_old"]


def test_a_photograph_that_waits_again_after_it_was_refiled_has_the_scale_of_today(
    library: Library, examined: Examine
) -> None:
    one = filed(library, examined(DAY, 20.0))
    workflow.accept(library, one.proposal, workflow.suggest(library, one.proposal), by="Ann")
    recorded(library, "Ward 3", 98.0)

    moved = workflow.refile(
        library,
        library.photograph(one.photograph.id),
        patient_code="CX-002",
        site=ABDOMEN,
        visited_on=DAY,
        by="Ann",
        reason="Filed in the wrong place",
    )

    proposal = library.proposal_of(moved.id)
    assert proposal.is_waiting
    assert proposal.calibration is not None
    assert proposal.calibration.print_scale == 0.98


def test_undoing_the_choice_of_a_printer_leaves_what_another_person_chose_since(
    library: Library,
) -> None:
    recorded(library, "Ward 3", 98.0, DAY)
    recorded(library, "Ward 5", 101.0, A_WEEK_LATER)
    workflow.use_printer(library, "Ward 3", by="Ann")
    workflow.use_printer(library, "Ward 5", by="Ben")

    with pytest.raises(ChangedMeanwhile):
        workflow.use_printer_again(library, None, instead_of="Ward 3", by="Ann")

    assert workflow.chosen_printer(library) == "Ward 5"
