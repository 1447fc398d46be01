"""What is seen of the visits compared, painted anywhere: on the canvas, into a picture, a film.

Hides the ways of laying them beside and upon each other, all at one scale, and the words on them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from woundtrack import imaging
from woundtrack.ui import theme
from woundtrack.ui.compare.labels import (
    INK,
    KeepOff,
    enlarged,
    ground,
    paint_label,
    paint_message,
    paint_scale_bar,
)
from woundtrack.ui.components import paint_icon
from woundtrack.ui.components.outline_kind import KIND_LOOKS

if TYPE_CHECKING:
    from woundtrack.imaging import Laid
    from woundtrack.model import Point
    from woundtrack.ui.compare.pictures import FlatPhoto
    from woundtrack.ui.compare.visits import ComparedVisit

Role = Literal["left", "right", "between"]
LEFT_DASH: Final = (7.0, 5.0)
GAP: Final = 2.0
_HANDLE: Final = QSize(44, 30)


class Mode(StrEnum):
    """How the visits are shown."""

    SIDE = "side"
    SLIDER = "slider"
    GHOST = "ghost"
    BLINK = "blink"
    LAPSE = "lapse"


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """Where one looks: the place of the common skin in the middle, mm, and the scale."""

    middle_mm: tuple[float, float] = (0.0, 0.0)
    px_per_mm: float = 5.0

    def to_view(self, area: QRectF) -> QTransform:
        """Return the map of the common skin, mm, to a rectangle whose middle it looks at."""
        made = QTransform()
        made.translate(area.center().x(), area.center().y())
        made.scale(self.px_per_mm, self.px_per_mm)
        made.translate(-self.middle_mm[0], -self.middle_mm[1])
        return made


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A landmark to be drawn, mm of the photograph's own skin."""

    number: int
    at_mm: Point
    is_proposed: bool = False
    is_chosen: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One visit as it is shown.

    ``laid`` and ``picture`` are None where it can't be shown, or not yet: then ``message`` says
    why, and whether that ``message_is_final``. ``title`` is its day, ``note`` what is said below
    it, ``area`` its area and interval, and ``change`` what became of it since the left one.
    """

    visit: ComparedVisit
    role: Role
    title: str
    note: str = ""
    area: str = ""
    change: str = ""
    laid: Laid | None = None
    picture: FlatPhoto | None = None
    message: str = ""
    message_is_final: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """All that is seen. ``shown`` is in the order of time, the left and the right among them.

    ``divider`` is where the slider stands, 0..1 of the width; ``ghost`` how much of the right one
    is seen over the left; ``at`` which visit the blink or the film shows. What is written is
    ``type_scale`` times as large as in the window, as for a projector.
    """

    mode: Mode
    shown: tuple[Shown, ...]
    view: View = field(default_factory=View)
    divider: float = 0.5
    ghost: float = 0.6
    at: int = 0
    has_outlines: bool = True
    has_divider_focus: bool = False
    type_scale: float = 1.0

    def one(self, role: Role) -> Shown | None:
        """Return the left or the right one."""
        return next((one for one in self.shown if one.role == role), None)

    @property
    def pair(self) -> tuple[Shown, ...]:
        """The left and the right one, the left first."""
        return tuple(one for role in ("left", "right") if (one := self.one(role)))

    def panes(self, area: QRectF) -> tuple[tuple[Shown, QRectF], ...]:
        """Return what is shown where."""
        if self.mode is Mode.SIDE:
            return tuple(zip(self.shown, grid(area, len(self.shown)), strict=True))
        if self.mode is Mode.LAPSE or self.mode is Mode.BLINK:
            row = self.shown if self.mode is Mode.LAPSE else self.pair
            return ((row[self.at % len(row)], area),) if row else ()
        return tuple((one, area) for one in self.pair)


Rendered = Callable[[Shown, QRectF, View], QImage]
"""Returns a visit's photograph as it fills a rectangle, without outlines; it may keep it."""


