"""Photographs leave as DICOM files, under the patient's name or without one.

Hides which pictures may leave, and what a photograph's objects are made from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from woundtrack import imaging
from woundtrack.exchange import dicom
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.pictures import LOOK_FIRST, Stays
from woundtrack.model import (
    AssessedOutline,
    Framing,
    Lesion,
    Outline,
    OutlineKind,
    Progress,
    VisitPhotograph,
    no_progress,
)
from woundtrack.records import Originals
from woundtrack.workflow.course import end_of_day
from woundtrack.workflow.exporting import Export
from woundtrack.workflow.exporting_notes import ExportNote, counted_files, noted
from woundtrack.workflow.releasing import (
    Answers,
    Sitting,
    released_picture,
    sittings_of,
    why_stays,
)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """All that a photograph's objects are made from; made beside the library, used on any thread.

    ``answers`` say which pictures of it may leave without a name: the card painted over, cut to a
    lesion, looked at by a person where one has to. None: none may. ``is_refused``: a person said
    that what the photograph shows must not leave, which counts under the patient's name, too.
    ``with_exif``: under the patient's name, with all that the camera wrote beside the picture.
    """

    head: dicom.Head
    originals: Originals
    outlines: tuple[tuple[Lesion, AssessedOutline], ...]
    answers: Answers | None = None
    is_refused: bool = False
    with_exif: bool = False

    @property
    def name(self) -> str:
        """The photograph's file name, for the person who sends it."""
        return self.head.photograph.photograph.original_name

    def made(self) -> tuple[dicom.DicomObject, ...] | Stays:
        """Return the objects, the photograph first, or why no picture of it may leave.

        Raises ``PhotographUnreadable``, ``LibraryDamaged`` for an original that isn't as it was,
        and ``DicomMissing``.
        """
        head = self.head
        if self.is_refused:
            return Stays.REFUSED
        if not head.profile.is_identified:
            return self._disguised()
        facts = head.photograph.photograph
        data = self.originals.read(facts.sha256)
        picture = None
        if facts.format == "JPEG":
            picture = dicom.jpeg_picture(data, facts.orientation, with_remarks=self.with_exif)
        pixels: Pixels | None = None
        if picture is None or self.outlines:
            pixels, _ = imaging.read_photograph_bytes(data, facts.original_name)
        if picture is None:
            picture = dicom.Picture(
                pixels=pixels,
                derived=f"Decoded from {facts.format} and turned upright",
                was_lossy=_was_lossy(facts.format),
            )
        scale = dicom.one_scale([outline for _, outline in self.outlines])
        photograph = dicom.photograph_object(head, picture, scale)
        made = [photograph]
        upright = dicom.upright_object(head, picture, photograph)
        if upright is not None:
            made.append(upright)
        if pixels is not None and self.outlines:
            made.append(self._drawn(pixels, photograph))
            segments = [
                dicom.Segment(lesion=lesion, outline=outline, mask=_mask(outline, pixels))
                for lesion, outline in self.outlines
            ]
            made.append(dicom.segmentation_object(head, segments, picture, photograph))
        return tuple(made)

    def _disguised(self) -> tuple[dicom.DicomObject, ...] | Stays:
        """Return a picture a lesion that may leave without a name, each with its outline.

        Where none may, why: that a person has to look first where that is so of one of them.
        """
        head, facts = self.head, self.head.photograph.photograph
        if self.answers is None:
            return Stays.NO_CONSENT
        outlined = [one for one in map(self._sitting, head.lesions) if one.outlines]
        stay = {one.lesions[0].id: why_stays(one, Framing.LESION, self.answers) for one in outlined}
        sittings = [one for one in outlined if stay[one.lesions[0].id] is None]
        if not sittings:
            return _first_of(stay.values())
        data = self.originals.read(facts.sha256)
        pixels, _ = imaging.read_photograph_bytes(data, facts.original_name)
        made: list[dicom.DicomObject] = []
        for sitting in sittings:
            leaving = released_picture(pixels, sitting, Framing.LESION, self.answers)
            if isinstance(leaving, Stays):
                stay[sitting.lesions[0].id] = leaving
                continue
            flat = "" if leaving.mm_per_px is None else ", laid flat by the card"
            picture = dicom.Picture(
                pixels=leaving.pixels,
                derived=f"Cut to the lesion{flat}; what identifies was painted over",
                was_lossy=_was_lossy(facts.format),
                shows_no_more=True,
            )
            of_one = replace(head, lesions=sitting.lesions)
            scale = dicom.flat_scale(sitting.outlines, leaving.mm_per_px)
            photograph = dicom.photograph_object(of_one, picture, scale)
            made.append(photograph)
            outline = _main_of(sitting.outlines)
            if leaving.mask is not None and outline is not None:
                segment = dicom.Segment(
                    lesion=sitting.lesions[0], outline=outline, mask=leaving.mask > 0
                )
                made.append(dicom.segmentation_object(of_one, [segment], picture, photograph))
        return tuple(made) or _first_of(stay.values())

    def _sitting(self, lesion: Lesion) -> Sitting:
        outlines = tuple(outline for one, outline in self.outlines if one.id == lesion.id)
        return Sitting(
            photograph=self.head.photograph,
            lesions=(lesion,),
            outlines=outlines,
            beside=tuple(one.site for one in self.head.lesions if one.id != lesion.id),
        )

    def _drawn(self, pixels: Pixels, photograph: dicom.DicomObject) -> dicom.DicomObject:
        rings: list[Outline] = []
        labels: list[str] = []
        for lesion, outline in self.outlines:
            rings += outline.parts
            size = outline.measurement
            words = f"Lesion {lesion.number}, {outline.kind.value}"
            if size is not None:
                words += (
                    f" {size.area_cm2:.2f} cm² ({size.area_low_cm2:.2f}–{size.area_high_cm2:.2f})"
                )
            labels.append(words)
            labels += [""] * (len(outline.parts) - 1)
        drawn = imaging.draw_overlay(pixels, None, rings, labels)
        return dicom.overlay_object(self.head, drawn, photograph)


