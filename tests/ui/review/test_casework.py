"""The work on a photograph, without a window: drafts, the lesion in hand, recording and undo."""

from __future__ import annotations

import pytest

from woundtrack import workflow
from woundtrack.errors import DiskFull
from woundtrack.model import BodySite, Outline
from woundtrack.records import Library
from woundtrack.ui.review.casework import Casework
from woundtrack.ui.review.draft import Identity, new_identity
from woundtrack.ui.session import Session

WAITING, NEXT, ACCEPTED = (
    "photograph-visit-2-1-0",
    "photograph-visit-2-1-1",
    "photograph-visit-2-0-0",
)
THIGH = BodySite(region="thigh")


def labels(work: Casework) -> list[str]:
    return [one.identity.label for one in work.draft.entries if one.identity]


def in_hand(work: Casework) -> str:
    assert work.selected is not None
    assert work.selected.identity is not None
    return work.selected.identity.label


def a_new(work: Casework, library: Library, site: BodySite = THIGH) -> Identity:
    assert work.case is not None
    return new_identity(library, work.case, work.draft, site)


@pytest.fixture
def library(clinic_session: Session) -> Library:
    assert clinic_session.library is not None
    return clinic_session.library


@pytest.fixture
def work(clinic_session: Session, library: Library) -> Casework:
    """Return the work on the photograph that was accepted, with A1 and T1."""
    made = Casework(clinic_session, clinic_session)
    made.wanted.connect(made.open)
    made.rerecorded.connect(lambda photograph_id, _is_waiting: made.open(photograph_id))
    clinic_session.library_changed.connect(lambda _kinds: made.read_again())
    made.open(ACCEPTED)
    return made


def test_a_change_is_told_and_is_a_step_of_undo(work: Casework, clinic_session: Session) -> None:
    told: list[list[str]] = []
    work.changed.connect(lambda: told.append(labels(work)))

    work.remove()
    clinic_session.undo_stack.undo()
    clinic_session.undo_stack.redo()

    assert told == [["T1"], ["A1", "T1"], ["T1"]]


def test_what_was_drawn_is_there_again_when_the_photograph_is_opened_again(work: Casework) -> None:
    work.remove()
    work.open(WAITING)
    assert labels(work) != ["T1"]

    work.open(ACCEPTED)

    assert labels(work) == ["T1"]


def test_undo_asks_for_the_photograph_it_changes(work: Casework, clinic_session: Session) -> None:
    wanted: list[str] = []
    work.remove()
    work.open(WAITING)
    work.wanted.connect(wanted.append)

    clinic_session.undo_stack.undo()

    assert wanted == [ACCEPTED]
    assert labels(work) == ["A1", "T1"]


def test_the_lesion_of_the_window_is_in_hand_and_the_next_follows_round(
    work: Casework, clinic_session: Session
) -> None:
    clinic_session.set_lesion("lesion-t1")

    work.open(ACCEPTED)
    assert in_hand(work) == "T1"

    work.select_next()
    assert in_hand(work) == "A1"


def test_with_the_lesion_in_hand_removed_another_one_is_in_hand(work: Casework) -> None:
    work.select_next()

    work.remove()

    assert in_hand(work) == "A1"


def test_outlines_as_they_were_change_nothing(work: Casework, clinic_session: Session) -> None:
    found = tuple((one.outline, one.measurement) for one in work.draft.entries if one.outline)

    assert not work.take_outlines(found)

    assert not clinic_session.undo_stack.canUndo()


def test_an_outline_that_is_new_is_taken_in_hand(work: Casework) -> None:
    found = tuple((one.outline, one.measurement) for one in work.draft.entries if one.outline)
    added = Outline(outer=((300.0, 10.0), (350.0, 10.0), (350.0, 60.0)))

    assert work.take_outlines((*found, (added, None)))

    assert work.selected is not None
    assert work.selected.outline == added
    assert work.selected.thread is None


def test_what_a_gesture_did_is_told_once(clinic_session: Session) -> None:
    made = Casework(clinic_session, clinic_session)
    made.open(ACCEPTED)
    new = Outline(outer=((300.0, 200.0), (350.0, 200.0), (350.0, 250.0)))
    told: list[Outline | None] = []
    made.changed.connect(
        lambda: told.append(None if made.selected is None else made.selected.outline)
    )

    made.take_outlines((*((one, None) for one in made.draft.outlines), (new, None)))

    assert told == [new]


def test_what_waits_is_accepted_taken_back_and_accepted_again(
    work: Casework, library: Library, clinic_session: Session
) -> None:
    rerecorded: list[tuple[str, bool]] = []
    work.rerecorded.connect(lambda *about: rerecorded.append(about))
    work.open(WAITING)
    work.assign(a_new(work, library))

    assert work.accept("")
    clinic_session.undo_stack.undo()
    assert library.proposal_of(WAITING).is_waiting
    clinic_session.undo_stack.redo()

    assert rerecorded == [(WAITING, True), (WAITING, False)]
    assert not library.proposal_of(WAITING).is_waiting
    assert len(work.reviewed_at) == 1


def test_a_fault_is_kept_with_what_was_drawn_and_nothing_counts_as_reviewed(
    work: Casework, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="the library")

    work.open(WAITING)
    work.assign(a_new(work, library))
    drawn = work.draft
    monkeypatch.setattr(workflow, "accept", full)

    assert not work.accept("")

    assert isinstance(work.problem, DiskFull)
    assert work.draft == drawn
    assert work.reviewed_at == ()


def test_a_new_lesion_keeps_its_name_when_it_is_recorded(work: Casework, library: Library) -> None:
    work.assign(a_new(work, library))
    assert labels(work) == ["T2", "T1"]

    assert work.accept("another wound")

    assert sorted(labels(work)) == ["T1", "T2"]
    assert work.case is not None
    assert work.draft == work.case.stored


def test_what_was_drawn_on_an_accepted_photograph_is_kept_where_saving_it_meets_a_fault(
    work: Casework, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="the library")

    work.assign(a_new(work, library))
    drawn = work.draft
    monkeypatch.setattr(workflow, "reassign", full)
    assert not work.accept("")

    work.open(WAITING)
    work.open(ACCEPTED)

    assert work.draft == drawn


def test_a_photograph_that_was_withdrawn_is_no_longer_what_was_opened(
    work: Casework, library: Library
) -> None:
    work.open(WAITING)
    assert work.read_again()

    workflow.withdraw(library, [library.photograph(WAITING)], by="Ann", reason="undone")

    assert not work.read_again()


def test_what_waits_again_does_not_count_as_reviewed(work: Casework, library: Library) -> None:
    for photograph_id in (WAITING, NEXT):
        work.open(photograph_id)
        assert work.set_aside()
    assert len(work.reviewed_at) == 2

    work.count_out([NEXT])

    assert len(work.reviewed_at) == 1


def test_undone_to_how_it_began_it_is_matched_with_what_was_accepted_meanwhile(
    work: Casework, clinic_session: Session, library: Library
) -> None:
    work.open(WAITING)
    work.remove()
    clinic_session.undo_stack.undo()
    work.open(NEXT)
    work.assign(a_new(work, library))
    assert work.accept("")

    work.open(WAITING)

    fresh = Casework(clinic_session, clinic_session)
    fresh.open(WAITING)
    assert work.draft == fresh.draft
