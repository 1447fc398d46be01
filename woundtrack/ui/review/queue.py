"""The photographs that wait, by patient and visit, and how many are left.

Hides how rows are grouped and painted, and that what a row says is read only when it is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QProgressBar,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, Label, Panel, paint_icon, words
from woundtrack.ui.components.rows import paint_row
from woundtrack.ui.doubtful import doubts_of

if TYPE_CHECKING:
    from woundtrack.model import Patient, Proposal, Visit, VisitPhotograph
    from woundtrack.records import Library
    from woundtrack.ui.action_table import ActionTable

WIDTH: Final = 224
ROW_HEIGHT: Final = 56
GROUP_HEIGHT: Final = 28
THUMB: Final = QSize(54, 40)
_LEAST_CODE: Final = 48  # px, for both ends of a code
_GROUP_GAP: Final = 8  # px at least between the title of a group and its count

_ROW: Final = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueRow:
    """A photograph that waits."""

    filed: VisitPhotograph
    visit: Visit
    patient: Patient
    proposal: Proposal


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupRow:
    """The head of one visit's photographs."""

    patient: Patient
    visit: Visit
    count: int
    has_year: bool = False

    @property
    def title(self) -> str:
        """Whose photographs these are, and of which day; its year where the list spans several."""
        on = self.visit.visited_on
        return f"{self.patient.code} · {words.day(on) if self.has_year else words.day_short(on)}"


def read_queue(library: Library) -> tuple[QueueRow, ...]:
    """Return the photographs that wait; a visit's stay together, in the order it came up.

    Within it they follow as they were taken: several are examined at once, and filed as they end.
    """
    proposals = library.proposals()
    filed = {one.photograph_id: library.photograph(one.photograph_id) for one in proposals}
    visits = {key: library.visit(key) for key in {one.visit_id for one in filed.values()}}
    patients = {
        key: library.patient(key) for key in {visit.patient_id for visit in visits.values()}
    }
    first_seen: dict[str, int] = {}
    for place, proposal in enumerate(proposals):
        first_seen.setdefault(filed[proposal.photograph_id].visit_id, place)

    def as_taken(proposal: Proposal) -> tuple[int, bool, float, str]:
        one = filed[proposal.photograph_id]
        at, name = one.photograph.taken_at, one.photograph.original_name
        return first_seen[one.visit_id], at is None, 0.0 if at is None else at.timestamp(), name

    ordered = sorted(proposals, key=as_taken)
    rows = []
    for proposal in ordered:
        photograph = filed[proposal.photograph_id]
        visit = visits[photograph.visit_id]
        rows.append(
            QueueRow(
                filed=photograph,
                visit=visit,
                patient=patients[visit.patient_id],
                proposal=proposal,
            )
        )
    return tuple(rows)


