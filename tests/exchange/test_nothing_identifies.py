"""Nothing that says who a patient is leaves with a pseudonymised export, in whichever format.

Every text field of every noun holds a word that stands nowhere else, the photograph holds others in
each place where a file can hide one, and all bytes of what is written are searched for them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import struct
import types
import typing
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import woundtrack.model as nouns
from woundtrack import cli, imaging, phantom
from woundtrack.errors import CardNotFound
from woundtrack.model import (
    ENTRIES,
    Agent,
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Card,
    Consent,
    Doubt,
    Entry,
    Event,
    EventKind,
    Framing,
    Identity,
    LabResult,
    LandmarkSet,
    Lesion,
    LesionDetail,
    LesionLink,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    PartialDate,
    Patient,
    Photograph,
    PictureRelease,
    PrintScale,
    Purpose,
    ReaderError,
    Reading,
    ReadingItem,
    ReadingPackage,
    ReadingSession,
    ReadingTask,
    ReleaseAnswer,
    Score,
    Sending,
    Tag,
    Term,
    Tissue,
    TissueMap,
    Treatment,
    Trigger,
    Visit,
    VisitPhotograph,
    WoundState,
    new_id,
)
from woundtrack.records import Library

FORMATS: Final = tuple(
    next(one for one in cli.leaving.export.params if one.name == "kind").type.choices  # type: ignore[attr-defined]
)

WRITTEN_BY_THE_PROGRAM: Final = {
    # Closed sets, versions, hashes and keys: nobody types them.
    Method: {"name", "version", "application_version"},
    Calibration: {"method"},
    Card: {"kind", "copy"},
    Tag: set(),
    Term: {"name"},
    Doubt: {"code"},
    Photograph: {"sha256", "format"},
    TissueMap: {"outline"},
    ReadingPackage: {"tasks_sha256"},
    Sending: {"basis", "answer_code"},
    nouns.Region: {"word", "snomed", "letter"},
    BodySite: {"region"},
    nouns.Range: {"unit"},
    PartialDate: {"text"},
}
NOT_OF_A_LIBRARY: Final = {
    # A setting of the computer, and what is worked out when it is asked for.
    nouns.Archive,
    nouns.SizedAssessment,
    nouns.TimelinePoint,
    nouns.LesionEnd,
}

FIRST_DAY: Final = date(2023, 5, 11)
BIRTH: Final = date(1951, 7, 23)
CODE: Final = "QX-7719-ZOE"


# --- what is planted -----------------------------------------------------------------------------


def mark(of: str) -> str:
    """Return a word that stands nowhere else."""
    digits = hashlib.sha256(of.encode()).hexdigest()[:10]
    return "zeb" + "".join(chr(ord("g") + int(digit, 16)) for digit in digits)


class Planted:
    """What was planted, and where."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self.days: dict[date, str] = {}
        self.kinds: set[type] = set()
        self._next = FIRST_DAY

    def word(self, of: str) -> str:
        found = mark(of)
        self.words[found] = of
        return found

    def day(self, of: str, on: date | None = None) -> date:
        if on is None:
            self._next += timedelta(days=3)
            on = self._next
        self.days[on] = of
        return on

    def moment(self, of: str) -> datetime:
        on = self.day(of)
        return datetime(on.year, on.month, on.day, 13, 7, 11, tzinfo=UTC)

    def noun(self, kind: type[Any], /, **given: Any) -> Any:
        """Return a noun all of whose fields hold something, every text field a word of its own."""
        self.kinds.add(kind)
        hints = typing.get_type_hints(kind)
        values: dict[str, Any] = {}
        for field in dataclasses.fields(kind):
            if not field.init:
                continue
            if field.name in given:
                values[field.name] = given[field.name]
                continue
            made = self._value(f"{kind.__name__}.{field.name}", field, hints[field.name], kind)
            if made is not None:
                values[field.name] = made
        return kind(**values)

    def _value(self, of: str, field: dataclasses.Field[Any], hint: Any, kind: type) -> Any:
        plain = [one for one in typing.get_args(hint) if one is not type(None)]
        is_optional = isinstance(hint, types.UnionType)
        of_type = plain[0] if is_optional else hint
        if of_type is str:
            if is_key(field.name) or field.name in WRITTEN_BY_THE_PROGRAM.get(kind, set()):
                return None
            return self.word(of)
        if of_type is datetime:
            return self.moment(of)
        if of_type is date:
            return self.day(of)
        if of_type is PartialDate:
            return PartialDate(text=self.day(of).isoformat())
        if isinstance(of_type, type) and issubclass(of_type, Enum):
            return next(iter(of_type))
        if of_type is bool and field.name != "is_retired" and is_optional:
            return True
        if of_type is int and field.name == "undermining_clock":
            return 3
        return None


