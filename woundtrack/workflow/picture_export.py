"""Writes the pictures and masks of an export, a photograph at a time, and says why others stay.

Hides that a photograph is read once for all of its lesions, and not at all where none may leave.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from woundtrack import imaging
from woundtrack.errors import LibraryDamaged, PhotographTooLarge, PhotographUnreadable
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.pictures import ExportedPicture, Picture, PictureKey, Stays
from woundtrack.model import BodySite, Framing, Progress, VisitPhotograph, no_progress
from woundtrack.workflow.course import end_of_day
from woundtrack.workflow.releasing import (
    Answers,
    Sitting,
    released_picture,
    sittings_of,
    why_stays,
)

if TYPE_CHECKING:
    from woundtrack.workflow.exporting import Export

FOLDER = "pictures"
MASKS = "masks"


class PictureWriter:
    """Writes the pictures that an export's choice asks for; called by ``write_bundle``.

    Of a patient whom nobody asked, none leaves in a pseudonymised export, whatever becomes of the
    numbers: a picture needs a yes to research. A photograph that can't be read stays, and is told.
    """

    def __init__(self, export: Export, progress: Progress = no_progress) -> None:
        self.export = export
        self._progress, self._patients = progress, 0
        self.framing = export.choice.pictures or Framing.LESION
        self.with_masks = export.choice.with_masks
        self._answers = Answers.of(self.export.library, as_of=end_of_day(self.export.choice.as_of))
        going = self.export.leaving
        self._unasked = {one.id for one in going.not_asked}

    def __call__(self, file: PatientFile, folder: Path) -> Mapping[PictureKey, Picture]:
        """Write a patient's pictures below a folder; return what was written and why others stay.

        Raises ``OSError`` where the folder can't be written, and ``Cancelled`` by ``progress``.
        """
        count, code = max(len(self.export.leaving.patients), 1), self.export.profile.code
        before, self._patients = self._patients, self._patients + 1
        found: dict[PictureKey, Picture] = {}
        sittings: dict[str, list[Sitting]] = {}
        shown = self._sites(file)
        for one in sittings_of(file.photographs, file.assessments, file.lesions):
            # What a filter leaves out of the file is in the photograph all the same.
            sitting = replace(one, beside=(*one.beside, *shown.get(one.photograph.id, ())))
            sittings.setdefault(sitting.photograph.id, []).append(sitting)
        for place, of_one in enumerate(sittings.values()):
            share = (before + place / len(sittings)) / count
            self._progress(min(share, 1.0), code(file.patient))
            found |= self._of_photograph(file, folder, of_one)
        return found

    def _sites(self, file: PatientFile) -> dict[str, list[BodySite]]:
        """Return the sites of lesions that a filter left out, by the photographs that show them."""
        wanted = self.export.choice.filters
        if wanted is None or not wanted.chooses_lesions:
            return {}
        library, shown = self.export.library, dict[str, list[BodySite]]()
        sites = {one.id: one.site for one in library.lesions(file.patient.id)}
        for size in library.sizes(file.patient.id):
            if size.lesion_id in sites and file.lesion(size.lesion_id) is None:
                for key in size.photograph_ids:
                    shown.setdefault(key, []).append(sites[size.lesion_id])
        return shown

    def _of_photograph(
        self, file: PatientFile, folder: Path, sittings: list[Sitting]
    ) -> dict[PictureKey, Picture]:
        photograph = sittings[0].photograph
        found: dict[PictureKey, Picture] = {}
        chosen: list[tuple[Sitting, Framing]] = []
        for sitting in sittings:
            key = (photograph.id, sitting.lesions[0].id)
            framing = self.framing if sitting.outlines else Framing.WHOLE
            stays = self._why_stays(file, sitting, framing)
            if stays is None:
                chosen.append((sitting, framing))
            else:
                found[key] = stays
        if not chosen:
            return found
        facts = photograph.photograph
        try:
            data = self.export.library.originals.read(facts.sha256)
            pixels, _ = imaging.read_photograph_bytes(data, facts.original_name)
        except (PhotographUnreadable, PhotographTooLarge, LibraryDamaged):
            return found | {
                (photograph.id, one.lesions[0].id): Stays.UNREADABLE for one, _ in chosen
            }
        for sitting, framing in chosen:
            picture = released_picture(
                pixels,
                sitting,
                framing,
                self._answers,
                is_identified=self.export.profile.is_identified,
            )
            key = (photograph.id, sitting.lesions[0].id)
            if isinstance(picture, Stays):
                found[key] = picture
            else:
                found[key] = self._written(folder, photograph, sitting, framing, picture)
        return found

    def _why_stays(self, file: PatientFile, sitting: Sitting, framing: Framing) -> Stays | None:
        identified = self.export.profile.is_identified
        if not identified and file.patient.id in self._unasked:
            return Stays.NO_CONSENT
        # As it is now, not as it was then: who takes a photograph out of view wants it to stay.
        if self.export.library.photograph(sitting.photograph.id).is_retired:
            return Stays.RETIRED
        why = why_stays(sitting, framing, self._answers, is_identified=identified)
        # Of what isn't outlined the whole may leave, once somebody has said so.
        is_bare = not sitting.outlines and why is Stays.NOT_LOOKED_AT
        return Stays.NOT_OUTLINED if is_bare else why

    def _written(
        self,
        folder: Path,
        photograph: VisitPhotograph,
        sitting: Sitting,
        framing: Framing,
        picture: imaging.LeavingPicture,
    ) -> ExportedPicture:
        stem = f"{self.export.profile.alias(photograph.id)}_L{sitting.lesions[0].number}"
        data = picture.jpeg
        name = f"{FOLDER}/{stem}.jpg"
        _put(folder / name, data)
        mask_name = None
        if self.with_masks and picture.mask is not None:
            mask_name = f"{MASKS}/{stem}.png"
            _put(folder / mask_name, picture.mask_png)
        height, width = picture.pixels.shape[:2]
        return ExportedPicture(
            name=name,
            sha256=hashlib.sha256(data).hexdigest(),
            width_px=width,
            height_px=height,
            mm_per_px=picture.mm_per_px,
            mask_name=mask_name,
            framing=framing,
            margin_mm=picture.margin_mm,
            hidden=picture.hidden,
        )


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
