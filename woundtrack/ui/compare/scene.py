"""What is seen of the visits compared, painted anywhere: on the canvas, into a picture, a film.

Hides the ways of laying them beside and upon each other, all at one scale, and the words on them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from woundtrack import imaging
from woundtrack.ui import theme
from woundtrack.ui.components import paint_icon, words
from woundtrack.ui.components.outline_kind import KIND_LOOKS

if TYPE_CHECKING:
    from woundtrack.imaging import Laid
    from woundtrack.model import Point
    from woundtrack.ui.compare.pictures import FlatPhoto
    from woundtrack.ui.compare.visits import ComparedVisit

Role = Literal["left", "right", "between"]
INK: Final = "#FFFFFF"
QUIET: Final = "#C9D0D6"
LEFT_DASH: Final = (7.0, 5.0)
GAP: Final = 2.0
_EDGE: Final = 12.0
_LENGTHS_MM: Final = (1, 2, 5, 10, 20, 50, 100, 200)
_BAR_PX: Final = 130.0
_HANDLE: Final = QSize(44, 30)
_LEAST_LABEL: Final = 40.0
_SMALL: Final = 300.0
_NARROW: Final = 340.0
_SIZES_HIGH: Final = 44.0


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
    if scene.mode is Mode.SLIDER and len(panes) == 2:
        _paint_slider(painter, area, scene, rendered)
    elif scene.mode is Mode.GHOST and len(panes) == 2:
        _paint_ghost(painter, area, scene, rendered)
    else:
        for one, pane in panes:
            _paint_pane(painter, pane, one, scene, rendered)
    shown = [one for one, _ in panes]
    if any(one.picture is not None for one in shown):
        is_upon = scene.mode in {Mode.SLIDER, Mode.GHOST}
        has_sizes = not is_upon and any(one.area for one in shown)
        # In a narrow pane it stands above what is said of the areas.
        large = scene.type_scale
        is_narrow = has_sizes and panes[-1][1].width() < _NARROW * large
        place = area.adjusted(0, 0, 0, -_SIZES_HIGH * large) if is_narrow else area
        with _enlarged(painter, place, large) as within:
            px_per_mm = scene.view.px_per_mm / large
            _paint_scale_bar(painter, within, px_per_mm, len(shown), is_right=has_sizes)
    painter.restore()


def _paint_pane(
    painter: QPainter, pane: QRectF, one: Shown, scene: Scene, rendered: Rendered
) -> None:
    painter.save()
    painter.setClipRect(pane, Qt.ClipOperation.IntersectClip)
    painter.drawImage(pane.topLeft(), rendered(one, pane, scene.view))
    if scene.has_outlines:
        _paint_outlines(painter, pane, one, scene.view, is_alone=True)
    paint_marks(painter, pane, one, scene.view)
    if one.message:
        _paint_message(painter, pane, one.message, scene.type_scale)
    with _enlarged(painter, pane, scene.type_scale) as within:
        _paint_title(painter, within, one)
        _paint_sizes(painter, within, one)
    painter.restore()


def _paint_slider(painter: QPainter, area: QRectF, scene: Scene, rendered: Rendered) -> None:
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
            _paint_message(painter, half, one.message, scene.type_scale)
        painter.restore()
    if scene.has_outlines:
        for one in scene.pair:
            _paint_outlines(painter, area, one, scene.view)
    painter.setPen(QPen(QColor(theme.PHOTO_CASING), 4))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    painter.setPen(QPen(QColor(INK), 2))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    _paint_handle(painter, handle_of(area, scene.divider), has_focus=scene.has_divider_focus)
    with _enlarged(painter, area, scene.type_scale) as within:
        _paint_title(painter, within, left, has_sizes=True)
        _paint_title(painter, within, right, is_right=True, has_sizes=True)


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


def _paint_ghost(painter: QPainter, area: QRectF, scene: Scene, rendered: Rendered) -> None:
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
            _paint_message(painter, place, one.message, scene.type_scale)
    with _enlarged(painter, area, scene.type_scale) as within:
        _paint_title(painter, within, left, has_sizes=True)
        _paint_title(painter, within, right, is_right=True, has_sizes=True)


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
        _ground(painter, label, 3)
        painter.setPen(QColor(colour))
        painter.setFont(theme.font("label_strong"))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.restore()


# --- words ---------------------------------------------------------------------------------------


@contextmanager
def _enlarged(painter: QPainter, area: QRectF, large: float) -> Iterator[QRectF]:
    """Paint a rectangle's words so many times as large; yields the rectangle as they see it."""
    painter.save()
    painter.translate(area.topLeft())
    painter.scale(large, large)
    yield QRectF(0, 0, area.width() / large, area.height() / large)
    painter.restore()


def _ground(painter: QPainter, rect: QRectF, radius: float = 4.0) -> None:
    colour = QColor(theme.PHOTO_CASING)
    colour.setAlphaF(0.88)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, radius, radius)


