"""One patient's resources as they are collected: their ids, references, days and who made them.

Hides that a resource is named by what it stands for, so that every export of a study gives it the
same id; and which moments aren't told at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from woundtrack.exchange.fhir.codes import (
    BODY_SITE,
    INTERVAL,
    OWN,
    SNOMED,
    UCUM,
    URI,
    Json,
    absent,
    coding,
    hl7,
    method,
)
from woundtrack.exchange.tables.column import Told
from woundtrack.model import (
    REGIONS,
    BodySite,
    Entry,
    Lesion,
    Missing,
    PartialDate,
)

_SPACE: Final = uuid.UUID("0f3a7c52-9a57-4c43-8a0e-1d9b6f4f2f6a")
"""What the ids of resources are made in; random, and fixed for ever."""

_LEFT: Final[Mapping[str, tuple[str, ...]]] = {
    "Observation": ("identifier", "code", "subject"),
    "Condition": ("identifier", "code", "subject"),
    "Procedure": ("identifier", "code", "subject"),
    "MedicationStatement": ("identifier", "medicationCodeableConcept", "subject"),
    "Consent": ("identifier", "scope", "category", "patient", "policyRule"),
}
"""What is left of a resource that was recorded by mistake: what it was, and of whom."""

_MISTAKEN: Final[Json] = {"status": "entered-in-error"}
_ENTERED_IN_ERROR: Final[Mapping[str, Json]] = {
    "Condition": {"verificationStatus": hl7("condition-ver-status", "entered-in-error")}
}

SECURITY: Final[Json] = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "PSEUDED",
    "display": "pseudonymized",
}
SHIFTED: Final[Json] = {"system": OWN, "code": "dates-shifted", "display": "Dates are shifted"}
MASKED: Final[Json] = {
    "system": OWN,
    "code": "recorded-masked",
    "display": "When it was recorded isn't told: the last day known of the patient stands there",
}


def id_of(kind: str, *parts: str) -> str:
    """Return the id of the resource of a kind that stands for something (RFC 9562, version 5)."""
    return str(uuid.uuid5(_SPACE, chr(31).join((kind, *parts))))


def quantity(
    value: float,
    unit: str,
    *,
    decimals: int = 4,
    interval: tuple[float, float] | None = None,
    shown: str | None = None,
) -> Json:
    """Return a value in a unit of UCUM, with its 95 % interval where there is one."""

    def plain(number: float) -> Json:
        rounded = round(number, decimals) + 0.0  # no minus before a zero
        whole = int(rounded) if rounded == int(rounded) else rounded
        named = {} if unit.startswith("{") and shown is None else {"unit": shown or unit}
        return {"value": whole, **named, "system": UCUM, "code": unit}

    if interval is None:
        return plain(value)
    low, high = interval
    return {
        "extension": [
            {
                "url": INTERVAL,
                "extension": [
                    {"url": "confidence", "valueDecimal": 95},
                    {"url": "interval", "valueRange": {"low": plain(low), "high": plain(high)}},
                ],
            }
        ],
        **plain(value),
    }


def part(
    code: Json, value: Json | None, *, why: Missing | None = None, how: str | None = None
) -> Json:
    """Return a component: what it is of, and its value or why there is none.

    ``how`` says of a size whether it was ``measured`` or ``calculated``.
    """
    found = {"dataAbsentReason": absent(why)} if value is None else value
    return {**({} if how is None else {"extension": [method(how)]}), "code": code, **found}


def _without_none(found: Any) -> Any:  # noqa: ANN401  # JSON
    """Return a part of a document without what isn't known: JSON of FHIR has no null."""
    if isinstance(found, Mapping):
        return {key: _without_none(one) for key, one in found.items() if one is not None}
    if isinstance(found, list):
        return [_without_none(one) for one in found]
    return found


