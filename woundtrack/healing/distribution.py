"""Central or peripheral, and which group a site is summed under: derived, with the rule's version.

Hides two tables. Definitions differ between papers, so the version goes with every export.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from woundtrack.model import REGIONS, BodySite, SiteGroup

DISTRIBUTION_RULE: Final = "woundtrack-distribution-1"
"""Central: abdomen, trunk, breast, genitals, hip, buttock, thigh, and head and neck. Peripheral:
from the knee and the elbow outwards, both included. Shoulder and upper arm lie above the elbow and
are central. A limb without a known part is neither."""

SITE_GROUP_MAP: Final = "woundtrack-site-groups-1"
"""The version of ``site_groups``."""


class Distribution(StrEnum):
    """Where a lesion lies, or all of a patient's lesions together."""

    CENTRAL = "central"
    PERIPHERAL = "peripheral"
    BOTH = "both"


_PERIPHERAL: Final = frozenset(
    {
        "knee",
        "lower-leg",
        "ankle",
        "foot",
        "toe",
        "elbow",
        "forearm",
        "wrist",
        "hand",
        "finger",
    }
)
_UNTOLD: Final = frozenset({"legs", "arms"})


def distribution_of(site: BodySite) -> Distribution | None:
    """Return whether a site is central or peripheral; None where only the limb is known."""
    if site.region in _UNTOLD:
        return None
    return Distribution.PERIPHERAL if site.region in _PERIPHERAL else Distribution.CENTRAL


def distribution_over(sites: Iterable[BodySite]) -> Distribution | None:
    """Return a patient's distribution over all sites; None where no site tells."""
    known = {one for site in sites if (one := distribution_of(site)) is not None}
    if len(known) > 1:
        return Distribution.BOTH
    return next(iter(known), None)


def site_groups() -> Mapping[str, SiteGroup]:
    """Return the group that each site word is summed under, by version ``SITE_GROUP_MAP``."""
    return MappingProxyType({word: region.group for word, region in REGIONS.items()})
