"""The card of the score in the record room: how far it is answered, its total, and the way to it.

Hides reading the scores, the definitions and the measurements that answers are suggested from; the
sheet that asks is ``score_sheet``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.healing.scores import Instrument, Progress, Status, Subject, facts_of
from woundtrack.model import PainScale
from woundtrack.ui import theme
from woundtrack.ui.components import Card, KeyButton, Label, words
from woundtrack.ui.record import patient_commands
from woundtrack.ui.record.score_draft import ScoreDraft, draft_of
from woundtrack.ui.record.score_words import amount, total_words

if TYPE_CHECKING:
    from woundtrack.model import Lesion, Score
    from woundtrack.ui.record.score_sheet import ScoreSheet
    from woundtrack.ui.session import Session

FIRST: Final = "bwat"
"""The instrument that is offered before anybody chose one: it has a total."""
_CHOICE: Final = "record/score"
_PAIN: Final = frozenset(scale.value.lower() for scale in PainScale)
"""Pain is asked in the form of the visit, so these are not offered a second time."""


class ScoreCard(Card):
    """The score of one lesion, or of the patient, on one day.

    The record room puts it at its side, tells it what is in view by ``show_for``, and binds F4
    (``record.score``) to ``open``. It follows ``session.library_changed`` by itself.

    Parameters
    ----------
    session
        Its library is read and written.

    Signals
    -------
    recorded(Score)
        Answers were recorded.
    """

    recorded = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._on: date | None = None
        self._visit_id: str | None = None
        self._lesion: Lesion | None = None
        self._kept: dict[tuple[str | None, str | None, date, str], ScoreDraft] = {}
        self._sheet: ScoreSheet | None = None
        self._told: set[str] = set()
        self.draft: ScoreDraft | None = None
        self.title = Label("", "section", wraps=True)
        self.count = Label("", "label", "2")
        self.bar = ProgressBar()
        self.said = Label("", "label", "2", wraps=True)
        self.button = KeyButton("", self.tr("F4"))
        self.button.clicked.connect(self.open)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.bar)
        layout.addWidget(self.said)
        layout.addWidget(self.button)
        session.library_changed.connect(self._follow)
        session.library_closed.connect(self.show_nothing)
        self.show_nothing()

    # --- what is in view -------------------------------------------------------------------------

    def show_for(self, on: date, *, visit_id: str | None, lesion: Lesion | None) -> None:
        """Show the score of a day.

        Parameters
        ----------
        on
            The day of the visit, which may not be recorded yet: ``visit_id`` is None then.
        lesion
            The lesion in view; None for what is asked of the patient as a whole.
        """
        self._on, self._visit_id, self._lesion = on, visit_id, lesion
        self._read()

    def show_nothing(self) -> None:
        """Show that there is nothing to score: no patient, or no library."""
        self._on, self._visit_id, self._lesion = None, None, None
        self._kept.clear()
        self._read()

    @property
    def offered(self) -> tuple[Instrument, ...]:
        """The instruments that can be answered of what is in view."""
        return self._offered(workflow.known_instruments(self._session.library))

    def _offered(self, known: workflow.Instruments) -> tuple[Instrument, ...]:
        subject = Subject.PATIENT if self._lesion is None else Subject.LESION
        return tuple(one for one in known.in_use if one.subject is subject and one.id not in _PAIN)

    # --- answering -------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the sheet that asks; nothing where there is nothing to score (F4)."""
        if self.draft is None or not self._session.can_write:
            return
        for fault in workflow.known_instruments(self._session.library).faults:
            if str(fault) not in self._told:  # once is enough
                self._told.add(str(fault))
                self._session.problem.emit(fault)
        self.sheet.ask(self.draft, self.offered, self._lesion)

    @property
    def sheet(self) -> ScoreSheet:
        """The sheet that asks; it is made when it is first asked for."""
        if self._sheet is None:
            from woundtrack.ui.record.score_sheet import ScoreSheet

            self._sheet = ScoreSheet(self.window())
            self._sheet.kept.connect(self._record)
            self._sheet.left.connect(self._keep)
            self._sheet.other_asked.connect(self._ask_other)
            self._sheet.retired.connect(self._take_out)
        return self._sheet

    def _record(self, draft: ScoreDraft) -> None:
        name = draft.instrument.name
        if self._lesion is not None:
            name = f"{name}, {self._lesion.label}"
        try:
            (entry,) = patient_commands.record(
                self._session,
                [draft.entry(self._session.person)],
                self.tr("Score {name}").format(name=name),
            )
        except WoundtrackError as problem:
            self._keep(draft)
            self._session.problem.emit(problem)
            return
        self._kept.pop(self._key(draft.instrument), None)
        self._read()
        self._session.said.emit(self.tr("{name} is recorded.").format(name=name))
        self.recorded.emit(entry)

    def _take_out(self, draft: ScoreDraft) -> None:
        if draft.recorded is None:
            return
        name = draft.instrument.name
        said = self.tr("Taking out {name}").format(name=name)
        try:
            patient_commands.retire(self._session, draft.recorded, said)
        except WoundtrackError as problem:
            self._session.problem.emit(problem)
            return
        self._kept.pop(self._key(draft.instrument), None)
        self._read()
        self._session.said.emit(self.tr("{name} is taken out.").format(name=name))

    def _keep(self, draft: ScoreDraft) -> None:
        """Keep answers that were left without recording them: nobody answers thirteen twice."""
        if draft.is_changed:
            self._kept[self._key(draft.instrument)] = draft
        else:
            self._kept.pop(self._key(draft.instrument), None)
        self._read()

    def _ask_other(self, instrument: Instrument, draft: ScoreDraft) -> None:
        """Ask another instrument in place of the one whose answers so far are kept."""
        self._keep(draft)
        if self._session.choices is not None:
            self._session.choices.keep_choice(_CHOICE, instrument.id)
        self._read(instrument)
        if self.draft is not None:
            self.sheet.ask(self.draft, self.offered, self._lesion)

    # --- reading ---------------------------------------------------------------------------------

    def _follow(self, kinds: frozenset[str]) -> None:
        if kinds & {"record", "assessments", "patients"}:
            self._read()

    def _key(self, instrument: Instrument) -> tuple[str | None, str | None, date, str]:
        patient = self._session.patient
        return (
            None if patient is None else patient.id,
            None if self._lesion is None else self._lesion.id,
            self._on or date.min,
            instrument.id,
        )

    def _read(self, chosen: Instrument | None = None) -> None:
        self.draft = self._draft(chosen)
        self._show()

    def _draft(self, chosen: Instrument | None) -> ScoreDraft | None:
        session = self._session
        library, patient, on = session.library, session.patient, self._on
        if library is None or patient is None or on is None:
            return None
        lesion_id = None if self._lesion is None else self._lesion.id
        record = workflow.record_of(library, patient)
        known = workflow.known_instruments(library)
        offered = self._offered(known)
        if not offered:
            return None
        instrument = chosen or self._chosen(offered, record.scores, lesion_id)
        today = next(
            (
                one
                for one in reversed(record.scores)
                if (one.instrument, one.lesion_id, one.on) == (instrument.id, lesion_id, on)
            ),
            None,
        )
        if today is not None:  # what was answered stays with the version it was answered in
            instrument = known.find(instrument.id, today.instrument_version) or instrument
        facts = {}
        if self._lesion is not None and self._visit_id is not None:
            visit_id = self._visit_id
            assessed = [
                one
                for one in library.assessments(lesion_id=self._lesion.id)
                if one.visit_id == visit_id
            ]
            facts = facts_of(
                assessed[-1] if assessed else None, record.finding_of(self._lesion.id, visit_id)
            )
        made = draft_of(
            record,
            instrument,
            lesion_id=lesion_id,
            on=on,
            visit_id=self._visit_id,
            suggestions=instrument.suggestions(facts),
        )
        kept = self._kept.get(self._key(instrument))
        if kept is not None and kept.recorded == made.recorded:
            return replace(
                made, given=kept.given, no_answer=kept.no_answer, rated_from=kept.rated_from
            )
        return made

    def _chosen(
        self, offered: tuple[Instrument, ...], scores: tuple[Score, ...], lesion_id: str | None
    ) -> Instrument:
        """Return the instrument chosen last, or the one that this lesion was scored with last."""
        choices = self._session.choices
        wanted = [None if choices is None else choices.choice(_CHOICE)]
        wanted += [one.instrument for one in reversed(scores) if one.lesion_id == lesion_id][:1]
        wanted.append(FIRST)
        for instrument_id in wanted:
            found = next((one for one in offered if one.id == instrument_id), None)
            if found is not None:
                return found
        return offered[0]

    def _show(self) -> None:
        draft = self.draft
        for widget in (self.count, self.bar):
            widget.setVisible(draft is not None)
        if draft is None:
            self.title.setText(self.tr("Score"))
            self.title.setToolTip("")
            self.said.setText(
                self.tr("Scores are answered for a lesion, and there is none here yet.")
                if self._on is not None
                else self.tr("Choose a patient and a visit to score.")
            )
            self.button.setText(self.tr("Score…"))
            self.button.setEnabled(False)
            self.button.setVisible(self._on is None)
            self.setAccessibleName(self.title.text())
            return
        progress = draft.progress
        name = draft.instrument.name
        self.title.setText(name if self._lesion is None else f"{name}, {self._lesion.label}")
        self.title.setToolTip(draft.instrument.title)
        self.count.setText(
            self.tr("{n} of {all} answered").format(n=progress.answered, all=progress.of)
        )
        self.bar.show_progress(progress)
        self.button.show()
        self.said.setText(self._sentence(draft))
        self.said.set_tone("doubt" if draft.is_changed else "2")
        self.button.setEnabled(self._session.can_write)
        self.button.setToolTip(self._session.why_read_only or "")
        self.button.setText(self._button_words(draft))
        self.button.updateGeometry()
        self.setAccessibleName(f"{self.title.text()}, {self.count.text()}. {self.said.text()}")

    def _sentence(self, draft: ScoreDraft) -> str:
        parts = []
        if draft.is_changed:
            parts.append(self.tr("Not recorded yet."))
        parts.append(total_words(draft))
        if draft.last is not None:
            if draft.last_total is not None:
                total = amount(draft.last_total)
                said = self.tr("{day}: {total}.").format(day=words.day(draft.last.on), total=total)
            else:
                said = self.tr("Scored last on {day}.").format(day=words.day(draft.last.on))
            parts.append(said)
        if draft.instrument.status is Status.UNVERIFIED:
            parts.append(self.tr("Not verified: see the sheet."))
        return " ".join(parts)

    def _button_words(self, draft: ScoreDraft) -> str:
        progress = draft.progress
        left = progress.of - progress.answered - progress.not_assessable
        if not progress.answered and not progress.not_assessable:
            return self.tr("Answer {name}…").format(name=draft.instrument.name)
        if left:
            return words.counted(
                left, self.tr("Answer the other one…"), self.tr("Answer the other {n}…")
            )
        return self.tr("Look at the answers…")


class ProgressBar(QWidget):
    """A piece for every item: filled where answered, outlined where it can't be assessed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._progress = Progress(answered=0, not_assessable=0, of=1)
        self.setFixedHeight(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_progress(self, progress: Progress) -> None:
        """Show how far the answers are."""
        self._progress = progress
        said = self.tr("{n} of {all} answered").format(n=progress.answered, all=progress.of)
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = max(1, self._progress.of)
        width = (self.width() - 4 * (count - 1)) / count
        answered, out = self._progress.answered, self._progress.not_assessable
        for place in range(count):
            area = QRectF(place * (width + 4), 0.5, width, 5)
            is_out = answered <= place < answered + out
            painter.setPen(QPen(QColor(tokens.accent), 1) if is_out else QPen(QColor(0, 0, 0, 0)))
            painter.setBrush(
                QColor(
                    tokens.accent if place < answered else tokens.surface if is_out else tokens.line
                )
            )
            painter.drawRoundedRect(area, 2.5, 2.5)
