"""Photographs come in: looked at, examined, and filed under a patient's visit.

``examine`` computes and may run on any thread; ``file_photograph`` commits, one transaction a
photograph, so that stopping at any moment leaves whole photographs and never halves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from woundtrack import imaging
from woundtrack.errors import (
    CardNotFound,
    CardUnreliable,
    ColoursUnknown,
    DuplicatePhotograph,
    NotUnderstood,
    UnknownPatient,
    doubt_of,
)
from woundtrack.model import (
    Assessment,
    BodySite,
    Calibration,
    Doubt,
    Lesion,
    Method,
    Outline,
    Patient,
    Photograph,
    PrintScale,
    Progress,
    Proposal,
    Side,
    TimeSource,
    Visit,
    VisitPhotograph,
    WoundState,
    new_id,
    no_progress,
    now,
)
from woundtrack.records import Library, Originals
from woundtrack.workflow.lineage import lineage_out_of_view
from woundtrack.workflow.printing import at_print_scale_in_use

EARLIEST_VISIT: Final = date(2000, 1, 1)  # a camera whose clock was never set says 1970 or 1980


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """A quick look at a file before it is imported."""

    path: Path
    photograph: Photograph
    thumbnail: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What the program made of one file, not yet filed.

    ``colour`` is None where no card tells the colours; nothing is measured by it.
    ``subject_code`` is the patient's code that the cards bear; None where they bear none.
    """

    path: Path
    photograph: Photograph
    calibration: Calibration | None
    outlines: tuple[Outline, ...]
    doubts: tuple[Doubt, ...]
    method: Method
    colour: imaging.ColourCorrection | None = None
    subject_code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """A photograph in the library and what is proposed for it."""

    photograph: VisitPhotograph
    proposal: Proposal


def scan(path: Path) -> Scanned:
    """Look at a file quickly: its facts and a small picture. May run on any thread.

    Raises ``PhotographUnreadable`` or ``PhotographTooLarge``.
    """
    return Scanned(
        path=path,
        photograph=imaging.photograph_facts(path),
        thumbnail=imaging.quick_thumbnail(path),
    )


def examine(
    path: Path,
    *,
    originals: Originals | None = None,
    print_scale: PrintScale | None = None,
    progress: Progress = no_progress,
) -> Examined:
    """Read, calibrate and outline one photograph. May run on any thread.

    With ``originals``, the file's bytes and a small picture are stored there first: bytes without a
    row are harmless, a row without its bytes is not. A photograph without a usable card or without
    a wound is still examined; ``doubts`` says what is missing. ``print_scale`` is that of the
    printer that made the cards, None where nobody measured its bars.

    Raises ``PhotographUnreadable``, ``PhotographTooLarge``, ``DiskFull``, ``LibraryReadOnly``, or
    whatever ``progress`` raises to stop.
    """
    progress(0.0, path.name)
    data, file_time = imaging.read_file(path)
    pixels, photograph = imaging.read_photograph_bytes(data, str(path), file_time)
    progress(0.3, path.name)

    doubts: list[Doubt] = []
    if photograph.taken_from is TimeSource.EXIF_LOCAL:
        doubts.append(Doubt(code="time_assumed"))
    elif photograph.taken_from is TimeSource.FILE:
        doubts.append(Doubt(code="time_from_file"))
    if imaging.looks_like_screenshot(photograph):
        doubts.append(Doubt(code="photograph_screenshot"))
    calibration: Calibration | None = None
    try:
        calibration = imaging.find_calibration(pixels, photograph, print_scale=print_scale)
        calibration = imaging.with_faults(pixels, photograph, calibration)
    except (CardNotFound, CardUnreliable) as problem:
        doubts.append(doubt_of(problem))
    progress(0.5, path.name)

    colour: imaging.ColourCorrection | None = None
    subject_code: str | None = None
    if calibration is not None:
        subject_code = imaging.subject_code(pixels, calibration)
        with contextlib.suppress(ColoursUnknown):
            colour = imaging.colour_correction(pixels, calibration)
    outlines = imaging.propose_outlines(pixels, calibration)
    if not outlines:
        doubts.append(Doubt(code="outline_not_found"))
    progress(0.9, path.name)

    if originals is not None:
        originals.put(data, photograph.sha256, path.suffix.lower())
        originals.put_thumbnail(photograph.sha256, imaging.thumbnail(pixels))
    return Examined(
        path=path,
        photograph=photograph,
        calibration=calibration,
        outlines=outlines,
        doubts=tuple(doubts),
        method=imaging.proposal_method(),
        colour=colour,
        subject_code=subject_code,
    )


