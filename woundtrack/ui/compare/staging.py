"""From visits to what is seen: where each lies, its picture as far as it is read, its words.

Hides which of the visits have a scale, and what is said where one can't be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject

from woundtrack import imaging
from woundtrack.ui import change as change_words
from woundtrack.ui import messages
from woundtrack.ui.compare.care import is_after_debridement, read_with_care
from woundtrack.ui.compare.numbers import change_in_words, told
from woundtrack.ui.compare.scene import Mark, Mode, Role, Shown, View
from woundtrack.ui.compare.visits import ComparedVisit, is_closed, layout_of
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from woundtrack.healing import LineBreak
    from woundtrack.imaging import Agreement, Laid, Layout
    from woundtrack.ui.compare.choice import Choice
    from woundtrack.ui.compare.marking import Marking
    from woundtrack.ui.compare.pictures import Pictures

_MARGIN: Final = 1.35
_MOST_WORDS: Final = 3
_LEAST_FIELD_MM: Final = 30.0
_ROUND_FOR_MARKS: Final = 1.6
"""How much more skin is shown while landmarks are marked: they lie round the wound."""


class Staging(QObject):
    """What is known of a lesion's visits, and how one of them is shown.

    Attributes
    ----------
    breaks
        Where the lesion's line breaks: debridements, merges, splits.
    has_card_colours
        Whether the card's colours are wanted.
    has_numbers_beside
        Whether the areas stand beside the photographs, too.
    has_change_words
        Whether what became of an area is said in a word beside its figures.
    """

    def __init__(self, pictures: Pictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._layout: Layout | None = None
        self._order: dict[str, int] = {}
        self.breaks: tuple[LineBreak, ...] = ()
        self.has_card_colours = False
        self.has_numbers_beside = True
        self.has_change_words = False

    # --- where they lie --------------------------------------------------------------------------

    def lay_out(self, visits: Iterable[ComparedVisit], marking: Marking | None) -> None:
        """Lay visits on each other, by what is recorded and what is being marked."""
        usable = [_with_marks(one, marking) for one in visits if one.can_be_shown]
        self._layout = layout_of(usable)
        self._order = {one.id: place for place, one in enumerate(usable)}

    def forget(self) -> None:
        """Know nothing any more."""
        self._layout = None
        self._order = {}
        self.breaks = ()

    def laid(self, one: ComparedVisit) -> Laid | None:
        """Return where a visit lies; None where it has no scale."""
        place = self._order.get(one.id)
        return None if self._layout is None or place is None else self._layout.laid[place]

    def agreement(self, pair: tuple[ComparedVisit, ComparedVisit]) -> Agreement | None:
        """Return how well two visits lie on each other; None where they aren't lined up."""
        left, right = (self._order.get(one.id) for one in pair)
        if self._layout is None or left is None or right is None:
            return None
        return self._layout.agreement(left, right)

    def misplaced(self, pair: tuple[ComparedVisit, ComparedVisit]) -> tuple[int, float] | None:
        """Return the landmark that isn't the same place in both, and by how many mm; or None."""
        left, right = (self._order.get(one.id) for one in pair)
        if self._layout is None or left is None or right is None:
            return None
        return self._layout.misplaced(left, right)

    def misfit_mm(self, pair: tuple[ComparedVisit, ComparedVisit]) -> float | None:
        """Return by how much landmarks of two visits don't fit, mm; None where they do."""
        if (misplaced := self.misplaced(pair)) is not None:
            return misplaced[1]
        found = self.agreement(pair)
        if found is None or found.by_way_of_others or found.residual_mm <= imaging.MISPLACED_MM:
            return None
        return found.residual_mm

    def fitted(
        self,
        visits: Sequence[ComparedVisit],
        fitting: Callable[[float, float], float],
        marking: Marking | None,
    ) -> View:
        """Return the view that shows all outlines of some visits, with some skin round them.

        While landmarks are marked, all of these, too.
        """
        rings: list[NDArray[np.float64]] = []
        for one in visits:
            if self._layout is None or one.id not in self._order:
                continue
            place = self._order[one.id]
            rings += self._layout.edges_mm[place]
            for mark in () if marking is None else marks_of(one, marking):
                rings.append(self._layout.laid[place].placed(np.array([mark.at_mm])))
        low, high = np.array([-15.0, -15.0]), np.array([15.0, 15.0])
        if rings:
            every = np.concatenate(rings)
            low, high = every.min(axis=0), every.max(axis=0)
        middle = (low + high) / 2
        across, down = np.maximum((high - low) * _MARGIN, _LEAST_FIELD_MM)
        has_marks = marking is not None and any(marks_of(one, marking) for one in visits)
        is_wide = marking is not None and not has_marks
        by = _ROUND_FOR_MARKS if is_wide else 1.0
        return View(
            middle_mm=(float(middle[0]), float(middle[1])),
            px_per_mm=fitting(float(across) * by, float(down) * by),
        )

    # --- one visit -------------------------------------------------------------------------------

    def shown(self, choice: Choice, place: int, mode: Mode, marking: Marking | None) -> Shown:
        """Return one of the visits as it is shown now."""
        one = choice.visits[place]
        role: Role = "between"
        if place in {choice.left, choice.right}:
            role = "left" if place == choice.left else "right"
        picture = self._pictures.of(one) if one.can_be_shown else None
        message, is_final = self._message(one, has_picture=picture is not None)
        is_alone = mode in {Mode.SIDE, Mode.LAPSE} or not self.has_numbers_beside
        has_sizes = marking is None and is_alone
        change = ""
        if has_sizes and place != choice.left:
            left = choice.pair[0]
            care = read_with_care(left, one, self.breaks)
            change = change_in_words(left, one, care)
            what, found = told(left, one, care)
            # Of more than three each has room for its figures alone.
            if self.has_change_words and found is not None and len(choice.shown) <= _MOST_WORDS:
                change = f"{change}, {change_words.said(what)}"
        area = area_words(one) if has_sizes else ""
        return Shown(
            visit=one,
            role=role,
            title=words.day(one.on),
            note=self._note(choice, place),
            area=area,
            change="" if change == area else change,  # "closed" is said once
            laid=self.laid(one),
            picture=picture,
            message=message,
            message_is_final=is_final,
            marks=() if marking is None else marks_of(one, marking),
        )

    def _message(self, one: ComparedVisit, *, has_picture: bool) -> tuple[str, bool]:
        """Return what is said in place of a picture, and whether none is to come."""
        way_on = self.tr("Press Enter to open it in Review.")
        if one.filed is None:
            return one.why_not, True
        if one.why_not:
            return f"{one.why_not}\n{way_on}", True
        problem = self._pictures.problem_of(one)
        if problem is not None:
            return f"{messages.sentence_of(problem)}\n{way_on}", True
        return ("", False) if has_picture else (self.tr("Opening the photo…"), False)

    def _note(self, choice: Choice, place: int) -> str:
        """Return what is said of a visit below its day."""
        one = choice.visits[place]
        parts = [self.tr("day {count}").format(count=one.days)]
        if is_after_debridement(one, self.breaks):
            parts.append(self.tr("after debridement"))
        picture = self._pictures.of(one) if one.can_be_shown else None
        if self.has_card_colours and picture is not None and not picture.has_card_colours:
            parts.append(self.tr("own colours"))
        return ", ".join(parts)

    def cannot_be_read(self, one: ComparedVisit) -> bool:
        """Whether a visit's photograph is there and can't be shown."""
        is_refused = self._pictures.problem_of(one) is not None
        return one.filed is not None and (not one.can_be_shown or is_refused)


