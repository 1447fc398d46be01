"""A REDCap project: its dictionary and its data, and what it takes to set it up, placed as a whole.

Hides which instance and event a row is of, and that patients are written one after another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from woundtrack.exchange.bundle import FEW, cell_of
from woundtrack.exchange.manifest import REDCAP, ExportFacts, export_placed, write_manifest
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.profile import Profile
from woundtrack.exchange.redcap.dictionary import (
    Dictionary,
    read_dictionary,
    write_csv,
    write_dictionary,
)
from woundtrack.exchange.redcap.filling import Form, Numbers
from woundtrack.exchange.redcap.forms import FORMS
from woundtrack.exchange.redcap.rows import Row, RowWriter, Value, raw_rows, read_rows
from woundtrack.exchange.redcap.scores import score_forms
from woundtrack.exchange.tables.column import Told
from woundtrack.exchange.tables.measurements import FORMULAS
from woundtrack.healing.distribution import DISTRIBUTION_RULE
from woundtrack.healing.endpoints_lesion import WINDOWS_DAYS
from woundtrack.healing.scores import Instrument
from woundtrack.model import Progress, no_progress

DICTIONARY: Final = "redcap_data_dictionary.csv"
DATA: Final = "redcap_data.csv"
REPEATING: Final = "redcap_repeating_instruments.csv"
EVENTS: Final = "redcap_events.csv"
MAPPING: Final = "redcap_event_mapping.csv"
MANIFEST: Final = REDCAP.manifest

ARM: Final = 1
BASELINE: Final = "baseline_arm_1"
UNSCHEDULED: Final = "unscheduled_arm_1"
_BASELINE_WINDOW: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event of a longitudinal project: the day it is due, and by how much a visit may miss it.

    ``day`` counts from the first visit with an accepted photograph; None: for what falls into no
    other's window.
    """

    name: str
    unique_name: str
    day: int | None
    window: int = 0


