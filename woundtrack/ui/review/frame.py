"""What stands round the canvas: the bar that names the photograph, and the room with nothing in it.

Hides the arrangement only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from woundtrack.ui.components import KeyButton, Label, Panel, Tag, words
from woundtrack.ui.review.tool_strip import switch

if TYPE_CHECKING:
    from woundtrack.ui.action_table import ActionTable
    from woundtrack.ui.review.draft import Case

BAR_HEIGHT = 36
_SHORTEST_NAME = 72


class PhotoBar(Panel):
    """Which photograph this is, and the switches of what is drawn on it."""

    def __init__(self, table: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__("bar", parent)
        self.setFixedHeight(BAR_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name = Label("", "body_strong")
        self._full_name = ""
        refile = table["review.refile"]
        self._when = KeyButton("", "", "quiet", size="small")
        self._when.clicked.connect(refile.trigger)
        self._wrong = KeyButton.of(
            refile, "quiet", size="small", text=self.tr("Wrong place or date…")
        )
        self._place = Tag()
        self._has_place = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 8, 0)
        layout.setSpacing(6)
        layout.addWidget(self._name)
        layout.addWidget(self._when)
        layout.addWidget(self._wrong)
        layout.addWidget(self._place)
        layout.addStretch(1)
        self._switches = []
        for text, action_id, icon, icon_off in (
            (self.tr("Card"), "review.card", "check-circle", "circle"),
            (self.tr("Last outline"), "review.ghost", "check-circle", "ghost"),
            (self.tr("Colours"), "review.colours", "check-circle", "palette"),
            (self.tr("Hide all"), "review.hide_all", "eye-slash", "eye"),
            (self.tr("Fit"), "review.fit", "magnifying-glass-plus", "magnifying-glass-plus"),
        ):
            self._switches.append(switch(table, action_id, text, icon, icon_off))
            layout.addWidget(self._switches[-1])

    def show_case(self, case: Case, of_visit: Sequence[str]) -> None:
        """Name a photograph; ``of_visit`` are the ids of all photographs of its visit."""
        photograph = case.filed.photograph
        self._full_name = photograph.original_name
        when = words.day(case.visit.visited_on)
        if photograph.taken_at is not None and photograph.taken_on == case.visit.visited_on:
            # As the camera's clock stood, which is what the import showed.
            offset = timedelta(minutes=photograph.taken_offset_minutes or 0)
            when = f"{when}, {words.clock(photograph.taken_at + offset)}"
        self._when.setText(when)
        self._when.setAccessibleName(self.tr("Filed on {day}: change it").format(day=when))
        self._when.setToolTip(self._wrong.toolTip())
        self._when.updateGeometry()
        has_place = len(of_visit) > 1 and case.filed.id in of_visit
        if has_place:
            place = self.tr("{place} of {count} in this visit").format(
                place=of_visit.index(case.filed.id) + 1, count=len(of_visit)
            )
            self._place.set_tag(place, "accent", "image")
        self._has_place = has_place
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def shown(self) -> tuple[str, str]:
        """The name and the day as they are shown; an empty text for what is left out."""
        when = "" if self._when.isHidden() else self._when.text()
        return self._name.text(), when

    def _fit(self) -> None:
        """Leave out what there is no room for: the day is the last to go.

        First goes the place in the visit, then what has a button or key elsewhere, then the
        beginning of a long name.
        """
        layout = self.layout()
        if layout is None:
            return
        self._name.setText(self._full_name)
        self._name.setToolTip("")
        for widget in (self._place, *self._switches, self._wrong):
            widget.setVisible(widget is not self._place or self._has_place)
        for widget in (self._place, self._wrong):
            if self._too_wide():
                widget.setVisible(False)
        self._shorten_name()
        for widget in reversed(self._switches):
            if self._too_wide():
                widget.setVisible(False)
                self._shorten_name()

    def _shorten_name(self) -> None:
        """Leave out the name's ending, and as much of its beginning as there is no room for."""
        layout = self.layout()
        if layout is None:
            return
        self._name.setText(self._full_name)
        excess = layout.sizeHint().width() - self.width()
        if excess > 0:
            metrics = QFontMetrics(self._name.font())
            room = max(metrics.horizontalAdvance(self._full_name) - excess - 2, _SHORTEST_NAME)
            # A camera's names differ at their ends, and their endings are all alike.
            stem = self._full_name.rpartition(".")[0] or self._full_name
            short = metrics.elidedText(stem, Qt.TextElideMode.ElideLeft, room)
            self._name.setText(short)
            self._name.setToolTip(self._full_name)

    def _too_wide(self) -> bool:
        layout = self.layout()
        return layout is not None and layout.sizeHint().width() > self.width()


class EmptyRoom(QWidget):
    """What is said where no photograph is open, with the one way on.

    Signals
    -------
    next_asked()
        A person wants the next photograph that waits.
    last_asked()
        A person wants the photograph that was shown last.
    """

    next_asked = Signal()
    last_asked = Signal()

    def __init__(self, table: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "title")
        self._text = Label("", "body", "2")
        self._to_import = KeyButton.of(
            table["room.import"], "main", text=self.tr("Import photographs"), shows_key=False
        )
        self._to_next = KeyButton(self.tr("Review the next that waits"), "", "main")
        self._to_next.clicked.connect(self.next_asked)
        self._to_last = KeyButton(self.tr("Show the last photograph again"))
        self._to_last.clicked.connect(self.last_asked)
        self._redo = KeyButton.of(table["edit.redo"])
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(2)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(12)
        for button in (self._redo, self._to_import, self._to_next, self._to_last):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)

    @property
    def title(self) -> str:
        """What is said."""
        return self._title.text()

    def say(
        self,
        title: str,
        text: str,
        *,
        has_next: bool,
        can_redo: bool = False,
        has_last: bool = False,
    ) -> None:
        """Say why nothing is shown; ``has_next`` offers the next that waits, else importing.

        ``can_redo`` offers to redo what emptied the room, ``has_last`` the photograph shown last.
        """
        self._title.setText(title)
        self._text.setText(text)
        self._to_import.setVisible(not has_next)
        self._to_next.setVisible(has_next)
        self._redo.setVisible(can_redo)
        self._to_last.setVisible(has_last)
