"""How an outline in review came to be, in words: by the outline network and which, by hand.

Hides where that is known from: a proposal's own record, that of an assessment, or the gesture.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from woundtrack.imaging import outline_method
from woundtrack.model import Method, OutlineKind, OutlineSource
from woundtrack.ui.review.draft import Case, Entry

_LETTERS = 12  # of the hash: enough to tell networks apart


def made_by(case: Case, entry: Entry) -> str:
    """Return how an entry's outline was made; empty where it has none."""
    if entry.outline is None:
        return ""
    if entry.outline.source is OutlineSource.DRAWN:
        return QCoreApplication.translate("Review", "Outlined by hand.")
    if entry.outline.source is OutlineSource.GIVEN:
        return QCoreApplication.translate("Review", "The outline was given as a mask.")
    method = _recorded(case, entry)
    named = dict(method.parameters)
    if "network_sha256" not in named:
        return QCoreApplication.translate("Review", "Outlined from colours and edges, by OpenCV.")
    return QCoreApplication.translate(
        "Review", "Outlined by the outline network, version {version} ({digest})."
    ).format(
        version=named.get("network_version", "?"), digest=str(named["network_sha256"])[:_LETTERS]
    )


def _recorded(case: Case, entry: Entry) -> Method:
    """Return the method that is recorded of an outline, or will be."""
    for assessment in case.accepted:
        kept = assessment.outline_of(entry.kind)
        if assessment.assessment_id != entry.thread or kept is None:
            continue
        if entry.outline in kept.parts:
            return kept.method
    is_proposed = entry.outline is not None and entry.outline.source is OutlineSource.PROPOSED
    if is_proposed:
        return case.proposal.method
    return outline_method(with_network=entry.kind is OutlineKind.ULCER)
