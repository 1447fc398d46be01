"""Photographs for the canvas: the small copy at once, the whole one when a worker has decoded it.

Hides the decoding, what is kept in memory (the one in view and the next), and that a photograph
being fetched ahead is waited for, not decoded twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from woundtrack import imaging
from woundtrack.model import no_progress
from woundtrack.ui.review.photo_item import Pixels, pyramid

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.model import Photograph, Progress
    from woundtrack.records import Originals
    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task

KEPT: Final = 3
MOST_KEPT_MP: Final = 30.0
"""Beside the photograph in view and the next, one seen before is kept within so many megapixels."""
MOST_AHEAD_MP: Final = 64.0
"""A photograph of more megapixels than this is not fetched ahead: it would take the memory."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """A decoded photograph: its pixels and their halvings, ready for the canvas."""

    sha256: str
    levels: tuple[Pixels, ...]

    @property
    def pixels(self) -> Pixels:
        """Upright RGB uint8 (H, W, 3)."""
        return self.levels[0]

    @property
    def megapixels(self) -> float:
        """How large it is."""
        return self.pixels.shape[0] * self.pixels.shape[1] / 1e6


def load(originals: Originals, photograph: Photograph, progress: Progress = no_progress) -> Loaded:
    """Read, check and decode an original; worker-safe.

    Raises ``LibraryDamaged`` where it is missing or not as written, ``PhotographUnreadable``.
    """
    progress(0.0, photograph.original_name)
    data = originals.read(photograph.sha256)
    progress(0.1, photograph.original_name)
    pixels, _ = imaging.read_photograph_bytes(data, photograph.original_name)
    progress(0.8, photograph.original_name)
    return Loaded(sha256=photograph.sha256, levels=pyramid(pixels))


class PhotoLoader(QObject):
    """Loads photographs for one page.

    Signals
    -------
    loaded(Loaded)
        The photograph last asked for with ``show`` is there.
    refused(str, WoundtrackError)
        It can't be shown: its hash, and why.
    """

    loaded = Signal(object)
    refused = Signal(str, object)

    def __init__(self, session: Session, key: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._key = key
        self._kept: dict[str, Loaded] = {}
        self._ahead: tuple[str, Task] | None = None
        self._wanted: str | None = None

    def show(self, photograph: Photograph) -> None:
        """Deliver a photograph by ``loaded``, at once where it is in memory."""
        sha256 = photograph.sha256
        self._wanted = sha256
        self._session.tasks.cancel(self._key)
        if sha256 in self._kept:
            self._deliver(self._kept[sha256])
        elif not self._is_coming(sha256):
            library = self._session.library
            if library is not None:
                self._session.tasks.run(
                    load,
                    library.originals,
                    photograph,
                    on_done=self._deliver,
                    on_error=self._refuse,
                    key=self._key,
                    says=self.tr("Opening the photograph"),
                )

    def fetch_ahead(self, photograph: Photograph) -> None:
        """Decode a photograph that will probably be shown next."""
        megapixels = photograph.width_px * photograph.height_px / 1e6
        library = self._session.library
        if photograph.sha256 in self._kept or library is None or megapixels > MOST_AHEAD_MP:
            return
        if self._is_coming(photograph.sha256):
            return
        self._make_room(megapixels)  # decoding takes room of its own
        task = self._session.tasks.run(
            load,
            library.originals,
            photograph,
            on_done=self._deliver,
            on_error=self._refuse,
            key=f"{self._key} ahead",
        )
        self._ahead = (photograph.sha256, task)

    def forget(self) -> None:
        """Stop loading and let the memory go."""
        self._session.tasks.cancel(self._key)
        self._session.tasks.cancel(f"{self._key} ahead")
        self._kept.clear()
        self._wanted = None
        self._ahead = None

    def _is_coming(self, sha256: str) -> bool:
        if self._ahead is None or self._ahead[0] != sha256:
            return False
        return not self._ahead[1].is_finished and not self._ahead[1].is_cancelled

    def _deliver(self, loaded: Loaded) -> None:
        self._kept.pop(loaded.sha256, None)
        self._make_room(loaded.megapixels)
        self._kept[loaded.sha256] = loaded
        if loaded.sha256 == self._wanted:
            self.loaded.emit(loaded)

    def _make_room(self, megapixels: float) -> None:
        """Let go of what was seen longest ago, for a photograph that comes."""
        for sha256 in list(self._kept):
            all_of_them = megapixels + sum(one.megapixels for one in self._kept.values())
            is_room = all_of_them <= MOST_KEPT_MP or len(self._kept) == 1
            if len(self._kept) < KEPT and is_room:
                break
            if sha256 != self._wanted:
                del self._kept[sha256]

    def _refuse(self, problem: WoundtrackError) -> None:
        # One that was only fetched ahead is refused again, and then said, when it is shown.
        ahead, self._ahead = self._ahead, None
        if self._wanted is not None and (ahead is None or ahead[0] == self._wanted):
            self.refused.emit(self._wanted, problem)
