"""The meeting on a full screen: one page a patient, one key for the next.

Hides which screen it is on, what is read ahead, and that nobody's name outlives its page.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack.errors import WoundtrackError
from woundtrack.model import now
from woundtrack.ui import messages, theme
from woundtrack.ui.components.buttons import shown_key
from woundtrack.ui.mdt import said
from woundtrack.ui.mdt.ahead import Ahead
from woundtrack.ui.mdt.course_chart import CourseChart
from woundtrack.ui.mdt.frame import Cover, Foot, Head, Notice
from woundtrack.ui.mdt.photos import Photos
from woundtrack.ui.mdt.projected import WIDTH, Pane, unit_px
from woundtrack.ui.mdt.table import Table, needs_width
from woundtrack.ui.record.identity_view import note_names_shown
from woundtrack.ui.timeline.chart_says import chart_words
from woundtrack.ui.usual_folder import usual_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from woundtrack.model import Patient
    from woundtrack.ui.mdt.course import PatientCourse
    from woundtrack.ui.session import Session
    from woundtrack.ui.window.sheets import KeysSheet
    from woundtrack.workflow import Meeting

_MARGIN: Final = 32.0
_HEAD: Final = 84.0
_FOOT: Final = 114.0
_COMPARE_FOOT: Final = 54.0
_RIGHT: Final = 528.0
_RIGHT_WIDE: Final = 728.0
"""So wide is the table of many lesions."""
_GAP: Final = 34.0
_AHEAD: Final = 2
"""So many patients to come, and the one before, are read while one is shown."""

_CENTRE = Qt.AlignmentFlag.AlignHCenter
_WAYS: Final = {
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Left: -1,
}
"""Keys for another patient, of a presenter's remote control too, while photographs are compared."""


_PAGE_KEYS: Final = (
    "mdt.next",
    "mdt.back",
    "mdt.first",
    "mdt.last",
    "mdt.lesion_above",
    "mdt.lesion_below",
    "mdt.before",
    "mdt.name",
    "mdt.print",
    "mdt.dark",
)
"""Keys of the page that are the compare room's while that is open."""
_KEYS: Final = (*_PAGE_KEYS, "mdt.compare")
_COVER_KEYS: Final = tuple(one for one in _KEYS if one not in {"mdt.next", "mdt.dark"})
"""Keys that don't count while the page is covered: nobody sees what they do."""


class Lender(Protocol):
    """A window that lends a room's page, such as the compare room's, and takes it back."""

    def lend(self, room: str) -> QWidget:
        """Take a room's page out of the window and return it."""

    def take_back(self, room: str) -> None:
        """Put a room's page back into the window, not shown."""


