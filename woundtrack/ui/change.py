"""The words of a change and of an area, as the window says them.

Hides only words: what is smaller, larger or within measurement error is decided in
``healing.change``, whose names are offered here beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.healing.change import Change, between, is_too_wide, of, ratio
from woundtrack.model import EndReason, WoundState
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from woundtrack.model import LesionEnd, LesionTimeline, TimelinePoint

__all__ = [
    "Change",
    "between",
    "end_words",
    "is_too_wide",
    "of",
    "ratio",
    "said",
    "shown_area",
    "spoken",
    "why_no_area",
]


def shown_area(course: LesionTimeline) -> str:
    """Return the newest area of a lesion in cm²: ``12.9``, ``0`` when closed, ``–`` unmeasured.

    Of one that is no longer followed as one, what became of it.
    """
    if course.ended is not None and course.ended.reason is not EndReason.CLOSED:
        return end_words(course.ended)
    if not course.points or course.points[-1].area_cm2 is None:
        return words.DASH
    return words.area(course.points[-1].area_cm2)


def end_words(end: LesionEnd) -> str:
    """Return what became of a lesion that is no longer followed as one: ``in A1``."""
    if end.reason is EndReason.MERGED and end.into_label:
        return QCoreApplication.translate("change", "in {lesion}").format(lesion=end.into_label)
    return {
        EndReason.CLOSED: QCoreApplication.translate("change", "closed"),
        EndReason.MERGED: QCoreApplication.translate("change", "merged"),
        EndReason.SPLIT: QCoreApplication.translate("change", "split"),
        EndReason.AMPUTATED: QCoreApplication.translate("change", "amputated"),
        EndReason.SURGICALLY_CLOSED: QCoreApplication.translate("change", "sutured"),
        EndReason.GRAFTED: QCoreApplication.translate("change", "grafted"),
        EndReason.DEATH: QCoreApplication.translate("change", "died"),
        EndReason.LOST: QCoreApplication.translate("change", "lost to follow-up"),
    }[end.reason]


def why_no_area(point: TimelinePoint) -> str:
    """Return why an open lesion has no area at a visit: no scale, or a margin and nothing else."""
    if point.part_count:
        return QCoreApplication.translate("change", "no area: no scale")
    return QCoreApplication.translate("change", "no area: only the margin was outlined")


def spoken(course: LesionTimeline) -> str:
    """Return the newest area and its change as a phrase, with unit and interval."""
    if not course.points:
        return QCoreApplication.translate("change", "not recorded yet")
    newest = course.points[-1]
    if course.ended is not None and course.ended.reason is not EndReason.CLOSED:
        return end_words(course.ended)
    if newest.state is WoundState.CLOSED:
        return QCoreApplication.translate("change", "closed")
    if newest.area_cm2 is None:
        return why_no_area(newest)
    phrase = words.area(newest.area_cm2, has_unit=True)
    if newest.area_low_mm2 is not None and newest.area_high_mm2 is not None:
        interval = words.interval(newest.area_low_mm2 / 100, newest.area_high_mm2 / 100)
        phrase = f"{phrase} ({interval})"
    return f"{phrase}, {said(of(course))}"


def said(what: Change) -> str:
    """Return the words of a change."""
    return {
        Change.SMALLER: QCoreApplication.translate("change", "smaller"),
        Change.LARGER: QCoreApplication.translate("change", "larger"),
        Change.WITHIN_ERROR: QCoreApplication.translate("change", "within measurement error"),
        Change.CANNOT_TELL: QCoreApplication.translate("change", "cannot tell"),
        Change.CLOSED: QCoreApplication.translate("change", "closed"),
        Change.FIRST: QCoreApplication.translate("change", "first measurement"),
    }[what]
