"""What leaves a library for other people's tools: who may, under which names, patient by patient.

Hides how study codes are given out and kept, what was known on a day, and that nothing leaves
without consent. Every format is written from the ``Export`` that this makes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from woundtrack.errors import StudyCodesMissing
from woundtrack.exchange.bundle import BundleFacts, Written, write_bundle
from woundtrack.exchange.filtering import within
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.profile import Profile
from woundtrack.healing.endpoints import score_totals
from woundtrack.healing.scores import Instrument
from woundtrack.model import (
    CohortFilter,
    Framing,
    Patient,
    Progress,
    Purpose,
    ReaderError,
    ReadOnce,
    new_id,
    no_progress,
    now,
)
from woundtrack.records import Library, Past, Study, StudyCode
from woundtrack.workflow.consenting import Leaving, leaving
from woundtrack.workflow.course import end_of_day
from woundtrack.workflow.exporting_notes import ExportNote, counted_files, noted
from woundtrack.workflow.instruments import known_instruments
from woundtrack.workflow.reader_error import adopted_error
from woundtrack.workflow.reading_counted import readings_by_patient
from woundtrack.workflow.recording import record_of

_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another
_CODE_LENGTH: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportChoice:
    """What a person asked to have exported.

    ``study`` names the study whose codes stand for the patients; empty: the clinic's own.
    ``as_of``: as it was known at the end of that day, and of no later one; None: as of today.
    ``with_unasked``: also patients whom nobody asked for consent, where their answer isn't needed.
    ``pictures``: how much of the photographs leaves, too; None: nothing. ``with_masks``: with the
    accepted outlines as masks, in the pictures' own frame. ``filters``: only patients and lesions
    who pass them leave; None: all.
    """

    is_identified: bool = False
    study: str = ""
    as_of: date | None = None
    with_free_text: bool = False
    with_unasked: bool = True
    pictures: Framing | None = None
    with_masks: bool = False
    filters: CohortFilter | None = None

    @property
    def purpose(self) -> Purpose:
        """What a patient must have agreed to: an identified export is the record itself."""
        return Purpose.RECORD if self.is_identified else Purpose.RESEARCH

    def named(self, name: str) -> str:
        """Return what the trail calls an export in a format before it is written."""
        return name if self.pictures is None else f"{name} with pictures"


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """All that is to leave: whose, under which names, and each patient's file when asked for.

    ``as_of`` is the day that the rows stand for; the same library, choice and ``as_of`` give the
    same files in the same order, whenever. ``audit_head`` stands for all that was changed till then
    (an export changes nothing, and so leaves it as it is).
    """

    library: Library
    choice: ExportChoice
    leaving: Leaving
    profile: Profile
    as_of: date
    audit_head: str
    instruments: tuple[Instrument, ...]
    past: Past | None = None
    reader_error: ReaderError | None = None
    readings: Mapping[str, tuple[ReadOnce, ...]] = field(default_factory=dict)

    @property
    def patients(self) -> tuple[Patient, ...]:
        """Whose files leave, by what they are called outside: who was known on the day."""
        return tuple(sorted(self.leaving.patients, key=self.profile.code))

    @property
    def left_out_count(self) -> int:
        """How many stay of those known on the day: who came since changes nothing of it."""
        return len(self.leaving.left_out)

    def files(self) -> Iterator[PatientFile]:
        """Read and return the patients' files one after another, by what they are called.

        Their days are as they are told outside; filters are judged by the days as they were.
        """
        wanted = self.choice.filters
        for patient in self.patients:
            file = self._file_of(patient)
            told = self.profile.told(file)
            passing = told if wanted is None else within(file, wanted, told=told)
            if passing is not None:
                yield passing

    @property
    def filters_told(self) -> dict[str, object]:
        """What a manifest tells of the filters: of their days, where days are counted, the years.

        A day beside days that are counted from a first visit would tell that visit's.
        """
        wanted = self.choice.filters
        return {} if wanted is None else wanted.as_dict(with_days=self.choice.is_identified)

    def _file_of(self, patient: Patient) -> PatientFile:
        """Return a patient's file as known at the end of ``as_of``."""
        moment = end_of_day(self.choice.as_of)
        library, past = self.library, self.past
        record = record_of(library, patient, past=past)
        lesions = (library if past is None else past).lesions(patient.id)
        visits = tuple(
            one
            for one in (library if past is None else past).visits(patient.id)
            if one.visited_on <= self.as_of
        )
        known_lesions, known_visits = {one.id for one in lesions}, {one.id for one in visits}
        assessments = tuple(
            one
            for one in library.assessments(patient.id, as_of=moment, is_kept=False)
            if one.lesion_id in known_lesions and one.visit_id in known_visits
        )
        used = {key for one in assessments for key in one.photograph_ids}
        filed = (
            library.photographs(patient_id=patient.id, include_retired=True)
            if past is None
            else past.photographs(visits)
        )
        photographs = tuple(one for one in filed if one.id in used or not one.is_retired)
        return PatientFile(
            record=record,
            lesions=lesions,
            visits=visits,
            photographs=photographs,
            assessments=assessments,
            as_of=self.as_of,
            totals=score_totals(record, self.instruments).totals,
            identity=library.identity(patient.id) if self.profile.is_identified else None,
            readings=self.readings.get(patient.id, ()),
            instruments=self.instruments,
            reader_error=self.reader_error,
        )


