"""Measure again, on a card over the window: run it, look at the differences, save them, take one.

Hides that rows come from a worker while others are looked at, and what is kept from run to run.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QWidget,
)

from woundtrack.errors import ExportUnnoted, WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label, Segmented, TickBox, rule, words
from woundtrack.ui.exporting.noted_run import Ended, NotedRun
from woundtrack.ui.remeasuring import words as again
from woundtrack.ui.remeasuring.row_panel import RowPanel
from woundtrack.ui.remeasuring.table import Compared, RemeasuredTable
from woundtrack.ui.remeasuring.work import (
    SeenAgain,
    SeenPicture,
    measure_again,
    picture_of,
    use_outline,
    write_table,
)
from woundtrack.ui.usual_folder import usual_folder
from woundtrack.ui.window.overlay import Overlay
from woundtrack.workflow.exporting import ExportChoice, open_export
from woundtrack.workflow.remeasured_table import MEASURED_AGAIN
from woundtrack.workflow.remeasuring import present_versions

if TYPE_CHECKING:
    from woundtrack.model import Progress
    from woundtrack.model.remeasurings import Remeasurement
    from woundtrack.records import Library
    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task
    from woundtrack.workflow.exporting import Export
    from woundtrack.workflow.exporting_notes import ExportNote
    from woundtrack.workflow.remeasured_table import RemeasuredTable as Written

_WIDTH: Final = 1290
_HEIGHT: Final = 620
_TABLE: Final = 800
_EVERY_MS: Final = 400
"""How often rows that have come in are shown: the table is sorted anew each time."""
_SELDOM_MS: Final = 5000
_MANY: Final = 2000
"""Of more rows than this, they are shown as seldom as that."""
_RUN: Final = "measuring again"
_LOOK: Final = "measured again"
_PICTURE: Final = "measured again, picture"


class RemeasuringSheet(Overlay):
    """What was accepted, and what the present program makes of it."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH, _HEIGHT, widest=1560, highest=1000)
        self._session = session
        self._saved: Export | None = None
        self._saving = NotedRun(session, self)
        self._saving.ended.connect(self._save_ended)
        self._come: deque[SeenAgain] = deque()
        self._seen: SeenAgain | None = None
        self._picture: SeenPicture | None = None
        self._run: Task | None = None
        self._is_read = False
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._take)
        session.tasks.ended.connect(self._ended)
        session.library_changed.connect(self._library_changed)
        session.library_closed.connect(self._forget)

    # --- opening and leaving ---------------------------------------------------------------------

    def open(self) -> None:
        if self._session.library is None:
            return
        by = present_versions()
        self._about.setText(
            self.tr(
                "What {version} makes of every accepted photograph, beside what was accepted. "
                "Nothing is replaced."
            ).format(version=again.version(by))
        )
        super().open()
        if not self._is_read and self._run is None:
            self._come = deque()
            self.table.drop()
            self._look()
        self._show_state()
        first = self.table if self.table.again.rows else self.go
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Close; a reason that is being given is left first, and measuring goes on."""
        if self.isVisible() and self.side.reason.isVisible():
            self.side.ask_reason(is_asked=False)
            self.side.use.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().dismiss()

    def _forget(self) -> None:
        self._timer.stop()
        self._come = deque()  # a worker that is about to stop may fill the former once more
        self._run = None
        self._is_read = False
        self.side.ask_reason(is_asked=False)
        self.table.drop()
        self._say("")
        super().dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.side.reason.isVisible():
                self._use()
            elif self.go.isEnabled():
                self.measure()
            event.accept()
        else:
            super().keyPressEvent(event)

    # --- measuring -------------------------------------------------------------------------------

    @property
    def is_measuring(self) -> bool:
        """Whether the library is being measured again now."""
        return self._run is not None

    def measure(self) -> None:
        """Measure what wasn't yet, or stop."""
        library = self._session.library
        if self._run is not None:
            self._run.cancel()
            return
        if library is None:
            return
        self._say("")
        self._session.tasks.cancel(_LOOK)
        self._run = self._begin(library, key=_RUN, with_outlines=self.outlines.isChecked())
        self._show_state()

    def _look(self) -> None:
        """Show what is kept."""
        library = self._session.library
        if library is not None:
            self._begin(library, only_kept=True, key=_LOOK)

    def _begin(
        self,
        library: Library,
        *,
        key: str,
        patient_id: str | None = None,
        with_outlines: bool = False,
        only_kept: bool = False,
    ) -> Task:
        self._is_read = True
        self._timer.start()
        return self._session.tasks.run(
            measure_again,
            library.path,
            self._come.extend,
            patient_ids=None if patient_id is None else frozenset({patient_id}),
            is_read_only=not self._session.can_write,
            with_outlines=with_outlines,
            only_kept=only_kept,
            on_done=self._whole if key == _RUN else None,
            key=key,
            says=self.tr("Measuring again") if key == _RUN else None,
        )

    def _whole(self, _nothing: object) -> None:
        self._take()
        self._say(again.summary(self._results))

    def _take(self) -> None:
        """Show the rows that have come in."""
        rows = [self._come.popleft() for _ in range(len(self._come))]
        is_long = len(self.table.again.every) > _MANY
        self._timer.setInterval(_SELDOM_MS if is_long else _EVERY_MS)
        if rows:
            had_rows = bool(self.table.again.rows)
            self.table.add(rows)
            if not had_rows and self.go.hasFocus():
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_state()

    def _ended(self, task: Task) -> None:
        if task.key not in {_RUN, _LOOK}:
            return
        if task is self._run:
            self._run = None
            if task.is_cancelled:
                self._say(self.tr("Stopped. What is done is kept, and it goes on from there."))
        if self._session.library is not None:
            self._take()
        if self._run is None:
            self._timer.stop()
        self._show_state()

    def _library_changed(self, kinds: frozenset[str]) -> None:
        """Read what is kept anew when it is opened next: something was revised meanwhile."""
        if kinds & {"assessments", "photographs", "patients"} and not self.isVisible():
            self._is_read = False

    # --- showing ---------------------------------------------------------------------------------

    def _compare(self, _value: object = None) -> None:
        """Show the other comparison, or only what differs."""
        compared = self.compared.value()
        self.beyond.setVisible(compared is Compared.MEASURING)
        self.table.show_compared(compared, only_beyond=self.beyond.isChecked())
        self._show_state()
        self._say_row(self.table.current)

    def _show_state(self) -> None:
        """Say how many rows there are, and what can be done."""
        every = self.table.again.every
        is_running = self._run is not None
        self.go.setText(self.tr("Stop") if is_running else self.tr("Measure again"))
        self.outlines.setEnabled(not is_running)
        self.save.setEnabled(bool(every) and not is_running)
        self._counted.setText(again.counts(self._results))
        self._stack.setCurrentIndex(1 if self.table.again.rows else 0)
        if every:
            self._empty.setText(self.tr("Nothing differs by more than measurement error."))
        elif is_running:
            self._empty.setText(self.tr("Measuring…"))
        else:
            self._empty.setText(
                self.tr(
                    "Nothing was measured again by this version yet. It takes about as long as "
                    "importing the photographs did, can be stopped, and goes on where it was."
                )
            )

    @property
    def _results(self) -> list[Remeasurement]:
        return [one.result for one in self.table.again.every]

    def _chosen(self, seen: SeenAgain | None) -> None:
        if seen is not None and self._seen is not None and seen == self._seen:
            return
        if self.side.reason.isVisible():
            self.side.ask_reason(is_asked=False)
        self._seen, self._picture = seen, None
        self._say_row(seen)
        library = self._session.library
        if seen is None or library is None:
            self._session.tasks.cancel(_PICTURE)
            self.side.picture.show_words(self.tr("Choose a row to see its photograph."))
            return
        self.side.picture.show_words(self.tr("Opening the photograph…"))
        self._session.tasks.run(
            picture_of,
            library.path,
            seen,
            on_done=self._show_picture,
            on_error=self._no_picture,
            key=_PICTURE,
        )

    def _show_picture(self, picture: SeenPicture | None) -> None:
        seen = self._seen
        self._picture = picture
        if seen is None:
            return
        if picture is None:
            self.side.picture.show_words(self.tr("The original of this photograph can't be read."))
        else:
            self.side.picture.show_picture(
                picture,
                self.tr("{lesion} of {patient} on {day}, with both outlines").format(
                    lesion=seen.lesion, patient=seen.patient.code, day=words.day(seen.on)
                ),
            )
        self._say_row(seen)

    def _no_picture(self, problem: WoundtrackError) -> None:
        self.side.picture.show_words(messages.sentence_of(problem))

    def _say_row(self, seen: SeenAgain | None) -> None:
        self.side.show_row(seen)
        self._show_use()

    def _show_use(self) -> None:
        """Offer the new outline where it is another one and can be recorded."""
        seen, picture = self._seen, self._picture
        why = ""
        if not self._session.can_write:
            why = self._session.why_read_only or ""
        elif seen is None or picture is None or not picture.automatic:
            why = self.tr("There is no automatic outline of this lesion.")
        elif picture.automatic == picture.accepted:
            why = self.tr("It is the accepted outline.")
        self.side.show_use(why)

    # --- going on from a row ---------------------------------------------------------------------

    def _review(self) -> None:
        seen = self._seen
        if seen is not None:
            self._open_in_review(seen)

    def _open_in_review(self, seen: SeenAgain) -> None:
        super().dismiss()
        self._session.set_patient(seen.patient)
        self._session.go("review", photograph_id=seen.result.photograph_id)

    def _use(self) -> None:
        """Record the new outline in a revision, with the reason that was given."""
        seen, picture, reason = self._seen, self._picture, self.side.why
        if seen is None or picture is None or not picture.automatic or not reason:
            return
        # Before the rows are set anew: the table takes its first row where it gets the focus bare.
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        try:
            use_outline(self._session, seen, picture.automatic, reason, self._patient_changed)
        except WoundtrackError as problem:
            self._say(messages.sentence_of(problem), "refuse")
            self.side.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.side.ask_reason(is_asked=False)
        said = self.tr("The new outline of {lesion} is recorded as a revision. Ctrl Z undoes it.")
        self._say(said.format(lesion=seen.lesion))

    def _patient_changed(self, patient_id: str) -> None:
        """Measure what was revised of a patient again, while the sheet is looked at."""
        library = self._session.library
        if library is not None and self.isVisible():
            has_outlines = any(one.result.has_outlines for one in self.table.again.every)
            self.table.drop(patient_id)
            self._begin(library, key=_LOOK, patient_id=patient_id, with_outlines=has_outlines)

    # --- saving ----------------------------------------------------------------------------------

    def ask_table_file(self) -> tuple[Path, bool] | None:
        """Ask where to save the table, and whether with the patients' codes."""
        disguised = self.tr("Pseudonymised table (*.csv)")
        named = self.tr("Identified table, with the patients' codes and dates (*.csv)")
        chosen, kind = QFileDialog.getSaveFileName(
            self.window(),
            self.tr("Save table: what was measured again"),
            str(usual_folder() / self.tr("measured again.csv")),
            f"{disguised};;{named}",
        )
        if not chosen:
            return None
        path = Path(chosen)
        path = path if path.suffix.lower() == ".csv" else path.with_name(path.name + ".csv")
        return path, kind == named

    def save_table(self) -> None:
        """Save the rows as a table, under the names of the export."""
        library, rows = self._session.library, self.table.again.every
        answer = None if library is None else self.ask_table_file()
        if library is None or answer is None:
            return
        path, is_identified = answer
        choice = ExportChoice(
            is_identified=is_identified, with_unasked=self._session.settings.exports_unasked
        )
        try:
            if library.is_read_only:
                raise ExportUnnoted(path=str(library.path))
            export = open_export(library, choice, by=self._session.person)

            def write(note: ExportNote, progress: Progress) -> Written:
                return write_table(export, rows, path, note=note, progress=progress)

            self._saved = export
            self._saving.start(
                export, MEASURED_AGAIN, path, write, key="table", says=self.tr("Saving the table")
            )
        except WoundtrackError as problem:
            self._not_written(problem)

    def _save_ended(self, end: Ended) -> None:
        export, self._saved = self._saved, None
        if export is not None and end.written is not None:
            self._written(export, end.written)
        elif isinstance(end.fault, WoundtrackError):
            self._not_written(end.fault)

    def _written(self, export: Export, table: Written) -> None:
        said = self.tr("Saved {name}: {rows}.").format(
            name=table.path.name,
            rows=words.counted(table.rows, self.tr("1 row"), self.tr("{n} rows")),
        )
        left = len(export.leaving.left_out)
        if left:
            said += " " + words.counted(
                left,
                self.tr("1 patient without consent is left out."),
                self.tr("{n} patients without consent are left out."),
            )
        self._say(said)
        self._session.said.emit(said)

    def _not_written(self, problem: WoundtrackError) -> None:
        self._say(messages.sentence_of(problem), "refuse")

    def _say(self, text: str, tone: str = "2") -> None:
        self.said.setText(text)
        self.said.set_tone("refuse" if tone == "refuse" else "2")

    # --- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Measure again"))
        self._counted = Label("", "label", "2")
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Measure again"), "title"), 1)
        head.addWidget(self._counted)
        self.inside.addLayout(head)
        self._about = Label("", "body", "2", wraps=True)
        self.inside.addWidget(self._about)
        self.inside.addLayout(self._build_bar())
        across = QHBoxLayout()
        across.setSpacing(16)
        self.table = RemeasuredTable()
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(self._open_in_review)
        self._empty = Label("", "body", "2", wraps=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(48, 0, 48, 0)
        self._stack = QStackedWidget()
        self._stack.setMinimumWidth(_TABLE)
        self.side = RowPanel()
        self.side.review_asked.connect(self._review)
        self.side.record_asked.connect(self._use)
        self.side.keep_asked.connect(self.dismiss)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        across.addWidget(self._stack, 2)
        across.addWidget(rule(vertical=True))
        across.addWidget(self.side, 1)
        self.inside.addLayout(across, 1)
        self.inside.addWidget(rule())
        self.said = Label("", "label", "2", wraps=True)
        self.save = KeyButton(self.tr("Save table…"), icon="download-simple")
        self.save.clicked.connect(self.save_table)
        self.close_button = KeyButton(self.tr("Close"), self.tr("Esc"))
        self.close_button.clicked.connect(self.dismiss)
        self.go = KeyButton(self.tr("Measure again"), self.tr("Enter"), "main")
        self.go.clicked.connect(self.measure)
        self.side.asked.connect(self.go.setDisabled)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.said, 1)
        for button in (self.save, self.close_button, self.go):
            foot.addWidget(button)
        self.inside.addLayout(foot)
        self.side.ask_reason(is_asked=False)
        self._say_row(None)

    def _build_bar(self) -> QHBoxLayout:
        self.compared = Segmented(
            [
                (Compared.MEASURING, self.tr("The same outline, measured now")),
                (Compared.OUTLINES, self.tr("The automatic outline of now")),
            ],
            name=self.tr("What is compared"),
            has_tick=True,
        )
        self.compared.chosen.connect(self._compare)
        self.beyond = TickBox(self.tr("Only beyond measurement error"))
        self.beyond.toggled.connect(self._compare)
        self.outlines = TickBox(self.tr("Outline anew, too"))
        self.outlines.setToolTip(
            self.tr("Takes longer: the program outlines each photograph by itself, as on import.")
        )
        self.outlines.setChecked(True)
        bar = QHBoxLayout()
        bar.setSpacing(16)
        bar.addWidget(self.compared)
        bar.addWidget(self.beyond)
        bar.addStretch(1)
        bar.addWidget(self.outlines)
        return bar
