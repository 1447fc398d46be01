"""The lesion in view, visit by visit, at one physical scale; in step with the curve above it.

Hides scrolling, where the pictures have no room for all, which are kept once they are cut, and the
line from each to its day.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, words
from woundtrack.ui.timeline.chart_view import GUTTER, plain_tip
from woundtrack.ui.timeline.frames import PICTURE, Crop, Frame, cut, field_mm

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.ui.session import Session

LARGE_PICTURE: Final = QSize(93, 70)
_LARGE_FROM: Final = 1300
_GAP: Final = 10
_LEAD: Final = 22
_DAY: Final = 20
_KEPT: Final = 400
_CHEVRON: Final = 24
_NOTCH: Final = 120  # of a wheel, in eighths of a degree


class Filmstrip(QWidget):
    """A row of pictures under the chart, scrolled where they have no room for all.

    By the wheel, by dragging, by the chevrons at its ends, by Home, End, Page Up and Page Down; and
    by itself to a visit that comes into view.

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
        self._first = 0
        self._turned = 0.0
        self._pressed: tuple[float, int, Frame | None] | None = None
        self._is_dragged = False
        self._cuts: OrderedDict[tuple[object, ...], QImage] = OrderedDict()
        self._asked: set[tuple[object, ...]] = set()
        self._refused: set[tuple[object, ...]] = set()
        self.setFixedHeight(_LEAD + PICTURE.height() + _DAY)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Photographs by visit"))
        self.earlier = self._chevron("caret-left", self.tr("Earlier visits"), -1)
        self.later = self._chevron("caret-right", self.tr("Later visits"), 1)

    def _chevron(self, icon: str, name: str, way: int) -> KeyButton:
        made = KeyButton("", "", "quiet", icon, "small", self)
        made.setAccessibleName(name)
        made.setToolTip(name)
        # The arrow keys go from visit to visit, and the strip follows.
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.clicked.connect(lambda: self.scroll_by(way * max(self._fits - 1, 1)))
        made.hide()
        return made

    # --- what is shown ---------------------------------------------------------------------------

    def show_frames(self, label: str, frames: Sequence[Frame]) -> None:
        """Show a lesion's visits, oldest first."""
        self._session.tasks.cancel("filmstrip")
        self._asked.clear()
        self._label, self._frames = label, tuple(frames)
        self._first = len(self._frames)  # the newest are what one looks at first
        self._field = field_mm(self._frames)
        self.setAccessibleName(
            self.tr("Photographs of {lesion} by visit, at the same scale").format(lesion=label)
        )
        self._scroll_to_visit()

    def show_visit(self, on: date | None) -> None:
        """Mark the visit in view, and scroll to it where it is outside."""
        if on != self._visit:
            self._visit = on
            self._scroll_to_visit()

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

    def glimpse_of(self, frame: Frame) -> tuple[QImage, float]:
        """Return the small picture of a visit, null where it isn't cut, and its width in mm."""
        return self._cuts.get(self._key(frame), QImage()), self._field

    @property
    def picture_size(self) -> QSize:
        """The size of one picture: larger where the strip is wide."""
        return LARGE_PICTURE if self.width() >= _LARGE_FROM else PICTURE

    def places(self) -> list[tuple[Frame, QRectF]]:
        """Return the frames that are shown and where."""
        size = self.picture_size
        left, right = self._span
        shown = self._frames[self._first : self._first + self._fits]
        if not shown:
            return []
        room = right - left - size.width()
        step = min(room / max(len(shown) - 1, 1), room / 3)
        starts = [left + step * place for place in range(len(shown))]
        if len(shown) < self._fits:
            # Few pictures: each under its own day as near as it can be.
            wished = [(self._place_of(frame.on) or 0) - size.width() / 2 for frame in shown]
            starts = _apart(wished, size.width() + _GAP, left, right - size.width())
        return [
            (frame, QRectF(start, _LEAD, size.width(), size.height()))
            for frame, start in zip(shown, starts, strict=True)
        ]

    # --- scrolling -------------------------------------------------------------------------------

    @property
    def can_scroll(self) -> bool:
        """Whether there are more visits than have room."""
        return len(self._frames) > self._fitting(GUTTER + 4, self.width() - 8)

    @property
    def _span(self) -> tuple[float, float]:
        """From where to where the pictures go; the left chevron stands in the names' gutter."""
        return GUTTER + 4, self.width() - 8 - (_CHEVRON if self.can_scroll else 0)

    @property
    def _fits(self) -> int:
        return max(1, self._fitting(*self._span))

    def _fitting(self, left: float, right: float) -> int:
        return int((right - left + _GAP) // (self.picture_size.width() + _GAP))

    def scroll_by(self, visits: int) -> None:
        """Scroll to later visits, or to earlier ones where ``visits`` is negative."""
        last = max(0, len(self._frames) - self._fits)
        self._first = min(max(self._first + visits, 0), last)
        for chevron, x, is_on in (
            (self.earlier, GUTTER - _CHEVRON + 2, self._first > 0),
            (self.later, self.width() - _CHEVRON - 4, self._first < last),
        ):
            chevron.setGeometry(x, _LEAD, _CHEVRON, self.picture_size.height())
            chevron.setEnabled(is_on)
            chevron.setVisible(self.can_scroll)
        self.setAccessibleDescription(self.tr("Visits {shown}").format(shown=self.shown))
        self.update()

    def _scroll_to_visit(self) -> None:
        on = self._visit
        place = next((at for at, frame in enumerate(self._frames) if frame.on == on), self._first)
        outside = min(place - self._first, 0) or max(place - self._first - self._fits + 1, 0)
        self.scroll_by(outside)

    @property
    def shown(self) -> str:
        """Which of the visits are shown: ``3–9 of 10``; all of them: ``10``."""
        count, last = len(self._frames), self._first + self._fits
        if not self.can_scroll:
            return str(count)
        return self.tr("{first}–{last} of {count}").format(
            first=self._first + 1, last=min(last, count), count=count
        )

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
        self._scroll_to_visit()

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
            room = GUTTER - 20 - (_CHEVRON - 4 if self.can_scroll else 0)
            label = QFontMetricsF(painter.font()).elidedText(
                self._label, Qt.TextElideMode.ElideRight, room
            )
            lines = [label, self.tr("same scale")]
            if self.can_scroll:
                lines.append(self.shown)
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
        if event.button() is Qt.MouseButton.LeftButton:
            at = event.position()
            self._pressed, self._is_dragged = (at.x(), self._first, self._frame_at(at)), False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() is not Qt.MouseButton.LeftButton or self._is_dragged:
            return
        frame = self._frame_at(event.position())
        if frame is not None and frame is pressed[2]:
            self.visit_chosen.emit(frame.on)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        frame = self._frame_at(event.position())
        if frame is not None and event.button() is Qt.MouseButton.LeftButton:
            self.photo_opened.emit(frame.on)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # There is nothing above or below: either way of turning goes along the visits.
        if not self.can_scroll:
            event.ignore()
            return
        self._turned += (event.angleDelta().x() or event.angleDelta().y()) / _NOTCH
        whole = int(self._turned)
        self._turned -= whole
        self.scroll_by(-whole)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page, all_of_them = max(self._fits - 1, 1), len(self._frames)
        by_key: dict[int, int] = {
            Qt.Key.Key_Home: -all_of_them,
            Qt.Key.Key_End: all_of_them,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
        }
        by = by_key.get(event.key())
        if by is None or not self.can_scroll:
            super().keyPressEvent(event)
            return
        self.scroll_by(by)

    def _drag(self, x: float) -> None:
        """Let the pictures follow the mouse, a whole visit at a time."""
        if self._pressed is None:
            return
        moved = x - self._pressed[0]
        if self.can_scroll and abs(moved) >= QApplication.startDragDistance():
            self._is_dragged = True
        if self._is_dragged:
            step = self.picture_size.width() + _GAP
            self.scroll_by(self._pressed[1] - round(moved / step) - self._first)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            QToolTip.hideText()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event.position().x())
            return
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
