"""All that one page of the meeting shows of a patient, read on a worker ahead of its being shown.

Hides the reading, what a row says of a lesion, and which photographs stand for before and now.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from woundtrack import healing, imaging, workflow
from woundtrack.errors import WoundtrackError
from woundtrack.healing import lesion_states
from woundtrack.healing.change import Change, between, ratio
from woundtrack.healing.lesion_course import first_comparable
from woundtrack.healing.news import News, news_since, visit_before_last
from woundtrack.model import EndReason, LinkKind, Precision, Purpose, WoundState, no_progress
from woundtrack.ui.compare.pictures import FlatPhoto, read_flat
from woundtrack.ui.compare.visits import ComparedVisit, kind_changes, layout_of, visits_of
from woundtrack.workflow import Leave

if TYPE_CHECKING:
    from woundtrack.healing.lesion_states import LineBreak
    from woundtrack.imaging import Layout
    from woundtrack.model import (
        ClinicalRecord,
        Lesion,
        LesionEnd,
        LesionTimeline,
        Patient,
        Photograph,
        Progress,
        Timeline,
        TimelinePoint,
    )
    from woundtrack.records import Library, Originals

Floats = npt.NDArray[np.float64]

_MOST_SIDE_PX: Final = 2000
_LEAST_SIDE_MM: Final = 16.0
_ROOM: Final = 1.3
"""How much wider than the wound a picture of it is."""
_WIDEST: Final = 1.6
"""The widest that a pane for a photograph may be to its height, and the other way round."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionRow:
    """What the table says of one lesion.

    ``newest`` is its newest visit and ``before`` the one with which that is compared. ``why_not``
    is what lies between the two beside time, which is why their areas aren't compared: a break, or
    ``kind`` where one is the eschar's area and the other the ulcer's. ``first`` is the first visit
    whose area can be compared with the newest: since the line broke last, where it did.
    ``back_as`` is the lesion that opened where this one had closed.
    """

    curve: LesionTimeline
    newest: TimelinePoint | None
    before: TimelinePoint | None
    change: Change
    ratio: tuple[float, float, float] | None
    first: TimelinePoint | None = None
    since_first: Change = Change.CANNOT_TELL
    first_ratio: tuple[float, float, float] | None = None
    why_not: LineBreak | None = None
    is_other_kind: bool = False
    end: LesionEnd | None = None
    into: Lesion | None = None
    closed_on: date | None = None
    confirmed_on: date | None = None
    back_as: Lesion | None = None

    @property
    def lesion(self) -> Lesion:
        """Which lesion it is of."""
        return self.curve.lesion

    @property
    def is_over(self) -> bool:
        """Whether it is closed, or followed no more though the patient lives."""
        return self.is_gone or self.change is Change.CLOSED

    @property
    def is_gone(self) -> bool:
        """Whether it is followed no more for another reason than the patient's death."""
        return self.end is not None and self.end.reason is not EndReason.DEATH

    @property
    def area_mm2(self) -> float:
        """Its newest area, zero where it has none; to put rows in an order."""
        return 0.0 if self.newest is None else self.newest.area_mm2 or 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientCourse:
    """One patient's page, without its pictures.

    ``problem`` is a sentence where the patient couldn't be read. Of a patient who refused the MDT
    nothing is there but the answer. ``lone`` are the newest photographs, for a patient of whom no
    lesion is recorded yet; ``waiting`` counts photographs to be reviewed.
    """

    patient: Patient
    today: date
    answer: Leave = Leave.NOT_ASKED
    timeline: Timeline | None = None
    record: ClinicalRecord | None = None
    news: News | None = None
    is_since_meeting: bool = False
    rows: tuple[LesionRow, ...] = ()
    visits: Mapping[str, tuple[ComparedVisit, ...]] = field(default_factory=dict)
    lone: tuple[tuple[date, Photograph], ...] = ()
    waiting: int = 0
    problem: WoundtrackError | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the patient's data may be shown at the meeting."""
        return workflow.leaves(self.answer, Purpose.MDT)

    @property
    def first_on(self) -> date | None:
        """The day of the first visit."""
        days = self._days
        return days[0] if days else None

    @property
    def last_on(self) -> date | None:
        """The day of the last visit."""
        days = self._days
        return days[-1] if days else None

    @property
    def measured_on(self) -> date | None:
        """The newest day at which any lesion was seen: what the table is of."""
        days = (row.newest.on for row in self.rows if row.newest is not None)
        return max(days, default=None)

    @property
    def _days(self) -> list[date]:
        return [] if self.timeline is None else [one.visited_on for one in self.timeline.visits]

    @property
    def diagnosed_on(self) -> date | None:
        """The day of the diagnosis, where it is known to the day."""
        known = None if self.record is None else self.record.diagnosis
        on = None if known is None else known.diagnosed_on
        return on.earliest if on is not None and on.precision is Precision.DAY else None

    @property
    def first_lesion(self) -> str | None:
        """The lesion that is shown at first: of the open ones the largest that grew, else any."""
        if not self.rows:
            return None
        best = max(
            self.rows,
            key=lambda row: (
                not row.is_gone,
                not row.is_over and row.back_as is None,
                row.change is Change.LARGER,
                row.area_mm2,
                -self.rows.index(row),
            ),
        )
        return best.lesion.id

    def beside(self, lesion_id: str | None) -> tuple[str, ...]:
        """Return the lesions below and above one in the table."""
        ids = [row.lesion.id for row in self.rows]
        if lesion_id not in ids:
            return ()
        here = ids.index(lesion_id)
        return (*ids[here + 1 : here + 2], *ids[max(here - 1, 0) : here])

    def row_of(self, lesion_id: str | None) -> LesionRow | None:
        """Return the row of a lesion."""
        return next((row for row in self.rows if row.lesion.id == lesion_id), None)


