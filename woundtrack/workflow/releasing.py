"""May this picture leave? What shows more than a lesion and its card leaves after a person's yes.

Hides which pictures a person has to look at, which answers count for which of them, and how a
picture is made so that it tells no more than the wound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from woundtrack import imaging
from woundtrack.exchange.pictures import Stays
from woundtrack.imaging import LeavingPicture
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Framing,
    Lesion,
    Outline,
    OutlineKind,
    PictureRelease,
    ReleaseAnswer,
    SiteGroup,
    VisitPhotograph,
)
from woundtrack.records import Library, Originals

Box = tuple[int, int, int, int]
"""Left, top, right and bottom of a part of a photograph, px."""

_INTIMATE: Final = frozenset({"breast", "groin", "genitalia", "perineum", "torso"})
"""Sites of which a person looks at every picture. ``torso`` is somewhere on it, not known where."""

_FACES: Final = frozenset({SiteGroup.HEAD})
_SLACK_PX: Final = 3  # by which a frame may differ that was worked out again


class WhyAsked(StrEnum):
    """Why a person has to look at a picture before it leaves."""

    SITE = "site"  # of the head, or intimate, or nobody knows where
    NO_SCALE = "no_scale"
    WIDER = "wider"  # shows more than the lesion
    OTHER_CODE = "other_code"  # known once it was made


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """What one picture is made of: a photograph, the lesions that it is cut to, their outlines.

    ``lesions`` are one, or all that were accepted on the photograph; none of its ``outlines`` where
    nothing was outlined on it. ``beside`` are the sites of other lesions that it shows.
    """

    photograph: VisitPhotograph
    lesions: tuple[Lesion, ...]
    outlines: tuple[AssessedOutline, ...]
    beside: tuple[BodySite, ...] = ()

    @property
    def lesion_id(self) -> str | None:
        """The lesion it is cut to; None where it is of several."""
        return self.lesions[0].id if len(self.lesions) == 1 else None

    @property
    def calibration(self) -> Calibration | None:
        """The photograph's scale, where it has one."""
        return next((one.calibration for one in self.outlines if one.calibration), None)

    @property
    def around(self) -> tuple[Outline, ...]:
        """All outlines that the picture is cut to: a margin's, too."""
        return tuple(part for one in self.outlines for part in one.parts)

    @property
    def sites(self) -> tuple[BodySite, ...]:
        """Every site that the photograph is said to show."""
        sites = (*(lesion.site for lesion in self.lesions), *self.beside)
        return sites if self.photograph.site is None else (*sites, self.photograph.site)

    def frame(self, framing: Framing) -> Box | None:
        """Return the part of the photograph that is shown; None where there is nothing to cut to.

        px of the photograph: left, top, right, bottom.
        """
        facts = self.photograph.photograph
        try:
            return imaging.leaving_frame(
                self.around, self.calibration, (facts.width_px, facts.height_px), framing
            )
        except ValueError:
            return None

    def main_parts(self) -> tuple[Outline, ...]:
        """Return the outlines that the mask is of: those that the area is of, or else a margin."""
        for kind in OutlineKind:
            found = [one for one in self.outlines if one.kind is kind]
            if found:
                return tuple(part for one in found for part in one.parts)
        return ()


def sittings_of(
    photographs: Iterable[VisitPhotograph],
    assessments: Iterable[Assessment],
    lesions: Iterable[Lesion],
) -> Iterator[Sitting]:
    """Return a sitting for each photograph and lesion that an accepted assessment rests on."""
    known = {one.id: one for one in lesions}
    filed = {one.id: one for one in photographs}
    found = [
        (key, known[one.lesion_id], one)
        for one in assessments
        if one.lesion_id in known
        for key in one.photograph_ids
        if key in filed
    ]
    shown: dict[str, dict[str, BodySite]] = {}
    for key, lesion, _ in found:
        shown.setdefault(key, {})[lesion.id] = lesion.site
    for key, lesion, assessment in found:
        yield Sitting(
            photograph=filed[key],
            lesions=(lesion,),
            outlines=tuple(one for one in assessment.outlines if one.photograph_id == key),
            beside=tuple(site for other, site in shown[key].items() if other != lesion.id),
        )


