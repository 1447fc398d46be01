"""What patients, people, rows and days are called outside: by their names, or disguised.

Hides how a study's secret disguises ids, and how old the oldest are.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from woundtrack.exchange.disguise import disguised
from woundtrack.exchange.patient_file import IndexEvent, PatientFile
from woundtrack.model import PartialDate, Patient

OLDEST_TOLD: Final = 90
"""Ages from this one on are told as this one: few are older, and they are known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """One patient's days, counted from the index event; None where the patient has none."""

    index_on: date | None
    index_event: IndexEvent | None

    def day(self, on: date | PartialDate | None) -> int | None:
        """Return the days from the index event to a day of the file, negative before it.

        A date known by its month or year alone stands for the middle of that: in a file that is
        disguised it is whole months or years from the index event.
        """
        if on is None or self.index_on is None:
            return None
        return ((on.middle if isinstance(on, PartialDate) else on) - self.index_on).days


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """To whom an export is identifiable, and what stands in it for what isn't told.

    Parameters
    ----------
    is_identified
        With the patients' codes, dates, names of people and free text.
    study
        The study's name; empty for a clinic's own evaluation.
    salt
        The study's secret: 16 bytes.
    codes
        What each patient is called in the study, by the patient's id.
    readers
        What stands for each person who recorded something: ``reader-1`` …
    with_free_text
        Whether what people typed leaves, too, in a pseudonymised export.
    """

    is_identified: bool
    study: str = ""
    salt: bytes = field(default=b"", repr=False)
    codes: Mapping[str, str] = field(default_factory=dict, repr=False)
    readers: Mapping[str, str] = field(default_factory=dict, repr=False)
    with_free_text: bool = False

    @property
    def name(self) -> str:
        """The profile as files name it."""
        return "identified" if self.is_identified else "pseudonymised"

    def code(self, patient: Patient) -> str:
        """Return what a patient is called. Raises ``KeyError`` for one without a study code."""
        return patient.code if self.is_identified else self.codes[patient.id]

    def alias(self, key: str) -> str:
        """Return the id of a row outside: its own, or a UUID that the study's secret makes of it.

        The same in every export of a study; without the secret, not to be linked between studies
        (RFC 9562, version 5, in a name space that is random and secret).
        """
        if self.is_identified:
            return key
        return str(uuid.uuid5(uuid.UUID(bytes=self.salt), key))

    def person(self, name: str | None) -> str | None:
        """Return a person's name, or what stands for it; None for nobody."""
        if not name:
            return None
        if self.is_identified:
            return name
        return self.readers.get(name) or f"reader-{self.alias(name)[:8]}"

    def text(self, typed: str) -> str | None:
        """Return what a person typed; None where nothing was, or where free text stays."""
        return (typed or None) if self.is_identified or self.with_free_text else None

    def told(self, file: PatientFile) -> PatientFile:
        """Return a patient's file with its days as they are told: in a disguise, or as they were.

        Every format is written from what this returns.
        """
        return file if self.is_identified or file.disguise is not None else disguised(file)

    def calendar(self, file: PatientFile) -> Calendar:
        """Return how the days of a patient's file, as told, are counted."""
        index = self.told(file).index
        return Calendar(index_on=index.on, index_event=index.event)

    def age_at_index(self, file: PatientFile) -> int | None:
        """Return the age in whole years, by the year of birth; ``OLDEST_TOLD`` and over are one.

        None where the year of birth or the index event isn't known. An identified export tells the
        age itself.
        """
        detail, index_on = file.record.detail, file.index.on
        if detail is None or detail.birth_year is None or index_on is None:
            return None
        age = index_on.year - detail.birth_year
        return age if self.is_identified else min(age, OLDEST_TOLD)
