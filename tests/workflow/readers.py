"""A clinic of small pictures with drawn wounds, and readers whose true error is known."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tests.workflow.conftest import flat
from woundtrack import imaging, workflow
from woundtrack.model import BodySite, Consent, Method, Outline, Purpose, ReadingSession, Ring
from woundtrack.records import Library
from woundtrack.workflow.reading_desk import Answer, LibraryDesk, ReadingDesk

SIZE = (1400, 1100)
MIDDLE = (780.0, 280.0)


def oval(width: float, height: float, *, at: tuple[float, float] = MIDDLE) -> Ring:
    turns = np.linspace(0, 2 * math.pi, 60, endpoint=False)
    return tuple(
        (at[0] + width / 2 * math.cos(turn), at[1] + height / 2 * math.sin(turn)) for turn in turns
    )


def picture(number: int, width: float, height: float) -> bytes:
    """Return a photograph of one red oval, with a name and a date in its EXIF."""
    image = Image.new("RGB", SIZE, (214, 168 - number % 7, 140 + number % 11))
    ImageDraw.Draw(image).polygon([(x, y) for x, y in oval(width, height)], fill=(140, 20, 25))
    exif = Image.Exif()
    exif[0x010E] = f"Mrs Smith {number}"
    exif[0x0132] = "2026:03:04 10:11:12"
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=80, exif=exif)
    return stream.getvalue()


def say_yes(library: Library) -> None:
    """Record that every patient agrees to research."""
    consents = [
        Consent(
            patient_id=patient.id,
            purpose=Purpose.RESEARCH,
            is_given=True,
            given_on=date(2026, 1, 5),
        )
        for patient in library.patients()
    ]
    workflow.record_entries(library, consents, by="Nurse")


def fill(library: Library, sizes: Sequence[Sequence[float]], folder: Path) -> None:
    """File and accept pictures: for each patient the widths (px) of one lesion at its visits."""
    number = 0
    for place, widths in enumerate(sizes, start=1):
        code = f"CX-{place:03}"
        for visit, width in enumerate(widths):
            number += 1
            data = picture(number, width, width * 0.7)
            path = folder / f"Smith {number}.jpg"
            pixels, photograph = imaging.read_photograph_bytes(data, str(path))
            assert pixels.shape[:2] == (SIZE[1], SIZE[0])
            library.originals.put(data, photograph.sha256, ".jpg")
            examined = workflow.Examined(
                path=path,
                photograph=photograph,
                calibration=flat(),
                outlines=(Outline(outer=oval(width, width * 0.7), confidence=0.9),),
                doubts=(),
                method=Method(name="test", version="1", application_version="0"),
            )
            workflow.file_photograph(
                library,
                examined,
                patient_code=code,
                site=BodySite(region="abdomen"),
                visited_on=date(2026, 1, 5) + timedelta(days=7 * visit),
                lesion_label="L1",
                by="Nurse",
            )
        patient = library.patient_with_code(code)
        workflow.accept_proposals(library, patient, include_doubted=True, by="Nurse")


def redness(pixels: np.ndarray) -> tuple[float, float, float, float]:
    """Return where the red oval lies in a picture: left, top, right, bottom, px."""
    red = (pixels[..., 0].astype(int) - pixels[..., 1]) > 80
    rows, columns = np.nonzero(red)
    return columns.min(), rows.min(), columns.max() + 1.0, rows.max() + 1.0


def read_all(desk: ReadingDesk, stretch: Callable[[int], float]) -> None:
    """Read all that is left: the oval that is seen, its sides times ``stretch`` of the turn."""
    for number in desk.unread:
        shown = desk.picture(number)
        left, top, right, bottom = redness(shown.pixels)
        side = stretch(number)
        ring = oval(
            (right - left) * side,
            (bottom - top) * side,
            at=((left + right) / 2, (top + bottom) / 2),
        )
        desk.record(number, Answer(outlines=(Outline(outer=ring),), seconds=20.0 + number))


def read_here(
    library: Library, session: ReadingSession, reader: str, stretch: Callable[[int], float]
) -> None:
    """Do what ``read_all`` does at a library's desk, by what was accepted: no picture is read."""
    desk = LibraryDesk(library, session, reader)
    items = {one.id: one for one in library.reading_items(session.id)}
    tasks = {one.place: one for one in library.reading_tasks(session.id, desk.reader)}
    accepted = {
        one.main.photograph_id: np.asarray(one.main.outline.outer)
        for one in library.assessments()
        if one.main is not None
    }
    for number in desk.unread:
        item = items[tasks[number].item_id]
        ring = accepted[item.photograph_id] - item.box_px[:2]
        width, height = np.ptp(ring, axis=0) * stretch(number)
        x, y = (ring.min(axis=0) + ring.max(axis=0)) / 2
        drawn = oval(float(width), float(height), at=(float(x), float(y)))
        desk.record(number, Answer(outlines=(Outline(outer=drawn),), seconds=20.0 + number))


def read_session(library: Library, session: ReadingSession, *, log_sd: float, seed: int) -> None:
    """Read a whole session: ln(area) of every reading has the standard deviation ``log_sd``."""
    chance = np.random.default_rng(seed)
    for reader in session.readers:
        read_here(library, session, reader, lambda _: math.exp(chance.normal(0, log_sd) / 2))
