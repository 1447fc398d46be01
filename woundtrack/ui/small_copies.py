"""The stored small copies of originals: read once, and made anew where they are gone.

Hides that making one is a worker's, one after the other, and that a library for reading alone keeps
none. They are a cache: a backup doesn't hold them, and the folder may be deleted at any time.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from woundtrack import imaging
from woundtrack.errors import WoundtrackError

if TYPE_CHECKING:
    from woundtrack.records import Originals
    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task

_MOST_SMALL: Final = 300


def small_copy(path: Path) -> QImage:
    """Return the stored small copy of an original; a null image where there is none."""
    return QImage(str(path)) if path.is_file() else QImage()


def make_small_copy(originals: Originals, sha256: str) -> bytes:
    """Make the small copy of an original anew, and keep it where that can be; worker-safe.

    Returns it as JPEG. Raises ``LibraryDamaged``, ``PhotographUnreadable``.
    """
    jpeg = imaging.quick_thumbnail(originals.path(sha256))
    with contextlib.suppress(WoundtrackError):  # a full disk, or a library for reading alone
        originals.put_thumbnail(sha256, jpeg)
    return jpeg


class SmallCopies(QObject):
    """The small copies for one page.

    Signals
    -------
    made(str)
        One that was gone when it was asked for is there now: its original's hash.
    """

    made = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kept: dict[str, QImage] = {}
        self._wanted: dict[str, None] = {}
        self._hopeless: set[str] = set()
        self._task: Task | None = None

    def of(self, sha256: str) -> QImage:
        """Return the small copy of an original; a null image where there is none yet.

        It is made then, the one asked for last first, and told by ``made``.
        """
        library = self._session.library
        if library is None:
            return QImage()
        if sha256 not in self._kept:
            image = small_copy(library.originals.thumbnail_path(sha256))
            if image.isNull():
                self._want(sha256)
                return image
            self._keep(sha256, image)
        return self._kept[sha256]

    def forget(self) -> None:
        """Let the memory go, and make no more."""
        self._kept.clear()
        self._wanted.clear()
        self._hopeless.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _keep(self, sha256: str, image: QImage) -> None:
        if len(self._kept) >= _MOST_SMALL:
            self._kept.clear()
        self._kept[sha256] = image

    def _want(self, sha256: str) -> None:
        if sha256 in self._hopeless:
            return
        self._wanted.pop(sha256, None)
        self._wanted[sha256] = None
        is_busy = self._task is not None and not (self._task.is_finished or self._task.is_cancelled)
        if not is_busy:
            self._make_next()

    def _make_next(self) -> None:
        library = self._session.library
        if library is None or not self._wanted:
            self._task = None
            return
        sha256 = next(reversed(self._wanted))
        making = _Making(self, sha256)
        self._task = self._session.tasks.run(
            make_small_copy,
            library.originals,
            sha256,
            on_done=making.done,
            on_error=making.refused,
        )

    def arrived(self, sha256: str, jpeg: bytes | None) -> None:
        """Take over what a worker made; None where it can't be made. Then the next."""
        self._wanted.pop(sha256, None)
        image = QImage() if jpeg is None else QImage.fromData(jpeg)
        if image.isNull():
            self._hopeless.add(sha256)
        else:
            self._keep(sha256, image)
            self.made.emit(sha256)
        self._make_next()


class _Making(QObject):
    """Which small copy a worker makes: it goes with the page that asked for it."""

    def __init__(self, copies: SmallCopies, sha256: str) -> None:
        super().__init__(copies)
        self._copies, self._sha256 = copies, sha256

    def done(self, jpeg: bytes) -> None:
        """Deliver it."""
        self._copies.arrived(self._sha256, jpeg)
        self.deleteLater()

    def refused(self, _problem: WoundtrackError) -> None:
        """Say that it can't be made: whoever opens the photograph is told why."""
        self._copies.arrived(self._sha256, None)
        self.deleteLater()
