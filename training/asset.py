"""What lies beside a network's weights: its facts, the terms it is used on, and what it is.

Hides how a project's network is told from a clinic's own. Needs no PyTorch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from training import photographs
from woundtrack.imaging.outlining.network_asset import (
    CARD,
    FACTS,
    LICENCE,
    NON_COMMERCIAL,
    OWN,
    WEIGHTS,
    NetworkFacts,
    kept_of,
    trials,
    write_facts,
)
from woundtrack.imaging.outlining.outline_network import OutlineNetwork

_OWN_LICENCE: Final = """\
# Terms of this outline network

It was trained on {day} by this clinic, from {count} photographs of its own with outlines that its
own people accepted. It started from nothing: no other network and nobody else's photographs are in
it. It is the clinic's own, to use as the law and the patients' consent to the photographs allow.

What a network has learnt can say something of the photographs that it learnt from. Whoever passes
it on to others asks the people who answer for the clinic's data first.
"""
_OWN_CARD: Final = """\
# Model card: this clinic's own outline network

| | |
|---|---|
| version | {version} |
| SHA-256 | {sha256} |
| made on | {day} |
| learnt from | {count} photographs: {learnt_from} |
| steps, seed | {steps}, {seed} |

**Nobody has measured yet how well it outlines.** It has seen this clinic's photographs alone: other
cameras, other skin and other wounds than those in them it doesn't know. Before it is used in
earnest, compare it with outlines of photographs that it has not learnt from:

    python -m benchmarks.outlines FOLDER

It proposes outlines for a person to accept or to correct. It doesn't say what a wound is, whether
there is one, or how it should be treated, and nothing may be decided from its outlines alone.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Data:
    """What a network learns from: in words, its date in words, and the terms that follow of it."""

    learnt_from: str
    on: str
    terms: str


def data_of(folder: Path, *, is_own: bool = False) -> Data:
    """Return what is known of a folder of photographs and masks.

    ``is_own``: whoever trains says that they are their own; of the challenge's nobody can.
    """
    if photographs.held_back() & set(photographs.names_in(folder)):
        return Data(
            learnt_from="training photographs of the Foot Ulcer Segmentation Challenge (FUSeg)",
            on="2021",
            terms=NON_COMMERCIAL,
        )
    # Of unknown photographs nothing more can be promised.
    terms = OWN if is_own else NON_COMMERCIAL
    return Data(learnt_from="a folder of photographs and masks", on="", terms=terms)


def describe(
    folder: Path,
    data: Data,
    *,
    version: str,
    count: int,
    steps: int,
    seed: int,
    made_on: date,
    answers: Sequence[Sequence[float]] | None = None,
) -> NetworkFacts:
    """Write beside the weights in ``folder`` what they are, and of a clinic's own its terms.

    ``count`` is the number of photographs learnt from, ``answers`` what PyTorch answers to the
    trials; None: what OpenCV does. Raises ``ValueError`` for weights that OpenCV can't read.
    """
    network = OutlineNetwork(folder / WEIGHTS, version)
    if answers is None:
        answers = [kept_of(network.logits(planes)) for planes in trials()]
    facts = NetworkFacts(
        version=version,
        sha256=network.sha256,
        terms=data.terms,
        learnt_from=data.learnt_from,
        photographs=count,
        data_on=data.on,
        steps=steps,
        seed=seed,
        made_on=made_on.isoformat(),
        answers=tuple(tuple(answer) for answer in answers),
    )
    write_facts(facts, folder / FACTS)
    if data.terms == OWN:
        told = {
            "day": facts.made_on,
            "count": count,
            "version": version,
            "sha256": facts.sha256,
            "learnt_from": ", ".join(filter(None, (data.learnt_from, data.on))),
            "steps": steps,
            "seed": seed,
        }
        for name, text in ((LICENCE, _OWN_LICENCE), (CARD, _OWN_CARD)):
            (folder / name).write_text(text.format(**told), encoding="utf-8", newline="\n")
    return facts
