"""What is planted into a photograph lies where it was asked for, and nowhere else."""

from __future__ import annotations

import functools
import io
from dataclasses import replace

import numpy as np
import pytest

from woundtrack.imaging.cards.sheet import card_layout, write_card_sheet
from woundtrack.phantom import Camera, CardPrint, Phantom, Scene, render, spoiled

CAMERA = Camera(width_px=800, height_px=600, focal_35mm=35.0, distance_mm=190.0)


@functools.cache
def card() -> CardPrint:
    pdf = io.BytesIO()
    write_card_sheet(pdf)
    layout = card_layout()
    placed = layout.cards[0]
    return CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=placed.rect_mm,
        paper_mm=placed.paper_mm,
        centre_mm=(0.0, 0.0),
    )


@functools.cache
def sound() -> Phantom:
    return render(Scene(camera=CAMERA, cards=(card(),), hair=0.0, moles=0.0))


def brightened(taken: Phantom) -> np.ndarray:
    """Return where a photograph is brighter than the sound one, (H, W)."""
    change = taken.pixels.astype(int) - sound().pixels
    return np.asarray(change.mean(axis=2) > 40)


def test_glare_shines_where_it_was_asked_for() -> None:
    taken = spoiled.with_glare(sound(), card(), (12.5, 66.5), 5.0, 1.0)

    rows, columns = np.nonzero(brightened(taken))

    (x, y) = spoiled.seen_on_card(sound().scene, card(), [(12.5, 66.5)])[0]
    assert np.hypot(columns - x, rows - y).max() < 9.0 * CAMERA.px_per_mm((0.0, 0.0))
    assert taken.lesions == sound().lesions


def test_a_shadow_darkens_one_side_of_its_edge_alone() -> None:
    taken = spoiled.with_shadow(sound(), card(), (60.0, 40.0), 90.0, 0.4, 1.0)

    dark = taken.pixels.astype(int).mean(axis=2) < 0.9 * sound().pixels.mean(axis=2)

    halves = sorted([float(dark[:, :350].mean()), float(dark[:, 450:].mean())])
    assert halves[0] < 0.01
    assert halves[1] > 0.95


def test_a_movement_spreads_upright_edges_along_itself() -> None:
    along = spoiled.with_movement(sound(), 9.0, 0.0).pixels.astype(int)

    def steepest(pixels: np.ndarray, axis: int) -> float:
        return float(np.percentile(np.abs(np.diff(pixels.mean(axis=2), axis=axis)), 99.9))

    assert steepest(along, 1) < 0.45 * steepest(sound().pixels.astype(int), 1)
    assert steepest(along, 0) > 0.8 * steepest(sound().pixels.astype(int), 0)


def test_a_stretched_print_is_longer_downwards_alone() -> None:
    ends = [(0.0, 0.0), (120.0, 0.0), (0.0, 80.0)]

    plain = spoiled.seen_on_card(sound().scene, card(), ends)
    longer = spoiled.seen_on_card(sound().scene, replace(card(), stretch=1.1), ends)

    def length(seen: np.ndarray, end: int) -> float:
        return float(np.hypot(*(seen[end] - seen[0])))

    assert length(longer, 1) == pytest.approx(length(plain, 1))
    assert length(longer, 2) == pytest.approx(1.1 * length(plain, 2))


def test_a_card_that_leans_is_nearer_to_the_camera_on_one_side() -> None:
    leaning = replace(card(), lean_deg=20.0, lean_azimuth_deg=0.0)

    flat = spoiled.seen_on_card(sound().scene, card(), [(60, 40), (60, 0), (60, 80)])
    tipped = spoiled.seen_on_card(sound().scene, leaning, [(60, 40), (60, 0), (60, 80)])

    assert tipped[0] == pytest.approx(flat[0])
    # Foreshortened by the cosine, and the far half more than the near one.
    halves = sorted(np.abs(tipped[1:, 1] - tipped[0, 1]) / np.abs(flat[1:, 1] - flat[0, 1]))
    assert halves[0] < np.cos(np.radians(20)) < halves[1]


def test_a_screenshot_says_nothing_of_a_camera() -> None:
    assert b"Exif" in sound().jpeg
    assert b"Exif" not in spoiled.without_camera(sound())
