"""Where readers disagree, the worst first, and what a third person decides of it.

Hides what makes a disagreement, and that a decision is a revision beside the readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from woundtrack.errors import SessionRefused
from woundtrack.model import (
    Adjudication,
    Asked,
    Outline,
    Reading,
    ReadingItem,
    ReadingSession,
    new_id,
    now,
)
from woundtrack.records import Library
from woundtrack.workflow.reading_counted import Counted, PairedReading, answer_to
from woundtrack.workflow.reading_desk import Answer, measured_item, refuse_unusable


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """An item that readers disagree about beyond the session's bounds.

    ``dice`` is the least of any two outlines, None where nobody could be compared; ``ratio`` the
    largest of any two areas. ``answers`` are what they answered differently. ``is_unreadable_to``
    are readers who saw no edge where others did. ``decided`` is what a third person decided.
    """

    item: ReadingItem
    dice: float | None
    ratio: float | None
    answers: tuple[Asked, ...]
    is_unreadable_to: tuple[str, ...]
    readings: tuple[Reading, ...]
    decided: Adjudication | None


def disagreements(library: Library, session: ReadingSession) -> tuple[Disagreement, ...]:
    """Return the items that different readers read beyond the session's bounds, the worst first."""
    whole = Counted.of(library, session)
    return disagreements_in(whole, whole.pairs())


def disagreements_in(whole: Counted, pairs: Iterable[PairedReading]) -> tuple[Disagreement, ...]:
    """Return the same of what was read and compared already."""
    by_item: dict[str, list[PairedReading]] = {}
    for pair in pairs:
        if not pair.is_repeat:
            by_item.setdefault(pair.item_id, []).append(pair)
    found = []
    for item in whole.items.values():
        read = whole.of_item(item.id)
        here = by_item.get(item.id, [])
        dice = min((one.closeness.dice for one in here), default=None)
        ratio = max((one.ratio for one in here), default=None)
        blind = {task.reader for task, one in read if one.unreadable}
        unreadable = tuple(sorted(blind)) if any(one.outlines for _, one in read) else ()
        firsts = [(task, one) for task, one in read if task.replicate == 1]
        unlike = tuple(
            asked
            for asked in whole.session.asks
            if len({said for _, one in firsts if (said := answer_to(asked, one))}) > 1
        )
        is_apart = (dice is not None and dice < whole.session.least_dice) or (
            ratio is not None and ratio > whole.session.most_ratio
        )
        if is_apart or unlike or unreadable:
            found.append(
                Disagreement(
                    item=item,
                    dice=dice,
                    ratio=ratio,
                    answers=unlike,
                    is_unreadable_to=unreadable,
                    readings=tuple(one for _, one in read),
                    decided=whole.decided.get(item.id),
                )
            )
    return tuple(
        sorted(found, key=lambda one: (1.0 if one.dice is None else one.dice, one.item.place))
    )


def adjudicate(
    library: Library,
    session: ReadingSession,
    item: ReadingItem,
    *,
    chosen: Reading | None = None,
    outlines: Sequence[Outline] = (),
    answers: Sequence[tuple[Asked, str]] = (),
    reason: str,
    by: str,
) -> Adjudication:
    """Record what a third person decided of an item: one of its readings, or an own outline.

    ``outlines`` are in pixels of the whole photograph, as those of readings are. A decision made
    before is superseded. Raises ``SessionRefused`` where ``by`` is one of the readers, without a
    reason, or where it isn't one of both; ``ReadingRefused`` for an outline that has no area.
    """
    if by.casefold() in {one.casefold() for one in session.readers}:
        raise SessionRefused(reason=f"{by} read in this session, and a third person decides")
    if not reason.strip():
        raise SessionRefused(reason="a decision needs its reason")
    if (chosen is None) == (not outlines):
        raise SessionRefused(reason="a decision is one of the readings, or an outline of its own")
    area = perimeter = None
    if chosen is not None:
        tasks = {one.id for one in library.reading_tasks(session.id) if one.item_id == item.id}
        if chosen.task_id not in tasks:
            raise SessionRefused(reason="that reading is of another picture")
        area, perimeter = chosen.area_mm2, chosen.perimeter_mm
    else:
        facts = library.photograph(item.photograph_id).photograph
        own = Answer(outlines=tuple(outlines), answers=tuple(answers))
        refuse_unusable(own, session.asks, (facts.width_px, facts.height_px))
        size = measured_item(outlines, item.calibration)
        area, perimeter = size.area_mm2, size.perimeter_mm
    before = next(
        (one for one in library.adjudications(session.id) if one.item_id == item.id), None
    )
    decided = Adjudication(
        id=new_id(),
        item_id=item.id,
        revision=1 if before is None else before.revision + 1,
        supersedes=None if before is None else before.id,
        chosen_reading_id=None if chosen is None else chosen.id,
        outlines=tuple(outlines),
        answers=tuple(answers),
        area_mm2=area,
        perimeter_mm=perimeter,
        reason=" ".join(reason.split()),
        decided_by=by,
        recorded_at=now(),
    )
    with library.verb("adjudicate", by=by, why=decided.reason) as change:
        change.add_adjudication(decided)
    return decided


def take_back_decision(
    library: Library, session: ReadingSession, decided: Adjudication, *, by: str
) -> Adjudication:
    """Record that nothing is decided of an item any more; what was decided stays recorded."""
    nothing = replace(
        decided,
        chosen_reading_id=None,
        outlines=(),
        answers=(),
        area_mm2=None,
        perimeter_mm=None,
        reason="undone",
    )
    return decide_again(library, session, nothing, by=by)


def decide_again(
    library: Library, session: ReadingSession, decided: Adjudication, *, by: str
) -> Adjudication:
    """Record a decision once more that was taken back or followed by another: for undo and redo."""
    newest = next(
        one for one in library.adjudications(session.id) if one.item_id == decided.item_id
    )
    row = replace(decided, revision=newest.revision, id=newest.id).revised(decided_by=by)
    with library.verb("adjudicate", by=by, why=row.reason) as change:
        change.add_adjudication(row)
    return row
