"""Which regions of the drawing a site of the model lies in, which sites a region stands for.

Hides that the drawing shows a thigh twice and a wrist not at all, and what every region is called.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF

from woundtrack.model import BodySite, Side
from woundtrack.ui.body_map.drawing import drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from woundtrack.ui.body_map.drawing import Region

_TOUCHING = 1.0
"""Regions of the two sides that are no farther apart meet on the middle line."""


def sites_of(region: Region) -> tuple[BodySite, ...]:
    """Return the sites that a region stands for, the usual one first.

    More than one where the drawing is coarser than the words: the hand's are hand, wrist, finger.
    """
    return tuple(BodySite(region=word, side=_side(region)) for word in region.sites)


@cache
def regions_of(site: BodySite) -> tuple[Region, ...]:
    """Return the regions that a site may lie in, of both views; at least one for every site.

    A site without a side, or on the midline, may lie in the regions of both sides.
    """
    one_side = site.side if site.side in {Side.LEFT, Side.RIGHT} else None
    return tuple(
        region
        for region in drawing().regions
        if site.region in region.sites and (one_side in {None, region.side} or _is_single(region))
    )


def overlap(one: BodySite, other: BodySite) -> bool:
    """Whether two sites may be the same skin: they share a region of the drawing."""
    shared = {region.id for region in regions_of(one)} & {region.id for region in regions_of(other)}
    return bool(shared)


@cache
def home_of(site: BodySite) -> tuple[tuple[Region, ...], QPointF] | None:
    """Return the regions a dot of this site stands in, all of one view, and where it stands first.

    None where no place would be true: a thigh of which the side isn't known.
    """
    regions = regions_of(site)
    home = tuple(region for region in regions if region.view == regions[0].view)
    sides = {region.side for region in home}
    if len(sides) > 1 and not _meet(home):
        return None
    places = [region.at[region.sites.index(site.region)] for region in home]
    middle = QPointF(
        sum(place.x() for place in places) / len(places),
        sum(place.y() for place in places) / len(places),
    )
    if sides == {Side.MIDLINE} and site.side in {Side.LEFT, Side.RIGHT}:
        # The figure's left is at the right of its front, and at the left of its back.
        is_at_right = (site.side is Side.LEFT) == (home[0].view == "front")
        away = home[0].path.boundingRect().width() / 5
        middle.setX(middle.x() + (away if is_at_right else -away))
    return home, middle


def _side(region: Region) -> Side | None:
    return None if region.side is Side.MIDLINE else region.side


def _is_single(region: Region) -> bool:
    return region.side is Side.MIDLINE


def _meet(home: tuple[Region, ...]) -> bool:
    """Whether the regions of the two sides touch each other on the middle line."""
    boxes = [region.path.boundingRect() for region in home]
    left = max(box.right() for box in boxes if box.center().x() < _middle(home))
    right = min(box.left() for box in boxes if box.center().x() > _middle(home))
    return right - left < _TOUCHING


def _middle(home: tuple[Region, ...]) -> float:
    return drawing().half(home[0].view).center().x()


# --- what regions are called ---------------------------------------------------------------------


def name_of(region: Region) -> str:
    """Return what a region is called, with its view where both views have it."""
    return named(region, names())


def named(region: Region, by_part: Mapping[str, str | tuple[str, str]]) -> str:
    """Return what a region is called, by ``names``: for asking of many."""
    name = by_part[region.part]
    return name if isinstance(name, str) else name[0 if region.side is Side.LEFT else 1]


def names() -> Mapping[str, str | tuple[str, str]]:
    """Return the names of the regions by part: of the left and of the right, or of the one."""
    say = QCoreApplication.translate
    return {
        "front-head": say("body_map", "Head, front"),
        "front-neck": say("body_map", "Neck, front"),
        "front-upper-arm": (
            say("body_map", "Left upper arm, front"),
            say("body_map", "Right upper arm, front"),
        ),
        "front-elbow": (
            say("body_map", "Left elbow, front"),
            say("body_map", "Right elbow, front"),
        ),
        "front-forearm": (
            say("body_map", "Left forearm, front"),
            say("body_map", "Right forearm, front"),
        ),
        "front-hand": (say("body_map", "Left palm"), say("body_map", "Right palm")),
        "front-chest": (say("body_map", "Left chest"), say("body_map", "Right chest")),
        "front-breast": (say("body_map", "Left breast"), say("body_map", "Right breast")),
        "front-flank": (
            say("body_map", "Left flank, front"),
            say("body_map", "Right flank, front"),
        ),
        "front-abdomen-upper": (
            say("body_map", "Left upper abdomen"),
            say("body_map", "Right upper abdomen"),
        ),
        "front-abdomen-lower": (
            say("body_map", "Left lower abdomen"),
            say("body_map", "Right lower abdomen"),
        ),
        "front-groin": (say("body_map", "Left groin"), say("body_map", "Right groin")),
        "front-genital": say("body_map", "Genitals and perineum"),
        "front-thigh": (
            say("body_map", "Left thigh, front"),
            say("body_map", "Right thigh, front"),
        ),
        "front-knee": (say("body_map", "Left knee, front"), say("body_map", "Right knee, front")),
        "front-lower-leg": (
            say("body_map", "Left lower leg, front"),
            say("body_map", "Right lower leg, front"),
        ),
        "front-foot": (say("body_map", "Left foot"), say("body_map", "Right foot")),
        "back-head": say("body_map", "Head, back"),
        "back-neck": say("body_map", "Neck, back"),
        "back-upper-arm": (
            say("body_map", "Left upper arm, back"),
            say("body_map", "Right upper arm, back"),
        ),
        "back-elbow": (say("body_map", "Left elbow, back"), say("body_map", "Right elbow, back")),
        "back-forearm": (
            say("body_map", "Left forearm, back"),
            say("body_map", "Right forearm, back"),
        ),
        "back-hand": (say("body_map", "Back of left hand"), say("body_map", "Back of right hand")),
        "back-upper-back": (
            say("body_map", "Left upper back"),
            say("body_map", "Right upper back"),
        ),
        "back-flank": (
            say("body_map", "Left flank, back"),
            say("body_map", "Right flank, back"),
        ),
        "back-lumbar": (
            say("body_map", "Left lumbar region"),
            say("body_map", "Right lumbar region"),
        ),
        "back-sacrum": say("body_map", "Sacrum"),
        "back-buttock": (say("body_map", "Left buttock"), say("body_map", "Right buttock")),
        "back-thigh": (say("body_map", "Left thigh, back"), say("body_map", "Right thigh, back")),
        "back-knee": (say("body_map", "Left knee, back"), say("body_map", "Right knee, back")),
        "back-lower-leg": (
            say("body_map", "Left lower leg, back"),
            say("body_map", "Right lower leg, back"),
        ),
        "back-foot": (say("body_map", "Left heel"), say("body_map", "Right heel")),
    }
