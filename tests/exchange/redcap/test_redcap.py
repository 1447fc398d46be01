"""A REDCap project: one that REDCap would take, read back as it was, and without who it is of."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.dicom_clinic import NOON, filled_library, key, outlined
from woundtrack.cli import woundtrack
from woundtrack.errors import FileUnwritable
from woundtrack.exchange import redcap
from woundtrack.exchange.manifest import ExportFacts
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.redcap import (
    HEADERS,
    Dictionary,
    Fault,
    Field,
    Row,
    RowWriter,
    check_data,
    check_dictionary,
    check_project,
    read_dictionary,
    read_project,
    read_rows,
    write_dictionary,
)
from woundtrack.exchange.redcap.project import dictionary_of, forms_of, rows_of
from woundtrack.exchange.tables.column import Told
from woundtrack.healing.scores import Choice, Instrument, Item, Scale, Status, Subject
from woundtrack.model import (
    Agent,
    Analyte,
    Aspect,
    Assessment,
    BodySite,
    DeathCause,
    Diagnosis,
    Entry,
    Event,
    EventKind,
    ExudateAmount,
    Finding,
    InfectionSign,
    LabResult,
    Lesion,
    LesionDetail,
    LesionLink,
    LesionState,
    LinkKind,
    Missing,
    Morphology,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    PatientDetail,
    Periwound,
    RatedFrom,
    RiskFactor,
    RiskFactorKind,
    Score,
    Setting,
    Sex,
    Treatment,
    Trigger,
    Visit,
    VisitDetail,
    WoundState,
)
from woundtrack.records import Library
from woundtrack.workflow.exporting import Export, ExportChoice, open_export, write_csv
from woundtrack.workflow.exporting_redcap import write_redcap

PATIENT, LEG, GENITALS = key(1), key(2), key(12)
FIRST, LATER = key(3), key(13)
BEGIN = date(2026, 3, 4)
AWKWARD = "=HYPERLINK(\"http://x\"), 'q'; | [m_day] <b>Frau Kätzchen-Größe</b>"
LONG = f"{AWKWARD}\n+49 170 5555\r\n@second line\r- last"
NAMES = ("Kätzchen", "5555", "CX-001", "Grete", "943 476", "4711", "sore", "2026", "1950", "Quill")
"""What identifies, somewhere in the library: no pseudonymised byte may hold it."""

PROFILES = {
    "pseudonymised": {},
    "with free text": {"with_free_text": True},
    "identified": {"is_identified": True},
}


def entries() -> Iterator[Entry]:
    """Yield an entry of every kind, with all sorts of answers and awkward text in every text."""
    who: dict[str, Any] = {"patient_id": PATIENT, "recorded_by": "Zoë Quill"}
    leg = {**who, "lesion_id": LEG}
    declined = Missing.DECLINED
    yield PatientDetail(
        **who,
        sex=Sex.FEMALE,
        birth_year=1950,
        ethnic_category=AWKWARD,
        height_cm=160,
        weight_kg=70,
        centre=AWKWARD,
        missing=(("dialysis", declined),),
    )
    yield Diagnosis(
        **who,
        diagnosed_on=PartialDate(text="2026-03"),
        trigger=Trigger.CUT,
        trigger_text=AWKWARD,
        is_uraemic=False,
        missing=(("biopsy_result", Missing.NOT_DONE), ("first_sign_on", Missing.UNKNOWN)),
    )
    yield RiskFactor(**who, kind=RiskFactorKind.LOW_PTH, is_present=True, start=None)
    yield LesionDetail(
        **leg,
        site_text=AWKWARD,
        aspects=(Aspect.MEDIAL, Aspect.DISTAL),
        onset=PartialDate(text="2025"),
        morphology_at_entry=(Morphology.LIVEDO, Morphology.ESCHAR),
        is_sentinel=True,
    )
    yield LesionLink(**leg, other_lesion_id=GENITALS, kind=LinkKind.SPLIT_FROM, on=BEGIN)
    yield VisitDetail(
        **who,
        visit_id=FIRST,
        setting=Setting.MDT,
        assessor_role=AWKWARD,
        planned_label=AWKWARD,
        note=LONG,
        missing=(("is_dressing_removed", declined),),
    )
    yield Finding(
        **leg,
        visit_id=LATER,
        state=LesionState.EPITHELIALISED,
        max_depth_cm=0.0,
        undermining_cm=0.25,
        undermining_clock=12,
        exudate_amount=ExudateAmount.NONE,
        periwound=(Periwound.INTACT, Periwound.DRY),
        infection_signs=(InfectionSign.NONE,),
        has_drainage=False,
        needs_dressing=False,
        dressing=AWKWARD,
        note=LONG,
        missing=(("exudate_type", Missing.NOT_APPLICABLE),),
    )
    for scale, value in ((PainScale.NRS11, 7), (PainScale.VAS100, 0), (PainScale.NRS11, None)):
        yield Pain(
            **who,
            on=BEGIN + timedelta(days=40),
            scale=scale,
            context=PainContext.WORST_24H,
            value=value,
            missing=() if value is not None else (("value", declined),),
        )
    first = Treatment(
        **leg,
        agent=Agent.SODIUM_THIOSULFATE_IV,
        text=AWKWARD,
        route="IV",
        dose_value=12.5,
        dose_unit="g",
        frequency=AWKWARD,
        start=PartialDate(text="2026-03-05"),
        stop=PartialDate(text="2026-04"),
        why=LONG,
    )
    yield first
    yield Treatment(
        **who,
        agent=Agent.OTHER,
        route=AWKWARD,
        dose_value=1,
        dose_unit=AWKWARD,
        follows=first.entry_id,
    )
    for days, measured in ((50, 0.000012), (-3, 5.0)):
        yield LabResult(
            **who,
            analyte=Analyte.CRP if days > 0 else Analyte.ADJUSTED_CALCIUM,
            taken_on=BEGIN + timedelta(days=days),
            value=measured,
            unit="mg/L" if days > 0 else "mmol/L",
            reference_high=5,
        )
    yield Event(
        **who,
        kind=EventKind.DEATH,
        on=PartialDate(text="2026-05-10"),
        death_cause=DeathCause.SEPSIS,
        text=AWKWARD,
        source=AWKWARD,
        is_related=True,
        missing=(("is_serious", Missing.UNKNOWN),),
    )
    for name, items in (("push", (("area", 3), ("exudate", 1), ("tissue", 4))), ("old", ())):
        yield Score(
            **leg,
            instrument=name,
            instrument_version="3.0",
            on=BEGIN,
            items=items or (("only", 2.5),),
            rated_from=RatedFrom.BOTH,
        )
    yield Score(
        **leg,
        instrument="bwat",
        instrument_version="1",
        on=BEGIN + timedelta(days=28),
        items=(("size", 2),),
        missing=(("induration", Missing.NOT_ASSESSABLE),),
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled_library(tmp_path_factory.mktemp("redcap") / "library", ("plain.jpg",)) as made:
        with made.verb("arrange", by="Ann") as change:
            change.add_lesion(
                Lesion(
                    id=GENITALS,
                    patient_id=PATIENT,
                    label=AWKWARD,
                    number=3,  # the second was recorded by mistake
                    site=BodySite(region="genitalia"),
                    created_at=NOON,
                )
            )
            later = BEGIN + timedelta(days=28)
            change.add_visit(Visit(id=LATER, patient_id=PATIENT, visited_on=later, created_at=NOON))
            photograph = made.photographs(patient_id=PATIENT)[0].id
            for number, (state, outlines) in enumerate(
                (
                    (WoundState.CLOSED, ()),
                    (
                        WoundState.OPEN,
                        (replace(outlined(photograph), calibration=None, measurement=None),),
                    ),
                )
            ):
                change.add_assessment(
                    Assessment(
                        id=key(400 + number),
                        assessment_id=key(500 + number),
                        revision=1,
                        supersedes=None,
                        lesion_id=(LEG, GENITALS)[number],
                        visit_id=LATER,
                        photograph_ids=(photograph,),
                        state=state,
                        outlines=outlines,
                        accepted_by="Ann",
                        reviewed_by=None,
                        recorded_at=NOON,
                    )
                )
            for entry in entries():
                change.add_entry(entry)
        yield made


def exported(library: Library, profile: str) -> Export:
    return open_export(library, ExportChoice(**PROFILES[profile]), by="Ann")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def written(library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write a project of every profile, with events and without."""
    home = tmp_path_factory.mktemp("projects")
    folders = {}
    for profile in PROFILES:
        for longitudinal in (False, True):
            name = f"{profile}, longitudinal" if longitudinal else profile
            folders[name] = home / name
            export = exported(library, profile)
            write_redcap(export, folders[name], longitudinal=longitudinal, by="Ann")
    return folders


