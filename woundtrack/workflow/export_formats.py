"""Every format that a library is exported in, and the verb that writes it.

Hides where each is, so that only the one that is asked for is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from woundtrack.exchange import manifest
from woundtrack.exchange.profile import Profile
from woundtrack.model import Progress, no_progress
from woundtrack.records import Library
from woundtrack.workflow.exporting import Export, ExportChoice
from woundtrack.workflow.exporting_notes import ExportNote, refuse_own_folder


class WrittenFiles(Protocol):
    """What every format's verb returns: at least the files that it wrote."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, the manifest last."""


class WriteExport(Protocol):
    """Writes an export into a folder, whole or not at all, noted in the trail before and after."""

    def __call__(
        self,
        export: Export,
        folder: Path,
        *,
        by: str,
        note: ExportNote | None = None,
        progress: Progress = no_progress,
    ) -> WrittenFiles:
        """Raise what ``exporting_notes.noted`` and ``manifest.export_placed`` raise.

        And ``Cancelled`` by ``progress``.
        """


FORMATS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "csv": ("exporting", "write_csv"),
        "redcap": ("exporting_redcap", "write_redcap"),
        "fhir": ("exporting_fhir", "write_fhir"),
        "dicom": ("exporting_dicom", "write_dicom"),
    }
)
"""The formats by the word the command line knows them by: the module and the verb."""


WITH_PICTURES: Final = frozenset({"csv", "fhir"})
"""The formats that pictures go beside; DICOM files are pictures themselves."""


def refuse_folder(library: Library, choice: ExportChoice, name: str, folder: str | Path) -> None:
    """Refuse a folder that an export in a format must not go into, before anything is written.

    One in the library's own folder; one that holds an export of another kind. Raises
    ``FileUnwritable``.
    """
    refuse_own_folder(library, folder)
    profile = Profile(is_identified=choice.is_identified, study=choice.study, salt=bytes(16))
    kind = next(one for one in manifest.FORMATS if one.name == f"woundtrack-{name}")
    manifest.refuse_others(folder, kind, profile, library.had_audit_head)


def writer_of(name: str) -> WriteExport:
    """Return the verb that writes a format. Raises ``KeyError`` for one that isn't known."""
    module, verb = FORMATS[name]
    found: WriteExport = getattr(import_module(f"woundtrack.workflow.{module}"), verb)
    return found
