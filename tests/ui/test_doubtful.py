"""What there is to doubt of a photograph is told alike where it comes in and where it waits."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.review.conftest import BESIDE_CARD, Room, clinic_copy, made_clinic, room
from woundtrack import workflow
from woundtrack.model import BodySite, Side
from woundtrack.ui.doubtful import doubts_of
from woundtrack.ui.imports.batch import State, outcome_of
from woundtrack.ui.review.queue import sign_of

__all__ = ["clinic_copy", "made_clinic", "room"]

SHIN = BodySite(region="lower-leg", side=Side.LEFT)


def test_a_flat_card_on_a_limb_is_told_before_the_photograph_is_opened(room: Room) -> None:
    first = room.page.queue.rows[0]
    assert first.proposal.calibration is not None
    sound = replace(first.proposal.calibration, doubts=())
    near = replace(first.proposal.outlines[0], outer=BESIDE_CARD)  # its own lie far from it
    row = replace(first, proposal=replace(first.proposal, calibration=sound, outlines=(near,)))
    assert sign_of(row) is None
    assert outcome_of(workflow.Filed(photograph=row.filed, proposal=row.proposal)) is State.READY

    on_shin = replace(row, filed=replace(row.filed, site=SHIN))

    assert [doubt.code for doubt in doubts_of(row.proposal, on_shin.filed)] == ["flat_card_on_limb"]
    assert sign_of(on_shin) == ("warning", "doubt")
    there = workflow.Filed(photograph=on_shin.filed, proposal=row.proposal)
    assert outcome_of(there) is State.IN_DOUBT


def test_a_wound_far_from_the_card_is_told_in_the_list_too(room: Room) -> None:
    first = room.page.queue.rows[0]

    codes = [doubt.code for doubt in doubts_of(first.proposal, first.filed)]

    assert "wound_far_from_card" in codes
    assert not [code for code in codes if code.startswith(("time_", "print_"))]