def cells(folder: Path, form: str = "") -> list[dict[str, str]]:
    """Return a form's rows, without the cells that are empty."""
    with (folder / "redcap_data.csv").open(encoding="utf-8", newline="") as stream:
        return [
            {column: cell for column, cell in row.items() if cell}
            for row in csv.DictReader(stream)
            if row["redcap_repeat_instrument"] == form
        ]


# --- what is written -----------------------------------------------------------------------------


def test_every_project_is_one_that_redcap_takes(written: Mapping[str, Path]) -> None:
    for name, folder in written.items():
        faults = check_project(folder)
        # The planted CRP of nothing lies in its range, and everything that has a value is shown.
        assert faults == (), name

    with (written["identified"] / "redcap_data_dictionary.csv").open(encoding="utf-8") as stream:
        header = stream.readline().rstrip("\n")
    assert header.count(",") == len(HEADERS) - 1 + 2
    assert header.startswith(
        "Variable / Field Name,Form Name,Section Header,Field Type,Field Label"
    )
    assert '"Choices, Calculations, OR Slider Labels"' in header
    assert header.endswith("Matrix Group Name,Matrix Ranking?,Field Annotation")


def test_a_project_is_read_back_unchanged(
    library: Library, written: Mapping[str, Path], tmp_path: Path
) -> None:
    for name, folder in written.items():
        longitudinal = name.endswith("longitudinal")
        export = exported(library, name.removesuffix(", longitudinal"))
        forms = forms_of(export.profile, export.instruments)
        (file,) = export.files()
        made = list(rows_of(Told.of(file, export.profile), forms, longitudinal=longitudinal))

        project = read_project(folder)

        assert project.dictionary == dictionary_of(forms)
        assert list(project.rows()) == made
        again = tmp_path / name
        again.mkdir()
        write_dictionary(again / "dictionary.csv", project.dictionary)
        with (again / "data.csv").open("x", encoding="utf-8", newline="") as stream:
            writer = RowWriter(stream, project.dictionary, longitudinal=longitudinal)
            for row in project.rows():
                writer.write(row)
        assert (again / "dictionary.csv").read_bytes() == (
            folder / "redcap_data_dictionary.csv"
        ).read_bytes()
        assert (again / "data.csv").read_bytes() == (folder / "redcap_data.csv").read_bytes()


