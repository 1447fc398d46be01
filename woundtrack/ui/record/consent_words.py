"""Whom something left out for want of consent, in words; counted, never by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.ui.components import words

if TYPE_CHECKING:
    from woundtrack.workflow import Leaving


def leaving_words(going: Leaving) -> tuple[str, ...]:
    """Return how many patients were left out and why, and how many are in it unasked."""
    said = []
    if going.refused:
        said.append(
            words.counted(
                len(going.refused),
                QCoreApplication.translate(
                    "Consent", "1 patient who refused or withdrew is left out."
                ),
                QCoreApplication.translate(
                    "Consent", "{n} patients who refused or withdrew are left out."
                ),
            )
        )
    if going.not_asked and going.with_unasked:
        said.append(
            words.counted(
                len(going.not_asked),
                QCoreApplication.translate("Consent", "1 patient in it was never asked."),
                QCoreApplication.translate("Consent", "{n} patients in it were never asked."),
            )
        )
    elif going.not_asked:
        said.append(
            words.counted(
                len(going.not_asked),
                QCoreApplication.translate("Consent", "1 patient nobody asked is left out."),
                QCoreApplication.translate("Consent", "{n} patients nobody asked are left out."),
            )
        )
    return tuple(said)
