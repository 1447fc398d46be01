"""A library of one patient whose photographs are of every sort a camera writes, with secrets.

Hides how a file is given what must not leave: a place, a serial number, comments, a second picture.
"""

from __future__ import annotations

import hashlib
import io
import struct
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageFilter

from woundtrack import imaging
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Card,
    Consent,
    Identity,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    OutlineSource,
    Patient,
    Purpose,
    Side,
    Tag,
    Visit,
    VisitPhotograph,
    WoundState,
)
from woundtrack.records import Library

WIDTH, HEIGHT = 320, 200
SECRETS = ("SERIAL-77", "Ward 7 Smith", "GPSsecret", "hidden second picture", "xmp-secret")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WOUND = ((100.0, 60.0), (180.0, 60.0), (180.0, 120.0), (100.0, 120.0))


def painted(turn: int = 0) -> Image.Image:
    """Return a picture whose four corners tell how it is turned: red, green, blue, white."""
    pixels = np.full((HEIGHT, WIDTH, 3), (205, 160, 140), np.uint8)
    pixels[60:120, 100:180] = (150, 40, 40)
    pixels[:40, :40] = (230, 20, 20)
    pixels[:40, -40:] = (20, 200, 20)
    pixels[-40:, :40] = (20, 20, 220)
    pixels[-40:, -40:] = (250, 250, 250)
    noise = np.random.default_rng(7).integers(-6, 7, pixels.shape)
    noisy = np.clip(pixels.astype(np.int16) + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(noisy).filter(ImageFilter.GaussianBlur(1)).rotate(turn, expand=True)


def jpeg(
    image: Image.Image, *, orientation: int = 1, progressive: bool = False, quality: int = 90
) -> bytes:
    """Return a JPEG as a phone writes it: EXIF with place and serial, XMP, colours, comments."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110] = "Apple", "iPhone 15"
    camera = exif.get_ifd(0x8769)
    camera[0x9003], camera[0x9011] = "2026:03:04 13:05:09", "+01:00"
    camera[0xA431] = SECRETS[0]
    exif.get_ifd(0x8825)[29] = SECRETS[2]
    out = io.BytesIO()
    image.save(
        out,
        "JPEG",
        quality=quality,
        exif=exif,
        comment=SECRETS[1].encode(),
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        progressive=progressive,
    )
    data = out.getvalue()
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + SECRETS[4].encode()
    segment = b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp
    return data[:2] + segment + data[2:] + SECRETS[3].encode()


def scan_of(data: bytes) -> bytes:
    """Return a JPEG's compressed samples: from its first scan to its end."""
    start = data.index(b"\xff\xda")
    return data[start : data.index(b"\xff\xd9", start) + 2]


def other_format(image: Image.Image, kind: str) -> bytes:
    """Return the picture in another format."""
    out = io.BytesIO()
    if kind == "HEIC":
        from pillow_heif import from_pillow

        from_pillow(image).save(out, quality=90)
    else:
        image.save(out, kind)
    return out.getvalue()


FILES = {
    "plain.jpg": jpeg(painted()),
    "turned.jpg": jpeg(painted(90), orientation=6),  # held upright: stored turned to the left
    "progressive.jpg": jpeg(painted(), progressive=True, quality=85),
    "lossless.png": other_format(painted(), "PNG"),
    "phone.heic": other_format(painted(), "HEIC"),
}
"""The photographs, by their names, in the order they are filed."""


def calibration(**changes: object) -> Calibration:
    """Return a scale of 0.2 mm a pixel, seen straight from above; the printer was measured."""
    corners = ((200.0, 130.0), (260.0, 130.0), (260.0, 190.0), (200.0, 190.0))
    tag = Tag(
        id=1,
        corners_px=corners,
        corners_mm=tuple((x / 5, y / 5) for x, y in corners),
        residual_mm=0.01,
    )
    facts: dict[str, object] = {
        "method": "plane",
        "homography": ((0.2, 0.0, 0.0), (0.0, 0.2, 0.0), (0.0, 0.0, 1.0)),
        "cards": (
            Card(kind="card", design_version=1, copy="A", nominal_mm=120.0, tags=(tag,) * 4),
        ),
        "mm_per_px": 0.2,
        "tilt_deg": 0.0,
        "residual_mm": 0.01,
        "print_scale_sd": 0.0025,
        "printed_by": "Ward printer, 2026-01-02",
    }
    return Calibration(**{**facts, **changes})  # type: ignore[arg-type]


def outlined(photograph_id: str, scale: Calibration | None = None) -> AssessedOutline:
    """Return an accepted ulcer of 16 × 12 mm."""
    return AssessedOutline(
        kind=OutlineKind.ULCER,
        photograph_id=photograph_id,
        outline=Outline(outer=WOUND, source=OutlineSource.DRAWN),
        calibration=scale or calibration(),
        measurement=Measurement(
            area_mm2=192.0,
            area_low_mm2=180.0,
            area_high_mm2=204.0,
            perimeter_mm=56.0,
            length_mm=20.0,
            width_mm=12.0,
        ),
        method=Method(name="drawn", version="1", application_version="0"),
    )


def key(number: int) -> str:
    """Return an id that is the same in every run."""
    return f"00000000-0000-4000-8000-{number:012d}"


def filled_library(
    folder: Path, names: tuple[str, ...] = tuple(FILES), *, agrees: bool = True
) -> Library:
    """Make a library of one patient, a lesion, a visit and accepted photographs; ids are fixed.

    The patient ``agrees`` to research, or wasn't asked.
    """
    library = Library.create(folder)
    patient = Patient(id=key(1), code="CX-001", created_at=NOON)
    lesion = Lesion(
        id=key(2),
        patient_id=patient.id,
        label="Smith's sore",
        number=1,
        site=BodySite(region="lower-leg", side=Side.LEFT),
        created_at=NOON,
    )
    visit = Visit(id=key(3), patient_id=patient.id, visited_on=date(2026, 3, 4), created_at=NOON)
    with library.verb("arrange", by="Ann") as change:
        change.add_patient(patient)
        change.add_lesion(lesion)
        change.add_visit(visit)
        change.set_identity(
            Identity(
                patient_id=patient.id,
                name="Müller, Grete",
                birth_date=date(1950, 5, 6),
                nhs_number="943 476 5919",
                local_id="H-4711",
            )
        )
        if agrees:
            change.add_entry(
                Consent(
                    id=key(4),
                    entry_id=key(4),
                    patient_id=patient.id,
                    recorded_by="Ann",
                    recorded_at=NOON,
                    purpose=Purpose.RESEARCH,
                    is_given=True,
                    given_on=date(2026, 3, 4),
                )
            )
    for number, name in enumerate(names):
        add_photograph(library, name, FILES[name], number, lesion, visit)
    return library


def add_photograph(
    library: Library, name: str, data: bytes, number: int, lesion: Lesion, visit: Visit
) -> VisitPhotograph:
    """File one photograph and accept its outline."""
    _, facts = imaging.read_photograph_bytes(data, name)
    sha256 = hashlib.sha256(data).hexdigest()
    library.originals.put(data, sha256, Path(name).suffix)
    filed = VisitPhotograph(
        id=key(100 + number),
        visit_id=visit.id,
        photograph=facts,
        site=lesion.site,
        filed_at=NOON.replace(minute=number),
    )
    assessment = Assessment(
        id=key(200 + number),
        assessment_id=key(300 + number),
        revision=1,
        supersedes=None,
        lesion_id=lesion.id,
        visit_id=visit.id,
        photograph_ids=(filed.id,),
        state=WoundState.OPEN,
        outlines=(outlined(filed.id),),
        accepted_by="Ann",
        reviewed_by="Ann",
        recorded_at=NOON,
    )
    with library.verb("arrange", by="Ann") as change:
        change.add_photograph(filed)
        change.add_assessment(assessment)
    return filed
