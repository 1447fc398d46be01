"""The bar that says whose photographs and numbers these are: on top of every room with a patient.

Hides reading the patient's background and figures; it follows the session by itself. A name stands
in it only while names are unlocked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from woundtrack.model import Diagnosis, Event, EventKind, PatientDetail, dialysis_change_of
from woundtrack.ui import theme
from woundtrack.ui.components import Label, Panel, rule, words
from woundtrack.ui.record.identity_view import IdentityView
from woundtrack.ui.record.patient_words import background_words, diagnosis_words

if TYPE_CHECKING:
    from woundtrack.model import Patient
    from woundtrack.records import Library, PatientSummary
    from woundtrack.ui.session import Session

DETAILS: Final = "patient.details"
"""The action that opens what is known of the patient."""
_NAME_WIDTH: Final = 260
_LEAST_CODE: Final = 140
_LEAST_NAME: Final = 100
_LEAST_FACTS: Final = 170
"""A long code gives way before the age and the dialysis do."""


class PatientHeader(Panel):
    """The code and background of the patient in view, 48 high; a page puts it on top of itself.

    A click on it, or Enter while it has the focus, opens what is known of the patient.

    Parameters
    ----------
    widgets
        What the page wants at its right: its own buttons, 32 high.
    """

    def __init__(
        self, session: Session, widgets: Sequence[QWidget] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__("bar", parent)
        self._session = session
        self.setFixedHeight(48)
        # The ends of a code tell most; of a name its head does.
        self._code = _Yielding("patient", Qt.TextElideMode.ElideMiddle, _LEAST_CODE)
        self._name = _Yielding("body_strong", Qt.TextElideMode.ElideRight, _LEAST_NAME, _NAME_WIDTH)
        self._line = rule(vertical=True)
        self._line.setFixedHeight(24)
        self._first = _Shortened("label")
        self._second = _Shortened("caption", "2")
        self._first.setMinimumWidth(_LEAST_FACTS)
        facts = QVBoxLayout()
        facts.setSpacing(0)
        facts.setContentsMargins(0, 0, 0, 0)
        facts.addStretch(1)
        facts.addWidget(self._first)
        facts.addWidget(self._second)
        facts.addStretch(1)
        self.who = _Who()
        in_who = QHBoxLayout(self.who)
        in_who.setContentsMargins(8, 0, 8, 0)
        in_who.setSpacing(12)
        in_who.addWidget(self._code)
        in_who.addWidget(self._name)
        in_who.addWidget(self._line)
        in_who.addLayout(facts, 1)
        self.who.opened.connect(self._open_details)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 16, 0)
        layout.setSpacing(12)
        layout.addWidget(self.who, 1)
        for widget in widgets:
            layout.addWidget(widget)
        session.patient_changed.connect(self._show)
        session.library_changed.connect(self._show)
        self._names = IdentityView.of(session)
        self._names.changed.connect(self._show)
        self._show()

    def _open_details(self) -> None:
        self._session.actions[DETAILS].trigger()

    def _show(self) -> None:
        patient, library = self._session.patient, self._session.library
        summaries: tuple[PatientSummary, ...] = ()
        if patient is not None and library is not None:
            summaries = library.patient_summaries(patient.id)
        self._line.setVisible(bool(summaries))
        can_open = bool(summaries) and self._session.actions.is_bound(DETAILS)
        self.who.set_opens(can_open)
        self._name.hide()
        if not summaries or patient is None or library is None:
            self._code.set_text(self.tr("No patient chosen"))
            self._first.set_text("")
            self._second.set_text("")
            self.who.setAccessibleName(self._code.whole)
            return
        self._code.set_text(patient.code)
        identity = self._names.identity(patient.id)
        if identity is not None and identity.name:
            self._name.set_text(identity.name)
            self._name.show()
        background, diagnosis = _known(library, patient)
        figures = self._figures(summaries[0])
        self._first.set_text(background or figures[0])
        self._second.set_text(diagnosis or figures[1])
        self._second.setVisible(bool(self._second.whole))
        code = self.tr("Patient {code}").format(code=patient.code)
        self.setAccessibleName(code)
        said = [code, self._first.whole, self._second.whole]
        self.who.setAccessibleName(". ".join(one for one in said if one))

    def _figures(self, summary: PatientSummary) -> tuple[str, str]:
        """Return how many lesions are open, and when the patient was seen last."""
        if not summary.lesion_count:
            first = self.tr("No lesion recorded yet")
        elif summary.open_lesion_count == 1:
            first = self.tr("1 lesion open")
        else:
            first = self.tr("%n lesions open", "", summary.open_lesion_count)
        parts = []
        if summary.last_visited_on is not None:
            parts.append(self.tr("last visit {day}").format(day=words.day(summary.last_visited_on)))
        if summary.waiting_count == 1:
            parts.append(self.tr("1 photograph to review"))
        elif summary.waiting_count:
            parts.append(self.tr("%n photographs to review", "", summary.waiting_count))
        return first, " · ".join(parts)


def _known(library: Library, patient: Patient) -> tuple[str, str]:
    """Return the two lines of a patient's background; empty where nothing is recorded."""
    details = library.entries(PatientDetail, patient_id=patient.id)
    diagnoses = library.entries(Diagnosis, patient_id=patient.id)
    events = library.entries(Event, patient_id=patient.id)
    deaths = [one for one in events if one.kind is EventKind.DEATH]
    detail = details[-1] if details else None
    changed = dialysis_change_of(detail, events)
    today = date.today()  # noqa: DTZ011  the person's own day
    return (
        background_words(detail, deaths[0] if deaths else None, today, changed),
        diagnosis_words(diagnoses[-1] if diagnoses else None),
    )


class _Shortened(Label):
    """A line that ends in dots where there is no room; its whole text is the tooltip."""

    def __init__(self, role: theme.FontRole, tone: str = "1") -> None:
        super().__init__("", role, "2" if tone == "2" else "1")
        self.whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str) -> None:
        """Show a text."""
        self.whole = text
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fitted = self.fontMetrics().elidedText(
            self.whole, Qt.TextElideMode.ElideRight, max(self.width(), 120)
        )
        self.setText(fitted)
        self.setToolTip(self.whole if fitted != self.whole else "")


class _Yielding(Label):
    """A text that is whole where there is room, and gives way to what stands beside it.

    Parameters
    ----------
    mode
        What of it goes.
    least, most
        Between these widths, in px, it is shortened; without ``most``, only by its room.
    """

    def __init__(
        self, role: theme.FontRole, mode: Qt.TextElideMode, least: int, most: int = 1 << 20
    ) -> None:
        super().__init__("", role)
        self._mode, self._least, self._most = mode, least, most
        self.whole = ""

    def set_text(self, text: str) -> None:
        """Show a text."""
        self.whole = text
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.whole) + 2
        return QSize(min(width, self._most), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), self._least), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width(), self.minimumSizeHint().width())
        fitted = self.fontMetrics().elidedText(self.whole, self._mode, room)
        self.setText(fitted)
        self.setToolTip(self.whole if fitted != self.whole else "")


class _Who(QWidget):
    """The ground under code and background: a button that looks like text.

    Signals
    -------
    opened()
        A click or a key asks for more.
    """

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._opens = False

    def set_opens(self, opens: bool) -> None:
        """Let a click open something, or not."""
        self._opens = opens
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if opens else Qt.FocusPolicy.NoFocus)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        is_on = self.rect().contains(event.position().toPoint())
        if self._opens and is_on and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
        if self._opens and event.key() in keys:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._opens and self.underMouse():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.current().inset))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 4, 0, -4), 4, 4)
