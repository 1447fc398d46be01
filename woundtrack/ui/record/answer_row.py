"""One question of the form: its words, last visit's answer, the answer, what to ask about it.

Hides how a reason for no answer, a copied answer and a question about a number are shown in a row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QVBoxLayout, QWidget

from woundtrack.model import Missing
from woundtrack.ui import theme
from woundtrack.ui.components import DropDown, KeyButton, Label, icon, paint_icon, rule
from woundtrack.ui.components.surfaces import Tone
from woundtrack.ui.record.answer_words import word_of
from woundtrack.ui.record.visit_draft import Answer, Key

LABEL_WIDTH: Final = 148
LAST_WIDTH: Final = 132
_LONGEST_LAST: Final = 76
"""Letters, which are four lines or five: of a long note its head is enough, the tooltip has all."""
_ROW: Final = 40
_LONGEST_NOTE: Final = 400
_WIDEST_QUESTION: Final = 290

REASONS: Final = (
    (Missing.NOT_DONE, "N"),
    (Missing.NOT_ASSESSABLE, "A"),
    (Missing.DECLINED, "D"),
    (Missing.UNKNOWN, "U"),
    (Missing.DRESSING_NOT_REMOVED, "R"),
    (Missing.NOT_APPLICABLE, "X"),
)
"""Why there is no answer, each with the letter that says so while a row has the keyboard."""


class Control(Protocol):
    """What a row asks of the widget that takes its answer, besides being one.

    It has a signal ``answered(object)``.
    """

    def show_answer(self, answer: Answer | None, last: Answer | None, *, is_copied: bool) -> None:
        """Show an answer, last visit's, and whether it was copied from there."""


class TextField(QLineEdit):
    """A line of free text.

    Signals
    -------
    answered(object)
        What is typed; None for nothing.
    """

    answered = Signal(object)

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMaxLength(_LONGEST_NOTE)
        self.setMinimumHeight(32)
        self.textEdited.connect(lambda text: self.answered.emit(text.strip() or None))

    def show_answer(self, answer: Answer | None, last: Answer | None, *, is_copied: bool) -> None:
        """Show a text, or why there is none."""
        text = answer if isinstance(answer, str) and not isinstance(answer, Missing) else ""
        if text != self.text().strip():
            self.setText(text)
        self.setPlaceholderText(word_of(answer) if isinstance(answer, Missing) else "")
        self.setCursorPosition(len(self.text()) if self.hasFocus() else 0)


class OfferedText(DropDown):
    """A line of free text with recent ones offered.

    Signals
    -------
    answered(object)
        What is typed or chosen; None for nothing.
    """

    answered = Signal(object)

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(DropDown.InsertPolicy.NoInsert)
        self.setAccessibleName(name)
        self.setFixedHeight(32)
        self.setMinimumWidth(300)
        edit = self.lineEdit()
        if edit is not None:
            edit.setMaxLength(_LONGEST_NOTE)
            edit.textEdited.connect(lambda text: self.answered.emit(text.strip() or None))
        self.textActivated.connect(lambda text: self.answered.emit(text.strip() or None))

    def offer(self, texts: tuple[str, ...]) -> None:
        """Offer texts; what is typed stays."""
        typed = self.currentText()
        self.blockSignals(True)
        self.clear()
        self.addItems(list(texts))
        self.setCurrentIndex(-1)
        self.setCurrentText(typed)
        self.blockSignals(False)

    def show_answer(self, answer: Answer | None, last: Answer | None, *, is_copied: bool) -> None:
        """Show a text, or why there is none."""
        text = answer if isinstance(answer, str) and not isinstance(answer, Missing) else ""
        if text != self.currentText().strip():
            self.setCurrentText(text)
        edit = self.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(word_of(answer) if isinstance(answer, Missing) else "")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        edit = self.lineEdit()
        if edit is not None and event.reason() is not Qt.FocusReason.PopupFocusReason:
            edit.selectAll()


