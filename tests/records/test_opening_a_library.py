"""A library opens for one writer and any number of readers, and says in words why not."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from woundtrack.errors import (
    DiskFull,
    LibraryDamaged,
    LibraryExists,
    LibraryInUse,
    LibraryMissing,
    LibraryOnNetwork,
    LibraryReadOnly,
    LibraryTooNew,
)
from woundtrack.model import Patient, new_id, now
from woundtrack.records import Library, lock

if TYPE_CHECKING:
    from tests.records.conftest import Clinic


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- making one ----------------------------------------------------------------------------------


def test_a_new_library_is_a_folder_with_a_database_originals_and_backups(tmp_path: Path) -> None:
    folder = tmp_path / "ward 7" / "Wunden – größer"

    with Library.create(folder) as library:
        assert library.path == folder
        assert library.name == "Wunden – größer"
        assert not library.is_read_only
        assert library.patients() == ()

    assert {path.name for path in folder.iterdir()} == {
        "library.db",
        "library.lock",
        "originals",
        "backups",
    }


def test_a_new_library_may_be_made_in_an_empty_folder_only(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("kept", encoding="utf-8")

    Library.create(tmp_path / "empty").close()
    with pytest.raises(LibraryExists):
        Library.create(tmp_path / "full")
    with pytest.raises(LibraryExists):
        Library.create(tmp_path / "empty")

    assert contents(tmp_path / "full") == {"letter.txt": b"kept"}


def test_a_folder_without_a_library_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="There is no woundtrack library in"):
        Library.open(tmp_path)
    with pytest.raises(LibraryMissing):
        Library.open(tmp_path / "not there", read_only=True)

    assert list(tmp_path.iterdir()) == []


def test_a_library_whose_making_was_cut_short_is_finished_when_opened(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    folder.mkdir()
    (folder / "library.db").touch()

    with Library.open(folder) as library:
        assert library.patients() == ()
        assert library.check().problems == ()


# --- what every connection has -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        pytest.param("foreign_keys", 1, id="foreign keys"),
        pytest.param("journal_mode", "wal", id="write-ahead log"),
        pytest.param("synchronous", 2, id="waits for the disk"),
        pytest.param("busy_timeout", 5000, id="patience"),
        pytest.param("application_id", 0x57544C42, id="whose file"),
    ],
)
def test_a_reopened_library_has_its_safeguards_on(
    library: Library, pragma: str, value: object
) -> None:
    library.close()

    with Library.open(library.path) as again:
        assert again._db.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_every_table_is_strict(library: Library) -> None:
    tables = library._db.query("SELECT name, sql FROM sqlite_master WHERE type = 'table'")

    loose = [table["name"] for table in tables if not table["sql"].rstrip().endswith("STRICT")]

    assert loose == ["_sqlite_migrations"]  # sqlite-utils' own


def test_no_column_could_hold_where_a_photograph_was_taken(library: Library) -> None:
    columns = library._db.query(
        "SELECT column.name FROM sqlite_master, pragma_table_info(sqlite_master.name) AS column"
    )

    names = {column["name"] for column in columns}

    assert "taken_at" in names
    places = {"gps", "lat", "latitude", "lon", "long", "longitude"}
    assert not [name for name in names if places & set(name.split("_"))]


def test_a_connection_belongs_to_its_thread(library: Library) -> None:
    raised: list[BaseException] = []

    def read() -> None:
        try:
            library.patients()
        except sqlite3.ProgrammingError as error:
            raised.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()

    assert len(raised) == 1


# --- one writer ----------------------------------------------------------------------------------


def test_a_second_window_is_told_who_writes(library: Library) -> None:
    with pytest.raises(LibraryInUse) as refused:
        Library.open(library.path)

    sentence = str(refused.value)
    assert socket.gethostname() in sentence
    assert f"(process {os.getpid()})" in sentence
    assert str(library.writer) in sentence


def test_a_second_window_may_read_and_sees_what_is_written_meanwhile(clinic: Clinic) -> None:
    with Library.open(clinic.library.path, read_only=True) as reader:
        assert reader.is_read_only
        assert reader.writer == clinic.library.writer
        assert reader.patients() == ()

        patient = clinic.patient("CX-001")

        assert reader.patients() == (patient,)


def test_a_reader_keeps_nobody_from_writing(clinic: Clinic) -> None:
    clinic.library.close()

    with (
        Library.open(clinic.library.path, read_only=True) as reader,
        Library.open(clinic.library.path) as writer,
    ):
        assert reader.writer == writer.writer

    assert lock.writer_of(clinic.library.path) is None


def test_a_library_opened_for_reading_refuses_a_verb(clinic: Clinic) -> None:
    with (
        Library.open(clinic.library.path, read_only=True) as reader,
        pytest.raises(LibraryReadOnly),
        reader.verb("import", by="Ann"),
    ):
        pass


def test_a_library_opened_for_reading_can_not_be_written_even_by_sql(clinic: Clinic) -> None:
    with (
        Library.open(clinic.library.path, read_only=True) as reader,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reader._db.execute("UPDATE library SET audit_count = audit_count + 1")


def test_closing_lets_the_next_window_write(library: Library) -> None:
    library.close()
    library.close()

    with Library.open(library.path) as again:
        assert not again.is_read_only


def test_the_lock_of_a_killed_window_is_taken_over(library: Library) -> None:
    library.close()
    script = (
        "import sys, time; from woundtrack.records import Library; "
        "library = Library.open(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(library.path)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(LibraryInUse, match=f"process {other.pid}"):
            Library.open(library.path)
        other.kill()

    with Library.open(library.path) as again:
        assert f"process {os.getpid()}" in str(again.writer)


def test_a_writer_that_can_not_be_named_is_another_window(library: Library) -> None:
    (library.path / "library.writer").write_text("{half", encoding="utf-8")

    with pytest.raises(LibraryInUse, match="another window"):
        Library.open(library.path)


def test_the_file_beside_the_lock_says_who_where_and_since_when(library: Library) -> None:
    who = json.loads((library.path / "library.writer").read_text(encoding="utf-8"))

    assert who.keys() == {"account", "since", "process"}
    assert who["account"] == lock.account()


# --- folders that can't be written ---------------------------------------------------------------


def test_a_library_in_a_folder_that_can_not_be_written_can_be_read(
    shared_folder: Path, request: pytest.FixtureRequest
) -> None:
    folder = shared_folder / "clinic"
    with Library.create(folder):
        pass
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    request.getfixturevalue("ordinary_account")

    with pytest.raises(LibraryReadOnly, match="can't be written"):
        Library.open(folder)
    with Library.open(folder, read_only=True) as library:
        assert library.patients() == ()
        assert library.check().problems == ()
        assert library.writer is None
        with pytest.raises(LibraryReadOnly):
            library.originals.put(b"x", hashlib.sha256(b"x").hexdigest(), ".jpg")


def test_a_reader_without_permission_to_write_follows_a_writer_who_comes_later(
    shared_folder: Path, request: pytest.FixtureRequest
) -> None:
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("needs two accounts: only the administrator can play both")
    folder = shared_folder / "clinic"
    with Library.create(folder):
        pass
    folder.chmod(0o755)
    request.getfixturevalue("ordinary_account")
    with Library.open(folder, read_only=True) as reader:
        assert reader.patients() == ()
        os.seteuid(0)
        with Library.open(folder) as writer:
            with writer.verb("arrange", by="Ann") as change:
                change.add_patient(_patient())
            os.seteuid(65534)

            codes = [patient.code for patient in reader.patients()]
            says = reader.writer

            os.seteuid(0)
        os.seteuid(65534)
        codes_after = [patient.code for patient in reader.patients()]

    assert codes == codes_after == ["CX-001"]
    assert "process" in str(says)


def _patient() -> Any:
    return Patient(id=new_id(), code="CX-001", created_at=now())


def test_a_new_library_in_a_folder_that_can_not_be_written_is_refused(
    shared_folder: Path, request: pytest.FixtureRequest
) -> None:
    shared_folder.chmod(0o555)
    request.getfixturevalue("ordinary_account")

    with pytest.raises(LibraryReadOnly):
        Library.create(shared_folder / "clinic")


def test_a_folder_that_can_not_even_be_read_is_one_sentence(
    shared_folder: Path, request: pytest.FixtureRequest
) -> None:
    Library.create(shared_folder / "clinic").close()
    shared_folder.chmod(0o000)
    request.getfixturevalue("ordinary_account")

    with pytest.raises(LibraryReadOnly):
        Library.open(shared_folder / "clinic", read_only=True)
    with pytest.raises(LibraryReadOnly):
        Library.create(shared_folder / "clinic")


def test_a_disk_that_is_full_on_opening_is_one_sentence(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.close()

    def full(path: Path, *args: object, **kwargs: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)

    with pytest.raises(DiskFull):
        Library.open(library.path)


# --- shares --------------------------------------------------------------------------------------

MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
31 22 0:26 / /home rw - nfs4 server:/home rw
32 31 254:1 / /home/local rw - ext4 /dev/vdb rw
33 22 0:40 / /mnt/ward\\0407 rw shared:1 - cifs //server/ward rw
34 22 0:41 / /mnt/ssh rw - fuse.sshfs ann@server: rw
35 22 0:42 / /mnt/usb rw - fuse.ntfs-3g /dev/sdb1 rw
36 22 0:43 / /auto rw - autofs systemd-1 rw
37 36 0:44 / /auto rw - nfs server:/auto rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "is_network"),
    [
        pytest.param("/data/clinic", False, id="the root disk"),
        pytest.param("/home/ann/clinic", True, id="nfs"),
        pytest.param("/home/local/clinic", False, id="a local disk inside a share"),
        pytest.param("/homestead/clinic", False, id="a name that begins alike"),
        pytest.param("/mnt/ward 7/clinic", True, id="a name with a space"),
        pytest.param("/mnt/ssh/clinic", True, id="sshfs"),
        pytest.param("/mnt/usb/clinic", False, id="a USB disk through fuse"),
        pytest.param("/auto/clinic", True, id="mounted on demand"),
    ],
)
def test_a_share_is_recognised_by_the_table_of_mounts(path: str, is_network: bool) -> None:
    assert lock.is_network_mount(Path(path), MOUNTS) == is_network


def test_this_computers_own_disk_is_no_share(tmp_path: Path) -> None:
    assert not lock.is_on_network(tmp_path / "not made yet")


def test_a_library_on_a_share_is_read_but_neither_made_nor_written(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.close()
    monkeypatch.setattr("woundtrack.records.library.is_on_network", lambda _: True)

    with pytest.raises(LibraryOnNetwork, match="network drive"):
        Library.create(tmp_path / "new")
    with pytest.raises(LibraryOnNetwork):
        Library.open(library.path)
    with Library.open(library.path, read_only=True) as reader:
        assert reader.patients() == ()

    assert not (tmp_path / "new").exists()


# --- other programs' and newer libraries ---------------------------------------------------------


def test_a_library_of_a_newer_version_is_refused_and_left_alone(library: Library) -> None:
    library._db.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('woundtrack', 'm999_from_the_future', '2031-01-01')"
    )
    library.close()
    before = contents(library.path)

    with pytest.raises(LibraryTooNew, match="newer woundtrack"):
        Library.open(library.path)
    with pytest.raises(LibraryTooNew):
        Library.open(library.path, read_only=True)

    assert contents(library.path)["library.db"] == before["library.db"]


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "library.db")
    connection.execute("CREATE TABLE song (title TEXT)")
    connection.close()
    before = contents(tmp_path)

    with pytest.raises(LibraryDamaged, match="another program's"):
        Library.open(tmp_path)

    assert contents(tmp_path) == before


@pytest.mark.parametrize("read_only", [False, True], ids=["to write", "to read"])
def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path, read_only: bool) -> None:
    (tmp_path / "library.db").write_bytes(b"this is a letter, not a database. " * 100)

    with pytest.raises(LibraryDamaged, match="file is not a database"):
        Library.open(tmp_path, read_only=read_only)


def test_a_database_cut_short_is_one_sentence(filled: Clinic) -> None:
    filled.library.close()
    file = filled.library.path / "library.db"
    file.write_bytes(file.read_bytes()[:12288])

    with pytest.raises(LibraryDamaged, match="restore the newest backup"):
        Library.open(filled.library.path)


def test_a_library_that_is_written_meanwhile_is_not_taken_for_damaged(clinic: Clinic) -> None:
    folder = clinic.library.path
    stop = threading.Event()
    seen: list[str] = []

    def read() -> None:
        while not stop.is_set():
            try:
                Library.open(folder, read_only=True).close()
            except LibraryDamaged as damage:
                seen.append(str(damage))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(150):
        clinic.patient(f"CX-{number}")
    stop.set()
    reader.join()

    assert seen == []
