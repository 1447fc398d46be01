"""What makes an area uncertain says, too, by what its outline was made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.red_network import VERSION, write_red_network
from tests.ui.review.conftest import Room
from woundtrack.model import Method, OutlineSource
from woundtrack.ui.review import provenance
from woundtrack.ui.review.draft import open_case


def told(room: Room) -> str:
    room.page.panel.show_uncertainty()
    return room.page.panel.uncertainty.made_by


def test_what_a_box_gave_with_the_network_names_it(of_the_copy: Path, room: Room) -> None:
    facts = write_red_network(of_the_copy)

    room.drag_box(*room.wound())
    room.settle()

    named = f"Outlined by the outline network, version {VERSION} ({facts.sha256[:12]})."
    assert told(room) == named


def test_a_proposal_says_what_it_was_made_with_on_the_day_of_its_import(room: Room) -> None:
    (proposal, *_) = room.library.proposals()
    case = open_case(room.library, proposal.photograph_id)
    (entry, *_) = case.stored.entries
    by_opencv = Method(name="automatic-grabcut", version="1", application_version="0")
    parameters = (("network_version", "2"), ("network_sha256", "ab" * 32))
    by_network = replace(by_opencv, name="automatic-network", parameters=parameters)

    said = [
        provenance.made_by(replace(case, proposal=replace(proposal, method=method)), entry)
        for method in (by_opencv, by_network)
    ]

    assert said == [
        "Outlined from colours and edges, by OpenCV.",
        "Outlined by the outline network, version 2 (abababababab).",
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [(OutlineSource.DRAWN, "Outlined by hand."), (OutlineSource.GIVEN, "given as a mask")],
)
def test_what_no_program_made_is_said_so(room: Room, source: OutlineSource, said: str) -> None:
    (proposal, *_) = room.library.proposals()
    case = open_case(room.library, proposal.photograph_id)
    (entry, *_) = case.stored.entries
    assert entry.outline is not None

    drawn = replace(entry, outline=replace(entry.outline, source=source))

    assert said in provenance.made_by(case, drawn)
    assert provenance.made_by(case, replace(entry, outline=None)) == ""
