"""What stands round the canvas: the bar that names the photograph, and the room with nothing in it.

Hides the arrangement only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from woundtrack.ui.components import KeyButton, Label, Panel, Tag, words
from woundtrack.ui.tool_strip import switch

if TYPE_CHECKING:
    from woundtrack.ui.actions import ActionTable
    from woundtrack.ui.review_draft import Case

BAR_HEIGHT = 36


class PhotoBar(Panel):
    """Which photograph this is, and the switches of what is drawn on it."""

    def __init__(self, table: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__("bar", parent)
        self.setFixedHeight(BAR_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name = Label("", "body_strong")
        self._when = Label("", "body", "2")
        self._place = Tag()
        self._has_place = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 8, 0)
        layout.setSpacing(6)
        layout.addWidget(self._name)
        layout.addSpacing(4)
        layout.addWidget(self._when)
        layout.addSpacing(4)
        layout.addWidget(self._place)
        layout.addStretch(1)
        for text, action_id, icon, icon_off in (
            (self.tr("Card"), "review.card", "check-circle", "circle"),
            (self.tr("Hide all"), "review.hide_all", "eye-slash", "eye"),
            (self.tr("Fit"), "review.fit", "magnifying-glass-plus", "magnifying-glass-plus"),
        ):
            layout.addWidget(switch(table, action_id, text, icon, icon_off))

    def show_case(self, case: Case, of_visit: Sequence[str]) -> None:
        """Name a photograph; ``of_visit`` are the ids of all photographs of its visit."""
        photograph = case.filed.photograph
        self._name.setText(photograph.original_name)
        when = words.day(case.visit.visited_on)
        if photograph.taken_at is not None and photograph.taken_on == case.visit.visited_on:
            when = f"{when}, {words.clock(photograph.taken_at.astimezone())}"
        self._when.setText(when)
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

    def _fit(self) -> None:
        """Leave out what there is no room for: first the place in the visit, then the day."""
        layout = self.layout()
        self._place.setVisible(self._has_place)
        self._when.setVisible(True)
        for widget in (self._place, self._when):
            if layout is not None and layout.sizeHint().width() > self.width():
                widget.setVisible(False)


class EmptyRoom(QWidget):
    """What is said where no photograph is open, with the one way on.

    Signals
    -------
    next_asked()
        A person wants the next photograph that waits.
    """

    next_asked = Signal()

    def __init__(self, table: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "title")
        self._text = Label("", "body", "2")
        self._to_import = KeyButton.of(
            table["room.import"], "main", text=self.tr("Import photographs"), shows_key=False
        )
        self._to_next = KeyButton(self.tr("Review the next that waits"), "", "main")
        self._to_next.clicked.connect(self.next_asked)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(2)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(12)
        for button in (self._to_import, self._to_next):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)

    @property
    def title(self) -> str:
        """What is said."""
        return self._title.text()

    def say(self, title: str, text: str, *, has_next: bool) -> None:
        """Say why nothing is shown; ``has_next`` offers the next that waits, else importing."""
        self._title.setText(title)
        self._text.setText(text)
        self._to_import.setVisible(not has_next)
        self._to_next.setVisible(has_next)
