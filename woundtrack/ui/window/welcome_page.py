"""The page without a library: what woundtrack does in three steps, and the ways to begin.

Hides the drawings of the steps and the list of recent libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui import messages, theme
from woundtrack.ui.components import Card, KeyButton, Label, Message, rule, words
from woundtrack.ui.components.icons import paint_icon

if TYPE_CHECKING:
    from datetime import datetime

    from woundtrack.errors import WoundtrackError
    from woundtrack.ui.session import Session

_WIDTH: Final = 960
_TOP: Final = 40
_SHARE_ABOVE: Final = 0.28
_RECENT_SHOWN: Final = 4
_RING: Final = 4
"""Room for the focus ring outside the outermost buttons."""


class WelcomePage(QWidget):
    """Begin: make, open or explore a library, or print the card.

    Signals
    -------
    library_chosen(Path)
        One of the recent libraries was pressed.
    """

    page_id = "welcome"
    library_chosen = Signal(object)

    def __init__(
        self,
        session: Session,
        opened_at: Callable[[Path], datetime | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._opened_at = opened_at
        self.setAccessibleName(self.tr("Welcome"))
        column = QWidget()
        column.setMaximumWidth(_WIDTH + 2 * _RING)
        column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(_RING, 0, _RING, 24)
        self._column.setSpacing(0)
        self._column.addWidget(
            Label(self.tr("Measure ulcers from ordinary photographs"), "welcome")
        )
        self._column.addSpacing(4)
        sub = Label(
            self.tr("Everything stays on this computer. woundtrack works without a network."),
            "section",
            "2",
        )
        sub.setFont(theme.font("section", 400))
        self._column.addWidget(sub)
        self._column.addSpacing(24)
        self._messages = QVBoxLayout()
        self._messages.setSpacing(12)
        self._column.addLayout(self._messages)
        self._column.addWidget(self._steps())
        self._column.addSpacing(24)
        self._column.addLayout(self._buttons())
        self._column.addSpacing(24)
        self._recent = Card()
        self._recent_rows = QVBoxLayout(self._recent)
        self._recent_rows.setContentsMargins(1, 1, 1, 1)
        self._recent_rows.setSpacing(0)
        self._column.addWidget(self._recent)
        self._column.addStretch(1)

        content = QWidget()
        self._around = around = QHBoxLayout(content)
        around.setContentsMargins(24, _TOP, 24, 0)
        around.addStretch(1)
        around.addWidget(column, 1000)
        around.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        session.settings_changed.connect(self._list_recent)
        self._list_recent()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A high window has its empty ground above and below, not below alone.
        left_over = self.height() - self._column.sizeHint().height()
        self._around.setContentsMargins(24, max(_TOP, round(left_over * _SHARE_ABOVE)), 24, 0)

    def enter(self, **_context: object) -> None:
        """Show the page."""
        self._list_recent()
        self.new_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Let the page go; what was told is read by then."""
        self.clear()

    # --- telling ---------------------------------------------------------------------------------

    def tell(self, problem: WoundtrackError, actions: list[tuple[str, Callable[[], None]]]) -> None:
        """Say why a library isn't open, and what can be done."""
        title, sentence = messages.title_of(problem), messages.sentence_of(problem)
        self._show(Message("refuse", title, sentence, actions))

    def tell_library_first(self) -> None:
        """Say what photographs need that were dropped here."""
        text = self.tr("Make a new one or open yours, then drop them again.")
        self._show(Message("doubt", self.tr("Photographs are kept in a library"), text))

    def tell_card_saved(self, path: Path) -> None:
        """Say where the card's sheet is and how to print it."""
        text = self.tr(
            "{name} is open for printing. Print at 100 % on matt paper, then measure its two bars "
            "of 100 mm with a ruler: a library that is open takes them under Printed cards."
        ).format(name=path.name)
        self._show(Message("good", self.tr("The card's sheet is saved"), text))

    def clear(self) -> None:
        """Take all messages away."""
        while (item := self._messages.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._messages.setContentsMargins(0, 0, 0, 0)

    @property
    def message(self) -> Message | None:
        """The message that is shown."""
        item = self._messages.itemAt(0)
        widget = None if item is None else item.widget()
        return widget if isinstance(widget, Message) else None

    def _show(self, message: Message) -> None:
        self.clear()
        self._messages.addWidget(message)
        self._messages.setContentsMargins(0, 0, 0, 16)

    # --- parts -----------------------------------------------------------------------------------

    def _steps(self) -> QWidget:
        card = Card()
        card.setFixedHeight(276)
        row = QHBoxLayout(card)
        row.setContentsMargins(32, 20, 32, 24)
        row.setSpacing(24)
        steps = (
            (
                _CardDrawing(),
                self.tr("Print the card"),
                self.tr("At 100 %, on matt paper. Check the 100 mm bar with a ruler."),
            ),
            (
                _SkinDrawing(),
                self.tr("Photograph it beside the wound"),
                self.tr("Flat on the skin, same height as the edge, whole card in view."),
            ),
            (
                _CurveDrawing(),
                self.tr("Drop the photos here"),
                self.tr("Each is scaled and outlined. You check it and accept."),
            ),
        )
        for place, (drawing, title, text) in enumerate(steps, start=1):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(drawing)
            column.addSpacing(10)
            line = QHBoxLayout()
            line.setSpacing(10)
            line.addWidget(_Number(place), 0, Qt.AlignmentFlag.AlignTop)
            told = QVBoxLayout()
            told.setSpacing(4)
            head = Label(title, "section")
            head.setFixedHeight(24)
            told.addWidget(head)
            told.addWidget(Label(text, "body", "2", wraps=True))
            told.addStretch(1)
            line.addLayout(told, 1)
            column.addLayout(line)
            column.addStretch(1)
            row.addLayout(column, 1)
        return card

    def _buttons(self) -> QHBoxLayout:
        table = self._session.actions
        row = QHBoxLayout()
        row.setSpacing(12)
        self.new_button = KeyButton.of(table["library.new"], "main", "plus", "large")
        self.open_button = KeyButton.of(table["library.open"], "normal", "folder", "large")
        self.card_button = KeyButton.of(table["card.print"], "normal", "printer", "large")
        self.demo_button = KeyButton.of(table["library.demo"], "quiet", None, "large")
        row.addWidget(self.new_button)
        row.addWidget(self.open_button)
        row.addWidget(self.card_button)
        row.addStretch(1)
        row.addWidget(self.demo_button)
        return row

    def _list_recent(self, _settings: object = None) -> None:
        while (item := self._recent_rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        recent = self._session.settings.recent_libraries[:_RECENT_SHOWN]
        self._recent.setVisible(bool(recent))
        if not recent:
            return
        head = Label(self.tr("Recent libraries"), "label_strong", "2")
        head.setFixedHeight(36)
        head.setContentsMargins(16, 0, 16, 0)
        self._recent_rows.addWidget(head)
        today = date.today()  # noqa: DTZ011  # the clinic's local day is meant
        for path in recent:
            at = self._opened_at(path)
            when = ""
            if at is not None:
                when = self.tr("opened {when}").format(when=words.moment(at, today))
            row = _RecentRow(path, when)
            row.chosen.connect(self.library_chosen)
            self._recent_rows.addWidget(rule())
            self._recent_rows.addWidget(row)


class _RecentRow(QPushButton):
    """A library: its name, where it lies, when it was opened."""

    chosen = Signal(object)

    def __init__(self, path: Path, when: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path, self._when = path, when
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)
        self.setAccessibleName(self.tr("Open {name}").format(name=path.name))
        self.setAccessibleDescription(f"{path.parent}, {when}" if when else str(path.parent))
        self.setToolTip(str(path))
        self.clicked.connect(self._choose)

    @property
    def name(self) -> str:
        """The library's name."""
        return self._path.name

    @property
    def when(self) -> str:
        """When it was opened, in words."""
        return self._when

    def sizeHint(self) -> QSize:
        return QSize(400, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self.underMouse() or self.isDown():
            painter.fillRect(area, QColor(tokens.inset))
        paint_icon(painter, QRectF(16, 15, 18, 18), "folder", tokens.text)
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(tokens.text2))
        when = painter.fontMetrics().horizontalAdvance(self._when)
        align = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QRectF(area.width() - 16 - when - 2, 0, when + 2, area.height()), align, self._when
        )
        room = area.width() - 46 - when - 40
        place = painter.fontMetrics().elidedText(
            str(self._path.parent), Qt.TextElideMode.ElideMiddle, round(room)
        )
        painter.drawText(QRectF(46, 26, room, 16), align, place)
        painter.setFont(theme.font("body", 500))
        painter.setPen(QColor(tokens.text))
        painter.drawText(QRectF(46, 8, room, 18), align, self._path.name)

    def _choose(self) -> None:
        self.chosen.emit(self._path)


class _Number(QWidget):
    """A step's number in a ring."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.setFixedSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.accent), 1))
        painter.drawEllipse(QRectF(0.5, 0.5, 23, 23))
        painter.setFont(theme.font("body_strong"))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, str(self._number))


class _Drawing(QWidget):
    """A drawing 240 wide and 144 high, centred. Never a tag's real pattern."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(148)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate((self.width() - 240) / 2, 2)
        self.draw(painter, theme.current())

    def draw(self, painter: QPainter, tokens: theme.Tokens) -> None:
        """Draw at (0, 0) to (240, 144)."""
        raise NotImplementedError


class _CardDrawing(_Drawing):
    """The sheet with its two cards and the bar."""

    def draw(self, painter: QPainter, tokens: theme.Tokens) -> None:
        painter.setPen(QPen(QColor(tokens.edge), 1.2))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(QRectF(67, 3, 106, 138), 2, 2)
        _draw_card(painter, tokens, QPointF(86, 14), 0.6)
        _draw_card(painter, tokens, QPointF(86, 72), 0.6)
        painter.setPen(QPen(QColor(tokens.text), 1.6))
        painter.drawLine(QLineF(83, 132, 157, 132))
        painter.drawLine(QLineF(83, 128.5, 83, 135.5))
        painter.drawLine(QLineF(157, 128.5, 157, 135.5))


class _SkinDrawing(_Drawing):
    """A card lying on a limb beside a wound."""

    def draw(self, painter: QPainter, tokens: theme.Tokens) -> None:
        painter.setPen(QPen(QColor(tokens.edge), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for y, bend in ((32, -24), (128, 16)):
            path = QPainterPath(QPointF(0, y))
            path.cubicTo(QPointF(60, y + bend), QPointF(180, y + bend), QPointF(240, y - 4))
            painter.drawPath(path)
        _draw_card(painter, tokens, QPointF(34, 38), 1.0)
        wound = QPainterPath(QPointF(122, 58))
        wound.cubicTo(QPointF(126, 40), QPointF(162, 38), QPointF(166, 58))
        wound.cubicTo(QPointF(172, 78), QPointF(150, 84), QPointF(140, 82))
        wound.cubicTo(QPointF(122, 82), QPointF(120, 70), QPointF(122, 58))
        painter.setPen(QPen(QColor(tokens.refuse), 1.8))
        painter.setBrush(QColor(tokens.refuse_soft))
        painter.drawPath(wound)


class _CurveDrawing(_Drawing):
    """A curve with its band."""

    def draw(self, painter: QPainter, tokens: theme.Tokens) -> None:
        colour = QColor(theme.lesion_series(1, tokens).colour)
        points = [(32.0, 52.0), (66.0, 38.0), (102.0, 44.0), (146.0, 82.0), (196.0, 102.0)]
        painter.setPen(QPen(QColor(tokens.edge), 1.5))
        painter.drawLine(QLineF(32, 14, 32, 122))
        painter.drawLine(QLineF(32, 122, 208, 122))
        band = QPolygonF([QPointF(x, y - 10 + i) for i, (x, y) in enumerate(points)])
        for i, (x, y) in reversed(list(enumerate(points))):
            band.append(QPointF(x, y + 10 - i))
        soft = QColor(colour)
        soft.setAlphaF(0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawPolygon(band)
        painter.setPen(QPen(colour, 2))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for x, y in points:
            painter.drawEllipse(QPointF(x, y), 4, 4)


def _draw_card(painter: QPainter, tokens: theme.Tokens, at: QPointF, scale: float) -> None:
    """Draw an L card 101 wide and 85 high at scale 1, with plain squares for its tags."""
    painter.save()
    painter.translate(at)
    painter.scale(scale, scale)
    shape = QPolygonF(
        [QPointF(x, y) for x, y in ((0, 0), (29, 0), (29, 56), (101, 56), (101, 85), (0, 85))]
    )
    painter.setPen(QPen(QColor(tokens.text), 1.2))
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawPolygon(shape)
    painter.setPen(Qt.PenStyle.NoPen)
    for x, y in ((5, 5), (5, 61), (41, 61), (77, 61)):
        painter.fillRect(QRectF(x, y, 19, 19), QColor("#182028"))
        for dot_x, dot_y in ((6, 6), (10, 6), (6, 13), (13, 10)):
            painter.fillRect(QRectF(x + dot_x, y + dot_y, 2.5, 2.5), QColor("#FFFFFF"))
    painter.restore()
