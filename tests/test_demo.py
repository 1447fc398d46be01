from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from woundtrack.demo import DemoReport, build_demo
from woundtrack.demo.history import Given, Happened, History
from woundtrack.demo.patients import CLINIC
from woundtrack.demo.plan import Course, PatientPlan, Shot, ViewPlan, shots_of
from woundtrack.demo.scenes import planned_photographs
from woundtrack.errors import Cancelled, LibraryExists, LibraryInUse
from woundtrack.exchange.tables.closed import FREQUENCIES, ROUTES
from woundtrack.model import (
    REGIONS,
    Agent,
    Asked,
    BodySite,
    EventKind,
    LesionState,
    LinkKind,
    Sex,
    Side,
    SiteGroup,
    WoundState,
)
from woundtrack.records import Library
from woundtrack.workflow import printers, record_of, timeline_of
from woundtrack.workflow.reader_error import adopted_error
from woundtrack.workflow.reading_results import session_results

TODAY = date(2026, 3, 20)

HEALING = PatientPlan(
    code="WT-0001",
    seed=1,
    skin_tone=0.2,
    weeks_seen=(0, 8),
    last_visit_days_ago=2,
    views=(
        ViewPlan(
            site=BodySite(region="thigh", side=Side.LEFT),
            seed=1,
            courses=(
                Course(
                    label="T1",
                    shape_seed=9,
                    centre_mm=(0.0, -10.0),
                    stages=((0, 6.0, 0.0, 0.0, 0.0), (8, 0.0, 0.0, 0.0, 0.0)),
                ),
            ),
        ),
    ),
)
COVERED = PatientPlan(
    code="WT-0003",
    seed=3,
    skin_tone=0.3,
    weeks_seen=(0, 5),
    last_visit_days_ago=4,
    views=(
        ViewPlan(
            site=BodySite(region="flank"),
            seed=1,
            courses=(
                Course(
                    label="F1",
                    shape_seed=14,
                    centre_mm=(0.0, -10.0),
                    is_nested=True,
                    stages=((0, 8.0, 0.10, 0.70, 0.9), (5, 12.0, 0.10, 0.65, 1.0)),
                ),
            ),
        ),
    ),
)
WAITING = PatientPlan(
    code="WT-0002",
    seed=2,
    skin_tone=0.6,
    weeks_seen=(0, 3),
    last_visit_days_ago=1,
    is_last_visit_waiting=True,
    odd_shots=((0, 0, Shot(week=0, has_card=False)),),
    views=(
        ViewPlan(
            site=BodySite(region="abdomen"),
            seed=1,
            courses=(
                Course(
                    label="A1",
                    shape_seed=12,
                    centre_mm=(0.0, -10.0),
                    stages=((0, 5.0, 0.1, 0.0, 0.0), (3, 4.0, 0.05, 0.0, 0.0)),
                ),
            ),
        ),
    ),
)
SMALL_CLINIC = (HEALING, WAITING)


def four_ulcers(code: str, seed: int) -> PatientPlan:
    """Return a patient with four ulcers, livedo round one, seen twice."""
    places = ((-24.0, -54.0), (24.0, -54.0), (-24.0, -10.0), (24.0, -10.0))
    courses = tuple(
        Course(
            label=f"A{number}",
            shape_seed=seed + number,
            centre_mm=place,
            stages=((0, area, 0.2, 0.1, livedo), (8, 0.6 * area, 0.3, 0.05, livedo)),
        )
        for number, (place, area, livedo) in enumerate(
            zip(places, (6.0, 4.0, 3.0, 5.0), (0.0, 0.8, 0.0, 0.0), strict=True), start=1
        )
    )
    return PatientPlan(
        code=code,
        seed=seed,
        skin_tone=0.3,
        weeks_seen=(0, 8),
        last_visit_days_ago=3,
        views=(ViewPlan(site=BodySite(region="abdomen"), seed=1, courses=courses),),
    )


READ_CLINIC = (four_ulcers("WT-0011", 11), four_ulcers("WT-0012", 12))


def rendered_in(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("IMG_*.jpg")}


