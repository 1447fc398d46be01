"""The plain check that this is the right patient: what is known beside what comes in, site by site.

Hides what the library knows of a code, the codes it could have been meant for, and the tick.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.imaging import may_be_a_name
from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, Label, TickBox, rule
from woundtrack.ui.components import words as in_words

if TYPE_CHECKING:
    from woundtrack.model import BodySite, Patient
    from woundtrack.records import Library
    from woundtrack.ui.imports.batch import Incoming
    from woundtrack.ui.small_copies import SmallCopies

_ALIKE: Final = 0.8  # of difflib's ratio: one wrong character in a code of six
_SHOWN_CODE: Final = 24
_PICTURE: Final = QSize(154, 116)
_CAPTION: Final = 34


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A photograph of the library: where and when, and its original's hash."""

    site: BodySite
    visited_on: date
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the library knows of a patient code; ``patient`` is None for a new one.

    ``seen`` are its photographs, oldest first.
    """

    code: str
    patient: Patient | None
    seen: tuple[Seen, ...]
    last_sites: tuple[BodySite, ...]
    lesions: tuple[str, ...]
    alike: tuple[str, ...]

    @property
    def may_be_a_name(self) -> bool:
        """Whether it is new and might be a person's name: nobody is made under such a code."""
        return self.patient is None and may_be_a_name(self.code)

    @property
    def usual_site(self) -> BodySite | None:
        """The site of the last visit's photographs, where they were all of one."""
        return self.last_sites[0] if len(self.last_sites) == 1 else None

    def last_of(self, site: BodySite | None, on: date | None) -> Seen | None:
        """Return the last photograph of a site, or of any for None; None where there is none.

        One of an earlier day than ``on``, if there is one: what comes in from that day is no
        comparison for itself.
        """
        of_site = [one for one in self.seen if site is None or one.site == site]
        if not of_site and site is not None:
            # Where a side was never said, either may be meant; which it is stands beneath.
            regions = [one for one in self.seen if one.site.region == site.region]
            of_site = [one for one in regions if site.side is None or one.site.side is None]
        earlier = [one for one in of_site if on is None or one.visited_on < on]
        return next(reversed(earlier or of_site), None)


