"""The lesions of a patient, one at a time: where exactly, what it looked like first, its lineage.

Hides that the mark of the sentinel lesion moves from one to another, and how a lineage is told.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.model import (
    Aetiology,
    Aspect,
    EndReason,
    Lesion,
    LesionDetail,
    LinkKind,
    Morphology,
    PartialDate,
    Precision,
)
from woundtrack.ui.body_map import drawing
from woundtrack.ui.body_map.sites import home_of
from woundtrack.ui.components import DropDown, KeyButton, Label, LesionChip, words
from woundtrack.ui.record.lesion_detail_map import DIAGRAM, PointMap
from woundtrack.ui.record.partial_date_field import PartialDateField
from woundtrack.ui.record.patient_draft import Part
from woundtrack.ui.record.patient_form import Section
from woundtrack.ui.record.patient_words import choices_of, word_of

if TYPE_CHECKING:
    from woundtrack.model import LesionLink
    from woundtrack.ui.record.patient_draft import PatientDraft


_TWO_COLUMNS: Final = 1180  # the place, and beside it the course


class LesionSection(Section):
    """What is known of each lesion beside its outlines."""

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Lesions")
        self.setAccessibleName(self.title)
        self._lesion_id: str | None = None
        self.none = Label(
            self.tr("No lesion is recorded yet: one begins with its first outline in Review."),
            "body",
            "2",
            wraps=True,
        )
        self.rows.addWidget(self.none)
        self.lesion = DropDown()
        self.lesion.setAccessibleName(self.tr("Lesion"))
        self.lesion.setMinimumWidth(260)
        self.lesion.activated.connect(self._choose)
        self.chip = LesionChip()
        self.sentinel = self.tick(
            self._part, "is_sentinel", self.tr("Sentinel lesion: the one that a study follows")
        )
        self.sentinel.setToolTip(
            self.tr("A patient has one sentinel lesion at most: to tick it here unticks another.")
        )
        head = QWidget()
        across = QHBoxLayout(head)
        across.setContentsMargins(0, 0, 0, 8)
        across.setSpacing(12)
        across.addWidget(self.chip)
        across.addWidget(self.lesion)
        across.addWidget(self.sentinel)
        across.addStretch(1)
        self.rows.addWidget(head)
        self._whole = [head]
        halves = self.halves(_TWO_COLUMNS)
        self._build_place(halves.first)
        self._into = halves.second
        self._build_course()
        self._build_lineage()
        self.rows.addStretch(1)
        self.watch(self._show_lesion)

    def parts(self) -> tuple[Part, ...]:
        lesions = () if self.draft is None else self.draft.lesions
        return tuple(Part(LesionDetail, lesion.id) for lesion in lesions)

    def show_draft(self, draft: PatientDraft) -> None:
        """Show a draft; the lesion in view stays, where it is one of this patient's."""
        known = [lesion.id for lesion in draft.lesions]
        if self._lesion_id not in known:
            self._lesion_id = known[0] if known else None
        with QSignalBlocker(self.lesion):
            self.lesion.clear()
            for lesion in draft.lesions:
                self.lesion.addItem(f"{lesion.label} · {lesion.site.words.capitalize()}")
            self.lesion.setCurrentIndex(known.index(self._lesion_id) if self._lesion_id else -1)
        super().show_draft(draft)

    def choose(self, lesion_id: str) -> None:
        """Bring a lesion into view."""
        draft, self._lesion_id = self.draft, lesion_id
        if draft is not None:
            self.draft = None  # what was typed of another lesion doesn't stay
            self.show_draft(draft)

    # --- building --------------------------------------------------------------------------------

    def _part(self) -> Part:
        return Part(LesionDetail, self._lesion_id or "")

    def _build_place(self, column: QVBoxLayout) -> None:
        self.map = PointMap()
        self.map.pointed.connect(self._point)
        self.map.cleared.connect(lambda: self._point(None, None))
        self._where = Label("", "label", "2", wraps=True)
        beside = QWidget()
        down = QVBoxLayout(beside)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(8)
        aspect, in_words = self.tr("Face"), self.tr("Place, in words")
        self.aspects = self.ticks(self._part, "aspects", Aspect, name=aspect)
        self.site_text = self.text(
            self._part, "site_text", name=in_words, hint=self.tr("such as 4 cm above the knee")
        )
        down.addWidget(self._where)
        down.addWidget(Label(self.tr("Face, two at most"), "label", "2"))
        down.addWidget(self.aspects)
        down.addWidget(Label(in_words, "label", "2"))
        down.addWidget(self.site_text)
        down.addStretch(1)
        holder = QWidget()
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 8)
        across.setSpacing(16)
        across.addWidget(self.map)
        across.addWidget(beside, 1)
        column.addWidget(holder)
        self._whole.append(holder)
        self._refusals.append(self._too_many_faces)

    def _build_course(self) -> None:
        onset, form = self.tr("Began"), self.tr("Looked like at first")
        self.onset = self.day(self._part, "onset", name=onset)
        self.morphology = self.ticks(self._part, "morphology_at_entry", Morphology, name=form)
        cause = self.tr("Comes from")
        self.aetiology = self.choice(self._part, "aetiology", Aetiology, name=cause)
        ended, why = self.tr("Ended"), self.tr("Ended because")
        self.ended_on = self.day(self._part, "ended_on", name=ended)
        self.end_reason = self.choice(
            self._part, "end_reason", EndReason, name=why, has_unknown=False
        )
        self._whole += [
            self.row(
                onset, self.onset, caption=self.tr("rarely the first photograph"), into=self._into
            ),
            self.row(form, self.morphology, into=self._into),
            self.row(cause, self.aetiology, into=self._into),
            self.row(ended, self.ended_on, into=self._into),
            self.row(why, self.end_reason, into=self._into),
        ]

    def _build_lineage(self) -> None:
        self._lineage = QVBoxLayout()
        self._lineage.setSpacing(4)
        self.kind = DropDown()
        self.kind.setAccessibleName(self.tr("Kind of link"))
        self._kinds = [kind for kind, _ in choices_of(LinkKind)]
        for _, said in choices_of(LinkKind):
            self.kind.addItem(said)
        self.other = DropDown()
        self.other.setAccessibleName(self.tr("The other lesion"))
        self.other.setMinimumWidth(120)
        self.other.setMaximumWidth(190)
        self.linked_on = PartialDateField(name=self.tr("Day of the link"))
        self.linked_on.setFixedWidth(116)
        self.linked_on.line.setPlaceholderText(self.tr("day"))
        self.add = KeyButton(self.tr("Link"), size="control", icon="plus")
        self.add.clicked.connect(self._link)
        self._link_said = Label("", "label", "doubt", wraps=True)
        self._link_said.hide()
        line = QHBoxLayout()
        line.setSpacing(8)
        for widget in (self.kind, self.other, self.linked_on, self.add):
            line.addWidget(widget)
        line.addStretch(1)
        holder = QWidget()
        down = QVBoxLayout(holder)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(6)
        down.addLayout(self._lineage)
        down.addLayout(line)
        down.addWidget(self._link_said)
        self.unlink: list[KeyButton] = []
        self.links: list[str] = []
        self._whole.append(self.row(self.tr("Merged, split, came back"), holder, into=self._into))

    # --- showing ---------------------------------------------------------------------------------

    @property
    def _lesion(self) -> Lesion | None:
        lesions = () if self.draft is None else self.draft.lesions
        return next((one for one in lesions if one.id == self._lesion_id), None)

    def _show_lesion(self, draft: PatientDraft) -> None:
        lesion = self._lesion
        self.none.setVisible(lesion is None)
        for widget in self._whole:
            widget.setVisible(lesion is not None)
        if lesion is None:
            return
        self.chip.set_lesion(lesion.label, lesion.number)
        part = self._part()
        others = []
        for one in draft.lesions:
            at = _point_of(draft, Part(LesionDetail, one.id))
            if one.id != lesion.id and at is not None:
                others.append(at)
        self.map.show_point(_point_of(draft, part), others, _start(lesion))
        self._where.setText(self._where_words(draft, lesion))
        self._show_lineage(draft, lesion)

    def _where_words(self, draft: PatientDraft, lesion: Lesion) -> str:
        site = lesion.site.words.capitalize()
        at = _point_of(draft, self._part())
        if at is None:
            return self.tr("{site}. Click on the map to say where exactly.").format(site=site)
        region = self.map.region_at(at)
        is_there = region is not None and lesion.site.region in region.sites
        if is_there:
            return site
        return self.tr("{site}. The point lies elsewhere on the map.").format(site=site)

    def _show_lineage(self, draft: PatientDraft, lesion: Lesion) -> None:
        labels = {one.id: one.label for one in draft.lesions}
        while self._lineage.count():
            item = self._lineage.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.unlink, self.links = [], []
        for link in draft.links:
            if lesion.id not in {link.lesion_id, link.other_lesion_id}:
                continue
            said = link_words(link, labels)
            self.links.append(said)
            holder = QWidget()
            across = QHBoxLayout(holder)
            across.setContentsMargins(0, 0, 0, 0)
            across.addWidget(Label(said, "body"))
            away = KeyButton(self.tr("Take away"), kind="quiet", size="small")
            away.setAccessibleName(self.tr("Take away: {link}").format(link=said))
            away.clicked.connect(lambda _=False, link=link: self._unlink(link))
            across.addWidget(away)
            across.addStretch(1)
            self._lineage.addWidget(holder)
            self.unlink.append(away)
        chosen = self.other.currentData()
        with QSignalBlocker(self.other):
            self.other.clear()
            for one in draft.lesions:
                if one.id != lesion.id:
                    self.other.addItem(f"{one.label} · {one.site.words}", one.id)
            self.other.setCurrentIndex(max(0, self.other.findData(chosen)))
        has_others = self.other.count() > 0
        for widget in (self.kind, self.other, self.linked_on, self.add):
            widget.setVisible(has_others)

    # --- what a person does ----------------------------------------------------------------------

    def _choose(self, at: int) -> None:
        if self.draft is not None:
            self.choose(self.draft.lesions[at].id)

    def _point(self, x: float | None, y: float | None) -> None:
        if self.draft is None or self._lesion is None:
            return
        part = self._part()
        self.draft.set(part, "map_x", x)
        self.draft.set(part, "map_y", y)
        self.draft.set(part, "diagram", None if x is None else DIAGRAM)
        self.changed.emit()

    def _link(self) -> None:
        draft, lesion = self.draft, self._lesion
        if draft is None or lesion is None:
            return
        on = self.linked_on.value
        if on is None and not self.linked_on.line.text().strip():
            on = PartialDate.of(date.today())  # noqa: DTZ011  the person's own day
        if on is None or on.precision is not Precision.DAY:
            self._refuse_link(self.tr("A link needs its day, such as 11 Jun 2026."))
            return
        kind = self._kinds[self.kind.currentIndex()]
        try:
            draft.link(lesion.id, LinkKind(kind), str(self.other.currentData()), on.earliest)
        except ValueError:
            self._refuse_link(self.tr("These two lesions are linked already."))
            return
        self._refuse_link("")
        self.linked_on.set_value(None)
        self.changed.emit()

    def _unlink(self, link: LesionLink) -> None:
        if self.draft is not None:
            self.draft.unlink(link)
            self.changed.emit()

    def _refuse_link(self, said: str) -> None:
        self._link_said.setText(said)
        self._link_said.setVisible(bool(said))

    def _too_many_faces(self) -> tuple[QWidget, str] | None:
        faces = () if self.draft is None else self.draft.value(self._part(), "aspects")
        if isinstance(faces, tuple) and len(faces) > 2:
            return self.aspects, self.tr("A lesion has two faces at most: take one away.")
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() in keys and self.linked_on.line.hasFocus() and not event.modifiers():
            self._link()
            return
        super().keyPressEvent(event)


def link_words(link: LesionLink, labels: dict[str, str]) -> str:
    """Return a link with its day: ``A2 merged into A1, 3 May 2026``."""
    one, other = labels.get(link.lesion_id, "?"), labels.get(link.other_lesion_id, "?")
    said = f"{one} {word_of(link.kind)} {other}"
    return f"{said}, {words.day(link.on)}"


def _point_of(draft: PatientDraft, part: Part) -> tuple[float, float] | None:
    x, y = draft.value(part, "map_x"), draft.value(part, "map_y")
    return (x, y) if isinstance(x, float) and isinstance(y, float) else None


def _start(lesion: Lesion) -> tuple[float, float]:
    """Return where a lesion's site has its dot, in parts of the drawing; else the middle."""
    home, size = home_of(lesion.site), drawing().size
    if home is None:
        return 0.25, 0.4
    place = home[1]
    return (
        (place.x() - size.left()) / size.width(),
        (place.y() - size.top()) / size.height(),
    )
