"""A reading session's results as JSON and as lines to read; every number with its interval.

Hides nothing but the wording: what each number is stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from woundtrack.model import ReaderError
from woundtrack.workflow.reading_disagreements import Disagreement
from woundtrack.workflow.reading_results import OutlineAgreement, SessionResults

if TYPE_CHECKING:
    from woundtrack.healing.agreement import Agreement, Limits, LogAgreement
    from woundtrack.healing.agreement_categories import Kappa
    from woundtrack.healing.estimates import Estimate

Document = dict[str, Any]

_FEW_READERS: Final = 3


def results_document(results: SessionResults) -> Document:
    """Return a session's results; null where they can't be told, and ``why_not`` says why.

    Photographs and lesions are named by their random ids, readers by their names.
    """
    session = results.session
    return {
        "session": {
            "id": session.id,
            "name": session.name,
            "seed": session.seed,
            "readers": list(session.readers),
            "repeats": session.repeats,
            "asks": [one.value for one in session.asks],
            "is_sampled": session.is_sampled,
            "is_blinded": True,
            "least_dice": session.least_dice,
            "most_ratio": session.most_ratio,
        },
        "items": results.items,
        "items_left_out": results.left_out,
        "tasks": results.tasks,
        "read": results.read,
        "unreadable": results.unreadable,
        "median_seconds": dict(results.seconds),
        "area_cm2": _agreement(results.area),
        "ln_area": _log_agreement(results.log_area),
        "ln_perimeter": _log_agreement(results.log_perimeter),
        "bland_altman_area_cm2": [_limits(one) for one in results.limits],
        "bland_altman_ln_area": [_limits(one) for one in results.log_limits],
        "outlines_between_readers": _outlines(results.between_readers),
        "outlines_within_reader": _outlines(results.within_reader),
        "tissue_pct": {tissue.value: _agreement(one) for tissue, one in results.tissue},
        "kappa": {
            asked.value: [_kappa(one) for one in several] for asked, several in results.kappas
        },
        "disagreements": [_disagreement(one) for one in results.disagreements],
        "why_not": [{"what": what, "why": why} for what, why in results.why_not],
    }


def error_document(error: ReaderError | None) -> Document | None:
    """Return the readers' error that courses show; None where what is assumed counts."""
    if error is None:
        return None
    return {
        "session": error.session,
        "session_id": error.session_id,
        "basis": error.basis.value,
        "log_sd": error.log_sd,
        "log_sd_low": error.log_sd_low,
        "log_sd_high": error.log_sd_high,
        "perimeter_log_sd": error.perimeter_log_sd,
        "items": error.items,
        "readers": error.readers,
    }


def _estimate(one: Estimate | None) -> Document | None:
    return None if one is None else {"value": one.value, "low": one.low, "high": one.high}


def _agreement(found: Agreement | None) -> Document | None:
    if found is None:
        return None
    squares = {
        "items": found.between_items,
        "readers": found.between_readers,
        "interaction": found.interaction,
        "error": found.error,
    }
    return {
        "model": found.model,
        "items": found.items,
        "items_not_read_by_all": len(found.left_out),
        "readers": list(found.readers),
        "replicates": found.replicates,
        "mean": found.mean,
        "icc": _estimate(found.icc),
        "sem": _estimate(found.sem),
        "sdc": _estimate(found.sdc),
        "repeat_sem": _estimate(found.repeat_sem),
        "repeat_sdc": _estimate(found.repeat_sdc),
        "mean_squares": {
            name: None if one is None else {"value": one.value, "df": one.freedom}
            for name, one in squares.items()
        },
    }


def _log_agreement(found: LogAgreement | None) -> Document | None:
    if found is None:
        return None
    return {
        **(_agreement(found.of_logs) or {}),
        "s_w": _estimate(found.s_w),
        "repeat_s_w": _estimate(found.repeat_s_w),
        "cv": _estimate(found.cv),
        "detectable_ratio": _estimate(found.detectable_ratio),
        "detectable_ratio_is_known": found.is_ratio_known,
    }


def _limits(found: Limits) -> Document:
    return {
        "first": found.first,
        "second": found.second,
        "items": len(found.points),
        "bias": _estimate(found.bias),
        "lower": _estimate(found.lower),
        "upper": _estimate(found.upper),
        "points": [{"mean": one.mean, "difference": one.difference} for one in found.points],
    }


def _outlines(found: OutlineAgreement | None) -> Document | None:
    if found is None:
        return None
    return {
        "pairs": found.pairs,
        "items": found.items,
        "dice": _estimate(found.dice),
        "jaccard": _estimate(found.jaccard),
        "mean_mm": _estimate(found.mean_mm),
        "hausdorff_95_mm": _estimate(found.hausdorff_95_mm),
    }


def _kappa(found: Kappa) -> Document:
    return {
        "name": found.name,
        "readers": list(found.readers),
        "weights": found.weights.value,
        "items": found.items,
        "observed": found.observed,
        "kappa": _estimate(found.kappa),
    }


def _disagreement(found: Disagreement) -> Document:
    decided = found.decided
    return {
        "item": found.item.place,
        "image_id": found.item.photograph_id,
        "lesion_id": found.item.lesion_id,
        "least_dice": found.dice,
        "most_ratio": found.ratio,
        "answers": [one.value for one in found.answers],
        "unreadable_to": list(found.is_unreadable_to),
        "decided": None
        if decided is None
        else {
            "by": decided.decided_by,
            "reason": decided.reason,
            "is_a_reading": decided.chosen_reading_id is not None,
            "area_cm2": None if decided.area_mm2 is None else decided.area_mm2 / 100,
        },
    }


