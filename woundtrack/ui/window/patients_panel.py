"""The patients beside a room: search, the list with what waits, the lesions of the one in view.

Hides the models and the painting of the rows; choosing a row changes the session's patient.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QShowEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui import change, theme
from woundtrack.ui.components import KeyButton, Label, Panel, rule, words
from woundtrack.ui.components.buttons import key_width, paint_key, shown_key
from woundtrack.ui.components.chips import badge_width, chip_width, paint_badge, paint_lesion_chip
from woundtrack.ui.components.icons import paint_icon
from woundtrack.ui.components.rows import paint_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from woundtrack.model import LesionTimeline
    from woundtrack.records import PatientSummary
    from woundtrack.ui.session import Session

WIDTH: Final = 240
_PATIENT: Final = Qt.ItemDataRole.UserRole + 1
_SECOND: Final = Qt.ItemDataRole.UserRole + 2
_WAITING: Final = Qt.ItemDataRole.UserRole + 3
_LESION: Final = Qt.ItemDataRole.UserRole + 1
_ROW: Final = 44
_LESION_ROW: Final = 30
_GROUP_ROW: Final = 24


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
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.addWidget(self.search)

        self._model = QStandardItemModel(self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self._model)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = _list(self.tr("List of patients"), self)
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(2 * _ROW)
        self.list.setItemDelegate(_PatientRow(self.list))
        self.list.setModel(self._shown)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.empty = Label("", "label", "2", wraps=True)
        self.empty.setContentsMargins(16, 8, 16, 8)

        self._lesions = QStandardItemModel(self)
        self.lesion_list = _list(self.tr("Lesions of this patient"), self)
        self.lesion_list.setItemDelegate(_LesionRow(self.lesion_list))
        self.lesion_list.setModel(self._lesions)
        self.lesion_list.selectionModel().currentChanged.connect(self._choose_lesion)
        self._lesion_head = QWidget()
        head = QHBoxLayout(self._lesion_head)
        head.setContentsMargins(13, 8, 32, 4)
        head.addWidget(Label(self.tr("Lesion"), "caption", "2"), 1)
        head.addWidget(Label(self.tr("cm²"), "caption", "2"))
        self._rule = rule()

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.empty)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._rule)
        layout.addWidget(self._lesion_head)
        layout.addWidget(self.lesion_list)
        self.to_import = KeyButton.of(session.actions["room.import"], text=self.tr("Import"))
        foot = Panel("foot")
        in_foot = QVBoxLayout(foot)
        in_foot.setContentsMargins(12, 8, 12, 8)
        in_foot.addWidget(self.to_import)
        layout.addWidget(foot)
        session.library_opened.connect(self._mark_stale)
        session.library_closed.connect(self._mark_stale)
        session.library_changed.connect(self._mark_stale)
        session.patient_changed.connect(self._follow_patient)
        session.lesion_changed.connect(self._follow_lesion)
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

    # --- filling ---------------------------------------------------------------------------------

    def _mark_stale(self, _kinds: object = None) -> None:
        self._is_stale = True
        if self.isVisible():
            self._fill()

    def _fill(self) -> None:
        """Read the list again; whose row is current, and how far it is scrolled, stay."""
        before, scrolled = self.list.currentIndex().data(_PATIENT), self.list.verticalScrollBar()
        place = scrolled.value()
        # A row that goes hands "current" on to the next one: no choice of a person.
        with self._filling():
            self._fill_rows()
        self._say_if_empty()
        self._follow_patient(self._session.patient)
        if before is not None and before == self.list.currentIndex().data(_PATIENT):
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
            item.setData(summary.patient, _PATIENT)
            item.setData(self._second_line(summary), _SECOND)
            item.setData(summary.waiting_count, _WAITING)
            item.setData(self._spoken(summary), Qt.ItemDataRole.AccessibleTextRole)
            self._model.appendRow(item)

    def _say_if_empty(self) -> None:
        text = ""
        if not self._model.rowCount():
            text = self.tr("No patients yet. They come with the photographs you import.")
        elif not self._shown.rowCount():
            text = self.tr("No patient's code has these letters.")
        self.empty.setText(text)
        self.empty.setVisible(bool(text))

    def _second_line(self, summary: PatientSummary) -> str:
        on = summary.last_visited_on
        day = "" if on is None else words.day(on)
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

    def _fill_lesion_rows(self) -> None:
        library, patient = self._session.library, self._session.patient
        courses: tuple[LesionTimeline, ...] = ()
        if library is not None and patient is not None:
            from woundtrack.workflow import timeline_of  # loads imaging, after the window is up

            timeline = timeline_of(library, patient)
            for group in timeline.groups:
                if not group.lesions:
                    continue
                head = QStandardItem(self._group_words(group.group.value))
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                self._lesions.appendRow(head)
                for course in group.lesions:
                    self._lesions.appendRow(self._lesion_item(course))
            courses = timeline.lesions
        self._lesion_head.setVisible(bool(courses))
        self._rule.setVisible(bool(courses))
        self.lesion_list.setVisible(bool(courses))
        heights = sum(
            self.lesion_list.sizeHintForRow(row) for row in range(self._lesions.rowCount())
        )
        self.lesion_list.setFixedHeight(min(heights + 8, 300))

    def _lesion_item(self, course: LesionTimeline) -> QStandardItem:
        item = QStandardItem(course.lesion.label)
        item.setEditable(False)
        item.setData(course, _LESION)
        name = f"{course.lesion.label}, {course.lesion.site.words}, {change.spoken(course)}"
        item.setData(name, Qt.ItemDataRole.AccessibleTextRole)
        item.setToolTip(f"{course.lesion.site.words.capitalize()}: {change.spoken(course)}")
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
            self._session.set_patient(current.data(_PATIENT))

    def _choose_lesion(self, current: QModelIndex, _before: QModelIndex) -> None:
        course = current.data(_LESION) if current.isValid() else None
        if course is not None and not self._is_filling:
            self._session.set_lesion(course.lesion.id)

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
        if row.isValid():
            self.list.scrollTo(row)
        if with_lesions:
            self._fill_lesions()

    def _row_of(self, patient: object) -> QModelIndex:
        wanted = getattr(patient, "id", None)
        for row in range(self._shown.rowCount()):
            index = self._shown.index(row, 0)
            if index.data(_PATIENT).id == wanted:
                return index
        return QModelIndex()

    def _follow_lesion(self, lesion_id: str | None) -> None:
        chosen = QModelIndex()
        for row in range(self._lesions.rowCount()):
            course = self._lesions.index(row, 0).data(_LESION)
            if course is not None and course.lesion.id == lesion_id:
                chosen = self._lesions.index(row, 0)
        model = self.lesion_list.selectionModel()
        model.blockSignals(True)
        self.lesion_list.setCurrentIndex(chosen)
        model.blockSignals(False)
        self.lesion_list.viewport().update()


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


class _PatientRow(QStyledItemDelegate):
    """Code, what is known in a line, and how many photographs wait."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(WIDTH - 1, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens = theme.current()
        area = QRectF(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        paint_row(painter, option)
        painter.save()
        right: float = area.right() - 12
        if waiting := index.data(_WAITING):
            text = str(waiting)
            badge = badge_width(text)
            place = QRectF(right - badge, area.center().y() - 10, badge, 20)
            paint_badge(painter, place, text)
            right -= badge + 8
        made = theme.font("body", 600 if is_chosen else 500)
        painter.setFont(made)
        painter.setPen(QColor(tokens.text))
        width = right - area.left() - 13
        line = QRectF(area.left() + 13, area.top() + 6, width, 18)
        fitted = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, round(width)
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, fitted)
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(tokens.text2))
        line = QRectF(area.left() + 13, area.top() + 23, width, 16)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, str(index.data(_SECOND)))
        painter.restore()


