"""How each photograph of the plan is taken: where the card lies, the hand, the light, the hour."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Final

import numpy as np

from woundtrack import imaging, phantom
from woundtrack.demo.plan import PatientPlan, Shot, ViewPlan, shots_of

PHOTO_PX: Final = (1632, 1224)

Box = tuple[float, float, float, float]
"""Left, top, right, bottom of a part of the skin, mm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedPhotograph:
    """A photograph of the plan: what it shows, and the files it becomes."""

    patient: PatientPlan
    view: ViewPlan
    shot: Shot
    scene: phantom.Scene
    path: Path

    @property
    def truth_path(self) -> Path:
        """Where it is written what was painted: the nurse's eyes."""
        return self.path.with_suffix(".truth")


def planned_photographs(
    clinic: Sequence[PatientPlan], folder: Path, day: date
) -> list[list[PlannedPhotograph]]:
    """Return every patient's photographs, oldest first."""
    cards = {kind: _card(kind) for kind in ("card", "strip")}
    number = 412
    patients = []
    for patient in clinic:
        photographs = []
        for shot, view in shots_of(patient):
            on = day - timedelta(days=patient.last_visit_days_ago + 7 * (patient.weeks - shot.week))
            path = folder / patient.code / on.isoformat() / f"IMG_{number:04d}.jpg"
            number += 3
            scene = _scene(patient, view, shot, cards, on)
            photographs.append(
                PlannedPhotograph(patient=patient, view=view, shot=shot, scene=scene, path=path)
            )
        patients.append(photographs)
    return patients


def _card(kind: str) -> phantom.CardPrint:
    """Return the first card of the printed sheet of a kind."""
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet, kind)
    layout = imaging.card_layout(kind)
    card = layout.cards[0]
    return phantom.CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=tuple(tuple((x, y) for x, y in ring) for ring in card.paper_mm),
    )


def _beside(
    card: phantom.CardPrint, box: Box, shot: Shot, rng: np.random.Generator
) -> tuple[phantom.CardPrint, Box]:
    """Return an L card with its foot below the lesions and its upright beside them, and its box."""
    left, top, right, bottom = box
    # The card's arms are 25 mm wide.
    card_x = left - 4 - float(rng.uniform(2, 7)) + 35
    card_y = bottom + float(rng.uniform(5, 9)) - 15
    card_x = min(card_x, (left + right) / 2 + 12)
    card_y = max(card_y, (top + bottom) / 2 + 10)
    placed = replace(
        card,
        centre_mm=(float(card_x), float(card_y)),
        angle_deg=float(rng.normal(0, 2.5)),
        hidden=shot.card_hidden,
        is_stiff=shot.is_laminated,
    )
    return placed, (card_x - 62, top - 6, card_x + 62, card_y + 42)


def _round(
    card: phantom.CardPrint, box: Box, limb: phantom.Limb, shot: Shot, rng: np.random.Generator
) -> tuple[phantom.CardPrint, Box]:
    """Return a strip laid round the limb below the lesions, and the box of what is seen of it."""
    left, top, right, bottom = box
    y = bottom + 12 + float(rng.uniform(4, 9))
    x = (left + right) / 2 + float(rng.normal(0, 4))
    placed = replace(
        card,
        centre_mm=(float(x), float(y)),
        angle_deg=limb.axis_deg - 90 + float(rng.normal(0, 3)),
        hidden=shot.card_hidden,
    )
    reach = min(0.95 * limb.radius_mm, 62.0)
    return placed, (min(left, -reach), top - 6, max(right, reach), y + 16)


def _scene(
    patient: PatientPlan,
    view: ViewPlan,
    shot: Shot,
    cards: Mapping[str, phantom.CardPrint],
    day: date,
) -> phantom.Scene:
    """Return the scene of one photograph, with this day's hand and light."""
    rng = np.random.default_rng([patient.seed, view.seed, shot.week])
    # The frame: every lesion at its largest, so that the hand finds the same place each time.
    lows, highs = [], []
    for course in view.courses:
        half = 0.72 * math.sqrt(course.largest_mm2)
        lows.append((course.centre_mm[0] - half, course.centre_mm[1] - half))
        highs.append((course.centre_mm[0] + half, course.centre_mm[1] + half))
    left, top = (float(value) for value in np.min(lows, axis=0))
    right, bottom = (float(value) for value in np.max(highs, axis=0))
    lesions = (left, top, right, bottom)
    limb = None
    if view.limb_radius_mm is not None:
        limb = phantom.Limb(
            radius_mm=view.limb_radius_mm,
            depth_mm=1.1 * view.limb_radius_mm,
            axis_deg=view.limb_angle_deg,
        )
    if limb is None or shot.is_laminated:
        placed, box = _beside(cards["card"], lesions, shot, rng)
    else:
        placed, box = _round(cards["strip"], lesions, limb, shot, rng)
    if not shot.has_card:
        box = (left - 25, top - 6, right + 25, bottom + 25)
    x0, y0, x1, y1 = min(left, box[0]), min(top - 6, box[1]), max(right, box[2]), box[3]
    centre = (
        float((x0 + x1) / 2 + rng.normal(0, 2)),
        float((y0 + y1) / 2 + rng.normal(0, 2)),
    )
    width_px, height_px = PHOTO_PX
    focal = 50.0
    tilt = (
        shot.tilt_deg if shot.tilt_deg is not None else float(np.clip(rng.gamma(3.0, 2.6), 1, 22))
    )
    camera = phantom.Camera(width_px=width_px, height_px=height_px, focal_35mm=focal)
    room = max((x1 - x0 + 14) / width_px, (y1 - y0 + 12) / height_px)
    distance = camera.focal_px * float(room) * (1 + 0.004 * tilt) * float(rng.uniform(1.0, 1.10))
    camera = replace(
        camera,
        distance_mm=max(170.0, distance * shot.far),
        look_at_mm=centre,
        tilt_deg=tilt,
        tilt_azimuth_deg=float(rng.uniform(0, 360)),
        roll_deg=float(rng.normal(0, 3.0)),
        k1=-0.015,
        limb=limb,
        make="Demonstration",
        model="Clinic phone",
    )
    minute = 9 * 60 + int(rng.integers(10, 150)) + view.seed
    clock = time(minute // 60, minute % 60, int(rng.integers(0, 60)))
    offset_h = 1 if 4 <= day.month <= 10 else 0  # British summer time, to within some days
    taken_at = datetime.combine(day, clock, timezone(timedelta(hours=offset_h)))
    return phantom.Scene(
        seed=patient.seed * 16 + view.seed,
        shot=shot.week,
        skin_tone=patient.skin_tone,
        camera=camera,
        light=phantom.Light(
            azimuth_deg=float(rng.uniform(190, 300)),
            elevation_deg=float(rng.uniform(48, 65)),
            gradient=float(rng.uniform(0.1, 0.4)),
            warmth=float(rng.normal(0.08, 0.16)),
            vignette=float(rng.uniform(0.1, 0.4)),
            glare=float(rng.uniform(0.15, 0.5)),
            exposure=float(rng.uniform(0.93, 1.07)),
        ),
        lesions=tuple(course.at(shot.week) for course in view.courses_at(shot.week)),
        cards=(placed,) if shot.has_card else (),
        curvature=view.curvature,
        backdrop=view.backdrop,
        hair=patient.hair,
        veins=view.veins,
        dryness=patient.dryness,
        moles=patient.moles,
        blur_px=float(rng.uniform(0.5, 0.9)),
        noise=float(rng.uniform(0.7, 1.4)),
        taken_at=taken_at,
    )
