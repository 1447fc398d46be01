"""Reports of a library: what is read for them, what is cut, what leaves and what doesn't."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image, ImageDraw

from woundtrack import cli
from woundtrack.errors import FileUnwritable, NotUnderstood, ReportRefused
from woundtrack.model import (
    Agent,
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Consent,
    Event,
    EventKind,
    Identity,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    PartialDate,
    Patient,
    Photograph,
    Purpose,
    Side,
    TimeSource,
    Treatment,
    Visit,
    VisitPhotograph,
    WoundState,
    no_progress,
)
from woundtrack.records import Library
from woundtrack.workflow import recording, report_photos, reporting

AT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
DAYS = tuple(date(2026, 1, 12) + timedelta(days=14 * place) for place in range(4))
TODAY = date(2026, 6, 11)
NAME = "Ann Example"
COURSE: dict[str, tuple[BodySite, tuple[float | None, ...]]] = {
    # Areas in cm²; zero is closed, None is open without a scale.
    "A1": (BodySite(region="abdomen", side=Side.LEFT), (16.0, 12.0, 9.0, 4.0)),
    "T1": (BodySite(region="thigh", side=Side.LEFT), (4.0, None, 1.0, 0.0)),
}


def _scale(mm_per_px: float) -> Calibration:
    return Calibration(
        method="plane",
        homography=((mm_per_px, 0.0, 0.0), (0.0, mm_per_px, 0.0), (0.0, 0.0, 1.0)),
        cards=(),
        mm_per_px=mm_per_px,
        tilt_deg=0.0,
        residual_mm=0.1,
    )


def _add(
    library: Library, change: object, lesion: Lesion, visit: Visit, area: float | None, place: int
) -> None:
    """File a photograph of a red disc of this area, each at a scale of its own, and accept it."""
    mm_per_px = 0.25 + 0.05 * place
    radius = math.sqrt((area or 2.0) * 100 / math.pi) / mm_per_px
    ring = tuple(
        (
            200 + 10 * place + radius * math.cos(math.tau * step / 64),
            150 + radius * math.sin(math.tau * step / 64),
        )
        for step in range(64)
    )
    picture = Image.new("RGB", (400, 300), (214, 168, 140))
    if area != 0:
        ImageDraw.Draw(picture).polygon(ring, fill=(200, 0, 0))
    picture.putpixel((0, 0), (place, lesion.number, 0))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    data = stream.getvalue()
    sha256 = hashlib.sha256(data).hexdigest()
    library.originals.put(data, sha256, ".png")
    photograph = VisitPhotograph(
        id=f"photograph {lesion.label} {place}",
        visit_id=visit.id,
        photograph=Photograph(
            sha256=sha256,
            original_name=f"{NAME} {place}.png",
            format="PNG",
            size_bytes=len(data),
            width_px=400,
            height_px=300,
            orientation=1,
            taken_at=AT,
            taken_offset_minutes=0,
            taken_from=TimeSource.EXIF,
        ),
        site=lesion.site,
        filed_at=AT + timedelta(days=14 * place),
    )
    change.add_photograph(photograph)  # type: ignore[attr-defined]
    outlines: tuple[AssessedOutline, ...] = ()
    if area != 0:
        size = None if area is None else area * 100
        outlines = (
            AssessedOutline(
                kind=OutlineKind.ULCER,
                photograph_id=photograph.id,
                outline=Outline(outer=ring),
                calibration=None if size is None else _scale(mm_per_px),
                measurement=None
                if size is None
                else Measurement(
                    area_mm2=size,
                    area_low_mm2=size * 0.95,
                    area_high_mm2=size * 1.05,
                    perimeter_mm=2 * math.sqrt(math.pi * size),
                    length_mm=2 * math.sqrt(size / math.pi),
                    width_mm=2 * math.sqrt(size / math.pi),
                ),
                method=Method(name="guided", version="2", application_version="1"),
            ),
        )
    change.add_assessment(  # type: ignore[attr-defined]
        Assessment(
            id=f"revision {lesion.label} {place}",
            assessment_id=f"thread {lesion.label} {place}",
            revision=1,
            supersedes=None,
            lesion_id=lesion.id,
            visit_id=visit.id,
            photograph_ids=(photograph.id,),
            state=WoundState.OPEN if outlines else WoundState.CLOSED,
            outlines=outlines,
            accepted_by="Ann",
            reviewed_by="Ann",
            recorded_at=AT + timedelta(days=14 * place),
        )
    )


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Make a library with a patient of two lesions and four visits, and one without any."""
    path = tmp_path / "clinic"
    with Library.create(path) as library, library.verb("import", by="Ann") as change:
        patient = Patient(id="patient", code="WT-0147", created_at=AT)
        change.add_patient(patient)
        change.add_patient(Patient(id="nobody", code="WT-0200", created_at=AT))
        visits = [
            Visit(
                id=f"visit {place}",
                patient_id="patient",
                visited_on=on,
                created_at=AT + timedelta(days=14 * place),
            )
            for place, on in enumerate(DAYS)
        ]
        for visit in visits:
            change.add_visit(visit)
        for number, (label, (site, areas)) in enumerate(COURSE.items(), start=1):
            lesion = Lesion(
                id=f"lesion {label}",
                patient_id="patient",
                label=label,
                number=number,
                site=site,
                created_at=AT,
            )
            change.add_lesion(lesion)
            for place, area in enumerate(areas):
                _add(library, change, lesion, visits[place], area, place)
    return path


