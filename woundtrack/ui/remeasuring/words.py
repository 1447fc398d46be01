"""The words of what was measured again: sizes, differences, and why there is none.

Hides only words; ``workflow.remeasuring`` says what is so.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.model import OutlineSource
from woundtrack.ui import change
from woundtrack.ui.change import Change
from woundtrack.ui.components import words
from woundtrack.workflow import remeasuring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.model import Measurement
    from woundtrack.model.remeasurings import ProgramVersions, Remeasurement


def size(measurement: Measurement | None) -> str:
    """Return an area with its interval for a table, cm²: ``12.9 (12.1–13.8)``."""
    if measurement is None:
        return words.DASH
    interval = words.interval_short(measurement.area_low_cm2, measurement.area_high_cm2)
    return words.kept_whole(f"{words.area(measurement.area_cm2)} ({interval})")


def size_in_words(measurement: Measurement | None) -> str:
    """Return an area with its interval in a sentence."""
    if measurement is None:
        return QCoreApplication.translate("Remeasuring", "no area")
    interval = words.interval(measurement.area_low_cm2, measurement.area_high_cm2)
    return f"{words.area(measurement.area_cm2, has_unit=True)} ({interval})"


def difference(result: Remeasurement) -> str:
    """Return by how much the area differs now, and whether that is within measurement error."""
    if result.change is None:
        return why_not(result.why_not) or change.said(Change.CANNOT_TELL)
    if result.is_within_error is None:
        return signed(result.change)
    if result.is_within_error:
        what = Change.WITHIN_ERROR
    else:
        what = Change.LARGER if result.change > 0 else Change.SMALLER
    return f"{signed(result.change)}, {change.said(what)}"


def automatic_difference(result: Remeasurement) -> str:
    """Return by how much the automatic outline's area differs, or why there is none."""
    if result.automatic is None:
        return why_no_outline(result)
    if result.automatic_change is None:
        return why_not(result.why_not)
    return signed(result.automatic_change)


def signed(ratio: float) -> str:
    """Return a difference as per cent with its sign: ``−17 %``, ``+0.4 %``; 0 for none at all."""
    percent = 100 * ratio
    if abs(percent) < 0.005:
        return words.kept_whole(f"0{words.THIN}%")
    decimals = 0 if abs(percent) >= 9.95 else 1 if abs(percent) >= 0.095 else 2
    sign = "+" if percent > 0 else ""
    return words.kept_whole(f"{sign}{words.number(percent, decimals)}{words.THIN}%")


def dice(value: float | None) -> str:
    """Return a Dice to three places."""
    return words.DASH if value is None else words.number(value, 3)


def millimetres(value: float | None) -> str:
    """Return a distance between edges, mm."""
    return words.DASH if value is None else words.number(value, 2 if value < 0.995 else 1)


def version(by: ProgramVersions) -> str:
    """Return a program's version and how it outlines, in full."""
    return f"woundtrack {by.application}, {by.outlining}"


def made(result: Remeasurement) -> str:
    """Return how the accepted outline came to be, as a clause."""
    if result.source is OutlineSource.PROPOSED and not result.edited_share:
        return QCoreApplication.translate("Remeasuring", "as the program proposed it")
    if result.source is OutlineSource.PROPOSED or result.source is OutlineSource.GUIDED:
        return QCoreApplication.translate("Remeasuring", "by the program and a person")
    return QCoreApplication.translate("Remeasuring", "drawn by a person")


def why_not(code: str) -> str:
    """Return why there is no area now; empty for no reason."""
    known = {
        "": "",
        remeasuring.ORIGINAL_MISSING: QCoreApplication.translate(
            "Remeasuring", "its original is missing"
        ),
        remeasuring.ORIGINAL_DAMAGED: QCoreApplication.translate(
            "Remeasuring", "its original is not as it was written"
        ),
        "photograph_unreadable": QCoreApplication.translate(
            "Remeasuring", "its original can't be read"
        ),
        "photograph_too_large": QCoreApplication.translate(
            "Remeasuring", "its original is too large"
        ),
        "card_not_found": QCoreApplication.translate("Remeasuring", "no card is found now"),
        "ruler_impossible": QCoreApplication.translate(
            "Remeasuring", "the ruler gives no scale now"
        ),
        remeasuring.BEYOND_CARD: QCoreApplication.translate(
            "Remeasuring", "it reaches past what the card can tell"
        ),
    }
    unsure = QCoreApplication.translate("Remeasuring", "the card gives no sure scale now")
    return known.get(code, unsure)


def why_no_outline(result: Remeasurement) -> str:
    """Return why there is no automatic outline to compare."""
    if not result.has_outlines:
        return QCoreApplication.translate("Remeasuring", "not outlined anew")
    if not result.why_no_automatic:
        return QCoreApplication.translate("Remeasuring", "outlined by people alone")
    return {
        remeasuring.NOTHING_FOUND: QCoreApplication.translate(
            "Remeasuring", "no wound is found now"
        ),
        remeasuring.FOUND_ELSEWHERE: QCoreApplication.translate(
            "Remeasuring", "none is found here now"
        ),
    }.get(result.why_no_automatic) or why_not(result.why_no_automatic)


def size_of_difference(ratio: float | None) -> float:
    """Return how large a difference is, for sorting: half as far as double, −1 for none."""
    if ratio is None or ratio <= -1:
        return -1.0 if ratio is None else math.inf
    return abs(math.log1p(ratio))


def counts(results: Sequence[Remeasurement]) -> str:
    """Return how many outlines were measured again, and how many differ; nothing for none."""
    if not results:
        return ""
    say = QCoreApplication.translate
    beyond = sum(one.is_within_error is False for one in results)
    without = sum(bool(one.why_not) for one in results)
    parts = [
        words.counted(
            len(results), say("Remeasuring", "1 outline"), say("Remeasuring", "{n} outlines")
        ),
        say("Remeasuring", "{n} beyond measurement error").format(n=beyond),
    ]
    if without:
        parts.append(say("Remeasuring", "{n} without an area now").format(n=without))
    return " · ".join(parts)


def summary(results: Sequence[Remeasurement]) -> str:
    """Return what a whole run came to, as a sentence."""
    say = QCoreApplication.translate
    if not results:
        return say("Remeasuring", "Nothing is accepted in this library yet.")
    beyond = sum(one.is_within_error is False for one in results)
    if not beyond:
        return say(
            "Remeasuring", "All is measured: nothing differs by more than measurement error."
        )
    return words.counted(
        beyond,
        say("Remeasuring", "All is measured: 1 outline differs by more than measurement error."),
        say(
            "Remeasuring",
            "All is measured: {n} outlines differ by more than measurement error.",
        ),
    )