def checked_patient_code(code: str) -> str:
    """Return ``code`` without surrounding space; raises ``NotUnderstood`` when it can't be one."""
    code = code.strip()
    if not code or len(code) > 40 or not code.isprintable():
        raise NotUnderstood(
            what="The patient code",
            given=repr(code),
            expected="give one to forty letters, digits or signs",
        )
    return code


def checked_new_code(code: str) -> str:
    """Return the code of a patient to be made; raises ``NotUnderstood`` where it may be a name.

    A patient who is in a library already keeps the code, whatever it is.
    """
    code = checked_patient_code(code)
    if imaging.may_be_a_name(code):
        raise NotUnderstood(what="The patient code", given=repr(code), expected=imaging.NO_NAMES)
    return code


def checked_visit_date(visited_on: date | None, photograph: Photograph) -> date:
    """Return the visit's local date: the one given, else the photograph's own.

    Raises ``NotUnderstood`` when there is neither, or it lies in the future or before digital
    cameras, as it does when a camera's clock was never set.
    """
    day = visited_on or photograph.taken_on
    if day is None:
        raise NotUnderstood(
            what="The visit date of",
            given=photograph.original_name,
            expected="the photograph carries none, so give the date of the visit",
        )
    if not EARLIEST_VISIT <= day <= now().astimezone().date():
        raise NotUnderstood(
            what="The visit date",
            given=day.isoformat(),
            expected=f"it should lie between {EARLIEST_VISIT.isoformat()} and today; "
            "give the right date, and check the camera's clock",
        )
    return day


def filed_already(
    library: Library, photograph: Photograph, path: Path
) -> DuplicatePhotograph | None:
    """Return the sentence that says where these very bytes are filed, or None if they are new.

    A photograph that was withdrawn counts as new: it may have been filed under the wrong patient.
    """
    known = library.photograph_with_hash(photograph.sha256)
    if known is None or known.is_retired:
        return None
    visit = library.visit(known.visit_id)
    return DuplicatePhotograph(
        path=str(path),
        patient=library.patient(visit.patient_id).code,
        visited_on=visit.visited_on.isoformat(),
    )


