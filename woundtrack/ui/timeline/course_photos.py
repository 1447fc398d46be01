"""The photographs of a course: which one a lesion was measured on at a visit, and which still wait.

Hides that assessments with their outlines are read a lesion at a time, when one is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.model import WoundState
from woundtrack.ui.timeline.frames import Frame

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from woundtrack.model import AssessedOutline, Assessment, LesionTimeline, Timeline
    from woundtrack.records import Library
    from woundtrack.ui.session import Session


class CoursePhotos:
    """What was photographed of one patient's lesions."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._course: Timeline | None = None
        self._assessments: dict[str, dict[str, Assessment]] = {}
        self._waiting: Mapping[tuple[str, date], str] = {}

    def forget(self) -> None:
        """Let go of what was read: it may have changed, or is another patient's."""
        self._course, self._assessments, self._waiting = None, {}, {}

    def follow(self, course: Timeline) -> None:
        """Answer for the lesions of a course."""
        self.forget()
        library = self._session.library
        self._course = course
        self._waiting = {} if library is None else waiting_photographs(library, course)

    @property
    def waiting(self) -> Mapping[tuple[str, date], str]:
        """Lesions and days without an area of which a photograph waits, and that one's id."""
        return self._waiting

    def assessments(self) -> tuple[Assessment, ...]:
        """Return all assessments of the patient."""
        library = self._session.library
        if library is None or self._course is None:
            return ()
        return library.assessments(patient_id=self._course.patient.id)

    def has_read(self, curve: LesionTimeline) -> bool:
        """Whether a lesion's assessments are read already."""
        return curve.lesion.id in self._assessments

    def photograph_at(self, curve: LesionTimeline, on: date) -> str | None:
        """Return the photograph the lesion was outlined on, or another of it that day."""
        assessment = self._assessment_at(curve, on)
        if assessment is None:
            return self._waiting.get((curve.lesion.id, on))
        if assessment.main is not None:
            return assessment.main.photograph_id
        return next(iter(assessment.photograph_ids), None)

    def frames(self, curve: LesionTimeline, course: Timeline | None) -> tuple[Frame, ...]:
        """Return the visits at which a lesion was seen, or was due."""
        if course is None:
            return ()
        seen = {point.on for point in curve.points} | set(curve.gaps)
        days = sorted({visit.visited_on for visit in course.visits} & seen)
        return tuple(self.frame(curve, on) for on in days)

    def frame(self, curve: LesionTimeline, on: date) -> Frame:
        """Return a visit of a lesion: its photograph, what was outlined, and what is said of it."""
        library, say = self._session.library, QCoreApplication.translate
        state = next((point.state for point in curve.points if point.on == on), None)
        outline = self._outline_at(curve, on)
        photograph = None
        photograph_id = self.photograph_at(curve, on)
        if library is not None and photograph_id is not None:
            filed = library.photograph(photograph_id)
            photograph = None if filed.is_retired else filed.photograph
        note = ""
        if photograph is None:
            note = say("timeline", "no photo")
        elif state is None:
            note = say("timeline", "to review")
        elif state is WoundState.CLOSED:
            note = say("timeline", "closed")
        elif outline is None:
            note = say("timeline", "margin alone")
        elif outline.calibration is None:
            note = say("timeline", "no scale")
        return Frame(
            on=on,
            photograph=photograph,
            outline=None if outline is None else outline.around,
            calibration=None if outline is None else outline.calibration,
            note=note,
            rings=()
            if outline is None
            else tuple(ring for part in outline.parts for ring in (part.outer, *part.islands)),
        )

    def _outline_at(self, curve: LesionTimeline, on: date) -> AssessedOutline | None:
        assessment = self._assessment_at(curve, on)
        return None if assessment is None else assessment.main

    def _assessment_at(self, curve: LesionTimeline, on: date) -> Assessment | None:
        point = next((point for point in curve.points if point.on == on), None)
        if point is None:
            return None
        library, lesion_id = self._session.library, curve.lesion.id
        if lesion_id not in self._assessments and library is not None:
            self._assessments[lesion_id] = {
                one.assessment_id: one for one in library.assessments(lesion_id=lesion_id)
            }
        return self._assessments.get(lesion_id, {}).get(point.assessment_id)


def waiting_photographs(library: Library, course: Timeline) -> dict[tuple[str, date], str]:
    """Return lesions and days without an area whose site has a photograph to review that day.

    The values are those photographs' ids, the first of each day.
    """
    waiting = library.proposals(course.patient.id)
    if not waiting:
        return {}
    filed = {one.id: one for one in library.photographs(course.patient.id)}
    days = {visit.id: visit.visited_on for visit in course.visits}
    found: dict[tuple[str, date], str] = {}
    for proposal in waiting:
        photograph = filed.get(proposal.photograph_id)
        if photograph is None or photograph.visit_id not in days:
            continue
        on = days[photograph.visit_id]
        group = None if photograph.site is None else photograph.site.group
        for curve in course.lesions:
            if on in curve.gaps and group in {None, curve.lesion.site.group}:
                found.setdefault((curve.lesion.id, on), photograph.id)
    return found
