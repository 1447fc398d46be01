"""Whose picture it is, of which visit and lesions: what every object of a series has in common.

Hides how woundtrack's nouns become DICOM's patient, study and series, how identifiers are made so
that they are the same in every export, and what a pseudonymised object says instead.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.profile import Profile
from woundtrack.model import (
    REGIONS,
    BodySite,
    Lesion,
    Sex,
    Side,
    TimeSource,
    Visit,
    VisitPhotograph,
    snomed_of,
)

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_NAMESPACE: Final = uuid.UUID("5b7c9d9e-0c0b-4d6e-9b6e-5f4f7e1c2a11")
"""What the identifiers of DICOM objects are made in; random, and fixed for ever."""

FORMAT: Final = "DICOM format 2"
"""Which rules the objects were written by. Their identifiers rest on it, so it is no version of the
program: the next one writes the same bytes."""

_LATERALITY: Final = {Side.LEFT: "L", Side.RIGHT: "R", Side.MIDLINE: "U"}
_SIDE_MEANINGS: Final = {Side.LEFT: "Left", Side.RIGHT: "Right", Side.MIDLINE: "Median"}
_SEX: Final = {Sex.FEMALE: "F", Sex.MALE: "M"}

# PS3.16, CID 4031: groups of sites that have no skin structure of their own.
_GROUP_CODES: Final = {
    "legs": ("61685007", "Lower limb"),
    "arms": ("53120007", "Upper limb"),
    "torso": ("22943007", "Trunk"),
}

# PS3.16, CID 7050: what was done to the objects of the pseudonymised profile.
_DEIDENTIFIED: Final = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113101", "Clean Pixel Data Option"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    ("113108", "Retain Patient Characteristics Option"),
)

_NHS_NUMBERS: Final = "2.16.840.1.113883.2.1.4.1"
"""The register of NHS numbers, as an object identifier."""


def uid_of(*parts: str) -> str:
    """Return the identifier that stands for some ids: always the same (PS3.5, B.2; 2.25)."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, chr(31).join(parts)).int}"


@dataclass(frozen=True, kw_only=True)
class Head:
    """One photograph of one patient's visit, and the lesions it shows, as they are told outside.

    ``file`` and ``visit`` have their days as told.
    """

    file: PatientFile
    profile: Profile
    visit: Visit
    photograph: VisitPhotograph
    lesions: tuple[Lesion, ...]

    @property
    def alias(self) -> str:
        """The photograph's id outside."""
        return self.profile.alias(self.photograph.id)

    @property
    def visited_on(self) -> date:
        """The day of the visit, as it is told."""
        return self.visit.visited_on

    @property
    def taken_at(self) -> datetime | None:
        """When it was taken, by the camera's own clock and zone; None where the camera didn't say.

        In a pseudonymised object the time of day isn't told, nor is a moment whose day is.
        """
        facts = self.photograph.photograph
        if facts.taken_at is None or not self.profile.is_identified:
            return None
        if facts.taken_from not in {TimeSource.EXIF, TimeSource.EXIF_LOCAL}:
            return None
        return facts.taken_at + timedelta(minutes=facts.taken_offset_minutes or 0)

    @property
    def site(self) -> BodySite | None:
        """Where on the body: the lesions' site where they share one, else the photograph's."""
        sites = {lesion.site for lesion in self.lesions}
        return sites.pop() if len(sites) == 1 else self.photograph.site

    @property
    def order(self) -> int:
        """Its number among the visit's photographs, from 1, as they were filed.

        By the time taken, one that is imported later would change the others' numbers.
        """
        of_visit = [one for one in self.file.photographs if one.visit_id == self.visit.id]
        of_visit.sort(key=lambda one: (one.filed_at, one.id))
        return 1 + [one.id for one in of_visit].index(self.photograph.id)

    def series_uid(self, kind: str) -> str:
        """Return the identifier of its series: a visit's, of the lesions it shows, of a kind."""
        lesions = sorted(self.profile.alias(lesion.id) for lesion in self.lesions)
        return uid_of("series", self.profile.alias(self.visit.id), kind, *lesions)

    @property
    def series_words(self) -> str:
        """The lesions in words: number and site, never what a person typed."""
        if not self.lesions:
            return "No lesion assessed"
        return ", ".join(f"Lesion {one.number}, {one.site.words}" for one in self.lesions)


