"""What a person said of a picture that is to leave: that it may, that it may not, or no more.

Rows are revisions; the newest of a photograph, lesion and framing counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from woundtrack.model.basics import new_id, now


class Framing(StrEnum):
    """How much of a photograph a picture shows."""

    LESION = "lesion"  # cut to the lesion, with a few millimetres of skin
    AROUND = "around"  # with so much more that it shows where on the body
    WHOLE = "whole"


class ReleaseAnswer(StrEnum):
    """What was said of a picture."""

    RELEASED = "released"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # what was said before no longer counts: it waits again


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureRelease:
    """One person's answer to whether one picture may leave.

    ``lesion_id`` names the lesion that it is cut to; None where it is of the whole photograph, or
    cut to all of its lesions. ``frame_px`` is the part that was looked at (left, top, right,
    bottom, px of the photograph): a yes is for what was seen, and for no more.
    """

    id: str
    photograph_id: str
    lesion_id: str | None
    framing: Framing
    revision: int
    supersedes: str | None
    answer: ReleaseAnswer
    frame_px: tuple[int, int, int, int]
    decided_by: str
    recorded_at: datetime
    reason: str | None = None

    @property
    def key(self) -> tuple[str, str | None, Framing]:
        """Which picture it is of."""
        return self.photograph_id, self.lesion_id, self.framing

    @classmethod
    def first(
        cls,
        photograph_id: str,
        lesion_id: str | None,
        framing: Framing,
        answer: ReleaseAnswer,
        frame_px: tuple[int, int, int, int],
        *,
        by: str,
        reason: str | None = None,
    ) -> PictureRelease:
        """Return the first answer to a picture."""
        return cls(
            id=new_id(),
            photograph_id=photograph_id,
            lesion_id=lesion_id,
            framing=framing,
            revision=1,
            supersedes=None,
            answer=answer,
            frame_px=frame_px,
            decided_by=by,
            recorded_at=now(),
            reason=reason,
        )

    def revised(
        self,
        answer: ReleaseAnswer,
        frame_px: tuple[int, int, int, int],
        *,
        by: str,
        reason: str | None = None,
    ) -> PictureRelease:
        """Return the next answer."""
        return replace(
            self,
            id=new_id(),
            revision=self.revision + 1,
            supersedes=self.id,
            answer=answer,
            frame_px=frame_px,
            decided_by=by,
            recorded_at=now(),
            reason=reason,
        )