def why_asked(sitting: Sitting, framing: Framing) -> tuple[WhyAsked, ...]:
    """Return why a person has to look at a picture before it leaves; () where nobody has to.

    What its pixels alone tell, ``WhyAsked.OTHER_CODE``, isn't among them.
    """
    found = []
    if not sitting.sites or any(
        site.region in _INTIMATE or site.group in _FACES or site.group is SiteGroup.GENITALIA
        for site in sitting.sites
    ):
        found.append(WhyAsked.SITE)
    if framing is not Framing.LESION:
        found.append(WhyAsked.WIDER)
    if sitting.calibration is None:
        found.append(WhyAsked.NO_SCALE)
    return tuple(found)


# --- answers -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What persons said of a library's pictures: as it counts now, and as it did at a moment.

    A yes counts where it was given by that moment and is still given; a no that is given now counts
    whatever the moment, as with consent.
    """

    now: dict[str, list[PictureRelease]]
    then: dict[str, list[PictureRelease]]

    @classmethod
    def of(
        cls, library: Library, *, patient_id: str | None = None, as_of: datetime | None = None
    ) -> Answers:
        """Read the answers of a library, or of one patient's pictures."""
        newest = _by_photograph(library.picture_releases(patient_id=patient_id))
        if as_of is None:
            return cls(now=newest, then=newest)
        then = library.picture_releases(patient_id=patient_id, as_of=as_of)
        return cls(now=newest, then=_by_photograph(then))

    def is_refused(self, sitting: Sitting, framing: Framing, frame: Box) -> bool:
        """Return whether a person said no to this picture, or to one that shows less of it."""
        return any(
            one.answer is ReleaseAnswer.REFUSED
            and (
                (one.lesion_id == sitting.lesion_id and one.framing is framing)
                or _lies_within(one.frame_px, frame)
            )
            for one in self.now.get(sitting.photograph.id, ())
        )

    def is_released(self, sitting: Sitting, frame: Box) -> bool:
        """Return whether a person looked at all that this picture shows, and said yes."""

        def covers(answers: Sequence[PictureRelease]) -> set[tuple[str, str | None, Framing]]:
            return {
                one.key
                for one in answers
                if one.answer is ReleaseAnswer.RELEASED and _lies_within(frame, one.frame_px)
            }

        key = sitting.photograph.id
        return bool(covers(self.now.get(key, ())) & covers(self.then.get(key, ())))


def _by_photograph(answers: Iterable[PictureRelease]) -> dict[str, list[PictureRelease]]:
    found: dict[str, list[PictureRelease]] = {}
    for one in answers:
        found.setdefault(one.photograph_id, []).append(one)
    return found


def _lies_within(inner: Box, outer: Box) -> bool:
    slack = _SLACK_PX
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def release(
    library: Library,
    sitting: Sitting,
    framing: Framing,
    *,
    by: str,
    reason: str | None = None,
) -> PictureRelease:
    """Record that a person looked at a picture, as ``picture_to_look_at`` shows it, and said yes.

    Raises ``ChangedMeanwhile``, ``LibraryReadOnly``, and ``ValueError`` for one that can't be made.
    """
    return _answer(library, sitting, framing, ReleaseAnswer.RELEASED, by=by, reason=reason)


def refuse(
    library: Library,
    sitting: Sitting,
    framing: Framing,
    *,
    by: str,
    reason: str | None = None,
) -> PictureRelease:
    """Record that a picture must not leave, nor any that shows as much; raises as ``release``."""
    return _answer(library, sitting, framing, ReleaseAnswer.REFUSED, by=by, reason=reason)


def withdraw(
    library: Library, answer: PictureRelease, *, by: str, reason: str | None = None
) -> PictureRelease:
    """Take an answer back, a yes or a no: the picture waits again. Raises ``ChangedMeanwhile``.

    Undone by ``answer_again`` with what it was.
    """
    return _record(library, answer, ReleaseAnswer.WITHDRAWN, answer.frame_px, by=by, reason=reason)