@dataclass(frozen=True)
class Built:
    folder: Path
    report: DemoReport
    was_there_when_stopped: bool
    photographs_kept: bool


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return a small clinic, whose making was stopped once on the way."""
    folder = tmp_path_factory.mktemp("demo") / "clinic"
    staging = folder.with_name(".clinic-being-made")
    kept: dict[str, int] = {}

    def stop_at_measuring(_fraction: float, message: str) -> None:
        if message.startswith("Measuring"):
            raise Cancelled

    with pytest.raises(Cancelled):
        build_demo(folder, today=TODAY, clinic=SMALL_CLINIC, progress=stop_at_measuring)
    was_there = folder.exists()
    kept = rendered_in(staging)
    # As if killed later: half a library lies there too.
    Library.create(staging / "library").close()

    seen: dict[str, int] = {}

    def look(_fraction: float, message: str) -> None:
        if message.startswith("Measuring"):
            seen.update(rendered_in(staging))

    report = build_demo(folder, today=TODAY, clinic=SMALL_CLINIC, progress=look)
    return Built(
        folder=folder,
        report=report,
        was_there_when_stopped=was_there,
        photographs_kept=bool(kept) and all(seen[name] == time for name, time in kept.items()),
    )


def test_its_printer_was_measured_so_that_no_scale_is_doubted_for_it(built: Built) -> None:
    with Library.open(built.folder, read_only=True) as library:
        (printer,) = printers(library)
        calibrations = [
            proposal.calibration
            for proposal in library.proposals(waiting_only=False)
            if proposal.calibration is not None
        ]

    assert (printer.name, printer.print_scale.scale) == ("Ward printer", 1.0)
    assert calibrations
    codes = {doubt.code for calibration in calibrations for doubt in calibration.doubts}
    assert not {code for code in codes if code.startswith("print_scale")}
    assert all(calibration.print_scale_sd < 0.005 for calibration in calibrations)


def test_a_stopped_demonstration_leaves_nothing_that_looks_complete(built: Built) -> None:
    assert not built.was_there_when_stopped


def test_what_was_rendered_before_it_was_stopped_is_not_rendered_again(built: Built) -> None:
    assert built.photographs_kept


def test_nothing_of_the_making_stays_behind(built: Built) -> None:
    assert [path.name for path in built.folder.parent.iterdir()] == ["clinic"]


def test_the_report_counts_what_is_there(built: Built) -> None:
    report = built.report

    assert (report.patients, report.lesions, report.photographs) == (2, 2, 4)
    assert (report.accepted, report.waiting, report.was_kept) == (3, 1, False)
    assert report.not_imported == ("IMG_0666.jpg",)
    assert "2 patients, 2 lesions, 4 photographs, 1 to review" in report.sentence


def test_a_single_thing_is_counted_in_the_singular(tmp_path: Path) -> None:
    report = DemoReport(
        folder=tmp_path, was_kept=False, patients=1, lesions=1, photographs=1, waiting=1
    )

    assert report.sentence.endswith(": 1 patient, 1 lesion, 1 photograph, 1 to review.")


def test_the_library_is_sound_and_was_made_by_the_verbs_of_a_person(built: Built) -> None:
    with Library.open(built.folder, read_only=True) as library:
        problems = library.check().problems
        verbs = Counter(entry.verb for entry in library.audit_trail())
        people = {entry.by for entry in library.audit_trail()}

    assert problems == ()
    assert set(verbs) <= {"create", "measure printer", "import", "accept", "set aside"}
    assert (verbs["import"], verbs["accept"]) == (4, 3)
    assert "Demo clinic" in people


def test_the_areas_are_those_that_were_painted(built: Built) -> None:
    with Library.open(built.folder, read_only=True) as library:
        patient = library.patient_with_code("WT-0001")
        (lesion,) = timeline_of(library, patient).lesions

    first, last = lesion.points
    # Painted: 6 cm² and, eight weeks later, closed; measured by the program's own outline.
    assert first.area_cm2 == pytest.approx(6.0, rel=0.12)
    assert (last.area_cm2, last.state) == (0.0, WoundState.CLOSED)
    assert (last.on - first.on, last.on) == (timedelta(days=56), TODAY - timedelta(days=2))


def test_a_photograph_without_a_card_has_an_outline_but_no_area(built: Built) -> None:
    with Library.open(built.folder, read_only=True) as library:
        patient = library.patient_with_code("WT-0002")
        (assessment,) = library.assessments(patient_id=patient.id)

    (outline,) = assessment.outlines
    assert outline.measurement is None
    assert len(outline.outline.outer) > 10


def test_the_newest_visit_waits_for_review(built: Built) -> None:
    with Library.open(built.folder, read_only=True) as library:
        (proposal,) = library.proposals()
        filed = library.photograph(proposal.photograph_id)

    assert filed.photograph.taken_on == TODAY - timedelta(days=1)
    assert proposal.calibration is not None


def test_a_complete_demonstration_is_kept_as_it_is(built: Built) -> None:
    with Library.open(built.folder, read_only=True) as library:
        head = library.audit_head()

    report = build_demo(built.folder, today=TODAY + timedelta(days=40), clinic=SMALL_CLINIC)

    assert report.was_kept
    assert (report.patients, report.photographs, report.waiting) == (2, 4, 1)
    with Library.open(built.folder, read_only=True) as library:
        assert library.audit_head() == head


def test_a_demonstration_of_an_older_version_is_brought_up_to_date(
    built: Built, tmp_path: Path
) -> None:
    older = tmp_path / "demo"
    shutil.copytree(built.folder, older)
    with closing(sqlite3.connect(older / "library.db")) as connection, connection:
        connection.execute("ALTER TABLE assessed_outline DROP COLUMN tissue")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm010%'")

    report = build_demo(older, today=TODAY, clinic=SMALL_CLINIC)

    assert report.was_kept
    Library.open(older, read_only=True).close()  # no longer behind


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "aunt.txt").write_text("Dear aunt", encoding="utf-8")

    with pytest.raises(LibraryExists):
        build_demo(tmp_path / "letters", clinic=SMALL_CLINIC)

    assert [path.name for path in tmp_path.rglob("*")] == ["letters", "aunt.txt"]


def test_two_windows_do_not_make_it_at_once(tmp_path: Path) -> None:
    (tmp_path / ".clinic-being-made").mkdir()
    with Library.create(tmp_path / ".clinic-being-made" / "library"), pytest.raises(LibraryInUse):
        build_demo(tmp_path / "clinic", clinic=SMALL_CLINIC)

    assert not (tmp_path / "clinic").exists()


# --- its blinded reading -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clinic with sixteen ulcers in photographs to read."""
    folder = tmp_path_factory.mktemp("read") / "clinic"
    build_demo(folder, today=TODAY, clinic=READ_CLINIC)
    return folder


