"""Finds the files that come with woundtrack: icons, body map, translations.

Hides whether this is a checkout, an installed wheel or a frozen application.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_PICTURES: Final = "screenshots"
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


def assets() -> tuple[str, ...]:
    """Return the names of all files that come with this copy, sorted; none where none came.

    The README's pictures of the window are not among them: an installed copy goes without.
    """
    for place in _PLACES:
        if place.is_dir():
            files = (path.relative_to(place) for path in place.rglob("*") if path.is_file())
            return tuple(sorted(path.as_posix() for path in files if path.parts[0] != _PICTURES))
    return ()
