"""What a person prefers on this computer: one frozen value, one JSON file.

Hides where that file lies, how it is written whole or not at all, and what becomes of bad values.
"""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

import platformdirs

from woundtrack.errors import DiskFull, FileUnwritable
from woundtrack.model import Archive, is_title

VERSION: Final = 2
"""The format of the file. An older one is brought up to it; a newer one is understood in part."""

RECENT_LIBRARIES: Final = 8
"""How many libraries are remembered."""

TEXT_SCALES: Final = (90, 100, 110, 125, 150)
"""The sizes of the window's text and controls that can be chosen, in percent."""


class Theme(StrEnum):
    """The colours of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """A person's preferences on this computer. Patients are never among them.

    Attributes
    ----------
    person
        The name that records are signed with; empty: the account's name.
    theme
        The colours of the window: as the system, light or dark.
    text_scale
        The size of text and controls, in percent of the system's; used from the next start on.
    single_letter_keys
        Whether plain letters are shortcuts; some assistive devices type letters by accident.
    exports_unasked
        Whether an export also holds patients whom nobody asked about research; those who refused
        are never in it.
    backup_folder
        Where the daily backups go, on another disk; None: into the library's own ``backups/``.
    recent_libraries
        The folders of the libraries opened last, newest first.
    archives
        The hospital archives that photographs may be sent to, as this computer reaches them.
    """

    person: str = ""
    theme: Theme = Theme.SYSTEM
    text_scale: int = 100
    single_letter_keys: bool = True
    exports_unasked: bool = True
    backup_folder: Path | None = None
    recent_libraries: tuple[Path, ...] = ()
    archives: tuple[Archive, ...] = ()

    def archive(self, name: str) -> Archive | None:
        """Return the archive of a name, in upper or lower case; None where there is none."""
        known = (one for one in self.archives if one.name.casefold() == name.strip().casefold())
        return next(known, None)

    def with_archive(self, archive: Archive) -> Settings:
        """Return these settings with an archive added, or set anew."""
        others = self.without_archive(archive.name).archives
        return replace(self, archives=(*others, archive))

    def without_archive(self, name: str) -> Settings:
        """Return these settings without the archive of a name."""
        gone = self.archive(name)
        return replace(self, archives=tuple(one for one in self.archives if one is not gone))

    @property
    def last_library(self) -> Path | None:
        """The library that was opened last; None where none was."""
        return self.recent_libraries[0] if self.recent_libraries else None

    def opened(self, library: Path) -> Settings:
        """Return these settings with ``library`` as the one opened last."""
        library = library.absolute()
        others = tuple(path for path in self.recent_libraries if path != library)
        return replace(self, recent_libraries=(library, *others)[:RECENT_LIBRARIES])

    def forgotten(self, library: Path) -> Settings:
        """Return these settings without ``library`` among the recent ones."""
        others = tuple(path for path in self.recent_libraries if path != library)
        return replace(self, recent_libraries=others)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """Settings as read, and a sentence for each stored value that wasn't taken over."""

    settings: Settings
    reports: tuple[str, ...] = ()


def account_name() -> str:
    """Return the name of the account this program runs under; ``unknown`` for one without a name.

    What is recorded is signed with it where a person has given no name of their own.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # by Python version and system
        return "unknown"


def settings_file() -> Path:
    """Return the path of the settings: in ``WOUNDTRACK_CONFIG_DIR``, else the system's place."""
    folder = os.environ.get("WOUNDTRACK_CONFIG_DIR")
    place = Path(folder) if folder else platformdirs.user_config_path("woundtrack", appauthor=False)
    return place / "settings.json"


def read_settings(path: Path | None = None) -> Reading:
    """Read the settings; what can't be used falls back to its default and is reported.

    A file that isn't there is not reported: it is the first start. Never raises for what the file
    holds, so that a broken preference never keeps anyone from their records.
    """
    path = settings_file() if path is None else path
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Reading(settings=Settings())
    except (OSError, ValueError, RecursionError) as problem:
        return _fallen_back(f"The settings in {path} can't be read ({problem})")
    if not isinstance(stored, dict):
        return _fallen_back(f"The settings in {path} are not a table of values")
    return _from_json(stored)


