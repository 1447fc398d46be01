"""How wrong is a measured area? Flat phantoms over size, tilt, distance, tone, blur and lens.

Each row is a set of seeded photographs whose wounds' areas are known. "given" measures the painted
edge itself, so that the error is the card's alone; "proposed" measures what the program outlines.
Beside them stands the usual way: one edge of one tag as a ruler for the whole picture (ImageJ's
"Set Scale"), here with that edge found perfectly. Errors are of the area, in %.

The print is perfect, its bars measured. Whether the interval holds where a photograph can't show
what is wrong is the matter of ``benchmarks/coverage.py``; here it must hold nearly always.

    python benchmarks/area_error.py [--quick]
"""

from __future__ import annotations

import argparse
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import cv2
import numpy as np

from woundtrack import imaging, phantom
from woundtrack.errors import CardNotFound, CardUnreliable
from woundtrack.model import Calibration, Outline, OutlineSource, PrintScale, Ring

PERFECT = PrintScale(
    printer="perfect", across_mm=100.0, down_mm=100.0, measured_on=date(2026, 1, 5)
)


@dataclass(kw_only=True, slots=True)
class Row:
    """What came of one set of photographs."""

    label: str
    photographs: int = 0
    not_found: int = 0
    refused: int = 0
    doubted: int = 0
    given: list[float] = field(default_factory=list)
    given_inside: list[bool] = field(default_factory=list)
    given_width: list[float] = field(default_factory=list)
    ruler: list[float] = field(default_factory=list)
    proposed: list[float] = field(default_factory=list)
    proposed_inside: list[bool] = field(default_factory=list)
    lesions: int = 0
    tilt_off: list[float] = field(default_factory=list)


@cache
def sheet_card(copy: int, kind: str = "card") -> phantom.CardPrint:
    """Return a card of the printed sheet, as the phantom room wants it: plain numbers."""
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf, kind)
    layout = imaging.card_layout(kind)
    card = layout.cards[copy]
    return phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=card.paper_mm,
    )


def drawn(seed: int, card: phantom.CardPrint, **fixed: float) -> phantom.Scene:
    """Return the scene of a seed, as a nurse might take it; ``fixed`` holds what a row varies."""
    draw = np.random.default_rng(seed)
    area = fixed.get("area_mm2", float(np.exp(draw.uniform(math.log(30), math.log(2500)))))
    reach = math.sqrt(area / math.pi) * 1.35
    focal = fixed.get("focal_35mm", float(draw.choice([26.0, 35.0, 50.0])))
    width = int(fixed.get("width_px", 1632))
    camera = phantom.Camera(
        width_px=width,
        height_px=width * 3 // 4,
        focal_35mm=focal,
        distance_mm=100.0 * focal / 26.0,
        tilt_deg=fixed.get("tilt_deg", float(draw.uniform(0, 35))),
        tilt_azimuth_deg=float(draw.uniform(0, 360)),
        roll_deg=float(draw.uniform(0, 360)),
        k1=fixed.get("k1", float(draw.normal(0, 0.01))),
        look_at_mm=(float(draw.uniform(-8, 8)), float(draw.uniform(-8, 8))),
    )
    # The wound lies in the crook of the L, half a finger to two fingers from both arms.
    gap = draw.uniform(6, 16)
    wound = np.array([25 + gap + reach, 55 - gap - reach]) - np.array([60, 40])
    turn = float(draw.uniform(0, 360))
    if fixed.get("is_square"):
        # A small card alone lies beside the wound, 10 to 40 mm from its edge.
        wound = np.array([reach + 16 + draw.uniform(10, 40), draw.uniform(-10, 10)])
    middle = wound / 2
    angle = math.radians(turn)
    rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    card_at, wound_at = rotation @ -middle, rotation @ (wound - middle)
    lesion = phantom.Lesion(
        centre_mm=(float(wound_at[0]), float(wound_at[1])),
        area_mm2=area,
        shape_seed=seed,
        slough=float(draw.uniform(0, 0.4)),
        eschar=float(draw.uniform(0, 0.5)),
        redness=float(draw.uniform(0.1, 0.9)),
    )
    placed = replace(card, centre_mm=(float(card_at[0]), float(card_at[1])), angle_deg=turn)
    camera = whole_in_view(camera, placed, wound_at, reach, fixed.get("further", 1.0))
    return phantom.Scene(
        seed=seed,
        skin_tone=fixed.get("skin_tone", float(draw.uniform(0, 1))),
        camera=camera,
        light=phantom.Light(
            azimuth_deg=float(draw.uniform(0, 360)), gradient=float(draw.uniform(0, 0.6))
        ),
        lesions=(lesion,),
        cards=(placed,),
        blur_px=fixed.get("blur_px", float(draw.uniform(0.4, 1.2))),
        noise=fixed.get("noise", 1.0),
    )


