"""Photographs reach real archives: what they keep is what was sent, and no answer is a riddle."""

from __future__ import annotations

import io
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.dicom_clinic import filled_library, key
from tests.end_to_end.archives import (
    LOOPBACK,
    Received,
    certificates,
    free_port,
    missing,
    orthanc,
    storescp,
)
from woundtrack import cli
from woundtrack.errors import (
    ArchiveDeclined,
    ArchiveNotTrusted,
    ArchiveRefused,
    ArchiveSilent,
    WoundtrackError,
)
from woundtrack.exchange import dicom
from woundtrack.exchange.dicom import sending as door
from woundtrack.exchange.pictures import Stays
from woundtrack.model import Archive, Consent, Purpose, SendState
from woundtrack.records import Library
from woundtrack.settings import read_settings
from woundtrack.workflow import archiving, exporting_dicom
from woundtrack.workflow.exporting import ExportChoice, open_export

pydicom = pytest.importorskip("pydicom", reason="the libraries for DICOM aren't installed")
pytest.importorskip("pynetdicom", reason="the libraries for DICOM aren't installed")

NO_STORESCP = missing("storescp")
NO_ORTHANC = missing("Orthanc")
NO_TLS = missing("storescp", "openssl")
PHOTOGRAPHS = (dicom.VL_PHOTOGRAPH, "1.2.840.10008.1.2.4.50")
NAMES = ("plain.jpg", "turned.jpg", "lossless.png")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let these tests reach this computer itself, and nothing else."""
    connect = socket.socket.connect

    def loopback_alone(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None) and address[0] != LOOPBACK:
            raise AssertionError(f"a test tried to reach {address} over the network")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", loopback_alone)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Received]:
    """Run storescp for the tests of this module."""
    with storescp(tmp_path_factory.mktemp("storescp") / "received", "+xa") as running:
        yield running


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Received]:
    """Run Orthanc for the tests of this module."""
    with orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        yield running


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with filled_library(tmp_path / "library", NAMES) as made:
        yield made


def queued(library: Library, archive: Archive, **wishes: Any) -> archiving.Queued:
    return archiving.queue_patient(library, library.patient(key(1)), archive, by="Ann", **wishes)


def sent(library: Library, archive: Archive, **wishes: Any) -> archiving.SendReport:
    return archiving.send_waiting(library, archive, by="Ann", **{"sleep": lambda _: None, **wishes})


def objects_of(library: Library) -> list[dicom.DicomObject]:
    export = open_export(library, ExportChoice(is_identified=True), by="Ann")
    (file,) = export.files()
    found: list[dicom.DicomObject] = []
    for parcel in exporting_dicom.parcels_of(export, file):
        made = parcel.made()
        assert not isinstance(made, Stays)
        found += made
    return found


def photograph_of(library: Library) -> list[dicom.DicomObject]:
    """Return the first photograph that goes as the camera's JPEG."""
    found = (one for one in objects_of(library) if one.kind == "photograph")
    return [next(one for one in found if one.transfer_syntax.endswith(".4.50"))]


@contextmanager
def another_archive(
    *contexts: tuple[str, str | None], store: Callable[[object], int] | None = None
) -> Iterator[Archive]:
    """Run an archive in this process that takes these kinds and answers as told."""
    from pynetdicom import AE, evt

    entity = AE("PACS")
    for sop_class, syntax in contexts:
        entity.add_supported_context(sop_class, syntax)
    port = free_port()
    answers: Any = [] if store is None else [(evt.EVT_C_STORE, store)]
    server: Any = entity.start_server((LOOPBACK, port), block=False, evt_handlers=answers)
    try:
        yield Archive(name="PACS", host=LOOPBACK, port=port, title="PACS")
    finally:
        server.shutdown()


def dataset(data: bytes) -> Any:
    return pydicom.dcmread(io.BytesIO(data))


def body(data: bytes) -> bytes:
    """Return a file's bytes after its head, which an archive writes itself."""
    length = int.from_bytes(data[140:144], "little")
    return data[144 + length :]


# --- what arrives --------------------------------------------------------------------------------


