"""Photographs whose camera names another day than the visit they are to be filed under.

Hides which differences are asked about, and which were answered: a wrong clock and a wrong day look
the same, so only a person can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication

from woundtrack.model import TimeSource
from woundtrack.ui.components import KeyButton, words
from woundtrack.ui.imports.group_card import GroupCard
from woundtrack.ui.imports.panel import Note

_NEAR_DAYS: Final = 1
"""So far apart a day may be without a question: a night shift, another time zone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockApart:
    """A group whose camera says ``camera`` and whose visit is to be on ``visit``."""

    card: GroupCard
    first: Path
    camera: date
    visit: date

    @property
    def key(self) -> tuple[Path, date]:
        """What an answer is remembered by: the photograph and the day it was given."""
        return self.first, self.visit


def clocks_apart(cards: Sequence[GroupCard]) -> tuple[ClockApart, ...]:
    """Return the groups that wait under a day which their camera's clock disagrees with.

    Days that are only the files' own are no clock, and a day that no visit can have was asked for
    already.
    """
    found = []
    for card in cards:
        first = next(iter(card.waiting), None)
        if first is None or first.day is None or card.day is None or first.photograph is None:
            continue
        is_clock = first.photograph.taken_from is not TimeSource.FILE
        if is_clock and abs((card.day - first.day).days) > _NEAR_DAYS:
            found.append(ClockApart(card=card, first=first.path, camera=first.day, visit=card.day))
    return tuple(found)


def notes_of(
    cards: Sequence[GroupCard],
    answered: set[tuple[Path, date]],
    settle: Callable[[ClockApart, date], None],
) -> list[Note]:
    """Return a question for each such group that has no answer; ``settle`` gets the right day."""
    notes = []
    for apart in clocks_apart(cards):
        if apart.key in answered:
            continue
        camera, visit = words.day(apart.camera), words.day(apart.visit)
        title = QCoreApplication.translate("ClockSays", "The camera says {day}").format(day=camera)
        days = abs((apart.visit - apart.camera).days)
        text = QCoreApplication.translate(
            "ClockSays",
            "The visit is to be on {visit}, {n} days apart. On which day were they taken? Where "
            "the clock is wrong, its time stays with the photographs all the same.",
        ).format(visit=visit, n=days)
        more = len(apart.card.waiting) - 1
        names = apart.first.name
        if more:
            names = QCoreApplication.translate("ClockSays", "{name} and {n} more").format(
                name=names, n=more
            )
        note = Note("doubt", title, names, text, apart.card.waiting[0])
        for day in (apart.visit, apart.camera):
            said = QCoreApplication.translate("ClockSays", "On {day}").format(day=words.day(day))
            button = KeyButton(said, size="small")
            button.clicked.connect(partial(settle, apart, day))
            note.add_button(button)
        notes.append(note)
    return notes
