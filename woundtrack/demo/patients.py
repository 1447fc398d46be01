"""The patients of the demonstration: who they are and how each of their lesions runs.

Invented people. The courses follow what is described of calciphylaxis: eschar over the abdomen and
thighs that is taken off and leaves a larger ulcer, slow granulation, some that stall or worsen.
"""

from __future__ import annotations

from typing import Final

from woundtrack.demo.histories import HISTORIES
from woundtrack.demo.plan import Course, PatientPlan, Shot, ViewPlan
from woundtrack.model import BodySite, Side
from woundtrack.phantom import SKIN_TONES, Backdrop

CLINIC: Final[tuple[PatientPlan, ...]] = (
    PatientPlan(
        code="WT-0031",
        history=HISTORIES["WT-0031"],
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
        history=HISTORIES["WT-0047"],
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
        history=HISTORIES["WT-0058"],
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
        history=HISTORIES["WT-0073"],
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
        history=HISTORIES["WT-0092"],
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
        history=HISTORIES["WT-0104"],
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
    PatientPlan(
        code="WT-0112",
        seed=112,
        skin_tone=SKIN_TONES["IV"],
        weeks_seen=(0, 3, 6, 10, 15, 21),
        last_visit_days_ago=4,
        moles=0.2,
        history=HISTORIES["WT-0112"],
        views=(
            ViewPlan(
                site=BodySite(region="abdomen", side=Side.RIGHT),
                seed=1,
                curvature=0.45,
                courses=(
                    # Two that grow towards each other and become one.
                    Course(
                        label="A1",
                        shape_seed=704,
                        centre_mm=(-25.0, -10.0),
                        angle_deg=25,
                        redness=0.6,
                        until=9,
                        stages=(
                            (0, 5.4, 0.30, 0.35, 0.9),
                            (6, 10.2, 0.40, 0.20, 0.8),
                        ),
                    ),
                    Course(
                        label="A2",
                        shape_seed=719,
                        centre_mm=(24.0, -4.0),
                        angle_deg=-40,
                        redness=0.6,
                        until=9,
                        stages=(
                            (0, 3.2, 0.30, 0.30, 0.9),
                            (6, 7.4, 0.45, 0.15, 0.8),
                        ),
                    ),
                    Course(
                        label="A1",
                        shape_seed=733,
                        centre_mm=(-1.0, -8.0),
                        elongation=2.0,
                        angle_deg=6,
                        redness=0.6,
                        depth_mm=2.6,
                        stages=(
                            (10, 23.5, 0.45, 0.06, 0.6),
                            (15, 19.0, 0.28, 0.0, 0.3),
                            (21, 13.2, 0.15, 0.0, 0.1),
                        ),
                    ),
                ),
            ),
        ),
    ),
    PatientPlan(
        code="WT-0126",
        seed=126,
        skin_tone=SKIN_TONES["II"],
        weeks_seen=(0, 4, 8, 13, 19, 26),
        last_visit_days_ago=11,
        hair=0.2,
        history=HISTORIES["WT-0126"],
        views=(
            ViewPlan(
                site=BodySite(region="thigh", side=Side.LEFT),
                seed=1,
                limb_radius_mm=90.0,
                limb_angle_deg=92.0,
                curvature=0.4,
                backdrop=Backdrop.PAD,
                courses=(
                    # Healing over its middle makes two of one.
                    Course(
                        label="T1",
                        shape_seed=808,
                        centre_mm=(0.0, -22.0),
                        elongation=2.3,
                        angle_deg=90,
                        redness=0.55,
                        until=12,
                        stages=(
                            (0, 8.2, 0.10, 0.70, 0.8),
                            (4, 12.6, 0.45, 0.05, 0.6),
                            (8, 9.8, 0.30, 0.0, 0.3),
                        ),
                    ),
                    Course(
                        label="T1",
                        shape_seed=821,
                        centre_mm=(1.0, -40.0),
                        angle_deg=70,
                        redness=0.45,
                        stages=(
                            (13, 3.9, 0.22, 0.0, 0.2),
                            (26, 1.1, 0.06, 0.0, 0.0),
                        ),
                    ),
                    Course(
                        label="T2",
                        shape_seed=837,
                        centre_mm=(-1.0, -4.0),
                        angle_deg=100,
                        redness=0.45,
                        stages=(
                            (13, 2.8, 0.25, 0.0, 0.2),
                            (19, 1.5, 0.12, 0.0, 0.0),
                            (26, 0.6, 0.04, 0.0, 0.0),
                        ),
                    ),
                ),
            ),
        ),
    ),
    PatientPlan(
        code="WT-0131",
        seed=131,
        skin_tone=SKIN_TONES["III"],
        weeks_seen=(0, 5, 10, 15, 20, 27, 33),
        last_visit_days_ago=6,
        moles=0.5,
        history=HISTORIES["WT-0131"],
        views=(
            ViewPlan(
                site=BodySite(region="sacrum", side=Side.MIDLINE),
                seed=1,
                curvature=0.5,
                courses=(
                    # Closes, and a new one opens in its scar.
                    Course(
                        label="S1",
                        shape_seed=905,
                        centre_mm=(0.0, -10.0),
                        angle_deg=-20,
                        redness=0.45,
                        until=20,
                        stages=(
                            (0, 4.4, 0.25, 0.10, 0.4),
                            (10, 1.2, 0.08, 0.0, 0.1),
                            (14, 0.0, 0.0, 0.0, 0.0),
                        ),
                    ),
                    Course(
                        label="S2",
                        shape_seed=918,
                        centre_mm=(5.0, -8.0),
                        elongation=1.5,
                        angle_deg=35,
                        redness=0.6,
                        stages=(
                            (27, 1.4, 0.20, 0.15, 0.8),
                            (33, 2.9, 0.35, 0.10, 0.8),
                        ),
                    ),
                ),
            ),
        ),
    ),
    PatientPlan(
        code="WT-0140",
        seed=140,
        skin_tone=SKIN_TONES["V"],
        weeks_seen=(0,),
        last_visit_days_ago=6,
        history=HISTORIES["WT-0140"],
        views=(
            ViewPlan(
                site=BodySite(region="breast", side=Side.LEFT),
                seed=1,
                curvature=0.6,
                courses=(
                    Course(
                        label="B1",
                        shape_seed=1004,
                        centre_mm=(0.0, -10.0),
                        angle_deg=30,
                        redness=0.6,
                        stages=((0, 3.4, 0.25, 0.35, 1.0),),
                    ),
                ),
            ),
        ),
    ),
)
"""Ten patients, 20 lesions on abdomen, legs, torso and breast, and the year's photographs."""
