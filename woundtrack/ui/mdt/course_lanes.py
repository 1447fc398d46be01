"""What stands under the curves on a projector: treatments, events and pain, as much as has room.

Hides in which row each stands, and where its words go. Sizes are units of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from woundtrack.model import PainContext
from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.mdt.projected import BODY, SMALL, fitted, text_width, wrapped, write
from woundtrack.ui.timeline.chart_says import chart_words

if TYPE_CHECKING:
    from woundtrack.healing.chart_record import Dose, Happening, Lanes, ValueLane
    from woundtrack.healing.chart_scales import DateScale

ROW: Final = 40.0
"""How high a row of a lane is."""
CLOSE_ROW: Final = 32.0
"""How high it is where there is much to show."""
PAIN_HEAD: Final = 24.0
"""So high is the line above the figures that says which pain they are of."""
_BAR_FREE: Final = 6.0
_APART: Final = 34.0
"""So far a word is from a sign that isn't its own."""
_CENTRE = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One dose in its row; ``text`` begins at ``text_x``, in the bar or beside it.

    ``more``, at ``more_x``, is the dose where the bar holds the name alone.
    """

    dose: Dose
    left: float
    right: float
    row: int
    text: str
    text_x: float
    more: str = ""
    more_x: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedEvent:
    """One event in its row; its words, if they have room, begin at ``text_x``."""

    what: Happening
    left: float
    right: float
    row: int
    text: str
    text_x: float


# --- treatments ----------------------------------------------------------------------------------


def _chains(lanes: Lanes, dates: DateScale) -> list[tuple[Dose, ...]]:
    """Return the treatments in view, each its doses one after the other."""
    found = []
    for chain in lanes.treatments:
        shown = tuple(
            dose
            for dose in chain
            if (dose.stop is None or dose.stop >= dates.first)
            and (dose.start is None or dose.start <= dates.last)
        )
        if shown:
            found.append(shown)
    return found


def bars_of(
    lanes: Lanes, dates: DateScale, width: float, most: int
) -> tuple[list[Bar], int, list[str]]:
    """Return the treatments' bars, in how many rows, and what those are that ``most`` don't hold.

    Those that go on come first, then those that ended last. ``width`` is that of the chart.
    """
    chains = _chains(lanes, dates)
    if not chains:
        return [], 0, []
    needed = max(bar.row for bar in _placed(chains, dates, width, len(chains))) + 1
    rows = min(needed, most)
    shown = _placed(chains, dates, width, rows)
    kept = {bar.dose.entry_id for bar in shown}
    hidden = [chain for chain in chains if chain[0].entry_id not in kept]
    return shown, rows, [_told(chain) for chain in hidden]


def named_lines(names: Sequence[str], width: float, most: int) -> tuple[list[str], int]:
    """Return treatments that aren't drawn in lines of text, and how many even those don't hold."""
    for count in range(len(names), 0, -1):
        text = QCoreApplication.translate("MDT", "Also: {names}.").format(
            names=", ".join(names[:count])
        )
        left = len(names) - count
        if left:
            more = words.counted(
                left,
                QCoreApplication.translate("MDT", "And 1 more."),
                QCoreApplication.translate("MDT", "And {n} more."),
            )
            text = f"{text} {more}"
        lines = wrapped(text, SMALL, width)
        if len(lines) <= most:
            return lines, left
    return [], len(names)


def _told(chain: Sequence[Dose]) -> str:
    """Return a treatment, its dose and its months: ``Cinacalcet 60 mg daily (since May)``."""
    first, last = chain[0], chain[-1]
    name = first.text.removesuffix(first.short).strip() or first.text
    if text_width(name, SMALL) > _MOST_NAME:
        name = fitted(name.partition(",")[0], SMALL, _MOST_NAME)
    name = f"{name[:1].upper()}{name[1:]}"
    # The dose is the point, here too: from the first to the last where it was changed.
    doses = [one.short for one in (first, last) if one.short and one.short != one.text]
    name = " ".join(part for part in (name, " → ".join(dict.fromkeys(doses))) if part)
    begun = "" if first.start is None else _month(first.start)
    if last.is_act:
        return f"{name} ({words.day_short(first.start)})" if first.start else name
    if last.stop is None:
        since = QCoreApplication.translate("MDT", "since {month}").format(month=begun)
        return f"{name} ({since})" if begun else name
    ended = _month(last.stop)
    until = QCoreApplication.translate("MDT", "until {month}").format(month=ended)
    span = until if not begun else begun if begun == ended else f"{begun}–{ended}"
    return f"{name} ({span})"


def _month(on: date) -> str:
    return QLocale().toString(QDate(on.year, on.month, 1), "MMM")


_MOST_NAME: Final = 330.0


def _placed(
    chains: Sequence[tuple[Dose, ...]], dates: DateScale, width: float, rows: int
) -> list[Bar]:
    left, right = dates.left_px, dates.left_px + dates.width_px
    until = dates.x(dates.last) + 16
    ends = [0.0] * rows
    found: list[Bar] = []
    first_of = sorted(
        chains,
        key=lambda chain: (
            chain[-1].stop is not None or chain[-1].is_act,
            -(chain[-1].stop or date.max).toordinal(),
            chain[0].start or date.min,
        ),
    )
    for chain in first_of:
        spans = []
        for dose in chain:
            x0 = left - 6 if dose.start is None else max(dates.x(dose.start), left - 6)
            x1 = until if dose.stop is None else min(dates.x(dose.stop), right)
            spans.append((x0, x0 if dose.is_act else x1))
        head = 24 if chain[-1].stop is None or chain[-1].is_act else 10
        limit = width if len(chain) == 1 else spans[1][0] - 6
        after = spans[0][1] + (head if len(chain) == 1 else 10)
        said = _bar_words(chain[0], spans[0], after, limit)
        begins = min(spans[0][0], said.text_x - 4)
        ending = max(spans[-1][1] + head - 6, said.end + 8)
        row = next((row for row in range(rows) if ends[row] <= begins + 1), None)
        if row is None:
            continue
        ends[row] = ending + 10
        for place, (dose, (x0, x1)) in enumerate(zip(chain, spans, strict=True)):
            if place:
                short = fitted(dose.short, SMALL, x1 - x0 - 16)
                said = _Said(short if short == dose.short else "", x0 + 10)
            found.append(
                Bar(
                    dose=dose,
                    left=x0,
                    right=x1,
                    row=row,
                    text=said.text,
                    text_x=said.text_x,
                    more=said.more,
                    more_x=said.more_x,
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of a bar and from where; ``more`` is the dose beyond the bar's end, if it is there."""

    text: str
    text_x: float
    more: str = ""
    more_x: float = 0.0

    @property
    def end(self) -> float:
        text, x = (self.more, self.more_x) if self.more else (self.text, self.text_x)
        return x + text_width(text, SMALL)


