"""The patients of the demonstration: who they are and how each of their lesions runs.

Invented people. The courses follow what is described of calciphylaxis: eschar over the abdomen and
thighs that is taken off and leaves a larger ulcer, slow granulation, some that stall or worsen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from woundtrack.model import BodySite, Side
from woundtrack.phantom import SKIN_TONES, Backdrop, Lesion

Stage = tuple[float, float, float, float, float]
"""Week; area in cm²; slough and eschar as fractions of the bed; violaceous skin 0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One lesion over the weeks; between its ``stages`` everything changes evenly.

    The root of the area does, as the edge of a healing wound advances evenly. It is not there
    before its first stage. Of one that ``is_nested`` the nurse outlines eschar and margin, too.
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
        return tuple(course for course in self.courses if course.stages[0][0] <= week)


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


CLINIC: Final[tuple[PatientPlan, ...]] = (
    PatientPlan(
        code="WT-0031",
        seed=31,
        skin_tone=SKIN_TONES["II"],
        weeks_seen=(0, 3, 6, 9, 14, 20, 27, 35, 44, 51),
        last_visit_days_ago=3,
        is_last_visit_waiting=True,
        moles=0.5,
        odd_shots=((14, 1, Shot(week=14, has_card=False)), (27, 0, Shot(week=27, tilt_deg=36.5))),
        views=(
            ViewPlan(
                site=BodySite(region="abdomen", side=Side.LEFT),
                seed=1,
                curvature=0.45,
                courses=(
                    # Black at first; taken off in week 5, which leaves a larger, open ulcer.
                    Course(
                        label="A1",
                        shape_seed=103,
                        centre_mm=(-16.0, -8.0),
                        angle_deg=20,
                        redness=0.65,
                        depth_mm=2.6,
                        stages=(
                            (0, 14.2, 0.10, 0.72, 0.85),
                            (4, 16.8, 0.20, 0.62, 0.80),
                            (6, 21.6, 0.45, 0.04, 0.55),
                            (9, 20.4, 0.36, 0.0, 0.40),
                            (20, 13.0, 0.18, 0.0, 0.15),
                            (35, 5.6, 0.08, 0.0, 0.04),
                            (51, 1.5, 0.03, 0.0, 0.0),
                        ),
                    ),
                    Course(
                        label="A2",
                        shape_seed=118,
                        centre_mm=(44.0, 14.0),
                        angle_deg=-35,
                        redness=0.45,
                        depth_mm=1.3,
                        stages=(
                            (0, 2.3, 0.35, 0.20, 0.4),
                            (9, 1.9, 0.25, 0.0, 0.2),
                            (20, 0.7, 0.08, 0.0, 0.0),
                            (27, 0.0, 0.0, 0.0, 0.0),
                        ),
                    ),
                ),
            ),
            ViewPlan(
                site=BodySite(region="thigh", side=Side.LEFT),
                seed=2,
                limb_radius_mm=86.0,
                limb_angle_deg=80.0,
                curvature=0.4,
                backdrop=Backdrop.PAD,
                courses=(
                    # Stalls under slough.
                    Course(
                        label="T1",
                        shape_seed=131,
                        centre_mm=(0.0, -14.0),
                        elongation=1.6,
                        angle_deg=65,
                        redness=0.55,
                        maceration=0.4,
                        stages=(
                            (0, 5.2, 0.55, 0.25, 0.5),
                            (9, 7.0, 0.60, 0.08, 0.4),
                            (27, 6.6, 0.55, 0.0, 0.3),
                            (51, 6.9, 0.48, 0.0, 0.25),
                        ),
                    ),
                ),
            ),
        ),
    ),
    PatientPlan(
        code="WT-0047",
        seed=47,
        skin_tone=SKIN_TONES["VI"],
        weeks_seen=(0, 4, 9, 22, 30, 40, 48),
        last_visit_days_ago=9,
        dryness=0.55,
        hair=0.2,
        moles=0.1,
        odd_shots=(
            (0, 0, Shot(week=0, is_laminated=True)),
            (22, 1, Shot(week=22, far=2.0)),
        ),
        views=(
            ViewPlan(
                site=BodySite(region="lower-leg", side=Side.RIGHT),
                seed=1,
                limb_radius_mm=54.0,
                limb_angle_deg=84.0,
                curvature=0.5,
                veins=0.2,
                courses=(
                    Course(
                        label="L1",
                        shape_seed=204,
                        centre_mm=(6.0, -10.0),
                        elongation=1.4,
                        angle_deg=80,
                        redness=0.45,
                        stages=(
                            (0, 8.4, 0.35, 0.20, 0.5),
                            (9, 6.9, 0.20, 0.0, 0.3),
                            (22, 2.4, 0.06, 0.0, 0.1),
                            (34, 0.0, 0.0, 0.0, 0.0),
                        ),
                    ),
                ),
            ),
            ViewPlan(
                site=BodySite(region="lower-leg", side=Side.LEFT),
                seed=2,
                limb_radius_mm=56.0,
                limb_angle_deg=96.0,
                curvature=0.5,
                veins=0.2,
                courses=(
                    # Worsens: new necrosis at its edge.
                    Course(
                        label="L2",
                        shape_seed=219,
                        centre_mm=(-4.0, -12.0),
                        angle_deg=100,
                        elongation=1.3,
                        redness=0.6,
                        stages=(
                            (0, 3.1, 0.25, 0.15, 0.6),
                            (15, 4.4, 0.35, 0.25, 0.8),
                            (30, 8.2, 0.30, 0.45, 1.0),
                            (48, 12.6, 0.32, 0.40, 1.0),
                        ),
                    ),
                ),
            ),
        ),
    ),
    PatientPlan(
        code="WT-0058",
        seed=58,
        skin_tone=SKIN_TONES["IV"],
        weeks_seen=(0, 4, 9, 16, 25, 36),
        last_visit_days_ago=5,
        is_last_visit_waiting=True,
        moles=0.6,
        views=(
            ViewPlan(
                site=BodySite(region="flank", side=Side.RIGHT),
                seed=1,
                curvature=0.6,
                limb_angle_deg=15.0,
                courses=(
                    Course(
                        label="F1",
                        shape_seed=305,
                        centre_mm=(-14.0, -10.0),
                        angle_deg=-10,
                        redness=0.5,
                        stages=(
                            (0, 9.6, 0.45, 0.10, 0.6),
                            (9, 7.7, 0.25, 0.0, 0.3),
                            (25, 3.0, 0.08, 0.0, 0.0),
                            (36, 1.2, 0.03, 0.0, 0.0),
                        ),
                    ),
                    # Appears later.
                    Course(
                        label="F2",
                        shape_seed=322,
                        centre_mm=(42.0, 8.0),
                        angle_deg=40,
                        redness=0.5,
                        depth_mm=1.4,
                        stages=(
                            (9, 0.9, 0.10, 0.60, 0.9),
                            (16, 2.6, 0.30, 0.30, 0.7),
                            (36, 1.6, 0.15, 0.0, 0.2),
                        ),
                    ),
                ),
            ),
            ViewPlan(
                site=BodySite(region="abdomen", side=Side.RIGHT),
                seed=2,
                curvature=0.45,
                courses=(
                    Course(
                        label="A1",
                        shape_seed=341,
                        centre_mm=(4.0, -12.0),
                        elongation=1.7,
                        angle_deg=-15,
                        redness=0.6,
                        depth_mm=2.4,
                        stages=(
                            (0, 11.8, 0.15, 0.60, 0.8),
                            (4, 15.9, 0.50, 0.05, 0.6),
                            (16, 10.2, 0.22, 0.0, 0.2),
                            (36, 4.4, 0.08, 0.0, 0.0),
                        ),
                    ),
                ),
            ),
        ),
    ),
    PatientPlan(
        code="WT-0073",
        seed=73,
        skin_tone=SKIN_TONES["I"],
        weeks_seen=(0, 3, 7, 12, 18),
        last_visit_days_ago=94,
        hair=0.35,
        moles=0.3,
        views=(
            ViewPlan(
                site=BodySite(region="thigh", side=Side.RIGHT),
                seed=1,
                limb_radius_mm=92.0,
                limb_angle_deg=98.0,
                curvature=0.4,
                backdrop=Backdrop.PAPER,
                courses=(
                    # Worsens fast: the black plate spreads.
                    Course(
                        label="T1",
                        shape_seed=407,
                        centre_mm=(2.0, -12.0),
                        redness=0.75,
                        angle_deg=50,
                        depth_mm=1.6,
                        is_nested=True,
                        stages=(
                            (0, 6.4, 0.10, 0.70, 1.0),
                            (7, 11.5, 0.12, 0.72, 1.0),
                            (18, 24.5, 0.18, 0.66, 1.0),
                        ),
                    ),
                ),
            ),
            ViewPlan(
                site=BodySite(region="thigh", side=Side.LEFT),
                seed=2,
                limb_radius_mm=92.0,
                limb_angle_deg=82.0,
                curvature=0.4,
                backdrop=Backdrop.PAPER,
                courses=(
                    Course(
                        label="T2",
                        shape_seed=423,
                        centre_mm=(0.0, -10.0),
                        elongation=1.5,
                        angle_deg=110,
                        redness=0.6,
                        stages=(
                            (0, 2.2, 0.30, 0.35, 0.8),
                            (18, 5.1, 0.40, 0.30, 0.9),
                        ),
                    ),
                ),
            ),
        ),
    ),
    PatientPlan(
        code="WT-0092",
        seed=92,
        skin_tone=SKIN_TONES["III"],
        weeks_seen=(0, 5, 11, 18, 26, 34),
        last_visit_days_ago=1,
        is_last_visit_waiting=True,
        moles=0.8,
        odd_shots=((11, 1, Shot(week=11, card_hidden=0.22)),),
        views=(
            ViewPlan(
                site=BodySite(region="abdomen", side=Side.LEFT),
                seed=1,
                curvature=0.5,
                courses=(
                    Course(
                        label="A1",
                        shape_seed=506,
                        centre_mm=(2.0, -10.0),
                        angle_deg=-30,
                        redness=0.55,
                        depth_mm=2.2,
                        stages=(
                            (0, 12.4, 0.40, 0.15, 0.5),
                            (11, 8.3, 0.20, 0.0, 0.2),
                            (26, 2.6, 0.06, 0.0, 0.0),
                            (34, 1.0, 0.02, 0.0, 0.0),
                        ),
                    ),
                ),
            ),
            ViewPlan(
                site=BodySite(region="lower-leg", side=Side.LEFT),
                seed=2,
                limb_radius_mm=51.0,
                limb_angle_deg=92.0,
                curvature=0.5,
                veins=0.35,
                backdrop=Backdrop.PAD,
                courses=(
                    Course(
                        label="L1",
                        shape_seed=521,
                        centre_mm=(0.0, -10.0),
                        elongation=1.45,
                        angle_deg=95,
                        redness=0.6,
                        maceration=0.35,
                        rolled=0.5,
                        stages=(
                            (0, 4.3, 0.40, 0.0, 0.4),
                            (18, 3.2, 0.22, 0.0, 0.2),
                            (34, 1.8, 0.10, 0.0, 0.1),
                        ),
                    ),
                ),
            ),
        ),
    ),
    PatientPlan(
        code="WT-0104",
        seed=104,
        skin_tone=SKIN_TONES["V"],
        weeks_seen=(0, 3, 6),
        last_visit_days_ago=2,
        hair=0.15,
        dryness=0.4,
        moles=0.25,
        views=(
            ViewPlan(
                site=BodySite(region="chest", side=Side.LEFT),
                seed=1,
                curvature=0.5,
                courses=(
                    Course(
                        label="C1",
                        shape_seed=606,
                        centre_mm=(0.0, -10.0),
                        angle_deg=15,
                        redness=0.5,
                        stages=(
                            (0, 4.6, 0.15, 0.55, 0.9),
                            (3, 6.2, 0.50, 0.12, 0.7),
                            (6, 5.3, 0.35, 0.0, 0.5),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
"""Six patients, 13 lesions on abdomen, legs and torso, and the year's photographs of them."""