def file_photograph(
    library: Library,
    examined: Examined,
    *,
    patient_code: str,
    site: BodySite,
    visited_on: date | None = None,
    lesion_label: str | None = None,
    by: str,
) -> Filed:
    """File an examined photograph under a patient's visit, with its proposal; accept nothing.

    The patient, the visit and a named lesion are made when they don't exist yet. One transaction.
    Its scale is that of the library's printer in use, where one was measured by now.

    Raises ``DuplicatePhotograph``, ``NotUnderstood``, ``DiskFull``, ``LibraryReadOnly``.
    """
    code = checked_patient_code(patient_code)
    day = checked_visit_date(visited_on, examined.photograph)
    duplicate = filed_already(library, examined.photograph, examined.path)
    if duplicate is not None:
        raise duplicate
    known = known_patient(library, code)
    patient = known or Patient(id=new_id(), code=checked_new_code(code), created_at=now())
    old_visit = visit_of_day(library, known, day)
    visit = old_visit or Visit(id=new_id(), patient_id=patient.id, visited_on=day, created_at=now())
    lesion, is_new_lesion = _named_lesion(library, patient, known is None, site, lesion_label)
    withdrawn = library.photograph_with_hash(examined.photograph.sha256)
    photograph = VisitPhotograph(
        id=new_id(),
        visit_id=visit.id,
        photograph=examined.photograph,
        site=site,
        filed_at=now(),
    )
    if withdrawn is not None:
        photograph = replace(withdrawn, visit_id=visit.id, site=site, is_retired=False)
    proposal = Proposal(
        id=new_id(),
        photograph_id=photograph.id,
        calibration=at_print_scale_in_use(library, examined.calibration, examined.photograph),
        outlines=examined.outlines,
        doubts=examined.doubts,
        method=examined.method,
        created_at=now(),
        lesion_id=None if lesion is None else lesion.id,
    )
    with library.verb("import" if withdrawn is None else "import again", by=by) as change:
        if known is None:
            change.add_patient(patient)
        elif known.is_retired:
            change.update_patient(replace(known, is_retired=False))
        if old_visit is None:
            change.add_visit(visit)
        elif old_visit.is_retired:
            change.update_visit(replace(old_visit, is_retired=False))
        if lesion is not None and is_new_lesion:
            change.add_lesion(lesion)
        if withdrawn is None:
            change.add_photograph(photograph)
            change.add_proposal(proposal)
        else:
            former = library.proposal_of(withdrawn.id)
            proposal = replace(proposal, id=former.id, version=former.version)
            change.update_photograph(photograph)
            change.update_proposal(proposal)
    return Filed(
        photograph=library.photograph(photograph.id), proposal=library.proposal_of(photograph.id)
    )


def withdraw(
    library: Library, photographs: Sequence[VisitPhotograph], *, by: str, reason: str
) -> None:
    """Take photographs, and every assessment that rests on one, out of view: undoes an import.

    Nothing is deleted; the same files may be imported again, for another patient too.
    """
    gone = {photograph.id for photograph in photographs}
    resting = [
        assessment
        for visit_id in dict.fromkeys(photograph.visit_id for photograph in photographs)
        for assessment in library.assessments(patient_id=library.visit(visit_id).patient_id)
        if assessment.visit_id == visit_id and gone & set(assessment.photograph_ids)
    ]
    lineage = lineage_out_of_view(library, resting, by=by)
    with library.verb("withdraw", by=by, why=reason) as change:
        for entry in lineage:
            change.add_entry(entry)
        for assessment in resting:
            change.add_assessment(assessment.revised(by=by, reason=reason, is_retired=True))
        for photograph_id in gone:
            current = library.photograph(photograph_id)
            change.update_photograph(replace(current, is_retired=True))
            proposal = library.proposal_of(photograph_id)
            if proposal.is_waiting:
                change.update_proposal(replace(proposal, is_waiting=False))


def known_patient(library: Library, code: str) -> Patient | None:
    """Return the patient of a code, also one who was taken out of view; None for none."""
    try:
        return library.patient_with_code(code, include_retired=True)
    except UnknownPatient:
        return None


def visit_of_day(library: Library, patient: Patient | None, day: date) -> Visit | None:
    """Return the patient's visit of a day, in view before one that is retired; None for none."""
    visits = () if patient is None else library.visits(patient.id, include_retired=True)
    of_day = [visit for visit in visits if visit.visited_on == day]
    return min(of_day, key=lambda visit: visit.is_retired, default=None)


def _named_lesion(
    library: Library, patient: Patient, is_new_patient: bool, site: BodySite, label: str | None
) -> tuple[Lesion | None, bool]:
    if label is None or not label.strip():
        return None, False
    label = label.strip()
    lesions = () if is_new_patient else library.lesions(patient.id, include_retired=True)
    for lesion in lesions:
        if lesion.label.casefold() == label.casefold() and not lesion.is_retired:
            if lesion.site != site:
                raise NotUnderstood(
                    what="Lesion",
                    given=label,
                    expected=f"{patient.code} has a lesion of that name at another site "
                    f"({lesion.site.words}); give another name or that site",
                )
            return lesion, False
    number = max((lesion.number for lesion in lesions), default=0) + 1
    lesion = Lesion(
        id=new_id(),
        patient_id=patient.id,
        label=label,
        number=number,
        site=site,
        created_at=now(),
    )
    return lesion, True


