"""The timeline of some sites alone: its curves and totals, what it is called, and the chip for it.

Hides which lesions lie in the sites chosen on the body map, and that totals are summed anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from woundtrack import healing
from woundtrack.ui.body_map import overlap
from woundtrack.ui.components import KeyButton, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtWidgets import QWidget

    from woundtrack.model import Assessment, BodySite, ClinicalRecord, Lesion, Timeline

_MOST_NAMED: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Only:
    """Some sites of a course alone.

    ``name`` is short, for the chip: "Left thigh"; ``names`` are all of them. ``note`` goes with
    every table, picture and copy of it: "Only left thigh: 1 of 4 lesions."
    """

    timeline: Timeline
    name: str
    names: str
    note: str
    shown: int
    known: int

    @property
    def is_empty(self) -> bool:
        """Whether no lesion lies there."""
        return self.shown == 0


def lies_in(lesion: Lesion, sites: Sequence[BodySite]) -> bool:
    """Whether a lesion may lie in one of these sites; in none chosen lies every lesion."""
    return not sites or any(overlap(lesion.site, site) for site in sites)


def only(
    course: Timeline,
    assessments: Iterable[Assessment],
    sites: Sequence[BodySite],
    record: ClinicalRecord | None = None,
) -> Only | None:
    """Return the course of the lesions in these sites, with totals of them alone.

    ``assessments`` and ``record`` are those the course was made from. None where no site is chosen.
    """
    if not sites:
        return None
    say = QCoreApplication.translate
    lesions = [curve.lesion for curve in course.lesions]
    here = [lesion for lesion in lesions if lies_in(lesion, sites)]
    names = [site.words for site in sites]
    name = ", ".join(names) if len(names) <= _MOST_NAMED else words.counted(len(names), "", _many())
    counted = (
        say("timeline", "{shown} of 1 lesion")
        if len(lesions) == 1
        else say("timeline", "{shown} of {known} lesions")
    )
    return Only(
        timeline=healing.timeline_of(
            course.patient, here, course.visits, assessments, record=record
        ),
        name=name[:1].upper() + name[1:],
        names=", ".join(names),
        note=say("timeline", "Only {sites}: {count}.").format(
            sites=", ".join(names), count=counted.format(shown=len(here), known=len(lesions))
        ),
        shown=len(here),
        known=len(lesions),
    )


def _many() -> str:
    return QCoreApplication.translate("timeline", "{n} sites")


class FilterChip(KeyButton):
    """Says that some sites alone are shown; one press shows all lesions again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Esc", "normal", "x", "control", parent)
        self.show_filter(None)

    def show_filter(self, shown: Only | None) -> None:
        """Say what is shown alone; None hides the chip."""
        self.setVisible(shown is not None)
        if shown is None:
            return
        self.setText(
            self.tr("{sites}: {shown} of {known}").format(
                sites=shown.name, shown=shown.shown, known=shown.known
            )
        )
        show_all = self.tr("Show all lesions")
        self.setAccessibleName(f"{shown.note} {show_all}")
        self.setToolTip(f"{shown.note}<br>{show_all}")
        self.updateGeometry()
