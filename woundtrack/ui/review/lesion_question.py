"""Asks which lesion an outline is, or which is closed, and gives the answer to the work in hand.

Hides what the picker is filled with, and what the answer is to be used for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from woundtrack.model import BodySite
from woundtrack.ui.review import draft as review_draft
from woundtrack.ui.review import lesion_choices
from woundtrack.ui.review.draft import Identity
from woundtrack.ui.review.identity_words import reason_of

if TYPE_CHECKING:
    from woundtrack.records import Library
    from woundtrack.ui.review.casework import Casework
    from woundtrack.ui.review.draft import Case, Draft, Entry
    from woundtrack.ui.review.lesion_picker import Choice, LesionPicker
    from woundtrack.ui.session import Session


class LesionQuestion(QObject):
    """One question at a time, answered in the picker."""

    def __init__(
        self, session: Session, work: Casework, picker: LesionPicker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._work, self._picker = session, work, picker
        self._answer: Callable[[Identity], None] = work.assign
        self._new: Callable[[BodySite], Identity] | None = None
        picker.picked.connect(self._take)
        picker.new_picked.connect(self._take_new)

    def ask_which(self) -> None:
        """Ask which of the patient's lesions the outline in hand is; it can be a new one, too."""
        library, case, entry = self._session.library, self._work.case, self._work.selected
        if library is None or case is None or entry is None:
            return
        draft = self._work.draft
        self._answer = self._work.assign
        self._picker.prepare_new(*self._about_new(library, case, draft, entry))
        self._picker.ask_known(
            self.tr("Which lesion is this?"),
            lesion_choices.choices_of(library, case, draft, entry),
            nothing=self.tr("No lesion of this patient is known yet."),
            can_be_new=True,
            proposal=self._said_of(entry),
        )

    def ask_new(self) -> None:
        """Ask for the site and the name of a new lesion, which the outline in hand is."""
        library, case, entry = self._session.library, self._work.case, self._work.selected
        if library is not None and case is not None and entry is not None:
            self._answer = self._work.assign
            self._picker.ask_new(*self._about_new(library, case, self._work.draft, entry))

    def ask_closed(self) -> None:
        """Ask which lesion is closed."""
        library, case = self._session.library, self._work.case
        if library is None or case is None:
            return
        self._answer = self._work.add_closed
        self._picker.ask_known(
            self.tr("Which lesion is closed here?"),
            lesion_choices.choices_of(library, case, self._work.draft, None),
            nothing=self.tr("No lesion of this patient is known yet: there is none to be closed."),
            can_be_new=False,
        )

    def _said_of(self, entry: Entry) -> str:
        """Return what an outline is taken for now, why, and how sure that is."""
        if entry.identity is None:
            return self.tr("Nobody said yet.")
        said = reason_of(entry.identity)
        return self.tr("Now {lesion}: {reason}.").format(lesion=entry.identity.label, reason=said)

    def _take(self, choice: Choice) -> None:
        if choice.swaps_with:
            self._work.exchange(choice.swaps_with)
        else:
            self._answer(choice.identity)

    def _about_new(
        self, library: Library, case: Case, draft: Draft, entry: Entry
    ) -> tuple[BodySite, Callable[[BodySite], str], frozenset[str]]:
        """Return what the form begins with: the site, the name at a site, the names in use."""
        others = draft
        for one in draft.moving_with(entry):
            others = others.without(one.key)
        taken = {lesion.label.casefold() for lesion in library.lesions(case.patient.id)}
        taken |= {one.identity.label.casefold() for one in others.entries if one.identity}
        site = entry.identity.site if entry.identity is not None else case.filed.site

        def new_at(at: BodySite) -> Identity:
            return review_draft.new_identity(library, case, others, at)

        self._new = new_at
        return site or BodySite(region="abdomen"), lambda at: new_at(at).label, frozenset(taken)

    def _take_new(self, site: BodySite, label: str) -> None:
        if self._new is not None:
            self._answer(replace(self._new(site), label=label))
