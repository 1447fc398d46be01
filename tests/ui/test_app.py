"""The program starts with a window and little else, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from woundtrack.settings import Settings, write_settings
from woundtrack.ui import app

HEAVY = ("cv2", "skimage", "scipy", "pandas", "matplotlib", "PIL", "sqlite_utils", "reportlab")
_SHOW = """
import json, sys
from woundtrack.ui import app
application = app.make_application()
window = app.make_window()
window.show()
application.processEvents()
print(json.dumps([window.isVisible(), sorted(sys.modules)]))
window.close()
"""


def test_the_window_is_up_before_the_libraries_that_measure_and_store_are_loaded(
    own_home: Path,
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _SHOW], capture_output=True, text=True, check=True, env=os.environ
    )

    is_visible, loaded = json.loads(run.stdout)
    assert is_visible
    assert [name for name in HEAVY if name in loaded] == []


_RUN = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from woundtrack.ui import app

application = app.make_application()


def close_when_open():
    window = next(widget for widget in application.topLevelWidgets() if hasattr(widget, "session"))
    if window.session.library is None:
        QTimer.singleShot(20, close_when_open)
        return
    print(window.session.library.name)
    window.close()


QTimer.singleShot(20, close_when_open)
sys.exit(app.main(sys.argv[1:]))
"""


def test_a_start_with_a_library_opens_it_and_ends_with_its_window(
    own_home: Path, tmp_path: Path
) -> None:
    from woundtrack.records import Library

    Library.create(tmp_path / "Renal wound clinic").close()

    run = subprocess.run(
        [sys.executable, "-c", _RUN, str(tmp_path / "Renal wound clinic")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )

    assert (run.returncode, run.stdout.strip()) == (0, "Renal wound clinic"), run.stderr


def test_a_second_start_opens_the_library_opened_last(own_home: Path, tmp_path: Path) -> None:
    from woundtrack.records import Library

    Library.create(tmp_path / "Renal wound clinic").close()
    write_settings(Settings().opened(tmp_path / "Renal wound clinic"))

    run = subprocess.run(
        [sys.executable, "-c", _RUN], capture_output=True, text=True, check=False, env=os.environ
    )

    assert (run.returncode, run.stdout.strip()) == (0, "Renal wound clinic"), run.stderr


def test_a_setting_that_cannot_be_used_is_told_and_keeps_nobody_out(
    dressed: QApplication, own_home: Path
) -> None:
    write_settings(Settings(person="Ann"))
    file = next(own_home.rglob("settings.json"))
    file.write_text(file.read_text().replace('"system"', '"purple"'))

    window = app.make_window()

    assert "theme" in window.status.text
    assert window.session.person == "Ann"
    window.close()
    window.deleteLater()


_KILLED = """
import os, signal, sys
from woundtrack.exchange.placing import placed

with placed(sys.argv[1], "manifest.json", lambda _: None) as beside:
    (beside / "patients.csv").write_text("half a tab")
    os.kill(os.getpid(), signal.SIGKILL)
"""
_CLOSE_WHEN_CLEAR = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from woundtrack.ui import app

application = app.make_application()
place = Path(sys.argv[1])


def close_when_clear():
    if any(place.iterdir()):
        QTimer.singleShot(20, close_when_clear)
    else:
        application.closeAllWindows()


QTimer.singleShot(20, close_when_clear)
sys.exit(app.main([]))
"""


def test_what_a_killed_export_left_is_gone_after_the_next_start(
    own_home: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    killed = [sys.executable, "-c", _KILLED, str(stick / "out")]
    subprocess.run(killed, check=False, env=os.environ)
    assert any(stick.iterdir())

    run = subprocess.run(
        [sys.executable, "-c", _CLOSE_WHEN_CLEAR, str(stick)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )

    assert run.returncode == 0, run.stderr
    assert list(stick.iterdir()) == []
