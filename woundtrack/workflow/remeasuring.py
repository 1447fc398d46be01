"""What was accepted, measured again by the present program beside it: nothing is replaced by that.

Hides what is read once a photograph, which automatic outline is of which lesion, and what is done
already. Read-only on the record; what a person takes over goes through ``revising``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack import __version__, healing, imaging
from woundtrack.errors import (
    CardNotFound,
    CardUnreliable,
    LibraryDamaged,
    PhotographTooLarge,
    PhotographUnreadable,
    RulerImpossible,
)
from woundtrack.imaging.drawing.edited_share import edited_share
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    OutlineSource,
    Patient,
    PrintScale,
    Progress,
    TimelinePoint,
    VisitPhotograph,
    WoundState,
    no_progress,
)
from woundtrack.model.remeasurings import AutomaticOutline, ProgramVersions, Remeasurement
from woundtrack.records import Library
from woundtrack.records.originals import Originals
from woundtrack.records.remeasurings import Remeasurings
from woundtrack.workflow.accepting import EDITED_SHARE, measured_parts
from woundtrack.workflow.printing import print_scale_in_use
from woundtrack.workflow.ruler import ruler_scale

Pixels = npt.NDArray[np.uint8]

ORIGINAL_MISSING: Final = "original_missing"
ORIGINAL_DAMAGED: Final = "original_damaged"
BEYOND_CARD: Final = "outline_beyond_card"
NOTHING_FOUND: Final = "outline_not_found"
FOUND_ELSEWHERE: Final = "outline_elsewhere"
"""Why there is no size now, or no outline to compare, besides the codes of faults."""

_MAY_COME_BACK: Final = frozenset({ORIGINAL_MISSING, ORIGINAL_DAMAGED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """One accepted outline with all that measuring it again takes."""

    assessment: Assessment
    outline: AssessedOutline
    patient_id: str
    site: BodySite
    scale: PrintScale | None
    """At which its cards were printed, as was known when it was accepted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedPhotograph:
    """A photograph and all that was accepted in it; ``proposed`` is what was proposed then."""

    filed: VisitPhotograph
    accepted: tuple[Accepted, ...]
    proposed: tuple[Outline, ...]
    proposed_by: Method


@dataclass(frozen=True, kw_only=True, slots=True)
class LookedAgain:
    """A photograph as the present program sees it; ``outlines`` are those of each lesion.

    By the assessment's id, parts of one lesion together; no entry where nothing was found there.
    """

    results: tuple[Remeasurement, ...]
    outlines: Mapping[str, tuple[Outline, ...]]
    pixels: Pixels | None


def present_versions() -> ProgramVersions:
    """Return what measures and outlines now."""
    return _versions(imaging.proposal_method(), __version__)


def remeasured(
    library: Library,
    patients: Sequence[Patient],
    *,
    kept: Remeasurings,
    with_outlines: bool = False,
    only_kept: bool = False,
    progress: Progress = no_progress,
) -> Iterator[tuple[Remeasurement, ...]]:
    """Measure what counts of some patients again, a photograph after the other.

    The accepted outlines are measured by the present program, the card (or the two points on the
    ruler) found anew and at the print scale that they were accepted with: what differs then is the
    program alone. Nothing is recorded.

    Parameters
    ----------
    kept
        What is done already; of the same revision and the same versions it isn't done again, and
        what is done now is added. An original that was missing is looked for again.
    with_outlines
        Also outline each photograph automatically, and compare that with the accepted ulcers.
    only_kept
        Give what is done already, and read no photograph.

    Yields
    ------
    tuple of Remeasurement
        Those of one photograph; by patients in their order, visits and lesions in theirs.

    Raises ``Cancelled`` by ``progress``, between two photographs; ``DiskFull``.
    """
    now_by = present_versions()
    for place, patient in enumerate(patients):
        photographs = accepted_photographs(library, patient)
        for number, photograph in enumerate(photographs):
            share = (place + number / len(photographs)) / len(patients)
            progress(share, f"{patient.code}, {photograph.filed.photograph.original_name}")
            done = _done(photograph, kept, now_by, with_outlines=with_outlines)
            if done is not None:
                yield done
            elif not only_kept:
                found = look_again(library.originals, photograph, with_outlines=with_outlines)
                kept.add(found.results)
                yield found.results
    progress(1.0, "")


