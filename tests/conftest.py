"""What holds for every test: its own home folder, no network, and nothing left behind.

Hides how a thread, a running timer, an open window or an unexpected log warning is found out.
"""

from __future__ import annotations

import gc
import importlib.metadata
import itertools
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

# Before anything imports Qt: a test shows no window on anybody's screen unless it is asked to.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# No test has a time limit: a slow machine is not a fault of the program.
settings.register_profile("woundtrack", deadline=None)
settings.load_profile("woundtrack")

_VERSIONS_SHOWN = (
    "PySide6-Essentials",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "scikit-image",
    "matplotlib",
    "sqlite-utils",
)
_homes = itertools.count()
_PATIENCE_S = 5.0
"""How long a thread that was told to stop may take to do so."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep matplotlib's font list between runs: made anew it takes seconds and logs a warning."""
    # The workers of a parallel run share the folder with the process that started them.
    cache: pytest.Cache | None = getattr(config, "cache", None)  # absent with no:cacheprovider
    if cache is not None:
        os.environ.setdefault("MPLCONFIGDIR", str(cache.mkdir("matplotlib")))


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays: modules, and the tests themselves.

    Looking through all of it for timers after every test, and in every collection, would take
    longer than most tests.
    """
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str:
    """Name the versions of the libraries that results depend on."""
    versions = []
    for name in _VERSIONS_SHOWN:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{name} not installed")
    return "with " + ", ".join(versions)


# --- a place of its own --------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home folder and a settings folder that nobody else has."""
    # Counted here: mktemp would read the names of all homes so far to find the next number.
    home = tmp_path_factory.getbasetemp() / f"home{next(_homes)}"
    home.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name, folder in (
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
        ("APPDATA", "roaming"),
        ("LOCALAPPDATA", "local"),
        ("WOUNDTRACK_CONFIG_DIR", "woundtrack-settings"),
    ):
        monkeypatch.setenv(name, str(home / folder))
    return home


@pytest.fixture
def of_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return where the outline network of this copy would lie, in assets that are a test's own.

    Which network is in use is looked for anew, in the test and after it.
    """
    from woundtrack import resources
    from woundtrack.imaging.outlining.network_asset import network_in_use

    own = tmp_path / "assets of the copy"
    find = resources.asset

    def asset(name: str) -> Path:
        if name.partition("/")[0] != "outline":
            return find(name)
        if not (own / name).exists():
            raise FileNotFoundError(name)
        return own / name

    monkeypatch.setattr(resources, "asset", asset)
    network_in_use.cache_clear()
    yield own / "outline"
    network_in_use.cache_clear()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test reach a network: woundtrack makes no call to one."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            raise AssertionError(f"a test tried to reach {address} over the network")
        connect(self, address)

    def refuse_name(host: object, *_: object, **__: object) -> None:
        raise AssertionError(f"a test tried to look up {host} on the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse_name)


# --- nothing unexpected, nothing left ------------------------------------------------------------


class _Records(logging.Handler):
    """Keeps what is logged at warning level or above."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.sentences: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self.sentences.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning; one that expects it asks for ``caplog`` and looks."""
    records = _Records()
    root = logging.getLogger()
    root.addHandler(records)
    yield
    root.removeHandler(records)
    if records.sentences and "caplog" not in request.fixturenames:
        pytest.fail("unexpected in the log:\n" + "\n".join(records.sentences))


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test after which a thread runs, a timer ticks or a window is open."""
    before = set(threading.enumerate())
    yield
    left = [*_windows_left(), *_timers_left()] if "qapp" in request.fixturenames else []
    left += _threads_left(before)
    if left:
        pytest.fail("left behind: " + "; ".join(left))


def _threads_left(before: set[threading.Thread]) -> list[str]:
    """Return the threads that were started meanwhile and don't end by themselves."""
    until = time.monotonic() + _PATIENCE_S
    # A thread that Qt started shows as a _DummyThread once it has run Python, and never leaves.
    started = [
        thread
        for thread in threading.enumerate()
        if thread not in before and type(thread).__name__ != "_DummyThread"
    ]
    for thread in started:
        thread.join(max(0.0, until - time.monotonic()))
    return [f"thread {thread.name}" for thread in started if thread.is_alive()]


def _qt() -> tuple[ModuleType, ModuleType, Any] | None:
    """Return QtCore, QtWidgets and the application; None where Qt isn't running."""
    core, widgets = sys.modules.get("PySide6.QtCore"), sys.modules.get("PySide6.QtWidgets")
    application = None if widgets is None else widgets.QApplication.instance()
    if core is None or widgets is None or application is None:
        return None
    return core, widgets, application


def _windows_left() -> list[str]:
    """Close the windows that are still shown, and return their names."""
    running = _qt()
    if running is None:
        return []
    core, _, application = running
    application.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    shown = [widget for widget in application.topLevelWidgets() if widget.isVisible()]
    names = [f"window {type(widget).__name__} {widget.windowTitle()!r}" for widget in shown]
    for widget in shown:
        widget.close()
    return names


def _timers_left() -> list[str]:
    """Stop the timers that still run, and return their names."""
    running = _qt()
    if running is None:
        return []
    import shiboken6

    timer_type = running[0].QTimer
    names = []
    # By exact type: an isinstance of every object alive would take longer than most tests.
    for timer in [thing for thing in gc.get_objects() if type(thing) is timer_type]:
        if shiboken6.isValid(timer) and timer.isActive():
            timer.stop()
            names.append(f"timer {timer.objectName()!r} of {timer.parent()!r}")
    return names
