"""A reader on another computer: what leaves says nothing of anybody, and only answers come back."""

from __future__ import annotations

import io
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.workflow.readers import fill, oval, read_all, read_here, say_yes
from woundtrack import workflow
from woundtrack.errors import (
    FileUnwritable,
    LibraryReadOnly,
    PackageUnusable,
    ReadingRefused,
    SessionRefused,
)
from woundtrack.exchange import reading_package as files
from woundtrack.model import Asked, Consent, Outline, ReadingSession, Tissue, now
from woundtrack.records import Library
from woundtrack.workflow.reading import begin_session, items_that_may_be_shown, readable_items
from woundtrack.workflow.reading_away import FolderDesk, import_answers
from woundtrack.workflow.reading_desk import Answer
from woundtrack.workflow.reading_leaving import blinded_pictures, write_reading_package
from woundtrack.workflow.reading_results import session_results


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the clinic once; every test gets a copy."""
    folder = tmp_path_factory.mktemp("away")
    with Library.create(folder / "library") as library:
        fill(library, ((180, 160), (260, 240)), folder)
        say_yes(library)
    return folder / "library"


@pytest.fixture
def clinic(filled: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copytree(filled, tmp_path / "clinic")
    with Library.open(tmp_path / "clinic") as library:
        yield library


@pytest.fixture
def session(clinic: Library) -> ReadingSession:
    return begin_session(
        clinic,
        "Autumn",
        readable_items(clinic).items,
        readers=["Ann", "Ben"],
        asks=[Asked.TISSUE],
        seed=3,
        by="Cleo",
    )


@pytest.fixture
def package(clinic: Library, session: ReadingSession, tmp_path: Path) -> Path:
    path = tmp_path / "out" / "ben.zip"
    write_reading_package(clinic, session, "ben", path, are_pictures_seen=True, by="Cleo")
    return path


def answered(package: Path, folder: Path) -> FolderDesk:
    desk = FolderDesk.unpacked(package, folder)
    read_all(desk, lambda _: 1.0)
    return desk


# --- there and back ------------------------------------------------------------------------------


def test_what_is_read_elsewhere_comes_back_as_if_it_had_been_read_here(
    clinic: Library, session: ReadingSession, package: Path, tmp_path: Path
) -> None:
    read_here(clinic, session, "Ann", lambda _: 1.0)
    before = clinic.assessments()
    desk = FolderDesk.unpacked(package, tmp_path / "there")
    assert (desk.session_name, desk.reader, desk.unread) == ("Autumn", "Ben", (1, 2, 3, 4))
    first = desk.picture(1)
    desk.record(
        1,
        Answer(
            outlines=(Outline(outer=oval(60, 60, at=first.at_px)),),
            tissue=((Tissue.SLOUGH, 0.25), (Tissue.GRANULATION, 0.75)),
            seconds=41,
        ),
    )
    later = FolderDesk.unpacked(package, tmp_path / "there")
    assert later.unread == (2, 3, 4)
    given = later.picture(1).answer
    assert given is not None
    assert given.tissue == ((Tissue.SLOUGH, 0.25), (Tissue.GRANULATION, 0.75))
    later.record(2, Answer(unreadable="glare"))
    read_all(later, lambda _: 1.0)

    taken = import_answers(clinic, later.answers_file, by="Cleo")

    assert (len(taken.taken), taken.known, taken.refused, taken.left) == (4, 0, (), 0)
    assert (taken.reader, taken.session) == ("Ben", session)
    results = session_results(clinic, session)
    assert (results.read, results.unreadable) == (8, 1)
    assert results.between_readers is not None
    ben = {
        task.item_id: reading
        for task in clinic.reading_tasks(session.id, "Ben")
        for reading in clinic.readings(session.id)
        if reading.task_id == task.id
    }
    ann = {
        task.item_id: reading
        for task in clinic.reading_tasks(session.id, "Ann")
        for reading in clinic.readings(session.id)
        if reading.task_id == task.id
    }
    order = [task.item_id for task in clinic.reading_tasks(session.id, "Ben")]
    assert ben[order[2]].area_mm2 == pytest.approx(ann[order[2]].area_mm2, rel=0.03)
    assert ben[order[1]].unreadable == "glare"
    assert ben[order[0]].seconds == 41
    assert clinic.assessments() == before
    assert clinic.check().problems == ()


def test_answers_may_come_in_two_turns_and_a_second_time_says_so(
    clinic: Library, session: ReadingSession, package: Path, tmp_path: Path
) -> None:
    desk = FolderDesk.unpacked(package, tmp_path / "there")
    desk.record(1, Answer(unreadable="dark"))
    half = import_answers(clinic, desk.answers_file, by="Cleo")
    assert (len(half.taken), half.left) == (1, 3)
    with pytest.raises(PackageUnusable, match="taken before"):
        import_answers(clinic, desk.answers_file, by="Cleo")

    read_all(desk, lambda _: 1.0)
    rest = import_answers(clinic, desk.answers_file, by="Cleo")
    desk.record(1, Answer(outlines=(Outline(outer=oval(50, 50, at=desk.picture(1).at_px)),)))
    corrected = import_answers(clinic, desk.answers_file, by="Cleo")

    assert (len(rest.taken), rest.known, rest.left) == (3, 1, 0)
    assert (len(corrected.taken), corrected.known) == (1, 3)
    assert corrected.taken[0].revision == 2
    assert len(clinic.readings(session.id)) == 4


# --- what leaves ---------------------------------------------------------------------------------


def test_nothing_in_a_package_says_whose_a_picture_is_or_of_when(
    clinic: Library, session: ReadingSession, package: Path
) -> None:
    planted = {"Smith", "CX-00", "2026-01", "2026:03", "Nurse", "Cleo", "abdomen"}
    ids = {one.id for one in clinic.patients()} | {one.id for one in clinic.photographs()}
    ids |= {lesion.id for one in clinic.patients() for lesion in clinic.lesions(one.id)}
    ids |= {one.photograph.sha256 for one in clinic.photographs()}

    data = package.read_bytes()
    with zipfile.ZipFile(package) as zipped:
        members = {one.filename: zipped.read(one) for one in zipped.infolist()}
        times = {one.date_time for one in zipped.infolist()}

    for word in planted | ids:
        assert word.encode() not in data, word
        assert not any(word.encode() in member for member in members.values()), word
    assert times == {(1980, 1, 1, 0, 0, 0)}
    for name, member in members.items():
        if name != files.TASKS:
            picture = Image.open(io.BytesIO(member))
            assert not picture.getexif()
            usual = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "comment"}
            assert set(picture.info) <= usual
            assert re.fullmatch(rb"[0-9a-f]+", picture.info["comment"])  # nothing but chance
    assert [one.reader for one in clinic.reading_packages(session.id)] == ["Ben"]
    assert clinic.audit_trail(1)[0].verb == "make reading package"


def repeated(clinic: Library, path: Path) -> ReadingSession:
    """Make a session in which Ben reads four pictures twice, and write his package."""
    session = begin_session(
        clinic, "Twice", readable_items(clinic).items, readers=["Ben"], repeats=2, seed=5, by="Cleo"
    )
    write_reading_package(clinic, session, "Ben", path, are_pictures_seen=True, by="Cleo")
    return session


def test_a_repeat_is_known_neither_by_the_name_nor_by_the_bytes_of_its_file(
    clinic: Library, tmp_path: Path
) -> None:
    path = tmp_path / "ben.zip"

    session = repeated(clinic, path)

    with zipfile.ZipFile(path) as zipped:
        tasks = json.loads(zipped.read(files.TASKS))["tasks"]
        given = {one["task"]: zipped.read(one["picture"]) for one in tasks}
        sizes = {one.file_size for one in zipped.infolist() if one.filename != files.TASKS}
    assert len({one["picture"] for one in tasks}) == 8
    assert len(set(given.values())) == 8
    assert len(sizes) > 4
    first, again = [
        given[task.id]
        for task in clinic.reading_tasks(session.id, "Ben")
        if task.item_id == clinic.reading_items(session.id)[0].id
    ]
    seen = [np.asarray(Image.open(io.BytesIO(one))) for one in (first, again)]
    assert np.array_equal(seen[0], seen[1])


def test_answers_to_an_earlier_package_whose_repeats_share_a_file_are_still_taken(
    clinic: Library, tmp_path: Path
) -> None:
    path, earlier = tmp_path / "ben.zip", tmp_path / "earlier.zip"
    session = repeated(clinic, path)
    with zipfile.ZipFile(path) as zipped:
        document = json.loads(zipped.read(files.TASKS))
        data = {name: zipped.read(name) for name in document["files"]}
    of_item = {task.id: task.item_id for task in clinic.reading_tasks(session.id, "Ben")}
    shared: dict[str, str] = {}
    for task in document["tasks"]:
        task["picture"] = shared.setdefault(of_item[task["task"]], task["picture"])
    document["files"] = {name: document["files"][name] for name in shared.values()}
    document["package"] = "e" * 32
    text = files.canonical(document)
    with zipfile.ZipFile(earlier, "w") as zipped:
        for name in document["files"]:
            zipped.writestr(name, data[name])
        zipped.writestr(files.TASKS, text)
    known = clinic.reading_packages(session.id)[0]
    with clinic.verb("make reading package", by="Cleo", why="Twice") as change:
        change.add_reading_package(replace(known, id="e" * 32, tasks_sha256=files.sha256_of(text)))

    taken = import_answers(clinic, answered(earlier, tmp_path / "there").answers_file, by="Cleo")

    assert (len(taken.taken), taken.refused, taken.left) == (8, (), 0)


def test_pictures_leave_once_somebody_looked_and_without_what_stays(
    clinic: Library, session: ReadingSession, tmp_path: Path
) -> None:
    path = tmp_path / "ben.zip"
    with pytest.raises(SessionRefused, match="looked at each"):
        write_reading_package(clinic, session, "Ben", path, are_pictures_seen=False, by="Cleo")
    assert not path.exists()
    with pytest.raises(SessionRefused, match="no reader"):
        write_reading_package(clinic, session, "Dora", path, are_pictures_seen=True, by="Cleo")

    seen = list(blinded_pictures(clinic, session))
    write_reading_package(
        clinic, session, "Ben", path, are_pictures_seen=True, without=[2], by="Cleo"
    )

    assert [item.place for item, _ in seen] == [1, 2, 3, 4]
    assert np.asarray(Image.open(io.BytesIO(seen[0][1]))).ndim == 3
    assert len(FolderDesk.unpacked(path, tmp_path / "there").numbers) == 3
    with pytest.raises(FileUnwritable, match="a file is there"):
        write_reading_package(clinic, session, "Ben", path, are_pictures_seen=True, by="Cleo")


def test_a_patient_who_refuses_research_leaves_in_no_package_and_comes_back_in_none(
    clinic: Library, session: ReadingSession, package: Path, tmp_path: Path
) -> None:
    desk = answered(package, tmp_path / "before")
    patient = clinic.patient_with_code("CX-001")
    (consent,) = clinic.entries(Consent, patient_id=patient.id)
    today = now().astimezone().date()
    workflow.amend_entry(clinic, consent, by="Ann", reason="Withdrawn", withdrawn_on=today)

    path = tmp_path / "ben.zip"
    write_reading_package(clinic, session, "Ben", path, are_pictures_seen=True, by="Cleo")
    taken = import_answers(clinic, desk.answers_file, by="Cleo")

    assert len(FolderDesk.unpacked(path, tmp_path / "there").numbers) == 2
    assert len(taken.taken) == 2
    assert {why.partition(",")[0] for _, why in taken.refused} == {
        "its patient agrees to research no longer"
    }


def test_the_library_knows_of_a_package_before_it_is_in_its_place(
    clinic: Library, session: ReadingSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ben.zip"
    known_then: list[str] = []

    def put_in_place(part: Path, target: Path) -> None:
        known_then.extend(one.tasks_sha256 for one in clinic.reading_packages(session.id))
        part.rename(target)

    monkeypatch.setattr(files, "put_in_place", put_in_place)
    write_reading_package(clinic, session, "Ben", path, are_pictures_seen=True, by="Cleo")

    assert known_then == [files.tasks_sha256_in(path)]


def test_a_package_that_the_library_cannot_note_does_not_leave(
    clinic: Library, session: ReadingSession, tmp_path: Path
) -> None:
    clinic.close()
    with Library.open(clinic.path, read_only=True) as reading, pytest.raises(LibraryReadOnly):
        write_reading_package(
            reading, session, "Ben", tmp_path / "out/ben.zip", are_pictures_seen=True, by="Cleo"
        )

    assert list((tmp_path / "out").iterdir()) == []


def test_pictures_of_whom_nobody_asked_stay_here(
    clinic: Library, session: ReadingSession, tmp_path: Path
) -> None:
    patient = clinic.patient_with_code("CX-002")
    (consent,) = clinic.entries(Consent, patient_id=patient.id)
    workflow.retire_entry(clinic, consent, by="Ann", reason="Asked another patient")

    path = tmp_path / "ben.zip"
    write_reading_package(clinic, session, "Ben", path, are_pictures_seen=True, by="Cleo")

    assert len(FolderDesk.unpacked(path, tmp_path / "there").numbers) == 2
    assert len(list(blinded_pictures(clinic, session))) == 2
    assert len(items_that_may_be_shown(clinic, session)) == 4  # read here, they are shown


# --- what comes from anywhere --------------------------------------------------------------------


def rewritten(path: Path, out: Path, change: Callable[[zipfile.ZipFile], None]) -> Path:
    shutil.copy(path, out)
    with zipfile.ZipFile(out, "a") as zipped:
        change(zipped)
    return out


def link(zipped: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("pictures/" + "a" * 32 + ".jpg")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    zipped.writestr(info, "/etc/passwd")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda zipped: zipped.writestr("../evil.txt", "x"), "'../evil.txt', which no reading"),
        (lambda zipped: zipped.writestr("/abs.txt", "x"), "'/abs.txt', which no reading"),
        (lambda zipped: zipped.writestr("pictures/..\\evil.jpg", "x"), "which no reading"),
        (link, "is a link to another file"),
        (
            lambda zipped: zipped.writestr(
                "pictures/" + "b" * 32 + ".jpg", b"\0" * 60_000_000, zipfile.ZIP_DEFLATED
            ),
            "would unpack to more than",
        ),
        (
            lambda zipped: zipped.writestr("pictures/" + "d" * 32 + ".jpg", b"x", zipfile.ZIP_LZMA),
            "is packed in a way",
        ),
        (
            lambda zipped: zipped.writestr("pictures/" + "c" * 32 + ".jpg", b"x"),
            "does not hold the pictures it lists",
        ),
    ],
    ids=["climbs", "absolute", "windows", "link", "huge", "packed", "more"],
)
def test_a_package_that_is_more_than_it_should_be_is_refused_before_anything_is_written(
    package: Path, tmp_path: Path, change: Callable[[zipfile.ZipFile], None], reason: str
) -> None:
    bad = rewritten(package, tmp_path / "bad.zip", change)
    there = tmp_path / "there"

    with pytest.raises(PackageUnusable, match=r"bad\.zip can't be used") as refusal:
        FolderDesk.unpacked(bad, there)

    assert reason in str(refusal.value)
    assert not there.exists()
    assert not (tmp_path / "evil.txt").exists()


def repacked(package: Path, out: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(package) as zipped:
        members = {one: zipped.read(one) for one in zipped.namelist()}
    change(members)
    with zipfile.ZipFile(out, "w") as zipped:
        for name, data in members.items():
            zipped.writestr(name, data)
    return out


def spoil_picture(members: dict[str, bytes]) -> None:
    name = next(one for one in members if one != files.TASKS)
    members[name] = members[name][:-2] + b"xx"


def newer(members: dict[str, bytes]) -> None:
    members[files.TASKS] = members[files.TASKS].replace(b'"format":1', b'"format":2')


def other_kind(members: dict[str, bytes]) -> None:
    members[files.TASKS] = b"[" * 100_000


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (spoil_picture, "was changed since it was written"),
        (newer, "written by a newer woundtrack"),
        (other_kind, "is not a reading package"),
        (lambda members: members.pop(files.TASKS), "is not a reading package"),
    ],
    ids=["picture", "newer", "deep", "no list"],
)
def test_a_package_that_is_not_as_it_was_written_is_refused(
    package: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], reason: str
) -> None:
    bad = repacked(package, tmp_path / "bad.zip", change)

    with pytest.raises(PackageUnusable, match=reason):
        FolderDesk.unpacked(bad, tmp_path / "there")

    assert not (tmp_path / "there").exists()


def test_a_file_that_is_no_package_is_told_and_so_is_a_folder_of_others(
    package: Path, clinic: Library, session: ReadingSession, tmp_path: Path
) -> None:
    (tmp_path / "words.zip").write_text("no zip")
    with pytest.raises(PackageUnusable, match="not a whole zip"):
        FolderDesk.unpacked(tmp_path / "words.zip", tmp_path / "a")
    with pytest.raises(PackageUnusable, match="no such file"):
        FolderDesk.unpacked(tmp_path / "nothing.zip", tmp_path / "a")
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(FileUnwritable, match="not empty"):
        FolderDesk.unpacked(package, full)
    with pytest.raises(PackageUnusable, match="no unpacked reading package"):
        FolderDesk(full)
    FolderDesk.unpacked(package, tmp_path / "there")
    other = tmp_path / "ann.zip"
    write_reading_package(clinic, session, "Ann", other, are_pictures_seen=True, by="Cleo")
    with pytest.raises(FileUnwritable, match="another reading package is there"):
        FolderDesk.unpacked(other, tmp_path / "there")


def test_a_picture_that_was_changed_in_its_folder_is_shown_to_nobody(
    package: Path, tmp_path: Path
) -> None:
    desk = FolderDesk.unpacked(package, tmp_path / "there")
    for path in (tmp_path / "there" / files.PICTURES).iterdir():
        path.write_bytes(path.read_bytes() + b"x")

    with pytest.raises(PackageUnusable, match="changed since it was unpacked"):
        desk.picture(1)
    with pytest.raises(ReadingRefused, match="no picture 9"):
        desk.picture(9)
    with pytest.raises(ReadingRefused, match="no inside"):
        desk.record(1, Answer(outlines=(Outline(outer=((5, 5), (9, 9), (7, 7))),)))


def edited(path: Path, out: Path, *, is_signed: bool = True, **changes: Any) -> Path:
    document = json.loads(path.read_bytes())
    document.update(changes)
    if is_signed:
        del document["sha256"]
        document["sha256"] = files.sha256_of(files.canonical(document))
    out.write_bytes(files.canonical(document))
    return out


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"reader": "Ann", "is_signed": False}, "was changed since it was written"),
        ({"reader": "Ann"}, "of another session or reader"),
        ({"session": "another"}, "of another session or reader"),
        ({"package": "another"}, "didn't leave this library"),
        ({"tasks_sha256": "0" * 64}, "not those that left"),
        ({"format": 2}, "newer woundtrack"),
        ({"kind": "letter"}, "not a file of answers"),
        ({"answers": [{"task": "x"}]}, "can't be read"),
    ],
    ids=["hash", "reader", "session", "package", "tasks", "newer", "kind", "answers"],
)
def test_answers_that_are_not_those_of_a_package_are_told_and_not_taken(
    clinic: Library,
    session: ReadingSession,
    package: Path,
    tmp_path: Path,
    changes: dict[str, Any],
    reason: str,
) -> None:
    desk = answered(package, tmp_path / "there")
    bad = edited(desk.answers_file, tmp_path / "bad.json", **changes)

    with pytest.raises(PackageUnusable, match=reason):
        import_answers(clinic, bad, by="Cleo")

    assert clinic.readings(session.id) == ()


def test_tasks_that_no_program_wrote_are_told_and_shown_to_nobody(
    package: Path, tmp_path: Path
) -> None:
    FolderDesk.unpacked(package, tmp_path / "there")
    path = tmp_path / "there" / files.TASKS
    whole = json.loads(path.read_bytes())
    for name, value in (
        ("at_px", ["x", 3]), ("size_px", ["9", 9]), ("calibration", None), ("kind", "scar"),
        ("number", "first"),
    ):  # fmt: skip
        tasks = [{**whole["tasks"][0], name: value}, *whole["tasks"][1:]]
        path.write_bytes(files.canonical({**whole, "tasks": tasks}))

        with pytest.raises(PackageUnusable, match="list of tasks can't be read"):
            FolderDesk(tmp_path / "there")


def test_an_answer_to_another_readers_task_is_told(
    clinic: Library, session: ReadingSession, package: Path, tmp_path: Path
) -> None:
    desk = answered(package, tmp_path / "there")
    answers = json.loads(desk.answers_file.read_bytes())["answers"]
    answers[0]["task"] = clinic.reading_tasks(session.id, "Ann")[0].id
    bad = edited(desk.answers_file, tmp_path / "bad.json", answers=answers)

    with pytest.raises(PackageUnusable, match="no task of its reader"):
        import_answers(clinic, bad, by="Cleo")


def test_one_answer_that_can_not_be_does_not_keep_the_others_back(
    clinic: Library, session: ReadingSession, package: Path, tmp_path: Path
) -> None:
    desk = answered(package, tmp_path / "there")
    answers = json.loads(desk.answers_file.read_bytes())["answers"]
    answers[1]["outlines"][0]["outer"] = [[1e6, 1e6], [2e6, 1e6], [1e6, 2e6]]
    bad = edited(desk.answers_file, tmp_path / "bad.json", answers=answers)

    taken = import_answers(clinic, bad, by="Cleo")

    assert len(taken.taken) == 3
    assert taken.refused == ((2, "its outline reaches outside the picture"),)