def _done(
    photograph: AcceptedPhotograph, kept: Remeasurings, by: ProgramVersions, *, with_outlines: bool
) -> tuple[Remeasurement, ...] | None:
    """Return what is kept of a photograph; None where any of it is wanting."""
    found = []
    for one in photograph.accepted:
        result = kept.get(one.assessment.id, one.outline.kind)
        if result is None or result.by != by or result.why_not in _MAY_COME_BACK:
            return None
        if with_outlines and not result.has_outlines:
            return None
        found.append(result)
    return tuple(found)


def accepted_photographs(library: Library, patient: Patient) -> tuple[AcceptedPhotograph, ...]:
    """Return a patient's photographs in which something that counts is outlined."""
    sites = {lesion.id: lesion.site for lesion in library.lesions(patient.id)}
    scales = {
        (one.print_scale.name, round(one.print_scale.scale, 9)): one.print_scale
        for one in library.print_measurements(include_retired=True)
    }
    in_use = print_scale_in_use(library)
    by_photograph: dict[str, list[Accepted]] = {}
    for assessment in library.assessments(patient_id=patient.id):
        for outline in assessment.outlines:
            by_photograph.setdefault(outline.photograph_id, []).append(
                Accepted(
                    assessment=assessment,
                    outline=outline,
                    patient_id=patient.id,
                    site=sites[assessment.lesion_id],
                    scale=_scale_of(outline.calibration, scales, in_use),
                )
            )
    found = []
    for photograph_id, accepted in by_photograph.items():
        proposal = library.proposal_of(photograph_id)
        found.append(
            AcceptedPhotograph(
                filed=library.photograph(photograph_id),
                accepted=tuple(accepted),
                proposed=proposal.outlines,
                proposed_by=proposal.method,
            )
        )
    return tuple(found)


def _scale_of(
    calibration: Calibration | None,
    known: Mapping[tuple[str, float], PrintScale],
    in_use: PrintScale | None,
) -> PrintScale | None:
    """Return the print scale of an accepted calibration; that in use where there is none."""
    if calibration is None:
        return in_use
    if not calibration.printed_by:
        return None
    found = known.get((calibration.printed_by, round(calibration.print_scale, 9)))
    if found is not None:
        return found
    printer, _, day = calibration.printed_by.rpartition(", ")
    bar_mm = 100 * calibration.print_scale
    return PrintScale(
        printer=printer, across_mm=bar_mm, down_mm=bar_mm, measured_on=date.fromisoformat(day)
    )


def look_again(
    originals: Originals,
    photograph: AcceptedPhotograph,
    *,
    with_outlines: bool = False,
    with_pixels: bool = False,
) -> LookedAgain:
    """Measure what was accepted in one photograph again; pure, for a worker.

    ``with_pixels`` gives the upright photograph, RGB uint8 (H, W, 3), too.
    """
    filed, name = photograph.filed, photograph.filed.photograph.original_name
    why = ""
    try:
        path = originals.path(filed.photograph.sha256)
    except LibraryDamaged:
        why = ORIGINAL_MISSING
    else:
        try:
            data = originals.read(filed.photograph.sha256)
            pixels, _ = imaging.read_photograph_bytes(data, name or path.name)
        except LibraryDamaged:
            why = ORIGINAL_DAMAGED
        except (PhotographUnreadable, PhotographTooLarge) as fault:
            why = fault.code
    if why:
        results = tuple(
            _without(_result(one, why_not=why), why, with_outlines=with_outlines)
            for one in photograph.accepted
        )
        return LookedAgain(results=results, outlines={}, pixels=None)
    card, no_card = _card_in(pixels, photograph)
    outlines: dict[str, tuple[Outline, ...]] = {}
    found: tuple[Outline, ...] = ()
    if with_outlines:
        in_print = card
        if card is not None:
            in_print = imaging.rescaled(card, photograph.accepted[0].scale, _day_of(photograph))
        found = imaging.propose_outlines(pixels, in_print)
        outlines = _shared_out(found, photograph.accepted)
    results = tuple(
        _looked_at(
            one,
            photograph,
            *_scale_now(one, photograph, card, no_card, pixels),
            automatic=outlines.get(one.assessment.assessment_id, ()),
            has_any=bool(found),
            with_outlines=with_outlines,
        )
        for one in photograph.accepted
    )
    return LookedAgain(results=results, outlines=outlines, pixels=pixels if with_pixels else None)


