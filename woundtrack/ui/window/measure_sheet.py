"""A small card that takes what a ruler says of a printed sheet's two bars.

Hides the drawing of the sheet, how a length is read from what was typed, and what is odd about it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QCoreApplication,
    QDate,
    QEvent,
    QLineF,
    QLocale,
    QObject,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack import workflow
from woundtrack.errors import NotUnderstood
from woundtrack.model import now
from woundtrack.ui import messages, theme
from woundtrack.ui.components import KeyButton, Label, rule, words
from woundtrack.ui.imports.fields import DayField
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.model import PrintScale
    from woundtrack.ui.session import Session

_WIDTH: Final = 640
_DAY_WIDTH: Final = 148
_NOMINAL_MM: Final = 100.0
_SHEET_MM: Final = (210.0, 297.0)
_ACROSS_MM: Final = (20.0, 252.0)
"""Where the bar across begins on a sheet of A4, and the top of the upright one, next."""
_DOWN_MM: Final = (199.0, 156.0)
_CARDS_MM: Final = ((20.0, 40.0, 120.0, 80.0), (20.0, 130.0, 120.0, 80.0))
_IN_CM: Final = 10.0


class MeasureSheet(Overlay):
    """Takes a printer's name and the lengths of its two bars; the day is today unless it is said.

    Signals
    -------
    kept(PrintScale)
        The person said that this is what they measured.
    left()
        They closed it without.
    """

    kept = Signal(object)
    left = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH)
        self._session = session
        self._scale: PrintScale | None = None
        self.inside.addWidget(Label(self.tr("Measure a printed sheet"), "title"))
        self.inside.addWidget(
            Label(
                self.tr(
                    "Lay a ruler along each of the two bars, from end mark to end mark, and read "
                    "it to half a millimetre or better. Once for each printer, and again after a "
                    "year."
                ),
                "body",
                "2",
                wraps=True,
            )
        )
        middle = QHBoxLayout()
        middle.setSpacing(24)
        self.drawing = BarsDrawing()
        middle.addWidget(self.drawing, 0, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(self._fields(), 1)
        self.inside.addLayout(middle)
        self.inside.addWidget(rule())
        foot = QHBoxLayout()
        self._foot = Label("", "caption", "2", wraps=True)
        foot.addWidget(self._foot, 1)
        self.cancel = KeyButton(self.tr("Cancel"), self.tr("Esc"))
        self.cancel.clicked.connect(self.dismiss)
        self.keep = KeyButton(self.tr("Keep these bars"), self.tr("Enter"), "main")
        self.keep.clicked.connect(self._keep)
        foot.addWidget(self.cancel)
        foot.addWidget(self.keep)
        self.inside.addLayout(foot)

    def _fields(self) -> QVBoxLayout:
        self.printer = QLineEdit()
        self.printer.setAccessibleName(self.tr("Name of the printer"))
        self.printer.setMaxLength(workflow.LONGEST_PRINTER_NAME)
        self.printer.setPlaceholderText(self.tr("e.g. Ward 3, Canon"))
        self.across = _length_field(self.tr("Bar across the sheet, in millimetres"))
        self.down = _length_field(self.tr("Bar down the sheet, in millimetres"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        grid.addWidget(Label(self.tr("Printer"), "body_strong"), 0, 0)
        grid.addWidget(self.printer, 0, 1, 1, 2)
        for row, (title, field) in enumerate(
            ((self.tr("Across"), self.across), (self.tr("Down"), self.down)), start=1
        ):
            grid.addWidget(Label(title, "body_strong"), row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(Label(self.tr("mm"), "body", "2"), row, 2)
            field.installEventFilter(self)
        self.day = DayField(_DAY_WIDTH)
        self.day.setAccessibleName(self.tr("Day of measuring"))
        self.day.dateChanged.connect(lambda _day: self._look())
        grid.addWidget(Label(self.tr("Measured on"), "body_strong"), 3, 0)
        grid.addWidget(self.day, 3, 1, 1, 2, Qt.AlignmentFlag.AlignLeading)
        for field in (self.printer, self.across, self.down):
            field.textEdited.connect(lambda: self._look(is_typing=True))
            field.editingFinished.connect(self._look)
        self.said = Label("", "body", "1", wraps=True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.said.setMinimumHeight(76)  # three lines, so that the card doesn't jump
        self.repair = KeyButton("", size="small")
        self.repair.clicked.connect(self._repair)
        kept_room = self.repair.sizePolicy()
        kept_room.setRetainSizeWhenHidden(True)  # or the fields above would be pushed together
        self.repair.setSizePolicy(kept_room)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addLayout(grid)
        column.addSpacing(4)
        column.addWidget(self.said)
        column.addWidget(self.repair, 0, Qt.AlignmentFlag.AlignLeading)
        column.addStretch(1)
        return column

    # --- opening and closing ---------------------------------------------------------------------

    def open_for(self, printer: str = "") -> None:
        """Open for a printer that is known by this name, or for one that isn't yet."""
        library = self._session.library
        self.printer.setText(printer)
        self.across.clear()
        self.down.clear()
        today = now().astimezone().date()
        self.day.setDate(QDate(today.year, today.month, today.day))
        name = "" if library is None else library.name
        self._foot.setText(self.tr("Kept in {library}.").format(library=words.kept_whole(name)))
        self._look()
        self.open()
        first = self.across if printer else self.printer
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def dismiss(self) -> None:
        """Close without keeping anything."""
        was_open = self.isVisible()
        super().dismiss()
        if was_open:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._next()
            event.accept()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.drawing.show_measured(
                is_across=self.across.hasFocus(), is_down=self.down.hasFocus()
            )
        return super().eventFilter(watched, event)

    # --- what was typed --------------------------------------------------------------------------

    @property
    def print_scale(self) -> PrintScale | None:
        """What was measured, once it is whole and can be meant."""
        return self._scale

    @property
    def measured_on(self) -> date:
        """The day that is given; today where nobody gave another."""
        day = self.day.date()
        return date(day.year(), day.month(), day.day())

    def _next(self) -> None:
        """Go to the field that is still empty or can't be meant; with none, keep."""
        self._look()
        if self._scale is not None:
            self._keep()
            return
        for field in (self.printer, self.across, self.down):
            if not field.text().strip() or field.property("refused") == "true":
                field.setFocus(Qt.FocusReason.TabFocusReason)
                field.selectAll()
                return
        self.day.setFocus(Qt.FocusReason.TabFocusReason)

    def _keep(self) -> None:
        scale = self._scale
        if scale is not None:
            super().dismiss()
            self.kept.emit(scale)

    def _look(self, *, is_typing: bool = False) -> None:
        """Say what the fields come to, and whether it can be kept; half a number isn't wrong."""
        lengths = [length_of(field.text()) for field in (self.across, self.down)]
        self._scale = None
        wrong: QLineEdit | None = None
        said, tone, repaired = "", "1", ""
        for field, length in zip((self.across, self.down), lengths, strict=True):
            is_wrong = bool(field.text().strip()) and not _can_be(length)
            if is_typing and field.hasFocus() and field.text().strip().isdigit():
                is_wrong = is_wrong and len(field.text().strip()) > 2  # it may become 99 or 100
            _mark(field, "refused", is_on=is_wrong)
            if is_wrong and wrong is None:
                wrong = field
        if wrong is not None:
            said, repaired = self._of_wrong(wrong)
            tone = "refuse"
        elif not workflow.EARLIEST_MEASURING <= self.measured_on <= now().astimezone().date():
            said, tone = self._of_day(), "refuse"
        elif None not in lengths and all(map(_can_be, lengths)):
            said, tone = self._of_bars(*(length for length in lengths if length is not None))
        doubtful = tone == "doubt"
        for field in (self.across, self.down):
            _mark(field, "doubtful", is_on=doubtful)
        self.said.setText(said)
        self.said.set_tone("refuse" if tone == "refuse" else "doubt" if doubtful else "1")
        self.repair.setText(repaired)
        self.repair.setVisible(bool(repaired))
        self.keep.setText(
            self.tr("Keep them all the same") if doubtful else self.tr("Keep these bars")
        )
        self.keep.setEnabled(self._scale is not None)

    def _of_bars(self, across_mm: float, down_mm: float) -> tuple[str, str]:
        """Return what two lengths that can be meant come to, and its tone."""
        try:
            self._scale = workflow.checked_bars(
                self.printer.text(), across_mm, down_mm, self.measured_on
            )
        except NotUnderstood:
            return self.tr("Give the printer a name, to know it again by."), "1"
        doubts = workflow.bar_doubts(across_mm, down_mm)
        if doubts:
            return messages.doubt_sentence(doubts[0]), "doubt"  # first things first
        return self._effect(self._scale), "1"

    def _of_day(self) -> str:
        """Return why the day can't be that of measuring."""
        if self.measured_on < workflow.EARLIEST_MEASURING:
            return self.tr("Nothing was measured for woundtrack before {day}.").format(
                day=words.day(workflow.EARLIEST_MEASURING)
            )
        return self.tr(
            "The day of measuring is still to come: give the day on which the bars were measured."
        )

    def _effect(self, scale: PrintScale) -> str:
        shown = words.kept_whole(f"{words.number(scale.scale * 100, 1)}{words.THIN}%")
        change = scale.scale**2 - 1
        if abs(change) < 0.0005:
            return self.tr("This printer prints at {scale}: areas stay as they are.").format(
                scale=shown
            )
        text = self.tr("This printer prints at {scale}: areas come out {percent} larger.")
        if change < 0:
            text = self.tr("This printer prints at {scale}: areas come out {percent} smaller.")
        percent = words.kept_whole(f"{words.number(abs(change) * 100, 1)}{words.THIN}%")
        return text.format(scale=shown, percent=percent)

    def _of_wrong(self, field: QLineEdit) -> tuple[str, str]:
        """Return why a length can't be meant, and the words of a repair where one is likely."""
        length = length_of(field.text())
        if length is None:
            return self.tr("Type the length as a number of millimetres, such as 99.5."), ""
        which = self.tr("across") if field is self.across else self.tr("down")
        said = self.tr(
            "A bar {which} of {length} mm can't be: it is meant to be 100 mm long. Measure from "
            "end mark to end mark, in millimetres."
        ).format(which=which, length=words.kept_whole(field.text().strip()))
        if _can_be(length * _IN_CM):
            return said, self.tr("Use {length} mm").format(length=shown_mm(length * _IN_CM))
        return said, ""

    def _repair(self) -> None:
        """Take what was likely meant: centimetres."""
        for field in (self.across, self.down):
            length = length_of(field.text())
            if length is not None and not _can_be(length) and _can_be(length * _IN_CM):
                field.setText(shown_mm(length * _IN_CM))
                field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look()