def _paint_title(
    painter: QPainter,
    area: QRectF,
    one: Shown,
    *,
    is_right: bool = False,
    has_sizes: bool = False,
) -> None:
    """Paint a visit's day and what is said of it at the top, with a sample of its line."""
    _paint_label(
        painter,
        area,
        [one.title, one.note, *([one.area, one.change] if has_sizes else [])],
        sample=one.role if one.role != "between" else None,
        is_right=is_right,
    )


def _paint_sizes(painter: QPainter, area: QRectF, one: Shown) -> None:
    """Paint a visit's area and its change at the foot."""
    if one.area or one.change:
        _paint_label(painter, area, ["", one.area, one.change], is_at_foot=True)


def _paint_label(
    painter: QPainter,
    area: QRectF,
    lines: Sequence[str],
    *,
    sample: Role | None = None,
    is_right: bool = False,
    is_at_foot: bool = False,
) -> None:
    """Paint a title, or none, and lines below it on a dark ground in a corner."""
    is_small = min(area.width(), area.height()) < _SMALL
    title_font = theme.font("body_strong" if is_small else "large_strong")
    note_font = theme.font("caption" if is_small else "label")
    edge, pad = (6.0, 8.0) if is_small else (_EDGE, 12.0)
    title, *notes = lines
    notes = [line for line in notes if line]
    titles, small = QFontMetricsF(title_font), QFontMetricsF(note_font)
    inset = 34.0 if sample is not None else 0.0
    wide = max(
        [titles.horizontalAdvance(title) + inset]
        + [small.horizontalAdvance(line) for line in notes]
    )
    width = min(wide + 2 * pad + 1, area.width() - 2 * edge)
    if width < _LEAST_LABEL:
        return
    head, line_height = (22.0 if title else 0.0), 15.0 if is_small else 17.0
    height = head + line_height * len(notes) + 8
    rect = QRectF(area.left() + edge, area.top() + edge, width, height)
    if is_right:
        rect.moveRight(area.right() - edge)
    if is_at_foot:
        rect.moveBottom(area.bottom() - edge)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _ground(painter, rect)
    x, room = rect.left() + pad, width - 2 * pad + 1
    if sample is not None:
        is_left = sample == "left"
        pen = QPen(QColor(INK if is_left else theme.PHOTO_EDITED), 2.5)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if is_left:
            pen.setDashPattern([3.0, 1.6])
        painter.setPen(pen)
        y = rect.top() + 4 + head / 2
        painter.drawLine(QPointF(x, y), QPointF(x + 26, y))
    painter.setPen(QColor(INK))
    painter.setFont(title_font)
    painter.drawText(
        QRectF(x + inset, rect.top() + 4, room - inset, head),
        Qt.AlignmentFlag.AlignVCenter,
        titles.elidedText(title, Qt.TextElideMode.ElideRight, room - inset),
    )
    painter.setFont(note_font)
    painter.setPen(QColor(QUIET if title else INK))
    for place, line in enumerate(notes):
        painter.drawText(
            QRectF(x, rect.top() + 4 + head + line_height * place, room, line_height),
            Qt.AlignmentFlag.AlignVCenter,
            small.elidedText(line, Qt.TextElideMode.ElideRight, room),
        )
    painter.restore()


def _paint_message(painter: QPainter, area: QRectF, text: str, large: float) -> None:
    with _enlarged(painter, area, large) as within:
        painter.setFont(theme.font("body"))
        painter.setPen(QColor(INK))
        room = within.adjusted(24, 60, -24, -60)
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(room, flags, text)


def _paint_scale_bar(
    painter: QPainter, area: QRectF, px_per_mm: float, count: int, *, is_right: bool
) -> None:
    """Paint a bar of a round length that holds for all that is seen."""
    length = next(
        (one for one in reversed(_LENGTHS_MM) if one * px_per_mm <= _BAR_PX), _LENGTHS_MM[0]
    )
    bar = length * px_per_mm
    size = words.kept_whole(f"{length}{words.THIN}mm")
    if count < 2:
        text = size
    elif count == 2:
        text = QCoreApplication.translate("Compare", "{length}, both photos").format(length=size)
    else:
        text = QCoreApplication.translate("Compare", "{length}, all photos").format(length=size)
    font = theme.font("label")
    width = max(bar, QFontMetricsF(font).horizontalAdvance(text)) + 24
    rect = QRectF(area.left() + _EDGE, area.bottom() - _EDGE - 34, width, 34)
    if is_right:
        rect.moveRight(area.right() - _EDGE)
    painter.save()
    _ground(painter, rect)
    painter.setFont(font)
    painter.setPen(QColor(INK))
    painter.drawText(
        QRectF(rect.left() + 12, rect.top() + 3, width - 12, 18),
        Qt.AlignmentFlag.AlignVCenter,
        text,
    )
    y, left = rect.bottom() - 7.5, rect.left() + 12
    painter.setPen(QPen(QColor(INK), 1.5))
    painter.drawLine(QPointF(left, y), QPointF(left + bar, y))
    for x in (left, left + bar):
        painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
    painter.restore()
