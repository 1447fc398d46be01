"""What a nurse's visit of three lesions takes: actions of her hands, and seconds of the machine.

The visit is that of the test (``tests/end_to_end/nurse_session.py``): six photographs dropped, what
they show confirmed, one outline corrected, pain, exudate, a debridement and a treatment recorded,
the curve seen, all in the real window with mouse and keys. A word typed is one action. Beside it:
how long the six photographs take to be decoded alone.

    python -m benchmarks.nurse_session
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from PIL import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main() -> None:
    """Print the table."""
    from PySide6.QtWidgets import QApplication

    from tests.end_to_end import nurse_session
    from woundtrack.settings import Settings, write_settings
    from woundtrack.ui import app

    with tempfile.TemporaryDirectory() as made:
        os.environ["WOUNDTRACK_CONFIG_DIR"] = str(Path(made) / "settings")
        write_settings(Settings(person="Ben"))
        library, photographs = nurse_session.make_clinic(Path(made))
        begun = time.perf_counter()
        for path in photographs:
            Image.open(path).load()
        decoded = time.perf_counter() - begun
        app.make_application()
        window = app.make_window()
        window.resize(1366, 696)
        window.show()
        window.library_actions.open(library)
        window.tour.dismiss()
        window.activateWindow()
        QApplication.processEvents()
        hands = nurse_session.drive(window, photographs)
        print(nurse_session.told(hands))
        print(f"\ndecoding the six photographs alone: {decoded:.2f} s")
        window.close()


if __name__ == "__main__":
    main()
