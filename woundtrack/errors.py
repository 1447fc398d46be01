"""What can go wrong and is not a bug, and what there is to doubt: one sentence each.

The sentences here are the English the command line prints; the window shows their translations
(``ui/messages.py``) filled with the same values. A sentence says what, why, and what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final, Self

from woundtrack.model import Doubt, Ring


class Cancelled(Exception):
    """The person stopped the work; not a fault, and shown as nothing or as "stopped"."""


class WoundtrackError(Exception):
    """Something about the world, not a bug: has a ``code`` and a ``sentence`` for a person.

    Keyword arguments are the values that fill the sentence, and are kept in ``values``.
    ``place_px`` is a ring round what it concerns on the photograph; () when that is no place.
    """

    code: ClassVar[str] = "woundtrack_error"
    sentence: ClassVar[str] = "{detail}"
    place_px: Ring = ()

    def __init__(self, **values: str | float) -> None:
        self.values: Mapping[str, str | float] = MappingProxyType(values)
        super().__init__(self.sentence.format(**values))

    def at(self, place_px: Ring) -> Self:
        """Return it with its place on the photograph."""
        self.place_px = place_px
        return self


# --- photographs ---------------------------------------------------------------------------------


class PhotographUnreadable(WoundtrackError):
    """A file that can't be decoded: ``path``, ``reason`` (a clause: "it is cut short")."""

    code = "photograph_unreadable"
    sentence = (
        "{path} can't be read as a photograph: {reason}. Copy it from the camera again; "
        "the other photographs are not affected."
    )


class PhotographTooLarge(WoundtrackError):
    """More pixels than the limit: ``path``, ``megapixels``, ``limit_megapixels``."""

    code = "photograph_too_large"
    sentence = (
        "{path} has {megapixels:.0f} megapixels, more than the {limit_megapixels:.0f} that can be "
        "opened. Save it at a smaller size, or take it again at the camera's normal setting."
    )


class DuplicatePhotograph(WoundtrackError):
    """The same bytes are in the library: ``path``, ``patient``, ``visited_on``."""

    code = "duplicate_photograph"
    sentence = (
        "{path} is already in the library, under {patient} on {visited_on}. "
        "It was not imported twice."
    )


class CardNotFound(WoundtrackError):
    """No tag of any printed card was found."""

    code = "card_not_found"
    sentence = (
        "No card was found. The photograph is kept, but without a scale there is no area: "
        "take it again with the whole card in view, or keep it without an area."
    )


class CardUnreliable(WoundtrackError):
    """A card was found but can't give a scale: ``reason`` (a clause)."""

    code = "card_unreliable"
    sentence = (
        "A card was found, but {reason}. The photograph is kept without an area: take it again "
        "with the card flat beside the wound and the camera straight above."
    )


class CardTooSmall(CardUnreliable):
    """The card's tags have too few pixels: ``tag_px``, ``least_px``."""

    code = "card_too_small"
    sentence = (
        "The card is too small in the picture: its tags are {tag_px:.0f} pixels wide, and "
        "{least_px:.0f} are needed. The photograph is kept without an area: take it again from "
        "nearer."
    )


class CardTooTilted(CardUnreliable):
    """The card is seen too much from the side: ``tilt_deg``, ``most_deg``."""

    code = "card_too_tilted"
    sentence = (
        "The camera was tilted by {tilt_deg:.0f}° to the card, and beyond {most_deg:.0f}° there is "
        "no sure scale. The photograph is kept without an area: take it again with the camera "
        "straight above."
    )


class CardOffPlane(CardUnreliable):
    """The card's tags lie on no plane and on no limb: ``off_mm``."""

    code = "card_off_plane"
    sentence = (
        "The card's tags lie up to {off_mm:.0f} mm from where a flat card puts them: it was bent, "
        "folded or cut apart. The photograph is kept without an area: take it again with the card "
        "flat beside the wound."
    )


class CardsTooFarApart(CardUnreliable):
    """Cards that lie in planes of their own, too far from a common one: ``off_mm``."""

    code = "cards_too_far_apart"
    sentence = (
        "The cards in view lie in different planes, up to {off_mm:.0f} mm from a common one. The "
        "photograph is kept without an area: take it again with all of them flat beside the wound, "
        "or with one alone."
    )


