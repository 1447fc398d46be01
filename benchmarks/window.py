"""How quick is everything a hand touches? The window, on a large library and a large photograph.

The first window is timed from the start of the process, beside a bare PySide6 window. A photograph
of 48 megapixels is panned at four zooms, every frame painted, beside the 16.7 ms of a 60 Hz screen.
A library of 500 patients and 50,000 photographs (rows, no files) is made, and one goes from patient
to patient in it. 500 photographs are reviewed in a row, with the memory noted on the way.

    python -m benchmarks.window [--quick]
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks._large_library import FIRST_DAY, OUTLINE, write_library
from woundtrack import imaging, phantom, workflow
from woundtrack.model import (
    BodySite,
)
from woundtrack.records import Library

SIZE = (1366, 696)
FRAME_MS = 1000 / 60

_BARE = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([]); window = QLabel("."); window.resize(1366, 696); window.show()
app.processEvents()
"""
_OURS = """
from woundtrack.ui import app
application = app.make_application(); window = app.make_window()
window.resize(1366, 696); window.show(); application.processEvents()
"""


# --- the first window ----------------------------------------------------------------------------


def first_window(times: int) -> None:
    """Print how long a window takes from the start of its process."""
    spent: dict[str, list[float]] = {name: [] for name in ("a bare window", "woundtrack's")}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "WOUNDTRACK_CONFIG_DIR": folder}
        for _ in range(times + 1):  # the first of each warms the cache
            for name, code in zip(spent, (_BARE, _OURS), strict=True):
                begun = time.perf_counter()
                subprocess.run([sys.executable, "-c", code], check=True, env=environment)
                spent[name].append(time.perf_counter() - begun)
    bare, ours = (float(np.median(one[1:])) for one in spent.values())
    print("first window, from the start of the process to its end, median")
    print(f"  a bare PySide6 window   {1000 * bare:7.0f} ms")
    print(f"  woundtrack's            {1000 * ours:7.0f} ms   {ours / bare:5.2f} ×")


# --- panning -------------------------------------------------------------------------------------


