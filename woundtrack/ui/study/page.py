"""The Study room: the cohort's figures, who is in them, and what was computed.

Hides when the cohort is read anew, and that reading and computing happen on a worker.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack.healing.cohort_chart import lay_out_curves, lay_out_incidence
from woundtrack.healing.cohort_page import Look
from woundtrack.healing.cohort_words import curves_caption, incidence_caption
from woundtrack.healing.competing import Outcome
from woundtrack.model import Agent, CohortUnit
from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, Label, Panel, words
from woundtrack.ui.study.computing import read_cohort
from woundtrack.ui.study.empty import EmptyStudy
from woundtrack.ui.study.figure_card import FigureCard
from woundtrack.ui.study.filter_bar import FilterBar
from woundtrack.ui.study.look_bar import LookBar
from woundtrack.ui.study.numbers import curve_numbers, incidence_numbers
from woundtrack.ui.study.readers import Readers
from woundtrack.ui.study.said import cohort_words, counted, patients
from woundtrack.ui.study.saving import ask_figure, saved_words
from woundtrack.ui.timeline.chart_painter import text_width
from woundtrack.workflow.study_figures import (
    Choice,
    Figures,
    compute,
    save_curves,
    save_incidence,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task
    from woundtrack.workflow.cohort import Cohort

_READ: Final = "study cohort"
_COMPUTE: Final = "study figures"
_READ_KINDS: Final = frozenset({"patients", "photographs", "assessments", "record"})
"""What a cohort is made of, of the session's kinds."""
_FIGURES_HEIGHT: Final = 300
_ROW_HEIGHT: Final = 16
_ROWS_AT_ONCE: Final = 4
"""So many rows at risk fit under a figure; each more makes it higher."""


