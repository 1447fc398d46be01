"""The page's frame: who it is, what is new and the keys, a sentence in place of data, a cover.

Hides the painting; each has what it shows as words for those who can't see it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.mdt import said
from woundtrack.ui.mdt.projected import (
    BODY,
    CODE,
    SMALL,
    Pane,
    fitted,
    key_width,
    paint_key,
    text_width,
    wrapped,
    write,
)

_RIGHT = Qt.AlignmentFlag.AlignRight
_CENTRE = Qt.AlignmentFlag.AlignHCenter


class Head(Pane):
    """Who it is: the code, figures or, where it was asked for, the name; and which of how many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = self._facts = self._place = ""
        self._is_named = False

    def show_patient(self, code: str, facts: str, place: str, *, is_named: bool = False) -> None:
        """Show a patient; ``is_named`` says that ``facts`` are a name."""
        self._code, self._facts, self._place = code, facts, place
        self._is_named = is_named
        self.setAccessibleName(", ".join(part for part in (code, facts, place) if part))
        self.update()

    @property
    def facts(self) -> str:
        """What stands beside the code."""
        return self._facts

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = self.painter(), self.room
        tokens = theme.current()
        right = text_width(self._place, BODY) + 4
        box = QRectF(room.width() - right, 0, right, room.height())
        write(painter, box, self._place, colour=tokens.text2, align=_RIGHT)
        # A long code is written smaller, and leaves the figures what they need of half the line.
        space = room.width() - right - 50
        most = max(space - text_width(self._facts, BODY), space * 0.5)
        size = CODE
        while size > BODY and text_width(self._code, size, 700) > most:
            size -= 1
        width = min(text_width(self._code, size, 700) + 4, most)
        # What tells one code from another is at its end.
        code = fitted(self._code, size, width, 700, keeps_end=True)
        write(painter, QRectF(0, 0, width + 4, room.height()), code, size=size, weight=700)
        left = width + 26
        space = room.width() - right - left - 24
        weight = 600 if self._is_named else 400
        ink = tokens.text if self._is_named else tokens.text2
        if text_width(self._facts, BODY, weight) > space:
            lines = wrapped(self._facts, SMALL, space, weight)[:2]
            for place, line in enumerate(lines):
                top = room.height() / 2 - 28 * len(lines) / 2 + 28 * place
                box = QRectF(left, top, space, 28)
                write(painter, box, line, size=SMALL, weight=weight, colour=ink)
            return
        write(
            painter,
            QRectF(left, 0, space, room.height()),
            self._facts,
            weight=weight,
            colour=ink,
        )


class Foot(Pane):
    """What is new, that this is research software, and the keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = ""
        self._news: tuple[str, ...] = ()
        self._told = self._note = ""
        self._keys: tuple[tuple[str, str], ...] = ()

    def show_news(self, head: str, news: tuple[str, ...], note: str = "") -> None:
        """Show what is new; of much, as many sentences as two lines hold.

        ``note`` stands beside the line about research, such as that nobody asked for a consent.
        """
        self._head, self._news, self._note, self._told = head, news, note, ""
        self.setAccessibleName(" ".join(part for part in (self.text, note) if part))
        self.update()

    def tell(self, sentence: str) -> None:
        """Say something in place of the line about research, until the next patient."""
        self._told = sentence
        self.update()

    def show_keys(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Show keys and what they do, what matters most first."""
        self._keys = keys
        self.update()

    @property
    def text(self) -> str:
        """What is new, in words."""
        return " ".join(part for part in (self._head, said.sentence(self._news)) if part)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys that are shown, and what they do."""
        return self._keys

    @property
    def told(self) -> str:
        """What is said beside the news."""
        return self._told

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = self.painter(), self.room
        tokens = theme.current()
        painter.setPen(QPen(QColor(tokens.line), 1.2))
        painter.drawLine(QLineF(0, 0.6, room.width(), 0.6))
        lines = self._lines(room.width())
        for place, line in enumerate(lines):
            top = 8 + 32 * place if len(lines) > 1 else 18
            box = QRectF(0, top, room.width(), 32)
            write(painter, box, line, size=BODY + 1, weight=600)
        y = room.height() - 42
        left = self._paint_keys(painter, room, y)
        ink = tokens.text if self._told else tokens.text2
        box = QRectF(0, y, left - 16, 36)
        write(painter, box, self._small_print, size=SMALL, colour=ink)

    @property
    def _small_print(self) -> str:
        research = self.tr("Research software, not a medical device")
        return self._told or " · ".join(part for part in (research, self._note) if part)

    def _lines(self, width: float) -> list[str]:
        """Return the news in two lines at most, with how much is left out."""
        for count in range(len(self._news), 0, -1):
            shown = self._news[:count]
            text = f"{self._head} {said.sentence(shown)}".strip()
            if left := len(self._news) - count:
                more = words.counted(left, self.tr("And 1 more."), self.tr("And {n} more."))
                text = f"{text} {more}"
            lines = wrapped(text, BODY + 1, width, 600)
            if len(lines) <= 2 or count == 1:
                return lines[:2]
        return [self._head] if self._head else []

    def _paint_keys(self, painter: QPainter, room: QRectF, y: float) -> float:
        """Paint the keys from the right, as many as there is room for; return where they begin."""
        tokens = theme.current()
        research = text_width(self._small_print, SMALL)
        space = room.width() - min(research, room.width() * 0.55) - 30
        shown: list[tuple[str, str, float]] = []
        for key, name in self._keys:
            wide = key_width(key) + 8 + text_width(name, SMALL) + 22
            if wide > space:
                break
            space -= wide
            shown.append((key, name, wide))
        x = room.width() - sum(wide for *_, wide in shown) + 22
        begins = x
        for key, name, wide in shown:
            cap = key_width(key)
            paint_key(painter, QRectF(x, y + 2, cap, 32), key)
            box = QRectF(x + cap + 8, y, wide - cap - 8, 36)
            write(painter, box, name, size=SMALL, colour=tokens.text2)
            x += wide
        return begins


class Notice(Pane):
    """A sentence in place of a patient's data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.hide()

    @property
    def words(self) -> str:
        """What is said."""
        return self._words

    def show_words(self, sentence: str) -> None:
        """Say a sentence; hide where it is empty."""
        self._words = sentence
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = self.painter(), self.room
        lines = wrapped(self._words, BODY, min(room.width(), 900))
        top = room.center().y() - 18 * len(lines)
        for place, line in enumerate(lines):
            box = QRectF(0, top + 36 * place, room.width(), 36)
            write(painter, box, line, colour=theme.current().text2, align=_CENTRE)


class Cover(Pane):
    """A dark screen over the page, with the key that takes it away, dim at its foot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = ""
        self.setAccessibleName(self.tr("The page is covered."))

    @property
    def hint(self) -> str:
        """What is said at the foot."""
        return self._hint

    def show_key(self, key: str) -> None:
        """Say which key takes the cover away."""
        self._hint = self.tr("Press {key} to go on").format(key=key) if key else ""
        self.setAccessibleDescription(self._hint)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = self.painter(), self.room
        painter.fillRect(room, QColor(theme.PHOTO_CASING))
        box = QRectF(0, room.height() - 56, room.width(), 36)
        write(painter, box, self._hint, size=SMALL, colour=_DIM, align=_CENTRE)


_DIM: Final = "#6B747C"
"""Read from the desk, and not seen from the rows behind."""
