"""Where on the body: regions of skin, their groups and codes, and the side.

Hides the table of site words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Side(StrEnum):
    """Side of the body, the patient's own."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"


class SiteGroup(StrEnum):
    """The groups that healing is summed over."""

    ABDOMEN = "abdomen"
    LEGS = "legs"
    TORSO = "torso"
    ARMS = "arms"
    HEAD = "head"
    BREAST = "breast"
    GENITALIA = "genitalia"


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """One word for a part of the skin, its group, and its SNOMED CT skin-structure concept."""

    word: str
    group: SiteGroup
    snomed: str | None
    letter: str


def _regions() -> Mapping[str, Region]:
    table = (
        ("abdomen", SiteGroup.ABDOMEN, "75093004", "A"),
        ("flank", SiteGroup.TORSO, "34284005", "F"),
        ("groin", SiteGroup.TORSO, "39687006", "G"),
        ("pelvis", SiteGroup.TORSO, "82654007", "P"),
        ("chest", SiteGroup.TORSO, "74160004", "C"),
        ("breast", SiteGroup.BREAST, "82038008", "B"),
        ("back", SiteGroup.TORSO, "66643007", "K"),
        ("lumbar", SiteGroup.TORSO, "286591006", "U"),
        ("sacrum", SiteGroup.TORSO, "51027004", "S"),
        ("buttock", SiteGroup.LEGS, "22180002", "Q"),
        ("thigh", SiteGroup.LEGS, "371305003", "T"),
        ("knee", SiteGroup.LEGS, "63464009", "N"),
        ("lower-leg", SiteGroup.LEGS, "75144006", "L"),
        ("ankle", SiteGroup.LEGS, "67269001", "M"),
        ("foot", SiteGroup.LEGS, "60496002", "O"),
        ("toe", SiteGroup.LEGS, "52034004", "D"),
        ("shoulder", SiteGroup.ARMS, "76552005", "H"),
        ("upper-arm", SiteGroup.ARMS, "371309009", "R"),
        ("elbow", SiteGroup.ARMS, "74757004", "E"),
        ("forearm", SiteGroup.ARMS, "5742000", "R"),
        ("wrist", SiteGroup.ARMS, "24785000", "W"),
        ("hand", SiteGroup.ARMS, "33712006", "W"),
        ("finger", SiteGroup.ARMS, "56213003", "W"),
        ("neck", SiteGroup.HEAD, "43081002", "J"),
        ("head", SiteGroup.HEAD, "70762009", "J"),
        ("genitalia", SiteGroup.GENITALIA, None, "V"),
        ("perineum", SiteGroup.GENITALIA, "48014002", "V"),
        # A group's name stands for "somewhere in this group, site not further known".
        ("legs", SiteGroup.LEGS, None, "L"),
        ("torso", SiteGroup.TORSO, None, "X"),
        ("arms", SiteGroup.ARMS, None, "R"),
    )
    return MappingProxyType(
        {
            word: Region(word=word, group=group, snomed=snomed, letter=letter)
            for word, group, snomed, letter in table
        }
    )


REGIONS: Final[Mapping[str, Region]] = _regions()
"""Every accepted SITE word, in display order. SNOMED CT codes: HL7 skin wound guide value sets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BodySite:
    """A region of skin and its side.

    Raises ``ValueError`` for a word that is not in ``REGIONS``.
    """

    region: str
    side: Side | None = None

    def __post_init__(self) -> None:
        if self.region not in REGIONS:
            raise ValueError(f"{self.region!r} is not a site; the sites are: {', '.join(REGIONS)}")

    @property
    def group(self) -> SiteGroup:
        """The group this site is summed under."""
        return REGIONS[self.region].group

    @property
    def words(self) -> str:
        """The site in words, e.g. ``left lower leg``."""
        region = self.region.replace("-", " ")
        return region if self.side is None else f"{self.side.value} {region}"
