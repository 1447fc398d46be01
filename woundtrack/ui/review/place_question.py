"""Asks where a photograph belongs, and has it moved there.

Hides what the card is filled with, and what is said before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from woundtrack.errors import WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.components import words
from woundtrack.ui.review import commands
from woundtrack.ui.review.refile_card import Whereabouts

if TYPE_CHECKING:
    from woundtrack.ui.review.casework import Casework
    from woundtrack.ui.review.refile_card import RefileCard
    from woundtrack.ui.session import Session


class PlaceQuestion(QObject):
    """The question about the photograph that is open, answered in the card."""

    def __init__(
        self, session: Session, work: Casework, card: RefileCard, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._work, self._card = session, work, card
        card.answered.connect(self._move)

    def ask(self) -> None:
        """Ask where the photograph belongs."""
        case, library = self._work.case, self._session.library
        if case is None or library is None or not self._session.can_write:
            return
        note = ""
        if commands.resting_on(library, case):
            note = self.tr(
                "What was accepted from it is retired; it waits to be reviewed where it belongs."
            )
        self._card.ask(
            patient_code=case.patient.code,
            visited_on=case.visit.visited_on,
            site=case.filed.site,
            codes=[patient.code for patient in library.patients()],
            note=note,
        )

    def _move(self, to: Whereabouts) -> None:
        case = self._work.case
        if case is None:
            return
        try:
            retired = self._work.refile(to)
        except WoundtrackError as problem:
            self._card.say_doubt(messages.sentence_of(problem))
            return
        self._card.dismiss()
        said = [
            self.tr("{name} is moved to {patient}, {day}.").format(
                name=case.filed.photograph.original_name,
                patient=to.patient_code,
                day=words.day(to.visited_on),
            )
        ]
        if retired:
            said.append(self.tr("What was accepted from it is retired."))
        said.append(self.tr("Ctrl Z brings it back."))
        self._session.said.emit(" ".join(said))
