"""Why a comparison is to be read with care: what lies between two visits beside time.

Hides where a debridement may be recorded, as an event or at a visit, and dates of any precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.model import Debrided, EventKind, OutlineKind, Precision
from woundtrack.ui.compare.visits import kind_changes
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.model import ClinicalRecord, PartialDate
    from woundtrack.ui.compare.visits import ComparedVisit


@dataclass(frozen=True, kw_only=True, slots=True)
class Debridement:
    """Dead tissue taken away: on a day between ``earliest`` and ``latest``.

    ``visit_id`` is set where it was recorded at a visit, and ``is_before_photo`` says on which side
    of that visit's photograph.
    """

    earliest: date
    latest: date
    when: str
    visit_id: str | None = None
    is_before_photo: bool = False

    def lies_between(self, left: ComparedVisit, right: ComparedVisit) -> bool:
        """Whether it may have been between the photographs of two visits."""
        if self.visit_id == left.id:
            return not self.is_before_photo
        if self.visit_id == right.id:
            return self.is_before_photo
        return self.latest > left.on and self.earliest <= right.on

    def precedes(self, one: ComparedVisit, before: ComparedVisit | None) -> bool:
        """Whether it was since the visit before, and before this one's photograph."""
        if self.visit_id is not None:
            return self.visit_id == one.id and self.is_before_photo
        is_day = self.earliest == self.latest
        return is_day and self.latest <= one.on and (before is None or self.earliest > before.on)


def debridements_of(
    record: ClinicalRecord, lesion_id: str, visits: Sequence[ComparedVisit]
) -> tuple[Debridement, ...]:
    """Return what was recorded of debriding a lesion, oldest first."""
    found = [
        Debridement(earliest=event.on.earliest, latest=event.on.latest, when=_when(event.on))
        for event in record.events
        if event.kind is EventKind.DEBRIDEMENT and event.lesion_id in {None, lesion_id}
    ]
    days = {one.id: one.on for one in visits}
    for finding in record.findings:
        on = days.get(finding.visit_id) if finding.lesion_id == lesion_id else None
        if on is not None and finding.debrided in {
            Debrided.BEFORE_PHOTOGRAPH,
            Debrided.AFTER_PHOTOGRAPH,
        }:
            found.append(
                Debridement(
                    earliest=on,
                    latest=on,
                    when=words.day(on),
                    visit_id=finding.visit_id,
                    is_before_photo=finding.debrided is Debrided.BEFORE_PHOTOGRAPH,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.earliest, one.latest)))


def read_with_care(
    left: ComparedVisit, right: ComparedVisit, debridements: Sequence[Debridement]
) -> tuple[str, ...]:
    """Return in sentences what the change between two visits has beside healing in it."""
    said = []
    between = [one for one in debridements if one.lies_between(left, right)]
    if between:
        days = ", ".join(dict.fromkeys(one.when for one in between))
        said.append(
            QCoreApplication.translate(
                "Compare",
                "Dead tissue was removed between the two photos ({days}). Removing it makes the "
                "open area larger.",
            ).format(days=days)
        )
    if kind_changes(left, right):
        escharred = left if _is_eschar(left) else right
        said.append(
            QCoreApplication.translate(
                "Compare",
                "On {day} the area is that of the eschar, and the ulcer's on the other day.",
            ).format(day=words.day(escharred.on))
        )
    return tuple(said)


def _is_eschar(one: ComparedVisit) -> bool:
    return one.accepted is not None and one.accepted.kind is OutlineKind.ESCHAR


def _when(on: PartialDate) -> str:
    return words.day(on.earliest) if on.precision is Precision.DAY else on.text
