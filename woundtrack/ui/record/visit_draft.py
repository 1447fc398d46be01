"""The answers of one visit while they are given: what is recorded, what is new, what was copied.

Hides how answers become entries of the record and back, and which questions a lesion's state leaves
open. No Qt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from woundtrack.model import (
    LAB_RANGES,
    Analyte,
    Debrided,
    Depth,
    DialysisRelation,
    Edge,
    Entry,
    ExudateAmount,
    ExudateType,
    Finding,
    InfectionSign,
    LabResult,
    LesionState,
    Missing,
    Pain,
    PainContext,
    PainScale,
    Periwound,
    Setting,
    Trend,
    VisitDetail,
    WoundState,
)

if TYPE_CHECKING:
    from woundtrack.model import ClinicalRecord, Lesion, Patient, Visit
    from woundtrack.records import Library

Answer: TypeAlias = StrEnum | bool | float | int | str | date | tuple[StrEnum, ...]
"""A value, or a ``Missing`` that says why there is none."""


class Key(NamedTuple):
    """Which question of which subject: ``finding/<lesion>`` and ``edge``."""

    subject: str
    field: str


QuestionKind = Literal["choice", "ticks", "number", "yes_no", "text"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One question about a lesion.

    ``is_needed``: a lesion is complete with it. ``is_copied``: "same as last visit" answers it;
    numbers, what was done today, opinions and notes are never copied.
    """

    field: str
    kind: QuestionKind
    of: type[StrEnum] | None = None
    is_needed: bool = True
    is_copied: bool = True


QUESTIONS: Final[tuple[Asked, ...]] = (
    Asked(field="state", kind="choice", of=LesionState),
    Asked(field="exudate_amount", kind="choice", of=ExudateAmount),
    Asked(field="exudate_type", kind="choice", of=ExudateType),
    Asked(field="edge", kind="choice", of=Edge),
    Asked(field="depth", kind="choice", of=Depth, is_needed=False, is_copied=False),
    Asked(field="max_depth_cm", kind="number", is_copied=False),
    Asked(field="undermining_cm", kind="number", is_needed=False, is_copied=False),
    Asked(field="undermining_clock", kind="number", is_needed=False, is_copied=False),
    Asked(field="periwound", kind="ticks", of=Periwound),
    Asked(field="infection_signs", kind="ticks", of=InfectionSign),
    Asked(field="has_drainage", kind="yes_no"),
    Asked(field="needs_dressing", kind="yes_no"),
    Asked(field="debrided", kind="choice", of=Debrided, is_copied=False),
    Asked(field="dressing", kind="text", is_needed=False),
    Asked(field="trend", kind="choice", of=Trend, is_needed=False, is_copied=False),
    Asked(field="note", kind="text", is_needed=False, is_copied=False),
)
"""The questions about a lesion, in the order of the form."""

VISIT_QUESTIONS: Final[tuple[Asked, ...]] = (
    Asked(field="setting", kind="choice", of=Setting),
    Asked(field="assessor_role", kind="text", is_needed=False, is_copied=False),
    Asked(field="is_dressing_removed", kind="yes_no", is_needed=False, is_copied=False),
    Asked(field="planned_label", kind="text", is_needed=False, is_copied=False),
    Asked(field="note", kind="text", is_needed=False, is_copied=False),
)
"""The questions about the visit itself, in the order of the form."""

_BY_FIELD: Final = {one.field: one for one in QUESTIONS}
_OF_VISIT: Final = {one.field: one for one in VISIT_QUESTIONS}
_ALWAYS: Final = frozenset({"state", "note"})
_NOT_OPEN: Final = _ALWAYS | {"periwound", "infection_signs", "dressing", "trend"}
_LEFT: Final[Mapping[LesionState, frozenset[str]]] = {
    LesionState.NOT_SEEN: _ALWAYS,
    LesionState.AMPUTATED: _ALWAYS,
    LesionState.NOT_ULCERATED: _NOT_OPEN,
    # Closure needs both of these said.
    LesionState.EPITHELIALISED: _NOT_OPEN | {"has_drainage", "needs_dressing"},
    LesionState.SURGICALLY_CLOSED: _NOT_OPEN | {"has_drainage", "needs_dressing"},
    # Nobody sees how deep it is beneath.
    LesionState.ESCHAR_COVERED: frozenset(_BY_FIELD)
    - {"max_depth_cm", "undermining_cm", "undermining_clock"},
}
PAIN_ASKED: Final = (PainContext.WORST_24H, PainContext.DRESSING_CHANGE)
"""The pain that is asked at every visit."""
TAKEN_ON: Final = Key("labs", "taken_on")
RELATION: Final = Key("labs", "relation_to_dialysis")
SETTING: Final = Key("visit/setting", "setting")
CORRECTED: Final = "Corrected in the visit's form"
"""The reason recorded where a person gives none: the same in every language of the window."""


