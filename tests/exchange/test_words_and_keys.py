"""The dictionary says of each table what is true of it, and a key leads to a row that is there."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from tests.exchange.fhir.full_patient import FullPatient
from woundtrack.exchange.bundle import BundleFacts, write_bundle
from woundtrack.exchange.filtering import within
from woundtrack.model import Agent, CohortFilter, SiteGroup, Treatment


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
