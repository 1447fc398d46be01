"""Is a photograph that can't be trusted told so, and why? Faults planted into rendered photographs.

A row is a fault, planted from the severity on from which it must be told; a column is what the
program says: the code of a refusal or of a doubt. "right" is the share of photographs that were
refused or flagged with a code that names the fault. The sound photographs are flat scenes and limbs
with strips, as a nurse might take them: of them at most 1 % may be refused, and 5 % flagged.

What a photograph can't show (a card held flat above the skin, how large the printer prints) is not
here: the interval allows for it.

    python -m benchmarks.refusals [--photographs 40] [--sound 200] [--only glare]
"""

from __future__ import annotations

import argparse
import concurrent.futures
import math
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from benchmarks import area_error, limbs
from woundtrack import imaging, phantom
from woundtrack.errors import CardNotFound, CardUnreliable
from woundtrack.phantom import spoiled

WIDTH_PX = 1600
NOT_OF_ONE_PHOTOGRAPH = frozenset({"print_scale_unmeasured", "print_scale_old"})
OF_THE_COLOURS = frozenset({"colour_cast"})

Draw = np.random.Generator
Taken = tuple[phantom.Phantom, bytes, str]  # the photograph, its file's bytes and its name


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A fault: how it is planted, from which severity on, and the codes that name it."""

    plant: Callable[[int, Draw], Taken]
    severity: str
    codes: frozenset[str]


@cache
def card(number: int = 0) -> phantom.CardPrint:
    """Return an L card of the printed sheet."""
    return area_error.sheet_card(number)


def scene(seed: int, **fixed: float) -> phantom.Scene:
    """Return a sound flat scene: an L card, a wound in its crook."""
    return area_error.drawn(seed, card(), width_px=WIDTH_PX, **fixed)


def shot(taken: phantom.Phantom) -> Taken:
    """Return a photograph with its file as the camera wrote it."""
    return taken, taken.jpeg, "phantom.jpg"


def laid(one: phantom.Scene, **how: Any) -> phantom.Scene:  # noqa: ANN401 - any of its fields
    """Return a scene with its first card laid otherwise."""
    return replace(one, cards=(replace(one.cards[0], **how), *one.cards[1:]))


TAGS = ((5.0, 5.0), (5.0, 59.0), (54.0, 59.0), (101.0, 59.0))
"""Top left corners of the L card's tags, of 15 mm, from the card's own corner."""


def middle_of_a_tag(draw: Draw) -> tuple[float, float]:
    """Return the middle of one of the L card's tags."""
    x, y = TAGS[int(draw.integers(4))]
    return (x + 7.5, y + 7.5)


# --- the faults ----------------------------------------------------------------------------------


def no_card(seed: int, _: Draw) -> Taken:
    """Lay nothing beside the wound."""
    return shot(phantom.render(replace(scene(seed), cards=())))


def too_small(seed: int, draw: Draw) -> Taken:
    """Stand across the room: tags of 20 to 38 pixels."""
    one = scene(seed, tilt_deg=float(draw.uniform(0, 15)))
    tag_px = 15 * one.camera.px_per_mm(one.cards[0].centre_mm)
    further = tag_px / float(draw.uniform(20, 38))
    camera = replace(one.camera, distance_mm=one.camera.distance_mm * further)
    return shot(phantom.render(replace(one, camera=camera)))


def small(seed: int, draw: Draw) -> Taken:
    """Stand too far away: tags of 42 to 76 pixels."""
    one = scene(seed, tilt_deg=float(draw.uniform(0, 15)))
    tag_px = 15 * one.camera.px_per_mm(one.cards[0].centre_mm)
    further = tag_px / float(draw.uniform(42, 76))
    camera = replace(one.camera, distance_mm=one.camera.distance_mm * further)
    return shot(phantom.render(replace(one, camera=camera)))


def tilted(seed: int, draw: Draw) -> Taken:
    """Hold the camera askew: 38 to 53°."""
    return shot(phantom.render(scene(seed, tilt_deg=float(draw.uniform(38, 53)))))


