"""What a reading session shows: how well its readers agree, and where they don't.

Hides which readings count, and that what can't be told of one thing doesn't keep the others back.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from woundtrack import imaging
from woundtrack.errors import AgreementUnknown, SessionRefused
from woundtrack.model import (
    Adjudication,
    Asked,
    Outline,
    Progress,
    Reading,
    ReadingItem,
    ReadingSession,
    ReadingTask,
    ReadOnce,
    Tissue,
    new_id,
    no_progress,
    now,
)
from woundtrack.records import Library
from woundtrack.workflow.reading import Answer, items_that_may_be_shown, measured_item
from woundtrack.workflow.reading import refuse_unusable as refuse_unusable_answer

if TYPE_CHECKING:
    from datetime import datetime

    from woundtrack.healing.agreement import Agreement, Limits, LogAgreement, Observation
    from woundtrack.healing.agreement_categories import Kappa
    from woundtrack.healing.estimates import Estimate

Value = TypeVar("Value")
Given = ParamSpec("Given")


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedReading:
    """Two readings of one item by different readers, or by one twice, and how close they lie."""

    item_id: str
    first: Reading
    second: Reading
    readers: tuple[str, str]
    closeness: imaging.Closeness
    ratio: float

    @property
    def is_repeat(self) -> bool:
        """Whether one reader made both."""
        return self.readers[0] == self.readers[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class OutlineAgreement:
    """The means of how close pairs of outlines lie, each item weighing alike.

    The intervals are Student's t of the patients' means: items of one patient are alike.
    """

    pairs: int
    items: int
    dice: Estimate
    jaccard: Estimate
    mean_mm: Estimate
    hausdorff_95_mm: Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """An item that readers disagree about beyond the session's bounds.

    ``dice`` is the least of any two outlines, None where nobody could be compared; ``ratio`` the
    largest of any two areas. ``answers`` are what they answered differently. ``is_unreadable_to``
    are readers who saw no edge where others did. ``decided`` is what a third person decided.
    """

    item: ReadingItem
    dice: float | None
    ratio: float | None
    answers: tuple[Asked, ...]
    is_unreadable_to: tuple[str, ...]
    readings: tuple[Reading, ...]
    decided: Adjudication | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionResults:
    """All that a session says; None, or an empty tuple, where it can't be told: ``why_not`` why.

    ``left_out`` are items of patients who agree no longer, or withdrawn photographs. Areas are cm²
    and perimeters cm.
    """

    session: ReadingSession
    items: int
    left_out: int
    tasks: int
    read: int
    unreadable: int
    seconds: tuple[tuple[str, float], ...]
    area: Agreement | None
    log_area: LogAgreement | None
    log_perimeter: LogAgreement | None
    limits: tuple[Limits, ...]
    log_limits: tuple[Limits, ...]
    between_readers: OutlineAgreement | None
    within_reader: OutlineAgreement | None
    tissue: tuple[tuple[Tissue, Agreement], ...]
    kappas: tuple[tuple[Asked, tuple[Kappa, ...]], ...]
    disagreements: tuple[Disagreement, ...]
    why_not: tuple[tuple[str, str], ...]


def session_results(
    library: Library, session: ReadingSession, progress: Progress = no_progress
) -> SessionResults:
    """Return how well the readers of a session agree, by what was read up to now."""
    return prepared_results(library, session)(progress)


def prepared_results(
    library: Library, session: ReadingSession
) -> Callable[[Progress], SessionResults]:
    """Return what works out a session's results, for any thread: the library is read already.

    Every two outlines of an item are compared, a hundred pairs a second.
    """
    whole = _Read.of(library, session)
    return lambda progress: _results_of(whole, progress)


def _results_of(whole: _Read, progress: Progress) -> SessionResults:
    session = whole.session
    from woundtrack.healing.agreement import agreement, log_agreement

    areas, edges = whole.areas_cm2, whole.perimeters_cm
    pairs = whole.pairs(progress)
    told = _Told()
    return SessionResults(
        session=session,
        items=len(whole.items),
        left_out=whole.left_out,
        tasks=len(whole.tasks),
        read=len(whole.readings),
        unreadable=sum(bool(one.unreadable) for one in whole.readings.values()),
        seconds=whole.seconds(),
        area=told("area", agreement, areas, unit="cm²"),
        log_area=told("ln(area)", log_agreement, areas),
        log_perimeter=told("ln(perimeter)", log_agreement, edges),
        limits=_limits(session, areas, told, is_log=False),
        log_limits=_limits(session, areas, told, is_log=True),
        between_readers=_outlines([one for one in pairs if not one.is_repeat], whole.patients),
        within_reader=_outlines([one for one in pairs if one.is_repeat], whole.patients),
        tissue=_tissue(whole, told),
        kappas=_kappas(whole, told),
        disagreements=_disagreements(whole, pairs),
        why_not=told.why_not,
    )


# --- what of a session counts --------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Read:
    """The items that may be used today, and what was read of them."""

    session: ReadingSession
    items: dict[str, ReadingItem]
    tasks: tuple[ReadingTask, ...]
    readings: dict[str, Reading]
    patients: dict[str, str]
    decided: dict[str, Adjudication]
    left_out: int

    @classmethod
    def of(cls, library: Library, session: ReadingSession) -> _Read:
        shown = {one.id: one for one in items_that_may_be_shown(library, session)}
        tasks = tuple(one for one in library.reading_tasks(session.id) if one.item_id in shown)
        known = {one.id for one in tasks}
        return cls(
            session=session,
            items=shown,
            tasks=tasks,
            readings={
                one.task_id: one for one in library.readings(session.id) if one.task_id in known
            },
            patients={one.id: library.lesion(one.lesion_id).patient_id for one in shown.values()},
            decided={one.item_id: one for one in library.adjudications(session.id)},
            left_out=len(library.reading_items(session.id)) - len(shown),
        )

    def observed(self, value: Callable[[Reading], float | None]) -> tuple[Observation, ...]:
        from woundtrack.healing.agreement import Observation

        found = []
        for task in self.tasks:
            reading = self.readings.get(task.id)
            number = None if reading is None else value(reading)
            if number is not None:
                found.append(
                    Observation(
                        item=task.item_id,
                        reader=task.reader,
                        replicate=task.replicate,
                        value=number,
                    )
                )
        return tuple(found)

    @property
    def areas_cm2(self) -> tuple[Observation, ...]:
        return self.observed(lambda one: None if one.area_mm2 is None else one.area_mm2 / 100)

    @property
    def perimeters_cm(self) -> tuple[Observation, ...]:
        return self.observed(
            lambda one: None if one.perimeter_mm is None else one.perimeter_mm / 10
        )

    def of_item(self, item_id: str) -> list[tuple[ReadingTask, Reading]]:
        return [
            (task, self.readings[task.id])
            for task in self.tasks
            if task.item_id == item_id and task.id in self.readings
        ]

    def pairs(self, progress: Progress = no_progress) -> list[PairedReading]:
        found = []
        for done, item in enumerate(self.items.values()):
            progress(done / len(self.items), f"{done + 1} of {len(self.items)}")
            outlined = [(task, one) for task, one in self.of_item(item.id) if one.outlines]
            for (task, one), (other_task, other) in itertools.combinations(outlined, 2):
                if one.area_mm2 is None or other.area_mm2 is None:
                    continue
                found.append(
                    PairedReading(
                        item_id=item.id,
                        first=one,
                        second=other,
                        readers=(task.reader, other_task.reader),
                        closeness=imaging.closeness(one.outlines, other.outlines, item.calibration),
                        ratio=max(one.area_mm2, other.area_mm2) / min(one.area_mm2, other.area_mm2),
                    )
                )
        return found

    def seconds(self) -> tuple[tuple[str, float], ...]:
        """Return the median time that each reader who read anything took for a picture."""
        from statistics import median

        spent: dict[str, list[float]] = {}
        for task in self.tasks:
            if task.id in self.readings:
                spent.setdefault(task.reader, []).append(self.readings[task.id].seconds)
        return tuple((reader, median(spent[reader])) for reader in spent)


def read_once(library: Library, session: ReadingSession) -> tuple[ReadOnce, ...]:
    """Return a session's readings of patients who agree today, by reader and turn."""
    whole = _Read.of(library, session)
    return tuple(
        ReadOnce(
            session=session,
            item=whole.items[task.item_id],
            task=task,
            reading=whole.readings[task.id],
        )
        for task in whole.tasks
        if task.id in whole.readings
    )


