"""The actions as Qt's: bound to what they do, on or off, with their keys and tooltips.

Hides how Qt scopes shortcuts. Pages bind callables to ids; the menu, the command palette and the
list of keys are made from the table, so an action that nobody has bound is shown nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from woundtrack.ui.actions import ACTIONS, Action
from woundtrack.ui.components.icons import icon


class ActionTable(QObject):
    """The table's actions as ``QAction``, once they are bound.

    ``table[id]`` is there from the start (to make buttons from); it does something, has keys and is
    found by the palette once ``bind`` gave it its callable and its owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries = {entry.id: entry for entry in ACTIONS}
        self._actions: dict[str, QAction] = {}
        self._bound: dict[str, QWidget] = {}
        self._switched_off: dict[str, str] = {}
        self._is_open = False
        self._why_read_only: str | None = None
        self._has_letters = True
        for entry in ACTIONS:
            action = QAction(entry.words, self)
            action.setObjectName(entry.id)
            if entry.icon is not None:
                action.setIcon(icon(entry.icon))
            self._actions[entry.id] = action
            self._show(entry)

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def entry(self, action_id: str) -> Action:
        """Return the table's row. Raises ``KeyError`` for an id that isn't in the table."""
        return self._entries[action_id]

    def bind(
        self,
        action_id: str,
        do: Callable[[], object],
        owner: QWidget,
        *,
        is_checkable: bool = False,
    ) -> QAction:
        """Give an action what it does and the widget its keys count in; return its ``QAction``.

        Parameters
        ----------
        do
            Called without arguments when the action is triggered.
        owner
            The page, for an action of a room: its keys count while the page is shown. The canvas or
            list, for an action on it: its keys count while that has the focus. The window for the
            rest.

        Raises
        ------
        KeyError
            For an id that isn't in the table.
        ValueError
            When it is bound already.
        """
        if action_id in self._bound:
            raise ValueError(f"{action_id} is bound already")
        entry, action = self._entries[action_id], self._actions[action_id]
        self._bound[action_id] = owner
        action.setCheckable(is_checkable)
        scope = Qt.ShortcutContext
        action.setShortcutContext(
            scope.WidgetWithChildrenShortcut if entry.is_on_canvas else scope.WindowShortcut
        )

        def trigger() -> None:
            do()

        action.triggered.connect(trigger)
        owner.addAction(action)
        self._show(entry)
        return action

    def also_in(self, action_id: str, widget: QWidget) -> None:
        """Let a bound action's keys count in one more widget (e.g. canvas and queue)."""
        widget.addAction(self._actions[action_id])

    def is_bound(self, action_id: str) -> bool:
        """Whether the action does something."""
        return action_id in self._bound

    def bound(self, room: str | None = None) -> Iterator[Action]:
        """Yield the bound actions usable in a room, those of every room included."""
        for entry in ACTIONS:
            if entry.id in self._bound and (not entry.rooms or room is None or room in entry.rooms):
                yield entry

    def why_off(self, action_id: str) -> str | None:
        """Return why an action can't be used now, in words; None where it can."""
        entry = self._entries[action_id]
        if entry.needs_library and not self._is_open:
            return QCoreApplication.translate("Actions", "No library is open.")
        if entry.records and self._why_read_only is not None:
            return self._why_read_only
        return self._switched_off.get(action_id)

    def switch(self, action_id: str, is_on: bool, why_off: str = "") -> None:
        """Switch an action on or off from its page; ``why_off`` is shown in its tooltip."""
        if is_on:
            self._switched_off.pop(action_id, None)
        else:
            self._switched_off[action_id] = why_off
        self._show(self._entries[action_id])

    def set_library(self, *, is_open: bool, why_read_only: str | None) -> None:
        """Switch what needs a library, and what records, on or off for all rooms at once."""
        self._is_open, self._why_read_only = is_open, why_read_only
        for entry in ACTIONS:
            self._show(entry)

    def set_letters(self, has_letters: bool) -> None:
        """Let plain letters be keys, or not."""
        self._has_letters = has_letters
        for entry in ACTIONS:
            self._show(entry)

    def keys_of(self, action_id: str) -> str:
        """Return the key shown for an action, as the system spells it: ``Ctrl+K``; may be empty."""
        entry = self._entries[action_id]
        keys = self._usable_keys(entry)
        if entry.is_held and not keys and entry.keys:
            keys = entry.keys
        return (
            QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
        )

    def _usable_keys(self, entry: Action) -> tuple[str, ...]:
        if entry.is_held:
            return ()
        if self._has_letters:
            return entry.keys
        return tuple(keys for keys in entry.keys if not (len(keys) == 1 and keys.isalpha()))

    def _show(self, entry: Action) -> None:
        action = self._actions[entry.id]
        why_off = self.why_off(entry.id)
        action.setEnabled(entry.id in self._bound and why_off is None)
        if entry.id in self._bound:
            action.setShortcuts([QKeySequence(keys) for keys in self._usable_keys(entry)])
        keys = self.keys_of(entry.id)
        head = f"<b>{entry.words}</b>" + (f"&nbsp;&nbsp;{keys}" if keys else "")
        lines = [line for line in (entry.tip_words, why_off) if line]
        action.setToolTip("<br>".join([head, *lines]))
