"""What a patient of the demonstration is made of: courses of lesions, views, shots, a history.

Hides how a lesion looks in any week between its stages.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from woundtrack.model import BodySite
from woundtrack.phantom import Backdrop, Lesion

if TYPE_CHECKING:
    from woundtrack.demo.history import History

Stage = tuple[float, float, float, float, float]
"""Week; area in cm²; slough and eschar as fractions of the bed; violaceous skin 0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One lesion over the weeks; between its ``stages`` everything changes evenly.

    The root of the area does, as the edge of a healing wound advances evenly. It is not there
    before its first stage, nor as one of its own after the week ``until``: two may become one, and
    a lesion whose shape changes altogether has a second course of the same label. Of one that
    ``is_nested`` the nurse outlines eschar and margin, too.
    """

    label: str
    shape_seed: int
    centre_mm: tuple[float, float]
    stages: tuple[Stage, ...]
    elongation: float = 1.25
    angle_deg: float = 0.0
    irregularity: float = 0.65
    redness: float = 0.5
    maceration: float = 0.15
    rolled: float = 0.25
    depth_mm: float = 2.0
    is_nested: bool = False
    until: float = math.inf

    @property
    def largest_mm2(self) -> float:
        """The largest area it ever has."""
        return max(stage[1] for stage in self.stages) * 100

    def at(self, week: float) -> Lesion:
        """Return the lesion as it is in a week."""
        before = [stage for stage in self.stages if stage[0] <= week] or [self.stages[0]]
        after = [stage for stage in self.stages if stage[0] > week] or [self.stages[-1]]
        one, two = before[-1], after[0]
        share = (week - one[0]) / (two[0] - one[0]) if two[0] > one[0] else 0.0
        root = math.sqrt(one[1]) + share * (math.sqrt(two[1]) - math.sqrt(one[1]))
        area = 100 * root * root
        slough, eschar, livedo = (
            one[field] + share * (two[field] - one[field]) for field in (2, 3, 4)
        )
        once = max([100 * stage[1] for stage in before] + [area])
        healed = 1 - area / once
        closed_for = 0.0
        if area <= 0:
            closed_for = week - next(stage[0] for stage in self.stages if stage[1] <= 0)
        return Lesion(
            centre_mm=self.centre_mm,
            area_mm2=area,
            shape_seed=self.shape_seed,
            irregularity=self.irregularity,
            elongation=self.elongation,
            angle_deg=self.angle_deg,
            slough=slough,
            eschar=eschar,
            redness=self.redness * (1 - 0.65 * healed) / (1 + 0.08 * closed_for),
            redness_mm=7 + 4 * self.redness,
            livedo=livedo,
            maceration=self.maceration * (1 - healed),
            rolled=self.rolled,
            pallor=0.12 * (1 - healed),
            depth_mm=self.depth_mm * (1 - 0.75 * healed),
            new_skin_mm=0.6 + 0.8 * healed,
            healed_mm2=once if healed > 0.03 else 0.0,
            scar_age=min(0.9, 0.15 + 0.35 * healed + 0.02 * closed_for),
            wetness=0.65 - 0.2 * healed,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewPlan:
    """One place that is photographed at each visit, with the lesions seen there.

    On a limb a strip is laid round it; elsewhere, and where a shot says so, an L card.
    """

    site: BodySite
    seed: int
    courses: tuple[Course, ...]
    limb_radius_mm: float | None = None
    limb_angle_deg: float = 0.0
    curvature: float = 0.4
    backdrop: Backdrop = Backdrop.SHEET
    veins: float = 0.1

    def courses_at(self, week: float) -> tuple[Course, ...]:
        """Return the lesions that are there in a week."""
        return tuple(
            course for course in self.courses if course.stages[0][0] <= week <= course.until
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """One photograph; the rest of it is drawn by chance.

    With ``is_laminated`` a stiff L card lies on a limb, as before the clinic had strips.
    """

    week: int
    has_card: bool = True
    is_laminated: bool = False
    is_left_waiting: bool = False
    tilt_deg: float | None = None
    far: float = 1.0
    card_hidden: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientPlan:
    """One patient: the skin, the weeks of the visits, and what is photographed at each.

    ``odd_shots`` replace single photographs: (week, view's number) and how it was taken.
    ``history`` is what was recorded beside them.
    """

    code: str
    seed: int
    skin_tone: float
    weeks_seen: tuple[int, ...]
    views: tuple[ViewPlan, ...]
    last_visit_days_ago: int
    is_last_visit_waiting: bool = False
    odd_shots: tuple[tuple[int, int, Shot], ...] = ()
    hair: float = 0.1
    dryness: float = 0.3
    moles: float = 0.35
    history: History | None = None

    @property
    def weeks(self) -> int:
        """The week of the last visit."""
        return self.weeks_seen[-1]


def shots_of(patient: PatientPlan) -> Iterator[tuple[Shot, ViewPlan]]:
    """Yield every photograph of a patient, oldest first."""
    odd = {(week, view): shot for week, view, shot in patient.odd_shots}
    for week in patient.weeks_seen:
        is_last = week == patient.weeks_seen[-1]
        for number, view in enumerate(patient.views):
            if not view.courses_at(week):
                continue
            waiting = is_last and patient.is_last_visit_waiting
            yield odd.get((week, number), Shot(week=week, is_left_waiting=waiting)), view
