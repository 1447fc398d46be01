"""Which outline network this copy works with: the one it came with, a clinic's own, or none.

Hides where a network lies, the facts written beside it, and how it is seen to be whole.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from woundtrack import resources
from woundtrack.errors import NetworkBroken, OwnNetworkBroken
from woundtrack.imaging.outlining.network_planes import BOX_LEVEL, SIDE, Planes, planes_of
from woundtrack.imaging.outlining.outline_network import OutlineNetwork

FOLDER: Final = "outline"
"""Below the assets, and, for a clinic's own network, beside the settings."""
WEIGHTS: Final = "outline.onnx"
FACTS: Final = "outline.json"
LICENCE: Final = "LICENCE.md"
CARD: Final = "MODEL_CARD.md"
FILES: Final = (WEIGHTS, FACTS, LICENCE, CARD)
"""What lies in a network's folder."""

NON_COMMERCIAL: Final = "non-commercial"
OWN: Final = "own"
TERMS: Final = (NON_COMMERCIAL, OWN)
"""Who may use a network: nobody commercially, or the clinic alone whose outlines it learnt from."""

CLOSE: Final = 1e-3
"""Logits of two readers of one network may differ by so much."""

_FORMAT: Final = 1
_EVERY: Final = 32  # of a trial's logits, one in so many of a row or column is kept


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkFacts:
    """What is written beside a network's weights.

    Attributes
    ----------
    version, sha256
        Of the weights; both go into the method of every outline made with them.
    terms
        One of ``TERMS``.
    learnt_from, photographs, data_on
        Which data, how many photographs of it, and the data's date in words.
    steps, seed, made_on
        Of the training; the day as YYYY-MM-DD.
    answers
        For each of ``trials()``, every 32nd logit of every 32nd row, as PyTorch computed them.
    """

    version: str
    sha256: str
    terms: str
    learnt_from: str
    photographs: int
    data_on: str
    steps: int
    seed: int
    made_on: str
    answers: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkInUse:
    """The network that outlines are made with; without one ``network`` is None.

    Where it was left out there is neither a ``folder`` nor a ``fault``. ``is_own``: it is the
    clinic's, or was meant to be.
    """

    network: OutlineNetwork | None = None
    facts: NetworkFacts | None = None
    folder: Path | None = None
    fault: NetworkBroken | None = None
    is_own: bool = False

    @property
    def texts(self) -> tuple[Path, ...]:
        """Its model card and its terms, as far as they lie beside it."""
        if self.folder is None:
            return ()
        return tuple(path for name in (CARD, LICENCE) if (path := self.folder / name).is_file())

    def answers_as_made(self) -> bool:
        """Whether it answers on this computer what it answered where it was made."""
        if self.network is None or self.facts is None:
            return False
        return farthest_off(self.network, self.facts) <= CLOSE


@cache
def network_in_use() -> NetworkInUse:
    """Return the network of this copy, looked for once: a clinic's own before that of the copy.

    One that is broken is not replaced by another: the clinic may have had a reason to choose it.
    """
    for folder, is_own in ((resources.own_folder(FOLDER), True), (_of_the_copy(), False)):
        if folder is not None and _holds_a_network(folder):
            return _read(folder, is_own=is_own)
    return NetworkInUse()


def outline_network() -> OutlineNetwork | None:
    """Return the network in use; None where it was left out or is broken."""
    return network_in_use().network


def _of_the_copy() -> Path | None:
    try:
        return resources.asset(FOLDER)
    except FileNotFoundError:
        return None


def _holds_a_network(folder: Path) -> bool:
    """Return whether one lies there or was meant to: half of one, and one closed to us, count."""
    try:
        return any((folder / name).is_file() for name in (WEIGHTS, FACTS))
    except OSError:
        return True


