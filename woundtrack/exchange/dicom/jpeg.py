"""A JPEG at the level of its markers: what DICOM must know of it, and the picture without the rest.

Hides the segments (ITU-T T.81, annex B), and where a phone hides further pictures in one file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BASELINE, _EXTENDED = 0xC0, 0xC1
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a segment
_ICC: Final = 0xE2
_ADOBE: Final = 0xEE
# The first marker after a scan: no stuffed byte, no restart.
_AFTER_SCAN: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)

# Of all else a JPEG may carry, a decoder needs these: tables, frames, scans, and how many lines.
_NEEDED: Final = _FRAMES | {0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD}


@dataclass(frozen=True, kw_only=True, slots=True)
class Jpeg:
    """A JPEG's picture and what describes it.

    ``data`` is the image alone, from its first marker to its end: the tables, the frame and the
    scans byte for byte, without EXIF, XMP, colour profile, comments, thumbnails and whatever
    followed the picture. ``is_baseline`` or ``is_extended`` say which DICOM transfer syntax it is;
    a progressive or lossless JPEG is neither. ``is_rgb``: the samples are red, green and blue, not
    brightness and colour differences. ``icc`` is its colour profile, empty where it has none.
    """

    data: bytes
    width_px: int
    height_px: int
    samples: int
    bits: int
    is_baseline: bool
    is_extended: bool
    is_subsampled: bool
    is_rgb: bool
    icc: bytes = b""

    @property
    def fits(self) -> bool:
        """Whether DICOM takes it as it is: 8 bits, grey or three colours, in one of the two."""
        is_known = self.is_baseline or self.is_extended
        has_size = 0 < self.width_px < 65536 and 0 < self.height_px < 65536
        return is_known and has_size and self.bits == 8 and self.samples in {1, 3}


def picture_alone(data: bytes, *, with_remarks: bool = False) -> Jpeg | None:
    """Return the picture of a JPEG file; None where its markers can't be followed to its end.

    Of the application segments only Adobe's stays, twelve bytes that say whether the samples are
    red, green and blue. ``with_remarks`` keeps all of them, EXIF and comments too, as they are;
    what follows the picture in the file is left out all the same.
    """
    if data[:2] != b"\xff\xd8":
        return None
    kept = [data[:2]]
    frame: bytes | None = None
    kind = 0
    transform: int | None = None
    profile: dict[int, bytes] = {}
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":  # fill bytes may stand before a marker
            at += 1
        if len(data) < at + 2 or data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == _END:
            kept.append(b"\xff\xd9")
            break
        if marker in _ALONE:
            kept.append(data[at : at + 2])
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at : at + 2 + length]
        if marker == _START or length < 2 or len(segment) < 2 + length:
            return None
        at += 2 + length
        if marker == _ADOBE and segment[4:9] == b"Adobe" and length >= 14:
            transform = segment[15]
            kept.append(segment if with_remarks else b"\xff\xee\x00\x0e" + segment[4:16])
        elif marker in _NEEDED or with_remarks:
            kept.append(segment)
        if marker == _ICC and segment[4:16] == b"ICC_PROFILE\0" and length > 16:
            profile[segment[16]] = segment[18:]
        if marker in _FRAMES:
            if frame is not None:
                return None  # several frames: hierarchical
            frame, kind = segment, marker
        if marker == _SCAN:
            found = _AFTER_SCAN.search(data, at)
            if found is None:
                return None
            kept.append(data[at : found.start()])
            at = found.end() - 2
    if frame is None or len(frame) < 10 or len(frame) < 10 + 3 * frame[9]:
        return None
    samples = frame[9]
    parts = [frame[10 + 3 * number : 13 + 3 * number] for number in range(samples)]
    names = bytes(part[0] for part in parts)
    return Jpeg(
        data=b"".join(kept),
        height_px=int.from_bytes(frame[5:7], "big"),
        width_px=int.from_bytes(frame[7:9], "big"),
        samples=samples,
        bits=frame[4],
        is_baseline=kind == _BASELINE,
        is_extended=kind == _EXTENDED,
        is_subsampled=len({part[1] for part in parts}) > 1,
        is_rgb=samples == 3 and (transform == 0 if transform is not None else names == b"RGB"),
        icc=b"".join(profile[number] for number in sorted(profile)),
    )


def input_profile(icc: bytes) -> bytes | None:
    """Return a colour profile as DICOM takes it, of the input class; None for one it can't be.

    A camera's profile is mostly that of a display (sRGB, Display P3): a matrix and three curves,
    which mean the same in a profile of an input device, so that its class alone is changed
    (PS3.3 C.11.15; ICC.1:2010, 7.2). Moment and fingerprint in its head are blanked: a library
    that makes profiles writes the present time there.
    """
    if len(icc) < 132 or icc[36:40] != b"acsp" or icc[16:20] != b"RGB " or icc[20:24] != b"XYZ ":
        return None
    if icc[12:16] not in {b"mntr", b"scnr"}:
        return None
    return b"".join(
        [icc[:12], b"scnr", icc[16:24], _BLANK_MOMENT, icc[36:84], bytes(16), icc[100:]]
    )


_BLANK_MOMENT: Final = bytes.fromhex("07d00001000100000000 0000".replace(" ", ""))
"""1 January 2000, midnight, as six numbers of two bytes."""