def too_tilted(seed: int, draw: Draw) -> Taken:
    """Hold it far askew: 58 to 66°."""
    return shot(phantom.render(scene(seed, tilt_deg=float(draw.uniform(58, 66)))))


def bent(seed: int, draw: Draw) -> Taken:
    """Curl the card on flat skin: its ends 7 mm up and more, which makes areas 3 % wrong."""
    one = scene(seed)
    # Of a card 120 mm long, bent to a round of 250 mm, the ends are 7 mm off.
    round_ = phantom.Limb(
        radius_mm=float(draw.uniform(70, 250)), axis_deg=one.cards[0].angle_deg + 90
    )
    return shot(phantom.render(laid(one, bent_over=round_)))


def cut_off(seed: int, draw: Draw) -> Taken:
    """Let the picture's edge go through a tag or leave it out."""
    one = scene(seed, tilt_deg=float(draw.uniform(0, 25)))
    gone = float(draw.uniform(0.3, 0.7))
    lying = one.cards[0]
    side = int(draw.integers(4))
    axis, is_far = side % 2, side >= 2
    size = (one.camera.width_px, one.camera.height_px)[axis]
    middles = spoiled.seen_on_card(one, lying, np.array(TAGS) + 7.5)[:, axis]
    order = np.sort(middles)
    # The edge falls between the first tag's middle and the third's.
    edge = (
        order[0] + gone * (order[2] - order[0])
        if not is_far
        else (order[3] - gone * (order[3] - order[1]))
    )
    move = -edge if not is_far else size - edge
    at = one.camera.look_at_mm
    shift = np.linalg.lstsq(
        _px_by_mm(one), -np.array([move, 0.0] if axis == 0 else [0.0, move]), rcond=None
    )[0]
    look = (at[0] + float(shift[0]), at[1] + float(shift[1]))
    return shot(phantom.render(replace(one, camera=replace(one.camera, look_at_mm=look))))


def _px_by_mm(one: phantom.Scene) -> np.ndarray:
    x, y = one.camera.look_at_mm
    at, right, down = one.camera.project([(x, y), (x + 1, y), (x, y + 1)])
    return np.column_stack([right - at, down - at])


def hidden(seed: int, draw: Draw) -> Taken:
    """Lay a finger over half of a tag or more."""
    one = scene(seed)
    taken = phantom.render(one)
    x, y = TAGS[int(draw.integers(4))]
    tip = (x + float(draw.uniform(1, 6)), y + float(draw.uniform(5, 10)))
    # In from the card's outside, so that no other tag is under it.
    from_deg = {5.0: (200.0 if y > 30 else 180.0), 54.0: 80.0, 101.0: 0.0}[x]
    if x == 101.0:
        tip = (x + float(draw.uniform(4, 8)), tip[1])
    elif x == 54.0:
        tip = (x + 7.5, y + float(draw.uniform(3, 8)))
    else:
        tip = (x + float(draw.uniform(9, 14)), tip[1])
    angle = from_deg + float(draw.uniform(-15, 15))
    return shot(spoiled.with_finger(taken, one.cards[0], tip, angle))


def glare(seed: int, draw: Draw) -> Taken:
    """Mirror a lamp over a tag: a spot of 4 to 14 mm radius, half a white's light or more."""
    one = scene(seed)
    at = np.array(middle_of_a_tag(draw)) + draw.uniform(-4, 4, 2)
    return shot(
        spoiled.with_glare(
            phantom.render(one),
            one.cards[0],
            (float(at[0]), float(at[1])),
            float(draw.uniform(4, 14)),
            float(draw.uniform(0.5, 1.5)),
        )
    )


def out_of_focus(seed: int, draw: Draw) -> Taken:
    """Defocus: a blur of 0.3 to 0.5 modules of the tags, edges 1.5 mm wide and more."""
    one = scene(seed)
    module_px = 15 / 8 * one.camera.px_per_mm(one.cards[0].centre_mm)
    return shot(phantom.render(replace(one, blur_px=float(draw.uniform(0.3, 0.5)) * module_px)))


