from __future__ import annotations

import hashlib
import io
import os
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from woundtrack.errors import PhotographTooLarge, PhotographUnreadable
from woundtrack.imaging.photograph import (
    photograph_facts,
    quick_thumbnail,
    read_file,
    read_photograph,
    read_photograph_bytes,
    thumbnail,
)
from woundtrack.model import TimeSource

# Four plain quarters, as they look upright: red, green / blue, white.
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 40), (40, 50, 190), (250, 250, 250)
MAKE, MODEL, ORIENTATION, EXIF_FOLDER, GPS_FOLDER = 0x010F, 0x0110, 0x0112, 0x8769, 0x8825


def quarters(width: int = 96, height: int = 64) -> np.ndarray:
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = RED
    pixels[: height // 2, width // 2 :] = GREEN
    pixels[height // 2 :, : width // 2] = BLUE
    pixels[height // 2 :, width // 2 :] = WHITE
    return pixels


def stored_as(upright: np.ndarray, orientation: int) -> np.ndarray:
    """Return the rows a camera writes for an upright scene: EXIF's table, row 0 and column 0."""
    turned = {
        1: upright,  # top, left
        2: upright[:, ::-1],  # top, right
        3: upright[::-1, ::-1],  # bottom, right
        4: upright[::-1],  # bottom, left
        5: upright.transpose(1, 0, 2),  # left, top
        6: upright.transpose(1, 0, 2)[::-1],  # right, top
        7: upright.transpose(1, 0, 2)[::-1, ::-1],  # right, bottom
        8: upright.transpose(1, 0, 2)[:, ::-1],  # left, bottom
    }
    return np.ascontiguousarray(turned[orientation])


def exif(main: dict[int, Any] | None = None, camera: dict[int, Any] | None = None) -> Image.Exif:
    made = Image.Exif()
    for tag, value in (main or {}).items():
        made[tag] = value
    if camera:
        made.get_ifd(EXIF_FOLDER).update(camera)
    return made


def encoded(pixels: np.ndarray, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    if kind == "HEIF":
        options.setdefault("quality", 90)
        if "exif" in options:
            options["exif"] = options["exif"].tobytes()
        pillow_heif.from_pillow(Image.fromarray(pixels)).save(out, **options)
    else:
        Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def corner_colours(pixels: np.ndarray) -> list[tuple[int, int, int]]:
    """Return the colour nearest to each quarter's: top left, top right, bottom left and right."""
    height, width = pixels.shape[:2]
    spots = [(y, x) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    known = np.array([RED, GREEN, BLUE, WHITE])
    nearest = [int(np.abs(known - pixels[spot].astype(int)).sum(axis=1).argmin()) for spot in spots]
    return [(RED, GREEN, BLUE, WHITE)[index] for index in nearest]


@pytest.fixture
def london() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/London"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "WEBP", "PNG", "HEIF"])
def test_every_format_comes_out_upright(kind: str, orientation: int) -> None:
    stored = stored_as(quarters(), orientation)
    data = encoded(stored, kind, exif=exif({ORIENTATION: orientation}))

    pixels, photograph = read_photograph_bytes(data, "wound.bin")

    assert pixels.shape == (64, 96, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert corner_colours(pixels) == [RED, GREEN, BLUE, WHITE]
    assert (photograph.width_px, photograph.height_px) == (96, 64)
    assert photograph.orientation == orientation


def test_a_heic_without_a_rotation_of_its_own_is_turned_by_its_exif() -> None:
    turned = encoded(stored_as(quarters(), 6), "HEIF", exif=exif({ORIENTATION: 6}))
    at = turned.index(b"irot")
    # The property becomes one that no reader knows, as in a file whose writer left it out.
    data = turned[:at] + b"free" + turned[at + 4 :]

    pixels, photograph = read_photograph_bytes(data, "IMG_0001.HEIC")

    assert corner_colours(pixels) == [RED, GREEN, BLUE, WHITE]
    assert (photograph.width_px, photograph.height_px, photograph.orientation) == (96, 64, 6)
    assert photograph.format == "HEIC"


def test_the_hash_is_of_the_files_own_bytes(tmp_path: Path) -> None:
    data = encoded(quarters(), "JPEG")
    path = tmp_path / "Bauch – früh ½.jpg"
    path.write_bytes(data)

    _, photograph = read_photograph(path)

    assert photograph.sha256 == hashlib.sha256(data).hexdigest()
    assert photograph.size_bytes == len(data)
    assert photograph.original_name == "Bauch – früh ½.jpg"
    assert photograph_facts(path) == photograph


def test_capture_time_with_its_offset_becomes_utc() -> None:
    data = encoded(
        quarters(),
        "JPEG",
        exif=exif(
            camera={0x9003: "2026:03:31 09:15:30", 0x9011: "+05:30", 0x9291: "25"},
        ),
    )

    _, photograph = read_photograph_bytes(data, "a.jpg")

    assert photograph.taken_at == datetime(2026, 3, 31, 3, 45, 30, 250_000, UTC)
    assert photograph.taken_offset_minutes == 330
    assert photograph.taken_from is TimeSource.EXIF


@pytest.mark.parametrize(
    ("written", "hour_utc", "offset"),
    [("2026:01:15 09:00:00", 9, 0), ("2026:07:15 09:00:00", 8, 60)],
)
def test_a_time_without_offset_is_taken_in_this_computers_zone_at_that_date(
    london: None, written: str, hour_utc: int, offset: int
) -> None:
    data = encoded(quarters(), "JPEG", exif=exif(camera={0x9003: written}))

    _, photograph = read_photograph_bytes(data, "a.jpg")

    assert photograph.taken_at is not None
    assert photograph.taken_at.hour == hour_utc
    assert photograph.taken_offset_minutes == offset
    assert photograph.taken_from is TimeSource.EXIF_LOCAL


def test_without_a_capture_time_the_files_own_date_is_taken(tmp_path: Path, london: None) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(encoded(quarters(), "PNG"))
    written = datetime(2025, 8, 1, 23, 30, tzinfo=UTC)
    os.utime(path, (written.timestamp(), written.timestamp()))

    _, photograph = read_photograph(path)

    assert photograph.taken_at == written
    assert photograph.taken_from is TimeSource.FILE
    assert photograph.taken_on is not None
    assert photograph.taken_on.isoformat() == "2025-08-02"


def test_without_any_time_it_is_unknown() -> None:
    _, photograph = read_photograph_bytes(encoded(quarters(), "PNG"), "a.png")

    assert (photograph.taken_at, photograph.taken_from) == (None, TimeSource.UNKNOWN)


def test_camera_and_lens_are_read() -> None:
    data = encoded(
        quarters(),
        "JPEG",
        exif=exif({MAKE: "Apple\0", MODEL: " iPhone  12 "}, {0x920A: 4.2, 0xA405: 26}),
    )

    _, photograph = read_photograph_bytes(data, "a.jpg")

    assert photograph.camera_make == "Apple"
    assert photograph.camera_model == "iPhone 12"
    assert photograph.focal_length_mm == pytest.approx(4.2)
    assert photograph.focal_length_35mm == 26


NONSENSE: list[tuple[dict[int, Any], dict[int, Any]]] = [
    ({}, {0x9003: "0000:00:00 00:00:00"}),
    ({}, {0x9003: "    :  :     :  :  "}),
    ({}, {0x9003: "2026:02:30 25:61:00"}),
    ({}, {0x9003: "yesterday", 0x9011: "+99:99"}),
    ({}, {0x9003: "0001:01:01 00:00:00", 0x9011: "+14:00"}),
    ({}, {0x9003: "9999:12:31 23:59:59", 0x9011: "-12:00"}),
    ({}, {0x920A: 0.0}),
    ({ORIENTATION: 77}, {0xA405: 0}),
    ({MAKE: "\x01\x02"}, {0xA405: 65535}),
]


@pytest.mark.parametrize(("main", "camera"), NONSENSE)
def test_nonsense_in_the_header_does_not_stop_the_reading(
    main: dict[int, Any], camera: dict[int, Any]
) -> None:
    data = encoded(quarters(), "JPEG", exif=exif(main, camera))

    pixels, photograph = read_photograph_bytes(data, "a.jpg")

    assert corner_colours(pixels) == [RED, GREEN, BLUE, WHITE]
    assert photograph.taken_from is TimeSource.UNKNOWN
    assert photograph.orientation == 1
    assert photograph.camera_make is None
    assert photograph.focal_length_mm is None
    assert photograph.focal_length_35mm is None


def focal_length_written_as(numerator: int, denominator: int) -> bytes:
    """Return a JPEG with exactly that focal length; Pillow writes no zero denominator."""
    data = encoded(quarters(), "JPEG", exif=exif(camera={0x920A: IFDRational(2469, 2)}))
    written = struct.pack(">II", 2469, 2)
    assert data.count(written) == 1
    return data.replace(written, struct.pack(">II", numerator, denominator))


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(42, 0), (0, 0), (0, 1), (4_000_000_000, 1)]
)
def test_a_focal_length_that_is_no_number_is_unknown(numerator: int, denominator: int) -> None:
    data = focal_length_written_as(numerator, denominator)

    _, photograph = read_photograph_bytes(data, "a.jpg")

    assert photograph.focal_length_mm is None


def test_a_header_of_random_bytes_does_not_stop_the_reading() -> None:
    plain = encoded(quarters(), "JPEG")
    draw = np.random.default_rng(3)
    for _ in range(60):
        noise = draw.integers(0, 256, 120, np.uint8).tobytes()
        block = b"Exif\0\0II*\0\x08\0\0\0\x04\0" + noise
        data = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + plain[2:]

        pixels, _ = read_photograph_bytes(data, "a.jpg")

        assert sorted(pixels.shape) == [3, 64, 96]


def taken_at_latitude(degrees: float) -> bytes:
    made = exif({MAKE: "Apple"})
    made.get_ifd(GPS_FOLDER).update({1: "N", 2: (degrees, 28.0, 48.0), 3: "W", 4: (2.0, 14.0, 3.0)})
    return encoded(quarters(400, 300), "JPEG", exif=made)


def test_no_location_is_kept(tmp_path: Path) -> None:
    here, there = taken_at_latitude(53.0), taken_at_latitude(10.0)
    path = tmp_path / "a.jpg"
    path.write_bytes(here)
    assert Image.open(io.BytesIO(here)).getexif().get_ifd(GPS_FOLDER)[2][0] == 53

    pixels, photograph = read_photograph_bytes(here, "a.jpg")
    _, elsewhere = read_photograph_bytes(there, "a.jpg")

    assert replace(photograph, sha256="") == replace(elsewhere, sha256="")
    for small in (thumbnail(pixels), quick_thumbnail(path)):
        assert not Image.open(io.BytesIO(small)).getexif()
        assert b"Exif" not in small


def png_chunk(name: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + check


def test_too_many_pixels_are_refused_from_the_header_alone() -> None:
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"")

    with pytest.raises(PhotographTooLarge) as caught:
        read_photograph_bytes(data, "huge.png")

    assert str(caught.value).startswith("huge.png has 400 megapixels, more than the 150 ")


def test_a_photograph_of_108_megapixels_is_no_decompression_bomb(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 12_000, 9_000, 8, 2, 0, 0, 0)
    path = tmp_path / "phone.png"
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)

    photograph = photograph_facts(path)  # a warning would be an error here

    assert (photograph.width_px, photograph.height_px) == (12_000, 9_000)


CUT_SHORT = "it is cut short, as by a copy that was stopped"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.97])
def test_a_file_that_is_cut_short_says_so(kind: str, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (120, 160, 3), np.uint8)
    whole = encoded(noise, kind)
    data = whole[: int(len(whole) * share)]

    with pytest.raises(PhotographUnreadable) as caught:
        read_photograph_bytes(data, "ward/a.jpg")

    reason = caught.value.values["reason"]
    assert reason in {CUT_SHORT, "its picture data is damaged"}
    if kind in {"JPEG", "PNG", "WEBP"}:
        assert reason == CUT_SHORT


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_damaged_bytes_give_a_picture_or_a_sentence(kind: str) -> None:
    whole = bytearray(encoded(quarters(), kind))
    draw = np.random.default_rng(7)
    for _ in range(60):
        data = bytearray(whole)
        for at in draw.integers(12, len(data), 4):
            data[at] = draw.integers(0, 256)

        outcome: object
        try:
            outcome = read_photograph_bytes(bytes(data), "a.bin")[0].ndim
        except (PhotographUnreadable, PhotographTooLarge) as problem:
            outcome = str(problem)[:6]
        assert outcome in {3, "a.bin "}


def test_a_text_file_called_jpg_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "notes.jpg"
    path.write_text("Wound clean, dressing changed.")

    with pytest.raises(PhotographUnreadable, match="is not a picture in a format known here"):
        read_photograph(path)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("empty.jpg", "it is empty"), ("folder", "it is a folder"), ("gone.jpg", "no such file")],
)
def test_what_is_no_photograph_is_said_in_words(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "folder").mkdir()

    with pytest.raises(PhotographUnreadable, match=reason):
        photograph_facts(tmp_path / name)


