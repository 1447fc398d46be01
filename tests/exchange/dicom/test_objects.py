"""A photograph as DICOM: the camera's picture unchanged, nothing that tells more than it should."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests import dicom_clinic
from tests.dicom_clinic import FILES, HEIGHT, SECRETS, WIDTH, calibration, filled_library, outlined
from woundtrack.errors import FileUnwritable
from woundtrack.exchange import dicom
from woundtrack.exchange.dicom.jpeg import input_profile, picture_alone
from woundtrack.exchange.pictures import Stays
from woundtrack.model import Archive, Doubt, Framing, Limb, OutlineKind, OutlineSource
from woundtrack.records import Library
from woundtrack.workflow import exporting_dicom
from woundtrack.workflow.archiving import queue_patient
from woundtrack.workflow.exporting import Export, ExportChoice, open_export
from woundtrack.workflow.releasing import refuse, sittings_of

pydicom = pytest.importorskip("pydicom", reason="the libraries for DICOM aren't installed")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled_library(tmp_path_factory.mktemp("dicom") / "library") as made:
        yield made


def exported(library: Library, *, identified: bool) -> Export:
    return open_export(library, ExportChoice(is_identified=identified), by="Ann")


def made_of(parcel: exporting_dicom.Parcel) -> tuple[dicom.DicomObject, ...]:
    """Return the objects of a photograph that may leave."""
    made = parcel.made()
    assert not isinstance(made, Stays)
    return made


@pytest.fixture(scope="module")
def objects(library: Library) -> dict[str, tuple[dicom.DicomObject, ...]]:
    """Make the objects of every photograph, under the patient's name."""
    export = exported(library, identified=True)
    (file,) = export.files()
    return {one.name: made_of(one) for one in exporting_dicom.parcels_of(export, file)}