def moved(seed: int, draw: Draw) -> Taken:
    """Move the camera by 0.8 to 1.4 modules of the tags: 1.5 mm and more."""
    one = scene(seed)
    module_px = 15 / 8 * one.camera.px_per_mm(one.cards[0].centre_mm)
    length = float(draw.uniform(0.8, 1.4)) * module_px
    return shot(spoiled.with_movement(phantom.render(one), length, float(draw.uniform(0, 180))))


def dark(seed: int, draw: Draw) -> Taken:
    """Darken the room: a tenth of the light and less, grainy."""
    taken = phantom.render(scene(seed))
    exposure = float(np.exp(draw.uniform(math.log(0.025), math.log(0.1))))
    return shot(spoiled.in_low_light(taken, exposure, float(draw.uniform(1, 3)), seed))


def shadowed(seed: int, draw: Draw) -> Taken:
    """Cast a shadow that leaves at most 45 % of the light on a part of the card's tags."""
    one = scene(seed)
    return shot(
        spoiled.with_shadow(
            phantom.render(one),
            one.cards[0],
            (float(draw.uniform(32, 90)), 66.0)
            if seed % 2
            else (12.0, float(draw.uniform(28, 52))),
            (90.0 if seed % 2 else 0.0)
            + float(draw.uniform(-25, 25))
            + 180 * int(draw.integers(2)),
            float(draw.uniform(0.15, 0.45)),
            float(draw.uniform(0.5, 5)),
        )
    )


def cast(seed: int, draw: Draw) -> Taken:
    """Colour the light so that one channel has less than 40 % of another."""
    strength = float(draw.uniform(2.6, 5))
    gains = [(1.0, 0.75, 1 / strength), (1 / strength, 0.8, 1.0), (0.8, 1 / strength, 1.0)]
    red, green, blue = gains[int(draw.integers(3))]
    return shot(spoiled.with_cast(phantom.render(scene(seed)), (red, green, blue)))


def two_planes(seed: int, draw: Draw) -> Taken:
    """Lean a second card by 6 to 20° against the first, or hold it 6 to 20 mm above."""
    one = scene(seed, tilt_deg=float(draw.uniform(0, 20)))
    camera = replace(one.camera, distance_mm=one.camera.distance_mm * 1.5)
    first = one.cards[0]
    turn = math.radians(first.angle_deg)
    # Opposite, so that both frame the wound.
    away = np.array([70.0, -62.0])
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    centre = np.array(first.centre_mm) + rotation @ away
    how: dict[str, Any] = (
        {"lean_deg": float(draw.uniform(6, 20)), "lean_azimuth_deg": float(draw.uniform(0, 360))}
        if seed % 2
        else {"lift_mm": float(draw.uniform(6, 20))}
    )
    second = replace(
        card(1),
        centre_mm=(float(centre[0]), float(centre[1])),
        angle_deg=first.angle_deg + 180 + float(draw.uniform(-5, 5)),
        **how,
    )
    middle = (np.array(first.centre_mm) + centre) / 2
    camera = replace(camera, look_at_mm=(float(middle[0]), float(middle[1])))
    while not _all_in_view(camera, (first, second)):
        camera = replace(camera, distance_mm=camera.distance_mm * 1.04)
    return shot(phantom.render(replace(one, cards=(first, second), camera=camera)))


def _all_in_view(camera: phantom.Camera, cards: Iterable[phantom.CardPrint]) -> bool:
    for one in cards:
        bare = phantom.Scene(camera=camera)
        seen = spoiled.seen_on_card(bare, one, np.array(one.paper_mm[0]) - one.rect_mm[:2])
        share = seen / (camera.width_px, camera.height_px)
        if share.min() < 0.02 or share.max() > 0.98:
            return False
    return True


def stretched(seed: int, draw: Draw) -> Taken:
    """Print to fill another paper: 8 % longer one way and more, as A4 on Letter."""
    factor = float(draw.uniform(1.08, 1.15))
    one = laid(scene(seed), stretch=factor if seed % 2 else 1 / factor)
    return shot(phantom.render(replace(one, camera=replace(one.camera))))


