"""The watch that tests/conftest.py keeps over every test: each kind of slip is really caught."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent

SLIPS = """
import logging
import os
import pathlib
import socket
import threading
import warnings

import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QWidget

kept = []


def test_slip_thread():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, daemon=True)
    thread.start()
    kept.append(stop)


def test_slip_timer(qapp):
    timer = QTimer()
    timer.start(100_000)
    kept.append(timer)


def test_slip_window(qapp):
    widget = QWidget()
    widget.show()
    kept.append(widget)


def test_slip_log():
    logging.getLogger("anything").warning("unexpected")


def test_slip_warning():
    warnings.warn("anything", stacklevel=1)


def test_slip_qt_warning(qapp):
    qWarning("anything")


def test_slip_network():
    socket.create_connection(("192.0.2.1", 9), timeout=1)


def test_slip_name():
    socket.getaddrinfo("example.invalid", 9)


def test_fine_thread():
    thread = threading.Thread(target=int)
    thread.start()


def test_fine_log(caplog):
    logging.getLogger("anything").warning("expected")
    assert caplog.messages == ["expected"]


def test_fine_window(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()


def test_fine_home(own_home):
    assert pathlib.Path.home() == own_home
    assert os.environ["WOUNDTRACK_CONFIG_DIR"].startswith(str(own_home))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Run the slips under the real settings and the real conftest; the outcomes by test."""
    folder = tmp_path_factory.mktemp("slips")
    for name in ("conftest.py", "../pyproject.toml"):
        source = TESTS / name
        (folder / source.name).write_bytes(source.read_bytes())
    (folder / "test_slips.py").write_text(SLIPS, encoding="utf-8")
    patient = (folder / "conftest.py").read_text(encoding="utf-8")
    (folder / "conftest.py").write_text(
        re.sub(r"^_PATIENCE_S = .*$", "_PATIENCE_S = 0.3", patient, flags=re.MULTILINE),
        encoding="utf-8",
    )

    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "test_slips.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    found: dict[str, set[str]] = {}
    for name, outcome in re.findall(r"::(test_\w+) (PASSED|FAILED|ERROR)", answer.stdout):
        found.setdefault(name, set()).add(outcome)
    assert found, answer.stdout + answer.stderr
    return found


@pytest.mark.parametrize(
    "slip", ["thread", "timer", "window", "log", "warning", "qt_warning", "network", "name"]
)
def test_a_slip_is_caught(outcomes: dict[str, set[str]], slip: str) -> None:
    assert outcomes[f"test_slip_{slip}"] & {"FAILED", "ERROR"}


@pytest.mark.parametrize("name", ["thread", "log", "window", "home"])
def test_what_is_tidy_passes(outcomes: dict[str, set[str]], name: str) -> None:
    assert outcomes[f"test_fine_{name}"] == {"PASSED"}
