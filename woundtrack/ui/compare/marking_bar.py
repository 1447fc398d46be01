"""The bar above the photographs while landmarks are marked: what to do next, and how to end.

Hides the wording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.ui.compare.marking import MOST
from woundtrack.ui.components import KeyButton, Label, Panel, words

if TYPE_CHECKING:
    from woundtrack.imaging import Agreement
    from woundtrack.ui.compare.marking import Marking
    from woundtrack.ui.session import Session


class MarkingBar(Panel):
    """Says which place is wanted, and holds the buttons of the marking."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("bar", parent)
        self.setFixedHeight(44)
        actions = session.actions
        self.hint = Label("", "label_strong")
        self.status = Label("", "caption", "2")
        self.propose = KeyButton.of(actions["compare.propose"], size="small")
        self.skip = KeyButton.of(actions["compare.skip"], size="small")
        self.cancel = KeyButton.of(actions["compare.stop_marking"], kind="quiet", size="small")
        self.done = KeyButton.of(actions["compare.keep_marks"], kind="main", size="small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addStretch(1)
        said.addWidget(self.hint)
        said.addWidget(self.status)
        said.addStretch(1)
        layout.addLayout(said, 1)
        for button in (self.propose, self.skip, self.cancel, self.done):
            layout.addWidget(button)

    def show_marking(
        self,
        marking: Marking,
        agreement: Agreement | None,
        misplaced: tuple[int, float] | None,
        *,
        is_looking: bool,
        asked_mm: float | None = None,
    ) -> None:
        """Say what comes next, and which landmark lies ``misplaced``: its number, by so many mm.

        ``asked_mm`` is by how much they don't fit, while it is asked whether to save them so.
        """
        self.hint.setText(self._hint(marking, is_looking=is_looking))
        is_doubtful = misplaced is not None and not marking.proposed
        self.status.setText(self._status(marking, agreement, misplaced))
        words_ = self.tr("Keep these places") if marking.proposed else self.tr("Save landmarks")
        if asked_mm is not None:
            off = words.kept_whole(f"{words.number(asked_mm, 0)}{words.THIN}mm")
            self.hint.setText(self.tr("The places are {off} off. Save them so?").format(off=off))
            self.status.setText(self.tr("The two photos would lie wrong on each other by as much."))
            words_ = self.tr("Save all the same")
        self.status.set_tone("doubt" if is_doubtful or asked_mm is not None else "2")
        self.done.reword(words_)

    def _hint(self, marking: Marking, *, is_looking: bool) -> str:
        if is_looking:
            return self.tr("Looking for places that are alike…")
        if marking.proposed:
            return self.tr("%n places look alike. Are they the same?", "", len(marking.proposed))
        wanted = marking.wanted
        if wanted is None:
            return self.tr("{count} places are in both photos.").format(count=MOST)
        one, number = wanted
        side = self.tr("left") if one is marking.left else self.tr("right")
        other = marking.right if one is marking.left else marking.left
        if number in marking.marks[other.id]:
            return self.tr("Click place {number} in the {side} photo, too").format(
                number=number, side=side
            )
        return self.tr("Click place {number}: a mole, a scar, a fold both show").format(
            number=number
        )

    def _status(
        self,
        marking: Marking,
        agreement: Agreement | None,
        misplaced: tuple[int, float] | None,
    ) -> str:
        if marking.proposed:
            return self.tr("Click one that is not, to drop it.")
        if misplaced is not None:
            number, off = misplaced
            return self.tr("Place {number} is {off} off the others: the same?").format(
                number=number, off=words.kept_whole(f"{words.number(off, 0)}{words.THIN}mm")
            )
        if agreement is None:
            return self.tr("Two at least, better three.")
        return lined_up(agreement)


def lined_up(agreement: Agreement | None) -> str:
    """Return how well two photographs lie on each other: ``Lined up to 1.8 mm``."""
    if agreement is None:
        return QCoreApplication.translate("Compare", "Not lined up yet")
    return QCoreApplication.translate("Compare", "Lined up to {error}").format(
        error=words.kept_whole(f"{words.number(agreement.error_mm, 1)}{words.THIN}mm")
    )


def lined_up_tip(agreement: Agreement | None) -> str:
    """Return what stands behind ``lined_up``, in sentences."""
    if agreement is None:
        return QCoreApplication.translate(
            "Compare",
            "The middles of the outlines lie on each other. Mark two to four places that both "
            "photos show, and the skin lies on itself.",
        )
    if agreement.by_way_of_others:
        return QCoreApplication.translate(
            "Compare",
            "By landmarks shared with other visits. So far off is the skin to be expected at the "
            "lesion's edge.",
        )
    return QCoreApplication.translate(
        "Compare",
        "{count} landmarks, {apart} from each other after turning and shifting. So far off is the "
        "skin to be expected at the lesion's edge.",
    ).format(
        count=agreement.count,
        apart=words.kept_whole(f"{words.number(agreement.residual_mm, 1)}{words.THIN}mm"),
    )
