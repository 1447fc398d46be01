"""``woundtrack printers``: what a ruler says of the sheet reaches every area that is measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from woundtrack.model import now
from woundtrack.records import Library

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Ran
    from woundtrack.phantom import Phantom

Run = Callable[..., "Ran"]


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    folder = tmp_path / "clinic"
    Library.create(folder).close()
    return folder


def today() -> date:
    return now().astimezone().date()


def measure(run: Run, clinic: Path, *more: object) -> Ran:
    return run("printers", clinic, "--measured", "Ward 3", "--across", 97.1, "--down", 96.9, *more)


def test_without_a_printer_the_list_is_empty_and_says_what_to_do(run: Run, clinic: Path) -> None:
    listed = run("printers", clinic)

    assert (listed.code, listed.out) == (0, "")
    assert "measure the two bars of a printed sheet" in listed.err
    told = json.loads(run("printers", clinic, "--json").out)
    assert (told["in_use"], told["printers"]) == (None, [])
    assert [warning["code"] for warning in told["warnings"]] == ["print_scale_unmeasured"]


def test_bars_may_be_given_with_a_decimal_comma(run: Run, clinic: Path) -> None:
    run("printers", clinic, "--measured", "Ward 3", "--across", "97,1", "--down", "96,9")

    (printer,) = json.loads(run("printers", clinic, "--json").out)["printers"]
    assert (printer["across_mm"], printer["down_mm"]) == (97.1, 96.9)


@pytest.mark.parametrize("typed", ["97,1,2", "1,097.1", "wide"])
def test_what_is_no_length_is_refused_with_how_to_write_one(
    run: Run, clinic: Path, typed: str
) -> None:
    ran = run("printers", clinic, "--measured", "Ward 3", "--across", typed, "--down", "96,9")

    assert ran.code == 2
    assert "is not a length; write it as 99.4 or 99,4." in ran.err


def test_a_measured_printer_is_listed_in_words_and_as_json(run: Run, clinic: Path) -> None:
    listed = measure(run, clinic, "--by", "Ann")

    assert (listed.code, listed.err) == (0, "")
    assert listed.out == (
        "Ward 3   97.10 mm across   96.90 mm down   97.00 %  measured "
        f"{today().isoformat()}, in use\n"
    )
    told: dict[str, Any] = json.loads(run("printers", clinic, "--json").out)
    (printer,) = told["printers"]
    assert printer["scale"] == 0.97
    assert (printer["across_mm"], printer["down_mm"]) == (97.1, 96.9)
    assert printer["is_in_use"] is True
    assert told["warnings"] == []
    with Library.open(clinic, read_only=True) as library:
        assert library.audit_trail()[-1].by == "Ann"


def test_another_printer_can_be_said_to_be_in_use(run: Run, clinic: Path) -> None:
    long_ago = (today() - timedelta(days=500)).isoformat()
    measure(run, clinic, "--on", long_ago)
    run("printers", clinic, "--measured", "Ward 5", "--across", 100, "--down", 100)

    listed = run("printers", clinic, "--use", "ward 3")

    lines = listed.out.splitlines()
    assert listed.code == 0
    assert [line.partition("  ")[0] for line in lines] == ["Ward 5", "Ward 3"]
    assert lines[1].endswith(f"measured {long_ago}, long ago, in use")
    assert "The bars of Ward 3 were last measured on" in listed.err


def test_odd_bars_are_recorded_with_a_sentence(run: Run, clinic: Path) -> None:
    listed = run("printers", clinic, "--measured", "A", "--across", 92, "--down", 95)

    assert listed.code == 0
    assert "93.50 %" in listed.out
    assert "This is no 100 % print" in listed.err
    assert "This printer stretches" in listed.err


@pytest.mark.parametrize(
    "options",
    [
        ("--measured", "A"),
        ("--measured", "A", "--across", 99),
        ("--across", 99, "--down", 99),
        ("--on", "2026-01-01"),
        ("--measured", "A", "--across", 9.9, "--down", 9.9),
        ("--measured", "A", "--across", 99, "--down", 99, "--on", "2999-01-01"),
        ("--use", "Ward 9"),
    ],
    ids=str,
)
def test_wrong_use_is_exit_code_2_and_records_nothing(
    run: Run, clinic: Path, options: tuple[object, ...]
) -> None:
    refused = run("printers", clinic, *options)

    assert (refused.code, refused.out) == (2, "")
    assert refused.err
    with Library.open(clinic, read_only=True) as library:
        assert library.audit_trail() == ()


def test_areas_shrink_with_the_print_before_and_after_importing(
    run: Run, phantom: Phantom, tmp_path: Path
) -> None:
    photo = tmp_path / "IMG_0001.JPG"
    photo.write_bytes(phantom.jpeg)
    never, later, before = (tmp_path / name for name in ("never", "later", "before"))
    into = ("--patient", "CX-1", "--site", "abdomen", "--quiet")

    def area_cm2(library: Path) -> float:
        run("accept", library, "--patient", "CX-1", "--all", "--quiet")
        course = json.loads(run("timeline", library, "--patient", "CX-1", "--json").out)
        return float(course["lesions"][0]["points"][0]["area_cm2"])

    for library in (never, later):
        said = run("import", library, photo, *into).err
        assert "Nobody measured how large this printer prints" in said
    assert measure(run, later).err == "1 photograph that waits was measured anew.\n"
    Library.create(before).close()
    measure(run, before)
    assert "Nobody measured" not in run("import", before, photo, *into).err

    plain = area_cm2(never)
    assert area_cm2(later) == pytest.approx(plain * 0.97**2, rel=1e-6)
    # The outline is looked for at the scale that is known by then: it may differ by a hair.
    assert area_cm2(before) == pytest.approx(plain * 0.97**2, rel=0.01)


def test_a_bar_with_a_decimal_comma_is_the_same_bar(
    run: Run, phantom: Phantom, tmp_path: Path
) -> None:
    photo = tmp_path / "card.jpg"
    photo.write_bytes(phantom.jpeg)

    comma = json.loads(run("measure", photo, "--json", "--bar", "97,4").out)
    point = json.loads(run("measure", photo, "--json", "--bar", "97.4").out)

    assert comma == point
    assert comma[0]["calibration"]["print_scale"] == pytest.approx(0.974)


def test_accepted_visits_are_counted_and_measured_anew_only_where_asked_for(
    run: Run, phantom: Phantom, clinic: Path, tmp_path: Path
) -> None:
    photo = tmp_path / "IMG_0001.JPG"
    photo.write_bytes(phantom.jpeg)
    run("import", clinic, photo, "--patient", "CX-1", "--site", "abdomen", "--quiet")
    run("accept", clinic, "--patient", "CX-1", "--all", "--quiet")

    def area_cm2() -> float:
        course = json.loads(run("timeline", clinic, "--patient", "CX-1", "--json").out)
        return float(course["lesions"][0]["points"][0]["area_cm2"])

    before = area_cm2()

    told = run("printers", clinic, "--measured", "A", "--across", 97, "--down", 97)
    kept = area_cm2()
    anew = run("printers", clinic, "--accepted", "--by", "Ben")

    assert "1 accepted visit keeps the scale it was accepted with." in told.err
    assert kept == before
    assert anew.code == 0
    assert "1 accepted visit was measured anew, as revisions." in anew.err
    assert area_cm2() == pytest.approx(before * 0.97**2, rel=0.001)


def test_measuring_what_was_accepted_anew_needs_a_measured_printer(run: Run, clinic: Path) -> None:
    refused = run("printers", clinic, "--accepted")

    assert refused.code == 2
    assert "--accepted needs a printer that was measured." in refused.err
