"""Why a person is asked to look at a picture, and what was said of it, in words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.model import Framing
from woundtrack.ui.components import words
from woundtrack.workflow.previewing import PictureState
from woundtrack.workflow.releasing import WhyAsked

if TYPE_CHECKING:
    from woundtrack.workflow.previewing import PictureToSee


def _(text: str) -> str:
    return QCoreApplication.translate("Pictures", text)


def why_words(why: WhyAsked) -> str:
    """Return in a sentence why a person is asked."""
    return {
        WhyAsked.SITE: _("It is of the head or an intimate site, or nobody knows where it is."),
        WhyAsked.NO_SCALE: _("It has no scale, so nothing tells how much skin it shows."),
        WhyAsked.WIDER: _("It shows more than the lesion."),
        WhyAsked.OTHER_CODE: _(
            "A code of another kind was in it and is painted over; what is written beside it "
            "is not."
        ),
    }[why]


def framing_name(framing: Framing) -> str:
    """Return how much of a photograph a picture shows, on a button."""
    return {
        Framing.LESION: _("Lesion"),
        Framing.AROUND: _("Around it"),
        Framing.WHOLE: _("Whole photo"),
    }[framing]


def state_words(picture: PictureToSee, today: date) -> str:
    """Return what becomes of a picture, and who said so when."""
    said = picture.said
    who = ""
    if said is not None:
        who = _("{person}, {when}").format(
            person=said.decided_by, when=words.moment(said.recorded_at, today)
        )
    if picture.state is PictureState.RELEASED:
        return _("It may leave ({who}).").format(who=who) if who else _("It may leave.")
    if picture.state is PictureState.REFUSED:
        if who:
            return _("It is kept here ({who}).").format(who=who)
        return _("It is kept here: another picture that shows it was.")
    if picture.state is PictureState.FREE:
        return _("It leaves without being asked about: a lesion and its card alone.")
    return _("It stays here until somebody has looked at it.")


def head_words(picture: PictureToSee, visited_on: date) -> str:
    """Return whose picture it is: patient, lesion, site and day."""
    lesions = ", ".join(one.label for one in picture.sitting.lesions)
    sites = ", ".join(dict.fromkeys(one.site.words for one in picture.sitting.lesions))
    parts = (picture.patient.code, lesions, sites, words.day(visited_on))
    # Where the line is broken, it is between them: a date stays in one piece.
    return " · ".join(one.replace(" ", "\N{NO-BREAK SPACE}") for one in parts)
