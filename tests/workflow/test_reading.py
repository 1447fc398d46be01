"""Reading sessions: drawn from who agrees, shown blinded, read with pauses, and judged by a third.

Nothing of them touches what was accepted.
"""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.workflow.readers import fill, oval, read_all, read_here, read_session
from woundtrack import workflow
from woundtrack.errors import FileUnwritable, ReadingRefused, SessionRefused, UnknownSession
from woundtrack.model import Asked, Consent, ErrorBasis, Outline, Purpose, Tissue, now
from woundtrack.records import Library
from woundtrack.workflow.exporting import ExportChoice, export_csv, open_export
from woundtrack.workflow.reader_error import (
    adopt_again,
    adopt_session,
    adopted_error,
    take_back_adoption,
)
from woundtrack.workflow.reading import (
    begin_session,
    items_that_may_be_shown,
    readable_items,
    reading_progress,
    restore_session,
    retire_session,
    sample_items,
    session_named,
)
from woundtrack.workflow.reading_counted import readings_by_patient
from woundtrack.workflow.reading_desk import Answer, LibraryDesk
from woundtrack.workflow.reading_disagreements import adjudicate, disagreements
from woundtrack.workflow.reading_results import session_results
from woundtrack.workflow.reading_table import write_readings_table

WIDTHS = ((180, 160, 140), (260, 240), (90, 80, 70, 60), (400, 380, 360))  # twelve pictures


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the clinic once; every test gets a copy."""
    folder = tmp_path_factory.mktemp("readers")
    with Library.create(folder / "library") as library:
        fill(library, WIDTHS, folder)
    return folder / "library"


@pytest.fixture
def clinic(filled: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copytree(filled, tmp_path / "clinic")
    with Library.open(tmp_path / "clinic") as library:
        yield library


def refuse_research(library: Library, code: str) -> None:
    consent = Consent(
        patient_id=library.patient_with_code(code).id,
        purpose=Purpose.RESEARCH,
        is_given=False,
        given_on=now().astimezone().date() - timedelta(days=1),
    )
    workflow.record_entries(library, [consent], by="Ann")


# --- what is read --------------------------------------------------------------------------------


def test_everything_open_and_measured_of_who_agrees_can_be_read(clinic: Library) -> None:
    assert len(readable_items(clinic).items) == 12
    refuse_research(clinic, "CX-002")

    found = readable_items(clinic)

    assert len(found.items) == 10
    assert (found.refused, found.not_asked, found.without_scale) == (1, 0, 0)
    strict = readable_items(clinic, with_unasked=False)
    assert (len(strict.items), strict.not_asked) == (0, 3)


def test_a_sample_holds_all_sizes_and_lesions_and_can_be_drawn_again(clinic: Library) -> None:
    items = readable_items(clinic).items

    drawn = sample_items(items, 6, seed=4)

    assert drawn == sample_items(items, 6, seed=4)
    assert any(sample_items(items, 6, seed=seed) != drawn for seed in range(5, 15))
    thirds = sorted(one.area_mm2 for one in items)
    strata = Counter(
        sum(one.area_mm2 >= limit for limit in (thirds[4], thirds[8])) for one in drawn
    )
    assert strata == {0: 2, 1: 2, 2: 2}
    assert len({one.lesion.id for one in drawn}) >= 3
    assert sample_items(items, 50, seed=1) == items


def test_every_reader_reads_everything_in_an_order_of_its_own(clinic: Library) -> None:
    items = readable_items(clinic).items

    session = begin_session(
        clinic, " Autumn  2026 ", items, readers=["Ann", "Ben"], repeats=2, seed=3, by="Cleo"
    )

    assert session == session_named(clinic, "autumn 2026")
    orders = []
    for reader in ("Ann", "Ben"):
        tasks = clinic.reading_tasks(session.id, reader)
        assert [one.place for one in tasks] == list(range(1, 25))
        assert [one.replicate for one in tasks] == [1] * 12 + [2] * 12
        orders += [
            tuple(one.item_id for one in tasks[:12]),
            tuple(one.item_id for one in tasks[12:]),
        ]
    assert len(set(orders)) == 4
    assert len({frozenset(order) for order in orders}) == 1
    assert clinic.check().problems == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"readers": ["Ann"]}, "two readers"),
        ({"readers": ["Ann", "ann "]}, "name of his own"),
        ({"readers": ["Ann", " "]}, "name of his own"),
        ({"name": "  "}, "1 to 80"),
        ({"items": ()}, "no photograph"),
        ({"least_dice": 1.5}, "Dice"),
        ({"repeats": 0}, "two readers"),
    ],
    ids=["alone", "twice", "nobody", "name", "nothing", "dice", "repeats"],
)
def test_a_session_that_shows_nothing_is_refused_in_words(
    clinic: Library, changes: dict[str, object], reason: str
) -> None:
    given = {
        "name": "Autumn", "items": readable_items(clinic).items, "readers": ["Ann", "Ben"],
    } | changes  # fmt: skip

    with pytest.raises(SessionRefused, match=reason):
        begin_session(clinic, by="Cleo", **given)  # type: ignore[arg-type]

    assert clinic.reading_sessions() == ()


def test_a_session_is_known_by_one_name_and_goes_out_of_view_and_back(clinic: Library) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben"], by="Cleo")

    gone = retire_session(clinic, session, by="Cleo")

    with pytest.raises(UnknownSession):
        session_named(clinic, "Autumn")
    with pytest.raises(SessionRefused, match="already"):
        begin_session(clinic, "AUTUMN", items, readers=["Ann", "Ben"], by="Cleo")
    restore_session(clinic, gone, by="Cleo")
    assert session_named(clinic, "Autumn").id == session.id


# --- a reader at work ----------------------------------------------------------------------------


def test_a_reader_stops_and_goes_on_sees_only_his_own_and_may_correct_it(clinic: Library) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben"], seed=3, by="Cleo")
    before = clinic.assessments()
    ann, ben = LibraryDesk(clinic, session, "ann"), LibraryDesk(clinic, session, "Ben")
    ring = oval(80, 60, at=(110, 100))

    ann.record(1, Answer(outlines=(Outline(outer=ring),), seconds=30))
    ann.record(2, Answer(unreadable="glare over the edge", seconds=5))

    again = LibraryDesk(clinic, session, "Ann")
    assert again.unread[0] == 3
    assert len(again.unread) == 10
    seen = again.picture(1).answer
    assert seen is not None
    np.testing.assert_allclose(seen.outlines[0].outer, ring, atol=1e-9)
    assert ben.picture(1).answer is None
    again.record(1, Answer(outlines=(Outline(outer=oval(88, 66, at=(110, 100))),), seconds=12))
    assert [one.revision for one in clinic.readings(session.id)] == [2, 1]
    ann_done, ben_done = reading_progress(clinic, session)
    assert (ann_done.read, ann_done.tasks, ann_done.seconds) == (2, 12, 17.0)
    assert (ben_done.read, ben_done.tasks) == (0, 12)
    assert clinic.assessments() == before
    assert clinic.check().problems == ()
    with pytest.raises(SessionRefused, match="Cleo is no reader"):
        LibraryDesk(clinic, session, "Cleo")


def test_a_picture_is_cut_to_its_wound_and_measures_as_the_photograph(clinic: Library) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben"], seed=3, by="Cleo")
    desk = LibraryDesk(clinic, session, "Ann")

    read_all(desk, lambda _: 1.0)

    accepted = sorted(one.area_mm2 for one in items)
    read = sorted(one.area_mm2 or 0 for one in clinic.readings(session.id))
    np.testing.assert_allclose(read, accepted, rtol=0.05)
    with ThreadPoolExecutor(1) as thread:
        shown = thread.submit(desk.prepared(1)).result()
    height, width = shown.pixels.shape[:2]
    assert (width, height) < (1400, 1100)
    x, y = shown.at_px
    assert shown.pixels[int(y), int(x), 1] < 60, "the place lies in the wound"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(), "needs an outline"),
        (Answer(outlines=(Outline(outer=oval(9, 9)),), unreadable="glare"), "needs an outline"),
        (Answer(outlines=(Outline(outer=((0, 0), (9, 9))),)), "three points"),
        (Answer(outlines=(Outline(outer=((0, 0), (9, 9), (math.nan, 3))),)), "three points"),
        (Answer(outlines=(Outline(outer=oval(9, 9, at=(-50, 50))),)), "outside the picture"),
        (Answer(outlines=(Outline(outer=((5, 5), (9, 9), (7, 7))),)), "no inside"),
        (
            Answer(unreadable="dark", tissue=((Tissue.SLOUGH, 0.9), (Tissue.ESCHAR, 0.4))),
            "30 % too",
        ),
        (Answer(unreadable="dark", tissue=((Tissue.SLOUGH, 0.3),)), "70 % are missing"),
        (Answer(unreadable="dark", tissue=((Tissue.SLOUGH, 0.0),)), "100 % are missing"),
        (Answer(unreadable="dark", answers=((Asked.DEPTH, "abyss"),)), "no answer"),
        (Answer(unreadable="dark", answers=((Asked.EDGE, "sharp"),)), "no answer"),
    ],
    ids=[
        "nothing",
        "both",
        "line",
        "nan",
        "outside",
        "flat",
        "130 %",
        "30 %",
        "0 %",
        "word",
        "other",
    ],
)
def test_an_answer_that_can_not_be_is_refused_and_nothing_is_recorded(
    clinic: Library, answer: Answer, reason: str
) -> None:
    session = begin_session(
        clinic,
        "Autumn",
        readable_items(clinic).items,
        readers=["Ann", "Ben"],
        asks=[Asked.TISSUE, Asked.DEPTH],
        by="Cleo",
    )

    with pytest.raises(ReadingRefused, match=reason):
        LibraryDesk(clinic, session, "Ann").record(1, answer)

    assert clinic.readings(session.id) == ()


def test_tissue_may_stay_unsaid_and_time_unknown_and_neither_becomes_a_zero(
    clinic: Library,
) -> None:
    session = begin_session(
        clinic,
        "Autumn",
        readable_items(clinic).items,
        readers=["Ann", "Ben"],
        asks=[Asked.TISSUE],
        by="Cleo",
    )
    ann = LibraryDesk(clinic, session, "Ann")
    said = ((Tissue.SLOUGH, 0.0), (Tissue.GRANULATION, 1.0))

    ann.record(1, Answer(outlines=(Outline(outer=oval(80, 60, at=(110, 100))),), seconds=30))
    ann.record(2, Answer(outlines=(Outline(outer=oval(80, 60, at=(110, 100))),), tissue=said))

    first, second = clinic.readings(session.id)
    assert (first.tissue, first.seconds) == ((), 30.0)
    assert (second.tissue, second.seconds) == (said, None)
    ann_done, ben_done = reading_progress(clinic, session)
    assert (ann_done.seconds, ben_done.seconds) == (30.0, None)
    assert session_results(clinic, session).seconds == (("Ann", 30.0),)


def test_a_patient_who_agrees_no_longer_is_shown_to_nobody_and_counts_in_nothing(
    clinic: Library,
) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben"], seed=3, by="Cleo")
    read_session(clinic, session, log_sd=0.05, seed=1)
    desk = LibraryDesk(clinic, session, "Ann")
    assert len(desk.numbers) == 12

    refuse_research(clinic, "CX-001")

    assert len(desk.numbers) == 9
    (hidden, *_) = sorted(set(range(1, 13)) - set(desk.numbers))
    with pytest.raises(ReadingRefused, match="may not be shown"):
        desk.picture(hidden)
    results = session_results(clinic, session)
    assert (results.items, results.left_out) == (9, 3)
    assert len(items_that_may_be_shown(clinic, session)) == 9


# --- results -------------------------------------------------------------------------------------


def test_the_results_of_a_session_tell_the_error_that_the_readers_had(clinic: Library) -> None:
    items = readable_items(clinic).items
    session = begin_session(
        clinic, "Autumn", items, readers=["Ann", "Ben", "Cy"], repeats=2, seed=3, by="Cleo"
    )
    read_session(clinic, session, log_sd=0.06, seed=2)

    found = session_results(clinic, session)

    assert (found.items, found.tasks, found.read, found.unreadable) == (12, 72, 72, 0)
    assert found.area is not None
    assert found.log_area is not None
    assert found.area.icc.value > 0.98
    assert found.area.sdc.unit == "cm²"
    s_w = found.log_area.s_w
    assert s_w.low is not None
    assert s_w.high is not None
    assert s_w.low < 0.06 < s_w.high
    assert found.log_area.repeat_s_w is not None
    assert found.log_area.repeat_s_w.value == pytest.approx(0.06, rel=0.35)
    assert [(one.first, one.second) for one in found.limits] == [
        ("Ann", "Ben"), ("Ann", "Cy"), ("Ben", "Cy"),
        ("Ann, 1", "Ann, 2"), ("Ben, 1", "Ben, 2"), ("Cy, 1", "Cy, 2"),
    ]  # fmt: skip
    assert len(found.limits[0].points) == 12
    assert all(one.is_log for one in found.log_limits)
    assert found.between_readers is not None
    assert found.within_reader is not None
    assert found.between_readers.pairs == 12 * 12
    assert found.within_reader.pairs == 12 * 3
    assert 0.9 < found.between_readers.dice.value < 1.0
    assert found.between_readers.mean_mm.unit == "mm"
    assert 0 < found.between_readers.mean_mm.value < found.between_readers.hausdorff_95_mm.value < 3
    assert found.why_not == ()
    assert dict(found.seconds).keys() == {"Ann", "Ben", "Cy"}


def test_what_was_asked_beside_the_outline_has_its_kappas_and_shares(clinic: Library) -> None:
    items = readable_items(clinic).items
    session = begin_session(
        clinic,
        "Autumn",
        items,
        readers=["Ann", "Ben", "Cy"],
        asks=[Asked.EXUDATE_AMOUNT, Asked.TISSUE],
        seed=3,
        by="Cleo",
    )
    amounts = Asked.EXUDATE_AMOUNT.answers
    for person, reader in enumerate(session.readers):
        desk = LibraryDesk(clinic, session, reader)
        place = {one.id: one.place for one in clinic.reading_items(session.id)}
        tasks = {one.place: one for one in clinic.reading_tasks(session.id, reader)}
        for number in desk.unread:
            turn = place[tasks[number].item_id]
            level = turn % 5 if person < 2 else min(turn % 5 + turn % 2, 4)
            share = 0.05 * turn + 0.01 * person
            desk.record(
                number,
                Answer(
                    outlines=(Outline(outer=oval(60, 60, at=(110, 100))),),
                    tissue=((Tissue.SLOUGH, share), (Tissue.GRANULATION, 1 - share)),
                    answers=((Asked.EXUDATE_AMOUNT, amounts[level]),),
                ),
            )

    found = session_results(clinic, session)

    kappas = dict(found.kappas)
    ann_ben, ann_cy, _, fleiss = kappas[Asked.EXUDATE_AMOUNT]
    assert ann_ben.kappa.value == pytest.approx(1.0)
    assert 0 < ann_cy.kappa.value < 1
    assert fleiss.name == "Fleiss' kappa"
    assert {one for one, _ in found.tissue} == {Tissue.SLOUGH, Tissue.GRANULATION}
    assert all(one.icc.value > 0.99 for _, one in found.tissue)
    assert {one.answers for one in found.disagreements if one.answers} == {
        (Asked.EXUDATE_AMOUNT,), (Asked.TISSUE,), (Asked.TISSUE, Asked.EXUDATE_AMOUNT),
    } & {one.answers for one in found.disagreements if one.answers}  # fmt: skip


def test_how_far_outlines_overlap_has_an_interval_that_ends_at_one(clinic: Library) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben"], seed=3, by="Cleo")
    read_here(clinic, session, "Ann", lambda _: 1.0)
    read_here(clinic, session, "Ben", lambda number: 1.9 if number == 5 else 1.0)

    between = session_results(clinic, session).between_readers

    assert between is not None
    assert between.dice.low is not None
    assert 0.0 <= between.dice.low < between.dice.value
    assert between.dice.high == 1.0
    assert between.jaccard.high == 1.0
    assert between.mean_mm.low == 0.0


def test_a_session_half_read_says_what_it_can_and_why_not_the_rest(clinic: Library) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben"], seed=3, by="Cleo")
    read_here(clinic, session, "Ann", lambda _: 1.0)

    found = session_results(clinic, session)

    assert found.read == 12
    assert found.area is None
    assert found.between_readers is None
    assert dict(found.why_not)["area"].startswith(
        "Ann alone has read, and nobody read a photograph twice"
    )


# --- disagreements -------------------------------------------------------------------------------


def test_a_third_person_decides_what_readers_disagree_about(clinic: Library) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben"], seed=3, by="Cleo")
    read_here(clinic, session, "Ann", lambda _: 1.0)
    read_here(clinic, session, "Ben", lambda number: 1.4 if number == 5 else 1.02)

    (apart,) = disagreements(clinic, session)

    assert apart.ratio == pytest.approx(1.96, rel=0.02)
    assert apart.dice == pytest.approx(2 / (1 + 1.96), abs=0.02)
    assert apart.decided is None
    ann = next(one for one in apart.readings if one.recorded_by == "Ann")
    with pytest.raises(SessionRefused, match="third person"):
        adjudicate(clinic, session, apart.item, chosen=ann, reason="mine", by="ben")
    with pytest.raises(SessionRefused, match="reason"):
        adjudicate(clinic, session, apart.item, chosen=ann, reason=" ", by="Cleo")
    with pytest.raises(SessionRefused, match="one of the readings"):
        adjudicate(clinic, session, apart.item, reason="?", by="Cleo")
    chosen = adjudicate(
        clinic, session, apart.item, chosen=ann, reason="Ben took the red skin", by="Cleo"
    )
    assert chosen.area_mm2 == ann.area_mm2
    own = adjudicate(
        clinic, session, apart.item, outlines=ann.outlines, reason="redrawn", by="Dora"
    )
    assert own.revision == 2
    assert own.area_mm2 == pytest.approx(ann.area_mm2)
    assert disagreements(clinic, session)[0].decided == own
    assert clinic.check().problems == ()


# --- the error that a course shows ---------------------------------------------------------------


def test_a_person_adopts_a_sessions_error_and_takes_it_back(clinic: Library) -> None:
    items = readable_items(clinic).items
    session = begin_session(
        clinic, "Autumn", items, readers=["Ann", "Ben", "Cy"], repeats=2, seed=3, by="Cleo"
    )
    read_session(clinic, session, log_sd=0.06, seed=2)
    assert adopted_error(clinic) is None
    start = now()

    error = adopt_session(clinic, session, reason="our own readers", by="Cleo")

    log_area = session_results(clinic, session).log_area
    assert log_area is not None
    assert adopted_error(clinic) == error
    assert adopted_error(clinic, as_of=start) is None
    assert (error.session, error.basis, error.items, error.readers) == (
        "Autumn", ErrorBasis.ANY_READER, 12, 3,
    )  # fmt: skip
    assert error.log_sd == pytest.approx(log_area.s_w.value)
    one = adopt_session(
        clinic, session, basis=ErrorBasis.SAME_READER, reason="one reader", by="Cleo"
    )
    assert log_area.repeat_s_w is not None
    assert one.log_sd == pytest.approx(log_area.repeat_s_w.value)
    take_back_adoption(clinic, reason="the session was a trial", by="Cleo")
    assert adopted_error(clinic) is None
    with pytest.raises(SessionRefused, match="no session's error is adopted"):
        take_back_adoption(clinic, reason="again", by="Cleo")
    again = adopt_again(clinic, one, by="Cleo")
    assert adopted_error(clinic) == again
    assert again.log_sd == one.log_sd
    take_back_adoption(clinic, reason="and back", by="Cleo")
    verbs = [entry.verb for entry in clinic.audit_trail(5)][:3]
    assert verbs == ["adopt readers' error", "adopt readers' error", "take back readers' error"]
    assert clinic.check().problems == ()


def test_a_session_that_says_too_little_is_not_adopted(clinic: Library) -> None:
    items = readable_items(clinic).items
    small = begin_session(clinic, "Small", items[:6], readers=["Ann", "Ben"], seed=3, by="Cleo")

    with pytest.raises(SessionRefused, match="can't be told"):
        adopt_session(clinic, small, reason="?", by="Cleo")
    read_session(clinic, small, log_sd=0.05, seed=1)
    with pytest.raises(SessionRefused, match="read 6 pictures of it, and 10"):
        adopt_session(clinic, small, reason="?", by="Cleo")


def test_a_course_shows_the_adopted_error_and_no_measurement_is_rewritten(
    clinic: Library, tmp_path: Path
) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben", "Cy"], by="Cleo")
    read_session(clinic, session, log_sd=0.09, seed=2)
    patient = clinic.patient_with_code("CX-004")
    stored, before = clinic.assessments(patient.id), workflow.timeline_of(clinic, patient)
    assert before.reader_error is None
    start = now()

    error = adopt_session(clinic, session, reason="our own readers", by="Cleo")
    after = workflow.timeline_of(clinic, patient)

    assert after.reader_error == error
    assert workflow.course_of(clinic, patient).reader_error == error
    (old,), (new,) = before.lesions, after.lesions
    for one, other in zip(old.points, new.points, strict=True):
        assert other.area_mm2 == one.area_mm2
        assert [term.name for term in one.terms].count("edge") == 1
        assert [term.name for term in other.terms].count("reader") == 1
        assert other.area_high_mm2 is not None
        assert one.area_high_mm2 is not None
        assert other.area_high_mm2 > one.area_high_mm2, "these readers are worse than assumed"
    assert clinic.assessments(patient.id) == stored
    export_csv(clinic, tmp_path / "out", by="Cleo")
    told = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["readers_error"]
    assert (told["is"], told["log_sd"], told["session"]) == ("measured", error.log_sd, None)
    then = workflow.timeline_of(clinic, patient, error_as_of=start)
    assert then == before
    take_back_adoption(clinic, reason="a trial", by="Cleo")
    assert workflow.timeline_of(clinic, patient) == before


def test_the_tidy_bundle_holds_every_reading_of_who_agrees(clinic: Library, tmp_path: Path) -> None:
    items = readable_items(clinic).items
    session = begin_session(
        clinic, "Autumn", items, readers=["Ann", "Ben", "Cy"], asks=[Asked.TISSUE], by="Cleo"
    )
    read_session(clinic, session, log_sd=0.09, seed=2)
    refuse_research(clinic, "CX-001")
    export_csv(clinic, tmp_path / "out", by="Cleo")

    with (tmp_path / "out" / "reliability.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    assert len(rows) == 9 * 3
    assert {row["blinded"] for row in rows} == {"true"}
    assert len({row["rater_id"] for row in rows}) == 3
    assert not {row["rater_id"] for row in rows} & {"Ann", "Ben", "Cy"}
    assert all(float(row["area_traced_cm2"]) > 0 for row in rows)
    shown = {one.id for one in items_that_may_be_shown(clinic, session)}
    areas = sorted(
        (one.area_mm2 or 0) / 100
        for one in clinic.readings(session.id)
        for task in clinic.reading_tasks(session.id)
        if task.id == one.task_id and task.item_id in shown
    )
    np.testing.assert_allclose(
        sorted(float(row["area_traced_cm2"]) for row in rows), areas, atol=1e-4
    )
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert manifest["readers_error"] == {"is": "assumed"}
    alone = tmp_path / "alone.csv"
    export = open_export(clinic, ExportChoice(), by="Cleo")
    written = write_readings_table(export, session, alone, by="Cleo")
    bundled = (tmp_path / "out" / "reliability.csv").read_bytes()
    assert sorted(alone.read_bytes().splitlines()) == sorted(bundled.splitlines())
    assert (written.rows, [one.code for one in written.leaving.left_out]) == (27, ["CX-001"])
    (entry,) = clinic.audit_trail(1)
    assert (entry.verb, entry.why) == (
        "export",
        (
            "readings of Autumn, pseudonymised, 3 patients, "
            "1 who refused or withdrew left out, to alone.csv"
        ),
    )


def test_a_table_of_readings_is_written_over_nothing_but_an_earlier_one(
    clinic: Library, tmp_path: Path
) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben"], seed=3, by="Cleo")
    read_session(clinic, session, log_sd=0.05, seed=1)
    export = open_export(clinic, ExportChoice(is_identified=True), by="Cleo")
    out, strange = tmp_path / "readings.csv", tmp_path / "clinic.csv"
    strange.write_text("name,phone", encoding="utf-8")

    for _ in range(2):
        write_readings_table(export, session, out, by="Cleo")
    with pytest.raises(FileUnwritable, match="agreement results didn't write"):
        write_readings_table(export, session, strange, by="Cleo")
    export_csv(clinic, tmp_path / "out", by="Cleo")
    with pytest.raises(FileUnwritable, match="part of the export"):
        write_readings_table(export, session, tmp_path / "out" / "reliability.csv", by="Cleo")

    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["patient_id"] for row in rows} == {"CX-001", "CX-002", "CX-003", "CX-004"}
    assert {row["rater_id"] for row in rows} == {"Ann", "Ben"}
    assert strange.read_text(encoding="utf-8") == "name,phone"


def test_a_session_out_of_view_since_is_in_an_export_as_of_the_day_it_was_not(
    clinic: Library,
) -> None:
    items = readable_items(clinic).items
    session = begin_session(clinic, "Autumn", items, readers=["Ann", "Ben"], seed=3, by="Cleo")
    read_session(clinic, session, log_sd=0.05, seed=1)
    then = now()

    gone = retire_session(clinic, session, by="Cleo")

    assert readings_by_patient(clinic) == {}
    assert readings_by_patient(clinic, as_of=now()) == {}
    before = readings_by_patient(clinic, as_of=then)
    assert sum(map(len, before.values())) == 24
    back_at = now()
    restore_session(clinic, gone, by="Cleo")
    assert readings_by_patient(clinic, as_of=back_at) == {}
    assert sum(map(len, readings_by_patient(clinic).values())) == 24