def of_a_screen(seed: int, draw: Draw) -> Taken:
    """Photograph a screen whose pixels are 1.2 to 4 of the camera's."""
    taken = phantom.render(scene(seed))
    pitch, turn = float(draw.uniform(1.2, 4)), float(draw.normal(0, 4))
    return shot(spoiled.of_a_screen(taken, pitch, turn, seed))


def screenshot(seed: int, draw: Draw) -> Taken:
    """Shoot the screen of a telephone or a computer that shows the photograph."""
    sizes = ((1170, 2532), (1080, 2400), (1366, 768), (1920, 1080), (2560, 1600))
    width, height = sizes[int(draw.integers(len(sizes)))]
    one = scene(seed)
    camera = replace(one.camera, width_px=width, height_px=height)
    taken = phantom.render(replace(one, camera=camera))
    return taken, spoiled.without_camera(taken, as_png=True), "screenshot.png"


REFUSED_SMALL = frozenset({"card_too_small", "card_small", "card_not_found"})

FAULTS: dict[str, Fault] = {
    "no card": Fault(plant=no_card, severity="none in view", codes=frozenset({"card_not_found"})),
    "too small": Fault(plant=too_small, severity="tags of 20 to 38 px", codes=REFUSED_SMALL),
    "small": Fault(plant=small, severity="tags of 42 to 76 px", codes=frozenset({"card_small"})),
    "tilted": Fault(plant=tilted, severity="38 to 53°", codes=frozenset({"card_tilted"})),
    "too tilted": Fault(
        plant=too_tilted,
        severity="58 to 66°",
        codes=frozenset({"card_too_tilted", "card_not_found"}),
    ),
    "bent": Fault(
        plant=bent,
        severity="ends ≥ 7 mm up",
        codes=frozenset({"card_bent", "card_round", "card_off_plane"}),
    ),
    "cut off": Fault(plant=cut_off, severity="≥ 1 tag", codes=frozenset({"card_cut_off"})),
    "hidden": Fault(plant=hidden, severity="a finger on a tag", codes=frozenset({"card_hidden"})),
    "glare": Fault(plant=glare, severity="≥ ½ white on a tag", codes=frozenset({"card_glare"})),
    "out of focus": Fault(
        plant=out_of_focus,
        severity="≥ 0.3 modules",
        codes=frozenset({"photograph_blurred", "card_not_found"}),
    ),
    "moved": Fault(
        plant=moved,
        severity="≥ 0.8 modules",
        codes=frozenset({"photograph_blurred", "card_not_found"}),
    ),
    "dark": Fault(
        plant=dark, severity="≤ a tenth", codes=frozenset({"photograph_dark", "card_not_found"})
    ),
    "shadowed": Fault(plant=shadowed, severity="≤ 45 % left", codes=frozenset({"card_shadowed"})),
    "cast": Fault(plant=cast, severity="≥ 2.6 : 1", codes=frozenset({"colour_cast"})),
    "two planes": Fault(
        plant=two_planes,
        severity="≥ 6° or 6 mm",
        codes=frozenset({"cards_apart", "cards_too_far_apart"}),
    ),
    "stretched": Fault(plant=stretched, severity="≥ 8 %", codes=frozenset({"card_misprinted"})),
    "of a screen": Fault(
        plant=of_a_screen, severity="1.2 to 4 px", codes=frozenset({"photograph_of_screen"})
    ),
    "screenshot": Fault(
        plant=screenshot, severity="a screen's size", codes=frozenset({"photograph_screenshot"})
    ),
}


# --- what is said --------------------------------------------------------------------------------


def sound(seed: int) -> Taken:
    """Return a photograph with nothing wrong: four flat ones to a limb with one or two strips."""
    if seed % 5:
        return shot(phantom.render(scene(seed)))
    one = limbs.drawn(seed, limbs.strips(1 + seed % 2))
    # More pixels for the strip's tags of 12 mm; going nearer would leave them out of the picture.
    camera = replace(one.camera, width_px=2560, height_px=1920)
    return shot(phantom.render(replace(one, camera=camera)))


