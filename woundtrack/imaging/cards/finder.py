"""Finds the printed cards of a photograph: their tags, each with its corners to a few hundredths.

Hides detection at several scales, and how tags are dealt to cards.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.errors import CardNotFound, CardUnreliable
from woundtrack.imaging.cards.bent_tag import read_bent
from woundtrack.imaging.cards.card import CardDesign, design_of_tag, reserved_kind, tag_dictionary
from woundtrack.imaging.cards.tag_edges import followed_corners, refined_corners
from woundtrack.imaging.geometry.plane import homography_of, mapped, signed_area

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

LEAST_TAG_PX: Final = 40.0
"""Side of a tag below which there is no sure scale: 5 px a module."""

_LOOKS_PX: Final = (1024, 2048, 4096, 6144)
"""Longest side of the reduced copies on which tags are looked for, in turn: large or blurred, as
usual, from further away, from across the room."""

_READ_ASLANT_PX: Final = 160.0  # the largest side of the tag that is seen best, when it is read
_LEAST_WIDTH: Final = 0.5  # of its length, of a tag whose edges can't be followed
_LEAST_ASLANT: Final = 0.25  # of that side, the root of the area of a tag that is still read


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenTag:
    """A tag found: its id and its corners (4, 2) in pixels, pixel-edge origin."""

    id: int
    corners: Floats

    @property
    def side_px(self) -> float:
        """The side of a square of the same area."""
        return math.sqrt(abs(signed_area(self.corners)))

    @property
    def longest_px(self) -> float:
        """The longest of its four sides."""
        return float(np.hypot(*(np.roll(self.corners, -1, axis=0) - self.corners).T).max())


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenCard:
    """A card found, with those of its tags that were."""

    design: CardDesign
    tags: tuple[SeenTag, ...]

    @property
    def places_mm(self) -> Floats:
        """The printed corners (4 n, 2) of the tags seen, nominal mm."""
        rings = [self.design.tags_mm[self.design.tag_ids.index(tag.id)] for tag in self.tags]
        return np.asarray(rings, dtype=np.float64).reshape(-1, 2)

    @property
    def corners_px(self) -> Floats:
        """Where those corners were seen (4 n, 2), px."""
        return np.concatenate([tag.corners for tag in self.tags])


def cards_in(grey: Grey) -> tuple[SeenCard, ...]:
    """Return the cards in view, the one with most tags first. Raises ``CardNotFound``."""
    longest = max(grey.shape)
    # A reduction by the same whole factor shows the same picture again.
    factors = dict.fromkeys(math.ceil(longest / limit) for limit in _LOOKS_PX)
    found: list[SeenTag] = []
    for look, factor in enumerate(factors):
        seen = _tags_in(_reduced(grey, factor), factor)
        known = [tag for tag in seen if design_of_tag(tag.id) is not None]
        found = max(found, known, key=len)
        # The first, quick look counts when it shows whole cards; of the others, any tag will do.
        if found and (look > 0 or _are_whole(found)):
            break
        for kind, count in Counter(reserved_kind(tag.id) for tag in seen).items():
            if kind is not None and count > 1 and not found:
                raise CardUnreliable(
                    reason=f"it is of a design of the kind {kind} that this woundtrack is too old "
                    "to know"
                )
    if not found:
        raise CardNotFound
    refined = [tag for tag in (_refined(grey, tag) for tag in found) if tag is not None]
    if not refined:
        raise CardNotFound
    cards = [_completed(grey, card) for card in grouped_tags(refined)]
    cards.sort(key=lambda card: (-len(card.tags), card.design.block, -card.tags[0].side_px))
    return tuple(cards)


def tags_seen(pixels: Grey, box_px: tuple[int, int, int, int]) -> tuple[SeenTag, ...]:
    """Return every tag that is seen, of whichever card, its corners to about a pixel.

    Looked for all over a photograph, RGB or grey uint8, on reduced copies, and as it is in a part
    of it: left, top, right, bottom, px. One that is found several times is given as often.
    """
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    grey = cast(Grey, np.ascontiguousarray(grey))
    longest = max(grey.shape)
    found: list[SeenTag] = []
    factors = dict.fromkeys(math.ceil(longest / limit) for limit in _LOOKS_PX[:2])
    for factor in factors:
        found += _tags_in(_reduced(grey, factor), factor)
    left, top, right, bottom = box_px
    part = np.ascontiguousarray(grey[top:bottom, left:right])
    if part.size and 1 not in factors:
        found += _tags_in(part, 1.0, (left, top))
    return tuple(found)


def _are_whole(tags: Sequence[SeenTag]) -> bool:
    counts = Counter(tag.id for tag in tags)
    designs = {design_of_tag(tag_id): None for tag_id in counts}
    return all(
        len({counts[tag_id] for tag_id in design.tag_ids}) == 1
        for design in designs
        if design is not None
    )


def _reduced(grey: Grey, factor: int) -> Grey:
    if factor == 1:
        return grey
    if factor % 2 == 0:  # halving is by far the quickest step
        half = grey[: grey.shape[0] // 2 * 2, : grey.shape[1] // 2 * 2]
        size = (half.shape[1] // 2, half.shape[0] // 2)
        smaller = np.asarray(cv2.resize(half, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return _reduced(smaller, factor // 2)
    height, width = grey.shape
    # Whole blocks only, so that a reduced pixel is exactly factor × factor pixels.
    whole = grey[: height - height % factor, : width - width % factor]
    size = (whole.shape[1] // factor, whole.shape[0] // factor)
    return cast(Grey, cv2.resize(whole, size, interpolation=cv2.INTER_AREA))


def _tags_in(
    grey: Grey, factor: float = 1.0, origin: tuple[float, float] = (0, 0)
) -> list[SeenTag]:
    """Return the tags found on a reduced copy or crop, in pixels of the whole picture."""
    quads, ids, _ = _detector().detectMarkers(grey)
    if len(quads) == 0:  # and ids is None
        return []
    # OpenCV counts from the centre of the first pixel, we from its outer corner.
    return [
        SeenTag(
            id=int(tag_id),
            corners=(np.asarray(quad, dtype=np.float64).reshape(4, 2) + 0.5) * factor + origin,
        )
        for quad, tag_id in zip(quads, np.asarray(ids).ravel(), strict=True)
    ]


def _detector() -> cv2.aruco.ArucoDetector:
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    parameters.minMarkerPerimeterRate = 0.02
    # A tag that a limb turns away is read from more of its pixels; it takes no longer.
    parameters.perspectiveRemovePixelPerCell = 8
    return cv2.aruco.ArucoDetector(tag_dictionary(), parameters)


def _refined(grey: Grey, tag: SeenTag) -> SeenTag | None:
    """Return a tag with its corners where its edges cross; None where it turns away too far."""
    corners = followed_corners(grey, tag.corners)
    if corners is None:
        bent = read_bent(grey, tag.corners, {tag.id})
        corners = None if bent is None else bent[1]
    if corners is None:
        if tag.side_px**2 < _LEAST_WIDTH * tag.longest_px**2:
            return None  # corners that nothing holds would spoil what the others tell
        corners = refined_corners(grey, tag.corners)
    return SeenTag(id=tag.id, corners=corners)


def grouped_tags(tags: Sequence[SeenTag]) -> list[SeenCard]:
    """Return the tags dealt to cards; the same card twice in view is told apart by place."""
    cards = []
    designs = {design_of_tag(tag.id): None for tag in tags}
    for design in designs:
        if design is None:
            continue
        left = sorted(
            (tag for tag in tags if tag.id in design.tag_ids), key=lambda tag: -tag.side_px
        )
        while left:
            seed = left.pop(0)
            own = [seed]
            to_px = homography_of(SeenCard(design=design, tags=(seed,)).places_mm, seed.corners)
            for tag_id in design.tag_ids:
                rivals = [tag for tag in left if tag.id == tag_id and tag_id != seed.id]
                if not rivals:
                    continue
                ring = np.asarray(design.tags_mm[design.tag_ids.index(tag_id)])
                expected = mapped(to_px, ring).mean(axis=0)
                nearest = min(
                    rivals,
                    key=lambda tag: float(np.hypot(*(tag.corners.mean(axis=0) - expected))),
                )
                own.append(nearest)
                left = [tag for tag in left if tag is not nearest]
            own.sort(key=lambda tag: tag.id)
            cards.append(SeenCard(design=design, tags=tuple(own)))
    return cards


def _completed(grey: Grey, card: SeenCard) -> SeenCard:
    """Look again, closely, where the tags found say the missing ones lie."""
    seen = {tag.id for tag in card.tags}
    missing = [tag_id for tag_id in card.design.tag_ids if tag_id not in seen]
    if card.design.kind == "strip":
        # The others are behind the limb, or where no plane says.
        missing = [tag_id for tag_id in missing if seen & {tag_id - 1, tag_id + 1}]
    if not missing:
        return card
    to_px = homography_of(card.places_mm, card.corners_px)
    tags = list(card.tags)
    for tag_id in missing:
        ring = np.asarray(card.design.tags_mm[card.design.tag_ids.index(tag_id)])
        expected = mapped(to_px, ring)
        side = max(math.sqrt(abs(signed_area(expected))), LEAST_TAG_PX)
        low = np.floor(expected.min(axis=0) - side).astype(int).clip(0)
        high = np.ceil(expected.max(axis=0) + side).astype(int)
        crop = grey[low[1] : high[1], low[0] : high[0]]
        if min(crop.shape) < side or max(crop.shape) > _LOOKS_PX[2]:
            continue  # out of the picture, or nowhere near it
        near = (float(low[0]), float(low[1]))
        for factor in dict.fromkeys(max(1, round(side / size)) for size in (100, 50, 200)):
            again = [t for t in _tags_in(_reduced(crop, factor), factor, near) if t.id == tag_id]
            seen_again = _refined(grey, again[0]) if again else None
            if seen_again is not None:
                tags.append(seen_again)
                break
    if card.design.kind != "strip" and len(tags) < len(card.design.tag_ids):
        tags += _turned_away(grey, SeenCard(design=card.design, tags=tuple(tags)))
    tags.sort(key=lambda tag: tag.id)
    return SeenCard(design=card.design, tags=tuple(tags))


def _turned_away(grey: Grey, card: SeenCard) -> list[SeenTag]:
    """Return missing tags that a limb turns away.

    They lie where no plane says, and their far rows are down to a third as high as the near ones:
    four corners don't tell where a bit is.
    """
    missing = set(card.design.tag_ids) - {tag.id for tag in card.tags}
    seed = max(card.tags, key=lambda tag: tag.side_px)
    side_px = seed.longest_px
    reach = 1.2 * max(card.design.size_mm) / card.design.nominal_mm * side_px
    low = np.floor(seed.corners.mean(axis=0) - reach).astype(int).clip(0)
    high = np.ceil(seed.corners.mean(axis=0) + reach).astype(int)
    crop = grey[low[1] : high[1], low[0] : high[0]]
    factor = max(1, round(side_px / _READ_ASLANT_PX))
    _, _, quads = _detector().detectMarkers(_reduced(crop, factor))
    found: list[SeenTag] = []
    for quad in quads:
        # OpenCV counts from the centre of the first pixel, we from its outer corner.
        ring = (np.asarray(quad, dtype=np.float64).reshape(4, 2) + 0.5) * factor
        if abs(signed_area(ring)) < (_LEAST_ASLANT * side_px) ** 2:
            continue
        read = read_bent(crop, ring, missing - {tag.id for tag in found})
        if read is not None:
            found.append(SeenTag(id=read[0], corners=read[1] + low))
    return found
