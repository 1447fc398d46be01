"""The readers' error that courses show: adopted from a reading session, and taken back.

Hides that every step is a row of its own, so that what counted at any moment can be told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from woundtrack.errors import AgreementUnknown, SessionRefused
from woundtrack.model import ErrorBasis, ReaderError, ReadingSession, new_id, now
from woundtrack.records import Library
from woundtrack.workflow.reading_counted import log_agreements

LEAST_TO_ADOPT: Final = 10
"""Items that a session needs before its error may stand in a course."""


def adopted_error(library: Library, *, as_of: datetime | None = None) -> ReaderError | None:
    """Return the readers' error that counts, as a person adopted it; None: what is assumed counts.

    ``as_of``: what counted at that moment.
    """
    known = [one for one in library.reader_errors() if as_of is None or one.adopted_at <= as_of]
    return known[-1] if known and known[-1].session_id is not None else None


def adopt_session(
    library: Library,
    session: ReadingSession,
    *,
    reason: str,
    by: str,
    basis: ErrorBasis | None = None,
) -> ReaderError:
    """Let a session's error stand in courses from now on, in place of what is assumed.

    ``basis``: of any readers where None and there were several, since the visits of a course are
    read by different people, and else of the one reader. What was recorded with a measurement
    stays as it is: the course alone shows the other interval, and says of which session.

    Raises ``SessionRefused`` with a reason: fewer than ten items that everybody read, or nothing
    repeated of the kind.
    """
    try:
        logs, edges = log_agreements(library, session)
    except AgreementUnknown as unknown:
        why = f"its readers' error can't be told, as {unknown.values['reason']}"
        raise SessionRefused(reason=why) from unknown
    if logs.of_logs.items < LEAST_TO_ADOPT:
        raise SessionRefused(
            reason=f"everybody read {logs.of_logs.items} pictures of it, and {LEAST_TO_ADOPT} are "
            "needed before a course shows its error"
        )
    several = len(session.readers) > 1
    basis = basis or (ErrorBasis.ANY_READER if several else ErrorBasis.SAME_READER)
    if basis is ErrorBasis.ANY_READER and not several:
        raise SessionRefused(reason="one reader alone says nothing of how far others lie")
    area = logs.s_w if basis is ErrorBasis.ANY_READER else logs.repeat_s_w
    edge = edges.s_w if basis is ErrorBasis.ANY_READER else edges.repeat_s_w
    if area is None or edge is None:
        raise SessionRefused(reason="nobody read anything twice in it")
    if not area.value > 0 or area.low is None or area.high is None:
        raise SessionRefused(reason="its readings are all alike, which no two hands are")
    if not reason.strip():
        raise SessionRefused(reason="an adoption needs its reason")
    error = ReaderError(
        id=new_id(),
        session_id=session.id,
        session=session.name,
        basis=basis,
        log_sd=area.value,
        log_sd_low=area.low,
        log_sd_high=area.high,
        perimeter_log_sd=edge.value,
        items=logs.of_logs.items,
        readers=len(session.readers),
        reason=" ".join(reason.split()),
        adopted_by=by,
        adopted_at=now(),
    )
    with library.verb("adopt readers' error", by=by, why=error.reason) as change:
        change.add_reader_error(error)
    return error


def take_back_adoption(library: Library, *, reason: str, by: str) -> ReaderError:
    """Let what is assumed count again. Raises ``SessionRefused`` where nothing is adopted."""
    current = adopted_error(library)
    if current is None:
        raise SessionRefused(reason="no session's error is adopted")
    return _adopt_again(library, current, session_id=None, reason=reason, by=by)


def adopt_again(library: Library, error: ReaderError, *, by: str) -> ReaderError:
    """Let an error count again that was taken back or followed by another: for undo and redo."""
    return _adopt_again(library, error, session_id=error.session_id, reason=error.reason, by=by)


def _adopt_again(
    library: Library, error: ReaderError, *, session_id: str | None, reason: str, by: str
) -> ReaderError:
    if not reason.strip():
        raise SessionRefused(reason="it needs its reason")
    row = replace(
        error, id=new_id(), session_id=session_id, reason=reason, adopted_by=by, adopted_at=now()
    )
    verb = "take back readers' error" if session_id is None else "adopt readers' error"
    with library.verb(verb, by=by, why=reason) as change:
        change.add_reader_error(row)
    return row
