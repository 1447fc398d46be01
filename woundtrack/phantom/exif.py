"""The facts a camera writes into its file: a small EXIF block, put into a JPEG's bytes."""

from __future__ import annotations

import struct
from datetime import datetime

from woundtrack.phantom.camera import Camera

_ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED = 2, 3, 4, 5, 7

_Entry = tuple[int, int, int, bytes]


def _text(tag: int, value: str) -> _Entry:
    data = value.encode("ascii") + b"\0"
    return tag, _ASCII, len(data), data


def _short(tag: int, value: int) -> _Entry:
    return tag, _SHORT, 1, struct.pack(">H", value)


def _long(tag: int, value: int) -> _Entry:
    return tag, _LONG, 1, struct.pack(">I", value)


def _rational(tag: int, value: float, denominator: int = 1000) -> _Entry:
    return tag, _RATIONAL, 1, struct.pack(">II", round(value * denominator), denominator)


def _directory(entries: list[_Entry], start: int) -> bytes:
    """Return an image file directory that lies ``start`` bytes into the TIFF block."""
    entries = sorted(entries)
    head = struct.pack(">H", len(entries))
    tail = b""
    after = start + 2 + 12 * len(entries) + 4
    for tag, kind, count, data in entries:
        if len(data) <= 4:
            field = data.ljust(4, b"\0")
        else:
            field = struct.pack(">I", after + len(tail))
            tail += data + b"\0" * (len(data) % 2)
        head += struct.pack(">HHI", tag, kind, count) + field
    return head + struct.pack(">I", 0) + tail


def exif_block(camera: Camera, taken_at: datetime, orientation: int = 1) -> bytes:
    """Return the TIFF block of EXIF 2.31: time with offset, camera, focal length; no location."""
    offset = taken_at.utcoffset()
    if offset is None:
        raise ValueError("a capture time carries its offset from UTC")
    minutes = round(offset.total_seconds() / 60)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    moment = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    crop = 6.2  # a phone's sensor is about this much smaller than film
    detail = [
        (0x9000, _UNDEFINED, 4, b"0231"),
        _text(0x9003, moment),
        _text(0x9004, moment),
        _text(0x9010, zone),
        _text(0x9011, zone),
        _text(0x9012, zone),
        _rational(0x920A, camera.focal_35mm / crop),
        _short(0xA405, round(camera.focal_35mm)),
        _long(0xA002, camera.width_px),
        _long(0xA003, camera.height_px),
    ]
    main = [
        _text(0x010F, camera.make),
        _text(0x0110, camera.model),
        _short(0x0112, orientation),
        _text(0x0132, moment),
        _long(0x8769, 0),
    ]
    length = len(_directory(main, 8))
    main[-1] = _long(0x8769, 8 + length)
    return b"MM\0*" + struct.pack(">I", 8) + _directory(main, 8) + _directory(detail, 8 + length)


def with_exif(jpeg: bytes, block: bytes) -> bytes:
    """Return the JPEG with the EXIF block as its first segment, in place of JFIF's."""
    if jpeg[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG")
    rest = jpeg[2:]
    if rest[:2] == b"\xff\xe0":
        rest = rest[2 + struct.unpack(">H", rest[2:4])[0] :]
    payload = b"Exif\0\0" + block
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + rest
