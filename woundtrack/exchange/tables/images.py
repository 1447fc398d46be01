"""``images.csv``: a row a photograph and lesion; which file holds it, where pictures leave.

Hides how a picture that stays is told from one that leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from woundtrack.exchange.pictures import WHY_STAYS, ExportedPicture, Stays
from woundtrack.exchange.tables.column import Column, Table, Told, on_day, patient_id
from woundtrack.exchange.tables.words import DOUBTS_TOLD
from woundtrack.model import Assessment, Framing, Lesion, Purpose, Visit, VisitPhotograph


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRow:
    """One photograph that an accepted assessment of a lesion rests on."""

    photograph: VisitPhotograph
    lesion: Lesion
    visit: Visit
    assessment: Assessment
    picture: ExportedPicture | None
    why_none: Stays | None

    @property
    def doubts(self) -> tuple[str, ...]:
        """The codes of what is doubtful about the outlines on it, and their scale."""
        found = {
            doubt.code
            for outline in self.assessment.outlines
            if outline.photograph_id == self.photograph.id
            for source in (outline.calibration, outline.measurement)
            if source is not None
            for doubt in source.doubts
        }
        return tuple(sorted(found))

    @property
    def has_card(self) -> bool | None:
        """Whether a printed card was seen in it; None where no outline was accepted on it."""
        of = [one for one in self.assessment.outlines if one.photograph_id == self.photograph.id]
        if not of:
            return None
        return any(one.calibration is not None and one.calibration.cards for one in of)


def _images(told: Told) -> Iterator[ImageRow]:
    for assessment in told.file.assessments:
        lesion = told.file.lesion(assessment.lesion_id)
        visit = told.file.visit(assessment.visit_id)
        for key in assessment.photograph_ids:
            photograph = told.file.photograph(key)
            if lesion is not None and visit is not None and photograph is not None:
                found = told.pictures.get((key, lesion.id), Stays.NOT_WANTED)
                yield ImageRow(
                    photograph=photograph,
                    lesion=lesion,
                    visit=visit,
                    assessment=assessment,
                    picture=None if isinstance(found, Stays) else found,
                    why_none=found if isinstance(found, Stays) else None,
                )


def _consents(told: Told) -> tuple[str, ...]:
    """Return the purposes that the patient agreed to, as last recorded."""
    newest = {one.purpose: one for one in told.file.record.consents}
    day = told.file.course.as_of
    return tuple(
        purpose.value for purpose in Purpose if purpose in newest and newest[purpose].holds_on(day)
    )


IMAGES: Table[ImageRow] = Table(
    name="images.csv",
    title="Photographs that accepted assessments rest on: a row a photograph and lesion.",
    columns=(
        Column(
            name="image_id",
            type="id",
            of=lambda row, told: told.alias(row.photograph.id),
            description="Random id of the photograph, the same in every export of the study.",
            is_key=True,
        ),
        Column(
            name="lesion_id",
            type="id",
            of=lambda row, told: told.alias(row.lesion.id),
            description="Random id of the lesion, a key of lesions.csv.",
            is_key=True,
        ),
        patient_id(),
        Column(
            name="visit_id",
            type="id",
            of=lambda row, told: told.alias(row.visit.id),
            description="Random id of the visit, a key of visits.csv.",
        ),
        *on_day("day", lambda row: row.visit.visited_on, "The day of the visit"),
        Column(
            name="has_card",
            type="boolean",
            of=lambda row, _: row.has_card,
            description="Whether a printed card was seen in it; empty where no outline is on it.",
        ),
        Column(
            name="file",
            type="text",
            of=lambda row, _: row.picture and row.picture.name,
            description="The picture, below the bundle's folder; empty where it stays. Cards are "
            "painted over in grey, and so is what the photograph doesn't show.",
        ),
        Column(
            name="file_na",
            type="code",
            of=lambda row, _: row.why_none,
            words=tuple(Stays),
            description="Why the picture stays. "
            + "; ".join(f"{one.value}: {words}" for one, words in WHY_STAYS.items())
            + ".",
        ),
        Column(
            name="framing",
            type="code",
            of=lambda row, _: row.picture and row.picture.framing,
            words=tuple(Framing),
            description="How much the picture shows: the lesion, the skin around, the whole "
            "photograph.",
        ),
        Column(
            name="margin_mm",
            type="number",
            unit="mm",
            decimals=1,
            of=lambda row, _: row.picture and row.picture.margin_mm,
            description="How much skin it shows at each side of the lesion; empty where there is "
            "no scale.",
        ),
        Column(
            name="painted_over_percent",
            type="number",
            unit="%",
            decimals=2,
            of=lambda row, _: row.picture and 100 * row.picture.hidden,
            description="Share of the lesion that was painted over together with a card.",
        ),
        Column(
            name="mask_file",
            type="text",
            of=lambda row, _: row.picture and row.picture.mask_name,
            description="The outline as a mask of the same size: 255 inside, 0 outside.",
        ),
        Column(
            name="sha256_deid",
            type="text",
            of=lambda row, _: row.picture and row.picture.sha256,
            description="SHA-256 of the file.",
        ),
        Column(
            name="width_px",
            type="integer",
            unit="px",
            of=lambda row, _: row.picture and row.picture.width_px,
            description="Width of the file's picture.",
        ),
        Column(
            name="height_px",
            type="integer",
            unit="px",
            of=lambda row, _: row.picture and row.picture.height_px,
            description="Height of the file's picture.",
        ),
        Column(
            name="mm_per_px",
            type="number",
            unit="mm",
            decimals=6,
            of=lambda row, _: row.picture and row.picture.mm_per_px,
            description="Scale of the file's picture, all over it: it is laid flat by the card. "
            "Empty where it isn't.",
        ),
        Column(
            name="quality_flags",
            type="text",
            of=lambda row, _: row.doubts,
            description=f"Codes of what is doubtful, separated by semicolons. {DOUBTS_TOLD}",
        ),
        Column(
            name="consent_scope",
            type="text",
            of=lambda _, told: _consents(told),
            description="What the patient agreed to, separated by semicolons: "
            f"{', '.join(Purpose)}. Empty: nothing, or not asked.",
        ),
        Column(
            name="original_sha256",
            type="text",
            of=lambda row, _: row.photograph.photograph.sha256,
            description="SHA-256 of the original file.",
            only="identified",
        ),
    ),
    rows=_images,
    refers=(("patient_id", "patients.csv"), ("lesion_id", "lesions.csv")),
)
