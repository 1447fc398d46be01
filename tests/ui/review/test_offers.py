"""What can be done with a photograph, and the reason for what can't."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.ui.conftest import Clinic
from woundtrack.records import Library
from woundtrack.ui.review.draft import Draft, open_case
from woundtrack.ui.review.offers import reasons_against, why_not_accept, words_to_accept

WAITING, ACCEPTED = "photograph-visit-2-1-0", "photograph-visit-2-0-0"


@pytest.fixture
def library(clinic: Clinic) -> Iterator[Library]:
    with Library.open(clinic.path) as opened:
        yield opened


def test_without_a_photograph_there_is_none_to_work_on() -> None:
    against = reasons_against(None, Draft(), None, has_next=False, has_last=False)

    assert against["review.accept"] == "No photograph is open."
    assert against["review.skip"] == "No other photograph waits."
    assert all(against.values())


def test_what_waits_is_accepted_or_set_aside_and_not_reviewed_again(library: Library) -> None:
    case = open_case(library, WAITING)
    draft = case.stored

    against = reasons_against(case, draft, draft.entries[0], has_next=True, has_last=True)

    assert {one: reason for one, reason in against.items() if reason} == {
        "review.next_lesion": "There is one only.",
        "review.part": "No other lesion is outlined here that this could be a part of.",
        "review.reopen": "This photograph waits already.",
        "review.ruler": "A printed card is in this photograph.",
        "review.no_ruler": "A printed card is in this photograph.",
    }
    assert words_to_accept(case, draft) == "Accept, next photo"


def test_what_was_accepted_is_changed_and_any_outline_can_become_a_new_lesion(
    library: Library,
) -> None:
    case = open_case(library, ACCEPTED)
    draft = case.stored

    against = reasons_against(case, draft, draft.entries[0], has_next=True, has_last=True)

    assert against["review.accept"] == "Nothing was changed."
    assert against["review.new_lesion"] == ""
    assert against["review.closed"] == "This photograph doesn't wait."
    assert against["review.reopen"].startswith("Something is recorded from this photograph")
    assert words_to_accept(case, draft) == "Save the change"
    assert why_not_accept(case, draft.without(draft.entries[0].key)) == ""


def test_an_outline_without_a_lesion_is_not_accepted(library: Library) -> None:
    case = open_case(library, WAITING)
    nameless = Draft(entries=(replace(case.stored.entries[0], identity=None),))

    assert why_not_accept(case, nameless) == "Say first which lesion this is."
    assert why_not_accept(case, Draft()) == (
        "Outline the wound first, or say which lesion is closed."
    )


def test_without_a_scale_an_outline_is_kept_without_an_area(library: Library) -> None:
    case = open_case(library, WAITING)
    bare = replace(case, proposal=replace(case.proposal, calibration=None))

    assert words_to_accept(bare, bare.stored) == "Keep without area"
