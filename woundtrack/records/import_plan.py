"""What an import was to bring in and where to: kept until it is in, so that it can be gone on with.

Hides one file in the library's folder. It names files of this computer, which are no records: no
backup holds it, and it may be deleted at any time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from woundtrack.errors import LibraryReadOnly
from woundtrack.model import BodySite, Side
from woundtrack.records.faults import known_faults
from woundtrack.records.originals import INCOMING, write_whole

FILE: Final = "unfinished-import.json"
_FORMAT: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedPhotograph:
    """A file to be imported, by the SHA-256 of its bytes, and where it is to be filed."""

    path: Path
    sha256: str
    patient_code: str
    site: BodySite
    visited_on: date


class ImportPlan:
    """The plan of the library in ``folder``; ``is_filed`` tells whether bytes are in it already."""

    def __init__(
        self, folder: Path, is_filed: Callable[[str], bool], *, is_read_only: bool
    ) -> None:
        self._folder, self._path = folder, folder / FILE
        self._is_filed = is_filed
        self._is_read_only = is_read_only

    def left(self) -> tuple[PlannedPhotograph, ...]:
        """Return what was planned and is not in the library yet, in the order it was planned.

        A file that can't be read or understood plans nothing: all it could do is spare a person
        choosing the photographs again.
        """
        try:
            document = json.loads(self._path.read_text(encoding="ascii"))
            if document["format"] != _FORMAT:
                return ()
            planned = [_planned_of(entry) for entry in document["photographs"]]
        except (OSError, ValueError, KeyError, TypeError):
            return ()
        return tuple(one for one in planned if not self._is_filed(one.sha256))

    def add(self, planned: Iterable[PlannedPhotograph]) -> None:
        """Plan photographs besides those that are left; the same file or bytes are planned anew.

        When this returns the plan outlives a power cut.

        Raises ``LibraryReadOnly``, ``DiskFull``.
        """
        new = tuple(planned)
        paths, hashes = {one.path for one in new}, {one.sha256 for one in new}
        kept = [one for one in self.left() if one.path not in paths and one.sha256 not in hashes]
        self._write((*kept, *new))

    def drop(self, hashes: Collection[str]) -> None:
        """Plan photographs no longer, by their hashes; the others stay planned.

        Raises ``LibraryReadOnly``, ``DiskFull``.
        """
        if hashes and self._path.exists():
            self._write([one for one in self.left() if one.sha256 not in hashes])

    def _write(self, planned: Collection[PlannedPhotograph]) -> None:
        if self._is_read_only:
            raise LibraryReadOnly(path=str(self._folder))
        with known_faults(self._folder):
            if not planned:
                self._path.unlink(missing_ok=True)
                return
            document = {"format": _FORMAT, "photographs": list(map(_entry_of, planned))}
            # ASCII: a file's name on Linux need not be UTF-8.
            data = json.dumps(document, indent=1).encode("ascii")
            write_whole(self._path, data, self._folder / INCOMING)


def _entry_of(one: PlannedPhotograph) -> dict[str, Any]:
    return {
        "path": str(one.path),
        "sha256": one.sha256,
        "patient": one.patient_code,
        "region": one.site.region,
        "side": None if one.site.side is None else one.site.side.value,
        "visited_on": one.visited_on.isoformat(),
    }


def _planned_of(entry: dict[str, Any]) -> PlannedPhotograph:
    """Return what an entry stands for. Raises ``ValueError``, ``KeyError``, ``TypeError``."""
    side = entry["side"]
    return PlannedPhotograph(
        path=Path(entry["path"]),
        sha256=str(entry["sha256"]),
        patient_code=str(entry["patient"]),
        site=BodySite(region=entry["region"], side=None if side is None else Side(side)),
        visited_on=date.fromisoformat(entry["visited_on"]),
    )
