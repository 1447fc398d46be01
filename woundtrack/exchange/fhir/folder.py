"""A folder of bundles, a file a patient, and a manifest of what is in them.

Hides how a file is named after a patient, that one patient at a time is in memory, and that an
earlier export there is replaced as a whole.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Final

from woundtrack.disk import unkeepable_on_windows
from woundtrack.exchange.bundle import FEW, cell_of
from woundtrack.exchange.fhir.chart import SECURITY, SHIFTED, Chart
from woundtrack.exchange.fhir.codes import Json
from woundtrack.exchange.fhir.lesions import add_lesions
from woundtrack.exchange.fhir.person import add_person
from woundtrack.exchange.fhir.record import add_record
from woundtrack.exchange.fhir.withdrawn import Withdrawn, add_withdrawn
from woundtrack.exchange.fhir.wounds import add_wounds
from woundtrack.exchange.manifest import FHIR, ExportFacts, export_placed, write_manifest
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.pictures import Picture, PictureKey, Stays, WritePictures
from woundtrack.exchange.profile import Profile
from woundtrack.exchange.tables.column import Told
from woundtrack.model import Progress, no_progress

FHIR_VERSION: Final = "4.0.1"
MANIFEST: Final = FHIR.manifest

_UNKEEPABLE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME: Final = 40
_OTHERS: Final = ("fhir_manifest", "manifest", "datapackage")
"""Names that files of this and other formats have in a folder that they share."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenFhir:
    """What was written: the files, the manifest last, and how many resources of each kind.

    ``small_cells``, ``pictures`` and ``pictures_stay`` are those of ``bundle.Written``.
    """

    paths: tuple[Path, ...]
    resources: Mapping[str, int]
    small_cells: Mapping[tuple[str, str, str], int]
    pictures: int = 0
    pictures_stay: Mapping[Stays, int] = field(default_factory=dict)


def bundle_of(
    file: PatientFile,
    profile: Profile,
    pictures: Mapping[PictureKey, Picture] | None = None,
    withdrawn: Withdrawn | None = None,
) -> Json:
    """Return all of a patient as one Bundle of FHIR R4 (4.0.1), as JSON writes it.

    A ``collection``: what is known, with no order to a server to store it. Every resource is named
    by a UUID and refers to the others by theirs, so that it may be loaded as a transaction, too.
    """
    chart = Chart(Told.of(file, profile, pictures))
    add_person(chart)
    add_lesions(chart)
    add_wounds(chart)
    add_record(chart)
    if withdrawn is not None:
        add_withdrawn(chart, withdrawn)
    pseudonymised = not profile.is_identified
    return {
        "resourceType": "Bundle",
        "id": chart.id("Bundle", file.patient.id),
        **({"meta": {"security": [SECURITY], "tag": [SHIFTED]}} if pseudonymised else {}),
        "identifier": chart.identifiers(file.patient.id)[0],
        "type": "collection",
        "entry": [
            {"fullUrl": f"urn:uuid:{name}", "resource": resource}
            for name, resource in chart.resources.items()
        ],
    }


def write_bundles(
    folder: str | Path,
    files: Iterable[PatientFile],
    profile: Profile,
    facts: ExportFacts,
    *,
    had_head: Callable[[str], bool] = lambda _: True,
    write_pictures: WritePictures | None = None,
    withdrawn_of: Callable[[PatientFile], Withdrawn] = lambda _: Withdrawn(),
    count: int = 0,
    progress: Progress = no_progress,
) -> WrittenFhir:
    """Write a bundle a patient into a folder, whole or not at all.

    Parameters
    ----------
    folder
        Made where it isn't there; an earlier export of the same kind in it is replaced.
    files
        The patients' files, by what they are called outside; one at a time is held.
    profile
        What they, their rows, people and days are called.
    facts
        What the manifest tells.
    had_head
        Says whether the library's trail ever had an audit head: an export that notes another is
        another library's, and not replaced.
    write_pictures
        Writes a patient's pictures below the folder; None: none leave.
    withdrawn_of
        Returns what of a patient was recorded by mistake.
    count
        How many patients there are, for ``progress``.

    Raises
    ------
    FileUnwritable, FileInUse, DiskFull
        As ``manifest.export_placed``.
    Cancelled
        By ``progress``; nothing is left then.
    """
    target = Path(folder)
    taken = set(_OTHERS)
    patients = 0
    resources: Counter[str] = Counter()
    cells: Counter[tuple[str, str, str]] = Counter()
    left, stay = 0, dict.fromkeys(Stays, 0)
    with export_placed(target, FHIR, profile, had_head) as beside:
        for patients, file in enumerate(files, start=1):
            progress((patients - 1) / max(1, count), profile.code(file.patient))
            pictures = None if write_pictures is None else write_pictures(file, beside)
            bundle = bundle_of(file, profile, pictures, withdrawn_of(file))
            cells[cell_of(file, profile)] += 1
            for one in (pictures or {}).values():
                if isinstance(one, Stays):
                    stay[one] += 1
                else:
                    left += 1
            resources.update(each["resource"]["resourceType"] for each in bundle["entry"])
            name = f"{_name(profile.code(file.patient), taken)}.json"
            (beside / name).write_bytes(_lines(bundle).encode("utf-8"))
        names = sorted(
            path.relative_to(beside).as_posix() for path in beside.rglob("*") if path.is_file()
        )
        write_manifest(
            beside,
            FHIR,
            profile,
            facts,
            patients=patients,
            told={
                "fhir_version": FHIR_VERSION,
                "free_text": profile.is_identified or profile.with_free_text,
                "resources": dict(sorted(resources.items())),
                "pictures": left,
                "pictures_that_stay": {why.value: count for why, count in stay.items() if count},
            },
            names=names,
        )
    return WrittenFhir(
        paths=tuple(target / name for name in [*names, MANIFEST]),
        resources=dict(sorted(resources.items())),
        small_cells={cell: there for cell, there in sorted(cells.items()) if there < FEW},
        pictures=left,
        pictures_stay={why: count for why, count in stay.items() if count},
    )


def _name(code: str, taken: set[str]) -> str:
    """Return a file name for a code that every system keeps, and that no other has."""
    plain = _UNKEEPABLE.sub("-", code).strip("-")[:_LONGEST_NAME] or "patient"
    if unkeepable_on_windows(PurePath(plain)) is not None:  # the name of a device
        plain = f"{plain}-patient"
    name, place = plain, 1
    while name.casefold() in taken:
        place += 1
        name = f"{plain}-{place}"
    taken.add(name.casefold())
    return name


def _lines(bundle: Json) -> str:
    """Return a bundle as JSON, a resource a line: that reads fast, and any text tool finds one."""
    head = {key: one for key, one in bundle.items() if key != "entry"}
    written = (
        json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in bundle["entry"]
    )
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    return f'{start},"entry":[\n' + ",\n".join(written) + "\n]}\n"
