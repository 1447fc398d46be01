"""The words of what can go wrong and of what there is to doubt, in the person's language.

Hides how a known fault becomes a title and a sentence. The English sentences are those of
``errors.py``; what is not known there is a bug and has no words here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from woundtrack.errors import DOUBTS, QUESTIONS, WoundtrackError
from woundtrack.model import Doubt

if TYPE_CHECKING:
    from woundtrack.workflow import Question


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Titles", text))


TITLES: Final = MappingProxyType(
    {
        "woundtrack_error": _("This did not work"),
        "photograph_unreadable": _("A photograph can't be read"),
        "photograph_too_large": _("A photograph is too large"),
        "duplicate_photograph": _("Already in the library"),
        "card_not_found": _("No card found"),
        "card_unreliable": _("The card gives no scale"),
        "card_too_small": _("The card is too small in the picture"),
        "card_too_tilted": _("The camera was tilted too far"),
        "card_off_plane": _("The card was not flat"),
        "cards_too_far_apart": _("The cards don't lie in one plane"),
        "ruler_impossible": _("No ruler was set"),
        "colours_unknown": _("The card tells no colours"),
        "outline_not_found": _("No wound edge found"),
        "parts_dont_join": _("Photographs can't be joined"),
        "edit_impossible": _("Not changed"),
        "mask_unusable": _("This outline can't be used"),
        "network_broken": _("The outline network can't be used"),
        "own_network_broken": _("The clinic's outline network can't be used"),
        "library_missing": _("No library there"),
        "library_exists": _("This folder is not empty"),
        "library_too_new": _("Written by a newer woundtrack"),
        "library_in_use": _("Open for reading only"),
        "library_read_only": _("This library can't be written"),
        "library_behind": _("Written by an older woundtrack"),
        "library_on_network": _("On a network drive"),
        "library_damaged": _("This library is damaged"),
        "backup_unusable": _("This backup can't be restored"),
        "disk_full": _("The disk is full"),
        "file_unwritable": _("This file can't be written"),
        "file_in_use": _("Open in another program"),
        "instrument_unusable": _("A score's definition can't be used"),
        "dicom_missing": _("No libraries for DICOM"),
        "archive_unknown": _("No such archive"),
        "archive_unreachable": _("The archive can't be reached"),
        "archive_declined": _("The archive declines the connection"),
        "archive_not_trusted": _("No safe connection"),
        "archive_silent": _("The archive stopped answering"),
        "archive_refused": _("The archive doesn't take it"),
        "not_sendable": _("Not sent"),
        "unknown_patient": _("No such patient"),
        "patient_stands": _("This patient stays"),
        "study_codes_missing": _("No study codes yet"),
        "export_unnoted": _("Nothing can leave from here"),
        "report_refused": _("No report"),
        "consent_refused": _("The patient doesn't agree"),
        "research_refused": _("No consent to research"),
        "not_understood": _("Not understood"),
        "value_impossible": _("This value can't be"),
        "nothing_to_accept": _("Nothing to accept"),
        "accepted_already": _("Accepted already"),
        "agreement_unknown": _("Agreement can't be told"),
        "unknown_session": _("No such reading session"),
        "session_refused": _("Nothing recorded"),
        "reading_refused": _("Reading not recorded"),
        "package_unusable": _("This file can't be used"),
        "changed_meanwhile": _("Changed meanwhile"),
        # Doubts that are not faults: they widen an interval or a date.
        "card_small": _("The card is small in the picture"),
        "card_tilted": _("The camera was tilted"),
        "card_hidden": _("Part of the card is hidden"),
        "card_cut_off": _("The card is cut off"),
        "card_bent": _("The card was bent or lifted"),
        "cards_apart": _("The cards lie in different planes"),
        "card_misprinted": _("The card looks stretched"),
        "card_glare": _("Light is mirrored on the card"),
        "card_shadowed": _("A shadow lies over the card"),
        "photograph_blurred": _("The photograph is blurred"),
        "photograph_dark": _("The photograph is dark"),
        "photograph_of_screen": _("A photograph of a screen"),
        "photograph_screenshot": _("A screenshot"),
        "card_round": _("The card lies round"),
        "flat_card_on_limb": _("A flat card lay on a limb"),
        "print_scale_unmeasured": _("The printer was never measured"),
        "print_scale_old": _("The printer was measured long ago"),
        "print_not_actual_size": _("This is no 100 % print"),
        "print_stretched": _("This printer stretches"),
        "ruler_scale": _("The scale is a ruler's"),
        "ruler_on_limb": _("A ruler lay on a limb"),
        "wound_far_from_card": _("The wound is far from the card"),
        "outline_cut_off": _("The wound is cut off"),
        "outline_beyond_card": _("The wound is too far from the card"),
        "colour_shadowed": _("The card is shadowed"),
        "colour_glare": _("The card shines"),
        "colour_burnt": _("The card's patches are burnt out"),
        "colour_few_patches": _("Few of the card's patches can be used"),
        "colour_cast": _("The light was strongly coloured"),
        "colour_unsure": _("The card's patches don't agree"),
        "outline_unsure": _("The outline is unsure"),
        "eschar_beyond_ulcer": _("The eschar reaches beyond the ulcer"),
        "wound_beyond_margin": _("The wound reaches beyond the margin"),
        "outlines_unassigned": _("Outlines without a lesion"),
        "lesion_unsure": _("Which lesion it is, is not clear"),
        "lesion_changed_course": _("A lesion may have merged, split or come back"),
        "time_assumed": _("The time zone was assumed"),
        "time_from_file": _("The date is the file's own"),
    }
)
"""The title of every fault and doubt, by its code, in English."""


SHORT: Final = MappingProxyType(
    {
        "card_too_small": _("Too small"),
        "card_too_tilted": _("Tilted too far"),
        "card_off_plane": _("Not flat"),
        "cards_too_far_apart": _("Not in one plane"),
        "card_small": _("Small"),
        "card_tilted": _("Tilted"),
        "card_hidden": _("Hidden"),
        "card_cut_off": _("Cut off"),
        "card_bent": _("Bent"),
        "card_round": _("Round"),
        "cards_apart": _("Not in one plane"),
        "card_misprinted": _("Stretched"),
        "card_glare": _("Glare"),
        "card_shadowed": _("Shadow"),
        "photograph_blurred": _("Blurred"),
        "photograph_dark": _("Dark"),
        "photograph_of_screen": _("Ripples of a screen"),
        "outline_cut_off": _("Cut off"),
        "outline_unsure": _("Outline unsure"),
        "eschar_beyond_ulcer": _("Beyond the ulcer"),
        "wound_beyond_margin": _("Beyond the margin"),
        "colour_shadowed": _("Shadow"),
        "colour_glare": _("Glare"),
        "colour_burnt": _("Burnt out"),
        "colour_few_patches": _("Few patches"),
        "colour_cast": _("Coloured light"),
    }
)
"""A word or two for a doubt that has a place, where there is no room for its title, in English."""


def title_of(problem: WoundtrackError | Doubt) -> str:
    """Return the title of a known fault or of a doubt. Raises ``KeyError`` for an unknown code."""
    return QCoreApplication.translate("Titles", TITLES[problem.code])


def short_of(doubt: Doubt) -> str:
    """Return a doubt in a word or two, or its title where nothing shorter says it."""
    short = SHORT.get(doubt.code)
    return title_of(doubt) if short is None else QCoreApplication.translate("Titles", short)


def sentence_of(error: WoundtrackError) -> str:
    """Return the sentences of a known fault, filled with its values."""
    return QCoreApplication.translate("Faults", type(error).sentence).format(**error.values)


def doubt_sentence(doubt: Doubt) -> str:
    """Return the sentences of a doubt. Raises ``KeyError`` for a code that isn't documented."""
    sentence = QCoreApplication.translate("Faults", DOUBTS[doubt.code])
    return sentence.format(**dict(doubt.values))


def question_of(question: Question) -> str:
    """Return what an oddity of the record asks. Raises ``KeyError`` for an unknown code."""
    sentence = QCoreApplication.translate("Faults", QUESTIONS[question.code])
    return sentence.format(**dict(question.values))
