"""The groups of an import, one card each, and the place that is set once for all of them.

Hides which card shows which photographs, which groups are one visit, which follow the place of all,
and the focus's order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui.components import Card, Label
from woundtrack.ui.components import words as in_words
from woundtrack.ui.imports.batch import Incoming, Place, State
from woundtrack.ui.imports.fields import PlaceFields, counted
from woundtrack.ui.imports.group_card import GroupCard
from woundtrack.ui.imports.groups import Regrouping, grouped

if TYPE_CHECKING:
    from woundtrack.ui.imports.check import Known

_ROOMY_FROM: Final = 1200
_COLUMN: Final = 850  # the narrowest that a card's fields, its times and two signs stand in
_GAP: Final = 12  # between cards, and what the scroll bar takes
_EDGE: Final = 16
_FEW: Final = 15  # photographs of one group are shown large
_IN_A_ROW: Final = 4  # photographs of each group are, too, where cards stand side by side
_ROWS: Final = {1: 6, 2: 3, 3: 2}  # of pictures, by the number of groups; else one


class GroupList(QWidget):
    """The list at the left: title, the place of all groups, a card a group, ``below`` at its end.

    Groups of one patient and day are filed as one visit, but stay cards of their own: a pause may
    well be where the next patient begins. In a wide room cards stand side by side, read row by row.

    ``known_of`` tells what the library knows of a patient code.

    Signals
    -------
    edited()
        A person changed a field or a grouping.
    left_out(Incoming)
        This photograph shall not be imported.
    """

    edited = Signal()
    left_out = Signal(object)

    def __init__(
        self,
        known_of: Callable[[str], Known | None],
        below: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._known_of = known_of
        self._regrouping = Regrouping()
        self._codes: tuple[str, ...] = ()
        self._followed: GroupCard | None = None
        self._last_stop: QWidget | None = None
        self._laid: tuple[int, list[GroupCard]] = (1, [])
        self.cards: list[GroupCard] = []
        head = QVBoxLayout()
        head.setContentsMargins(_EDGE, 0, _EDGE, 0)
        head.setSpacing(2)
        self._title = Label("", "title")
        self._subtitle = Label("", "label", "2", wraps=True)
        head.addWidget(self._title)
        head.addWidget(self._subtitle)
        head.addSpacing(10)

        self._for_all_card = Card()
        row = QHBoxLayout(self._for_all_card)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(12)
        self.for_all = PlaceFields(self.tr("all groups"))
        self.for_all.edited.connect(self._for_all_edited)
        row.addWidget(self.for_all)
        self._for_all_note = Label("", "label", "2")
        row.addWidget(self._for_all_note, 1)
        head.addWidget(self._for_all_card)
        head.addSpacing(10)

        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setSpacing(_GAP)
        self._grid = QGridLayout()
        self._grid.setSpacing(_GAP)
        self._column.addLayout(self._grid)
        self._column.addWidget(below)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._keep_edge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 14)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        self._keep_edge()

    @property
    def title(self) -> str:
        """How many photographs, groups and visits there are, as shown."""
        return self._title.text()

    def end_focus_at(self, widget: QWidget) -> None:
        """Let Tab go from the last card to a widget."""
        self._last_stop = widget

    def clear(self) -> None:
        """Take all cards away, and empty the place of all groups."""
        self._place_cards([])
        self._regrouping = Regrouping()
        self._followed = None
        self.for_all.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        super().resizeEvent(event)

    def _keep_edge(self) -> None:
        """Let cards end where the bar above them ends: a scroll bar stands in the page's margin."""
        bar = self._scroll.verticalScrollBar()
        taken = bar.sizeHint().width() if bar.maximum() > bar.minimum() else 0
        edges = (_EDGE, max(0, _EDGE - taken))
        left, right = reversed(edges) if self.isRightToLeft() else edges
        self._column.setContentsMargins(left, 0, right, 0)

    @property
    def columns(self) -> int:
        """How many cards stand side by side."""
        room = self.width() - 2 * _EDGE
        return max(1, min(len(self.cards), (room + _GAP) // (_COLUMN + _GAP)))

    def _lay_out(self) -> None:
        """Put the cards into their rows, their pictures as large as there is room for."""
        columns = self.columns
        if self._laid != (columns, self.cards):
            for card in self.cards:
                self._grid.removeWidget(card)
            for at, card in enumerate(self.cards):
                self._grid.addWidget(card, *divmod(at, columns))
            for column in range(max(columns, self._laid[0])):
                self._grid.setColumnStretch(column, 1 if column < columns else 0)
            self._laid = columns, list(self.cards)
        is_large = self._is_large()
        for card in self.cards:
            card.thumbs.set_large(is_large)
        # One width for all patients' fields: they stand beneath each other.
        for fields in (self.for_all, *(card.place for card in self.cards)):
            fields.set_roomy(self.width() // columns >= _ROOMY_FROM)

    def _is_large(self) -> bool:
        """Whether the pictures are large: all of them alike, or the rows look torn."""
        most = max((len(card.incoming) for card in self.cards), default=0)
        return most <= (_FEW if len(self.cards) == 1 else _IN_A_ROW if self.columns > 1 else 0)

    # --- showing ---------------------------------------------------------------------------------

    def show_incoming(self, incoming: Sequence[Incoming], *, is_running: bool) -> None:
        """Show the photographs, grouped, as they now are; those in the library are only counted."""
        new = [one for one in incoming if one.state is not State.KNOWN]
        groups = grouped([one for one in new if one.scanned is not None], self._regrouping)
        cards = self._cards_for(groups)
        for at, (card, group) in enumerate(zip(cards, groups, strict=True)):
            card.can_join = at > 0 and groups[at - 1][0].day == group[0].day
            card.show_incoming(
                group,
                rows=_ROWS.get(len(groups), 1),
                is_alone=len(groups) == 1,
                is_running=is_running,
                is_editable=not is_running and any(_is_open(one) for one in group),
            )
        if cards != self.cards:
            self._place_cards(cards)
        else:
            self._lay_out()
        self.for_all.setEnabled(not is_running and any(map(_is_open, new)))
        self._for_all_card.setVisible(len(cards) > 1)
        self._show_same_visits()
        self._say(sum(map(len, groups)))

    def follow(self, incoming: Sequence[Incoming]) -> None:
        """Keep the group that is being read in view, unless a person has scrolled elsewhere."""
        reading = [one for one in incoming if one.state is State.READING]
        card = next((card for card in self.cards for one in reading if one in card.incoming), None)
        if card is None or card is self._followed:
            return
        before, self._followed = self._followed, card
        if before is None or not before.visibleRegion().isEmpty():
            self._scroll.ensureWidgetVisible(card, 0, 12)

    def _say(self, count: int) -> None:
        self._for_all_note.setText(
            self.tr("for all groups; site as last time")
            if self.for_all.is_site_suggested
            else self.tr("for all groups; each can differ")
        )
        if not self.cards:
            self._title.setText(self.tr("Nothing new"))
            self._subtitle.setText(
                self.tr("All of these are in the library already, or can't be read.")
            )
            return
        told = [counted(count), *self._counts()]
        self._title.setText(self.tr("Import: {counts}").format(counts=", ".join(told)))
        self._subtitle.setText(
            self.tr(
                "Grouped by day and by longer pauses; groups of one patient and day are one visit. "
                "Right-click a photograph to regroup it or to leave it out."
            )
            if len(self.cards) > 1
            else self.tr("Right-click a photograph to regroup it or to leave it out.")
        )

    def _counts(self) -> list[str]:
        """Return how many groups and visits there are; one word where each group is a visit."""
        visits = len({(card.place.patient_code, card.day) for card in self.cards})
        in_visits = in_words.counted(visits, self.tr("1 visit"), self.tr("{n} visits"))
        if visits == len(self.cards):
            return [in_visits]
        groups = self.tr("{n} groups").format(n=len(self.cards))
        # Groups of a day may still be given different patients: how many visits is not known yet.
        is_known = all(card.place.patient_code for card in self.cards)
        return [groups, in_visits] if is_known else [groups]

    def _show_same_visits(self) -> None:
        """Say on each card whose patient and day a card before has that they are one visit."""
        first: dict[tuple[str, date | None], GroupCard] = {}
        for card in self.cards:
            code = card.place.patient_code
            before = first.setdefault((code, card.day), card) if code else card
            card.show_same_visit(None if before is card else before)

    def _cards_for(self, groups: Sequence[Sequence[Incoming]]) -> list[GroupCard]:
        """Return a card for each group: the one that shows its first known photograph, or a new."""
        of = {one: card for card in self.cards for one in card.incoming}
        cards: list[GroupCard] = []
        for group in groups:
            before = next((of[one] for one in group if one in of), None)
            is_new = before is None or before in cards
            cards.append(self._new_card(before) if before is None or is_new else before)
        return cards

    def _new_card(self, parted_from: GroupCard | None) -> GroupCard:
        card = GroupCard()
        card.place.offer(self._codes)
        card.place.follow(self.for_all if parted_from is None else parted_from.place)
        card.is_own_place = parted_from is not None and parted_from.is_own_place
        card.edited.connect(partial(self._card_edited, card))
        card.parted.connect(self._part)
        card.joined.connect(self._join)
        card.left_out.connect(self.left_out)
        return card

    def _place_cards(self, cards: list[GroupCard]) -> None:
        for card in self.cards:
            if card not in cards:
                self._grid.removeWidget(card)
                card.hide()
                card.deleteLater()
        self.cards = cards
        self._lay_out()
        stops: list[QWidget] = [*self.for_all.stops]
        stops += [stop for card in cards for stop in card.stops]
        if self._last_stop is not None:
            stops.append(self._last_stop)
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _part(self, incoming: Incoming) -> None:
        self._regrouping.part(incoming)
        self.edited.emit()

    def _join(self, incoming: Incoming) -> None:
        self._regrouping.join(incoming)
        self.edited.emit()

    # --- whose and where -------------------------------------------------------------------------

    def offer(self, codes: Sequence[str]) -> None:
        """Offer patient codes in every card."""
        self._codes = tuple(codes)
        for fields in (self.for_all, *(card.place for card in self.cards)):
            fields.offer(codes)

    def suggest_patient(self, code: str) -> None:
        """Suggest a patient for all groups where a person has given none."""
        if self.for_all.is_patient_chosen or any(card.is_own_place for card in self.cards):
            return
        self.for_all.set_patient(code)
        self._for_all_edited()

    def give(self, places: Mapping[Incoming, Place]) -> None:
        """Give photographs the places they had in an import that was stopped.

        A group whose photographs had different places is parted there.
        """
        for card in self.cards:
            for before, one in pairwise(card.incoming):
                if places.get(before) != places.get(one):
                    self._regrouping.part(one)
        self.edited.emit()
        given = [(card, place) for card in self.cards if (place := places.get(card.incoming[0]))]
        where = {(place.patient_code, place.site) for _, place in given}
        is_one_for_all = len(where) == 1 and len(given) == len(self.cards)
        if is_one_for_all:
            _fill(self.for_all, given[0][1])
            self._for_all_edited()
        for card, place in given:
            card.set_day(place.visited_on)
            if not is_one_for_all:
                _fill(card.place, place)
                card.is_own_place = True
        self.edited.emit()

    def mean(self, code: str, meant: str) -> None:
        """Take another code for one that was mistyped."""
        places = [self.for_all, *(card.place for card in self.cards)]
        for place in [place for place in places if place.patient_code == code]:
            place.set_patient(meant)
            self._suggest_site(place)
        self.edited.emit()

    def field_of(self, code: str) -> QWidget:
        """Return the field that a patient code stands in."""
        own = (card for card in self.cards if card.is_own_place or len(self.cards) == 1)
        fields = next((card.place for card in own if card.place.patient_code == code), self.for_all)
        return fields.patient

    def questions(self) -> list[tuple[str, QWidget]]:
        """Return what is still open, each with the field that answers it."""
        found: list[tuple[str, QWidget]] = []
        for card in self.cards:
            if not card.waiting:
                continue
            is_own = card.is_own_place or len(self.cards) == 1
            fields = card.place if is_own else self.for_all
            if not card.place.patient_code or card.place.is_typing:
                text = self.tr("Whose photographs are these? Choose or type the patient code.")
                found.append((text, fields.patient))
            elif card.place.body_site is None:
                text = self.tr("Where on the body? Choose the site.")
                found.append((text, fields.site))
            elif card.day is None:
                text = self.tr("The photographs don't tell their day: give the day of the visit.")
                found.append((text, card.day_asked))
        return found

    def _suggest_site(self, fields: PlaceFields) -> None:
        if not fields.is_typing:
            known = self._known_of(fields.patient_code)
            fields.suggest_site(None if known is None else known.usual_site)

    def _for_all_edited(self) -> None:
        self._suggest_site(self.for_all)
        for card in self.cards:
            if not card.is_own_place:
                card.place.follow(self.for_all)
        self.edited.emit()

    def _card_edited(self, card: GroupCard) -> None:
        self._suggest_site(card.place)
        if len(self.cards) == 1:
            # The only group speaks for those that are still to come.
            self.for_all.follow(card.place)
            card.is_own_place = False
        self.edited.emit()


def _fill(fields: PlaceFields, place: Place) -> None:
    """Show a place that a person chose before."""
    fields.set_patient(place.patient_code)
    fields.is_site_chosen = False
    fields.suggest_site(place.site)
    fields.is_patient_chosen = fields.is_site_chosen = True


def _is_open(one: Incoming) -> bool:
    """Whether what its fields say still matters for a photograph."""
    is_misfiled = one.error is not None and one.error.code == "not_understood"
    return one.state is State.WAITING or (one.state is State.PROBLEM and is_misfiled)
