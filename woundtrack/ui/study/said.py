"""The words of the Study room in the window's language.

Hides nothing: what stands on figures and under them is as in ``healing.cohort_words``, marked to be
translated; a test compares them.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from woundtrack.healing.cohort_words import CohortWords, FilterWords
from woundtrack.model import Agent, CohortUnit, SiteGroup
from woundtrack.ui.components import words
from woundtrack.ui.record.patient_words import word_of
from woundtrack.ui.timeline.chart_says import lane_words


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Study", text))


_GROUPS: Final[dict[SiteGroup, str]] = {
    SiteGroup.ABDOMEN: _("Abdomen"),
    SiteGroup.LEGS: _("Legs"),
    SiteGroup.TORSO: _("Torso"),
    SiteGroup.ARMS: _("Arms"),
    SiteGroup.HEAD: _("Head"),
    SiteGroup.BREAST: _("Breast"),
    SiteGroup.GENITALIA: _("Genitalia"),
}


def group_name(group: SiteGroup) -> str:
    """Return what a site group is called."""
    return QCoreApplication.translate("Study", _GROUPS[group])


def agent_name(agent: Agent) -> str:
    """Return what a treatment is called."""
    return lane_words().agent(agent)


def counted(unit: CohortUnit, count: int) -> str:
    """Return how many of a unit there are: ``148 lesions``."""
    say = QCoreApplication.translate
    one, many = {
        CohortUnit.SENTINEL: (
            say("Study", "1 sentinel lesion"),
            say("Study", "{n} sentinel lesions"),
        ),
        CohortUnit.LESION: (say("Study", "1 lesion"), say("Study", "{n} lesions")),
        CohortUnit.PATIENT: (
            say("Study", "1 patient as a whole"),
            say("Study", "{n} patients as a whole"),
        ),
    }[unit]
    return words.counted(count, one, many)


def patients(count: int) -> str:
    """Return how many patients there are."""
    say = QCoreApplication.translate
    return words.counted(count, say("Study", "1 patient"), say("Study", "{n} patients"))


def filter_words() -> FilterWords:
    """Return what is said of filters."""
    say = QCoreApplication.translate
    return FilterWords(
        everybody=say("Study", "No filter."),
        filtered=say("Study", "Filtered to {all}."),
        either=say("Study", " or "),
        sites=say("Study", "site {sites}"),
        sentinel=say("Study", "sentinel lesions alone"),
        sexes=say("Study", "sex {sexes}"),
        certainties=say("Study", "diagnosis {certainties}"),
        dialysis=say("Study", "dialysis {dialysis}"),
        agents=say("Study", "ever given {agents}"),
        entered_from=say("Study", "first visit from {day}"),
        entered_to=say("Study", "first visit up to {day}"),
        least_visits=say("Study", "at least {count} visits"),
        site=group_name,
        sex=lambda one: word_of(one).lower(),
        certainty=lambda one: word_of(one).lower(),
        dialysis_kind=lambda one: word_of(one).lower(),
        treatment=agent_name,
        day=words.day,
    )


def cohort_words() -> CohortWords:
    """Return the words on the figures and under them."""
    say = QCoreApplication.translate
    return CohortWords(
        curves_title=say("Study", "Area over time"),
        incidence_title=say("Study", "Cumulative incidence"),
        percent=say("Study", "area, % of first"),
        area=say("Study", "area, cm²"),
        weeks_of_areas=say("Study", "weeks since the first open area"),
        weeks_of_visits=say("Study", "weeks since the first visit with an open lesion"),
        closed_rail=say("Study", "closed"),
        median=say("Study", "median, quartiles"),
        sign_closed=say("Study", "closed"),
        sign_died=say("Study", "died"),
        sign_surgery=say("Study", "surgery"),
        at_risk=say("Study", "At risk"),
        closed=say("Study", "Closed"),
        died=say("Study", "Died, open"),
        surgery=say("Study", "Surgery"),
        group_of=say("Study", "{group}, {count}"),
        not_yet=say("Study", "Not yet started"),
        started=say("Study", "Started"),
        no_areas=say("Study", "No open area was measured."),
        no_followed=say("Study", "Nobody was seen with an open lesion."),
        units=counted,
        patients=patients,
        percent_of_first=say("Study", "Traced area in % of each one's first open area"),
        area_itself=say("Study", "Traced area in cm²"),
        curves_method=say(
            "Study",
            "{what}, on a logarithmic scale, since the day of the first open area. Thin lines: "
            "every one. Thick: median, with quartiles as a band, every {days} days, of each one's "
            "area nearest to that day and within {half} days of it, where at least {least} are "
            "known. Closed counts as zero while the patient is seen; who died, was operated on, "
            "merged or is seen no more drops out: a median is that of those who are left.",
        ),
        cuts=say(
            "Study",
            "The lines of {count} break at a debridement, merge, split or removal of eschar.",
        ),
        curves_short=say(
            "Study",
            "A thin line each, broken at debridement and where eschar goes. Closed counts as zero.",
        ),
        incidence_method=say(
            "Study",
            "Cumulative incidence by Aalen and Johansen since the first visit with an open lesion; "
            "at risk: seen then with no outcome yet. Closed: {closed}. Death with a lesion open, "
            "and amputation, graft or closure by surgery compete; who is seen no more, or merged, "
            "is censored at the last visit.",
        ),
        incidence_short=say(
            "Study",
            "Death and surgery compete with closure (Aalen–Johansen). Bands: 95 % intervals.",
        ),
        closed_lesion=say(
            "Study", "healed at two visits at least 14 days apart, on the day of the first"
        ),
        closed_patient=say("Study", "every lesion healed so and no new one for 28 days"),
        log_log=say(
            "Study",
            "Bands: 95 % intervals at each day, on the log-log scale, which has none where "
            "everybody or nobody of a group has come to the outcome.",
        ),
        clustered=say(
            "Study",
            "Bands: 95 % intervals at each day, the 2.5th and 97.5th percentiles of 1000 draws of "
            "whole patients.",
        ),
        few=say("Study", "Of fewer than {least} patients in a group such bands are too narrow."),
        small=say("Study", "A group of fewer than {least} patients tells little."),
        unconfirmed=say(
            "Study", "{count} healed at the last visit and not yet confirmed: counted as open."
        ),
        by_site=say("Study", "Told apart by the site of the lesion."),
        by_agent=say(
            "Study",
            "{agent}: each counts as not yet started until the day of the first start, as started "
            "from then on. So nobody's waiting counts for the treatment; yet who was given it was "
            "chosen, and neither curve is how likely those treated, or those not, come to it.",
        ),
        left_out=say("Study", "Left out for want of consent to research: {count}."),
        unasked=say("Study", "Not asked for consent, and counted: {count}."),
        as_of=say("Study", "Data as of {day}. woundtrack {version}."),
        recorded_by=say("Study", "Data as recorded by the end of {day}. woundtrack {version}."),
        filters=filter_words(),
        research=say(
            "Study",
            "Research software. Not a medical device: don't use as the only basis for treatment.",
        ),
        day=words.day,
        number=words.number,
        share=words.percent,
    )
