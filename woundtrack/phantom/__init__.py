"""Synthetic wound photographs of exactly known area, for tests, benchmarks and the demo.

Hides skin, wounds, paper, lens and sensor behind a ``Scene`` and ``render``; knows nothing of
how areas are measured.
"""

from __future__ import annotations

from woundtrack.phantom.camera import Camera
from woundtrack.phantom.edge import lesion_ring, perimeter_mm, shoelace_mm2
from woundtrack.phantom.limb import Limb
from woundtrack.phantom.photograph import LesionTruth, Phantom, ideal, render
from woundtrack.phantom.scene import SKIN_TONES, Backdrop, CardPrint, Lesion, Light, Scene
from woundtrack.phantom.worker import render_into, start_worker

__all__ = [
    "SKIN_TONES",
    "Backdrop",
    "Camera",
    "CardPrint",
    "Lesion",
    "LesionTruth",
    "Light",
    "Limb",
    "Phantom",
    "Scene",
    "ideal",
    "lesion_ring",
    "perimeter_mm",
    "render",
    "render_into",
    "shoelace_mm2",
    "start_worker",
]