def said_of(file: Taken) -> tuple[str, ...]:
    """Return the codes that the program gives a photograph's file, as importing it would."""
    _, data, name = file
    pixels, photograph = imaging.read_photograph_bytes(data, name)
    codes = ["photograph_screenshot"] if imaging.looks_like_screenshot(photograph) else []
    try:
        calibration = imaging.find_calibration(pixels, photograph)
    except (CardNotFound, CardUnreliable) as problem:
        return (*codes, problem.code)
    doubts = imaging.with_faults(pixels, photograph, calibration).doubts
    codes += [doubt.code for doubt in doubts if doubt.code not in NOT_OF_ONE_PHOTOGRAPH]
    return tuple(dict.fromkeys(codes))


def examined(job: tuple[str, int]) -> tuple[str, ...]:
    """Plant a fault into the photograph of a seed, and return what is said of it."""
    label, seed = job
    if label == "sound":
        return said_of(sound(seed))
    draw = np.random.default_rng([seed, list(FAULTS).index(label)])
    return said_of(FAULTS[label].plant(seed, draw))


REFUSALS = frozenset(
    {
        "card_not_found",
        "card_unreliable",
        "card_too_small",
        "card_too_tilted",
        "card_off_plane",
        "cards_too_far_apart",
    }
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--photographs", type=int, default=40, help="photographs a fault (40)")
    parser.add_argument("--sound", type=int, default=200, help="sound photographs (200)")
    parser.add_argument("--only", help="one fault, or: sound")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=50_000)
    options = parser.parse_args()
    labels = ["sound", *FAULTS] if options.only is None else [options.only]
    counts = {label: options.sound if label == "sound" else options.photographs for label in labels}
    labels = [label for label in labels if counts[label]]
    jobs = [(label, options.seed + number) for label in labels for number in range(counts[label])]
    context = multiprocessing.get_context("spawn")
    said: dict[str, list[tuple[str, ...]]] = {label: [] for label in labels}
    with concurrent.futures.ProcessPoolExecutor(options.processes, context) as pool:
        for job, codes in zip(jobs, pool.map(examined, jobs, chunksize=2), strict=True):
            said[job[0]].append(codes)
            wanted = FAULTS[job[0]].codes if job[0] != "sound" else frozenset[str]()
            if (job[0] == "sound" and codes) or (job[0] != "sound" and not wanted & set(codes)):
                print(
                    f"  {job[0]}, seed {job[1]}: {', '.join(codes) or 'nothing said'}", flush=True
                )
    print_table(said)


def print_table(said: dict[str, list[tuple[str, ...]]]) -> None:
    """Print one row a fault, one column a code, in % of the row's photographs."""
    columns = sorted(
        {code for rows in said.values() for codes in rows for code in codes},
        key=lambda code: (code not in REFUSALS, code),
    )
    print("\ncodes, in % of the photographs; refusals first")
    for number, code in enumerate(columns, start=1):
        print(f"  {number:2}  {code}{'  (refused)' if code in REFUSALS else ''}")
    head = "".join(f"{number:5}" for number in range(1, len(columns) + 1))
    print(f"\n{'fault':14}{'planted from':20}{'n':>4}{'right':>7}{head}")
    for label, rows in said.items():
        counted = Counter(code for codes in rows for code in codes)
        if label == "sound":
            right = float(np.mean([not codes for codes in rows]))
            severity = ""
        else:
            fault = FAULTS[label]
            right = float(np.mean([bool(fault.codes & set(codes)) for codes in rows]))
            severity = fault.severity
        cells = "".join(
            f"{100 * counted[code] / len(rows):5.0f}" if counted[code] else "    ·"
            for code in columns
        )
        print(f"{label:14}{severity:20}{len(rows):4}{right:7.1%}{cells}")
    if "sound" in said:
        rows = said["sound"]
        refused = np.mean([bool(REFUSALS & set(codes)) for codes in rows])
        flagged = np.mean([bool(codes) and not REFUSALS & set(codes) for codes in rows])
        print(f"\nsound: {refused:.1%} refused, {flagged:.1%} flagged, of {len(rows)}")


if __name__ == "__main__":
    main()
