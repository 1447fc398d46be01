"""The time a photograph takes, beside Pillow's decoding of the same file.

Finding cards and calibrating is timed by what is in view (a flat card, a strip round a limb, no
card at all), in a process of its own; then one photograph step by step: both at 12 and 48
megapixels. Then 100 different files go through the real import, one after another, into a new
library. Times in ms, the best of a few; "× decoding" is the ratio to Pillow opening and decoding
the same bytes; a person's first box and click, and one correction, stand below the sum. The import
runs in a process of its own, whose high-water mark is the peak memory.

    python benchmarks/speed.py [--quick]
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from woundtrack import imaging, phantom, workflow
from woundtrack.errors import CardNotFound
from woundtrack.model import BodySite, Outline, Photograph
from woundtrack.records import Library

CARD, STRIP, NOTHING = "card", "strip", "nothing"
MOST_DECODINGS = {CARD: 1.5, STRIP: 1.5, NOTHING: 3.0}


def photograph(megapixels: int, shown: str = CARD) -> bytes:
    """Return a JPEG of a wound, 4:3; over 12 megapixels enlarged, with new noise.

    ``shown`` is what lies beside it: a flat card, a strip round a limb, or nothing.
    """
    cards: tuple[phantom.CardPrint, ...] = ()
    limb = phantom.Limb(radius_mm=50.0, axis_deg=80.0) if shown == STRIP else None
    if shown != NOTHING:
        pdf = io.BytesIO()
        imaging.write_card_sheet(pdf, shown)
        layout = imaging.card_layout(shown)
        card = phantom.CardPrint(
            pdf=pdf.getvalue(),
            page_mm=layout.page_mm,
            rect_mm=layout.cards[0].rect_mm,
            paper_mm=layout.cards[0].paper_mm,
            centre_mm=(0.0, 0.0) if limb is None else (8.0, 42.0),
            angle_deg=0.0 if limb is None else 172.0,
        )
        cards = (card,)
    scene = phantom.Scene(
        camera=phantom.Camera(
            width_px=4000,
            height_px=3000,
            focal_35mm=26.0,
            distance_mm=190.0,
            tilt_deg=12.0,
            limb=limb,
        ),
        lesions=(phantom.Lesion(centre_mm=(20.0, -15.0), area_mm2=700.0),),
        cards=cards,
        jpeg_quality=96,  # about as many bytes as a phone writes
    )
    if megapixels < 12:
        small = replace(scene.camera, width_px=1600, height_px=1200)
        scene = replace(scene, camera=small)
    taken = phantom.render(scene)
    if megapixels <= 12:
        return taken.jpeg
    factor = (megapixels / 12) ** 0.5
    large = cv2.resize(taken.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(1).integers(-3, 4, large.shape, np.int16)
    pixels = np.clip(large + noise, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    with Image.open(io.BytesIO(taken.jpeg)) as header:
        Image.fromarray(pixels).save(out, "JPEG", quality=92, exif=header.getexif())
    return out.getvalue()


def decoded(data: bytes) -> None:
    """Decode with Pillow alone."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()


def best_ms(work: Callable[[], object], times: int) -> float:
    """Return the shortest of several runs, ms."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    return 1000 * min(spent)


def peak_mb() -> float | None:
    """Return the most memory this process ever held, MB; None where the system doesn't say."""
    if sys.platform == "win32":
        return None
    status = Path("/proc/self/status")
    if status.exists():  # the usage counters below begin with what the parent process held
        high_water = next(line for line in status.read_text().splitlines() if "VmHWM" in line)
        return int(high_water.split()[1]) / 1024
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20) if sys.platform == "darwin" else most / 1024


