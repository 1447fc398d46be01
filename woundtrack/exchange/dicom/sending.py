"""The one door to a network: DICOM objects to a hospital's archive, and its answers in words.

Hides pynetdicom, the encrypted connection, and which of the many ways to fail is a wait, which a
question to whoever runs the archive. Nothing is ever received.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from woundtrack.errors import (
    ArchiveDeclined,
    ArchiveNotTrusted,
    ArchiveRefused,
    ArchiveSilent,
    ArchiveUnreachable,
    DicomMissing,
)
from woundtrack.exchange.dicom.objects import PLAIN, DicomObject
from woundtrack.model import Archive, Progress, no_progress

if TYPE_CHECKING:
    from pynetdicom.association import Association

CONNECT_S: Final = 10.0
"""How long an address may take to answer at all."""
ANSWER_S: Final = 60.0
"""How long an archive may take to confirm what it was sent; a busy one takes seconds."""

_VERIFICATION: Final = "1.2.840.10008.1.1"
_IMPLICIT: Final = "1.2.840.10008.1.2"

_NOT_ENCRYPTED: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}
)
"""What OpenSSL says where the answer is no part of a handshake."""

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "photograph": "the photograph",
        "outlines": "the picture with outlines",
        "upright": "what turns the photograph upright",
        "segments": "the outlines as segments",
    }
)

# PS3.8, table 9-21: what a peer answers that takes no connection.
_DECLINED: Final[Mapping[tuple[int, int], str]] = MappingProxyType(
    {
        (1, 3): "it doesn't know this computer by the name {own_title}",
        (1, 7): "its own name is not {title}",
        (3, 1): "it is too busy now",
        (3, 2): "it has too many connections now",
    }
)


def check_connection(archive: Archive) -> None:
    """Ask an archive whether it is there and lets this computer in (C-ECHO).

    Raises ``ArchiveUnreachable``, ``ArchiveDeclined``, ``ArchiveNotTrusted``, ``ArchiveSilent``,
    ``ArchiveRefused``, ``DicomMissing``.
    """
    with _associated(archive, "a test", [(_VERIFICATION, (PLAIN, _IMPLICIT))]) as association:
        status = association.send_c_echo()
        if "Status" not in status:
            raise ArchiveSilent(archive=archive.name)


def store(
    archive: Archive, objects: Sequence[DicomObject], progress: Progress = no_progress
) -> tuple[str, ...]:
    """Send a photograph's objects to an archive, which confirms each (C-STORE).

    Parameters
    ----------
    archive
        Where to.
    objects
        The photograph first, then what belongs to it.
    progress
        Called before each; raises ``Cancelled`` to stop.

    Returns
    -------
    left
        What the archive doesn't take of what belongs to the photograph, in words.

    Raises
    ------
    ArchiveRefused
        It doesn't take the photograph itself: sending it again as it is won't help.
    ArchiveUnreachable, ArchiveDeclined, ArchiveNotTrusted, ArchiveSilent
        Sending again later may help. What was confirmed before is in the archive; an object that is
        sent twice is the same one there.
    DicomMissing
        The libraries aren't installed.
    """
    wanted = dict.fromkeys((one.sop_class, _syntaxes(one)) for one in objects)
    left = []
    with _associated(archive, _KINDS[objects[0].kind], list(wanted)) as association:
        for place, one in enumerate(objects):
            progress(place / len(objects), archive.name)
            reason = _stored(association, archive, one)
            if reason is None:
                continue
            what = _KINDS.get(one.kind, one.kind)
            if place == 0:
                raise ArchiveRefused(archive=archive.name, what=what, reason=reason)
            left.append(what)
    return tuple(left)


def _syntaxes(one: DicomObject) -> tuple[str, ...]:
    """Return how an object may be written on its way: a JPEG as it is, plain pixels either way."""
    return (PLAIN, _IMPLICIT) if one.transfer_syntax == PLAIN else (one.transfer_syntax,)


def _stored(association: Association, archive: Archive, one: DicomObject) -> str | None:
    """Send one object; return as a clause why it isn't taken, None where it is."""
    from pydicom.filereader import dcmread

    fits = [
        context
        for context in association.accepted_contexts
        if context.abstract_syntax == one.sop_class and context.transfer_syntax[0] in _syntaxes(one)
    ]
    if not fits:
        return _not_taken(association, one.sop_class)
    status = association.send_c_store(dcmread(BytesIO(one.data)))
    if "Status" not in status:
        raise ArchiveSilent(archive=archive.name)
    number = int(status.Status)
    if number == 0 or number & 0xF000 == 0xB000:  # taken; with a remark of the archive's
        return None
    if number & 0xFF00 == 0xA700:
        raise ArchiveDeclined(archive=archive.name, reason="it has no room, or is too busy")
    remark = " ".join(str(status.get("ErrorComment", "")).split())
    return f"it answers {number:04X}" + (f", “{remark}”" if remark else "")


def _not_taken(association: Association, sop_class: str) -> str:
    """Return as a clause why an archive agreed to nothing of a kind (PS3.8, table 9-18)."""
    rejected = [one for one in association.rejected_contexts if one.abstract_syntax == sop_class]
    if any(one.result == 4 for one in rejected):
        return "it takes such objects, but not as they are compressed"
    return "it takes no objects of that kind"