@pytest.mark.skipif(bool(NO_STORESCP), reason=NO_STORESCP)
def test_storescp_receives_what_a_folder_would_hold_to_the_byte(
    library: Library, plain: Received
) -> None:
    dicom.check_connection(plain.archive)

    assert len(queued(library, plain.archive).added) == len(NAMES)
    report = sent(library, plain.archive)

    assert (len(report.sent), report.set_aside, report.waiting) == (3, (), 0)
    expected = objects_of(library)
    received = {str(dataset(data).SOPInstanceUID): data for data in plain.files()}
    assert {one.uid for one in expected} <= set(received)
    for one in expected:
        assert body(received[one.uid]) == body(one.data)


@pytest.mark.skipif(bool(NO_ORTHANC), reason=NO_ORTHANC)
def test_orthanc_gives_back_the_bytes_it_was_sent(library: Library, whole: Received) -> None:
    dicom.check_connection(whole.archive)
    queued(library, whole.archive)

    report = sent(library, whole.archive)

    assert [one.state for one in report.sent] == [SendState.SENT] * 3
    expected = objects_of(library)
    assert len(expected) == 10  # of three: drawn, segmented, and one to be turned
    for one in expected:
        kept = whole.file(one.uid)
        assert body(kept) == body(one.data)
        if one.kind != "upright":
            assert dataset(kept).PixelData == dataset(one.data).PixelData
    count = whole.count()
    # Sent again, it is the same there.
    assert queued(library, whole.archive, again=True).added
    sent(library, whole.archive)
    assert whole.count() == count


@pytest.mark.skipif(bool(NO_ORTHANC), reason=NO_ORTHANC)
def test_the_command_line_sends_tells_and_keeps_the_archive_in_the_settings(
    library: Library, whole: Received, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(library.path)
    library.close()
    archive = whole.archive
    words = ["--host", archive.host, "--port", str(archive.port), "--title", archive.title]

    assert cli.main(["archives", "--add", "Orthanc", *words]) == 0
    assert read_settings().settings.archives == (archive,)
    assert cli.main(["send", folder, "--to", "orthanc", "--test"]) == 0
    assert "answers" in capsys.readouterr().out
    assert cli.main(["send", folder, "--to", "orthanc", "--patient", "CX-001"]) == 0
    assert "3 photographs sent to Orthanc." in capsys.readouterr().out
    assert cli.main(["send", folder, "--to", "orthanc", "--patient", "CX-001"]) == 0
    assert "nothing new" in capsys.readouterr().err
    assert cli.main(["archives", "--remove", "Orthanc"]) == 0
    assert cli.main(["send", folder, "--to", "orthanc"]) == 1
    assert "There is no archive orthanc" in capsys.readouterr().err


# --- what goes wrong -----------------------------------------------------------------------------


def fault_of(action: Callable[[], object], kind: type[WoundtrackError]) -> str:
    with pytest.raises(kind) as caught:
        action()
    return str(caught.value)


def test_a_closed_port_is_told_and_what_waits_is_sent_once_it_is_open(
    library: Library, tmp_path: Path
) -> None:
    closed = Archive(name="PACS", host=LOOPBACK, port=free_port())
    pauses: list[float] = []
    queued(library, closed)

    report = sent(library, closed, sleep=pauses.append)

    sentence = (
        f"PACS can't be reached: nothing answers at {LOOPBACK}, port {closed.port}. What waits for "
        "it is kept; check the address and this computer's network, and send again."
    )
    assert str(report.stopped_by) == sentence
    assert (report.sent, report.waiting, pauses) == ((), 3, [2.0, 8.0])
    first = library.sendings("PACS")[0]
    assert (first.state, first.attempts) == (SendState.WAITING, 1)
    assert str(archiving.fault_of(first)) == sentence
    assert first.next_try_at is not None
    assert first not in archiving.due(library, closed)
    assert first in archiving.due(library, closed, first.next_try_at)
    if not NO_STORESCP:
        with storescp(tmp_path / "received", "+xa") as opened:
            later = replace(opened.archive, name="PACS")
            assert len(sent(library, later).sent) == 3
            assert len(opened.files()) == 10
    assert library.check().is_clean


@pytest.mark.skipif(bool(NO_ORTHANC), reason=NO_ORTHANC)
def test_an_archive_that_goes_by_another_name_declines(whole: Received) -> None:
    called = replace(whole.archive, title="PACS")

    said = fault_of(lambda: dicom.check_connection(called), ArchiveDeclined)

    assert said.startswith("Orthanc declines the connection: its own name is not PACS.")


@pytest.mark.skipif(bool(NO_STORESCP), reason=NO_STORESCP)
def test_what_an_archive_takes_no_jpeg_of_is_set_aside_and_the_rest_goes_on(
    library: Library, tmp_path: Path
) -> None:
    with storescp(tmp_path / "received", "+xe") as running:  # explicit, uncompressed
        queued(library, running.archive)
        report = sent(library, running.archive)

    assert (len(report.sent), len(report.set_aside)) == (1, 2)
    aside = report.set_aside[0]
    assert str(archiving.fault_of(aside)).startswith(
        "storescp doesn't take the photograph: it takes such objects, but not as they are "
        "compressed."
    )
    assert report.sent[0].answer_values == {"left": "the picture with outlines"}
    again = archiving.retry_sending(library, aside, by="Ann")
    assert (again.state, again.attempts) == (SendState.WAITING, 0)
    gone = archiving.cancel_sending(library, again, by="Ann")
    assert gone.state is SendState.CANCELLED
    assert archiving.due(library, running.archive) == ()


def test_an_archive_that_takes_no_photographs_refuses_them(library: Library) -> None:
    with another_archive(("1.2.840.10008.1.1", None)) as archive:
        dicom.check_connection(archive)
        said = fault_of(lambda: dicom.store(archive, photograph_of(library)), ArchiveRefused)

    assert said.startswith("PACS doesn't take the photograph: it takes no objects of that kind.")


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (0xA700, ArchiveDeclined, "declines the connection: it has no room, or is too busy"),
        (0xC123, ArchiveRefused, "doesn't take the photograph: it answers C123"),
    ],
    ids=["full", "not understood"],
)
def test_the_answers_of_an_archive_are_told(
    library: Library, status: int, kind: type[WoundtrackError], words: str
) -> None:
    with another_archive(PHOTOGRAPHS, store=lambda _: status) as archive:
        said = fault_of(lambda: dicom.store(archive, photograph_of(library)), kind)

    assert words in said


