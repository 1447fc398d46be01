"""A study from the command line: figures with their captions, and exports of who passes filters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks._large_library import FIRST_DAY, write_library
from woundtrack.cli import main
from woundtrack.model import Consent, PatientDetail, Purpose, Sex
from woundtrack.records import Library
from woundtrack.workflow import record_entries


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of a man, a woman, and one who refused research: 8 photographs each."""
    place = tmp_path_factory.mktemp("study") / "clinic"
    write_library(place, 3, 24)
    with Library.open(place) as library:
        record_entries(
            library,
            [
                PatientDetail(patient_id="patient-0000", sex=Sex.MALE),
                PatientDetail(patient_id="patient-0001", sex=Sex.FEMALE),
                Consent(
                    patient_id="patient-0002",
                    purpose=Purpose.RESEARCH,
                    is_given=False,
                    given_on=FIRST_DAY,
                ),
            ],
            by="Ann",
        )
    return place


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([*map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_figure_is_written_with_the_caption_that_the_room_gives_it(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "study", clinic, tmp_path / "areas.svg", "--sex", "male")

    assert (code, out.strip()) == (0, str(tmp_path / "areas.svg"))
    assert err.startswith("2 lesions, 1 patient. Traced area in % of each one's first open area")
    assert "Filtered to sex male. Left out for want of consent to research: 1 patient." in err
    drawn = (tmp_path / "areas.svg").read_text(encoding="utf-8")
    assert "Area over time" in drawn
    assert "Filtered to sex male." in drawn


def test_the_incidence_of_an_outcome_is_written_by_site(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(
        capsys, "study", clinic, tmp_path / "died.svg", "--figure", "incidence", "--by", "site",
        "--outcome", "died", "--weeks", 26,
    )  # fmt: skip

    assert code == 0
    assert "Told apart by the site of the lesion." in err
    drawn = (tmp_path / "died.svg").read_text(encoding="utf-8")
    assert "Cumulative incidence: Died, open" in drawn
    assert "Legs" in drawn


def test_a_figure_as_of_a_day_is_the_same_file_whatever_was_recorded_since(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "clinic"
    write_library(place, 2, 16)
    run(capsys, "study", place, tmp_path / "then.svg", "--as-of", "2024-12-31")
    with Library.open(place) as library:
        detail = PatientDetail(patient_id="patient-0000", sex=Sex.MALE)
        record_entries(library, [detail], by="Ann")

    code, _, err = run(capsys, "study", place, tmp_path / "again.svg", "--as-of", "2024-12-31")
    nobody, _, sentence = run(
        capsys, "study", place, tmp_path / "male.svg", "--as-of", "2024-12-31", "--sex", "male"
    )

    assert code == 0
    assert "Data as recorded by the end of 31 Dec 2024." in err
    assert (tmp_path / "then.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
    # That he is a man was not known then.
    assert (nobody, (tmp_path / "male.svg").exists()) == (1, False)
    assert sentence.startswith("Filtered to sex male. Nobody passes, so nothing is written")


def test_an_export_holds_who_passes_all_filters_and_one_value_of_each(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(
        capsys, "export", clinic, tmp_path / "out", "--format", "csv", "--sex", "male",
        "--site", "legs", "--site", "arms", "--since", "2024-01-01", "--visits", 2,
    )  # fmt: skip

    assert code == 0
    assert err.startswith(
        "Filtered to site Legs or Arms; sex male; first visit from 1 Jan 2024; at least 2 visits."
    )
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["patients"] == 1
    assert manifest["filters"] == {
        "site_groups": ["arms", "legs"],
        "sex": ["male"],
        "first_visit_from": "2024",
        "least_visits": 2,
    }


def test_an_export_of_nobody_writes_nothing_and_says_why(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(
        capsys, "export", clinic, tmp_path / "none", "--format", "csv", "--treatment", "cinacalcet"
    )

    assert (code, out) == (1, "")
    assert err.startswith("Filtered to ever given Cinacalcet. Nobody passes, so nothing is written")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["x.txt"], "OUT ends in .svg, .pdf or .png."),
        (["x.svg", "--by", "site", "--count", "patient"], "--by site goes with --count lesion"),
        (["x.svg", "--site", "knee"], "'knee' is not one of"),
        (["x.svg", "--since", "soon"], "'soon' is not a date"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_a_sentence(
    clinic: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    code, _, err = run(capsys, "study", clinic, *words)

    assert code == 2
    assert sentence in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--outcome", "died"], "--outcome goes with --figure incidence --by"),
        (["--outcome", "died", "--by", "site"], "--outcome goes with --figure incidence --by"),
        (["--outcome", "died", "--figure", "incidence"], "--outcome goes with --figure incidence"),
        (["--cm2", "--figure", "incidence"], "--cm2 goes with --figure areas."),
    ],
)
def test_what_a_figure_would_ignore_is_refused(
    clinic: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    code, _, err = run(capsys, "study", clinic, tmp_path / "out.svg", *words)

    assert code == 2
    assert said in " ".join(err.split())
    assert not (tmp_path / "out.svg").exists()
