"""The tissue of the lesion in hand: a palette of five, their shares live, and what they are worth.

Hides the painting of bar and rows, and every sentence about approval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from woundtrack.model import Tissue, TissueState
from woundtrack.ui import theme
from woundtrack.ui.action_table import ActionTable
from woundtrack.ui.components import KeyButton, Label, Tag, TickBox, paint_icon, words
from woundtrack.ui.components.buttons import key_width, paint_key
from woundtrack.ui.components.tissue import paint_swatch, tissue_brush, tissue_name, tissue_shares
from woundtrack.ui.review.tissue_pen import KINDS

_ROW: Final = 28
_BAR: Final = 18
_HEAD: Final = 24
_SHARE: Final = 48
_AREA: Final = 70
_NOTHING: Final = 1e-9  # what rounding leaves of a sum


@dataclass(frozen=True, kw_only=True, slots=True)
class TissueView:
    """What the panel shows. ``state`` None: nothing was painted yet.

    ``shares`` are of the whole outline; ``area_cm2`` is its area, None without a scale. ``is_open``
    says that the tissue pen is in hand, ``approval`` who approved it and when, ``has_open_part``
    that another part of the lesion has no approved tissue, so that the whole lesion has none.
    """

    state: TissueState | None = None
    shares: tuple[tuple[Tissue, float], ...] = ()
    area_cm2: float | None = None
    is_open: bool = False
    is_proposed: bool = False
    approval: str = ""
    has_card_colours: bool = False
    has_open_part: bool = False

    def share(self, kind: Tissue | None) -> float:
        """Return a tissue's share; None stands for what is not painted."""
        if kind is None:
            rest = 1 - sum(share for _, share in self.shares)
            return rest if rest > _NOTHING else 0.0
        return dict(self.shares).get(kind, 0.0)

    def area(self, kind: Tissue | None) -> str:
        """Return a tissue's area in words; empty without a scale, and where there is none.

        Shares of the edge before say nothing of the area there is now.
        """
        share = self.share(kind)
        is_stale = self.state is TissueState.OUTLINE_CHANGED
        if self.area_cm2 is None or share == 0 or is_stale:
            return ""
        return words.area(share * self.area_cm2, has_unit=True)