def area_words(one: ComparedVisit) -> str:
    """Return a visit's area with its interval: ``12.9 cm² (12.1–13.8)``, or that it has none."""
    point = one.point
    if is_closed(one):
        return QCoreApplication.translate("Compare", "closed")
    if point.area_cm2 is None:
        return QCoreApplication.translate("Compare", "no area")
    text = words.area(point.area_cm2, has_unit=True)
    if point.area_low_mm2 is not None and point.area_high_mm2 is not None:
        interval = words.interval_short(point.area_low_mm2 / 100, point.area_high_mm2 / 100)
        text = f"{text} ({interval})"
    return text


def marks_of(one: ComparedVisit, marking: Marking) -> tuple[Mark, ...]:
    """Return the landmarks that are drawn on a visit while they are marked.

    Those that are proposed have numbers below zero: −1 is the first of them.
    """
    if one.calibration is None or one.id not in marking.marks:
        return ()
    side = 0 if one.id == marking.left.id else 1
    places = [(number, mark.at_px, False) for number, mark in sorted(marking.marks[one.id].items())]
    places += [(-1 - place, pair[side], True) for place, pair in enumerate(marking.proposed)]
    if not places:
        return ()
    skin = imaging.points_on_skin(np.array([at for _, at, _ in places]), one.calibration)
    return tuple(
        Mark(
            number=number,
            at_mm=(float(x), float(y)),
            is_proposed=is_proposed,
            is_chosen=marking.chosen == (one.id, number),
        )
        for (number, _, is_proposed), (x, y) in zip(places, skin, strict=True)
        if np.isfinite((x, y)).all()
    )


def _with_marks(one: ComparedVisit, marking: Marking | None) -> ComparedVisit:
    if marking is None or one.id not in marking.marks:
        return one
    return replace(one, landmarks=tuple(marking.marks[one.id].values()))
