"""Photographs whose card names another patient than the one they were imported for.

Hides the comparing of codes; says it, and leaves to the person who is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication

from woundtrack.errors import UnknownPatient
from woundtrack.records import Library
from woundtrack.ui.components import KeyButton, words
from woundtrack.ui.imports.batch import Incoming
from woundtrack.ui.imports.panel import Note


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherPatient:
    """Photographs imported for ``code`` whose cards bear ``on_card``, another known patient's."""

    code: str
    on_card: str
    photographs: tuple[Incoming, ...]


def others_named(library: Library, incoming: Sequence[Incoming]) -> tuple[OtherPatient, ...]:
    """Return what was filed under another known patient than its card names, in order."""
    found: dict[tuple[str, str], list[Incoming]] = {}
    for one in incoming:
        if one.filed is None or one.examined is None or one.examined.subject_code is None:
            continue
        if not one.state.is_filed:
            continue
        # As it lies in the library now: it may have been moved meanwhile.
        photograph = library.photograph(one.filed.photograph.id)
        patient = library.patient(library.visit(photograph.visit_id).patient_id)
        try:
            named = library.patient_with_code(one.examined.subject_code)
        except UnknownPatient:
            continue
        if named.id != patient.id:
            found.setdefault((patient.code, named.code), []).append(one)
    return tuple(
        OtherPatient(code=code, on_card=on_card, photographs=tuple(photographs))
        for (code, on_card), photographs in found.items()
    )


def notes_of(
    library: Library, incoming: Sequence[Incoming], look_at: Callable[[Incoming], None]
) -> list[Note]:
    """Return a note for each pair of patients; its button shows the first photograph."""
    notes = []
    for other in others_named(library, incoming):
        first, count = other.photographs[0], len(other.photographs)
        title = QCoreApplication.translate("CardSays", "The card says {code}")
        names = first.path.name
        if count > 1:
            more = QCoreApplication.translate("CardSays", "{name} and {n} more")
            names = more.format(name=names, n=count - 1)
        text = QCoreApplication.translate(
            "CardSays",
            "Imported for {code}. Whose is it? In Review, “Wrong place or date…” moves it.",
        )
        note = Note(
            "doubt",
            title.format(code=words.kept_whole(other.on_card)),
            names,
            text.format(code=words.kept_whole(other.code)),
            first,
        )
        button = KeyButton(
            QCoreApplication.translate("CardSays", "Look at it in Review"), size="small"
        )
        button.clicked.connect(partial(look_at, first))
        note.add_button(button)
        notes.append(note)
    return notes