def areas_read(folder: Path) -> list[tuple[str, int, float | None]]:
    with Library.open(folder, read_only=True) as library:
        (session,) = library.reading_sessions()
        readings = {one.task_id: one for one in library.readings(session.id)}
        return [
            (one.reader, one.place, readings[one.id].area_mm2)
            for one in library.reading_tasks(session.id)
        ]


def test_two_readers_read_sixteen_photographs_twice_each_and_say_what_covers_the_bed(
    read: Path,
) -> None:
    with Library.open(read, read_only=True) as library:
        (session,) = library.reading_sessions()
        items = library.reading_items(session.id)
        readings = library.readings(session.id)
        by = Counter(one.by for one in library.audit_trail() if one.verb == "read")
        assert library.check().problems == ()

    assert (session.repeats, len(items), len(readings)) == (2, 16, 64)
    assert by == dict.fromkeys(session.readers, 32)
    assert len(session.readers) == 2
    assert session.asks == (Asked.TISSUE,)
    assert all(sum(share for _, share in one.tissue) == pytest.approx(1) for one in readings)
    assert all(one.seconds is not None and 10 < one.seconds < 120 for one in readings)


def test_the_readers_agree_as_well_as_people_do_and_with_themselves_better(read: Path) -> None:
    with Library.open(read, read_only=True) as library:
        (session,) = library.reading_sessions()
        results = session_results(library, session)

    assert results.why_not == ()
    logs = results.log_area
    assert logs is not None
    assert logs.repeat_s_w is not None
    assert 0.025 < logs.repeat_s_w.value < 0.055
    assert logs.repeat_s_w.value < logs.cv.value < 0.10
    assert results.between_readers is not None
    assert results.within_reader is not None
    assert 0.93 < results.between_readers.dice.value < results.within_reader.dice.value < 0.99


