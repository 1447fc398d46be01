"""Opening, making, checking, backing up libraries; the demonstration; the card; their questions.

Hides the file dialogs (one method a question, so that a test can answer) and what runs on workers.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QObject, QSettings, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack.errors import WoundtrackError
from woundtrack.model import now
from woundtrack.ui.components import words
from woundtrack.ui.usual_folder import usual_folder
from woundtrack.ui.window.card_for import CardForSheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.model import Progress
    from woundtrack.records import BackupReport, CheckReport
    from woundtrack.ui.session import Session


_PROBLEMS_SHOWN: Final = 3


class LibraryActions(QObject):
    """Binds the ``library.`` and ``card.`` actions to one window.

    Signals
    -------
    refused(WoundtrackError)
        A library could not be opened or made; what was open still is.
    card_saved(Path)
        The card's sheet was written there.
    told(MessageKind, str, str)
        What a check or a backup came to: title and sentence.
    """

    refused = Signal(object)
    card_saved = Signal(object)
    told = Signal(str, str, str)

    def __init__(self, session: Session, places: QSettings, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._places, self._window = session, places, window
        table = session.actions
        table.bind("library.new", self.make, window)
        table.bind("library.open", self.open_chosen, window)
        table.bind("library.close", session.close_library, window)
        table.bind("library.demo", self.open_demo, window)
        for kind in ("card", "strip", "window", "square"):
            action_id = "card.print" if kind == "card" else f"card.print_{kind}"
            table.bind(action_id, partial(self.print_card, kind), window)
        self.card_for = CardForSheet(session, window)
        self.card_for.answered.connect(self._save_card)
        table.bind("library.backup", self.back_up, window)
        table.bind("library.check", self.check, window)
        self._backed_up_on: date | None = None
        session.library_opened.connect(self._back_up_today_anew)
        session.library_changed.connect(self._back_up_today)

    # --- questions -------------------------------------------------------------------------------

    def ask_new_folder(self) -> Path | None:
        """Ask for the name and place of a new library."""
        dialog = QFileDialog(
            self._window, self.tr("New library: its name and place"), str(usual_folder())
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, self.tr("Make library"))
        dialog.setLabelText(QFileDialog.DialogLabel.FileName, self.tr("Name"))
        dialog.selectFile(self.tr("Wound clinic"))
        return Path(dialog.selectedFiles()[0]) if dialog.exec() else None

    def ask_folder(self) -> Path | None:
        """Ask for the folder of a library."""
        last = self._session.settings.last_library
        chosen = QFileDialog.getExistingDirectory(
            self._window, self.tr("Open library"), str(last.parent) if last else ""
        )
        return Path(chosen) if chosen else None

    def ask_card_file(self, kind: str) -> tuple[Path, str] | None:
        """Ask where to save a kind of card's sheet and on which paper; return both."""
        name = {
            "card": self.tr("woundtrack card.pdf"),
            "strip": self.tr("woundtrack strip.pdf"),
            "window": self.tr("woundtrack window card.pdf"),
            "square": self.tr("woundtrack small square.pdf"),
        }[kind]
        a4, letter = self.tr("A4 sheet (*.pdf)"), self.tr("US Letter sheet (*.pdf)")
        is_us = QLocale().measurementSystem() is QLocale.MeasurementSystem.ImperialUSSystem
        chosen, paper = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Print card: save the sheet"),
            str(usual_folder() / name),
            ";;".join((letter, a4) if is_us else (a4, letter)),
        )
        if not chosen:
            return None
        path = Path(chosen)
        if path.suffix.lower() != ".pdf":
            path = path.with_name(path.name + ".pdf")
        return path, "letter" if paper == letter else "a4"

    def ask_backup_file(self) -> Path | None:
        """Ask where to write a backup of the open library: a file that isn't there yet."""
        library = self._session.library
        name = "" if library is None else f"{library.name} {now().astimezone():%Y-%m-%d %H%M}.zip"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Back up the library: name and place of the file"),
            str(usual_folder() / name),
            self.tr("Backup (*.zip)"),
            options=QFileDialog.Option.DontConfirmOverwrite,  # one that is there is never replaced
        )
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix.lower() == ".zip" else path.with_name(path.name + ".zip")

    def show_file(self, path: Path) -> None:
        """Open a file with the desktop's own program for it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    # --- verbs -----------------------------------------------------------------------------------

    def make(self) -> None:
        """Make a library where the person says, and open it."""
        folder = self.ask_new_folder()
        if folder is None:
            return
        try:
            self._session.create_library(folder)
        except WoundtrackError as problem:
            self.refused.emit(problem)
        else:
            self._remember_opening(folder)

    def open_chosen(self) -> None:
        """Open the library whose folder the person chooses."""
        folder = self.ask_folder()
        if folder is not None:
            self.open(folder)

    def open(self, folder: Path) -> bool:
        """Open a library, or tell why not; return whether it is open."""
        try:
            self._session.open_library(folder)
        except WoundtrackError as problem:
            self.refused.emit(problem)
            return False
        self._remember_opening(folder)
        return True

    def open_for_reading(self, folder: Path) -> None:
        """Open a library without ever writing it: one on a network drive."""
        try:
            self._session.open_library(folder, for_reading=True)
        except WoundtrackError as problem:
            self.refused.emit(problem)

    def open_demo(self) -> None:
        """Open the demonstration clinic; generate it first where it isn't there yet."""
        self._session.actions.switch(
            "library.demo", is_on=False, why_off=self.tr("It is being made.")
        )
        self._session.tasks.run(
            _build_demo,
            on_done=self._open_made_demo,
            on_error=self._demo_refused,
            key="demo",
            says=self.tr("Making the demonstration clinic"),
        )
        self._session.tasks.ended.connect(self._demo_ended)

    def open_dropped(self, path: Path) -> bool:
        """Open the library that was dropped; False where it is none."""
        folder = path.parent if path.name == "library.db" else path
        is_library = (folder / "library.db").exists()
        if is_library:
            self.open(folder)
        return is_library

    def print_card(self, kind: str = "card") -> None:
        """Write a kind of card's sheet where the person says, and open it for printing.

        With a library it is asked first whether the cards are for one patient.
        """
        if self._session.library is None:
            self._save_card(kind)
        else:
            self.card_for.open_for(kind)

    def _save_card(self, kind: str, code: str = "") -> None:
        answer = self.ask_card_file(kind)
        if answer is None:
            return
        path, paper = answer
        self._session.tasks.run(
            _write_card,
            path,
            kind,
            paper,
            code or None,
            on_done=self._card_written,
            key="card",
            says=self.tr("Writing the card's sheet"),
        )

    def back_up(self) -> None:
        """Write the open library into the one file that the person chooses."""
        library = self._session.library
        path = None if library is None else self.ask_backup_file()
        if library is None or path is None:
            return
        self._session.tasks.run(
            _back_up,
            library.path,
            path,
            on_done=self._backed_up,
            key="backup",
            says=self.tr("Backing up the library"),
        )

    def check(self) -> None:
        """Look at everything in the open library, and tell what was found."""
        library = self._session.library
        if library is None:
            return
        self._session.tasks.run(
            _check,
            library.path,
            on_done=self._checked,
            key="check",
            says=self.tr("Checking the library"),
        )

    def opened_at(self, folder: Path) -> datetime | None:
        """Return when a library was opened last in this window or one before; aware, or None."""
        stored = self._places.value(f"opened/{_key(folder)}")
        try:
            return datetime.fromisoformat(str(stored))
        except ValueError:
            return None

    def _remember_opening(self, folder: Path) -> None:
        self._places.setValue(f"opened/{_key(folder)}", now().isoformat())

    def _open_made_demo(self, folder: Path) -> None:
        self.open(folder)

    def _demo_refused(self, problem: WoundtrackError) -> None:
        self.refused.emit(problem)

    def _demo_ended(self, task: object) -> None:
        if getattr(task, "key", None) == "demo":
            self._session.tasks.ended.disconnect(self._demo_ended)
            self._session.actions.switch("library.demo", is_on=True)

    def _back_up_today_anew(self) -> None:
        self._backed_up_on = None
        self._back_up_today()

    def _back_up_today(self, _kinds: object = None) -> None:
        """Make today's backup by itself, on the first occasion of a day."""
        library, today = self._session.library, now().astimezone().date()
        if library is None or not self._session.can_write or self._backed_up_on == today:
            return
        self._backed_up_on = today
        self._run_daily(library.path, self._session.settings.backup_folder)

    def _run_daily(self, folder: Path, chosen: Path | None) -> None:
        self._session.tasks.run(
            _back_up_daily,
            folder,
            chosen,
            on_error=self._daily_elsewhere if chosen is not None else None,
            key="daily",
            # Beside its originals it takes a moment; on another disk, the first time, it may last.
            says=None if chosen is None else self.tr("Making today's backup"),
        )

    def _daily_elsewhere(self, problem: WoundtrackError) -> None:
        """Say why the chosen folder has no backup, and make it in the library's own."""
        self._session.problem.emit(problem)
        library = self._session.library
        if library is not None:
            self._run_daily(library.path, None)

    def _backed_up(self, report: BackupReport) -> None:
        if report.problems:
            title = self.tr("The backup is not whole")
            text = self.tr("{file} holds the rest.").format(file=report.path)
            self.told.emit("refuse", title, f"{self._listed(report.problems)} {text}")
        else:
            text = self.tr("{file} holds everything. Keep it on another disk.")
            self.told.emit("good", self.tr("Backed up."), text.format(file=report.path))

    def _checked(self, report: CheckReport) -> None:
        if report.problems:
            title = self.tr("Something is wrong in this library")
            self.told.emit("refuse", title, self._listed(report.problems))
            return
        looked_at = self.tr("Looked at: {patients}, {photographs}, {assessments}.").format(
            patients=words.counted(report.patients, self.tr("1 patient"), self.tr("{n} patients")),
            photographs=words.counted(
                report.photographs, self.tr("1 photograph"), self.tr("{n} photographs")
            ),
            assessments=words.counted(
                report.assessments, self.tr("1 assessment"), self.tr("{n} assessments")
            ),
        )
        self.told.emit("good", self.tr("All is whole."), looked_at)

    def _listed(self, problems: Sequence[str]) -> str:
        """Return the first few problems as sentences, and how many more there are."""
        shown = [f"{problem[:1].upper()}{problem[1:]}." for problem in problems[:_PROBLEMS_SHOWN]]
        if (more := len(problems) - _PROBLEMS_SHOWN) > 0:
            shown.append(words.counted(more, self.tr("And 1 more."), self.tr("And {n} more.")))
        return " ".join(shown)

    def _card_written(self, path: Path) -> None:
        self.card_saved.emit(path)
        self.show_file(path)


def _build_demo(progress: Progress) -> Path:
    """Generate the demonstration where it isn't there yet, on a worker; return its folder."""
    from woundtrack.demo import build_demo, default_folder

    folder = default_folder()
    build_demo(folder, progress=progress)
    return folder


def _back_up(folder: Path, out: Path, progress: Progress) -> BackupReport:
    """Back up, on a worker and with a connection of its own."""
    from woundtrack.records import Library

    with Library.open(folder, read_only=True) as library:
        return library.backup(out, progress=progress)


def _back_up_daily(folder: Path, chosen: Path | None, progress: Progress) -> None:
    """Make today's backup, on a worker and with a connection of its own."""
    from woundtrack.records import back_up_daily

    back_up_daily(folder, chosen, progress)


def _check(folder: Path, progress: Progress) -> CheckReport:
    """Check, on a worker and with a connection of its own."""
    from woundtrack.records import Library

    with Library.open(folder, read_only=True) as library:
        return library.check(progress=progress)


def _write_card(path: Path, kind: str, paper: str, code: str | None) -> Path:
    from woundtrack.imaging import write_card_sheet

    write_card_sheet(path, kind, paper, code)
    return path


def _key(folder: Path) -> str:
    return str(folder).replace("/", "|").replace("\\", "|")
