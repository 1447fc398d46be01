"""The DICOM objects of one photograph: the picture, how it is turned upright, what is drawn on it.

Hides modules, attributes and transfer syntaxes (PS3.3, PS3.5), and how an object's identifier
follows from all that it holds.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from woundtrack.errors import DicomMissing
from woundtrack.exchange.dicom.heads import (
    FORMAT,
    Head,
    code,
    dicom_date,
    laterality_of,
    offset_text,
    set_patient,
    set_place_on_body,
    set_series,
    set_study,
    uid_of,
)
from woundtrack.exchange.dicom.jpeg import Jpeg, input_profile, picture_alone
from woundtrack.exchange.dicom.scale import Scale

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

VL_PHOTOGRAPH: Final = "1.2.840.10008.5.1.4.1.1.77.1.4"
SECONDARY_CAPTURE: Final = "1.2.840.10008.5.1.4.1.1.7"
COLOUR_PRESENTATION: Final = "1.2.840.10008.5.1.4.1.1.11.2"

PLAIN: Final = "1.2.840.10008.1.2.1"
JPEG_BASELINE: Final = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED: Final = "1.2.840.10008.1.2.4.51"

_IMPLEMENTATION: Final = uid_of("implementation")
_SERIES: Final = 0
_DRAWN_SERIES: Final = 100
_TURNED_SERIES: Final = 200
_LONGEST_DRAWN: Final = 2048

# EXIF's orientation as PS3.3, C.10.6 tells it: turned clockwise by so many degrees, then mirrored.
_TURNS: Final = {
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (90, True),
    6: (90, False),
    7: (270, True),
    8: (270, False),
}

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A photograph's picture as it goes into an object; exactly one of the two is there.

    ``jpeg`` is encapsulated unchanged, in the frame of the camera: ``orientation`` is what EXIF
    says makes it upright. ``pixels`` are upright RGB (H, W, 3). ``derived`` says in words what was
    done to the photograph as the camera wrote it; empty for nothing. ``was_lossy``: whether it was
    ever compressed with loss; None where nobody knows. ``shows_no_more``: what identifies a person
    was taken out of the picture; where it shows more than the lesion, somebody looked at it.
    """

    jpeg: Jpeg | None = None
    pixels: Pixels | None = None
    orientation: int = 1
    derived: str = ""
    was_lossy: bool | None = None
    shows_no_more: bool = False

    def __post_init__(self) -> None:
        if (self.jpeg is None) == (self.pixels is None):
            raise ValueError("a picture is either a JPEG or pixels")

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns, as stored."""
        if self.pixels is not None:
            return self.pixels.shape[0], self.pixels.shape[1]
        return (0, 0) if self.jpeg is None else (self.jpeg.height_px, self.jpeg.width_px)


@dataclass(frozen=True, kw_only=True, slots=True)
class DicomObject:
    """One object as a file holds it (PS3.10), and what an archive must agree to, to take it."""

    kind: str
    sop_class: str
    uid: str
    transfer_syntax: str
    study_uid: str
    series_uid: str
    data: bytes

    @property
    def name(self) -> str:
        """A file name that tells it from every other object."""
        return f"{self.kind}-{self.uid.removeprefix('2.25.')}.dcm"


def refuse_if_missing() -> None:
    """Raise ``DicomMissing`` where an installation lacks the libraries for DICOM."""
    if importlib.util.find_spec("pydicom") is None or not importlib.util.find_spec("pynetdicom"):
        raise DicomMissing


def jpeg_picture(data: bytes, orientation: int, *, with_remarks: bool = False) -> Picture | None:
    """Return a JPEG file's picture, to be encapsulated unchanged; None where DICOM can't hold it.

    Progressive, 12-bit and CMYK files must be decoded. ``with_remarks``: with EXIF and comments.
    """
    jpeg = picture_alone(data, with_remarks=with_remarks)
    if jpeg is None or not jpeg.fits:
        return None
    return Picture(jpeg=jpeg, orientation=orientation, was_lossy=True)


def photograph_object(head: Head, picture: Picture, scale: Scale | None) -> DicomObject:
    """Return the photograph as a VL Photographic Image (PS3.3, A.32.4)."""
    ds = begun(head, VL_PHOTOGRAPH)
    set_series(ds, head, "photographs", modality="XC", place=_SERIES)
    _set_camera(ds, head)
    _set_image(ds, head, picture)
    ds.AcquisitionContextSequence = []
    if scale is not None:
        spacing = f"{scale.mm_per_px:.6g}"
        ds.PixelSpacing = [spacing, spacing]
        ds.PixelSpacingCalibrationType = "FIDUCIAL"
        ds.PixelSpacingCalibrationDescription = scale.words[:64]
    return ended(ds, "photograph", picture)


def overlay_object(head: Head, drawn: Pixels, source: DicomObject) -> DicomObject:
    """Return the photograph with its outlines drawn in, as a Secondary Capture (PS3.3, A.8.1).

    ``drawn`` is upright RGB (H, W, 3); it is made no larger than 2048 pixels, and a JPEG.
    """
    image = Image.fromarray(drawn)
    image.thumbnail((_LONGEST_DRAWN, _LONGEST_DRAWN), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=90)
    picture = Picture(
        jpeg=picture_alone(encoded.getvalue()),
        derived="Outlines and sizes drawn in; no larger than 2048 pixels",
        was_lossy=True,
    )
    ds = begun(head, SECONDARY_CAPTURE)
    set_series(ds, head, "outlines", modality="XC", place=_DRAWN_SERIES, words="Outlines: ")
    set_maker(ds)
    _set_image(ds, head, picture)
    ds.ConversionType = "WSD"
    ds.BurnedInAnnotation = "YES"
    ds.SourceImageSequence = [referenced(source)]
    ds.SourceImageSequence[0].PurposeOfReferenceCodeSequence = [
        code("121322", "DCM", "Source image for image processing operation")
    ]
    set_references(ds, source)
    return ended(ds, "outlines", picture)


def upright_object(head: Head, picture: Picture, source: DicomObject) -> DicomObject | None:
    """Return how a turned photograph is shown upright; None for one that is upright as it is.

    A Color Softcopy Presentation State (PS3.3, A.33.2): the picture itself stays as the camera
    wrote it, and a viewer turns it.
    """
    turn = _TURNS.get(picture.orientation)
    if turn is None:
        return None
    degrees, is_mirrored = turn
    ds = begun(head, COLOUR_PRESENTATION)
    set_series(ds, head, "upright", modality="PR", place=_TURNED_SERIES, words="Upright: ")
    set_maker(ds)
    ds.InstanceNumber = head.order
    ds.Laterality = laterality_of(head.site) if laterality_of(head.site) in {"L", "R"} else ""
    ds.ContentLabel = "UPRIGHT"
    ds.ContentDescription = "The photograph as it was held"
    ds.ContentCreatorName = ""
    ds.PresentationCreationDate = dicom_date(head.visited_on)
    ds.PresentationCreationTime = "000000"
    related = new_item()
    related.SeriesInstanceUID = source.series_uid
    related.ReferencedImageSequence = [referenced(source)]
    ds.ReferencedSeriesSequence = [related]
    first, last = _corners(picture.size, degrees, is_mirrored=is_mirrored)
    area = new_item()
    area.ReferencedImageSequence = [referenced(source)]
    area.DisplayedAreaTopLeftHandCorner = list(first)
    area.DisplayedAreaBottomRightHandCorner = list(last)
    area.PresentationSizeMode = "SCALE TO FIT"
    area.PresentationPixelAspectRatio = [1, 1]
    ds.DisplayedAreaSelectionSequence = [area]
    ds.ImageRotation = degrees
    ds.ImageHorizontalFlip = "Y" if is_mirrored else "N"
    ds.ICCProfile = _even(_profile_of(picture) or _srgb())
    return ended(ds, "upright", None)


# --- the parts -----------------------------------------------------------------------------------


def begun(head: Head, sop_class: str) -> Dataset:
    """Return a dataset with what every object has: its class, the patient and the study."""
    ds = new_item()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = sop_class
    set_patient(ds, head)
    set_study(ds, head)
    return ds


def set_maker(ds: Dataset) -> None:
    """Write that this program made it."""
    ds.Manufacturer = "woundtrack"
    ds.ManufacturerModelName = "woundtrack"
    ds.SoftwareVersions = FORMAT


def _set_camera(ds: Dataset, head: Head) -> None:
    """Write which camera it was; of a pseudonymised picture, what made it is this program."""
    if not head.profile.is_identified:
        set_maker(ds)
        return
    facts = head.photograph.photograph
    ds.Manufacturer = (facts.camera_make or "")[:64]
    if facts.camera_model:
        ds.ManufacturerModelName = facts.camera_model[:64]


def _set_image(ds: Dataset, head: Head, picture: Picture) -> None:
    """Write the modules of an image, and its pixels as they come."""
    is_capture = ds.SOPClassUID == SECONDARY_CAPTURE
    ds.ImageType = [
        "DERIVED" if picture.derived else "ORIGINAL",
        "SECONDARY" if is_capture else "PRIMARY",
    ]
    if picture.derived:
        ds.DerivationDescription = picture.derived
    ds.InstanceNumber = head.order
    ds.PatientOrientation = ""
    if head.taken_at is not None:
        _set_moment(ds, head, head.taken_at)
    else:
        ds.AcquisitionDate = dicom_date(head.visited_on)
    set_place_on_body(ds, head.site)
    if picture.shows_no_more:
        ds.BurnedInAnnotation = "NO"
    ds.Rows, ds.Columns = picture.size
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    ds.LossyImageCompression = {True: "01", False: "00", None: ""}[picture.was_lossy]
    jpeg = picture.jpeg
    if jpeg is None:
        ds.SamplesPerPixel, ds.PlanarConfiguration = 3, 0
        ds.PhotometricInterpretation = "RGB"
        return
    ds.SamplesPerPixel = jpeg.samples
    if jpeg.samples == 3:
        ds.PlanarConfiguration = 0
    plain = jpeg.width_px * jpeg.height_px * jpeg.samples
    ds.LossyImageCompressionRatio = f"{plain / len(jpeg.data):.2f}"
    ds.LossyImageCompressionMethod = "ISO_10918_1"
    ds.PhotometricInterpretation = _interpretation(jpeg)
    profile = _profile_of(picture) if head.profile.is_identified else None
    if profile is not None:
        ds.ICCProfile = _even(profile)


def _set_moment(ds: Dataset, head: Head, taken_at: datetime) -> None:
    ds.AcquisitionDate = ds.ContentDate = dicom_date(taken_at.date())
    time = f"{taken_at:%H%M%S.%f}" if taken_at.microsecond else f"{taken_at:%H%M%S}"
    ds.AcquisitionTime = ds.ContentTime = time
    ds.AcquisitionDateTime = ds.AcquisitionDate + time
    offset = head.photograph.photograph.taken_offset_minutes
    if offset is not None:
        ds.TimezoneOffsetFromUTC = offset_text(offset)


def _interpretation(jpeg: Jpeg) -> str:
    """Return how the samples are to be understood (PS3.5, 8.2.1)."""
    if jpeg.samples == 1:
        return "MONOCHROME2"
    if jpeg.is_rgb:
        return "RGB"
    return "YBR_FULL_422" if jpeg.is_subsampled else "YBR_FULL"


def _profile_of(picture: Picture) -> bytes | None:
    return None if picture.jpeg is None else input_profile(picture.jpeg.icc)


@cache
def _srgb() -> bytes:
    """Return the profile of sRGB, as an input device's."""
    from PIL import ImageCms

    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return input_profile(made) or made


