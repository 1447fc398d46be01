"""Whose and where: the fields for patient, site and side that a visit, or all visits, are given.

Hides what a person chose and what was only suggested, and codes that differ in case alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QDateEdit, QHBoxLayout, QWidget

from woundtrack.model import BodySite
from woundtrack.ui import theme
from woundtrack.ui.body_map import BodySitePicker
from woundtrack.ui.components import BodySiteFields, DropDown, KeyButton, paint_icon

CODE_LENGTH: Final = 40
HEIGHT: Final = 32
_MOST_SHOWN: Final = 16
_FITTING: Final = 12  # characters of a code that are sure to be seen
_PATIENT_WIDTH: Final = 148
_WIDEST_PATIENT: Final = 400  # has a code of forty letters whole
_ROUND_CODE: Final = 52


class DayField(QDateEdit):
    """A day, 32 high, with a calendar to choose from behind its sign."""

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setDisplayFormat("d MMM yyyy")
        self.setFixedSize(width, HEIGHT)
        self.lineEdit().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A click takes hold of the day, the month or the year: what is typed takes its place.
        if event.type() is QEvent.Type.MouseButtonRelease and not self.lineEdit().selectedText():
            self.setSelectedSection(self.currentSection())
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        # Tab leaves the field; the arrows go from day to month to year.
        return QWidget.focusNextPrevChild(self, is_next)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the wheel scrolls the page; an answer is never changed in passing

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = theme.current()
        place = QRectF(self.width() - 25, (self.height() - 16) / 2, 16, 16)
        colour = tokens.text2 if self.isEnabled() else tokens.text3
        paint_icon(QPainter(self), place, "calendar-blank", colour)


class PlaceFields(QWidget):
    """Patient, site and side, each with an empty choice; site and side from the body map, too.

    Signals
    -------
    edited()
        A person changed one of them.
    """

    edited = Signal()

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_patient_chosen = False
        self.is_site_chosen = False
        self._is_typing = False
        self._is_roomy = False
        self._codes: tuple[str, ...] = ()
        self.patient = DropDown()
        self.patient.setEditable(True)
        self.patient.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._is_clicked = False
        edit = self.patient.lineEdit()
        if edit is not None:
            self.patient.installEventFilter(self)
            edit.installEventFilter(self)
            edit.setPlaceholderText(self.tr("Patient code"))
            edit.setMaxLength(CODE_LENGTH)
            edit.editingFinished.connect(self._code_finished)
        completer = self.patient.completer()
        if completer is not None:
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._where = BodySiteFields(can_be_none=True, parent=self)
        self.site, self.side = self._where.site, self._where.side
        for box, width in ((self.patient, _PATIENT_WIDTH), (self.site, 122), (self.side, 98)):
            box.setFixedSize(width, HEIGHT)
            box.setMaxVisibleItems(_MOST_SHOWN)
        self.on_body = KeyButton("", icon="person-simple")
        self.on_body.setFixedSize(HEIGHT, HEIGHT)
        self.on_body.setToolTip(self.tr("Choose site and side on the body map"))
        self.on_body.clicked.connect(self._open_map)
        self._picker: BodySitePicker | None = None
        self.name(what)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for field in (self.patient, self.site, self.side, self.on_body):
            layout.addWidget(field)
        self.patient.editTextChanged.connect(self._patient_edited)
        self._where.changed.connect(self._site_edited)

    def name(self, what: str) -> None:
        """Say what the fields are of, for those who can't see them."""
        self.patient.setAccessibleName(self.tr("Patient code, {what}").format(what=what))
        self._where.name(
            self.tr("Site, {what}").format(what=what), self.tr("Side, {what}").format(what=what)
        )
        self.on_body.setAccessibleName(self.tr("Site on the body map, {what}").format(what=what))

    def set_roomy(self, is_roomy: bool) -> None:
        """Show the longest code offered whole, where there is room."""
        self._is_roomy = is_roomy
        self._fit_codes()

    def _fit_codes(self) -> None:
        wanted = _PATIENT_WIDTH
        if self._is_roomy:
            metrics = self.patient.fontMetrics()
            widest = max((metrics.horizontalAdvance(code) for code in self._codes), default=0)
            wanted = max(wanted, min(widest + _ROUND_CODE, _WIDEST_PATIENT))
        self.patient.setFixedWidth(wanted)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """The fields in the order of Tab."""
        return self.patient, self.site, self.side, self.on_body

    @property
    def picker(self) -> BodySitePicker:
        """The body map to choose on, made when it is first asked for."""
        if self._picker is None:
            self._picker = BodySitePicker(self)
            self._picker.site_chosen.connect(self._take_site)
        return self._picker

    def _open_map(self) -> None:
        self.picker.open_at(self.on_body, self.body_site)

    def _take_site(self, site: BodySite) -> None:
        self._where.show(site)
        self.site.setFocus(Qt.FocusReason.OtherFocusReason)
        self._site_edited()

    @property
    def patient_code(self) -> str:
        """The code, without surrounding space, as the library spells it; may be empty."""
        typed = self.patient.currentText().strip()
        alike = [code for code in self._codes if code.casefold() == typed.casefold()]
        return typed if typed in alike or len(alike) != 1 else alike[0]

    @property
    def body_site(self) -> BodySite | None:
        """The site chosen, or None."""
        return self._where.value

    def offer(self, codes: Sequence[str]) -> None:
        """Offer patient codes; what is typed stays."""
        if tuple(codes) == self._codes:
            return
        self._codes = tuple(codes)
        self._fit_codes()
        typed = self.patient.currentText()
        with QSignalBlocker(self.patient):
            self.patient.clear()
            self.patient.addItems(list(codes))
            self.patient.setCurrentIndex(-1)
            self.patient.setCurrentText(typed)
        self._show_head()

    def set_patient(self, code: str) -> None:
        """Suggest a patient, without ``edited``."""
        self._is_typing = False
        with QSignalBlocker(self.patient):
            self.patient.setCurrentText(code)
        self._show_head()

    def suggest_site(self, site: BodySite | None) -> None:
        """Suggest a site, or none, where a person has chosen none; without ``edited``."""
        if not self.is_site_chosen:
            self._where.show(site)

    @property
    def is_site_suggested(self) -> bool:
        """Whether the site shown is one that no person has chosen."""
        return self.body_site is not None and not self.is_site_chosen

    def follow(self, other: PlaceFields) -> None:
        """Take over the values of another set of fields, without ``edited``."""
        with QSignalBlocker(self.patient):
            self.patient.setCurrentText(other.patient.currentText())
        self._where.follow(other._where)
        self._show_head()
        self._is_typing = other.is_typing
        self.is_patient_chosen = other.is_patient_chosen
        self.is_site_chosen = other.is_site_chosen

    def clear(self) -> None:
        """Empty the fields, without ``edited``."""
        self.is_patient_chosen = self.is_site_chosen = False
        self.set_patient("")
        self.suggest_site(None)

    @property
    def is_typing(self) -> bool:
        """Whether a code that isn't known yet is still being typed."""
        return self._is_typing and self.patient_code not in self._codes

    def _patient_edited(self) -> None:
        self.is_patient_chosen = self._is_typing = True
        self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Select the code when a click brings the focus: what is typed then takes its place."""
        if isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusIn:
            if watched is self.patient:
                self._is_clicked = event.reason() is Qt.FocusReason.MouseFocusReason
        elif event.type() is QEvent.Type.MouseButtonRelease and self._is_clicked:
            self._is_clicked = False
            edit = self.patient.lineEdit()
            if edit is not None and not edit.hasSelectedText():
                edit.selectAll()
        return super().eventFilter(watched, event)

    def _show_head(self) -> None:
        """Show the head of a long code, not its tail."""
        edit = self.patient.lineEdit()
        if edit is None:
            return
        if not self.patient.hasFocus():
            edit.setCursorPosition(0)
        edit.setToolTip(edit.text() if len(edit.text()) > _FITTING else "")

    def _code_finished(self) -> None:
        self._show_head()
        if self._is_typing:
            self._is_typing = False
            self.edited.emit()

    def _site_edited(self) -> None:
        self.is_site_chosen = self.site.currentData() is not None
        self.edited.emit()


def counted(count: int) -> str:
    """Return ``1 photograph`` or ``8 photographs``."""
    if count == 1:
        return QCoreApplication.translate("import", "1 photograph")
    return QCoreApplication.translate("import", "{n} photographs").format(n=count)
