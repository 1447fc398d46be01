"""How well readers agree, beside the cohort: the plot of two readings, and the table.

Hides which reading session is shown, and that its results are worked out on a worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from woundtrack.healing.chart_paper import Drawing, Paper
from woundtrack.healing.chart_style import STYLES
from woundtrack.ui import theme
from woundtrack.ui.agreement import numbers
from woundtrack.ui.agreement.limits_plot import FILE_SIZE, lay_out_limits
from woundtrack.ui.components import Card, DropDown, KeyButton, Label
from woundtrack.ui.study.figure_card import Brief, FigureCard, Numbers, NumbersTable
from woundtrack.ui.timeline.chart_painter import text_width

if TYPE_CHECKING:
    from woundtrack.healing.agreement import Limits
    from woundtrack.model import ReadingSession
    from woundtrack.ui.session import Session
    from woundtrack.workflow.reading_results import SessionResults

WORK: Final = "study readers"
_FULL_HEIGHT: Final = 186
_STRIP_HEIGHT: Final = 96
_BOX_LEAST, _BOX_MOST = 110, 320
_QWIDGETSIZE_MAX: Final = 16777215
_KINDS: Final = frozenset({"readings", "record", "photographs"})
"""What results are made of, of the session's kinds."""


class Readers(QStackedWidget):
    """Agreement and reliability of one reading session, or why there is none."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._results: SessionResults | None = None
        self._sessions: tuple[ReadingSession, ...] = ()
        self._is_stale = True
        self._is_entered = False
        self.title = Label(self.tr("Agreement between readers"), "section")
        self.text = Label("", "body", "2", wraps=True)
        self.begin = KeyButton.of(session.actions["library.readings"], icon="eye")
        self.session_box = _box(self.tr("Reading session"))
        # The same choice where there are no results yet: the way to another session.
        self.strip_box = _box(self.tr("Reading session"))
        self.strip_box.setModel(self.session_box.model())
        self.pair = _box(self.tr("Which two readings are compared"))
        # Its words would leave none to who is compared with whom.
        self.save_button = KeyButton("", kind="quiet", size="small", icon="export")
        self.save_button.setAccessibleName(self.tr("Save figure…"))
        self.save_button.setToolTip(self.tr("Save figure…"))
        self.agreement = FigureCard(
            self.tr("Agreement between readers"),
            self.save_button,
            buttons=(self.session_box, self.pair),
            is_fitted=True,
        )
        self.reliability = NumbersTable(is_fitted=True)
        self.reliability.setAccessibleName(self.tr("Reliability"))
        self.reliability.setMinimumHeight(48)
        self.about = Brief()
        self.look = KeyButton.of(
            session.actions["library.readings"], kind="quiet", size="small", icon="eye"
        )
        self.addWidget(self._empty())
        self.addWidget(self._shown())
        self.setFixedHeight(_STRIP_HEIGHT)
        self.session_box.currentIndexChanged.connect(self._take_session)
        self.strip_box.currentIndexChanged.connect(self.session_box.setCurrentIndex)
        self.pair.currentIndexChanged.connect(self._show_plot)
        self.save_button.clicked.connect(self.save)
        session.library_changed.connect(self._follow)
        session.library_opened.connect(self._forget)
        session.library_closed.connect(self._forget)

    def _empty(self) -> QWidget:
        card = Card()
        layout = QHBoxLayout(card)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(16)
        said = QVBoxLayout()
        said.setSpacing(4)
        said.addStretch(1)
        said.addWidget(self.title)
        said.addWidget(self.text)
        said.addStretch(1)
        layout.addLayout(said, 1)
        layout.addWidget(self.strip_box)
        layout.addWidget(self.begin)
        return card

    def _shown(self) -> QWidget:
        table = Card()
        in_table = QVBoxLayout(table)
        in_table.setContentsMargins(1, 6, 1, 1)
        in_table.setSpacing(2)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 12, 0)
        head.addStrut(28)
        head.addWidget(Label(self.tr("Reliability"), "section"))
        head.addStretch(1)
        head.addWidget(self.look)
        beneath = QHBoxLayout()
        beneath.setContentsMargins(16, 0, 16, 0)
        beneath.addWidget(self.about, 1)
        in_table.addLayout(head)
        in_table.addLayout(beneath)
        in_table.addWidget(self.reliability, 1)
        both = QWidget()
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(12)
        across.addWidget(self.agreement, 1)
        across.addWidget(table, 1)
        return both

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """What has the keys, in the order in which Tab goes through it."""
        return (
            self.strip_box,
            self.begin,
            self.session_box,
            self.pair,
            self.agreement.face,
            self.save_button,
            self.agreement.table,
            self.look,
            self.reliability,
        )

    @property
    def results(self) -> SessionResults | None:
        """What is shown, once it was worked out."""
        return self._results

    # --- coming and going ------------------------------------------------------------------------

    def enter(self) -> None:
        """Be shown; results are worked out where anything was read since."""
        self._is_entered = True
        if self._is_stale:
            self._work_out()

    def leave(self) -> None:
        """Be hidden: what is under way is stopped."""
        self._is_entered = False
        self._session.tasks.cancel(WORK)

    def _forget(self) -> None:
        self._results, self._sessions, self._is_stale = None, (), True

    def _follow(self, kinds: frozenset[str]) -> None:
        if kinds & _KINDS:
            self._is_stale = True
            if self._is_entered:
                self._work_out()

    def _take_session(self, _place: int) -> None:
        self._results = None
        self._work_out()

    def _work_out(self) -> None:
        """Work out the results of the chosen session, or else of the newest that was read in."""
        from woundtrack.workflow.reading_results import prepared_results

        library = self._session.library
        if library is None:
            return
        self._sessions = tuple(reversed(library.reading_sessions()))
        chosen = self.session_box.currentData()
        with QSignalBlocker(self.session_box), QSignalBlocker(self.strip_box):
            self.session_box.clear()
            for one in self._sessions:
                self.session_box.addItem(one.name, one.id)
            self.session_box.setCurrentIndex(max(0, self.session_box.findData(chosen)))
            if self.session_box.findData(chosen) < 0:
                begun = [one.id for one in self._sessions if library.readings(one.id)]
                if begun:
                    self.session_box.setCurrentIndex(self.session_box.findData(begun[0]))
        place = self.session_box.currentIndex()
        with QSignalBlocker(self.strip_box):
            self.strip_box.setCurrentIndex(place)
        for box in (self.session_box, self.strip_box):
            box.setVisible(len(self._sessions) > 1)
        if place < 0:
            self._results, self._is_stale = None, False
            self._show()
            return
        self._show()
        self._session.tasks.run(
            prepared_results(library, self._sessions[place]),
            on_done=self._take,
            key=WORK,
            says=self.tr("Comparing the readings"),
        )

    def _take(self, results: SessionResults) -> None:
        self._results, self._is_stale = results, False
        self._show()

    # --- showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        results = self._results
        if not self._sessions:
            self.text.setText(
                self.tr(
                    "No blinded reading yet. Readers outline the same photographs without seeing "
                    "dates, names or each other; how far they agree is then shown here."
                )
            )
        elif results is None:
            self.text.setText(self.tr("Comparing the readings."))
        elif not results.log_limits and results.area is None:
            self.text.setText(
                self.tr(
                    "“{name}”: {read} of {tasks} readings made. Agreement is shown once several "
                    "pictures were outlined twice."
                ).format(name=results.session.name, read=results.read, tasks=results.tasks)
            )
        has_any = results is not None and bool(results.log_limits or results.area)
        self.setCurrentIndex(1 if has_any else 0)
        # Without results a strip: the figures above have the room.
        self.setMinimumHeight(_FULL_HEIGHT if has_any else _STRIP_HEIGHT)
        self.setMaximumHeight(_QWIDGETSIZE_MAX if has_any else _STRIP_HEIGHT)
        if results is None or not has_any:
            return
        with QSignalBlocker(self.pair):
            before = self.pair.currentText()
            self.pair.clear()
            for one in results.log_limits:
                self.pair.addItem(
                    self.tr("{first} and {second}").format(first=one.first, second=one.second)
                )
            self.pair.setCurrentIndex(max(0, self.pair.findText(before)))
        self.pair.setVisible(self.pair.count() > 1)
        self.about.setText(numbers.about(results))
        # Beside the figures there is room for what is read most; the session's own page has all.
        sem = QCoreApplication.translate("Agreement", "SEM")
        self.reliability.show_numbers(numbers.reliability(results).without(sem))
        self._show_plot()

    @property
    def limits(self) -> Limits | None:
        """The pair of readings that the plot shows."""
        place, results = self.pair.currentIndex(), self._results
        if results is None or not 0 <= place < len(results.log_limits):
            return None
        return results.log_limits[place]

    def _show_plot(self, _changed: object = None) -> None:
        results, found = self._results, self.limits
        if results is None:
            return
        self.save_button.setEnabled(found is not None)
        too_few = self.tr("Too few pictures were outlined by both to draw this.")
        caption = too_few if found is None else numbers.limits_caption(found)

        def lay_out(width: float, height: float) -> Drawing:
            if found is None:
                paper = Paper(
                    width=width,
                    height=height,
                    style=STYLES[theme.current().name],
                    measure=text_width,
                )
                paper.text(width / 2, height / 2, too_few, size=13, align="center")
                return paper.drawing()
            return lay_out_limits(found, width, height, text_width, theme=theme.current().name)

        others: Numbers = numbers.outlines_and_answers(results)
        title = self.tr("Agreement between readers")
        self.agreement.show_figure(title, lay_out, caption, caption, others)

    # --- saving ----------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the plot that is shown with its caption."""
        from woundtrack.healing.chart import save
        from woundtrack.healing.chart_figure import figure_of
        from woundtrack.healing.chart_figure import text_width as width_in_files
        from woundtrack.ui.study.saving import ask_figure, saved_words

        results, found = self._results, self.limits
        if results is None or found is None:
            return
        name = f"{results.session.name} {found.first} {found.second}"
        path = ask_figure(self, name)
        if path is None:
            return
        caption = f"{results.session.name}. {numbers.limits_caption(found)}"
        drawing = lay_out_limits(found, *FILE_SIZE, width_in_files, theme="light", caption=caption)

        def write(path: Path) -> None:
            save(figure_of(drawing), path)

        def tell(_: object) -> None:
            self._session.said.emit(saved_words(path))

        self._session.tasks.run(write, path, on_done=tell, says=self.tr("Saving the figure"))


def _box(name: str) -> DropDown:
    made = DropDown()
    made.setFixedHeight(32)
    made.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToContents)
    made.setMinimumWidth(_BOX_LEAST)
    made.setMaximumWidth(_BOX_MOST)
    made.setAccessibleName(name)
    return made
