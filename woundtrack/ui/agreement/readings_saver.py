"""Saves a session's readings as a table, under the codes and numbers of the export.

Hides where it is asked for, that a worker writes it, and what the trail is told.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack.errors import WoundtrackError
from woundtrack.ui.components import words
from woundtrack.ui.exporting.noted_run import NotedRun
from woundtrack.ui.usual_folder import usual_folder

if TYPE_CHECKING:
    from woundtrack.model import ReadingSession
    from woundtrack.ui.exporting.noted_run import Ended
    from woundtrack.ui.session import Session
    from woundtrack.workflow.exporting import Export
    from woundtrack.workflow.exporting_notes import ExportNote
    from woundtrack.workflow.reading_table import ReadingsTable

_SAVE: Final = "readings table"


def write_readings(
    export: Export, of: ReadingSession, out: Path, note: ExportNote
) -> ReadingsTable:
    """Write a session's readings, on a worker; whoever calls has noted that they leave."""
    from woundtrack.records import Library
    from woundtrack.workflow.reading_table import write_readings_table

    with Library.open(export.library.path, read_only=True) as library:
        return write_readings_table(replace(export, library=library), of, out, by="", note=note)


class ReadingsSaver(QObject):
    """Asks, writes and says that it is written, one table at a time."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._run = NotedRun(session, self)
        self._run.ended.connect(self._saved)

    def ask_file(self, name: str) -> tuple[Path, bool] | None:
        """Ask where to save the readings, and whether with the patients' codes."""
        disguised = self.tr("Pseudonymised table (*.csv)")
        named = self.tr("Identified table, with patients' codes and readers' names (*.csv)")
        chosen, kind = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Save readings"),
            str(usual_folder() / name),
            f"{disguised};;{named}",
        )
        if not chosen:
            return None
        path = Path(chosen)
        path = path if path.suffix.lower() == ".csv" else path.with_name(path.name + ".csv")
        return path, kind == named

    def save(self, of: ReadingSession) -> None:
        """Ask where to, and write a row a reading."""
        from woundtrack.workflow.exporting import ExportChoice, open_export
        from woundtrack.workflow.reading_table import of_session_alone, told_of

        library = self._session.library
        answer = None if library is None else self.ask_file(f"{of.name} reliability.csv")
        if library is None or answer is None:
            return
        path, is_identified = answer
        choice = ExportChoice(
            is_identified=is_identified, with_unasked=self._session.settings.exports_unasked
        )
        try:
            export = open_export(library, choice, by=self._session.person)
            self._run.start(
                of_session_alone(export, of),
                told_of(of),
                path,
                lambda note, _progress: write_readings(export, of, path, note),
                key=_SAVE,
                says=self.tr("Saving the readings"),
            )
        except WoundtrackError as problem:
            self._session.problem.emit(problem)

    def _saved(self, end: Ended) -> None:
        if isinstance(end.fault, WoundtrackError):
            self._session.problem.emit(end.fault)
        if end.written is None:
            return
        table: ReadingsTable = end.written
        said_ = self.tr("{name} is written: {rows}.").format(
            name=table.path.name,
            rows=words.counted(table.rows, self.tr("1 reading"), self.tr("{n} readings")),
        )
        left = len(table.leaving.left_out)
        if left:
            said_ += " " + words.counted(
                left,
                self.tr("1 patient without consent is left out."),
                self.tr("{n} patients without consent are left out."),
            )
        self._session.said.emit(said_)
