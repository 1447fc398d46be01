"""The numbers of both figures as rows of words, for the tables beneath them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from woundtrack.healing.cohort_curves import CohortCurves
from woundtrack.healing.cohort_incidence import CAUSES, CohortIncidence
from woundtrack.healing.cohort_words import CohortWords, ticks_of
from woundtrack.ui.components import words
from woundtrack.ui.study.figure_card import Numbers


def curve_numbers(curves: CohortCurves, said: CohortWords) -> Numbers:
    """Return how many are known at each time, how many of them closed, median and quartiles."""
    say = QCoreApplication.translate
    is_grouped = len(curves.bands) > 1
    columns = (
        say("Study", "Week"),
        say("Study", "Known"),
        say("Study", "Closed"),
        say("Study", "Median"),
        say("Study", "Quartiles"),
    )
    rows = []
    for band in curves.bands:
        for one in band.bins:
            if not one.count:
                continue
            median = quartiles = words.DASH
            if one.low is not None and one.median is not None and one.high is not None:
                median = _value(one.median, curves)
                quartiles = words.interval_short(one.low, one.high)
                if curves.unit == "percent":
                    low = words.number(one.low, 0)
                    quartiles = f"{low}{words.DASH}{_value(one.high, curves)}"
            head = (said.group(band.key),) if is_grouped else ()
            rows.append(
                (
                    *head,
                    words.number(one.day / 7, 0),
                    str(one.count),
                    str(one.closed),
                    median,
                    quartiles,
                )
            )
    first = (say("Study", "Group"),) if is_grouped else ()
    return Numbers(columns=(*first, *columns), rows=tuple(rows), has_names=is_grouped)


def _value(value: float, curves: CohortCurves) -> str:
    if curves.unit == "area":
        return words.area(value)
    return words.percent(value / 100)


def incidence_numbers(incidence: CohortIncidence, said: CohortWords) -> Numbers:
    """Return who is at risk at each time, and each outcome's incidence with its interval."""
    say = QCoreApplication.translate
    is_grouped = len(incidence.groups) > 1
    first = (say("Study", "Group"),) if is_grouped else ()
    columns = (
        *first,
        say("Study", "Week"),
        said.at_risk,
        *(said.cause(cause) for cause in CAUSES),
    )
    rows = []
    for group in incidence.groups:
        for day in ticks_of(incidence.horizon_days):
            cells = []
            for cause in CAUSES:
                if day > max(group.curve.times, default=0.0):
                    cells.append(words.DASH)  # nobody was followed so far
                    continue
                value, low, high = group.curve.at(day, cause)
                text = words.percent(value)
                if value > 0:
                    ends = f"{words.number(100 * low, 0)}{words.DASH}{words.number(100 * high, 0)}"
                    text = f"{text} ({ends})"
                cells.append(text)
            head = (said.group(group.key),) if is_grouped else ()
            week = words.number(day / 7, 0)
            rows.append((*head, week, str(group.curve.at_risk(day)), *cells))
    return Numbers(columns=columns, rows=tuple(rows), has_names=is_grouped)
