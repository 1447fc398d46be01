"""Where photographs are sent to, and what waits to be sent there.

An archive is a DICOM program of a hospital's; who runs it decides who may send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

OWN_TITLE: Final = "WOUNDTRACK"
"""What woundtrack calls itself to an archive, unless told otherwise."""
DICOM_PORT: Final = 104
"""The port that is registered for DICOM; 2762 for DICOM over TLS."""

NOTHING: Final[Mapping[str, str | float]] = MappingProxyType({})
"""No values: what an answer without any is filled with."""


def is_title(title: object) -> bool:
    """Return whether a word can name a DICOM program: 1 to 16 printable characters (PS3.5, 6.2)."""
    if not isinstance(title, str) or not title.strip() or len(title) > 16:
        return False
    return all(" " <= sign <= "~" and sign != "\\" for sign in title)


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """A DICOM archive, as this computer reaches it.

    ``title`` is what the archive is called (its application entity), ``own_title`` what woundtrack
    calls itself: up to 16 printable characters each. ``ca_file`` names the certificate, as PEM,
    that the archive's must be signed by; None: those that the system trusts. ``certificate`` and
    ``key`` are this computer's own, where the archive asks for them.
    """

    name: str
    host: str
    port: int = DICOM_PORT
    title: str = "ANY-SCP"
    own_title: str = OWN_TITLE
    uses_tls: bool = False
    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @property
    def address(self) -> str:
        """Host and port in words."""
        return f"{self.host}, port {self.port}"


class SendState(StrEnum):
    """What became of a photograph that is to be sent."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"  # the archive doesn't take it, or it may not leave: a person must look
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """One photograph to be sent to one archive, with what is drawn on it; a row of the queue.

    ``study`` is the study under whose codes it goes; None where it goes under the patient's name.
    ``basis`` is the fingerprint of what was known of it when it was sent last: a photograph with
    the same one has nothing new to send; empty until then. ``answer_code`` and ``answer_values``
    are the last answer: the code of a fault and its values, ``stored``, or empty.
    """

    id: str
    photograph_id: str
    archive: str
    study: str | None
    queued_at: datetime
    state: SendState = SendState.WAITING
    attempts: int = 0
    tried_at: datetime | None = None
    next_try_at: datetime | None = None
    basis: str = ""
    answer_code: str = ""
    answer_values: Mapping[str, str | float] = field(default_factory=lambda: NOTHING)
    version: int = 1
