"""What became of one lesion since its baseline, in words with their uncertainty; no verdict.

Hides which words stand for which numbers, and when there is nothing to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from woundtrack import healing
from woundtrack.ui import change
from woundtrack.ui.components import Label, LesionChip, words
from woundtrack.ui.components.tissue import tissue_words

if TYPE_CHECKING:
    from datetime import date

    from woundtrack.model import LesionTimeline, TimelinePoint


class CoursePanel(QWidget):
    """What became of the lesion in view since its baseline, with its uncertainty; no verdict."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip = LesionChip()
        self._site = Label("", "label_strong")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._chip)
        head.addWidget(self._site, 1)
        self._lines = [
            Label("", "label", wraps=True),
            Label("", "label", wraps=True),
            Label("", "label", "2", wraps=True),
            Label("", "label", "2", wraps=True),
        ]
        self._note = Label("", "caption", "2", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(4)
        layout.addLayout(head)
        for line in (*self._lines, self._note):
            layout.addWidget(line)

    @property
    def text(self) -> str:
        """All that is said, line by line."""
        lines = [*self._lines, self._note]
        return "\n".join(line.text() for line in lines if line.text())

    def show_curve(self, curve: LesionTimeline | None) -> None:
        """Show a lesion's course; None hides it."""
        self.setVisible(curve is not None)
        if curve is None:
            return
        self._chip.set_lesion(curve.lesion.label, curve.lesion.number)
        site = curve.lesion.site.words
        self._site.setText(site[:1].upper() + site[1:])
        half_life = healing.half_life_of(curve)
        texts = (
            self._change(curve),
            self._since_last(curve),
            self._rates(curve, half_life),
            self._tissue(curve),
        )
        for label, text in zip(self._lines, texts, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self._lines[2].setToolTip(self._rates_explained(curve, half_life))
        spread = round(100 * healing.rates.ASSUMED_LOG_SD)
        has_assumption = curve.area_reduction_percent is not None and not _is_told(curve)
        self._note.setText(
            self.tr("Intervals assume a repeat error of {percent} %.").format(percent=spread)
            if has_assumption and healing.closure_of(curve) is None
            else ""
        )
        self._note.setVisible(bool(self._note.text()))
        self.setAccessibleName(f"{curve.lesion.label}. {self.text}")

    def _change(self, curve: LesionTimeline) -> str:
        closure = healing.closure_of(curve)
        if closure is not None:
            on, confirmed = closure
            if confirmed is None:
                return self.tr("Closed {day}, not confirmed yet").format(day=words.day_short(on))
            return self.tr("Closed {day}, confirmed {confirmed}").format(
                day=words.day_short(on), confirmed=words.day_short(confirmed)
            )
        baseline = _compared_with(curve)
        measured = [point for point in curve.points if point.area_mm2]
        if baseline is None or not measured:
            return self.tr("No area yet.")
        if baseline is measured[-1]:
            if curve.run_from is None:
                return self.tr("One area so far.")
            return self.tr("One area since dead tissue was removed, or lesions merged or split.")
        reduction = healing.rates.area_reduction_percent(
            baseline.area_mm2 or 0, measured[-1].area_mm2 or 0
        )
        low, high, is_noise = _interval(baseline, measured[-1])
        day = _day(baseline.on, measured[-1].on)
        if healing.change.is_too_wide(baseline, measured[-1]):
            return self.tr("Cannot tell against {day} ({low} to {high})").format(
                day=day,
                low=words.number(-high, 0),
                high=words.percent(-low / 100, has_sign=True),
            )
        if is_noise:
            return self.tr("Within measurement error of {day}").format(day=day)
        if reduction > 0:
            return self.tr("{percent} smaller than {day} ({low} to {high})").format(
                percent=words.percent(reduction / 100),
                day=day,
                low=words.number(low, 0),
                high=words.percent(high / 100),
            )
        return self.tr("{percent} larger than {day} ({low} to {high})").format(
            percent=words.percent(-reduction / 100),
            day=day,
            low=words.number(-high, 0),
            high=words.percent(-low / 100),
        )

    def _since_last(self, curve: LesionTimeline) -> str:
        """Return the change since the visit before, where that isn't the baseline.

        It has a sign of its own, and may go the other way than the change since the baseline.
        """
        baseline = _compared_with(curve)
        measured = [point for point in curve.points if point.area_mm2]
        if healing.closure_of(curve) is not None or baseline is None or len(measured) < 3:
            return ""
        if baseline in measured[-2:]:
            return ""
        before = measured[-2]
        what = change.said(change.between(before, measured[-1]))
        return self.tr("Since {day}, the visit before: {change}").format(
            day=_day(before.on, measured[-1].on), change=what
        )

    def _rates(self, curve: LesionTimeline, half_life: float | None) -> str:
        lines = []
        if curve.run_from is not None and healing.closure_of(curve) is None:
            day = _day(curve.run_from, curve.points[-1].on)
            lines.append(
                self.tr("Compared since {day}: before it the curve breaks.").format(day=day)
            )
        elif curve.gilman_cm_per_week is not None:
            advance = curve.gilman_cm_per_week
            said = (
                self.tr("Edge moved outwards {rate} cm a week")
                if advance < 0
                else self.tr("Edge moved inwards {rate} cm a week")
            )
            lines.append(said.format(rate=words.number(abs(advance), 3)))
        if half_life is not None:
            lines.append(
                self.tr("At the pace so far it halves in 1 day")
                if round(half_life) == 1
                else self.tr("At the pace so far it halves in {days} days").format(
                    days=words.number(half_life, 0)
                )
            )
        return "\n".join(lines)

    def _rates_explained(self, curve: LesionTimeline, half_life: float | None) -> str:
        """Return what the rates are, under the names that papers give them."""
        lines = []
        if curve.gilman_cm_per_week is not None and curve.run_from is None:
            lines.append(
                self.tr(
                    "Margin advance after Gilman: the area lost since the baseline, divided by the "
                    "mean length of the edge. It compares small wounds with large ones."
                )
            )
        if half_life is not None:
            lines.append(
                self.tr(
                    "Half-life: how long it took, at the pace of the visits so far, until half of "
                    "the area was left. It is no forecast."
                )
            )
        return "\n\n".join(lines)

    def _tissue(self, curve: LesionTimeline) -> str:
        """Return the tissue of the last visit at which any was painted; shares where approved."""
        newest = curve.points[-1].on if curve.points else None
        for point in reversed(curve.points):
            if point.tissue_state is not None and newest is not None:
                return self.tr("{day}, {tissue}").format(
                    day=_day(point.on, newest),
                    tissue=tissue_words(point.tissue_state, point.tissue_shares),
                )
        return ""


def _compared_with(curve: LesionTimeline) -> TimelinePoint | None:
    """Return the area that the newest is compared with: the first one since the curve broke."""
    if curve.run_from is None:
        return healing.baseline_of(curve)
    measured = [point for point in curve.points if point.area_mm2 and point.on >= curve.run_from]
    return measured[0] if measured else None


def _is_told(curve: LesionTimeline) -> bool:
    """Return whether both areas that are compared have intervals of their own."""
    baseline = _compared_with(curve)
    measured = [point for point in curve.points if point.area_mm2]
    return bool(measured) and change.ratio(baseline or measured[0], measured[-1]) is not None


def _interval(before: TimelinePoint, after: TimelinePoint) -> tuple[float, float, bool]:
    """Return the interval of the reduction, %, and whether it is within measuring error.

    From the intervals of both areas; where one has none, from an assumed repeat error.
    """
    figures = change.ratio(before, after)
    if figures is not None:
        is_noise = change.between(before, after) is change.Change.WITHIN_ERROR
        return -100 * figures[2], -100 * figures[1], is_noise
    old, new = before.area_mm2 or 0, after.area_mm2 or 0
    low, high = healing.rates.area_reduction_interval_percent(old, new)
    return low, high, healing.rates.is_within_measuring_error(old, new)


def _day(on: date, newest: date) -> str:
    """Return a day, with its year where the newest area is of another one."""
    return words.day_short(on) if on.year == newest.year else words.day(on)
