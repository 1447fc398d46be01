"""Reading sessions are remembered as they were made; readings are revisions, and no assessments."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.records.conftest import CALIBRATION, NOON, OUTLINE
from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import (
    Adjudication,
    Asked,
    ErrorBasis,
    OutlineKind,
    ReaderError,
    Reading,
    ReadingItem,
    ReadingPackage,
    ReadingSession,
    ReadingTask,
    Tissue,
    new_id,
)
from woundtrack.records import Library

if TYPE_CHECKING:
    from tests.records.conftest import Clinic

SESSION = ReadingSession(
    id="session",
    name="Autumn",
    seed=7,
    readers=("Ann", "Ben"),
    repeats=2,
    asks=(Asked.TISSUE, Asked.DEPTH),
    least_dice=0.8,
    most_ratio=1.25,
    is_sampled=True,
    created_by="Cleo",
    created_at=NOON,
)
TASK = ReadingTask(
    id="task", session_id="session", item_id="item", reader="Ann", replicate=1, place=3
)
READING = Reading(
    id="reading",
    task_id="task",
    revision=1,
    supersedes=None,
    outlines=(OUTLINE,),
    unreadable="",
    tissue=((Tissue.ESCHAR, 1 / 3), (Tissue.SLOUGH, 2 / 3)),
    answers=((Asked.DEPTH, "deep"),),
    area_mm2=1234.5,
    perimeter_mm=141.3,
    seconds=33.25,
    read_at=NOON,
    recorded_at=NOON,
    recorded_by="Ann",
)
DECIDED = Adjudication(
    id="decided",
    item_id="item",
    revision=1,
    supersedes=None,
    chosen_reading_id="reading",
    outlines=(),
    answers=(),
    area_mm2=1234.5,
    perimeter_mm=141.3,
    reason="the other left a part out",
    decided_by="Cleo",
    recorded_at=NOON,
)
ERROR = ReaderError(
    id="error",
    session_id="session",
    session="Autumn",
    basis=ErrorBasis.ANY_READER,
    log_sd=0.071,
    log_sd_low=0.05,
    log_sd_high=0.11,
    perimeter_log_sd=0.03,
    items=30,
    readers=3,
    reason="a clinic's own",
    adopted_by="Cleo",
    adopted_at=NOON,
)


def item_of(clinic: Clinic) -> ReadingItem:
    patient = clinic.patient()
    lesion, photograph = clinic.lesion(patient), clinic.photograph(clinic.visit(patient))
    return ReadingItem(
        id="item",
        session_id="session",
        place=1,
        photograph_id=photograph.id,
        lesion_id=lesion.id,
        kind=OutlineKind.ULCER,
        box_px=(10, 20, 400, 500),
        at_px=(100.25, 1 / 3),
        calibration=CALIBRATION,
    )


def test_everything_of_a_session_comes_back_as_it_was_and_the_library_is_sound(
    clinic: Clinic,
) -> None:
    item = item_of(clinic)
    package = ReadingPackage(
        id="package",
        session_id="session",
        reader="Ann",
        tasks_sha256="0" * 64,
        made_by="Cleo",
        made_at=NOON,
    )
    reading = replace(READING, package_id="package")

    with clinic.verb() as change:
        change.add_reading_session(SESSION, [item], [TASK])
        change.add_reading_package(package)
        change.add_reading(reading)
        change.add_adjudication(DECIDED)
        change.add_reader_error(ERROR)

    clinic.library.close()
    with Library.open(clinic.library.path, read_only=True) as library:
        assert library.reading_sessions() == (SESSION,)
        assert library.reading_items("session") == (item,)
        assert library.reading_tasks("session") == library.reading_tasks("session", "Ann")
        assert library.reading_tasks("session") == (TASK,)
        assert library.reading_tasks("session", "Ben") == ()
        assert library.readings("session") == (reading,)
        assert library.adjudications("session") == (DECIDED,)
        assert library.reading_packages() == library.reading_packages("session") == (package,)
        assert library.reader_errors() == (ERROR,)
        assert library.check().problems == ()


def test_the_newest_reading_and_decision_count_and_the_older_stay(clinic: Clinic) -> None:
    item = item_of(clinic)
    with clinic.verb() as change:
        change.add_reading_session(SESSION, [item], [TASK])
        change.add_reading(READING)
        change.add_adjudication(DECIDED)
    again = replace(READING, id=new_id(), revision=2, supersedes="reading", seconds=50.0)
    otherwise = DECIDED.revised(reason="looked again")

    with clinic.verb() as change:
        change.add_reading(again)
        change.add_adjudication(otherwise)

    assert clinic.library.readings("session") == (again,)
    assert clinic.library.adjudications("session") == (otherwise,)
    with pytest.raises(ChangedMeanwhile), clinic.verb() as change:
        change.add_reading(replace(again, id=new_id()))
    with pytest.raises(ChangedMeanwhile), clinic.verb() as change:
        change.add_adjudication(DECIDED.revised())
    assert clinic.library.check().problems == ()


def test_a_session_goes_out_of_view_and_is_else_never_changed(clinic: Clinic) -> None:
    with clinic.verb() as change:
        change.add_reading_session(SESSION, [], [])

    with clinic.verb() as change:
        gone = change.update_reading_session(replace(SESSION, is_retired=True))

    assert clinic.library.reading_sessions() == ()
    assert clinic.library.reading_sessions(include_retired=True) == (gone,)
    with pytest.raises(sqlite3.IntegrityError), clinic.verb() as change:
        change.update_reading_session(replace(gone, seed=8))
    with pytest.raises(ChangedMeanwhile), clinic.verb() as change:
        change.add_reading_session(replace(SESSION, id=new_id(), name="AUTUMN"), [], [])
    for statement in (
        "DELETE FROM reading_session",
        "INSERT OR REPLACE INTO reading_session SELECT * FROM reading_session",
    ):
        with pytest.raises(sqlite3.IntegrityError), clinic.library._db.atomic():
            clinic.library._db.execute(statement)