class TissuePanel(QWidget):
    """Closed it is a bar and a line; with the pen in hand the palette opens.

    Signals
    -------
    kind_chosen(Tissue | None)
        A row of the palette was chosen; None takes off.
    fit_asked()
        The map of an earlier edge is to be laid into the one there is.
    opened()
        The palette was opened or closed.

    Attributes
    ----------
    fills
        Whether whole patches are filled, not the stroke alone.
    rows
        The palette, by tissue; None for what takes off.
    """

    kind_chosen = Signal(object)
    fit_asked = Signal()
    opened = Signal()

    def __init__(self, table: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = TissueView()
        self._tag = Tag()
        self._bar = _Bar()
        self._whole = Label("", "body_strong")
        self._open = KeyButton.of(table["review.tissue"], size="small")
        self._says = Label("", "label", "2", wraps=True)
        self._palette = QWidget()
        self.rows: dict[Tissue | None, _Row] = {}
        self._group = QButtonGroup(self)
        self.fills = TickBox(self.tr("Fill whole patches of like colour"))
        self.fills.setChecked(True)
        self.fills.setToolTip(self.tr("Off, the brush paints exactly what it touches."))
        self.propose = KeyButton.of(table["review.tissue_propose"], size="small")
        self.approve = KeyButton.of(table["review.tissue_approve"], size="small")
        self.fit = KeyButton(self.tr("Fit it to the new edge"), size="small")
        self.fit.clicked.connect(self.fit_asked)
        self._lay_out()
        self.show_view(self.view)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        title = Label(self.tr("Tissue"), "body_strong")
        title.setFixedHeight(_HEAD)
        head.addWidget(title)
        head.addWidget(self._tag)
        head.addStretch(1)
        head.addWidget(self._whole)
        head.addWidget(self._open)
        palette = QVBoxLayout(self._palette)
        palette.setContentsMargins(0, 2, 0, 0)
        palette.setSpacing(0)
        for number, kind in enumerate(KINDS, start=1):
            row = _Row(kind, str(number))
            row.clicked.connect(lambda _checked=False, kind=kind: self.kind_chosen.emit(kind))
            self._group.addButton(row)
            self.rows[kind] = row
            palette.addWidget(row)
        tick = QHBoxLayout()
        tick.setContentsMargins(6, 6, 0, 4)
        tick.addWidget(self.fills)
        tick.addStretch(1)
        palette.addLayout(tick)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 2, 0, 0)
        buttons.setSpacing(8)
        for button in (self.propose, self.fit, self.approve):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addWidget(self._palette)
        layout.addWidget(self._says)
        layout.addLayout(buttons)

    def choose(self, kind: Tissue | None) -> None:
        """Show which tissue is in hand."""
        self.rows[kind].setChecked(True)

    @property
    def says(self) -> str:
        """What is said of the map."""
        return self._says.text()

    def show_view(self, view: TissueView) -> None:
        """Show another map, or none."""
        was_open, self.view = self.view.is_open, view
        for kind, row in self.rows.items():
            row.show_share(view.share(kind), view.area(kind), has_area=view.area_cm2 is not None)
        self._whole.setVisible(view.is_open and view.area_cm2 is not None)
        if view.area_cm2 is not None:
            whole = words.area(view.area_cm2, has_unit=True)
            self._whole.setText(self.tr("of {area}").format(area=whole))
        self._bar.show_view(view)
        self._bar.setVisible(view.state is not None or view.is_open)
        self._palette.setVisible(view.is_open)
        self._open.setVisible(not view.is_open)
        self.propose.setVisible(view.is_open)
        is_stale = view.state is TissueState.OUTLINE_CHANGED
        self.fit.setVisible(view.is_open and is_stale)
        self.approve.setVisible(view.is_open and not is_stale)
        self._tag.setVisible(view.state is not None)
        if view.state is TissueState.APPROVED:
            self._tag.set_tag(self.tr("Approved"), "good", "check")
        elif is_stale:
            self._tag.set_tag(self.tr("Outline changed"), "doubt", "warning")
        else:
            self._tag.set_tag(self.tr("Not approved"), "doubt", "warning")
        self._says.setText(self._sentence(view))
        self._says.setVisible(bool(self._says.text()))
        self._says.set_tone("doubt" if is_stale or view.is_proposed else "2")
        self.setAccessibleName(self._spoken(view))
        if was_open != view.is_open:
            self.opened.emit()

    def _sentence(self, view: TissueView) -> str:
        if view.state is TissueState.OUTLINE_CHANGED:
            return self.tr("The outline changed since this was painted: it counts no longer.")
        if view.state is TissueState.APPROVED:
            said = "" if view.is_open else tissue_shares(view.shares)
            part = ""
            if view.has_open_part:
                part = self.tr("It counts once the lesion's other parts are approved, too (Tab).")
            return "\n".join(line for line in (said, view.approval, part) if line)
        if view.is_proposed:
            return self.tr(
                "Guessed from colour, and nobody has measured how well. Correct it patch by patch "
                "before you approve it."
            )
        if not view.is_open:
            return ""
        if view.state is None:
            return self.tr("Choose a tissue, then paint over it in the photograph.")
        if view.has_card_colours:
            return self.tr("Patches follow the card's colours. People agree poorly on tissue.")
        return self.tr("People agree poorly on tissue: read the shares as rough.")

    def _spoken(self, view: TissueView) -> str:
        if view.state is None:
            return self.tr("Tissue: not painted")
        said = [self.rows[kind].spoken for kind in KINDS if view.share(kind) >= 0.005]
        state = {
            TissueState.APPROVED: self.tr("approved"),
            TissueState.NOT_APPROVED: self.tr("not approved"),
            TissueState.OUTLINE_CHANGED: self.tr("the outline changed since"),
        }[view.state]
        return self.tr("Tissue, {state}: {shares}").format(state=state, shares=", ".join(said))


