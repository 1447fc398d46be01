"""The form of each kind of entry: a treatment, its stop, its next dose, an event, a lab result.

Hides which fields a kind has, what else it needs, and how its entry is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QLineEdit

from woundtrack.model import (
    LAB_RANGES,
    Agent,
    Analyte,
    DeathCause,
    DialysisRelation,
    Entry,
    Event,
    EventKind,
    LabResult,
    PartialDate,
    Precision,
    Range,
    StopReason,
    Treatment,
)
from woundtrack.ui.components import DropDown, Label, Segmented, words
from woundtrack.ui.record.answer_words import AGENT_NAMES, plain_number, unit_words, word_of
from woundtrack.ui.record.entry_panel import EntryPanel, Incomplete
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.partial_date_field import PartialDateField
from woundtrack.ui.record.searched_choice import SearchedChoice

if TYPE_CHECKING:
    from woundtrack.model import ClinicalRecord, Lesion
    from woundtrack.ui.record.entry_history import Told

Chosen = TypeVar("Chosen", bound=StrEnum)

CORRECTED: Final = "Corrected in its form"
"""The reason recorded for a corrected entry: the same in every language of the window."""
_DOSE: Final = Range(unit="", soft=(0, 1_000_000), hard=(0, 1_000_000))
_UNITS: Final = (
    "g", "mg", "micrograms", "micrograms/h", "mmol", "mmol/L", "units", "mL",
)  # fmt: skip
_HOW_OFTEN: Final = (
    "3 × week", "daily", "2 × daily", "3 × daily", "4 × daily", "every 72 hours", "weekly",
    "at dialysis", "once", "as needed",
)  # fmt: skip
_ROUTES: Final = ("IV", "oral", "SC", "into the lesion", "topical", "transdermal")
_REFERENCE: Final = Range(unit="{score}", soft=(0, 10_000), hard=(0, 10_000))
"""The ends of a laboratory's own range, in the unit of its value."""
_LASTING: Final = frozenset({EventKind.ADMISSION, EventKind.WOUND_INFECTION, EventKind.PAIN_CRISIS})
_OF_A_LESION: Final = frozenset(
    {
        EventKind.DEBRIDEMENT,
        EventKind.WOUND_INFECTION,
        EventKind.AMPUTATION,
        EventKind.GRAFT,
        EventKind.SURGICAL_CLOSURE,
    }
)
_NAMED_BY_TEXT: Final = frozenset(
    {
        Agent.OTHER,
        Agent.OPIOID,
        Agent.OTHER_ANALGESIC,
        Agent.OTHER_ANTICOAGULANT,
        Agent.SYSTEMIC_ANTIBIOTIC,
        Agent.DRESSING,
        Agent.BISPHOSPHONATE,
        Agent.NON_CALCIUM_BINDER,
    }
)
"""Their text says which one it is: that is its name."""