@pytest.fixture(scope="module")
def written(library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Write an identified folder, and a pseudonymised one of pictures that may leave so."""
    home = tmp_path_factory.mktemp("written")
    folders = {}
    for name, identified in (("identified", True), ("pseudonymised", False)):
        report = exporting_dicom.write_dicom(
            exported(library, identified=identified),
            home / name,
            by="Ann",
        )
        assert (report.photographs, report.stay) == (len(FILES), {})
        folders[name] = list(report.paths)
    return folders


def read(one: dicom.DicomObject) -> Any:
    return pydicom.dcmread(io.BytesIO(one.data))


def encapsulated(one: dicom.DicomObject) -> bytes:
    (frame,) = pydicom.encaps.generate_frames(read(one).PixelData, number_of_frames=1)
    return bytes(frame)


# --- the picture ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plain.jpg", "turned.jpg"])
def test_the_samples_of_a_camera_go_in_byte_for_byte_and_nothing_else_of_its_file(
    objects: dict[str, tuple[dicom.DicomObject, ...]], name: str
) -> None:
    assert all(one.encode() in FILES[name] for one in SECRETS)
    photograph = objects[name][0]
    ds = read(photograph)

    assert photograph.transfer_syntax == "1.2.840.10008.1.2.4.50"
    frame = encapsulated(photograph)
    assert dicom_clinic.scan_of(FILES[name]) in frame
    assert not [one for one in SECRETS if one.encode() in photograph.data]
    assert not [word for word in (b"Exif", b"ICC_PROFILE", b"JFIF") if word in frame]
    assert list(ds.ImageType) == ["ORIGINAL", "PRIMARY"]
    assert (ds.LossyImageCompression, ds.PhotometricInterpretation) == ("01", "YBR_FULL_422")
    shown = np.asarray(Image.open(io.BytesIO(FILES[name])).convert("RGB"), np.int16)
    assert (ds.Rows, ds.Columns) == shown.shape[:2]
    decoded = pydicom.pixels.pixel_array(ds, raw=False).astype(np.int16)
    assert np.abs(decoded - shown).max() <= 2


def test_under_the_name_what_the_camera_wrote_goes_along_where_it_is_asked_for(
    library: Library, tmp_path: Path
) -> None:
    for identified in (True, False):
        export = exported(library, identified=identified)
        report = with_exif(tmp_path / str(identified), export)
        everything = b"".join(path.read_bytes() for path in report.paths)
        found = [one for one in SECRETS if one.encode() in everything]
        # What lies behind the picture in the file is no part of it.
        assert found == ([one for one in SECRETS if "second" not in one] if identified else [])

    (path,) = (tmp_path / "True").rglob("photograph-1.dcm")
    (frame,) = pydicom.encaps.generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=1)
    whole = FILES["plain.jpg"]
    assert bytes(frame).rstrip(b"\0") == whole[: whole.index(SECRETS[3].encode())]


def with_exif(folder: Path, export: Export) -> exporting_dicom.WrittenDicom:
    return exporting_dicom.write_dicom(export, folder, by="Ann", with_exif=True)


@pytest.mark.parametrize("name", ["progressive.jpg", "lossless.png", "phone.heic"])
def test_what_dicom_cannot_hold_as_it_is_becomes_plain_pixels_and_is_not_called_original(
    objects: dict[str, tuple[dicom.DicomObject, ...]], name: str
) -> None:
    ds = read(objects[name][0])

    assert objects[name][0].transfer_syntax == "1.2.840.10008.1.2.1"
    assert list(ds.ImageType) == ["DERIVED", "PRIMARY"]
    kind = {"progressive.jpg": "JPEG", "lossless.png": "PNG", "phone.heic": "HEIC"}[name]
    assert ds.DerivationDescription == f"Decoded from {kind} and turned upright"
    assert (ds.LossyImageCompression or "") == ("" if kind == "PNG" else "01")
    assert (ds.Rows, ds.Columns, ds.PhotometricInterpretation) == (HEIGHT, WIDTH, "RGB")
    if kind == "PNG":
        assert np.array_equal(ds.pixel_array, np.asarray(dicom_clinic.painted()))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_photograph_is_shown_upright_by_its_presentation_state(
    library: Library, orientation: int
) -> None:
    # EXIF 2.32, 4.6.4: how a picture is stored that is upright under each value.
    upright = np.asarray(dicom_clinic.painted())
    stored = {
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    export = exported(library, identified=True)
    (file,) = export.files()
    head = dicom.heads_of(file, export.profile)[0]
    data = dicom_clinic.jpeg(Image.fromarray(np.ascontiguousarray(stored)), orientation=orientation)
    picture = dicom.jpeg_picture(data, orientation)
    assert picture is not None
    photograph = dicom.photograph_object(head, picture, None)

    turned = dicom.upright_object(head, picture, photograph)

    assert turned is not None
    ds = read(turned)
    pixels = read(photograph)
    shown = np.rot90(
        pydicom.pixels.pixel_array(pixels, raw=False), -int(ds.ImageRotation) // 90
    )  # clockwise
    shown = shown[:, ::-1] if ds.ImageHorizontalFlip == "Y" else shown
    assert np.abs(shown.astype(np.int16) - upright).mean() < 4
    # The corners of the displayed area are those of the stored picture that come to lie there.
    area = ds.DisplayedAreaSelectionSequence[0]
    raw = pydicom.pixels.pixel_array(pixels, raw=False)
    for corner, at in (
        (area.DisplayedAreaTopLeftHandCorner, shown[0, 0]),
        (area.DisplayedAreaBottomRightHandCorner, shown[-1, -1]),
    ):
        column, row = corner
        assert np.array_equal(raw[row - 1, column - 1], at)
    item = ds.ReferencedSeriesSequence[0].ReferencedImageSequence[0]
    assert item.ReferencedSOPInstanceUID == photograph.uid


def test_an_upright_photograph_needs_none(
    objects: dict[str, tuple[dicom.DicomObject, ...]],
) -> None:
    kinds = {name: [one.kind for one in found] for name, found in objects.items()}

    assert kinds["plain.jpg"] == ["photograph", "outlines", "segments"]
    assert kinds["turned.jpg"] == ["photograph", "upright", "outlines", "segments"]


def test_outlines_are_burnt_into_a_copy_that_is_upright_and_names_its_source(
    objects: dict[str, tuple[dicom.DicomObject, ...]],
) -> None:
    photograph, _, drawn, _ = objects["turned.jpg"]

    ds = read(drawn)

    assert list(ds.ImageType) == ["DERIVED", "SECONDARY"]
    assert ds.BurnedInAnnotation == "YES"
    assert (ds.Rows, ds.Columns) == (HEIGHT, WIDTH)
    assert ds.SourceImageSequence[0].ReferencedSOPInstanceUID == photograph.uid
    assert ds.StudyInstanceUID == photograph.study_uid
    assert ds.SeriesInstanceUID != photograph.series_uid
    pixels = pydicom.pixels.pixel_array(ds, raw=False).astype(np.int16)
    assert np.abs(pixels[90, 140] - (150, 40, 40)).max() < 25  # the wound, not painted over
    edge = pixels[58:63, 120:160].reshape(-1, 3)
    assert (edge[:, 2] - edge[:, 0]).max() > 100  # a line of cyan along its upper edge


@pytest.mark.parametrize("name", ["plain.jpg", "turned.jpg", "lossless.png"])
def test_a_segment_lies_on_the_wound_in_the_photograph_as_it_is_stored(
    objects: dict[str, tuple[dicom.DicomObject, ...]], name: str
) -> None:
    photograph, segments = read(objects[name][0]), read(objects[name][-1])

    assert (segments.Rows, segments.Columns) == (photograph.Rows, photograph.Columns)
    assert segments.NumberOfFrames == 1
    mask = segments.pixel_array.astype(bool)
    # 80 × 60 pixels were painted as a wound and outlined; all that is dark red there, and no more.
    assert mask.sum() == 80 * 60
    pixels = pydicom.pixels.pixel_array(photograph, raw=False).astype(np.int16)
    is_wound = (np.abs(pixels - (150, 40, 40)).sum(axis=2) < 90).reshape(mask.shape)
    assert (is_wound & mask).sum() > 0.95 * 80 * 60
    assert (is_wound & ~mask).sum() < 0.05 * 80 * 60
    (described,) = segments.SegmentSequence
    assert described.SegmentLabel == "Lesion 1, ulcer"
    assert described.SegmentAlgorithmType == "MANUAL"
    assert described.SegmentedPropertyTypeCodeSequence[0].CodeValue == "56208002"
    derived = segments.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0]
    named = derived.SourceImageSequence[0].ReferencedSOPInstanceUID
    assert named == photograph.SOPInstanceUID


def test_several_outlines_are_a_frame_each_packed_without_a_gap(library: Library) -> None:
    export = exported(library, identified=True)
    (file,) = export.files()
    head = dicom.heads_of(file, export.profile)[0]
    pixels = np.zeros((3, 5, 3), np.uint8)  # 15 bits a frame: the second begins within a byte
    picture = dicom.Picture(pixels=pixels, derived="a test")
    masks = [np.zeros((3, 5), bool), np.ones((3, 5), bool)]
    masks[0][1, 2] = True
    guided = outlined("p")
    guided = replace(
        guided,
        kind=OutlineKind.ESCHAR,
        outline=replace(guided.outline, source=OutlineSource.GUIDED),
    )
    made = dicom.segmentation_object(
        head,
        [
            dicom.Segment(lesion=head.lesions[0], outline=outline, mask=mask)
            for outline, mask in zip((outlined("p"), guided), masks, strict=True)
        ],
        picture,
        dicom.photograph_object(head, picture, None),
    )

    ds = read(made)

    assert np.array_equal(ds.pixel_array.astype(bool), np.stack(masks))
    algorithms = [
        (one.SegmentAlgorithmType, one.get("SegmentAlgorithmName")) for one in ds.SegmentSequence
    ]
    assert algorithms == [("MANUAL", None), ("SEMIAUTOMATIC", "drawn 1")]
    assert ds.SegmentSequence[1].SegmentLabel == "Lesion 1, eschar"


# --- the scale -----------------------------------------------------------------------------------


def test_the_scale_is_told_where_one_number_is_true(
    objects: dict[str, tuple[dicom.DicomObject, ...]],
) -> None:
    ds = read(objects["plain.jpg"][0])

    assert [float(one) for one in ds.PixelSpacing] == [0.2, 0.2]
    assert ds.PixelSpacingCalibrationType == "FIDUCIAL"
    words = "woundtrack card v1, 4 tags, tilt 0 deg, +-0.5 % there"
    assert ds.PixelSpacingCalibrationDescription == words


LIMB = Limb(
    radius_mm=50.0,
    radius_sd_mm=1.0,
    axis_deg=0.0,
    origin_mm=(0.0, 0.0),
    focal_px=1000.0,
    focal_spread=0.1,
    centre_px=(160.0, 100.0),
    lens_k1=0.0,
    unround=(0.0, 0.0),
    rotation=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    shift_mm=(0.0, 0.0, 300.0),
)


@pytest.mark.parametrize(
    "doubted",
    [
        {"limb": LIMB},
        {"cards": ()},  # a ruler's
        {"print_scale_sd": 0.03},  # nobody measured the printer
        {"doubts": (Doubt(code="card_bent", values=(("residual_mm", 2.0),)),)},
        {"homography": ((0.2, 0.0, 0.0), (0.0, 0.24, 0.0), (0.0, 0.0, 1.0))},  # tilted by 34°
        {"homography": ((0.2, 0.0, 0.0), (0.0, 0.2, 0.0), (1e-3, 0.0, 1.0))},  # nearer on one side
    ],
    ids=["limb", "ruler", "print", "doubt", "foreshortened", "perspective"],
)
def test_the_scale_is_not_told_where_it_would_not_be_true(doubted: dict[str, Any]) -> None:
    assert dicom.one_scale([outlined("p", calibration())]) is not None

    assert dicom.one_scale([outlined("p", calibration(**doubted))]) is None


def test_the_bound_of_the_scale_is_the_worst_length_on_the_wound() -> None:
    # 0.2 mm a pixel across, 0.206 down: the middle is 0.20298, either is 1.49 % off.
    tilted = ((0.2, 0.0, 0.0), (0.0, 0.206, 0.0), (0.0, 0.0, 1.0))

    scale = dicom.one_scale([outlined("p", calibration(homography=tilted, print_scale_sd=0.0))])

    assert scale is not None
    assert scale.mm_per_px == pytest.approx(0.2029778, abs=1e-6)
    assert scale.off == pytest.approx(0.0148892, abs=1e-6)


# --- who, when, where ----------------------------------------------------------------------------


def test_under_the_name_it_says_whose_it_is_and_when_it_was_taken(
    objects: dict[str, tuple[dicom.DicomObject, ...]],
) -> None:
    ds = read(objects["plain.jpg"][0])

    assert str(ds.PatientName) == "Müller^Grete"
    assert (ds.PatientID, ds.PatientBirthDate) == ("H-4711", "19500506")
    assert {one.PatientID for one in ds.OtherPatientIDsSequence} == {"CX-001", "943 476 5919"}
    assert (ds.StudyDate, ds.AcquisitionDateTime) == ("20260304", "20260304130509")
    assert ds.TimezoneOffsetFromUTC == "+0100"
    assert (ds.Manufacturer, ds.ManufacturerModelName) == ("Apple", "iPhone 15")
    place = ds.AnatomicRegionSequence[0]
    assert (place.CodeValue, place.CodingSchemeDesignator) == ("75144006", "SCT")
    assert place.AnatomicRegionModifierSequence[0].CodeValue == "7771000"
    assert (ds.ImageLaterality, ds.PatientIdentityRemoved) == ("L", "NO")


def test_without_a_name_nothing_tells_whose_or_when(written: dict[str, list[Path]]) -> None:
    paths = written["pseudonymised"]
    everything = b"".join(path.read_bytes() for path in paths) + str(paths).encode()

    # Four digits of a year stand in some random UID or other; six hardly ever.
    days = ("202603", "2026-03", "195005", "1950-05")
    told = ("ller", "Grete", "CX-001", "H-4711", "943 476", "Smith", "Apple", "iPh", *days)
    assert not [one for one in (*told, *SECRETS) if one.encode() in everything]
    assert not [one for one in ("20260304", "19500506") if one in str(paths)]
    assert len(paths) == 2 * len(FILES) + 1  # a picture each, its segment, and the manifest
    for path in paths[:-1]:
        ds = pydicom.dcmread(path)
        assert ds.PatientIdentityRemoved == "YES"
        assert ds.LongitudinalTemporalInformationModified == "MODIFIED"
        assert ds.StudyDate == "20000615"
        assert not {"AcquisitionTime", "AcquisitionDateTime"} & set(ds.dir())
        assert ds.get("ContentTime", "000000") == "000000"
        codes = [one.CodeValue for one in ds.DeidentificationMethodCodeSequence]
        assert codes == ["113100", "113101", "113107", "113108"]
        assert list(ds.ImageType) == ["DERIVED", "PRIMARY"]
        # Cut to the wound of 16 × 12 mm and 15 mm of skin, laid flat at 0.2 mm a pixel.
        assert (ds.Rows, ds.Columns) == (210, 230)
        if ds.Modality == "SEG":
            assert abs(int(ds.pixel_array.sum()) - 80 * 60) < 100
            continue
        assert ds.BurnedInAnnotation == "NO"
        assert [float(one) for one in ds.PixelSpacing] == [0.2, 0.2]
        words = "woundtrack card v1, laid flat by it, +-0.5 %"
        assert ds.PixelSpacingCalibrationDescription == words


def test_without_a_name_no_photograph_leaves_of_a_patient_who_was_not_asked(
    tmp_path: Path,
) -> None:
    with filled_library(tmp_path / "library", ("plain.jpg",), agrees=False) as library:
        export = exported(library, identified=False)

        report = exporting_dicom.write_dicom(export, tmp_path / "out", by="Ann")

    assert (report.photographs, sum(report.stay.values())) == (0, 1)
    assert [path.name for path in report.paths] == ["manifest.json"]
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["manifest.json"]


def test_a_photograph_that_a_person_refused_stays_under_the_name_too(tmp_path: Path) -> None:
    with filled_library(tmp_path / "library", ("plain.jpg", "turned.jpg")) as library:
        (first, *_) = sittings_of(
            library.photographs(), library.assessments(), library.lesions(dicom_clinic.key(1))
        )
        refuse(library, first, Framing.LESION, by="Ann")
        for identified in (True, False):
            export = exported(library, identified=identified)
            report = exporting_dicom.write_dicom(export, tmp_path / str(identified), by="Ann")
            assert (report.photographs, report.stay) == (1, {Stays.REFUSED: 1})


def test_one_lesion_at_one_visit_is_a_series_of_one_study(
    objects: dict[str, tuple[dicom.DicomObject, ...]],
) -> None:
    photographs = [found[0] for found in objects.values()]

    assert len({one.study_uid for one in photographs}) == 1
    assert len({one.series_uid for one in photographs}) == 1
    assert len({one.uid for one in photographs}) == len(FILES)
    numbers = {name: int(read(found[0]).InstanceNumber) for name, found in objects.items()}
    assert numbers == {name: place for place, name in enumerate(FILES, start=1)}  # as filed


def test_the_same_library_and_choice_give_the_same_bytes(
    library: Library, written: dict[str, list[Path]], tmp_path: Path
) -> None:
    exporting_dicom.write_dicom(exported(library, identified=True), tmp_path / "again", by="Bob")

    paths = written["identified"]
    home = paths[-1].parent
    for path in paths[:-1]:
        assert (tmp_path / "again" / path.relative_to(home)).read_bytes() == path.read_bytes()


def test_other_content_has_another_identifier(library: Library) -> None:
    export = exported(library, identified=True)
    (file,) = export.files()
    head = dicom.heads_of(file, export.profile)[0]
    picture = dicom.jpeg_picture(FILES["plain.jpg"], 1)
    assert picture is not None

    plain = dicom.photograph_object(head, picture, None)
    scaled = dicom.photograph_object(
        head, picture, dicom.Scale(mm_per_px=0.2, off=0.01, words="a card")
    )

    assert plain.uid != scaled.uid
    assert plain.series_uid == scaled.series_uid
    assert plain.uid == dicom.photograph_object(head, picture, None).uid


def test_a_stranger_s_file_is_not_overwritten(library: Library, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("mine")

    with pytest.raises(FileUnwritable):
        exporting_dicom.write_dicom(exported(library, identified=True), tmp_path, by="Ann")

    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


# --- other programs ------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy isn't installed")
@pytest.mark.parametrize("profile", ["identified", "pseudonymised"])
def test_dciodvfy_finds_no_error_in_any_object_nor_between_them(
    written: dict[str, list[Path]], profile: str
) -> None:
    paths = [path for path in written[profile] if path.suffix == ".dcm"]
    expected = len(FILES) * (3 if profile == "identified" else 2)
    assert len(paths) == expected + (profile == "identified")

    for path in paths:
        answer = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
        assert "Error" not in answer.stderr, f"{path.name}: {answer.stderr}"
        assert any(
            name in answer.stderr
            for name in ("VLPhotographicImage", "SCImage", "ColorSoftcopy", "Segmentation")
        )
    between = subprocess.run(["dcentvfy", *paths], capture_output=True, text=True, check=False)
    assert "Error" not in between.stderr + between.stdout


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy isn't installed")
def test_dciodvfy_finds_no_error_where_little_is_known(library: Library, tmp_path: Path) -> None:
    export = exported(library, identified=True)
    (file,) = export.files()
    whole = dicom.heads_of(file, export.profile)[0]
    photograph = replace(whole.photograph, site=None)
    photograph = replace(
        photograph, photograph=replace(photograph.photograph, taken_at=None, camera_make=None)
    )
    bare = replace(
        whole,
        lesions=(),
        photograph=photograph,
        file=replace(file, identity=None, photographs=(photograph, *file.photographs[1:])),
    )
    grey = io.BytesIO()
    dicom_clinic.painted().convert("L").save(grey, "JPEG")
    picture = dicom.jpeg_picture(grey.getvalue(), 5)
    assert picture is not None
    one = dicom.photograph_object(bare, picture, None)
    turned = dicom.upright_object(bare, picture, one)
    assert turned is not None

    mask = np.zeros((WIDTH, HEIGHT), bool)
    segment = dicom.Segment(lesion=whole.lesions[0], outline=outlined("p"), mask=mask)
    segments = dicom.segmentation_object(bare, [segment], picture, one)

    for place, made in enumerate((one, turned, segments)):
        path = tmp_path / f"{place}.dcm"
        path.write_bytes(made.data)
        answer = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
        assert "Error" not in answer.stderr, answer.stderr


# --- the markers of a JPEG -----------------------------------------------------------------------


def test_the_kind_of_a_jpeg_is_told_by_its_frame() -> None:
    plain = picture_alone(FILES["plain.jpg"])
    progressive = picture_alone(FILES["progressive.jpg"])
    assert plain is not None
    assert progressive is not None

    assert (plain.is_baseline, plain.fits, plain.is_subsampled) == (True, True, True)
    assert (progressive.is_baseline, progressive.is_extended, progressive.fits) == (
        False,
        False,
        False,
    )
    extended = picture_alone(FILES["plain.jpg"].replace(b"\xff\xc0\x00\x11", b"\xff\xc1\x00\x11"))
    assert extended is not None
    assert (extended.is_extended, extended.fits) == (True, True)


def test_adobe_s_word_on_colours_stays_for_without_it_they_are_taken_for_others() -> None:
    out = io.BytesIO()
    dicom_clinic.painted().save(out, "JPEG", keep_rgb=True)
    data = out.getvalue()
    if b"Adobe" not in data:
        adobe = b"\xff\xee" + struct.pack(">H", 14) + b"Adobe\0\x64\0\0\0\0\0"
        data = data[:2] + adobe + data[2:]

    jpeg = picture_alone(data)

    assert jpeg is not None
    assert jpeg.is_rgb
    assert jpeg.data.count(b"Adobe") == 1
    shown = np.asarray(Image.open(io.BytesIO(jpeg.data)).convert("RGB"), np.int16)
    assert np.abs(shown - np.asarray(dicom_clinic.painted(), np.int16)).mean() < 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        FILES["plain.jpg"][:200],
        FILES["plain.jpg"][: FILES["plain.jpg"].index(b"\xff\xda") + 40],
        b"\xff\xd8\xff\xe1\x00\x00rest",
        b"\xff\xd8\xff\xd9",
    ],
    ids=["empty", "text", "no scan", "cut short", "no length", "no frame"],
)
def test_markers_that_cannot_be_followed_are_no_picture(data: bytes) -> None:
    assert picture_alone(data) is None


@given(st.data())
def test_no_damage_to_a_jpeg_breaks_the_reading_of_its_markers(data: st.DataObject) -> None:
    whole = bytearray(FILES["plain.jpg"])
    head = whole.index(b"\xff\xda") + 20
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(2, head))] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(2, len(whole)))])

    jpeg = picture_alone(damaged)

    assert jpeg is None or jpeg.data[:2] + jpeg.data[-2:] == b"\xff\xd8\xff\xd9"


def test_a_display_s_profile_becomes_an_input_device_s() -> None:
    jpeg = picture_alone(FILES["plain.jpg"])
    assert jpeg is not None

    profile = input_profile(jpeg.icc)

    assert profile is not None
    assert len(profile) == len(jpeg.icc)
    assert profile[12:16] == b"scnr"
    assert profile[128:] == jpeg.icc[128:]
    assert input_profile(b"too short") is None
    assert input_profile(jpeg.icc[:16] + b"CMYK" + jpeg.icc[20:]) is None


@pytest.mark.parametrize("code", ["CON", "lpt1", "Aux"])
def test_no_folder_has_the_name_of_a_device_of_windows(
    library: Library, tmp_path: Path, code: str
) -> None:
    export = exported(library, identified=True)
    (file,) = export.files()
    patient = replace(file.patient, code=code)
    renamed = replace(file, record=replace(file.record, patient=patient))
    parcel = exporting_dicom.parcels_of(export, renamed)[0]

    paths = dicom.write_folder(
        tmp_path / "out",
        [(parcel.head, made_of(parcel))],
        export.profile,
        dicom.FolderFacts(audit_head="aa"),
        had_head=lambda _: True,
    )

    (folder,) = {path.relative_to(tmp_path / "out").parts[0] for path in paths[:-1]}
    assert folder == f"{code}-1"


def test_what_is_sent_under_a_code_is_chosen_by_the_day_of_the_visit_as_it_was(
    tmp_path: Path,
) -> None:
    archive = Archive(name="PACS", host="localhost")
    with filled_library(tmp_path / "library") as library:
        (patient,) = library.patients()
        (visit,) = library.visits(patient.id)
        chosen = {
            days: queue_patient(
                library,
                patient,
                archive,
                by="Ann",
                study="BLOOM",
                since=visit.visited_on + timedelta(days=days),
            ).added
            for days in (1, 0)
        }

    assert not chosen[1]
    assert chosen[0]
