"""The body map as a way to say a site: a small window that opens beside a field.

Hides that some regions stand for several sites: of those it asks which one is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.model import REGIONS
from woundtrack.ui.body_map.drawing import drawing
from woundtrack.ui.body_map.sites import name_of, sites_of
from woundtrack.ui.body_map.view import BodyMap
from woundtrack.ui.components import Card, KeyButton, Label
from woundtrack.ui.window.focus_ring import FocusRing

if TYPE_CHECKING:
    from woundtrack.model import BodySite
    from woundtrack.ui.body_map.drawing import Region

_WIDTH: Final = 420
_MAP_HEIGHT: Final = 424
_FOOT: Final = 40
_GAP: Final = 4


class BodySitePicker(Card):
    """A pop-up with the body map; it closes when a site is chosen, on Esc, or on a click outside.

    Signals
    -------
    site_chosen(BodySite)
        A person said where: the site, with its side where it has one.
    """

    site_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__()
        self.setParent(parent, Qt.WindowType.Popup)
        self.setAccessibleName(self.tr("Choose where on the body"))
        self.setFixedWidth(_WIDTH)
        self.map = BodyMap()
        self.map.setFixedHeight(_MAP_HEIGHT)
        self.map.region_chosen.connect(self._choose_region)
        self.map.pointed_at.connect(self._name)
        self.map.cleared.connect(self.hide)
        self._question = Label("", "body", wraps=True)
        self._answers = QHBoxLayout()
        self._answers.setSpacing(8)
        foot = QWidget()
        foot.setMinimumHeight(_FOOT)
        in_foot = QHBoxLayout(foot)
        in_foot.setContentsMargins(0, 4, 6, 4)  # the ring of the keyboard has room
        in_foot.addWidget(self._question, 1)
        in_foot.addLayout(self._answers)
        self.buttons: list[KeyButton] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.map)
        layout.addWidget(foot)
        self._ring = FocusRing(self)
        self._ask(None)

    def open_at(self, anchor: QWidget, site: BodySite | None) -> None:
        """Show the map below a widget, or above it where the screen ends, with a site selected."""
        self._ask(None)
        self.map.select(() if site is None else (site,))
        self.adjustSize()
        size, screen = self.size(), anchor.screen().availableGeometry()
        place = anchor.mapToGlobal(QPoint(0, anchor.height() + _GAP))
        if place.y() + size.height() > screen.bottom():
            place.setY(anchor.mapToGlobal(QPoint(0, 0)).y() - size.height() - _GAP)
        place.setX(max(screen.left(), min(place.x(), screen.right() - size.width())))
        place.setY(max(screen.top(), min(place.y(), screen.bottom() - size.height())))
        self.move(place)
        self.show()
        # Who opened it by keyboard sees where the keys are before pressing the first.
        by_mouse = Qt.FocusReason.PopupFocusReason
        reason = by_mouse if anchor.underMouse() else Qt.FocusReason.ShortcutFocusReason
        self.map.setFocus(reason)

    @property
    def question(self) -> str:
        """What is asked about the region that was chosen; nothing where it is clear."""
        return self._question.text()

    def _choose_region(self, region_id: str, _is_added: bool) -> None:
        region = drawing().region(region_id)
        sites = pointed_at(region)
        if len(sites) == 1:
            self._take(sites[0])
            return
        self.map.select(sites[:1])
        self._ask(region)
        self.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _ask(self, region: Region | None) -> None:
        """Ask which site of a region is meant; None: what the map is for."""
        for button in self.buttons:
            self._answers.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        if region is None:
            self._name("")
            return
        self._question.setText(self.tr("{region}: which?").format(region=name_of(region)))
        for site in pointed_at(region):
            button = KeyButton(_word(site), size="control")
            button.setAccessibleName(site.words.capitalize())
            button.clicked.connect(lambda _=False, chosen=site: self._take(chosen))
            self._answers.addWidget(button)
            button.show()  # what isn't shown yet takes no focus
            self.buttons.append(button)

    def _name(self, name: str) -> None:
        """Name what is pointed at, while nothing is asked."""
        if not self.buttons:
            self._question.setText(name or self.tr("Click where the photograph was taken."))

    def _take(self, site: BodySite) -> None:
        self.hide()
        self.site_chosen.emit(site)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


def pointed_at(region: Region) -> tuple[BodySite, ...]:
    """Return the sites a person may mean who points at a region.

    Nobody points at "legs": the words that stand for a whole group have no code.
    """
    usual, *others = sites_of(region)
    return (usual, *(site for site in others if REGIONS[site.region].snomed is not None))


def _word(site: BodySite) -> str:
    return site.region.replace("-", " ").capitalize()
