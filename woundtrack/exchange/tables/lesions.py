"""``lesions.csv`` and ``lesion_links.csv``: a row a lesion, a row a merger, split or recurrence.

Hides when a lesion ended, whether a person said so or the course shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from woundtrack.exchange.tables.column import Column, Table, Told, asked, on_day, patient_id
from woundtrack.healing.distribution import DISTRIBUTION_RULE
from woundtrack.healing.lesion_course import LesionCourse
from woundtrack.model import (
    REGIONS,
    Aetiology,
    EndReason,
    Lesion,
    LesionDetail,
    LesionLink,
    LinkKind,
    Morphology,
    Side,
    SiteGroup,
)


@dataclass(frozen=True, slots=True)
class LesionRow:
    """One lesion, what was recorded of it, and its course where it has one."""

    lesion: Lesion
    detail: LesionDetail | None
    course: LesionCourse | None

    @property
    def entered_on(self) -> date | None:
        """The first visit at which anything of it is known."""
        return None if self.course is None else self.course.first_seen_on


def lesion_rows(told: Told) -> Iterator[LesionRow]:
    """Return a patient's lesions in the order of their numbers."""
    courses = {one.lesion.id: one for one in told.file.course.lesions}
    for lesion in told.file.lesions:
        yield LesionRow(
            lesion=lesion,
            detail=told.file.record.detail_of(lesion.id),
            course=courses.get(lesion.id),
        )


COLUMNS: tuple[Column[LesionRow], ...] = (
    Column(
        name="lesion_id",
        type="id",
        of=lambda row, told: told.alias(row.lesion.id),
        description="Random id of the lesion, the same in every export of the study.",
        is_key=True,
    ),
    patient_id(),
    Column(
        name="lesion_number",
        type="integer",
        least=1,
        of=lambda row, _: row.lesion.number,
        description="The lesion's place in the patient's series: 1, 2, …",
    ),
    Column(
        name="label",
        type="text",
        of=lambda row, _: row.lesion.label,
        description="The lesion's name as given in the clinic.",
        is_free_text=True,
    ),
    Column(
        name="body_site",
        type="code",
        of=lambda row, _: row.lesion.site.region,
        words=tuple(REGIONS),
        description="Region of skin; a group's name where the site is not further known.",
    ),
    Column(
        name="body_site_sct",
        type="code",
        of=lambda row, _: REGIONS[row.lesion.site.region].snomed,
        words=tuple(sorted({one.snomed for one in REGIONS.values() if one.snomed})),
        description="SNOMED CT concept of the region; empty where none is agreed.",
    ),
    Column(
        name="laterality",
        type="code",
        of=lambda row, _: row.lesion.site.side,
        words=tuple(Side),
        description="The patient's own side; empty where not recorded.",
    ),
    *asked(
        "aspects",
        "text",
        "Aspects of the part, separated by semicolons.",
        of=lambda row: row.detail,
    ),
    Column(
        name="site_group",
        type="code",
        of=lambda row, _: row.lesion.site.group,
        words=tuple(SiteGroup),
        description="The group that the site's area is summed under.",
    ),
    Column(
        name="distribution",
        type="code",
        of=lambda row, _: row.course and row.course.distribution,
        words=("central", "peripheral"),
        description="Whether the site is central or peripheral; empty where only the limb is "
        "known.",
    ),
    Column(
        name="distribution_rule",
        type="code",
        of=lambda _row, _told: DISTRIBUTION_RULE,
        words=(DISTRIBUTION_RULE,),
        description="The rule that tells them apart: definitions differ between papers.",
    ),
    Column(
        name="sentinel",
        type="boolean",
        of=lambda row, _: row.detail is not None and row.detail.is_sentinel,
        description="Whether it is the one lesion of the patient that a study looks at first.",
    ),
    *on_day(
        "onset_day", lambda row: row.detail and row.detail.onset, "When the lesion came, as told"
    ),
    *on_day("entry_day", lambda row: row.entered_on, "The first visit at which it was seen"),
    *asked(
        "first_morphology",
        "text",
        f"What it looked like then, separated by semicolons: {', '.join(Morphology)}.",
        field="morphology_at_entry",
        of=lambda row: row.detail,
    ),
    *asked(
        "aetiology",
        "code",
        "What the lesion is of.",
        of=lambda row: row.detail,
        words=tuple(Aetiology),
    ),
    *on_day(
        "end_day",
        lambda row: (
            row.course.end.on if row.course is not None and row.course.end is not None else None
        ),
        "When it ended",
    ),
    Column(
        name="end_reason",
        type="code",
        of=lambda row, _: row.course and row.course.end and row.course.end.reason,
        words=tuple(EndReason),
        description="How it ended; empty where it goes on.",
    ),
)

LESIONS: Table[LesionRow] = Table(
    name="lesions.csv",
    title="Lesions: one row each over its whole life.",
    columns=COLUMNS,
    rows=lesion_rows,
    refers=(("patient_id", "patients.csv"),),
)


def _links(told: Told) -> Iterator[LesionLink]:
    known = {lesion.id for lesion in told.file.lesions}
    return (
        one
        for one in told.file.record.links
        if one.lesion_id in known and one.other_lesion_id in known
    )


LESION_LINKS: Table[LesionLink] = Table(
    name="lesion_links.csv",
    title="Which lesion merged into, was split from, or is a recurrence of which.",
    columns=(
        patient_id(),
        Column(
            name="from_lesion_id",
            type="id",
            of=lambda row, told: told.alias(row.lesion_id),
            description="The lesion that it is told of, a key of lesions.csv.",
            is_key=True,
        ),
        Column(
            name="to_lesion_id",
            type="id",
            of=lambda row, told: told.alias(row.other_lesion_id),
            description="The lesion that it merged into, was split from, or is a recurrence of.",
            is_key=True,
        ),
        Column(
            name="kind",
            type="code",
            of=lambda row, _: row.kind,
            words=tuple(LinkKind),
            description="What the first lesion is to the second.",
            is_key=True,
        ),
        *on_day("day", lambda row: row.on, "When it was seen"),
    ),
    rows=_links,
    refers=(
        ("patient_id", "patients.csv"),
        ("from_lesion_id", "lesions.csv"),
        ("to_lesion_id", "lesions.csv"),
    ),
)
