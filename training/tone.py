"""How dark the skin of a photograph is, and how often to show it so that dark skin is learnt, too.

Hides where skin is looked for: in a ring round the wound.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from training.photographs import Labelled

DARK_BELOW: Final = 10.0
MEDIUM_BELOW: Final = 28.0
_WEIGHTS: Final = {"dark": 3.0, "medium": 1.5, "light": 1.0}


def typology_angle(photograph: Labelled) -> float:
    """Return the individual typology angle of the skin round the wounds, degrees; high is light.

    atan((L* − 50) / b*) of the median colour (Chardon et al., doi
    10.1111/j.1467-2494.1991.tb00561.x). The light of the picture is not corrected for.
    """
    lab = cv2.cvtColor((photograph.pixels / 255).astype(np.float32), cv2.COLOR_RGB2LAB)
    wound = photograph.mask.astype(np.uint8)
    reach = max(9, round(0.8 * float(np.sqrt(max(wound.sum(), 400))))) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach // 3 | 1, reach // 3 | 1))
    ring = (cv2.dilate(wound, kernel) > 0) & (cv2.dilate(wound, near) == 0)
    if not wound.any():
        ring = np.ones_like(photograph.mask)
    ring &= (lab[..., 2] > 4) & (lab[..., 0] > 10)
    if ring.sum() < 50:
        return 45.0
    lightness, yellow = (float(np.median(lab[..., axis][ring])) for axis in (0, 2))
    return float(np.degrees(np.arctan2(lightness - 50, yellow)))


def tone(photograph: Labelled) -> str:
    """Return dark, medium or light, as the photograph shows the skin."""
    angle = typology_angle(photograph)
    if angle < DARK_BELOW:
        return "dark"
    return "medium" if angle < MEDIUM_BELOW else "light"


def weights(learnt: list[Labelled]) -> npt.NDArray[np.float64]:
    """Return how often each photograph is shown against the others, (N,)."""
    return np.array([_WEIGHTS[tone(photograph)] for photograph in learnt])