def refile(
    library: Library,
    photograph: VisitPhotograph,
    *,
    patient_code: str,
    site: BodySite,
    visited_on: date,
    by: str,
    reason: str,
    lesion: Lesion | None = None,
) -> VisitPhotograph:
    """Move a filed photograph to the patient, day and site it belongs to; returns it as it now is.

    The patient and the visit are made when they don't exist yet. What was accepted from it is
    retired, except where another photograph bears it too, and it waits to be reviewed again. A
    lesion that was named for it on import is forgotten: it was one of the wrong place.

    Parameters
    ----------
    lesion
        The lesion of that patient that is named for it there: how a move is undone.

    Raises ``NotUnderstood`` for a code or day that can't be meant or a lesion of another patient,
    ``ChangedMeanwhile``.
    """
    code = checked_patient_code(patient_code)
    day = checked_visit_date(visited_on, photograph.photograph)
    known = known_patient(library, code)
    patient = known or Patient(id=new_id(), code=checked_new_code(code), created_at=now())
    old_visit = visit_of_day(library, known, day)
    visit = old_visit or Visit(id=new_id(), patient_id=patient.id, visited_on=day, created_at=now())
    if visit.id == photograph.visit_id and site == photograph.site:
        return photograph
    if lesion is not None and lesion.patient_id != patient.id:
        raise NotUnderstood(
            what="Lesion", given=lesion.label, expected="it belongs to another patient"
        )
    left = library.visit(photograph.visit_id)
    revisions = [
        _without(assessment, photograph.id, by=by, reason=reason)
        for assessment in library.assessments(patient_id=left.patient_id)
        if assessment.visit_id == left.id and photograph.id in assessment.photograph_ids
    ]
    proposal = library.proposal_of(photograph.id)
    lineage = lineage_out_of_view(library, [one for one in revisions if one.is_retired], by=by)
    with library.verb("refile", by=by, why=reason) as change:
        for entry in lineage:
            change.add_entry(entry)
        if known is None:
            change.add_patient(patient)
        elif known.is_retired:
            change.update_patient(replace(known, is_retired=False))
        if old_visit is None:
            change.add_visit(visit)
        elif old_visit.is_retired:
            change.update_visit(replace(old_visit, is_retired=False))
        for revision in revisions:
            change.add_assessment(revision)
        change.update_photograph(replace(photograph, visit_id=visit.id, site=site))
        change.update_proposal(
            replace(
                proposal,
                is_waiting=True,
                lesion_id=None if lesion is None else lesion.id,
                calibration=at_print_scale_in_use(
                    library, proposal.calibration, photograph.photograph
                ),
            )
        )
    return library.photograph(photograph.id)


def _without(assessment: Assessment, photograph_id: str, *, by: str, reason: str) -> Assessment:
    """Return the revision that no longer rests on a photograph; retired where nothing is left."""
    photographs = tuple(one for one in assessment.photograph_ids if one != photograph_id)
    outlines = tuple(one for one in assessment.outlines if one.photograph_id != photograph_id)
    if not photographs or (assessment.state is WoundState.OPEN and not outlines):
        return assessment.revised(by=by, reason=reason, is_retired=True)
    return assessment.revised(by=by, reason=reason, photograph_ids=photographs, outlines=outlines)


def parse_site(site: str, side: str = "") -> BodySite:
    """Return the site of two words a person typed. Raises ``NotUnderstood``."""
    word = site.strip().lower().replace(" ", "-")
    try:
        return BodySite(region=word, side=Side(side.strip().lower()) if side.strip() else None)
    except ValueError as problem:
        raise NotUnderstood(
            what="The site",
            given=f"{side} {site}".strip(),
            expected="give a site such as abdomen, thigh or lower-leg, and left, right or midline",
        ) from problem


def parse_date(text: str) -> date:
    """Return the date written YYYY-MM-DD. Raises ``NotUnderstood``."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as problem:
        raise NotUnderstood(
            what="The date", given=text, expected="write it as YYYY-MM-DD, for example 2026-03-31"
        ) from problem
