"""Answers of visits that are not recorded yet: kept beside the library until they are saved.

Hides one file in the library's folder. They are no records: no backup holds them, and the file may
be deleted at any time; what is lost then was never saved.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from woundtrack.errors import LibraryReadOnly
from woundtrack.records.faults import known_faults
from woundtrack.records.originals import INCOMING, write_whole

DRAFTS_FILE: Final = "unsaved-visits.json"
_FORMAT: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptDraft:
    """The answers of one patient's visit on one day, as whoever keeps them wrote them (JSON)."""

    patient_id: str
    day: date
    kept_by: str
    kept_at: datetime
    answers: dict[str, Any]


class VisitDrafts:
    """The drafts of the library in ``folder``."""

    def __init__(self, folder: Path, *, is_read_only: bool) -> None:
        self._folder, self._path = folder, folder / DRAFTS_FILE
        self._is_read_only = is_read_only

    def all(self) -> tuple[KeptDraft, ...]:
        """Return what is kept, in the order it was begun; none from a file not understood."""
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            if document["format"] != _FORMAT:
                return ()
            return tuple(_draft_of(entry) for entry in document["visits"])
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def of(self, patient_id: str, day: date) -> KeptDraft | None:
        """Return the draft of a visit, if one is kept."""
        return next(
            (one for one in self.all() if (one.patient_id, one.day) == (patient_id, day)), None
        )

    def keep(self, draft: KeptDraft) -> None:
        """Keep a draft in place of the one of the same patient and day.

        When this returns it outlives a power cut. Raises ``LibraryReadOnly``, ``DiskFull``.
        """
        place = (draft.patient_id, draft.day)
        self._write([*(one for one in self.all() if (one.patient_id, one.day) != place), draft])

    def drop(self, patient_id: str, day: date) -> None:
        """Keep the draft of a visit no longer; nothing where none is kept.

        Raises ``LibraryReadOnly``, ``DiskFull``.
        """
        kept = self.all()
        left = [one for one in kept if (one.patient_id, one.day) != (patient_id, day)]
        if len(left) < len(kept):
            self._write(left)

    def _write(self, drafts: Sequence[KeptDraft]) -> None:
        if self._is_read_only:
            raise LibraryReadOnly(path=str(self._folder))
        with known_faults(self._folder):
            if not drafts:
                self._path.unlink(missing_ok=True)
                return
            document = {"format": _FORMAT, "visits": [_entry_of(one) for one in drafts]}
            data = json.dumps(document, indent=1, ensure_ascii=False).encode("utf-8")
            write_whole(self._path, data, self._folder / INCOMING)


def _entry_of(draft: KeptDraft) -> dict[str, Any]:
    return {
        "patient": draft.patient_id,
        "day": draft.day.isoformat(),
        "by": draft.kept_by,
        "at": draft.kept_at.isoformat(),
        "answers": draft.answers,
    }


def _draft_of(entry: dict[str, Any]) -> KeptDraft:
    """Return what an entry stands for. Raises ``ValueError``, ``KeyError``, ``TypeError``."""
    return KeptDraft(
        patient_id=str(entry["patient"]),
        day=date.fromisoformat(entry["day"]),
        kept_by=str(entry["by"]),
        kept_at=datetime.fromisoformat(entry["at"]),
        answers=dict(entry["answers"]),
    )
