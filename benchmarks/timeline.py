"""From patient to patient in the timeline: how quickly, where each has much to show.

A library of patients with 30 lesions at 100 visits each is written (rows, no files), with
treatments, events, pain and blood. One goes from patient to patient in the room, every picture
painted: the first time a patient is read from the disk, later what was kept is shown. Where the
time goes is printed, beside matplotlib drawing as many bare lines on nothing.

    python -m benchmarks.timeline [--lesions 30] [--visits 100] [--patients 4] [--times 3]
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks._large_library import AT, FIRST_DAY, assessed, filed_photograph
from woundtrack import workflow
from woundtrack.model import (
    Agent,
    Analyte,
    BodySite,
    Entry,
    Event,
    EventKind,
    LabResult,
    Lesion,
    Measurement,
    Outline,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    Patient,
    Term,
    Treatment,
    Visit,
)
from woundtrack.records import Library
from woundtrack.records.changes import Change

SIZE = (1366, 696)
WANTED_MS = 100.0
_TERMS = ("ambiguity", "plane", "corners", "print", "edge", "skin")
_REGIONS = ("abdomen", "thigh", "lower-leg", "back", "breast", "buttock")


# --- a library of patients with much -------------------------------------------------------------


def write_library(folder: Path, patients: int, lesions: int, visits: int) -> None:
    """Write rows of patients, each with so many lesions, photographed at so many visits."""
    with Library.create(folder) as library:
        for number in range(patients):
            key = f"{number:02d}"
            patient = Patient(id=f"patient-{key}", code=f"WT-{key}", created_at=AT)
            with library.verb("import", by="benchmark") as change:
                change.add_patient(patient)
                _write_patient(change, patient, key, lesions, visits)
            workflow.record_entries(library, _entries(patient.id, visits), by="benchmark")


def _write_patient(change: Change, patient: Patient, key: str, lesions: int, visits: int) -> None:
    known = [
        Lesion(
            id=f"lesion-{key}-{place}",
            patient_id=patient.id,
            label=f"L{place + 1}",
            number=place + 1,
            site=BodySite(region=_REGIONS[place % len(_REGIONS)]),
            created_at=AT,
        )
        for place in range(lesions)
    ]
    for lesion in known:
        change.add_lesion(lesion)
    for taken in range(visits):
        visit = Visit(
            id=f"visit-{key}-{taken}",
            patient_id=patient.id,
            visited_on=FIRST_DAY + timedelta(days=7 * taken),
            created_at=AT,
        )
        change.add_visit(visit)
        for place, lesion in enumerate(known):
            _write_photograph(change, lesion, visit, place, taken)


def _write_photograph(change: Change, lesion: Lesion, visit: Visit, place: int, taken: int) -> None:
    key = f"{lesion.id}-{taken}"
    filed = filed_photograph(key, visit, lesion.site, name=f"{key}.JPG")
    change.add_photograph(filed)
    area = (600.0 + 60 * place) * 0.985**taken * (1 + 0.15 * math.sin(taken / 7 + place))
    turn = np.linspace(0, 2 * np.pi, 120, endpoint=False) + place
    radius = 10 * math.sqrt(area / math.pi) * (1 + 0.08 * np.sin(5 * turn + taken))
    ring = zip(
        (2000 + radius * np.cos(turn)).tolist(),
        (1500 + radius * np.sin(turn)).tolist(),
        strict=True,
    )
    measurement = Measurement(
        area_mm2=area,
        area_low_mm2=0.95 * area,
        area_high_mm2=1.05 * area,
        perimeter_mm=4 * area**0.5,
        length_mm=area**0.5,
        width_mm=area**0.5,
        terms=tuple(
            Term(
                name=name,
                area_mm2=0.02 * area * 0.7**rank,
                perimeter_mm=0.3,
                length_mm=0.2,
                width_mm=0.2,
            )
            for rank, name in enumerate(_TERMS)
        ),
    )
    outline = Outline(outer=tuple(ring))
    change.add_assessment(assessed(key, lesion, visit, filed, outline, measurement))


def _entries(patient_id: str, visits: int) -> list[Entry]:
    """Return a record: pain and two analytes at each visit, 15 treatments and 20 events."""
    days = [FIRST_DAY + timedelta(days=7 * taken) for taken in range(visits)]
    found: list[Entry] = []
    for place, day in enumerate(days):
        found += [
            Pain(
                patient_id=patient_id,
                on=day,
                scale=PainScale.NRS11,
                context=context,
                value=float((place * 3 + shift) % 11),
            )
            for shift, context in enumerate((PainContext.WORST_24H, PainContext.DRESSING_CHANGE))
        ]
        found += [
            LabResult(
                patient_id=patient_id,
                analyte=analyte,
                taken_on=day,
                value=round(middle * (1 + 0.3 * math.sin(place / 5)), 2),
                unit=unit,
                reference_high=high,
            )
            for analyte, middle, unit, high in (
                (Analyte.PHOSPHATE, 1.9, "mmol/L", 1.5),
                (Analyte.CRP, 40.0, "mg/L", 5.0),
            )
        ]
    agents = list(Agent)
    for place in range(15):
        start = days[(place * visits) // 15]
        found.append(
            Treatment(
                patient_id=patient_id,
                agent=agents[place % len(agents)],
                start=PartialDate.of(start),
                stop=PartialDate.of(start + timedelta(days=60)) if place % 3 else None,
            )
        )
    kinds = (EventKind.WOUND_INFECTION, EventKind.ADMISSION, EventKind.BACTERAEMIA)
    for place in range(20):
        found.append(
            Event(
                patient_id=patient_id,
                kind=kinds[place % 3],
                on=PartialDate.of(days[(place * visits) // 20]),
            )
        )
    return found


# --- what is timed -------------------------------------------------------------------------------


class Clock:
    """Times work by the clock on the wall, and by what the processor spent on this thread, ms.

    On a computer that does nothing else the two are alike.
    """

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.spent: list[float] = []

    def time(self, do: Callable[[], object]) -> None:
        """Do something and note how long it took."""
        wall, spent = time.perf_counter(), time.thread_time()
        do()
        self.wall.append(1000 * (time.perf_counter() - wall))
        self.spent.append(1000 * (time.thread_time() - spent))

    def line(self, name: str) -> str:
        """Return a line of the table."""
        wall, spent = float(np.median(self.wall)), float(np.median(self.spent))
        return f"  {name:36}{wall:8.0f}{max(self.wall):9.0f}{spent:11.0f}{max(self.spent):9.0f}"


def timed(do: Callable[[], object]) -> Clock:
    """Return how long something takes once."""
    clock = Clock()
    clock.time(do)
    return clock


@dataclass
class Switching:
    """How long going to a patient takes, by what of it is there already.

    From choosing the patient until the window is painted: curves, lanes, body map and lists; in
    ``with_table`` until its numbers and photographs stand beside them, too, which come after.
    """

    first: Clock = field(default_factory=Clock)
    with_table: Clock = field(default_factory=Clock)
    read: Clock = field(default_factory=Clock)
    kept: Clock = field(default_factory=Clock)


def switching(folder: Path, times: int) -> Switching:
    """Go from patient to patient in the room: read from the disk, read ahead, and laid out too."""
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from woundtrack.settings import Settings
    from woundtrack.ui import app
    from woundtrack.ui.session import Session
    from woundtrack.ui.window.main_window import MainWindow

    application = app.make_application()
    session = Session(Settings(person="benchmark"))
    places = QSettings(str(folder.parent / "window.ini"), QSettings.Format.IniFormat)
    places.setValue("tour/seen", True)
    window = MainWindow(session, places)
    window.resize(*SIZE)
    window.show()
    session.open_library(folder, for_reading=True)
    session.go("timeline")
    application.processEvents()
    app.spare_what_is_loaded()
    found = Switching()
    patients = [one.patient for one in session.library.patient_summaries()]  # type: ignore[union-attr]

    def switch(patient: Patient) -> None:
        session.set_patient(patient)
        # As the window's own loop does first: what changed is laid out and painted, each part once.
        QApplication.sendPostedEvents()

    def settle() -> None:
        QApplication.processEvents()
        while session.tasks.running:  # pictures of the strip, which come a moment later
            QApplication.processEvents()

    def go(patient: Patient, clock: Clock, whole: Clock | None = None) -> None:
        def arrive() -> None:
            clock.time(lambda: switch(patient))
            QApplication.processEvents()

        (whole or Clock()).time(arrive)
        settle()

    for patient in patients:
        session.open_library(folder, for_reading=True)  # nothing is kept of another opening
        session.go("timeline")
        settle()
        if patient != session.patient and not session.has_course(patient):
            go(patient, found.first, found.with_table)
    for turn in range(times + 1):
        for patient in patients if turn % 2 == 0 else patients[::-1]:
            if patient != session.patient:
                go(patient, found.kept if turn > 0 and session.has_course(patient) else Clock())
    for turn in range(times):
        for patient in patients:
            if patient == session.patient:
                continue
            # At another width every chart is laid out anew, from a course that is kept.
            window.resize(SIZE[0] + 1 + turn, SIZE[1] + patients.index(patient))
            QApplication.sendPostedEvents()  # no time passes in which another is laid out ahead
            go(patient, found.read)
    window.close()
    session.close()
    return found


def bare_lines(lines: int, points: int) -> Clock:
    """Return how long matplotlib takes for as many bare lines on empty axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    def draw() -> None:
        figure = Figure(figsize=(7.06, 4.8))
        axes = figure.add_subplot()
        for place in range(lines):
            axes.plot(np.arange(points), np.sin(np.arange(points) / 9 + place), marker="o")
        FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]

    draw()
    clock = Clock()
    for _ in range(5):
        clock.time(draw)
    return clock


