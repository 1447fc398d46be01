"""The parts that rooms are made of: buttons, choices, messages, labels, rows, words.

Each is painted or styled from ``ui.theme``; none knows the session or the library.
"""

from woundtrack.ui.components import words
from woundtrack.ui.components.body_site import BodySiteFields
from woundtrack.ui.components.buttons import KeyButton, KeyCap
from woundtrack.ui.components.chips import Badge, LesionChip, Tag
from woundtrack.ui.components.choices import DropDown, Segmented, TickBox
from woundtrack.ui.components.icons import icon, paint_icon
from woundtrack.ui.components.message import Message
from woundtrack.ui.components.surfaces import Card, Label, Panel, rule

__all__ = [
    "Badge",
    "BodySiteFields",
    "Card",
    "DropDown",
    "KeyButton",
    "KeyCap",
    "Label",
    "LesionChip",
    "Message",
    "Panel",
    "Segmented",
    "Tag",
    "TickBox",
    "icon",
    "paint_icon",
    "rule",
    "words",
]