def of_lesion(lesion_id: str, name: str) -> Key:
    """Return the key of a question about a lesion."""
    return Key(f"finding/{lesion_id}", name)


def of_visit(name: str) -> Key:
    """Return the key of a question about the visit itself."""
    return Key(f"visit/{name}", name)


def of_pain(context: PainContext) -> Key:
    """Return the key of a question about pain."""
    return Key(f"pain/{context.value}", "value")


def of_lab(analyte: Analyte) -> Key:
    """Return the key of a value from the laboratory."""
    return Key(f"lab/{analyte.value}", "value")


def is_same(one: Answer | None, other: Answer | None) -> bool:
    """Whether two answers to one question are the same; a text is never a reason for none."""
    return isinstance(one, Missing) == isinstance(other, Missing) and one == other


@dataclass(slots=True)
class VisitDraft:
    """The answers of one patient's visit on one day.

    Attributes
    ----------
    visit
        The visit, where the library has one already; else it is made when it is saved.
    recorded, last
        The answers that are in the record; those of the last visit before that has one.
    last_days
        The day of the answers in ``last``, by subject.
    from_photograph
        What an accepted photograph of the day says already: the state of a lesion.
    changed
        What was answered since; None where an answer was taken away.
    copied
        Answers in ``changed`` that are the last visit's, until they are changed.
    scale
        The scale pain is asked on: the patient's.
    """

    patient: Patient
    day: date
    visit: Visit | None
    lesions: tuple[Lesion, ...]
    look_only: frozenset[str]
    record: ClinicalRecord
    recorded: dict[Key, Answer] = field(default_factory=dict)
    last: dict[Key, Answer] = field(default_factory=dict)
    last_days: dict[str, date] = field(default_factory=dict)
    from_photograph: dict[Key, Answer] = field(default_factory=dict)
    changed: dict[Key, Answer | None] = field(default_factory=dict)
    copied: set[Key] = field(default_factory=set)
    scale: PainScale = PainScale.NRS11

    # --- answers ---------------------------------------------------------------------------------

    def answer(self, key: Key) -> Answer | None:
        """Return the answer to a question as it now is; None where there is none."""
        if key in self.changed:
            return self.changed[key]
        return self.recorded.get(key, self.from_photograph.get(key))

    def give(self, key: Key, answer: Answer | None, *, is_copied: bool = False) -> None:
        """Answer a question, or take its answer away."""
        self.copied.discard(key)
        if is_same(answer, self.recorded.get(key, self.from_photograph.get(key))):
            self.changed.pop(key, None)
            return
        self.changed[key] = answer
        if is_copied:
            self.copied.add(key)

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return bool(self.changed)

    @property
    def corrects(self) -> bool:
        """Whether an answer that is recorded already was changed."""
        return any(key in self.recorded for key in self.changed)

    def asked_of(self, lesion_id: str) -> Iterator[Asked]:
        """Yield the questions that a lesion's answers so far leave open, in order."""
        state = self.answer(of_lesion(lesion_id, "state"))
        left = _LEFT.get(state) if isinstance(state, LesionState) else None
        for one in QUESTIONS:
            if left is not None and one.field not in left:
                continue
            if one.field == "exudate_type" and is_same(
                self.answer(of_lesion(lesion_id, "exudate_amount")), ExudateAmount.NONE
            ):
                continue
            if one.field == "undermining_clock":
                reach = self.answer(of_lesion(lesion_id, "undermining_cm"))
                if isinstance(reach, Missing) or not reach:
                    continue
            yield one

    def open_questions(self, lesion_id: str) -> tuple[Asked, ...]:
        """Return the questions about a lesion that are needed and have no answer."""
        return tuple(
            one
            for one in self.asked_of(lesion_id)
            if one.is_needed and self.answer(of_lesion(lesion_id, one.field)) is None
        )

    def is_complete(self, lesion_id: str) -> bool:
        """Whether all that is needed of a lesion is answered."""
        return not self.open_questions(lesion_id)

    def copy_last(self) -> int:
        """Answer what has no answer as at the last visit, where that may be copied; count them.

        Pain, lengths, laboratory values, what was done, opinions and notes are never copied, nor
        is a reason for no answer.
        """
        count = 0
        keys = [SETTING]
        for lesion in self.lesions:
            if lesion.id not in self.look_only:
                keys += [of_lesion(lesion.id, one.field) for one in QUESTIONS if one.is_copied]
        for key in keys:
            last = self.last.get(key)
            if last is None or isinstance(last, Missing) or self.answer(key) is not None:
                continue
            about, _, lesion_id = key.subject.partition("/")
            # The state is copied first: it decides what else is asked.
            if about == "finding" and _BY_FIELD[key.field] not in self.asked_of(lesion_id):
                continue
            self.give(key, last, is_copied=True)
            count += 1
        return count

    # --- to and from a file ----------------------------------------------------------------------

    def kept(self) -> dict[str, Any]:
        """Return what is not saved as a JSON document."""
        return {
            "scale": self.scale.value,
            "answers": [
                [*key, None if answer is None else _written(answer), key in self.copied]
                for key, answer in self.changed.items()
            ],
        }

    def take_up(self, document: Mapping[str, Any]) -> None:
        """Take up what ``kept`` returned; what isn't understood, or of no lesion, is left out."""
        known = {f"finding/{lesion.id}" for lesion in self.lesions}
        for subject, name, written, is_copied in document.get("answers", ()):
            key = Key(str(subject), str(name))
            if key == ("visit", "setting"):  # as an earlier version kept it
                key = SETTING
            if subject.startswith("finding/") and subject not in known:
                continue
            try:
                answer = None if written is None else _read(key, written)
            except (KeyError, ValueError, TypeError):
                continue
            self.give(key, answer, is_copied=bool(is_copied))
        if document.get("scale") in set(PainScale):
            self.scale = PainScale(document["scale"])

    # --- entries ---------------------------------------------------------------------------------

    def entries(self, visit: Visit, *, by: str, reason: str | None = None) -> tuple[Entry, ...]:
        """Return what is to be recorded: new entries and next revisions; nothing for no change."""
        subjects = {key.subject for key in self.changed}
        made: list[Entry] = [
            self.finding(lesion.id, visit, by=by, reason=reason)
            for lesion in self.lesions
            if f"finding/{lesion.id}" in subjects
        ]
        made += [
            self.pain(context, visit, by=by, reason=reason)
            for context in PainContext
            if of_pain(context) in self.changed
        ]
        made += self._labs(visit, by=by, reason=reason)
        if any(of_visit(one.field) in self.changed for one in VISIT_QUESTIONS):
            made.append(self._detail(visit, by=by, reason=reason))
        return tuple(made)

    def _detail(self, visit: Visit, *, by: str, reason: str | None) -> VisitDetail:
        """Return what is answered of the visit itself: new, or the next revision."""
        answers = {one.field: self.answer(of_visit(one.field)) for one in VISIT_QUESTIONS}
        values: dict[str, Any] = {name: _value(answer) for name, answer in answers.items()}
        for one in VISIT_QUESTIONS:
            if one.kind == "text":
                values[one.field] = values[one.field] or ""
        there = next((one for one in self.record.visit_details if one.visit_id == visit.id), None)
        if there is None:
            return VisitDetail(
                patient_id=self.patient.id,
                visit_id=visit.id,
                recorded_by=by,
                missing=_reasons(answers),
                **values,
            )
        kept = tuple(one for one in there.missing if one[0] not in answers)
        values["missing"] = (*kept, *_reasons(answers))
        is_correction = any(
            of_visit(name) in self.changed and of_visit(name) in self.recorded for name in answers
        )
        why = reason or (CORRECTED if is_correction else None)
        return there.revised(by=by, reason=why, **values)

    def finding(
        self, lesion_id: str, visit: Visit | None = None, *, by: str, reason: str | None = None
    ) -> Finding:
        """Return what is answered of a lesion as an entry: new, or the next revision."""
        visit = visit or self.visit
        asked = {one.field for one in self.asked_of(lesion_id)}
        answers: dict[str, Answer | None] = {
            one.field: self.answer(of_lesion(lesion_id, one.field)) if one.field in asked else None
            for one in QUESTIONS
        }
        values: dict[str, Any] = {name: _value(answer) for name, answer in answers.items()}
        for one in QUESTIONS:
            if values[one.field] is None:
                values[one.field] = {"ticks": (), "text": ""}.get(one.kind)
        there = None if visit is None else self.record.finding_of(lesion_id, visit.id)
        if there is not None:
            kept = tuple(one for one in there.missing if one[0] not in _BY_FIELD)
            values["missing"] = (*kept, *_reasons(answers))
            return there.revised(by=by, reason=reason or self._why(lesion_id), **values)
        return Finding(
            patient_id=self.patient.id,
            lesion_id=lesion_id,
            visit_id="" if visit is None else visit.id,
            recorded_by=by,
            missing=_reasons(answers),
            **values,
        )

    def pain(
        self,
        context: PainContext,
        visit: Visit | None = None,
        *,
        by: str,
        reason: str | None = None,
    ) -> Pain:
        """Return what is answered of pain as an entry: new, or the next revision."""
        answer = self.answer(of_pain(context))
        number = None if answer is None or isinstance(answer, Missing) else float(answer)  # type: ignore[arg-type]
        values: dict[str, Any] = {
            "value": number,
            "scale": self.scale,
            "missing": _reasons({"value": answer}),
        }
        there = _pain_at(self.record, context, self.day)
        if there is not None:
            gone = answer is None
            return there.revised(by=by, reason=reason or CORRECTED, **values, is_retired=gone)
        return Pain(
            patient_id=self.patient.id,
            on=self.day,
            context=context,
            visit_id=None if visit is None else visit.id,
            recorded_by=by,
            **values,
        )

    def _labs(self, visit: Visit, *, by: str, reason: str | None) -> Iterator[Entry]:
        taken, relation = self.answer(TAKEN_ON), self.answer(RELATION)
        about_all = {TAKEN_ON, RELATION} & set(self.changed)
        for analyte in Analyte:
            key = of_lab(analyte)
            there = _lab_at(self.record, analyte, self.visit, self.day)
            if key not in self.changed and (there is None or not about_all):
                continue
            answer = self.answer(key)
            if answer is None and there is None:
                continue
            answers = {"value": answer, "relation_to_dialysis": relation}
            values: dict[str, Any] = {
                "value": None if isinstance(answer, Missing) else answer,
                "taken_on": taken if isinstance(taken, date) else self.day,
                "relation_to_dialysis": _value(relation),
                "missing": _reasons(answers),
            }
            if there is not None:
                gone = answer is None
                yield there.revised(by=by, reason=reason or CORRECTED, **values, is_retired=gone)
            else:
                yield LabResult(
                    patient_id=self.patient.id,
                    analyte=analyte,
                    unit=LAB_RANGES[analyte].unit,
                    visit_id=visit.id,
                    recorded_by=by,
                    **values,
                )

    def _why(self, lesion_id: str) -> str | None:
        """Return why the next revision is made: none is needed where answers are only added."""
        subject = f"finding/{lesion_id}"
        is_correction = any(key.subject == subject and key in self.recorded for key in self.changed)
        return CORRECTED if is_correction else None


