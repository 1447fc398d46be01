"""What makes an area uncertain: its causes as bars, and what would make the largest smaller.

Hides the painting, and the words of every cause.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from woundtrack.model import Measurement, Term
from woundtrack.ui import theme
from woundtrack.ui.components import Label, words

_PADDING: Final = 16
_ROW: Final = 34
_MOST: Final = 5
_SMALL: Final = 0.04
"""Share of the largest cause below which one is told with the rest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """One bar: its words, half the interval it makes in cm², and whether it only adds."""

    name: str
    area_cm2: float
    is_bound: bool = False

    @property
    def size(self) -> str:
        """How much, in words: ``± 0.31 cm²``, or ``+ 0.31 cm²`` for a bound."""
        decimals = 2 if abs(self.area_cm2) < 1 else 1
        number = words.number(abs(self.area_cm2), decimals)
        if abs(self.area_cm2) < 0.005:
            number = "<" + words.THIN + words.number(0.01, 2)
        sign = "±" if not self.is_bound else words.MINUS if self.area_cm2 < 0 else "+"
        return words.kept_whole(f"{sign}{words.THIN}{number}{words.THIN}cm²")


def causes_of(terms: Sequence[Term]) -> tuple[Cause, ...]:
    """Return the causes to show, the largest first; small ones together as the rest."""
    largest = max((abs(term.area_mm2) for term in terms), default=0.0)
    shown = [term for term in terms if abs(term.area_mm2) >= _SMALL * largest][:_MOST]
    rest = [term for term in terms if term not in shown and not term.is_bound]
    causes = [
        Cause(name=_name(term), area_cm2=term.area_mm2 / 100, is_bound=term.is_bound)
        for term in shown
    ]
    if rest and math.hypot(*(term.area_mm2 for term in rest)) >= _SMALL * largest:
        together = math.hypot(*(term.area_mm2 for term in rest)) / 100
        name = QCoreApplication.translate("Uncertainty", "All the rest")
        causes.append(Cause(name=name, area_cm2=together))
    return tuple(causes)


def _name(term: Term) -> str:
    return {
        "edge": QCoreApplication.translate("Uncertainty", "Where the edge was put"),
        "ambiguity": QCoreApplication.translate("Uncertainty", "How clear the edge is"),
        "corners": QCoreApplication.translate("Uncertainty", "How sharply the card is seen"),
        "lens": QCoreApplication.translate("Uncertainty", "The camera's lens"),
        "plane": QCoreApplication.translate("Uncertainty", "Scale not level with the wound"),
        "print": QCoreApplication.translate("Uncertainty", "The printer's scale"),
        "limb": QCoreApplication.translate("Uncertainty", "The round of the limb"),
        "curvature": QCoreApplication.translate("Uncertainty", "What a round limb hides")
        if term.area_mm2 > 0
        else QCoreApplication.translate("Uncertainty", "A round that one card can't show"),
        "tilt": QCoreApplication.translate("Uncertainty", "A tilt that a ruler doesn't show"),
        "reading": QCoreApplication.translate("Uncertainty", "How the ruler was read"),
        "ruler": QCoreApplication.translate("Uncertainty", "The ruler's own length"),
        "joint": QCoreApplication.translate("Uncertainty", "How the photographs fit"),
    }.get(term.name, term.name)


