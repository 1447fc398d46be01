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
        everybody=say("Study", "No filter"),
        sites=say("Study", "sites: {sites}"),
        sentinel=say("Study", "sentinel lesions alone"),
        sexes=say("Study", "sex: {sexes}"),
        certainties=say("Study", "diagnosis: {certainties}"),
        dialysis=say("Study", "dialysis: {dialysis}"),
        agent=say("Study", "ever given: {agent}"),
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
        weeks=say("Study", "weeks"),
        closed_rail=say("Study", "closed"),
        median=say("Study", "Median"),
        sign_closed=say("Study", "closed"),
        sign_died=say("Study", "died"),
        sign_surgery=say("Study", "surgery"),
        at_risk=say("Study", "At risk"),
        closed=say("Study", "Closed"),
        died=say("Study", "Died, open"),
        surgery=say("Study", "Surgery"),
        not_yet=say("Study", "Not yet started"),
        started=say("Study", "Started"),
        no_areas=say("Study", "No open area was measured."),
        no_followed=say("Study", "Nobody was seen with an open lesion."),
        units=counted,
        patients=patients,
        percent_of_first=say("Study", "Share of the first open area since its day"),
        area_itself=say("Study", "Open area since its first day"),
        curves_method=say(
            "Study",
            "{what}, on a logarithmic scale; median and quartiles every {days} days of the nearest "
            "values within {half}, where {least} are known. Closed counts zero while the patient "
            "is seen; who died, was operated on, merged or is seen no more counts no longer.",
        ),
        cuts=say(
            "Study",
            "{count} hold a debridement, merge, split or eschar's removal: the line breaks.",
        ),
        incidence_method=say(
            "Study",
            "Aalen–Johansen since the first visit with an open lesion. Closed: {closed}. Death and "
            "amputation, graft or closure by surgery compete.",
        ),
        closed_lesion=say("Study", "healed at two visits 14 days apart, on the day of the first"),
        closed_patient=say("Study", "every lesion healed and no new one for 28 days"),
        log_log=say("Study", "Bands: 95 %, log-log."),
        clustered=say("Study", "Bands: 95 %, by drawing whole patients anew."),
        few=say("Study", "Of so few patients they are too narrow."),
        unconfirmed=say("Study", "{count} healed and not yet confirmed: counted as open."),
        by_agent=say(
            "Study",
            "{agent}: each counts as not yet started until the day of the first start, as started "
            "from then on; no comparison of who was chosen for it.",
        ),
        as_of=say("Study", "Data as of {day}. woundtrack {version}."),
        filters=filter_words(),
        research=say(
            "Study",
            "Research software. Not a medical device: don't use as the only basis for treatment.",
        ),
        day=words.day,
        number=words.number,
        share=words.percent,
    )