SCHEDULE: Final[tuple[Event, ...]] = (
    Event(name="Baseline", unique_name=BASELINE, day=0, window=_BASELINE_WINDOW),
    *(
        Event(name=f"Week {week}", unique_name=f"week_{week}_arm_1", day=7 * week, window=window)
        for week, window in WINDOWS_DAYS.items()
    ),
    Event(name="Unscheduled", unique_name=UNSCHEDULED, day=None),
)
"""The events, with the weeks and windows that the endpoints have (EP6)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenProject:
    """What was written: the files, the manifest last, how many rows of each form, who is known.

    ``small_cells`` are those of ``bundle.Written``: few patients of one sex, age and centre.
    """

    paths: tuple[Path, ...]
    rows: Mapping[str, int]
    small_cells: Mapping[tuple[str, str, str], int]


@dataclass(frozen=True)
class Project:
    """A project as its files tell it; ``rows`` reads them anew each time, one after another.

    ``repeating`` are the forms that repeat, by event (one without events: ``""``); ``mapping`` the
    forms of each event, None in a project without.
    """

    dictionary: Dictionary
    rows: Callable[[], Iterator[Row]]
    repeating: Mapping[str, frozenset[str]]
    mapping: Mapping[str, frozenset[str]] | None = None


# --- writing -------------------------------------------------------------------------------------


def forms_of(profile: Profile, instruments: Iterable[Instrument]) -> tuple[Form, ...]:
    """Return the forms of a project, with the fields that stay in a profile."""
    # Every name is taken, whether its field stays or not: an item is called the same in both.
    taken = {one.field.name for form in FORMS for one in form.fields}
    return tuple(form.in_profile(profile) for form in (*FORMS, *score_forms(instruments, taken)))


def dictionary_of(forms: Iterable[Form]) -> Dictionary:
    """Return the dictionary of forms, in their order."""
    return Dictionary(tuple(one.field for form in forms for one in form.fields))


def rows_of(told: Told, forms: Sequence[Form], *, longitudinal: bool) -> Iterator[Row]:
    """Yield a patient's rows: first that of the forms that don't repeat, then each form's.

    Instances of lesions are the lesions' numbers; those of the other forms count from 1, at each
    event anew.
    """
    anchor = told.file.course.first_photograph_on or min(
        (visit.visited_on for visit in told.file.visits), default=None
    )

    def event_of(on: date | None) -> str:
        if not longitudinal:
            return ""
        return _event_of(on, anchor) if on is not None else BASELINE

    numbers = _numbers(told, forms, event_of)
    values: dict[str, Value] = {}
    complete: dict[str, int] = {}
    for form in forms:
        for row in () if form.repeats else form.rows(told):
            values |= form.values(row, numbers)
            complete[form.name] = form.complete(row, told)
    yield Row(record=told.code, event=event_of(None), values=values, complete=complete)
    for form in forms:
        if not form.repeats:
            continue
        seen: Counter[str] = Counter()
        for row in form.rows(told):
            event = event_of(None if form.on is None else form.on(row, told))
            seen[event] += 1
            yield Row(
                record=told.code,
                event=event,
                instrument=form.name,
                instance=seen[event] if form.instance is None else form.instance(row),
                values=form.values(row, numbers),
                complete={form.name: form.complete(row, told)},
            )


def _event_of(on: date, anchor: date | None) -> str:
    if anchor is not None:
        for event in SCHEDULE:
            if event.day is not None and abs((on - anchor).days - event.day) <= event.window:
                return event.unique_name
    return UNSCHEDULED


def _numbers(told: Told, forms: Iterable[Form], event_of: Callable[[date | None], str]) -> Numbers:
    seen: Counter[str] = Counter()
    visits: dict[str, int] = {}
    for visit in told.file.visits:
        event = event_of(visit.visited_on)
        seen[event] += 1
        visits[visit.id] = seen[event]
    treatments = next(form for form in forms if form.name == "treatment")
    return Numbers(
        told=told,
        lesions={lesion.id: lesion.number for lesion in told.file.lesions},
        visits=visits,
        treatments={one.entry_id: n for n, one in enumerate(treatments.rows(told), start=1)},
    )


def write_project(
    folder: str | Path,
    files: Iterable[PatientFile],
    profile: Profile,
    facts: ExportFacts,
    instruments: Sequence[Instrument],
    *,
    longitudinal: bool = False,
    had_head: Callable[[str], bool] = lambda _: True,
    count: int = 0,
    progress: Progress = no_progress,
) -> WrittenProject:
    """Write dictionary and data of a project into a folder, whole or not at all.

    Parameters
    ----------
    folder
        Made where it isn't there; an earlier export of the same kind in it is replaced.
    files
        The patients' files, by what they are called outside; one at a time is held.
    profile
        What they, their rows, people and days are called.
    instruments
        Every score that has a form of its own.
    longitudinal
        With events (``SCHEDULE``) rather than all repeating forms in one.
    had_head
        Says whether the library's trail ever had an audit head.
    count
        How many patients there are, for ``progress``.

    Raises
    ------
    FileUnwritable, FileInUse, DiskFull
        As ``manifest.export_placed``.
    Cancelled
        By ``progress``; nothing is left then.

    Notes
    -----
    UTF-8, LF, comma; no time of the export stands in any file: the same library, choice and day
    give the same bytes.
    """
    target = Path(folder)
    forms = forms_of(profile, instruments)
    dictionary = dictionary_of(forms)
    written: Counter[str] = Counter()
    cells: Counter[tuple[str, str, str]] = Counter()
    with export_placed(target, REDCAP, profile, had_head) as beside:
        write_dictionary(beside / DICTIONARY, dictionary)
        with (beside / DATA).open("x", encoding="utf-8", newline="") as stream:
            writer = RowWriter(stream, dictionary, longitudinal=longitudinal)
            for done, file in enumerate(files):
                progress(done / max(1, count), profile.code(file.patient))
                cells[cell_of(file, profile)] += 1
                for row in rows_of(Told.of(file, profile), forms, longitudinal=longitudinal):
                    writer.write(row)
                    written[row.instrument or "enrolment"] += 1
        names = [DICTIONARY, DATA, REPEATING]
        _write_repeating(beside / REPEATING, forms, longitudinal=longitudinal)
        if longitudinal:
            _write_events(beside, forms)
            names += [EVENTS, MAPPING]
        write_manifest(
            beside,
            REDCAP,
            profile,
            facts,
            patients=cells.total(),
            told={
                "longitudinal": longitudinal,
                "formula_version": FORMULAS,
                "distribution_rule": DISTRIBUTION_RULE,
                "events": [
                    {"name": event.unique_name, "day": event.day, "window_days": event.window}
                    for event in (SCHEDULE if longitudinal else ())
                ],
                "free_text": profile.is_identified or profile.with_free_text,
                "rows": {form.name: written[form.name] for form in forms if written[form.name]},
            },
            names=names,
        )
    return WrittenProject(
        paths=tuple(target / name for name in (*names, MANIFEST)),
        rows=written,
        small_cells={cell: there for cell, there in sorted(cells.items()) if there < FEW},
    )


def _forms_at(event: Event, forms: Iterable[Form]) -> tuple[Form, ...]:
    """Return the forms of an event: at the first all, later those of a day."""
    return tuple(one for one in forms if event.unique_name == BASELINE or one.on is not None)


def _write_repeating(path: Path, forms: Sequence[Form], *, longitudinal: bool) -> None:
    """Write which forms repeat, as REDCap's settings of repeating instruments have it."""
    if not longitudinal:
        rows = [[form.name, form.label] for form in forms if form.repeats]
        write_csv(path, ("form_name", "custom_form_label"), rows)
        return
    rows = [
        [event.unique_name, form.name, form.label]
        for event in SCHEDULE
        for form in _forms_at(event, forms)
        if form.repeats
    ]
    write_csv(path, ("event_name", "form_name", "custom_form_label"), rows)


def _write_events(beside: Path, forms: Sequence[Form]) -> None:
    # REDCap makes the unique name itself, of the event's name and its arm: given, it may clash.
    write_csv(
        beside / EVENTS,
        ("event_name", "arm_num", "unique_event_name", "custom_event_label"),
        ((event.name, str(ARM), "", "") for event in SCHEDULE),
    )
    write_csv(
        beside / MAPPING,
        ("arm_num", "unique_event_name", "form"),
        (
            (str(ARM), event.unique_name, form.name)
            for event in SCHEDULE
            for form in _forms_at(event, forms)
        ),
    )


# --- reading -------------------------------------------------------------------------------------


def read_project(folder: str | Path) -> Project:
    """Return a project from the files that ``write_project`` writes.

    Raises ``ValueError`` for a file that isn't one of these, and ``FileNotFoundError``.
    """
    home = Path(folder)
    dictionary = read_dictionary(home / DICTIONARY)
    repeating: dict[str, set[str]] = {}
    for row in raw_rows(home / REPEATING):
        repeating.setdefault(row.get("event_name", ""), set()).add(row["form_name"])
    mapping: dict[str, set[str]] | None = None
    if (home / MAPPING).exists():
        mapping = {}
        for row in raw_rows(home / MAPPING):
            mapping.setdefault(row["unique_event_name"], set()).add(row["form"])
    return Project(
        dictionary=dictionary,
        rows=lambda: read_rows(home / DATA, dictionary),
        repeating={event: frozenset(forms) for event, forms in repeating.items()},
        mapping=None
        if mapping is None
        else {event: frozenset(forms) for event, forms in mapping.items()},
    )
