"""The command line on rendered photographs: every command of the stable interface."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from woundtrack import workflow
from woundtrack.healing.chart import LANE_PREFIX
from woundtrack.model import Consent, Event, EventKind, PartialDate, Purpose
from woundtrack.phantom import Camera, CardPrint, Phantom, Scene, render
from woundtrack.records import Library

Run = Callable[..., Any]


@pytest.fixture
def photo(tmp_path: Path, phantom: Phantom) -> Path:
    path = tmp_path / "photo ü.jpg"
    path.write_bytes(phantom.jpeg)
    return path


@pytest.fixture
def mask(tmp_path: Path, phantom: Phantom) -> Path:
    path = tmp_path / "truth.png"
    Image.fromarray(phantom.lesions[0].mask().astype(np.uint8) * 255).save(path)
    return path


@pytest.fixture(scope="session")
def filed(series: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library with the series imported and accepted on the command line."""
    from woundtrack import cli

    library = tmp_path_factory.mktemp("filed") / "library"
    whose = ("--patient", "WT-1", "--by", "Ann")
    imported = cli.main(["import", str(library), str(series.folder), "--site", "abdomen", *whose])
    accepted = cli.main(["accept", str(library), "--all", *whose])
    assert (imported, accepted) == (0, 0)
    return library