def read_course(
    folder: Path, patient: Patient, since_meeting: date | None, today: date
) -> PatientCourse:
    """Read a patient for the meeting, with a connection of its own; worker-safe.

    ``since_meeting`` is when the patient was shown last. Doesn't raise for what is wrong with a
    library: the page says it.
    """
    from woundtrack.records import Library  # loads the database layer, on the worker

    try:
        with Library.open(folder, read_only=True) as library:
            return _course(library, patient, since_meeting, today)
    except WoundtrackError as problem:
        return PatientCourse(patient=patient, today=today, problem=problem)


def _course(
    library: Library, patient: Patient, since_meeting: date | None, today: date
) -> PatientCourse:
    record = workflow.record_of(library, patient)
    answer = workflow.may_leave(record, Purpose.MDT, today)
    if not workflow.leaves(answer, Purpose.MDT):
        return PatientCourse(patient=patient, today=today, answer=answer)
    timeline = workflow.timeline_of(library, patient)
    compared = {
        curve.lesion.id: visits_of(
            library, curve, timeline.visits, workflow.landmarks_of(library, curve.lesion.id)
        )
        for curve in timeline.lesions
        if curve.points
    }
    since = since_meeting or visit_before_last(timeline, record)
    filed = library.photographs(patient_id=patient.id)
    days = {visit.id: visit.visited_on for visit in library.visits(patient.id)}
    lone = () if any(compared.values()) else filed[:1] + filed[1:][-1:]
    return PatientCourse(
        patient=patient,
        today=today,
        answer=answer,
        timeline=timeline,
        record=record,
        news=None if since is None else news_since(timeline, record, since),
        is_since_meeting=since_meeting is not None,
        rows=rows_of(timeline, record, compared),
        visits=compared,
        lone=tuple((days[one.visit_id], one.photograph) for one in lone),
        waiting=library.waiting_counts().get(patient.id, 0),
    )


def rows_of(
    timeline: Timeline,
    record: ClinicalRecord,
    visits: Mapping[str, tuple[ComparedVisit, ...]],
) -> tuple[LesionRow, ...]:
    """Return what the table says of each lesion: by their numbers, those that are over last.

    ``visits`` are those of each lesion, by its id; without them it isn't known whether one area is
    an eschar's and the other an ulcer's.
    """
    known = lesion_states.laid_out(record, timeline.visits)
    lesions = {curve.lesion.id: curve.lesion for curve in timeline.lesions}
    back = {
        link.other_lesion_id: lesions[link.lesion_id]
        for link in sorted(record.links, key=lambda link: link.on)
        if link.kind is LinkKind.RECURRENCE_OF and link.lesion_id in lesions
    }
    rows = [
        _row(
            curve,
            visits.get(curve.lesion.id, ()),
            known.ends.get(curve.lesion.id),
            lesion_states.line_breaks(curve.lesion.id, curve.points, known),
            lesions,
            back.get(curve.lesion.id),
        )
        for curve in timeline.lesions
    ]
    return tuple(sorted(rows, key=lambda row: (row.is_over, row.lesion.number)))