def readings_by_patient(
    library: Library, *, as_of: datetime | None = None
) -> dict[str, tuple[ReadOnce, ...]]:
    """Return the readings of every session in view by patient: who may leave is not looked at.

    ``as_of``: as they were recorded at that moment.
    """
    found: dict[str, list[ReadOnce]] = {}
    for session in library.reading_sessions():
        readings = {one.task_id: one for one in library.readings(session.id, as_of=as_of)}
        if not readings:
            continue
        items = {one.id: one for one in library.reading_items(session.id)}
        patients = {one.id: library.lesion(one.lesion_id).patient_id for one in items.values()}
        for task in library.reading_tasks(session.id):
            if task.id in readings:
                row = ReadOnce(
                    session=session,
                    item=items[task.item_id],
                    task=task,
                    reading=readings[task.id],
                )
                found.setdefault(patients[task.item_id], []).append(row)
    return {patient_id: tuple(rows) for patient_id, rows in found.items()}


def log_agreements(library: Library, session: ReadingSession) -> tuple[LogAgreement, LogAgreement]:
    """Return the agreement on ln(area) and on ln(perimeter). Raises ``AgreementUnknown``."""
    from woundtrack.healing.agreement import log_agreement

    whole = _Read.of(library, session)
    return log_agreement(whole.areas_cm2), log_agreement(whole.perimeters_cm)