def test_what_was_measured_stands_in_its_row(written: Mapping[str, Path]) -> None:
    enrolled, *_ = cells(written["identified"])
    lesions = cells(written["identified"], "lesion")
    first, closed, unscaled = cells(written["identified"], "measurement")

    assert enrolled["record_id"] == "CX-001"
    assert [one["redcap_repeat_instance"] for one in lesions] == ["1", "3"]
    assert [one["les_site"] for one in lesions] == ["75144006", "genitalia"]
    assert (lesions[0]["les_aspects___medial"], lesions[0]["les_aspects___lateral"]) == ("1", "0")
    assert "les_aspects___medial" not in lesions[1]  # nobody answered
    assert (first["m_lesion_no"], first["m_date"], first["m_area_cm2"]) == (
        "1",
        "2026-03-04",
        "1.92",
    )
    assert first["measurement_complete"] == "2"
    # Closed at a visit is zero; what has no scale is not.
    assert (closed["m_area_cm2"], closed["m_closed"]) == ("0", "1")
    assert (unscaled["m_lesion_no"], unscaled["m_area_cm2_na"]) == ("3", "no_calibration")
    assert "m_area_cm2" not in unscaled
    assert unscaled["measurement_complete"] == "1"  # nobody looked at it


def test_days_are_dates_or_offsets_and_say_how_exact_they_are(
    written: Mapping[str, Path],
) -> None:
    named, disguised = (
        cells(written[name], "lesion")[0] for name in ("identified", "pseudonymised")
    )

    assert (named["les_onset_date"], named["les_onset_prec"]) == ("2025-07-02", "year")
    assert (disguised["les_onset_day"], disguised["les_onset_prec"]) == ("-349", "year")
    assert "les_onset_day" not in named
    assert cells(written["pseudonymised"], "measurement")[1]["m_day"] == "28"


