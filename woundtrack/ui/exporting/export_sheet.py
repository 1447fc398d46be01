"""The export on one sheet: choices on the left, what will leave on the right, the folder below.

Hides that counting and writing are workers' with connections of their own, and that codes are given
out and the trail is written by the window's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QStandardPaths, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import CohortFilter, Framing, now
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label, Message, Segmented, TickBox, rule, words
from woundtrack.ui.exporting.export_words import (
    folder_name,
    format_files,
    format_meaning,
    format_name,
    past_export,
)
from woundtrack.ui.exporting.leaving_view import LeavingView
from woundtrack.ui.exporting.picture_words import framing_name
from woundtrack.ui.imports.fields import DayField
from woundtrack.ui.window.overlay import Overlay
from woundtrack.workflow.export_formats import FORMATS, WrittenFiles, writer_of
from woundtrack.workflow.exporting import Export, ExportChoice
from woundtrack.workflow.previewing import (
    PatientCount,
    count_patients,
    pictures_of,
    preview_of,
)

if TYPE_CHECKING:
    from woundtrack.model import Progress
    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task
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
        self._task: Task | None = None
        self._is_own_folder = self._is_text_wanted = False
        self._wanted_pictures: Framing | None = None
        self._is_unasked_wanted = session.settings.exports_unasked
        self._result: Message | None = None
        self.inside.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Export"), "title"))
        head.addSpacing(8)
        self._of = Label("", "body", "2")
        head.addWidget(self._of, 1)
        self.inside.addLayout(head)
        across = QHBoxLayout()
        across.setSpacing(20)
        across.addWidget(self._build_choices())
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
        session.library_changed.connect(self._follow)
        session.library_closed.connect(self._close)

    # --- building --------------------------------------------------------------------------------

    def _build_choices(self) -> QWidget:
        self.format = Segmented(
            [(name, format_name(name)) for name in FORMATS], name=self.tr("Format"), has_tick=True
        )
        self.to_whom = Segmented(
            [(False, self.tr("Pseudonymised")), (True, self.tr("Identified"))],
            name=self.tr("To whom it is identifiable"),
            has_tick=True,
        )
        self.study = QLineEdit()
        self.study.setAccessibleName(self.tr("Name of the study"))
        self.study.setMaxLength(60)
        self.study.setPlaceholderText(self.tr("The clinic's own evaluation"))
        self.known = Segmented(
            [(False, self.tr("Now")), (True, self.tr("At the end of a day"))],
            name=self.tr("As it was known"),
            has_tick=True,
        )
        self.day = DayField(136)
        self.day.setAccessibleName(self.tr("The day it was known on"))
        self.free_text = TickBox(self.tr("What people typed"))
        self.unasked = TickBox(self.tr("Patients whom nobody asked"))
        self.pictures = Segmented(
            [(None, self.tr("None")), *((one, framing_name(one)) for one in Framing)],
            name=self.tr("Pictures"),
            has_tick=True,
        )
        self.masks = TickBox(self.tr("Outlines as masks"))
        self.filtered = TickBox(self.tr("Only who passes the Study room's filters"))
        self.folder = QLineEdit()
        self.folder.setAccessibleName(self.tr("Folder of the export"))
        self.choose = KeyButton(self.tr("Choose…"), icon="folder")
        self.choose.setAccessibleName(self.tr("Choose where the folder lies"))
        self.choose.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choose.clicked.connect(self._choose)

        grid = QGridLayout()
        grid.setContentsMargins(2, 2, 8, 2)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, 92)
        grid.setColumnStretch(1, 1)
        self._format_said = self._add(grid, self.tr("Format"), self.format)
        self._to_whom_said = self._add(grid, self.tr("For whom"), self.to_whom)
        self._study_said = self._add(grid, self.tr("Study"), self.study)
        self._known_said = self._add(grid, self.tr("As known"), self._beside(self.known, self.day))
        self._also_said = self._add(
            grid, self.tr("Also"), self._beside(self.free_text, self.unasked)
        )
        self._filtered_said = self._add(grid, self.tr("Filters"), self.filtered)
        named = grid.itemAtPosition(grid.rowCount() - 2, 0)
        self._filtered_name = None if named is None else named.widget()
        self._pictures_said = self._add(grid, self.tr("Pictures"), self.pictures)
        grid.addWidget(self.masks, grid.rowCount(), 1)
        self._folder_said = self._add(
            grid, self.tr("Folder"), self._beside(self.folder, self.choose, fills=True)
        )
        grid.setRowStretch(grid.rowCount(), 1)
        content = QWidget()
        content.setProperty("role", "surface")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        content.setLayout(grid)
        area = _scrolled(content)
        area.setFixedWidth(_LEFT)

        self.format.chosen.connect(self._chosen)
        self.to_whom.chosen.connect(self._chosen)
        self.known.chosen.connect(self._known_chosen)
        self.day.dateChanged.connect(lambda _day: self._later.start())
        self.study.textEdited.connect(lambda _text: self._later.start())
        self.pictures.chosen.connect(self._pictures_chosen)
        self.masks.clicked.connect(self._chosen)
        self.filtered.clicked.connect(self._chosen)
        for box in (self.free_text, self.unasked):
            box.clicked.connect(self._tick)
        self.folder.textEdited.connect(self._folder_typed)
        return area

    def _add(self, grid: QGridLayout, title: str, control: QWidget) -> Label:
        """Add a row; return the label of what it means."""
        row = grid.rowCount()
        name = Label(title, "body_strong")
        name.setMinimumHeight(28)
        grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        is_wide = isinstance(control, QLineEdit) or control is self.folder.parentWidget()
        side = Qt.AlignmentFlag(0) if is_wide else Qt.AlignmentFlag.AlignLeading
        grid.addWidget(control, row, 1, side)
        said = Label("", "label", "2", wraps=True)
        said.setContentsMargins(0, 0, 0, 7)
        grid.addWidget(said, row + 1, 1)
        return said

    def _beside(self, *controls: QWidget, fills: bool = False) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for place, control in enumerate(controls):
            layout.addWidget(control, 1 if fills and not place else 0)
        if not fills:
            layout.addStretch(1)
        return row

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
        if self._task is None:
            self._tell(None)
        known = QCompleter([one.name for one in library.studies() if one.name], self)
        known.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.study.setCompleter(known)
        today = now().astimezone().date()
        self.day.setMaximumDate(QDate(today.year, today.month, today.day))
        if not self.known.value():
            self.day.setDate(QDate(today.year, today.month, today.day))
        self._is_unasked_wanted = self._session.settings.exports_unasked
        self._offer_filters()
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
            else self.tr("This library is open for reading only: nothing notes the export.")
        )
        super().open()
        self._show()
        self.focusNextPrevChild(True)

    def _offer_filters(self) -> None:
        """Let only those leave who pass the Study room's filters, where it is in view with any."""
        wanted = self._session.cohort_filter
        for widget in (self._filtered_name, self.filtered, self._filtered_said):
            if widget is not None:
                widget.setVisible(wanted is not None)
        self.filtered.setChecked(wanted is not None)
        if wanted is not None:
            from woundtrack.healing.cohort_words import in_words
            from woundtrack.ui.study.said import filter_words

            self._filtered_said.setText(in_words(wanted, filter_words()))

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
        self._is_own_folder = False
        self.dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.go.isEnabled():
                self.export()
            event.accept()
        else:
            super().keyPressEvent(event)

    # --- what is chosen --------------------------------------------------------------------------

    @property
    def choice(self) -> ExportChoice:
        """What is chosen by now."""
        is_identified = bool(self.to_whom.value())
        return ExportChoice(
            is_identified=is_identified,
            study=" ".join(self.study.text().split()),
            as_of=self._as_of,
            with_free_text=self._is_text_wanted and not is_identified,
            with_unasked=self._is_unasked_wanted,
            pictures=self._framing,
            with_masks=self._framing is not None and self.masks.isChecked(),
            filters=self._session.cohort_filter if self.filtered.isChecked() else None,
        )

    @property
    def _framing(self) -> Framing | None:
        """How much of the photographs leaves with the tables; None: nothing."""
        return self._wanted_pictures if self.format.value() == "csv" else None

    @property
    def _as_of(self) -> date | None:
        if not self.known.value():
            return None
        day = self.day.date()
        return date(day.year(), day.month(), day.day())

    @property
    def folder_path(self) -> Path | None:
        """Where the export goes; None where no whole path is given."""
        typed = self.folder.text().strip()
        path = Path(typed).expanduser() if typed else None
        return path if path is not None and path.is_absolute() else None

    def ask_folder(self) -> Path | None:
        """Ask for the folder that the export's folder lies in."""
        begin = self.folder_path
        chosen = QFileDialog.getExistingDirectory(
            self.window(),
            self.tr("Where the export's folder is to lie"),
            str(_documents() if begin is None else begin.parent),
        )
        return Path(chosen) if chosen else None

    def _choose(self) -> None:
        chosen = self.ask_folder()
        if chosen is None:
            return
        # An earlier export's own folder is meant itself: a repeat replaces it.
        is_export = chosen.name.startswith("woundtrack_export")
        path = chosen if is_export else chosen / self._suggested_name()
        self._is_own_folder = is_export
        self.folder.setText(str(path))
        self._show()

    def _suggested_name(self) -> str:
        return folder_name(self.choice.study, self._as_of or now().astimezone().date())

    def _folder_typed(self, _text: str) -> None:
        self._is_own_folder = bool(self.folder.text().strip())
        self._show_folder()

    def _chosen(self, _value: object = None) -> None:
        """Show another choice; what came of the last export is over."""
        if self._task is None:
            self._tell(None)
        self._show()

    def _pictures_chosen(self, framing: Framing | None) -> None:
        self._wanted_pictures = framing
        self._chosen()

    def choose_pictures(self, framing: Framing | None) -> None:
        """Let so much of the photographs leave with the tables; None: nothing."""
        self._pictures_chosen(framing)

    def choose_identified(self) -> None:
        """Choose the patients' own record, under their codes and with true dates."""
        self.to_whom.set_value(True)
        self._chosen()

    def show_folder_in(self, place: Path) -> None:
        """Suggest the export's folder in another place."""
        self.folder.setText(str(place / self._suggested_name()))
        self._is_own_folder = False
        self._show()

    def _known_chosen(self, is_earlier: bool) -> None:
        self._chosen()
        if is_earlier:
            self.day.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- showing ---------------------------------------------------------------------------------

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
        choice, kind = self.choice, str(self.format.value())
        self.day.setVisible(bool(self.known.value()))
        self._show_also(choice)
        has_pictures = kind == "csv"
        self.pictures.setEnabled(has_pictures)
        shown = self._wanted_pictures if has_pictures else None
        if kind == "dicom":
            shown = Framing.WHOLE if choice.is_identified else Framing.LESION
        self.pictures.set_value(shown)
        self.masks.setVisible(choice.pictures is not None)
        self._pictures_said.setText(self._what_pictures(kind, choice))
        self._format_said.setText(format_meaning(kind))
        self._to_whom_said.setText(
            self.tr("The patients' codes, true dates, names and all that was typed.")
            if choice.is_identified
            else self.tr("Random codes, days from an index event, people by number.")
        )
        self._study_said.setText(self._study_words(choice))
        self._known_said.setText(
            self.tr("Nothing later: the same export can be made again next year.")
            if choice.as_of is not None
            else self.tr("The newest revision of everything.")
        )
        self._also_said.setText(
            self.tr("An identified export holds both.")
            if choice.is_identified
            else self.tr("What people typed may hold names: look through it first.")
        )
        if not self._is_own_folder:
            parent = _documents() if self.folder_path is None else self.folder_path.parent
            self.folder.setText(str(parent / self._suggested_name()))
        self._show_folder()
        self._show_leaving()
        today = now().astimezone().date()
        trail = library.audit_trail(_PAST_SHOWN, verb="export")
        self.leaving.show_past([past_export(entry, today) for entry in reversed(trail)])

    def _show_also(self, choice: ExportChoice) -> None:
        """Show both as in it while an identified export is chosen; what was ticked comes back."""
        for box, is_ticked in (
            (self.free_text, self._is_text_wanted),
            (self.unasked, self._is_unasked_wanted),
        ):
            box.setEnabled(not choice.is_identified)
            box.setChecked(choice.is_identified or is_ticked)

    def _tick(self) -> None:
        self._is_text_wanted = self.free_text.isChecked()
        self._is_unasked_wanted = self.unasked.isChecked()
        self._chosen()

    def _study_words(self, choice: ExportChoice) -> str:
        library = self._session.library
        if choice.is_identified or library is None:
            return self.tr("Stands in the export; patients keep their own codes.")
        known = {one.name.casefold() for one in library.studies()}
        if choice.study.casefold() in known:
            return self.tr("Patients keep the codes they were given in it before.")
        return self.tr("New: random codes are given out, and kept in this library alone.")

    def _show_folder(self) -> None:
        path = self.folder_path
        tone, said = "2", self.tr("It is made, and written whole or not at all.")
        if path is None:
            tone, said = "doubt", self.tr("Give the whole path of a folder, or choose one.")
        elif path.is_dir() and any(path.iterdir()):
            said = self.tr("It is there: an earlier export in it is replaced, other files stay.")
        self.folder.setToolTip("" if path is None else str(path))
        self._folder_said.setText(said)
        self._folder_said.set_tone("doubt" if tone == "doubt" else "2")
        self._show_go()

    def _show_leaving(self) -> None:
        library, choice = self._session.library, self.choice
        if library is None:
            return
        going = workflow.export_leaving(
            library, identified=choice.is_identified, with_unasked=choice.with_unasked
        )
        has_pictures = choice.pictures is not None or self.format.value() == "dicom"
        self.leaving.show_choice(going, choice, with_pictures=has_pictures)
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
            )
        self._show_pictures(going, counts)
        self._show_go()

    def _what_pictures(self, kind: str, choice: ExportChoice) -> str:
        """Return in a sentence what a picture would show."""
        if kind != "csv":
            return {"dicom": self.tr("The photographs are what this format holds.")}.get(
                kind, self.tr("This format holds none.")
            )
        return {
            None: self.tr("No picture leaves."),
            Framing.LESION: self.tr("Cut to the lesion, the card painted over, without metadata."),
            Framing.AROUND: self.tr("Shows where on the body: each is looked at before."),
            Framing.WHOLE: self.tr("All of the photograph: each is looked at before."),
        }[choice.pictures]

    def _show_pictures(self, going: Leaving, counts: _Counts | None) -> None:
        """Say how many pictures leave, and how many wait for a person."""
        choice, is_dicom = self.choice, self.format.value() == "dicom"
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
        self.pictures_asked.emit(self._framing or Framing.LESION)

    def _show_go(self) -> None:
        choice = self.choice
        is_named = choice.is_identified
        self.go.setText(
            self.tr("Export what identifies the patients") if is_named else self.tr("Export")
        )
        is_running = self._task is not None
        self.go.setEnabled(not is_running and self.folder_path is not None)
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
        """Write the export, on a worker; codes that are wanting are given out before."""
        if self._later.isActive():
            self._later.stop()
            self._show()  # what was typed last counts, for the folder too
        library, folder = self._session.library, self.folder_path
        if library is None or folder is None or self._task is not None:
            return
        name, by = str(self.format.value()), self._session.person
        try:
            export = workflow.open_export(library, self.choice, by=by)
        except WoundtrackError as problem:
            self._refuse(problem)
            return
        self._tell(None)

        def note(written: WrittenFiles) -> None:
            self._written(export, name, folder, written)

        self._task = self._session.tasks.run(
            _write,
            library.path,
            export.choice,
            name,
            folder,
            by,
            on_done=note,
            on_error=self._refuse,
            on_progress=self._progress,
            key="export",
            says=self.tr("Exporting"),
        )
        self._session.tasks.ended.connect(self._ended)
        self.bar.setValue(0)
        self._show_go()
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def _progress(self, fraction: float, message: str) -> None:
        self.bar.setValue(round(1000 * fraction))
        self.bar.setAccessibleName(self.tr("Exporting {what}").format(what=message))

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.stop.setEnabled(False)

    def _ended(self, task: Task) -> None:
        if task is not self._task:
            return
        self._session.tasks.ended.disconnect(self._ended)
        self._task = None
        self.stop.setEnabled(True)
        if task.is_cancelled:
            said = self.tr("Stopped: nothing was exported.")
            self._tell(Message("info", self.tr("Stopped"), said, is_banner=True))
            self._session.said.emit(said)
        self._show_go()
        if self.isVisible():
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _written(self, export: Export, name: str, folder: Path, written: WrittenFiles) -> None:
        library = self._session.library
        what = _noted(name, export.choice, written)
        # Another library may have been opened meanwhile: this one's trail is closed then.
        if library is not None and library is export.library:
            try:
                workflow.note_export(export, what, by=self._session.person)
            except WoundtrackError as problem:
                self._session.problem.emit(problem)
        count = self._leaving_count(export)
        pictures = getattr(written, "pictures", 0)
        said = self.tr("{patients} as {format} in {folder}.")
        if pictures:
            said = self.tr("{patients} as {format} with {pictures} in {folder}.")
        said = said.format(
            patients=words.counted(count, self.tr("1 patient"), self.tr("{n} patients")),
            format=format_files(name),
            pictures=words.counted(pictures, self.tr("1 picture"), self.tr("{n} pictures")),
            folder=words.kept_whole(str(folder)),
        )
        stayed = getattr(written, "not_released", 0)
        if stayed:
            more = words.counted(
                stayed,
                self.tr("1 photograph stays here: not outlined, not agreed to or not released."),
                self.tr("{n} photographs stay here: not outlined, not agreed to or not released."),
            )
            said = f"{said} {more}"
        self._session.said.emit(self.tr("Exported: {what}").format(what=said))
        if not self.isVisible():
            self.exported.emit(said, folder)
            return
        open_it = KeyButton(self.tr("Open folder"), icon="folder", size="small")
        open_it.clicked.connect(lambda: self.show_folder(folder))
        self._tell(Message("good", self.tr("Exported"), said, [open_it], is_banner=True))
        self._show()

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


def _noted(name: str, choice: ExportChoice, written: WrittenFiles) -> str:
    """Return what the trail notes of an export beside whose it is; as the verbs word it."""
    photographs = getattr(written, "photographs", None)
    if photographs is not None:
        return f"{name}, {photographs} photographs"
    if choice.pictures is not None:
        return f"{name} with {getattr(written, 'pictures', 0)} pictures"
    return name


def _write(
    folder: Path, choice: ExportChoice, name: str, out: Path, by: str, progress: Progress
) -> WrittenFiles:
    """Write an export, on a worker and with a connection of its own, which notes nothing.

    Everybody has a code by now.
    """
    from woundtrack.records import Library

    with Library.open(folder, read_only=True) as library:
        export = workflow.open_export(library, choice, by=by)
        return writer_of(name)(export, out, by=by, progress=progress)


def _documents() -> Path:
    """Return the person's folder for documents; the home folder where there is none."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    documents = Path(QStandardPaths.writableLocation(place))
    return documents if documents.is_dir() else Path.home()
