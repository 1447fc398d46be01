"""The numbers beside the photographs: change of area with its interval, sizes, shares, care.

Hides the layout, the painted bar and the ticks of its axis.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from woundtrack.healing.change import Change, between, is_too_wide, ratio
from woundtrack.model import Tissue
from woundtrack.ui import change as change_words
from woundtrack.ui import theme
from woundtrack.ui.compare.visits import is_closed
from woundtrack.ui.components import Label, Message, Panel, rule, words
from woundtrack.ui.components.tissue import tissue_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.model import TimelinePoint
    from woundtrack.ui.compare.visits import ComparedVisit

WIDTH: Final = 312
_PADDING: Final = 16
_LEAST_APART: Final = 30
"""Of two ticks that are nearer than this, px, one has no figure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A change of area as a fraction, and its 95 % interval: −0.17 is 17 % smaller."""

    middle: float
    low: float
    high: float


def spread_of(before: TimelinePoint, after: TimelinePoint) -> Spread | None:
    """Return the change from one measurement to another; None where it can't be told."""
    found = ratio(before, after)
    if found is None:
        return None
    middle, low, high = found
    return Spread(middle=middle, low=low, high=high)


def bar_ticks(spread: Spread) -> tuple[float, ...]:
    """Return the ticks of the bar's axis, no change among them: none below −100 %.

    All of the interval lies between the first and the last. Empty where it is too wide to draw.
    """
    ends = (spread.low, spread.high, 0.0)
    steps = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0)
    step = next((step for step in steps if (max(ends) - min(ends)) / step <= 4.2), None)
    if step is None:
        return ()
    first, last = math.floor(min(ends) / step), math.ceil(max(ends) / step)
    return tuple(max(step * place, -1.0) for place in range(first, max(last, first + 1) + 1))


def change_in_words(left: ComparedVisit, right: ComparedVisit, care: Sequence[str]) -> str:
    """Return a change for a label: ``−17 % (−24 to −9)``, ``closed``, ``cannot tell``.

    ``care`` is what lies between the two beside time: where anything does, nobody can tell.
    """
    what, found = told(left, right, care)
    if found is None:
        return change_words.said(what)
    low, high = (words.number(round(100 * end), 0) for end in (found.low, found.high))
    text = words.percent(found.middle, has_sign=True)
    interval = QCoreApplication.translate("Compare", "{low} to {high}").format(low=low, high=high)
    return words.kept_whole(f"{text} ({interval})")


def told(
    left: ComparedVisit, right: ComparedVisit, care: Sequence[str]
) -> tuple[Change, Spread | None]:
    """Return what became of the area between two visits, and by how much where that can be told."""
    what = between(left.point, right.point)
    is_figure = what in {Change.SMALLER, Change.LARGER, Change.WITHIN_ERROR}
    if (is_figure or is_too_wide(left.point, right.point)) and not care:
        return what, spread_of(left.point, right.point)
    is_seen = what is Change.CLOSED or is_closed(left)
    return (what if is_seen else Change.CANNOT_TELL), None


def _signed(value: float, decimals: int) -> str:
    """Return a difference with its sign; 0 has none."""
    text = words.number(value, decimals)
    return words.kept_whole(f"+{text}") if round(value, decimals) > 0 else text


class ChangeBar(QWidget):
    """The change with its interval on a scale of per cent, and a line where nothing changed.

    Smaller or larger is said where the interval lies on one side of that line: nothing else is
    drawn.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spread: Spread | None = None
        self.setFixedHeight(44)

    def show_spread(self, spread: Spread | None, said: str) -> None:
        """Show a change; ``said`` is the same in words."""
        self._spread = spread
        self.setAccessibleName(said)
        self.setVisible(spread is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 2 * _PADDING, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        spread = self._spread
        if spread is None:
            return
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ticks = bar_ticks(spread)
        if not ticks:
            return
        low, high = ticks[0], ticks[-1]
        left, room = 14.0, self.width() - 34.0

        def x(value: float) -> float:
            return left + room * (value - low) / (high - low)

        painter.setFont(theme.font("caption"))
        for value in ticks:
            is_none = abs(value) < 1e-9
            colour = tokens.text if is_none else tokens.line
            painter.setPen(QPen(QColor(colour), 1.5 if is_none else 1))
            painter.drawLine(QPointF(x(value), 0), QPointF(x(value), 24))
            if value == low and x(ticks[1]) - x(value) < _LEAST_APART:
                continue
            painter.setPen(QColor(tokens.text2))
            text = words.number(round(100 * value), 0)
            if value == ticks[-1]:
                text = words.percent(value, has_sign=not is_none)
            painter.drawText(QRectF(x(value) - 28, 27, 56, 15), Qt.AlignmentFlag.AlignHCenter, text)
        painter.setPen(QPen(QColor(tokens.accent), 2))
        for end in (spread.low, spread.high):
            painter.drawLine(QPointF(x(end), 6), QPointF(x(end), 18))
        painter.drawLine(QPointF(x(spread.low), 12), QPointF(x(spread.high), 12))
        painter.setBrush(QColor(tokens.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x(spread.middle), 12), 4.5, 4.5)


class _Arrow(QWidget):
    """Down for smaller, up for larger, a level bar within measurement error: in one colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = Change.CANNOT_TELL
        self.setFixedSize(18, 18)

    def show_change(self, what: Change) -> None:
        self._what = what
        self.setVisible(what in {Change.SMALLER, Change.LARGER, Change.WITHIN_ERROR})
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.current().accent))
        if self._what is Change.WITHIN_ERROR:
            painter.drawRect(QRectF(1, 7, 16, 4))
            return
        tip, base = (15.0, 3.0) if self._what is Change.SMALLER else (3.0, 15.0)
        painter.drawPolygon(QPolygonF([QPointF(1, base), QPointF(17, base), QPointF(9, tip)]))


