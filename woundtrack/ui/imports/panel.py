"""Beside the groups: who the photographs are of, what is wrong with which, and the main button.

Hides how problems are gathered: each file that stays outside by itself, doubts by their kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from woundtrack.model import Doubt
from woundtrack.ui import messages, theme
from woundtrack.ui.components import KeyButton, Label, Panel, paint_icon, rule
from woundtrack.ui.components import words as in_words
from woundtrack.ui.components.message import SIGNS, MessageKind
from woundtrack.ui.components.surfaces import Tone
from woundtrack.ui.imports.batch import Incoming, State, doubts_told
from woundtrack.ui.imports.check import PatientCheck

WIDTH: Final = 352
PROBLEMS_SHOWN: Final = 20
NAMES_SHOWN: Final = 3
_TONES: Final[Mapping[str, Tone]] = {"refuse": "refuse", "doubt": "doubt", "good": "good"}


class ImportPanel(Panel):
    """352 wide; the page tells it what to show.

    Signals
    -------
    pressed()
        The main button was pressed.
    retried(list of Incoming)
        Look at these files again.
    """

    pressed = Signal()
    retried = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("panel_right", parent)
        self.checks: dict[str, PatientCheck] = {}
        self._shown: object = None
        self.setFixedWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = Panel("bar")
        head.setFixedHeight(56)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 16, 0)
        self._title = Label("", "section")
        self._note = Label("", "label", "2")
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self._note)
        layout.addWidget(head)
        body = Panel("surface")
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._checks_box, self._notes_box = QVBoxLayout(), QVBoxLayout()
        for box in (self._checks_box, self._notes_box):
            box.setSpacing(0)
            self._body.addLayout(box)
        self._body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        layout.addWidget(scroll, 1)
        foot = Panel("foot")
        column = QVBoxLayout(foot)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        self.main = KeyButton("", "", "main", size="large")
        self.main.clicked.connect(self.pressed)
        self.main.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._why = Label("", "label", "2", wraps=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        # The button above must not move under the hand that has just answered the question.
        self._why.setMinimumHeight(self._why.fontMetrics().lineSpacing())
        place = self._why.sizePolicy()
        place.setRetainSizeWhenHidden(True)
        self._why.setSizePolicy(place)
        column.addWidget(self.main)
        column.addWidget(self._why)
        layout.addWidget(foot)

    @property
    def title(self) -> str:
        """The words at its head."""
        return self._title.text()

    @property
    def why(self) -> str:
        """The sentence beneath the main button."""
        return self._why.text()

    def say(self, title: str, note: str = "") -> None:
        """Show what it is about, and a note beside it."""
        self._title.setText(title)
        self._note.setText(note)

    def show_main(self, text: str, *, is_enabled: bool, key: str, why: str) -> None:
        """Show the main button and the sentence beneath it."""
        self.main.setText(text)
        self.main.set_key(key if is_enabled else "")
        self.main.setEnabled(is_enabled)
        self._why.setText(why)
        self._why.setVisible(bool(why))

    def show_checks(self, wanted: Mapping[str, Callable[[], PatientCheck]]) -> None:
        """Keep one check for each patient; ``wanted`` makes the check of a code that has none."""
        for code in [code for code in self.checks if code not in wanted]:
            self.drop_check(code)
        for code, make in wanted.items():
            if code not in self.checks:
                check = make()
                self.checks[code] = check
                self._checks_box.addWidget(check)

    def drop_check(self, code: str) -> None:
        """Take a patient's check away: it is asked anew when it is wanted again."""
        check = self.checks.pop(code)
        self._checks_box.removeWidget(check)
        check.hide()
        check.deleteLater()

    def show_notes(
        self,
        everything: Sequence[Incoming],
        *,
        says: Sequence[Note] = (),
        ends: Sequence[Note] = (),
    ) -> None:
        """Show what is to be said of the photographs; ``says`` comes first and ``ends`` last."""
        state = tuple((one, one.state, one.error) for one in everything if one.state in _TOLD)
        told = (state, tuple(note.words for note in (*says, *ends)))
        if told == self._shown:
            for note in (*says, *ends):
                note.deleteLater()
            return
        self._shown = told
        while (item := self._notes_box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for note in (*says, *self._notes_of(everything), *ends):
            self._notes_box.addWidget(note)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is said, from the top."""
        items = [self._notes_box.itemAt(at) for at in range(self._notes_box.count())]
        found = [item.widget() for item in items if item is not None]
        return tuple(widget for widget in found if isinstance(widget, Note))

    def _notes_of(self, everything: Sequence[Incoming]) -> list[Note]:
        outside = [one for one in everything if one.state is State.PROBLEM]
        notes = [self._note_of_problem(one) for one in outside[:PROBLEMS_SHOWN]]
        if len(outside) > PROBLEMS_SHOWN:
            more = len(outside) - PROBLEMS_SHOWN
            rest = self.tr("1 more is not imported")
            if more > 1:
                rest = self.tr("{n} more are not imported").format(n=more)
            notes.append(Note("refuse", rest))
        without_area = [one for one in everything if one.state is State.NO_AREA]
        in_doubt = [one for one in everything if one.state is State.IN_DOUBT]
        notes += self._notes_of_doubts(without_area, "refuse")
        notes += self._notes_of_doubts(in_doubt, "doubt")
        known = [one for one in everything if one.state is State.KNOWN]
        if in_library := [one for one in known if one.error is not None]:
            notes.append(self._note_of_known(in_library))
        if twins := [one for one in known if one.error is None]:
            notes.append(self._note_of_twins(twins))
        return notes

    def _note_of_problem(self, one: Incoming) -> Note:
        if one.error is None:
            title = self.tr("This did not work")
            text = self.tr(
                "woundtrack met a fault of its own at this photograph. The others go on."
            )
        else:
            title, text = messages.title_of(one.error), messages.sentence_of(one.error)
            # The file's name stands above the sentence already.
            if text.startswith(str(one.path)):
                text = self.tr("It") + text.removeprefix(str(one.path))
            text = text.replace(str(one.path), one.path.name)
        note = Note("refuse", title, one.path.name, text, one)
        if one.error is None or one.error.code != "not_understood":
            again = KeyButton(self.tr("Look again"), size="small")
            again.clicked.connect(lambda: self.retried.emit([one]))
            note.add_button(again)
        return note

    def _notes_of_doubts(self, photographs: Sequence[Incoming], kind: MessageKind) -> list[Note]:
        """Return one note a kind of doubt, naming the photographs it is about."""
        of_kind: dict[str, list[tuple[Incoming, Doubt]]] = {}
        for one in photographs:
            doubt = _first_doubt(one)
            if doubt is not None:
                of_kind.setdefault(doubt.code, []).append((one, doubt))
        notes = []
        for pairs in of_kind.values():
            caption = self._named([one for one, _ in pairs])
            title = messages.title_of(pairs[0][1])
            if len(pairs) > 1:
                title = f"{title} ({len(pairs)})"
            text = messages.doubt_sentence(pairs[0][1])
            notes.append(Note(kind, title, caption, text, pairs[0][0]))
        return notes

    def _note_of_known(self, known: Sequence[Incoming]) -> Note:
        title = self.tr("{n} already in the library").format(n=len(known))
        errors = [one.error for one in known if one.error is not None]
        where = {
            (str(error.values.get("patient")), str(error.values.get("visited_on")))
            for error in errors
        }
        if len(where) == 1:
            patient, day = next(iter(where))
            shown = in_words.day(date.fromisoformat(day))
            text = self.tr("Under {patient}, on {day}. Not imported twice.")
            return Note("info", title, "", text.format(patient=patient, day=shown))
        patients = sorted({patient for patient, _ in where})
        shown = ", ".join(patients[:NAMES_SHOWN]) + (" …" if len(patients) > NAMES_SHOWN else "")
        text = self.tr("Under {patients}. Not imported twice.").format(patients=shown)
        return Note("info", title, "", text)

    def _note_of_twins(self, twins: Sequence[Incoming]) -> Note:
        """Say which files are the same photograph as another one of this import."""
        title = self.tr("1 comes twice in this import")
        text = self.tr("The same photograph under another name. It is imported once.")
        if len(twins) > 1:
            title = self.tr("{n} come twice in this import").format(n=len(twins))
            text = self.tr("The same photographs under other names. Each is imported once.")
        return Note("info", title, self._named(twins), text)

    def _named(self, photographs: Sequence[Incoming]) -> str:
        """Return the names of the first few photographs, and how many more there are."""
        names = [one.path.name for one in photographs]
        shown = ", ".join(names[:NAMES_SHOWN])
        if len(names) <= NAMES_SHOWN:
            return shown
        return self.tr("{names} and {n} more").format(names=shown, n=len(names) - NAMES_SHOWN)


_TOLD: Final = frozenset({State.PROBLEM, State.NO_AREA, State.IN_DOUBT, State.KNOWN})


def _first_doubt(one: Incoming) -> Doubt | None:
    return next(iter(doubts_told(one)), None)


class Note(QWidget):
    """One thing to say: the photograph it is about, a sign and title, a sentence, ways out."""

    def __init__(
        self,
        kind: MessageKind,
        title: str,
        caption: str = "",
        text: str = "",
        about: Incoming | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind, self.words = kind, (kind, title, caption, text)
        self.setAccessibleName(". ".join(word for word in (title, caption, text) if word))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 12, 16, 14)
        inside.setSpacing(6)
        layout.addLayout(inside)
        layout.addWidget(rule())
        head = QHBoxLayout()
        head.setSpacing(12)
        if about is not None and about.scanned is not None:
            head.addWidget(_Small(about.scanned.thumbnail), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(_Sign(kind), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Label(title, "body_strong", _TONES.get(kind, "1"), wraps=True), 1)
        column.addLayout(line)
        if caption:
            names = Label(_breakable(caption), "label", "2", wraps=True)
            names.setToolTip(caption)
            column.addWidget(names)
        column.addStretch(1)
        head.addLayout(column, 1)
        inside.addLayout(head)
        if text:
            inside.addWidget(Label(_breakable(text), "label", "1", wraps=True))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        inside.addLayout(self._buttons)

    def add_button(self, button: KeyButton) -> None:
        """Offer a way out."""
        if self._buttons.count():
            self._buttons.insertWidget(self._buttons.count() - 1, button)
        else:
            self._buttons.addWidget(button)
            self._buttons.addStretch(1)


class _Sign(QWidget):
    """The sign of a kind, in its colour."""

    def __init__(self, kind: MessageKind) -> None:
        super().__init__()
        self._kind = kind
        self.setFixedSize(18, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        colour = tokens.text2 if self._kind == "info" else getattr(tokens, self._kind)
        paint_icon(QPainter(self), QRectF(self.rect()), SIGNS[self._kind], colour)


class _Small(QWidget):
    """A photograph, 72 × 54."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.setFixedSize(QSize(72, 54))
        self._image = QImage.fromData(data).scaled(
            QSize(144, 108),
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QPainterPath()
        edge.addRoundedRect(QRectF(self.rect()), 3, 3)
        painter.setClipPath(edge)
        painter.fillRect(self.rect(), QColor(theme.current().photo_surround))
        crop = self.rect()
        crop.setSize(QSize(144, 108))
        crop.moveCenter(self._image.rect().center())
        painter.drawImage(self.rect(), self._image, crop)


def _breakable(text: str) -> str:
    """Return the text with places to break in words too long for a line, e.g. file names."""
    words = [
        "\u200b".join(word[at : at + 24] for at in range(0, len(word), 24)) if len(word) > 32
        else word
        for word in text.split(" ")
    ]  # fmt: skip
    return " ".join(words)