class BarsDrawing(QWidget):
    """The sheet as it is printed, small: its two bars drawn strongly, the one in hand in colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_across = self._is_down = False
        self.setFixedSize(QSize(174, 240))
        self.setAccessibleName(
            self.tr("The printed sheet: one bar lies across at its foot, one stands at its right")
        )

    def show_measured(self, *, is_across: bool, is_down: bool) -> None:
        """Show which bar is being measured."""
        self._is_across, self._is_down = is_across, is_down
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        by = min((self.width() - 2) / _SHEET_MM[0], (self.height() - 2) / _SHEET_MM[1])
        painter.translate(1, 1)
        painter.setPen(QPen(QColor(tokens.edge), 1))
        painter.setBrush(QColor(tokens.inset))
        painter.drawRect(QRectF(0, 0, _SHEET_MM[0] * by, _SHEET_MM[1] * by))
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.line))
        for x, y, width, height in _CARDS_MM:
            # An L: what is cut away lies at its upper right.
            painter.drawRect(QRectF(x * by, y * by, 25 * by, height * by))
            painter.drawRect(QRectF(x * by, (y + height - 25) * by, width * by, 25 * by))
        x, y = _ACROSS_MM[0] * by, _ACROSS_MM[1] * by
        self._bar(painter, QLineF(x, y, x + _NOMINAL_MM * by, y), is_in_hand=self._is_across)
        x, y = _DOWN_MM[0] * by, _DOWN_MM[1] * by
        self._bar(painter, QLineF(x, y, x, y + _NOMINAL_MM * by), is_in_hand=self._is_down)
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(tokens.accent if self._is_across else tokens.text2))
        text = QCoreApplication.translate("BarsDrawing", "across")
        above = QRectF(_ACROSS_MM[0] * by, _ACROSS_MM[1] * by - 24, _NOMINAL_MM * by, 16)
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QColor(tokens.accent if self._is_down else tokens.text2))
        text = QCoreApplication.translate("BarsDrawing", "down")
        beside = QRectF(_DOWN_MM[0] * by - 48, (_DOWN_MM[1] + 50) * by - 8, 38, 16)
        painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _bar(self, painter: QPainter, line: QLineF, *, is_in_hand: bool) -> None:
        tokens = theme.current()
        pen = QPen(QColor(tokens.accent if is_in_hand else tokens.text), 3 if is_in_hand else 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(line)
        across = line.normalVector().unitVector()
        dx, dy = across.dx() * 5, across.dy() * 5
        for end in (line.p1(), line.p2()):
            painter.drawLine(QLineF(end.x() - dx, end.y() - dy, end.x() + dx, end.y() + dy))


def length_of(typed: str) -> float | None:
    """Return the number that was typed, with a point or a comma; None where it is none."""
    text = typed.strip().casefold().removesuffix("mm").strip()
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
    value, is_number = locale.toDouble(text)
    if not is_number:
        value, is_number = QLocale.c().toDouble(text.replace(",", "."))
    return float(value) if is_number else None


def shown_mm(length_mm: float) -> str:
    """Return a length as it is read off a ruler, without its unit: one decimal, two if given."""
    return words.number(length_mm, 1 if round(length_mm, 1) == round(length_mm, 4) else 2)


def _can_be(length_mm: float | None) -> bool:
    return length_mm is not None and workflow.LEAST_BAR_MM <= length_mm <= workflow.LARGEST_BAR_MM


def _length_field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setMaxLength(12)
    field.setFixedWidth(96)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.setProperty("refused", "false")
    field.setProperty("doubtful", "false")
    return field


def _mark(field: QLineEdit, state: str, *, is_on: bool) -> None:
    value = "true" if is_on else "false"
    if field.property(state) != value:
        field.setProperty(state, value)
        field.style().unpolish(field)
        field.style().polish(field)
