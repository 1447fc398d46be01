"""The lesion's photograph of the visit with its accepted outline, and its area beneath.

Hides the cutting on a worker, anew where the card has become wider, and where the outline lies in
the picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import Card, KeyButton, Label, LesionChip, Tag, words

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.model import AssessedOutline, Assessment, Lesion, Visit
    from woundtrack.ui.session import Session
    from woundtrack.ui.timeline.frames import Crop

_INK: Final = "#FFFFFF"
"""Photographs lie on a dark ground in every theme."""
_PICTURE: Final = QSize(334, 176)
"""Where the column is narrow; a wider one keeps this shape."""
_SETTLES_MS: Final = 120
_ROOM: Final = 1.7
_TASK: Final = "record photograph"


class LesionPhotoCard(Card):
    """One lesion at one visit as it was accepted in review.

    Signals
    -------
    opened(str)
        The photograph is to be opened in review, by its id.
    """

    opened = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._photograph_id: str | None = None
        self._main: AssessedOutline | None = None
        self._cut_wide = 0
        self.picture = _Picture()
        self.picture.pressed.connect(self._open)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLES_MS)
        self._settled.timeout.connect(self._cut_wider)
        self.picture.widened.connect(self._settled.start)
        self._chip = LesionChip()
        self._area = Label("", "large_strong")
        self._interval = Label("", "label", "2")
        self._tag = Tag(self.tr("accepted"), "good", "check")
        self._note = Label("", "label", "2", wraps=True)
        self._below = Label("", "label", "2", wraps=True)
        self._below.setContentsMargins(15, 0, 15, 8)
        self.review = KeyButton(self.tr("Review it"), size="small")
        self.review.clicked.connect(self._open)
        line = QHBoxLayout()
        line.setContentsMargins(15, 8, 15, 8)
        line.setSpacing(8)
        for widget in (self._chip, self._area, self._interval):
            line.addWidget(widget)
        line.addWidget(self._note, 1)
        line.addStretch(0)
        line.addWidget(self.review)
        line.addWidget(self._tag)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.picture)
        layout.addLayout(line)
        layout.addWidget(self._below)

    @property
    def said(self) -> str:
        """What stands beneath the picture."""
        return " ".join(
            one.text()
            for one in (self._area, self._interval, self._note, self._below)
            if one.text()
        )

    def stop(self) -> None:
        """Cut nothing more."""
        self._session.tasks.cancel(_TASK)

    def show_lesion(self, lesion: Lesion | None, visit: Visit | None) -> None:
        """Show a lesion's photograph of a visit, or say that there is none."""
        self.setVisible(lesion is not None)
        self._session.tasks.cancel(_TASK)
        library = self._session.library
        if lesion is None or library is None:
            return
        self._chip.set_lesion(lesion.label, lesion.number)
        assessment = None
        if visit is not None:
            found = [
                one
                for one in library.assessments(patient_id=lesion.patient_id)
                if one.lesion_id == lesion.id and one.visit_id == visit.id
            ]
            assessment = found[-1] if found else None
        self._show(assessment)
        self.review.setVisible(False)
        if assessment is None and visit is not None:
            waiting = [
                one
                for one in library.photographs(lesion.patient_id)
                if one.visit_id == visit.id and library.proposal_of(one.id).is_waiting
            ]
            if waiting:
                self._photograph_id = waiting[0].id
                self._below.setText(self.tr("A photograph waits to be reviewed."))
                self.review.setVisible(True)

    def _show(self, assessment: Assessment | None) -> None:
        main = None if assessment is None else assessment.main
        self._tag.setVisible(assessment is not None)
        self._area.clear()
        self._interval.clear()
        self._note.clear()
        self._below.clear()
        self._photograph_id = None
        self.picture.show_crop(None, None)
        if assessment is None:
            self._below.setText(self.tr("No photograph of it at this visit."))
        else:
            self._photograph_id = next(iter(assessment.photograph_ids), None)
            measurement = None if main is None else main.measurement
            if measurement is not None:
                self._area.setText(words.area(measurement.area_mm2 / 100, has_unit=True))
                low, high = measurement.area_low_mm2, measurement.area_high_mm2
                self._interval.setText(words.interval(low / 100, high / 100, has_unit=False))
            elif main is None:
                self._note.setText(self.tr("closed"))
            else:
                self._note.setText(self.tr("no scale, no area"))
        self._below.setVisible(assessment is None)
        self._main = main
        has_photo = self._photograph_id is not None
        self.picture.setVisible(has_photo)
        self._area.setVisible(bool(self._area.text()))
        self._interval.setVisible(bool(self._interval.text()))
        self._note.setVisible(bool(self._note.text()))
        if has_photo and main is not None:
            self._cut(main)
        elif has_photo:
            # Other lesions may be in it: what is cut out would pass for this one.
            self.picture.say(self.tr("Nothing is outlined: press to see the photograph."))

    def _cut_wider(self) -> None:
        """Cut the picture again where it has become wider than its pixels."""
        if self._main is not None and self.isVisible() and self.picture.width() > self._cut_wide:
            self._cut(self._main)

    def _cut(self, main: AssessedOutline) -> None:
        library = self._session.library
        if library is None:
            return
        from woundtrack.ui.timeline.frames import Frame, cut, extent_mm, px_per_mm

        filed = library.photograph(main.photograph_id)
        around, calibration = main.around, main.calibration
        if calibration is not None:
            wide, high = extent_mm(around, calibration)
            field = max(wide, high * _PICTURE.width() / _PICTURE.height()) * _ROOM
            across = field * px_per_mm(around, calibration)
        else:
            field = 0.0
            across = float(
                min(
                    filed.photograph.width_px,
                    filed.photograph.height_px * _PICTURE.width() / _PICTURE.height(),
                )
            )
        frame = Frame(
            on=library.visit(filed.visit_id).visited_on,
            photograph=filed.photograph,
            outline=around if calibration is not None else None,
            calibration=calibration,
        )
        middle = (
            around.centre
            if calibration is not None
            else (filed.photograph.width_px / 2, filed.photograph.height_px / 2)
        )
        ratio = self.devicePixelRatioF()
        self._cut_wide = max(self.picture.width(), _PICTURE.width())
        wide_px = round(self._cut_wide * ratio)
        high_px = round(self._cut_wide * _PICTURE.height() / _PICTURE.width() * ratio)

        def keep(crop: Crop) -> None:
            self.picture.show_crop(crop, main, middle=middle, across=across)

        def refuse(_: WoundtrackError) -> None:
            self.picture.show_crop(None, None)
            self.picture.say(self.tr("This photograph can't be opened."))

        self._session.tasks.run(
            cut,
            library.originals,
            frame,
            field,
            wide_px,
            high_px,
            on_done=keep,
            on_error=refuse,
            key=_TASK,
        )

    def _open(self) -> None:
        if self._photograph_id is not None:
            self.opened.emit(self._photograph_id)


