"""Asks which lesion an outline is, or which is closed, and brings the answer as an identity.

Hides what the picker is filled with, and what the answer is to be used for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from woundtrack.model import BodySite
from woundtrack.ui.review import draft as review_draft
from woundtrack.ui.review import lesion_course
from woundtrack.ui.review.draft import Identity

if TYPE_CHECKING:
    from woundtrack.model import Lesion
    from woundtrack.records import Library
    from woundtrack.ui.review.draft import Case, Draft, Entry
    from woundtrack.ui.review.lesion_picker import LesionPicker

Answer = Callable[[Identity], None]


class LesionQuestion(QObject):
    """One question at a time, answered in the picker."""

    def __init__(self, picker: LesionPicker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._picker = picker
        self._answer: Answer | None = None
        self._new: Callable[[BodySite], Identity] | None = None
        picker.lesion_picked.connect(self._take_known)
        picker.new_picked.connect(self._take_new)

    def ask_which(
        self, library: Library, case: Case, draft: Draft, entry: Entry, answer: Answer
    ) -> None:
        """Ask which of the patient's lesions an outline is; it can be a new one, too."""
        self._answer = answer
        self._picker.prepare_new(*self._about_new(library, case, draft, entry))
        self._picker.ask_known(
            self.tr("Which lesion is this?"),
            lesion_course.choices_of(library, case, draft, entry),
            nothing=self.tr("No lesion of this patient is known yet."),
            can_be_new=True,
        )

    def ask_new(
        self, library: Library, case: Case, draft: Draft, entry: Entry, answer: Answer
    ) -> None:
        """Ask for the site and the name of a new lesion."""
        self._answer = answer
        self._picker.ask_new(*self._about_new(library, case, draft, entry))

    def ask_closed(self, library: Library, case: Case, draft: Draft, answer: Answer) -> None:
        """Ask which lesion is closed."""
        self._answer = answer
        self._picker.ask_known(
            self.tr("Which lesion is closed here?"),
            lesion_course.choices_of(library, case, draft, None),
            nothing=self.tr("No lesion of this patient is known yet: there is none to be closed."),
            can_be_new=False,
        )

    def _about_new(
        self, library: Library, case: Case, draft: Draft, entry: Entry
    ) -> tuple[BodySite, Callable[[BodySite], str], frozenset[str]]:
        """Return what the form begins with: the site, the name at a site, the names in use."""
        others = draft.without(entry.key)
        taken = {lesion.label.casefold() for lesion in library.lesions(case.patient.id)}
        taken |= {one.identity.label.casefold() for one in others.entries if one.identity}
        site = entry.identity.site if entry.identity is not None else case.filed.site

        def new_at(at: BodySite) -> Identity:
            return review_draft.new_identity(library, case, others, at)

        self._new = new_at
        return site or BodySite(region="abdomen"), lambda at: new_at(at).label, frozenset(taken)

    def _take_known(self, lesion: Lesion) -> None:
        if self._answer is not None:
            self._answer(Identity.of(lesion))

    def _take_new(self, site: BodySite, label: str) -> None:
        if self._answer is not None and self._new is not None:
            self._answer(replace(self._new(site), label=label))