def advice_of(term: Term) -> str:
    """Return what would make a cause smaller next time."""
    return {
        "edge": QCoreApplication.translate(
            "Uncertainty",
            "Half a millimetre either way, as people differ. It counts less in larger wounds.",
        ),
        "ambiguity": QCoreApplication.translate(
            "Uncertainty",
            "The program could have put the edge elsewhere: look along it, correct what is off.",
        ),
        "corners": QCoreApplication.translate(
            "Uncertainty", "Go nearer, or lay a second card on the wound's other side."
        ),
        "lens": QCoreApplication.translate(
            "Uncertainty", "Keep wound and card in the middle of the picture."
        ),
        "plane": QCoreApplication.translate(
            "Uncertainty", "Lay the card close to the wound and level with its edge."
        ),
        "print": QCoreApplication.translate(
            "Uncertainty", "Measure the two bars of a printed sheet and enter them in Settings."
        ),
        "limb": QCoreApplication.translate(
            "Uncertainty", "Lay the strip straight round the limb, close to the wound."
        ),
        "curvature": QCoreApplication.translate(
            "Uncertainty", "Lay the strip round the limb: it shows how round that is."
        ),
        "tilt": QCoreApplication.translate(
            "Uncertainty", "A printed card shows the tilt; a ruler can't."
        ),
        "reading": QCoreApplication.translate(
            "Uncertainty", "Set the ruler's two points further apart."
        ),
        "ruler": QCoreApplication.translate(
            "Uncertainty", "A printed card is measured once; paper rulers are all a little off."
        ),
        "joint": QCoreApplication.translate(
            "Uncertainty", "Leave the strip where it is between the photographs."
        ),
    }.get(term.name, "")


class UncertaintyView(QWidget):
    """The causes of one measurement, the advice for the largest, and how the outline was made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars = _Bars()
        self._advice = Label("", "label", "2", wraps=True)
        self._made_by = Label("", "caption", "2", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 12)
        layout.setSpacing(4)
        layout.addWidget(self._bars)
        inside = QVBoxLayout()
        inside.setContentsMargins(_PADDING, 0, _PADDING, 0)
        inside.addWidget(self._advice)
        inside.addWidget(self._made_by)
        layout.addLayout(inside)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What is shown."""
        return self._bars.causes

    @property
    def advice(self) -> str:
        """What it says to do."""
        return self._advice.text()

    @property
    def made_by(self) -> str:
        """What it says of how the outline was made."""
        return self._made_by.text()

    def show_measurement(self, measurement: Measurement, made_by: str = "") -> None:
        """Show another measurement's causes, and how its outline was made."""
        self._made_by.setText(made_by)
        self._made_by.setVisible(bool(made_by))
        self._bars.show_causes(causes_of(measurement.terms))
        self._advice.setText(advice_of(measurement.terms[0]) if measurement.terms else "")
        spoken = [f"{cause.name} {cause.size}" for cause in self.causes]
        self.setAccessibleName(", ".join(filter(None, [*spoken, self.advice, made_by])))


class _Bars(QWidget):
    """A row a cause: its words and size above a bar as long as it is large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.causes: tuple[Cause, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_causes(self, causes: tuple[Cause, ...]) -> None:
        self.causes = causes
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, _ROW * len(self.causes))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(_PADDING, 0, -_PADDING, 0)
        largest = max((abs(cause.area_cm2) for cause in self.causes), default=1.0)
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if is_mirrored:
            start, end = end, start
        for place, cause in enumerate(self.causes):
            line = QRectF(area.left(), place * _ROW + 4, area.width(), 16)
            painter.setFont(theme.font("label"))
            painter.setPen(QColor(tokens.text))
            wide = QFontMetricsF(theme.font("label", 600)).horizontalAdvance(cause.size)
            room = line.width() - wide - 8
            name = QFontMetricsF(theme.font("label")).elidedText(
                cause.name, Qt.TextElideMode.ElideRight, room
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | start, name)
            painter.setFont(theme.font("label", 600))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | end, cause.size)
            track = QRectF(area.left(), line.bottom() + 2, area.width(), 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.line))
            painter.drawRoundedRect(track, 2, 2)
            filled = QRectF(track)
            filled.setWidth(max(4.0, track.width() * abs(cause.area_cm2) / largest))
            if is_mirrored:
                filled.moveRight(track.right())
            painter.setBrush(QColor(tokens.accent if place == 0 else tokens.text2))
            painter.drawRoundedRect(filled, 2, 2)