class Numbers(Panel):
    """What is measured of the two visits compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("panel_right", parent)
        self.setFixedWidth(WIDTH)
        self._head = Label("", "label_strong", "2")
        self._arrow = _Arrow()
        self.change = Label("", "area")
        self.interval = Label("", "body_strong")
        self._interval_note = Label(self.tr("95 % interval"), "caption", "2")
        self.verdict = Label("", "label", "2", wraps=True)
        self.bar = ChangeBar()
        self._rule = Label("", "caption", "2", wraps=True)
        self._table = QGridLayout()
        self._note = Label("", "caption", "2", wraps=True)
        self._care = QVBoxLayout()
        self._rows: list[QWidget] = []
        self._shown: tuple[ComparedVisit, ComparedVisit, tuple[str, ...]] | None = None
        self._build()

    def _build(self) -> None:
        big = QHBoxLayout()
        big.setSpacing(8)
        big.addWidget(self._arrow)
        big.addWidget(self.change, 1)
        interval = QHBoxLayout()
        interval.setSpacing(6)
        interval.addWidget(self.interval)
        interval.addWidget(self._interval_note, 1)
        top = QVBoxLayout()
        top.setContentsMargins(_PADDING, 14, _PADDING, 12)
        top.setSpacing(2)
        top.addWidget(self._head)
        top.addLayout(big)
        top.addLayout(interval)
        top.addWidget(self.verdict)
        top.addSpacing(8)
        top.addWidget(self.bar)
        top.addWidget(self._rule)
        self._table.setContentsMargins(_PADDING, 10, _PADDING, 6)
        self._table.setHorizontalSpacing(10)
        self._table.setVerticalSpacing(7)
        self._table.setColumnStretch(0, 1)
        notes = QVBoxLayout()
        notes.setContentsMargins(_PADDING, 4, _PADDING, 12)
        notes.setSpacing(10)
        notes.addWidget(self._note)
        notes.addLayout(self._care)
        inside = Panel("surface")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(rule())
        column.addLayout(self._table)
        column.addLayout(notes)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        scroll.setAccessibleName(self.tr("Numbers of the two visits"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.addWidget(scroll)

    # --- what is shown ---------------------------------------------------------------------------

    def show_pair(self, left: ComparedVisit, right: ComparedVisit, care: Sequence[str]) -> None:
        """Show the numbers of two visits, and what they are to be read with."""
        if self._shown is not None:
            before = self._shown
            if left is before[0] and right is before[1] and tuple(care) == before[2]:
                return
        self._shown = (left, right, tuple(care))
        days = (right.on - left.on).days
        self._head.setText(
            self.tr("Change in area, 1 day")
            if days == 1
            else self.tr("Change in area, {count} days").format(count=days)
        )
        self._show_change(left, right, care)
        self._show_table(left, right)
        while (item := self._care.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for text in care:
            self._care.addWidget(Message("info", self.tr("Read with care"), text))

    def _show_change(self, left: ComparedVisit, right: ComparedVisit, care: Sequence[str]) -> None:
        what, spread = told(left, right, care)
        self._arrow.show_change(what if spread is not None else Change.CANNOT_TELL)
        if spread is None:
            self.change.setText(words.DASH)
            if what is Change.CLOSED:
                self.change.setText(self.tr("closed"))
            elif is_closed(left):
                self.change.setText(self.tr("open again"))
            self.interval.setText("")
            self._interval_note.hide()
            self.verdict.setText(self._why_no_change(left, right, what, care))
            self.bar.show_spread(None, "")
            self._rule.hide()
            return
        self.change.setText(words.percent(spread.middle, has_sign=True))
        low, high = (words.number(round(100 * end), 0) for end in (spread.low, spread.high))
        self.interval.setText(
            words.kept_whole(
                self.tr("{low} to {high}").format(low=low, high=high) + f"{words.THIN}%"
            )
        )
        self._interval_note.show()
        said = {
            Change.SMALLER: self.tr("Smaller by more than measurement error"),
            Change.LARGER: self.tr("Larger by more than measurement error"),
            Change.WITHIN_ERROR: self.tr("Within measurement error"),
            Change.CANNOT_TELL: self.tr("Cannot tell: the interval is too wide"),
        }.get(what, change_words.said(what))
        self.verdict.setText(said)
        self.bar.show_spread(spread, f"{self.change.text()}, {self.interval.text()}, {said}")
        self._rule.setText(self._rule_of(what))
        self._rule.show()

    def _rule_of(self, what: Change) -> str:
        """Return in words what the bar shows of why that is said."""
        if what is Change.CANNOT_TELL:
            return self.tr("The interval holds 0 (no change) and a change that matters.")
        if what is Change.WITHIN_ERROR:
            return self.tr("The interval holds 0 (no change), and no change that matters.")
        return self.tr("The interval doesn't hold 0 (no change).")

    def _why_no_change(
        self, left: ComparedVisit, right: ComparedVisit, what: Change, care: Sequence[str]
    ) -> str:
        if what is Change.CLOSED:
            return self.tr("The lesion was seen closed at the right visit.")
        if is_closed(left):
            return self.tr("The lesion was closed at the left visit, and is open at the right.")
        lacking = [one for one in (left, right) if one.point.area_mm2 is None]
        if lacking:
            days = ", ".join(words.day(one.on) for one in lacking)
            return self.tr("The change can't be told: there is no area on {days}.").format(
                days=days
            )
        if care:
            return self.tr("The change can't be told: more than time lies between, see below.")
        return self.tr("The change can't be told: there is no interval of both areas.")

    def _show_table(self, left: ComparedVisit, right: ComparedVisit) -> None:
        for widget in self._rows:
            self._table.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._rows.clear()
        self._put(
            0,
            ("", self._day(self.tr("L"), left), self._day(self.tr("R"), right), self.tr("change")),
            is_head=True,
        )
        row = 1
        for name, values, decimals in self._sizes(left, right):
            first, second = values
            shown = [self._number(value, decimals) for value in values]
            moved = ""
            if first is not None and second is not None:
                places = 2 if decimals is None and max(first, second) < 0.995 else decimals or 1
                moved = _signed(second - first, places)
            self._put(row, (name, shown[0], shown[1], moved))
            row += 1
            if decimals is None:
                under = [self._interval_of(one) for one in (left, right)]
                if any(under):
                    self._put(row, ("", under[0], under[1], ""), is_under=True)
                    row += 1
        shares = [dict(one.point.tissue_shares or ()) for one in (left, right)]
        kinds = [kind for kind in Tissue if any(one.get(kind, 0) >= 0.005 for one in shares)]
        for kind in kinds:
            cells = [words.percent(one[kind]) if kind in one else words.DASH for one in shares]
            moved = ""
            if all(kind in one for one in shares):
                moved = _signed(100 * (shares[1][kind] - shares[0][kind]), 0)
            self._put(row, (tissue_name(kind), cells[0], cells[1], moved))
            row += 1
        self._note.setVisible(bool(kinds))
        self._note.setText(
            self.tr("Tissue shares vary between readers and are not used for change.")
            if all(shares)
            else self.tr("Tissue shares are shown where a person approved them alone.")
        )

    def _day(self, letter: str, one: ComparedVisit) -> str:
        return f"{letter} {words.day_short(one.on)}"

    def _sizes(
        self, left: ComparedVisit, right: ComparedVisit
    ) -> list[tuple[str, tuple[float | None, float | None], int | None]]:
        sizes = [
            None if one.accepted is None else one.accepted.measurement for one in (left, right)
        ]
        found: list[tuple[str, tuple[float | None, float | None], int | None]] = [
            (self.tr("Area, cm²"), (left.point.area_cm2, right.point.area_cm2), None)
        ]
        for name, attribute in (
            (self.tr("Perimeter, cm"), "perimeter_cm"),
            (self.tr("Length, cm"), "length_cm"),
            (self.tr("Width, cm"), "width_cm"),
        ):
            values = [None if size is None else float(getattr(size, attribute)) for size in sizes]
            found.append((name, (values[0], values[1]), 1))
        return found

    def _number(self, value: float | None, decimals: int | None) -> str:
        if value is None:
            return words.DASH
        return words.area(value) if decimals is None else words.number(value, decimals)

    def _interval_of(self, one: ComparedVisit) -> str:
        low, high = one.point.area_low_mm2, one.point.area_high_mm2
        if not low or not high:
            return ""
        return words.interval_short(low / 100, high / 100)

    def _put(
        self,
        row: int,
        cells: tuple[str, str, str, str],
        *,
        is_head: bool = False,
        is_under: bool = False,
    ) -> None:
        for column, text in enumerate(cells):
            role: theme.FontRole = "caption" if is_head or is_under else "label"
            if column == 2 and not is_under:
                role = "label_strong"
            tone = "2" if is_head or is_under or column == 3 else "1"
            label = Label(text, role, tone)  # type: ignore[arg-type]
            if column:
                label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._table.addWidget(label, row, column)
            self._rows.append(label)