def test_one_photograph_is_counted_in_the_singular(run: Run, photo: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"

    imported = run("import", library, photo, "--patient", "WT-1", "--site", "thigh")
    waiting = run("timeline", library, "--patient", "WT-1")
    accepted = run("accept", library, "--patient", "WT-1", "--all")

    assert imported.out.startswith("1 of 1 photograph imported, ")
    assert waiting.err.startswith("1 photograph waits to be accepted: ")
    assert accepted.out == "1 photograph accepted, 0 left for review.\n"


def test_measuring_a_given_outline_gives_the_painted_area(
    run: Run, photo: Path, mask: Path
) -> None:
    ran = run("measure", photo, "--outline", mask, "--json")

    (result,) = json.loads(ran.out)
    assert ran.code == 0
    assert result["sha256"] == hashlib.sha256(photo.read_bytes()).hexdigest()
    (lesion,) = result["lesions"]
    assert lesion["area_cm2"] == pytest.approx(8.0, rel=0.005)
    assert lesion["area_low_cm2"] < 8.0 < lesion["area_high_cm2"]
    assert result["calibration"]["tilt_deg"] == pytest.approx(8, abs=1)
    assert result["colour"]["is_trusted"]
    assert 0 < result["colour"]["delta_e"] < 6
    assert set(result) == {
        "photo",
        "sha256",
        "calibration",
        "colour",
        "lesions",
        "subject_code",
        "warnings",
        "error",
    }
    assert set(lesion) == {
        "area_cm2",
        "area_low_cm2",
        "area_high_cm2",
        "uncertainty",
        "perimeter_cm",
        "perimeter_interval_cm",
        "length_cm",
        "length_interval_cm",
        "width_cm",
        "width_interval_cm",
        "head_to_toe_cm",
        "side_to_side_cm",
        "tissue",
        "outline",
        "confidence",
    }


def test_measuring_without_an_outline_proposes_one(run: Run, photo: Path, tmp_path: Path) -> None:
    ran = run("measure", photo, "--json", "--overlay", tmp_path / "overlays")

    (result,) = json.loads(ran.out)
    assert ran.code == 0
    assert result["lesions"][0]["area_cm2"] == pytest.approx(8.0, rel=0.15)
    assert result["lesions"][0]["confidence"] > 0
    assert (tmp_path / "overlays" / "photo ü.overlay.jpg").is_file()


def test_a_photo_without_a_card_has_no_calibration_and_exit_code_1(
    run: Run, cardless: Path
) -> None:
    ran = run("measure", cardless, "--json")

    (result,) = json.loads(ran.out)
    assert ran.code == 1
    assert result["calibration"] is None
    assert result["colour"] is None
    assert "card_not_found" in [warning["code"] for warning in result["warnings"]]
    assert all(lesion["area_cm2"] is None for lesion in result["lesions"])
    assert result["error"] is None


def test_one_bad_photo_never_stops_the_others(run: Run, photo: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.jpg"
    text.write_text("not a photograph")

    ran = run("measure", text, photo, "--json")

    bad, good = json.loads(ran.out)
    assert ran.code == 1
    assert bad["error"]["code"] == "photograph_unreadable"
    assert (bad["sha256"], bad["lesions"]) == (None, [])
    assert len(good["lesions"]) == 1


def test_an_outline_goes_with_exactly_one_photo_of_its_size(
    run: Run, photo: Path, mask: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small.png"
    Image.new("L", (64, 48), 255).save(small)

    assert run("measure", photo, photo.with_name("other.jpg"), "--outline", mask).code == 2
    ran = run("measure", photo, "--outline", small, "--json")
    assert ran.code == 1
    assert json.loads(ran.out)[0]["error"]["code"] == "mask_unusable"
    assert "64 × 48" in json.loads(ran.out)[0]["error"]["message"]


def test_a_transparent_mask_counts_where_it_shows(run: Run, photo: Path, mask: Path) -> None:
    shown = np.asarray(Image.open(mask))
    clear = np.dstack([np.full_like(shown, 255)] * 3 + [shown])
    Image.fromarray(clear).save(mask)

    (result,) = json.loads(run("measure", photo, "--outline", mask, "--json").out)

    assert result["lesions"][0]["area_cm2"] == pytest.approx(8.0, rel=0.005)


def test_an_empty_folder_is_told_and_makes_no_library(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    for arguments in (
        ("measure", tmp_path / "empty"),
        ("outline", tmp_path / "empty", "--masks", tmp_path / "masks"),
        ("import", tmp_path / "lib", tmp_path / "empty", "--patient", "W", "--site", "toe"),
    ):
        ran = run(*arguments)

        assert ran.code == 2
        assert "no photograph there" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_place_that_is_not_there_is_called_so(run: Run, tmp_path: Path) -> None:
    ran = run("measure", tmp_path / "nosuch.jpg")

    assert ran.code == 2
    assert "there is no such file or folder" in ran.err


def test_a_course_says_how_many_photographs_are_not_in_it_yet(
    run: Run, photo: Path, filed: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    shutil.copytree(filed, library)
    (tmp_path / "IMG_9.jpg").write_bytes(photo.read_bytes() + b"\0")
    run("import", library, tmp_path / "IMG_9.jpg", "--patient", "WT-1", "--site", "abdomen")

    ran = run("timeline", library, "--patient", "WT-1", "--json")

    assert json.loads(ran.out)["waiting"] == 1
    assert "1 photograph waits to be accepted" in ran.err


def test_pictures_of_the_same_name_are_not_written_over_each_other(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / photo.name).write_bytes(photo.read_bytes())

    ran = run("outline", photo, tmp_path / "other", "--masks", tmp_path / "masks")

    assert ran.code == 2
    assert not (tmp_path / "masks").exists()


def test_a_folder_for_pictures_that_can_t_be_made_is_one_sentence(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    ran = run("outline", photo, "--masks", tmp_path / "file" / "masks")

    assert ran.code == 1
    assert ran.err.startswith("woundtrack: ")


def test_a_backup_that_lacks_a_photograph_says_so(run: Run, photo: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    run("import", library, photo, "--patient", "WT-1", "--site", "thigh")
    (original,) = (library / "originals").rglob("*.jpg")
    original.unlink()

    ran = run("backup", library, tmp_path / "backup.zip")

    assert ran.code == 1
    assert "woundtrack: " in ran.err


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["measure"], 2)])
def test_exit_codes_reach_the_shell(arguments: list[str], code: int) -> None:
    command = [sys.executable, "-m", "woundtrack", *arguments]

    assert subprocess.run(command, capture_output=True, check=False).returncode == code


def test_an_export_of_an_earlier_day_is_not_changed_by_what_was_taken_back_since(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    run("import", library, photo, "--patient", "WT-1", "--site", "thigh")
    with Library.open(library) as opened:
        (proposal,) = opened.proposals()
        decisions = workflow.suggest(opened, proposal)
        acceptance = workflow.accept(opened, proposal, decisions, by="Ann")
        moment = acceptance.after[0].recorded_at
        workflow.take_back(opened, acceptance, by="Ann")
        then = opened.assessments(as_of=moment)
        now = opened.assessments()

    assert (len(then), len(now)) == (1, 0)
    far = run("export", library, tmp_path / "out", "--format", "csv", "--as-of", "9999-12-31")
    assert far.code == 0


def test_outlining_writes_one_mask_a_lesion_of_the_photo_s_size(
    run: Run, photo: Path, phantom: Phantom, tmp_path: Path
) -> None:
    ran = run("outline", photo, "--masks", tmp_path / "masks")

    assert ran.code == 0
    (written,) = (tmp_path / "masks").iterdir()
    assert written.name == "photo ü.1.png"
    mask = np.asarray(Image.open(written))
    truth = phantom.lesions[0].mask()
    assert mask.shape == truth.shape
    assert set(np.unique(mask)) == {0, 255}
    overlap = 2 * (truth & (mask > 0)).sum() / (truth.sum() + (mask > 0).sum())
    assert overlap > 0.9


def test_the_card_is_a_pdf_and_its_layout_json(run: Run, tmp_path: Path) -> None:
    ran = run("card", tmp_path / "card.pdf", "--paper", "letter", "--layout")

    layout = json.loads(ran.out)
    assert ran.code == 0
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF")
    assert layout["page_mm"] == pytest.approx([215.9, 279.4])
    assert {card["kind"] for card in layout["cards"]} == {"card"}
    assert run("card").code == 2
    assert run("card", "--layout", "--kind", "ribbon").code != 0


def test_a_card_printed_for_a_patient_says_so_in_the_measurement(run: Run, tmp_path: Path) -> None:
    pdf, photo = tmp_path / "card.pdf", tmp_path / "photo.jpg"
    printed = run("card", pdf, "--subject", "WT-0147", "--layout")
    layout = json.loads(printed.out[printed.out.index("{") :])
    card = CardPrint(
        pdf=pdf.read_bytes(),
        page_mm=tuple(layout["page_mm"]),
        rect_mm=tuple(layout["cards"][0]["rect_mm"]),
        paper_mm=layout["cards"][0]["paper_mm"],
        centre_mm=(0.0, 0.0),
    )
    camera = Camera(width_px=2016, height_px=1512, distance_mm=300)
    photo.write_bytes(render(Scene(camera=camera, cards=(card,))).jpeg)

    (result,) = json.loads(run("measure", photo, "--json").out)

    assert printed.code == 0
    assert result["subject_code"] == "WT-0147"
    assert run("card", pdf, "--subject", " ").code != 0


def test_the_timeline_follows_the_painted_areas(run: Run, filed: Path, series: Any) -> None:
    ran = run("timeline", filed, "--patient", "WT-1", "--json")

    course = json.loads(ran.out)
    assert ran.code == 0
    big, small = course["lesions"]
    assert [big["lesion"], small["lesion"]] == ["A1", "A2"]
    assert (big["site"], big["group"], big["side"]) == ("abdomen", "abdomen", None)
    days = [day.isoformat() for day in series.painted]
    assert [point["date"] for point in big["points"]] == days
    painted_cm2 = [areas[0] / 100 for areas in series.painted.values()]
    assert [point["area_cm2"] for point in big["points"]] == pytest.approx(painted_cm2, rel=0.2)
    assert big["area_reduction_percent"] == pytest.approx(100 * (1 - 0.9**15), abs=5)
    assert big["gilman_cm_per_week"] > 0
    (abdomen,) = course["groups"]
    both = zip(big["points"], small["points"], strict=True)
    sums = [one["area_cm2"] + two["area_cm2"] for one, two in both]
    assert [point["area_cm2"] for point in abdomen["points"]] == pytest.approx(sums)


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_the_timeline_is_drawn_into_a_file(
    run: Run, filed: Path, tmp_path: Path, suffix: str
) -> None:
    plot = tmp_path / f"course.{suffix}"

    ran = run("timeline", filed, "--patient", "WT-1", "--plot", plot)

    assert ran.code == 0
    assert plot.stat().st_size > 5000


def test_the_drawn_timeline_has_what_the_record_tells(
    run: Run, filed: Path, tmp_path: Path
) -> None:
    folder, plot = tmp_path / "library", tmp_path / "course.svg"
    shutil.copytree(filed, folder)
    with Library.open(folder) as library:
        patient = library.patient_with_code("WT-1")
        day = library.visits(patient.id)[1].visited_on
        removed = Event(
            patient_id=patient.id,
            kind=EventKind.DEBRIDEMENT,
            on=PartialDate(text=day.isoformat()),
        )
        workflow.record_entries(library, [removed], by="tester")

    ran = run("timeline", folder, "--patient", "WT-1", "--plot", plot)

    assert ran.code == 0
    assert LANE_PREFIX in plot.read_text(encoding="utf-8")


def test_no_course_is_drawn_of_a_patient_who_refuses_the_record(
    run: Run, filed: Path, tmp_path: Path
) -> None:
    folder, plot = tmp_path / "library", tmp_path / "course.svg"
    shutil.copytree(filed, folder)
    with Library.open(folder) as library:
        patient = library.patient_with_code("WT-1")
        refused = Consent(
            patient_id=patient.id, purpose=Purpose.RECORD, is_given=False, given_on=date(2026, 1, 1)
        )
        workflow.record_entries(library, [refused], by="tester")

    ran = run("timeline", folder, "--patient", "WT-1", "--plot", plot)

    assert ran.code == 1
    assert "WT-1 doesn't agree" in ran.err
    assert not plot.exists()


def test_the_export_has_a_row_for_every_assessment(run: Run, filed: Path, tmp_path: Path) -> None:
    ran = run("export", filed, tmp_path / "out", "--format", "csv", "--by", "Ann")

    with (tmp_path / "out" / "measurements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert ran.code == 0
    assert len(rows) == 32
    assert all(float(row["area_traced_cm2"]) > 0 for row in rows)
    assert "WT-1" not in (tmp_path / "out" / "measurements.csv").read_text(encoding="utf-8")


def test_importing_twice_files_nothing_twice(run: Run, filed: Path, series: Any) -> None:
    ran = run("import", filed, series.folder, "--patient", "WT-1", "--site", "abdomen")

    assert ran.code == 1
    assert "already in the library" in ran.err
    assert ran.out.startswith("0 of 16 photographs imported")


def test_a_library_is_checked_backed_up_and_restored(run: Run, filed: Path, tmp_path: Path) -> None:
    backup, again = tmp_path / "backup.zip", tmp_path / "again"

    assert run("check", filed).code == 0
    assert run("backup", filed, backup).code == 0
    assert run("restore", backup, again).code == 0
    checked = run("check", again)

    assert checked.code == 0
    assert "16 photographs, 32 assessments" in checked.out


def test_an_altered_original_is_found(run: Run, photo: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    run("import", library, photo, "--patient", "WT-1", "--site", "thigh", "--side", "left")
    (original,) = (path for path in (library / "originals").rglob("*.jpg"))
    original.chmod(0o644)
    original.write_bytes(original.read_bytes()[:-10] + b"0123456789")

    ran = run("check", library)

    assert ran.code == 1
    assert ran.err


def test_a_manifest_files_each_photo_where_its_row_says(
    run: Run, series: Any, tmp_path: Path
) -> None:
    manifest = series.folder / "list.csv"
    manifest.write_text(
        "photo,patient,site,side,lesion,date\n"
        "IMG_0000.JPG,WT-1,thigh,left,Upper,2026-02-01\n"
        "IMG_0001.JPG,WT-2,abdomen,,,\n"
        "IMG_0002.JPG,WT-2,knie,,,\n"
        "missing.jpg,WT-2,abdomen,,,\n",
        encoding="utf-8",
    )

    ran = run("import", tmp_path / "library", "--manifest", manifest, "--by", "Ann")
    manifest.unlink()

    assert ran.code == 1
    assert ran.out.startswith("2 of 4 photographs imported")
    assert "line 4, IMG_0002.JPG: The site knie is not understood" in ran.err
    assert "missing.jpg" in ran.err
    with Library.open(tmp_path / "library") as library:
        one, two = library.patients()
        assert [visit.visited_on.isoformat() for visit in library.visits(one.id)] == ["2026-02-01"]
        assert [lesion.label for lesion in library.lesions(one.id)] == ["Upper"]
        assert [visit.visited_on.isoformat() for visit in library.visits(two.id)] == ["2026-01-19"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "LIB", "photo.jpg", "--patient", "WT-1"),
        ("import", "LIB", "photo.jpg", "--patient", "WT-1", "--site", "knie"),
        ("import", "LIB", "photo.jpg", "--patient", "W", "--site", "toe", "--date", "31.3.2026"),
        ("import", "LIB", "photo.jpg", "--manifest", "list.csv"),
        ("export", "LIB", "OUT"),
        ("export", "LIB", "OUT", "--format", "xml"),
        ("nothing",),
        ("measure",),
    ],
    ids=" ".join,
)
def test_wrong_use_is_exit_code_2_and_makes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)

    ran = run(*arguments)

    assert ran.code == 2
    assert ran.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_patient_or_library_is_one_sentence(
    run: Run, filed: Path, tmp_path: Path
) -> None:
    for arguments in (
        ("timeline", filed, "--patient", "WT-9"),
        ("timeline", tmp_path / "nowhere", "--patient", "WT-1"),
        ("accept", filed, "--patient", "WT-9"),
    ):
        ran = run(*arguments)

        assert ran.code == 1
        assert ran.err.startswith("woundtrack: ")
        assert ran.err.count("\n") == 1


def test_the_self_test_finds_this_installation_well(run: Run) -> None:
    ran = run("selftest")

    assert ran.code == 0, ran.out
    assert "FAIL" not in ran.out


def test_two_photographs_of_one_wound_are_joined_by_their_card(
    run: Run, photo: Path, mask: Path, tmp_path: Path
) -> None:
    shown = np.array(Image.open(mask))
    middle = int(np.flatnonzero(shown.any(axis=0)).mean())
    halves = []
    for name, part in (("left", np.s_[:, : middle + 40]), ("right", np.s_[:, middle - 40 :])):
        half = np.zeros_like(shown)
        half[part] = shown[part]
        path = tmp_path / f"{name}.png"
        Image.fromarray(half).save(path)
        halves += ["--outline", path]

    other = tmp_path / "other.jpg"
    shutil.copyfile(photo, other)

    ran = run("join", photo, other, *halves, "--bar", "100", "--json")
    said = run("join", photo, other, *halves, "--bar", "100")
    alone = run("join", photo)
    twice = run("join", photo, photo)

    joined = json.loads(ran.out)
    assert ran.code == 0
    assert joined["area_cm2"] == pytest.approx(8.0, rel=0.005)
    assert joined["area_low_cm2"] < 8.0 < joined["area_high_cm2"]
    assert said.out.startswith(f"{joined['area_cm2']:.2f} cm² (")
    assert (alone.code, twice.code) == (2, 2)
