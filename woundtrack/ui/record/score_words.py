"""A score in words: its total or why there is none, and what an answer is suggested from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.ui.components import words

if TYPE_CHECKING:
    from woundtrack.healing.scores import Suggestion
    from woundtrack.ui.record.score_draft import ScoreDraft


def amount(value: float) -> str:
    """Return an answer or a total: whole where it is whole, else with one decimal."""
    return words.number(value, 0 if value % 1 == 0 else 1)


def total_words(draft: ScoreDraft) -> str:
    """Return the total with its band, or why there is none, in a sentence."""
    instrument, progress, total = draft.instrument, draft.progress, draft.total
    if instrument.total is None:
        return QCoreApplication.translate("Scores", "This definition has no total.")
    ends = {"low": amount(instrument.total.low), "high": amount(instrument.total.high)}
    if total is not None:
        band = instrument.band_of(total)
        if band is None:
            said = QCoreApplication.translate("Scores", "Total {total} ({low} to {high}).")
            return said.format(total=amount(total), **ends)
        said = QCoreApplication.translate(
            "Scores", "Total {total} ({low} to {high}), in the band “{band}”."
        )
        return said.format(total=amount(total), band=band.label, **ends)
    left = progress.of - progress.answered - progress.not_assessable
    if left or not progress.not_assessable:
        said = QCoreApplication.translate(
            "Scores", "The total ({low} to {high}) appears when all {n} are answered."
        )
        return said.format(n=progress.of, **ends)
    return words.counted(
        progress.not_assessable,
        QCoreApplication.translate("Scores", "No total: 1 item can't be assessed."),
        QCoreApplication.translate("Scores", "No total: {n} items can't be assessed."),
    )


def suggestion_words(suggestion: Suggestion) -> str:
    """Return what an answer is suggested from, as a clause: ``from 11.8 cm², length × width``."""
    given = suggestion.given
    if isinstance(given, str):
        return QCoreApplication.translate("Scores", "from the findings of this visit")
    size = words.area(given, has_unit=True)
    if suggestion.fact == "length_by_width_cm2":
        said = QCoreApplication.translate("Scores", "from {size}, length × width on the photograph")
        return said.format(size=size)
    if suggestion.fact == "head_to_toe_by_side_cm2":
        said = QCoreApplication.translate(
            "Scores", "from {size}, head to toe × side to side on the photograph"
        )
        return said.format(size=size)
    said = QCoreApplication.translate("Scores", "from the tissue map: {share} necrotic")
    return said.format(share=words.percent(given))
