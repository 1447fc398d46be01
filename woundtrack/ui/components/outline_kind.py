"""The outlines of a lesion as they are called and drawn: ulcer, eschar, margin.

Hides how each stays apart from the others for every eye: by dash and name, not hue alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from woundtrack.model import OutlineKind
from woundtrack.ui import theme


@dataclass(frozen=True, kw_only=True, slots=True)
class KindLook:
    """A kind's colour on photographs, and the dash of its line while another kind is drawn."""

    colour: str
    dashes: tuple[float, float]


KIND_LOOKS: Final = {
    OutlineKind.ULCER: KindLook(colour=theme.PHOTO_EDITED, dashes=(8.0, 4.0)),
    OutlineKind.ESCHAR: KindLook(colour=theme.PHOTO_ESCHAR, dashes=(5.0, 3.0)),
    OutlineKind.MARGIN: KindLook(colour=theme.PHOTO_MARGIN, dashes=(2.0, 2.0)),
}
"""Cyan, violet and olive, the same in both themes; long dashes, short ones and dots."""

KIND_ACTIONS: Final = {
    OutlineKind.ULCER: "review.ulcer",
    OutlineKind.ESCHAR: "review.eschar",
    OutlineKind.MARGIN: "review.margin",
}
"""The action that draws each kind from then on."""


def kind_name(kind: OutlineKind) -> str:
    """Return what a kind is called, as a title."""
    return {
        OutlineKind.ULCER: QCoreApplication.translate("OutlineKind", "Ulcer"),
        OutlineKind.ESCHAR: QCoreApplication.translate("OutlineKind", "Eschar"),
        OutlineKind.MARGIN: QCoreApplication.translate("OutlineKind", "Margin"),
    }[kind]


def kind_word(kind: OutlineKind) -> str:
    """Return what a kind is called within a sentence or beside a lesion's name."""
    return {
        OutlineKind.ULCER: QCoreApplication.translate("OutlineKind", "ulcer"),
        OutlineKind.ESCHAR: QCoreApplication.translate("OutlineKind", "eschar"),
        OutlineKind.MARGIN: QCoreApplication.translate("OutlineKind", "margin"),
    }[kind]
