"""A draft keeps each outline's lesion through gestures, and new lesions get names of their own."""

from __future__ import annotations

from typing import Any

from woundtrack.model import BodySite, Measurement, Outline
from woundtrack.records import Library
from woundtrack.ui.review.draft import (
    Draft,
    Entry,
    Identity,
    new_identity,
    open_case,
    renewed,
    with_outlines,
)

ABDOMEN = BodySite(region="abdomen")
SIZE = Measurement(
    area_mm2=100, area_low_mm2=90, area_high_mm2=110, perimeter_mm=40, length_mm=10, width_mm=10
)


def square(x: float, y: float, side: float) -> Outline:
    return Outline(outer=((x, y), (x + side, y), (x + side, y + side), (x, y + side)))


def called(label: str, number: int = 1) -> Identity:
    return Identity(lesion=None, site=ABDOMEN, label=label, number=number)


def entry(key: str, outline: Outline | None, label: str) -> Entry:
    return Entry(key=key, outline=outline, measurement=None, identity=called(label))


def as_new(_draft: Draft, _outline: Outline) -> Identity:
    return called("new")


def labels(draft: Draft) -> list[str]:
    return [one.identity.label for one in draft.entries if one.identity]


def test_a_changed_outline_keeps_its_lesion_and_the_others_stay() -> None:
    one, two = square(0, 0, 10), square(100, 0, 10)
    draft = Draft(entries=(entry("a", one, "A1"), entry("b", two, "A2")))

    after = with_outlines(draft, [(square(0, 0, 14), SIZE), (two, None)], as_new)

    assert labels(after) == ["A1", "A2"]
    assert after.entries[0].key == "a"
    assert after.entries[0].measurement == SIZE
    assert after.entries[1] is draft.entries[1]


def test_an_outline_far_from_all_others_is_another_lesion() -> None:
    one = square(0, 0, 10)
    draft = Draft(entries=(entry("a", one, "A1"),))

    after = with_outlines(draft, [(one, None), (square(50, 50, 10), SIZE)], as_new)

    assert labels(after) == ["A1", "new"]


def test_an_outline_cut_in_two_leaves_the_lesion_to_the_larger_part() -> None:
    draft = Draft(entries=(entry("a", square(0, 0, 30), "A1"),))
    small, large = square(0, 0, 8), square(12, 0, 18)

    after = with_outlines(draft, [(small, None), (large, None)], as_new)

    assert labels(after) == ["A1", "new"]
    assert after.entries[0].outline == large


def test_an_outline_that_is_gone_takes_its_entry_along_but_closed_lesions_stay() -> None:
    draft = Draft(entries=(entry("a", square(0, 0, 10), "A1"), entry("b", None, "A2")))

    after = with_outlines(draft, [], as_new)

    assert labels(after) == ["A2"]


def test_only_what_has_a_lesion_is_recorded() -> None:
    nameless = Entry(key="b", outline=square(50, 0, 9), measurement=None, identity=None)
    draft = Draft(entries=(entry("a", square(0, 0, 10), "A1"), nameless))

    assert [one.label for one in draft.decisions] == ["A1"]


def test_a_new_lesion_gets_the_next_free_name_and_number(clinic: Any) -> None:
    with Library.open(clinic.path) as library:
        case = open_case(library, "photograph-visit-2-1-0")
        draft = Draft(entries=(entry("a", square(0, 0, 10), "A2"),))

        identity = new_identity(library, case, draft, ABDOMEN)

    assert (identity.label, identity.number) == ("A3", 3)


def test_a_draft_made_earlier_gives_way_to_a_name_recorded_since(clinic: Any) -> None:
    with Library.open(clinic.path) as library:
        case = open_case(library, "photograph-visit-2-1-0")
        draft = Draft(entries=(entry("a", square(0, 0, 10), "A1"),))

        after = renewed(library, case, draft)

    assert labels(after) == ["A2"]


def test_a_photograph_that_waits_begins_with_what_is_proposed(clinic: Any) -> None:
    with Library.open(clinic.path) as library:
        case = open_case(library, "photograph-visit-2-1-0")

    assert case.is_waiting
    assert len(case.stored.entries) == 1
    assert case.stored.entries[0].thread is None
    assert case.stored.entries[0].measurement is not None


def test_an_accepted_photograph_begins_with_what_was_accepted(clinic: Any) -> None:
    with Library.open(clinic.path) as library:
        case = open_case(library, "photograph-visit-2-0-0")

    assert not case.is_waiting
    assert labels(case.stored) == ["A1", "T1"]
    assert [one.thread for one in case.stored.entries] == [
        "assessment-lesion-a1-visit-2-0",
        "assessment-lesion-t1-visit-2-0",
    ]
