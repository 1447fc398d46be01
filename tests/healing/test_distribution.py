"""Central or peripheral follows from the site, by a rule with a version."""

from __future__ import annotations

import pytest

from woundtrack.healing.distribution import (
    DISTRIBUTION_RULE,
    SITE_GROUP_MAP,
    Distribution,
    distribution_of,
    distribution_over,
    site_groups,
)
from woundtrack.model import REGIONS, BodySite, SiteGroup


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("abdomen", Distribution.CENTRAL),
        ("thigh", Distribution.CENTRAL),
        ("buttock", Distribution.CENTRAL),
        ("breast", Distribution.CENTRAL),
        ("genitalia", Distribution.CENTRAL),
        ("back", Distribution.CENTRAL),
        ("upper-arm", Distribution.CENTRAL),
        ("knee", Distribution.PERIPHERAL),
        ("elbow", Distribution.PERIPHERAL),
        ("lower-leg", Distribution.PERIPHERAL),
        ("toe", Distribution.PERIPHERAL),
        ("finger", Distribution.PERIPHERAL),
        ("legs", None),
        ("arms", None),
    ],
)
def test_knee_and_elbow_and_what_lies_beyond_are_peripheral(
    region: str, expected: Distribution | None
) -> None:
    assert distribution_of(BodySite(region=region)) is expected


def test_every_other_site_is_central() -> None:
    central = {
        word for word in REGIONS if distribution_of(BodySite(region=word)) is Distribution.CENTRAL
    }

    assert central == {
        "abdomen", "flank", "groin", "pelvis", "chest", "breast", "back", "lumbar", "sacrum",
        "buttock", "thigh", "shoulder", "upper-arm", "neck", "head", "genitalia", "perineum",
        "torso",
    }  # fmt: skip


def test_a_patient_may_have_both_or_nobody_may_know() -> None:
    thigh, toe, legs = (BodySite(region=word) for word in ("thigh", "toe", "legs"))

    assert distribution_over([thigh, toe]) is Distribution.BOTH
    assert distribution_over([thigh, legs]) is Distribution.CENTRAL
    assert distribution_over([legs]) is None
    assert distribution_over([]) is None


def test_the_rules_carry_versions_and_every_site_has_a_group() -> None:
    assert DISTRIBUTION_RULE == "woundtrack-distribution-1"
    assert SITE_GROUP_MAP == "woundtrack-site-groups-1"
    assert set(site_groups()) == set(REGIONS)
    assert site_groups()["buttock"] is SiteGroup.LEGS
