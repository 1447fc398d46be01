"""What the clinical record tells beside the areas: breaks of curves, and what stands in the lanes.

Hides which entries say the same thing, which doses belong to one treatment, and how far the axis of
dates reaches. Knows dates and words, no px.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from woundtrack.healing.chart_layout import Break, Cut, Period, Story
from woundtrack.healing.chart_style import ChartWords
from woundtrack.healing.lesion_states import BreakReason, laid_out, line_breaks
from woundtrack.healing.timeline import closure_of
from woundtrack.model import (
    Agent,
    Analyte,
    ClinicalRecord,
    Debrided,
    DialysisRelation,
    EndReason,
    Event,
    EventKind,
    LesionState,
    LinkKind,
    OutlineKind,
    PainContext,
    PainScale,
    PartialDate,
    Precision,
    Score,
    Timeline,
    Treatment,
)

Lane = Literal["treatments", "events", "pain", "labs", "scores"]
LANES: Final[tuple[Lane, ...]] = ("treatments", "events", "pain", "labs", "scores")
"""All kinds of lanes, in the order they stand in."""
ANALYTES_FIRST: Final = (
    Analyte.PHOSPHATE,
    Analyte.CRP,
    Analyte.ADJUSTED_CALCIUM,
    Analyte.INTACT_PTH,
    Analyte.ALBUMIN,
    Analyte.ALP,
    Analyte.HAEMOGLOBIN,
    Analyte.INR,
)
"""In which order analytes stand; where nobody chose, the first ``USUAL_ANALYTES`` are shown."""
USUAL_ANALYTES: Final = 2

ScoreTotal = Callable[[Score], float | None]
"""Returns the total of a score by its instrument's definition; None where it isn't complete."""

_ACTS: Final = {Agent.PARATHYROIDECTOMY, Agent.WARFARIN_STOPPED, Agent.SKIN_GRAFT}
"""Done on a day: without a stop they don't go on."""
_NAMED_BY_TEXT: Final = {
    Agent.OTHER,
    Agent.OTHER_ANTICOAGULANT,
    Agent.OTHER_ANALGESIC,
    Agent.OPIOID,
    Agent.SYSTEMIC_ANTIBIOTIC,
    Agent.DRESSING,
    Agent.NON_CALCIUM_BINDER,
    Agent.BISPHOSPHONATE,
}
_LEAD_DAYS: Final = 60
"""What began longer before the first visit doesn't stretch the axis of dates."""
_BREAKS: Final[dict[BreakReason, Break]] = {
    BreakReason.DEBRIDEMENT: "debrided",
    BreakReason.MERGED: "joined",
    BreakReason.SPLIT: "parted",
}
_UNITS: Final = {"{ratio}": "", "{score}": ""}


