"""How well a session's readers agree: the table, the plot, what they disagree about, and adopting.

Hides that results are worked out on a worker, and which pair of readers the plot shows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack.errors import WoundtrackError
from woundtrack.ui import messages, theme
from woundtrack.ui.agreement import numbers, said, steps
from woundtrack.ui.agreement.limits_plot import FILE_SIZE, lay_out_limits
from woundtrack.ui.agreement.readings_saver import ReadingsSaver
from woundtrack.ui.agreement.sessions_page import filled_table, new_table
from woundtrack.ui.components import Card, DropDown, KeyButton, Label, words
from woundtrack.ui.study.figure_card import NumbersTable, Plot
from woundtrack.ui.timeline.chart_painter import text_width
from woundtrack.ui.usual_folder import usual_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QUndoCommand

    from woundtrack.healing.agreement import Limits
    from woundtrack.healing.chart_paper import Drawing
    from woundtrack.model import ReaderError, ReadingSession
    from woundtrack.ui.session import Session
    from woundtrack.workflow.reading_disagreements import Disagreement
    from woundtrack.workflow.reading_results import SessionResults

_WORK: Final = "reading results"
_BESIDES: Final = 3  # the column of what else readers see differently


class _Caption(Label):
    """Two lines under the plot, of a fixed height.

    One that asks for height by width would make the plot's usual height its least.
    """

    def __init__(self) -> None:
        super().__init__("", "caption", "2", wraps=True)
        self.setFixedHeight(2 * self.fontMetrics().lineSpacing() + 2)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)

    def hasHeightForWidth(self) -> bool:
        return False


class ResultsPage(QWidget):
    """The numbers of one session.

    Signals
    -------
    look_asked(Disagreement)
        See what readers made of a picture they disagree about.
    adopted()
        What courses show of a reader's error is another now.
    """

    look_asked = Signal(object)
    adopted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._of: ReadingSession | None = None
        self._results: SessionResults | None = None
        self.saver = ReadingsSaver(session, self)
        self.title = Label("", "section")
        self.about = Label("", "label", "2", wraps=True)
        self.pair = DropDown()
        self.pair.setAccessibleName(self.tr("Which two readings are compared"))
        self.pair.setFixedHeight(28)
        self.pair.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToContents)
        self.pair.currentIndexChanged.connect(self._show_plot)
        self.plot = Plot(self.tr("Agreement between readers"))
        keeps_room = self.plot.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)  # else the card's title sinks to its middle
        self.plot.setSizePolicy(keeps_room)
        self.caption = _Caption()
        self.save_figure = KeyButton(
            self.tr("Save figure…"), kind="quiet", size="small", icon="export"
        )
        self.save_table = KeyButton(
            self.tr("Save readings…"), kind="quiet", size="small", icon="export"
        )
        self.reliability = NumbersTable(is_fitted=True)
        self.reliability.setAccessibleName(self.tr("Reliability"))
        self.others = NumbersTable(is_fitted=True)
        self.others.setAccessibleName(self.tr("Outlines and answers"))
        self.apart: QTableWidget = new_table(
            self.tr("Pictures that readers disagree about"),
            (
                self.tr("Picture"),
                self.tr("Least Dice"),
                self.tr("Areas up to"),
                self.tr("Besides"),
                self.tr("Decided"),
            ),
        )
        head = self.apart.horizontalHeader()
        for column in range(self.apart.columnCount()):
            wide = QHeaderView.ResizeMode.ResizeToContents
            stretched = column == _BESIDES
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch if stretched else wide)
        self.apart_said = Label("", "label", "2")
        self.look = KeyButton(self.tr("Look at it…"), self.tr("Enter"), size="small")
        self.reason = QLineEdit()
        self.reason.setAccessibleName(self.tr("Why this session's error is used, or no longer"))
        self.reason.setPlaceholderText(self.tr("Why: our own readers"))
        self.adopt_said = Label("", "label", "2", wraps=True)
        self.adopt = KeyButton(self.tr("Use for the timeline's intervals"))
        self.take_back = KeyButton(self.tr("Take it back"))
        self._lay_out()
        self.save_figure.clicked.connect(self.save_the_figure)
        self.save_table.clicked.connect(self.save_the_readings)
        self.look.clicked.connect(self._look)
        self.apart.cellActivated.connect(lambda _row, _column: self._look())
        self.adopt.clicked.connect(self._adopt)
        self.take_back.clicked.connect(self._take_back)
        self.reason.textChanged.connect(self._show_adopting)

    def _lay_out(self) -> None:
        figure = Card()
        in_figure = QVBoxLayout(figure)
        in_figure.setContentsMargins(1, 8, 1, 8)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 8, 0)
        head.addWidget(Label(self.tr("Bland–Altman"), "body_strong"))
        head.addStretch(1)
        head.addWidget(self.pair)
        head.addWidget(self.save_figure)
        in_figure.addLayout(head)
        in_figure.addWidget(self.plot, 1)
        under = QHBoxLayout()
        under.setContentsMargins(16, 0, 16, 0)
        under.addWidget(self.caption)
        in_figure.addLayout(under)
        figure.setMinimumHeight(262)
        table = Card()
        in_table = QVBoxLayout(table)
        in_table.setContentsMargins(1, 8, 1, 1)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 8, 0)
        head.addWidget(Label(self.tr("Reliability"), "body_strong"))
        head.addStretch(1)
        head.addWidget(self.save_table)
        in_table.addLayout(head)
        in_table.addWidget(self.reliability, 3)
        in_table.addWidget(self.others, 4)
        apart = Card()
        in_apart = QVBoxLayout(apart)
        in_apart.setContentsMargins(1, 8, 1, 1)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 8, 0)
        head.setSpacing(12)
        head.addWidget(Label(self.tr("Disagreements"), "body_strong"))
        head.addWidget(self.apart_said, 1)
        head.addWidget(self.look)
        in_apart.addLayout(head)
        in_apart.addWidget(self.apart, 1)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, top, stretch in ((left, figure, 3), (right, table, 5)):
            column.setSpacing(10)
            column.addWidget(top, stretch)
        self.apart.setMinimumHeight(84)
        self.apart.setWordWrap(False)
        left.addWidget(apart, 2)
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addLayout(left, 4)
        across.addLayout(right, 6)
        adopting = QHBoxLayout()
        adopting.setSpacing(8)
        adopting.addWidget(self.adopt_said, 1)
        self.reason.setFixedWidth(240)
        for widget in (self.reason, self.take_back, self.adopt):
            adopting.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.about)
        layout.addLayout(across, 1)
        layout.addLayout(adopting)

    # --- working out -----------------------------------------------------------------------------

    @property
    def results(self) -> SessionResults | None:
        """What is shown, once it was worked out."""
        return self._results

    @property
    def session_shown(self) -> ReadingSession | None:
        """The session it is of."""
        return self._of

    def begin(self, session: ReadingSession) -> None:
        """Work out and show the results of a session."""
        from woundtrack.workflow.reading_results import prepared_results

        library = self._session.library
        if library is None:
            return
        if self._of is None or self._of.id != session.id:
            self._results = None
        self._of = session
        self.title.setText(session.name)
        if self._results is None:
            self.about.setText(self.tr("Comparing the readings."))
        self._show()
        self._session.tasks.run(
            prepared_results(library, session),
            on_done=self._take,
            key=_WORK,
            says=self.tr("Comparing the readings"),
        )

    def take_focus(self) -> None:
        """Take the keys: to what waits for a third person, else to the numbers."""
        waits = self._results is not None and bool(self._results.disagreements)
        target = self.apart if waits else self.reliability
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Stop working out what nobody looks at any more."""
        self._session.tasks.cancel(_WORK)

    def _take(self, results: SessionResults) -> None:
        was_here = self._results is None and self.reliability.hasFocus()
        self._results = results
        self._show()
        if was_here:
            self.take_focus()

    # --- showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        results = self._results
        self.save_table.setEnabled(results is not None)
        with QSignalBlocker(self.pair):
            before = self.pair.currentText()
            self.pair.clear()
            for one in () if results is None else results.log_limits:
                self.pair.addItem(
                    self.tr("{first} and {second}").format(first=one.first, second=one.second)
                )
            self.pair.setCurrentIndex(max(0, self.pair.findText(before)))
        self.pair.setVisible(self.pair.count() > 0)
        if results is not None:
            self.about.setText(numbers.about(results))
            self.reliability.show_numbers(numbers.reliability(results))
            self.others.show_numbers(numbers.outlines_and_answers(results))
            rows = [(*said.disagreement(one), self._decided(one)) for one in results.disagreements]
            chosen = self.apart.currentRow()
            filled_table(self.apart, rows)
            if rows:
                self.apart.selectRow(min(max(chosen, 0), len(rows) - 1))
            left = sum(one.decided is None for one in results.disagreements)
            self.apart_said.setText(
                words.counted(
                    left,
                    self.tr("1 waits for a third person."),
                    self.tr("{n} wait for a third person."),
                )
                if left
                else self.tr("None waits for a third person.")
            )
            self.look.setEnabled(bool(rows))
        self._show_plot()
        self._show_adopting()

    def _decided(self, found: Disagreement) -> str:
        return words.DASH if found.decided is None else found.decided.decided_by

    @property
    def limits(self) -> Limits | None:
        """The pair of readings that the plot shows."""
        place = self.pair.currentIndex()
        results = self._results
        if results is None or not 0 <= place < len(results.log_limits):
            return None
        return results.log_limits[place]

    def _show_plot(self, _changed: object = None) -> None:
        found = self.limits
        self.save_figure.setEnabled(found is not None)
        self.plot.setVisible(found is not None)
        if found is None:
            self.caption.setText(self.tr("Too few pictures were outlined by both to draw this."))
            return
        caption = numbers.limits_caption(found)
        self.caption.setText(caption)

        def lay_out(width: float, height: float) -> Drawing:
            return lay_out_limits(found, width, height, text_width, theme=theme.current().name)

        self.plot.show_figure(lay_out, caption)

    # --- saving ----------------------------------------------------------------------------------

    def ask_file(self, title: str, name: str, kinds: str) -> Path | None:
        """Ask where to save, with a name to begin with."""
        chosen, _ = QFileDialog.getSaveFileName(self, title, str(usual_folder() / name), kinds)
        return Path(chosen) if chosen else None

    def save_the_figure(self) -> None:
        """Write the plot that is shown, in light colours, with its caption."""
        from woundtrack.healing.chart import save
        from woundtrack.healing.chart_figure import figure_of
        from woundtrack.healing.chart_figure import text_width as width_in_files

        found = self.limits
        if found is None or self._of is None:
            return
        path = self.ask_file(
            self.tr("Save figure"),
            f"{self._of.name} {found.first} {found.second}.svg",
            self.tr("Figures (*.svg *.pdf *.png)"),
        )
        if path is None:
            return
        path = path if path.suffix else path.with_suffix(".svg")
        caption = f"{self._of.name}. {numbers.limits_caption(found)}"
        drawing = lay_out_limits(found, *FILE_SIZE, width_in_files, theme="light", caption=caption)
        self._write(path, lambda: save(figure_of(drawing), path))

    def save_the_readings(self) -> None:
        """Write a row a reading, under the codes and numbers of the export."""
        if self._of is not None:
            self.saver.save(self._of)

    def _write(self, path: Path, write: object) -> None:
        from woundtrack.errors import FileUnwritable

        try:
            if callable(write):
                write()
        except OSError as fault:
            reason = fault.strerror or ""
            self._session.problem.emit(FileUnwritable(path=str(path), reason=reason))
        except WoundtrackError as problem:
            self._session.problem.emit(problem)
        else:
            self._session.said.emit(self.tr("{name} is written.").format(name=path.name))

    # --- disagreements, adopting -----------------------------------------------------------------

    def _look(self) -> None:
        place = self.apart.currentRow()
        if self._results is not None and 0 <= place < len(self._results.disagreements):
            self.look_asked.emit(self._results.disagreements[place])

    def _show_adopting(self, _changed: object = None) -> None:
        from woundtrack.workflow.reader_error import adopted_error

        library, of = self._session.library, self._of
        if library is None or of is None:
            return
        error = adopted_error(library)
        is_this = error is not None and error.session_id == of.id
        can_write = self._session.can_write
        has_reason = bool(self.reason.text().split())
        self.adopt.setVisible(not is_this)
        self.take_back.setVisible(error is not None)
        self.adopt.setEnabled(can_write and has_reason and self._results is not None)
        self.take_back.setEnabled(can_write and has_reason)
        self.adopt_said.set_tone("2")
        self.adopt_said.setText(self._adopting(error, is_this=is_this))

    def _adopting(self, error: ReaderError | None, *, is_this: bool) -> str:
        if error is None:
            return self.tr(
                "The timeline's intervals hold what is assumed of a reader's edge, 0.5 mm. With "
                "this they hold what was measured here, in every course; what is recorded of a "
                "measurement stays. It takes a reason, and can be taken back."
            )
        spread = said.share(error.log_sd)
        who = self.tr("{who}, {day}: {reason}").format(
            who=error.adopted_by,
            day=words.day(error.adopted_at.astimezone().date()),
            reason=error.reason,
        )
        head = (
            self.tr("The timeline's intervals show this session's error, {spread} of the area.")
            if is_this
            else self.tr("They show the error of {session} now, {spread} of the area.")
        )
        return f"{head.format(spread=spread, session=error.session)} ({who})"

    def _adopt(self) -> None:
        library, of = self._session.library, self._of
        if library is not None and of is not None:
            self._do(lambda: steps.adopt(self._session, library, of, self.reason.text()))

    def _take_back(self) -> None:
        library = self._session.library
        if library is not None:
            self._do(lambda: steps.take_back(self._session, library, self.reason.text()))

    def _do(self, verb: Callable[[], QUndoCommand]) -> None:
        try:
            step = verb()
        except WoundtrackError as problem:
            self.adopt_said.set_tone("refuse")
            self.adopt_said.setText(messages.sentence_of(problem))
            return
        self._session.undo_stack.push(step)
        self.reason.clear()
        self._show_adopting()
        self.adopted.emit()
        # Not into the reason: there Ctrl Z is the text's.
        self.reliability.setFocus(Qt.FocusReason.OtherFocusReason)
        self._session.said.emit(self.tr("Recorded. Ctrl Z undoes it."))
