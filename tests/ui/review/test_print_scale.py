"""A printer is measured while a photograph is in hand: its areas are those of the new scale."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from tests.ui.review.conftest import BESIDE_CARD, Room
from woundtrack import workflow
from woundtrack.model import Doubt
from woundtrack.ui.review.queue import sign_of


def measure_printer(room: Room, length_mm: float) -> None:
    workflow.record_print_scale(room.library, "Ward 3", length_mm, length_mm, by="Ann")
    room.window.session.changed("printers", "proposals")
    room.sharp()


def test_the_area_in_hand_is_that_of_the_new_scale_and_is_accepted_so(room: Room) -> None:
    before = room.area

    measure_printer(room, 98.0)

    assert room.name == "second.jpg"
    assert room.area == pytest.approx(before * 0.98**2, rel=1e-6)
    room.press(Qt.Key.Key_Return)
    assert room.name == "nocard.jpg"
    newest = room.library.assessments(lesion_id=room.lesion("A1").id)[-1]
    assert newest.ulcer is not None
    assert newest.ulcer.area_cm2 == pytest.approx(before * 0.98**2, rel=1e-6)


def test_what_was_drawn_and_not_recorded_is_kept_and_measured_anew(room: Room) -> None:
    room.go_to("thigh.jpg")
    room.drag_box(*room.wound())
    room.settle()
    before = room.area

    measure_printer(room, 98.0)

    assert room.name == "thigh.jpg"
    assert room.area == pytest.approx(before * 0.98**2, rel=1e-6)


def test_a_photograph_without_outlines_is_accepted_after_the_printer_was_measured(
    room: Room,
) -> None:
    room.go_to("thigh.jpg")
    measure_printer(room, 98.0)
    room.drag_box(*room.wound())
    room.settle()

    room.press(Qt.Key.Key_Return)

    assert room.name != "thigh.jpg"
    assert room.page.queue.count_text == "3 of 4 left"


def test_an_unmeasured_printer_is_no_sign_at_one_photograph(room: Room) -> None:
    row = room.page.queue.rows[0]
    scale = row.proposal.calibration
    assert scale is not None
    unmeasured, tilted = Doubt(code="print_scale_unmeasured"), Doubt(code="card_tilted")

    def sign(*doubts: Doubt) -> tuple[str, str] | None:
        doubted = replace(scale, doubts=doubts)
        near = replace(row.proposal.outlines[0], outer=BESIDE_CARD)  # its own lie far from it
        proposal = replace(row.proposal, calibration=doubted, outlines=(near,))
        return sign_of(replace(row, proposal=proposal))

    assert sign(unmeasured) is None
    assert sign(unmeasured, tilted) == ("warning", "doubt")