def _first_of(stay: Iterable[Stays | None]) -> Stays:
    """Return why a photograph stays whose pictures stay for these reasons: what a yes would mend.

    Of one without a picture, that nothing on it is outlined.
    """
    reasons = [one for one in stay if one is not None]
    waits = [one for one in reasons if one in LOOK_FIRST]
    return next(iter([*waits, *reasons]), Stays.NOT_OUTLINED)


def _was_lossy(kind: str) -> bool | None:
    """Return whether a file of a format was compressed with loss; None where that isn't known."""
    return True if kind in {"JPEG", "HEIC"} else None


def _main_of(outlines: Sequence[AssessedOutline]) -> AssessedOutline | None:
    """Return the outline that a released picture's mask is of (``Sitting.main_parts``)."""
    by_kind = {one.kind: one for one in outlines}
    return next((by_kind[kind] for kind in OutlineKind if kind in by_kind), None)


def _mask(outline: AssessedOutline, pixels: Pixels) -> NDArray[np.bool_]:
    """Return the pixels that lie in any part of an outline, bool (H, W)."""
    shape = (pixels.shape[0], pixels.shape[1])
    mask = np.zeros(shape, dtype=np.bool_)
    for part in outline.parts:
        mask |= imaging.outline_mask(part, shape)
    return mask


