"""The words of a patient's record: its answers, and the two lines that stand in the header.

Hides what is said first of a person, and that an age is that of the year: no birthday is known.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from woundtrack.model import (
    Aetiology,
    Aspect,
    BiopsyResult,
    Certainty,
    Dialysis,
    EndReason,
    LinkKind,
    Morphology,
    Precision,
    Purpose,
    RatedFrom,
    RiskFactorKind,
    Sex,
    Trigger,
)
from woundtrack.ui.components import words
from woundtrack.ui.record import answer_words

if TYPE_CHECKING:
    from woundtrack.model import Diagnosis, Event, PatientDetail


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Answers", text))


_WORDS: Final[dict[type[StrEnum], dict[str, str]]] = {
    Sex: {Sex.FEMALE: _("Female"), Sex.MALE: _("Male"), Sex.OTHER: _("Other")},
    Dialysis: {
        Dialysis.NONE: _("No dialysis"),
        Dialysis.HAEMODIALYSIS: _("Haemodialysis"),
        Dialysis.PERITONEAL: _("Peritoneal dialysis"),
        Dialysis.TRANSPLANT: _("Transplant"),
    },
    Certainty: {
        Certainty.SUSPECTED: _("Suspected"),
        Certainty.CLINICAL: _("Clinical"),
        Certainty.CONFIRMED: _("Confirmed"),
    },
    BiopsyResult: {
        BiopsyResult.POSITIVE: _("Positive"),
        BiopsyResult.NEGATIVE: _("Negative"),
        BiopsyResult.INCONCLUSIVE: _("Inconclusive"),
    },
    Trigger: {
        Trigger.NONE: _("None"),
        Trigger.BITE: _("Bite"),
        Trigger.CUT: _("Cut"),
        Trigger.GRAZE: _("Graze"),
        Trigger.INJECTION: _("Injection"),
        Trigger.SURGERY: _("Surgery"),
        Trigger.OTHER: _("Other"),
    },
    RiskFactorKind: {
        RiskFactorKind.VITAMIN_K_ANTAGONIST: _("Warfarin or another vitamin K antagonist"),
        RiskFactorKind.LONG_DIALYSIS: _("Long on dialysis"),
        RiskFactorKind.CALCIUM_BINDER: _("Calcium-based binder"),
        RiskFactorKind.ACTIVE_VITAMIN_D: _("Active vitamin D"),
        RiskFactorKind.HYPERCALCAEMIA: _("Hypercalcaemia"),
        RiskFactorKind.HYPERPHOSPHATAEMIA: _("Hyperphosphataemia"),
        RiskFactorKind.HYPERPARATHYROIDISM: _("Hyperparathyroidism"),
        RiskFactorKind.LOW_PTH: _("Low PTH"),
        RiskFactorKind.OBESITY: _("Obesity"),
        RiskFactorKind.DIABETES: _("Diabetes"),
        RiskFactorKind.HYPOALBUMINAEMIA: _("Hypoalbuminaemia"),
        RiskFactorKind.PROTEIN_C_S_DEFICIENCY: _("Protein C or S deficiency"),
        RiskFactorKind.CORTICOSTEROID: _("Corticosteroid"),
        RiskFactorKind.IMMUNOSUPPRESSANT: _("Immunosuppressant"),
        RiskFactorKind.SUBCUTANEOUS_INSULIN: _("Insulin under the skin"),
        RiskFactorKind.SUBCUTANEOUS_HEPARIN: _("Heparin under the skin"),
        RiskFactorKind.IRON_OVERLOAD: _("Iron overload"),
        RiskFactorKind.LOCAL_TRAUMA: _("Local trauma"),
        RiskFactorKind.RAPID_WEIGHT_LOSS: _("Rapid weight loss"),
        RiskFactorKind.MALIGNANCY: _("Malignancy"),
        RiskFactorKind.LIVER_DISEASE: _("Liver disease"),
    },
    Purpose: {
        Purpose.RECORD: _("Record"),
        Purpose.MDT: _("MDT"),
        Purpose.RESEARCH: _("Research"),
        Purpose.TEACHING: _("Teaching"),
        Purpose.PUBLICATION: _("Publication"),
    },
    Aspect: {
        Aspect.ANTERIOR: _("Front"),
        Aspect.POSTERIOR: _("Back"),
        Aspect.MEDIAL: _("Inner side"),
        Aspect.LATERAL: _("Outer side"),
        Aspect.DISTAL: _("Far end"),
        Aspect.DORSAL: _("Back of hand or foot"),
        Aspect.PLANTAR: _("Sole"),
    },
    Morphology: {
        Morphology.LIVEDO: _("Livedo (net-like mottling)"),
        Morphology.PURPURA: _("Purpura"),
        Morphology.PLAQUE: _("Indurated plaque"),
        Morphology.NODULE: _("Nodule"),
        Morphology.BULLA: _("Blister (bulla)"),
        Morphology.ULCER: _("Ulcer"),
        Morphology.ESCHAR: _("Black eschar"),
        Morphology.GANGRENE: _("Gangrene"),
    },
    Aetiology: {
        Aetiology.CALCIPHYLAXIS: _("Calciphylaxis"),
        Aetiology.PRESSURE: _("Pressure"),
        Aetiology.SURGICAL: _("Surgery"),
        Aetiology.OTHER: _("Other"),
    },
    EndReason: {
        EndReason.CLOSED: _("Closed"),
        EndReason.MERGED: _("Merged"),
        EndReason.SPLIT: _("Split"),
        EndReason.AMPUTATED: _("Amputated"),
        EndReason.SURGICALLY_CLOSED: _("Sutured"),
        EndReason.GRAFTED: _("Grafted"),
        EndReason.DEATH: _("Death"),
        EndReason.LOST: _("Lost to follow-up"),
    },
    LinkKind: {
        LinkKind.MERGED_INTO: _("merged into"),
        LinkKind.SPLIT_FROM: _("split from"),
        LinkKind.RECURRENCE_OF: _("recurrence of"),
    },
    RatedFrom: {
        RatedFrom.BEDSIDE: _("At the bedside"),
        RatedFrom.PHOTOGRAPH: _("From a photograph"),
        RatedFrom.BOTH: _("Both"),
    },
}

ETHNIC: Final = (
    ("A", _("White: British")),
    ("B", _("White: Irish")),
    ("C", _("White: other")),
    ("D", _("Mixed: White and Black Caribbean")),
    ("E", _("Mixed: White and Black African")),
    ("F", _("Mixed: White and Asian")),
    ("G", _("Mixed: other")),
    ("H", _("Asian: Indian")),
    ("J", _("Asian: Pakistani")),
    ("K", _("Asian: Bangladeshi")),
    ("L", _("Asian: other")),
    ("M", _("Black: Caribbean")),
    ("N", _("Black: African")),
    ("P", _("Black: other")),
    ("R", _("Chinese")),
    ("S", _("Another ethnic group")),
    ("Z", _("Not stated")),
)
"""The ethnic categories of the NHS Data Model and Dictionary: code and words."""


def word_of(answer: object) -> str:
    """Return an answer in words, those of the visit's form included."""
    if isinstance(answer, StrEnum) and type(answer) in _WORDS:
        return QCoreApplication.translate("Answers", _WORDS[type(answer)][answer])
    if isinstance(answer, tuple) and answer and type(answer[0]) in _WORDS:
        first, *more = [word_of(one) for one in answer]
        return ", ".join((first, *(one.lower() for one in more)))
    return answer_words.word_of(answer)