# --- read from the record ------------------------------------------------------------------------


def read_visit(
    library: Library, record: ClinicalRecord, day: date, look_only: frozenset[str] = frozenset()
) -> VisitDraft:
    """Return the answers of a patient's visit on a day as they are recorded."""
    patient = record.patient
    visits = library.visits(patient.id)
    visit = next((one for one in visits if one.visited_on == day), None)
    draft = VisitDraft(
        patient=patient,
        day=day,
        visit=visit,
        lesions=library.lesions(patient.id),
        look_only=look_only,
        record=record,
    )
    days = {one.id: one.visited_on for one in visits}
    for finding in sorted(record.findings, key=lambda one: days[one.visit_id]):
        on = days[finding.visit_id]
        answers = _answers_of(finding)
        if visit is not None and finding.visit_id == visit.id:
            draft.recorded.update(answers)
        elif on < day and answers:
            _replace_last(draft, f"finding/{finding.lesion_id}", answers, on)
    for detail in sorted(record.visit_details, key=lambda one: days[one.visit_id]):
        for one in VISIT_QUESTIONS:
            key, value = of_visit(one.field), getattr(detail, one.field)
            said = value if value not in (None, "") else detail.why_missing(one.field)
            if said is not None and visit is not None and detail.visit_id == visit.id:
                draft.recorded[key] = said
            elif said is not None and days[detail.visit_id] < day:
                _replace_last(draft, key.subject, {key: said}, days[detail.visit_id])
    _read_pain(draft)
    _read_labs(draft)
    if visit is not None:
        for assessment in library.assessments(patient_id=patient.id):
            if assessment.visit_id == visit.id and assessment.state is WoundState.OPEN:
                key = of_lesion(assessment.lesion_id, "state")
                draft.from_photograph[key] = LesionState.OPEN
            elif assessment.visit_id == visit.id:
                key = of_lesion(assessment.lesion_id, "state")
                draft.from_photograph[key] = LesionState.EPITHELIALISED
    return draft


