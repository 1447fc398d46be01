"""A session's results as rows of words: reliability, outlines and answers, and the limits' caption.

Hides how many decimals each number gets; nothing is computed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.ui.agreement import said
from woundtrack.ui.components import words
from woundtrack.ui.components.tissue import tissue_name
from woundtrack.ui.study.figure_card import Numbers

if TYPE_CHECKING:
    from woundtrack.healing.agreement import Limits, LogAgreement
    from woundtrack.healing.agreement_categories import Weights
    from woundtrack.workflow.reading_results import OutlineAgreement, SessionResults


def reliability(results: SessionResults) -> Numbers:
    """Return ICC, error of measurement and the change that is more than it, a row a quantity."""
    say = QCoreApplication.translate
    columns = (
        say("Agreement", "Quantity"),
        say("Agreement", "ICC"),
        say("Agreement", "95 % interval"),
        say("Agreement", "SEM"),
        say("Agreement", "Smallest change"),
        say("Agreement", "CV"),
        say("Agreement", "Detectable ratio"),
    )
    rows: list[tuple[str, ...]] = []
    area, logs, edge = results.area, results.log_area, results.log_perimeter
    dash = words.DASH
    several = len(results.session.readers) > 1
    if area is not None:
        name = say("Agreement", "Area, between readers") if several else ""
        rows.append(
            (
                name or say("Agreement", "Area, same reader"),
                said.value(area.icc, 3),
                said.ends(area.icc, 3),
                _cm2(area.sem.value),
                _cm2(area.sdc.value),
                dash if logs is None else said.share(logs.cv.value),
                dash if logs is None else _detectable(logs),
            )
        )
        if several and area.repeat_sem is not None and area.repeat_sdc is not None:
            from woundtrack.healing.agreement import variation_of

            own = None if logs is None else logs.repeat_s_w
            rows.append(
                (
                    say("Agreement", "Area, same reader"),
                    dash,
                    dash,
                    _cm2(area.repeat_sem.value),
                    _cm2(area.repeat_sdc.value),
                    dash if own is None else said.share(variation_of(own.value)),
                    dash,
                )
            )
    if edge is not None:
        icc = edge.of_logs.icc
        rows.append(
            (
                say("Agreement", "Perimeter (logarithm)"),
                said.value(icc, 3),
                said.ends(icc, 3),
                dash,
                dash,
                said.share(edge.cv.value),
                _detectable(edge),
            )
        )
    for tissue, found in results.tissue:
        rows.append(
            (
                say("Agreement", "{tissue}, share").format(tissue=tissue_name(tissue)),
                said.value(found.icc, 2),
                said.ends(found.icc, 2),
                said.share(found.sem.value / 100),
                said.share(found.sdc.value / 100),
                dash,
                dash,
            )
        )
    return Numbers(columns=columns, rows=tuple(rows), has_names=True)


def outlines_and_answers(results: SessionResults) -> Numbers:
    """Return how close outlines lie and how well answers agree, a row a quantity."""
    say = QCoreApplication.translate
    columns = (
        say("Agreement", "Quantity"),
        say("Agreement", "Value"),
        say("Agreement", "95 % interval"),
        say("Agreement", "Pictures"),
    )
    rows: list[tuple[str, ...]] = []
    for whose, found in (
        (say("Agreement", "between readers"), results.between_readers),
        (say("Agreement", "same reader"), results.within_reader),
    ):
        if found is not None:
            rows += _outlines(found, whose)
    for asked, kappas in results.kappas:
        for one in kappas:
            rows.append(
                (
                    say("Agreement", "{asked}, {readers}: {kappa} ({weights})").format(
                        asked=said.asked_name(asked),
                        readers=said.named(one.readers),
                        kappa=one.name,
                        weights=_weights(one.weights),
                    ),
                    said.value(one.kappa, 2),
                    said.ends(one.kappa, 2),
                    str(one.items),
                )
            )
    return Numbers(columns=columns, rows=tuple(rows), has_names=True)


def _outlines(found: OutlineAgreement, whose: str) -> list[tuple[str, ...]]:
    say = QCoreApplication.translate
    return [
        (
            what.format(whose=whose),
            said.value(one, decimals),
            said.ends(one, decimals),
            str(found.items),
        )
        for what, one, decimals in (
            (say("Agreement", "Dice, {whose}"), found.dice, 3),
            (say("Agreement", "Jaccard, {whose}"), found.jaccard, 3),
            (say("Agreement", "Edges apart, mm, {whose}"), found.mean_mm, 2),
            (say("Agreement", "95 % within, mm, {whose}"), found.hausdorff_95_mm, 2),
        )
    ]


def _weights(weights: Weights) -> str:
    say = QCoreApplication.translate
    return {
        "unweighted": say("Agreement", "unweighted"),
        "linear": say("Agreement", "linear weights"),
        "quadratic": say("Agreement", "quadratic weights"),
    }[weights.value]


def _cm2(value: float) -> str:
    return words.kept_whole(f"{words.number(value, 2)}{words.THIN}cm²")


def _times(value: float) -> str:
    return QCoreApplication.translate("Agreement", "{ratio} times").format(
        ratio=words.number(value, 2)
    )


def _detectable(found: LogAgreement) -> str:
    if not found.is_ratio_known:
        return QCoreApplication.translate("Agreement", "not known from so few")
    return _times(found.detectable_ratio.value)


def about(results: SessionResults) -> str:
    """Return what was read by whom, and what is left out, as sentences."""
    say = QCoreApplication.translate
    session = results.session
    found = [
        say("Agreement", "{read} of {tasks} readings of {pictures} by {readers}, blinded.").format(
            read=results.read,
            tasks=results.tasks,
            pictures=said.pictures(results.items),
            readers=said.named(session.readers),
        )
    ]
    if results.area is not None:
        found.append(say("Agreement", "{model}.").format(model=results.area.model))
        if results.area.left_out:
            found.append(
                say("Agreement", "{pictures} left out of it: not everybody read them.").format(
                    pictures=said.pictures(len(results.area.left_out))
                )
            )
    if results.left_out:
        found.append(
            say("Agreement", "{pictures} not counted: the patient agrees no longer.").format(
                pictures=said.pictures(results.left_out)
            )
        )
    if results.unreadable:
        found.append(
            words.counted(
                results.unreadable,
                say("Agreement", "Once a reader saw no edge."),
                say("Agreement", "{n} times a reader saw no edge."),
            )
        )
    if 1 < len(session.readers) <= 3:
        found.append(
            say(
                "Agreement", "So few readers say little of how far others lie: upper ends are wide."
            )
        )
    if results.why_not:
        what, why = results.why_not[0]
        found.append(say("Agreement", "Not told: {what}, as {why}.").format(what=what, why=why))
    return " ".join(found)


def limits_caption(found: Limits) -> str:
    """Return what a plot of limits shows, as sentences."""
    say = QCoreApplication.translate
    bias, lower, upper = found.ratios
    head = say("Agreement", "Area of {first} against that of {second}").format(
        first=found.first, second=found.second
    )
    return say(
        "Agreement",
        "{head}, {pictures}: bias {bias}, 95 % limits {lower} to {upper}; dashed, with the "
        "intervals of all three as bands.",
    ).format(
        head=head,
        pictures=said.pictures(len(found.points)),
        bias=said.share(bias.value - 1, has_sign=True),
        lower=said.share(lower.value - 1, has_sign=True),
        upper=said.share(upper.value - 1, has_sign=True),
    )
