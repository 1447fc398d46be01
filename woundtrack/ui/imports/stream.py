"""Many files read on two threads of their own; what comes of each is handed over one by one.

Hides the threads: a whole import is one task, so it has one progress and one Cancel, and the
window's own workers stay free for the room a person is in meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from woundtrack import workflow
from woundtrack.errors import PhotographUnreadable
from woundtrack.model import PrintScale, Progress
from woundtrack.records import Originals

LANES: Final = 2  # files read at once: each holds one decoded photograph


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """How far one file is; when ``is_over``, its ``result`` or else its ``fault``."""

    path: Path
    fraction: float = 0.0
    is_over: bool = False
    result: Any = None
    fault: BaseException | None = None


Reports = SimpleQueue[Report]


def look_at(
    paths: Iterable[Path], seen: frozenset[Path], reports: Reports, progress: Progress
) -> None:
    """Look at the photographs in files and folders, but for those already ``seen``.

    Raises what ``progress`` raises; what was reported by then stands.
    """
    found: list[Path] = []
    for path in paths:
        progress(0.0, path.name)
        try:
            found += workflow.photographs_in([path])
        except OSError as problem:
            # A folder that is taken away while it is walked, e.g. a camera's card pulled out.
            reason = problem.strerror or type(problem).__name__
            fault = PhotographUnreadable(path=str(path), reason=reason)
            reports.put(Report(path=path, is_over=True, fault=fault))

    def look(path: Path, _step: Progress) -> workflow.Scanned:
        return workflow.scan(path)

    new = [path for path in dict.fromkeys(found) if path not in seen]
    _read_each(look, new, reports, progress)


def examine_each(
    paths: Sequence[Path],
    originals: Originals,
    print_scale: PrintScale | None,
    reports: Reports,
    progress: Progress,
) -> None:
    """Read, calibrate and outline photographs, storing their bytes in ``originals``.

    ``print_scale`` is that of the printer in use.

    Raises what ``progress`` raises; what was reported by then stands.
    """

    def examine(path: Path, step: Progress) -> workflow.Examined:
        return workflow.examine(path, originals=originals, print_scale=print_scale, progress=step)

    _read_each(examine, paths, reports, progress)


def _read_each(
    read: Callable[[Path, Progress], object],
    paths: Sequence[Path],
    reports: Reports,
    progress: Progress,
) -> None:
    """Read the files in their order; a fault, or a bug, of one doesn't stop the others."""
    shares = [0.0] * len(paths)
    done = 0

    def tell() -> None:
        progress(sum(shares) / max(1, len(shares)), f"{done}/{len(shares)}")

    def one(place: int) -> object:
        def step(fraction: float, _message: str) -> None:
            shares[place] = fraction
            reports.put(Report(path=paths[place], fraction=fraction))
            tell()

        step(0.0, "")
        return read(paths[place], step)

    pool = ThreadPoolExecutor(LANES, thread_name_prefix="import")
    try:
        futures = {pool.submit(one, place): place for place in range(len(paths))}
        for future in as_completed(futures):
            place = futures[future]
            shares[place], done = 1.0, done + 1
            fault = future.exception()
            result = None if fault is not None else future.result()
            reports.put(Report(path=paths[place], is_over=True, result=result, fault=fault))
            tell()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
