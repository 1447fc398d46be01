"""The export on one sheet: choices on the left, what will leave on the right, the folder below.

Hides that counting and writing are workers' with connections of their own, and that codes are given
out and the trail is written by the window's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from woundtrack import workflow
from woundtrack.errors import ExportUnnoted, WoundtrackError
from woundtrack.model import CohortFilter, Framing, now
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label, Message, rule, words
from woundtrack.ui.exporting.export_choices import ExportChoices
from woundtrack.ui.exporting.export_words import exported, past_export
from woundtrack.ui.exporting.leaving_view import LeavingView
from woundtrack.ui.exporting.noted_run import Ended, NotedRun, Write
from woundtrack.ui.window.overlay import Overlay
from woundtrack.workflow.export_formats import WrittenFiles, refuse_folder, writer_of
from woundtrack.workflow.exporting import Export, ExportChoice
from woundtrack.workflow.exporting_notes import ExportNote, past_exports
from woundtrack.workflow.previewing import (
    PatientCount,
    count_patients,
    pictures_of,
    preview_of,
)

if TYPE_CHECKING:
    from woundtrack.model import Progress
    from woundtrack.ui.session import Session
    from woundtrack.workflow import Leaving

_WIDTH: Final = 1120
_HEIGHT: Final = 612
_LEFT: Final = 520
_PAST_SHOWN: Final = 3
_PAUSE_MS: Final = 150
"""After a key in the study's name: a burst of them is looked up once."""