def grid(area: QRectF, count: int) -> tuple[QRectF, ...]:
    """Return panes of equal size, left to right and then down, as nearly square as they come."""
    if count < 1:
        return ()

    def side(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(area.width() / columns, area.height() / rows)

    def holes(columns: int) -> int:
        return -count % columns

    columns = max(range(1, count + 1), key=lambda columns: (side(columns), -holes(columns)))
    rows = math.ceil(count / columns)
    width = (area.width() - GAP * (columns - 1)) / columns
    height = (area.height() - GAP * (rows - 1)) / rows
    return tuple(
        QRectF(
            area.left() + (place % columns) * (width + GAP),
            area.top() + (place // columns) * (height + GAP),
            width,
            height,
        )
        for place in range(count)
    )


def skin_to_view(laid: Laid, view: View, area: QRectF) -> QTransform:
    """Return the map of a photograph's own skin, mm, to a rectangle."""
    made = view.to_view(area)
    made.translate(*laid.shift_mm)
    made.rotate(math.degrees(laid.turn_rad))
    return made


def render(one: Shown, area: QRectF, view: View, ratio: float = 1.0) -> QImage:
    """Return a visit's photograph as it fills a rectangle; ``ratio`` device pixels a pixel."""
    size = QSize(max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio)))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    if one.laid is None or one.picture is None:
        return image
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    inside = QRectF(0, 0, area.width(), area.height())
    painter.setTransform(skin_to_view(one.laid, view, inside))
    flat = one.picture
    level = flat.level_for(view.px_per_mm * ratio)
    painter.drawImage(
        QRectF(flat.left_mm, flat.top_mm, flat.width_mm, flat.height_mm),
        level,
        QRectF(level.rect()),
    )
    painter.end()
    return image


def paint_scene(painter: QPainter, area: QRectF, scene: Scene, rendered: Rendered) -> None:
    """Paint all of it into a rectangle."""
    painter.save()
    painter.setClipRect(area)
    painter.fillRect(area, QColor(theme.current().photo_surround))
    panes = scene.panes(area)
    keep_off = KeepOff()
    if scene.mode is Mode.SLIDER and len(panes) == 2:
        keep_off = _paint_slider(painter, area, scene, rendered)
    elif scene.mode is Mode.GHOST and len(panes) == 2:
        keep_off = _paint_ghost(painter, area, scene, rendered)
    else:
        for one, pane in panes:
            keep_off = _paint_pane(painter, pane, one, scene, rendered)
    shown = [one for one, _ in panes]
    if any(one.picture is not None for one in shown):
        is_upon = scene.mode in {Mode.SLIDER, Mode.GHOST}
        has_sizes = not is_upon and any(one.area for one in shown)
        large = scene.type_scale
        # Side by side it stands in the last photograph.
        with enlarged(painter, panes[-1][1], large) as within:
            px_per_mm = scene.view.px_per_mm / large
            paint_scale_bar(painter, within, px_per_mm, len(shown), keep_off, is_right=has_sizes)
    painter.restore()


def _paint_pane(
    painter: QPainter, pane: QRectF, one: Shown, scene: Scene, rendered: Rendered
) -> KeepOff:
    painter.save()
    painter.setClipRect(pane, Qt.ClipOperation.IntersectClip)
    painter.drawImage(pane.topLeft(), rendered(one, pane, scene.view))
    if scene.has_outlines:
        _paint_outlines(painter, pane, one, scene.view, is_alone=True)
    paint_marks(painter, pane, one, scene.view)
    if one.message:
        paint_message(painter, pane, one.message, scene.type_scale)
    keep_off = _keep_off(pane, (one,), scene)
    with enlarged(painter, pane, scene.type_scale) as within:
        _paint_title(painter, within, one, keep_off)
        _paint_sizes(painter, within, one, keep_off)
    painter.restore()
    return keep_off