class _Told:
    """Works things out, and remembers why one of them can't be told."""

    def __init__(self) -> None:
        self._why_not: dict[tuple[str, str], None] = {}

    @property
    def why_not(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._why_not)

    def __call__(
        self, what: str, work: Callable[Given, Value], *args: Given.args, **named: Given.kwargs
    ) -> Value | None:
        try:
            return work(*args, **named)
        except AgreementUnknown as unknown:
            self._why_not[what, str(unknown.values["reason"])] = None
            return None


def _limits(
    session: ReadingSession, areas: Sequence[Observation], told: _Told, *, is_log: bool
) -> tuple[Limits, ...]:
    """Return the limits of every two readers, and of each one's first two readings."""
    from woundtrack.healing.agreement import limits_between, limits_of_repeats

    unit = "" if is_log else "cm²"
    found = [
        told(
            f"limits of {first} and {second}",
            limits_between,
            areas,
            first,
            second,
            is_log=is_log,
            unit=unit,
        )
        for first, second in itertools.combinations(session.readers, 2)
    ]
    if session.repeats > 1:
        found += [
            told(f"limits of {one}", limits_of_repeats, areas, one, is_log=is_log, unit=unit)
            for one in session.readers
        ]
    return tuple(one for one in found if one is not None)


def _outlines(
    pairs: Sequence[PairedReading], patients: Mapping[str, str]
) -> OutlineAgreement | None:
    if not pairs:
        return None
    names = ("dice", "jaccard", "mean_mm", "hausdorff_95_mm")
    items: dict[str, list[PairedReading]] = {}
    for pair in pairs:
        items.setdefault(pair.item_id, []).append(pair)

    def mean(name: str) -> Estimate:
        of_items = {
            item: sum(getattr(one.closeness, name) for one in members) / len(members)
            for item, members in items.items()
        }
        if name.endswith("_mm"):
            return _clustered_mean(of_items, patients, unit="mm", most=math.inf)
        return _clustered_mean(of_items, patients, unit="", most=1.0)

    dice, jaccard, mean_mm, hausdorff = (mean(name) for name in names)
    return OutlineAgreement(
        pairs=len(pairs),
        items=len(items),
        dice=dice,
        jaccard=jaccard,
        mean_mm=mean_mm,
        hausdorff_95_mm=hausdorff,
    )