class QueueModel(QAbstractListModel):
    """Groups and photographs as rows.

    Parameters
    ----------
    lesions_of
        Says which lesions a row's photograph is suggested to show; asked once a row, when it is
        first seen.
    """

    def __init__(self, lesions_of: Callable[[QueueRow], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._lesions_of = lesions_of
        self._rows: list[GroupRow | QueueRow] = []
        self._said: dict[str, str] = {}
        self._thumbs: dict[str, QImage] = {}
        self._thumb_of: Callable[[str], QImage] | None = None

    def set_rows(self, rows: tuple[QueueRow, ...], thumb_of: Callable[[str], QImage]) -> None:
        """Show these photographs; ``thumb_of`` reads a small picture by its hash."""
        self.beginResetModel()
        self._thumb_of = thumb_of
        self._said = {}
        self._rows = []
        spans_years = len({row.visit.visited_on.year for row in rows}) > 1
        for _, group in groupby(rows, key=lambda row: row.visit.id):
            members = list(group)
            first = members[0]
            self._rows.append(
                GroupRow(
                    patient=first.patient,
                    visit=first.visit,
                    count=len(members),
                    has_year=spans_years,
                )
            )
            self._rows.extend(members)
        kept = {row.filed.photograph.sha256 for row in rows}
        self._thumbs = {key: image for key, image in self._thumbs.items() if key in kept}
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            if isinstance(row, GroupRow):
                return row.title
            return f"{self.title_of(row)}, {self.said_of(row)}"
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if isinstance(self._rows[index.row()], GroupRow):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def place_of(self, photograph_id: str) -> int | None:
        """Return the row of a photograph, or None."""
        return next(
            (
                place
                for place, row in enumerate(self._rows)
                if isinstance(row, QueueRow) and row.filed.id == photograph_id
            ),
            None,
        )

    def title_of(self, row: QueueRow) -> str:
        """Return the site of a photograph, or its file's name."""
        site = row.filed.site
        return row.filed.photograph.original_name if site is None else site.words.capitalize()

    def said_of(self, row: QueueRow) -> str:
        """Return what is known of a photograph: its lesions, or what is missing."""
        if row.filed.id not in self._said:
            if not row.proposal.outlines:
                said = self.tr("No outline yet")
            elif row.proposal.calibration is None:
                said = self.tr("No scale")
            else:
                said = self._lesions_of(row)
            self._said[row.filed.id] = said
        return self._said[row.filed.id]

    def ask_again(self, photograph_id: str) -> None:
        """Ask anew which lesions a photograph shows, when its row is seen next."""
        self._said.pop(photograph_id, None)

    def drop_thumb(self, sha256: str) -> None:
        """Read a small picture anew when its row is painted next."""
        self._thumbs.pop(sha256, None)

    def thumb_of(self, row: QueueRow) -> QImage:
        """Return a photograph's small picture, cut to the row's proportions."""
        sha256 = row.filed.photograph.sha256
        if sha256 not in self._thumbs:
            image = QImage() if self._thumb_of is None else self._thumb_of(sha256)
            if not image.isNull():
                image = image.scaled(
                    THUMB * 2,
                    Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                    Qt.TransformationMode.SmoothTransformation,
                )
            self._thumbs[sha256] = image
        return self._thumbs[sha256]


def sign_of(row: QueueRow) -> tuple[str, str] | None:
    """Return the icon and tone of what there is to doubt about a photograph."""
    proposal = row.proposal
    if proposal.calibration is None:
        return "warning-octagon", "refuse"
    if not proposal.outlines or doubts_of(proposal, row.filed):
        return "warning", "doubt"
    return None


def group_words(row: GroupRow, width: float) -> tuple[str, str]:
    """Return the title of a group and how many photographs it has, as ``width`` px have room.

    First the count is the bare number; then the middle of the code goes: its ends tell most.
    """
    metrics = QFontMetricsF(theme.font("label_strong"))
    beside = QFontMetricsF(theme.font("label"))
    in_words = QCoreApplication.translate("_Delegate", "1 photo")
    if row.count != 1:
        in_words = QCoreApplication.translate("_Delegate", "%n photos", "", row.count)
    title_width = metrics.horizontalAdvance(row.title)
    if title_width + _GROUP_GAP + beside.horizontalAdvance(in_words) <= width:
        return row.title, in_words
    number = words.number(row.count, 0)
    room = width - _GROUP_GAP - beside.horizontalAdvance(number)
    code = row.patient.code
    day = row.title.removeprefix(code)
    beside_day = room - metrics.horizontalAdvance(day)
    if beside_day < _LEAST_CODE:
        return metrics.elidedText(row.title, Qt.TextElideMode.ElideMiddle, room), number
    return f"{metrics.elidedText(code, Qt.TextElideMode.ElideMiddle, beside_day)}{day}", number


class _Delegate(QStyledItemDelegate):
    """Paints groups and photographs."""

    def __init__(self, model: QueueModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.data(Qt.ItemDataRole.UserRole)
        return QSize(WIDTH, GROUP_HEIGHT if isinstance(row, GroupRow) else ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, GroupRow):
            self._paint_group(painter, QRectF(option.rect), row)
        elif isinstance(row, QueueRow):
            paint_row(painter, option)
            self._paint_photo(painter, QRectF(option.rect), row)
        painter.restore()

    def _paint_group(self, painter: QPainter, area: QRectF, row: GroupRow) -> None:
        tokens = theme.current()
        painter.fillRect(area, QColor(tokens.inset))
        for y in (area.top(), area.bottom() - 1):
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), QColor(tokens.line))
        inside = area.adjusted(13, 0, -12, 0)
        title, count = group_words(row, inside.width())
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font("label_strong"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(QColor(tokens.text2))
        painter.setFont(theme.font("label"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)

    def _paint_photo(self, painter: QPainter, area: QRectF, row: QueueRow) -> None:
        tokens = theme.current()
        picture = QRectF(area.left() + 13, area.top() + 8, THUMB.width(), THUMB.height())
        paint_thumb(painter, picture, self._model.thumb_of(row))
        text = area.adjusted(13 + THUMB.width() + 10, 9, -34, -9)
        for font, ink, words_, place in (
            ("body_strong", tokens.text, self._model.title_of(row), 0.0),
            ("label", tokens.text2, self._model.said_of(row), 20.0),
        ):
            made = theme.font(font, 500 if font == "body_strong" else None)  # type: ignore[arg-type]
            painter.setFont(made)
            painter.setPen(QColor(ink))
            line = QRectF(text.left(), text.top() + place, text.width(), 18)
            shown = painter.fontMetrics().elidedText(
                words_, Qt.TextElideMode.ElideRight, int(line.width())
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
        sign = sign_of(row)
        if sign is not None:
            place_ = QRectF(area.right() - 28, area.center().y() - 8, 16, 16)
            paint_icon(painter, place_, sign[0], getattr(tokens, sign[1]))


def paint_thumb(painter: QPainter, place: QRectF, image: QImage) -> None:
    """Paint a small picture filling a place with rounded corners; an icon where there is none."""
    tokens = theme.current()
    path = QPainterPath()
    path.addRoundedRect(place, 3, 3)
    painter.save()
    painter.setClipPath(path)
    painter.fillRect(place, QColor(tokens.photo_surround))
    if image.isNull():
        side = min(place.width(), place.height()) / 2
        middle = QRectF(place.center().x() - side / 2, place.center().y() - side / 2, side, side)
        paint_icon(painter, middle, "image", "#98A2AC")
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scale = max(place.width() / image.width(), place.height() / image.height())
        width, height = place.width() / scale, place.height() / scale
        source = QRectF((image.width() - width) / 2, (image.height() - height) / 2, width, height)
        painter.drawImage(place, image, source)
    painter.restore()


class _List(QListView):
    """The list; Enter goes on to the photograph."""

    entered_row = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered_row.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class ReviewQueue(Panel):
    """The list with its head: how many are left of those there were.

    Signals
    -------
    chosen(str)
        A person chose the photograph of this id.
    left_for_photo()
        A person wants to go on to the photograph itself.
    """

    chosen = Signal(str)
    left_for_photo = Signal()

    def __init__(
        self,
        lesions_of: Callable[[QueueRow], str],
        table: ActionTable,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("panel_left", parent)
        self.setFixedWidth(WIDTH)
        self._model = QueueModel(lesions_of, self)
        self._rows: tuple[QueueRow, ...] = ()
        self._next_of: dict[str, tuple[str, ...]] = {}
        self._count = Label("", "label", "2")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Reviewed"))
        self.list = _List()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(self._model, self.list))
        self.list.setAccessibleName(self.tr("Photographs to review"))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(False)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.list.selectionModel().currentChanged.connect(self._tell)
        self.list.clicked.connect(self.left_for_photo)
        self.list.entered_row.connect(self.left_for_photo)

        head = Panel("bar")
        head_layout = QVBoxLayout(head)
        head_layout.setContentsMargins(13, 9, 12, 10)
        head_layout.setSpacing(8)
        line = QHBoxLayout()
        line.addWidget(Label(self.tr("To review"), "section"))
        line.addStretch(1)
        line.addWidget(self._count)
        head_layout.addLayout(line)
        head_layout.addWidget(self._bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.list, 1)
        foot = Panel("foot")
        self.to_import = KeyButton.of(table["room.import"], text=self.tr("Import"))
        foot_layout = QVBoxLayout(foot)
        foot_layout.setContentsMargins(12, 8, 12, 8)
        foot_layout.addWidget(self.to_import)
        layout.addWidget(foot)

    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """The photographs that wait, in the order shown."""
        return self._rows

    @property
    def count_text(self) -> str:
        """What is said of how many are left."""
        return self._count.text()

    @property
    def done_fraction(self) -> float:
        """How much of the bar is filled, 0 to 1."""
        return self._bar.value() / self._bar.maximum()

    def show_rows(
        self,
        rows: tuple[QueueRow, ...],
        reviewed: int,
        thumb_of: Callable[[str], QImage],
        *,
        has_any: bool = True,
    ) -> None:
        """Show these photographs, and that ``reviewed`` more are done already.

        ``has_any`` is whether there has ever been one: where not, nothing is done.
        """
        waiting = {row.filed.id for row in rows}
        before = self._rows
        for place, gone in enumerate(before):
            if gone.filed.id not in waiting:
                # The same patient's first: nobody is taken to another with one half done.
                following = sorted(
                    (*before[place + 1 :], *before[:place]),
                    key=lambda row, gone=gone: row.patient.id != gone.patient.id,  # type: ignore[misc]
                )
                self._next_of[gone.filed.id] = tuple(row.filed.id for row in following)
        self._rows = rows
        # Setting the rows again is no choice of a person.
        self.list.selectionModel().blockSignals(True)
        self._model.set_rows(rows, thumb_of)
        self.list.selectionModel().blockSignals(False)
        total = len(rows) + reviewed
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(reviewed if total or not has_any else 1)
        if rows:
            self._count.setText(
                self.tr("{left} of {total} left").format(left=len(rows), total=total)
            )
        else:
            self._count.setText(self.tr("None left") if has_any else self.tr("None yet"))

    def show_copy(self, sha256: str) -> None:
        """Show a small picture that was made anew."""
        self._model.drop_thumb(sha256)
        self.list.viewport().update()

    def show_current(self, photograph_id: str | None) -> None:
        """Mark a photograph as the one in view; none for one that doesn't wait."""
        place = None if photograph_id is None else self._model.place_of(photograph_id)
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        if place is None:
            selection.clear()
        else:
            index = self._model.index(place)
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            if place and isinstance(self._model.index(place - 1).data(_ROW), GroupRow):
                self.list.scrollTo(self._model.index(place - 1))  # whose it is, and of which day
            self.list.scrollTo(index)
        selection.blockSignals(False)
        self.list.viewport().update()

    def say_again(self, photograph_id: str) -> None:
        """Say anew which lesions a photograph shows: they were drawn, joined or named otherwise."""
        place = self._model.place_of(photograph_id)
        if place is not None:
            self._model.ask_again(photograph_id)
            self.list.update(self._model.index(place))

    def neighbour(self, photograph_id: str | None, step: int) -> str | None:
        """Return the photograph before or after one; the first for one that doesn't wait."""
        ids = [row.filed.id for row in self._rows]
        if not ids:
            return None
        if photograph_id not in ids:
            return ids[0] if step > 0 else ids[-1]
        return ids[(ids.index(photograph_id) + step) % len(ids)]

    def following(self, photograph_id: str) -> str | None:
        """Return the photograph to go on to after one that waits or did; None where none waits."""
        waiting = [row.filed.id for row in self._rows]
        if photograph_id in waiting:
            place = waiting.index(photograph_id)
            rest = waiting[place + 1 :] + waiting[:place]
        else:
            rest = [one for one in self._next_of.get(photograph_id, ()) if one in waiting]
            rest += waiting
        return rest[0] if rest else None

    def was_here(self, photograph_id: str) -> bool:
        """Whether a photograph waited, and was decided upon since this list is shown."""
        return photograph_id in self._next_of

    def _tell(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(row, QueueRow):
            self.chosen.emit(row.filed.id)
