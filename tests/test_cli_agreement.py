"""The commands of reading sessions, from a new session to the error that courses show."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.workflow.readers import fill, oval, read_session, redness, say_yes
from woundtrack.cli import main
from woundtrack.model import Outline
from woundtrack.records import Library
from woundtrack.settings import Settings, write_settings
from woundtrack.workflow.reading import session_named
from woundtrack.workflow.reading_desk import Answer, LibraryDesk


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a clinic whose session is read by two readers here; the tests below only add to it."""
    folder = tmp_path_factory.mktemp("commands")
    with Library.create(folder / "clinic") as library:
        fill(library, ((180, 160, 140), (260, 240, 220), (330, 300, 280), (120, 110, 100)), folder)
    return folder / "clinic"


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["agreement", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_session_goes_from_new_to_adopted_by_commands_alone(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(
        capsys, "new", clinic, "Autumn", "--reader", "Ann", "--reader", "Ben", "--pictures", 11,
        "--seed", 5, "--ask", "depth", "--by", "Cleo",
    )  # fmt: skip
    assert (code, out) == (0, "Autumn: 11 pictures, seed 5; 11 readings a reader.\n")
    with Library.open(clinic) as library:
        read_session(library, session_named(library, "Autumn"), log_sd=0.05, seed=1)
    code, out, _ = run(capsys, "list", clinic)
    assert "Autumn: Ann 11 of 11, Ben 11 of 11" in out
    assert "assumed, not measured" in out

    table, plot = tmp_path / "reliability.csv", tmp_path / "plot.svg"
    code, out, _ = run(capsys, "results", clinic, "autumn", "--csv", table, "--plot", plot)
    assert code == 0
    assert "ICC(2,1), two-way random effects, absolute agreement" in out
    assert "Ann / Ben:" in out
    assert plot.read_text(encoding="utf-8").startswith("<?xml")
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["rater_id"] for row in rows} - {"Ann", "Ben"}) == 2
    assert len(rows) == 22
    assert not {row["patient_id"] for row in rows} & {"CX-001", "CX-002", "CX-003", "CX-004"}
    with Library.open(clinic, read_only=True) as library:
        left = library.audit_trail(1)[0]
    assert (left.verb, left.why) == (
        "export",
        "readings of Autumn, pseudonymised, 4 patients, to reliability.csv",
    )
    notes = tmp_path / "notes.csv"
    notes.write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "results", clinic, "autumn", "--csv", notes)
    assert (code, "didn't write" in err, notes.read_text(encoding="utf-8")) == (1, True, "mine")
    assert main(["export", str(clinic), str(tmp_path / "bundle"), "--format", "csv"]) == 0
    capsys.readouterr()
    whole = (tmp_path / "bundle" / "reliability.csv").read_bytes()
    assert sorted(whole.splitlines()) == sorted(table.read_bytes().splitlines())
    code, out, _ = run(capsys, "results", clinic, "Autumn", "--json")
    document = json.loads(out)
    assert document["session"]["seed"] == 5
    assert document["ln_area"]["s_w"]["low"] < 0.05 < document["ln_area"]["s_w"]["high"]
    assert len(document["bland_altman_area_cm2"][0]["points"]) == 11
    assert document["kappa"]["depth"] == []

    assert (
        "2 readers say little of how far others lie" in run(capsys, "results", clinic, "Autumn")[1]
    )

    with Library.open(clinic) as library:
        session = session_named(library, "Autumn")
        desk = LibraryDesk(library, session, "Ben")
        at = desk.picture(2).at_px
        desk.record(2, Answer(outlines=(Outline(outer=oval(300, 260, at=(at[0] + 9, at[1]))),)))
    code, out, _ = run(capsys, "disagreements", clinic, "Autumn")
    (line,) = out.splitlines()
    number = line.split()[1].rstrip(":")
    assert line.endswith("not decided")
    decide = ("decide", clinic, "Autumn", number, "--reader", "ann", "--reason", "red skin")
    code, _, err = run(capsys, *decide, "--by", "Ben")
    assert (code, "third person decides" in err) == (1, True)
    code, out, _ = run(capsys, *decide, "--by", "Cleo")
    assert (code, out.endswith("cm², decided.\n")) == (0, True)
    assert "decided by Cleo on" in run(capsys, "disagreements", clinic, "Autumn")[1]

    code, out, _ = run(capsys, "adopt", clinic, "Autumn", "--reason", "ours", "--by", "Cleo")
    assert (code, out.startswith("The readers' part of the intervals was measured")) == (0, True)
    assert main(["timeline", str(clinic), "--patient", "CX-001", "--json"]) == 0
    course = json.loads(capsys.readouterr().out)
    assert course["reader_error"]["session"] == "Autumn"
    assert main(["timeline", str(clinic), "--patient", "CX-001"]) == 0
    assert "measured in the session “Autumn”" in capsys.readouterr().out
    code, out, _ = run(capsys, "unadopt", clinic, "--reason", "a trial", "--by", "Cleo")
    assert (code, "assumed" in out) == (0, True)
    assert main(["timeline", str(clinic), "--patient", "CX-001", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reader_error"] is None


def test_results_before_two_people_have_read_are_printed_and_nothing_empty_is_written(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = shutil.copytree(clinic, tmp_path / "clinic")
    names = ["--reader", "Ann", "--reader", "Ben"]
    run(capsys, "new", clinic, "Early", *names, "--pictures", 4, "--by", "Cleo")
    table, plot = tmp_path / "readings.csv", tmp_path / "plot.svg"
    wanted = ("results", clinic, "Early", "--csv", table, "--plot", plot)

    code, out, err = run(capsys, *wanted)

    assert code == 1
    assert out == run(capsys, "results", clinic, "Early")[1]
    assert out.startswith("Early: 4 pictures")
    assert err.splitlines() == [
        "Nobody has read a picture yet: no table is written.",
        "No two people have read the same picture yet: nothing is drawn.",
    ]
    assert (table.exists(), plot.exists()) == (False, False)

    with Library.open(clinic) as library:
        desk = LibraryDesk(library, session_named(library, "Early"), "Ann")
        at = desk.picture(1).at_px
        desk.record(1, Answer(outlines=(Outline(outer=oval(60, 60, at=at)),)))
    code, out, err = run(capsys, *wanted)

    assert (code, out.startswith("Early: 4 pictures")) == (1, True)
    assert err.endswith("No two people have read the same picture yet: nothing is drawn.\n")
    assert (len(table.read_text(encoding="utf-8").splitlines()), plot.exists()) == (2, False)


def test_the_plot_says_what_it_is_of_and_names_readers_only_where_that_is_asked(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = shutil.copytree(clinic, tmp_path / "clinic")
    names = ["--reader", "Ann", "--reader", "Ben"]
    run(capsys, "new", clinic, "Late", *names, "--pictures", 5, "--repeats", 2, "--by", "Cleo")
    with Library.open(clinic) as library:
        read_session(library, session_named(library, "Late"), log_sd=0.05, seed=1)
        people = library.people()
    plot, named = tmp_path / "plot.svg", tmp_path / "named.svg"

    code, _, _ = run(capsys, "results", clinic, "Late", "--plot", plot)
    run(capsys, "results", clinic, "Late", "--plot", named, "--identified")

    texts = [
        " ".join(re.findall(r">([^<>]+)</text>", file.read_text(encoding="utf-8")))
        for file in (plot, named)
    ]
    assert code == 0
    assert "Limits of agreement: Late" in texts[0]
    assert "5 pictures, 20 of 20 readings." in texts[0]
    assert "dashes: 95 % limits of agreement" in texts[0]
    ann, ben = (f"reader-{people.index(name) + 1}" for name in ("Ann", "Ben"))
    assert f"{ann} / {ben}" in texts[0]
    assert f"{ben}, 1 / {ben}, 2" in texts[0]
    assert not {"Ann", "Ben"} & set(re.split(r"\W+", plot.read_text(encoding="utf-8")))
    assert "Ann / Ben" in texts[1]


def test_a_clinic_that_lets_nobody_unasked_leave_has_them_read_by_nobody(
    clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("new", clinic, "Winter", "--reader", "Ann", "--reader", "Ben")
    write_settings(Settings(exports_unasked=False))

    code, _, err = run(capsys, *asked)

    assert (code, "there is no photograph to read" in err) == (1, True)


def test_a_package_goes_out_and_comes_back_by_commands_alone(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = shutil.copytree(clinic, tmp_path / "clinic")
    with Library.open(clinic) as library:
        say_yes(library)
    names = ["--reader", "Ann", "--reader", "Dora"]
    run(capsys, "new", clinic, "Away", *names, "--pictures", 3, "--ask", "tissue", "--by", "Cleo")
    package, folder = tmp_path / "dora.zip", tmp_path / "there"
    code, _, err = run(capsys, "read-package", clinic, "Away", "Dora", package)
    assert (code, "looked at each of them" in err) == (1, True)
    code, out, _ = run(capsys, "pictures", clinic, "Away", tmp_path / "look")
    assert [Path(line).name for line in out.splitlines()] == ["0001.jpg", "0002.jpg", "0003.jpg"]
    (tmp_path / "mine").mkdir()
    holiday = tmp_path / "mine" / "0002.jpg"
    holiday.write_bytes(b"holiday")
    code, _, err = run(capsys, "pictures", clinic, "Away", tmp_path / "mine")
    assert (code, "no export wrote" in err, holiday.read_bytes()) == (1, True, b"holiday")
    assert run(capsys, "pictures", clinic, "Away", tmp_path / "look")[0] == 0  # its own, again
    code, out, _ = run(capsys, "read-package", clinic, "Away", "Dora", package, "--pictures-seen")
    assert (code, "for Dora" in out) == (0, True)

    code, out, _ = run(capsys, "open", package, folder)
    assert out.startswith("Away, for Dora: 3 of 3 left.")
    (picture, *_) = (folder / "pictures").iterdir()
    number = next(
        task["number"]
        for task in json.loads((folder / "reading.json").read_bytes())["tasks"]
        if task["picture"].endswith(picture.name)
    )
    pixels = np.asarray(Image.open(picture))
    left, top, right, bottom = map(int, redness(pixels))
    mask = np.zeros(pixels.shape[:2], np.uint8)
    mask[top:bottom, left:right] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    code, _, err = run(
        capsys, "answer", folder, number, "--outline", tmp_path / "mask.png", "--tissue",
        "slough=40%",
    )  # fmt: skip
    assert (code, "its shares of tissue make 40 %, 60 % are missing" in err) == (1, True)
    code, out, _ = run(
        capsys, "answer", folder, number, "--outline", tmp_path / "mask.png", "--tissue",
        "slough=40%", "--tissue", "granulation=60",
    )  # fmt: skip
    assert (code, out) == (0, "2 of 3 left.\n")
    code, _, err = run(capsys, "answer", folder, number, "--tissue", "moss=3")
    assert (code, "write eschar, slough" in err) == (2, True)

    code, out, _ = run(capsys, "import", clinic, folder / "answers.json", "--by", "Cleo")
    assert (code, out) == (0, "Away: 1 reading of Dora taken, 0 known before, 2 still to come.\n")
    with Library.open(clinic, read_only=True) as library:
        (reading,) = library.readings(session_named(library, "Away").id)
    assert reading.seconds is None  # nobody said how long it took
    code, _, err = run(capsys, "import", clinic, folder / "answers.json", "--by", "Cleo")
    assert (code, "taken before" in err) == (1, True)
    code, _, err = run(capsys, "results", clinic, "Spring")
    assert (code, "no reading session Spring" in err) == (1, True)
