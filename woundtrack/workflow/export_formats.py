"""Every format that a library is exported in, and the verb that writes it.

Hides where each is, so that only the one that is asked for is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from woundtrack.model import Progress, no_progress
from woundtrack.workflow.exporting import Export


class WrittenFiles(Protocol):
    """What every format's verb returns: at least the files that it wrote."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, the manifest last."""


class WriteExport(Protocol):
    """Writes an export into a folder, whole or not at all, and notes it in the audit trail."""

    def __call__(
        self, export: Export, folder: Path, *, by: str, progress: Progress = no_progress
    ) -> WrittenFiles:
        """Raise ``FileUnwritable``, ``FileInUse``, ``DiskFull``; ``Cancelled`` by ``progress``."""


FORMATS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "csv": ("exporting", "write_csv"),
        "redcap": ("exporting_redcap", "write_redcap"),
        "fhir": ("exporting_fhir", "write_fhir"),
        "dicom": ("exporting_dicom", "write_dicom"),
    }
)
"""The formats by the word the command line knows them by: the module and the verb."""


def writer_of(name: str) -> WriteExport:
    """Return the verb that writes a format. Raises ``KeyError`` for one that isn't known."""
    module, verb = FORMATS[name]
    found: WriteExport = getattr(import_module(f"woundtrack.workflow.{module}"), verb)
    return found
