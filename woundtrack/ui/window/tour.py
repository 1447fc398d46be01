"""The tour: the window in a few steps, each a bubble that points at the real control.

Hides where a bubble has room, what it points at by now, and that it is shown by itself only once.
Nothing is dimmed and nothing waits for it: everything under it goes on working.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSettings,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, Label
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.ui.session import Session
    from woundtrack.ui.window.main_window import MainWindow

_SEEN: Final = "tour/seen"
_WIDTH: Final = 344
_ARROW: Final = 10
_GAP: Final = 6
_EDGE: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One stop: ``target`` returns what to point at, or None where it isn't shown now."""

    target: Callable[[], QWidget | None]
    title: str
    text: str


class Tour(QWidget):
    """A bubble over the window that is moved from control to control.

    Enter or → goes on, ← back, Esc ends it; so do its buttons.
    """

    def __init__(
        self, session: Session, places: QSettings, window: MainWindow, steps: tuple[Step, ...]
    ) -> None:
        super().__init__(window)
        self._session, self._places, self._window, self._steps = session, places, window, steps
        self._place_in = 0
        self._focus_before: QWidget | None = None
        self._ring = _Ring(window)
        self._tip = QPoint()
        self.setAccessibleName(self.tr("The window in a few steps"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = Label("", "section", wraps=True)
        self._text = Label("", "body", wraps=True)
        self._count = Label("", "caption", "2")
        self.end_button = KeyButton(self.tr("End the tour"), self.tr("Esc"), "quiet", size="small")
        self.back_button = KeyButton(self.tr("Back"), size="small")
        self.next_button = KeyButton(self.tr("Next"), self.tr("Enter"), "main", size="small")
        self.end_button.clicked.connect(self.dismiss)
        self.back_button.clicked.connect(self.go_back)
        self.next_button.clicked.connect(self.go_on)
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._title)
        self._layout.addWidget(self._text)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._count)
        foot.addStretch(1)
        foot.addWidget(self.end_button)
        foot.addWidget(self.back_button)
        foot.addWidget(self.next_button)
        self._layout.addLayout(foot)
        self.hide()
        window.installEventFilter(self)

    @property
    def step(self) -> int:
        """Which stop it is at, from 0."""
        return self._place_in

    @property
    def title(self) -> str:
        """What is said first of this stop."""
        return self._title.text()

    @property
    def tip(self) -> QPoint:
        """Where the bubble points, in the window."""
        return self._tip

    # --- verbs -----------------------------------------------------------------------------------

    def offer(self) -> None:
        """Start, unless it was ever started on this computer."""
        if not self._places.value(_SEEN, False, bool):
            self.start()

    def start(self) -> None:
        """Start at the first stop."""
        self._places.setValue(_SEEN, True)
        if not self.isVisible():
            self._focus_before = QApplication.focusWidget()
            if (application := QApplication.instance()) is not None:
                application.installEventFilter(self)
        self._show_step(0)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Go to the next stop; after the last, end."""
        if self._place_in + 1 < len(self._steps):
            self._show_step(self._place_in + 1)
        else:
            self.dismiss()

    def go_back(self) -> None:
        """Go to the stop before."""
        if self._place_in:
            self._show_step(self._place_in - 1)

    def dismiss(self) -> None:
        """End it and give the focus back."""
        if not self.isVisible():
            return
        focused = QApplication.focusWidget()
        had_focus = focused is None or focused is self or self.isAncestorOf(focused)
        self.hide()
        if (application := QApplication.instance()) is not None:
            application.removeEventFilter(self)
        self._ring.hide()
        before, self._focus_before = self._focus_before, None
        if not had_focus:
            return
        # Hiding it let Qt give the focus to whatever comes next, a button maybe. What had it first
        # may be gone, or have been nothing: then it is the room's, whose letters are its keys.
        room = self._window.stack.currentWidget()
        is_there = before is not None and before.isVisible() and before.window() is self._window
        target = before if is_there and before is not self._window else room
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- where it is -----------------------------------------------------------------------------

    def _show_step(self, place: int) -> None:
        self._place_in = place
        step = self._steps[place]
        self._title.setText(step.title)
        self._text.setText(step.text)
        self._count.setText(self.tr("{n} of {all}").format(n=place + 1, all=len(self._steps)))
        self.back_button.setVisible(place > 0)
        is_last = place + 1 == len(self._steps)
        self.next_button.setText(self.tr("Done") if is_last else self.tr("Next"))
        self.end_button.setVisible(not is_last)
        self.setAccessibleDescription(f"{step.title}. {step.text}")
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        """Put the bubble beside what it points at, where the window has room."""
        target = self._steps[self._place_in].target()
        whole = self._window.rect()
        side = _ARROW + 16
        self._layout.setContentsMargins(side, side - 2, side, side - 4)
        width = min(_WIDTH + 2 * _ARROW, whole.width() - 2 * _EDGE)
        self._layout.activate()
        height = self._layout.heightForWidth(width)
        if target is None or not target.isVisible():
            self._tip = QPoint()
            self._ring.hide()
            self.setGeometry(
                (whole.width() - width) // 2, (whole.height() - height) // 2, width, height
            )
            self.update()
            return
        at = QRect(target.mapTo(self._window, QPoint(0, 0)), target.size()).intersected(whole)
        self._ring.surround(at)
        if at.width() > whole.width() // 2 and at.height() > whole.height() // 2:
            # The room itself: the bubble lies in it.
            self._tip = QPoint()
            middle = at.center()
            self.setGeometry(middle.x() - width // 2, middle.y() - height // 2, width, height)
            self.update()
            return
        beside_left = at.left() - _GAP - width
        beside_right = at.right() + 1 + _GAP
        is_mirrored = self._window.layoutDirection() is Qt.LayoutDirection.RightToLeft
        sides = [beside_left, beside_right] if is_mirrored else [beside_right, beside_left]
        x = next((x for x in sides if x >= 0 and x + width <= whole.width()), None)
        if x is not None:
            y = at.center().y() - height // 2
            y = max(_EDGE, min(y, whole.height() - height - _EDGE))
            tip_y = max(y + side, min(at.center().y(), y + height - side))
            self._tip = QPoint(x if x > at.left() else x + width, tip_y)
        else:
            is_below = at.bottom() + _GAP + height <= whole.height()
            y = at.bottom() + 1 + _GAP if is_below else max(0, at.top() - _GAP - height)
            x = max(_EDGE, min(at.center().x() - width // 2, whole.width() - width - _EDGE))
            tip_x = max(x + side, min(at.center().x(), x + width - side))
            self._tip = QPoint(tip_x, y if is_below else y + height)
        self.setGeometry(x, y, width, height)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _KEY_EVENTS and isinstance(event, QKeyEvent) and self._takes_esc(event):
            # Wherever the focus went meanwhile.
            event.accept()
            if kind is QEvent.Type.KeyPress:
                self.dismiss()
            return True
        if watched is self._window and kind is QEvent.Type.Resize and self.isVisible():
            self._place()
            self.raise_()
        return False

    def _takes_esc(self, event: QKeyEvent) -> bool:
        """Whether a key is Esc, and nothing that lies over the bubble wants it."""
        if event.key() != Qt.Key.Key_Escape or not self.isVisible():
            return False
        focused = QApplication.focusWidget()
        is_covered = any(
            sheet.isVisible() and (focused is sheet or sheet.isAncestorOf(focused or self))
            for sheet in self._window.findChildren(Overlay)
        )
        is_elsewhere = focused is not None and focused.window() is not self._window
        return not is_covered and not is_elsewhere and QApplication.activePopupWidget() is None

    # --- keys and painting -----------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        # Esc, Enter and the arrows are keys of the rooms, too; with the focus here they are its.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and Qt.Key(event.key()) in _KEYS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        forward, back = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            forward, back = back, forward
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, forward}:
            self.go_on()
        elif event.key() == back:
            self.go_back()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(_ARROW, _ARROW, -_ARROW, -_ARROW)
        painter.setPen(QPen(QColor(tokens.accent), 1.5))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(body.adjusted(0.75, 0.75, -0.75, -0.75), 6, 6)
        if self._tip.isNull():
            return
        tip = QPointF(self._tip - self.pos())
        near = QPointF(
            min(max(tip.x(), body.left() + 1.5), body.right() - 1.5),
            min(max(tip.y(), body.top() + 1.5), body.bottom() - 1.5),
        )
        across = tip - near
        half = QPointF(-across.y(), across.x()) * 0.9
        arrow = QPolygonF([near - half, tip, near + half])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(arrow)
        painter.setPen(QPen(QColor(tokens.accent), 1.5))
        painter.drawPolyline(arrow)


_KEY_EVENTS: Final = frozenset({QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress})
_KEYS: Final = frozenset(
    {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left, Qt.Key.Key_Right}
)


def steps_of(window: MainWindow) -> tuple[Step, ...]:
    """Return the stops of the tour through a window."""
    item = window.rail.item

    return (
        Step(
            target=window.stack.currentWidget,
            title=QCoreApplication.translate("Tour", "Drop photographs anywhere"),
            text=QCoreApplication.translate(
                "Tour",
                "Photographs or whole folders, each with the printed card beside the wound. They "
                "are copied into the library, never changed.",
            ),
        ),
        Step(
            target=lambda: item("room.review"),
            title=QCoreApplication.translate("Tour", "Review: check and accept"),
            text=QCoreApplication.translate(
                "Tour",
                "The number says how many photographs wait. Look at the outline that is proposed, "
                "correct it with a click, and press Enter.",
            ),
        ),
        Step(
            target=lambda: item("room.patients"),
            title=QCoreApplication.translate("Tour", "Patients: who is in view"),
            text=QCoreApplication.translate(
                "Tour",
                "The list, the body map and the lesions, beside every room. Ctrl B hides it.",
            ),
        ),
        Step(
            target=lambda: item("room.timeline"),
            title=QCoreApplication.translate("Tour", "Timeline: the course"),
            text=QCoreApplication.translate(
                "Tour",
                "A curve for each lesion, with the interval of every area, from 2 visits on.",
            ),
        ),
        Step(
            target=lambda: item("window.find"),
            title=QCoreApplication.translate("Tour", "Find any action"),
            text=QCoreApplication.translate(
                "Tour", "Press Ctrl K and type a few letters. F1 shows the help and keys of a room."
            ),
        ),
        Step(
            target=lambda: item("window.menu"),
            title=QCoreApplication.translate("Tour", "Menu: everything else"),
            text=QCoreApplication.translate(
                "Tour",
                "Print cards, back up, settings, what woundtrack is and is not, and this tour "
                "again.",
            ),
        ),
    )


class _Ring(QWidget):
    """A line round what the bubble points at; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def surround(self, at: QRect) -> None:
        """Lie round a place of the window."""
        self.setGeometry(at.adjusted(-2, -2, 2, 2))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().accent), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