class Gate:
    """Says which pictures of an export may leave. Reads what persons answered once."""

    def __init__(self, export: Export) -> None:
        as_of = end_of_day(export.choice.as_of)
        self._unasked = {one.id for one in export.leaving.not_asked}
        self._answers = Answers.of(export.library, as_of=as_of)

    def answers(self, file: PatientFile) -> Answers | None:
        """Return what says which of a patient's pictures may leave without a name; None: none may.

        A picture needs a yes to research: of a patient whom nobody asked, none leaves.
        """
        return None if file.patient.id in self._unasked else self._answers

    def is_refused(self, file: PatientFile, photograph: VisitPhotograph) -> bool:
        """Whether a person said no to the photograph as a whole, or to a part of it."""
        whole = (0, 0, photograph.photograph.width_px, photograph.photograph.height_px)
        return any(
            self._answers.is_refused(sitting, Framing.WHOLE, whole)
            for sitting in sittings_of([photograph], file.assessments, file.lesions)
        )


def parcels_of(export: Export, file: PatientFile, gate: Gate | None = None) -> tuple[Parcel, ...]:
    """Return a parcel for every photograph in a patient's file, by the gate of the export."""
    gate = Gate(export) if gate is None else gate
    identified = export.profile.is_identified
    parcels = []
    for head in dicom.heads_of(file, export.profile):
        outlines = tuple(
            (lesion, outline)
            for assessment in file.assessments
            if (lesion := file.lesion(assessment.lesion_id)) is not None
            for outline in assessment.outlines
            if outline.photograph_id == head.photograph.id
        )
        parcels.append(
            Parcel(
                head=head,
                originals=export.library.originals,
                outlines=outlines,
                answers=gate.answers(file),
                is_refused=identified and gate.is_refused(file, head.photograph),
            )
        )
    return tuple(parcels)


# --- into a folder -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenDicom:
    """What was written: the files, the manifest last; and how many photographs stayed, by why."""

    paths: tuple[Path, ...]
    photographs: int
    stay: Mapping[Stays, int]


def write_dicom(
    export: Export,
    folder: str | Path,
    *,
    by: str,
    with_exif: bool = False,
    note: ExportNote | None = None,
    progress: Progress = no_progress,
) -> WrittenDicom:
    """Write every photograph that may leave as DICOM files, noted in the trail before and after.

    A pseudonymised export holds the pictures alone that may leave without a name
    (``workflow.releasing``): photographs as they were taken show the card, which says whose they
    are. ``with_exif`` keeps, in an identified one alone, what the camera wrote beside the pictures
    of its JPEG files: the place, too, where it did. Raises ``ExportUnnoted``, ``FileUnwritable``,
    ``DiskFull``, ``FileInUse``, ``PhotographUnreadable``, ``LibraryDamaged``, ``DicomMissing``;
    then nothing in the folder was changed. ``note`` as in ``exporting_notes.noted``.
    """
    dicom.refuse_if_missing()
    left, stay = 0, Counter[Stays]()

    def photographs(trail: ExportNote) -> Iterator[tuple[dicom.Head, Sequence[dicom.DicomObject]]]:
        nonlocal left
        total, gate = max(len(export.patients), 1), Gate(export)
        for place, file in enumerate(counted_files(export, trail)):
            for parcel in parcels_of(export, file, gate):
                progress(place / total, export.profile.code(file.patient))
                objects = replace(parcel, with_exif=with_exif).made()
                if isinstance(objects, Stays):
                    stay[objects] += 1
                    yield parcel.head, ()
                else:
                    left += 1
                    yield parcel.head, objects

    exif = " with EXIF" if with_exif and export.profile.is_identified else ""
    with noted(export, f"dicom{exif}", folder, by=by, note=note) as trail:
        paths = dicom.write_folder(
            folder,
            photographs(trail),
            export.profile,
            dicom.FolderFacts(
                audit_head=export.audit_head,
                as_of=export.choice.as_of,
                left_out=export.left_out_count,
                filters=export.filters_told,
                with_exif=with_exif and export.profile.is_identified,
            ),
            had_head=export.library.had_audit_head,
        )
        trail.what = f"dicom, {left} photographs{exif}"
    counted = {why: stay[why] for why in Stays if stay[why]}
    return WrittenDicom(paths=paths, photographs=left, stay=counted)
