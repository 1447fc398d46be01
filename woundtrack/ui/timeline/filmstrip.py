"""The lesion in view, visit by visit, at one physical scale; in step with the curve above it.

Hides how each picture is cut from its original on a worker, kept, and joined to its day by a line.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from woundtrack import imaging
from woundtrack.model import no_progress
from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.timeline.chart_view import GUTTER, plain_tip

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.model import Calibration, Outline, Photograph, Progress
    from woundtrack.records import Originals
    from woundtrack.ui.session import Session

PICTURE: Final = QSize(62, 47)
LARGE_PICTURE: Final = QSize(93, 70)
_LARGE_FROM: Final = 1300
_GAP: Final = 10
_LEAD: Final = 22
_DAY: Final = 20
_KEPT: Final = 400
_ROOM: Final = 1.35
"""How much wider than the largest outline the pictures are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One visit of the lesion in view. ``note`` is said in place of, or on, the picture.

    ``photograph`` is None where there is none; ``outline`` and ``calibration`` where the lesion was
    not outlined or has no scale: then the whole photograph is shown.
    """

    on: date
    photograph: Photograph | None = None
    outline: Outline | None = None
    calibration: Calibration | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Crop:
    """A cut-out: four bytes a pixel, RGBX."""

    rgbx: bytes
    width: int
    height: int


def px_per_mm(outline: Outline, calibration: Calibration) -> float:
    """Return how many pixels of the photograph make a millimetre, at the middle of an outline.

    The root of the determinant of the homography's derivative there: its areas' scale.
    """
    (a, b, c), (d, e, f), (g, h, i) = calibration.homography
    x, y = outline.centre
    w = g * x + h * y + i
    u, v = (a * x + b * y + c) / w, (d * x + e * y + f) / w
    determinant = ((a - g * u) * (e - h * v) - (b - h * u) * (d - g * v)) / w**2
    return 1 / math.sqrt(abs(determinant))


def extent_mm(outline: Outline, calibration: Calibration) -> tuple[float, float]:
    """Return the width and height of an outline's box in mm, at the scale of its middle."""
    scale = px_per_mm(outline, calibration)
    xs = [x for x, _ in outline.outer]
    ys = [y for _, y in outline.outer]
    return (max(xs) - min(xs)) / scale, (max(ys) - min(ys)) / scale


def field_mm(frames: Sequence[Frame]) -> float:
    """Return the width in mm that all pictures show: room for the largest outline."""
    ratio = PICTURE.width() / PICTURE.height()
    wide = [
        max(width, height * ratio)
        for frame in frames
        if frame.outline is not None and frame.calibration is not None
        for width, height in [extent_mm(frame.outline, frame.calibration)]
    ]
    # In steps, so that a small correction of one outline doesn't cut all pictures anew.
    return 10 * math.ceil(max(wide, default=50.0) * _ROOM / 10)


def cut(
    originals: Originals,
    frame: Frame,
    field: float,
    width: int,
    height: int,
    progress: Progress = no_progress,
) -> Crop:
    """Cut one frame from its original, ``width`` × ``height`` device px; worker-safe.

    What lies outside the photograph is black. Raises ``LibraryDamaged`` and
    ``PhotographUnreadable``.
    """
    if frame.photograph is None:
        raise ValueError("a frame without a photograph can't be cut")
    progress(0.0, frame.photograph.original_name)
    data = originals.read(frame.photograph.sha256)
    pixels, _ = imaging.read_photograph_bytes(data, frame.photograph.original_name)
    progress(0.8, frame.photograph.original_name)
    tall, wide = pixels.shape[:2]
    image = QImage(pixels.data, wide, tall, 3 * wide, QImage.Format.Format_RGB888)
    if frame.outline is not None and frame.calibration is not None:
        across = field * px_per_mm(frame.outline, frame.calibration)
        x, y = frame.outline.centre
    else:
        # All of it: as wide or as high as the picture, whichever shows no border.
        across = min(wide, tall * width / height)
        x, y = wide / 2, tall / 2
    down = across * height / width
    # What lies outside the photograph comes out black.
    part = image.copy(
        round(x - across / 2), round(y - down / 2), max(1, round(across)), max(1, round(down))
    )
    made = part.scaled(
        width,
        height,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).convertToFormat(QImage.Format.Format_RGBX8888)
    return Crop(rgbx=bytes(made.constBits()), width=width, height=height)


def chosen_places(count: int, fits: int, always: int | None) -> list[int]:
    """Return which of ``count`` visits are shown where only ``fits`` have room.

    The first, the last, the one in view, and others evenly between.
    """
    if count <= fits:
        return list(range(count))
    if fits <= 1:
        return [always if always is not None else count - 1][:fits]
    places = sorted({round(place * (count - 1) / (fits - 1)) for place in range(fits)})
    if always is not None and always not in places:
        # The nearest gives way, but never the first or the last.
        inner = places[1:-1] or places
        places.remove(min(inner, key=lambda place: abs(place - always)))
        places = sorted([*places, always])
    return places


