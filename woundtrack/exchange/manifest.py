"""The manifest of an export: what it says of every format alike, and what it may replace.

Hides that a folder may hold exports in several formats, that they then belong together, and how an
earlier one is known: by format, library, study, and whether it names the patients.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from woundtrack import __version__
from woundtrack.errors import FileUnwritable
from woundtrack.exchange.placing import placed, sha256_of
from woundtrack.exchange.profile import Profile

NOTE: Final = "Research software. Not a medical device: don't use as the only basis for treatment."


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A format: the word its manifest has for it, its version, and what the manifest is called.

    ``files`` is what its exports are called in a sentence.
    """

    name: str
    version: int
    manifest: str
    files: str


CSV: Final = Format(name="woundtrack-csv", version=2, manifest="manifest.json", files="CSV tables")
REDCAP: Final = Format(
    name="woundtrack-redcap", version=1, manifest="redcap_manifest.json", files="REDCap files"
)
FHIR: Final = Format(
    name="woundtrack-fhir", version=1, manifest="fhir_manifest.json", files="FHIR bundles"
)
DICOM: Final = Format(
    name="woundtrack-dicom", version=1, manifest="manifest.json", files="DICOM files"
)
FORMATS: Final = (CSV, REDCAP, FHIR, DICOM)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportFacts:
    """What every manifest tells of an export beside its files.

    ``as_of`` is the day that was asked for, if one was: beside days that are counted from it, today
    would tell dates. ``audit_head`` stands for the state of the library; ``left_out`` counts
    patients without consent; ``filters`` are those that chose whom it is of, as they were set.
    """

    audit_head: str
    as_of: date | None = None
    left_out: int = 0
    filters: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def export_placed(
    folder: str | Path, kind: Format, profile: Profile, had_head: Callable[[str], bool]
) -> Iterator[Path]:
    """Give a folder to write an export into, which stands for ``folder`` once the block is left.

    An earlier export of the same format, library, study and profile is replaced. The block writes
    the manifest last. ``had_head`` says whether the library's trail ever had an audit head.

    Raises ``FileUnwritable``, ``FileInUse``, ``DiskFull`` as ``placed`` does; the first also where
    ``why_not`` says that the folder is another export's.
    """
    refuse_others(folder, kind, profile, had_head)
    with placed(
        folder, kind.manifest, lambda there: why_not(there, kind, profile, had_head)
    ) as beside:
        yield beside


def refuse_others(
    folder: str | Path, kind: Format, profile: Profile, had_head: Callable[[str], bool]
) -> None:
    """Refuse a folder that an export of another kind is in, in whichever format.

    Raises ``FileUnwritable``. Beside the names of an identified export a pseudonymised one could be
    matched with them, row by row; of two libraries or studies nobody could tell what is whose.
    """
    for name in dict.fromkeys(one.manifest for one in FORMATS):
        path = Path(folder) / name
        try:
            there = json.loads(path.read_bytes())
            reason = why_not(there, kind, profile, had_head, is_beside=name != kind.manifest)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # no manifest of an export: what may be written over is decided file by file
        if reason is not None:
            raise FileUnwritable(path=str(folder), reason=reason)


def why_not(
    there: Mapping[str, Any],
    kind: Format,
    profile: Profile,
    had_head: Callable[[str], bool],
    *,
    is_beside: bool = False,
) -> str | None:
    """Return as a clause why an export may not take the place of one by its manifest, or None.

    ``is_beside``: whether it may stand beside it, the format being another. Raises ``KeyError``
    for a manifest that lacks what every export's has.
    """
    formats = {one.name: one for one in FORMATS}
    format_there = formats.get(there["format"])
    if format_there is None:
        return None if is_beside else "it holds another program's files"
    if format_there is not kind and not is_beside:
        return f"it holds {format_there.files}, which {kind.files} don't replace"
    if not had_head(there["audit_head"]):
        return "it holds the export of another library"
    if there["profile"] != profile.name:
        if profile.is_identified:
            return (
                "it holds a pseudonymised export, which an identified one never joins or replaces"
            )
        return "it holds an identified export, which a pseudonymised one never joins or replaces"
    study = str(there["study"])
    if study.casefold() != profile.study.casefold():
        named = f"the study {study}" if study else "no study"
        return f"it holds an export of {named}, and each study has a folder of its own"
    return None


def write_manifest(
    beside: Path,
    kind: Format,
    profile: Profile,
    facts: ExportFacts,
    *,
    patients: int,
    told: Mapping[str, Any],
    names: Iterable[str],
    told_of_files: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Write the manifest of an export into the folder it is written in.

    Parameters
    ----------
    patients
        How many are in it.
    told
        What this format tells more.
    names
        The files, as paths from the folder with slashes.
    told_of_files
        What it tells more of a file, by its name.
    """
    more = {} if told_of_files is None else told_of_files
    document = {
        "format": kind.name,
        "format_version": kind.version,
        "application": "woundtrack",
        "application_version": __version__,
        "as_of": None if facts.as_of is None else facts.as_of.isoformat(),
        "study": profile.study,
        "profile": profile.name,
        "filters": dict(facts.filters),
        "audit_head": facts.audit_head,
        "patients": patients,
        "patients_left_out": facts.left_out,
        **told,
        "files": [
            {
                "name": name,
                "sha256": sha256_of(beside / name),
                "bytes": (beside / name).stat().st_size,
                **more.get(name, {}),
            }
            for name in names
        ],
        "note": NOTE,
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    (beside / kind.manifest).write_bytes(text.encode("utf-8"))