# --- what stands in the lanes --------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Dose:
    """One dose of a treatment; ``text`` is its name and dose, ``short`` the dose alone.

    ``days`` is from when to when in words, as far as that is known.

    Without ``start`` it isn't known when it began; without ``stop`` it goes on.
    """

    entry_id: str
    start: date | None
    stop: date | None
    text: str
    short: str
    days: str
    is_act: bool = False
    is_start_rough: bool = False
    is_stop_rough: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """Something on a day, or over days; ``kind`` "closed" is a closure."""

    kind: EventKind | Literal["closed"]
    on: date
    until: date | None
    text: str
    days: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One value in a lane; None where it was asked and there is none. ``is_hollow``: set apart."""

    on: date
    value: float | None
    is_hollow: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """Values of one kind, oldest first, and what they are called at the end of their line."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ValueLane:
    """A lane of values: pain in steps from ``low`` to ``high``, others as dots.

    ``reference`` holds days and the range given with their results, either end may be missing.
    """

    key: str
    title: str
    unit: str
    series: tuple[Series, ...]
    is_stepped: bool = False
    low: float | None = None
    high: float | None = None
    reference: tuple[tuple[date, float | None, float | None], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Lanes:
    """All that stands under the curves. A treatment is its doses, one after the other."""

    treatments: tuple[tuple[Dose, ...], ...] = ()
    happenings: tuple[Happening, ...] = ()
    values: tuple[ValueLane, ...] = ()
    has_treatments: bool = False
    has_events: bool = False

    @property
    def kinds(self) -> frozenset[Lane]:
        """Which kinds of lanes there are."""
        prefixes: dict[str, Lane] = {"pain": "pain", "lab": "labs", "score": "scores"}
        found = {prefixes[lane.key.partition("-")[0]] for lane in self.values}
        if self.has_treatments:
            found.add("treatments")
        if self.has_events:
            found.add("events")
        return frozenset(found)

    @property
    def is_empty(self) -> bool:
        """Whether there is no lane."""
        return not (self.has_treatments or self.has_events or self.values)


NO_LANES: Final = Lanes()


@dataclass(slots=True)
class _Names:
    """The labels of lesions by their ids."""

    labels: dict[str, str] = field(default_factory=dict)

    def of(self, lesion_id: str | None) -> str:
        return "" if lesion_id is None else self.labels.get(lesion_id, "")


def _names(timeline: Timeline) -> _Names:
    return _Names({one.lesion.id: one.lesion.label for one in timeline.lesions})


def lanes_of(
    timeline: Timeline,
    record: ClinicalRecord | None,
    words: ChartWords,
    *,
    lanes: Iterable[Lane] | None = None,
    analytes: Sequence[Analyte] | None = None,
    score_total: ScoreTotal | None = None,
) -> Lanes:
    """Return what stands in the lanes: those that were chosen and have anything in them.

    ``lanes`` None are all; ``analytes`` None the first few that were measured.
    """
    if record is None:
        return NO_LANES
    wanted = set(LANES) if lanes is None else set(lanes)
    names = _names(timeline)
    treatments = _treatments(record, names, words) if "treatments" in wanted else ()
    happenings = _happenings(timeline, record, names, words) if "events" in wanted else ()
    values: list[ValueLane] = []
    if "pain" in wanted:
        values += _pain_lanes(record, names, words)
    if "labs" in wanted:
        values += _lab_lanes(record, words, analytes)
    if "scores" in wanted:
        values += _score_lanes(record, names, words, score_total)
    return Lanes(
        treatments=treatments,
        happenings=happenings,
        values=tuple(values),
        has_treatments=bool(treatments),
        has_events=bool(happenings),
    )


# --- treatments ----------------------------------------------------------------------------------


def treatment_name(one: Treatment, words: ChartWords) -> str:
    """Return what is given: its text where the agent leaves that open."""
    agent = words.lanes.agent(one.agent)
    if not one.text:
        return agent
    if one.agent in _NAMED_BY_TEXT:
        return f"{one.text[:1].upper()}{one.text[1:]}"
    return f"{agent}, {one.text}"


def dose_words(one: Treatment, words: ChartWords) -> str:
    """Return a dose: ``25 g × 3/week``, ``25 g 3 × week``; empty where none is known."""
    dose = ""
    if one.dose_value is not None:
        dose = f"{words.lanes.number(one.dose_value)} {one.dose_unit}".strip()
    if not one.frequency:
        return dose
    if not dose:
        return one.frequency
    wants_times = one.frequency[:1].isdigit() and "×" not in one.frequency
    return f"{dose} × {one.frequency}" if wants_times else f"{dose} {one.frequency}"


def _treatments(
    record: ClinicalRecord, names: _Names, words: ChartWords
) -> tuple[tuple[Dose, ...], ...]:
    known = {one.entry_id: one for one in record.treatments}
    after = {one.follows: one for one in record.treatments if one.follows in known}
    chains = []
    for one in record.treatments:
        if one.follows in known:
            continue
        chain, seen = [one], {one.entry_id}
        while (following := after.get(chain[-1].entry_id)) and following.entry_id not in seen:
            chain.append(following)
            seen.add(following.entry_id)
        chains.append(tuple(_dose(dose, names, words) for dose in chain))
    return tuple(sorted(chains, key=lambda chain: (chain[0].start or date.min, chain[0].text)))


def _dose(one: Treatment, names: _Names, words: ChartWords) -> Dose:
    short = dose_words(one, words)
    text = treatment_name(one, words)
    if lesion := names.of(one.lesion_id):
        text = words.lanes.of_lesions.format(what=text, lesions=lesion)
    is_act = one.agent in _ACTS and one.stop is None
    return Dose(
        entry_id=one.entry_id,
        start=None if one.start is None else one.start.middle,
        stop=None if one.stop is None else one.stop.middle,
        text=f"{text} {short}".strip(),
        short=short or text,
        days=_days_of(one, words, is_act=is_act),
        is_act=is_act,
        is_start_rough=_is_rough(one.start),
        is_stop_rough=_is_rough(one.stop),
    )


def _days_of(one: Treatment, words: ChartWords, *, is_act: bool) -> str:
    say = words.lanes
    first = say.start_unknown if one.start is None else words.partial(one.start)
    if is_act:
        return first
    return f"{first} – {say.goes_on if one.stop is None else words.partial(one.stop)}"


def _is_rough(on: PartialDate | None) -> bool:
    return on is not None and on.precision is not Precision.DAY


# --- events --------------------------------------------------------------------------------------


def _happenings(
    timeline: Timeline, record: ClinicalRecord, names: _Names, words: ChartWords
) -> tuple[Happening, ...]:
    say = words.lanes
    found: list[Happening] = []
    # Told as an event, as a finding, or both: of several lesions on one day it is one thing.
    debrided: dict[date, list[str]] = {}
    for event in record.events:
        if event.kind is EventKind.DEATH:
            continue
        if event.kind is EventKind.DEBRIDEMENT and event.ended_on is None:
            debrided.setdefault(event.on.middle, []).append(names.of(event.lesion_id))
            continue
        found.append(_happening(event, names, words))
    days = {visit.id: visit.visited_on for visit in timeline.visits}
    for finding in record.findings:
        if finding.debrided in {Debrided.BEFORE_PHOTOGRAPH, Debrided.AFTER_PHOTOGRAPH}:
            on = days.get(finding.visit_id)
            if on is not None:
                debrided.setdefault(on, []).append(names.of(finding.lesion_id))
    for on, lesions in debrided.items():
        labels = ", ".join(dict.fromkeys(label for label in lesions if label))
        text = say.event(EventKind.DEBRIDEMENT)
        if labels:
            text = say.of_lesions.format(what=text, lesions=labels)
        found.append(
            Happening(
                kind=EventKind.DEBRIDEMENT,
                on=on,
                until=None,
                text=text,
                days=words.long_day(on),
            )
        )
    for curve in timeline.lesions:
        closure = closure_of(curve)
        if closure is not None:
            text = say.closed.format(lesion=curve.lesion.label)
            day = words.long_day(closure[0])
            found.append(Happening(kind="closed", on=closure[0], until=None, text=text, days=day))
    return tuple(sorted(found, key=lambda one: (one.on, str(one.kind), one.text)))


def _happening(event: Event, names: _Names, words: ChartWords) -> Happening:
    say = words.lanes
    text = say.event(event.kind)
    if event.text:
        text = f"{text}: {event.text}"
    if lesion := names.of(event.lesion_id):
        text = say.of_lesions.format(what=text, lesions=lesion)
    until = None if event.ended_on is None else event.ended_on.middle
    if event.kind is EventKind.ADMISSION and event.ended_on is not None:
        is_exact = not _is_rough(event.on) and not _is_rough(event.ended_on)
        nights = (event.ended_on.middle - event.on.middle).days
        if is_exact and nights > 0:
            said = say.one_night if nights == 1 else say.nights
            text = said.format(what=text, count=nights)
    days = words.stretch(event.on, event.ended_on)
    return Happening(kind=event.kind, on=event.on.middle, until=until, text=text, days=days)


# --- values --------------------------------------------------------------------------------------


def _pain_lanes(record: ClinicalRecord, names: _Names, words: ChartWords) -> list[ValueLane]:
    say = words.lanes
    lanes = []
    for scale in PainScale:
        asked = [one for one in record.pains if one.scale is scale]
        if not asked:
            continue
        kinds = sorted(
            {(one.context, names.of(one.lesion_id)) for one in asked},
            key=lambda kind: (list(PainContext).index(kind[0]), kind[1]),
        )
        series = tuple(
            Series(
                name=" ".join(part for part in (lesion, say.context(context)) if part),
                values=tuple(
                    Value(on=one.on, value=one.value)
                    for one in sorted(asked, key=lambda one: one.on)
                    if (one.context, names.of(one.lesion_id)) == (context, lesion)
                ),
            )
            for context, lesion in kinds
        )
        unit = say.scale(scale)
        if len(series) == 1:
            unit = f"{unit}, {series[0].name}"
        lanes.append(
            ValueLane(
                key=f"pain-{scale.value}",
                title=say.pain,
                unit=unit,
                series=series,
                is_stepped=True,
                low=0.0,
                high=10.0 if scale is PainScale.NRS11 else 100.0,
            )
        )
    return lanes


def measured_analytes(record: ClinicalRecord) -> tuple[Analyte, ...]:
    """Return the analytes of which there is any value, those first that are shown first."""
    there = {one.analyte for one in record.labs if one.value is not None}
    return tuple(analyte for analyte in ANALYTES_FIRST if analyte in there)


def _lab_lanes(
    record: ClinicalRecord, words: ChartWords, analytes: Sequence[Analyte] | None
) -> list[ValueLane]:
    shown = measured_analytes(record)[:USUAL_ANALYTES] if analytes is None else analytes
    lanes = []
    for analyte in shown:
        results = sorted(
            (one for one in record.labs if one.analyte is analyte and one.value is not None),
            key=lambda one: one.taken_on,
        )
        # Another unit is another lane: nothing is converted.
        for unit in dict.fromkeys(one.unit for one in results):
            here = [one for one in results if one.unit == unit]
            lanes.append(
                ValueLane(
                    key=f"lab-{analyte.value}",
                    title=words.lanes.analyte(analyte),
                    unit=_UNITS.get(unit, unit),
                    series=(
                        Series(
                            name="",
                            values=tuple(
                                Value(
                                    on=one.taken_on,
                                    value=one.value,
                                    is_hollow=one.relation_to_dialysis is DialysisRelation.POST,
                                    note=""
                                    if one.relation_to_dialysis is None
                                    else words.lanes.relation(one.relation_to_dialysis),
                                )
                                for one in here
                            ),
                        ),
                    ),
                    reference=tuple(
                        (one.taken_on, one.reference_low, one.reference_high) for one in here
                    ),
                )
            )
    return lanes


def _score_lanes(
    record: ClinicalRecord, names: _Names, words: ChartWords, score_total: ScoreTotal | None
) -> list[ValueLane]:
    if score_total is None:
        return []
    lanes = []
    for instrument in dict.fromkeys(one.instrument for one in record.scores):
        here = sorted(
            (one for one in record.scores if one.instrument == instrument), key=lambda one: one.on
        )
        lesions = sorted({names.of(one.lesion_id) for one in here})
        series = tuple(
            Series(
                name=lesion,
                values=tuple(
                    Value(on=one.on, value=score_total(one))
                    for one in here
                    if names.of(one.lesion_id) == lesion
                ),
            )
            for lesion in lesions
        )
        if any(value.value is not None for one in series for value in one.values):
            title = words.lanes.instrument(instrument)
            lanes.append(ValueLane(key=f"score-{instrument}", title=title, unit="", series=series))
    return lanes


# --- the curves ----------------------------------------------------------------------------------


def story_of(timeline: Timeline, record: ClinicalRecord | None, words: ChartWords) -> Story:
    """Return where debridement breaks curves, and what one lesion has to do with another."""
    if record is None:
        return Story()
    names = _names(timeline)
    begins: dict[str, str] = {}
    ends: dict[str, str] = {}
    parts: dict[str, list[str]] = {}
    for link in record.links:
        other = names.of(link.other_lesion_id)
        if not other:
            continue
        if link.kind is LinkKind.MERGED_INTO:
            own = names.of(link.lesion_id)
            ends[link.lesion_id] = words.became.format(lesion=own, other=other)
        elif link.kind is LinkKind.SPLIT_FROM:
            begins[link.lesion_id] = words.split.format(lesion=other)
            parts.setdefault(link.other_lesion_id, []).append(names.of(link.lesion_id))
        else:
            begins[link.lesion_id] = words.recurrence.format(lesion=other)
    ended = set(ends)
    for detail in record.lesion_details:
        reason = detail.end_reason
        if reason is None:
            continue
        ended.add(detail.lesion_id)
        if reason is EndReason.SPLIT and detail.lesion_id in parts:
            labels = ", ".join(sorted(parts[detail.lesion_id]))
            own = names.of(detail.lesion_id)
            ends.setdefault(detail.lesion_id, words.became.format(lesion=own, other=labels))
        elif reason is not EndReason.CLOSED:
            ends.setdefault(detail.lesion_id, words.ended(reason))
    return Story(cuts=_cuts(timeline, record), begins=begins, ends=ends, ended=frozenset(ended))


def _cuts(timeline: Timeline, record: ClinicalRecord) -> dict[str, tuple[Cut, ...]]:
    """Return what breaks each lesion's curve, by the rule of ``breaks_of``."""
    days = {visit.id: visit.visited_on for visit in timeline.visits}
    states: dict[str, list[tuple[date, LesionState]]] = {}
    for finding in record.findings:
        on = days.get(finding.visit_id)
        if on is not None and finding.state is not None:
            states.setdefault(finding.lesion_id, []).append((on, finding.state))
    known = laid_out(record, timeline.visits)
    found: dict[str, tuple[Cut, ...]] = {}
    for curve in timeline.lesions:
        lesion = curve.lesion
        breaks = line_breaks(lesion.id, curve.points, known)
        if not breaks:
            continue
        eschars = {
            point.on
            for nested in curve.nested
            if nested.kind is OutlineKind.ESCHAR
            for point in nested.points
        }
        cuts = []
        for one in breaks:
            before = [state for on, state in sorted(states.get(lesion.id, ())) if on < one.on]
            cuts.append(
                Cut(
                    on=one.on,
                    after=one.after,
                    before=one.before,
                    lesion=lesion.label,
                    why=_BREAKS[one.reason],
                    had_eschar=before[-1:] == [LesionState.ESCHAR_COVERED] or one.after in eschars,
                )
            )
        found[lesion.id] = tuple(cuts)
    return found


# --- the axis of dates ---------------------------------------------------------------------------


def span_of(
    timeline: Timeline, record: ClinicalRecord | None, today: date | None, days: Iterable[date] = ()
) -> Period | None:
    """Return the first and last day of the whole course; None where nothing has a date.

    ``days`` are those that must be in view. Visits, pain, blood and scores are; what began up to
    two months before them is too, and what ended or happened after them. Death is the last day.
    The axis goes on to ``today`` where that isn't far away.
    """
    seen = {*days, *(visit.visited_on for visit in timeline.visits)}
    if record is not None:
        seen |= {one.on for one in record.pains}
        seen |= {one.taken_on for one in record.labs if one.value is not None}
        seen |= {one.on for one in record.scores}
    around: list[date] = []
    death: date | None = None
    if record is not None:
        for event in record.events:
            around.append(event.on.middle)
            if event.ended_on is not None:
                around.append(event.ended_on.middle)
        for one in record.treatments:
            around += [on.middle for on in (one.start, one.stop) if on is not None]
        death = None if record.death is None else record.death.on.middle
    if not seen and not around:
        return None
    first = min(seen or around)
    last = max(seen or around)
    lead = first - timedelta(days=_LEAD_DAYS)
    first = min([first, *(on for on in around if lead <= on)])
    last = max([last, *around])
    if death is not None:
        return first, max(death, *seen) if seen else death
    if today is not None and today > last:
        near = max(_LEAD_DAYS, (last - first).days // 4)
        if (today - last).days <= near:
            last = today
    return first, last
