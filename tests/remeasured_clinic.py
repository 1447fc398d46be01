"""A library of one lesion at two visits, a card in the first photograph and none in the second.

Hides the phantoms; it is outlined by colour alone, so that a network, or none, makes a difference.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from woundtrack import imaging, phantom, workflow
from woundtrack.imaging.outlining import proposal
from woundtrack.model import BodySite
from woundtrack.records import Library

WITH_CARD, WITHOUT = date(2026, 3, 4), date(2026, 3, 11)
CODE = "CX-001"


def make_clinic(folder: Path) -> Path:
    """Make it in a folder; return where the library lies."""
    with pytest.MonkeyPatch.context() as patch, Library.create(folder / "library") as library:
        patch.setattr(proposal, "outline_network", lambda: None)
        for day, has_card in ((WITH_CARD, True), (WITHOUT, False)):
            path = folder / f"{day}.jpg"
            path.write_bytes(_photograph(has_card=has_card))
            waiting = workflow.file_photograph(
                library,
                workflow.examine(path, originals=library.originals),
                patient_code=CODE,
                site=BodySite(region="abdomen"),
                visited_on=day,
                by="Ann",
            ).proposal
            workflow.accept(library, waiting, workflow.suggest(library, waiting)[:1], by="Ann")
    return folder / "library"


def _photograph(*, has_card: bool) -> bytes:
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf, "card")
    layout = imaging.card_layout("card")
    card = phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 0.0),
        angle_deg=0.0,
    )
    scene = phantom.Scene(
        camera=phantom.Camera(width_px=1200, height_px=900, distance_mm=190.0, tilt_deg=8.0),
        lesions=(phantom.Lesion(centre_mm=(20.0, -15.0), area_mm2=700.0),),
        cards=(card,) if has_card else (),
    )
    return phantom.render(scene).jpeg
