"""The painted edge of a lesion: an irregular ring that keeps its shape while its area changes."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from woundtrack.phantom.scene import Lesion

Floats = npt.NDArray[np.float64]

RING_POINTS = 1440


def shoelace_mm2(ring: Floats) -> float:
    """Return the area of an open ring (N, 2), always positive, by the shoelace formula."""
    following = np.roll(ring, -1, axis=0)
    return abs(float(np.sum(ring[:, 0] * following[:, 1] - ring[:, 1] * following[:, 0]))) / 2


def perimeter_mm(ring: Floats) -> float:
    """Return the length of an open ring (N, 2), closed by its first point."""
    return float(np.sum(np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)))


def lesion_ring(lesion: Lesion, area_mm2: float) -> Floats:
    """Return the edge (N, 2) on the skin, mm, scaled to exactly ``area_mm2`` by the shoelace.

    A star of random harmonics, stretched, then pushed about by a smooth field whose gradient stays
    below one, so that lobes and bays form and the ring never crosses itself.
    """
    rng = np.random.default_rng([lesion.shape_seed, 11])
    angle = np.linspace(0, 2 * math.pi, RING_POINTS, endpoint=False)
    order = np.arange(2, 40)
    strength = order**-1.55 * np.where(order < 9, 1.0, 0.8)
    phases = rng.uniform(0, 2 * math.pi, len(order))
    weights = rng.normal(0, 1, len(order)) * strength
    harmonics = np.cos(np.outer(order, angle) + phases[:, None])
    log_radius = 0.55 * lesion.irregularity * (weights @ harmonics)
    radius = np.exp(np.clip(log_radius, -0.8, 0.8))
    stretch = math.sqrt(lesion.elongation)
    ring = np.column_stack([stretch * radius * np.cos(angle), radius * np.sin(angle) / stretch])

    # The push: four plane waves an axis, wavelength of about the lesion's size.
    push = np.zeros_like(ring)
    for _ in range(4):
        wave = rng.normal(0, 1, 2)
        wave *= rng.uniform(1.6, 3.4) / np.hypot(*wave)
        direction = rng.normal(0, 1, 2)
        direction /= np.hypot(*direction)
        phase = rng.uniform(0, 2 * math.pi)
        size = 0.2 * lesion.irregularity / np.hypot(*wave)
        push += size * np.sin(ring @ wave + phase)[:, None] * direction
    ring = ring + push

    turn = math.radians(lesion.angle_deg)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    ring = (ring - ring.mean(axis=0)) @ rotation.T
    ring *= math.sqrt(area_mm2 / shoelace_mm2(ring))
    # Scaling about a far centre would lose digits of the area; shift last.
    placed: Floats = ring + np.array(lesion.centre_mm)
    return placed