class RulerImpossible(WoundtrackError):
    """A ruler can't be set in a photograph like that: ``reason`` (a clause)."""

    code = "ruler_impossible"
    sentence = "No ruler was set: {reason}."


class ColoursUnknown(WoundtrackError):
    """The card doesn't tell a photograph's colours: ``reason`` (a clause)."""

    code = "colours_unknown"
    sentence = "The colours of this photograph can't be told from its card: {reason}."


class OutlineNotFound(WoundtrackError):
    """No wound edge was found where it was looked for."""

    code = "outline_not_found"
    sentence = "No wound edge was found there. Drag a box round the wound, or click inside it."


class PartsDontJoin(WoundtrackError):
    """Photographs of one wound can't be laid together: ``reason`` (a clause)."""

    code = "parts_dont_join"
    sentence = (
        "The photographs can't be joined: {reason}. Leave one strip where it is while the camera "
        "goes round the limb, and let each photograph show a part of the one before."
    )


class EditImpossible(WoundtrackError):
    """An outline can't be changed by hand like that: ``reason`` (a clause)."""

    code = "edit_impossible"
    sentence = "The outline is as it was: {reason}."


class MaskUnusable(WoundtrackError):
    """An outline mask that doesn't fit: ``path``, ``reason`` (a clause)."""

    code = "mask_unusable"
    sentence = (
        "{path} can't be used as an outline: {reason}. Give a mask of the upright photograph's "
        "size, white inside the wound and black outside."
    )


class NetworkBroken(WoundtrackError):
    """The outline network that came along can't be used: ``path``, ``reason`` (a clause)."""

    code = "network_broken"
    sentence = (
        "The outline network in {path} can't be used: {reason}. Outlines are made by OpenCV alone. "
        "Install woundtrack again, or train a network of your own from a library's accepted "
        "outlines."
    )


class OwnNetworkBroken(NetworkBroken):
    """The clinic's own outline network can't be used: ``path``, ``reason`` (a clause)."""

    code = "own_network_broken"
    sentence = (
        "The clinic's own outline network in {path} can't be used: {reason}. Outlines are made by "
        "OpenCV alone. Train it again, or take that folder away: then the network that came with "
        "woundtrack is used."
    )


# --- libraries -----------------------------------------------------------------------------------


class LibraryMissing(WoundtrackError):
    """No library there: ``path``."""

    code = "library_missing"
    sentence = "There is no woundtrack library in {path}. Choose another folder, or make a new one."


class LibraryExists(WoundtrackError):
    """A new library was asked for where something is: ``path``."""

    code = "library_exists"
    sentence = "{path} is not empty. Choose an empty folder for a new library, or open this one."


class LibraryTooNew(WoundtrackError):
    """Written by a newer woundtrack: ``path``."""

    code = "library_too_new"
    sentence = (
        "{path} was written by a newer woundtrack. Install that version to open it; "
        "nothing was changed."
    )


class LibraryInUse(WoundtrackError):
    """Another window writes: ``path``, ``writer`` (who, where, since when)."""

    code = "library_in_use"
    sentence = (
        "{path} is being written by {writer}. Until it is closed there, it can only be read here."
    )


class LibraryReadOnly(WoundtrackError):
    """The folder can't be written, or was opened for reading: ``path``."""

    code = "library_read_only"
    sentence = (
        "{path} can't be written. Ask for permission to write in that folder, or copy the library "
        "to one where you may."
    )


class LibraryBehind(WoundtrackError):
    """Written by an older woundtrack, and asked for to be read alone: ``path``."""

    code = "library_behind"
    sentence = (
        "{path} was written by an older woundtrack. Open it once where it may be written: it is "
        "brought up to date then, and a copy of it as it was is kept in its backups."
    )


class LibraryOnNetwork(WoundtrackError):
    """A network share, where the database's write-ahead log is unsafe: ``path``."""

    code = "library_on_network"
    sentence = (
        "{path} is on a network drive, where a library can be damaged. Keep the library on this "
        "computer's own disk and its backups on the network."
    )


class LibraryDamaged(WoundtrackError):
    """The database or an original is not as written: ``path``, ``detail`` (a clause)."""

    code = "library_damaged"
    sentence = (
        "{path} is damaged: {detail}. Nothing was changed; restore the newest backup into a new "
        "folder with: woundtrack restore BACKUP DIR"
    )


