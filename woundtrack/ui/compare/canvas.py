"""The canvas of the compare room: shows a scene, zooms and pans it, moves the slider, picks places.

Hides what was painted already, so that sliding, blinking and switching visits paint no photograph
anew, and how a place under the mouse is one in a photograph.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from woundtrack import imaging
from woundtrack.ui import theme
from woundtrack.ui.compare.labels import INK
from woundtrack.ui.compare.scene import (
    Mode,
    Scene,
    Shown,
    View,
    handle_of,
    paint_scene,
    render,
    skin_to_view,
)

if TYPE_CHECKING:
    from woundtrack.model import Point

_LEAST_KEPT: Final = 3
_MOST_BYTES: Final = 120_000_000
_NOTCH: Final = 120.0
_STEP: Final = 1.25
_NEAR_PX: Final = 13.0
_GRAB_PX: Final = 9.0
LEAST_SCALE: Final = 0.5
MOST_SCALE: Final = 60.0


class CompareCanvas(QWidget):
    """Shows one scene.

    Signals
    -------
    divider_moved(float)
        The slider was moved: 0..1 of the width.
    view_changed(View)
        It was zoomed or moved.
    place_picked(str, tuple)
        While landmarks are marked: a place was clicked, by the visit's id and in pixels of its
        photograph.
    mark_moved(str, int, tuple), mark_chosen(str, int), mark_settled()
        A landmark was dragged; or pressed; or let go of.
    """

    divider_moved = Signal(float)
    view_changed = Signal(object)
    place_picked = Signal(str, object)
    mark_moved = Signal(str, int, object)
    mark_chosen = Signal(str, int)
    mark_settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = Scene(mode=Mode.SIDE, shown=())
        self._kept: OrderedDict[tuple[object, ...], QImage] = OrderedDict()
        self._drag: tuple[str, QPointF, View] | None = None
        self._held: tuple[str, int] | None = None
        self._cross: QPointF | None = None
        self.is_marking = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(320, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Photos compared"))

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def scene(self) -> Scene:
        """What is shown."""
        return self._scene

    @property
    def cross(self) -> QPointF | None:
        """Where the keyboard's cross stands, while landmarks are marked."""
        return self._cross

    def show_scene(self, scene: Scene) -> None:
        """Show another scene."""
        self._scene = scene
        said = ", ".join(
            " ".join(part for part in (one.title, one.area, one.change, one.message) if part)
            for one in scene.shown
        )
        self.setAccessibleDescription(said)
        self.update()

    def mark(self, *, is_on: bool) -> None:
        """Begin or end the picking of places."""
        self.is_marking = is_on
        self._held = None
        self._cross = None
        self.setCursor(Qt.CursorShape.CrossCursor if is_on else Qt.CursorShape.ArrowCursor)
        self.update()

    def forget(self) -> None:
        """Let go of what was painted."""
        self._kept.clear()

    def fitting(self, width_mm: float, height_mm: float) -> float:
        """Return at which scale, px a millimetre, so much skin fits each pane."""
        panes = self._scene.panes(QRectF(self.rect()))
        pane = panes[0][1] if panes else QRectF(self.rect())
        return min(pane.width() / width_mm, pane.height() / height_mm)

    def rendered(self, one: Shown, pane: QRectF, view: View) -> QImage:
        """Return a photograph as it fills a pane; painted once for each way of looking."""
        ratio = self.devicePixelRatioF()
        key = (one.picture, one.laid, pane.width(), pane.height(), view, ratio)
        if key not in self._kept:
            self._kept[key] = render(one, pane, view, ratio)
            while len(self._kept) > _LEAST_KEPT and self._bytes_kept() > _MOST_BYTES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _bytes_kept(self) -> int:
        return sum(image.sizeInBytes() for image in self._kept.values())

    # --- painting --------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(990, 476)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        scene = replace(self._scene, has_divider_focus=self.hasFocus())
        paint_scene(painter, QRectF(self.rect()), scene, self.rendered)
        if self.is_marking and self._cross is not None and self.hasFocus():
            for ink, width in ((theme.PHOTO_CASING, 3), (INK, 1)):
                painter.setPen(QPen(QColor(ink), width))
                for way in (QPointF(1, 0), QPointF(0, 1)):
                    painter.drawLine(self._cross - way * 16, self._cross - way * 4)
                    painter.drawLine(self._cross + way * 4, self._cross + way * 16)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._kept.clear()

    # --- zooming and moving ----------------------------------------------------------------------

    def zoom(self, by: float, at: QPointF | None = None) -> None:
        """Zoom by a factor, keeping the skin under a place of the canvas where it is."""
        view = self._scene.view
        scale = min(max(view.px_per_mm * by, LEAST_SCALE), MOST_SCALE)
        pane = self._pane_at(at) if at is not None else None
        middle = view.middle_mm
        if at is not None and pane is not None:
            off = at - pane[1].center()
            middle = (
                middle[0] + off.x() * (1 / view.px_per_mm - 1 / scale),
                middle[1] + off.y() * (1 / view.px_per_mm - 1 / scale),
            )
        self.view_changed.emit(View(middle_mm=middle, px_per_mm=scale))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() / _NOTCH
        if turned:
            self.zoom(math.pow(_STEP, turned), event.position())
        event.accept()

    def _pane_at(self, at: QPointF) -> tuple[Shown, QRectF] | None:
        area = QRectF(self.rect())
        scene = self._scene
        panes = scene.panes(area)
        if scene.mode is Mode.SLIDER and len(panes) == 2:
            is_left = at.x() < area.width() * scene.divider
            return panes[0] if is_left else panes[1]
        return next((pane for pane in reversed(panes) if pane[1].contains(at)), None)

    # --- places ----------------------------------------------------------------------------------

    def place_at(self, at: QPointF) -> tuple[Shown, Point] | None:
        """Return the photograph under a place of the canvas, and where that is in its pixels.

        None beyond the photograph's border.
        """
        found = self._pane_at(at)
        if found is None:
            return None
        one, pane = found
        if one.laid is None or one.visit.calibration is None or one.picture is None:
            return None
        back, is_good = skin_to_view(one.laid, self._scene.view, pane).inverted()
        if not is_good:
            return None
        skin = back.map(at)
        px = imaging.in_pixels(np.array([[skin.x(), skin.y()]]), one.visit.calibration)[0]
        if not np.isfinite(px).all() or one.visit.filed is None:
            return None
        facts = one.visit.filed.photograph
        x, y = float(px[0]), float(px[1])
        is_in = 0 <= x <= facts.width_px and 0 <= y <= facts.height_px
        return (one, (x, y)) if is_in else None

    def view_place(self, visit_id: str, at_mm: Point) -> QPointF | None:
        """Return where a place of a photograph's own skin is on the canvas."""
        for one, pane in self._scene.panes(QRectF(self.rect())):
            if one.visit.id == visit_id and one.laid is not None:
                return skin_to_view(one.laid, self._scene.view, pane).map(QPointF(*at_mm))
        return None

    def _mark_at(self, at: QPointF) -> tuple[str, int] | None:
        found = self._pane_at(at)
        if found is None:
            return None
        one, _ = found
        near = []
        for mark in one.marks:
            place = self.view_place(one.visit.id, mark.at_mm)
            if place is not None:
                away = math.hypot(place.x() - at.x(), place.y() - at.y())
                near.append((away, mark.number))
        if not near or min(near)[0] > _NEAR_PX:
            return None
        return one.visit.id, min(near)[1]

    def nudge_cross(self, across: float, down: float) -> None:
        """Move the keyboard's cross, from the middle of the canvas at first."""
        at = self._cross or QRectF(self.rect()).center() - QPointF(self.width() / 4, 0)
        self._cross = QPointF(
            min(max(at.x() + across, 0.0), self.width() - 1.0),
            min(max(at.y() + down, 0.0), self.height() - 1.0),
        )
        self.update()

    def pick_at_cross(self) -> None:
        """Pick the place under the keyboard's cross."""
        if self._cross is None:
            self.nudge_cross(0, 0)
        elif (found := self.place_at(self._cross)) is not None:
            self.place_picked.emit(found[0].visit.id, found[1])

    # --- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at = event.position()
        if event.button() is Qt.MouseButton.LeftButton and self.is_marking:
            self._held = self._mark_at(at)
            if self._held is not None:
                self.mark_chosen.emit(*self._held)
            elif (found := self.place_at(at)) is not None:
                self.place_picked.emit(found[0].visit.id, found[1])
            return
        is_pan = event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}
        if event.button() is Qt.MouseButton.LeftButton and self._is_on_divider(at):
            self._drag = ("divider", at, self._scene.view)
        elif is_pan:
            self._drag = ("pan", at, self._scene.view)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._held is not None:
            found = self.place_at(at)
            if found is not None and found[0].visit.id == self._held[0]:
                self.mark_moved.emit(self._held[0], self._held[1], found[1])
            return
        if self._drag is None:
            if not self.is_marking:
                shape = Qt.CursorShape.ArrowCursor
                if self._is_on_divider(at):
                    shape = Qt.CursorShape.SplitHCursor
                self.setCursor(shape)
            return
        what, start, view = self._drag
        if what == "divider":
            self.divider_moved.emit(min(max(at.x() / max(self.width(), 1), 0.0), 1.0))
        else:
            moved = at - start
            self.view_changed.emit(
                replace(
                    view,
                    middle_mm=(
                        view.middle_mm[0] - moved.x() / view.px_per_mm,
                        view.middle_mm[1] - moved.y() / view.px_per_mm,
                    ),
                )
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        held, self._held = self._held, None
        if held is not None:
            self.mark_settled.emit()
        if not self.is_marking:
            self.setCursor(Qt.CursorShape.ArrowCursor)

    def _is_on_divider(self, at: QPointF) -> bool:
        scene, area = self._scene, QRectF(self.rect())
        if scene.mode is not Mode.SLIDER or len(scene.pair) < 2:
            return False
        is_near = abs(at.x() - area.width() * scene.divider) <= _GRAB_PX
        return is_near or handle_of(area, scene.divider).contains(at)