def test_a_port_of_another_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "CONNECT_S", 1.0)
    with closing(socket.socket()) as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()
        archive = Archive(name="PACS", host=LOOPBACK, port=listening.getsockname()[1])

        said = fault_of(lambda: dicom.check_connection(archive), ArchiveDeclined)

    assert "it broke off without a word" in said


def test_an_archive_that_falls_silent_leaves_the_photograph_waiting(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "ANSWER_S", 0.5)
    wake = threading.Event()

    def slept(_: object) -> int:
        wake.wait(20)
        return 0

    with another_archive(PHOTOGRAPHS, store=slept) as archive:
        said = fault_of(lambda: dicom.store(archive, photograph_of(library)), ArchiveSilent)
        wake.set()

    assert said.startswith("PACS stopped answering before it had confirmed what was sent.")
    assert archiving.Outcome(fault=ArchiveSilent(archive="PACS")).should_wait


# --- the encrypted connection --------------------------------------------------------------------


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make certificates of the clinic's own authority."""
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def safe(papers: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Received]:
    """Run a storescp that encrypts, and asks for a certificate of the clinic's authority."""
    options = ["+tls", papers["archive_key"], papers["archive"], "+cf", papers["ca"], "-rc", "+xa"]
    with storescp(
        tmp_path_factory.mktemp("safe") / "received",
        *map(str, options),
        uses_tls=True,
        ca_file=papers["ca"],
        certificate=papers["own"],
        key=papers["own_key"],
    ) as running:
        yield running


@pytest.mark.skipif(bool(NO_TLS), reason=NO_TLS)
def test_an_encrypted_connection_with_own_certificates_delivers(
    library: Library, safe: Received
) -> None:
    dicom.check_connection(safe.archive)
    queued(library, safe.archive)

    assert len(sent(library, safe.archive).sent) == 3
    assert len(safe.files()) == 10


