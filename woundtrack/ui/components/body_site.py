"""Where on the body: a list of the sites and one of the sides, and the one site that both say.

Hides how a site is worded, and that Qt hands a word of an enumeration back as a plain text.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QSignalBlocker, Signal

from woundtrack.model import REGIONS, BodySite, Side
from woundtrack.ui.components.choices import DropDown

_MOST_SHOWN = 14


class BodySiteFields(QObject):
    """The two lists, for a form to lay out as it likes.

    Parameters
    ----------
    can_be_none
        Whether the first choice is none: a person has to choose a site, none is given.

    Attributes
    ----------
    site, side
        The lists.

    Signals
    -------
    changed()
        A person chose another site or side.
    """

    changed = Signal()

    def __init__(self, *, can_be_none: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.site = DropDown()
        self.site.setMaxVisibleItems(_MOST_SHOWN)
        if can_be_none:
            self.site.addItem(self.tr("Site…"), None)
        for region in REGIONS.values():
            self.site.addItem(region.word.replace("-", " ").capitalize(), region.word)
        self.side = DropDown()
        for text, side in (
            (self.tr("No side"), None),
            (self.tr("Left"), Side.LEFT),
            (self.tr("Right"), Side.RIGHT),
            (self.tr("Midline"), Side.MIDLINE),
        ):
            self.side.addItem(text, side)
        self.name(self.tr("Site"), self.tr("Side"))
        self.site.currentIndexChanged.connect(self.changed)
        self.side.currentIndexChanged.connect(self.changed)

    def name(self, site: str, side: str) -> None:
        """Say what the lists are of, for those who can't see them."""
        self.site.setAccessibleName(site)
        self.side.setAccessibleName(side)

    @property
    def value(self) -> BodySite | None:
        """What both say together; None while no site is chosen."""
        region, side = self.site.currentData(), self.side.currentData()
        return None if region is None else BodySite(region=region, side=side and Side(side))

    def show(self, value: BodySite | None) -> None:
        """Show a site and its side, without ``changed``; None: the first of each list."""
        self._set(
            self.site.findData(value and value.region), self.side.findData(value and value.side)
        )

    def follow(self, other: BodySiteFields) -> None:
        """Show what other lists show, without ``changed``; a side may stand alone."""
        self._set(other.site.currentIndex(), other.side.currentIndex())

    def _set(self, site: int, side: int) -> None:
        with QSignalBlocker(self.site), QSignalBlocker(self.side):
            self.site.setCurrentIndex(max(0, site))
            self.side.setCurrentIndex(max(0, side))