class BackupUnusable(WoundtrackError):
    """A backup that can't be restored: ``path``, ``reason`` (a clause)."""

    code = "backup_unusable"
    sentence = "{path} can't be restored: {reason}. Choose another backup; nothing was changed."


class DiskFull(WoundtrackError):
    """No room to write: ``path``."""

    code = "disk_full"
    sentence = (
        "The disk that holds {path} is full. What was accepted before is safe; free some space "
        "and do this step again."
    )


class FileUnwritable(WoundtrackError):
    """A file asked for can't be written: ``path``, ``reason`` (a clause)."""

    code = "file_unwritable"
    sentence = "{path} can't be written: {reason}. Choose another place."


class FileInUse(WoundtrackError):
    """A file or folder that another program holds open, on Windows: ``path``."""

    code = "file_in_use"
    sentence = (
        "{path} is open in another program, so it can't be replaced. Close it there and do this "
        "step again; nothing was changed."
    )


class InstrumentUnusable(WoundtrackError):
    """A score's definition can't be used: ``path``, ``reason`` (a clause: "it has no items")."""

    code = "instrument_unusable"
    sentence = (
        "The score defined in {path} can't be used: {reason}. The other scores are not affected."
    )


# --- hospital archives ---------------------------------------------------------------------------


class DicomMissing(WoundtrackError):
    """The libraries for DICOM aren't installed."""

    code = "dicom_missing"
    sentence = (
        "This installation has no libraries for DICOM. Install them with: "
        "pip install 'woundtrack[dicom]'"
    )


class ArchiveUnknown(WoundtrackError):
    """No archive of that name is set on this computer: ``archive``."""

    code = "archive_unknown"
    sentence = (
        "There is no archive {archive} in this computer's settings. Add it with its address, or "
        "choose one that is there."
    )


class ArchiveUnreachable(WoundtrackError):
    """Nothing answers at an archive's address: ``archive``, ``address`` ("host, port 104")."""

    code = "archive_unreachable"
    sentence = (
        "{archive} can't be reached: nothing answers at {address}. What waits for it is kept; "
        "check the address and this computer's network, and send again."
    )


class ArchiveDeclined(WoundtrackError):
    """An archive takes no connection: ``archive``, ``reason`` (a clause)."""

    code = "archive_declined"
    sentence = (
        "{archive} declines the connection: {reason}. What waits for it is kept; ask who runs the "
        "archive to let this computer in."
    )


class ArchiveNotTrusted(WoundtrackError):
    """The encrypted connection can't be made or trusted: ``archive``, ``reason`` (a clause)."""

    code = "archive_not_trusted"
    sentence = (
        "No safe connection to {archive} could be made: {reason}. Nothing was sent; check the "
        "certificates that are set for it."
    )


class ArchiveSilent(WoundtrackError):
    """An archive stopped answering in the middle: ``archive``."""

    code = "archive_silent"
    sentence = (
        "{archive} stopped answering before it had confirmed what was sent. It is kept, and sent "
        "again as a whole; the archive knows it by its number and keeps it once."
    )


class ArchiveRefused(WoundtrackError):
    """An archive doesn't take an object: ``archive``, ``what``, ``reason`` (a clause)."""

    code = "archive_refused"
    sentence = (
        "{archive} doesn't take {what}: {reason}. It is set aside; ask who runs the archive, then "
        "retry."
    )


class NotSendable(WoundtrackError):
    """A photograph that may not leave: ``photograph``, ``reason`` (a clause)."""

    code = "not_sendable"
    sentence = "{photograph} was not sent: {reason}. It is set aside; the others are not affected."


# --- what was asked for --------------------------------------------------------------------------


class UnknownPatient(WoundtrackError):
    """No such patient code: ``patient``."""

    code = "unknown_patient"
    sentence = "There is no patient {patient} in this library. Check the code."


class PatientStands(WoundtrackError):
    """A patient who can't be taken out, for something counts of them: ``patient``, ``what``."""

    code = "patient_stands"
    sentence = (
        "{patient} stays in the library because of {what}: nothing clinical is taken away. "
        "Where the code is wrong, correct the code; a photograph of somebody else can be moved to "
        "them in Review."
    )


