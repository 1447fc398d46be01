"""What is to be sent to archives is kept, and what is sent where never changes."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.records.conftest import NOON
from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import Sending, SendState, new_id
from woundtrack.records import Library

if TYPE_CHECKING:
    from tests.records.conftest import Clinic


def queued(clinic: Clinic, archive: str = "PACS", minutes: int = 0) -> Sending:
    (photograph,) = clinic.library.photographs()
    sending = Sending(
        id=new_id(),
        photograph_id=photograph.id,
        archive=archive,
        study=None,
        queued_at=NOON + timedelta(minutes=minutes),
    )
    with clinic.verb() as change:
        change.add_sending(sending)
    return sending


def test_a_row_comes_back_equal_also_from_another_start(filled: Clinic) -> None:
    first = queued(filled, minutes=1)
    other = queued(filled, "Forschung · 2", minutes=0)
    tried = replace(
        first,
        state=SendState.REFUSED,
        attempts=3,
        tried_at=NOON,
        next_try_at=NOON + timedelta(hours=1),
        basis="ab12",
        answer_code="archive_refused",
        answer_values={"archive": "PACS", "what": "the photograph", "number": 7.5},
    )
    with filled.verb() as change:
        kept = change.update_sending(tried)
    filled.library.close()

    with Library.open(filled.library.path) as library:
        assert library.sendings() == (other, kept)
        assert library.sendings("PACS") == (replace(tried, version=2),)
        assert library.sendings("PACS", state=SendState.WAITING) == ()
        assert library.sending(first.id) == kept
        assert library.check().is_clean


def test_what_is_sent_where_never_changes_and_no_row_is_deleted(filled: Clinic) -> None:
    sending = queued(filled)

    with pytest.raises(sqlite3.IntegrityError, match="never changes"), filled.verb() as change:
        change.update_sending(replace(sending, archive="Other"))
    with pytest.raises(sqlite3.IntegrityError, match="are kept"):
        filled.library._db.execute("DELETE FROM sending")

    assert filled.library.sendings() == (sending,)


def test_a_row_that_changed_meanwhile_is_not_overwritten(filled: Clinic) -> None:
    sending = queued(filled)
    with filled.verb() as change:
        change.update_sending(replace(sending, state=SendState.CANCELLED))

    with pytest.raises(ChangedMeanwhile), filled.verb() as change:
        change.update_sending(replace(sending, state=SendState.SENT))
