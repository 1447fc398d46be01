"""What measuring a library again has come to so far: kept, so that it can be stopped and gone on.

Hides one file in the library's folder. They are no records: no backup holds them, and the file may
be deleted at any time; then all is measured again.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from woundtrack.disk import put_in_place
from woundtrack.model import Measurement, OutlineKind, OutlineSource
from woundtrack.model.remeasurings import AutomaticOutline, ProgramVersions, Remeasurement
from woundtrack.records.faults import known_faults
from woundtrack.records.originals import INCOMING

REMEASURED_FILE: Final = "measured-again.jsonl"
_FORMAT: Final = 1
_PART: Final = "measured-again.part"


class Remeasurings:
    """The results kept for the library in ``folder``; one thread at a time, one writer at a time.

    A line of JSON each, added as they come: what a kill cut short is a line that isn't understood,
    and that one is measured again. Only where each lies is in memory. With ``is_read_only`` they
    are read, and what is added is in memory alone.
    """

    def __init__(self, folder: Path, *, is_read_only: bool) -> None:
        self._folder, self._path = folder, folder / REMEASURED_FILE
        self._is_read_only = is_read_only
        self._places: dict[tuple[str, OutlineKind], int] = {}
        self._unkept: dict[tuple[str, OutlineKind], Remeasurement] = {}
        lines = 0
        for place, one in self._lines():
            self._places[one.revision_id, one.kind] = place
            lines += 1
        if not is_read_only and lines > 2 * len(self._places):
            self._tidy()

    def __len__(self) -> int:
        return len(self._places.keys() | self._unkept.keys())

    def get(self, revision_id: str, kind: OutlineKind) -> Remeasurement | None:
        """Return what is kept of a revision's outline: the result that came last, or None."""
        if (revision_id, kind) in self._unkept:
            return self._unkept[revision_id, kind]
        place = self._places.get((revision_id, kind))
        if place is None:
            return None
        try:
            with self._path.open("rb") as file:
                file.seek(place)
                return _result_of(json.loads(file.readline()))
        except (OSError, ValueError, KeyError, TypeError):
            return None  # somebody deleted the file meanwhile

    def add(self, results: Iterable[Remeasurement]) -> None:
        """Keep more results. Raises ``DiskFull``, ``LibraryReadOnly``."""
        results = tuple(results)
        if self._is_read_only:
            self._unkept.update({(one.revision_id, one.kind): one for one in results})
        if self._is_read_only or not results:
            return
        with known_faults(self._folder), self._path.open("ab+") as file:
            end = file.seek(0, os.SEEK_END)
            data = b""
            if end:
                file.seek(end - 1)
                data = b"" if file.read(1) == b"\n" else b"\n"  # one that a kill cut short
            places = {}
            for one in results:
                places[one.revision_id, one.kind] = end + len(data)
                data += json.dumps(_entry_of(one), separators=(",", ":")).encode("ascii") + b"\n"
            file.write(data)
        self._places.update(places)

    def _lines(self) -> Iterator[tuple[int, Remeasurement]]:
        try:
            with self._path.open("rb") as file:
                place = 0
                for line in file:
                    # One that isn't understood was cut short, or is of another version's file.
                    with contextlib.suppress(ValueError, KeyError, TypeError):
                        yield place, _result_of(json.loads(line))
                    place += len(line)
        except OSError:
            return

    def _tidy(self) -> None:
        """Leave out results that others came after: the file doesn't grow with every version."""
        part = self._folder / INCOMING / _PART
        places = {}
        with known_faults(self._folder):
            part.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("rb") as old, part.open("wb") as new:
                for key, place in sorted(self._places.items(), key=lambda item: item[1]):
                    old.seek(place)
                    places[key] = new.tell()
                    new.write(old.readline())
            put_in_place(part, self._path)
        self._places = places


def _entry_of(one: Remeasurement) -> dict[str, Any]:
    return {"format": _FORMAT, **asdict(one)}


def _result_of(entry: dict[str, Any]) -> Remeasurement:
    """Return what an entry stands for. Raises ``ValueError``, ``KeyError``, ``TypeError``."""
    if entry.pop("format") != _FORMAT:
        raise ValueError
    automatic = entry["automatic"]
    if automatic is not None:
        size = _measurement_of(automatic["measurement"])
        automatic = AutomaticOutline(**{**automatic, "measurement": size})
    return Remeasurement(
        **{
            **entry,
            "kind": OutlineKind(entry["kind"]),
            "source": OutlineSource(entry["source"]),
            "by": ProgramVersions(**entry["by"]),
            "accepted_by": ProgramVersions(**entry["accepted_by"]),
            "accepted": _measurement_of(entry["accepted"]),
            "anew": _measurement_of(entry["anew"]),
            "automatic": automatic,
        }
    )


def _measurement_of(entry: dict[str, Any] | None) -> Measurement | None:
    return None if entry is None else Measurement(**{**entry, "doubts": (), "terms": ()})