def _clustered_mean(
    values: Mapping[str, float], clusters: Mapping[str, str], *, unit: str, most: float
) -> Estimate:
    """Return the mean with the interval that sums of deviations by cluster give it.

    The interval ends at 0 and at ``most``, beyond which no value can lie.
    """
    from woundtrack.healing.estimates import Estimate
    from woundtrack.healing.fits import student_t95

    mean = sum(values.values()) / len(values)
    sums: dict[str, float] = {}
    for item, value in values.items():
        sums[clusters[item]] = sums.get(clusters[item], 0.0) + value - mean
    number = len(sums)
    if number < 2:
        return Estimate(value=mean, unit=unit)
    squares = sum(one**2 for one in sums.values())
    half = student_t95(number - 1) * math.sqrt(number / (number - 1) * squares) / len(values)
    return Estimate(value=mean, unit=unit, low=max(0.0, mean - half), high=min(most, mean + half))


def _tissue(whole: _Read, told: _Told) -> tuple[tuple[Tissue, Agreement], ...]:
    """Return the agreement on each tissue's share of the bed, in per cent."""
    from woundtrack.healing.agreement import agreement

    if Asked.TISSUE not in whole.session.asks:
        return ()
    found = []
    for tissue in Tissue:

        def share(one: Reading, tissue: Tissue = tissue) -> float | None:
            return 100 * dict(one.tissue).get(tissue, 0.0) if one.tissue else None

        observed = whole.observed(share)
        if any(one.value > 0 for one in observed):
            answer = told(f"share of {tissue.value}", agreement, observed, unit="%")
            found += [] if answer is None else [(tissue, answer)]
    return tuple(found)


def _kappas(whole: _Read, told: _Told) -> tuple[tuple[Asked, tuple[Kappa, ...]], ...]:
    """Return Cohen's kappa of every two readers, and Fleiss' where there are more than two.

    Of first readings; of tissue, the one that covers most.
    """
    from woundtrack.healing.agreement_categories import Weights, cohens_kappa, fleiss_kappa

    found = []
    readers, clusters = whole.session.readers, whole.patients
    for asked in whole.session.asks:
        categories = tuple(one.value for one in Tissue) if asked is Asked.TISSUE else asked.answers
        weights = Weights.QUADRATIC if asked.is_ordered else Weights.NONE
        given: dict[str, dict[str, str]] = {}
        for task in whole.tasks:
            reading = whole.readings.get(task.id)
            answer = None if reading is None else _answer_to(asked, reading)
            if answer is not None and task.replicate == 1:
                given.setdefault(task.item_id, {})[task.reader] = answer
        several = [
            told(
                f"{asked.value}, {first} and {second}",
                cohens_kappa,
                given,
                first,
                second,
                categories,
                weights=weights,
                clusters=clusters,
            )
            for first, second in itertools.combinations(readers, 2)
        ]
        if len(readers) > 2:
            several.append(
                told(
                    asked.value,
                    fleiss_kappa,
                    given,
                    categories,
                    weights=weights,
                    clusters=clusters,
                )
            )
        found.append((asked, tuple(one for one in several if one is not None)))
    return tuple(found)


def _answer_to(asked: Asked, reading: Reading) -> str | None:
    if asked is Asked.TISSUE:
        return None if reading.dominant_tissue is None else reading.dominant_tissue.value
    return dict(reading.answers).get(asked)


# --- where readers disagree ----------------------------------------------------------------------