def test_no_answer_no_value_and_zero_stay_apart(written: Mapping[str, Path]) -> None:
    enrolled, *_ = cells(written["pseudonymised"])
    (finding,) = cells(written["pseudonymised"], "finding")
    pains = cells(written["pseudonymised"], "pain")
    treatments = cells(written["pseudonymised"], "treatment")
    labs = cells(written["pseudonymised"], "lab")

    assert enrolled["dialysis_modality_na"] == "patient_declined"
    assert enrolled["dx_biopsy_done"] == "0"
    assert enrolled["dx_first_sign_na"] == "unknown"
    assert "dx_first_sign_day" not in enrolled
    assert enrolled["ethnic_group"] == "unlisted"
    assert finding["f_max_depth_cm"] == "0"
    assert finding["f_exudate_type_na"] == "not_applicable"
    assert "f_edge" not in finding
    assert [one.get("pain_nrs") for one in pains] == ["7", None, None]
    assert [one.get("pain_vas") for one in pains] == [None, "0", None]
    assert [one.get("pain_value_na") for one in pains] == [None, None, "patient_declined"]
    assert [one["tx_route"] for one in treatments] == ["unlisted", "iv"]
    assert (treatments[0]["tx_follows_no"], "tx_route_text" in treatments[0]) == ("2", False)
    assert labs[0]["lab_adjusted_calcium"] == "5"
    assert labs[1]["lab_crp"] == "0"  # to three decimals, and never as 1.2e-05


def test_text_stands_as_it_was_typed_without_a_guard_against_formulas(
    written: Mapping[str, Path],
) -> None:
    (visit, _) = cells(written["identified"], "visit")

    assert visit["vis_planned_label"] == AWKWARD
    assert visit["vis_note"] == LONG.replace("\r\n", "\n").replace("\r", "\n")


def test_nothing_that_identifies_is_in_a_pseudonymised_project(
    written: Mapping[str, Path],
) -> None:
    for name in ("pseudonymised", "pseudonymised, longitudinal"):
        for path in written[name].iterdir():
            # Random ids and hashes may hold the digits of a year by chance.
            text = re.sub(r"[0-9a-f-]{36,}", "", path.read_text(encoding="utf-8"))
            for secret in NAMES:
                assert secret not in text, (path.name, secret)
    fields = read_dictionary(written["pseudonymised"] / "redcap_data_dictionary.csv").fields
    assert [field.name for field in fields if field.is_identifier] == ["record_id"]


def test_names_birth_dates_and_numbers_are_in_no_project_at_all(
    written: Mapping[str, Path],
) -> None:
    folder = written["identified"]
    text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert not any(secret in text for secret in ("Grete", "1950-05-06", "943 476", "H-4711"))
    fields = {
        field.name: field for field in read_dictionary(folder / "redcap_data_dictionary.csv").fields
    }
    for name in ("record_id", "m_date", "vis_note", "f_by", "bwat_by", "les_label"):
        assert fields[name].is_identifier, name
    assert not any("birth" in name or "nhs" in name for name in fields)