class MdtScreen(QWidget):
    """The meeting; shown by ``begin``, left by Esc.

    Signals
    -------
    shown(str)
        A patient's page came into view: the id.
    left(tuple[str, ...])
        It is over: the ids of the patients who were shown.
    """

    shown = Signal(str)
    left = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session = session
        self._patients: tuple[Patient, ...] = ()
        self._meeting: Meeting | None = None
        self._today = date.min
        self._place = 0
        self._lesions: dict[str, str | None] = {}
        self._is_whole = True
        self._is_named = False
        self._is_dark = False
        self._may_leave = False
        self._shown: dict[str, None] = {}
        self._folder: Path | None = None
        self._compared: QWidget | None = None
        self._lined_up = ""
        self.keys_sheet: KeysSheet | None = None
        self.ahead = Ahead(session, self)
        self.ahead.course_came.connect(self._course_came)
        self.ahead.pair_came.connect(self._pair_came)
        self.setWindowTitle(self.tr("MDT"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.head = Head(self)
        self.chart = CourseChart(self)
        self.photos = Photos(self)
        self.table = Table(self)
        self.foot = Foot(self)
        self.notice = Notice(self)
        self.cover = Cover(self)
        self.cover.hide()
        self.table.chosen.connect(self.choose_lesion)
        self._bind()
        self._switch_keys(_KEYS, why_off=self.tr("The meeting isn't shown."))
        session.room_asked.connect(self._leave_for_room)
        session.library_changed.connect(self._read_anew)
        session.library_closed.connect(self.close)

    def _bind(self) -> None:
        for action_id, do in (
            ("mdt.next", self.next),
            ("mdt.back", self.back),
            ("mdt.first", lambda: self.go_to(0)),
            ("mdt.last", lambda: self.go_to(len(self._patients) - 1)),
            ("mdt.lesion_above", lambda: self._step_lesion(-1)),
            ("mdt.lesion_below", lambda: self._step_lesion(1)),
            ("mdt.before", self.switch_before),
            ("mdt.name", self.switch_name),
            ("mdt.dark", self.switch_dark),
            ("mdt.compare", self.switch_compare),
            ("mdt.print", self.print_page),
        ):
            self._session.actions.bind(action_id, do, self)

    # --- beginning and leaving -------------------------------------------------------------------

    def begin(
        self,
        patients: Sequence[Patient],
        meeting: Meeting,
        today: date | None = None,
        *,
        place: int = 0,
    ) -> None:
        """Show these patients, that at ``place`` first, on a second screen where there is one.

        Raises ``ValueError`` where there are none.
        """
        if not patients:
            raise ValueError("a meeting needs a patient")
        self._patients, self._meeting = tuple(patients), meeting
        self._today = today or now().astimezone().date()
        self._lesions, self._shown = {}, {}
        self._is_whole, self._is_named, self._is_dark = True, False, False
        self.cover.hide()
        self.ahead.forget()
        self._switch_keys(_KEYS)
        screen = self.screen_for(QGuiApplication.screens())
        if screen is not None:
            self.setScreen(screen)
            self.setGeometry(screen.geometry())
        self.showFullScreen()
        self.activateWindow()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.go_to(place)

    def screen_for(self, screens: Sequence[QScreen]) -> QScreen | None:
        """Return the screen to be on: another than the window's, such as a projector."""
        parent = self.parentWidget()
        own = None if parent is None else parent.window().screen()
        return next((one for one in screens if one is not own), own)

    def leave_once(self) -> None:
        """Leave what is open: the cover or the comparison first, then the meeting.

        The meeting is left where its end was said just before: one Esc too many only asks.
        """
        if self._is_dark:
            self.switch_dark()
        elif self._compared is not None:
            self._end_comparing()
        elif self._may_leave:
            self.close()
        else:
            self._may_leave = True
            self.foot.tell(self.tr("Esc again ends the meeting."))

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._end_comparing()
        self._switch_keys(_KEYS, why_off=self.tr("The meeting isn't shown."))
        self._is_named = False
        self.ahead.forget()
        shown, self._shown = tuple(self._shown), {}
        self._patients = ()
        self.left.emit(shown)
        parent = self.parentWidget()
        if parent is not None:
            parent.window().activateWindow()

    # --- going -----------------------------------------------------------------------------------

    @property
    def patient(self) -> Patient | None:
        """Who is in view."""
        return self._patients[self._place] if self._patients else None

    @property
    def course(self) -> PatientCourse | None:
        """The course in view, once it has been read."""
        return None if self.patient is None else self.ahead.course(self.patient.id)

    @property
    def lesion_id(self) -> str | None:
        """The lesion in view."""
        course = self.course
        if course is None:
            return None
        chosen = self._lesions.get(course.patient.id)
        return chosen if course.row_of(chosen) is not None else course.first_lesion

    def next(self) -> None:
        """Show the next patient; after the last, say that it was the last."""
        if self._is_dark:
            self.switch_dark()
        elif self._place + 1 < len(self._patients):
            self.go_to(self._place + 1)
        else:
            self._may_leave = True
            self.foot.tell(self.tr("That was the last patient. Esc leaves."))

    def back(self) -> None:
        """Show the patient before."""
        if self._place:
            self.go_to(self._place - 1)

    def go_to(self, place: int) -> None:
        """Show the patient at a place of the list."""
        if not 0 <= place < len(self._patients):
            return
        self._place = place
        self._is_named = False
        patient_id = self._patients[place].id
        is_first = patient_id not in self._shown
        self._shown[patient_id] = None
        self._show()
        self.repaint()  # right away, before more is read
        if is_first:
            self.shown.emit(patient_id)
        self._want()

    def choose_lesion(self, lesion_id: str) -> None:
        """Bring a lesion of the patient into view."""
        course = self.course
        if course is None or course.row_of(lesion_id) is None:
            return
        self._lesions[course.patient.id] = lesion_id
        self._show()
        self._want()

    def _step_lesion(self, step: int) -> None:
        course = self.course
        if course is None or not course.rows:
            return
        ids = [row.lesion.id for row in course.rows]
        here = ids.index(self.lesion_id) if self.lesion_id in ids else 0
        self.choose_lesion(ids[min(max(here + step, 0), len(ids) - 1)])

    def switch_before(self) -> None:
        """Show the photograph before from the visit before, or from the beginning again."""
        self._is_whole = not self._is_whole
        self._show()
        self._want()

    def switch_name(self) -> None:
        """Show who this patient is, or hide it again; the next patient's stays hidden."""
        course = self.course
        if course is not None and course.is_shown:
            self._is_named = not self._is_named and note_names_shown(self._session)
            self._show_head()

    def switch_keys_sheet(self) -> None:
        """Show which keys there are, over the page, or the page again."""
        if self.keys_sheet is None:
            from woundtrack.ui.window.sheets import KeysSheet  # the window's; not while it's loaded

            self.keys_sheet = KeysSheet(self._session, self)
        if self.keys_sheet.isVisible():
            self.keys_sheet.dismiss()
        elif self._compared is not None:
            self.keys_sheet.open_in("compare", self.tr("Compare"))
        else:
            self.keys_sheet.open_in("mdt", self.tr("MDT"))

    def switch_dark(self) -> None:
        """Cover the page, while something else is talked about, or uncover it."""
        self._is_dark = not self._is_dark
        why_off = self.tr("The page is covered.") if self._is_dark else ""
        self._switch_keys(_COVER_KEYS, why_off=why_off)
        table = self._session.actions
        self.cover.show_key(shown_key(table.keys_of("mdt.dark")))
        self.cover.setVisible(self._is_dark)
        self.cover.raise_()

    # --- compare and print -----------------------------------------------------------------------

    def switch_compare(self) -> None:
        """Show the compare room with the lesion in view over the page, or the page again."""
        if self._compared is not None:
            self._end_comparing()
            return
        course, lender = self.course, self._lender
        if course is None or not course.is_shown or self.lesion_id is None or lender is None:
            return
        session = self._session
        session.set_patient(course.patient)
        row = course.row_of(self.lesion_id)
        if sum(one.can_be_shown for one in course.visits.get(self.lesion_id, ())) < 2:
            label = "" if row is None else row.lesion.label
            self.foot.tell(
                self.tr("{lesion} has no two photographs with a scale to compare.").format(
                    lesion=label
                )
            )
            return
        page = self._compared = lender.lend("compare")
        page.setParent(self)
        self._switch_keys(_PAGE_KEYS, why_off=self.tr("The compare room is open: C closes it."))
        for pane in (self.chart, self.photos, self.table):
            pane.hide()
        self._place_panes()
        page.show()
        page.raise_()
        shown: dict[str, object] = {"lesion_id": self.lesion_id}
        pair = self.photos.pair
        if pair is not None and len(pair.plan.visits) == 2:
            first, second = pair.plan.visits
            shown |= {"left_id": first.id, "right_id": second.id}
        self._lined_up = ""
        page.relined.connect(self._tell_lined_up)  # type: ignore[attr-defined]
        page.patient_asked.connect(self._step_from_comparing)  # type: ignore[attr-defined]
        page.enter(**shown)  # type: ignore[attr-defined]
        self._show_head()
        self.foot.show_news("", ())
        self._show_keys()

    def _end_comparing(self) -> None:
        page, self._compared = self._compared, None
        lender = self._lender
        if page is None or lender is None:
            return
        page.relined.disconnect(self._tell_lined_up)  # type: ignore[attr-defined]
        page.patient_asked.disconnect(self._step_from_comparing)  # type: ignore[attr-defined]
        page.leave()  # type: ignore[attr-defined]
        page.project(None)  # type: ignore[attr-defined]
        lender.take_back("compare")
        self._switch_keys(_PAGE_KEYS)
        if self.patient is not None:
            self._show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step_from_comparing(self, way: int) -> None:
        """Leave the comparison for the next patient, or the one before."""
        if 0 <= self._place + way < len(self._patients):
            self._end_comparing()
            self.go_to(self._place + way)
        else:
            self.foot.tell(
                self.tr("That was the last patient.")
                if way > 0
                else self.tr("This is the first patient.")
            )

    def _tell_lined_up(self, said_: str) -> None:
        """Say how well the photographs lie on each other, as the compare room's own bar does."""
        self._lined_up = said_
        self._show_head()

    @property
    def _name_key(self) -> str:
        """The letter for the name, in capitals; a space where letters aren't keys."""
        return self._session.actions.keys_of("mdt.name") or " "

    @property
    def _lender(self) -> Lender | None:
        parent = self.parentWidget()
        window = None if parent is None else parent.window()
        return cast(Lender, window) if hasattr(window, "lend") else None

    def _switch_keys(self, action_ids: Iterable[str], *, why_off: str = "") -> None:
        """Let keys count; with ``why_off`` let them not."""
        for action_id in action_ids:
            self._session.actions.switch(action_id, is_on=not why_off, why_off=why_off)

    def _leave_for_room(self, _room: str, _context: object) -> None:
        """Leave where the compare room was asked to go elsewhere, such as to a photograph."""
        if self._compared is not None:
            self.close()

    def ask_folder(self) -> Path | None:
        """Ask for the folder that this meeting's pages are saved in."""
        chosen = QFileDialog.getExistingDirectory(
            self,
            self.tr("Folder for the pages of this meeting"),
            str(usual_folder()),
        )
        return Path(chosen) if chosen else None

    def print_page(self) -> None:
        """Save the one-page PDF of the patient; the folder is asked for once a meeting."""
        from woundtrack.workflow import reporting  # loads reportlab

        library, patient, course = self._session.library, self.patient, self.course
        if library is None or patient is None or course is None or not course.is_shown:
            return
        try:
            plan = reporting.plan_report(library, patient, printed_on=self._today)
            self._folder = self._folder or self.ask_folder()
            if self._folder is None:
                return
            # Before it is written: killed in between, no page has left unnoted.
            reporting.note_report(library, plan, by=self._session.person)
        except WoundtrackError as problem:
            self.foot.tell(messages.sentence_of(problem))
            return
        self.foot.tell(self.tr("Writing {name}…").format(name=plan.file_name))

        def tell(path: Path) -> None:
            self.foot.tell(self.tr("Saved: {name}").format(name=path.name))

        def refuse(problem: WoundtrackError) -> None:
            self.foot.tell(messages.sentence_of(problem))

        self._session.tasks.run(
            reporting.write_report,
            plan,
            self._folder / plan.file_name,
            on_done=tell,
            on_error=refuse,
            key="report",
        )

    # --- reading ahead ---------------------------------------------------------------------------

    def _want(self) -> None:
        """Read what is in view, then what comes next, then what was before."""
        if self._meeting is None:
            return
        order = [self._place]
        order += range(self._place + 1, min(self._place + 1 + _AHEAD, len(self._patients)))
        order += range(max(self._place - 1, 0), self._place)
        self.ahead.want(
            [
                (
                    self._patients[place],
                    self._meeting.last_shown(self._patients[place].id, self._today),
                    self._today,
                    self._is_whole,
                )
                for place in order
            ],
            dict(self._lesions),
        )

    def _read_anew(self, _kinds: object = None) -> None:
        if self.isVisible() and self._patients:
            self.ahead.refresh()
            self._want()

    def _course_came(self, patient_id: str) -> None:
        if self.patient is not None and self.patient.id == patient_id:
            self._show()

    def _pair_came(self, patient_id: str) -> None:
        if self.patient is not None and self.patient.id == patient_id:
            self._show_photos()

    # --- showing ---------------------------------------------------------------------------------

    def _show(self) -> None:
        """Show what is there of the patient in view."""
        self._may_leave = False
        course = self.course
        notice = ""
        if course is None:
            notice = self.tr("Reading…")
        elif course.problem is not None:
            notice = messages.sentence_of(course.problem)
        elif not course.is_shown:
            notice = said.refusal()
        self.notice.show_words(notice)
        if self._compared is not None:
            return
        shown = course if course is not None and not notice else None
        for pane in (self.chart, self.photos, self.table):
            pane.setVisible(shown is not None)
        self.table.setVisible(shown is not None and bool(shown.rows))
        self._place_panes()
        self._show_head()
        self.chart.show_course(shown, self.lesion_id)
        self.table.show_rows(shown, self.lesion_id)
        self._show_photos()
        head, news = ("", ()) if shown is None else said.news_sentences(shown)
        self.foot.show_news(head, news, "" if shown is None else said.consent_note(shown))
        self._show_keys()

    def _show_head(self) -> None:
        patient, course = self.patient, self.course
        if patient is None:
            return
        place = self.tr("{place} of {count}").format(
            place=self._place + 1, count=len(self._patients)
        )
        facts = ""
        is_named = False
        if course is not None and course.is_shown and course.problem is None:
            facts = said.facts(course)
            library = self._session.library
            if self._is_named and library is not None:
                facts, is_named = said.identity(library.identity(patient.id)), True
            row = course.row_of(self._session.lesion_id)
            if self._compared is not None and row is not None and not is_named:
                site = chart_words().site(row.lesion.site)
                words_ = [f"{row.lesion.label} {site}", self._lined_up]
                facts, is_named = " · ".join(one for one in words_ if one), False
        self.head.show_patient(patient.code, facts, place, is_named=is_named)

    def _show_photos(self) -> None:
        course = self.course
        if course is None or not course.is_shown:
            self.photos.show_pair(None, None, "", None)
            return
        key = (course.patient.id, self.lesion_id)
        pair = self.ahead.pair(*key, is_whole=self._is_whole)
        message = self.tr("Opening the photographs…")
        is_none = self.ahead.has_no_pair(*key, is_whole=self._is_whole)
        if is_none:
            message = self.tr("There is no photograph.")
        year = None if course.last_on is None else course.last_on.year
        row = course.row_of(self.lesion_id)
        self.photos.show_pair(row, pair, message, year, is_none=is_none)

    def _show_keys(self) -> None:
        table = self._session.actions
        if self._compared is not None:
            self._show_compare_keys()
            return
        is_last = self._place + 1 >= len(self._patients)
        course = self.course
        wanted = [("mdt.next", self.tr("next"))]
        # Of a patient of whom nothing is shown there is nothing to compare, save or name.
        if course is not None and course.is_shown and course.problem is None:
            if len(course.rows) > 1:
                wanted.append(("mdt.lesion_below", self.tr("lesion")))
            if course.rows:
                wanted.append(("mdt.compare", self.tr("compare")))
            wanted += [
                ("mdt.print", self.tr("save page as PDF")),
                ("mdt.name", self.tr("name")),
            ]
        keys = [("Esc", self.tr("leave"))] if is_last else []
        for action_id, name in wanted:
            if is_last and action_id == "mdt.next":
                continue
            if table.is_bound(action_id) and table[action_id].isEnabled():
                key = shown_key(table.keys_of(action_id))
                if key:
                    keys.append((key, name))
        self.foot.show_keys(tuple(keys))

    def _show_compare_keys(self) -> None:
        """Show what the keys do while photographs are compared: Esc is back to the page."""
        table = self._session.actions
        said = [("Esc", self.tr("back"))]
        if self._place + 1 < len(self._patients):
            key = shown_key(table.keys_of("mdt.next"))
            said.append((key, self.tr("next patient")))
        for action_id, name in (
            ("mdt.name", self.tr("name")),
            ("compare.right_earlier", self.tr("right photo")),
            ("compare.left_earlier", self.tr("left photo")),
            ("compare.slider", self.tr("slider")),
            ("compare.ghost", self.tr("ghost")),
            ("compare.side", self.tr("side by side")),
        ):
            key = shown_key(table.keys_of(action_id))
            if action_id == "compare.left_earlier":  # the arrows alone go to another patient
                key = shown_key("Alt+Left")
            if key:
                said.append((key, name))
        self.foot.show_keys(tuple(said))

    # --- Qt --------------------------------------------------------------------------------------

    def _place_panes(self) -> None:
        unit = unit_px(self.width(), self.height())
        wide, tall = self.width() / unit, self.height() / unit
        rows = 0 if self.course is None else len(self.course.rows)
        right = (_RIGHT_WIDE if needs_width(rows) else _RIGHT) + 0.45 * (wide - WIDTH)
        left = wide - 2 * _MARGIN - right - _GAP
        body = tall - _HEAD - _FOOT
        # The photographs give way to the table, down to the height that the page was drawn with.
        table = min(34.0 + 68.0 * max(rows, 1), body - 292.0)
        table = max(table, min(240.0, body - 292.0))
        photos = body - 12 - table - 8
        if not rows:
            photos = body - 24
        boxes: list[tuple[Pane, tuple[float, float, float, float]]] = [
            (self.head, (_MARGIN, 10, wide - 2 * _MARGIN, _HEAD - 10)),
            (self.chart, (_MARGIN, _HEAD + 10, left, body - 14)),
            (self.photos, (wide - _MARGIN - right, _HEAD + 8, right, photos)),
            (self.table, (wide - _MARGIN - right, _HEAD + 12 + photos, right, table)),
            (self.foot, (_MARGIN, tall - _FOOT, wide - 2 * _MARGIN, _FOOT)),
            (self.notice, (_MARGIN, _HEAD, wide - 2 * _MARGIN, body)),
        ]
        for pane, (x, y, width, height) in boxes:
            pane.unit = unit
            pane.setGeometry(
                QRect(round(x * unit), round(y * unit), round(width * unit), round(height * unit))
            )
        self.cover.unit = unit
        self.cover.setGeometry(self.rect())
        if self._compared is not None:
            foot = _COMPARE_FOOT * unit
            top, bottom = round(_HEAD * unit), round(self.height() - foot)
            self._compared.setGeometry(QRect(0, top, self.width(), bottom - top))
            self._compared.project(2 * unit)  # type: ignore[attr-defined]
            self.foot.setGeometry(
                QRect(self.foot.x(), bottom, self.foot.width(), self.height() - bottom)
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # No action: Esc is the main window's, too, to cancel what is under way.
        if self._compared is not None and (way := _WAYS.get(Qt.Key(event.key()))):
            self._step_from_comparing(way)
        elif self._compared is not None and event.text().upper() == self._name_key:
            self.switch_name()  # no action: N is the compare room's, too, while places are marked
        elif event.key() == Qt.Key.Key_Escape:
            self.leave_once()
        elif event.key() == Qt.Key.Key_F1:  # the main window's sheet would lie behind this one
            self.switch_keys_sheet()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_panes()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(theme.current().surface))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.update()
