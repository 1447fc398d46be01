"""The window's menu: what can be done apart from the rooms, in groups that open to the side.

Hides which action is in which group: it fits on a screen of 768 lines, and what the rail has is
left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtWidgets import QMenu, QWidget

from woundtrack.ui.components import icon

if TYPE_CHECKING:
    from woundtrack.ui.action_table import ActionTable

_Parts = tuple[tuple[str, ...], ...]


def _(text: str) -> str:
    """Mark a text for translation."""
    return str(QT_TRANSLATE_NOOP("MainMenu", text))


_GROUPS: Final[tuple[tuple[str, str, _Parts], ...]] = (
    (
        _("Library"),
        "folder",
        (
            ("library.new", "library.open", "library.demo", "library.close"),
            ("library.backup", "library.check", "library.remeasure"),
        ),
    ),
    (
        _("Patient"),
        "users",
        (
            ("patient.find", "patient.new"),
            ("patient.details", "patient.names"),
            ("patient.correct", "patient.remove"),
        ),
    ),
    (
        _("On paper"),
        "printer",
        (
            ("report.choose",),
            ("report.patient", "report.lesion", "report.plain", "report.named"),
            ("card.print", "card.print_strip", "card.print_window", "card.print_square"),
            ("card.printers",),
        ),
    ),
    (
        _("Export"),
        "export",
        (("library.export", "library.pictures", "library.archive"),),
    ),
    (
        _("Blinded reading"),
        "eye",
        (("library.readings", "window.package"),),
    ),
    (
        _("Colours"),
        "circle-half",
        (("theme.system", "theme.light", "theme.dark"),),
    ),
)
_BELOW: Final[_Parts] = (
    ("edit.undo", "edit.redo"),
    ("window.settings", "window.person", "window.letters"),
    ("window.keys", "window.tour", "window.about"),
    ("window.close",),
)


def main_menu(table: ActionTable, parent: QWidget) -> QMenu:
    """Return the menu, made anew; it is gone when it closes."""
    made = QMenu(parent)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name, sign, parts in _GROUPS:
        group = made.addMenu(icon(sign), QCoreApplication.translate("MainMenu", name))
        _fill(group, table, parts)
    made.addSeparator()
    _fill(made, table, _BELOW)
    return made


def _fill(menu: QMenu, table: ActionTable, parts: _Parts) -> None:
    for place, part in enumerate(parts):
        if place:
            menu.addSeparator()
        for action_id in part:
            menu.addAction(table[action_id])