class EntryForms(QObject):
    """Makes the panel of each kind, for one patient's record on the day of a visit.

    Parameters
    ----------
    history
        Returns the history of an entry in words.
    questions
        Returns what to ask about an entry, in sentences.
    """

    def __init__(
        self,
        record: ClinicalRecord,
        day: date,
        lesions: Sequence[Lesion],
        *,
        by: str,
        visit_id: str | None,
        history: Callable[[Entry], Sequence[Told]],
        questions: Callable[[Entry], Sequence[str]],
    ) -> None:
        super().__init__()
        self._record, self._day, self._lesions = record, day, tuple(lesions)
        self._by, self._visit_id = by, visit_id
        self._history, self._questions = history, questions

    def treatment_form(self, there: Treatment | None = None) -> EntryPanel:
        """Return the form of a new treatment, or of one that is recorded."""

        def make(panel: EntryPanel) -> tuple[Entry, ...]:
            agent = panel.value("agent")
            if agent is None:
                raise Incomplete("agent", self._which_agent(agents.typed))
            values = {
                "agent": Agent(agent),
                "text": panel.value("text") or agents.named,
                "dose_value": panel.value("dose_value"),
                "dose_unit": panel.value("dose_unit") or "",
                "frequency": panel.value("frequency") or "",
                "route": panel.value("route") or "",
                "start": panel.value("start"),
                "stop": panel.value("stop"),
                "stop_reason": _of(StopReason, panel.value("stop_reason")),
                "why": panel.value("why") or "",
                "is_intensified": panel.value("is_intensified"),
                "lesion_id": panel.value("lesion_id"),
            }
            if values["dose_value"] is not None and not values["dose_unit"]:
                raise Incomplete("dose_unit", self.tr("A dose needs its unit."))
            return (self._entry(panel, Treatment, there, values),)

        panel = self._panel(
            self.tr("Treatment") if there else self.tr("New treatment"), make, there
        )
        agents = SearchedChoice(
            (one.value, word_of(one), tuple(AGENT_NAMES.get(one, ()))) for one in Agent
        )
        agents.choose(there.agent.value if there else None)
        agents.setAccessibleName(self.tr("What is given or done"))
        panel.add("agent", self.tr("What is given or done"), agents)
        _text(panel, "text", self.tr("Which"), there.text if there else "")
        _dose(panel, there)
        _listed(panel, "route", self.tr("Route"), _ROUTES, there.route if there else "")
        start = there.start if there else PartialDate.of(self._day)
        _day(panel, "start", self.tr("From"), start, is_beside=True)
        if there is not None:
            _day(panel, "stop", self.tr("Until"), there.stop)
            _choice(
                panel,
                "stop_reason",
                self.tr("Why stopped"),
                StopReason,
                there.stop_reason,
                self.tr("Not stopped"),
            )
        self._lesion_field(panel, there.lesion_id if there else None)
        _yes_no(
            panel,
            "is_intensified",
            self.tr("Given more because the first did not help"),
            there.is_intensified if there else None,
        )
        _text(panel, "why", self.tr("Note"), there.why if there else "")
        return panel

    def _which_agent(self, typed: str) -> str:
        """Return why what was typed is no treatment of the list."""
        if not typed:
            return self.tr("Say what is given or done: type any part of its name.")
        return self.tr(
            "“{typed}” is none or several of the list. Choose one of them; what has no name there "
            "is “Other treatment”, and is named under Which."
        ).format(typed=typed)

    def stop_form(self, there: Treatment) -> EntryPanel:
        """Return the form that ends a treatment."""

        def make(panel: EntryPanel) -> tuple[Entry, ...]:
            stop, reason = panel.value("stop"), _of(StopReason, panel.value("stop_reason"))
            if stop is None:
                raise Incomplete("stop", self.tr("Say when it was stopped."))
            if reason is None:
                raise Incomplete("stop_reason", self.tr("Say why it was stopped."))
            why = panel.value("why") or there.why
            return (
                there.revised(by=self._by, reason=None, stop=stop, stop_reason=reason, why=why),
            )

        panel = self._panel(
            self.tr("Stop {name}").format(name=treatment_name(there)),
            make,
            None,
            verb=self.tr("Stop it"),
        )
        _day(panel, "stop", self.tr("Last given"), PartialDate.of(self._day))
        _choice(panel, "stop_reason", self.tr("Why"), StopReason, None, self.tr("Choose…"))
        _text(panel, "why", self.tr("Note"), "")
        return panel

    def dose_form(self, there: Treatment) -> EntryPanel:
        """Return the form that changes a dose: the treatment ends, and the next one follows it."""

        def make(panel: EntryPanel) -> tuple[Entry, ...]:
            start, dose = panel.value("start"), panel.value("dose_value")
            if start is None:
                raise Incomplete("start", self.tr("Say from when."))
            unit, often = panel.value("dose_unit") or "", panel.value("frequency") or ""
            if (dose, unit, often) == (there.dose_value, there.dose_unit, there.frequency):
                raise Incomplete("dose_value", self.tr("This is the dose as it was."))
            if dose is not None and not unit:
                raise Incomplete("dose_unit", self.tr("A dose needs its unit."))
            ended = there.revised(
                by=self._by, reason=None, stop=start, stop_reason=StopReason.CHANGED
            )
            following = Treatment(
                patient_id=there.patient_id,
                recorded_by=self._by,
                agent=there.agent,
                text=there.text,
                route=there.route,
                dose_value=dose,
                dose_unit=unit,
                frequency=often,
                start=start,
                why=panel.value("why") or "",
                is_intensified=there.is_intensified,
                follows=there.entry_id,
                lesion_id=there.lesion_id,
            )
            return ended, following

        panel = self._panel(
            self.tr("Change the dose of {name}").format(name=treatment_name(there)),
            make,
            None,
            verb=self.tr("Change the dose"),
        )
        _dose(panel, there)
        _day(panel, "start", self.tr("From"), PartialDate.of(self._day))
        _text(panel, "why", self.tr("Why"), "")
        return panel

    def event_form(self, there: Event | None = None) -> EntryPanel:
        """Return the form of a new event, or of one that is recorded."""

        def make(panel: EntryPanel) -> tuple[Entry, ...]:
            kind, on = panel.value("kind"), panel.value("on")
            if kind is None:
                raise Incomplete("kind", self.tr("Choose what happened."))
            if on is None:
                raise Incomplete("on", self.tr("Say when: a day, a month or a year."))
            values = {
                "kind": EventKind(kind),
                "on": on,
                "ended_on": panel.value("ended_on"),
                "lesion_id": panel.value("lesion_id"),
                "is_related": panel.value("is_related"),
                "is_serious": panel.value("is_serious"),
                "death_cause": _of(DeathCause, panel.value("death_cause")),
                "text": panel.value("text") or "",
                "source": panel.value("source") or "",
            }
            return (self._entry(panel, Event, there, values),)

        panel = self._panel(self.tr("Event") if there else self.tr("New event"), make, there)
        kinds = _choice(
            panel,
            "kind",
            self.tr("What happened"),
            EventKind,
            there.kind if there else None,
            self.tr("Choose…"),
        )
        note = Label("", "caption", "2", wraps=True)
        panel.add("kind_note", "", note)
        _day(panel, "on", self.tr("When"), there.on if there else PartialDate.of(self._day))
        _day(panel, "ended_on", self.tr("Until"), there.ended_on if there else None)
        _choice(
            panel,
            "death_cause",
            self.tr("Cause"),
            DeathCause,
            there.death_cause if there else None,
            self.tr("Not known"),
        )
        lesions = self._lesion_field(panel, there.lesion_id if there else None)
        _yes_no(
            panel, "is_related", self.tr("From calciphylaxis"), there.is_related if there else None
        )
        _yes_no(panel, "is_serious", self.tr("Serious"), there.is_serious if there else None)
        _text(panel, "text", self.tr("Note, such as the level"), there.text if there else "")
        _text(
            panel,
            "source",
            self.tr("Known from, such as a letter"),
            there.source if there else "",
        )

        def follow() -> None:
            chosen = kinds.currentData()
            kind = None if chosen is None else EventKind(chosen)
            panel.show_field("ended_on", is_shown=kind in _LASTING)
            panel.show_field("death_cause", is_shown=kind is EventKind.DEATH)
            is_of_a_lesion = kind in _OF_A_LESION and bool(self._lesions)
            if is_of_a_lesion and there is None and len(self._lesions) == 1:
                lesions.setCurrentIndex(1)  # the only one there is
            panel.show_field("lesion_id", is_shown=is_of_a_lesion)
            panel.show_field("is_serious", is_shown=kind is not EventKind.DEATH)
            said = ""
            if kind is EventKind.DEBRIDEMENT:
                said = self.tr(
                    "Debridement at a visit is answered in the lesion's row “Debrided”, and shown "
                    "here by itself. Record it here when it was done elsewhere, such as in theatre."
                )
            note.setText(said)
            panel.show_field("kind_note", is_shown=bool(said))

        kinds.currentIndexChanged.connect(lambda _=0: follow())
        follow()
        return panel

    def lab_form(self, there: LabResult | None = None) -> EntryPanel:
        """Return the form of a value from the laboratory."""

        def make(panel: EntryPanel) -> tuple[Entry, ...]:
            analyte, on = panel.value("analyte"), panel.value("taken_on")
            if analyte is None:
                raise Incomplete("analyte", self.tr("Choose what was measured."))
            analyte = Analyte(analyte)
            value = panel.value(f"value_{analyte.value}")
            if value is None:
                raise Incomplete(f"value_{analyte.value}", self.tr("Type the value."))
            if on is None or on.precision is not Precision.DAY:
                raise Incomplete("taken_on", self.tr("Say on which day the blood was taken."))
            values = {
                "analyte": analyte,
                "value": value,
                "unit": LAB_RANGES[analyte].unit,
                "taken_on": on.earliest,
                "relation_to_dialysis": _of(DialysisRelation, panel.value("relation")),
                "reference_low": panel.value("reference_low"),
                "reference_high": panel.value("reference_high"),
            }
            if there is None and on.earliest == self._day:
                values["visit_id"] = self._visit_id
            return (self._entry(panel, LabResult, there, values),)

        panel = self._panel(
            self.tr("Lab result") if there else self.tr("New lab result"), make, there
        )
        analytes = _choice(
            panel,
            "analyte",
            self.tr("What was measured"),
            Analyte,
            there.analyte if there else None,
            self.tr("Choose…"),
        )
        for analyte in Analyte:
            name = word_of(analyte)
            field = NumberField(LAB_RANGES[analyte], name=name, width=140)
            panel.add(f"value_{analyte.value}", name, field)
            if there is not None and there.analyte is analyte:
                field.show_answer(there.value, None, is_copied=False)
        for bound, title in (
            ("reference_low", self.tr("Laboratory's range from")),
            ("reference_high", self.tr("to")),
        ):
            of_range = NumberField(_REFERENCE, name=title, width=140)
            if there is not None:
                of_range.show_answer(getattr(there, bound), None, is_copied=False)
            panel.add(bound, title, of_range, is_beside=bound == "reference_high")
        _day(
            panel,
            "taken_on",
            self.tr("Taken on"),
            PartialDate.of(there.taken_on if there else self._day),
        )
        relation = Segmented(
            [
                (None, self.tr("Not said")),
                # The title says of what: the column is no wider than this.
                (DialysisRelation.PRE, self.tr("Before")),
                (DialysisRelation.POST, self.tr("After")),
            ],
            name=self.tr("Before or after dialysis"),
        )
        relation.set_value(there.relation_to_dialysis if there else None)
        panel.add("relation", self.tr("Before or after dialysis"), relation)

        def follow() -> None:
            chosen = analytes.currentData()
            for one in Analyte:
                is_shown = chosen is not None and Analyte(chosen) is one
                panel.show_field(f"value_{one.value}", is_shown=is_shown)

        analytes.currentIndexChanged.connect(lambda _=0: follow())
        follow()
        return panel

    def _panel(
        self,
        title: str,
        make: Callable[[EntryPanel], tuple[Entry, ...]],
        there: Entry | None,
        *,
        verb: str = "",
    ) -> EntryPanel:
        usual = self.tr("Save the change") if there is not None else self.tr("Record it")
        return EntryPanel(
            title,
            make,
            verb=verb or usual,
            undo_text=title,
            questions=self._questions,
            there=there,
            history=() if there is None else self._history(there),
        )

    def _entry(
        self, panel: EntryPanel, kind: type[Entry], there: Entry | None, values: dict[str, Any]
    ) -> Entry:
        if there is not None:
            return there.revised(by=self._by, reason=panel.reason or CORRECTED, **values)
        return kind(patient_id=self._record.patient.id, recorded_by=self._by, **values)

    def _lesion_field(self, panel: EntryPanel, lesion_id: str | None) -> DropDown:
        lesions = DropDown()
        lesions.addItem(self.tr("The patient"), None)
        for one in self._lesions:
            lesions.addItem(f"{one.label}, {one.site.words}", one.id)
        lesions.setCurrentIndex(max(0, lesions.findData(lesion_id)))
        panel.add("lesion_id", self.tr("Of"), lesions)
        lesions.setAccessibleName(self.tr("Of"))
        return lesions


