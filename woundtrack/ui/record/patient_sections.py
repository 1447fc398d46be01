"""Background, diagnosis and risk factors: three pages of a patient's form.

Hides which fields each has and how they stand together.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QFontMetrics

from woundtrack.model import (
    RANGES,
    BiopsyResult,
    Certainty,
    Dialysis,
    PatientDetail,
    RiskFactor,
    RiskFactorKind,
    Sex,
    Trigger,
)
from woundtrack.ui import theme
from woundtrack.ui.components import Label, words
from woundtrack.ui.record.patient_draft import BACKGROUND, DIAGNOSIS, Part
from woundtrack.ui.record.patient_form import Section
from woundtrack.ui.record.patient_words import ETHNIC, ethnic_words, word_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

    from woundtrack.ui.record.choice_bar import ChoiceBar
    from woundtrack.ui.record.partial_date_field import PartialDateField
    from woundtrack.ui.record.patient_draft import PatientDraft


_TWO_COLUMNS: Final = 1180  # two of label, answers and both days
_BESIDE_LABEL: Final = 10


class BackgroundSection(Section):
    """Who a patient is, without a name."""

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Background")
        self.setAccessibleName(self.title)
        self.heading(
            self.title, self.tr("Nothing here says who it is: names stand apart, under Names.")
        )

        def part() -> Part:
            return BACKGROUND

        sex = self.tr("Sex at birth")
        self.sex = self.choice(part, "sex", Sex, name=sex)
        self.row(sex, self.sex)
        year = self.tr("Year of birth")
        self.year = self.number(part, "birth_year", RANGES["birth_year"], name=year)
        self._age = Label("", "label", "2")
        self.row(year, self.year, self._age)
        ethnic = self.tr("Ethnic category")
        offered = [(code, ethnic_words(code)) for code, _ in ETHNIC]
        self.ethnic = self.list_of(
            part, "ethnic_category", offered, name=ethnic, none=self.tr("Not asked")
        )
        self.row(ethnic, self.ethnic)
        height, weight = self.tr("Height"), self.tr("Weight")
        self.height_cm = self.number(part, "height_cm", RANGES["height_cm"], name=height)
        self.weight_kg = self.number(part, "weight_kg", RANGES["weight_kg"], name=weight)
        self._bmi = Label("", "label", "2")
        self.row(height, self.height_cm)
        self.row(weight, self.weight_kg, self._bmi)
        dialysis = self.tr("Dialysis")
        self.dialysis = self.choice(part, "dialysis", Dialysis, name=dialysis)
        self.row(dialysis, self.dialysis)
        since = self.tr("Since")
        self.since = self.day(part, "dialysis_start", name=self.tr("Dialysis since"))
        self._since_row = self.row(since, self.since)
        centre = self.tr("Centre")
        self.centre = self.text(part, "centre", name=centre)
        self.row(centre, self.centre)
        self.rows.addStretch(1)
        self.watch(self._derive)

    def parts(self) -> tuple[Part, ...]:
        return (BACKGROUND,)

    def _derive(self, draft: PatientDraft) -> None:
        """Show what follows: the age of the year, and the body mass index."""
        year = draft.value(BACKGROUND, "birth_year")
        death = draft.record.death
        until = date.today() if death is None else death.on.middle  # noqa: DTZ011  this day
        said = (
            self.tr("{n} y this year") if death is None else self.tr("{n} y in the year of death")
        )
        self._age.setText(said.format(n=until.year - year) if isinstance(year, int) else "")
        height = draft.value(BACKGROUND, "height_cm")
        weight = draft.value(BACKGROUND, "weight_kg")
        numbers = isinstance(height, int | float) and isinstance(weight, int | float)
        self._bmi.setText("")
        if numbers:
            detail = PatientDetail(patient_id="", height_cm=height, weight_kg=weight)
            bmi = detail.bmi_kg_per_m2
            if bmi is not None:
                unit = f"{words.THIN}kg/m²"
                shown = words.kept_whole(f"{words.number(bmi, 1)}{unit}")
                self._bmi.setText(self.tr("BMI {bmi}").format(bmi=shown))
                limits = RANGES["bmi_kg_per_m2"]
                is_odd = limits.is_impossible(bmi) or limits.is_unusual(bmi)
                self._bmi.set_tone("doubt" if is_odd else "2")
        dialysis = draft.value(BACKGROUND, "dialysis")
        self._since_row.setVisible(isinstance(dialysis, Dialysis) and dialysis is not Dialysis.NONE)


class DiagnosisSection(Section):
    """How the diagnosis was made; a biopsy is never required."""

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Diagnosis")
        self.setAccessibleName(self.title)
        self.heading(
            self.title,
            self.tr("Confirmed is a positive biopsy with a lesion; a biopsy is never required."),
        )

        def part() -> Part:
            return DIAGNOSIS

        certainty = self.tr("Certainty")
        self.certainty = self.choice(part, "certainty", Certainty, name=certainty)
        self.row(certainty, self.certainty)
        on, sign = self.tr("Diagnosed"), self.tr("First sign")
        self.diagnosed_on = self.day(part, "diagnosed_on", name=on)
        self.first_sign_on = self.day(part, "first_sign_on", name=sign)
        self.row(on, self.diagnosed_on)
        self.row(sign, self.first_sign_on)
        by = self.tr("Diagnosed by")
        self.diagnosed_by = self.text(
            part, "diagnosed_by", name=by, hint=self.tr("such as nephrology, dermatology")
        )
        self.row(by, self.diagnosed_by)
        trigger, in_words = self.tr("Trigger"), self.tr("Trigger, in words")
        self.trigger = self.choice(part, "trigger", Trigger, name=trigger)
        self.row(trigger, self.trigger, caption=self.tr("before the first skin change"))
        self.trigger_text = self.text(part, "trigger_text", name=in_words)
        self.row(in_words, self.trigger_text)
        uraemic = self.tr("Uraemic")
        self.uraemic = self.yes_no(part, "is_uraemic", name=uraemic)
        self.row(uraemic, self.uraemic, caption=self.tr("with kidney failure"))
        biopsy, result = self.tr("Biopsy"), self.tr("Result of the biopsy")
        self.biopsy_on = self.day(part, "biopsy_on", name=biopsy)
        self.row(biopsy, self.biopsy_on)
        self.biopsy_result = self.choice(part, "biopsy_result", BiopsyResult, name=result)
        self.row(result, self.biopsy_result)
        imaging = self.tr("Calcification on imaging")
        self.imaging = self.yes_no(part, "has_imaging_calcification", name=imaging)
        self.row(imaging, self.imaging)
        self.rows.addStretch(1)

    def parts(self) -> tuple[Part, ...]:
        return (DIAGNOSIS,)


class RiskSection(Section):
    """The risk factors, each asked for itself: not asked, not there and not known are three."""

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Risk factors")
        self.setAccessibleName(self.title)
        self.heading(
            self.title,
            self.tr("One that isn't answered was not asked. A year alone is a date, too."),
        )
        self.bars: dict[RiskFactorKind, ChoiceBar] = {}
        self.starts: dict[RiskFactorKind, PartialDateField] = {}
        self.stops: dict[RiskFactorKind, PartialDateField] = {}
        # As wide as the longest single word, which can't be broken.
        metrics = QFontMetrics(theme.font("body_strong"))
        single = [word for kind in RiskFactorKind for word in word_of(kind).split()]
        widest = max(metrics.horizontalAdvance(word) for word in single)
        self.label_width = max(self.label_width, widest + _BESIDE_LABEL)
        halves = self.halves(_TWO_COLUMNS)
        kinds = list(RiskFactorKind)
        middle = (len(kinds) + 1) // 2
        for at, kind in enumerate(kinds):
            self._add(kind, halves.first if at < middle else halves.second)
        self.rows.addStretch(1)

    def _add(self, kind: RiskFactorKind, column: QVBoxLayout) -> None:
        one, said = Part(RiskFactor, kind.value), word_of(kind)

        def part() -> Part:
            return one

        self.bars[kind] = self.yes_no(part, "is_present", name=said)
        start = self.day(part, "start", name=self.tr("{risk}, from").format(risk=said))
        stop = self.day(part, "stop", name=self.tr("{risk}, until").format(risk=said))
        for field, hint in ((start, self.tr("from")), (stop, self.tr("until"))):
            field.setFixedWidth(108)
            field.line.setPlaceholderText(hint)
        self.starts[kind], self.stops[kind] = start, stop
        bar = self.bars[kind]
        bar.setFixedWidth(bar.sizeHint().width())  # the dates stand beside it, not at the far end
        self.row(said, bar, start, stop, into=column)

        def show(draft: PatientDraft) -> None:
            is_there = draft.value(one, "is_present") is True
            start.setVisible(is_there)
            stop.setVisible(is_there)

        self.watch(show)

    def parts(self) -> tuple[Part, ...]:
        return tuple(Part(RiskFactor, kind.value) for kind in RiskFactorKind)