# --- lines ---------------------------------------------------------------------------------------


def results_lines(results: SessionResults) -> Iterator[str]:
    """Return a session's results as lines for the command line."""
    session = results.session
    drawn = f"drawn with seed {session.seed}" if session.is_sampled else "chosen"
    yield (
        f"{session.name}: {_pictures(results.items)} ({drawn}), {_named(session.readers)}, "
        f"{results.read} of {results.tasks} readings"
    )
    if results.left_out:
        yield f"  {_pictures(results.left_out)} left out: the patient agrees no longer"
    if results.unreadable:
        yield f"  {results.unreadable} times a reader saw no edge to outline"
    if results.area is not None:
        area = results.area
        yield f"  {area.model}"
        if area.left_out:
            yield f"  {_pictures(len(area.left_out))} left out of it: not everybody read them"
        yield f"  ICC of the area            {_said(area.icc, 3)}"
        yield f"  error of measurement       {_said(area.sem, 3)} cm²"
        yield f"  smallest detectable change {_said(area.sdc, 3)} cm²"
    if results.log_area is not None:
        logs = results.log_area
        yield f"  s_w of ln(area)            {_said(logs.s_w, 4)}"
        if logs.repeat_s_w is not None:
            yield f"  s_w of one reader          {_said(logs.repeat_s_w, 4)}"
        ratio = _said(logs.detectable_ratio, 3)
        if not logs.is_ratio_known:
            ratio = f"not known from so few (about {logs.detectable_ratio.value:.1f}, perhaps more)"
        yield f"  detectable ratio           {ratio}"
        if 1 < len(session.readers) <= _FEW_READERS:
            yield (
                f"  {len(session.readers)} readers say little of how far others lie: hence the "
                "upper ends"
            )
    for one in results.log_limits:
        bias, lower, upper = one.ratios
        yield (
            f"  {one.first} / {one.second}: {bias.value:.3f} times, limits {lower.value:.3f} to "
            f"{upper.value:.3f}"
        )
    for words, found in (
        ("between readers", results.between_readers),
        ("of one reader", results.within_reader),
    ):
        if found is not None:
            yield (
                f"  outlines {words}: Dice {_said(found.dice, 3)}, "
                f"apart {_said(found.mean_mm, 2)} mm, "
                f"95 % within {found.hausdorff_95_mm.value:.2f} mm"
            )
    for tissue, share in results.tissue:
        yield f"  share of {tissue.value}: ICC {_said(share.icc, 3)}"
    for asked, several in results.kappas:
        for kappa in several:
            yield (
                f"  {asked.value.replace('_', ' ')}, {_named(kappa.readers)}: {kappa.name} "
                f"({kappa.weights.value}) {_said(kappa.kappa, 3)}"
            )
    if results.disagreements:
        open_ones = sum(one.decided is None for one in results.disagreements)
        yield (
            f"  readers disagree about {_pictures(len(results.disagreements))}; "
            f"{open_ones} not decided by a third person yet"
        )
    for what, why in results.why_not:
        yield f"  {what}: can't be told, {why}"


def why_no_table(results: SessionResults) -> str:
    """Return why there is no table of readings to write yet; empty where there is one."""
    return "" if results.read else "Nobody has read a picture yet: no table is written."


def why_nothing_drawn(results: SessionResults) -> str:
    """Return why there are no limits of agreement to draw yet; empty where there are some."""
    from woundtrack.healing.agreement import LEAST_ITEMS

    if results.log_limits:
        return ""
    if results.between_readers is None and results.within_reader is None:
        if len(results.session.readers) == 1:
            return "No picture was read a second time yet: nothing is drawn."
        return "No two people have read the same picture yet: nothing is drawn."
    return f"Too few pictures were read twice yet, {LEAST_ITEMS} are needed: nothing is drawn."


def disagreement_line(found: Disagreement) -> str:
    """Return what readers disagree about in a picture, and what was decided of it."""
    said = [f"picture {found.item.place}:"]
    if found.dice is not None:
        said.append(f"least Dice {found.dice:.3f},")
    if found.ratio is not None:
        said.append(f"areas up to {found.ratio:.2f} times,")
    if found.is_unreadable_to:
        said.append(f"no edge to {_named(found.is_unreadable_to)},")
    if found.answers:
        words = [one.value.replace("_", " ") for one in found.answers]
        said.append(f"answers to {_named(words)} differ,")
    decided = found.decided
    if decided is None:
        said.append("not decided")
    else:
        area = "" if decided.area_mm2 is None else f" on {decided.area_mm2 / 100:.2f} cm²"
        said.append(f"decided by {decided.decided_by}{area}: {decided.reason}")
    return " ".join(said)


def _said(one: Estimate, digits: int) -> str:
    if one.low is None or one.high is None:
        return f"{one.value:.{digits}f}"
    return f"{one.value:.{digits}f} ({one.low:.{digits}f} to {one.high:.{digits}f})"


def _pictures(count: int) -> str:
    return f"{count} picture" if count == 1 else f"{count} pictures"


def _named(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
