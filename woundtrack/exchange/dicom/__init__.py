"""Photographs for hospital archives, as DICOM: what is in the objects, and how they are sent.

Hides pydicom and pynetdicom, which an installation may lack until something of it is asked for.
"""

from __future__ import annotations

from woundtrack.exchange.dicom.heads import Head, heads_of
from woundtrack.exchange.dicom.objects import (
    DicomObject,
    Picture,
    jpeg_picture,
    overlay_object,
    photograph_object,
    upright_object,
)
from woundtrack.exchange.dicom.scale import Scale, one_scale
from woundtrack.exchange.dicom.sending import check_connection, store

__all__ = [
    "DicomObject",
    "Head",
    "Picture",
    "Scale",
    "check_connection",
    "heads_of",
    "jpeg_picture",
    "one_scale",
    "overlay_object",
    "photograph_object",
    "store",
    "upright_object",
]