def _read_pain(draft: VisitDraft) -> None:
    record, day = draft.record, draft.day
    whole = [one for one in record.pains if one.lesion_id is None and one.on <= day]
    if whole:
        draft.scale = whole[-1].scale
    for context in PainContext:
        key = of_pain(context)
        today = _pain_at(record, context, day)
        if today is not None:
            said = today.value if today.value is not None else today.why_missing("value")
            if said is not None:
                draft.recorded[key] = said
                draft.scale = today.scale
        earlier = [one for one in whole if one.context is context and one.on < day]
        # A number on another scale is no neighbour of today's.
        earlier = [one for one in earlier if one.scale is draft.scale]
        if earlier and earlier[-1].value is not None:
            _replace_last(draft, key.subject, {key: earlier[-1].value}, earlier[-1].on)


def _read_labs(draft: VisitDraft) -> None:
    for analyte in Analyte:
        key = of_lab(analyte)
        today = _lab_at(draft.record, analyte, draft.visit, draft.day)
        if today is not None:
            said = today.value if today.value is not None else today.why_missing("value")
            if said is not None:
                draft.recorded[key] = said
                draft.recorded[TAKEN_ON] = today.taken_on
                relation = today.relation_to_dialysis or today.why_missing("relation_to_dialysis")
                if relation is not None:
                    draft.recorded[RELATION] = relation
        earlier = [
            one
            for one in draft.record.labs
            if one.analyte is analyte
            and one.taken_on < draft.day
            and one.value is not None
            and (today is None or one.entry_id != today.entry_id)
        ]
        if earlier and earlier[-1].value is not None:
            _replace_last(draft, key.subject, {key: earlier[-1].value}, earlier[-1].taken_on)


