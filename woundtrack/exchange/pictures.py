"""Pictures that leave with an export: what the tables and the other formats say of each.

Hides nothing; who makes them decides what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from woundtrack.exchange.patient_file import PatientFile
from woundtrack.model import Framing

PictureKey = tuple[str, str]
"""The ids of a photograph and of the lesion that is shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedPicture:
    """One picture as written below the export's folder, without metadata.

    ``name`` and ``mask_name`` are paths from that folder, with slashes. ``mm_per_px`` is the scale
    all over it, where it was laid flat by the card; None where it wasn't. ``margin_mm`` is how much
    skin it shows round the lesion; None where there is no scale. ``hidden`` is the share of the
    lesion that was painted over with a card.
    """

    name: str
    sha256: str
    width_px: int
    height_px: int
    mm_per_px: float | None = None
    mask_name: str | None = None
    framing: Framing = Framing.LESION
    margin_mm: float | None = None
    hidden: float = 0.0


class Stays(StrEnum):
    """Why a picture doesn't leave."""

    NOT_WANTED = "not_asked_for"  # this export was asked for without pictures
    NO_CONSENT = "no_consent"
    RETIRED = "photograph_withdrawn"
    NOT_OUTLINED = "not_outlined"
    NOT_LOOKED_AT = "not_looked_at"
    REFUSED = "refused"
    OTHER_CODE = "other_code_in_view"
    CARD_IN_PART = "card_seen_in_part"
    READABLE = "code_still_readable"
    UNREADABLE = "photograph_unreadable"


WHY_STAYS: Mapping[Stays, str] = {
    Stays.NOT_WANTED: "pictures weren't asked for",
    Stays.NO_CONSENT: "the patient didn't agree to it, or wasn't asked",
    Stays.RETIRED: "the photograph was taken out of the library's view",
    Stays.NOT_OUTLINED: "no outline to cut it to is accepted on it",
    Stays.NOT_LOOKED_AT: "a person has to look at it first",
    Stays.REFUSED: "a person looked at it and said no",
    Stays.OTHER_CODE: "there is a code in it that is on no card, such as a label's: a person has "
    "to look at it first",
    Stays.CARD_IN_PART: "so little of a card is seen that some may not be painted over: a person "
    "has to look at it first",
    Stays.READABLE: "a code in it can still be read",
    Stays.UNREADABLE: "the photograph can't be read",
}
"""In words that follow a colon."""

LOOK_FIRST: Final = frozenset({Stays.NOT_LOOKED_AT, Stays.OTHER_CODE, Stays.CARD_IN_PART})
"""A person's yes lets these leave."""

Picture = ExportedPicture | Stays
WritePictures = Callable[[PatientFile, Path], Mapping[PictureKey, Picture]]
"""Writes a patient's pictures below a folder; returns what was written, and why others stay."""
