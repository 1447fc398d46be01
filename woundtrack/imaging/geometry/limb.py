"""A limb seen in a photograph: from its unrolled skin to pixels, and back.

Hides the section of a limb, which is no circle, and where a line of sight meets it.

Three frames. *Skin*: millimetres on the unrolled skin, the first card's frame. *Space*: millimetres
(across, along, depth) from ``Limb.origin_mm``: across and along touch the skin there, depth goes
away from the camera. So far round the limb as ``s`` its skin has turned away by ψ = φ + a φ²/2 +
b φ³/3, where φ = s / radius and (a, b) = ``Limb.unround``: no limb is a circle. A limb that tapers
is a cone: its apex is joined to that section, and lies radius / ``Limb.taper`` along the line of
the skin where depth is 0.
*Pixels* of the upright photograph. ``limb_fit.py`` finds the limb.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from woundtrack.model import Limb, Ring

Floats = NDArray[np.float64]

_NEWTON_STEPS: Final = 6
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)
_GAUSS_PLACES: Final = (1 + _NODES) / 2
_GAUSS_WEIGHTS: Final = _WEIGHTS / 2


def seen_from_skin(limb: Limb, points_mm: Floats) -> Floats:
    """Return where points (N, 2) of the unrolled skin, mm, are seen, px."""
    seen: Floats = projected(
        points_mm[None],
        curvature=np.array([1 / limb.radius_mm]),
        axis=np.array([math.radians(limb.axis_deg)]),
        origin=np.array(limb.origin_mm),
        rotation=np.array(limb.rotation)[None],
        shift=np.array(limb.shift_mm)[None],
        focal=np.array([limb.focal_px]),
        k1=np.array([limb.lens_k1]),
        unround=np.array(limb.unround)[None],
        taper=np.array([limb.taper]),
        centre=np.array(limb.centre_px),
    )[0]
    return seen


def skin_from_seen(limb: Limb, points_px: Floats) -> Floats:
    """Return where on the unrolled skin points (N, 2) px are, mm; NaN where they see none of it."""
    seen = (points_px - np.array(limb.centre_px)) / limb.focal_px
    straight = seen.copy()
    for _ in range(8):
        radius2 = (straight**2).sum(axis=1, keepdims=True)
        straight = seen / (1 + limb.lens_k1 * radius2)
    rotation = np.array(limb.rotation)
    rays = np.column_stack([straight, np.ones(len(straight))]) @ rotation
    start = -np.array(limb.shift_mm) @ rotation
    axis = math.radians(limb.axis_deg)
    cos, sin = math.cos(axis), math.sin(axis)
    # From the card's frame to across, along, depth.
    turn = np.array([[-sin, cos, 0], [cos, sin, 0], [0, 0, 1.0]])
    rays, start = rays @ turn.T, turn @ start
    bend = 1 / limb.radius_mm
    converging = limb.taper * bend
    if converging:
        # A projection that takes the apex away to infinity makes a cylinder of the cone, and lines
        # of lines: on that cylinder a ray is met where it is met on the cone.
        left = 1 - converging * start[1]
        rays = rays * left + converging * rays[:, 1:2] * start
        start = start / left
    # Across² + depth² = 2 radius depth, in a form that stays good as the radius grows.
    a = bend / 2 * (rays[:, 0] ** 2 + rays[:, 2] ** 2)
    b = bend * (start[0] * rays[:, 0] + start[2] * rays[:, 2]) - rays[:, 2]
    c = bend / 2 * (start[0] ** 2 + start[2] ** 2) - start[2]
    under = b**2 - 4 * a * c
    # Where a circle is missed, a section that isn't one may still be met: from the circle's edge.
    is_circle = not any(limb.unround)
    root = np.sqrt(np.where(under >= 0, under, np.nan if is_circle else 0.0))
    reach = 2 * c / (-b + root)
    across = start[0] + reach * rays[:, 0]
    along = start[1] + reach * rays[:, 1]
    depth = start[2] + reach * rays[:, 2]
    around = np.arctan2(bend * across, 1 - bend * depth) / bend
    # From where the ray would meet a circle, by Newton along the true section.
    for _ in range(0 if is_circle else _NEWTON_STEPS):
        at, down, turn_away = _section(around, bend, *limb.unround)
        miss = (at - start[0]) * rays[:, 2] - (down - start[2]) * rays[:, 0]
        slope = np.cos(turn_away) * rays[:, 2] - np.sin(turn_away) * rays[:, 0]
        step = np.clip(miss / slope, -0.3 / bend, 0.3 / bend)
        around = around - step
        if not (np.abs(step) > 1e-5).any():  # the next one is its square: nothing
            break
    if not is_circle:
        at, down, turn_away = _section(around, bend, *limb.unround)
        slope = np.cos(turn_away) * rays[:, 2] - np.sin(turn_away) * rays[:, 0]
        off = np.abs((at - start[0]) * rays[:, 2] - (down - start[2]) * rays[:, 0])
        # Past the limb's outline the section is met from behind, or not at all.
        around = np.where((slope > 0) & (off < 1e-3), around, np.nan)
        reach = (down - start[2]) / rays[:, 2]
        along = start[1] + reach * rays[:, 1]
        across, depth = at, down
    if converging:
        along, around = _unrolled_cone(along, around, across, depth, bend, converging)
    skin: Floats = np.column_stack([cos * along - sin * around, sin * along + cos * around])
    skin += np.array(limb.origin_mm)
    return skin


def limb_lines(limb: Limb, reach_mm: float = 60.0, apart_mm: float = 20.0) -> tuple[Ring, ...]:
    """Return lines along a limb and round it, px, so far either way of where it was found.

    A net of squares on the unrolled skin, as the camera sees it; what the limb hides is left out.
    """
    axis = math.radians(limb.axis_deg)
    along = np.array([math.cos(axis), math.sin(axis)])
    around = np.array([-along[1], along[0]])
    run = np.arange(-reach_mm, reach_mm + 1, 2.0)[:, None]
    lines = []
    for off in np.arange(-reach_mm, reach_mm + 1, apart_mm):
        for one, other in ((along, around), (around, along)):
            skin = np.array(limb.origin_mm) + run * one + off * other
            seen = seen_from_skin(limb, skin)
            back = skin_from_seen(limb, np.nan_to_num(seen, nan=-1e6))
            is_seen = np.abs(back - skin).max(axis=1) < 0.1
            line = tuple((float(x), float(y)) for x, y in seen[is_seen])
            if len(line) > 1:
                lines.append(line)
    return tuple(lines)


def tilts_deg(limb: Limb, points_mm: Floats) -> Floats:
    """Return the angles (N,) between the camera's axis and the skin's normal at points (N, 2)."""
    axis = math.radians(limb.axis_deg)
    cos, sin = math.cos(axis), math.sin(axis)
    x, y = (points_mm - np.array(limb.origin_mm)).T
    _, _, turn = _section(cos * y - sin * x, 1 / limb.radius_mm, *limb.unround)
    outwards = np.column_stack([-sin * np.sin(turn), cos * np.sin(turn), -np.cos(turn)])
    towards = -outwards @ np.array(limb.rotation)[2]
    tilts: Floats = np.degrees(np.arccos(np.clip(towards, -1, 1)))
    return tilts


def scaled_limb(limb: Limb, by: float) -> Limb:
    """Return the limb in a card's frame that is ``by`` times as large: a print that wasn't true."""
    x, y = limb.origin_mm
    across, along, depth = limb.shift_mm
    return replace(
        limb,
        radius_mm=limb.radius_mm * by,
        radius_sd_mm=limb.radius_sd_mm * by,
        origin_mm=(x * by, y * by),
        shift_mm=(across * by, along * by, depth * by),
    )


def touching_plane(limb: Limb) -> Floats:
    """Return the map from skin mm to pixels, 3 × 3, if the skin went on flat from the origin."""
    rotation, shift = np.array(limb.rotation), np.array(limb.shift_mm)
    x, y = limb.origin_mm
    columns = np.column_stack(
        [rotation[:, 0], rotation[:, 1], shift - rotation[:, 0] * x - rotation[:, 1] * y]
    )
    lens = np.array(
        [[limb.focal_px, 0, limb.centre_px[0]], [0, limb.focal_px, limb.centre_px[1]], [0, 0, 1.0]]
    )
    to_px: Floats = lens @ columns
    to_px /= to_px[2, 2]
    return to_px


def projected(
    skin: Floats,
    *,
    curvature: Floats,
    axis: Floats,
    origin: Floats,
    rotation: Floats,
    shift: Floats,
    focal: Floats,
    k1: Floats,
    unround: Floats,
    taper: Floats,
    centre: Floats,
) -> Floats:
    """Return where points (B, N, 2) of the skin of B limbs are seen, px; NaN behind the camera.

    All but ``origin`` and ``centre`` have one entry for each limb: many of them are tried at once.
    """
    x, y = np.moveaxis(skin - origin, -1, 0)
    cos, sin = np.cos(axis)[:, None], np.sin(axis)[:, None]
    along, around = cos * x + sin * y, cos * y - sin * x
    along, across, depth = _on_cone(
        along, around, curvature[:, None], unround[:, :1], unround[:, 1:], taper[:, None]
    )
    space = np.stack([cos * along - sin * across, sin * along + cos * across, depth], axis=-1)
    camera = space @ rotation.transpose(0, 2, 1) + shift[:, None]
    ahead = np.where(camera[..., 2:] > 1e-6, camera[..., 2:], np.nan)
    ray = camera[..., :2] / ahead
    bent = ray * (1 + k1[:, None, None] * (ray**2).sum(axis=-1, keepdims=True))
    seen: Floats = bent * focal[:, None, None] + centre
    return seen


def _on_cone(
    along: Floats,
    around: Floats,
    curvature: Floats,
    rise: Floats,
    bulge: Floats,
    taper: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Return along, across and depth, mm, of unrolled skin: any shape, and a cone or none."""
    if not taper.any():
        across, depth, _ = _section(around, curvature, rise, bulge)
        return along, across, depth
    g = taper * curvature  # 1 over the way to the apex
    ahead = 1 - g * along
    x = g * around / ahead
    # The angle at the apex, times the way there: a series, which stays good where there is none.
    square = x * x
    turned = around / ahead * (1 - square * (1 / 3 - square * (1 / 5 - square * (1 / 7))))
    across, depth, _ = _section(_round_section(turned, curvature, g), curvature, rise, bulge)
    wide = 1 + g * g * (across**2 + depth**2)
    # What lies so far from the apex on the skin does so in space.
    share = np.sqrt((ahead**2 + (g * around) ** 2) / wide)
    gap = g * (across**2 + depth**2) + 2 * along - g * (along**2 + around**2)
    return gap / (wide * (1 + share)), across * share, depth * share