def whole_in_view(
    camera: phantom.Camera,
    card: phantom.CardPrint,
    wound_mm: np.ndarray,
    reach_mm: float,
    further: float,
) -> phantom.Camera:
    """Return the camera moved back until card and wound just fit, then ``further`` times that."""
    x, y, width, height = card.rect_mm
    turn = math.radians(card.angle_deg)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    ring = np.array(card.paper_mm[0]) - (x + width / 2, y + height / 2)
    edge = np.concatenate(
        [
            ring @ rotation.T + card.centre_mm,
            np.array([[1, 0], [0, 1], [-1, 0], [0, -1]]) * reach_mm * 1.3 + wound_mm,
        ]
    )
    size = (camera.width_px, camera.height_px)
    for _ in range(100):
        seen = camera.project(edge) / size
        if seen.min() > 0.02 and seen.max() < 0.98:
            break
        camera = replace(camera, distance_mm=camera.distance_mm * 1.04)
    return replace(camera, distance_mm=camera.distance_mm * further)


def rows(quick: bool) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield what each row fixes."""
    yield "as taken", {}
    yield "straight", {"tilt_deg": 0.0}
    yield "tilt 15°", {"tilt_deg": 15.0}
    yield "tilt 35°", {"tilt_deg": 35.0}
    yield "30 mm²", {"area_mm2": 30.0}
    yield "50 mm²", {"area_mm2": 50.0}
    yield "2500 mm²", {"area_mm2": 2500.0}
    yield "twice as far", {"further": 2.0}
    yield "blur 2 px", {"blur_px": 2.0}
    yield "a square alone", {"is_square": 1.0, "width_px": 2448}
    if quick:
        return
    yield "tilt 50°", {"tilt_deg": 50.0}
    yield "300 mm²", {"area_mm2": 300.0}
    yield "thrice as far", {"further": 3.0}
    yield "blur 3 px", {"blur_px": 3.0}
    yield "skin I", {"skin_tone": 0.0}
    yield "skin VI", {"skin_tone": 1.0}
    yield "dark, grainy", {"noise": 4.0}
    yield "lens −0.05", {"k1": -0.05}
    yield "lens +0.05", {"k1": 0.05}


def ruler_error(calibration: Calibration, ring_px: Ring, true_mm2: float) -> float:
    """Return the relative error of the usual way: one tag's lower edge is the ruler everywhere."""
    nominal_mm, tag = min(
        ((card.nominal_mm, tag) for card in calibration.cards for tag in card.tags),
        key=lambda pair: math.dist(pair[1].corners_px[0], ring_px[0]),
    )
    scale = nominal_mm / math.dist(tag.corners_px[2], tag.corners_px[3])
    ring = np.array(ring_px, dtype=np.float32).reshape(-1, 1, 2)
    return float(cv2.contourArea(ring)) * scale**2 / true_mm2 - 1