# --- scale ---------------------------------------------------------------------------------------


def _day_of(photograph: AcceptedPhotograph) -> date | None:
    return photograph.filed.photograph.taken_on


def _card_in(pixels: Pixels, photograph: AcceptedPhotograph) -> tuple[Calibration | None, str]:
    """Return the calibration by the cards in view, at no print scale; or why there is none."""
    facts = photograph.filed.photograph
    try:
        card = imaging.find_calibration(pixels, facts)
        return imaging.with_faults(pixels, facts, card), ""
    except (CardNotFound, CardUnreliable) as fault:
        return None, fault.code


def _scale_now(
    one: Accepted,
    photograph: AcceptedPhotograph,
    card: Calibration | None,
    no_card: str,
    pixels: Pixels,
) -> tuple[Calibration | None, str]:
    """Return the scale of one accepted outline as it is found now, or why there is none."""
    if card is not None:
        return imaging.rescaled(card, one.scale, _day_of(photograph)), ""
    line = imaging.ruler_of(one.outline.calibration)
    if line is None or no_card != CardNotFound.code:
        return None, no_card
    try:
        facts = photograph.filed.photograph
        return ruler_scale(facts, line.start_px, line.end_px, line.distance_mm, pixels), ""
    except RulerImpossible as fault:
        return None, fault.code


# --- one outline ---------------------------------------------------------------------------------


def _looked_at(
    one: Accepted,
    photograph: AcceptedPhotograph,
    scale: Calibration | None,
    no_scale: str,
    *,
    automatic: tuple[Outline, ...],
    has_any: bool,
    with_outlines: bool,
) -> Remeasurement:
    filed, parts = photograph.filed, one.outline.parts
    size = measured_parts(parts, scale, filed.photograph, one.site, filed.head_deg)
    why_not = no_scale if scale is None else BEYOND_CARD if size is None else ""
    result = _result(one, anew=size, scale=scale, why_not=why_not)
    if not with_outlines or not automatic or one.outline.kind is not OutlineKind.ULCER:
        why = FOUND_ELSEWHERE if has_any else NOTHING_FOUND
        return _without(result, why, with_outlines=with_outlines)
    compared = _compared(one, photograph, scale, size, automatic)
    return replace(result, has_outlines=True, automatic=compared)


def _without(result: Remeasurement, why: str, *, with_outlines: bool) -> Remeasurement:
    """Return a result with no automatic outline, and why; ulcers alone are outlined so."""
    if not with_outlines:
        return result
    is_ulcer = result.kind is OutlineKind.ULCER
    return replace(result, has_outlines=True, why_no_automatic=why if is_ulcer else "")


def _compared(
    one: Accepted,
    photograph: AcceptedPhotograph,
    scale: Calibration | None,
    accepted: Measurement | None,
    automatic: tuple[Outline, ...],
) -> AutomaticOutline:
    filed, parts = photograph.filed, one.outline.parts
    size = measured_parts(automatic, scale, filed.photograph, one.site, filed.head_deg)
    near = _shared_out(photograph.proposed, photograph.accepted)
    then = near.get(one.assessment.assessment_id, ())
    if scale is None or size is None or accepted is None:
        return AutomaticOutline(
            measurement=None,
            dice=_dice_in_picture(parts, automatic),
            area_ratio=None,
            mean_mm=None,
            hausdorff_95_mm=None,
            dice_then=_dice_in_picture(parts, then) if then else None,
            part_count=len(automatic),
        )
    now = imaging.closeness(parts, automatic, scale)
    return AutomaticOutline(
        measurement=_bare(size),
        dice=now.dice,
        area_ratio=size.area_mm2 / accepted.area_mm2 if accepted.area_mm2 > 0 else None,
        mean_mm=now.mean_mm,
        hausdorff_95_mm=now.hausdorff_95_mm,
        dice_then=_dice_on_skin(parts, then, scale) if then else None,
        part_count=len(automatic),
    )