def test_who_took_livedo_for_wound_is_outvoted_and_nothing_is_adopted(read: Path) -> None:
    with Library.open(read, read_only=True) as library:
        (session,) = library.reading_sessions()
        (decided,) = library.adjudications(session.id)
        (item,) = [one for one in library.reading_items(session.id) if one.id == decided.item_id]
        lesion = library.lesion(item.lesion_id)
        of_item = {
            task.id: task for task in library.reading_tasks(session.id) if task.item_id == item.id
        }
        mean = {
            reader: sum(
                one.area_mm2 or 0
                for one in library.readings(session.id)
                if one.task_id in of_item and of_item[one.task_id].reader == reader
            )
            / 2
            for reader in session.readers
        }
        adopted = adopted_error(library)

    first, second = session.readers
    assert adopted is None
    assert decided.decided_by == "Demo clinic"
    assert lesion.label == "A2"  # the one with livedo round it
    assert mean[second] > 1.1 * mean[first]
    assert decided.area_mm2 == pytest.approx(mean[first], rel=0.1)


def test_the_same_photographs_are_read_alike_again(read: Path, tmp_path: Path) -> None:
    build_demo(tmp_path / "again", today=TODAY, clinic=READ_CLINIC)

    once, again = areas_read(read), areas_read(tmp_path / "again")

    assert again == once
    assert len(once) == 64


def test_where_there_is_too_little_to_read_there_is_no_reading(built: Built) -> None:
    with Library.open(built.folder, read_only=True) as library:
        assert library.reading_sessions(include_retired=True) == ()


# --- the plan of the whole clinic ----------------------------------------------------------------


def courses(clinic: Sequence[PatientPlan]) -> list[tuple[BodySite, Course]]:
    return [
        (view.site, course)
        for patient in clinic
        for view in patient.views
        for course in view.courses
    ]


def test_the_clinic_has_the_patients_lesions_and_photographs_it_promises() -> None:
    photographs = [shot for patient in CLINIC for shot, _ in shots_of(patient)]
    groups = {site.group for site, _ in courses(CLINIC)}

    assert len(CLINIC) == 10
    assert len(courses(CLINIC)) >= 20
    assert len(photographs) == 91
    assert groups >= {SiteGroup.ABDOMEN, SiteGroup.LEGS, SiteGroup.TORSO}
    assert [shot.has_card for shot in photographs].count(False) == 1
    assert 2 <= sum(patient.is_last_visit_waiting for patient in CLINIC) <= 3


def test_the_clinic_has_lesions_that_merge_split_reopen_and_a_patient_who_dies() -> None:
    histories = {patient.code: patient.history for patient in CLINIC}
    links = {link.kind for one in histories.values() if one for link in one.links}
    events = {event.kind for one in histories.values() if one for event in one.happened}

    assert None not in histories.values()
    assert links == set(LinkKind)
    assert {EventKind.DEBRIDEMENT, EventKind.DEATH, EventKind.ADMISSION} <= events


def test_what_was_recorded_beside_the_photographs_is_in_the_library(tmp_path: Path) -> None:
    history = History(
        name="Ada Nobody",
        nhs_number="9990000018",
        sex=Sex.FEMALE,
        age=61,
        height_cm=160,
        weight_kg=80,
        pains=((0, 8, 9), (8, 2, 3)),
        labs=((0, 2.1, 40, 28),),
        given=(Given(agent=Agent.CINACALCET, start=1, dose=60, unit="mg"),),
        happened=(Happened(kind=EventKind.DEBRIDEMENT, week=2, lesion="T1"),),
    )
    build_demo(tmp_path / "demo", today=TODAY, clinic=(replace(HEALING, history=history),))

    with Library.open(tmp_path / "demo", read_only=True) as library:
        patient = library.patient_with_code("WT-0001")
        record = record_of(library, patient)
        lesion, *_ = library.lesions(patient.id)
        first, last = library.visits(patient.id)
        assert library.check().problems == ()
        assert library.identity(patient.id) is not None

    assert [(one.on, one.value) for one in record.pains] == [
        (first.visited_on, 8),
        (first.visited_on, 9),
        (last.visited_on, 2),
        (last.visited_on, 3),
    ]
    assert [finding.state for finding in record.findings] == [
        LesionState.OPEN,
        LesionState.EPITHELIALISED,
    ]
    closed = record.finding_of(lesion.id, last.id)
    assert closed is not None
    assert (closed.has_drainage, closed.needs_dressing) == (False, False)
    (debridement,) = record.events
    assert debridement.lesion_id == lesion.id
    assert debridement.on.earliest == first.visited_on + timedelta(days=14)


def test_one_patient_of_the_clinic_has_eschar_and_margin_outlined() -> None:
    nested = [
        patient.code
        for patient in CLINIC
        for view in patient.views
        for course in view.courses
        if course.is_nested
    ]

    assert nested == ["WT-0073"]


