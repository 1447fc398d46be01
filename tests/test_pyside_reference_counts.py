"""PySide6 6.12.0 on Python 3.11 gives back one reference to None too many in every call that returns
nothing; after some thousand calls the process aborts. These hold the versions we allow to account.
"""

from __future__ import annotations

import gc
import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainterPath

CALLS = 1000
TOLERANCE = 50
"""Other code takes and gives back a few references to None meanwhile; the fault takes ``CALLS``."""

none_is_counted = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None is immortal there: its references are not counted"
)


class Sender(QObject):
    """Sends a signal."""

    said = Signal(object)


@none_is_counted
def test_a_call_that_returns_nothing_keeps_the_references_to_none() -> None:
    path = QPainterPath()
    before = sys.getrefcount(None)

    for number in range(CALLS):
        path.moveTo(number, number)

    assert abs(sys.getrefcount(None) - before) < TOLERANCE


@none_is_counted
def test_signals_and_collected_objects_keep_the_references_to_none() -> None:
    heard: list[object] = []
    gc.collect()
    before = sys.getrefcount(None)

    for _ in range(CALLS // 2):
        sender = Sender()
        sender.said.connect(heard.append)
        sender.said.emit(0)
        sender.deleteLater()
        del sender
    gc.collect()

    assert heard == [0] * (CALLS // 2)
    assert abs(sys.getrefcount(None) - before) < TOLERANCE