def write_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings in one step: the file is the old one or the new one, never half of one.

    Raises
    ------
    DiskFull
        There is no room for the file.
    FileUnwritable
        The file or its folder can't be written.
    """
    path = settings_file() if path is None else path
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".settings-", delete=False
        ) as file:
            temporary = Path(file.name)
            json.dump(_to_json(settings), file, indent=2, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as problem:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        if problem.errno == errno.ENOSPC:
            raise DiskFull(path=str(path)) from problem
        reason = (problem.strerror or "the system gives no reason").lower()
        raise FileUnwritable(path=str(path), reason=reason) from problem


def _fallen_back(report: str) -> Reading:
    return Reading(settings=Settings(), reports=(f"{report}; the usual ones are used.",))


def _to_json(settings: Settings) -> dict[str, object]:
    return {
        "version": VERSION,
        "person": settings.person,
        "theme": settings.theme.value,
        "text_scale": settings.text_scale,
        "single_letter_keys": settings.single_letter_keys,
        "exports_unasked": settings.exports_unasked,
        "backup_folder": None if settings.backup_folder is None else str(settings.backup_folder),
        "recent_libraries": [str(path) for path in settings.recent_libraries],
        "archives": [_archive_to_json(archive) for archive in settings.archives],
    }


def _from_json(stored: Mapping[str, object]) -> Reading:
    """Return what the stored values mean, field by field."""
    reports: list[str] = []
    version = stored.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version > VERSION:
        reports.append(
            f"The settings were written in format {version}, which this woundtrack doesn't know; "
            "what is understood is used."
        )
    else:
        for step in range(max(version, 1), VERSION):
            stored = _UPGRADES[step](stored)
    known = {field.name for field in fields(Settings)}
    reports += [
        f"The setting {name} is not known and is left out."
        for name in stored
        if name not in known and name != "version"
    ]
    settings = Settings()
    for name in known.intersection(stored):
        value = stored[name]
        changed = _with_value(settings, name, value)
        if changed is None:
            reports.append(f"The setting {name} can't be {value!r}; the usual value is used.")
        else:
            settings = changed
    return Reading(settings=settings, reports=tuple(sorted(reports)))


def _from_1(stored: Mapping[str, object]) -> Mapping[str, object]:
    """Leave out libraries named by a relative path: from which folder, nobody knows any more."""
    recent = stored.get("recent_libraries")
    if not isinstance(recent, list):
        return stored
    kept = [path for path in recent if not isinstance(path, str) or Path(path).is_absolute()]
    return {**stored, "recent_libraries": kept}


_UPGRADES: Final[Mapping[int, Callable[[Mapping[str, object]], Mapping[str, object]]]] = {
    1: _from_1,
}
"""By the format a file is in: what brings it to the next one. A released one is never changed."""


def _with_value(settings: Settings, name: str, value: object) -> Settings | None:
    """Return the settings with one stored value set; None where that value can't be meant."""
    match name, value:
        case "person", str():
            return replace(settings, person=" ".join(value.split()))
        case "theme", str() if value in set(Theme):
            return replace(settings, theme=Theme(value))
        case "text_scale", int() if not isinstance(value, bool) and value in TEXT_SCALES:
            return replace(settings, text_scale=value)
        case "backup_folder", None:
            return replace(settings, backup_folder=None)
        case "backup_folder", str() if value and Path(value).is_absolute():
            return replace(settings, backup_folder=Path(value))
        case "single_letter_keys", bool():
            return replace(settings, single_letter_keys=value)
        case "exports_unasked", bool():
            return replace(settings, exports_unasked=value)
        case "recent_libraries", list() if all(isinstance(path, str) and path for path in value):
            paths = tuple(dict.fromkeys(Path(path) for path in value))
            return replace(settings, recent_libraries=paths[:RECENT_LIBRARIES])
        case "archives", list():
            archives = tuple(_archive_of(one) for one in value)
            known = tuple(one for one in archives if one is not None)
            return replace(settings, archives=known) if len(known) == len(archives) else None
        case _:
            return None


def _archive_to_json(archive: Archive) -> dict[str, object]:
    stored = {field.name: getattr(archive, field.name) for field in fields(Archive)}
    return {
        name: str(value) if isinstance(value, Path) else value for name, value in stored.items()
    }


def _archive_of(stored: object) -> Archive | None:
    """Return the archive that stored values tell; None where they can't be one's."""
    if not isinstance(stored, dict):
        return None
    match stored:
        case {
            "name": str(name),
            "host": str(host),
            "port": int(port),
            "title": str(title),
            "own_title": str(own_title),
            "uses_tls": bool(uses_tls),
        }:
            pass
        case _:
            return None
    paths = [stored.get(key) for key in ("ca_file", "certificate", "key")]
    if not all(one is None or (isinstance(one, str) and Path(one).is_absolute()) for one in paths):
        return None
    if not (name.strip() and host.strip() and 0 < port < 65536):
        return None
    if not (is_title(title) and is_title(own_title)):
        return None
    ca_file, certificate, key = (None if one is None else Path(one) for one in paths)
    return Archive(
        name=name,
        host=host,
        port=port,
        title=title,
        own_title=own_title,
        uses_tls=uses_tls,
        ca_file=ca_file,
        certificate=certificate,
        key=key,
    )