def _bar_words(dose: Dose, span: tuple[float, float], after: float, limit: float) -> _Said:
    """Return what is written of a treatment, and from where: in its bar, or beside it.

    The dose is the point: where the bar is short it stands beyond its end, and of the name goes
    what there is no room for. ``after`` is where words beyond the bar begin, ``limit`` where they
    must end: at the chart's edge or at the next dose.
    """
    x0, x1 = span
    dosed = f"{dose.text[:1].upper()}{dose.text[1:]}"
    name = dosed.removesuffix(dose.short).strip()
    if found := _whole_words(dosed, span, after, limit):
        return found
    has_dose = bool(name) and name != dosed
    if has_dose and x0 + 10 + text_width(name, SMALL) <= x1 - 4:
        if after + text_width(dose.short, SMALL) <= limit:
            return _Said(name, x0 + 10, dose.short, after)
        if found := _cut_name(name, dose.short, x0 + 10, x1 - 4):
            return found
    if has_dose:
        for left, right in ((x0 + 10, x1 - 4), (after, limit)):
            if found := _cut_name(name, dose.short, left, right):
                return found
        if found := _whole_words(name, span, after, limit):
            return found
    return _Said(fitted(name or dosed, SMALL, x1 - x0 - 14), x0 + 10)


def _whole_words(text: str, span: tuple[float, float], after: float, limit: float) -> _Said | None:
    """Return words whole: in the bar, else after it, else before it; None without room."""
    x0, x1 = span
    width = text_width(text, SMALL)
    if x0 + 10 + width <= x1 - 4:
        return _Said(text, x0 + 10)
    if after + width <= limit:
        return _Said(text, after)
    return _Said(text, x0 - 12 - width) if x0 - 12 - width >= 0 else None


