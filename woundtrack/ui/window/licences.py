"""On what terms other people's work is used here: names, versions, and the texts themselves.

Hides where they lie: in a package beside the bill of materials; else with the installed libraries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from woundtrack import resources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution

_CHECKOUT: Final = Path(__file__).resolve().parents[3]
"""A checkout's folder; in a package, that of the libraries."""
_PIN: Final = re.compile(r"^([\w.-]+)==", re.MULTILINE)
_NAME: Final = re.compile(r"[\w.-]+")
_TEXT: Final = re.compile(r"(licen[cs]es?|copying|notice)([-_. ].*)?", re.IGNORECASE)
_NOT_TEXTS: Final = frozenset({".py", ".pyc", ".pyi", ".so", ".h"})
_ADDED: Final = {
    "pyside6-essentials": ("Qt-and-the-LGPL.txt", "LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("Qt-and-the-LGPL.txt", "LGPL-3.0.txt", "GPL-3.0.txt"),
    "qtawesome": ("Phosphor-MIT.txt",),
}
"""Those whose wheels bring no text: of a checkout's ``packaging/licence_texts``."""
_FEW_WORDS: Final = 60
NETWORK: Final = "Outline network"
"""The name of the outline network among the works."""
_TERMS_OF_NETWORK: Final = {
    "non-commercial": "Not for commercial use",
    "own": "This clinic's own",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Somebody else's work in this copy of woundtrack; ``texts`` may be empty."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]

    def read(self) -> str:
        """Return the texts of its licence, one after the other."""
        found = (path.read_text(encoding="utf-8", errors="replace") for path in self.texts)
        return "\n\n".join(text.strip() for text in found)


def own_licence() -> str:
    """Return the text of woundtrack's own licence; empty where it didn't come along."""
    # A package has it beside the program, one folder above the libraries.
    places = [_CHECKOUT.parent / "LICENSE.txt"] if resources.components() else []
    places.append(_CHECKOUT / "LICENSE")
    if (own := _distribution("woundtrack")) is not None:
        places += [Path(str(own.locate_file(file))) for file in own.files or () if _is_text(file)]
    found = next((path for path in places if path.is_file()), None)
    return "" if found is None else found.read_text(encoding="utf-8")


def third_party() -> tuple[Work, ...]:
    """Return what this copy is made of, by name."""
    packaged = tuple(
        Work(name=one.name, version=one.version, licence=one.licence, texts=one.texts)
        for one in resources.components()
    )
    network = tuple(_network())
    others = (one for one in packaged or _installed() if not network or one.name != NETWORK)
    return tuple(sorted((*others, *network), key=lambda one: one.name.lower()))


def _network() -> Iterator[Work]:
    """Yield the outline network in use, its terms and its model card; nothing where there is none.

    A package's bill of materials may name another: a clinic's own is in no package.
    """
    from woundtrack.imaging import network_in_use  # loads OpenCV, after the window is up

    used = network_in_use()
    if used.facts is not None:
        yield Work(
            name=NETWORK,
            version=used.facts.version,
            licence=_TERMS_OF_NETWORK[used.facts.terms],
            texts=used.texts,
        )


def _installed() -> Iterator[Work]:
    """Yield what woundtrack needs and what that needs, as far as it is installed."""
    own = _distribution("woundtrack")
    lock = _CHECKOUT / "requirements" / "run.txt"
    if lock.is_file():
        names = [*_PIN.findall(lock.read_text(encoding="utf-8"))]
    else:
        names = [] if own is None else _needs(own)
    seen: set[str] = set()
    while names:
        name = names.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        one = None if key in seen else _distribution(name)
        seen.add(key)
        if one is not None:
            names += _needs(one)
            yield _work(key, one)


def _work(key: str, one: Distribution) -> Work:
    texts = [Path(str(one.locate_file(file))) for file in one.files or () if _is_text(file)]
    ours = _CHECKOUT / "packaging" / "licence_texts"
    texts += [ours / name for name in _ADDED.get(key, ())]
    return Work(
        name=one.metadata["Name"],
        version=one.version,
        licence=_licence_of(one),
        texts=tuple(path for path in texts if path.is_file()),
    )


def _licence_of(one: Distribution) -> str:
    stated = "".join(one.metadata.get_all("License-Expression") or ()).strip()
    classified = ", ".join(
        str(text).rpartition(" :: ")[2]
        for text in one.metadata.get_all("Classifier") or ()
        if str(text).startswith("License :: ") and not str(text).endswith("OSI Approved")
    )
    # The field may hold the whole text, and then says nothing in a few words.
    in_words = "".join(one.metadata.get_all("License") or ()).strip()
    return stated or classified or (in_words if len(in_words) <= _FEW_WORDS else "")


def _needs(one: Distribution) -> list[str]:
    """Return the names a distribution requires, without what only its extras need."""
    found = (
        _NAME.match(text) for text in one.requires or () if "extra" not in text.partition(";")[2]
    )
    return [name[0] for name in found if name is not None]


def _distribution(name: str) -> Distribution | None:
    from importlib.metadata import PackageNotFoundError, distribution  # loads the mail parser, too

    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _is_text(file: object) -> bool:
    """Whether a file of a distribution is a licence: by its name or by the folder it is in."""
    path = Path(str(file))
    if path.suffix in _NOT_TEXTS or ".." in path.parts:
        return False
    is_metadata = path.parts[0].endswith(".dist-info")
    return _TEXT.fullmatch(path.name) is not None or (
        is_metadata and "licenses" in path.parts[1:-1]
    )