@pytest.fixture
def library(clinic: Path) -> Iterator[Library]:
    with Library.open(clinic) as opened:
        yield opened


@pytest.fixture
def patient(library: Library) -> Patient:
    return library.patient_with_code("WT-0147")


def _text(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).replace("\u202f", " ").split())


def _images(data: bytes) -> int:
    with pypdfium2.PdfDocument(data) as document:
        return sum(
            len(list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=9)))
            for page in document
        )


def test_the_page_of_a_patient_tells_the_course_and_shows_photographs(
    library: Library, patient: Patient
) -> None:
    data = reporting.report_pdf(reporting.plan_report(library, patient, printed_on=TODAY))

    text = _text(data)
    assert "WT-0147" in text
    assert "Healing record, 12 Jan 2026 to 23 Feb 2026" in text
    assert "4.0 cm² 3.8 to 4.2" in text
    assert "Outlines: guided 2." in text
    assert "no scale: not the size of the others" in text
    assert "closed: the whole photograph" in text
    assert _images(data) == 8
    assert "Page 1 of 1" in text


def test_the_same_library_and_options_give_the_same_bytes(
    library: Library, patient: Patient
) -> None:
    first, second = (
        reporting.report_pdf(reporting.plan_report(library, patient, printed_on=TODAY))
        for _ in range(2)
    )

    assert first == second


def test_skin_is_cut_at_its_true_size_whatever_the_photograph_s_scale(
    library: Library, patient: Patient
) -> None:
    seen = []
    plan = reporting.plan_report(library, patient, lesion="A1", printed_on=TODAY)

    for strip in report_photos.strips_of(library.originals, plan.shots, no_progress):
        for photo in strip.photos:
            picture = photo.picture
            assert picture is not None
            assert picture.px_per_mm is not None
            red = (picture.pixels[..., 0] > 150) & (picture.pixels[..., 1] < 80)
            seen.append(float(red.sum()) / picture.px_per_mm**2)
            across = picture.rings_mm[0].max(axis=0) - picture.rings_mm[0].min(axis=0)
            seen.append(float(np.pi * (across.mean() / 2) ** 2))

    # 16 cm² at 0.25 mm a pixel and 4 cm² at 0.40: the red skin, and the outline on it.
    assert seen == pytest.approx([1600, 1600, 400, 400], rel=0.03)


def test_no_name_leaves_unless_it_is_asked_for(library: Library, patient: Patient) -> None:
    who = Identity(patient_id="patient", name=NAME, nhs_number="943 476 5919")
    recording.set_identity(library, who, by="Ann")

    coded = reporting.plan_report(library, patient, printed_on=TODAY)
    named = reporting.plan_report(library, patient, printed_on=TODAY, identified=True)

    assert NAME not in _text(reporting.report_pdf(coded))
    assert NAME.encode() not in reporting.report_pdf(coded)
    assert "Pseudonymised. No name or NHS number." in _text(reporting.report_pdf(coded))
    assert f"{NAME}, NHS number 943 476 5919" in _text(reporting.report_pdf(named))
    assert NAME not in coded.file_name
    assert NAME not in named.file_name


