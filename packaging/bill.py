"""The bill of materials: everything in the package, with version, licence and what needs what.

Hides the form (CycloneDX 1.6, JSON: https://cyclonedx.org/docs/1.6/json/) and how it is known which
of the locked requirements are in the package and which only helped to make it.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import sys
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

import licences
from contents import PROGRAM_FOLDER, ROOT, network_in
from licences import Terms
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from woundtrack import resources
from woundtrack.imaging.outlining import network_asset

LOCKS: Final = ("run", "package")
"""Of ``requirements/``: what the package is made of and made with. Test tools are neither."""
BOOTLOADER: Final = "pyinstaller"
"""The one tool of which something is in the package: the small program that starts Python."""

_PIN: Final = re.compile(r"^([\w.-]+)==([\w.!+-]+)", re.MULTILINE)
_EXTENSION: Final = re.compile(r"\.(cpython-\w+-.*|abi3)\.so$|\.pyd$")
_LIBRARY: Final = re.compile(r"\.so(\.[\w.]+)?$|\.dll$|\.dylib$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One thing that the package is made of or made with.

    ``kind`` is CycloneDX's: "library", or "machine-learning-model" for the outline network.
    ``texts`` are the names of its licence's files, ``libraries`` the shared libraries that came
    inside it with the SHA-256 of each, ``needs`` the names of other parts.
    """

    name: str
    version: str
    is_shipped: bool
    terms: Terms | None = None
    texts: tuple[str, ...] = ()
    libraries: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    kind: str = "library"


NETWORK: Final = "Outline network"
"""What the window calls it among the licences, too."""
_TERMS: Final = {
    network_asset.NON_COMMERCIAL: "Not for commercial use",
    network_asset.OWN: "A clinic's own: not to be passed on without asking it",
}