def _read(folder: Path, *, is_own: bool) -> NetworkInUse:
    try:
        facts = read_facts(folder / FACTS)
        network = _as_described(folder / WEIGHTS, facts)
    except (OSError, ValueError) as why:
        reason = str(why)
        if isinstance(why, OSError):
            name = WEIGHTS if why.filename is None else Path(str(why.filename)).name
            reason = f"{name} can't be read"
        broken = OwnNetworkBroken if is_own else NetworkBroken
        fault = broken(path=str(folder), reason=reason)
        return NetworkInUse(folder=folder, fault=fault, is_own=is_own)
    return NetworkInUse(network=network, facts=facts, folder=folder, is_own=is_own)


def _as_described(weights: Path, facts: NetworkFacts) -> OutlineNetwork:
    # Before OpenCV reads it: a file that was damaged is told as that.
    if hashlib.sha256(weights.read_bytes()).hexdigest() != facts.sha256:
        raise ValueError(f"{WEIGHTS} is not the file that {FACTS} describes")
    return OutlineNetwork(weights, facts.version)


# --- the facts beside the weights ----------------------------------------------------------------


def read_facts(path: Path) -> NetworkFacts:
    """Return the facts in a network's ``outline.json``; raises ``OSError`` and ``ValueError``."""
    try:
        return _checked(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ValueError(f"{path.name} is not understood") from None


def write_facts(facts: NetworkFacts, path: Path) -> None:
    """Write the facts as ``outline.json``; the former stays until the new one is whole."""
    part = path.with_suffix(".part")
    text = json.dumps({"format": _FORMAT, **asdict(facts)}, indent=1, ensure_ascii=False)
    part.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    part.replace(path)


def _checked(written: dict[str, Any]) -> NetworkFacts:
    if written.pop("format") != _FORMAT or written["terms"] not in TERMS:
        raise ValueError
    answers = tuple(tuple(float(one) for one in answer) for answer in written["answers"])
    facts = NetworkFacts(**{**written, "answers": answers})
    words = (
        facts.version,
        facts.sha256,
        facts.terms,
        facts.learnt_from,
        facts.data_on,
        facts.made_on,
    )
    if not all(isinstance(one, str) for one in words) or not facts.version:
        raise ValueError
    if not all(type(one) is int for one in (facts.photographs, facts.steps, facts.seed)):
        raise ValueError
    return facts


# --- what it should answer -----------------------------------------------------------------------


def trials() -> tuple[Planes, ...]:
    """Return what a network is tried with: a drawn wound with no gesture, a click, a box.

    Drawn in whole numbers, so that every computer draws the same.
    """
    y, x = np.mgrid[:SIDE, :SIDE]
    grain = (7 * x + 13 * y) % 17 + (x * y) % 11
    pixels = np.empty((SIDE, SIDE, 3), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = 190 + grain, 140 + grain, 115 + grain
    wound = 4 * (x - 128) ** 2 + 9 * (y - 120) ** 2 < 120**2
    for channel, level in enumerate((140, 40, 40)):
        pixels[..., channel][wound] = level + grain[wound]
    box = np.zeros((SIDE, SIDE), np.float32)
    box[72:168, 60:196] = BOX_LEVEL
    return (
        planes_of(pixels),
        planes_of(pixels, include=((128.5, 120.5),)),
        planes_of(pixels, current=box),
    )


def kept_of(logits: npt.NDArray[np.float32]) -> tuple[float, ...]:
    """Return what is kept of a trial's logits (``SIDE``, ``SIDE``)."""
    kept = logits[_EVERY // 2 :: _EVERY, _EVERY // 2 :: _EVERY]
    return tuple(round(float(one), 5) for one in kept.ravel())


def farthest_off(network: OutlineNetwork, facts: NetworkFacts) -> float:
    """Return the largest difference between what a network answers and what it should.

    Infinite where the answers are of another shape.
    """
    found = tuple(kept_of(network.logits(planes)) for planes in trials())
    if [len(one) for one in found] != [len(one) for one in facts.answers]:
        return float("inf")
    return float(np.abs(np.asarray(found) - np.asarray(facts.answers)).max())
