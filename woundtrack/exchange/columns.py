"""The columns of the CSV files: what each says, and where its cell comes from.

Hides which facts leave the clinic in which profile, who is called what, and the order of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from woundtrack.model import (
    REGIONS,
    AssessedOutline,
    Assessment,
    Calibration,
    Lesion,
    OutlineKind,
    OutlineSource,
    Patient,
    Tissue,
    TissueSource,
    Visit,
    VisitPhotograph,
    WoundState,
)

Profile = Literal["pseudonymised", "identified"]

_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text cell that begins with one of these is run as a formula by spreadsheet programs."""


# --- rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One assessment with all that its cells are taken from.

    ``kind`` is the outline that it is of; None: the one that the area is of.
    """

    patient: Patient
    lesion: Lesion
    visit: Visit
    assessment: Assessment
    photographs: tuple[VisitPhotograph, ...]
    first_on: date
    readers: Mapping[str, str]
    kind: OutlineKind | None = None

    @property
    def outline(self) -> AssessedOutline | None:
        """The outline that the area is of: the ulcer's, else the eschar's; or that of ``kind``."""
        return self.assessment.main if self.kind is None else self.assessment.outline_of(self.kind)

    @property
    def of_each_kind(self) -> Iterator[Row]:
        """The row as one of each outline that was accepted: ulcer, eschar, margin."""
        for kind in OutlineKind:
            if self.assessment.outline_of(kind) is not None:
                yield replace(self, kind=kind)

    def size(self, name: str, *, divisor: float) -> float | None:
        """Return one attribute of the measurement; zero when closed, None when not measured."""
        # A margin may stay round a lesion that has closed.
        if self.assessment.state is WoundState.CLOSED and self.outline is None:
            return 0.0
        measurement = None if self.outline is None else self.outline.measurement
        if measurement is None or measurement.area_mm2 == 0:
            return None  # open is never zero
        size: float | None = getattr(measurement, name)
        return None if size is None else size / divisor

    @property
    def area_na(self) -> str | None:
        """Why there is no area; None where there is one."""
        if self.size("area_mm2", divisor=100) is not None:
            return None
        return "not_outlined" if self.outline is None else "no_calibration"

    def of_method(self, name: str) -> str | float | None:
        """Return a parameter of the outline's method; None where that was not recorded."""
        return None if self.outline is None else dict(self.outline.method.parameters).get(name)

    @property
    def head_deg(self) -> float | None:
        """Where the head is in the photograph the outline is on; None where nobody said."""
        of = None if self.outline is None else self.outline.photograph_id
        return next((one.head_deg for one in self.photographs if one.id == of), None)

    @property
    def source(self) -> OutlineSource | None:
        """How the outline came to be: by hand where any of its parts did."""
        sources = () if self.outline is None else [part.source for part in self.outline.parts]
        return max(sources, key=list(OutlineSource).index, default=None)

    @property
    def confidence(self) -> float | None:
        """The least confidence in any of the outline's parts."""
        parts = () if self.outline is None else self.outline.parts
        told = [part.confidence for part in parts if part.confidence is not None]
        return min(told, default=None)

    @property
    def scale(self) -> Calibration | None:
        """The calibration of the photograph the outline is on, or None."""
        return None if self.outline is None else self.outline.calibration

    def person(self, name: str | None, profile: Profile) -> str | None:
        """Return the person's name, or what stands for it where persons are not named."""
        if name is None:
            return None
        return name if profile == "identified" else self.readers[name]

    def end_cm(self, size: str, place: int) -> float | None:
        """Return the lower (0) or upper (1) end of a length's interval, cm; None where unknown."""
        measurement = None if self.outline is None else self.outline.measurement
        if measurement is None:
            return None
        interval: tuple[float, float] | None = getattr(measurement, f"{size}_interval_mm")
        return None if interval is None else interval[place] / 10

    @property
    def causes(self) -> str | None:
        """What makes the area uncertain, as ``edge=0.3100;plane=0.1300``; None where unknown."""
        measurement = None if self.outline is None else self.outline.measurement
        if measurement is None or not measurement.terms:
            return None
        return ";".join(
            f"{term.name}={term.area_mm2 / 100:{'+' if term.is_bound else ''}.4f}"
            for term in measurement.terms
        )

    def tissue_share(self, tissue: Tissue | None) -> float | None:
        """Return a tissue's share of the area, of 1; ``tissue`` None: what nobody painted.

        None where no tissue map is approved.
        """
        shares = None if self.outline is None else self.outline.tissue_shares
        if shares is None:
            return None
        if tissue is None:
            return max(1 - sum(share for _, share in shares), 0.0)
        return dict(shares)[tissue]

    def tissue_cm2(self, tissue: Tissue) -> float | None:
        """Return a tissue's area, cm²; None where none is approved, or nothing was measured."""
        share, area = self.tissue_share(tissue), self.size("area_mm2", divisor=100)
        return None if share is None or area is None else share * area

    @property
    def tissue_approved_by(self) -> str | None:
        """Who approved the tissue maps, the parts' first; None where they aren't approved."""
        if self.outline is None or self.outline.tissue_shares is None:
            return None
        return next((one.approved_by for one in self.outline.tissue_maps if one), None)

    @property
    def tissue_source(self) -> str | None:
        """How the approved tissue maps came to be: as most by the program as any part's."""
        if self.outline is None or self.outline.tissue_shares is None:
            return None
        sources = {one.source for one in self.outline.tissue_maps if one}
        order = (TissueSource.PROPOSED, TissueSource.CORRECTED, TissueSource.PAINTED)
        return next(source.value for source in order if source in sources)

    @property
    def doubts(self) -> tuple[str, ...]:
        """The codes of all doubts about the number, each once, in alphabetical order."""
        codes: set[str] = set()
        if self.outline is not None:
            for source in (self.outline.calibration, self.outline.measurement):
                codes |= {doubt.code for doubt in source.doubts} if source is not None else set()
        return tuple(sorted(codes))