def _keep_off(area: QRectF, shown: Sequence[Shown], scene: Scene) -> KeepOff:
    """Return the lesion's outlines as they lie in a rectangle, in the units of its words."""
    found = []
    to_words = QTransform.fromScale(1 / scene.type_scale, 1 / scene.type_scale)
    to_words.translate(-area.left(), -area.top())
    for one in shown:
        calibration = one.visit.calibration
        if one.laid is None or one.picture is None or calibration is None:
            continue
        transform = skin_to_view(one.laid, scene.view, area) * to_words
        for accepted in one.visit.outlines:
            if accepted is not one.visit.accepted:
                continue  # a margin round the wound may be written on: it leaves no room beside it
            for part in accepted.parts:
                outer, *_ = imaging.rings_on_skin(part, calibration)
                found.append(
                    QPolygonF([transform.map(QPointF(float(x), float(y))) for x, y in outer])
                )
    return KeepOff(outlines=tuple(found))


def _paint_slider(painter: QPainter, area: QRectF, scene: Scene, rendered: Rendered) -> KeepOff:
    left, right = scene.pair
    x = area.left() + area.width() * scene.divider
    halves = (
        (left, QRectF(area.left(), area.top(), x - area.left(), area.height())),
        (right, QRectF(x, area.top(), area.right() - x, area.height())),
    )
    for one, half in halves:
        painter.save()
        painter.setClipRect(half, Qt.ClipOperation.IntersectClip)
        painter.drawImage(area.topLeft(), rendered(one, area, scene.view))
        if one.message:
            paint_message(painter, half, one.message, scene.type_scale)
        painter.restore()
    if scene.has_outlines:
        for one in scene.pair:
            _paint_outlines(painter, area, one, scene.view)
    painter.setPen(QPen(QColor(theme.PHOTO_CASING), 4))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    painter.setPen(QPen(QColor(INK), 2))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    _paint_handle(painter, handle_of(area, scene.divider), has_focus=scene.has_divider_focus)
    keep_off = _keep_off(area, scene.pair, scene)
    with enlarged(painter, area, scene.type_scale) as within:
        _paint_title(painter, within, left, keep_off, has_sizes=True)
        _paint_title(painter, within, right, keep_off, is_right=True, has_sizes=True)
    return keep_off


def handle_of(area: QRectF, divider: float) -> QRectF:
    """Return where the slider's handle is."""
    x = area.left() + area.width() * divider
    y = area.bottom() - 52
    return QRectF(
        x - _HANDLE.width() / 2, y - _HANDLE.height() / 2, _HANDLE.width(), _HANDLE.height()
    )


def _paint_handle(painter: QPainter, place: QRectF, *, has_focus: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.PHOTO_CASING), 2 if has_focus else 1))
    painter.setBrush(QColor(INK))
    painter.drawRoundedRect(place, 4, 4)
    for icon, x in (("caret-left", place.center().x() - 16), ("caret-right", place.center().x())):
        paint_icon(painter, QRectF(x, place.center().y() - 8, 16, 16), icon, theme.PHOTO_CASING)
    painter.restore()


def _paint_ghost(painter: QPainter, area: QRectF, scene: Scene, rendered: Rendered) -> KeepOff:
    left, right = scene.pair
    painter.drawImage(area.topLeft(), rendered(left, area, scene.view))
    painter.setOpacity(scene.ghost)
    painter.drawImage(area.topLeft(), rendered(right, area, scene.view))
    painter.setOpacity(1.0)
    if scene.has_outlines:
        for one in scene.pair:
            _paint_outlines(painter, area, one, scene.view)
    half = area.width() / 2
    for one, x in ((left, area.left()), (right, area.left() + half)):
        if one.message:
            place = QRectF(x, area.top(), half, area.height())
            paint_message(painter, place, one.message, scene.type_scale)
    keep_off = _keep_off(area, scene.pair, scene)
    with enlarged(painter, area, scene.type_scale) as within:
        _paint_title(painter, within, left, keep_off, has_sizes=True)
        _paint_title(painter, within, right, keep_off, is_right=True, has_sizes=True)
    return keep_off


# --- outlines and landmarks ----------------------------------------------------------------------