def _cut_name(name: str, short: str, left: float, right: float) -> _Said | None:
    """Return a name cut short and its dose whole; None where too little of the name is left."""
    room = right - left - text_width(f" {short}", SMALL)
    if room < min(_LEAST_NAME, text_width(name, SMALL)):
        return None
    return _Said(f"{fitted(name, SMALL, room)} {short}", left)


_LEAST_NAME: Final = 90.0
"""Less of a name than this nobody knows again."""


def paint_bars(painter: QPainter, bars: Sequence[Bar], y: float, row: float) -> None:
    """Paint treatments from ``y`` downwards, rows so high."""
    tokens = theme.current()
    high = row - _BAR_FREE
    for bar in bars:
        top = y + bar.row * row + _BAR_FREE / 2
        middle = top + high / 2
        painter.setPen(QPen(QColor(tokens.edge), 1.5))
        painter.setBrush(QColor(tokens.inset))
        if bar.dose.is_act:
            painter.setBrush(QColor(tokens.text))
            painter.drawPolygon(diamond(QPointF(bar.left, middle), 9))
        else:
            right = max(bar.right, bar.left + 8)
            points = [QPointF(bar.left, top), QPointF(right, top)]
            if bar.dose.stop is None:  # it goes on
                points.append(QPointF(right + 14, middle))
            points += [QPointF(right, top + high), QPointF(bar.left, top + high)]
            painter.drawPolygon(QPolygonF(points))
        write(
            painter,
            QRectF(bar.text_x, top, text_width(bar.text, SMALL) + 2, high),
            bar.text,
            size=SMALL,
        )
        if bar.more:
            box = QRectF(bar.more_x, top, text_width(bar.more, SMALL) + 2, high)
            write(painter, box, bar.more, size=SMALL)


# --- events --------------------------------------------------------------------------------------


def events_of(
    happenings: Sequence[Happening], dates: DateScale, width: float, rows: int
) -> list[NamedEvent]:
    """Return events in so many rows at most, each with its word where that has room.

    The newest are named first, and closures last; one of those that finds no room is left out:
    the table tells it, too.
    """
    spans = [_span(one, dates) for one in happenings]
    # Signs stand in the first row unless their word needs the second.
    taken: list[list[tuple[float, float]]] = [
        [
            (x0 - 10, x1 + 10)
            for one, (x0, x1) in zip(happenings, spans, strict=True)
            if one.kind != "closed"
        ]
    ]
    taken += [[] for _ in range(rows - 1)]
    found = []
    order = sorted(
        range(len(happenings)),
        key=lambda at: (happenings[at].kind == "closed", -happenings[at].on.toordinal()),
    )
    for at in order:
        one, (x0, x1) = happenings[at], spans[at]
        place = _word_place(one.text, (x0, x1), width, taken)
        sign = (x0 - 10, x1 + 10)
        if one.kind == "closed":
            if place is None or not _is_free(taken[place[0]], *sign):
                continue
            taken[0].append(sign)
        row, text, text_x = place or (0, "", 0.0)
        if text:
            taken[row].append((text_x - 6, text_x + text_width(text, SMALL) + 10))
        if row:
            taken[0].remove(sign)
            taken[row].append(sign)
        found.append(NamedEvent(what=one, left=x0, right=x1, row=row, text=text, text_x=text_x))
    return found


def _word_place(
    text: str,
    span: tuple[float, float],
    room: float,
    taken: Sequence[Sequence[tuple[float, float]]],
) -> tuple[int, str, float] | None:
    """Return the row, the words and where they begin: all of them, or else the first few."""
    x0, x1 = span
    for said in dict.fromkeys((text, text.partition(",")[0].partition(":")[0])):
        width = text_width(said, SMALL) + 6
        for row, spans in enumerate(taken):
            # Between two signs a word is nearer to its own.
            for left, before, after in ((x1 + 17, 0, _APART), (x0 - 18 - width, _APART, 0)):
                is_inside = left >= 0 and left + width <= room
                is_free = _is_free(spans, left - before, left + width + after)
                has_sign = row == 0 or _is_free(spans, x0 - 10, x1 + 10)
                if is_inside and is_free and has_sign:
                    return row, said, left
    return None