@pytest.mark.skipif(bool(NO_TLS), reason=NO_TLS)
def test_a_connection_that_cannot_be_trusted_is_told_and_nothing_is_sent(
    papers: dict[str, Path], safe: Received, plain: Received, tmp_path: Path
) -> None:
    known = safe.archive
    (tmp_path / "empty.pem").write_text("")
    wrong = {
        "signed by nobody that is trusted here": replace(known, ca_file=papers["stranger"]),
        "can't be used as a certificate": replace(known, ca_file=tmp_path / "empty.pem"),
        "its key doesn't go with it": replace(known, key=papers["archive_key"]),
        "doesn't encrypt at this port": replace(known, port=plain.archive.port),
    }
    for words, archive in wrong.items():
        said = fault_of(lambda one=archive: dicom.check_connection(one), ArchiveNotTrusted)  # type: ignore[misc]
        assert words in said
        assert "Nothing was sent" in said
    anonymous = replace(known, certificate=None, key=None)
    said = fault_of(lambda: dicom.check_connection(anonymous), ArchiveDeclined)
    assert "as where it asks for a certificate" in said
    bare = replace(known, uses_tls=False)
    said = fault_of(lambda: dicom.check_connection(bare), ArchiveDeclined)
    assert "as where it wants an encrypted connection" in said


# --- a queue that lives on -----------------------------------------------------------------------


@pytest.mark.skipif(bool(NO_STORESCP), reason=NO_STORESCP)
@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed as POSIX does it")
def test_the_queue_outlives_a_program_killed_in_the_middle(
    library: Library, plain: Received, tmp_path: Path
) -> None:
    archive = replace(plain.archive, name="killed")
    queued(library, archive)
    folder = library.path
    library.close()
    # Another program sends; it is killed once the first photograph is in the archive and noted,
    # and the second in the archive and not noted yet.
    script = textwrap.dedent(
        f"""
        import os, signal, sys
        from woundtrack.model import Archive
        from woundtrack.records import Library
        from woundtrack.workflow import archiving, exporting_dicom

        noted = archiving.note_outcome
        calls = []

        def note(*words, **more):
            calls.append(1)
            if len(calls) == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            return noted(*words, **more)

        archiving.note_outcome = note
        archive = Archive(name="killed", host={archive.host!r}, port={archive.port},
                          title={archive.title!r})
        archiving.send_waiting(Library.open(sys.argv[1]), archive, by="Ann")
        """
    )
    died = subprocess.run([sys.executable, "-c", script, str(folder)], check=False)
    assert died.returncode == -signal.SIGKILL

    with Library.open(folder) as again:
        states = [one.state for one in again.sendings("killed")]
        assert sorted(states) == [SendState.SENT, SendState.WAITING, SendState.WAITING]
        assert again.check().is_clean
        report = sent(again, archive)
        assert (len(report.sent), report.waiting) == (2, 0)
        expected = {one.uid for one in objects_of(again)}
        verbs = [entry.verb for entry in again.audit_trail()]
        assert verbs.count("send to archive") == 3
        assert again.check().is_clean
    assert expected <= {str(dataset(data).SOPInstanceUID) for data in plain.files()}


def test_what_was_sent_is_not_queued_again_until_it_changed(library: Library) -> None:
    archive = Archive(name="PACS", host=LOOPBACK, port=1)
    assert len(queued(library, archive).added) == 3
    again = queued(library, archive)
    assert (again.added, again.waiting_already) == ((), 3)
    for sending in library.sendings("PACS"):
        parcel = archiving.prepare(library, sending, by="Ann")
        archiving.note_outcome(library, sending, archiving.Outcome(), by="Ann", parcel=parcel)
    again = queued(library, archive)
    assert (again.added, again.sent_already) == ((), 3)

    (first, *_) = library.assessments(key(1))
    with library.verb("correct", by="Bob") as change:
        change.add_assessment(first.revised(by="Bob", reason="edge moved"))

    (anew,) = queued(library, archive).added
    assert anew.photograph_id == first.photograph_ids[0]
    assert len(queued(library, archive, again=True).added) == 2


def test_a_patient_who_agrees_no_more_is_not_sent(library: Library) -> None:
    from datetime import date

    from woundtrack.model import new_id, now
    from woundtrack.workflow import record_entries

    archive = Archive(name="PACS", host=LOOPBACK, port=free_port())
    queued(library, archive)
    entry = new_id()
    refusal = Consent(
        id=entry,
        entry_id=entry,
        revision=1,
        supersedes=None,
        patient_id=key(1),
        recorded_by="Ann",
        recorded_at=now(),
        purpose=Purpose.RECORD,
        is_given=False,
        given_on=date(2026, 3, 4),
    )
    record_entries(library, [refusal], by="Ann")

    report = sent(library, archive)

    assert (len(report.set_aside), report.sent) == (3, ())
    said = str(archiving.fault_of(report.set_aside[0]))
    assert said.startswith("CX-001 doesn't agree to a record with photographs and numbers")