def test_a_file_that_may_not_be_opened_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(quarters(), "JPEG"))

    def refused(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refused)  # root may open anything

    with pytest.raises(PhotographUnreadable, match="you don't have permission to open it"):
        read_file(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")

    with pytest.raises(PhotographUnreadable, match="it is not a file"):
        read_photograph(tmp_path / "pipe.jpg")


def test_a_raw_file_is_not_measured_by_its_preview() -> None:
    data = encoded(quarters(), "TIFF", tiffinfo={0x00FE: 1})

    with pytest.raises(PhotographUnreadable, match="it is a raw file of a camera"):
        read_photograph_bytes(data, "DSC_0001.NEF")


def test_sixteen_bits_keep_their_brightness() -> None:
    out = io.BytesIO()
    Image.fromarray(np.full((20, 30), 0x8000, np.uint16)).save(out, "PNG")

    pixels, _ = read_photograph_bytes(out.getvalue(), "a.png")

    assert pixels.shape == (20, 30, 3)
    assert np.unique(pixels).tolist() == [0x80]


def test_measured_values_are_not_taken_for_a_picture() -> None:
    out = io.BytesIO()
    Image.fromarray(np.full((20, 30), 36.6, np.float32)).save(out, "TIFF")

    with pytest.raises(PhotographUnreadable, match="measured values"):
        read_photograph_bytes(out.getvalue(), "thermal.tif")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    source = Image.new("RGB", (40, 30), (255, 255, 255)).convert(mode)
    out = io.BytesIO()
    source.save(out, "TIFF")

    pixels, _ = read_photograph_bytes(out.getvalue(), "a.tif")

    assert pixels.shape == (30, 40, 3)
    assert pixels.min() >= 253


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(mode: str) -> None:
    source = Image.new("RGBA", (40, 30), (0, 0, 0, 0)).convert(mode)
    out = io.BytesIO()
    source.save(out, "PNG", **({"transparency": 0} if mode == "P" else {}))

    pixels, _ = read_photograph_bytes(out.getvalue(), "a.png")

    assert np.unique(pixels).tolist() == [255]


def test_of_a_phones_multi_picture_file_the_photograph_is_read() -> None:
    out = io.BytesIO()
    second = Image.new("RGB", (30, 20), (0, 0, 0))
    Image.fromarray(quarters()).save(out, "MPO", save_all=True, append_images=[second])

    pixels, photograph = read_photograph_bytes(out.getvalue(), "a.jpg")

    assert corner_colours(pixels) == [RED, GREEN, BLUE, WHITE]
    assert (photograph.width_px, photograph.format) == (96, "JPEG")


def test_a_thumbnail_is_small_and_upright(tmp_path: Path) -> None:
    stored = stored_as(quarters(1200, 800), 6)
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(stored, "JPEG", exif=exif({ORIENTATION: 6})))
    pixels, _ = read_photograph(path)

    for small in (thumbnail(pixels), quick_thumbnail(path)):
        picture = Image.open(io.BytesIO(small))
        assert picture.size == (320, 213)
        assert corner_colours(np.asarray(picture)) == [RED, GREEN, BLUE, WHITE]


def test_a_small_picture_is_not_enlarged() -> None:
    small = Image.open(io.BytesIO(thumbnail(quarters(40, 30))))

    assert small.size == (40, 30)