class _Row(QAbstractButton):
    """One tissue of the palette: its swatch, name, share, area and key."""

    def __init__(self, kind: Tissue | None, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._key = kind, key
        self._share, self._area = "", ""
        self._has_area = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.spoken = ""
        self.setCheckable(True)
        self.setFixedHeight(_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setText(self.tr("Not painted") if kind is None else tissue_name(kind))
        if kind is None:
            self.setToolTip(self.tr("Takes off what was painted. Alt does so with any tissue."))

    def show_share(self, share: float, area: str, *, has_area: bool) -> None:
        """Show how much of the outline it is; ``has_area`` keeps room for areas."""
        self._has_area = has_area
        whole = words.percent(share)
        if 0 < share < 0.005:
            whole = words.kept_whole(f"<{words.THIN}1{words.THIN}%")
        self._share = whole if share > 0 else words.DASH
        self._area = area
        said = (self.text(), whole, area)
        self.spoken = " ".join(part for part in said if part)
        self.setAccessibleName(self.spoken)
        self.update()

    @property
    def share(self) -> str:
        """The share that is shown."""
        return self._share

    @property
    def area(self) -> str:
        """The area that is shown; empty for none."""
        return self._area

    def sizeHint(self) -> QSize:
        return QSize(260, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self.isChecked():
            painter.setPen(QColor(tokens.accent))
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            side = self._placed(QRectF(0, 4, 3, area.height() - 8))
            painter.fillRect(side, QColor(tokens.accent))
        elif self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.inset))
            painter.drawRoundedRect(area, 4, 4)
        middle = area.center().y()
        swatch = self._placed(QRectF(9.5, middle - 9 + 0.5, 27, 17))
        if self._kind is None:
            painter.setPen(QPen(QColor(tokens.edge), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(swatch, 3, 3)
            place = QRectF(swatch.center().x() - 6.5, middle - 6.5, 13, 13)
            paint_icon(painter, place, "eraser", tokens.text2)
        else:
            paint_swatch(painter, swatch, self._kind, tokens.edge)
        # Qt turns these round itself where the language runs to the left.
        start = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.setPen(QColor(tokens.text if self._kind is not None else tokens.text2))
        painter.setFont(theme.font("body", 600 if self.isChecked() else 400))
        painter.drawText(self._placed(QRectF(45, 0, 120, area.height())), start, self.text())
        cap = QRectF(area.right() - 6 - key_width(self._key), middle - 8, key_width(self._key), 16)
        paint_key(painter, self._placed(cap), self._key, ink=tokens.text2, line=tokens.line)
        sizes = QRectF(cap.left() - 8 - _AREA, 0, _AREA, area.height())
        painter.setFont(theme.font("label"))
        painter.setPen(QColor(tokens.text2))
        painter.drawText(self._placed(sizes), end, self._area)
        painter.setFont(theme.font("label_strong"))
        painter.setPen(QColor(tokens.text if self._share != words.DASH else tokens.text3))
        shares = QRectF(sizes.left() - _SHARE + 8, 0, _SHARE, area.height())
        if not self._has_area:
            shares.moveRight(sizes.right())
        painter.drawText(self._placed(shares), end, self._share)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)

    def _placed(self, place: QRectF) -> QRectF:
        """Return a place of the row, on the other side where the language runs to the left."""
        if self.layoutDirection() is not Qt.LayoutDirection.RightToLeft:
            return place
        return QRectF(self.width() - place.right(), place.top(), place.width(), place.height())


class _Bar(QWidget):
    """The whole outline as one bar: each tissue as wide as its share, the rest empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = TissueView()
        self.setFixedHeight(_BAR)

    def show_view(self, view: TissueView) -> None:
        self._view = view
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        whole = QPainterPath()
        whole.addRoundedRect(area, 4, 4)
        painter.fillPath(whole, QColor(tokens.inset))
        painter.setClipPath(whole)
        is_stale = self._view.state is TissueState.OUTLINE_CHANGED
        is_counted = self._view.state is TissueState.APPROVED
        is_strong = is_counted or (self._view.is_open and not is_stale)
        opacity = 1.0 if is_strong else 0.45
        ratio = self.devicePixelRatioF()
        left = area.left()
        for kind, share in self._view.shares:
            place = QRectF(left, area.top(), share * area.width(), area.height())
            painter.fillRect(place, tissue_brush(kind, opacity=opacity, ratio=ratio))
            left += place.width()
            painter.fillRect(
                QRectF(left - 0.5, area.top(), 1.5, area.height()), QColor(tokens.surface)
            )
        painter.setClipping(False)
        painter.setPen(QColor(tokens.edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(whole)