def _replace_last(draft: VisitDraft, subject: str, answers: Mapping[Key, Answer], on: date) -> None:
    for key in [key for key in draft.last if key.subject == subject]:
        del draft.last[key]
    draft.last.update(answers)
    draft.last_days[subject] = on


def _answers_of(finding: Finding) -> dict[Key, Answer]:
    answers: dict[Key, Answer] = {}
    for one in QUESTIONS:
        value = getattr(finding, one.field)
        said = value if value not in (None, (), "") else finding.why_missing(one.field)
        if said is not None:
            answers[of_lesion(finding.lesion_id, one.field)] = said
    return answers


def _pain_at(record: ClinicalRecord, context: PainContext, day: date) -> Pain | None:
    found = [
        one
        for one in record.pains
        if one.context is context and one.lesion_id is None and one.on == day
    ]
    return found[-1] if found else None


def _lab_at(
    record: ClinicalRecord, analyte: Analyte, visit: Visit | None, day: date
) -> LabResult | None:
    found = [
        one
        for one in record.labs
        if one.analyte is analyte
        and (
            one.taken_on == day
            if one.visit_id is None
            else visit is not None and one.visit_id == visit.id
        )
    ]
    return found[-1] if found else None


# --- values --------------------------------------------------------------------------------------


def _value(answer: Answer | None) -> Any:  # noqa: ANN401  as wide as the fields of an entry
    return None if isinstance(answer, Missing) else answer


def _reasons(answers: Mapping[str, Answer | None]) -> tuple[tuple[str, Missing], ...]:
    return tuple((name, one) for name, one in answers.items() if isinstance(one, Missing))


def _written(answer: Answer) -> Any:  # noqa: ANN401  JSON
    if isinstance(answer, Missing):
        return {"missing": answer.value}
    if isinstance(answer, date):
        return answer.isoformat()
    if isinstance(answer, tuple):
        return [one.value for one in answer]
    return answer.value if isinstance(answer, StrEnum) else answer


def _read(key: Key, written: Any) -> Answer:  # noqa: ANN401  JSON
    """Return the answer that was written. Raises ``KeyError``, ``ValueError``, ``TypeError``."""
    if isinstance(written, dict):
        return Missing(written["missing"])
    if key == TAKEN_ON:
        return date.fromisoformat(written)
    if key == RELATION:
        return DialysisRelation(written)
    if key.field == "value":
        return float(written)
    asked = (_OF_VISIT if key.subject.startswith("visit/") else _BY_FIELD)[key.field]
    if asked.kind == "ticks" and asked.of is not None:
        return tuple(asked.of(one) for one in written)
    if asked.kind == "number":
        return int(written) if key.field == "undermining_clock" else float(written)
    if asked.kind == "yes_no":
        return bool(written)
    return asked.of(written) if asked.of is not None else str(written)
