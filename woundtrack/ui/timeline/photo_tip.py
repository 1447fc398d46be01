"""What a point on the chart was measured on: its photograph with the outline, beside the mouse.

Hides cutting the picture on a worker, which are kept, and keeping the tip on the screen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from woundtrack.ui import theme
from woundtrack.ui.timeline.frames import Crop, Frame, cut, field_mm, field_of

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.ui.session import Session

PICTURE: Final = QSize(220, 165)
_PAD: Final = 10
_LINE: Final = 16
_KEPT: Final = 60
_KEY: Final = "photo tip"
_CASING: Final = "#10161A"
_OUTLINE: Final = "#19D3FF"


Glimpse = Callable[[Frame], tuple[QImage, float]]
"""Returns a picture of a visit, which may be null, and how many mm it is wide."""


class PhotoTip(QWidget):
    """A tip with a picture; it takes no focus and no mouse.

    ``glimpse_of`` returns a small picture that is there already, shown until its own is cut.
    """

    def __init__(self, session: Session, glimpse_of: Glimpse, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._session = session
        self._glimpse_of = glimpse_of
        self._frame: Frame | None = None
        self._lines: tuple[str, ...] = ()
        self._cuts: OrderedDict[tuple[object, ...], QImage] = OrderedDict()
        self._refused: set[tuple[object, ...]] = set()

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said."""
        return self._lines

    @property
    def picture(self) -> QImage:
        """The picture shown; a null image until it is cut."""
        return QImage() if self._frame is None else self._cuts.get(self._key(), QImage())

    def show_frame(self, frame: Frame, lines: tuple[str, ...], at: QPoint) -> None:
        """Show a visit's photograph beside a place on the screen, and what is said of it."""
        self._frame, self._lines = frame, lines
        self.setAccessibleName("\n".join(lines))
        font = QFontMetricsF(theme.font("label"))
        wide = max((font.horizontalAdvance(line) for line in lines), default=0.0)
        size = QSize(
            round(max(PICTURE.width(), min(wide, 320))) + 2 * _PAD,
            PICTURE.height() + 2 * _PAD + 6 + _LINE * len(lines),
        )
        self.resize(size)
        screen = QGuiApplication.screenAt(at) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        x = (
            at.x() + 16
            if at.x() + 16 + size.width() <= room.right()
            else at.x() - 16 - size.width()
        )
        y = min(max(at.y() - size.height() // 2, room.top()), room.bottom() - size.height())
        self.move(x, y)
        self._ask()
        self.update()
        self.show()

    def dismiss(self) -> None:
        """Hide, and stop cutting."""
        if self._frame is not None:
            self._frame = None
            self._session.tasks.cancel(_KEY)
        self.hide()

    # --- pictures --------------------------------------------------------------------------------

    def _key(self) -> tuple[object, ...]:
        frame = self._frame
        if frame is None or frame.photograph is None:
            return ()
        ring = None if frame.outline is None else hash(frame.outline.outer)
        return frame.photograph.sha256, ring, self.devicePixelRatioF()

    def _ask(self) -> None:
        library, frame, key = self._session.library, self._frame, self._key()
        if library is None or frame is None or not key or key in self._refused:
            return
        if key in self._cuts:
            self._cuts.move_to_end(key)
            return

        def keep(crop: Crop) -> None:
            made = QImage(crop.rgbx, crop.width, crop.height, QImage.Format.Format_RGBX8888)
            self._cuts[key] = made.copy()
            while len(self._cuts) > _KEPT:
                self._cuts.popitem(last=False)
            self.update()

        def refuse(_: WoundtrackError) -> None:
            # Said by the review room, which a double click opens.
            self._refused.add(key)
            self.update()

        ratio = self.devicePixelRatioF()
        self._session.tasks.run(
            cut,
            library.originals,
            frame,
            field_mm([frame]),
            round(PICTURE.width() * ratio),
            round(PICTURE.height() * ratio),
            on_done=keep,
            on_error=refuse,
            key=_KEY,
        )

    # --- paint -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.tip))
        place = QRectF(
            (self.width() - PICTURE.width()) / 2, _PAD, PICTURE.width(), PICTURE.height()
        )
        painter.fillRect(place, QColor(tokens.photo_surround))
        picture, field = self._shown_picture()
        if not picture.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, picture, QRectF(picture.rect()))
            self._paint_outline(painter, place, field)
        elif self._key() in self._refused:
            painter.setPen(QColor("#FFFFFF"))
            painter.setFont(theme.font("caption"))
            text = self.tr("This photograph can't be read.")
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QColor(tokens.on_tip))
        for number, line in enumerate(self._lines):
            painter.setFont(theme.font("label_strong" if number == 0 else "label"))
            where = QRectF(
                _PAD, place.bottom() + 6 + _LINE * number, self.width() - 2 * _PAD, _LINE
            )
            shown = painter.fontMetrics().elidedText(
                line, Qt.TextElideMode.ElideRight, round(where.width())
            )
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, shown)

    def _shown_picture(self) -> tuple[QImage, float]:
        """Return the picture and its width in mm: the small one until its own is cut."""
        picture = self.picture
        if self._frame is None or not picture.isNull():
            return picture, 0.0 if self._frame is None else field_mm([self._frame])
        return self._glimpse_of(self._frame)

    def _paint_outline(self, painter: QPainter, place: QRectF, field: float) -> None:
        """Draw the rings over the picture, as it was cut: its middle is the outline's."""
        frame = self._frame
        if frame is None or frame.photograph is None or not frame.rings:
            return
        size = frame.photograph.width_px, frame.photograph.height_px
        ratio = PICTURE.width() / PICTURE.height()
        (middle_x, middle_y), across = field_of(frame, field, size, ratio)
        scale = place.width() / across
        path = QPainterPath()
        for ring in frame.rings:
            corners = [
                QPointF(
                    place.center().x() + (x - middle_x) * scale,
                    place.center().y() + (y - middle_y) * scale,
                )
                for x, y in ring
            ]
            path.addPolygon(QPolygonF(corners))
            path.closeSubpath()
        painter.save()
        painter.setClipRect(place)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((_CASING, 4.0), (_OUTLINE, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawPath(path)
        painter.restore()