class _Picture(QWidget):
    """The cut photograph and the outline over it, as wide as there is room, in one shape.

    Signals
    -------
    pressed()
        A click on it.
    widened()
        It has more room than before.
    """

    pressed = Signal()
    widened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Photograph with its outline"))
        self.setToolTip(self.tr("Open it in Review"))
        self._image = QImage()
        self._main: AssessedOutline | None = None
        self._middle, self._across = (0.0, 0.0), 1.0
        self.said = ""

    def sizeHint(self) -> QSize:
        return _PICTURE

    def heightForWidth(self, width: int) -> int:
        return round(width * _PICTURE.height() / _PICTURE.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() > event.oldSize().width():
            self.widened.emit()

    @property
    def has_picture(self) -> bool:
        """Whether a photograph is shown."""
        return not self._image.isNull()

    def show_crop(
        self,
        crop: Crop | None,
        main: AssessedOutline | None,
        *,
        middle: tuple[float, float] = (0.0, 0.0),
        across: float = 1.0,
    ) -> None:
        """Show a cut-out ``across`` photograph px wide round ``middle``; None for none."""
        self._image = (
            QImage()
            if crop is None
            else QImage(crop.rgbx, crop.width, crop.height, QImage.Format.Format_RGBX8888).copy()
        )
        self._main, self._middle, self._across = main, middle, across
        self.say("")

    def say(self, words: str) -> None:
        """Write why there is no picture in its place."""
        self.said = words
        self.setAccessibleDescription(words)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(area.adjusted(0, 0, 0, 8), 5, 5)
        painter.setClipPath(shape)
        painter.fillRect(area, QColor(theme.current().photo_surround))
        if self._image.isNull():
            painter.setFont(theme.font("label"))
            painter.setPen(QColor(_INK))
            how = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(area.adjusted(24, 16, -24, -16), how, self.said)
            return
        painter.drawImage(area, self._image, QRectF(self._image.rect()))
        if self._main is None:
            return
        scale = area.width() / self._across
        for part in self._main.parts:
            for ring in (part.outer, *part.islands):
                points = QPolygonF(
                    [
                        QPointF(
                            area.center().x() + (x - self._middle[0]) * scale,
                            area.center().y() + (y - self._middle[1]) * scale,
                        )
                        for x, y in ring
                    ]
                )
                for colour, width in ((theme.PHOTO_CASING, 4.5), (theme.PHOTO_EDITED, 2.5)):
                    painter.setPen(QPen(QColor(colour), width))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawPolygon(points)
