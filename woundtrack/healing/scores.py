"""Scores: what an instrument asks, which answers it knows, and when they add up to a total.

Hides nothing of files: ``workflow.instruments`` reads the definitions. No answer is ever made up:
what follows from a measurement is a suggestion that a person takes or leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from woundtrack.model import (
    Assessment,
    Finding,
    Missing,
    RatedFrom,
    Score,
    Tissue,
    WoundState,
)


class Subject(StrEnum):
    """What an instrument is about."""

    LESION = "lesion"
    PATIENT = "patient"


class Status(StrEnum):
    """Whether a definition was read whole in a published source; only such a one has a total."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


class Rule(StrEnum):
    """How answers become a total: none of them is ever filled in."""

    SUM = "sum"
    MEAN = "mean"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One answer that an item offers, with a short label of it."""

    value: float
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Answers that are a number rather than a choice, both ends included."""

    low: float
    high: float
    is_whole: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One row of a table from a measure to an answer: ``value`` up to ``limit``.

    ``has_limit`` says whether the limit itself belongs to this row; the last row has no limit.
    """

    value: float
    limit: float | None = None
    has_limit: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What an item's answer may be suggested from.

    ``fact`` is a key of ``facts_of``. Of a number ``steps`` tell the answer, of a word ``words``.
    """

    fact: str
    steps: tuple[Step, ...] = ()
    words: tuple[tuple[str, float], ...] = ()

    def value_of(self, fact: float | str) -> float | None:
        """Return the answer to a fact; None where the table has none for it."""
        if isinstance(fact, str):
            return dict(self.words).get(fact)
        for step in self.steps:
            if step.limit is None or fact < step.limit or (step.has_limit and fact == step.limit):
                return step.value
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One question of an instrument: ``choices`` or a ``scale``, never both.

    ``needs_touch`` says that it can't be rated from a photograph. ``hint`` is a few words on what
    is looked at.
    """

    code: str
    label: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    scale: Scale | None = None
    needs_touch: bool = False
    source: Source | None = None

    def takes(self, value: float) -> bool:
        """Return whether a value is one of its answers."""
        if self.scale is not None:
            inside = self.scale.low <= value <= self.scale.high
            return inside and (not self.scale.is_whole or value % 1 == 0)
        return any(choice.value == value for choice in self.choices)

    def label_of(self, value: float) -> str:
        """Return the short label of an answer; nothing for a number on a scale."""
        return next((one.label for one in self.choices if one.value == value), "")

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest answer."""
        if self.scale is not None:
            return self.scale.low, self.scale.high
        values = [choice.value for choice in self.choices]
        return min(values), max(values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """How the total comes about, and its lowest and highest."""

    rule: Rule
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """The name that an instrument gives to totals from ``low`` to ``high``."""

    low: float
    high: float
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the answers are: given, not assessable, of how many."""

    answered: int
    not_assessable: int
    of: int

    @property
    def is_complete(self) -> bool:
        """Whether every item has an answer with a number."""
        return self.answered == self.of


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """An answer that follows from what was recorded; nothing counts before a person takes it."""

    value: float
    fact: str
    given: float | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """A score's definition: numbers and short labels, never an instrument's own wording.

    ``id`` and ``version`` together name it for ever; both are kept with every answer. ``total`` is
    None where the definition has none, as an unverified one never has.
    """

    id: str
    version: str
    name: str
    title: str
    status: Status
    subject: Subject
    licence: str
    sources: tuple[str, ...]
    items: tuple[Item, ...]
    note: str = ""
    total: Total | None = None
    bands: tuple[Band, ...] = ()

    def item(self, code: str) -> Item:
        """Return an item. Raises ``KeyError`` for a code that it doesn't have."""
        found = next((one for one in self.items if one.code == code), None)
        if found is None:
            raise KeyError(code)
        return found

    def total_of(self, answers: Mapping[str, float]) -> float | None:
        """Return the total; None unless every item has a possible answer, and where there is none.

        No rule of imputation was found for any of the instruments that come with woundtrack.
        """
        if self.total is None:
            return None
        values = []
        for item in self.items:
            value = answers.get(item.code)
            if value is None or not item.takes(value):
                return None
            values.append(value)
        total = sum(values)
        return total / len(values) if self.total.rule is Rule.MEAN else total

    def band_of(self, total: float | None) -> Band | None:
        """Return the band of a total, where the definition has one for it."""
        if total is None:
            return None
        return next((one for one in self.bands if one.low <= total <= one.high), None)

    def progress(self, answers: Mapping[str, float], missing: Mapping[str, Missing]) -> Progress:
        """Return how far the answers are; an item that can't be assessed is no open question."""
        codes = [item.code for item in self.items]
        return Progress(
            answered=sum(code in answers for code in codes),
            not_assessable=sum(
                missing.get(code) is Missing.NOT_ASSESSABLE and code not in answers
                for code in codes
            ),
            of=len(codes),
        )

    def out_of_reach(self, rated_from: RatedFrom | None) -> tuple[str, ...]:
        """Return the codes of the items that can't be assessed: those of touch, on a photograph."""
        if rated_from is not RatedFrom.PHOTOGRAPH:
            return ()
        return tuple(item.code for item in self.items if item.needs_touch)

    def suggestions(self, facts: Mapping[str, float | str]) -> dict[str, Suggestion]:
        """Return what may be suggested, by the item's code, from the facts there are."""
        found = {}
        for item in self.items:
            source = item.source
            if source is None or source.fact not in facts:
                continue
            given = facts[source.fact]
            value = source.value_of(given)
            if value is not None and item.takes(value):
                found[item.code] = Suggestion(value=value, fact=source.fact, given=given)
        return found


FACTS = (
    "length_by_width_cm2",
    "head_to_toe_by_side_cm2",
    "necrotic_share",
    "exudate_amount",
    "exudate_type",
    "edge",
    "depth",
)
"""What an answer may be suggested from; a traced area is not among them (see ``facts_of``)."""


def facts_of(assessment: Assessment | None, finding: Finding | None) -> dict[str, float | str]:
    """Return what was recorded of a lesion at a visit that answers may be suggested from.

    ``length_by_width_cm2`` is the longest extent times the one across it, in cm²;
    ``head_to_toe_by_side_cm2`` that along the body times that across, as a ruler is laid for PUSH,
    and only where somebody said where the head is. Never the traced area: it is smaller, and the
    instruments were made with rulers. ``necrotic_share`` is eschar and slough of the bed, 0..1,
    from a tissue map that a person approved. The others are the words of the finding.
    """
    facts: dict[str, float | str] = {}
    outline = None if assessment is None else assessment.main
    measured = None if outline is None else outline.measurement
    if assessment is not None and assessment.state is WoundState.CLOSED and outline is None:
        facts["length_by_width_cm2"] = facts["head_to_toe_by_side_cm2"] = 0.0
    if measured is not None and measured.area_mm2 > 0:
        facts["length_by_width_cm2"] = measured.length_mm * measured.width_mm / 100
        if measured.head_to_toe_mm is not None and measured.side_to_side_mm is not None:
            facts["head_to_toe_by_side_cm2"] = (
                measured.head_to_toe_mm * measured.side_to_side_mm / 100
            )
    shares = None if outline is None else outline.tissue_shares
    if shares is not None:
        dead = {Tissue.ESCHAR, Tissue.SLOUGH}
        facts["necrotic_share"] = sum(share for tissue, share in shares if tissue in dead)
    if finding is not None:
        for name in ("exudate_amount", "exudate_type", "edge", "depth"):
            word = getattr(finding, name)
            if word is not None:
                facts[name] = str(word)
    return facts


def answers_of(score: Score) -> tuple[dict[str, float], dict[str, Missing]]:
    """Return a recorded score's answers, and why others are missing, by the items' codes."""
    return dict(score.items), dict(score.missing)
