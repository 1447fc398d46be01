"""The import room: photographs come in, are grouped, get a patient and a site.

Hides the questions to be answered before anything is written: whose, where, which day, and whether
this is the right patient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack import workflow
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label
from woundtrack.ui.imports import clock_says
from woundtrack.ui.imports.batch import ImportBatch, Incoming, Place, State, place_of
from woundtrack.ui.imports.card_says import notes_of
from woundtrack.ui.imports.check import Arriving, Known, PatientCheck, known_of, shortened
from woundtrack.ui.imports.drop import DropArea, ask_for_files, ask_for_folder
from woundtrack.ui.imports.fields import counted
from woundtrack.ui.imports.group_card import GroupCard
from woundtrack.ui.imports.group_list import GroupList
from woundtrack.ui.imports.panel import ImportPanel, Note
from woundtrack.ui.session import Session
from woundtrack.ui.small_copies import SmallCopies

if TYPE_CHECKING:
    from woundtrack.model import Doubt, Patient


class ImportPage(QWidget):
    """Drop, look, answer, import; then review what is ready."""

    page_id = "import"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._copies = SmallCopies(session, self)
        self._batch = ImportBatch(session, self)
        self._incoming: list[Incoming] = []
        self._known: dict[str, Known] = {}
        self._confirmed: set[str] = set()
        self._days_settled: set[tuple[Path, date]] = set()
        self._places: dict[Path, Place] = {}
        self._was_left = False
        self._print_doubt: Doubt | None = None
        self.setAccessibleName(self.tr("Import photographs"))
        session.actions.bind("import.add_files", self.choose_files, self)
        session.actions.bind("import.add_folder", self.choose_folder, self)
        session.actions.bind("import.start", self._go_on, self)

        below = self._drop_area(is_big=False)
        below.say(self.tr("Drop more photographs or a folder anywhere"))
        self.list = GroupList(self._known_of, below)
        self.panel = ImportPanel()
        self.list.end_focus_at(self.panel.main)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._build_empty())
        self._pages.addWidget(self.list)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.panel)

        self.list.edited.connect(self._refresh)
        self.list.left_out.connect(self._leave_out)
        self.panel.pressed.connect(self._go_on)
        self.panel.retried.connect(self._look_again)
        self._batch.advanced.connect(self._advanced)
        self._batch.looked.connect(self._looked)
        self._batch.stood_still.connect(self._stood_still)
        session.library_opened.connect(self._clear)
        session.library_closed.connect(self._clear)
        session.library_closed.connect(self._copies.forget)
        session.library_changed.connect(self._library_changed)
        session.patient_changed.connect(self._suggest_patient)
        self._clear()

    # --- building --------------------------------------------------------------------------------

    def _build_empty(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(Label(self.tr("Import photographs"), "title"))
        layout.addWidget(self._build_print_line())
        layout.addSpacing(8)
        self.big_drop = self._drop_area(is_big=True)
        layout.addWidget(self.big_drop, 1)
        return page

    def _build_print_line(self) -> QWidget:
        """Return the quiet line that says that the printer in use wasn't measured, or long ago."""
        self.print_line = QWidget()
        row = QHBoxLayout(self.print_line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.print_said = Label("", "label", "2", wraps=True)
        self.enter_bars = KeyButton(self.tr("Enter the bars…"), size="small")
        self.enter_bars.clicked.connect(self._session.actions["card.measure"].trigger)
        row.addWidget(self.print_said, 1)
        row.addWidget(self.enter_bars)
        row.addStretch(0)
        return self.print_line

    def _drop_area(self, *, is_big: bool) -> DropArea:
        table = self._session.actions
        return DropArea(table["import.add_files"], table["import.add_folder"], is_big=is_big)

    # --- coming and going ------------------------------------------------------------------------

    def enter(
        self,
        *,
        paths: Sequence[Path] = (),
        patient: Patient | None = None,
        goes_on: bool = False,
    ) -> None:
        """Show the room.

        ``paths`` are files and folders that were dropped on the window; with ``goes_on``, what an
        import of another day left to do is taken up, each photograph with the place it had.
        """
        if self._is_over and (paths or goes_on or self._was_left):
            self._clear()
        self._was_left = False
        self._suggest_patient(patient or self._session.patient)
        if goes_on and self._session.library is not None:
            left = self._session.library.import_plan.left()
            self._places = {one.path: place_of(one) for one in left}
            paths = [one.path for one in left]
        if paths:
            self.add(paths)
        self._refresh()
        self._focus_next()

    def leave(self) -> None:
        """Let the room go; an import under way goes on."""
        self._was_left = True

    def add(self, paths: Sequence[Path]) -> None:
        """Look at files and folders and show them; after an import is over, begin another."""
        if not self._session.can_write:
            return
        if self._is_over:
            self._clear()
        if self.isVisible() and isinstance(QApplication.focusWidget(), QAbstractButton):
            # An Enter pressed while the files are looked at shall not open a dialog.
            self.setFocus()
        self._batch.look(paths)
        self._refresh()

    def choose_files(self) -> None:
        """Ask for photographs."""
        if paths := ask_for_files(self):
            self.add(paths)

    def choose_folder(self) -> None:
        """Ask for a folder."""
        if (folder := ask_for_folder(self)) is not None:
            self.add([folder])

    def _clear(self) -> None:
        """Forget what came in: what was imported stays in the library."""
        self._batch.reset()
        self.list.clear()
        for code in tuple(self.panel.checks):
            self.panel.drop_check(code)
        self._incoming, self._known, self._confirmed = [], {}, set()
        self._days_settled.clear()
        self._places = {}
        self._offer_patients()
        self._suggest_patient(self._session.patient)
        self._look_at_printer()
        self._say_empty(self.tr("Drop photographs or a whole folder anywhere on this window"))
        self._refresh()

    def _say_empty(self, head: str) -> None:
        note = self.tr(
            "JPEG, PNG, TIFF, WebP or HEIC. They are copied; the files stay as they are."
        )
        if (why := self._session.why_read_only) is not None:
            head, note = self.tr("Nothing can be imported here"), why
        self.big_drop.say(head, note)

    def _look_at_printer(self) -> None:
        """See what there is to say of the cards' printer: once, for every photograph."""
        library = self._session.library
        self._print_doubt = None if library is None else workflow.print_doubt(library)
        doubt = self._print_doubt
        said = "" if doubt is None else messages.doubt_sentence(doubt)
        self.print_said.setText(said)
        # No wider than its words: the button stands beside them, not at the far edge.
        words = self.print_said.fontMetrics().horizontalAdvance(said)
        self.print_said.setMaximumWidth(words + 8)
        self.print_line.setVisible(doubt is not None)
        self.enter_bars.setVisible(self._session.can_write)

    def _print_notes(self) -> list[Note]:
        doubt = self._print_doubt
        if doubt is None:
            return []
        note = Note("info", messages.title_of(doubt), "", messages.doubt_sentence(doubt))
        if self._session.can_write:
            button = KeyButton(self.tr("Enter the bars…"), size="small")
            button.clicked.connect(self._session.actions["card.measure"].trigger)
            note.add_button(button)
        return [note]

    # --- photographs arrive ----------------------------------------------------------------------

    def _advanced(self, incoming: Sequence[Incoming]) -> None:
        there = set(self._incoming)
        self._incoming += [one for one in incoming if one not in there]
        self._refresh()
        self.list.follow(incoming)

    def _looked(self) -> None:
        if not self._incoming:
            self._say_empty(self.tr("No photographs in there: drop others"))
        if taken_up := [one for one in self._incoming if one.path in self._places]:
            self._refresh()
            self.list.give({one: self._places.pop(one.path) for one in taken_up})
        self._refresh()
        self._focus_next()

    def _look_again(self, incoming: Sequence[Incoming]) -> None:
        for one in incoming:
            if one.scanned is None:
                self._batch.look([one.path])
            else:
                one.state, one.error = State.WAITING, None
        self._refresh()

    def _leave_out(self, incoming: Incoming) -> None:
        self._batch.forget(incoming)
        self._incoming.remove(incoming)
        self._refresh()

    def _stood_still(self) -> None:
        filed = sum(one.state.is_filed for one in self._incoming)
        left = len(self._waiting)
        said = self.tr("{photographs} imported").format(photographs=counted(filed))
        if left:
            said += self.tr(", {n} still to be imported").format(n=left)
        self._session.said.emit(f"{said}.")
        self._refresh()
        self._focus_next()

    def _library_changed(self, kinds: frozenset[str]) -> None:
        if self._session.library is None:
            return
        self._known = {}
        if not self._batch.is_running:
            # Undone, maybe: because it was the wrong patient.
            self._confirmed = set()
        if "patients" in kinds:
            self._offer_patients()
        if "printers" in kinds:
            self._look_at_printer()
        self._refresh()

    # --- whose and where -------------------------------------------------------------------------

    def _offer_patients(self) -> None:
        library = self._session.library
        self.list.offer([] if library is None else [one.code for one in library.patients()])

    def _suggest_patient(self, patient: Patient | None) -> None:
        """Take the patient in view, unless photographs wait for another already."""
        if patient is not None and not (self._incoming and self.list.for_all.patient_code):
            self.list.suggest_patient(patient.code)

    def _known_of(self, code: str) -> Known | None:
        library = self._session.library
        if library is not None and code not in self._known:
            self._known[code] = known_of(library, code)
        return self._known.get(code)

    # --- deciding --------------------------------------------------------------------------------

    @property
    def cards(self) -> tuple[GroupCard, ...]:
        """The groups in view, in their order."""
        return tuple(self.list.cards)

    @property
    def _waiting(self) -> list[Incoming]:
        return [one for one in self._incoming if one.state is State.WAITING]

    @property
    def _is_over(self) -> bool:
        """Whether there is nothing more to do here with what came in."""
        is_busy = self._batch.is_running or self._batch.is_looking
        return bool(self._incoming) and not self._waiting and not is_busy

    def _items(self) -> list[tuple[Incoming, Place]]:
        """Return what can be imported now: photographs whose group has all its answers."""
        items: list[tuple[Incoming, Place]] = []
        for card in self.list.cards:
            site, day, code = card.place.body_site, card.day, card.place.patient_code
            check = self.panel.checks.get(code)
            if site is None or day is None or check is None or not check.is_confirmed:
                continue
            place = Place(patient_code=code, site=site, visited_on=day)
            items.extend((one, place) for one in card.waiting)
        return items

    def _questions(self) -> list[tuple[str, QWidget]]:
        """Return what is still open, each with the field that answers it."""
        found = self.list.questions()
        for check in self.panel.checks.values():
            if check.known.may_be_a_name:
                text = self.tr("A code is never a name: type one with a digit in it.")
                found.append((text, self.list.field_of(check.known.code)))
            elif not check.is_confirmed:
                text = self.tr("Is it {code}? Tick it.").format(code=shortened(check.known.code))
                found.append((text, check.box))
        return found

    def _go_on(self) -> None:
        """Do what the main button says; where a question is open, go to it."""
        if self._batch.is_running or self._is_over:
            self._review()
        elif self._session.can_write and not self._batch.is_looking and (items := self._items()):
            # One that is stopped goes on without asking again.
            self._confirmed = {place.patient_code for _, place in items}
            self._batch.start(items)
            self.panel.main.setFocus(Qt.FocusReason.OtherFocusReason)
            self._refresh()
        else:
            self._focus_next()

    def _review(self) -> None:
        filed = [one for card in self.list.cards for one in card.incoming if one.filed]
        if filed:
            self._look_at_filed(filed[0])

    def _look_at_filed(self, incoming: Incoming) -> None:
        library = self._session.library
        if library is None or incoming.filed is None:
            return
        photograph = library.photograph(incoming.filed.photograph.id)
        self._session.set_patient(library.patient(library.visit(photograph.visit_id).patient_id))
        self._session.go("review", photograph_id=photograph.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter} or event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            super().keyPressEvent(event)
            return
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractButton) and focused is not self.panel.main:
            focused.click()
        elif (side := self._side_after(focused)) is not None:
            side.setFocus(Qt.FocusReason.TabFocusReason)
        elif isinstance(focused, QLineEdit | QComboBox | QAbstractSpinBox):
            self._focus_next(has_left_field=True)
        else:
            self._go_on()

    def _side_after(self, focused: QWidget | None) -> QWidget | None:
        """Return the side's field where the site's has just been answered and no side is."""
        all_fields = (self.list.for_all, *(card.place for card in self.list.cards))
        fields = next((one for one in all_fields if one.site is focused), None)
        if fields is None or fields.body_site is None or fields.body_site.side is not None:
            return None
        return fields.side

    def _focus_next(self, *, has_left_field: bool = False) -> None:
        """Move the focus to the first open question, else to the main button.

        Not out of a field a person is in, unless ``has_left_field``.
        """
        focused = QApplication.focusWidget()
        is_in_field = isinstance(focused, QLineEdit | QComboBox | QAbstractSpinBox)
        if not self.isVisible() or (is_in_field and not has_left_field):
            return
        questions = self._questions()
        target = questions[0][1] if questions else self.panel.main
        if self._pages.currentIndex() == 0:
            target = self.big_drop.files
        target.setFocus(Qt.FocusReason.TabFocusReason)

    # --- showing ---------------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._pages.setCurrentIndex(1 if self._incoming else 0)
        self.panel.setVisible(bool(self._incoming))
        self.list.show_incoming(self._incoming, is_running=self._batch.is_running)
        self._show_checks()
        self._show_notes()
        self._show_main()

    def _show_checks(self) -> None:
        """Ask for each patient that photographs wait for; a lone known one the button asks for."""
        waiting: dict[str, list[Arriving]] = {}
        if not self._batch.is_running:
            for card in self.list.cards:
                code = card.place.patient_code
                if code and card.waiting and not card.place.is_typing:
                    _add(waiting.setdefault(code, []), card)
        wanted: dict[str, Callable[[], PatientCheck]] = {}
        for code, arriving in waiting.items():
            known = self._known_of(code)
            if known is None:
                continue
            has_tick = known.patient is None or len(waiting) > 1
            shown = self.panel.checks.get(code)
            if shown is not None and (shown.known != known or shown.has_tick != has_tick):
                self.panel.drop_check(code)
            elif shown is not None:
                shown.show_arriving(arriving)
            wanted[code] = partial(self._new_check, known, arriving, has_tick=has_tick)
        self.panel.show_checks(wanted)

    def _new_check(
        self, known: Known, arriving: Sequence[Arriving], *, has_tick: bool
    ) -> PatientCheck:
        is_ticked = known.code in self._confirmed
        check = PatientCheck(known, arriving, self._copies, has_tick=has_tick, is_ticked=is_ticked)
        check.ticked.connect(self._ticked)
        check.meant.connect(partial(self._mean, known.code))
        return check

    def _mean(self, code: str, meant: str) -> None:
        self.list.mean(code, meant)
        self._focus_next()

    def _ticked(self) -> None:
        self._show_main()
        self._focus_next()

    def _show_notes(self) -> None:
        filed = sum(one.state.is_filed for one in self._incoming)
        problems = sum(one.state in {State.PROBLEM, State.NO_AREA} for one in self._incoming)
        says = []
        if self._is_over and filed and not problems:
            done = self.tr("{photographs} imported").format(photographs=counted(filed))
            text = self.tr("The outlines are proposals until someone has looked at them.")
            says.append(Note("good", done, "", text))
        if (library := self._session.library) is not None:
            says += notes_of(library, self._incoming, self._look_at_filed)
        says += clock_says.notes_of(self.list.cards, self._days_settled, self._settle_day)
        self.panel.show_notes(self._incoming, says=says, ends=self._print_notes())
        words = self.tr("1 problem") if problems == 1 else self.tr("{n} problems")
        words = words.format(n=problems)
        if self._waiting and not self._batch.is_running:
            self.panel.say(self.tr("Before importing"), words if problems else "")
        elif problems:
            self.panel.say(words, self._said_of_the_others(problems))
        elif self._batch.is_running:
            self.panel.say(self.tr("Reading"), self.tr("no problems so far"))
        elif self._batch.is_looking:
            self.panel.say(self.tr("Looking"))
        else:
            self.panel.say(self.tr("Imported") if filed else self.tr("Nothing to import"))

    def _settle_day(self, apart: clock_says.ClockApart, day: date, _: object = None) -> None:
        """Take the day that a person chose between the camera's and the visit's."""
        apart.card.set_day(day)
        self._days_settled.add((apart.first, day))
        self._refresh()
        self._focus_next()

    def _said_of_the_others(self, problems: int) -> str:
        """Say how many are imported all the same: one without a scale is, one unreadable isn't."""
        imported = sum(one.state.is_filed for one in self._incoming)
        if imported and self._is_over:
            return self.tr("{n} imported").format(n=imported)
        outside = sum(one.state is State.PROBLEM for one in self._incoming)
        inside = sum(one.state is not State.KNOWN for one in self._incoming) - outside
        if inside == 0:
            return ""
        if outside == 0:
            return (
                self.tr("All {n} go on").format(n=inside) if inside > 1 else self.tr("It goes on")
            )
        if outside < problems:
            of_all = self.tr("{n} of {total} go on").format(n=inside, total=inside + outside)
            return (
                of_all if inside > 1 else self.tr("1 of {total} goes on").format(total=1 + outside)
            )
        if inside == 1:
            return self.tr("The other one goes on")
        return self.tr("The other {n} go on").format(n=inside)

    def _show_main(self) -> None:
        waiting, items = len(self._waiting), len(self._items())
        filed = sum(one.state.is_filed for one in self._incoming)
        questions = self._questions()
        text, why, is_enabled = self.tr("Import"), "", False
        if self._batch.is_running or (self._is_over and filed):
            text = self.tr("Review the {n} that are ready").format(n=filed)
            if filed == 1:
                text = self.tr("Review the one that is ready")
                text = self.tr("Review the photograph") if self._is_over else text
            is_enabled = filed > 0
            if self._batch.is_running:
                why = self.tr("The rest joins the queue as it is read. Esc stops.")
                going = waiting + sum(one.state is State.READING for one in self._incoming)
                text = text if filed else self.tr("Reading {n}…").format(n=counted(going))
        elif self._is_over:
            why = self.tr("There is nothing here to import. Drop other photographs.")
        elif (read_only := self._session.why_read_only) is not None:
            why = read_only
        elif self._batch.is_looking:
            why = self.tr("Looking at the photographs…")
        else:
            checks = list(self.panel.checks.values())
            is_enabled = items > 0
            text = self.tr("Import {photographs}").format(photographs=counted(waiting))
            if 0 < items < waiting:
                text = self.tr("Import {n} of {total}").format(n=items, total=counted(waiting))
            elif items and len(checks) == 1 and not checks[0].has_tick:
                code = shortened(checks[0].known.code, 18)
                text = self.tr("Yes, {code}: import {n}").format(code=code, n=items)
            why = questions[0][0] if questions else ""
            if filed and not why:
                why = self.tr("1 is imported and waits in Review.")
                if filed > 1:
                    why = self.tr("{n} are imported and wait in Review.").format(n=filed)
        main = self.panel.main
        if main.hasFocus() and not is_enabled:
            # Else the focus would go on to whatever comes next, and Enter with it.
            self.setFocus()
        self.panel.show_main(text, is_enabled=is_enabled, key=self.tr("Enter"), why=why)
        if self.hasFocus() and is_enabled:
            main.setFocus(Qt.FocusReason.OtherFocusReason)
        self._session.actions.switch("import.start", is_on=is_enabled, why_off=why)


def _add(arriving: list[Arriving], card: GroupCard) -> None:
    """Add what waits in a group to that of its site, where another group is of it already."""
    site, photographs = card.place.body_site, tuple(card.waiting)
    for at, one in enumerate(arriving):
        if one.site == site:
            days = [day for day in (one.on, card.day) if day is not None]
            arriving[at] = replace(
                one,
                on=min(days, default=None),
                photographs=(*one.photographs, *photographs),
            )
            return
    arriving.append(Arriving(site=site, on=card.day, photographs=photographs))