def photographed(row: Row, scene: phantom.Scene, *, propose: bool) -> None:
    """Render one scene, measure it, and add what came of it to the row."""
    taken = phantom.render(scene)
    row.photographs += 1
    row.lesions += propose
    pixels, photograph = imaging.read_photograph_bytes(taken.jpeg, "phantom.jpg")
    try:
        calibration = imaging.find_calibration(pixels, photograph, print_scale=PERFECT)
    except CardNotFound:
        row.not_found += 1
        return
    except CardUnreliable:
        row.refused += 1
        return
    row.doubted += bool(calibration.doubts)
    row.tilt_off.append(calibration.tilt_deg - scene.camera.tilt_deg)
    truth = taken.lesions[0]
    given = Outline(outer=truth.ring_px, source=OutlineSource.GIVEN)
    measured = imaging.measure(given, calibration)
    row.given.append(measured.area_mm2 / truth.area_mm2 - 1)
    row.given_inside.append(measured.area_low_mm2 <= truth.area_mm2 <= measured.area_high_mm2)
    row.given_width.append((measured.area_high_mm2 - measured.area_mm2) / measured.area_mm2)
    row.ruler.append(ruler_error(calibration, truth.ring_px, truth.area_mm2))
    if not propose:
        return
    middle = np.mean(truth.ring_px, axis=0)
    for outline in imaging.propose_outlines(pixels, calibration):
        ring = np.array(outline.outer, dtype=np.float32).reshape(-1, 1, 2)
        if cv2.pointPolygonTest(ring, (float(middle[0]), float(middle[1])), measureDist=False) >= 0:
            sized = imaging.measure(outline, calibration)
            row.proposed.append(sized.area_mm2 / truth.area_mm2 - 1)
            row.proposed_inside.append(sized.area_low_mm2 <= truth.area_mm2 <= sized.area_high_mm2)
            break


def spread(errors: list[float]) -> str:
    """Return median and 95th percentile of the absolute errors, %."""
    if not errors:
        return "     –       –"
    size = 100 * np.abs(errors)
    return f"{np.median(size):6.2f}  {np.percentile(size, 95):6.2f}"


def share(flags: list[bool]) -> str:
    """Return the share of true flags."""
    return f"{np.mean(flags):5.0%}" if flags else "    –"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer rows and photographs")
    parser.add_argument("--photographs", type=int, help="photographs a row (12; quick 4)")
    parser.add_argument("--given-only", action="store_true", help="leave proposals out")
    options = parser.parse_args()
    count = options.photographs or (4 if options.quick else 12)
    card, square = sheet_card(0), sheet_card(0, "square")
    print(f"{count} photographs a row; errors of the area: median and 95th percentile, %\n")
    print(
        "                      card           outline given                  one-edge ruler"
        "     proposed\n"
        "row             found refused doubted  median  p95    bias  interval ±  holds  median"
        "     p95    found  median     p95  holds"
    )
    whole = Row(label="all, tilt ≤ 35°")
    for label, fixed in rows(options.quick):
        row = Row(label=label)
        for seed in range(count):
            scene = drawn(1000 + seed, square if fixed.get("is_square") else card, **fixed)
            photographed(row, scene, propose=not options.given_only)
        print_row(row)
        if fixed.get("tilt_deg", 0) <= 35 and not fixed.get("is_square"):
            for name in ("given", "given_inside", "given_width", "ruler", "tilt_off"):
                getattr(whole, name).extend(getattr(row, name))
            for name in ("proposed", "proposed_inside"):
                getattr(whole, name).extend(getattr(row, name))
            for name in ("photographs", "not_found", "refused", "doubted", "lesions"):
                setattr(whole, name, getattr(whole, name) + getattr(row, name))
    print_row(whole)
    print(
        f"\ntilt: off by {np.median(np.abs(whole.tilt_off)):.2f}° in the median, "
        f"{np.max(np.abs(whole.tilt_off)):.1f}° at most"
    )


def print_row(row: Row) -> None:
    """Print one row of the table."""
    found = (row.photographs - row.not_found) / row.photographs
    width = f"{100 * np.median(row.given_width):5.1f} %" if row.given_width else "     – "
    bias = f"{100 * np.mean(row.given):+6.2f}" if row.given else "     –"
    proposed = f"{len(row.proposed) / row.lesions:6.0%}" if row.lesions else "     –"
    print(
        f"{row.label:15} {found:5.0%} {row.refused / row.photographs:6.0%} "
        f"{row.doubted / row.photographs:7.0%}  {spread(row.given)}  {bias}  {width:>9} "
        f"{share(row.given_inside)}  {spread(row.ruler)}   {proposed}  {spread(row.proposed)}  "
        f"{share(row.proposed_inside)}",
        flush=True,
    )


if __name__ == "__main__":
    main()