def is_key(name: str) -> bool:
    return name in {"id", "supersedes", "follows"} or name.endswith("_id")


def text_fields(kind: Any) -> set[str]:  # a dataclass, or one of its kind
    """Return the fields of a noun that hold text a person may have typed."""
    return {
        name
        for name, hint in typing.get_type_hints(kind).items()
        if (hint is str or (isinstance(hint, types.UnionType) and str in typing.get_args(hint)))
        and not is_key(name)
        and name not in WRITTEN_BY_THE_PROGRAM.get(kind, set())
    }


# --- the library ---------------------------------------------------------------------------------


def photograph_bytes(planted: Planted, pixels: np.ndarray) -> bytes:
    """Return a JPEG with a word in each place where such a file can hold one."""
    exif = Image.Exif()
    for tag in (0x010D, 0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x013C, 0x8298):
        exif[tag] = planted.word(f"EXIF {tag:#x}")
    for tag in (0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F):  # Windows' own, UTF-16
        exif[tag] = planted.word(f"EXIF {tag:#x}").encode("utf-16-le")
    taken = planted.day("EXIF date", date(2022, 11, 29))
    exif[0x0132] = taken.strftime("%Y:%m:%d 10:11:12")
    camera = exif.get_ifd(0x8769)
    camera[0x9003] = taken.strftime("%Y:%m:%d 10:11:12")
    for tag in (0xA420, 0xA430, 0xA431, 0xA433, 0xA434, 0xA435):
        camera[tag] = planted.word(f"EXIF {tag:#x}")
    camera[0x927C] = planted.word("maker note").encode()
    camera[0x9286] = b"ASCII\0\0\0" + planted.word("user comment").encode()
    place = exif.get_ifd(0x8825)
    place[2], place[29] = (51.0, 30.0, 26.46), taken.strftime("%Y:%m:%d")
    place[27] = b"ASCII\0\0\0" + planted.word("place").encode()
    small = io.BytesIO()
    Image.fromarray(pixels[::8, ::8]).save(
        small, "JPEG", comment=planted.word("comment of the thumbnail").encode()
    )
    out = io.BytesIO()
    Image.fromarray(pixels).save(
        out,
        "JPEG",
        quality=92,
        exif=exif.tobytes() + small.getvalue(),
        comment=planted.word("JPEG comment").encode(),
        xmp=f"<x:xmpmeta>{planted.word('XMP')}</x:xmpmeta>".encode(),
        icc_profile=b"\0" * 128 + planted.word("colour profile").encode(),
    )
    data = out.getvalue()
    iptc = b"Photoshop 3.0\0" + planted.word("IPTC").encode()
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return data[:2] + segment + data[2:] + planted.word("after its end").encode() + small.getvalue()


def taken() -> tuple[np.ndarray, tuple[tuple[float, float], ...]]:
    """Return a photograph of a wound beside a card that bears the patient's code."""
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf, "card", "a4", CODE)
    layout = imaging.card_layout("card")
    card = phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 0.0),
    )
    camera = phantom.Camera(width_px=1280, height_px=960, focal_35mm=26, distance_mm=190)
    wound = phantom.Lesion(centre_mm=(2.0, -6.0), area_mm2=500.0, shape_seed=3)
    made = phantom.render(phantom.Scene(camera=camera, cards=(card,), lesions=(wound,)))
    return made.pixels, made.lesions[0].ring_px


