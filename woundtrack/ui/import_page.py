"""The import room: photographs come in, are grouped into visits, get a patient and a site.

Hides the questions to be answered before anything is written: whose, where, which day, and whether
this is the right patient.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui import messages, theme
from woundtrack.ui.components import Card, KeyButton, Label, Message, Panel, paint_icon
from woundtrack.ui.components import words as in_words
from woundtrack.ui.import_batch import ImportBatch, Incoming, Place, State
from woundtrack.ui.import_visit import PlaceFields, VisitCard
from woundtrack.ui.session import Session

if TYPE_CHECKING:
    from woundtrack.model import Patient

PANEL_WIDTH = 352
PROBLEMS_SHOWN = 30


class ImportPage(QWidget):
    """Drop, look, answer, import; then review what is ready."""

    page_id = "import"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._batch = ImportBatch(session, self)
        self._visits: list[VisitCard] = []
        self._unread: list[Incoming] = []
        self._checks: dict[str, PatientCheck] = {}
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Import photographs"))

        self._pages = QStackedWidget()
        self._pages.addWidget(self._build_empty())
        self._pages.addWidget(self._build_list())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._build_panel())

        self._batch.scanned.connect(self._scanned)
        self._batch.moved.connect(self._moved)
        self._batch.stood_still.connect(self._refresh)
        session.actions.bind("import.add_files", self.choose_files, self)
        session.actions.bind("import.add_folder", self.choose_folder, self)
        session.actions.bind("import.start", self._go_on, self)
        session.library_opened.connect(self._clear)
        session.library_closed.connect(self._clear)
        session.undo_stack.indexChanged.connect(self._after_undo)
        self._refresh()

    # --- building --------------------------------------------------------------------------------

    def _build_empty(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(Label(self.tr("Import photographs"), "title"))
        self._big_drop = DropArea(self.tr("Drop photographs or a whole folder here"), is_big=True)
        self._big_drop.files_asked.connect(self.choose_files)
        self._big_drop.folder_asked.connect(self.choose_folder)
        layout.addSpacing(8)
        layout.addWidget(self._big_drop, 1)
        return page

    def _build_list(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 16, 16, 14)
        layout.setSpacing(12)
        self._title = Label("", "title")
        self._subtitle = Label("", "label", "2")
        layout.addWidget(self._title)
        layout.addWidget(self._subtitle)
        layout.setSpacing(4)

        for_all = Card()
        row = QHBoxLayout(for_all)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(Label(self.tr("All visits"), "body_strong"))
        self._for_all = PlaceFields(self.tr("all visits"))
        self._for_all.edited.connect(self._place_for_all)
        row.addWidget(self._for_all)
        hint = Label(self.tr("Set once; a visit can differ."), "label", "2")
        row.addWidget(hint, 1)
        layout.addSpacing(8)
        layout.addWidget(for_all)
        layout.addSpacing(8)

        self._list = QWidget()
        self._list_layout = QVBoxLayout(self._list)
        self._list_layout.setContentsMargins(0, 0, 0, 0)
        self._list_layout.setSpacing(12)
        self._drop = DropArea(self.tr("Drop more photographs or a folder here, or"), is_big=False)
        self._drop.files_asked.connect(self.choose_files)
        self._drop.folder_asked.connect(self.choose_folder)
        self._list_layout.addWidget(self._drop)
        self._list_layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._list)
        layout.addWidget(scroll, 1)
        return page

    def _build_panel(self) -> QWidget:
        panel = Panel("panel_right")
        panel.setFixedWidth(PANEL_WIDTH)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = Panel("bar")
        head_row = QHBoxLayout(head)
        head_row.setContentsMargins(16, 14, 16, 14)
        self._panel_title = Label("", "section")
        self._panel_note = Label("", "label", "2")
        head_row.addWidget(self._panel_title)
        head_row.addStretch(1)
        head_row.addWidget(self._panel_note)
        layout.addWidget(head)
        self._notes = QWidget()
        self._notes_layout = QVBoxLayout(self._notes)
        self._notes_layout.setContentsMargins(16, 14, 16, 14)
        self._notes_layout.setSpacing(12)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._notes)
        layout.addWidget(scroll, 1)
        foot = Panel("foot")
        foot_column = QVBoxLayout(foot)
        foot_column.setContentsMargins(16, 12, 16, 12)
        foot_column.setSpacing(6)
        self._main = KeyButton("", "", "main", size="large")
        self._main.clicked.connect(self._go_on)
        self._main.setSizePolicy(
            self._main.sizePolicy().Policy.Expanding, self._main.sizePolicy().Policy.Fixed
        )
        self._why = Label("", "label", "2", wraps=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        foot_column.addWidget(self._main)
        foot_column.addWidget(self._why)
        layout.addWidget(foot)
        return panel

    # --- coming and going ------------------------------------------------------------------------

    def enter(self, *, paths: Sequence[Path] = (), patient: Patient | None = None) -> None:
        """Show the room; ``paths`` are files and folders that were dropped somewhere."""
        self._offer_patients()
        chosen = patient or self._session.patient
        if chosen is not None and not self._for_all.patient_code and not self._visits:
            self._for_all.patient.setCurrentText(chosen.code)
        if self._is_finished() and paths:
            self._clear()
        if paths:
            self.add(paths)
        self._refresh()

    def leave(self) -> None:
        """Let the room go; an import under way goes on."""

    def add(self, paths: Sequence[Path]) -> None:
        """Look at files and folders and show them."""
        self._batch.add(paths)

    def choose_files(self) -> None:
        """Ask for photographs."""
        paths = ask_for_files(self)
        if paths:
            self.add(paths)

    def choose_folder(self) -> None:
        """Ask for a folder."""
        folder = ask_for_folder(self)
        if folder is not None:
            self.add([folder])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self._session.can_write:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.add(paths)

    def _clear(self) -> None:
        self._batch.stop()
        self._batch.deleteLater()
        self._batch = ImportBatch(self._session, self)
        self._batch.scanned.connect(self._scanned)
        self._batch.moved.connect(self._moved)
        self._batch.stood_still.connect(self._refresh)
        for visit in self._visits:
            visit.deleteLater()
        self._visits, self._unread, self._checks = [], [], {}
        self._for_all.patient.setCurrentText("")
        self._offer_patients()
        self._refresh()

    def _offer_patients(self) -> None:
        library = self._session.library
        codes = [] if library is None else [patient.code for patient in library.patients()]
        for fields in (self._for_all, *(visit.place for visit in self._visits)):
            fields.offer(codes)

    # --- photographs arrive ----------------------------------------------------------------------

    def _scanned(self, incoming: Incoming) -> None:
        if incoming.scanned is None:
            self._unread.append(incoming)
        else:
            self._visit_for(incoming.taken_on).add(incoming)
        self._refresh()

    def _visit_for(self, day: date | None) -> VisitCard:
        for visit in self._visits:
            days = {one.taken_on for one in visit.incoming}
            if days == {day}:
                return visit
        card = VisitCard(day)
        card.place.follow(self._for_all)
        card.edited.connect(self._refresh)
        self._visits.append(card)
        self._visits.sort(
            key=lambda visit: str(visit.incoming[0].taken_on if visit.incoming else day)
        )
        library = self._session.library
        if library is not None:
            card.place.offer([patient.code for patient in library.patients()])
        at = self._visits.index(card)
        self._list_layout.insertWidget(at, card)
        return card

    def _moved(self, incoming: Incoming) -> None:
        for visit in self._visits:
            if incoming in visit.incoming:
                visit.refresh()
        self._refresh()

    def _place_for_all(self) -> None:
        for visit in self._visits:
            if not visit.is_own_place:
                visit.place.follow(self._for_all)
        self._refresh()

    def _after_undo(self) -> None:
        """Let an import that was undone be done again from here."""
        library = self._session.library
        if library is None:
            return
        for incoming in self._all():
            if incoming.filed is None:
                continue
            is_out = library.photograph(incoming.filed.photograph.id).is_retired
            if is_out and incoming.state in (State.READY, State.IN_DOUBT):
                incoming.state = State.WAITING
            elif not is_out and incoming.state is State.WAITING:
                proposal = incoming.filed.proposal
                sound = proposal.calibration is not None and bool(proposal.outlines)
                incoming.state = State.READY if sound else State.IN_DOUBT
        for visit in self._visits:
            visit.refresh()
        self._refresh()

    # --- deciding --------------------------------------------------------------------------------

    def _all(self) -> list[Incoming]:
        return [incoming for visit in self._visits for incoming in visit.incoming]

    def _waiting(self) -> list[Incoming]:
        return [incoming for incoming in self._all() if incoming.state is State.WAITING]

    def _is_finished(self) -> bool:
        return bool(self._visits) and not self._waiting() and not self._batch.is_running

    def _items(self) -> list[tuple[Incoming, Place]]:
        """Return what can be imported now: photographs whose visit has all its answers."""
        items = []
        for visit in self._visits:
            site, day = visit.place.body_site, visit.day
            if site is None or day is None or not visit.place.patient_code:
                continue
            place = Place(patient_code=visit.place.patient_code, site=site, visited_on=day)
            items.extend((one, place) for one in visit.incoming if one.state is State.WAITING)
        return items

    def _why_not(self) -> str:
        """Return the question that is still open, or an empty text."""
        if self._session.why_read_only is not None:
            return self._session.why_read_only
        if self._batch.is_looking:
            return self.tr("Looking at the photographs…")
        open_visits = [
            visit
            for visit in self._visits
            if any(one.state is State.WAITING for one in visit.incoming)
        ]
        if any(not visit.place.patient_code for visit in open_visits):
            return self.tr("Whose photographs are these? Choose or type the patient code.")
        if any(visit.place.body_site is None for visit in open_visits):
            return self.tr("Where on the body were they taken? Choose the site.")
        if any(visit.day is None for visit in open_visits):
            return self.tr("These photographs carry no date. Give the day of the visit.")
        if any(not check.is_confirmed for check in self._checks.values()):
            return self.tr("Tick that this is the right patient.")
        return ""

    def _go_on(self) -> None:
        """Do what the main button says."""
        if self._batch.is_running:
            self._batch.stop()
        elif self._is_finished():
            first = next((one for one in self._all() if one.filed is not None), None)
            context = {}
            if first is not None and first.filed is not None:
                context["photograph_id"] = first.filed.photograph.id
            self._session.go("review", **context)
        elif not self._why_not():
            self._batch.start(self._items())
            self._refresh()

    # --- showing ---------------------------------------------------------------------------------

    def _refresh(self) -> None:
        everything = self._all() + self._unread
        self._pages.setCurrentIndex(1 if everything else 0)
        self._title.setText(
            self.tr("Import: {photographs} photographs, {visits} visits").format(
                photographs=len(everything), visits=len(self._visits)
            )
        )
        self._subtitle.setText(self.tr("Grouped by the day they were taken."))
        is_running = self._batch.is_running
        for visit in self._visits:
            is_done = all(one.state is not State.WAITING for one in visit.incoming)
            visit.set_editable(is_editable=not is_running and not is_done)
        self._for_all.setEnabled(not is_running)
        self._show_checks()
        self._show_notes(everything)
        self._show_button()

    def _show_button(self) -> None:
        waiting, why_not = len(self._waiting()), self._why_not()
        sound = sum(one.state in (State.READY, State.IN_DOUBT) for one in self._all())
        key = self._session.actions.keys_of("import.start")
        if self._batch.is_running:
            done, total = self._batch.done_of
            self._main.setText(self.tr("Stop"))
            self._main.set_key("")
            why_not = self.tr("{done} of {total} imported. What is done stays done.").format(
                done=done, total=total
            )
            is_enabled = True
        elif self._is_finished():
            self._main.setText(self.tr("Review the {n} that are ready").format(n=sound))
            self._main.set_key(key)
            why_not, is_enabled = "", sound > 0
        elif waiting:
            self._main.setText(self.tr("Import {n} photographs").format(n=waiting))
            self._main.set_key(key)
            is_enabled = not why_not
        else:
            self._main.setText(self.tr("Import"))
            self._main.set_key("")
            is_enabled = False
        self._main.setEnabled(is_enabled)
        self._main.updateGeometry()
        self._why.setText(why_not)
        self._why.setVisible(bool(why_not))

    def _show_checks(self) -> None:
        """Keep one right-patient check for each patient that photographs still wait for."""
        waiting: dict[str, list[Incoming]] = {}
        for visit in self._visits:
            for one in visit.incoming:
                if one.state is State.WAITING and visit.place.patient_code:
                    waiting.setdefault(visit.place.patient_code, []).append(one)
        if self._batch.is_running:
            waiting = {}
        for code in [code for code in self._checks if code not in waiting]:
            self._checks.pop(code).deleteLater()
        for code, photographs in waiting.items():
            if code not in self._checks:
                self._checks[code] = PatientCheck(self._session, code, photographs[0])
                self._checks[code].ticked.connect(self._show_button)
                self._notes_layout.insertWidget(0, self._checks[code])

    def _show_notes(self, everything: Sequence[Incoming]) -> None:
        while self._notes_layout.count() > len(self._checks):
            item = self._notes_layout.takeAt(len(self._checks))
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        problems = [one for one in everything if one.state is State.PROBLEM]
        doubts = [one for one in everything if one.state is State.IN_DOUBT]
        known = [one for one in everything if one.state is State.KNOWN]
        for one in problems[:PROBLEMS_SHOWN]:
            if one.error is not None:
                title = messages.title_of(one.error)
                self._notes_layout.addWidget(
                    Message("refuse", f"{one.path.name}: {title}", messages.sentence_of(one.error))
                )
        for one in doubts[:PROBLEMS_SHOWN]:
            if one.filed is not None:
                sentences = [messages.doubt_sentence(one) for one in one.filed.proposal.doubts]
                self._notes_layout.addWidget(Message("doubt", one.path.name, " ".join(sentences)))
        if known:
            text = " ".join(
                messages.sentence_of(one.error) for one in known[:3] if one.error is not None
            )
            title = self.tr("{n} already in the library").format(n=len(known))
            self._notes_layout.addWidget(
                Message("info", title, text or self.tr("Not imported twice."))
            )
        self._notes_layout.addStretch(1)
        count = len(problems)
        if count:
            self._panel_title.setText(self.tr("{n} not read").format(n=count))
            rest = len(everything) - count
            self._panel_note.setText(self.tr("The other {n} go on").format(n=rest) if rest else "")
        else:
            self._panel_title.setText(self.tr("Before importing"))
            self._panel_note.setText("")

    def sizeHint(self) -> QSize:
        return QSize(1302, 640)


class PatientCheck(Card):
    """The plain check that this is the right patient: what is known beside what comes in.

    Signals
    -------
    ticked()
        A person said yes, or took it back.
    """

    ticked = Signal()

    def __init__(
        self, session: Session, code: str, incoming: Incoming, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        layout.addWidget(Label(self.tr("Is this {code}?").format(code=code), "section"))
        pictures = QHBoxLayout()
        pictures.setSpacing(12)
        library = session.library
        known = None
        if library is not None:
            known = next((one for one in library.patients() if one.code == code), None)
        if library is not None and known is not None:
            visits = library.visits(known.id)
            photographs = library.photographs(patient_id=known.id)
            lesions = library.lesions(known.id)
            last = max(visits, key=lambda visit: visit.visited_on, default=None)
            if last is not None:
                text = self.tr("Last visit {day}; {lesions} lesions known.").format(
                    day=in_words.day(last.visited_on), lesions=len(lesions)
                )
            else:
                text = self.tr("No visit yet.")
            of_last = [one for one in photographs if last is not None and one.visit_id == last.id]
            if of_last:
                path = library.originals.thumbnail_path(of_last[-1].photograph.sha256)
                pictures.addWidget(Picture(QImage(str(path)), self.tr("last visit")))
        else:
            text = self.tr("This code is new in this library. Check it before going on.")
        if incoming.scanned is not None:
            image = QImage.fromData(incoming.scanned.thumbnail)
            pictures.addWidget(Picture(image, self.tr("these photographs")))
        pictures.addStretch(1)
        layout.addLayout(pictures)
        layout.addWidget(Label(text, "label", "2", wraps=True))
        self._box = QCheckBox(self.tr("Yes, these are of {code}").format(code=code))
        self._box.setFont(theme.font("body_strong"))
        self._box.toggled.connect(self.ticked)
        layout.addWidget(self._box)

    @property
    def is_confirmed(self) -> bool:
        """Whether a person said yes."""
        return self._box.isChecked()


class Picture(QWidget):
    """A small picture with words beneath."""

    def __init__(self, image: QImage, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image, self._caption = image, caption
        self.setFixedSize(132, 118)
        self.setAccessibleName(caption)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        tokens = theme.current()
        frame = self.rect().adjusted(0, 0, 0, -19)
        painter.fillRect(frame, QColor(tokens.photo_surround))
        if not self._image.isNull():
            fitted = self._image.scaled(
                frame.size() * 2,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            target = frame.adjusted(0, 0, 0, 0)
            target.setSize(fitted.size() / 2)
            target.moveCenter(frame.center())
            painter.drawImage(target, fitted)
        painter.setPen(QColor(tokens.text2))
        painter.setFont(theme.font("caption"))
        painter.drawText(
            self.rect().adjusted(0, frame.height() + 3, 0, 0),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
            self._caption,
        )


class DropArea(QFrame):
    """A dashed place to drop photographs on, with buttons for those who don't drag.

    Signals
    -------
    files_asked(), folder_asked()
        A button was pressed.
    """

    files_asked = Signal()
    folder_asked = Signal()

    def __init__(self, text: str, *, is_big: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_big = is_big
        files = KeyButton(self.tr("Choose files…"), icon="image")
        folder = KeyButton(self.tr("Choose a folder…"), icon="folder")
        files.clicked.connect(self.files_asked)
        folder.clicked.connect(self.folder_asked)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        if is_big:
            layout = QVBoxLayout(self)
            layout.addStretch(1)
            layout.addSpacing(64)
            head = Label(text, "section")
            head.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(head)
            note = Label(
                self.tr("JPEG, PNG, TIFF, WebP or HEIC. They are copied; the originals stay."),
                "body",
                "2",
            )
            note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(note)
            layout.addSpacing(12)
            buttons.addStretch(1)
            buttons.addWidget(files)
            buttons.addWidget(folder)
            buttons.addStretch(1)
            layout.addLayout(buttons)
            layout.addStretch(2)
        else:
            row = QHBoxLayout(self)
            row.setContentsMargins(16, 14, 16, 14)
            row.addStretch(1)
            row.addSpacing(28)
            row.addWidget(Label(text, "body", "2"))
            row.addSpacing(4)
            row.addWidget(files)
            row.addWidget(folder)
            row.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current()
        pen = QPen(QColor(tokens.edge), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.inset))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
        if self._is_big:
            middle = self.rect().center()
            area = self.rect().adjusted(0, 0, 0, 0)
            area.setSize(QSize(44, 44))
            area.moveCenter(middle)
            area.moveTop(self.rect().height() // 3 - 30)
            paint_icon(painter, area, "download-simple", tokens.text2)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)


def ask_for_files(parent: QWidget) -> list[Path]:
    """Ask for photographs; empty when the person thinks better of it."""
    names, _ = QFileDialog.getOpenFileNames(
        parent,
        parent.tr("Choose photographs"),
        "",
        parent.tr("Photographs (*.jpg *.jpeg *.png *.tif *.tiff *.webp *.heic *.heif)")
        + ";;"
        + parent.tr("All files (*)"),
    )
    return [Path(name) for name in names]


def ask_for_folder(parent: QWidget) -> Path | None:
    """Ask for a folder of photographs, or None."""
    name = QFileDialog.getExistingDirectory(parent, parent.tr("Choose a folder of photographs"))
    return Path(name) if name else None