@contextmanager
def _associated(
    archive: Archive, what: str, wanted: Sequence[tuple[str, tuple[str, ...]]]
) -> Iterator[Association]:
    """Connect, and let go again whatever happens; the first that is wanted is ``what``."""
    try:
        from pynetdicom import AE, evt
    except ImportError as missing:
        raise DicomMissing from missing
    # What it would log is told as a sentence.
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL + 1)

    # WORKAROUND: pynetdicom doesn't close a socket that never got through or whose peer is gone:
    # its shutdown raises before the close (AssociationSocket._shutdown_socket, 3.0.4).
    class Closing(AE):
        def _create_socket(self, *wanted: Any) -> Any:  # noqa: ANN401 (as there)
            made = super()._create_socket(*wanted)
            sockets.append(made.socket)
            return made

    sockets: list[Any] = []
    entity = Closing(archive.own_title)
    entity.connection_timeout = CONNECT_S
    entity.acse_timeout = CONNECT_S
    entity.dimse_timeout = entity.network_timeout = ANSWER_S
    for sop_class, syntaxes in wanted:
        entity.add_requested_context(sop_class, list(syntaxes))
    opened: list[object] = []
    faults: list[OSError] = []
    tls = (_context(archive, faults, sockets), archive.host) if archive.uses_tls else None
    try:
        association = entity.associate(
            archive.host,
            archive.port,
            ae_title=archive.title,
            tls_args=tls,
            evt_handlers=[(evt.EVT_CONN_OPEN, opened.append)],
        )
    except OSError as fault:  # the name of the host leads nowhere
        raise ArchiveUnreachable(archive=archive.name, address=archive.address) from fault
    try:
        if association.rejected_contexts and not association.accepted_contexts:
            reason = _not_taken(association, wanted[0][0])
            raise ArchiveRefused(archive=archive.name, what=what, reason=reason)
        if not association.is_established:
            raise _refusal(archive, association, faults, was_opened=bool(opened))
        yield association
    finally:
        if association.is_established:
            association.release()
        if association.is_alive():
            association.abort()
        if association.dul.is_alive():
            association.dul.join(CONNECT_S)
        for one in sockets:
            one.close()


def _refusal(
    archive: Archive, association: Association, faults: Sequence[OSError], *, was_opened: bool
) -> Exception:
    """Return why there is no connection."""
    if faults:
        return ArchiveNotTrusted(archive=archive.name, reason=_of_certificate(faults[0]))
    if not was_opened:
        return ArchiveUnreachable(archive=archive.name, address=archive.address)
    answer: Any = association.acceptor.primitive
    if association.is_rejected and answer is not None:
        known = _DECLINED.get((answer.result_source, answer.diagnostic), "it gives no reason")
        reason = known.format(own_title=archive.own_title, title=archive.title)
    elif archive.uses_tls:
        reason = "it broke the encrypted connection off, as where it asks for a certificate"
    else:
        reason = "it broke off without a word, as where it wants an encrypted connection"
    return ArchiveDeclined(archive=archive.name, reason=reason)


# --- the encrypted connection --------------------------------------------------------------------


def encryption() -> str:
    """Return what encrypts, and its version: who looks for security reports asks for it."""
    return ssl.OPENSSL_VERSION


def _context(archive: Archive, faults: list[OSError], sockets: list[Any]) -> ssl.SSLContext:
    """Return how the archive is to prove who it is.

    What goes wrong in that is noted in ``faults``, and the socket in ``sockets``. TLS 1.2 or newer,
    and a certificate for the host's own name (RFC 9325; PS3.15, B.9).
    """

    class Noting(ssl.SSLSocket):
        """Notes why the handshake failed: pynetdicom tells only that it did."""

        def do_handshake(self, block: bool = False) -> None:
            sockets.append(self)
            try:
                super().do_handshake(block)
            except OSError as fault:
                faults.append(fault)
                raise

    try:
        context = ssl.create_default_context(
            cafile=None if archive.ca_file is None else str(archive.ca_file)
        )
    except OSError as fault:
        raise _unusable(archive, str(archive.ca_file)) from fault
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = Noting
    if archive.certificate is not None:
        key = None if archive.key is None else str(archive.key)
        try:
            # A key that asks for a password would else ask on a terminal that may not be there.
            context.load_cert_chain(str(archive.certificate), key, password="")
        except OSError as fault:
            raise _unusable(archive, str(archive.certificate)) from fault
    return context


def _unusable(archive: Archive, path: str) -> ArchiveNotTrusted:
    reason = f"{path} can't be used as a certificate, or its key doesn't go with it"
    return ArchiveNotTrusted(archive=archive.name, reason=reason)


def _of_certificate(fault: OSError) -> str:
    """Return as a clause why an encrypted connection wasn't made."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        # https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
        if fault.verify_code in {62, 64}:
            return "its certificate is another computer's"
        if fault.verify_code in {9, 10}:
            return "its certificate is out of date, or this computer's clock is wrong"
        return "its certificate is signed by nobody that is trusted here"
    speaks_otherwise = not isinstance(fault, ssl.SSLError) or isinstance(fault, ssl.SSLEOFError)
    if speaks_otherwise or getattr(fault, "reason", "") in _NOT_ENCRYPTED:
        return "it doesn't encrypt at this port"
    return "the two can't agree how to encrypt"
