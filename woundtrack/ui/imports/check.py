"""The plain check that this is the right patient: what is known beside what comes in.

Hides what the library knows of a code, the codes it could have been meant for, and the tick.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, Label, TickBox, rule
from woundtrack.ui.components import words as in_words

if TYPE_CHECKING:
    from woundtrack.model import BodySite, Patient, Visit
    from woundtrack.records import Library
    from woundtrack.ui.imports.batch import Incoming

_ALIKE: Final = 0.8  # of difflib's ratio: one wrong character in a code of six
_SHOWN_CODE: Final = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the library knows of a patient code; ``patient`` is None for a new one."""

    code: str
    patient: Patient | None
    last_visit: Visit | None
    last_sites: tuple[BodySite, ...]
    picture: bytes | None
    lesions: tuple[str, ...]
    alike: tuple[str, ...]

    @property
    def usual_site(self) -> BodySite | None:
        """The site of the last visit's photographs, where they were all of one."""
        return self.last_sites[0] if len(self.last_sites) == 1 else None


def known_of(library: Library, code: str) -> Known:
    """Return what the library knows of a patient code, its last visit's photograph included."""
    patients = library.patients()
    patient = next((one for one in patients if one.code == code), None)
    if patient is None:
        codes = {one.code.casefold(): one.code for one in patients}
        alike = difflib.get_close_matches(code.casefold(), list(codes), n=2, cutoff=_ALIKE)
        return Known(
            code=code,
            patient=None,
            last_visit=None,
            last_sites=(),
            picture=None,
            lesions=(),
            alike=tuple(codes[one] for one in alike),
        )
    visits = [
        visit for visit in library.visits(patient.id) if library.photographs(visit_id=visit.id)
    ][-1:]
    photographs = library.photographs(visit_id=visits[0].id) if visits else ()
    sites = dict.fromkeys(one.site for one in photographs if one.site is not None)
    picture = None
    if photographs:
        path = library.originals.thumbnail_path(photographs[0].photograph.sha256)
        picture = path.read_bytes() if path.is_file() else None
    return Known(
        code=code,
        patient=patient,
        last_visit=visits[0] if visits else None,
        last_sites=tuple(sites),
        picture=picture,
        lesions=tuple(lesion.label for lesion in library.lesions(patient.id)),
        alike=(),
    )


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
        incoming: Incoming,
        *,
        has_tick: bool,
        is_ticked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.known = known
        self.has_tick = has_tick
        self.first = incoming
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
        head = Label(title.format(code=code), "section", "doubt" if is_new else "1", wraps=True)
        head.setToolTip(known.code)
        layout.addWidget(head)
        pictures = QHBoxLayout()
        pictures.setSpacing(12)
        if known.last_visit is not None:
            caption = self.tr("{day}, last visit").format(
                day=in_words.day(known.last_visit.visited_on)
            )
            pictures.addWidget(Picture(known.picture, caption))
        shown = incoming.scanned.thumbnail if incoming.scanned is not None else None
        pictures.addWidget(Picture(shown, self.tr("these photographs")))
        pictures.addStretch(1)
        layout.addLayout(pictures)
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
        self.box.setVisible(has_tick)
        self.box.toggled.connect(self.ticked)
        layout.addWidget(self.box)

    @property
    def is_confirmed(self) -> bool:
        """Whether nothing more needs to be said: ticked, or answered by the main button."""
        return self.box.isChecked() or not self.has_tick

    def _told(self) -> str:
        known = self.known
        if known.patient is None:
            if known.alike:
                return self.tr(
                    "No patient of this library has this code, but one is much like it: compare "
                    "them letter by letter."
                )
            return self.tr("No patient of this library has this code: check it letter by letter.")
        if known.last_visit is None:
            return self.tr("No photographs yet.")
        sites = ", ".join(site.words for site in known.last_sites)
        told = self.tr("Last time: {sites}.").format(sites=sites) if sites else ""
        if known.lesions:
            lesions = ", ".join(known.lesions[:8]) + (" …" if len(known.lesions) > 8 else "")
            told = f"{told} " + self.tr("Lesions: {lesions}.").format(lesions=lesions)
        return told.strip()


class Picture(QWidget):
    """A small picture on the dark surround, with words beneath."""

    def __init__(self, data: bytes | None, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage() if data is None else QImage.fromData(data)
        self._caption = caption
        self.setFixedSize(146, 130)
        self.setAccessibleName(caption)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current()
        frame = self.rect().adjusted(0, 0, 0, -20)
        edge = QPainterPath()
        edge.addRoundedRect(frame, 3, 3)
        painter.fillPath(edge, QColor(tokens.photo_surround))
        if not self._image.isNull():
            size = self._image.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(frame.topLeft(), QSize(size))
            target.moveCenter(frame.center())
            painter.save()
            painter.setClipPath(edge)
            painter.drawImage(target, self._image)
            painter.restore()
        painter.setPen(QColor(tokens.text2))
        painter.setFont(theme.font("caption"))
        painter.drawText(
            self.rect().adjusted(0, frame.height() + 4, 0, 0),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
            self._caption,
        )


def shortened(code: str) -> str:
    """Return a code short enough for a button: its head and its tail."""
    if len(code) <= _SHOWN_CODE:
        return code
    half = _SHOWN_CODE // 2 - 1
    return f"{code[:half]}…{code[-half:]}"