def set_patient(ds: Dataset, head: Head) -> None:
    """Write the patient: name and numbers, or a code and what was done to hide who it is."""
    profile, patient = head.profile, head.file.patient
    detail = head.file.record.detail
    sex = None if detail is None else detail.sex
    ds.PatientSex = "" if sex is None else _SEX.get(sex, "O")
    ds.PatientBirthDate = ""
    ds.PatientID = profile.code(patient)
    ds.PatientName = person_name(profile.code(patient))
    if not profile.is_identified:
        ds.PatientIdentityRemoved = "YES"
        ds.LongitudinalTemporalInformationModified = "MODIFIED"
        ds.DeidentificationMethod = ["Study code for the patient", "Days moved alike", FORMAT]
        ds.DeidentificationMethodCodeSequence = [
            code(value, "DCM", meaning) for value, meaning in _DEIDENTIFIED
        ]
        return
    ds.PatientIdentityRemoved = "NO"
    identity = head.file.identity
    if identity is None:
        return
    if identity.name:
        ds.PatientName = person_name(identity.name)
    if identity.birth_date is not None:
        ds.PatientBirthDate = dicom_date(identity.birth_date)
    others = []
    if identity.local_id:
        ds.PatientID = identity.local_id[:64]
        others.append(_other_id(patient.code))
    if identity.nhs_number:
        other = _other_id(identity.nhs_number)
        other.IssuerOfPatientIDQualifiersSequence = [_issuer(_NHS_NUMBERS)]
        others.append(other)
    if others:
        ds.OtherPatientIDsSequence = others


def set_study(ds: Dataset, head: Head) -> None:
    """Write the study: a visit."""
    ds.StudyInstanceUID = uid_of("study", head.profile.alias(head.visit.id))
    ds.StudyDate = dicom_date(head.visited_on)
    ds.StudyTime = ""
    ds.ReferringPhysicianName = ""
    ds.StudyID = dicom_date(head.visited_on)
    ds.AccessionNumber = ""
    ds.StudyDescription = "Wound photographs"


def set_series(
    ds: Dataset, head: Head, kind: str, *, modality: str, place: int, words: str = ""
) -> None:
    """Write the series: the lesions that a photograph of the visit shows, ``place`` by kind."""
    ds.Modality = modality
    ds.SeriesInstanceUID = head.series_uid(kind)
    number = head.lesions[0].number if len(head.lesions) == 1 else 0
    ds.SeriesNumber = place + number
    ds.SeriesDescription = f"{words}{head.series_words}"[:64]
    ds.SeriesDate = dicom_date(head.visited_on)


def set_place_on_body(ds: Dataset, site: BodySite | None) -> None:
    """Write where on the body it is, as SNOMED CT codes, and the side; nothing is guessed."""
    if site is None or site.side is None:
        ds.Laterality = ""  # asked for where an image doesn't say it
    if site is None:
        return
    region = REGIONS[site.region]
    words = site.region.replace("-", " ")
    found = (region.snomed, f"Skin of {words}") if region.snomed else _GROUP_CODES.get(site.region)
    if found is not None and found[0] is not None:
        place = code(found[0], "SCT", found[1])
        side = None if site.side is None else snomed_of(site.side)
        if site.side is not None and side is not None:
            place.AnatomicRegionModifierSequence = [code(side, "SCT", _SIDE_MEANINGS[site.side])]
        ds.AnatomicRegionSequence = [place]
    if site.side is not None:
        ds.ImageLaterality = laterality_of(site)


def laterality_of(site: BodySite | None) -> str:
    """Return the side as DICOM writes it: L, R, U for unpaired; empty where nobody said."""
    return "" if site is None or site.side is None else _LATERALITY[site.side]


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """Return a coded concept as an item of a sequence."""
    from pydicom.dataset import Dataset

    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return item


def person_name(name: str) -> str:
    """Return a name as DICOM writes it: ``family^given`` of one with a comma, else all as family.

    Which word of a name is the family's can't be told from the words.
    """
    plain = " ".join(name.replace("\\", " ").replace("^", " ").replace("=", " ").split())
    family, _, given = plain.partition(",")
    return f"{family.strip()}^{given.strip()}"[:64]


def dicom_date(day: date) -> str:
    """Return a day as DICOM writes it, YYYYMMDD."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def offset_text(minutes: int) -> str:
    """Return an offset from UTC as DICOM writes it, ±hhmm."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}{rest:02d}"


def lesions_shown(file: PatientFile, photograph: VisitPhotograph) -> tuple[Lesion, ...]:
    """Return the lesions that a photograph was accepted for, by their numbers."""
    ids = {one.lesion_id for one in file.assessments if photograph.id in one.photograph_ids}
    return tuple(lesion for lesion in file.lesions if lesion.id in ids)


def heads_of(file: PatientFile, profile: Profile) -> Sequence[Head]:
    """Return a head for every photograph in view that was filed under a visit in view.

    One that was taken out of view stays, also of a day when it was in view: somebody wants it to.
    """
    heads = []
    file = profile.told(file)
    for photograph in file.photographs:
        visit = file.visit(photograph.visit_id)
        lesions = lesions_shown(file, photograph)
        if visit is not None and not photograph.is_retired:
            heads.append(
                Head(
                    file=file, profile=profile, visit=visit, photograph=photograph, lesions=lesions
                )
            )
    return heads


def _other_id(value: str) -> Dataset:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.PatientID = value[:64]
    item.TypeOfPatientID = "TEXT"
    return item


def _issuer(register: str) -> Dataset:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.UniversalEntityID = register
    item.UniversalEntityIDType = "ISO"
    return item