def _end_of(size: str, place: int) -> Callable[[Row, Profile], float | None]:
    """Return what tells the lower (0) or upper (1) end of a length's interval, cm."""
    return lambda row, _: row.end_cm(size, place)


def _percent_of(tissue: Tissue | None) -> Callable[[Row, Profile], float | None]:
    """Return what tells a tissue's share of the area, %."""

    def percent(row: Row, _: Profile) -> float | None:
        share = row.tissue_share(tissue)
        return None if share is None else 100 * share

    return percent


def _area_of(tissue: Tissue) -> Callable[[Row, Profile], float | None]:
    """Return what tells a tissue's area, cm²."""
    return lambda row, _: row.tissue_cm2(tissue)


def rows_of(
    patients: Sequence[Patient],
    lesions: Sequence[Lesion],
    visits: Sequence[Visit],
    photographs: Sequence[VisitPhotograph],
    assessments: Iterable[Assessment],
    people: Sequence[str],
) -> list[Row]:
    """Return a row for each assessment in view, in an order that ids and codes don't decide.

    Patients by the smallest hash of their photographs, then day, lesion number and photograph.
    ``people`` are those who ever recorded something, first come first.
    """
    patient_of = {patient.id: patient for patient in patients}
    lesion_of = {lesion.id: lesion for lesion in lesions}
    visit_of = {visit.id: visit for visit in visits if visit.patient_id in patient_of}
    photograph_of = {photograph.id: photograph for photograph in photographs}
    kept = [
        one
        for one in assessments
        if not one.is_retired and one.lesion_id in lesion_of and one.visit_id in visit_of
    ]
    first_on: dict[str, date] = {}
    for one in kept:
        visit = visit_of[one.visit_id]
        first_on[visit.patient_id] = min(
            visit.visited_on, first_on.get(visit.patient_id, visit.visited_on)
        )
    approvers = [
        tissue.approved_by
        for one in kept
        for outline in one.outlines
        for tissue in outline.tissue_maps
        if tissue is not None and tissue.approved_by is not None
    ]
    numbered = enumerate(dict.fromkeys((*people, *approvers)), start=1)
    readers = {name: f"reader-{number}" for number, name in numbered}
    rows = [
        Row(
            patient=patient_of[visit_of[one.visit_id].patient_id],
            lesion=lesion_of[one.lesion_id],
            visit=visit_of[one.visit_id],
            assessment=one,
            photographs=tuple(
                photograph_of[each] for each in one.photograph_ids if each in photograph_of
            ),
            first_on=first_on[visit_of[one.visit_id].patient_id],
            readers=readers,
        )
        for one in kept
    ]
    smallest: dict[str, str] = {}
    for row in rows:
        for photograph in row.photographs:
            sha256 = photograph.photograph.sha256
            smallest[row.patient.id] = min(sha256, smallest.get(row.patient.id, sha256))

    def place(row: Row) -> tuple[Any, ...]:
        return (
            smallest.get(row.patient.id, ""),
            row.patient.id,
            row.visit.visited_on,
            row.lesion.number,
            row.lesion.label,
            [photograph.photograph.sha256 for photograph in row.photographs],
            row.assessment.assessment_id,
        )

    return sorted(rows, key=place)


