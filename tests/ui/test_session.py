"""The session: one library at a time, read only where another writes, and what is in view."""

from __future__ import annotations

import getpass
import threading
from pathlib import Path

import pytest
from PySide6.QtGui import QUndoCommand
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack.errors import LibraryExists, LibraryInUse, LibraryMissing, WoundtrackError
from woundtrack.records import Library
from woundtrack.settings import Settings, read_settings
from woundtrack.ui.session import Session


def test_opening_a_library_makes_it_the_newest_of_the_recent_ones(
    session: Session, clinic: Clinic
) -> None:
    session.open_library(clinic.path)

    assert session.library is not None
    assert session.can_write
    assert read_settings().settings.last_library == clinic.path


def test_opening_another_library_closes_the_first_and_empties_undo(
    qtbot: QtBot, clinic_session: Session, tmp_path: Path
) -> None:
    clinic_session.undo_stack.push(QUndoCommand("something"))
    clinic_session.set_patient(clinic_session.library.patients()[0])  # type: ignore[union-attr]
    first = clinic_session.library

    with qtbot.waitSignals([clinic_session.library_closed, clinic_session.library_opened]):
        clinic_session.create_library(tmp_path / "second")

    assert clinic_session.library is not first
    assert clinic_session.undo_stack.count() == 0
    assert clinic_session.patient is None


def test_a_library_in_use_is_opened_for_reading_and_nothing_can_be_recorded(
    session: Session, clinic: Clinic
) -> None:
    with Library.open(clinic.path):
        session.open_library(clinic.path)

        assert session.library is not None
        assert session.library.is_read_only
        assert not session.can_write
        assert isinstance(session.read_only_reason, LibraryInUse)
        session.close_library()


def test_what_cannot_be_opened_is_raised_and_leaves_no_library_open(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(LibraryMissing):
        session.open_library(tmp_path / "nothing here")

    assert session.library is None
    assert not session.can_write


@pytest.mark.parametrize("verb", ["open", "create"])
def test_a_wrong_folder_leaves_the_open_library_its_undo_and_its_work_alone(
    qtbot: QtBot, clinic_session: Session, tmp_path: Path, verb: str
) -> None:
    first = clinic_session.library
    heard: list[str] = []
    done: list[bool] = []
    assert first is not None
    clinic_session.set_patient(first.patients()[0])
    clinic_session.undo_stack.push(QUndoCommand("something"))
    clinic_session.library_closed.connect(lambda: heard.append("closed"))
    may_end = threading.Event()
    clinic_session.tasks.run(lambda: may_end.wait(5), on_done=done.append)

    if verb == "open":
        with pytest.raises(LibraryMissing):
            clinic_session.open_library(tmp_path / "nothing here")
    else:
        with pytest.raises(LibraryExists):
            clinic_session.create_library(first.path)
    may_end.set()
    qtbot.waitUntil(lambda: clinic_session.tasks.running == ())

    assert clinic_session.library is first
    assert clinic_session.can_write
    assert clinic_session.patient == first.patients()[0]
    assert clinic_session.undo_stack.count() == 1
    assert heard == []
    assert done == [True]


def test_the_library_that_is_open_can_be_opened_anew_for_writing_or_for_reading(
    clinic_session: Session, clinic: Clinic
) -> None:
    heard: list[tuple[bool, WoundtrackError | None]] = []
    clinic_session.library_opened.connect(
        lambda: heard.append((clinic_session.can_write, clinic_session.read_only_reason))
    )

    clinic_session.open_library(clinic.path / ".." / clinic.path.name)
    clinic_session.open_library(clinic.path, for_reading=True)
    clinic_session.open_library(clinic.path)

    assert heard == [(True, None), (False, None), (True, None)]
    assert clinic_session.library is not None
    assert len(clinic_session.library.patients()) == 3


def test_trying_again_to_write_while_another_still_writes_stays_for_reading(
    session: Session, clinic: Clinic
) -> None:
    with Library.open(clinic.path):
        session.open_library(clinic.path)

        session.open_library(clinic.path)

        assert session.library is not None
        assert session.library.is_read_only
        assert isinstance(session.read_only_reason, LibraryInUse)

    session.open_library(clinic.path)
    assert session.can_write


def test_work_under_an_account_without_a_name_is_signed_all_the_same(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise KeyError("uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", nameless)
    session.prefer(Settings(person=""))

    assert session.person == "unknown"


def test_another_patient_takes_lesion_and_visit_out_of_view(clinic_session: Session) -> None:
    assert clinic_session.library is not None
    first, second, _ = clinic_session.library.patients()
    clinic_session.set_patient(first)
    clinic_session.set_lesion("lesion-a1")
    clinic_session.set_visit("visit-2-0")

    clinic_session.set_patient(second)

    assert clinic_session.patient == second
    assert clinic_session.lesion_id is None
    assert clinic_session.visit_id is None


def test_only_known_kinds_of_rows_can_change(session: Session) -> None:
    with pytest.raises(ValueError, match="fotos"):
        session.changed("fotos")


def test_the_session_ends_while_work_is_under_way(clinic_session: Session) -> None:
    begun = threading.Event()

    def work(progress: object) -> None:
        begun.set()
        while True:
            progress(0.5, "working")  # type: ignore[operator]

    clinic_session.tasks.run(work)
    begun.wait(5)

    clinic_session.close()

    assert clinic_session.library is None
    assert clinic_session.tasks.running == ()