def treatment_name(one: Treatment) -> str:
    """Return a treatment in words: ``Sodium thiosulfate IV 25 g, 3 × week``."""
    head = word_of(one.agent)
    if one.text and one.agent in _NAMED_BY_TEXT:
        head = one.text[:1].upper() + one.text[1:]
    if one.text and one.agent not in _NAMED_BY_TEXT:
        head = f"{head} ({one.text})"
    if one.dose_value is not None:
        unit = unit_words(one.dose_unit)
        head = f"{head} {words.kept_whole(f'{plain_number(one.dose_value)}{words.THIN}{unit}')}"
    return f"{head}, {one.frequency}" if one.frequency else head


def _of(kind: type[Chosen], data: object) -> Chosen | None:
    """Return a member of a value set: Qt hands its word back as a plain text."""
    return None if data is None else kind(str(data))


def _choice(
    panel: EntryPanel,
    name: str,
    title: str,
    members: Iterable[StrEnum],
    chosen: StrEnum | None,
    none: str,
) -> DropDown:
    box = DropDown()
    box.setMaxVisibleItems(20)
    box.addItem(none, None)
    for one in members:
        box.addItem(word_of(one), one.value)
    box.setCurrentIndex(0 if chosen is None else box.findData(chosen.value))
    box.setAccessibleName(title)
    panel.add(name, title, box)
    return box


