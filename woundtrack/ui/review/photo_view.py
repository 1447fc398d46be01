"""A photograph with its outlines, card and words drawn on it; zoomed and moved.

Hides how photograph and view are brought together, and what is written in view coordinates. It
knows neither lesions nor the library: whoever owns it says what to draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QToolTip, QWidget

from woundtrack.imaging import RulerLine, ruler_of
from woundtrack.model import Calibration, Doubt
from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.components.outline_kind import KIND_LOOKS
from woundtrack.ui.review.doubt_marks import DoubtMark, marks_of
from woundtrack.ui.review.outline_items import (
    NET_MM,
    DrawnOutline,
    LimbItem,
    OutlineItem,
    RulerItem,
    TagItem,
)
from woundtrack.ui.review.photo_item import PhotoItem, Pixels
from woundtrack.ui.review.photo_labels import Labels
from woundtrack.ui.review.tissue_item import DrawnTissue, TissueItem

ZOOM_STEP: Final = 1.25
MOST_PX: Final = 16.0
"""A pixel of the photograph is never shown larger than this."""


class PhotoView(QGraphicsView):
    """One photograph to be looked at: the wheel zooms, dragging moves it.

    Signals
    -------
    view_changed()
        It was zoomed or moved.
    """

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._photo = PhotoItem()
        self._scene.addItem(self._photo)
        self._outlines: list[OutlineItem] = []
        self._tissue: list[TissueItem] = []
        self._tags: list[TagItem] = []
        self._limb: LimbItem | None = None
        self._ruler: tuple[RulerItem, RulerLine] | None = None
        self._marks: list[DoubtMark] = []
        self._px_per_mm: float | None = None
        self._hints: tuple[str, ...] = ()
        self._notice: tuple[str, str, str] | None = None
        self._busy = ""
        self._corner = ""
        self._colours = self._colours_detail = ""
        self._foot = QRectF()
        self._head_deg: float | None = None
        self._is_fitted = True
        self._is_bare = False
        self._is_edge_only = False
        self._shows_card = True
        self._fill = 0.0
        self._panned_from: QPoint | None = None

        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is written in view coordinates would be dragged along by a partial update.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAcceptDrops(False)  # photographs are dropped on the window, wherever
        self.setMinimumSize(QSize(160, 120))
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)

    # --- what is shown ---------------------------------------------------------------------------

    def show_photograph(self, width_px: int, height_px: int) -> None:
        """Make room for a photograph of this size; fitted, with nothing drawn yet."""
        self._end_pan()
        self._photo.set_size(width_px, height_px)
        # Half a photograph all round: every corner can be brought to the middle.
        self._scene.setSceneRect(-width_px / 2, -height_px / 2, 2 * width_px, 2 * height_px)
        self._notice = None
        self._busy = ""
        self._colours = self._colours_detail = ""
        self._head_deg = None
        self.fit()

    def clear(self) -> None:
        """Show nothing."""
        self.set_outlines(())
        self.set_tissue(())
        self.set_doubts(())
        self.set_calibration(None)
        self.show_photograph(0, 0)

    def set_draft(self, image: QImage) -> None:
        """Paint a small copy until the photograph itself is there."""
        if not self._photo.is_sharp:
            self._photo.set_draft(image)

    def set_levels(self, levels: tuple[Pixels, ...]) -> None:
        """Paint the photograph itself: the levels of ``photo_item.pyramid``."""
        self._photo.set_levels(levels)

    @property
    def is_sharp(self) -> bool:
        """Whether the photograph itself is painted, not a small copy of it."""
        return self._photo.is_sharp

    def set_outlines(self, drawn: Sequence[DrawnOutline]) -> None:
        """Draw these outlines in place of those before."""
        for item in self._outlines:
            self._scene.removeItem(item)
        self._outlines = [OutlineItem(one) for one in drawn]
        for item in self._outlines:
            item.set_fill(self._fill)
            item.set_fine(is_fine=self._is_edge_only)
            item.setVisible(not self._is_bare)
            self._scene.addItem(item)
        self._keep_wounds_clear()

    def set_tissue(self, drawn: Sequence[DrawnTissue]) -> None:
        """Draw these tissue maps under the outlines, in place of those before."""
        for item in self._tissue:
            self._scene.removeItem(item)
        self._tissue = [TissueItem(one) for one in drawn]
        for item in self._tissue:
            item.setVisible(not (self._is_bare or self._is_edge_only))
            self._scene.addItem(item)

    @property
    def tissue(self) -> tuple[DrawnTissue, ...]:
        """The tissue maps that are drawn."""
        return tuple(item.drawn for item in self._tissue)

    def _keep_wounds_clear(self) -> None:
        """Keep the limb's net and the marks of doubts off the wounds."""
        if self._limb is None and not self._marks:
            return
        wounds = QPainterPath()
        for item in self._outlines:
            wounds = wounds.united(item.shape())
        for mark in self._marks:
            mark.keep_clear(wounds)
        if self._limb is not None:
            self._limb.keep_clear(wounds)

    def set_doubts(self, doubts: Sequence[Doubt]) -> None:
        """Mark the places of these doubts in place of those before."""
        chosen = {doubt for mark in self._marks if mark.is_chosen for doubt in mark.doubts}
        for mark in self._marks:
            self._scene.removeItem(mark)
        self._marks = marks_of(doubts)
        for mark in self._marks:
            mark.choose(is_chosen=bool(chosen & set(mark.doubts)))
            mark.setVisible(self._shows_marks(mark))
            self._scene.addItem(mark)
        self._keep_wounds_clear()
        self.viewport().update()

    def point_at(self, doubt: Doubt | None) -> None:
        """Let the place of a doubt stand out; None for none."""
        for mark in self._marks:
            mark.choose(is_chosen=doubt in mark.doubts)
            mark.setVisible(self._shows_marks(mark))
        self.viewport().update()

    @property
    def marks(self) -> tuple[DoubtMark, ...]:
        """The places that are marked as doubtful."""
        return tuple(self._marks)

    def _shows_marks(self, mark: DoubtMark) -> bool:
        """Say whether a mark is drawn: one whose sentence is pointed at is, with the card too."""
        return self._draws_card or (mark.is_chosen and not self._is_bare)

    @property
    def _draws_card(self) -> bool:
        return self._shows_card and not (self._is_bare or self._is_edge_only)

    @property
    def ruler(self) -> RulerLine | None:
        """The ruler that is drawn, where it gives the scale."""
        return None if self._ruler is None else self._ruler[1]

    @property
    def outlines(self) -> tuple[DrawnOutline, ...]:
        """What is drawn."""
        return tuple(item.drawn for item in self._outlines)

    def set_calibration(self, calibration: Calibration | None) -> None:
        """Draw a calibration's tags, limb, ruler and scale bar; None for none of them."""
        for item in self._tags:
            self._scene.removeItem(item)
        self._tags = []
        if self._limb is not None:
            self._scene.removeItem(self._limb)
        self._limb = None
        if self._ruler is not None:
            self._scene.removeItem(self._ruler[0])
        self._ruler = None
        self._px_per_mm = None
        if calibration is None:
            return
        if calibration.limb is not None:
            self._limb = LimbItem(calibration.limb, self._photo.boundingRect())
            self._limb.setVisible(self._draws_card)
            self._scene.addItem(self._limb)
            self._keep_wounds_clear()
        self._px_per_mm = 1 / calibration.mm_per_px
        line = ruler_of(calibration)
        if line is not None:
            self._ruler = RulerItem(line.start_px, line.end_px), line
            self._ruler[0].setVisible(self._draws_card)
            self._scene.addItem(self._ruler[0])
        is_bent = any(doubt.code == "card_bent" for doubt in calibration.doubts)
        tags = [tag for card in calibration.cards for tag in card.tags]
        worst = max((tag.residual_mm for tag in tags), default=0.0)
        for tag in tags:
            is_good = not (is_bent and tag.residual_mm > 0.5 * worst)
            item = TagItem(tag, is_good=is_good)
            item.setVisible(self._draws_card)
            self._tags.append(item)
            self._scene.addItem(item)

    def show_card(self, *, is_shown: bool) -> None:
        """Show or hide what is drawn on the card."""
        self._shows_card = is_shown
        self._apply_bare()

    def hide_overlays(self, *, is_hidden: bool) -> None:
        """Hide everything that is drawn on the photograph, or show it again."""
        self._is_bare = is_hidden
        self._apply_bare()

    def show_edges_only(self, *, is_shown: bool) -> None:
        """Draw outlines as fine lines, and neither labels nor the card; or all of it again."""
        self._is_edge_only = is_shown
        for item in self._outlines:
            item.set_fine(is_fine=is_shown)
        self._apply_bare()

    @property
    def is_edge_only(self) -> bool:
        """Whether outlines are drawn as fine lines, and nothing beside them."""
        return self._is_edge_only

    @property
    def is_bare(self) -> bool:
        """Whether everything drawn on the photograph is hidden."""
        return self._is_bare

    @property
    def hints(self) -> tuple[str, ...]:
        """What is written at the top of what the mouse does."""
        return self._hints

    def set_hints(self, hints: Sequence[str]) -> None:
        """Write at the top what the mouse does."""
        self._hints = tuple(hints)
        self.viewport().update()

    def set_corner(self, text: str) -> None:
        """Write a label at the top left, where there is no hint."""
        self._corner = text
        self.viewport().update()

    def say_colours(self, text: str, detail: str = "") -> None:
        """Write at the bottom left whose colours these are; empty where they are the camera's.

        ``detail`` is said where the pointer rests on it.
        """
        self._colours, self._colours_detail = text, detail
        self.viewport().update()

    def show_head(self, head_deg: float | None) -> None:
        """Draw an arrow towards the patient's head, clockwise from the top; None for none."""
        self._head_deg = head_deg
        self.viewport().update()

    @property
    def head_deg(self) -> float | None:
        """Where the arrow points; None where none is drawn."""
        return self._head_deg

    @property
    def colours(self) -> str:
        """Whose colours these are said to be; empty for the camera's."""
        return self._colours

    @property
    def foot(self) -> str:
        """What stands at the bottom left: whose colours these are, and how large the net is."""
        net = ""
        if self._limb is not None and self._limb.isVisible():
            size = words.kept_whole(f"{NET_MM:.0f}{words.THIN}mm")
            net = self.tr("Net on the limb: squares of {size}").format(size=size)
        return " · ".join(said for said in (self._colours, net) if said)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            is_there = self._foot.contains(QPointF(event.pos())) and bool(self._colours_detail)
            if is_there:
                QToolTip.showText(event.globalPos(), self._colours_detail, self.viewport())
                return True
        return bool(super().viewportEvent(event))

    def say(self, text: str, *, is_refused: bool = False) -> None:
        """Write a sentence on the photograph until the next press; empty text takes it away."""
        colour = "#FF9489" if is_refused else theme.PHOTO_CARD_DOUBT
        icon = "warning-octagon" if is_refused else "warning"
        self._notice = (text, icon, colour) if text else None
        self.viewport().update()

    @property
    def notice(self) -> str:
        """The sentence written on the photograph."""
        return self._notice[0] if self._notice else ""

    def set_busy(self, text: str) -> None:
        """Say what is being worked out; empty text when it is done."""
        self._busy = text
        self._show_cursor()
        self.viewport().update()

    @property
    def busy(self) -> str:
        """What is said to be worked out."""
        return self._busy

    @property
    def fill(self) -> float:
        """How strongly the inside of the outlines is tinted, 0 to 1."""
        return self._fill

    def set_fill(self, opacity: float) -> None:
        """Tint the inside of the outlines, 0 (the edge alone) to 1."""
        self._fill = opacity
        for item in self._outlines:
            item.set_fill(opacity)
        self.viewport().update()

    # --- zoom and place --------------------------------------------------------------------------

    @property
    def scale_now(self) -> float:
        """View pixels for one pixel of the photograph."""
        return self.transform().m11()

    def fit(self) -> None:
        """Show the whole photograph."""
        whole = self._photo.boundingRect()
        self._is_fitted = True
        if whole.isEmpty():
            return
        scale = self._fitting_scale()
        self.setTransform(QTransform.fromScale(scale, scale))
        self.centerOn(whole.center())
        self.view_changed.emit()

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        """Zoom; what is at ``at`` in the view, its middle unless said, stays where it is."""
        if self._photo.boundingRect().isEmpty():
            return
        least = min(self._fitting_scale() * 0.5, 1.0)
        scale = min(max(self.scale_now * factor, least), MOST_PX)
        at = at if at is not None else self.viewport().rect().center()
        self.set_scale(scale, self.mapToScene(at), at)

    def set_scale(self, scale: float, point: QPointF, at: QPoint | None = None) -> None:
        """Show at a scale, with a point of the photograph at a place in the view."""
        at = at if at is not None else self.viewport().rect().center()
        self._is_fitted = False
        self.setTransform(QTransform.fromScale(scale, scale))
        there = self.mapFromScene(point)
        self._move_by(there - at)

    def _fitting_scale(self) -> float:
        whole = self._photo.boundingRect()
        view = self.viewport().rect()
        return min(view.width() / whole.width(), view.height() / whole.height())

    def _move_by(self, by: QPoint) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + by.x())
        down.setValue(down.value() + by.y())
        self.view_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        centre = self.mapToScene(
            QRectF(0, 0, event.oldSize().width(), event.oldSize().height()).center().toPoint()
        )
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()
        else:
            self.centerOn(centre)
            self.view_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if turn := turned(event):
            self.zoom_by(ZOOM_STEP**turn, event.position().toPoint())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            self._begin_pan(event.position().toPoint())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pan_to(event.position().toPoint())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._end_pan()
        event.accept()

    def _begin_pan(self, at: QPoint) -> None:
        self._panned_from = at
        self._show_cursor()

    def _pan_to(self, at: QPoint) -> None:
        if self._panned_from is None:
            return
        self._is_fitted = False
        self._move_by(self._panned_from - at)
        self._panned_from = at

    def _end_pan(self) -> None:
        self._panned_from = None
        self._show_cursor()

    def _show_cursor(self) -> None:
        self.viewport().setCursor(self._cursor_shape())

    def _cursor_shape(self) -> Qt.CursorShape:
        if self._panned_from is not None:
            return Qt.CursorShape.ClosedHandCursor
        return Qt.CursorShape.BusyCursor if self._busy else Qt.CursorShape.OpenHandCursor

    # --- painting --------------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.fillRect(rect, QColor(theme.current().photo_surround))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self._photo.boundingRect().isEmpty():
            return
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view = QRectF(self.viewport().rect())
        if not self._is_bare:
            self._label(painter, view)
        self._paint_pointer(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(theme.current().accent))
            painter.drawRect(view.adjusted(0, 0, -1, -1))
        painter.restore()

    def _paint_pointer(self, painter: QPainter) -> None:
        """Paint what goes with the pointer, in view coordinates: nothing, where one only looks."""

    def _label(self, painter: QPainter, view: QRectF) -> None:
        labels = Labels(painter, view)
        top = QRectF()
        if self._busy:
            top = labels.hint((self._busy,))
        elif self._corner:
            top = labels.hint((self._corner,))
        elif self._hints:
            top = labels.hint(self._hints)
        if self._notice is not None:
            labels.notice(*self._notice, top)
        self._foot = QRectF()
        if foot := self.foot:
            self._foot = labels.foot(foot, "palette" if self._colours else "ruler")
        if self._px_per_mm is not None:
            labels.scale_bar(self._px_per_mm * self.scale_now)
        if self._is_edge_only:
            return
        if self._head_deg is not None:
            labels.head(self._head_deg)
        if self._shows_card:
            for item in self._tags:
                corner = self.mapFromScene(QPointF(*item.tag.corners_px[0]))
                lowest = min(self.mapFromScene(QPointF(x, y)).y() for x, y in item.tag.corners_px)
                number = str(item.tag.id % 8 + 1)
                labels.tag(QPointF(corner.x(), lowest), number, is_good=item.is_good)
        ordered = sorted(
            self._outlines, key=lambda one: (not one.drawn.is_selected, one.drawn.is_aside)
        )
        places = [self.mapFromScene(one.shape().boundingRect()).boundingRect() for one in ordered]
        # A margin lies round everything: only what is drawn now is kept clear of labels.
        labels.keep_clear(
            [
                QRectF(place)
                for one, place in zip(ordered, places, strict=True)
                if not one.drawn.is_aside
            ]
        )
        for outline, place in zip(ordered, places, strict=True):
            if view.intersects(QRectF(place)):
                labels.beside(
                    QRectF(place),
                    outline.drawn.label,
                    outline.drawn.words,
                    is_strong=not outline.drawn.is_aside,
                    ink=KIND_LOOKS[outline.drawn.kind].colour,
                )
        if self._ruler is not None and self._ruler[0].isVisible():
            drawn, line = self._ruler
            ends = QRectF(drawn.line.p1(), drawn.line.p2()).normalized()
            length = words.number(line.distance_mm, 1)
            said = self.tr("ruler, {length} mm").format(length=length)
            labels.beside(QRectF(self.mapFromScene(ends).boundingRect()), "", said, is_strong=False)
        for mark in self._marks:
            place = self.mapFromScene(mark.place).boundingRect()
            if mark.isVisible() and view.intersects(QRectF(place)):
                sign = ("warning", theme.PHOTO_CARD_DOUBT)
                named_at = QRectF(QPointF(self.mapFromScene(mark.named_at)), QSizeF(0, 0))
                labels.beside(named_at, "", mark.words, is_strong=False, sign=sign)

    def _apply_bare(self) -> None:
        for drawn in self._outlines:
            drawn.setVisible(not self._is_bare)
        for tissue in self._tissue:
            tissue.setVisible(not (self._is_bare or self._is_edge_only))
        ruler = None if self._ruler is None else self._ruler[0]
        for item in (*self._tags, *filter(None, [self._limb, ruler])):
            item.setVisible(self._draws_card)
        for mark in self._marks:
            mark.setVisible(self._shows_marks(mark))
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


def turned(event: QWheelEvent) -> float:
    """Return how many steps a wheel was turned; away from oneself is positive."""
    return (event.angleDelta().y() or event.pixelDelta().y()) / 120
