"""Landmarks that lay one visit's photograph on another's: picked once, and remembered.

Hides their revisions, and that undoing must not undo what somebody else marked since.
"""

from __future__ import annotations

from collections.abc import Mapping

from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import Landmark, LandmarkSet
from woundtrack.records import Library

Marks = Mapping[str, tuple[Landmark, ...]]
"""Landmarks by the photograph's id."""


def landmarks_of(library: Library, lesion_id: str) -> Marks:
    """Return the landmarks round a lesion, those that count, in the photographs that have any."""
    return {
        one.photograph_id: one.landmarks for one in library.landmarks(lesion_id) if one.landmarks
    }


def mark_landmarks(library: Library, lesion_id: str, marks: Marks, *, by: str) -> Marks:
    """Record the landmarks round a lesion in some photographs; returns what was there before.

    One transaction. What is the same as before is left as it is; () takes those of a photograph
    away. Undone by ``mark_landmarks_again`` with what this returned. Raises ``ChangedMeanwhile``.
    """
    known = {one.photograph_id: one for one in library.landmarks(lesion_id)}
    before = {name: known[name].landmarks if name in known else () for name in marks}
    revisions = [
        known[name].revised(landmarks, by=by)
        if name in known
        else LandmarkSet.first(lesion_id, name, landmarks, by=by)
        for name, landmarks in marks.items()
        if landmarks != before[name]
    ]
    if revisions:
        with library.verb("mark landmarks", by=by) as change:
            for revision in revisions:
                change.add_landmarks(revision)
    return before


def mark_landmarks_again(
    library: Library, lesion_id: str, marks: Marks, *, instead_of: Marks, by: str
) -> Marks:
    """Do what ``mark_landmarks`` does in place of some landmarks alone: for undo and redo.

    Raises ``ChangedMeanwhile`` where somebody marked others since.
    """
    known = landmarks_of(library, lesion_id)
    if any(known.get(name, ()) != instead_of.get(name, ()) for name in marks):
        raise ChangedMeanwhile(what="The landmarks")
    return mark_landmarks(library, lesion_id, marks, by=by)