_Counts = Mapping[str, PatientCount]
_Key = tuple[date | None, str, CohortFilter | None]
"""What counts are of: the day, the state of the library, and who is asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """The export that is under way."""

    export: Export
    name: str
    folder: Path


class ExportSheet(Overlay):
    """Ctrl+E: what leaves, for whom, into which folder.

    Signals
    -------
    exported(str, object)
        It is written: the sentence, and the folder. Where the sheet was closed meanwhile the window
        tells it in its own bar.
    pictures_asked(Framing)
        Look at the pictures that wait, showing so much.
    """

    exported = Signal(str, object)
    pictures_asked = Signal(object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH, _HEIGHT, widest=1240, highest=720)
        self._session = session
        self._counts: dict[_Key, _Counts] = {}
        self._counting: _Key | None = None
        self._asked: _Asked | None = None
        self._result: Message | None = None
        self._run = NotedRun(session, self)
        self._run.progressed.connect(self._progress)
        self._run.ended.connect(self._ended)
        self.inside.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Export"), "title"))
        head.addSpacing(8)
        self._of = Label("", "body", "2")
        head.addWidget(self._of, 1)
        self.inside.addLayout(head)
        across = QHBoxLayout()
        across.setSpacing(20)
        self.choices = ExportChoices(session)
        left = _scrolled(self.choices)
        left.setFixedWidth(_LEFT)
        across.addWidget(left)
        across.addWidget(rule(vertical=True))
        self.leaving = LeavingView()
        self.leaving.pictures_asked.connect(self._look)
        across.addWidget(_scrolled(self.leaving), 1)
        self.inside.addLayout(across, 1)
        self._told = QVBoxLayout()
        self.inside.addLayout(self._told)
        self.inside.addWidget(rule())
        self.inside.addLayout(self._build_foot())
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self._show)
        self.choices.chosen.connect(self._chosen)
        self.choices.typed.connect(self._later.start)
        self.choices.placed.connect(self._show_go)
        session.library_changed.connect(self._follow)
        session.library_closed.connect(self._close)

    # --- building --------------------------------------------------------------------------------

    def _build_foot(self) -> QHBoxLayout:
        self._foot = Label("", "caption", "2")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(220)
        self.bar.hide()
        self.stop = KeyButton(self.tr("Stop"))
        self.stop.setAccessibleName(self.tr("Stop the export"))
        self.stop.clicked.connect(self._stop)
        self.stop.hide()
        self.close_button = KeyButton(self.tr("Close"), self.tr("Esc"))
        self.close_button.clicked.connect(self.dismiss)
        self.go = KeyButton(self.tr("Export"), self.tr("Enter"), "main", icon="export")
        self.go.clicked.connect(self.export)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._foot, 1)
        foot.addWidget(self.bar)
        foot.addWidget(self.stop)
        foot.addWidget(self.close_button)
        foot.addWidget(self.go)
        return foot

    # --- opening and closing ---------------------------------------------------------------------

    def open(self) -> None:
        library = self._session.library
        if library is None:
            return
        if not self._run.is_running:
            self._tell(None)
        self.choices.begin(library)
        self._of.setText(
            self.tr("Out of {library}, for other programs.").format(
                library=words.kept_whole(library.name)
            )
        )
        self._foot.setText(
            self.tr("The audit trail notes that {person} exported it.").format(
                person=words.kept_whole(self._session.person)
            )
            if self._session.can_write
            else ""  # what is told above says why nothing is noted
        )
        super().open()
        if not self._session.can_write:
            self._refuse(ExportUnnoted(path=library.name))
        self._show()
        self.focusNextPrevChild(True)

    def dismiss(self) -> None:
        """Close; an export under way goes on, and what is only counted for this sheet doesn't."""
        self._later.stop()
        if self._counting is not None:
            self._counting = None
            self._session.tasks.cancel("export-preview")
        super().dismiss()

    def _close(self) -> None:
        """Forget the library that was closed."""
        self._counts.clear()
        self.choices.forget_folder()
        self.dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.go.isEnabled():
                self.export()
            event.accept()
        else:
            super().keyPressEvent(event)

    # --- showing ---------------------------------------------------------------------------------

    @property
    def choice(self) -> ExportChoice:
        """What is chosen by now."""
        return self.choices.choice

    def _chosen(self) -> None:
        """Show another choice; what came of the last export is over."""
        if not self._run.is_running and self._session.can_write:
            self._tell(None)
        self._show()

    def _follow(self, kinds: frozenset[str]) -> None:
        if self.isVisible() and not kinds <= {"pictures", "sendings"}:
            self._later.start()

    def refresh(self) -> None:
        """Show what leaves anew: pictures were looked at meanwhile."""
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        """Show what the choices mean, and what leaves by them."""
        library = self._session.library
        if library is None:
            return
        self.choices.tell()
        self._show_leaving()
        today = now().astimezone().date()
        past = past_exports(library, _PAST_SHOWN + self._run.is_running)
        if self._run.is_running:  # what is under way is no past export
            past = tuple(one for one in past if one.is_ended)
        self.leaving.show_past([past_export(one, today) for one in past[:_PAST_SHOWN]])

    def _show_leaving(self) -> None:
        library, choice = self._session.library, self.choice
        if library is None:
            return
        going = workflow.export_leaving(
            library,
            identified=choice.is_identified,
            with_unasked=choice.with_unasked,
            as_of=choice.as_of,
        )
        has_pictures = choice.pictures is not None or self.choices.kind == "dicom"
        self.leaving.show_choice(going, choice, kind=self.choices.kind, with_pictures=has_pictures)
        key = choice.as_of, library.head_of_changes(), choice.filters
        counts = self._counts.get(key)
        if counts is None:
            self._count(key)
        else:
            seen = preview_of(counts, going.patients)
            self.leaving.show_counts(
                seen,
                len(going.patients),
                is_identified=choice.is_identified,
                is_filtered=choice.filters is not None,
                is_of_a_day=choice.as_of is not None,
            )
        self._show_pictures(going, counts)
        self._show_go()

    def _show_pictures(self, going: Leaving, counts: _Counts | None) -> None:
        """Say how many pictures leave, and how many wait for a person."""
        choice, is_dicom = self.choice, self.choices.kind == "dicom"
        if choice.pictures is None and not is_dicom:
            self.leaving.show_pictures("", waiting=0)
            return
        if choice.is_identified:
            said = self.tr("All that are outlined leave, but for those that somebody keeps here.")
            if is_dicom:
                said = self.tr("Every photograph leaves as it was taken, card and all.")
            self.leaving.show_pictures(said, waiting=0)
            return
        if counts is None:
            self.leaving.show_pictures(self.tr("They are being counted."), waiting=0)
            return
        # A picture needs a yes to research, whatever becomes of the numbers.
        unasked = {one.id for one in going.not_asked}
        agreed = [one for one in going.patients if one.id not in unasked]
        there = pictures_of(counts, agreed, choice.pictures or Framing.LESION)
        parts = [
            words.counted(there.leave, self.tr("1 may leave"), self.tr("{n} may leave")),
            words.counted(there.wait, self.tr("1 waits"), self.tr("{n} wait")),
        ]
        if there.refused:
            parts.append(
                words.counted(there.refused, self.tr("1 is kept"), self.tr("{n} are kept"))
            )
        said = self.tr("{counts}. What waits or is kept stays here.").format(
            counts=", ".join(parts)
        )
        if going.not_asked:
            said = f"{said} {self.tr('So do those of patients whom nobody asked.')}"
        self.leaving.show_pictures(said, waiting=there.wait)

    def _look(self) -> None:
        self.pictures_asked.emit(self.choice.pictures or Framing.LESION)

    def _show_go(self) -> None:
        is_named = self.choice.is_identified
        self.go.setText(
            self.tr("Export what identifies the patients") if is_named else self.tr("Export")
        )
        is_running = self._run.is_running
        self.go.setEnabled(not is_running and self._session.can_write and self.choices.may_go)
        self.go.setToolTip(self._session.why_read_only or "")
        self.bar.setVisible(is_running)
        self.stop.setVisible(is_running)
        self.go.setVisible(not is_running)

    # --- counting --------------------------------------------------------------------------------

    def _count(self, key: _Key) -> None:
        library = self._session.library
        if library is None or self._counting == key:
            return
        self._counting = key
        self.leaving.show_counting()

        def keep(counts: _Counts) -> None:
            self._counts[key] = counts
            self._counting = None
            if self.isVisible():
                self._show_leaving()

        self._session.tasks.run(
            _count,
            library.path,
            key[0],
            key[2],
            on_done=keep,
            on_progress=self._counted_so_far,
            on_error=self._not_counted,
            key="export-preview",
        )

    def _counted_so_far(self, _fraction: float, message: str) -> None:
        if self._counting is not None:
            self.leaving.show_counting(message)

    def _not_counted(self, problem: WoundtrackError) -> None:
        self._counting = None
        self._refuse(problem)

    # --- exporting -------------------------------------------------------------------------------

    def export(self) -> None:
        """Note that it begins and write it on a worker; wanting codes are given out before."""
        if self._later.isActive():
            self._later.stop()
            self._show()  # what was typed last counts, for the folder too
        library, folder = self._session.library, self.choices.folder_path
        if library is None or folder is None or self._run.is_running:
            return
        name, choice = self.choices.kind, self.choice
        try:
            if library.is_read_only:
                raise ExportUnnoted(path=str(library.path))
            refuse_folder(library, choice, name, folder)
            export = workflow.open_export(library, choice, by=self._session.person)
            self._asked = _Asked(export=export, name=name, folder=folder)
            self._run.start(
                export,
                choice.named(name),
                folder,
                self._writing(self._asked),
                key="export",
                says=self.tr("Exporting"),
            )
        except WoundtrackError as problem:
            self._refuse(problem)
            return
        self._tell(None)
        self.bar.setValue(0)
        self._show_go()
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def _writing(self, asked: _Asked) -> Write:
        path, choice, by = asked.export.library.path, asked.export.choice, self._session.person

        def write(note: ExportNote, progress: Progress) -> WrittenFiles:
            return _write(path, choice, asked.name, asked.folder, by, note, progress)

        return write

    def _progress(self, fraction: float, message: str) -> None:
        self.bar.setValue(round(1000 * fraction))
        self.bar.setAccessibleName(self.tr("Exporting {what}").format(what=message))

    def _stop(self) -> None:
        self._run.stop()
        self.stop.setEnabled(False)

    def _ended(self, end: Ended) -> None:
        asked, self._asked = self._asked, None
        self.stop.setEnabled(True)
        self._show_go()
        if asked is not None and end.written is not None:
            self._tell_written(asked, end)
        elif isinstance(end.fault, WoundtrackError):
            self._refuse(end.fault)
        elif end.fault is None:
            said = self.tr("Nothing was exported.")
            self._tell(Message("info", self.tr("Stopped"), said, is_banner=True))
            self._session.said.emit(self.tr("Export stopped: nothing was exported."))
        if self.isVisible():
            self._show()
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_written(self, asked: _Asked, end: Ended) -> None:
        said = exported(
            end.written, asked.name, asked.folder, patients=self._leaving_count(asked.export)
        )
        if not end.is_noted:
            more = self.tr(
                "The audit trail of {library} says that it began; how it ended could not be noted."
            )
            library = words.kept_whole(asked.export.library.name)
            said = f"{said} {more.format(library=library)}"
        self._session.said.emit(self.tr("Exported: {what}").format(what=said))
        folder = asked.folder
        if not self.isVisible():
            self.exported.emit(said, folder)
            return
        open_it = KeyButton(self.tr("Open folder"), icon="folder", size="small")
        open_it.clicked.connect(lambda: self.show_folder(folder))
        self._tell(Message("good", self.tr("Exported"), said, [open_it], is_banner=True))

    def _leaving_count(self, export: Export) -> int:
        """Return how many patients an export is of: those who may, or of them who pass."""
        wanted = export.choice.as_of, export.choice.filters
        if wanted[1] is not None:
            for (as_of, _, filters), counts in reversed(self._counts.items()):
                if (as_of, filters) == wanted:
                    return preview_of(counts, export.leaving.patients).patients
        return len(export.leaving.patients)

    def show_folder(self, folder: Path) -> None:
        """Open a folder with the desktop's own program for it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    # --- telling ---------------------------------------------------------------------------------

    @property
    def result(self) -> Message | None:
        """What came of the last export, if it is shown."""
        return self._result

    def _refuse(self, problem: WoundtrackError) -> None:
        if not self.isVisible():
            self._session.problem.emit(problem)
            return
        title, text = messages.title_of(problem), messages.sentence_of(problem)
        self._tell(Message("refuse", title, text, is_banner=True))

    def _tell(self, message: Message | None) -> None:
        if self._result is not None:
            self._told.removeWidget(self._result)
            self._result.hide()
            self._result.deleteLater()
        self._result = message
        if message is not None:
            self._told.addWidget(message)
            message.show()  # at once: a layout would show it with a later event


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def _count(
    folder: Path, as_of: date | None, filters: CohortFilter | None, progress: Progress
) -> _Counts:
    """Count what there is, on a worker and with a connection of its own."""
    from woundtrack.records import Library

    with Library.open(folder, read_only=True) as library:
        return count_patients(library, as_of=as_of, filters=filters, progress=progress)


def _write(
    folder: Path,
    choice: ExportChoice,
    name: str,
    out: Path,
    by: str,
    note: ExportNote,
    progress: Progress,
) -> WrittenFiles:
    """Write an export, on a worker and with a connection of its own; the window keeps the trail.

    Everybody has a code by now.
    """
    from woundtrack.records import Library

    with Library.open(folder, read_only=True) as library:
        export = workflow.open_export(library, choice, by=by)
        return writer_of(name)(export, out, by=by, note=note, progress=progress)
