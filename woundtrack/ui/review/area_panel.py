"""The area as a number that never stands alone: unit, interval, and what it is compared with.

Hides the painting: one widget for a measured, a closed, an unmeasured and a missing lesion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from woundtrack.model import Limb, Measurement, OutlineKind, TimelinePoint, WoundState
from woundtrack.ui import change, theme
from woundtrack.ui.change import Change
from woundtrack.ui.components import words
from woundtrack.ui.components.outline_kind import kind_word

_PADDING: Final = 16
_VALUE_HEIGHT: Final = 66
_BARS_HEIGHT: Final = 64
_CHANGE_HEIGHT: Final = 46
_SIZES_HEIGHT: Final = 70
_ALONG_HEIGHT: Final = 26


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One measurement on the small scale: what it is called, and its area with interval, cm²."""

    name: str
    area_cm2: float
    low_cm2: float
    high_cm2: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What became of the lesion since a day: the sign, the words, and the figures where told."""

    what: Change
    strong: str
    rest: str
    second: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """One length below the area, in words; ``spread`` is half of its 95 % interval."""

    name: str
    size: str
    spread: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaView:
    """What the panel shows, all in words but the bars.

    ``value`` is a number with ``unit``, or a state in words without one. ``along`` is the size
    along the body and across it, where somebody said where the head is.
    """

    value: str
    unit: str = ""
    interval: str = ""
    note: str = ""
    now: Bar | None = None
    last: Bar | None = None
    comparison: Comparison | None = None
    sizes: tuple[Size, ...] = ()
    along: Size | None = None

    @property
    def spoken(self) -> str:
        """The whole in one phrase, for those who listen."""
        unit = QCoreApplication.translate("AreaPanel", "square centimetres") if self.unit else ""
        parts = [f"{self.value} {unit}".strip(), self.interval]
        if self.comparison is not None:
            parts.append(f"{self.comparison.strong} {self.comparison.rest}".strip())
            parts.append(self.comparison.second)
        sizes = (*self.sizes, *((self.along,) if self.along is not None else ()))
        parts += [f"{one.name} {one.size} {one.spread}".strip() for one in sizes]
        return ", ".join(part for part in parts if part)


def view_of(
    measurement: Measurement | None,
    point: TimelinePoint,
    last: TimelinePoint | None,
    *,
    is_widened: bool,
    now_name: str,
    limb: Limb | None = None,
    part_count: int = 1,
) -> AreaView:
    """Return what to show of a lesion.

    Parameters
    ----------
    measurement
        Its size now; None where there is no scale or it is closed.
    point, last
        The same as a point on its curve, and the one of the visit before.
    is_widened
        Whether a doubt about the scale has made the interval wider.
    now_name
        What this visit is called: "Today", or its day.
    limb
        The limb that it was unrolled from, if any.
    part_count
        In how many open parts it is; the measurement is of all of them.
    """
    before = _bar(last, words.day_short(last.on)) if last is not None else None
    compared = _comparison(last, point)
    if point.state is WoundState.CLOSED:
        return AreaView(
            value=QCoreApplication.translate("AreaPanel", "Closed"),
            note=QCoreApplication.translate("AreaPanel", "fully covered with new skin"),
            last=before,
            comparison=compared,
        )
    if measurement is None:
        return AreaView(
            value=QCoreApplication.translate("AreaPanel", "No area"),
            note=QCoreApplication.translate("AreaPanel", "there is no scale"),
            last=before,
            comparison=compared,
        )
    note = QCoreApplication.translate("AreaPanel", "95 % interval").replace(" %", f"{words.THIN}%")
    if is_widened:
        note = QCoreApplication.translate("AreaPanel", "{interval}, widened").format(interval=note)
    if part_count > 1:
        said = QCoreApplication.translate("AreaPanel", "{n} parts").format(n=part_count)
        note = f"{said} · {note}"
    sizes = [
        Size(
            name=QCoreApplication.translate("AreaPanel", "Length"),
            size=words.length(measurement.length_cm),
            spread=_spread(measurement.length_mm, measurement.length_interval_mm),
        ),
        Size(
            name=QCoreApplication.translate("AreaPanel", "Width"),
            size=words.length(measurement.width_cm),
            spread=_spread(measurement.width_mm, measurement.width_interval_mm),
        ),
        Size(
            name=QCoreApplication.translate("AreaPanel", "Perimeter"),
            size=words.length(measurement.perimeter_cm),
            spread=_spread(measurement.perimeter_mm, measurement.perimeter_interval_mm),
        ),
    ]
    if limb is not None:
        reach = 1.96 * limb.radius_sd_mm
        sizes.append(
            Size(
                name=QCoreApplication.translate("AreaPanel", "Limb radius"),
                size=words.length(limb.radius_mm / 10),
                spread=_spread(limb.radius_mm, (limb.radius_mm - reach, limb.radius_mm + reach)),
            )
        )
    return AreaView(
        value=words.area(measurement.area_cm2),
        unit="cm²",
        interval=words.interval(measurement.area_low_cm2, measurement.area_high_cm2),
        note=note,
        now=_bar(point, now_name),
        last=before,
        comparison=compared,
        sizes=tuple(sizes),
        along=_along(measurement),
    )


def not_outlined(kind: OutlineKind, last: TimelinePoint | None) -> AreaView:
    """Return what to show of a kind that nobody has outlined here; ``last`` is when someone did."""
    before = _bar(last, words.day_short(last.on)) if last is not None else None
    return AreaView(
        value=QCoreApplication.translate("AreaPanel", "Not outlined"),
        note=QCoreApplication.translate("AreaPanel", "no {kind} here").format(kind=kind_word(kind)),
        last=before,
    )


def _along(measurement: Measurement) -> Size | None:
    """Return the size head to toe and side to side; None where nobody said where the head is."""
    along, across = measurement.head_to_toe_mm, measurement.side_to_side_mm
    if along is None or across is None:
        return None
    size = f"{words.number(along / 10, 1)}{words.THIN}×{words.THIN}{words.length(across / 10)}"
    return Size(
        name=QCoreApplication.translate("AreaPanel", "Head to toe × side to side"),
        size=words.kept_whole(size),
    )


def _spread(size_mm: float, interval_mm: tuple[float, float] | None) -> str:
    """Return half an interval as ``± 0.2``, its ends where it is lopsided, nothing if unknown."""
    if interval_mm is None:
        return ""
    low, high = interval_mm
    up, down = high - size_mm, size_mm - low
    if max(up, down) > 1.5 * min(up, down):
        ends = f"{words.number(low / 10, 1)}{words.DASH}{words.number(high / 10, 1)}"
        return words.kept_whole(ends)
    half = (interval_mm[1] - interval_mm[0]) / 20
    return words.kept_whole(f"±{words.THIN}{words.number(half, 1 if half >= 0.095 else 2)}")


def _bar(point: TimelinePoint, name: str) -> Bar | None:
    if point.area_mm2 is None or point.area_low_mm2 is None or point.area_high_mm2 is None:
        return None
    return Bar(
        name=name,
        area_cm2=point.area_mm2 / 100,
        low_cm2=point.area_low_mm2 / 100,
        high_cm2=point.area_high_mm2 / 100,
    )


def _comparison(last: TimelinePoint | None, now: TimelinePoint) -> Comparison:
    what = change.between(last, now)
    if last is None:
        second = (
            ""
            if what is Change.FIRST
            else QCoreApplication.translate("AreaPanel", "Not recorded before")
        )
        strong = QCoreApplication.translate("AreaPanel", "First measurement")
        if what is Change.CLOSED:
            strong = QCoreApplication.translate("AreaPanel", "Closed")
        elif now.area_mm2 is None:
            strong = QCoreApplication.translate("AreaPanel", "First seen here")
        return Comparison(what=what, strong=strong, rest="", second=second)
    since = QCoreApplication.translate("AreaPanel", "since {day}").format(
        day=words.day_short(last.on)
    )
    if what is Change.CLOSED:
        was = words.area(last.area_mm2 / 100, has_unit=True) if last.area_mm2 else ""
        second = (
            QCoreApplication.translate("AreaPanel", "Was {area}").format(area=was) if was else ""
        )
        return Comparison(
            what=what,
            strong=QCoreApplication.translate("AreaPanel", "Closed"),
            rest=since,
            second=second,
        )
    if last.state is WoundState.CLOSED:
        return Comparison(
            what=what,
            strong=QCoreApplication.translate("AreaPanel", "Open again"),
            rest=since,
            second=QCoreApplication.translate("AreaPanel", "It was recorded as closed then"),
        )
    figures = change.ratio(last, now)
    if figures is None:
        return Comparison(
            what=Change.CANNOT_TELL,
            strong=QCoreApplication.translate("AreaPanel", "Cannot tell"),
            rest=since,
            second=QCoreApplication.translate("AreaPanel", "One of the two has no scale"),
        )
    middle, low, high = figures
    ends = QCoreApplication.translate("AreaPanel", "({low} to {high})").format(
        low=words.percent(low, has_sign=True).removesuffix(f"{words.THIN}%"),
        high=words.percent(high, has_sign=True),
    )
    second = {
        Change.SMALLER: QCoreApplication.translate(
            "AreaPanel", "Smaller by more than measurement error"
        ),
        Change.LARGER: QCoreApplication.translate(
            "AreaPanel", "Larger by more than measurement error"
        ),
    }.get(what, QCoreApplication.translate("AreaPanel", "Within measurement error"))
    return Comparison(
        what=what,
        strong=words.percent(middle, has_sign=True),
        rest=f"{since} {ends}",
        second=second,
    )


class AreaPanel(QWidget):
    """Paints an ``AreaView``; as high as what there is to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = AreaView(value="")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def view(self) -> AreaView:
        """What is shown."""
        return self._view

    def show_view(self, view: AreaView) -> None:
        """Show something else."""
        self._view = view
        self.setAccessibleName(view.spoken)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        height = _VALUE_HEIGHT
        if self._view.now is not None or self._view.last is not None:
            height += _BARS_HEIGHT
        if self._view.comparison is not None:
            height += _CHANGE_HEIGHT
        if self._view.sizes:
            height += _SIZES_HEIGHT
        if self._view.along is not None:
            height += _ALONG_HEIGHT
        return QSize(280, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current()
        area = QRectF(self.rect()).adjusted(_PADDING, 0, -_PADDING, 0)
        y = self._paint_value(painter, area)
        bars = [bar for bar in (self._view.last, self._view.now) if bar is not None]
        if bars:
            self._paint_bars(painter, QRectF(area.left(), y, area.width(), _BARS_HEIGHT), bars)
            y += _BARS_HEIGHT
        if self._view.comparison is not None:
            self._paint_change(painter, area, y, self._view.comparison)
            y += _CHANGE_HEIGHT
        if self._view.sizes:
            self._paint_sizes(painter, area, y)
            y += _SIZES_HEIGHT
        if self._view.along is not None:
            one, baseline = self._view.along, y + 10
            _write(
                painter,
                QPointF(area.left(), baseline),
                one.name,
                theme.font("caption"),
                tokens.text2,
            )
            strong = theme.font("body_strong")
            _write_right(painter, area.right(), baseline, one.size, strong, tokens.text)

    def _paint_value(self, painter: QPainter, area: QRectF) -> float:
        tokens, view = theme.current(), self._view
        value_font = theme.font("area") if view.unit else theme.font("title")
        baseline = 46.0
        _write(painter, QPointF(area.left(), baseline), view.value, value_font, tokens.text)
        if view.unit:
            x = area.left() + QFontMetricsF(value_font).horizontalAdvance(view.value) + 8
            _write(
                painter, QPointF(x, baseline), view.unit, theme.font("section", 500), tokens.text
            )
        strong, small = theme.font("body_strong"), theme.font("caption")
        if view.interval:
            _write_right(painter, area.right(), 35, view.interval, strong, tokens.text)
            _write_right(painter, area.right(), 53, view.note, small, tokens.text2)
        elif view.note:
            _write_right(painter, area.right(), baseline, view.note, small, tokens.text2)
        return _VALUE_HEIGHT

    def _paint_bars(self, painter: QPainter, area: QRectF, bars: list[Bar]) -> None:
        tokens = theme.current()
        low, high, step = _axis([bar.low_cm2 for bar in bars], [bar.high_cm2 for bar in bars])
        plot = area.adjusted(10, 2, -14, -22)

        def x_of(value: float) -> float:
            return plot.left() + (value - low) / (high - low) * plot.width()

        painter.setFont(theme.font("caption"))
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        for number in range(round((high - low) / step) + 1):
            tick = low + number * step
            x = round(x_of(tick)) + 0.5
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(QColor(tokens.text2))
            painter.drawText(
                QRectF(x - 30, plot.bottom() + 3, 60, 14),
                Qt.AlignmentFlag.AlignCenter,
                words.number(tick, decimals),
            )
        for place, bar in enumerate(bars):
            is_now = bar is self._view.now
            y = plot.top() + 9 + 18 * place if len(bars) > 1 else plot.center().y()
            colour = QColor(tokens.accent if is_now else tokens.text2)
            soft = QColor(colour)
            soft.setAlphaF(0.3)
            left, right = x_of(bar.low_cm2), x_of(bar.high_cm2)
            painter.fillRect(QRectF(left, y - 3, max(right - left, 1), 6), soft)
            painter.setPen(QPen(colour, 2))
            for x in (left, right):
                painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
            painter.setBrush(colour if is_now else QColor(tokens.surface))
            painter.setPen(QPen(colour, 1.5))
            painter.drawEllipse(QPointF(x_of(bar.area_cm2), y), 4, 4)
            self._name_bar(painter, area, bar, QRectF(left, y - 8, right - left, 16))

    def _name_bar(self, painter: QPainter, area: QRectF, bar: Bar, place: QRectF) -> None:
        tokens = theme.current()
        font = theme.font("caption", 600 if bar is self._view.now else 400)
        wide = QFontMetricsF(font).horizontalAdvance(bar.name)
        x = place.right() + 8
        if x + wide > area.right():
            x = place.left() - 8 - wide
        painter.setFont(font)
        painter.setPen(QColor(tokens.text if bar is self._view.now else tokens.text2))
        named = QRectF(x, place.top(), wide + 2, place.height())
        # Tick lines would run through the name.
        painter.fillRect(named.adjusted(-2, 1, 0, -1), QColor(tokens.surface))
        painter.drawText(named, Qt.AlignmentFlag.AlignVCenter, bar.name)

    def _paint_change(
        self, painter: QPainter, area: QRectF, top: float, comparison: Comparison
    ) -> None:
        tokens = theme.current()
        paint_sign(painter, QRectF(area.left(), top + 4, 12, 12), comparison.what)
        x = area.left() + 22
        strong = theme.font("body_strong")
        _write(painter, QPointF(x, top + 15), comparison.strong, strong, tokens.text)
        x += QFontMetricsF(strong).horizontalAdvance(comparison.strong) + 5
        for role in ("body", "label", "caption"):
            rest = theme.font(role)
            if x + QFontMetricsF(rest).horizontalAdvance(comparison.rest) <= self.width() - 4:
                break
        _write(painter, QPointF(x, top + 15), comparison.rest, rest, tokens.text2)
        second = QPointF(area.left() + 22, top + 32)
        _write(painter, second, comparison.second, theme.font("label"), tokens.text2)

    def _paint_sizes(self, painter: QPainter, area: QRectF, top: float) -> None:
        tokens = theme.current()
        painter.fillRect(QRectF(0, top, self.width(), 1), QColor(tokens.line))
        column = area.width() / max(3, len(self._view.sizes))
        for place, one in enumerate(self._view.sizes):
            x = area.left() + place * column
            _write(painter, QPointF(x, top + 22), one.name, theme.font("caption"), tokens.text2)
            _write(painter, QPointF(x, top + 40), one.size, theme.font("body_strong"), tokens.text)
            _write(painter, QPointF(x, top + 56), one.spread, theme.font("caption"), tokens.text2)


def paint_sign(painter: QPainter, rect: QRectF, what: Change) -> None:
    """Paint the sign of a change: filled ▼ smaller, hollow ▲ larger, = within error, ? not told."""
    tokens = theme.current()
    painter.save()
    painter.setPen(QPen(QColor(tokens.accent), 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    left, right, top, bottom = rect.left(), rect.right(), rect.top() + 2, rect.bottom() - 1
    if what is Change.SMALLER:
        painter.setBrush(QColor(tokens.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(
            QPolygonF([QPointF(left, top), QPointF(right, top), QPointF(rect.center().x(), bottom)])
        )
    elif what is Change.LARGER:
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(left + 1, bottom),
                    QPointF(right - 1, bottom),
                    QPointF(rect.center().x(), top),
                ]
            )
        )
    elif what is Change.WITHIN_ERROR:
        painter.setPen(QPen(QColor(tokens.text2), 2))
        for y in (rect.center().y() - 2.5, rect.center().y() + 2.5):
            painter.drawLine(QPointF(left, y), QPointF(right, y))
    elif what is Change.CLOSED:
        painter.setPen(QPen(QColor(tokens.text2), 2))
        middle = QPointF(left + 4, bottom - 1)
        painter.drawPolyline(QPolygonF([QPointF(left, rect.center().y()), middle]))
        painter.drawLine(middle, QPointF(right, top))
    else:
        painter.setFont(theme.font("body_strong"))
        painter.setPen(QColor(tokens.text2))
        text = "?" if what is Change.CANNOT_TELL else "•"
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _axis(lows: list[float], highs: list[float]) -> tuple[float, float, float]:
    """Return the ends and the step of a scale with round ticks that holds all intervals."""
    low, high = min(lows), max(highs)
    span = max(high - low, 0.02 * high, 1e-3) * 1.3
    raw = span / 4
    power: float = 10.0 ** math.floor(math.log10(raw))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= raw)
    first = math.floor((low - 0.1 * span) / step) * step
    last = math.ceil((high + 0.1 * span) / step) * step
    return max(0.0, first), last, step


def _write(painter: QPainter, baseline: QPointF, text: str, font: QFont, ink: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(baseline, text)


def _write_right(
    painter: QPainter, right: float, baseline: float, text: str, font: QFont, ink: str
) -> None:
    width = QFontMetricsF(font).horizontalAdvance(text)
    _write(painter, QPointF(right - width, baseline), text, font, ink)