def disagreements(library: Library, session: ReadingSession) -> tuple[Disagreement, ...]:
    """Return the items that different readers read beyond the session's bounds, the worst first."""
    whole = _Read.of(library, session)
    return _disagreements(whole, whole.pairs())


def _disagreements(whole: _Read, pairs: Iterable[PairedReading]) -> tuple[Disagreement, ...]:
    by_item: dict[str, list[PairedReading]] = {}
    for pair in pairs:
        if not pair.is_repeat:
            by_item.setdefault(pair.item_id, []).append(pair)
    found = []
    for item in whole.items.values():
        read = whole.of_item(item.id)
        here = by_item.get(item.id, [])
        dice = min((one.closeness.dice for one in here), default=None)
        ratio = max((one.ratio for one in here), default=None)
        blind = {task.reader for task, one in read if one.unreadable}
        unreadable = tuple(sorted(blind)) if any(one.outlines for _, one in read) else ()
        firsts = [(task, one) for task, one in read if task.replicate == 1]
        unlike = tuple(
            asked
            for asked in whole.session.asks
            if len({said for _, one in firsts if (said := _answer_to(asked, one))}) > 1
        )
        is_apart = (dice is not None and dice < whole.session.least_dice) or (
            ratio is not None and ratio > whole.session.most_ratio
        )
        if is_apart or unlike or unreadable:
            found.append(
                Disagreement(
                    item=item,
                    dice=dice,
                    ratio=ratio,
                    answers=unlike,
                    is_unreadable_to=unreadable,
                    readings=tuple(one for _, one in read),
                    decided=whole.decided.get(item.id),
                )
            )
    return tuple(
        sorted(found, key=lambda one: (1.0 if one.dice is None else one.dice, one.item.place))
    )


def adjudicate(
    library: Library,
    session: ReadingSession,
    item: ReadingItem,
    *,
    chosen: Reading | None = None,
    outlines: Sequence[Outline] = (),
    answers: Sequence[tuple[Asked, str]] = (),
    reason: str,
    by: str,
) -> Adjudication:
    """Record what a third person decided of an item: one of its readings, or an own outline.

    ``outlines`` are in pixels of the whole photograph, as those of readings are. A decision made
    before is superseded. Raises ``SessionRefused`` where ``by`` is one of the readers, without a
    reason, or where it isn't one of both; ``ReadingRefused`` for an outline that has no area.
    """
    if by.casefold() in {one.casefold() for one in session.readers}:
        raise SessionRefused(reason=f"{by} read in this session, and a third person decides")
    if not reason.strip():
        raise SessionRefused(reason="a decision needs its reason")
    if (chosen is None) == (not outlines):
        raise SessionRefused(reason="a decision is one of the readings, or an outline of its own")
    area = perimeter = None
    if chosen is not None:
        tasks = {one.id for one in library.reading_tasks(session.id) if one.item_id == item.id}
        if chosen.task_id not in tasks:
            raise SessionRefused(reason="that reading is of another picture")
        area, perimeter = chosen.area_mm2, chosen.perimeter_mm
    else:
        facts = library.photograph(item.photograph_id).photograph
        own = Answer(outlines=tuple(outlines), answers=tuple(answers))
        refuse_unusable_answer(own, session.asks, (facts.width_px, facts.height_px))
        size = measured_item(outlines, item.calibration)
        area, perimeter = size.area_mm2, size.perimeter_mm
    before = next(
        (one for one in library.adjudications(session.id) if one.item_id == item.id), None
    )
    decided = Adjudication(
        id=new_id(),
        item_id=item.id,
        revision=1 if before is None else before.revision + 1,
        supersedes=None if before is None else before.id,
        chosen_reading_id=None if chosen is None else chosen.id,
        outlines=tuple(outlines),
        answers=tuple(answers),
        area_mm2=area,
        perimeter_mm=perimeter,
        reason=" ".join(reason.split()),
        decided_by=by,
        recorded_at=now(),
    )
    with library.verb("adjudicate", by=by, why=decided.reason) as change:
        change.add_adjudication(decided)
    return decided