def test_with_events_each_row_is_at_the_week_whose_window_it_falls_into(
    written: Mapping[str, Path],
) -> None:
    folder = written["pseudonymised, longitudinal"]

    def events(form: str) -> list[str]:
        return [row["redcap_event_name"] for row in cells(folder, form)]

    assert events("") == ["baseline_arm_1"]
    assert events("lesion") == ["baseline_arm_1"] * 2
    assert events("visit") == ["baseline_arm_1", "week_4_arm_1"]
    assert events("measurement") == ["baseline_arm_1", "week_4_arm_1", "week_4_arm_1"]
    assert events("lab") == ["baseline_arm_1", "week_8_arm_1"]
    assert events("pain") == ["unscheduled_arm_1"] * 3
    assert events("event") == ["baseline_arm_1"]
    measured = cells(folder, "measurement")
    # Instances and what refers to them count at each event anew; a lesion's is its number.
    assert [row["redcap_repeat_instance"] for row in measured] == ["1", "1", "2"]
    assert [row["m_visit_no"] for row in measured] == ["1", "1", "1"]
    assert [row["m_lesion_no"] for row in measured] == ["1", "1", "3"]
    mapping = (folder / "redcap_event_mapping.csv").read_text().splitlines()
    assert mapping[0] == "arm_num,unique_event_name,form"
    assert "1,week_12_arm_1,measurement" in mapping
    assert "1,week_12_arm_1,lesion" not in mapping
    assert "Week 4,1,,\n" in (folder / "redcap_events.csv").read_text()
    manifest = json.loads((folder / "redcap_manifest.json").read_text())
    assert {"name": "week_4_arm_1", "day": 28, "window_days": 7} in manifest["events"]


def test_scores_have_their_items_and_unknown_ones_a_form_of_their_own(
    written: Mapping[str, Path],
) -> None:
    (push,) = cells(written["pseudonymised"], "score_push")
    (bwat,) = cells(written["pseudonymised"], "score_bwat")
    (other,) = cells(written["with free text"], "score_other")
    (unlisted,) = cells(written["pseudonymised"], "score_other")

    assert (push["push_area"], push["push_total"], push["score_push_complete"]) == ("3", "8", "2")
    assert (bwat["bwat_induration_na"], bwat["score_bwat_complete"]) == ("not_assessable", "0")
    assert "bwat_total" not in bwat
    assert (other["so_instrument"], other["so_item"], other["so_value"]) == ("old", "only", "2.5")
    assert unlisted["so_instrument"].startswith("unlisted-")


def instrument(name: str, version: str, *codes: str) -> Instrument:
    items = [
        Item(
            code=code,
            label="a | b",
            choices=(Choice(value=-1, label="x|y\nz"), Choice(value=0.5, label="half")),
        )
        if place % 2
        else Item(code=code, label="=1+1", scale=Scale(low=0, high=1))
        for place, code in enumerate(codes)
    ]
    return Instrument(
        id=name,
        version=version,
        name=name,
        title=name,
        status=Status.UNVERIFIED,
        subject=Subject.PATIENT,
        licence="",
        sources=(),
        items=tuple(items),
    )


def test_whatever_instruments_a_clinic_has_their_names_are_redcaps_and_none_is_twice(
    library: Library,
) -> None:
    long = "an_item_with_quite_a_long_code"
    hostile = [
        instrument("m", "1", "day", "key", "total", "Rated from", "rated_from"),
        instrument("other", "1", f"{long}_1", f"{long}_2", "size", "size_na"),
        instrument("3-D Größe", "1.0", "ä", "ö", "x"),
        instrument("3-D Größe", "2.0", "x"),
        instrument("A very long name of a score", "1", "x"),
        instrument("A very long name of another", "1", "x"),
    ]

    forms = forms_of(exported(library, "identified").profile, hostile)

    assert check_dictionary(dictionary_of(forms)) == ()
    assert len(forms) == len({form.name for form in forms})


# --- reading and judging -------------------------------------------------------------------------