def locked(names: Iterable[str] = LOCKS) -> dict[str, str]:
    """Return the name and version of everything in the lock files."""
    texts = ((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in names)
    return dict(sorted(_PIN.findall("\n".join(texts))))


def distributions(names: Iterable[str]) -> dict[str, Distribution]:
    """Return those that are installed: what only another system needs is not."""
    found = {}
    for name in names:
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
    return found


def shipped(installed: Mapping[str, Distribution], sources: Iterable[str]) -> frozenset[str]:
    """Return the names of the distributions that at least one of the packaged files is from."""
    packaged = {Path(source).resolve() for source in sources}
    return frozenset(
        name
        for name, one in installed.items()
        if name == BOOTLOADER
        or any(
            ".dist-info" not in str(file) and Path(str(one.locate_file(file))).resolve() in packaged
            for file in one.files or ()
        )
    )


def collect(program: Path, sources: Iterable[str]) -> tuple[Part, ...]:
    """Return all parts, and lay the licence texts of those in the package into it.

    Parameters
    ----------
    program
        The folder that was made.
    sources
        The files that it was made from.
    """
    pins = locked()
    installed = distributions(pins)
    inside = shipped(installed, sources)
    parts = [_python(program), *_network(program)]
    for name, version in pins.items():
        if name not in inside:
            parts.append(Part(name=name, version=version, is_shipped=False))
            continue
        one = installed[name]
        parts.append(
            Part(
                name=name,
                version=version,
                is_shipped=True,
                terms=licences.terms_of(name, one),
                texts=_lay(program, f"{name}-{version}", licences.texts_of(name, one)),
                libraries=libraries_in(program, one),
                needs=tuple(sorted(needs_of(one) & inside)),
            )
        )
    return tuple(parts)


def needs_of(one: Distribution) -> frozenset[str]:
    """Return the names that a distribution requires on this system."""
    wanted = [Requirement(text) for text in one.requires or ()]
    return frozenset(
        str(canonicalize_name(requirement.name))
        for requirement in wanted
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    )


def libraries_in(program: Path, one: Distribution) -> tuple[tuple[str, str], ...]:
    """Return the shared libraries that came with a distribution and are in the package."""
    folder = program / PROGRAM_FOLDER
    names = (str(file).replace("\\", "/") for file in one.files or ())
    return tuple(
        (name, _digest(folder / name))
        for name in sorted(names)
        if _LIBRARY.search(name) and not _EXTENSION.search(name) and (folder / name).is_file()
    )


def _python(program: Path) -> Part:
    version = platform.python_version()
    return Part(
        name="python",
        version=version,
        is_shipped=True,
        terms=Terms(words=licences.CHOSEN["python"], is_spdx=True),
        texts=_lay(program, f"python-{version}", licences.texts_of_python()),
    )


def _network(program: Path) -> tuple[Part, ...]:
    """Return the outline network, where the folder that was made has it."""
    place = network_in(program)
    if place is None:
        return ()
    weights = place.relative_to(program / PROGRAM_FOLDER) / network_asset.WEIGHTS
    facts = network_asset.read_facts(place / network_asset.FACTS)
    names = (network_asset.LICENCE, network_asset.CARD)
    return (
        Part(
            name=NETWORK,
            version=facts.version,
            is_shipped=True,
            terms=Terms(words=_TERMS[facts.terms], is_spdx=False),
            texts=_lay(
                program,
                f"outline-network-{facts.version}",
                {name: (place / name).read_bytes() for name in names},
            ),
            libraries=((weights.as_posix(), facts.sha256),),
            kind="machine-learning-model",
        ),
    )


def _lay(program: Path, folder: str, texts: Mapping[str, bytes]) -> tuple[str, ...]:
    place = program / PROGRAM_FOLDER / "woundtrack" / resources.LICENCES / folder
    place.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (place / name).write_bytes(text)
    return tuple(f"{folder}/{name}" for name in sorted(texts))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- the document --------------------------------------------------------------------------------


def document(parts: Sequence[Part], *, version: str, made_at: datetime) -> dict[str, Any]:
    """Return the bill of materials of woundtrack ``version``: equal parts, equal document."""
    own: dict[str, Any] = {
        "type": "application",
        "bom-ref": f"woundtrack@{version}",
        "name": "woundtrack",
        "version": version,
        "licenses": [{"expression": "Apache-2.0"}],
        "purl": f"pkg:generic/woundtrack@{version}",
    }
    body: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "lifecycles": [{"phase": "build"}],
            "component": own,
            "properties": [{"name": "woundtrack:built-for", "value": built_for()}],
        },
        "components": [_component(part) for part in sorted(parts, key=lambda one: one.name)],
        "dependencies": [
            {
                "ref": own["bom-ref"],
                "dependsOn": sorted(_reference(part) for part in parts if part.is_shipped),
            },
            *(
                {
                    "ref": _reference(part),
                    "dependsOn": sorted(_reference(one) for one in parts if one.name in part.needs),
                }
                for part in sorted(parts, key=lambda one: one.name)
                if part.is_shipped
            ),
        ],
    }
    content = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    serial = uuid.uuid5(uuid.NAMESPACE_OID, f"woundtrack {content}")
    return {**body, "serialNumber": f"urn:uuid:{serial}"}


def built_for() -> str:
    """Return the system and the processor that this build runs on."""
    return f"{sys.platform} {platform.machine().lower()}"


def write(path: Path, bill: Mapping[str, Any]) -> None:
    """Write the document."""
    text = json.dumps(bill, indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _reference(part: Part) -> str:
    kind = "generic" if part.name in {"python", NETWORK} else "pypi"
    name = part.name.lower().replace(" ", "-")
    return f"pkg:{kind}/{name}@{part.version}"


def _component(part: Part) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": part.kind,
        "bom-ref": _reference(part),
        "name": part.name,
        "version": part.version,
        "scope": "required" if part.is_shipped else "excluded",
        "purl": _reference(part),
    }
    if part.terms is not None:
        words = part.terms.words
        made["licenses"] = [
            {"expression": words} if part.terms.is_spdx else {"license": {"name": words}}
        ]
    if part.texts:
        made["properties"] = [
            {"name": resources.LICENCE_TEXT, "value": name} for name in part.texts
        ]
    if part.libraries:
        made["components"] = [
            {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]}
            for name, digest in part.libraries
        ]
    return made