def test_a_photograph_that_is_missing_is_said_on_the_page_without_its_name(
    library: Library, patient: Patient
) -> None:
    for _, path in library.originals.files():
        path.chmod(0o644)
        path.write_bytes(b"not a photograph any more")

    data = reporting.report_pdf(reporting.plan_report(library, patient, printed_on=TODAY))

    assert _images(data) == 0
    assert "can't be read: its original is missing or damaged" in _text(data)
    assert NAME not in _text(data)
    assert "4.0 cm² 3.8 to 4.2" in _text(data)


def test_a_report_as_of_a_day_knows_nothing_that_came_after(
    library: Library, patient: Patient
) -> None:
    plan = reporting.plan_report(library, patient, printed_on=TODAY, as_of=DAYS[1])

    text = _text(reporting.report_pdf(plan))
    assert "As it was recorded on 26 Jan 2026" in text
    assert "12.0 cm² 11.4 to 12.6" in text
    assert "9 Feb" not in text
    assert plan.file_name == "WT-0147 2026-01-26.pdf"


def test_the_page_of_a_lesion_holds_that_lesion_alone(library: Library, patient: Patient) -> None:
    plan = reporting.plan_report(library, patient, lesion="A1", printed_on=TODAY)

    data = reporting.report_pdf(plan)

    text = _text(data)
    assert "One lesion, 12 Jan 2026 to 23 Feb 2026" in text
    assert "T1" not in text
    assert _images(data) == 2
    assert plan.file_name == "WT-0147 A1 2026-06-11.pdf"


def test_a_lesion_that_is_not_there_is_told_with_those_that_are(
    library: Library, patient: Patient
) -> None:
    with pytest.raises(NotUnderstood, match="the patient's lesions are A1, T1"):
        reporting.plan_report(library, patient, lesion="B7", printed_on=TODAY)


def test_treatments_and_events_of_another_lesion_stay_off_a_lesion_s_page(
    library: Library, patient: Patient
) -> None:
    recording.record_entries(
        library,
        [
            Treatment(
                patient_id="patient",
                agent=Agent.NEGATIVE_PRESSURE,
                start=PartialDate(text="2026-01-20"),
                lesion_id="lesion T1",
            )
        ],
        by="Ann",
    )
    recording.record_entries(
        library,
        [Event(patient_id="patient", kind=EventKind.ADMISSION, on=PartialDate(text="2026-02-01"))],
        by="Ann",
    )

    text = _text(
        reporting.report_pdf(reporting.plan_report(library, patient, lesion="A1", printed_on=TODAY))
    )

    assert "Admission" in text
    assert "Negative pressure" not in text


def test_a_patient_without_visits_has_a_page(library: Library) -> None:
    nobody = library.patient_with_code("WT-0200")

    plan = reporting.plan_report(library, nobody, printed_on=TODAY)

    assert "No visits yet." in _text(reporting.report_pdf(plan))


@pytest.mark.parametrize(("purpose", "for_patient"), [(Purpose.MDT, False), (Purpose.RECORD, True)])
def test_who_withdrew_consent_has_no_report(
    library: Library, patient: Patient, purpose: Purpose, *, for_patient: bool
) -> None:
    agreed = Consent(
        patient_id="patient",
        purpose=purpose,
        is_given=True,
        given_on=date(2026, 1, 1),
        withdrawn_on=date(2026, 6, 1),
    )
    recording.record_entries(library, [agreed], by="Ann")

    with pytest.raises(ReportRefused, match="WT-0147"):
        reporting.plan_report(library, patient, printed_on=TODAY, for_patient=for_patient)
    with pytest.raises(ReportRefused):
        # What was agreed to then doesn't count: it is withdrawn now.
        reporting.plan_report(
            library, patient, printed_on=TODAY, as_of=date(2026, 2, 1), for_patient=for_patient
        )


def test_an_earlier_day_of_printing_does_not_bring_consent_back(
    library: Library, patient: Patient
) -> None:
    agreed = Consent(
        patient_id="patient",
        purpose=Purpose.MDT,
        is_given=True,
        given_on=date(2026, 1, 1),
        withdrawn_on=date(2026, 6, 1),
    )
    recording.record_entries(library, [agreed], by="Ann")

    with pytest.raises(ReportRefused):
        reporting.plan_report(library, patient, printed_on=date(2026, 3, 1))


