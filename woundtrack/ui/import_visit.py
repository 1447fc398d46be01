"""One visit of an import: its day, patient and site, and a picture of each photograph's state.

Hides the painting of the pictures and which fields a person set for this visit alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from woundtrack.model import REGIONS, BodySite, Side
from woundtrack.ui import theme
from woundtrack.ui.components import Card, Label, Tag, paint_icon
from woundtrack.ui.components import words as in_words
from woundtrack.ui.import_batch import Incoming, State

THUMB_W, THUMB_H, GAP = 80, 60, 6
ROWS_SHOWN = 3


class PlaceFields(QWidget):
    """Patient, site and side, each with an empty choice.

    Signals
    -------
    edited()
        A person changed one of them.
    """

    edited = Signal()

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.patient = QComboBox()
        self.patient.setEditable(True)
        self.patient.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.patient.setFixedWidth(150)
        self.patient.setAccessibleName(self.tr("Patient code, {what}").format(what=what))
        edit = self.patient.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(self.tr("Patient code"))
            edit.setMaxLength(40)
        self.site = QComboBox()
        self.site.setFixedWidth(136)
        self.site.setMaxVisibleItems(16)
        self.site.setAccessibleName(self.tr("Site, {what}").format(what=what))
        self.site.addItem(self.tr("Site…"), None)
        for region in REGIONS.values():
            self.site.addItem(region.word.replace("-", " ").capitalize(), region.word)
        self.side = QComboBox()
        self.side.setFixedWidth(108)
        self.side.setAccessibleName(self.tr("Side, {what}").format(what=what))
        for text, side in (
            (self.tr("No side"), None),
            (self.tr("Left"), Side.LEFT),
            (self.tr("Right"), Side.RIGHT),
            (self.tr("Midline"), Side.MIDLINE),
        ):
            self.side.addItem(text, side)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for field in (self.patient, self.site, self.side):
            layout.addWidget(field)
        self.patient.editTextChanged.connect(self.edited)
        self.site.currentIndexChanged.connect(self.edited)
        self.side.currentIndexChanged.connect(self.edited)

    @property
    def patient_code(self) -> str:
        """The code as typed, without surrounding space; may be empty."""
        return self.patient.currentText().strip()

    @property
    def body_site(self) -> BodySite | None:
        """The site chosen, or None."""
        word = self.site.currentData()
        return None if word is None else BodySite(region=word, side=self.side.currentData())

    def offer(self, codes: Sequence[str]) -> None:
        """Offer patient codes; what is typed stays."""
        typed = self.patient.currentText()
        self.patient.blockSignals(True)
        self.patient.clear()
        self.patient.addItems(list(codes))
        self.patient.setCurrentText(typed)
        self.patient.blockSignals(False)

    def follow(self, other: PlaceFields) -> None:
        """Take over the values of another set of fields, without ``edited``."""
        for field in (self.patient, self.site, self.side):
            field.blockSignals(True)
        self.patient.setCurrentText(other.patient.currentText())
        self.site.setCurrentIndex(other.site.currentIndex())
        self.side.setCurrentIndex(other.side.currentIndex())
        for field in (self.patient, self.site, self.side):
            field.blockSignals(False)


class VisitCard(Card):
    """One visit to be: its fields over its photographs.

    Signals
    -------
    edited()
        A person changed its day, patient, site or side.
    """

    edited = Signal()

    def __init__(self, day: date | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.incoming: list[Incoming] = []
        self.is_own_place = False
        self._is_day_given = day is not None
        shown = in_words.day(day) if day is not None else self.tr("day not known")
        self.place = PlaceFields(shown)
        self.day_field = QDateEdit()
        self.day_field.setCalendarPopup(True)
        self.day_field.setDisplayFormat("d MMM yyyy")
        self.day_field.setFixedWidth(132)
        self.day_field.setMaximumDate(QDate.currentDate())
        self.day_field.setAccessibleName(self.tr("Day of the visit"))
        today = QDate.currentDate()
        self.day_field.setDate(QDate(day.year, day.month, day.day) if day is not None else today)
        self._when = Label("", "label", "2")
        self._doubt = Tag("", "doubt", "warning")
        self._problem = Tag("", "refuse", "warning-octagon")
        self._ready = Tag("", "good", "check")
        self.thumbs = Thumbs()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.day_field)
        head.addWidget(self.place)
        head.addWidget(self._when)
        head.addStretch(1)
        for tag in (self._doubt, self._problem, self._ready):
            head.addWidget(tag)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.thumbs)
        self.place.edited.connect(self._place_edited)
        self.day_field.dateChanged.connect(self._day_edited)

    @property
    def day(self) -> date | None:
        """The visit's day; None until a person gave one that no photograph carries."""
        if not self._is_day_given:
            return None
        chosen = self.day_field.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def add(self, incoming: Incoming) -> None:
        """Show one more photograph, in the order of capture."""
        self.incoming.append(incoming)
        self.incoming.sort(key=lambda one: (str(one.taken_at or ""), str(one.path)))
        self.refresh()

    def refresh(self) -> None:
        """Show the photographs' states as they now are."""
        self.thumbs.show_incoming(self.incoming)
        times = [one.taken_at for one in self.incoming if one.taken_at is not None]
        if times:
            first, last = in_words.clock(min(times)), in_words.clock(max(times))
            self._when.setText(first if first == last else f"{first}{in_words.DASH}{last}")
        else:
            self._when.setText(self.tr("no capture time"))
        for tag, state, text, kind, sign in (
            (self._doubt, State.IN_DOUBT, self.tr("{n} in doubt"), "doubt", "warning"),
            (self._problem, State.PROBLEM, self.tr("{n} not read"), "refuse", "warning-octagon"),
            (self._ready, State.READY, self.tr("{n} read"), "good", "check"),
        ):
            count = sum(one.state is state for one in self.incoming)
            tag.setVisible(count > 0)
            tag.set_tag(text.format(n=count), kind, sign)

    def set_editable(self, *, is_editable: bool) -> None:
        """Lock the fields while the import runs and after it."""
        self.place.setEnabled(is_editable)
        self.day_field.setEnabled(is_editable)

    def _place_edited(self) -> None:
        self.is_own_place = True
        self.edited.emit()

    def _day_edited(self) -> None:
        self._is_day_given = True
        self.edited.emit()