class StudyCodesMissing(WoundtrackError):
    """A library that can only be read, and patients without a code in the study: ``count``."""

    code = "study_codes_missing"
    sentence = (
        "{count:.0f} of these patients have no study code yet, and this library is open for "
        "reading only, so none can be given. Export once on the computer where it can be written."
    )


class ExportUnnoted(WoundtrackError):
    """An export of a library that is open for reading only, so that no note is made: ``path``."""

    code = "export_unnoted"
    sentence = (
        "Nothing can be exported from {path} here: it is open for reading only, and nothing leaves "
        "without a note in its audit trail. Export where it can be written."
    )


class ReportRefused(WoundtrackError):
    """There is no report of a patient: ``patient``, ``reason`` (a clause)."""

    code = "report_refused"
    sentence = "There is no report of {patient}: {reason}. Nothing was written."


class ConsentRefused(WoundtrackError):
    """A patient doesn't agree that something leaves: ``patient``."""

    code = "consent_refused"
    sentence = (
        "{patient} doesn't agree to a record with photographs and numbers, so that none leaves. "
        "Nothing was written."
    )


class ResearchRefused(ConsentRefused):
    """A patient doesn't agree to research: nothing goes under a study's code: ``patient``."""

    code = "research_refused"
    sentence = (
        "{patient} doesn't agree to research, so that no photograph goes under a study's code. "
        "Nothing was written; under the name it may go where they agree to that."
    )


class NotUnderstood(WoundtrackError):
    """A value a person gave that can't be meant: ``what``, ``given``, ``expected``."""

    code = "not_understood"
    sentence = "{what} {given} is not understood: {expected}."


class ValueImpossible(WoundtrackError):
    """A number that can't be: ``what``, ``given``, ``low``, ``high``, ``unit`` (" cm", or "")."""

    code = "value_impossible"
    sentence = (
        "{what} {given}{unit} can't be: it lies between {low:g} and {high:g}{unit}. Check the "
        "number and its unit."
    )


class NothingToAccept(WoundtrackError):
    """A proposal without what was asked to be accepted: ``photograph``."""

    code = "nothing_to_accept"
    sentence = (
        "{photograph} has no outline to accept. Outline the wound, or record the lesion as closed."
    )


class AcceptedAlready(WoundtrackError):
    """A photograph can't be reviewed from the start: ``photograph``."""

    code = "accepted_already"
    sentence = (
        "What was accepted from {photograph} counts, so it can't be reviewed from the start. "
        "Correct or retire what was accepted instead."
    )


class AgreementUnknown(WoundtrackError):
    """How well readers agree can't be computed: ``reason`` (a clause)."""

    code = "agreement_unknown"
    sentence = "How well the readers agree can't be told: {reason}."


class UnknownSession(WoundtrackError):
    """No reading session of that name: ``session``."""

    code = "unknown_session"
    sentence = "There is no reading session {session} in this library. Check its name."


class SessionRefused(WoundtrackError):
    """A reading session, or something done to one, can't be: ``reason`` (a clause)."""

    code = "session_refused"
    sentence = "Nothing was recorded of a reading session: {reason}."


class ReadingRefused(WoundtrackError):
    """A reading can't be kept as it is: ``reason`` (a clause)."""

    code = "reading_refused"
    sentence = "This reading was not recorded: {reason}."


class PackageUnusable(WoundtrackError):
    """A reading package, or a file of answers, can't be used: ``path``, ``reason`` (a clause)."""

    code = "package_unusable"
    sentence = "{path} can't be used: {reason}. Nothing of it was taken."


class ChangedMeanwhile(WoundtrackError):
    """The row was changed since it was read: ``what``."""

    code = "changed_meanwhile"
    sentence = "{what} was changed meanwhile. Look at it again, then repeat what you did."


# --- doubts --------------------------------------------------------------------------------------

DOUBTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "card_not_found": CardNotFound.sentence,
        "card_unreliable": CardUnreliable.sentence,
        "card_too_small": CardTooSmall.sentence,
        "card_too_tilted": CardTooTilted.sentence,
        "card_off_plane": CardOffPlane.sentence,
        "cards_too_far_apart": CardsTooFarApart.sentence,
        "outline_not_found": "No wound was found in this photograph. Drag a box round it.",
        "card_small": (
            "The card is small in the picture: its tags are {tag_px:.0f} pixels wide, and 80 are "
            "needed for a sure scale. The interval is wider; go nearer next time."
        ),
        "card_tilted": (
            "The camera was tilted by {tilt_deg:.0f}°; beyond 35° the scale is less sure. "
            "The interval is wider; hold the camera straight above next time."
        ),
        "card_hidden": (
            "{found} of the card's {expected} tags can be seen. The interval is wider; keep the "
            "whole card in view next time."
        ),
        "card_cut_off": (
            "Part of the card lies outside the picture: {found:.0f} of its {expected:.0f} tags can "
            "be seen. The scale is less sure; keep the whole card in view next time."
        ),
        "card_bent": (
            "The card's tags are up to {residual_mm:.1f} mm from where a flat card puts them: it "
            "was bent or lifted. The interval is wider; lay it flat next time."
        ),
        "cards_apart": (
            "The cards in view lie in different planes: each is flat, and together they are up to "
            "{residual_mm:.1f} mm off. The interval is wider; lay them all flat beside the wound "
            "next time, or only one."
        ),
        "card_misprinted": (
            "The card looks {percent:.0f} % longer one way than the other: it was printed "
            "stretched, or this is a picture of a picture. Its areas may be wrong by as much; "
            "print the sheet at 100 %, and photograph the wound itself."
        ),
        "card_glare": (
            "Light is mirrored on the card, and its tags can't be seen well there. The scale is "
            "less sure; turn the card or the lamp a little next time, and leave the flash off."
        ),
        "card_shadowed": (
            "A shadow's edge lies over the card: the light on it is not that on the wound. Next "
            "time keep hands and phone out of the light."
        ),
        "photograph_blurred": (
            "The photograph is blurred: edges on the card are {edge_mm:.1f} mm wide in it, and so "
            "is that of the wound. Hold the camera still and tap on the card to focus next time."
        ),
        "photograph_dark": (
            "The photograph is dark: little of the card's white can be told from noise. Take it "
            "with more light next time, so that the wound's edge can be seen."
        ),
        "photograph_of_screen": (
            "There are ripples over the card as a screen makes them: this looks like a photograph "
            "of a screen. Import the photograph that the screen showed, or take one of the wound."
        ),
        "photograph_screenshot": (
            "This looks like a screenshot: it has the size of a screen, and says nothing of a "
            "camera. Import the photograph itself, as the camera wrote it."
        ),
        "card_round": (
            "The card lies round, as on a limb, and the area was taken on that round. On flat skin "
            "it would be another: the interval reaches to it. Lay the strip round a limb, and a "
            "card flat on flat skin."
        ),
        "flat_card_on_limb": (
            "A card lay flat on a limb: what curves away beside it is seen smaller than it is, by "
            "up to {percent:.0f} %. The interval reaches so far; lay the strip round the limb next "
            "time."
        ),
        "print_scale_unmeasured": (
            "Nobody measured how large this printer prints the cards. The interval allows for "
            "94 to 106 %; measure the two bars of a printed sheet and enter them in Settings."
        ),
        "print_scale_old": (
            "The bars of {printer} were last measured on {measured_on}. The interval is wider; "
            "measure the two bars of a printed sheet again and enter them in Settings."
        ),
        "print_not_actual_size": (
            "This is no 100 % print: a bar has {percent:.0f} % of its length. Print the sheet "
            "again with “actual size”, and measure that one."
        ),
        "print_stretched": (
            "This printer stretches: one bar is {percent:.1f} % longer than the other. The "
            "interval is wider by it; another printer, or “actual size”, may do better."
        ),
        "ruler_scale": (
            "The scale is of a ruler, {distance_mm:.1f} mm of it, in one direction alone: nothing "
            "shows whether the camera was tilted, or the ruler lay above or below the wound. The "
            "interval is wider by both; lay a printed card beside the wound next time."
        ),
        "ruler_on_limb": (
            "The scale is of a ruler on a limb: what curves away beside the ruler is seen smaller "
            "than it is, by up to {percent:.0f} %. The interval reaches so far; lay the strip "
            "round the limb next time."
        ),
        "wound_far_from_card": (
            "The wound lies {distance_mm:.0f} mm from the card. The interval is wider; lay the "
            "card beside the wound next time."
        ),
        "outline_cut_off": (
            "The wound reaches the edge of the picture: what lies outside is not in the area. "
            "Take the photograph from further away."
        ),
        "outline_beyond_card": (
            "The outline reaches so far from the tilted card that it has no area. Take the "
            "photograph again with the camera straight above."
        ),
        "colour_shadowed": (
            "A shadow lies on the card's colour patches or beside them: its colours are not those "
            "of the light on the wound. Next time keep hands and phone out of the light."
        ),
        "colour_glare": (
            "Light is mirrored on the card: its colours look paler than they are. Next time turn "
            "the card or the lamp a little."
        ),
        "colour_burnt": (
            "{count:.0f} of the card's colour patches are burnt out. Next time take the "
            "photograph a little darker."
        ),
        "colour_few_patches": (
            "{found:.0f} of the card's {expected:.0f} colour patches can be used: they say little "
            "of the light. Next time keep the whole card in view."
        ),
        "colour_cast": (
            "The light was so coloured that little is left of one colour. Next time use daylight "
            "or a white lamp."
        ),
        "colour_unsure": (
            "The card's patches don't agree about the light: a colour comes out visibly wrong, by "
            "{delta_e:.1f} where 2 can just be seen. More than one lamp may have lit the card."
        ),
        "outline_unsure": (
            "The program is not sure of an outline. Check its edge all round in Review, and where "
            "it is wrong draw a box round the wound."
        ),
        "eschar_beyond_ulcer": (
            "The eschar reaches beyond the ulcer's edge: one of the two outlines is off there, so "
            "correct it; neither is changed for you."
        ),
        "wound_beyond_margin": (
            "The margin doesn't go round the whole wound: one of the two outlines is off there, so "
            "correct it; neither is changed for you."
        ),
        "outlines_unassigned": (
            "A lesion is proposed for {assigned:.0f} of {outlines:.0f} outlines. Say in Review "
            "what is left."
        ),
        "lesion_unsure": ("Which lesion an outline is, is not clear. Say it in Review."),
        "lesion_changed_course": (
            "A lesion may have merged with another, split, or come back after it closed. Look in "
            "Review, and say whether it did."
        ),
        "time_assumed": (
            "The photograph carries no time zone; this computer's was assumed for its date."
        ),
        "time_from_file": (
            "The photograph carries no capture time; the file's own date was taken. Check the "
            "visit's date."
        ),
    }
)
"""The sentence of every doubt, by its code: the documented list of ``measure --json`` warnings."""


QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "value_unusual": (
            "{given}{unit} is unusual: mostly it lies between {low:g} and {high:g}. Is it right?"
        ),
        "value_jumped": "{given}{unit} is unusual (last {last}). Is it right?",
        "given_already": (
            "This is given already, since {since}. Change its dose there, or record it beside?"
        ),
        "after_death": "This is after the patient's death on {died_on}. Is the date right?",
        "area_grew": (
            "{lesion} measures {area} cm² after {last} cm² on {last_on}, {percent} % a week: is it "
            "another lesion, was it debrided, was a card misread, or is the margin outlined and "
            "not the ulcer?"
        ),
        "area_shrank": (
            "{lesion} measures {area} cm² after {last} cm² on {last_on}, {percent} % a week: is it "
            "another lesion, is only a part outlined, was a card misread, or was the margin "
            "outlined then and not the ulcer?"
        ),
        "visit_says_no": (
            "The visit of {on} says “Debrided: No”. Was it debrided on that day all the same?"
        ),
        "debrided_that_day": (
            "A debridement is recorded on {on}. Is it right that this lesion was not debrided?"
        ),
        "dead_already": "The patient's death is recorded already, on {on}. Is this another person?",
    }
)
"""The question that each oddity of the clinical record asks, by its code; none is refused."""


def doubt_sentence(doubt: Doubt) -> str:
    """Return the English sentence of a doubt. Raises ``KeyError`` for an unknown code."""
    return DOUBTS[doubt.code].format(**dict(doubt.values))


def doubt_of(error: WoundtrackError) -> Doubt:
    """Return the doubt that stands for a known failure, e.g. a card that wasn't found."""
    return Doubt(code=error.code, values=tuple(error.values.items()), place_px=error.place_px)