def _row(
    curve: LesionTimeline,
    visits: Sequence[ComparedVisit],
    end: LesionEnd | None,
    breaks: Sequence[LineBreak],
    lesions: Mapping[str, Lesion],
    back_as: Lesion | None,
) -> LesionRow:
    if end is not None and end.reason is EndReason.CLOSED:
        end = None  # what its visits show says it
    if not curve.points:
        return LesionRow(
            curve=curve, newest=None, before=None, change=Change.CANNOT_TELL, ratio=None, end=end
        )
    newest = curve.points[-1]
    earlier = [
        point
        for point in curve.points[:-1]
        if point.area_mm2 is not None or point.state is WoundState.CLOSED
    ]
    before = earlier[-1] if earlier else None
    what = between(before, newest)
    figures = None if before is None else ratio(before, newest)
    why_not = None
    is_other_kind = False
    if before is not None and what not in {Change.CLOSED, Change.FIRST}:
        why_not = next(
            (one for one in breaks if lesion_states.is_broken((one,), before.on, newest.on)), None
        )
        by_day = {one.on: one for one in visits}
        if before.on in by_day and newest.on in by_day:
            is_other_kind = kind_changes(by_day[before.on], by_day[newest.on])
        if why_not is not None or is_other_kind:
            what, figures = Change.CANNOT_TELL, None
    closure = healing.closure_of(curve)
    first = first_comparable(curve.points, breaks)
    return LesionRow(
        curve=curve,
        newest=newest,
        before=before,
        change=what,
        ratio=figures,
        first=first,
        since_first=Change.CANNOT_TELL if first is None else between(first, newest),
        first_ratio=None if first is None else ratio(first, newest),
        why_not=why_not,
        is_other_kind=is_other_kind,
        end=end,
        into=None if end is None else lesions.get(end.into or ""),
        closed_on=None if closure is None else closure[0],
        confirmed_on=None if closure is None else closure[1],
        back_as=back_as,
    )


