"""Finds the files that come with woundtrack: icons, body map, a network, a package's licence texts.

Hides whether this is a checkout, an installed wheel or a frozen application.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from woundtrack.settings import settings_file

PICTURES: Final = "screenshots"
"""The folder below ``assets/`` with the README's pictures, which an installed copy goes without."""
ASSET_LIST: Final = "assets.sha256"
BILL_OF_MATERIALS: Final = "bill-of-materials.cdx.json"
LICENCES: Final = "licences"
"""What a package holds beside ``assets/``: their hashes, what it is made of, and on what terms."""
LICENCE_TEXT: Final = "woundtrack:licence-text"
"""The property of a component in the bill of materials that names a file in ``licences/``."""

_PACKAGE: Final = Path(__file__).resolve().parent
_PLACES: Final = (_PACKAGE / "assets", _PACKAGE.parent / "assets")
"""Beside the package (a wheel, a frozen application), then the checkout's own folder."""


def asset(name: str) -> Path:
    """Return the path of an asset.

    Parameters
    ----------
    name
        A file or folder below ``assets/``, with forward slashes: ``icons/card.svg``.

    Raises
    ------
    ValueError
        For a name that is empty, absolute or leads out of ``assets/``.
    FileNotFoundError
        When the file doesn't come with this copy of woundtrack; a fault of the installation.
    """
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
        raise ValueError(f"{name!r} is not the name of an asset")
    for place in _PLACES:
        path = place.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"the asset {name} is missing from this copy of woundtrack")


def own_folder(name: str) -> Path:
    """Return where a clinic puts something of its own in place of an asset's folder.

    Beside the settings, whether or not it is there: ``outline`` for its own outline network.
    """
    return settings_file().with_name(name)


def assets() -> tuple[str, ...]:
    """Return the names of all files that come with this copy, sorted; none where none came.

    The README's pictures of the window are not among them: an installed copy goes without.
    """
    for place in _PLACES:
        if place.is_dir():
            files = (path.relative_to(place) for path in place.rglob("*") if path.is_file())
            return tuple(sorted(path.as_posix() for path in files if path.parts[0] != PICTURES))
    return ()


def damaged_assets() -> tuple[str, ...]:
    """Return the assets of a package that are missing or not as it was made.

    None where nothing is known about them: a checkout and a wheel carry no list.
    """
    import hashlib

    wrong = []
    for line in _beside(ASSET_LIST):
        digest, _, name = line.partition("  ")
        path = _PACKAGE / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(PurePosixPath(name).relative_to("assets").as_posix())
    return tuple(wrong)


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """Something of somebody else's in the package; ``texts`` are the files of its licence."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]


def components() -> tuple[Component, ...]:
    """Return what the package is made of, for people who ask on what terms; none in a checkout."""
    import json

    text = "".join(_beside(BILL_OF_MATERIALS))
    listed = json.loads(text)["components"] if text else []
    return tuple(
        Component(
            name=one["name"],
            version=one["version"],
            licence=", ".join(_licence_name(entry) for entry in one["licenses"]),
            texts=tuple(
                _PACKAGE / LICENCES / entry["value"]
                for entry in one["properties"]
                if entry["name"] == LICENCE_TEXT
            ),
        )
        for one in listed
        if one["scope"] == "required"
    )


def _licence_name(entry: dict[str, Any]) -> str:
    return str(entry["expression"] if "expression" in entry else entry["license"]["name"])


def _beside(name: str) -> list[str]:
    """Return the lines of a file that only a package has."""
    path = _PACKAGE / name
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
