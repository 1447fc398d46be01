"""Keeps Python from looking for cycles while a person waits to see something.

Hides when it may look again. Each look goes through every course that is kept, and takes up to a
tenth of a second: as long as a patient may take to come into view.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QObject, QTimer

_MOMENT_MS: Final = 150


class Unhurried(QObject):
    """Puts collecting off; it goes on once nothing was put off for a moment, or on ``stop``."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_off = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_MOMENT_MS)
        self._timer.timeout.connect(self.stop)

    def put_off(self) -> None:
        """Don't look for cycles for a moment; nothing where nobody looks for any."""
        if gc.isenabled():
            gc.disable()
            self._is_off = True
        if self._is_off:
            self._timer.start()

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Don't look for cycles inside the block, nor after it where ``put_off`` was asked for."""
        if gc.isenabled():
            gc.disable()
            self._is_off = True
        try:
            yield
        finally:
            if not self._timer.isActive():
                self.stop()

    def stop(self) -> None:
        """Go on looking for cycles, if it was put off here."""
        self._timer.stop()
        if self._is_off:
            self._is_off = False
            gc.enable()