@dataclass
class Chart:
    """Collects the resources of one patient, each once, in the order they are added.

    While it ``is_withdrawing``, what is added was recorded by mistake: it says that it was, and
    nothing of what was said, so that nobody who passes its status by takes it for true.
    """

    told: Told
    resources: dict[str, Json] = field(default_factory=dict)
    is_withdrawing: bool = False

    # --- names -----------------------------------------------------------------------------------

    def id(self, kind: str, key: str, role: str = "") -> str:
        """Return the id of the resource of a kind that stands for a row of the library."""
        return id_of(kind, self.told.profile.alias(key), role)

    def ref(self, kind: str, key: str, role: str = "") -> Json:
        """Return a reference to the resource that stands for a row."""
        return {"reference": f"urn:uuid:{self.id(kind, key, role)}"}

    @cached_property
    def subject(self) -> Json:
        """The reference to the patient."""
        return self.ref("Patient", self.told.file.patient.id)

    def identifiers(self, key: str) -> list[Json]:
        """Return the id that a row has in every format of the study's exports."""
        return [{"system": URI, "value": f"urn:uuid:{self.told.profile.alias(key)}"}]

    def add(
        self,
        kind: str,
        key: str,
        content: Mapping[str, object],
        role: str = "",
        *,
        tags: tuple[Json, ...] = (),
    ) -> Json:
        """Add a resource that stands for a row, and return a reference to it."""
        return self.add_as(kind, self.id(kind, key, role), content, tags=tags)

    def add_as(
        self, kind: str, name: str, content: Mapping[str, object], *, tags: tuple[Json, ...] = ()
    ) -> Json:
        """Add a resource of a known id, if it isn't there, and return a reference to it.

        ``tags`` are what else is said of it where it is pseudonymised.
        """
        if name not in self.resources:
            if self.is_withdrawing and kind in _LEFT:
                content = {key: content[key] for key in _LEFT[kind] if key in content}
                content = {**content, **_ENTERED_IN_ERROR.get(kind, _MISTAKEN)}
            of_patient = kind != "Device" and not self.told.profile.is_identified
            meta = {"meta": {"security": [SECURITY], "tag": [SHIFTED, *tags]}} if of_patient else {}
            kept = {key: one for key, one in _without_none(content).items() if one != []}
            self.resources[name] = {"resourceType": kind, "id": name, **meta, **kept}
        return {"reference": f"urn:uuid:{name}"}

    # --- people ----------------------------------------------------------------------------------

    def person(self, name: str | None) -> Json | None:
        """Return a reference to who did something, added where nobody needed them before."""
        shown = self.told.person(name)
        if name is None or shown is None:
            return None
        identified = self.told.profile.is_identified
        return self.add(
            "Practitioner",
            f"person {name}",
            {
                "identifier": [{"system": "urn:woundtrack:people", "value": shown}],
                "name": [{"text": shown}] if identified else None,
            },
        )

    def people(self, name: str | None) -> list[Json] | None:
        """Return who did something as a list of one; None for nobody."""
        found = self.person(name)
        return None if found is None else [found]

    # --- days ------------------------------------------------------------------------------------

    def on(self, day: date | PartialDate | None) -> str | None:
        """Return a day of the file as told; of one known by its month or year, only that."""
        if day is None:
            return None
        return day.text if isinstance(day, PartialDate) else day.isoformat()

    def during(
        self, start: date | PartialDate | None, stop: date | PartialDate | None
    ) -> Json | None:
        """Return a time from a day to another; an end that lies before its start is left out.

        Where a day and its month can't be told apart, both are told by the month.
        """
        begins, ends = self.on(start), self.on(stop)
        if begins and ends:
            common = min(len(begins), len(ends))
            if begins[:common] == ends[:common]:
                begins, ends = begins[:common], ends[:common]
            elif ends < begins:
                ends = None
        found = {key: one for key, one in (("start", begins), ("end", ends)) if one}
        return found or None

    def moment(self, at: datetime) -> str | None:
        """Return when something was recorded, to the second; None in a pseudonymised export.

        The same day of work in several patients' files would tell how their shifted days lie to
        each other, and who knows it would know them all.
        """
        return at.isoformat(timespec="seconds") if self.told.profile.is_identified else None

    # --- places ----------------------------------------------------------------------------------

    def site(self, site: BodySite, lesion: Lesion | None = None) -> Json:
        """Return a part of the body; of a lesion, with a reference to where exactly that is."""
        known = REGIONS[site.region].snomed
        found: Json = {"coding": [coding(SNOMED, known)]} if known else {}
        if lesion is not None:
            where = self.ref("BodyStructure", lesion.id)
            found = {"extension": [{"url": BODY_SITE, "valueReference": where}], **found}
        return {**found, "text": site.words}

    def lesion(self, lesion_id: str | None) -> list[Json] | None:
        """Return a reference to a lesion as a list of one; None for one that isn't in the file."""
        if lesion_id is None or self.told.file.lesion(lesion_id) is None:
            return None
        return [self.ref("Condition", lesion_id)]

    def site_of(self, lesion_id: str | None) -> Json | None:
        """Return where a lesion is; None for one that isn't in the file."""
        lesion = None if lesion_id is None else self.told.file.lesion(lesion_id)
        return None if lesion is None else self.site(lesion.site, lesion)

    # --- notes -----------------------------------------------------------------------------------

    def notes(self, *typed: str) -> list[Json] | None:
        """Return what people typed, where that is told."""
        found = [text for text in map(self.told.profile.text, typed) if text]
        return [{"text": text} for text in found] or None

    # --- entries ---------------------------------------------------------------------------------

    def observe(
        self,
        entry: Entry,
        code: Json,
        *,
        category: str | None = "exam",
        on: date | PartialDate | None = None,
        value: Json | None = None,
        parts: Iterable[Json] = (),
        role: str = "",
        notes: tuple[str, ...] = (),
        **more: object,
    ) -> Json:
        """Add the observation that an entry of the record is."""
        lesion_id = getattr(entry, "lesion_id", None)
        found = self.add(
            "Observation",
            entry.entry_id,
            {
                "identifier": self.identifiers(entry.entry_id),
                "status": "amended" if entry.revision > 1 else "final",
                "category": None if category is None else [hl7("observation-category", category)],
                "code": code,
                "subject": self.subject,
                "focus": self.lesion(lesion_id),
                "effectiveDateTime": self.on(on),
                "issued": self.moment(entry.recorded_at),
                "performer": self.people(entry.recorded_by),
                **(value or {}),
                "note": self.notes(*notes),
                "bodySite": self.site_of(lesion_id),
                **more,
                "component": list(parts),
            },
            role,
        )
        self.revised(entry, found)
        return found

    def revised(self, entry: Entry, target: Json) -> None:
        """Add who corrected an entry, when and why; nothing for one that is as first recorded."""
        if entry.revision > 1:
            self.provenance(
                entry.id,
                [target],
                [("author", self.person(entry.recorded_by))],
                recorded_at=entry.recorded_at,
                supersedes=entry.supersedes,
                reason=entry.reason,
            )

    def provenance(
        self,
        key: str,
        targets: list[Json],
        agents: Iterable[tuple[str, Json | None]],
        *,
        recorded_at: datetime,
        supersedes: str | None,
        reason: str | None,
    ) -> None:
        """Add who made something, when and why, and what it stands in the place of.

        ``agents`` are their parts in it (v3 provenance participant types) and who they are. The
        moment is required, and many readers know no reason in its place, which FHIR would allow:
        where it isn't told the last day known of the patient stands there, and a tag says so.
        """
        moment = self.moment(recorded_at) or f"{self.told.file.as_of.isoformat()}T00:00:00Z"
        why = self.told.profile.text(reason or "")
        activity = "NULLIFY" if self.is_withdrawing else "UPDATE" if supersedes else "CREATE"
        before = supersedes and {"identifier": self.identifiers(supersedes)[0]}
        people = [
            {"type": hl7("provenance-participant-type", role), "who": who}
            for role, who in agents
            if who is not None
        ]
        self.add(
            "Provenance",
            key,
            {
                "target": targets,
                "recorded": moment,
                "reason": [{"text": why}] if why else None,
                "activity": hl7("v3-DataOperation", activity),
                "agent": people or [{"who": {"display": "Not recorded"}}],
                "entity": [{"role": "revision", "what": before}] if before else None,
            },
            targets[0]["reference"],  # an entry may be several resources
            tags=(MASKED,),
        )
