"""Cards laid over the window: the keys of this room, who works here, closing.

Hides what stands on each; the window opens them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QWidget

from woundtrack.ui.components import KeyButton, KeyCap, Label
from woundtrack.ui.components.buttons import shown_key
from woundtrack.ui.components.words import counted
from woundtrack.ui.window.overlay import Overlay
from woundtrack.ui.window.room_help import help_of

if TYPE_CHECKING:
    from woundtrack.ui.actions import Action
    from woundtrack.ui.session import Session


_KEYS_WIDTH: Final = 1080


class KeysSheet(Overlay):
    """F1: what the room one is in is for, and every key that does something in it."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _KEYS_WIDTH)
        self._session = session
        self._title = Label("", "title")
        self._help = Label("", "body", "2", wraps=True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inside.addWidget(self._title)
        self.inside.addWidget(self._help)
        self.inside.addWidget(self._area, 1)

    def open_in(self, room: str | None, room_words: str) -> None:
        """Open with the help and the keys of a room."""
        self._title.setText(self.tr("Keys: {room}").format(room=room_words))
        said = help_of(room)
        self._help.setText(said)
        self._help.setVisible(bool(said))
        table = self._session.actions
        with_keys = [
            entry
            for entry in table.bound(room)
            # On the welcome page nothing of a library can be used yet.
            if table.keys_of(entry.id) and not (room is None and entry.needs_library)
        ]
        here = [entry for entry in with_keys if entry.rooms]
        everywhere = [entry for entry in with_keys if not entry.rooms]
        content = QWidget()
        content.setProperty("role", "surface")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        columns = QHBoxLayout(content)
        columns.setContentsMargins(0, 0, 8, 0)
        columns.setSpacing(32)
        if here:
            columns.addLayout(self._column(self.tr("In this room"), here), 1)
        # Twice as long as those of a room: in two columns all of them fit on a clinic monitor.
        middle = (len(everywhere) + 1) // 2
        columns.addLayout(self._column(self.tr("Everywhere"), everywhere[:middle]), 1)
        columns.addLayout(self._column("", everywhere[middle:]), 1)
        self._area.setWidget(content)
        rows = max(len(here), middle) + 1
        above = self._help.heightForWidth(_KEYS_WIDTH - 48) + 12 if said else 0
        self.set_height(20 + 28 + 12 + above + rows * 26 + 24)
        self.open()
        self._area.setFocus()

    def _column(self, head: str, entries: list[Action]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(Label(head, "label_strong", "2"), 0, 0, 1, 2)
        for row, entry in enumerate(entries, start=1):
            keys = shown_key(self._session.actions.keys_of(entry.id))
            words = Label(entry.words, "label")
            words.setFixedHeight(22)
            grid.addWidget(words, row, 0)
            grid.addWidget(KeyCap(keys), row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(len(entries) + 1, 1)
        return grid


class PersonSheet(Overlay):
    """Whose name is written under what is recorded."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, 440)
        self._session = session
        self.inside.addWidget(Label(self.tr("Who works here"), "section"))
        self.inside.addWidget(
            Label(
                self.tr("This name is written under everything that is recorded in this window."),
                "body",
                "2",
                wraps=True,
            )
        )
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Your name"))
        self.field.returnPressed.connect(self._keep)
        self.inside.addWidget(self.field)
        keep = KeyButton(self.tr("Use this name"), "Enter", "main")
        keep.clicked.connect(self._keep)
        self.inside.addWidget(keep, 0, Qt.AlignmentFlag.AlignRight)

    def open(self) -> None:
        self.field.setText(self._session.settings.person)
        self.field.setPlaceholderText(self._session.person)
        super().open()
        self.field.setFocus()
        self.field.selectAll()

    def _keep(self) -> None:
        name = " ".join(self.field.text().split())
        self._session.prefer(replace(self._session.settings, person=name))
        self._session.said.emit(
            self.tr("Recorded from now on as {name}.").format(name=self._session.person)
        )
        self.dismiss()


class ClosingSheet(Overlay):
    """Asks whether to close while photographs are being imported.

    Signals
    -------
    closing_chosen()
        Close now; the rest is imported another time.
    """

    closing_chosen = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, 480)
        self._title = Label("", "section", wraps=True)
        self.inside.addWidget(self._title)
        self.inside.addWidget(
            Label(
                self.tr(
                    "What is imported is safe. If you close now, woundtrack offers the rest when "
                    "this library is opened again."
                ),
                wraps=True,
            )
        )
        close = KeyButton(self.tr("Close now"))
        close.clicked.connect(self.closing_chosen)
        self.stay = KeyButton(self.tr("Go on importing"), "Enter", "main")
        self.stay.clicked.connect(self.dismiss)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self.stay)
        self.inside.addLayout(row)

    def ask(self, count: int) -> None:
        """Open, or say how many photographs are left by now; with none left, go."""
        if not count:
            self.dismiss()
            return
        self._title.setText(
            counted(
                count,
                self.tr("1 photograph is not imported yet. Close all the same?"),
                self.tr("{n} photographs are not imported yet. Close all the same?"),
            )
        )
        if not self.isVisible():
            self.open()
            self.stay.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def title(self) -> str:
        """What is asked."""
        return self._title.text()
