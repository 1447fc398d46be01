"""The bar at the window's foot: what was said last, work under way with Cancel, and what this is.

Hides when progress is worth showing: work that takes longer than a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from woundtrack.ui.components import KeyButton, Label, Panel

if TYPE_CHECKING:
    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task

HEIGHT: Final = 24
_PATIENCE_MS: Final = 1000


class StatusBar(Panel):
    """Follows the session's tasks and sentences; 24 high."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("status", parent)
        self._session = session
        self._said = ""
        self._task: Task | None = None
        self.setFixedHeight(HEIGHT + 1)
        self._left = Label("", "caption", "2")
        self._left.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setFixedWidth(160)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._cancel = KeyButton.of(session.actions["window.cancel"], size="small")
        self._cancel.setFixedHeight(20)
        self.research = Label(
            self.tr(
                "Research software. Not a medical device: "
                "don't use as the only basis for treatment."
            ),
            "caption",
            "2",
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 1, 12, 0)
        layout.setSpacing(12)
        layout.addWidget(self._left, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._cancel)
        layout.addSpacing(12)
        layout.addWidget(self.research)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PATIENCE_MS)
        self._timer.timeout.connect(self._unfold)
        session.tasks.began.connect(self._begin)
        session.tasks.progressed.connect(self._progress)
        session.tasks.ended.connect(self._end)
        session.said.connect(self.say)
        session.actions.bind("window.cancel", self.cancel, self)
        self._fold()

    @property
    def shown_task(self) -> Task | None:
        """The work whose progress is shown."""
        return self._task

    @property
    def text(self) -> str:
        """What is said at the left."""
        return self._left.text()

    def say(self, sentence: str) -> None:
        """Say a quiet sentence, until the next one."""
        self._said = sentence
        if self._task is None:
            self._left.setText(sentence)

    def cancel(self) -> None:
        """Cancel the work that is shown."""
        if self._task is not None:
            self._task.cancel()
            self._left.setText(self.tr("Stopping…"))
            self._session.actions.switch("window.cancel", is_on=False)

    def stop(self) -> None:
        """Stop waiting for work to last: the window closes."""
        self._timer.stop()

    def _begin(self, task: Task) -> None:
        if task.says is not None and not self._timer.isActive() and self._task is None:
            self._timer.start()

    def _unfold(self) -> None:
        self._task = next(
            (task for task in self._session.tasks.running if task.says and not task.is_cancelled),
            None,
        )
        if self._task is None:
            return
        self._bar.show()
        self._cancel.show()
        self._session.actions.switch("window.cancel", is_on=True)
        self._progress(self._task)

    def _progress(self, task: Task) -> None:
        if task is not self._task or task.is_cancelled:
            return
        text = f"{task.says} · {task.message}" if task.message else str(task.says)
        self._left.setText(text)
        self._bar.setValue(round(1000 * task.fraction))
        self._bar.setAccessibleName(text)

    def _end(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self._unfold()
            if self._task is None:
                self._fold()
        elif not any(other.says for other in self._session.tasks.running):
            self._timer.stop()

    def _fold(self) -> None:
        self._bar.hide()
        self._cancel.hide()
        self._session.actions.switch("window.cancel", is_on=False)
        self._left.setText(self._said)