class Thumbs(QWidget):
    """Small pictures in rows, each with the sign of its state; what doesn't fit is counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._incoming: list[Incoming] = []
        self._images: dict[str, QImage] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_incoming(self, incoming: Sequence[Incoming]) -> None:
        """Show these photographs; the accessible text tells each one's state."""
        self._incoming = list(incoming)
        for one in incoming:
            if one.scanned is not None and str(one.path) not in self._images:
                image = QImage.fromData(one.scanned.thumbnail)
                self._images[str(one.path)] = image.scaled(
                    THUMB_W * 2,
                    THUMB_H * 2,
                    Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                    Qt.TransformationMode.SmoothTransformation,
                )
        self.setAccessibleName(
            ", ".join(f"{one.path.name}: {one.state.value}" for one in self._incoming)
        )
        self.updateGeometry()
        self.update()

    def columns(self, width: int) -> int:
        """Return how many pictures stand in a row of this width."""
        return max(1, (width + GAP) // (THUMB_W + GAP))

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._incoming) // self.columns(width)) if self._incoming else 1
        return min(rows, ROWS_SHOWN) * (THUMB_H + GAP) - GAP

    def sizeHint(self) -> QSize:
        return QSize(8 * (THUMB_W + GAP), self.heightForWidth(max(self.width(), THUMB_W)))

    def resizeEvent(self, event: object) -> None:
        self.setFixedHeight(self.heightForWidth(self.width()))

    def _place(self, at: int) -> QRect:
        row, column = divmod(at, self.columns(self.width()))
        return QRect(column * (THUMB_W + GAP), row * (THUMB_H + GAP), THUMB_W, THUMB_H)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current()
        room = self.columns(self.width()) * ROWS_SHOWN
        shown = len(self._incoming) if len(self._incoming) <= room else room - 1
        for at, one in enumerate(self._incoming[:shown]):
            self._paint(painter, self._place(at), one, tokens)
        if shown < len(self._incoming):
            painter.setPen(QColor(tokens.text2))
            painter.setFont(theme.font("body"))
            painter.drawText(
                self._place(shown),
                Qt.AlignmentFlag.AlignCenter,
                f"+{in_words.THIN}{len(self._incoming) - shown}",
            )

    def _paint(self, painter: QPainter, place: QRect, one: Incoming, tokens: theme.Tokens) -> None:
        image = self._images.get(str(one.path))
        painter.setOpacity(0.45 if one.state in (State.WAITING, State.KNOWN) else 1.0)
        if image is None or image.isNull():
            painter.fillRect(place, QColor(tokens.inset))
        else:
            crop = QRect(0, 0, THUMB_W * 2, THUMB_H * 2)
            crop.moveCenter(image.rect().center())
            painter.drawImage(place, image, crop)
        painter.setOpacity(1.0)
        line = {
            State.IN_DOUBT: tokens.doubt,
            State.PROBLEM: tokens.refuse,
            State.READING: tokens.accent,
        }.get(one.state)
        pen = QPen(QColor(line or tokens.line), 2 if line else 1)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        sign = {
            State.READY: ("check-circle", tokens.good),
            State.IN_DOUBT: ("warning", tokens.doubt),
            State.PROBLEM: ("warning-octagon", tokens.refuse),
            State.KNOWN: ("info", tokens.text2),
        }.get(one.state)
        if sign is not None:
            badge = QRectF(place.right() - 21, place.bottom() - 21, 19, 19)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.surface))
            painter.drawRoundedRect(badge, 3, 3)
            paint_icon(painter, badge.adjusted(2, 2, -2, -2), *sign)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            for at, one in enumerate(self._incoming):
                if self._place(at).contains(event.pos()):
                    QToolTip.showText(event.globalPos(), f"{one.path.name}\n{one.state.value}")
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)