def choices_of(kind: type[StrEnum]) -> list[tuple[StrEnum, str]]:
    """Return the members of a value set with their words."""
    return [(member, word_of(member)) for member in kind]


def ethnic_words(code: str) -> str:
    """Return the words of an ethnic category; a code that is not known stands for itself."""
    known = dict(ETHNIC).get(code)
    return code if known is None else QCoreApplication.translate("Answers", known)


# --- the header ----------------------------------------------------------------------------------


def background_words(
    detail: PatientDetail | None,
    death: Event | None,
    today: date,
    changed: Event | None = None,
) -> str:
    """Return who a patient is, without a name: ``Female, 63 y · Haemodialysis since 2021``.

    Of one who died the age is that at death, and the day follows it: what comes after may be cut
    off where there is little room. ``changed`` is a change of dialysis that the detail doesn't
    tell. Empty where nothing is known.
    """
    parts = []
    if detail is not None:
        until = today if death is None else death.on.middle
        person = []
        if detail.sex is not None:
            person.append(word_of(detail.sex))
        if detail.birth_year is not None:
            said = QCoreApplication.translate("Patient", "{n} y")
            person.append(said.format(n=until.year - detail.birth_year))
        if person:
            parts.append(", ".join(person))
    if death is not None:
        said = QCoreApplication.translate("Patient", "Died {day}")
        if death.on.precision is not Precision.DAY:
            said = QCoreApplication.translate("Patient", "Died in {day}")
        parts.append(said.format(day=words.partial_day(death.on)))
    if detail is not None and detail.dialysis is not None:
        parts.append(_dialysis(detail))
    if changed is not None:
        said = QCoreApplication.translate("Patient", "dialysis changed {day} {what}")
        parts.append(said.format(day=words.partial_day(changed.on), what=changed.text).strip())
    return " · ".join(parts)


def _dialysis(detail: PatientDetail) -> str:
    if detail.dialysis is None:
        return ""
    said = word_of(detail.dialysis)
    if detail.dialysis_start is None or detail.dialysis is Dialysis.NONE:
        return said
    since = QCoreApplication.translate("Patient", "{dialysis} since {year}")
    return since.format(dialysis=said, year=detail.dialysis_start.earliest.year)


def diagnosis_words(diagnosis: Diagnosis | None) -> str:
    """Return the diagnosis in a line: ``Calciphylaxis, confirmed by biopsy 6 Jan 2026``."""
    if diagnosis is None or diagnosis.certainty is None:
        return ""
    has_biopsy = diagnosis.biopsy_result is BiopsyResult.POSITIVE
    on = diagnosis.diagnosed_on
    if diagnosis.certainty is Certainty.CONFIRMED and has_biopsy:
        said = QCoreApplication.translate("Patient", "Calciphylaxis, confirmed by biopsy")
        on = diagnosis.biopsy_on or on
    else:
        said = {
            Certainty.CONFIRMED: QCoreApplication.translate("Patient", "Calciphylaxis, confirmed"),
            Certainty.CLINICAL: QCoreApplication.translate(
                "Patient", "Calciphylaxis, diagnosed clinically"
            ),
            Certainty.SUSPECTED: QCoreApplication.translate("Patient", "Calciphylaxis, suspected"),
        }[diagnosis.certainty]
    return said if on is None else f"{said} {words.partial_day(on)}"