def _paint_outlines(
    painter: QPainter, area: QRectF, one: Shown, view: View, *, is_alone: bool = False
) -> None:
    """Paint the outlines of a visit: the left's white and dashed, the right's blue."""
    calibration = one.visit.calibration
    if one.laid is None or one.picture is None or calibration is None:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    transform = skin_to_view(one.laid, view, area)
    for accepted in one.visit.outlines:
        is_main = accepted is one.visit.accepted
        if not is_main and not is_alone:
            continue  # upon each other the edges whose areas are compared are enough
        if not is_main:
            look = KIND_LOOKS[accepted.kind]
            pens = _pens(look.colour, 1.5, look.dashes)
        elif one.role == "left":
            pens = _pens(INK, 1.7, LEFT_DASH)
        else:
            pens = _pens(theme.PHOTO_EDITED, 2.5 if one.role == "right" else 1.7, None)
        for part in accepted.parts:
            outer, *islands = imaging.rings_on_skin(part, calibration)
            _stroke(painter, transform, [outer], pens)
            _stroke(painter, transform, islands, _pens(pens[1].color().name(), 1.7, (2.0, 4.0)))
    painter.restore()


def _pens(colour: str, width: float, dashes: tuple[float, float] | None) -> tuple[QPen, QPen]:
    """Return the pen of the dark casing and that of the line."""
    casing = QPen(QColor(theme.PHOTO_CASING), width + 2)
    line = QPen(QColor(colour), width)
    for pen in (casing, line):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes is not None:
        line.setDashPattern([dash / width for dash in dashes])
        line.setCapStyle(Qt.PenCapStyle.FlatCap)
    return casing, line


def _stroke(
    painter: QPainter, transform: QTransform, rings: Sequence[object], pens: tuple[QPen, QPen]
) -> None:
    path = QPainterPath()
    for ring in rings:
        points = [transform.map(QPointF(float(x), float(y))) for x, y in ring]  # type: ignore[attr-defined]
        if len(points) > 2:
            path.addPolygon(QPolygonF([*points, points[0]]))
    for pen in pens:
        painter.setPen(pen)
        painter.drawPath(path)


def paint_marks(painter: QPainter, area: QRectF, one: Shown, view: View) -> None:
    """Paint the landmarks of a visit: a ring round the place, with its number."""
    if one.laid is None or not one.marks:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    transform = skin_to_view(one.laid, view, area)
    for mark in one.marks:
        at = transform.map(QPointF(*mark.at_mm))
        colour = theme.PHOTO_HANDLE_HOT if mark.is_chosen or mark.is_proposed else INK
        for ink, width in ((theme.PHOTO_CASING, 4.0), (colour, 2.0)):
            pen = QPen(QColor(ink), width)
            if mark.is_proposed and ink == colour:
                pen.setDashPattern([2.0, 2.0])
            painter.setPen(pen)
            painter.drawEllipse(at, 9.0, 9.0)
            cross = QPen(QColor(ink), max(width - 1, 1.0))
            painter.setPen(cross)
            for way in (QPointF(1, 0), QPointF(0, 1)):
                painter.drawLine(QLineF(at - way * 4, at + way * 4))
        # What is proposed has its place in the row, too: which is whose is to be seen in both.
        text = f"{-mark.number}?" if mark.is_proposed else str(mark.number)
        label = QRectF(at.x() + 9, at.y() - 22, 26 if mark.is_proposed else 18, 18)
        ground(painter, label, 3)
        painter.setPen(QColor(colour))
        painter.setFont(theme.font("label_strong"))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.restore()


# --- words ---------------------------------------------------------------------------------------


def _paint_title(
    painter: QPainter,
    area: QRectF,
    one: Shown,
    keep_off: KeepOff,
    *,
    is_right: bool = False,
    has_sizes: bool = False,
) -> None:
    """Paint a visit's day and what is said of it at the top, with a sample of its line."""
    paint_label(
        painter,
        area,
        [one.title, one.note, *([one.area, one.change] if has_sizes else [])],
        keep_off,
        sample=one.role if one.role != "between" else None,
        is_right=is_right,
    )


def _paint_sizes(painter: QPainter, area: QRectF, one: Shown, keep_off: KeepOff) -> None:
    """Paint a visit's area and its change at the foot."""
    if one.area or one.change:
        paint_label(painter, area, ["", one.area, one.change], keep_off, is_at_foot=True)
