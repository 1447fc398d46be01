"""The body map: front and back of a figure whose regions and dots are chosen by mouse and keys.

Hides that it is a list of regions and lesions, which is what a screen reader meets; the drawing is
how that list is painted.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QSizePolicy, QToolTip, QWidget

from woundtrack.ui import change
from woundtrack.ui.body_map.drawing import drawing
from woundtrack.ui.body_map.painting import Look, paint_stage
from woundtrack.ui.body_map.sites import name_of, named, names, regions_of
from woundtrack.ui.body_map.stage import Stage, lay_out
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from woundtrack.model import BodySite, LesionTimeline

_REGION: Final = Qt.ItemDataRole.UserRole + 1
_LESION: Final = Qt.ItemDataRole.UserRole + 2
_DIRECTIONS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CHOOSING: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})
_ADDING: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier)
_PAGES: Final = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_BY_KEYBOARD: Final = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)


class BodyMap(QListView):
    """A figure with a dot per lesion; it shows what it is told and says what a person chose.

    Arrows move to the next region in their direction, Home and End to the first and last, Page Up
    and Page Down from lesion to lesion; Enter or Space chooses. The figure's left and right stay
    where they are in languages written from right to left.

    Signals
    -------
    region_chosen(str, bool)
        A region was chosen: its id in ``drawing()``, and whether Ctrl was held, to add it.
    lesion_chosen(str)
        A dot was chosen: the lesion's id.
    pointed_at(str)
        The mouse or the keys are at another region now: its name; nothing beside the figure.
    cleared()
        Esc was pressed while something is selected.
    """

    region_chosen = Signal(str, bool)
    lesion_chosen = Signal(str)
    pointed_at = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said: dict[str, str] = {}
        self._here: Mapping[str, Sequence[LesionTimeline]] = {}
        self._courses: tuple[LesionTimeline, ...] = ()
        self._selected: frozenset[str] = frozenset()
        self._lesion_id: str | None = None
        self._hovered: tuple[str, str] | None = None
        self._pressed: tuple[str, str] | None = None
        self._is_by_keyboard = False
        self._stage: Stage
        self._model = QStandardItemModel(self)
        for region in drawing().regions:
            self._model.appendRow(_item(region.id, _REGION))
        self.setModel(self._model)
        self.setAccessibleName(self.tr("Body map"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self._restage()
        self._say()

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def stage(self) -> Stage:
        """What is where on the widget now."""
        return self._stage

    @property
    def selected(self) -> frozenset[str]:
        """The ids of the regions that are selected."""
        return self._selected

    @property
    def current(self) -> str | None:
        """The id of the region or lesion that the keys are at."""
        index = self.currentIndex()
        return (index.data(_REGION) or index.data(_LESION)) if index.isValid() else None

    def show_lesions(self, courses: Sequence[LesionTimeline]) -> None:
        """Show a dot for each of these lesions."""
        self._courses = tuple(courses)
        current = self.current
        self._model.setRowCount(len(drawing().regions))
        for course in self._courses:
            self._model.appendRow(_item(course.lesion.id, _LESION))
        self._say()
        self._restage()
        self._go_to(current)

    def show_lesion(self, lesion_id: str | None) -> None:
        """Mark the dot of the lesion in view."""
        self._lesion_id = lesion_id
        self.viewport().update()

    def select(self, sites: Iterable[BodySite]) -> None:
        """Select the regions that these sites may lie in, and take the keys there; none: none."""
        self._selected = frozenset(region.id for site in sites for region in regions_of(site))
        chosen = QItemSelection()
        for region_id in self._selected:
            index = self._index_of(region_id)
            chosen.select(index, index)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if self._selected and self.current not in self._selected:
            self._go_to(
                next(region.id for region in drawing().regions if region.id in self._selected)
            )
        self.viewport().update()

    # --- layout ----------------------------------------------------------------------------------

    def _restage(self) -> None:
        self._stage = lay_out(QRectF(self.viewport().rect()), self._courses)
        self._hovered = self._pressed = None
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(240, 252)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 212)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restage()

    def updateGeometries(self) -> None:
        """Leave the scroll bars alone: the whole figure is always in view."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    # --- said to those who can't see it ----------------------------------------------------------

    def _say(self) -> None:
        """Give every row its words."""
        self._said.clear()
        self._here = _by_region(self._courses)
        called, by_id = names(), {course.lesion.id: course for course in self._courses}
        for row in range(self._model.rowCount()):
            item = self._model.item(row)
            region_id = item.data(_REGION)
            text = (
                self._lesion_words(by_id[item.data(_LESION)])
                if region_id is None
                else self._region_words(region_id, named(drawing().region(region_id), called))
            )
            if text != item.text():
                item.setText(text)
                item.setData(text, Qt.ItemDataRole.AccessibleTextRole)
        lesions = "; ".join(self._lesion_words(course) for course in self._courses)
        self.setAccessibleDescription(lesions or self.tr("No lesions."))

    def spoken(self, course: LesionTimeline) -> str:
        """Return what became of a lesion that is shown, in words; many regions tell of one."""
        key = course.lesion.id
        if key not in self._said:
            self._said[key] = change.spoken(course)
        return self._said[key]

    def _lesion_words(self, course: LesionTimeline) -> str:
        lesion = course.lesion
        return f"{lesion.label}, {lesion.site.words}, {self.spoken(course)}"

    def _region_words(self, region_id: str, name: str) -> str:
        here = self._here.get(region_id, ())
        if not here:
            return name
        count = words.counted(len(here), self.tr("1 lesion"), self.tr("{n} lesions"))
        said = "; ".join(f"{one.lesion.label} {self.spoken(one)}" for one in here)
        return f"{name}, {count}: {said}"

    def tip_at(self, place: QPointF) -> str:
        """Return what is said about a place under the mouse; nothing beside the figure."""
        if dot := self._stage.dot_at(place):
            lesion = dot.course.lesion
            site = lesion.site.words.capitalize()
            return f"{lesion.label} · {site}\n{self.spoken(dot.course)}"
        placed = self._stage.region_at(place)
        if placed is None:
            return ""
        lines = [name_of(placed.region)]
        lines += [
            f"{one.lesion.label}  {self.spoken(one)}"
            for one in self._here.get(placed.region.id, ())
        ]
        return "\n".join(lines)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tip_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), _plain(text), self.viewport())
            else:
                QToolTip.hideText()
            return True
        if event.type() is QEvent.Type.Leave:
            self._hover(None)
        return bool(super().viewportEvent(event))

    # --- mouse -----------------------------------------------------------------------------------

    def _hit(self, place: QPointF) -> tuple[str, str] | None:
        """Return what lies at a place: ``lesion`` or ``region``, and its id."""
        if dot := self._stage.dot_at(place):
            return "lesion", dot.course.lesion.id
        placed = self._stage.region_at(place)
        return None if placed is None else ("region", placed.region.id)

    def _hover(self, hit: tuple[str, str] | None) -> None:
        if hit != self._hovered:
            self._hovered = hit
            shape = Qt.CursorShape.ArrowCursor if hit is None else Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(shape)
            self.viewport().update()
            self._point_at(None if hit is None else hit[1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._hit(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_by_keyboard = False
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = self._hit(event.position())
            self.viewport().update()
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self._hit(event.position()):
            self._go_to(pressed[1])
            is_added = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._choose(*pressed, is_added=is_added)

    def _point_at(self, what: str | None) -> None:
        placed = None if what is None else self._stage.find(what)
        self.pointed_at.emit("" if placed is None else name_of(placed.region))

    def _choose(self, kind: str, what: str, *, is_added: bool) -> None:
        if kind == "lesion":
            self.lesion_chosen.emit(what)
        else:
            self.region_chosen.emit(what, is_added)

    # --- keys ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        # Esc takes the selection back before it means anything to the window.
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and Qt.Key(event.key()) is Qt.Key.Key_Escape
            and self._selected
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, stage = Qt.Key(event.key()), self._stage
        self._is_by_keyboard = True
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = not held
        if plain and key in _DIRECTIONS:
            target = stage.towards(self._standing(), *_DIRECTIONS[key])
            if target is not None:
                self._go_to(target.region.id)
        elif plain and key is Qt.Key.Key_Home:
            self._go_to(stage.first.region.id)
        elif plain and key is Qt.Key.Key_End:
            self._go_to(stage.in_order[-1].region.id)
        elif plain and key in _PAGES:
            self._step_lesion(_PAGES[key])
        elif held in _ADDING and key in _CHOOSING and self.currentIndex().isValid():
            index = self.currentIndex()
            region_id, lesion_id = index.data(_REGION), index.data(_LESION)
            kind = "lesion" if region_id is None else "region"
            self._choose(kind, region_id or lesion_id, is_added=not plain)
        elif plain and key is Qt.Key.Key_Escape and self._selected:
            self.cleared.emit()
        else:
            event.ignore()
            return
        event.accept()
        self._point_at(self.current)
        self.viewport().update()

    def _standing(self) -> str:
        """Return the region that the keys are at; that of a lesion is the one its dot lies on."""
        index = self.currentIndex()
        lesion_id = index.data(_LESION) if index.isValid() else None
        for dot in self._stage.dots:
            if dot.course.lesion.id == lesion_id:
                placed = self._stage.region_at(dot.centre) or self._stage.first
                return placed.region.id
        return self.current or self._stage.first.region.id

    def _step_lesion(self, step: int) -> None:
        ids = [dot.course.lesion.id for dot in self._stage.dots]
        if not ids:
            return
        current = self.current
        if current in ids:
            self._go_to(ids[(ids.index(current) + step) % len(ids)])
        else:
            self._go_to(ids[0 if step > 0 else -1])

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self.currentIndex().isValid():
            self._go_to(self._lesion_id)
        if not self.currentIndex().isValid():
            self._go_to(self._stage.first.region.id)
        self._is_by_keyboard = event.reason() in _BY_KEYBOARD
        super().focusInEvent(event)
        self.viewport().update()

    # --- Qt's list -------------------------------------------------------------------------------

    def _index_of(self, what: str | None) -> QModelIndex:
        for row in range(self._model.rowCount()):
            index = self._model.index(row, 0)
            if what is not None and what in {index.data(_REGION), index.data(_LESION)}:
                return index
        return QModelIndex()

    def _go_to(self, what: str | None) -> None:
        """Move the keys to a region or lesion; what is selected stays."""
        self.selectionModel().setCurrentIndex(
            self._index_of(what), QItemSelectionModel.SelectionFlag.NoUpdate
        )
        self.viewport().update()

    def indexAt(self, place: QPoint) -> QModelIndex:
        hit = self._hit(QPointF(place))
        return QModelIndex() if hit is None else self._index_of(hit[1])

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        if not index.isValid():
            return QRect()
        region_id, lesion_id = index.data(_REGION), index.data(_LESION)
        if region_id is not None:
            placed = self._stage.find(region_id)
            return QRect() if placed is None else placed.path.boundingRect().toAlignedRect()
        for dot in self._stage.dots:
            if dot.course.lesion.id == lesion_id:
                return dot.box.toAlignedRect()
        return QRect()

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Do nothing: the whole figure is always in view."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        has_ring = self.hasFocus() and self._is_by_keyboard
        look = Look(
            selected=self._selected,
            hovered=None if self._hovered is None else self._hovered[1],
            is_pressed=self._pressed is not None and self._pressed == self._hovered,
            focused=self.current if has_ring else None,
            lesion_id=self._lesion_id,
            front=self.tr("Front"),
            back=self.tr("Back"),
            left=self.tr("L", "the figure's left"),
            right=self.tr("R", "the figure's right"),
            no_side=self.tr("No side"),
        )
        paint_stage(painter, self._stage, look)
        painter.end()


def _by_region(courses: Sequence[LesionTimeline]) -> Mapping[str, Sequence[LesionTimeline]]:
    """Return the lesions that may lie in each region of the drawing."""
    found: dict[str, list[LesionTimeline]] = {}
    for course in courses:
        for region in regions_of(course.lesion.site):
            found.setdefault(region.id, []).append(course)
    return found


def _item(what: str, role: int) -> QStandardItem:
    made = QStandardItem()
    made.setEditable(False)
    made.setData(what, role)
    return made


def _plain(text: str) -> str:
    """Return a tooltip that shows a text as it is: names of lesions are anybody's words."""
    return "<qt>" + html.escape(text).replace("\n", "<br>").replace("  ", "&nbsp;&nbsp;") + "</qt>"