def export_leaving(
    library: Library,
    *,
    identified: bool = False,
    with_unasked: bool = True,
    as_of: date | None = None,
) -> Leaving:
    """Return whose records an export holds, of today or of an earlier day, and whose stay.

    A pseudonymised export is for research: whoever refused or withdrew that is left out, from today
    on and whatever day the rows stand for. An identified one is the record itself, for a patient's
    own care, and asks for consent to that. ``with_unasked``: also those whom nobody asked.
    """
    purpose = ExportChoice(is_identified=identified).purpose
    moment = end_of_day(as_of)
    past = None if moment is None else library.past(moment)
    today = now().astimezone().date()
    return leaving(library, purpose, today, with_unasked=with_unasked, past=past)


def export_csv(
    library: Library,
    folder: Path,
    *,
    identified: bool = False,
    study: str = "",
    as_of: date | None = None,
    with_free_text: bool = False,
    with_unasked: bool = True,
    by: str,
    progress: Progress = no_progress,
) -> Written:
    """Write the tidy CSV bundle, noted in the audit trail before and after.

    Pseudonymised unless ``identified``. Who may not leave (``export_leaving``) is left out, and
    counted in the manifest and in the trail. Raises ``StudyCodesMissing``, and what ``write_csv``
    raises.
    """
    choice = ExportChoice(
        is_identified=identified,
        study=study,
        as_of=as_of,
        with_free_text=with_free_text,
        with_unasked=with_unasked,
    )
    return write_csv(open_export(library, choice, by=by), folder, by=by, progress=progress)


def write_csv(
    export: Export,
    folder: Path,
    *,
    by: str,
    note: ExportNote | None = None,
    progress: Progress = no_progress,
) -> Written:
    """Write an export as the tidy CSV bundle, noted in the audit trail before and after.

    With pictures, where the choice asks for them and they may leave; ``images.csv`` tells of each
    why it stays. ``note`` as in ``exporting_notes.noted``, whose errors it raises, too.
    """
    writer = None
    if export.choice.pictures is not None:
        from woundtrack.workflow.picture_export import PictureWriter

        writer = PictureWriter(export, progress)
    with noted(export, export.choice.named("csv"), folder, by=by, note=note) as trail:
        written = write_bundle(
            folder,
            counted_files(export, trail),
            export.profile,
            BundleFacts(
                as_of=export.choice.as_of,
                audit_head=export.audit_head,
                left_out=export.left_out_count,
                reader_error=export.reader_error,
                filters=export.filters_told,
            ),
            had_head=export.library.had_audit_head,
            write_pictures=writer,
            count=len(export.leaving.patients),
            progress=progress,
        )
        if writer is not None:
            trail.what = f"csv with {written.pictures} pictures"
    return written


def open_export(library: Library, choice: ExportChoice, *, by: str) -> Export:
    """Return what leaves by a choice; patients without a code in the study are given one.

    The codes are random and kept in the library, apart from everything that leaves. Raises
    ``StudyCodesMissing`` where codes are wanting and the library can't be written.
    """
    today, moment = now().astimezone().date(), end_of_day(choice.as_of)
    past = None if moment is None else library.past(moment)
    going = leaving(library, choice.purpose, today, with_unasked=choice.with_unasked, past=past)
    readers = {name: f"reader-{place}" for place, name in enumerate(library.people(), start=1)}
    if choice.is_identified:
        profile = Profile(is_identified=True, study=choice.study, readers=readers)
    else:
        study, codes = _key_of(library, choice.study, going.patients, by=by)
        profile = Profile(
            is_identified=False,
            study=study.name,
            salt=bytes.fromhex(study.salt),
            codes=codes,
            readers=readers,
            with_free_text=choice.with_free_text,
        )
    return Export(
        library=library,
        choice=choice,
        leaving=going,
        profile=profile,
        as_of=today if choice.as_of is None else choice.as_of,
        audit_head=library.head_of_changes(until=moment),
        instruments=tuple(known_instruments(library).known),
        past=past,
        reader_error=adopted_error(library, as_of=moment),
        readings=readings_by_patient(library, as_of=moment),
    )


def _key_of(
    library: Library, name: str, patients: tuple[Patient, ...], *, by: str
) -> tuple[Study, dict[str, str]]:
    """Return a study and its codes for these patients, given out now where they were wanting."""
    folded = name.strip().casefold()
    study = next((one for one in library.studies() if one.name.casefold() == folded), None)
    codes = {} if study is None else library.study_codes(study.id)
    new = [one for one in patients if one.id not in codes]
    if study is not None and not new:
        return study, codes
    if library.is_read_only:
        raise StudyCodesMissing(count=len(new))
    begun = study or Study(
        id=new_id(),
        name=name.strip(),
        salt=secrets.token_hex(16),
        created_by=by,
        created_at=now(),
    )
    taken = set(codes.values())
    with library.verb("give study codes", by=by) as change:
        if study is None:
            change.add_study(begun)
        for patient in new:
            code = _new_code(taken)
            taken.add(code)
            codes[patient.id] = code
            change.add_study_code(
                StudyCode(id=new_id(), study_id=begun.id, patient_id=patient.id, code=code)
            )
    return begun, codes


def _new_code(taken: set[str]) -> str:
    """Return a random code that nobody in the study has."""
    while True:
        code = "P-" + "".join(secrets.choice(_SIGNS) for _ in range(_CODE_LENGTH))
        if code not in taken:
            return code