FIELDS = (
    Field(name="record_id", form="first", label="Study ID", is_identifier=True),
    Field(name="a_text", form="first", label='A "label", with\na line', section="=Section, 1"),
    Field(name="a_note", form="first", label="Notes", kind="notes", note="ä, ö", is_required=True),
    Field(
        name="a_day",
        form="second",
        label="Day",
        validation="date_ymd",
        least="2020-01-01",
        most="2030-12-31",
        annotation="@TODAY",
    ),
    Field(name="whole", form="second", label="Whole", validation="integer", least="-5", most="50"),
    Field(name="number", form="second", label="Number", validation="number", least="0.5"),
    Field(name="is_so", form="second", label="So?", kind="yesno", branching="[whole] <> ''"),
    Field(
        name="one_of",
        form="second",
        label="One",
        kind="dropdown",
        choices=(("75093004", "Abdomen"), ("nrs_11", "NRS-11, 0 to 10")),
    ),
    Field(
        name="radio", form="second", label="R", kind="radio", choices=(("0.5", "½"), ("-1", "x"))
    ),
    Field(
        name="many",
        form="second",
        label="Many",
        kind="checkbox",
        choices=(("1", "one"), ("a-b", "two, three")),
    ),
)
DICTIONARY = Dictionary(FIELDS)
REPEATING = {"": frozenset({"second"})}
BASE = Row(record="UKC-0007", values={"a_text": "x", "a_note": LONG}, complete={"first": 2})
FULL = Row(
    record="UKC-0007",
    instrument="second",
    instance=1,
    values={
        "a_day": date(2026, 3, 2),
        "whole": -5,
        "number": 0.00001234,
        "is_so": False,
        "one_of": "75093004",
        "radio": "-1",
        "many": ("a-b",),
    },
    complete={"second": 1},
)


def data_file(path: Path, *rows: Row) -> Path:
    path.unlink(missing_ok=True)
    with path.open("x", encoding="utf-8", newline="") as stream:
        writer = RowWriter(stream, DICTIONARY, longitudinal=False)
        for row in rows:
            writer.write(row)
    return path


@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), min_size=1),
    whole=st.integers(),
    number=st.floats(allow_nan=False, allow_infinity=False),
    day=st.dates(),
    many=st.sets(st.sampled_from(["1", "a-b"])),
)
def test_any_value_of_every_type_is_read_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    text: str,
    whole: int,
    number: float,
    day: date,
    many: set[str],
) -> None:
    rows = (
        replace(BASE, values={"a_text": text, "a_note": f'"{text}\n'}),
        replace(
            FULL,
            values={
                **FULL.values,
                "whole": whole,
                "number": number,
                "a_day": day,
                "many": tuple(raw for raw in ("1", "a-b") if raw in many),
            },
        ),
        Row(record=f"=1+1 {whole}", instrument="second", instance=2, values={}),
    )

    path = data_file(tmp_path_factory.getbasetemp() / "any.csv", *rows)

    assert list(read_rows(path, DICTIONARY)) == list(rows)


def test_a_dictionary_is_read_back_with_all_eighteen_columns(tmp_path: Path) -> None:
    whole = Field.of([f"{place}, |\n=é" if place != 3 else "calc" for place in range(10)] + [
        "y", "b", "y", "RH", "1a", "matrix", "y", "@HIDDEN",
    ])  # fmt: skip
    written = Dictionary((*FIELDS, whole))

    write_dictionary(tmp_path / "dictionary.csv", written)

    assert read_dictionary(tmp_path / "dictionary.csv") == written
    (tmp_path / "other.csv").write_text("record_id,form\n")
    with pytest.raises(ValueError, match="isn't that of a REDCap data dictionary"):
        read_dictionary(tmp_path / "other.csv")