class _LesionRow(QStyledItemDelegate):
    """Chip, site, area and the sign of its change; or the name of a site's group."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        height = _GROUP_ROW if index.data(_LESION) is None else _LESION_ROW
        return QSize(WIDTH - 1, height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens = theme.current()
        area = QRectF(option.rect)
        course: LesionTimeline | None = index.data(_LESION)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if course is None:
            painter.setFont(theme.font("caption", 600))
            painter.setPen(QColor(tokens.text2))
            line = area.adjusted(13, 0, -13, 0)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
            painter.restore()
            return
        paint_row(painter, option)
        chip = chip_width(course.lesion.label)
        place = QRectF(area.left() + 13, area.center().y() - 9, chip, 18)
        paint_lesion_chip(painter, place, course.lesion.label, course.lesion.number)
        sign = QRectF(area.right() - 26, area.center().y() - 7, 14, 14)
        paint_sign(painter, sign, change.of(course))
        shown = change.shown_area(course)
        painter.setFont(theme.font("body_strong"))
        painter.setPen(QColor(tokens.text))
        right = area.right() - 34
        taken = painter.fontMetrics().horizontalAdvance(shown)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(
            QRectF(right - taken - 2, area.top(), taken + 2, area.height()), align, shown
        )
        painter.setFont(theme.font("label", 400))
        left = area.left() + 13 + chip + 8
        room = right - taken - 8 - left
        site = course.lesion.site.words.capitalize()
        fitted = painter.fontMetrics().elidedText(site, Qt.TextElideMode.ElideRight, round(room))
        painter.drawText(
            QRectF(left, area.top(), room, area.height()), Qt.AlignmentFlag.AlignVCenter, fitted
        )
        painter.restore()


def paint_sign(painter: QPainter, rect: QRectF, what: change.Change) -> None:
    """Paint the sign of a change: filled ▼ smaller, hollow ▲ larger, = within error, ?, ✓."""
    tokens = theme.current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, across, tall = rect.center(), rect.width() * 0.86, rect.height() * 0.7
    left, right = middle.x() - across / 2, middle.x() + across / 2
    top, bottom = middle.y() - tall / 2, middle.y() + tall / 2
    painter.setPen(QColor(tokens.accent))
    if what is change.Change.SMALLER:
        painter.setBrush(QColor(tokens.accent))
        painter.drawPolygon(_polygon((left, top), (right, top), (middle.x(), bottom)))
    elif what is change.Change.LARGER:
        pen = painter.pen()
        pen.setWidthF(1.5)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_polygon((left, bottom), (right, bottom), (middle.x(), top)))
    elif what is change.Change.WITHIN_ERROR:
        for y in (middle.y() - 3.5, middle.y() + 1.5):
            painter.fillRect(QRectF(left, y, across, 2), QColor(tokens.text))
    elif what is change.Change.CLOSED:
        paint_icon(painter, rect, "check", tokens.text)
    elif what is change.Change.CANNOT_TELL:
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font("body_strong"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "?")
    painter.restore()


def _polygon(*corners: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in corners])
