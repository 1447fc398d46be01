"""Which printers a library's cards come from, how long they make the two bars, and which is in use.

Hides the verbs behind it and how they are undone; one sheet shows the printers, one measures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QUndoCommand
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QWidget

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label, Tag, rule, words
from woundtrack.ui.window.measure_sheet import MeasureSheet, shown_mm
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.model import PrintScale
    from woundtrack.records import Library
    from woundtrack.ui.session import Session

KINDS: Final = ("printers", "proposals")
"""What a change of a print scale may change."""
_ACCEPTED: Final = ("printers", "proposals", "assessments")
"""What measuring accepted visits anew changes."""
_WIDTH: Final = 900
_ROW: Final = 36


class PrintedCardsSheet(Overlay):
    """The printers of the open library: what was measured of each, when, and which is in use."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH)
        self._session = session
        self._comes_back = False
        self._came_from: QWidget | None = None
        self.measuring = MeasureSheet(session, window)
        self.measuring.kept.connect(self._record)
        self.measuring.left.connect(self._come_back)
        self.inside.addWidget(Label(self.tr("Printed cards"), "title"))
        self.inside.addWidget(
            Label(
                self.tr(
                    "A card printed at 97 % makes every area 6 % too large, and no photograph "
                    "shows it. The two bars of a printed sheet do: measure them once for each "
                    "printer."
                ),
                "body",
                "2",
                wraps=True,
            )
        )
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inside.addWidget(self._area, 1)
        self.said = Label("", "body", "1", wraps=True)
        self.inside.addWidget(self.said)
        self.kept = Label("", "body", "2", wraps=True)
        self.inside.addWidget(self.kept)
        self.anew = KeyButton("", size="small")
        self.anew.clicked.connect(self._measure_anew)
        self.inside.addWidget(self.anew, 0, Qt.AlignmentFlag.AlignLeading)
        self.inside.addWidget(rule())
        foot = QHBoxLayout()
        self._foot = Label("", "caption", "2", wraps=True)
        foot.addWidget(self._foot, 1)
        self.close_button = KeyButton(self.tr("Close"), self.tr("Esc"))
        self.close_button.clicked.connect(self.dismiss)
        self.measure = KeyButton("", self.tr("Enter"), "main")
        self.measure.clicked.connect(lambda: self._measure(""))
        foot.addWidget(self.close_button)
        foot.addWidget(self.measure)
        self.inside.addLayout(foot)
        session.library_changed.connect(self._follow)
        session.library_closed.connect(self.dismiss)
        session.library_closed.connect(self.measuring.dismiss)

    # --- opening ---------------------------------------------------------------------------------

    def open(self) -> None:
        if self._session.library is None:
            return
        self._show()
        super().open()
        first = self.measure if self.measure.isEnabled() else self.close_button
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_measuring(self) -> None:
        """Measure the printer in use again, or the first one; the list isn't shown for it."""
        library = self._session.library
        if library is None or not self._session.can_write:
            return
        scale = workflow.print_scale_in_use(library)
        self._comes_back = False
        self.measuring.open_for("" if scale is None else scale.printer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and self.measure.isEnabled():
            self._measure("")
            event.accept()
        else:
            super().keyPressEvent(event)

    def _measure(self, printer: str) -> None:
        self._comes_back = True
        self._came_from = self._focus_before
        self.dismiss()
        self.measuring.open_for(printer)

    def _come_back(self) -> None:
        if self._comes_back and self._session.library is not None:
            self.open()
            self._focus_before = self._came_from  # recording lets rooms take the focus meanwhile
        self._comes_back = False
        self._came_from = None

    # --- showing ---------------------------------------------------------------------------------

    def _follow(self, kinds: frozenset[str]) -> None:
        if self.isVisible() and kinds & {"printers", "assessments"}:
            self._show()

    def _show(self) -> None:
        library = self._session.library
        if library is None:
            return
        found = workflow.printers(library)
        content = QWidget()
        content.setProperty("role", "surface")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        grid = QGridLayout(content)
        grid.setContentsMargins(2, 0, 2, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        heads = (
            self.tr("Printer"),
            self.tr("Bar across"),
            self.tr("Bar down"),
            self.tr("Prints at"),
            self.tr("Measured"),
        )
        for column, head in enumerate(heads if found else ()):
            grid.addWidget(Label(head, "label_strong", "2"), 0, column)
        lines = 0
        for printer in found:
            lines += self._add(grid, printer)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(content)
        doubt = workflow.print_doubt(library)
        said_of_none = self.tr(
            "No printer was measured for this library yet. Until one is, every interval allows for "
            "prints of 94 to 106 %."
        )
        self.said.setText(
            "" if doubt is None else messages.doubt_sentence(doubt) if found else said_of_none
        )
        self.said.set_tone("doubt" if found else "1")
        self.said.setVisible(doubt is not None)
        self._foot.setText(
            self.tr("Kept in {library}, for everybody who works with it.").format(
                library=words.kept_whole(library.name)
            )
        )
        self.measure.setText(
            self.tr("Measure another printer…") if found else self.tr("Measure a printed sheet…")
        )
        self.measure.setEnabled(self._session.can_write)
        self.measure.setToolTip(self._session.why_read_only or "")
        accepted = self._show_kept(library)
        table = 24 + _ROW * len(found) + 40 * lines if found else 0
        self._area.setVisible(bool(found))
        self._area.setMinimumHeight(min(table, 240))
        said = 0 if doubt is None else 48
        self.set_height(20 + 28 + 12 + 36 + 12 + table + said + accepted + 13 + 12 + 34 + 24)

    def _show_kept(self, library: Library) -> int:
        """Say which accepted visits keep their scale, and offer what can be done; return its px."""
        kept = workflow.kept_scales(library)
        self.kept.setText(_of_kept(kept))
        self.kept.setVisible(bool(kept.visits))
        text = self.tr("Measure {n} visits anew with {printer}")
        if kept.unmeasured == 1:
            text = self.tr("Measure 1 visit anew with {printer}")
        self.anew.setText(text.format(n=kept.unmeasured, printer=kept.printer))
        is_offered = bool(kept.unmeasured)
        self.anew.setVisible(is_offered)
        self.anew.setEnabled(self._session.can_write)
        self.anew.setToolTip(self._session.why_read_only or "")
        return (0 if not kept.visits else 52) + (40 if is_offered else 0)

    def _add(self, grid: QGridLayout, printer: workflow.Printer) -> int:
        """Add a printer's row; return how many lines of doubts it has."""
        row = grid.rowCount()
        scale = printer.print_scale
        name = QWidget()
        in_name = QHBoxLayout(name)
        in_name.setContentsMargins(0, 0, 0, 0)
        in_name.setSpacing(8)
        in_name.addWidget(Label(printer.name, "body_strong", wraps=True), 1)
        if printer.is_in_use:
            in_name.addWidget(Tag(self.tr("in use"), "good", "check"))
        grid.addWidget(name, row, 0)
        cells = (
            (_mm(scale.across_mm), "1"),
            (_mm(scale.down_mm), "1"),
            (_percent(scale.scale), "1"),
            (words.day(scale.measured_on), "doubt" if scale.is_old else "1"),
        )
        for column, (text, tone) in enumerate(cells, start=1):
            cell = Label(text, "body", "doubt" if tone == "doubt" else "1")
            cell.setMinimumHeight(_ROW - 4)
            grid.addWidget(cell, row, column)
        can_write = self._session.can_write
        if not printer.is_in_use:
            use = KeyButton(self.tr("Use its cards"), size="small")
            use.setAccessibleName(self.tr("Use the cards of {name}").format(name=printer.name))
            use.clicked.connect(partial(self._use, printer.name))
            use.setEnabled(can_write)
            grid.addWidget(use, row, 5)
        again = KeyButton(self.tr("Measure again…"), size="small")
        again.setAccessibleName(self.tr("Measure {name} again").format(name=printer.name))
        again.clicked.connect(partial(self._measure, printer.name))
        again.setEnabled(can_write)
        grid.addWidget(again, row, 6)
        for doubt in printer.doubts:
            said = Label(messages.doubt_sentence(doubt), "label", "doubt", wraps=True)
            said.setMinimumHeight(36)
            grid.addWidget(said, grid.rowCount(), 0, 1, 7)
        return len(printer.doubts)

    # --- recording -------------------------------------------------------------------------------

    def _record(self, scale: PrintScale) -> None:
        library = self._session.library
        if library is not None:
            record(self._session, library, scale)
        self._come_back()

    def _measure_anew(self) -> None:
        library = self._session.library
        if library is not None:
            self.anew.setEnabled(False)
            measure_anew(self._session, library)

    def _use(self, printer: str) -> None:
        library = self._session.library
        if library is not None:
            use(self._session, library, printer)


# --- verbs and their undo ------------------------------------------------------------------------


class _PrinterCommand(QUndoCommand):
    """Something of a printer that stands in the library already when it is pushed."""

    def __init__(
        self,
        text: str,
        session: Session,
        *,
        undo: Callable[[Library], int],
        redo: Callable[[Library], int],
        is_of_accepted: bool = False,
    ) -> None:
        super().__init__(text)
        self._session, self._undo, self._redo = session, undo, redo
        self._is_of_accepted = is_of_accepted
        self._is_done = True

    def redo(self) -> None:
        """Record it again; the first time it is recorded already."""
        if not self._is_done:
            said = QCoreApplication.translate("Printers", "Done again: {what}.")
            self._is_done = self._write(self._redo, said)

    def undo(self) -> None:
        """Take it back."""
        said = QCoreApplication.translate("Printers", "Undone: {what}.")
        self._is_done = not self._write(self._undo, said)

    def _write(self, verb: Callable[[Library], int], said: str) -> bool:
        library = self._session.library
        if library is None:
            return False
        try:
            rescaled = verb(library)
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return False
        said = said.format(what=self.text())
        if self._is_of_accepted:
            self._session.changed(*_ACCEPTED)
        else:
            self._session.changed(*KINDS)
            said = _with_rescaled(said, rescaled)
        self._session.said.emit(said)
        return True


def record(session: Session, library: Library, scale: PrintScale) -> bool:
    """Record what was measured of a printer's bars, and push it; whether it is recorded."""
    by = session.person
    try:
        outcome = workflow.record_print_scale(
            library, scale.printer, scale.across_mm, scale.down_mm, scale.measured_on, by=by
        )
    except WoundtrackError as problem:
        session.problem.emit(problem)
        return False
    measurement = outcome.measurement
    text = QCoreApplication.translate("Printers", "Measuring the printer {name}")
    session.undo_stack.push(
        _PrinterCommand(
            text.format(name=measurement.printer),
            session,
            undo=lambda library: workflow.retire_print_scale(library, measurement, by=by),
            redo=lambda library: workflow.restore_print_scale(library, measurement, by=by),
        )
    )
    session.changed(*KINDS)
    said = QCoreApplication.translate("Printers", "{name} prints at {scale}.").format(
        name=measurement.printer, scale=_percent(measurement.print_scale.scale)
    )
    session.said.emit(_with_kept(library, _with_rescaled(said, outcome.rescaled)))
    return True


def use(session: Session, library: Library, printer: str) -> bool:
    """Record whose cards are used now, and push it; whether it is recorded."""
    by, before = session.person, workflow.chosen_printer(library)
    try:
        rescaled = workflow.use_printer(library, printer, by=by)
    except WoundtrackError as problem:
        session.problem.emit(problem)
        return False
    after = workflow.chosen_printer(library)
    text = QCoreApplication.translate("Printers", "Using the cards of {name}").format(name=printer)
    session.undo_stack.push(
        _PrinterCommand(
            text,
            session,
            undo=lambda library: workflow.use_printer_again(
                library, before, instead_of=after, by=by
            ),
            redo=lambda library: workflow.use_printer_again(
                library, after, instead_of=before, by=by
            ),
        )
    )
    session.changed(*KINDS)
    said = QCoreApplication.translate("Printers", "The cards of {name} are used from now on.")
    said = _with_rescaled(said.format(name=printer), rescaled)
    session.said.emit(_with_kept(library, said))
    return True


def measure_anew(session: Session, library: Library) -> None:
    """Measure what was accepted before a printer was measured, on a worker; then record it."""
    scale = workflow.print_scale_in_use(library)
    if scale is None:
        return

    def record_it(anew: workflow.MeasuredAnew) -> None:
        if session.library is library:
            _record_anew(session, library, anew)

    session.tasks.run(
        workflow.measured_anew,
        workflow.accepted_before(library),
        scale,
        on_done=record_it,
        key="reprinting",
        says=QCoreApplication.translate("Printers", "Measuring accepted visits anew"),
    )


def _record_anew(session: Session, library: Library, anew: workflow.MeasuredAnew) -> None:
    by = session.person
    try:
        done = workflow.rescale_accepted(library, anew, by=by)
    except WoundtrackError as problem:
        session.changed(*_ACCEPTED)
        session.problem.emit(problem)
        return
    if done.visits:
        text = QCoreApplication.translate("Printers", "Measuring accepted visits anew")
        session.undo_stack.push(
            _PrinterCommand(
                text,
                session,
                undo=lambda library: workflow.restore_accepted(library, done, by=by),
                redo=lambda library: workflow.rescale_again(library, done, by=by),
                is_of_accepted=True,
            )
        )
    session.changed(*_ACCEPTED)
    session.said.emit(
        words.counted(
            done.visits,
            QCoreApplication.translate(
                "Printers", "1 accepted visit is measured anew, as a revision. Ctrl Z undoes it."
            ),
            QCoreApplication.translate(
                "Printers", "{n} accepted visits are measured anew, as revisions. Ctrl Z undoes it."
            ),
        )
    )


def _with_rescaled(said: str, rescaled: int) -> str:
    if not rescaled:
        return said
    anew = words.counted(
        rescaled,
        QCoreApplication.translate("Printers", "1 photograph that waits is measured anew."),
        QCoreApplication.translate("Printers", "{n} photographs that wait are measured anew."),
    )
    return f"{said} {anew}"


def _with_kept(library: Library, said: str) -> str:
    """Return what is said, and how many accepted visits keep the scale they were accepted with."""
    kept = workflow.kept_scales(library).visits
    return f"{said} {_keeping(kept)}" if kept else said


def _keeping(count: int) -> str:
    return words.counted(
        count,
        QCoreApplication.translate(
            "Printers", "1 accepted visit keeps the scale it was accepted with."
        ),
        QCoreApplication.translate(
            "Printers", "{n} accepted visits keep the scale they were accepted with."
        ),
    )


def _of_kept(kept: workflow.KeptScales) -> str:
    """Return which accepted visits keep their scale, and which may be measured anew."""
    said = _keeping(kept.visits)
    if not kept.unmeasured:
        return said
    before = QCoreApplication.translate(
        "Printers",
        "{n} were accepted before a printer was measured: if their cards came from {printer}, "
        "measure them anew. They become revisions; the former stay on record.",
    )
    if kept.unmeasured == kept.visits:
        before = QCoreApplication.translate(
            "Printers",
            "They were accepted before a printer was measured: if their cards came from {printer}, "
            "measure them anew. They become revisions; the former stay on record.",
        )
    if kept.visits == kept.unmeasured == 1:
        before = QCoreApplication.translate(
            "Printers",
            "It was accepted before a printer was measured: if its card came from {printer}, "
            "measure it anew. It becomes a revision; the former stays on record.",
        )
    elif kept.unmeasured == 1:
        before = QCoreApplication.translate(
            "Printers",
            "One was accepted before a printer was measured: if its card came from {printer}, "
            "measure it anew. It becomes a revision; the former stays on record.",
        )
    return f"{said} {before.format(n=kept.unmeasured, printer=kept.printer)}"


def summary(library: Library) -> tuple[str, bool]:
    """Return in a sentence what is known of the printer in use, and whether there is a doubt."""
    doubt = workflow.print_doubt(library)
    scale = workflow.print_scale_in_use(library)
    if scale is None:
        return QCoreApplication.translate("Printers", "No printer was measured yet."), True
    said = QCoreApplication.translate(
        "Printers", "{name} prints at {scale}, measured on {day}."
    ).format(name=scale.printer, scale=_percent(scale.scale), day=words.day(scale.measured_on))
    return said, doubt is not None


def _mm(length_mm: float) -> str:
    return words.kept_whole(f"{shown_mm(length_mm)}{words.THIN}mm")


def _percent(scale: float) -> str:
    return words.kept_whole(f"{words.number(scale * 100, 1)}{words.THIN}%")
