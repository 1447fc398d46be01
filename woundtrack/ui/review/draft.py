"""What a person decides about one photograph, before and after it is recorded: values only, no Qt.

Hides how outlines keep their lesion when gestures change them, and which lesion a new outline is
suggested to be of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from woundtrack import workflow
from woundtrack.model import (
    Assessment,
    BodySite,
    Lesion,
    LinkKind,
    Measurement,
    Outline,
    OutlineKind,
    Patient,
    Proposal,
    TissueMap,
    Visit,
    VisitPhotograph,
    WoundState,
    new_id,
)
from woundtrack.records import Library

CHOSEN: Final = "chosen by you"
"""The reason of an identity that a person gave."""
_NESTED_SHARE: Final = 0.5  # of a box within another's, to be of its lesion


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Which lesion an outline is of; ``lesion`` None is a new one, called ``label``.

    ``number`` is the lesion's place in the patient's series. ``reason`` is the clause the matching
    gave, in English; ``confidence`` 0..1. ``origins`` are the lesions that merged into it, or that
    it split from or recurs.
    """

    lesion: Lesion | None
    site: BodySite
    label: str
    number: int
    confidence: float = 1.0
    reason: str = CHOSEN
    origins: tuple[workflow.Origin, ...] = ()

    @classmethod
    def of(
        cls,
        lesion: Lesion,
        *,
        confidence: float = 1.0,
        reason: str = CHOSEN,
        origins: tuple[workflow.Origin, ...] = (),
    ) -> Identity:
        """Return the identity of a known lesion."""
        return cls(
            lesion=lesion,
            site=lesion.site,
            label=lesion.label,
            number=lesion.number,
            confidence=confidence,
            reason=reason,
            origins=origins,
        )

    @classmethod
    def proposed(cls, decision: workflow.Decision, number: int) -> Identity:
        """Return what is proposed; ``number`` is the place of a new lesion in the series."""
        lesion = decision.lesion
        return cls(
            lesion=lesion,
            site=decision.site,
            label=decision.label,
            number=number if lesion is None else lesion.number,
            confidence=decision.confidence,
            reason=decision.reason,
            origins=decision.origins,
        )

    def is_same_lesion(self, other: Identity | None) -> bool:
        """Whether another is the same lesion, be it recorded already or new to both."""
        if other is None:
            return False
        if self.lesion is None or other.lesion is None:
            is_new = self.lesion is None and other.lesion is None
            labels = {self.label.strip().casefold(), other.label.strip().casefold()}
            return is_new and len(labels) == 1 and self.site == other.site
        return self.lesion.id == other.lesion.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One open part of a lesion in the photograph, mostly all of it; ``outline`` None: closed.

    ``identity`` None: nobody said yet which lesion it is, and it is not recorded. ``thread`` is the
    assessment it is recorded in already. ``tissue`` is what was painted in the outline, or in the
    one that was there before. ``kind`` is which edge of the lesion it follows.
    """

    key: str
    outline: Outline | None
    measurement: Measurement | None
    identity: Identity | None
    thread: str | None = None
    tissue: TissueMap | None = None
    kind: OutlineKind = OutlineKind.ULCER

    @property
    def is_closed(self) -> bool:
        """Whether the lesion is said to be closed."""
        return self.outline is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """All lesions of one photograph as they stand; edits make another draft."""

    entries: tuple[Entry, ...] = ()

    def entry(self, key: str | None) -> Entry | None:
        """Return the entry of a key, or None."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def with_entry(self, entry: Entry) -> Draft:
        """Return the draft with an entry put in place of the one of its key, or added."""
        if self.entry(entry.key) is None:
            return Draft(entries=(*self.entries, entry))
        return Draft(entries=tuple(entry if one.key == entry.key else one for one in self.entries))

    def without(self, key: str) -> Draft:
        """Return the draft with one entry taken out."""
        return Draft(entries=tuple(entry for entry in self.entries if entry.key != key))

    def parts_of(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the parts of an entry's lesion of its kind, itself among them, in their order."""
        return tuple(one for one in self.whole_lesion(entry) if one.kind is entry.kind)

    def whole_lesion(self, entry: Entry) -> tuple[Entry, ...]:
        """Return all that is outlined of an entry's lesion, of whichever kind."""
        identity = entry.identity
        if identity is None or entry.outline is None:
            return (entry,)
        return tuple(
            one
            for one in self.entries
            if one.outline is not None and identity.is_same_lesion(one.identity)
        )

    def moving_with(self, entry: Entry) -> tuple[Entry, ...]:
        """Return what is another lesion's, too, once an entry is: what lies in and round an ulcer.

        Not with one of several parts, nor with an eschar or a margin: these go alone.
        """
        whole = self.whole_lesion(entry)
        is_alone = sum(one.kind is entry.kind for one in whole) == 1
        return whole if entry.kind is OutlineKind.ULCER and is_alone else (entry,)

    def as_kind(self, entry: Entry, kind: OutlineKind) -> Entry | None:
        """Return the outline of a kind that an entry's lesion has; None where it has none."""
        if entry.kind is kind:
            return entry
        return next((one for one in self.whole_lesion(entry) if one.kind is kind), None)

    def stops(self, kind: OutlineKind) -> tuple[Entry, ...]:
        """Return one entry after the other to be taken in hand while a kind is drawn.

        Those of that kind, and of a lesion that has none of it the first.
        """
        found: list[Entry] = []
        for entry in self.entries:
            there = self.as_kind(entry, kind)
            stop = entry if there is None or entry.kind is kind else None
            if stop is not None and not any(_is_same(stop, one) for one in found):
                found.append(stop)
        return tuple(found)

    def outlines_of(self, kind: OutlineKind) -> tuple[Outline, ...]:
        """Return the outlines of one kind, in the entries' order."""
        return tuple(
            entry.outline
            for entry in self.entries
            if entry.outline is not None and entry.kind is kind
        )

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The outlines, in the entries' order."""
        return tuple(entry.outline for entry in self.entries if entry.outline is not None)

    @property
    def decisions(self) -> tuple[workflow.Decision, ...]:
        """What is to be recorded: the entries whose lesion is known or new.

        A lesion that is there itself did not merge into another.
        """
        there = {
            one.identity.lesion.id for one in self.entries if one.identity and one.identity.lesion
        }
        return tuple(
            workflow.Decision(
                outline=entry.outline,
                lesion=entry.identity.lesion,
                site=entry.identity.site,
                label=entry.identity.label,
                state=WoundState.CLOSED if entry.outline is None else WoundState.OPEN,
                confidence=entry.identity.confidence,
                reason=entry.identity.reason,
                tissue=entry.tissue,
                kind=entry.kind,
                origins=tuple(
                    origin
                    for origin in entry.identity.origins
                    if origin.kind is not LinkKind.MERGED_INTO or origin.lesion.id not in there
                ),
            )
            for entry in self.entries
            if entry.identity is not None
        )


def _is_same(one: Entry, other: Entry) -> bool:
    """Whether two entries are of one lesion, and not both of one kind: those are stops each."""
    is_same_kind = one.kind is other.kind
    return (
        not is_same_kind
        and one.identity is not None
        and one.identity.is_same_lesion(other.identity)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One photograph as the library knows it. ``elsewhere`` are lesions measured in another one.

    ``stored`` is the draft to begin with: what is proposed, or what was accepted, and ``accepted``
    the assessments that it was accepted in.
    """

    filed: VisitPhotograph
    visit: Visit
    patient: Patient
    proposal: Proposal
    stored: Draft
    elsewhere: tuple[Lesion, ...] = ()
    accepted: tuple[Assessment, ...] = ()

    @property
    def takes_scale(self) -> bool:
        """Whether a scale would measure anything: it waits, or what counts is outlined in it."""
        return self.is_waiting or bool(self.stored.outlines)

    @property
    def is_waiting(self) -> bool:
        """Whether it waits to be reviewed."""
        return self.proposal.is_waiting

    @property
    def is_set_aside(self) -> bool:
        """Whether it was reviewed and no assessment that counts rests on it."""
        return not (self.is_waiting or self.stored.entries or self.elsewhere)


def open_case(library: Library, photograph_id: str) -> Case:
    """Read all of a photograph. Raises ``KeyError`` for an id that is not in the library."""
    filed = library.photograph(photograph_id)
    visit = library.visit(filed.visit_id)
    case = Case(
        filed=filed,
        visit=visit,
        patient=library.patient(visit.patient_id),
        proposal=library.proposal_of(photograph_id),
        stored=Draft(),
    )
    return _with_proposed(library, case) if case.is_waiting else _with_accepted(library, case)


def _with_proposed(library: Library, case: Case) -> Case:
    suggested = {
        id(decision.outline): decision for decision in workflow.suggest(library, case.proposal)
    }
    numbers = _free_number(library, case.patient, ())
    entries = []
    for place, outline in enumerate(case.proposal.outlines):
        identity = None
        if (decision := suggested.get(id(outline))) is not None:
            identity = Identity.proposed(decision, numbers)
            numbers += decision.lesion is None
        entries.append(
            Entry(
                key=f"proposed-{place}",
                outline=outline,
                measurement=_measured(case, outline),
                identity=identity,
            )
        )
    return replace(case, stored=Draft(entries=tuple(entries)))


def _with_accepted(library: Library, case: Case) -> Case:
    lesions = {lesion.id: lesion for lesion in library.lesions(case.patient.id)}
    entries, elsewhere, found = [], [], []
    resting = [
        one
        for one in library.assessments(patient_id=case.patient.id)
        if case.filed.id in one.photograph_ids
    ]
    origins = workflow.origins_of(library, resting)
    for assessment in resting:
        lesion = lesions[assessment.lesion_id]
        here = [one for one in assessment.outlines if one.photograph_id == case.filed.id]
        if assessment.outlines and not here:
            elsewhere.append(lesion)
            continue
        found.append(assessment)
        identity = Identity.of(lesion, reason="", origins=tuple(origins.get(lesion.id, ())))
        thread = assessment.assessment_id
        if not here:
            entries.append(
                Entry(key=thread, outline=None, measurement=None, identity=identity, thread=thread)
            )
        drawn = [
            (accepted, part, tissue)
            for accepted in here
            for part, tissue in zip(accepted.parts, accepted.tissue_maps, strict=True)
        ]
        for place, (accepted, part, tissue) in enumerate(drawn):
            is_whole = len(accepted.parts) == 1
            entries.append(
                Entry(
                    key=thread + (f"-{place}" if place else ""),
                    outline=part,
                    measurement=accepted.measurement if is_whole else _measured(case, part),
                    identity=identity,
                    thread=thread,
                    tissue=tissue,
                    kind=accepted.kind,
                )
            )
    return replace(
        case,
        stored=Draft(entries=tuple(entries)),
        elsewhere=tuple(elsewhere),
        accepted=tuple(found),
    )


def _measured(case: Case, *parts: Outline) -> Measurement | None:
    facts = case.filed
    return workflow.measured_parts(
        parts, case.proposal.calibration, facts.photograph, facts.site, facts.head_deg
    )


def whole_of(case: Case, draft: Draft, entry: Entry) -> Entry:
    """Return an entry with the size of its whole lesion, of all parts in the photograph.

    What is as it was accepted has the size that was recorded.
    """
    parts = draft.parts_of(entry)
    if len(parts) == 1:
        return entry
    outlines = tuple(one.outline for one in parts if one.outline is not None)
    for assessment in case.accepted:
        accepted = assessment.outline_of(entry.kind)
        is_it = {one.thread for one in parts} == {assessment.assessment_id}
        if is_it and accepted is not None and accepted.parts == outlines:
            return replace(entry, measurement=accepted.measurement)
    return replace(entry, measurement=_measured(case, *outlines))


def nearest_lesion(draft: Draft, entry: Entry) -> Identity | None:
    """Return the lesion of the nearest outline that is another's; None where there is none."""
    if entry.outline is None:
        return None
    middle = entry.outline.centre
    others = [
        (math.dist(middle, one.outline.centre), one.identity)
        for one in draft.entries
        if one.outline is not None and one.identity is not None and one.kind is entry.kind
        if not one.identity.is_same_lesion(entry.identity)
    ]
    return min(others, key=lambda other: other[0])[1] if others else None


def _free_number(library: Library, patient: Patient, entries: Sequence[Entry]) -> int:
    numbers = [lesion.number for lesion in library.lesions(patient.id, include_retired=True)]
    numbers += [entry.identity.number for entry in entries if entry.identity is not None]
    return max(numbers, default=0) + 1


def new_identity(library: Library, case: Case, draft: Draft, site: BodySite) -> Identity:
    """Return the identity of a lesion not seen before at a site, with the next free label."""
    lesions = library.lesions(case.patient.id, include_retired=True)
    taken = [lesion.label for lesion in lesions]
    taken += [entry.identity.label for entry in draft.entries if entry.identity is not None]
    return Identity(
        lesion=None,
        site=site,
        label=workflow.next_label(site, taken),
        number=_free_number(library, case.patient, draft.entries),
    )


def identity_of_new(
    library: Library,
    case: Case,
    draft: Draft,
    outline: Outline,
    kind: OutlineKind = OutlineKind.ULCER,
    in_hand: Identity | None = None,
) -> Identity | None:
    """Suggest which lesion an outline is that a gesture has just made; None without a site.

    One that lies in another kind's outline, or round it, is that lesion's: the one ``in_hand``
    where it may be, for a margin can go round several.
    """
    if (around := _nested_with(draft, outline, kind, in_hand)) is not None:
        return replace(around, confidence=1.0, reason=CHOSEN, origins=())
    others = [
        one
        for one in draft.entries
        if one.outline is not None and one.identity is not None and one.kind is kind
    ]
    there = {_known_id(one.identity) for one in draft.entries if one.identity is not None}
    named = case.proposal.lesion_id if case.proposal.lesion_id not in there else None
    outlines = (outline, *(one.outline for one in others if one.outline is not None))
    given = {place: _known_id(one.identity) for place, one in enumerate(others, 1) if one.identity}
    asked = replace(case.proposal, outlines=outlines, lesion_id=named)
    for decision in workflow.suggest(library, asked, given)[:1]:
        if decision.lesion is not None:
            return Identity.proposed(decision, decision.lesion.number)
        made = new_identity(library, case, draft, decision.site)
        return replace(
            made,
            confidence=decision.confidence,
            reason=decision.reason,
            origins=decision.origins,
        )
    return None


def _known_id(identity: Identity) -> str:
    """Return the id of a lesion, or for one that is not recorded yet a name that is no id."""
    return identity.label if identity.lesion is None else identity.lesion.id


def _nested_with(
    draft: Draft, outline: Outline, kind: OutlineKind, in_hand: Identity | None
) -> Identity | None:
    """Return the lesion whose outline of another kind shares most of the smaller box of the two."""
    found: list[tuple[bool, float, Identity]] = []
    for entry in draft.entries:
        identity = entry.identity
        if identity is None or entry.outline is None or entry.kind is kind:
            continue
        if kind is OutlineKind.ULCER and draft.as_kind(entry, kind) is not None:
            continue  # it has its ulcer: this is another wound within its margin
        smaller = min(_extent(entry.outline), _extent(outline))
        share = _overlap(entry.outline, outline) / max(smaller, 1e-9)
        if share >= _NESTED_SHARE:
            found.append((identity.is_same_lesion(in_hand), share, identity))
    return max(found, key=lambda one: one[:2])[2] if found else None


def renewed(library: Library, case: Case, draft: Draft) -> Draft:
    """Return a draft made earlier, true to the lesions and the scale that were recorded since.

    A lesion that was new then, and whose name has been given meanwhile, gets the next free name.
    """
    draft = _measured_anew(case, draft) if case.is_waiting else _turned(case, draft)
    if not case.is_waiting:
        draft = _as_recorded(case, draft)
    lesions = {lesion.id: lesion for lesion in library.lesions(case.patient.id)}
    labels = {lesion.label.casefold() for lesion in lesions.values()}
    given: list[tuple[Identity, Identity]] = []
    for entry in draft.entries:
        identity = entry.identity
        if identity is None:
            continue
        if identity.lesion is not None:
            known = lesions.get(identity.lesion.id)
            changed = None if known is None else replace(identity, lesion=known)
        elif identity.label.casefold() in labels:
            # The parts of one new lesion stay one.
            other = next((to for was, to in given if was.is_same_lesion(identity)), None)
            fresh = other or new_identity(library, case, draft.without(entry.key), identity.site)
            changed = replace(identity, label=fresh.label, number=fresh.number)
            given.append((identity, changed))
        else:
            continue
        if changed != identity:
            draft = draft.with_entry(replace(entry, identity=changed))
    return draft


def _measured_anew(case: Case, draft: Draft) -> Draft:
    """Return the draft with every outline measured by the scale that the photograph has now."""
    for entry in draft.entries:
        if entry.outline is None:
            continue
        measurement = _measured(case, entry.outline)
        if measurement != entry.measurement:
            draft = draft.with_entry(replace(entry, measurement=measurement))
    return draft


def _turned(case: Case, draft: Draft) -> Draft:
    """Return what was changed of what is accepted, measured along the body as it lies now."""
    for entry in draft.entries:
        if entry.outline is None:
            continue
        measurement = workflow.with_head(
            entry.measurement, (entry.outline,), case.proposal.calibration, case.filed.head_deg
        )
        if measurement != entry.measurement:
            draft = draft.with_entry(replace(entry, measurement=measurement))
    return draft


def _as_recorded(case: Case, draft: Draft) -> Draft:
    """Return what was changed of what is accepted, with sizes by the scale that counts now.

    An outline that was left as it was accepted keeps the size that is recorded of it.
    """
    for entry in draft.entries:
        if entry.outline is None:
            continue
        stored = case.stored.entry(entry.key)
        measurement = entry.measurement
        if stored is not None and stored.outline == entry.outline:
            measurement = stored.measurement
        elif (measurement is None) != (case.proposal.calibration is None):
            measurement = _measured(case, entry.outline)
        if measurement != entry.measurement:
            draft = draft.with_entry(replace(entry, measurement=measurement))
    return draft


def carried(library: Library, case: Case, draft: Draft) -> Draft:
    """Return the outlines drawn while a photograph was filed elsewhere, with its lesions here.

    A lesion that was said to be closed is left behind: it was another patient's or day's.
    """
    made = Draft()
    for entry in draft.entries:
        if entry.outline is not None:
            identity = identity_of_new(library, case, made, entry.outline, entry.kind)
            made = made.with_entry(replace(entry, identity=identity, thread=None))
    return made


def with_outlines(
    draft: Draft,
    found: Sequence[tuple[Outline, Measurement | None]],
    identify: Callable[[Draft, Outline], Identity | None],
    kind: OutlineKind = OutlineKind.ULCER,
) -> Draft:
    """Return the draft after a gesture: what it left alone stays, what it changed keeps its lesion.

    Outlines of other kinds than the gesture's stay, whatever it does.

    Parameters
    ----------
    found
        All outlines of the kind as they are now, each with its measurement.
    identify
        Suggests the lesion of an outline that takes no other's place, given the draft so far.
    """
    outlines = [outline for outline, _ in found]
    kept = [
        entry
        for entry in draft.entries
        if entry.is_closed or entry.kind is not kind or entry.outline in outlines
    ]
    gone = [entry for entry in draft.entries if entry not in kept]
    before = {entry.outline for entry in kept if entry.outline is not None and entry.kind is kind}
    fresh = [one for one in found if one[0] not in before]
    replaced: dict[str, Entry] = {}
    added: list[tuple[Outline, Measurement | None]] = []
    for outline, measurement in sorted(fresh, key=lambda one: -_extent(one[0])):
        free = [entry for entry in gone if entry.key not in replaced]
        best = max(free, key=lambda entry: _overlap(entry.outline, outline), default=None)
        if best is None or _overlap(best.outline, outline) <= 0:
            added.append((outline, measurement))
        else:
            replaced[best.key] = replace(best, outline=outline, measurement=measurement)
    result = Draft(
        entries=tuple(
            replaced.get(entry.key, entry)
            for entry in draft.entries
            if entry in kept or entry.key in replaced
        )
    )
    for outline, measurement in added:
        entry = Entry(
            key=new_id(),
            outline=outline,
            measurement=measurement,
            identity=identify(result, outline),
            kind=kind,
        )
        result = result.with_entry(entry)
    return result


def _bounds(outline: Outline) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in outline.outer], [y for _, y in outline.outer]
    return min(xs), min(ys), max(xs), max(ys)


def _extent(outline: Outline) -> float:
    x0, y0, x1, y1 = _bounds(outline)
    return (x1 - x0) * (y1 - y0)


def _overlap(one: Outline | None, other: Outline) -> float:
    """Return the area the boxes round two outlines share, px²."""
    if one is None:
        return 0.0
    a, b = _bounds(one), _bounds(other)
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return width * height if width > 0 and height > 0 else 0.0