def parts(folder: Path) -> list[tuple[str, Clock]]:
    """Return where the time goes, for a patient that is read from the disk."""
    from PySide6.QtGui import QColor, QPainter, QPixmap

    from woundtrack.healing.chart import Chart, Plan
    from woundtrack.ui.timeline.chart_painter import paint, text_width

    found: list[tuple[str, Clock]] = []
    read: list[Any] = []
    with Library.open(folder, read_only=True) as library:
        patient = library.patient_summaries()[0].patient
        clock = timed(lambda: read.append(workflow.record_of(library, patient)))
        found.append(("reading the record", clock))
        clock = timed(lambda: read.append(workflow.timeline_of(library, patient, record=read[0])))
        found.append(("reading areas, making the course", clock))
    record, course = read
    chart = Chart(timeline=course, record=record, width_px=706, has_caption=False)
    Plan(chart, text_width).lay_out(480)  # fonts are loaded
    found.append(("laying out", timed(lambda: read.append(Plan(chart, text_width).lay_out(480)))))
    picture = QPixmap(706, 480)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    found.append(("painting", timed(lambda: paint(painter, read[-1]))))
    painter.end()
    return found


def main() -> None:
    """Print how long switching takes, where the time goes, and matplotlib's bare lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lesions", type=int, default=30)
    parser.add_argument("--visits", type=int, default=100)
    parser.add_argument("--patients", type=int, default=4)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--library", type=Path, help="keep the library there, and use it again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.library or Path(temporary) / "library"
        if not folder.exists():
            write_library(folder, given.patients, given.lesions, given.visits)
        found = switching(folder, given.times)
        spent = parts(folder)
    print(f"from patient to patient, {given.lesions} lesions at {given.visits} visits each")
    print(f"  {'ms':36}{'median':>8}{'longest':>9}{'processor':>11}{'longest':>9}")
    print(found.first.line("read from the disk"))
    print(found.with_table.line("  with its table and photographs"))
    print(found.read.line("read ahead"))
    print(found.kept.line("kept, or the next: laid out, too"))
    print(bare_lines(given.lesions, given.visits).line("matplotlib, bare lines alone"))
    print(f"  {'wanted':36}{WANTED_MS:8.0f}")
    print("where it goes, read from the disk")
    for name, clock in spent:
        print(clock.line(name))


if __name__ == "__main__":
    main()
