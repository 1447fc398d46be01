"""Accepted outlines as a DICOM Segmentation: which pixels of the photograph lie in which wound.

Hides the functional groups of a multi-frame object, and how bits are packed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from woundtrack.exchange.dicom.heads import (
    Head,
    code,
    dicom_date,
    set_series,
    uid_of,
)
from woundtrack.exchange.dicom.objects import (
    DicomObject,
    Picture,
    begun,
    ended,
    new_item,
    referenced,
    set_maker,
    set_references,
    stored_frame,
)
from woundtrack.model import AssessedOutline, Lesion, OutlineKind, OutlineSource

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SEGMENTATION: Final = "1.2.840.10008.5.1.4.1.1.66.4"

_SERIES: Final = 300
_ALGORITHMS: Final = {
    OutlineSource.GIVEN: "MANUAL",
    OutlineSource.DRAWN: "MANUAL",
    OutlineSource.GUIDED: "SEMIAUTOMATIC",
    OutlineSource.PROPOSED: "AUTOMATIC",
}
# SNOMED CT; of eschar and margin no concept of a structure is known here, and none is guessed.
_TYPES: Final = {OutlineKind.ULCER: ("56208002", "Ulcer")}
_OTHER_TYPE: Final = ("52988006", "Lesion")
_CATEGORY: Final = ("49755003", "Morphologically Abnormal Structure")


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """One accepted outline as pixels: ``mask`` is bool (H, W) on the upright photograph."""

    lesion: Lesion
    outline: AssessedOutline
    mask: NDArray[np.bool_]


def segmentation_object(
    head: Head, segments: Sequence[Segment], picture: Picture, source: DicomObject
) -> DicomObject:
    """Return outlines as a binary Segmentation (PS3.3, A.51), a frame and a segment each.

    The frames have the photograph's own rows and columns, turned as it is stored.
    """
    ds = begun(head, SEGMENTATION)
    set_series(ds, head, "segments", modality="SEG", place=_SERIES, words="Segments: ")
    set_maker(ds)
    ds.DeviceSerialNumber = "0"  # asked for; a program has none
    ds.PatientOrientation = ""
    ds.InstanceNumber = head.order
    ds.ImageType = ["DERIVED", "PRIMARY"]
    ds.ContentDate, ds.ContentTime = dicom_date(head.visited_on), "000000"
    ds.ContentLabel = "OUTLINES"
    ds.ContentDescription = "Accepted outlines"
    ds.ContentCreatorName = ""
    ds.Rows, ds.Columns = picture.size
    ds.NumberOfFrames = len(segments)
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 1, 1, 0, 0
    ds.LossyImageCompression = "00"
    ds.SegmentationType = "BINARY"
    ds.SegmentSequence = [
        _described(number, segment) for number, segment in enumerate(segments, start=1)
    ]
    _set_dimension(ds, source)
    ds.SharedFunctionalGroupsSequence = [new_item()]
    ds.PerFrameFunctionalGroupsSequence = [
        _frame(number, source) for number in range(1, len(segments) + 1)
    ]
    set_references(ds, source)
    masks = [stored_frame(segment.mask, picture.orientation) for segment in segments]
    bits = np.packbits(np.stack(masks).ravel(), bitorder="little")
    return ended(ds, "segments", bits.tobytes())


def _described(number: int, segment: Segment) -> Dataset:
    outline = segment.outline
    one = new_item()
    one.SegmentNumber = number
    one.SegmentLabel = f"Lesion {segment.lesion.number}, {outline.kind.value}"
    one.SegmentAlgorithmType = _ALGORITHMS[outline.outline.source]
    if one.SegmentAlgorithmType != "MANUAL":
        one.SegmentAlgorithmName = f"{outline.method.name} {outline.method.version}"[:64]
    category, kind = _CATEGORY, _TYPES.get(outline.kind, _OTHER_TYPE)
    one.SegmentedPropertyCategoryCodeSequence = [code(category[0], "SCT", category[1])]
    one.SegmentedPropertyTypeCodeSequence = [code(kind[0], "SCT", kind[1])]
    return one


def _set_dimension(ds: Dataset, source: DicomObject) -> None:
    """Write that frames are told apart by their segment alone."""
    uid = uid_of("dimension", source.uid)
    organization = new_item()
    organization.DimensionOrganizationUID = uid
    ds.DimensionOrganizationSequence = [organization]
    index = new_item()
    index.DimensionOrganizationUID = uid
    index.DimensionIndexPointer = 0x0062000B  # Referenced Segment Number
    index.FunctionalGroupPointer = 0x0062000A  # Segment Identification Sequence
    ds.DimensionIndexSequence = [index]


def _derived_from(source: DicomObject) -> Dataset:
    derived = new_item()
    derived.DerivationCodeSequence = [code("113076", "DCM", "Segmentation")]
    image = referenced(source)
    image.PurposeOfReferenceCodeSequence = [
        code("121322", "DCM", "Source image for image processing operation")
    ]
    image.SpatialLocationsPreserved = "YES"
    derived.SourceImageSequence = [image]
    return derived


def _frame(number: int, source: DicomObject) -> Dataset:
    content, which, group = new_item(), new_item(), new_item()
    content.DimensionIndexValues = [number]
    which.ReferencedSegmentNumber = number
    group.FrameContentSequence = [content]
    group.SegmentIdentificationSequence = [which]
    group.DerivationImageSequence = [_derived_from(source)]
    return group