def planted_library(folder: Path) -> Planted:
    """Make a library of one patient who agreed to research, words planted all over it."""
    planted = Planted()
    pixels, ring = taken()
    data = photograph_bytes(planted, pixels)
    name = f"{planted.word('file name')} {CODE} 2023-05-11.jpg"
    patient = planted.noun(Patient, id=new_id(), code=CODE)
    planted.words[CODE.lower()] = "the patient's code"
    planted.day("file name", FIRST_DAY)
    with Library.create(folder / planted.word("folder of the library")) as library:
        sha256 = hashlib.sha256(data).hexdigest()
        library.originals.put(data, sha256, ".jpg")
        _, read = imaging.read_photograph_bytes(data, name)
        facts = dataclasses.replace(
            planted.noun(
                Photograph,
                **{
                    one.name: getattr(read, one.name)
                    for one in dataclasses.fields(Photograph)
                    if one.name not in text_fields(Photograph)
                },
            ),
            original_name=name,
        )
        scale = planted.noun(
            PrintScale, across_mm=100.0, down_mm=100.0, measured_on=planted.day("bars")
        )
        calibration = imaging.find_calibration(pixels, facts, print_scale=scale)
        lesions = [
            planted.noun(
                Lesion,
                id=new_id(),
                patient_id=patient.id,
                number=number,
                label=planted.word(word),
                site=BodySite(region="thigh"),
            )
            for number, word in enumerate(("label 1", "label 2"), start=1)
        ]
        visits = [planted.noun(Visit, id=new_id(), patient_id=patient.id) for _ in range(3)]
        filed = planted.noun(
            VisitPhotograph, id=new_id(), visit_id=visits[0].id, photograph=facts, site=None
        )
        outline = Outline(outer=ring)
        measurement = imaging.measure(outline, calibration)
        accepted = AssessedOutline(
            kind=OutlineKind.ULCER,
            photograph_id=filed.id,
            outline=outline,
            calibration=calibration,
            measurement=dataclasses.replace(
                measurement,
                terms=tuple(
                    dataclasses.replace(one, common=planted.word("Term.common"))
                    for one in measurement.terms
                ),
                doubts=(
                    Doubt(code="card_tilted", values=(("why", planted.word("Doubt.values")),)),
                ),
            ),
            method=Method(
                name="mask",
                version="1",
                application_version="0",
                parameters=(("mask", f"/home/{planted.word('Method.parameters')}/mask.png"),),
            ),
            tissue=(painted_map(planted, outline),),
        )
        planted.kinds |= {Term, Doubt, Method, AssessedOutline, TissueMap, Calibration, Measurement}
        assessment = planted.noun(
            Assessment,
            id=new_id(),
            assessment_id=new_id(),
            revision=1,
            supersedes=None,
            lesion_id=lesions[0].id,
            visit_id=visits[0].id,
            photograph_ids=(filed.id,),
            state=WoundState.OPEN,
            outlines=(accepted,),
        )
        with library.verb("arrange", by=planted.word("who arranged")) as change:
            change.add_patient(patient)
            for one in lesions:
                change.add_lesion(one)
            for one in visits:
                change.add_visit(one)
            change.add_photograph(filed)
            change.add_assessment(assessment)
            # The next revision has another reason: both stand in the library.
            change.add_assessment(
                assessment.revised(by=planted.word("reviser"), reason=planted.word("why revised"))
            )
            change.set_identity(
                planted.noun(
                    Identity, patient_id=patient.id, birth_date=planted.day("birth", BIRTH)
                )
            )
            for entry in entries(planted, patient, lesions, visits):
                change.add_entry(entry)
            for one in beside(planted, filed, lesions[0], calibration):
                add(change, one)
    return planted


