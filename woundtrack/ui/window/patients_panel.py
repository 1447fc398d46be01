"""The patients beside a room: search, the list with what waits, the body and lesions of one.

Hides the models, the painting of the rows, and how the height is shared; choosing a row, a dot or a
region changes what is in view for all rooms.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRectF,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.body_map import BodyMap, drawing, overlap, sites_of
from woundtrack.ui.components import KeyButton, Label, Panel, rule, words
from woundtrack.ui.components.buttons import key_width, paint_key, shown_key
from woundtrack.ui.components.icons import paint_icon
from woundtrack.ui.record.identity_view import IdentityView
from woundtrack.ui.window.patient_rows import (
    GROUP_ROW,
    LESION,
    LESION_ROW,
    PATIENT,
    ROW,
    SECOND_LINE,
    WAITING,
    WIDTH,
    LesionRow,
    PatientRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from woundtrack.model import BodySite, GroupTimeline, LesionTimeline
    from woundtrack.records import PatientSummary
    from woundtrack.ui.session import Session

_FOUND_BY: Final = Qt.ItemDataRole.UserRole + 4
_BODY: Final = 252
_LEAST_PATIENTS: Final = round(2.5 * ROW)
_LEAST_LESIONS: Final = 2 * LESION_ROW + GROUP_ROW
_MOST_LESIONS: Final = 420


class PatientsPanel(Panel):
    """240 wide, beside the page."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("panel_left", parent)
        self._session = session
        self._is_stale = True
        self._is_filling = False
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Patients"))
        self.search = SearchField(
            self.tr("Patient code"), shown_key(session.actions.keys_of("patient.find"))
        )
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self._top = QWidget()
        in_top = QVBoxLayout(self._top)
        in_top.setContentsMargins(12, 8, 12, 8)
        in_top.addWidget(self.search)

        self._model = QStandardItemModel(self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self._model)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._shown.setFilterRole(_FOUND_BY)
        self._names = IdentityView.of(session)
        self._names.changed.connect(self._follow_names)
        self.list = _list(self.tr("List of patients"), self)
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(_LEAST_PATIENTS)
        self.list.setItemDelegate(PatientRow(self.list))
        self.list.setModel(self._shown)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.empty = Label("", "label", "2", wraps=True)
        self.empty.setContentsMargins(16, 8, 16, 8)

        self.body = BodyMap()
        self.body.setFixedHeight(_BODY)
        self.body.setAccessibleName(self.tr("Body map of this patient"))
        self.body.lesion_chosen.connect(self._choose_dot)
        self.body.region_chosen.connect(self._choose_region)
        self.body.cleared.connect(lambda: session.set_sites(()))
        self._courses: tuple[LesionTimeline, ...] = ()
        self._lesions = QStandardItemModel(self)
        self.lesion_list = _list(self.tr("Lesions of this patient"), self)
        self.lesion_list.setItemDelegate(LesionRow(self.lesion_list))
        self.lesion_list.setModel(self._lesions)
        self.lesion_list.selectionModel().currentChanged.connect(self._choose_lesion)
        self._lesion_head = QWidget()
        head = QHBoxLayout(self._lesion_head)
        head.setContentsMargins(13, 8, 32, 4)
        head.addWidget(Label(self.tr("Lesion"), "caption", "2"), 1)
        head.addWidget(Label(self.tr("cm²"), "caption", "2"))
        self._rules = rule(), rule()

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)
        layout.setSpacing(0)
        layout.addWidget(self._top)
        layout.addWidget(self.empty)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._rules[0])
        layout.addWidget(self.body)
        layout.addWidget(self._rules[1])
        layout.addWidget(self._lesion_head)
        layout.addWidget(self.lesion_list)
        self.to_import = KeyButton.of(session.actions["room.import"], text=self.tr("Import"))
        self._foot = Panel("foot")
        self.new_button = KeyButton.of(
            session.actions["patient.new"], icon="plus", text=self.tr("Patient"), shows_key=False
        )
        in_foot = QHBoxLayout(self._foot)
        in_foot.setContentsMargins(12, 8, 12, 8)
        in_foot.setSpacing(8)
        in_foot.addWidget(self.to_import)
        in_foot.addWidget(self.new_button)
        in_foot.addStretch(1)
        layout.addWidget(self._foot)
        stops = (
            self.search,
            self.list,
            self.body,
            self.lesion_list,
            self.to_import,
            self.new_button,
        )
        for one, following in pairwise(stops):
            self.setTabOrder(one, following)
        session.library_opened.connect(self._mark_stale)
        session.library_closed.connect(self._mark_stale)
        session.library_changed.connect(self._mark_stale)
        session.patient_changed.connect(self._follow_patient)
        session.lesion_changed.connect(self._follow_lesion)
        session.sites_changed.connect(self._follow_sites)
        self._fill()

    def start_search(self) -> None:
        """Put the caret into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        if self._is_stale:
            self._fill()
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # From the search field, the arrows go into the list and Enter takes its first row.
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            first = self._shown.index(0, 0)
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and first.isValid():
                self.list.setCurrentIndex(first)
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() == Qt.Key.Key_Down and first.isValid():
                self.list.setFocus(Qt.FocusReason.TabFocusReason)
                if not self.list.currentIndex().isValid():
                    self.list.setCurrentIndex(first)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._session.sites:
            self._session.set_sites(())
        else:
            super().keyPressEvent(event)

    def menu(self) -> QMenu:
        """Return what can be done with the patient in view, made anew."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action_id in ("patient.details", "patient.correct", "patient.remove"):
            made.addAction(self._session.actions[action_id])
        return made

    def _open_menu(self, place: QPoint) -> None:
        # A row that is pressed is in view by now; the menu's key asks at the one in view.
        if self.list.indexAt(place).isValid():
            self.menu().popup(self.list.viewport().mapToGlobal(place))

    # --- filling ---------------------------------------------------------------------------------

    def _mark_stale(self, _kinds: object = None) -> None:
        self._is_stale = True
        if self.isVisible():
            self._fill()

    def _fill(self) -> None:
        """Read the list again; whose row is current, and how far it is scrolled, stay."""
        before, scrolled = self.list.currentIndex().data(PATIENT), self.list.verticalScrollBar()
        place = scrolled.value()
        # A row that goes hands "current" on to the next one: no choice of a person.
        with self._filling():
            self._fill_rows()
        self._say_if_empty()
        self._follow_patient(self._session.patient)
        if before is not None and before == self.list.currentIndex().data(PATIENT):
            self.list.doItemsLayout()
            scrolled.setValue(place)

    @contextmanager
    def _filling(self) -> Iterator[None]:
        was_filling, self._is_filling = self._is_filling, True
        try:
            yield
        finally:
            self._is_filling = was_filling

    def _fill_rows(self) -> None:
        self._is_stale = False
        library = self._session.library
        self._model.clear()
        summaries = library.patient_summaries() if library is not None else ()
        for summary in summaries:
            item = QStandardItem(summary.code)
            item.setEditable(False)
            item.setData(summary.patient, PATIENT)
            item.setData(self._found_by(summary), _FOUND_BY)
            item.setData(self._second_line(summary), SECOND_LINE)
            item.setData(summary.waiting_count, WAITING)
            item.setData(self._spoken(summary), Qt.ItemDataRole.AccessibleTextRole)
            item.setToolTip(self._spoken(summary))
            self._model.appendRow(item)

    def _say_if_empty(self) -> None:
        text = ""
        if not self._model.rowCount():
            text = self.tr(
                "No patients yet. They come with the photographs you import, or are made below."
            )
        elif not self._shown.rowCount():
            text = self.tr("No patient's code has these letters. Names are found while shown.")
            if self._names.is_unlocked:
                text = self.tr("No patient's code or name has these letters.")
        self.empty.setText(text)
        self.empty.setVisible(bool(text))

    def _found_by(self, summary: PatientSummary) -> str:
        """Return what a patient is found by: the code, and while names are shown the name."""
        identity = self._names.identity(summary.patient.id)
        return summary.code if identity is None else f"{summary.code} {identity.name}"

    def _follow_names(self) -> None:
        """Find by name while names are shown, and no longer."""
        with self._filling():
            for row in range(self._model.rowCount()):
                item = self._model.item(row)
                identity = self._names.identity(item.data(PATIENT).id)
                name = "" if identity is None else identity.name
                item.setData(f"{item.text()} {name}".strip(), _FOUND_BY)
        self._say_if_empty()

    def _second_line(self, summary: PatientSummary) -> str:
        on = summary.last_visited_on
        day = "" if on is None else words.day(on)
        if summary.died_on is not None:
            return self.tr("Died {day}").format(day=words.partial_day(summary.died_on))
        if not summary.lesion_count:
            first = self.tr("No lesion yet")
        elif summary.open_lesion_count:
            first = self.tr("{count} open").format(count=summary.open_lesion_count)
        else:
            first = self.tr("All closed")
        return f"{first} · {day}" if day else first

    def _spoken(self, summary: PatientSummary) -> str:
        parts = [summary.code, self._second_line(summary)]
        if summary.waiting_count:
            parts.append(self.tr("{count} to review").format(count=summary.waiting_count))
        return ", ".join(parts)

    def _fill_lesions(self) -> None:
        with self._filling():
            self._lesions.clear()
            self._fill_lesion_rows()
        self._follow_lesion(self._session.lesion_id)
        self._follow_sites()

    def _fill_lesion_rows(self) -> None:
        library, patient = self._session.library, self._session.patient
        groups: tuple[GroupTimeline, ...] = ()
        if library is not None and patient is not None:
            groups = self._session.course_of(patient)[0].groups
        courses = tuple(course for group in groups for course in group.lesions)
        self._courses = courses
        self.body.show_lesions(courses)
        for group in groups:
            if not group.lesions:
                continue
            head = QStandardItem(self._group_words(group.group.value))
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            self._lesions.appendRow(head)
            for course in group.lesions:
                self._lesions.appendRow(self._lesion_item(course))
        self._rules[0].setVisible(patient is not None)
        self.body.setVisible(patient is not None)
        self._rules[1].setVisible(bool(courses))
        self._lesion_head.setVisible(bool(courses))
        self.lesion_list.setVisible(bool(courses))
        self._share_height()

    def _share_height(self) -> None:
        """Give the lesions what they need, as far as some patients stay in view above the body."""
        taken = sum(part.sizeHint().height() for part in (self._top, self._lesion_head, self._foot))
        room = self.height() - taken - _BODY - _LEAST_PATIENTS
        rows = range(self._lesions.rowCount())
        needed = sum(self.lesion_list.sizeHintForRow(row) for row in rows) + 8
        most = max(_LEAST_LESIONS, min(room, _MOST_LESIONS))
        self.lesion_list.setFixedHeight(min(needed, most))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_height()

    def _lesion_item(self, course: LesionTimeline) -> QStandardItem:
        item = QStandardItem(course.lesion.label)
        item.setEditable(False)
        item.setData(course, LESION)
        name = f"{course.lesion.label}, {course.lesion.site.words}"
        said = self.body.spoken(course)
        item.setData(f"{name}, {said}", Qt.ItemDataRole.AccessibleTextRole)
        item.setToolTip(f"{name}: {said}")
        return item

    def _group_words(self, group: str) -> str:
        return {
            "abdomen": self.tr("Abdomen"),
            "legs": self.tr("Legs"),
            "torso": self.tr("Torso"),
            "arms": self.tr("Arms"),
            "head": self.tr("Head"),
            "breast": self.tr("Breast"),
            "genitalia": self.tr("Genitalia"),
        }[group]

    # --- choosing --------------------------------------------------------------------------------

    def _search(self, text: str) -> None:
        with self._filling():
            self._shown.setFilterFixedString(text.strip())
        self._say_if_empty()
        self._follow_patient(self._session.patient, with_lesions=False)

    def _choose(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and not self._is_filling:
            self._session.set_patient(current.data(PATIENT))

    def _choose_lesion(self, current: QModelIndex, _before: QModelIndex) -> None:
        course = current.data(LESION) if current.isValid() else None
        if course is not None and not self._is_filling:
            self._take_lesion(course)

    def _choose_dot(self, lesion_id: str) -> None:
        self._take_lesion(next(one for one in self._courses if one.lesion.id == lesion_id))

    def _take_lesion(self, course: LesionTimeline) -> None:
        """Bring a lesion into view; one that lies elsewhere lets go of the sites chosen before."""
        if not self._lies_in(course, self._session.sites):
            self._session.set_sites(())
        self._session.set_lesion(course.lesion.id)

    def _choose_region(self, region_id: str, is_added: bool) -> None:
        """Choose a region's site alone, or with Ctrl beside others; what is chosen is let go of."""
        site = sites_of(drawing().region(region_id))[0]
        before = self._session.sites
        chosen: tuple[BodySite, ...]
        if not is_added:
            chosen = () if before == (site,) else (site,)
        elif site in before:
            chosen = tuple(one for one in before if one != site)
        else:
            chosen = (*before, site)
        self._session.set_sites(chosen)
        here = [course for course in self._courses if self._lies_in(course, chosen)]
        ids = [course.lesion.id for course in here]
        if chosen and ids and self._session.lesion_id not in ids:
            self._session.set_lesion(ids[0])

    @staticmethod
    def _lies_in(course: LesionTimeline, sites: Sequence[BodySite]) -> bool:
        return not sites or any(overlap(course.lesion.site, site) for site in sites)

    def _follow_sites(self) -> None:
        self.body.select(self._session.sites)

    def _follow_patient(self, patient: object, *, with_lesions: bool = True) -> None:
        if self._is_stale or not self.isVisible():
            self._is_stale = True
            return
        chosen = self.list.selectionModel()
        row = self._row_of(patient)
        chosen.blockSignals(True)
        self.list.setCurrentIndex(row)
        chosen.blockSignals(False)
        self.list.viewport().update()
        if with_lesions:
            self._fill_lesions()
        if row.isValid():
            # The lesions of this patient may leave the list less height than those before.
            self._activate_layout()
            self.list.scrollTo(row)

    def _activate_layout(self) -> None:
        if (layout := self.layout()) is not None:
            layout.activate()

    def _row_of(self, patient: object) -> QModelIndex:
        wanted = getattr(patient, "id", None)
        for row in range(self._shown.rowCount()):
            index = self._shown.index(row, 0)
            if index.data(PATIENT).id == wanted:
                return index
        return QModelIndex()

    def _follow_lesion(self, lesion_id: str | None) -> None:
        chosen = QModelIndex()
        for row in range(self._lesions.rowCount()):
            course = self._lesions.index(row, 0).data(LESION)
            if course is not None and course.lesion.id == lesion_id:
                chosen = self._lesions.index(row, 0)
        model = self.lesion_list.selectionModel()
        model.blockSignals(True)
        self.lesion_list.setCurrentIndex(chosen)
        model.blockSignals(False)
        if chosen.isValid():
            self.lesion_list.scrollTo(chosen)
        self.lesion_list.viewport().update()
        self.body.show_lesion(lesion_id)


class _List(QListView):
    """A list whose row is chosen by pressing it or by the arrows, never by Tab reaching it."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        had_row, chosen = self.currentIndex().isValid(), self.selectionModel()
        was_blocked = chosen.blockSignals(True)
        super().focusInEvent(event)
        if not had_row:
            chosen.clearCurrentIndex()
        chosen.blockSignals(was_blocked)


def _list(name: str, parent: QWidget) -> QListView:
    made = _List(parent)
    made.setAccessibleName(name)
    made.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
    made.setMouseTracking(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    return made


class SearchField(QLineEdit):
    """A line to search with: a lens at its left, its key at its right while it is empty."""

    def __init__(self, placeholder: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setTextMargins(22, 0, 0, 0)
        self.setFixedHeight(32)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(9, (self.height() - 16) / 2, 16, 16)
        paint_icon(painter, place, "magnifying-glass", tokens.text2)
        if not self.text() and self._key:
            width = key_width(self._key)
            place = QRectF(self.width() - width - 8, (self.height() - 16) / 2, width, 16)
            paint_key(painter, place, self._key, ink=tokens.text2, line=tokens.line)