def test_what_is_right_has_no_fault(tmp_path: Path) -> None:
    path = data_file(
        tmp_path / "data.csv", BASE, replace(FULL, values={**FULL.values, "number": 1})
    )

    assert check_dictionary(DICTIONARY) == ()
    assert check_data(path, DICTIONARY, repeating=REPEATING) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"name": "Area"}, "isn't a name of lower-case letters", id="upper case"),
        pytest.param({"name": "1area"}, "isn't a name of lower-case letters", id="a figure first"),
        pytest.param({"name": "a" * 27}, "isn't 2 to 26 characters long", id="long"),
        pytest.param({"name": "a"}, "isn't 2 to 26 characters long", id="short"),
        pytest.param({"name": "a_text"}, "is there twice", id="twice"),
        pytest.param({"name": "first_complete"}, "REDCap keeps for itself", id="a status"),
        pytest.param({"form": "first"}, "stands apart from its form", id="apart"),
        pytest.param({"form": "Second"}, "has a form with a name not allowed", id="form"),
        pytest.param({"label": " "}, "has no label", id="no label"),
        pytest.param({"kind": "number"}, "field type that isn't known", id="type"),
        pytest.param({"kind": "radio"}, "has no choices", id="no choices"),
        pytest.param({"choices": (("1", "x"),)}, "isn't of a type that has", id="choices"),
        pytest.param({"validation": "float"}, "has a validation not allowed", id="validation"),
        pytest.param({"kind": "notes", "validation": "integer"}, "validation not", id="of notes"),
        pytest.param({"least": "1"}, "has a range without a validation", id="range"),
        pytest.param(
            {"validation": "number", "least": "2", "most": "1"}, "before it begins", id="turned"
        ),
        pytest.param({"validation": "date_ymd", "most": "2026"}, "ends at '2026'", id="no day"),
        pytest.param(
            {"branching": "[gone] = '1'"}, "a field that isn't there", id="shown for none"
        ),
        pytest.param({"branching": "[many(9)] = '1'"}, "choice that many hasn't", id="checkbox"),
        pytest.param({"branching": "[one_of] = '9'"}, "a choice not in one_of", id="choice"),
        pytest.param(
            {"kind": "dropdown", "choices": (("1", "x"), ("1", "y"))}, "code twice", id="code twice"
        ),
        pytest.param({"kind": "radio", "choices": (("a b", "x"),)}, "raw code not", id="code"),
        pytest.param({"kind": "radio", "choices": (("1", ""),)}, "a label not allowed", id="label"),
        pytest.param(
            {"kind": "checkbox", "choices": (("A", "x"), ("a", "y"))}, "twice", id="columns"
        ),
    ],
)
def test_a_fault_of_a_dictionary_is_told(change: dict[str, Any], said: str) -> None:
    last = replace(Field(name="last", form="second", label="Last"), **change)

    faults = check_dictionary(Dictionary((*FIELDS, last)))

    assert [fault for fault in faults if said in fault.what], faults


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        pytest.param("a_day", "02/03/2026", "isn't a day as YYYY-MM-DD", id="day"),
        pytest.param("a_day", "2026-02-30", "isn't a day as YYYY-MM-DD", id="no such day"),
        pytest.param("a_day", "2031-01-01", "out of the range 2020-01-01 to", id="late"),
        pytest.param("whole", "1.0", "isn't a whole number", id="whole"),
        pytest.param("whole", "51", "out of the range -5 to 50", id="above"),
        pytest.param("number", "0,5", "isn't a number", id="number"),
        pytest.param("number", "0.4", "out of the range 0.5 to …", id="below"),
        pytest.param("is_so", "true", "not 1 or 0", id="yes or no"),
        pytest.param("one_of", "Abdomen", "none of the choices", id="choice"),
        pytest.param("many___a_b", "x", "not 1 or 0", id="tick"),
        pytest.param("second_complete", "3", "not 0, 1 or 2", id="state"),
        pytest.param("a_text", "x", "is of another form than the row", id="other form"),
        pytest.param("redcap_repeat_instance", "0", "an instance that isn't 1, 2", id="instance"),
        pytest.param("redcap_repeat_instrument", "first", "doesn't repeat", id="no repeat"),
        pytest.param("record_id", "", "no name of a record", id="record"),
        pytest.param("whole", "", "has a value, and isn't shown", id="hidden"),
        pytest.param("unknown", "1", "names a field that isn't there: unknown", id="column"),
    ],
)
def test_a_fault_of_data_is_told(tmp_path: Path, column: str, cell: str, said: str) -> None:
    right = replace(FULL, values={**FULL.values, "number": 1})
    with data_file(tmp_path / "data.csv", right).open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    row[column] = cell
    out = io.StringIO()
    writer = csv.DictWriter(out, row, lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    (tmp_path / "data.csv").write_text(out.getvalue(), encoding="utf-8")

    faults = check_data(tmp_path / "data.csv", DICTIONARY, repeating=REPEATING)

    assert [fault for fault in faults if said in fault.what], faults


def test_instances_are_there_once_and_events_have_their_forms(tmp_path: Path) -> None:
    right = replace(FULL, values={**FULL.values, "number": 1})
    path = data_file(tmp_path / "data.csv", right, right)
    (twice,) = check_data(path, DICTIONARY, repeating=REPEATING)
    assert twice == Fault(where="row 3", what="is of an instance that is there twice")

    events = tmp_path / "events.csv"
    with events.open("x", encoding="utf-8", newline="") as stream:
        writer = RowWriter(stream, DICTIONARY, longitudinal=True)
        for event in ("baseline_arm_1", "week_4_arm_1", "week_5_arm_1"):
            writer.write(replace(right, event=event))
    faults = check_data(
        events,
        DICTIONARY,
        repeating={"baseline_arm_1": frozenset({"second"})},
        mapping={
            "baseline_arm_1": frozenset({"first", "second"}),
            "week_4_arm_1": frozenset({"first"}),
        },
    )
    told = {(fault.where.split(",")[0], fault.what) for fault in faults}
    assert told == {
        ("row 3", "repeats a form that doesn't repeat: 'second'"),
        ("row 3", "is of another form than the row, or of none at its event"),
        ("row 4", "is of an event that isn't there: 'week_5_arm_1'"),
    }


# --- placed --------------------------------------------------------------------------------------


def test_the_same_export_gives_the_same_bytes_and_replaces_the_one_before(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    write_csv(exported(library, "pseudonymised"), folder, by="Ann")
    written = write_redcap(exported(library, "pseudonymised"), folder, longitudinal=True, by="Ann")
    first = {path.name: path.read_bytes() for path in written.paths}

    again = write_redcap(exported(library, "pseudonymised"), folder, longitudinal=True, by="Ann")
    assert first == {path.name: path.read_bytes() for path in again.paths}
    assert (folder / "manifest.json").exists()  # the tidy bundle beside it

    plain = write_redcap(exported(library, "pseudonymised"), folder, by="Ann")
    assert not (folder / "redcap_events.csv").exists()
    manifest = json.loads((folder / "redcap_manifest.json").read_text())
    assert [one["name"] for one in manifest["files"]] == [
        path.name for path in plain.paths if path.name != "redcap_manifest.json"
    ]
    assert manifest["rows"]["measurement"] == plain.rows["measurement"] == 3
    assert library.audit_trail()[-1].why == (f"redcap, pseudonymised, 1 patients, to {folder.name}")


def test_an_export_that_is_cut_short_leaves_the_one_before_whole(
    library: Library, tmp_path: Path
) -> None:
    export = exported(library, "pseudonymised")
    write_redcap(export, tmp_path / "out", by="Ann")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def files() -> Iterator[PatientFile]:
        yield from export.files()
        raise RuntimeError("the power went")

    def write(files: Callable[[], Iterator[PatientFile]], head: str) -> None:
        redcap.write_project(
            tmp_path / "out",
            files(),
            export.profile,
            ExportFacts(audit_head=head),
            export.instruments,
            had_head=lambda known: known == head,
        )

    with pytest.raises(RuntimeError, match="power"):
        write(files, export.audit_head)
    with pytest.raises(FileUnwritable, match="another library"):
        write(export.files, "of another")
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_command_line_writes_a_project_with_events(tmp_path: Path) -> None:
    with filled_library(tmp_path / "library", ()) as made:
        path = made.path
    arguments = ["export", str(path), str(tmp_path / "out"), "--longitudinal", "--format"]

    refused = CliRunner().invoke(woundtrack, [*arguments, "csv"])
    done = CliRunner().invoke(woundtrack, [*arguments, "redcap", "--by", "Ann"])

    assert refused.exit_code == 2
    assert "--longitudinal goes with --format redcap." in refused.stderr
    assert done.exit_code == 0, done.output
    assert str(tmp_path / "out" / "redcap_event_mapping.csv") in done.stdout
    assert check_project(tmp_path / "out") == ()