def panning(frames: int) -> None:
    """Print the paint times of a 48-megapixel photograph that is panned."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from woundtrack.ui.review.canvas import Canvas, Tool
    from woundtrack.ui.review.outline_items import DrawnOutline
    from woundtrack.ui.review.photo_item import pyramid

    pixels = np.random.default_rng(1).integers(0, 255, (6000, 8000, 3), np.uint8)
    canvas = Canvas()
    canvas.resize(722, 496)
    canvas.show_photograph(8000, 6000)
    canvas.set_levels(pyramid(pixels))
    drawn = DrawnOutline(key="a", outline=OUTLINE, label="A1", words="4 cm²", is_selected=True)
    canvas.set_outlines([drawn])
    canvas.set_tool(Tool.PAN)
    canvas.show()
    QApplication.processEvents()
    print("\npanning a 48-megapixel photograph, 722 × 496, every frame painted")
    print("  zoom      median ms   95 % ms   longest ms   frames over 16.7 ms")
    for zoom in (None, 0.25, 1.0, 4.0):
        if zoom is None:
            canvas.fit()
            canvas.zoom_by(1.25)
        else:
            canvas.set_scale(zoom, canvas.mapToScene(canvas.viewport().rect().center()))
        view, left = canvas.viewport(), Qt.MouseButton.LeftButton
        QTest.mousePress(view, left, pos=QPoint(360, 240))
        spent = []
        for frame in range(frames):
            angle = frame / 9
            place = QPoint(round(360 + 180 * np.sin(angle)), round(240 + 120 * np.cos(angle)))
            begun = time.perf_counter()
            QTest.mouseMove(view, place)
            view.repaint()
            spent.append(1000 * (time.perf_counter() - begun))
        QTest.mouseRelease(view, left, pos=QPoint(360, 240))
        late = sum(one > FRAME_MS for one in spent)
        said = "fit × 1.25" if zoom is None else f"{100 * zoom:.0f} %"
        print(
            f"  {said:10}{np.median(spent):10.2f}{np.percentile(spent, 95):10.2f}"
            f"{max(spent):13.2f}{late:14d} of {frames}"
        )
    canvas.close()


# --- a large library -----------------------------------------------------------------------------


def switching(patients: int, photographs: int) -> None:
    """Print how long the window takes to show another patient of a large library."""
    from PySide6.QtWidgets import QApplication

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "library"
        begun = time.perf_counter()
        write_library(place, patients, photographs)
        made = time.perf_counter() - begun
        print(f"\n{patients} patients, {photographs} photographs (rows written in {made:.0f} s)")
        window = _window(folder)
        begun = time.perf_counter()
        window.library_actions.open(place)  # type: ignore[attr-defined]
        session = window.session  # type: ignore[attr-defined]
        session.go("timeline")
        QApplication.processEvents()
        print(f"  opened and painted      {1000 * (time.perf_counter() - begun):7.0f} ms")
        summaries = session.library.patient_summaries()
        rest(window)
        shown, charted = [], []
        for summary in summaries[:: max(1, len(summaries) // 40)]:
            begun = time.perf_counter()
            session.set_patient(summary.patient)
            QApplication.processEvents()
            window.repaint()  # type: ignore[attr-defined]
            shown.append(1000 * (time.perf_counter() - begun))
            rest(window)
            charted.append(1000 * (time.perf_counter() - begun))
        print(f"  another patient painted {np.median(shown):7.0f} ms   longest {max(shown):.0f} ms")
        print(
            f"  … with the chart drawn  {np.median(charted):7.0f} ms   longest {max(charted):.0f}"
        )
        _close(window)


# --- reviewing in a row --------------------------------------------------------------------------


def reviewing(count: int) -> None:
    """Print the memory while photographs are accepted one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "library"
        data = _photograph()
        with Library.create(place) as library:
            for number in range(count):
                path = Path(folder) / f"IMG_{number:04d}.jpg"
                path.write_bytes(data + number.to_bytes(4, "big"))
                examined = workflow.examine(path, originals=library.originals)
                workflow.file_photograph(
                    library,
                    examined,
                    patient_code=f"WT-{number % 20:02d}",
                    site=BodySite(region="abdomen"),
                    visited_on=FIRST_DAY + timedelta(days=number // 20),
                    by="benchmark",
                )
        window = _window(folder)
        window.library_actions.open(place)  # type: ignore[attr-defined]
        session = window.session  # type: ignore[attr-defined]
        session.go("review")
        page = window.page("review")  # type: ignore[attr-defined]
        print(f"\n{count} photographs of 2 megapixels reviewed in a row")
        noted: list[tuple[int, float]] = []
        begun = time.perf_counter()
        for number in range(count):
            _until(lambda: page.canvas.is_sharp)
            session.actions["review.accept"].trigger()
            _pass()
            if number + 1 in {count // 10, count // 2, count}:
                rest(window)
                noted.append((number + 1, _memory_mb()))
        spent = time.perf_counter() - begun
        for number, memory in noted:
            print(f"  after {number:5d}             {memory:7.0f} MB")
        waiting = sum(session.library.waiting_counts().values())
        print(f"  a photograph            {1000 * spent / count:7.0f} ms   left waiting: {waiting}")
        _close(window)


def _photograph() -> bytes:
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf)
    layout = imaging.card_layout()
    card = phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 0.0),
    )
    scene = phantom.Scene(
        camera=phantom.Camera(width_px=1600, height_px=1200, distance_mm=190.0),
        lesions=(phantom.Lesion(centre_mm=(20.0, -15.0), area_mm2=700.0),),
        cards=(card,),
    )
    return phantom.render(scene).jpeg


# --- the window ----------------------------------------------------------------------------------


def _window(folder: str) -> object:
    from woundtrack.settings import Settings, write_settings
    from woundtrack.ui import app

    os.environ["WOUNDTRACK_CONFIG_DIR"] = str(Path(folder) / "settings")
    write_settings(Settings(person="benchmark"))
    app.make_application()
    window = app.make_window()
    window.resize(*SIZE)
    window.show()
    return window


def rest(window: object) -> None:
    """Wait until no work of a window is under way."""
    quiet = 0
    while quiet < 3:
        _pass()
        quiet = 0 if window.session.tasks.running else quiet + 1  # type: ignore[attr-defined]


def _until(is_true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not is_true():
        _pass()
        if time.monotonic() > give_up:
            raise TimeoutError("the window did not come to rest")


def _pass() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.processEvents()
    # What was put away is freed by a running event loop, and here there is none.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    time.sleep(0.001)


def _close(window: object) -> None:
    window.close()  # type: ignore[attr-defined]
    window.deleteLater()  # type: ignore[attr-defined]
    _pass()


def _memory_mb() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if "VmRSS" in line)
    return int(line.split()[1]) / 1024


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--only", choices=("first", "panning", "switching", "reviewing"))
    options = parser.parse_args()
    tenth = 10 if options.quick else 1
    if options.only in {None, "first"}:
        first_window(3 if options.quick else 7)
    if options.only in {None, "panning", "switching", "reviewing"}:
        from woundtrack.ui import app

        app.make_application()
    if options.only in {None, "panning"}:
        panning(300 // tenth)
    if options.only in {None, "switching"}:
        switching(500 // tenth, 50_000 // tenth)
    if options.only in {None, "reviewing"}:
        reviewing(500 // tenth)


if __name__ == "__main__":
    main()