def _listed(
    panel: EntryPanel,
    name: str,
    title: str,
    offered: Sequence[str],
    text: str,
    *,
    is_beside: bool = False,
) -> None:
    box = DropDown()
    box.setEditable(True)
    box.setInsertPolicy(DropDown.InsertPolicy.NoInsert)
    box.addItems(list(offered))
    box.setCurrentIndex(-1)
    box.setCurrentText(text)
    box.setAccessibleName(title)
    box.setMinimumWidth(84)
    panel.add(name, title, box, is_beside=is_beside)


def _text(panel: EntryPanel, name: str, title: str, text: str) -> None:
    line = QLineEdit(text)
    line.setAccessibleName(title)
    panel.add(name, title, line)


def _day(
    panel: EntryPanel, name: str, title: str, day: PartialDate | None, *, is_beside: bool = False
) -> None:
    field = PartialDateField(name=title)
    field.set_value(day)
    panel.add(name, title, field, is_beside=is_beside)


def _yes_no(panel: EntryPanel, name: str, title: str, value: bool | None) -> None:
    choice = Segmented(
        [
            (None, QCoreApplication.translate("EntryForms", "Not known")),
            (True, word_of(True)),
            (False, word_of(False)),
        ],
        name=title,
    )
    choice.set_value(value)
    panel.add(name, title, choice)


def _dose(panel: EntryPanel, there: Treatment | None) -> None:
    title = QCoreApplication.translate("EntryForms", "Dose")
    field = NumberField(_DOSE, name=title, width=84)
    panel.add("dose_value", title, field)
    if there is not None:
        field.show_answer(there.dose_value, None, is_copied=False)
    unit = QCoreApplication.translate("EntryForms", "Unit")
    _listed(panel, "dose_unit", unit, _UNITS, there.dose_unit if there else "", is_beside=True)
    often = QCoreApplication.translate("EntryForms", "How often")
    _listed(panel, "frequency", often, _HOW_OFTEN, there.frequency if there else "", is_beside=True)
