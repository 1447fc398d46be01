"""A folder of DICOM files: a folder a patient, a folder a visit, and what is in them.

Hides the names of the folders, and that an earlier export there is replaced as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Final

from woundtrack.disk import unkeepable_on_windows
from woundtrack.exchange.dicom.heads import Head, dicom_date
from woundtrack.exchange.dicom.objects import DicomObject
from woundtrack.exchange.manifest import DICOM, ExportFacts, export_placed, write_manifest
from woundtrack.exchange.profile import Profile

_UNKEEPABLE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME: Final = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderFacts(ExportFacts):
    """What the manifest tells of an export beside its files."""

    with_exif: bool = False


@dataclass(slots=True)
class _Names:
    """Gives each thing a folder of its own, by a name that every system keeps."""

    given: dict[tuple[str, ...], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def of(self, key: tuple[str, ...], home: str, wish: str) -> str:
        if key not in self.given:
            plain = _UNKEEPABLE.sub("-", wish).strip("-")[:_LONGEST_NAME] or "unnamed"
            if unkeepable_on_windows(PurePath(plain)) is not None:  # the name of a device
                plain = f"{plain}-1"
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

    Returns the files written, the manifest last. Raises as ``export_placed`` does.
    """
    target, names = Path(folder), _Names()
    told: dict[str, Mapping[str, str]] = {}
    patients: set[str] = set()
    stayed = 0
    with export_placed(target, DICOM, profile, had_head) as beside:
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
                told[name] = _told_of(one)
        write_manifest(
            beside,
            DICOM,
            profile,
            facts,
            patients=len(patients),
            told={"with_exif": facts.with_exif, "photographs_not_released": stayed},
            names=sorted(told),
            told_of_files=told,
        )
    return (*(target / name for name in sorted(told)), target / DICOM.manifest)


def _told_of(one: DicomObject) -> dict[str, str]:
    return {
        "sop_class_uid": one.sop_class,
        "sop_instance_uid": one.uid,
        "series_instance_uid": one.series_uid,
        "study_instance_uid": one.study_uid,
    }