class StudyPage(QWidget):
    """The whole library as a cohort."""

    page_id = "study"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._cohort: Cohort | None = None
        self._figures: Figures | None = None
        self._reading: Task | None = None
        self._is_entered = False
        self._is_stale = True
        self._is_with_unasked = session.settings.exports_unasked
        self._build()
        actions = session.actions
        actions.bind("study.save_curves", self.save_curves, self)
        actions.bind("study.save_incidence", self.save_incidence, self)
        actions.bind("study.clear", self.filters.clear, self)
        actions.bind("study.read", self._read, self)
        session.library_changed.connect(self._follow)
        session.library_opened.connect(self._forget)
        session.library_closed.connect(self._forget)
        session.settings_changed.connect(self._follow_settings)
        session.tasks.ended.connect(self._note_end)

    # --- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        actions = self._session.actions
        head = Panel("bar")
        head.setFixedHeight(48)
        in_head = QHBoxLayout(head)
        in_head.setContentsMargins(16, 0, 16, 0)
        in_head.setSpacing(12)
        in_head.addWidget(Label(self.tr("Study"), "patient"))
        self._said = Label("", "label", "2")
        in_head.addWidget(self._said)
        in_head.addStretch(1)
        self.export_button = KeyButton.of(
            actions["library.export"], kind="main", icon="export", text=self.tr("Export data…")
        )
        self.readings_button = KeyButton.of(actions["library.readings"], icon="eye")
        in_head.addWidget(self.readings_button)
        in_head.addWidget(self.export_button)

        self.curves = FigureCard(self.tr("Area over time"), self._save_button("study.save_curves"))
        self.incidence = FigureCard(
            self.tr("Cumulative incidence"), self._save_button("study.save_incidence")
        )
        self.readers = Readers(self._session)
        cards = QWidget()
        self._cards = QGridLayout(cards)
        self._cards.setContentsMargins(16, 0, 16, 12)
        self._cards.setSpacing(12)
        self._cards.addWidget(self.curves, 0, 0)
        self._cards.addWidget(self.incidence, 0, 1)
        self._cards.addWidget(self.readers, 1, 0, 1, 2)
        for column in (0, 1):
            self._cards.setColumnStretch(column, 1)
        self._cards.setRowStretch(0, 3)
        self._cards.setRowStretch(1, 2)
        self._cards.setRowMinimumHeight(0, _FIGURES_HEIGHT)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(cards)
        scroll.viewport().setAutoFillBackground(False)
        cards.setAutoFillBackground(False)
        self.empty = EmptyStudy(self._session)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(scroll)

        clear = KeyButton.of(
            actions["study.clear"], kind="quiet", size="small", text=self.tr("Clear")
        )
        self.look = LookBar(self._session)
        self.look.changed.connect(self._recompute)
        self.look.cause_changed.connect(self._show)
        self.filters = FilterBar(clear)
        self.filters.changed.connect(self._lend_filter)
        self.filters.changed.connect(self._recompute)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.look)
        layout.addWidget(self.filters)
        layout.addWidget(self.pages, 1)
        order = (
            self.readings_button,
            self.export_button,
            *self.look.fields,
            *self.filters.fields,
            clear,
            self.curves.face,
            self.curves.save_button,
            self.curves.table,
            self.incidence.face,
            self.incidence.save_button,
            self.incidence.table,
            *self.readers.fields,
        )
        for before, after in pairwise(order):
            if before is not None and after is not None:
                self.setTabOrder(before, after)

    def _save_button(self, action_id: str) -> KeyButton:
        return KeyButton.of(
            self._session.actions[action_id],
            kind="quiet",
            size="small",
            icon="export",
            text=self.tr("Save figure…"),
        )

    # --- coming and going ------------------------------------------------------------------------

    def enter(self, **_context: object) -> None:
        """Be shown; the cohort is read where anything was written since."""
        self._is_entered = True
        self._lend_filter()
        if self._is_stale:
            self._read()
        self.readers.enter()
        for cell in self.look.unit.findChildren(QAbstractButton):
            if cell.isChecked():
                cell.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Be hidden: what is under way is stopped, and begun anew on coming back."""
        self._is_entered = False
        self.readers.leave()
        self._session.cohort_filter = None
        if self._reading is not None:
            self._is_stale = True
        self._session.tasks.cancel(_READ)
        self._session.tasks.cancel(_COMPUTE)

    def _lend_filter(self) -> None:
        """Let an export that is begun here hold only who passes the filters."""
        wanted = self.filters.value
        self._session.cohort_filter = None if wanted.is_empty else wanted

    def _forget(self) -> None:
        self._cohort, self._figures = None, None
        self._is_stale = True
        self._show()

    def _follow(self, kinds: frozenset[str]) -> None:
        if kinds & _READ_KINDS:
            self._note_stale()

    def _follow_settings(self) -> None:
        """Read anew where those whom nobody asked come in, or go out."""
        if self._session.settings.exports_unasked is not self._is_with_unasked:
            self._note_stale()

    def _note_stale(self) -> None:
        self._is_stale = True
        if self._is_entered:
            self._read()

    # --- reading and computing -------------------------------------------------------------------

    def _read(self) -> None:
        library = self._session.library
        if library is None:
            return
        self._is_stale = False
        self._is_with_unasked = self._session.settings.exports_unasked
        self._reading = self._session.tasks.run(
            read_cohort,
            library.path,
            with_unasked=self._is_with_unasked,
            on_done=self._take_cohort,
            key=_READ,
            says=self.tr("Reading the cohort"),
        )
        self._show()

    def _note_end(self, task: Task) -> None:
        """Say that reading was stopped, where a person stopped it."""
        if task is self._reading:
            self._reading = None
            self._show()

    def _take_cohort(self, cohort: Cohort) -> None:
        self._cohort, self._reading = cohort, None
        given = {agent for one in cohort.patients for agent in one.agents}
        agents = sorted(given, key=list(Agent).index)
        self.look.offer(agents)
        self.filters.offer(agents)
        self._recompute()

    @property
    def choice(self) -> Choice:
        """How the cohort is looked at."""
        return self.look.choice(self.filters.value)

    def _recompute(self, _changed: object = None) -> None:
        if self._cohort is None or not self._is_entered:
            return
        self._session.tasks.run(
            compute,
            self._cohort,
            self.choice,
            on_done=self._take_figures,
            key=_COMPUTE,
            says=self.tr("Computing the figures"),
        )

    def _take_figures(self, figures: Figures) -> None:
        self._figures = figures
        self._show()

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def said(self) -> str:
        """What is said beside the room's name."""
        return self._said.text()

    @property
    def figures(self) -> Figures | None:
        """What is shown, once it was computed."""
        return self._figures

    def _show(self, _changed: object = None) -> None:
        figures, cohort = self._figures, self._cohort
        has_any = figures is not None and bool(figures.passing)
        for action_id in ("study.save_curves", "study.save_incidence"):
            self._session.actions.switch(
                action_id, has_any, self.tr("There is no figure to save yet.")
            )
        is_set = not self.filters.value.is_empty
        self._session.actions.switch("study.clear", is_set, self.tr("No filter is set."))
        if figures is None or cohort is None or not has_any:
            self._said.setText("")
            self.look.show_note("" if cohort is None else self._left_out(cohort))
            self.look.show_cause(is_shown=False)
            self.pages.setCurrentIndex(0)
            self.empty.show_reason(cohort, is_reading=self._reading is not None)
            return
        self._show_counts(cohort, figures)
        self._show_figures(figures)
        self.pages.setCurrentIndex(1)

    def _show_counts(self, cohort: Cohort, figures: Figures) -> None:
        """Say how many are looked at, and of how many where filters leave some out."""
        lesions = [one for patient in figures.passing for one in patient.lesions]
        areas = sum(len(one.areas_cm2) for one in lesions)
        said = self.tr("{patients}, {lesions}, {areas}. Data as of {day}.").format(
            patients=patients(len(figures.passing)),
            lesions=counted(CohortUnit.LESION, len(lesions)),
            areas=words.counted(areas, self.tr("1 area"), self.tr("{n} areas")),
            day=words.day(cohort.as_of),
        )
        if not figures.choice.wanted.is_empty:
            everybody = [one for patient in cohort.patients for one in patient.lesions]
            of = self.tr("Filtered, of {patients} and {lesions}.").format(
                patients=patients(len(cohort.patients)),
                lesions=counted(CohortUnit.LESION, len(everybody)),
            )
            said = f"{said} {of}"
        self._said.setText(said)
        self.look.show_note(self._left_out(cohort))

    def _left_out(self, cohort: Cohort) -> str:
        """Return who isn't looked at, and who is though nobody asked."""
        said = []
        going = cohort.leaving
        if going.left_out:
            said.append(
                words.counted(
                    len(going.left_out),
                    self.tr("1 patient without consent to research is left out."),
                    self.tr("{n} patients without consent to research are left out."),
                )
            )
        if going.not_asked and going.with_unasked:
            said.append(
                words.counted(
                    len(going.not_asked),
                    self.tr("1 was not asked for consent to research and is in."),
                    self.tr("{n} were not asked for consent to research and are in."),
                )
            )
        return " ".join(said)

    def _show_figures(self, figures: Figures) -> None:
        said = cohort_words()
        curves, incidence = figures.curves, figures.incidence
        cause = Outcome(self.look.cause.value())
        is_grouped = len(incidence.groups) > 1
        self.look.show_cause(is_shown=is_grouped)
        more = max(0, len(incidence.groups) - _ROWS_AT_ONCE) * _ROW_HEIGHT
        self._cards.setRowMinimumHeight(0, _FIGURES_HEIGHT + more)
        self.curves.show_figure(
            said.curves_title,
            lambda width, height: lay_out_curves(
                curves,
                Look(width=width, height=height, theme=theme.current().name, words=said),
                text_width,
            ),
            said.curves_short,
            curves_caption(curves, figures.told, said),
            curve_numbers(curves, said),
        )
        title = said.incidence_title
        self.incidence.show_figure(
            f"{title}: {said.cause(cause)}" if is_grouped else title,
            lambda width, height: lay_out_incidence(
                incidence,
                Look(width=width, height=height, theme=theme.current().name, words=said),
                text_width,
                cause=cause,
            ),
            said.incidence_short,
            incidence_caption(incidence, figures.told, said),
            incidence_numbers(incidence, said),
        )

    # --- files -----------------------------------------------------------------------------------

    def save_curves(self) -> None:
        """Save the curves with their caption."""
        self._save(save_curves, self.tr("area over time"))

    def save_incidence(self) -> None:
        """Save the cumulative incidence with its caption."""
        self._save(save_incidence, self.tr("cumulative incidence"))

    def _save(self, save: Callable[..., Any], name: str) -> None:
        if self._figures is None:
            return
        path = self.ask_file(name)
        if path is None:
            return

        def tell(_: object) -> None:
            self._session.said.emit(saved_words(path))

        self._session.tasks.run(
            save,
            self._computed_now(self._figures),
            path,
            cohort_words(),
            on_done=tell,
            says=self.tr("Saving the figure"),
        )

    def _computed_now(self, figures: Figures) -> Figures:
        """Return the figures with the outcome that is shown of several groups."""
        cause = Outcome(self.look.cause.value())
        return replace(figures, choice=replace(figures.choice, cause=cause))

    def ask_file(self, name: str) -> Path | None:
        """Ask where to save a figure, and as what."""
        return ask_figure(self, f"{self.tr('Study')}, {name}")
