"""Last visit's photograph of a lesion beside today's, at the same scale and place.

Hides how the two views are kept in step: where one looks, in millimetres from the lesion's middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from woundtrack.ui.review.card_colours import ColouredPhoto
from woundtrack.ui.review.outline_items import DrawnOutline
from woundtrack.ui.review.photo_loader import Loaded, PhotoLoader
from woundtrack.ui.review.photo_view import PhotoView
from woundtrack.ui.small_copies import small_copy

if TYPE_CHECKING:
    from woundtrack.model import AssessedOutline, TimelinePoint, VisitPhotograph
    from woundtrack.ui.session import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class LastVisit:
    """What was accepted of a lesion at an earlier visit; ``words`` name the day and the area.

    ``point`` is the same as a point on the curve of that outline.
    """

    filed: VisitPhotograph
    accepted: AssessedOutline
    label: str
    words: str
    point: TimelinePoint


class LastVisitView(QWidget):
    """Shows one earlier photograph; follows the canvas it stands beside."""

    def __init__(self, session: Session, beside: PhotoView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._beside = beside
        self._shown: LastVisit | None = None
        self._middle: QPointF | None = None
        self._mm_per_px: float | None = None
        self.photo = PhotoView()
        # The keys stay those of today's photograph, whichever of the two is moved by mouse.
        self.photo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.photo.setAccessibleName(self.tr("Last visit's photograph"))
        self._loader = PhotoLoader(session, "last visit", self)
        self._loader.loaded.connect(self._show_levels)
        self._colours = ColouredPhoto(session, self.photo, "last visit's colours", self)
        self._colours.told.connect(self._show_colours)
        self._wants_colours = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)
        layout.addWidget(self.photo)
        beside.view_changed.connect(self.follow)

    @property
    def shown(self) -> LastVisit | None:
        """What is shown."""
        return self._shown

    def show_visit(
        self, last: LastVisit | None, middle: QPointF | None, mm_per_px: float | None
    ) -> None:
        """Show an earlier photograph.

        Parameters
        ----------
        last
            What to show; None for nothing.
        middle, mm_per_px
            Where the lesion is in the photograph beside, and that photograph's scale.
        """
        self._middle, self._mm_per_px = middle, mm_per_px
        is_same = (
            last is not None and self._shown is not None and last.filed.id == self._shown.filed.id
        )
        self._shown = last
        library = self._session.library
        if last is None or library is None:
            self._colours.stop()
            self.photo.clear()
            return
        photograph = last.filed.photograph
        if not is_same:
            self._colours.stop()
            self.photo.show_photograph(photograph.width_px, photograph.height_px)
            small = library.originals.thumbnail_path(photograph.sha256)
            self.photo.set_draft(small_copy(small))
            self._loader.show(photograph)
        self.photo.set_calibration(last.accepted.calibration)
        self.photo.show_card(is_shown=False)
        self.photo.set_corner(last.words)
        self.photo.set_outlines(
            [
                DrawnOutline(
                    key="last",
                    outline=part,
                    label=last.label,
                    words="",
                    is_last_visit=True,
                )
                for part in last.accepted.parts
            ]
        )
        self.follow()

    def want_card_colours(self, is_wanted: bool) -> None:
        """Show the card's colours here, too, where nothing is in doubt about them; or no longer."""
        self._wants_colours = is_wanted
        self._show_colours()

    def forget(self) -> None:
        """Show nothing, and let the memory go."""
        self._loader.forget()
        self.show_visit(None, None, None)

    def follow(self) -> None:
        """Look at the same place at the same scale as the canvas beside."""
        if self._shown is None or not self.isVisible():
            return
        calibration = self._shown.accepted.calibration
        if calibration is None or self._mm_per_px is None or self._middle is None:
            self.photo.fit()
            return
        beside = self._beside
        looked_at = beside.mapToScene(beside.viewport().rect().center())
        to_mm = self._mm_per_px / calibration.mm_per_px
        x, y = self._shown.accepted.outline.centre
        there = QPointF(
            x + (looked_at.x() - self._middle.x()) * to_mm,
            y + (looked_at.y() - self._middle.y()) * to_mm,
        )
        scale = beside.scale_now * calibration.mm_per_px / self._mm_per_px
        self.photo.set_scale(scale, there)

    def _show_levels(self, loaded: Loaded) -> None:
        if self._shown is not None and loaded.sha256 == self._shown.filed.photograph.sha256:
            self.photo.set_levels(loaded.levels)
            self._colours.begin(loaded, self._shown.accepted.calibration)

    def _show_colours(self) -> None:
        correction = self._colours.correction
        if self._wants_colours and correction is not None and correction.is_trusted:
            self._colours.show_colours()
        else:
            self._colours.show_original()