def known_of(library: Library, code: str) -> Known:
    """Return what the library knows of a patient code, where and when it was photographed."""
    patients = library.patients()
    patient = next((one for one in patients if one.code == code), None)
    if patient is None:
        codes = {one.code.casefold(): one.code for one in patients}
        alike = difflib.get_close_matches(code.casefold(), list(codes), n=2, cutoff=_ALIKE)
        return Known(
            code=code,
            patient=None,
            seen=(),
            last_sites=(),
            lesions=(),
            alike=tuple(codes[one] for one in alike),
        )
    days = {visit.id: visit.visited_on for visit in library.visits(patient.id)}
    dated: list[tuple[date, str, Seen]] = []
    for one in library.photographs(patient_id=patient.id):
        if one.site is None:
            continue
        on, taken_at = days[one.visit_id], one.photograph.taken_at
        seen = Seen(site=one.site, visited_on=on, sha256=one.photograph.sha256)
        dated.append((on, taken_at.isoformat() if isinstance(taken_at, datetime) else "", seen))
    dated.sort(key=lambda one: one[:2])
    last_day = dated[-1][0] if dated else None
    return Known(
        code=code,
        patient=patient,
        seen=tuple(seen for _, _, seen in dated),
        last_sites=tuple(dict.fromkeys(seen.site for on, _, seen in dated if on == last_day)),
        lesions=tuple(lesion.label for lesion in library.lesions(patient.id)),
        alike=(),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Arriving:
    """Photographs of one site that wait for a patient; ``site`` None: nobody said yet."""

    site: BodySite | None
    on: date | None
    photographs: tuple[Incoming, ...]


class PatientCheck(QWidget):
    """One patient that photographs wait to be filed under.

    Signals
    -------
    ticked()
        A person said yes, or took it back.
    meant(str)
        Another code was meant.
    """

    ticked = Signal()
    meant = Signal(str)

    def __init__(
        self,
        known: Known,
        arriving: Sequence[Arriving],
        copies: SmallCopies,
        *,
        has_tick: bool,
        is_ticked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.known = known
        self._copies = copies
        self.has_tick = has_tick
        self._arriving: tuple[Arriving, ...] = ()
        is_new = known.patient is None
        code = shortened(known.code)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        layout = QVBoxLayout()
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        whole.addLayout(layout)
        whole.addWidget(rule())
        title = self.tr("{code} is new here") if is_new else self.tr("Is this {code}?")
        if known.may_be_a_name:
            title = self.tr("{code} may be a name")
        head = Label(title.format(code=code), "section", "doubt" if is_new else "1", wraps=True)
        head.setToolTip(known.code)
        layout.addWidget(head)
        self._pictures = QVBoxLayout()
        self._pictures.setSpacing(10)
        layout.addLayout(self._pictures)
        layout.addWidget(Label(self._told(), "label", "2", wraps=True))
        for other in known.alike:
            use = KeyButton(self.tr("Use {code}").format(code=shortened(other)), size="small")
            use.clicked.connect(lambda _=False, other=other: self.meant.emit(other))
            layout.addWidget(use)
        answer = self.tr("Yes, a new patient") if is_new else self.tr("Yes, it is {code}")
        self.box = TickBox(answer.format(code=code))
        self.box.setAccessibleName(f"{known.code}: {self.box.text()}")
        self.box.setChecked(is_ticked)
        self.box.setFont(theme.font("body_strong"))
        self.box.setVisible(has_tick and not known.may_be_a_name)
        self.box.toggled.connect(self.ticked)
        layout.addWidget(self.box)
        self.show_arriving(arriving)

    @property
    def is_confirmed(self) -> bool:
        """Whether nothing more needs to be said: ticked, or answered by the main button."""
        if self.known.may_be_a_name:
            return False
        return self.box.isChecked() or not self.has_tick

    def show_arriving(self, arriving: Sequence[Arriving]) -> None:
        """Show what comes in, each site beside the patient's last photograph of that site."""
        if tuple(arriving) == self._arriving:
            return
        self._arriving = tuple(arriving)
        while (item := self._pictures.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in self._arriving:
            self._pictures.addWidget(SiteRow(self.known, one, self._copies))

    @property
    def rows(self) -> tuple[SiteRow, ...]:
        """What is compared, a row for each site."""
        items = [self._pictures.itemAt(at) for at in range(self._pictures.count())]
        found = [item.widget() for item in items if item is not None]
        return tuple(widget for widget in found if isinstance(widget, SiteRow))

    def _told(self) -> str:
        known = self.known
        if known.may_be_a_name:
            return self.tr(
                "A patient code has a digit in it, such as WT-0147, and is never a person's name. "
                "Type the patient's code."
            )
        if known.patient is None:
            if known.alike:
                return self.tr(
                    "No patient of this library has this code, but one is much like it: compare "
                    "them letter by letter."
                )
            return self.tr("No patient of this library has this code: check it letter by letter.")
        if not known.seen:
            return self.tr("No photographs yet.")
        sites = ", ".join(site.words for site in known.last_sites)
        told = self.tr("Last time: {sites}.").format(sites=sites) if sites else ""
        if known.lesions:
            lesions = ", ".join(known.lesions[:8]) + (" …" if len(known.lesions) > 8 else "")
            told = f"{told} " + self.tr("Lesions: {lesions}.").format(lesions=lesions)
        return told.strip()


class SiteRow(QWidget):
    """One site: the patient's last photograph of it, and beside it all that come in, one by one."""

    def __init__(
        self,
        known: Known,
        arriving: Arriving,
        copies: SmallCopies,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._copies = copies
        self._last_seen: Seen | None = None
        copies.made.connect(self._show_made)
        self._photographs = arriving.photographs
        self._at = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.last = Picture()
        if known.patient is not None:
            row.addWidget(self.last, 0, Qt.AlignmentFlag.AlignTop)
            self._show_last(known.last_of(arriving.site, arriving.on), arriving.site)
        column = QVBoxLayout()
        column.setSpacing(4)
        self.incoming = Picture()
        self.incoming.pressed.connect(self.go_on)
        column.addWidget(self.incoming)
        self.back = KeyButton("", icon="caret-left", size="small", parent=self)
        self.back.setAccessibleName(self.tr("The photograph before"))
        self.back.clicked.connect(self.go_back)
        self.next = KeyButton("", icon="caret-right", size="small", parent=self)
        self.next.setAccessibleName(self.tr("The next photograph"))
        self.next.clicked.connect(self.go_on)
        steps = QHBoxLayout()
        steps.setSpacing(8)
        for button in (self.back, self.next):
            button.setVisible(len(self._photographs) > 1)
            button.setToolTip(button.accessibleName())
            steps.addWidget(button)
        steps.addStretch(1)
        column.addLayout(steps)
        row.addLayout(column)
        row.addStretch(1)
        if len(self._photographs) > 1:
            self.incoming.setCursor(Qt.CursorShape.PointingHandCursor)
        self._show()

    def go_on(self) -> None:
        """Show the next that comes in; after the last, the first."""
        self._at = (self._at + 1) % len(self._photographs)
        self._show()

    def go_back(self) -> None:
        """Show the one before; before the first, the last."""
        self._at = (self._at - 1) % len(self._photographs)
        self._show()

    def _show(self) -> None:
        one = self._photographs[self._at]
        count = len(self._photographs)
        head = self.tr("Coming in")
        if count > 1:
            head = self.tr("Coming in, {n} of {count}").format(n=self._at + 1, count=count)
        data = one.scanned.thumbnail if one.scanned is not None else None
        self.incoming.show_picture(data, (head, one.path.name))

    def _show_last(self, seen: Seen | None, site: BodySite | None) -> None:
        if seen is None and site is not None:
            none = self.tr("No earlier photograph of {site}").format(site=site.words)
            self.last.show_picture(None, ("", ""), none)
        elif seen is None:
            self.last.show_picture(None, ("", ""), self.tr("No earlier photograph"))
        else:
            self._last_seen = seen
            day = self.tr("Last, {day}").format(day=in_words.day(seen.visited_on))
            self.last.show_picture(self._copies.of(seen.sha256), (day, seen.site.words))

    def _show_made(self, sha256: str) -> None:
        """Show the last photograph's small copy, which was gone and is made anew."""
        seen = self._last_seen
        if seen is not None and seen.sha256 == sha256:
            self._show_last(seen, seen.site)


class Picture(QWidget):
    """A small picture on the dark surround, with two lines beneath; or why there is none.

    Signals
    -------
    pressed()
        The mouse was pressed on it.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._lines = ("", "")
        self._instead = ""
        self.setFixedSize(_PICTURE.width(), _PICTURE.height() + _CAPTION)

    @property
    def said(self) -> str:
        """What stands beneath it, or in its place."""
        return self._instead or ", ".join(line for line in self._lines if line)

    @property
    def has_picture(self) -> bool:
        """Whether there is one to be seen."""
        return not self._image.isNull()

    def show_picture(
        self, data: bytes | QImage | None, lines: tuple[str, str], instead: str = ""
    ) -> None:
        """Show another, with two lines beneath; ``instead`` stands where there is none."""
        if isinstance(data, QImage):
            self._image = data
        else:
            self._image = QImage() if data is None else QImage.fromData(data)
        self._lines, self._instead = lines, instead
        self.setAccessibleName(self.said)
        self.setToolTip(self.said)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current()
        frame = QRect(self.rect().topLeft(), _PICTURE)
        edge = QPainterPath()
        edge.addRoundedRect(QRectF(frame), 3, 3)
        if self._instead:
            painter.fillPath(edge, QColor(tokens.inset))
            painter.setPen(QColor(tokens.text2))
            painter.setFont(theme.font("label"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(frame.adjusted(10, 8, -10, -8), flags, self._instead)
            return
        painter.fillPath(edge, QColor(tokens.photo_surround))
        if not self._image.isNull():
            size = self._image.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(frame.topLeft(), QSize(size))
            target.moveCenter(frame.center())
            painter.save()
            painter.setClipPath(edge)
            painter.drawImage(target, self._image)
            painter.restore()
        strong, plain = theme.font("caption", 600), theme.font("caption")
        inks = (tokens.text, tokens.text2)
        for place, (line, font, ink) in enumerate(
            zip(self._lines, (strong, plain), inks, strict=True)
        ):
            painter.setFont(font)
            painter.setPen(QColor(ink))
            fitting = painter.fontMetrics().elidedText(
                line, Qt.TextElideMode.ElideMiddle, self.width()
            )
            under = QRect(0, frame.height() + 4 + 15 * place, self.width(), 15)
            flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(under, flags, fitting)


def shortened(code: str, most: int = _SHOWN_CODE) -> str:
    """Return a code short enough for a button: its head and its tail."""
    if len(code) <= most:
        return code
    half = most // 2 - 1
    return f"{code[:half]}…{code[-half:]}"