def painted_map(planted: Planted, outline: Outline) -> TissueMap:
    """Return a map of the whole bed, approved by a person."""
    return TissueMap(
        x=0,
        y=0,
        width=10,
        height=10,
        columns=1,
        rows=1,
        runs=((Tissue.SLOUGH, 1),),
        outline=outline.fingerprint,
        shares=((Tissue.SLOUGH, 1.0),),
        weight=500.0,
        approved_by=planted.word("TissueMap.approved_by"),
        approved_at=planted.moment("TissueMap.approved_at"),
    )


def entries(
    planted: Planted, patient: Patient, lesions: list[Lesion], visits: list[Visit]
) -> Iterator[Entry]:
    """Return an entry of every kind, and more of those that say different things."""
    for kind in ENTRIES:
        given: dict[str, Any] = {"patient_id": patient.id}
        names = {one.name for one in dataclasses.fields(kind)}
        given |= {"lesion_id": lesions[0].id} if "lesion_id" in names else {}
        given |= {"visit_id": visits[0].id} if "visit_id" in names else {}
        given |= {"other_lesion_id": lesions[1].id} if kind is LesionLink else {}
        given |= (
            {"aspects": (), "map_x": 0.5, "map_y": 0.5, "ended_on": None, "end_reason": None}
            if kind is LesionDetail
            else {}
        )
        given |= {"value": 7.0} if "value" in names else {}
        given |= {"dose_value": 25.0} if "dose_value" in names else {}
        given |= (
            {"birth_year": BIRTH.year, "height_cm": 170.0, "weight_kg": 80.0}
            if "birth_year" in names
            else {}
        )
        given |= {"trigger": Trigger.OTHER} if "trigger" in names else {}
        if kind is Consent:
            given |= {"purpose": Purpose.RESEARCH, "is_given": True, "withdrawn_on": None}
        if kind is Score:
            given |= {"items": ((planted.word("Score.items"), 3.0),)}
            yield planted.noun(kind, **given | {"instrument": "bwat-cua"})
        if kind is Event:
            for what in EventKind:
                if what not in {EventKind.CONSENT_WITHDRAWN, EventKind.DEATH}:
                    yield planted.noun(kind, **given | {"kind": what})
            given |= {"kind": EventKind.DEATH, "lesion_id": None}
            given |= {"on": PartialDate(text=planted.day("death", date(2024, 11, 27)).isoformat())}
        if kind is Treatment:
            for agent in (Agent.OTHER, Agent.DRESSING, Agent.WARFARIN):
                yield planted.noun(kind, **given | {"agent": agent, "follows": None})
        if kind is LabResult:
            given |= {"reference_low": 1.0, "reference_high": 9.0}
        yield planted.noun(kind, **given)


def beside(
    planted: Planted, filed: VisitPhotograph, lesion: Lesion, calibration: Calibration
) -> Iterator[Any]:
    """Return all else that a library keeps of a photograph."""
    session = planted.noun(
        ReadingSession,
        id=new_id(),
        seed=7,
        repeats=1,
        asks=(),
        least_dice=0.8,
        most_ratio=1.3,
        is_sampled=True,
        readers=(planted.word("ReadingSession.readers"),),
    )
    item = ReadingItem(
        id=new_id(),
        session_id=session.id,
        place=0,
        photograph_id=filed.id,
        lesion_id=lesion.id,
        kind=OutlineKind.ULCER,
        box_px=(0, 0, 100, 100),
        at_px=(5.0, 5.0),
        calibration=calibration,
    )
    task = planted.noun(
        ReadingTask, id=new_id(), session_id=session.id, item_id=item.id, replicate=1, place=0
    )
    yield session, (item,), (task,)
    yield planted.noun(
        Reading,
        id=new_id(),
        task_id=task.id,
        revision=1,
        supersedes=None,
        outlines=(),
        tissue=(),
        answers=(),
        area_mm2=None,
        perimeter_mm=None,
        seconds=3.0,
    )
    yield planted.noun(
        nouns.Adjudication,
        id=new_id(),
        item_id=item.id,
        revision=1,
        supersedes=None,
        chosen_reading_id=None,
        outlines=(Outline(outer=((0, 0), (9, 0), (9, 9))),),
        answers=(),
        area_mm2=1.0,
        perimeter_mm=1.0,
    )
    yield planted.noun(ReadingPackage, id=new_id(), session_id=session.id, tasks_sha256="0" * 64)
    yield planted.noun(ReaderError, id=new_id(), session_id=session.id, **numbers(ReaderError))
    yield planted.noun(
        LandmarkSet,
        id=new_id(),
        lesion_id=lesion.id,
        photograph_id=filed.id,
        revision=1,
        supersedes=None,
        landmarks=(),
    )
    yield planted.noun(
        PictureRelease,
        id=new_id(),
        photograph_id=filed.id,
        lesion_id=lesion.id,
        framing=Framing.LESION,
        revision=1,
        supersedes=None,
        answer=ReleaseAnswer.RELEASED,
        frame_px=(500, 300, 600, 400),
    )
    yield planted.noun(
        Sending,
        id=new_id(),
        photograph_id=filed.id,
        study=None,
        answer_values={"said": planted.word("Sending.answer_values")},
    )


