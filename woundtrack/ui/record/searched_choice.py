"""A list that is searched by typing any part of a name: what isn't in it is never chosen.

Hides that an entry may be found by other names, such as those of drugs under their class.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter

from woundtrack.ui.components import DropDown

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


_NARROWEST = 84


class SearchedChoice(DropDown):
    """Entries with a value each, and further names that find them.

    ``entries`` are (value, what it is called, further names).
    """

    def __init__(
        self, entries: Iterable[tuple[str, str, tuple[str, ...]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(self.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(20)
        self.setMinimumWidth(_NARROWEST)  # its longest name is wider than the column of a form
        self._names: dict[str, tuple[str, ...]] = {}
        for value, called, names in entries:
            self._names[value] = names
            self.addItem(f"{called} ({', '.join(names)})" if names else called, value)
        completer = QCompleter(self.model(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        self.setCurrentIndex(-1)

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.currentText().strip()

    @property
    def chosen(self) -> str | None:
        """The value of the one entry that is meant; None where none is, or several are."""
        typed = self.typed.casefold()
        texts = [self.itemText(place).casefold() for place in range(self.count())]
        if not typed:
            return None
        meant = [place for place, text in enumerate(texts) if text == typed]
        meant = meant or [place for place, text in enumerate(texts) if typed in text]
        return str(self.itemData(meant[0])) if len(meant) == 1 else None

    @property
    def named(self) -> str:
        """The further name by which the entry was found; empty where it was found by its own."""
        typed, chosen = self.typed.casefold(), self.chosen
        names = () if chosen is None else self._names[chosen]
        found = [name for name in names if typed and name.casefold().startswith(typed)]
        return found[0] if len(found) == 1 else ""

    def choose(self, value: str | None) -> None:
        """Show a value as chosen; None shows an empty field."""
        self.setCurrentIndex(-1 if value is None else self.findData(value))