def test_there_is_no_sheet_for_a_patient_who_died_but_a_page_for_the_mdt(
    library: Library, patient: Patient
) -> None:
    died = Event(patient_id="patient", kind=EventKind.DEATH, on=PartialDate(text="2026-03-01"))
    recording.record_entries(library, [died], by="Ann")

    with pytest.raises(ReportRefused, match="the patient has died"):
        reporting.plan_report(library, patient, printed_on=TODAY, for_patient=True)
    page = reporting.plan_report(library, patient, printed_on=TODAY)
    assert "Died 1 Mar 2026." in _text(reporting.report_pdf(page))


def test_a_report_that_can_not_be_written_leaves_what_was_there(
    library: Library, patient: Patient, tmp_path: Path
) -> None:
    plan = reporting.plan_report(library, patient, printed_on=TODAY)
    (tmp_path / "taken.pdf").mkdir()

    with pytest.raises(FileUnwritable, match="it is a folder"):
        reporting.write_report(plan, tmp_path / "taken.pdf")
    with pytest.raises(FileUnwritable, match="its folder does not exist"):
        reporting.write_report(plan, tmp_path / "nowhere" / "report.pdf")

    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_report_that_left_is_noted(library: Library, patient: Patient) -> None:
    plan = reporting.plan_report(library, patient, printed_on=TODAY)

    reporting.note_report(library, plan, by="Ben")

    last = library.audit_trail()[-1]
    assert (last.verb, last.by) == ("report", "Ben")
    assert last.why is not None
    kind, whose, record = last.why.split(", ")
    assert (kind, whose) == ("patient", "pseudonymised")
    # What the page says of itself leads back to the trail.
    shown = record.removeprefix("record ")
    assert f"Record {shown[:8]}–{shown[8:]}." in _text(reporting.report_pdf(plan))


def test_the_record_s_hash_changes_with_what_is_shown_and_with_nothing_else(
    library: Library, patient: Patient
) -> None:
    def shown() -> str:
        return reporting.plan_report(library, patient, printed_on=TODAY).sheet.made.record_hash

    before = shown()
    with library.verb("export", by="Ann"):
        pass
    after_export = shown()
    event = Event(patient_id="patient", kind=EventKind.ADMISSION, on=PartialDate(text="2026-02-01"))
    recording.record_entries(library, [event], by="Ann")

    assert after_export == before
    assert shown() != before


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "Healing record"),
        (["--lesion", "T1"], "One lesion"),
        (["--for-patient"], "Your wounds, measured"),
        (["--as-of", "2026-01-26"], "As it was recorded on 26 Jan 2026"),
    ],
    ids=["patient", "lesion", "for the patient", "as of"],
)
def test_the_command_writes_each_kind(
    clinic: Path, tmp_path: Path, options: list[str], told: str
) -> None:
    out = tmp_path / "report.pdf"
    command = ["report", str(clinic), str(out), "--patient", "WT-0147", "--by", "Ann", *options]

    assert cli.main(command) == 0

    assert told in _text(out.read_bytes())


def test_the_command_gives_the_same_bytes_for_the_same_day(clinic: Path, tmp_path: Path) -> None:
    command = ["report", str(clinic), "--patient", "WT-0147", "--printed-on", "2026-06-11"]

    codes = [cli.main([*command, str(tmp_path / f"{name}.pdf")]) for name in "ab"]

    assert codes == [0, 0]
    first, second = ((tmp_path / f"{name}.pdf").read_bytes() for name in "ab")
    assert first == second


@pytest.mark.parametrize("options", [["--lesion", "A1", "--for-patient"], ["--as-of", "yesterday"]])
def test_the_command_refuses_what_makes_no_sense(
    clinic: Path, tmp_path: Path, options: list[str]
) -> None:
    out = tmp_path / "report.pdf"

    code = cli.main(["report", str(clinic), str(out), "--patient", "WT-0147", *options])

    assert code == 2
    assert not out.exists()


def test_the_command_writes_pdf_alone(clinic: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.docx"

    assert cli.main(["report", str(clinic), str(out), "--patient", "WT-0147"]) == 2
    assert not out.exists()


def test_the_command_notes_a_page_before_it_is_written(clinic: Path, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "report.pdf"

    code = cli.main(["report", str(clinic), str(out), "--patient", "WT-0147", "--by", "Ann"])

    with Library.open(clinic, read_only=True) as library:
        last = library.audit_trail()[-1]
    assert code == 1  # there is no such folder: it was noted, and nothing was written
    assert (last.verb, last.by) == ("report", "Ann")