class Filmstrip(QWidget):
    """A row of pictures under the chart.

    Signals
    -------
    visit_chosen(date)
        A picture was clicked.
    photo_opened(date)
        A picture was double-clicked.
    """

    visit_chosen = Signal(object)
    photo_opened = Signal(object)

    def __init__(
        self,
        session: Session,
        place_of: Callable[[date], float | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._place_of = place_of
        self._frames: tuple[Frame, ...] = ()
        self._label = ""
        self._field = 50.0
        self._visit: date | None = None
        self._cuts: OrderedDict[tuple[object, ...], QImage] = OrderedDict()
        self._asked: set[tuple[object, ...]] = set()
        self._refused: set[tuple[object, ...]] = set()
        self.setFixedHeight(_LEAD + PICTURE.height() + _DAY)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Photographs by visit"))

    # --- what is shown ---------------------------------------------------------------------------

    def show_frames(self, label: str, frames: Sequence[Frame]) -> None:
        """Show a lesion's visits, oldest first."""
        self._session.tasks.cancel("filmstrip")
        self._asked.clear()
        self._label, self._frames = label, tuple(frames)
        self._field = field_mm(self._frames)
        self.setAccessibleName(
            self.tr("Photographs of {lesion} by visit, at the same scale").format(lesion=label)
        )
        self.update()

    def show_visit(self, on: date | None) -> None:
        """Mark the visit in view."""
        self._visit = on
        self.update()

    def forget(self) -> None:
        """Stop cutting; what was cut is kept."""
        self._session.tasks.cancel("filmstrip")
        self._asked.clear()

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The visits, those without room included."""
        return self._frames

    def picture_of(self, on: date) -> QImage:
        """Return the picture of a visit; a null image until it is cut."""
        frame = next((frame for frame in self._frames if frame.on == on), None)
        return QImage() if frame is None else self._cuts.get(self._key(frame), QImage())

    @property
    def picture_size(self) -> QSize:
        """The size of one picture: larger where the strip is wide."""
        return LARGE_PICTURE if self.width() >= _LARGE_FROM else PICTURE

    def places(self) -> list[tuple[Frame, QRectF]]:
        """Return the frames that are shown and where."""
        size = self.picture_size
        left, right = GUTTER + 4, self.width() - 8
        wide = size.width() + _GAP
        fits = int((right - left + _GAP) // wide)
        visit = next(
            (place for place, frame in enumerate(self._frames) if frame.on == self._visit), None
        )
        chosen = chosen_places(len(self._frames), fits, visit)
        if not chosen:
            return []
        room = right - left - size.width()
        step = min(room / max(len(chosen) - 1, 1), room / 3)
        starts = [left + step * place for place in range(len(chosen))]
        if len(chosen) < fits:
            # Few pictures: each under its own day as near as it can be.
            wished = [
                (self._place_of(self._frames[place].on) or 0) - size.width() / 2 for place in chosen
            ]
            starts = _apart(wished, wide, left, right - size.width())
        return [
            (
                self._frames[place],
                QRectF(start, _LEAD, size.width(), size.height()),
            )
            for place, start in zip(chosen, starts, strict=True)
        ]

    # --- pictures --------------------------------------------------------------------------------

    def _key(self, frame: Frame) -> tuple[object, ...]:
        sha256 = None if frame.photograph is None else frame.photograph.sha256
        ring = None if frame.outline is None else hash(frame.outline.outer)
        return sha256, ring, self._field, self.picture_size.width(), self.devicePixelRatioF()

    def _picture(self, frame: Frame) -> QImage | None:
        """Return what is cut already, and have it cut otherwise."""
        if frame.photograph is None:
            return None
        key = self._key(frame)
        if key in self._cuts:
            self._cuts.move_to_end(key)
            return self._cuts[key]
        library = self._session.library
        if library is not None and key not in self._asked and key not in self._refused:
            self._asked.add(key)
            size = self.picture_size
            ratio = self.devicePixelRatioF()

            def keep(crop: Crop) -> None:
                self._keep(key, crop)

            def refuse(_: WoundtrackError) -> None:
                # Said by the review room, which a click on the picture opens.
                self._refused.add(key)
                self.update()

            self._session.tasks.run(
                cut,
                library.originals,
                frame,
                self._field,
                round(size.width() * ratio),
                round(size.height() * ratio),
                on_done=keep,
                on_error=refuse,
            )
        return None

    def _keep(self, key: tuple[object, ...], crop: Crop) -> None:
        image = QImage(crop.rgbx, crop.width, crop.height, QImage.Format.Format_RGBX8888).copy()
        self._cuts[key] = image
        while len(self._cuts) > _KEPT:
            self._cuts.popitem(last=False)
        self.update()

    # --- Qt --------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(706, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(_LEAD + self.picture_size.height() + _DAY)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_names(painter)
        places = self.places()
        for frame, place in places:
            if frame.on != self._visit:
                self._paint_lead(painter, frame.on, place, QPen(QColor(tokens.line), 1))
        for frame, place in places:
            is_chosen = frame.on == self._visit
            if is_chosen:
                self._paint_lead(painter, frame.on, place, QPen(QColor(tokens.accent), 2))
            self._paint_frame(painter, frame, place, is_chosen=is_chosen)

    def _paint_names(self, painter: QPainter) -> None:
        tokens = theme.current()
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font("body_strong"))
        painter.drawText(
            QRectF(12, _LEAD, GUTTER - 16, 20), Qt.AlignmentFlag.AlignVCenter, self.tr("Photos")
        )
        if self._label:
            painter.setPen(QColor(tokens.text2))
            painter.setFont(theme.font("caption"))
            room = GUTTER - 20
            label = QFontMetricsF(painter.font()).elidedText(
                self._label, Qt.TextElideMode.ElideRight, room
            )
            lines = [label, self.tr("same scale")]
            if self.left_out:
                lines.append(self.tr("+{count} not shown").format(count=self.left_out))
            for place, line in enumerate(lines):
                painter.drawText(
                    QRectF(12, _LEAD + 18 + 15 * place, room, 15),
                    Qt.AlignmentFlag.AlignVCenter,
                    line,
                )

    def _paint_lead(self, painter: QPainter, on: date, place: QRectF, pen: QPen) -> None:
        x = self._place_of(on)
        if x is None:
            return
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline([QPointF(x, 0), QPointF(x, 4), QPointF(place.center().x(), _LEAD - 2)])

    def _paint_frame(
        self, painter: QPainter, frame: Frame, place: QRectF, *, is_chosen: bool
    ) -> None:
        tokens = theme.current()
        picture = self._picture(frame)
        shape = QPainterPath()
        shape.addRoundedRect(place, 3, 3)
        if picture is not None:
            painter.save()
            painter.setClipPath(shape)
            painter.drawImage(place, picture, QRectF(picture.rect()))
            painter.restore()
        else:
            painter.fillPath(shape, QColor(tokens.inset))
        if frame.note:
            self._paint_note(painter, frame, place, is_on_picture=picture is not None)
        pen = QPen(QColor(tokens.accent), 3) if is_chosen else QPen(QColor(tokens.edge), 1)
        if frame.photograph is None and not is_chosen:
            pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, 3, 3)
        painter.setPen(QColor(tokens.text if is_chosen else tokens.text2))
        painter.setFont(theme.font("caption", 600 if is_chosen else 400))
        painter.drawText(
            QRectF(place.left() - 8, place.bottom() + 3, place.width() + 16, 16),
            Qt.AlignmentFlag.AlignCenter,
            self._day_of(frame),
        )

    def _paint_note(
        self, painter: QPainter, frame: Frame, place: QRectF, *, is_on_picture: bool
    ) -> None:
        tokens = theme.current()
        painter.setFont(theme.font("tool_key"))
        if not is_on_picture:
            painter.setPen(QColor(tokens.text3))
            painter.drawText(
                place.adjusted(3, 0, -3, 0),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                frame.note,
            )
            return
        ground = QColor(tokens.photo_label)
        ground.setAlphaF(0.88)
        foot = QRectF(place.left(), place.bottom() - 15, place.width(), 15)
        painter.fillRect(foot, ground)
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, frame.note)

    def _day_of(self, frame: Frame) -> str:
        """Return a visit's day, with its year where the strip spans several."""
        spans_years = len({one.on.year for one in self._frames}) > 1
        return words.day(frame.on) if spans_years else words.day_short(frame.on)

    @property
    def left_out(self) -> int:
        """How many visits have no room."""
        return len(self._frames) - len(self.places())

    # --- mouse -----------------------------------------------------------------------------------

    def _frame_at(self, at: QPointF) -> Frame | None:
        return next(
            (
                frame
                for frame, place in self.places()
                if place.adjusted(-4, -4, 4, _DAY).contains(at)
            ),
            None,
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        frame = self._frame_at(event.position())
        if frame is not None and event.button() is Qt.MouseButton.LeftButton:
            self.visit_chosen.emit(frame.on)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        frame = self._frame_at(event.position())
        if frame is not None and event.button() is Qt.MouseButton.LeftButton:
            self.photo_opened.emit(frame.on)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self._frame_at(event.position())
        self.setCursor(
            Qt.CursorShape.ArrowCursor if frame is None else Qt.CursorShape.PointingHandCursor
        )
        if frame is None:
            QToolTip.hideText()
            return
        text = words.day(frame.on)
        if frame.note:
            text = f"{text}: {frame.note}"
        elif frame.photograph is not None:
            text = f"{text}\n{self.tr('Double-click to open the photo')}"
        at_px = event.globalPosition().toPoint() + QPoint(12, 10)
        QToolTip.showText(at_px, plain_tip(text), self)


def _apart(wished: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return ascending places at least ``gap`` apart inside low..high, near the wished ones."""
    placed: list[float] = []
    for wish in wished:
        placed.append(max(wish, low if not placed else placed[-1] + gap))
    limit = high
    for place in reversed(range(len(placed))):
        placed[place] = min(placed[place], limit)
        limit = placed[place] - gap
    return placed