# --- columns -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: what the dictionary says of it, and where its cell comes from.

    ``only`` keeps it out of the other profile. ``decimals`` is for numbers that are not whole.
    """

    name: str
    type: Literal["text", "code", "number", "integer", "date", "datetime"]
    unit: str = ""
    description: str
    value: Callable[[Row, Profile], object]
    decimals: int = 0
    only: Profile | None = None

    def cell(self, row: Row, profile: Profile) -> str:
        """Return the cell as written; empty where nothing is known."""
        value = self.value(row, profile)
        if value is None:
            return ""
        if self.type == "number":
            return f"{value:.{self.decimals}f}"
        if self.type == "integer":
            return f"{value}"
        text = "; ".join(value) if isinstance(value, tuple) else str(value)
        guarded = f"'{text}" if text.startswith(_TRIGGERS) else text
        # A bare CR would not be quoted and would end the row for many readers.
        return guarded.replace("\r\n", "\n").replace("\r", "\n")


COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        name="patient_code",
        type="text",
        description="The code the patient is known by in the clinic.",
        value=lambda row, _: row.patient.code,
        only="identified",
    ),
    Column(
        name="patient_id",
        type="text",
        description="Random id of the patient, the same in every export of this library.",
        value=lambda row, _: row.patient.id,
    ),
    Column(
        name="lesion_id",
        type="text",
        description="Random id of the lesion.",
        value=lambda row, _: row.lesion.id,
    ),
    Column(
        name="visit_id",
        type="text",
        description="Random id of the visit.",
        value=lambda row, _: row.visit.id,
    ),
    Column(
        name="assessment_id",
        type="text",
        description="Random id of the assessment, kept through its revisions.",
        value=lambda row, _: row.assessment.assessment_id,
    ),
    Column(
        name="revision",
        type="integer",
        description="Which revision of the assessment this is; 1 is as first accepted.",
        value=lambda row, _: row.assessment.revision,
    ),
    Column(
        name="photograph_ids",
        type="text",
        description="Random ids of the photographs, separated by semicolons.",
        value=lambda row, _: row.assessment.photograph_ids,
    ),
    Column(
        name="original_names",
        type="text",
        description="File names the photographs were imported from, separated by semicolons.",
        value=lambda row, _: tuple(one.photograph.original_name for one in row.photographs),
        only="identified",
    ),
    Column(
        name="original_sha256",
        type="text",
        description="SHA-256 of each original file, separated by semicolons.",
        value=lambda row, _: tuple(one.photograph.sha256 for one in row.photographs),
        only="identified",
    ),
    Column(
        name="visited_on",
        type="date",
        description="The clinic's date of the visit, YYYY-MM-DD.",
        value=lambda row, _: row.visit.visited_on.isoformat(),
        only="identified",
    ),
    Column(
        name="day",
        type="integer",
        unit="d",
        description="Days since the patient's first visit with a row in this export, which is 0.",
        value=lambda row, _: (row.visit.visited_on - row.first_on).days,
    ),
    Column(
        name="lesion",
        type="text",
        description="The lesion's name as given in the clinic (free text: keep persons out of it).",
        value=lambda row, _: row.lesion.label,
    ),
    Column(
        name="lesion_number",
        type="integer",
        description="The lesion's place in the patient's series: 1, 2, …",
        value=lambda row, _: row.lesion.number,
    ),
    Column(
        name="site",
        type="code",
        description="Region of skin, a word of woundtrack's site list.",
        value=lambda row, _: row.lesion.site.region,
    ),
    Column(
        name="site_sct",
        type="code",
        description="SNOMED CT concept of the region; empty where none is agreed.",
        value=lambda row, _: REGIONS[row.lesion.site.region].snomed,
    ),
    Column(
        name="side",
        type="code",
        description="left, right or midline, the patient's own; empty where not recorded.",
        value=lambda row, _: row.lesion.site.side,
    ),
    Column(
        name="group",
        type="code",
        description="abdomen, legs, torso, arms, head, breast or genitalia.",
        value=lambda row, _: row.lesion.site.group,
    ),
    Column(
        name="state",
        type="code",
        description="open (eschar-covered included) or closed, as seen at this one visit.",
        value=lambda row, _: row.assessment.state,
    ),
    Column(
        name="outline_kind",
        type="code",
        description="The edge the area is of: ulcer, or eschar where only that was outlined.",
        value=lambda row, _: row.outline and row.outline.kind,
    ),
    Column(
        name="n_parts",
        type="integer",
        description="Open parts that area_cm2 is the sum of; more than 1 where new skin divides "
        "the lesion.",
        value=lambda row, _: None if row.outline is None else len(row.outline.parts),
    ),
    Column(
        name="area_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        description="Area inside the outline less its islands, traced; never length times width. "
        "0 only when closed.",
        value=lambda row, _: row.size("area_mm2", divisor=100),
    ),
    Column(
        name="area_cm2_na",
        type="code",
        description="Why area_cm2 is empty: no_calibration (no scale in the photograph) or "
        "not_outlined (neither ulcer nor eschar: the margin alone).",
        value=lambda row, _: row.area_na,
    ),
    Column(
        name="area_low_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        description="Lower end of the 95 % interval of area_cm2.",
        value=lambda row, _: row.size("area_low_mm2", divisor=100),
    ),
    Column(
        name="area_high_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        description="Upper end of the 95 % interval of area_cm2.",
        value=lambda row, _: row.size("area_high_mm2", divisor=100),
    ),
    Column(
        name="perimeter_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Length of the outer edge.",
        value=lambda row, _: row.size("perimeter_mm", divisor=10),
    ),
    Column(
        name="length_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Greatest extent.",
        value=lambda row, _: row.size("length_mm", divisor=10),
    ),
    Column(
        name="width_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Extent square to the length.",
        value=lambda row, _: row.size("width_mm", divisor=10),
    ),
    Column(
        name="head_to_toe_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Greatest extent along the body; empty where nobody said where the head is.",
        value=lambda row, _: row.size("head_to_toe_mm", divisor=10),
    ),
    Column(
        name="side_to_side_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Greatest extent square to head_to_toe_cm.",
        value=lambda row, _: row.size("side_to_side_mm", divisor=10),
    ),
    Column(
        name="tissue_state",
        type="code",
        description="approved, not_approved or outline_changed; empty where no tissue was painted. "
        "Shares and areas of tissue are given where it is approved alone.",
        value=lambda row, _: row.outline and row.outline.tissue_state,
    ),
    *(
        Column(
            name=f"{tissue.value}_percent",
            type="number",
            unit="%",
            decimals=2,
            description=f"Share of the area that a person painted as {tissue.value}.",
            value=_percent_of(tissue),
        )
        for tissue in Tissue
    ),
    Column(
        name="unpainted_percent",
        type="number",
        unit="%",
        decimals=2,
        description="Share of the area that nobody painted as any tissue.",
        value=_percent_of(None),
    ),
    *(
        Column(
            name=f"area_{tissue.value}_cm2",
            type="number",
            unit="cm2",
            decimals=4,
            description=f"Area that a person painted as {tissue.value}.",
            value=_area_of(tissue),
        )
        for tissue in Tissue
    ),
    Column(
        name="tissue_source",
        type="code",
        description="painted by a person, proposed from colour by the program, or corrected: "
        "proposed and painted upon. Nobody has measured how true a proposal is.",
        value=lambda row, _: row.tissue_source,
    ),
    Column(
        name="tissue_approved_by",
        type="text",
        description="Who approved the tissue.",
        value=lambda row, profile: row.person(row.tissue_approved_by, profile),
    ),
    Column(
        name="head_deg",
        type="number",
        unit="deg",
        decimals=1,
        description="Where the head is in the outline's photograph, clockwise from its top.",
        value=lambda row, _: row.head_deg,
    ),
    *(
        Column(
            name=f"{size}_{end}_cm",
            type="number",
            unit="cm",
            decimals=3,
            description=f"{words} end of the 95 % interval of {size}_cm.",
            value=_end_of(size, place),
        )
        for size in ("perimeter", "length", "width")
        for place, (end, words) in enumerate((("low", "Lower"), ("high", "Upper")))
    ),
    Column(
        name="uncertainty_cm2",
        type="text",
        description="What makes area_cm2 uncertain, the largest first: cause=half of the 95 % "
        "interval that it alone would make, cm2, separated by semicolons; a cause with + or - "
        "before its number is a bound that reaches that way alone.",
        value=lambda row, _: row.causes,
    ),
    Column(
        name="calibration_method",
        type="code",
        description="How pixels became millimetres; empty without a scale.",
        value=lambda row, _: row.scale and row.scale.method,
    ),
    Column(
        name="n_cards",
        type="integer",
        description="Printed cards seen in the photograph.",
        value=lambda row, _: None if row.scale is None else len(row.scale.cards),
    ),
    Column(
        name="n_tags",
        type="integer",
        description="Tags seen on those cards; four on a whole card.",
        value=lambda row, _: (
            None if row.scale is None else sum(len(card.tags) for card in row.scale.cards)
        ),
    ),
    Column(
        name="mm_per_px",
        type="number",
        unit="mm",
        decimals=6,
        description="Scale at the centre of the cards.",
        value=lambda row, _: row.scale and row.scale.mm_per_px,
    ),
    Column(
        name="tilt_deg",
        type="number",
        unit="deg",
        decimals=2,
        description="Angle between the camera's axis and straight above the card; corrected for.",
        value=lambda row, _: row.scale and (row.scale.tilt_deg if row.scale.cards else None),
    ),
    Column(
        name="residual_mm",
        type="number",
        unit="mm",
        decimals=4,
        description="Root mean square distance of the tags' corners from where the scale "
        "puts them.",
        value=lambda row, _: row.scale and row.scale.residual_mm,
    ),
    Column(
        name="print_scale",
        type="number",
        decimals=5,
        description="Measured over nominal length of the card's check bar; corrected for.",
        value=lambda row, _: row.scale and row.scale.print_scale,
    ),
    Column(
        name="print_scale_sd",
        type="number",
        decimals=5,
        description="Standard deviation of print_scale; 0.03 where nobody measured the bars.",
        value=lambda row, _: row.scale and row.scale.print_scale_sd,
    ),
    Column(
        name="limb_radius_mm",
        type="number",
        unit="mm",
        decimals=1,
        description="Radius of the limb that the area was unrolled from; empty on a plane.",
        value=lambda row, _: row.scale and row.scale.limb and row.scale.limb.radius_mm,
    ),
    Column(
        name="limb_radius_sd_mm",
        type="number",
        unit="mm",
        decimals=2,
        description="Standard deviation of limb_radius_mm.",
        value=lambda row, _: row.scale and row.scale.limb and row.scale.limb.radius_sd_mm,
    ),
    Column(
        name="outline_source",
        type="code",
        description="given (exact, e.g. a mask), proposed (by the program), guided (by the "
        "program, from gestures) or drawn (by hand); of several parts the last of these.",
        value=lambda row, _: row.source,
    ),
    Column(
        name="outline_confidence",
        type="number",
        decimals=3,
        description="The program's confidence in a proposed outline, 0 to 1; empty where none. The "
        "least of several parts'.",
        value=lambda row, _: row.confidence,
    ),
    Column(
        name="edited_share",
        type="number",
        decimals=4,
        description="How much of the area a person changed: 1 less what outline and proposal share "
        "of both together. 0 as proposed, 1 where nothing of it was; empty where not recorded.",
        value=lambda row, _: row.of_method("edited_share"),
    ),
    Column(
        name="method",
        type="text",
        description="Name of the method that made the outline.",
        value=lambda row, _: row.outline and row.outline.method.name,
    ),
    Column(
        name="method_version",
        type="text",
        description="Version of that method.",
        value=lambda row, _: row.outline and row.outline.method.version,
    ),
    Column(
        name="network_version",
        type="text",
        description="Version of the outline network at work; empty where there was none.",
        value=lambda row, _: row.of_method("network_version"),
    ),
    Column(
        name="network_sha256",
        type="text",
        description="SHA-256 of that network's weights.",
        value=lambda row, _: row.of_method("network_sha256"),
    ),
    Column(
        name="application_version",
        type="text",
        description="Version of woundtrack that made the outline.",
        value=lambda row, _: row.outline and row.outline.method.application_version,
    ),
    Column(
        name="accepted_by",
        type="text",
        description="Who accepted it: the name, or reader-1, reader-2 … in order of their first "
        "row.",
        value=lambda row, profile: row.person(row.assessment.accepted_by, profile),
    ),
    Column(
        name="reviewed_by",
        type="text",
        description="Who looked at the outline; empty where it was accepted without review.",
        value=lambda row, profile: row.person(row.assessment.reviewed_by, profile),
    ),
    Column(
        name="recorded_at",
        type="datetime",
        description="When this revision was recorded, UTC.",
        value=lambda row, _: row.assessment.recorded_at.isoformat(timespec="seconds"),
        only="identified",
    ),
    Column(
        name="reason",
        type="text",
        description="Why it was revised, as written (free text).",
        value=lambda row, _: row.assessment.reason,
        only="identified",
    ),
    Column(
        name="doubts",
        type="code",
        description="Codes of what makes the area doubtful, separated by semicolons.",
        value=lambda row, _: row.doubts,
    ),
)


_OF_AN_OUTLINE: Final = (
    "patient_code",
    "patient_id",
    "lesion_id",
    "visit_id",
    "assessment_id",
    "revision",
    "visited_on",
    "day",
    "lesion",
    "lesion_number",
    "site",
    "side",
    "group",
    "outline_kind",
    "n_parts",
    "area_cm2",
    "area_cm2_na",
    "area_low_cm2",
    "area_high_cm2",
    "perimeter_cm",
    "length_cm",
    "width_cm",
    "head_to_toe_cm",
    "side_to_side_cm",
    "perimeter_low_cm",
    "perimeter_high_cm",
    "length_low_cm",
    "length_high_cm",
    "width_low_cm",
    "width_high_cm",
    "uncertainty_cm2",
    "calibration_method",
    "mm_per_px",
    "outline_source",
    "outline_confidence",
    "edited_share",
    "method",
    "method_version",
    "network_version",
    "network_sha256",
    "application_version",
    "doubts",
)


def _of_an_outline(column: Column) -> Column:
    """Return a column as it stands in the file of outlines."""
    if column.name == "outline_kind":
        said = (
            "ulcer, eschar (in the ulcer's bed, or all of the lesion) or margin (of livedo or "
            "induration; its area holds the ulcer's). Areas of different kinds are never added. A "
            "margin's interval is that of a wound's edge: how well people agree on one is unknown."
        )
        return replace(column, description=said)
    if column.name == "area_cm2":
        said = "Area inside the outline less its islands, traced; never length times width."
        return replace(column, description=said)
    return column


OUTLINE_COLUMNS: Final = tuple(
    _of_an_outline(column) for name in _OF_AN_OUTLINE for column in COLUMNS if column.name == name
)
"""The columns of ``outlines.csv``: a row an accepted outline, of whichever kind."""
