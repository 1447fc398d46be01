"""Painting tissue on the lesion in hand: strokes become maps of the draft, each a step of undo.

Hides the worker that finds the patches, and strokes made while it still looks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPointF

from woundtrack import imaging
from woundtrack.model import OutlineKind, TissueSource, TissueState
from woundtrack.ui.components import words
from woundtrack.ui.review.draft import whole_of
from woundtrack.ui.review.outline_items import path_of
from woundtrack.ui.review.tissue_item import DrawnTissue
from woundtrack.ui.review.tissue_panel import TissuePanel, TissueView
from woundtrack.ui.review.tissue_pen import ACTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from woundtrack.imaging import TissueGround
    from woundtrack.imaging.drawing.strokes import Dab
    from woundtrack.model import Tissue, TissueMap
    from woundtrack.ui.review.canvas import Canvas
    from woundtrack.ui.review.casework import Casework
    from woundtrack.ui.review.draft import Entry
    from woundtrack.ui.review.photo_item import Pixels
    from woundtrack.ui.review.toolbox import Toolbox
    from woundtrack.ui.session import Session

_KEY: Final = "tissue"
_MOST_GROUNDS: Final = 8  # patches kept of one photograph's outlines, some two megabytes each
PROPOSE: Final = "review.tissue_propose"
APPROVE: Final = "review.tissue_approve"


class TissueWork(QObject):
    """The tissue mode of Review: on while the tissue pen is in hand."""

    def __init__(
        self,
        session: Session,
        work: Casework,
        canvas: Canvas,
        tools: Toolbox,
        panel: TissuePanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._work, self._canvas, self._panel = session, work, canvas, panel
        self._table, self._pen = session.actions, tools.tissue
        self._pixels: Pixels | None = None
        self._grounds: dict[str, TissueGround] = {}
        self._sought = ""
        self._waiting: list[Callable[[TissueGround, TissueMap], TissueMap]] = []
        self._is_on = False
        tools.taken.connect(self._took)
        self._pen.painted.connect(self._stroked)
        self._pen.stroking.connect(self._preview)
        self._pen.chosen.connect(panel.choose)
        panel.kind_chosen.connect(self._choose)
        panel.fit_asked.connect(
            lambda: self._ask(lambda ground, old: imaging.carried_tissue(old, ground))
        )
        panel.choose(self._pen.kind)
        bind = self._table.bind
        bind(PROPOSE, self._propose, canvas)
        bind(APPROVE, self._approve, canvas)
        self.follow()

    @property
    def is_on(self) -> bool:
        """Whether the tissue pen is in hand."""
        return self._is_on

    @property
    def is_working(self) -> bool:
        """Whether patches are still being looked for."""
        return bool(self._sought)

    # --- what is in view -------------------------------------------------------------------------

    def begin(self, pixels: Pixels) -> None:
        """Take over a photograph that is decoded by now."""
        self._pixels = pixels
        self._seek()

    def stop(self) -> None:
        """Let the photograph go."""
        self._session.tasks.cancel(_KEY)
        self._pixels, self._sought = None, ""
        self._grounds.clear()
        self._waiting.clear()

    def follow(self) -> None:
        """Show the tissue of the photograph's lesions as they are now."""
        self._show()
        self._seek()

    def _took(self, action_id: str) -> None:
        is_on = action_id == ACTION
        if is_on != self._is_on:
            self._is_on = is_on
            self._waiting.clear()
            self.follow()

    @property
    def _ulcer_in_hand(self) -> Entry | None:
        """The outline in hand, if it is an ulcer's: tissue covers the bed of one."""
        entry = self._work.selected
        return entry if entry is not None and entry.kind is OutlineKind.ULCER else None

    def _show(self) -> None:
        entry, draft, case = self._ulcer_in_hand, self._work.draft, self._work.case
        drawn = []
        if self._is_on:
            drawn = [
                DrawnTissue(tissue=one.tissue, outline=one.outline, is_selected=one is entry)
                for one in draft.entries
                if one.tissue is not None and one.outline is not None and one.tissue.shares
            ]
        self._canvas.set_tissue(drawn)
        has_outline = entry is not None and entry.outline is not None
        self._panel.setVisible(has_outline)
        why_not = "" if has_outline else self.tr("No outline is in hand.")
        if self._work.kind is not OutlineKind.ULCER:
            why_not = self.tr("Tissue is painted in the ulcer: draw that first (1).")
        self._table.switch(ACTION, is_on=not why_not, why_off=why_not)
        if entry is None or case is None or entry.outline is None:
            self._panel.show_view(TissueView(is_open=self._is_on))
            self._offer(None)
            return
        tissue = entry.tissue if entry.tissue is not None and entry.tissue.shares else None
        # Of a lesion in parts, the part in hand: its own area, not that of all together.
        size = entry.measurement
        if len(draft.parts_of(entry)) == 1:
            size = whole_of(case, draft, entry).measurement
        state = None if tissue is None else tissue.state_in(entry.outline)
        self._panel.show_view(
            TissueView(
                state=state,
                shares=() if tissue is None else tissue.shares,
                area_cm2=None if size is None else size.area_cm2,
                is_open=self._is_on,
                is_proposed=tissue is not None
                and tissue.source is TissueSource.PROPOSED
                and state is TissueState.NOT_APPROVED,
                approval=self._approval(tissue),
                has_card_colours=tissue is not None and tissue.has_card_colours,
                has_open_part=any(
                    one.tissue is None
                    or one.outline is None
                    or one.tissue.state_in(one.outline) is not TissueState.APPROVED
                    for one in draft.parts_of(entry)
                    if one is not entry
                ),
            )
        )
        self._offer(state)

    def _approval(self, tissue: TissueMap | None) -> str:
        if tissue is None or tissue.approved_by is None or tissue.approved_at is None:
            return ""
        at = tissue.approved_at.astimezone()
        said = self.tr("By {person}, {day}, {time}.").format(
            person=words.kept_whole(tissue.approved_by),
            day=words.day(at.date()),
            time=words.clock(at),
        )
        if tissue.source is TissueSource.PROPOSED:
            return self.tr("{who} As proposed from colour.").format(who=said)
        return said

    def _offer(self, state: TissueState | None) -> None:
        closed = "" if self._is_on else self.tr("Take the tissue brush first.")
        self._table.switch(PROPOSE, is_on=not closed, why_off=closed)
        why_not = closed
        if not why_not:
            why_not = {
                None: self.tr("No tissue is painted yet."),
                TissueState.APPROVED: self.tr("It is approved already."),
                TissueState.OUTLINE_CHANGED: self.tr("Fit it to the new edge first."),
                TissueState.NOT_APPROVED: "",
            }[state]
        self._table.switch(APPROVE, is_on=not why_not, why_off=why_not)

    # --- the patches -----------------------------------------------------------------------------

    def _seek(self) -> None:
        """Have the patches of the outline in hand found, where they aren't known."""
        entry, case = self._ulcer_in_hand, self._work.case
        outline = None if entry is None else entry.outline
        if not self._is_on or self._pixels is None or outline is None or case is None:
            self._drop()
            return
        wanted = outline.fingerprint
        if wanted in self._grounds:
            self._drop()
            return
        if self._sought == wanted:
            return
        self._waiting.clear()
        self._sought = wanted
        self._canvas.set_busy(self.tr("Finding patches of like colour…"))
        self._session.tasks.run(
            imaging.tissue_ground,
            self._pixels,
            outline,
            case.proposal.calibration,
            on_done=self._found,
            key=_KEY,
        )

    def _drop(self) -> None:
        if self._sought:
            self._session.tasks.cancel(_KEY)
            self._sought = ""
            self._canvas.set_busy("")

    def _found(self, ground: TissueGround) -> None:
        if len(self._grounds) >= _MOST_GROUNDS:
            self._grounds.pop(next(iter(self._grounds)))
        self._grounds[ground.outline] = ground
        self._sought = ""
        self._canvas.set_busy("")
        waiting, self._waiting = self._waiting, []
        for change in waiting:
            self._ask(change)

    def _ground_in_hand(self) -> TissueGround | None:
        """Return the patches of the outline in hand, where they are known."""
        entry = self._ulcer_in_hand
        outline = None if entry is None else entry.outline
        return None if outline is None else self._grounds.get(outline.fingerprint)

    # --- what a person does ----------------------------------------------------------------------

    def _choose(self, kind: Tissue | None) -> None:
        self._pen.choose(kind)
        self._canvas.setFocus()

    @property
    def has_waiting(self) -> bool:
        """Whether strokes wait for their patches to be found."""
        return bool(self._waiting)

    def _stroked(self, dabs: tuple[Dab, ...], kind: Tissue | None) -> None:
        self._select_at(QPointF(dabs[0][0], dabs[0][1]))
        fills = self._panel.fills.isChecked()
        self._ask(
            lambda ground, old: imaging.painted_tissue(old, ground, dabs, kind, fills_patches=fills)
        )

    def _select_at(self, point: QPointF) -> None:
        """Take the outline in hand in which a stroke begins, where that is another one's."""
        under = [
            one
            for one in self._work.draft.entries
            if one.outline is not None and one.kind is OutlineKind.ULCER
            if path_of(one.outline).contains(point)
        ]
        if under and self._work.selected not in under:
            self._work.select(under[0].key)

    def _preview(self, dabs: tuple[Dab, ...]) -> None:
        """Show the patches that the stroke under way fills."""
        ground = self._ground_in_hand()
        if ground is not None:
            fills = self._panel.fills.isChecked()
            self._pen.show_filled(imaging.stroke_regions(ground, dabs, fills_patches=fills))

    def _propose(self) -> None:
        self._ask(imaging.proposed_tissue)

    def _approve(self) -> None:
        person = self._session.person
        self._ask(lambda _ground, old: old.approved(person))

    def _ask(self, change: Callable[[TissueGround, TissueMap], TissueMap]) -> None:
        """Change the map in hand, when its patches are known."""
        entry = self._ulcer_in_hand
        if entry is None or entry.outline is None:
            return
        ground = self._ground_in_hand()
        if ground is None:
            self._waiting.append(change)
            self._seek()
            return
        old = entry.tissue if entry.tissue is not None else imaging.blank_tissue(ground)
        self._work.paint(change(ground, old))
