"""The chart's words in the window's language.

Hides nothing: the tables hold what ``healing.chart_words`` holds, marked to be translated; a test
compares them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QDate, QLocale

from woundtrack.healing.chart_style import ChartWords
from woundtrack.healing.chart_words import LaneWords
from woundtrack.model import (
    Agent,
    Analyte,
    DialysisRelation,
    EndReason,
    EventKind,
    PainContext,
    PainScale,
)
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from woundtrack.ui.timeline.site_filter import Only

_Key = TypeVar("_Key", bound=StrEnum)


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("chart", text))


AGENTS: Final[dict[Agent, str]] = {
    Agent.SODIUM_THIOSULFATE_IV: _("Sodium thiosulfate IV"),
    Agent.SODIUM_THIOSULFATE_INTRALESIONAL: _("Sodium thiosulfate intralesional"),
    Agent.CINACALCET: _("Cinacalcet"),
    Agent.ETELCALCETIDE: _("Etelcalcetide"),
    Agent.PARATHYROIDECTOMY: _("Parathyroidectomy"),
    Agent.WARFARIN: _("Warfarin"),
    Agent.WARFARIN_STOPPED: _("Warfarin stopped"),
    Agent.OTHER_ANTICOAGULANT: _("Anticoagulant"),
    Agent.VITAMIN_K1: _("Vitamin K1"),
    Agent.MAGNESIUM: _("Magnesium"),
    Agent.BISPHOSPHONATE: _("Bisphosphonate"),
    Agent.NON_CALCIUM_BINDER: _("Non-calcium binder"),
    Agent.LOW_CALCIUM_DIALYSATE: _("Low-calcium dialysate"),
    Agent.INTENSIFIED_DIALYSIS: _("Intensified dialysis"),
    Agent.MEDIUM_CUT_OFF_DIALYSER: _("Medium cut-off dialyser"),
    Agent.RHEOPHERESIS: _("Rheopheresis"),
    Agent.HYPERBARIC_OXYGEN: _("Hyperbaric oxygen"),
    Agent.SYSTEMIC_ANTIBIOTIC: _("Antibiotic"),
    Agent.DRESSING: _("Dressing"),
    Agent.NEGATIVE_PRESSURE: _("Negative pressure"),
    Agent.LARVAL_THERAPY: _("Larval therapy"),
    Agent.AUTOLYTIC_DEBRIDEMENT: _("Autolytic debridement"),
    Agent.SKIN_GRAFT: _("Skin graft"),
    Agent.SNF472: _("SNF472"),
    Agent.BLINDED: _("Blinded study treatment"),
    Agent.OPIOID: _("Opioid"),
    Agent.OTHER_ANALGESIC: _("Analgesic"),
    Agent.OTHER: _("Other treatment"),
}
EVENTS: Final[dict[EventKind, str]] = {
    EventKind.DEBRIDEMENT: _("Debridement"),
    EventKind.WOUND_INFECTION: _("Wound infection"),
    EventKind.BACTERAEMIA: _("Bacteraemia"),
    EventKind.SEPSIS: _("Sepsis"),
    EventKind.ADMISSION: _("Admission"),
    EventKind.PAIN_CRISIS: _("Pain crisis"),
    EventKind.REDUCED_MOBILITY: _("Reduced mobility"),
    EventKind.AMPUTATION: _("Amputation"),
    EventKind.GRAFT: _("Graft"),
    EventKind.SURGICAL_CLOSURE: _("Surgical closure"),
    EventKind.TRANSPLANT: _("Transplant"),
    EventKind.DIALYSIS_CHANGE: _("Dialysis changed"),
    EventKind.DIALYSIS_WITHDRAWAL: _("Dialysis withdrawn"),
    EventKind.PALLIATIVE_REFERRAL: _("Palliative referral"),
    EventKind.LOST_TO_FOLLOW_UP: _("Lost to follow-up"),
    EventKind.CONSENT_WITHDRAWN: _("Consent withdrawn"),
    EventKind.DEATH: _("Died"),
}
ANALYTES: Final[dict[Analyte, str]] = {
    Analyte.ADJUSTED_CALCIUM: _("Calcium, adj."),
    Analyte.PHOSPHATE: _("Phosphate"),
    Analyte.INTACT_PTH: _("PTH"),
    Analyte.ALBUMIN: _("Albumin"),
    Analyte.CRP: _("CRP"),
    Analyte.ALP: _("ALP"),
    Analyte.HAEMOGLOBIN: _("Haemoglobin"),
    Analyte.INR: _("INR"),
}
CONTEXTS: Final[dict[PainContext, str]] = {
    PainContext.WORST_24H: _("worst"),
    PainContext.DRESSING_CHANGE: _("dressing"),
    PainContext.REST: _("rest"),
    PainContext.AVERAGE_7D: _("7 days"),
}
SCALES: Final[dict[PainScale, str]] = {
    PainScale.NRS11: _("NRS 0–10"),
    PainScale.VAS100: _("VAS 0–100"),
}
RELATIONS: Final[dict[DialysisRelation, str]] = {
    DialysisRelation.PRE: _("before dialysis"),
    DialysisRelation.POST: _("after dialysis"),
}
END_REASONS: Final[dict[EndReason, str]] = {
    EndReason.CLOSED: _("closed"),
    EndReason.MERGED: _("merged"),
    EndReason.SPLIT: _("split"),
    EndReason.AMPUTATED: _("amputated"),
    EndReason.SURGICALLY_CLOSED: _("surgically closed"),
    EndReason.GRAFTED: _("grafted"),
    EndReason.DEATH: _("died"),
    EndReason.LOST: _("lost to follow-up"),
}


def _said(table: Mapping[_Key, str], key: _Key) -> str:
    return QCoreApplication.translate("chart", table[key])


def analyte_name(analyte: Analyte) -> str:
    """Return what an analyte is called on the chart."""
    return _said(ANALYTES, analyte)


def number(value: float) -> str:
    """Return a value with the decimals it was given with, at most three."""
    decimals = next(n for n in range(4) if n == 3 or round(value, n) == round(value, 3))
    return words.number(value, decimals)


def lane_words() -> LaneWords:
    """Return the words of the lanes."""
    say = QCoreApplication.translate
    return LaneWords(
        treatments=say("chart", "Treatments"),
        events=say("chart", "Events"),
        pain=say("chart", "Pain"),
        labs=say("chart", "Blood"),
        scores=say("chart", "Scores"),
        incomplete=say("chart", "not all items answered"),
        closed=say("chart", "{lesion} closed"),
        of_lesions=say("chart", "{what} {lesions}"),
        one_night=say("chart", "{what}, 1 night"),
        nights=say("chart", "{what}, {count} nights"),
        start_unknown=say("chart", "start not known"),
        goes_on=say("chart", "goes on"),
        not_told=say("chart", "not told"),
        reference=say("chart", "reference {low} to {high}"),
        reference_above=say("chart", "reference up to {high}"),
        reference_below=say("chart", "reference from {low}"),
        agent=lambda key: _said(AGENTS, key),
        event=lambda key: _said(EVENTS, key),
        analyte=lambda key: _said(ANALYTES, key),
        context=lambda key: _said(CONTEXTS, key),
        scale=lambda key: _said(SCALES, key),
        relation=lambda key: _said(RELATIONS, key),
        number=number,
    )


def chart_words(only: Only | None = None) -> ChartWords:
    """Return the chart's words in the window's language; ``only``: of these sites alone."""
    say = QCoreApplication.translate
    caption = say(
        "chart",
        "Band or bar: 95 % interval of each area. Dotted: no area. "
        "Research software. Not a medical device: don't use as the only basis for treatment.",
    )
    return ChartWords(
        area=say("chart", "area, cm²"),
        percent=say("chart", "% of baseline"),
        percent_anew=say("chart", "anew at breaks"),
        eschar=say("chart", "{lesion} eschar"),
        margin=say("chart", "{lesion} margin"),
        total=say("chart", "total") if only is None else say("chart", "total shown"),
        one_other=say("chart", "1 other"),
        others=say("chart", "{count} others"),
        closed_rail=say("chart", "closed"),
        closed=say("chart", "Closed {day}"),
        confirmed=say("chart", "Closed {day}, confirmed {confirmed}"),
        no_photo=say("chart", "no photo"),
        no_area=say("chart", "no area"),
        to_review=say("chart", "to review"),
        no_area_since=say("chart", "no area since {day}"),
        first_seen=say("chart", "first seen"),
        eschar_removed=say("chart", "eschar removed"),
        debrided=say("chart", "debrided"),
        joined=say("chart", "another merged in"),
        parted=say("chart", "a part split off"),
        merged=say("chart", "into {lesion}"),
        became=say("chart", "{lesion} into {other}"),
        split=say("chart", "split from {lesion}"),
        recurrence=say("chart", "{lesion} again"),
        measured_in=say(
            "chart", "The readers' part of the bands was measured in the session “{session}”."
        ),
        ended=lambda reason: _said(END_REASONS, reason),
        today=say("chart", "today"),
        died=say("chart", "Died {day}"),
        whole_patient=say("chart", "All sites") if only is None else say("chart", "Sites chosen"),
        no_scale=say("chart", "Seen, but in no photograph with a scale."),
        one_visit=say("chart", "One visit so far."),
        one_visit_more=say("chart", "A curve needs two."),
        nothing=say("chart", "No areas yet."),
        nothing_more=say("chart", "Accept an outline, and its lesion's curve begins here."),
        caption=caption if only is None else f"{only.note} {caption}",
        lanes=lane_words(),
        day=words.day_short,
        long_day=words.day,
        year=lambda on: QLocale().toString(QDate(on.year, on.month, on.day), "yyyy"),
        month=lambda on: QLocale().toString(QDate(on.year, on.month, on.day), "MMM yyyy"),
    )