def _even(data: bytes) -> bytes:
    return data + b"\0" * (len(data) % 2)


def _corners(
    size: tuple[int, int], degrees: int, *, is_mirrored: bool
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return which stored pixels come to lie top left and bottom right (column, row; from 1)."""
    rows, columns = size
    corners = {(0, 0): (1, 1), (1, 0): (columns, 1), (0, 1): (1, rows), (1, 1): (columns, rows)}

    def stored(x: int, y: int) -> tuple[int, int]:
        """Follow a shown corner back: unmirrored, then turned against the clock."""
        x = 1 - x if is_mirrored else x
        for _ in range(degrees // 90):
            x, y = y, 1 - x
        return corners[x, y]

    return stored(0, 0), stored(1, 1)


def stored_frame(mask: NDArray[np.bool_], orientation: int) -> NDArray[np.bool_]:
    """Return a mask on the upright photograph as it lies on the stored one."""
    degrees, is_mirrored = _TURNS.get(orientation, (0, False))
    return np.rot90(mask[:, ::-1] if is_mirrored else mask, degrees // 90)


def referenced(source: DicomObject) -> Dataset:
    """Return an item that names an object."""
    item = new_item()
    item.ReferencedSOPClassUID = source.sop_class
    item.ReferencedSOPInstanceUID = source.uid
    return item


def set_references(ds: Dataset, *sources: DicomObject) -> None:
    """Write in which series the objects lie that this one names (PS3.3, C.12.2)."""
    items = []
    for source in sources:
        item = new_item()
        item.SeriesInstanceUID = source.series_uid
        item.ReferencedInstanceSequence = [referenced(source)]
        items.append(item)
    ds.ReferencedSeriesSequence = items


def new_item() -> Dataset:
    """Return an empty item of a sequence."""
    from pydicom.dataset import Dataset

    return Dataset()


# --- bytes ---------------------------------------------------------------------------------------


def ended(ds: Dataset, kind: str, picture: Picture | bytes | None) -> DicomObject:
    """Return the object's bytes; its identifier follows from them.

    So an object of other content never has the identifier of one that an archive holds, and the
    same content has the same one in every export.
    """
    syntax, samples = PLAIN, picture if isinstance(picture, bytes) else None
    if isinstance(picture, Picture) and picture.jpeg is not None:
        from pydicom.encaps import encapsulate

        syntax = JPEG_BASELINE if picture.jpeg.is_baseline else JPEG_EXTENDED
        samples = encapsulate([picture.jpeg.data])
    elif isinstance(picture, Picture) and picture.pixels is not None:
        samples = np.ascontiguousarray(picture.pixels).tobytes()
    if samples is not None:
        ds.PixelData = _even(samples)
        ds["PixelData"].VR = "OB"
    ds.SOPInstanceUID = "2.25.0"
    draft = _bytes_of(ds, syntax)
    ds.SOPInstanceUID = uid_of("object", hashlib.sha256(draft).hexdigest())
    return DicomObject(
        kind=kind,
        sop_class=str(ds.SOPClassUID),
        uid=str(ds.SOPInstanceUID),
        transfer_syntax=syntax,
        study_uid=str(ds.StudyInstanceUID),
        series_uid=str(ds.SeriesInstanceUID),
        data=_bytes_of(ds, syntax),
    )


def _bytes_of(ds: Dataset, syntax: str) -> bytes:
    from pydicom.dataset import FileMetaDataset
    from pydicom.filewriter import dcmwrite
    from pydicom.uid import UID

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ds.SOPClassUID
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    meta.TransferSyntaxUID = UID(syntax)
    meta.ImplementationClassUID = UID(_IMPLEMENTATION)
    meta.ImplementationVersionName = "WOUNDTRACK"
    ds.file_meta = meta
    out = io.BytesIO()
    dcmwrite(out, ds, enforce_file_format=True)
    return out.getvalue()
