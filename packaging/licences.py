"""The terms on which other people's work is in the package: their name, and their full texts.

Hides the three places where distributions keep licences, and what the published builds leave out.
"""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path, PurePosixPath
from typing import Final

from contents import PackageIncomplete

TEXTS: Final = Path(__file__).resolve().parent / "licence_texts"

ADDED: Final[Mapping[str, tuple[str, ...]]] = {
    # These builds come without any text.
    "pyside6-essentials": ("Qt-and-the-LGPL.txt", "LGPL-3.0.txt", "GPL-3.0.txt", "ICU.txt"),
    "shiboken6": ("Qt-and-the-LGPL.txt", "LGPL-3.0.txt", "GPL-3.0.txt"),
    # These name the terms of libraries inside them, but leave the texts out.
    "pillow-heif": ("x265-and-the-GPL.txt", "GPL-2.0.txt", "GPL-3.0.txt", "LGPL-3.0.txt"),
    "qtawesome": ("Phosphor-MIT.txt",),
}
"""Texts of ours, by distribution, beside those that it brings."""

CHOSEN: Final[Mapping[str, str]] = {
    # Offered under several: this is the one they are used under.
    "pyside6-essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
    # The metadata names the terms of the source, not those of the libraries built into it.
    "pillow-heif": "BSD-3-Clause AND LGPL-3.0-only AND GPL-2.0-or-later",
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "python": "PSF-2.0",
    "qtawesome": "MIT",
}

_TEXT: Final = re.compile(r"(licen[cs]es?|copying|notice)([-_. ].*)?", re.IGNORECASE)
_NOT_TEXTS: Final = frozenset({".py", ".pyc", ".pyi", ".so", ".h"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """A licence in a few words; ``is_spdx`` where they are an SPDX expression."""

    words: str
    is_spdx: bool


def terms_of(name: str, distribution: Distribution) -> Terms:
    """Return the terms of a distribution.

    Raises ``PackageIncomplete`` for one that states none.
    """
    metadata = distribution.metadata
    stated = CHOSEN.get(name) or "".join(metadata.get_all("License-Expression") or ()).strip()
    if stated:
        return Terms(words=stated, is_spdx=True)
    classified = [
        str(text).rpartition(" :: ")[2]
        for text in metadata.get_all("Classifier") or ()
        if str(text).startswith("License :: ") and not str(text).endswith("OSI Approved")
    ]
    # The field may hold the whole text, and then says nothing in a few words.
    in_words = "".join(metadata.get_all("License") or ()).strip()
    said = ", ".join(classified) or (in_words if len(in_words) <= 60 else "")
    if not said:
        raise PackageIncomplete(f"{name} doesn't say under which licence it is")
    return Terms(words=said, is_spdx=False)


def texts_of(name: str, distribution: Distribution) -> dict[str, bytes]:
    """Return the full texts of a distribution's licence, by the name of a file for each.

    Raises ``PackageIncomplete`` for a distribution without any.
    """
    found: dict[str, bytes] = {}
    for file in distribution.files or ():
        path = PurePosixPath(str(file).replace("\\", "/"))
        if _is_text(path):
            text = Path(str(distribution.locate_file(file))).read_bytes()
            found["-".join(_told_apart(path).parts)] = text
    for added in ADDED.get(name, ()):
        found[added] = (TEXTS / added).read_bytes()
    if not found:
        raise PackageIncomplete(f"{name} brings no text of its licence: add one to {TEXTS.name}/")
    return found


def _is_text(path: PurePosixPath) -> bool:
    """Return whether a file is a licence: by its name, or by the folder metadata keeps them in."""
    if path.suffix in _NOT_TEXTS or ".." in path.parts:
        return False
    in_metadata = path.parts[0].endswith(".dist-info")
    return _TEXT.fullmatch(path.name) is not None or (
        in_metadata and "licenses" in path.parts[1:-1]
    )


def _told_apart(path: PurePosixPath) -> PurePosixPath:
    """Return the path without what all have in common: ``x.dist-info/licenses/``."""
    if not path.parts[0].endswith(".dist-info"):
        return path
    inside = path.relative_to(path.parts[0])
    return inside.relative_to("licenses") if inside.parts[0] == "licenses" else inside


def texts_of_python() -> dict[str, bytes]:
    """Return the texts of Python's own licence, from wherever this Python keeps them."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for path in (
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
        Path("/usr/share/doc") / version / "copyright",
    ):
        if path.is_file():
            return {"LICENSE.txt": path.read_bytes()}
    raise PackageIncomplete("the licence of Python itself was not found beside it")