def steps(data: bytes, times: int) -> None:
    """Print the table of one photograph's steps."""
    pixels, facts = imaging.read_photograph_bytes(data, "photograph.jpg")
    calibration = imaging.find_calibration(pixels, facts)
    outlines = imaging.propose_outlines(pixels, calibration)
    ring = calibration.cards[0].tags[0].corners_px
    outline = outlines[0] if outlines else Outline(outer=ring)
    decoding = best_ms(lambda: decoded(data), times)
    print(
        f"\n{facts.width_px} × {facts.height_px}, {len(data) / 1e6:.1f} MB: "
        f"{len(outlines)} outlines proposed\n"
    )
    print("step                          ms   × decoding")
    total = 0.0
    for label, work in (
        ("read (decode, turn, hash)", lambda: imaging.read_photograph_bytes(data, "p.jpg")),
        ("calibrate", lambda: imaging.find_calibration(pixels, facts)),
        ("outline", lambda: imaging.propose_outlines(pixels, calibration)),
        ("measure", lambda: imaging.measure(outline, calibration)),
        ("thumbnail", lambda: imaging.thumbnail(pixels)),
    ):
        spent = best_ms(work, times)
        total += spent
        print(f"{label:25} {spent:7.1f}   {spent / decoding:6.2f}")
    print(f"{'sum':25} {total:7.1f}   {total / decoding:6.2f}")
    by_colour = partial(imaging.propose_outlines, pixels, calibration, with_network=False)
    x, y = outline.centre
    x0, y0 = np.asarray(outline.outer).min(axis=0)
    x1, y1 = np.asarray(outline.outer).max(axis=0)
    box = (float(x0), float(y0), float(x1), float(y1))
    beside = (float(x1) + 0.05 * float(x1 - x0), float(y))
    for label, other in (
        ("outline, no network", by_colour),
        ("a box", lambda: imaging.refine_outline(pixels, box=box, start=())),
        ("a click", lambda: imaging.refine_outline(pixels, [(x, y)], start=())),
        ("a correction", lambda: imaging.refine_outline(pixels, [beside], start=[outline])),
    ):
        spent = best_ms(other, times)
        print(f"{label:25} {spent:7.1f}   {spent / decoding:6.2f}")
    print(f"{'Pillow, decoding alone':25} {decoding:7.1f}   {1:6.2f}")


def finding(paths: list[Path], times: int) -> None:
    """Print how long finding the cards and calibrating take, beside the decoding of each file."""
    print("what is in view                calibrate   decoding   × decoding   at most")
    for path in paths:
        data = path.read_bytes()
        pixels, facts = imaging.read_photograph_bytes(data, path.name)
        shown = path.stem.partition("-")[0]

        def calibrated(
            pixels: NDArray[np.uint8] = pixels, facts: Photograph = facts, shown: str = shown
        ) -> None:
            try:
                imaging.find_calibration(pixels, facts)
            except CardNotFound:
                if shown != NOTHING:
                    raise

        spent = best_ms(calibrated, times)
        decoding = best_ms(partial(decoded, data), times)
        label = f"{shown}, {facts.width_px} × {facts.height_px}"
        print(
            f"{label:28} {spent:8.1f} ms  {decoding:6.1f} ms   {spent / decoding:8.2f}   "
            f"{MOST_DECODINGS[shown]:7.1f}"
        )


def in_a_row(data: bytes, count: int) -> None:
    """Print what it takes to examine, file and so store many photographs, one after another."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(count):
            # Bytes after the end of a JPEG change its hash and nothing else.
            path = Path(folder) / f"IMG_{number:04d}.jpg"
            path.write_bytes(data + number.to_bytes(4, "big"))
            paths.append(path)
        begun = time.perf_counter()
        for path in paths:
            decoded(path.read_bytes())
        decoding = (time.perf_counter() - begun) / count
        spent = []
        library = Library.create(Path(folder) / "library")
        try:
            for path in paths:
                begun = time.perf_counter()
                examined = workflow.examine(path, originals=library.originals)
                workflow.file_photograph(
                    library,
                    examined,
                    patient_code="P-001",
                    site=BodySite(region="abdomen"),
                    by="benchmark",
                )
                spent.append(time.perf_counter() - begun)
        finally:
            library.close()
    mean, worst = float(np.mean(spent)), max(spent)
    early, late = float(np.median(spent[: count // 4])), float(np.median(spent[-count // 4 :]))
    print(f"\n{count} files into a new library: read, calibrated, outlined, stored and filed\n")
    print(f"a photograph, mean   {1000 * mean:7.1f} ms   {mean / decoding:5.2f} × decoding")
    print(f"the slowest          {1000 * worst:7.1f} ms   {worst / decoding:5.2f} × decoding")
    print(f"the last quarter takes {late / early:.2f} × the first quarter's time each")
    most = peak_mb()
    if most is not None:
        print(f"peak memory          {most:7.0f} MB")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="2 megapixels, 10 files")
    parser.add_argument("--row", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--finding", type=Path, nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    times = 3 if options.quick else 5
    count = 10 if options.quick else 100
    if options.row:
        in_a_row(options.row.read_bytes(), count)
        return
    if options.finding:
        finding(options.finding, times)
        return
    sizes = (2,) if options.quick else (48, 12)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for shown in (NOTHING, STRIP, CARD):
            for megapixels in sizes:
                path = Path(folder) / f"{shown}-{megapixels}.jpg"
                path.write_bytes(photograph(megapixels, shown))
                paths.append(path)
        command = [sys.executable, __file__, *["--quick"] * options.quick]
        subprocess.run([*command, "--finding", *map(str, paths)], check=True)
        for path in paths[-len(sizes) :]:
            steps(path.read_bytes(), times)
        sys.stdout.flush()
        subprocess.run([*command, "--row", str(paths[-1])], check=True)


if __name__ == "__main__":
    main()