def test_the_nurse_outlines_the_black_plate_and_the_livedo_round_it(tmp_path: Path) -> None:
    build_demo(tmp_path / "demo", today=TODAY, clinic=(COVERED,))

    with Library.open(tmp_path / "demo", read_only=True) as library:
        course = timeline_of(library, library.patient_with_code("WT-0003"))
    (curve,) = course.lesions
    ulcer = [point.area_mm2 or 0 for point in curve.points]
    eschar, margin = ([point.area_mm2 or 0 for point in one.points] for one in curve.nested)
    assert len(ulcer) == len(eschar) == len(margin) == 2
    # 70 and 65 % of the bed were painted black, with a brown rim of some width round it.
    assert all(0.55 * whole < one < 0.9 * whole for one, whole in zip(eschar, ulcer, strict=True))
    assert all(whole > 1.8 * one for whole, one in zip(margin, ulcer, strict=True))
    assert not [doubt for one in curve.nested for point in one.points for doubt in point.doubts]


def test_the_clinic_has_lesions_that_heal_stall_worsen_and_close() -> None:
    fates = Counter(
        "closes" if end == 0 else "heals" if end < 0.4 else "worsens" if end > 1.4 else "stalls"
        for end in (
            course.stages[-1][1] / course.stages[0][1]
            for _, course in courses(CLINIC)
            if course.label != "F2"  # seen rising and falling
        )
    )

    assert min(fates[fate] for fate in ("closes", "heals", "worsens", "stalls")) >= 1


def test_taking_off_the_eschar_makes_the_ulcer_larger() -> None:
    abdomen = CLINIC[0].views[0].courses[0]

    covered, open_ = abdomen.at(4), abdomen.at(6)

    assert covered.eschar == pytest.approx(0.62)
    assert open_.eschar == pytest.approx(0.04)
    assert open_.area_mm2 > 1.2 * covered.area_mm2


def test_the_clinic_spans_a_year_and_ends_near_today(tmp_path: Path) -> None:
    patients = planned_photographs(CLINIC, tmp_path, TODAY)

    days = [one.scene.taken_at.date() for photographs in patients for one in photographs]

    assert TODAY - timedelta(days=7) <= max(days) <= TODAY
    assert timedelta(days=330) <= max(days) - min(days) <= timedelta(days=400)
    assert len({one.path for photographs in patients for one in photographs}) == len(days)


def test_the_same_day_gives_the_same_clinic(tmp_path: Path) -> None:
    once, again = (planned_photographs(CLINIC, tmp_path, TODAY) for _ in range(2))

    assert once == again


def test_what_is_given_is_said_in_the_words_of_the_form_so_that_no_export_hides_it() -> None:
    given = [one for patient in CLINIC if patient.history for one in patient.history.given]

    assert len(given) > 10
    assert {one.frequency for one in given} <= {"", *FREQUENCIES}
    assert {one.route for one in given} <= {"", *ROUTES}


def test_the_lesions_are_named_as_the_program_would_name_them() -> None:
    for site, course in courses(CLINIC):
        assert course.label[0] == REGIONS[site.region].letter


def test_skins_of_every_tone_are_seen() -> None:
    tones = sorted(patient.skin_tone for patient in CLINIC)

    assert tones[0] < 0.1
    assert tones[-1] > 0.9
    assert max(two - one for one, two in pairwise(tones)) < 0.35


@pytest.mark.skipif(os.name == "nt", reason="asks for a process the POSIX way")
def test_no_process_outlives_a_killed_demonstration(tmp_path: Path) -> None:
    asking = (
        "import multiprocessing, os, sys, time\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from woundtrack import phantom\n"
        "if __name__ == '__main__':\n"
        "    pool = ProcessPoolExecutor(1, multiprocessing.get_context('spawn'),\n"
        "                               initializer=phantom.start_worker)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    script = tmp_path / "asking.py"
    script.write_text(asking, encoding="utf-8")
    root = str(Path(__file__).parent.parent)
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    ) as program:
        assert program.stdout is not None
        worker = int(program.stdout.readline())
        program.kill()

        deadline = time.monotonic() + 20
        while is_running(worker) and time.monotonic() < deadline:
            time.sleep(0.05)

    assert not is_running(worker)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not (state.is_file() and ") Z " in state.read_text(encoding="utf-8"))
