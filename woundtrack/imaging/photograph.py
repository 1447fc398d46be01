"""The one reader of photographs: any file a camera or phone writes → upright RGB pixels and facts.

Hides formats, bit depths, colour modes, EXIF and its faults, and the three ways to say "turned".
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import stat
import struct
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from woundtrack.errors import PhotographTooLarge, PhotographUnreadable
from woundtrack.model import Photograph, TimeSource

Pixels = NDArray[np.uint8]

LIMIT_MEGAPIXELS: Final = 150.0  # a phone saves 108 by itself; 200 takes 2 GB to work on
LIMIT_FILE_BYTES: Final = 1 << 30  # a film or a disk image that was given by mistake
FORMATS_IN_WORDS: Final = "JPEG, PNG, TIFF, WebP or HEIC"

_STRIP_ROWS: Final = 64
_WITH_ALPHA: Final = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})

# What Pillow and pillow-heif raise for a file that isn't as its header says.
_DECODER_FAULTS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    RuntimeError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    Image.DecompressionBombError,
)

# EXIF tag numbers: CIPA DC-008 (Exif 2.32), tables 4 to 8.
_MAKE, _MODEL, _ORIENTATION, _CHANGED = 0x010F, 0x0110, 0x0112, 0x0132
_EXIF_FOLDER, _FOCAL_LENGTH, _FOCAL_LENGTH_35MM = 0x8769, 0x920A, 0xA405
_TIMES: Final = ((0x9003, 0x9011, 0x9291), (0x9004, 0x9012, 0x9292), (_CHANGED, 0x9010, 0x9290))
_TIFF_IS_REDUCED, _TIFF_DNG_VERSION = 0x00FE, 0xC612

_TURNED: Final = frozenset({5, 6, 7, 8})  # orientations whose upright width is the stored height

# warnings.catch_warnings is not safe between threads; headers are read one at a time.
_QUIET: Final = threading.Lock()


def read_file(path: Path | str) -> tuple[bytes, datetime]:
    """Return a file's bytes and when it was last written (aware, UTC).

    Raises ``PhotographUnreadable`` for what isn't there, isn't a file, may not be read, or is too
    big to be a photograph.
    """
    path = Path(path)
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            next(path.iterdir(), None)  # of a card that was pulled out, raises what is told below
            raise PhotographUnreadable(path=str(path), reason="it is a folder")
        if not stat.S_ISREG(facts.st_mode):
            raise PhotographUnreadable(path=str(path), reason="it is not a file")
        if facts.st_size > LIMIT_FILE_BYTES:
            gigabytes = facts.st_size / (1 << 30)
            raise PhotographUnreadable(
                path=str(path), reason=f"it is {gigabytes:.1f} GB long, more than any photograph"
            )
        data = path.read_bytes()
        if len(data) != facts.st_size:
            reason = "it changed while it was read; a copy may still be under way"
            raise PhotographUnreadable(path=str(path), reason=reason)
        return data, datetime.fromtimestamp(facts.st_mtime, UTC)
    except FileNotFoundError as problem:
        raise PhotographUnreadable(path=str(path), reason="there is no such file") from problem
    except PermissionError as problem:
        raise PhotographUnreadable(
            path=str(path), reason="you don't have permission to open it"
        ) from problem
    except OSError as problem:
        raise PhotographUnreadable(
            path=str(path), reason="the disk or network it is on did not deliver it"
        ) from problem


def read_photograph(path: Path | str) -> tuple[Pixels, Photograph]:
    """Read a photograph.

    Returns
    -------
    pixels : uint8 (H, W, 3)
        Upright, RGB, C-contiguous. Transparent parts are white.
    photograph : Photograph
        The file's facts. A capture time without an offset is taken in this computer's zone; without
        a capture time, the file's own date is taken. Never the location.

    Raises
    ------
    PhotographUnreadable, PhotographTooLarge
    """
    data, file_time = read_file(path)
    return read_photograph_bytes(data, str(path), file_time)


def read_photograph_bytes(
    data: bytes, name: str, file_time: datetime | None = None
) -> tuple[Pixels, Photograph]:
    """Read a photograph from its bytes, as ``read_photograph`` does.

    ``name`` is its file name or path; ``file_time`` (aware) when the file was last written.
    """
    opened = _opened(data, name)
    photograph = _facts(opened, data, name, file_time)
    with _faults_in_words(opened.kind, data, name):
        pixels = _rgb(opened.image, name)
    return _upright(pixels, opened.turn), photograph


def photograph_facts(path: Path | str) -> Photograph:
    """Return a photograph's facts without decoding it: its header and the hash of its bytes.

    Raises ``PhotographUnreadable`` or ``PhotographTooLarge``; a picture that is cut short further
    on is found only by ``read_photograph``.
    """
    data, file_time = read_file(path)
    return _facts(_opened(data, str(path)), data, str(path), file_time)


def thumbnail(pixels: Pixels, max_px: int = 320) -> bytes:
    """Return a small JPEG of ``pixels`` (H, W, 3), longest side ``max_px``, without metadata."""
    height, width = pixels.shape[:2]
    scale = min(1.0, max_px / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Every third pixel or so is enough to take the mean of, and ten times quicker.
    step = max(1, max(height, width) // (3 * max_px))
    small = np.ascontiguousarray(pixels[step // 2 :: step, step // 2 :: step])
    if scale < 1.0:
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(small).save(out, "JPEG", quality=85)
    return out.getvalue()


def quick_thumbnail(path: Path | str, max_px: int = 320) -> bytes:
    """Return a small upright JPEG of a file, decoding no more of it than that needs.

    Raises ``PhotographUnreadable`` or ``PhotographTooLarge``.
    """
    data, _ = read_file(path)
    opened = _opened(data, str(path))
    with _faults_in_words(opened.kind, data, str(path)):
        opened.image.draft("RGB", (2 * max_px, 2 * max_px))  # JPEG decodes at 1/2, 1/4 or 1/8
        pixels = _rgb(opened.image, str(path))
    return thumbnail(_upright(pixels, opened.turn), max_px)


# --- opening -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opened:
    """A file whose header was read; ``turn`` is the orientation still to be applied to it."""

    image: Image.Image
    kind: str
    orientation: int
    turn: int
    exif: Mapping[int, object]


def _opened(data: bytes, name: str) -> _Opened:
    kind = _kind_of(data, name)
    with _faults_in_words(kind, data, name), _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata; it is read tolerantly below
        image = _image(kind, data)
        width, height = image.size
        megapixels = width * height / 1e6
        if megapixels > LIMIT_MEGAPIXELS:
            raise PhotographTooLarge(
                path=name, megapixels=megapixels, limit_megapixels=LIMIT_MEGAPIXELS
            )
        if width == 0 or height == 0:
            raise PhotographUnreadable(path=name, reason="it is a picture without pixels")
        exif = _exif(image)
    if kind == "TIFF" and (_TIFF_DNG_VERSION in exif or exif.get(_TIFF_IS_REDUCED) == 1):
        raise PhotographUnreadable(
            path=name,
            reason=f"it is a raw file of a camera; have its program save {FORMATS_IN_WORDS}",
        )
    orientation = _orientation(exif.get(_ORIENTATION))
    turn = orientation
    if kind == "TIFF":
        turn = 1  # Pillow turns these itself, alone of all formats
    elif kind == "HEIC":
        # libheif has applied the container's own rotation, and pillow-heif reports 1 and keeps the
        # EXIF value aside. Only a file without a container rotation is turned by its EXIF value.
        orientation = _orientation(image.info.get("original_orientation"))
        turn = 1 if _heic_turns_itself(data) else orientation
    return _Opened(image=image, kind=kind, orientation=orientation, turn=turn, exif=exif)


def _kind_of(data: bytes, name: str) -> str:
    if not data:
        raise PhotographUnreadable(path=name, reason="it is empty")
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "TIFF"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WebP"
    brands = {data[at : at + 4] for at in range(8, min(_box_length(data), 80), 4)}
    if data[4:8] == b"ftyp" and brands & {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1"}:
        return "HEIC"
    raise PhotographUnreadable(
        path=name, reason=f"it is not a picture in a format known here ({FORMATS_IN_WORDS})"
    )


def _image(kind: str, data: bytes) -> Image.Image:
    # The formats' own classes, not Image.open: no other decoder is ever offered a stranger's file,
    # and Pillow's process-wide pixel limit (89 megapixels warn) is replaced by the one above.
    file = io.BytesIO(data)
    if kind == "JPEG":
        return JpegImagePlugin.JpegImageFile(file)  # of a phone's multi-picture file: the first
    if kind == "PNG":
        return PngImagePlugin.PngImageFile(file)
    if kind == "TIFF":
        return TiffImagePlugin.TiffImageFile(file)
    if kind == "WebP":
        return WebPImagePlugin.WebPImageFile(file)
    from pillow_heif import HeifImageFile

    return cast(Image.Image, HeifImageFile(file))  # type: ignore[no-untyped-call]


@contextmanager
def _faults_in_words(kind: str, data: bytes, name: str) -> Iterator[None]:
    try:
        yield
    except MemoryError as problem:
        raise PhotographUnreadable(
            path=name, reason="this computer has not enough free memory for it"
        ) from problem
    except _DECODER_FAULTS as problem:
        cut_short = "truncated" in str(problem).lower() or _is_cut_short(kind, data)
        reason = (
            "it is cut short, as by a copy that was stopped"
            if cut_short
            else "its picture data is damaged"
        )
        raise PhotographUnreadable(path=name, reason=reason) from problem


def _is_cut_short(kind: str, data: bytes) -> bool:
    if kind == "JPEG":
        return b"\xff\xd9" not in data[-4096:]
    if kind == "PNG":
        return b"IEND" not in data[-4096:]
    if kind == "WebP":
        return len(data) < 8 + int.from_bytes(data[4:8], "little")
    if kind == "HEIC":
        at = 0
        while at + 8 <= len(data):
            length = _box_length(data, at)
            if length == 0:  # to the end of the file
                return False
            at += max(length, 8)
        return at != len(data)
    return False


def _box_length(data: bytes, at: int = 0) -> int:
    length = int.from_bytes(data[at : at + 4], "big")
    return int.from_bytes(data[at + 8 : at + 16], "big") if length == 1 else length


def _heic_turns_itself(data: bytes) -> bool:
    at = 0
    while at + 8 <= len(data):
        length = _box_length(data, at) or len(data) - at
        if data[at + 4 : at + 8] == b"meta":
            meta = data[at : at + length]
            return b"irot" in meta or b"imir" in meta
        at += max(length, 8)
    return False


# --- pixels --------------------------------------------------------------------------------------


def _rgb(image: Image.Image, name: str) -> Pixels:
    """Decode and return uint8 (H, W, 3), as stored, not yet upright."""
    if image.mode == "F" or (image.mode == "I" and image.getextrema()[1] > 65535):  # type: ignore[operator]
        raise PhotographUnreadable(
            path=name, reason="it holds measured values, not a picture for the eye"
        )
    if image.mode == "I" or image.mode.startswith("I;16"):
        grey = (np.asarray(image).astype(np.int32) >> 8).clip(0, 255).astype(np.uint8)
        return cast(Pixels, cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB))
    image.load()
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    # By strips: no second copy of a large picture, and a quarter of the time of the whole, since
    # the buffers through which Pillow hands pixels over stay in the processor's cache.
    for top in range(0, height, _STRIP_ROWS):
        bottom = min(height, top + _STRIP_ROWS)
        pixels[top:bottom] = np.asarray(_on_paper(image.crop((0, top, width, bottom))))
    return pixels


def _on_paper(image: Image.Image) -> Image.Image:
    """Return ``image`` as RGB, its transparent parts white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode not in _WITH_ALPHA and "transparency" not in image.info:
        return image.convert("RGB")
    whole = image.convert("RGBA")
    paper = Image.new("RGBA", whole.size, (255, 255, 255, 255))
    return Image.alpha_composite(paper, whole).convert("RGB")


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Return ``pixels`` with an EXIF orientation (1..8) applied, C-contiguous."""
    if orientation == 2:
        return cast(Pixels, cv2.flip(pixels, 1))
    if orientation == 3:
        return cast(Pixels, cv2.rotate(pixels, cv2.ROTATE_180))
    if orientation == 4:
        return cast(Pixels, cv2.flip(pixels, 0))
    if orientation == 5:
        return cast(Pixels, cv2.transpose(pixels))
    if orientation == 6:
        return cast(Pixels, cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE))
    if orientation == 7:
        return cast(Pixels, cv2.rotate(cv2.transpose(pixels), cv2.ROTATE_180))
    if orientation == 8:
        return cast(Pixels, cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE))
    return np.ascontiguousarray(pixels)


# --- facts ---------------------------------------------------------------------------------------


def _facts(opened: _Opened, data: bytes, name: str, file_time: datetime | None) -> Photograph:
    width, height = opened.image.size
    if opened.turn in _TURNED:
        width, height = height, width
    taken_at, offset_minutes, taken_from = _taken(opened.exif, file_time)
    return Photograph(
        sha256=hashlib.sha256(data).hexdigest(),
        original_name=Path(name).name,
        format=opened.kind,
        size_bytes=len(data),
        width_px=width,
        height_px=height,
        orientation=opened.orientation,
        taken_at=taken_at,
        taken_offset_minutes=offset_minutes,
        taken_from=taken_from,
        camera_make=_words(opened.exif.get(_MAKE)),
        camera_model=_words(opened.exif.get(_MODEL)),
        focal_length_mm=_length(opened.exif.get(_FOCAL_LENGTH)),
        focal_length_35mm=_length(opened.exif.get(_FOCAL_LENGTH_35MM)),
    )


def _exif(image: Image.Image) -> Mapping[int, object]:
    """Return the EXIF values of the main folder and the camera's; empty where they are broken."""
    values: dict[int, object] = {}
    try:
        exif = image.getexif()
        values.update(exif)
        values.update(exif.get_ifd(_EXIF_FOLDER))
    except _DECODER_FAULTS:
        return MappingProxyType(values)  # a photograph is worth more than what its header says
    return MappingProxyType(values)


