"""Holds the allowed PySide6 versions to account for the references they give back.

PySide6 6.12.0 on Python 3.11 gives back one too many: to None in every call that returns nothing,
to True in every emitted signal. After some thousand calls the process aborts ("none_dealloc").
"""

from __future__ import annotations

import gc
import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainterPath

CALLS = 1000
TOLERANCE = 50
"""Other code gives back a few references meanwhile; the fault gives back one a call."""

references_are_counted = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None and True are immortal there: nothing counts them"
)


class Sender(QObject):
    """Sends a signal."""

    said = Signal(object)


@references_are_counted
def test_a_call_that_returns_nothing_keeps_the_references_to_none() -> None:
    path = QPainterPath()
    before = sys.getrefcount(None)

    for number in range(CALLS):
        path.moveTo(number, number)

    assert sys.getrefcount(None) > before - TOLERANCE


@references_are_counted
def test_signals_and_collected_objects_keep_the_references_to_none_and_true() -> None:
    heard: list[object] = []
    gc.collect()
    none_before, true_before = sys.getrefcount(None), sys.getrefcount(True)

    for _ in range(CALLS // 2):
        sender = Sender()
        sender.said.connect(heard.append)
        sender.said.emit(0)
        del sender
    gc.collect()

    assert heard == [0] * (CALLS // 2)
    assert sys.getrefcount(None) > none_before - TOLERANCE
    assert sys.getrefcount(True) > true_before - TOLERANCE