def _unrolled_cone(
    along: Floats, section: Floats, across: Floats, depth: Floats, bend: float, g: float
) -> tuple[Floats, Floats]:
    """Return along and around of places on a cone whose apex was projected to infinity.

    ``section`` is how far round they are where the section is, at ``across`` and ``depth``; the
    inverse of ``_on_cone``.
    """
    turned = section
    for _ in range(5):
        closer = section - (_round_section(turned, bend, g) - turned)
        is_there = not (np.abs(closer - turned) > 1e-6).any()
        turned = closer
        if is_there:
            break
    far = np.sqrt(1 + g * g * (across**2 + depth**2)) / (1 + g * along)
    x = g * turned
    return (1 - far * np.cos(x)) / g, far * np.sin(x) / g


def _round_section(turned: Floats, curvature: Floats | float, g: Floats | float) -> Floats:
    """Return how far round a cone's section a place is, from its angle at the apex over ``g``.

    The direction from the apex turns by g / √(1 + g² h) − … a millimetre of the section, h the
    square of the place's distance from the nearest line: to second order in g, h as of a circle.
    That is good to 1e-4 of the way round half a limb that tapers by 8°.
    """
    phi = turned * curvature
    # ∫ (h + h'² / 4) over the section, in cubes of the radius: φ³ at first, where it is flat.
    small = np.abs(phi) < 0.1
    safe = np.where(small, 0.5, phi)
    whole = (2.5 * safe - 2 * np.sin(safe) - np.sin(2 * safe) / 4) / safe**3
    share = np.where(small, 2 / 3 - phi * phi * (1 / 12), whole)
    moved: Floats = turned * (1 + g * g * turned * turned * share / 2)
    return moved


def _section(
    around: Floats, curvature: Floats | float, rise: Floats | float, bulge: Floats | float
) -> tuple[Floats, Floats, Floats]:
    """Return across and depth, mm, and the turn ψ, rad, so far round the limb (any shape).

    By Gauss's rule of six points, which is good to 1e-7 of the radius up to a third of a turn, and
    stays good where there is no curve. ``rise`` and ``bulge`` are ``Limb.unround``.
    """
    phi = curvature * around
    linear, square = phi * phi * (rise / 2), phi * phi * phi * (bulge / 3)
    across = np.zeros_like(phi)
    depth = np.zeros_like(phi)
    for share, weight in zip(_GAUSS_PLACES, _GAUSS_WEIGHTS, strict=True):
        turn = share * (phi + share * (linear + share * square))
        across += weight * np.cos(turn)
        depth += weight * np.sin(turn)
    return around * across, around * depth, phi + linear + square