def _orientation(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _words(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    words = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return words[:80] or None


def _length(value: object) -> float | None:
    try:
        length = float(value)  # type: ignore[arg-type]  # anything may stand in a broken header
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return length if math.isfinite(length) and 0 < length < 10_000 else None


def _taken(
    exif: Mapping[int, object], file_time: datetime | None
) -> tuple[datetime | None, int | None, TimeSource]:
    """Return the capture time (UTC), its offset in minutes, and where it came from."""
    for time_tag, offset_tag, fraction_tag in _TIMES:
        local = _local_time(exif.get(time_tag), exif.get(fraction_tag))
        if local is None:
            continue
        minutes = _offset_minutes(exif.get(offset_tag))
        try:
            if minutes is None:  # this computer's zone, with its summer time, at that date
                aware, source = local.astimezone(), TimeSource.EXIF_LOCAL
            else:
                zone = timezone(timedelta(minutes=minutes))
                aware, source = local.replace(tzinfo=zone), TimeSource.EXIF
            return aware.astimezone(UTC), _minutes_of(aware), source
        except (OverflowError, ValueError, OSError):
            continue  # a year no clock can hold
    if file_time is not None:
        return file_time.astimezone(UTC), _minutes_of(file_time.astimezone()), TimeSource.FILE
    return None, None, TimeSource.UNKNOWN


def _local_time(value: object, fraction: object) -> datetime | None:
    text = _words(value)
    match = text and re.fullmatch(
        r"(\d{4})[:/.-](\d{1,2})[:/.-](\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})", text, re.ASCII
    )
    if not match:
        return None
    digits = (_words(fraction) or "0").strip()
    micros = int(digits[:6].ljust(6, "0")) if re.fullmatch(r"\d+", digits, re.ASCII) else 0
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, micros)  # noqa: DTZ001 (as written)
    except ValueError:
        return None


def _offset_minutes(value: object) -> int | None:
    text = _words(value)
    if text == "Z":
        return 0
    match = text and re.fullmatch(r"([+-])(\d{2}):?(\d{2})", text, re.ASCII)
    if not match:
        return None
    minutes = 60 * int(match[2]) + int(match[3])
    if minutes > 14 * 60:  # Kiribati's, the greatest there is
        return None
    return -minutes if match[1] == "-" else minutes


def _minutes_of(aware: datetime) -> int:
    offset = aware.utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)