def _dice_on_skin(
    parts: Sequence[Outline], others: Sequence[Outline], scale: Calibration
) -> float | None:
    try:
        return imaging.closeness(parts, others, scale).dice
    except CardUnreliable:  # one of the others reaches beyond the card's horizon
        return None


def _dice_in_picture(parts: Sequence[Outline], others: Sequence[Outline]) -> float:
    shared = 1 - edited_share(parts, others)
    return 2 * shared / (1 + shared)


def _shared_out(
    outlines: Sequence[Outline], accepted: Sequence[Accepted]
) -> dict[str, tuple[Outline, ...]]:
    """Return which outlines lie over which accepted ulcer, by its assessment's id.

    Each goes to the one that it is most alike to; one that lies over none goes to none.
    """
    found: dict[str, tuple[Outline, ...]] = {}
    ulcers = [one for one in accepted if one.outline.kind is OutlineKind.ULCER]
    for outline in outlines:
        apart = [edited_share(one.outline.parts, [outline]) for one in ulcers]
        if apart and min(apart) < 1:
            key = ulcers[apart.index(min(apart))].assessment.assessment_id
            found[key] = (*found.get(key, ()), outline)
    return found


def _result(
    one: Accepted,
    *,
    anew: Measurement | None = None,
    scale: Calibration | None = None,
    why_not: str = "",
) -> Remeasurement:
    old, assessment = one.outline, one.assessment
    share = dict(old.method.parameters).get(EDITED_SHARE)
    return Remeasurement(
        patient_id=one.patient_id,
        lesion_id=assessment.lesion_id,
        visit_id=assessment.visit_id,
        photograph_id=old.photograph_id,
        assessment_id=assessment.assessment_id,
        revision_id=assessment.id,
        kind=old.kind,
        by=present_versions(),
        accepted_by=_versions(old.method, old.method.application_version),
        accepted=None if old.measurement is None else _bare(old.measurement),
        accepted_scale="" if old.calibration is None else old.calibration.method,
        source=max((part.source for part in old.parts), key=list(OutlineSource).index),
        edited_share=share if isinstance(share, float) else None,
        anew=None if anew is None else _bare(anew),
        anew_scale="" if scale is None or anew is None else scale.method,
        is_within_error=_is_within_error(old.measurement, anew, old.kind),
        why_not=why_not,
    )


def _is_within_error(
    before: Measurement | None, after: Measurement | None, kind: OutlineKind
) -> bool | None:
    """Return whether two areas may be one, as two visits' would be asked."""
    if before is None or after is None:
        return None
    return healing.change.may_be_same(_point(before, kind), _point(after, kind))


def _point(size: Measurement, kind: OutlineKind) -> TimelinePoint:
    return TimelinePoint(
        on=date.min,
        state=WoundState.OPEN,
        area_mm2=size.area_mm2,
        area_low_mm2=size.area_low_mm2,
        area_high_mm2=size.area_high_mm2,
        perimeter_mm=size.perimeter_mm,
        assessment_id="",
        terms=size.terms,
        kind=kind,
    )


def _bare(size: Measurement) -> Measurement:
    return replace(size, doubts=(), terms=())


def _versions(method: Method, application: str) -> ProgramVersions:
    told = dict(method.parameters)
    words = f"{method.name} {method.version}"
    if told.get("network_version"):
        # A clinic's own networks may all be called "1": the weights tell them apart.
        words += f", network {told['network_version']} ({str(told.get('network_sha256', ''))[:8]})"
    return ProgramVersions(application=application, outlining=words)
