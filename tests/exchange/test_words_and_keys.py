"""The dictionary says of each table what is true of it, and a key leads to a row that is there."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.fhir.full_patient import FullPatient
from woundtrack.errors import DOUBTS
from woundtrack.exchange.bundle import BundleFacts, write_bundle
from woundtrack.exchange.filtering import within
from woundtrack.exchange.tables import TABLES
from woundtrack.model import Agent, CohortFilter, PartialDate, SiteGroup, Treatment


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def everything() -> FullPatient:
    return FullPatient()


def test_the_outcome_of_a_patient_is_described_as_that_of_all_their_lesions(
    everything: FullPatient, tmp_path: Path
) -> None:
    file = everything.file(with_identity=False)

    write_bundle(tmp_path, [file], everything.profile(), BundleFacts(audit_head="aa"))

    told = {(row["file"], row["column"]): row for row in rows(tmp_path / "data_dictionary.csv")}
    of_lesion, of_patient = (
        told[f"{name}.csv", "status"] for name in ("outcomes", "patient_outcomes")
    )
    assert "4 merged" in of_lesion["description"]
    assert of_lesion["maximum"] == "4"
    assert of_patient["description"] == (
        "0 censored; 1 all lesions closed, and no new one for 28 days; 2 died before all were "
        "closed; 3 a first lesion was amputated, grafted or closed by surgery."
    )
    assert of_patient["maximum"] == "3"
    assert "merged" not in told["patient_outcomes.csv", "status_label"]["values"]
    assert told["patient_outcomes.csv", "entry_day"]["description"].startswith(
        "First visit at which any lesion was open, counted from origin_day"
    )


def test_a_dose_follows_no_treatment_that_a_filter_left_out(
    everything: FullPatient, tmp_path: Path
) -> None:
    file = everything.file(with_identity=False)
    thigh, abdomen, _ = file.lesions
    first = Treatment(
        patient_id=file.patient.id,
        recorded_by="Ann Smith",
        agent=Agent.SODIUM_THIOSULFATE_INTRALESIONAL,
        lesion_id=abdomen.id,
    )
    second = replace(
        first, id="second", entry_id="second", lesion_id=thigh.id, follows=first.entry_id
    )
    file = replace(file, record=replace(file.record, treatments=(first, second)))
    passing = within(file, CohortFilter(groups=(SiteGroup.LEGS,)))
    assert passing is not None
    assert thigh.site.group is SiteGroup.LEGS

    facts = BundleFacts(audit_head="aa")
    write_bundle(tmp_path / "all", [file], everything.profile(), facts)
    write_bundle(tmp_path / "legs", [passing], everything.profile(), facts)

    first_told, second_told = rows(tmp_path / "all" / "treatments.csv")
    assert second_told["follows_treatment_id"] == first_told["treatment_id"]
    (alone,) = rows(tmp_path / "legs" / "treatments.csv")
    assert alone["follows_treatment_id"] == ""


def test_days_count_from_the_same_day_whichever_lesions_a_filter_lets_leave(
    everything: FullPatient,
) -> None:
    file = everything.file(with_identity=False)
    thigh, abdomen, _ = file.lesions
    first, second, _ = file.visits
    kept = tuple(
        one
        for one in file.assessments
        if (one.lesion_id, one.visit_id) in {(abdomen.id, first.id), (thigh.id, second.id)}
    )
    assert len(kept) == 2
    file = replace(file, assessments=kept, record=replace(file.record, diagnosis=None))
    profile = everything.profile()

    of_legs = within(file, CohortFilter(groups=(SiteGroup.LEGS,)), told=profile.told(file))
    since = CohortFilter(entered_from=first.visited_on)
    as_known = within(file, since, told=profile.told(file))

    assert of_legs is not None
    days = [profile.calendar(of_legs).day(one.visited_on) for one in of_legs.visits]
    assert days == [0, 14, 28]
    assert as_known is not None, "a filter is judged by the days as they were"


@pytest.mark.parametrize("is_identified", [False, True])
def test_an_endpoint_is_as_coarse_as_the_date_that_it_rests_on(
    everything: FullPatient, tmp_path: Path, *, is_identified: bool
) -> None:
    profile = everything.profile(is_identified=is_identified)

    write_bundle(
        tmp_path,
        [everything.file(with_identity=is_identified)],
        profile,
        BundleFacts(audit_head="aa"),
    )

    (lesion,) = (one for one in rows(tmp_path / "lesions.csv") if one["onset_day"])
    (onset,) = (
        one
        for one in rows(tmp_path / "endpoints.csv")
        if one["result"] == "onset" and one["status"] == "computed"
    )
    assert lesion["onset_precision"] == "month"
    assert (onset["day"], onset["precision"]) == (lesion["onset_day"], "month")
    assert (onset.get("date"), onset["value_text"]) == (
        ("2026-05", "2026-05") if is_identified else (None, "")
    )


def test_every_column_of_codes_lists_its_values() -> None:
    bare = [
        (table.name, column.name)
        for table in TABLES
        for column in table.columns
        if column.type == "code" and not column.words
    ]

    assert bare == []


@pytest.mark.parametrize("is_identified", [False, True])
def test_no_cell_holds_a_value_that_the_dictionary_does_not_list(
    everything: FullPatient, tmp_path: Path, *, is_identified: bool
) -> None:
    profile = everything.profile(is_identified=is_identified)

    write_bundle(
        tmp_path,
        [everything.file(with_identity=is_identified)],
        profile,
        BundleFacts(audit_head="aa"),
    )

    outside = [
        (told["file"], told["column"], row[told["column"]])
        for told in rows(tmp_path / "data_dictionary.csv")
        if told["values"]
        for row in rows(tmp_path / told["file"])
        if row[told["column"]] not in {"", *told["values"].split("; ")}
    ]
    assert outside == []
    results = {row["result"] for row in rows(tmp_path / "endpoints.csv")}
    assert {"onset", "reduction_week_2", "opioid_stopped"} <= results


def test_the_dictionary_says_what_every_doubt_is(everything: FullPatient, tmp_path: Path) -> None:
    file = everything.file(with_identity=False)

    write_bundle(tmp_path, [file], everything.profile(), BundleFacts(audit_head="aa"))

    told = {(row["file"], row["column"]): row for row in rows(tmp_path / "data_dictionary.csv")}
    for name, column in (
        ("measurements", "doubts"),
        ("outlines", "doubts"),
        ("images", "quality_flags"),
    ):
        one = told[f"{name}.csv", column]
        assert one["type"] == "text", "several may stand in one cell"
        assert all(f" {code}: " in one["description"] for code in DOUBTS)
        assert "{" not in one["description"]
        found = {word for row in rows(tmp_path / f"{name}.csv") for word in row[column].split("; ")}
        assert {"outline_cut_off"} <= found <= {"", *DOUBTS}


def test_a_dose_unit_that_was_typed_stays_out_of_the_endpoints_too(
    everything: FullPatient, tmp_path: Path
) -> None:
    file = everything.file(with_identity=False)
    given: dict[str, Any] = {
        "patient_id": file.patient.id,
        "recorded_by": "Ann Smith",
        "agent": Agent.OPIOID,
        "text": "oxycodone",
        "dose_unit": "drops of Dr Miller",
    }
    day = file.visits[0].visited_on
    first = Treatment(**given, dose_value=10, start=PartialDate.of(day), stop=PartialDate.of(day))
    second = Treatment(**given, dose_value=5, start=PartialDate.of(day), follows=first.entry_id)
    file = replace(file, record=replace(file.record, treatments=(first, second)))

    write_bundle(tmp_path, [file], everything.profile(), BundleFacts(audit_head="aa"))

    (step,) = (
        row for row in rows(tmp_path / "endpoints.csv") if row["result"] == "opioid_step_down"
    )
    assert (step["value"], step["unit"]) == ("-5.00000", "unlisted")
    assert "Miller" not in (tmp_path / "endpoints.csv").read_text(encoding="utf-8")


def test_the_dictionary_says_who_a_reader_is_that_recorded_nothing_here(
    everything: FullPatient, tmp_path: Path
) -> None:
    profile = everything.profile()

    write_bundle(
        tmp_path, [everything.file(with_identity=False)], profile, BundleFacts(audit_head="aa")
    )

    assert profile.person("Ann Smith") == "reader-1"
    elsewhere = profile.person("Tom Reader") or ""
    assert re.fullmatch(r"reader-[0-9a-f]{8}", elsewhere)
    assert elsewhere == everything.profile().person("Tom Reader"), "the same in every export"
    (said,) = (
        row["description"]
        for row in rows(tmp_path / "data_dictionary.csv")
        if (row["file"], row["column"]) == ("reliability.csv", "rater_id")
    )
    assert "reader- and the eight first digits of a random id" in said