def reason_menu(
    parent: QWidget, answer: Answer | None, tell: Callable[[Answer | None], object]
) -> QMenu:
    """Return a menu of the reasons why there is no answer; ``tell`` is given the one chosen."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for missing, letter in REASONS:
        chosen = menu.addAction(f"&{letter}   {word_of(missing)}")
        if missing is answer:
            chosen.setIcon(icon("check"))
        chosen.triggered.connect(lambda _=False, missing=missing: tell(missing))
    menu.addSeparator()
    clear = menu.addAction(QCoreApplication.translate("Record", "No answer yet"))
    clear.setEnabled(answer is not None)
    clear.triggered.connect(lambda _=False: tell(None))
    return menu


class _CopiedSign(QWidget):
    """The sign of an answer that is the last visit's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(18, 18)
        self.setAccessibleName(self.tr("as last visit"))
        self.setToolTip(self.tr("As last visit, until you change it"))

    def paintEvent(self, event: QPaintEvent) -> None:
        place = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        paint_icon(QPainter(self), place, "copy", theme.current().accent)


class AnswerRow(QWidget):
    """A row of the form.

    Parameters
    ----------
    title, caption
        The question, and a word or two beneath it.
    control
        The widget that takes the answer.
    has_reasons
        Whether there may be a reason for no answer.

    Signals
    -------
    answered(Key, object)
        A person answered, took the answer away, or said why there is none.
    """

    answered = Signal(object, object)

    def __init__(
        self,
        title: str,
        control: QWidget,
        *,
        caption: str = "",
        has_reasons: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.control = control
        self.key = Key("", "")
        self.has_reasons = has_reasons
        self._answer: Answer | None = None
        self._questions: list[QWidget] = []
        self.setMinimumHeight(_ROW)
        # A row is as high as its answers need, and no higher.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        label = QVBoxLayout()
        label.setSpacing(0)
        self._label = Label(title, "body")
        self._caption = Label(caption, "caption", "2")
        self._caption.setVisible(bool(caption))
        label.addStretch(1)
        label.addWidget(self._label)
        label.addWidget(self._caption)
        label.addStretch(1)
        head = QWidget()
        head.setLayout(label)
        label.setContentsMargins(0, 0, 0, 0)
        head.setFixedWidth(LABEL_WIDTH)
        self._last = Label("", "label", "2", wraps=True)
        self._last.setFixedWidth(LAST_WIDTH - 8)
        self._last.setContentsMargins(0, 3, 0, 3)  # long words keep off the rules
        self._copied = _CopiedSign(self)
        self._copied.hide()
        self.reason = KeyButton("…", size="small", kind="quiet")
        self.reason.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # F2 opens it where the keyboard is
        self.reason.clicked.connect(self.open_reasons)
        self.reason.setVisible(has_reasons)
        self._asking = QHBoxLayout()
        self._asking.setSpacing(8)
        across = QHBoxLayout()
        across.setContentsMargins(0, 4, 0, 4)
        across.setSpacing(8)
        is_wide = control.sizePolicy().hasHeightForWidth() or isinstance(control, TextField)
        across.addWidget(control, 1 if is_wide else 0)
        across.addLayout(self._asking)
        if not is_wide:
            across.addStretch(1)  # what is asked keeps to the answer
        across.addWidget(self._copied)
        across.addWidget(self.reason)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(head)
        row.addWidget(self._last)
        row.addSpacing(8)
        row.addLayout(across, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rule())
        layout.addLayout(row, 1)
        control.answered.connect(self._tell)  # type: ignore[attr-defined]
        self._show_reason()

    @property
    def answer(self) -> Answer | None:
        """The answer that is shown."""
        return self._answer

    @property
    def last_words(self) -> str:
        """Last visit's answer, whole."""
        return self._last.toolTip()

    def show_answer(
        self,
        answer: Answer | None,
        last: Answer | None,
        *,
        is_copied: bool = False,
        last_words: str | None = None,
    ) -> None:
        """Show an answer and, in its own column, last visit's."""
        self._answer = answer
        self.control.show_answer(answer, last, is_copied=is_copied)  # type: ignore[attr-defined]
        said = last_words if last_words is not None else "" if last is None else word_of(last)
        self._last.setText(_head_of(said))
        self._last.setToolTip(said)
        paints_it = hasattr(self.control, "place_of")
        self._copied.setVisible(is_copied and not paints_it)
        self._show_reason()

    def set_caption(self, text: str) -> None:
        """Say something else beneath the question."""
        self._caption.setText(text)
        self._caption.setVisible(bool(text))

    # --- why there is no answer ------------------------------------------------------------------

    def open_reasons(self) -> None:
        """Offer the reasons why there is no answer."""
        menu = self.reasons()
        menu.popup(self.reason.mapToGlobal(QPoint(0, self.reason.height())))

    def reasons(self) -> QMenu:
        """Return the menu of the reasons; choosing one answers the question."""
        return reason_menu(self, self._answer, self._tell)

    def say_why(self, missing: Missing) -> None:
        """Answer with a reason for no answer."""
        if self.has_reasons:
            self._tell(missing)

    def _tell(self, answer: Answer | None) -> None:
        self.answered.emit(self.key, answer)

    def _show_reason(self) -> None:
        is_missing = isinstance(self._answer, Missing)
        said = word_of(self._answer) if is_missing and self._answer is not None else "…"
        self.reason.setText(said)
        self.reason.setCheckable(is_missing)
        self.reason.setChecked(is_missing)
        name = self.tr("{question}: why there is no answer").format(question=self.title)
        self.reason.setAccessibleName(f"{name}: {said}" if is_missing else name)
        self.reason.setToolTip(
            self.tr("Not done, not assessable, declined, not known… (F2, or the letters N A D U)")
        )
        self.reason.updateGeometry()

    # --- what to ask about it --------------------------------------------------------------------

    def ask(
        self,
        sentence: str,
        answers: tuple[tuple[str, Callable[[], object]], ...] = (),
        *,
        is_refused: bool = False,
    ) -> None:
        """Ask about the answer, with buttons for what may be meant; no sentence: ask nothing."""
        if sentence and sentence == self.question:
            return  # asked already: the keyboard may be on one of its buttons
        for widget in self._questions:
            self._asking.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._questions = []
        self.question = sentence
        if not sentence:
            return
        tone: Tone = "refuse" if is_refused else "doubt"
        said = Label(sentence, "label", tone, wraps=True)
        fitting = said.fontMetrics().horizontalAdvance(sentence) + 4
        said.setFixedWidth(min(fitting, _WIDEST_QUESTION))
        self._questions.append(said)
        self._asking.addWidget(said)
        for words, do in answers:
            # Enter goes on from the number to the first of them, and takes it.
            is_first = not self.question_buttons
            button = KeyButton(words, self.tr("Enter") if is_first else "", size="small")
            button.setAccessibleName(f"{self.title}: {words}")
            button.clicked.connect(lambda _=False, do=do: do())
            self._questions.append(button)
            self._asking.addWidget(button)
            button.show()  # what isn't shown yet takes no focus

    question = ""
    """The sentence that is asked; nothing where nothing is."""

    @property
    def question_buttons(self) -> tuple[KeyButton, ...]:
        """The answers offered to the question."""
        return tuple(one for one in self._questions if isinstance(one, KeyButton))


def _head_of(text: str) -> str:
    """Return the words of a text that the column of last visit has room for."""
    if len(text) <= _LONGEST_LAST:
        return text
    head = text[:_LONGEST_LAST].rsplit(" ", 1)[0]
    return head.rstrip(" ,;.") + "…"
