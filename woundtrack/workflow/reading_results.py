"""What a reading session shows: how well its readers agree, and where they don't.

Hides which readings count, and that what can't be told of one thing doesn't keep the others back.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from woundtrack.errors import AgreementUnknown
from woundtrack.model import (
    Asked,
    Progress,
    Reading,
    ReadingSession,
    Tissue,
    no_progress,
)
from woundtrack.records import Library
from woundtrack.workflow.reading_counted import Counted, PairedReading, answer_to
from woundtrack.workflow.reading_disagreements import Disagreement, disagreements_in

if TYPE_CHECKING:
    from woundtrack.healing.agreement import Agreement, Limits, LogAgreement, Observation
    from woundtrack.healing.agreement_categories import Kappa
    from woundtrack.healing.estimates import Estimate

Value = TypeVar("Value")
Given = ParamSpec("Given")


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
    whole = Counted.of(library, session)
    return lambda progress: _results_of(whole, progress)


def _results_of(whole: Counted, progress: Progress) -> SessionResults:
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
        disagreements=disagreements_in(whole, pairs),
        why_not=told.why_not,
    )


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


def _tissue(whole: Counted, told: _Told) -> tuple[tuple[Tissue, Agreement], ...]:
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


def _kappas(whole: Counted, told: _Told) -> tuple[tuple[Asked, tuple[Kappa, ...]], ...]:
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
            answer = None if reading is None else answer_to(asked, reading)
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
