"""The flattened photographs of a lesion's visits: read and warped once by a worker, then kept.

Hides decoding, the card's colours, the smaller copies that make painting quick and smooth, and what
is let go of when there are many.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from woundtrack import imaging
from woundtrack.errors import ColoursUnknown
from woundtrack.model import no_progress
from woundtrack.ui.review.photo_loader import MOST_AHEAD_MP

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.model import Calibration, Photograph, Point, Progress
    from woundtrack.records import Originals
    from woundtrack.ui.compare.visits import ComparedVisit
    from woundtrack.ui.session import Session

KEPT: Final = 18
"""Pictures kept: of two million pixels each, with their smaller copies some 11 MB."""

_MOST_PX: Final = 2_000_000
_LEVELS: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FlatPhoto:
    """A flattened photograph and its halvings, the largest first, as Qt paints them.

    Their top left corner lies at (``left_mm``, ``top_mm``) of the photograph's own skin, and the
    first has ``px_per_mm``. ``has_card_colours`` says that its colours are the card's.
    """

    levels: tuple[QImage, ...]
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float
    px_per_mm: float
    has_card_colours: bool = False

    def level_for(self, px_per_mm: float) -> QImage:
        """Return the smallest copy that is not coarser than what is asked for."""
        place, finest = 0, self.px_per_mm
        while place + 1 < len(self.levels) and finest / 2 >= px_per_mm:
            place, finest = place + 1, finest / 2
        return self.levels[place]


def read_flat(
    originals: Originals,
    photograph: Photograph,
    calibration: Calibration,
    middle_px: Point,
    reach_mm: float,
    *,
    has_colours: bool,
    progress: Progress = no_progress,
) -> FlatPhoto:
    """Read an original and lay its skin flat; worker-safe.

    With ``has_colours`` in the card's colours, where the card tells them and nothing is in doubt.
    Raises ``LibraryDamaged``, ``PhotographUnreadable``.
    """
    progress(0.0, photograph.original_name)
    data = originals.read(photograph.sha256)
    pixels, _ = imaging.read_photograph_bytes(data, photograph.original_name)
    progress(0.6, photograph.original_name)
    flat = imaging.flattened(pixels, calibration, middle_px, reach_mm, most_px=_MOST_PX)
    rgba = flat.rgba
    is_coloured = False
    if has_colours:
        try:
            correction = imaging.colour_correction(pixels, calibration)
        except ColoursUnknown:
            correction = None
        if correction is not None and correction.is_trusted:
            rgba = rgba.copy()
            seen = imaging.apply_colour(np.ascontiguousarray(flat.rgba[..., :3]), correction)
            rgba[..., :3] = np.where(flat.rgba[..., 3:] > 0, seen, 0)
            is_coloured = True
    progress(0.9, photograph.original_name)
    height, width = rgba.shape[:2]
    whole = QImage(
        np.ascontiguousarray(rgba).data, width, height, 4 * width, QImage.Format.Format_RGBA8888
    ).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    levels = [whole]
    for _ in range(_LEVELS - 1):
        last = levels[-1]
        levels.append(
            last.scaled(
                max(1, last.width() // 2),
                max(1, last.height() // 2),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return FlatPhoto(
        levels=tuple(levels),
        left_mm=flat.left_mm,
        top_mm=flat.top_mm,
        width_mm=flat.width_mm,
        height_mm=flat.height_mm,
        px_per_mm=flat.px_per_mm,
        has_card_colours=is_coloured,
    )


class Pictures(QObject):
    """The flattened photographs of one page.

    Signals
    -------
    arrived(str)
        The picture of a visit is there, or can't be had: the visit's id.
    """

    arrived = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kept: OrderedDict[tuple[object, ...], FlatPhoto] = OrderedDict()
        self._asked: set[tuple[object, ...]] = set()
        self._refused: dict[str, WoundtrackError] = {}
        self.has_colours = False
        self.reach_mm = 100.0

    def of(self, one: ComparedVisit) -> FlatPhoto | None:
        """Return the picture of a visit, if it is there."""
        key = self._key(one)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        return None

    def problem_of(self, one: ComparedVisit) -> WoundtrackError | None:
        """Return why the photograph of a visit can't be read; None where it can."""
        return None if one.filed is None else self._refused.get(one.filed.photograph.sha256)

    def want(self, one: ComparedVisit, *, quietly: bool = False) -> None:
        """Have a picture made, unless it is there or on its way; ``quietly`` for one to come."""
        library = self._session.library
        if library is None or one.filed is None or one.calibration is None:
            return
        key, sha256 = self._key(one), one.filed.photograph.sha256
        if key in self._kept or key in self._asked or sha256 in self._refused:
            return
        facts = one.filed.photograph
        if quietly and facts.width_px * facts.height_px / 1e6 > MOST_AHEAD_MP:
            return
        self._asked.add(key)
        visit_id = one.id

        def keep(picture: FlatPhoto) -> None:
            self._asked.discard(key)
            self._kept[key] = picture
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            self.arrived.emit(visit_id)

        def refuse(problem: WoundtrackError) -> None:
            self._asked.discard(key)
            self._refused[sha256] = problem
            self.arrived.emit(visit_id)

        self._session.tasks.run(
            read_flat,
            library.originals,
            one.filed.photograph,
            one.calibration,
            one.middle_px,
            self.reach_mm,
            has_colours=self.has_colours,
            on_done=keep,
            on_error=refuse,
            key=f"compare {key}",
            says=None if quietly else self.tr("Opening the photographs"),
        )

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is on its way."""
        return bool(self._asked)

    def stop(self) -> None:
        """Stop reading; what was read is kept, and what was refused is tried again next time."""
        for key in self._asked:
            self._session.tasks.cancel(f"compare {key}")
        self._asked.clear()
        self._refused.clear()

    def forget(self) -> None:
        """Stop reading and let the memory go."""
        self.stop()
        self._kept.clear()

    def _key(self, one: ComparedVisit) -> tuple[object, ...]:
        sha256 = None if one.filed is None else one.filed.photograph.sha256
        scale = None if one.calibration is None else one.calibration.homography
        return sha256, hash(scale), one.middle_px, self.reach_mm, self.has_colours