def paint_events(painter: QPainter, named: Sequence[NamedEvent], y: float, row: float) -> None:
    """Paint events from ``y`` downwards, rows so high; a moment is seen on what lasted."""
    tokens = theme.current()
    for one in sorted(named, key=lambda one: one.what.until is None):
        top = y + one.row * row
        middle = top + row / 2
        painter.setPen(QPen(QColor(tokens.text2), 2.5))
        painter.setBrush(QColor(tokens.text2))
        if one.what.until is not None:
            painter.drawRect(QRectF(one.left, middle - 9, one.right - one.left, 18))
        elif one.what.kind == "closed":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(one.left, middle), 8, 8)
        else:
            painter.setPen(QPen(QColor(tokens.surface), 2.5))
            painter.drawPolygon(diamond(QPointF(one.left, middle), 11))
        width = text_width(one.text, SMALL) + 6
        write(painter, QRectF(one.text_x, top, width, row), one.text, size=SMALL)


# --- pain ----------------------------------------------------------------------------------------


def pain_of(lanes: Lanes) -> ValueLane | None:
    """Return the pain that is shown: of the first kind that was asked."""
    return next((lane for lane in lanes.values if lane.series), None)


def paint_pain(
    painter: QPainter, lane: ValueLane, dates: DateScale, y: float, width: float, row: float
) -> None:
    """Paint which pain it is, and below it its figures on their days, in one row so high."""
    tokens = theme.current()
    head = QRectF(0, y, width, PAIN_HEAD)
    write(painter, head, pain_title(lane), size=SMALL, colour=tokens.text2)
    y += PAIN_HEAD
    scale = out_of(lane)
    wide = text_width(scale, BODY)
    box = QRectF(width - wide - 2, y, wide + 2, row)
    write(painter, box, scale, colour=tokens.text2)
    known = [(dates.x(on), text) for on, text in pain_words(lane)]
    taken: list[tuple[float, float]] = []
    # The newest and the first are always there; of the others, those that have room.
    for x, text in [*known[-1:], *known[:1], *reversed(known[1:-1])]:
        half = text_width(text, BODY, 600) / 2 + 7
        middle = max(min(x, width - wide - half), half)
        if all(middle + half <= low or middle - half >= high for low, high in taken):
            taken.append((middle - half, middle + half))
            box = QRectF(middle - half, y, 2 * half, row)
            write(painter, box, text, weight=600, align=_CENTRE)


def pain_title(lane: ValueLane) -> str:
    """Return which pain the figures are of: ``Pain, worst in 24 h``."""
    name = lane.series[0].name
    if name == chart_words().lanes.context(PainContext.WORST_24H):
        name = QCoreApplication.translate("MDT", "worst in 24 h")
    return QCoreApplication.translate("MDT", "{pain}, {which}").format(pain=lane.title, which=name)


def pain_words(lane: ValueLane) -> tuple[tuple[date, str], ...]:
    """Return the figure of each day, oldest first; zero is one.

    A day on which the first kind of pain wasn't told has the figure of the next kind, with its
    name.
    """
    found: dict[date, str] = {}
    for place, series in enumerate(lane.series):
        for one in series.values:
            if one.value is not None and one.on not in found:
                text = words.number(one.value, 0)
                found[one.on] = f"{text} {series.name}" if place else text
    return tuple(sorted(found.items()))


def _span(one: Happening, dates: DateScale) -> tuple[float, float]:
    """Return from where to where an event's sign reaches."""
    x0 = dates.x(one.on)
    return x0, x0 if one.until is None else max(dates.x(one.until), x0 + 8)


def _is_free(taken: Sequence[tuple[float, float]], low: float, high: float) -> bool:
    return all(high <= left or low >= right for left, right in taken)


def diamond(at: QPointF, half: float) -> QPolygonF:
    """Return a square on its tip."""
    x, y = at.x(), at.y()
    return QPolygonF(
        [QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half), QPointF(x - half, y)]
    )


def out_of(lane: ValueLane) -> str:
    """Return how far a scale of pain goes: ``/10``."""
    return f"/{words.number(lane.high or 0, 0)}"