def numbers(kind: type) -> dict[str, Any]:
    """Return a number for each field that needs one."""
    hints = typing.get_type_hints(kind)
    return {
        name: 0.1 if hint is float else 3 for name, hint in hints.items() if hint in {int, float}
    }


def add(change: Any, one: Any) -> None:
    if isinstance(one, tuple):
        change.add_reading_session(*one)
        return
    {
        Reading: change.add_reading,
        nouns.Adjudication: change.add_adjudication,
        ReadingPackage: change.add_reading_package,
        ReaderError: change.add_reader_error,
        LandmarkSet: change.add_landmarks,
        PictureRelease: change.add_picture_release,
        Sending: change.add_sending,
    }[type(one)](one)


# --- what is searched ----------------------------------------------------------------------------


def everything_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Return the names and bytes of all files of a folder, also of those inside others."""
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        yield f"name of {name}", name.encode()
        if not file.is_file():
            continue
        data = file.read_bytes()
        yield name, data
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as inside:
                for member in inside.infolist():
                    told = f"{member.filename} {member.comment!r} {member.extra!r}"
                    yield f"{name}: {member.filename}", told.encode() + inside.read(member)
        if data[:3] == b"\xff\xd8\xff" or data[:4] == b"\x89PNG":
            with Image.open(file) as picture:
                yield f"{name}: told", f"{picture.info} {dict(picture.getexif())}".encode()


def searched(data: bytes, word: str) -> bool:
    lower = data.lower()
    return any(word.lower().encode(kind) in lower for kind in ("utf-8", "utf-16-le", "utf-16-be"))


def shapes(day: date) -> Iterator[str]:
    for shape in ("%Y-%m-%d", "%Y%m%d", "%Y:%m:%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y",
                  "%d %B %Y", "%d %b %Y", "%B %d, %Y"):  # fmt: skip
        yield day.strftime(shape)
    yield f"{day.day} {day:%B} {day.year}"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    folder = tmp_path_factory.mktemp("planted")
    planted = planted_library(folder)
    (path,) = folder.iterdir()
    return path, planted


def test_every_noun_that_holds_text_is_planted(library: tuple[Path, Planted]) -> None:
    _, planted = library
    with_text = {
        one
        for name in nouns.__all__
        if dataclasses.is_dataclass(one := getattr(nouns, name)) and text_fields(one)
    }

    assert with_text - planted.kinds - NOT_OF_A_LIBRARY - {Entry} == set()
    assert len(planted.words) > 120
    assert len(planted.days) > 60


@pytest.mark.parametrize("kind", FORMATS)
def test_no_word_and_no_date_of_a_patient_is_in_what_leaves(
    library: tuple[Path, Planted], tmp_path: Path, kind: str
) -> None:
    path, planted = library
    out = tmp_path / "out"
    wishes = ["--by", planted.word("exporter")]
    wishes += ["--pictures", "--masks"] if kind == "csv" else []

    done = CliRunner().invoke(
        cli.woundtrack,
        [
            "export",
            str(path),
            str(out),
            "--format",
            kind,
            "--by",
            planted.word("exporter"),
            *wishes,
        ],
    )

    assert done.exit_code == 0, done.output
    leaks = set()
    for name, data in everything_in(out):
        leaks |= {(name, of) for word, of in planted.words.items() if searched(data, word)}
        leaks |= {
            (name, f"{of}: {shape}")
            for day, of in {**planted.days, datetime.now(tz=UTC).date(): "today"}.items()
            for shape in shapes(day)
            if searched(data, shape)
        }
    assert leaks == set()
    assert any(file.is_file() for file in out.rglob("*"))


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_search_finds_the_patient_in_an_identified_export(
    library: tuple[Path, Planted], tmp_path: Path, kind: str
) -> None:
    path, planted = library
    out = tmp_path / "out"

    done = CliRunner().invoke(
        cli.woundtrack,
        ["export", str(path), str(out), "--format", kind, "--identified", "--by", "Ann"],
    )

    assert done.exit_code == 0, done.output
    written = b"".join(data for _, data in everything_in(out))
    assert searched(written, CODE)
    assert any(searched(written, one) for on in planted.days for one in shapes(on))
    if kind != "csv":
        return
    found = {of for word, of in planted.words.items() if searched(written, word)}
    assert {"Finding.note", "Treatment.dose_unit", "PatientDetail.ethnic_category"} <= found
    assert {"the patient's code", "file name", "Score.items", "Event.source"} <= found
    assert searched(written, FIRST_DAY.isoformat())


def test_free_text_that_is_asked_for_brings_no_names_of_people_files_or_days_with_it(
    library: tuple[Path, Planted], tmp_path: Path
) -> None:
    path, planted = library
    out = tmp_path / "out"

    CliRunner().invoke(
        cli.woundtrack, ["export", str(path), str(out), "--format", "csv", "--free-text"]
    )

    written = b"".join(data for _, data in everything_in(out))
    found = {of for word, of in planted.words.items() if searched(written, word)}
    typed = {
        "Diagnosis.diagnosed_by", "Diagnosis.trigger_text", "Event.source", "Event.text",
        "Finding.dressing", "Finding.note", "ReaderError.session",
        "LabResult.unit", "PatientDetail.ethnic_category", "Score.instrument",
        "Score.instrument_version", "Score.items", "Treatment.dose_unit", "Treatment.frequency",
        "Treatment.route", "Treatment.text", "Treatment.why", "VisitDetail.assessor_role",
        "VisitDetail.note", "VisitDetail.planned_label", "label 1", "label 2",
    }  # fmt: skip
    assert found <= typed
    assert {"Finding.note", "label 1", "Event.text"} <= found
    assert not [on for on in planted.days if any(searched(written, one) for one in shapes(on))]


def test_in_the_picture_that_leaves_no_code_is_read(
    library: tuple[Path, Planted], tmp_path: Path
) -> None:
    path, _ = library
    out = tmp_path / "out"
    CliRunner().invoke(
        cli.woundtrack,
        ["export", str(path), str(out), "--format", "csv", "--pictures", "--framing", "around"],
    )
    assert not list(out.rglob("*.jpg")), "more than the lesion waits for a person's yes"

    CliRunner().invoke(
        cli.woundtrack, ["export", str(path), str(out), "--format", "csv", "--pictures", "--masks"]
    )

    (picture,) = out.rglob("*.jpg")
    (mask,) = out.rglob("*.png")
    pixels = np.asarray(Image.open(picture))
    assert np.asarray(Image.open(mask)).shape == pixels.shape[:2]
    assert cv2.QRCodeDetector().detectAndDecode(pixels)[0] == ""
    with pytest.raises(CardNotFound):
        imaging.find_calibration(pixels)
