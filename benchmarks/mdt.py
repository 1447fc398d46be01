"""How quick is the next patient at the meeting? From the key to the last pixel of the page.

The meeting goes through every patient of a library three times: with a pause on each page in which
the next is read; leafing, a key every 0.4 s; and cold, where nothing was read ahead. The page is
right with code, curves, table and what is new; photographs may come after it, and are timed by
themselves. Each time stands beside that of decoding one of the photographs with Pillow.

    python benchmarks/mdt.py [LIBRARY] [--size 1366x768]

Without a library the demonstration clinic is made, which takes minutes.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.records import Library
from woundtrack.settings import Settings
from woundtrack.ui import theme
from woundtrack.ui.mdt.screen import MdtScreen
from woundtrack.ui.session import Session

PATIENCE_S = 60.0
LEAFING_S = 0.4


def decode_s(library: Library) -> float:
    """Return how long Pillow takes to decode one of the library's photographs, at its median."""
    spent = []
    for filed in library.photographs()[:9]:
        data = library.originals.read(filed.photograph.sha256)
        begun = time.perf_counter()
        Image.open(io.BytesIO(data)).convert("RGB").load()
        spent.append(time.perf_counter() - begun)
    return float(np.median(spent))


class Meeting:
    """The meeting's screen, its keys, and what is timed of it."""

    def __init__(self, session: Session, size: tuple[int, int]) -> None:
        if session.library is None:
            raise ValueError("a meeting needs a library")
        self.library = session.library
        self.screen = MdtScreen(session)
        self.screen.resize(*size)
        self._size = size
        self.right: list[float] = []
        self.pictures: list[float] = []

    def begin(self) -> int:
        """Begin anew with all patients; return how many."""
        self.right, self.pictures = [], []
        patients = self.library.patients()
        self.screen.begin(patients, workflow.meeting_of(self.library))
        self.screen.showNormal()
        self.screen.resize(*self._size)
        self.screen.activateWindow()
        self.until(lambda: not self.screen.ahead.is_reading)
        return len(patients)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Let the window work until something is so. Raises ``TimeoutError``."""
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > end:
                raise TimeoutError
            QApplication.processEvents()
            time.sleep(0.001)

    def press_next(self) -> None:
        """Press the key for the next patient, and note when the page is right and painted."""
        screen = self.screen
        begun = time.perf_counter()
        QTest.keyClick(screen, Qt.Key.Key_Right)
        if screen.course is None:
            self.until(lambda: screen.course is not None)
            screen.repaint()
        self.right.append(time.perf_counter() - begun)
        if not self._has_pictures():
            self.until(self._has_pictures)
            screen.photos.repaint()
        self.pictures.append(time.perf_counter() - begun)

    def _has_pictures(self) -> bool:
        course = self.screen.course
        if course is None or not course.is_shown or not self.screen.photos.isVisible():
            return course is not None
        return self.screen.photos.pair is not None or not (course.visits or course.lone)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("library", nargs="?", type=Path)
    parser.add_argument("--size", default="1366x768")
    given = parser.parse_args()
    width, height = (int(side) for side in given.size.split("x"))
    application = QApplication(["mdt"])
    theme.apply(application, "light")
    with tempfile.TemporaryDirectory() as folder:
        path = given.library
        if path is None:
            from woundtrack.demo import build_demo

            path = Path(folder) / "demo"
            build_demo(path)
        os.environ["WOUNDTRACK_CONFIG_DIR"] = folder
        session = Session(Settings(person="benchmark"), settings_path=Path(folder) / "settings")
        try:
            session.open_library(path, for_reading=True)
        except WoundtrackError as problem:
            print(problem, file=sys.stderr)
            return 1
        meeting = Meeting(session, (width, height))
        one = decode_s(meeting.library)
        print(f"the next patient, {width} × {height}, {meeting.library.name}")
        print(f"  decoding one photograph with Pillow: {1000 * one:.0f} ms")
        print("                          page right, ms          with its photographs, ms")
        print("                          median  longest  × one  median  longest  × one")

        def line(name: str) -> None:
            figures = []
            for spent in (meeting.right, meeting.pictures):
                middle, most = float(np.median(spent)), max(spent)
                figures.append(f"{1000 * middle:7.0f} {1000 * most:8.0f} {middle / one:6.2f}")
            print(f"  {name:22}  {'  '.join(figures)}")

        for name, pause in (("after a pause", None), ("a key every 0.4 s", LEAFING_S)):
            for _ in range(meeting.begin() - 1):
                if pause is None:
                    meeting.until(lambda: not meeting.screen.ahead.is_reading)
                else:
                    end = time.monotonic() + pause
                    meeting.until(lambda end=end: time.monotonic() > end)  # type: ignore[misc]
                meeting.press_next()
            line(name)
        for _ in range(meeting.begin() - 1):
            meeting.until(lambda: not meeting.screen.ahead.is_reading)
            meeting.screen.ahead.forget()
            meeting.press_next()
        line("nothing read ahead")
        meeting.until(lambda: not meeting.screen.ahead.is_reading)
        meeting.screen.close()
        meeting.screen.deleteLater()
        session.close()
    application.processEvents()
    return 0


if __name__ == "__main__":
    sys.exit(main())