# --- pictures ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class PairPlan:
    """Which two photographs are shown: the earlier first; one where there is but one.

    ``visits`` are those of a lesion; none where no lesion is recorded, and ``lesion_id`` is None.
    """

    lesion_id: str | None
    days: tuple[date, ...]
    photographs: tuple[Photograph, ...]
    visits: tuple[ComparedVisit, ...] = ()

    @property
    def has_scale(self) -> bool:
        """Whether all of them have a scale, so that they can be shown at one."""
        return bool(self.visits) and all(one.can_be_shown for one in self.visits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """The pictures of two visits, on one skin: ``side_mm`` high at least round ``middle_mm``.

    Without a layout one of them has no scale: they are shown whole. A picture is None where its
    photograph can't be had, and then ``problems`` says why. ``edges_mm`` holds the outlines of
    each on the common skin: the ring, and whether it is an island.
    """

    plan: PairPlan
    layout: Layout | None
    edges_mm: tuple[tuple[tuple[Floats, bool], ...], ...]
    pictures: tuple[FlatPhoto | None, ...]
    problems: tuple[WoundtrackError | None, ...]
    middle_mm: tuple[float, float] = (0.0, 0.0)
    width_mm: float = 0.0
    height_mm: float = 0.0


def pair_plan(
    course: PatientCourse, lesion_id: str | None, *, is_whole_course: bool
) -> PairPlan | None:
    """Return which photographs of a lesion are shown; None where none was ever taken.

    The newest, and the first since the line was broken last, where it is more than one visit ago,
    else the first of all; with ``is_whole_course`` False the visit before the newest. One with a
    scale is taken before one without.
    """
    if lesion_id is None:
        if not course.lone:
            return None
        days, photographs = zip(*course.lone, strict=True)
        return PairPlan(lesion_id=None, days=days, photographs=photographs)
    visits = [one for one in course.visits.get(lesion_id, ()) if one.filed is not None]
    if not visits:
        return None
    row = course.row_of(lesion_id)
    scaled = [one for one in visits if one.can_be_shown] or visits
    newest = scaled[-1]
    earlier = [one for one in scaled if one.on < newest.on]
    if not earlier:
        return _plan_of(lesion_id, newest)
    first = earlier[0] if is_whole_course else earlier[-1]
    if is_whole_course and row is not None and course.timeline is not None:
        breaks = lesion_states.breaks_of(
            lesion_id, row.curve.points, course.record, course.timeline.visits
        )
        since = max((one.before for one in breaks if one.before is not None), default=None)
        after = [one for one in earlier if since is not None and one.on >= since]
        first = after[0] if after else first
    return _plan_of(lesion_id, first, newest)


def _plan_of(lesion_id: str, *visits: ComparedVisit) -> PairPlan:
    return PairPlan(
        lesion_id=lesion_id,
        days=tuple(one.on for one in visits),
        photographs=tuple(one.filed.photograph for one in visits if one.filed is not None),
        visits=visits,
    )


def read_pair(originals: Originals, plan: PairPlan, progress: Progress = no_progress) -> Pair:
    """Read two photographs, flattened to one skin where both have a scale; worker-safe."""
    layout = layout_of(plan.visits) if plan.has_scale else None
    middle, width, height = (0.0, 0.0), 0.0, 0.0
    reach = 0.0
    if layout is not None:
        middle, width, height = _extent_mm(layout)
        # Panes are at most so wide or high, and a picture may be turned.
        reach = math.hypot(*middle) + math.hypot(1.0, _WIDEST) * max(width, height) / 2
    pictures: list[FlatPhoto | None] = []
    problems: list[WoundtrackError | None] = []
    for place, photograph in enumerate(plan.photographs):
        progress(place / len(plan.photographs), "")
        try:
            if layout is None:
                picture = _whole(originals, photograph)
            else:
                picture = _flat(originals, plan.visits[place], reach)
            pictures.append(picture)
            problems.append(None)
        except WoundtrackError as problem:
            pictures.append(None)
            problems.append(problem)
    return Pair(
        plan=plan,
        layout=layout,
        edges_mm=() if layout is None else _edges_mm(plan, layout),
        pictures=tuple(pictures),
        problems=tuple(problems),
        middle_mm=middle,
        width_mm=width,
        height_mm=height,
    )


def _edges_mm(plan: PairPlan, layout: Layout) -> tuple[tuple[tuple[Floats, bool], ...], ...]:
    """Return each photograph's outlines on the common skin; a limb's are slow to unroll."""
    found = []
    for one, laid in zip(plan.visits, layout.laid, strict=True):
        rings = []
        if one.calibration is not None:
            for part in one.parts:
                outer, *islands = imaging.rings_on_skin(part, one.calibration)
                rings += [(outer, False), *((ring, True) for ring in islands)]
        found.append(tuple((laid.placed(ring), is_island) for ring, is_island in rings))
    return tuple(found)


def _extent_mm(layout: Layout) -> tuple[tuple[float, float], float, float]:
    """Return the middle, width and height of all outlines, with room round them."""
    rings = [ring for edges in layout.edges_mm for ring in edges if len(ring)]
    if not rings:
        return (0.0, 0.0), 3 * _LEAST_SIDE_MM, 3 * _LEAST_SIDE_MM
    every = np.concatenate(rings)
    low, high = every.min(axis=0), every.max(axis=0)
    middle = (low + high) / 2
    wide, tall = (max(float(side) * _ROOM, _LEAST_SIDE_MM) for side in high - low)
    return (float(middle[0]), float(middle[1])), wide, tall


def _flat(originals: Originals, one: ComparedVisit, reach_mm: float) -> FlatPhoto:
    if one.filed is None or one.calibration is None:
        raise ValueError("a photograph without a scale can't be laid flat")
    return read_flat(
        originals,
        one.filed.photograph,
        one.calibration,
        one.middle_px,
        reach_mm,
        has_colours=False,
    )


def _whole(originals: Originals, photograph: Photograph) -> FlatPhoto:
    """Read a whole photograph, as small as a screen needs it; its "mm" are pixels."""
    data = originals.read(photograph.sha256)
    pixels, _ = imaging.read_photograph_bytes(data, photograph.original_name)
    tall, wide = pixels.shape[:2]
    image = QImage(pixels.data, wide, tall, 3 * wide, QImage.Format.Format_RGB888)
    scaled = image.scaled(
        min(wide, _MOST_SIDE_PX),
        min(tall, _MOST_SIDE_PX),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).copy()
    return FlatPhoto(
        levels=(scaled,),
        left_mm=0.0,
        top_mm=0.0,
        width_mm=float(wide),
        height_mm=float(tall),
        px_per_mm=scaled.width() / wide,
    )
