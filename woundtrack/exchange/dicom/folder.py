"""A folder of DICOM files: a folder a patient, a folder a visit, and what is in them.

Hides the names of the folders, and that an earlier export there is replaced as a whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from woundtrack import __version__
from woundtrack.exchange.dicom.heads import Head, dicom_date
from woundtrack.exchange.dicom.objects import DicomObject
from woundtrack.exchange.placing import Manifest, placed, sha256_of
from woundtrack.exchange.profile import Profile

FORMAT: Final = "woundtrack-dicom"
FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"

_UNKEEPABLE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME: Final = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderFacts:
    """What the manifest tells of an export beside its files; ``as_of`` only where it was asked.

    ``filters`` are those that chose whom it is of, as they were set.
    """

    audit_head: str
    as_of: date | None = None
    left_out: int = 0
    filters: Mapping[str, Any] = field(default_factory=dict)
    with_exif: bool = False


@dataclass(slots=True)
class _Names:
    """Gives each thing a folder of its own, by a name that every system keeps."""

    given: dict[tuple[str, ...], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def of(self, key: tuple[str, ...], home: str, wish: str) -> str:
        if key not in self.given:
            plain = _UNKEEPABLE.sub("-", wish).strip("-")[:_LONGEST_NAME] or "unnamed"
            name, place = f"{home}{plain}", 1
            while name.casefold() in self.taken:
                place += 1
                name = f"{home}{plain}-{place}"
            self.taken.add(name.casefold())
            self.given[key] = name
        return self.given[key]


def write_folder(
    folder: str | Path,
    photographs: Iterable[tuple[Head, Sequence[DicomObject]]],
    profile: Profile,
    facts: FolderFacts,
    *,
    had_head: Callable[[str], bool],
) -> tuple[Path, ...]:
    """Write the objects of photographs as they come, and a manifest of all.

    Files are ``PATIENT/VISIT-DAY/photograph-N.dcm``, ``outlines-N.dcm`` and ``upright-N.dcm``. A
    photograph without any object is one that stayed. ``had_head`` says whether an audit head is one
    of the library's: the export of another one isn't replaced.

    Returns the files written, the manifest last. Raises as ``placed`` does.
    """

    def is_ours(document: Manifest) -> str | None:
        if document["format"] != FORMAT:
            return "it holds an export of another kind"
        if not had_head(document["audit_head"]):
            return "it holds the export of another library"
        return None

    target, names = Path(folder), _Names()
    files: list[dict[str, Any]] = []
    patients: set[str] = set()
    stayed = 0
    with placed(target, MANIFEST, is_ours) as beside:
        for head, objects in photographs:
            if not objects:
                stayed += 1
                continue
            patient, visit = head.file.patient.id, head.visit.id
            patients.add(patient)
            home = names.of((patient,), "", profile.code(head.file.patient))
            place = names.of((patient, visit), f"{home}/", dicom_date(head.visited_on))
            (beside / place).mkdir(parents=True, exist_ok=True)
            for one in objects:
                stem = f"{one.kind}-{head.order}"  # of two lesions in one photograph, two pictures
                name = names.of((patient, visit, one.uid), f"{place}/", stem) + ".dcm"
                (beside / name).write_bytes(one.data)
                files.append(_listed(name, beside / name, one))
        files.sort(key=lambda entry: str(entry["name"]))
        document: Mapping[str, Any] = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "application": "woundtrack",
            "application_version": __version__,
            "profile": profile.name,
            "study": profile.study,
            "with_exif": facts.with_exif,
            "as_of": None if facts.as_of is None else facts.as_of.isoformat(),
            "filters": dict(facts.filters),
            "audit_head": facts.audit_head,
            "patients": len(patients),
            "patients_left_out": facts.left_out,
            "photographs_not_released": stayed,
            "files": files,
            "note": "Research software. Not a medical device: don't use as the only basis for "
            "treatment.",
        }
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        (beside / MANIFEST).write_bytes(text.encode())
    return (*(target / str(entry["name"]) for entry in files), target / MANIFEST)


def _listed(name: str, path: Path, one: DicomObject) -> dict[str, Any]:
    return {
        "name": name,
        "sha256": sha256_of(path),
        "sop_class_uid": one.sop_class,
        "sop_instance_uid": one.uid,
        "series_instance_uid": one.series_uid,
        "study_instance_uid": one.study_uid,
    }