@pytest.mark.skipif(bool(NO_STORESCP), reason=NO_STORESCP)
def test_without_a_name_only_what_was_released_is_sent(plain: Received, tmp_path: Path) -> None:
    archive = replace(plain.archive, name="study")
    for agrees in (False, True):
        with filled_library(tmp_path / str(agrees), NAMES[:1], agrees=agrees) as library:
            before = len(plain.files())
            (row,) = queued(library, archive, study="BLOOM").added

            report = sent(library, archive)

            assert report.stopped_by is None
            assert len(plain.files()) == before + 2 * agrees  # a picture, and its segment
            said = archiving.fault_of(library.sending(row.id))
            if agrees:
                (code,) = library.study_codes(library.studies()[0].id).values()
                kept = [dataset(data) for data in plain.files()]
                mine = [one.PatientIdentityRemoved for one in kept if one.PatientID == code]
                assert mine == ["YES", "YES"]
                assert queued(library, archive, study="BLOOM").sent_already == 1
            else:
                assert "no picture of it may leave so" in str(said)
                assert [one.id for one in report.set_aside] == [row.id]


def test_the_command_line_tells_what_waits_and_why_and_empties_the_queue(
    library: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "PAUSES_S", ())
    folder = str(library.path)
    library.close()
    port = str(free_port())
    assert cli.main(["archives", "--add", "PACS", "--host", LOOPBACK, "--port", port]) == 0
    assert capsys.readouterr().out == f"PACS: ANY-SCP at {LOOPBACK}, port {port}, as WOUNDTRACK\n"

    assert cli.main(["send", folder, "--to", "PACS", "--patient", "CX-001"]) == 1
    said = capsys.readouterr()
    assert said.out == "0 photographs sent to PACS. 3 wait.\n"
    assert f"PACS can't be reached: nothing answers at {LOOPBACK}, port {port}." in said.err
    assert cli.main(["send", folder, "--to", "PACS", "--list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    first, under = listed[0].split(", under ", 1)
    assert first.startswith("CX-001, 20")
    assert first.endswith(f", {NAMES[2]}")
    assert under.startswith("the patient's name (waiting): PACS can't be reached")
    behind = f"the patient's name (waiting): behind {first}, at which the last run ended"
    assert [line.split(", under ")[1] for line in listed[1:]] == [behind] * 2
    assert [line.split(", ")[2] for line in listed[1:]] == list(NAMES[:2])
    assert cli.main(["send", folder, "--to", "PACS", "--cancel"]) == 0
    assert capsys.readouterr().out == "3 photographs of 1 patient no longer wait.\n"
    assert cli.main(["send", folder, "--to", "PACS", "--list"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "Nothing waits for PACS, and nothing was set aside.\n"


def test_files_under_the_patients_name_are_said_to_hold_it(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(library.path)
    library.close()
    words = ["--format", "dicom", "--identified"]

    assert cli.main(["export", folder, str(tmp_path / "files"), *words]) == 0

    assert (
        "Whoever opens these files can tell who 1 patient is: they hold the patients' codes, true "
        "dates, all of every photograph and, where recorded, name, birth date, NHS number and "
        "hospital number."
    ) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--add", "PACS"], "needs the archive's --host"),
        (["--add", "PACS", "--host", " "], "needs the archive's --host"),
        (["--add", " ", "--host", "a"], "needs a name"),
        (["--add", "PACS", "--host", "a", "--ca", "ca.pem"], "go with --tls"),
        (["--add", "PACS", "--host", "a", "--tls", "--key", "k"], "--key goes with --certificate"),
        (["--add", "PACS", "--host", "a", "--title", "Müller"], "give 1 to 16 letters"),
        (["--remove", "PACS"], "There is no archive PACS"),
    ],
    ids=["host", "empty host", "empty name", "tls", "certificate", "title", "unknown"],
)
def test_an_archive_that_was_set_wrong_is_told(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["archives", *words]) in {1, 2}

    assert said in capsys.readouterr().err
    assert read_settings().settings.archives == ()