def answer_again(
    library: Library, wanted: PictureRelease, *, instead_of: PictureRelease, by: str
) -> PictureRelease:
    """Give the answer of an earlier revision anew, in place of a later one: for undo and redo.

    Raises ``ChangedMeanwhile`` where somebody else answered since.
    """
    return _record(library, instead_of, wanted.answer, wanted.frame_px, by=by, reason=wanted.reason)


def _answer(
    library: Library,
    sitting: Sitting,
    framing: Framing,
    answer: ReleaseAnswer,
    *,
    by: str,
    reason: str | None,
) -> PictureRelease:
    frame = sitting.frame(framing)
    if frame is None:
        raise ValueError("there is no outline to cut the picture to")
    key = (sitting.photograph.id, sitting.lesion_id, framing)
    there = next(
        (one for one in library.picture_releases(sitting.photograph.id) if one.key == key), None
    )
    if there is not None:
        return _record(library, there, answer, frame, by=by, reason=reason)
    first = PictureRelease.first(*key, answer, frame, by=by, reason=reason)
    with library.verb(_VERBS[answer], by=by, why=reason) as change:
        change.add_picture_release(first)
    return first


_VERBS: Final = {
    ReleaseAnswer.RELEASED: "release picture",
    ReleaseAnswer.REFUSED: "refuse picture",
    ReleaseAnswer.WITHDRAWN: "withdraw answer to picture",
}


def _record(
    library: Library,
    there: PictureRelease,
    answer: ReleaseAnswer,
    frame: Box,
    *,
    by: str,
    reason: str | None,
) -> PictureRelease:
    said = there.revised(answer, frame, by=by, reason=reason)
    with library.verb(_VERBS[answer], by=by, why=reason) as change:
        change.add_picture_release(said)
    return said


# --- the pictures --------------------------------------------------------------------------------


def picture_to_look_at(
    originals: Originals, sitting: Sitting, framing: Framing, *, is_flat: bool = True
) -> LeavingPicture:
    """Return a picture as it would leave, for a person who looks at it; on any thread.

    Raises ``PhotographUnreadable``, ``LibraryDamaged``, and ``ValueError`` where there is nothing
    to cut it to.
    """
    facts = sitting.photograph.photograph
    pixels, _ = imaging.read_photograph_bytes(originals.read(facts.sha256), facts.original_name)
    return made(pixels, sitting, framing, is_flat=is_flat)


def made(
    pixels: NDArray[np.uint8], sitting: Sitting, framing: Framing, *, is_flat: bool = True
) -> LeavingPicture:
    """Return a picture from a photograph that was read: upright, RGB uint8 (H, W, 3)."""
    return imaging.leaving_picture(
        pixels,
        sitting.around,
        sitting.main_parts(),
        sitting.calibration,
        framing,
        is_flat=is_flat,
    )


def why_stays(
    sitting: Sitting, framing: Framing, answers: Answers, *, is_identified: bool = False
) -> Stays | None:
    """Return why a picture stays, as far as can be told before it is made; None where it may leave.

    An identified export is the patient's own record: nobody has to look, and a no still counts.
    """
    frame = sitting.frame(framing)
    if sitting.photograph.is_retired:
        return Stays.RETIRED
    if frame is None:
        return Stays.NOT_OUTLINED
    if answers.is_refused(sitting, framing, frame):
        return Stays.REFUSED
    if is_identified or not why_asked(sitting, framing) or answers.is_released(sitting, frame):
        return None
    return Stays.NOT_LOOKED_AT


def released_picture(
    pixels: NDArray[np.uint8],
    sitting: Sitting,
    framing: Framing,
    answers: Answers,
    *,
    is_flat: bool = True,
    is_identified: bool = False,
) -> LeavingPicture | Stays:
    """Return a picture that may leave, or why it stays.

    ``pixels`` is the photograph, upright RGB uint8 (H, W, 3).
    """
    stays = why_stays(sitting, framing, answers, is_identified=is_identified)
    if stays is not None:
        return stays
    picture = made(pixels, sitting, framing, is_flat=is_flat)
    if picture.still_readable:
        return Stays.READABLE
    frame = sitting.frame(framing)
    if is_identified or (frame is not None and answers.is_released(sitting, frame)):
        return picture
    if picture.has_other_codes:
        return Stays.OTHER_CODE
    return Stays.CARD_IN_PART if picture.has_card_in_part else picture
