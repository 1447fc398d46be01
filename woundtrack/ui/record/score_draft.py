"""The answers to one instrument while they are given: of a lesion or of the patient, on one day.

Hides what a photograph can't tell, what comes back when the wound itself is looked at, and how
answers become an entry of the record. No Qt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from woundtrack.healing.scores import Instrument, Progress, Suggestion, answers_of
from woundtrack.model import Missing, RatedFrom, Score
from woundtrack.ui.record.patient_draft import CORRECTED

if TYPE_CHECKING:
    from woundtrack.model import ClinicalRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreDraft:
    """Answers that aren't recorded yet, beside those of last time.

    Attributes
    ----------
    recorded
        The score of this day as it is recorded; None where there is none.
    last
        The score before, of the same lesion; its answers are shown, and never taken over.
    given
        The answers that were given, also those that a photograph can't tell.
    no_answer
        The items of which a person said that they can't be assessed.
    suggestions
        What may be suggested, by the item's code.
    """

    instrument: Instrument
    patient_id: str
    lesion_id: str | None
    on: date
    visit_id: str | None = None
    recorded: Score | None = None
    last: Score | None = None
    given: Mapping[str, float] = field(default_factory=dict)
    no_answer: frozenset[str] = frozenset()
    rated_from: RatedFrom = RatedFrom.BEDSIDE
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, float]:
        """The answers that count: nothing that is felt, where only a photograph was seen."""
        out = {*self.no_answer, *self.instrument.out_of_reach(self.rated_from)}
        return {code: value for code, value in self.given.items() if code not in out}

    @property
    def missing(self) -> dict[str, Missing]:
        """The items that can't be assessed, in the instrument's order."""
        out = {*self.no_answer, *self.instrument.out_of_reach(self.rated_from)}
        return {
            item.code: Missing.NOT_ASSESSABLE for item in self.instrument.items if item.code in out
        }

    @property
    def progress(self) -> Progress:
        """How far the answers are."""
        return self.instrument.progress(self.answers, self.missing)

    @property
    def total(self) -> float | None:
        """The total; None unless every item has an answer, and where the instrument has none."""
        return self.instrument.total_of(self.answers)

    @property
    def last_answers(self) -> dict[str, float]:
        """The answers of last time."""
        return {} if self.last is None else answers_of(self.last)[0]

    @property
    def last_total(self) -> float | None:
        """The total of last time, by the definition that was answered then."""
        if self.last is None or self.last.instrument_version != self.instrument.version:
            return None
        return self.instrument.total_of(self.last_answers)

    @property
    def first_open(self) -> str | None:
        """The code of the first item without an answer; None where there is none."""
        done = {*self.answers, *self.missing}
        return next((one.code for one in self.instrument.items if one.code not in done), None)

    @property
    def is_changed(self) -> bool:
        """Whether it holds something that isn't recorded."""
        if self.recorded is None:
            return bool(self.given or self.no_answer)
        answers, missing = answers_of(self.recorded)
        is_same = answers == self.answers and missing == self.missing
        return not is_same or self.recorded.rated_from is not self.rated_from

    def can_be_rated(self, code: str) -> bool:
        """Whether an item can be answered from what was seen."""
        return code not in self.instrument.out_of_reach(self.rated_from)

    def answered(self, code: str, value: float) -> ScoreDraft:
        """Return it with an answer; one that the item doesn't have changes nothing."""
        if not self.instrument.item(code).takes(value) or not self.can_be_rated(code):
            return self
        return replace(self, given={**self.given, code: value}, no_answer=self.no_answer - {code})

    def not_assessable(self, code: str) -> ScoreDraft:
        """Return it with an item that can't be assessed."""
        return replace(self, no_answer=self.no_answer | {code})

    def without(self, code: str) -> ScoreDraft:
        """Return it without any answer to an item."""
        given = {key: value for key, value in self.given.items() if key != code}
        return replace(self, given=given, no_answer=self.no_answer - {code})

    def rated(self, rated_from: RatedFrom) -> ScoreDraft:
        """Return it as rated from something else; what is felt comes back with the wound."""
        return replace(self, rated_from=rated_from)

    def entry(self, by: str) -> Score:
        """Return the entry to record: a first, or the next revision of the day's."""
        answers, missing = self.answers, self.missing
        items = tuple(
            (item.code, answers[item.code])
            for item in self.instrument.items
            if item.code in answers
        )
        if self.recorded is not None:
            return self.recorded.revised(
                by=by,
                reason=CORRECTED,
                items=items,
                missing=tuple(missing.items()),
                rated_from=self.rated_from,
            )
        return Score(
            patient_id=self.patient_id,
            lesion_id=self.lesion_id,
            visit_id=self.visit_id,
            instrument=self.instrument.id,
            instrument_version=self.instrument.version,
            on=self.on,
            items=items,
            missing=tuple(missing.items()),
            rated_from=self.rated_from,
            recorded_by=by,
        )


def draft_of(
    record: ClinicalRecord,
    instrument: Instrument,
    *,
    lesion_id: str | None,
    on: date,
    visit_id: str | None,
    suggestions: Mapping[str, Suggestion] | None = None,
) -> ScoreDraft:
    """Return the answers of a day to an instrument as they are recorded, or none yet.

    ``instrument`` is the version that the day's answers were given to, where there are any.
    """
    own = [
        one
        for one in record.scores
        if one.instrument == instrument.id and one.lesion_id == lesion_id
    ]
    recorded = next((one for one in reversed(own) if one.on == on), None)
    before = [one for one in own if one.on < on]
    given, missing = ({}, {}) if recorded is None else answers_of(recorded)
    rated_from = RatedFrom.BEDSIDE
    if recorded is not None and recorded.rated_from is not None:
        rated_from = recorded.rated_from
    felt = instrument.out_of_reach(rated_from)
    return ScoreDraft(
        instrument=instrument,
        patient_id=record.patient.id,
        lesion_id=lesion_id,
        on=on,
        visit_id=visit_id,
        recorded=recorded,
        last=before[-1] if before else None,
        given=given,
        no_answer=frozenset(code for code in missing if code not in felt),
        rated_from=rated_from,
        suggestions=suggestions or {},
    )
