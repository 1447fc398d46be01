"""Photographs for hospital archives, as DICOM: what is in the objects, and how they are sent.

Hides pydicom and pynetdicom, which an installation may lack until something of it is asked for.
"""

from __future__ import annotations

from woundtrack.exchange.dicom.folder import FolderFacts, write_folder
from woundtrack.exchange.dicom.heads import FORMAT, Head, heads_of
from woundtrack.exchange.dicom.objects import (
    VL_PHOTOGRAPH,
    DicomObject,
    Picture,
    jpeg_picture,
    overlay_object,
    photograph_object,
    refuse_if_missing,
    upright_object,
)
from woundtrack.exchange.dicom.scale import Scale, flat_scale, one_scale
from woundtrack.exchange.dicom.segments import Segment, segmentation_object
from woundtrack.exchange.dicom.sending import check_connection, encryption, store

__all__ = [
    "FORMAT",
    "VL_PHOTOGRAPH",
    "DicomObject",
    "FolderFacts",
    "Head",
    "Picture",
    "Scale",
    "Segment",
    "check_connection",
    "encryption",
    "flat_scale",
    "heads_of",
    "jpeg_picture",
    "one_scale",
    "overlay_object",
    "photograph_object",
    "refuse_if_missing",
    "segmentation_object",
    "store",
    "upright_object",
    "write_folder",
]
